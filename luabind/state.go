package luabind

import (
	"context"
	"io/fs"
	"runtime"
	"sync"

	lua "github.com/yuin/gopher-lua"
)

// State is a Lua state that stays: what a chunk leaves in globals, the next one
// finds. It runs one chunk at a time.
type State struct {
	rt    *Runtime
	lua   *lua.LState // nil once it is closed
	odd   bool        // a chunk of it failed: its machine is not used again
	asked bool        // the host for something: what a chunk came to may be another thing next time

	running sync.Mutex
	threads []*lua.LState   // one for each pcall inside another
	depth   int             // how many of them run
	ctx     context.Context // of the chunk that runs, for the session
	budget  budget          // likewise
	printed int             // bytes, by the chunk that runs
	nils    int             // how many x == nil have built
	related relatedSide     // of the last comparison in which Lua compared a relationship
	cursors map[*cursor]bool
	session *sessionObject // that may be used: the innermost transaction's
	thread  *lua.LState    // that calls a method of the host's

	columns map[columnKey]lua.LValue // of sources that are no tables
	modules modules

	raised     *Error // the last error that a script saw the text of
	raisedText string
}

// NewState returns a State, which must be closed.
func (rt *Runtime) NewState() *State {
	st := &State{rt: rt, lua: rt.machine(), ctx: context.Background(), session: rt.root}
	st.budget.state, st.budget.host = st, st.ctx
	st.lua.SetContext(&st.budget)
	if rt.modules != nil {
		st.modules.from = []fs.FS{rt.modules}
	}
	return st
}

// machine returns a machine that knows nothing of any script. To make one takes longer
// than most scripts do, so those whose chunks all came to their end are used again: at
// its end the machine has nothing on its stacks, and its globals and metatables, which
// are all else that it keeps, are made anew.
func (rt *Runtime) machine() *lua.LState {
	l, ok := rt.machines.Get().(*lua.LState)
	if !ok {
		l = lua.NewState(lua.Options{
			SkipOpenLibs: true, CallStackSize: maxCalls, MinimizeStackMemory: true,
			RegistrySize: registers, RegistryMaxSize: maxRegister, RegistryGrowStep: growth,
		})
	}
	rt.library.open(l)
	return l
}

// closed reports whether the state is; it needs the lock.
func (st *State) closed() bool { return st.lua == nil }

// Close ends the state.
func (st *State) Close() {
	st.running.Lock()
	defer st.running.Unlock()
	if st.closed() {
		return
	}
	st.endAll()
	for _, thread := range st.threads {
		thread.Close()
	}
	l := st.lua
	st.lua, st.threads = nil, nil
	if st.odd {
		l.Close()
		return
	}
	st.rt.library.empty(l)
	st.rt.machines.Put(l)
}

// run runs a compiled chunk under a budget of its own. It keeps the first result
// in the global _ if told to; nil is none.
func (st *State) run(ctx context.Context, proto *lua.FunctionProto, args []string, keep bool) (values []any, err error) {
	err = st.do(ctx, proto, args, func() error {
		values = make([]any, st.lua.GetTop())
		r := results{st: st}
		for i := range values {
			values[i] = r.value(st.lua.Get(i+1), 0)
		}
		if first := st.lua.Get(1); keep && first != lua.LNil {
			st.lua.SetGlobal("_", first)
		}
		return r.err
	})
	if err != nil {
		return nil, err
	}
	return values, nil
}

// do runs a compiled chunk under a budget of its own, which finish may still use:
// it finds the results on the stack.
func (st *State) do(ctx context.Context, proto *lua.FunctionProto, args []string, finish func() error) (err error) {
	st.running.Lock()
	defer st.running.Unlock()
	name := proto.SourceName
	if st.closed() {
		return &Error{Code: CodeInternal, File: name, Reason: "the state is closed"}
	}
	if err := ctx.Err(); err != nil {
		return canceled(err)
	}
	st.budget.reset(st, ctx)
	st.raised, st.raisedText, st.printed, st.depth = nil, "", 0, 0
	st.ctx = ctx
	if until, limited := st.budget.Deadline(); limited && st.rt.root != nil {
		var cancel context.CancelFunc
		st.ctx, cancel = context.WithDeadline(ctx, until)
		defer cancel()
	}
	defer st.endAll()
	defer func() { // what the machine does not catch is a fault of ours, not the end of the host
		if r := recover(); r != nil {
			err = &Error{Code: CodeInternal, File: name, Reason: "internal error"}
		}
	}()

	odd := st.odd
	st.odd = true // until it is known to have come to its end
	st.lua.SetTop(0)
	st.lua.Push(st.lua.NewFunctionFromProto(proto))
	for _, a := range args {
		st.lua.Push(lua.LString(a))
	}
	if err := st.protected(st.lua, len(args)); err != nil {
		e := st.failed(name, err)
		e.Reason = clipped(e.Reason)
		return e
	}
	err = finish()
	st.lua.SetTop(0)
	st.odd = odd || err != nil
	return err
}

// clipped cuts a text that a script chose the length of.
func clipped(s string) string {
	if len(s) <= maxReason {
		return s
	}
	return s[:maxReason] + "..."
}

// protected calls the function below its arguments on the stack and leaves its
// results in their place.
func (st *State) protected(l *lua.LState, args int) error {
	l.Insert(st.rt.library.calling, l.GetTop()-args)
	return l.PCall(args+1, lua.MultRet, nil)
}

// noLine is what the machine panics with where a tail call finds the stack full: it asks for the line of
// a function that has not begun.
const noLine = "runtime error: index out of range [-1]"

// callQuietly calls the function below its arguments. A stack that is full makes
// the machine panic without an error of Lua's; here it becomes one, while the
// variables of the functions that it ends can still be saved for others.
func callQuietly(l *lua.LState) int {
	l.Panic = quietly
	defer func() {
		switch r := recover().(type) {
		case nil:
		case *lua.ApiError:
			stateOf(l).named(l, r)
			panic(r)
		case string:
			if r == "lua callstack overflow" {
				l.RaiseError("stack overflow")
			}
			panic(r)
		case runtime.Error:
			if r.Error() != noLine {
				panic(r)
			}
			panic(&lua.ApiError{Type: lua.ApiErrorRun, Object: lua.LString("registry overflow"), StackTrace: " "})
		default:
			panic(r)
		}
	}()
	l.Call(l.GetTop()-1, lua.MultRet)
	return l.GetTop()
}

// protectedInside does the same within a chunk, on a stack of its own: an error
// cuts every closure on its stack off from the variables that it shares with
// others, also with functions that go on after the error is caught.
func (st *State) protectedInside(l *lua.LState, args int) error {
	if st.depth == maxProtected {
		l.RaiseError("stack overflow")
	}
	if st.depth == len(st.threads) {
		thread, cancel := st.lua.NewThread()
		cancel() // the thread's context is the budget itself
		thread.SetContext(&st.budget)
		st.threads = append(st.threads, thread)
	}
	thread := st.threads[st.depth]
	thread.SetTop(0)
	st.depth++
	defer func() { st.depth-- }()
	l.XMoveTo(thread, args+1)
	if err := st.protected(thread, args); err != nil {
		return err
	}
	thread.XMoveTo(l, thread.GetTop())
	return nil
}

// stacks lists the stacks in use, the innermost first.
func (st *State) stacks() []*lua.LState {
	var list []*lua.LState
	for i := st.depth - 1; i >= 0; i-- {
		list = append(list, st.threads[i])
	}
	return append(list, st.lua)
}
