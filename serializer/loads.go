package serializer

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/vmihailenco/msgpack/v5/msgpcode"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// Binding is what a host binds a payload to.
type Binding struct {
	MetaData *schema.MetaData // frozen
	Limits   Limits

	// Renames are names that changed, beside the former names of the MetaData.
	Renames []Rename

	// Functions are those that payloads may name; nil has those of the catalogue.
	Functions *expr.FunctionSet

	// Grants are what payloads may need: see [expr.Grant]. One that needs another is
	// refused.
	Grants []expr.Grant

	// Sessions and Engines are what slots may ask for, by name. A payload that
	// asks for another is refused; where both are nil, slots are left to the host.
	Sessions, Engines map[string]any

	detached bool // there is no host: see Detached
}

// Loaded is a construct bound to the host's MetaData. It is immutable and may be
// shared. Drift is empty only if Dumps gives the bytes that were loaded.
type Loaded struct {
	Query     expr.Query     // the root, where it is a query; else nil
	Statement expr.Statement // the root, where it is a query or a change; else nil
	Root      expr.Node
	Drift     []Problem // notices and warnings
	Slot      Slot
	Bound     any // the host's session or engine for Slot, or nil

	payload string
}

// Manifest returns the manifest of the bytes that were loaded.
func (l *Loaded) Manifest() *Manifest {
	m, err := readManifest(l.payload, Limits{Bytes: len(l.payload)}.withDefaults())
	if err != nil { // it has been read before
		return &Manifest{}
	}
	return m
}

// Hash returns the SHA-256 of the bytes that were loaded.
func (l *Loaded) Hash() [sha256.Size]byte { return Hash([]byte(l.payload)) }

// Shape returns what the tree is but for its literals: see [expr.Shape].
func (l *Loaded) Shape() [sha256.Size]byte { return expr.Shape(l.Root) }

// Object returns what was dumped: the host's own *schema.Table or *schema.Column
// where it was one, else an expr.Expr or the root.
func (l *Loaded) Object() any {
	switch n := l.Root.(type) {
	case *expr.TableSource:
		return n.Table()
	case *expr.ColumnExpr:
		if _, ok := n.Source().(*expr.TableSource); ok {
			return n.Column()
		}
	case expr.Source, expr.Statement, expr.FromClause:
		return n
	}
	return expr.Of(l.Root)
}

// Loads reads a payload and binds it. It is all or nothing: the error is a
// *[FormatError] for bytes that are no canonical payload, or a *[DriftError] with
// every problem that keeps the payload from being bound.
func Loads(b []byte, binding Binding) (*Loaded, error) {
	d, err := newDecoder(b, binding)
	if err != nil {
		return nil, err
	}
	defer d.release()
	root, err := d.load(binding)
	if err != nil {
		return nil, err
	}
	if d.drift.failed {
		return nil, &DriftError{d.drift.problems}
	}
	l := &Loaded{Root: root, Drift: d.drift.problems, Slot: d.manifest.Slot, Bound: d.drift.slot, payload: d.s}
	l.Query, _ = root.(expr.Query)
	l.Statement, _ = root.(expr.Statement)
	return l, nil
}

// newDecoder returns a decoder of a payload, to be released.
func newDecoder(b []byte, binding Binding) (*decoder, error) {
	if binding.MetaData == nil || !binding.MetaData.Frozen() {
		return nil, errors.New("serializer: the Binding needs a frozen MetaData")
	}
	limits := binding.Limits.withDefaults()
	if len(b) > limits.Bytes {
		return nil, &FormatError{CodeLimit, 0, "manifest", failf(CodeLimit, "a payload of %d bytes, the limit is %d", len(b), limits.Bytes)}
	}
	d := decoders.Get().(*decoder)
	d.payload = string(b)
	d.scanner, d.limits = scanner{s: d.payload, str: limits.String, listable: maxItems, types: binding.MetaData}, limits
	return d, nil
}

// load reads the payload and binds it. What keeps it from fitting the host is no
// error: the drift has it.
func (d *decoder) load(binding Binding) (expr.Node, error) {
	root := d.root(binding)
	if d.err != nil && !d.ended {
		return nil, d.formatError()
	}
	return root, nil
}

