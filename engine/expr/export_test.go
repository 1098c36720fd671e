package expr

import "github.com/sqlser/sqlser/schema"

// ShapeByFields is AppendShape where every node is asked for its fields.
func ShapeByFields(n Node) []byte {
	w := new(fieldShaper)
	w.fields.w = w
	if s, ok := n.(Source); ok {
		w.Source(s)
	} else {
		w.Node(n)
	}
	return w.b
}

// ResolveByFields is Resolve where every node that may be is asked for its fields.
func ResolveByFields(stmt Node) (*Resolved, error) { return resolve(stmt, nil, true) }

type fieldShaper struct{ shaper }

func (w *fieldShaper) Node(n Node) { w.b = w.record(w.b, n) }

func (w *fieldShaper) Source(s Source) {
	if i, known := w.find(s); known {
		w.b = append(w.b, 0)
		w.number(i)
		return
	}
	w.Node(s)
	w.remember(s)
}

func (w *fieldShaper) Column(s Source, c *schema.Column, index int) {
	if w.Source(s); c != nil {
		w.text(c.Name())
	} else {
		w.number(index)
	}
}
