package dialect

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/policy"
	"github.com/sqlser/sqlser/schema"
)

func TestStatementSaysWhatItIs(t *testing.T) {
	f := newFixture(t)
	for _, d := range All() {
		s := compile(t, d, expr.Select(f.id, f.name.Label("n"), f.u.C("age").Add(1)).Where(f.id.Gt(expr.Param("p", schema.BigInteger)), f.id.Lt(expr.ParamDefault("q", schema.BigInteger, 9))))
		assert.Same(t, d, s.Dialect())
		require.Equal(t, 3, s.Outputs().Len())
		assert.Equal(t, "id", s.Outputs().At(0).Name)
		assert.Equal(t, "n", s.Outputs().At(1).Name)
		assert.Equal(t, schema.BigInteger, s.Outputs().At(0).Type)
		require.Equal(t, 2, s.Parameters().Len())
		assert.Equal(t, "p", s.Parameters().At(0).Name())
	}
}

func TestArgsReportsEveryProblem(t *testing.T) {
	f := newFixture(t)
	u := f.u
	q := expr.Select(f.id).Where(
		f.id.Eq(expr.Param("id", schema.BigInteger)), u.C("age").Gt(expr.Param("age", schema.SmallInteger)), u.C("mood").Eq(expr.Param("mood", mood)),
		u.C("born").Lt(expr.Param("born", schema.Date)), u.C("score").Lt(expr.Param("score", schema.Double)), f.name.StartsWith(expr.Param("start", schema.Text)),
		expr.Func("substr", f.name, expr.Param("from", schema.Integer)).Eq("x")).
		Limit(expr.Param("n", schema.BigInteger))
	for _, d := range All() {
		s := compile(t, d, q)
		args, err := s.Args(map[string]expr.Value{
			"age": expr.Int(40000), "mood": expr.Text("hapy"), "born": expr.Text("2026-01-31"), "score": expr.Int(1<<53 + 1), "start": expr.Int(1),
			"from": expr.Int(0), "n": expr.Int(-1), "idd": expr.Int(1), "zzzzzz": expr.Int(1),
		})
		assert.Nil(t, args)
		var all *ArgsError
		require.ErrorAs(t, err, &all)
		var text []string
		for _, p := range all.Problems {
			assert.Equal(t, CodeParameter, p.Code)
			assert.Equal(t, d.Name(), p.Dialect)
			text = append(text, p.Construct+": "+p.Reason+p.Hint)
		}
		assert.Equal(t, []string{
			`parameter "id": expected a value of type big_integer, got none`,
			`parameter "age": 40000 is out of the range of small_integer`,
			`parameter "mood": expected one of enum("sad","ok","happy"), got "hapy"; did you mean "happy"?`,
			`parameter "born": expected a value of type date, got text`,
			`parameter "score": 9007199254740993 is not exact as double`,
			`parameter "start": expected a value of type text, got big_integer`,
			`parameter "from": substr takes 1 or more, got 0`,
			`parameter "n": LIMIT takes 0 or more, got -1`,
			`parameter "idd": the query has none of this name; did you mean "id"?`,
			`parameter "zzzzzz": the query has none of this name`,
		}, withoutEnumName(text))
		assert.True(t, strings.HasPrefix(err.Error(), "dialect: 10 problems:\n\tparameter"), err.Error())
		var first *Error
		require.ErrorAs(t, err, &first)
		assert.Contains(t, first.Error(), "dialect: "+d.Name()+": parameter")
	}
}

func withoutEnumName(lines []string) []string {
	for i := range lines {
		lines[i] = strings.ReplaceAll(lines[i], `enum "mood"(`, "enum(")
	}
	return lines
}

