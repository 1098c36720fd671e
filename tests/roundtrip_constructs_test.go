package tests

import (
	"fmt"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/dialect"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/policy"
	"github.com/sqlser/sqlser/schema"
	"github.com/sqlser/sqlser/serializer"
	"github.com/sqlser/sqlser/tests/corpus"
)

// inherited is a construct that was tried with the ancestor of this project, in our
// words: it goes through bytes, also after it was compiled.
type inherited struct {
	name   string // as the list of them has it
	build  func(s *odd) any
	on     *dialect.Dialect // PostgreSQL unless said
	reason string           // why it is none of ours: then there is nothing to build
	err    string           // why its bytes cannot be bound: part of the error, which is the right answer

	missing string // what we have not yet, to build it
}

// odd is metadata with names that a serializer may stumble over.
type odd struct {
	meta                *schema.MetaData
	u, a, d             *expr.TableSource // users, their addresses, documents of types that few databases have
	far, dots, colons   *expr.TableSource // in a schema; with points in all names; with colons
	lines, quotes, lost *expr.TableSource // with line ends; with quotes and reserved words; of other metadata
	c                   *expr.TableSource // with columns that the database fills
	own                 schema.Type       // of the host, over text
}

func newOdd(t *testing.T) *odd {
	t.Helper()
	col := schema.NewColumn
	m := schema.NewMetaData()
	own := m.DefineType("reversed", schema.Text, nil, nil)
	users := m.Table("users", col("id", schema.BigInteger, schema.PrimaryKey), col("parent_id", schema.BigInteger, schema.References("users", "id")),
		col("name", schema.String(50), schema.NotNull), col("age", schema.Integer), col("score", schema.Double), col("balance", schema.Numeric(10, 2)),
		col("active", schema.Boolean), col("born", schema.Date), col("woke", schema.Time), col("created", schema.DateTime), col("seen", schema.DateTimeTZ),
		col("token", schema.UUID), col("photo", schema.LargeBinary), col("mood", mood), col("level", schema.Enum("", "low", "high")), col("owned", own))
	addresses := m.Table("addresses", col("id", schema.BigInteger, schema.PrimaryKey), col("user_id", schema.BigInteger, schema.NotNull, schema.References("users", "id")),
		col("city", schema.String(40)), col("email", schema.Text))
	documents := m.Table("documents", col("id", schema.BigInteger, schema.PrimaryKey), col("data", schema.JSON), col("tags", schema.ArrayOf(schema.Text)), col("numbers", schema.ArrayOf(schema.Integer)))
	far := m.Table("t", schema.InSchema("far"), col("id", schema.Integer))
	dots := m.Table("a.b", schema.InSchema("x.y"), col("c.d", schema.Integer))
	colons := m.Table("t:able", col("id", schema.Integer), col("a:b", schema.Integer))
	lines := m.Table("new\nline", col("a\nb", schema.Integer))
	quotes := m.Table(`select"`, col(`from"'`, schema.Integer), col("Order", schema.Integer), col("`x`", schema.Integer))
	filled := m.Table("filled", col("id", schema.BigInteger, schema.PrimaryKey, schema.Identity(schema.IdentityOptions{})), col("price", schema.Numeric(10, 2), schema.NotNull),
		col("twice", schema.Numeric(10, 2), schema.Computed(schema.SQL("postgres", "price * 2"), true)), col("made", schema.Date, schema.ServerDefault("2026-01-31")))
	require.NoError(t, m.Freeze())
	other := schema.NewMetaData()
	lost := other.Table("foreign_t", col("id", schema.Integer))
	require.NoError(t, other.Freeze())
	return &odd{m, expr.Table(users), expr.Table(addresses), expr.Table(documents), expr.Table(far), expr.Table(dots), expr.Table(colons), expr.Table(lines), expr.Table(quotes), expr.Table(lost), expr.Table(filled), own}
}

func (s *odd) id() expr.Expr { return s.u.C("id") }

// why rows of the list are none of ours.
const (
	ofCode   = "it holds code: a query is data"
	ofDDL    = "no query: schema/ddl makes and drops tables"
	ofPickle = "of pickle: there are no classes in our bytes"
)

