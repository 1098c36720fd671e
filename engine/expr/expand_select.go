package expr

import (
	"slices"
	"strconv"

	"github.com/sqlser/sqlser/schema"
)

// selectStmt expands a select; top is the statement itself, whose whole entities are
// loaded with what its options say.
func (x *expander) selectStmt(stmt *SelectStmt, top bool) *SelectStmt {
	if x.err != nil {
		return stmt
	}
	s, c := stmt.data(), stmt.data()
	outer := len(x.criteria)
	for _, o := range s.rest().options {
		if o.kind == LoaderCriteria {
			x.criteria = append(x.criteria, &criterion{option: o})
		}
	}
	defer func() { x.criteria = x.criteria[:outer] }()
	if s.more != nil {
		c.more = s.more.clone()
		c.more.options = nil
	}
	from := x.fromOf(&s)
	x.scopes = append(x.scopes, x.scopeOf(from, s.joins))
	defer func() { x.scopes = x.scopes[:len(x.scopes)-1] }()
	c.from, c.joins, c.items = nil, nil, nil
	var held []Expr
	for _, f := range from {
		to, conds := x.from(f)
		c.from, held = append(c.from, to), append(held, conds...)
	}
	for _, j := range s.joins {
		steps, conds := x.join(j.kind, j.target, j.on)
		c.joins, held = append(c.joins, steps...), append(held, conds...)
	}
	pending := x.pending
	x.pending = nil
	c.fields(&Fields{m: &x.m}) // the rest
	x.pending = pending
	c.where = andAll(c.where, held)
	if x.err != nil {
		return stmt
	}
	if c.more != nil {
		c.more.lock.of = x.allTables(s.rest().lock.of)
		c.more.outer = x.allTables(s.rest().outer)
	}
	if !top {
		c.items = x.items(s.items, false)
	} else {
		c = x.loaded(stmt, &s, c)
	}
	if c.more != nil {
		c.more = c.more.own()
	}
	return seal(selectOf(c))
}

// allTables lists what sources became, of an entity each of its tables.
func (x *expander) allTables(list []FromClause) (all []FromClause) {
	for _, f := range list {
		s, ok := f.(Source)
		if !ok || EntityOf(s) == nil {
			if ok {
				f = x.source(s)
			}
			all = append(all, f)
			continue
		}
		for _, t := range x.use(s).tables {
			all = append(all, t)
		}
	}
	return all
}

// identity is what a source will be known by.
func (x *expander) identity(s Source) any {
	if EntityOf(s) == nil {
		return s.Identity()
	}
	if u := x.use(s); len(u.tables) > 0 {
		return u.tables[0].Identity()
	}
	return s.Identity()
}

func (x *expander) scopeOf(from []FromClause, joins []SelectJoin) (list []any) {
	add := func(f FromClause) {
		for _, s := range sourcesIn(f) {
			list = append(list, x.identity(s))
		}
	}
	for _, f := range from {
		add(f)
	}
	for _, j := range joins {
		add(j.target)
	}
	return list
}

// fromOf is FROM as it is said or, where it is not, the one source that the select's own
// expressions name and that nothing around it has: as Resolve finds it out.
func (x *expander) fromOf(s *selectData) []FromClause {
	if len(s.from) > 0 {
		return s.from
	}
	var set sourceSet
	s.named(&set)
	joined := x.scopeOf(nil, s.joins)
	var own []FromClause
	var sources []Source
	var known []any
	takes := &s.rest().correlation
	for _, src := range set.list {
		id := x.identity(src)
		around := slices.ContainsFunc(x.scopes, func(scope []any) bool { return slices.Contains(scope, id) })
		if slices.Contains(joined, id) || slices.Contains(known, id) || around && takes.takes(src) {
			continue
		}
		known, own, sources = append(known, id), append(own, src), append(sources, src)
	}
	if len(own) > 1 {
		x.fail(OpSelect, CodeFrom, "%d sources are not joined (%s): join them, or say from(...)", len(own), namesOf(sources))
	}
	return own
}

// loaded gives a select, whose other parts are expanded, its columns, and joins what is
// loaded with them.
func (x *expander) loaded(stmt *SelectStmt, s *selectData, c selectData) selectData {
	if !wholeIn(s.items) {
		c.items = x.items(s.items, true)
		return c
	}
	out := &c
	l := &loading{x: x, stmt: stmt}
	l.add = func(i Item) int { out.items = append(out.items, i); return len(out.items) - 1 }
	nested := x.nests(s)
	var n *nesting
	if nested {
		n = x.nest(stmt, s, c)
		out = &n.outer
	}
	for k, i := range s.items {
		w, ok := i.expr.node().(*EntityExpr)
		switch {
		case !ok && nested:
			l.expanded(i, n.items[k])
		case !ok:
			l.item(i, true)
		case nested:
			l.whole(i, n.uses[w.source.Identity()], w.source, l.optionsOf(w.source))
		default:
			l.whole(i, x.use(w.source), w.source, l.optionsOf(w.source))
		}
	}
	out.joins = append(out.joins, l.joins...)
	out.order = append(out.order, l.order...)
	x.out.items = l.items
	return *out
}

