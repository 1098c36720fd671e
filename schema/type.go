package schema

import (
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"
	"unique"
)

// Kind is what a [Type] is of, without its sizes. The numbers are wire codes:
// they are never changed, new ones are added at the end.
type Kind uint8

// The kinds.
const (
	KindUnknown      Kind = iota // of NULL, and of what could not be found; fits every type
	KindBoolean                  //
	KindSmallInteger             // 16 bits
	KindInteger                  // 32 bits
	KindBigInteger               // 64 bits
	KindFloat                    // 32 bits, IEEE 754
	KindDouble                   // 64 bits, IEEE 754
	KindNumeric                  // exact decimal: precision and scale
	KindString                   // text of limited length, in characters
	KindText                     // text
	KindLargeBinary              // bytes
	KindDate                     // day of the proleptic Gregorian calendar
	KindTime                     // time of day, in microseconds
	KindDateTime                 // date and time without zone
	KindDateTimeTZ               // instant
	KindInterval                 // months, days and microseconds
	KindJSON                     //
	KindUUID                     // 128 bits
	KindEnum                     // one of a list of labels
	kinds                        // how many
)

var kindNames = [kinds]string{
	"unknown", "boolean", "small_integer", "integer", "big_integer", "float", "double", "numeric",
	"string", "text", "large_binary", "date", "time", "datetime", "datetime_tz", "interval", "json", "uuid", "enum",
}

// Known reports whether this version knows the kind.
func (k Kind) Known() bool { return k < kinds }

// String returns the kind's name, such as "big_integer".
func (k Kind) String() string {
	if !k.Known() {
		return "kind " + strconv.Itoa(int(k))
	}
	return kindNames[k]
}

// Kinds returns every kind, in order of its code.
func Kinds() []Kind {
	all := make([]Kind, kinds)
	for i := range all {
		all[i] = Kind(i)
	}
	return all
}

// Family is a set of kinds whose values are of one sort: a column that stays
// within its family keeps the meaning of queries that name it.
type Family uint8

// The families.
const (
	FamilyUnknown Family = iota
	FamilyBoolean
	FamilyInteger
	FamilyFloat
	FamilyNumeric
	FamilyText
	FamilyBinary
	FamilyDate
	FamilyTime
	FamilyDateTime
	FamilyDateTimeTZ
	FamilyInterval
	FamilyJSON
	FamilyUUID
	FamilyEnum
	FamilyArray
	families
)

var kindFamilies = [kinds]Family{
	FamilyUnknown, FamilyBoolean, FamilyInteger, FamilyInteger, FamilyInteger, FamilyFloat, FamilyFloat, FamilyNumeric,
	FamilyText, FamilyText, FamilyBinary, FamilyDate, FamilyTime, FamilyDateTime, FamilyDateTimeTZ, FamilyInterval,
	FamilyJSON, FamilyUUID, FamilyEnum,
}

var familyNames = [families]string{
	"unknown", "boolean", "integer", "float", "numeric", "text", "binary", "date", "time", "datetime", "datetime_tz",
	"interval", "json", "uuid", "enum", "array",
}

// String returns the family's name, such as "integer".
func (f Family) String() string { return familyNames[f] }

// Type is the type of a column or an expression. It is comparable with ==. The
// zero Type is unknown.
type Type struct {
	parts  uint64                // kind (8 bits), array (8), scale (16), size (32): in one word, as types are copied a lot
	detail unique.Handle[detail] // zero for most types
}

// detail is what few types have.
type detail struct {
	labels string    // of an enum: its name and labels, see packStrings
	sorted string    // of an enum of many: where in labels each begins, by label
	schema string    // that an enum's own type is in, or ""
	id     string    // of a host's type
	host   *HostType // likewise; nil where no MetaData has told yet
}

const arrayPart = 1 << 8

func typeOf(kind Kind, size uint32, scale uint16) Type {
	return Type{parts: uint64(kind) | uint64(scale)<<16 | uint64(size)<<32}
}

