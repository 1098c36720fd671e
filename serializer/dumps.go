package serializer

import (
	"crypto/sha256"
	"slices"
	"sync"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// Dumps returns the canonical bytes of a construct: an expression, a statement, a
// source, a join, or a *schema.Table or *schema.Column of the host. The error is
// an *[expr.Error] for a construct that was not built right, and a *[FormatError]
// for one that the reader would refuse for its size.
func Dumps(construct any) ([]byte, error) { return DumpsWith(construct, Slot{}) }

// DumpsWith is Dumps with a request for a session or an engine.
func DumpsWith(construct any, slot Slot) ([]byte, error) {
	root, err := nodeOf(construct)
	if err != nil {
		return nil, err
	}
	if err := expr.Err(root); err != nil {
		return nil, err
	}
	e := encoders.Get().(*encoder)
	defer e.release()
	e.manifest.Kind, e.manifest.Size, e.manifest.Depth, e.manifest.Slot = root.Op(), expr.Size(root), expr.Depth(root), slot
	if s, ok := root.(expr.Source); ok {
		e.Source(s)
	} else {
		e.Node(root)
	}
	if q, ok := root.(expr.Query); ok {
		e.results(q)
	}
	if e.err != nil {
		return nil, e.err
	}
	slices.Sort(e.features)

	b := make([]byte, 0, 2*len(e.body)+256)
	b = appendString(appendArray(b, 4), magic)
	b = appendStrings(b, e.features)
	b = e.manifest.append(b)
	b = append(b, e.body...)
	if len(b) > DefaultBytes {
		return nil, &FormatError{CodeLimit, len(b), "root", failf(CodeLimit, "a payload of %d bytes, the limit is %d", len(b), DefaultBytes)}
	}
	return b, nil
}

// Hash is the identity of a query: the SHA-256 of its bytes.
func Hash(b []byte) [sha256.Size]byte { return sha256.Sum256(b) }

// nodeOf makes a node of what can be dumped.
func nodeOf(construct any) (expr.Node, error) {
	switch c := construct.(type) {
	case *schema.Table:
		return expr.Table(c), nil
	case *schema.Column:
		return expr.Of(c).Node(), nil
	case expr.Expr:
		if c.IsZero() {
			return nil, c.Err()
		}
		return c.Node(), nil
	case expr.Item:
		return c.Expr().Node(), nil
	case expr.Node:
		return c, nil
	}
	return expr.Of(construct).Node(), nil // a plain value, or an error that says what came
}

// encoders saves the allocation of buffers; nothing of a query stays in them.
var encoders = sync.Pool{New: func() any {
	e := new(encoder)
	e.fields = expr.Writing(e)
	return e
}}

// encoder is the expr.Writer behind Dumps. It writes the tree in one walk: a
// source is written where it is first named, and has a number from then on.
type encoder struct {
	body     []byte
	fields   *expr.Fields
	record   recordWriter
	outer    []recordWriter // those that are open around it
	manifest Manifest
	features []string
	sources  indexOf[any]
	tables   indexOf[*schema.Table]
	columns  indexOf[*schema.Column]
	err      error
}

func (e *encoder) release() {
	if cap(e.body) > 1<<16 {
		return
	}
	*e = encoder{body: e.body[:0], fields: e.fields, outer: e.outer[:0],
		sources: e.sources.reset(), tables: e.tables.reset(), columns: e.columns.reset()}
	encoders.Put(e)
}

// indexOf numbers things by first use: few are searched for, many looked up.
type indexOf[T comparable] struct {
	list []T
	at   map[T]int
}

// index returns the number of v, and whether it has just got it.
func (x *indexOf[T]) index(v T) (int, bool) {
	if i, ok := x.find(v); ok {
		return i, false
	}
	x.list = append(x.list, v)
	if n := len(x.list); x.at != nil {
		x.at[v] = n - 1
	} else if n == 16 {
		x.at = make(map[T]int, 64)
		for i, old := range x.list {
			x.at[old] = i
		}
	}
	return len(x.list) - 1, true
}

func (x *indexOf[T]) find(v T) (int, bool) {
	if x.at != nil {
		i, ok := x.at[v]
		return i, ok
	}
	i := slices.Index(x.list, v)
	return i, i >= 0
}

func (x *indexOf[T]) reset() indexOf[T] {
	clear(x.list)
	return indexOf[T]{list: x.list[:0]}
}

func (e *encoder) results(q expr.Query) {
	outs := q.Outputs()
	e.manifest.Results = make([]Result, len(outs))
	for i, o := range outs {
		e.manifest.Results[i] = Result{o.Name, o.Type, resultColumn(q, i, &e.columns)}
	}
}

// resultColumn returns the number of the column that result i is as it is, or -1.
func resultColumn(q expr.Query, i int, columns *indexOf[*schema.Column]) int {
	s, ok := q.(*expr.SelectStmt)
	if !ok {
		return -1
	}
	item := s.Items().At(i)
	if c, ok := item.Expr().Node().(*expr.ColumnExpr); ok && item.Label() == "" && c.Column() != nil {
		if n, ok := columns.find(c.Column()); ok {
			return n
		}
	}
	return -1
}

func (e *encoder) open() {
	e.outer = append(e.outer, e.record)
	e.record, e.body = openRecord(e.body)
}

func (e *encoder) close() {
	e.body = e.record.close(e.body)
	e.record = e.outer[len(e.outer)-1]
	e.outer = e.outer[:len(e.outer)-1]
}

// The methods of expr.Writer.

func (e *encoder) Node(n expr.Node) {
	e.open()
	e.body = appendUint(e.record.field(e.body, true), uint64(n.Op()))
	if f := expr.Specs[n.Op()].Feature; f != "" && !slices.Contains(e.features, f) {
		e.features = append(e.features, f)
	}
	expr.Write(n, e.fields)
	e.close()
}

func (e *encoder) Source(s expr.Source) {
	if i, ok := e.sources.find(s.Identity()); ok {
		e.body = appendUint(e.body, uint64(i))
		return
	}
	e.Node(s)
	e.sources.index(s.Identity())
}

func (e *encoder) Column(s expr.Source, c *schema.Column, index int) {
	e.Source(s)
	e.body = e.record.field(e.body, true)
	if c == nil {
		e.body = appendUint(e.body, uint64(index))
		return
	}
	i, isNew := e.columns.index(c)
	if isNew {
		t, _ := e.tables.find(c.Table())
		e.manifest.Columns = append(e.manifest.Columns, ColumnRef{t, c.Name(), c.Type(), c.Nullable(), c.StableID()})
	}
	e.body = appendUint(e.body, uint64(i))
}

func (e *encoder) Table(t *schema.Table) {
	i, isNew := e.tables.index(t)
	if isNew {
		ref := TableRef{Name: t.Name(), Stable: t.StableID()}
		if t.NameParts() > 1 {
			ref.Schema = t.Schema()
		}
		e.manifest.Tables = append(e.manifest.Tables, ref)
	}
	e.body = appendUint(e.body, uint64(i))
}

func (e *encoder) Function(fn *expr.Function) {
	i := slices.Index(e.manifest.Functions, fn.Name())
	if i < 0 {
		i = len(e.manifest.Functions)
		e.manifest.Functions = append(e.manifest.Functions, fn.Name())
	}
	e.body = appendUint(e.body, uint64(i))
}

func (e *encoder) Parameter(p *expr.Parameter) {
	i := slices.IndexFunc(e.manifest.Parameters, func(q *expr.Parameter) bool { return q.Name() == p.Name() })
	if i < 0 {
		i = len(e.manifest.Parameters)
		e.manifest.Parameters = append(e.manifest.Parameters, p)
	} else if !e.manifest.Parameters[i].Same(p) && e.err == nil {
		e.err = &expr.Error{Code: expr.CodeName, Op: expr.OpParam, Reason: "parameter \"" + p.Name() + "\" is declared twice, not alike"}
	}
	e.body = appendUint(e.body, uint64(i))
}

func (e *encoder) Field(_ string, present bool) { e.body = e.record.field(e.body, present) }
func (e *encoder) Bool(bool)                    { e.body = appendBool(e.body, true) }
func (e *encoder) Code(v uint8)                 { e.body = appendUint(e.body, uint64(v)) }
func (e *encoder) String(v string)              { e.body = appendString(e.body, v) }
func (e *encoder) Value(v expr.Value)           { e.body = appendValue(e.body, v) }
func (e *encoder) Type(t schema.Type)           { e.body = appendType(e.body, t) }
func (e *encoder) List(n int)                   { e.body = appendArray(e.body, n) }
func (e *encoder) Open()                        { e.open() }
func (e *encoder) Close()                       { e.close() }
