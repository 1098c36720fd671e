package expr

import (
	"github.com/sqlser/sqlser/schema"
)

// Expanded is a statement in which entities are tables and columns, and what its rows
// make of them.
type Expanded struct {
	stmt  Statement
	items []LoadedItem
}

// Statement returns the statement: no entity stands in it.
func (x *Expanded) Statement() Statement { return x.stmt }

// Items returns what each column of the statement became; nil where no whole entity
// stands among them, and each is one column as it was.
func (x *Expanded) Items() List[LoadedItem] { return List[LoadedItem]{x.items} }

// HasEntities reports whether entities stand anywhere in n: [Resolve] expands them.
func HasEntities(n Node) bool { return stateOf(n).marks.has(hasEntities) }

// HasWhole reports whether whole entities stand among the columns of a statement.
func HasWhole(n Node) bool {
	s, ok := orNone(n).(Statement)
	return ok && wholeIn(itemsOf(s))
}

// Expand makes tables, columns and conditions of the entities in a statement: attributes
// become columns or what they are computed of, relationships joins and EXISTS, whole
// entities the columns that make them. The work is bounded by [MaxSize].
func Expand(stmt Statement) (*Expanded, error) {
	if err := Err(stmt); err != nil {
		return nil, err
	}
	x := &expander{uses: map[any]*entityUse{}, sources: map[any]Source{}, needs: map[any]*subtypeNeed{}, out: new(Expanded)}
	x.m = mapping{node: x.node, source: x.source, from: x.fromAlone}
	x.lookForSubtypes(stmt)
	switch s := stmt.(type) {
	case *SelectStmt:
		x.out.stmt = x.selectStmt(s, true)
	default:
		x.out.stmt = as[Statement](x.statement(s))
	}
	if x.err != nil {
		return nil, x.err
	}
	if err := Err(x.out.stmt); err != nil {
		return nil, err
	}
	return x.out, nil
}

// expander is what Expand works with.
type expander struct {
	m        mapping
	out      *Expanded
	uses     map[any]*entityUse   // of entities and their aliases, by identity
	sources  map[any]Source       // what others became, by identity
	needs    map[any]*subtypeNeed // what of subtypes is named, by identity
	bound    []binding            // what stands in the place of an entity in a condition
	criteria []*criterion         // of the selects around
	scopes   [][]any              // identities in the FROM of each select around
	pending  []Expr               // conditions on what fromAlone returned
	visits   int
	err      *Error
}

// binding makes an entity, or an alias, in a condition mean one use of it.
type binding struct {
	identity any
	use      *entityUse
}

// criterion is what an option says of an entity. It is not applied within itself.
type criterion struct {
	option *LoadOption
	active bool
}

// subtypeNeed is what a statement names of an entity's subtypes.
type subtypeNeed struct {
	all  bool // it is loaded whole
	some []*schema.Entity
}

func (x *expander) fail(op Op, code Code, format string, args ...any) {
	if x.err == nil {
		x.err = fail(code, format, args...)
		x.err.Op = op
	}
}

func (x *expander) spend(op Op) {
	if x.visits++; x.visits > MaxSize {
		x.fail(op, CodeSize, "larger than %d nodes when its entities are expanded", MaxSize)
	}
}

// lookForSubtypes finds what has to be joined to entities with subtypes.
func (x *expander) lookForSubtypes(stmt Node) {
	need := func(s Source) *subtypeNeed {
		if x.needs[s.Identity()] == nil {
			x.needs[s.Identity()] = new(subtypeNeed)
		}
		return x.needs[s.Identity()]
	}
	Walk(stmt, func(n Node) bool {
		switch n := n.(type) {
		case *EntityExpr:
			need(n.source).all = true
		case *AttributeExpr:
			if e := EntityOf(n.source); n.attribute.Entity() != e {
				need(n.source).some = append(need(n.source).some, n.attribute.Entity())
			}
		case *LoadOption:
			if n.kind == ContainsEager && n.related.Target() != nil {
				need(n.related.Target()).all = true
			}
		}
		return n.state().marks.has(hasEntities)
	})
}

// node expands what stands in a tree.
func (x *expander) node(n Node) Node {
	if !n.state().marks.has(hasEntities) || x.err != nil {
		return n
	}
	x.spend(n.Op())
	switch n := n.(type) {
	case *AttributeExpr:
		return x.attribute(x.use(n.source), n.attribute).node()
	case *EntityExpr:
		x.fail(OpWhole, CodeForm, "it stands among the columns of a statement only")
		return n
	case *AnyExpr:
		return x.any(n).node()
	case *SelectStmt:
		return x.selectStmt(n, false)
	case *InsertStmt, *UpdateStmt, *DeleteStmt:
		return x.statement(n.(Statement))
	case *RelatedClause:
		x.fail(OpRelated, CodeFrom, "%s is joined: it cannot stand here by itself", n.relationship)
		return n
	case *LoadOption:
		x.fail(OpLoad, CodeForm, "an option of a select")
		return n
	}
	return x.children(n)
}

