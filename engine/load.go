package engine

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"reflect"
	"slices"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// wholeRows is Rows of a statement with whole entities among its columns.
func wholeRows[T any](ctx context.Context, s *Session, stmt expr.Statement, params Params) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var zero T
		l := &loader{ctx: ctx, session: s, params: params, seed: rand.Uint64(), binders: map[binderKey]binder{}, objects: map[identity]*byKey[object]{}, attached: map[attachment]bool{}, edges: map[*schema.Relationship]int{}}
		made, err := l.statement(stmt, reflect.TypeFor[T]())
		if err != nil {
			yield(zero, err)
			return
		}
		for _, v := range made {
			one, _ := v.Interface().(T) // nil of an interface, where a row has none
			if !yield(one, nil) {
				return
			}
		}
	}
}

// loader loads the entities of a statement and what they lead to. One row is one object,
// whatever leads to it.
type loader struct {
	ctx      context.Context
	session  *Session
	params   Params
	seed     uint64          // of what finds keys
	known    map[string]bool // parameters of the statement as a whole
	binders  map[binderKey]binder
	objects  map[identity]*byKey[object]
	attached map[attachment]bool
	edges    map[*schema.Relationship]int // how many places load a relationship
}

type binderKey struct {
	entity *schema.Entity
	typ    reflect.Type
}

// identity is what objects of one key are told apart by.
type identity struct {
	entity *schema.Entity // the root of its inheritance
	typ    reflect.Type
}

// object is what a row is, and the node that has met it last.
type object struct {
	v  reflect.Value
	by *loadNode
	of *past
}

// past is what is known of an object beside that: objects that the same nodes met share it.
type past struct {
	b      binder
	before []*loadNode // those that had met it before the last one
	next   map[*loadNode]*past
}

// meet makes a node the last one.
func (o *object) meet(n *loadNode) {
	if o.by != nil && !slices.Contains(o.of.before, o.by) {
		o.of = o.of.with(o.by)
	}
	o.by = n
}

// with is the past with one more node.
func (p *past) with(n *loadNode) *past {
	if p.next[n] == nil {
		if p.next == nil {
			p.next = map[*loadNode]*past{}
		}
		p.next[n] = &past{b: p.b, before: append(slices.Clip(p.before), n)}
	}
	return p.next[n]
}

// attachment is what has been put into a list.
type attachment struct {
	to, what *object
	by       *schema.Relationship
}

// statement runs the statement that was asked for and makes a T of each row.
func (l *loader) statement(stmt expr.Statement, t reflect.Type) ([]reflect.Value, error) {
	if settled := expr.Given(stmt, func(name string) bool { _, ok := l.params[name]; return ok }); settled != expr.Node(stmt) {
		if err := expr.Err(settled); err != nil {
			return nil, err
		}
		stmt = settled.(expr.Statement)
	}
	declared := expr.DependenciesOf(stmt).Parameters
	l.known = map[string]bool{}
	for _, p := range declared {
		l.known[p.Name()] = true
	}
	if wrong := missing(declared, l.params); len(wrong) > 0 {
		var others *ParamError
		if _, err := expr.ParamValues(declared, l.params); errors.As(err, &others) {
			wrong = append(wrong, others.Problems...)
			slices.SortFunc(wrong, ParamProblem.Compare)
		}
		return nil, &ParamError{Problems: wrong}
	}
	stmt = l.session.policy.Limited(stmt)
	x, err := expr.Expand(stmt)
	if err != nil {
		return nil, err
	}
	row, err := newRowMaker(x, t)
	if err != nil {
		return nil, err
	}
	var all []reflect.Value
	var seen map[any]bool
	if listsOf(x) > 0 {
		seen = map[any]bool{}
	}
	var last *object
	err = l.run(l.session, stmt, x, row.types, isOnce(stmt), nil, func(values []expr.Value, objects []*object, columns []Column) error {
		if seen != nil { // what is loaded with a row does not make it several
			var key any
			if row.alone && objects[0] != nil {
				if objects[0] == last {
					return nil
				}
				last, key = objects[0], objects[0]
			} else {
				key = row.key(values)
			}
			if seen[key] {
				return nil
			}
			seen[key] = true
		}
		v, err := row.make(values, objects, columns)
		all = append(all, v)
		return err
	})
	if err != nil {
		return nil, err
	}
	return row.done(all), nil
}

