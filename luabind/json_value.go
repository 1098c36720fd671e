package luabind

import (
	"encoding/json"
	"math/big"
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// JSON of a row is read as a table is: row.data.color, row.data.tags[1], #row.data.tags. What is
// asked for is looked for in the text, which stays as it is. What is not there, and null, is nil.

const (
	bytesPerLook  = 16 // of JSON that is looked through, a step
	bytesOfMember = 128
	maxNumber     = 40 // bytes of a number of JSON that may be Lua's
)

// jsonEach goes over the members of an object or the items of a list, which have no names, until look
// returns false. The text is compact.
func jsonEach(s string, look func(name, value string) bool) {
	isList := s[0] == '['
	for i := 1; i < len(s)-1; i++ { // over the comma
		name := ""
		if !isList {
			end := jsonEnd(s, i)
			name = jsonText(s[i:end])
			i = end + 1 // over the colon
		}
		end := jsonEnd(s, i)
		if !look(name, s[i:end]) {
			return
		}
		i = end
	}
}

// jsonEnd is where the value ends that begins at i.
func jsonEnd(s string, i int) int {
	for depth := 0; i < len(s); i++ {
		switch s[i] {
		case '"':
			for i++; s[i] != '"'; i++ {
				if s[i] == '\\' {
					i++
				}
			}
			if depth == 0 {
				return i + 1
			}
		case '[', '{':
			depth++
		case ']', '}':
			if depth--; depth <= 0 {
				return i + 1 + depth // a number ends before it
			}
		case ',', ':':
			if depth == 0 {
				return i
			}
		}
	}
	return i
}

// jsonText is a string of JSON without quotes and escapes.
func jsonText(s string) string {
	if !strings.Contains(s, `\`) {
		return s[1 : len(s)-1]
	}
	var text string
	_ = json.Unmarshal([]byte(s), &text) // it is JSON, as all text of such a value
	return text
}

// jsonOf returns the text of a list or an object.
func (st *State) jsonOf(v expr.Value) (text string, isList bool, err error) {
	text = v.Text()
	if text[0] != '[' && text[0] != '{' {
		return "", false, fault("JSON that is no list and no object has no members: tostring(v) is its text")
	}
	if !st.budget.spend(int64(1 + len(text)/bytesPerLook)) {
		return "", false, st.budget.over
	}
	return text, text[0] == '[', nil
}

// jsonMember is v.name of an object, v[1] of a list.
func (st *State) jsonMember(v expr.Value, key lua.LValue) (lua.LValue, error) {
	text, isList, err := st.jsonOf(v)
	if err != nil {
		return nil, err
	}
	n, isNumber := key.(lua.LNumber)
	name, isName := key.(lua.LString)
	switch {
	case isList && (!isNumber || n < 1 || n != lua.LNumber(int(n))):
		return nil, faultf("a list of JSON has no member %s: its items are v[1] to v[#v], as in Lua", shown(key))
	case !isList && !isName:
		return nil, faultf("an object of JSON has no member %s: read it by name, or go over it by pairs(v)", shown(key))
	}
	found, at := "null", 0
	jsonEach(text, func(member, value string) bool {
		if isList {
			if at++; at == int(n) {
				found = value
			}
			return at < int(n)
		}
		if member == string(name) { // the last one counts where a name stands twice
			found = value
		}
		return true
	})
	return st.jsonLua(found)
}

// jsonLua is a value of JSON as Lua has it: lists and objects, and numbers that no Lua number holds,
// stay values.
func (st *State) jsonLua(s string) (lua.LValue, error) {
	if !st.budget.charge(int64(bytesOfObject + len(s))) {
		return nil, st.budget.over
	}
	switch s[0] {
	case 'n':
		return lua.LNil, nil
	case 't', 'f':
		return lua.LBool(s[0] == 't'), nil
	case '"':
		return lua.LString(jsonText(s)), nil
	case '[', '{':
		v, err := expr.NewValue(schema.KindJSON, 0, s)
		return st.fromValue(v), err
	}
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return st.fromValue(expr.Int(n)), nil
	}
	if f, err := strconv.ParseFloat(s, 64); err == nil && len(s) <= maxNumber && isExactly(f, s) {
		return lua.LNumber(f), nil
	}
	d, err := expr.Decimal(s)
	if err != nil {
		return nil, faultf("JSON has a number that is no value here: %.40s", s)
	}
	return st.fromValue(d), nil
}

// isExactly reports whether a number is what a float is written as.
func isExactly(f float64, written string) bool {
	x, ok := new(big.Rat).SetString(written)
	y, also := new(big.Rat).SetString(strconv.FormatFloat(f, 'g', -1, 64))
	return ok && also && x.Cmp(y) == 0
}

// jsonEntries are what pairs goes over, and ipairs over a list.
func (st *State) jsonEntries(v expr.Value) (list []entry, isList bool, err error) {
	n, isList, err := st.jsonLength(v)
	if err != nil {
		return nil, false, err
	}
	if !st.budget.charge(int64(n * bytesOfMember)) {
		return nil, false, st.budget.over
	}
	list = make([]entry, 0, n)
	jsonEach(v.Text(), func(name, value string) bool {
		key := lua.LValue(lua.LString(name))
		if isList {
			key = lua.LNumber(len(list) + 1)
		}
		list = append(list, entry{key, func() (lua.LValue, error) { return st.jsonLua(value) }})
		return true
	})
	return list, isList, nil
}

func (st *State) jsonLength(v expr.Value) (n int, isList bool, err error) {
	text, isList, err := st.jsonOf(v)
	if err == nil {
		jsonEach(text, func(string, string) bool { n++; return true })
	}
	return n, isList, err
}

// jsonIn returns the value of JSON in v.
func jsonIn(v lua.LValue) (expr.Value, bool) {
	value, ok := userdata(v).(expr.Value)
	return value, ok && value.Kind() == schema.KindJSON
}
