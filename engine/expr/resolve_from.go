package expr

import (
	"slices"
)

// resolvedBase is the state of the nodes that only a resolved tree has.
var resolvedBase = base{tally: tally{size: 1, depth: 1}}

// from makes FROM one clause of occurrences.
func (r *resolver) from(s *selectData, sc *scope) []FromClause {
	clauses := s.from
	if len(clauses) == 0 {
		clauses = r.implicit(s, sc.up)
	}
	r.rowwise = "FROM"
	defer func() { r.rowwise = "" }()
	var from FromClause
	for _, f := range clauses {
		if to := r.clause(f, sc); from == nil {
			from = to
		} else {
			from = r.joined(CrossJoin, from, to, Expr{})
		}
	}
	for _, j := range s.joins {
		if from == nil {
			r.fail(OpSelect, CodeFrom, "nothing to join to: say from(...)")
			return nil
		}
		to := r.clause(j.target, sc)
		r.scope = sc
		from = r.joined(j.kind, from, to, r.expr(j.on))
	}
	if from == nil {
		return nil
	}
	list := r.arena.froms.list(1)
	list[0] = from
	return list
}

// joined makes a join of resolved parts.
func (r *resolver) joined(kind JoinKind, left, right FromClause, on Expr) *JoinClause {
	j := r.arena.joins.next()
	j.base, j.kind, j.left, j.right, j.on = resolvedBase, kind, left, right, on
	return j
}

// implicit is the FROM of a select that does not say one: the source that its
// own expressions name and that nothing around it has.
func (r *resolver) implicit(c *selectData, up *scope) []FromClause {
	set, joined := &r.named, &r.joinedTo
	defer set.reset()
	defer joined.reset()
	for _, j := range c.joins {
		joined.add(sourcesIn(j.target)...)
	}
	c.named(set)
	own := r.arena.froms.list(len(set.list))[:0]
	takes := &c.rest().correlation
	for _, s := range set.list {
		if !joined.has(s) && (up.find(s) == nil || !takes.takes(s)) {
			own = append(own, s)
		}
	}
	switch {
	case len(own) > 1:
		sources := make([]Source, len(own))
		for i, s := range own {
			sources[i] = s.(Source)
		}
		r.fail(OpSelect, CodeFrom, "%d sources are not joined (%s): join them, or say from(...)", len(own), namesOf(sources))
	case len(own) == 0 && len(set.list) > 0 && len(c.joins) == 0:
		r.fail(OpSelect, CodeFrom, "every source (%s) is of the query around it: say from(...), or use an alias", set.list[0].Name())
	}
	return own
}

func (r *resolver) clause(f FromClause, sc *scope) FromClause {
	if r.err != nil {
		return f
	}
	switch f := f.(type) {
	case *JoinClause:
		left := len(sc.from.occurrences)
		j := r.joined(f.kind, r.clause(f.left, sc), r.clause(f.right, sc), Expr{})
		r.scope = &scope{up: sc.up, from: sc.from, left: left}
		j.on = r.expr(f.on)
		return j
	case Source:
		if sc.from.find(f) >= 0 {
			r.fail(f.Op(), CodeFrom, "%s stands twice in FROM: use an alias", f.Name())
			return f
		}
		o := r.occurrence(f, sc, 0)
		sc.from.add(o)
		return o
	case *Occurrence:
		r.fail(OpSelect, CodeArgument, "the statement is resolved already")
		return f
	}
	r.fail(f.Op(), CodeFrom, "cannot stand in FROM")
	return f
}

// occurrence makes one; change is what is done to it as the target of a statement.
func (r *resolver) occurrence(s Source, sc *scope, change Op) *Occurrence {
	r.spend(s.Op(), 1)
	o := r.arena.occurrences.next()
	o.base, o.owner, o.change, o.hosts = resolvedBase, owner{s, o}, change, r.hosts
	if !r.hosts { // what the host says is resolved for many statements
		r.uses.add(o)
	}
	switch src := o.Origin().(type) {
	case *TableSource:
		r.tableNamed(o, s, src)
	case *TablesampleSource:
		c := *src
		outer := r.scope
		r.scope = nil
		c.percent, c.seed = r.expr(src.percent), r.expr(src.seed)
		r.scope = outer
		o.sample = &c
		table := TableOf(src)
		o.table = table
		name := s.Name()
		if _, ok := src.of.(*TableSource); ok && s == Source(src) {
			name = table.Name()
		}
		o.name = r.unique(name, table.MetaData(), false)
	case *SubquerySource:
		var up *scope
		if src.lateral {
			up = &scope{up: sc.up, from: sc.from}
		} else if s, ok := src.query.(*SelectStmt); ok && s.rest().mode != 0 {
			up, o.outer = sc.up, sc.up != nil
		}
		o.query = r.query(src.query, up, false)
		o.columns = namesOfOutputs(o.query)
		o.name = r.unique(s.Name(), nil, false)
	case *CTESource, *RecursiveSource:
		if o.cte = r.define(src); o.cte != nil {
			r.use(o, s)
		}
	case *SelfSource:
		if o.cte = r.steps[src]; o.cte == nil {
			r.fail(OpSelf, CodeFrom, "%s: what a recursive query has found can be named in its step only", src.label)
			break
		}
		r.use(o, s)
	case *ValuesSource:
		c := *src
		c.rows = slices.Clone(src.rows)
		outer := r.scope
		r.scope = nil
		for i := range c.rows {
			c.rows[i].cells = r.exprs(c.rows[i].cells)
		}
		r.scope = outer
		o.self, o.rows = s, &c
		o.columns = safeNames(src.outs)
		o.name = r.unique(s.Name(), nil, false)
	case *TableFunctionSource:
		c := *src
		outer := r.scope
		r.scope = &scope{up: sc.up, from: sc.from}
		r.table = src.call.node()
		c.call = r.expr(src.call)
		r.scope = outer
		o.function = &c
		o.columns = safeNames(src.outs)
		o.name = r.unique(s.Name(), nil, false)
	case *ExcludedSource:
		r.fail(OpExcluded, CodeFrom, "the row that an insert does not make can be named in its DO UPDATE only")
	default:
		r.fail(s.Op(), CodeFrom, "cannot stand in FROM")
	}
	o.plain = isSafe(o.name) && len(o.name) < maxName
	r.occurrences = append(r.occurrences, o)
	r.restrict(o)
	return o
}

func (r *resolver) tableNamed(o *Occurrence, s Source, src *TableSource) {
	o.table = src.table
	if s == Source(src) {
		o.name = r.unique(src.table.Name(), src.table.MetaData(), true)
	} else {
		o.name = r.unique(s.Name(), src.table.MetaData(), false)
	}
}

// use names an occurrence of what WITH defines: the first one that has no alias is
// called as the definition is, which nothing else is.
func (r *resolver) use(o *Occurrence, s Source) {
	o.columns = o.cte.columns
	_, alias := s.(*AliasSource)
	if !alias && !o.cte.used {
		o.cte.used, o.name = true, o.cte.name
		return
	}
	name := s.Name()
	if name == "" {
		name = o.cte.name
	}
	o.name = r.unique(name, nil, false)
}