// TestInherited builds each construct of the list that is ours, and takes it through
// bytes before and after it is compiled.
func TestInherited(t *testing.T) {
	s := newOdd(t)
	rows := map[string]inherited{}
	for _, c := range ormConstructs { // TestORMConstructs takes them through bytes
		rows[c.name] = inherited{name: c.name}
		if c.build == nil {
			rows[c.name] = inherited{name: c.name, reason: c.reason}
		}
	}
	for _, c := range inheritedConstructs {
		require.NotContains(t, rows, c.name)
		require.True(t, (c.reason+c.missing == "") == (c.build != nil), "%s: built, or a reason", c.name)
		rows[c.name] = c
	}
	for _, c := range inheritedConstructs {
		if c.build == nil {
			continue
		}
		t.Run(c.name, func(t *testing.T) { c.roundTrip(t, s) })
	}
	list := string(corpus.Read(t, "..", "reference", "constructs.md"))
	names := regexp.MustCompile(`(?m)^\| (.+?) \| [\d-]+ \|`).FindAllStringSubmatch(list, -1)
	require.Greater(t, len(names), 100)
	left, missing := 0, 0
	for _, n := range names {
		c, ok := rows[n[1]]
		require.True(t, ok, "no row for %q", n[1])
		if c.reason != "" {
			left++
			t.Logf("%s is left out: %s", c.name, c.reason)
		}
		if c.missing != "" {
			missing++
			t.Logf("%s is missing: %s", c.name, c.missing)
		}
		delete(rows, n[1])
	}
	require.Empty(t, rows, "rows that the list has not")
	t.Logf("%d of %d go through bytes, %d are left out, %d are missing", len(names)-left-missing, len(names), left, missing)
}

func (c inherited) roundTrip(t *testing.T, s *odd) {
	built := c.build(s)
	first, err := serializer.Dumps(built)
	require.NoError(t, err)
	loaded, err := serializer.Loads(first, serializer.Binding{MetaData: s.meta, Grants: grants(t, first)})
	if c.err != "" {
		require.ErrorContains(t, err, c.err)
		return
	}
	require.NoError(t, err)
	require.Empty(t, loaded.Drift)
	again, err := serializer.Dumps(loaded.Root)
	require.NoError(t, err)
	require.Equal(t, first, again, "load, then dump")

	fresh := c.build(s) // each source of it is another one
	if n, ok := nodeOf(fresh); ok {
		require.True(t, expr.Equal(n, loaded.Root), "the same tree:\n%s\n%s", expr.Sprint(n), expr.Sprint(loaded.Root))
	}
	text, args := c.compile(t, built)
	textLoaded, argsLoaded := c.compile(t, loaded.Object())
	require.Equal(t, text, textLoaded)
	require.Equal(t, args, argsLoaded)
	after, err := serializer.Dumps(built)
	require.NoError(t, err)
	require.Equal(t, first, after, "after it was compiled")
	after, err = serializer.Dumps(loaded.Root)
	require.NoError(t, err)
	require.Equal(t, first, after, "loaded, compiled, dumped")
}

// grants are those that bytes ask for.
func grants(t *testing.T, b []byte) []expr.Grant {
	m, err := serializer.ReadManifest(b)
	require.NoError(t, err)
	return m.Grants()
}

func nodeOf(construct any) (expr.Node, bool) {
	if x, ok := construct.(expr.Expr); ok {
		return x.Node(), true
	}
	n, ok := construct.(expr.Node)
	return n, ok
}

// compile makes a statement of what is none.
func (c inherited) compile(t *testing.T, construct any) (text, arguments string) {
	d := c.on
	if d == nil {
		d = dialect.Postgres
	}
	var stmt expr.Node
	switch v := construct.(type) {
	case expr.Expr:
		stmt = expr.Select(v.Label("x"))
	case *schema.Column:
		stmt = expr.Select(v)
	case *schema.Table:
		stmt = expr.Select(v)
	case expr.Source:
		stmt = expr.Select(v)
	case expr.FromClause:
		stmt = expr.Select(expr.Of(1)).From(v)
	case expr.Node:
		stmt = v
	}
	admitted, err := policy.Unrestricted().Admit(stmt)
	require.NoError(t, err)
	compiled, err := d.Compile(admitted)
	require.NoError(t, err)
	values := map[string]expr.Value{}
	for _, p := range compiled.Parameters().All() {
		if _, ok := p.Default(); ok {
			continue
		}
		value := "7"
		if p.Type().IsText() {
			value = "seven"
		}
		v, err := expr.ParseValue(p.Type(), value)
		require.NoError(t, err)
		values[p.Name()] = v
	}
	args, err := compiled.Args(values)
	require.NoError(t, err)
	return compiled.SQL(), fmt.Sprintf("%#v", args) // as text: no NaN equals another
}

