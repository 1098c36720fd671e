package dialect

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// selectWriter writes one SELECT.
type selectWriter struct {
	*compiler
	s     *expr.SelectStmt
	names []string      // what the columns are called; "" for as they are
	spans []span        // where they were written
	meets []expr.Output // what they must meet, see member

	grouped []int // those that GROUP BY names, but for columns without a collation
}

func (c *compiler) selectWriter(s *expr.SelectStmt) *selectWriter {
	var w *selectWriter
	if last := len(c.room) - 1; last >= 0 {
		w, c.room = c.room[last], c.room[:last]
	} else {
		w = new(selectWriter)
	}
	w.compiler, w.s = c, s
	return w
}

// free keeps the memory and nothing that it refers to.
func (c *compiler) free(w *selectWriter) {
	clear(w.names)
	w.compiler, w.s, w.meets = nil, nil, nil
	w.names, w.spans, w.grouped = w.names[:0], w.spans[:0], w.grouped[:0]
	c.room = append(c.room, w)
}

// span is where an expression was written, and its arguments.
type span struct{ start, end, slot, slotEnd int }

func writeSelect(c *compiler, n expr.Node, at level) {
	if c.defining {
		c.unsupported("subquery", "a definition has none")
		return
	}
	s := n.(*expr.SelectStmt)
	w := c.selectWriter(s)
	defer c.free(w)
	w.meets, c.meets = c.meets, nil
	locked, around := c.lockOf, c.lockAt
	c.lockOf, c.lockAt = expr.Lock{}, s.LockClause()
	c.text("SELECT ")
	c.raw(s.RawParts(), expr.RawPrefix, "", " ")
	if s.IsDistinct() {
		c.text("DISTINCT ")
	}
	w.distinctOn()
	byLabel := c.d.labelGroup && !s.HavingClause().IsZero()
	w.items(at == named || byLabel)
	if s.IsDistinct() && c.d.distinctOfColumns {
		switch {
		case s.IsWithTies():
			c.unsupported("DISTINCT with WITH TIES", c.d.name+" counts rows wrongly: take them from a subquery")
		case !s.OffsetClause().IsZero() && !w.namesColumns():
			c.unsupported("DISTINCT of plain values with OFFSET", c.d.name+" counts their rows wrongly: take them from a subquery")
		}
	}
	w.from()
	c.lockAt = around
	if x := s.WhereClause(); !x.IsZero() {
		c.condition(" WHERE ", x)
	}
	w.groupBy()
	if x := s.HavingClause(); !x.IsZero() {
		if c.d.havingAggregate && s.Groups().Len() == 0 && !w.aggregates() {
			c.unsupported("HAVING without GROUP BY", c.d.name+" needs an aggregate among the columns")
		}
		if byLabel {
			c.having = w
		}
		switch filters := c.d.havingFilters && s.Groups().Len() == 0 && !w.aggregates(); {
		case filters && !w.ofRows(x):
			c.text(" HAVING count(*) >= 0")
			c.condition(" AND (", x)
			c.text(")")
		case filters: // a constant in it decides nothing: the aggregate must stay that makes one group of all rows
			c.around(" HAVING ", x, "")
		default:
			c.condition(" HAVING ", x)
		}
		c.having = nil
	}
	for i := range s.Windows() {
		if i == 0 {
			c.text(" WINDOW ")
		} else {
			c.text(", ")
		}
		name, window := s.WindowAt(i)
		c.name(name)
		c.text(" AS ")
		c.window(window)
	}
	w.orderBy()
	c.limits(s.LimitClause(), s.OffsetClause(), s.IsWithTies())
	c.lock(s.LockClause())
	c.lock(locked)
	c.raw(s.RawParts(), expr.RawSuffix, " ", "")
}

// namesColumns reports whether any column names one of a source, other than in a
// query of its own.
func (w *selectWriter) namesColumns() (found bool) {
	for i, s := range w.spans {
		if bytes.IndexByte(w.buf[s.start:s.end], w.d.names.quote) < 0 {
			continue
		}
		x := w.s.Items().At(i).Expr().Node()
		w.spend(expr.Size(x))
		expr.Walk(x, func(n expr.Node) bool {
			switch n := n.(type) {
			case *expr.ColumnExpr:
				found = found || w.ofRow(n, 4)
				return false
			case *expr.RefExpr:
				found = true
			case expr.Query:
				found = found || w.isCorrelated(n)
				return false
			}
			return !found
		})
	}
	return found
}