// isOnce reports whether each entity that a statement gives is one of its rows only: it joins
// nothing of its own.
func isOnce(stmt expr.Statement) bool {
	s, ok := stmt.(*expr.SelectStmt)
	return !ok || s.Joins().Len() == 0 && (s.FromClauses().Len() == 0 || s.FromClauses().Len() == 1 && s.FromClauses().At(0).Op() != expr.OpJoin)
}

// listsOf counts the lists that are loaded with the rows of the statement itself.
func listsOf(x *expr.Expanded) (n int) {
	var count func(e *expr.LoadedEntity)
	count = func(e *expr.LoadedEntity) {
		for _, r := range e.Related {
			if r.Joined == nil {
				continue
			}
			if r.Relationship.IsMany() {
				n++
			}
			count(r.Joined)
		}
	}
	for _, i := range x.Items().All() {
		if i.Entity != nil {
			count(i.Entity)
		}
	}
	return n
}

// run runs a statement, gives each row with the objects that its items are, and then
// loads what these lead to. Types are what the items that are entities are made as; once is as
// isOnce has it; the statement is that of an edge, or of none.
func (l *loader) run(s *Session, stmt expr.Statement, x *expr.Expanded, types []reflect.Type, once bool, of *loadEdge, each func([]expr.Value, []*object, []Column) error) error {
	r, err := s.query(l.ctx, stmt, l.paramsOf(x.Statement()), true)
	if err != nil {
		return err
	}
	nodes, lists := make([]*loadNode, x.Items().Len()), listsOf(x)
	for i, item := range x.Items().All() {
		if item.Entity != nil {
			if nodes[i], err = l.node(s, item.Entity, types[i], lists, once); err != nil {
				r.Close()
				return err
			}
		}
	}
	objects := make([]*object, len(nodes))
	for r.Next() {
		for i, n := range nodes {
			if n == nil {
				continue
			}
			if objects[i], err = l.object(n, r.values, r.columns); err != nil {
				r.Close()
				return err
			}
		}
		if err := each(r.values, objects, r.columns); err != nil {
			r.Close()
			return err
		}
	}
	if err := r.Err(); err != nil {
		r.Close()
		return err
	}
	if err := r.Close(); err != nil {
		return err
	}
	if of != nil {
		if err := of.settle(); err != nil {
			return err
		}
	}
	for _, n := range nodes {
		if n != nil {
			if err := n.settle(); err != nil {
				return err
			}
		}
	}
	for _, n := range nodes {
		if n != nil {
			if err := l.later(n); err != nil {
				return err
			}
		}
	}
	return nil
}

// paramsOf returns the parameters that a statement has, and those that nothing has.
func (l *loader) paramsOf(stmt expr.Statement) Params {
	if len(l.params) == 0 {
		return nil
	}
	own := map[string]bool{}
	for _, p := range expr.DependenciesOf(stmt).Parameters {
		own[p.Name()] = true
	}
	params := Params{}
	for name, v := range l.params {
		if own[name] || !l.known[name] {
			params[name] = v
		}
	}
	return params
}

// loadNode is an entity that a statement loads in one place, and what is known of it.
type loadNode struct {
	entity  *expr.LoadedEntity
	typ     reflect.Type // *T, *Record or an interface
	objects *byKey[object]
	binder  binder
	fresh   *past // of what it makes
	related []*loadEdge

	subtypes map[*schema.Entity]*past // likewise
}

// loadEdge is a relationship that is loaded.
type loadEdge struct {
	*expr.LoadedRelated
	session *Session // that of the statement: it has the keys that a subquery of it asks for
	joined  *loadNode
	typ     reflect.Type
	twice   repetition

	// Of another statement:
	waiting *byKey[waiting] // those that have its keys
	keys    [][]expr.Value
	values  []expr.Value // for those that are made next
	came    []arrival    // room for what comes next by that statement, for lists
	filled  []*waiting   // for which some of it is

	// Of the same: what came for the list of the last one that something came for.
	last *object
	what []*object
}

// waiting are the objects that have a key, and what came for their lists.
type waiting struct {
	one         *object
	others      []*object
	first, last *arrival
}

// arrival is one that came for lists, and the next that came for the same.
type arrival struct {
	what *object
	next *arrival
}

// mostArrivals is for how many there is room made at once.
const mostArrivals = 512

// repetition says how one may come to a list that it is in.
type repetition uint8

const (
	never    repetition = iota
	mixed               // it may come several times
	anywhere            // the list may have been loaded before
)

