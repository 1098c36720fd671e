package expr

import (
	"strings"

	"github.com/sqlser/sqlser/schema"
)

// EntitySource is an entity of the metadata: a source of its attributes, and, among the
// columns of a query, whole ones.
type EntitySource struct {
	source
	entity *schema.Entity
}

// Entity makes the source of an entity. Every source of one entity is the same.
func Entity(e *schema.Entity) *EntitySource { return seal(&EntitySource{entity: e}) }

// Op returns OpEntity.
func (*EntitySource) Op() Op { return OpEntity }

func (n *EntitySource) fields(f *Fields) {
	f.Entity("entity", &n.entity)
	f.marks |= hasEntities
}

func (n *EntitySource) check() *Error {
	if n.entity == nil {
		return missing("the entity")
	}
	if n.entity.Name() == "" { // new(schema.Entity)
		return missing("the entity's name")
	}
	n.self = n
	return nil
}

// Entity returns the entity.
func (n *EntitySource) Entity() *schema.Entity { return n.entity }

// Name returns the entity's name.
func (n *EntitySource) Name() string {
	if n.entity == nil {
		return ""
	}
	return n.entity.Name()
}

// Identity returns the entity.
func (n *EntitySource) Identity() any { return n.entity }

// Columns returns the entity's attributes. They are not to be named by their numbers.
func (n *EntitySource) Columns() []Output {
	if n.entity == nil {
		return nil
	}
	attributes := n.entity.Attributes()
	outs := make([]Output, len(attributes))
	for i, a := range attributes {
		outs[i] = Output{Name: a.Name(), Type: a.Type(), Nullable: a.Nullable(), Index: i}
	}
	return outs
}

// Find returns the indices of the attributes of this name.
func (n *EntitySource) Find(name string) []int { return findIn(n.Columns(), name) }

// EntityOf returns the entity whose attributes s has, or nil.
func EntityOf(s Source) *schema.Entity {
	if _, ok := s.(*TableSource); ok { // most are
		return nil
	}
	if a, ok := s.(*AliasSource); ok {
		if a == nil {
			return nil
		}
		s = a.origin()
	}
	if x, ok := s.(*ExcludedSource); ok && x != nil {
		s = x.of
	}
	if e, ok := s.(*EntitySource); ok && e != nil {
		return e.entity
	}
	return nil
}

// memberOf finds an attribute of an entity; of a subtype's own as "Manager.level".
func memberOf(e *schema.Entity, name string) *schema.Attribute {
	if a := e.Attribute(name); a != nil {
		return a
	}
	sub, own, dotted := strings.Cut(name, ".")
	for _, s := range e.Subtypes() {
		if dotted && s.Name() == sub {
			return s.Attribute(own)
		}
	}
	return nil
}

// attributeNamed is C of a source of an entity.
func attributeNamed(s Source, e *schema.Entity, name string) Expr {
	if a := memberOf(e, name); a != nil {
		return attribute(s, a)
	}
	err := fail(CodeName, "%s has no attribute %q", e.Name(), name)
	if e.Relationship(name) != nil {
		err = fail(CodeName, "%s.%s is a relationship, no value: use any(), has(), or join along it", e.Name(), name)
	} else {
		names := e.MemberNames()
		for _, sub := range e.Subtypes() {
			for _, a := range sub.Attributes() {
				if e.Attribute(a.Name()) == nil {
					names = append(names, sub.Name()+"."+a.Name())
				}
			}
		}
		err.Hint = schema.DidYouMean(name, names)
	}
	return refuse(OpAttribute, err)
}

// AttributeExpr is entity.attribute.
type AttributeExpr struct {
	exprState
	source    Source
	attribute *schema.Attribute
}

func attribute(s Source, a *schema.Attribute) Expr {
	return exprOf(seal(&AttributeExpr{source: s, attribute: a}))
}

// Op returns OpAttribute.
func (*AttributeExpr) Op() Op { return OpAttribute }

func (n *AttributeExpr) fields(f *Fields) {
	f.Source("source", &n.source)
	f.Attribute("attribute", &n.attribute)
	f.marks |= hasEntities
}

