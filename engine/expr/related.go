package expr

import (
	"slices"

	"github.com/sqlser/sqlser/schema"
)

// RelatedClause is a relationship of an entity: what a join goes along, what any() and
// has() ask about, and what options load.
type RelatedClause struct {
	base
	source       Source
	relationship *schema.Relationship
	of           Source // what it leads to, where that is not the target itself
	and          Expr
}

// R returns the relationship of this name; the source must be an entity or an alias of one.
func (s *source) R(name string) *RelatedClause {
	if b, bad := s.bad(); bad {
		return &RelatedClause{base: b}
	}
	e := EntityOf(s.self)
	wrong := func(err *Error) *RelatedClause {
		return &RelatedClause{base: base{tally: tally{size: 1, depth: 1}, err: err.placed(OpRelated)}}
	}
	if e == nil {
		return wrong(fail(CodeName, "%s is no entity: it has no relationship %q", s.self.Name(), name))
	}
	r := e.Relationship(name)
	if r == nil {
		err := fail(CodeName, "%s has no relationship %q", e, name)
		if e.Attribute(name) != nil {
			err = fail(CodeName, "%s.%s is an attribute, no relationship", e, name)
		} else {
			err.Hint = schema.DidYouMean(name, e.MemberNames())
		}
		return wrong(err)
	}
	return Related(s.self, r)
}

// Related makes a relationship of a source, which is its entity or an alias of it.
func Related(s Source, r *schema.Relationship) *RelatedClause {
	return seal(&RelatedClause{source: orNone(s), relationship: r})
}

func (*RelatedClause) fromClause() {}

// Op returns OpRelated.
func (*RelatedClause) Op() Op { return OpRelated }

func (n *RelatedClause) fields(f *Fields) {
	f.Source("source", &n.source)
	f.Relationship("relationship", &n.relationship)
	f.Source("of_type", &n.of)
	f.Cond("and", &n.and)
	f.marks |= hasEntities
}

func (n *RelatedClause) check() *Error {
	e := EntityOf(n.source)
	switch {
	case n.source == nil || n.relationship == nil:
		return missing("the relationship")
	case e == nil:
		return fail(CodeName, "%s is no entity", n.source.Name())
	case n.of != nil && EntityOf(n.of) == nil:
		return fail(CodeName, "of_type: %s is no entity", n.of.Name())
	case e.MetaData() == nil || n.relationship.Target() == nil: // one that is missing, of which nothing is known
	case n.relationship.Entity() != e:
		return fail(CodeName, "%s is no relationship of %s", n.relationship, e)
	case n.of != nil && !EntityOf(n.of).Is(n.relationship.Target()) && EntityOf(n.of).MetaData() != nil:
		return fail(CodeName, "%s leads to %s, and %s is none", n.relationship, n.relationship.Target(), n.of.Name())
	}
	return condition("and_", n.and)
}

// Source returns the entity, or the alias of it, whose relationship it is.
func (n *RelatedClause) Source() Source { return n.source }

// Relationship returns the relationship.
func (n *RelatedClause) Relationship() *schema.Relationship { return n.relationship }

// Target returns what it leads to: what OfType says, or the relationship's target.
func (n *RelatedClause) Target() Source {
	if n.of != nil || n.relationship == nil || n.relationship.Target() == nil {
		return n.of
	}
	return Entity(n.relationship.Target())
}

// HasType reports whether OfType says what it leads to.
func (n *RelatedClause) HasType() bool { return n.of != nil }

// OnClause returns what And says, or the zero Expr.
func (n *RelatedClause) OnClause() Expr { return n.and }

func (n *RelatedClause) with(change func(*RelatedClause)) *RelatedClause {
	if n == nil {
		return &RelatedClause{base: base{tally: tally{size: 1, depth: 1}, err: missing("the relationship").placed(OpRelated)}}
	}
	if n.problem() != nil {
		return n
	}
	c := *n
	change(&c)
	return seal(&c)
}

// OfType makes it lead to a subtype of the target, or to an alias, under which the
// statement then knows it.
func (n *RelatedClause) OfType(of Source) *RelatedClause {
	return n.with(func(c *RelatedClause) { c.of = orNone(of) })
}

// And adds conditions on what it leads to.
func (n *RelatedClause) And(conds ...any) *RelatedClause {
	if len(conds) == 0 {
		return n
	}
	return n.with(func(c *RelatedClause) { c.and = alsoAnd(c.and, conds) })
}

