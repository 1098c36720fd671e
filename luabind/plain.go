package luabind

import (
	"slices"

	"github.com/yuin/gopher-lua/ast"
)

// Operators between plain values can stay Lua's. Which variables hold nothing else is
// found before operators are rewritten, without regard to the order in which things
// happen: a local is plain if all that is ever assigned to it, from wherever it is seen,
// is made of literals, functions, other plain locals and operators. Parameters of
// functions, globals, results and fields may be anything. So may tables, though they are
// no expressions: their metatables say what operators make of them.
//
// Which locals can hold nothing but what sql.param or a field gave them is found on the way:
// where one decides, it is looked at, as sql.param(...) and p.x are.

// local is a local variable.
type local struct {
	name  string
	outer *local // that it hides
	mixed bool   // it may hold anything
	given bool   // it holds what sql.param or a field gives
	feeds []*local
}

// plainLocals finds plain locals.
type plainLocals struct {
	scope  []*local
	names  map[string]*local         // the innermost of each name
	reads  map[*ast.IdentExpr]*local // those of plain locals, and those that decide of given ones
	depth  int
	giveUp bool
}

// plainReads returns the reads of plain locals in a script, and those of given ones that decide.
func plainReads(chunk []ast.Stmt) map[*ast.IdentExpr]*local {
	p := &plainLocals{names: map[string]*local{}, reads: map[*ast.IdentExpr]*local{}}
	p.block(chunk)
	if p.giveUp {
		return nil
	}
	return p.reads
}

// isGivenRead reports whether x, which decides, reads a given local.
func (r *rewriter) isGivenRead(x ast.Expr) bool {
	id, ok := x.(*ast.IdentExpr)
	if !ok {
		return false
	}
	v := r.reads[id]
	return v != nil && v.given
}

// isGiven reports whether x may be a parameter by its looks: sql.param(...), p.x.
func isGiven(x ast.Expr) bool {
	switch x := x.(type) {
	case *ast.FuncCallExpr:
		f, ok := x.Func.(*ast.AttrGetExpr)
		if !ok {
			return false
		}
		name, ok := f.Key.(*ast.StringExpr)
		return ok && name.Value == "param"
	case *ast.AttrGetExpr:
		_, ok := x.Object.(*ast.IdentExpr)
		return ok
	}
	return false
}

// decides notes the local that x is, if it is a given one: what it holds decides something.
func (p *plainLocals) decides(x ast.Expr) {
	if id, ok := x.(*ast.IdentExpr); ok {
		if v := p.names[id.Value]; v != nil && v.given {
			p.reads[id] = v
		}
	}
}

// isPlainRead reports whether x reads a plain local.
func (r *rewriter) isPlainRead(x *ast.IdentExpr) bool {
	v := r.reads[x]
	return v != nil && !v.mixed
}

// plainOperation reports whether x gives a value that is neither an expression nor a table,
// where each local that it reads is as read says.
func plainOperation(x ast.Expr, read func(*ast.IdentExpr) bool) bool {
	switch x := x.(type) {
	case *ast.NumberExpr, *ast.StringExpr, *ast.TrueExpr, *ast.FalseExpr, *ast.NilExpr, *ast.FunctionExpr:
		return true
	case *ast.IdentExpr:
		return read(x)
	case *ast.UnaryMinusOpExpr:
		return plainOperation(x.Expr, read)
	case *ast.UnaryNotOpExpr:
		return plainOperation(x.Expr, read)
	case *ast.UnaryLenOpExpr:
		return plainOperation(x.Expr, read)
	case *ast.ArithmeticOpExpr:
		return plainOperation(x.Lhs, read) && plainOperation(x.Rhs, read)
	case *ast.StringConcatOpExpr:
		return plainOperation(x.Lhs, read) && plainOperation(x.Rhs, read)
	case *ast.RelationalOpExpr:
		return plainOperation(x.Lhs, read) && plainOperation(x.Rhs, read)
	case *ast.LogicalOpExpr:
		return plainOperation(x.Lhs, read) && plainOperation(x.Rhs, read)
	}
	return false
}

func (p *plainLocals) declare(name string) *local {
	v := &local{name: name, outer: p.names[name]}
	p.names[name] = v
	p.scope = append(p.scope, v)
	return v
}

// leave ends a scope.
func (p *plainLocals) leave(outer int) {
	for _, v := range slices.Backward(p.scope[outer:]) {
		p.names[v.name] = v.outer
	}
	p.scope = p.scope[:outer]
}

// mix says that a local may hold anything, and so may those that it feeds.
func mix(v *local) {
	for list := []*local{v}; len(list) > 0; {
		v, list = list[len(list)-1], list[:len(list)-1]
		if !v.mixed {
			v.mixed = true
			list = append(list, v.feeds...)
			v.feeds = nil
		}
	}
}

// assign says that v gets the value of x, whose reads are noted.
func (p *plainLocals) assign(v *local, x ast.Expr) {
	if v == nil || v.mixed {
		return
	}
	plain := plainOperation(x, func(id *ast.IdentExpr) bool {
		from := p.reads[id]
		if from == nil || from.mixed {
			return false
		}
		from.feeds = append(from.feeds, v)
		return true
	})
	if !plain {
		mix(v)
	}
}

// assignAll says that each of the variables, nil for what is none, gets its value of a list.
func (p *plainLocals) assignAll(targets []*local, values []ast.Expr) {
	for i, v := range targets {
		switch {
		case i < len(values):
			p.assign(v, values[i])
		case v != nil && len(values) > 0 && mayBeMany(values[len(values)-1]):
			mix(v)
		}
	}
}

