package expr

import (
	"reflect"

	"github.com/sqlser/sqlser/schema"
)

// InExpr is x IN (list) or x IN (query), or NOT IN. An empty list is allowed: no
// value is in it.
type InExpr struct {
	value
	x     Expr
	list  []Expr
	query Query
	not   bool
}

// In is x IN (values): operands, one query, one slice of operands such as a []any or an []int64, or
// one parameter of an array type, which is bound to a list of any length.
func (x Expr) In(values ...any) Expr { return in(x, values, false) }

// NotIn is x NOT IN (values).
func (x Expr) NotIn(values ...any) Expr { return in(x, values, true) }

func in(x Expr, values []any, not bool) Expr {
	n := &InExpr{x: Of(x), not: not}
	if len(values) == 1 {
		switch v := values[0].(type) {
		case Query:
			if n.query = orNone(v); n.query == nil { // it must not pass for an empty list
				return refuse(OpIn, missing("the query"))
			}
			return n.seal()
		case []any:
			values = v
		case []Expr:
			values = make([]any, len(v))
			for i := range v {
				values[i] = v[i]
			}
		default:
			if list := reflect.ValueOf(v); list.Kind() == reflect.Slice && list.Type().Elem().Kind() != reflect.Uint8 {
				values = make([]any, list.Len())
				for i := range values {
					values[i] = list.Index(i).Interface()
				}
			}
		}
	}
	all := make([]Expr, 1+len(values))
	all[0] = n.x
	exprsIn(all[1:], values)
	if n.x.isBeside() {
		unifyRows(all)
	} else {
		unify(all, true)
	}
	n.x, n.list = all[0], all[1:]
	return n.seal()
}

// seal is as the function, without asking for fields.
func (n *InExpr) seal() Expr {
	n.self = n
	var m measure
	m.expr(n.x, isBeside)
	m.exprs(n.list, isBeside)
	if n.query != nil {
		m.closed(n.query.state())
	}
	if n.settle(&m) {
		n.judge(OpIn, n.check())
	} else {
		finish(n, m.above(), m.err)
	}
	return Expr{at: &n.exprState}
}

// Op returns OpIn.
func (*InExpr) Op() Op { return OpIn }

func (n *InExpr) fields(f *Fields) {
	f.Side("x", &n.x)
	f.Sides("list", &n.list)
	f.Query("query", &n.query)
	f.Bool("not", &n.not)
}

func (n *InExpr) check() *Error {
	n.typ = schema.Boolean
	if n.x.IsZero() {
		return missing("the operand")
	}
	if n.query != nil {
		if len(n.list) > 0 {
			return fail(CodeForm, "a list and a query")
		}
		if err := noWhole(n.query); err != nil {
			return err
		}
	}
	if x, ok := n.x.node().(*TupleExpr); ok {
		return n.checkRows(x)
	}
	for i := range len(n.list) + 1 {
		x := n.x
		if i < len(n.list) {
			x = n.list[i]
		}
		if x.isBeside() {
			return fail(CodeType, "%s: only a row looks for rows", x.node().Op())
		}
	}
	if n.query != nil {
		t, err := typeOfColumn(n.query)
		if err != nil {
			return err
		}
		if !n.x.Type().Comparable(t) {
			return fail(CodeType, "no %s IN %s", n.x.Type(), t)
		}
	}
	if elem := n.ArrayElem(); !elem.IsUnknown() {
		if !n.x.Type().Comparable(elem) {
			return fail(CodeType, "no %s IN a list of %s", n.x.Type(), elem)
		}
		return nil
	}
	for _, v := range n.list {
		if v.IsZero() {
			return missing("a value")
		}
		if !n.x.Type().Comparable(v.Type()) {
			return fail(CodeType, "no %s IN a list with %s%s", n.x.Type(), v.Type(), said(", ", n.x, v))
		}
		if err := checkLabel(n.x, v); err != nil {
			return err
		}
	}
	return nil
}

// typeOfColumn is the type of the column of a query that has one.
func typeOfColumn(q Query) (schema.Type, *Error) {
	if s, ok := q.(*SelectStmt); ok && len(s.own().items) == 1 { // as Outputs says, which makes a list
		return s.own().items[0].expr.Type(), nil
	}
	outs := q.Outputs()
	if len(outs) != 1 {
		return schema.Unknown, fail(CodeType, "expected a query of one column, got %d", len(outs))
	}
	return outs[0].Type, nil
}

// X returns the operand.
func (n *InExpr) X() Expr { return n.x }

// List returns the values; none if there is a query.
func (n *InExpr) List() List[Expr] { return List[Expr]{n.list} }

// ArrayElem returns the type of the elements where the list is one array, such as
// a list parameter, and x is none; else unknown.
func (n *InExpr) ArrayElem() schema.Type {
	if len(n.list) != 1 || n.x.Type().IsArray() {
		return schema.Unknown
	}
	return n.list[0].Type().Elem()
}

// Query returns the query, or nil.
func (n *InExpr) Query() Query { return n.query }

// IsNot reports whether it is NOT IN.
func (n *InExpr) IsNot() bool { return n.not }

var inMethods = []Method{{
	On: OnExpr, Name: "in_", Doc: "x IN a list of values, which may be empty, or a query", Args: []Arg{{"values", ArgIn}},
	Example: `sql.select(u.id):where(u.id:in_{1, 2, 3})`,
	SQL:     `SELECT "users"."id" FROM "users" WHERE "users"."id" IN (?, ?, ?)`,
	Build:   func(self any, a []any) any { return self.(Expr).In(a[0]) },
}, {
	On: OnExpr, Name: "not_in", Doc: "x NOT IN a list of values, which may be empty, or a query", Args: []Arg{{"values", ArgIn}},
	Example: `sql.select(u.id):where(u.id:not_in(sql.select(a.user_id)))`,
	SQL:     `SELECT "users"."id" FROM "users" WHERE "users"."id" NOT IN (SELECT "addresses"."user_id" FROM "addresses")`,
	Build:   func(self any, a []any) any { return self.(Expr).NotIn(a[0]) },
}}
