package bench_test

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/stretchr/testify/require"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"

	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/dialect"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/policy"
	"github.com/sqlser/sqlser/schema"
)

// parent and child are what BenchmarkEntities loads.
type parent struct {
	bun.BaseModel `bun:"table:parents" db:"-" gorm:"-"`

	ID       int64    `schema:"primary_key" bun:",pk"`
	Name     string   //
	Children []*child `rel:"one_to_many order_by=id" bun:"rel:has-many,join:id=parent_id" gorm:"foreignKey:ParentID"`
}

// TableName is for gorm.
func (parent) TableName() string { return "parents" }

type child struct {
	bun.BaseModel `bun:"table:children" db:"-" gorm:"-"`

	ID       int64 `schema:"primary_key" bun:",pk"`
	ParentID int64 `schema:"references=parents.id"`
	Name     string
}

// TableName is for gorm.
func (child) TableName() string { return "children" }

// BenchmarkEntities loads 1,000 parents with 10 children each: by hand, by selectin and joined, on
// SQLite and, where SQLSER_TEST_POSTGRES is its URL, on PostgreSQL, there beside bun and gorm. Its
// ratios count.
func BenchmarkEntities(b *testing.B) {
	meta := schema.NewMetaData()
	p := expr.Entity(schema.MapStruct[parent](meta, "parents"))
	schema.MapStruct[child](meta, "children")
	require.NoError(b, meta.Freeze())
	ctx := context.Background()
	load := func(kind expr.LoadKind) expr.Node {
		return expr.Select(p).OrderBy(p.C("id")).Options(expr.Load(kind, p.R("children")))
	}
	check := func(b *testing.B, all []*parent, err error) {
		require.NoError(b, err)
		require.Len(b, all, 1000)
		for _, p := range all {
			require.Len(b, p.Children, 10)
		}
	}
	run := func(b *testing.B, name string, f func() ([]*parent, error)) {
		b.Run(name, func(b *testing.B) {
			all, err := f()
			check(b, all, err)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := f(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	ours := func(b *testing.B, db *sql.DB, d *dialect.Dialect) {
		sess := engine.New(db, d).Session(engine.WithPolicy(policy.Unrestricted()))
		run(b, "by hand, selectin", func() ([]*parent, error) { return parentsByHand(db) })
		run(b, "sqlser, selectin", func() ([]*parent, error) { return engine.All[*parent](ctx, sess, load(expr.SelectinLoad), nil) })
		run(b, "by hand, joined", func() ([]*parent, error) { return parentsJoined(db) })
		run(b, "sqlser, joined", func() ([]*parent, error) { return engine.All[*parent](ctx, sess, load(expr.JoinedLoad), nil) })
	}
	tables := []string{"CREATE TABLE parents (id BIGINT PRIMARY KEY, name TEXT NOT NULL)", "CREATE TABLE children (id BIGINT PRIMARY KEY, parent_id BIGINT NOT NULL, name TEXT NOT NULL)",
		"CREATE INDEX children_parent ON children (parent_id)"}
	b.Run("sqlite", func(b *testing.B) {
		db := must(sql.Open("sqlite", "file:"+b.TempDir()+"/entities.db"))
		defer db.Close()
		const numbers = "WITH RECURSIVE s (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 10000) "
		exec(b, db, append(tables, "INSERT INTO parents "+numbers+"SELECT n, 'parent ' || n FROM s WHERE n <= 1000",
			"INSERT INTO children "+numbers+"SELECT n, 1 + n % 1000, 'child ' || n FROM s")...)
		ours(b, db, dialect.SQLite)
	})
	b.Run("postgres", func(b *testing.B) {
		url := os.Getenv("SQLSER_TEST_POSTGRES")
		if url == "" {
			b.Skip("SQLSER_TEST_POSTGRES is not set")
		}
		db := stdlib.OpenDB(*must(pgx.ParseConfig(url)))
		defer db.Close()
		exec(b, db, append(append([]string{"DROP TABLE IF EXISTS children, parents"}, tables...), "INSERT INTO parents SELECT n, 'parent ' || n FROM generate_series(1, 1000) AS n",
			"INSERT INTO children SELECT n, 1 + n % 1000, 'child ' || n FROM generate_series(1, 10000) AS n", "ANALYZE parents, children")...)
		defer exec(b, db, "DROP TABLE children, parents")
		ours(b, db, dialect.Postgres)
		bunDB := bun.NewDB(db, pgdialect.New())
		run(b, "bun, relation", func() (all []*parent, err error) {
			err = bunDB.NewSelect().Model(&all).Relation("Children", func(q *bun.SelectQuery) *bun.SelectQuery { return q.Order("id") }).Order("id").Scan(ctx)
			return all, err
		})
		g := must(gorm.Open(postgres.New(postgres.Config{Conn: db}), &gorm.Config{}))
		run(b, "gorm, preload", func() (all []*parent, err error) {
			err = g.Preload("Children", func(db *gorm.DB) *gorm.DB { return db.Order("id") }).Order("id").Find(&all).Error
			return all, err
		})
	})
}

// parentsByHand are two statements: the children of all.
func parentsByHand(db *sql.DB) ([]*parent, error) {
	rows, err := db.Query("SELECT id, name FROM parents ORDER BY id")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []*parent
	by := map[int64]*parent{}
	var ids []any
	for rows.Next() {
		p := new(parent)
		if err := rows.Scan(&p.ID, &p.Name); err != nil {
			return nil, err
		}
		all, by[p.ID], ids = append(all, p), p, append(ids, p.ID)
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	for from := 0; from < len(ids); from += 500 {
		some := ids[from:min(from+500, len(ids))]
		if err := childrenOf(db, some, by); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func childrenOf(db *sql.DB, ids []any, by map[int64]*parent) error {
	rows, err := db.Query("SELECT id, parent_id, name FROM children WHERE parent_id IN ("+placeholders(len(ids))+") ORDER BY id", ids...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		c := new(child)
		if err := rows.Scan(&c.ID, &c.ParentID, &c.Name); err != nil {
			return err
		}
		p := by[c.ParentID]
		p.Children = append(p.Children, c)
	}
	return rows.Err()
}

// placeholders are $1, $2 and so on, which SQLite takes as well.
func placeholders(n int) string {
	b := make([]byte, 0, 6*n)
	for i := range n {
		if i > 0 {
			b = append(b, ',')
		}
		b = fmt.Appendf(b, "$%d", i+1)
	}
	return string(b)
}

// parentsJoined is one statement.
func parentsJoined(db *sql.DB) ([]*parent, error) {
	rows, err := db.Query("SELECT p.id, p.name, c.id, c.parent_id, c.name FROM parents p LEFT JOIN children c ON c.parent_id = p.id ORDER BY p.id, c.id")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []*parent
	by := map[int64]*parent{}
	for rows.Next() {
		var p parent
		var id, of sql.NullInt64
		var name sql.NullString
		if err := rows.Scan(&p.ID, &p.Name, &id, &of, &name); err != nil {
			return nil, err
		}
		known := by[p.ID]
		if known == nil {
			known = &parent{ID: p.ID, Name: p.Name}
			all, by[p.ID] = append(all, known), known
		}
		if id.Valid {
			known.Children = append(known.Children, &child{ID: id.Int64, ParentID: of.Int64, Name: name.String})
		}
	}
	return all, rows.Err()
}
