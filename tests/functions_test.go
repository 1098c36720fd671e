package tests

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/dialect"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/policy"
	"github.com/sqlser/sqlser/schema"
	"github.com/sqlser/sqlser/tests/testdb"
)

// call is a call of a scalar function and what comes of it, as shown.
type call struct {
	args      []any
	want      string
	own       map[string]string // where a database gives something else, as the docs say
	dialects  []string          // that can say it; none: all that have the function
	onlyPlain bool              // an argument must be plain
}

func is(want string, args ...any) call { return call{args: args, want: want} }

func (c call) but(dialect, want string) call {
	c.own = map[string]string{dialect: want}
	return c
}
func (c call) on(dialects ...string) call { c.dialects = dialects; return c }
func (c call) plain() call                { c.onlyPlain = true; return c }

func nullOf(t schema.Type) expr.Expr { return expr.TypedLiteral(expr.Value{}, t) }

func valueOf(t schema.Type, text string) expr.Expr {
	v, err := expr.ParseValue(t, text)
	if err != nil {
		panic(err)
	}
	return expr.Literal(v)
}

func arrayOf(elem schema.Type, items ...any) expr.Expr { return expr.Array(elem, items...) }

func (c call) said(on string) bool {
	for _, d := range c.dialects {
		if d == on {
			return true
		}
	}
	return len(c.dialects) == 0
}

// literal is a select of a call of plain values.
func (c call) literal(fn *expr.Function) expr.Node {
	return expr.Select(expr.Call(fn, c.args...).Label("x"))
}

// columns is a select of a call of columns that hold the values.
func (c call) columns(fn *expr.Function) expr.Node {
	kinds := strings.Split(strings.Trim(strings.TrimPrefix(fn.Signature(), fn.Name()), "()"), ", ")
	var types []expr.ColumnType
	var cells, args []any
	for i, a := range c.args {
		x := expr.Of(a)
		if i < len(kinds) && kinds[i] == "plain text" || fn.Name() == "json_build_object" && i%2 == 0 {
			continue
		}
		types = append(types, expr.ColumnType{Name: string(rune('a' + i)), Type: x.Type()})
		cells = append(cells, x)
	}
	if len(cells) == 0 {
		return nil
	}
	v := expr.Values(types, cells).Alias("v")
	for i, a := range c.args {
		args = append(args, a)
		for _, t := range types {
			if t.Name == string(rune('a'+i)) {
				args[i] = v.C(t.Name)
			}
		}
	}
	return expr.Select(expr.Call(fn, args...).Label("x")).From(v)
}

// TestScalarFunctions runs every scalar function on every database that has it, of
// plain values and of columns.
func TestScalarFunctions(t *testing.T) {
	all := scalarCalls()
	for name := range all {
		require.NotNil(t, expr.LookupFunction(name), name)
	}
	testdb.Each(t, func(t *testing.T, db *testdb.DB) {
		sess := engine.New(db.DB, db.Dialect).Session(engine.WithPolicy(policy.Unrestricted()))
		for _, fn := range expr.Functions().All() {
			if fn.Kind() != expr.ScalarFunction {
				continue
			}
			t.Run(fn.Name(), func(t *testing.T) {
				for _, c := range all[fn.Name()] {
					want, own := c.own[db.Name]
					if !own {
						want = c.want
					}
					for form, stmt := range map[string]expr.Node{"plain": c.literal(fn), "columns": c.columns(fn)} {
						if stmt == nil || form == "columns" && c.onlyPlain {
							continue
						}
						require.NoError(t, expr.Err(stmt))
						compiled, err := compileFor(db.Dialect, stmt)
						if db.Dialect.Supports(fn).Refused != "" || !c.said(db.Name) {
							var e *dialect.Error
							require.ErrorAs(t, err, &e)
							continue
						}
						if assert.NoError(t, err) {
							got := rowsOf(t, sess, stmt, nil)
							assert.True(t, len(got) == 1 && got[0] == want, "expected %q, got %q: %s %s", want, got, form, compiled.SQL())
						}
					}
				}
			})
		}
	})
}
