package expr

import (
	"slices"

	"github.com/sqlser/sqlser/schema"
)

// TupleExpr is (a, b, ...): a row of values. It stands beside a comparison with
// another row, or in IN, and nowhere else.
type TupleExpr struct {
	value
	items []Expr
}

// Tuple makes a row of two values or more. It compares with =, <>, IS DISTINCT FROM
// and, from the left, <, <=, > and >=, value by value.
func Tuple(items ...any) Expr { return exprOf(seal(&TupleExpr{items: exprs(items)})) }

// Op returns OpTuple.
func (*TupleExpr) Op() Op { return OpTuple }

func (n *TupleExpr) fields(f *Fields) { f.Exprs("items", &n.items) }

func (n *TupleExpr) check() *Error {
	n.marks |= isBeside
	if len(n.items) < 2 {
		return fail(CodeForm, "expected a row of two values or more, got %d", len(n.items))
	}
	for _, x := range n.items {
		if x.IsZero() {
			return missing("a value")
		}
	}
	return nil
}

// Items returns the values.
func (n *TupleExpr) Items() List[Expr] { return List[Expr]{n.items} }

// isBeside reports whether x stands beside comparisons only.
func (x Expr) isBeside() bool { return x.at != nil && x.at.marks.has(isBeside) }

// unifyRows adapts the literals of rows of one length, as unify does.
func unifyRows(list []Expr) {
	rows := make([][]Expr, len(list))
	for i, x := range list {
		t, ok := x.node().(*TupleExpr)
		if !ok || t.err != nil || i > 0 && len(t.items) != len(rows[0]) {
			return
		}
		rows[i] = slices.Clone(t.items)
	}
	column := make([]Expr, len(rows))
	for k := range rows[0] {
		for i := range rows {
			column[i] = rows[i][k]
		}
		unify(column, true)
		for i := range rows {
			rows[i][k] = column[i]
		}
	}
	for i := range rows {
		list[i] = exprOf(seal(&TupleExpr{items: rows[i]}))
	}
}

// checkRows checks a comparison of rows, or with ANY or ALL.
func (n *BinaryExpr) checkRows() *Error {
	n.typ = kept(schema.Boolean)
	if !n.op.IsComparison() {
		return fail(CodeType, "no %s of rows, ANY or ALL", n.op)
	}
	if q, ok := n.right.node().(*QuantifiedExpr); ok {
		if n.left.isBeside() || n.op == OpDistinct || n.op == OpNotDistinct {
			return fail(CodeForm, "%s: a single value compares with %s", n.op, q.word())
		}
		if _, ok := binaryRows[n.op].result(n.left.Type(), q.typ); !ok {
			return fail(CodeType, "no %s %s %s of %s", n.left.Type(), n.op, q.word(), q.typ)
		}
		return nil
	}
	if q, ok := n.left.node().(*QuantifiedExpr); ok {
		return fail(CodeForm, "%s stands on the right of a comparison", q.word())
	}
	l, lok := n.left.node().(*TupleExpr)
	r, rok := n.right.node().(*TupleExpr)
	if !lok || !rok {
		return fail(CodeType, "%s: a row compares with a row", n.op)
	}
	return l.checkWith(r.items, n.op)
}

// checkWith checks that the row compares with values.
func (n *TupleExpr) checkWith(values []Expr, op BinaryOp) *Error {
	if len(n.items) != len(values) {
		return fail(CodeType, "a row of %d values meets one of %d", len(n.items), len(values))
	}
	for i, x := range n.items {
		if _, ok := binaryRows[op].result(x.Type(), values[i].Type()); !ok {
			return fail(CodeType, "value %d of a row: no %s %s %s", i+1, x.Type(), op, values[i].Type())
		}
		if err := checkLabel(x, values[i]); err != nil {
			return err
		}
	}
	return nil
}

// checkRows checks a row in a list of rows, or in a query of as many columns.
func (n *InExpr) checkRows(x *TupleExpr) *Error {
	if n.query != nil {
		outs := n.query.Outputs()
		if len(outs) != len(x.items) {
			return fail(CodeType, "expected a query of %d columns, got %d", len(x.items), len(outs))
		}
		for i, o := range outs {
			if !x.items[i].Type().Comparable(o.Type) {
				return fail(CodeType, "value %d of a row: no %s IN %s", i+1, x.items[i].Type(), o.Type)
			}
		}
	}
	for _, v := range n.list {
		row, ok := v.node().(*TupleExpr)
		if !ok {
			return fail(CodeType, "a row IN a list with what is no row")
		}
		if err := x.checkWith(row.items, OpEq); err != nil {
			return err
		}
	}
	return nil
}

var tupleMethods = []Method{{
	On: OnModule, Name: "tuple", Doc: "a row of values, to compare with another or with x:in_{{1, \"a\"}, {2, \"b\"}}", Args: []Arg{{"values", ArgOperands}},
	Example: `sql.select(u.id):where(sql.tuple(u.age, u.name):in_{{30, "ann"}, {25, "Bob"}})`,
	SQL:     `SELECT "users"."id" FROM "users" WHERE ("users"."age", "users"."name") IN (VALUES (?, ?), (?, ?))`,
	Build:   func(_ any, a []any) any { return Tuple(a[0].([]any)...) },
}}
