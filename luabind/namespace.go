package luabind

import (
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// namespace is db, or a schema in it: db.s.
type namespace struct{ path []string }

func (n namespace) describe() string { return strings.Join(append([]string{"db"}, n.path...), ".") }
func (n namespace) String() string   { return n.describe() }

// names is a list that has nothing but names: db.tables, sql.fn; or names with values.
type names struct {
	what   string
	all    []string
	values map[string]lua.LValue // nil where there are none
}

func (n names) describe() string { return n.what }
func (n names) String() string   { return n.what }

// namespace makes db or a schema.
func (rt *Runtime) namespace(n namespace) *lua.LUserData {
	return &lua.LUserData{Value: n, Metatable: rt.metatable(kindNamespace, finder(keeping(func(key lua.LValue) (lua.LValue, error) {
		return rt.namespaceMember(n, key)
	})))}
}

// namespaceMember is db.name: a table or a schema, where only one fits, or an entity where
// neither does. db.tables, db.schemas and db.entities are always the lists; in a schema a table of that name wins.
func (rt *Runtime) namespaceMember(n namespace, key lua.LValue) (lua.LValue, error) {
	name := key.String()
	tables, schemas := rt.contents(n.path)
	isTable, isSchema := slices.Contains(tables, name), slices.Contains(schemas, name)
	isList := name == "tables" || name == "schemas" || name == "entities" && len(n.path) == 0
	switch {
	case key.Type() != lua.LTString:
		return nil, faultf("%s: tables have names, got the key %s", n, shown(key))
	case isList && (len(n.path) == 0 || !isTable && !isSchema):
		return rt.namesIn(n, name, tables, schemas), nil
	case isTable && isSchema:
		return nil, faultf("%s.%s is a table and a schema: write %s.tables.%s or %s.schemas.%s", n, name, n, name, n, name)
	case isTable:
		return rt.tableIn(n.path, name), nil
	case isSchema:
		return rt.namespace(namespace{append(slices.Clone(n.path), name)}), nil
	}
	var entities []string
	if len(n.path) == 0 {
		if e := rt.meta.LookupEntity(name); e != nil {
			return rt.entity(e), nil
		}
		entities = rt.entityNames()
	}
	what := "table"
	if len(entities) > 0 {
		what = "table or entity"
	}
	return nil, rt.unknownTable(n, what, name, slices.Concat(tables, schemas, entities))
}

// namesIn makes db.tables or db.schemas.
func (rt *Runtime) namesIn(n namespace, list string, tables, schemas []string) lua.LValue {
	of := names{what: n.String() + "." + list, all: tables}
	switch list {
	case "schemas":
		of.all = schemas
	case "entities":
		of.all = rt.entityNames()
	}
	return rt.names(of, keeping(named(of, func(name string) (lua.LValue, error) {
		switch {
		case !slices.Contains(of.all, name):
			return nil, rt.unknownTable(n, strings.TrimSuffix(list, "s"), name, of.all)
		case list == "tables":
			return rt.tableIn(n.path, name), nil
		case list == "entities":
			return rt.entity(rt.meta.LookupEntity(name)), nil
		}
		return rt.namespace(namespace{append(slices.Clone(n.path), name)}), nil
	})))
}

// names makes an object that has nothing but names.
func (rt *Runtime) names(of names, find finding) *lua.LUserData {
	return &lua.LUserData{Value: of, Metatable: rt.metatable(kindNames, finder(find))}
}

// named refuses keys that are no names.
func named(of names, find func(name string) (lua.LValue, error)) func(lua.LValue) (lua.LValue, error) {
	return func(key lua.LValue) (lua.LValue, error) {
		name, ok := key.(lua.LString)
		if !ok {
			return nil, faultf("%s has names, got the key %s", of, shown(key))
		}
		return find(string(name))
	}
}

func (rt *Runtime) entityNames() []string {
	var names []string
	for _, e := range rt.meta.Entities() {
		names = append(names, e.Name())
	}
	return names
}

func (rt *Runtime) tableIn(path []string, name string) lua.LValue {
	return rt.table(rt.meta.Lookup(append(slices.Clone(path), name)...))
}

// contents lists the tables and the schemas of a schema, in order of declaration.
func (rt *Runtime) contents(path []string) (tables, schemas []string) {
	for _, t := range rt.meta.Tables() {
		full := t.FullName()
		if len(full) <= len(path) || !slices.Equal(full[:len(path)], path) {
			continue
		}
		next := full[len(path)]
		if len(full) == len(path)+1 {
			tables = append(tables, next)
		} else if !slices.Contains(schemas, next) {
			schemas = append(schemas, next)
		}
	}
	return tables, schemas
}

// unknownTable says what is close, or where else there is a table of this name.
func (rt *Runtime) unknownTable(n namespace, what, name string, candidates []string) error {
	for _, t := range rt.meta.Tables() {
		if t.Name() == name {
			return faultf("%s has no table %q; there is db.%s", n, name, t)
		}
	}
	return faultf("%s has no %s %s", n, what, misspelt(lua.LString(name), candidates))
}

// entry is a name and what it stands for, as pairs gives them.
type entry struct {
	key   lua.LValue
	value func() (lua.LValue, error)
}

// entries lists what pairs and # go over.
func (st *State) entries(v any) []entry {
	var list []entry
	switch v := v.(type) {
	case *row:
		for i := range v.values {
			key := lua.LValue(lua.LNumber(i + 1))
			if name := v.shape.columns[i].Name; name != "" {
				key = lua.LString(name)
			}
			list = append(list, entry{key, func() (lua.LValue, error) { return st.cell(v, i) }})
		}
	case Record:
		for _, a := range v.Entity().Attributes() {
			if _, err := v.Member(a.Name()); err == nil { // else it was not loaded
				list = append(list, entry{lua.LString(a.Name()), func() (lua.LValue, error) { return st.recordMember(v, lua.LString(a.Name())) }})
			}
		}
	case columnsOf:
		for _, name := range columnNames(v.from) {
			list = append(list, entry{lua.LString(name), func() (lua.LValue, error) { return st.column(v.from, name) }})
		}
	case namespace:
		tables, _ := st.rt.contents(v.path)
		for _, name := range tables {
			list = append(list, entry{lua.LString(name), func() (lua.LValue, error) { return st.rt.tableIn(v.path, name), nil }})
		}
	case names:
		for _, name := range v.all {
			value := lua.LValue(lua.LTrue)
			if v.values != nil {
				value = v.values[name]
			}
			list = append(list, entry{lua.LString(name), func() (lua.LValue, error) { return value, nil }})
		}
	}
	return list
}

// iterator goes over entries in their order, for pairs.
func (st *State) iterator(list []entry) *lua.LFunction {
	at := 0
	return st.lua.NewFunction(func(l *lua.LState) int {
		if at == len(list) {
			return 0
		}
		e := list[at]
		at++
		v, err := e.value()
		if err != nil {
			st.raise(l, "pairs", err)
		}
		l.Push(e.key)
		l.Push(v)
		return 2
	})
}
