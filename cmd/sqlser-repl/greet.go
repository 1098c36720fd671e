package main

import (
	"fmt"
	"strings"

	"github.com/sqlser/sqlser/cmd/sqlser-repl/internal/show"
)

// greet leads who is here for the first time.
func (p *prompt) greet() {
	if p.opts.quiet {
		return
	}
	what := show.Visible(p.db.name)
	if p.db.name == "demo" {
		what = "the demo database, a small online shop in memory"
	}
	text := fmt.Sprintf("sqlser on %s: %s.\nTry  sql.select(db.%s):limit(5)   .help says more, .quit leaves.",
		what, show.Counted(len(p.db.meta.Tables()), "table"), p.someTable())
	_, _ = fmt.Fprintln(p.stdout, show.Wrap(text, p.style().Width, "  "))
}

// someTable is a table to try things on.
func (p *prompt) someTable() string {
	tables := p.db.meta.Tables()
	for _, t := range tables {
		if t.Name() == "products" {
			return t.Name()
		}
	}
	for _, t := range tables {
		if len(t.Columns()) == 0 {
			continue
		}
		if show.Visible(t.String()) == t.String() && !strings.ContainsAny(t.String(), " '\"") {
			return t.String()
		}
	}
	return "x"
}
