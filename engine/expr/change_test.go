package expr_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// theLedger is a table with columns that the database fills, and defaults.
func theLedger() *expr.TableSource {
	m, col := schema.NewMetaData(), schema.NewColumn
	m.Table("ledger",
		col("id", schema.BigInteger, schema.PrimaryKey, schema.Identity(schema.IdentityOptions{Always: true})),
		col("no", schema.BigInteger, schema.Identity(schema.IdentityOptions{})),
		col("name", schema.String(5), schema.NotNull),
		col("small", schema.SmallInteger),
		col("price", schema.Numeric(5, 2)),
		col("total", schema.Numeric(5, 2), schema.Computed(schema.SQL("sqlite", "price * 2"), true)),
		col("kind", schema.Text, schema.Default("plain")),
		col("day", schema.Date, schema.Default("2020-02-29")),
		col("at", schema.DateTimeTZ, schema.Default(schema.CurrentTimestamp)),
		col("where", schema.Text, schema.Default(schema.SQL("sqlite", "'x'"))))
	if err := m.Freeze(); err != nil {
		panic(err)
	}
	return expr.Table(m.Lookup("ledger"))
}

// TestAssignedValues: what a column takes, and what it does not, when it is built.
func TestAssignedValues(t *testing.T) {
	l, c := theLedger(), customers()
	price := func(text string) set { return set{"price": decimal(text)} }
	for name, test := range map[string]struct {
		n    expr.Node
		code expr.Code // "" for what is good
		why  string
	}{
		"a number's type":          {n: expr.Update(l).Set(set{"small": 3.0})},
		"the largest":              {n: expr.Update(l).Set(set{"small": 1<<15 - 1})},
		"beyond it":                {expr.Update(l).Set(set{"small": 1 << 15}), expr.CodeValue, "ledger.small cannot hold 32768: it is beyond the type small_integer"},
		"a fraction":               {expr.Update(l).Set(set{"small": 1.5}), expr.CodeValue, "1.5 is not exact as small_integer"},
		"a decimal":                {n: expr.Update(l).Set(price("123.45"))},
		"a decimal with zeros":     {n: expr.Update(l).Set(price("-123.4500"))},
		"a decimal, too precise":   {expr.Update(l).Set(price("1.234")), expr.CodeValue, "it has more digits than the type numeric(5,2)"},
		"a decimal, too large":     {expr.Update(l).Set(price("1234")), expr.CodeValue, "it has more digits than the type numeric(5,2)"},
		"a float as a decimal":     {n: expr.Update(l).Set(set{"price": 0.25})},
		"text":                     {n: expr.Update(l).Set(set{"name": "Zoë  "})},
		"text, too long":           {expr.Update(l).Set(set{"name": "abcdef"}), expr.CodeValue, `it is longer than the type string(5) allows`},
		"NULL":                     {n: expr.Update(l).Set(set{"price": nil})},
		"NULL where none may be":   {expr.Update(l).Set(set{"name": nil}), expr.CodeValue, "ledger.name cannot be NULL"},
		"another family":           {expr.Update(l).Set(set{"name": 1}), expr.CodeType, "ledger.name is of type string(5), the value of type big_integer"},
		"a condition for a number": {expr.Update(l).Set(set{"price": l.C("price").IsNull()}), expr.CodeType, "the value of type boolean"},
		"a float for an integer":   {expr.Update(c).Set(set{"age": c.C("score")}), expr.CodeType, "; a cast says that it may lose a part"},
		"cast":                     {n: expr.Update(c).Set(set{"age": c.C("score").Cast(schema.Integer)})},
		"a time for a date":        {expr.Update(c).Set(set{"born": c.C("created")}), expr.CodeType, "; a cast says"},
		"a date for a time":        {n: expr.Update(c).Set(set{"created": c.C("born")})},
		"text of a date":           {n: expr.Update(c).Set(set{"born": "2000-02-29"})},
		"text of no date":          {expr.Update(c).Set(set{"born": "soon"}), expr.CodeValue, "expected a date"},
		"a label":                  {n: expr.Update(c).Set(set{"kind": "person"})},
		"no label":                 {expr.Update(c).Set(set{"kind": "robot"}), expr.CodeValue, "robot"},
		"JSON":                     {n: expr.Update(c).Set(set{"data": c.C("data")})},
		"a window":                 {expr.Update(c).Set(set{"age": expr.Func("row_number").Over(expr.Window{}.OrderBy(id()))}), expr.CodeForm, "a window function in the value"},
		"a column of no such name": {expr.Update(l).Set(set{"nmae": 1}), expr.CodeName, `ledger has no column "nmae"; did you mean "name"?`},
		"computed":                 {expr.Update(l).Set(set{"total": 1}), expr.CodeReadOnly, "ledger.total is computed by the database"},
		"computed, DEFAULT":        {n: expr.Update(l).Set(set{"total": expr.Default()})},
		"numbered, always":         {expr.Insert(l).Values(set{"id": 1, "name": "a"}), expr.CodeReadOnly, "ledger.id is numbered by the database, always"},
		"numbered by default":      {n: expr.Insert(l).Values(set{"no": 1, "name": "a"})},
		"numbered, from a select":  {expr.Insert(l).FromSelect([]string{"id", "name"}, expr.Select(1, "a")), expr.CodeReadOnly, "numbered by the database"},
		"a select's types":         {expr.Insert(l).FromSelect([]string{"name"}, expr.Select(c.C("age"))), expr.CodeType, "ledger.name is of type string(5), the value of type integer"},
		"a select of too few":      {expr.Insert(l).FromSelect([]string{"name", "kind"}, expr.Select("a")), expr.CodeType, "1 column for 2 columns"},
		"a column twice":           {expr.Insert(l).FromSelect([]string{"name", "name"}, expr.Select("a", "b").Columns(expr.Of("a").Label("x"), expr.Of("b").Label("y"))), expr.CodeName, "ledger.name is given twice"},
		"rows that differ":         {expr.Insert(l).Values(set{"name": "a"}, set{"name": "b", "small": 1}), expr.CodeForm, "row 2 gives name, small"},
		"values and a select":      {expr.Insert(l).Values(set{"name": "a"}).FromSelect([]string{"name"}, expr.Select("a")), expr.CodeForm, "values and a query"},
		"an alias":                 {expr.Insert(l.Alias("x")), expr.CodeForm, "an insert names the table itself"},
		"of a subquery":            {expr.Delete(sums("s")), expr.CodeForm, "only the rows of a table can be changed, got subquery"},
		"an entity's excluded row": {expr.Insert(expr.Excluded(entity("Customer"))), expr.CodeForm, "only the rows of a table can be changed, got excluded"},
		"an alias of one":          {expr.Update(expr.Excluded(entity("Customer")).Alias("x")), expr.CodeForm, "only the rows of a table can be changed, got alias"},
		"of nothing":               {expr.Update(nil), expr.CodeMissing, "the table is missing"},
		"another table's column":   {expr.Insert(l).Values(set{"name": "a"}).OnConflict(c.C("id")).DoNothing(), expr.CodeName, "customers.id is no column of ledger"},
		"a condition and all":      {expr.Delete(c).Where(active()).AllRows(), expr.CodeForm, "a condition, and all rows"},
		"no condition":             {expr.Delete(c).Where(age()), expr.CodeType, "expected a condition, got integer"},
		"a limit beside sources":   {expr.Delete(c).Using(orders()).Where(active()).Limit(1), expr.CodeForm, "a limit beside other sources"},
		"returning a window":       {expr.Delete(c).AllRows().Returning(expr.Func("row_number").Over(expr.Window{}.OrderBy(id()))), expr.CodeForm, "RETURNING takes neither windows nor labels"},
		"a change without rows":    {expr.Delete(c).AllRows().CTE("x"), expr.CodeForm, "a change without RETURNING gives no rows"},
		"do update of nothing":     {expr.Insert(l).Values(set{"name": "a"}).OnConflict("no").DoUpdate(set{}), expr.CodeForm, "needs a value"},
		"a condition of nothing":   {expr.Insert(l).Values(set{"name": "a"}).OnConflict("no").DoNothing().Where(true), expr.CodeForm, "belong to DO UPDATE"},
	} {
		t.Run(name, func(t *testing.T) {
			err := expr.Err(test.n)
			if test.code == "" {
				require.NoError(t, err)
				return
			}
			e := faultOf(t, err)
			assert.Equal(t, test.code, e.Code)
			assert.Contains(t, e.Error(), test.why)
			assert.Contains(t, e.At, "change_test.go", "an error has the place of its call")
		})
	}
}

