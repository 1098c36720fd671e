package tests

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/dialect"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/policy"
	"github.com/sqlser/sqlser/luabind"
	"github.com/sqlser/sqlser/schema"
	"github.com/sqlser/sqlser/serializer"
	"github.com/sqlser/sqlser/tests/testdb"
)

// TestTenantConflicts: an insert that another's row is in the way of does with it what it does
// where nothing fails: that the key is taken is all that can be told, and nothing of the row.
func TestTenantConflicts(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *testdb.DB) {
		for _, byMember := range []bool{false, true} {
			n := newNotes(t, false)
			if !byMember {
				n.fill(t, db, true)
			}
			pol := n.pol
			if byMember { // rows that others may not see, of a filter that says nothing of new ones: ids of one's own
				b := n.base
				pol = policy.New().AllowSelect().AllowInsert().AllowUpdate().
					Table(b.Table(), policy.Rows(b.C("tenant_id").Eq(policy.Value("tenant")), b.C("id").IsNotNull()))
				require.NoError(t, pol.Err())
			}
			v, ex := n.view, expr.Excluded(n.view)
			two := expr.Values([]expr.ColumnType{{Name: "n", Type: schema.BigInteger}}, []any{1}, []any{2}).Alias("two")
			plain := func(id int) *expr.InsertStmt { return expr.Insert(v).Values(expr.Assign{"id": id, "code": "new"}) }
			for name, set := range map[string]func(*expr.InsertStmt) expr.Node{
				"nothing": func(i *expr.InsertStmt) expr.Node { return i.OnConflict("id").DoNothing() },
				"the new value": func(i *expr.InsertStmt) expr.Node {
					return i.OnConflict("id").DoUpdate(expr.Assign{"code": ex.C("code")})
				},
				"a division": func(i *expr.InsertStmt) expr.Node {
					return i.OnConflict("id").DoUpdate(expr.Assign{"n": expr.Of(10).Div(v.C("n")).Cast(schema.BigInteger)})
				},
				"an overflow": func(i *expr.InsertStmt) expr.Node {
					return i.OnConflict("id").DoUpdate(expr.Assign{"n": v.C("n").Mul(3)})
				},
				"a cast": func(i *expr.InsertStmt) expr.Node {
					return i.OnConflict("id").DoUpdate(expr.Assign{"n": v.C("code").Cast(schema.BigInteger)})
				},
				"rows for one": func(i *expr.InsertStmt) expr.Node {
					return i.OnConflict("id").DoUpdate(expr.Assign{"n": expr.Select(two.C("n")).From(two).Where(v.C("id").Gt(10)).Scalar()})
				},
				"where, a division": func(i *expr.InsertStmt) expr.Node {
					return i.OnConflict("id").DoUpdate(expr.Assign{"code": "x"}).Where(expr.Of(10).Div(v.C("n")).Gt(1))
				},
				"where, a cast": func(i *expr.InsertStmt) expr.Node {
					return i.OnConflict("id").DoUpdate(expr.Assign{"code": "x"}).Where(v.C("code").Cast(schema.BigInteger).Gt(1))
				},
				"where it is a secret": func(i *expr.InsertStmt) expr.Node {
					return i.OnConflict("id").DoUpdate(expr.Assign{"code": "x"}).Where(v.C("code").Eq("secret"))
				},
				"where it is no secret": func(i *expr.InsertStmt) expr.Node {
					return i.OnConflict("id").DoUpdate(expr.Assign{"code": "x"}).Where(v.C("code").Ne("secret"))
				},
			} {
				for _, id := range []int{11, 12, 13} {
					stmt := set(plain(id))
					require.NoError(t, expr.Err(stmt), name)
					tx, err := db.Begin()
					require.NoError(t, err)
					all := engine.New(tx, db.Dialect).Session(engine.WithPolicy(policy.Unrestricted()))
					rows := func() []string {
						return rowsOf(t, all, expr.Select(n.base).OrderBy(n.base.C("id").Asc()), nil)
					}
					before := rows()
					sess := engine.New(tx, db.Dialect).Session(engine.WithPolicy(pol, policy.Values{"tenant": 1}))
					changed, err := sess.Exec(context.Background(), stmt, nil)
					var unsaid *dialect.Error
					var no *policy.Error
					if !errors.As(err, &unsaid) && !(byMember && errors.As(err, &no)) {
						require.NoError(t, err, "%s of %d", name, id)
						require.LessOrEqual(t, changed.Rows, int64(0), "%s of %d", name, id)
						require.Equal(t, before, rows(), "%s of %d", name, id)
					}
					require.NoError(t, tx.Rollback())
				}
			}
		}
	})
}

