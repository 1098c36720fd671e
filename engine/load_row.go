package engine

import (
	"fmt"
	"reflect"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// rowMaker makes values of a type of rows with whole entities.
type rowMaker struct {
	items expr.List[expr.LoadedItem]
	typ   reflect.Type
	types []reflect.Type // of the items that are entities: what they are made as
	index [][]int        // of a struct with a field for each item
	alone bool           // the only item is the row
	value bool           // and by value
}

func newRowMaker(x *expr.Expanded, t reflect.Type) (*rowMaker, error) {
	m := &rowMaker{items: x.Items(), typ: t, types: make([]reflect.Type, x.Items().Len())}
	switch {
	case t == reflect.TypeFor[map[string]any](), t == reflect.TypeFor[[]any]():
		for i, item := range m.items.All() {
			if item.Entity != nil {
				m.types[i] = recordType
			}
		}
		return m, nil
	case m.items.Len() == 1:
		m.alone = true
		if m.value = t.Kind() == reflect.Struct; m.value {
			t = reflect.PointerTo(t)
		}
		m.types[0] = t
		return m, nil
	case t.Kind() != reflect.Struct:
		return nil, &Error{CodeScan, fmt.Sprintf("expected one column for %s, got %d", t, m.items.Len())}
	}
	m.index = make([][]int, m.items.Len())
	for i, item := range m.items.All() {
		var names []string
		for _, f := range reflect.VisibleFields(t) {
			if !f.IsExported() || f.Anonymous {
				continue
			}
			tag, tagged := f.Tag.Lookup("db")
			if names = append(names, f.Name); tagged && tag == item.Name || !tagged && fold(f.Name) == fold(item.Name) {
				m.index[i], m.types[i] = f.Index, f.Type
			}
		}
		if m.index[i] == nil {
			return nil, &Error{CodeScan, fmt.Sprintf("%s has no field for %q%s", t, item.Name, schema.DidYouMean(item.Name, names))}
		}
		if item.Entity != nil && m.types[i].Kind() == reflect.Struct {
			m.types[i] = reflect.PointerTo(m.types[i])
		}
	}
	return m, nil
}

// key is what tells a row from others: the keys of its entities, and its other columns.
func (m *rowMaker) key(row []expr.Value) string {
	var b []byte
	for _, item := range m.items.All() {
		if item.Entity == nil {
			b = appendKey(b, row[item.Column])
			continue
		}
		for _, c := range item.Entity.Key {
			b = appendKey(b, row[c])
		}
	}
	return string(b)
}

// make makes the value of a row; where it is an object by value, it is a pointer until done.
func (m *rowMaker) make(row []expr.Value, objects []*object, columns []Column) (reflect.Value, error) {
	if m.alone {
		if objects[0] == nil {
			return reflect.Zero(m.types[0]), nil
		}
		return objects[0].v, nil
	}
	v := reflect.New(m.typ).Elem()
	switch m.typ.Kind() {
	case reflect.Map:
		v.Set(reflect.MakeMap(m.typ))
	case reflect.Slice:
		v.Set(reflect.MakeSlice(m.typ, len(objects), len(objects)))
	}
	for i, item := range m.items.All() {
		var what any
		var err error
		switch {
		case m.index != nil && item.Entity == nil:
			dst := v.FieldByIndex(m.index[i])
			err = assigner(dst.Type(), columns[item.Column])(dst, row[item.Column])
		case m.index != nil:
			if dst := v.FieldByIndex(m.index[i]); objects[i] != nil && dst.Kind() != reflect.Struct {
				dst.Set(objects[i].v)
			}
		case item.Entity == nil:
			what, err = hostValue(row[item.Column], columns[item.Column])
		case objects[i] != nil:
			what = objects[i].v.Interface()
		}
		if err != nil {
			return v, err
		}
		if m.index != nil {
			continue
		}
		to := reflect.New(m.typ.Elem()).Elem()
		if what != nil {
			to.Set(reflect.ValueOf(what))
		}
		if m.typ.Kind() == reflect.Map {
			v.SetMapIndex(reflect.ValueOf(item.Name), to)
		} else {
			v.Index(i).Set(to)
		}
	}
	return v, nil
}

// done makes values of objects, now that they are whole.
func (m *rowMaker) done(all []reflect.Value) []reflect.Value {
	if !m.alone || !m.value {
		return all
	}
	for i, v := range all {
		if v.IsNil() {
			all[i] = reflect.Zero(m.typ)
		} else {
			all[i] = v.Elem()
		}
	}
	return all
}
