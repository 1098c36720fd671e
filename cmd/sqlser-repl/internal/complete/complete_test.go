package complete

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/cmd/sqlser-repl/internal/show"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
	"github.com/sqlser/sqlser/scripts"
)

// shop is a completer of a small schema, in which u is a table and best a query.
func shop(t testing.TB) *Completer {
	t.Helper()
	meta := schema.NewMetaData()
	users := meta.Table("users", schema.NewColumn("id", schema.BigInteger, schema.PrimaryKey), schema.NewColumn("name", schema.Text),
		schema.NewColumn("odd name", schema.Text))
	meta.Table("orders", schema.NewColumn("id", schema.BigInteger, schema.PrimaryKey),
		schema.NewColumn("user_id", schema.BigInteger, schema.References("users", "id")), schema.NewColumn("total", schema.Double))
	meta.Table("parts", schema.InSchema("sales"), schema.NewColumn("id", schema.BigInteger, schema.PrimaryKey))
	meta.Automap()
	require.NoError(t, meta.Freeze())
	u := expr.Table(users)
	entity := expr.Entity(meta.LookupEntity("User"))
	held := map[string]any{"E": entity, "row": record{meta.LookupEntity("Order")}, "R": entity.R("orders"), "u": u, "_": expr.Select(u).Where(u.C("id").Eq(expr.Param("least", schema.BigInteger))), "best": expr.Select(u), "x": u.C("id")}
	return &Completer{
		Stubs: scripts.Stubs, MetaData: meta,
		Commands: []Command{
			{Name: ".schema", Args: "[table]", Doc: "columns", Takes: Source}, {Name: ".sql", Takes: QueryWord, Words: []string{"postgres", "sqlite"}}, {Name: ".load", Takes: File},
			{Name: ".dump", Takes: QueryFile}, {Name: ".mode", Takes: Words, Words: []string{"csv", "json"}}, {Name: ".help", Takes: Topic},
			{Name: ".rename", Takes: Column}, {Name: ".tree", Takes: Query}, {Name: ".quit"}, {Name: ".open", Takes: Database}, {Name: ".set", Takes: Parameter},
		},
		Topics:  []string{"where", "sql", "where"},
		Globals: func() []string { return []string{"u", "best"} },
		Global:  func(name string) any { return held[name] },
		Files: func(prefix string) []string {
			if strings.HasPrefix("q.sqb", prefix) {
				return []string{"q.sqb"}
			}
			return nil
		},
	}
}

// record is one of an entity, as luabind has them.
type record struct{ of *schema.Entity }

func (r record) Entity() *schema.Entity { return r.of }

