package expr_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// TestDiffOfFixtures: what differs in a field differs there, and equal trees in nothing.
func TestDiffOfFixtures(t *testing.T) {
	eachFixture(t, func(t *testing.T, fix fixture) {
		n := fix.make()
		require.Empty(t, expr.Diff(n, n))
		require.Empty(t, expr.Diff(n, fix.make()))
		for fields, variants := range fix.vary {
			for _, v := range variants {
				changes := expr.Diff(n, v())
				require.NotEmpty(t, changes, fields)
				back := expr.Diff(v(), n)
				require.Len(t, back, len(changes), fields)
				kinds := map[expr.ChangeKind]int{}
				for i, c := range changes {
					kinds[c.Kind]++
					kinds[back[i].Kind+10]++
					require.True(t, c.Path == "root" || underAny(c.Path, strings.Fields(fields)), "%s: %s", fields, c)
					require.NotContains(t, c.String(), "\n")
				}
				require.Equal(t, []int{kinds[expr.Changed], kinds[expr.Added], kinds[expr.Removed]}, []int{kinds[expr.Changed+10], kinds[expr.Removed+10], kinds[expr.Added+10]})
			}
		}
	})
}

// underAny reports whether a path is in one of the fields, such as "columns.label".
func underAny(path string, fields []string) bool {
	for strings.Contains(path, "[") {
		before, rest, _ := strings.Cut(path, "[")
		_, after, _ := strings.Cut(rest, "]")
		path = before + after
	}
	for _, f := range fields {
		for f != "" {
			if path == "root."+f || strings.HasPrefix(path, "root."+f+".") {
				return true
			}
			i := strings.LastIndexByte(f, '.') // or the part as a whole
			if i < 0 {
				break
			}
			f = f[:i]
		}
	}
	return false
}

func TestDiff(t *testing.T) {
	c, o := customers(), orders()
	base := expr.Select(id(), name()).Where(age().Gt(30), active(), name().Like("a%")).OrderBy(name()).Limit(10)
	e, f := employees().Alias("e"), employees().Alias("e")
	pair := func(x, y expr.Source) expr.Node {
		return expr.Select(x.C("id")).From(e, f).Where(x.C("id").Eq(1), y.C("id").Eq(2))
	}
	for _, tt := range []struct {
		name string
		a, b expr.Node
		want string
	}{
		{"nothing", base, base, ""},
		{"a number", base, base.Limit(20), "root.limit.value: 10 became 20"},
		{"a limit", base, base.Limit(nil), "root.limit: 10 was removed"},
		{"a condition in between", base, expr.Select(id(), name()).Where(age().Gt(30), vip(), active(), name().Like("a%")).OrderBy(name()).Limit(10),
			"root.where.terms[1]: customers.vip was added"},
		{"a condition less", base, expr.Select(id(), name()).Where(active(), name().Like("a%")).OrderBy(name()).Limit(10),
			"root.where.terms[0]: customers.age > 30 was removed"},
		{"a column in front", base, base.Columns(age(), id(), name()), `root.columns[0]: {expr: customers.age} was added`},
		{"a label", base, base.Columns(id(), name().Label("who")), `root.columns[1].label: "who" was added`},
		{"an operator", base, expr.Select(id(), name()).Where(age().Ge(30), active(), name().Like("a%")).OrderBy(name()).Limit(10), `root.where.terms[0].op: ">" became ">="`},
		{"another kind", base, expr.Delete(c).AllRows(), `root: select{columns: `},
		{"another table", expr.Select(c.C("id")), expr.Select(o.C("id")), `root.columns[0].expr.column: customers became shop.orders`},
		{"which of two", pair(e, f), pair(f, f), `root.from[0]: alias "e" became alias "e"`},
		{"which of two, renamed throughout", pair(e, f), pair(f, e), `root.from[0]: alias "e" became alias "e"`},
		{"a parameter", expr.Select(expr.Param("n", schema.Integer).Label("x")), expr.Select(expr.ParamDefault("n", schema.Integer, 1).Label("x")),
			`root.columns[0].expr.parameter: parameter "n" integer became parameter "n" integer default 1`},
		{"something and nothing", base, nil, "root: select{columns: "},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var lines []string
			for _, c := range expr.Diff(tt.a, tt.b) {
				lines = append(lines, c.String())
			}
			if tt.want == "" {
				require.Empty(t, lines)
				return
			}
			require.NotEmpty(t, lines)
			assert.Contains(t, lines[0], tt.want, "%q", lines)
		})
	}
	assert.Empty(t, expr.Diff(nil, nil))
}

// TestDiffOfLongLists: what is searched for in short lists is not in long ones, and changes
// are told up to a number.
func TestDiffOfLongLists(t *testing.T) {
	list := func(n, from int) expr.Node {
		items := make([]any, n)
		for i := range items {
			items[i] = from + i
		}
		return expr.Select(id()).Where(id().In(items...))
	}
	assert.Len(t, expr.Diff(list(500, 0), list(500, 1)), 2, "one item goes, one comes")
	assert.Len(t, expr.Diff(list(5000, 0), list(5000, 1)), 1000)
	assert.Len(t, expr.Diff(list(5000, 0), list(5001, 0)), 1, "the same start")
	for _, c := range expr.Diff(list(3, 0), expr.Select(id()).Where(name().Like(strings.Repeat("x", 1000)))) {
		assert.Less(t, len(c.String()), 400)
	}
	soon(t, func() {
		wide := expr.Select(id(), name()).Where(list(20_000, 0).(*expr.SelectStmt).WhereClause()).Subquery("s")
		var columns []any
		for i := range 10_000 {
			columns = append(columns, wide.C("id").Add(i).Label(fmt.Sprint("c", i)))
		}
		expr.Diff(expr.Select(columns...), expr.Select(columns[1:]...))
	})
}
