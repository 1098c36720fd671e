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
	if binding.MetaData == nil || !binding.MetaData.Frozen() {
		return nil, errors.New("serializer: the Binding needs a frozen MetaData")
	}
	limits := binding.Limits.withDefaults()
	d := decoders.Get().(*decoder)
	defer d.release()
	d.scanner, d.limits = scanner{str: limits.String, listable: limits.Size}, limits
	if len(b) > limits.Bytes {
		d.fail(failf(CodeLimit, "a payload of %d bytes, the limit is %d", len(b), limits.Bytes))
		return nil, d.formatError()
	}
	d.s = string(b)
	root := d.payload(binding)
	if d.err != nil && !d.ended {
		return nil, d.formatError()
	}
	if d.drift.failed {
		return nil, &DriftError{d.drift.problems}
	}
	l := &Loaded{Root: root, Drift: d.drift.problems, Slot: d.manifest.Slot, Bound: d.drift.slot, payload: d.s}
	l.Query, _ = root.(expr.Query)
	l.Statement, _ = root.(expr.Statement)
	return l, nil
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
	d.frames, d.sources, d.features = d.frames[:0], emptied(d.sources), emptied(d.features)
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
	excluded indexOf[*schema.Table] // those whose excluded rows are sources
}

// reading is what a decoder begins anew for each payload.
type reading struct {
	limits  Limits
	frame   *frame // the last that is open
	depth   int    // nodes among the frames
	inTree  bool   // the manifest is behind
	ended   bool   // reading stopped at something that a later version may know
	tables  int    // used so far; each list is used in its own order
	columns int
	funcs   int
	params  int
}

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

// header reads what comes before the root.
func (d *decoder) header() {
	if n := d.array(); d.err == nil && n != 4 {
		d.fail(syntaxf("expected a payload of 4 parts, got %d", n))
	}
	if v := d.string(); d.err == nil && v != magic {
		d.fail(syntaxf("expected a payload that begins with %q, got %q", magic, v[:min(len(v), 20)]))
	}
	n := d.array()
	if n > len(expr.Specs) {
		d.fail(failf(CodeLimit, "%d features", n))
		return
	}
	d.manifest.Features = readNames(&d.scanner, d.manifest.Features, n)
	if d.err == nil && !slices.IsSorted(d.manifest.Features) {
		d.fail(canonicalf("features are not in order"))
	}
	d.scanner.manifest(&d.manifest, d.limits)
}

func (d *decoder) payload(binding Binding) expr.Node {
	d.types = binding.MetaData
	if d.header(); d.err != nil {
		return nil
	}
	d.drift.bind(&d.manifest, binding)
	d.ended = d.drift.newer // what follows may be written in a way that this version cannot read
	d.inTree = true
	d.fields.Room(d.manifest.Size) // which the limits bound, and Room
	var root expr.Node
	d.depth = 1 // node counts itself by the time it is checked
	if n := d.node(); n != nil {
		root = n
		if s, ok := n.(expr.Source); ok {
			d.complete(s)
		}
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
	case d.tables != len(m.Tables) || d.columns != len(m.Columns) || d.funcs != len(m.Functions) || d.params != len(m.Parameters):
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
		if res.Column >= 0 || d.drift.failed {
			continue // it differs as its column does, or for what is missing
		}
		name, typ := outs.at(i)
		if item, ok := resultItem(q, i); ok && item.Label() != "" && item.Label() != res.Name {
			d.fail(failf(CodeManifest, "result %d is labelled %q, the manifest says %q", i, name, res.Name))
			return
		}
		if (res.Name != name || res.Type != typ) && len(d.drift.problems) < maxProblems {
			d.drift.add(Problem{Severity: Notice, Code: CodeResult, Path: "manifest", What: fmt.Sprintf("result:%d", i),
				Expected: shownResult(res.Name, res.Type), Found: shownResult(name, typ)})
		}
	}
}

// shownResult is short: many results may be of one long type.
func shownResult(name string, t schema.Type) string {
	return fmt.Sprintf("%.200q of type %.200s", name, t.String())
}

