package tests

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/policy"
	"github.com/sqlser/sqlser/schema"
	"github.com/sqlser/sqlser/schema/ddl"
	"github.com/sqlser/sqlser/schema/reflect"
	"github.com/sqlser/sqlser/serializer"
	"github.com/sqlser/sqlser/tests/testdb"
)

// cents is a sum of money of a host: the database has a decimal.
type cents int64

func bindCents(v any) (any, error) {
	c, ok := v.(cents)
	if !ok {
		return nil, fmt.Errorf("expected cents, got %T", v)
	}
	sign := ""
	if c < 0 {
		sign, c = "-", -c
	}
	return fmt.Sprintf("%s%d.%02d", sign, c/100, c%100), nil
}

func resultCents(v any) (any, error) {
	whole, part, _ := strings.Cut(v.(string), ".")
	var n cents
	if _, err := fmt.Sscanf(whole+(part + "00")[:2], "%d", &n); err != nil {
		return nil, err
	}
	return n, nil
}

// point is a struct of a host: the database has text.
type point struct{ X, Y int }

func hostMetaData(t *testing.T) *schema.MetaData {
	t.Helper()
	m := schema.NewMetaData()
	money := m.DefineType("money", schema.Numeric(12, 2), bindCents, resultCents)
	place := m.DefineType("place", schema.String(20), func(v any) (any, error) {
		p, ok := v.(point)
		if !ok {
			return nil, errors.New("expected a point")
		}
		return fmt.Sprintf("%d,%d", p.X, p.Y), nil
	}, func(v any) (any, error) {
		var p point
		_, err := fmt.Sscanf(v.(string), "%d,%d", &p.X, &p.Y)
		return p, err
	})
	m.Table("shops", schema.NewColumn("id", schema.Integer, schema.PrimaryKey), schema.NewColumn("taken", money), schema.NewColumn("at", place))
	require.NoError(t, m.Freeze())
	return m
}

// TestHostTypes has values of a host's types go to each database and come back, in
// a query that has been bytes.
func TestHostTypes(t *testing.T) {
	var payloads [][]byte
	testdb.Each(t, func(t *testing.T, db *testdb.DB) {
		meta := hostMetaData(t)
		statements, err := ddl.CreateAll(db.Dialect, meta)
		require.NoError(t, err)
		db.Script(t, append(statements, "INSERT INTO shops VALUES (1, 12.50, '3,-4'), (2, 0.05, NULL), (3, NULL, '0,0'), (4, 99, 'here')")...)

		shops := expr.Table(meta.Lookup("shops"))
		q := expr.Select(shops.C("id"), shops.C("taken"), shops.C("at"), expr.Func("coalesce", shops.C("taken"), shops.C("taken")).Label("again")).
			Where(shops.C("taken").Ge(expr.Param("least", shops.C("taken").Type())), shops.C("id").Lt(4)).OrderBy(shops.C("id"))
		b, err := serializer.Dumps(q)
		require.NoError(t, err)
		payloads = append(payloads, b)
		loaded, err := serializer.Loads(b, serializer.Binding{MetaData: meta})
		require.NoError(t, err)
		require.Empty(t, loaded.Drift)
		sess := engine.New(db, db.Dialect).Session(engine.WithPolicy(policy.Unrestricted()))
		type row struct {
			ID    int
			Taken cents
			At    *point
			Again string // the base's own value does as well
		}
		rows, err := engine.All[row](t.Context(), sess, loaded.Query, engine.Params{"least": cents(5)})
		require.NoError(t, err)
		require.Equal(t, []row{{1, 1250, &point{3, -4}, "12.50"}, {2, 5, nil, "0.05"}}, rows)
		rows, err = engine.All[row](t.Context(), sess, loaded.Query, engine.Params{"least": cents(6)})
		require.NoError(t, err)
		require.Len(t, rows, 1)

		at := expr.Select(shops.C("at")).Where(shops.C("id").Eq(1))
		one, err := engine.One[point](t.Context(), sess, at, nil)
		require.NoError(t, err)
		require.Equal(t, point{3, -4}, one)
		any1, err := engine.One[map[string]any](t.Context(), sess, at, nil)
		require.NoError(t, err)
		require.Equal(t, map[string]any{"at": point{3, -4}}, any1)
		raw, err := engine.One[[]expr.Value](t.Context(), sess, at, nil)
		require.NoError(t, err)
		require.Equal(t, []expr.Value{expr.Text("3,-4")}, raw)

		_, err = engine.All[row](t.Context(), sess, loaded.Query, engine.Params{"least": "5.00"})
		require.ErrorContains(t, err, `type "money": expected cents, got string`)
		_, err = engine.One[[]any](t.Context(), sess, expr.Select(shops.C("at")).Where(shops.C("id").Eq(4)), nil)
		require.ErrorContains(t, err, `column "at": type "place": `)

		v, err := expr.ValueOf(point{0, 0}, shops.C("at").Type())
		require.NoError(t, err)
		ids, err := engine.All[int](t.Context(), sess, expr.Select(shops.C("id")).Where(shops.C("at").Eq(expr.TypedLiteral(v, shops.C("at").Type()))), nil)
		require.NoError(t, err)
		require.Equal(t, []int{3}, ids)

		// A host's value is its column's, in a change too.
		for _, stmt := range []expr.Node{
			expr.Insert(shops).Values(expr.Assign{"id": 9, "taken": cents(-750), "at": point{1, 1}}),
			expr.Update(shops).Set(expr.Assign{"taken": cents(1000)}).Where(shops.C("taken").Eq(cents(5)), shops.C("at").IsNull()),
		} {
			n, err := sess.Exec(t.Context(), stmt, nil)
			require.NoError(t, err)
			require.EqualValues(t, 1, n.Rows)
		}
		sums, err := engine.All[cents](t.Context(), sess, expr.Select(shops.C("taken")).Where(shops.C("id").In(2, 9)).OrderBy(shops.C("id")), nil)
		require.NoError(t, err)
		require.Equal(t, []cents{1000, -750}, sums)
		require.ErrorContains(t, expr.Err(expr.Insert(shops).Values(expr.Assign{"id": 9, "taken": 7})), "expected cents, got int")

		reflected := schema.NewMetaData()
		money := reflected.DefineType("money", schema.Numeric(12, 2), nil, resultCents)
		require.NoError(t, reflect.Load(t.Context(), db, db.Dialect, reflected, reflect.Column("shops", "taken", schema.OfType(money))))
		require.NoError(t, reflected.Freeze())
		taken, err := engine.All[cents](t.Context(), sess, expr.Select(expr.Table(reflected.Lookup("shops")).C("taken")).Where(expr.Table(reflected.Lookup("shops")).C("id").Eq(1)), nil)
		require.NoError(t, err)
		require.Equal(t, []cents{1250}, taken)
	})
	for _, b := range payloads {
		require.Equal(t, payloads[0], b)
	}
}

