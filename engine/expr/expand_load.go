package expr

import (
	"slices"

	"github.com/sqlser/sqlser/schema"
)

// LoadedItem is what a column of a statement became: a whole entity, or one column.
type LoadedItem struct {
	Name   string
	Entity *LoadedEntity // nil for a column
	Column int           // where there is no entity
}

// LoadedEntity says which columns of a row make an entity.
type LoadedEntity struct {
	Entity        *schema.Entity
	Attributes    []LoadedAttribute // also those of subtypes, which rows of these alone have
	Key           []int             // columns; of a row without the entity all are NULL
	Discriminator int               // a column, or -1
	Related       []*LoadedRelated
}

// LoadedAttribute is an attribute and its column.
type LoadedAttribute struct {
	Attribute *schema.Attribute
	Column    int
}

// LoadedRelated says how a relationship of an entity is loaded.
type LoadedRelated struct {
	Relationship *schema.Relationship
	Kind         LoadKind
	Joined       *LoadedEntity // JoinedLoad and ContainsEager: the columns of the same row
	Local        []int         // SelectinLoad and SubqueryLoad: columns that the key of the other statement equals

	source   Source
	option   *LoadOption
	stmt     *SelectStmt   // SubqueryLoad: the statement that it is of
	criteria []*LoadOption // of that statement
}

// EntityOfRow returns which entity a row is: the one, or the subtype, whose identity its
// discriminator is.
func (l *LoadedEntity) EntityOfRow(row []Value) *schema.Entity {
	if l.Discriminator < 0 || l.Discriminator >= len(row) || l.Entity == nil {
		return l.Entity
	}
	for _, e := range l.Entity.Subtypes() {
		if v, ok := e.Identity().Literal(); ok {
			if is, err := ValueOf(v, l.Entity.Discriminator().Type()); err == nil && is.Plain() == row[l.Discriminator].Plain() {
				return e
			}
		}
	}
	return l.Entity
}

// loading makes columns of what is loaded.
type loading struct {
	x     *expander
	stmt  *SelectStmt // whose options say what; nil for a change
	add   func(Item) int
	items []LoadedItem
	joins []SelectJoin
	order []Order
}

// item adds a column that is no whole entity.
func (l *loading) item(i Item, top bool) {
	to := i
	if to.expr = l.x.expr(i.expr); top {
		l.expanded(i, to.expr)
		return
	}
	if _, ok := i.expr.node().(*AttributeExpr); ok {
		to = itemOf(to.expr, i.Name())
	}
	l.add(to)
}

// expanded adds what a column became, under the name that it had.
func (l *loading) expanded(i Item, to Expr) {
	label := i.label
	if i.expr.node() != to.node() {
		label = i.Name()
	}
	l.items = append(l.items, LoadedItem{Name: i.Name(), Column: l.add(itemOf(to, label))})
}

// whole adds the columns of a whole entity, and of what is loaded with it.
func (l *loading) whole(i Item, u *entityUse, s Source, options []*LoadOption) {
	l.items = append(l.items, LoadedItem{Name: i.Name(), Entity: l.entity(u, s, options, true)})
	if i.label != "" {
		l.items[len(l.items)-1].Name = i.label
	}
}

// optionsOf returns the select's options that are of a source.
func (l *loading) optionsOf(s Source) (list []*LoadOption) {
	for _, o := range l.stmt.rest().options {
		if of := o.of(); of != nil && of.Identity() == s.Identity() {
			list = append(list, o)
		}
	}
	return list
}

// attributesOf returns what is loaded of an entity, and, with it, of its subtypes: all but
// what options leave out.
func attributesOf(e *schema.Entity, options []*LoadOption) (list []*schema.Attribute) {
	var only, deferred []*schema.Attribute
	limited := false
	for _, o := range options {
		for _, x := range o.attributes {
			a := x.node().(*AttributeExpr).attribute
			if o.kind == LoadOnly {
				only, limited = append(only, a), true
				deferred = slices.DeleteFunc(deferred, func(d *schema.Attribute) bool { return d == a })
			} else {
				deferred = append(deferred, a)
			}
		}
	}
	named := func(set []*schema.Attribute, a *schema.Attribute) bool {
		return slices.ContainsFunc(set, func(o *schema.Attribute) bool {
			return o == a || o.Name() == a.Name() && (a.Entity().Is(o.Entity()) || o.Entity().Is(a.Entity()))
		})
	}
	seen := map[string]bool{}
	for _, of := range append([]*schema.Entity{e}, e.Subtypes()...) {
		for _, a := range of.Attributes() {
			if of != e && (e.Attribute(a.Name()) != nil || of.Parent() != e && of.Parent().Attribute(a.Name()) != nil) {
				continue // it is inherited
			}
			key := of.Name() + "\x00" + a.Name()
			must := slices.Contains(e.Key(), a) || a == e.Discriminator()
			if seen[key] || !must && (limited && !named(only, a) || !limited && a.IsDeferred() || named(deferred, a)) {
				continue
			}
			seen[key] = true
			list = append(list, a)
		}
	}
	return list
}

