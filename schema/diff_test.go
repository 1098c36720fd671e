package schema_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/schema"
)

// clause is an expression of a type.
type clause struct {
	typ schema.Type
	err error
}

func (c clause) Type() schema.Type { return c.typ }
func (c clause) Err() error        { return c.err }

func TestDefinitions(t *testing.T) {
	m := frozen(t, func(m *schema.MetaData) {
		m.Table("p", schema.NewColumn("id", schema.Integer, schema.PrimaryKey))
		m.Table("t",
			schema.Comment("a table"),
			schema.NewColumn("id", schema.BigInteger, schema.PrimaryKey, schema.Identity(schema.IdentityOptions{Always: true, Start: 5})),
			schema.NewColumn("a", schema.Integer, schema.Default(1), schema.ServerDefault(int64(2)), schema.Comment("a column"),
				schema.References("p", "id"), schema.OnDelete(schema.Cascade), schema.OnUpdate(schema.SetNull), schema.Deferrable(true)),
			schema.NewColumn("b", schema.Text, schema.Collate("postgres", "C"), schema.SQLType("postgres", "citext"), schema.Variant("mysql", schema.String(50))),
			schema.NewColumn("c", schema.Boolean, schema.Computed(func(of *schema.Table) schema.Clause {
				require.NotNil(t, of.Lookup("d"), "the table is whole")
				return clause{typ: schema.Boolean}
			}, true)),
			schema.NewColumn("d", schema.DateTime, schema.ServerDefault(schema.CurrentTimestamp)),
			schema.NewColumn("e", schema.LargeBinary, schema.ServerDefault([]byte{1})),
			schema.NewIndex("ix", "a", "b"),
			schema.NewIndexWith("part", schema.IndexOptions{Unique: true, Where: schema.SQL("sqlite", "a > 0")}, "a"),
			schema.CheckConstraint("ck", schema.SQL("sqlite", "a > 0")))
	})
	table := m.Lookup("t")
	require.Equal(t, "a table", table.Comment())
	options, ok := table.Lookup("id").Identity()
	require.True(t, ok)
	require.Equal(t, schema.IdentityOptions{Always: true, Start: 5}, options)
	a := table.Lookup("a")
	client, ok := a.Default().Literal()
	require.Equal(t, []any{int64(1), true}, []any{client, ok})
	server, ok := a.ServerDefault().Literal()
	require.Equal(t, []any{int64(2), true}, []any{server, ok})
	require.Equal(t, "a column", a.Comment())
	key := table.ForeignKeys()[0]
	can, initially := key.Deferrable()
	require.Equal(t, []any{schema.Cascade, schema.SetNull, true, true}, []any{key.OnDelete(), key.OnUpdate(), can, initially})
	b := table.Lookup("b")
	require.Equal(t, "C", b.Collation("postgres"))
	require.Equal(t, "", b.Collation("mysql"))
	_, words := b.TypeIn("postgres")
	require.Equal(t, "citext", words)
	typ, words := b.TypeIn("mysql")
	require.Equal(t, []any{schema.String(50), ""}, []any{typ, words})
	typ, words = b.TypeIn("sqlite")
	require.Equal(t, []any{schema.Text, ""}, []any{typ, words})
	x, stored := table.Lookup("c").Computed()
	require.Equal(t, []any{schema.Boolean, true}, []any{x.Clause().Type(), stored})
	require.True(t, table.Lookup("d").ServerDefault().IsCurrentTimestamp())
	bytes, _ := table.Lookup("e").ServerDefault().Literal()
	bytes.([]byte)[0] = 9
	bytes, _ = table.Lookup("e").ServerDefault().Literal()
	require.Equal(t, []byte{1}, bytes)
	require.Equal(t, "part", table.Indexes()[1].Name())
	require.True(t, table.Indexes()[1].IsUnique())
	dialect, text, ok := table.Checks()[0].Condition().SQL()
	require.Equal(t, []any{"sqlite", "a > 0", true}, []any{dialect, text, ok})
}

