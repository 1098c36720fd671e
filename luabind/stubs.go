package luabind

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sqlser/sqlser/schema"
)

// MetaDataStubs writes annotations of a metadata for lua-language-server: a class for
// each table with a field for each column, and what db has. They stand beside those of
// the API, scripts/meta/sqlser.lua.
func MetaDataStubs(meta *schema.MetaData) string {
	w := &stubWriter{rt: &Runtime{meta: meta}, used: map[string]bool{}}
	w.line("---@meta")
	w.namespace("sqlser.Database", nil)
	return w.b.String()
}

type stubWriter struct {
	luaWriter
	rt   *Runtime
	used map[string]bool // the classes
}

// class makes the name of a class, of a database's name without what no annotation
// can hold: where that is not unique, a number makes it so.
func (w *stubWriter) class(sort, name string) string {
	plain := "sqlser." + sort + "." + strings.Map(func(r rune) rune {
		if r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return r
		}
		return '_'
	}, name)
	class := plain
	for n := 2; w.used[class]; n++ {
		class = fmt.Sprintf("%s_%d", plain, n)
	}
	w.used[class] = true
	return class
}

// namespace writes the class of db or a schema behind the classes of what is in it.
func (w *stubWriter) namespace(class string, path []string) {
	tables, schemas := w.rt.contents(path)
	ofTables, ofSchemas := make([]string, len(tables)), make([]string, len(schemas))
	for i, name := range tables {
		ofTables[i] = w.class("table", name)
		w.table(ofTables[i], w.rt.meta.Lookup(append(slices.Clone(path), name)...))
	}
	for i, name := range schemas {
		ofSchemas[i] = w.class("schema", name)
		w.namespace(ofSchemas[i], append(slices.Clone(path), name))
	}
	name := "db"
	if len(path) > 0 {
		name = strings.Join(path, "_")
	}
	listOfTables, listOfSchemas := w.class("tables", name), w.class("schemas", name)
	w.fields(listOfTables, tables, ofTables)
	w.fields(listOfSchemas, schemas, ofSchemas)
	w.line("")
	w.line("---@class %s", class)
	isList := func(name string) bool { return len(path) == 0 && (name == "tables" || name == "schemas") }
	for i, name := range tables {
		if !slices.Contains(schemas, name) && !isList(name) { // of two of a name, neither is db.name
			w.field(name, ofTables[i])
		}
	}
	for i, name := range schemas {
		if !slices.Contains(tables, name) && !isList(name) {
			w.field(name, ofSchemas[i])
		}
	}
	w.lists(path, tables, schemas, listOfTables, listOfSchemas)
	if entities := w.rt.entityNames(); len(path) == 0 && len(entities) > 0 {
		w.entities(class, entities, append(tables, schemas...))
	}
}

// entities writes the classes of the entities, and adds them to db.
func (w *stubWriter) entities(db string, names, taken []string) {
	classes := make([]string, len(names))
	for i, name := range names {
		classes[i] = w.class("entity", name)
		e := w.rt.meta.LookupEntity(name)
		w.line("")
		w.line("---%s", oneLine(name))
		w.line("---@class %s: %s", classes[i], stubClasses[kindSource])
		methods := methodNames(kindSource)
		for _, a := range e.Attributes() {
			of := stubClasses[kindExpr]
			if slices.Contains(methods, a.Name()) {
				of += "|function"
			}
			w.field(a.Name(), of+" "+oneLine(a.Type().String()))
		}
		for _, r := range e.Relationships() {
			w.field(r.Name(), stubClasses[kindRelated]+" "+oneLine(r.Kind().String()+" "+r.Target().Name()))
		}
	}
	list := w.class("entities", "db")
	w.fields(list, names, classes)
	w.line("")
	w.line("---@class %s", db)
	w.field("entities", list)
	for i, name := range names {
		if !slices.Contains(taken, name) && !slices.Contains([]string{"tables", "schemas", "entities"}, name) {
			w.field(name, classes[i])
		}
	}
}

