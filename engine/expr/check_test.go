package expr_test

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// noSource and the like are what a caller passes who did not look at an error.
var (
	noTable  *schema.Table
	noColumn *schema.Column
	noSelect *expr.SelectStmt
	noSource *expr.TableSource
	noJoin   *expr.JoinClause
	noNode   *expr.LiteralExpr
)

// wrong are trees that cannot be; errors.golden has what is said of each.
func wrong() map[string]expr.Node {
	c, o := customers(), orders()
	text := c.C("name")
	q := func(s *expr.SelectStmt) expr.Node { return s }
	all := map[string]expr.Node{
		"update: computed":                 expr.Update(theLedger()).Set(set{"total": 1}),
		"collate: no name":                 text.Collate("").Node(),
		"collate: a number":                c.C("id").Collate("C").Node(),
		"collate: name":                    text.Collate("\xff").Node(),
		"regexp: a number":                 c.C("id").RegexpMatch("a").Node(),
		"regexp: with a number":            text.RegexpReplace("a", 1).Node(),
		"regexp: no pattern":               text.RegexpMatch(expr.Expr{}).Node(),
		"like: a long escape":              text.Like("a").Escape("!!").Node(),
		"like: a letter as escape":         text.Like("a").Escape("x").Node(),
		"like: a quote as escape":          text.Like("a").Escape("'").Node(),
		"like: no pattern":                 text.Contains("a").Escape("!").Node(),
		"like: escape of something else":   text.Escape("!").Node(),
		"binary: a shift by 64":            c.C("id").ShiftLeft(64).Node(),
		"binary: a shift by -1":            c.C("id").ShiftRight(-1).Node(),
		"binary: bits of a decimal":        c.C("balance").BitAnd(1).Node(),
		"binary: distinct from text":       c.C("id").IsDistinctFrom(text).Node(),
		"unary: bits of text":              text.BitNot().Node(),
		"unary: a number is true":          c.C("id").IsTrue().Node(),
		"between: symmetric, of text":      c.C("id").BetweenSymmetric(text, 1).Node(),
		"tuple: of one":                    expr.Tuple(1).Node(),
		"tuple: with a number":             expr.Tuple(1, 2).Eq(1).Node(),
		"tuple: of other lengths":          expr.Tuple(1, 2).Eq(expr.Tuple(1, 2, 3)).Node(),
		"tuple: of other types":            expr.Tuple(c.C("id"), 2).Lt(expr.Tuple(text, 2)).Node(),
		"tuple: added":                     expr.Tuple(1, 2).Add(expr.Tuple(1, 2)).Node(),
		"tuple: a column":                  expr.Select(expr.Tuple(1, 2)),
		"tuple: ordered by":                ids().OrderBy(expr.Tuple(c.C("id"), text)),
		"tuple: in a function":             expr.Func("coalesce", expr.Tuple(1, 2), 1).Node(),
		"tuple: is null":                   expr.Tuple(1, 2).IsNull().Node(),
		"tuple: in a tuple":                expr.Tuple(expr.Tuple(1, 2), 1).Node(),
		"tuple: in numbers":                expr.Tuple(1, 2).In(1, 2).Node(),
		"tuple: in longer ones":            expr.Tuple(1, 2).In(expr.Tuple(1, 2, 3)).Node(),
		"tuple: in a query of one":         expr.Tuple(1, 2).In(ids()).Node(),
		"tuple: in a query of other types": expr.Tuple(c.C("id"), c.C("id")).In(expr.Select(c.C("id"), text)).Node(),
		"tuple: a number in tuples":        c.C("id").In(expr.Tuple(1, 2)).Node(),
		"quantified: two columns":          expr.Any(expr.Select(c.C("id"), text)).Node(),
		"quantified: a number":             expr.Any(1).Node(),
		"quantified: nothing":              expr.All((*expr.SelectStmt)(nil)).Node(),
		"quantified: on the left":          expr.Any(ids()).Eq(expr.Any(ids())).Node(),
		"quantified: of another type":      text.Eq(expr.Any(ids())).Node(),
		"quantified: distinct":             c.C("id").IsDistinctFrom(expr.Any(ids())).Node(),
		"quantified: a column":             expr.Select(expr.Any(ids())),
		"quantified: of a tuple":           expr.Tuple(1, 2).Eq(expr.Any(ids())).Node(),
		"quantified: added":                c.C("id").Add(expr.All(ids())).Node(),
		"quantified: in IN":                c.C("id").In(expr.All(ids())).Node(),
		"given: no parameter":              text.IfGiven(text.IsNull()).Node(),
		"given: no condition":              expr.Param("p", schema.Text).IfGiven(text).Node(),
		"given: no condition of a default": expr.ParamDefault("p", schema.Text, "a").IfGiven(text).Node(),
		"given: a column":                  expr.Select(absent(text)),
		"given: on":                        expr.Select(text).Join(orders(), absent(text)),
		"given: not":                       expr.Not(expr.Or(absent(text), absent(text))).Node(),
		"given: in a case":                 expr.Case(expr.NewWhen(absent(text), 1)).Node(),
		"given: compared":                  absent(text).Eq(true).Node(),
		"given: in a list":                 c.C("id").In(absent(text)).Node(),
		"text: empty":                      expr.LiteralColumn("").Node(),
		"text: NUL":                        expr.LiteralColumn("a\x00").Node(),
		"text: not UTF-8":                  expr.LiteralColumn("\xff").Node(),
		"text: a quote":                    expr.LiteralColumn("a = 'b").Node(),
		"text: a double quote":             expr.LiteralColumn(`a = "b`).Node(),
		"text: a back quote":               expr.LiteralColumn("a = `b").Node(),
		"text: a dollar quote":             expr.LiteralColumn("$a$ b $b$").Node(),
		"text: a backslash in a quote":     expr.LiteralColumn(`'a\'b'`).Node(),
		"text: a backslash ends a quote":   expr.LiteralColumn(`'a\\'`).Node(),
		"text: a comment":                  expr.LiteralColumn("a -- b").Node(),
		"text: a long comment":             expr.LiteralColumn("a /* b").Node(),
		"text: nested comments":            expr.LiteralColumn("/* /* */ */ a").Node(),
		"text: a comment without a space":  expr.LiteralColumn("a --b\n").Node(),
		"text: MySQL's own comment":        expr.LiteralColumn("/*! a */").Node(),
		"text: MariaDB's own comment":      expr.LiteralColumn("/*M! a */").Node(),
		"text: a semicolon":                expr.LiteralColumn("a; b").Node(),
		"text: open":                       expr.LiteralColumn("(a").Node(),
		"text: closed":                     expr.LiteralColumn("a) OR (b").Node(),
		"text: an argument":                expr.LiteralColumn("a = $1").Node(),
		"text: no bind":                    expr.RawText("a = :b", nil).Node(),
		"text: a bind too many":            expr.RawText("a = :bind", map[string]any{"bind": 1, "bnd": 2}).Node(),
		"text: a bad bind":                 expr.RawText("a = :b", map[string]any{"b": struct{}{}}).Node(),
		"text: two types":                  expr.LiteralColumn("a", schema.Text, schema.Text).Node(),
		"text: a row in it":                expr.RawText(":a", map[string]any{"a": expr.Tuple(1, 2)}).Node(),
		"text_statement: no columns":       expr.LiteralColumn("SELECT 1").TextColumns(),
		"text_statement: of a column":      text.TextColumns(pair...),
		"text_statement: no name":          expr.LiteralColumn("SELECT 1").TextColumns(expr.ColumnType{}),
		"text_statement: a name":           expr.LiteralColumn("SELECT 1").TextColumns(expr.ColumnType{Name: "\xff"}),
		"select: raw text with a quote":    ids().Prefix("'"),
		"select: raw text for nobody":      ids().Suffix("x", "postgre"),
		"select: raw text for two":         ids().Suffix("x", "mysql", "mariadb"),
		"select: a hint of nothing":        ids().Hint(nil, "x"),
		"custom: letters":                  c.C("id").Custom("OR", 1).Node(),
		"custom: none":                     c.C("id").Custom("", 1).Node(),
		"custom: too long":                 c.C("id").Custom(strings.Repeat("+", 64), 1).Node(),
		"custom: a comment":                c.C("id").Custom("--", 1).Node(),
		"custom: a long comment":           c.C("id").Custom("+/*", 1).Node(),
		"custom: a quote":                  c.C("id").Custom("'", 1).Node(),
		"custom: two types":                c.C("id").Custom("<->", 1, schema.Text, schema.Text).Node(),
		"custom: no operand":               c.C("id").Custom("<->", expr.Expr{}).Node(),
		"join: no condition":               c.Join(employees()),
		"join: two keys":                   c.Join(table("transfers")),
		"join: to itself":                  c.Join(c),
		"join: a self-reference":           employees().Join(employees().Alias("boss")),
		"join: condition is text":          c.Join(o, text),
		"join: cross with a condition":     expr.Join(expr.CrossJoin, c, o, active()),
		"join: kind":                       expr.Join(9, c, o, active()),
		"join: nil sides":                  expr.Join(expr.InnerJoin, nil, nil),
		"join: nil pointer":                expr.Join(expr.InnerJoin, c, noSource, active()),
		"table: nil":                       expr.Table(nil),
		"table: zero":                      expr.Table(new(schema.Table)),
		"alias: of nothing":                expr.Table(noTable).Alias("a"),
		"alias: name":                      c.Alias("\xff"),
		"subquery: nil":                    expr.Subquery(nil, "s"),
		"subquery: nil pointer":            expr.Subquery(noSelect, "s"),
		"subquery: unnamed column":         expr.Select(id().Add(1)).Subquery("s"),
		"subquery: two of a name":          expr.Select(id(), o.C("id")).From(c, o).Subquery("s"),
		"subquery: name":                   ids().Subquery("\xff"),
		"select: nothing":                  expr.Select(),
		"select: zero item":                expr.Select(expr.Item{}),
		"select: label twice, of many":     expr.Select(append(many(20, again(id())), age().Label("n"), id().Label("n"))...).GroupBy(expr.Ref("n")),
		"select: unknown label, of many":   expr.Select(many(20, again(id()))...).OrderBy(expr.Ref("x")),
		"select: bad label":                expr.Select(id().Label("\xff")),
		"select: nil source":               q(ids().From(nil)),
		"select: nil pointer source":       q(ids().From(noJoin)),
		"select: nil join":                 q(ids().Join(nil, active())),
		"select: where is text":            q(ids().Where(text)),
		"select: having is a number":       q(ids().Having(1)),
		"select: zero group":               q(ids().GroupBy(expr.Expr{})),
		"select: plain group":              q(ids().GroupBy("id")),
		"select: zero order":               q(ids().OrderBy(expr.Order{})),
		"select: plain order":              q(ids().OrderBy("id")),
		"select: limit below 0":            q(ids().Limit(-1)),
		"select: limit is NULL":            q(ids().Limit(expr.TypedLiteral(expr.Value{}, schema.Integer))),
		"select: limit is text":            q(ids().Limit("1")),
		"select: limit has a fraction":     q(ids().Limit(1.5)),
		"select: offset is a column":       q(ids().Offset(age())),
		"select: unknown label in order":   q(expr.Select(id().Label("number")).OrderBy(expr.Ref("numbr"))),
		"select: unknown label in group":   q(ids().GroupBy(expr.Ref("x").Add(1))),
		"select: unknown label in having":  q(ids().Having(expr.Ref("x").Gt(1))),
		"select: label twice":              q(expr.Select(id().Label("n"), age().Label("n")).OrderBy(expr.Ref("n"))),
		"select: nil table":                expr.Select(1, noTable),
		"select: no part":                  q(ids().Without("limits")),
		"select: nil":                      noSelect.Where(active()),
		"select: a join as a column":       expr.Select(c.CrossJoin(o)),
		"join: to nothing":                 expr.Select(1).Join(c),
		"join: no key to what is selected": expr.Select(employees().C("id")).Join(c),
	}
	for name, x := range map[string]expr.Expr{
		"operand: struct":                 expr.Of(struct{}{}),
		"operand: channel":                expr.Of(make(chan int)),
		"operand: pointer":                expr.Of(new(int)),
		"operand: typed string":           expr.Of(expr.Code("x")),
		"operand: query":                  expr.Of(ids()),
		"operand: source":                 expr.Of(c),
		"operand: nil source":             expr.Of(noSource),
		"operand: nil node":               expr.Of(noNode),
		"operand: zero node":              expr.Of(new(expr.BinaryExpr)),
		"operand: zero expression":        expr.Of(expr.Expr{}),
		"operand: zero item":              expr.Of(expr.Item{}),
		"operand: nil column":             expr.Of(noColumn),
		"operand: column of none":         expr.Of(schema.NewColumn("x", schema.Text)),
		"operand: beyond int64":           expr.Of(uint64(math.MaxUint64)),
		"operand: nanoseconds":            expr.Of(time.Unix(0, 1).UTC()),
		"operand: far future":             expr.Of(time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC)),
		"operand: table":                  expr.Of(shop().Lookup("customers")),
		"literal: not UTF-8":              expr.Of("\xff"),
		"literal: another type":           expr.TypedLiteral(expr.Int(1), schema.Text),
		"literal: array":                  expr.TypedLiteral(expr.Int(1), schema.ArrayOf(schema.Integer)),
		"param: nil":                      expr.ParamOf(nil),
		"param: no name":                  expr.Param("", schema.Integer),
		"param: bad name":                 expr.Param("\xff", schema.Integer),
		"param: default of another type":  expr.ParamDefault("p", schema.Integer, "x"),
		"param: default not exact":        expr.ParamDefault("p", schema.Integer, 1.5),
		"param: default no value":         expr.ParamDefault("p", schema.Integer, age()),
		"param: declared so":              expr.ParamOf(expr.NewParameter("p", schema.Date).WithDefault(expr.Int(1))),
		"column: unknown":                 c.C("nam"),
		"column: of a subquery":           ids().Subquery("s").C("ids"),
		"column: of a join, none":         c.CrossJoin(o).C("totl"),
		"column: of a join, two":          c.CrossJoin(o).C("id"),
		"column: of a nil table":          expr.Table(nil).C("id"),
		"binary: type":                    text.Gt(1),
		"binary: texts added":             text.Add("x"),
		"binary: array and text":          c.C("tags").Eq("a"),
		"binary: JSON":                    c.C("data").Eq(c.C("data")),
		"binary: JSON and text":           c.C("data").Eq("x"),
		"in: JSON":                        c.C("data").In("x"),
		"binary: order of UUIDs":          c.C("token").Lt(c.C("token")),
		"binary: no operator":             expr.Binary(0, 1, 2),
		"binary: unknown operator":        expr.Binary(200, 1, 2),
		"binary: zone":                    c.C("created").Lt(time.Unix(0, 0).UTC()),
		"binary: not a date":              c.C("born").Lt("yesterday"),
		"binary: not a label":             c.C("kind").Eq("persn"),
		"binary: fraction of an integer":  age().Gt(1.5),
		"binary: beyond a double":         c.C("score").Eq(1<<53 + 1),
		"unary: type":                     text.Neg(),
		"unary: not a condition":          expr.Not(age()),
		"unary: operator":                 expr.Unary(99, 1),
		"logic: one that is none":         expr.And(text),
		"logic: two":                      expr.Or(active(), age()),
		"logic: added":                    expr.And(active(), vip()).And(age()),
		"in: type":                        id().In("a"),
		"in: a query of two columns":      id().In(expr.Select(id(), age())),
		"in: a query of another type":     id().In(names()),
		"in: nil query":                   id().In(noSelect),
		"between: type":                   age().Between(1, text),
		"like: type":                      age().Like("1%"),
		"case: no branch":                 expr.Case(),
		"case: zero branch":               expr.Case(expr.When{}),
		"case: condition":                 expr.Case(expr.NewWhen(age(), 1)),
		"case: results":                   expr.CaseElse(age(), expr.NewWhen(active(), text)),
		"case: of a value, NULL":          expr.Case(expr.WhensOf(age(), expr.NewWhen(nil, 1))...),
		"case: of a value, type":          expr.Case(expr.WhensOf(age(), expr.NewWhen(text, 1))...),
		"case: of a value, volatile":      expr.Case(expr.WhensOf(expr.Func("random"), expr.NewWhen(0.5, 1), expr.NewWhen(0.25, 2))...),
		"case: of a value, none":          expr.Case(expr.WhensOf(expr.Expr{}, expr.NewWhen(1, 1))...),
		"concat: arrays":                  expr.Array(schema.Integer, 1).Concat(expr.Array(schema.Text, "a")),
		"concat: an array and an element": expr.Array(schema.Integer, 1).Concat("a"),
		"concat: an array before text":    expr.Of("a").Concat(expr.Array(schema.Integer, 1)),
		"at: of text":                     names().Scalar().At(1),
		"at: a name":                      expr.Array(schema.Integer, 1).At("a"),
		"slice: of a number":              age().Slice(1, 2),
		"cast: to nothing":                age().Cast(schema.Unknown),
		"call: unknown":                   expr.Func("uper", text),
		"call: too few":                   expr.Func("replace", text),
		"call: too many":                  expr.Func("lower", text, text),
		"call: type":                      expr.Func("lower", age()),
		"call: types":                     expr.Func("coalesce", nil, age(), text),
		"call: nullif of types":           expr.Func("nullif", age(), text),
		"call: distinct":                  expr.Func("lower", text).Distinct(),
		"call: count of rows, distinct":   expr.Func("count").Distinct(),
		"call: distinct of no call":       age().Distinct(),
		"extract: part":                   expr.Extract(99, c.C("born")),
		"extract: hour of a date":         expr.Extract(expr.Hour, c.C("born")),
		"extract: year of a time":         expr.Extract(expr.Year, c.C("woke")),
		"extract: year of text":           expr.Extract(expr.Year, text),
		"dates: date + date":              c.C("born").Add(c.C("created")),
		"dates: date + fraction":          c.C("born").Add(expr.Literal(decimal("1.5"))),
		"dates: datetime + days":          c.C("created").Add(1),
		"dates: integer - date":           age().Sub(c.C("born")),
		"dates: interval - date":          c.C("span").Sub(c.C("born")),
		"dates: time + interval":          c.C("woke").Add(c.C("span")),
		"dates: zones apart":              c.C("seen").Sub(c.C("created")),
		"dates: interval * interval":      c.C("span").Mul(c.C("span")),
		"dates: number / interval":        age().Div(c.C("span")),
		"dates: interval + number":        c.C("span").Add(1),
		"date_trunc: part":                expr.DateTrunc(expr.DayOfWeek, c.C("born")),
		"date_trunc: hour of a date":      expr.DateTrunc(expr.Hour, c.C("born")),
		"date_trunc: text":                expr.DateTrunc(expr.Month, text),
		"date_diff: part":                 expr.DateDiff(0, c.C("born"), c.C("created")),
		"date_diff: times":                expr.DateDiff(expr.Hour, c.C("woke"), c.C("woke")),
		"date_diff: zones":                expr.DateDiff(expr.Hour, c.C("seen"), c.C("created")),
		"at time zone: of a date":         c.C("born").AtTimeZone("UTC"),
		"at time zone: a column":          c.C("seen").AtTimeZone(text),
		"at time zone: a number":          c.C("seen").AtTimeZone(1),
		"at time zone: a rule":            c.C("seen").AtTimeZone("EST5EDT"),
		"at time zone: too far":           c.C("seen").AtTimeZone("+16:00"),
		"in: a list of another type":      id().In(expr.Param("l", schema.ArrayOf(schema.Text))),
		"param: a default that is none":   expr.ParamDefault("l", schema.ArrayOf(schema.Integer), 5),
		"param: a default of others":      expr.ParamDefault("l", schema.ArrayOf(schema.Integer), []any{1, "x"}),
		"param: a list of bytes":          expr.ParamDefault("l", schema.ArrayOf(schema.LargeBinary), [][]byte{{1}}),
		"param: a default in no order":    expr.ParamOf(expr.NewParameter("l", schema.ArrayOf(schema.Integer)).WithDefault(jsonValue(`["1"]`))),
		"json: of text":                   text.Get("a"),
		"json: no path":                   c.C("data").Get(),
		"json: a column as a key":         c.C("data").Get(text),
		"json: a fraction as an index":    c.C("data").Get(1.5),
		"json: a date parameter":          c.C("data").Get(expr.Param("d", schema.Date)),
		"json: from the end":              c.C("data").Get(-1),
		"json: text as text":              text.AsString(),
		"json: text as JSON":              text.As(expr.AsJSON),
		"json: read twice":                c.C("data").Get("a").AsInteger().AsString(),
		"json: compared":                  c.C("data").Get("a").Eq(1),
		"json: read as nothing known":     c.C("data").As(99),
		"array: no element type":          expr.Array(schema.Unknown, 1),
		"array: of arrays":                expr.Array(schema.ArrayOf(schema.Text)),
		"array: element":                  expr.Array(schema.Integer, "x"),
		"scalar: nil":                     expr.Scalar(nil),
		"scalar: nil pointer":             expr.Scalar(noSelect),
		"scalar: two columns":             expr.Select(id(), age()).Scalar(),
		"exists: nil":                     expr.Exists(nil),
		"ref: no label":                   expr.Ref(""),
		"ref: bad label":                  expr.Ref("\xff"),
		"size: deep":                      deep(expr.MaxDepth + 1),
		"size: large":                     doubled(17),
	} {
		all[name] = x.Node()
	}
	return all
}

