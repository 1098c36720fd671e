// Package sqlstore keeps the queries of a registry in a table, sqlser_queries, of any
// database that engine speaks to:
//
//	store, err := sqlstore.New(eng)
//	err = store.Create(ctx, db) // once
//	reg := registry.New(store)
package sqlstore

import (
	"context"
	"errors"
	"iter"
	"slices"

	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/policy"
	"github.com/sqlser/sqlser/schema"
	"github.com/sqlser/sqlser/schema/ddl"
	"github.com/sqlser/sqlser/serializer/registry"
)

// Store keeps queries in a table.
type Store struct {
	meta    *schema.MetaData
	queries *expr.TableSource
	sess    *engine.Session
}

// New returns the store of an engine's database. It is as safe for concurrent use as the
// engine.
func New(e *engine.Engine) (*Store, error) {
	m := schema.NewMetaData()
	m.Table("sqlser_queries",
		schema.NewColumn("name_hash", schema.String(64), schema.PrimaryKey), // keys of text are not the same to all databases
		schema.NewColumn("version", schema.Integer, schema.PrimaryKey),
		schema.NewColumn("name", schema.String(200), schema.NotNull),
		schema.NewColumn("label", schema.String(100), schema.NotNull),
		schema.NewColumn("doc", schema.Text, schema.NotNull),
		schema.NewColumn("hash", schema.String(64), schema.NotNull),
		schema.NewColumn("bytes", schema.LargeBinary, schema.NotNull),
		schema.NewIndex("sqlser_queries_hash", "hash"))
	if err := m.Freeze(); err != nil {
		return nil, err
	}
	q := expr.Table(m.Lookup("sqlser_queries"))
	p := policy.New().AllowSelect().AllowInsert().Table(q.Table())
	return &Store{m, q, e.Session(engine.WithPolicy(p))}, nil
}

// Create makes the table, with the privileges of db: the engine's own may be for less. It
// fails where the table is there.
func (s *Store) Create(ctx context.Context, db engine.DB) error {
	statements, err := ddl.CreateAll(s.sess.Engine().Dialect(), s.meta)
	if err != nil {
		return err
	}
	for _, text := range statements {
		if _, err := db.ExecContext(ctx, text); err != nil {
			return err
		}
	}
	return nil
}

// Add keeps queries; see [registry.Store].
func (s *Store) Add(ctx context.Context, queries []registry.Query) error {
	rows := func(yield func([]any) bool) {
		for _, q := range queries {
			if !yield([]any{nameHash(q.Name), q.Version, q.Name, q.Label, q.Doc, q.Hash, q.Bytes}) {
				return
			}
		}
	}
	err := s.sess.Transaction(ctx, func(tx *engine.Session) error {
		_, err := engine.InsertMany(ctx, tx, expr.Insert(s.queries), []string{"name_hash", "version", "name", "label", "doc", "hash", "bytes"}, rows)
		return err
	})
	var failed *engine.QueryError
	if errors.As(err, &failed) && slices.Contains([]engine.Code{engine.CodeUnique, engine.CodeSerialization, engine.CodeLock}, failed.Code) {
		return registry.ErrConflict
	}
	return err
}

// Find returns a query; see [registry.Store].
func (s *Store) Find(ctx context.Context, name string, version int) (*registry.Query, error) {
	q := s.all().Where(s.queries.C("name_hash").Eq(expr.Param("name", schema.String(64))))
	params := engine.Params{"name": nameHash(name)}
	if version > 0 {
		q = q.Where(s.queries.C("version").Eq(expr.Param("version", schema.Integer)))
		params["version"] = version
	}
	return s.first(ctx, q.OrderBy(s.queries.C("version").Desc()), params)
}

// FindHash returns a query; see [registry.Store].
func (s *Store) FindHash(ctx context.Context, hash string) (*registry.Query, error) {
	q := s.all().Where(s.queries.C("hash").Eq(expr.Param("hash", schema.String(64))))
	return s.first(ctx, q.OrderBy(s.queries.C("name"), s.queries.C("version")), engine.Params{"hash": hash})
}

func (s *Store) first(ctx context.Context, q *expr.SelectStmt, params engine.Params) (*registry.Query, error) {
	kept, ok, err := engine.First[registry.Query](ctx, s.sess, q.Limit(1), params)
	if err != nil || !ok {
		return nil, err
	}
	return &kept, nil
}

// All iterates over all queries; see [registry.Store].
func (s *Store) All(ctx context.Context) iter.Seq2[*registry.Query, error] {
	return func(yield func(*registry.Query, error) bool) {
		for q, err := range engine.Rows[registry.Query](ctx, s.sess, s.all().OrderBy(s.queries.C("name"), s.queries.C("name_hash"), s.queries.C("version")), nil) {
			if !yield(&q, err) {
				return
			}
		}
	}
}

func nameHash(name string) string { return registry.Hash([]byte(name)) }

func (s *Store) all() *expr.SelectStmt {
	q := s.queries
	return expr.Select(q.C("name"), q.C("version"), q.C("label"), q.C("doc"), q.C("hash"), q.C("bytes"))
}
