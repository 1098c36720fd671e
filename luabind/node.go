package luabind

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	lua "github.com/yuin/gopher-lua"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// node is sql.node(kind, fields): a node of its fields, as bytes have them. It is checked
// as what is read from bytes is, and needs the grants that it would need there.
func (st *State) node(_ any, args []any) ([]lua.LValue, error) {
	kind, fields := args[0].(string), args[1].(*lua.LTable)
	var names []string
	for op := expr.Op(1); op.Known(); op++ {
		if op.String() == kind {
			return st.readNode(op, fields)
		}
		names = append(names, op.String())
	}
	return nil, faultf("there is no node kind %s", misspelt(lua.LString(kind), names))
}

func (st *State) readNode(op expr.Op, fields *lua.LTable) ([]lua.LValue, error) {
	r := &nodeReader{st: st}
	r.enter(fields)
	n, err := expr.Read(op, expr.Reading(r))
	if r.err == nil { // else it has not seen all fields
		if unknown := r.leave(); unknown != nil {
			return nil, unknown
		}
	}
	if err != nil {
		return nil, err
	}
	for _, g := range expr.GrantsOf(n) {
		if !st.rt.grants[g] {
			return nil, faultf("it needs the grant %q, which the host does not give", g)
		}
	}
	return []lua.LValue{st.push(n)}, nil
}

// nodeReader is an expr.Reader of Lua tables: a record is a table of fields by name.
type nodeReader struct {
	st    *State
	outer []tableRecord
	tableRecord
	err error
}

// tableRecord is a table that is read.
type tableRecord struct {
	table *lua.LTable
	known []string   // the fields that it may have
	name  string     // of the field that is read
	value lua.LValue // of that field, or
	items []lua.LValue
}

func (r *nodeReader) enter(t *lua.LTable) {
	r.outer = append(r.outer, r.tableRecord)
	r.tableRecord = tableRecord{table: t}
}

// leave goes back to the table around, and refuses fields that there are none of.
func (r *nodeReader) leave() error {
	for _, f := range fields(r.table) {
		if name, ok := f.key.(lua.LString); !ok || !slices.Contains(r.known, string(name)) {
			return faultf("no field %s", misspelt(f.key, r.known))
		}
	}
	last := len(r.outer) - 1
	r.tableRecord, r.outer = r.outer[last], r.outer[:last]
	return nil
}

// next is the value to read: that of the field, or the next of its list.
func (r *nodeReader) next() lua.LValue {
	if r.items == nil {
		return r.value
	}
	if len(r.items) == 0 {
		return lua.LNil
	}
	v := r.items[0]
	r.items = r.items[1:]
	return v
}

func (r *nodeReader) Field(name string) bool {
	if r.err != nil {
		return false
	}
	r.known = append(r.known, name)
	r.name, r.value, r.items = name, r.table.RawGetString(name), nil
	return r.value != lua.LNil
}

func (r *nodeReader) Fail(err error) {
	if r.err == nil {
		r.err = err
	}
}

func (r *nodeReader) Err() error { return r.err }

// wrong says what a field should be.
func (r *nodeReader) wrong(expected string, v lua.LValue) {
	r.Fail(&namedFault{r.name, faultf("expected %s, got %s", expected, describe(v))})
}

func (r *nodeReader) Bool() bool {
	v := r.next()
	if v != lua.LTrue {
		r.wrong("true, or nothing", v)
	}
	return v == lua.LTrue
}

func (r *nodeReader) Code() uint8 { return uint8(r.number(math.MaxUint8)) }

func (r *nodeReader) number(limit float64) float64 {
	v := r.next()
	n, ok := v.(lua.LNumber)
	if f := float64(n); !ok || f != math.Trunc(f) || f < 0 || f > limit {
		r.wrong(fmt.Sprintf("a whole number up to %.0f", limit), v)
		return 0
	}
	return float64(n)
}

func (r *nodeReader) String() string {
	v := r.next()
	s, ok := v.(lua.LString)
	if !ok {
		r.wrong("a string", v)
	}
	return string(s)
}

// Value reads {kind = "double", bits = "0", text = ""}: what a value is made of.
func (r *nodeReader) Value() expr.Value { return r.valueIn(r.next()) }

