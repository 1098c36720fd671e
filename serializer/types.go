package serializer

import (
	"slices"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// appendType writes a type: the number of its kind, or a record where it has
// more parts. The number is twice that of the kind, and 1 more if the type is that
// of a column which may be NULL.
func appendType(b []byte, t schema.Type, nullable bool) []byte {
	kind := uint64(t.Kind()) << 1
	if nullable {
		kind++
	}
	if t.IsSimple() {
		size, scale := uint64(t.Size()), uint64(t.Scale())
		switch {
		case size == 0:
			return append(b, byte(kind))
		case scale == 0:
			return appendUint(append(b, codeFixedArrayLow|2, byte(kind)), size)
		}
		return appendUint(appendUint(append(b, codeFixedArrayLow|3, byte(kind)), size), scale)
	}
	var name string
	var labels []string
	if t.Kind() == schema.KindEnum { // no other has them, and they are unpacked
		name, labels = t.EnumName(), t.Labels()
	}
	if name == "" && len(labels) == 0 && t.Size() == 0 && !t.IsArray() && t.HostID() == "" {
		return appendUint(b, kind)
	}
	r, b := openRecord(b)
	b = appendUint(r.field(b, true), kind)
	if b = r.field(b, t.Size() != 0); t.Size() != 0 {
		b = appendUint(b, uint64(t.Size()))
	}
	if b = r.field(b, t.Scale() != 0); t.Scale() != 0 {
		b = appendUint(b, uint64(t.Scale()))
	}
	if b = r.field(b, t.IsArray()); t.IsArray() {
		b = appendBool(b, true)
	}
	if b = r.field(b, name != ""); name != "" {
		b = appendString(b, name)
	}
	if b = r.field(b, len(labels) > 0); len(labels) > 0 {
		b = appendStrings(b, labels)
	}
	if b = r.field(b, t.HostID() != ""); t.HostID() != "" {
		b = appendString(b, t.HostID())
	}
	if b = r.field(b, t.EnumSchema() != ""); t.EnumSchema() != "" {
		b = appendString(b, t.EnumSchema())
	}
	return r.close(b)
}

// typ reads a type that says nothing of NULL.
func (s *scanner) typ() schema.Type {
	t, nullable := s.columnType()
	if nullable {
		s.fail(syntaxf("only the type of a column may be nullable"))
	}
	return t
}

// columnType reads a type, and whether it may be NULL.
func (s *scanner) columnType() (t schema.Type, nullable bool) {
	c := s.peek()
	if kind := schema.Kind(c >> 1); c <= codePosFixedNumHigh && kind.Known() && kind != schema.KindEnum { // most are plain
		s.pos++
		return schema.TypeOf(kind), c&1 != 0
	}
	if !isArray(c) {
		kind := s.number(maxKind, "a type")
		return s.newType(schema.Kind(kind>>1), 0, 0, false, "", nil), kind&1 != 0
	}
	if t, nullable, ok := s.sizedType(); ok {
		return t, nullable
	}
	return s.longType()
}

// sizedType reads a type that has a small size, and perhaps a small scale, and no more
// parts, if one stands here: most records are such.
func (s *scanner) sizedType() (t schema.Type, nullable, ok bool) {
	if len(s.s)-s.pos < 4 || len(s.s)-s.claimed < 3 {
		return t, false, false
	}
	p := s.s[s.pos : s.pos+4]
	kind, size, scale := p[1], p[2], byte(0)
	parts := int(p[0]) - int(codeFixedArrayLow)
	switch parts {
	case 2:
	case 3:
		if scale = p[3]; scale-1 >= codePosFixedNumHigh { // 0, or none of one byte
			return t, false, false
		}
	default:
		return t, false, false
	}
	if kind > codePosFixedNumHigh || size-1 >= codePosFixedNumHigh {
		return t, false, false
	}
	t, err := schema.NewType(schema.Kind(kind>>1), uint32(size), uint16(scale), false, "", nil)
	if err != nil {
		return t, false, false
	}
	s.pos += 1 + parts
	s.claimed += parts
	return t, kind&1 != 0, true
}

const maxKind = 2*255 + 1 // as it is written

// longType reads a type that has more parts.
func (s *scanner) longType() (schema.Type, bool) {
	r := s.openRecord()
	s.required(&r, "the kind of a type")
	number := s.number(maxKind, "a type")
	kind := schema.Kind(number >> 1)
	parts := r.left
	var size, scale uint64
	var array bool
	var name, host, within string
	var labels []string
	positive := func(most uint64, what string) uint64 {
		v := s.number(most, what)
		if v == 0 {
			s.fail(canonicalf("%s of 0 must be absent", what))
		}
		return v
	}
	if s.field(&r) {
		size = positive(1<<32-1, "the size of a type")
	}
	if s.field(&r) {
		scale = positive(1<<16-1, "the scale of a type")
	}
	if s.field(&r) {
		array = s.present()
	}
	if s.field(&r) {
		name = s.name()
	}
	if s.field(&r) {
		labels = readList(s, nil, s.items(), func(l *string) { *l = s.string() })
	}
	if s.field(&r) {
		host = s.name()
	}
	if s.field(&r) {
		if within = s.name(); name == "" || kind != schema.KindEnum || len(within) > expr.MaxName {
			s.fail(syntaxf("the schema of an enum's name has up to %d bytes, and no other type has one", expr.MaxName))
		}
	}
	s.closeRecord(&r)
	if parts == 0 {
		s.fail(canonicalf("a type of one part is its number alone"))
	}
	return s.hostType(host, s.newType(kind, uint32(size), uint16(scale), array, name, labels).InSchema(within)), number&1 != 0
}

// hostType binds a type of the host's, where there is a host.
func (s *scanner) hostType(id string, t schema.Type) schema.Type {
	switch {
	case id == "" || s.err != nil:
		return t
	case t.IsUnknown() || t.Elem().IsUnknown() && t.IsArray():
		s.fail(syntaxf("the host's type %q is of nothing known", id))
	case s.types == nil:
		return schema.StoredHostType(id, t)
	}
	bound, ok := s.types.BindType(schema.StoredHostType(id, t))
	if !ok && len(s.lacks) < maxProblems && !slices.Contains(s.lacks, id) {
		s.lacks = append(s.lacks, id)
	}
	return bound // as it is stored, where the host has none of the id
}

// lackTypes reports the types that the host has not, of those that were read so far.
func (d *decoder) lackTypes(b *Binding) {
	if len(d.lacks) == 0 || b.detached {
		return
	}
	ids := b.MetaData.HostTypes()
	slices.Sort(ids)
	for _, id := range d.lacks {
		d.drift.add(Problem{Severity: Failure, Code: CodeType, What: "type:" + id, Expected: "a type of the host", Found: "unknown", Suggestion: suggestion(id, ids)})
	}
	d.lacks = nil
}

func (s *scanner) newType(kind schema.Kind, size uint32, scale uint16, array bool, name string, labels []string) schema.Type {
	if s.err != nil {
		return schema.Unknown
	}
	t, err := schema.NewType(kind, size, scale, array, name, labels)
	if err != nil {
		s.fail(failf(CodeSyntax, "%v", err))
	}
	return t
}
