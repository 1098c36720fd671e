package expr

import (
	"slices"

	"github.com/sqlser/sqlser/schema"
)

// Writer receives the fields of a node: Field for each, then, if it is present,
// one call with its value. It gets values, never addresses or slices, so that it
// cannot change a published tree.
type Writer interface {
	Field(name string, present bool)
	Bool(bool)
	Code(uint8)
	String(string)
	Value(Value)
	Type(schema.Type)
	Node(Node)
	Source(Source)
	Column(s Source, c *schema.Column, index int) // c is nil for a derived source
	Table(*schema.Table)
	Function(*Function)
	Parameter(*Parameter)
	Entity(*schema.Entity)
	Attribute(*schema.Attribute)
	Relationship(*schema.Relationship)
	List(n int) // n times Node, Column, or Open ... Close
	Open()
	Close()
}

// Reader gives the fields of a node in the same order. After a failure it gives
// zero values until Err is looked at.
type Reader interface {
	Field(name string) (present bool)
	Bool() bool
	Code() uint8
	String() string
	Value() Value
	Type() schema.Type
	Node() Node
	Source() Source
	From() FromClause // a source or a join
	Column() (s Source, c *schema.Column, index int)
	Table() *schema.Table
	Function() *Function
	Parameter() *Parameter
	Entity() *schema.Entity
	Attribute() *schema.Attribute
	Relationship() *schema.Relationship
	List() int
	Open()
	Close()
	Fail(error)
	Err() error
}

// Relabeler is a Reader that has a word on the labels of a statement's columns:
// the names of columns may be others than when the labels were written.
type Relabeler interface {
	// Relabel returns the label of a column, "" for none; label is what was read.
	Relabel(x Expr, label string) string
}

// Counter is a Reader that knows how many fields are left.
type Counter interface {
	More() bool // whether there may be one that is present
}

// Fields takes a node's fields to a Writer or from a Reader, or through a mapping
// that replaces children; with none of them it measures.
type Fields struct {
	w       Writer
	r       Reader
	word    Relabeler   // r, if it is one
	counter Counter     // likewise
	plain   PlainReader // likewise
	room    *room       // for what is read
	m       *mapping
	measure             // its err is of the first bad child, when measuring
	more    *selectMore // room, for what is read or mapped
	call    *callMore   // likewise
	grants  *[]Grant    // gets those that the node itself needs, when they are collected
	brief   bool        // w is not told of all fields that are absent
}

// mapping says what replaces the children of a node that has just been copied.
type mapping struct {
	node   func(Node) Node
	source func(Source) Source
	from   func(FromClause) FromClause // in the place of both where it is given
	drop   bool                        // nothing replaces them
}

func (m *mapping) toNode(n Node) Node {
	if m.drop {
		return nil
	}
	return m.node(n)
}

func (m *mapping) toSource(s Source) Source {
	if m.drop {
		return nil
	}
	return m.source(s)
}

// Writing returns Fields that call w.
func Writing(w Writer) *Fields { return &Fields{w: w} }

// Brief returns f whose Writer is not told of absent fields behind which no other is present.
func (f *Fields) Brief() *Fields {
	f.brief = true
	return f
}

// Reading returns Fields that call r.
func Reading(r Reader) *Fields {
	word, _ := r.(Relabeler)
	counter, _ := r.(Counter)
	plain, _ := r.(PlainReader)
	return &Fields{r: r, word: word, counter: counter, plain: plain, room: new(room)}
}

// Write gives n's fields to the Writer of f.
func Write(n Node, f *Fields) { n.fields(f) }

// Read makes a node of kind op, which must be Known, from the Reader of f, and
// checks it. Children must have been read through the same f.
func Read(op Op, f *Fields) (Node, error) {
	if !op.Known() {
		return nil, fail(CodeForm, "unknown %s", op)
	}
	n := f.room.node(op)
	outer := f.tally
	f.tally = tally{}
	n.fields(f)
	b := n.state()
	b.tally = f.tally.above()
	f.tally = outer
	if err := f.r.Err(); err != nil {
		return nil, err
	}
	err := b.tally.check()
	if err == nil {
		err = n.check()
	}
	if err != nil {
		err.Op = op
		return nil, err
	}
	return n, nil
}

