package main

import (
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/sqlser/sqlser/engine/dialect"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
	"github.com/sqlser/sqlser/serializer"
)

// dotCommand is a row of the prompt's own commands.
type dotCommand struct {
	name string
	args string
	doc  string
	run  func(ctx context.Context, p *prompt, a *app, rest string) error
}

// dotCommands lists the prompt's own commands. Q is Lua that gives a query; left
// out, it is the last value.
func dotCommands() []dotCommand {
	return []dotCommand{
		{".help", "[command]", "this list", dotHelp},
		{".tables", "[text]", "the tables, or those with the text in their names", dotTables},
		{".schema", "[table]", "the columns, types and keys of a table, or of all", dotSchema},
		{".sql", "[Q] [dialect]", "the SQL of a query, and its arguments", dotSQL},
		{".explain", "[Q]", "the database's plan of a query or a change, which is not run", dotExplain},
		{".tree", "[Q]", "the tree of a query", dotTree},
		{".bytes", "[Q]", "the bytes of a query, and their hash", dotBytes},
		{".run", "[Q]", "run a change, in a transaction until .commit or .rollback", dotRun},
		{".commit", "", "let the changes of the transaction count", dotEnd(true)},
		{".rollback", "", "undo the changes of the transaction", dotEnd(false)},
		{".mode", "[format]", "how rows are shown: " + strings.Join(formatNames(), ", "), dotMode},
		{".limit", "[n]", "the most rows to show; 0 shows all", dotLimit},
		{".timing", "[on|off]", "whether to say how long a query took", dotTiming},
		{".quit", "", "leave; so does Ctrl-D", func(context.Context, *prompt, *app, string) error { return errQuit }},
	}
}

// dot runs a dot-command.
func (p *prompt) dot(ctx context.Context, line string) error {
	name, rest, _ := strings.Cut(line, " ")
	if name == ".exit" {
		name = ".quit"
	}
	var names []string
	for _, c := range dotCommands() {
		if c.name == name {
			return p.guarded(ctx, func(ctx context.Context, a *app) error { return c.run(ctx, p, a, strings.TrimSpace(rest)) })
		}
		names = append(names, c.name)
	}
	hint := schema.DidYouMean(name, names)
	if hint == "" {
		hint = "; .help lists them"
	}
	return fmt.Errorf("there is no command %q%s", name, hint)
}

func dotHelp(_ context.Context, _ *prompt, a *app, rest string) error {
	t := tabwriter.NewWriter(a.out, 0, 0, 2, ' ', 0)
	found := false
	for _, c := range dotCommands() {
		if rest == "" || strings.TrimPrefix(c.name, ".") == strings.TrimPrefix(rest, ".") {
			found = true
			_, _ = fmt.Fprintf(t, "%s\t%s\n", strings.TrimSpace(c.name+" "+c.args), c.doc) // Flush has the error
		}
	}
	if !found {
		return fmt.Errorf("there is no command %q; .help lists them", rest)
	}
	if rest == "" {
		_, _ = fmt.Fprint(t, "\nAnything else is Lua. A value is shown without return: a query by its SQL and rows, a table by its\n"+
			"columns. The last value is _, and a line that begins with : continues it:\n\n"+
			"  sql.select(db."+"products.name, db.products.price)\n  :where(db.products.price:lt(5))\n  :order_by(db.products.price)\n\n"+
			"db has the tables, sql the functions, session runs queries: session:all(q). What is assigned stays,\n"+
			"local or not. Ctrl-C gives a line up, or cancels a query.\n")
	}
	return t.Flush()
}

func dotTables(_ context.Context, p *prompt, a *app, rest string) error {
	n := 0
	for _, t := range p.db.meta.Tables() {
		if !strings.Contains(strings.ToLower(t.String()), strings.ToLower(rest)) {
			continue
		}
		view := ""
		if t.IsView() {
			view = " (view)"
		}
		n++
		if _, err := io.WriteString(a.out, visible(t.String())+view+"\n"); err != nil {
			return err
		}
	}
	if n == 0 && rest != "" {
		return fmt.Errorf("no table has %q in its name", rest)
	}
	return nil
}

