package luabind

import (
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/ast"
)

// A long table of literals, such as a thousand ids in braces, is made by a function: the compiler
// would compare each of them with each.

// longTable is how many literals a table has that is made so.
const longTable = 256

// literals is a table of literals as it is written. It is immutable.
type literals struct {
	list   []any // a number, text or boolean of Lua's, or *literals
	names  []lua.LString
	values []any // of names
	total  int   // of literals, with those of inner tables
}

// literalsOf returns what a table is written as, if that is literals only.
func (s *swap) literalsOf(x *ast.TableExpr) *literals {
	t := &literals{total: 1}
	for _, f := range x.Fields {
		v := s.literal(f.Value)
		if v == nil {
			return nil
		}
		if t.total++; f.Key == nil {
			t.list = append(t.list, v)
		} else {
			name, ok := s.literal(f.Key).(lua.LString)
			if !ok {
				return nil
			}
			t.names, t.values = append(t.names, name), append(t.values, v)
		}
		if inner, ok := v.(*literals); ok {
			t.total += inner.total
		}
	}
	return t
}

func (s *swap) literal(x ast.Expr) any {
	switch x := x.(type) {
	case *ast.TrueExpr:
		return lua.LTrue
	case *ast.FalseExpr:
		return lua.LFalse
	case *ast.StringExpr:
		if !strings.HasPrefix(x.Value, s.zeros) { // else it stands for something
			return lua.LString(x.Value)
		}
	case *ast.NumberExpr: // as the compiler reads it
		if n, err := strconv.ParseInt(x.Value, 0, lua.LNumberBit); err == nil {
			return lua.LNumber(n)
		}
		if f, err := strconv.ParseFloat(x.Value, lua.LNumberBit); err == nil {
			return lua.LNumber(f)
		}
	case *ast.UnaryMinusOpExpr:
		if n, ok := s.literal(x.Expr).(lua.LNumber); ok {
			return -n
		}
	case *ast.TableExpr:
		if t := s.literalsOf(x); t != nil {
			return t
		}
	}
	return nil
}

// long returns a call that makes a long table of literals, or the table as it is.
func (r *rewriter) long(x *ast.TableExpr) ast.Expr {
	if len(x.Fields) == 0 || r.plain {
		return x
	}
	if t := r.swap.literalsOf(x); t != nil && t.total > longTable {
		return r.helper(x, helpLiterals, placed(x, &ast.StringExpr{Value: r.swap.constant(t)}))
	}
	return x
}

// makeLiterals makes the table that it is told.
func makeLiterals(l *lua.LState) int {
	l.Push(l.Get(1).(*lua.LUserData).Value.(*literals).table(l))
	return 1
}

func (t *literals) table(l *lua.LState) *lua.LTable {
	spend(l, len(t.list)+len(t.names))
	size := bytesOfTable + 2*len(t.list)*bytesOfItem
	if len(t.names) > 0 {
		size += bytesOfNames + len(t.names)*bytesOfKey
	}
	charge(l, size)
	made := l.CreateTable(len(t.list), len(t.names))
	value := func(v any) lua.LValue {
		if inner, ok := v.(*literals); ok {
			return inner.table(l)
		}
		return v.(lua.LValue)
	}
	for _, v := range t.list {
		made.Append(value(v))
	}
	for i, name := range t.names {
		made.RawSetString(string(name), value(t.values[i]))
	}
	return made
}
