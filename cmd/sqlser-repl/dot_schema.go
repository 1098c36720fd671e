package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/sqlser/sqlser/cmd/sqlser-repl/internal/show"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
	"github.com/sqlser/sqlser/schema/reflect"
)

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
		if _, err := io.WriteString(a.out, show.Visible(t.String())+view+"\n"); err != nil {
			return err
		}
	}
	if n == 0 && rest != "" {
		return fmt.Errorf("no table has %q in its name", rest)
	}
	return nil
}

func dotSchema(_ context.Context, p *prompt, a *app, rest string) error {
	var list []expr.Source
	if rest == "" {
		for _, t := range p.db.meta.Tables() {
			list = append(list, expr.Table(t))
		}
	} else {
		s, err := p.source(rest)
		if err != nil {
			return err
		}
		list = append(list, s)
	}
	for i, s := range list {
		if i > 0 {
			_, _ = io.WriteString(a.out, "\n")
		}
		if _, err := io.WriteString(a.out, describeSource(s)+"\n"); err != nil {
			return err
		}
	}
	return nil
}

// source finds a table or an entity by its name, with or without "db." before it.
func (p *prompt) source(name string) (expr.Source, error) {
	t, err := p.table(name)
	if err == nil {
		return expr.Table(t), nil
	}
	var names []string
	for _, e := range p.db.meta.Entities() {
		if name == e.Name() || name == "db."+e.Name() {
			return expr.Entity(e), nil
		}
		names = append(names, e.Name())
	}
	if hint := schema.DidYouMean(name, append(tableNames(p.db.meta), names...)); hint != "" {
		err = fmt.Errorf("there is no table %q%s", name, hint)
	}
	return nil, err
}

// table finds a table by its name, with or without "db." before it.
func (p *prompt) table(name string) (*schema.Table, error) {
	for _, t := range p.db.meta.Tables() {
		if name == t.String() || name == "db."+t.String() {
			return t, nil
		}
	}
	return nil, fmt.Errorf("there is no table %q%s", name, schema.DidYouMean(name, tableNames(p.db.meta)))
}

func tableNames(meta *schema.MetaData) []string {
	var names []string
	for _, t := range meta.Tables() {
		names = append(names, t.String())
	}
	return names
}

// relations are the foreign keys of a table and those of others to it, a line each.
func relations(t *schema.Table) []string {
	var lines []string
	for _, k := range t.ForeignKeys() {
		if len(k.Columns()) > 1 {
			lines = append(lines, show.Visible(k.String()))
		}
	}
	for _, other := range t.MetaData().Tables() {
		for _, k := range other.ForeignKeys() {
			if k.Referred() == t {
				lines = append(lines, "<- "+show.Visible(other.String())+" by "+show.Visible(columnNames(k.Columns())))
			}
		}
	}
	return lines
}

func columnNames(columns []*schema.Column) string {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.Name()
	}
	return strings.Join(names, ", ")
}

// dotDescribe says what there is to know of something: a topic of .help, or a value.
func dotDescribe(ctx context.Context, p *prompt, a *app, rest string) error {
	if rest == "" {
		return errors.New("expected what to describe: a table, a value, a method or a function")
	}
	if _, err := p.source(rest); err == nil {
		return dotSchema(ctx, p, a, rest)
	}
	if text := p.topic(rest); text != "" {
		_, err := io.WriteString(a.out, text)
		return err
	}
	values, err := p.eval(ctx, rest)
	if err != nil {
		return err
	}
	for _, v := range values {
		text := p.describe(a, v)
		if q, ok := v.(expr.Statement); ok {
			text = "a " + q.Op().String() + ", which gives:\n"
			for _, o := range q.Outputs() {
				text += "  " + show.Visible(o.Name) + "  " + o.Type.String() + "\n"
			}
			text = strings.TrimSuffix(text, "\n")
		}
		if _, err := io.WriteString(a.out, text+"\n"); err != nil {
			return err
		}
	}
	return nil
}

