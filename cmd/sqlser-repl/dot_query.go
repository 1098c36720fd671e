package main

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/sqlser/sqlser/cmd/sqlser-repl/internal/show"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/serializer"
)

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
		return nil, errors.New("there is no value yet: name a query")
	}
	n, ok := nodeOf(values[0])
	if !ok {
		return nil, fmt.Errorf("expected a query, got %s", whatIs(values[0]))
	}
	return n, nil
}

// statement is node for what only a statement can be asked.
func (p *prompt) statement(ctx context.Context, rest string) (expr.Statement, error) {
	n, err := p.node(ctx, rest)
	if err != nil {
		return nil, err
	}
	q, ok := n.(expr.Statement)
	if !ok {
		return nil, fmt.Errorf("expected a query, got %s", whatIs(n))
	}
	return q, nil
}

func dotSQL(ctx context.Context, p *prompt, a *app, rest string) error {
	rest, in := dialectAt(rest)
	if in == nil {
		in = p.db.dialect
	}
	n, err := p.node(ctx, rest)
	if err != nil {
		return err
	}
	q, ok := n.(expr.Statement)
	if !ok {
		_, err := io.WriteString(a.out, a.style().SQL(describe(n, in, true))+"\n")
		return err
	}
	params, err := a.declared(false, q)
	if err != nil {
		return err
	}
	stmt, err := p.db.compile(q, in, params)
	if err != nil {
		return err
	}
	t, err := textOf(q, stmt, params, p.db.values)
	if err != nil {
		return err
	}
	_, err = io.WriteString(a.out, a.sqlText(t))
	return err
}

// dotExplain is .explain.
func dotExplain(ctx context.Context, p *prompt, a *app, rest string) error {
	q, err := p.statement(ctx, rest)
	if err != nil {
		return err
	}
	params, err := a.declared(true, q)
	if err != nil {
		return err
	}
	on := queryer(p.db.db)
	if p.tx != nil {
		on = p.tx
	}
	return explainTo(ctx, a.out, a.style(), p.db, on, q, params)
}

func dotTree(ctx context.Context, p *prompt, a *app, rest string) error {
	before, word := lastWord(rest)
	if word == "mermaid" {
		rest = before
	}
	n, err := p.node(ctx, rest)
	if err != nil {
		return err
	}
	text := a.style().Tree(show.VisibleLines(expr.Sprint(n)))
	if word == "mermaid" {
		var whole bool
		if text, whole = show.Mermaid(n); !whole {
			a.note("it has more than %d nodes: the rest is not drawn", show.MaxDrawn)
		}
	}
	_, err = io.WriteString(a.out, text)
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
	if err := a.hex(b); err != nil {
		return err
	}
	h := serializer.Hash(b)
	_, err = fmt.Fprintf(a.out, "%s, SHA-256 %s\n", show.Counted(len(b), "byte"), hex.EncodeToString(h[:]))
	return err
}

// dotDiff compares the two values that its Lua gives; of one, the last value with it.
func dotDiff(ctx context.Context, p *prompt, a *app, rest string) error {
	if rest == "" {
		return errors.New("expected two queries, such as .diff a, b")
	}
	last, err := p.eval(ctx, "_")
	if err != nil {
		return err
	}
	values, err := p.ofFiles(ctx, a, rest)
	if err == nil && values == nil {
		values, err = p.eval(ctx, rest)
	}
	if err != nil {
		return err
	}
	if len(values) == 1 {
		values = append(last, values...)
	}
	if len(values) != 2 {
		return fmt.Errorf("expected two queries, such as .diff a, b; got %s", show.Counted(len(values), "value"))
	}
	var nodes [2]expr.Node
	for i, v := range values {
		n, ok := nodeOf(v)
		if !ok {
			return fmt.Errorf("expected a query, got %s", whatIs(v))
		}
		nodes[i] = n
	}
	changes := expr.Diff(nodes[0], nodes[1])
	for _, c := range changes {
		if _, err := fmt.Fprintln(a.out, changeLine(c, a.style())); err != nil {
			return err
		}
	}
	if len(changes) == 0 {
		a.note("they are equal")
	}
	return nil
}

