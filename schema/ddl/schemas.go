package ddl

import (
	"slices"

	"github.com/sqlser/sqlser/engine/dialect"
	"github.com/sqlser/sqlser/schema"
)

// CreateSchemas returns the statements that make the schemas in which tables of
// frozen metadata are, and on PostgreSQL its enums, where they are not there yet:
// to be run before those of [CreateAll]. On MySQL and MariaDB a schema is a database. SQLite has
// none: there it is an *[Error] for each table that is in one, as a name of more
// than one schema is on all. Nothing here drops one, as it would take along whatever else is in it.
func CreateSchemas(d *dialect.Dialect, meta *schema.MetaData) ([]string, error) {
	if !meta.Frozen() {
		return nil, &Error{d.Name(), "metadata", "it is not frozen"}
	}
	w := &writer{d: d, kind: kinds[d.Name()]}
	var made []string
	add := func(name string) {
		if name != "" && !slices.Contains(made, name) {
			made = append(made, name)
			w.say("CREATE SCHEMA IF NOT EXISTS %s", w.name(name))
		}
	}
	for _, t := range tablesOf(meta) {
		w.of(t.ID())
		switch parts := t.Schema(); {
		case len(parts) == 0:
		case w.kind.rowids:
			w.fail("it makes no schemas: they are files that a connection attaches")
		case len(parts) > 1:
			w.fail("its schema is in another: that is made by hand")
		default:
			add(parts[0])
		}
		for _, c := range t.Columns() {
			if typ, _ := c.TypeIn(d.Name()); w.kind.enumTypes {
				w.of(c.ID())
				add(typ.EnumSchema())
			}
		}
	}
	return w.done()
}
