package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	lua "github.com/yuin/gopher-lua"

	"github.com/sqlser/sqlser/cmd/sqlser-repl/internal/show"
	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/dialect"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/luabind"
	"github.com/sqlser/sqlser/schema"
)

// showAll shows what a script returned, one value after another.
func (a *app) showAll(ctx context.Context, sess *engine.Session, values []any) error {
	var queries []expr.Statement
	for _, v := range values {
		if q, ok := v.(expr.Statement); ok {
			queries = append(queries, q)
		}
	}
	params, err := a.params(true, queries...)
	if err != nil {
		return err
	}
	for i, v := range values {
		if v == nil {
			continue
		}
		if i > 0 && a.out.file == nil && a.outTTY {
			_, _ = io.WriteString(a.out, "\n")
		}
		if q, ok := v.(expr.Statement); ok {
			err = a.runStatement(ctx, sess, q, params)
		} else {
			err = a.showValue(ctx, sess.Engine().Dialect(), v)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// runStatement runs a query and writes its rows, or a change and tells how many rows
// it changed.
func (a *app) runStatement(ctx context.Context, sess *engine.Session, q expr.Statement, params map[string]expr.Value) error {
	if _, reads := q.(expr.Query); !reads && a.opts.safe {
		return errNotSafe("a change")
	}
	if !expr.GivesRows(q) {
		c, err := sess.Exec(ctx, q, engineParams(q, params))
		if err == nil {
			a.note("%s", changedText(q, c))
		}
		return err
	}
	format, limit, err := a.rowFormat()
	if err != nil {
		return err
	}
	rows, err := queryRows(ctx, sess, q, engineParams(q, params))
	if err != nil {
		return err
	}
	_, err = a.writeRows(ctx, rows, format, limit, a.out)
	return errors.Join(err, rows.Close())
}

// changedText says what a change has done.
func changedText(q expr.Statement, c engine.Changed) string {
	word := map[expr.Op]string{expr.OpInsert: "inserted", expr.OpUpdate: "updated", expr.OpDelete: "deleted"}[q.Op()]
	if c.Rows < 0 {
		return "done; the database does not tell how many rows were " + word
	}
	return show.Counted(int(c.Rows), "row") + " " + word
}

// showValue shows a value that is no query.
func (a *app) showValue(ctx context.Context, d *dialect.Dialect, v any) error {
	if rows := rowsIn(v); rows != nil {
		format, limit, err := a.rowFormat()
		if err != nil {
			return err
		}
		_, err = a.writeRows(ctx, rows, format, limit, a.out)
		return err
	}
	if s, ok := v.(string); ok && a.outTTY && isBinary(s) {
		return a.hex([]byte(s))
	}
	_, err := io.WriteString(a.out, describe(v, d, a.outTTY)+"\n")
	return err
}

// isBinary reports whether a string is no text; bytes of a query are none.
func isBinary(s string) bool { return !utf8.ValidString(s) }

// describe is a value as text. Where safe is true, nothing in it drives a
// terminal.
func describe(v any, d *dialect.Dialect, safe bool) string {
	switch v := v.(type) {
	case expr.Source:
		return describeSource(v)
	case *expr.RelatedClause:
		if r := v.Relationship(); r != nil {
			return show.Visible(r.String()) + ", " + show.Relationship(r) + "\n  any, has, contains and is_null make conditions of it; joins go along it, options load it"
		}
		return strings.TrimSuffix(expr.Sprint(v), "\n")
	case expr.Expr:
		return describeExpr(v, v.Node(), "", d, safe)
	case expr.Item:
		return describeExpr(v, v.Expr().Node(), "", d, safe)
	case expr.Order:
		word := " ASC"
		if v.IsDesc() {
			word = " DESC"
		}
		return describeExpr(v.Expr(), v.Expr().Node(), word, d, safe)
	case expr.Node:
		return strings.TrimSuffix(expr.Sprint(v), "\n")
	case string:
		switch {
		case !safe:
			return v
		case isBinary(v):
			return strings.TrimSuffix(show.HexDump([]byte(v)), "\n")
		}
		return show.VisibleLines(v)
	}
	if safe {
		return show.VisibleLines(luaText(v, 0))
	}
	return luaText(v, 0)
}

// luaText is a plain value as Lua would print it; a table as it would be written.
func luaText(v any, depth int) string {
	switch v := v.(type) {
	case nil:
		return "nil"
	case bool:
		return strconv.FormatBool(v)
	case float64:
		return lua.LNumber(v).String()
	case string:
		if depth > 0 {
			return strconv.Quote(v)
		}
		return v
	case luabind.Opaque:
		return string(v)
	case expr.Value:
		if v.IsNull() {
			return show.Null
		}
		return show.Text(v)
	case schema.Type:
		return v.String()
	case luabind.Row:
		parts := make([]string, len(v.Values))
		for i, x := range v.Values {
			parts[i] = key(v.Columns[i].Name) + " = " + luaText(x, depth+1)
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case []any:
		parts := make([]string, len(v))
		for i, x := range v {
			parts[i] = luaText(x, depth+1)
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case map[string]any:
		parts := make([]string, 0, len(v))
		for _, name := range slices.Sorted(maps.Keys(v)) {
			parts = append(parts, key(name)+" = "+luaText(v[name], depth+1))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case luabind.Record:
		parts := []string{}
		for _, c := range recordCells(v, nil) {
			parts = append(parts, key(c.column.Name)+" = "+luaText(c.value, depth+1))
		}
		return v.Entity().Name() + "{" + strings.Join(parts, ", ") + "}"
	case expr.Source:
		return "source " + v.Name()
	case expr.Node:
		return "a " + v.Op().String()
	}
	if n, ok := nodeOf(v); ok {
		return "a " + n.Op().String()
	}
	return fmt.Sprint(v)
}

// key is a name as a table's constructor has it.
func key(name string) string {
	plain := name != ""
	for i, r := range name {
		if r != '_' && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (i == 0 || r < '0' || r > '9') {
			plain = false
		}
	}
	if plain {
		return name
	}
	return "[" + strconv.Quote(name) + "]"
}

// describeSource lists what a source has: columns, and relationships or who refers to it.
func describeSource(s expr.Source) string {
	var lines [][2]string
	line := func(name, what string) { lines = append(lines, [2]string{show.Visible(name), what}) }
	head, tail := show.Visible(s.Name()), ""
	t, e := expr.TableOf(s), expr.EntityOf(s)
	switch {
	case e != nil:
		if e.Name() != s.Name() {
			head += " (" + show.Visible(e.Name()) + ")"
		}
		head += ", an entity of " + show.Visible(e.Table().String())
		for _, a := range e.Attributes() {
			line(a.Name(), show.Attribute(a))
		}
		for _, r := range e.Relationships() {
			line(r.Name(), show.Relationship(r))
		}
	case t != nil:
		if t.String() != s.Name() {
			head += " (" + show.Visible(t.String()) + ")"
		}
		for _, c := range t.Columns() {
			line(c.Name(), show.Column(c))
		}
		for _, relation := range relations(t) {
			tail += "\n  " + relation
		}
	default:
		for _, o := range s.Columns() {
			line(o.Name, o.Type.String())
		}
	}
	width := 0
	for _, l := range lines {
		width = max(width, show.Width(l[0]))
	}
	for _, l := range lines {
		head += "\n  " + show.Pad(l[0], width, false) + "  " + l[1]
	}
	return head + tail
}

// describeExpr is a column of a select, whose node is n, as SQL where it can be
// said, else as a tree.
func describeExpr(column any, n expr.Node, suffix string, d *dialect.Dialect, safe bool) string {
	if literal, ok := n.(*expr.LiteralExpr); ok && suffix == "" {
		return describe(literal.Value(), d, safe)
	}
	stmt, err := compile(expr.Select(column), d)
	if err != nil { // of several sources, perhaps: it is meant for a condition
		var from []expr.FromClause
		expr.Walk(n, func(n expr.Node) bool {
			if c, ok := n.(*expr.ColumnExpr); ok && !slices.Contains(from, expr.FromClause(c.Source())) {
				from = append(from, c.Source())
			}
			return true
		})
		stmt, err = compile(expr.Select(column).From(from...), d)
	}
	if err != nil {
		return strings.TrimSuffix(expr.Sprint(n), "\n")
	}
	t, err := textOf(n, stmt, nil, nil)
	if err != nil {
		return strings.TrimSuffix(expr.Sprint(n), "\n")
	}
	t.SQL = beforeFrom(strings.TrimPrefix(t.SQL, "SELECT ")) + suffix
	return strings.TrimSuffix(t.text(safe, 0), "\n")
}

// beforeFrom cuts the first FROM that stands neither in quotes nor in parentheses.
func beforeFrom(sql string) string {
	depth, quote := 0, byte(0)
	for i := range len(sql) {
		switch c := sql[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '`' || c == '\'':
			quote = c
		case c == '(':
			depth++
		case c == ')':
			depth--
		case depth == 0 && strings.HasPrefix(sql[i:], " FROM "):
			return sql[:i]
		}
	}
	return sql
}
