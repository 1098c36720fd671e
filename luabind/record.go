package luabind

import (
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/sqlser/sqlser/schema"
)

// Record is one of an entity, as [Rows] may give it for a whole entity among a query's
// columns: scripts read its attributes and relationships by name. An engine.Record is one.
type Record interface {
	Entity() *schema.Entity

	// Member returns an attribute, as Rows gives values, or what a relationship leads to: a
	// Record or nil, or a []any of Records. The error is of what was not loaded, or that there is
	// not.
	Member(name string) (any, error)
}

// recordMember is user.name and user.addresses.
func (st *State) recordMember(r Record, key lua.LValue) (lua.LValue, error) {
	e := r.Entity()
	name, _ := key.(lua.LString)
	a := e.Attribute(string(name))
	if a == nil && e.Relationship(string(name)) == nil {
		if _, numbered := key.(lua.LNumber); numbered {
			return nil, faultf("%s has no attribute or relationship %s: one of an entity is read by name, such as %s", e, key, e.MemberNames()[0])
		}
		if string(name) == e.Name() {
			return nil, faultf("%s has no attribute or relationship %q: what the row holds is one %[1]s, and the row is it", e, string(name))
		}
		return nil, faultf("%s has no attribute or relationship %s", e, misspelt(key, e.MemberNames()))
	}
	v, err := r.Member(string(name))
	if err != nil {
		return nil, err
	}
	switch v := v.(type) {
	case Record:
		return st.wrap(kindRecord, v), nil
	case []any:
		st.budget.charge(int64(bytesOfTable + 32*len(v)))
		list := st.lua.NewTable()
		for _, one := range v {
			if r, ok := one.(Record); ok {
				list.Append(st.wrap(kindRecord, r))
			}
		}
		return list, nil
	}
	var t schema.Type
	if a != nil {
		t = a.Type()
	}
	return st.fromHost(v, t)
}

// recordText is a record as tostring shows it: User{id = 1, name = "ann"}, what was loaded
// of its attributes.
func (st *State) recordText(r Record) string {
	var parts []string
	for _, a := range r.Entity().Attributes() {
		v, err := r.Member(a.Name())
		if err != nil {
			continue
		}
		if value, err := st.fromHost(v, a.Type()); err == nil {
			parts = append(parts, a.Name()+" = "+st.shownCell(value))
		}
	}
	return r.Entity().Name() + "{" + strings.Join(parts, ", ") + "}"
}
