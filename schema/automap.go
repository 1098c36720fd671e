package schema

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// Automap declares entities for the tables and views that have none yet and have a primary key, such as reflected ones,
// with a relationship for each foreign key. It is called before Freeze, which it does not replace; the
// names follow from those of tables and columns alone:
//
//   - the entity is called as its table in the singular and in capitals: order_items is
//     OrderItem, categories Category, addresses Address. Where that is taken, behind the schema's:
//     SalesOrder; then with a number.
//   - the attributes are the columns.
//   - to what a foreign key refers leads a relationship called as its column without "_id" or
//     "Id" (customer_id: customer); of several columns, as the entity referred to.
//   - the way back is called as the table that refers (orders); where several of its
//     keys do, with the name of the first way behind "_by_" (orders_by_customer). It leads to one where
//     the key is unique.
//   - a table that is no more than two foreign keys is no entity: it makes a relationship
//     many-to-many on both sides, called as the other side's table.
//   - what would be called as an attribute or another relationship is, has "_" and then "rel"
//     behind its name, with a number from the second on.
func (m *MetaData) Automap() {
	if m.frozen {
		m.report(problem(CodeFrozen, "metadata", "mapped after Freeze"))
		return
	}
	a := &automapper{m: m, of: map[*Table]*Entity{}, own: map[*Entity]bool{}}
	for _, e := range m.entities {
		if t := m.Lookup(e.spec.table...); t != nil && e.spec.parent == "" && a.of[t] == nil {
			a.of[t] = e
		}
	}
	for _, t := range m.tables {
		if keys := t.declaredKeys(); len(t.declaredPrimaryKey()) > 0 && a.of[t] == nil && !t.isLinkTable(keys) {
			e := m.Entity(a.entityName(t), OnTable(t.FullName()...))
			a.of[t], a.own[e] = e, true
		}
	}
	for _, t := range m.tables {
		keys := t.declaredKeys()
		if t.isLinkTable(keys) {
			a.manyToMany(t, keys)
		} else if a.of[t] != nil {
			a.references(t, keys)
		}
	}
}

type automapper struct {
	m   *MetaData
	of  map[*Table]*Entity
	own map[*Entity]bool // those that it declared: others' relationships are theirs
}

func (a *automapper) entityName(t *Table) string {
	name := capitals(singular(t.Name()))
	if a.m.LookupEntity(name) != nil {
		for _, part := range t.Schema() {
			name = capitals(part) + name
		}
	}
	return numbered(name, func(n string) bool { return a.m.LookupEntity(n) != nil })
}

// numbered adds a number to a name that is taken.
func numbered(name string, taken func(string) bool) string {
	tried := name
	for n := 2; taken(tried); n++ {
		tried = name + strconv.Itoa(n)
	}
	return tried
}

// add declares a relationship under a name that is free.
func (a *automapper) add(e *Entity, s memberSpec) {
	if !a.own[e] {
		return
	}
	taken := func(name string) bool {
		t := a.m.Lookup(e.spec.table...)
		return t.Lookup(name) != nil || slices.ContainsFunc(e.spec.relationships, func(o memberSpec) bool { return o.name == name })
	}
	if taken(s.name) {
		s.name = numbered(s.name+"_rel", taken)
	}
	e.spec.relationships = append(e.spec.relationships, s)
}

// references declares both ways of each foreign key of a table.
func (a *automapper) references(t *Table, keys []declaredKey) {
	e := a.of[t]
	for _, k := range keys {
		target := a.of[k.target]
		if target == nil {
			continue
		}
		name := snakeCase(target.name)
		if len(k.columns) == 1 {
			if short := withoutID(k.columns[0]); short != "" {
				name = short
			}
		}
		a.add(e, memberSpec{name: name, target: target.name, kind: ManyToOneKind, by: k.columns})
		back := t.Name()
		if slices.ContainsFunc(keys, func(o declaredKey) bool { return o.target == k.target && !slices.Equal(o.columns, k.columns) }) {
			back += "_by_" + name
		}
		kind := OneToManyKind
		if t.declaredUnique(k.columns) {
			kind = OneToOneKind
		}
		a.add(target, memberSpec{name: back, target: e.name, kind: kind, by: k.columns})
	}
}

