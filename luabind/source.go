package luabind

import (
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// source makes the object of a source; a table of the metadata has one for all states.
func (st *State) source(s expr.Source) *lua.LUserData {
	switch of := s.Identity().(type) {
	case *schema.Table:
		if ud := st.rt.table(of); ud != nil {
			return ud
		}
	case *schema.Entity:
		if ud := st.rt.entity(of); ud != nil && s.Op() == expr.OpEntity {
			return ud
		}
	}
	return st.wrap(kindSource, s)
}

// table returns the object of a table of the metadata, or nil. It has an index of its
// own, so that its columns are found without leaving the machine.
func (rt *Runtime) table(t *schema.Table) *lua.LUserData {
	if ud, ok := rt.tables.Load(t); ok {
		return ud.(*lua.LUserData)
	}
	if t.MetaData() != rt.meta {
		return nil
	}
	kept, _ := rt.tables.LoadOrStore(t, rt.shared(expr.Table(t)))
	return kept.(*lua.LUserData)
}

// entity returns the object of an entity of the metadata, or nil.
func (rt *Runtime) entity(e *schema.Entity) *lua.LUserData {
	if ud, ok := rt.tables.Load(e); ok {
		return ud.(*lua.LUserData)
	}
	if e.MetaData() != rt.meta {
		return nil
	}
	kept, _ := rt.tables.LoadOrStore(e, rt.shared(expr.Entity(e)))
	return kept.(*lua.LUserData)
}

// shared makes the object of a source that all states have.
func (rt *Runtime) shared(s expr.Source) *lua.LUserData {
	columns, members := map[string]lua.LValue{}, map[string]lua.LValue{}
	for name, f := range rt.functions[kindSource] {
		members[name] = f
	}
	for _, name := range columnNames(s) {
		if x := s.C(name); x.Err() == nil {
			columns[name] = rt.wrap(kindExpr, x)
			members[name] = columns[name]
		}
	}
	for _, name := range relationshipsOf(s) {
		members[name] = rt.wrap(kindRelated, s.R(name))
	}
	members["c"] = rt.columns(s, columns)
	return &lua.LUserData{Value: s, Metatable: rt.metatable(kindSource, rt.index(members, func(st *State, _, key lua.LValue) (lua.LValue, error) {
		return st.fromMember(kindSource, s, key)
	}))}
}

// relationshipsOf lists the relationships of a source of an entity.
func relationshipsOf(s expr.Source) (names []string) {
	if e := expr.EntityOf(s); e != nil {
		for _, r := range e.Relationships() {
			names = append(names, r.Name())
		}
	}
	return names
}

// fromMember is u.name: a column, which wins over a method of its name; or c; or a
// method.
func (st *State) fromMember(k kind, f expr.FromClause, key lua.LValue) (lua.LValue, error) {
	name, ok := key.(lua.LString)
	if !ok {
		return nil, faultf("%s: columns have names, got the key %s", describeFrom(f), shown(key))
	}
	if v := st.columns[columnKey{f, string(name)}]; v != nil && name != "c" { // u.c.c would be kept as u.c
		return v, nil
	}
	if s, ok := f.(expr.Source); ok && name != "c" { // most are
		if t := expr.TableOf(s); t != nil && t.Lookup(string(name)) != nil {
			return st.newColumn(columnKey{f, string(name)})
		}
	}
	if name == "c" {
		return st.rt.columns(f, nil), nil
	}
	m := st.rt.functions[k][string(name)]
	if hasColumn(f, string(name)) {
		if v, err := st.column(f, string(name)); err == nil || m == nil { // a join may have two of them
			return v, err
		}
	}
	what, names := "column or method", columnNames(f)
	if s, ok := f.(expr.Source); ok && expr.EntityOf(s) != nil {
		what = "attribute, relationship or method"
		related := relationshipsOf(s)
		if slices.Contains(related, string(name)) {
			return st.push(s.R(string(name))), nil
		}
		if strings.Contains(string(name), ".") { // of a subtype
			return st.column(f, string(name))
		}
		names = append(names, related...)
	}
	if m != nil {
		return m, nil
	}
	if now := renamed(f, string(name)); now != "" {
		return nil, faultf("%s has no %s %s; it was renamed to %q", describeFrom(f), what, shown(key), now)
	}
	return nil, st.rt.unknownMember(k, describeFrom(f), what, key, names)
}

// renamed is what the column or the attribute is called that had a name before; or "".
func renamed(f expr.FromClause, name string) string {
	s, ok := f.(expr.Source)
	if !ok {
		return ""
	}
	if e := expr.EntityOf(s); e != nil {
		for _, a := range e.Attributes() {
			if slices.Contains(a.FormerNames(), name) {
				return a.Name()
			}
		}
	} else if t := expr.TableOf(s); t != nil {
		for _, c := range t.Columns() {
			if slices.Contains(c.FormerNames(), name) {
				return c.Name()
			}
		}
	}
	return ""
}

// columnKey is a column of a source, for a state's objects of columns.
type columnKey struct {
	from expr.FromClause
	name string
}

// column is the column of a name, which f has.
func (st *State) column(f expr.FromClause, name string) (lua.LValue, error) {
	key := columnKey{f, name}
	if v := st.columns[key]; v != nil {
		return v, nil
	}
	return st.newColumn(key)
}

// newColumn makes the object of a column, which is the same from then on.
func (st *State) newColumn(key columnKey) (lua.LValue, error) {
	x := columnOf(key.from, key.name)
	if err := x.Err(); err != nil {
		return nil, err
	}
	st.budget.charge(bytesOfObject)
	v := st.wrap(kindExpr, x)
	if st.columns == nil {
		st.columns = map[columnKey]lua.LValue{}
	}
	st.columns[key] = v
	return v, nil
}

func columnOf(f expr.FromClause, name string) expr.Expr {
	if c, ok := f.(interface{ C(string) expr.Expr }); ok {
		return c.C(name)
	}
	return expr.Expr{}
}

// hasColumn reports whether a source, or one of a join, has a column.
func hasColumn(f expr.FromClause, name string) bool {
	switch f := f.(type) {
	case expr.Source:
		if t := expr.TableOf(f); t != nil {
			return t.Lookup(name) != nil
		}
		return len(f.Find(name)) > 0
	case *expr.JoinClause:
		return hasColumn(f.Left(), name) || hasColumn(f.Right(), name)
	}
	return false
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

// columns makes u.c, of columns that are there or made when they are asked for. If u
// has a column c, u.c is that column; its own members are then the columns of u, and
// the methods of an expression.
func (rt *Runtime) columns(f expr.FromClause, columns map[string]lua.LValue) lua.LValue {
	own := columnOf(f, "c")
	if own.Node() == nil || own.Err() != nil {
		mt := rt.metatables[kindColumns]
		if columns != nil {
			mt = rt.metatable(kindColumns, rt.index(columns, func(st *State, _, key lua.LValue) (lua.LValue, error) {
				return st.columnsMember(f, nil, key)
			}))
		}
		return &lua.LUserData{Value: columnsOf{f}, Metatable: mt}
	}
	mt := rt.metatable(kindExpr, rt.index(columns, func(st *State, _, key lua.LValue) (lua.LValue, error) {
		return st.columnsMember(f, rt.functions[kindExpr], key)
	}))
	mt.RawSetString("__len", goFunction(func(l *lua.LState) int { l.Push(lua.LNumber(len(columnNames(f)))); return 1 }))
	mt.RawSetString("__pairs", shared(func(st *State, l *lua.LState) int { l.Push(st.iterator(st.entries(columnsOf{f}))); return 1 }))
	return &lua.LUserData{Value: own, Metatable: mt}
}

// columnsMember is u.c.name.
func (st *State) columnsMember(f expr.FromClause, methods map[string]*lua.LFunction, key lua.LValue) (lua.LValue, error) {
	name, _ := key.(lua.LString)
	if names := columnNames(f); slices.Contains(names, string(name)) {
		return st.column(f, string(name))
	} else if methods == nil {
		return nil, faultf("%s has no column %s", describeFrom(f), misspelt(key, names))
	}
	if m := methods[string(name)]; m != nil {
		return m, nil
	}
	return nil, st.rt.unknownMember(kindExpr, kindTable[kindExpr].name, "method", key, nil)
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
