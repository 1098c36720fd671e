package tests

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/dialect"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/policy"
	"github.com/sqlser/sqlser/schema"
	"github.com/sqlser/sqlser/serializer"
	"github.com/sqlser/sqlser/tests/corpus"
)

// saCase is one of SQLAlchemy's own cases, named by its id, in our words. What it
// says and expects is read from the corpus when the test runs.
type saCase struct {
	id    string
	build func(m *saTables) any // a statement, an expression, or what stands in FROM
	on    *dialect.Dialect      // instead of that of dialectOf

	better string // in a line, why we answer otherwise: by
	sql    string //   this SQL, as normal writes it, or
	err    string //   this error

	missing string // what we have not yet, to write it
}

// saCases are all of them that are ours; the others are left out by saLeftOut.
var saCases = slices.Concat(saSelectCases, saExpressionCases, saSourceCases, saChangeCases, saDialectCases, saORMCases)

// TestSQLAlchemy writes each of SQLAlchemy's cases with our builders: the SQL is
// the same, after normal, with the same arguments, or a better one for a reason;
// and the query goes through bytes.
func TestSQLAlchemy(t *testing.T) {
	known := map[string]saCase{}
	for _, c := range saCases {
		require.NotContains(t, known, c.id)
		known[c.id] = c
	}
	var agree, better, missing, out int
	for _, theirs := range readSQLAlchemy(t) {
		c, ours := known[theirs.ID]
		reason := saLeftOut(theirs)
		if reason != "" {
			out++
			require.False(t, ours, "%s is left out: %s", theirs.ID, reason)
			t.Logf("%s is left out: %s", theirs.ID, reason)
			continue
		}
		t.Run(theirs.ID, func(t *testing.T) {
			require.True(t, ours, "%s %s is not written: %s\n%s", theirs.ID, theirs.Area, theirs.Python, theirs.SQL)
			if c.missing != "" {
				t.Logf("%s is missing: %s", c.id, c.missing)
				return
			}
			c.compare(t, theirs)
		})
		switch {
		case c.missing != "":
			missing++
		case c.better != "":
			better++
		default:
			agree++
		}
		delete(known, theirs.ID)
	}
	require.Empty(t, known, "cases that the corpus has not")
	t.Logf("%d agree, %d are better for a reason, %d are left out by rule, %d are missing", agree, better, out, missing)
}

// saTheirs is a case as the corpus has it.
type saTheirs struct {
	ID, Area, Dialect, Python string
	SQL                       string             `json:"expected_sql"`
	Params                    map[string]any     `json:"params"`
	Positional                []any              `json:"positional"`
	Tables                    map[string]saTable `json:"tables"`
}

type saTable struct {
	Name, Schema string
	Columns      []struct {
		Name, Type string
		PK         bool
		FK         []string
	}
}

func readSQLAlchemy(t *testing.T) (cases []saTheirs) {
	t.Helper()
	lines := json.NewDecoder(bytes.NewReader(corpus.Read(t, "sqlalchemy", "cases.jsonl")))
	for lines.More() {
		var c saTheirs
		require.NoError(t, lines.Decode(&c))
		cases = append(cases, c)
	}
	require.NotEmpty(t, cases)
	return cases
}

// saLeftOut says why a case is none of ours.
func saLeftOut(c saTheirs) string {
	switch {
	case c.Dialect == "mssql" || c.Dialect == "oracle":
		return "of a database that we have not: " + c.Dialect
	}
	return ""
}

// dialectOf is our dialect for a case. SQLAlchemy's default dialect is standard
// SQL of no database: PostgreSQL's is the closest, once its types are taken away.
func (c saCase) dialectOf(theirs saTheirs) *dialect.Dialect {
	switch {
	case c.on != nil:
		return c.on
	case theirs.Dialect == "sqlite":
		return dialect.SQLite
	case theirs.Dialect == "mysql":
		return dialect.MySQL
	}
	return dialect.Postgres
}

