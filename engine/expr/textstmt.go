package expr

// TextStmt is a whole statement in the database's own words that gives rows: of
// the columns that it is said to have. Like all raw text it may do what it likes,
// changes included, and needs [GrantRaw].
type TextStmt struct {
	base
	text    Expr
	columns []textColumn
	outs    []Output // set by check
}

// textColumn is a column of the rows that raw text gives.
type textColumn ColumnType

func (c *textColumn) fields(f *Fields) {
	f.String("name", &c.Name)
	f.Type("type", &c.Type)
}

// TextColumns makes a statement of raw text, whose rows have these columns, by
// place: it can be run, or stand where a query can. In a source made of it, columns
// have the names that the text gives them.
func (x Expr) TextColumns(columns ...ColumnType) *TextStmt {
	n := &TextStmt{text: Of(x), columns: make([]textColumn, len(columns))}
	for i, c := range columns {
		n.columns[i] = textColumn(c)
	}
	return seal(n)
}

func (*TextStmt) statement() {}
func (*TextStmt) query()     {}

// Op returns OpTextStmt.
func (*TextStmt) Op() Op { return OpTextStmt }

func (n *TextStmt) fields(f *Fields) {
	f.Expr("text", &n.text)
	parts(f, "columns", &n.columns, (*textColumn).fields)
}

func (n *TextStmt) check() *Error {
	if n.text.IsZero() {
		return missing("the text")
	}
	if _, ok := n.text.node().(*TextExpr); !ok {
		return fail(CodeForm, "columns: expected raw text, got an expression of type %s", n.text.Type())
	}
	if len(n.columns) == 0 {
		return missing("a column")
	}
	n.outs = make([]Output, len(n.columns))
	for i, c := range n.columns {
		if c.Name == "" {
			return missing("the name of a column")
		}
		if err := checkName("column", c.Name); err != nil {
			return err
		}
		n.outs[i] = Output{Name: c.Name, Type: c.Type, Nullable: true, Index: i}
	}
	return nil
}

// Outputs returns the columns of the rows.
func (n *TextStmt) Outputs() []Output { return n.outs }

// Subquery makes a source of n; see [Subquery].
func (n *TextStmt) Subquery(name string) *SubquerySource { return Subquery(n, name) }

// CTE makes a source of n that stands in WITH; see [CTE].
func (n *TextStmt) CTE(name string) *CTESource { return CTE(n, name) }

// Scalar makes a value of n; see [Scalar].
func (n *TextStmt) Scalar() Expr { return Scalar(n) }

// Text returns the text, whose node is a *[TextExpr].
func (n *TextStmt) Text() Expr { return n.text }

// names is what SQL calls the columns.
func (n *TextStmt) names() []string {
	list := make([]string, len(n.columns))
	for i, c := range n.columns {
		list[i] = c.Name
	}
	return list
}

var textStmtMethods = []Method{{
	On: OnExpr, Name: "columns", Grant: GrantRaw, Doc: "raw text as a whole statement, whose rows have these columns, by place",
	Args:    []Arg{{"columns", ArgColumnTypes}},
	Example: `sql.text("SELECT id, name FROM users WHERE age > :n", {n = 30}):columns{{"id", sql.types.big_integer}, {"name", sql.types.text}}`,
	SQL:     `SELECT id, name FROM users WHERE age > ?`,
	Build:   func(self any, a []any) any { return self.(Expr).TextColumns(a[0].([]ColumnType)...) },
}}