func (r *nodeReader) valueIn(v lua.LValue) expr.Value {
	t, ok := v.(*lua.LTable)
	if !ok {
		r.wrong("{kind = name, bits = digits, text = text}", v)
		return expr.Value{}
	}
	text := func(name string) string {
		s, _ := t.RawGetString(name).(lua.LString)
		return string(s)
	}
	bits, err := strconv.ParseInt("0"+text("bits"), 10, 64)
	if s := text("bits"); len(s) > 0 && s[0] == '-' {
		bits, err = strconv.ParseInt(s, 10, 64)
	}
	if err != nil {
		r.wrong("bits as digits", t.RawGetString("bits"))
		return expr.Value{}
	}
	made, err := expr.NewValue(kindOfType(text("kind")), bits, text("text"))
	if err != nil {
		r.Fail(&namedFault{r.name, err})
	}
	return made
}

func kindOfType(name string) schema.Kind {
	for _, k := range schema.Kinds() {
		if k.String() == name {
			return k
		}
	}
	return schema.KindUnknown
}

// Type reads a type, or {kind = name, size = n, ...}: what one is made of.
func (r *nodeReader) Type() schema.Type { return r.typeIn(r.next()) }

func (r *nodeReader) typeIn(v lua.LValue) schema.Type {
	if t, ok := userdata(v).(schema.Type); ok {
		return t
	}
	t, ok := v.(*lua.LTable)
	if !ok {
		r.wrong("a type such as sql.types.integer", v)
		return schema.Type{}
	}
	text := func(name string) string {
		s, _ := t.RawGetString(name).(lua.LString)
		return string(s)
	}
	number := func(name string, limit float64) float64 {
		n, _ := t.RawGetString(name).(lua.LNumber)
		if f := float64(n); f >= 0 && f <= limit {
			return f
		}
		r.wrong("a whole number of 0 or more as the "+name, t.RawGetString(name))
		return 0
	}
	var labels []string
	if list, ok := t.RawGetString("labels").(*lua.LTable); ok {
		for i := range list.Len() {
			s, _ := list.RawGetInt(i + 1).(lua.LString)
			labels = append(labels, string(s))
		}
	}
	size, scale := uint32(number("size", math.MaxUint32)), uint16(number("scale", math.MaxUint16))
	made, err := schema.NewType(kindOfType(text("kind")), size, scale, t.RawGetString("array") == lua.LTrue, text("name"), labels)
	if err != nil {
		r.Fail(&namedFault{r.name, err})
		return schema.Type{}
	}
	made = made.InSchema(text("schema"))
	if id := text("host"); id != "" {
		if made, ok = r.st.rt.meta.BindType(schema.StoredHostType(id, made)); !ok {
			r.Fail(&namedFault{r.name, faultf("the host has no type %q", id)})
		}
	}
	return made
}

func (r *nodeReader) Node() expr.Node {
	v := r.next()
	switch u := userdata(v).(type) {
	case expr.Expr:
		return u.Node()
	case expr.Source:
		if expr.EntityOf(u) != nil { // whole, among columns
			return expr.Select(u).Items().At(0).Expr().Node()
		}
		return u
	case expr.Node:
		return u
	}
	r.wrong("an expression, a query or a join", v)
	return nil
}

func (r *nodeReader) Source() expr.Source {
	v := r.next()
	s, ok := userdata(v).(expr.Source)
	if !ok {
		r.wrong("a source", v)
	}
	return s
}

func (r *nodeReader) From() expr.FromClause {
	v := r.next()
	f, ok := userdata(v).(expr.FromClause)
	if !ok {
		r.wrong("a source or a join", v)
	}
	return f
}

// Column reads {source, name}, or {source, number} of a source that has columns of its own.
func (r *nodeReader) Column() (expr.Source, *schema.Column, int) {
	v := r.next()
	t, _ := v.(*lua.LTable)
	if t == nil {
		r.wrong("{source, name}", v)
		return nil, nil, 0
	}
	s, ok := userdata(t.RawGetInt(1)).(expr.Source)
	if !ok {
		r.wrong("a source", t.RawGetInt(1))
		return nil, nil, 0
	}
	table := expr.TableOf(s)
	switch key := t.RawGetInt(2).(type) {
	case lua.LString:
		if table != nil {
			if c := table.Lookup(string(key)); c != nil {
				return s, c, 0
			}
		}
	case lua.LNumber:
		if i := int(key); table == nil && key == lua.LNumber(i) && i >= 0 && i < len(s.Columns()) {
			return s, nil, i
		}
	}
	r.Fail(&namedFault{r.name, faultf("%s has no column %s", describeFrom(s), shown(t.RawGetInt(2)))})
	return nil, nil, 0
}

