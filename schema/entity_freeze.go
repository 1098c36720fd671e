package schema

import (
	"reflect"
	"slices"
	"strings"
)

// freezeEntities makes entities of what was declared, parents first, and then their
// relationships.
func (m *MetaData) freezeEntities() {
	made := map[*Entity]bool{}
	for _, e := range m.entities {
		if err := m.entityOf.check(e, e.name); err != nil {
			m.report(err)
		}
		e.freeze(made, nil)
	}
	made = map[*Entity]bool{}
	for _, e := range m.entities {
		e.freezeRelationships(made)
	}
}

// freeze makes what the entity has but for relationships; below are the entities that
// inherit from it and wait for it.
func (e *Entity) freeze(made map[*Entity]bool, below []*Entity) {
	if made[e] {
		return
	}
	e.tables, e.links, e.attributes, e.relationships, e.key = nil, nil, nil, nil, nil
	e.parent, e.subtypes, e.discriminator, e.identity = nil, nil, nil, Expression{}
	e.attributeOf, e.relationOf = index[*Attribute]{}, index[*Relationship]{}
	if slices.Contains(below, e) {
		e.report("it inherits from itself")
		return
	}
	if e.spec.parent != "" {
		parent := e.meta.LookupEntity(e.spec.parent)
		if parent == nil {
			e.report("it inherits from %q, which is no entity%s", e.spec.parent, DidYouMean(e.spec.parent, e.meta.entityNames()))
			made[e] = true
			return
		}
		parent.freeze(made, append(below, e))
		e.inherit(parent)
	}
	made[e] = true
	own := e.ownTable()
	if len(e.tables) == 0 {
		return
	}
	e.ownAttributes(own)
	for _, a := range e.attributes {
		if err := e.attributeOf.check(a, a.name); err != nil {
			e.meta.report(err)
		}
	}
	e.freezeKey()
	e.freezeIdentity()
}

func (m *MetaData) entityNames() []string {
	names := make([]string, len(m.entities))
	for i, e := range m.entities {
		names[i] = e.name
	}
	return names
}

// inherit takes what the parent has.
func (e *Entity) inherit(parent *Entity) {
	e.parent = parent
	parent.subtypes = append(parent.subtypes, e)
	e.tables, e.links = slices.Clone(parent.tables), slices.Clone(parent.links)
	for _, a := range parent.attributes {
		own := *a
		own.entity = e
		e.addAttribute(&own)
		if a == parent.discriminator {
			e.discriminator = &own
		}
	}
}

func (e *Entity) addAttribute(a *Attribute) {
	if err := e.attributeOf.add(a, a.name, a.former); err != nil {
		e.meta.report(err)
		return
	}
	e.attributes = append(e.attributes, a)
}

// ownTable returns the table that the entity itself names, or nil.
func (e *Entity) ownTable() *Table {
	if len(e.spec.table) == 0 {
		if e.parent == nil {
			e.report("which table it is of is missing: OnTable(...)")
		}
		return nil
	}
	t := e.meta.Lookup(e.spec.table...)
	if t == nil {
		names := make([]string, len(e.meta.tables))
		for i, other := range e.meta.tables {
			names[i] = other.String()
		}
		e.report("no table %q%s", path(e.spec.table), DidYouMean(path(e.spec.table), names))
		return nil
	}
	if slices.Contains(e.tables, t) {
		e.report("table %q is that of %s already: leave it out, the discriminator tells them apart", t, e.parent)
		return nil
	}
	if e.parent != nil && len(e.tables) > 0 {
		link := e.linkTo(t)
		if link == nil {
			e.report("the primary key of %q does not refer to a table of %s", t, e.parent)
			return nil
		}
		e.links = append(e.links, link)
	}
	e.tables = append(e.tables, t)
	return t
}

// linkTo returns how the key of a subtype's table is joined to the root's.
func (e *Entity) linkTo(t *Table) []ColumnPair {
	for _, k := range t.foreignKeys {
		level := slices.Index(e.tables, k.referred)
		if level < 0 || !sameColumns(k.columns, t.primaryKey) {
			continue
		}
		link := make([]ColumnPair, len(k.columns))
		for i, c := range k.columns {
			link[i] = ColumnPair{c, k.referredColumns[i]}
			if level > 0 {
				for _, p := range e.links[level-1] {
					if p.Local == k.referredColumns[i] {
						link[i].Remote = p.Remote
					}
				}
			}
		}
		return link
	}
	return nil
}

