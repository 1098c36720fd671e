package luabind

import (
	"strconv"
	"strings"
	"sync"

	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/ast"
	"github.com/yuin/gopher-lua/parse"
)

// An error that is raised knows values and a line; what was written there is in the
// source, which is parsed again to say so.

// chunk is the source of a script. It stands last among the constants of each of the
// script's functions.
type chunk struct {
	source string
	once   sync.Once
	calls  []ast.Expr // and operators, each after those in it
	locals []*ast.LocalAssignStmt
	loops  []*ast.GenericForStmt
}

func (c *chunk) attach(p *lua.FunctionProto, constant lua.LValue) {
	p.Constants = append(p.Constants, constant)
	for _, inner := range p.FunctionPrototypes {
		c.attach(inner, constant)
	}
}

// here returns the source of the innermost Lua function, and the line where it stands.
func (st *State) here() (*chunk, int) {
	for _, l := range st.stacks() {
		for level := 0; ; level++ {
			d, ok := l.GetStack(level)
			if !ok {
				break
			}
			f, err := l.GetInfo("Slf", d, nil)
			fn, isFunction := f.(*lua.LFunction)
			if err != nil || !isFunction || fn.Proto == nil {
				continue
			}
			return chunkOf(fn), d.CurrentLine
		}
	}
	return nil, 0
}

// chunkOf returns the source that a function of a script's stands in, or nil.
func chunkOf(fn *lua.LFunction) *chunk {
	if len(fn.Proto.Constants) == 0 {
		return nil
	}
	c, _ := userdata(fn.Proto.Constants[len(fn.Proto.Constants)-1]).(*chunk)
	if c != nil {
		c.once.Do(c.parse)
	}
	return c
}

func (c *chunk) parse() {
	list, err := parse.Parse(strings.NewReader(c.source), "")
	if err == nil {
		c.block(list)
	}
}

func (c *chunk) block(list []ast.Stmt) {
	for _, s := range list {
		switch s := s.(type) {
		case *ast.AssignStmt:
			c.exprs(s.Lhs...)
			c.exprs(s.Rhs...)
		case *ast.LocalAssignStmt:
			c.exprs(s.Exprs...)
			c.locals = append(c.locals, s)
		case *ast.FuncCallStmt:
			c.exprs(s.Expr)
		case *ast.DoBlockStmt:
			c.block(s.Stmts)
		case *ast.WhileStmt:
			c.exprs(s.Condition)
			c.block(s.Stmts)
		case *ast.RepeatStmt:
			c.block(s.Stmts)
			c.exprs(s.Condition)
		case *ast.IfStmt:
			c.exprs(s.Condition)
			c.block(s.Then)
			c.block(s.Else)
		case *ast.NumberForStmt:
			c.exprs(s.Init, s.Limit, s.Step)
			c.block(s.Stmts)
		case *ast.GenericForStmt:
			c.exprs(s.Exprs...)
			c.loops = append(c.loops, s)
			c.block(s.Stmts)
		case *ast.FuncDefStmt:
			c.exprs(s.Func)
		case *ast.ReturnStmt:
			c.exprs(s.Exprs...)
		}
	}
}

func (c *chunk) exprs(list ...ast.Expr) {
	for _, x := range list {
		if x == nil {
			continue
		}
		if f, ok := x.(*ast.FunctionExpr); ok {
			c.block(f.Stmts)
		}
		c.exprs(parts(x)...)
		setLines(x)
		c.calls = append(c.calls, x)
	}
}

