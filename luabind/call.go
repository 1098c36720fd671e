package luabind

import (
	lua "github.com/yuin/gopher-lua"

	"github.com/sqlser/sqlser/engine/expr"
)

// bind makes the Lua function of a method of a kind.
func bind(k kind, m *method) *lua.LFunction {
	f := shared(func(st *State, l *lua.LState) int { return st.call(l, k, m) })
	f.Env = methodGlobals
	return f
}

// methodGlobals is the environment of methods, by which they are known.
var methodGlobals = &lua.LTable{Metatable: lua.LNil}

// isOurs reports whether v is a method or a function that binds a row of expr.Methods.
func isOurs(v lua.LValue) bool {
	f, ok := v.(*lua.LFunction)
	return ok && f.Env == methodGlobals
}

// call converts what is on the stack, builds, and returns the result to the script.
func (st *State) call(l *lua.LState, k kind, m *method) int {
	var self any
	first := 1
	var err error
	if m.On != expr.OnModule {
		if self, err = st.receiver(k, m, l.Get(1)); err != nil {
			st.raise(l, m.Name, err)
		}
		first = 2
	} else if _, ok := userdata(l.Get(1)).(moduleObject); ok {
		st.raise(l, m.Name, faultf("called with a colon: write sql.%s, with a point", m.signature()))
	}
	if m.Grant != "" && !st.rt.grants[m.Grant] {
		st.raise(l, m.Name, faultf("it needs the grant %q, which the host does not give", m.Grant))
	}
	if err := countItems(l, first); err != nil {
		st.raise(l, m.Name, err)
	}
	args, err := st.arguments(l, k, m, first)
	if err != nil {
		st.raise(l, m.Name, err)
	}
	if m.host != nil {
		st.asked = st.asked || !m.pure
		st.countHost(l, m.Name, self, args)
		outer := st.thread
		st.thread = l
		defer func() { st.thread = outer }()
		results, err := m.host(st, self, args)
		if err != nil {
			st.raise(l, m.Name, err)
		}
		for _, v := range results {
			countResult(l, v)
			l.Push(v)
		}
		return len(results)
	}
	if insert, ok := self.(*expr.InsertStmt); ok {
		args = expr.BindExcluded(insert, args)
	}
	v := m.Build(self, args)
	if f, ok := v.(func(any) expr.Expr); ok {
		l.Push(st.ofOperand(m.Name, f))
	} else {
		l.Push(st.built(l, m.Name, v))
	}
	return 1
}

// ofOperand makes the Lua function of what a method gives to be called with an
// operand: x:op("<->")(y).
func (st *State) ofOperand(name string, f func(any) expr.Expr) lua.LValue {
	return st.lua.NewFunction(func(l *lua.LState) int {
		if l.GetTop() != 1 {
			st.raise(l, name, faultf("expected %s, got %d arguments", argNames[expr.ArgOperand], l.GetTop()))
		}
		y, err := operand(expr.ArgOperand, l.Get(1))
		if err != nil {
			st.raise(l, name, err)
		}
		l.Push(st.built(l, name, f(y)))
		return 1
	})
}

// built is what a method made, or its error.
func (st *State) built(l *lua.LState, call string, v any) lua.LValue {
	if err := errorIn(v); err != nil {
		st.raise(l, call, err)
	}
	countBuilt(l, v)
	return st.push(v)
}

// receiver is what a method is called on. Something else in its place comes of a
// point where a colon belongs.
func (st *State) receiver(k kind, m *method, v lua.LValue) (any, error) {
	if ud, ok := v.(*lua.LUserData); ok {
		if k == kindExpr {
			if _, ok := ud.Value.(expr.Expr); ok {
				return ud.Value, nil
			}
		} else if ud.Metatable == st.rt.metatables[k] { // which only what is of the kind has
			return ud.Value, nil
		}
		if item, ok := ud.Value.(expr.Item); ok && k == kindExpr {
			return expr.Of(item), nil
		}
		switch got, ok := kindOf(ud.Value); {
		case ok && got == k:
			return ud.Value, nil
		case k == kindSession:
			if s, ok := ud.Value.(*sessionObject); ok {
				return s, nil
			}
		}
	}
	colon := kindTable[k].self + ":" + m.signature()
	if v == lua.LNil {
		return nil, faultf("called without %s: write %s, with a colon", kindTable[k].name, colon)
	}
	return nil, faultf("called on %s instead of %s: write %s, with a colon", describe(v), kindTable[k].name, colon)
}

// arguments converts the arguments of a call, which begin at a place on the stack.
func (st *State) arguments(l *lua.LState, k kind, m *method, at int) ([]any, error) {
	first, top := at, l.GetTop()
	args := make([]any, len(m.Args))
	for i, a := range m.Args {
		var err error
		n := spreads(a.Kind, l, at)
		switch {
		case n > 0:
			args[i], err = spread(a.Kind, l, at, n)
			at += n
		case a.Kind == expr.ArgSubject && at >= top: // left out
		case a.Kind == expr.ArgWhens && i > 0 && args[i-1] != nil && at <= top:
			args[i], err = whens(l.Get(at), expr.ArgOperand)
			at++
		case a.Kind == expr.ArgKeyList && at == top && hasNamesOnly(l.Get(at)): // the options, in place of the list
		case takesRest(a.Kind):
			args[i], err = st.list(a.Kind, l, at, at-first)
			at = top + 1
		case at <= top:
			args[i], err = st.oneOf(m, a.Kind, l.Get(at))
			at++
		case i < len(m.Args)-m.Optional:
			err = faultf("expected %s, got nothing%s", argNames[a.Kind], pointHint(k, m, top))
		}
		if err != nil {
			if len(m.Args) > 1 && !takesRest(a.Kind) && a.Kind != expr.ArgWhens {
				err = &namedFault{a.Name, err}
			}
			return nil, err
		}
	}
	if at <= top {
		return nil, faultf("too many arguments: expected %s, got %d", m.signature(), top-first+1)
	}
	return args, nil
}

// pointHint is for x.eq(y): y stands where x belongs, and nothing where y does.
func pointHint(k kind, m *method, top int) string {
	if m.On == expr.OnModule || top == 0 {
		return ""
	}
	return "; it is called with a colon: " + kindTable[k].self + ":" + m.signature()
}

// namedFault says which argument an error is about.
type namedFault struct {
	name string
	err  error
}

func (f *namedFault) Error() string { return f.name + ": " + f.err.Error() }
