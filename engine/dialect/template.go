package dialect

import (
	"slices"

	"github.com/sqlser/sqlser/engine/expr"
)

// Template is a compiled statement for whatever values its literals have: what its text
// says of them are placeholders. It is immutable and safe for concurrent use.
type Template struct {
	s    Statement
	from []int // which value each slot has, or -1 where the statement itself says it
}

// Template returns the template of a statement, for the values of its literals as
// [expr.AppendPlanKey] lists them, and the indexes of those that must be what they are, as the
// text depends on them. It is nil where no other values will do.
func (s *Statement) Template(values []expr.Value) (_ *Template, pinned []int) {
	index := make(map[expr.Value]int, len(values))
	for i, v := range values {
		index[v] = i
	}
	for _, v := range s.is().pinned {
		at, ok := index[v]
		if !ok {
			return nil, nil
		}
		pinned = append(pinned, at)
	}
	slices.Sort(pinned)
	t := &Template{*s, make([]int, len(s.is().slots))}
	for i, sl := range s.is().slots {
		t.from[i] = -1
		if sl.param > 0 {
			continue
		}
		at, ok := index[sl.value]
		if _, same := slices.BinarySearch(pinned, at); ok && same {
			continue
		}
		if sl.open != ok { // of a statement's own that equals what is not, nobody could tell which is which
			return nil, nil
		}
		if ok {
			t.from[i] = at
		}
	}
	return t, slices.Compact(pinned)
}

// With returns the statement for other values of the literals, of a statement of the
// same shape. It fails where [Dialect.Compile] fails, whose error says more.
func (t *Template) With(values []expr.Value) (*Statement, error) {
	s := roomFor(len(t.s.args))
	s.of = t.s.of
	copy(s.args, t.s.args)
	for i, at := range t.from {
		if at < 0 {
			continue
		}
		arg, err := s.of.d.argument(&s.of.slots[i], values[at])
		if err != nil {
			return nil, err
		}
		s.args[i] = arg
	}
	s.copied = !holdsBytes(s.args)
	return s, nil
}

// roomFor makes a statement of n arguments, in one piece of memory where they are few.
func roomFor(n int) *Statement {
	switch {
	case n <= 3:
		room := new(struct {
			Statement
			args [3]any
		})
		room.Statement.args = room.args[:n:n]
		return &room.Statement
	case n <= 7:
		room := new(struct {
			Statement
			args [7]any
		})
		room.Statement.args = room.args[:n:n]
		return &room.Statement
	}
	return &Statement{args: make([]any, n)}
}
