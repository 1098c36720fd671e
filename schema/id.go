package schema

import "strings"

// IDKind says what a persistent id stands for.
type IDKind string

// The kinds of persistent ids.
const (
	IDTable   IDKind = "table"
	IDColumn  IDKind = "column"
	IDSession IDKind = "session" // a slot: the host decides what it gets
	IDEngine  IDKind = "engine"  // likewise
)

// ID is a persistent id: what stands in stored data for an object of the host.
// Its parts are never joined, so that any name is possible.
type ID struct {
	Kind   IDKind   `json:"kind"`
	Table  []string `json:"table,omitempty"`  // schema parts, then the table's name
	Name   string   `json:"name,omitempty"`   // of a column or slot
	Stable string   `json:"stable,omitempty"` // the declared stable id of the table or column, or ""
}

// IsZero reports whether id stands for nothing.
func (id ID) IsZero() bool {
	return id.Kind == "" && id.Table == nil && id.Name == "" && id.Stable == ""
}

// String shows the id to people, as "column:orders.total"; it is not parsed.
func (id ID) String() string {
	parts := make([]string, 0, 4)
	for _, p := range id.Table {
		parts = append(parts, short(p))
	}
	if id.Name != "" || id.Kind != IDTable {
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

// Object is what an [ID] of a table or column resolves to: a *[Table] or a *[Column].
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
	}
	return nil, problem(CodeUnknown, id.String(), "a %s is no object of the metadata", id.Kind)
}