// present tells the Writer or asks the Reader; false means there is nothing to
// do, also when measuring and mapping.
func (f *Fields) present(name string, here bool) bool {
	switch {
	case f.w != nil:
		f.w.Field(name, here)
		return here
	case f.r != nil:
		return f.r.Field(name)
	}
	return false
}

// ended reports that a Reader has no further field of a node, as far as it knows: the node stays as it is.
func (f *Fields) ended() bool { return f.counter != nil && !f.counter.More() }

// field is a plain field: its zero value means absent, in memory and in bytes.
func field[T comparable](f *Fields, name string, p *T, write func(Writer, T), read func(Reader) T) {
	var absent T
	switch {
	case f.r != nil:
		if f.r.Field(name) {
			*p = read(f.r)
			refuseAbsent(f, name, *p == absent)
		}
	case f.w != nil:
		if f.present(name, *p != absent) {
			write(f.w, *p)
		}
	}
}

func refuseAbsent(f *Fields, name string, absent bool) {
	if absent {
		f.refuse(name)
	}
}

func (f *Fields) refuse(name string) {
	if f.r.Err() == nil {
		f.r.Fail(fail(CodeForm, "%s: an absent value must be nil", name))
	}
}

// inner reports that there is neither Writer nor Reader: plain fields do not matter.
func (f *Fields) inner() bool { return f.w == nil && f.r == nil }

// Bool is a field that is true or absent.
func (f *Fields) Bool(name string, p *bool) {
	if !f.inner() {
		field(f, name, p, Writer.Bool, Reader.Bool)
	}
}

// Code is a field that holds a number of a closed list.
func (f *Fields) Code(name string, p *uint8) {
	if !f.inner() {
		field(f, name, p, Writer.Code, Reader.Code)
	}
}

// String is a field that holds text; empty text is absent.
func (f *Fields) String(name string, p *string) {
	if !f.inner() {
		field(f, name, p, Writer.String, Reader.String)
	}
}

// Value is a field that holds a literal's value; NULL is absent.
func (f *Fields) Value(name string, p *Value) { field(f, name, p, Writer.Value, Reader.Value) }

// Type is a field that holds a type; unknown is absent.
func (f *Fields) Type(name string, p *schema.Type) { field(f, name, p, Writer.Type, Reader.Type) }

// Table is a field that refers to a table of the metadata.
func (f *Fields) Table(name string, p **schema.Table) {
	field(f, name, p, Writer.Table, Reader.Table)
}

// Function is a field that refers to a function by name.
func (f *Fields) Function(name string, p **Function) {
	field(f, name, p, Writer.Function, Reader.Function)
}

// Parameter is a field that refers to a parameter by name.
func (f *Fields) Parameter(name string, p **Parameter) {
	field(f, name, p, Writer.Parameter, Reader.Parameter)
}

// Entity is a field that refers to an entity of the metadata.
func (f *Fields) Entity(name string, p **schema.Entity) {
	field(f, name, p, Writer.Entity, Reader.Entity)
}

// Attribute is a field that refers to an attribute of an entity.
func (f *Fields) Attribute(name string, p **schema.Attribute) {
	field(f, name, p, Writer.Attribute, Reader.Attribute)
}

// Relationship is a field that refers to a relationship of an entity.
func (f *Fields) Relationship(name string, p **schema.Relationship) {
	field(f, name, p, Writer.Relationship, Reader.Relationship)
}

// Related is a field that holds a relationship.
func (f *Fields) Related(name string, p **RelatedClause) {
	if f.present(name, *p != nil) {
		if f.w != nil {
			f.w.Node(*p)
		} else {
			n := f.r.Node()
			if *p = as[*RelatedClause](n); *p == nil {
				misplaced(f.r, n)
			}
		}
	}
	if *p != nil && f.w == nil {
		f.count((*p).state())
		if f.m != nil {
			*p = as[*RelatedClause](f.m.toNode(*p))
		}
	}
}