func day(text string) expr.Value {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		panic(err)
	}
	return expr.DateOf(t)
}

func count() expr.Expr { return expr.Func("count") }

var inheritedConstructs = []inherited{
	{name: "within_group percentile_cont", build: func(s *odd) any {
		return expr.Select(expr.Func("percentile_cont", 0.5).WithinGroup(s.u.C("score").Desc()).Label("median"))
	}},
	{name: "within_group + FILTER + OVER", build: func(s *odd) any { // of an ordered set no database has OVER
		return expr.Select(expr.Func("percentile_disc", 0.5).WithinGroup(s.u.C("score")).Filter(s.u.C("active")).Label("a"),
			expr.Func("sum", s.u.C("age")).Filter(s.u.C("active")).Over(expr.PartitionBy(s.u.C("mood"))).Label("b")).GroupBy(s.u.C("age"), s.u.C("active"), s.u.C("mood"))
	}},
	{name: "array_agg / aggregate_order_by", build: func(s *odd) any {
		return expr.Select(expr.Func("array_agg", s.u.C("name")).OrderBy(s.u.C("age").Desc(), s.id()).Label("names"),
			expr.Func("string_agg", s.u.C("name"), ", ").OrderBy(s.id()).Label("text"))
	}},
	{name: "table-valued function + WITH ORDINALITY", build: func(s *odd) any {
		return expr.Select(expr.Func("generate_series", 1, 9, 2).TableValued("g", []expr.ColumnType{{Name: "value", Type: schema.Integer}, {Name: "n"}}, true))
	}},
	{name: "column_valued / scalar_table_valued / render_derived", build: func(s *odd) any {
		g := expr.Func("unnest", s.d.C("tags")).TableValued("g", []expr.ColumnType{{Name: "tag", Type: schema.Text}}, false)
		return expr.Select(s.d.C("id"), g.C("tag")).From(s.d, g).Where(g.C("tag").Ne("x"))
	}},
	{name: "func packages / generic fn / func.cast types", build: func(s *odd) any {
		return expr.Select(expr.Func("coalesce", s.u.C("age"), 0).Label("a"), expr.Func("char_length", s.u.C("name")).Label("b"), expr.Func("now").Cast(schema.Date).Label("c"))
	}},
	{name: "aggregate FILTER", build: func(s *odd) any {
		return expr.Select(count().Filter(s.u.C("active")).Label("n"), expr.Func("sum", s.u.C("age")).Filter(s.u.C("age").Gt(5), s.u.C("active")).Label("s"))
	}},
	{name: "LATERAL subquery join", build: func(s *odd) any {
		l := expr.Select(s.a.C("city")).Where(s.a.C("user_id").Eq(s.id())).Limit(1).Lateral("l")
		return expr.Select(s.id(), l.C("city")).From(s.u).LeftJoin(l, true)
	}},
	{name: "CTE simple + nested CTE (nesting=True)", build: func(s *odd) any {
		one := expr.Select(s.id(), s.u.C("age")).CTE("one")
		two := expr.Select(one.C("id")).Where(one.C("age").Gt(3)).CTE("two")
		return expr.Select(two.C("id"), one.C("age")).From(two).Join(one, one.C("id").Eq(two.C("id")))
	}},
	{name: "recursive CTE union_all self-alias", build: func(s *odd) any {
		tree := expr.Recursive("tree", expr.Select(s.id(), s.u.C("parent_id")).Where(s.u.C("parent_id").IsNull()), func(found expr.Source) expr.Query {
			child, above := s.u.Alias("child"), found.Alias("above")
			return expr.Select(child.C("id"), child.C("parent_id")).Join(above, child.C("parent_id").Eq(above.C("id")))
		})
		return expr.Select(tree).OrderBy(tree.C("id"))
	}},
	{name: "CTE MATERIALIZED prefix/suffix", build: func(s *odd) any {
		return expr.Select(expr.Select(s.id()).CTE("c").Materialized(expr.MaterializedAlways))
	}},
	{name: "data-modifying CTE (delete..returning into insert)", build: func(s *odd) any {
		gone := expr.Delete(s.a).Where(s.a.C("city").IsNull()).Returning(s.a.C("user_id"), s.a.C("email")).CTE("gone")
		return expr.Insert(s.u).FromSelect([]string{"id", "name"}, expr.Select(gone.C("user_id"), gone.C("email"))).Returning(s.id())
	}},
	{name: "insert values returning", build: func(s *odd) any {
		return expr.Insert(s.u).Values(expr.Assign{"name": "ann", "age": nil}).Returning(s.id(), s.u.C("age").Add(1).Label("next"))
	}},
	{name: "insert multi-VALUES", build: func(s *odd) any {
		return expr.Insert(s.u).Values(expr.Assign{"id": 1, "name": "ann"}, expr.Assign{"id": 2, "name": "Zoë"})
	}},
	{name: "insert with SQL expr value + default callables", build: func(s *odd) any { // a callable is code: the database has the default
		return expr.Insert(s.u).Values(expr.Assign{"name": expr.Func("upper", "ann"), "age": expr.Select(expr.Func("max", s.u.C("age"))).From(s.u).Scalar(), "score": expr.Default()})
	}},
	{name: "PG insert on_conflict_do_update excluded where", build: func(s *odd) any {
		return expr.Insert(s.u).Values(expr.Assign{"id": 1, "name": "ann"}).OnConflict(s.id()).
			DoUpdate(expr.Assign{"name": expr.Excluded(s.u).C("name"), "age": s.u.C("age").Add(1)}).Where(s.u.C("name").Ne(expr.Excluded(s.u).C("name"))).Returning(s.id())
	}},
	{name: "PG on_conflict_do_nothing constraint", build: func(s *odd) any {
		return expr.Insert(s.u).Values(expr.Assign{"id": 1, "name": "ann"}).OnConstraint("users_pkey").DoNothing()
	}},
	{name: "SQLite on_conflict_do_update", on: dialect.SQLite, build: func(s *odd) any {
		return expr.Insert(s.u).Values(expr.Assign{"id": 1, "name": "ann"}).OnConflict("id").DoUpdate(expr.Assign{"name": expr.Excluded(s.u).C("name")})
	}},
	{name: "MySQL on_duplicate_key_update", on: dialect.MySQL, build: func(s *odd) any {
		return expr.Insert(s.u).Values(expr.Assign{"id": 1, "name": "ann"}).OnConflict().DoUpdate(expr.Assign{"name": expr.Excluded(s.u).C("name").Concat("!")})
	}},
	{name: "update where correlated subquery returning", build: func(s *odd) any {
		mine := expr.Select(s.a.C("id")).Where(s.a.C("user_id").Eq(s.id()))
		return expr.Update(s.u).Set(expr.Assign{"age": expr.Select(count()).Where(s.a.C("user_id").Eq(s.id())).Scalar()}).Where(mine.Exists()).Returning(s.id(), s.u.C("age"))
	}},
	{name: "update from + ordered_values", build: func(s *odd) any { // in the order of the table's columns
		return expr.Update(s.u).Set(expr.Assign{"name": s.a.C("city"), "age": s.u.C("age").Add(1)}).From(s.a).Where(s.a.C("user_id").Eq(s.id()))
	}},
	{name: "delete using", build: func(s *odd) any {
		return expr.Delete(s.a).Using(s.u).Where(s.a.C("user_id").Eq(s.id()), s.u.C("active"))
	}},
	{name: "insert().inline / sentinel / returning sort", reason: "of how rows are sent: no part of a statement"},
	{name: "from_dml_column (2.1)", build: func(s *odd) any { // the value is an expression, to use again
		next := s.u.C("age").Add(1)
		return expr.Update(s.u).Set(expr.Assign{"age": next}).Where(next.Lt(100)).Returning(next.Label("next"))
	}},
	{name: "bindparam required no value", build: func(s *odd) any {
		return expr.Select(s.id()).Where(s.id().Eq(expr.Param("id", schema.BigInteger)))
	}},
	{name: "bindparam literal_execute", build: func(s *odd) any { // every literal is an argument
		return expr.Select(s.id()).Where(s.u.C("name").Eq("abc")).Limit(5)
	}},
	{name: "bindparam callable_", reason: ofCode},
	{name: "Enum(type) literal", build: func(s *odd) any {
		return expr.Select(s.id()).Where(s.u.C("mood").Eq("happy"), s.u.C("level").In("low", "high"))
	}},
	{name: "case searched + simple + else", build: func(s *odd) any {
		return expr.Select(expr.CaseElse("old", expr.NewWhen(s.u.C("age").Lt(18), "young"), expr.NewWhen(s.u.C("age").Lt(65), s.u.C("name"))).Label("a"),
			expr.Case(expr.NewWhen(s.u.C("mood").Eq("sad"), 1), expr.NewWhen(s.u.C("mood").Eq("ok"), 2)).Label("b"))
	}},
	{name: "cast", build: func(s *odd) any { return expr.Select(s.u.C("age").Cast(schema.String(10)).Label("x")) }},
	{name: "cast literal to ARRAY(Integer)", build: func(s *odd) any {
		return expr.Select(expr.Array(schema.Integer, 1, 2, 3).Label("x"))
	}},
	{name: "Enum column in select (no literal)", build: func(s *odd) any { return expr.Select(s.u.C("mood"), s.u.C("level")) }},
	{name: "native PG Enum cast", build: func(s *odd) any { return expr.Select(s.u.C("name").Cast(mood).Label("x")) }},
	{name: "try_cast (MSSQL)", reason: "of a database that we have not"},
	{name: "values() construct", build: func(s *odd) any {
		return expr.Select(expr.Values([]expr.ColumnType{{Name: "id", Type: schema.Integer}, {Name: "name", Type: schema.Text}}, []any{1, "a"}, []any{2, nil}).Alias("v"))
	}},
	{name: "values() in CTE / alias / lateral", build: func(s *odd) any {
		v := expr.Values([]expr.ColumnType{{Name: "id", Type: schema.Integer}}, []any{1}, []any{2})
		c := expr.Select(v).CTE("c")
		l := expr.Select(v.Alias("again").C("id").Add(c.C("id")).Label("sum")).Lateral("l")
		return expr.Select(c.C("id"), l.C("sum")).From(c).CrossJoin(l)
	}},
	{name: "grouping_sets / cube / rollup", build: func(s *odd) any {
		m, a, n := s.u.C("mood"), s.u.C("active"), count().Label("n")
		return expr.Select(m, a, n).GroupBy(expr.RollupOf(m, a)).UnionAll(
			expr.Select(m, a, n).GroupBy(expr.CubeOf(m, a)), expr.Select(m, a, n).GroupBy(expr.GroupingSetsOf([]any{m, a}, m, []any{})))
	}},
	{name: "window ROWS frame", build: func(s *odd) any {
		w := expr.PartitionBy(s.u.C("mood")).OrderBy(s.id()).Rows(expr.Preceding(3), expr.Current())
		return expr.Select(expr.Func("sum", s.u.C("age")).Over(w).Label("x"))
	}},
	{name: "window RANGE/GROUPS frame unbounded", build: func(s *odd) any {
		by := expr.PartitionBy(s.u.C("mood")).OrderBy(s.u.C("age"))
		return expr.Select(count().Over(by.Range(expr.Unbounded(), expr.Unbounded())).Label("x"), count().Over(by.Groups(expr.Preceding(1), expr.Unbounded())).Label("y"))
	}},
	{name: "window FrameClause interval + exclude", build: func(s *odd) any {
		w := expr.PartitionBy(s.u.C("mood")).OrderBy(s.u.C("created")).Range(expr.Preceding(expr.Interval(0, 7, 0)), expr.Following(expr.Interval(0, 0, time.Hour))).Exclude(expr.ExcludeTies)
		return expr.Select(count().Over(w).Label("x"))
	}},
	{name: "scalar subquery + exists + correlate", build: func(s *odd) any {
		mine := expr.Select(count()).Where(s.a.C("user_id").Eq(s.id()))
		return expr.Select(s.id(), mine.Scalar().Label("n")).Where(
			expr.Select(s.a.C("id")).Where(s.a.C("user_id").Eq(s.id())).Correlate(s.u).Exists(),
			expr.Not(expr.Select(s.a.C("id")).Where(s.a.C("user_id").Eq(s.id()), s.a.C("city").IsNull()).CorrelateExcept(s.a).Exists()))
	}},
	{name: "alias self-join anonymous", build: func(s *odd) any {
		one, two := s.u.Alias(""), s.u.Alias("")
		return expr.Select(one.C("id"), two.C("id").Label("other")).From(one).Join(two, two.C("parent_id").Eq(one.C("id")))
	}},
	{name: "anonymous subquery + anon labels", build: func(s *odd) any {
		q := expr.Select(expr.Select(s.id(), s.u.C("age").Add(1).Label("next")).Subquery(""))
		return q.AddColumns(expr.Of(1).Add(2), expr.Of(3))
	}},
	{name: "union/except/intersect nested, order/limit", build: func(s *odd) any {
		q := func(n int) *expr.SelectStmt { return expr.Select(s.id()).Where(s.u.C("age").Gt(n)) }
		return q(1).Union(q(2).OrderBy(s.id()).Limit(5).Intersect(q(3)), q(4)).Except(q(5).UnionAll(q(6))).OrderBy(expr.Ref("id").Desc()).Limit(10).Offset(2)
	}},
	{name: "join outer/full/using expression tree", build: func(s *odd) any {
		boss := s.u.Alias("boss")
		right := s.a.FullJoin(s.far, s.far.C("id").Eq(s.a.C("id")))
		left := s.u.LeftJoin(right, s.a.C("user_id").Eq(s.id()), s.a.C("city").Ne("x"))
		return left.Join(boss, boss.C("id").Eq(s.u.C("parent_id")))
	}},
	{name: "DISTINCT ON + FOR UPDATE OF SKIP LOCKED + FETCH TIES", build: func(s *odd) any {
		return expr.Select(s.id()).From(s.u).Join(s.a).Distinct(s.u.C("mood")).OrderBy(s.u.C("mood"), s.id()).LimitWithTies(3).Locked(expr.ForUpdate, expr.SkipLocked, s.u)
	}},
	{name: "tablesample", build: func(s *odd) any {
		return expr.Select(expr.Tablesample(s.u.Alias("some"), expr.Bernoulli, 12.5, 7).C("id"))
	}},
	{name: "custom .op() / bool_op", build: func(s *odd) any {
		return expr.Select(s.u.C("age").Custom("<<", 2, schema.Integer).Label("x")).Where(s.u.C("age").Custom("&", 1, schema.Integer).Custom("<>", 0, schema.Boolean))
	}},
	{name: "text() with bindparams", build: func(s *odd) any {
		return expr.Select(s.id()).From(s.u).Where(expr.RawText("length(name) > :least AND name <> :name", map[string]any{"least": 3, "name": "x"}, schema.Boolean))
	}},
	{name: "text().columns() as subquery", build: func(s *odd) any {
		q := expr.RawText("SELECT id, name FROM users WHERE age > :age", map[string]any{"age": 30}).
			TextColumns(expr.ColumnType{Name: "id", Type: schema.BigInteger}, expr.ColumnType{Name: "name", Type: schema.Text}).Subquery("q")
		return expr.Select(q.C("name"), s.a.C("city")).From(q).Join(s.a, s.a.C("user_id").Eq(q.C("id")))
	}},
	{name: "literal_column / text fragments in select", build: func(s *odd) any {
		return expr.Select(s.id(), expr.LiteralColumn("1 + 1", schema.Integer).Label("two")).OrderBy(expr.RawText("random()", nil, schema.Double))
	}},
	{name: "hints / prefixes / suffixes / statement hints", on: dialect.MySQL, build: func(s *odd) any {
		return expr.Select(s.id()).From(s.u).Prefix("SQL_NO_CACHE").Hint(s.u, "USE INDEX (PRIMARY)").Suffix("LOCK IN SHARE MODE")
	}},
	{name: "bindparam expanding IN", build: func(s *odd) any {
		list, err := expr.NewList(schema.BigInteger, expr.Int(1), expr.Int(2))
		if err != nil {
			panic(err)
		}
		return expr.Select(s.id()).Where(s.id().In(expr.ParamDefault("ids", schema.ArrayOf(schema.BigInteger), list)))
	}},
	{name: "IN list, empty IN, tuple_ IN", build: func(s *odd) any {
		pair := expr.Tuple(s.id(), s.u.C("name"))
		return expr.Select(s.id()).Where(s.id().In(1, 2, 3), s.u.C("name").NotIn(), pair.In(expr.Tuple(1, "a"), expr.Tuple(2, "b")), pair.NotIn(expr.Select(s.a.C("user_id"), s.a.C("city"))))
	}},
	{name: "tuple_ comparison", build: func(s *odd) any {
		return expr.Select(s.id()).Where(expr.Tuple(s.u.C("age"), s.id()).Gt(expr.Tuple(30, 7)))
	}},
	{name: "JSON path ops", build: func(s *odd) any {
		data := s.d.C("data")
		return expr.Select(data.Get("items", 0, "price").AsNumeric().Label("price"), data.Get("tags").Label("tags")).
			Where(data.Get("name").AsString().Eq("x"), data.Get(expr.Param("key", schema.Text)).AsInteger().Gt(3), data.Has("a", "b"))
	}},
	{name: "ARRAY ops any/all/contains/slice/overlap", build: func(s *odd) any { // but for any and all by operators and functions of PostgreSQL's
		numbers := s.d.C("numbers")
		return expr.Select(expr.UnknownFunc("trim_array", schema.ArrayOf(schema.Integer), numbers, expr.LiteralColumn("1", schema.Integer)).Label("all_but_one")).
			Where(expr.Of(5).Eq(expr.Any(numbers)), expr.Of(3).Lt(expr.All(numbers)), numbers.Custom("@>", expr.Array(schema.Integer, 1, 2), schema.Boolean),
				numbers.Custom("&&", expr.Array(schema.Integer, 3), schema.Boolean))
	}},
	{name: "TypeDecorator param (importable)", build: func(s *odd) any {
		return expr.Select(s.id()).Where(s.u.C("name").Eq(expr.Param("n", s.own)), s.u.C("owned").Eq(expr.Param("m", s.own)))
	}},
	{name: "type_coerce to TypeDecorator", build: func(s *odd) any {
		return expr.Select(s.u.C("name").Coerce(s.own).Label("x"), s.u.C("owned"))
	}},
	{name: "extract / collate / between / is_distinct_from / escape", build: func(s *odd) any {
		name, age := s.u.C("name"), s.u.C("age")
		return expr.Select(expr.Extract(expr.Year, s.u.C("born")).Label("year"), name.Collate("C").Label("name")).
			Where(age.Between(18, 65), age.BetweenSymmetric(65, 18), age.IsDistinctFrom(30), name.IsNotDistinctFrom(nil), name.Like("50!%").Escape("!"), s.u.C("active").IsNotFalse())
	}},
	{name: "sequence.next_value()", build: func(s *odd) any {
		return expr.Insert(s.u).Values(expr.Assign{"id": expr.UnknownFunc("nextval", schema.BigInteger, "users_id_seq"), "name": "ann"})
	}},
	{name: "PG full text / match / to_tsvector", build: func(s *odd) any {
		vector := expr.UnknownFunc("to_tsvector", schema.Text, s.u.C("name"))
		return expr.Select(s.id()).Where(vector.Custom("@@", expr.UnknownFunc("plainto_tsquery", schema.Text, "ann"), schema.Boolean))
	}},
	{name: "regexp_replace, any unary ops, bitwise", build: func(s *odd) any {
		age := s.u.C("age")
		return expr.Select(s.u.C("name").RegexpReplace("(a+)", `<\1>`).Label("a"), age.Neg().Label("b"), age.BitNot().BitAnd(6).BitOr(1).BitXor(age.ShiftLeft(2)).ShiftRight(1).Label("c")).
			Where(expr.Not(s.u.C("name").RegexpMatch("^A", true)))
	}},
	{name: "HSTORE ops", reason: "a type that PostgreSQL alone has: its operators are custom ones, as those of ranges"},
	{name: "PG range ops with Range value", build: func(s *odd) any { // a type that PostgreSQL alone has, by operators of its own
		return expr.Select(s.u.C("name").Custom("&&", "[1,5)", schema.Boolean).Label("x"))
	}},
	{name: "MySQL match()", reason: "MATCH AGAINST is no operator and no function: MySQL alone has it"},
	{name: "Computed col / default / onupdate insert+update", build: func(s *odd) any {
		return expr.Insert(s.c).Values(expr.Assign{"price": 2.5, "made": expr.Default()}).Returning(s.c)
	}},
	{name: "user @compiles ColumnElement", reason: ofCode},
	{name: "lightweight table()/column()", reason: "a table is one of the metadata: what names no table there cannot be bound"},
	{name: "table in schema", build: func(s *odd) any { return expr.Select(s.far).Where(s.far.C("id").Gt(1)) }},
	{name: "table+schema with dots in names", build: func(s *odd) any { return expr.Select(s.dots.C("c.d")) }},
	{name: "column with ':' in name", build: func(s *odd) any { return s.colons.C("a:b").Gt(1) }},
	{name: "whole Table having a ':' column (select(table))", build: func(s *odd) any { return expr.Select(s.colons) }},
	{name: "table with ':' in name", build: func(s *odd) any { return s.colons.Table() }},
	{name: "table with newline in name", build: func(s *odd) any { return expr.Select(s.lines.C("a\nb")) }},
	{name: "column with key != name", reason: "a column has one name, and former ones"},
	{name: "quoted/reserved identifiers", build: func(s *odd) any { return expr.Select(s.quotes).OrderBy(s.quotes.C("Order")) }},
	{name: "Table of another MetaData", build: func(s *odd) any { return expr.Select(s.lost) }, err: "foreign_t"},
	{name: "lambda_stmt", reason: ofCode},
	{name: "lambda criteria where(lambda)", reason: ofCode},
	{name: "select().execution_options(python objects)", reason: "the host's: how a query is run is not in it"},
	{name: "execution_options with lambda", reason: ofCode},
	{name: "with_only_columns / add_cte / set_label_style", build: func(s *odd) any {
		c := expr.Select(s.a.C("user_id")).CTE("c")
		return expr.Select(s.u).From(s.u).Join(c, c.C("user_id").Eq(s.id())).Columns(s.id().Label("users_id"), c.C("user_id").Label("c_user_id"))
	}},
	{name: "DDL: CreateTable", reason: ofDDL},
	{name: "DDL: CreateView (2.1)", reason: ofDDL},
	{name: "DDL: CreateTableAs / select.into (2.1)", reason: ofDDL},
	{name: "Python values: datetime/Decimal/UUID/bytes/timedelta", build: func(s *odd) any {
		at := time.Date(2026, 1, 31, 13, 45, 0, 123456000, time.UTC)
		price, err := expr.Decimal("-19.90")
		if err != nil {
			panic(err)
		}
		return expr.Select(s.id()).Where(s.u.C("born").Eq(day("2026-01-31")), s.u.C("woke").Eq(expr.TimeOf(at)), s.u.C("created").Eq(expr.DateTimeOf(at)),
			s.u.C("seen").Eq(at), s.u.C("balance").Eq(price), s.u.C("token").Eq(expr.UUID([16]byte{1, 2, 15: 16})), s.u.C("photo").Eq([]byte{0, 255}),
			expr.Of(expr.Interval(1, -2, 90*time.Minute)).Eq(expr.Interval(0, 0, time.Microsecond)))
	}},
	{name: "NaN / inf / huge int / None / bool literals", build: func(s *odd) any {
		nan, zero := 0.0, 0.0
		nan /= zero
		return expr.Select(expr.Of(nan).Label("a"), expr.Of(1/zero).Label("b"), expr.Of(-1/zero).Label("c"), expr.Of(int64(1)<<62).Label("d"), expr.Of(-int64(1)<<63).Label("e"),
			expr.Of(nil).Label("f"), expr.Of(true).Label("g"), expr.Of(false).Label("h"))
	}},
	{name: "nulls_first/asc/desc/label order_by", build: func(s *odd) any {
		return expr.Select(s.id(), s.u.C("age").Add(1).Label("n")).OrderBy(s.u.C("name").Asc().NullsFirst(), s.u.C("age").Desc().NullsLast(), expr.Ref("n").Desc(), s.id())
	}},

	{name: "InstrumentedAttribute alone", build: func(s *odd) any { return s.u.Table().Lookup("name") }},
	{name: "criteria fragment (User.name == 'x') alone", build: func(s *odd) any { return s.u.C("name").Eq("x") }},
	{name: "locally defined TypeDecorator", reason: ofPickle},
	{name: "locally defined mapped class", reason: ofPickle},
	{name: "session / engine object", reason: "a slot's name beside the query (serializer.DumpsWith), see its tests"},
}
