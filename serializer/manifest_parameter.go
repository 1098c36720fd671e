package serializer

import "github.com/sqlser/sqlser/engine/expr"

func appendParameter(b []byte, p *expr.Parameter) []byte {
	r, b := openRecord(b)
	b = appendString(r.field(b, true), p.Name())
	b = appendType(r.field(b, true), p.Type(), false)
	def, has := p.Default()
	if b = r.field(b, has); has { // in an array, so that NULL is present
		b = appendArray(b, 1)
		b = appendValue(b, def)
	}
	for _, bound := range []expr.Value{p.Min(), p.Max()} {
		if b = r.field(b, !bound.IsNull()); !bound.IsNull() {
			b = appendValue(b, bound)
		}
	}
	enum := p.Enum()
	if b = r.field(b, enum.Len() > 0); enum.Len() > 0 {
		b = appendArray(b, enum.Len())
		for _, v := range enum.All() {
			b = appendValue(b, v)
		}
	}
	if b = r.field(b, p.Doc() != ""); p.Doc() != "" {
		b = appendString(b, p.Doc())
	}
	if b = r.field(b, p.IsBound()); p.IsBound() {
		b = appendBool(b, true)
	}
	return r.close(b)
}

func (s *scanner) parameter() *expr.Parameter {
	r := s.openRecord()
	s.required(&r, "a parameter's name")
	name := s.name()
	s.required(&r, "a parameter's type")
	p := expr.NewParameter(name, s.typ())
	if s.field(&r) {
		if n := s.array(); n != 1 {
			s.fail(syntaxf("a default of %d values", n))
		}
		p = p.WithDefault(s.value())
	}
	if r.left > 0 {
		p = s.accepted(&r, p)
	}
	s.closeRecord(&r)
	if err := p.Err(); err != nil && s.err == nil {
		s.fail(err)
	}
	return p
}

// accepted reads what a parameter accepts, and whether it is bound.
func (s *scanner) accepted(r *recordReader, p *expr.Parameter) *expr.Parameter {
	if s.field(r) {
		p = p.WithMin(s.value())
	}
	if s.field(r) {
		p = p.WithMax(s.value())
	}
	if s.field(r) {
		p = p.WithEnum(readList(s, nil, s.items(), func(v *expr.Value) { *v = s.value() })...)
	}
	if s.field(r) {
		p = p.WithDoc(s.name())
	}
	if s.field(r) {
		s.present()
		if v, ok := p.Default(); ok {
			return p.Bound(v)
		}
		s.fail(syntaxf("a parameter that is bound to nothing"))
	}
	return p
}
