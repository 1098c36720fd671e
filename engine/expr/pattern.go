package expr

import "github.com/sqlser/sqlser/schema"

// Pattern is a statement of which some literals may have other values: those whose values
// neither the checks of nodes look at nor what else is known of a tree when it is built, such as its
// type, size and marks, or only so that what they look for is looked for again. It is immutable and
// safe for concurrent use.
type Pattern struct {
	root     *branch
	free     []freeLiteral
	binaries int // among what is copied
	operands int // of the lists that are copied

	// What AppendPlanKey says of the statement, and how its values come from those of the free literals.
	planned bool
	key     []byte
	values  []Value
	classes []valueClass // of the free literals
}

// freeLiteral is a literal that may have other values of its kind.
type freeLiteral struct {
	node *LiteralExpr
	rule rule
	typ  schema.Type // that the rule is about
}

// rule says what is asked of a literal's value.
type rule uint8

const (
	anyValue rule = iota
	notNegative
	fits    // a column of the type holds it
	isLabel // of the type
)

// valueClass is which value of a plan a literal has.
type valueClass struct {
	index int
	fixed bool // others have it that may have no other value
}

// branch is a node above free literals, and how it leads to them.
type branch struct {
	node Node
	kids []kid
}

// kid is a place in a node: what stands there is a free literal, or a branch.
type kid struct {
	place place
	index int     // in the list that the place is
	at    int     // of the free literals, where there is no branch
	to    *branch // or nil
}

// place is where in a node something stands.
type place uint8

const (
	inWhere place = iota
	inHaving
	inLimit
	inOffset
	inJoin
	inTerm
	inLeft
	inRight
	inX
	inLow
	inHigh
	inQuery
	inCell // index counts the cells of all rows
	inSet
)

// NewPattern makes a pattern of a statement that is sound, and returns which of these literals of it are
// free, in the order that [Pattern.With] asks for: as indexes. It is nil where none is.
func NewPattern(root Node, literals []*LiteralExpr) (*Pattern, []int) {
	if root = orNone(root); root == nil || Err(root) != nil {
		return nil, nil
	}
	f := patternFinder{known: make(map[*LiteralExpr]int, len(literals))}
	for i, l := range literals {
		f.known[l] = i
	}
	f.root = f.statement(root)
	if f.root == nil {
		return nil, nil
	}
	f.plan(root)
	return &f.Pattern, f.found
}

// takes reports whether the literal may have the value.
func (f *freeLiteral) takes(v Value) bool {
	if v.kind != f.node.v.kind || v.check() != nil {
		return false
	}
	switch f.rule {
	case notNegative:
		return v.Int() >= 0
	case fits:
		return unfit(f.typ, v) == ""
	case isLabel:
		return f.typ.HasLabel(v.text)
	}
	return true
}

// patternFinder finds the free literals of a pattern.
type patternFinder struct {
	Pattern
	known map[*LiteralExpr]int
	found []int
}

// literal is the kid that x is, or none if it is no free literal.
func (f *patternFinder) literal(kids []kid, at place, index int, x Expr, rule rule, t schema.Type) []kid {
	l, ok := x.node().(*LiteralExpr)
	if !ok || l.v.IsNull() || !l.as.IsUnknown() || t.Host() != nil {
		return kids
	}
	i, ok := f.known[l]
	if !ok {
		return kids
	}
	delete(f.known, l) // it stands in one place
	f.free = append(f.free, freeLiteral{l, rule, t})
	f.found = append(f.found, i)
	return append(kids, kid{place: at, index: index, at: len(f.free) - 1})
}

// beside is literal, of what is compared with x.
func (f *patternFinder) beside(kids []kid, at place, index int, literal, x Expr) []kid {
	if _, ok := x.node().(*LiteralExpr); ok || x.at == nil || x.isBeside() {
		return kids
	}
	rule, t := anyValue, x.Type()
	if l, ok := literal.node().(*LiteralExpr); ok && t.Kind() == schema.KindEnum && !t.IsArray() && l.v.kind == schema.KindText {
		rule = isLabel
	}
	return f.literal(kids, at, index, literal, rule, t)
}

