package main

import (
	"context"
	"database/sql"
	"fmt"
	"io"

	"github.com/sqlser/sqlser/cmd/sqlser-repl/internal/show"
	"github.com/sqlser/sqlser/engine/dialect"
	"github.com/sqlser/sqlser/engine/expr"
)

var explainCommand = &command{
	name: "explain", args: "Q", doc: "the database's plan; a change is planned, not made",
	flags: []string{"db", "meta", "policy", "policy-arg", "e", "o", "p", "read-only", "trust", "purpose", "audience"},
	run:   runExplain,
}

// runExplain writes how a database that was named would run a query.
func runExplain(ctx context.Context, a *app, words []string) error {
	s, d, err := a.openNamed(ctx, "explain", words)
	if err != nil {
		return err
	}
	defer d.Close()
	q, params, err := a.statement(ctx, s, d, true)
	if err != nil {
		return err
	}
	return s.placed(explainTo(ctx, a.out, a.style(), d, d.db, q, params))
}

type queryer interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// explainTo writes the plan of a statement.
func explainTo(ctx context.Context, w io.Writer, style show.Style, d *database, on queryer, q expr.Statement, params map[string]expr.Value) error {
	stmt, err := d.compile(q, d.dialect, params)
	if err != nil {
		return err
	}
	host, err := d.values.For(stmt.HostValues())
	if err != nil {
		return err
	}
	args, err := stmt.ArgsUnder(ofStatement(stmt, params), host)
	if err != nil {
		return err
	}
	words := "EXPLAIN "
	if d.dialect.Name() == dialect.SQLite.Name() {
		words = "EXPLAIN QUERY PLAN "
	}
	rows, err := on.QueryContext(ctx, words+stmt.SQL(), args...)
	if err != nil {
		return fmt.Errorf("the database: %w", err)
	}
	defer func() { _ = rows.Close() }()
	names, err := rows.Columns()
	if err != nil {
		return err
	}
	var plan [][]*string
	for rows.Next() {
		cells, into := make([]*string, len(names)), make([]any, len(names))
		for i := range cells {
			into[i] = &cells[i]
		}
		if err := rows.Scan(into...); err != nil {
			return err
		}
		plan = append(plan, cells)
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("the database: %w", err)
	}
	_, err = io.WriteString(w, show.Plan(d.dialect.Name(), names, plan, style))
	return err
}
