package engine

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// Record is one of an entity: its attributes by name, and what its relationships lead to
// where that was loaded. It is what entities without a struct of Go are loaded into, and
// those that scripts ask for. It is not to be changed.
type Record struct {
	entity  *schema.Entity
	values  map[string]expr.Value
	related map[string][]*Record
}

// Entity returns the entity: of a row that is of a subtype, that.
func (r *Record) Entity() *schema.Entity { return r.entity }

// Value returns an attribute. One that was not loaded, or that there is not, is an *[Error].
func (r *Record) Value(name string) (expr.Value, error) {
	v, ok := r.values[name]
	if !ok {
		return v, r.none(name)
	}
	return v, nil
}

// Get returns an attribute as [Rows] gives values; of a host's type the host's.
func (r *Record) Get(name string) (any, error) {
	v, err := r.Value(name)
	if err != nil {
		return nil, err
	}
	a := r.entity.Attribute(name)
	return hostValue(v, Column{name, a.Type()})
}

// One returns what a relationship to one leads to, or nil. A relationship that was not
// loaded is an *[Error].
func (r *Record) One(name string) (*Record, error) {
	list, err := r.loaded(name)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return list[0], nil
}

// Many returns what a relationship leads to, in its order. One that was not loaded is an
// *[Error].
func (r *Record) Many(name string) ([]*Record, error) { return r.loaded(name) }

// Member returns an attribute, as an expr.Value, or what a relationship leads to: a *Record or
// nil, or a []any of *Records. What was not loaded, or that there is not, is an *[Error].
func (r *Record) Member(name string) (any, error) {
	rel := r.entity.Relationship(name)
	if rel == nil {
		return r.Value(name)
	}
	list, err := r.loaded(name)
	if err != nil {
		return nil, err
	}
	if !rel.IsMany() {
		if len(list) == 0 {
			return nil, nil
		}
		return list[0], nil
	}
	all := make([]any, len(list))
	for i, one := range list {
		all[i] = one
	}
	return all, nil
}

func (r *Record) loaded(name string) ([]*Record, error) {
	list, ok := r.related[name]
	if !ok {
		return nil, r.none(name)
	}
	return list, nil
}

// none says why there is nothing of a name.
func (r *Record) none(name string) error {
	switch {
	case r.entity.Relationship(name) != nil:
		return &Error{CodeNotLoaded, fmt.Sprintf("%s.%s was not loaded: say how it is in the query's options, such as selectinload", r.entity, name)}
	case r.entity.Attribute(name) != nil:
		return &Error{CodeNotLoaded, fmt.Sprintf("%s.%s was not loaded", r.entity, name)}
	}
	return &Error{CodeScan, fmt.Sprintf("%s has no attribute or relationship %q%s", r.entity, name, schema.DidYouMean(name, r.entity.MemberNames()))}
}

// binder puts what is loaded of an entity into Go values of a type.
type binder interface {
	make() reflect.Value // a new one, by pointer
	set(to reflect.Value, row []expr.Value, e *expr.LoadedEntity, columns []Column) error
	one(to reflect.Value, r *schema.Relationship, what *object) error   // nil for none
	add(to reflect.Value, r *schema.Relationship, what []*object) error // where there are none it begins an empty list
	has(to reflect.Value, r *schema.Relationship, what *object) bool    // in the list
	target(r *schema.Relationship) (reflect.Type, error)                // what one of those that it leads to is made as
}

// recordBinder makes records.
type recordBinder struct{ entity *schema.Entity }

var recordType = reflect.TypeFor[*Record]()

func (b recordBinder) make() reflect.Value {
	return reflect.ValueOf(&Record{entity: b.entity, values: map[string]expr.Value{}, related: map[string][]*Record{}})
}

func (b recordBinder) set(to reflect.Value, row []expr.Value, e *expr.LoadedEntity, _ []Column) error {
	r := to.Interface().(*Record)
	for _, a := range e.Attributes {
		if b.entity.Is(a.Attribute.Entity()) {
			r.values[a.Attribute.Name()] = row[a.Column]
		}
	}
	return nil
}

