package luabind

import (
	"slices"
	"strconv"

	"github.com/yuin/gopher-lua/ast"
)

// How operators become calls of helpers. A comparison is helper(a, b). The right
// side of `and` and `or` must wait until the left one is known, so `a and b` becomes
//
//	helper(a, A and b)          A: the first argument, in the register where it stands
//	helper(a, open(A) and b)    of `or`; open: it is false, or a condition, so that b is a part of it
//
// and `a and b or c`, which is a choice of Lua's where a is none of ours, becomes
//
//	helper(a, A and b, open(B, A) and c)    one of both is false, or A a condition
//
// A literal or a plain local need not wait: helper(a, 10).
//
// The compiler knows no such thing as A: it is a global that no script can name,
// until the swap makes each of its reads a move from the register.

// helper makes a call of a helper at the line of an operator.
func (r *rewriter) helper(at ast.Expr, h help, args ...ast.Expr) *ast.FuncCallExpr {
	adjust(args[len(args)-1])
	call := &ast.FuncCallExpr{Func: callOf(at, int(h)), Args: args, AdjustRet: true}
	call.SetLine(at.Line())
	call.SetLastLine(at.LastLine())
	return call
}

// register reads what stands so many registers before the place that it is read to.
func (r *rewriter) register(at ast.PositionHolder, distance int) ast.Expr {
	return placed(at, &ast.IdentExpr{Value: r.swap.register(distance)})
}

func placed[T ast.PositionHolder](at ast.PositionHolder, x T) T {
	x.SetLine(at.Line())
	x.SetLastLine(at.Line())
	return x
}

// isPlain reports whether x is known to be no expression of ours.
func (r *rewriter) isPlain(x ast.Expr) bool {
	_, isTable := x.(*ast.TableExpr)
	return isTable || plainOperation(x, r.isPlainRead)
}

func isNil(x ast.Expr) bool { _, ok := x.(*ast.NilExpr); return ok }

// comparison makes a call of a comparison, save where both sides are plain. `not a ==
// b`, which Lua reads as `(not a) == b`, has a helper that looks at a.
func (r *rewriter) comparison(x *ast.RelationalOpExpr, at place) ast.Expr {
	not, negated := x.Lhs.(*ast.UnaryNotOpExpr)
	negated = negated && !r.plain
	if negated {
		not.Expr = r.expr(not.Expr, true, kept)
	} else {
		x.Lhs = r.expr(x.Lhs, false, kept)
	}
	x.Rhs = r.expr(x.Rhs, true, kept)
	left, right := x.Lhs, x.Rhs
	if negated {
		return r.helper(x, helpNotCompare, placed(x, &ast.StringExpr{Value: x.Operator}), not.Expr, one(right), truthOf(x, at != kept))
	}
	if r.plain || r.isPlain(left) && r.isPlain(right) {
		return x
	}
	if x.Operator == "==" || x.Operator == "~=" {
		other := left
		if isNil(left) {
			other = right
		}
		if isNil(left) || isNil(right) {
			h := helpIsNil
			if x.Operator == "~=" {
				h = helpIsNotNil
			}
			if at != kept || !r.building {
				h += helpIsNilHere - helpIsNil
			} else {
				r.nils++
			}
			return r.helper(x, h, other)
		}
	}
	h := helpEq + help(relationOf(x.Operator))
	if at != kept {
		return r.helper(x, h+helpTestEq-helpEq, left, right)
	}
	return r.helper(x, h, r.withExact(left, right)...)
}

// one makes a single value of what may be several.
func one(x ast.Expr) ast.Expr { adjust(x); return x }

func truthOf(at ast.PositionHolder, b bool) ast.Expr {
	if b {
		return placed(at, &ast.TrueExpr{})
	}
	return placed(at, &ast.FalseExpr{})
}

// chain lists the operands of operators of the same sort in a row.
func chain(x ast.Expr, operator string) []ast.Expr {
	var list []ast.Expr
	for {
		op, ok := x.(*ast.LogicalOpExpr)
		if !ok || op.Operator != operator {
			break
		}
		list = append(list, op.Rhs)
		x = op.Lhs
	}
	list = append(list, x)
	slices.Reverse(list)
	return list
}

