package schema_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/schema"
)

// column is short for tests in which the type does not matter.
func column(name string, options ...schema.ColumnOption) *schema.Column {
	return schema.NewColumn(name, schema.BigInteger, options...)
}

// frozen declares and freezes.
func frozen(t *testing.T, declare func(*schema.MetaData)) *schema.MetaData {
	t.Helper()
	m := schema.NewMetaData()
	declare(m)
	require.NoError(t, m.Freeze())
	return m
}

func TestFreezeRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		declare func(*schema.MetaData)
		want    []string // object: reason, in order
	}{
		"a table twice": {
			func(m *schema.MetaData) { m.Table("a", column("id")); m.Table("a", column("id")) },
			[]string{"table:a: declared twice"},
		},
		"a table twice in a schema": {
			func(m *schema.MetaData) {
				m.Table("a", schema.InSchema("s"))
				m.Table("a", schema.InSchema("s"))
				m.Table("a")
			},
			[]string{"table:s.a: declared twice"},
		},
		"a table without a name": {
			func(m *schema.MetaData) { m.Table("", column("id")) },
			[]string{"table:: a part of the name is empty"},
		},
		"an empty schema part": {
			func(m *schema.MetaData) { m.Table("a", schema.InSchema("db", "")) },
			[]string{"table:db..a: a part of the name is empty"},
		},
		"a column twice": {
			func(m *schema.MetaData) { m.Table("a", column("id"), column("id")) },
			[]string{"column:a.id: declared twice"},
		},
		"a column without a name": {
			func(m *schema.MetaData) { m.Table("a", column("")) },
			[]string{"table:a: a column has no name"},
		},
		"one column in two tables": {
			func(m *schema.MetaData) {
				id := column("id")
				m.Table("a", id)
				m.Table("b", id)
			},
			[]string{`table:b: column "id" is a's already`},
		},
		"a table's stable id twice": {
			func(m *schema.MetaData) { m.Table("a", schema.StableID("1")); m.Table("b", schema.StableID("1")) },
			[]string{`table:b: stable id "1" is a's`},
		},
		"a column's stable id twice": {
			func(m *schema.MetaData) {
				m.Table("a", column("x", schema.StableID("1")), column("y", schema.StableID("1")))
				m.Table("b", column("x", schema.StableID("1"))) // of another table: fine
			},
			[]string{`column:a.y: stable id "1" is a.x's`},
		},
		"a column's name is another's former name": {
			func(m *schema.MetaData) { m.Table("a", column("x"), column("y", schema.Formerly("x"))) },
			[]string{"column:a.x: its name is also another's former name: give it a stable id"},
		},
		"a table's name is another's former name": {
			func(m *schema.MetaData) {
				m.Table("x", schema.InSchema("s"))
				m.Table("y", schema.InSchema("s"), schema.Formerly("x"))
			},
			[]string{"table:s.x: its name is also another's former name: give it a stable id"},
		},
		"a table's name is another's former full name": {
			func(m *schema.MetaData) {
				m.Table("y", schema.FormerlyAt("s", "x"))
				m.Table("x", schema.InSchema("s"))
				m.Table("x")
			},
			[]string{"table:s.x: its name is also another's former name: give it a stable id"},
		},
		"two primary keys": {
			func(m *schema.MetaData) {
				m.Table("a", column("x", schema.PrimaryKey), column("y"), schema.PrimaryKeyConstraint("y"))
				m.Table("b", column("x"), column("y"), schema.PrimaryKeyConstraint("x"), schema.PrimaryKeyConstraint("y"))
			},
			[]string{"table:a: two primary keys", "table:b: two primary keys"},
		},
		"a key of missing columns": {
			func(m *schema.MetaData) {
				m.Table("a", column("title"), column("y"), schema.PrimaryKeyConstraint("titel", "y"), schema.UniqueConstraint("elsewhere"))
			},
			[]string{
				`table:a: a key names column "titel", which it does not have; did you mean "title"?`,
				`table:a: a key names column "elsewhere", which it does not have`,
			},
		},
		"a key of nothing": {
			func(m *schema.MetaData) {
				m.Table("a", column("x"), schema.UniqueConstraint(), schema.PrimaryKeyConstraint(),
					schema.ForeignKeyConstraint("", nil, []string{"a"}, nil))
			},
			[]string{"table:a: a key has no columns", "table:a: a key has no columns", "table:a: a key has no columns"},
		},
		"a foreign key to a missing table": {
			func(m *schema.MetaData) { m.Table("a", column("b_id", schema.References("b", "id"))) },
			[]string{`table:a: foreign key [b_id]: no table "b"`},
		},
		"a foreign key to nothing": {
			func(m *schema.MetaData) { m.Table("a", column("b_id", schema.References())) },
			[]string{`table:a: foreign key [b_id]: no table ""`},
		},
		"a foreign key to another schema's table by its name alone": {
			func(m *schema.MetaData) {
				m.Table("a", schema.InSchema("s"), column("b_id", schema.References("b", "id")))
				m.Table("b", schema.InSchema("t"), column("id"))
			},
			[]string{`table:s.a: foreign key [b_id]: no table "b"`},
		},
		"a foreign key to a table by its name and half its schema": {
			func(m *schema.MetaData) {
				m.Table("a", schema.InSchema("db"), column("b_id", schema.References("s", "b", "id")))
				m.Table("b", schema.InSchema("db", "s"), column("id"))
			},
			[]string{`table:db.a: foreign key [b_id]: no table "s.b"`},
		},
		"a foreign key to a missing column": {
			func(m *schema.MetaData) {
				m.Table("a", column("b_id", schema.References("b", "idd")), column("x", schema.References("b")))
				m.Table("b", column("id"))
			},
			[]string{
				`table:b: a key names column "idd", which it does not have; did you mean "id"?`,
				`table:b: a key names column "x", which it does not have`,
			},
		},
		"a foreign key of too few columns": {
			func(m *schema.MetaData) {
				m.Table("a", column("x"), schema.ForeignKeyConstraint("f", []string{"x"}, []string{"b"}, []string{"x", "y"}))
				m.Table("b", column("x"), column("y"))
			},
			[]string{"table:a: foreign key [x]: 1 columns refer to 2"},
		},
		"a foreign key of too few columns to some that are missing": {
			func(m *schema.MetaData) {
				m.Table("a", column("x"), schema.ForeignKeyConstraint("f", []string{"x"}, []string{"b"}, []string{"x", "y", "missing"}))
				m.Table("b", column("x"), column("y"))
			},
			[]string{"table:a: foreign key [x]: 1 columns refer to 3"},
		},
		"a foreign key to no columns": {
			func(m *schema.MetaData) {
				m.Table("a", column("x"), schema.ForeignKeyConstraint("f", []string{"x"}, []string{"b"}, nil))
				m.Table("b")
			},
			[]string{"table:a: foreign key [x]: 1 columns refer to 0"},
		},
		"a foreign key between types that do not compare": {
			func(m *schema.MetaData) {
				m.Table("a", column("b_id", schema.References("b", "id")))
				m.Table("b", schema.NewColumn("id", schema.Text))
			},
			[]string{"table:a: foreign key [b_id]: b_id is big_integer, b.id is text"},
		},
		"everything at once": {
			func(m *schema.MetaData) {
				m.Table("a", column("id", schema.References("c", "id")), column("id"), column(""), schema.UniqueConstraint("z"))
				m.Table("a")
				m.Table("b", column("x"), column("y", schema.Formerly("x")), column("k", schema.References("nowhere", "id")))
			},
			[]string{
				"column:a.id: declared twice",
				"table:a: a column has no name",
				"table:a: declared twice",
				`table:a: foreign key [id]: no table "c"`,
				`table:a: a key names column "z", which it does not have`,
				"column:b.x: its name is also another's former name: give it a stable id",
				`table:b: foreign key [k]: no table "nowhere"`,
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			m := schema.NewMetaData()
			c.declare(m)
			err := m.Freeze()
			assert.Equal(t, c.want, problems(t, err))
			assert.False(t, m.Frozen())
			assert.Zero(t, m.Generation())

			// Nothing was mended, so nothing may pass the second time.
			assert.Equal(t, c.want, problems(t, m.Freeze()), "frozen again")
			assert.False(t, m.Frozen())
		})
	}
}