// ofRow reports whether a column is one of a table in the end, as far as it is looked for: a plain value that a
// query in FROM gives may be taken for one in the query around.
func (c *compiler) ofRow(n *expr.ColumnExpr, depth int) (found bool) {
	x := c.standsFor(n)
	if x == nil || depth == 0 {
		return true
	}
	c.spend(expr.Size(x))
	expr.Walk(x, func(n expr.Node) bool {
		switch n := n.(type) {
		case *expr.ColumnExpr:
			found = found || c.ofRow(n, depth-1)
			return false
		case expr.Query:
			found = true
		}
		return !found
	})
	return found
}

// aggregates reports whether an aggregate of the select's own rows stands among its
// columns.
func (w *selectWriter) aggregates() bool {
	for _, item := range w.s.Items().All() {
		if _, over := item.Expr().Node().(*expr.OverExpr); !over && w.ofRows(item.Expr()) {
			return true
		}
	}
	return false
}

// distinctOn writes DISTINCT ON. A key with arguments is the same as one of ORDER
// BY only by its number, and there are no numbers here: see placeholders.
func (w *selectWriter) distinctOn() {
	for i, x := range w.s.DistinctOn().All() {
		if i == 0 {
			if !w.d.distinctOn {
				w.unsupported("DISTINCT ON", w.d.name+" has none: number the rows by row_number in a subquery")
				return
			}
			w.text("DISTINCT ON (")
		} else {
			w.text(", ")
		}
		w.key("DISTINCT ON", x)
	}
	if w.s.DistinctOn().Len() > 0 {
		w.text(") ")
	}
}

// lock writes FOR UPDATE.
func (c *compiler) lock(l expr.Lock) {
	strength := l.Strength()
	if strength == 0 || c.d.locks.none && l.Wait() == expr.WaitForLock {
		return
	}
	words := c.d.locks.strengths[strength]
	if words == "" || !c.d.locks.wait && l.Wait() != expr.WaitForLock {
		c.unsupported("FOR "+strings.ToUpper(strength.String()), c.d.name+" has none of this kind")
		return
	}
	c.holds = true
	c.text(words)
	for i, f := range l.Of().All() {
		o, ok := f.(*expr.Occurrence)
		if !ok || !c.d.locks.of {
			c.unsupported("FOR UPDATE OF", c.d.name+" has none")
			return
		}
		if i == 0 {
			c.text(" OF ")
		} else {
			c.text(", ")
		}
		c.name(o.Name())
	}
	switch l.Wait() {
	case expr.NoWait:
		c.text(" NOWAIT")
	case expr.SkipLocked:
		c.text(" SKIP LOCKED")
	}
}

func (w *selectWriter) items(named bool) {
	n := w.s.Items().Len()
	w.names, w.spans = slices.Grow(w.names[:0], n)[:n], slices.Grow(w.spans[:0], n)[:n]
	for i, item := range w.s.Items().All() {
		if i > 0 {
			w.text(", ")
		}
		start, slot := len(w.buf), len(w.slots)
		w.item(i, item.Expr())
		w.spans[i] = span{start, len(w.buf), slot, len(w.slots)}
		if w.err != nil || !named {
			continue
		}
		// A label that the database cannot hold is left out: rows are read by
		// position. Labels that a source around the query needs are never such.
		name := w.s.OutputName(i)
		if col, ok := item.Expr().Node().(*expr.ColumnExpr); ok && name == "" && w.d.exact && !w.s.HavingClause().IsZero() && w.collates(item.Expr()) {
			name = w.nameOf(col) // HAVING finds it by that
		}
		if name == "" || !w.d.names.holds(name) {
			continue
		}
		w.names[i] = name
		if col, ok := item.Expr().Node().(*expr.ColumnExpr); ok && w.nameOf(col) == name && w.isBare(start, name) && !w.collates(item.Expr()) {
			continue
		}
		w.text(" AS ")
		w.name(name)
	}
}

// isBare reports whether what is written from start on is a column itself: a conversion
// of it would have another name.
func (w *selectWriter) isBare(start int, name string) bool {
	written, quote := w.buf[start:], w.d.names.quote
	n := len(written) - len(name) - 2
	return n >= 0 && written[n] == quote && written[len(written)-1] == quote && string(written[n+1:len(written)-1]) == name
}

