package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/yuin/gopher-lua/ast"
	"github.com/yuin/gopher-lua/parse"

	"github.com/sqlser/sqlser/cmd/sqlser-repl/internal/show"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/luabind"
	"github.com/sqlser/sqlser/serializer"
)

// source is a Q of the command line: Lua that builds a query, or the bytes of one.
type source struct {
	name  string // for messages
	bytes []byte // of a query, if it is that
	lua   string // else
	query string // of a plugin; "" for a script
}

// maxSource is more than any script or payload may have: what is longer is cut
// there, and refused by whoever has the limit. A signature adds less than 2 KiB.
const maxSource = serializer.DefaultBytes + 2<<10

// chunkWord is the word that stands for the chunk of -e.
const chunkWord = ""

// readSource reads what is meant by a word of the command line or by -e.
func (a *app) readSource(word string) (*source, error) {
	var b []byte
	var err error
	s := &source{name: word}
	switch {
	case word == chunkWord && a.opts.chunk != nil:
		s.name, b = "-e", []byte(*a.opts.chunk)
	case word == "-":
		s.name = "stdin"
		b, err = io.ReadAll(io.LimitReader(a.stdin, maxSource))
	default:
		if file, plugin, ok := strings.Cut(word, ".lua#"); ok {
			s.name, s.query, word = file+".lua", plugin, file+".lua"
		}
		b, err = readFile(word)
	}
	if err != nil {
		hint := ""
		if strings.ContainsAny(word, "(:") && !strings.HasSuffix(word, ".lua") {
			hint = "; Lua itself stands behind -e"
		}
		return nil, usagef("cannot read %s: %s%s", show.Visible(s.name), reasonOf(err), hint)
	}
	if isPayload(word, b) {
		s.bytes = b
	} else {
		s.lua = string(b)
	}
	return s, nil
}

func readFile(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }() // it was only read
	return io.ReadAll(io.LimitReader(f, maxSource))
}

// isPayload tells bytes from Lua by how they begin: an array, then the magic
// string. What can be no Lua either is left to the loader to refuse.
func isPayload(name string, b []byte) bool {
	return isQuery(b) || filepath.Ext(name) == ".sqb" ||
		len(b) > 0 && b[0] >= 0x80 && !bytes.HasPrefix(b, []byte("\ufeff"))
}

// isQuery reports whether bytes begin as those of a query, signed or not.
func isQuery(b []byte) bool {
	return bytes.HasPrefix(b, []byte("\x94\xa8sqlser/")) || serializer.IsSigned(b)
}

// statement builds or loads the statement of a source, tells its drift, and makes values for its parameters: for all
// that need one, where complete is true.
func (a *app) statement(ctx context.Context, s *source, d *database, complete bool) (expr.Statement, map[string]expr.Value, error) {
	n, loaded, err := a.node(ctx, s, d)
	if err != nil {
		return nil, nil, err
	}
	q, ok := n.(expr.Statement)
	if !ok {
		return nil, nil, fmt.Errorf("%s: expected a query, got %s", s.name, whatIs(n))
	}
	a.tellDrift(loaded)
	params, err := a.params(complete, q)
	return q, params, err
}

// node builds or loads the one construct of a source: what can be dumped.
func (a *app) node(ctx context.Context, s *source, d *database) (expr.Node, *serializer.Loaded, error) {
	if s.bytes != nil || a.opts.signing.trust != "" {
		b, err := a.payload(s)
		if err != nil {
			return nil, nil, err
		}
		var l *serializer.Loaded
		if d.meta == nil {
			l, err = serializer.Detached(b, serializer.Limits{})
		} else {
			l, err = serializer.Loads(b, serializer.Binding{MetaData: d.meta})
		}
		if err != nil {
			return nil, nil, &refusedError{s.name, err}
		}
		return l.Root, l, nil
	}
	rt, err := a.runtime(d, nil, a.stderr)
	if err != nil {
		return nil, nil, err
	}
	values, err := a.eval(ctx, rt, s)
	switch {
	case err != nil:
		return nil, nil, err
	case len(values) != 1:
		return nil, nil, fmt.Errorf("%s: expected a script that returns one query, got %s", s.name, show.Counted(len(values), "value"))
	}
	n, ok := nodeOf(values[0])
	switch {
	case values[0] == any(luabind.OpaquePlugin):
		return nil, nil, fmt.Errorf("%s: expected a query, got a plugin: say %[1]s#name for one of its queries; dump %[1]s -o dir/ makes bytes of all", s.name)
	case !ok:
		return nil, nil, fmt.Errorf("%s: expected a query, got %s", s.name, whatIs(values[0]))
	}
	return n, nil, nil
}

