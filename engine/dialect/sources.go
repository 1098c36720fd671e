package dialect

import (
	"fmt"

	"github.com/sqlser/sqlser/engine/expr"
)

// derived writes a source that is no table, and its name.
func (c *compiler) derived(o *expr.Occurrence) {
	switch {
	case o.CommonTable() != nil && c.inline != nil:
		c.inlined(o)
	case o.CommonTable() != nil:
		c.name(o.CommonTable().Name())
		if o.Name() != o.CommonTable().Name() {
			c.text(" AS ")
			c.name(o.Name())
		}
	case o.Query() != nil:
		if l := c.lockAt; c.d.locks.shallow && l.Strength() != 0 && l.Of().Len() == 0 {
			c.unsupported("FOR UPDATE of a subquery", c.d.name+" locks no rows of it: lock those of tables")
			return
		}
		if sub, ok := o.Origin().(*expr.SubquerySource); ok && sub.IsLateral() {
			if !c.d.lateral {
				c.unsupported("LATERAL", c.d.name+" has none: number the rows by row_number, partitioned by key, in a subquery, and join that")
				return
			}
			c.text("LATERAL ")
		}
		if o.SeesOuter() && !c.d.outerDerived {
			c.unsupported("a correlated source in FROM", c.d.name+" has none")
			return
		}
		c.query(o.Query(), named)
		c.text(" AS ")
		c.name(o.Name())
	case o.Rows() != nil:
		c.d.valuesSource(c, o)
	case o.Function() != nil:
		c.tableFunction(o)
	default:
		c.unsupported("source", "it is not resolved")
	}
}

// columnList writes AS name (columns).
func (c *compiler) columnList(o *expr.Occurrence) {
	c.text(" AS ")
	c.name(o.Name())
	c.text(" (")
	for i, name := range o.ColumnNames().All() {
		if i > 0 {
			c.text(", ")
		}
		c.name(name)
	}
	c.text(")")
}

// rows writes (a, b), (c, d).
func (c *compiler) rows(v *expr.ValuesSource) {
	for i := range v.Rows() {
		if i > 0 {
			c.text(", ")
		}
		c.text("(")
		for k, x := range v.Row(i).All() {
			if k > 0 {
				c.text(", ")
			}
			c.cell(v, k, x)
		}
		c.text(")")
	}
}

// cell writes a value in the type of its column.
func (c *compiler) cell(v *expr.ValuesSource, column int, x expr.Expr) {
	want := v.Columns()[column].Type
	if isUntypedNull(x) && c.d.null != nil {
		c.d.null(c, want)
		return
	}
	// Where arguments have types, those of a column must be its own.
	if s, ok := c.slotOf(x); ok && s.param == 0 && c.d.shared && want.Family() == s.typ.Family() {
		s.typ = want
		c.place(s)
		return
	}
	c.varying(x, want)
}

// valuesList is (VALUES (1, 2)) AS name (a, b).
func valuesList(c *compiler, o *expr.Occurrence) {
	c.text("(VALUES ")
	c.rows(o.Rows())
	c.text(")")
	c.columnList(o)
}

// valuesColumns is for a database that names the columns itself.
func valuesColumns(c *compiler, o *expr.Occurrence) {
	c.text("(SELECT ")
	for i, name := range o.ColumnNames().All() {
		if i > 0 {
			c.text(", ")
		}
		c.text("column")
		c.digits(uint64(i) + 1)
		c.text(" AS ")
		c.name(name)
	}
	c.text(" FROM (VALUES ")
	c.rows(o.Rows())
	c.text(")) AS ")
	c.name(o.Name())
}

// valuesSelects is for databases that do not agree on VALUES.
func valuesSelects(c *compiler, o *expr.Occurrence) {
	c.text("(")
	for i := range o.Rows().Rows() {
		if i > 0 {
			c.text(" UNION ALL ")
		}
		c.text("SELECT ")
		for k, x := range o.Rows().Row(i).All() {
			if k > 0 {
				c.text(", ")
			}
			c.cell(o.Rows(), k, x)
			if i == 0 {
				c.text(" AS ")
				c.name(o.ColumnName(k))
			}
		}
	}
	c.text(") AS ")
	c.name(o.Name())
}

