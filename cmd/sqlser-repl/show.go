package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// rowWriter writes rows in a format, one at a time.
type rowWriter interface {
	begin(columns []engine.Column) error
	row(values []expr.Value) error
	end() error // after the last row, and only then
}

// formats are the formats of rows, by name.
var formats = []struct {
	name string
	make func(w io.Writer, safe bool) rowWriter
}{
	{"table", func(w io.Writer, _ bool) rowWriter { return newTableWriter(w) }},
	{"csv", func(w io.Writer, safe bool) rowWriter { return &csvWriter{w: w, safe: safe} }},
	{"json", func(w io.Writer, _ bool) rowWriter { return &jsonWriter{w: w, array: true} }},
	{"jsonl", func(w io.Writer, _ bool) rowWriter { return &jsonWriter{w: w} }},
	{"markdown", func(w io.Writer, _ bool) rowWriter { return &markdownWriter{w: w} }},
	{"vertical", func(w io.Writer, _ bool) rowWriter { return &verticalWriter{w: w} }},
}

func formatNames() []string {
	names := make([]string, len(formats))
	for i, f := range formats {
		names[i] = f.name
	}
	return names
}

// checkFormat refuses a format that is none of the names.
func checkFormat(format string, names []string) error {
	if slices.Contains(names, format) {
		return nil
	}
	return usagef("-format: expected %s, got %q%s", strings.Join(names, ", "), format, schema.DidYouMean(format, names))
}

// newRowWriter returns a writer of a format. Where safe is true the output is a
// terminal, and no data may drive it.
func newRowWriter(format string, w io.Writer, safe bool) (rowWriter, error) {
	if err := checkFormat(format, formatNames()); err != nil {
		return nil, err
	}
	i := slices.IndexFunc(formats, func(f struct {
		name string
		make func(w io.Writer, safe bool) rowWriter
	}) bool {
		return f.name == format
	})
	return formats[i].make(w, safe), nil
}

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
	out, err := newRowWriter(format, w, a.outTTY)
	if err != nil {
		return 0, err
	}
	columns := rows.Columns()
	if format == "json" || format == "jsonl" {
		columns = a.uniqueNames(columns)
	}
	if err := out.begin(columns); err != nil {
		return 0, err
	}
	for rows.Next() {
		if limit > 0 && n == limit {
			return n, a.cut(ctx, rows, out, w, n)
		}
		if err := out.row(rows.Values()); err != nil {
			return n, err
		}
		n++
	}
	if err := rows.Err(); err != nil {
		return n, err
	}
	return n, a.end(out)
}

// end ends the output and says what of its cells is left out.
func (a *app) end(out rowWriter) error {
	if err := out.end(); err != nil {
		return err
	}
	if t, ok := out.(*tableWriter); ok && t.snipped > 0 {
		how := "-format vertical"
		if a.atPrompt {
			how = ".mode vertical"
		}
		a.tell("%s cut at %d characters; %s shows all of it", counted(t.snipped, "cell"), maxCell, how)
	}
	return nil
}

// cut ends the output at the limit and says how much there is behind it.
func (a *app) cut(ctx context.Context, rows rowSource, out rowWriter, w io.Writer, n int) error {
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
	how := "-limit 0"
	if a.atPrompt {
		how = ".limit 0"
	}
	a.tell("%s shown, %s; %s shows all", counted(n, "row"), what, how)
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

// counted is "1 row" or "2 rows".
func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return strconv.Itoa(n) + " " + what + "s"
}

// text is a value as people read it: in tables, CSV and Markdown. NULL is "".
func text(v expr.Value) string {
	switch v.Kind() {
	case schema.KindUnknown:
		return ""
	case schema.KindLargeBinary, schema.KindInterval:
		return v.String()
	}
	return v.Plain()
}

