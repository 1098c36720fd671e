package show

import (
	"io"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/expr"
)

// Null is how NULL is shown to people.
const Null = "NULL"

const (
	// MaxCell is how many cells of a terminal a table shows of a value, where it
	// is to be no narrower.
	MaxCell = 80
	// minCell is how much of a value is still worth showing in a table: where the
	// terminal leaves less, each row stands vertically.
	minCell = 8
	// maxLines is how many lines of the terminal a value is shown of where rows stand vertically for lack of
	// room.
	maxLines = 3
)

// Table draws a table. It keeps the rows, since widths follow from them.
type Table struct {
	w       io.Writer
	style   Style
	columns []engine.Column
	cells   []string       // row by row, the names first
	null    []bool         // likewise
	rows    [][]expr.Value // where they may have to stand vertically
	Snipped int            // cells of which not all is shown
}

func newTable(w io.Writer, columns []engine.Column, style Style) *Table {
	t := &Table{w: w, style: style, columns: columns}
	for _, c := range columns {
		t.add(c.Name, false)
	}
	return t
}

func (t *Table) add(s string, null bool) {
	if !t.style.Whole {
		s = start(s)
	}
	t.cells, t.null = append(t.cells, Visible(s)), append(t.null, null)
}

// start is as much of a text as a table may show: long ones are looked at no further.
func start(s string) string {
	if cut := len(s); cut > 8*MaxCell {
		for cut = 8 * MaxCell; !utf8.RuneStart(s[cut]); cut-- {
		}
		s = s[:cut] + strings.Repeat(" ", MaxCell) // longer than any cell
	}
	return s
}

// Row adds a row, which is seen after End.
func (t *Table) Row(values []expr.Value) error {
	if t.style.Width > 0 {
		t.rows = append(t.rows, slices.Clone(values))
	}
	for _, v := range values {
		if v.IsNull() {
			t.add(Null, true)
		} else {
			t.add(Text(v), false)
		}
	}
	return nil
}

// End writes the table.
func (t *Table) End() error {
	widths, fits := t.widths()
	if !fits {
		v := newVertical(t.w, t.columns, t.style)
		if !t.style.Whole {
			v.most = maxLines * t.style.Width
		}
		defer func() { t.Snipped = v.snipped }()
		for _, row := range t.rows {
			if err := v.Row(row); err != nil {
				return err
			}
		}
		return nil
	}
	var b strings.Builder
	t.rule(&b, widths, "┌", "┬", "┐")
	for at := 0; at < len(t.cells); at += len(widths) {
		for i, width := range widths {
			s, cut := Snip(t.cells[at+i], width)
			if cut {
				t.Snipped++
			}
			padded := Pad(s, width, t.columns[i].Type.IsNumber())
			switch {
			case at == 0:
				padded = t.style.Paint(Bold, padded)
			case t.null[at+i]:
				padded = t.style.Paint(Dim, padded)
			}
			if i > 0 {
				b.WriteByte(' ')
			}
			b.WriteString(t.style.Paint(Dim, "│") + " " + padded)
		}
		b.WriteString(" " + t.style.Paint(Dim, "│") + "\n")
		if at == 0 {
			t.rule(&b, widths, "├", "┼", "┤")
		}
		if b.Len() > 1<<16 {
			if _, err := io.WriteString(t.w, b.String()); err != nil {
				return err
			}
			b.Reset()
		}
		if len(widths) == 0 {
			break
		}
	}
	t.rule(&b, widths, "└", "┴", "┘")
	_, err := io.WriteString(t.w, b.String())
	return err
}

// Abort draws nothing: a table has no way of looking unfinished.
func (t *Table) Abort() error { return nil }

func (t *Table) rule(b *strings.Builder, widths []int, left, middle, right string) {
	parts := make([]string, len(widths))
	for i, width := range widths {
		parts[i] = strings.Repeat("─", width+2)
	}
	b.WriteString(t.style.Paint(Dim, left+strings.Join(parts, middle)+right) + "\n")
}

// widths fits the columns into the style's width: the widest give way first. It reports
// whether what is left of each is worth showing.
func (t *Table) widths() (widths []int, fits bool) {
	n := len(t.columns)
	widths = make([]int, n)
	limit := MaxCell
	if t.style.Whole {
		limit = math.MaxInt
	}
	for i, s := range t.cells {
		if w := widths[i%n]; w < limit && len(s) > w {
			widths[i%n] = min(max(w, Width(s)), limit)
		}
	}
	if t.style.Width == 0 {
		return widths, true
	}
	room := t.style.Width - 3*n - 1
	if t.style.Whole {
		return widths, sum(widths) <= room
	}
	floor := 0
	for _, w := range widths {
		floor += min(w, minCell)
	}
	if floor > room {
		return nil, false
	}
	for sum(widths) > room {
		widest, second := 0, 0
		for i, w := range widths {
			if w > widths[widest] {
				widest = i
			}
		}
		for i, w := range widths {
			if i != widest {
				second = max(second, w)
			}
		}
		widths[widest] -= max(1, min(widths[widest]-second, sum(widths)-room))
	}
	return widths, true
}

func sum(list []int) (n int) {
	for _, x := range list {
		n += x
	}
	return n
}