func sameColumns(a, b []*Column) bool {
	return len(a) == len(b) && !slices.ContainsFunc(a, func(c *Column) bool { return !slices.Contains(b, c) })
}

// ownAttributes makes the attributes that the entity itself has: the columns of its
// table, in their order, then those that are computed.
func (e *Entity) ownAttributes(own *Table) {
	declared := map[*Column]*memberSpec{}
	for i := range e.spec.attributes {
		s := &e.spec.attributes[i]
		if !s.value.IsZero() {
			continue
		}
		name := s.column
		if name == "" {
			name = s.name
		}
		c := e.columnNamed(name, own)
		switch {
		case c == nil:
			e.report("attribute %q: no column %q%s", s.name, name, DidYouMean(name, e.columnNames()))
		case declared[c] != nil:
			e.report("attributes %q and %q are one column", declared[c].name, s.name)
		default:
			declared[c] = s
		}
	}
	var columns []*Column
	if own != nil {
		columns = own.columns
	}
	for _, c := range columns {
		s := declared[c]
		if s == nil && (slices.Contains(e.spec.without, c.name) || e.isLink(c)) {
			continue
		}
		if s == nil {
			s = &memberSpec{name: c.name}
		}
		delete(declared, c)
		e.addAttribute(s.attribute(e, c))
	}
	for i := range e.spec.attributes { // columns of a table above, and what is computed
		s := &e.spec.attributes[i]
		if !s.value.IsZero() {
			e.addAttribute(e.computed(s))
			continue
		}
		for c, of := range declared {
			if of == s {
				e.addAttribute(s.attribute(e, c))
			}
		}
	}
	for _, name := range e.spec.without {
		if e.columnNamed(name, own) == nil {
			e.report("without %q: no such column%s", name, DidYouMean(name, e.columnNames()))
		}
	}
}

// columnNamed finds a column in the entity's tables, its own first.
func (e *Entity) columnNamed(name string, own *Table) *Column {
	if own != nil {
		if c := own.Lookup(name); c != nil {
			return c
		}
	}
	for _, t := range e.tables {
		if c := t.Lookup(name); c != nil {
			return c
		}
	}
	return nil
}

func (e *Entity) columnNames() (names []string) {
	for _, t := range e.tables {
		names = append(names, t.ColumnNames()...)
	}
	return names
}

// isLink reports whether a column only repeats the root's key.
func (e *Entity) isLink(c *Column) bool {
	for _, link := range e.links {
		for _, p := range link {
			if p.Local == c {
				return true
			}
		}
	}
	return false
}

func (s *memberSpec) attribute(e *Entity, c *Column) *Attribute {
	return &Attribute{entity: e, name: s.name, stable: s.stable, former: s.former, column: c,
		deferred: s.deferred, typ: c.typ, nullable: c.nullable}
}

func (e *Entity) computed(s *memberSpec) *Attribute {
	a := &Attribute{entity: e, name: s.name, stable: s.stable, former: s.former, hybrid: s.hybrid, deferred: s.deferred,
		goSide: s.goSide, nullable: true}
	a.value = e.clause(s.value, "attribute "+quoted(s.name), Unknown, e.tables[len(e.tables)-1])
	if a.value.clause != nil {
		a.typ = a.value.clause.Type()
	}
	if s.hybrid {
		f := reflect.TypeOf(s.goSide)
		if f == nil || f.Kind() != reflect.Func || f.NumIn() != 1 || f.NumOut() != 1 {
			e.report("hybrid %q: expected a func(*T) V, got %T", s.name, s.goSide)
		}
	}
	return a
}

// clause freezes an expression that must be a clause.
func (e *Entity) clause(x Expression, what string, want Type, of *Table) Expression {
	problems := len(e.meta.problems)
	x = x.freeze(of, what, want)
	if len(e.meta.problems) == problems && x.clause == nil {
		e.report("%s: expected an expression, got %s", what, x)
	}
	return x
}

func (e *Entity) freezeKey() {
	if len(e.spec.key) > 0 {
		for _, name := range e.spec.key {
			a := e.Attribute(name)
			if a == nil || a.column == nil {
				e.report("key: no attribute %q that is a column%s", name, DidYouMean(name, e.MemberNames()))
				continue
			}
			e.key = append(e.key, a)
		}
		return
	}
	if e.parent != nil && len(e.parent.spec.key) > 0 {
		for _, k := range e.parent.key {
			e.key = append(e.key, e.Attribute(k.name))
		}
		return
	}
	for _, c := range e.tables[0].primaryKey {
		a := e.AttributeOf(c)
		if a == nil {
			e.report("the key column %q is no attribute", c.name)
			continue
		}
		e.key = append(e.key, a)
	}
	if len(e.tables[0].primaryKey) == 0 {
		e.report("table %q has no primary key: say Key(...)", e.tables[0])
	}
}

