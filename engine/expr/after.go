package expr

import (
	"slices"
	"strings"

	"github.com/sqlser/sqlser/schema"
)

// After keeps the rows behind the one that has these values in what ORDER BY
// names, a value a key, or one tuple of them: the next page. No key may be NULL, and together they must tell
// the rows apart: else some would be lost. Where tables say what their keys are, the select as it is so far is held to that.
func (s *SelectStmt) After(values ...any) *SelectStmt {
	wrong := func(err *Error) *SelectStmt {
		return s.withMore(func(_ *selectData, m *selectMore) { m.wrong(err) })
	}
	if len(values) == 1 {
		if t, ok := Of(values[0]).node().(*TupleExpr); ok && t.err == nil {
			values = make([]any, len(t.items))
			for i, x := range t.items {
				values[i] = x
			}
		}
	}
	var d selectData
	if s != nil {
		d = s.data()
	}
	if len(d.order) == 0 || len(d.order) != len(values) {
		return wrong(fail(CodeArgument, "after: expected a value for each of %s of ORDER BY, got %d", count(len(d.order), "key"), len(values)))
	}
	if m := d.rest(); len(d.group) > 0 || m.distinct || len(m.on) > 0 {
		return wrong(fail(CodeForm, "after: pages of groups or of distinct rows: take them from a subquery"))
	}
	keys, rows := make([]Expr, len(values)), pageOf(&d)
	for i, o := range d.order {
		keys[i] = o.expr
		if r, ok := o.expr.node().(*RefExpr); ok {
			at, err := (&labels{named: d.items}).find(r.name)
			if err != nil {
				return wrong(err)
			}
			keys[i] = d.items[at].expr
		}
		if of, c := plainColumn(keys[i]); c != nil && (c.Nullable() || rows.outer.has(of)) {
			return wrong(fail(CodeForm, "after: %s may be NULL, and rows without it would be lost", c))
		}
		if keys[i].at != nil && keys[i].at.marks.has(hasWindows) {
			return wrong(fail(CodeForm, "after: a window function: take it from a subquery"))
		}
		if l, ok := Of(values[i]).node().(*LiteralExpr); ok && l.err == nil && l.isNull() {
			return wrong(fail(CodeValue, "after: value %d is NULL", i+1))
		}
		if of := rows.own(Of(values[i])); of != nil {
			return wrong(fail(CodeArgument, "after: value %d: expected what the last row of the page before has there, got what each row of %s has", i+1, of.Name()))
		}
	}
	if of, key := rows.alike(keys); of != nil {
		return wrong(fail(CodeForm, "after: rows of %s that are alike in what is ordered by would be lost: order by %s as well", of.Name(), key))
	}
	var cond Expr
	for i := len(keys) - 1; i >= 0; i-- {
		op := OpGt
		if d.order[i].desc {
			op = OpLt
		}
		behind := Binary(op, keys[i], values[i])
		if !cond.IsZero() {
			behind = Or(behind, And(keys[i].Eq(values[i]), cond))
		}
		cond = behind
	}
	return s.Where(cond)
}

// page tells whether keys tell the rows of a select apart.
type page struct {
	sources, outer sourceSet // in FROM, as far as it is known; those whose row may be missing
	follows        []follows
}

// follows says that a column has one value where another, or none, is given.
type follows struct{ column, of sourceColumn }

type sourceColumn struct {
	source any // the identity
	column *schema.Column
}

// maxPageSources is how many sources are looked at; of more nothing is said.
const maxPageSources = 64

func pageOf(d *selectData) *page {
	p := &page{}
	for _, c := range d.from {
		p.clause(c)
	}
	for _, j := range d.joins {
		p.join(j.kind, p.sources.list, j.target, j.on)
	}
	if len(d.from) == 0 {
		for _, i := range d.items {
			namedIn(i.expr, &p.sources)
		}
		for _, o := range d.order {
			namedIn(o.expr, &p.sources)
		}
	}
	p.condition(d.where, nil)
	return p
}

// clause adds what stands in FROM.
func (p *page) clause(clause FromClause) {
	if j, ok := clause.(*JoinClause); ok {
		before := len(p.sources.list)
		p.clause(j.left)
		p.join(j.kind, p.sources.list[before:], j.right, j.on)
		return
	}
	p.sources.add(sourcesIn(clause)...)
}