// TestTenantValues: no parameter of a statement's is the host's value, whatever it is called and
// whoever gives it.
func TestTenantValues(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *testdb.DB) {
		n := newNotes(t, false)
		n.fill(t, db, true)
		v := n.view
		own := expr.Param("tenant", schema.BigInteger)
		sess := engine.New(db, db.Dialect).Session(engine.WithPolicy(n.pol, policy.Values{"tenant": 1}))
		ids := func(stmt expr.Node, params engine.Params) []int64 {
			t.Helper()
			got, err := engine.All[int64](context.Background(), sess, stmt, params)
			require.NoError(t, err)
			return got
		}
		_, err := sess.Query(context.Background(), expr.Select(v.C("id")), engine.Params{"tenant": 2})
		require.ErrorContains(t, err, "tenant", "a value of the host's is no parameter")
		require.Equal(t, []int64{1, 2, 3}, ids(expr.Select(v.C("id")).Where(v.C("id").Gt(own)).OrderBy(v.C("id").Asc()), engine.Params{"tenant": 0}))
		require.Empty(t, ids(expr.Select(v.C("id")).Where(v.C("id").Gt(own)), engine.Params{"tenant": 10}))
		require.Equal(t, []int64{1}, ids(expr.Select(v.C("id")).OrderBy(v.C("id").Asc()).Limit(own), engine.Params{"tenant": 1}))
		// The same number as the host's value is still another argument.
		for _, literal := range []int{1, 2} {
			require.Empty(t, ids(expr.Select(v.C("id")).Where(expr.Of(literal).Eq(2), v.C("id").Gt(10)), nil))
			stmt, err := sess.Compile(expr.Select(v.C("id")).Where(v.C("id").Eq(literal)))
			require.NoError(t, err)
			args, err := stmt.ArgsUnder(nil, map[string]expr.Value{"tenant": expr.Int(1)})
			require.NoError(t, err)
			require.Len(t, args, 2, stmt.SQL())
		}
		for _, host := range []any{nil, "x", 1.5, []int{1, 2}, policy.Text(""), policy.Text("1 OR 1=1")} {
			sess := engine.New(db, db.Dialect).Session(engine.WithPolicy(n.pol, policy.Values{"tenant": host}))
			_, err := sess.Query(context.Background(), expr.Select(v.C("id")), nil)
			require.Error(t, err, "%v", host)
			require.NotContains(t, err.Error(), "OR 1=1", "it is for no script to read")
		}
	})
}

// TestTenantPayloads: bytes that name what is hidden are told from bytes that name what is not there
// by their own words alone, whatever ids they carry.
func TestTenantPayloads(t *testing.T) {
	build := func(secret, id string) *schema.MetaData {
		m, col := schema.NewMetaData(), schema.NewColumn
		m.Table("notes", col("id", schema.BigInteger, schema.PrimaryKey), col("tenant_id", schema.BigInteger, schema.NotNull), col(secret, schema.Text, schema.StableID(id)))
		m.Table(secret+"s", col("id", schema.BigInteger, schema.PrimaryKey, schema.StableID(id+"key")), col("note_id", schema.BigInteger, schema.References("notes", "id")))
		require.NoError(t, m.Freeze())
		return m
	}
	base := build("secret", "c1")
	pol := policy.New().AllowSelect().AllowInsert().AllowUpdate().AllowDelete().Table(base.Lookup("notes"), policy.Deny("secret", "tenant_id"),
		policy.RowsOf(func(o *expr.TableSource) expr.Expr { return o.C("tenant_id").Eq(policy.Value("tenant")) }))
	view, err := pol.Expose(base)
	require.NoError(t, err)
	queries := func(m *schema.MetaData, secret string) map[string]expr.Node {
		n, s := expr.Table(m.Lookup("notes")), expr.Table(m.Lookup(secret+"s"))
		return map[string]expr.Node{
			"read":             expr.Select(n.C(secret)),
			"in a condition":   expr.Select(n.C("id")).Where(n.C(secret).Eq("x")),
			"in an order":      expr.Select(n.C("id")).OrderBy(n.C(secret).Asc()),
			"in a group":       expr.Select(expr.Func("count")).From(n).GroupBy(n.C(secret)),
			"in an aggregate":  expr.Select(expr.Func("max", n.C(secret))),
			"in a window":      expr.Select(expr.Func("count").Over(expr.PartitionBy(n.C(secret)))).From(n),
			"in a subquery":    expr.Select(n.C("id")).Where(n.Alias("a").C("id").In(expr.Select(n.C("id")).Where(n.C(secret).IsNull()))).From(n.Alias("a")),
			"written":          expr.Update(n).Set(expr.Assign{secret: "x"}).AllRows(),
			"inserted":         expr.Insert(n).Values(expr.Assign{"id": 1, secret: "x"}),
			"in the way":       expr.Insert(n).Values(expr.Assign{"id": 1}).OnConflict(secret).DoNothing(),
			"returned":         expr.Delete(n).AllRows().Returning(n.C(secret)),
			"a hidden table":   expr.Select(s.C("id")),
			"joined to it":     expr.Select(n.C("id")).From(n).LeftJoin(s, s.C("note_id").Eq(n.C("id"))),
			"existing in it":   expr.Select(n.C("id")).Where(expr.Select(s.C("id")).Where(s.C("note_id").Eq(n.C("id"))).Exists()),
			"inserted into it": expr.Insert(s).Values(expr.Assign{"id": 1}),
			"the column alone": n.C(secret).Node(),
			"the table alone":  s,
		}
	}
	said := func(stmt expr.Node, secret string) string {
		b, err := serializer.Dumps(stmt)
		require.NoError(t, err)
		_, err = serializer.Loads(b, serializer.Binding{MetaData: view})
		require.Error(t, err)
		return strings.ReplaceAll(err.Error(), secret, "SECRET")
	}
	for _, id := range []string{"c1", "c9"} {
		none := build("absent", id)
		for name, stmt := range queries(base, "secret") {
			require.NoError(t, expr.Err(stmt), name)
			require.Equal(t, said(queries(none, "absent")[name], "absent"), said(stmt, "secret"), name)
			if s, ok := stmt.(expr.Statement); ok { // and what Go builds over the base is refused, too
				_, err := pol.Admit(s)
				require.Error(t, err, name)
				require.NotContains(t, err.Error(), "did you mean", name)
			}
		}
	}
}