// needed returns what a subquery has to show of an entity so that it can be loaded.
func (l *loading) needed(u *entityUse, options []*LoadOption) (columns []*schema.Column, computed []*schema.Attribute) {
	for _, a := range attributesOf(u.entity, options) {
		if a.Column() != nil {
			columns = append(columns, a.Column())
		} else {
			computed = append(computed, a)
		}
	}
	for _, o := range options {
		if o.related == nil {
			continue
		}
		for _, p := range o.related.relationship.Pairs() {
			columns = append(columns, p.Local)
		}
		if c, ok := o.related.relationship.Condition().(Expr); ok {
			for _, col := range c.Columns() {
				if u.has(col) && !isOf(o.related.relationship.Target(), col) {
					columns = append(columns, col)
				}
			}
		}
	}
	return columns, computed
}

// isOf reports whether a column is of one of an entity's tables.
func isOf(e *schema.Entity, c *schema.Column) bool {
	return slices.ContainsFunc(e.Tables(), func(t *schema.Table) bool { return t.Base() == c.Table().Base() })
}

// entity adds the columns of an entity; options are those of it. Own is where the
// statement's rows are of it, and not of what it leads to.
func (l *loading) entity(u *entityUse, s Source, options []*LoadOption, own bool) *LoadedEntity {
	e := &LoadedEntity{Entity: u.entity, Discriminator: -1}
	known := map[*schema.Column]int{}
	column := func(c *schema.Column, name string) int {
		at, ok := known[c]
		if !ok {
			at = l.add(itemOf(u.column(c), name))
			known[c] = at
		}
		return at
	}
	for _, a := range attributesOf(u.entity, options) {
		l.x.spend(OpWhole)
		at := 0
		if a.Column() != nil {
			at = column(a.Column(), a.Name())
		} else {
			at = l.add(itemOf(l.x.attribute(u, a), a.Name()))
		}
		e.Attributes = append(e.Attributes, LoadedAttribute{a, at})
	}
	for _, k := range u.entity.Key() {
		e.Key = append(e.Key, column(k.Column(), k.Name()))
	}
	if d := u.entity.Discriminator(); d != nil && len(u.entity.Subtypes()) > 0 {
		e.Discriminator = column(d.Column(), d.Name())
	}
	last := map[string]int{}
	for i, o := range options {
		if o.related != nil {
			last[o.related.relationship.Name()] = i
		}
	}
	for i, o := range options {
		if o.related == nil || last[o.related.relationship.Name()] != i || l.x.err != nil {
			continue
		}
		e.Related = append(e.Related, l.related(u, s, o, column, own))
	}
	return e
}

func (l *loading) related(u *entityUse, s Source, o *LoadOption, column func(*schema.Column, string) int, own bool) *LoadedRelated {
	r := o.related.relationship
	to := &LoadedRelated{Relationship: r, Kind: o.kind, source: s, option: o}
	if !l.x.leads(o.related) {
		return to
	}
	target := o.related.Target()
	for _, n := range o.options {
		if of := n.of(); of != nil && of.Identity() != target.Identity() && of.Identity() != any(r.Target()) {
			l.x.fail(OpLoad, CodeName, "%s is of %s, and %s leads to %s", n.kind, of.Name(), r, target.Name())
		}
	}
	switch o.kind {
	case JoinedLoad:
		right := l.x.newUse(EntityOf(target), true, "", &subtypeNeed{all: true})
		l.joins = append(l.joins, l.x.along(LeftJoin, o.related, u, right)...)
		for _, by := range r.OrderBy() {
			l.order = append(l.order, Order{expr: l.x.attribute(right, by.Attribute), desc: by.Desc})
		}
		to.Joined = l.entity(right, target, o.options, false)
	case ContainsEager:
		to.Joined = l.entity(l.x.use(target), target, o.options, false)
	case SelectinLoad, SubqueryLoad:
		if l.stmt != nil {
			for _, c := range l.stmt.rest().options {
				if c.kind == LoaderCriteria {
					to.criteria = append(to.criteria, c)
				}
			}
		}
		if o.kind == SubqueryLoad && own {
			to.stmt = l.stmt
		}
		for _, c := range to.localColumns() {
			to.Local = append(to.Local, column(c, c.Name()))
		}
	}
	return to
}