func TestArgsOfDefaultsNullsAndUnusedParameters(t *testing.T) {
	f := newFixture(t)
	p := expr.ParamDefault("p", schema.BigInteger, 5)
	for _, d := range All() {
		s := compile(t, d, expr.Select(f.id).Where(f.id.Eq(p)))
		for want, params := range map[any]map[string]expr.Value{int64(5): nil, int64(6): {"p": expr.Int(6)}, nil: {"p": {}}} {
			args, err := s.Args(params)
			require.NoError(t, err)
			assert.Equal(t, []any{want}, args)
		}
		// IN of nothing leaves no placeholder: the parameter must fit nevertheless.
		s = compile(t, d, expr.Select(f.id).Where(p.In()))
		args, err := s.Args(nil)
		require.NoError(t, err)
		assert.Empty(t, args)
		_, err = s.Args(map[string]expr.Value{"p": expr.Text("x")})
		assert.ErrorContains(t, err, "expected a value of type big_integer, got text")

		s = compile(t, d, expr.Select(f.id).Limit(p))
		_, err = s.Args(map[string]expr.Value{"p": {}})
		assert.ErrorContains(t, err, "LIMIT takes 0 or more, got NULL")
	}
}

func TestArgsAreTheCallersOwn(t *testing.T) {
	f := newFixture(t)
	s := compile(t, SQLite, expr.Select(f.id).Where(f.u.C("photo").Eq([]byte("abc")), f.u.C("photo").Ne([]byte{})))
	args, err := s.Args(nil)
	require.NoError(t, err)
	require.Equal(t, []any{[]byte("abc"), []byte{}}, args)
	args[0].([]byte)[0] = 'X'
	args[1] = nil
	again, err := s.Args(nil)
	require.NoError(t, err)
	assert.Equal(t, []any{[]byte("abc"), []byte{}}, again)
	values := []expr.Value{expr.Bytes([]byte("abc")), expr.Bytes([]byte{})}
	template, pinned := s.Template(values)
	require.NotNil(t, template)
	require.Empty(t, pinned)
	other, err := template.With([]expr.Value{expr.Bytes([]byte("de")), values[1]})
	require.NoError(t, err)
	for range 2 {
		args, err = other.Args(nil)
		require.NoError(t, err)
		require.Equal(t, []any{[]byte("de"), []byte{}}, args)
		args[0].([]byte)[0] = 'X'
	}
	db := openSQLite(t, f.users)
	var kind string
	require.NoError(t, db.QueryRow("SELECT typeof(?)", again[1]).Scan(&kind))
	assert.Equal(t, "blob", kind, "empty, not NULL")
}

// TestArgsInMemoryThatIsUsedAgain: arguments come behind what is there, and need no memory where there is enough.
func TestArgsInMemoryThatIsUsedAgain(t *testing.T) {
	f := newFixture(t)
	for _, d := range All() {
		s := compile(t, d, expr.Select(f.id).Where(f.id.Gt(7), f.id.Lt(expr.ParamDefault("p", schema.BigInteger, 9)), f.name.Eq("x")))
		want, err := s.Args(map[string]expr.Value{"p": expr.Int(8)})
		require.NoError(t, err)
		room := append(make([]any, 0, 8), "before")
		args, err := s.AppendArgs(room, map[string]expr.Value{"p": expr.Int(8)}, nil)
		require.NoError(t, err)
		assert.Equal(t, append([]any{"before"}, want...), args)
		assert.Same(t, &room[0], &args[0])
		again, err := s.AppendArgs(args[:0], nil, nil)
		require.NoError(t, err)
		want[1] = int64(9)
		assert.Equal(t, want, again)
		_, err = s.AppendArgs(args[:0], map[string]expr.Value{"p": expr.Text("x")}, nil)
		require.Error(t, err)

		s = compile(t, d, expr.Select(f.id).Where(f.id.Gt(7)))
		assert.Zero(t, testing.AllocsPerRun(10, func() { args, err = s.AppendArgs(args[:0], nil, nil) }))
		require.NoError(t, err)
		assert.Equal(t, []any{int64(7)}, args)
	}
}

