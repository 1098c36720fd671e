// Package pgxcopy inserts many rows into PostgreSQL by COPY, for hosts whose driver is pgx under
// database/sql:
//
//	eng := engine.New(stdlib.OpenDB(*config), dialect.Postgres).WithBulk(pgxcopy.Inserter{})
//	n, err := engine.InsertMany(ctx, eng.Session(...), expr.Insert(users), []string{"id", "name"}, rows)
package pgxcopy

import (
	"context"
	"database/sql"
	"errors"
	"iter"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/sqlser/sqlser/engine"
)

// Inserter is an [engine.BulkInserter].
type Inserter struct{}

// BulkInsert inserts the rows by COPY, all or none, on a *sql.DB or *sql.Conn of pgx; of anything
// else the error is [errors.ErrUnsupported]. Other errors are those of the rows, of pgx and of
// the server.
func (Inserter) BulkInsert(ctx context.Context, db engine.DB, table, columns []string, rows iter.Seq2[[]any, error]) (n int64, err error) {
	conn, own := db.(*sql.Conn)
	if pool, ok := db.(*sql.DB); ok {
		if conn, err = pool.Conn(ctx); err != nil {
			return 0, err
		}
		defer conn.Close()
	} else if !own {
		return 0, errors.ErrUnsupported
	}
	next, stop := iter.Pull2(rows)
	defer stop()
	err = conn.Raw(func(driver any) error {
		c, ok := driver.(*stdlib.Conn)
		if !ok {
			return errors.ErrUnsupported
		}
		n, err = c.Conn().CopyFrom(ctx, table, columns, pgx.CopyFromFunc(func() ([]any, error) {
			row, err, _ := next()
			return row, err
		}))
		return err
	})
	return n, err
}
