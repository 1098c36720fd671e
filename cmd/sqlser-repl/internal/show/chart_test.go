package show

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

func list(values ...any) []expr.Value {
	var row []expr.Value
	for _, v := range values {
		switch v := v.(type) {
		case string:
			row = append(row, expr.Text(v))
		case int:
			row = append(row, expr.Int(int64(v)))
		case float64:
			row = append(row, expr.Float(v))
		default:
			row = append(row, expr.Value{})
		}
	}
	return row
}

func TestCharts(t *testing.T) {
	named := columnsOf(schema.Text, schema.Double)
	for _, c := range []struct {
		name, kind string
		columns    []engine.Column
		rows       [][]expr.Value
		want       string
	}{
		{"bars", "", named, [][]expr.Value{list("Köln", 10.0), list("日本", 2.5), list("c\x1b", 0.01), list(nil, 0.0), list("none", nil)}, `
      c2
Köln  │ ██████████████████████ 10
日本  │ █████▌ 2.5
c\x1b │ ▏ 0.01
NULL  │ 0
1 row left out: no number
`},
		{"below zero", "bar", named, [][]expr.Value{list("a", -5.0), list("b", 10.0)}, `
  c2
a │ █████████ -5
b │          ██████████████████▋ 10
`},
		{"one column", "", columnsOf(schema.BigInteger), [][]expr.Value{list(1), list(2), list(2), list(3), list(9), list(104)}, `
      rows by c1
0 …   │ █████████████████████████ 5
50 …  │ 0
100 … │ █████ 1
`},
		{"two columns", "", columnsOf(schema.Text, schema.BigInteger, schema.BigInteger), [][]expr.Value{list("a", 1, 20), list("b", 2, 10)}, `
  c2
a │ ██████████████▌ 1
b │ █████████████████████████████ 2
  c3
a │ ████████████████████████████ 20
b │ ██████████████ 10
`},
		{"six columns", "histogram", columnsOf(schema.Integer, schema.Integer, schema.Integer, schema.Integer, schema.Integer, schema.Integer),
			[][]expr.Value{list(1, 1, 1, 1, 1, 1)}, `
    rows by c2
1 … │ ███████████████████████████ 1
    rows by c3
1 … │ ███████████████████████████ 1
    rows by c4
1 … │ ███████████████████████████ 1
    rows by c5
1 … │ ███████████████████████████ 1
1 column of numbers not drawn: select those to draw
`},
		{"one value", "histogram", columnsOf(schema.BigInteger), [][]expr.Value{list(7), list(7)}, `
    rows by c1
7 … │ ███████████████████████████ 2
`},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := Chart(c.kind, c.columns, c.rows, Style{Width: 36})
			require.NoError(t, err)
			require.Equal(t, strings.TrimPrefix(c.want, "\n"), got)
		})
	}
}

func TestLineChart(t *testing.T) {
	var rows [][]expr.Value
	for i := range 40 {
		rows = append(rows, list(i, (i-20)*(i-20)))
	}
	got, err := Chart("", columnsOf(schema.BigInteger, schema.BigInteger), rows, Style{Width: 40})
	require.NoError(t, err)
	lines := strings.Split(strings.TrimSuffix(got, "\n"), "\n")
	require.Len(t, lines, lineHeight+2)
	require.True(t, strings.HasPrefix(lines[1], "400 ┤"), got)
	require.True(t, strings.HasPrefix(lines[lineHeight], "  0 ┤"), got)
	require.Regexp(t, `^ +0 +39$`, lines[lineHeight+1])
	for _, line := range lines {
		require.LessOrEqual(t, Width(line), 40)
	}
	_, err = Chart("line", columnsOf(schema.BigInteger), [][]expr.Value{list(3)}, Style{})
	require.NoError(t, err)
}

func TestChartsSayWhatIsMissing(t *testing.T) {
	for want, f := range map[string]func() (string, error){
		"no column of numbers": func() (string, error) { return Chart("", columnsOf(schema.Text), [][]expr.Value{list("a")}, Style{}) },
		"no rows":              func() (string, error) { return Chart("", columnsOf(schema.Double), nil, Style{}) },
		"only NULL":            func() (string, error) { return Chart("", columnsOf(schema.Double), [][]expr.Value{list(nil)}, Style{}) },
		`did you mean "histogram`: func() (string, error) {
			return Chart("histogramm", columnsOf(schema.Double), [][]expr.Value{list(1.0)}, Style{})
		},
	} {
		_, err := f()
		require.ErrorContains(t, err, want)
	}
}
