package expr

// Rewrite replaces nodes, from the leaves up: change gets each node with its
// children replaced already, and returns it or another that can stand in its
// place; anything else is a part that is missing. What does not change is shared
// with n. A source is rewritten once; all that names it names the same new one.
// The result is checked as everything built is: see [Err].
func Rewrite(n Node, change func(Node) Node) Node {
	if n = orNone(n); n == nil {
		return nil
	}
	r := &rewriter{change: change, sources: map[any]Source{}}
	r.m = &mapping{node: r.node, source: r.source}
	s, ok := n.(Source)
	if !ok {
		return r.node(n)
	}
	if s = r.source(s); s == nil {
		return nil
	}
	return s
}

type rewriter struct {
	change  func(Node) Node
	m       *mapping
	sources map[any]Source
}

func (r *rewriter) node(n Node) Node { return orNone(r.change(mapChildren(n, r.m))) }

func (r *rewriter) source(s Source) Source {
	if to, ok := r.sources[s.Identity()]; ok {
		return to
	}
	to := as[Source](r.node(s))
	r.sources[s.Identity()] = to
	return to
}

// mapChildren returns n if no child changes, else a copy with the new ones.
func mapChildren(n Node, m *mapping) Node {
	changed := false
	probe := mapping{
		node: func(child Node) Node {
			to := m.node(child)
			changed = changed || to != child
			return to
		},
		source: func(s Source) Source {
			to := m.source(s)
			changed = changed || to == nil || to.Identity() != s.Identity()
			return to
		},
	}
	if _, ok := n.(*Occurrence); ok { // it has no parts
		return n
	}
	c := Specs[n.Op()].copy(n)
	c.fields(&Fields{m: &probe})
	if !changed {
		return n
	}
	c.state().err = nil
	return seal(c)
}