// The types without a size.
var (
	Unknown      = Type{}
	Boolean      = typeOf(KindBoolean, 0, 0)
	SmallInteger = typeOf(KindSmallInteger, 0, 0)
	Integer      = typeOf(KindInteger, 0, 0)
	BigInteger   = typeOf(KindBigInteger, 0, 0)
	Float        = typeOf(KindFloat, 0, 0)
	Double       = typeOf(KindDouble, 0, 0)
	Text         = typeOf(KindText, 0, 0)
	LargeBinary  = typeOf(KindLargeBinary, 0, 0)
	Date         = typeOf(KindDate, 0, 0)
	Time         = typeOf(KindTime, 0, 0)
	DateTime     = typeOf(KindDateTime, 0, 0)
	DateTimeTZ   = typeOf(KindDateTimeTZ, 0, 0)
	Interval     = typeOf(KindInterval, 0, 0)
	JSON         = typeOf(KindJSON, 0, 0)
	UUID         = typeOf(KindUUID, 0, 0)
)

// TypeOf is the type of a kind that is Known, without a size and labels.
func TypeOf(kind Kind) Type { return typeOf(kind, 0, 0) }

// Numeric is an exact decimal with this many digits in all and after the point.
// Precision 0 is a decimal without limits; it has no scale.
func Numeric(precision uint32, scale uint16) Type {
	if precision == 0 {
		scale = 0
	}
	return typeOf(KindNumeric, precision, scale)
}

// String is text of at most this many characters; 0 leaves the limit open.
func String(length uint32) Type { return typeOf(KindString, length, 0) }

// Enum is one of the labels. Name is the type's own name where the database has
// one (PostgreSQL), else empty.
func Enum(name string, labels ...string) Type {
	t := typeOf(KindEnum, 0, 0)
	packed := packStrings(append([]string{name}, labels...))
	t.detail = unique.Make(detail{labels: packed, sorted: sortedLabels(packed, len(labels))})
	return t
}

// InSchema is an enum whose own type is in this schema of the database, "" for the
// connection's own. An enum without a name, and any other type, stays what it is.
func (t Type) InSchema(name string) Type {
	if t.EnumName() == "" {
		return t
	}
	d := t.rest()
	d.schema = name
	t.detail = unique.Make(d)
	return t
}

// ArrayOf is an array of elem; an array of arrays is the same type, as it is in
// PostgreSQL.
func ArrayOf(elem Type) Type {
	elem.parts |= arrayPart
	return elem
}

// What a stored enum may have.
const (
	maxLabels = 10_000
	maxDetail = 1 << 18 // bytes
)

// NewType makes a type of its parts: what a reader of stored types needs. Name
// and labels are those of an enum. It refuses parts that the kind does not have.
func NewType(kind Kind, size uint32, scale uint16, array bool, name string, labels []string) (Type, error) {
	t := typeOf(kind, size, scale)
	if plain := !array && name == "" && len(labels) == 0 && kind != KindEnum && kind.Known(); plain { // as most are
		if size == 0 && scale == 0 || kind == KindNumeric && size != 0 || kind == KindString && scale == 0 {
			return t, nil
		}
	}
	if kind == KindEnum {
		t.detail = Enum(name, labels...).detail
	}
	if array {
		t = ArrayOf(t)
	}
	switch {
	case len(labels) > maxLabels || len(t.rest().labels) > maxDetail:
		return Type{}, fmt.Errorf("schema: an enum of more than %d labels, or %d bytes of them", maxLabels, maxDetail)
	case !kind.Known():
		return Type{}, fmt.Errorf("schema: unknown type: %s", kind)
	case size != 0 && kind != KindNumeric && kind != KindString:
		return Type{}, fmt.Errorf("schema: %s has no size", kind)
	case scale != 0 && (kind != KindNumeric || size == 0):
		return Type{}, fmt.Errorf("schema: %s has no scale here", kind)
	case kind != KindEnum && (name != "" || len(labels) > 0):
		return Type{}, fmt.Errorf("schema: %s has no labels", kind)
	}
	return t, nil
}

// AppendKey appends what tells t from every other type, as few bytes that are the same in every process.
func (t Type) AppendKey(b []byte) []byte {
	kind, rest := byte(t.parts), t.parts>>8
	if rest == 0 && t.detail == (unique.Handle[detail]{}) {
		return append(b, kind)
	}
	b = binary.AppendUvarint(append(b, kind|0x80), rest)
	d := t.rest()
	for _, text := range []string{d.labels, d.schema, d.id} {
		b = append(binary.AppendUvarint(b, uint64(len(text))), text...)
	}
	return b
}

// Kind returns the kind; of an array that of its elements.
func (t Type) Kind() Kind { return Kind(t.parts) }

// IsArray reports whether t is an array.
func (t Type) IsArray() bool { return t.parts&arrayPart != 0 }

