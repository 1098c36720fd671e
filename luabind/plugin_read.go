package luabind

import (
	"errors"
	"maps"
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// maxSaved is how many queries a plugin may have, each combination of options counted.
const maxSaved = 1000

// pluginObject is what sql.plugin gives.
type pluginObject struct{ table *lua.LTable }

func (*pluginObject) describe() string { return "a plugin" }
func (*pluginObject) String() string   { return string(OpaquePlugin) }

// plugin is sql.plugin{...}: what is in it is read when the script has ended.
func (st *State) plugin(_ any, args []any) ([]lua.LValue, error) {
	return []lua.LValue{st.wrap(kindNames, &pluginObject{args[0].(*lua.LTable)})}, nil
}

// pluginReader reads what a plugin declares, and keeps every error.
type pluginReader struct {
	st    *State
	file  string
	errs  []*Error
	saved int
}

// fail keeps an error of what is at a place, such as `query "top": parameter "n"`.
func (r *pluginReader) fail(at string, err error) {
	var e *Error
	if !errors.As(err, &e) {
		e = &Error{Code: CodeCall, File: r.file, Reason: err.Error(), Cause: causeOf(err)}
	}
	own := *e
	if at != "" {
		own.Reason = at + ": " + own.Reason
	}
	own.Reason = clipped(own.Reason)
	if len(r.errs) < maxPluginErrors {
		r.errs = append(r.errs, &own)
	}
}

func causeOf(err error) error {
	if isFault(err) {
		return nil
	}
	return err
}

// keys goes over a table that may have these keys only.
func (r *pluginReader) keys(at string, t *lua.LTable, read map[string]func(lua.LValue)) {
	for _, f := range fields(t) {
		name, _ := f.key.(lua.LString)
		if do := read[string(name)]; do != nil {
			do(f.value)
			continue
		}
		r.fail(at, faultf("it has no %s", misspelt(f.key, slices.Sorted(maps.Keys(read)))))
	}
}

// text reads a text that is not empty.
func (r *pluginReader) text(at string, p *string) func(lua.LValue) {
	return func(v lua.LValue) {
		s, ok := v.(lua.LString)
		if !ok || s == "" {
			r.fail(at, faultf("expected a text, got %s", describe(v)))
		}
		*p = string(s)
	}
}

func (r *pluginReader) table(at string, v lua.LValue) *lua.LTable {
	t, ok := v.(*lua.LTable)
	if !ok {
		r.fail(at, faultf("expected a table, got %s", describe(v)))
		return nil
	}
	return t
}

func (r *pluginReader) read() *Plugin {
	object, ok := userdata(r.st.lua.Get(1)).(*pluginObject)
	if !ok || r.st.lua.GetTop() != 1 {
		r.fail("", faultf("expected the script to return sql.plugin{...}, got %s", describe(r.st.lua.Get(1))))
		return nil
	}
	p := &Plugin{Queries: map[string]*PluginQuery{}}
	var queries *lua.LTable
	r.keys("the plugin", object.table, map[string]func(lua.LValue){
		"api": func(v lua.LValue) {
			if v != lua.LNumber(PluginAPI) {
				r.fail("api", faultf("expected %d, got %s", PluginAPI, shown(v)))
			}
			p.API = PluginAPI
		},
		"name": r.text("name", &p.Name), "version": r.text("version", &p.Version), "doc": r.text("doc", &p.Doc),
		"queries": func(v lua.LValue) { queries = r.table("queries", v) },
	})
	if p.API == 0 {
		r.fail("", faultf("the plugin has no api: write api = %d", PluginAPI))
	}
	if !isKeyPart(p.Name) {
		r.fail("name", faultf("expected letters, digits, \"_\", \"-\" and \".\", got %s", shown(lua.LString(p.Name))))
	}
	if p.Version == "" {
		r.fail("", faultf("the plugin has no version"))
	}
	if queries == nil {
		r.fail("", faultf("the plugin has no queries"))
		return p
	}
	for _, f := range fields(queries) {
		name, ok := f.key.(lua.LString)
		at := "query " + shown(f.key)
		if !ok || !isKeyPart(string(name)) {
			r.fail(at, faultf("expected a name of letters, digits, \"_\", \"-\" and \".\""))
			continue
		}
		if t := r.table(at, f.value); t != nil {
			r.query(p, string(name), at, t)
		}
		if r.st.budget.over != nil {
			break
		}
	}
	return p
}

// isKeyPart reports whether a name can stand in the key of a query, and in a file's.
func isKeyPart(s string) bool {
	if s == "" || len(s) > 64 || s[0] == '.' {
		return false
	}
	for _, c := range []byte(s) {
		letter := c|0x20 >= 'a' && c|0x20 <= 'z'
		if !letter && (c < '0' || c > '9') && c != '_' && c != '-' && c != '.' {
			return false
		}
	}
	return true
}

// option is a choice that a query leaves to its host.
type option struct {
	name    string
	choices []string
	values  map[string]lua.LValue // what build is given for each: what it stands for, or itself
}

func (r *pluginReader) query(p *Plugin, name, at string, t *lua.LTable) {
	q := PluginQuery{Name: name}
	params := map[string]lua.LValue{}
	var options []option
	var build *lua.LFunction
	before := len(r.errs)
	r.keys(at, t, map[string]func(lua.LValue){
		"doc": r.text(at+": doc", &q.Doc),
		"params": func(v lua.LValue) {
			if t := r.table(at+": params", v); t != nil {
				r.params(at, t, params)
			}
		},
		"options": func(v lua.LValue) {
			if t := r.table(at+": options", v); t != nil {
				options = r.options(at, t)
			}
		},
		"build": func(v lua.LValue) {
			f, ok := v.(*lua.LFunction)
			if !ok {
				r.fail(at+": build", faultf("expected a function, got %s", describe(v)))
			}
			build = f
		},
	})
	if build == nil && len(r.errs) == before {
		r.fail(at, faultf("it has no build: write build = function(p, o) return sql.select(...) end"))
	}
	if len(r.errs) > before {
		return
	}
	r.combine(options, map[string]string{}, func(chosen map[string]string) {
		one := q
		if len(chosen) > 0 {
			one.Options = maps.Clone(chosen)
		}
		at := "query " + shown(lua.LString(one.Key()))
		if r.saved++; r.saved > maxSaved {
			if r.saved == maxSaved+1 {
				r.fail(at, faultf("the plugin has more than %d queries, each combination of options counted", maxSaved))
			}
			return
		}
		if err := r.build(&one, build, params, options); err != nil {
			r.fail(at, err)
			return
		}
		p.Queries[one.Key()] = &one
	})
}

// combine calls f for each combination of choices.
func (r *pluginReader) combine(options []option, chosen map[string]string, f func(map[string]string)) {
	if len(options) == 0 {
		f(chosen)
		return
	}
	for _, c := range options[0].choices {
		if r.saved > maxSaved || r.st.budget.over != nil {
			return
		}
		chosen[options[0].name] = c
		r.combine(options[1:], chosen, f)
	}
	delete(chosen, options[0].name)
}

func (r *pluginReader) options(at string, t *lua.LTable) []option {
	var list []option
	for _, f := range fields(t) {
		name, ok := f.key.(lua.LString)
		at := at + ": option " + shown(f.key)
		choices, isTable := f.value.(*lua.LTable)
		if !ok || !isKeyPart(string(name)) || !isTable || len(fields(choices)) == 0 {
			r.fail(at, faultf("expected name = {\"choice\", ...} or {choice = value, ...}"))
			continue
		}
		o := option{name: string(name), values: map[string]lua.LValue{}}
		if err := o.read(choices); err != nil {
			r.fail(at, err)
			continue
		}
		list = append(list, o)
	}
	return list
}

// read takes the choices of {"name", "total"}, {10, 100} or {true, false}, each of which stands for
// itself, or of {name = u.name, total = total}.
func (o *option) read(t *lua.LTable) error {
	for _, f := range fields(t) {
		choice, value := f.key, f.value
		if _, listed := f.key.(lua.LNumber); listed {
			choice = f.value
		}
		text := ""
		switch choice.Type() {
		case lua.LTString, lua.LTNumber, lua.LTBool:
			text = choice.String()
		}
		switch {
		case !isKeyPart(text):
			return faultf("expected choices of letters, digits, \"_\", \"-\" and \".\", or {choice = value, ...}, got %s", shown(choice))
		case o.values[text] != nil:
			return faultf("the choice %s stands twice", shown(choice))
		}
		o.choices = append(o.choices, text)
		o.values[text] = value
	}
	return nil
}

// params reads name = type, or name = {type, default = ..., ...} as sql.param has it.
func (r *pluginReader) params(at string, t *lua.LTable, params map[string]lua.LValue) {
	for _, f := range fields(t) {
		name, ok := f.key.(lua.LString)
		at := at + ": parameter " + shown(f.key)
		if !ok {
			r.fail(at, faultf("expected name = type"))
			continue
		}
		given, o := f.value, expr.ParamOptions{}
		if spec, isTable := given.(*lua.LTable); isTable {
			rest := &lua.LTable{Metatable: lua.LNil}
			for _, field := range fields(spec) {
				if field.key == lua.LNumber(1) {
					given = field.value
				} else {
					rest.RawSet(field.key, field.value)
				}
			}
			options, err := paramOptions(rest)
			if err != nil {
				r.fail(at, err)
				continue
			}
			o = options.(expr.ParamOptions)
		}
		typ, isType := userdata(given).(schema.Type)
		if !isType {
			r.fail(at, unexpected(expr.ArgType, given, ""))
			continue
		}
		x := expr.ParamWith(string(name), typ, o)
		if err := x.Err(); err != nil {
			r.fail(at, reasonOf(err))
			continue
		}
		params[string(name)] = r.st.push(x)
	}
}

// build calls a query's function and makes the bytes of what it returns.
func (r *pluginReader) build(q *PluginQuery, f *lua.LFunction, params map[string]lua.LValue, options []option) error {
	st := r.st
	of := names{what: "p", all: slices.Sorted(maps.Keys(params))}
	p := st.rt.names(of, func(_ *State, _, key lua.LValue) (lua.LValue, error) {
		if name, ok := key.(lua.LString); ok && params[string(name)] != nil {
			return params[string(name)], nil
		}
		return nil, faultf("the query has no parameter %s", misspelt(key, of.all))
	})
	chosen := names{what: "o", values: map[string]lua.LValue{}}
	for _, option := range options {
		chosen.all = append(chosen.all, option.name)
		chosen.values[option.name] = option.values[q.Options[option.name]]
	}
	o := st.rt.names(chosen, func(_ *State, _, key lua.LValue) (lua.LValue, error) {
		if name, ok := key.(lua.LString); ok && chosen.values[string(name)] != nil {
			return chosen.values[string(name)], nil
		}
		return nil, faultf("the query has no option %s", misspelt(key, chosen.all))
	})
	st.lua.SetTop(0)
	st.lua.Push(f)
	st.lua.Push(p)
	st.lua.Push(o)
	if err := st.protected(st.lua, 2); err != nil {
		return st.failed(r.file, err)
	}
	v := st.lua.Get(1)
	stmt, ok := userdata(v).(expr.Statement)
	err := faultf("expected build to return a query, got %s", describe(v))
	if ok && st.lua.GetTop() == 1 {
		err = q.complete(st.rt, stmt)
	}
	if err != nil && !f.IsG { // of no call of the script's: where its function begins
		return &Error{Code: CodeCall, File: r.file, Line: f.Proto.LineDefined, Reason: err.Error(), Cause: causeOf(err)}
	}
	return err
}

// complete checks a statement and makes what a host keeps of it.
func (q *PluginQuery) complete(rt *Runtime, stmt expr.Statement) error {
	_, err := expr.Resolve(expr.Given(stmt, func(string) bool { return true }))
	if err != nil {
		return reasonOf(err)
	}
	if q.Bytes, err = rt.codec.Dump(stmt); err != nil {
		return err
	}
	q.Query = stmt
	q.Params = expr.DependenciesOf(stmt).Parameters
	slices.SortFunc(q.Params, func(a, b *expr.Parameter) int { return strings.Compare(a.Name(), b.Name()) })
	return nil
}
