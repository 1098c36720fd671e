package schema

import (
	"reflect"
	"slices"
	"strings"
)

// Entity is what a host calls the rows of a table: a name, attributes for columns and
// what is computed of them, and relationships to other entities. Queries that name an
// entity are stored by its name and those of its members, whatever tables and Go types
// stand behind them. [MetaData.Entity] and [MapStruct] declare one; what it is made of
// is known once the MetaData is frozen.
type Entity struct {
	meta   *MetaData
	base   *Entity // that this stands for in an exposed part, or nil
	name   string
	stable string
	former []string
	spec   entitySpec // until frozen

	tables        []*Table       // the root's first; one for each level of joined inheritance
	links         [][]ColumnPair // of each table but the first: its columns, and those of tables[0] that they equal
	attributes    []*Attribute
	relationships []*Relationship
	attributeOf   index[*Attribute]
	relationOf    index[*Relationship]
	key           []*Attribute
	parent        *Entity
	subtypes      []*Entity
	discriminator *Attribute
	identity      Expression
	goType        reflect.Type
}

// ColumnPair is two columns that are equal in rows that belong together.
type ColumnPair struct{ Local, Remote *Column }

// ID returns the entity's persistent id.
func (e *Entity) ID() ID { return ID{Kind: IDEntity, Entity: e.name, Stable: e.stable} }

// Name returns the entity's name.
func (e *Entity) Name() string { return e.name }

// StableID returns the declared stable id, or "".
func (e *Entity) StableID() string { return e.stable }

// FormerNames returns the names that the entity had.
func (e *Entity) FormerNames() []string { return slices.Clone(e.former) }

// MetaData returns what the entity belongs to; nil for a detached one.
func (e *Entity) MetaData() *MetaData { return e.meta }

// Table returns the table of the entity; of a joined subtype that of its root. It is nil
// for a detached entity.
func (e *Entity) Table() *Table {
	if len(e.tables) == 0 {
		return nil
	}
	return e.tables[0]
}

// Tables returns the tables whose rows make one of the entity: one, or, of a subtype
// with tables of its own, the root's and one for each level below it.
func (e *Entity) Tables() []*Table { return slices.Clone(e.tables) }

// Link returns how table i, which is not the first, is joined to the first: its own
// columns are Local.
func (e *Entity) Link(i int) []ColumnPair { return slices.Clone(e.links[i-1]) }

// Attributes returns the attributes, inherited ones first.
func (e *Entity) Attributes() []*Attribute { return slices.Clone(e.attributes) }

// Relationships returns the relationships, inherited ones first.
func (e *Entity) Relationships() []*Relationship { return slices.Clone(e.relationships) }

// Attribute returns the attribute of this very name, or nil.
func (e *Entity) Attribute(name string) *Attribute { return e.attributeOf.byName[name] }

// Relationship returns the relationship of this very name, or nil.
func (e *Entity) Relationship(name string) *Relationship { return e.relationOf.byName[name] }

// AttributeOf returns the attribute that is the column as it is, or nil.
func (e *Entity) AttributeOf(c *Column) *Attribute {
	for _, a := range e.attributes {
		if a.column == c {
			return a
		}
	}
	for i := range e.links { // the key of a joined table is that of the root
		for _, p := range e.links[i] {
			if p.Local == c {
				return e.AttributeOf(p.Remote)
			}
		}
	}
	return nil
}

// Key returns the attributes that tell one of the entity from another.
func (e *Entity) Key() []*Attribute { return slices.Clone(e.key) }

// Parent returns the entity that this one is a subtype of, or nil.
func (e *Entity) Parent() *Entity { return e.parent }

// Root returns the entity at the top of the inheritance, e itself if there is none.
func (e *Entity) Root() *Entity {
	for e.parent != nil {
		e = e.parent
	}
	return e
}

// Subtypes returns the entities that are declared to inherit from this one, and those
// that inherit from them.
func (e *Entity) Subtypes() []*Entity {
	var all []*Entity
	for _, s := range e.subtypes {
		all = append(append(all, s), s.Subtypes()...)
	}
	return all
}

// Is reports whether each row of e is one of other: they are the same, or e inherits
// from it.
func (e *Entity) Is(other *Entity) bool {
	for ; e != nil; e = e.parent {
		if e == other {
			return true
		}
	}
	return false
}

// Discriminator returns the attribute that says which subtype a row is, or nil.
func (e *Entity) Discriminator() *Attribute { return e.discriminator }

// Identity returns what the discriminator says of the entity's own rows; none where
// it has no rows of its own.
func (e *Entity) Identity() Expression { return e.identity }

// IsSingleTable reports whether the entity is a subtype without a table of its own: the
// discriminator alone tells its rows from others.
func (e *Entity) IsSingleTable() bool {
	return e.parent != nil && len(e.tables) == len(e.parent.tables)
}

