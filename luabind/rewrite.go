package luabind

import (
	"github.com/yuin/gopher-lua/ast"
)

// place says what becomes of the value of an expression.
type place uint8

const (
	kept   place = iota // it is kept or handed on: operators build
	tested              // it decides an if, a while or an until: operators are Lua's
	key                 // it is a key of a table: likewise
)

type rewriter struct {
	name    string
	nesting int // see maxNesting
	height  int // see maxHeight
	err     *Error

	swap     *swap
	rows     map[*ast.TableExpr]bool // see keepRows
	builders map[string]bool         // names of what builds, see isBuilder
	building bool                    // in the arguments of one of them
	nils     int                     // comparisons with nil in the argument, which build
	reads    map[*ast.IdentExpr]*local
	plain    bool // leave operators alone: what tests compare with
}

// rewrite walks a parsed script once: it refuses what nests too deeply for the
// recursive compiler, mends what the compiler of gopher-lua 1.1.2 gets wrong, gives
// each method call of a chain over many lines its own line, has nils in constructors
// noted, and puts calls of helpers where operators may meet expressions. r.swap puts
// the helpers in, when the script is compiled.
func (r *rewriter) rewrite(source string, chunk []ast.Stmt) error {
	r.swap = newSwap(source)
	if !r.plain {
		r.reads = plainReads(chunk)
	}
	r.block(chunk)
	if r.err != nil {
		return r.err
	}
	return nil
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
		s.Expr = r.dropped(r.expr(s.Expr, true, kept))
	case *ast.DoBlockStmt:
		r.block(s.Stmts)
	case *ast.WhileStmt:
		s.Condition = r.expr(s.Condition, true, tested)
		r.block(s.Stmts)
		s.Stmts = mendLoop(s, s.Stmts)
	case *ast.RepeatStmt:
		r.block(s.Stmts)
		s.Condition = r.expr(s.Condition, true, tested)
		s.Stmts = mendLoop(s, s.Stmts)
	case *ast.IfStmt:
		s.Condition = r.expr(s.Condition, true, tested)
		r.block(s.Then)
		r.block(s.Else)
	case *ast.NumberForStmt:
		s.Init = r.expr(s.Init, true, kept)
		s.Limit = r.expr(s.Limit, true, kept)
		s.Step = r.expr(s.Step, true, kept)
		r.block(s.Stmts)
	case *ast.GenericForStmt:
		r.exprs(s.Exprs)
		r.block(s.Stmts)
		s.Stmts = mendLoop(s, s.Stmts)
	case *ast.FuncDefStmt:
		r.expr(s.Func, true, kept)
	case *ast.ReturnStmt:
		r.exprs(s.Exprs)
	}
}

func (r *rewriter) exprs(list []ast.Expr) {
	for i, x := range list {
		list[i] = r.expr(x, true, kept)
	}
}

// expr walks an expression and returns what takes its place. One that continues the
// expression around it, as calls and operators in a row do, does not nest.
func (r *rewriter) expr(x ast.Expr, nests bool, at place) ast.Expr {
	switch x := x.(type) {
	case nil:
		return nil
	case *ast.IdentExpr, *ast.StringExpr, *ast.NumberExpr, *ast.TrueExpr, *ast.FalseExpr, *ast.NilExpr, *ast.Comma3Expr: // nothing is in them
		x.SetLastLine(max(x.Line(), x.LastLine()))
		if at == tested && r.isGivenRead(x) {
			return r.helper(x, helpTruth, x)
		}
		return x
	}
	out := x
	if r.enter(nests, x) {
		out = r.operation(x, at)
		setLines(x)
		if out != x {
			out.SetLastLine(x.LastLine())
		}
	}
	r.leave(nests)
	return out
}