// Table reads a table, or {schema, name}.
func (r *nodeReader) Table() *schema.Table {
	v := r.next()
	if list, ok := v.(*lua.LTable); ok {
		path := make([]string, list.Len())
		for i := range path {
			path[i] = list.RawGetInt(i + 1).String()
		}
		if t := r.st.rt.meta.Lookup(path...); t != nil {
			return t
		}
	}
	if s, ok := userdata(v).(*expr.TableSource); ok {
		return s.Table()
	}
	r.wrong("a table", v)
	return nil
}

func (r *nodeReader) Function() *expr.Function {
	name := r.String()
	fn := r.st.rt.own.Lookup(name)
	switch {
	case fn != nil:
	case r.st.rt.grants[expr.FunctionGrant(name)]:
		fn = expr.UnknownFunction(name)
	default:
		r.Fail(&namedFault{r.name, faultf("there is no function %s", misspelt(lua.LString(name), r.st.rt.own.Names()))})
	}
	return fn
}

// Parameter reads {name = name, type = type, default = value, min = value, max =
// value, enum = list of values, doc = text, bound = true}.
func (r *nodeReader) Parameter() *expr.Parameter {
	v := r.next()
	t, ok := v.(*lua.LTable)
	if !ok {
		r.wrong("{name = name, type = type}", v)
		return nil
	}
	name, _ := t.RawGetString("name").(lua.LString)
	p := expr.NewParameter(string(name), r.typeIn(t.RawGetString("type")))
	if d := t.RawGetString("default"); d != lua.LNil {
		p = p.WithDefault(r.valueIn(d))
	}
	if v := t.RawGetString("min"); v != lua.LNil {
		p = p.WithMin(r.valueIn(v))
	}
	if v := t.RawGetString("max"); v != lua.LNil {
		p = p.WithMax(r.valueIn(v))
	}
	if v, ok := t.RawGetString("enum").(*lua.LTable); ok {
		values := make([]expr.Value, v.Len())
		for i := range values {
			values[i] = r.valueIn(v.RawGetInt(i + 1))
		}
		p = p.WithEnum(values...)
	}
	if v, ok := t.RawGetString("doc").(lua.LString); ok {
		p = p.WithDoc(string(v))
	}
	if v, ok := p.Default(); ok && t.RawGetString("bound") == lua.LTrue {
		p = p.Bound(v)
	}
	return p
}

// Entity reads an entity.
func (r *nodeReader) Entity() *schema.Entity {
	v := r.next()
	if s, ok := userdata(v).(*expr.EntitySource); ok {
		return s.Entity()
	}
	r.wrong("an entity", v)
	return nil
}

// Attribute reads {entity, name}.
func (r *nodeReader) Attribute() *schema.Attribute {
	return member(r, "attribute", (*schema.Entity).Attribute)
}

// Relationship reads {entity, name}.
func (r *nodeReader) Relationship() *schema.Relationship {
	return member(r, "relationship", (*schema.Entity).Relationship)
}

func member[T any](r *nodeReader, what string, lookup func(*schema.Entity, string) *T) *T {
	v := r.next()
	if t, ok := v.(*lua.LTable); ok {
		if s, ok := userdata(t.RawGetInt(1)).(*expr.EntitySource); ok {
			name := t.RawGetInt(2)
			if m := lookup(s.Entity(), name.String()); m != nil {
				return m
			}
			r.Fail(&namedFault{r.name, faultf("%s has no %s %s", s.Name(), what, misspelt(name, s.Entity().MemberNames()))})
			return nil
		}
	}
	r.wrong("{entity, name}", v)
	return nil
}

func (r *nodeReader) List() int {
	t, ok := r.value.(*lua.LTable)
	if !ok || t.Len() == 0 {
		r.wrong("a list", r.value)
		return 0
	}
	items, err := listItems(t)
	if err != nil {
		r.Fail(&namedFault{r.name, err})
		return 0
	}
	r.items = items
	return len(items)
}

func (r *nodeReader) Open() {
	v := r.next()
	t, ok := v.(*lua.LTable)
	if !ok {
		r.wrong("a table of fields", v)
		t = r.st.lua.NewTable()
	}
	r.enter(t)
}

func (r *nodeReader) Close() {
	if err := r.leave(); err != nil {
		r.Fail(err)
	}
}
