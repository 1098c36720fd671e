package expr

import (
	"hash/maphash"
	"slices"
	"sync/atomic"

	"github.com/sqlser/sqlser/schema"
)

// Pattern is a statement of which some literals may have other values: those whose values
// neither the checks of nodes look at nor what else is known of a tree when it is built, such as its
// type, size and marks, or only so that what they look for is looked for again. It is immutable and
// safe for concurrent use.
//
// What it makes of a select or an insert has its tree made when that is first looked at.
type Pattern struct {
	stmt     Node
	root     *branch                          // how it leads to free literals, where they are copied
	rewrite  func(Node, func(Node) Node) Node // what is done where there is no root: Rewrite, to which no method may lead
	free     []freeLiteral
	binaries int // among what is copied
	operands int // of the lists that are copied

	// What AppendPlanKey says of the statement, and how its values come from those of the free literals.
	planned bool
	key     string
	values  []Value
	fixed   bool         // some are of no free literal
	classes []valueClass // of the free literals
	apart   []valuePair  // of the values, which would have another key were they equal
	hashed  atomic.Pointer[keyHash]
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
	gives bool // it may be any: the literal is the first that has it, and no other than free ones have
}

// valuePair are two values of a plan, by their indexes.
type valuePair struct{ one, other int }

// keyHash is the hash of a key by a seed.
type keyHash struct {
	seed maphash.Seed
	hash uint64
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
	f.stmt, f.root = root, f.statement(root)
	f.elsewhere()
	if len(f.free) == 0 {
		return nil, nil
	}
	f.plan(root)
	return &f.Pattern, f.found
}

// elsewhere looks for literals that stand where nothing is copied: in sources, among columns, in
// arithmetic and calls. What stands above a node does not matter, as a check looks at the values of literals right
// below its own node alone. The tree is then rewritten, when it is asked for; of
// what is copied at once such literals are not free.
func (f *patternFinder) elsewhere() {
	switch f.stmt.(type) {
	case *SelectStmt, *InsertStmt:
	default:
		return
	}
	if len(f.known) == 0 {
		return
	}
	copied := len(f.free)
	places := make(map[*LiteralExpr]int, len(f.free)+len(f.known))
	Walk(f.stmt, func(n Node) bool {
		switch n := n.(type) {
		case *LiteralExpr:
			places[n]++
		case *SelectStmt:
			f.bound(f.bound(nil, inLimit, n.one(limitPart)), inOffset, n.one(offsetPart))
		case *CompoundStmt:
			f.bound(f.bound(nil, inLimit, n.limit), inOffset, n.offset)
		case *CallExpr:
			if fn := n.fn; n.IsPlain() && fn.IsKnown() && fn.types == nil {
				for i, x := range n.args {
					if fn.letter(i) != 'l' {
						f.literal(nil, inTerm, i, x, anyValue, schema.Unknown)
					}
				}
			}
		case *BinaryExpr:
			if n.op.IsComparison() {
				f.compared(n)
			} else if n.op != OpShiftLeft && n.op != OpShiftRight {
				f.literal(nil, inLeft, 0, n.left, anyValue, n.right.Type())
				f.literal(nil, inRight, 0, n.right, anyValue, n.left.Type())
			}
		case *BetweenExpr, *LikeExpr, *InExpr:
			f.compared(n)
		}
		return true
	})
	for i := range f.free { // whoever shares one has to ask for each place
		if places[f.free[i].node] > 1 {
			f.free, f.found = f.free[:copied], f.found[:copied]
			return
		}
	}
	if len(f.free) > copied {
		f.root, f.rewrite = nil, Rewrite
	}
}

// takes reports whether the literal may have the value.
func (f *freeLiteral) takes(v *Value) bool {
	if v.kind != f.node.kind() || v.check() != nil {
		return false
	}
	switch f.rule {
	case notNegative:
		return v.Int() >= 0
	case fits:
		return unfit(f.typ, *v) == ""
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
	if !ok || l.isNull() || l.as() != nil || t.Host() != nil {
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
	if l, ok := literal.node().(*LiteralExpr); ok && t.Kind() == schema.KindEnum && !t.IsArray() && l.kind() == schema.KindText {
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
// are left alone, see elsewhere: what names another source is another column.
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
		if kids = f.compared(n); len(kids) > 0 {
			f.binaries++
		}
	case *BetweenExpr, *LikeExpr:
		kids = f.compared(n)
	case *InExpr:
		if kids = f.compared(n); len(kids) > 0 {
			f.operands += len(n.list)
		}
		kids = f.query(kids, n.query)
	case *ExistsExpr:
		kids = f.query(kids, n.query)
	}
	return newBranch(x.node(), kids)
}

// compared looks at what a node compares.
func (f *patternFinder) compared(n Node) (kids []kid) {
	switch n := n.(type) {
	case *BinaryExpr:
		if n.op.IsComparison() {
			kids = f.beside(f.beside(kids, inLeft, 0, n.left, n.right), inRight, 0, n.right, n.left)
		}
	case *BetweenExpr:
		kids = f.beside(f.beside(kids, inLow, 0, n.low, n.x), inHigh, 0, n.high, n.x)
	case *LikeExpr:
		kids = f.beside(kids, inRight, 0, n.pattern, n.x)
	case *InExpr:
		for i, v := range n.list {
			kids = f.beside(kids, inTerm, i, v, n.x)
		}
	}
	return kids
}

func (f *patternFinder) query(kids []kid, q Query) []kid {
	if s, ok := q.(*SelectStmt); ok {
		return under(kids, inQuery, 0, f.statement(s))
	}
	return kids
}

// plan asks for the key of the statement's plan, and which literals have which of its values.
func (f *patternFinder) plan(root Node) {
	key, values, uses, ok := appendPlanKey(nil, nil, root, true)
	if !ok || len(values) > fewValues { // of many it is quicker to walk the tree
		return
	}
	f.planned, f.key, f.values = true, string(key), values
	index := make(map[Value]int, len(values))
	for i, v := range values {
		index[v] = i
	}
	for _, l := range f.free {
		uses[index[l.node.Value()]]--
	}
	given := make([]bool, len(values))
	for _, l := range f.free {
		i := index[l.node.Value()]
		gives := uses[i] == 0 && !given[i]
		given[i] = given[i] || gives
		f.classes = append(f.classes, valueClass{i, gives})
	}
	f.fixed = slices.Contains(given, false)
	for i := range values {
		for k := range i { // two of no free literal are apart, as they were, and so are two of different kinds
			if values[i].kind == values[k].kind && (given[i] || given[k]) {
				f.apart = append(f.apart, valuePair{k, i})
			}
		}
	}
}
