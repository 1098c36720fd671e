package schema

import "unique"

// HostType is a type of the host's own over one of ours: its values are other Go
// values than the database's. [MetaData.DefineType] makes one. Queries treat a
// column or parameter of it as they treat the base; stored queries name it, and
// are refused where the host has no type of the name.
type HostType struct {
	id           string
	base         Type
	bind, result func(any) (any, error)
}

// DefineType declares a type: an id that is stored in its place, the base that the
// database holds, and conversions. The columns of its tables may have it; what is
// wrong with it is reported by Freeze.
//
// Bind makes of a host's value what expr.ValueOf takes for the base, or the text that
// expr.ParseValue takes. It gets what a parameter is bound to, unless that is NULL or
// an expr.Value already. Result makes
// a host's value of what engine.Native gives of the base; NULL stays NULL. It
// serves engine.Rows and its like; scripts see the base. Either may be nil, for the
// base's own values. Both must be safe for concurrent use.
func (m *MetaData) DefineType(id string, base Type, bind, result func(any) (any, error)) Type {
	object := "type:" + short(id)
	switch {
	case m.frozen:
		m.report(problem(CodeFrozen, object, "defined after Freeze"))
		return base
	case id == "" || m.hostTypes[id] != nil:
		m.report(problem(CodeDeclaration, object, "no name, or defined twice"))
		return base
	case base.IsUnknown() || base.IsArray() || base.HostID() != "":
		m.report(problem(CodeDeclaration, object, "expected a type of a single value as its base, got %s", base))
		return base
	}
	if m.hostTypes == nil {
		m.hostTypes = map[string]*HostType{}
	}
	h := &HostType{id: id, base: base, bind: bind, result: result}
	m.hostTypes[id] = h
	return h.of(base)
}

// ID returns what is stored in the type's place.
func (h *HostType) ID() string { return h.id }

// Base returns the type that the database holds.
func (h *HostType) Base() Type { return h.base }

// Bind makes of a host's value what the base takes.
func (h *HostType) Bind(v any) (any, error) {
	if h.bind == nil {
		return v, nil
	}
	return h.bind(v)
}

// Result makes a host's value of one of the base's.
func (h *HostType) Result(v any) (any, error) {
	if h.result == nil {
		return v, nil
	}
	return h.result(v)
}

func (h *HostType) of(base Type) Type {
	d := base.rest()
	d.id, d.host = h.id, h
	base.detail = unique.Make(d)
	return base
}

// StoredHostType is a type of which the id and the base are known, as a stored query has
// them: [MetaData.BindType] finds the host's own.
func StoredHostType(id string, base Type) Type {
	d := base.rest()
	d.id, d.host = id, nil
	base.detail = unique.Make(d)
	return base
}

// BindType finds the host's type for one of StoredHostType, with the size that was
// stored. It returns any other type as it is; ok is false where there is none of
// the id.
func (m *MetaData) BindType(t Type) (bound Type, ok bool) {
	id := t.HostID()
	if id == "" {
		return t, true
	}
	h := m.hostTypes[id]
	if h == nil {
		return t, false
	}
	return h.of(t), true
}

// HostTypes returns the ids of the types that are defined, in no order.
func (m *MetaData) HostTypes() []string {
	ids := make([]string, 0, len(m.hostTypes))
	for id := range m.hostTypes {
		ids = append(ids, id)
	}
	return ids
}

// HostID returns the id of a host's type, of an array that of its elements, or "".
func (t Type) HostID() string { return t.rest().id }

// Host returns the host's type, of an array that of its elements, or nil.
func (t Type) Host() *HostType { return t.rest().host }

// Base returns the type without what the host has made of it.
func (t Type) Base() Type {
	if d := t.rest(); d.id != "" {
		if t.detail = (unique.Handle[detail]{}); d.labels != "" {
			d.id, d.host = "", nil
			t.detail = unique.Make(d)
		}
	}
	return t
}

// OfType gives a column that was declared with another type, such as a reflected one,
// a type of the host's.
func OfType(t Type) ColumnOption { return columnOption(func(c *Column) { c.typ = t }) }
