package tests

import (
	"bytes"
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
	"github.com/sqlser/sqlser/tests/testdb"
)

// Keys of two columns, structs of several columns, and subtypes as structs of their own.
type (
	place struct {
		Country string   `schema:"primary_key size=2"`
		Code    int32    `schema:"primary_key"`
		Name    string   `schema:"size=20"`
		At      spot     `schema:"embedded" db:"at_"`
		Towns   []*town  `rel:"one_to_many order_by=id by=country,place_code"`
		Friends []*place `rel:"many_to_many through=friends by=a_country,a_code order_by=country,code"`
	}
	spot struct {
		X int32
		Y *int32
	}
	town struct {
		ID        int64   `schema:"primary_key"`
		Country   *string `schema:"size=2"`
		PlaceCode *int32
		Place     *place `rel:"many_to_one by=country,place_code"`
		Mayor     person `rel:"many_to_one by=mayor_id to=worker"`
		MayorID   *int64 `schema:"references=workers.id"`
	}
	person interface{ Called() string }
	worker struct {
		ID   int64  `schema:"primary_key"`
		Kind string `schema:"size=10"`
		Name string `schema:"size=20"`
	}
	chief struct {
		worker
		Level int32
	}
)

func (w *worker) Called() string { return w.Name }
func (c *chief) Called() string  { return fmt.Sprint("chief ", c.Name, " ", c.Level) }

func placesMeta(t *testing.T) *schema.MetaData {
	m, col := schema.NewMetaData(), schema.NewColumn
	schema.MapStruct[worker](m, "workers", schema.Discriminator("kind", "worker"))
	schema.MapStruct[chief](m, "chiefs", schema.Inherits("worker", "chief"))
	m.Table("places", col("country", schema.String(2), schema.NotNull), col("code", schema.Integer, schema.NotNull), col("name", schema.String(20), schema.NotNull),
		col("at_x", schema.Integer, schema.NotNull), col("at_y", schema.Integer), schema.PrimaryKeyConstraint("country", "code"))
	m.Table("towns", col("id", schema.BigInteger, schema.PrimaryKey), col("country", schema.String(2)), col("place_code", schema.Integer), col("mayor_id", schema.BigInteger, schema.References("workers", "id")),
		schema.ForeignKeyConstraint("", []string{"country", "place_code"}, []string{"places"}, []string{"country", "code"}))
	m.Table("friends", col("a_country", schema.String(2)), col("a_code", schema.Integer), col("b_country", schema.String(2)), col("b_code", schema.Integer),
		schema.ForeignKeyConstraint("", []string{"a_country", "a_code"}, []string{"places"}, []string{"country", "code"}),
		schema.ForeignKeyConstraint("", []string{"b_country", "b_code"}, []string{"places"}, []string{"country", "code"}))
	schema.MapStruct[place](m, "places")
	schema.MapStruct[town](m, "towns")
	require.NoError(t, m.Freeze())
	return m
}