// TestReleased: what was given back is compiled no more, and what it was compiled to stays
// as it is while others take its memory.
func TestReleased(t *testing.T) {
	f := newFixture(t)
	for _, d := range All() {
		var made []*Statement
		var said []string
		for _, g := range cases(t, f) {
			a := admit(t, g.q)
			if s, err := d.Compile(a); err == nil {
				args, err := s.Args(g.params)
				made, said = append(made, s), append(said, fmt.Sprint(s.SQL(), args, err, s.Outputs()))
			}
			a.Release()
			a.Release()
			_, err := d.Compile(a)
			require.ErrorContains(t, err, "no policy has admitted it")
		}
		i := 0
		for _, g := range cases(t, f) {
			a := admit(t, g.q)
			if _, err := d.Compile(a); err == nil {
				args, err := made[i].Args(g.params)
				require.Equal(t, said[i], fmt.Sprint(made[i].SQL(), args, err, made[i].Outputs()))
				i++
			}
			a.Release()
		}
		require.Len(t, made, i)
	}
}

func TestCompileRefusesWhatNoPolicyAdmitted(t *testing.T) {
	f := newFixture(t)
	resolved, err := expr.Resolve(expr.Select(f.id))
	require.NoError(t, err)
	for _, d := range All() {
		for _, stmt := range []*policy.Admitted{nil, {}} {
			s, err := d.Compile(stmt)
			assert.Nil(t, s)
			var typed *Error
			require.ErrorAs(t, err, &typed)
			assert.Equal(t, CodeUnsupported, typed.Code)
			assert.Contains(t, err.Error(), "no policy has admitted it")
		}
		c := &compiler{d: d, resolved: resolved}
		c.node(resolved.Statement(), named)
		require.NotNil(t, c.err)
		assert.Contains(t, c.err.Error(), `table "users": no policy has decided on it`)
	}
	for _, d := range []*Dialect{nil, {}} {
		_, err := d.Compile(admit(t, expr.Select(f.id)))
		assert.ErrorContains(t, err, "the zero Dialect")
		_, err = d.Value(expr.Int(1), schema.Integer)
		assert.ErrorContains(t, err, "the zero Dialect")
	}
	_, err = new(Statement).Args(map[string]expr.Value{"x": {}})
	assert.Error(t, err)
	args, err := new(Statement).Args(nil)
	assert.NoError(t, err)
	assert.Empty(t, args)
}

// unknownCall is the fields of a call of a function that is not in the catalogue.
type unknownCall struct{ expr.Reader }

func (unknownCall) Field(name string) bool   { return name == "function" }
func (unknownCall) Function() *expr.Function { return expr.UnknownFunction("pg_sleep(1) --") }
func (unknownCall) Err() error               { return nil }

func TestNothingIsWrittenOfAnUnknownFunction(t *testing.T) {
	n, err := expr.Read(expr.OpCall, expr.Reading(unknownCall{}))
	require.NoError(t, err)
	for _, d := range All() {
		_, err := d.Compile(admit(t, expr.Select(n)))
		var typed *Error
		require.ErrorAs(t, err, &typed)
		assert.Equal(t, CodeUnsupported, typed.Code)
		assert.Equal(t, `function "pg_sleep(1) --"`, typed.Construct)
	}
}

func TestManyArguments(t *testing.T) {
	f := newFixture(t)
	list := make([]any, 65536)
	for i := range list {
		list[i] = i
	}
	for _, d := range All() {
		s := compile(t, d, expr.Select(f.id).Where(f.id.In(list[:d.maxArgs]...)))
		args, err := s.Args(nil)
		require.NoError(t, err)
		assert.Len(t, args, d.maxArgs)
		if d == SQLite {
			rows(t, openSQLite(t, f.users), s, nil)
		}
		_, err = d.Compile(admit(t, expr.Select(f.id).Where(f.id.In(list[:d.maxArgs+1]...))))
		var typed *Error
		require.ErrorAs(t, err, &typed)
		assert.Equal(t, CodeUnsupported, typed.Code)
		assert.Equal(t, "arguments", typed.Construct)
	}
}