// Any is true where the relationship leads to one for which the conditions hold. In
// them the entity that it leads to is that one, also where it is the very entity that
// has the relationship: an alias names the other.
func (n *RelatedClause) Any(conds ...any) Expr {
	x := &AnyExpr{related: orNone(n)}
	if len(conds) > 0 {
		x.where = And(conds...)
	}
	return exprOf(seal(x))
}

// Has is Any, for a relationship to one.
func (n *RelatedClause) Has(conds ...any) Expr {
	if n != nil && n.problem() == nil && n.relationship.IsMany() {
		return refuse(OpAny, fail(CodeForm, "%s leads to many: use any()", n.relationship))
	}
	return n.Any(conds...)
}

// Contains is true where the relationship leads to the one with this key, a value for
// each attribute of the target's key.
func (n *RelatedClause) Contains(key ...any) Expr {
	if n == nil || n.problem() != nil || n.relationship.Target() == nil {
		return n.Any()
	}
	attributes := n.relationship.Target().Key()
	if len(key) != len(attributes) {
		return refuse(OpAny, fail(CodeArgument, "contains: the key of %s has %d attributes, got %d values", n.relationship.Target(), len(attributes), len(key)))
	}
	conds := make([]any, len(key))
	for i, a := range attributes {
		conds[i] = attribute(n.Target(), a).Eq(key[i])
	}
	return n.Any(conds...)
}

// WithParent is true of those that the relationship leads to from the one with this key, a value
// for each attribute of the key of the entity that has it.
func (n *RelatedClause) WithParent(key ...any) Expr {
	if n == nil || n.problem() != nil || n.relationship.Target() == nil {
		return n.Any()
	}
	r, e, target := n.relationship, n.relationship.Entity(), n.Target()
	attributes := e.Key()
	if len(key) != len(attributes) {
		return refuse(OpAny, fail(CodeArgument, "with_parent: the key of %s has %d attributes, got %d values", e, len(attributes), len(key)))
	}
	conds := make([]any, 0, len(key)+1)
	if r.Through() == nil && r.Condition() == nil && len(r.Pairs()) == len(key) && (n.and.IsZero() || n.of == nil) {
		for _, p := range r.Pairs() { // the key stands in the other's row
			at, a := slices.Index(attributes, e.AttributeOf(p.Local)), r.Target().AttributeOf(p.Remote)
			if at >= 0 && a != nil {
				conds = append(conds, attribute(target, a).Eq(key[at]))
			}
		}
		if len(conds) == len(key) {
			return And(append(conds, given(n.and)...)...)
		}
	}
	parent, one := Entity(e).Alias(""), Entity(r.Target()).Alias("")
	conds = conds[:0]
	for i, a := range attributes {
		conds = append(conds, attribute(parent, a).Eq(key[i]))
	}
	is := make([]any, 0, 1)
	for _, a := range r.Target().Key() {
		is = append(is, attribute(one, a).Eq(attribute(target, a)))
	}
	from := Related(parent, r).OfType(one).And(given(n.and)...)
	return Exists(Select(attribute(parent, attributes[0])).From(parent).Where(append(conds, from.Any(is...))...))
}

// IsNull is true where the relationship leads to none.
func (n *RelatedClause) IsNull() Expr {
	if n != nil && n.problem() == nil && n.relationship.Kind() == schema.ManyToOneKind && n.and.IsZero() && n.of == nil && n.relationship.Condition() == nil {
		pairs := n.relationship.Pairs()
		nulls := make([]any, 0, len(pairs))
		for _, p := range pairs {
			if a := n.relationship.Entity().AttributeOf(p.Local); a != nil {
				nulls = append(nulls, attribute(n.source, a).IsNull())
			}
		}
		if len(nulls) == len(pairs) {
			return Or(nulls...)
		}
	}
	return n.Any().Not()
}

// C returns an attribute of what the relationship leads to; it must be joined.
func (n *RelatedClause) C(name string) Expr {
	if n == nil || n.problem() != nil {
		return n.Any()
	}
	target := n.Target()
	if target == nil { // one that is missing
		return refuse(OpRelated, fail(CodeName, "%s: what it leads to is not known, and so is %q", n.relationship, name))
	}
	return target.C(name)
}

// AnyExpr is true where a relationship leads to one for which a condition holds.
type AnyExpr struct {
	value
	related *RelatedClause
	where   Expr
}

// Op returns OpAny.
func (*AnyExpr) Op() Op { return OpAny }

