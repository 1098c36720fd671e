package serializer

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

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
	return &Manifest{kind: l.Root.Op(), size: expr.Size(l.Root), depth: expr.Depth(l.Root), payload: l.payload}
}

// Hash returns the SHA-256 of the bytes that were loaded.
func (l *Loaded) Hash() [sha256.Size]byte { return Hash([]byte(l.payload)) }

// Shape returns what the tree is but for its literals: see [expr.Shape].
func (l *Loaded) Shape() [sha256.Size]byte { return expr.Shape(l.Root) }

// Object returns what was dumped: the host's own *schema.Table, *schema.Column, *schema.Entity, *schema.Attribute or *schema.Relationship
// where it was one, else an expr.Expr or the root.
func (l *Loaded) Object() any {
	switch n := l.Root.(type) {
	case *expr.TableSource:
		return n.Table()
	case *expr.EntitySource:
		return n.Entity()
	case *expr.AttributeExpr:
		if _, ok := n.Source().(*expr.EntitySource); ok && n.Source().(*expr.EntitySource).Entity() == n.Attribute().Entity() {
			return n.Attribute()
		}
	case *expr.RelatedClause:
		if _, ok := n.Source().(*expr.EntitySource); ok && n.OnClause().IsZero() && !n.HasType() {
			return n.Relationship()
		}
		return n
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
func Loads(b []byte, binding Binding) (*Loaded, error) { return loads(b, &binding, nil) }

// loads is Loads, which writes notes unless they are nil.
func loads(b []byte, binding *Binding, notes *notes) (*Loaded, error) {
	d, err := newDecoder(b, binding)
	if err != nil {
		return nil, err
	}
	d.notes = notes
	l, err := d.loaded(binding)
	d.release()
	return l, err
}

func (d *decoder) loaded(binding *Binding) (*Loaded, error) {
	root, err := d.load(binding)
	if err != nil {
		return nil, err
	}
	if d.drift.failed {
		return nil, &DriftError{d.drift.problems}
	}
	l := &Loaded{Root: root, Drift: d.drift.problems, Slot: d.manifest.Slot, Bound: d.drift.slot, payload: d.s}
	switch root := root.(type) {
	case *expr.SelectStmt: // most are
		l.Query, l.Statement = root, root
	case expr.Query:
		l.Query, l.Statement = root, root
	case expr.Statement:
		l.Statement = root
	}
	return l, nil
}

// newDecoder returns a decoder of a payload, to be released.
func newDecoder(b []byte, binding *Binding) (*decoder, error) {
	if binding.MetaData == nil || !binding.MetaData.Frozen() {
		return nil, errors.New("serializer: the Binding needs a frozen MetaData")
	}
	limits := binding.Limits.withDefaults()
	if len(b) > limits.Bytes {
		return nil, tooLong(b, limits)
	}
	d := decoders.Get().(*decoder)
	d.payload = string(b)
	d.begin(d.payload, limits, binding.MetaData)
	d.limits, d.tight = limits, limits.tight()
	return d, nil
}

// load reads the payload and binds it. What keeps it from fitting the host is no
// error: the drift has it.
func (d *decoder) load(binding *Binding) (expr.Node, error) {
	root := d.root(binding)
	if d.err != nil && d.inTree && !d.careful {
		d.again()
		root = d.root(binding)
	}
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
	d.scanner.end()
	d.reading, d.payload = reading{}, ""
	if d.frame != nil || d.notes != nil {
		d.frame, d.notes = nil, nil
	}
	d.fields.NoRoom()
	d.frames, d.sources, d.nodes, d.uses = d.frames[:0], emptied(d.sources), emptied(d.nodes), emptied(d.uses)
	if len(d.features)+len(d.excluded.list)+len(d.entities.list) > 0 {
		d.features = emptied(d.features)
		d.excluded.reset()
		d.entities.reset()
	}
	d.drift.reset()
	d.manifest.reset()
}

// decoder is the expr.Reader behind Loads.
type decoder struct {
	scanner
	reading
	payload  string
	fields   *expr.Fields
	frames   []frame // the nodes and parts that are open
	frame    *frame  // the last of them
	notes    *notes
	manifest manifest
	drift    drift
	features []string
	sources  []source
	nodes    []*expr.ColumnExpr      // of the columns of sources, see source.nodes
	uses     []use                   // of each table's columns
	excluded indexOf[any]            // the excluded rows that are sources
	entities indexOf[*schema.Entity] // that are sources
}

// reading is what a decoder begins anew for each payload; what refers to memory stands beside it, as that is not cleared at once.
type reading struct {
	limits     Limits
	mending    bool // for Repair: names of results and labels are kept
	tight      bool // a tree that expr allows may be beyond the limits
	careful    bool // each node is asked for its fields, and what is wrong is told
	depth      int  // nodes among the frames
	inTree     bool // the manifest is behind
	ended      bool // reading stopped at something that a later version may know
	named      int  // tables, so far; each list is used in its own order
	columns    int
	funcs      int
	params     int
	texts      int
	ofEntities usedEntities
	said       int // bytes of the texts, each counted where it stands
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

func (d *decoder) root(binding *Binding) expr.Node {
	if d.head(binding); d.err != nil {
		return nil
	}
	d.ended = d.drift.newer // what follows may be written in a way that this version cannot read
	d.careful = d.careful || d.ended || d.drift.changed || len(d.drift.problems) > 0
	d.inTree = true
	d.notes.root(d.pos)
	m := &d.manifest // whose numbers the limits bound, and Room
	d.fields.Room(expr.Expected{Root: m.Kind, Nodes: m.Size, Tables: len(d.drift.tables), Columns: len(d.drift.columns), Results: len(m.Results)})
	var root expr.Node
	d.depth = 1 // node counts itself by the time it is checked
	if n := d.expression(); n != nil {
		root = n
	}
	if d.err == nil {
		d.finish(root)
	}
	d.lackTypes(binding) // of the tree
	return root
}

// finish checks what the whole payload must satisfy: that it ends, and that the
// manifest says of the tree what the tree says of itself.
func (d *decoder) finish(root expr.Node) {
	lies := func(format string, args ...any) { d.fail(failf(CodeManifest, format, args...)) }
	m := &d.manifest
	if len(d.features) > 1 {
		slices.Sort(d.features)
	}
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
	case d.named != len(d.drift.tables) || d.columns != len(d.drift.columns) || d.funcs != len(m.Functions) ||
		d.params != len(m.Parameters) || d.texts != len(m.Texts) || !d.ofEntities.usesAll(m):
		lies("the manifest lists what the tree does not use")
	}
	if d.err == nil {
		d.grants(root)
		d.optional(root)
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

// optional compares which parameters need no value with what the root says.
func (d *decoder) optional(root expr.Node) {
	if len(d.manifest.Optional) == 0 && !expr.IsConditional(root) {
		return
	}
	has := expr.OptionalParameters(root)
	same := slices.EqualFunc(d.manifest.Optional, has, func(i int, p *expr.Parameter) bool { return d.manifest.Parameters[i].Name() == p.Name() })
	if d.err == nil && !same {
		d.fail(failf(CodeManifest, "the manifest says that %d parameters need no value, or others than those %d that need none", len(d.manifest.Optional), len(has)))
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
		if res.Column >= 0 && !d.drift.changed && i < outs.items.Len() && outs.items.At(i).PlainColumn() == d.drift.columns[res.Column].to {
			continue // as most are
		}
		if c := res.Column; c >= 0 && res.Name == "" { // a plain head: it is as it was
			res.Name, res.Type = d.drift.columns[c].to.Name(), d.drift.columns[c].to.Type()
		}
		if !d.isResult(q, i, res.Column) {
			d.fail(failf(CodeManifest, "result %d is not what the manifest says", i))
			return
		}
		if name, typ, ok := d.implied(q, i); ok && (name != res.Name || typ != res.Type) {
			d.fail(failf(CodeManifest, "result %d is %s, the manifest says %s", i, shownResult(name, typ), shownResult(res.Name, res.Type)))
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
	c := d.peek()
	if !d.careful {
		if n := d.plain(c); n != nil {
			d.pos++
			return n
		}
	}
	return d.other(c)
}

// other is expression of what is no plain column and begins with a byte.
func (d *decoder) other(c byte) expr.Node {
	switch {
	case isArray(c):
		return d.node()
	case c <= codePosFixedNumHigh || c >= codeUint8 && c <= codeUint64:
		s, i := d.near()
		if n := d.columnOf(s, i); n != nil {
			return n
		}
	case isString(c) || isBin(c) || c == codeTrue || c == codeFalse || c == codeDouble:
		start := d.pos
		if v := d.value(); d.err == nil {
			if n, err := d.fields.ReadLiteral(v); err == nil {
				d.notes.literal(n, start, d.pos)
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

// node reads a node; the frame that names it is open already.
func (d *decoder) node() expr.Node {
	if !d.careful {
		if n, ok := d.direct(); ok {
			return n
		}
	}
	return d.asked()
}

// asked reads a node that is asked for its fields.
func (d *decoder) asked() expr.Node {
	start := d.pos
	f := d.push(d.array())
	op := expr.Op(d.peek())
	if f.left > 0 && op.Known() && byte(op) <= codePosFixedNumHigh {
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
	if op == expr.OpLiteral {
		if l := n.(*expr.LiteralExpr); l.As().IsUnknown() {
			if standsAlone(l.Value().Kind()) {
				d.fail(canonicalf("a literal of type %s is its value alone", l.Value().Type()))
			}
			d.notes.literal(l, start+2, d.pos) // behind the record's length and kind
		}
	}
	if d.tight && (expr.Size(n) > d.limits.Size || expr.Depth(n) > d.limits.Depth) {
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
