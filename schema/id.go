package schema

import "strings"

// IDKind says what a persistent id stands for.
type IDKind string

// The kinds of persistent ids.
const (
	IDTable        IDKind = "table"
	IDColumn       IDKind = "column"
	IDEntity       IDKind = "entity"
	IDAttribute    IDKind = "attribute"    // of an entity
	IDRelationship IDKind = "relationship" // of an entity
	IDSession      IDKind = "session"      // a slot: the host decides what it gets
	IDEngine       IDKind = "engine"       // likewise
)

// ID is a persistent id: what stands in stored data for an object of the host.
// Its parts are never joined, so that any name is possible.
type ID struct {
	Kind   IDKind   `json:"kind"`
	Table  []string `json:"table,omitempty"`  // schema parts, then the table's name
	Entity string   `json:"entity,omitempty"` // the entity's name
	Name   string   `json:"name,omitempty"`   // of a column, attribute, relationship or slot
	Stable string   `json:"stable,omitempty"` // the declared stable id, or ""
}

// IsZero reports whether id stands for nothing.
func (id ID) IsZero() bool {
	return id.Kind == "" && id.Table == nil && id.Entity == "" && id.Name == "" && id.Stable == ""
}

// String shows the id to people, as "column:orders.total"; it is not parsed.
func (id ID) String() string {
	parts := make([]string, 0, 4)
	for _, p := range id.Table {
		parts = append(parts, short(p))
	}
	if id.Entity != "" {
		parts = append(parts, short(id.Entity))
	}
	if id.Name != "" || id.Kind != IDTable && id.Kind != IDEntity {
		parts = append(parts, short(id.Name))
	}
	return string(id.Kind) + ":" + strings.Join(parts, ".")
}

// short cuts a name that is longer than people read: a report may show it often.
func short(name string) string {
	const most = 200
	if len(name) <= most {
		return name
	}
	return strings.ToValidUTF8(name[:most], "") + "..."
}

// Object is what an [ID] of the metadata resolves to: a *[Table], *[Column], *[Entity],
// *[Attribute] or *[Relationship].
type Object interface {
	ID() ID
	String() string
}

// Resolve finds the host's own object for a persistent id: by stable id, then
// name, then former names. The error is an *[Error]; the object is never nil
// without one.
func (m *MetaData) Resolve(id ID) (Object, error) {
	switch id.Kind {
	case IDTable:
		t, err := m.ResolveTable(id.Table, id.Stable)
		if err != nil {
			return nil, err
		}
		return t, nil
	case IDColumn:
		t, err := m.ResolveTable(id.Table, "")
		if err != nil {
			return nil, err
		}
		c, err := t.ResolveColumn(id.Name, id.Stable)
		if err != nil {
			return nil, err
		}
		return c, nil
	case IDEntity, IDAttribute, IDRelationship:
		return m.resolveMember(id)
	}
	return nil, problem(CodeUnknown, id.String(), "a %s is no object of the metadata", id.Kind)
}

func (m *MetaData) resolveMember(id ID) (Object, error) {
	stable := ""
	if id.Kind == IDEntity {
		stable = id.Stable
	}
	e, err := m.ResolveEntity(id.Entity, stable)
	switch {
	case err != nil:
		return nil, err
	case id.Kind == IDAttribute:
		a, err := e.ResolveAttribute(id.Name, id.Stable)
		if err != nil {
			return nil, err
		}
		return a, nil
	case id.Kind == IDRelationship:
		r, err := e.ResolveRelationship(id.Name, id.Stable)
		if err != nil {
			return nil, err
		}
		return r, nil
	}
	return e, nil
}
