package expr

import "github.com/sqlser/sqlser/schema"

// FieldValue is a field of a node, or of a part of one, that is not absent.
type FieldValue struct {
	Name string

	// Value is true, a code (uint8), a string, a [Value], a schema.Type, a [Node], a
	// [ColumnOf], a *schema.Table, a *[Function], a *[Parameter], a *schema.Entity,
	// a *schema.Attribute, a *schema.Relationship or a list: a []any of
	// nodes, or of parts, which are []FieldValue. A source is a Node.
	Value any
}

// ColumnOf is a column of a source: one of the metadata or, of a derived source, an
// index in the source's own list.
type ColumnOf struct {
	Source Source
	Column *schema.Column
	Index  int
}

// FieldsOf returns the fields of n that are not absent, in wire order: what a tool that
// works on every node kind looks at. It does not enter the nodes below n.
func FieldsOf(n Node) []FieldValue {
	if n = orNone(n); n == nil {
		return nil
	}
	w := &fieldLister{list: -1}
	n.fields(Writing(w))
	return w.fields
}

// fieldLister is the Writer behind FieldsOf.
type fieldLister struct {
	fields []FieldValue // of the node, or of the part that is open
	list   int          // items that are still to come; -1 for no list
	outer  []openPart
}

type openPart struct {
	fields []FieldValue
	list   int
}

func (w *fieldLister) put(v any) {
	last := &w.fields[len(w.fields)-1]
	if w.list < 0 {
		last.Value = v
		return
	}
	w.list--
	items, _ := last.Value.([]any)
	last.Value = append(items, v)
	if w.list == 0 {
		w.list = -1
	}
}

func (w *fieldLister) Field(name string, present bool) {
	if w.list = -1; present {
		w.fields = append(w.fields, FieldValue{Name: name})
	}
}

func (w *fieldLister) List(n int) {
	w.list = n
	w.fields[len(w.fields)-1].Value = make([]any, 0, n)
}

func (w *fieldLister) Open() {
	w.outer = append(w.outer, openPart{w.fields, w.list})
	w.fields, w.list = nil, -1
}

func (w *fieldLister) Close() {
	part, last := w.fields, len(w.outer)-1
	w.fields, w.list, w.outer = w.outer[last].fields, w.outer[last].list, w.outer[:last]
	w.put(part)
}

func (w *fieldLister) Column(s Source, c *schema.Column, index int) {
	w.put(ColumnOf{s, c, index})
}

func (w *fieldLister) Bool(v bool)                         { w.put(v) }
func (w *fieldLister) Code(v uint8)                        { w.put(v) }
func (w *fieldLister) String(v string)                     { w.put(v) }
func (w *fieldLister) Value(v Value)                       { w.put(v) }
func (w *fieldLister) Type(t schema.Type)                  { w.put(t) }
func (w *fieldLister) Node(n Node)                         { w.put(n) }
func (w *fieldLister) Source(s Source)                     { w.put(Node(s)) }
func (w *fieldLister) Table(t *schema.Table)               { w.put(t) }
func (w *fieldLister) Function(fn *Function)               { w.put(fn) }
func (w *fieldLister) Parameter(p *Parameter)              { w.put(p) }
func (w *fieldLister) Entity(e *schema.Entity)             { w.put(e) }
func (w *fieldLister) Attribute(a *schema.Attribute)       { w.put(a) }
func (w *fieldLister) Relationship(r *schema.Relationship) { w.put(r) }