// ofFiles are the values of a list that names saved queries, by files or by variables; nil where
// none of it ends as a file of one does.
func (p *prompt) ofFiles(ctx context.Context, a *app, rest string) ([]any, error) {
	words := strings.FieldsFunc(rest, func(r rune) bool { return r == ',' || r == ' ' || r == '\t' })
	if !slices.ContainsFunc(words, isSaved) {
		return nil, nil
	}
	var values []any
	for _, word := range words {
		if !isSaved(word) {
			of, err := p.eval(ctx, word)
			if err != nil {
				return nil, err
			}
			values = append(values, of...)
			continue
		}
		if p.opts.safe {
			return nil, errNotSafe("a file")
		}
		s, err := a.readSource(word)
		if err != nil {
			return nil, err
		}
		n, _, err := a.node(ctx, s, p.db)
		if err != nil {
			return nil, err
		}
		values = append(values, n)
	}
	return values, nil
}

// isSaved reports whether a word names a file of a saved query, and is no Lua.
func isSaved(word string) bool {
	return filepath.Ext(word) == savedExt && !strings.ContainsAny(word, "()\"'")
}

// changeLine is a difference in its color: what is new is green, what is gone is red.
func changeLine(c expr.Change, style show.Style) string {
	color := show.Yellow
	switch {
	case c.Before == nil:
		color = show.Green
	case c.After == nil:
		color = show.Red
	}
	return style.Paint(color, show.Visible(c.String()))
}

// dotLast shows what was kept of the last rows, whole, or writes it to the file of .once.
func dotLast(ctx context.Context, p *prompt, a *app, _ string) error {
	if p.last == nil {
		return errNoRows
	}
	k := p.last
	var err error
	if file := p.takeOnce(); file != "" {
		_, err = p.export(ctx, a, &keptRows{kept: k}, file)
	} else {
		whole := *a
		whole.whole = true
		_, err = whole.writeRows(ctx, &keptRows{kept: k}, p.format, 0, a.out)
	}
	if err != nil {
		return err
	}
	a.note("%s", show.Counted(len(k.list), "row"))
	if k.more > 0 {
		a.tell("there were more: only so many are kept; .limit 0 or .once file takes all of a query")
	}
	return nil
}

// dotChart draws rows: those of a query, or the last.
func dotChart(ctx context.Context, p *prompt, a *app, rest string) error {
	kind, query, _ := strings.Cut(rest, " ")
	if !slices.Contains(show.Charts(), kind) {
		kind, query = "", rest
	}
	if f := formatOf(p.once); f == "csv" || f == "json" || f == "jsonl" {
		return fmt.Errorf("%s takes rows, and a chart is text: .once chart.txt first", show.Visible(p.takeOnce()))
	}
	k := p.last
	if query = strings.TrimSpace(query); query != "" {
		q, err := p.statement(ctx, query)
		if err != nil {
			if !strings.ContainsAny(query, ".:( ") { // it may have been meant as one
				err = fmt.Errorf("%w; the kinds of charts are %s", err, strings.Join(show.Charts(), ", "))
			}
			return err
		}
		if k, err = p.fetch(ctx, a, q); err != nil {
			return err
		}
		p.last = k
	}
	if k == nil {
		return errNoRows
	}
	style := a.style()
	file := p.takeOnce()
	if file != "" {
		style = show.Style{}
	}
	text, err := show.Chart(kind, k.columns, k.list, style)
	if err != nil {
		return err
	}
	if k.more > 0 {
		a.tell("the first %s of them are drawn", show.Counted(len(k.list), "row"))
	}
	if file != "" {
		if err := writeOutput(file, []byte(text)); err != nil {
			return err
		}
		a.note("written to %s, as text", show.Visible(file))
		return nil
	}
	_, err = io.WriteString(a.out, text)
	return err
}

// fetch reads the rows of a query without showing them, at most those that are kept.
func (p *prompt) fetch(ctx context.Context, a *app, q expr.Statement) (*kept, error) {
	if _, reads := q.(expr.Query); !reads {
		return nil, fmt.Errorf("expected a query, got %s", whatIs(q))
	}
	params, err := a.declared(true, q)
	if err != nil {
		return nil, err
	}
	rows, err := queryRows(ctx, p.sess, q, engineParams(q, params))
	if err != nil {
		return nil, err
	}
	k := &kept{rowSource: rows, screen: a.screen}
	for until := time.Now().Add(time.Minute); k.more == 0 && time.Now().Before(until) && k.Next(); {
	}
	k.columns, k.rowSource = rows.Columns(), nil
	return k, errors.Join(rows.Err(), rows.Close())
}