func (l *loader) node(s *Session, e *expr.LoadedEntity, t reflect.Type, lists int, once bool) (*loadNode, error) {
	id := identity{e.Entity.Root(), t}
	if l.objects[id] == nil {
		l.objects[id] = &byKey[object]{seed: l.seed}
	}
	n := &loadNode{entity: e, typ: t, objects: l.objects[id]}
	var err error
	if n.binder, err = l.binder(e.Entity, t); err != nil {
		return nil, err
	}
	n.fresh = &past{b: n.binder}
	for _, r := range e.Related {
		if r.Kind == expr.RaiseLoad {
			continue
		}
		edge := &loadEdge{LoadedRelated: r, session: s}
		switch {
		case l.edges[r.Relationship] > 0:
			edge.twice = anywhere
		case r.Relationship.Through() != nil, // whose rows may be there twice
			r.Joined != nil && (lists > 1 || !once):
			edge.twice = mixed
		}
		l.edges[r.Relationship]++
		if edge.typ, err = n.binder.target(r.Relationship); err != nil {
			return nil, err
		}
		if r.Joined != nil {
			if edge.joined, err = l.node(s, r.Joined, edge.typ, lists, false); err != nil {
				return nil, err
			}
		} else {
			edge.waiting = &byKey[waiting]{seed: l.seed}
		}
		n.related = append(n.related, edge)
	}
	return n, nil
}

// binder returns what makes those of an entity as a type: *T, *Record, or what fits an
// interface.
func (l *loader) binder(e *schema.Entity, t reflect.Type) (binder, error) {
	key := binderKey{e, t}
	if b := l.binders[key]; b != nil {
		return b, nil
	}
	var b binder
	switch {
	case t == recordType:
		b = recordBinder{e}
	case t.Kind() == reflect.Pointer && t.Elem().Kind() == reflect.Struct:
		b = newStructBinder(e, t.Elem())
	case t.Kind() == reflect.Interface && e.GoType() != nil && reflect.PointerTo(e.GoType()).Implements(t):
		b = newStructBinder(e, e.GoType())
	case t.Kind() == reflect.Interface && recordType.Implements(t):
		b = recordBinder{e}
	default:
		return nil, &Error{CodeScan, fmt.Sprintf("%s cannot be made as %s: expected a struct, a pointer to one, or *engine.Record", e, t)}
	}
	l.binders[key] = b
	return b, nil
}

// object makes, or finds, the object that a row has in a node; it is nil where the row has
// none.
func (l *loader) object(n *loadNode, row []expr.Value, columns []Column) (*object, error) {
	key, ok := keyOf(row, n.entity.Key, false)
	if !ok {
		return nil, nil
	}
	o := n.objects.get(key)
	if o != nil && o.by != n && slices.Contains(o.of.before, n) {
		o.meet(n)
	}
	if o == nil || o.by != n {
		var err error
		if o, err = l.made(n, o, key, row, columns); err != nil {
			return nil, err
		}
	}
	for _, e := range n.related {
		if e.joined == nil {
			continue
		}
		what, err := l.object(e.joined, row, columns)
		if err != nil {
			return nil, err
		}
		if err := l.attach(o, e, what); err != nil {
			return nil, err
		}
	}
	return o, nil
}

// made makes an object, or gives one that is there already what this node loads of it.
func (l *loader) made(n *loadNode, o *object, key rowKey, row []expr.Value, columns []Column) (*object, error) {
	of, err := l.past(n, n.entity.EntityOfRow(row))
	if err != nil {
		return nil, err
	}
	if o == nil {
		o = n.objects.put(key)
		o.v, o.of = of.b.make(), of
	}
	o.meet(n)
	if err := of.b.set(o.v, row, n.entity, columns); err != nil {
		return o, err
	}
	for _, e := range n.related {
		var err error
		if e.Relationship.IsMany() {
			err = of.b.add(o.v, e.Relationship, nil)
		} else if e.joined == nil {
			err = of.b.one(o.v, e.Relationship, nil)
		}
		if err != nil {
			return o, err
		}
		if e.joined == nil {
			e.waits(o, row)
		}
	}
	return o, nil
}

// past is that of an object that nothing has met.
func (l *loader) past(n *loadNode, e *schema.Entity) (*past, error) {
	if e == n.entity.Entity {
		return n.fresh, nil
	}
	if n.subtypes[e] == nil {
		b, err := l.binder(e, n.typ)
		if err != nil {
			return nil, err
		}
		if n.subtypes == nil {
			n.subtypes = map[*schema.Entity]*past{}
		}
		n.subtypes[e] = &past{b: b}
	}
	return n.subtypes[e], nil
}
