package show

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf16"

	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/expr"
)

// RowWriter writes rows in a format, one at a time.
type RowWriter interface {
	Row(values []expr.Value) error
	End() error   // after the last row, and only then
	Abort() error // where rows are missing: nobody takes the output for all of them
}

// Formats are the names of the formats of rows.
func Formats() []string {
	return []string{"table", "csv", "json", "jsonl", "markdown", "vertical"}
}

// NewRowWriter returns a writer of one of the Formats. For json and jsonl the names of the
// columns must be unique.
func NewRowWriter(format string, w io.Writer, columns []engine.Column, style Style) (RowWriter, error) {
	if style.Terminal && format == "csv" {
		w = filter{w, func(b []byte) []byte { return []byte(VisibleLines(string(b))) }}
	}
	switch format {
	case "table":
		return newTable(w, columns, style), nil
	case "csv":
		return engine.NewCSVWriter(w, columns)
	case "json":
		return engine.NewJSONWriter(filter{w, escapeUnseen}, columns)
	case "jsonl":
		return engine.NewJSONLWriter(filter{w, escapeUnseen}, columns)
	case "markdown":
		return newMarkdown(w, columns)
	case "vertical":
		return newVertical(w, columns, style), nil
	}
	return nil, fmt.Errorf("there is no format %q", format)
}

// filter changes what is written, a row or more at a time.
type filter struct {
	w      io.Writer
	change func([]byte) []byte
}

// Write writes what b is changed to.
func (f filter) Write(b []byte) (int, error) {
	if _, err := f.w.Write(f.change(b)); err != nil {
		return 0, err
	}
	return len(b), nil
}

// escapeUnseen writes what cannot be seen in the strings of a JSON text as \u and
// digits: the text means the same.
func escapeUnseen(text []byte) []byte {
	if !slices.ContainsFunc(text, func(c byte) bool { return c == 0x7f || c >= 0x80 }) { // the rest is escaped already
		return text
	}
	var b bytes.Buffer
	for _, r := range string(text) {
		switch {
		case r == '\n' || !isUnseen(r):
			b.WriteRune(r)
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(&b, `\u%04x\u%04x`, high, low)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.Bytes()
}

// markdown writes a table of Markdown.
type markdown struct{ w io.Writer }

var markdownEscape = strings.NewReplacer(`\`, `\\`, "|", `\|`, "`", "\\`", "*", `\*`, "_", `\_`, "<", "&lt;", "&", "&amp;")

func newMarkdown(w io.Writer, columns []engine.Column) (*markdown, error) {
	m := &markdown{w}
	names, rule := make([]string, len(columns)), make([]string, len(columns))
	for i, c := range columns {
		names[i], rule[i] = markdownText(c.Name), "---"
		if c.Type.IsNumber() {
			rule[i] = "--:"
		}
	}
	if err := m.line(names); err != nil {
		return nil, err
	}
	return m, m.line(rule)
}

func (m *markdown) Row(values []expr.Value) error {
	cells := make([]string, len(values))
	for i, v := range values {
		if cells[i] = Null; !v.IsNull() {
			cells[i] = markdownText(Text(v))
		}
	}
	return m.line(cells)
}

func (m *markdown) line(cells []string) error {
	_, err := io.WriteString(m.w, "| "+strings.Join(cells, " | ")+" |\n")
	return err
}

func (m *markdown) End() error { return nil }

// Abort leaves a row without an end.
func (m *markdown) Abort() error {
	_, err := io.WriteString(m.w, "| …\n")
	return err
}

// markdownText makes a cell of a text: one line, in which nothing is markup.
func markdownText(s string) string {
	lines := strings.Split(strings.ReplaceAll(s, "\r\n", "\n"), "\n")
	for i, l := range lines {
		lines[i] = markdownEscape.Replace(Visible(l))
	}
	return strings.Join(lines, "<br>")
}

// vertical writes a line for each column, and all of each value.
type vertical struct {
	w     io.Writer
	style Style
	names []string // padded to one width
	pad   string
	rows  int

	most    int // cells of a value, or 0 for all
	snipped int // values of which not all is shown
}

func newVertical(w io.Writer, columns []engine.Column, style Style) *vertical {
	v := &vertical{w: w, style: style}
	width := 0
	for _, c := range columns {
		width = max(width, Width(Visible(c.Name)))
	}
	for _, c := range columns {
		v.names = append(v.names, style.Paint(Bold, Pad(Visible(c.Name), width, false)))
	}
	v.pad = strings.Repeat(" ", width)
	return v
}

func (v *vertical) Row(values []expr.Value) error {
	v.rows++
	var b strings.Builder
	b.WriteString(v.style.Paint(Dim, fmt.Sprintf("-- row %d", v.rows)) + "\n")
	for i, value := range values {
		s := v.style.Paint(Dim, Null)
		if !value.IsNull() {
			text, cut := Text(value), false
			if v.most > 0 && len(text) > v.most {
				if text, cut = Snip(text, v.most); cut {
					v.snipped++
				}
			}
			lines := strings.Split(text, "\n")
			for i := range lines {
				lines[i] = Visible(lines[i])
			}
			s = strings.Join(lines, "\n"+v.pad+" | ")
		}
		b.WriteString(v.names[i] + " | " + s + "\n")
	}
	_, err := io.WriteString(v.w, b.String())
	return err
}

func (v *vertical) End() error   { return nil }
func (v *vertical) Abort() error { return nil }
