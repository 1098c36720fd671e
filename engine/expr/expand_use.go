package expr

import (
	"slices"

	"github.com/sqlser/sqlser/schema"
)

// entityUse is an entity, or an alias of one, as tables.
type entityUse struct {
	entity   *schema.Entity
	clause   FromClause
	tables   []Source                   // of the entity, then of the subtypes that are needed
	columns  map[*schema.Column]Expr    // in the place of tables: what a subquery shows, by base
	rows     *AliasSource               // that says which subquery, if an alias does
	computed map[*schema.Attribute]Expr // likewise
}

// use returns what an entity or an alias is.
func (x *expander) use(s Source) *entityUse {
	for _, b := range slices.Backward(x.bound) {
		if b.identity == s.Identity() {
			return b.use
		}
	}
	if u := x.uses[s.Identity()]; u != nil {
		return u
	}
	need := x.needs[s.Identity()]
	if need == nil {
		need = new(subtypeNeed)
	}
	alias, isAlias := s.(*AliasSource)
	label := ""
	if isAlias {
		label = alias.label
	}
	var u *entityUse
	switch {
	case isAlias && alias.rows != nil:
		u = x.useOf(alias)
	case s.Op() == OpExcluded:
		u = x.excluded(EntityOf(s))
	default:
		u = x.newUse(EntityOf(s), isAlias, label, need)
	}
	x.uses[s.Identity()] = u
	return u
}

// useOf makes the columns of another source those of an entity.
func (x *expander) useOf(a *AliasSource) *entityUse {
	e := EntityOf(a)
	rows := x.source(a.Rows())
	if x.err != nil {
		return &entityUse{entity: e, clause: a.Rows()}
	}
	u := &entityUse{entity: e, clause: rows, tables: []Source{rows}, columns: map[*schema.Column]Expr{}, rows: a}
	for _, of := range append([]*schema.Entity{e}, e.Subtypes()...) {
		for _, attribute := range of.Attributes() {
			c := attribute.Column()
			if c == nil || u.columns[c.Base()].node() != nil {
				continue
			}
			found := rows.Find(attribute.Name())
			if len(found) == 0 {
				found = rows.Find(c.Name())
			}
			if len(found) == 0 {
				continue
			}
			if to := rows.Columns()[found[0]]; len(found) > 1 {
				x.fail(OpAlias, CodeName, "%s has %d columns %q: which is %s is not said", rows.Name(), len(found), to.Name, attribute)
			} else if t := to.Type; !t.IsUnknown() && !t.Comparable(attribute.Type()) {
				x.fail(OpAlias, CodeType, "%s is of type %s, %s of type %s", attribute, attribute.Type(), to.Name, t)
			} else {
				u.columns[c.Base()] = column(rows, to)
			}
		}
	}
	for level := 1; level < len(e.Tables()); level++ { // the key of a joined table is that of the root
		for _, p := range e.Link(level) {
			u.columns[p.Local.Base()] = u.columns[p.Remote.Base()]
		}
	}
	return u
}

// newUse makes tables, or aliases of them, of an entity.
func (x *expander) newUse(e *schema.Entity, alias bool, label string, need *subtypeNeed) *entityUse {
	u := &entityUse{entity: e}
	if e == nil || e.Table() == nil {
		x.fail(OpEntity, CodeFrom, "the entity has no table here")
		u.clause = &TableSource{}
		return u
	}
	add := func(t *schema.Table) Source {
		var s Source = Table(t)
		if alias {
			if label == "" || len(u.tables) > 0 {
				label = t.Name()
			}
			s = s.Alias(label)
		}
		u.tables = append(u.tables, s)
		return s
	}
	join := func(kind JoinKind, of *schema.Entity, level int) {
		root, s := u.tables[0], add(of.Tables()[level])
		on := make([]any, 0, 1)
		for _, p := range of.Link(level) {
			on = append(on, column(root, OutputOf(p.Remote)).Eq(column(s, OutputOf(p.Local))))
		}
		u.clause = Join(kind, u.clause, s, on...)
	}
	u.clause = add(e.Table())
	for level := 1; level < len(e.Tables()); level++ {
		join(InnerJoin, e, level)
	}
	subtypes := need.some
	if need.all {
		subtypes = e.Subtypes()
	}
	for _, sub := range subtypes {
		for level, t := range sub.Tables() {
			if level > 0 && !slices.ContainsFunc(u.tables, func(s Source) bool { return TableOf(s) == t }) {
				join(LeftJoin, sub, level)
			}
		}
	}
	return u
}

