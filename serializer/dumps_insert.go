package serializer

import (
	"github.com/sqlser/sqlser/engine/expr"
)

// insert writes the fields of an insert of values into a table, as they say, without asking for them;
// the vectors hold the bytes of both. Of any other it reports false, and has written nothing.
func (e *encoder) insert(n *expr.InsertStmt) bool {
	into, ok := n.Into().(*expr.TableSource)
	if !ok || n.Query() != nil {
		return false
	}
	e.Field("table", true)
	e.Source(into)
	e.columnsOf("columns", into, n.GivenColumns())
	rows := n.Rows()
	if e.Field("rows", rows > 0); rows > 0 {
		e.List(rows)
	}
	for i := range rows {
		cells := n.Row(i)
		e.open()
		if e.Field("cells", cells.Len() > 0); cells.Len() > 0 {
			e.exprs(cells)
		}
		e.close()
	}
	e.Field("query", false)
	conflict := n.Conflict()
	e.conflict(into, &conflict)
	items := n.ReturningItems()
	if e.Field("returning", items.Len() > 0); items.Len() > 0 {
		e.List(items.Len())
	}
	for i := range items.Len() {
		e.item(items.At(i))
	}
	return true
}

func (e *encoder) conflict(into expr.Source, c *expr.Conflict) {
	if e.Field("on_conflict", c.Action() != 0); c.Action() != 0 {
		e.Code(uint8(c.Action()))
	}
	e.columnsOf("conflict_columns", into, c.TargetColumns())
	if e.Field("conflict_constraint", c.Constraint() != ""); c.Constraint() != "" {
		e.String(c.Constraint())
	}
	e.optional("conflict_among", c.Among())
	set := c.Set()
	if e.Field("conflict_set", set.Len() > 0); set.Len() > 0 {
		e.List(set.Len())
	}
	for i := range set.Len() {
		a := set.At(i)
		e.open()
		e.Field("column", true)
		e.Column(into, a.Column(), 0)
		e.optional("value", a.Value())
		e.close()
	}
	e.optional("conflict_where", c.WhereClause())
}

// columnsOf writes a field that lists columns of a table.
func (e *encoder) columnsOf(name string, of expr.Source, list expr.TargetColumns) {
	if e.Field(name, list.Len() > 0); list.Len() == 0 {
		return
	}
	e.List(list.Len())
	s, _ := e.number(of) // it has been named
	for i := range list.Len() {
		if s < nearSources {
			e.near(s, list.At(i), 0)
		} else {
			e.Column(of, list.At(i), 0)
		}
	}
}

// optional writes a field that holds an expression or none.
func (e *encoder) optional(name string, x expr.Expr) {
	if e.Field(name, !x.IsZero()); !x.IsZero() {
		e.Node(x.Node())
	}
}

// item writes a column of a statement's rows.
func (e *encoder) item(i expr.Item) {
	if c, ok := i.Expr().Node().(*expr.ColumnExpr); ok && i.Label() == "" {
		e.PlainItem(c)
		return
	}
	e.open()
	e.optional("expr", i.Expr())
	if e.Field("label", i.Label() != ""); i.Label() != "" {
		e.String(i.Label())
	}
	e.close()
}