func (n *AttributeExpr) check() *Error {
	switch e := EntityOf(n.source); {
	case n.source == nil || n.attribute == nil:
		return missing("the attribute")
	case e == nil:
		return fail(CodeName, "%s is no entity", n.source.Name())
	case !n.attribute.Entity().Is(e) && e.MetaData() != nil: // of one that is missing, nothing is known
		return fail(CodeName, "%s is no attribute of %s", n.attribute, e.Name())
	}
	return nil
}

// Type returns the attribute's type.
func (n *AttributeExpr) Type() schema.Type {
	if n.attribute == nil {
		return schema.Unknown
	}
	return n.attribute.Type()
}

// Source returns what the attribute is of.
func (n *AttributeExpr) Source() Source { return n.source }

// Attribute returns the attribute.
func (n *AttributeExpr) Attribute() *schema.Attribute { return n.attribute }

// EntityExpr is a whole entity among the columns of a select, or of RETURNING.
type EntityExpr struct {
	exprState
	source Source
}

func whole(s Source) Expr { return exprOf(seal(&EntityExpr{source: s})) }

// Op returns OpWhole.
func (*EntityExpr) Op() Op { return OpWhole }

func (n *EntityExpr) fields(f *Fields) {
	f.Source("source", &n.source)
	f.marks |= hasEntities | isWhole
}

func (n *EntityExpr) check() *Error {
	if n.source == nil {
		return missing("the entity")
	}
	if EntityOf(n.source) == nil {
		return fail(CodeName, "%s is no entity", n.source.Name())
	}
	return nil
}

// Type is unknown: a whole entity is no value.
func (n *EntityExpr) Type() schema.Type { return schema.Unknown }

// Source returns which entity it is.
func (n *EntityExpr) Source() Source { return n.source }

// wholeIn reports whether whole entities stand among columns.
func wholeIn(items []Item) bool {
	for _, i := range items {
		if i.expr.at != nil && i.expr.node().Op() == OpWhole {
			return true
		}
	}
	return false
}

// spelled is a query with the attributes that a whole entity is loaded with in its place, as
// they are now: that of another's columns, which have to stay what they are.
func spelled(q Query) Query {
	s, ok := q.(*SelectStmt)
	if !ok || s == nil || s.problem() != nil || !wholeIn(s.data().items) {
		return q
	}
	return s.with(func(c *selectData) {
		var items []Item
		for _, i := range c.items {
			w, ok := i.expr.node().(*EntityExpr)
			if !ok {
				items = append(items, i)
				continue
			}
			for _, a := range EntityOf(w.source).Attributes() {
				if !a.IsDeferred() {
					items = append(items, Item{expr: attribute(w.source, a)})
				}
			}
		}
		c.items = items
	})
}

// noWhole refuses a statement with whole entities where its columns are another's: which
// they are may change with the host's entity. Builders spell them before.
func noWhole(q Statement) *Error {
	if wholeIn(itemsOf(q)) {
		return fail(CodeForm, "a whole entity has no columns that could be named: select its attributes")
	}
	return nil
}

// itemsOf returns the columns of a select, or of RETURNING.
func itemsOf(q Statement) []Item {
	switch q := q.(type) {
	case *SelectStmt:
		return q.own().items
	case *InsertStmt:
		return q.data().returning
	case *UpdateStmt:
		return q.returning
	case *DeleteStmt:
		return q.returning
	}
	return nil
}

// columnOf is a column of a table as source s has it: of an entity its attribute.
func columnOf(s Source, c *schema.Column) Expr {
	e := EntityOf(s)
	if e == nil {
		return column(s, OutputOf(c))
	}
	if a := e.AttributeOf(c); a != nil {
		return attribute(s, a)
	}
	return refuse(OpAttribute, fail(CodeName, "%s has no attribute that is %s: give the condition", e, c))
}

// tablesUnder returns the tables whose keys lead to and from a source.
func tablesUnder(s Source) []*schema.Table {
	if e := EntityOf(s); e != nil {
		return e.Tables()
	}
	if t := TableOf(s); t != nil {
		return []*schema.Table{t}
	}
	return nil
}
