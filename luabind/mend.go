package luabind

import (
	"fmt"
	"slices"

	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/ast"
)

// What the compiler of gopher-lua 1.1.2 gets wrong is mended here: in the tree, and one thing in
// the code.

// mendTable has `{a, b, k = f()}` take one value of the last call: the compiler
// would keep what it has returned in the list as well. And it tells [mendLists] which
// names stand behind a whole piece of the list: their lines become negative.
func mendTable(x *ast.TableExpr) {
	items := 0
	for i, f := range x.Fields {
		if f.Key == nil {
			items++
			continue
		}
		if i == len(x.Fields)-1 {
			adjust(f.Value)
		}
		if items > 0 && items%lua.FieldsPerFlush == 0 {
			f.Key.SetLine(-f.Key.Line())
		}
	}
}

// adjust has a call, or "...", give one value.
func adjust(x ast.Expr) {
	switch x := x.(type) {
	case *ast.FuncCallExpr:
		x.AdjustRet = true
	case *ast.Comma3Expr:
		x.AdjustRet = true
	}
}

// mendAssign makes `do local t1, t2 = x, y; b = t2; a = t1 end` of `a, b = x, y`, and
// likewise of one variable, where the compiler would store a half-made value in one
// that the other half still reads, as in `x = (y or z) and nil or x`, `a = (g(a))` and
// `a, b = b == 1, a`, or would lose count of registers, as in `g, t.k = 1, v`. Of
// `o.k, b = x, y` object and key are put aside before.
func mendAssign(a *ast.AssignStmt) ast.Stmt {
	if !isRisky(a) {
		return a
	}
	body := make([]ast.Stmt, 0, 3)
	fresh := 0
	aside := func(into *ast.LocalAssignStmt, x ast.Expr) ast.Expr {
		name := fmt.Sprintf("(temporary %d)", fresh) // no script can write it
		fresh++
		if x != nil {
			adjust(x)
			into.Exprs = append(into.Exprs, x)
		}
		into.Names = append(into.Names, name)
		return placed(a, &ast.IdentExpr{Value: name})
	}
	before, values := &ast.LocalAssignStmt{}, &ast.LocalAssignStmt{Exprs: a.Rhs}
	var back []ast.Stmt
	for _, target := range a.Lhs {
		if get, ok := target.(*ast.AttrGetExpr); ok {
			target = placed(get, &ast.AttrGetExpr{Object: aside(before, get.Object), Key: aside(before, get.Key)})
		}
		back = append(back, &ast.AssignStmt{Lhs: []ast.Expr{target}})
	}
	for _, s := range back {
		s.(*ast.AssignStmt).Rhs = []ast.Expr{aside(values, nil)}
	}
	slices.Reverse(back) // the machine stores the last first
	if len(before.Names) > 0 {
		body = append(body, before)
	}
	block := &ast.DoBlockStmt{Stmts: append(append(body, values), back...)}
	for _, s := range append([]ast.Stmt{block}, block.Stmts...) {
		s.SetLine(a.Line())
		s.SetLastLine(a.LastLine())
	}
	return block
}

func isRisky(a *ast.AssignStmt) bool {
	if len(a.Lhs) > 1 {
		return true
	}
	if _, isName := a.Lhs[0].(*ast.IdentExpr); !isName {
		return false
	}
	for i, x := range a.Rhs {
		switch x := x.(type) {
		case *ast.LogicalOpExpr:
			return true
		case *ast.FuncCallExpr:
			if x.AdjustRet || i < len(a.Rhs)-1 {
				return true
			}
		}
	}
	return false
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

// mendLists puts right how the code of a function fills lists in braces, piece by piece. Behind the first 511
// pieces, whose numbers stand in the instruction, the compiler leaves 0 in the word that has the number. And
// where a name stands behind a whole piece, it puts the piece into the list once more, with what the name's
// value has left in its place. It reports whether all jumps of the code can be what they should be.
func mendLists(p *lua.FunctionProto) (ok bool) {
	pieces := map[uint32]uint32{} // so far, by the register of the table
	for i := range p.Code {
		line := &p.DbgSourcePositions[i]
		again := *line < 0
		*line = max(*line, -*line)
		if int(p.Code[i]>>26) != lua.OP_SETLIST { // nor is the word behind one, which is 0 or a move
			continue
		}
		table, piece := p.Code[i]>>18&0xff, p.Code[i]>>9&0x1ff
		switch {
		case again:
			p.Code[i] = uint32(lua.OP_NOP) << 26
			if piece == 0 {
				p.Code[i+1] = uint32(lua.OP_NOP) << 26
			}
			continue
		case piece == 0:
			piece = pieces[table] + 1
			p.Code[i+1] = piece
		}
		pieces[table] = piece
	}
	ok = len(p.Code) < maxCode
	for _, inner := range p.FunctionPrototypes {
		ok = mendLists(inner) && ok
	}
	return ok
}

// maxCode is how many instructions a function has less than: further no jump leads, and more labels the
// compiler does not tell apart.
const maxCode = 1 << 17