// IsPlain reports whether there is nothing to t but a kind, of which there are types without a size or labels.
func (t Type) IsPlain() bool {
	return t.parts>>8 == 0 && t.detail == (unique.Handle[detail]{}) && t.Kind().Known() && t.Kind() != KindEnum
}

// IsSimple reports whether there is nothing to t but a kind, a size and a scale.
func (t Type) IsSimple() bool { return t.parts&arrayPart == 0 && t.detail == (unique.Handle[detail]{}) }

// Elem returns the type of an array's elements; of any other type, unknown.
func (t Type) Elem() Type {
	if !t.IsArray() {
		return Unknown
	}
	t.parts &^= arrayPart
	return t
}

// Size returns a string's length or a numeric's precision; 0 is no limit.
func (t Type) Size() uint32 { return uint32(t.parts >> 32) }

// Scale returns a numeric's digits after the point.
func (t Type) Scale() uint16 { return uint16(t.parts >> 16) }

// EnumName returns the name of an enum's own type, or "".
func (t Type) EnumName() string {
	if s := t.enum(); len(s) > 0 {
		return s[0]
	}
	return ""
}

// EnumSchema returns the schema that an enum's own type is in, or "".
func (t Type) EnumSchema() string { return t.rest().schema }

// Labels returns an enum's labels.
func (t Type) Labels() []string {
	if s := t.enum(); len(s) > 0 {
		return s[1:]
	}
	return nil
}

// HasLabel reports whether an enum has the label.
func (t Type) HasLabel(label string) bool {
	d := t.rest()
	if d.sorted != "" {
		return hasSorted(d.labels, d.sorted, label)
	}
	name := true
	for rest := d.labels; rest != ""; name = false {
		var l string
		if l, rest = unpackString(rest); !name && l == label {
			return true
		}
	}
	return false
}

// enum returns an enum's name and labels.
func (t Type) enum() []string { return unpackStrings(t.rest().labels) }

// rest returns the detail.
func (t Type) rest() detail {
	if t.detail == (unique.Handle[detail]{}) {
		return detail{}
	}
	return t.detail.Value()
}

// Family returns the family of t.
func (t Type) Family() Family {
	if t.IsArray() {
		return FamilyArray
	}
	return kindFamilies[t.Kind()]
}

// IsUnknown reports whether t is the zero Type.
func (t Type) IsUnknown() bool { return t == Type{} }

// IsNumber reports whether t is an integer, float or numeric type.
func (t Type) IsNumber() bool {
	f := t.Family()
	return f == FamilyInteger || f == FamilyFloat || f == FamilyNumeric
}

// IsText reports whether values of t are text: strings, texts and enums.
func (t Type) IsText() bool { f := t.Family(); return f == FamilyText || f == FamilyEnum }

// Comparable reports whether a value of t may be compared with one of u. JSON
// compares with nothing: a part of it is cast first. Times with and without a
// zone do not compare: what they mean depends on the database's session.
func (t Type) Comparable(u Type) bool {
	switch {
	case t.IsUnknown() || u.IsUnknown():
		return true
	case t.IsArray() || u.IsArray():
		return t.IsArray() && u.IsArray() && t.Elem().Comparable(u.Elem())
	case t.IsNumber():
		return u.IsNumber()
	case t.IsText():
		return u.IsText()
	case t.Kind() == KindJSON:
		return false
	case t.Kind() == KindDate || t.Kind() == KindDateTime:
		return u.Kind() == KindDate || u.Kind() == KindDateTime
	}
	return t.Family() == u.Family()
}

// String shows the type as it is declared, such as "numeric(10,2)".
func (t Type) String() string {
	s := t.Kind().String()
	switch {
	case t.Kind() == KindEnum:
		if name := t.EnumName(); name != "" {
			s += " "
			if of := t.EnumSchema(); of != "" {
				s += strconv.Quote(of) + "."
			}
			s += strconv.Quote(name)
		}
		quoted := make([]string, 0, 4)
		for _, l := range t.Labels() {
			quoted = append(quoted, strconv.Quote(l))
		}
		s += "(" + strings.Join(quoted, ",") + ")"
	case t.Scale() != 0:
		s = fmt.Sprintf("%s(%d,%d)", s, t.Size(), t.Scale())
	case t.Size() != 0:
		s = fmt.Sprintf("%s(%d)", s, t.Size())
	}
	if t.IsArray() {
		s += "[]"
	}
	if id := t.HostID(); id != "" {
		s = strconv.Quote(id) + " " + s
	}
	return s
}
