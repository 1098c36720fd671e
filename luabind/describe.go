package luabind

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// userdata returns the Go value in v, or nil if v is no object of ours.
func userdata(v lua.LValue) any {
	if ud, ok := v.(*lua.LUserData); ok {
		return ud.Value
	}
	return nil
}

// unexpected says what was expected, what came, and what to write instead: more,
// or what is known of the two.
func unexpected(k expr.ArgKind, v lua.LValue, more string, args ...any) error {
	if more == "" {
		more = advice(k, v)
	} else {
		more = fmt.Sprintf(more, args...)
	}
	reason := fmt.Sprintf("expected %s, got %s%s", argNames[k], describe(v), more)
	if v == lua.LNil || v.Type() == lua.LTBool {
		return &lostFault{reason, 0, v == lua.LNil}
	}
	return fault(reason)
}

// advice says what to write in place of v.
func advice(k expr.ArgKind, v lua.LValue) string {
	wantsValue := false
	switch k {
	case expr.ArgOperand, expr.ArgOperands, expr.ArgIn, expr.ArgCond, expr.ArgConds, expr.ArgColumns, expr.ArgKeys, expr.ArgOrders, expr.ArgLabel:
		wantsValue = true
	}
	switch v.Type() {
	case lua.LTNil:
		if wantsValue {
			return ": a misspelt variable, or write sql.null"
		}
		return ": a misspelt variable?"
	case lua.LTBool:
		if wantsValue {
			return ": a comparison lost its operands, or write sql.literal(true)"
		}
	case lua.LTTable:
		if wantsValue {
			return ": a value cannot be one; a list belongs in x:in_{...}, JSON in sql.json{...}"
		}
	case lua.LTFunction:
		return ": call it"
	}
	if !wantsValue {
		return ""
	}
	switch userdata(v).(type) {
	case expr.Query:
		return ": write q:scalar() for its value"
	case *expr.RelatedClause:
		return ": join along it by q:join(r), to an alias by q:join(r:of_type(alias)); a condition is r:any(...)"
	case expr.Source, columnsOf:
		return ": name a column of it"
	case expr.Order:
		return ": an order belongs in order_by"
	}
	return ""
}

// describe names a value by its type: "a number", "a query".
func describe(v lua.LValue) string {
	switch u := userdata(v).(type) {
	case nil:
	case expr.Expr:
		return "an expression of type " + u.Type().String()
	case expr.Item:
		return "an expression of type " + u.Expr().Type().String()
	case expr.Value:
		return "a value of type " + u.Type().String()
	case expr.Source:
		return "the source " + strconv.Quote(u.Name())
	default:
		if k, ok := kindOf(u); ok {
			return kindTable[k].name
		}
		if d, ok := u.(interface{ describe() string }); ok {
			return d.describe()
		}
	}
	switch v.Type() {
	case lua.LTNil:
		return "nil"
	case lua.LTUserData:
		return "an object"
	}
	return "a " + v.Type().String()
}

// maxName is how much of a name an error shows.
const maxName = 60

// misspelt shows a name and what it may be a slip of.
func misspelt(key lua.LValue, candidates []string) string {
	name, ok := key.(lua.LString)
	if !ok || len(name) > maxName {
		return shown(key)
	}
	return shown(key) + schema.DidYouMean(string(name), candidates)
}

// shown is a key or plain value as a script would write it.
func shown(v lua.LValue) string {
	switch v := v.(type) {
	case lua.LString:
		if len(v) > maxName {
			return strconv.Quote(strings.ToValidUTF8(string(v[:maxName]), "")) + "..."
		}
		return strconv.Quote(string(v))
	case lua.LNumber, lua.LBool:
		return v.String()
	}
	return describe(v)
}

type field struct{ key, value lua.LValue }

// fields returns what a table holds, in an order that is always the same: the
// list, then by key. A key that is neither number nor string comes last.
func fields(t *lua.LTable) []field {
	all := make([]field, 0, 8)
	n := t.MaxN()
	for i := 1; i <= n; i++ {
		if v := t.RawGetInt(i); v != lua.LNil {
			all = append(all, field{lua.LNumber(i), v})
		}
	}
	for k, v := firstName(t, n); k != lua.LNil; k, v = t.Next(k) {
		all = append(all, field{k, v})
	}
	sortFields(all)
	return all
}

// firstName returns the first key of a table that is not in its list, whose items
// are n, and what it holds: Next goes on from there, and makes no keys anew as ForEach does.
func firstName(t *lua.LTable, n int) (key, value lua.LValue) {
	if n == 0 {
		return t.Next(lua.LNil)
	}
	return t.Next(lua.LNumber(n))
}

func sortFields(all []field) {
	slices.SortStableFunc(all, func(a, b field) int {
		if c := cmp.Compare(a.key.Type(), b.key.Type()); c != 0 {
			return c
		}
		if n, ok := a.key.(lua.LNumber); ok {
			return cmp.Compare(n, b.key.(lua.LNumber))
		}
		if s, ok := a.key.(lua.LString); ok {
			return strings.Compare(string(s), string(b.key.(lua.LString)))
		}
		return 0
	})
}

// listItems returns the items of a list, also nils that its constructor ends with.
// A name in it, or a hole, is an error: it is a slip that would otherwise be lost.
func listItems(t *lua.LTable) ([]lua.LValue, error) {
	n := lengthOf(t)
	items, count := make([]lua.LValue, n), 0
	for i := range n {
		if items[i] = t.RawGetInt(i + 1); items[i] != lua.LNil {
			count++
		}
	}
	all, last := 0, t.MaxN()
	for i := 1; i <= last; i++ {
		if t.RawGetInt(i) != lua.LNil {
			all++
		}
	}
	if k, _ := firstName(t, last); k == lua.LNil && all == count {
		return items, nil
	}
	for _, f := range fields(t) {
		if i, ok := f.key.(lua.LNumber); !ok || i < 1 || int(i) > n || i != lua.LNumber(int(i)) {
			return nil, faultf("expected a list, got a table with the key %s", shown(f.key))
		}
	}
	return items, nil
}