// logic makes calls of and, or, or a choice.
func (r *rewriter) logic(x *ast.LogicalOpExpr) ast.Expr {
	terms := chain(x, x.Operator)
	if x.Operator == "or" {
		if first, ok := terms[0].(*ast.LogicalOpExpr); ok {
			return r.choice(x, chain(first, "and"), terms[1:])
		}
	}
	r.operands(terms)
	return r.fold(x, x.Operator, terms)
}

func (r *rewriter) operands(terms []ast.Expr) {
	for i, t := range terms {
		terms[i] = r.expr(t, i > 0, kept)
	}
}

// fold makes calls of a chain. A long one is halved, so that it takes no more
// registers than there are.
func (r *rewriter) fold(at ast.Expr, operator string, terms []ast.Expr) ast.Expr {
	if len(terms) == 1 {
		return terms[0]
	}
	half := len(terms) - 1
	if half > 8 {
		half = len(terms) / 2
	}
	left, right := r.fold(at, operator, terms[:half]), r.fold(at, operator, terms[half:])
	if r.isPlain(left) {
		return r.lua(at, operator, left, right)
	}
	if operator == "and" {
		return r.helper(at, helpAnd, r.withOwner(left, r.ifSo(at, right))...)
	}
	return r.helper(at, helpOr, r.withOwner(left, r.ifOpen(at, right, 2))...)
}

// choice is `a and b or c`; there may be several b and c.
func (r *rewriter) choice(at ast.Expr, both, others []ast.Expr) ast.Expr {
	r.operands(both)
	r.operands(others)
	if r.isPlain(both[0]) {
		return r.lua(at, "or", r.lua(at, "and", both[0], r.fold(at, "and", both[1:])), r.fold(at, "or", others))
	}
	args := r.withOwner(both[0], r.ifSo(at, r.fold(at, "and", both[1:])))
	return r.helper(at, helpChoose, slices.Insert(args, 2, r.ifOpen(at, r.fold(at, "or", others), 2, 4))...)
}

// ifSo is A and right: right is worked out where what stands before is true, to Lua.
func (r *rewriter) ifSo(at, right ast.Expr) ast.Expr {
	if r.isReady(right) {
		return right
	}
	return r.lua(at, "and", r.register(at, 1), right)
}

// ifOpen is open(...) and right, of what stands so many registers before: right is worked out
// where that decides nothing, or is a condition that right belongs to.
func (r *rewriter) ifOpen(at, right ast.Expr, distances ...int) ast.Expr {
	if r.isReady(right) {
		return right
	}
	args := make([]ast.Expr, len(distances))
	for i, d := range distances {
		args[i] = r.register(at, d)
	}
	return r.lua(at, "and", r.helper(at, helpOpen, args...), right)
}

// isReady reports whether to work x out takes nothing and can do nothing.
func (r *rewriter) isReady(x ast.Expr) bool {
	switch x := x.(type) {
	case *ast.NumberExpr, *ast.StringExpr, *ast.TrueExpr, *ast.FalseExpr, *ast.NilExpr:
		return true
	case *ast.IdentExpr:
		return r.isPlainRead(x)
	}
	return false
}

// lua is an operator that stays Lua's.
func (r *rewriter) lua(at ast.Expr, operator string, left, right ast.Expr) ast.Expr {
	return placed(at, &ast.LogicalOpExpr{Operator: operator, Lhs: left, Rhs: right})
}

// withOwner adds, behind what a helper takes, whose field the first argument is, as u
// of u.age: then it is known to be no option of the script's that may be missing. Of a local that
// holds what sql.param or a field gave it, it adds true.
func (r *rewriter) withOwner(x ast.Expr, more ...ast.Expr) []ast.Expr {
	args := append([]ast.Expr{one(x)}, more...)
	if r.isGivenRead(x) {
		return append(args, placed(x, &ast.TrueExpr{}))
	}
	if owner := ownerOf(x); owner != nil {
		return append(args, owner)
	}
	return args
}