func (c saCase) compare(t *testing.T, theirs saTheirs) {
	m := &saTables{t: t, theirs: theirs, meta: schema.NewMetaData()}
	built := c.build(m)
	if !m.meta.Frozen() {
		require.NoError(t, m.meta.Freeze()) // it has no tables
	}
	text, args, err := c.compile(c.dialectOf(theirs), built)
	if c.err != "" {
		require.NotEmpty(t, c.better, "a reason")
		require.ErrorContains(t, err, c.err)
		return
	}
	require.NoError(t, err)
	want, got := normal(theirs.SQL), normal(text)
	if c.better != "" {
		require.NotEqual(t, want, got, "no reason is needed where both say the same: %s", c.better)
		require.Equal(t, c.sql, got, "theirs: %s", want)
	} else {
		require.Equal(t, want, got)
		if wanted, ok := theirs.arguments(); ok {
			require.Equal(t, wanted, args)
		}
	}

	first, err := serializer.Dumps(built)
	require.NoError(t, err)
	loaded, err := serializer.Loads(first, serializer.Binding{MetaData: m.meta, Grants: grants(t, first)})
	require.NoError(t, err)
	require.Empty(t, loaded.Drift)
	second, err := serializer.Dumps(loaded.Root)
	require.NoError(t, err)
	require.Equal(t, first, second, "load, then dump")
	again, _, err := c.compile(c.dialectOf(theirs), loaded.Object())
	require.NoError(t, err)
	require.Equal(t, text, again, "as built, as loaded")
}

// compile returns the SQL and the arguments as text. What is no statement stands
// in one that selects it, or from it, and its own part of the text is taken.
func (c saCase) compile(d *dialect.Dialect, built any) (text string, args []string, err error) {
	cut := func(s string) string { return s }
	var stmt expr.Node
	switch v := built.(type) {
	case expr.Expr:
		stmt = expr.Select(v)
		cut = func(s string) string {
			s = strings.TrimPrefix(s, "SELECT ")
			if at := strings.LastIndex(s, " FROM "); at >= 0 && strings.Count(s[at:], "(") == strings.Count(s[at:], ")") {
				s = s[:at]
			}
			return s
		}
	case expr.FromClause:
		stmt = expr.Select(expr.TypedLiteral(expr.Int(1), schema.Integer)).From(v)
		cut = func(s string) string { return s[strings.Index(s, " FROM ")+len(" FROM "):] }
	case expr.Node:
		stmt = v
	default:
		return "", nil, fmt.Errorf("cannot compile a %T", built)
	}
	admitted, err := policy.Unrestricted().Admit(stmt)
	if err != nil {
		return "", nil, err
	}
	s, err := d.Compile(admitted)
	if err != nil {
		return "", nil, err
	}
	text = cut(s.SQL())
	values, err := s.Args(nil)
	var missing *dialect.ArgsError
	if err != nil && !errors.As(err, &missing) {
		return "", nil, err
	}
	if _, source := built.(expr.FromClause); source && len(values) > 0 {
		values = values[1:] // the literal that is selected
	}
	// A numbered placeholder may stand several times.
	numbers := regexp.MustCompile(`\$(\d+)`).FindAllStringSubmatch(text, -1)
	if len(numbers) > 0 && missing == nil {
		all := values
		values = nil
		for _, n := range numbers {
			i, _ := strconv.Atoi(n[1])
			if _, source := built.(expr.FromClause); source {
				i--
			}
			values = append(values, all[i-1])
		}
	}
	for _, v := range values {
		args = append(args, fmt.Sprint(v))
	}
	return text, args, nil
}

var saMarker = regexp.MustCompile(`%\((\w+)\)s|__\[POSTCOMPILE_(\w+)\]|(?:^|[^:\w]):(\w+)`)

// saRandom is what the corpus has for a value that SQLAlchemy takes when the
// statement runs.
const saRandom = -3988002999944887604

// arguments returns the case's arguments in the order of the placeholders, as
// text; ok is false where the corpus does not have them.
func (c saTheirs) arguments() (args []string, ok bool) {
	values := c.Positional
	if c.Positional == nil {
		for _, m := range saMarker.FindAllStringSubmatch(c.SQL, -1) {
			v, ok := c.Params[m[1]+m[2]+m[3]]
			if f, isFloat := v.(float64); !ok || v == nil || isFloat && f == saRandom {
				return nil, false
			}
			values = append(values, v)
		}
	}
	for _, v := range values {
		if f, ok := v.(float64); ok {
			v = strconv.FormatFloat(f, 'f', -1, 64)
		}
		args = append(args, fmt.Sprint(v))
	}
	return args, true
}

// saTables makes the tables of one case.
type saTables struct {
	t      *testing.T
	theirs saTheirs
	meta   *schema.MetaData
}

