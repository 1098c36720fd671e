package expr

import (
	"sync"

	"github.com/sqlser/sqlser/schema"
)

// Children calls visit for each child of n, and each source that n names, in
// wire order.
func Children(n Node, visit func(Node)) {
	if n = orNone(n); n != nil {
		Write(n, Writing(&children{visit: visit}))
	}
}

// Walk calls visit for n and, where it returns true, for what is below it, in
// wire order. A source is entered once, where it is first named: what names it
// again is visited, the source is not.
func Walk(n Node, visit func(Node) bool) {
	if n = orNone(n); n == nil {
		return
	}
	var set sourceSet
	below := &children{}
	f := Writing(below)
	below.visit = func(n Node) {
		if s, ok := n.(Source); ok && !set.add(s) {
			return
		}
		if visit(n) {
			Write(n, f)
		}
	}
	below.visit(n)
}

// Texts is how many bytes of text the values under n hold, each counted where it stands, as bytes have
// it. It counts no further than most.
func Texts(n Node, most int) int {
	if n = orNone(n); n == nil {
		return 0
	}
	w := textCounters.Get().(*textCounter)
	w.total, w.most = 0, most
	w.Node(n)
	total := w.total
	w.entered.reset()
	textCounters.Put(w)
	return total
}

// textCounter is the Writer behind Texts.
type textCounter struct {
	discard
	fields      Fields
	entered     sourceSet
	total, most int
}

var textCounters = sync.Pool{New: func() any {
	w := new(textCounter)
	w.fields.w = w
	return w
}}

func (w *textCounter) Value(v Value) { w.total += len(v.text) }

func (w *textCounter) Node(n Node) {
	if w.total > w.most {
		return
	}
	switch x := n.(type) { // as their fields say: most nodes are such
	case *LiteralExpr:
		w.total += len(x.Value().text)
	case *ColumnExpr:
		if x.of != nil {
			w.Source(x.of.self)
		}
	case *BinaryExpr:
		w.expr(x.left)
		w.expr(x.right)
	case *LogicExpr:
		for _, t := range x.terms {
			w.expr(t)
		}
	case Source:
		w.Source(x)
	default:
		n.fields(&w.fields)
	}
}

func (w *textCounter) expr(x Expr) {
	if n := x.node(); n != nil {
		w.Node(n)
	}
}

func (w *textCounter) Source(s Source) {
	if _, isTable := s.(*TableSource); s != nil && !isTable && w.total <= w.most && w.entered.add(s) {
		s.fields(&w.fields)
	}
}

func (w *textCounter) Column(s Source, _ *schema.Column, _ int) { w.Source(s) }

// Sources returns the sources under n, each behind those that it names: the
// order in which they are completed, and numbered, in bytes.
func Sources(n Node) []Source {
	if n = orNone(n); n == nil {
		return nil
	}
	var set sourceSet
	var order []Source
	below := &children{}
	f := Writing(below)
	below.visit = func(n Node) {
		s, ok := n.(Source)
		if ok && !set.add(s) {
			return
		}
		Write(n, f)
		if ok {
			order = append(order, s)
		}
	}
	below.visit(n)
	return order
}

// walkExpr visits the nodes of an expression; it enters neither sources nor queries.
func walkExpr(x Expr, visit func(Node) bool) {
	if x.at == nil {
		return
	}
	w := &within{visit: visit}
	w.fields.w = w
	w.Node(x.node())
}

// within is the Writer behind walkExpr.
type within struct {
	discard
	visit  func(Node) bool
	fields Fields
}

func (w *within) Node(n Node) {
	if _, ok := n.(Query); !ok && w.visit(n) {
		n.fields(&w.fields)
	}
}

// hasQuery reports whether a query stands in x.
func hasQuery(x Expr) bool {
	switch x.node().(type) {
	case nil, *ColumnExpr, *LiteralExpr, *ParamExpr, *RefExpr:
		return false
	}
	w := queryFinders.Get().(*queryFinder)
	w.found = false
	w.Node(x.node())
	found := w.found
	queryFinders.Put(w)
	return found
}

// queryFinder is the Writer behind hasQuery.
type queryFinder struct {
	discard
	fields Fields
	found  bool
}

var queryFinders = sync.Pool{New: func() any {
	w := new(queryFinder)
	w.fields.w = w
	return w
}}

