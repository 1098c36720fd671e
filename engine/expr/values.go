package expr

import "github.com/sqlser/sqlser/schema"

// ValuesSource is (VALUES (1, 'a'), (2, 'b')) AS name (id, name): rows that the
// statement itself brings.
type ValuesSource struct {
	source
	columns []valuesColumn
	rows    []valuesRow
	outs    []Output
}

type valuesColumn struct {
	name string
	typ  schema.Type // unknown: what its values are of
}

func (c *valuesColumn) fields(f *Fields) {
	f.String("name", &c.name)
	f.Type("type", &c.typ)
}

// declared returns columns as they were declared, each with a name of its own.
func declared(columns []valuesColumn) ([]Output, *Error) {
	outs := make([]Output, len(columns))
	seen := make(map[string]bool, len(columns))
	for i, c := range columns {
		switch {
		case c.name == "":
			return nil, missing("the name of a column")
		case seen[c.name]:
			return nil, fail(CodeName, "two columns %q", c.name)
		}
		if err := checkName("column", c.name); err != nil {
			return nil, err
		}
		seen[c.name] = true
		outs[i] = Output{Name: c.name, Type: c.typ, Nullable: true, Index: i}
	}
	return outs, nil
}

type valuesRow struct{ cells []Expr }

func (r *valuesRow) fields(f *Fields) { f.Exprs("cells", &r.cells) }

// ColumnType is a name and a type.
type ColumnType struct {
	Name string
	Type schema.Type // may be unknown, where it follows from what the column holds
}

// Values makes a source of rows: an operand for each column. Plain values of a
// column are of one type; every call makes another source. An alias names it.
func Values(columns []ColumnType, rows ...[]any) *ValuesSource {
	n := &ValuesSource{columns: make([]valuesColumn, len(columns)), rows: make([]valuesRow, len(rows))}
	for i, c := range columns {
		n.columns[i] = valuesColumn{c.Name, c.Type}
	}
	for i, r := range rows {
		n.rows[i].cells = exprs(r)
	}
	for i := range n.columns {
		n.unify(i)
	}
	return seal(n)
}

// unify adapts the plain values of a column to its type.
func (n *ValuesSource) unify(column int) {
	var list []Expr
	for _, r := range n.rows {
		if column < len(r.cells) {
			list = append(list, r.cells[column])
		}
	}
	t := n.columns[column].typ
	if t.IsUnknown() {
		if t = common(list); t.IsUnknown() {
			t = widest(list)
		}
	}
	for _, r := range n.rows {
		if column < len(r.cells) {
			r.cells[column] = adapt(r.cells[column], t, false)
		}
	}
}

// Op returns OpValues.
func (*ValuesSource) Op() Op { return OpValues }

func (n *ValuesSource) fields(f *Fields) {
	parts(f, "columns", &n.columns, (*valuesColumn).fields)
	parts(f, "rows", &n.rows, (*valuesRow).fields)
}

func (n *ValuesSource) check() *Error {
	n.self = n
	if len(n.columns) == 0 || len(n.rows) == 0 {
		return missing("a column or a row")
	}
	outs, err := declared(n.columns)
	if err != nil {
		return err
	}
	n.outs = outs
	for i, r := range n.rows {
		if len(r.cells) != len(n.columns) {
			return fail(CodeForm, "row %d: expected %s, got %d", i+1, count(len(n.columns), "value"), len(r.cells))
		}
		for k, x := range r.cells {
			if x.IsZero() {
				return missing("a value")
			}
			t, out := x.Type(), &n.outs[k]
			if t != out.Type && !t.Comparable(out.Type) {
				return fail(CodeType, "column %q: values of types %s and %s", n.columns[k].name, out.Type, t)
			}
			if n.columns[k].typ.IsUnknown() {
				out.Type = wider(out.Type, t)
			}
		}
	}
	return nil
}

// Rows returns how many rows there are.
func (n *ValuesSource) Rows() int { return len(n.rows) }

// Row returns the values of a row.
func (n *ValuesSource) Row(i int) List[Expr] {
	if i < 0 || i >= len(n.rows) {
		return List[Expr]{}
	}
	return List[Expr]{n.rows[i].cells}
}

// Name returns "": an alias gives it one.
func (n *ValuesSource) Name() string { return "" }

// Identity returns the source itself.
func (n *ValuesSource) Identity() any { return n }

// Columns returns the columns.
func (n *ValuesSource) Columns() []Output { return n.outs }

// Find returns the index of the column of this name.
func (n *ValuesSource) Find(name string) []int { return findIn(n.outs, name) }

var valuesMethods = []Method{{
	On: OnModule, Name: "values", Doc: "rows that the query brings itself, as a source: {names}, {{values}, ...}; a name may be {name, type}",
	Args:    []Arg{{"columns", ArgColumnTypes}, {"rows", ArgRows}},
	Example: `sql.select((sql.values({"id", "name"}, {{1, "a"}, {2, "b"}}):alias "v").name)`,
	SQL:     `SELECT "v"."name" FROM (SELECT column1 AS "id", column2 AS "name" FROM (VALUES (?, ?), (?, ?))) AS "v"`,
	Build: func(_ any, a []any) any {
		return Values(a[0].([]ColumnType), a[1].([][]any)...)
	},
}}
