package serializer

import (
	"fmt"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// EntityRef is an entity that the tree names, as it was when dumped.
type EntityRef struct {
	Name   string
	Stable string // stable id, or ""
}

// ID returns the entity's persistent id.
func (e EntityRef) ID() schema.ID {
	return schema.ID{Kind: schema.IDEntity, Entity: e.Name, Stable: e.Stable}
}

// AttributeRef is an attribute that the tree names, as it was when dumped.
type AttributeRef struct {
	Entity   int // in Manifest.Entities
	Name     string
	Type     schema.Type
	Nullable bool
	Stable   string // stable id, or ""
}

// RelationshipRef is a relationship that the tree names, as it was when dumped.
type RelationshipRef struct {
	Entity int // in Manifest.Entities
	Name   string
	Target int  // in Manifest.Entities: what it leads to
	Many   bool // it leads to a list
	Stable string
}

func (m *manifest) attributeID(a *AttributeRef) schema.ID {
	return schema.ID{Kind: schema.IDAttribute, Entity: m.Entities[a.Entity].Name, Name: a.Name, Stable: a.Stable}
}

func (m *manifest) relationshipID(r *RelationshipRef) schema.ID {
	return schema.ID{Kind: schema.IDRelationship, Entity: m.Entities[r.Entity].Name, Name: r.Name, Stable: r.Stable}
}

// appendEntities writes the three fields of entities.
func (m *manifest) appendEntities(r *recordWriter, b []byte) []byte {
	if b = r.field(b, len(m.Entities) > 0); len(m.Entities) > 0 {
		b = appendArray(b, len(m.Entities))
		for i := range m.Entities {
			e := &m.Entities[i]
			b = appendMember(b, e.Stable, func(_ *recordWriter, b []byte) []byte { return b }, e.Name)
		}
	}
	if b = r.field(b, len(m.Attributes) > 0); len(m.Attributes) > 0 {
		b = appendArray(b, len(m.Attributes))
		for i := range m.Attributes {
			a := &m.Attributes[i]
			b = appendMember(b, a.Stable, func(r *recordWriter, b []byte) []byte {
				b = appendUint(r.field(b, true), uint64(a.Entity))
				return appendType(r.field(b, true), a.Type, a.Nullable)
			}, a.Name)
		}
	}
	if b = r.field(b, len(m.Relationships) > 0); len(m.Relationships) > 0 {
		b = appendArray(b, len(m.Relationships))
		for i := range m.Relationships {
			l := &m.Relationships[i]
			b = appendMember(b, l.Stable, func(r *recordWriter, b []byte) []byte {
				b = appendUint(r.field(b, true), uint64(l.Entity))
				b = appendUint(r.field(b, true), uint64(l.Target))
				if b = r.field(b, l.Many); l.Many {
					b = appendBool(b, true)
				}
				return b
			}, l.Name)
		}
	}
	return b
}

// appendMember writes a record: a name, what each calls for, and a stable id.
func appendMember(b []byte, stable string, rest func(*recordWriter, []byte) []byte, name string) []byte {
	r, b := openRecord(b)
	b = appendString(r.field(b, true), name)
	b = rest(&r, b)
	if b = r.field(b, stable != ""); stable != "" {
		b = appendString(b, stable)
	}
	return r.close(b)
}

// entities reads them, which r has.
func (s *scanner) entities(m *manifest, r *recordReader) {
	m.Entities = readList(s, m.Entities, s.references(r), func(e *EntityRef) {
		r := s.openRecord()
		s.required(&r, "an entity's name")
		e.Name = s.name()
		e.Stable = s.stable(&r)
	})
	m.Attributes = readList(s, m.Attributes, s.references(r), func(a *AttributeRef) {
		r := s.openRecord()
		s.required(&r, "an attribute's name")
		a.Name = s.name()
		s.required(&r, "an attribute's entity")
		a.Entity = s.index(len(m.Entities), "entity")
		s.required(&r, "an attribute's type")
		a.Type, a.Nullable = s.columnType()
		a.Stable = s.stable(&r)
	})
	m.Relationships = readList(s, m.Relationships, s.references(r), func(l *RelationshipRef) {
		r := s.openRecord()
		s.required(&r, "a relationship's name")
		l.Name = s.name()
		s.required(&r, "a relationship's entity")
		l.Entity = s.index(len(m.Entities), "entity")
		s.required(&r, "a relationship's target")
		l.Target = s.index(len(m.Entities), "entity")
		if s.field(&r) {
			l.Many = s.present()
		}
		l.Stable = s.stable(&r)
	})
	if s.err != nil || len(m.Entities) == 0 {
		return
	}
	s.unique("entity", m.entityNames())
	if s.err == nil {
		s.unique("attribute or relationship", m.memberNames())
	}
}

// stable reads a stable id, which ends a record.
func (s *scanner) stable(r *recordReader) (id string) {
	if s.field(r) {
		id = s.name()
	}
	s.closeRecord(r)
	return id
}

func (m *manifest) entityNames() []string {
	names := make([]string, len(m.Entities))
	for i := range m.Entities {
		names[i] = m.Entities[i].Name
	}
	return names
}

// memberNames lists attributes and relationships with the numbers of their entities.
func (m *manifest) memberNames() []string {
	names := make([]string, 0, len(m.Attributes)+len(m.Relationships))
	for i := range m.Attributes {
		names = append(names, fmt.Sprintf("%d.%s", m.Attributes[i].Entity, m.Attributes[i].Name))
	}
	for i := range m.Relationships {
		names = append(names, fmt.Sprintf("%d.%s", m.Relationships[i].Entity, m.Relationships[i].Name))
	}
	return names
}

// The methods of expr.Writer.

func (e *encoder) Entity(of *schema.Entity) { e.body = appendUint(e.body, uint64(e.entity(of))) }

// entity returns the number of an entity.
func (e *encoder) entity(of *schema.Entity) int {
	i, isNew := e.entities.index(of)
	if isNew {
		e.manifest.Entities = append(e.manifest.Entities, EntityRef{of.Name(), of.StableID()})
	}
	return i
}

func (e *encoder) Attribute(a *schema.Attribute) {
	i, isNew := e.members.index(a)
	if isNew {
		e.manifest.Attributes = append(e.manifest.Attributes, AttributeRef{e.entity(a.Entity()), a.Name(), a.Type(), a.Nullable(), a.StableID()})
		e.numbers = append(e.numbers, len(e.manifest.Attributes)-1)
	}
	e.body = appendUint(e.body, uint64(e.numbers[i]))
}

func (e *encoder) Relationship(r *schema.Relationship) {
	i, isNew := e.members.index(r)
	if isNew {
		entity := e.entity(r.Entity())
		e.manifest.Relationships = append(e.manifest.Relationships, RelationshipRef{entity, r.Name(), e.entity(r.Target()), r.IsMany(), r.StableID()})
		e.numbers = append(e.numbers, len(e.manifest.Relationships)-1)
	}
	e.body = appendUint(e.body, uint64(e.numbers[i]))
}

// readableEntities is what readable says of entities; it counts items.
func (m *manifest) readableEntities(items *int) error {
	if len(m.Entities) == 0 {
		return nil
	}
	*items += len(m.Entities) + len(m.Attributes) + len(m.Relationships)
	named := func(op expr.Op, name, stable string) error {
		if name == "" {
			return &expr.Error{Code: expr.CodeName, Op: op, Reason: "it has no name"}
		}
		return texts("an entity's name", name, stable)
	}
	seen := map[string]bool{}
	for i := range m.Entities {
		e := &m.Entities[i]
		if err := named(expr.OpEntity, e.Name, e.Stable); err != nil {
			return err
		}
		if seen[e.Name] {
			return &expr.Error{Code: expr.CodeName, Op: expr.OpEntity, Reason: "two entities are called " + e.Name + ": they are not of one MetaData"}
		}
		seen[e.Name] = true
	}
	for i := range m.Attributes {
		a := &m.Attributes[i]
		if err := named(expr.OpAttribute, a.Name, a.Stable); err != nil {
			return err
		}
		if err := readableType("an attribute", a.Type, items); err != nil {
			return err
		}
	}
	for i := range m.Relationships {
		if err := named(expr.OpRelated, m.Relationships[i].Name, m.Relationships[i].Stable); err != nil {
			return err
		}
	}
	return nil
}

// The methods of expr.Reader.

// Entity reads a reference to an entity.
func (d *decoder) Entity() *schema.Entity {
	i := d.first(&d.ofEntities.entities, len(d.manifest.Entities), "entity")
	if d.err != nil {
		return nil
	}
	return d.drift.entities[i].at(d)
}

// ofEntity uses the entity of a member, which is listed by its first use as well.
func (d *decoder) ofEntity(i int) {
	switch used := &d.ofEntities.entities; {
	case i > *used:
		d.unordered("entity")
	case i == *used:
		*used++
	}
}

// Attribute reads a reference to an attribute.
func (d *decoder) Attribute() *schema.Attribute {
	i := d.first(&d.ofEntities.attributes, len(d.manifest.Attributes), "attribute")
	if d.err == nil {
		d.ofEntity(d.manifest.Attributes[i].Entity)
	}
	if d.err != nil {
		return nil
	}
	return d.drift.attributes[i].at(d)
}

// Relationship reads a reference to a relationship.
func (d *decoder) Relationship() *schema.Relationship {
	i := d.first(&d.ofEntities.relationships, len(d.manifest.Relationships), "relationship")
	if d.err == nil {
		d.ofEntity(d.manifest.Relationships[i].Entity)
	}
	if d.err == nil {
		d.ofEntity(d.manifest.Relationships[i].Target)
	}
	if d.err != nil {
		return nil
	}
	return d.drift.relationships[i].at(d)
}

// usedEntities counts what of the manifest's lists is used so far.
type usedEntities struct{ entities, attributes, relationships int }

// usesAll reports whether all that the manifest lists of entities is used.
func (u usedEntities) usesAll(m *manifest) bool {
	return u == usedEntities{len(m.Entities), len(m.Attributes), len(m.Relationships)}
}

// bindEntities binds entities, attributes and relationships, or makes detached ones.
func (d *drift) bindEntities(m *manifest, b *Binding) {
	d.entities = sized(d.entities, len(m.Entities))
	for i := range m.Entities {
		ref, to := &m.Entities[i], &d.entities[i]
		to.to = schema.DetachedEntity(ref.Name, ref.Stable)
		if d.full() || b.detached {
			continue
		}
		id, had := ref.ID(), len(d.problems)
		e := found(d, CodeEntity, id, nil, func() (*schema.Entity, error) { return b.MetaData.ResolveEntity(ref.Name, ref.Stable) },
			func(to schema.ID) *schema.Entity { return b.MetaData.LookupEntity(to.Entity) })
		if e != nil {
			d.changed = d.changed || e.Name() != ref.Name
			to.to = e
			d.renamedTo(id, ref.Name, e)
		}
		to.problems = d.since(had)
	}
	d.attributes = sized(d.attributes, len(m.Attributes))
	for i := range m.Attributes {
		ref, id, to := &m.Attributes[i], m.attributeID(&m.Attributes[i]), &d.attributes[i]
		e := d.entities[ref.Entity].to
		to.to = schema.DetachedAttribute(e, ref.Name, ref.Type, ref.Nullable, ref.Stable)
		if d.full() || e.MetaData() == nil {
			continue
		}
		had := len(d.problems)
		a := found(d, CodeAttribute, id, e, func() (*schema.Attribute, error) { return e.ResolveAttribute(ref.Name, ref.Stable) },
			func(to schema.ID) *schema.Attribute { return ofEntity(e, to, e.Attribute) })
		if a != nil && d.compareAttribute(id, ref, a) {
			to.to = a
		}
		to.problems = d.since(had)
	}
	d.relationships = sized(d.relationships, len(m.Relationships))
	for i := range m.Relationships {
		ref, id, to := &m.Relationships[i], m.relationshipID(&m.Relationships[i]), &d.relationships[i]
		e, target := d.entities[ref.Entity].to, d.entities[ref.Target].to
		to.to = schema.DetachedRelationship(e, ref.Name, target, ref.Many, ref.Stable)
		if d.full() || e.MetaData() == nil {
			continue
		}
		had := len(d.problems)
		r := found(d, CodeRelationship, id, e, func() (*schema.Relationship, error) { return e.ResolveRelationship(ref.Name, ref.Stable) },
			func(to schema.ID) *schema.Relationship { return ofEntity(e, to, e.Relationship) })
		if r != nil && d.compareRelationship(id, ref, r, target) {
			to.to = r
		}
		to.problems = d.since(had)
	}
}

// found returns what a reference to an entity or to a member of one means. If that is none, or what another means, it is
// reported, and there is none.
func found[T object](d *drift, code Code, id schema.ID, of schema.Object, resolve func() (T, error), lookup func(to schema.ID) T) (none T) {
	v, err := renamed(d, id, of, resolve, lookup)
	if err == nil && isNew(&d.takenObjects, schema.Object(v)) {
		return v
	}
	p := Problem{Severity: Failure, Code: code, Reference: id, Expected: "the " + string(id.Kind)}
	if err != nil {
		p.explain(err)
	} else {
		p.Expected, p.Found = "another "+string(id.Kind), v.String()+" once more"
	}
	d.add(p)
	return none
}

// ofEntity is what an id names of an entity, if it is of that.
func ofEntity[T any](e *schema.Entity, id schema.ID, lookup func(string) *T) *T {
	if id.Entity != e.Name() {
		return nil
	}
	return lookup(id.Name)
}

// compareAttribute compares an attribute with what was recorded of it, as compareColumn
// does.
func (d *drift) compareAttribute(id schema.ID, ref *AttributeRef, a *schema.Attribute) (stays bool) {
	severity := typeChange(ref.Type, a.Type())
	d.changed = d.changed || a.Name() != ref.Name || a.Type() != ref.Type
	if ref.Type != a.Type() {
		expected, found := typeDifference(ref.Type, a.Type())
		d.add(Problem{Severity: severity, Code: CodeType, Reference: id, Expected: expected, Found: found})
	}
	d.renamedTo(id, ref.Name, a)
	d.differ(nullChange(a.Nullable()), CodeNullable, id, "nullable", fmt.Sprint(ref.Nullable), fmt.Sprint(a.Nullable()))
	return ref.Type == a.Type() || severity != Failure
}

// compareRelationship compares a relationship with what was recorded of it. One that leads to another entity does not stay.
func (d *drift) compareRelationship(id schema.ID, ref *RelationshipRef, r *schema.Relationship, target *schema.Entity) (stays bool) {
	if r.Target() != target {
		if target.MetaData() != nil { // else that it is missing is reported
			d.add(Problem{Severity: Failure, Code: CodeRelationship, Reference: id, Expected: "one to " + target.Name(), Found: "one to " + r.Target().Name()})
		}
		return false
	}
	if r.IsMany() != ref.Many {
		said := map[bool]string{true: "one to many", false: "one to one"}
		d.add(Problem{Severity: Warning, Code: CodeRelationship, Reference: id, Expected: said[ref.Many], Found: said[r.IsMany()]})
	}
	d.renamedTo(id, ref.Name, r)
	return true
}

// implied is what the payload itself says of a result that is an attribute or a whole
// entity without a label.
func (d *decoder) implied(q expr.Statement, i int) (name string, typ schema.Type, ok bool) {
	item, ok := resultItem(q, i)
	if !ok || item.Label() != "" && !d.mending {
		return "", typ, false
	}
	switch n := item.Expr().Node().(type) {
	case *expr.AttributeExpr:
		if k, ok := numberOf(&d.drift.attributeNumbers, d.drift.attributes, n.Attribute()); ok {
			ref := &d.manifest.Attributes[k]
			return ref.Name, ref.Type, item.Label() == "" || item.Label() == ref.Name && item.Label() != n.Attribute().Name()
		}
	case *expr.EntityExpr:
		name := n.Source().Name()
		if was := d.memberName(item.Expr()); was != "" {
			name = was
		}
		return name, typ, item.Label() == ""
	}
	return "", typ, false
}

// attributeNamed is what an attribute was called when it was dumped.
func (d *drift) attributeNamed(m *manifest, a *schema.Attribute) string {
	if i, ok := numberOf(&d.attributeNumbers, d.attributes, a); ok {
		return m.Attributes[i].Name
	}
	return a.Name()
}

// entityNamed is what an entity was called when it was dumped.
func (d *drift) entityNamed(m *manifest, e *schema.Entity) string {
	if i, ok := numberOf(&d.entityNumbers, d.entities, e); ok {
		return m.Entities[i].Name
	}
	return e.Name()
}

// numberOf returns the number of what a reference was bound to: no two are bound to one thing. The numbers are indexed
// when they are first asked for.
func numberOf[T comparable](numbers *indexOf[T], references []bound[T], v T) (int, bool) {
	if len(numbers.list) == 0 {
		for i := range references {
			numbers.index(references[i].to)
		}
	}
	return numbers.find(v)
}
