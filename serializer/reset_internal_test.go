package serializer

import (
	"reflect"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
)

// TestNothingStays holds that what comes from a pool again is as new, but for the
// memory of its lists, whatever fields it has.
func TestNothingStays(t *testing.T) {
	d, e := &decoder{fields: expr.Reading(nil)}, &encoder{fields: expr.Writing(nil)}
	for _, v := range []any{d, e} {
		fill(reflect.ValueOf(v).Elem())
	}
	d.reset()
	e.reset()
	for _, v := range []any{d, e} {
		kept(t, reflect.TypeOf(v).Elem().Name(), reflect.ValueOf(v).Elem())
	}
}

// fill makes what can be filled easily no zero value.
func fill(v reflect.Value) {
	v = reflect.NewAt(v.Type(), unsafe.Pointer(v.UnsafeAddr())).Elem()
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i))
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0))
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int:
		v.SetInt(1)
	case reflect.Uint8:
		v.SetUint(1)
	case reflect.String:
		v.SetString("x")
	case reflect.Interface:
		if err := reflect.ValueOf(&FormatError{}); err.Type().AssignableTo(v.Type()) {
			v.Set(err)
		}
	}
}

func kept(t *testing.T, path string, v reflect.Value) {
	switch {
	case path == "decoder.fields" || path == "encoder.fields":
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			kept(t, path+"."+v.Type().Field(i).Name, v.Field(i))
		}
	case v.Kind() == reflect.Slice && v.Cap() > 0:
		require.Zero(t, v.Len(), path)
		first := v.Slice3(0, 1, 1).Index(0)
		names := path == "decoder.frames" || path == "encoder.records" || v.Type().Elem().Kind() == reflect.Uint8
		require.True(t, names || first.IsZero(), "%s still refers to something", path)
	default:
		require.True(t, v.IsZero(), path)
	}
}