// decoders saves the allocation of what only reading needs; nothing of a payload
// stays in them.
var decoders = sync.Pool{New: func() any {
	d := new(decoder)
	d.fields = expr.Reading(d)
	return d
}}

func (d *decoder) release() {
	if cap(d.manifest.Results) > 1<<10 || cap(d.frames) > 1<<10 || cap(d.sources) > 1<<10 || cap(d.drift.columns) > 1<<10 || cap(d.drift.tables) > 1<<10 {
		return
	}
	d.reset()
	decoders.Put(d)
}

// reset keeps the memory and nothing that it refers to; frames hold no more than
// names of fields.
func (d *decoder) reset() {
	d.scanner, d.reading = scanner{}, reading{}
	d.fields.Room(0)
	d.frames, d.sources, d.features, d.uses = d.frames[:0], emptied(d.sources), emptied(d.features), emptied(d.uses)
	d.used.reset()
	d.excluded.reset()
	d.drift.reset()
	d.manifest.reset()
}

// decoder is the expr.Reader behind Loads.
type decoder struct {
	scanner
	reading
	fields   *expr.Fields
	frames   []frame // the nodes and parts that are open
	manifest Manifest
	drift    drift
	features []string
	sources  []source
	uses     []use                  // of each table's columns
	used     indexOf[*schema.Table] // in the order of the manifest
	excluded indexOf[*schema.Table] // those whose excluded rows are sources
}

// reading is what a decoder begins anew for each payload.
type reading struct {
	limits  Limits
	payload string
	mending bool   // for Repair: names of results and labels are kept
	frame   *frame // the last that is open
	depth   int    // nodes among the frames
	inTree  bool   // the manifest is behind
	ended   bool   // reading stopped at something that a later version may know
	columns int    // used so far; each list is used in its own order
	funcs   int
	params  int
	texts   int
	said    int // bytes of the texts, each counted where it stands
}

// use is how many columns of a table are used, of those of the manifest.
type use struct{ first, listed, used int }

// frame is a node or part that is being read.
type frame struct {
	recordReader
	field string
	item  int  // of the list that the field is, or -1
	list  bool // the field is a list
}

// push opens a frame, in the memory of an old one where there is one.
func (d *decoder) push(fields int) *frame {
	n := len(d.frames)
	if n == cap(d.frames) {
		d.frames = append(d.frames, frame{})
	}
	d.frames = d.frames[:n+1]
	f := &d.frames[n]
	f.left, f.gap, f.field, f.item, f.list = fields, false, "", -1, false
	d.frame = f
	return f
}

// next counts an item of a list, for the path.
func (f *frame) next() {
	if f.list {
		f.item++
	}
}

func (d *decoder) formatError() *FormatError {
	e := &FormatError{CodeTree, d.pos, d.path(), d.err}
	var f *formatError
	if errors.As(d.err, &f) {
		e.Code = f.code
	}
	var x *expr.Error
	if errors.As(d.err, &x) && x.Code == expr.CodeSize {
		e.Code = CodeLimit
	}
	return e
}

func (d *decoder) root(binding Binding) expr.Node {
	if d.header(&d.manifest, d.limits); d.err != nil {
		return nil
	}
	d.drift.bind(&d.manifest, binding)
	d.uses = sized(d.uses, len(d.manifest.Tables))
	for i := range d.manifest.Columns {
		u := &d.uses[d.manifest.Columns[i].Table]
		if u.listed == 0 {
			u.first = i
		}
		u.listed++
	}
	d.ended = d.drift.newer // what follows may be written in a way that this version cannot read
	d.inTree = true
	d.fields.Room(d.manifest.Size) // which the limits bound, and Room
	var root expr.Node
	d.depth = 1 // node counts itself by the time it is checked
	if n := d.expression(); n != nil {
		root = n
	}
	if d.err == nil {
		d.finish(root)
	}
	return root
}

