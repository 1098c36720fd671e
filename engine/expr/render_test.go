package expr_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
)

// rendered shows a resolved statement.
type rendered struct{ *expr.Resolved }

// render shows a resolved tree as a dialect reads it, short: columns by the name
// of their occurrence, sources with theirs, other nodes as kind(children).
func (r rendered) render(n expr.Node) string {
	switch n := n.(type) {
	case *expr.SelectStmt:
		return r.renderSelect(n)
	case *expr.Occurrence:
		if n.Table() != nil {
			return fmt.Sprintf("%s AS %s", n.Table(), n.Name())
		}
		return fmt.Sprintf("(%s) AS %s", r.render(n.Query()), n.Name())
	case *expr.JoinClause:
		on := ""
		if !n.On().IsZero() {
			on = " ON " + r.render(n.On().Node())
		}
		right := r.render(n.Right())
		if _, nested := n.Right().(*expr.JoinClause); nested {
			right = "(" + right + ")"
		}
		return fmt.Sprintf("%s %s %s%s", r.render(n.Left()), n.Kind(), right, on)
	case *expr.ColumnExpr:
		switch o := r.OccurrenceOf(n); {
		case o == nil:
			return "?." + n.Name()
		case n.Column() != nil:
			return o.Name() + "." + n.Column().Name()
		default:
			return o.Name() + "." + o.ColumnName(n.Index())
		}
	case *expr.LiteralExpr:
		return n.Value().String()
	case *expr.ParamExpr:
		return ":" + n.Parameter().Name()
	case *expr.RefExpr:
		return fmt.Sprintf("#%d", n.Item())
	case *expr.BinaryExpr:
		return fmt.Sprintf("%s %s %s", r.render(n.Left().Node()), n.Operator(), r.render(n.Right().Node()))
	}
	return n.Op().String() + "(" + r.renderAll(below(n)) + ")"
}

func (r rendered) renderAll(nodes []expr.Node) string {
	shown := make([]string, len(nodes))
	for i, n := range nodes {
		shown[i] = r.render(n)
	}
	return strings.Join(shown, ", ")
}

func (r rendered) renderSelect(s *expr.SelectStmt) string {
	var b strings.Builder
	b.WriteString("SELECT ")
	for i, item := range s.Items().All() {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(r.render(item.Expr().Node()))
		if name := s.OutputName(i); name != "" {
			b.WriteString(" AS " + name)
		}
	}
	for _, f := range s.FromClauses().All() {
		b.WriteString(" FROM " + r.render(f))
	}
	if x := s.WhereClause(); !x.IsZero() {
		b.WriteString(" WHERE " + r.render(x.Node()))
	}
	for i, x := range s.Groups().All() {
		b.WriteString([]string{" GROUP BY ", ", "}[min(i, 1)] + r.render(x.Node()))
	}
	if x := s.HavingClause(); !x.IsZero() {
		b.WriteString(" HAVING " + r.render(x.Node()))
	}
	for i, o := range s.Orders().All() {
		b.WriteString([]string{" ORDER BY ", ", "}[min(i, 1)] + r.render(o.Expr().Node()))
	}
	return b.String()
}

// resolved requires a statement to resolve and shows it. Resolving leaves the
// statement as it is, and does the same again.
func resolved(t testing.TB, s *expr.SelectStmt) string {
	t.Helper()
	require.NoError(t, expr.Err(s))
	before := expr.Sprint(s)
	r, err := expr.Resolve(s)
	require.NoError(t, err)
	require.Equal(t, before, expr.Sprint(s))
	again, err := expr.Resolve(s)
	require.NoError(t, err)
	shown := rendered{r}.render(r.Statement())
	require.Equal(t, shown, rendered{again}.render(again.Statement()))
	checkResolved(t, r)
	return shown
}

// checkResolved holds for every resolved statement: one FROM clause of
// occurrences, each its own and of a name of its own, each column of one of them.
func checkResolved(t testing.TB, r *expr.Resolved) {
	t.Helper()
	listed, names := map[*expr.Occurrence]bool{}, map[string]bool{}
	for _, o := range r.Occurrences().All() {
		require.False(t, listed[o])
		require.False(t, names[strings.ToLower(o.Name())], "two occurrences are called %s", o.Name())
		require.NotEmpty(t, o.Name())
		require.LessOrEqual(t, len(o.Name()), 63)
		require.False(t, o.IsDecided())
		require.True(t, (o.Table() == nil) != (o.Query() == nil))
		listed[o], names[strings.ToLower(o.Name())] = true, true
	}
	met := map[*expr.Occurrence]bool{}
	var enter func(n expr.Node) bool
	enter = func(n expr.Node) bool {
		switch n := n.(type) {
		case *expr.ColumnExpr:
			require.True(t, listed[r.OccurrenceOf(n)], "a column of no occurrence")
			require.Equal(t, n.Source().Identity(), r.OccurrenceOf(n).Source().Identity())
			return false
		case *expr.Occurrence:
			require.True(t, listed[n])
			require.False(t, met[n], "an occurrence in two places")
			met[n] = true
			if n.Query() != nil {
				expr.Walk(n.Query(), enter)
			}
		case *expr.SelectStmt:
			require.LessOrEqual(t, n.FromClauses().Len(), 1)
			require.Zero(t, n.Joins().Len())
		case *expr.TableSource, *expr.AliasSource, *expr.SubquerySource:
			require.Fail(t, "a source that is no occurrence")
		}
		return true
	}
	expr.Walk(r.Statement(), enter)
	require.Len(t, met, len(listed))
}