// TestTenantCriteria: what loads with a statement, by whatever option and with whatever criteria of
// the statement's, has the tenant's rows alone; it is the same where there are no others.
func TestTenantCriteria(t *testing.T) {
	ctx := context.Background()
	testdb.Each(t, func(t *testing.T, db *testdb.DB) {
		n := newTenants(t, db)
		user, address := expr.Entity(n.view.meta.LookupEntity("User")), expr.Entity(n.view.meta.LookupEntity("Address"))
		every := user.C("id").Gt(0).Or(user.C("id").Lt(99999))
		whatever := address.C("city").IsNotNull().Or(address.C("city").IsNull())
		queries := map[string]expr.Node{
			"any":                        expr.Select(user).Where(user.R("addresses").Any(address.C("city").Like("S%"))),
			"not any":                    expr.Select(user).Where(user.R("addresses").Any().Not()),
			"any of another's id":        expr.Select(user).Where(user.R("addresses").Any(address.C("id").Gt(9000))),
			"has":                        expr.Select(address).Where(address.R("user").Has(user.C("name").Eq("other"))),
			"has not":                    expr.Select(address).Where(address.R("user").Has().Not()),
			"children of children":       expr.Select(user).Where(user.R("children").Any()),
			"a parent that is another's": expr.Select(user).Where(user.R("parent").Has(user.C("id").Gt(9000))),
			"joined":                     expr.Select(user).Join(user.R("addresses")).Where(address.C("id").Gt(0)),
			"joined outer":               expr.Select(user, address).LeftJoin(user.R("addresses").And(address.C("id").Gt(1))),
			"counted":                    expr.Select(user.C("id"), expr.Func("count", address.C("id")).Label("n")).LeftJoin(user.R("addresses")).GroupBy(user.C("id")),
			"ordered by a count":         expr.Select(user).OrderBy(expr.Select(expr.Func("count", address.C("id"))).From(address).Where(address.C("user_id").Eq(user.C("id"))).Scalar().Desc(), user.C("id")),
		}
		for _, kind := range []expr.LoadKind{expr.JoinedLoad, expr.SelectinLoad, expr.SubqueryLoad} {
			queries["criteria of "+kind.String()] = expr.Select(user).Options(expr.Load(kind, user.R("addresses").And(whatever)))
			queries["loader criteria with "+kind.String()] = expr.Select(user).Options(expr.Load(kind, user.R("addresses")), expr.WithCriteria(address, whatever), expr.WithCriteria(user, every))
			queries["up and down by "+kind.String()] = expr.Select(address).Options(expr.Load(kind, address.R("user"), expr.Load(kind, user.R("addresses"), expr.Load(kind, address.R("user")))))
			queries["the last by "+kind.String()] = expr.Select(user).OrderBy(user.C("id").Desc()).Limit(1).Options(expr.Load(kind, user.R("parent")), expr.Load(kind, user.R("children")))
		}
		for name, q := range queries {
			require.NoError(t, expr.Err(q), name)
			run := func(on *testdb.DB) []string {
				sess := engine.New(on.DB, on.Dialect).Session(engine.WithPolicy(n.pol, policy.Values{"tenant": 1}))
				var lines []string
				r, err := sess.Query(ctx, through(t, n.view.meta, q), nil)
				require.NoError(t, err, name)
				defer r.Close()
				for r.Next() {
					lines = append(lines, fmt.Sprint(r.Values()))
				}
				require.NoError(t, r.Err(), name)
				return lines
			}
			require.ElementsMatch(t, run(n.alone), run(n.both), name)
			if _, whole := q.(*expr.SelectStmt).Items().At(0).Expr().Node().(*expr.EntityExpr); !whole || q.(*expr.SelectStmt).Items().Len() > 1 {
				continue
			}
			records := func(on *testdb.DB) (lines []string) {
				sess := engine.New(on.DB, on.Dialect).Session(engine.WithPolicy(n.pol, policy.Values{"tenant": 1}))
				all, err := engine.All[*engine.Record](ctx, sess, through(t, n.view.meta, q), nil)
				require.NoError(t, err, name)
				for _, r := range all {
					lines = append(lines, shownRecord(r, 4))
				}
				return lines
			}
			require.ElementsMatch(t, records(n.alone), records(n.both), name)
			require.NotContains(t, fmt.Sprint(records(n.both)), "900", name)
		}
		require.Greater(t, len(queries), 20)
	})
}

