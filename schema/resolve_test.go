package schema_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/schema"
)

// resolveCases hold for tables and columns alike: both go through one index.
// Things are declared as name, stable id, former names.
var resolveCases = map[string]struct {
	things       []thing
	name, stable string
	want         string // the name of what is found
	code         schema.Code
	hint         string
}{
	"by name": {
		things: []thing{{name: "a"}, {name: "b"}}, name: "b", want: "b",
	},
	"names are exact": {
		things: []thing{{name: "name"}}, name: "Name", code: schema.CodeUnknown, hint: `; did you mean "name"?`,
	},
	"unknown": {
		things: []thing{{name: "a"}}, name: "something else", code: schema.CodeUnknown,
	},
	"the stable id goes before the name": {
		things: []thing{{name: "a", stable: "1"}, {name: "b", stable: "2"}}, name: "a", stable: "2", want: "b",
	},
	"a rename, with ids": {
		things: []thing{{name: "new", stable: "1"}}, name: "old", stable: "1", want: "new",
	},
	"a rename, declared": {
		things: []thing{{name: "new", former: []string{"older", "old"}}}, name: "old", want: "new",
	},
	"a rename and back": {
		things: []thing{{name: "a", former: []string{"b", "a"}}}, name: "a", want: "a",
	},
	"the same former name declared twice": {
		things: []thing{{name: "new", former: []string{"old", "old"}}}, name: "old", want: "new",
	},
	"the host began to give ids": {
		things: []thing{{name: "a", stable: "1"}}, name: "a", want: "a",
	},
	"the host gave ids up": {
		things: []thing{{name: "a"}}, name: "a", stable: "1", want: "a",
	},
	"a former name of something with an id, stored before it had one": {
		things: []thing{{name: "new", stable: "1", former: []string{"old"}}}, name: "old", want: "new",
	},
	"a former name of something without an id, stored with one": {
		things: []thing{{name: "new", former: []string{"old"}}}, name: "old", stable: "1", want: "new",
	},
	"a former name does not count if both have an id": {
		things: []thing{{name: "new", stable: "2", former: []string{"old"}}}, name: "old", stable: "1", code: schema.CodeUnknown,
	},
	"dropped, and the name used again": {
		things: []thing{{name: "a", stable: "2"}}, name: "a", stable: "1", code: schema.CodeReplaced,
	},
	"renamed, and the name used again": {
		things: []thing{{name: "a", stable: "2"}, {name: "b", stable: "1"}}, name: "a", stable: "1", want: "b",
	},
	"renamed without an id, and the name used again with one": {
		things: []thing{{name: "a", stable: "2"}, {name: "b", former: []string{"a"}}}, name: "a", stable: "1", want: "b",
	},
	"renamed, and the name used again, stored without an id": {
		things: []thing{{name: "a", stable: "2"}, {name: "b", stable: "1", former: []string{"a"}}}, name: "a", code: schema.CodeAmbiguous,
	},
	"two swapped names, the first": {
		things: []thing{{name: "b", stable: "1", former: []string{"a"}}, {name: "a", stable: "2", former: []string{"b"}}},
		name:   "a", stable: "1", want: "b",
	},
	"two swapped names, the second": {
		things: []thing{{name: "b", stable: "1", former: []string{"a"}}, {name: "a", stable: "2", former: []string{"b"}}},
		name:   "b", stable: "2", want: "a",
	},
	"two swapped names, stored without an id": {
		things: []thing{{name: "b", stable: "1", former: []string{"a"}}, {name: "a", stable: "2", former: []string{"b"}}},
		name:   "b", code: schema.CodeAmbiguous,
	},
	"two swapped names, stored with an id that is gone": {
		things: []thing{{name: "b", stable: "1", former: []string{"a"}}, {name: "a", stable: "2", former: []string{"b"}}},
		name:   "b", stable: "3", code: schema.CodeReplaced,
	},
	"two had the name": {
		things: []thing{{name: "a", former: []string{"old"}}, {name: "b", former: []string{"old"}}}, name: "old", code: schema.CodeAmbiguous,
	},
	"two had the name, one of them is another by its id": {
		things: []thing{{name: "a", stable: "2", former: []string{"old"}}, {name: "b", former: []string{"old"}}},
		name:   "old", stable: "1", want: "b",
	},
	"three had the name": {
		things: []thing{{name: "a", former: []string{"old"}}, {name: "b", former: []string{"old"}}, {name: "c", former: []string{"old"}}},
		name:   "old", code: schema.CodeAmbiguous,
	},
	"an id is not a name": {
		things: []thing{{name: "a", stable: "1"}}, name: "1", code: schema.CodeUnknown,
	},
}

type thing struct {
	name, stable string
	former       []string
}