// children expands what is below a node.
func (x *expander) children(n Node) Node {
	c := Specs[n.Op()].copy(n)
	c.fields(&Fields{m: &x.m})
	c.state().err = nil
	return seal(c)
}

func (x *expander) expr(e Expr) Expr {
	if e.at == nil {
		return e
	}
	return exprOf(asExpr(x.node(e.node())))
}

// source expands what is in a source; of an entity it is the first table.
func (x *expander) source(s Source) Source {
	if !s.state().marks.has(hasEntities) {
		return s
	}
	if EntityOf(s) != nil {
		if u := x.use(s); len(u.tables) > 0 {
			return u.tables[0]
		}
		return nil
	}
	if to, ok := x.sources[s.Identity()]; ok {
		return to
	}
	to := as[Source](x.children(s))
	x.sources[s.Identity()] = to
	return to
}

// fromAlone expands a clause whose conditions the statement around it takes.
func (x *expander) fromAlone(f FromClause) FromClause {
	to, conds := x.from(f)
	x.pending = append(x.pending, conds...)
	return to
}

// from expands a clause of FROM, and returns what holds of its rows.
func (x *expander) from(f FromClause) (FromClause, []Expr) {
	if x.spend(f.Op()); x.err != nil {
		return f, nil
	}
	switch f := f.(type) {
	case *JoinClause:
		left, of := x.from(f.left)
		steps, held := x.join(f.kind, f.right, f.on)
		for _, j := range steps {
			left = seal(&JoinClause{kind: j.kind, left: left, right: j.target, on: j.on})
		}
		if f.kind == FullJoin && len(of) > 0 {
			x.noFull(f.left)
		}
		return left, append(of, held...)
	case Source:
		if EntityOf(f) == nil {
			return x.source(f), nil
		}
		u := x.use(f)
		return u.clause, x.conditions(u)
	}
	return as[FromClause](x.node(f)), nil
}

func (x *expander) noFull(f FromClause) {
	x.fail(OpJoin, CodeForm, "a full join of rows that are only some of their table's (%s): take them from a subquery", namesOf(sourcesIn(f)))
}

// join expands what is joined to a FROM, and returns what holds of all rows.
func (x *expander) join(kind JoinKind, target FromClause, on Expr) (steps []SelectJoin, held []Expr) {
	if r, ok := target.(*RelatedClause); ok {
		x.spend(OpRelated)
		if !x.leads(r) {
			return nil, nil
		}
		right := x.use(r.Target())
		return x.along(kind, r, x.use(r.source), right), nil
	}
	to, conds := x.from(target)
	on = x.expr(on)
	switch kind {
	case CrossJoin:
		held = conds
	case FullJoin:
		if len(conds) > 0 {
			x.noFull(target)
		}
	default:
		on = andAll(on, conds)
	}
	return []SelectJoin{{kind: kind, target: to, on: on}}, held
}

func andAll(x Expr, conds []Expr) Expr {
	terms := make([]any, 0, 1+len(conds))
	if !x.IsZero() {
		terms = append(terms, x)
	}
	for _, c := range conds {
		terms = append(terms, c)
	}
	if len(terms) == 0 {
		return Expr{}
	}
	return And(terms...)
}

// equalities are the pairs of columns of two sides.
func equalities(pairs []schema.ColumnPair, local, remote func(*schema.Column) Expr) []Expr {
	conds := make([]Expr, len(pairs))
	for i, p := range pairs {
		conds[i] = local(p.Local).Eq(remote(p.Remote))
	}
	return conds
}

func columnsUnder(s Source) func(*schema.Column) Expr {
	return func(c *schema.Column) Expr { return column(s, OutputOf(c)) }
}

// link are the sources and conditions of a relationship between two uses: near is to the
// table between them, where there is one; far is the rest, and what holds of the target.
func (x *expander) link(r *RelatedClause, left, right *entityUse) (through Source, near, far []Expr) {
	rel := r.relationship
	of := []*entityUse{right}
	if t := rel.Through(); t != nil {
		through = Table(t).Alias(t.Name())
		near = equalities(rel.Pairs(), left.column, columnsUnder(through))
		far = equalities(rel.FarPairs(), columnsUnder(through), right.column)
		of = append(of, &entityUse{entity: right.entity, tables: []Source{through}})
	} else {
		far = equalities(rel.Pairs(), left.column, right.column)
	}
	if c := rel.Condition(); c != nil {
		far = append(far, x.hosts(c, append(of, left)...))
	}
	if !r.and.IsZero() {
		far = append(far, x.under(right, r.and, r.of, Entity(rel.Target())))
	}
	return through, near, append(far, x.conditions(right)...)
}

