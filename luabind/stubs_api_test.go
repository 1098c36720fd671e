package luabind

import (
	"cmp"
	"slices"
	"strings"

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

// APIStubs writes the annotations of the API.
func APIStubs(made map[expr.Receiver]map[string]string) string {
	w := &stubWriter{}
	w.line("---@meta")
	w.line("-- The API of scripts for lua-language-server. Generated: go test ./luabind -run TestStubs -update-stubs")
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
				w.field(m.Name, stubClasses[kindExpr]+" "+oneLine(m.Doc))
			} else {
				w.field(m.Name, m.stub(kind(k), class, made)+" "+oneLine(m.Doc))
			}
		}
		switch kind(k) {
		case kindRow, kindRecord:
			w.line("---@field [string|integer] any")
		case kindValue:
			for _, f := range valueFields {
				w.field(f.name+"?", "number|string of "+typesOf(f.of))
			}
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
		w.field(fn.Name(), "fun(...: any): "+stubClasses[kindExpr]+" "+oneLine(fn.Signature()+": "+fn.Doc()))
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
		of := "any"
		switch a.Kind {
		case expr.ArgString:
			of = "string"
		case expr.ArgFlag:
			of = "boolean"
		case expr.ArgType:
			of = stubClasses[kindType]
		}
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
