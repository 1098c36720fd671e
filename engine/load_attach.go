package engine

import "github.com/sqlser/sqlser/engine/expr"

// waits notes that an object has a key of the statement that is to come.
func (e *loadEdge) waits(o *object, row []expr.Value) {
	key, ok := keyOf(row, e.Local, true)
	if !ok {
		return
	}
	if w := e.waiting.get(key); w != nil {
		w.others = append(w.others, o)
		return
	}
	e.waiting.put(key).one = o
	if len(e.values) == 0 {
		e.values = make([]expr.Value, itemsAtOnce*len(e.Local))
	}
	values := e.values[:len(e.Local):len(e.Local)]
	for i, c := range e.Local {
		values[i] = row[c]
	}
	e.keys, e.values = append(e.keys, values), e.values[len(values):]
}

// comes takes what came for those that have a key.
func (l *loader) comes(e *loadEdge, key rowKey, what *object) error {
	w := e.waiting.get(key)
	if w == nil {
		return nil
	}
	if e.Relationship.IsMany() && what != nil && l.repetition(e) == never { // lists are made when it is known how long they are
		if len(e.came) == cap(e.came) {
			e.came = make([]arrival, 0, min(max(16, 2*cap(e.came)), mostArrivals))
		}
		e.came = append(e.came, arrival{what: what})
		last := &e.came[len(e.came)-1]
		if w.first == nil {
			w.first, e.filled = last, append(e.filled, w)
		} else {
			w.last.next = last
		}
		w.last = last
		return nil
	}
	if err := l.attach(w.one, e, what); err != nil {
		return err
	}
	for _, o := range w.others {
		if err := l.attach(o, e, what); err != nil {
			return err
		}
	}
	return nil
}

// repetition is how one may come again to a list of an edge.
func (l *loader) repetition(e *loadEdge) repetition {
	if l.edges[e.Relationship] > 1 { // another place may have found the same object first
		return anywhere
	}
	return e.twice
}

// attach puts what a relationship leads to in its place; nil is none. Into a list it has come
// only once [loader.settle] was called.
func (l *loader) attach(o *object, e *loadEdge, what *object) error {
	switch {
	case !e.Relationship.IsMany():
		return o.of.b.one(o.v, e.Relationship, what)
	case what == nil:
		return nil
	}
	switch l.repetition(e) {
	case anywhere:
		if o.of.b.has(o.v, e.Relationship, what) {
			return nil
		}
		return o.of.b.add(o.v, e.Relationship, []*object{what})
	case mixed:
		key := attachment{o, what, e.Relationship}
		if l.attached[key] {
			return nil
		}
		l.attached[key] = true
	}
	if e.last != o {
		if err := e.settle(); err != nil {
			return err
		}
		e.last = o
	}
	e.what = append(e.what, what)
	return nil
}

// settle puts what came for lists into them.
func (e *loadEdge) settle() error {
	if e.last != nil {
		if err := e.last.of.b.add(e.last.v, e.Relationship, e.what); err != nil {
			return err
		}
		e.last = nil
	}
	for _, w := range e.filled {
		e.what = e.what[:0]
		for at := w.first; at != nil; at = at.next {
			e.what = append(e.what, at.what)
		}
		w.first, w.last = nil, nil
		if err := w.one.of.b.add(w.one.v, e.Relationship, e.what); err != nil {
			return err
		}
		for _, o := range w.others {
			if err := o.of.b.add(o.v, e.Relationship, e.what); err != nil {
				return err
			}
		}
	}
	e.what, e.filled = e.what[:0], e.filled[:0]
	return nil
}

// settle settles what came with the rows of a node.
func (n *loadNode) settle() error {
	for _, e := range n.related {
		if e.joined == nil {
			continue
		}
		if err := e.settle(); err != nil {
			return err
		}
		if err := e.joined.settle(); err != nil {
			return err
		}
	}
	return nil
}
