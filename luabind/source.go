package luabind

import (
	"slices"

	lua "github.com/yuin/gopher-lua"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// source makes the object of a source; a table has one in a state.
func (st *State) source(s expr.Source) *lua.LUserData {
	t, isTable := s.Identity().(*schema.Table)
	if isTable && st.tables[t] != nil {
		return st.tables[t]
	}
	ud := st.from(kindSource, s)
	if isTable {
		st.tables[t] = ud
	}
	return ud
}

func (st *State) join(j expr.FromClause) *lua.LUserData { return st.from(kindJoin, j) }

// from makes the object of what stands in FROM: with an index of its own, so that
// its columns are found without leaving the machine, each the same object always.
func (st *State) from(k kind, f expr.FromClause) *lua.LUserData {
	columns := &columnCache{st: st, from: f, objects: map[string]lua.LValue{}}
	return &lua.LUserData{Value: f, Metatable: st.metatable(k, st.index(func(key lua.LValue) (lua.LValue, error) {
		return st.fromMember(k, f, columns, key)
	}))}
}

// columnCache keeps the objects of a source's columns, for u.name and u.c.name.
type columnCache struct {
	st      *State
	from    expr.FromClause
	objects map[string]lua.LValue
}

// get returns the column of a name, which the source has.
func (c *columnCache) get(name string) (lua.LValue, error) {
	if v := c.objects[name]; v != nil {
		return v, nil
	}
	v, err := c.st.column(c.from, name)
	if err == nil {
		c.objects[name] = v
	}
	return v, err
}

// fromMember is u.name: a column, which wins over a method of its name; or c; or a
// method.
func (st *State) fromMember(k kind, f expr.FromClause, columns *columnCache, key lua.LValue) (lua.LValue, error) {
	name, ok := key.(lua.LString)
	if !ok {
		return nil, faultf("%s: columns have names, got the key %s", describeFrom(f), shown(key))
	}
	if name == "c" {
		return st.columns(f, columns), nil
	}
	m, names := st.rt.methods[k][string(name)], columnNames(f)
	if slices.Contains(names, string(name)) {
		if v, err := columns.get(string(name)); err == nil || m == nil { // a join may have two of them
			return v, err
		}
	}
	if m != nil {
		return st.bind(k, m), nil
	}
	return nil, st.rt.unknownMember(k, describeFrom(f), "column or method", key, names)
}

// column is the column of a name, which f has.
func (st *State) column(f expr.FromClause, name string) (lua.LValue, error) {
	x := columnOf(f, name)
	if err := x.Err(); err != nil {
		return nil, err
	}
	return st.wrap(kindExpr, x), nil
}

func columnOf(f expr.FromClause, name string) expr.Expr {
	if c, ok := f.(interface{ C(string) expr.Expr }); ok {
		return c.C(name)
	}
	return expr.Expr{}
}

// columnNames lists the columns of a source, or of all sources of a join.
func columnNames(f expr.FromClause) []string {
	var names []string
	for _, s := range sourcesOf(f) {
		for _, o := range s.Columns() {
			names = append(names, o.Name)
		}
	}
	return names
}

func sourcesOf(f expr.FromClause) []expr.Source {
	switch f := f.(type) {
	case expr.Source:
		return []expr.Source{f}
	case *expr.JoinClause:
		return append(sourcesOf(f.Left()), sourcesOf(f.Right())...)
	}
	return nil
}

func describeFrom(f expr.FromClause) string {
	if s, ok := f.(expr.Source); ok && s.Name() != "" {
		return s.Name()
	}
	return "the join"
}

// columnsOf is u.c: the columns and nothing else.
type columnsOf struct{ from expr.FromClause }

func (c columnsOf) describe() string { return "the columns of " + describeFrom(c.from) }
func (c columnsOf) String() string   { return c.describe() }

// columns makes u.c. If u has a column c, u.c is that column; its own members are
// then the columns of u, and the methods of an expression.
func (st *State) columns(f expr.FromClause, columns *columnCache) lua.LValue {
	names := columnNames(f)
	own, _ := st.column(f, "c")
	index := st.index(func(key lua.LValue) (lua.LValue, error) {
		name, _ := key.(lua.LString)
		if slices.Contains(names, string(name)) {
			return columns.get(string(name))
		}
		if own != nil {
			return st.methodMember(kindExpr, key)
		}
		return nil, faultf("%s has no column %s", describeFrom(f), misspelt(key, names))
	})
	if ud, ok := own.(*lua.LUserData); ok {
		mt := st.metatable(kindExpr, index)
		mt.RawSetString("__len", st.lua.NewFunction(func(l *lua.LState) int { l.Push(lua.LNumber(len(names))); return 1 }))
		mt.RawSetString("__pairs", st.lua.NewFunction(func(l *lua.LState) int { l.Push(st.iterator(st.entries(columnsOf{f}))); return 1 }))
		return &lua.LUserData{Value: ud.Value, Metatable: mt}
	}
	return &lua.LUserData{Value: columnsOf{f}, Metatable: st.metatable(kindColumns, index)}
}

// owns reports whether v is what a column hides a method of: its source, a join of
// that, or the column c, through which it was named.
func (st *State) owns(v lua.LValue, column *expr.ColumnExpr) (kind, bool) {
	same := func(x expr.Expr) bool {
		c, ok := x.Node().(*expr.ColumnExpr)
		return ok && c.Source().Identity() == column.Source().Identity()
	}
	switch u := userdata(v).(type) {
	case expr.FromClause:
		k, _ := kindOf(u)
		return k, same(columnOf(u, column.Name()))
	case expr.Expr:
		c, ok := u.Node().(*expr.ColumnExpr)
		return kindExpr, ok && c.Name() == "c" && same(u)
	}
	return 0, false
}