func (p *plainLocals) block(list []ast.Stmt) {
	outer := len(p.scope)
	p.stmts(list)
	p.leave(outer)
}

func (p *plainLocals) stmts(list []ast.Stmt) {
	if p.depth++; p.depth > maxHeight {
		p.giveUp = true
	}
	for _, s := range list {
		if p.giveUp {
			break
		}
		p.stmt(s)
	}
	p.depth--
}

func (p *plainLocals) stmt(s ast.Stmt) {
	switch s := s.(type) {
	case *ast.AssignStmt:
		p.exprs(s.Rhs)
		targets := make([]*local, len(s.Lhs))
		for i, x := range s.Lhs {
			if id, ok := x.(*ast.IdentExpr); ok {
				if targets[i] = p.names[id.Value]; targets[i] != nil {
					targets[i].given = false
				}
			} else {
				p.expr(x)
			}
		}
		p.assignAll(targets, s.Rhs)
	case *ast.LocalAssignStmt:
		if len(s.Names) == 1 && functionIn(s) != nil { // it may name itself
			p.declare(s.Names[0])
			p.exprs(s.Exprs)
			return
		}
		p.exprs(s.Exprs)
		targets := make([]*local, len(s.Names))
		for i, name := range s.Names {
			targets[i] = p.declare(name)
			targets[i].given = i < len(s.Exprs) && isGiven(s.Exprs[i])
		}
		p.assignAll(targets, s.Exprs)
	case *ast.FuncCallStmt:
		p.expr(s.Expr)
	case *ast.DoBlockStmt:
		p.block(s.Stmts)
	case *ast.WhileStmt:
		p.expr(s.Condition)
		p.decides(s.Condition)
		p.block(s.Stmts)
	case *ast.RepeatStmt:
		outer := len(p.scope)
		p.stmts(s.Stmts)
		p.expr(s.Condition)
		p.decides(s.Condition)
		p.leave(outer)
	case *ast.IfStmt:
		p.expr(s.Condition)
		p.decides(s.Condition)
		p.block(s.Then)
		p.block(s.Else)
	case *ast.NumberForStmt:
		p.exprs([]ast.Expr{s.Init, s.Limit, s.Step})
		outer := len(p.scope)
		p.declare(s.Name) // a number, unless the body assigns it
		p.block(s.Stmts)
		p.leave(outer)
	case *ast.GenericForStmt:
		p.exprs(s.Exprs)
		outer := len(p.scope)
		p.given(s.Names)
		p.block(s.Stmts)
		p.leave(outer)
	case *ast.FuncDefStmt:
		if _, isName := s.Name.Func.(*ast.IdentExpr); !isName { // of a local it makes a function
			p.expr(s.Name.Func)
		}
		p.expr(s.Name.Receiver)
		p.function(s.Func, implicit(s)...)
	case *ast.ReturnStmt:
		p.exprs(s.Exprs)
	case *ast.GotoStmt, *ast.LabelStmt: // what a jump leaves out is not looked at
		p.giveUp = true
	}
}

// given declares what the script does not say the values of.
func (p *plainLocals) given(names []string) {
	for _, name := range names {
		p.declare(name).mixed = true
	}
}

func (p *plainLocals) exprs(list []ast.Expr) {
	for _, x := range list {
		p.expr(x)
	}
}

func (p *plainLocals) expr(x ast.Expr) {
	if p.depth++; p.depth > maxHeight {
		p.giveUp = true
	}
	if !p.giveUp {
		p.operands(x)
	}
	p.depth--
}

func (p *plainLocals) operands(x ast.Expr) {
	switch x := x.(type) {
	case *ast.IdentExpr:
		if v := p.names[x.Value]; v != nil && !v.mixed {
			p.reads[x] = v
		}
	case *ast.AttrGetExpr:
		p.expr(x.Object)
		p.expr(x.Key)
	case *ast.TableExpr:
		for _, f := range x.Fields {
			p.expr(f.Key)
			p.expr(f.Value)
		}
	case *ast.FuncCallExpr:
		p.expr(x.Func)
		p.expr(x.Receiver)
		p.exprs(x.Args)
		if isAssert(x) {
			p.decides(x.Args[0])
		}
	case *ast.LogicalOpExpr:
		p.expr(x.Lhs)
		p.expr(x.Rhs)
		p.decides(x.Lhs)
		p.decides(x.Rhs)
	case *ast.RelationalOpExpr:
		p.expr(x.Lhs)
		p.expr(x.Rhs)
	case *ast.ArithmeticOpExpr:
		p.expr(x.Lhs)
		p.expr(x.Rhs)
	case *ast.StringConcatOpExpr:
		p.expr(x.Lhs)
		p.expr(x.Rhs)
	case *ast.UnaryMinusOpExpr:
		p.expr(x.Expr)
	case *ast.UnaryNotOpExpr:
		p.expr(x.Expr)
		p.decides(x.Expr)
	case *ast.UnaryLenOpExpr:
		p.expr(x.Expr)
	case *ast.FunctionExpr:
		p.function(x)
	}
}

func (p *plainLocals) function(x *ast.FunctionExpr, implicit ...string) {
	outer := len(p.scope)
	p.given(parameters(x, implicit))
	p.block(x.Stmts)
	p.leave(outer)
}
