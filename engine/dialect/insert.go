package dialect

import (
	"slices"
	"strings"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

func writeInsert(c *compiler, n expr.Node, _ level) {
	s := n.(*expr.InsertStmt)
	ch := &c.d.changes
	o := s.Target()
	t := target{occ: o, plain: !ch.aliases[0], guarded: !ch.readsItself && s.Query() == nil, values: ch.conflict.duplicate && !ch.conflict.rowName}
	c.changing(t, func() {
		queries := c.queries
		c.text("INSERT INTO ")
		c.targetTable(o)
		row := ""
		if s.ExcludedRow() != nil && ch.conflict.rowName {
			row = s.ExcludedRow().Name()
		}
		if s.Query() != nil {
			c.insertQuery(s, row)
		} else {
			c.insertRows(s, row)
		}
		c.oneByOne(s)
		if ch.conflict.duplicate {
			c.duplicate(s)
		} else {
			c.conflict(s)
		}
		c.returning(expr.OpInsert, s.ReturningItems(), s.OutputName)
		if t.plain && isRenamed(o) && c.queries > queries {
			c.unsupported("a query in an insert into a table that goes by another name", c.d.name+" has no other name for it")
		}
	})
}

// oneByOne refuses queries of the table in DO UPDATE where they would see the rows
// that are changed already.
func (c *compiler) oneByOne(s *expr.InsertStmt) {
	on := s.Conflict()
	if c.d.changes.snapshot || s.Query() == nil && s.Rows() == 1 {
		return
	}
	list := []expr.Expr{on.WhereClause()}
	for _, a := range on.Set().All() {
		list = append(list, a.Value())
	}
	if c.readsTable(s.Target().Table(), list...) {
		c.unsupported("a query of the table itself in DO UPDATE of several rows", c.d.name+" would show the rows that are changed already")
	}
}

func (c *compiler) columnNames(names []string) {
	c.text(" (")
	for i, name := range names {
		if i > 0 {
			c.text(", ")
		}
		c.name(name)
	}
	c.text(")")
}

// insertQuery writes the columns and the query.
func (c *compiler) insertQuery(s *expr.InsertStmt, row string) {
	names := make([]string, s.Columns())
	for i := range names {
		names[i] = s.Column(i).Name()
	}
	c.columnNames(names)
	c.text(" ")
	switch {
	case row != "":
		c.text("SELECT * FROM ")
		c.query(s.Query(), named)
		c.text(" AS ")
		c.name(row)
		c.columnNames(names)
	case c.d.changes.readsLate && c.readsHidden(s.Target().Table(), s.Query()):
		c.buffered(names, func() { c.query(s.Query(), named) })
	case c.d.rounds != nil && c.rounded(s, names):
		if c.d.changes.conflict.afterWhere && s.Conflict().Action() != 0 {
			c.text(" WHERE true")
		}
	case c.d.changes.conflict.afterWhere && s.Conflict().Action() != 0:
		c.text("SELECT * FROM ")
		c.query(s.Query(), named)
		c.text(" WHERE true")
	default:
		c.node(s.Query(), unnamed)
	}
}

// rounded writes a query some columns of which are rounded as those that they go to; it
// reports whether there are any.
func (c *compiler) rounded(s *expr.InsertStmt, names []string) bool {
	outputs := s.Query().Outputs()
	rounds := func(i int) bool { return i < len(outputs) && c.d.rounds(outputs[i].Type, s.Column(i).Type()) }
	any := false
	for i := range names {
		any = any || rounds(i)
	}
	if !any {
		return false
	}
	c.text("WITH ")
	c.name("~")
	c.columnNames(names)
	c.text(" AS ")
	c.query(s.Query(), named)
	for i, name := range names {
		if i == 0 {
			c.text(" SELECT ")
		} else {
			c.text(", ")
		}
		if !rounds(i) {
			c.name(name)
			continue
		}
		c.text("round(")
		c.name(name)
		c.text(", ")
		c.digits(uint64(s.Column(i).Type().Scale()))
		c.text(")")
	}
	c.text(" FROM ")
	c.name("~")
	return true
}

// insertRows writes the columns and VALUES. Where DEFAULT is no value, a column that
// has it in every row is left out.
func (c *compiler) insertRows(s *expr.InsertStmt, row string) {
	var few [8]int
	columns := few[:0]
	for k := range s.Columns() {
		if c.d.changes.defaultValue || !allDefault(s, k) {
			columns = append(columns, k)
		}
	}
	if len(columns) == 0 {
		if s.Rows() > 1 || c.d.changes.conflict.afterWhere && s.Conflict().Action() != 0 {
			c.unsupported("rows of nothing but DEFAULT", c.d.name+" inserts one of them at a time, and it conflicts with none")
			return
		}
		c.text(c.d.changes.defaultValues)
	} else {
		for i, k := range columns {
			if i == 0 {
				c.text(" (")
			} else {
				c.text(", ")
			}
			c.columnName(s.Column(k))
		}
		c.text(")")
		if c.d.changes.inOrder && s.Rows() > 1 && c.readsTarget(s) {
			names := make([]string, len(columns))
			for i, k := range columns {
				names[i] = s.Column(k).Name()
			}
			c.insertSelects(s, names, row)
			return
		}
		c.text(" VALUES ")
		for i := range s.Rows() {
			if i > 0 {
				c.text(", ")
			}
			c.text("(")
			for j, k := range columns {
				if j > 0 {
					c.text(", ")
				}
				c.assigned(s.Column(k), s.Row(i).At(k))
			}
			c.text(")")
		}
	}
	if row != "" {
		c.text(" AS ")
		c.name(row)
	}
}

// readsTarget reports whether a value is a query of the table that rows go to.
func (c *compiler) readsTarget(s *expr.InsertStmt) bool {
	for i := range s.Rows() {
		for _, x := range s.Row(i).All() {
			if c.readsTable(s.Target().Table(), x) {
				return true
			}
		}
	}
	return false
}

// insertSelects writes rows of values as queries, for a database in which the values
// of one row would see the rows before it.
func (c *compiler) insertSelects(s *expr.InsertStmt, names []string, row string) {
	c.target.guarded = false // as a whole they are read first
	c.text(" ")
	if c.d.changes.readsLate && c.readsHidden(s.Target().Table(), s) {
		c.buffered(names, func() {
			c.text("(")
			c.selectsOf(s)
			c.text(")")
		})
		return
	}
	if row != "" {
		c.text("SELECT * FROM (")
	}
	c.selectsOf(s)
	if row != "" {
		c.text(") AS ")
		c.name(row)
		c.columnNames(names)
	}
}

// buffered writes a query that is done before the first row is inserted, see late.go.
func (c *compiler) buffered(names []string, query func()) {
	c.text("WITH ")
	c.name("~")
	c.columnNames(names)
	c.text(" AS ")
	query()
	c.text(" SELECT SQL_BUFFER_RESULT * FROM ")
	c.name("~")
}

// selectsOf writes each row of values as a query.
func (c *compiler) selectsOf(s *expr.InsertStmt) {
	for i := range s.Rows() {
		if i > 0 {
			c.text(" UNION ALL ")
		}
		c.text("SELECT ")
		for k, x := range s.Row(i).All() {
			if k > 0 {
				c.text(", ")
			}
			if x.Node().Op() == expr.OpDefault {
				c.unsupported("DEFAULT beside a query of the table itself", c.d.name+" would show one row to the next")
			}
			if want := s.Column(k).Type(); c.d.unionChar && want.IsText() && !isUntypedNull(x) {
				c.varying(x, want)
				continue
			}
			c.assigned(s.Column(k), x)
		}
	}
}

func allDefault(s *expr.InsertStmt, column int) bool {
	for i := range s.Rows() {
		if s.Row(i).At(column).Node().Op() != expr.OpDefault {
			return false
		}
	}
	return true
}

// conflict writes ON CONFLICT.
func (c *compiler) conflict(s *expr.InsertStmt) {
	on := s.Conflict()
	action := on.Action()
	if action == 0 {
		return
	}
	can := &c.d.changes.conflict
	c.text(" ON CONFLICT")
	switch columns := on.Columns(); {
	case on.Constraint() != "":
		if !can.constraint {
			c.unsupported("ON CONFLICT ON CONSTRAINT", c.d.name+" has none: name the columns")
			return
		}
		c.text(" ON CONSTRAINT ")
		c.name(on.Constraint())
	case len(columns) > 0:
		for i, col := range columns {
			if i == 0 {
				c.text(" (")
			} else {
				c.text(", ")
			}
			c.columnName(col)
		}
		c.text(")")
	case action == expr.DoUpdate && !can.any:
		c.unsupported("ON CONFLICT DO UPDATE of any key", c.d.name+" needs the columns")
		return
	}
	if x := on.Among(); !x.IsZero() {
		c.among(x, s.Target().Table())
	}
	if action == expr.DoNothing {
		c.text(" DO NOTHING")
		return
	}
	c.text(" DO UPDATE SET ")
	for i, a := range on.Set().All() {
		if i > 0 {
			c.text(", ")
		}
		c.columnName(a.Column())
		c.text(" = ")
		c.assigned(a.Column(), a.Value())
	}
	c.where(on.WhereClause())
}

// among writes the condition of a partial index, with columns by their names alone. That it is the index's own the
// database does not see of arguments: values in it are written, where the metadata has an index of just this condition.
func (c *compiler) among(x expr.Expr, of *schema.Table) {
	c.text(" WHERE ")
	placed, start := c.placed, len(c.buf)
	defining, defines := c.defining, c.defines
	c.defining, c.defines = true, of
	c.cond(x, anywhere)
	c.defining, c.defines = defining, defines
	if c.placed == placed || c.err != nil {
		return
	}
	expr.Walk(x.Node(), func(n expr.Node) bool {
		if l, ok := n.(*expr.LiteralExpr); ok {
			c.valueOf(l)
		}
		return true
	})
	base := of.Base()
	for _, index := range base.Indexes() {
		own, ok := index.Where().Clause().(expr.Expr)
		if !ok || !index.IsUnique() {
			continue
		}
		if text, err := c.d.ExpressionText(own, base); err == nil && text == string(c.buf[start:]) {
			return
		}
	}
	c.unsupported("values in the condition of an index", "the metadata has no unique index of this condition (schema.NewIndexWith)")
}

// duplicate writes ON DUPLICATE KEY UPDATE.
func (c *compiler) duplicate(s *expr.InsertStmt) {
	on := s.Conflict()
	action := on.Action()
	if action == 0 {
		return
	}
	table := s.Target().Table()
	switch columns := on.Columns(); {
	case on.Constraint() != "":
		c.unsupported("ON CONFLICT ON CONSTRAINT", c.d.name+" has none: name the columns")
		return
	case !on.Among().IsZero():
		c.unsupported("ON CONFLICT of a partial index", c.d.name+" has none")
		return
	case len(columns) > 0 && !isOnlyKey(table, columns):
		c.unsupported("ON CONFLICT of some columns", c.d.name+" looks at every key of the table: these must be its only one, or say on conflict of any; the keys of "+table.String()+": "+keysOf(table))
		return
	}
	if s.ReturningItems().Len() > 0 && (action == expr.DoNothing || !on.WhereClause().IsZero()) {
		c.unsupported("RETURNING of rows that others are in the way of", c.d.name+" would return those, too")
		return
	}
	c.text(" ON DUPLICATE KEY UPDATE ")
	c.counted = -1 // two for each row that is updated
	if action == expr.DoUpdate && on.WhereClause().IsZero() && s.Query() == nil {
		c.counted = counted(s.Rows())
	}
	if action == expr.DoNothing { // INSERT IGNORE would let other errors pass
		name := ""
		for _, col := range slices.Concat(on.Columns(), table.PrimaryKey(), table.Columns()) {
			if x, _ := col.Computed(); x.IsZero() {
				name = col.Name()
				break
			}
		}
		c.name(name)
		c.text(" = ")
		c.tableName(s.Target())
		c.text(".")
		c.name(name)
		return
	}
	c.insertedOnly(s)
	c.target.noOn = c.d.changes.conflict.noOn
	for i, a := range c.inOrder("ON CONFLICT DO UPDATE", s.Target(), on.Set(), on.WhereClause(), false).All() {
		if i > 0 {
			c.text(", ")
		}
		c.name(a.Column().Name())
		c.text(" = ")
		if on.WhereClause().IsZero() {
			c.assigned(a.Column(), a.Value())
			continue
		}
		c.around("CASE WHEN ", on.WhereClause(), " THEN ")
		c.assigned(a.Column(), a.Value())
		c.text(" ELSE ")
		c.tableName(s.Target())
		c.text(".")
		c.name(a.Column().Name())
		c.text(" END")
	}
}

// insertedOnly refuses columns of the excluded row that the insert does not give.
func (c *compiler) insertedOnly(s *expr.InsertStmt) {
	given := make(map[*schema.Column]bool, s.Columns())
	for i := range s.Columns() {
		given[s.Column(i)] = true
	}
	check := func(x expr.Expr) {
		if x.IsZero() {
			return
		}
		c.spend(expr.Size(x.Node()))
		columnsIn(x.Node(), map[*expr.Occurrence]bool{}, func(col *expr.ColumnExpr) {
			if c.resolved.OccurrenceOf(col) == s.ExcludedRow() && !given[col.Column()] {
				c.unsupported("excluded."+col.Name(), c.d.name+" knows the columns that the insert gives only")
			}
		})
	}
	for _, a := range s.Conflict().Set().All() {
		check(a.Value())
	}
	check(s.Conflict().WhereClause())
}

// isOnlyKey reports whether columns are a table's only key, those that a policy hides
// being among its keys.
func isOnlyKey(t *schema.Table, columns []*schema.Column) bool {
	keys := t.Base().Keys()
	other := func(key []*schema.Column) bool {
		out := func(c *schema.Column) bool { return !slices.Contains(key, c.Base()) }
		return len(key) != len(columns) || slices.ContainsFunc(columns, out)
	}
	return len(keys) > 0 && !slices.ContainsFunc(keys, other)
}

// keysOf lists a table's keys to people, as far as they see the columns.
func keysOf(t *schema.Table) string {
	var list []string
	hidden := func(c *schema.Column) bool { return t.Lookup(c.Name()) == nil }
	for _, key := range t.Base().Keys() {
		if slices.ContainsFunc(key, hidden) {
			continue
		}
		names := make([]string, len(key))
		for i, c := range key {
			names[i] = c.Name()
		}
		list = append(list, "("+strings.Join(names, ", ")+")")
	}
	if len(list) == 0 {
		return "not known"
	}
	return strings.Join(list, ", ")
}
