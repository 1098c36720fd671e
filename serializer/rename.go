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
	r := d.renamed(schema.ID{Kind: schema.IDTable, Table: name})
	t, err := meta.ResolveTable(name, stable)
	if r == nil || err == nil && stable != "" && t.StableID() == stable {
		return t, err
	}
	var other schema.Object
	if err == nil {
		other = t
	}
	to := meta.Lookup(r.To.Table...)
	switch {
	case r.To.Kind != schema.IDTable || to == nil:
		return nil, &schema.Error{Code: schema.CodeUnknown, Object: r.To.String(), Reason: "renamed to " + r.To.String() + ", which is none"}
	case err == nil && t == to:
		return to, nil
	}
	if err := fits(r, other, to, stable); err != nil {
		return nil, err
	}
	return to, nil
}

// resolveColumn is [schema.Table.ResolveColumn] with the renames of the Binding.
func (d *drift) resolveColumn(m *Manifest, ref *ColumnRef, table *schema.Table) (*schema.Column, error) {
	if len(d.renames) == 0 {
		return table.ResolveColumn(ref.Name, ref.Stable)
	}
	r := d.renamed(m.columnID(*ref))
	c, err := table.ResolveColumn(ref.Name, ref.Stable)
	if r == nil || err == nil && ref.Stable != "" && c.StableID() == ref.Stable {
		return c, err
	}
	var other schema.Object
	if err == nil {
		other = c
	}
	to := table.Lookup(r.To.Name)
	switch {
	case r.To.Kind != schema.IDColumn || to == nil || !table.IsNamed(r.To.Table):
		return nil, &schema.Error{Code: schema.CodeUnknown, Object: r.To.String(),
			Reason: "renamed to " + r.To.String() + ", which is none of " + table.ID().String()}
	case err == nil && c == to:
		return to, nil
	}
	if err := fits(r, other, to, ref.Stable); err != nil {
		return nil, err
	}
	return to, nil
}

// renamed returns what the Binding says of a reference, or nil.
func (d *drift) renamed(id schema.ID) *Rename {
	for i := range d.renames {
		if from := &d.renames[i].From; from.Kind == id.Kind && from.Name == id.Name && slices.Equal(from.Table, id.Table) {
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
