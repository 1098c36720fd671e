package luabind

import (
	"context"
	"fmt"
	"slices"

	lua "github.com/yuin/gopher-lua"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// Function is a function of the host's that scripts may call: it takes and gives values,
// and builds nothing. What it does is the host's business; it must be safe for concurrent
// use.
type Function struct {
	Name   string
	Doc    string // a line
	Params []FunctionParam
	Result schema.Type // schema.Unknown: it gives nothing
	// Call gets an argument a parameter, each of its type or NULL; ctx ends with the run.
	// The text of its error is shown to the script. What it allocates is not counted.
	Call func(ctx context.Context, args []expr.Value) (expr.Value, error)
}

// FunctionParam is a parameter of a [Function].
type FunctionParam struct {
	Name string
	Type schema.Type
}

func (f *Function) signature() string {
	s := f.Name + "("
	for i, p := range f.Params {
		if i > 0 {
			s += ", "
		}
		s += p.Name
	}
	return s + ")"
}

// WithFunction grants scripts a function of the host's as a global of its name.
func WithFunction(f Function) Option {
	return func(rt *Runtime) { rt.hostFunctions = append(rt.hostFunctions, f) }
}

// WithValue grants scripts a value of the host's as a global: a bool, a string, a number,
// a time or an [expr.Value].
func WithValue(name string, v any) Option {
	return func(rt *Runtime) { rt.hostValues = append(rt.hostValues, hostValue{name, v}) }
}

type hostValue struct {
	name  string
	value any
}

// grantHost puts what the host grants among the globals.
func (rt *Runtime) grantHost() error {
	globals := rt.library.base
	free := func(name string) error {
		if !isKeyPart(name) || globals.RawGetString(name) != lua.LNil || slices.Contains(lazyGlobals, name) {
			return fmt.Errorf("luabind: a host cannot name a global %q: it is no name, or it is taken", name)
		}
		return nil
	}
	for _, h := range rt.hostValues {
		if err := free(h.name); err != nil {
			return err
		}
		v, ok := valueIn(expr.Of(h.value))
		if !ok {
			return fmt.Errorf("luabind: a value of Go type %T cannot be given to scripts", h.value)
		}
		globals.RawSetString(h.name, rt.fromValue(v))
	}
	for _, f := range rt.hostFunctions {
		if err := free(f.Name); err != nil {
			return err
		}
		if f.Call == nil {
			return fmt.Errorf("luabind: the function %q has no Call", f.Name)
		}
		globals.RawSetString(f.Name, shared(func(st *State, l *lua.LState) int { return st.callHost(l, &f) }))
	}
	return nil
}

func (st *State) callHost(l *lua.LState, f *Function) int {
	if n := l.GetTop(); n != len(f.Params) {
		st.raise(l, f.Name, faultf("expected %s, got %d arguments", f.signature(), n))
	}
	args := make([]expr.Value, len(f.Params))
	for i, p := range f.Params {
		if l.Get(i+1) == lua.LNil {
			continue // NULL, which is the zero Value
		}
		x, err := operand(expr.ArgOperand, l.Get(i+1))
		if err == nil {
			if args[i], err = expr.ValueOf(x, p.Type); err != nil {
				err = reasonOf(err)
			}
		}
		if err != nil {
			st.raise(l, f.Name, &namedFault{p.Name, err})
		}
	}
	charge(l, bytesOfObject)
	st.asked = true
	v, err := f.Call(st.ctx, args)
	if err != nil {
		st.raise(l, f.Name, err)
	}
	st.budget.look() // it may have taken long
	if f.Result == schema.Unknown {
		return 0
	}
	charge(l, len(v.Text()))
	l.Push(st.fromValue(v))
	return 1
}