// ownerOf is the variable of which x is a field, false where x is never missing, since an operator or
// a function of the database gives it, or nil.
func ownerOf(x ast.Expr) ast.Expr {
	switch x := x.(type) {
	case *ast.ArithmeticOpExpr, *ast.StringConcatOpExpr, *ast.UnaryMinusOpExpr:
		return placed(x, &ast.FalseExpr{})
	case *ast.FuncCallExpr:
		of := x.Receiver
		if f, ok := x.Func.(*ast.AttrGetExpr); ok {
			if isFunctions(f.Object) {
				return placed(x, &ast.FalseExpr{})
			}
			of = f.Object
		}
		if variable, ok := of.(*ast.IdentExpr); ok {
			return placed(x, &ast.IdentExpr{Value: variable.Value})
		}
		return ownerOf(of)
	}
	get, ok := x.(*ast.AttrGetExpr)
	if !ok {
		return nil
	}
	switch owner := get.Object.(type) {
	case *ast.IdentExpr:
		return placed(x, &ast.IdentExpr{Value: owner.Value})
	case *ast.AttrGetExpr: // u.c.age, db.users.age
		of, isVariable := owner.Object.(*ast.IdentExpr)
		name, isName := owner.Key.(*ast.StringExpr)
		if isVariable && isName && (name.Value == "c" || of.Value == "db") {
			return placed(x, &ast.AttrGetExpr{
				Object: placed(x, &ast.IdentExpr{Value: of.Value}), Key: placed(x, &ast.StringExpr{Value: name.Value}),
			})
		}
	}
	return nil
}

// isFunctions reports whether x is sql.fn, by its name.
func isFunctions(x ast.Expr) bool {
	of, ok := x.(*ast.AttrGetExpr)
	if !ok {
		return false
	}
	list, ok := of.Key.(*ast.StringExpr)
	return ok && list.Value == "fn"
}

// computed has what an operator gives looked at where it decides, as x does, in whose place out is.
func (r *rewriter) computed(x, out ast.Expr, at place) ast.Expr {
	if at != tested || r.isPlain(x) {
		return out
	}
	return r.helper(x, helpTruth, out, placed(x, &ast.FalseExpr{}))
}

// truth has a field or a result that decides looked at: what is always true decides
// nothing.
func (r *rewriter) truth(x ast.Expr) ast.Expr {
	args := r.withOwner(x)
	if _, ok := x.(*ast.FuncCallExpr); ok {
		args = append(args, placed(x, &ast.TrueExpr{}))
	}
	return r.helper(x, helpTruth, args...)
}

// argument has an argument looked at that is for a function of ours, though only its
// name says that it is one. The function stands before the arguments.
func (r *rewriter) argument(call *ast.FuncCallExpr, i, exact int) ast.Expr {
	distance := i + 2
	if call.Func == nil { // the receiver stands between them
		distance++
	}
	x := call.Args[i]
	nils := r.helper(x, helpNils, placed(x, &ast.NilExpr{}))
	return r.helper(x, helpArgument, r.register(x, distance), nils, one(x), placed(x, &ast.NumberExpr{Value: strconv.Itoa(exact)}))
}

// dropped has the result of a builder's call looked at that is a statement, and, where
// it can be read again, what was called.
func (r *rewriter) dropped(x ast.Expr) ast.Expr {
	call, ok := x.(*ast.FuncCallExpr)
	if !ok || r.plain || !r.isBuilder(call) && !r.builders[calledName(call)] {
		return x
	}
	adjust(call)
	args := []ast.Expr{call}
	of := func(variable ast.Expr, name string) {
		if v, ok := variable.(*ast.IdentExpr); ok {
			args = append(args, placed(x, &ast.IdentExpr{Value: v.Value}), placed(x, &ast.StringExpr{Value: name}))
		}
	}
	switch f := call.Func.(type) {
	case nil:
		of(call.Receiver, call.Method)
	case *ast.IdentExpr:
		args = append(args, placed(x, &ast.IdentExpr{Value: f.Value}))
	case *ast.AttrGetExpr:
		if key, ok := f.Key.(*ast.StringExpr); ok {
			of(f.Object, key.Value)
		}
	}
	dropped := r.helper(call, helpDropped, args...)
	dropped.AdjustRet = false
	return dropped
}
