package luabind

import (
	"context"
	"errors"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// promptName is what errors call the chunks of Eval.
const promptName = "prompt"

// Eval runs a chunk as a prompt does: an expression is shown without return, and
// a chunk that begins with ":" continues the last value, which is the global _.
// [Incomplete] tells whether more lines may mend an error.
//
// Values are what a host can use: expr.Expr, expr.Item, expr.Order,
// *expr.SelectStmt, expr.Source, *expr.JoinClause, expr.Value, schema.Type, [Row];
// string, float64, bool, nil; for a list []any, for any other table
// map[string]any; [Opaque] for the rest.
func (st *State) Eval(ctx context.Context, chunk string) ([]any, error) {
	proto, err := st.rt.compilePrompt(promptName, continued(chunk))
	if err != nil {
		return nil, err
	}
	return st.run(ctx, proto, nil, true)
}

// Check returns the error that Eval would return before it runs a chunk: [Incomplete] tells of it
// whether the chunk is whole.
func (st *State) Check(chunk string) error {
	_, err := st.rt.compilePrompt(promptName, continued(chunk))
	return err
}

// continued puts the last value before a chunk that continues it.
func continued(chunk string) string {
	if strings.HasPrefix(strings.TrimLeft(chunk, " \t"), ":") {
		return "_ " + chunk
	}
	return chunk
}

// compilePrompt takes a chunk as an expression or, if it is none, as statements.
// Of two errors the one counts that was found further on: it knows better what
// the chunk was meant to be.
func (rt *Runtime) compilePrompt(name, chunk string) (*lua.FunctionProto, error) {
	const prefix = "return "
	proto, err := rt.compile(name, prefix+chunk)
	if err == nil {
		return proto, nil
	}
	proto, err2 := rt.compile(name, chunk)
	if err2 == nil {
		return proto, nil
	}
	var asValue, asChunk *Error
	if !errors.As(err, &asValue) || !errors.As(err2, &asChunk) || asChunk.incomplete {
		return nil, err2
	}
	if asValue.Line == 1 {
		asValue.column -= len(prefix)
	}
	further := asValue.Line > asChunk.Line || asValue.Line == asChunk.Line && asValue.column > asChunk.column
	if asValue.incomplete || asValue.Code == CodeSyntax && further {
		return nil, err
	}
	return nil, err2
}
