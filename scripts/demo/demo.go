// Package demo builds a demo database: three years in the life of a small
// online shop that sells things for kitchen, home and garden.
//
// The database has twelve related tables and about ten thousand rows. It holds
// what queries in real life run into: tables that refer to themselves, a
// many-to-many relation, composite keys, two foreign keys between the same pair
// of tables, missing values, and text beyond ASCII.
//
// The data is made up, but it is consistent. The total of an order and the
// amount of its payment are the sum of its items, goods are shipped after they
// are paid, and customers review only what they have bought and received.
//
// Every call of [Build] writes the same rows. They come from a random generator
// with a fixed seed and do not depend on the time or the machine.
//
// Amounts are handed to the database as text with two decimals, such as
// '19.90'. SQLite gives NUMERIC columns numeric affinity, so it stores the
// nearest number, and prints it as 19.9.
//
// The package itself imports no database driver. It is written for SQLite.
package demo

import (
	"context"
	"database/sql"
	_ "embed"
	"fmt"
	"slices"
	"strings"
)

//go:embed schema.sql
var schema string

// maxVariables limits the number of bound values in one INSERT statement. It is
// below 999, the limit of old SQLite versions.
const maxVariables = 900

// table is the generated content of one database table.
type table struct {
	name    string
	columns []string
	rows    [][]any
}

// Schema returns the statements that create the tables and the indexes.
func Schema() string {
	return schema
}

// Build creates the schema in db and fills it. It works in one transaction, so
// after an error the database is as it was before. It fails if one of the tables
// exists already.
//
// An in-memory SQLite database lives in a single connection, so call
// SetMaxOpenConns(1) on such a db first.
func Build(ctx context.Context, db *sql.DB) error {
	return build(ctx, db, schema)
}

// Fill is Build for a database that has the tables of Schema already, without rows.
func Fill(ctx context.Context, db *sql.DB) error {
	return build(ctx, db, "")
}

func build(ctx context.Context, db *sql.DB, schema string) error {
	tables, err := generate()
	if err != nil {
		return fmt.Errorf("demo: generate rows: %w", err)
	}

	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("demo: begin transaction: %w", err)
	}
	defer func() { _ = tx.Rollback() }() // This does nothing after a commit.

	if schema != "" {
		if _, err := tx.ExecContext(ctx, schema); err != nil {
			return fmt.Errorf("demo: create schema: %w", err)
		}
	}
	for _, t := range tables {
		if err := insert(ctx, tx, t); err != nil {
			return fmt.Errorf("demo: fill table %s: %w", t.name, err)
		}
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("demo: commit transaction: %w", err)
	}
	return nil
}

// insert writes all rows of t, many of them per statement.
func insert(ctx context.Context, tx *sql.Tx, t table) error {
	width := len(t.columns)
	head := "INSERT INTO " + t.name + " (" + strings.Join(t.columns, ", ") + ") VALUES "
	tuple := "(?" + strings.Repeat(", ?", width-1) + ")"

	var stmt *sql.Stmt
	rows := 0 // of stmt
	defer func() {
		if stmt != nil {
			_ = stmt.Close() // the transaction ends it too
		}
	}()
	for chunk := range slices.Chunk(t.rows, min(maxVariables/width, 40)) {
		if rows != len(chunk) {
			if stmt != nil {
				_ = stmt.Close()
			}
			var err error
			if stmt, err = tx.PrepareContext(ctx, head+tuple+strings.Repeat(", "+tuple, len(chunk)-1)); err != nil {
				return err
			}
			rows = len(chunk)
		}
		if _, err := stmt.ExecContext(ctx, slices.Concat(chunk...)...); err != nil {
			return err
		}
	}
	return nil
}