// Options is a field that holds a list of options.
func (f *Fields) Options(name string, p *[]*LoadOption) {
	if len(*p) == 0 && f.inner() {
		return
	}
	list(f, name, p, func(f *Fields, o **LoadOption) {
		switch {
		case f.w != nil:
			if *o != nil { // else it is missing in a bad tree
				f.w.Node(*o)
			}
			return
		case f.r != nil:
			n := f.r.Node()
			if *o = as[*LoadOption](n); *o == nil {
				misplaced(f.r, n)
			}
		}
		if *o == nil {
			return
		}
		f.count((*o).state())
		if f.m != nil {
			*o = as[*LoadOption](f.m.toNode(*o))
		}
	})
}

// Expr is a field that holds an expression.
func (f *Fields) Expr(name string, p *Expr) { f.side(name, p, 0) }

// Side is a field that holds an expression, or a row, ANY or ALL: what compares.
func (f *Fields) Side(name string, p *Expr) { f.side(name, p, isBeside) }

// output is a field that holds a column of a statement: an expression, or a whole entity.
func (f *Fields) output(name string, p *Expr) { f.side(name, p, isWhole) }

// Cond is a field that holds a condition, without which a statement is whole.
func (f *Fields) Cond(name string, p *Expr) { f.side(name, p, mayVanish) }

func (f *Fields) side(name string, p *Expr, also marks) {
	switch {
	case f.r != nil:
		if f.r.Field(name) {
			f.readExpr(p, also)
			refuseAbsent(f, name, p.at == nil)
		}
	case f.w != nil:
		if f.w.Field(name, p.at != nil); p.at != nil {
			f.w.Node(p.node())
		}
	default:
		f.countExpr(p, also)
	}
}

// Exprs is a field that holds a list of expressions.
func (f *Fields) Exprs(name string, p *[]Expr) { f.sides(name, p, 0) }

// Sides is a field that holds a list of what Side holds.
func (f *Fields) Sides(name string, p *[]Expr) { f.sides(name, p, isBeside) }

// Conds is a field that holds a list of what Cond holds.
func (f *Fields) Conds(name string, p *[]Expr) { f.sides(name, p, mayVanish) }

func (f *Fields) sides(name string, p *[]Expr, also marks) {
	if f.r != nil { // without calls of calls
		if f.r.Field(name) {
			*p = f.room.list(f.r.List())
			for i := 0; i < len(*p) && f.r.Err() == nil; i++ {
				f.readExpr(&(*p)[i], also)
			}
		}
		return
	}
	if len(*p) == 0 && f.inner() {
		return
	}
	list(f, name, p, func(f *Fields, e *Expr) { f.item(e, also) })
}

// item is an expression of a list.
func (f *Fields) item(p *Expr, also marks) {
	switch {
	case f.r != nil:
		f.readExpr(p, also)
	case f.w == nil:
		f.countExpr(p, also)
	case p.at != nil: // else it is missing in a bad tree
		f.w.Node(p.node())
	}
}

// choosy are the marks of what stands in some fields only.
const choosy = isBeside | mayVanish | isWhole

func (f *Fields) readExpr(p *Expr, also marks) {
	if f.operand(p, f.r.Node(), also); p.at != nil {
		f.tally.add(p.at.tally)
	}
}

// operand puts a node that has been read in its place.
func (f *Fields) operand(p *Expr, n Node, also marks) {
	switch n := n.(type) {
	case *ColumnExpr: // what most are is quickly told, and stands anywhere
		p.at = &n.exprState
		return
	case *LiteralExpr:
		p.at = &n.exprState
		return
	case *BinaryExpr:
		p.at = &n.exprState
		return
	case exprNode:
		p.at = n.expr()
	default:
		misplaced(f.r, n)
		return
	}
	if p.at.marks.has(choosy &^ also) {
		misplaced(f.r, p.at.self)
	}
}

// countExpr measures or maps.
func (f *Fields) countExpr(p *Expr, also marks) {
	switch {
	case f.m == nil:
		f.expr(*p, also)
	case p.at != nil:
		*p = exprOf(asExpr(f.m.toNode(p.node())))
	}
}

// Query is a field that holds a statement that gives rows and changes none.
func (f *Fields) Query(name string, p *Query) { statementField(f, name, p) }

// Statement is a field that holds a statement.
func (f *Fields) Statement(name string, p *Statement) { statementField(f, name, p) }

