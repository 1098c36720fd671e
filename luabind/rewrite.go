package luabind

import (
	"fmt"

	"github.com/yuin/gopher-lua/ast"
)

// rewrite walks a parsed script once: it refuses what nests too deeply for the
// recursive compiler, mends what the compiler of gopher-lua 1.1.2 gets wrong, gives
// each method call of a chain over many lines its own line, and has nils in
// constructors noted. It returns what stands for the noter, or "".
func rewrite(name string, length int, chunk []ast.Stmt) (placeholder string, err error) {
	r := &rewriter{name: name, length: length}
	r.block(chunk)
	if r.err != nil {
		return "", r.err
	}
	return r.placeholder, nil
}

type rewriter struct {
	name    string
	nesting int // see maxNesting
	height  int // see maxHeight
	err     *Error

	length      int // of the script
	placeholder string
	rows        map[*ast.TableExpr]bool // see keepRows
}

// enter goes a level down; false means that it is one too many.
func (r *rewriter) enter(nests bool, at ast.PositionHolder) bool {
	r.height++
	if nests {
		r.nesting++
	}
	if r.err == nil && (r.height > maxHeight || r.nesting > maxNesting) {
		r.err = &Error{Code: CodeSize, File: r.name, Line: at.Line(), Reason: "nested too deeply"}
	}
	return r.err == nil
}

func (r *rewriter) leave(nests bool) {
	r.height--
	if nests {
		r.nesting--
	}
}

func (r *rewriter) block(list []ast.Stmt) {
	for i, s := range list {
		if r.enter(true, s) {
			r.stmt(s)
		}
		r.leave(true)
		if a, ok := s.(*ast.AssignStmt); ok {
			list[i] = mendAssign(a)
		}
	}
}

func (r *rewriter) stmt(s ast.Stmt) {
	switch s := s.(type) {
	case *ast.AssignStmt:
		r.exprs(s.Lhs)
		r.exprs(s.Rhs)
	case *ast.LocalAssignStmt:
		r.exprs(s.Exprs)
	case *ast.FuncCallStmt:
		s.Expr = r.expr(s.Expr, true)
	case *ast.DoBlockStmt:
		r.block(s.Stmts)
	case *ast.WhileStmt:
		s.Condition = r.expr(s.Condition, true)
		r.block(s.Stmts)
		s.Stmts = mendLoop(s, s.Stmts)
	case *ast.RepeatStmt:
		r.block(s.Stmts)
		s.Condition = r.expr(s.Condition, true)
		s.Stmts = mendLoop(s, s.Stmts)
	case *ast.IfStmt:
		s.Condition = r.expr(s.Condition, true)
		r.block(s.Then)
		r.block(s.Else)
	case *ast.NumberForStmt:
		s.Init = r.expr(s.Init, true)
		s.Limit = r.expr(s.Limit, true)
		s.Step = r.expr(s.Step, true)
		r.block(s.Stmts)
	case *ast.GenericForStmt:
		r.exprs(s.Exprs)
		r.block(s.Stmts)
		s.Stmts = mendLoop(s, s.Stmts)
	case *ast.FuncDefStmt:
		r.expr(s.Func, true)
	case *ast.ReturnStmt:
		r.exprs(s.Exprs)
	}
}

func (r *rewriter) exprs(list []ast.Expr) {
	for i, x := range list {
		list[i] = r.expr(x, true)
	}
}

// expr walks an expression and returns what takes its place. One that continues the
// expression around it, as calls and operators in a row do, does not nest.
func (r *rewriter) expr(x ast.Expr, nests bool) ast.Expr {
	if x == nil {
		return nil
	}
	if r.enter(nests, x) {
		r.operands(x)
		r.setLines(x)
	}
	r.leave(nests)
	if t, ok := x.(*ast.TableExpr); ok {
		return r.noted(t)
	}
	return x
}

// setLines says on which line a call and its arguments end, and that a method call
// stands where its receiver ends, or further on, where its first argument begins:
// the parser puts it where the whole chain begins.
func (r *rewriter) setLines(x ast.Expr) {
	last := x.Line()
	if call, ok := x.(*ast.FuncCallExpr); ok {
		line := call.Line()
		if call.Receiver != nil {
			line = max(line, call.Receiver.LastLine())
		}
		if len(call.Args) > 0 && call.Receiver != nil {
			line = max(line, call.Args[0].Line())
		}
		call.SetLine(line)
		last = line
		for _, a := range call.Args {
			last = max(last, a.LastLine())
		}
	}
	x.SetLastLine(max(last, x.LastLine()))
}