func TestManyTerms(t *testing.T) {
	f := newFixture(t)
	db := openSQLite(t, f.users)
	_, err := db.Exec(`INSERT INTO users (id, name) VALUES (1, 'a'), (2, 'b')`)
	require.NoError(t, err)
	for _, n := range []int{199, 200, 201, 1500} {
		terms := make([]any, n)
		for i := range terms {
			terms[i] = f.id.Eq(i + 2)
		}
		s := compile(t, SQLite, expr.Select(f.id).Where(expr.Or(terms...), expr.Not(expr.And(terms...))))
		assert.Equal(t, [][]any{{int64(2)}}, rows(t, db, s, nil), n)
	}
}

func TestTextIsBounded(t *testing.T) {
	f := newFixture(t)
	x := f.u.C("age")
	for range 60 {
		x = expr.Func("greatest", x, f.u.C("age"))
	}
	start := time.Now()
	_, err := Postgres.Compile(admit(t, expr.Select(x)))
	var typed *Error
	require.ErrorAs(t, err, &typed)
	assert.Equal(t, CodeUnsupported, typed.Code)
	assert.Contains(t, err.Error(), "its text is longer than")
	assert.Less(t, time.Since(start), time.Minute)
	compile(t, SQLite, expr.Select(x))
	indexes := make([]any, 400)
	for i := range indexes {
		indexes[i] = i
	}
	part := f.u.C("data").Get(indexes...)
	for _, d := range []*Dialect{Postgres, MySQL, MariaDB} {
		for _, x := range []expr.Expr{part, part.AsInteger()} {
			_, err := d.Compile(admit(t, expr.Select(x)))
			require.ErrorAs(t, err, &typed, d.Name())
			require.Equal(t, CodeUnsupported, typed.Code, d.Name())
		}
	}
	compile(t, SQLite, expr.Select(part))
}

func TestDeepTrees(t *testing.T) {
	f := newFixture(t)
	x, q := f.u.C("age"), expr.Select(f.u.C("age"))
	for range expr.MaxDepth - 10 {
		x = x.Sub(x.Neg()).Node().(*expr.BinaryExpr).Left().Neg()
	}
	for range 150 {
		q = expr.Select(q.Subquery("s").C("age"))
	}
	for _, d := range All() {
		compile(t, d, expr.Select(x))
		compile(t, d, q)
	}
	rows(t, openSQLite(t, f.users), compile(t, SQLite, q), nil)
}

func TestTheTextDependsOnTheShapeAlone(t *testing.T) {
	f := newFixture(t)
	u := f.u
	shape := func(n int64, dec, s, day string, b bool) *expr.SelectStmt {
		return expr.Select(f.id, u.C("balance").Mul(expr.Literal(decimal(t, dec)))).
			Where(u.C("age").Gt(n), f.name.StartsWith(s), f.name.Like(s), u.C("born").Eq(day), u.C("active").Eq(b), u.C("score").Gt(float64(n)/3)).
			OrderBy(expr.Func("round", u.C("score"), n)).Limit(n)
	}
	for _, d := range All() {
		a := compile(t, d, shape(1, "1.5", "x", "2026-01-31", true)).SQL()
		b := compile(t, d, shape(7000, "-12345.678901", `'"%\`, "0001-01-01", false)).SQL()
		assert.Equal(t, a, b)
	}
}

func TestStatementsAreSafeForConcurrentUse(t *testing.T) {
	f := newFixture(t)
	admitted := admit(t, expr.Select(f.id).Where(f.name.Contains(expr.Param("p", schema.Text)), f.u.C("photo").Eq([]byte("x"))))
	for _, d := range All() {
		s, err := d.Compile(admitted)
		require.NoError(t, err)
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				for range 100 {
					again, err := d.Compile(admitted)
					assert.NoError(t, err)
					assert.Equal(t, s.SQL(), again.SQL())
					args, err := s.Args(map[string]expr.Value{"p": expr.Text("100%")})
					assert.NoError(t, err)
					assert.Equal(t, []any{"%100!%%", []byte("x")}, args)
				}
			})
		}
		wg.Wait()
	}
}