// byParent reports whether the condition of the relationship names columns of the entity
// that has it: then that is joined to what it leads to.
func (l *LoadedRelated) byParent() bool {
	c, ok := l.Relationship.Condition().(Expr)
	return ok && slices.ContainsFunc(c.Columns(), func(c *schema.Column) bool {
		t := l.Relationship.Through()
		return !isOf(l.Relationship.Target(), c) && isOf(l.Relationship.Entity(), c) && (t == nil || t.Base() != c.Table().Base())
	})
}

// localColumns are the columns of the entity that the other statement's key equals.
func (l *LoadedRelated) localColumns() (list []*schema.Column) {
	if l.byParent() {
		for _, k := range l.Relationship.Entity().Key() {
			list = append(list, k.Column())
		}
		return list
	}
	for _, p := range l.Relationship.Pairs() {
		list = append(list, p.Local)
	}
	return list
}

// LoadingSelect is a statement that loads what a relationship leads to, and what it is expanded
// to: the entity is its last item.
type LoadingSelect struct {
	Stmt     *SelectStmt
	Expanded *Expanded
	Key      []int // columns that hold the key
}

// KeyList is the name of the value of the host's that [LoadedRelated.SelectListed] asks for. No
// policy can name it.
const KeyList = " keys"

// HasIntegerKey reports whether the key is one integer, so that SelectListed is for it.
func (l *LoadedRelated) HasIntegerKey() bool {
	if l.Relationship == nil {
		return false
	}
	c := l.localColumns()
	return len(c) == 1 && c[0].Type().Family() == schema.FamilyInteger && c[0].Type().Host() == nil
}

// SelectListed is Select of a SelectinLoad for any number of integers: the session gives them as
// one list, the value of the host's called [KeyList].
func (l *LoadedRelated) SelectListed() (*LoadingSelect, error) {
	list := &Parameter{name: KeyList, typ: schema.ArrayOf(schema.BigInteger), host: true}
	return l.selectWhere(func(key []Expr) Expr {
		if len(key) != 1 {
			return refuse(OpIn, fail(CodeForm, "a key of %d columns in a list of one", len(key)))
		}
		return key[0].In(ParamOf(list))
	})
}

// Select returns the statement that loads what the relationship leads to, by the key that Local
// holds. Of a SelectinLoad it is for these keys, of which none is NULL; of a SubqueryLoad for all
// that the statement gives.
func (l *LoadedRelated) Select(keys [][]Value) (*LoadingSelect, error) {
	return l.selectWhere(func(key []Expr) Expr { return keyIn(key, keys) })
}

func (l *LoadedRelated) selectWhere(in func(key []Expr) Expr) (*LoadingSelect, error) {
	if l.option == nil {
		return nil, missing("the relationship")
	}
	s, key := l.selectOf(in)
	if l.stmt == nil && l.Relationship.Through() == nil && !l.byParent() { // most often it is loaded as a part of the entity
		x, err := Expand(s)
		if err != nil {
			return nil, err
		}
		if at := x.items[0].Entity.remotes(l.Relationship); at != nil {
			return &LoadingSelect{s, x, at}, nil
		}
	}
	items := make([]any, 0, len(key)+1)
	for _, k := range key {
		items = append(items, k)
	}
	s = s.Columns(append(items, l.option.related.Target())...)
	x, err := Expand(s)
	if err != nil {
		return nil, err
	}
	made := &LoadingSelect{s, x, make([]int, len(key))}
	for i := range key {
		made.Key[i] = x.items[i].Column
	}
	return made, nil
}

// remotes are the columns that hold what the pairs of a relationship lead to; nil where one
// is not loaded.
func (l *LoadedEntity) remotes(r *schema.Relationship) (list []int) {
	for _, p := range r.Pairs() {
		i := slices.IndexFunc(l.Attributes, func(a LoadedAttribute) bool { return a.Attribute.Column() == p.Remote })
		if i < 0 {
			return nil
		}
		list = append(list, l.Attributes[i].Column)
	}
	return list
}