// lists writes the fields tables and schemas: in a schema a table of that name wins.
func (w *stubWriter) lists(path, tables, schemas []string, ofTables, ofSchemas string) {
	for _, list := range [][2]string{{"tables", ofTables}, {"schemas", ofSchemas}} {
		if len(path) == 0 || !slices.Contains(tables, list[0]) && !slices.Contains(schemas, list[0]) {
			w.field(list[0], list[1])
		}
	}
}

// table writes the classes of a table and of its c. A column that hides a method is
// both: u.alias is the column, u:alias "x" calls.
func (w *stubWriter) table(class string, t *schema.Table) {
	columns := make([]string, len(t.Columns()))
	types := make([]string, len(columns))
	for i, c := range t.Columns() {
		columns[i], types[i] = c.Name(), stubClasses[kindExpr]
	}
	own := w.class("columns", t.Name())
	for i, c := range t.Columns() {
		types[i] += " " + columnNote(c)
	}
	w.fields(own, columns, types)
	w.line("")
	w.line("---%s", oneLine(t.String()))
	w.line("---@class %s: %s", class, stubClasses[kindSource])
	hidesC, methods := false, methodNames(kindSource)
	for _, c := range t.Columns() {
		of := stubClasses[kindExpr]
		if c.Name() == "c" {
			hidesC, of = true, of+"|"+own
		}
		if slices.Contains(methods, c.Name()) {
			of += "|function"
		}
		w.field(c.Name(), of+" "+columnNote(c))
	}
	if !hidesC {
		w.field("c", own)
	}
}

// columnNote says of a column what those who write a query ask: its type with an enum's
// labels, its keys, whether it may be NULL.
func columnNote(c *schema.Column) string {
	t := c.Table()
	notes := []string{c.Type().String()}
	switch {
	case c.IsPrimaryKey() && len(t.PrimaryKey()) > 1:
		notes = append(notes, "of the primary key")
	case c.IsPrimaryKey():
		notes = append(notes, "primary key")
	case c.Nullable():
		notes = append(notes, "may be NULL")
	default:
		notes = append(notes, "NOT NULL")
	}
	for _, key := range t.UniqueKeys() {
		if len(key) == 1 && key[0] == c && !c.IsPrimaryKey() {
			notes = append(notes, "unique")
			break
		}
	}
	for _, k := range t.ForeignKeys() {
		if i := slices.Index(k.Columns(), c); i >= 0 && k.Referred() != nil && i < len(k.ReferredColumns()) {
			notes = append(notes, "references "+k.Referred().String()+"."+k.ReferredColumns()[i].Name())
		}
	}
	return oneLine(strings.Join(notes, ", "))
}

func (w *stubWriter) fields(class string, names, types []string) {
	w.line("")
	w.line("---@class %s", class)
	for i, name := range names {
		w.field(name, types[i])
	}
}

func (w *stubWriter) field(name, of string) {
	if !isLuaName(name) {
		name = "[" + luaString(name) + "]"
	}
	w.line("---@field %s %s", name, of)
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// luaKeywords are no names.
var luaKeywords = strings.Fields("and break do else elseif end false for function goto if in local nil not or repeat return then true until while")

func isLuaName(s string) bool {
	for i, r := range s {
		if r != '_' && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (i == 0 || r < '0' || r > '9') {
			return false
		}
	}
	return s != "" && !slices.Contains(luaKeywords, s)
}

// stubClasses are the classes of what scripts hold; the others are any.
var stubClasses = [kinds]string{
	kindModule: "sqlser.Module", kindExpr: "sqlser.Expr", kindOrder: "sqlser.Order", kindSelect: "sqlser.Select",
	kindCompound: "sqlser.Compound", kindInsert: "sqlser.Insert", kindUpdate: "sqlser.Update", kindDelete: "sqlser.Delete",
	kindText: "sqlser.Text", kindSource: "sqlser.Source", kindJoin: "sqlser.Join", kindSession: "sqlser.Session",
	kindRelated: "sqlser.Relationship", kindLoad: "sqlser.LoadOption", kindWindow: "sqlser.Window", kindType: "sqlser.Type",
	kindRow: "sqlser.Row", kindRecord: "sqlser.Record", kindValue: "sqlser.Value",
}

func methodNames(k kind) []string {
	var names []string
	for _, m := range allMethods() {
		if k.has(m.On) {
			names = append(names, m.Name)
		}
	}
	return names
}
