package luabind

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"sync"

	lua "github.com/yuin/gopher-lua"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/internal/lru"
	"github.com/sqlser/sqlser/schema"
)

// Runtime runs scripts on a metadata. It is safe for concurrent use.
type Runtime struct {
	meta     *schema.MetaData
	codec    Codec
	compiler Compiler
	limits   Limits
	output   *output
	grants   map[expr.Grant]bool
	own      *expr.FunctionSet
	modules  fs.FS

	hostFunctions []Function
	hostValues    []hostValue
	methods       [kinds]map[string]*method
	protos        protoCache
	builders      map[string]bool // see builderNames

	// What follows all states share; none of it changes.
	library    *library
	events     map[string]*lua.LFunction        // of metatables
	functions  [kinds]map[string]*lua.LFunction // of methods
	metatables [kinds]*lua.LTable
	tables     sync.Map       // *schema.Table to *lua.LUserData, made when a script names it
	sql        *lua.LUserData // the module
	root       *sessionObject // the session, or nil
	noSession  string         // what grants one

	machines sync.Pool                 // *lua.LState: see machine
	known    *lru.Cache[runKey, []any] // see Remember; nil: nothing is remembered
}

// Option is a grant or a limit for [New].
type Option func(*Runtime)

// WithCodec grants x:dump(), x:hash() and sql.load(bytes).
func WithCodec(c Codec) Option { return func(rt *Runtime) { rt.codec = c } }

// WithCompiler grants q:sql(dialect).
func WithCompiler(c Compiler) Option { return func(rt *Runtime) { rt.compiler = c } }

// WithSession grants the global session, which runs queries.
func WithSession(s Session) Option { return func(rt *Runtime) { rt.root = &sessionObject{on: s} } }

// WithoutSession says to scripts that use a session, which the Runtime does not grant,
// where there is one: how says how to come by it.
func WithoutSession(how string) Option { return func(rt *Runtime) { rt.noSession = how } }

// Grant lets scripts build what needs these grants, such as [expr.GrantRaw]. What
// they load is the codec's affair.
func Grant(grants ...expr.Grant) Option {
	return func(rt *Runtime) {
		for _, g := range grants {
			rt.grants[g] = true
			if strings.HasPrefix(string(g), string(expr.GrantFunctions)) {
				rt.grants[expr.GrantFunctions] = true
			}
		}
	}
}

// WithFunctions adds a host's own functions to sql.fn.
func WithFunctions(s *expr.FunctionSet) Option { return func(rt *Runtime) { rt.own = s } }

// WithLimits sets limits; see [Limits] for the defaults.
func WithLimits(l Limits) Option { return func(rt *Runtime) { rt.limits = l } }

// WithOutput says where print writes: a line a call of Write, never two at a
// time. Without it what scripts print is dropped.
func WithOutput(w io.Writer) Option { return func(rt *Runtime) { rt.output = &output{w: w} } }

// New returns a Runtime on a frozen metadata.
func New(meta *schema.MetaData, options ...Option) (*Runtime, error) {
	if meta == nil || !meta.Frozen() {
		return nil, errors.New("luabind: expected a metadata that is frozen")
	}
	rt := &Runtime{meta: meta, output: &output{w: io.Discard}, grants: map[expr.Grant]bool{}}
	for _, o := range options {
		o(rt)
	}
	rt.limits = rt.limits.withDefaults()
	for _, m := range allMethods() {
		for k := range kindTable {
			if !kind(k).has(m.On) {
				continue
			}
			if rt.methods[k] == nil {
				rt.methods[k] = map[string]*method{}
			}
			if rt.methods[k][m.Name] != nil {
				return nil, fmt.Errorf("luabind: two methods %q of %s", m.Name, kindTable[k].name)
			}
			rt.methods[k][m.Name] = m
		}
	}
	rt.builders = rt.builderNames()
	rt.share()
	if err := rt.grantHost(); err != nil {
		return nil, err
	}
	return rt, nil
}

// share makes what all states share.
func (rt *Runtime) share() {
	rt.library = newLibrary()
	rt.events = eventFunctions()
	for k := range kinds {
		rt.functions[k] = map[string]*lua.LFunction{}
		for name, m := range rt.methods[k] {
			rt.functions[k][name] = bind(k, m)
		}
		rt.metatables[k] = rt.metatable(k, rt.members(k))
	}
	rt.sql = rt.module()
	globals := rt.library.base
	globals.RawSetString("sql", rt.sql)
	globals.RawSetString("db", rt.namespace(namespace{}))
	if rt.root != nil {
		globals.RawSetString("session", rt.wrap(kindSession, rt.root))
	}
}

// Run runs a script in a state of its own and returns what it returns: see
// [State.Eval] for the values. Name is what errors call the script; args are its
// "...". The error is an *[Error].
func (rt *Runtime) Run(ctx context.Context, name, source string, args ...string) ([]any, error) {
	key := rt.keyOf(name, source, args, false)
	if values, ok := rt.remembered(ctx, key); ok {
		return values, nil
	}
	proto, err := rt.compile(name, source)
	return rt.runAlone(ctx, key, proto, err, args)
}

// Eval is Run for a chunk that may be an expression alone, without return.
func (rt *Runtime) Eval(ctx context.Context, name, chunk string, args ...string) ([]any, error) {
	key := rt.keyOf(name, chunk, args, true)
	if values, ok := rt.remembered(ctx, key); ok {
		return values, nil
	}
	proto, err := rt.compilePrompt(name, chunk)
	return rt.runAlone(ctx, key, proto, err, args)
}

// runAlone runs what has been compiled, if err is nil, in a state of its own.
func (rt *Runtime) runAlone(ctx context.Context, key runKey, proto *lua.FunctionProto, err error, args []string) ([]any, error) {
	if err != nil {
		return nil, err
	}
	st := rt.NewState()
	defer st.Close()
	values, err := st.run(ctx, proto, args, false)
	if err == nil && rt.known != nil && !st.asked {
		rt.remember(key, values)
	}
	return values, err
}
