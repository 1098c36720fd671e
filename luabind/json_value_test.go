package luabind_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/luabind"
	"github.com/sqlser/sqlser/schema"
)

// TestJSONOfRows reads documents as tables are read.
func TestJSONOfRows(t *testing.T) {
	document := `{"color": "red", "a\"b": 1, "price": 1.10, "big": 9007199254740993, "exact": 0.1234567890123456789, "none": null, "sizes": [1, [2, "x,]"], null, {"k": true}],
		"deep": {"er": {"est": "é\n"}}, "empty": [], "nothing": {}, "e": 1e3, "color2": "]}", "color": "blue"}`
	value, err := expr.JSON(document)
	require.NoError(t, err)
	text, err := expr.JSON(`"plain"`)
	require.NoError(t, err)
	s := &table{
		columns: []luabind.Column{{Name: "data", Type: schema.JSON}, {Name: "plain", Type: schema.JSON}, {Name: "text", Type: schema.JSON}, {Name: "d", Type: schema.Date}},
		rows:    [][]any{{value, text, `{"a": [10, 20]}`, expr.DateOf(time.Date(2026, 1, 31, 0, 0, 0, 0, time.UTC))}},
	}
	rt := newRuntime(t, luabind.WithSession(s))
	for script, want := range map[string]any{
		`return row.data.color`:                                                                       "blue", // the last one, as in databases
		`return row.data["a\"b"]`:                                                                     1.0,
		`return row.data.price`:                                                                       1.1,
		`return {tostring(row.data.big), tostring(row.data.exact)}`:                                   []any{"9007199254740993", "0.1234567890123456789"},
		`return row.data.big == sql.int "9007199254740993"`:                                           true,
		`return {row.data.none == nil, row.data.missing == nil, row.data.sizes[9] == nil}`:            []any{true, true, true},
		`return {row.data.sizes[1], row.data.sizes[2][1], row.data.sizes[2][2], row.data.sizes[4].k}`: []any{1.0, 2.0, "x,]", true},
		`return {#row.data.sizes, #row.data.empty, #row.data.sizes[2]}`:                               []any{4.0, 0.0, 2.0},
		`return row.data.deep.er.est`:                                                                 "é\n",
		`return row.data.e`:                                                                           1000.0,
		`return row.data.color2`:                                                                      "]}",
		`return tostring(row.data.deep)`:                                                              `{"er":{"est":"é\n"}}`,
		`local t = {} for k, v in pairs(row.data.deep.er) do t[#t + 1] = k .. v end return t`:         []any{"esté\n"},
		`local t = {} for i, v in ipairs(row.data.sizes) do t[#t + 1] = i .. ":" .. tostring(v) end return t`:                        []any{"1:1", `2:[2,"x,]"]`, "3:nil", `4:{"k":true}`},
		`local n = 0 for k, v in pairs(row.data.nothing) do n = n + 1 end for k in ipairs(row.data.empty) do n = n + 1 end return n`: 0.0,
		`return row.text.a[2]`:       20.0, // of a driver's text
		`return tostring(row.plain)`: `"plain"`,
		`if row.data.color == "blue" then return row.data.price > 1 end`: true,
	} {
		require.Equal(t, want, run(t, rt, `local row = session:first(sql.select(u.id)) `+script), script)
	}
	for script, want := range map[string]string{
		`return row.data[1]`:                  "an object of JSON has no member 1: read it by name, or go over it by pairs(v)",
		`return row.data.sizes[0]`:            "a list of JSON has no member 0: its items are v[1] to v[#v], as in Lua",
		`return row.data.sizes.x`:             `a list of JSON has no member "x": its items are v[1]`,
		`return row.plain.x`:                  "JSON that is no list and no object has no members: tostring(v) is its text",
		`return #row.data`:                    "an object of JSON has no length: go over it by pairs(v)",
		`for i, v in ipairs(row.data) do end`: "ipairs: expected a list, got an object of JSON: write pairs(v)",
		`return #row.d`:                       "has no length: write #tostring(v)",
		`for k in pairs(row.d) do end`:        "pairs: expected a table, got a value of type date",
		`row.data.color = "x"`:                "cannot be changed",
	} {
		_, err := rt.Run(context.Background(), "test.lua", prelude+`local row = session:first(sql.select(u.id)) `+script)
		require.ErrorContains(t, err, want, script)
	}
}

// TestLargeJSON goes over a document item by item, which takes no more than a script may.
func TestLargeJSON(t *testing.T) {
	value, err := expr.JSON("[" + strings.Repeat("1,", 400_000) + "1]")
	require.NoError(t, err)
	s := &table{columns: []luabind.Column{{Name: "data", Type: schema.JSON}}, rows: [][]any{{value}}}
	rt := newRuntime(t, luabind.WithSession(s))
	require.Equal(t, 400_001.0, run(t, rt, `local n = 0 for _, v in ipairs(session:scalar(sql.select(u.id))) do n = n + v end return n`))
	_, err = rt.Run(context.Background(), "test.lua", prelude+`local v = session:scalar(sql.select(u.id)) local n = 0 for i = 1, #v do n = n + v[i] end return n`)
	require.ErrorContains(t, err, "the script takes ")
	_, err = rt.Run(context.Background(), "test.lua", prelude+`local v = session:scalar(sql.select(u.id)) local keep = {} while true do keep[#keep + 1] = pairs(v) end`)
	require.ErrorContains(t, err, "the script ")
}
