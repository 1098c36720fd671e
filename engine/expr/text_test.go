package expr_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
)

// TestRawTextIsCut: binds are found where they are, and nowhere else.
func TestRawTextIsCut(t *testing.T) {
	for text, want := range map[string][]string{
		"a = :x":                          {"a = ", ":x"},
		":x":                              {"", ":x"},
		":x+:y+:x":                        {"", ":x", "+", ":y", "+", ":x"},
		"a::text = :x":                    {"a::text = ", ":x"},
		`a\:x = :y`:                       {"a:x = ", ":y"},
		"':x' = :y":                       {"':x' = ", ":y"},
		"'it''s :x' = :y":                 {"'it''s :x' = ", ":y"},
		`":x" = :y`:                       {`":x" = `, ":y"},
		"`:x` = :y":                       {"`:x` = ", ":y"},
		"$$:x$$ = :y":                     {"$$:x$$ = ", ":y"},
		"$a$ $$ :x $a$ = :y":              {"$a$ $$ :x $a$ = ", ":y"},
		"-- :x\n:y":                       {"-- :x\n", ":y"},
		"/* :x */ :y":                     {"/* :x */ ", ":y"},
		"a[1:2] + t:x":                    {"a[1:2] + t:x"},
		"(a = ANY (:x))":                  {"(a = ANY (", ":x", "))"},
		"é = :é":                          {"é = ", ":é"},
		"a -> '$.k' = 'a\\b' AND b <> :x": {"a -> '$.k' = 'a\\b' AND b <> ", ":x"},
	} {
		values := map[string]any{}
		for _, piece := range want {
			if len(piece) > 1 && piece[0] == ':' {
				values[piece[1:]] = piece[1:]
			}
		}
		x := expr.RawText(text, values)
		require.NoError(t, x.Err(), text)
		n := x.Node().(*expr.TextExpr)
		var got []string
		for i := range n.Pieces() {
			piece, value := n.PieceAt(i)
			got = append(got, piece)
			if !value.IsZero() {
				got = append(got, ":"+value.Node().(*expr.LiteralExpr).Value().Text())
			}
		}
		assert.Equal(t, want, got, text)
		verbatim := expr.LiteralColumn(text)
		require.NoError(t, verbatim.Err(), text)
		piece, value := verbatim.Node().(*expr.TextExpr).PieceAt(0)
		assert.Equal(t, text, piece)
		assert.True(t, value.IsZero())
		assert.Equal(t, 1, verbatim.Node().(*expr.TextExpr).Pieces())
	}
	for text, want := range map[string]string{"a ? b": "?", "'?' # `x` $$": "#`$", "a[1]": "[", "'a[1]'": "", "a ? b ? c": "?", "'#?`$'": ""} {
		if text == "'?' # `x` $$" {
			text += " $$"
		}
		x := expr.LiteralColumn(text)
		require.NoError(t, x.Err(), text)
		assert.Equal(t, want, x.Node().(*expr.TextExpr).Marks(), text)
	}
}

// TestRawTextIsWholeEverywhere: what one database alone takes for the end of a
// comment, for a quote or for a placeholder is refused, or among the marks.
func TestRawTextIsWholeEverywhere(t *testing.T) {
	for text, want := range map[string]string{
		"/*/":                      "a comment does not end",
		"/*/ ' */":                 "",
		"1 -- a\r'\n":              "a carriage return in a comment ends it on PostgreSQL only",
		"1 -- a\r; SELECT 2 -- \n": "a carriage return in a comment ends it on PostgreSQL only",
		"1 -- a\r\n":               "",
		"a$$x$ ' $x$":              "a dollar that is neither within a name nor of a quote",
		"1$x$ '$x$ '":              "a dollar that is neither within a name nor of a quote",
		"$:x":                      "a dollar that is neither within a name nor of a quote",
		":x$y$ '$y$ '":             "a dollar that is neither within a name nor of a quote",
		"a$ = 1":                   "a dollar that is neither within a name nor of a quote",
		"$1":                       "would be an argument",
		"a$1 + b$c":                "",
		"$x$ ' $x$$$;$$":           "",
	} {
		values := map[string]any{}
		if strings.Contains(text, ":x") {
			values["x"] = 1
		}
		for _, x := range []expr.Expr{expr.RawText(text, values), expr.LiteralColumn(text)} {
			if want == "" {
				require.NoError(t, x.Err(), text)
			} else {
				require.ErrorContains(t, x.Err(), want, text)
			}
		}
	}
	for text, want := range map[string]string{"1:b": ":", ":b": ":", "@b": "@", "a::int": "", `':@'`: ""} {
		assert.Equal(t, want, expr.LiteralColumn(text).Node().(*expr.TextExpr).Marks(), text)
	}
	assert.Equal(t, ":", expr.RawText(`\:b`, nil).Node().(*expr.TextExpr).Marks())
	assert.Equal(t, ":", expr.RawText(`1:b`, nil).Node().(*expr.TextExpr).Marks())
}

// TestHintsNameTables: a hint is of a table in FROM.
func TestHintsNameTables(t *testing.T) {
	_, err := expr.Resolve(ids().Hint(orders(), "USE INDEX (a)"))
	refused(t, err, expr.CodeFrom, "a hint of shop.orders: it is no table in FROM")
	s := sums("s")
	_, err = expr.Resolve(expr.Select(s.C("total")).Hint(s, "USE INDEX (a)"))
	refused(t, err, expr.CodeFrom, "a hint of s: it is no table in FROM")
	r, err := expr.Resolve(ids().Hint(customers(), "USE INDEX (a)", "mysql").Suffix("x"))
	require.NoError(t, err)
	o := r.Occurrences().At(0)
	require.Equal(t, 1, o.Hints().Len())
	assert.Equal(t, "USE INDEX (a)", o.Hints().At(0).Text())
	assert.Equal(t, "mysql", o.Hints().At(0).Dialect())
	assert.Equal(t, 1, r.Statement().(*expr.SelectStmt).RawParts().Len())
}