// A host that lacks the type refuses the query by the type's name; one that has
// another base for it, or no longer uses it, is told.
func TestHostTypesMove(t *testing.T) {
	shops := expr.Table(hostMetaData(t).Lookup("shops"))
	b, err := serializer.Dumps(expr.Select(shops.C("taken")))
	require.NoError(t, err)
	m, err := serializer.ReadManifest(b)
	require.NoError(t, err)
	require.Equal(t, "money", m.Columns()[0].Type.HostID())
	require.Equal(t, `numeric(12,2)`, m.Columns()[0].Type.Base().String())
	require.Equal(t, `"money" numeric(12,2)`, m.Columns()[0].Type.String())

	declare := func(typ func(*schema.MetaData) schema.Type) serializer.Binding {
		m := schema.NewMetaData()
		m.Table("shops", schema.NewColumn("id", schema.Integer, schema.PrimaryKey), schema.NewColumn("taken", typ(m)))
		require.NoError(t, m.Freeze())
		return serializer.Binding{MetaData: m}
	}
	define := func(id string, base schema.Type) func(*schema.MetaData) schema.Type {
		return func(m *schema.MetaData) schema.Type { return m.DefineType(id, base, bindCents, resultCents) }
	}
	_, err = serializer.Loads(b, declare(func(*schema.MetaData) schema.Type { return schema.Numeric(12, 2) }))
	var lacks *serializer.DriftError
	require.ErrorAs(t, err, &lacks)
	require.ErrorContains(t, err, `type:money at manifest: expected a type of the host, found unknown`)
	require.ErrorContains(t, err, `column:shops.taken at root.columns`) // all is told at once
	_, err = serializer.Loads(b, declare(define("mony", schema.Numeric(12, 2))))
	require.ErrorContains(t, err, `type:money at manifest: expected a type of the host, found unknown; did you mean "mony"?`)
	casts, err := serializer.Dumps(expr.Select(expr.Of(1).Cast(schema.NewMetaData().DefineType("other", schema.Numeric(12, 2), bindCents, resultCents)).Label("x")))
	require.NoError(t, err)
	_, err = serializer.Loads(casts, declare(define("money", schema.Numeric(12, 2))))
	require.ErrorContains(t, err, `type:other`)
	_, err = serializer.Detached(casts, serializer.Limits{})
	require.NoError(t, err)

	same, err := serializer.Loads(b, declare(define("money", schema.Numeric(12, 2))))
	require.NoError(t, err)
	require.Empty(t, same.Drift)
	again, err := serializer.Dumps(same.Root)
	require.NoError(t, err)
	require.Equal(t, b, again)
	wider, err := serializer.Loads(b, declare(define("money", schema.Numeric(14, 2))))
	require.NoError(t, err)
	require.NotEmpty(t, wider.Drift)
	unused, err := serializer.Loads(b, declare(func(m *schema.MetaData) schema.Type {
		m.DefineType("money", schema.Numeric(12, 2), nil, nil)
		return schema.Numeric(12, 2)
	}))
	require.NoError(t, err)
	require.NotEmpty(t, unused.Drift)
	for _, p := range unused.Drift {
		require.Contains(t, p.String(), `numeric(12,2)`)
	}
	_, err = serializer.Loads(b, declare(define("money", schema.Text)))
	require.ErrorContains(t, err, "type")
}
