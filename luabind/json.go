package luabind

import (
	"encoding/json"
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// maxJSONDepth bounds the recursion: also a table that holds itself ends there.
const maxJSONDepth = 100

// json writes a script's value as JSON: a list as an array, any other table, the
// empty one too, as an object with its keys sorted.
func (st *State) json(v lua.LValue) (string, error) {
	w := &jsonWriter{limit: st.rt.limits.Text}
	if err := w.value(v, 0); err != nil {
		return "", err
	}
	if w.b.Len() > w.limit { // escapes may be six times what they stand for
		return "", w.large()
	}
	st.budget.charge(bytesOfCopy * int64(w.b.Len()))
	return w.b.String(), nil
}

type jsonWriter struct {
	b     strings.Builder
	limit int
}

func (w *jsonWriter) value(v lua.LValue, depth int) error {
	switch {
	case depth > maxJSONDepth:
		return faultf("nested deeper than %d, or a table that holds itself", maxJSONDepth)
	case w.b.Len() > w.limit:
		return w.large()
	}
	switch v := v.(type) {
	case lua.LBool:
		w.b.WriteString(v.String())
	case lua.LNumber:
		value, err := number(float64(v))
		if err != nil {
			return err
		}
		return w.literal(value, v)
	case lua.LString:
		value, err := plain(expr.ArgOperand, v)
		if err != nil {
			return err
		}
		return w.literal(value, v)
	case *lua.LTable:
		return w.table(v, depth)
	case *lua.LUserData:
		value, ok := valueOf(v)
		if !ok {
			return unexpected(expr.ArgValue, v, "")
		}
		return w.literal(value, v)
	default:
		return unexpected(expr.ArgValue, v, "")
	}
	return nil
}

func (w *jsonWriter) large() error { return faultf("JSON of more than %d bytes", w.limit) }

func (w *jsonWriter) literal(v expr.Value, given lua.LValue) error {
	switch v.Kind() {
	case schema.KindUnknown:
		w.b.WriteString("null")
	case schema.KindBoolean, schema.KindBigInteger, schema.KindNumeric, schema.KindJSON:
		w.b.WriteString(v.Plain())
	case schema.KindDouble:
		w.b.WriteString(strconv.FormatFloat(v.Float(), 'g', -1, 64))
	case schema.KindText:
		b, err := json.Marshal(v.Text())
		w.b.Write(b)
		return err
	default:
		return unexpected(expr.ArgValue, given, ": write tostring(v)")
	}
	return nil
}

func (w *jsonWriter) table(t *lua.LTable, depth int) error {
	if t.Len() > 0 {
		items, err := listItems(t)
		if err != nil {
			return err
		}
		for i, v := range items {
			w.b.WriteByte("[,"[min(i, 1)])
			if err := w.value(v, depth+1); err != nil {
				return err
			}
		}
		w.b.WriteByte(']')
		return nil
	}
	w.b.WriteByte('{')
	for i, f := range fields(t) {
		name, ok := f.key.(lua.LString)
		if !ok {
			return faultf("expected a list or a table with names, got the key %s", shown(f.key))
		}
		if i > 0 {
			w.b.WriteByte(',')
		}
		if err := w.value(name, depth+1); err != nil {
			return err
		}
		w.b.WriteByte(':')
		if err := w.value(f.value, depth+1); err != nil {
			return err
		}
	}
	w.b.WriteByte('}')
	return nil
}