// nests reports whether what is joined must be joined to the rows that the select gives,
// and not before it groups or counts them.
func (x *expander) nests(s *selectData) bool {
	joined, many := false, false
	var look func(list []*LoadOption)
	look = func(list []*LoadOption) {
		for _, o := range list {
			if o.kind == JoinedLoad {
				joined, many = true, many || o.related.relationship.IsMany()
			}
			if o.kind == JoinedLoad || o.kind == ContainsEager {
				look(o.options)
			}
		}
	}
	look(s.rest().options)
	m := s.rest()
	groups := len(s.group) > 0 || !s.having.IsZero()
	counts := !s.limit.IsZero() || !s.offset.IsZero() || m.distinct || len(m.on) > 0
	return joined && groups || many && counts
}

// nesting is a select that has become a subquery.
type nesting struct {
	outer selectData
	uses  map[any]*entityUse // of whole entities, by identity: as the subquery shows them
	items []Expr             // of the other columns
}

// nest puts a select into FROM of another one, with a name for each column that this one
// needs.
func (x *expander) nest(stmt *SelectStmt, s *selectData, inner selectData) *nesting {
	under := inner.order
	names := map[string]bool{}
	add := func(e Expr, name string) string {
		if name == "" || names[name] {
			for k := len(inner.items) + 1; name == "" || names[name]; k++ {
				name = "c" + strconv.Itoa(k)
			}
		}
		names[name] = true
		inner.items = append(inner.items, itemOf(e, name))
		return name
	}
	type shown struct {
		use      *entityUse
		columns  map[*schema.Column]string
		computed map[*schema.Attribute]string
	}
	var wholes []shown
	at := make([]string, len(s.items))
	identities := map[any]int{}
	for k, i := range s.items { // labels first: what orders by them must find them
		if _, ok := i.expr.node().(*EntityExpr); !ok {
			at[k] = add(x.expr(i.expr), i.Name())
		}
	}
	for _, i := range s.items {
		w, ok := i.expr.node().(*EntityExpr)
		if !ok {
			continue
		}
		u := x.use(w.source)
		l := &loading{x: x, stmt: stmt}
		sh := shown{u, map[*schema.Column]string{}, map[*schema.Attribute]string{}}
		columns, computed := l.needed(u, l.optionsOf(w.source))
		for _, col := range columns {
			if _, known := sh.columns[col.Base()]; !known {
				sh.columns[col.Base()] = add(u.column(col), "")
			}
		}
		for _, a := range computed {
			sh.computed[a] = add(x.attribute(u, a), "")
		}
		identities[w.source.Identity()] = len(wholes)
		wholes = append(wholes, sh)
	}
	order := make([]string, len(s.order))
	for k, o := range s.order {
		if ref, ok := o.expr.node().(*RefExpr); ok {
			order[k] = ref.name
			continue
		}
		by := under[k].expr
		at := slices.IndexFunc(inner.items, func(i Item) bool { return same(i.expr, by) })
		if at >= 0 {
			order[k] = inner.items[at].Name()
		} else {
			order[k] = add(by, "")
		}
	}
	if len(inner.order) > 0 && inner.limit.IsZero() && inner.offset.IsZero() && len(inner.rest().on) == 0 {
		inner.order = nil // the rows are ordered outside
	}
	if inner.more != nil {
		inner.more = inner.more.own()
	}
	sub := Subquery(seal(selectOf(inner)), "")
	n := &nesting{outer: selectData{from: []FromClause{sub}}, uses: map[any]*entityUse{}, items: make([]Expr, len(s.items))}
	for id, k := range identities {
		sh := wholes[k]
		u := &entityUse{entity: sh.use.entity, columns: map[*schema.Column]Expr{}, computed: map[*schema.Attribute]Expr{}}
		for col, name := range sh.columns {
			u.columns[col] = sub.C(name)
		}
		for a, name := range sh.computed {
			u.computed[a] = sub.C(name)
		}
		n.uses[id] = u
	}
	for k, name := range at {
		if name != "" {
			n.items[k] = sub.C(name)
		}
	}
	for k, o := range s.order {
		o.expr = sub.C(order[k])
		n.outer.order = append(n.outer.order, o)
	}
	return n
}
