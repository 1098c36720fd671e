package dialect

import (
	"slices"

	"github.com/sqlser/sqlser/engine/expr"
)

// Template is a compiled statement for whatever values its literals have: what its text
// says of them are placeholders. It is immutable and safe for concurrent use.
type Template struct {
	s     Statement
	slots []templateSlot
}

// templateSlot says what stands in a slot.
type templateSlot struct {
	from  int  // which value, or -1 where the statement itself says it
	plain bool // it is encoded as it is: values of one shape are of one kind
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
	t := &Template{*s, make([]templateSlot, len(s.is().slots))}
	for i, sl := range s.is().slots {
		t.slots[i].from = -1
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
			t.slots[i] = templateSlot{at, sl.isPlain()}
		}
	}
	return t, slices.Compact(pinned)
}

// With returns the statement for other values of the literals, of a statement of the
// same shape. It fails where [Dialect.Compile] fails, whose error says more.
func (t *Template) With(values []expr.Value) (*Statement, error) {
	s := roomFor(len(t.s.args))
	s.of = t.s.of
	for i, sl := range t.slots {
		var arg any
		var err *Error
		switch {
		case sl.from < 0:
			arg = t.s.args[i]
		case sl.plain:
			arg, err = s.of.d.encode(values[sl.from])
		default:
			arg, err = s.of.d.argument(&s.of.slots[i], values[sl.from])
		}
		if err != nil {
			return nil, err
		}
		s.args[i] = arg
	}
	s.copied = !holdsBytes(s.args)
	return s, nil
}

// isPlain reports whether all that argument does of the value, and of others of its kind, is to encode it.
func (s *slot) isPlain() bool {
	return s.of == "" && s.form == asIs && !s.value.IsNull() && (s.typ.IsUnknown() || s.typ == s.value.Type()) && !s.typ.IsArray()
}

// roomFor makes a statement of n arguments, in one piece of memory where they are few.
func roomFor(n int) *Statement {
	switch {
	case n <= 2:
		room := new(struct {
			Statement
			args [2]any
		})
		room.Statement.args = room.args[:n:n]
		return &room.Statement
	case n == 3:
		room := new(struct {
			Statement
			args [3]any
		})
		room.Statement.args = room.args[:n:n]
		return &room.Statement
	case n == 4:
		room := new(struct {
			Statement
			args [4]any
		})
		room.Statement.args = room.args[:n:n]
		return &room.Statement
	case n <= 6:
		room := new(struct {
			Statement
			args [6]any
		})
		room.Statement.args = room.args[:n:n]
		return &room.Statement
	}
	return &Statement{args: make([]any, n)}
}