// bound is literal, of a LIMIT or OFFSET.
func (f *patternFinder) bound(kids []kid, at place, x Expr) []kid {
	return f.literal(kids, at, 0, x, notNegative, schema.Unknown)
}

// under is a kid that leads on, or none.
func under(kids []kid, at place, index int, to *branch) []kid {
	if to == nil {
		return kids
	}
	return append(kids, kid{place: at, index: index, to: to})
}

func newBranch(n Node, kids []kid) *branch {
	if len(kids) == 0 {
		return nil
	}
	return &branch{n, kids}
}

// statement looks into the clauses of a statement whose values nothing else depends on. Sources
// are left alone: another source has other columns.
func (f *patternFinder) statement(n Node) *branch {
	var kids []kid
	switch n := n.(type) {
	case *SelectStmt:
		d := n.data()
		for i := range d.joins {
			kids = under(kids, inJoin, i, f.condition(d.joins[i].on))
		}
		kids = under(kids, inWhere, 0, f.condition(d.where))
		kids = under(kids, inHaving, 0, f.condition(d.having))
		kids = f.bound(f.bound(kids, inLimit, d.limit), inOffset, d.offset)
	case *InsertStmt:
		d := n.data()
		if EntityOf(d.into) != nil {
			return nil
		}
		cell := 0
		for _, r := range d.rows {
			for k, x := range r.cells {
				if c := d.columns[k].column; c != nil {
					kids = f.literal(kids, inCell, cell, x, fits, c.Type())
				}
				cell++
			}
		}
		if len(kids) > 0 {
			f.operands += cell
		}
		kids = f.assignments(kids, d.conflict.set)
		kids = under(kids, inWhere, 0, f.condition(d.conflict.where))
	case *UpdateStmt:
		if EntityOf(n.table) != nil {
			return nil
		}
		kids = f.assignments(kids, n.set)
		kids = f.bound(under(kids, inWhere, 0, f.condition(n.where)), inLimit, n.limit)
	case *DeleteStmt:
		kids = f.bound(under(kids, inWhere, 0, f.condition(n.where)), inLimit, n.limit)
	}
	return newBranch(n, kids)
}

func (f *patternFinder) assignments(kids []kid, list []Assignment) []kid {
	for i := range list {
		if c := list[i].target.column; c != nil {
			kids = f.literal(kids, inSet, i, list[i].value, fits, c.Type())
		}
	}
	return kids
}

// condition looks into a condition.
func (f *patternFinder) condition(x Expr) *branch {
	var kids []kid
	switch n := x.node().(type) {
	case *LogicExpr:
		for i, t := range n.terms {
			kids = under(kids, inTerm, i, f.condition(t))
		}
		if len(kids) > 0 {
			f.operands += len(n.terms)
		}
	case *UnaryExpr:
		if n.op == OpNot {
			kids = under(kids, inX, 0, f.condition(n.x))
		}
	case *BinaryExpr:
		if n.op.IsComparison() {
			kids = f.beside(f.beside(kids, inLeft, 0, n.left, n.right), inRight, 0, n.right, n.left)
			if len(kids) > 0 {
				f.binaries++
			}
		}
	case *BetweenExpr:
		kids = f.beside(f.beside(kids, inLow, 0, n.low, n.x), inHigh, 0, n.high, n.x)
	case *LikeExpr:
		kids = f.beside(kids, inRight, 0, n.pattern, n.x)
	case *InExpr:
		for i, v := range n.list {
			kids = f.beside(kids, inTerm, i, v, n.x)
		}
		if len(kids) > 0 {
			f.operands += len(n.list)
		}
		kids = f.query(kids, n.query)
	case *ExistsExpr:
		kids = f.query(kids, n.query)
	}
	return newBranch(x.node(), kids)
}

func (f *patternFinder) query(kids []kid, q Query) []kid {
	if s, ok := q.(*SelectStmt); ok {
		return under(kids, inQuery, 0, f.statement(s))
	}
	return kids
}

