package engine

import (
	"maps"
	"reflect"
	"strconv"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/policy"
	"github.com/sqlser/sqlser/schema"
)

// keysAtOnce is for how many keys a statement of selectinload asks; keysInList where they are one
// argument.
const (
	keysAtOnce = 500
	keysInList = 10_000
)

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
		atOnce := keysAtOnce
		if l.lists(e) {
			atOnce = keysInList
		}
		for from := 0; from < len(e.keys); from += atOnce {
			if err := l.load(e, e.keys[from:min(from+atOnce, len(e.keys))]); err != nil {
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
	c.policy = p
	c.planBy()
	return &c
}

// lists reports whether the keys of an edge are one argument: then the statement is the same for
// any number of them, and prepared once.
func (l *loader) lists(e *loadEdge) bool {
	return l.session.engine.dialect.TakesArrays() && e.IsByKeys() && e.HasIntegerKey()
}

// withKeys is the session with the keys of a statement.
func (s *Session) withKeys(keys [][]expr.Value) (*Session, error) {
	b := make([]byte, 0, 8*len(keys))
	for i, k := range keys {
		b = append(b, "[,"[min(i, 1)])
		b = strconv.AppendInt(b, k[0].Int(), 10)
	}
	list, err := expr.NewValue(schema.KindJSON, 0, string(append(b, ']')))
	if err != nil {
		return nil, err
	}
	c := *s
	c.values = policy.Values{}
	maps.Copy(c.values, s.values)
	c.values[expr.KeyList] = list
	return &c, nil
}

// load runs one of these statements.
func (l *loader) load(e *loadEdge, keys [][]expr.Value) error {
	s, listed := e.session.unlimited(), l.lists(e)
	var by *expr.LoadingSelect
	var err error
	if listed {
		if by, err = e.SelectListed(); err == nil {
			s, err = s.withKeys(keys)
		}
	} else {
		by, err = e.Select(keys)
	}
	if err != nil {
		return err
	}
	x := by.Expanded
	if listsOf(x) > 0 && e.twice == never { // each comes once for each of those in its lists
		e.twice = mixed
	}
	last := x.Items().Len() - 1
	types := make([]reflect.Type, last+1)
	types[last] = e.typ
	return l.run(s, by.Stmt, x, types, e.Relationship.Through() == nil, e, func(row []expr.Value, objects []*object, _ []Column) error {
		if k, ok := keyOf(row, by.Key, true); ok {
			return l.comes(e, k, objects[last])
		}
		return nil
	})
}