// TestDefaultsAreSent: those of the metadata, where they are values; those of the
// database are left to it.
func TestDefaultsAreSent(t *testing.T) {
	l := theLedger()
	n := expr.Insert(l).Values(set{"name": "a", "kind": nil})
	require.NoError(t, expr.Err(n))
	var given []string
	for i := range n.Columns() {
		given = append(given, n.Column(i).Name())
	}
	assert.Equal(t, []string{"name", "kind", "day", "at"}, given)
	row := n.Row(0)
	assert.Equal(t, `date 2020-02-29`, literalIn(row.At(2).Node()))
	assert.Equal(t, expr.OpCall, row.At(3).Node().Op())
}

// TestChangesResolve: what a change names, and what of it is refused.
func TestChangesResolve(t *testing.T) {
	c, o := customers(), orders()
	x := c.Alias("x")
	insert := expr.Insert(c).Values(set{"id": 1, "name": "a"})
	for name, test := range map[string]struct {
		n    expr.Node
		code expr.Code
		why  string
	}{
		"every row":                     {expr.Delete(c), expr.CodeMissing, "it would change every row"},
		"no value":                      {expr.Update(c).AllRows(), expr.CodeMissing, "no values: say set(...)"},
		"no rows":                       {expr.Insert(c), expr.CodeMissing, "no values: say values(...) or from_select(...)"},
		"no action":                     {insert.OnConflict("id"), expr.CodeMissing, "say do_update(...) or do_nothing()"},
		"no implicit source":            {expr.Delete(c).Where(o.C("customer_id").Eq(c.C("id"))), expr.CodeFrom, "its source is not in FROM here"},
		"a row among values":            {expr.Insert(c).Values(set{"id": c.C("age"), "name": "a"}), expr.CodeFrom, "customers.age: its source is not in FROM here"},
		"the target in its select":      {expr.Insert(c).FromSelect([]string{"id", "name"}, expr.Select(x.C("id"), x.C("name")).From(x).Where(c.C("active"))), expr.CodeFrom, "its source is not in FROM here"},
		"the target beside itself":      {expr.Update(c).Set(set{"age": 1}).From(c).AllRows(), expr.CodeFrom, "use an alias"},
		"the target in a join":          {expr.Update(c).Set(set{"age": 1}).From(x.LeftJoin(o, o.C("id").Eq(c.C("id")))).AllRows(), expr.CodeFrom, "its source is not in FROM here"},
		"excluded without a conflict":   {expr.Insert(c).Values(set{"id": expr.Excluded(c).C("id"), "name": "a"}), expr.CodeFrom, "its source is not in FROM here"},
		"excluded in RETURNING":         {insert.OnConflict("id").DoUpdate(set{"age": 1}).Returning(expr.Excluded(c).C("id")), expr.CodeFrom, "its source is not in FROM here"},
		"excluded of another table":     {insert.OnConflict("id").DoUpdate(set{"age": expr.Excluded(employees()).C("id")}), expr.CodeFrom, "its source is not in FROM here"},
		"excluded in FROM":              {expr.Select(expr.Excluded(c).C("id")), expr.CodeFrom, "in its DO UPDATE only"},
		"a label":                       {expr.Update(c).Set(set{"age": expr.Ref("n")}).AllRows(), expr.CodeName, "labels can be named in"},
		"DEFAULT in an expression":      {expr.Update(c).Set(set{"age": expr.Func("coalesce", expr.Default(), 1)}).AllRows(), expr.CodeForm, "DEFAULT is the whole value of a column"},
		"DEFAULT in a query":            {expr.Select(expr.Default()), expr.CodeForm, "DEFAULT is the whole value of a column"},
		"a source that is excluded too": {expr.Select(expr.Insert(c).Values(set{"id": 1, "name": "a"}).OnConflict("id").DoUpdate(set{"age": 1}).Returning(c.C("id")).CTE("c").C("id"), o.Alias("excluded").C("id")).From(o.Alias("excluded")), expr.CodeFrom, ""},
	} {
		t.Run(name, func(t *testing.T) {
			require.NoError(t, expr.Err(test.n))
			_, err := expr.Resolve(test.n)
			e := faultOf(t, err)
			assert.Equal(t, test.code, e.Code)
			assert.Contains(t, e.Error(), test.why)
		})
	}
}

