package tests

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/dialect"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/policy"
	"github.com/sqlser/sqlser/schema"
	"github.com/sqlser/sqlser/tests/testdb"
)

// rowsCall is a call of a function over rows: its arguments are the columns a and b
// of rows with the numbers 1, 2, ... in id, and the letters x, y, x, y, ... in g.
type rowsCall struct {
	types []schema.Type
	rows  [][]any
	plain []any // arguments in place of the columns
	with  func(x expr.Expr, v expr.Source) expr.Expr
	want  string // of window functions a value a row, with spaces between them
}

func over(types []schema.Type, rows ...[]any) rowsCall { return rowsCall{types: types, rows: rows} }

func (c rowsCall) is(want string) rowsCall { c.want = want; return c }
func (c rowsCall) of(args ...any) rowsCall { c.plain = append([]any{}, args...); return c }
func (c rowsCall) then(f func(x expr.Expr, v expr.Source) expr.Expr) rowsCall {
	c.with = f
	return c
}

// rowsCalls are calls of every aggregate and window function, with what must come
// of them, worked out by hand.
func rowsCalls() map[string][]rowsCall {
	whole, double, text, boolean := []schema.Type{schema.Integer}, []schema.Type{schema.Double}, []schema.Type{schema.Text}, []schema.Type{schema.Boolean}
	pair := []schema.Type{schema.Double, schema.Double}
	row := func(v ...any) []any { return v }
	three := over(whole, row(3), row(1), row(nil), row(2))
	none, one := over(whole), over(whole, row(5))
	null := over(whole, row(nil))
	floats := over(double, row(2.0), row(4.0), row(4.0), row(4.0), row(5.0), row(5.0), row(7.0), row(9.0), row(nil))
	noFloats, oneFloat := over(double), over(double, row(5.0))
	words := over(text, row("b"), row("é"), row(nil), row("a"))
	noWords := over(text)
	flags, allTrue, noFlags := over(boolean, row(true), row(false), row(nil)), over(boolean, row(true), row(nil)), over(boolean)
	line := over(pair, row(1.0, 0.0), row(3.0, 1.0), row(5.0, 2.0), row(nil, 9.0), row(9.0, nil)) // y = 2x + 1
	noLine, onePoint := over(pair), over(pair, row(1.0, 2.0))
	bits := over(whole, row(12), row(10), row(nil))
	byIDDesc := func(x expr.Expr, v expr.Source) expr.Expr { return x.OrderBy(column(v, "id").Desc()) }
	distinct := func(x expr.Expr, _ expr.Source) expr.Expr { return x.Distinct() }
	filter := func(x expr.Expr, v expr.Source) expr.Expr { return x.Filter(column(v, "id").Gt(1)) }
	within := func(x expr.Expr, v expr.Source) expr.Expr { return x.WithinGroup(column(v, "a")) }
	down := func(x expr.Expr, v expr.Source) expr.Expr { return x.WithinGroup(column(v, "a").Desc()) }
	sorted := func(x expr.Expr, v expr.Source) expr.Expr { return x.Over(expr.Window{}.OrderBy(column(v, "id"))) }
	ranked := func(x expr.Expr, v expr.Source) expr.Expr { return x.Over(expr.Window{}.OrderBy(column(v, "a"))) }
	parted := func(x expr.Expr, v expr.Source) expr.Expr {
		return x.Over(expr.PartitionBy(column(v, "g")).OrderBy(column(v, "id")))
	}
	whole4 := func(x expr.Expr, v expr.Source) expr.Expr { return x.Over(expr.Window{}) }
	ties := over(whole, row(10), row(20), row(20), row(30))
	letters := over(text, row("é"), row(nil), row("c"), row("d"))
	return map[string][]rowsCall{
		"any_value":      {three.is("1"), words.is("a"), none.is("NULL"), flags.is("false"), three.then(filter).is("1")},
		"array_agg":      {three.then(byIDDesc).is("{2,NULL,1,3}"), words.then(byIDDesc).is("{a,NULL,é,b}"), none.is("NULL")},
		"avg":            {three.is("2"), floats.is("5"), none.is("NULL"), three.then(filter).is("1.5"), three.then(sorted).is("3 2 2 2")},
		"bit_and":        {bits.is("8"), one.is("5"), none.is("NULL"), bits.then(filter).is("10"), bits.then(sorted).is("12 8 8")},
		"bit_or":         {bits.is("14"), one.is("5"), none.is("NULL"), null.is("NULL")},
		"bit_xor":        {bits.is("6"), one.is("5"), none.is("NULL")},
		"bool_and":       {flags.is("false"), allTrue.is("true"), noFlags.is("NULL"), flags.then(sorted).is("true false false")},
		"bool_or":        {flags.is("true"), allTrue.is("true"), noFlags.is("NULL"), flags.then(filter).is("false")},
		"count_distinct": {over(pair, row(1.0, 2.0), row(1.0, 2.0), row(2.0, 2.0), row(nil, 2.0), row(nil, nil)).is("2"), noLine.is("0"), line.then(filter).is("2")},
		"corr":           {line.is("1"), noLine.is("NULL"), onePoint.is("NULL")},
		"count":          {three.is("3"), three.of().is("4"), none.is("0"), words.then(distinct).is("3"), three.then(filter).is("2"), three.then(sorted).is("1 2 2 3")},
		"covar_pop":      {line.is("1.33333333333"), noLine.is("NULL"), onePoint.is("0")},
		"covar_samp":     {line.is("2"), noLine.is("NULL"), onePoint.is("NULL")},
		"json_agg":       {three.then(byIDDesc).is("[2,null,1,3]"), words.then(byIDDesc).is(`["a",null,"é","b"]`), none.is("NULL"), over(boolean, row(true)).is("[true]")},
		"json_object_agg": {over([]schema.Type{schema.Text, schema.Integer}, row("a", 1), row("é", nil)).is(`{"a":1,"é":null}`), over([]schema.Type{schema.Text, schema.Boolean}, row("t", true)).is(`{"t":true}`),
			over([]schema.Type{schema.Text, schema.Integer}).is("NULL")},
		"max":             {three.is("3"), one.is("5"), none.is("NULL"), flags.is("true"), three.then(sorted).is("3 3 3 3")},
		"min":             {three.is("1"), words.is("a"), none.is("NULL"), flags.is("false")},
		"mode":            {floats.of().then(within).is("4"), noFloats.of().then(within).is("NULL"), ties.of().then(down).is("20"), letters.of().then(within).is("c")},
		"percentile_cont": {floats.of(0.5).then(within).is("4.5"), noFloats.of(0.5).then(within).is("NULL"), ties.of(0.25).then(within).is("17.5"), ties.of(1).then(down).is("10")},
		"percentile_disc": {floats.of(0.5).then(within).is("4"), noFloats.of(0.5).then(within).is("NULL"), ties.of(0.25).then(down).is("30"), letters.of(0.5).then(within).is("d")},
		"regr_avgx":       {line.is("1"), noLine.is("NULL"), onePoint.is("2"), line.then(filter).is("1.5")},
		"regr_avgy":       {line.is("3"), noLine.is("NULL"), onePoint.is("1")},
		"regr_count":      {line.is("3"), noLine.is("0"), onePoint.is("1"), line.then(filter).is("2"), line.then(sorted).is("1 2 3 3 3")},
		"regr_intercept":  {line.is("1"), noLine.is("NULL"), onePoint.is("NULL")},
		"regr_r2":         {line.is("1"), noLine.is("NULL"), onePoint.is("NULL")},
		"regr_slope":      {line.is("2"), noLine.is("NULL"), onePoint.is("NULL")},
		"regr_sxx":        {line.is("2"), noLine.is("NULL"), onePoint.is("0")},
		"regr_sxy":        {line.is("4"), noLine.is("NULL"), onePoint.is("0")},
		"regr_syy":        {line.is("8"), noLine.is("NULL"), onePoint.is("0")},
		"stddev_pop":      {floats.is("2"), noFloats.is("NULL"), oneFloat.is("0")},
		"stddev_samp":     {floats.is("2.1380899353"), noFloats.is("NULL"), oneFloat.is("NULL"), three.is("1")},
		"string_agg": {words.of(columnA, "-").then(byIDDesc).is("a-é-b"), words.of(columnA, " é ").then(byIDDesc).is("a é é é b"), noWords.of(columnA, ",").is("NULL"), words.of(columnA, "").then(byIDDesc).is("aéb"),
			over(text, row("a"), row("a"), row("b")).of(columnA, ",").then(func(x expr.Expr, v expr.Source) expr.Expr { return x.Distinct().OrderBy(column(v, "a")) }).is("a,b"),
			words.of(columnA, "-").then(func(x expr.Expr, v expr.Source) expr.Expr {
				return x.OrderBy(column(v, "id")).Filter(column(v, "id").Gt(1))
			}).is("é-a")},
		"sum":      {three.is("6"), floats.is("40"), none.is("NULL"), null.is("NULL"), over(whole, row(2), row(2)).then(distinct).is("2"), three.then(parted).is("3 1 3 3")},
		"var_pop":  {floats.is("4"), noFloats.is("NULL"), oneFloat.is("0"), three.then(whole4).is("0.666666666667 0.666666666667 0.666666666667 0.666666666667")},
		"var_samp": {floats.is("4.57142857143"), noFloats.is("NULL"), oneFloat.is("NULL"), three.is("1")},

		"cume_dist":    {ties.of().then(ranked).is("0.25 0.75 0.75 1"), one.of().then(ranked).is("1"), null.of().then(ranked).is("1")},
		"dense_rank":   {ties.of().then(ranked).is("1 2 2 3"), one.of().then(ranked).is("1"), null.of().then(ranked).is("1")},
		"first_value":  {ties.then(sorted).is("10 10 10 10"), letters.then(parted).is("é NULL é NULL"), one.then(sorted).is("5")},
		"lag":          {ties.then(sorted).is("NULL 10 20 20"), ties.of(columnA, 2).then(sorted).is("NULL NULL 10 20"), letters.of(columnA, 1, "-").then(sorted).is("- é NULL c"), ties.of(columnA, 0).then(sorted).is("10 20 20 30"), ties.of(columnA, 1, 0).then(parted).is("0 0 10 20")},
		"last_value":   {ties.then(sorted).is("10 20 20 30"), letters.then(sorted).is("é NULL c d"), one.then(sorted).is("5")},
		"lead":         {ties.then(sorted).is("20 20 30 NULL"), ties.of(columnA, 2).then(sorted).is("20 30 NULL NULL"), letters.of(columnA, 1, "-").then(sorted).is("NULL c d -")},
		"nth_value":    {ties.of(columnA, 2).then(sorted).is("NULL 20 20 20"), letters.of(columnA, 1).then(sorted).is("é é é é"), ties.of(columnA, 9).then(sorted).is("NULL NULL NULL NULL")},
		"ntile":        {ties.of(2).then(sorted).is("1 1 2 2"), ties.of(3).then(sorted).is("1 1 2 3"), ties.of(9).then(sorted).is("1 2 3 4")},
		"percent_rank": {over(whole, row(1), row(2), row(2), row(3), row(4)).of().then(ranked).is("0 0.25 0.25 0.75 1"), one.of().then(ranked).is("0"), null.of().then(ranked).is("0")},
		"rank":         {ties.of().then(ranked).is("1 2 2 4"), one.of().then(ranked).is("1"), null.of().then(ranked).is("1")},
		"row_number":   {ties.of().then(sorted).is("1 2 3 4"), ties.of().then(parted).is("1 1 2 2"), one.of().then(sorted).is("1")},
	}
}

