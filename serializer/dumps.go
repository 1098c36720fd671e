package serializer

import (
	"crypto/sha256"
	"slices"
	"sync"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// Dumps returns the canonical bytes of a construct: an expression, a statement, a
// source, a join, or a *schema.Table, *schema.Column, *schema.Entity, *schema.Attribute or
// *schema.Relationship of the host. The error is
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
	e.manifest.Grants = append(e.manifest.Grants, expr.GrantsOf(root)...)
	e.manifest.Kind, e.manifest.Size, e.manifest.Depth, e.manifest.Slot = root.Op(), expr.Size(root), expr.Depth(root), slot
	if s, ok := root.(expr.Source); ok { // in full, as nothing else names it
		e.record(s)
	} else {
		e.Node(root)
	}
	e.orderColumns()
	for _, p := range expr.OptionalParameters(root) {
		i, _ := e.params.find(p.Name())
		e.manifest.Optional = append(e.manifest.Optional, i)
	}
	if q, ok := root.(expr.Statement); ok {
		e.results(q)
	}
	if e.err == nil {
		e.err = e.manifest.readable(e.items, e.tables.list, &e.named)
	}
	if e.err != nil {
		return nil, e.err
	}
	slices.Sort(e.features)

	head := appendString(appendArray(e.head, 4), magic)
	head = appendStrings(head, e.features)
	e.head = e.manifest.append(head, &e.named, e.texts.find)
	n := len(e.head) + len(e.body)
	if n > DefaultBytes {
		e.tooLong(n)
		return nil, e.err
	}
	return append(append(make([]byte, 0, n), e.head...), e.body...), nil
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
	case *schema.Entity:
		return expr.Entity(c), nil
	case *schema.Attribute:
		return expr.Of(c).Node(), nil
	case *schema.Relationship:
		return expr.Related(expr.Entity(c.Entity()), c), nil
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
	e.fields = expr.Writing(e).Brief()
	return e
}}

// encoder is the expr.Writer behind Dumps. It writes the tree in one walk: a
// source is written where it is first named, and has a number from then on.
type encoder struct {
	head     []byte // what stands before the tree
	body     []byte
	fields   *expr.Fields
	records  []recordWriter // those that are open
	last     *recordWriter  // of them
	manifest manifest
	names    []string // schemas of the manifest's tables
	features []string
	sources  indexOf[any]
	tables   indexOf[*schema.Table]
	named    namedColumns
	columns  []namedColumn
	columnAt map[*schema.Column]int // of columns, where they are many
	starts   []int                  // of each table's columns
	entities indexOf[*schema.Entity]
	members  indexOf[schema.Object] // attributes and relationships
	numbers  []int                  // of each of members
	params   indexOf[string]
	texts    indexOf[string]
	said     int // bytes of all texts, each counted where it stands
	items    int // of all lists
	err      error

	namedTable  *expr.TableSource // that was named last, and its number
	tableNumber int
	namedAlias  *expr.AliasSource // likewise
	aliasNumber int
	ofTable     *schema.Table // whose column was named last, and its number
	ofNumber    int
}

// namedColumn is a column that has been named: its number is one in the list of its table.
type namedColumn struct {
	is        *schema.Column
	table, at int
}

// namedColumns are the columns of the manifest, by table.
type namedColumns struct {
	list   []*schema.Column
	starts []int // where those of each table begin
}

// of returns the columns of table i.
func (n *namedColumns) of(i int) []*schema.Column {
	if i+1 < len(n.starts) {
		return n.list[n.starts[i]:n.starts[i+1]]
	}
	return n.list[n.starts[i]:]
}

func (e *encoder) release() {
	if cap(e.body) > 1<<16 {
		return
	}
	e.reset()
	encoders.Put(e)
}

// reset keeps the memory and nothing that it refers to.
func (e *encoder) reset() {
	e.manifest.reset()
	e.head, e.body, e.records, e.last = e.head[:0], e.body[:0], e.records[:0], nil
	e.names, e.features = emptied(e.names), emptied(e.features)
	e.sources.reset()
	e.tables.reset()
	e.columns, e.columnAt, e.starts = emptied(e.columns), nil, emptied(e.starts)
	e.named = namedColumns{list: emptied(e.named.list)}
	e.ofTable, e.ofNumber = nil, 0
	e.entities.reset()
	e.members.reset()
	e.numbers = emptied(e.numbers)
	e.params.reset()
	e.texts.reset()
	e.said, e.items, e.err = 0, 0, nil
	e.namedTable, e.tableNumber, e.namedAlias, e.aliasNumber = nil, 0, nil, 0
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
	} else if n == 32 {
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
	for i, old := range x.list {
		if old == v {
			return i, true
		}
	}
	return -1, false
}