func statementField[T interface {
	Statement
	comparable
}](f *Fields, name string, p *T) {
	var none T
	if f.present(name, *p != none) {
		if f.w != nil {
			f.w.Node(*p)
		} else {
			n := f.r.Node()
			if q, ok := n.(T); ok {
				*p = q
			} else {
				misplaced(f.r, n)
			}
		}
	}
	if *p != none && f.w == nil {
		f.closed((*p).state())
		if f.m != nil {
			*p = as[T](f.m.toNode(*p))
		}
	}
}

// Queries is a field that holds a list of statements that give rows.
func (f *Fields) Queries(name string, p *[]Query) {
	list(f, name, p, func(f *Fields, q *Query) {
		switch {
		case f.w != nil:
			if *q != nil { // else it is missing in a bad tree
				f.w.Node(*q)
			}
			return
		case f.r != nil:
			n := f.r.Node()
			if *q = as[Query](n); *q == nil {
				misplaced(f.r, n)
			}
		}
		if *q == nil {
			return
		}
		f.closed((*q).state())
		if f.m != nil {
			*q = as[Query](f.m.toNode(*q))
		}
	})
}

// as returns n as a T, or none. It is written out because of Go 1.26: where
// *p, _ = n.(T) fails, *p == nil, yet slices.Contains does not find it.
func as[T Node](n Node) (none T) {
	if v, ok := n.(T); ok {
		return v
	}
	return none
}

// asExpr is as[exprNode], which cannot be told at compile time and so is slower.
func asExpr(n Node) exprNode {
	if x, ok := n.(exprNode); ok {
		return x
	}
	return nil
}

func misplaced(r Reader, n Node) {
	if r.Err() == nil {
		r.Fail(fail(CodeForm, "a %s cannot stand here", n.Op()))
	}
}

// parts is a field that holds a list of small structs, each with its own fields.
func parts[T any](f *Fields, name string, p *[]T, fields func(*T, *Fields)) {
	if f.r != nil { // without calls of calls
		if f.r.Field(name) {
			all := roomFor[T](f.room, f.r.List())
			for i := 0; i < len(all) && f.r.Err() == nil; i++ {
				f.r.Open()
				fields(&all[i], f)
				f.r.Close()
			}
			*p = all
		}
		return
	}
	if len(*p) == 0 && f.inner() {
		return
	}
	list(f, name, p, func(f *Fields, v *T) {
		if f.w != nil {
			f.w.Open()
			fields(v, f)
			f.w.Close()
			return
		}
		fields(v, f)
	})
}

// roomFor makes a list, or takes it of what room there is.
func roomFor[T any](r *room, n int) (all []T) {
	switch all := any(&all).(type) {
	case *[]Item:
		*all = many(&r.items, n)
	case *[]changeColumn:
		*all = many(&r.targets, n)
	case *[]Assignment:
		*all = many(&r.sets, n)
	case *[]valuesRow:
		*all = many(&r.rows, n)
	case *[]SelectJoin:
		*all = many(&r.joins, n)
	case *[]Order:
		*all = many(&r.orders, n)
	case *[]FromClause:
		*all = many(&r.froms, n)
	default:
		return make([]T, n)
	}
	return all
}

func list[T any](f *Fields, name string, p *[]T, each func(*Fields, *T)) {
	switch {
	case f.w != nil:
		if f.w.Field(name, len(*p) > 0); len(*p) > 0 {
			f.w.List(len(*p))
		}
	case f.r != nil && f.r.Field(name):
		*p = roomFor[T](f.room, f.r.List())
	case f.m != nil && f.m.drop:
		*p = nil
	case f.m != nil:
		*p = slices.Clone(*p)
	}
	for i := range *p {
		if f.r != nil && f.r.Err() != nil {
			return
		}
		each(f, &(*p)[i])
	}
}

func (f *Fields) count(b *base) {
	switch {
	case f.m != nil: // what is mapped is measured when it is sealed
	case f.r != nil: // what was read is sound
		f.add(b.tally)
	default:
		f.node(b)
	}
}

// closed is as that of measure.
func (f *Fields) closed(b *base) {
	own := f.marks
	f.count(b)
	f.marks = own | f.marks&anywhere
}
