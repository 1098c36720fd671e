package luabind_test

import (
	_ "embed"
	"strings"
)

//go:embed testdata/attacks.txt
var moreAttacks string

// fileAttacks are those that may end in any way, if they end.
func fileAttacks() []attack {
	var list []attack
	for text := range strings.SplitSeq(strings.TrimPrefix(moreAttacks, "=== "), "\n=== ") {
		name, script, _ := strings.Cut(text, "\n")
		list = append(list, attack{name: strings.ReplaceAll(name, ",", ""), script: script})
	}
	return list
}

// keptAttacks keep what methods give them, which is as long as the literals in it.
func keptAttacks() []attack {
	const text = `local q, k = sql.select(u.id):where(u.name == ("x"):rep(9e5)), {} for i = 1, 1e6 do k[i] = `
	const list = `local l, k = {}, {} for i = 1, 30000 do l[i] = i end local q = sql.select(u.id):where(u.id:in_(l)) for i = 1, 1e6 do k[i] = `
	const held = "the script holds more than"
	return []attack{
		{name: "kept bytes", script: text + `q:dump() end`, err: held},
		{name: "kept queries of bytes", script: text + `sql.load(q:dump()) end`, err: held},
		{name: "kept query of the same bytes", script: `local b, k = sql.select(u.id):where(u.name == ("x"):rep(9e5)):dump(), {} for i = 1, 1e6 do k[i] = sql.load(b) end`, err: held},
		{name: "kept source", script: `local q, k = sql.select(u.id):where(u.name == ("x"):rep(3e4)), {} for i = 1, 1e6 do k[i] = q:lua() end`, err: held},
		{name: "kept texts of SQL", script: list + `{q:sql()} end`, err: "the script "},
		{name: "kept lists of bytes", script: list + `sql.load(q:dump()) end`, err: "the script "},
		{name: "kept descriptions", script: `local q, k = sql.select(u), {} for i = 1, 1e6 do k[i] = q:describe() end`, err: held},
		{name: "kept differences", script: `local q, k = sql.select(u), {} for i = 1, 1e6 do k[i] = q:diff(q:limit(i)) end`, err: held},
		{name: "kept JSON", script: `local M, k = ("\1"):rep(1e5), {} for i = 1, 1e6 do k[i] = sql.json{M .. i} end`, err: held},
		{name: "JSON of escapes", script: `return sql.json{("\1"):rep(9e5)}`, err: "JSON of more than"},
		{name: "kept parameters bound", script: `local q, k = sql.select(u.id):where(u.name == sql.param("n", sql.types.text)), {} for i = 1, 1e6 do k[i] = q:params{n = ("x"):rep(9e5) .. i} end`, err: held},
		{name: "kept patterns", script: `local k = {} for i = 1, 1e6 do k[i] = u.name:startswith(("%"):rep(4e5)) end`, err: held},
	}
}
