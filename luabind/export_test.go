package luabind

import (
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