// columnA stands for the column a among plain arguments.
const columnA = marker("a")

type marker string

func column(s expr.Source, name string) expr.Expr { return s.(*expr.AliasSource).C(name) }

// query selects the call over its rows.
func (c rowsCall) query(fn *expr.Function) expr.Node {
	types := []expr.ColumnType{{Name: "id", Type: schema.Integer}, {Name: "g", Type: schema.Text}}
	for i, t := range c.types {
		types = append(types, expr.ColumnType{Name: string(rune('a' + i)), Type: t})
	}
	rows := make([][]any, 0, len(c.rows)+1)
	for i, r := range c.rows {
		rows = append(rows, append([]any{i + 1, string("xy"[i%2])}, r...))
	}
	rows = append(rows, append([]any{0, "-"}, make([]any, len(c.types))...)) // which is left out: there is a row at least
	v := expr.Values(types, rows...).Alias("v")
	var args []any
	switch {
	case c.plain != nil:
		for _, a := range c.plain {
			if m, ok := a.(marker); ok {
				a = v.C(string(m))
			}
			args = append(args, a)
		}
	default:
		for i := range c.types {
			args = append(args, v.C(string(rune('a'+i))))
		}
	}
	x := expr.Call(fn, args...)
	if c.with != nil {
		x = c.with(x, v)
	}
	q := expr.Select(x.Label("x")).From(v).Where(v.C("id").Gt(0))
	if _, ok := x.Node().(*expr.OverExpr); ok {
		q = q.Columns(x.Label("x"), v.C("id")).OrderBy(v.C("id").Asc())
	}
	return q
}

