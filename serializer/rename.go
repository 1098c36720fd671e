package serializer

import (
	"slices"

	"github.com/sqlser/sqlser/schema"
)

// resolveTable is [schema.MetaData.ResolveTable] with the renames of the Binding.
func (d *drift) resolveTable(meta *schema.MetaData, name []string, stable string) (*schema.Table, error) {
	if len(d.renames) == 0 {
		return meta.ResolveTable(name, stable)
	}
	return renamed(d, schema.ID{Kind: schema.IDTable, Table: name, Stable: stable}, nil,
		func() (*schema.Table, error) { return meta.ResolveTable(name, stable) },
		func(to schema.ID) *schema.Table { return meta.Lookup(to.Table...) })
}

// resolveColumn is [schema.Table.ResolveColumn] with the renames of the Binding.
func (d *drift) resolveColumn(m *manifest, ref *ColumnRef, table *schema.Table) (*schema.Column, error) {
	if len(d.renames) == 0 {
		return table.ResolveColumn(ref.Name, ref.Stable)
	}
	return renamed(d, m.columnID(*ref), table, func() (*schema.Column, error) { return table.ResolveColumn(ref.Name, ref.Stable) },
		func(to schema.ID) *schema.Column {
			if !table.IsNamed(to.Table) {
				return nil
			}
			return table.Lookup(to.Name)
		})
}

// object is what a reference resolves to.
type object interface {
	comparable
	schema.Object
	StableID() string
}

// renamed resolves a reference with the renames of the Binding: resolve does without
// them, and lookup finds what one leads to, or nil; of is what that must be of, or nil.
func renamed[T object](d *drift, id schema.ID, of schema.Object, resolve func() (T, error), lookup func(to schema.ID) T) (none T, _ error) {
	r := d.renamed(id)
	v, err := resolve()
	if r == nil || err == nil && id.Stable != "" && v.StableID() == id.Stable {
		return v, err
	}
	var other schema.Object
	if err == nil {
		other = v
	}
	to := none
	if r.To.Kind == id.Kind {
		to = lookup(r.To)
	}
	switch {
	case to == none:
		reason := "renamed to " + r.To.String() + ", which is none"
		if of != nil {
			reason += " of " + of.ID().String()
		}
		return none, &schema.Error{Code: schema.CodeUnknown, Object: r.To.String(), Reason: reason}
	case err == nil && v == to:
		return to, nil
	}
	if err := fits(r, other, to, id.Stable); err != nil {
		return none, err
	}
	return to, nil
}

// renamed returns what the Binding says of a reference, or nil.
func (d *drift) renamed(id schema.ID) *Rename {
	for i := range d.renames {
		if from := &d.renames[i].From; from.Kind == id.Kind && from.Name == id.Name && from.Entity == id.Entity && slices.Equal(from.Table, id.Table) {
			return &d.renames[i]
		}
	}
	return nil
}

// fits holds a rename to the rules of former names: other is what the name finds
// without it, or nil.
func fits(r *Rename, other schema.Object, to interface {
	schema.Object
	StableID() string
}, stable string) error {
	switch {
	case stable != "" && to.StableID() != "":
		return &schema.Error{Code: schema.CodeReplaced, Object: r.From.String(), Reason: "renamed to " + r.To.String() + ", which has another stable id"}
	case other != nil && !r.Old:
		return &schema.Error{Code: schema.CodeAmbiguous, Object: r.From.String(),
			Reason: "ambiguous: renamed to " + r.To.String() + ", and there is a " + other.ID().String()}
	}
	return nil
}