// deep nests an expression, doubled adds it to itself.
func deep(depth int) expr.Expr {
	x := age()
	for expr.Depth(x.Node()) < depth && x.Err() == nil {
		x = x.Neg()
	}
	return x
}

func doubled(times int) expr.Expr {
	x := age()
	for range times {
		x = x.Add(x)
	}
	return x
}

// TestWrongTreesSayWhy: each has an error of a known code, at the call, and every
// code is reached.
func TestWrongTreesSayWhy(t *testing.T) {
	codes := stringConsts(goFiles(t), "Code")
	require.NotEmpty(t, codes)
	reached := map[string]bool{}
	all := wrong()
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(all)) {
		n := all[name]
		require.Error(t, expr.Err(n), name)
		e := faultOf(t, expr.Err(n))
		assert.Contains(t, slices.Collect(maps.Values(codes)), string(e.Code), name)
		assert.Contains(t, e.At, "check_test.go:", name)
		assert.True(t, e.Op.Known(), name)
		reached[string(e.Code)] = true
		fmt.Fprintf(&b, "%s\n\t%s %s\n", name, e.Code, said(t, expr.Err(n)))
	}
	reached[string(expr.CodeUngrouped)] = true // only the whole statement shows it: TestUngrouped
	assert.ElementsMatch(t, slices.Collect(maps.Values(codes)), slices.Collect(maps.Keys(reached)))
	golden(t, "errors.golden", b.String())
}