// selectOf returns the statement, which gives the entity alone, and the key.
func (l *LoadedRelated) selectOf(in func(key []Expr) Expr) (*SelectStmt, []Expr) {
	r, rc := l.Relationship, l.option.related
	target := rc.Target()
	var key []Expr
	var from FromClause = target
	var conds []any
	switch {
	case l.byParent():
		parent := Entity(r.Entity()).Alias(r.Entity().Table().Name())
		for _, k := range r.Entity().Key() {
			key = append(key, attribute(parent, k))
		}
		from = Join(InnerJoin, parent, Related(parent, r).OfType(rc.of).And(given(rc.and)...))
	case r.Through() != nil:
		through := Table(r.Through())
		on := make([]any, 0, 1)
		for _, c := range equalities(r.FarPairs(), columnsUnder(through), columnUnder(target)) {
			on = append(on, c)
		}
		from = Join(InnerJoin, through, target, on...)
		key = remotes(r, columnsUnder(through))
	default:
		key = remotes(r, columnUnder(target))
	}
	if !l.byParent() {
		conds = append(conds, given(rc.and)...)
		if c := r.Condition(); c != nil {
			x := &expander{uses: map[any]*entityUse{}, needs: map[any]*subtypeNeed{}, out: new(Expanded)}
			of := []*entityUse{{entity: EntityOf(target), columns: map[*schema.Column]Expr{}}}
			for _, t := range EntityOf(target).Tables() {
				for _, col := range t.Columns() {
					of[0].columns[col.Base()] = columnUnder(target)(col)
				}
			}
			if t := r.Through(); t != nil {
				of = append(of, &entityUse{entity: EntityOf(target), tables: []Source{Table(t)}})
			}
			conds = append(conds, x.hosts(c, of...))
		}
	}
	if l.stmt != nil {
		shown := l.subquery()
		on := make([]any, len(key))
		for i := range key {
			on[i] = key[i].Eq(column(shown, shown.Columns()[i]))
			key[i] = column(shown, shown.Columns()[i])
		}
		from = seal(&JoinClause{kind: InnerJoin, left: shown, right: from, on: And(on...)})
	} else {
		conds = append(conds, in(key))
	}
	s := Select(target).From(from).Where(conds...).Options(l.option.options...).Options(l.criteria...)
	for _, by := range r.OrderBy() {
		s = s.OrderBy(Order{expr: attribute(target, by.Attribute), desc: by.Desc})
	}
	return s, key
}

// IsByKeys reports whether Select is for keys.
func (l *LoadedRelated) IsByKeys() bool { return l.stmt == nil }

// given is a list of an expression, or of none.
func given(x Expr) []any {
	if x.IsZero() {
		return nil
	}
	return []any{x}
}

// columnUnder gives columns of the tables of an entity that stands in FROM.
func columnUnder(s Source) func(*schema.Column) Expr {
	return func(c *schema.Column) Expr {
		if e, ok := s.(*EntitySource); ok {
			for _, t := range e.entity.Tables() {
				if own := t.Lookup(c.Name()); own != nil && t.Base() == c.Table().Base() {
					return column(Table(t), OutputOf(own))
				}
			}
		}
		return columnOf(s, c)
	}
}

// remotes are the columns that the pairs lead to.
func remotes(r *schema.Relationship, in func(*schema.Column) Expr) []Expr {
	var list []Expr
	for _, p := range r.Pairs() {
		list = append(list, in(p.Remote))
	}
	return list
}

func keyIn(key []Expr, keys [][]Value) Expr {
	list := make([]any, len(keys))
	if len(key) == 1 {
		for i, k := range keys {
			list[i] = Literal(k[0])
		}
		return key[0].In(list...)
	}
	parts := make([]any, len(key))
	for i, k := range key {
		parts[i] = k
	}
	for i, k := range keys {
		values := make([]any, len(k))
		for at, v := range k {
			values[at] = Literal(v)
		}
		list[i] = Tuple(values...)
	}
	return Tuple(parts...).In(list...)
}

// subquery is the statement as a source of the keys that it gives, each once.
func (l *LoadedRelated) subquery() *SubquerySource {
	s := l.stmt.withMore(func(c *selectData, m *selectMore) {
		c.items = nil
		for i, col := range l.localColumns() {
			c.items = append(c.items, Item{columnUnder(l.source)(col), "k" + string(rune('1'+i%9))})
		}
		if c.limit.IsZero() && c.offset.IsZero() && len(m.on) == 0 {
			c.order = nil
		}
		m.options = l.criteria
		m.lock = Lock{}
	})
	m := s.rest()
	if s.one(limitPart).IsZero() && s.one(offsetPart).IsZero() && len(m.on) == 0 {
		return Subquery(s.Distinct(), "")
	}
	all := Subquery(s, "")
	return Subquery(Select(all).Distinct(), "")
}
