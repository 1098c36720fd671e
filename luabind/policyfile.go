package luabind

import (
	"context"
	"fmt"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// PolicyFile is what a policy script says. It is data: package luapolicy makes a policy
// of it.
type PolicyFile struct {
	Statements []string // "select", "insert", "update", "delete", "text"
	Tables     []PolicyTable
	Functions  []string // nil where the script does not list them
	Grants     []string
	DenyKinds  []string // node kinds, such as "regexp"
	// DenyOperators are operators as SQL writes them, such as "||" and "LIKE".
	DenyOperators []string
	Limits        map[string]int
	// RequireLimit refuses a query without LIMIT.
	RequireLimit bool
}

// PolicyTable is what a policy script says of a table.
type PolicyTable struct {
	Table *schema.Table
	Uses  map[string][]string // "read", "filter", "order", "write", "deny": columns; empty for all
	Rows  expr.Expr           // over expr.Table(Table); zero for none
	Masks map[string]expr.Expr
	// Aggregates are columns that only aggregates see, of groups of at least Least rows.
	Aggregates []string
	Least      int
	Cascades   bool // changes may reach rows of tables that refer to it
}

// LoadPolicy runs a script that returns a policy, in a sandbox, over the tables of meta.
// Name is what errors call the script:
//
//	return {
//		statements = {"select", "update"},
//		tables = {
//			orders = {
//				read = {"id", "state", "total"}, write = {"state"},
//				rows = function(o, host) return o.tenant_id == host.tenant end,
//			},
//			staff = {
//				read = true, deny = {"password"},
//				mask = { email = "***" },
//				aggregate_only = { least = 5, "salary" },
//			},
//		},
//		functions = {"count", "sum"},
//		limits = { rows = 1000, require_limit = false, nodes = 10000, joins = 10, subqueries = 10, items = 1000 },
//	}
//
// A table in a schema is named with a point: ["shop.orders"]. Columns are a list of names,
// or true for all. The functions rows and mask get the table and host, whose fields are
// values that the session gives. The error is an *[Error].
func LoadPolicy(ctx context.Context, name, source string, meta *schema.MetaData, options ...Option) (*PolicyFile, error) {
	rt, err := New(meta, options...)
	if err != nil {
		return nil, err
	}
	proto, err := rt.compile(name, source)
	if err != nil {
		return nil, err
	}
	st := rt.NewState()
	defer st.Close()
	file := &PolicyFile{}
	err = st.do(ctx, proto, nil, func() error {
		if st.lua.GetTop() != 1 {
			return &Error{Code: CodeCall, File: name, Reason: fmt.Sprintf("expected the script to return a policy, got %d values", st.lua.GetTop())}
		}
		d := &policyReader{declarer: declarer{st: st, file: name, meta: meta}, policy: file}
		d.read(st.lua.Get(1))
		return d.err
	})
	if err != nil {
		return nil, err
	}
	return file, nil
}

// policyReader reads a policy out of Lua tables.
type policyReader struct {
	declarer
	policy *PolicyFile
}

func (d *policyReader) read(v lua.LValue) {
	p := d.policy
	d.open(v, "a policy", nil, map[string]func(lua.LValue){
		"statements":     func(v lua.LValue) { d.in("statements", func() { p.Statements = d.strings(v) }) },
		"grants":         func(v lua.LValue) { d.in("grants", func() { p.Grants = d.strings(v) }) },
		"deny_kinds":     func(v lua.LValue) { d.in("deny_kinds", func() { p.DenyKinds = d.strings(v) }) },
		"deny_operators": func(v lua.LValue) { d.in("deny_operators", func() { p.DenyOperators = d.strings(v) }) },
		"functions": func(v lua.LValue) {
			d.in("functions", func() { p.Functions = append([]string{}, d.strings(v)...) })
		},
		"limits": func(v lua.LValue) { d.in("limits", func() { d.limits(v) }) },
		"tables": func(v lua.LValue) {
			t, ok := v.(*lua.LTable)
			if !ok {
				d.fail("expected tables = {name = {...}}, got %s", shown(v))
				return
			}
			for _, f := range fields(t) {
				d.in("table "+shown(f.key), func() { d.table(d.string(f.key), f.value) })
			}
		},
	})
}

func (d *policyReader) limits(v lua.LValue) {
	p := d.policy
	p.Limits = map[string]int{}
	keys := map[string]func(lua.LValue){"require_limit": func(v lua.LValue) { p.RequireLimit = d.bool(v) }}
	for _, name := range []string{"nodes", "joins", "subqueries", "items", "rows"} {
		keys[name] = func(v lua.LValue) {
			n := d.integer(v)
			if n < 1 || n > 1<<31-1 {
				d.fail("%s: expected a number of at least 1, got %d", name, n)
			}
			p.Limits[name] = int(n)
		}
	}
	d.open(v, "the limits", nil, keys)
}

func (d *policyReader) table(name string, v lua.LValue) {
	if d.err != nil {
		return
	}
	t := PolicyTable{Table: d.meta.Lookup(name), Uses: map[string][]string{}, Masks: map[string]expr.Expr{}}
	if t.Table == nil {
		t.Table = d.meta.Lookup(strings.Split(name, ".")...)
	}
	if t.Table == nil {
		var names []string
		for _, known := range d.meta.Tables() {
			names = append(names, known.String())
		}
		d.fail("there is no such table%s", schema.DidYouMean(name, names))
		return
	}
	if v == lua.LTrue { // all of it
		d.policy.Tables = append(d.policy.Tables, t)
		return
	}
	keys := map[string]func(lua.LValue){
		"cascades": func(v lua.LValue) { t.Cascades = d.bool(v) },
		"rows":     func(v lua.LValue) { d.in("rows", func() { t.Rows = d.ofTable(v, t.Table) }) },
		"mask": func(v lua.LValue) {
			masks, ok := v.(*lua.LTable)
			if !ok {
				d.fail("expected mask = {column = ...}, got %s", shown(v))
				return
			}
			for _, f := range fields(masks) {
				d.in("mask of "+shown(f.key), func() { t.Masks[d.string(f.key)] = d.ofTable(f.value, t.Table) })
			}
		},
		"aggregate_only": func(v lua.LValue) {
			d.open(v, "aggregate_only", func(_ int, v lua.LValue) { t.Aggregates = append(t.Aggregates, d.string(v)) },
				map[string]func(lua.LValue){"least": func(v lua.LValue) { t.Least = int(min(d.integer(v), 1<<31-1)) }})
			if len(t.Aggregates) == 0 {
				d.fail("expected aggregate_only = {least = 5, \"column\", ...}, got no column")
			}
		},
	}
	for _, use := range []string{"read", "filter", "order", "write", "deny"} {
		keys[use] = func(v lua.LValue) {
			d.in(use, func() {
				switch list := []string(nil); {
				case v == lua.LTrue:
					t.Uses[use] = []string{}
				default:
					if list = d.strings(v); len(list) == 0 && d.err == nil {
						d.fail("expected names of columns, or true for all, got an empty list")
					}
					t.Uses[use] = list
				}
			})
		}
	}
	d.open(v, "a table", nil, keys)
	d.policy.Tables = append(d.policy.Tables, t)
}

// ofTable reads a plain value, an expression, or a function of the table and the host.
func (d *policyReader) ofTable(v lua.LValue, t *schema.Table) expr.Expr {
	f, ok := v.(*lua.LFunction)
	if !ok {
		switch v := v.(type) {
		case lua.LString:
			return expr.Of(string(v))
		case lua.LNumber, lua.LBool:
			return expr.Of(d.value(v))
		}
		x, ok := userdata(v).(expr.Expr)
		if !ok {
			d.fail("expected a function of the table, an expression or a plain value, got %s", shown(v))
		}
		return x
	}
	l := d.st.lua
	below := l.GetTop()
	l.Push(f)
	l.Push(d.st.source(expr.Table(t)))
	l.Push(d.host())
	if err := d.st.protected(l, 2); err != nil {
		if d.err == nil {
			e := d.st.failed(d.file, err)
			e.Reason = d.at + ": " + e.Reason
			d.err = e
		}
		return expr.Expr{}
	}
	got := l.Get(below + 1) // nil where it returns nothing
	l.SetTop(below)
	x, ok := userdata(got).(expr.Expr)
	if !ok {
		d.fail("expected the function to return an expression, got %s", shown(got))
	}
	return x
}

// host is what values of the host's are fields of.
func (d *policyReader) host() lua.LValue {
	st := d.st
	host, meta := st.lua.NewTable(), st.lua.NewTable()
	meta.RawSetString("__metatable", lua.LFalse)
	meta.RawSetString("__index", finder(func(st *State, _, key lua.LValue) (lua.LValue, error) {
		name, ok := key.(lua.LString)
		if !ok || name == "" {
			return nil, fmt.Errorf("expected the name of a value of the host's, got %s", shown(key))
		}
		return st.push(expr.HostValue(string(name))), nil
	}))
	host.Metatable = meta
	return host
}
