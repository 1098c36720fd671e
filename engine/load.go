package engine

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"reflect"
	"slices"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// keysAtOnce is for how many keys a statement of selectinload asks.
const keysAtOnce = 500

// objectsAtOnce is for how many objects there is room made at once.
const objectsAtOnce = 64

// wholeRows is Rows of a statement with whole entities among its columns.
func wholeRows[T any](ctx context.Context, s *Session, stmt expr.Statement, params Params) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var zero T
		l := &loader{ctx: ctx, session: s, params: params, binders: map[binderKey]binder{}, objects: map[identity]*byKey[*object]{}, attached: map[attachment]bool{}, edges: map[*schema.Relationship]int{}}
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
	known    map[string]bool // parameters of the statement as a whole
	binders  map[binderKey]binder
	objects  map[identity]*byKey[*object]
	room     []object // for those that are made next
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

// object is what a row is, the node that has met it last, and those that had before.
type object struct {
	v      reflect.Value
	by     *loadNode
	before []*loadNode
	b      binder
}

// meet makes a node the last one.
func (o *object) meet(n *loadNode) {
	if o.by != nil && !slices.Contains(o.before, o.by) {
		o.before = append(o.before, o.by)
	}
	o.by = n
}

// rowKey are the values of a key: one integer, or, where s is not empty, all of them as bytes.
type rowKey struct {
	n int64
	s string
}

// byKey is a map by row keys. Most are integers, which maps find faster than structs.
type byKey[V any] struct {
	ints  map[int64]V
	texts map[string]V
}

func newByKey[V any]() *byKey[V] { return &byKey[V]{map[int64]V{}, map[string]V{}} }

func (m *byKey[V]) get(k rowKey) V {
	if k.s == "" {
		return m.ints[k.n]
	}
	return m.texts[k.s]
}

func (m *byKey[V]) set(k rowKey, v V) {
	if k.s == "" {
		m.ints[k.n] = v
	} else {
		m.texts[k.s] = v
	}
}

// attachment is what has been put into a list.
type attachment struct {
	to, what uintptr
	by       *schema.Relationship
}

// keyOf returns a key; not ok where all, or, if any counts, one of its values is NULL.
func keyOf(row []expr.Value, columns []int, anyNull bool) (key rowKey, ok bool) {
	if len(columns) == 1 && row[columns[0]].Kind() == schema.KindBigInteger {
		return rowKey{n: row[columns[0]].Int()}, true
	}
	var b []byte
	for _, c := range columns {
		v := row[c]
		if v.IsNull() && anyNull {
			return rowKey{}, false
		}
		ok = ok || !v.IsNull()
		b = appendKey(b, v)
	}
	return rowKey{s: string(b)}, ok
}