// placed says where a query comes from that turns out to be wrong only when its script is over: where it was returned.
func (s *source) placed(err error) error {
	var script *luabind.Error
	var usage *usageError
	if err == nil || errors.As(err, &script) || errors.As(err, &usage) || isClosedPipe(err) {
		return err
	}
	if s.query != "" {
		return fmt.Errorf("%s#%s: %w", s.name, s.query, err)
	}
	if chunk := parsed(s.lua); s.bytes == nil && len(chunk) > 0 {
		if last, ok := chunk[len(chunk)-1].(*ast.ReturnStmt); ok {
			return fmt.Errorf("%s:%d: %w", s.name, last.Line(), err)
		}
	}
	return fmt.Errorf("%s: %w", s.name, err)
}

// nodeOf returns the node of a value that a script returned.
func nodeOf(v any) (expr.Node, bool) {
	switch v := v.(type) {
	case expr.Expr:
		return v.Node(), v.Node() != nil
	case expr.Item:
		return nodeOf(v.Expr())
	case expr.Order:
		return nodeOf(v.Expr())
	case expr.Node:
		return v, true
	}
	return nil, false
}

// whatIs names a value that came where a query was expected.
func whatIs(v any) string {
	switch v := v.(type) {
	case nil:
		return "nil"
	case expr.Node:
		return "a " + v.Op().String()
	case luabind.Opaque:
		return "a " + string(v)
	case string:
		return "a string"
	case float64:
		return "a number"
	case bool:
		return "a boolean"
	case expr.Value:
		return "a value of type " + v.Type().String()
	case luabind.Row:
		return "a row"
	}
	return "a table"
}

// parsed is the syntax tree of a script, or nil where it is none: luabind says what is wrong.
func parsed(source string) (chunk []ast.Stmt) {
	defer func() {
		if recover() != nil { // the parser is not ours
			chunk = nil
		}
	}()
	source = strings.TrimPrefix(source, "\ufeff")
	if strings.HasPrefix(source, "#") {
		source = "--" + source
	}
	chunk, err := parse.Parse(strings.NewReader(source), "")
	if err != nil {
		return nil
	}
	return chunk
}

// isTyped reports whether a script of standard input is what is typed at the prompt: it begins with a
// dot-command, or has one at the beginning of a line and is no Lua.
func isTyped(source string) bool {
	if strings.HasPrefix(strings.TrimSpace(source), ".") {
		return true
	}
	for line := range strings.Lines(source) {
		name, _, _ := strings.Cut(strings.TrimSpace(line), " ")
		if _, err := findDot(name, false); err == nil && strings.HasPrefix(line, ".") {
			return parsed(source) == nil
		}
	}
	return false
}

// returnsValue reports whether a script returns something at its end or from a
// block of its own: then that is the output, and what it prints is narration.
func returnsValue(source string) bool { return blockReturns(parsed(source)) }

func blockReturns(block []ast.Stmt) bool {
	for _, s := range block {
		var inner [][]ast.Stmt
		switch s := s.(type) {
		case *ast.ReturnStmt:
			if len(s.Exprs) > 0 {
				return true
			}
		case *ast.DoBlockStmt:
			inner = [][]ast.Stmt{s.Stmts}
		case *ast.WhileStmt:
			inner = [][]ast.Stmt{s.Stmts}
		case *ast.RepeatStmt:
			inner = [][]ast.Stmt{s.Stmts}
		case *ast.IfStmt:
			inner = [][]ast.Stmt{s.Then, s.Else}
		case *ast.NumberForStmt:
			inner = [][]ast.Stmt{s.Stmts}
		case *ast.GenericForStmt:
			inner = [][]ast.Stmt{s.Stmts}
		}
		for _, b := range inner {
			if blockReturns(b) {
				return true
			}
		}
	}
	return false
}

// eval runs a source of Lua; what is given by -e or standard input may be an expression alone.
func (a *app) eval(ctx context.Context, rt *luabind.Runtime, s *source) ([]any, error) {
	if s.query != "" {
		q, err := pluginQuery(ctx, rt, s.name, s.query)
		if err != nil {
			return nil, err
		}
		return []any{q.Query}, nil
	}
	if s.name == "-e" || s.name == "stdin" {
		return rt.Eval(ctx, s.name, s.lua, a.opts.rest...)
	}
	return rt.Run(ctx, s.name, s.lua, a.opts.rest...)
}