// TestChangesAreNamed: the target has the table's own name, nothing else has it or
// that of the excluded row, and a policy is told of each use.
func TestChangesAreNamed(t *testing.T) {
	c := customers()
	e := c.Alias("excluded")
	n := expr.Insert(c).FromSelect([]string{"id", "name"}, expr.Select(e.C("id").Add(10), c.C("name")).From(e, c)).
		OnConflict("id").DoUpdate(set{"age": expr.Excluded(c).C("age")}).Returning(c.C("id"), c.C("name").Label("n"))
	r, err := expr.Resolve(n)
	require.NoError(t, err)
	stmt := r.Statement().(*expr.InsertStmt)
	assert.Equal(t, "customers", stmt.Target().Name())
	assert.Equal(t, "excluded", stmt.ExcludedRow().Name())
	var names []string
	for _, o := range r.Occurrences().All() {
		names = append(names, o.Name()+" "+o.Change().String())
	}
	assert.Equal(t, []string{"customers insert", "excluded_1 node kind 0", "customers_1 node kind 0"}, names)
	assert.Equal(t, []expr.Op{expr.OpInsert, expr.OpUpdate}, ops(r.Changes()))
	require.Equal(t, 2, r.Outputs().Len())
	assert.Equal(t, "n", r.Outputs().At(1).Name)
	assert.Equal(t, []string{"", "n"}, []string{stmt.OutputName(0), stmt.OutputName(1)})

	moved := expr.Delete(c).Where(active()).Returning(c.C("id")).CTE("gone")
	r, err = expr.Resolve(expr.Select(moved.C("id")))
	require.NoError(t, err)
	assert.Equal(t, []expr.Op{expr.OpDelete}, ops(r.Changes()))
	assert.Equal(t, expr.OpDelete, r.Occurrences().At(0).Change())
	require.Equal(t, expr.OpDelete, r.CommonTables().At(0).Query().Op())
}