// tableFunction writes a function in FROM.
func (c *compiler) tableFunction(o *expr.Occurrence) {
	f := o.Function()
	call := f.Call().Node().(*expr.CallExpr)
	if spelled := c.d.functions[call.Function().Name()]; call.Function().IsKnown() && len(spelled.rows) > 0 {
		c.rowsOf(o, spelled, call)
		return
	}
	if c.d.namedColumns && call.OfDatabase() {
		c.namedRows(o, call)
		return
	}
	if !c.d.tableFunctions {
		c.unsupported("function "+call.Function().Name()+" in FROM", c.d.name+" has none")
		return
	}
	c.expr(f.Call(), anywhere)
	if f.HasOrdinality() {
		c.text(" WITH ORDINALITY")
	}
	if !f.IsTyped() {
		c.columnList(o)
		return
	}
	c.text(" AS ")
	c.name(o.Name())
	for i, name := range o.ColumnNames().All() {
		if i == 0 {
			c.text(" (")
		} else {
			c.text(", ")
		}
		c.name(name)
		c.text(" ")
		postgresSized(c, f.Columns()[i].Type)
	}
	c.text(")")
}

// namedRows writes a function in FROM of which the database names the columns: they must be called as it does.
func (c *compiler) namedRows(o *expr.Occurrence, call *expr.CallExpr) {
	what := "function " + call.Function().Name() + " in FROM"
	if o.Function().HasOrdinality() || o.Function().IsTyped() {
		c.unsupported(what+", with ordinality or types", c.d.name+" has none")
		return
	}
	for i, col := range o.Function().Columns() {
		if name := o.ColumnName(i); name != col.Name {
			c.unsupported(what, "its columns are called as "+c.d.name+" calls them, and there is none "+col.Name)
			return
		}
	}
	c.expr(expr.Of(call), anywhere)
	c.text(" AS ")
	c.name(o.Name())
}

// rowsOf writes the query that gives the rows of a function in FROM.
func (c *compiler) rowsOf(o *expr.Occurrence, f function, call *expr.CallExpr) {
	values := o.Function().Columns()
	if o.Function().HasOrdinality() {
		values = values[:len(values)-1]
	}
	if len(values) != 1 {
		c.unsupported("function "+call.Function().Name()+" in FROM", fmt.Sprintf("it gives one column, not %d", len(values)))
		return
	}
	if c.spend(expr.Size(call)); c.err == nil && c.isCorrelated(call) {
		if !c.d.lateral {
			c.unsupported("function "+call.Function().Name()+" of columns, in FROM", c.d.name+" has no LATERAL: take as many as the most, and join those that count")
			return
		}
		c.text("LATERAL ")
	}
	c.text("(SELECT value AS ")
	c.name(o.ColumnName(0))
	if o.Function().HasOrdinality() {
		c.text(", n AS ")
		c.name(o.ColumnName(1))
	}
	c.text(" FROM (")
	c.form(f, f.rows[call.Args().Len()], call)
	c.text(") AS ")
	c.name("~")
	c.text(") AS ")
	c.name(o.Name())
}

// sample writes TABLESAMPLE behind a table.
func (c *compiler) sample(o *expr.Occurrence) {
	s := o.Sample()
	if s == nil {
		return
	}
	if !c.d.tablesample {
		c.unsupported("TABLESAMPLE", c.d.name+" has none")
		return
	}
	switch s.Method() {
	case expr.Bernoulli:
		c.text(" TABLESAMPLE BERNOULLI (")
	case expr.System:
		c.text(" TABLESAMPLE SYSTEM (")
	}
	c.expr(s.Percent(), anywhere)
	c.text(")")
	if !s.Seed().IsZero() {
		c.around(" REPEATABLE (", s.Seed(), ")")
	}
}
