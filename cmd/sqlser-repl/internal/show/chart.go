package show

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// Charts are the kinds of charts.
func Charts() []string { return []string{"bar", "line", "histogram"} }

const (
	chartWidth = 80 // where no terminal says otherwise
	lineHeight = 12
	maxBars    = 60
)

// maxDrawn is how many columns are drawn.
const maxDrawn = 4

// Chart draws rows: columns of numbers, one below the other, by the first other column. Without a kind it
// chooses one: a histogram of one column, a line over numbers and times, else bars. An error
// says what the rows lack.
func Chart(kind string, columns []engine.Column, rows [][]expr.Value, style Style) (string, error) {
	var values []int
	for i, c := range columns {
		if c.Type.IsNumber() {
			values = append(values, i)
		}
	}
	switch {
	case len(values) == 0:
		return "", errors.New("there is no column of numbers to draw")
	case len(rows) == 0:
		return "", errors.New("there are no rows to draw")
	}
	by := -1
	if len(columns) > 1 {
		if by = 0; len(values) == 1 && values[0] == 0 {
			by = 1
		}
	}
	values = slices.DeleteFunc(values, func(i int) bool { return i == by })
	text := ""
	for _, value := range values[:min(len(values), maxDrawn)] {
		one, err := chartOf(kind, columns, rows, style, value, by)
		if err != nil {
			return "", err
		}
		text += one
	}
	if more := len(values) - maxDrawn; more > 0 {
		text += fmt.Sprintf("%s of numbers not drawn: select those to draw\n", Counted(more, "column"))
	}
	return text, nil
}

// chartOf draws one column by another, or by the place in the rows.
func chartOf(kind string, columns []engine.Column, rows [][]expr.Value, style Style, value, by int) (string, error) {
	if kind == "" {
		switch {
		case by < 0:
			kind = "histogram"
		case columns[by].Type.IsNumber() || isTime(columns[by].Type):
			kind = "line"
		default:
			kind = "bar"
		}
	}
	if style.Width == 0 {
		style.Width = chartWidth
	}
	c := &chart{style: style, name: Visible(columns[value].Name)}
	for _, row := range rows {
		v, ok := number(row[value])
		if !ok {
			c.left++
			continue
		}
		label := strconv.Itoa(len(c.values) + 1)
		if by >= 0 {
			if label = Null; !row[by].IsNull() {
				label = Visible(Text(row[by]))
			}
		}
		c.values, c.labels = append(c.values, v), append(c.labels, label)
	}
	if len(c.values) == 0 {
		return "", fmt.Errorf("column %s has only NULL", c.name)
	}
	const midnight = " 00:00:00"
	if by >= 0 && isTime(columns[by].Type) && !slices.ContainsFunc(c.labels, func(s string) bool { return s != Null && !strings.HasSuffix(s, midnight) }) {
		for i := range c.labels { // days, months and the like
			c.labels[i] = strings.TrimSuffix(c.labels[i], midnight)
		}
	}
	switch kind {
	case "bar":
		c.bars()
	case "line":
		c.line()
	case "histogram":
		c.histogram()
	default:
		return "", fmt.Errorf("expected %s, got %q%s", strings.Join(Charts(), ", "), kind, schema.DidYouMean(kind, Charts()))
	}
	if c.left > 0 {
		fmt.Fprintf(&c.b, "%s left out: no number\n", Counted(c.left, "row"))
	}
	return c.b.String(), nil
}

// number is a value as a height; NULL, NaN and infinities have none.
func number(v expr.Value) (float64, bool) {
	if v.IsNull() {
		return 0, false
	}
	f, err := strconv.ParseFloat(Text(v), 64)
	return f, err == nil && !math.IsNaN(f) && !math.IsInf(f, 0)
}

type chart struct {
	b      strings.Builder
	style  Style
	name   string
	values []float64
	labels []string
	left   int // rows without a number
}

// bars draws a bar a row, from zero on to either side.
func (c *chart) bars() {
	values, labels := c.values, c.labels
	if len(values) > maxBars {
		values, labels = values[:maxBars], labels[:maxBars]
	}
	low, high := min(0, slices.Min(values)), max(0, slices.Max(values))
	names, numbers := 0, 0
	for i, v := range values {
		names, numbers = max(names, Width(labels[i])), max(numbers, len(short(v)))
	}
	names = min(names, max(4, c.style.Width/3))
	room := max(1, c.style.Width-names-numbers-5)
	scale := 0.0
	if high > low {
		scale = float64(room) / (high - low)
	}
	zero := int(math.Round(-low * scale))
	fmt.Fprintf(&c.b, "%s %s\n", strings.Repeat(" ", names), c.style.Paint(Bold, c.name))
	for i, v := range values {
		label, _ := Snip(labels[i], names)
		bar, indent := "", zero
		if v >= 0 {
			bar = eighths(v * scale)
		} else {
			n := int(math.Round(-v * scale))
			indent, bar = zero-n, strings.Repeat("█", n)
		}
		if indent > 0 || bar != "" {
			bar = strings.Repeat(" ", max(0, indent)) + c.style.Paint(Cyan, bar) + " "
		}
		fmt.Fprintf(&c.b, "%s %s %s%s\n", Pad(label, names, false), c.style.Paint(Dim, "│"), bar, short(v))
	}
	if more := len(c.values) - len(values); more > 0 {
		fmt.Fprintf(&c.b, "%s more\n", Counted(more, "bar"))
	}
}

