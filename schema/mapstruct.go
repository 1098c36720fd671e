package schema

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// MapStruct declares an entity of a struct, called as the struct is, over the table of
// the name, which it declares, too, unless the MetaData has it already. Items are what
// [MetaData.Entity] takes beside that: computed attributes, inheritance, options.
//
// Each exported field is a column, NULL where it is a pointer:
//
//   - called as its `db:"name"` tag says, else as the field is in snake case (UserID is
//     user_id); `db:"-"` leaves it out;
//   - of the type that its Go type has (int64 is BigInteger, int32 Integer, int16
//     SmallInteger, string Text, float64 Double, float32 Float, bool Boolean, []byte
//     LargeBinary, time.Time DateTimeTZ, slices of these arrays), or of that in its tag;
//   - with words in a `schema:"..."` tag, set apart by spaces: primary_key, not_null,
//     null, unique, deferred, size=50, type=numeric(10,2), type=NAME for a type of
//     [MetaData.DefineType], references=users.id, formerly=a,b, id=STABLE, attribute=NAME
//     where the attribute has another name than the column.
//
// The fields of an embedded struct are the struct's own; those of a field tagged
// `schema:"embedded"` are, too, with its `db` tag in front of their names.
//
// A field with a `rel:"..."` tag is a relationship to the entity of the struct that it
// points to: *T, or []*T for many. The first word is the kind (many_to_one, one_to_many,
// one_to_one, many_to_many), the others are by=user_id, on=a,b, order_by=city,-id,
// through=user_keywords, formerly=a, id=STABLE, to=ENTITY where the field's type does not
// tell the entity, name=NAME. It is called as the field is in snake case.
//
// A struct that embeds that of another entity, and says [Inherits], has a table of its own
// with the other's key and the fields that are its own; where table is "", these are columns
// of the other's table.
//
// T may be known by other packages only: what is stored never names it.
func MapStruct[T any](m *MetaData, table string, items ...EntityItem) *Entity {
	t := reflect.TypeFor[T]()
	if t.Kind() != reflect.Struct {
		m.report(problem(CodeDeclaration, "entity:"+short(t.String()), "expected a struct, got %s", t))
		return m.Entity(t.String(), items...)
	}
	s := &structMapper{m: m, entity: t.Name(), single: table == ""}
	s.fields(t)
	path := strings.Split(table, ".")
	if m.Lookup(path...) == nil && table != "" && !m.frozen {
		options := s.columns
		if len(path) > 1 {
			options = append(options, InSchema(path[:len(path)-1]...))
		}
		m.Table(path[len(path)-1], options...)
	}
	if table != "" {
		s.items = append(s.items, OnTable(path...))
	}
	e := m.Entity(t.Name(), append(s.items, items...)...)
	e.goType = t
	return e
}

// StructField is a field of a struct that is a column or a relationship, as
// [MapStruct] reads it.
type StructField struct {
	Name         string // of the attribute or relationship
	Column       string // of the column; "" for a relationship
	Field        reflect.StructField
	Index        []int // see reflect.Value.FieldByIndex
	Relationship bool
}

// StructFields returns the fields of a struct that are columns and relationships, in
// order, those of embedded structs in their place.
func StructFields(t reflect.Type) []StructField { return structFields(t, "", nil) }

func structFields(t reflect.Type, prefix string, at []int) (list []StructField) {
	for i := range t.NumField() {
		f := t.Field(i)
		index := append(slices.Clone(at), i)
		name, tagged := f.Tag.Lookup("db")
		words := strings.Fields(f.Tag.Get("schema"))
		inner := f.Type
		switch {
		case name == "-":
			continue
		case f.Anonymous && inner.Kind() == reflect.Struct && !tagged && inner != reflect.TypeFor[time.Time]():
			list = append(list, structFields(inner, prefix, index)...)
			continue
		case !f.IsExported():
			continue
		case slices.Contains(words, "embedded") && inner.Kind() == reflect.Struct:
			list = append(list, structFields(inner, prefix+name, index)...)
			continue
		}
		if rel, is := f.Tag.Lookup("rel"); is {
			name = snakeCase(f.Name)
			if n, ok := wordOf(strings.Fields(rel), "name"); ok {
				name = n
			}
			list = append(list, StructField{Name: name, Field: f, Index: index, Relationship: true})
			continue
		}
		if !tagged {
			name = snakeCase(f.Name)
		}
		column := prefix + name
		name = column
		if n, ok := wordOf(words, "attribute"); ok {
			name = prefix + n
		}
		list = append(list, StructField{Name: name, Column: column, Field: f, Index: index})
	}
	return list
}