func dotSchema(_ context.Context, p *prompt, a *app, rest string) error {
	var names []string
	found := false
	for _, t := range p.db.meta.Tables() {
		names = append(names, t.String())
		if rest != "" && rest != t.String() && rest != "db."+t.String() {
			continue
		}
		if found {
			_, _ = io.WriteString(a.out, "\n")
		}
		found = true
		if _, err := io.WriteString(a.out, describeSource(expr.Table(t))+"\n"); err != nil {
			return err
		}
		for _, k := range t.ForeignKeys() {
			if len(k.Columns()) > 1 {
				_, _ = io.WriteString(a.out, "  "+visible(k.String())+"\n")
			}
		}
	}
	if !found && rest != "" {
		return fmt.Errorf("there is no table %q%s", rest, schema.DidYouMean(rest, names))
	}
	return nil
}

// node is the construct that a dot-command is about.
func (p *prompt) node(ctx context.Context, rest string) (expr.Node, error) {
	if rest == "" {
		rest = "_"
	}
	values, err := p.eval(ctx, rest)
	if err != nil {
		return nil, err
	}
	if len(values) == 0 || values[0] == nil && rest == "_" {
		return nil, fmt.Errorf("there is no value yet: name a query")
	}
	n, ok := nodeOf(values[0])
	if !ok {
		return nil, fmt.Errorf("expected a query, got %s", whatIs(values[0]))
	}
	return n, nil
}

func dotSQL(ctx context.Context, p *prompt, a *app, rest string) error {
	in := p.db.dialect
	words := strings.Fields(rest)
	if len(words) > 0 {
		last := words[len(words)-1]
		if d, err := dialect.ByName(last); err == nil {
			in, rest = d, strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), last))
		}
	}
	n, err := p.node(ctx, rest)
	if err != nil {
		return err
	}
	q, ok := n.(expr.Statement)
	if !ok {
		_, err := io.WriteString(a.out, describe(n, in, true)+"\n")
		return err
	}
	stmt, err := p.db.compile(q, in, nil)
	if err != nil {
		return err
	}
	t, err := textOf(q, stmt, nil, p.db.values)
	if err != nil {
		return err
	}
	_, err = io.WriteString(a.out, t.text(true))
	return err
}

func dotTree(ctx context.Context, p *prompt, a *app, rest string) error {
	n, err := p.node(ctx, rest)
	if err != nil {
		return err
	}
	_, err = io.WriteString(a.out, visibleLines(expr.Sprint(n)))
	return err
}

func dotBytes(ctx context.Context, p *prompt, a *app, rest string) error {
	n, err := p.node(ctx, rest)
	if err != nil {
		return err
	}
	b, err := serializer.Dumps(n)
	if err != nil {
		return err
	}
	h := serializer.Hash(b)
	_, err = fmt.Fprintf(a.out, "%s%s, SHA-256 %s\n", hexDump(b), counted(len(b), "byte"), hex.EncodeToString(h[:]))
	return err
}

func dotMode(_ context.Context, p *prompt, a *app, rest string) error {
	if rest == "" {
		_, err := io.WriteString(a.out, p.format+"\n")
		return err
	}
	if names := formatNames(); !slices.Contains(names, rest) {
		return fmt.Errorf("expected %s, got %q%s", strings.Join(names, ", "), rest, schema.DidYouMean(rest, names))
	}
	p.format = rest
	return nil
}

func dotLimit(_ context.Context, p *prompt, a *app, rest string) error {
	if rest == "" {
		_, err := fmt.Fprintln(a.out, p.limit)
		return err
	}
	n, err := strconv.Atoi(rest)
	if err != nil || n < 0 {
		return fmt.Errorf("expected a number of rows, got %q", rest)
	}
	p.limit = n
	return nil
}

func dotTiming(_ context.Context, p *prompt, a *app, rest string) error {
	switch rest {
	case "":
		p.timing = !p.timing
	case "on", "off":
		p.timing = rest == "on"
	default:
		return fmt.Errorf("expected on or off, got %q", rest)
	}
	word := "off"
	if p.timing {
		word = "on"
	}
	a.note("timing is %s", word)
	return nil
}