func TestDefinitionsThatCannotBe(t *testing.T) {
	for want, items := range map[string][]schema.TableItem{
		`server default of "x": expected a literal, CurrentTimestamp, an expression or SQL, got struct {}`: {schema.NewColumn("x", schema.Text, schema.ServerDefault(struct{}{}))},
		`server default of "x": SQL text without a dialect, or without text`:                               {schema.NewColumn("x", schema.Text, schema.ServerDefault(schema.SQL("", "1")))},
		`default of "x": expected a value of type text, got integer`:                                       {schema.NewColumn("x", schema.Text, schema.Default(clause{typ: schema.Integer}))},
		`computed column "x": the expression is missing`:                                                   {schema.NewColumn("x", schema.Text, schema.Computed(func(*schema.Table) schema.Clause { return nil }, true))},
		`computed column "x": bad`:                                             {schema.NewColumn("x", schema.Text, schema.Computed(clause{err: errBad{}}, true))},
		`column "x": a literal computes nothing`:                               {schema.NewColumn("x", schema.Text, schema.Computed("a", true))},
		`column "x": only one of server default, computed and identity can be`: {schema.NewColumn("x", schema.Integer, schema.ServerDefault(1), schema.Identity(schema.IdentityOptions{}))},
		`column "x": an identity must be a number, not text`:                   {schema.NewColumn("x", schema.Text, schema.Identity(schema.IdentityOptions{}))},
		`column "x": an option of a foreign key without References`:            {schema.NewColumn("x", schema.Text, schema.OnDelete(schema.Cascade))},
		`column "x": a variant or collation without a dialect`:                 {schema.NewColumn("x", schema.Text, schema.Collate("", "C"))},
		`a key names column "y", which it does not have`:                       {schema.NewColumn("x", schema.Text), schema.NewIndex("i", "y")},
		`index "i": no name, or that of another`:                               {schema.NewColumn("x", schema.Text), schema.NewIndex("i", "x"), schema.NewIndex("i", "x")},
		`check "k": expected a condition, got 1`:                               {schema.NewColumn("x", schema.Text), schema.CheckConstraint("k", 1)},
		`check "k": expected a value of type boolean, got text`:                {schema.NewColumn("x", schema.Text), schema.CheckConstraint("k", clause{typ: schema.Text})},
	} {
		m := schema.NewMetaData()
		m.Table("t", items...)
		var all *schema.FreezeError
		require.ErrorAs(t, m.Freeze(), &all, want)
		require.Len(t, all.Problems, 1, all)
		require.Equal(t, "table:t", all.Problems[0].Object)
		require.Contains(t, all.Problems[0].Reason, want)
		require.EqualError(t, m.Freeze(), all.Error(), "tried again, it is the same")
	}
}

type errBad struct{}

func (errBad) Error() string { return "bad" }

// TestDiff has two schemas differ in everything that counts.
func TestDiff(t *testing.T) {
	a := frozen(t, func(m *schema.MetaData) {
		m.Table("gone", schema.NewColumn("id", schema.Integer, schema.PrimaryKey))
		m.Table("p", schema.NewColumn("id", schema.Integer, schema.PrimaryKey), schema.NewColumn("k", schema.Integer, schema.Unique))
		m.Table("t", schema.Comment("c"),
			schema.NewColumn("id", schema.Integer, schema.PrimaryKey, schema.Identity(schema.IdentityOptions{Start: 5, Cache: 1})),
			schema.NewColumn("a", schema.Integer, schema.ServerDefault(1), schema.Comment("x"), schema.References("p", "id")),
			schema.NewColumn("b", schema.Text, schema.NotNull), schema.NewColumn("lost", schema.Date),
			schema.NewColumn("n", schema.Numeric(10, 2), schema.ServerDefault(0)), schema.NewColumn("g", schema.Integer, schema.Computed(schema.SQL("sqlite", "a + 1"), true)),
			schema.NewColumn("clause", schema.Integer, schema.ServerDefault(clause{typ: schema.Integer})),
			schema.UniqueConstraint("a", "b"), schema.NewIndex("ix", "a"), schema.NewIndex("iy", "a"),
			schema.CheckConstraint("k", schema.SQL("sqlite", "a > 0")), schema.CheckConstraint("", schema.SQL("sqlite", "a > 1")),
			schema.ForeignKeyConstraint("fk", []string{"a"}, []string{"p"}, []string{"k"}, schema.OnDelete(schema.Cascade)))
	})
	require.Empty(t, schema.Diff(a, a))
	b := frozen(t, func(m *schema.MetaData) {
		m.Table("p", schema.NewColumn("id", schema.Integer, schema.PrimaryKey), schema.NewColumn("k", schema.Integer, schema.Unique), schema.View())
		m.Table("t",
			schema.NewColumn("a", schema.BigInteger, schema.ServerDefault(2)), schema.NewColumn("b", schema.Text),
			schema.NewColumn("id", schema.Integer, schema.PrimaryKey, schema.Identity(schema.IdentityOptions{Always: true, Start: 6, MinValue: 2})),
			schema.NewColumn("n", schema.Numeric(10, 2), schema.ServerDefault("0.00")), schema.NewColumn("g", schema.Integer, schema.Computed(schema.SQL("sqlite", "a + 2"), false)),
			schema.NewColumn("clause", schema.Integer, schema.ServerDefault(schema.SQL("postgres", "1 + 1"))), schema.NewColumn("new", schema.Date),
			schema.NewIndexWith("ux", schema.IndexOptions{Unique: true}, "a", "b"), schema.NewIndexWith("ix", schema.IndexOptions{Unique: true, Where: schema.SQL("sqlite", "a")}, "b"),
			schema.CheckConstraint("k", schema.SQL("sqlite", "a > 9")),
			schema.ForeignKeyConstraint("fk2", []string{"a"}, []string{"p"}, []string{"k"}, schema.Deferrable(true)))
		m.Table("new", schema.NewColumn("id", schema.Integer, schema.PrimaryKey))
	})
	var lines []string
	for _, d := range schema.Diff(a, b) {
		lines = append(lines, d.String())
	}
	require.Equal(t, []string{
		"table:gone: table: a table, not none",
		"table:p: kind: a table, not a view",
		`table:t: comment: "c", not none`,
		"column:t.id: identity always: false, not true",
		"column:t.id: identity start: 5, not 6",
		"column:t.a: type: integer, not big_integer",
		`column:t.a: comment: "x", not none`,
		"column:t.a: server default: 1, not 2",
		"column:t.b: nullable: false, not true",
		"column:t.lost: column: date, not none",
		`column:t.g: computed: sqlite SQL "a + 1", not sqlite SQL "a + 2"`,
		"column:t.g: stored: true, not false",
		"column:t.new: column: none, not date",
		`table:t: order of columns: "id", "a", "b", "n", "g", "clause", not "a", "b", "id", "n", "g", "clause"`,
		`table:t: foreign key: "a" -> p("id"), not none`,
		`table:t: name of foreign key "a" -> p("k"): "fk", not "fk2"`,
		`table:t: foreign key "a" -> p("k"): ON DELETE CASCADE ON UPDATE NO ACTION, not ON DELETE NO ACTION ON UPDATE NO ACTION DEFERRABLE INITIALLY DEFERRED`,
		`table:t: index "ix": "a", not "b"`,
		`table:t: unique index "ix": false, not true`,
		`table:t: condition of index "ix": none, not sqlite SQL "a"`,
		`table:t: index "iy": "a", not none`,
		`table:t: check "k": sqlite SQL "a > 0", not sqlite SQL "a > 9"`,
		`table:t: check "": sqlite SQL "a > 1", not none`,
		"table:new: table: none, not a table",
	}, lines)
	require.Len(t, schema.Diff(b, a), len(lines))
}