// parts are the operands of an expression.
func parts(x ast.Expr) []ast.Expr {
	switch x := x.(type) {
	case *ast.AttrGetExpr:
		return []ast.Expr{x.Object, x.Key}
	case *ast.TableExpr:
		var list []ast.Expr
		for _, f := range x.Fields {
			list = append(list, f.Key, f.Value)
		}
		return list
	case *ast.FuncCallExpr:
		return append([]ast.Expr{x.Func, x.Receiver}, x.Args...)
	case *ast.LogicalOpExpr:
		return []ast.Expr{x.Lhs, x.Rhs}
	case *ast.RelationalOpExpr:
		return []ast.Expr{x.Lhs, x.Rhs}
	case *ast.ArithmeticOpExpr:
		return []ast.Expr{x.Lhs, x.Rhs}
	case *ast.StringConcatOpExpr:
		return []ast.Expr{x.Lhs, x.Rhs}
	case *ast.UnaryMinusOpExpr:
		return []ast.Expr{x.Expr}
	case *ast.UnaryNotOpExpr:
		return []ast.Expr{x.Expr}
	case *ast.UnaryLenOpExpr:
		return []ast.Expr{x.Expr}
	}
	return nil
}

// signOf is the sign of an operator, or the name that is called.
func signOf(x ast.Expr) string {
	switch x := x.(type) {
	case *ast.FuncCallExpr:
		return calledName(x)
	case *ast.LogicalOpExpr:
		return x.Operator
	case *ast.RelationalOpExpr:
		return x.Operator
	case *ast.ArithmeticOpExpr:
		return operators[arithmeticEvents[x.Operator]]
	case *ast.StringConcatOpExpr:
		return "concat"
	}
	return ""
}

// calledName is the last name of what is called: where of q:where(...), u.f(...).
func calledName(call *ast.FuncCallExpr) string {
	switch f := call.Func.(type) {
	case *ast.AttrGetExpr:
		if key, ok := f.Key.(*ast.StringExpr); ok {
			return key.Value
		}
	case *ast.IdentExpr:
		return f.Value
	}
	return call.Method
}

// only returns the only call, or operator, of a name on a line; nil if there are several.
func (c *chunk) only(sign string, line int) ast.Expr {
	var found ast.Expr
	for _, x := range c.calls {
		if signOf(x) != sign || line < x.Line() || line > x.LastLine() {
			continue
		}
		if found != nil {
			return nil
		}
		found = x
	}
	return found
}

// argument returns what is written in a place of a call that an error names, as in
// "argument 2", "branch 1" or "email"; nil where that is not clear. Of a branch, which
// names none of its two, field says which.
func argument(call *ast.FuncCallExpr, names []string, field int) ast.Expr {
	if len(call.Args) == 0 {
		return nil
	}
	at := call.Args[len(call.Args)-1]
	if len(names) == 0 && len(call.Args) > 1 {
		return nil
	}
	for i, name := range names {
		word, digits, _ := strings.Cut(name, " ")
		n, err := strconv.Atoi(digits)
		t, isTable := at.(*ast.TableExpr)
		switch {
		case err == nil && word == "argument" && i == 0 && n <= len(call.Args):
			at = call.Args[n-1]
		case err == nil && isTable && n <= len(t.Fields) && t.Fields[n-1].Key == nil:
			at = t.Fields[n-1].Value
		case err != nil && isTable:
			at = fieldOf(t, name)
		default:
			return nil
		}
	}
	if t, ok := at.(*ast.TableExpr); ok && field < len(t.Fields) && t.Fields[field].Key == nil {
		return t.Fields[field].Value
	}
	return at
}

func fieldOf(t *ast.TableExpr, name string) ast.Expr {
	for _, f := range t.Fields {
		if key, ok := f.Key.(*ast.StringExpr); ok && key.Value == name {
			return f.Value
		}
	}
	return nil
}

// lostFault is that a boolean or nil came where an expression belongs: raise adds what
// was written there.
type lostFault struct {
	reason string
	place  int // which operand, or which part of a branch
	isNil  bool
}

func (f *lostFault) Error() string { return f.reason }

