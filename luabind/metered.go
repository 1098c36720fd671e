package luabind

import (
	"slices"
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/sqlser/sqlser/engine/expr"
)

// What a script makes, in bytes: more or less what Go allocates for it.
const (
	bytesOfTable    = 160
	bytesOfEmpty    = 1024 // of a table that is still to be filled
	bytesOfList     = 512  // of a table that holds items
	bytesOfNames    = 2048 // of a table that holds names
	bytesOfItem     = 24   // of a list
	bytesOfKey      = 160  // any other
	bytesOfFunction = 256
	bytesOfObject   = 512 // of ours, such as an expression
	bytesOfLiteral  = 192 // of an item of a list that is an argument
	bytesOfNode     = 16  // for each node of a tree that is made of another
)

// charge counts n bytes that a call is about to make.
func charge(l *lua.LState, n int) {
	if b := budgetOf(l); !b.charge(int64(n)) {
		l.RaiseError("%s", b.over.Reason)
	}
}

// spend counts n steps that a call is about to take.
func spend(l *lua.LState, n int) {
	if b := budgetOf(l); !b.spend(int64(n)) {
		l.RaiseError("%s", b.over.Reason)
	}
}

// chargeText counts a text, and refuses one that is longer than scripts may make.
func chargeText(l *lua.LState, call string, n int) {
	b := budgetOf(l)
	if n > b.limit.Text {
		b.state.raise(l, call, faultf("a text of more than %d bytes", b.limit.Text))
	}
	charge(l, n+bytesPerStep)
}

// joinValues is a .. b .. c: from the right, as the machine does it.
func joinValues(l *lua.LState) int {
	n := l.GetTop()
	right := l.Get(n)
	for i := n - 1; i > 0; {
		if !lua.LVCanConvToString(right) || !lua.LVCanConvToString(l.Get(i)) {
			right = joinObjects(l, l.Get(i), right)
			i--
			continue
		}
		var few [4]string
		parts := append(few[:0], textOf(right)) // from the right
		length := len(parts[0])
		for ; i > 0 && lua.LVCanConvToString(l.Get(i)); i-- {
			part := textOf(l.Get(i))
			parts = append(parts, part)
			length += len(part)
		}
		chargeText(l, "..", length)
		right = lua.LString(joined(parts, length))
	}
	l.Push(right)
	return 1
}

// textOf is a text or number as text.
func textOf(v lua.LValue) string {
	switch v := v.(type) {
	case lua.LString:
		return string(v)
	case lua.LNumber:
		if i := int64(v); lua.LNumber(i) == v {
			return strconv.FormatInt(i, 10)
		}
	}
	return lua.LVAsString(v)
}

// joined joins parts that are in the wrong order.
func joined(parts []string, length int) string {
	if len(parts) == 2 {
		return parts[1] + parts[0]
	}
	var b strings.Builder
	b.Grow(length)
	for _, part := range slices.Backward(parts) {
		b.WriteString(part)
	}
	return b.String()
}

func joinObjects(l *lua.LState, a, b lua.LValue) lua.LValue {
	event := l.GetMetaField(a, "__concat")
	if event == lua.LNil {
		event = l.GetMetaField(b, "__concat")
	}
	if event.Type() != lua.LTFunction {
		l.RaiseError("cannot perform concat operation between %v and %v", a.Type().String(), b.Type().String())
	}
	l.Push(event)
	l.Push(a)
	l.Push(b)
	l.Call(2, 1)
	v := l.Get(-1)
	l.Pop(1)
	return v
}

// setIndex is t[k] = v.
func setIndex(l *lua.LState) int {
	t, isTable := l.Get(1).(*lua.LTable)
	if !isTable {
		l.SetTable(l.Get(1), l.Get(2), l.Get(3))
		return 0
	}
	key, v := l.Get(2), l.Get(3)
	if n, ok := key.(lua.LNumber); ok && n >= 1 && n <= nearby && t.Metatable == lua.LNil && n == lua.LNumber(int(n)) {
		t.RawSetInt(int(n), v)
		return 0
	}
	chargeKey(l, t, key, v)
	if t.Metatable == lua.LNil {
		l.RawSet(t, key, v)
	} else {
		l.SetTable(t, key, v)
	}
	return 0
}

