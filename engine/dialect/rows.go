package dialect

import (
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// writeTuple writes a row where nothing is known of what it meets.
func writeTuple(c *compiler, n expr.Node, _ level) {
	t := n.(*expr.TupleExpr)
	c.row(t, make([]schema.Type, t.Items().Len()))
}

// row writes a row whose values meet others in these types.
func (c *compiler) row(t *expr.TupleExpr, wants []schema.Type) {
	if c.d.plainRows && c.hasWindow(t) {
		c.unsupported("row with a window function", c.d.name+" compares it wrongly: take it from a subquery")
	}
	c.text("(")
	for i, x := range t.Items().All() {
		if i > 0 {
			c.text(", ")
		}
		c.operand(x, wants[i], anywhere)
	}
	c.text(")")
}

// writeRows writes a comparison of rows.
func writeRows(c *compiler, b *expr.BinaryExpr, left, right *expr.TupleExpr, at level) {
	op, n := b.Operator(), left.Items().Len()
	if op == expr.OpDistinct || op == expr.OpNotDistinct { // value by value
		pairs := make([]any, n)
		for i := range n {
			pairs[i] = expr.Binary(op, left.Items().At(i), right.Items().At(i))
		}
		if op == expr.OpDistinct {
			c.expr(expr.Or(pairs...), at)
		} else {
			c.expr(expr.And(pairs...), at)
		}
		return
	}
	wants := make([]schema.Type, n)
	for i := range n {
		if op == expr.OpEq || op == expr.OpNe {
			wants[i] = c.meeting(true, left.Items().At(i), right.Items().At(i))
		} else {
			wants[i] = c.ordered(left.Items().At(i), right.Items().At(i))
		}
	}
	open, kept := c.openRows(b, at)
	c.row(left, wants)
	c.text(signs[op].text)
	c.row(right, wants)
	c.closeRows(open, kept)
}

// openRows writes what stands before a comparison n of two rows, and closeRows what
// stands behind it: a database that takes it for never NULL is told that it may be,
// but where it filters and an index may serve it. One that takes it for NULL where any value is
// would lose rows of an outer join; it is right about rows that are equal.
func (c *compiler) openRows(n expr.Node, at level) (open, kept bool) {
	if c.d.rowsNeverNull && c.filter != n || c.d.rowsNullAlways && !isEquality(n) {
		c.text("coalesce(")
		return false, true
	}
	return c.open(levelCompare, at), false
}

// isEquality reports whether a comparison is true of what is equal alone.
func isEquality(n expr.Node) bool {
	switch n := n.(type) {
	case *expr.BinaryExpr:
		return n.Operator() == expr.OpEq
	case *expr.InExpr:
		return !n.IsNot()
	}
	return false
}

func (c *compiler) closeRows(open, kept bool) {
	if kept {
		c.text(", NULL)")
	}
	c.close(open)
}

// writeRowIn writes a row that is looked for in a list of rows.
func writeRowIn(c *compiler, in *expr.InExpr, x *expr.TupleExpr, word string, at level) {
	wants := make([]schema.Type, x.Items().Len())
	rows := make([]*expr.TupleExpr, 0, in.List().Len())
	for _, v := range in.List().All() {
		row, ok := v.Node().(*expr.TupleExpr)
		if !ok {
			c.unsupported("IN", "a row meets what is no row")
			return
		}
		rows = append(rows, row)
	}
	for i := range wants {
		all := append(make([]expr.Expr, 0, 1+len(rows)), x.Items().At(i))
		for _, row := range rows {
			all = append(all, row.Items().At(i))
		}
		wants[i] = c.meeting(true, all...)
	}
	open, kept := c.openRows(in, at)
	c.row(x, wants)
	c.text(word)
	if c.d.rowList != "" { // which is a query
		for _, row := range in.List().All() {
			if c.ofRows(row) {
				c.unsupported("IN of rows with an aggregate or window function", c.d.name+" would take it in a query of its own: take it from a subquery")
			}
		}
	}
	c.text(c.d.rowList)
	for i, row := range rows {
		if i > 0 {
			c.text(", ")
		}
		c.row(row, wants)
	}
	c.text(")")
	c.closeRows(open, kept)
}

// inPairs lists what meets which column of the query behind IN.
func inPairs(in *expr.InExpr) (values []expr.Expr, of []schema.Type) {
	values = []expr.Expr{in.X()}
	if t, ok := in.X().Node().(*expr.TupleExpr); ok {
		values = values[:0]
		for _, x := range t.Items().All() {
			values = append(values, x)
		}
	}
	for _, o := range in.Query().Outputs() {
		of = append(of, o.Type)
	}
	return values, of
}

// writeQuantifier refuses ANY or ALL by itself: comparisons write it.
func writeQuantifier(c *compiler, _ expr.Node, _ level) {
	c.unsupported("ANY and ALL", "they stand on the right of a comparison")
}

// writeQuantified writes a comparison with ANY or ALL.
func writeQuantified(c *compiler, b *expr.BinaryExpr, q *expr.QuantifiedExpr, at level) {
	op, word := b.Operator(), "ANY"
	if q.IsAll() {
		word = "ALL"
	}
	if q.Query() == nil {
		if c.d.quantified != quantifiedArrays {
			c.unsupported(word+" of an array", c.d.name+" has no arrays")
			return
		}
		open := c.open(levelCompare, at)
		c.expr(b.Left(), levelConcat)
		c.text(signs[op].text + word + " (")
		c.expr(q.Array(), anywhere)
		if _, scalar := q.Array().Node().(*expr.ScalarExpr); scalar { // else it would be a query of arrays
			c.text("::")
			postgresType(c, q.Array().Type())
		}
		c.text(")")
		c.close(open)
		return
	}
	in := b.Left().In(q.Query())
	if q.IsAll() {
		in = b.Left().NotIn(q.Query())
	}
	if (op == expr.OpEq) != q.IsAll() && (op == expr.OpEq || op == expr.OpNe) { // = ANY is IN, <> ALL is NOT IN
		if c.d.quantified == quantifiedNot {
			c.expr(in, at)
			return
		}
	} else if c.d.quantified == quantifiedNot {
		c.unsupported(op.String()+" "+word, c.d.name+" has none: compare with the least or greatest of the query")
		return
	}
	n, ok := in.Node().(*expr.InExpr)
	if !ok {
		c.unsupported(word, in.Err().Error())
		return
	}
	var before, after string
	if c.d.inQuery != nil {
		if before, after, ok = c.d.inQuery(c, n); !ok {
			return
		}
	}
	open := c.open(levelCompare, at)
	c.inQueryOf(b.Left(), q.Type())
	c.text(signs[op].text + word + " ")
	c.text(before)
	c.query(q.Query(), unnamed)
	c.text(after)
	c.close(open)
}

// quantified says what ANY and ALL may be of.
type quantified uint8

const (
	quantifiedNot     quantified = iota // it has none, but IN and NOT IN
	quantifiedQueries                   // queries
	quantifiedArrays                    // queries and arrays
)