func TestDefineTypeRefuses(t *testing.T) {
	m := schema.NewMetaData()
	other := schema.NewMetaData().DefineType("money", schema.Text, nil, nil)
	money := m.DefineType("money", schema.Numeric(12, 2), nil, nil)
	m.DefineType("money", schema.Text, nil, nil)
	m.DefineType("", schema.Text, nil, nil)
	m.DefineType("a", schema.ArrayOf(schema.Text), nil, nil)
	m.DefineType("b", schema.Unknown, nil, nil)
	m.DefineType("c", money, nil, nil)
	m.Table("t", schema.NewColumn("x", money), schema.NewColumn("y", other), schema.NewColumn("z", schema.StoredHostType("gone", schema.Text)))
	require.EqualError(t, m.Freeze(), `schema: 7 problems:
	type:money: no name, or defined twice
	type:: no name, or defined twice
	type:a: expected a type of a single value as its base, got text[]
	type:b: expected a type of a single value as its base, got unknown
	type:c: expected a type of a single value as its base, got "money" numeric(12,2)
	table:t: column "y": its type "money" is not defined in this MetaData
	table:t: column "z": its type "gone" is not defined in this MetaData`)

	m = schema.NewMetaData()
	mood := m.DefineType("mood", schema.Enum("m", "a", "b").InSchema("s"), nil, nil)
	require.Equal(t, schema.Enum("m", "a", "b").InSchema("s"), mood.Base())
	require.Equal(t, []string{"a", "b"}, mood.Labels())
	require.True(t, mood.HasLabel("b"))
	require.Equal(t, "m", mood.EnumName())
	require.NotEqual(t, mood, mood.Base())
	require.Equal(t, mood, schema.ArrayOf(mood).Elem())
	bound, ok := m.BindType(schema.StoredHostType("mood", schema.Enum("m", "a", "b").InSchema("s")))
	require.Equal(t, []any{mood, true}, []any{bound, ok})
	_, ok = m.BindType(schema.StoredHostType("other", schema.Text))
	require.False(t, ok)
	require.Equal(t, []string{"mood"}, m.HostTypes())
	v, err := mood.Host().Bind("a")
	require.Equal(t, []any{"a", nil}, []any{v, err})
}