// setLines says on which line a call and its arguments end, and that a method call
// stands where its receiver ends, or further on, where its first argument begins:
// the parser puts it where the whole chain begins.
func setLines(x ast.Expr) {
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

// operation walks the operands of x and returns what takes its place.
func (r *rewriter) operation(x ast.Expr, at place) ast.Expr {
	if r.plain {
		at = key
	}
	switch x := x.(type) {
	case *ast.AttrGetExpr:
		x.Object = r.expr(x.Object, false, kept)
		x.Key = r.expr(x.Key, true, key)
		if at == tested {
			return r.truth(x)
		}
	case *ast.TableExpr:
		for _, f := range x.Fields {
			f.Key = r.expr(f.Key, true, key)
			f.Value = r.expr(f.Value, true, kept)
		}
		if noted := r.noted(x); noted != x {
			return noted
		}
		return r.long(x)
	case *ast.FuncCallExpr:
		r.call(x)
		if at == tested {
			return r.truth(x)
		}
	case *ast.LogicalOpExpr:
		if at == kept {
			return r.logic(x)
		}
		x.Lhs = r.expr(x.Lhs, false, at)
		x.Rhs = r.expr(x.Rhs, true, at)
	case *ast.RelationalOpExpr:
		return r.comparison(x, at)
	case *ast.ArithmeticOpExpr:
		x.Lhs = r.expr(x.Lhs, false, kept)
		x.Rhs = r.expr(x.Rhs, true, kept)
		return r.computed(x, r.arithmetic(x), at)
	case *ast.StringConcatOpExpr:
		x.Lhs = r.expr(x.Lhs, true, kept)
		x.Rhs = r.expr(x.Rhs, false, kept)
		return r.computed(x, x, at)
	case *ast.UnaryMinusOpExpr:
		x.Expr = r.expr(x.Expr, true, kept)
		return r.computed(x, x, at)
	case *ast.UnaryNotOpExpr:
		x.Expr = r.expr(x.Expr, true, at)
		if at == kept && !r.isPlain(x.Expr) {
			return r.helper(x, helpNot, r.withOwner(x.Expr)...)
		}
	case *ast.UnaryLenOpExpr:
		x.Expr = r.expr(x.Expr, true, kept)
	case *ast.FunctionExpr:
		outside, nils := r.building, r.nils
		r.building = false
		r.block(x.Stmts)
		r.building, r.nils = outside, nils
	}
	return x
}

// call walks a call. What stands in the arguments of one that builds is for the
// database, and what assert is given decides, as in an if.
func (r *rewriter) call(x *ast.FuncCallExpr) {
	r.keepRows(x)
	x.Func = r.expr(x.Func, false, kept)
	x.Receiver = r.expr(x.Receiver, false, kept)
	outside, nils := r.building, r.nils
	r.building = r.isBuilder(x)
	for i, a := range x.Args {
		where := kept
		if i == 0 && isAssert(x) && !mayBeMany(a) {
			where = tested
		}
		exact := 0
		if r.building {
			exact = r.exact(&a)
		}
		r.nils = 0
		if x.Args[i] = r.expr(a, true, where); exact > 0 || r.nils > 0 {
			x.Args[i] = r.argument(x, i, exact)
		}
	}
	r.building, r.nils = outside, nils
}

// isAssert reports whether a call is assert(x, ...).
func isAssert(call *ast.FuncCallExpr) bool {
	f, ok := call.Func.(*ast.IdentExpr)
	return ok && f.Value == "assert" && len(call.Args) > 0
}

// isBuilder reports whether a call may, by its name, be one of ours: q:where(...),
// sql.select(...), sql.fn.sum(...), or sum(...) for a local of that name that may hold one.
func (r *rewriter) isBuilder(call *ast.FuncCallExpr) bool {
	switch f := call.Func.(type) {
	case nil:
		return r.builders[call.Method]
	case *ast.IdentExpr:
		return r.builders[f.Value] && !isBase(f.Value) && !r.isPlainRead(f)
	case *ast.AttrGetExpr:
		if isFunctions(f.Object) {
			return true
		}
		key, ok := f.Key.(*ast.StringExpr)
		return ok && r.builders[key.Value]
	}
	return false
}
