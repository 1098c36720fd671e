package engine

import (
	"context"
	"encoding/binary"
	"fmt"
	"iter"
	"reflect"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// keysAtOnce is for how many keys a statement of selectinload asks.
const keysAtOnce = 500

// wholeRows is Rows of a statement with whole entities among its columns.
func wholeRows[T any](ctx context.Context, s *Session, stmt expr.Statement, params Params) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var zero T
		l := &loader{ctx: ctx, session: s, params: params, binders: map[binderKey]binder{}, objects: map[objectKey]reflect.Value{}, attached: map[attachment]bool{}}
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
	objects  map[objectKey]reflect.Value
	attached map[attachment]bool
}

type binderKey struct {
	entity *schema.Entity
	typ    reflect.Type
}

// objectKey is what tells an object from others.
type objectKey struct {
	entity *schema.Entity // the root of its inheritance
	typ    reflect.Type
	key    rowKey
}

// rowKey are the values of a key: one integer, or all of them as bytes.
type rowKey struct {
	n int64
	s string
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
	if wrong := missing(declared, l.params, nil); len(wrong) > 0 {
		return nil, &ParamError{Problems: wrong}
	}
	x, err := expr.Expand(stmt)
	if err != nil {
		return nil, err
	}
	row, err := newRowMaker(x, t)
	if err != nil {
		return nil, err
	}
	var all []reflect.Value
	var seen map[string]bool
	if loadsMany(x) {
		seen = map[string]bool{}
	}
	err = l.run(stmt, x, row.types, func(values []expr.Value, objects []reflect.Value, columns []Column) error {
		if seen != nil { // what is loaded with a row does not make it several
			key := row.key(values)
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

// loadsMany reports whether a list is loaded with the rows of the statement itself.
func loadsMany(x *expr.Expanded) bool {
	var many func(e *expr.LoadedEntity) bool
	many = func(e *expr.LoadedEntity) bool {
		for _, r := range e.Related {
			if r.Joined != nil && (r.Relationship.IsMany() || many(r.Joined)) {
				return true
			}
		}
		return false
	}
	for _, i := range x.Items().All() {
		if i.Entity != nil && many(i.Entity) {
			return true
		}
	}
	return false
}

// run runs a statement, gives each row with the objects that its items are, and then
// loads what these lead to. Types are what the items that are entities are made as.
func (l *loader) run(stmt expr.Statement, x *expr.Expanded, types []reflect.Type, each func([]expr.Value, []reflect.Value, []Column) error) error {
	r, err := l.session.query(l.ctx, stmt, l.paramsOf(x.Statement()), true)
	if err != nil {
		return err
	}
	nodes := make([]*loadNode, x.Items().Len())
	for i, item := range x.Items().All() {
		if item.Entity != nil {
			if nodes[i], err = l.node(item.Entity, types[i]); err != nil {
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
	seen    map[rowKey]reflect.Value
	related []*loadEdge
}

// loadEdge is a relationship that is loaded.
type loadEdge struct {
	*expr.LoadedRelated
	joined  *loadNode
	typ     reflect.Type
	parents map[rowKey][]reflect.Value // of another statement, by its key
	keys    [][]expr.Value
}

func (l *loader) node(e *expr.LoadedEntity, t reflect.Type) (*loadNode, error) {
	n := &loadNode{entity: e, typ: t, seen: map[rowKey]reflect.Value{}}
	for _, r := range e.Related {
		if r.Kind == expr.RaiseLoad {
			continue
		}
		edge := &loadEdge{LoadedRelated: r, parents: map[rowKey][]reflect.Value{}}
		b, err := l.binder(e.Entity, t)
		if err != nil {
			return nil, err
		}
		if edge.typ, err = b.target(r.Relationship); err != nil {
			return nil, err
		}
		if r.Joined != nil {
			if edge.joined, err = l.node(r.Joined, edge.typ); err != nil {
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
	v, known := n.seen[key]
	if !known {
		var err error
		if v, err = l.made(n, key, row, columns); err != nil {
			return v, err
		}
		n.seen[key] = v
	}
	for _, e := range n.related {
		if e.joined == nil {
			continue
		}
		what, err := l.object(e.joined, row, columns)
		if err != nil {
			return v, err
		}
		if err := l.attach(n, v, e, what); err != nil {
			return v, err
		}
	}
	return v, nil
}

// made makes an object, or gives one that is there already what this node loads of it.
func (l *loader) made(n *loadNode, key rowKey, row []expr.Value, columns []Column) (reflect.Value, error) {
	entity := n.entity.EntityOfRow(row)
	b, err := l.binder(entity, n.typ)
	if err != nil {
		return reflect.Value{}, err
	}
	id := objectKey{entity.Root(), n.typ, key}
	v, known := l.objects[id]
	if !known {
		v = b.make()
		l.objects[id] = v
	}
	if err := b.set(v, row, n.entity, columns); err != nil {
		return v, err
	}
	for _, e := range n.related {
		if e.Relationship.IsMany() {
			err = b.add(v, e.Relationship, reflect.Value{})
		} else if e.joined == nil {
			err = b.one(v, e.Relationship, reflect.Value{})
		}
		if err != nil {
			return v, err
		}
		if e.joined != nil {
			continue
		}
		local, ok := keyOf(row, e.Local, true)
		if !ok {
			continue
		}
		if e.parents[local] == nil {
			values := make([]expr.Value, len(e.Local))
			for i, c := range e.Local {
				values[i] = row[c]
			}
			e.keys = append(e.keys, values)
		}
		e.parents[local] = append(e.parents[local], v)
	}
	return v, nil
}

// attach puts what a relationship leads to in its place; what is not valid is none.
func (l *loader) attach(n *loadNode, to reflect.Value, e *loadEdge, what reflect.Value) error {
	b, err := l.binder(n.entity.Entity, n.typ)
	if err != nil {
		return err
	}
	if n.typ.Kind() == reflect.Interface { // the row's own
		if r, ok := to.Interface().(*Record); ok {
			b = recordBinder{r.entity}
		} else {
			b = l.ofStruct(to.Type())
		}
	}
	if !e.Relationship.IsMany() {
		return b.one(to, e.Relationship, what)
	}
	if !what.IsValid() {
		return nil
	}
	key := attachment{to.Pointer(), what.Pointer(), e.Relationship}
	if l.attached[key] {
		return nil
	}
	l.attached[key] = true
	return b.add(to, e.Relationship, what)
}

// ofStruct returns the binder of a struct that an interface holds.
func (l *loader) ofStruct(t reflect.Type) binder {
	for k, b := range l.binders {
		if s, ok := b.(*structBinder); ok && s.typ == t.Elem() && k.typ.Kind() == reflect.Interface {
			return b
		}
	}
	return nil
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
			if err := l.load(n, e, nil); err != nil {
				return err
			}
			continue
		}
		for from := 0; from < len(e.keys); from += keysAtOnce {
			if err := l.load(n, e, e.keys[from:min(from+keysAtOnce, len(e.keys))]); err != nil {
				return err
			}
		}
	}
	return nil
}

// load runs one of these statements.
func (l *loader) load(n *loadNode, e *loadEdge, keys [][]expr.Value) error {
	stmt := e.Select(keys)
	if err := expr.Err(stmt); err != nil {
		return err
	}
	x, err := expr.Expand(stmt)
	if err != nil {
		return err
	}
	key := make([]int, len(e.Local))
	for i := range key {
		key[i] = x.Items().At(i).Column
	}
	last := len(key) // the entity stands behind the key
	types := make([]reflect.Type, last+1)
	types[last] = e.typ
	return l.run(stmt, x, types, func(row []expr.Value, objects []reflect.Value, _ []Column) error {
		k, ok := keyOf(row, key, true)
		if !ok {
			return nil
		}
		for _, parent := range e.parents[k] {
			if err := l.attach(n, parent, e, objects[last]); err != nil {
				return err
			}
		}
		return nil
	})
}
