package expr

import (
	"bytes"
	"encoding/json"
	"reflect"

	"github.com/sqlser/sqlser/schema"
)

// isListable reports whether values of the type have a text that they can be
// read from again.
func isListable(t schema.Type) bool {
	switch t.Family() {
	case schema.FamilyUnknown, schema.FamilyBinary, schema.FamilyInterval, schema.FamilyJSON, schema.FamilyArray:
		return false
	}
	return true
}

// NewList is the value of a parameter of an array type: a list of values of the
// type of its elements, NULL among them. It is kept as a JSON array: numbers and
// booleans as such, everything else as the text that [ParseValue] takes.
func NewList(elem schema.Type, values ...Value) (Value, error) {
	if !isListable(elem) {
		return Value{}, fail(CodeType, "no list of %s", elem)
	}
	var b bytes.Buffer
	b.WriteByte('[')
	for i, v := range values {
		if i > 0 {
			b.WriteByte(',')
		}
		v, err := ValueOf(v, elem)
		if err != nil {
			return Value{}, err
		}
		switch v.Kind() {
		case schema.KindUnknown:
			b.WriteString("null")
			continue
		case schema.KindBoolean, schema.KindBigInteger:
			b.WriteString(v.String())
			continue
		}
		text, bad := json.Marshal(v.Plain())
		if bad != nil {
			return Value{}, fail(CodeValue, "%v", bad)
		}
		b.Write(text)
	}
	b.WriteByte(']')
	return JSON(b.String())
}

// Values returns the values of a list, as NewList takes them.
func (v Value) Values(elem schema.Type) ([]Value, error) {
	if !isListable(elem) {
		return nil, fail(CodeType, "no list of %s", elem)
	}
	if v.kind != schema.KindJSON {
		return nil, fail(CodeType, "expected a list of %s, got %s", elem, v.Type())
	}
	d := json.NewDecoder(bytes.NewReader([]byte(v.text)))
	d.UseNumber()
	var items []any
	if err := d.Decode(&items); err != nil || items == nil {
		return nil, fail(CodeType, "expected a list of %s, got %s", elem, v)
	}
	values := make([]Value, len(items))
	for i, item := range items {
		text := ""
		switch item := item.(type) {
		case nil:
			continue
		case bool:
			if text = "false"; item {
				text = "true"
			}
		case json.Number:
			text = item.String()
		case string:
			text = item
		default:
			return nil, fail(CodeType, "item %d: expected %s, got a list or an object", i+1, elem)
		}
		parsed, err := ParseValue(elem, text)
		if err != nil {
			return nil, fail(CodeValue, "item %d: %s", i+1, err.(*Error).Reason)
		}
		values[i] = parsed
	}
	return values, nil
}

// listOf makes a list of a slice of Go values, of a list or of its JSON.
func listOf(v any, t schema.Type) (Value, *Error) {
	if x, ok := v.(Expr); ok {
		n, ok := x.node().(*LiteralExpr)
		if !ok || n.err != nil {
			return Value{}, fail(CodeArgument, "expected a list of %s, got an expression", t.Elem())
		}
		v = n.Value()
	}
	var values []Value
	var err error
	switch list := v.(type) {
	case nil:
		return Value{}, nil
	case Value:
		if list.IsNull() {
			return Value{}, nil
		}
		values, err = list.Values(t.Elem())
	default:
		r := reflect.ValueOf(v)
		if k := r.Kind(); k != reflect.Slice && k != reflect.Array || r.Type().Elem().Kind() == reflect.Uint8 {
			return Value{}, fail(CodeType, "expected a list of %s, got %T", t.Elem(), v)
		}
		values = make([]Value, r.Len())
		for i := range values {
			value, bad := valueOf(r.Index(i).Interface(), t.Elem())
			if bad != nil {
				return Value{}, fail(bad.Code, "item %d: %s", i+1, bad.Reason)
			}
			values[i] = value
		}
	}
	if err == nil {
		var made Value
		if made, err = NewList(t.Elem(), values...); err == nil {
			return made, nil
		}
	}
	return Value{}, err.(*Error)
}