// appendItem is t[#t + 1] = v.
func appendItem(l *lua.LState) int {
	t, isTable := l.Get(1).(*lua.LTable)
	if !isTable || t.Metatable != lua.LNil {
		v := l.Get(2)
		l.SetTop(1)
		l.Push(lua.LNumber(l.ObjLen(l.Get(1)) + 1))
		l.Push(v)
		return setIndex(l)
	}
	n := t.Len() + 1
	if n%nearby == 0 {
		growList(l, n)
	}
	t.RawSetInt(n, l.Get(2))
	return 0
}

// nearby is how many items of a list are counted at once.
const nearby = 64

// chargeKey counts what a table grows by, and refuses an item far behind the end of
// a list: the machine would fill it up with nils.
func chargeKey(l *lua.LState, t *lua.LTable, key, value lua.LValue) {
	n, isNumber := key.(lua.LNumber)
	if isNumber && n >= 1 && n < lua.LNumber(lua.MaxArrayIndex) && n == lua.LNumber(int(n)) {
		i := int(n)
		if i > nearby && t.RawGetInt(i) == lua.LNil && t.RawGetInt(i-1) == lua.LNil {
			spend(l, i/1024)
			gap := i - t.MaxN()
			if gap > maxJump {
				tooFar(l, n)
			}
			charge(l, gap*bytesOfItem)
			growList(l, i)
		} else if i%nearby == 0 {
			growList(l, i)
		}
	} else if value != lua.LNil && t.RawGet(key) == lua.LNil {
		charge(l, bytesOfKey)
	}
}

// growList counts items of a list that reaches to n. A long list is copied when it
// grows: it must not be so long that there is no room for the copy.
func growList(l *lua.LState, n int) {
	charge(l, nearby*bytesOfItem)
	if b := budgetOf(l); n >= longList && !b.room(int64(n)*bytesOfItem) {
		l.RaiseError("%s", b.over.Reason)
	}
}

const longList = 1 << 16

func tooFar(l *lua.LState, n lua.LNumber) {
	stateOf(l).raise(l, "", faultf("the key %s is far behind the end of the list: use tostring(key)", n))
}

// checkedKey is a key of a table that is not at hand.
func checkedKey(l *lua.LState) int {
	if n, ok := l.Get(1).(lua.LNumber); ok && n > maxJump && n < lua.LNumber(lua.MaxArrayIndex) {
		tooFar(l, n)
	}
	charge(l, bytesOfKey)
	return 1
}

// checkKeyOf is for t[i] = v with a high number i.
func checkKeyOf(l *lua.LState) int {
	if t, ok := l.Get(1).(*lua.LTable); ok {
		chargeKey(l, t, l.Get(2), lua.LNil)
	}
	return 0
}

// fillTable is {..., f()}: it puts what comes behind a table, and the number of its
// items, into it.
func fillTable(l *lua.LState) int {
	t, n, top := l.CheckTable(1), l.CheckInt(2), l.GetTop()
	for top > 2 && l.Get(top) == lua.LNil {
		top--
	}
	charge(l, bytesOfTable+bytesOfList+max(top-2, 0)*bytesOfItem)
	for i := 3; i <= top; i++ {
		t.RawSetInt(n+i-2, l.Get(i))
	}
	l.Push(t)
	return 1
}

// countMade counts a new table or function.
func countMade(l *lua.LState) int {
	switch v := l.Get(1).(type) {
	case *lua.LTable:
		if n := v.Len(); n > 0 {
			charge(l, bytesOfTable+2*n*bytesOfItem)
		} else {
			charge(l, bytesOfTable+bytesOfEmpty)
		}
	case *lua.LFunction:
		charge(l, bytesOfFunction+64*len(v.Upvalues))
	default:
		charge(l, 2*bytesOfFunction)
	}
	return 1
}

// countNamed counts a new table that has names only.
func countNamed(l *lua.LState) int {
	charge(l, bytesOfTable+bytesOfNames)
	return 1
}

