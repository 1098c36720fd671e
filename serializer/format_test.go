package serializer_test

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// TestFormatDocument holds FORMAT.md to the code: its example, its node kinds in
// order with their fields, its kinds of types and its codes.
func TestFormatDocument(t *testing.T) {
	text, err := os.ReadFile("FORMAT.md")
	require.NoError(t, err)
	doc := string(text)

	m := schema.NewMetaData()
	m.Table("users", schema.NewColumn("id", schema.BigInteger, schema.PrimaryKey), schema.NewColumn("age", schema.Integer))
	require.NoError(t, m.Freeze())
	u := expr.Table(m.Lookup("users"))
	_, example, ok := strings.Cut(doc, "## An example")
	require.True(t, ok)
	var hex strings.Builder
	for line := range strings.Lines(example) {
		if code, ok := strings.CutPrefix(line, "    "); ok {
			code, _, _ = strings.Cut(strings.TrimLeft(code, " "), "  ")
			hex.WriteString(strings.ReplaceAll(strings.TrimSpace(code), " ", ""))
		}
	}
	require.Equal(t, fmt.Sprintf("%x", dumps(t, expr.Select(u.C("id")).Where(u.C("age").Gt(30)))), hex.String())

	for op := expr.Op(1); op.Known(); op++ {
		require.Regexp(t, fmt.Sprintf(`(?m)^\| %d \| %s \|`, op, regexp.QuoteMeta(op.String())), doc)
	}
	for _, k := range schema.Kinds() {
		require.Contains(t, doc, fmt.Sprintf("| %d | %s", k, strings.TrimSuffix(k.String(), "_tz")))
	}
	words := map[expr.BinaryOp]string{expr.OpIDiv: "integer division", expr.OpMod: "remainder", expr.OpConcat: "concatenation"}
	codes := "binary"
	for _, op := range expr.BinaryOps() {
		word, ok := words[op]
		if !ok {
			word = op.String()
		}
		codes += fmt.Sprintf(" %d %s", op, word)
	}
	require.Contains(t, strings.Join(strings.Fields(doc), " "), codes)
}