// column is a column of one of the entity's tables.
func (u *entityUse) column(c *schema.Column) Expr {
	if x, ok := u.columns[c.Base()]; ok && x.at != nil {
		return x
	}
	if u.rows != nil {
		what := c.String()
		if a := u.entity.AttributeOf(c); a != nil {
			what = a.String()
		}
		return refuse(OpAlias, fail(CodeName, "%s has no column for %s: show it there, or leave it out by load_only", u.rows.Rows().Name(), what))
	}
	for _, s := range u.tables {
		if t := TableOf(s); t != nil && t.Base() == c.Table().Base() {
			if own := t.Lookup(c.Name()); own != nil {
				return column(s, OutputOf(own))
			}
		}
	}
	return refuse(OpColumn, fail(CodeFrom, "%s is no column of %s", c, u.entity))
}

// has reports whether a column is of one of the tables.
func (u *entityUse) has(c *schema.Column) bool {
	if _, ok := u.columns[c.Base()]; ok {
		return true
	}
	return slices.ContainsFunc(u.tables, func(s Source) bool { t := TableOf(s); return t != nil && t.Base() == c.Table().Base() })
}

// shares reports whether two uses are of one source of a table.
func (u *entityUse) shares(o *entityUse) bool {
	for _, s := range u.tables {
		for _, t := range o.tables {
			if s.Identity() == t.Identity() {
				return true
			}
		}
	}
	return false
}

// attribute is what an attribute of a use is.
func (x *expander) attribute(u *entityUse, a *schema.Attribute) Expr {
	switch {
	case a.Column() != nil:
		return u.column(a.Column())
	case u.computed[a].at != nil:
		return u.computed[a]
	case a.Computed() == nil: // it is missing in the host's metadata
		return refuse(OpAttribute, fail(CodeName, "%s is nothing here", a))
	}
	return x.hosts(a.Computed(), u)
}

// hosts is a clause of the metadata, whose tables are those of uses: the first one that
// has a column counts. Its literals are the host's own.
func (x *expander) hosts(clause schema.Clause, of ...*entityUse) Expr {
	c, ok := clause.(Expr)
	if !ok {
		return refuse(OpAttribute, fail(CodeArgument, "expected an expression of this package in the metadata, got %T", clause))
	}
	m := &mapping{source: func(s Source) Source { return s }}
	m.node = func(n Node) Node {
		x.spend(n.Op())
		switch n := n.(type) {
		case *LiteralExpr:
			return hostLiteral(n)
		case *ColumnExpr:
			if _, table := n.Source().(*TableSource); table && n.column != nil {
				for _, u := range of {
					if u.has(n.column) {
						return u.column(n.column).node()
					}
				}
			}
			return n
		case *SelectStmt:
			if shadows(n, of) {
				return Rewrite(n, hostsOnly)
			}
		}
		return mapChildren(n, m)
	}
	return exprOf(asExpr(m.node(c.node())))
}

// shadows reports whether a query in a clause has a table of its own that is one of the
// entity's.
func shadows(s *SelectStmt, of []*entityUse) bool {
	var set sourceSet
	d := s.data()
	for _, f := range d.from {
		set.add(sourcesIn(f)...)
	}
	for _, j := range d.joins {
		set.add(sourcesIn(j.target)...)
	}
	return slices.ContainsFunc(set.list, func(s Source) bool {
		t, ok := s.(*TableSource)
		return ok && slices.ContainsFunc(of, func(u *entityUse) bool {
			return slices.ContainsFunc(u.entity.Tables(), func(own *schema.Table) bool { return own.Base() == t.table.Base() })
		})
	})
}

// hostsOnly makes the literals of a tree the host's.
func hostsOnly(n Node) Node {
	if l, ok := n.(*LiteralExpr); ok {
		return hostLiteral(l)
	}
	return n
}

// conditions are what holds of each row of a use: that it is of the entity, and criteria.
func (x *expander) conditions(u *entityUse) []Expr {
	var conds []Expr
	if e := u.entity; e.IsSingleTable() && e.Discriminator() != nil {
		kind, identities := u.column(e.Discriminator().Column()), identitiesUnder(e)
		is := kind.In(identities...)
		if len(identities) == 1 {
			is = kind.Eq(identities[0])
		}
		conds = append(conds, exprOf(asExpr(Rewrite(is.node(), hostsOnly))))
	}
	for _, c := range x.criteria {
		of := EntityOf(c.option.entity)
		if c.active || !u.entity.Is(of) {
			continue
		}
		c.active = true
		conds = append(conds, x.under(u, c.option.where, c.option.entity))
		c.active = false
	}
	return conds
}

// identitiesUnder are what the discriminator gives for rows of an entity and its subtypes.
func identitiesUnder(e *schema.Entity) (identities []any) {
	for _, sub := range append([]*schema.Entity{e}, e.Subtypes()...) {
		if v, ok := sub.Identity().Literal(); ok {
			identities = append(identities, v)
		}
	}
	return identities
}

// under expands a condition in which sources mean a use.
func (x *expander) under(u *entityUse, cond Expr, sources ...Source) Expr {
	had := len(x.bound)
	for _, s := range sources {
		if s != nil {
			x.bound = append(x.bound, binding{s.Identity(), u})
		}
	}
	cond = x.expr(cond)
	x.bound = x.bound[:had]
	return cond
}