// item writes a column; of a member of a compound, so that it meets the others.
func (w *selectWriter) item(i int, x expr.Expr) {
	switch {
	case i >= len(w.meets):
		w.expr(x, anywhere)
	case isUntypedNull(x) && w.d.null != nil:
		w.d.null(w.compiler, w.meets[i].Type)
	case w.recursive != notRecursive && w.d.recursive != nil && w.d.recursive(w.compiler, x, w.meets[i].Type, w.recursive == inAnchor):
	default:
		w.varying(x, w.meets[i].Type)
	}
}

// varying writes a value of a compound or of VALUES. Of texts none of which is a column or a plain text in
// quotes, MariaDB makes a column of type CHAR, which ends before the spaces at the end of a text.
func (c *compiler) varying(x expr.Expr, want schema.Type) {
	if _, column := x.Node().(*expr.ColumnExpr); column || !c.d.unionChar || !want.IsText() || isNull(x) {
		c.operand(x, want, anywhere)
		return
	}
	c.text("concat(")
	if c.d.concatWindow != "" && c.hasWindow(x.Node()) {
		c.text(c.d.concatWindow)
	}
	c.operand(x, want, anywhere)
	c.text(")")
}

func (w *selectWriter) from() {
	for i, f := range w.s.FromClauses().All() {
		if i > 0 {
			w.unsupported("FROM", "it is not resolved")
			return
		}
		w.text(" FROM ")
		w.clause(f)
		return
	}
	if w.d.dual && (!w.s.WhereClause().IsZero() || !w.s.HavingClause().IsZero() || w.s.Groups().Len() > 0) {
		w.text(" FROM DUAL")
	}
}

// clause writes what stands in FROM.
func (c *compiler) clause(f expr.FromClause) {
	o, ok := f.(*expr.Occurrence)
	switch {
	case !ok:
		c.node(f, anywhere)
	case c.d.havingMerged && o.IsInHaving() && (o.Table() == nil || o.Instead() != nil):
		c.text("(SELECT * FROM ")
		c.source(o)
		c.text(c.d.limitless)
		c.text(") AS ")
		c.name(o.Name())
	default:
		c.source(o)
	}
}

func (c *compiler) source(o *expr.Occurrence) {
	if o.Table() != nil {
		c.table(o)
	} else {
		c.derived(o)
	}
}

// joins are the words of the joins.
var joins = [...]string{
	expr.InnerJoin: " JOIN ",
	expr.LeftJoin:  " LEFT JOIN ",
	expr.FullJoin:  " FULL JOIN ",
	expr.CrossJoin: " CROSS JOIN ",
}

func writeJoin(c *compiler, n expr.Node, _ level) {
	j := n.(*expr.JoinClause)
	kind := j.Kind()
	if int(kind) >= len(joins) || joins[kind] == "" || kind == expr.FullJoin && !c.d.fullJoin {
		c.unsupported(kind.String(), c.d.name+" has none")
		return
	}
	words := joins[kind]
	if kind == expr.CrossJoin && c.d.crossJoin != "" {
		words = c.d.crossJoin
	}
	c.clause(j.Left())
	c.text(words)
	_, nested := j.Right().(*expr.JoinClause)
	if nested {
		c.text("(")
	}
	c.clause(j.Right())
	if nested {
		c.text(")")
	}
	if !j.On().IsZero() {
		if c.target.noOn && c.names(c.target.occ, j.On()) {
			c.unsupported("ON of a column of the row that is changed, in DO UPDATE", c.d.name+" does not find it there: say it in WHERE")
			return
		}
		c.condition(" ON ", j.On())
	}
}

func (w *selectWriter) groupBy() {
	if w.rolledUp() {
		return
	}
	keys := w.s.Groups().Len()
	for i, x := range w.s.Groups().All() {
		w.groupKey(i, x)
	}
	if w.d.labelGroup && keys > 0 { // HAVING finds no other columns there, those that depend on a key either
		for i, x := range w.s.HavingNeeds().All() {
			w.groupKey(keys+i, x)
		}
	}
}

func (w *selectWriter) groupKey(i int, x expr.Expr) {
	if i == 0 {
		w.text(" GROUP BY ")
	} else {
		w.text(", ")
	}
	if item, numbered := w.term("GROUP BY", x); numbered || item >= 0 && (x.Node().Op() != expr.OpColumn || w.d.exact && w.collates(x)) {
		w.grouped = append(w.grouped, item)
	}
}

