package expr

import "github.com/sqlser/sqlser/schema"

// TableFunctionSource is function(arguments) AS name (a, b) in FROM: a function
// that gives rows. It sees what stands before it in FROM.
type TableFunctionSource struct {
	source
	call       Expr
	columns    []valuesColumn
	ordinality bool
	label      string
	typed      bool
	outs       []Output
}

// TableValued makes a source of a call: its columns are those given, with their
// types; with ordinality, one more that counts the rows from 1 is the last.
func (x Expr) TableValued(name string, columns []ColumnType, ordinality bool) *TableFunctionSource {
	n := &TableFunctionSource{call: x, columns: make([]valuesColumn, len(columns)), ordinality: ordinality, label: name}
	for i, c := range columns {
		n.columns[i] = valuesColumn{c.Name, c.Type}
	}
	return seal(n)
}

// Typed makes another source of the same call, whose columns are written with their types, as PostgreSQL wants it of a
// function of its own that gives rows of no type, such as json_to_recordset. [Err] says if the function is one of the
// catalogue, a column has no type, or there is ordinality, too.
func (n *TableFunctionSource) Typed() *TableFunctionSource {
	return seal(&TableFunctionSource{call: n.call, columns: n.columns, ordinality: n.ordinality, label: n.label, typed: true})
}

// Op returns OpTableFunction.
func (*TableFunctionSource) Op() Op { return OpTableFunction }

func (n *TableFunctionSource) fields(f *Fields) {
	f.Expr("call", &n.call)
	parts(f, "columns", &n.columns, (*valuesColumn).fields)
	f.Bool("ordinality", &n.ordinality)
	f.String("name", &n.label)
	f.Bool("typed", &n.typed)
}

func (n *TableFunctionSource) check() *Error {
	n.self = n
	call, ok := n.call.node().(*CallExpr)
	switch {
	case n.call.IsZero():
		return missing("the function")
	case !ok:
		return fail(CodeForm, "expected a function")
	case call.rest().hasClauses():
		return fail(CodeForm, "%s in FROM takes arguments only", call.fn.name)
	case len(n.columns) == 0:
		return missing("a column")
	}
	outs, err := declared(n.columns)
	if err != nil {
		return err
	}
	if n.outs = outs; outs[0].Type.IsUnknown() && len(outs) == 1 {
		outs[0].Type = call.typ
	}
	if n.typed {
		switch {
		case n.ordinality:
			return fail(CodeForm, "columns with types and ordinality: expected one of them")
		case !call.OfDatabase():
			return fail(CodeForm, "the types of %s are known: columns with types are of a function that the database alone knows", call.fn.name)
		}
		for _, c := range n.columns {
			if c.typ.IsUnknown() {
				return fail(CodeType, "column %s: expected its type", c.name)
			}
		}
	}
	if n.ordinality {
		if len(n.columns) < 2 {
			return fail(CodeForm, "ordinality needs a column of its own behind the others")
		}
		if last := &n.outs[len(n.outs)-1]; last.Type.IsUnknown() {
			last.Type = schema.BigInteger
		} else if last.Type.Family() != schema.FamilyInteger {
			return fail(CodeType, "ordinality: expected an integer, got %s", last.Type)
		}
	}
	return checkName("the name", n.label)
}

// Call returns the call.
func (n *TableFunctionSource) Call() Expr { return n.call }

// HasOrdinality reports whether the last column counts the rows.
func (n *TableFunctionSource) HasOrdinality() bool { return n.ordinality }

// IsTyped reports whether the columns are written with their types.
func (n *TableFunctionSource) IsTyped() bool { return n.typed }

// Name returns the name that was asked for, or "".
func (n *TableFunctionSource) Name() string { return n.label }

// Identity returns the source itself.
func (n *TableFunctionSource) Identity() any { return n }

// Columns returns the columns.
func (n *TableFunctionSource) Columns() []Output { return n.outs }

// Find returns the index of the column of this name.
func (n *TableFunctionSource) Find(name string) []int { return findIn(n.outs, name) }

var tableFunctionMethods = []Method{{
	On: OnExpr, Name: "table_valued", Doc: `a function that gives rows, as a source: {alias = "g", columns = {value = type}, with_ordinality = true}; with_types = true writes the types, where the function gives rows of none`,
	Args: []Arg{{"options", ArgOptions}}, Options: []Arg{{"alias", ArgString}, {"columns", ArgColumnTypes}, {"with_ordinality", ArgFlag}, {"with_types", ArgFlag}},
	Example: `sql.select(sql.fn.coalesce(1, 2):table_valued{alias = "g", columns = {value = sql.types.integer}}.value)`,
	SQL:     `SELECT "g"."value" FROM coalesce($1::BIGINT, $2::BIGINT) AS "g" ("value")`,
	Build: func(self any, a []any) any {
		o := a[0].([]any)
		name, _ := o[0].(string)
		columns, _ := o[1].([]ColumnType)
		ordinality, _ := o[2].(bool)
		s := self.(Expr).TableValued(name, columns, ordinality)
		if typed, _ := o[3].(bool); typed {
			return s.Typed()
		}
		return s
	},
}}