// problems lists the problems of a FreezeError, each of which must be one that
// errors.As finds.
func problems(t *testing.T, err error) []string {
	t.Helper()
	var all *schema.FreezeError
	if !assert.ErrorAs(t, err, &all) {
		return nil
	}
	list := make([]string, len(all.Problems))
	for i, p := range all.Problems {
		assert.Equal(t, schema.CodeDeclaration, p.Code)
		assert.True(t, errors.Is(err, p), "Unwrap does not give %v", p)
		list[i] = strings.TrimPrefix(p.Error(), "schema: ")
	}
	return list
}

func TestFreezeErrorListsProblems(t *testing.T) {
	m := schema.NewMetaData()
	m.Table("a", column("x", schema.References("b", "id")))
	assert.EqualError(t, m.Freeze(), `schema: table:a: foreign key [x]: no table "b"`)

	m.Table("a")
	err := m.Freeze()
	const two = "schema: 2 problems:\n\ttable:a: declared twice\n\ttable:a: foreign key [x]: no table \"b\""
	assert.EqualError(t, err, two)
	m.Table("")
	assert.ErrorContains(t, m.Freeze(), "schema: 3 problems:")
	assert.EqualError(t, err, two, "an error changed afterwards")
}

// What Freeze complains of may be declared then, and all is as if it had been
// there from the start.
func TestFreezeAfterMending(t *testing.T) {
	m := schema.NewMetaData()
	a := m.Table("a", column("y", schema.References("b", "id")), column("x"),
		schema.PrimaryKeyConstraint("x", "y"), schema.UniqueConstraint("y"))
	require.Error(t, m.Freeze())
	m.Table("b", column("id", schema.PrimaryKey))
	require.NoError(t, m.Freeze())
	assert.Equal(t, []string{"x", "y"}, names(a.PrimaryKey()))
	assert.Len(t, a.UniqueKeys(), 1)
	assert.Len(t, a.ForeignKeys(), 1)
}