// join adds the right side of a join.
func (p *page) join(kind JoinKind, left []Source, right FromClause, on Expr) {
	joined := sourcesIn(right)
	switch kind {
	case LeftJoin:
		p.outer.add(joined...)
	case FullJoin:
		p.outer.add(left...)
		p.outer.add(joined...)
	}
	p.clause(right)
	if kind == FullJoin { // either side may be without the other
		return
	}
	var only *sourceSet // whose columns the condition says the values of
	if kind == LeftJoin {
		only = &sourceSet{}
		only.add(joined...)
	}
	p.condition(on, only)
	r, ok := right.(*RelatedClause)
	if !ok || len(joined) != 1 || r.relationship.Through() != nil || r.relationship.Condition() != nil {
		return
	}
	p.condition(r.and, only)
	for _, pair := range r.relationship.Pairs() {
		local, remote := sourceColumn{r.source.Identity(), pair.Local}, sourceColumn{joined[0].Identity(), pair.Remote}
		if p.follows = append(p.follows, follows{remote, local}); only == nil {
			p.follows = append(p.follows, follows{local, remote})
		}
	}
}

// condition adds what a condition that holds says of the columns of some sources, or of any for nil.
func (p *page) condition(x Expr, only *sourceSet) {
	switch n := x.node().(type) {
	case *LogicExpr:
		for _, t := range n.terms {
			if !n.or {
				p.condition(t, only)
			}
		}
	case *BinaryExpr:
		if n.op == OpEq {
			p.equal(n.left, n.right, only)
			p.equal(n.right, n.left, only)
		}
	}
}

// equal adds that x has the value of y, if that says something of a column.
func (p *page) equal(x, y Expr, only *sourceSet) {
	of, c := plainColumn(x)
	if c == nil || only != nil && !only.has(of) {
		return
	}
	f := follows{column: sourceColumn{of.Identity(), c}}
	switch y.node().(type) {
	case *LiteralExpr, *ParamExpr:
	default:
		from, c := plainColumn(y)
		if c == nil {
			return
		}
		f.of = sourceColumn{from.Identity(), c}
	}
	p.follows = append(p.follows, f)
}

// own returns a source in FROM whose rows x is of, or nil.
func (p *page) own(x Expr) Source {
	var named sourceSet
	namedIn(x, &named)
	for _, s := range named.list {
		if p.sources.has(s) {
			return s
		}
	}
	return nil
}

// alike returns a source whose rows may be several where all keys are given, and what would tell
// them apart; nil where there is none, and of what has no keys that are known.
func (p *page) alike(keys []Expr) (Source, string) {
	if len(p.sources.list) > maxPageSources {
		return nil, ""
	}
	one, given := map[any]bool{}, map[sourceColumn]bool{}
	for _, k := range keys {
		if of, c := plainColumn(k); c != nil {
			given[sourceColumn{of.Identity(), c}] = true
		}
	}
	isGiven := func(c sourceColumn) bool { return c.column == nil || given[c] || one[c.source] }
	unique := make([][][]*schema.Column, len(p.sources.list))
	for i, s := range p.sources.list {
		unique[i] = uniqueKeys(s)
	}
	for more := true; more; {
		more = false
		for _, f := range p.follows {
			if !isGiven(f.column) && isGiven(f.of) {
				given[f.column], more = true, true
			}
		}
		for i, s := range p.sources.list {
			isOne := len(unique[i]) == 0 || slices.ContainsFunc(unique[i], func(key []*schema.Column) bool {
				return !slices.ContainsFunc(key, func(c *schema.Column) bool { return !isGiven(sourceColumn{s.Identity(), c}) })
			})
			if isOne && !one[s.Identity()] {
				one[s.Identity()], more = true, true
			}
		}
	}
	for i, s := range p.sources.list {
		if !one[s.Identity()] {
			return s, keyText(s, unique[i][0])
		}
	}
	return nil, ""
}

// uniqueKeys lists the columns that tell the rows of a table apart.
func uniqueKeys(s Source) (keys [][]*schema.Column) {
	add := func(key []*schema.Column) {
		if len(key) > 0 && !slices.ContainsFunc(key, (*schema.Column).Nullable) {
			keys = append(keys, key)
		}
	}
	for _, t := range tablesUnder(s) {
		add(t.PrimaryKey())
		for _, key := range t.UniqueKeys() {
			add(key)
		}
		for _, i := range t.Indexes() {
			if i.IsUnique() && i.Where().IsZero() {
				add(i.Columns())
			}
		}
	}
	return keys
}

// keyText names the columns of a key as a source has them.
func keyText(s Source, key []*schema.Column) string {
	names := make([]string, len(key))
	for i, c := range key {
		name := c.Name()
		if e := EntityOf(s); e != nil {
			if a := e.AttributeOf(c); a != nil {
				name = a.Name()
			}
		}
		names[i] = s.Name() + "." + name
	}
	return strings.Join(names, ", ")
}

// plainColumn returns the source and the column of the metadata that x is, or nil.
func plainColumn(x Expr) (Source, *schema.Column) {
	switch n := x.node().(type) {
	case *ColumnExpr:
		if n.of != nil && n.column != nil {
			return n.of.self, n.column
		}
	case *AttributeExpr:
		if n.attribute != nil && n.source != nil {
			return n.source, n.attribute.Column()
		}
	}
	return nil, nil
}
