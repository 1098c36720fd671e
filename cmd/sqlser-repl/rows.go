package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sqlser/sqlser/cmd/sqlser-repl/internal/show"
	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// rowSource is what rows come from: an *engine.Result, or rows of a script.
type rowSource interface {
	Columns() []engine.Column
	Next() bool
	Values() []expr.Value
	Err() error
}

// counting is how far the rows are counted that are not shown, if it takes less
// than a second.
const counting = 100_000

// writeRows writes at most limit rows (0: all) and says what is left out. It
// returns how many it wrote.
func (a *app) writeRows(ctx context.Context, rows rowSource, format string, limit int, w io.Writer) (n int, err error) {
	columns := rows.Columns()
	if format == "json" || format == "jsonl" {
		columns = a.uniqueNames(columns)
	}
	out, err := show.NewRowWriter(format, w, columns, a.style())
	if err != nil {
		return 0, err
	}
	tick := a.progress("rows")
	defer tick(-1)
	for rows.Next() {
		if limit > 0 && n == limit {
			return n, a.cut(ctx, rows, out, w, n)
		}
		if err := out.Row(rows.Values()); err != nil {
			return n, err
		}
		n++
		tick(n)
	}
	if err := rows.Err(); err != nil {
		return n, errors.Join(err, out.Abort())
	}
	return n, a.end(out)
}

// end ends the output and says what of its cells is left out.
func (a *app) end(out show.RowWriter) error {
	if err := out.End(); err != nil {
		return err
	}
	if t, ok := out.(*show.Table); ok && t.Snipped > 0 {
		how := "-format vertical"
		if a.atPrompt {
			how = ".last"
		}
		a.tell("%s cut, at …; %s shows all of it", show.Counted(t.Snipped, "cell"), how)
	}
	return nil
}

// cut ends the output at the limit and says how much there is behind it.
func (a *app) cut(ctx context.Context, rows rowSource, out show.RowWriter, w io.Writer, n int) error {
	if err := a.end(out); err != nil {
		return err
	}
	if f, ok := w.(interface{ Flush() error }); ok {
		if err := f.Flush(); err != nil {
			return err
		}
	}
	more, all, until := 1, false, time.Now().Add(time.Second)
	for more < counting && ctx.Err() == nil && time.Now().Before(until) {
		if all = !rows.Next(); all {
			break
		}
		more++
	}
	if err := rows.Err(); err != nil {
		return err
	}
	what := strconv.Itoa(more) + " more"
	if !all {
		what = "at least " + what
	}
	how := "-limit 0 shows all"
	if a.atPrompt {
		how = ".last or .limit 0 shows all"
	}
	a.tell("%s shown, %s; %s", show.Counted(n, "row"), what, how)
	return nil
}

// uniqueNames makes a second "n" an "n_2": an object has each name once.
func (a *app) uniqueNames(columns []engine.Column) []engine.Column {
	taken := map[string]bool{}
	for _, c := range columns {
		taken[c.Name] = true
	}
	unique := slices.Clone(columns)
	seen := map[string]bool{}
	for i, c := range columns {
		name := c.Name
		for k := 2; seen[name] || k > 2 && taken[name]; k++ {
			name = fmt.Sprintf("%s_%d", c.Name, k)
		}
		if seen[name] = true; name != c.Name {
			a.note("column %d is called %q too; here it is %q", i+1, c.Name, name)
			unique[i].Name = name
		}
	}
	return unique
}

// formats are the formats of rows.
func formats() []string { return show.Formats() }

// formatOf is the format that a file's name says, or "".
func formatOf(file string) string {
	ext := strings.TrimPrefix(strings.ToLower(filepath.Ext(file)), ".")
	if ext == "md" {
		return "markdown"
	}
	if slices.Contains(formats(), ext) {
		return ext
	}
	return ""
}

// textFormat is the format of a command that writes no rows.
func (a *app) textFormat() (string, error) {
	format := cmp.Or(a.opts.format, a.cmd.formats[0])
	return format, checkFormat(format, a.cmd.formats)
}

// checkFormat refuses a format that is none of the names.
func checkFormat(format string, names []string) error {
	if slices.Contains(names, format) {
		return nil
	}
	return usagef("-format: expected %s, got %q%s", strings.Join(names, ", "), format, schema.DidYouMean(format, names))
}