func (a *automapper) manyToMany(t *Table, keys []declaredKey) {
	for i, k := range keys {
		other := keys[1-i]
		if e, target := a.of[k.target], a.of[other.target]; e != nil && target != nil {
			name := other.target.Name()
			if e == target {
				name += "_by_" + strings.Join(k.columns, "_")
			}
			a.add(e, memberSpec{name: name, target: target.name, kind: ManyToManyKind, through: t.FullName(), by: k.columns})
		}
	}
}

// declaredKey is a foreign key before Freeze.
type declaredKey struct {
	columns []string
	target  *Table
}

func (t *Table) declaredKeys() (list []declaredKey) {
	for _, k := range t.keys {
		if k.kind != foreign {
			continue
		}
		target := t.meta.Lookup(k.target...)
		if target == nil && len(k.target) == 1 {
			target = t.meta.Lookup(append(t.Schema(), k.target...)...)
		}
		again := func(o declaredKey) bool { return o.target == target && slices.Equal(o.columns, k.columns) }
		if target != nil && !slices.ContainsFunc(list, again) {
			list = append(list, declaredKey{k.columns, target})
		}
	}
	return list
}

func (t *Table) declaredPrimaryKey() (names []string) {
	for _, c := range t.columns {
		if c.primaryKey {
			names = append(names, c.name)
		}
	}
	for _, k := range t.keys {
		if k.kind == PrimaryKey {
			names = k.columns
		}
	}
	return names
}

// declaredUnique reports whether no two rows are equal in the columns.
func (t *Table) declaredUnique(columns []string) bool {
	same := func(other []string) bool {
		return len(other) == len(columns) && !slices.ContainsFunc(other, func(n string) bool { return !slices.Contains(columns, n) })
	}
	if same(t.declaredPrimaryKey()) {
		return true
	}
	for _, k := range t.keys {
		if k.kind == Unique && same(k.columns) {
			return true
		}
	}
	c := t.Lookup(columns[0])
	return len(columns) == 1 && c != nil && c.unique
}

// isLinkTable reports whether the columns of a table are those of two foreign keys and
// no others.
func (t *Table) isLinkTable(keys []declaredKey) bool {
	return len(keys) == 2 && len(t.columns) == len(keys[0].columns)+len(keys[1].columns) && !t.view &&
		!slices.ContainsFunc(t.columns, func(c *Column) bool {
			return !slices.Contains(keys[0].columns, c.name) && !slices.Contains(keys[1].columns, c.name)
		})
}

// withoutID takes "_id", "Id" or "ID" from the end of a column's name, and says it in snake case.
func withoutID(name string) string {
	for _, end := range []string{"_id", "Id", "ID"} {
		if short, ok := strings.CutSuffix(name, end); ok {
			return snakeCase(short)
		}
	}
	return ""
}

// singular takes the plural from the end of an English word, by rules that are few and
// do not know exceptions.
func singular(name string) string {
	for _, rule := range []struct{ end, to string }{{"ies", "y"}, {"sses", "ss"}, {"shes", "sh"}, {"ches", "ch"}, {"xes", "x"}, {"ss", "ss"}, {"us", "us"}, {"is", "is"}, {"s", ""}} {
		if stem, ok := strings.CutSuffix(name, rule.end); ok && stem != "" {
			return stem + rule.to
		}
	}
	return name
}

// capitals makes OrderItem of order_item.
func capitals(name string) string {
	var b strings.Builder
	upper := true
	for _, r := range name {
		if r == '_' || r == ' ' || r == '-' || r == '.' {
			upper = true
			continue
		}
		if upper {
			r = unicode.ToUpper(r)
		}
		upper = false
		b.WriteRune(r)
	}
	return b.String()
}