func appendKey(b []byte, v expr.Value) []byte {
	text := v.Plain()
	b = binary.AppendUvarint(append(b, byte(v.Kind())), uint64(len(text)))
	return append(b, text...)
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
	last := uintptr(0)
	err = l.run(l.session, stmt, x, row.types, isOnce(stmt), func(values []expr.Value, objects []reflect.Value, columns []Column) error {
		if seen != nil { // what is loaded with a row does not make it several
			var key any
			if row.alone && objects[0].IsValid() {
				if p := objects[0].Pointer(); p == last {
					return nil
				} else {
					last, key = p, p
				}
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
// isOnce has it.
func (l *loader) run(s *Session, stmt expr.Statement, x *expr.Expanded, types []reflect.Type, once bool, each func([]expr.Value, []reflect.Value, []Column) error) error {
	r, err := s.query(l.ctx, stmt, l.paramsOf(x.Statement()), true)
	if err != nil {
		return err
	}
	nodes, lists := make([]*loadNode, x.Items().Len()), listsOf(x)
	for i, item := range x.Items().All() {
		if item.Entity != nil {
			if nodes[i], err = l.node(item.Entity, types[i], lists, once); err != nil {
				r.Close()
				return err
			}
		}
	}
	objects := make([]reflect.Value, len(nodes))
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
	objects *byKey[*object]
	binder  binder
	related []*loadEdge
}

// loadEdge is a relationship that is loaded.
type loadEdge struct {
	*expr.LoadedRelated
	joined  *loadNode
	typ     reflect.Type
	twice   repetition
	parents *byKey[[]*object] // of another statement, by its key
	keys    [][]expr.Value
}

// repetition says how one may come to a list that it is in.
type repetition uint8

const (
	never    repetition = iota
	mixed               // it may come several times
	anywhere            // the list may have been loaded before
)

func (l *loader) node(e *expr.LoadedEntity, t reflect.Type, lists int, once bool) (*loadNode, error) {
	id := identity{e.Entity.Root(), t}
	if l.objects[id] == nil {
		l.objects[id] = newByKey[*object]()
	}
	n := &loadNode{entity: e, typ: t, objects: l.objects[id]}
	var err error
	if n.binder, err = l.binder(e.Entity, t); err != nil {
		return nil, err
	}
	for _, r := range e.Related {
		if r.Kind == expr.RaiseLoad {
			continue
		}
		edge := &loadEdge{LoadedRelated: r, parents: newByKey[[]*object]()}
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
			if edge.joined, err = l.node(r.Joined, edge.typ, lists, false); err != nil {
				return nil, err
			}
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

// object makes, or finds, the object that a row has in a node; it is not valid where the
// row has none.
func (l *loader) object(n *loadNode, row []expr.Value, columns []Column) (reflect.Value, error) {
	key, ok := keyOf(row, n.entity.Key, false)
	if !ok {
		return reflect.Value{}, nil
	}
	o := n.objects.get(key)
	if o != nil && o.by != n && slices.Contains(o.before, n) {
		o.meet(n)
	}
	if o == nil || o.by != n {
		var err error
		if o, err = l.made(n, o, key, row, columns); err != nil {
			return reflect.Value{}, err
		}
	}
	for _, e := range n.related {
		if e.joined == nil {
			continue
		}
		what, err := l.object(e.joined, row, columns)
		if err != nil {
			return o.v, err
		}
		if err := l.attach(o, e, what); err != nil {
			return o.v, err
		}
	}
	return o.v, nil
}

// made makes an object, or gives one that is there already what this node loads of it.
func (l *loader) made(n *loadNode, o *object, key rowKey, row []expr.Value, columns []Column) (*object, error) {
	b := n.binder
	if entity := n.entity.EntityOfRow(row); entity != n.entity.Entity {
		var err error
		if b, err = l.binder(entity, n.typ); err != nil {
			return nil, err
		}
	}
	if o == nil {
		if len(l.room) == 0 {
			l.room = make([]object, objectsAtOnce)
		}
		o, l.room = &l.room[0], l.room[1:]
		o.v, o.b = b.make(), b
		n.objects.set(key, o)
	}
	o.meet(n)
	if err := b.set(o.v, row, n.entity, columns); err != nil {
		return o, err
	}
	for _, e := range n.related {
		var err error
		if e.Relationship.IsMany() {
			err = b.add(o.v, e.Relationship, reflect.Value{})
		} else if e.joined == nil {
			err = b.one(o.v, e.Relationship, reflect.Value{})
		}
		if err != nil {
			return o, err
		}
		if e.joined != nil {
			continue
		}
		local, ok := keyOf(row, e.Local, true)
		if !ok {
			continue
		}
		parents := e.parents.get(local)
		if parents == nil {
			values := make([]expr.Value, len(e.Local))
			for i, c := range e.Local {
				values[i] = row[c]
			}
			e.keys = append(e.keys, values)
		}
		e.parents.set(local, append(parents, o))
	}
	return o, nil
}

// attach puts what a relationship leads to in its place; what is not valid is none.
func (l *loader) attach(o *object, e *loadEdge, what reflect.Value) error {
	switch {
	case !e.Relationship.IsMany():
		return o.b.one(o.v, e.Relationship, what)
	case !what.IsValid():
		return nil
	}
	twice := e.twice
	if l.edges[e.Relationship] > 1 { // another place may have found the same object first
		twice = anywhere
	}
	switch twice {
	case anywhere:
		if o.b.has(o.v, e.Relationship, what) {
			return nil
		}
	case mixed:
		key := attachment{o.v.Pointer(), what.Pointer(), e.Relationship}
		if l.attached[key] {
			return nil
		}
		l.attached[key] = true
	}
	return o.b.add(o.v, e.Relationship, what)
}

// later loads what the objects of a node lead to by statements of their own.
func (l *loader) later(n *loadNode) error {
	for _, e := range n.related {
		if e.joined != nil {
			if err := l.later(e.joined); err != nil {
				return err
			}
			continue
		}
		if len(e.keys) == 0 {
			continue
		}
		if !e.IsByKeys() {
			if err := l.load(e, nil); err != nil {
				return err
			}
			continue
		}
		for from := 0; from < len(e.keys); from += keysAtOnce {
			if err := l.load(e, e.keys[from:min(from+keysAtOnce, len(e.keys))]); err != nil {
				return err
			}
		}
	}
	return nil
}

// unlimited is the session without the limits of its policy.
func (s *Session) unlimited() *Session {
	p := s.policy.Unlimited()
	if p == s.policy {
		return s
	}
	c := *s
	c.policy, c.planned = p, s.engine.plans.standsFor(p)
	return &c
}

// load runs one of these statements.
func (l *loader) load(e *loadEdge, keys [][]expr.Value) error {
	stmt := e.Select(keys)
	if err := expr.Err(stmt); err != nil {
		return err
	}
	x, err := expr.Expand(stmt)
	if err != nil {
		return err
	}
	if listsOf(x) > 0 && e.twice == never { // each comes once for each of those in its lists
		e.twice = mixed
	}
	key := make([]int, len(e.Local))
	for i := range key {
		key[i] = x.Items().At(i).Column
	}
	last := len(key) // the entity stands behind the key
	types := make([]reflect.Type, last+1)
	types[last] = e.typ
	return l.run(l.session.unlimited(), stmt, x, types, e.Relationship.Through() == nil, func(row []expr.Value, objects []reflect.Value, _ []Column) error {
		k, ok := keyOf(row, key, true)
		if !ok {
			return nil
		}
		for _, parent := range e.parents.get(k) {
			if err := l.attach(parent, e, objects[last]); err != nil {
				return err
			}
		}
		return nil
	})
}