func (x *indexOf[T]) reset() { x.list, x.at = emptied(x.list), nil }

func (e *encoder) results(q expr.Statement) {
	outs := outputsOf(q)
	e.manifest.Results = slices.Grow(e.manifest.Results, outs.len())[:outs.len()]
	for i := range e.manifest.Results {
		res := &e.manifest.Results[i]
		if c := outs.plain(i); c != nil {
			n := e.namedAs(c)
			res.Name, res.Column = c.Name(), e.starts[n.table]+n.at // its type is the column's
			continue
		}
		res.Column = -1
		res.Name, res.Type = outs.at(i)
	}
}

// outputs are the columns of a query's rows; of a select, without making a list.
type outputs struct {
	items expr.List[expr.Item]
	list  []expr.Output
}

func outputsOf(q expr.Statement) outputs {
	if items, ok := itemsOf(q); ok {
		return outputs{items: items}
	}
	return outputs{list: q.Outputs()}
}

func (o *outputs) len() int { return o.items.Len() + len(o.list) }

func (o *outputs) at(i int) (string, schema.Type) {
	if o.list != nil {
		return o.list[i].Name, o.list[i].Type
	}
	item := o.items.At(i)
	return item.Name(), item.Expr().Type()
}

// plain returns the column that output i of a list of items is as it is, or nil.
func (o *outputs) plain(i int) *schema.Column {
	if i >= o.items.Len() {
		return nil
	}
	return o.items.At(i).PlainColumn()
}

// plainColumn returns the column that result i is as it is, or nil.
func plainColumn(q expr.Statement, i int) *schema.Column {
	item, ok := resultItem(q, i)
	if !ok {
		return nil
	}
	return item.PlainColumn()
}

// resultItem returns what result i is made of, where that is one expression.
func resultItem(q expr.Statement, i int) (expr.Item, bool) {
	items, ok := itemsOf(q)
	if !ok {
		return expr.Item{}, false
	}
	return items.At(i), true
}

// itemsOf returns what a statement lists as the columns of its rows, if it does.
func itemsOf(q expr.Statement) (items expr.List[expr.Item], ok bool) {
	switch q := q.(type) {
	case *expr.SelectStmt:
		return q.Items(), true
	case *expr.InsertStmt:
		return q.ReturningItems(), true
	case *expr.UpdateStmt:
		return q.ReturningItems(), true
	case *expr.DeleteStmt:
		return q.ReturningItems(), true
	}
	return items, false
}

func (e *encoder) open() {
	n := len(e.records)
	if n == cap(e.records) {
		e.records = append(e.records, recordWriter{})
	}
	e.records = e.records[:n+1]
	e.last = &e.records[n]
	e.last.at, e.last.count, e.last.absent = len(e.body), 0, 0
	e.body = append(e.body, 0)
}

func (e *encoder) close() {
	if r := e.last; r.count < 16 {
		e.body[r.at] = codeFixedArrayLow | byte(r.count)
	} else {
		e.body = r.close(e.body)
	}
	n := len(e.records) - 1
	if e.records = e.records[:n]; n > 0 {
		e.last = &e.records[n-1]
	}
}

// record writes a node in full.
func (e *encoder) record(n expr.Node) {
	op := n.Op()
	if !op.Known() && e.err == nil {
		e.err = &expr.Error{Code: expr.CodeForm, Reason: "what has been resolved is not stored: dump the statement as it was"}
	}
	e.open()
	e.last.count, e.body = 1, appendUint(e.body, uint64(op))
	if f := expr.Specs[op].Feature; f != "" && !slices.Contains(e.features, f) {
		e.features = append(e.features, f)
	}
	if insert, ok := n.(*expr.InsertStmt); !ok || !e.insert(insert) {
		expr.Write(n, e.fields)
	}
	e.close()
}

// number returns the number of a source. A table gets the next where it is first
// named; any other source where it is complete, which is not until it is written.
func (e *encoder) number(s expr.Source) (n int, ok bool) {
	switch s := s.(type) { // most are of one of these sorts, and named again and again
	case *expr.TableSource:
		if s == e.namedTable {
			return e.tableNumber, true
		}
	case *expr.AliasSource:
		if s == e.namedAlias {
			return e.aliasNumber, true
		}
	}
	if n, ok = e.sources.find(s.Identity()); !ok {
		t, isTable := s.(*expr.TableSource)
		if !isTable {
			return 0, false
		}
		e.table(t.Table())
		n, _ = e.sources.index(s.Identity())
	}
	e.name(s, n)
	return n, true
}

