package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/sqlser/sqlser/cmd/sqlser-repl/internal/show"
	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/luabind"
)

// show shows a value: a query by its SQL and rows, a change by its SQL alone.
func (p *prompt) show(ctx context.Context, a *app, v any) error {
	if v == nil {
		return nil
	}
	q, ok := v.(expr.Statement)
	if !ok {
		if rows := rowsIn(v); rows != nil {
			return p.rows(ctx, a, rows, time.Now())
		}
		if s, ok := v.(string); ok && isBinary(s) {
			return a.hex([]byte(s))
		}
		_, err := io.WriteString(a.out, p.describe(a, v)+"\n")
		return err
	}
	params, err := a.declared(false, q)
	if err != nil {
		return err
	}
	stmt, err := p.sess.CompileGiven(q, engineParams(q, params))
	if err != nil {
		return err
	}
	t, err := textOf(q, stmt, params, p.db.values)
	if err != nil {
		return err
	}
	if _, err := io.WriteString(a.out, a.sqlInShort(t)); err != nil {
		return err
	}
	if t.unbound {
		a.tell("not run: a parameter has no value; .set name value gives it one")
		return nil
	}
	if _, reads := q.(expr.Query); !reads {
		a.tell("not run: .run runs it, in a transaction until .commit or .rollback")
		return nil
	}
	if err := a.out.Flush(); err != nil {
		return err
	}
	if a.screen != nil {
		a.screen.release()
	}
	start := time.Now()
	rows, err := queryRows(ctx, p.sess, q, engineParams(q, params))
	if err != nil {
		return err
	}
	return errors.Join(p.rows(ctx, a, rows, start), rows.Close())
}

// describe is a value that has neither rows nor bytes.
func (p *prompt) describe(a *app, v any) string {
	text := describe(v, p.db.dialect, true)
	switch v := v.(type) {
	case expr.Expr, expr.Item, expr.Order:
		return a.style().SQL(text)
	case luabind.Opaque:
		switch v {
		case "db":
			return p.contents(a)
		case "module sql", "session":
			name := strings.TrimPrefix(string(v), "module ")
			return name + ": .help " + name + " lists what it has"
		}
	}
	return text
}

// contents are the names that db has, as wide as the terminal.
func (p *prompt) contents(a *app) string {
	var entities []string
	for _, e := range p.db.meta.Entities() {
		entities = append(entities, e.Name())
	}
	text := ""
	for _, list := range []struct {
		what  string
		names []string
	}{{"tables", tableNames(p.db.meta)}, {"entities", entities}} {
		if len(list.names) > 0 {
			text += fmt.Sprintf("%d %s: ", len(list.names), list.what) + show.Visible(strings.Join(list.names, ", ")) + "\n"
		}
	}
	return show.Wrap(strings.TrimSuffix(text, "\n"), a.style().Width, "  ")
}

// declared is params of a prompt's query: what this has no use for is left out, as the flags are for all that
// is typed.
func (a *app) declared(complete bool, q expr.Statement) (map[string]expr.Value, error) {
	var some []param
	for _, g := range a.opts.params {
		for _, p := range expr.DependenciesOf(q).Parameters {
			if p.Name() == g.name {
				some = append(some, g)
			}
		}
	}
	return parseParams(some, complete, q)
}

// rows shows rows, how many there are, and how long they took; or it writes them to
// the file of .once.
func (p *prompt) rows(ctx context.Context, a *app, rows rowSource, start time.Time) error {
	k := &kept{rowSource: rows, screen: a.screen}
	n, err := 0, error(nil)
	if file := p.takeOnce(); file != "" {
		n, err = p.export(ctx, a, k, file)
	} else {
		n, err = a.writeRows(ctx, k, p.format, p.limit, a.out)
		if err == nil {
			err = a.out.Flush()
		}
	}
	k.rowSource = nil
	if err == nil || k.columns != nil { // else none was read
		p.last = k
	}
	if err != nil {
		return err
	}
	said := ""
	if p.limit == 0 || n < p.limit { // else it has been said how many more there are
		said = show.Counted(n, "row")
	}
	if p.timing {
		said = strings.TrimPrefix(said+", "+time.Since(start).Round(10*time.Microsecond).String(), ", ")
	}
	if said != "" {
		a.note("%s", said)
	}
	return nil
}

// takeOnce is the file of .once, which is for one time only; or "".
func (p *prompt) takeOnce() string {
	file := p.once
	p.once = ""
	return file
}

// export writes all rows to a file, in the format that its name says, else in that of .mode.
func (p *prompt) export(ctx context.Context, a *app, rows rowSource, file string) (int, error) {
	format := cmp.Or(formatOf(file), p.format)
	out, err := createOutput(file)
	if err != nil {
		return 0, err
	}
	plain := *a
	plain.outTTY = false
	n, err := plain.writeRows(ctx, rows, format, 0, out)
	err = errors.Join(err, out.finish(err))
	if err == nil {
		a.note("written to %s, as %s", show.Visible(file), format)
	}
	return n, err
}

// kept are rows as they are read, of which the first are kept: for .last and .chart.
type kept struct {
	rowSource
	screen  *screen // is told how many there are; or nil
	columns []engine.Column
	list    [][]expr.Value
	size    int // bytes, about
	more    int // that were not kept
}

// How much is kept of what was shown.
const (
	maxKept     = 10_000
	maxKeptSize = 32 << 20
)

// Next goes to the next row.
func (k *kept) Next() bool {
	if k.columns == nil {
		k.columns = slices.Clone(k.rowSource.Columns())
	}
	if !k.rowSource.Next() {
		return false
	}
	if k.screen != nil {
		k.screen.rows.Add(1)
	}
	if len(k.list) == maxKept || k.size > maxKeptSize || k.more > 0 {
		k.more++
		return true
	}
	row := slices.Clone(k.rowSource.Values())
	for _, v := range row {
		k.size += 32 + len(show.Text(v))
	}
	k.list = append(k.list, row)
	return true
}

// keptRows are the rows that were kept, from the first.
type keptRows struct {
	*kept
	at int
}

func (r *keptRows) Columns() []engine.Column { return r.columns }
func (r *keptRows) Values() []expr.Value     { return r.list[r.at-1] }
func (r *keptRows) Err() error               { return nil }
func (r *keptRows) Next() bool {
	if r.at == len(r.list) {
		return false
	}
	r.at++
	return true
}

// errNoRows says that nothing was shown yet.
var errNoRows = fmt.Errorf("there are no rows yet: show a query first")