// wordOf returns what stands behind "name=" among the words of a tag.
func wordOf(words []string, name string) (string, bool) {
	for _, w := range words {
		if v, ok := strings.CutPrefix(w, name+"="); ok {
			return v, true
		}
	}
	return "", false
}

// snakeCase makes user_id of UserID.
func snakeCase(name string) string {
	var b strings.Builder
	runes := []rune(name)
	for i, r := range runes {
		if unicode.IsUpper(r) && i > 0 && runes[i-1] != '_' &&
			(!unicode.IsUpper(runes[i-1]) || i+1 < len(runes) && unicode.IsLower(runes[i+1])) {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// structMapper reads the fields of a struct.
type structMapper struct {
	m       *MetaData
	entity  string
	single  bool // it has no table of its own
	columns []TableItem
	items   []EntityItem
}

func (s *structMapper) report(f *StructField, format string, args ...any) {
	s.m.report(problem(CodeDeclaration, ID{Kind: IDEntity, Entity: s.entity}.String(), "field %s: %s", f.Field.Name, fmt.Sprintf(format, args...)))
}

func (s *structMapper) fields(t reflect.Type) {
	fields := StructFields(t)
	for i := range fields {
		f := &fields[i]
		if parent := s.inherited(t, f); parent != nil {
			if slices.Contains(strings.Fields(f.Field.Tag.Get("schema")), "primary_key") && !s.single {
				s.column(f, References(append(slices.Clone(parent.spec.table), f.Column)...))
			}
		} else if f.Relationship {
			s.relationship(f)
		} else {
			s.column(f)
		}
	}
}

// inherited returns the entity of the embedded struct that a field is of, or nil.
func (s *structMapper) inherited(t reflect.Type, f *StructField) *Entity {
	for i := 1; i < len(f.Index); i++ {
		outer := t.FieldByIndex(f.Index[:i])
		if e := s.m.EntityOf(outer.Type); e != nil && outer.Anonymous {
			return e
		}
	}
	return nil
}

func (s *structMapper) column(f *StructField, options ...ColumnOption) {
	goType, null := f.Field.Type, false
	if goType.Kind() == reflect.Pointer {
		goType, null = goType.Elem(), true
	}
	var member []MemberOption
	var size uint32
	typ, known := typeOfGo(goType)
	for _, w := range strings.Fields(f.Field.Tag.Get("schema")) {
		name, v, _ := strings.Cut(w, "=")
		switch name {
		case "primary_key":
			options = append(options, PrimaryKey)
		case "not_null":
			null = false
		case "null":
			null = true
		case "unique":
			options = append(options, Unique)
		case "deferred":
			member = append(member, Deferred())
		case "size":
			n, err := strconv.ParseUint(v, 10, 32)
			if err != nil {
				s.report(f, "size: expected a number, got %q", v)
			}
			size = uint32(n)
		case "type":
			if typ, known = s.typeNamed(v); !known {
				s.report(f, "unknown type %q%s", v, DidYouMean(v, append(kindNames[1:], s.m.HostTypes()...)))
				known = true
			}
		case "references":
			options = append(options, References(strings.Split(v, ".")...))
		case "formerly":
			names := strings.Split(v, ",")
			options, member = append(options, Formerly(names...)), append(member, Formerly(names...))
		case "id":
			options, member = append(options, StableID(v)), append(member, StableID(v))
		case "attribute":
		default:
			s.report(f, "unknown word %q in its schema tag%s", w, DidYouMean(name, []string{"primary_key", "not_null", "null", "unique", "deferred", "size", "type", "references", "formerly", "id", "attribute", "embedded"}))
		}
	}
	if !known {
		s.report(f, "no type of a column is known for %s: say type=... in its schema tag, or leave it out by db:\"-\"", f.Field.Type)
		return
	}
	if size > 0 {
		typ = String(size)
	}
	if !null {
		options = append(options, NotNull)
	}
	s.columns = append(s.columns, NewColumn(f.Column, typ, options...))
	if f.Name != f.Column || len(member) > 0 || s.single {
		s.items = append(s.items, NewAttribute(f.Name, append(member, OfColumn(f.Column))...))
	}
}

// typeOfGo returns the type of a column whose values are of a Go type.
func typeOfGo(t reflect.Type) (Type, bool) {
	switch t {
	case reflect.TypeFor[time.Time]():
		return DateTimeTZ, true
	case reflect.TypeFor[[]byte]():
		return LargeBinary, true
	}
	switch t.Kind() {
	case reflect.Bool:
		return Boolean, true
	case reflect.Int64, reflect.Int, reflect.Uint32:
		return BigInteger, true
	case reflect.Int32, reflect.Uint16:
		return Integer, true
	case reflect.Int16, reflect.Int8, reflect.Uint8:
		return SmallInteger, true
	case reflect.Float64:
		return Double, true
	case reflect.Float32:
		return Float, true
	case reflect.String:
		return Text, true
	case reflect.Slice:
		if elem, ok := typeOfGo(t.Elem()); ok && !elem.IsArray() {
			return ArrayOf(elem), true
		}
	}
	return Unknown, false
}

// typeNamed finds a type by its name, with sizes behind it, or one of the host's.
func (s *structMapper) typeNamed(text string) (Type, bool) {
	if h := s.m.hostTypes[text]; h != nil {
		return h.of(h.base), true
	}
	name, sizes, sized := strings.Cut(strings.TrimSuffix(text, ")"), "(")
	kind := slices.Index(kindNames[:], name)
	if kind <= 0 || Kind(kind) == KindEnum {
		return Unknown, false
	}
	var n [2]uint64
	if sized {
		for i, v := range strings.SplitN(sizes, ",", 2) {
			var err error
			if n[i], err = strconv.ParseUint(v, 10, []int{32, 16}[i]); err != nil {
				return Unknown, false
			}
		}
	}
	t, err := NewType(Kind(kind), uint32(n[0]), uint16(n[1]), false, "", nil)
	return t, err == nil
}

func (s *structMapper) relationship(f *StructField) {
	words := strings.Fields(f.Field.Tag.Get("rel"))
	spec := memberSpec{name: f.Name, targetType: f.Field.Type}
	many := f.Field.Type.Kind() == reflect.Slice
	if many {
		spec.targetType = spec.targetType.Elem()
	}
	pointer := spec.targetType.Kind() == reflect.Pointer
	if pointer {
		spec.targetType = spec.targetType.Elem()
	}
	for _, w := range words {
		name, v, _ := strings.Cut(w, "=")
		list := strings.Split(v, ",")
		switch name {
		case "by":
			spec.by = list
		case "on":
			spec.pairs = list
		case "order_by":
			spec.order = list
		case "through":
			spec.through = strings.Split(v, ".")
		case "formerly":
			spec.former = list
		case "id":
			spec.stable = v
		case "to":
			spec.target, spec.targetType = v, nil
		case "name":
		default:
			kind := slices.Index(relationshipKinds[:], w)
			if kind <= 0 || spec.kind != 0 {
				s.report(f, "unknown word %q in its rel tag%s", w, DidYouMean(name, append(relationshipKinds[1:], "by", "on", "order_by", "through", "formerly", "id", "to", "name")))
			}
			spec.kind = RelationshipKind(max(kind, 0))
		}
	}
	if !pointer && spec.targetType != nil && spec.targetType.Kind() != reflect.Interface {
		s.report(f, "expected *%s or []*%[1]s: one row is one object, whoever refers to it", spec.targetType)
	}
	if isMany := spec.kind == OneToManyKind || spec.kind == ManyToManyKind; spec.kind == 0 || isMany != many {
		s.report(f, "a relationship of kind %q cannot be a %s", spec.kind, f.Field.Type)
		return
	}
	s.items = append(s.items, member(true, spec, nil))
}
