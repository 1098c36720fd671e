package luabind

import (
	"encoding/hex"
	"slices"

	lua "github.com/yuin/gopher-lua"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/luabind/luasource"
	"github.com/sqlser/sqlser/schema"
)

// queryMethods are those that need a codec or a compiler, or build no nodes.
func queryMethods() []*method {
	own := func(on expr.Receiver, name, gives, doc string, args []expr.Arg, optional int, host func(*State, any, []any) ([]lua.LValue, error)) *method {
		return &method{Method: expr.Method{On: on, Name: name, Doc: doc, Args: args, Optional: optional}, host: host, gives: gives}
	}
	pure := func(m *method) *method {
		m.pure = true
		return m
	}
	list := []*method{
		pure(own(expr.OnModule, "node", "any", "a node by its kind and fields, as bytes have them: sql.node(\"binary\", {op = 1, left = x, right = y}); it is for what no method builds",
			[]expr.Arg{{Name: "kind", Kind: expr.ArgString}, {Name: "fields", Kind: argTable}}, 0, (*State).node)),
		own(expr.OnModule, "plugin", "any", "what a plugin's script returns: {api = 1, name, version, doc, queries = {name = {doc, params, options, build}}}",
			[]expr.Arg{{Name: "plugin", Kind: argTable}}, 0, (*State).plugin),
		own(expr.OnModule, "load", "any", "what bytes are of, bound to db", []expr.Arg{{Name: "bytes", Kind: expr.ArgBytes}}, 0, (*State).load),
	}
	for _, on := range []expr.Receiver{expr.OnQuery, expr.OnChange} {
		list = append(list,
			own(on, "sql", "string, any[]", "the SQL text, and a list of its arguments: local text, args = q:sql \"postgres\" print(text, unpack(args))", []expr.Arg{{Name: "dialect", Kind: expr.ArgString}}, 1, (*State).text),
			pure(own(on, "params", "self", "the statement with values for some or all of its parameters, which stay", []expr.Arg{{Name: "values", Kind: argTable}}, 0, (*State).bindParams)),
			own(on, "describe", "table", "a table of the statement's columns, tables, params and hash", nil, 0, (*State).describeQuery))
	}
	for _, on := range nodeReceivers {
		list = append(list,
			own(on, "dump", "string", "the bytes, as a string", nil, 0, (*State).dump),
			own(on, "hash", "string", "the identity, as hexadecimal digits", nil, 0, (*State).hash),
			pure(own(on, "lua", "string", "the source that builds the same again", nil, 0, (*State).sourceText)),
			pure(own(on, "diff", "table[]", "a list of what makes another differ from it: {path, kind, before, after, text}", []expr.Arg{{Name: "other", Kind: argNode}}, 0, (*State).diff)),
			pure(own(on, "shape", "string", "the identity but for the values of literals, as hexadecimal digits", nil, 0, (*State).shape)))
	}
	return list
}

func nodeOf(self any) expr.Node {
	if x, ok := self.(expr.Expr); ok {
		return x.Node()
	}
	n, _ := self.(expr.Node)
	return n
}

var errNoCodec = fault("the host grants no codec, which makes bytes")

func (st *State) dump(self any, _ []any) ([]lua.LValue, error) {
	if st.rt.codec == nil {
		return nil, errNoCodec
	}
	n := nodeOf(self)
	if stmt, ok := n.(expr.Statement); ok { // bytes that no host could run are told here, where the script can be mended
		if _, err := expr.Resolve(expr.Given(stmt, func(string) bool { return true })); err != nil {
			return nil, reasonOf(err)
		}
	}
	b, err := st.rt.codec.Dump(n)
	return []lua.LValue{lua.LString(b)}, err
}

func (st *State) hash(self any, _ []any) ([]lua.LValue, error) {
	if st.rt.codec == nil {
		return nil, errNoCodec
	}
	h, err := st.rt.codec.Hash(nodeOf(self))
	return []lua.LValue{lua.LString(h)}, err
}

func (st *State) sourceText(self any, _ []any) ([]lua.LValue, error) {
	text, err := luasource.Of(nodeOf(self), min(st.rt.limits.Source, st.rt.limits.Text))
	return []lua.LValue{lua.LString(text)}, err
}

func (st *State) diff(self any, args []any) ([]lua.LValue, error) {
	list := st.lua.NewTable()
	for _, c := range expr.Diff(nodeOf(self), args[0].(expr.Node)) {
		list.Append(st.record("path", c.Path, "kind", c.Kind.String(), "before", expr.Brief(c.Before), "after", expr.Brief(c.After), "text", c.String()))
	}
	return []lua.LValue{list}, nil
}

func (st *State) shape(self any, _ []any) ([]lua.LValue, error) {
	sum := expr.Shape(nodeOf(self))
	return []lua.LValue{lua.LString(hex.EncodeToString(sum[:]))}, nil
}