func TestAt(t *testing.T) {
	c := shop(t)
	for _, test := range []struct{ text, word, first, has, not string }{ // | is the cursor
		{"db.|", "", "orders", "sales", "id"},
		{"db.o|", "o", "orders", "", "Order"},
		{"db.O|", "O", "Order", "", "orders"},
		{"db.ORD|", "ORD", "orders", "Order", "users"},
		{"db.|", "", "orders", "User", ""},
		{"db.sales.|", "", "parts", "", "User"},
		{"db.User.|", "", "id", "orders", "alias"},
		{"db.User:|", "", "alias", "join", "id"},
		{"db.User.na|", "na", "name", "", ""},
		{"db.User.name:li|", "li", "like", "", ""},
		{"db.User.orders:|", "", "and_", "any", "like"},
		{"E.or|", "or", "orders", "", ""},
		{"R:an|", "an", "and_", "any", ""},
		{"sql.fn.date_tr|", "fn.date_tr", "date_trunc", "", "date_add"},
		{"E:alias('x').orders:an|", "an", "and_", "any", ""},
		{"row.|", "", "id", "user", "alias"},
		{"row.user.|", "", "id", "orders", "total"},
		{"row.user.orders.|", "", "", "", ""},
		{".schema Us|", "Us", "User", "", ""},
		{".help Ord|", "Ord", "Order", "", ""},
		{"db.orders.|", "", "id", "total", "join"},
		{"db.orders.t|", "t", "total", "", "id"},
		{"db.orders:|", "", "alias", "join", "total"},
		{"db.sales.|", "", "parts", "", "users"},
		{"sql.select(db.users.n|, db.orders.id)", "n", "name", "", ""},
		{"sql.fn.up|", "up", "upper", "", ""},
		{"sql.|", "", "all_", "select", "add"},
		{"sql.types.nu|", "nu", "numeric", "", ""},
		{"u.|", "", "id", "name", "odd name"},
		{"u.id:|", "", "add", "like", "where"},
		{"x:|", "", "add", "like", "where"},
		{"best:wh|", "wh", "where", "", ""},
		{":ord|", "ord", "order_by", "", ""},
		{":where(u.id == 1):li|", "li", "limit", "", ""},
		{"local o = db.orders\nsql.select(o.|", "", "id", "total", "name"},
		{"a, o = db.users, db.orders; o.t|", "t", "total", "", ""},
		{"local q = sql.select(u.id):where(u.id == 1)\nq:gr|", "gr", "group_by", "", ""},
		{"sql.select(db.users.id):where(sql.fn.lower(u.name):like|", "like", "like", "", ""},
		{"(u.name):li|", "li", "like", "", ""},
		{`db["orders"].t|`, "t", "total", "", ""},
		{"u:alias 'x'.na|", "na", "name", "", ""},
		{"u:alias(\"x\"):jo|", "jo", "join", "", ""},
		{"b|", "b", "best", "break", "db"},
		{"whi|", "whi", "while", "", ""},
		{"d|", "d", "db", "do", ""},
		{"'db.|", "", "", "", "orders"},
		{"-- db.|", "", "", "", "orders"},
		{"1.|", "", "", "", "orders"},
		{"nothing.|", "", "", "", "orders"},
		{"db.orders.nothing.|", "", "", "", "orders"},
		{"{a = 1, u.|", "", "id", "name", ""},
		{").|", "", "", "", ""},
		{".sc|", ".sc", ".schema", "", ""},
		{".|", ".", ".schema", ".quit", "db"},
		{".schema us|", "us", "users", "", "orders"},
		{".sql best po|", "po", "postgres", "", "sqlite"},
		{".sql u.|", "", "id", "", "postgres"},
		{".sql po|", "po", "postgres", "", "sqlite"},
		{".sql |", "", "best", "postgres", ""},
		{".open |", "", "demo", "postgres://", ""},
		{".open sqlite:q|", "q", "q.sqb", "", ""},
		{".set le|", "le", "least", "", ""},
		{".set least |", "", "", "", ""},
		{".load q|", "q", "q.sqb", "", ""},
		{".dump best q|", "q", "q.sqb", "", ""},
		{".dump be|", "be", "best", "", ""},
		{".mode c|", "c", "csv", "", "json"},
		{".help wh|", "wh", "where", "", ""},
		{".rename orders.to|", "orders.to", "orders.total", "", ""},
		{".rename or|", "or", "orders", "", ""},
		{".tree db.us|", "us", "users", "", ""},
		{".nothing |", "", "", "", ""},
		{".quit x|", "x", "", "", ""},
	} {
		t.Run(test.text, func(t *testing.T) {
			at := strings.Index(test.text, "|")
			text := test.text[:at] + test.text[at+1:]
			r := c.At(text, at)
			var names []string
			for _, candidate := range r.List {
				names = append(names, candidate.Text)
			}
			require.Equal(t, test.word, text[r.Start:r.End])
			if test.first == "" {
				require.Empty(t, names)
				return
			}
			require.NotEmpty(t, names)
			require.Equal(t, test.first, names[0], names)
			if test.has != "" {
				require.Contains(t, names, test.has)
			}
			if test.not != "" {
				require.NotContains(t, names, test.not)
			}
		})
	}
}

// TestCandidatesDriveNoTerminal: a database may call its columns and tables what it likes.
func TestCandidatesDriveNoTerminal(t *testing.T) {
	meta := schema.NewMetaData()
	meta.Table("t", schema.NewColumn("id", schema.BigInteger, schema.PrimaryKey), schema.NewColumn("na\x1b[31mme", schema.Text))
	meta.Table("e\x1b]0;x\avil", schema.NewColumn("id", schema.BigInteger, schema.PrimaryKey, schema.References("t", "id")))
	meta.Automap()
	require.NoError(t, meta.Freeze())
	c := &Completer{
		Stubs: scripts.Stubs, MetaData: meta, Commands: []Command{{Name: ".schema", Takes: Source}, {Name: ".load", Takes: File}},
		Files: func(string) []string { return []string{"a\x1b[31m.sqb", "b.sqb"} },
	}
	for _, text := range []string{"db.", "db.t.", "db.T.", ".schema ", ".load ", "sql.select("} {
		r := c.At(text, len(text))
		require.True(t, show.IsVisible(r.Hint))
		for _, candidate := range r.List {
			require.True(t, show.IsVisible(candidate.Text+candidate.Show+candidate.Doc), "%q", candidate)
		}
	}
	require.Equal(t, `id, na\x1b[31mme`, c.At("db.t", 4).List[0].Doc)
	require.Len(t, c.At(".load ", 6).List, 1)
}