// along joins right to left by a relationship.
func (x *expander) along(kind JoinKind, r *RelatedClause, left, right *entityUse) []SelectJoin {
	if kind == FullJoin && len(x.conditions(right)) > 0 {
		x.noFull(r)
	}
	through, near, far := x.link(r, left, right)
	if through == nil {
		return []SelectJoin{{kind: kind, target: right.clause, on: andAll(Expr{}, far)}}
	}
	if kind == InnerJoin {
		return []SelectJoin{{kind: kind, target: through, on: andAll(Expr{}, near)}, {kind: kind, target: right.clause, on: andAll(Expr{}, far)}}
	}
	both := seal(&JoinClause{kind: InnerJoin, left: through, right: right.clause, on: andAll(Expr{}, far)})
	return []SelectJoin{{kind: kind, target: both, on: andAll(Expr{}, near)}}
}

// leads refuses a relationship of which it is not known what it leads to: one that is missing.
func (x *expander) leads(r *RelatedClause) bool {
	if r.Target() == nil {
		x.fail(OpRelated, CodeName, "%s: what it leads to is not known", r.relationship)
	}
	return r.Target() != nil
}

// any makes EXISTS of what is asked about a relationship.
func (x *expander) any(n *AnyExpr) Expr {
	r := n.related
	if !x.leads(r) {
		return exprOf(n)
	}
	left, target := x.use(r.source), r.Target()
	right := x.use(target)
	if x.err != nil {
		return exprOf(n)
	}
	if left.shares(right) { // the one that it leads to is another one
		need := x.needs[target.Identity()]
		if need == nil {
			need = new(subtypeNeed)
		}
		right = x.newUse(EntityOf(target), true, "", need)
	}
	x.scopes = append(x.scopes, identitiesOf(right))
	through, near, far := x.link(r, left, right)
	from, first := right.clause, right.column
	if through != nil {
		from = seal(&JoinClause{kind: InnerJoin, left: through, right: right.clause, on: andAll(Expr{}, far)})
		first, far = columnsUnder(through), nil
	}
	where := andAll(Expr{}, append(near, far...))
	if !n.where.IsZero() {
		where = andAll(where, []Expr{x.under(right, n.where, target)})
	}
	x.scopes = x.scopes[:len(x.scopes)-1]
	key := r.relationship.Pairs()[0].Remote
	return Exists(seal(selectOf(selectData{items: []Item{{expr: first(key)}}, from: []FromClause{from}, where: where})))
}

func identitiesOf(u *entityUse) (list []any) {
	for _, s := range u.tables {
		list = append(list, s.Identity())
	}
	return list
}

// statement expands a change, or a query that is no select.
func (x *expander) statement(s Statement) Node {
	outer := x.pending
	x.pending = nil
	defer func() { x.pending = outer }()
	items := itemsOf(s)
	top := s.Op() != OpSelect && len(x.scopes) == 0 && x.out.stmt == nil
	set := func(n Node, list []Item) {
		switch n := n.(type) {
		case *InsertStmt:
			d := n.data()
			d.returning = list
			n.set(d)
		case *UpdateStmt:
			n.returning = list
		case *DeleteStmt:
			n.returning = list
		}
	}
	c := Specs[s.Op()].copy(s)
	set(c, nil)
	x.scopes = append(x.scopes, x.scopeOfChange(s))
	c.fields(&Fields{m: &x.m})
	list := x.items(items, top)
	x.scopes = x.scopes[:len(x.scopes)-1]
	set(c, list)
	x.change(s, c)
	c.state().err = nil
	return seal(c)
}

// items expands the columns of a statement that loads nothing beside them.
func (x *expander) items(items []Item, top bool) (list []Item) {
	l := &loading{x: x, add: func(i Item) int { list = append(list, i); return len(list) - 1 }}
	for _, i := range items {
		w, ok := i.expr.node().(*EntityExpr)
		switch {
		case !ok:
			l.item(i, top)
		case top:
			l.whole(i, x.use(w.source), w.source, nil)
		default:
			for _, k := range EntityOf(w.source).Key() {
				list = append(list, Item{expr: x.attribute(x.use(w.source), k)})
			}
		}
	}
	if top && wholeIn(items) {
		x.out.items = l.items
	}
	return list
}