// dotRename renames a column in the database, and reads the schema anew, in which the column is
// known by its former name too: what was saved before can be mended.
func dotRename(ctx context.Context, p *prompt, a *app, rest string) error {
	words := strings.Fields(rest)
	if n := len(words); n > 2 && strings.EqualFold(words[n-2], "to") { // as SQL says it
		words = slices.Delete(words, n-2, n-1)
	}
	if len(words) == 3 { // the table and the column
		words = []string{words[0] + "." + words[1], words[2]}
	}
	if len(words) != 2 {
		return errors.New("expected the column and its new name, such as .rename customers.city town")
	}
	at := strings.LastIndexByte(words[0], '.')
	if at < 0 {
		return fmt.Errorf("expected table.column, got %q", words[0])
	}
	t, err := p.table(words[0][:at])
	if err != nil {
		return err
	}
	column := t.Lookup(words[0][at+1:])
	var names []string
	for _, c := range t.Columns() {
		names = append(names, c.Name())
	}
	switch {
	case column == nil:
		return fmt.Errorf("%s has no column %q%s", t, words[0][at+1:], schema.DidYouMean(words[0][at+1:], names))
	case p.opts.readOnly:
		return errors.New("the database is open for reading only")
	case p.db.policy != nil || p.opts.meta != "":
		return errors.New("it needs the database's own schema: without -policy and -meta")
	case p.tx != nil:
		return errors.New("a transaction is open: .commit or .rollback first")
	}
	table, err := p.db.dialect.QuoteTable(t)
	if err != nil {
		return err
	}
	from, err := p.db.dialect.QuoteName(column.Name())
	if err != nil {
		return err
	}
	to, err := p.db.dialect.QuoteName(words[1])
	if err != nil {
		return err
	}
	statement := "ALTER TABLE " + table + " RENAME COLUMN " + from + " TO " + to
	if _, err := io.WriteString(a.out, a.style().SQL(show.Visible(statement))+"\n"); err != nil {
		return err
	}
	if _, err := p.db.db.ExecContext(ctx, statement); err != nil {
		return fmt.Errorf("the database: %w", err)
	}
	names = append([]string{column.Name()}, column.FormerNames()...)
	p.db.former = append(p.db.former, reflect.Column(t.String(), words[1], schema.Formerly(names...)))
	if err := p.db.load(ctx, func(*schema.Error) {}); err != nil {
		return err
	}
	own, plain := p.own, p.plainVariables(ctx)
	if err := p.use(p.db); err != nil {
		return err
	}
	p.own = own
	p.alters()
	for _, text := range plain {
		if _, err := p.eval(ctx, text); err != nil {
			return err
		}
	}
	a.note("the variables that hold tables and queries are gone: they were of the tables as they had been")
	if p.db.name == "demo" {
		a.note("the demo is in memory: the new name ends with the program, and what .repair mends for it fails after; .keep shop.db makes a file of it")
	} else {
		a.note("the former name is known until the program ends: .repair saved queries before")
	}
	return nil
}

// plainVariables are the variables that hold numbers, texts and truths, as Lua that sets them.
func (p *prompt) plainVariables(ctx context.Context) []string {
	var list []string
	for _, name := range p.state.Globals() {
		if strings.HasPrefix(name, "_") { // Lua's own, and the last value
			continue
		}
		values, err := p.eval(ctx, name)
		if err != nil || len(values) != 1 {
			continue
		}
		text := ""
		switch v := values[0].(type) {
		case string:
			text = luaString([]byte(v))
		case bool:
			text = strconv.FormatBool(v)
		case float64:
			if text = strconv.FormatFloat(v, 'g', -1, 64); math.IsInf(v, 0) || math.IsNaN(v) {
				continue
			}
		default:
			continue
		}
		list = append(list, name+" = "+text)
	}
	return list
}
