package main

import (
	"context"
	"io"
	"strings"

	"github.com/sqlser/sqlser/cmd/sqlser-repl/internal/show"
	"github.com/sqlser/sqlser/engine/dialect"
	"github.com/sqlser/sqlser/luabind"
	"github.com/sqlser/sqlser/schema/ddl"
)

// runMeta writes the schema: as Lua, or as the statements that make it.
func runMeta(ctx context.Context, a *app, words []string) error {
	format, err := a.textFormat()
	if err != nil {
		return err
	}
	switch {
	case len(words) > 0:
		return usagef("meta: expected nothing behind it, got %q", words[0])
	case a.opts.dialect != "" && format != "sql":
		return usagef("meta: -dialect is for -format sql")
	}
	d, err := a.open(ctx, "meta", true, true)
	if err != nil {
		return err
	}
	defer d.Close()
	if format == "lua" {
		text, err := luabind.MetaDataLua(d.meta)
		if err != nil {
			return err
		}
		_, err = io.WriteString(a.out, text)
		return err
	}
	in, err := a.dialectFor(d)
	if err != nil {
		return err
	}
	for _, t := range d.meta.Tables() {
		if t.IsView() {
			a.note("left out: view %s: the schema has its columns, not its query", show.Visible(t.String()))
		}
	}
	var schemas []string
	if in.Name() != dialect.SQLite.Name() { // where they are files that are attached
		if schemas, err = ddl.CreateSchemas(in, d.meta); err != nil {
			return err
		}
	}
	statements, err := ddl.CreateAll(in, d.meta)
	if err != nil {
		return err
	}
	for _, s := range append(schemas, statements...) {
		if _, err := io.WriteString(a.out, strings.TrimSuffix(s, ";")+";\n"); err != nil {
			return err
		}
	}
	return nil
}