// rolledUp writes GROUP BY keys WITH ROLLUP where that is how a database says it.
// Keys that stand together, or beside others, cannot be said so.
func (w *selectWriter) rolledUp() bool {
	if w.d.groupingSets || w.d.rollup == rollupNone || w.s.Groups().Len() != 1 {
		return false
	}
	g, ok := w.s.Groups().At(0).Node().(*expr.GroupingExpr)
	if !ok || g.Kind() != expr.Rollup {
		return false
	}
	for i := range g.Sets() {
		if g.Set(i).Len() != 1 {
			return false
		}
	}
	if w.d.rollup == rollupUnordered && w.s.Orders().Len() > 0 {
		w.unsupported("ROLLUP beside ORDER BY", w.d.name+" cannot order what is rolled up: order a subquery of it")
		return true
	}
	for i := range g.Sets() {
		if x := g.Set(i).At(0); w.d.rollup == rollupUnordered && w.hasQuery(x.Node(), 0) {
			w.unsupported("ROLLUP of a query", w.d.name+" shows its value beside the total, too: take it from a subquery")
			return true
		}
		w.groupKey(i, g.Set(i).At(0))
	}
	w.text(" WITH ROLLUP")
	return true
}

// mark is a point to which writing can be taken back.
type mark struct{ buf, slots, placed, queries int }

func (c *compiler) mark() mark { return mark{len(c.buf), len(c.slots), c.placed, c.queries} }

func (c *compiler) back(m mark) {
	c.lost()
	c.spend(len(c.buf) - m.buf)
	c.buf, c.slots = c.buf[:m.buf], c.slots[:m.slots]
}

// term writes an expression of GROUP BY or ORDER BY and returns which column of
// the select it is, or -1. Such a column is written as its number where databases
// would not see that it is the same: where it has arguments or a query in it.
func (w *selectWriter) term(what string, x expr.Expr) (item int, numbered bool) {
	start := w.mark()
	w.expr(x, anywhere)
	if w.err != nil {
		return -1, false
	}
	item = w.itemAt(start.buf, len(w.buf), start.slots)
	plain := false
	switch x.Node().(type) {
	case *expr.LiteralExpr, *expr.ParamExpr:
		if plain = true; item < 0 { // MySQL would take its value for the number of a column
			w.unsupported(what+" a plain value", "it orders and groups nothing: name a column")
			return item, false
		}
	}
	if numbered = item >= 0 && (plain || w.placed > start.placed || w.queries > start.queries); numbered {
		w.back(start)
		w.ordinal(item)
	}
	return item, numbered
}

// itemAt returns which column of the select is the text between two points, which
// are at the end of what is written; -1 for none. No two occurrences have one
// name, so that the same text with the same arguments is the same expression.
func (w *selectWriter) itemAt(start, end, slot int) int {
	w.spend(len(w.spans))
	text, args := w.buf[start:end], w.slots[slot:]
	return slices.IndexFunc(w.spans, func(s span) bool {
		return bytes.Equal(w.buf[s.start:s.end], text) && (w.d.shared || slices.Equal(w.slots[s.slot:s.slotEnd], args))
	})
}

// byLabel writes the label of a grouped column in HAVING in place of the column.
func (w *selectWriter) byLabel(start, slot int) {
	end := len(w.buf)
	item := w.itemAt(start, end, slot)
	if item < 0 && end-start > 2 && w.buf[start] == '(' {
		item = w.itemAt(start+1, end-1, slot)
	}
	if !slices.Contains(w.grouped, item) {
		return
	}
	name := w.label(item)
	for _, x := range w.s.Groups().All() {
		if col, ok := x.Node().(*expr.ColumnExpr); ok && strings.EqualFold(w.nameOf(col), name) && !(w.d.exact && w.isColumn(col, w.s.Items().At(item).Expr())) {
			name = ""
		}
	}
	if name == "" {
		w.fail(CodeUnsupported, "HAVING", "column %d of the select is found by its label alone: give it one that no other has, and each other a label", item+1)
		return
	}
	w.spend(end - start)
	w.lost()
	w.buf, w.slots = w.buf[:start], w.slots[:slot]
	w.name(name)
}

// isColumn reports whether x is a column, wherever it stands.
func (c *compiler) isColumn(col *expr.ColumnExpr, x expr.Expr) bool {
	other, ok := x.Node().(*expr.ColumnExpr)
	return ok && c.resolved.OccurrenceOf(other) == c.resolved.OccurrenceOf(col) && other.Column() == col.Column() && other.Index() == col.Index()
}

