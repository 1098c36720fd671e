package dialect

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// TestHostileNamesRun puts each hostile name wherever a name can stand, on a real
// database.
func TestHostileNamesRun(t *testing.T) {
	for i, name := range []string{
		`a"b`, `"`, `""`, "a`b", "a.b", `a'b`, "new\nline", `back\slash\`, "x; DROP TABLE x; --", "/* x */", "$1", "?", ":p", "@p", "Éé", "smile 😀", "select", "rowid",
		"true", "null", " ", "a ", strings.Repeat("x", 64), strings.Repeat("é", 40), "%s%d", "\u202e", "\ufeff", "a\tb", "x] y", "\u0130", "ſ", "🏳️‍🌈",
	} {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			m := schema.NewMetaData()
			table := m.Table(name, schema.NewColumn(name, schema.Integer), schema.NewColumn(name+"2", schema.Text))
			require.NoError(t, m.Freeze())
			db := openSQLite(t, table)
			_, err := db.Exec("INSERT INTO " + quoteSQLite(name) + " VALUES (7, 'x')")
			require.NoError(t, err)
			src := expr.Table(table)
			alias := src.Alias(name)
			sub := expr.Select(alias.C(name).Label(name+" label"), alias.C(name), alias.C(name+"2").Label(name+"2")).Subquery(name)
			for _, q := range []*expr.SelectStmt{
				expr.Select(src).Where(src.C(name).Eq(7)).OrderBy(src.C(name)),
				expr.Select(src.C(name).Label("l" + name)).OrderBy(expr.Ref("l" + name)),
				expr.Select(src.C(name), alias.C(name), alias.C(name).Label(name+"L")).From(src, alias).OrderBy(expr.Ref(name + "L")),
				expr.Select(sub),
				expr.Select(sub.C(name+" label"), src.C(name)).From(sub, src).GroupBy(sub.C(name+" label"), src.C(name)),
			} {
				got := rows(t, db, compile(t, SQLite, q), nil)
				require.Len(t, got, 1)
				assert.EqualValues(t, 7, got[0][0])
			}
		})
	}
}

func TestNamesThatADatabaseCannotHold(t *testing.T) {
	for _, c := range []struct {
		name string
		bad  []*Dialect
		why  string
	}{
		{"nul\x00", All(), "the character NUL"},
		{"bad\xff", All(), "valid UTF-8"},
		{strings.Repeat("x", 63), nil, ""},
		{strings.Repeat("x", 64), []*Dialect{Postgres}, "longer than 63 bytes"},
		{strings.Repeat("é", 32), []*Dialect{Postgres}, "longer than 63 bytes"},
		{strings.Repeat("é", 64), []*Dialect{Postgres}, "longer than 63 bytes"},
		{"space ", []*Dialect{MySQL, MariaDB}, "end in a space"},
		{"smile 😀", []*Dialect{MySQL, MariaDB}, "above U+FFFF"},
		{`"; DROP`, nil, ""},
	} {
		m := schema.NewMetaData()
		column := m.Table("t", schema.NewColumn(c.name, schema.Integer))
		table := m.Table(c.name, schema.NewColumn("id", schema.Integer))
		part := m.Table("p", schema.InSchema(c.name), schema.NewColumn("id", schema.Integer))
		require.NoError(t, m.Freeze())
		for _, d := range All() {
			for _, q := range []*expr.SelectStmt{
				expr.Select(expr.Table(column).C(c.name)), expr.Select(expr.Table(table).C("id")), expr.Select(expr.Table(part).C("id")),
			} {
				_, err := d.Compile(admit(t, q))
				if !slices.Contains(c.bad, d) {
					assert.NoError(t, err, "%s: %q", d, c.name)
					continue
				}
				var typed *Error
				require.ErrorAs(t, err, &typed, "%s: %q", d, c.name)
				assert.Equal(t, CodeName, typed.Code)
				assert.Contains(t, err.Error(), c.why)
				assert.Contains(t, typed.Construct, fmt.Sprintf("%q", c.name))
			}
		}
	}
	long := strings.Repeat("é", 65)
	m := schema.NewMetaData()
	table := m.Table("t", schema.NewColumn(long, schema.Integer))
	deep := m.Table("deep", schema.InSchema("a", "b", "c"), schema.NewColumn("id", schema.Integer))
	require.NoError(t, m.Freeze())
	_, err := MySQL.Compile(admit(t, expr.Select(expr.Table(table).C(long))))
	assert.ErrorContains(t, err, "longer than 64 characters")
	for _, d := range All() {
		_, err := d.Compile(admit(t, expr.Select(expr.Table(deep).C("id"))))
		assert.ErrorContains(t, err, "its name has 4 parts, more than")
	}
}