func (w *queryFinder) Node(n Node) {
	if _, ok := n.(Query); ok {
		w.found = true
	} else if !w.found {
		n.fields(&w.fields)
	}
}

// namedIn adds the sources that x names, those of subqueries aside.
func namedIn(x Expr, set *sourceSet) {
	switch n := x.node().(type) { // as their fields say: most nodes are such
	case nil, *LiteralExpr, *ParamExpr, *RefExpr:
	case *ColumnExpr:
		set.addOf(n.of)
	case *BinaryExpr:
		namedIn(n.left, set)
		namedIn(n.right, set)
	case *LogicExpr:
		for _, x := range n.terms {
			namedIn(x, set)
		}
	case *CallExpr:
		if !n.IsPlain() {
			namedBelow(x, set)
			return
		}
		for _, x := range n.args {
			namedIn(x, set)
		}
	default:
		namedBelow(x, set)
	}
}

func namedBelow(x Expr, set *sourceSet) {
	w := namers.Get().(*namer)
	w.set = set
	w.Node(x.node())
	w.set = nil
	namers.Put(w)
}

// namer is the Writer behind namedBelow.
type namer struct {
	discard
	set    *sourceSet
	fields Fields
}

var namers = sync.Pool{New: func() any {
	w := new(namer)
	w.fields.w = w
	return w
}}

func (w *namer) Node(n Node) {
	switch n := n.(type) {
	case *ColumnExpr:
		if n.of != nil {
			w.set.add(n.of.self)
		}
	case *AttributeExpr:
		if n.source != nil {
			w.set.add(n.source)
		}
	case *EntityExpr:
		if n.source != nil {
			w.set.add(n.source)
		}
	case *AnyExpr: // its condition is that of a query
		if n.related != nil && n.related.source != nil {
			w.set.add(n.related.source)
		}
	case *LiteralExpr, Query:
	default:
		n.fields(&w.fields)
	}
}

// sourceSet is a list of sources without repetition: small ones are searched,
// larger ones indexed.
type sourceSet struct {
	list  []Source
	index map[any]bool
	last  *owner // of one that is in the list, see addOf
}

// add appends the sources that are new and reports whether the last one was.
func (set *sourceSet) add(sources ...Source) (added bool) {
	for _, s := range sources {
		if added = !set.has(s); !added {
			continue
		}
		set.list = append(set.list, s)
		if len(set.list) == 16 {
			set.index = make(map[any]bool, 32)
			for _, old := range set.list {
				set.index[old.Identity()] = true
			}
		} else if set.index != nil {
			set.index[s.Identity()] = true
		}
	}
	return added
}

// addOf adds what a column is of, which mostly is what the one before it is of.
func (set *sourceSet) addOf(of *owner) {
	if of != nil && of != set.last {
		set.last = of
		set.add(of.self)
	}
}

// reset takes all out and keeps the memory of a few.
func (set *sourceSet) reset() {
	clear(set.list)
	if set.list, set.index, set.last = set.list[:0], nil, nil; cap(set.list) > lastBlock {
		set.list = nil
	}
}

func (set *sourceSet) has(s Source) bool {
	if set.index != nil {
		return set.index[s.Identity()]
	}
	for _, old := range set.list {
		if old == s || old.Identity() == s.Identity() {
			return true
		}
	}
	return false
}

// children is the Writer behind Children.
type children struct {
	discard
	visit func(Node)
}

func (c *children) Node(n Node)                              { c.visit(n) }
func (c *children) Source(s Source)                          { c.visit(s) }
func (c *children) Column(s Source, _ *schema.Column, _ int) { c.visit(s) }

// discard is a Writer that does nothing, for others to embed.
type discard struct{}

func (discard) Field(string, bool)                 {}
func (discard) Bool(bool)                          {}
func (discard) Code(uint8)                         {}
func (discard) String(string)                      {}
func (discard) Value(Value)                        {}
func (discard) Type(schema.Type)                   {}
func (discard) Node(Node)                          {}
func (discard) Source(Source)                      {}
func (discard) Column(Source, *schema.Column, int) {}
func (discard) Table(*schema.Table)                {}
func (discard) Function(*Function)                 {}
func (discard) Parameter(*Parameter)               {}
func (discard) Entity(*schema.Entity)              {}
func (discard) Attribute(*schema.Attribute)        {}
func (discard) Relationship(*schema.Relationship)  {}
func (discard) List(int)                           {}
func (discard) Open()                              {}
func (discard) Close()                             {}