// eighths is a bar of a length in eighths of a cell; what is more than nothing is seen.
func eighths(length float64) string {
	n := int(math.Round(length * 8))
	if n == 0 && length > 0 {
		n = 1
	}
	s := strings.Repeat("█", n/8)
	if n%8 > 0 {
		s += string([]rune("▏▎▍▌▋▊▉")[n%8-1])
	}
	return s
}

// histogram counts the values of each of some ranges of one width.
func (c *chart) histogram() {
	low, high := slices.Min(c.values), slices.Max(c.values)
	n := min(20, int(math.Ceil(math.Log2(float64(len(c.values)))))+1) // Sturges
	if low == high {
		n = 1
	}
	step := (high - low) / float64(n)
	if step > 0 { // ranges that begin at round numbers
		step = round(step)
		low = math.Floor(low/step) * step
		n = int(math.Floor((high-low)/step)) + 1
	}
	counts := make([]float64, n)
	for _, v := range c.values {
		i := 0
		if step > 0 {
			i = min(n-1, int((v-low)/step))
		}
		counts[i]++
	}
	c.labels = c.labels[:0]
	for i := range counts {
		c.labels = append(c.labels, short(low+float64(i)*step)+" …")
	}
	c.values, c.name = counts, "rows by "+c.name
	c.bars()
}

// round is the next 1, 2 or 5 times a power of ten.
func round(x float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(x)))
	for _, m := range []float64{1, 2, 5} {
		if x <= m*power*(1+1e-9) {
			return m * power
		}
	}
	return 10 * power
}

// line draws a line through the values, in Braille dots.
func (c *chart) line() {
	low, high := slices.Min(c.values), slices.Max(c.values)
	if low == high {
		low, high = low-1, high+1
	}
	axis := max(len(short(low)), len(short(high)))
	width, height := max(8, c.style.Width-axis-3), lineHeight
	cells := make([]rune, width*height)
	dot := func(x, y int) {
		if x >= 0 && x < 2*width && y >= 0 && y < 4*height {
			cells[(height-1-y/4)*width+x/2] |= [4][2]rune{{0x40, 0x80}, {4, 0x20}, {2, 0x10}, {1, 8}}[y%4][x%2]
		}
	}
	place := func(i int) (x, y float64) {
		if len(c.values) > 1 {
			x = float64(i) / float64(len(c.values)-1) * float64(2*width-1)
		}
		return x, (c.values[i] - low) / (high - low) * float64(4*height-1)
	}
	for i := range c.values {
		x, y := place(i)
		toX, toY := x, y
		if i+1 < len(c.values) {
			toX, toY = place(i + 1)
		}
		steps := max(1, int(max(math.Abs(toX-x), math.Abs(toY-y))))
		for s := range steps + 1 {
			part := float64(s) / float64(steps)
			dot(int(math.Round(x+(toX-x)*part)), int(math.Round(y+(toY-y)*part)))
		}
	}
	fmt.Fprintf(&c.b, "%s %s\n", strings.Repeat(" ", axis), c.style.Paint(Bold, c.name))
	for row := range height {
		label := ""
		switch row {
		case 0:
			label = short(high)
		case height - 1:
			label = short(low)
		}
		var line strings.Builder
		for _, dots := range cells[row*width : (row+1)*width] {
			if dots == 0 {
				line.WriteByte(' ')
			} else {
				line.WriteRune(0x2800 + dots)
			}
		}
		fmt.Fprintf(&c.b, "%*s %s%s\n", axis, label, c.style.Paint(Dim, "┤"), c.style.Paint(Cyan, strings.TrimRight(line.String(), " ")))
	}
	first, _ := Snip(c.labels[0], width/2)
	last, _ := Snip(c.labels[len(c.labels)-1], width/2-1)
	fmt.Fprintf(&c.b, "%s  %s%s\n", strings.Repeat(" ", axis), Pad(first, width-Width(last), false), last)
}

// short is a number in few digits.
func short(f float64) string {
	a, digits := math.Abs(f), 4
	switch {
	case a >= 1e15 || a > 0 && a < 0.001:
		return strconv.FormatFloat(f, 'g', 4, 64)
	case a >= 1000:
		digits = 0
	case a >= 1:
		digits = 2
	}
	s := strconv.FormatFloat(f, 'f', digits, 64)
	if strings.Contains(s, ".") {
		s = strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
	}
	return s
}

// isTime reports whether a type's values go on as numbers do.
func isTime(t schema.Type) bool {
	switch t.Family() {
	case schema.FamilyDate, schema.FamilyDateTime, schema.FamilyDateTimeTZ, schema.FamilyTime:
		return true
	}
	return false
}
