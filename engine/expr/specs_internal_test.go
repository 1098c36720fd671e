package expr

import (
	"fmt"
	"testing"
)

// TestSpecsMakeTheirOwn: a row makes and copies nodes of its own kind.
func TestSpecsMakeTheirOwn(t *testing.T) {
	for op := Op(1); op.Known(); op++ {
		s := Specs[op]
		if s.new == nil || s.copy == nil {
			t.Errorf("%s: its row makes nothing", op)
			continue
		}
		n := s.new()
		c := s.copy(n)
		if n.Op() != op || c.Op() != op {
			t.Errorf("%s: its row makes a %s", op, n.Op())
		}
		if n == c || fmt.Sprintf("%T", n) != fmt.Sprintf("%T", c) {
			t.Errorf("%s: the copy of a %T is a %T", op, n, c)
		}
	}
	if Specs[0].new != nil || Specs[0].copy != nil {
		t.Error("kind 0 is no kind")
	}
}
