package dialect

import (
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// level says how tightly an expression holds together. The databases agree on the
// order of these; where they do not, parentheses are written.
type level uint8

const (
	anywhere     level = iota // in a list, a clause, parentheses
	levelOr                   // a OR b
	levelAnd                  // a AND b
	levelNot                  // NOT a
	levelCompare              // a = b, IN, LIKE, BETWEEN, IS NULL: none of them beside another
	levelConcat               // a || b
	levelAdd                  // a + b, a - b
	levelMul                  // a * b, a / b, a % b
	levelNeg                  // -a
	levelAtom                 // what stands anywhere
)

// For a query the level says whether its columns need their names.
const (
	unnamed level = iota
	named
)

// writer writes a node of one kind, in parentheses if it cannot stand bare where
// an expression of a level is expected.
type writer func(c *compiler, n expr.Node, at level)

type writerTable [len(expr.Specs)]writer

// writers are the default writers. Kinds that resolving replaces have none:
// sources, which become occurrences, and labels but for those in ORDER BY.
//
// No writer may name this table: it finds others through its compiler.
var writers = writerTable{
	expr.OpLiteral:   writeLiteral,
	expr.OpParam:     writeParam,
	expr.OpColumn:    writeColumn,
	expr.OpBinary:    writeBinary,
	expr.OpUnary:     writeUnary,
	expr.OpLogic:     writeLogic,
	expr.OpIn:        writeIn,
	expr.OpBetween:   writeBetween,
	expr.OpTextMatch: writeTextMatch,
	expr.OpCase:      writeCase,
	expr.OpCast:      writeCast,
	expr.OpExtract:   writeExtract,
	expr.OpCall:      writeCall,
	expr.OpArray:     writeArray,
	expr.OpScalar:    writeScalar,
	expr.OpExists:    writeExists,
	expr.OpJoin:      writeJoin,
	expr.OpSelect:    writeSelect,
	expr.OpCompound:  writeCompound,
	expr.OpOver:      writeOver,
	expr.OpGrouping:  writeGrouping,
	expr.OpCustom:    writeCustom,

	expr.OpDateTrunc:  writeDateTrunc,
	expr.OpDateDiff:   writeDateDiff,
	expr.OpAtTimeZone: writeAtTimeZone,
	expr.OpInsert:     writeInsert,
	expr.OpUpdate:     writeUpdate,
	expr.OpDelete:     writeDelete,
	expr.OpDefault:    writeDefault,
	expr.OpJSON:       writeJSON,
	expr.OpCollate:    writeCollate,
	expr.OpRegexp:     writeRegexp,
	expr.OpTuple:      writeTuple,
	expr.OpQuantified: writeQuantifier,
	expr.OpText:       writeText,
	expr.OpTextStmt:   writeTextStmt,
}

func writeLiteral(c *compiler, n expr.Node, _ level) { c.argumentOf(n.(*expr.LiteralExpr)) }

// argumentOf writes the placeholder of a literal.
func (c *compiler) argumentOf(l *expr.LiteralExpr) {
	switch {
	case !l.Value().IsNull():
		c.place(literalSlot(l))
	case c.d.null != nil:
		c.d.null(c, l.As())
	default:
		c.text("NULL")
	}
}

func writeParam(c *compiler, n expr.Node, _ level) {
	p := n.(*expr.ParamExpr).Parameter()
	if c.defining {
		c.unsupported("parameter", "a definition has none")
		return
	}
	if s, ok := c.slotOf(expr.Of(n)); ok {
		c.place(s)
		return
	}
	c.fail(CodeParameter, "parameter "+p.Name(), "the statement does not list it")
}

func writeColumn(c *compiler, n expr.Node, _ level) { c.column(n.(*expr.ColumnExpr)) }

// column writes a column behind the name of what it is of.
func (c *compiler) column(n *expr.ColumnExpr) {
	o, of := c.resolved.OccurrenceOf(n), n.Column()
	if o == nil {
		c.unsupported("column "+n.Name(), "it is not resolved")
		return
	}
	if c.defining {
		if t := o.Table(); t == nil || t != c.defines {
			c.unsupported("column "+n.Name(), "it is not of the table that is defined")
			return
		}
		c.name(c.nameOf(n))
		return
	}
	switch t := &c.target; {
	case t.occ == o && t.plain:
		if c.d.changes.ownName { // which takes no schema there
			c.name(o.Table().Name())
		} else {
			c.tableName(o)
		}
		c.text(".")
		c.name(c.nameOf(n))
	case t.values && isExcluded(n):
		c.text("VALUE(")
		c.tableName(t.occ) // or a query's own column would be meant
		c.text(".")
		c.name(c.nameOf(n))
		c.text(")")
		return
	case of != nil && of.HasPlainName() && o.HasPlainName() && o.Instead() == nil:
		c.plainColumn(o.Name(), of.Name())
	default:
		c.name(o.Name())
		c.text(".")
		c.name(c.nameOf(n))
	}
	if c.d.exact && c.collation() != "" && !c.uncollated && c.collates(expr.Of(n)) {
		c.text(" COLLATE " + c.collation())
	}
}

// isExcluded reports whether a column is of the row that an insert does not make.
func isExcluded(col *expr.ColumnExpr) bool {
	_, ok := col.Source().(*expr.ExcludedSource)
	return ok
}

// signs are the operators between two operands that all databases share.
var signs = [...]struct {
	text string
	own  level
}{
	expr.OpEq:  {" = ", levelCompare},
	expr.OpNe:  {" <> ", levelCompare},
	expr.OpLt:  {" < ", levelCompare},
	expr.OpLe:  {" <= ", levelCompare},
	expr.OpGt:  {" > ", levelCompare},
	expr.OpGe:  {" >= ", levelCompare},
	expr.OpAdd: {" + ", levelAdd},
	expr.OpSub: {" - ", levelAdd},
	expr.OpMul: {" * ", levelMul},
	expr.OpDiv: {" / ", levelMul},
	expr.OpMod: {" % ", levelMul},

	expr.OpDistinct:    {" IS DISTINCT FROM ", levelCompare},
	expr.OpNotDistinct: {" IS NOT DISTINCT FROM ", levelCompare},
	expr.OpHolds:       {" @> ", levelCompare},
	expr.OpHeldBy:      {" <@ ", levelCompare},
	expr.OpOverlaps:    {" && ", levelCompare},
	expr.OpBitAnd:      {" & ", anywhere},
	expr.OpBitOr:       {" | ", anywhere},
	expr.OpShiftLeft:   {" << ", anywhere},
	expr.OpShiftRight:  {" >> ", anywhere},
}

func writeBinary(c *compiler, n expr.Node, at level) {
	b := n.(*expr.BinaryExpr)
	op := b.Operator()
	switch right := b.Right().Node().(type) {
	case *expr.QuantifiedExpr:
		writeQuantified(c, b, right, at)
		return
	case *expr.TupleExpr:
		if left, ok := b.Left().Node().(*expr.TupleExpr); ok {
			writeRows(c, b, left, right, at)
			return
		}
	}
	switch {
	case op >= expr.OpAdd && op <= expr.OpDiv && writeDates(c, b, at):
	case op == expr.OpConcat:
		writeConcat(c, b, at)
	case op == expr.OpDiv:
		writeDivision(c, b, at)
	case op == expr.OpIDiv:
		writeSides(c, b, c.d.division.whole, levelMul, at)
	case op == expr.OpDistinct || op == expr.OpNotDistinct:
		writeDistinct(c, b, at)
	case op >= expr.OpBitAnd && op <= expr.OpShiftRight:
		writeBits(c, b, at)
	case op >= expr.OpHolds && op <= expr.OpOverlaps:
		writeSets(c, b, at)
	case int(op) >= len(signs) || signs[op].text == "":
		c.unsupported("operator "+op.String(), c.d.name+" has no words for it")
	case op.IsComparison():
		writeComparison(c, b, at)
	default:
		writeSides(c, b, signs[op].text, signs[op].own, at)
	}
}

// writeSides writes arithmetic: it groups from the left.
func writeSides(c *compiler, b *expr.BinaryExpr, sign string, own, at level) {
	open := c.open(own, at)
	c.numeric(b.Left(), own)
	c.text(sign)
	c.right(b, own+1)
	c.close(open)
}

// right writes the right side of arithmetic; a divisor that may not be zero as NULL
// if it is.
func (c *compiler) right(b *expr.BinaryExpr, at level) {
	divides := b.Operator() == expr.OpDiv || b.Operator() == expr.OpIDiv || b.Operator() == expr.OpMod
	if !divides || !c.d.division.fails || !c.d.division.null {
		c.numeric(b.Right(), at)
		return
	}
	c.text("NULLIF(")
	c.numeric(b.Right(), anywhere)
	c.text(", 0)")
}

func writeComparison(c *compiler, b *expr.BinaryExpr, at level) {
	op := b.Operator()
	if c.collation() == "" && areAlike(b.Left().Type(), b.Right().Type()) { // the usual
		open := c.open(levelCompare, at)
		c.expr(b.Left(), levelConcat)
		c.text(signs[op].text)
		c.expr(b.Right(), levelConcat)
		c.close(open)
		return
	}
	var want schema.Type
	if op == expr.OpEq || op == expr.OpNe {
		want = c.meeting(true, b.Left(), b.Right())
	} else {
		want = c.ordered(b.Left(), b.Right())
	}
	open := c.open(levelCompare, at)
	if c.exactly(b.Left(), b.Right(), signs[op].text) {
		c.close(open)
		return
	}
	c.compared(b.Left(), want, b.Right())
	c.text(signs[op].text)
	c.operand(b.Right(), want, levelConcat)
	c.close(open)
}

// areAlike reports whether values of the types meet on every database as they are.
func areAlike(t, u schema.Type) bool {
	switch f := t.Family(); f {
	case schema.FamilyInteger, schema.FamilyNumeric, schema.FamilyText, schema.FamilyDateTime:
		return f == u.Family()
	}
	return false
}

// writeDivision makes sure that integers keep their fraction.
func writeDivision(c *compiler, b *expr.BinaryExpr, at level) {
	by := &c.d.division
	fraction := by.exact == ""
	for _, x := range []expr.Expr{b.Left(), b.Right()} {
		if by.real {
			fraction = fraction || isSurelyFloat(x)
		} else if f := x.Type().Family(); f == schema.FamilyFloat || f == schema.FamilyNumeric {
			fraction = true
		}
	}
	if fraction {
		writeSides(c, b, " / ", levelMul, at)
		return
	}
	open := c.open(levelMul, at)
	c.numeric(b.Left(), levelMul)
	c.text(" / CAST(")
	c.right(b, anywhere)
	c.text(" AS ")
	c.text(by.exact)
	c.text(")")
	c.close(open)
}

// isSurelyFloat reports whether x is a float where each value has its own type:
// what is computed may be an integer there.
func isSurelyFloat(x expr.Expr) bool {
	if x.Type().Family() != schema.FamilyFloat {
		return false
	}
	switch n := x.Node().(type) {
	case *expr.LiteralExpr, *expr.ParamExpr:
		return true
	case *expr.ColumnExpr:
		return n.Column() != nil
	}
	return false
}

// writeConcat writes a chain that groups from the left at once.
func writeConcat(c *compiler, b *expr.BinaryExpr, at level) {
	if !c.d.concat {
		c.concat(b.Left())
		concatOperands(c, expr.Of(b), ", ", anywhere)
		c.text(")")
		return
	}
	open := c.open(levelConcat, at)
	concatOperands(c, expr.Of(b), " || ", levelAtom)
	c.close(open)
}

// concat begins a CONCAT that has x first.
func (c *compiler) concat(x expr.Expr) {
	c.text("CONCAT(")
	if c.d.concatWindow != "" && c.hasWindow(x.Node()) {
		c.text(c.d.concatWindow)
	}
}

func concatOperands(c *compiler, x expr.Expr, between string, at level) {
	b, ok := x.Node().(*expr.BinaryExpr)
	if !ok || b.Operator() != expr.OpConcat {
		c.textual(x, at)
		return
	}
	concatOperands(c, b.Left(), between, at)
	c.text(between)
	c.textual(b.Right(), at) // by itself: grouped by, it is found again
}

func writeUnary(c *compiler, n expr.Node, at level) {
	u := n.(*expr.UnaryExpr)
	switch u.Operator() {
	case expr.OpNot:
		if c.filter == n {
			if v, ok := c.truth(u.X()); ok {
				c.constant(!v)
				return
			}
		}
		c.not(u.X(), at)
	case expr.OpNeg: // and here, or -(-x) would be a comment
		open := c.open(levelNeg, at)
		c.text("-")
		c.numeric(u.X(), levelAtom)
		c.close(open)
	case expr.OpIsNull:
		writeTest(c, u.X(), " IS NULL", at)
	case expr.OpIsNotNull:
		writeTest(c, u.X(), " IS NOT NULL", at)
	case expr.OpBitNot:
		writeBitNot(c, u.X(), at)
	case expr.OpIsTrue:
		writeTest(c, u.X(), " IS TRUE", at)
	case expr.OpIsNotTrue:
		writeTest(c, u.X(), " IS NOT TRUE", at)
	case expr.OpIsFalse:
		writeTest(c, u.X(), " IS FALSE", at)
	case expr.OpIsNotFalse:
		writeTest(c, u.X(), " IS NOT FALSE", at)
	default:
		c.unsupported("operator "+u.Operator().String(), c.d.name+" has no words for it")
	}
}

// not writes NOT, in words of the condition's own where it has any, such as NOT IN; else with parentheses
// around all but atoms: MySQL can be told to bind it tighter. The server of
// MariaDB 10.11 dies of one over a column of a query around, in a subquery of what is grouped; it is
// spared those over columns.
func (c *compiler) not(x expr.Expr, at level) {
	if c.d.notCrashes && isOfColumns(x.Node()) {
		open := c.open(levelCompare, at)
		c.expr(x, levelAtom)
		c.text(" = 0")
		c.close(open)
		return
	}
	if r, ok := x.Node().(*expr.RegexpExpr); ok && r.With().IsZero() && c.d.matches != nil {
		c.d.matches(c, r, true, at)
		return
	}
	if opposite, ok := expr.Opposite(x); ok {
		c.expr(opposite, at)
		return
	}
	open := c.open(levelNot, at)
	c.text("NOT ")
	c.expr(x, levelAtom)
	c.close(open)
}

// isOfColumns reports whether a condition is a column, or AND, OR and NOT of conditions one of which is.
func isOfColumns(n expr.Node) bool {
	switch n := n.(type) {
	case *expr.ColumnExpr:
		return true
	case *expr.UnaryExpr:
		return n.Operator() == expr.OpNot && isOfColumns(n.X().Node())
	case *expr.LogicExpr:
		for _, t := range n.Terms().All() {
			if isOfColumns(t.Node()) {
				return true
			}
		}
	}
	return false
}

// writeTest writes an expression and a test of it.
func writeTest(c *compiler, x expr.Expr, test string, at level) {
	open := c.open(levelCompare, at)
	c.expr(x, levelConcat)
	c.text(test)
	c.close(open)
}

func writeLogic(c *compiler, n expr.Node, at level) {
	l := n.(*expr.LogicExpr)
	own, word := levelAnd, " AND "
	if l.IsOr() {
		own, word = levelOr, " OR "
	}
	if c.filter == n && c.settled(l, at) {
		return
	}
	open := c.open(own, at)
	c.terms(l, 0, l.Terms().Len(), word, own+1, c.filter == n)
	c.close(open)
}

// settled writes AND or OR of which a term is a literal, where only the rows count for which it is true: that
// decides it, or is left out. Elsewhere a constant might stand where the database takes none, such as in GROUP BY.
func (c *compiler) settled(l *expr.LogicExpr, at level) bool {
	var rest []any
	for i, x := range l.Terms().All() {
		v, ok := c.truth(x)
		switch {
		case ok && v == l.IsOr():
			c.constant(v)
			return true
		case ok && rest == nil:
			rest = make([]any, 0, l.Terms().Len())
			for _, before := range l.Terms().All() {
				if len(rest) == i {
					break
				}
				rest = append(rest, before)
			}
		case !ok && rest != nil:
			rest = append(rest, x)
		}
	}
	if rest == nil {
		return false
	}
	if len(rest) == 0 {
		c.constant(!l.IsOr())
		return true
	}
	left := expr.And(rest...)
	if l.IsOr() {
		left = expr.Or(rest...)
	}
	c.filter = left.Node()
	c.cond(left, at)
	return true
}

// terms writes terms from to end, in groups where there are more than a chain may
// have.
func (c *compiler) terms(l *expr.LogicExpr, from, end int, word string, at level, filters bool) {
	step := 1
	if most := c.d.maxChain; most > 0 && end-from > most {
		step = (end - from + most - 1) / most
	}
	for i := from; i < end; i += step {
		if i > from {
			c.text(word)
		}
		if next := min(i+step, end); next > i+1 {
			c.text("(")
			c.terms(l, i, next, word, at, filters)
			c.text(")")
		} else {
			x := l.Terms().At(i)
			if filters {
				c.filter = x.Node()
			}
			c.expr(x, at)
		}
	}
}

func writeBetween(c *compiler, n expr.Node, at level) {
	b := n.(*expr.BetweenExpr)
	want := c.ordered(b.X(), b.Low(), b.High())
	if !b.IsSymmetric() || c.d.symmetric {
		open := c.open(levelCompare, at)
		c.between(b, b.Low(), b.High(), want)
		c.close(open)
		return
	}
	own, word := levelOr, " OR "
	if b.IsNot() {
		own, word = levelAnd, " AND "
	}
	open := c.open(own, at)
	c.between(b, b.Low(), b.High(), want)
	c.text(word)
	c.between(b, b.High(), b.Low(), want)
	c.close(open)
}

func (c *compiler) between(b *expr.BetweenExpr, low, high expr.Expr, want schema.Type) {
	c.compared(b.X(), want, low, high)
	if b.IsNot() {
		c.text(" NOT")
	}
	c.text(" BETWEEN ")
	if b.IsSymmetric() && c.d.symmetric {
		c.text("SYMMETRIC ")
	}
	c.operand(low, want, levelConcat)
	c.text(" AND ")
	c.operand(high, want, levelConcat)
}

func writeCase(c *compiler, n expr.Node, _ level) {
	k := n.(*expr.CaseExpr)
	want := c.meeting(false, caseResults(c, k)...)
	c.text("CASE")
	for _, w := range k.Whens().All() {
		c.text(" WHEN ")
		c.cond(w.Cond(), anywhere)
		c.text(" THEN ")
		c.operand(w.Then(), want, anywhere)
	}
	if !k.Else().IsZero() {
		c.text(" ELSE ")
		c.operand(k.Else(), want, anywhere)
	}
	c.text(" END")
}

// caseResults lists what may come of a CASE, for a database that must be told
// what they meet in.
func caseResults(c *compiler, k *expr.CaseExpr) []expr.Expr {
	if c.d.convert == nil {
		return nil
	}
	results := make([]expr.Expr, 0, 8)
	for _, w := range k.Whens().All() {
		results = append(results, w.Then())
	}
	if !k.Else().IsZero() {
		results = append(results, k.Else())
	}
	return results
}

func writeArray(c *compiler, n expr.Node, _ level) {
	c.unsupported("array", c.d.name+" has no arrays")
}

func writeScalar(c *compiler, n expr.Node, _ level) { c.query(n.(*expr.ScalarExpr).Query(), unnamed) }

func writeExists(c *compiler, n expr.Node, _ level) {
	c.text("EXISTS ")
	c.query(n.(*expr.ExistsExpr).Query(), unnamed)
}