// plan asks for the key of the statement's plan, and which literals have which of its values.
func (f *patternFinder) plan(root Node) {
	var uses []int
	f.key, f.values, uses, f.planned = appendPlanKey(nil, nil, root, true)
	if !f.planned || len(f.values) > fewValues { // of many it is quicker to walk the tree
		f.planned, f.key, f.values = false, nil, nil
		return
	}
	index := make(map[Value]int, len(f.values))
	for i, v := range f.values {
		index[v] = i
	}
	for _, l := range f.free {
		uses[index[l.node.v]]--
	}
	for _, l := range f.free {
		i := index[l.node.v]
		f.classes = append(f.classes, valueClass{i, uses[i] > 0})
	}
}

// likeness is what a statement that a pattern made is like.
type likeness struct {
	self     Node // whose it is: what is copied of it is another's
	of       *Pattern
	literals []LiteralExpr
}

// likenessOf returns what n is like, or nil.
func likenessOf(n Node) *likeness {
	var l *likeness
	switch n := n.(type) {
	case *SelectStmt:
		l = n.own().like
	case *InsertStmt:
		l = n.own().like
	case *UpdateStmt:
		l = n.like
	case *DeleteStmt:
		l = n.like
	}
	if l == nil || l.self != n {
		return nil
	}
	return l
}

// appendPlanKey is AppendPlanKey, without a walk: where as many values are equal as those
// of the pattern's statement, the key is the same.
func (l *likeness) appendPlanKey(key []byte, values []Value) (_ []byte, _ []Value, ok bool) {
	p := l.of
	if !p.planned {
		return key, values, false
	}
	before := len(values)
	values = append(values, p.values...)
	own := values[before:]
	for i, c := range p.classes {
		v := l.literals[i].v
		switch {
		case own[c.index] == v:
		case c.fixed || own[c.index] != p.values[c.index]: // another of the class has another value
			return key, values[:before], false
		default:
			own[c.index] = v
		}
	}
	for i, c := range p.classes { // also those that have kept their value while others of their class got one
		if l.literals[i].v != own[c.index] {
			return key, values[:before], false
		}
	}
	for i := range own {
		for k := range i {
			if own[i] == own[k] {
				return key, values[:before], false
			}
		}
	}
	return append(key, p.key...), values, true
}

// With returns the statement with these values of its free literals, as the constructors would make
// it; nil where one is of another kind, or such that they might not. What leads to no free literal is shared.
func (p *Pattern) With(values []Value) Node {
	if p == nil || p.root == nil || len(values) != len(p.free) {
		return nil
	}
	for i := range p.free {
		if !p.free[i].takes(values[i]) {
			return nil
		}
	}
	c := patternCopy{
		literals: make([]LiteralExpr, len(p.free)),
		binaries: make([]BinaryExpr, 0, p.binaries),
		operands: make([]Expr, 0, p.operands),
	}
	for i := range c.literals {
		l := &c.literals[i]
		*l = *p.free[i].node
		l.self, l.v = l, values[i]
	}
	like := &likeness{of: p, literals: c.literals}
	like.self = c.statement(p.root, like)
	return like.self
}

// patternCopy is memory for what With copies.
type patternCopy struct {
	literals []LiteralExpr
	binaries []BinaryExpr
	operands []Expr
}

// expr is what stands in a place.
func (c *patternCopy) expr(k *kid) Expr {
	if k.to == nil {
		return Expr{at: &c.literals[k.at].exprState}
	}
	return c.condition(k.to)
}

// list copies a list.
func (c *patternCopy) list(list []Expr) []Expr {
	start := len(c.operands)
	c.operands = append(c.operands, list...)
	return clip(c.operands[start:])
}

func (c *patternCopy) statement(b *branch, like *likeness) Node {
	switch n := b.node.(type) {
	case *SelectStmt:
		return c.selectStmt(b, n, like)
	case *InsertStmt:
		return c.insert(b, n, like)
	case *UpdateStmt:
		s := *n
		s.like = like
		s.set = c.assignments(b, n.set)
		for i := range b.kids {
			switch k := &b.kids[i]; k.place {
			case inWhere:
				s.where = c.expr(k)
			case inLimit:
				s.limit = c.expr(k)
			}
		}
		return &s
	default:
		s := *b.node.(*DeleteStmt)
		s.like = like
		for i := range b.kids {
			switch k := &b.kids[i]; k.place {
			case inWhere:
				s.where = c.expr(k)
			case inLimit:
				s.limit = c.expr(k)
			}
		}
		return &s
	}
}

