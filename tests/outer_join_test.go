package tests

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/policy"
	"github.com/sqlser/sqlser/tests/testdb"
)

// TestFilterOfOuterJoin filters by every scalar function of a column that an outer join has no row for:
// where it is not NULL, the row stays. Databases that make an inner join of an outer one, as
// a condition seems to refuse NULL, must not be wrong about what refuses it: MariaDB takes
// each function for one that gives NULL of NULL.
func TestFilterOfOuterJoin(t *testing.T) {
	all := scalarCalls()
	testdb.Each(t, func(t *testing.T, db *testdb.DB) {
		s := newSample(t)
		s.fill(t, db)
		sess := engine.New(db.DB, db.Dialect).Session(engine.WithPolicy(policy.Unrestricted()))
		kept := 0
		check := func(name string, of func(expr.Expr) expr.Expr, x expr.Expr) {
			m := expr.Select(x.Label("a")).Distinct().From(s.a).Subquery("m")
			is := of(m.C("a"))
			joined := expr.Select(is.Label("x")).From(s.u).LeftJoin(m, s.id().Lt(0)).Where(s.id().Eq(1))
			if expr.Err(joined) != nil {
				return
			}
			if _, err := compileFor(db.Dialect, joined); err != nil {
				return // what it says of columns is another test's
			}
			shown := rowsOf(t, sess, joined, nil)
			filtered := rowsOf(t, sess, joined.Where(is), nil)
			derived := joined.Subquery("d")
			outside := rowsOf(t, sess, expr.Select(1).From(derived).Where(derived.C("x")), nil)
			require.Len(t, shown, 1, name)
			want := 0
			if shown[0] == "true" {
				want = 1
				kept++
			}
			compiled, _ := compileFor(db.Dialect, joined.Where(is))
			assert.Len(t, filtered, want, "%s: %s: %s", db.Name, name, compiled.SQL())
			assert.Len(t, outside, want, "%s: %s, of a subquery", db.Name, name)
		}
		for _, fn := range expr.Functions().All() {
			if fn.Kind() != expr.ScalarFunction {
				continue
			}
			kinds := strings.Split(strings.Trim(strings.TrimPrefix(fn.Signature(), fn.Name()), "()"), ", ")
			for _, c := range all[fn.Name()] {
				for i, a := range c.args {
					if i < len(kinds) && kinds[i] == "plain text" || c.onlyPlain || !c.said(db.Name) {
						continue
					}
					args := append([]any(nil), c.args...)
					check(fn.Signature(), func(x expr.Expr) expr.Expr {
						args[i] = x
						return expr.Call(fn, args...).IsNotNull()
					}, expr.Of(a))
				}
			}
		}
		one, two := expr.Of(1), expr.Of(2)
		for name, of := range map[string]func(x expr.Expr) expr.Expr{
			"rows <>":    func(x expr.Expr) expr.Expr { return expr.Tuple(x, one).Ne(expr.Tuple(one, two)) },
			"rows =":     func(x expr.Expr) expr.Expr { return expr.Tuple(x, one).Eq(expr.Tuple(one, two)).IsNull().Not() },
			"not rows =": func(x expr.Expr) expr.Expr { return expr.Tuple(x, one).Eq(expr.Tuple(one, two)).Not() },
			"rows <":     func(x expr.Expr) expr.Expr { return expr.Tuple(one, x).Lt(expr.Tuple(two, one)) },
			"rows >=":    func(x expr.Expr) expr.Expr { return expr.Tuple(two, x).Ge(expr.Tuple(one, one)) },
			"rows not in": func(x expr.Expr) expr.Expr {
				return expr.Tuple(x, one).NotIn(expr.Tuple(one, two), expr.Tuple(two, two))
			},
			"a row in some":  func(x expr.Expr) expr.Expr { return expr.Tuple(one, two).In(expr.Tuple(one, x), expr.Tuple(one, two)) },
			"in some":        func(x expr.Expr) expr.Expr { return one.In(x, one) },
			"not between":    func(x expr.Expr) expr.Expr { return one.NotBetween(two, x) },
			"distinct":       func(x expr.Expr) expr.Expr { return x.IsDistinctFrom(one) },
			"or":             func(x expr.Expr) expr.Expr { return expr.Or(x.Eq(1), expr.Of(1).Eq(one)) },
			"not and":        func(x expr.Expr) expr.Expr { return expr.And(x.Eq(1), one.Eq(two)).Not() },
			"case":           func(x expr.Expr) expr.Expr { return expr.CaseElse(true, expr.NewWhen(x.Eq(1), false)) },
			"not in a query": func(x expr.Expr) expr.Expr { return x.NotIn(expr.Select(s.id()).From(s.u).Where(s.id().Lt(0))) },
			"all of a query": func(x expr.Expr) expr.Expr { return x.Gt(expr.All(expr.Select(s.id()).From(s.u).Where(s.id().Lt(0)))) },
			"not exists": func(x expr.Expr) expr.Expr {
				return expr.Exists(expr.Select(s.id()).From(s.u).Where(s.id().Eq(x))).Not()
			},
			"a scalar query": func(x expr.Expr) expr.Expr { return expr.Select(expr.Func("count", x)).Scalar().Eq(0) },
			"json in an array": func(x expr.Expr) expr.Expr {
				return expr.Func("json_build_array", expr.Func("json_build_array", x)).IsNotNull()
			},
			"json's length": func(x expr.Expr) expr.Expr {
				return expr.Func("json_array_length", expr.Func("json_build_array", x)).Eq(1)
			},
		} {
			check(name, of, one)
		}
		assert.Greater(t, kept, 60)
	})
}