func TestCandidatesTell(t *testing.T) {
	c := shop(t)
	r := c.At("best:whe", 8)
	require.Equal(t, "where(conditions)", strings.Replace(r.List[0].Show, "...", "conditions", 1))
	require.Contains(t, r.List[0].Doc, "keeps the rows")
	require.Equal(t, "double", c.At("db.orders.tot", 13).List[0].Doc)
	require.Equal(t, "big_integer -> users.id", c.At("db.orders.user", 14).List[0].Doc)
	require.Equal(t, "id, name, odd name", c.At("db.users", 8).List[0].Doc)
	require.Equal(t, "entity of orders, with user", c.At("db.Order", 8).List[0].Doc)
	require.Equal(t, "many Order by orders.user_id", c.At("db.User.ord", 11).List[0].Doc)
	require.Equal(t, "one User by orders.user_id", c.At("db.Order.user", 13).List[1].Doc)
	require.Contains(t, c.At("sql.param(", 10).Hint, "param(name, type, default?, options?)  a parameter")
	require.Contains(t, c.At("best:limit({1, (2)}, ", 21).Hint, "limit(")
	require.Empty(t, c.At("best:limit(1)", 13).Hint)
	require.Len(t, c.At(".help whe", 9).List, 1)
	require.Equal(t, "user", c.At("db.orders.use", 13).Common()[:4])
}

// TestStubsAreRead: every annotation of a field is known, so that what the stubs gain completion gains.
func TestStubsAreRead(t *testing.T) {
	classes, globals := readStubs(scripts.Stubs)
	require.Equal(t, map[string]string{"sql": "sqlser.Module", "db": "sqlser.Database", "session": "sqlser.Session"}, globals)
	n := 0
	for _, c := range classes {
		n += len(c.names)
	}
	require.Equal(t, strings.Count(scripts.Stubs, "---@field ")-strings.Count(scripts.Stubs, "---@field ["), n)
}

// FuzzAt: whatever is typed, completion answers with a place in it.
func FuzzAt(f *testing.F) {
	f.Add("sql.select(db.users.id):where(", 12)
	f.Add(".dump best q", 12)
	f.Add(")]}.:x", 6)
	c := shop(f)
	f.Fuzz(func(t *testing.T, text string, cursor int) {
		if cursor < 0 || cursor > len(text) {
			return
		}
		r := c.At(text, cursor)
		require.True(t, 0 <= r.Start && r.Start <= r.End && r.End == cursor)
	})
}

// large is a completer of 2,000 tables of 20 columns.
func large(t testing.TB) *Completer {
	meta := schema.NewMetaData()
	for i := range 2000 {
		var items []schema.TableItem
		for j := range 20 {
			items = append(items, schema.NewColumn(fmt.Sprintf("column_%d", j), schema.BigInteger))
		}
		meta.Table(fmt.Sprintf("table_%d", i), items...)
	}
	require.NoError(t, meta.Freeze())
	return &Completer{Stubs: scripts.Stubs, MetaData: meta}
}

func BenchmarkAt(b *testing.B) {
	c := large(b)
	for _, text := range []string{"db.", "db.table_19", "db.table_1999.", "sql.select(db.table_7.column_1):where(db.table_7.column_2:", "sql."} {
		b.Run(text, func(b *testing.B) {
			for b.Loop() {
				c.At(text, len(text))
			}
		})
	}
	b.Run("the first", func(b *testing.B) {
		for b.Loop() {
			fresh := &Completer{Stubs: c.Stubs, MetaData: c.MetaData}
			fresh.At("db.", 3)
		}
	})
}