// TestFunctionsOfRows runs every aggregate and window function on every database
// that has it.
func TestFunctionsOfRows(t *testing.T) {
	all := rowsCalls()
	testdb.Each(t, func(t *testing.T, db *testdb.DB) {
		sess := engine.New(db.DB, db.Dialect).Session(engine.WithPolicy(policy.Unrestricted()))
		for _, fn := range expr.Functions().All() {
			if !fn.IsAggregate() && !fn.IsWindow() {
				continue
			}
			t.Run(fn.Name(), func(t *testing.T) {
				require.GreaterOrEqual(t, len(all[fn.Name()]), 3, "calls of it")
				for _, c := range all[fn.Name()] {
					stmt := c.query(fn)
					require.NoError(t, expr.Err(stmt))
					compiled, err := compileFor(db.Dialect, stmt)
					if db.Dialect.Supports(fn).Refused != "" {
						var e *dialect.Error
						require.ErrorAs(t, err, &e)
						continue
					}
					require.NoError(t, err)
					var got []string
					for _, line := range rowsOf(t, sess, stmt, nil) {
						value, _, _ := strings.Cut(line, "|")
						got = append(got, value)
					}
					if strings.Join(got, " ") != c.want {
						t.Errorf("expected %q, got %q: %s", c.want, got, compiled.SQL())
					}
				}
			})
		}
	})
}

