package tests

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/dialect"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/policy"
	"github.com/sqlser/sqlser/schema"
	"github.com/sqlser/sqlser/tests/testdb"
)

// changer grows random changes of two small tables.
type changer struct {
	*rand.Rand
	items, tags *expr.TableSource
	names       int // of aliases
}

func (c *changer) alias(s expr.Source) expr.Source {
	c.names++
	return s.Alias(fmt.Sprintf("a%d", c.names))
}

// number grows an integer of the columns of sources; one of depth 0 is plain.
func (c *changer) number(depth int, of ...expr.Source) expr.Expr {
	if depth == 0 || len(of) == 0 && c.IntN(2) == 0 {
		if len(of) == 0 || c.IntN(3) == 0 {
			return expr.Of(c.IntN(16) - 3)
		}
		s := of[c.IntN(len(of))]
		names := []string{"id", "n", "m"}
		return s.C(names[c.IntN(3)])
	}
	switch c.IntN(8) {
	case 0, 1:
		return c.number(depth-1, of...).Add(c.number(depth-1, of...))
	case 2:
		return c.number(depth-1, of...).Sub(c.number(depth-1, of...))
	case 3:
		return c.number(depth-1, of...).Mod(7)
	case 4:
		return expr.Func("coalesce", c.number(depth-1, of...), c.number(0, of...))
	case 5:
		return expr.CaseElse(c.number(depth-1, of...), expr.NewWhen(c.cond(depth-1, of...), c.number(0, of...)))
	}
	x := c.alias([]expr.Source{c.items, c.tags}[c.IntN(2)])
	q := expr.Select(expr.Func([]string{"max", "min", "count"}[c.IntN(3)], x.C([]string{"n", "m", "id"}[c.IntN(3)]))).From(x)
	if c.IntN(4) > 0 {
		q = q.Where(x.C([]string{"n", "m", "id"}[c.IntN(3)]).Le(c.number(0, of...)))
	}
	return q.Scalar()
}

func (c *changer) cond(depth int, of ...expr.Source) expr.Expr {
	a, b := c.number(depth, of...), c.number(0, of...)
	switch c.IntN(9) {
	case 0:
		return a.Lt(b)
	case 1:
		return a.Ge(b)
	case 2:
		return a.Eq(b)
	case 3:
		return a.IsNull()
	case 4:
		return a.In(1, 2, c.IntN(9))
	case 5:
		x := c.alias([]expr.Source{c.items, c.tags}[c.IntN(2)])
		return a.In(expr.Select(x.C([]string{"n", "m", "id"}[c.IntN(3)])).From(x))
	case 6:
		x := c.alias([]expr.Source{c.items, c.tags}[c.IntN(2)])
		return expr.Exists(expr.Select(expr.Of(1)).From(x).Where(x.C("m").Eq(b)))
	}
	if depth == 0 {
		return a.Ne(b)
	}
	if c.IntN(2) == 0 {
		return expr.Or(c.cond(depth-1, of...), expr.Not(c.cond(0, of...)))
	}
	return expr.And(c.cond(depth-1, of...), c.cond(0, of...))
}

// row grows values of a row that is inserted.
func (c *changer) row(id int) set {
	r := set{"id": id, "m": c.IntN(9), "n": c.number(1).Mod(50), "s": string(rune('a' + c.IntN(5)))}
	if c.IntN(3) == 0 {
		r["n"] = nil
	}
	return r
}

// set grows values of what is updated.
func (c *changer) set(of ...expr.Source) set {
	s := set{}
	for len(s) == 0 {
		if c.IntN(2) == 0 {
			s["n"] = c.number(2, of...).Mod(50)
		}
		if c.IntN(3) == 0 {
			s["m"] = c.number(1, of...).Mod(50)
		}
		if c.IntN(4) == 0 {
			s["s"] = expr.Func("substr", of[0].C("s").Concat("x"), 1, 5)
		}
		if c.IntN(5) == 0 {
			s["d"] = expr.Func("coalesce", of[0].C("d"), 0).Add(decimalOf("1.25"))
		}
	}
	return s
}