func ops(list expr.List[expr.Op]) (all []expr.Op) {
	for _, op := range list.All() {
		all = append(all, op)
	}
	return all
}

// TestChangesAreBuilt: what is said in different ways is one tree.
func TestChangesAreBuilt(t *testing.T) {
	c := customers()
	one := expr.Insert(c).Values(set{"id": 1, "name": "a"})
	for name, pair := range map[string][2]expr.Node{
		"names or columns":     {one.OnConflict("id", "name").DoNothing(), one.OnConflict(c.C("id"), shop().Lookup("customers").Lookup("name")).DoNothing()},
		"rows at once":         {one.Values(set{"name": "b", "id": 2}), expr.Insert(c).Values(set{"id": 1, "name": "a"}, set{"id": 2, "name": "b"})},
		"set twice":            {expr.Update(c).Set(set{"age": 1}).Set(set{"name": "b"}), expr.Update(c).Set(set{"name": "b", "age": 1})},
		"set again":            {expr.Update(c).Set(set{"age": 1}).Set(set{"age": 2}), expr.Update(c).Set(set{"age": 2})},
		"where twice":          {expr.Delete(c).Where(active(), vip()), expr.Delete(c).Where(active()).Where(vip())},
		"returning twice":      {one.Returning(id(), name()), one.Returning(id()).Returning(name())},
		"two handles":          {one, expr.Insert(expr.Table(shop().Lookup("customers"))).Values(set{"id": 1, "name": "a"})},
		"excluded, twice":      {expr.Excluded(c).C("id").Node(), expr.Excluded(customers()).C("id").Node()},
		"a conflict, mended":   {one.OnConflict("id").DoNothing(), one.OnConflict("name").DoUpdate(set{"age": 1}).OnConflict("id").DoNothing()},
		"no limit":             {expr.Delete(c).AllRows(), expr.Delete(c).AllRows().Limit(1).Limit(nil)},
		"where without a word": {expr.Delete(c), expr.Delete(c).Where()},
	} {
		t.Run(name, func(t *testing.T) {
			require.NoError(t, expr.Err(pair[0]))
			require.NoError(t, expr.Err(pair[1]))
			assert.True(t, expr.Equal(pair[0], pair[1]), "%s%s", expr.Sprint(pair[0]), expr.Sprint(pair[1]))
		})
	}
	assert.True(t, expr.GivesRows(one.Returning(id())))
	assert.False(t, expr.GivesRows(one))
	assert.True(t, expr.GivesRows(ids()))
	assert.False(t, expr.GivesRows(nil))
	var none *expr.UpdateStmt
	assert.Error(t, expr.Err(none.Set(set{"age": 1})))
}