// visible makes what could drive a terminal, or cannot be seen, visible: control
// characters, and those that change the direction of text.
func visible(s string) string {
	if !needsCare(s) {
		return s
	}
	var b strings.Builder
	for i, r := range s {
		switch {
		case r == utf8.RuneError && !strings.HasPrefix(s[i:], "\ufffd"):
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case isUnseen(r):
			q := strconv.QuoteRuneToASCII(r)
			b.WriteString(q[1 : len(q)-1])
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

func needsCare(s string) bool {
	return !utf8.ValidString(s) || strings.ContainsFunc(s, isUnseen)
}

func isUnseen(r rune) bool {
	switch {
	case r == '\u200d' || r == '\ufe0f' || r == '\ufe0e' || r == '\u200c': // parts of emoji and of words
		return false
	case unicode.IsControl(r) || r == '\u2028' || r == '\u2029':
		return true
	}
	return unicode.Is(unicode.Cf, r) && !(r >= 0xe0020 && r <= 0xe007f) // tags are parts of flags
}

// visibleLines is visible for a text of several lines.
func visibleLines(s string) string {
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		lines[i] = strings.ReplaceAll(visible(strings.ReplaceAll(l, "\t", "    ")), `\r`, "")
	}
	return strings.Join(lines, "\n")
}

// csvWriter writes CSV as RFC 4180 has it, with line feeds. NULL is an empty
// field, the empty text is "", but in rows of one column both are "": an empty
// line would be no row to most readers.
type csvWriter struct {
	w    io.Writer
	safe bool
	buf  []byte
}

func (c *csvWriter) begin(columns []engine.Column) error {
	c.buf = c.buf[:0]
	for i, col := range columns {
		c.field(i, col.Name)
	}
	return c.line()
}

func (c *csvWriter) row(values []expr.Value) error {
	c.buf = c.buf[:0]
	for i, v := range values {
		switch {
		case !v.IsNull():
			c.field(i, text(v))
		case len(values) == 1:
			c.field(i, "")
		case i > 0:
			c.buf = append(c.buf, ',')
		}
	}
	return c.line()
}

func (c *csvWriter) field(i int, s string) {
	if i > 0 {
		c.buf = append(c.buf, ',')
	}
	if c.safe {
		s = visible(s)
	}
	if s != "" && !strings.ContainsAny(s, ",\"\r\n") && s[0] != ' ' && s[len(s)-1] != ' ' {
		c.buf = append(c.buf, s...)
		return
	}
	c.buf = append(c.buf, '"')
	c.buf = append(c.buf, strings.ReplaceAll(s, `"`, `""`)...)
	c.buf = append(c.buf, '"')
}

func (c *csvWriter) line() error {
	c.buf = append(c.buf, '\n')
	_, err := c.w.Write(c.buf)
	return err
}

func (c *csvWriter) end() error { return nil }

// jsonWriter writes an object a row: a line each, or in an array. Numbers are
// exact: integers beyond 2^53 and decimals are strings, and so is what JSON has no
// word for. Bytes are Base64, JSON values stand as they are.
type jsonWriter struct {
	w     io.Writer
	array bool
	keys  [][]byte
	buf   []byte
	rows  int
}

func (j *jsonWriter) begin(columns []engine.Column) error {
	for _, c := range columns {
		j.keys = append(j.keys, append(jsonString(nil, c.Name), ':'))
	}
	return nil
}

func (j *jsonWriter) row(values []expr.Value) error {
	j.buf = j.buf[:0]
	switch {
	case j.array && j.rows == 0:
		j.buf = append(j.buf, "[\n"...)
	case j.array:
		j.buf = append(j.buf, ",\n"...)
	}
	j.rows++
	j.buf = append(j.buf, '{')
	for i, v := range values {
		if i > 0 {
			j.buf = append(j.buf, ',')
		}
		j.buf = append(j.buf, j.keys[i]...)
		j.buf = j.value(j.buf, v)
	}
	j.buf = append(j.buf, '}')
	if !j.array {
		j.buf = append(j.buf, '\n')
	}
	_, err := j.w.Write(j.buf)
	return err
}

func (j *jsonWriter) end() error {
	if !j.array {
		return nil
	}
	closing := "\n]\n"
	if j.rows == 0 {
		closing = "[]\n"
	}
	_, err := io.WriteString(j.w, closing)
	return err
}

// maxExact is the largest integer that every reader of JSON keeps.
const maxExact = 1 << 53

func (j *jsonWriter) value(b []byte, v expr.Value) []byte {
	switch v.Kind() {
	case schema.KindUnknown:
		return append(b, "null"...)
	case schema.KindBoolean:
		return strconv.AppendBool(b, v.Int() == 1)
	case schema.KindBigInteger:
		if n := v.Int(); n <= maxExact && n >= -maxExact {
			return strconv.AppendInt(b, n, 10)
		}
	case schema.KindDouble:
		if f := v.Float(); !math.IsNaN(f) && !math.IsInf(f, 0) {
			if number, err := json.Marshal(f); err == nil {
				return append(b, number...)
			}
		}
	case schema.KindJSON:
		return append(b, escapeUnseen(v.Text())...)
	case schema.KindLargeBinary:
		return jsonString(b, base64.StdEncoding.EncodeToString([]byte(v.Text())))
	}
	return jsonString(b, text(v))
}

// jsonString appends s as a JSON string in which <, > and & are themselves, and
// what cannot be seen is written as \u and digits.
func jsonString(b []byte, s string) []byte {
	var w strings.Builder
	e := json.NewEncoder(&w)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // a string always encodes
	return append(b, escapeUnseen(strings.TrimSuffix(w.String(), "\n"))...)
}

// escapeUnseen writes what cannot be seen in the strings of a JSON text as \u and
// digits: the text means the same.
func escapeUnseen(s string) string {
	if !needsCare(s) {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		switch {
		case !isUnseen(r):
			b.WriteRune(r)
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(&b, `\u%04x\u%04x`, high, low)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String()
}