// TestKeysOfTwoColumns: relationships over two columns, by every strategy; a struct of several
// columns; an interface takes the struct of each subtype; what the writers make of whole entities.
func TestKeysOfTwoColumns(t *testing.T) {
	m := placesMeta(t)
	e := func(name string) *expr.EntitySource { return expr.Entity(m.LookupEntity(name)) }
	places, towns, workers := e("place"), e("town"), e("worker")
	ctx := context.Background()
	testdb.Each(t, func(t *testing.T, db *testdb.DB) {
		create(t, db, m)
		db.Script(t, "INSERT INTO workers VALUES (1, 'chief', 'Ann'), (2, 'worker', 'Bob')", "INSERT INTO chiefs VALUES (1, 9)",
			"INSERT INTO places VALUES ('de', 1, 'Köln', 3, 4), ('fr', 1, 'Lyon', 0, NULL), ('fr', 2, 'Nice', 5, 5)",
			"INSERT INTO towns VALUES (1, 'de', 1, 1), (2, 'fr', 1, 2), (3, 'fr', 1, NULL), (4, NULL, 1, NULL)",
			"INSERT INTO friends VALUES ('de', 1, 'fr', 1), ('de', 1, 'fr', 2), ('fr', 2, 'de', 1)")
		n := 0
		s := counting(db, &n)
		for kind, statements := range map[expr.LoadKind]int{joined: 1, selectin: 4, subquery: 4} {
			n = 0
			q := stored(t, m, expr.Select(places).OrderBy(places.C("country"), places.C("code")).Options(
				expr.Load(kind, places.R("towns"), expr.Load(kind, towns.R("mayor"))), expr.Load(kind, places.R("friends"))))
			all, err := engine.All[*place](ctx, s, q, nil)
			require.NoError(t, err, kind)
			require.Equal(t, statements, n, kind)
			require.Len(t, all, 3)
			require.Len(t, all[0].Towns, 1)
			require.Equal(t, []int64{2, 3}, []int64{all[1].Towns[0].ID, all[1].Towns[1].ID}, "both columns count")
			require.Empty(t, all[2].Towns)
			require.Equal(t, "chief Ann 9", all[0].Towns[0].Mayor.Called(), "the struct of the subtype")
			require.IsType(t, &chief{}, all[0].Towns[0].Mayor)
			require.IsType(t, &worker{}, all[1].Towns[0].Mayor)
			require.Equal(t, []string{"Lyon", "Nice"}, []string{all[0].Friends[0].Name, all[0].Friends[1].Name})
			require.Same(t, all[1], all[0].Friends[0], "one row is one object")
			require.Equal(t, spot{X: 3, Y: new4()}, all[0].At, "several columns as one value")
			require.Nil(t, all[1].At.Y)
			up, err := engine.All[*town](ctx, s, stored(t, m, expr.Select(towns).OrderBy(towns.C("id")).Options(expr.Load(kind, towns.R("place")))), nil)
			require.NoError(t, err)
			require.Equal(t, "Köln", up[0].Place.Name)
			require.Same(t, up[1].Place, up[2].Place)
			require.Nil(t, up[3].Place, "a part of the key is NULL")
		}
		people, err := engine.All[person](ctx, s, stored(t, m, expr.Select(workers).OrderBy(workers.C("id"))), nil)
		require.NoError(t, err)
		require.Equal(t, []string{"chief Ann 9", "Bob"}, []string{people[0].Called(), people[1].Called()})
		for _, c := range []struct {
			want string
			cond expr.Expr
		}{
			{"fr Lyon", places.R("towns").Contains(3)},
			{"de Köln", places.R("towns").Any(towns.C("id").Eq(1))},
			{"fr Lyon|fr Nice", places.R("friends").WithParent("de", 1)},
			{"fr Nice", places.R("friends").Contains("de", 1)},
		} {
			q := expr.Select(places.C("country"), places.C("name")).Where(c.cond).OrderBy(places.C("code"))
			require.Equal(t, c.want, showRows(t, s, stored(t, m, q)))
		}
		require.Equal(t, "2|3", showRows(t, s, stored(t, m, expr.Select(towns.C("id")).Where(places.R("towns").WithParent("fr", 1)).OrderBy(towns.C("id")))))
		require.Equal(t, "4", showRows(t, s, stored(t, m, expr.Select(towns.C("id")).Where(towns.R("place").IsNull()))))
		require.ErrorContains(t, expr.Err(places.R("towns").WithParent("fr").Node()), "the key of place has 2 attributes, got 1 values")

		// The writers write the rows of the statement, by the names of attributes.
		var b bytes.Buffer
		written, err := engine.WriteJSONL(ctx, &b, s, stored(t, m, expr.Select(places).Where(places.C("country").Eq("de"))), nil)
		require.NoError(t, err)
		require.EqualValues(t, 1, written)
		require.Equal(t, `{"country":"de","code":1,"name":"Köln","at_x":3,"at_y":4}`+"\n", b.String())
		b.Reset()
		_, err = engine.WriteCSV(ctx, &b, s, stored(t, m, expr.Select(places).OrderBy(places.C("country"), places.C("code"))), nil)
		require.NoError(t, err)
		require.Equal(t, "country,code,name,at_x,at_y\nde,1,Köln,3,4\nfr,1,Lyon,0,\nfr,2,Nice,5,5\n", b.String())
		for kind := range map[expr.LoadKind]bool{joined: true, selectin: true, subquery: true} {
			b.Reset()
			_, err = engine.WriteJSON(ctx, &b, s, expr.Select(places).Options(expr.Load(kind, places.R("towns"))), nil)
			require.ErrorContains(t, err, kind.String()+" of place.towns has no place in a row")
			require.Empty(t, b.String())
		}
	})
}

func new4() *int32 { v := int32(4); return &v }