// TestNoNameCapturesAnother runs queries whose names could be mistaken for others
// and looks at what they give.
func TestNoNameCapturesAnother(t *testing.T) {
	f := newFixture(t)
	db := openSQLite(t, f.meta.Tables()...)
	for _, q := range []string{
		`INSERT INTO users (id, parent_id, name, age) VALUES (1, NULL, 'ann', 40), (2, 1, 'bob', 20), (3, 1, 'cid', 30)`,
		`INSERT INTO addresses (id, user_id, city) VALUES (1, 2, 'Rome'), (2, 2, 'Oslo'), (3, 3, 'Bern')`,
	} {
		_, err := db.Exec(q)
		require.NoError(t, err)
	}
	u, a := f.u, f.a
	asAddresses, other, twin := u.Alias("addresses"), u.Alias("other"), u.Alias("other")
	upper := u.Alias("OTHER")
	labels := expr.Select(f.id.Label("A"), u.C("age").Label("a"), f.name.Label("id")).Subquery("users")
	for name, c := range map[string]struct {
		q    *expr.SelectStmt
		want string
	}{
		"alias named like another table": {
			expr.Select(asAddresses.C("name"), a.C("city")).From(asAddresses).Join(a, a.C("user_id").Eq(asAddresses.C("id"))).OrderBy(a.C("id")),
			"[[bob Rome] [bob Oslo] [cid Bern]]"},
		"two aliases of one name": {
			expr.Select(other.C("name"), twin.C("name"), upper.C("name")).From(other).Join(twin, twin.C("id").Eq(other.C("parent_id"))).Join(upper, upper.C("id").Eq(twin.C("id"))).OrderBy(other.C("id")),
			"[[bob ann ann] [cid ann ann]]"},
		"correlated on the same table": {
			expr.Select(f.name).Where(u.C("age").Gt(expr.Select(expr.Func("avg", other.C("age"))).From(other).Where(other.C("parent_id").Eq(u.C("parent_id"))).Scalar())),
			"[[cid]]"},
		"the same subquery in two places": {
			expr.Select(expr.Select(expr.Func("count")).From(a).Where(a.C("user_id").Eq(f.id)).Scalar().Label("n"), f.id).
				From(u).Where(expr.Select(expr.Func("count")).From(a).Where(a.C("user_id").Eq(f.id)).Scalar().Gt(0)).OrderBy(expr.Ref("n").Desc()),
			"[[2 2] [1 3]]"},
		"labels that differ in case": {
			expr.Select(labels.C("A"), labels.C("a"), labels.C("id"), f.name).From(labels).Join(u, u.C("id").Eq(labels.C("A"))).OrderBy(labels.C("a")),
			"[[2 20 bob bob] [3 30 cid cid] [1 40 ann ann]]"},
		"label of another column's name, ordered by": {
			expr.Select(u.C("age").Label("id"), f.id.Label("age")).OrderBy(f.id.Desc()),
			"[[30 3] [20 2] [40 1]]"},
		"label of another column's name, ordered by the label": {
			expr.Select(u.C("age").Label("id"), f.name).OrderBy(expr.Ref("id")),
			"[[20 bob] [30 cid] [40 ann]]"},
		"label of another column's name, grouped by": {
			expr.Select(u.C("parent_id").IsNull().Label("id"), expr.Func("count").Label("n")).GroupBy(expr.Ref("id")).OrderBy(expr.Ref("id")),
			"[[0 2] [1 1]]"},
		"label of another column's name, in having": {
			expr.Select(expr.Func("max", u.C("age")).Label("age"), u.C("parent_id")).GroupBy(u.C("parent_id")).Having(expr.Ref("age").Gt(30)),
			"[[40 <nil>]]"},
		"in of nothing and null": {
			expr.Select(f.id).Where(expr.Not(u.C("parent_id").In()), u.C("parent_id").NotIn()).OrderBy(f.id), "[[1] [2] [3]]"},
		"offset without limit": {expr.Select(f.id).OrderBy(f.id).Offset(1), "[[2] [3]]"},
		"nulls last":           {expr.Select(f.id).OrderBy(u.C("parent_id").Asc().NullsLast(), f.id), "[[2] [3] [1]]"},
		"division":             {expr.Select(u.C("age").Div(16), u.C("age").IDiv(16), u.C("age").Neg().IDiv(16), u.C("age").Neg().Mod(16)).Where(f.id.Eq(1)), "[[2.5 2 -2 -8]]"},
		"grouped by an argument": {
			expr.Select(u.C("age").Mod(20).Label("g"), expr.Func("count")).GroupBy(u.C("age").Mod(20)).Having(u.C("age").Mod(20).Ge(0)).OrderBy(u.C("age").Mod(20).Desc()),
			"[[10 1] [0 2]]"},
	} {
		t.Run(name, func(t *testing.T) {
			s := compile(t, SQLite, c.q)
			assert.Equal(t, c.want, fmt.Sprint(rows(t, db, s, nil)), s.SQL())
		})
	}
}