func (st *State) load(_ any, args []any) ([]lua.LValue, error) {
	if st.rt.codec == nil {
		return nil, errNoCodec
	}
	payload := args[0].(string)
	st.budget.charge(bytesOfCopy * int64(len(payload))) // its texts are copied
	n, err := st.rt.codec.Load([]byte(payload))
	if err != nil {
		return nil, err
	}
	st.budget.charge(bytesOfWork * int64(sizeOf(n)))
	if n == nil {
		return nil, faultf("the bytes are of nothing that a script can hold")
	}
	if err := errorIn(n); err != nil {
		return nil, err
	}
	return []lua.LValue{st.push(n)}, nil
}

// bindParams gives parameters values that stay.
func (st *State) bindParams(self any, args []any) ([]lua.LValue, error) {
	q, ok := nodeOf(self).(expr.Statement)
	if !ok {
		return nil, faultf("expected a statement")
	}
	values, err := st.params(q, args[0])
	if err != nil {
		return nil, err
	}
	bound, err := expr.Bind(q, values)
	if err != nil {
		return nil, reasonOf(err)
	}
	return []lua.LValue{st.push(bound)}, nil
}

func (st *State) text(self any, args []any) ([]lua.LValue, error) {
	if st.rt.compiler == nil {
		return nil, fault("the host grants no compiler, which makes SQL")
	}
	dialect, _ := args[0].(string)
	text, values, err := st.rt.compiler.SQL(nodeOf(self), dialect)
	if err != nil {
		return nil, err
	}
	st.budget.charge(bytesOfArgument * int64(len(values)))
	list := st.lua.CreateTable(len(values), 0)
	for i, v := range values {
		shown, err := st.fromHost(v, schema.Unknown)
		if err != nil {
			return nil, err
		}
		list.RawSetInt(i+1, shown)
	}
	list.RawSetString("n", lua.LNumber(len(values))) // where NULL is one, # does not tell
	return []lua.LValue{lua.LString(text), list}, nil
}

// describeQuery tells what the query gives and needs, without running it.
func (st *State) describeQuery(self any, _ []any) ([]lua.LValue, error) {
	of := nodeOf(self)
	r, err := expr.Resolve(expr.Given(of, func(string) bool { return true }))
	if err != nil {
		return nil, err
	}
	optional := expr.OptionalParameters(of)
	columns, tables, params := st.lua.NewTable(), st.lua.NewTable(), st.lua.NewTable()
	for _, o := range r.Outputs().All() {
		columns.Append(st.record("name", o.Name, "type", o.Type.String()))
	}
	for _, t := range expr.DependenciesOf(of).Tables {
		tables.Append(lua.LString(t.String()))
	}
	for _, p := range expr.DependenciesOf(of).Parameters {
		t := st.record("name", p.Name(), "type", p.Type().String())
		if v, ok := p.Default(); ok {
			word := "default"
			if p.IsBound() {
				word = "bound"
			}
			t.RawSetString(word, st.fromValue(v))
		}
		st.describeAccepted(t, p)
		t.RawSetString("required", lua.LBool(!hasDefault(p) && !slices.ContainsFunc(optional, func(q *expr.Parameter) bool { return q.Name() == p.Name() })))
		params.Append(t)
	}
	out := st.lua.NewTable()
	out.RawSetString("columns", columns)
	out.RawSetString("tables", tables)
	out.RawSetString("params", params)
	if st.rt.codec != nil {
		h, err := st.rt.codec.Hash(nodeOf(self))
		if err != nil {
			return nil, err
		}
		out.RawSetString("hash", lua.LString(h))
	}
	return []lua.LValue{out}, nil
}

// describeAccepted tells which values a parameter takes, and what it is for.
func (st *State) describeAccepted(t *lua.LTable, p *expr.Parameter) {
	if v := p.Min(); !v.IsNull() {
		t.RawSetString("min", st.fromValue(v))
	}
	if v := p.Max(); !v.IsNull() {
		t.RawSetString("max", st.fromValue(v))
	}
	if p.Enum().Len() > 0 {
		list := st.lua.NewTable()
		for _, v := range p.Enum().All() {
			list.Append(st.fromValue(v))
		}
		t.RawSetString("enum", list)
	}
	if p.Doc() != "" {
		t.RawSetString("doc", lua.LString(p.Doc()))
	}
}

func hasDefault(p *expr.Parameter) bool { _, ok := p.Default(); return ok }

// record makes a table of names and texts, in turn.
func (st *State) record(pairs ...string) *lua.LTable {
	t := st.lua.CreateTable(0, len(pairs)/2)
	for i := 0; i < len(pairs); i += 2 {
		t.RawSetString(pairs[i], lua.LString(pairs[i+1]))
	}
	return t
}