// TestWrongTreesAreSafe: whatever takes a tree takes a bad one.
func TestWrongTreesAreSafe(t *testing.T) {
	for name, n := range wrong() {
		t.Run(name, func(t *testing.T) { exercise(t, n) })
	}
}

// exercise calls all that takes any tree.
func exercise(t testing.TB, n expr.Node) {
	assert.NotEmpty(t, expr.Sprint(n))
	assert.True(t, expr.Equal(n, n))
	assert.Equal(t, expr.Hash(n), expr.Hash(n))
	expr.Walk(n, func(expr.Node) bool { return true })
	expr.Children(n, func(c expr.Node) { assert.NotNil(t, c) })
	expr.Sources(n)
	expr.DependenciesOf(n)
	assert.LessOrEqual(t, expr.Size(n), expr.MaxSize+1)
	assert.LessOrEqual(t, expr.Depth(n), expr.MaxDepth+1)
	assert.True(t, expr.Rewrite(n, same) == n)
	r, err := expr.Resolve(n)
	if expr.Err(n) != nil {
		assert.Error(t, err)
	}
	if err != nil {
		assert.Nil(t, r)
		assert.NotContains(t, err.Error(), "expr: node kind")
		faultOf(t, err)
		return
	}
	expr.Sprint(r.Statement())
	expr.Walk(r.Statement(), func(expr.Node) bool { return true })
	assert.True(t, expr.Rewrite(r.Statement(), same) == r.Statement())
}

