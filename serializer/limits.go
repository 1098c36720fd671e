package serializer

import "github.com/sqlser/sqlser/engine/expr"

// Limits bound what a payload may ask of its reader; each is checked before
// anything is allocated. The zero Limits are the defaults; a limit may be
// tightened, and only Bytes loosened.
type Limits struct {
	Bytes      int // length of the payload; default 1 MiB
	Depth      int // nodes above one another; default and most expr.MaxDepth
	Size       int // nodes, shared ones each time; default and most expr.MaxSize
	References int // what the manifest lists, but for texts, results and the optional; default 10,000
	String     int // bytes of one string or literal; default and most Bytes
}

// The defaults of Limits.
const (
	DefaultBytes      = 1 << 20
	DefaultReferences = 10_000
)

// maxItems is how many items all lists of a payload may have together.
const maxItems = expr.MaxSize

// tight reports whether a tree that expr allows may be refused.
func (l *Limits) tight() bool { return l.Size < expr.MaxSize || l.Depth < expr.MaxDepth }

// withDefaults fills in what is not set.
func (l Limits) withDefaults() Limits {
	pick := func(v, most int) int {
		if v <= 0 || v > most {
			return most
		}
		return v
	}
	if l.Bytes <= 0 {
		l.Bytes = DefaultBytes
	}
	l.Depth = pick(l.Depth, expr.MaxDepth)
	l.Size = pick(l.Size, expr.MaxSize)
	l.References = pick(l.References, DefaultReferences)
	l.String = pick(l.String, l.Bytes)
	return l
}