func TestResolve(t *testing.T) {
	for name, c := range resolveCases {
		t.Run("table/"+name, func(t *testing.T) {
			m := frozen(t, func(m *schema.MetaData) {
				for _, x := range c.things {
					m.Table(x.name, schema.StableID(x.stable), schema.Formerly(x.former...))
				}
			})
			table, err := m.ResolveTable([]string{c.name}, c.stable)
			o, err2 := m.Resolve(schema.ID{Kind: schema.IDTable, Table: []string{c.name}, Stable: c.stable})
			assert.Equal(t, err, err2)
			if c.code == "" {
				require.NoError(t, err)
				assert.Same(t, m.Lookup(c.want), table)
				assert.Equal(t, schema.Object(table), o)
				return
			}
			assert.Nil(t, table)
			assert.True(t, o == nil, "an object beside an error")
			wantError(t, err, c.code, "table:"+c.name, c.hint)
		})
		t.Run("column/"+name, func(t *testing.T) {
			m := frozen(t, func(m *schema.MetaData) {
				var items []schema.TableItem
				for _, x := range c.things {
					items = append(items, column(x.name, schema.StableID(x.stable), schema.Formerly(x.former...)))
				}
				m.Table("t", items...)
			})
			col, err := m.Lookup("t").ResolveColumn(c.name, c.stable)
			o, err2 := m.Resolve(schema.ID{Kind: schema.IDColumn, Table: []string{"t"}, Name: c.name, Stable: c.stable})
			assert.Equal(t, err, err2)
			if c.code == "" {
				require.NoError(t, err)
				assert.Same(t, m.Lookup("t").Lookup(c.want), col)
				assert.Equal(t, schema.Object(col), o)
				return
			}
			assert.Nil(t, col)
			assert.True(t, o == nil, "an object beside an error")
			wantError(t, err, c.code, "column:t."+c.name, c.hint)
		})
	}
}

func wantError(t *testing.T, err error, code schema.Code, object, hint string) {
	t.Helper()
	var e *schema.Error
	require.ErrorAs(t, err, &e)
	assert.Equal(t, code, e.Code)
	assert.Equal(t, object, e.Object)
	assert.NotEmpty(t, e.Reason)
	assert.Equal(t, hint, e.Hint)
	assert.Equal(t, "schema: "+object+": "+e.Reason+hint, e.Error())
}

func TestResolveQualifiedNames(t *testing.T) {
	m := frozen(t, func(m *schema.MetaData) {
		m.Table("a", schema.InSchema("s"), schema.Formerly("old"), column("x"))
		m.Table("moved", schema.InSchema("t"), schema.FormerlyAt("s", "here"), schema.FormerlyAt("bare"))
	})
	for stored, want := range map[*[]string]string{
		{"s", "a"}:    "s.a",
		{"s", "old"}:  "s.a", // a former name is one in the same schema
		{"s", "here"}: "t.moved",
		{"bare"}:      "t.moved",
	} {
		table, err := m.ResolveTable(*stored, "")
		require.NoError(t, err, "%q", *stored)
		assert.Equal(t, want, table.String())
	}
	for _, stored := range [][]string{nil, {""}, {"a"}, {"old"}, {"t", "old"}, {"s.a"}, {"t", "here"}, {"s", "a", ""}} {
		_, err := m.ResolveTable(stored, "")
		var e *schema.Error
		require.ErrorAs(t, err, &e, "%q", stored)
		assert.Equal(t, schema.CodeUnknown, e.Code)
	}
	_, err := m.ResolveTable([]string{"s", "aa"}, "")
	assert.EqualError(t, err, `schema: table:s.aa: unknown; did you mean "s.a"?`)

	// A column is found in the table's present place and shown there.
	c, err := m.Resolve(schema.ID{Kind: schema.IDColumn, Table: []string{"s", "old"}, Name: "x"})
	require.NoError(t, err)
	assert.Equal(t, "s.a.x", c.String())
	_, err = m.Resolve(schema.ID{Kind: schema.IDColumn, Table: []string{"s", "old"}, Name: "zzzz"})
	wantError(t, err, schema.CodeUnknown, "column:s.a.zzzz", "")
	_, err = m.Resolve(schema.ID{Kind: schema.IDColumn, Table: []string{"nowhere"}, Name: "x"})
	wantError(t, err, schema.CodeUnknown, "table:nowhere", "")
}

func TestResolveRefusesOtherKinds(t *testing.T) {
	m := frozen(t, func(m *schema.MetaData) { m.Table("main", column("main")) })
	for _, kind := range []schema.IDKind{schema.IDSession, schema.IDEngine, "", "entity"} {
		o, err := m.Resolve(schema.ID{Kind: kind, Table: []string{"main"}, Name: "main"})
		assert.True(t, o == nil)
		var e *schema.Error
		require.ErrorAs(t, err, &e)
		assert.Equal(t, schema.CodeUnknown, e.Code)
	}
}

func TestDidYouMean(t *testing.T) {
	for _, c := range []struct {
		name       string
		candidates []string
		want       string // the candidate, or ""
	}{
		{"custmer", []string{"orders", "customer", "customs"}, "customer"},
		{"customre", []string{"customer"}, "customer"},
		{"CUSTOMER", []string{"custom", "customer"}, "customer"},
		{"username", []string{"user_name", "uname"}, "user_name"},
		{"idd", []string{"id"}, "id"},
		{"naïve", []string{"naive"}, "naive"},
		{"x", []string{"y"}, ""}, // nothing of it is left
		{"foo", []string{"cos", "floor", "fo"}, "fo"},
		{"foo", []string{"cos", "bar"}, ""},
		{"x", []string{"abc"}, ""},
		{"totals", []string{"id", "customer_id"}, ""},
		{"same", []string{"sama", "samb"}, "sama"}, // the first of the nearest
		{"anything", nil, ""},
		{"", []string{""}, ""},
		{"", []string{"abc"}, ""},
	} {
		want := ""
		if c.want != "" {
			want = `; did you mean "` + c.want + `"?`
		}
		assert.Equal(t, want, schema.DidYouMean(c.name, c.candidates), "%q among %q", c.name, c.candidates)
	}
	assert.Equal(t, `; did you mean "a\"b\n"?`, schema.DidYouMean("a'b\n", []string{"a\"b\n"}), "a name must not break the message")
}
