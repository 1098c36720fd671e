package serializer

import (
	"cmp"
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// readable refuses what no reader would take: names that are none, and more than
// the limits allow. Items are those of the root's lists.
func (m *manifest) readable(items int, tables []*schema.Table, columns *namedColumns) error {
	refuse := func(format string, args ...any) error {
		return &FormatError{CodeLimit, 0, "manifest", failf(CodeLimit, format, args...)}
	}
	refs := len(m.Entities) + len(m.Attributes) + len(m.Relationships) + len(m.Tables) + len(columns.list) + len(m.Functions) + len(m.Parameters) + len(m.Grants)
	if refs > DefaultReferences {
		return refuse("%d references, the limit is %d", refs, DefaultReferences)
	}
	items += refs + len(columns.list) + len(m.Texts) + len(m.Results) + len(m.Optional) // a column is two items
	for i := range m.Tables {
		t := &m.Tables[i]
		if i == 0 || !slices.Equal(m.Tables[i-1].Schema, t.Schema) {
			items += len(t.Schema)
		}
		if tables[i].IsText() {
			continue
		}
		if t.Name == "" || slices.Contains(t.Schema, "") {
			return &expr.Error{Code: expr.CodeName, Op: expr.OpTable, Reason: "a part of the table's name is empty"}
		}
		if err := texts("a table's name", t.Schema...); err != nil || !isText(t.Name) || !isText(t.Stable) {
			return cmp.Or(texts("a table's name", t.Name, t.Stable), err)
		}
	}
	if t := twin(m.Tables); t != nil {
		return &expr.Error{Code: expr.CodeName, Op: expr.OpTable, Reason: "two tables are called " + t.ID().String() + ": they are not of one MetaData"}
	}
	for i, t := range tables {
		stable, list := false, columns.of(i)
		for _, c := range list {
			stable = stable || c.StableID() != ""
			if !t.IsText() {
				if c.Name() == "" {
					return &expr.Error{Code: expr.CodeName, Op: expr.OpColumn, Reason: "a column has no name"}
				}
				if !isText(c.Name()) || !isText(c.StableID()) {
					return texts("a column", c.Name(), c.StableID())
				}
			}
			if err := readableType("a column", c.Type(), &items); err != nil {
				return err
			}
		}
		if stable {
			items += len(list)
		}
	}
	if err := m.readableEntities(&items); err != nil {
		return err
	}
	for _, p := range m.Parameters {
		if err := readableType("a parameter", p.Type(), &items); err != nil {
			return err
		}
		items += p.Enum().Len()
	}
	size := 0
	for i := range m.Results { // long names and types of derived columns are written for each
		r := &m.Results[i]
		if size += len(r.Name); r.Column < 0 && r.Type.Kind() == schema.KindEnum {
			labels := r.Type.Labels()
			items += len(labels)
			for _, l := range labels {
				size += len(l)
			}
		}
		if size > DefaultBytes || items > maxItems {
			return refuse("results of more than %d bytes", DefaultBytes)
		}
	}
	if items > maxItems {
		return refuse("%d items in all lists, the limit is %d", items, maxItems)
	}
	switch s := m.Slot; {
	case s == Slot{}:
	case s.Kind != schema.IDSession && s.Kind != schema.IDEngine || s.Name == "":
		return &expr.Error{Code: expr.CodeName, Reason: fmt.Sprintf("a slot needs a kind (session or engine) and a name, got %q and %q", s.Kind, s.Name)}
	default:
		return texts("the slot", s.Name)
	}
	return nil
}

// twin returns a table that is called as one before it, or nil: few are searched,
// many indexed.
func twin(tables []TableRef) *TableRef {
	if len(tables) <= 32 {
		for i := range tables {
			t := &tables[i]
			for k := range tables[:i] {
				if o := &tables[k]; o.Name == t.Name && slices.Equal(o.Schema, t.Schema) {
					return t
				}
			}
		}
		return nil
	}
	seen := make(map[string]bool, len(tables))
	for i := range tables {
		key := fmt.Sprintf("%q", tables[i].fullName())
		if seen[key] {
			return &tables[i]
		}
		seen[key] = true
	}
	return nil
}

// readableType refuses a type that no reader takes, and counts its list.
func readableType(what string, t schema.Type, items *int) error {
	if t.IsSimple() {
		return nil
	}
	if id := t.HostID(); id != "" {
		if err := texts(what, id); err != nil {
			return err
		}
	}
	if t.Kind() != schema.KindEnum {
		return nil
	}
	name, within, labels := t.EnumName(), t.EnumSchema(), t.Labels()
	if len(within) > expr.MaxName {
		return &expr.Error{Code: expr.CodeType, Reason: fmt.Sprintf("%s: its enum's schema is longer than %d bytes", what, expr.MaxName)}
	}
	*items += len(labels)
	if _, err := schema.NewType(t.Kind(), 0, 0, t.IsArray(), name, labels); err != nil {
		return &expr.Error{Code: expr.CodeType, Reason: what + ": " + err.Error()}
	}
	return texts(what, append(labels, name, within)...)
}

func isText(s string) bool { return isASCII(s) || utf8.ValidString(s) }

// texts refuses what is not valid UTF-8.
func texts(what string, list ...string) error {
	for _, s := range list {
		if !isText(s) {
			return &expr.Error{Code: expr.CodeName, Reason: fmt.Sprintf("%s: %q is not valid UTF-8", what, s)}
		}
	}
	return nil
}