// change grows a change, and the same with RETURNING.
func (c *changer) change() (plain, returning expr.Statement) {
	t, other := c.items, c.tags
	if c.IntN(3) == 0 {
		t, other = other, t
	}
	returned := []any{t.C("id"), t.C("n"), t.C("m").Add(1).Label("next")}
	switch c.IntN(8) {
	case 0, 1, 2:
		first := 1 + c.IntN(14)
		n := expr.Insert(t).Values(c.row(first))
		for k := range c.IntN(3) {
			r := c.row(first + k + 1)
			n = n.Values(r)
		}
		switch c.IntN(4) {
		case 0:
			n = n.OnConflict("id").DoNothing()
		case 1, 2:
			ex := expr.Excluded(t)
			n = n.OnConflict("id").DoUpdate(set{"n": expr.Func("coalesce", t.C("n"), 0).Add(ex.C("m")).Mod(50), "s": ex.C("s")})
			if c.IntN(2) == 0 {
				n = n.Where(t.C("m").Le(ex.C("m")))
			}
		}
		return n, n.Returning(returned...)
	case 3:
		x := c.alias(other)
		n := expr.Insert(t).FromSelect([]string{"id", "n", "m", "s"}, expr.Select(x.C("id").Add(c.IntN(3)), c.number(1, x).Mod(50).Label("n"), x.C("m"), x.C("s")).Where(c.cond(1, x)))
		if c.IntN(2) == 0 {
			n = n.OnConflict("id").DoUpdate(set{"m": expr.Excluded(t).C("m")})
		}
		return n, n.Returning(returned...)
	case 4:
		n := expr.Update(t).Set(c.set(t)).Where(c.cond(1, t))
		return n, n.Returning(returned...)
	case 5: // each row goes with one of the other at most
		x := c.alias(other)
		n := expr.Update(t).Set(c.set(t, x)).From(x).Where(x.C("id").Eq(t.C([]string{"id", "n", "m"}[c.IntN(3)])), c.cond(1, t, x))
		return n, n.Returning(returned...)
	case 6:
		n := expr.Delete(t).Where(c.cond(1, t), c.cond(1, t))
		return n, n.Returning(returned...)
	}
	x := c.alias(other)
	n := expr.Delete(t).Using(x).Where(x.C("m").Eq(t.C("n")), c.cond(1, t, x))
	return n, n.Returning(returned...)
}

// changed is a database in the test: what it is and holds.
type changed struct {
	*testdb.DB
	sess *engine.Session
}