// finish checks what the whole payload must satisfy: that it ends, and that the
// manifest says of the tree what the tree says of itself.
func (d *decoder) finish(root expr.Node) {
	lies := func(format string, args ...any) { d.fail(failf(CodeManifest, format, args...)) }
	m := &d.manifest
	slices.Sort(d.features)
	switch {
	case d.pos < len(d.s):
		d.fail(syntaxf("%d bytes behind the end", len(d.s)-d.pos))
	case !slices.Equal(m.Features, d.features):
		lies("the payload declares the features %q and uses %q", m.Features, d.features)
	case m.Kind != root.Op():
		lies("the manifest's kind is %s, the root's %s", m.Kind, root.Op())
	case m.Size != expr.Size(root) || m.Depth != expr.Depth(root):
		lies("the manifest's size and depth are %d and %d, the root's %d and %d", m.Size, m.Depth, expr.Size(root), expr.Depth(root))
	case m.Size > d.limits.Size || m.Depth > d.limits.Depth:
		d.fail(failf(CodeLimit, "larger than %d nodes, or nested deeper than %d", d.limits.Size, d.limits.Depth))
	case len(d.used.list) != len(m.Tables) || d.columns != len(m.Columns) || d.funcs != len(m.Functions) ||
		d.params != len(m.Parameters) || d.texts != len(m.Texts):
		lies("the manifest lists what the tree does not use")
	}
	if d.err == nil {
		d.grants(root)
		d.results(root)
		d.refs(root)
	}
}

// grants compares the grants of the manifest with what the root needs.
func (d *decoder) grants(root expr.Node) {
	if needs := expr.GrantsOf(root); d.err == nil && !slices.Equal(d.manifest.Grants, needs) {
		d.fail(failf(CodeManifest, "the manifest says that the payload needs %q, it needs %q", d.manifest.Grants, needs))
	}
}

// results compares the recorded columns with those of the root. What the payload
// alone implies must be right; what depends on the schema is drift.
func (d *decoder) results(root expr.Node) {
	var outs outputs
	q, ok := root.(expr.Statement)
	if ok {
		outs = outputsOf(q)
	}
	recorded := d.manifest.Results
	if outs.len() != len(recorded) {
		d.fail(failf(CodeManifest, "the manifest lists %d results, the root has %d", len(recorded), outs.len()))
		return
	}
	for i := range recorded {
		res := &recorded[i]
		if !d.isResult(q, i, res.Column) {
			d.fail(failf(CodeManifest, "result %d is not what the manifest says", i))
			return
		}
		if res.Column >= 0 && !d.drift.changed || d.drift.failed {
			continue // it is as it was, or something is missing
		}
		name, typ := outs.at(i)
		if d.labelled(q, i) && res.Column < 0 && name != res.Name {
			d.fail(failf(CodeManifest, "result %d is labelled %q, the manifest says %q", i, name, res.Name))
			return
		}
		d.result(i, *res, Result{Name: name, Type: typ})
	}
}

// plainResults reports what the columns of the manifest, as they are bound, make of
// its results.
func (d *decoder) plainResults() {
	if !d.drift.changed || d.drift.failed {
		return
	}
	for i := range d.manifest.Results {
		if res := &d.manifest.Results[i]; res.Column >= 0 {
			c := d.drift.columns[res.Column].to
			d.result(i, *res, Result{Name: c.Name(), Type: c.Type()})
		}
	}
}

// result reports that a result is no more what it was.
func (d *decoder) result(i int, was, is Result) {
	if was.Name != is.Name || was.Type != is.Type {
		d.drift.add(Problem{Severity: resultChange(was, is), Code: CodeResult, Path: "manifest", What: fmt.Sprintf("result:%d", i),
			Expected: shownResult(was.Name, was.Type), Found: shownResult(is.Name, is.Type)})
	}
}

// shownResult is short: many results may be of one long type.
func shownResult(name string, t schema.Type) string {
	return fmt.Sprintf("%.200q of type %s", name, shownType(t))
}

// isResult reports whether result i is column number n as it is; where n is -1,
// whether it is none.
func (d *decoder) isResult(q expr.Statement, i, n int) bool {
	c := plainColumn(q, i)
	switch {
	case c != nil && d.labelled(q, i):
		c = nil
	case c == nil && d.mending && n >= 0:
		c = d.mended(q, i)
	}
	return (c != nil) == (n >= 0) && (n < 0 || d.drift.columns[n].to == c)
}

