package main

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

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
	s, err := a.q("explain", words)
	if err != nil {
		return err
	}
	d, err := a.open(ctx, "explain", false, false)
	if err != nil {
		return err
	}
	defer d.Close()
	q, loaded, err := a.query(ctx, s, d)
	if err != nil {
		return err
	}
	a.tellDrift(loaded)
	params, err := a.params(true, q)
	if err != nil {
		return err
	}
	return explainTo(ctx, a.out, d, d.db, q, params)
}

// dotExplain is .explain.
func dotExplain(ctx context.Context, p *prompt, a *app, rest string) error {
	n, err := p.node(ctx, rest)
	if err != nil {
		return err
	}
	q, ok := n.(expr.Statement)
	if !ok {
		return fmt.Errorf("expected a query, got %s", whatIs(n))
	}
	params, err := parseParams(declaredOnly(a.opts.params, q), true, q)
	if err != nil {
		return err
	}
	on := queryer(p.db.db)
	if p.tx != nil {
		on = p.tx
	}
	return explainTo(ctx, a.out, p.db, on, q, params)
}

type queryer interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// explainTo writes the plan of a statement: a line a step, or a table where the database
// tells more of each.
func explainTo(ctx context.Context, w io.Writer, d *database, on queryer, q expr.Statement, params map[string]expr.Value) error {
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
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	steps := map[string]string{"0": ""} // SQLite's, by id: how far they are indented
	for n := 0; rows.Next(); n++ {
		cells, into := make([]sql.NullString, len(names)), make([]any, len(names))
		for i := range cells {
			into[i] = &cells[i]
		}
		if err := rows.Scan(into...); err != nil {
			return err
		}
		switch {
		case d.dialect.Name() == dialect.SQLite.Name() && len(cells) == 4:
			indent := steps[cells[1].String]
			steps[cells[0].String] = indent + "  "
			fmt.Fprintln(t, indent+visible(cells[3].String))
		case len(cells) == 1:
			fmt.Fprintln(t, visible(cells[0].String))
		default:
			if n == 0 {
				fmt.Fprintln(t, strings.Join(names, "\t"))
			}
			texts := make([]string, len(cells))
			for i, c := range cells {
				if texts[i] = visible(c.String); !c.Valid {
					texts[i] = "-"
				}
			}
			fmt.Fprintln(t, strings.Join(texts, "\t"))
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("the database: %w", err)
	}
	return t.Flush()
}