// isResult reports whether result i is column number n as it is; where n is -1,
// whether it is none.
func (d *decoder) isResult(q expr.Statement, i, n int) bool {
	c := plainColumn(q, i)
	return (c != nil) == (n >= 0) && (n < 0 || d.drift.columns[n].to == c)
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
	n, err := expr.Read(op, d.fields)
	d.depth--
	if err != nil {
		if d.err == nil { // the node itself is wrong, not its last field
			d.top().field, d.top().item = "", -1
			d.refuse(err)
		}
		return nil
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

// known reads the number of a source that stands before.
func (d *decoder) known() expr.Source {
	i := d.uint()
	if d.err == nil && i < uint64(len(d.sources)) {
		return d.sources[i].is
	}
	d.fail(syntaxf("no source has the number %d here", i))
	return nil
}

// source is a source that may be named by its number, and its table, if it has one.
type source struct {
	is    expr.Source
	table *schema.Table
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
	return d.node()
}

// Source reads the number of a source, or a source that gets one.
func (d *decoder) Source() expr.Source {
	if !isArray(d.peek()) {
		return d.known()
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
	d.complete(s)
	return s
}

// complete numbers a source. That a table is one source its reference has told.
func (d *decoder) complete(s expr.Source) {
	if x, ok := s.(*expr.ExcludedSource); ok {
		t := expr.TableOf(x)
		if _, isNew := d.excluded.index(t); !isNew {
			d.fail(canonicalf("the excluded row of %s is a source already", t.Name()))
		}
	}
	d.sources = append(d.sources, source{s, expr.TableOf(s)})
}

// From reads a source or a join.
func (d *decoder) From() expr.FromClause {
	d.top().next()
	if !isArray(d.peek()) {
		if s := d.known(); s != nil {
			return s
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
	if s, ok := f.(expr.Source); ok {
		d.complete(s)
	}
	return f
}

// Column reads a column: its source, and its number in the manifest or in the
// list of a derived source.
func (d *decoder) Column() (expr.Source, *schema.Column, int) {
	var s source
	if c := d.peek(); c <= msgpcode.PosFixedNumHigh && int(c) < len(d.sources) { // most are of one that is known
		d.pos++
		s = d.sources[c]
	} else if s.is = d.Source(); s.is != nil {
		s.table = expr.TableOf(s.is)
	}
	if !d.scanner.field(&d.top().recordReader) {
		d.fail(syntaxf("a column's number is missing"))
	}
	if d.err != nil {
		return nil, nil, 0
	}
	if s.table == nil {
		return s.is, nil, d.index(len(s.is.Columns()), "column of the source")
	}
	i := d.first(&d.columns, len(d.manifest.Columns), "column")
	if d.err != nil {
		return s.is, nil, 0
	}
	return s.is, d.drift.columns[i].at(d), 0
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

// Table reads a reference to a table.
func (d *decoder) Table() *schema.Table {
	used := d.tables
	i := d.first(&d.tables, len(d.manifest.Tables), "table")
	if d.err == nil && d.tables == used {
		d.fail(canonicalf("%s is a source already", d.manifest.Tables[i].Name))
	}
	if d.err != nil {
		return nil
	}
	return d.drift.tables[i].at(d)
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

// String reads text.
func (d *decoder) String() string { return d.string() }

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

// refs finds labels that mean another column than they did: the names of columns
// that have no label of their own come from the schema.
func (d *decoder) refs(root expr.Node) {
	if !d.drift.changed {
		return
	}
	recorded := map[*schema.Column]string{}
	for i := range d.drift.columns {
		recorded[d.drift.columns[i].to] = d.manifest.Columns[i].Name
	}
	expr.Walk(root, func(n expr.Node) bool {
		s, ok := n.(*expr.SelectStmt)
		if !ok {
			return true
		}
		names := map[string]string{} // as they are, to what they were
		for _, item := range s.Items().All() {
			names[item.Name()] = recordedName(item, recorded)
		}
		check := func(x expr.Expr) {
			if x.IsZero() {
				return
			}
			expr.Walk(x.Node(), func(n expr.Node) bool {
				switch n := n.(type) {
				case expr.Source, expr.Query:
					return false
				case *expr.RefExpr:
					if was := names[n.Name()]; was != n.Name() {
						d.drift.add(Problem{Severity: Failure, Code: CodeName, Path: "root", What: "label:" + n.Name(),
							Expected: "the column that was called so", Found: fmt.Sprintf("one that was %q", was)})
					}
				}
				return true
			})
		}
		for _, x := range s.Groups().All() {
			check(x)
		}
		check(s.HavingClause())
		for _, o := range s.Orders().All() {
			check(o.Expr())
		}
		return true
	})
}

// recordedName is what a column of a select was called when it was dumped.
func recordedName(item expr.Item, recorded map[*schema.Column]string) string {
	c, ok := item.Expr().Node().(*expr.ColumnExpr)
	switch {
	case !ok || item.Label() != "":
		return item.Name()
	case c.Column() != nil:
		return recorded[c.Column()]
	}
	s := c.Source()
	for {
		a, ok := s.(*expr.AliasSource)
		if !ok {
			break
		}
		s = a.Of()
	}
	if sub, ok := s.(*expr.SubquerySource); ok {
		if q, ok := sub.Query().(*expr.SelectStmt); ok {
			return recordedName(q.Items().At(c.Index()), recorded)
		}
	}
	return item.Name()
}