// expression reads a node, or what stands for one: the number of a column, or a
// plain value.
func (d *decoder) expression() expr.Node {
	switch c := d.peek(); {
	case isArray(c):
		return d.node()
	case c <= msgpcode.PosFixedNumHigh || c >= msgpcode.Uint8 && c <= msgpcode.Uint64:
		s, i := d.near()
		if n := d.columnOf(s, i); n != nil {
			return n
		}
	case msgpcode.IsString(c) || msgpcode.IsBin(c) || c == msgpcode.True || c == msgpcode.False || c == msgpcode.Double:
		if v := d.value(); d.err == nil {
			if n, err := d.fields.ReadLiteral(v); err == nil {
				return n
			} else {
				d.refuse(err)
			}
		}
	default:
		d.wrong("an array, the number of a column or a plain value", c)
	}
	return nil
}

// near reads a column that is one number: its source, and its own number in it.
func (d *decoder) near() (*source, uint64) {
	v := d.uint()
	return d.numbered(v % nearSources), v / nearSources
}

// columnOf makes column i of a source; after an error, nil.
func (d *decoder) columnOf(s *source, i uint64) expr.Node {
	c, index := d.columnAt(s, i)
	if d.err != nil {
		return nil
	}
	n, err := d.fields.ReadColumn(s.is, c, index)
	if err != nil {
		d.refuse(err)
		return nil
	}
	return n
}

// columnAt returns column i of a source: of the metadata, or its index.
func (d *decoder) columnAt(s *source, i uint64) (*schema.Column, int) {
	if d.err != nil {
		return nil, 0
	}
	if s.table < 0 {
		if n := len(s.is.Columns()); i >= uint64(n) {
			d.outside(i, "column of the source")
		}
		return nil, int(i)
	}
	u := &d.uses[s.table]
	switch at := int(min(i, uint64(u.listed))); {
	case at == u.listed:
		d.outside(i, "column of "+d.manifest.Tables[s.table].Name)
		return nil, 0
	case at > u.used:
		d.unordered("column")
		return nil, 0
	case at == u.used:
		u.used++
		d.columns++
		return d.drift.columns[u.first+at].at(d), 0
	default:
		return d.drift.columns[u.first+at].to, 0
	}
}

// numbered returns the source of this number. The next number is that of the next
// table. After an error, nil.
func (d *decoder) numbered(i uint64) *source {
	switch n := uint64(len(d.sources)); {
	case d.err != nil:
		return nil
	case i < n:
		return &d.sources[i]
	case i > n || len(d.used.list) == len(d.manifest.Tables):
		d.fail(syntaxf("no source has the number %d here", i))
		return nil
	}
	t, err := d.fields.ReadTable(d.table())
	if err != nil {
		d.refuse(err)
		return nil
	}
	return d.complete(t)
}

// table takes the next table.
func (d *decoder) table() *schema.Table {
	b := &d.drift.tables[len(d.used.list)]
	d.used.index(b.to)
	return b.at(d)
}

// node reads a node; the frame that names it is open already.
func (d *decoder) node() expr.Node {
	f := d.push(d.array())
	op := expr.Op(d.peek())
	if f.left > 0 && op.Known() && byte(op) <= msgpcode.PosFixedNumHigh {
		d.pos++
	} else if op = d.kind(f); op == 0 {
		return nil
	}
	f.left--
	if d.depth > d.limits.Depth {
		d.fail(failf(CodeLimit, "nested deeper than %d", d.limits.Depth))
		return nil
	}
	if f := expr.Specs[op].Feature; f != "" && !slices.Contains(d.features, f) {
		d.features = append(d.features, f)
	}
	d.depth++
	if op == expr.OpColumn {
		s, i := d.far()
		d.depth--
		if d.Close(); d.err != nil {
			return nil
		}
		return d.columnOf(s, i)
	}
	n, err := expr.Read(op, d.fields)
	d.depth--
	if err != nil {
		if d.err == nil { // the node itself is wrong, not its last field
			d.top().field, d.top().item = "", -1
			d.refuse(err)
		}
		return nil
	}
	if l, ok := n.(*expr.LiteralExpr); ok && l.As().IsUnknown() && standsAlone(l.Value().Kind()) {
		d.fail(canonicalf("a literal of type %s is its value alone", l.Value().Type()))
	}
	if d.limits.tight() && (expr.Size(n) > d.limits.Size || expr.Depth(n) > d.limits.Depth) {
		d.fail(failf(CodeLimit, "larger than %d nodes, or nested deeper than %d", d.limits.Size, d.limits.Depth))
	}
	d.Close()
	return n
}