// GoType returns the struct that the entity was mapped from, or nil.
func (e *Entity) GoType() reflect.Type { return e.goType }

// Base returns the entity that e stands for in an exposed part, or e itself.
func (e *Entity) Base() *Entity {
	if e.base != nil {
		return e.base
	}
	return e
}

// String shows the name to people.
func (e *Entity) String() string { return e.name }

// MemberNames returns the names of attributes, then those of relationships.
func (e *Entity) MemberNames() []string {
	names := make([]string, 0, len(e.attributes)+len(e.relationships))
	for _, a := range e.attributes {
		names = append(names, a.name)
	}
	for _, r := range e.relationships {
		names = append(names, r.name)
	}
	return names
}

// ResolveAttribute finds the attribute that a stored reference means, as
// [MetaData.Resolve] does.
func (e *Entity) ResolveAttribute(name, stable string) (*Attribute, error) {
	a, code := e.attributeOf.resolve(name, stable)
	if code == "" {
		return a, nil
	}
	err := failure(code, ID{Kind: IDAttribute, Entity: e.name, Name: name}.String(), name, e.MemberNames())
	if code == CodeUnknown && e.Relationship(name) != nil {
		err.Reason, err.Hint = "a relationship of this name", ""
	}
	return nil, err
}

// ResolveRelationship finds the relationship that a stored reference means, as
// [MetaData.Resolve] does.
func (e *Entity) ResolveRelationship(name, stable string) (*Relationship, error) {
	r, code := e.relationOf.resolve(name, stable)
	if code == "" {
		return r, nil
	}
	err := failure(code, ID{Kind: IDRelationship, Entity: e.name, Name: name}.String(), name, e.MemberNames())
	if code == CodeUnknown && e.Attribute(name) != nil {
		err.Reason, err.Hint = "an attribute of this name", ""
	}
	return nil, err
}

func (e *Entity) report(format string, args ...any) {
	e.meta.report(problem(CodeDeclaration, e.ID().String(), format, args...))
}

// Attribute is a value that each of an [Entity] has: a column, or what is computed.
type Attribute struct {
	entity   *Entity
	name     string
	stable   string
	former   []string
	column   *Column    // or nil
	value    Expression // what it is computed of, where there is no column
	hybrid   bool
	deferred bool
	goSide   any
	typ      Type
	nullable bool
}

// ID returns the attribute's persistent id.
func (a *Attribute) ID() ID {
	return ID{Kind: IDAttribute, Entity: NameOf(a.entity), Name: a.name, Stable: a.stable}
}

// Entity returns the entity.
func (a *Attribute) Entity() *Entity { return a.entity }

// Name returns the attribute's name.
func (a *Attribute) Name() string { return a.name }

// StableID returns the declared stable id, or "".
func (a *Attribute) StableID() string { return a.stable }

// FormerNames returns the names that the attribute had.
func (a *Attribute) FormerNames() []string { return slices.Clone(a.former) }

// Column returns the column that the attribute is, or nil for one that is computed.
func (a *Attribute) Column() *Column { return a.column }

// Computed returns the expression that the attribute is computed by, or nil. It names
// columns of the entity's tables.
func (a *Attribute) Computed() Clause { return a.value.clause }

// IsHybrid reports whether the attribute has a side in Go, too: it stands in queries,
// and is not loaded with the entity.
func (a *Attribute) IsHybrid() bool { return a.hybrid }

// GoSide returns the function of a hybrid: func(*T) V for entities of struct T.
func (a *Attribute) GoSide() any { return a.goSide }

// IsDeferred reports whether the attribute is loaded only where a query asks for it.
func (a *Attribute) IsDeferred() bool { return a.deferred || a.hybrid }

// Type returns the type of its values.
func (a *Attribute) Type() Type { return a.typ }

// Nullable reports whether it may be NULL.
func (a *Attribute) Nullable() bool { return a.nullable }

// String shows "User.name" to people.
func (a *Attribute) String() string { return NameOf(a.entity) + "." + a.name }

// RelationshipKind says how many of one entity belong to how many of another.
type RelationshipKind uint8

// The kinds of relationships. The first word is of the entity that has it.
const (
	ManyToOneKind  RelationshipKind = iota + 1 // its foreign key refers to the other
	OneToManyKind                              // the other's foreign key refers to it
	OneToOneKind                               // likewise, and no two to the same
	ManyToManyKind                             // the rows of a table between them refer to both
)

var relationshipKinds = [...]string{"", "many_to_one", "one_to_many", "one_to_one", "many_to_many"}