// their makes the tables that come with the case, and returns those of these
// variables.
func (m *saTables) their(variables ...string) []*expr.TableSource {
	m.t.Helper()
	var list []*schema.Table
	made := map[string]*schema.Table{}
	for variable, t := range m.theirs.Tables {
		var items []schema.TableItem
		if t.Schema != "" {
			items = append(items, schema.InSchema(t.Schema))
		}
		for _, c := range t.Columns {
			var options []schema.ColumnOption
			if c.PK {
				options = append(options, schema.PrimaryKey)
			}
			for _, fk := range c.FK {
				options = append(options, schema.References(strings.Split(fk, ".")...))
			}
			items = append(items, schema.NewColumn(c.Name, m.typeOf(c.Type), options...))
		}
		made[variable] = m.meta.Table(t.Name, items...)
	}
	for _, v := range variables {
		require.NotNil(m.t, made[v], v)
		list = append(list, made[v])
	}
	return m.sources(list)
}

func (m *saTables) sources(tables []*schema.Table) (list []*expr.TableSource) {
	m.t.Helper()
	require.NoError(m.t, m.meta.Freeze())
	for _, t := range tables {
		list = append(list, expr.Table(t))
	}
	return list
}

// table is what their returns for one variable.
func (m *saTables) table(variable string) *expr.TableSource { return m.their(variable)[0] }

// make makes tables, each "name(column type, column type)" or "schema.name(...)".
// A type that is left out is int.
func (m *saTables) make(tables ...string) []*expr.TableSource {
	m.t.Helper()
	var list []*schema.Table
	for _, t := range tables {
		name, columns, ok := strings.Cut(strings.TrimSuffix(t, ")"), "(")
		require.True(m.t, ok, t)
		var items []schema.TableItem
		if of, own, ok := strings.Cut(name, "."); ok {
			name = own
			items = append(items, schema.InSchema(of))
		}
		for column := range strings.SplitSeq(columns, ", ") {
			column, typ, ok := strings.Cut(column, " ")
			if !ok {
				typ = "Integer()"
			}
			items = append(items, schema.NewColumn(column, m.typeOf(typ)))
		}
		list = append(list, m.meta.Table(name, items...))
	}
	return m.sources(list)
}

// bare makes columns of no table, which we have not: they are of a table _, which
// normal takes away.
func (m *saTables) bare(columns string) *expr.TableSource {
	m.t.Helper()
	return m.make("_(" + columns + ")")[0]
}

var saSize = regexp.MustCompile(`^String\(length=(\d+)\)$`)

func (m *saTables) typeOf(name string) schema.Type {
	m.t.Helper()
	if size := saSize.FindStringSubmatch(name); size != nil {
		n, _ := strconv.Atoi(size[1])
		return schema.String(uint32(n))
	}
	t, ok := map[string]schema.Type{
		"Integer()": schema.Integer, "int": schema.Integer, "String()": schema.Text, "text": schema.Text, "NullType()": schema.Integer,
		"Float()": schema.Double, "bool": schema.Boolean, "ints": schema.ArrayOf(schema.Integer), "json": schema.JSON,
	}[name]
	require.True(m.t, ok, "type %q", name)
	return t
}

// saToken matches a token: a string, a quoted name, a placeholder, a word or
// number, an operator.
var saToken = regexp.MustCompile(`'(?:[^']|'')*'|"(?:[^"]|"")*"|` + "`(?:[^`]|``)*`" + `|\$\d+|%\(\w+\)s|%s|__\[POSTCOMPILE_\w+\]|::|:\w+|[\w.]*\w|<>|!=|<=|>=|\|\||->>|->|@>|<@|&&|@@|%%|\S`)

var (
	saPlaceholder = regexp.MustCompile(`^(\$\d+|%\(\w+\)s|%s|:\w+|__\[POSTCOMPILE_\w+\]|\?)$`)
	saPlainName   = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
	saWord        = regexp.MustCompile(`^[A-Za-z_]`)
)