func (n *AnyExpr) fields(f *Fields) {
	f.Related("related", &n.related)
	f.Cond("where", &n.where)
}

func (n *AnyExpr) check() *Error {
	n.typ = schema.Boolean
	if n.related == nil {
		return missing("the relationship")
	}
	return condition("any", n.where)
}

// Related returns the relationship.
func (n *AnyExpr) Related() *RelatedClause { return n.related }

// WhereClause returns the condition, or the zero Expr.
func (n *AnyExpr) WhereClause() Expr { return n.where }

var relatedMethods = []Method{{
	On: OnRelated, Name: "any", Doc: "true where the relationship leads to one for which the conditions hold", Args: []Arg{{"conditions", ArgConds}},
	Example: `sql.select(db.User.id):where(db.User.addresses:any(db.Address.city:eq "Rome"))`,
	SQL:     `SELECT "users"."id" FROM "users" WHERE EXISTS (SELECT "addresses"."user_id" FROM "addresses" WHERE "users"."id" = "addresses"."user_id" AND "addresses"."city" = ?)`,
	Build:   func(self any, a []any) any { return self.(*RelatedClause).Any(a[0].([]any)...) },
}, {
	On: OnRelated, Name: "has", Doc: "any, of a relationship to one", Args: []Arg{{"conditions", ArgConds}},
	Example: `sql.select(db.Address.id):where(db.Address.user:has(db.User.active))`,
	SQL:     `SELECT "addresses"."id" FROM "addresses" WHERE EXISTS (SELECT "users"."id" FROM "users" WHERE "addresses"."user_id" = "users"."id" AND "users"."active")`,
	Build:   func(self any, a []any) any { return self.(*RelatedClause).Has(a[0].([]any)...) },
}, {
	On: OnRelated, Name: "contains", Doc: "true where the relationship leads to the one with this key", Args: []Arg{{"key", ArgOperands}},
	Example: `sql.select(db.User.id):where(db.User.addresses:contains(5))`,
	SQL:     `SELECT "users"."id" FROM "users" WHERE EXISTS (SELECT "addresses"."user_id" FROM "addresses" WHERE "users"."id" = "addresses"."user_id" AND "addresses"."id" = ?)`,
	Build:   func(self any, a []any) any { return self.(*RelatedClause).Contains(a[0].([]any)...) },
}, {
	On: OnRelated, Name: "with_parent", Doc: "true of those that the relationship leads to from the one with this key", Args: []Arg{{"key", ArgOperands}},
	Example: `sql.select(db.Address.id):where(db.User.addresses:with_parent(7))`,
	SQL:     `SELECT "addresses"."id" FROM "addresses" WHERE "addresses"."user_id" = ?`,
	Build:   func(self any, a []any) any { return self.(*RelatedClause).WithParent(a[0].([]any)...) },
}, {
	On: OnRelated, Name: "is_null", Doc: "true where the relationship leads to none",
	Example: `sql.select(db.Address.id):where(db.Address.user:is_null())`,
	SQL:     `SELECT "addresses"."id" FROM "addresses" WHERE "addresses"."user_id" IS NULL`,
	Build:   func(self any, _ []any) any { return self.(*RelatedClause).IsNull() },
}, {
	On: OnRelated, Name: "of_type", Doc: "the relationship to an alias of what it leads to, or to a subtype", Args: []Arg{{"of", ArgFrom}},
	Example: `sql.select(db.User.id):join(db.User.addresses:of_type(db.Address:alias "x"))`,
	SQL:     `SELECT "users"."id" FROM "users" JOIN "addresses" AS "x" ON "users"."id" = "x"."user_id"`,
	Build: func(self any, a []any) any {
		of, ok := a[0].(Source)
		if !ok {
			return self.(*RelatedClause).with(func(c *RelatedClause) { c.of = &EntitySource{} })
		}
		return self.(*RelatedClause).OfType(of)
	},
}, {
	On: OnRelated, Name: "and_", Doc: "the relationship to those of which these conditions hold", Args: []Arg{{"conditions", ArgConds}},
	Example: `sql.select(db.User.id):left_join(db.User.addresses:and_(db.Address.city:eq "Rome"))`,
	SQL:     `SELECT "users"."id" FROM "users" LEFT JOIN "addresses" ON "users"."id" = "addresses"."user_id" AND "addresses"."city" = ?`,
	Build:   func(self any, a []any) any { return self.(*RelatedClause).And(a[0].([]any)...) },
}}