func (recordBinder) one(to reflect.Value, r *schema.Relationship, what *object) error {
	var list []*Record
	if what != nil {
		list = []*Record{what.v.Interface().(*Record)}
	}
	to.Interface().(*Record).related[r.Name()] = list
	return nil
}

func (recordBinder) add(to reflect.Value, r *schema.Relationship, what []*object) error {
	record := to.Interface().(*Record)
	list := record.related[r.Name()]
	if list == nil {
		list = make([]*Record, 0, len(what))
	}
	for _, o := range what {
		list = append(list, o.v.Interface().(*Record))
	}
	record.related[r.Name()] = list
	return nil
}

func (recordBinder) has(to reflect.Value, r *schema.Relationship, what *object) bool {
	return slices.Contains(to.Interface().(*Record).related[r.Name()], what.v.Interface().(*Record))
}

func (recordBinder) target(*schema.Relationship) (reflect.Type, error) { return recordType, nil }

// structBinder makes structs.
type structBinder struct {
	entity     *schema.Entity
	typ        reflect.Type
	attributes map[string][]int
	related    map[string]relatedField
	names      []string

	plans  map[*expr.LoadedEntity][]plannedField
	fields map[*schema.Relationship]relatedField // those of related that fit

	slice reflect.Type
	room  reflect.Value // of those that are made next
	used  int           // of it
}

// structsAtOnce is for how many structs there is room made at once; at first for one. They are few:
// whoever keeps one keeps them all.
const structsAtOnce = 16

// plannedField is a field and the column that goes to it.
type plannedField struct {
	index  []int
	column int
	assign assignFunc
}

// relatedField is a field for a relationship: *T, or []*T, or an interface in T's place.
type relatedField struct {
	index []int
	typ   reflect.Type // *T or the interface
	many  bool
	empty reflect.Value // of many: an empty list
}

func newStructBinder(e *schema.Entity, t reflect.Type) *structBinder {
	b := &structBinder{entity: e, typ: t, attributes: map[string][]int{}, related: map[string]relatedField{}, plans: map[*expr.LoadedEntity][]plannedField{}, fields: map[*schema.Relationship]relatedField{}, slice: reflect.SliceOf(t)}
	fields := schema.StructFields(t)
	for _, exact := range []bool{true, false} {
		for _, f := range fields {
			if exact {
				b.names = append(b.names, f.Name)
			}
			for _, a := range e.Attributes() {
				same := f.Name == a.Name() || a.Column() != nil && f.Column == a.Column().Name()
				if b.attributes[a.Name()] == nil && !f.Relationship && (exact && same || !exact && fold(f.Field.Name) == fold(a.Name())) {
					b.attributes[a.Name()] = f.Index
				}
			}
			for _, r := range e.Relationships() {
				if _, known := b.related[r.Name()]; known || f.Name != r.Name() && (exact || fold(f.Field.Name) != fold(r.Name())) {
					continue
				}
				to := relatedField{index: f.Index, typ: f.Field.Type, many: f.Field.Type.Kind() == reflect.Slice}
				if to.many {
					to.typ = to.typ.Elem()
				}
				b.related[r.Name()] = to
			}
		}
	}
	return b
}

func (b *structBinder) make() reflect.Value {
	if n := b.used; !b.room.IsValid() || n == b.room.Len() {
		n = min(max(1, 2*n), structsAtOnce)
		b.room, b.used = reflect.MakeSlice(b.slice, n, n), 0
	}
	b.used++
	return b.room.Index(b.used - 1).Addr()
}

func (b *structBinder) set(to reflect.Value, row []expr.Value, e *expr.LoadedEntity, columns []Column) error {
	fields, known := b.plans[e]
	if !known {
		var err error
		if fields, err = b.plan(e, columns); err != nil {
			return err
		}
		b.plans[e] = fields
	}
	to = to.Elem()
	for i := range fields {
		f := &fields[i]
		var dst reflect.Value
		if len(f.index) == 1 { // FieldByIndex would ask again what kind it is
			dst = to.Field(f.index[0])
		} else {
			dst = to.FieldByIndex(f.index)
		}
		if err := f.assign(dst, row[f.column]); err != nil {
			return err
		}
	}
	return nil
}