// normal writes SQL so that two ways to say the same become one. It is all that
// the comparison lets pass:
//
//   - white space, and the case of what is not quoted;
//   - the style and names of placeholders, and the type that PostgreSQL's have
//     behind them (::VARCHAR), also behind NULL;
//   - quotes around a name that needs none;
//   - AS name behind a column of that name;
//   - != for <>, OUTER in a join, %% for %, and a comma in FROM for CROSS JOIN;
//   - parentheses around what is in parentheses, and around a single column,
//     placeholder or call, or a column with its collation;
//   - the table _ of columns that have no table there, see saTables.bare.
func normal(sql string) string {
	tokens := saToken.FindAllString(sql, -1)
	var out []string
	for i := 0; i < len(tokens); i++ {
		tok := tokens[i]
		switch {
		case saPlaceholder.MatchString(tok):
			tok = "?"
		case tok == "::" && len(out) > 0 && (out[len(out)-1] == "?" || out[len(out)-1] == "null"):
			if i++; i+1 < len(tokens) && strings.EqualFold(tokens[i+1], "precision") {
				i++
			}
			if i+2 < len(tokens) && tokens[i+1] == "[" && tokens[i+2] == "]" {
				i += 2
			}
			continue
		case (tok[0] == '"' || tok[0] == '`') && saPlainName.MatchString(tok[1:len(tok)-1]):
			tok = tok[1 : len(tok)-1]
		case saWord.MatchString(tok):
			tok = strings.ToLower(tok)
		case tok == "!=":
			tok = "<>"
		case tok == "%%":
			tok = "%"
		}
		out = append(out, tok)
	}
	text := " " + strings.Join(out, " ") + " "
	replace := func(old, new string) { text = strings.ReplaceAll(text, old, new) }
	replace(" . ", ".")
	replace(" _.", " ")
	replace(" from _ ", " ")
	replace(" left outer join ", " left join ")
	replace(" full outer join ", " full join ")
	replace(" cross join ", " , ")
	fields := strings.Fields(text)
	out = fields[:0]
	for i := 0; i < len(fields); i++ {
		if fields[i] == "as" && i > 0 && i+1 < len(fields) && strings.HasSuffix(out[len(out)-1], "."+fields[i+1]) {
			i++
			continue
		}
		out = append(out, fields[i])
	}
	return strings.Join(unwrapped(out), " ")
}

// unwrapped takes needless parentheses away.
func unwrapped(tokens []string) []string {
	for i := 0; i < len(tokens); i++ {
		if tokens[i] != "(" || i > 0 && saWord.MatchString(tokens[i-1]) && !slices.Contains(saBeforeOperand, tokens[i-1]) {
			continue // of a call, or of a list
		}
		end := closing(tokens, i)
		inner := tokens[i+1 : end]
		last := closing(tokens, i+1)
		single := len(inner) == 1 && inner[0] != "*" && !saWord.MatchString(inner[0]) || len(inner) == 1 && strings.Contains(inner[0], ".")
		whole := len(inner) > 1 && inner[0] == "(" && last == end-1
		call := len(inner) > 2 && saWord.MatchString(inner[0]) && inner[1] == "(" && closing(tokens, i+2) == end-1 && !slices.Contains(saBeforeOperand, inner[0])
		collated := len(inner) == 3 && inner[1] == "collate"
		if single || whole || call || collated {
			tokens = slices.Concat(tokens[:i], inner, tokens[end+1:])
			i--
		}
	}
	return tokens
}

// saBeforeOperand are words that no list and no call's arguments follow.
var saBeforeOperand = []string{"and", "or", "not", "where", "on", "having", "by", "select", "when", "then", "else", "like", "is", "between"}

// closing returns the index of the parenthesis that closes the one at i, or -1.
func closing(tokens []string, i int) int {
	depth := 0
	for ; i < len(tokens); i++ {
		switch tokens[i] {
		case "(":
			depth++
		case ")":
			if depth--; depth == 0 {
				return i
			}
		default:
			if depth == 0 {
				return -1
			}
		}
	}
	return -1
}

// TestNormal holds what the comparison lets pass, and what it does not.
func TestNormal(t *testing.T) {
	for _, same := range [][2]string{
		{`SELECT mytable.myid AS myid FROM mytable WHERE mytable.name = :name_1`, `select "mytable"."myid"  FROM "mytable" WHERE "mytable"."name" = $1::TEXT`},
		{`a LEFT OUTER JOIN b ON a.x != b.y`, `"a" LEFT JOIN "b" ON ("a"."x") <> "b"."y"`},
		{`x %% %(x_1)s::DOUBLE PRECISION`, `"_"."x" % ?`},
		{`SELECT a.x FROM a, b`, `SELECT "a"."x" FROM "a" CROSS JOIN "b"`},
		{`x[%(x)s::TEXT] = ARRAY[%(y)s::TEXT[]]`, `x[?] = ARRAY[?]`},
		{`EXISTS (SELECT 1)`, `(EXISTS (SELECT 1))`},
	} {
		require.Equal(t, normal(same[0]), normal(same[1]))
	}
	for _, other := range [][2]string{
		{`SELECT "MyTable".x`, `SELECT mytable.x`},
		{`(a + b) * c`, `a + b * c`},
		{`a.x AS y`, `a.x`},
		{`f(x)`, `x`},
		{`x IN (1)`, `x IN 1`},
		{`x::TEXT`, `x`},
		{`NOT (a AND b)`, `NOT a AND b`},
		{`'It'`, `'it'`},
	} {
		require.NotEqual(t, normal(other[0]), normal(other[1]))
	}
}