// shownRecord shows what is loaded of a record, and of what is loaded with it, to some depth.
func shownRecord(r *engine.Record, depth int) string {
	var b strings.Builder
	for _, a := range r.Entity().Attributes() {
		if v, err := r.Value(a.Name()); err == nil {
			fmt.Fprintf(&b, "%s=%s ", a.Name(), shown(v))
		}
	}
	for _, rel := range r.Entity().Relationships() {
		var with []*engine.Record
		if one, err := r.One(rel.Name()); err == nil && one != nil {
			with = append(with, one)
		}
		if list, err := r.Many(rel.Name()); err == nil {
			with = list
		}
		for _, w := range with {
			if depth > 0 {
				fmt.Fprintf(&b, "%s{%s} ", rel.Name(), shownRecord(w, depth-1))
			}
		}
	}
	return b.String()
}

// TestTenantErrors: what a database says of rows goes to the operator alone.
func TestTenantErrors(t *testing.T) {
	testdb.Each(t, func(t *testing.T, db *testdb.DB) {
		n := newTenants(t, db)
		u, a := n.view.u, n.view.a
		for name, stmt := range map[string]expr.Node{
			"a name that another has":        expr.Insert(u).Values(expr.Assign{"id": 500, "name": "other"}),
			"a key that another has":         expr.Insert(u).Values(expr.Assign{"id": 9001, "name": "mine"}),
			"renamed as another":             expr.Update(u).Set(expr.Assign{"name": "other"}).Where(u.C("id").Eq(1)),
			"an address of nobody":           expr.Insert(a).Values(expr.Assign{"id": 9001, "user_id": 1}),
			"a cast that fails on one's own": expr.Select(u.C("name").Cast(schema.UUID)),
			"a name that is too long":        expr.Update(u).Set(expr.Assign{"name": expr.Func("repeat", u.C("name"), 100)}).Where(u.C("id").Eq(1)),
		} {
			tx, err := db.Begin()
			require.NoError(t, err)
			sess := engine.New(tx, db.Dialect).Session(engine.WithPolicy(n.pol, policy.Values{"tenant": 1}))
			if expr.GivesRows(stmt.(expr.Statement)) {
				_, err = roughRowsOf(sess, stmt)
			} else {
				_, err = sess.Exec(context.Background(), stmt, nil)
			}
			var failed *engine.QueryError
			if errors.As(err, &failed) {
				require.True(t, failed.Private, name)
			}
			for ; err != nil; err = nil {
				for _, word := range []string{"other", "9001", "tenant", "users_name", "UNIQUE", "uplicate", "2"} {
					require.NotContains(t, err.Error(), word, name)
				}
			}
			require.NoError(t, tx.Rollback())
		}
	})
}