// name keeps the number of a source that is named.
func (e *encoder) name(s expr.Source, n int) {
	switch s := s.(type) {
	case *expr.TableSource:
		e.namedTable, e.tableNumber = s, n
	case *expr.AliasSource:
		e.namedAlias, e.aliasNumber = s, n
	}
}

// table returns the number of a table.
func (e *encoder) table(t *schema.Table) int {
	i, isNew := e.tables.index(t)
	if isNew {
		at := len(e.names)
		for part := range t.NameParts() - 1 {
			e.names = append(e.names, t.NamePart(part))
		}
		e.manifest.Tables = append(e.manifest.Tables, TableRef{Name: t.Name(), Schema: e.names[at:], Stable: t.StableID()})
		e.starts = append(e.starts, 0)
	}
	return i
}

// column returns the number of a column of a source.
func (e *encoder) column(c *schema.Column, index int) int {
	if c == nil {
		return index
	}
	if n := e.namedAs(c); n != nil {
		return n.at
	}
	if t := c.Table(); t != e.ofTable {
		e.ofTable = t
		e.ofNumber, _ = e.tables.find(t)
	}
	at := e.starts[e.ofNumber]
	e.starts[e.ofNumber]++
	e.columns = append(e.columns, namedColumn{c, e.ofNumber, at})
	if n := len(e.columns); e.columnAt != nil {
		e.columnAt[c] = n - 1
	} else if n == 32 { // as indexOf
		e.columnAt = make(map[*schema.Column]int, 64)
		for i := range e.columns {
			e.columnAt[e.columns[i].is] = i
		}
	}
	return at
}

// namedAs returns a column that has been named before, or nil.
func (e *encoder) namedAs(c *schema.Column) *namedColumn {
	if e.columnAt != nil {
		if i, ok := e.columnAt[c]; ok {
			return &e.columns[i]
		}
		return nil
	}
	for i := range e.columns {
		if n := &e.columns[i]; n.is == c {
			return n
		}
	}
	return nil
}

// orderColumns lists the columns of the manifest by table.
func (e *encoder) orderColumns() {
	sum := 0
	for t, n := range e.starts {
		e.starts[t] = sum
		sum += n
	}
	e.named = namedColumns{sized(e.named.list, sum), e.starts}
	for i := range e.columns {
		n := &e.columns[i]
		e.named.list[e.starts[n.table]+n.at] = n.is
	}
}

// The methods of expr.Writer.

// Node writes a node. The commonest are written as their fields say, without asking for
// them; the vectors hold the bytes of both.
func (e *encoder) Node(n expr.Node) {
	switch n := n.(type) {
	case *expr.ColumnExpr:
		e.Column(n.Source(), n.Column(), n.Index())
		return
	case *expr.LiteralExpr:
		if v := n.Value(); n.As().IsUnknown() && !v.IsNull() {
			if !standsAlone(v.Kind()) {
				e.body = append(e.body, codeFixedArrayLow|2, byte(expr.OpLiteral))
			}
			e.Value(v)
			return
		}
	case *expr.BinaryExpr:
		if left, right := n.Left().Node(), n.Right().Node(); left != nil && right != nil && n.Operator() != 0 {
			e.body = append(e.body, codeFixedArrayLow|4, byte(expr.OpBinary))
			e.body = appendUint(e.body, uint64(n.Operator()))
			e.Node(left)
			e.Node(right)
			return
		}
	case *expr.LogicExpr:
		if terms := n.Terms(); terms.Len() > 0 {
			fields := 2
			if n.IsOr() {
				fields = 3
			}
			e.body = append(e.body, codeFixedArrayLow|byte(fields), byte(expr.OpLogic))
			if e.exprs(terms); n.IsOr() {
				e.Bool(true)
			}
			return
		}
	case *expr.CallExpr:
		if n.IsPlain() {
			args := n.Args()
			fields := 2
			if args.Len() > 0 {
				fields = 3
			}
			e.body = append(e.body, codeFixedArrayLow|byte(fields), byte(expr.OpCall))
			if e.Function(n.Function()); args.Len() > 0 {
				e.exprs(args)
			}
			return
		}
	}
	e.record(n)
}

// PlainItem writes an item that is a column without a label.
func (e *encoder) PlainItem(n *expr.ColumnExpr) {
	e.body = append(e.body, codeFixedArrayLow|1)
	e.Column(n.Source(), n.Column(), n.Index())
}