// plan finds out what goes to which field of those that a node loads.
func (b *structBinder) plan(e *expr.LoadedEntity, columns []Column) (fields []plannedField, _ error) {
	for _, a := range e.Attributes {
		if !b.entity.Is(a.Attribute.Entity()) {
			continue
		}
		index := b.attributes[a.Attribute.Name()]
		if index == nil {
			if b.entity != e.Entity && e.Entity.Attribute(a.Attribute.Name()) == nil {
				continue // a subtype's, which the struct of the parent has not
			}
			return nil, &Error{CodeScan, fmt.Sprintf("%s has no field for %s%s", b.typ, a.Attribute, schema.DidYouMean(a.Attribute.Name(), b.names))}
		}
		fields = append(fields, plannedField{index, a.Column, assigner(b.typ.FieldByIndex(index).Type, columns[a.Column])})
	}
	return fields, nil
}

// field is the field of a relationship.
func (b *structBinder) field(r *schema.Relationship) (relatedField, error) {
	if f, ok := b.fields[r]; ok {
		return f, nil
	}
	f, ok := b.related[r.Name()]
	switch {
	case !ok:
		return f, &Error{CodeScan, fmt.Sprintf("%s has no field for %s%s", b.typ, r, schema.DidYouMean(r.Name(), b.names))}
	case f.many != r.IsMany() || f.typ.Kind() != reflect.Interface && (f.typ.Kind() != reflect.Pointer || f.typ.Elem().Kind() != reflect.Struct):
		want := "*T"
		if r.IsMany() {
			want = "[]*T"
		}
		return f, &Error{CodeScan, fmt.Sprintf("the field of %s for %s: expected %s, a pointer to a struct, as one row is one object", b.typ, r, want)}
	}
	if f.many {
		f.empty = reflect.MakeSlice(b.typ.FieldByIndex(f.index).Type, 0, 0)
	}
	b.fields[r] = f
	return f, nil
}

func (b *structBinder) one(to reflect.Value, r *schema.Relationship, what *object) error {
	f, err := b.field(r)
	if err != nil {
		return err
	}
	dst := to.Elem().FieldByIndex(f.index)
	switch {
	case what == nil:
		dst.SetZero()
	case !what.v.Type().AssignableTo(f.typ):
		return b.unfit(what, r)
	default:
		dst.Set(what.v)
	}
	return nil
}

func (b *structBinder) add(to reflect.Value, r *schema.Relationship, what []*object) error {
	f, err := b.field(r)
	if err != nil {
		return err
	}
	dst := to.Elem().FieldByIndex(f.index)
	if len(what) == 0 {
		if dst.IsNil() {
			dst.Set(f.empty)
		}
		return nil
	}
	n := dst.Len()
	dst.Grow(len(what))
	dst.SetLen(n + len(what))
	for i, o := range what {
		if !o.v.Type().AssignableTo(f.typ) {
			dst.SetLen(n)
			return b.unfit(o, r)
		}
		dst.Index(n + i).Set(o.v)
	}
	return nil
}

// unfit is the error of what is of another type than the field of a relationship.
func (b *structBinder) unfit(what *object, r *schema.Relationship) error {
	return &Error{CodeScan, fmt.Sprintf("%s does not fit the field of %s for %s", what.v.Type(), b.typ, r)}
}

func (b *structBinder) has(to reflect.Value, r *schema.Relationship, what *object) bool {
	f, err := b.field(r)
	if err != nil {
		return false
	}
	list := to.Elem().FieldByIndex(f.index)
	for i := list.Len() - 1; i >= 0; i-- {
		v := list.Index(i)
		if v.Kind() == reflect.Interface {
			v = v.Elem()
		}
		if v.Pointer() == what.v.Pointer() {
			return true
		}
	}
	return false
}

func (b *structBinder) target(r *schema.Relationship) (reflect.Type, error) {
	f, err := b.field(r)
	return f.typ, err
}
