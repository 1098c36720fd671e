package expr

import (
	"slices"

	"github.com/sqlser/sqlser/schema"
)

// ExcludedSource is the row that an insert would have made, where it finds another
// in its place: in ON CONFLICT DO UPDATE alone.
type ExcludedSource struct {
	source
	of      Source // a table, or an entity
	pending bool   // of no table yet: see [ExcludedColumn]
}

// excludedOf identifies the excluded row of a table, or of an entity: a pointer, which
// needs no memory of its own.
type excludedOf[T any] struct{ of *T }

// Excluded makes the source of the row that an insert into a table would have made.
// Every one of one table is the same.
func Excluded(into Source) *ExcludedSource {
	if t, ok := into.(*TableSource); ok && t != nil && t.excluded != nil {
		return t.excludedRow()
	}
	return seal(&ExcludedSource{of: orNone(into)})
}

// excludedRow is the excluded row of a table that changes no more, made once, and the nodes of
// its columns.
type excludedRow struct {
	source  ExcludedSource
	columns []ColumnExpr
}

func (n *TableSource) excludedRow() *ExcludedSource {
	if row := n.excluded.Load(); row != nil {
		return &row.source
	}
	row := &excludedRow{source: ExcludedSource{of: n}, columns: make([]ColumnExpr, len(n.columns))}
	seal(&row.source)
	for i := range n.columns {
		row.columns[i].make(&row.source, n.columns[i].column, 0)
	}
	n.excluded.CompareAndSwap(nil, row)
	return &n.excluded.Load().source
}

// node returns the node of a column that was made with the row, or nil.
func (n *ExcludedSource) node(c *schema.Column) *ColumnExpr {
	t, ok := n.of.(*TableSource)
	if !ok || t.excluded == nil {
		return nil
	}
	if row := t.excluded.Load(); row != nil && &row.source == n {
		if at := c.Position(); at >= 0 && at < len(row.columns) && row.columns[at].column == c {
			return &row.columns[at]
		}
	}
	return nil
}

// C returns the column of this name.
func (n *ExcludedSource) C(name string) Expr {
	if t, ok := n.of.(*TableSource); ok && t.excluded != nil && len(t.columns) <= fewColumns {
		if row := t.excluded.Load(); row != nil && &row.source == n {
			for i := range row.columns {
				if row.columns[i].column.Name() == name {
					return Expr{at: &row.columns[i].exprState}
				}
			}
		}
	}
	return n.source.C(name)
}

// ExcludedColumn makes a column of the excluded row of a table that is not known yet,
// of no type: [BindExcluded] says of which.
func ExcludedColumn(name string) Expr {
	s := seal(&ExcludedSource{of: Table(schema.Detached([]string{excludedName}, "")), pending: true})
	c := schema.DetachedColumn(TableOf(s), name, schema.Unknown, true, "")
	return column(s, OutputOf(c))
}

// Op returns OpExcluded.
func (*ExcludedSource) Op() Op { return OpExcluded }

func (n *ExcludedSource) fields(f *Fields) { f.Source("table", &n.of) }

func (n *ExcludedSource) check() *Error {
	if n.of == nil {
		return missing("the table")
	}
	if _, ok := n.of.(*TableSource); !ok && n.of.Op() != OpEntity {
		return fail(CodeForm, "the excluded row is one of a table, got %s", n.of.Op())
	}
	n.self = n
	return nil
}

// Of returns the table, or the entity, that rows are inserted into.
func (n *ExcludedSource) Of() Source { return n.of }

// Name returns "excluded".
func (n *ExcludedSource) Name() string { return excludedName }

// Identity tells it from the table, and from the excluded row of another table.
func (n *ExcludedSource) Identity() any {
	if n.of != nil {
		switch of := n.of.Identity().(type) {
		case *schema.Table:
			return excludedOf[schema.Table]{of}
		case *schema.Entity:
			return excludedOf[schema.Entity]{of}
		}
	}
	return n // a bad one
}

// Columns returns the table's columns.
func (n *ExcludedSource) Columns() []Output {
	if n.of == nil {
		return nil
	}
	return n.of.Columns()
}

// Find returns the index of the column of this name.
func (n *ExcludedSource) Find(name string) []int { return findIn(n.Columns(), name) }

// BindExcluded makes the columns of [ExcludedColumn] in what a method of an insert is
// given (operands, assignments or lists of them) those of the insert's table.
func BindExcluded(n *InsertStmt, args []any) []any {
	if !slices.ContainsFunc(args, isPending) {
		return args
	}
	out := make([]any, len(args))
	for i, a := range args {
		switch a := a.(type) {
		case Expr:
			out[i] = excludedIn(n.own().into, a)
		case []any:
			out[i] = BindExcluded(n, a)
		case Assign:
			bound := make(Assign, len(a))
			for name, v := range a {
				bound[name] = BindExcluded(n, []any{v})[0]
			}
			out[i] = bound
		default:
			out[i] = a
		}
	}
	return out
}

// excludedIn makes the pending columns in x those of a table's excluded row. What
// they stand beside is built anew: plain values take their types.
func excludedIn(table Source, x Expr) Expr {
	if x.at == nil || x.Err() != nil || !hasPending(x) {
		return x
	}
	row := Excluded(table)
	if c, ok := x.node().(*ColumnExpr); ok {
		return row.C(c.Name())
	}
	n := Rewrite(x.node(), func(n Node) Node {
		switch n := n.(type) {
		case *ColumnExpr:
			if isPendingColumn(n) {
				return row.C(n.Name()).node()
			}
		case *BinaryExpr:
			return Binary(n.op, n.left, n.right).node()
		case *BetweenExpr:
			if n.not {
				return n.x.NotBetween(n.low, n.high).node()
			}
			return n.x.Between(n.low, n.high).node()
		case *CallExpr:
			if n.IsPlain() && n.fn.IsKnown() {
				args := make([]any, len(n.args))
				for i, a := range n.args {
					args[i] = a
				}
				return Call(n.fn, args...).node()
			}
		}
		return n
	})
	return exprOf(as[exprNode](n))
}

// isPending reports whether an argument holds a pending column, see [BindExcluded].
func isPending(arg any) bool {
	switch a := arg.(type) {
	case Expr:
		return a.at != nil && hasPending(a)
	case []any:
		return slices.ContainsFunc(a, isPending)
	case Assign:
		for _, v := range a {
			if isPending(v) {
				return true
			}
		}
	}
	return false
}

func hasPending(x Expr) (found bool) {
	switch n := x.node().(type) {
	case *LiteralExpr, *ParamExpr, *RefExpr:
		return false
	case *ColumnExpr:
		return isPendingColumn(n)
	}
	walkExpr(x, func(n Node) bool {
		c, ok := n.(*ColumnExpr)
		found = found || ok && isPendingColumn(c)
		return !found
	})
	return found
}

// excluded makes the excluded row of its table of that of an entity.
func (x *expander) excluded(e *schema.Entity) *entityUse {
	if e.Table() == nil {
		return x.newUse(e, false, "", nil)
	}
	row := Excluded(Table(e.Table()))
	return &entityUse{entity: e, clause: row, tables: []Source{row}}
}

func isPendingColumn(c *ColumnExpr) bool {
	s, ok := c.Source().(*ExcludedSource)
	return ok && s.pending
}

var excludedMethods []Method
