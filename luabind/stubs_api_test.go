package luabind

import (
	"cmp"
	"slices"
	"strings"

	"github.com/sqlser/sqlser/engine/dialect"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// Results has the methods of a Runtime note what they make, by receiver and name.
func (rt *Runtime) Results() map[expr.Receiver]map[string]string {
	made := map[expr.Receiver]map[string]string{}
	for _, methods := range rt.methods {
		for _, m := range methods {
			if build := m.Build; build != nil {
				m.Build = func(self any, args []any) any {
					v := build(self, args)
					if k, ok := kindOf(v); ok && errorIn(v) == nil {
						if made[m.On] == nil {
							made[m.On] = map[string]string{}
						}
						made[m.On][m.Name] = stubClasses[k]
					}
					return v
				}
			}
		}
	}
	return made
}

// stubsHead is what a reader of the annotations needs first. TestStubsHead runs what it shows.
const stubsHead = `---@meta
-- The API of scripts for lua-language-server. Generated: go test ./luabind -run TestStubs -update-stubs
--
-- Scripts are Lua 5.1: ~= for unequal, math.floor(a / b) for //, unpack for table.unpack; there is no os and no io. 100.0 is 100,
-- an integer; sql.decimal "100.0" is none.
-- sqlser-repl FILE -db DSN, -e LUA and the prompt grant session, which runs queries. The commands run, sql, dump and explain take
-- the query that a script returns, and grant none: session is nil. print writes to the standard output, but to standard
-- error where the script returns something, or gives a command its query.
-- q:sql "postgres" returns the text and a list of its arguments: local text, args = q:sql "postgres" print(text, unpack(args))
-- sql.now() is an instant (datetime_tz), sql.fn.localtimestamp() a datetime in UTC, sql.today() a date: take that of the column's type.
--   the last 30 days        o.ordered_at >= sql.fn.localtimestamp() - sql.interval{days = 30}
--   ... of a date           o.delivered_on >= sql.today() - 30
--   ... by a parameter      o.ordered_at >= sql.fn.localtimestamp() - sql.interval{days = 1} * sql.param("n", sql.types.integer)
-- In rows NULL is nil; texts, booleans, floats and integers below 2^53 are Lua's. The others are values with tostring and
-- comparisons: decimals and larger integers (tonumber makes a number of them), dates (.year .month .day), times (.hour .minute
-- .second .microsecond), date and time (all of these), intervals, UUIDs, bytes, JSON. In a query, j:get("a", 0):as_string() reads
-- a part of JSON.
-- A query of a plugin has params, each a type or {type, default =, many =, min =, max =, enum =, doc =}, and options, each a list of
-- texts, numbers or booleans, or {choice = value}. Each combination of choices is a saved query of its own, whose name has
-- one of each option, in order of their names:
--   params = {n = {sql.types.integer, default = 10, min = 1, max = 100, doc = "rows"}, ids = {sql.types.integer, many = true}}
--   options = {sort = {"name", "total"}, dir = {"up", "down"}}
--   sqlser-repl run plugin.lua#query,dir=up,sort=name
`

// databases are their names in prose.
var databases = map[string]string{"sqlite": "SQLite", "postgres": "PostgreSQL", "mysql": "MySQL", "mariadb": "MariaDB"}

// NotOn says which databases refuse something, or nothing.
func NotOn(refuses func(*dialect.Dialect) bool) string {
	var names []string
	for _, d := range dialect.All() {
		if refuses(d) {
			names = append(names, databases[d.Name()])
		}
	}
	if len(names) == 0 {
		return ""
	}
	return " (not on " + strings.Join(names, ", ") + ")"
}

// APIStubs writes the annotations of the API: made is what methods make, notes what is to be
// said behind the documentation of a method.
func APIStubs(made map[expr.Receiver]map[string]string, notes func(expr.Method) string) string {
	w := &stubWriter{}
	w.b.WriteString(stubsHead)
	for _, alias := range stubAliases {
		w.line("---@alias %s %s", alias[0], alias[1])
	}
	for k, class := range stubClasses {
		if class == "" {
			continue
		}
		var methods []*method
		for _, m := range allMethods() {
			if kind(k).has(m.On) {
				methods = append(methods, m)
			}
		}
		slices.SortStableFunc(methods, func(a, b *method) int { return cmp.Compare(a.Name, b.Name) })
		w.line("")
		w.line("---@class %s", class)
		if kind(k) == kindExpr {
			for _, op := range []string{"add(any)", "sub(any)", "mul(any)", "div(any)", "mod(any)", "concat(any)", "unm"} {
				w.line("---@operator %s: %s", op, class)
			}
		}
		for _, m := range methods {
			if m.On == expr.OnConstant {
				w.field(m.Name, stubClasses[kindExpr]+" "+oneLine(m.Doc)+notes(m.Method))
			} else {
				w.field(m.Name, m.stub(kind(k), class, made)+" "+oneLine(m.Doc)+notes(m.Method))
			}
		}
		switch kind(k) {
		case kindRow, kindRecord:
			w.line("---@field [string|integer] any")
		case kindValue:
			for _, f := range valueFields {
				w.field(f.name+"?", "number|string of "+typesOf(f.of))
			}
			w.line("---@field [string|integer] any of JSON: the member of an object, the item of a list from 1; nil where there is none, and of null")
		case kindType:
			w.line("---@overload fun(...: any): %s", class)
		}
		if kind(k) == kindModule {
			w.field("fn", "sqlser.Functions")
			w.field("types", "sqlser.Types")
			w.field("excluded", "any")
		} else if kind(k) == kindSource {
			w.field("c", "table<string, "+stubClasses[kindExpr]+">")
			w.line("")
			w.line("---@class sqlser.Derived: %s", class)
			w.line("---@field [string] %s", stubClasses[kindExpr])
		}
	}
	w.line("")
	w.line("---@class sqlser.Functions")
	for _, fn := range expr.Functions().All() {
		refused := NotOn(func(d *dialect.Dialect) bool { return d.Supports(fn).Refused != "" })
		w.field(fn.Name(), "fun(...: sqlser.Operand): "+stubClasses[kindExpr]+" "+oneLine(fn.Signature()+": "+fn.Doc())+refused)
	}
	w.line("")
	w.line("---@class sqlser.Types")
	for _, name := range typeNames() {
		w.field(name, stubClasses[kindType])
	}
	w.line("")
	w.line("---@class sqlser.Database")
	for _, global := range [][2]string{{"sql", stubClasses[kindModule]}, {"db", "sqlser.Database"}, {"session", stubClasses[kindSession]}} {
		w.line("")
		w.line("---@type %s", global[1])
		w.line("%s = nil", global[0])
	}
	return w.b.String()
}

// typesOf names the types of values that have a field.
func typesOf(kinds []schema.Kind) string {
	var names []string
	for _, k := range kinds {
		names = append(names, k.String())
	}
	return strings.Join(names, ", ")
}

// stubAliases name what arguments may be. A comparison of expressions is a boolean to an
// editor, which knows Lua's alone.
var stubAliases = [][2]string{
	{"sqlser.Query", "sqlser.Select|sqlser.Compound|sqlser.Text"},
	{"sqlser.Change", "sqlser.Insert|sqlser.Update|sqlser.Delete|sqlser.Text"},
	{"sqlser.Operand", "sqlser.Expr|sqlser.Value|string|number|boolean|table"},
	{"sqlser.Condition", "sqlser.Expr|boolean|table"},
	{"sqlser.Key", "sqlser.Expr|boolean|table"},
	{"sqlser.Column", "sqlser.Expr|sqlser.Source|boolean|table"},
}

var argTypes = map[expr.ArgKind]string{
	expr.ArgOperand: "sqlser.Operand", expr.ArgOperands: "sqlser.Operand", expr.ArgSubject: "sqlser.Operand",
	expr.ArgIn:   "sqlser.Operand|sqlser.Query",
	expr.ArgCond: "sqlser.Condition", expr.ArgConds: "sqlser.Condition",
	expr.ArgColumns: "sqlser.Column|sqlser.Operand", expr.ArgKeys: "sqlser.Key", expr.ArgKeyList: "sqlser.Key", expr.ArgSets: "sqlser.Key",
	expr.ArgOrders: "sqlser.Key|sqlser.Order", expr.ArgLabel: "string|sqlser.Expr",
	expr.ArgFrom: "sqlser.Source|sqlser.Join|sqlser.Relationship", expr.ArgFroms: "sqlser.Source|sqlser.Join|sqlser.Relationship|table",
	expr.ArgQuery: "sqlser.Query", expr.ArgQueries: "sqlser.Query", argStatement: "sqlser.Query|sqlser.Change", argChange: "sqlser.Change",
	expr.ArgType: stubClasses[kindType], expr.ArgString: "string", expr.ArgStrings: "string|table", expr.ArgText: "string|number",
	expr.ArgBytes: "string", expr.ArgFlag: "boolean", expr.ArgNumber: "number",
	expr.ArgNumbers: "table<string,number>", expr.ArgBinds: "table<string,sqlser.Operand>", expr.ArgAssign: "table<string,sqlser.Operand>",
	expr.ArgAssigns: "table", expr.ArgWhens: "table", expr.ArgFrame: "table", expr.ArgRows: "table", expr.ArgNames: "table", expr.ArgColumnTypes: "table",
	expr.ArgStep: "function", argFunction: "function", argTable: "table",
	expr.ArgRelated: stubClasses[kindRelated], expr.ArgLoads: stubClasses[kindLoad] + "|table",
}

// argType is the type of an argument; options are those of a method that takes some.
func argType(a expr.Arg, options []expr.Arg) string {
	of, known := argTypes[a.Kind]
	switch {
	case a.Kind == expr.ArgOptions, a.Kind == expr.ArgWindow:
		list := make([]string, len(options))
		for i, o := range options {
			list[i] = o.Name + "?: " + argType(o, nil)
		}
		of, known = "{"+strings.Join(list, ",")+"}", len(list) > 0
		if a.Kind == expr.ArgWindow {
			of = stubClasses[kindWindow] + "|" + of
		}
	}
	if !known {
		return "any"
	}
	return of
}

// stub is the type of a method: the kinds of arguments that have one type say it.
func (m *method) stub(k kind, class string, made map[expr.Receiver]map[string]string) string {
	var args []string
	if k != kindModule {
		args = append(args, "self: "+class)
	}
	for i, a := range m.Args {
		name := a.Name
		if !isLuaName(name) {
			name += "_"
		}
		of := argType(a, m.Options)
		if takesRest(a.Kind) && i == len(m.Args)-1 {
			name = "..."
		} else if i >= len(m.Args)-m.Optional || a.Kind == expr.ArgSubject {
			name += "?"
		}
		args = append(args, name+": "+of)
	}
	result := cmp.Or(m.gives, made[m.On][m.Name], "any")
	if result == stubClasses[kindSource] {
		result = "sqlser.Derived" // of which no editor knows the columns
	}
	if result == "self" {
		result = class
	}
	if result == stubClasses[kindSelect] && m.On == expr.OnQuery {
		result = class // what a select is to a select, a compound query is to one
	}
	return "fun(" + strings.Join(args, ", ") + "): " + result
}
