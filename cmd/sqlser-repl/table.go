package main

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/jedib0t/go-pretty/v6/table"
	prettytext "github.com/jedib0t/go-pretty/v6/text"

	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/expr"
)

// null is how NULL is shown to people.
const null = "NULL"

// maxCell is how many characters of a cell a table shows.
const maxCell = 80

// tableWriter draws a table. It keeps the rows, since widths follow from them.
type tableWriter struct {
	w       io.Writer
	t       table.Writer
	snipped int // cells of which not all is shown
}

func newTableWriter(w io.Writer) *tableWriter {
	t := &tableWriter{w: w, t: table.NewWriter()}
	style := table.StyleLight
	style.Format.Header = prettytext.FormatDefault // names as they are
	t.t.SetStyle(style)
	return t
}

func (t *tableWriter) begin(columns []engine.Column) error {
	header := make(table.Row, len(columns))
	var configs []table.ColumnConfig
	for i, c := range columns {
		header[i] = t.cell(c.Name)
		if c.Type.IsNumber() {
			configs = append(configs, table.ColumnConfig{Number: i + 1, Align: prettytext.AlignRight, AlignHeader: prettytext.AlignRight})
		}
	}
	t.t.AppendHeader(header)
	t.t.SetColumnConfigs(configs)
	return nil
}

func (t *tableWriter) row(values []expr.Value) error {
	row := make(table.Row, len(values))
	for i, v := range values {
		if row[i] = null; !v.IsNull() {
			row[i] = t.cell(text(v))
		}
	}
	t.t.AppendRow(row)
	return nil
}

// cell is a text in which nothing drives the terminal, of a width that can be
// read.
func (t *tableWriter) cell(s string) string {
	if cut := len(s); cut > 8*maxCell { // long texts are looked at no further than needed
		for cut = 8 * maxCell; !utf8.RuneStart(s[cut]); cut-- {
		}
		s = s[:cut] + strings.Repeat(" ", maxCell) // longer than any cell
	}
	s = visible(s)
	if prettytext.StringWidth(s) <= maxCell {
		return s
	}
	t.snipped++
	width, end := 0, 0
	for i, r := range s {
		if width += prettytext.RuneWidth(r); width > maxCell-1 {
			break
		}
		end = i + utf8.RuneLen(r)
	}
	return s[:end] + "…"
}

func (t *tableWriter) end() error {
	_, err := io.WriteString(t.w, t.t.Render()+"\n")
	return err
}

// markdownWriter writes a table of Markdown.
type markdownWriter struct{ w io.Writer }

var markdownEscape = strings.NewReplacer(`\`, `\\`, "|", `\|`, "`", "\\`", "*", `\*`, "_", `\_`, "<", "&lt;", "&", "&amp;")

func (m *markdownWriter) begin(columns []engine.Column) error {
	names, rule := make([]string, len(columns)), make([]string, len(columns))
	for i, c := range columns {
		names[i], rule[i] = markdown(c.Name), "---"
		if c.Type.IsNumber() {
			rule[i] = "--:"
		}
	}
	if err := m.line(names); err != nil {
		return err
	}
	return m.line(rule)
}

func (m *markdownWriter) row(values []expr.Value) error {
	cells := make([]string, len(values))
	for i, v := range values {
		if cells[i] = null; !v.IsNull() {
			cells[i] = markdown(text(v))
		}
	}
	return m.line(cells)
}

func (m *markdownWriter) line(cells []string) error {
	_, err := io.WriteString(m.w, "| "+strings.Join(cells, " | ")+" |\n")
	return err
}

func (m *markdownWriter) end() error { return nil }

// markdown makes a cell of a text: one line, in which nothing is markup.
func markdown(s string) string {
	lines := strings.Split(strings.ReplaceAll(s, "\r\n", "\n"), "\n")
	for i, l := range lines {
		lines[i] = markdownEscape.Replace(visible(l))
	}
	return strings.Join(lines, "<br>")
}

// verticalWriter writes a line for each column, and all of each value.
type verticalWriter struct {
	w     io.Writer
	names []string // padded to one width
	pad   string
	rows  int
}

func (v *verticalWriter) begin(columns []engine.Column) error {
	width := 0
	for _, c := range columns {
		width = max(width, prettytext.StringWidth(visible(c.Name)))
	}
	for _, c := range columns {
		name := visible(c.Name)
		v.names = append(v.names, name+strings.Repeat(" ", width-prettytext.StringWidth(name)))
	}
	v.pad = strings.Repeat(" ", width)
	return nil
}

func (v *verticalWriter) row(values []expr.Value) error {
	v.rows++
	var b strings.Builder
	fmt.Fprintf(&b, "-- row %d\n", v.rows)
	for i, value := range values {
		s := null
		if !value.IsNull() {
			lines := strings.Split(text(value), "\n")
			for i := range lines {
				lines[i] = visible(lines[i])
			}
			s = strings.Join(lines, "\n"+v.pad+" | ")
		}
		b.WriteString(v.names[i] + " | " + s + "\n")
	}
	_, err := io.WriteString(v.w, b.String())
	return err
}

func (v *verticalWriter) end() error { return nil }
