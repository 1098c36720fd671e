package show

import (
	"strings"

	"github.com/sqlser/sqlser/schema"
)

// Column is what stands behind the name of a column: its type, keys, and what it refers to.
func Column(c *schema.Column) string {
	t := c.Table()
	text := c.Type().String()
	switch {
	case c.IsPrimaryKey():
		text += ", primary key"
	case !c.Nullable():
		text += ", not null"
	}
	for _, u := range t.UniqueKeys() {
		if len(u) == 1 && u[0] == c {
			text += ", unique"
		}
	}
	for _, k := range t.ForeignKeys() {
		for i, from := range k.Columns() {
			if from == c {
				text += " -> " + Visible(k.ReferredColumns()[i].String())
			}
		}
	}
	return text
}

// Attribute is what stands behind the name of an attribute of an entity.
func Attribute(a *schema.Attribute) string {
	text := a.Type().String() + ", computed"
	if c := a.Column(); c != nil {
		text = Column(c)
	}
	if a.IsDeferred() {
		text += ", loaded where a query names it"
	}
	return text
}

// Relationship is what stands behind the name of a relationship: where it leads, and by what.
func Relationship(r *schema.Relationship) string {
	text := "one " + r.Target().Name()
	if r.IsMany() {
		text = "many " + r.Target().Name()
	}
	if t := r.Through(); t != nil {
		return Visible(text + " through " + t.String())
	}
	var by []string
	for _, p := range r.Pairs() {
		c := p.Remote
		if r.Kind() == schema.ManyToOneKind {
			c = p.Local
		}
		by = append(by, c.String())
	}
	if len(by) > 0 {
		text += " by " + strings.Join(by, ", ")
	}
	return Visible(text)
}