// TestLoadsUnderLimits: the rows that a policy allows are counted before others are joined to them,
// and what is loaded with them is whole.
func TestLoadsUnderLimits(t *testing.T) {
	ctx := context.Background()
	testdb.Each(t, func(t *testing.T, db *testdb.DB) {
		n := newTenancy(t)
		n.fill(t, db)
		user := expr.Entity(n.view.meta.LookupEntity("User"))
		load := func(pol *policy.Policy, q expr.Node) ([]string, error) {
			sess := engine.New(db.DB, db.Dialect).Session(engine.WithPolicy(pol, policy.Values{"tenant": 1}))
			all, err := engine.All[*engine.Record](ctx, sess, q, nil)
			var lines []string
			for _, r := range all {
				lines = append(lines, shownRecord(r, 4))
			}
			return lines, err
		}
		capped := n.pol.WithLimits(policy.Limits{Rows: 3, Items: 1})
		required := n.pol.WithLimits(policy.Limits{Rows: 3, RequireLimit: true})
		for _, kind := range []expr.LoadKind{expr.JoinedLoad, expr.SelectinLoad, expr.SubqueryLoad} {
			q := expr.Select(user).OrderBy(user.C("id")).Options(expr.Load(kind, user.R("addresses")), expr.Load(kind, user.R("children"), expr.Load(kind, user.R("addresses"))))
			want, err := load(n.pol, q.Limit(3))
			require.NoError(t, err)
			require.Len(t, want, 3)
			require.Greater(t, strings.Count(strings.Join(want, ""), "addresses{"), 3, "else no limit would be met")
			for _, limited := range []*expr.SelectStmt{q, q.Limit(3), q.Limit(50)} {
				got, err := load(capped, limited)
				require.NoError(t, err, kind)
				require.Equal(t, want, got, kind)
			}
			got, err := load(required, q.Limit(3))
			require.NoError(t, err, kind)
			require.Equal(t, want, got, kind)
			for _, unlimited := range []*expr.SelectStmt{q, q.Limit(50)} {
				_, err = load(required, unlimited)
				require.ErrorContains(t, err, "LIMIT", kind)
			}
			few, err := load(capped, q.Limit(1).Offset(1))
			require.NoError(t, err, kind)
			require.Equal(t, want[1:2], few, kind)
			_, err = load(capped, q.Where(user.C("id").In(1, 2)))
			require.ErrorContains(t, err, "size:items", kind)
		}
	})
}

// TestTenantCompiler: a script that is given a session as its compiler reads neither the host's
// value nor what rules say in SQL and arguments; its own are there.
func TestTenantCompiler(t *testing.T) {
	n := newNotes(t, false)
	b := n.base
	pol := policy.New().AllowSelect().AllowUpdate().AllowInsert().Table(b.Table(), policy.Deny("tenant_id"),
		policy.Mask("code", expr.CaseElse("hush", expr.NewWhen(b.C("id").Eq(policy.Value("tenant")), "mine"))),
		policy.Rows(b.C("tenant_id").Eq(policy.Value("tenant")), b.C("pattern").Ne("gone"), b.C("n").Eq(987654)))
	require.NoError(t, pol.Err())
	view, err := pol.Expose(b.Table().MetaData())
	require.NoError(t, err)
	for _, d := range []*dialect.Dialect{dialect.SQLite, dialect.Postgres, dialect.MariaDB} {
		sess := engine.New(nil, d).Session(engine.WithPolicy(pol, policy.Values{"tenant": 424242}))
		rt, err := luabind.New(view, luabind.WithCompiler(sess))
		require.NoError(t, err)
		for _, q := range []string{
			`sql.select(db.notes.id):where(db.notes.x > 31.5, db.notes.id < sql.param("tenant", sql.types.big_integer, 77))`,
			`sql.update(db.notes):set{x = 31.5}:where(db.notes.id == sql.param("p", sql.types.big_integer, 77))`,
			`sql.select(db.notes.code):where(db.notes.x == 31.5):union_all(sql.select(db.notes.code):where(db.notes.id == 77))`,
		} {
			values, err := rt.Run(context.Background(), "q.lua", `
				local q = `+q+`
				local text, args = q:sql()
				local all = text .. tostring(q)
				for i = 1, args.n do all = all .. "|" .. tostring(args[i]) end
				return all`)
			require.NoError(t, err, q)
			said := fmt.Sprint(values[0])
			for _, secret := range []string{"424242", "gone", "987654", "hush", "mine"} {
				require.NotContains(t, said, secret, d.Name())
			}
			require.Contains(t, said, "31.5", d.Name())
			require.Contains(t, said, "77", d.Name())
			require.Contains(t, said, "|nil", d.Name())
		}
	}
}
