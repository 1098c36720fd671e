package serializer

import (
	"github.com/sqlser/sqlser/schema"
)

// Detached reads a payload as [Loads] does, but binds it to no host: tables, columns and
// types are what the manifest says they were, and it has the grants that it needs. The
// result is for looking at, to print, compare or hash it, not for running: it is of no
// database. The error is a *[FormatError] or, where the payload needs a later version, a
// *[DriftError].
func Detached(b []byte, limits Limits) (*Loaded, error) {
	limits = limits.withDefaults()
	m := new(manifest)
	if len(b) <= limits.Bytes { // else Loads says so
		var err error
		if m, err = readManifest(string(b), limits); err != nil {
			return nil, err
		}
	}
	meta, err := m.metadata()
	if err != nil {
		return nil, &FormatError{CodeSyntax, 0, "manifest", syntaxf("its tables cannot be: %v", err)}
	}
	return Loads(b, Binding{MetaData: meta, Limits: limits, Grants: m.Grants, detached: true})
}

// metadata makes tables of what the manifest says of those that the payload names.
func (m *manifest) metadata() (*schema.MetaData, error) {
	meta := schema.NewMetaData()
	known := map[string]bool{}
	define := func(t schema.Type) schema.Type {
		if id := t.HostID(); id != "" && !known[id] {
			known[id] = true
			base := t.Base()
			if base.IsArray() {
				base = base.Elem()
			}
			meta.DefineType(id, base, nil, nil)
		}
		bound, _ := meta.BindType(t)
		return bound
	}
	items := make([][]schema.TableItem, len(m.Tables))
	for i := range m.Columns {
		c := &m.Columns[i]
		var options []schema.ColumnOption
		if !c.Nullable {
			options = append(options, schema.NotNull)
		}
		if c.Stable != "" {
			options = append(options, schema.StableID(c.Stable))
		}
		items[c.Table] = append(items[c.Table], schema.NewColumn(c.Name, define(c.Type), options...))
	}
	for _, p := range m.Parameters {
		define(p.Type())
	}
	for i := range m.Tables {
		t := &m.Tables[i]
		if len(t.Schema) > 0 {
			items[i] = append(items[i], schema.InSchema(t.Schema...))
		}
		if t.Stable != "" {
			items[i] = append(items[i], schema.StableID(t.Stable))
		}
		meta.Table(t.Name, items[i]...)
	}
	if err := meta.Freeze(); err != nil {
		return nil, err
	}
	return meta, nil
}
