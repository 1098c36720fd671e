package serializer

import (
	"crypto/sha256"
	"fmt"

	"github.com/sqlser/sqlser/engine/expr"
)

// Part is a part of a query that could be a payload by itself, with the identity that it
// would have: a statement, a source of the query's own, or the condition of WHERE, HAVING
// or a join. Parts that are alike have one hash in whatever queries they stand.
type Part struct {
	Path  string // as reports of drift and [expr.Diff] have it: "root.from[0].query"
	Node  expr.Node
	Hash  [sha256.Size]byte // of its bytes, which [Dumps] gives
	Shape [sha256.Size]byte // see [expr.Shape]
}

// Bounds of Parts: each part is written by itself, with the sources that it names.
const (
	MaxParts     = 1000
	maxPartBytes = 16 << 20
)

// partConditions are the fields whose conditions are parts.
var partConditions = map[string]bool{"where": true, "having": true, "on": true}

// Parts lists the parts below a root in wire order, a source where it is first named. It
// stops at MaxParts, and where they have 16 MiB together; then whole is false. The
// error is that of [Dumps].
func Parts(root expr.Node) (parts []Part, whole bool, err error) {
	p := &parter{seen: map[any]bool{}, left: maxPartBytes}
	if s, ok := root.(expr.Source); ok {
		p.seen[s.Identity()] = true
	}
	p.fields("root", expr.FieldsOf(root))
	return p.parts, !p.full, p.err
}

type parter struct {
	parts []Part
	seen  map[any]bool // sources, by identity
	left  int          // bytes
	full  bool
	err   error
}

func (p *parter) fields(path string, list []expr.FieldValue) {
	for _, f := range list {
		p.value(path+"."+f.Name, f.Value, partConditions[f.Name])
	}
}

// value looks at the value of a field; a condition is a part.
func (p *parter) value(path string, v any, condition bool) {
	if p.full || p.err != nil {
		return
	}
	switch v := v.(type) {
	case []any:
		for i, item := range v {
			p.value(fmt.Sprintf("%s[%d]", path, i), item, false)
		}
	case []expr.FieldValue:
		p.fields(path, v)
	case expr.ColumnOf:
		p.source(path, v.Source)
	case *expr.ColumnExpr:
		p.source(path, v.Source())
	case expr.Source:
		p.source(path, v)
	case expr.Node:
		if _, isStatement := v.(expr.Statement); isStatement || condition {
			p.part(path, v)
		}
		p.fields(path, expr.FieldsOf(v))
	}
}

func (p *parter) source(path string, s expr.Source) {
	if p.seen[s.Identity()] {
		return
	}
	p.seen[s.Identity()] = true
	if _, isTable := s.(*expr.TableSource); !isTable {
		p.part(path, s)
		p.fields(path, expr.FieldsOf(s))
	}
}

func (p *parter) part(path string, n expr.Node) {
	if len(p.parts) == MaxParts {
		p.full = true
		return
	}
	b, err := Dumps(n)
	if err != nil {
		p.err = err
		return
	}
	if p.left -= len(b); p.left < 0 {
		p.full = true
		return
	}
	p.parts = append(p.parts, Part{path, n, Hash(b), expr.Shape(n)})
}