// freezeIdentity checks what tells the entity from others of its table.
func (e *Entity) freezeIdentity() {
	if e.spec.discriminator != "" {
		if e.parent != nil {
			e.report("a subtype has the discriminator of %s", e.Root())
			return
		}
		if e.discriminator = e.Attribute(e.spec.discriminator); e.discriminator == nil || e.discriminator.column == nil {
			e.discriminator = nil
			e.report("discriminator: no attribute %q that is a column%s", e.spec.discriminator, DidYouMean(e.spec.discriminator, e.MemberNames()))
			return
		}
	}
	e.identity = e.spec.identity
	if v, literal := e.identity.Literal(); literal && v == nil {
		e.identity = Expression{}
	}
	switch {
	case e.identity.IsZero():
		return
	case e.discriminator == nil:
		e.report("%s has no Discriminator", e.Root())
		return
	}
	if _, literal := e.identity.Literal(); !literal {
		e.report("identity: expected a literal, got %s", e.identity)
		return
	}
	for _, other := range append(e.Root().Subtypes(), e.Root()) {
		if other != e && other.identity.form == formLiteral && other.identity.literal == e.identity.literal {
			e.report("its identity %s is that of %s", e.identity, other)
		}
	}
}

// freezeRelationships makes the relationships, the parent's first.
func (e *Entity) freezeRelationships(made map[*Entity]bool) {
	if made[e] || len(e.tables) == 0 {
		return
	}
	made[e] = true
	if e.parent != nil {
		e.parent.freezeRelationships(made)
		for _, r := range e.parent.relationships {
			own := *r
			own.entity = e
			e.addRelationship(&own)
		}
	}
	for i := range e.spec.relationships {
		if r := e.relationship(&e.spec.relationships[i]); r != nil {
			e.addRelationship(r)
		}
	}
	for _, r := range e.relationships {
		if err := e.relationOf.check(r, r.name); err != nil {
			e.meta.report(err)
		}
	}
}

func (e *Entity) addRelationship(r *Relationship) {
	if e.Attribute(r.name) != nil {
		e.report("relationship %q is called as an attribute is", r.name)
		return
	}
	if err := e.relationOf.add(r, r.name, r.former); err != nil {
		e.meta.report(err)
		return
	}
	e.relationships = append(e.relationships, r)
}

func (e *Entity) relationship(s *memberSpec) *Relationship {
	target := e.meta.LookupEntity(s.target)
	if s.targetType != nil {
		target = e.meta.EntityOf(s.targetType)
	}
	switch {
	case target == nil && s.targetType != nil:
		e.report("relationship %q: %s is mapped to no entity", s.name, s.targetType)
		return nil
	case target == nil:
		e.report("relationship %q: no entity %q%s", s.name, s.target, DidYouMean(s.target, e.meta.entityNames()))
		return nil
	case len(target.tables) == 0: // which is reported
		return nil
	}
	r := &Relationship{entity: e, name: s.name, stable: s.stable, former: s.former, kind: s.kind, target: target,
		many: s.kind == OneToManyKind || s.kind == ManyToManyKind}
	if !e.join(r, s) {
		return nil
	}
	if !s.condition.IsZero() {
		r.condition = e.clause(s.condition, "condition of "+quoted(s.name), Boolean, target.tables[len(target.tables)-1]).clause
	}
	for _, name := range s.order {
		plain, desc := descending(name)
		a := target.Attribute(plain)
		if a == nil {
			e.report("relationship %q: order by %q, which %s does not have%s", s.name, plain, target, DidYouMean(plain, target.MemberNames()))
			continue
		}
		r.order = append(r.order, AttributeOrder{a, desc})
	}
	return r
}

// join finds the columns that a relationship goes by.
func (e *Entity) join(r *Relationship, s *memberSpec) bool {
	if len(s.pairs) > 0 {
		return e.joinOn(r, s)
	}
	switch s.kind {
	case ManyToOneKind:
		k := e.foreignKey(s, e.tables, r.target.tables, e)
		if k == nil {
			return false
		}
		r.pairs = pairsOf(k.columns, k.referredColumns)
	case OneToManyKind, OneToOneKind:
		k := e.foreignKey(s, r.target.tables, e.tables, r.target)
		if k == nil {
			return false
		}
		r.pairs = pairsOf(k.referredColumns, k.columns)
	case ManyToManyKind:
		return e.joinThrough(r, s)
	}
	return true
}