// label returns what a column of the select is called, or "" if that is nothing
// or could be another one: of another case, or one that has no name of its own
// and gets what the database likes.
func (w *selectWriter) label(item int) string {
	w.spend(len(w.names))
	name := w.names[item]
	for i, other := range w.names {
		if other == "" {
			col, ok := w.s.Items().At(i).Expr().Node().(*expr.ColumnExpr)
			if !ok {
				if span := w.spans[i]; isWord(name) && bytes.IndexByte(w.buf[span.start:span.end], '(') > 0 {
					continue // a call: the database calls it by its text, which is no word
				}
				return ""
			}
			other = w.nameOf(col)
		}
		if i != item && strings.EqualFold(name, other) {
			return ""
		}
	}
	return name
}

// isWord reports whether a name has nothing but letters, digits and _.
func isWord(name string) bool {
	return !strings.ContainsFunc(name, func(r rune) bool { return r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

func (w *selectWriter) ordinal(item int) { w.buf = strconv.AppendInt(w.buf, int64(item)+1, 10) }

func (w *selectWriter) orderBy() {
	for i, o := range w.s.Orders().All() {
		if w.err != nil {
			return
		}
		if i == 0 {
			w.text(" ORDER BY ")
		} else {
			w.text(", ")
		}
		w.order(o)
	}
}

func (w *selectWriter) order(o expr.Order) {
	x := o.Expr()
	ref, byRef := x.Node().(*expr.RefExpr)
	if byRef {
		x = w.s.Items().At(ref.Item()).Expr()
	}
	nulls := w.nullsOf(o)
	if !w.d.nullsOrder && nulls != expr.NullsDefault {
		if smallest := (nulls == expr.NullsFirst) != o.IsDesc(); !smallest {
			w.nullsApart(x, nulls)
		}
		nulls = expr.NullsDefault
	}
	if byRef {
		if name := w.label(ref.Item()); name != "" {
			w.name(name)
		} else {
			w.ordinal(ref.Item())
		}
	} else if item, _ := w.term("ORDER BY", x); item < 0 && w.s.IsDistinct() {
		w.unsupported("ORDER BY beside DISTINCT", "what is ordered by must be a column of the select")
	}
	if o.IsDesc() {
		w.text(" DESC")
	}
	switch nulls {
	case expr.NullsFirst:
		w.text(" NULLS FIRST")
	case expr.NullsLast:
		w.text(" NULLS LAST")
	}
}

// nullsApart orders by whether x is NULL. A label or number of a column could not
// be tested: x is written again.
func (w *selectWriter) nullsApart(x expr.Expr, nulls expr.Nulls) {
	w.expr(x, levelConcat)
	w.text(" IS NULL")
	if nulls == expr.NullsFirst {
		w.text(" DESC")
	}
	w.text(", ")
}

// limits writes LIMIT and OFFSET.
func (c *compiler) limits(limit, offset expr.Expr, ties bool) {
	if ties {
		if c.d.ties == (around{}) {
			c.unsupported("WITH TIES", c.d.name+" has none: take rank from a subquery")
			return
		}
		if !offset.IsZero() {
			c.text(" OFFSET ")
			c.count("OFFSET", offset)
			c.text(" ROWS")
		}
		c.text(c.d.ties.before)
		c.count("FETCH", limit)
		c.text(c.d.ties.after)
		return
	}
	switch {
	case !limit.IsZero():
		c.text(" LIMIT ")
		c.count("LIMIT", limit)
	case !offset.IsZero():
		c.text(c.d.limitless)
	}
	if !offset.IsZero() {
		c.text(" OFFSET ")
		c.count("OFFSET", offset)
	}
}

// count writes a number of rows.
func (c *compiler) count(what string, x expr.Expr) {
	s, plain := c.slotOf(x)
	switch {
	case x.Type().Family() != schema.FamilyInteger:
		c.unsupported(what, "expected an integer")
	case plain:
		c.place(s.bounded(0, what))
	case c.d.computedLimit == (around{}):
		c.unsupported(what+" of an expression", c.d.name+" takes a number or a parameter")
	default: // less than none, or NULL, is none
		c.around(c.d.computedLimit.before, x, c.d.computedLimit.after)
	}
}