// lost returns what was written in place of what err, which a call raises, misses.
func (st *State) lost(sign string, err error) string {
	var names []string
	named, ok := err.(*namedFault)
	for ; ok; named, ok = err.(*namedFault) {
		names, err = append(names, named.name), named.err
	}
	f, ok := err.(*lostFault)
	if !ok {
		return ""
	}
	c, line := st.here()
	if c == nil {
		return ""
	}
	var x ast.Expr
	switch found := c.only(sign, line).(type) {
	case nil:
	case *ast.FuncCallExpr:
		x = argument(found, names, f.place)
	default:
		x = parts(found)[f.place]
	}
	if x == nil {
		return ""
	}
	if f.isNil {
		if text, ok := written(x); ok && text != "nil" {
			return "; `" + text + "` is nil"
		}
		return ""
	}
	if comparison, at := c.comparison(x); comparison != nil {
		text, _ := written(comparison)
		where := ""
		if at != line {
			where = " on line " + strconv.Itoa(at)
		}
		if hint := st.ofRelated(comparison, c, at); hint != "" {
			return "; `" + text + "`" + where + " compares a relationship: " + hint
		}
		return "; no side of `" + text + "`" + where + " is an expression"
	}
	return ""
}

// ofRelated says what to write in place of a comparison of a relationship.
func (st *State) ofRelated(x *ast.RelationalOpExpr, in *chunk, line int) string {
	r, sides := st.related, [2]ast.Expr{x.Lhs, x.Rhs}
	if r.RelatedClause == nil || r.sign != x.Operator || r.in != in || r.line != line || r.withNil != (isNil(x.Lhs) || isNil(x.Rhs)) {
		return ""
	}
	if isNil(x.Lhs) {
		sides[0] = x.Rhs
	}
	name, ok := written(sides[r.side])
	if !ok {
		name = "r"
	}
	any := ":any("
	if !r.Relationship().IsMany() {
		any = ":has("
	}
	switch {
	case r.withNil && x.Operator == "==":
		return "that it leads to none is " + name + ":is_null()"
	case r.withNil:
		return "that it leads to one is " + name + any + ")"
	}
	return "that it leads to the one with a key is " + name + ":contains(key), that a condition holds there " + name + any + "condition)"
}

// comparison is the comparison that x is, or holds, or was given.
func (c *chunk) comparison(x ast.Expr) (*ast.RelationalOpExpr, int) {
	switch x := x.(type) {
	case *ast.RelationalOpExpr:
		return x, x.Line()
	case *ast.LogicalOpExpr:
		if left, at := c.comparison(x.Lhs); left != nil {
			if right, _ := c.comparison(x.Rhs); right != nil {
				return nil, 0 // which of them?
			}
			return left, at
		}
		return c.comparison(x.Rhs)
	case *ast.UnaryNotOpExpr:
		return c.comparison(x.Expr)
	case *ast.IdentExpr:
		var found *ast.RelationalOpExpr
		for _, s := range c.locals {
			for i, name := range s.Names {
				if name == x.Value && i < len(s.Exprs) && s.Line() <= x.Line() {
					found, _ = s.Exprs[i].(*ast.RelationalOpExpr)
				}
			}
		}
		if found != nil {
			return found, found.Line()
		}
	}
	return nil, 0
}

// maxWritten is how much of what was written an error repeats.
const maxWritten = 60

// written is an expression as text; false if it is long, or of a kind that says little.
func written(x ast.Expr) (string, bool) {
	s := source(x)
	return s, s != "..." && len(s) <= maxWritten
}

func source(x ast.Expr) string {
	switch x := x.(type) {
	case *ast.IdentExpr:
		return x.Value
	case *ast.NumberExpr:
		return x.Value
	case *ast.StringExpr:
		return shown(lua.LString(x.Value))
	case *ast.TrueExpr:
		return "true"
	case *ast.FalseExpr:
		return "false"
	case *ast.NilExpr:
		return "nil"
	case *ast.AttrGetExpr:
		if key, ok := x.Key.(*ast.StringExpr); ok {
			return source(x.Object) + "." + key.Value
		}
		return source(x.Object) + "[" + source(x.Key) + "]"
	case *ast.FuncCallExpr:
		if x.Func == nil {
			return source(x.Receiver) + ":" + x.Method + "(...)"
		}
		return source(x.Func) + "(...)"
	case *ast.RelationalOpExpr:
		return source(x.Lhs) + " " + x.Operator + " " + source(x.Rhs)
	case *ast.UnaryLenOpExpr:
		return "#" + source(x.Expr)
	}
	return "..."
}
