package expr_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// What does not change is not made anew; what does is.
func TestResolveSharesExpressions(t *testing.T) {
	m := schema.NewMetaData()
	table := m.Table("t", schema.NewColumn("id", schema.Integer, schema.PrimaryKey), schema.NewColumn("n", schema.Integer))
	require.NoError(t, m.Freeze())
	src := expr.Table(table)
	id, n := src.C("id"), src.C("n")
	cond := expr.And(id.Gt(1), n.In(1, 2), n.Between(1, 3), expr.Func("abs", n).Eq(4))
	r, err := expr.Resolve(expr.Select(id, expr.Func("rank").Over(expr.PartitionBy(n)).Label("r")).Where(cond))
	require.NoError(t, err)
	s := r.Statement().(*expr.SelectStmt)
	assert.Same(t, cond.Node(), s.WhereClause().Node())
	o := r.Occurrences().At(0)
	assert.Same(t, o, r.OccurrenceOf(id.Node().(*expr.ColumnExpr)))
	assert.Nil(t, r.OccurrenceOf(nil))
	assert.Nil(t, (*expr.Resolved)(nil).OccurrenceOf(id.Node().(*expr.ColumnExpr)))

	// The same table, named in a query below by the same columns: these are of the other use.
	below := expr.Select(id).From(src).Where(n.Gt(5))
	r, err = expr.Resolve(expr.Select(id).From(src).Where(id.In(below)))
	require.NoError(t, err)
	s = r.Statement().(*expr.SelectStmt)
	in := s.WhereClause().Node().(*expr.InExpr)
	inner := in.Query().(*expr.SelectStmt).WhereClause().Node().(*expr.BinaryExpr).Left().Node().(*expr.ColumnExpr)
	outer := in.X().Node().(*expr.ColumnExpr)
	assert.Equal(t, "t", r.OccurrenceOf(outer).Name())
	assert.Equal(t, "t_1", r.OccurrenceOf(inner).Name())
	assert.Same(t, id.Node(), outer)
	assert.NotSame(t, n.Node(), inner)
}

// Many sources are indexed, and are each other's no less.
func TestResolveFindsManySources(t *testing.T) {
	m := schema.NewMetaData()
	table := m.Table("t", schema.NewColumn("id", schema.Integer, schema.PrimaryKey))
	require.NoError(t, m.Freeze())
	var columns, conds []any
	var from []expr.FromClause
	for i := range 40 {
		a := expr.Table(table).Alias(fmt.Sprintf("a%d", i))
		columns, from = append(columns, a.C("id")), append(from, a)
		conds = append(conds, expr.Exists(expr.Select(a.C("id")).From(a).Where(a.C("id").Eq(i))))
	}
	r, err := expr.Resolve(expr.Select(columns...).From(from...).Where(conds...))
	require.NoError(t, err)
	s := r.Statement().(*expr.SelectStmt)
	for i, item := range s.Items().All() {
		assert.Equal(t, fmt.Sprintf("a%d", i), r.OccurrenceOf(item.Expr().Node().(*expr.ColumnExpr)).Name())
	}
	for i, x := range s.WhereClause().Node().(*expr.LogicExpr).Terms().All() {
		q := x.Node().(*expr.ExistsExpr).Query().(*expr.SelectStmt)
		col := q.Items().At(0).Expr().Node().(*expr.ColumnExpr)
		assert.Equal(t, fmt.Sprintf("a%d_1", i), r.OccurrenceOf(col).Name())
	}
}