// kind reads the kind of a node that may be none; after an error it is 0.
func (d *decoder) kind(f *frame) expr.Op {
	if f.left == 0 || d.isNil() {
		d.fail(syntaxf("a node kind is missing"))
		return 0
	}
	op := expr.Op(d.number(255, "a node kind"))
	if d.err == nil && op == 0 { // no version will have it
		d.fail(syntaxf("no node is of kind 0"))
	}
	if d.err == nil && !op.Known() {
		d.drift.add(Problem{Severity: Failure, Code: CodeNodeKind, Path: d.path(), What: fmt.Sprintf("node kind:%d", op),
			Expected: "a node kind that this version knows", Found: op.String()})
		d.ended = true
		d.fail(syntaxf("unknown %s", op))
	}
	if d.err != nil {
		return 0
	}
	return op
}

// far reads the fields of a column that is a record, as few are.
func (d *decoder) far() (*source, uint64) {
	d.required(&d.frame.recordReader, "a column's source")
	n := d.peek()
	s := d.use()
	if d.err == nil && n < nearSources { // a fixint, of what had the number before
		d.fail(canonicalf("a column of source %d is one number", n))
	}
	d.required(&d.frame.recordReader, "a column's number")
	return s, d.uint()
}

// source is a source that has a number, and the number of its table in the
// manifest; -1 if it has none.
type source struct {
	is    expr.Source
	table int
}

// path names the place that is being read, such as "root.where.terms[1].left".
func (d *decoder) path() string {
	if !d.inTree {
		return "manifest"
	}
	var b strings.Builder
	b.WriteString("root")
	for i, f := range d.frames {
		if i >= 24 && i < len(d.frames)-8 { // what is nested so deep is named by its ends
			if i == 24 {
				b.WriteString("...")
			}
			continue
		}
		if f.field != "" {
			b.WriteString("." + f.field)
		}
		if f.item >= 0 {
			fmt.Fprintf(&b, "[%d]", f.item)
		}
	}
	return b.String()
}

func (d *decoder) top() *frame { return d.frame }

// The methods of expr.Reader.

// Fail keeps the first error.
func (d *decoder) Fail(err error) { d.fail(err) }

// Err returns the first error.
func (d *decoder) Err() error { return d.err }

// Field reports whether the next field is present.
func (d *decoder) Field(name string) bool {
	if d.err != nil {
		return false
	}
	f := d.top()
	if f.left == 0 {
		return false
	}
	f.field, f.item, f.list = name, -1, false
	f.left--
	f.gap = d.isNil()
	return !f.gap
}

// List reads the header of a list.
func (d *decoder) List() int {
	d.top().list = true
	return d.items()
}

// Open begins a part.
func (d *decoder) Open() {
	d.top().next()
	d.push(d.array())
}

// Close ends a part. After an error the frames stay: they are the path.
func (d *decoder) Close() {
	if d.closeRecord(&d.frame.recordReader); d.err == nil {
		last := len(d.frames) - 1
		if d.frames = d.frames[:last]; last > 0 {
			d.frame = &d.frames[last-1]
		}
	}
}

// Node reads a node.
func (d *decoder) Node() expr.Node {
	d.top().next()
	return d.expression()
}

// Source reads the number of a source, or a source that gets one.
func (d *decoder) Source() expr.Source {
	if s := d.use(); s != nil {
		return s.is
	}
	return nil
}

// use reads a use of a source; after an error it is nil.
func (d *decoder) use() *source {
	if !isArray(d.peek()) {
		return d.numbered(d.uint())
	}
	n := d.node()
	if d.err != nil {
		return nil
	}
	s, ok := n.(expr.Source)
	if !ok {
		d.fail(syntaxf("a %s is no source", n.Op()))
		return nil
	}
	return d.written(s)
}

// written numbers a source that was written in full, as no table is.
func (d *decoder) written(s expr.Source) *source {
	switch s := s.(type) {
	case *expr.TableSource:
		d.fail(canonicalf("the table %s is written as a number", s.Name()))
		return nil
	case *expr.ExcludedSource:
		t := expr.TableOf(s)
		if _, isNew := d.excluded.index(t); !isNew {
			d.fail(canonicalf("the excluded row of %s is a source already", t.Name()))
			return nil
		}
	}
	return d.complete(s)
}