// TestNothingIsSafe: no node, and a nil pointer to one, too.
func TestNothingIsSafe(t *testing.T) {
	for _, n := range []expr.Node{nil, noSelect, noSource, noJoin, noNode, (*expr.ColumnExpr)(nil), (*expr.SubquerySource)(nil)} {
		refused(t, expr.Err(n), expr.CodeMissing, "the node")
		assert.Zero(t, expr.Size(n))
		assert.Zero(t, expr.Depth(n))
		assert.True(t, expr.Equal(n, nil))
		assert.False(t, expr.Equal(n, ids()))
		assert.False(t, expr.Equal(ids(), n))
		assert.Equal(t, expr.Hash(nil), expr.Hash(n))
		assert.Equal(t, "nothing\n", expr.Sprint(n))
		assert.Empty(t, expr.Sources(n))
		assert.Empty(t, expr.DependenciesOf(n))
		assert.Nil(t, expr.Rewrite(n, same))
		expr.Walk(n, func(expr.Node) bool { t.Error("nothing to visit"); return true })
		expr.Children(n, func(expr.Node) { t.Error("nothing to visit") })
		_, err := expr.Resolve(n)
		assert.Error(t, err)
	}
	assert.Nil(t, expr.TableOf(nil))
	assert.Nil(t, expr.TableOf(noSource))
	assert.Nil(t, expr.TableOf((*expr.AliasSource)(nil)))
	assert.Equal(t, expr.Output{}, expr.OutputOf(nil))

	var zero expr.Expr
	assert.True(t, zero.IsZero())
	assert.Nil(t, zero.Node())
	assert.Equal(t, schema.Unknown, zero.Type())
	refused(t, zero.Err(), expr.CodeMissing, "the zero Expr")
	refused(t, zero.Eq(1).Err(), expr.CodeMissing, "an operand is the zero Expr")
}