func (c *patternCopy) selectStmt(b *branch, n *SelectStmt, like *likeness) *SelectStmt {
	room := new(struct {
		SelectStmt
		parts selectParts
	})
	s, d := &room.SelectStmt, &room.parts
	s.base, s.parts, s.seen = n.base, d, seenParts{all: true}
	d.selectData, d.like = n.data(), like
	copied := false
	for i := range b.kids {
		switch k := &b.kids[i]; k.place {
		case inJoin:
			if !copied {
				d.joins, copied = append([]SelectJoin(nil), d.joins...), true
			}
			d.joins[k.index].on = c.expr(k)
		case inWhere:
			d.where = c.expr(k)
		case inHaving:
			d.having = c.expr(k)
		case inLimit:
			d.limit = c.expr(k)
		case inOffset:
			d.offset = c.expr(k)
		}
	}
	return s
}

func (c *patternCopy) insert(b *branch, n *InsertStmt, like *likeness) *InsertStmt {
	s := insertOf(n.data())
	s.base = n.base
	d := s.parts
	d.like = like
	if b.kids[0].place == inCell { // they come first
		rows := d.rows
		d.rows = make([]valuesRow, len(rows))
		for i, r := range rows {
			d.rows[i].cells = c.list(r.cells)
		}
	}
	d.conflict.set = c.assignments(b, d.conflict.set)
	width := len(d.columns)
	for i := range b.kids {
		switch k := &b.kids[i]; k.place {
		case inCell:
			d.rows[k.index/width].cells[k.index%width] = c.expr(k)
		case inWhere:
			d.conflict.where = c.expr(k)
		}
	}
	return s
}

// assignments copies a list of which some values are free.
func (c *patternCopy) assignments(b *branch, list []Assignment) []Assignment {
	copied := false
	for i := range b.kids {
		if k := &b.kids[i]; k.place == inSet {
			if !copied {
				list, copied = append([]Assignment(nil), list...), true
			}
			list[k.index].value = c.expr(k)
		}
	}
	return list
}

func (c *patternCopy) condition(b *branch) Expr {
	switch n := b.node.(type) {
	case *BinaryExpr:
		c.binaries = append(c.binaries, *n)
		x := &c.binaries[len(c.binaries)-1]
		for i := range b.kids {
			if k := &b.kids[i]; k.place == inLeft {
				x.left = c.expr(k)
			} else {
				x.right = c.expr(k)
			}
		}
		return itselfOf(x)
	case *LogicExpr:
		x := *n
		x.room, x.terms = nil, c.list(n.terms)
		for i := range b.kids {
			x.terms[b.kids[i].index] = c.expr(&b.kids[i])
		}
		return itselfOf(&x)
	case *UnaryExpr:
		x := *n
		x.x = c.expr(&b.kids[0])
		return itselfOf(&x)
	case *BetweenExpr:
		x := *n
		for i := range b.kids {
			if k := &b.kids[i]; k.place == inLow {
				x.low = c.expr(k)
			} else {
				x.high = c.expr(k)
			}
		}
		return itselfOf(&x)
	case *LikeExpr:
		x := *n
		x.pattern = c.expr(&b.kids[0])
		return itselfOf(&x)
	case *InExpr:
		x := *n
		if b.kids[0].place == inTerm { // they come first
			x.list = c.list(n.list)
		}
		for i := range b.kids {
			if k := &b.kids[i]; k.place == inTerm {
				x.list[k.index] = c.expr(k)
			} else {
				x.query = c.statement(k.to, nil).(*SelectStmt)
			}
		}
		return itselfOf(&x)
	default:
		x := *b.node.(*ExistsExpr)
		x.query = c.statement(b.kids[0].to, nil).(*SelectStmt)
		return itselfOf(&x)
	}
}

// itselfOf is a copy of a node, which knows itself.
func itselfOf(n exprNode) Expr {
	x := n.expr()
	x.self = n
	return Expr{at: x}
}
