package tree

import (
	"fmt"

	"github.com/tinylib/msgp/msgp"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// Of mirrors a statement. It panics at what the mirror does not have.
func Of(n expr.Node) Root {
	if i, ok := n.(*expr.InsertStmt); ok {
		return insertOf(i)
	}
	return selectOf(n.(*expr.SelectStmt))
}

// Root is a mirrored statement.
type Root interface {
	msgp.Marshaler
	msgp.Unmarshaler
}

// New returns an empty statement of the kind of another.
func New(of Root) Root {
	if _, ok := of.(*Insert); ok {
		return new(Insert)
	}
	return new(Select)
}

func selectOf(s *expr.SelectStmt) *Select {
	to := &Select{
		Where: optional(s.WhereClause()), Group: exprs(s.Groups()), Having: optional(s.HavingClause()),
		Limit: optional(s.LimitClause()), Offset: optional(s.OffsetClause()), Distinct: s.IsDistinct(),
		Items: each(s.Items(), itemOf),
		From:  each(s.FromClauses(), fromOf),
		Joins: each(s.Joins(), func(j expr.SelectJoin) SelectJoin {
			return SelectJoin{uint8(j.Kind()), fromOf(j.Target()), optional(j.On())}
		}),
		Order: each(s.Orders(), orderOf),
	}
	return to
}

func itemOf(i expr.Item) Item { return Item{exprOf(i.Expr()), i.Label()} }

func insertOf(n *expr.InsertStmt) *Insert {
	c := n.Conflict()
	to := &Insert{
		Into: fromOf(n.Into()), Query: queryOf(n.Query()), OnConflict: uint8(c.Action()), ConflictColumns: columns(c.Columns()),
		Constraint: c.Constraint(), Among: optional(c.Among()), Where: optional(c.WhereClause()), Returning: each(n.ReturningItems(), itemOf),
		Set: each(c.Set(), func(a expr.Assignment) Assignment { return Assignment{columnOf(a.Column()), exprOf(a.Value())} }),
	}
	for i := range n.Columns() {
		to.Columns = append(to.Columns, columnOf(n.Column(i)))
	}
	for i := range n.Rows() {
		to.Rows = append(to.Rows, Row{exprs(n.Row(i))})
	}
	return to
}

func columns(list []*schema.Column) (to []Column) {
	for _, c := range list {
		to = append(to, columnOf(c))
	}
	return to
}

func columnOf(c *schema.Column) Column { return Column{c.Table().Name(), c.Name()} }

func each[F, T any](list expr.List[F], convert func(F) T) []T {
	if list.Len() == 0 {
		return nil
	}
	to := make([]T, 0, list.Len())
	for _, v := range list.All() {
		to = append(to, convert(v))
	}
	return to
}

func exprs(list expr.List[expr.Expr]) []Expr { return each(list, exprOf) }

func optional(x expr.Expr) *Expr {
	if x.IsZero() {
		return nil
	}
	to := exprOf(x)
	return &to
}

func queryOf(q expr.Query) *Select {
	if q == nil {
		return nil
	}
	return selectOf(q.(*expr.SelectStmt))
}

func exprOf(x expr.Expr) Expr {
	switch n := x.Node().(type) {
	case *expr.LiteralExpr:
		return Expr{Literal: literalOf(n.Value(), n.As())}
	case *expr.ParamExpr:
		p := n.Parameter()
		to := &Param{Name: p.Name(), Type: typeOf(p.Type())}
		if v, ok := p.Default(); ok {
			to.Default = literalOf(v, schema.Unknown)
		}
		return Expr{Param: to}
	case *expr.ColumnExpr:
		return Expr{Column: &Column{n.Source().Name(), n.Name()}}
	case *expr.BinaryExpr:
		return Expr{Binary: &Binary{uint8(n.Operator()), exprOf(n.Left()), exprOf(n.Right())}}
	case *expr.UnaryExpr:
		return Expr{Unary: &Unary{uint8(n.Operator()), exprOf(n.X())}}
	case *expr.LogicExpr:
		return Expr{Logic: &Logic{exprs(n.Terms()), n.IsOr()}}
	case *expr.InExpr:
		return Expr{In: &In{exprOf(n.X()), exprs(n.List()), queryOf(n.Query()), n.IsNot()}}
	case *expr.BetweenExpr:
		return Expr{Between: &Between{exprOf(n.X()), exprOf(n.Low()), exprOf(n.High()), n.IsNot()}}
	case *expr.LikeExpr:
		return Expr{Like: &Like{uint8(n.Operator()), exprOf(n.X()), exprOf(n.Pattern()), n.IsNot()}}
	case *expr.CaseExpr:
		whens := each(n.Whens(), func(w expr.When) When { return When{exprOf(w.Cond()), exprOf(w.Then())} })
		return Expr{Case: &Case{whens, optional(n.Else())}}
	case *expr.CastExpr:
		return Expr{Cast: &Cast{exprOf(n.X()), typeOf(n.Type())}}
	case *expr.CallExpr:
		return Expr{Call: &Call{n.Function().Name(), exprs(n.Args()), n.IsDistinct()}}
	case *expr.ArrayExpr:
		return Expr{Array: &Array{typeOf(n.Type().Elem()), exprs(n.Items())}}
	case *expr.ScalarExpr:
		return Expr{Scalar: queryOf(n.Query())}
	case *expr.ExistsExpr:
		return Expr{Exists: queryOf(n.Query())}
	case *expr.OverExpr:
		return Expr{Over: &Over{exprOf(n.Call()), windowOf(n.Window())}}
	case *expr.RefExpr:
		return Expr{Ref: &Ref{n.Name()}}
	default:
		panic(fmt.Sprintf("tree: no mirror of %T", n))
	}
}

func orderOf(o expr.Order) Order { return Order{exprOf(o.Expr()), o.IsDesc(), uint8(o.Nulls())} }

func windowOf(w expr.Window) Window {
	unit, start, end := w.Frame()
	return Window{exprs(w.Partition()), each(w.Orders(), orderOf), uint8(unit), uint8(start.Edge()), optional(start.Offset()),
		uint8(end.Edge()), optional(end.Offset()), uint8(w.Excluded()), w.Name()}
}

func fromOf(f expr.FromClause) From {
	switch n := f.(type) {
	case *expr.TableSource:
		return From{Table: &Table{n.Table().Schema(), n.Table().Name()}}
	case *expr.AliasSource:
		return From{Alias: &Alias{fromOf(n.Of()), n.Name()}}
	case *expr.SubquerySource:
		return From{Subquery: &Subquery{*queryOf(n.Query()), n.Name()}}
	case *expr.CTESource:
		return From{CTE: &CTE{*selectOf(n.Query().(*expr.SelectStmt)), n.Name(), uint8(n.IsMaterialized())}}
	case *expr.JoinClause:
		return From{Join: &Join{uint8(n.Kind()), fromOf(n.Left()), fromOf(n.Right()), optional(n.On())}}
	default:
		panic(fmt.Sprintf("tree: no mirror of %T", n))
	}
}

func literalOf(v expr.Value, as schema.Type) *Literal {
	to := &Literal{Kind: uint8(v.Kind()), Bits: v.Int(), Text: v.Text()}
	if !as.IsUnknown() {
		t := typeOf(as)
		to.As = &t
	}
	return to
}

func typeOf(t schema.Type) Type {
	return Type{uint8(t.Kind()), t.IsArray(), t.Size(), t.Scale(), t.EnumName(), t.Labels()}
}