// TestRandomChanges makes the same random changes on each database: they leave equal
// tables, change as many rows, return the same ones, and fail together.
func TestRandomChanges(t *testing.T) {
	m := schema.NewMetaData()
	for _, name := range []string{"items", "tags"} {
		m.Table(name, schema.NewColumn("id", schema.BigInteger, schema.PrimaryKey), schema.NewColumn("n", schema.Integer),
			schema.NewColumn("m", schema.Integer, schema.NotNull), schema.NewColumn("s", schema.String(10)), schema.NewColumn("d", schema.Numeric(6, 2)))
	}
	require.NoError(t, m.Freeze())
	items, tags := expr.Table(m.Lookup("items")), expr.Table(m.Lookup("tags"))
	var all []changed
	for _, name := range testdb.Names {
		if !testdb.Has(name) {
			t.Logf("without %s", name)
			continue
		}
		db := testdb.Open(t, name)
		for _, table := range []string{"items", "tags"} {
			db.Script(t, "CREATE TABLE "+table+" (id BIGINT PRIMARY KEY, n INTEGER, m INTEGER NOT NULL, s VARCHAR(10), d DECIMAL(6,2))")
		}
		all = append(all, changed{db, engine.New(db.DB, db.Dialect).Session(engine.WithPolicy(policy.Unrestricted()))})
	}
	steps, ran, failed, refused, returned := 1500, 0, 0, 0, 0
	if testing.Short() {
		steps = 150
	}
	for step := range steps {
		c := &changer{Rand: rand.New(rand.NewPCG(uint64(step), 7)), items: items, tags: tags}
		plain, returning := c.change()
		require.NoError(t, expr.Err(returning), "step %d", step)
		if step%50 == 0 {
			for _, db := range all {
				db.Script(t, "DELETE FROM items", "DELETE FROM tags")
			}
		}
		outcomes := make([]outcome, len(all))
		for i, db := range all {
			outcomes[i] = db.apply(t, through(t, m, plain), through(t, m, returning))
		}
		if anyRefuses(outcomes) {
			refused++
			for _, o := range outcomes { // what the others did is undone
				require.NoError(t, o.undo(t))
			}
			continue
		}
		shown := func() string {
			text := fmt.Sprintf("step %d", step)
			for i, db := range all {
				text += fmt.Sprintf("\n%s: %s %v: %v", db.Name, outcomes[i].sql, outcomes[i].args, outcomes[i].err)
			}
			return text
		}
		for _, o := range outcomes {
			require.NoError(t, o.commit(t))
		}
		for i, db := range all[1:] {
			o, first := outcomes[i+1], outcomes[0]
			require.Equal(t, first.err == nil, o.err == nil, "%s", shown())
			if o.rows >= 0 && first.rows >= 0 && !o.returns && !first.returns {
				require.Equal(t, first.rows, o.rows, "%s", shown())
			}
			if o.returns && first.returns {
				require.Equal(t, first.lines, o.lines, "%s", shown())
				returned++
			}
			for _, table := range []*expr.TableSource{items, tags} {
				q := expr.Select(table).OrderBy(table.C("id"))
				require.Equal(t, rowsOf(t, all[0].sess, q, nil), rowsOf(t, db.sess, q, nil), "%s: %s", table.Name(), shown())
			}
		}
		ran++
		if outcomes[0].err != nil {
			failed++
		}
	}
	t.Logf("%d changes, %d of them failed, %d were refused by one, %d returned rows", ran, failed, refused, returned)
	require.Greater(t, ran-failed, steps/2)
}

// outcome is what came of a change, in a transaction that waits for its end.
type outcome struct {
	sql     string
	args    []any
	refused bool
	err     error
	rows    int64
	returns bool
	lines   []string
	end     func(commit bool) error
}

func (o outcome) undo(*testing.T) error   { return o.end(false) }
func (o outcome) commit(*testing.T) error { return o.end(o.err == nil) }

func anyRefuses(list []outcome) bool {
	for _, o := range list {
		if o.refused {
			return true
		}
	}
	return false
}

// apply makes a change, with RETURNING where the database has that.
func (db changed) apply(t *testing.T, plain, returning expr.Node) (o outcome) {
	ctx := context.Background()
	tx, err := db.Begin()
	require.NoError(t, err)
	o.end = func(commit bool) error {
		if commit {
			return tx.Commit()
		}
		return tx.Rollback()
	}
	sess := engine.New(tx, db.Dialect).Session(engine.WithPolicy(policy.Unrestricted()))
	stmt := returning
	compiled, err := sess.Compile(stmt)
	var e *dialect.Error
	if errors.As(err, &e) {
		stmt = plain
		compiled, err = sess.Compile(stmt)
	}
	if errors.As(err, &e) {
		o.refused = true
		return o
	}
	require.NoError(t, err)
	o.sql = compiled.SQL()
	o.args, err = compiled.Args(nil)
	require.NoError(t, err)
	o.rows = -1
	if o.returns = expr.GivesRows(stmt.(expr.Statement)); o.returns {
		var rows [][]any
		rows, o.err = engine.All[[]any](ctx, sess, stmt, nil)
		for _, r := range rows {
			o.lines = append(o.lines, fmt.Sprint(r))
		}
		slices.Sort(o.lines)
		return o
	}
	var c engine.Changed
	c, o.err = sess.Exec(ctx, stmt, nil)
	o.rows = c.Rows
	return o
}