func names(columns []*schema.Column) []string {
	list := make([]string, len(columns))
	for i, c := range columns {
		list[i] = c.Name()
	}
	return list
}

func TestFrozenMetaDataDoesNotChange(t *testing.T) {
	m := frozen(t, func(m *schema.MetaData) {
		m.Table("a", column("id", schema.PrimaryKey, schema.Unique), column("a_id", schema.References("a", "id")))
	})
	generation := m.Generation()
	require.NoError(t, m.Freeze(), "freezing twice is once")
	assert.Equal(t, generation, m.Generation())

	late := m.Table("b", column("id"))
	require.NotNil(t, late)
	assert.Len(t, m.Tables(), 1)
	assert.Nil(t, m.Lookup("b"))
	var p *schema.Error
	require.ErrorAs(t, m.Freeze(), &p)
	assert.Equal(t, schema.CodeFrozen, p.Code)
	assert.Equal(t, "table:b", p.Object)
	assert.True(t, m.Frozen())
	assert.Equal(t, generation, m.Generation())

	// What the getters return is the caller's.
	a := m.Lookup("a")
	m.Tables()[0] = nil
	a.Columns()[0] = nil
	a.PrimaryKey()[0] = nil
	a.UniqueKeys()[0][0] = nil
	a.ForeignKeys()[0] = nil
	a.FullName()[0] = "changed"
	a.ColumnNames()[0] = "changed"
	a.ID().Table[0] = "changed"
	assert.Equal(t, a, m.Tables()[0])
	assert.Equal(t, "a", a.Name())
	assert.NotNil(t, a.Columns()[0])
	assert.NotNil(t, a.PrimaryKey()[0])
	assert.NotNil(t, a.UniqueKeys()[0][0])
	assert.NotNil(t, a.ForeignKeys()[0])
	assert.Equal(t, []string{"id", "a_id"}, a.ColumnNames())
}

func TestDeclarationsTakeCopies(t *testing.T) {
	parts, key := append(make([]string, 0, 3), "s", "t"), []string{"x"} // room for one more
	target, former := []string{"s", "t", "a"}, []string{"old"}
	m := schema.NewMetaData()
	a := m.Table("a", schema.InSchema(parts...), column("x", schema.References("s", "t", "a", "x")),
		schema.PrimaryKeyConstraint(key...), schema.UniqueConstraint(key...), schema.FormerlyAt(former...),
		schema.ForeignKeyConstraint("f", key, target, key))
	m.Table("b", schema.InSchema(parts...))
	for _, s := range [][]string{parts, key, target, former} {
		s[0] = "changed"
	}
	require.NoError(t, m.Freeze())
	assert.Equal(t, []string{"s", "t", "a"}, a.FullName())
	assert.Equal(t, []string{"x"}, names(a.PrimaryKey()))
	assert.Len(t, a.ForeignKeys(), 2)
	_, err := m.ResolveTable([]string{"old"}, "")
	assert.NoError(t, err)
}

func TestGenerationsDiffer(t *testing.T) {
	seen := map[uint64]bool{0: true}
	for range 10 {
		g := frozen(t, func(*schema.MetaData) {}).Generation()
		assert.False(t, seen[g], "generation %d twice", g)
		seen[g] = true
	}
}
