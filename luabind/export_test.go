package luabind

import (
	"context"
	"time"

	lua "github.com/yuin/gopher-lua"
)

// CompilePlain compiles a script with its operators left alone, though mended where
// gopher-lua's compiler is wrong.
func CompilePlain(name, source string) (*lua.FunctionProto, error) {
	return build(&rewriter{name: name, plain: true}, source)
}

// Compile takes a script through the pipeline of a Runtime.
func (rt *Runtime) Compile(name, source string) (*lua.FunctionProto, error) {
	return rt.compile(name, source)
}

// CompileAnew is Compile past the cache.
func (rt *Runtime) CompileAnew(name, source string) (*lua.FunctionProto, error) {
	return build(&rewriter{name: name, builders: rt.builders}, source)
}

// Spoil keeps the machine of a state from being used again.
func (st *State) Spoil() { st.odd = true }

// Forget empties the cache of compiled scripts.
func (rt *Runtime) Forget() {
	rt.protos.mu.Lock()
	defer rt.protos.mu.Unlock()
	rt.protos.m, rt.protos.weight = nil, 0
}

// Adopt lets a state that is none of ours run what the Runtime compiles, without limits
// but the context's.
func (rt *Runtime) Adopt(ctx context.Context, l *lua.LState) {
	st := &State{rt: rt, lua: l}
	st.budget.reset(st, ctx)
	st.budget.limit = Limits{Steps: -1, Memory: -1, Bytes: -1, Text: 1 << 40}
	st.budget.until = time.Time{}
	l.SetContext(&st.budget)
}
