package luabind

import (
	"errors"
	"fmt"
	"strings"
	"sync"

	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/ast"
	"github.com/yuin/gopher-lua/parse"
)

// compile takes a script through the pipeline up to where it can run. What it
// returns is immutable and shared between states.
func (rt *Runtime) compile(name, source string) (*lua.FunctionProto, error) {
	if len(source) > rt.limits.Source {
		return nil, &Error{Code: CodeSize, File: name, Reason: fmt.Sprintf("the script is %d bytes long, the limit is %d", len(source), rt.limits.Source)}
	}
	source = begun(source)
	key := protoKey{name, source}
	if proto := rt.protos.get(key); proto != nil {
		return proto, nil
	}
	proto, err := build(&rewriter{name: name, builders: rt.builders}, source)
	if err != nil {
		return nil, err
	}
	rt.protos.put(key, proto)
	return proto, nil
}

// begun is a script as the parser takes it.
func begun(source string) string {
	source = strings.TrimPrefix(source, "\ufeff")
	if strings.HasPrefix(source, "#") { // as Lua does: a script may name its interpreter
		source = "--" + source
	}
	return source
}

// build parses, rewrites and compiles. The parser and the compiler are not ours:
// a panic of theirs is an error of the script's.
func build(r *rewriter, source string) (proto *lua.FunctionProto, err error) {
	name := r.name
	if len(source) >= maxLength {
		return nil, &Error{Code: CodeSize, File: name, Reason: "the script is longer than " + inBytes(maxLength)}
	}
	defer func() {
		if r := recover(); r != nil {
			proto, err = nil, &Error{Code: CodeSyntax, File: name, Reason: fmt.Sprintf("cannot be compiled: %v", r)}
		}
	}()
	list, err := parse.Parse(strings.NewReader(source), name)
	if err != nil {
		return nil, syntaxError(name, source, err)
	}
	if err := r.rewrite(source, list); err != nil {
		return nil, err
	}
	m, list, err := meterScript(name, source, list)
	if err != nil {
		return nil, err
	}
	if proto, err = compileChunk(name, list); err != nil {
		return nil, err
	}
	if !mendLists(proto) {
		return nil, &Error{Code: CodeSize, File: name, Reason: fmt.Sprintf("a function of more than %d instructions", maxCode)}
	}
	r.swap.apply(proto)
	putCalled(proto)
	if !m.usesArg {
		spareArg(proto)
	}
	c := &chunk{source: source}
	c.attach(proto, &lua.LUserData{Value: c, Metatable: lua.LNil})
	return proto, nil
}

func compileChunk(name string, chunk []ast.Stmt) (*lua.FunctionProto, error) {
	proto, err := lua.Compile(chunk, name)
	var ce *lua.CompileError
	if errors.As(err, &ce) {
		return nil, &Error{Code: CodeSyntax, File: name, Line: ce.Line, Reason: ce.Message}
	}
	return proto, err
}

func syntaxError(name, source string, err error) *Error {
	var pe *parse.Error
	if !errors.As(err, &pe) {
		return &Error{Code: CodeSyntax, File: name, Reason: err.Error()}
	}
	e := &Error{Code: CodeSyntax, File: name, Line: pe.Pos.Line, Reason: pe.Message, column: pe.Pos.Column}
	atEnd := pe.Pos.Line == parse.EOF
	if atEnd {
		e.Line = strings.Count(strings.TrimRight(source, "\n"), "\n") + 1
	}
	switch {
	case atEnd && pe.Message == "unterminated string":
	case atEnd:
		e.incomplete = true
		e.Reason += ": the script ends too soon"
	case pe.Token != "":
		e.Reason += fmt.Sprintf(" near %q", pe.Token)
	}
	e.Reason += foreign(source, *pe)
	return e
}

// protoCache keeps compiled scripts by name and source.
type protoCache struct {
	mu     sync.Mutex
	m      map[protoKey]*lua.FunctionProto
	weight int
}

// maxWeight bounds the cache, in bytes, more or less: it is emptied when it is full,
// which costs a busy host one compilation a script now and then.
const maxWeight = 32 << 20

// protoKey is what a compiled script is of; the script keeps its source anyway.
type protoKey struct{ name, source string }

func (c *protoCache) get(key protoKey) *lua.FunctionProto {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.m[key]
}

func (c *protoCache) put(key protoKey, proto *lua.FunctionProto) {
	weight := weightOf(proto) + len(key.source)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.m == nil || c.weight+weight > maxWeight {
		c.m, c.weight = make(map[protoKey]*lua.FunctionProto), 0
	}
	if c.m[key] == nil {
		c.m[key] = proto
		c.weight += weight
	}
}

// weightOf is what a compiled function takes: the compiler leaves room in each.
func weightOf(p *lua.FunctionProto) int {
	weight := 16<<10 + 16*len(p.Code) + 64*len(p.Constants)
	for _, k := range p.Constants {
		switch k := k.(type) {
		case lua.LString:
			weight += len(k)
		case *lua.LUserData:
			if t, ok := k.Value.(*literals); ok {
				weight += t.total * bytesOfItem * 2
			}
		}
	}
	for _, inner := range p.FunctionPrototypes {
		weight += weightOf(inner)
	}
	return weight
}
