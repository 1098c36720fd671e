package ddl_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/dialect"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
	"github.com/sqlser/sqlser/schema/ddl"
)

// TestRefuses names what a database cannot hold, and makes it elsewhere.
func TestRefuses(t *testing.T) {
	const (
		sqlite, postgres, mysql, mariadb = "sqlite", "postgres", "mysql", "mariadb"
	)
	column := func(typ schema.Type, options ...schema.ColumnOption) []schema.TableItem {
		return []schema.TableItem{schema.NewColumn("id", schema.Integer, schema.PrimaryKey), schema.NewColumn("x", typ, options...)}
	}
	with := func(items ...schema.TableItem) []schema.TableItem { return append(column(schema.Integer), items...) }
	identity := func(o schema.IdentityOptions) []schema.TableItem {
		return []schema.TableItem{schema.NewColumn("x", schema.Integer, schema.PrimaryKey, schema.Identity(o))}
	}
	self := func(options ...schema.ForeignKeyOption) []schema.TableItem {
		return with(schema.ForeignKeyConstraint("k", []string{"x"}, []string{"t"}, []string{"id"}, options...))
	}
	for _, c := range []struct {
		name  string
		items []schema.TableItem
		want  map[string]string // by dialect; others make it
	}{
		{"array", column(schema.ArrayOf(schema.Integer)), map[string]string{
			sqlite: "column:t.x: it has no arrays: integer[]", mysql: "column:t.x: it has no arrays: integer[]", mariadb: "column:t.x: it has no arrays: integer[]"}},
		{"interval", column(schema.Interval), map[string]string{
			sqlite: "column:t.x: it has no type for interval", mysql: "column:t.x: it has no type for interval", mariadb: "column:t.x: it has no type for interval"}},
		{"unknown", column(schema.Unknown), map[string]string{
			sqlite: "column:t.x: it has no type for unknown", postgres: "column:t.x: it has no type for unknown",
			mysql: "column:t.x: it has no type for unknown", mariadb: "column:t.x: it has no type for unknown"}},
		{"unknown with words", column(schema.Unknown, schema.SQLType(sqlite, "X"), schema.SQLType(postgres, "INET"), schema.SQLType(mysql, "YEAR"), schema.SQLType(mariadb, "INET6")), nil},
		{"long string", column(schema.String(20_000)), map[string]string{
			mysql: "column:t.x: a string has at most 16383 characters, not 20000", mariadb: "column:t.x: a string has at most 16383 characters, not 20000"}},
		{"wide decimal", column(schema.Numeric(70, 5)), map[string]string{
			mysql:   "column:t.x: a decimal has at most 65 digits, 30 of them after the point, not numeric(70,5)",
			mariadb: "column:t.x: a decimal has at most 65 digits, 30 of them after the point, not numeric(70,5)"}},
		{"enum without labels", column(schema.Enum("")), map[string]string{
			sqlite: "column:t.x: an enum without a name needs labels, and cannot be an array", postgres: "column:t.x: an enum without a name needs labels, and cannot be an array",
			mysql: "column:t.x: an enum needs a label", mariadb: "column:t.x: an enum needs a label"}},
		{"default of another type", column(schema.Integer, schema.ServerDefault("x")), map[string]string{
			sqlite: `column:t.x: server default: `, postgres: `column:t.x: server default: `, mysql: `column:t.x: server default: `, mariadb: `column:t.x: server default: `}},
		{"default out of range", column(schema.SmallInteger, schema.ServerDefault(40_000)), map[string]string{
			sqlite: `column:t.x: value: 40000 is out of the range of small_integer`, postgres: `column:t.x: value: 40000 is out of the range of small_integer`,
			mysql: `column:t.x: value: 40000 is out of the range of small_integer`, mariadb: `column:t.x: value: 40000 is out of the range of small_integer`}},
		{"now of a number", column(schema.Integer, schema.ServerDefault(schema.CurrentTimestamp)), map[string]string{
			sqlite: "column:t.x: CURRENT_TIMESTAMP is no integer", postgres: "column:t.x: CURRENT_TIMESTAMP is no integer",
			mysql: "column:t.x: CURRENT_TIMESTAMP is no integer", mariadb: "column:t.x: CURRENT_TIMESTAMP is no integer"}},
		{"text of another dialect", column(schema.Text, schema.ServerDefault(schema.SQL(postgres, "version()"))), map[string]string{
			sqlite: "column:t.x: its SQL is for postgres: version()", mysql: "column:t.x: its SQL is for postgres: version()", mariadb: "column:t.x: its SQL is for postgres: version()"}},
		{"text that closes what it stands in", column(schema.Integer, schema.ServerDefault(schema.SQL(sqlite, "0), y INTEGER DEFAULT (1"))), map[string]string{
			sqlite:   "column:t.x: its SQL: raw text: a parenthesis is closed that is not open: 0), y",
			postgres: "column:t.x: its SQL is for sqlite", mysql: "column:t.x: its SQL is for sqlite", mariadb: "column:t.x: its SQL is for sqlite"}},
		{"words that begin a statement", column(schema.Unknown, schema.SQLType(sqlite, "X"), schema.SQLType(postgres, "INET); DROP TABLE t; --"), schema.SQLType(mysql, "YEAR '"), schema.SQLType(mariadb, "INET6 --")), map[string]string{
			postgres: "column:t.x: its SQL: raw text: a parenthesis is closed that is not open", mysql: "column:t.x: its SQL: raw text: a quote is not closed",
			mariadb: "column:t.x: its SQL: raw text: -- without a space"}},
		{"virtual column", column(schema.Integer, schema.Computed(func(t *schema.Table) schema.Clause { return expr.Table(t).C("id").Add(1) }, false)), map[string]string{
			postgres: "column:t.x: its computed columns are stored"}},
		{"computed and never NULL", column(schema.Integer, schema.NotNull, schema.Computed(func(t *schema.Table) schema.Clause { return expr.Table(t).C("id").Add(1) }, true)), map[string]string{
			mariadb: "column:t.x: it has no computed columns that are NOT NULL"}},
		{"a parameter in a check", with(schema.CheckConstraint("c", func(t *schema.Table) schema.Clause { return expr.Table(t).C("x").Eq(expr.Param("p", schema.Integer)) })), map[string]string{
			sqlite: "table:t: parameter: a definition has none", postgres: "table:t: parameter: a definition has none",
			mysql: "table:t: parameter: a definition has none", mariadb: "table:t: parameter: a definition has none"}},
		{"a subquery in a check", with(schema.CheckConstraint("c", func(t *schema.Table) schema.Clause {
			return expr.Exists(expr.Select(expr.Literal(expr.Int(1))))
		})), map[string]string{
			sqlite: "table:t: subquery: a definition has none", postgres: "table:t: subquery: a definition has none",
			mysql: "table:t: subquery: a definition has none", mariadb: "table:t: subquery: a definition has none"}},
		{"identity that is always its own", identity(schema.IdentityOptions{Always: true}), map[string]string{
			sqlite: "column:t.x: its identities cannot refuse values of one's own", mysql: "column:t.x: its identities cannot refuse values of one's own",
			mariadb: "column:t.x: its identities cannot refuse values of one's own"}},
		{"identity by steps", identity(schema.IdentityOptions{Increment: 2}), map[string]string{
			sqlite: "column:t.x: its identities cannot count by other steps than 1", mysql: "column:t.x: its identities cannot count by other steps than 1",
			mariadb: "column:t.x: its identities cannot count by other steps than 1"}},
		{"identity from 5", identity(schema.IdentityOptions{Start: 5}), map[string]string{sqlite: "column:t.x: its identities cannot begin elsewhere than at 1"}},
		{"identity as PostgreSQL shows it", identity(schema.IdentityOptions{Start: 1, Increment: 1, MinValue: 1, MaxValue: 1<<31 - 1, Cache: 1}), nil},
		{"identity without a key", column(schema.Integer, schema.Identity(schema.IdentityOptions{})), map[string]string{
			sqlite: "column:t.x: its identities are the primary key", mysql: "column:t.x: its identities are the first column of a key",
			mariadb: "column:t.x: its identities are the first column of a key"}},
		{"key of text", with(schema.NewColumn("y", schema.Text), schema.NewIndex("i", "y")), map[string]string{
			mysql: "column:t.y: a key cannot hold text, which has no limit", mariadb: "column:t.y: a key cannot hold text, which has no limit"}},
		{"partial index", with(schema.NewIndexWith("i", schema.IndexOptions{Where: func(t *schema.Table) schema.Clause { return expr.Table(t).C("x").Gt(1) }}, "x")), map[string]string{
			mysql: `table:t: index "i": it has no partial indexes`, mariadb: `table:t: index "i": it has no partial indexes`}},
		{"SET DEFAULT", self(schema.OnDelete(schema.SetDefault)), map[string]string{
			mysql: "table:t: foreign key t(x) -> t(id): it has no ON DELETE SET DEFAULT", mariadb: "table:t: foreign key t(x) -> t(id): it has no ON DELETE SET DEFAULT"}},
		{"deferrable", self(schema.Deferrable(false)), map[string]string{
			mysql: "table:t: foreign key t(x) -> t(id): it checks keys at once", mariadb: "table:t: foreign key t(x) -> t(id): it checks keys at once"}},
		{"comment with a backslash", column(schema.Integer, schema.Comment(`\`)), map[string]string{
			mysql: "column:t.x: a comment cannot hold a backslash", mariadb: "column:t.x: a comment cannot hold a backslash"}},
		{"long name", with(schema.CheckConstraint(strings.Repeat("n", 70), func(t *schema.Table) schema.Clause { return expr.Table(t).C("x").Gt(1) })), map[string]string{
			postgres: `table:t: name "nnn`, mysql: `table:t: name "nnn`, mariadb: `table:t: name "nnn`}},
		{"schema parts", []schema.TableItem{schema.InSchema("a", "b", "c"), schema.NewColumn("x", schema.Integer)}, map[string]string{
			sqlite: `table:a.b.c.t: table "a.b.c.t": its name has 4 parts`, postgres: `table:a.b.c.t: table "a.b.c.t": its name has 4 parts`,
			mysql: `table:a.b.c.t: table "a.b.c.t": its name has 4 parts`, mariadb: `table:a.b.c.t: table "a.b.c.t": its name has 4 parts`}},
		{"no columns", nil, map[string]string{sqlite: "table:t: a table needs a column", mysql: "table:t: a table needs a column", mariadb: "table:t: a table needs a column"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, d := range dialect.All() {
				meta := frozen(t, func(m *schema.MetaData) { m.Table("t", again(c.items)...) })
				statements, err := ddl.CreateAll(d, meta)
				want, refused := c.want[d.Name()]
				if !refused {
					require.NoError(t, err, d.Name())
					require.NotEmpty(t, statements)
					continue
				}
				require.Nil(t, statements, d.Name())
				var typed *ddl.Error
				require.ErrorAs(t, err, &typed, d.Name())
				require.Equal(t, d.Name(), typed.Dialect)
				require.Contains(t, err.Error(), d.Name()+": "+want)
			}
		})
	}
}

// again makes columns of their own for one more table.
func again(items []schema.TableItem) []schema.TableItem {
	list := make([]schema.TableItem, len(items))
	for i, item := range items {
		if c, ok := item.(*schema.Column); ok {
			copied := *c
			item = &copied
		}
		list[i] = item
	}
	return list
}

// Two things of one name are refused where they would meet.
func TestNamesMeet(t *testing.T) {
	meta := frozen(t, func(m *schema.MetaData) {
		m.Table("a", schema.NewColumn("x", schema.Enum("mood", "a")), schema.NewIndex("i", "x"))
		m.Table("b", schema.NewColumn("x", schema.Enum("mood", "b")), schema.NewIndex("i", "x"))
	})
	_, err := ddl.CreateAll(dialect.Postgres, meta)
	require.EqualError(t, err, "postgres: column:b.x: two enums are named \"mood\"\npostgres: table:b: index \"i\": a has one of this name, and there it is the schema's")
	_, err = ddl.CreateAll(dialect.SQLite, meta)
	require.EqualError(t, err, "sqlite: table:b: index \"i\": a has one of this name, and there it is the schema's")
	_, err = ddl.CreateAll(dialect.MariaDB, meta)
	require.NoError(t, err)
	_, err = ddl.CreateAll(dialect.SQLite, schema.NewMetaData())
	require.EqualError(t, err, "sqlite: metadata: it is not frozen")
	_, err = ddl.CreateAll(new(dialect.Dialect), meta)
	require.Error(t, err)
}