// complete numbers a source.
func (d *decoder) complete(s expr.Source) *source {
	table := -1
	if t := expr.TableOf(s); t != nil {
		table, _ = d.used.find(t)
	}
	d.sources = append(d.sources, source{s, table})
	return &d.sources[len(d.sources)-1]
}

// From reads a source or a join.
func (d *decoder) From() expr.FromClause {
	d.top().next()
	if !isArray(d.peek()) {
		if s := d.numbered(d.uint()); s != nil {
			return s.is
		}
		return nil
	}
	n := d.node()
	if d.err != nil {
		return nil
	}
	f, ok := n.(expr.FromClause)
	if !ok {
		d.fail(syntaxf("a %s cannot stand in FROM", n.Op()))
		return nil
	}
	if s, ok := f.(expr.Source); ok && d.written(s) == nil {
		return nil
	}
	return f
}

// Column reads a column that is no expression.
func (d *decoder) Column() (expr.Source, *schema.Column, int) {
	d.top().next()
	if isArray(d.peek()) {
		n, ok := d.node().(*expr.ColumnExpr)
		switch {
		case d.err != nil:
		case !ok:
			d.fail(syntaxf("expected a column"))
		default:
			return n.Source(), n.Column(), n.Index()
		}
		return nil, nil, 0
	}
	s, i := d.near()
	c, index := d.columnAt(s, i)
	if d.err != nil {
		return nil, nil, 0
	}
	return s.is, c, index
}

// first reads a number that is in use or the next one.
func (d *decoder) first(used *int, known int, what string) int {
	i := d.index(known, what)
	if i > *used {
		return d.unordered(what)
	}
	if d.err == nil && i == *used {
		*used++
	}
	return i
}

func (d *decoder) unordered(what string) int {
	d.fail(canonicalf("%ss are not listed by first use", what))
	return 0
}

// Table reads the number of a table that is the root.
func (d *decoder) Table() *schema.Table {
	switch d.index(len(d.manifest.Tables), "table"); {
	case d.err != nil:
		return nil
	case len(d.used.list) > 0:
		d.fail(canonicalf("the table is a source already"))
		return nil
	}
	return d.table()
}

// Function reads a reference to a function.
func (d *decoder) Function() *expr.Function {
	i := d.first(&d.funcs, len(d.manifest.Functions), "function")
	if d.err != nil {
		return nil
	}
	return d.drift.functions[i].at(d)
}

// Parameter reads a reference to a parameter.
func (d *decoder) Parameter() *expr.Parameter {
	i := d.first(&d.params, len(d.manifest.Parameters), "parameter")
	if d.err != nil {
		return nil
	}
	return d.manifest.Parameters[i]
}

// Bool reads true.
func (d *decoder) Bool() bool { return d.present() }

// Code reads a number of a closed list.
func (d *decoder) Code() uint8 { return uint8(d.number(255, "a code")) }

// String reads the number of a text.
func (d *decoder) String() string {
	i := d.first(&d.texts, len(d.manifest.Texts), "text")
	if d.err != nil {
		return ""
	}
	v := d.manifest.Texts[i]
	if d.said += len(v); d.said > d.limits.Bytes {
		d.fail(failf(CodeLimit, moreText, d.limits.Bytes))
	}
	return v
}

// Value reads a literal's value.
func (d *decoder) Value() expr.Value { return d.value() }

// Type reads a type.
func (d *decoder) Type() schema.Type { return d.typ() }

// refuse keeps what is wrong with a node. A tree that was right with the names and
// types that were recorded of columns, and is not with those that they have now,
// has drifted; its bytes are sound. So has one that gives a column a value which it
// takes no more: of one that the database gives a value nothing is recorded.
func (d *decoder) refuse(err error) {
	var e *expr.Error
	refused := errors.As(err, &e) && (e.Code == expr.CodeReadOnly || e.Code == expr.CodeValue && len(d.drift.problems) > 0)
	if d.drift.changed || refused {
		d.drift.add(Problem{Severity: Failure, Code: CodeTree, Path: d.path(), What: "tree",
			Expected: "what holds with the recorded names and types", Found: err.Error()})
		d.ended = true
	}
	d.fail(err)
}