func (r *rewriter) operands(x ast.Expr) {
	switch x := x.(type) {
	case *ast.AttrGetExpr:
		x.Object = r.expr(x.Object, false)
		x.Key = r.expr(x.Key, true)
	case *ast.TableExpr:
		for _, f := range x.Fields {
			f.Key = r.expr(f.Key, true)
			f.Value = r.expr(f.Value, true)
		}
		mendTable(x)
	case *ast.FuncCallExpr:
		r.keepRows(x)
		x.Func = r.expr(x.Func, false)
		x.Receiver = r.expr(x.Receiver, false)
		r.exprs(x.Args)
	case *ast.LogicalOpExpr:
		x.Lhs = r.expr(x.Lhs, false)
		x.Rhs = r.expr(x.Rhs, true)
	case *ast.RelationalOpExpr:
		x.Lhs = r.expr(x.Lhs, false)
		x.Rhs = r.expr(x.Rhs, true)
	case *ast.ArithmeticOpExpr:
		x.Lhs = r.expr(x.Lhs, false)
		x.Rhs = r.expr(x.Rhs, true)
	case *ast.StringConcatOpExpr:
		x.Lhs = r.expr(x.Lhs, true)
		x.Rhs = r.expr(x.Rhs, false)
	case *ast.UnaryMinusOpExpr:
		x.Expr = r.expr(x.Expr, true)
	case *ast.UnaryNotOpExpr:
		x.Expr = r.expr(x.Expr, true)
	case *ast.UnaryLenOpExpr:
		x.Expr = r.expr(x.Expr, true)
	case *ast.FunctionExpr:
		r.block(x.Stmts)
	}
}

// mendTable has `{a, b, k = f()}` take one value of the last call: the compiler
// would keep what it has returned in the list as well.
func mendTable(x *ast.TableExpr) {
	if len(x.Fields) == 0 {
		return
	}
	last := x.Fields[len(x.Fields)-1]
	if last.Key == nil {
		return
	}
	switch v := last.Value.(type) {
	case *ast.FuncCallExpr:
		v.AdjustRet = true
	case *ast.Comma3Expr:
		v.AdjustRet = true
	}
}

// mendAssign makes `do local t1, t2 = x, y; a, b = t1, t2 end` of `a, b = x, y`
// where the compiler would store a half-made value in a variable that the other
// half still reads: `x = (y or z) and nil or x`, `a = (g(a))`, `a, b = g(a), 1`.
func mendAssign(a *ast.AssignStmt) ast.Stmt {
	risky := false
	for i, x := range a.Rhs {
		switch x := x.(type) {
		case *ast.LogicalOpExpr:
			risky = true
		case *ast.FuncCallExpr:
			risky = risky || x.AdjustRet || i < len(a.Rhs)-1
		}
	}
	if !risky {
		return a
	}
	locals := &ast.LocalAssignStmt{Exprs: a.Rhs}
	back := &ast.AssignStmt{Lhs: a.Lhs}
	for i, target := range a.Lhs {
		if _, ok := target.(*ast.IdentExpr); !ok {
			return a
		}
		id := &ast.IdentExpr{Value: fmt.Sprintf("(temporary %d)", i)} // no script can write this name
		id.SetLine(a.Line())
		locals.Names, back.Rhs = append(locals.Names, id.Value), append(back.Rhs, id)
	}
	block := &ast.DoBlockStmt{Stmts: []ast.Stmt{locals, back}}
	for _, s := range []ast.Stmt{locals, back, block} {
		s.SetLine(a.Line())
		s.SetLastLine(a.LastLine())
	}
	return block
}

// mendLoop puts a statement that does nothing before a body that may begin with a
// jump, as in `for k in pairs(t) do break end`: where the jump back to the body
// meets another, the compiler takes its distance for a label, and jumps anywhere.
func mendLoop(loop ast.Stmt, body []ast.Stmt) []ast.Stmt {
	if len(body) == 0 {
		return body
	}
	switch body[0].(type) {
	case *ast.BreakStmt, *ast.GotoStmt, *ast.LabelStmt, *ast.DoBlockStmt, *ast.IfStmt, *ast.WhileStmt, *ast.RepeatStmt:
		nothing := &ast.LocalAssignStmt{Names: []string{"(nothing)"}}
		nothing.SetLine(loop.Line())
		nothing.SetLastLine(loop.Line())
		return append([]ast.Stmt{nothing}, body...)
	}
	return body
}
