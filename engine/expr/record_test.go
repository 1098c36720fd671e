package expr_test

import (
	"errors"
	"fmt"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// record is what a Writer was told of a node; a player gives it to a Reader's
// caller again. Tests change it in between, to make what no constructor does.
type record struct {
	op     expr.Op
	fields []recordField
}

// recordField is a field with its value: a bool, uint8, string, expr.Value,
// schema.Type, *record, *recordSource, recordColumn, *schema.Table,
// *expr.Function, *expr.Parameter, or a list of records or parts.
type recordField struct {
	name    string
	present bool
	list    bool
	values  []any
}

type recordSource struct{ record }

type recordColumn struct {
	source *recordSource
	column *schema.Column
	index  int
}

// recordOf writes a node down.
func recordOf(n expr.Node) any {
	w := &recorder{sources: map[any]*recordSource{}}
	w.to = expr.Writing(w)
	root := []recordField{{name: "root"}}
	w.fields = &root
	if s, ok := n.(expr.Source); ok {
		w.Source(s)
	} else {
		w.Node(n)
	}
	return root[0].values[0]
}

// recorder is the Writer of records.
type recorder struct {
	to      *expr.Fields
	fields  *[]recordField // of the node or part that is written
	up      []*[]recordField
	sources map[any]*recordSource
}

func (w *recorder) put(v any) {
	last := &(*w.fields)[len(*w.fields)-1]
	last.values = append(last.values, v)
}

func (w *recorder) record(n expr.Node) record {
	r, outer := record{op: n.Op()}, w.fields
	w.fields = &r.fields
	expr.Write(n, w.to)
	w.fields = outer
	return r
}

func (w *recorder) source(s expr.Source) *recordSource {
	if w.sources[s.Identity()] == nil {
		w.sources[s.Identity()] = &recordSource{w.record(s)}
	}
	return w.sources[s.Identity()]
}

func (w *recorder) Field(name string, present bool) {
	*w.fields = append(*w.fields, recordField{name: name, present: present})
}
func (w *recorder) Bool(v bool)          { w.put(v) }
func (w *recorder) Code(v uint8)         { w.put(v) }
func (w *recorder) String(v string)      { w.put(v) }
func (w *recorder) Value(v expr.Value)   { w.put(v) }
func (w *recorder) Type(t schema.Type)   { w.put(t) }
func (w *recorder) Node(n expr.Node)     { r := w.record(n); w.put(&r) }
func (w *recorder) Source(s expr.Source) { w.put(w.source(s)) }
func (w *recorder) Column(s expr.Source, c *schema.Column, index int) {
	w.put(recordColumn{w.source(s), c, index})
}
func (w *recorder) Table(t *schema.Table)               { w.put(t) }
func (w *recorder) Function(fn *expr.Function)          { w.put(fn) }
func (w *recorder) Parameter(p *expr.Parameter)         { w.put(p) }
func (w *recorder) Entity(e *schema.Entity)             { w.put(e) }
func (w *recorder) Attribute(a *schema.Attribute)       { w.put(a) }
func (w *recorder) Relationship(r *schema.Relationship) { w.put(r) }
func (w *recorder) List(int)                            { (*w.fields)[len(*w.fields)-1].list = true }
func (w *recorder) Open()                               { w.up, w.fields = append(w.up, w.fields), new([]recordField) }
func (w *recorder) Close() {
	part := *w.fields
	w.up, w.fields = w.up[:len(w.up)-1], w.up[len(w.up)-1]
	w.put(part)
}

// play makes the node of a record, as a reader of stored queries does.
func play(r any) (n expr.Node, err error) {
	p := &player{made: map[*recordSource]expr.Source{}}
	p.to = expr.Reading(p)
	p.frames = []*frame{{fields: []recordField{{values: []any{r}}}, next: 1}}
	if _, ok := r.(*recordSource); ok {
		n = p.Source()
	} else {
		n = p.Node()
	}
	return n, p.err
}

// player is the Reader of records.
type player struct {
	to     *expr.Fields
	made   map[*recordSource]expr.Source
	frames []*frame
	err    error
}

// frame is a node or part that is read.
type frame struct {
	fields []recordField
	next   int // field
	taken  int // of the values of the field before it
}

func (p *player) top() *frame { return p.frames[len(p.frames)-1] }

func (p *player) push(fields []recordField) { p.frames = append(p.frames, &frame{fields: fields}) }

// take gives the next value of the field that is read; values of another type
// than the node asks for are an error.
func take[T any](p *player) (v T) {
	f := p.top()
	if p.err != nil {
		return v
	}
	values := f.fields[f.next-1].values
	if f.taken >= len(values) {
		p.Fail(errors.New("no more values"))
		return v
	}
	v, ok := values[f.taken].(T)
	if f.taken++; !ok {
		p.Fail(fmt.Errorf("expected a %T, got a %T", v, values[f.taken-1]))
	}
	return v
}

func (p *player) Field(name string) bool {
	f := p.top()
	if p.err != nil || f.next == len(f.fields) {
		return false
	}
	f.next, f.taken = f.next+1, 0
	if was := f.fields[f.next-1]; was.name != name {
		p.Fail(fmt.Errorf("field %s was written, %s is read", was.name, name))
		return false
	}
	return f.fields[f.next-1].present
}

func (p *player) read(r *record) expr.Node {
	if r == nil {
		return nil
	}
	p.push(r.fields)
	n, err := expr.Read(r.op, p.to)
	p.frames = p.frames[:len(p.frames)-1]
	if err != nil {
		p.Fail(err)
		return nil
	}
	return n
}

func (p *player) source(s *recordSource) expr.Source {
	if s == nil {
		return nil
	}
	if p.made[s] == nil {
		if made, ok := p.read(&s.record).(expr.Source); ok {
			p.made[s] = made
		} else {
			p.Fail(fmt.Errorf("a %s is no source", s.op))
		}
	}
	return p.made[s]
}

func (p *player) Bool() bool          { return take[bool](p) }
func (p *player) Code() uint8         { return take[uint8](p) }
func (p *player) String() string      { return take[string](p) }
func (p *player) Value() expr.Value   { return take[expr.Value](p) }
func (p *player) Type() schema.Type   { return take[schema.Type](p) }
func (p *player) Node() expr.Node     { return p.read(take[*record](p)) }
func (p *player) Source() expr.Source { return p.source(take[*recordSource](p)) }
func (p *player) From() expr.FromClause {
	switch v := take[any](p).(type) {
	case *recordSource:
		if s := p.source(v); s != nil {
			return s
		}
	case *record:
		if f, ok := p.read(v).(expr.FromClause); ok {
			return f
		}
		p.Fail(fmt.Errorf("a %s is no part of FROM", v.op))
	}
	return nil
}
func (p *player) Column() (expr.Source, *schema.Column, int) {
	c, ok := take[any](p).(recordColumn)
	if !ok { // an attribute, where what it is of was left out
		return nil, nil, 0
	}
	return p.source(c.source), c.column, c.index
}
func (p *player) Table() *schema.Table               { return take[*schema.Table](p) }
func (p *player) Function() *expr.Function           { return take[*expr.Function](p) }
func (p *player) Parameter() *expr.Parameter         { return take[*expr.Parameter](p) }
func (p *player) Entity() *schema.Entity             { return take[*schema.Entity](p) }
func (p *player) Attribute() *schema.Attribute       { return take[*schema.Attribute](p) }
func (p *player) Relationship() *schema.Relationship { return take[*schema.Relationship](p) }
func (p *player) List() int {
	if p.err != nil {
		return 0
	}
	return len(p.top().fields[p.top().next-1].values)
}
func (p *player) Open()  { p.push(take[[]recordField](p)) }
func (p *player) Close() { p.frames = p.frames[:len(p.frames)-1] }
func (p *player) Fail(err error) {
	if p.err == nil {
		p.err = err
	}
}
func (p *player) Err() error { return p.err }