func pairsOf(local, remote []*Column) []ColumnPair {
	pairs := make([]ColumnPair, len(local))
	for i := range local {
		pairs[i] = ColumnPair{local[i], remote[i]}
	}
	return pairs
}

func (e *Entity) joinOn(r *Relationship, s *memberSpec) bool {
	if len(s.pairs)%2 != 0 || s.kind == ManyToManyKind {
		e.report("relationship %q: On takes a column of %s and one of %s, as often as need be", s.name, e, r.target)
		return false
	}
	for i := 0; i < len(s.pairs); i += 2 {
		local, remote := e.columnNamed(s.pairs[i], nil), r.target.columnNamed(s.pairs[i+1], nil)
		switch {
		case local == nil:
			e.report("relationship %q: no column %q%s", s.name, s.pairs[i], DidYouMean(s.pairs[i], e.columnNames()))
		case remote == nil:
			e.report("relationship %q: %s has no column %q%s", s.name, r.target, s.pairs[i+1], DidYouMean(s.pairs[i+1], r.target.columnNames()))
		case !local.typ.Comparable(remote.typ):
			e.report("relationship %q: %s is %s, %s is %s", s.name, local, local.typ, remote, remote.typ)
		default:
			r.pairs = append(r.pairs, ColumnPair{local, remote})
			continue
		}
		return false
	}
	return true
}

// foreignKey finds the foreign key from one of some tables to one of others; owner is
// the entity of the first.
func (e *Entity) foreignKey(s *memberSpec, from, to []*Table, owner *Entity) *ForeignKey {
	var found []*ForeignKey
	for _, t := range from {
		for _, k := range t.foreignKeys {
			if !slices.Contains(to, k.referred) || len(s.by) > 0 && !slices.Equal(s.by, columnNames(k.columns)) {
				continue
			}
			if owner.isLink(k.columns[0]) && slices.Contains(owner.tables, k.referred) && len(s.by) == 0 {
				continue // that of the inheritance
			}
			found = append(found, k)
		}
	}
	return e.only(s, found, tableNames(from), tableNames(to))
}

// only returns the one foreign key that was found, or reports what was.
func (e *Entity) only(s *memberSpec, found []*ForeignKey, from, to string) *ForeignKey {
	found = slices.CompactFunc(found, func(a, b *ForeignKey) bool { // one that is declared twice is one
		return a.table == b.table && slices.Equal(a.columns, b.columns) && slices.Equal(a.referredColumns, b.referredColumns)
	})
	if len(found) == 1 {
		return found[0]
	}
	by := ""
	if len(s.by) > 0 {
		by = " by " + strings.Join(s.by, ", ")
	}
	if len(found) == 0 {
		e.report("relationship %q: no foreign key leads from %s to %s%s", s.name, from, to, by)
		return nil
	}
	keys := make([]string, len(found))
	for i, k := range found {
		keys[i] = k.String()
	}
	e.report("relationship %q: %d foreign keys lead from %s to %s: say By(...) (%s)", s.name, len(found), from, to, strings.Join(keys, "; "))
	return nil
}

func tableNames(tables []*Table) string {
	names := make([]string, len(tables))
	for i, t := range tables {
		names[i] = t.String()
	}
	return strings.Join(names, ", ")
}

func columnNames(columns []*Column) []string {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.name
	}
	return names
}

// joinThrough finds the two foreign keys of the table between.
func (e *Entity) joinThrough(r *Relationship, s *memberSpec) bool {
	t := e.meta.Lookup(s.through...)
	if t == nil {
		e.report("relationship %q: no table %q", s.name, path(s.through))
		return false
	}
	near := e.foreignKey(s, []*Table{t}, e.tables, e)
	if near == nil {
		return false
	}
	var found []*ForeignKey
	for _, k := range t.foreignKeys {
		if k != near && slices.Contains(r.target.tables, k.referred) {
			found = append(found, k)
		}
	}
	far := e.only(&memberSpec{name: s.name}, found, t.String(), tableNames(r.target.tables))
	if far == nil {
		return false
	}
	r.through = t
	r.pairs, r.farPairs = pairsOf(near.referredColumns, near.columns), pairsOf(far.columns, far.referredColumns)
	return true
}
