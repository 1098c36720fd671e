package luasource

import (
	"slices"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// entity names an entity of the metadata: db.User.
func (p *printer) entity(e *schema.Entity) string {
	s := "db"
	if m := e.MetaData(); slices.Contains(lists, e.Name()) || m != nil && slices.ContainsFunc(m.Tables(), func(t *schema.Table) bool { return t.NamePart(0) == e.Name() }) {
		s += ".entities"
	}
	s += member(e.Name())
	p.count(len(s))
	return s
}

// columnMember is what stands behind a source for its column of this name: .c.c for c, as
// what may stand behind .c is more than what may stand behind another column.
func columnMember(name string) string {
	if name == "c" {
		return ".c.c"
	}
	return member(name)
}

// member is source.name of an entity: an attribute or a relationship; node is what that
// makes.
func (p *printer) member(of expr.Source, name string, makes, n expr.Node) (text, bool) {
	if !isValid(name) || expr.Err(makes) != nil || !same(makes, n) {
		return text{}, false
	}
	s, m := p.source(of), columnMember(name)
	p.count(len(m))
	return text{s: s.s + m, depth: s.depth, chain: s.chain + 1}, true
}

func (p *printer) attribute(n *expr.AttributeExpr) (text, bool) {
	name := n.Attribute().Name()
	if _, ok := n.Source().(*expr.ExcludedSource); ok && p.excluded && isValid(name) {
		m := "sql.excluded" + member(name)
		p.count(len(m))
		return text{s: m}, true
	}
	if n.Attribute().Entity() != expr.EntityOf(n.Source()) { // a subtype's own
		name = n.Attribute().String()
	}
	return p.member(n.Source(), name, n.Source().C(name).Node(), n)
}

func (p *printer) related(n *expr.RelatedClause) (text, bool) {
	name := n.Relationship().Name()
	return p.member(n.Source(), name, n.Source().R(name), n)
}

// ofEntities are the chains of what is about relationships.
func ofEntities(f form) []chain {
	switch n := f.node.(type) {
	case *expr.RelatedClause:
		c := chain{on: expr.Related(n.Source(), n.Relationship())}
		if n.HasType() {
			c.then("of_type", f.get("of_type"))
		}
		if f.has("and") {
			c.then("and_", f.conditions("and"))
		}
		if len(c.steps) == 0 {
			return nil
		}
		return []chain{c}
	case *expr.AnyExpr:
		var conds []any
		if f.has("where") {
			conds = f.conditions("where")
		}
		return []chain{method(n.Related(), "any", conds)}
	case *expr.LoadOption:
		switch {
		case n.Kind() == expr.LoaderCriteria:
			return []chain{module("with_loader_criteria", n.Entity(), f.conditions("where"))}
		case n.Attributes().Len() > 0:
			return []chain{module(n.Kind().String(), f.exprs("attributes"))}
		case n.Nested().Len() > 0:
			return []chain{module(n.Kind().String(), n.Related(), f.loads("options"))}
		}
		return []chain{module(n.Kind().String(), n.Related())}
	}
	return nil
}

// loads returns the options of a list.
func (f form) loads(name string) []*expr.LoadOption {
	var all []*expr.LoadOption
	for _, v := range f.list(name) {
		o, _ := v.(*expr.LoadOption)
		all = append(all, o)
	}
	return all
}
