package schema

import (
	"reflect"
	"slices"
	"strings"
)

// EntityItem is what an entity is declared of: attributes, relationships and options.
type EntityItem interface{ applyEntity(*Entity) }

// MemberOption is what an attribute or a relationship is declared with.
type MemberOption interface{ applyMember(*memberSpec) }

// entitySpec is an entity as declared, by names.
type entitySpec struct {
	table         []string
	parent        string
	discriminator string
	identity      Expression
	key           []string
	without       []string
	attributes    []memberSpec
	relationships []memberSpec
}

// memberSpec is an attribute or a relationship as declared.
type memberSpec struct {
	name, stable string
	former       []string

	column   string // of an attribute
	value    Expression
	hybrid   bool
	deferred bool
	goSide   any

	kind       RelationshipKind // of a relationship
	target     string
	targetType reflect.Type // where the target is known by its struct
	by         []string
	pairs      []string
	through    []string
	condition  Expression
	order      []string
}

type entityOption func(*Entity)

func (o entityOption) applyEntity(e *Entity) { o(e) }

type memberOption func(*memberSpec)

func (o memberOption) applyMember(s *memberSpec) { o(s) }

// Entity declares an entity over a table: every column of it is an attribute of the
// same name, unless [NewAttribute] or [Without] say otherwise. What is wrong with it is
// reported by Freeze.
func (m *MetaData) Entity(name string, items ...EntityItem) *Entity {
	e := &Entity{meta: m, name: name}
	if m.frozen {
		m.report(problem(CodeFrozen, e.ID().String(), "declared after Freeze"))
		return e
	}
	for _, item := range items {
		item.applyEntity(e)
	}
	if name == "" {
		m.report(problem(CodeDeclaration, e.ID().String(), "an entity has no name"))
	}
	m.entities = append(m.entities, e)
	if err := m.entityOf.add(e, name, e.former); err != nil {
		m.report(err)
	}
	return e
}

// OnTable says which table's rows an entity is: schema parts, then the table's name.
// A subtype with a table of its own says it, too; its primary key refers to that of the
// table above it.
func OnTable(path ...string) EntityItem {
	path = slices.Clone(path)
	return entityOption(func(e *Entity) { e.spec.table = path })
}

// Inherits makes an entity a subtype: it has all that the parent has. Its rows are those
// of which the root's [Discriminator] gives the identity, a literal as [Expression] takes it.
func Inherits(parent string, identity any) EntityItem {
	x := expressionOf(identity)
	return entityOption(func(e *Entity) { e.spec.parent, e.spec.identity = parent, x })
}

// Discriminator names the attribute that says which subtype a row is, and what it gives
// for rows that are of none; nil where there are no such rows.
func Discriminator(attribute string, identity any) EntityItem {
	x := Expression{}
	if identity != nil {
		x = expressionOf(identity)
	}
	return entityOption(func(e *Entity) { e.spec.discriminator, e.spec.identity = attribute, x })
}

// Key names the attributes that tell one of the entity from another, where the table
// has no primary key, such as a view.
func Key(attributes ...string) EntityItem {
	attributes = slices.Clone(attributes)
	return entityOption(func(e *Entity) { e.spec.key = attributes })
}

// Without leaves columns out of the attributes.
func Without(columns ...string) EntityItem {
	columns = slices.Clone(columns)
	return entityOption(func(e *Entity) { e.spec.without = append(e.spec.without, columns...) })
}

// NewAttribute declares an attribute that is a column: of the same name, unless
// [OfColumn] names another. It is needed where there is more to say than the name.
func NewAttribute(name string, options ...MemberOption) EntityItem {
	return member(false, memberSpec{name: name}, options)
}

// OfColumn names the column that an attribute is.
func OfColumn(name string) MemberOption { return memberOption(func(s *memberSpec) { s.column = name }) }

// Deferred leaves the attribute out when the entity is loaded, unless a query asks for it.
func Deferred() MemberOption { return memberOption(func(s *memberSpec) { s.deferred = true }) }

// ComputedAttribute declares an attribute that queries compute whenever they load or
// name it: x is a [Clause] over the entity's tables, or a func(*Table) Clause.
func ComputedAttribute(name string, x any, options ...MemberOption) EntityItem {
	return member(false, memberSpec{name: name, value: expressionOf(x)}, options)
}

// Hybrid declares an attribute with two sides: in queries it is x, as that of
// [ComputedAttribute]; of what has been loaded goSide gives it, a func(*T) V where T is the
// entity's struct. It is not loaded.
func Hybrid(name string, x, goSide any, options ...MemberOption) EntityItem {
	return member(false, memberSpec{name: name, value: expressionOf(x), hybrid: true, goSide: goSide}, options)
}

// ManyToOne declares a relationship to the one that a foreign key of the entity's own
// refers to.
func ManyToOne(name, target string, options ...MemberOption) EntityItem {
	return member(true, memberSpec{name: name, target: target, kind: ManyToOneKind}, options)
}

// OneToMany declares a relationship to those whose foreign key refers to the entity.
func OneToMany(name, target string, options ...MemberOption) EntityItem {
	return member(true, memberSpec{name: name, target: target, kind: OneToManyKind}, options)
}

// OneToOne declares a relationship to the one whose foreign key refers to the entity.
func OneToOne(name, target string, options ...MemberOption) EntityItem {
	return member(true, memberSpec{name: name, target: target, kind: OneToOneKind}, options)
}

// ManyToMany declares a relationship by a table whose rows refer to both: through is its
// schema parts and name.
func ManyToMany(name, target string, through []string, options ...MemberOption) EntityItem {
	return member(true, memberSpec{name: name, target: target, kind: ManyToManyKind, through: slices.Clone(through)}, options)
}

// By names the columns of the foreign key that a relationship goes by, where there are
// several; of a many-to-many one, those of the table between that refer to the entity.
func By(columns ...string) MemberOption {
	columns = slices.Clone(columns)
	return memberOption(func(s *memberSpec) { s.by = columns })
}

// On names the columns that are equal, where no foreign key says so: one of the entity's
// table and one of the target's, as often as need be.
func On(columns ...string) MemberOption {
	columns = slices.Clone(columns)
	return memberOption(func(s *memberSpec) { s.pairs = columns })
}

// OrderBy orders the list of a relationship by attributes of the target; one behind "-"
// begins with the largest.
func OrderBy(attributes ...string) MemberOption {
	attributes = slices.Clone(attributes)
	return memberOption(func(s *memberSpec) { s.order = attributes })
}

// Condition says what else holds of those that belong together: a [Clause], or a
// func(*Table) Clause that is called with the target's table. See [Relationship.Condition].
func Condition(x any) MemberOption {
	return memberOption(func(s *memberSpec) { s.condition = expressionOf(x) })
}

func member(relationship bool, s memberSpec, options []MemberOption) EntityItem {
	for _, o := range options {
		o.applyMember(&s)
	}
	return entityOption(func(e *Entity) {
		if relationship {
			e.spec.relationships = append(e.spec.relationships, s)
		} else {
			e.spec.attributes = append(e.spec.attributes, s)
		}
	})
}

// named is an option of whatever has a persistent id.
type namedOption struct {
	bothOption
	entityOption
	memberOption
}

// descending tells whether an attribute to order by begins with the largest.
func descending(name string) (string, bool) {
	plain := strings.TrimPrefix(name, "-")
	return plain, plain != name
}