func (e *encoder) exprs(list expr.List[expr.Expr]) {
	e.List(list.Len())
	for i := range list.Len() {
		if n := list.At(i).Node(); n != nil {
			e.Node(n)
		}
	}
}

func (e *encoder) Source(s expr.Source) {
	if i, ok := e.number(s); ok {
		e.body = appendUint(e.body, uint64(i))
		return
	}
	e.record(s)
	n, _ := e.sources.index(s.Identity())
	e.name(s, n)
}

// Column writes a column: one number, where that of its source is small.
func (e *encoder) Column(s expr.Source, c *schema.Column, index int) {
	if n, ok := e.number(s); ok && n < nearSources {
		e.near(n, c, index)
		return
	}
	e.open()
	e.last.count, e.body = 3, appendUint(e.body, uint64(expr.OpColumn))
	e.Source(s)
	e.body = appendUint(e.body, uint64(e.column(c, index)))
	e.close()
}

// near writes a column of a source that has a small number.
func (e *encoder) near(n int, c *schema.Column, index int) {
	e.body = appendUint(e.body, uint64(e.column(c, index))*nearSources+uint64(n))
}

// nearSources is how many sources have columns that are written as one number.
const nearSources = 16

// standsAlone reports whether a literal of this kind is told from a column, and
// from any node, by its token.
func standsAlone(k schema.Kind) bool {
	return k == schema.KindText || k == schema.KindBoolean || k == schema.KindDouble || k == schema.KindLargeBinary
}

func (e *encoder) Table(t *schema.Table) { e.body = appendUint(e.body, uint64(e.table(t))) }

func (e *encoder) Function(fn *expr.Function) {
	i := slices.Index(e.manifest.Functions, fn.Name())
	if i < 0 {
		i = len(e.manifest.Functions)
		e.manifest.Functions = append(e.manifest.Functions, fn.Name())
	}
	e.body = appendUint(e.body, uint64(i))
}

func (e *encoder) Parameter(p *expr.Parameter) {
	if p.IsHost() && e.err == nil {
		e.err = &expr.Error{Code: expr.CodeArgument, Op: expr.OpParam, Reason: "value \"" + p.Name() + "\" is the host's own: it is not stored"}
	}
	i, isNew := e.params.index(p.Name())
	if isNew {
		e.manifest.Parameters = append(e.manifest.Parameters, p)
	} else if !e.manifest.Parameters[i].Same(p) && e.err == nil {
		e.err = &expr.Error{Code: expr.CodeName, Op: expr.OpParam, Reason: "parameter \"" + p.Name() + "\" is declared twice, not alike"}
	}
	e.body = appendUint(e.body, uint64(i))
}

func (e *encoder) Field(_ string, present bool) {
	r := e.last
	switch { // as recordWriter.field, which few fields need
	case !present:
		r.absent++
	case r.absent > 0:
		e.body = r.field(e.body, true)
	default:
		r.count++
	}
}

func (e *encoder) Bool(bool)    { e.body = appendBool(e.body, true) }
func (e *encoder) Code(v uint8) { e.body = appendUint(e.body, uint64(v)) }
func (e *encoder) Value(v expr.Value) {
	if len(e.body) > DefaultBytes { // a value may stand in a tree often, and is written each time
		e.tooLong(len(e.body))
		return
	}
	e.body = appendValue(e.body, v)
}

func (e *encoder) tooLong(n int) {
	if e.err == nil {
		e.err = &FormatError{CodeLimit, n, "root", failf(CodeLimit, "a payload of %d bytes, the limit is %d", n, DefaultBytes)}
	}
}

// moreText is what is said of texts that make a statement far longer than its bytes.
const moreText = "texts of more than %d bytes, each counted where it stands"

// String writes the number of a text.
func (e *encoder) String(v string) {
	i, isNew := e.texts.index(v)
	if isNew {
		e.manifest.Texts = append(e.manifest.Texts, v)
	}
	if e.said += len(v); e.said > DefaultBytes && e.err == nil {
		e.err = &FormatError{CodeLimit, len(e.body), "root", failf(CodeLimit, moreText, DefaultBytes)}
	}
	e.body = appendUint(e.body, uint64(i))
}

func (e *encoder) Type(t schema.Type) {
	if err := readableType("a type", t, &e.items); err != nil && e.err == nil {
		e.err = err
	}
	e.body = appendType(e.body, t, false)
}
func (e *encoder) List(n int) { e.items += n; e.body = appendArray(e.body, n) }
func (e *encoder) Open()      { e.open() }
func (e *encoder) Close()     { e.close() }