// TestTextMatchesTakeTextAsItIs compares literal, parameter and column on a real
// database.
func TestTextMatchesTakeTextAsItIs(t *testing.T) {
	f := newFixture(t)
	db := openSQLite(t, f.users)
	texts := []string{"", "a", "ab", "%", "a%", "_", "!", "!%", `\`, `\%`, "100%!_", "a_b", "!!"}
	for i, x := range texts {
		for j, y := range texts {
			_, err := db.Exec("INSERT INTO users (id, name, email) VALUES (?, ?, ?)", i*len(texts)+j, x, y)
			require.NoError(t, err)
		}
	}
	for _, m := range []struct {
		build func(x expr.Expr, y any) expr.Expr
		want  func(s, t string) bool
	}{
		{expr.Expr.StartsWith, strings.HasPrefix}, {expr.Expr.EndsWith, strings.HasSuffix}, {expr.Expr.Contains, strings.Contains},
	} {
		byColumn := rows(t, db, compile(t, SQLite, expr.Select(m.build(f.name, f.email)).OrderBy(f.id)), nil)
		for j, y := range texts {
			byLiteral := rows(t, db, compile(t, SQLite, expr.Select(m.build(f.name, y)).Where(f.email.Eq(y)).OrderBy(f.id)), nil)
			byParam := rows(t, db, compile(t, SQLite, expr.Select(m.build(f.name, expr.Param("p", schema.Text))).Where(f.email.Eq(y)).OrderBy(f.id)), map[string]expr.Value{"p": expr.Text(y)})
			for i, x := range texts {
				want := int64(0)
				if m.want(x, y) {
					want = 1
				}
				assert.Equal(t, want, byColumn[i*len(texts)+j][0], "%q %q", x, y)
				assert.Equal(t, want, byLiteral[i][0], "%q %q", x, y)
				assert.Equal(t, want, byParam[i][0], "%q %q", x, y)
			}
		}
	}
}
