package ddl_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/dialect"
	"github.com/sqlser/sqlser/schema"
	"github.com/sqlser/sqlser/schema/ddl"
)

func TestCreateSchemas(t *testing.T) {
	mood := schema.Enum("mood", "sad", "glad")
	meta := frozen(t, func(m *schema.MetaData) {
		m.Table("a", schema.InSchema("one"), schema.NewColumn("x", mood.InSchema("types")))
		m.Table("b", schema.InSchema("one"), schema.NewColumn("x", schema.ArrayOf(mood)))
		m.Table("c", schema.InSchema("types"), schema.NewColumn("x", mood.InSchema("types")))
		m.Table("d", schema.NewColumn("x", schema.Integer))
		m.Table("e", schema.View(), schema.InSchema("views"), schema.NewColumn("x", schema.Integer))
	})
	got, err := ddl.CreateSchemas(dialect.Postgres, meta)
	require.NoError(t, err)
	require.Equal(t, []string{`CREATE SCHEMA IF NOT EXISTS "one"`, `CREATE SCHEMA IF NOT EXISTS "types"`}, got)
	got, err = ddl.CreateAll(dialect.Postgres, meta)
	require.NoError(t, err)
	require.Contains(t, got, `CREATE TYPE "types"."mood" AS ENUM ('sad', 'glad')`)
	require.Contains(t, got, `CREATE TYPE "mood" AS ENUM ('sad', 'glad')`)
	require.Contains(t, got, "CREATE TABLE \"one\".\"a\" (\n\t\"x\" \"types\".\"mood\"\n)")
	got, err = ddl.DropAll(dialect.Postgres, meta)
	require.NoError(t, err)
	require.Equal(t, []string{`DROP TYPE "types"."mood"`, `DROP TYPE "mood"`}, got[len(got)-2:])
	got, err = ddl.CreateSchemas(dialect.MySQL, frozen(t, func(m *schema.MetaData) {
		m.Table("a", schema.InSchema("one"), schema.NewColumn("x", mood.InSchema("types")))
	}))
	require.NoError(t, err)
	require.Equal(t, []string{"CREATE SCHEMA IF NOT EXISTS `one`"}, got)
	_, err = ddl.CreateSchemas(dialect.SQLite, meta)
	require.ErrorContains(t, err, "sqlite: table:one.a: it makes no schemas: they are files that a connection attaches")
	_, err = ddl.CreateSchemas(dialect.Postgres, frozen(t, func(m *schema.MetaData) {
		m.Table("a", schema.InSchema("db", "one"), schema.NewColumn("x", mood))
	}))
	require.EqualError(t, err, "postgres: table:db.one.a: its schema is in another: that is made by hand")
	_, err = ddl.CreateSchemas(dialect.Postgres, schema.NewMetaData())
	require.EqualError(t, err, "postgres: metadata: it is not frozen")
}
