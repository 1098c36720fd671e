package luabind

import (
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/ast"
)

// A table of Lua keeps no nil: {email = nil} is {}, and a row that is written so
// would lose a value without a word. So the rewriter hands a constructor with a nil
// in it to a function that notes beside the table which keys were given one. Our
// methods read the notes; to anything else the table is what Lua makes of it.

// writtenNil stands in the place of a nil that a constructor writes, until noteNils
// has taken it out again. No script gets hold of it.
var writtenNil = &lua.LUserData{Metatable: lua.LNil}

// notesMark is the metatable of notes: what tells them from a script's metatables.
var notesMark = &lua.LTable{Metatable: lua.LNil}

// noteNils takes a table whose written nils are writtenNil, a list of names that the
// constructor gives values, each with a zero behind it, and the length of the list
// that it gives.
func noteNils(l *lua.LState) int {
	t := l.Get(1).(*lua.LTable)
	var notes *lua.LTable
	note := func(key lua.LValue, literal bool) {
		if notes == nil {
			notes = l.NewTable()
			notes.Metatable = notesMark
		}
		notes.RawSet(key, lua.LBool(literal))
	}
	t.ForEach(func(k, v lua.LValue) {
		if v == writtenNil {
			note(k, true)
		}
	})
	if notes != nil {
		notes.ForEach(func(k, _ lua.LValue) { t.RawSet(k, lua.LNil) })
	}
	if names, ok := l.Get(2).(lua.LString); ok {
		for rest := string(names); rest != ""; {
			name, more, _ := strings.Cut(rest, "\x00")
			rest = more
			key := lua.LString(name)
			if t.RawGetString(name) == lua.LNil && (notes == nil || notes.RawGetString(name) == lua.LNil) {
				note(key, false)
			}
		}
	}
	if n, ok := l.Get(3).(lua.LNumber); ok {
		for i := t.Len() + 1; i <= int(n); i++ {
			if notes == nil || notes.RawGetInt(i) == lua.LNil {
				note(lua.LNumber(i), false)
			}
		}
	}
	if notes != nil {
		t.Metatable = notes
	}
	l.Push(t)
	return 1
}

// notesOf returns the notes beside a table, or nil.
func notesOf(t *lua.LTable) *lua.LTable {
	if notes, ok := t.Metatable.(*lua.LTable); ok && notes.Metatable == notesMark {
		return notes
	}
	return nil
}

// givenNil reports whether the constructor of a table gives a key that holds nothing
// a nil, and whether it is written there, not a variable's.
func givenNil(t *lua.LTable, key lua.LValue) (given, literal bool) {
	notes := notesOf(t)
	if notes == nil || t.RawGet(key) != lua.LNil {
		return false, false
	}
	v, given := notes.RawGet(key).(lua.LBool)
	return given, bool(v)
}

// lengthOf is the length of a list with the nils that its constructor ends with.
func lengthOf(t *lua.LTable) int {
	for n := t.Len(); ; n++ {
		if given, _ := givenNil(t, lua.LNumber(n+1)); !given {
			return n
		}
	}
}

// fieldsAndNils is fields with the keys that were given nil.
func fieldsAndNils(t *lua.LTable) []field {
	all := fields(t)
	notes := notesOf(t)
	if notes == nil {
		return all
	}
	notes.ForEach(func(k, _ lua.LValue) {
		if t.RawGet(k) == lua.LNil {
			all = append(all, field{k, lua.LNil})
		}
	})
	sortFields(all)
	return all
}

// getMetatable hides notes from scripts.
func (st *State) getMetatable(l *lua.LState) int {
	v := l.CheckAny(1)
	if t, ok := v.(*lua.LTable); ok {
		if st.own(t); notesOf(t) != nil {
			l.Push(lua.LNil)
			return 1
		}
	}
	l.Push(l.GetMetatable(v))
	return 1
}

// rowMethods take tables whose every key counts: there a variable that is nil is a
// slip.
var rowMethods = map[string]bool{"set": true, "values": true, "do_update": true, "case": true}

// keepRows marks the constructors among the arguments of such a method, and those
// in a list that is one. Those of any method are lists that may not lose an end.
func (r *rewriter) keepRows(call *ast.FuncCallExpr) {
	name := call.Method
	switch f := call.Func.(type) {
	case *ast.AttrGetExpr:
		if key, ok := f.Key.(*ast.StringExpr); ok {
			name = key.Value
		}
	case *ast.IdentExpr:
		name = f.Value
	}
	if _, plain := call.Func.(*ast.IdentExpr); plain && !rowMethods[name] {
		return
	}
	for _, a := range call.Args {
		t, ok := a.(*ast.TableExpr)
		if !ok {
			continue
		}
		r.keepRow(t, rowMethods[name])
		for _, f := range t.Fields {
			if row, ok := f.Value.(*ast.TableExpr); ok {
				r.keepRow(row, rowMethods[name] && f.Key == nil)
			}
		}
	}
}

func (r *rewriter) keepRow(t *ast.TableExpr, isRow bool) {
	if r.rows == nil {
		r.rows = map[*ast.TableExpr]bool{}
	}
	r.rows[t] = isRow
}

// noted hands a constructor to the noter, if there is something to note.
func (r *rewriter) noted(t *ast.TableExpr) ast.Expr {
	var names strings.Builder
	isRow, isArgument := r.rows[t]
	marked, length, ends := false, 0, false
	for _, f := range t.Fields {
		_, isNil := f.Value.(*ast.NilExpr)
		if f.Key == nil {
			length++
			ends = isArgument && (isNil || mayBeNil(f.Value) && !mayBeMany(f.Value))
		}
		if isNil {
			f.Value = placed(f.Value, &ast.StringExpr{Value: r.swap.nothing()})
			marked = true
		} else if key, ok := f.Key.(*ast.StringExpr); ok && isRow && mayBeNil(f.Value) && !strings.Contains(key.Value, "\x00") {
			names.WriteString(key.Value + "\x00")
		}
	}
	if !marked && names.Len() == 0 && !ends {
		return t
	}
	call := r.helper(t, helpNote, t)
	if names.Len() > 0 || ends {
		call.Args = append(call.Args, &ast.StringExpr{Value: names.String()})
	}
	if ends {
		call.Args = append(call.Args, &ast.NumberExpr{Value: strconv.Itoa(length)})
	}
	for _, a := range call.Args[1:] {
		a.SetLine(t.Line())
		a.SetLastLine(t.Line())
	}
	return call
}

func mayBeNil(x ast.Expr) bool {
	switch x.(type) {
	case *ast.IdentExpr, *ast.AttrGetExpr, *ast.FuncCallExpr, *ast.LogicalOpExpr, *ast.Comma3Expr:
		return true
	}
	return false
}

// mayBeMany reports whether at the end of a list x may be several values.
func mayBeMany(x ast.Expr) bool {
	switch x := x.(type) {
	case *ast.FuncCallExpr:
		return !x.AdjustRet
	case *ast.Comma3Expr:
		return !x.AdjustRet
	}
	return false
}