// String returns the kind's name, such as "one_to_many".
func (k RelationshipKind) String() string {
	if int(k) >= len(relationshipKinds) {
		return "unknown"
	}
	return relationshipKinds[k]
}

// Relationship is what leads from each of an [Entity] to those of another that belong
// to it.
type Relationship struct {
	entity    *Entity
	name      string
	stable    string
	former    []string
	kind      RelationshipKind
	target    *Entity
	pairs     []ColumnPair
	through   *Table
	farPairs  []ColumnPair
	condition Clause
	order     []AttributeOrder
	many      bool
}

// AttributeOrder is an attribute to order by.
type AttributeOrder struct {
	Attribute *Attribute
	Desc      bool
}

// ID returns the relationship's persistent id.
func (r *Relationship) ID() ID {
	return ID{Kind: IDRelationship, Entity: NameOf(r.entity), Name: r.name, Stable: r.stable}
}

// Entity returns the entity that has the relationship.
func (r *Relationship) Entity() *Entity { return r.entity }

// Name returns the relationship's name.
func (r *Relationship) Name() string { return r.name }

// StableID returns the declared stable id, or "".
func (r *Relationship) StableID() string { return r.stable }

// FormerNames returns the names that the relationship had.
func (r *Relationship) FormerNames() []string { return slices.Clone(r.former) }

// Kind returns the kind.
func (r *Relationship) Kind() RelationshipKind { return r.kind }

// Target returns the entity that it leads to.
func (r *Relationship) Target() *Entity { return r.target }

// IsMany reports whether it leads to a list, and not to one or none.
func (r *Relationship) IsMany() bool { return r.many }

// Pairs returns the columns that are equal: of the entity and of the target, or, where
// a table stands between them, of the entity and of that table.
func (r *Relationship) Pairs() []ColumnPair { return slices.Clone(r.pairs) }

// Through returns the table between entity and target, or nil.
func (r *Relationship) Through() *Table { return r.through }

// FarPairs returns the columns that are equal of the table between them and of the
// target; nil without such a table.
func (r *Relationship) FarPairs() []ColumnPair { return slices.Clone(r.farPairs) }

// Condition returns what else holds of those that belong together, or nil. The
// target's columns in it are theirs; those of other tables of the entity, or of the
// table between them, are these.
func (r *Relationship) Condition() Clause { return r.condition }

// OrderBy returns the order of a list.
func (r *Relationship) OrderBy() []AttributeOrder { return slices.Clone(r.order) }

// String shows "User.addresses" to people.
func (r *Relationship) String() string { return NameOf(r.entity) + "." + r.name }

// Entities returns the entities in order of declaration.
func (m *MetaData) Entities() []*Entity { return slices.Clone(m.entities) }

// LookupEntity returns the entity of this very name, or nil.
func (m *MetaData) LookupEntity(name string) *Entity { return m.entityOf.byName[name] }

// EntityOf returns the entity that a struct was mapped to by [MapStruct], or nil.
func (m *MetaData) EntityOf(t reflect.Type) *Entity {
	for _, e := range m.entities {
		if e.goType == t && t != nil {
			return e
		}
	}
	return nil
}

// ResolveEntity finds the entity that a stored reference means; see [MetaData.Resolve].
func (m *MetaData) ResolveEntity(name, stable string) (*Entity, error) {
	e, code := m.entityOf.resolve(name, stable)
	if code == "" {
		return e, nil
	}
	names := make([]string, len(m.entities))
	for i, e := range m.entities {
		names[i] = e.name
	}
	return nil, failure(code, ID{Kind: IDEntity, Entity: name}.String(), name, names)
}

// DetachedEntity makes an entity outside any MetaData, as [Detached] makes a table.
func DetachedEntity(name, stable string) *Entity { return &Entity{name: name, stable: stable} }

// DetachedAttribute makes an attribute that e does not have, for the same use.
func DetachedAttribute(e *Entity, name string, typ Type, nullable bool, stable string) *Attribute {
	return &Attribute{entity: e, name: name, typ: typ, nullable: nullable, stable: stable}
}

// DetachedRelationship makes a relationship that e does not have, for the same use.
func DetachedRelationship(e *Entity, name string, target *Entity, many bool, stable string) *Relationship {
	return &Relationship{entity: e, name: name, target: target, many: many, stable: stable}
}

// columnsOf returns the columns that a clause says that it names, and whether it does.
func columnsOf(c Clause) []*Column {
	if x, ok := c.(interface{ Columns() []*Column }); ok {
		return x.Columns()
	}
	return nil
}

// path shows a table's name as it was given.
func path(name []string) string { return strings.Join(name, ".") }

// NameOf is the name of an entity; "" of none, as a zero attribute has it.
func NameOf(e *Entity) string {
	if e == nil {
		return ""
	}
	return e.name
}