// countItems refuses arguments whose tables hold more than maxItems in all, also where
// one table stands in them many times.
func countItems(l *lua.LState, first int) error {
	left := maxItems
	for i := first; i <= l.GetTop(); i++ {
		if t, ok := l.Get(i).(*lua.LTable); ok {
			if takeItems(t, &left, 0); left < 0 {
				return faultf("tables of more than %d items", maxItems)
			}
		}
	}
	if n := maxItems - left; n > nearby {
		spend(l, n)
		charge(l, n*bytesOfLiteral)
	}
	return nil
}

func takeItems(t *lua.LTable, left *int, depth int) {
	if depth > maxJSONDepth {
		return // what takes the argument refuses that
	}
	take := func(v lua.LValue) {
		if inner, ok := v.(*lua.LTable); ok && *left > 0 {
			takeItems(inner, left, depth+1)
		}
		*left--
	}
	n := t.MaxN()
	for i := 1; i <= n && *left >= 0; i++ {
		if v := t.RawGetInt(i); v != lua.LNil {
			take(v)
		}
	}
	for k, v := firstName(t, n); k != lua.LNil && *left >= 0; k, v = t.Next(k) {
		take(v)
	}
}

// countBuilt counts what a method has made.
func countBuilt(l *lua.LState, v any) {
	size := sizeOf(v)
	charge(l, bytesOfObject+size*bytesOfNode)
	budgetOf(l).hurry(int64(8 + size/64))
}

// bytesOfCopy is what a byte of a text that a method made costs: it was made as bytes that grew,
// and copied.
const bytesOfCopy = 4

// bytesOfArgument is what an argument of a statement costs until the statement is compiled, and as
// the script gets it.
const bytesOfArgument = 512

// countResult counts what a method has given: its texts are as long as the literals in them, which
// countHost does not know. What objects hold is counted where they are made.
func countResult(l *lua.LState, v lua.LValue) {
	charge(l, weight(v, maxJSONDepth))
}

func weight(v lua.LValue, depth int) int {
	switch v := v.(type) {
	case lua.LString:
		return bytesOfObject + bytesOfCopy*len(v)
	case *lua.LTable:
		size, names := bytesOfTable, false
		if depth > 0 {
			v.ForEach(func(key, item lua.LValue) {
				names = names || key.Type() == lua.LTString
				size += bytesOfItem + weight(item, depth-1)
			})
		}
		if names {
			size += bytesOfNames
		}
		return size
	}
	return 0
}

// What a large tree needs while it is gone over must be there at once.
const (
	largeTree   = 8192
	bytesOfWork = 256 // a node
)

// maxTexts is how many bytes of text there are in a tree that is gone over, each literal counted where it
// stands: one may stand in a tree a hundred thousand times.
const maxTexts = 4 << 20

// hasLongTexts reports whether there are more.
func hasLongTexts(n expr.Node, most int) bool {
	return n != nil && expr.Texts(n, most) > most
}

// refuseLongTexts refuses to go over a tree with too much text.
func (st *State) refuseLongTexts(l *lua.LState, call string, v any) {
	if hasLongTexts(nodeOf(v), maxTexts) {
		st.raise(l, call, faultf("texts of more than %d bytes in all, each counted where it stands", maxTexts))
	}
}

// countHost counts what a method is about to do that goes over a whole tree.
func (st *State) countHost(l *lua.LState, call string, self any, args []any) {
	st.refuseLongTexts(l, call, self)
	for _, a := range args {
		st.refuseLongTexts(l, call, a)
	}
	size := sizeOf(self)
	charge(l, bytesOfObject+4*size*bytesOfNode)
	if b := budgetOf(l); size >= largeTree && !b.room(int64(size)*bytesOfWork) {
		l.RaiseError("%s", b.over.Reason)
	}
	spend(l, stepsOfNode*size)
}

// stepsOfNode is what it takes to write, hash or compile a node.
const stepsOfNode = 20

func sizeOf(v any) int {
	if n := nodeOf(v); n != nil {
		return expr.Size(n)
	}
	return 1
}
