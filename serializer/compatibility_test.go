package serializer_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
	"github.com/sqlser/sqlser/serializer"
)

// compatibility is what Check says of a column of one type that is of another now.
func compatibility(t *testing.T, from, to schema.Type, define ...func(*schema.MetaData) schema.Type) string {
	host := func(typ schema.Type, i int) *schema.MetaData {
		m := schema.NewMetaData()
		for k, d := range define {
			if h := d(m); k == i {
				typ = h
			}
		}
		m.Table("t", schema.NewColumn("c", typ))
		require.NoError(t, m.Freeze())
		return m
	}
	m := host(from, 0)
	report, err := serializer.Check(dumps(t, expr.Select(m.Lookup("t").Lookup("c"))), serializer.Binding{MetaData: host(to, 1)})
	require.NoError(t, err)
	if report.Same() {
		return "="
	}
	require.Equal(t, serializer.CodeType, report.Problems[0].Code)
	return map[serializer.Severity]string{serializer.Notice: "n", serializer.Warning: "w", serializer.Failure: "E"}[report.Problems[0].Severity]
}

// TestCompatibility holds the tables of COMPATIBILITY.md, which -update writes.
func TestCompatibility(t *testing.T) {
	var kinds strings.Builder
	plain := func(k schema.Kind) schema.Type {
		typ, err := schema.NewType(k, 0, 0, false, "", nil)
		require.NoError(t, err)
		return typ
	}
	kinds.WriteString("| |")
	for _, k := range schema.Kinds() {
		kinds.WriteString(" " + shortKind(k) + " |")
	}
	kinds.WriteString("\n|---|" + strings.Repeat("---|", len(schema.Kinds())) + "\n")
	for _, from := range schema.Kinds() {
		fmt.Fprintf(&kinds, "| %s |", from)
		for _, to := range schema.Kinds() {
			fmt.Fprintf(&kinds, " %s |", compatibility(t, plain(from), plain(to)))
		}
		kinds.WriteString("\n")
	}

	var sizes strings.Builder
	sizes.WriteString("| recorded | now | |\n|---|---|---|\n")
	for _, c := range [][2]schema.Type{
		{schema.String(50), schema.String(80)}, {schema.String(50), schema.String(20)}, {schema.String(50), schema.String(0)}, {schema.String(0), schema.String(50)},
		{schema.String(50), schema.Text}, {schema.Text, schema.String(50)},
		{schema.Numeric(10, 2), schema.Numeric(12, 2)}, {schema.Numeric(10, 2), schema.Numeric(12, 4)}, {schema.Numeric(10, 2), schema.Numeric(10, 4)},
		{schema.Numeric(10, 2), schema.Numeric(10, 1)}, {schema.Numeric(10, 2), schema.Numeric(0, 0)}, {schema.Numeric(0, 0), schema.Numeric(10, 2)},
		{schema.Enum("", "a", "b"), schema.Enum("", "a", "b", "c")}, {schema.Enum("", "a", "b"), schema.Enum("", "a")},
		{schema.Enum("", "a", "b"), schema.Enum("", "b", "a")}, {schema.Enum("x", "a"), schema.Enum("y", "a")},
		{schema.ArrayOf(schema.Integer), schema.ArrayOf(schema.BigInteger)}, {schema.ArrayOf(schema.BigInteger), schema.ArrayOf(schema.Integer)},
		{schema.ArrayOf(schema.Integer), schema.ArrayOf(schema.Text)}, {schema.ArrayOf(schema.Integer), schema.Integer},
	} {
		fmt.Fprintf(&sizes, "| %s | %s | %s |\n", c[0], c[1], compatibility(t, c[0], c[1]))
	}
	define := func(id string, base schema.Type) func(*schema.MetaData) schema.Type {
		return func(m *schema.MetaData) schema.Type { return m.DefineType(id, base, nil, nil) }
	}
	of := func(base schema.Type) func(*schema.MetaData) schema.Type {
		return func(*schema.MetaData) schema.Type { return base }
	}
	hosts := define("code", schema.String(3))
	fmt.Fprintf(&sizes, "| \"code\", a type of the host's over string(3) | string(3) | %s |\n",
		compatibility(t, schema.Unknown, schema.Unknown, hosts, of(schema.String(3))))
	fmt.Fprintf(&sizes, "| string(3) | \"code\", a type of the host's over string(3) | %s |\n",
		compatibility(t, schema.Unknown, schema.Unknown, of(schema.String(3)), hosts))

	file, err := os.ReadFile("COMPATIBILITY.md")
	require.NoError(t, err)
	page := string(file)
	for name, table := range map[string]string{"kinds": kinds.String(), "sizes": sizes.String()} {
		begin, end := "<!-- "+name+" -->\n", "<!-- end -->"
		before, rest, ok := strings.Cut(page, begin)
		require.True(t, ok)
		_, after, ok := strings.Cut(rest, end)
		require.True(t, ok)
		page = before + begin + table + end + after
	}
	golden(t, "../COMPATIBILITY.md", page)
}

// shortKind names a kind in few letters, so that a table of all fits a page.
func shortKind(k schema.Kind) string {
	var s strings.Builder
	for _, word := range strings.Split(k.String(), "_") {
		s.WriteString(word[:min(len(word), 4)] + " ")
	}
	return strings.TrimSpace(s.String())
}