// TestFunctionsOfTheMoment: what changes by itself is of its type, and near what
// this process knows.
func TestFunctionsOfTheMoment(t *testing.T) {
	uuid := regexp.MustCompile("^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$")
	near := func(layout string) func(*testing.T, string) {
		return func(t *testing.T, got string) {
			at, err := time.Parse(layout, got)
			require.NoError(t, err)
			now := time.Now().UTC()
			if layout == time.TimeOnly {
				at = time.Date(now.Year(), now.Month(), now.Day(), at.Hour(), at.Minute(), at.Second(), 0, time.UTC)
			}
			apart := now.Sub(at).Abs()
			if layout == time.DateOnly {
				require.Less(t, apart, 25*time.Hour)
			} else {
				require.True(t, apart < time.Minute || apart > 23*time.Hour && layout == time.TimeOnly, "%s", apart)
			}
		}
	}
	checks := map[string]func(*testing.T, string){
		"current_date": near(time.DateOnly), "current_time": near(time.TimeOnly), "current_timestamp": near("2006-01-02 15:04:05Z"), "now": near("2006-01-02 15:04:05Z"),
		"localtimestamp":  near(time.DateTime),
		"gen_random_uuid": func(t *testing.T, got string) { require.Regexp(t, uuid, got) },
		"random": func(t *testing.T, got string) {
			var f float64
			_, err := fmt.Sscan(got, &f)
			require.NoError(t, err)
			require.True(t, f >= 0 && f < 1, got)
		},
	}
	testdb.Each(t, func(t *testing.T, db *testdb.DB) {
		sess := engine.New(db.DB, db.Dialect).Session(engine.WithPolicy(policy.Unrestricted()))
		for _, fn := range expr.Functions().All() {
			if fn.Volatility() == expr.Immutable {
				continue
			}
			t.Run(fn.Name(), func(t *testing.T) {
				require.Contains(t, checks, fn.Name())
				v := expr.Values([]expr.ColumnType{{Name: "id"}}, []any{1}, []any{2}, []any{3}).Alias("v")
				got := rowsOf(t, sess, expr.Select(expr.Call(fn).Label("x"), v.C("id")).From(v), nil)
				require.Len(t, got, 3)
				values := map[string]bool{}
				for _, line := range got {
					value, _, _ := strings.Cut(line, "|")
					checks[fn.Name()](t, value)
					values[value] = true
				}
				if fn.Volatility() == expr.Volatile {
					require.Len(t, values, 3, "another each time")
				} else {
					require.Len(t, values, 1, "one throughout a statement")
				}
			})
		}
	})
}
