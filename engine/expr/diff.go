package expr

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"reflect"
	"strings"

	"github.com/sqlser/sqlser/schema"
)

// Change is a difference between two trees.
type Change struct {
	// Path names the place, as reports of drift do: "root.where.terms[1].right". It is one
	// of the second tree; of what was removed, one of the first.
	Path string
	Kind ChangeKind

	// Before and After are what stands there: as [FieldValue.Value], of a code its name; nil for
	// nothing.
	Before, After any
}

// ChangeKind is a kind of change.
type ChangeKind uint8

// The kinds of change.
const (
	Changed ChangeKind = iota + 1
	Added
	Removed
)

// String returns the kind's name.
func (k ChangeKind) String() string {
	if k > Removed {
		return "unknown"
	}
	return [...]string{"unknown", "changed", "added", "removed"}[k]
}

// String is the change in words, on one line: "root.limit: 10 became 20".
func (c Change) String() string {
	switch c.Kind {
	case Added:
		return c.Path + ": " + Brief(c.After) + " was added"
	case Removed:
		return c.Path + ": " + Brief(c.Before) + " was removed"
	}
	return c.Path + ": " + Brief(c.Before) + " became " + Brief(c.After)
}

// maxChanges is how many changes are told.
const maxChanges = 1000

// Diff lists what makes b differ from a, in the order of the nodes; nothing where they have
// one shape and equal values. Tables and columns go by their names, so that trees of two MetaData compare. Items of lists are compared with those that they have most in common with. It
// lists a thousand changes at most. A tree that carries an error differs as a whole from every other.
func Diff(a, b Node) []Change {
	d := &differ{pairs: map[any]any{}, back: map[any]any{}, params: map[string]bool{}}
	a, b = orNone(a), orNone(b)
	if a == nil || b == nil {
		if a != b {
			d.report("root", anyNode(a), anyNode(b))
		}
		return d.changes
	}
	if a == b {
		return nil
	}
	if Err(a) != nil || Err(b) != nil { // what is wrong may lack any part
		d.report("root", orError(a), orError(b))
		return d.changes
	}
	d.value("root", a, b)
	if len(d.changes) == 0 && !bytes.Equal(tokensOf(a, nil), tokensOf(b, nil)) { // sources are paired as they come
		d.report("root", a, b)
	}
	return d.changes
}

// orError is a node, or what is wrong with it.
func orError(n Node) any {
	if err := Err(n); err != nil {
		return err.Error()
	}
	return n
}

func anyNode(n Node) any {
	if n == nil {
		return nil
	}
	return n
}

// differ compares two trees.
type differ struct {
	changes     []Change
	pairs, back map[any]any // sources of the one by those of the other
	params      map[string]bool
	op          Op // of the node whose fields are compared
}

func (d *differ) report(path string, before, after any) {
	if len(d.changes) == maxChanges {
		return
	}
	c := Change{path, Changed, before, after}
	switch {
	case before == nil:
		c.Kind = Added
	case after == nil:
		c.Kind = Removed
	}
	d.changes = append(d.changes, c)
}

// value compares what stands in a place.
func (d *differ) value(path string, a, b any) {
	if len(d.changes) == maxChanges {
		return
	}
	switch x := a.(type) {
	case Source:
		if y, ok := b.(Source); ok {
			d.source(path, x, y)
			return
		}
	case Node:
		if y, ok := b.(Node); ok && x.Op() == y.Op() {
			outer := d.op
			d.op = x.Op()
			d.fields(path, FieldsOf(x), FieldsOf(y)) // also of the very same: its sources have to be paired
			d.op = outer
			return
		}
	case []FieldValue:
		if y, ok := b.([]FieldValue); ok {
			d.fields(path, x, y)
			return
		}
	case []any:
		if y, ok := b.([]any); ok {
			d.list(path, x, y)
			return
		}
	case ColumnOf:
		if y, ok := b.(ColumnOf); ok {
			d.column(path, x, y)
			return
		}
	case *schema.Table:
		if y, ok := b.(*schema.Table); ok && x.IsNamed(y.FullName()) {
			return
		}
	case *Function:
		if y, ok := b.(*Function); ok && x.Name() == y.Name() {
			return
		}
	case schema.Object: // of an entity
		if y, ok := b.(schema.Object); ok && x.ID().Kind == y.ID().Kind && x.String() == y.String() {
			return
		}
	case *Parameter:
		if y, ok := b.(*Parameter); ok && (x.Same(y) || x.name == y.name && d.params[x.name]) {
			return
		} else if ok {
			d.params[x.name] = x.name == y.name
		}
	default:
		if a == b {
			return
		}
	}
	d.report(path, a, b)
}

// fields compares the fields of two records, of which none stands twice.
func (d *differ) fields(path string, a, b []FieldValue) {
	for len(a) > 0 || len(b) > 0 {
		switch {
		case len(a) > 0 && (len(b) == 0 || !hasField(b, a[0].Name)):
			d.report(path+"."+a[0].Name, d.named(a[0]), nil)
			a = a[1:]
		case len(a) == 0 || !hasField(a, b[0].Name):
			d.report(path+"."+b[0].Name, nil, d.named(b[0]))
			b = b[1:]
		default: // both are in wire order
			d.value(path+"."+a[0].Name, d.named(a[0]), d.named(b[0]))
			a, b = a[1:], b[1:]
		}
	}
}

// named is the value of a field, the name of a code in place of its number.
func (d *differ) named(f FieldValue) any {
	code, ok := f.Value.(uint8)
	if !ok {
		return f.Value
	}
	switch f.Name {
	case "op":
		switch d.op {
		case OpBinary:
			return BinaryOp(code).String()
		case OpUnary:
			return UnaryOp(code).String()
		case OpTextMatch:
			return LikeOp(code).String()
		case OpCompound:
			return SetOp(code).String()
		}
	case "kind":
		if d.op == OpGrouping {
			return GroupingKind(code).String()
		}
		return JoinKind(code).String()
	case "part":
		return DateField(code).String()
	case "unit":
		if d.op == OpDateTrunc || d.op == OpDateDiff {
			return DateField(code).String()
		}
		return FrameUnit(code).String()
	case "exclude":
		return FrameExclude(code).String()
	case "lock":
		return LockStrength(code).String()
	case "on_conflict":
		return ConflictAction(code).String()
	case "method":
		return SampleMethod(code).String()
	case "as":
		return JSONAs(code).String()
	}
	return code
}

func hasField(list []FieldValue, name string) bool {
	for i := range list {
		if list[i].Name == name {
			return true
		}
	}
	return false
}

// source compares two sources where they are first named, and else whether they are those
// that were compared then.
func (d *differ) source(path string, a, b Source) {
	if x, ok := a.(*TableSource); ok {
		if y, ok := b.(*TableSource); !ok || !x.table.IsNamed(y.table.FullName()) {
			d.report(path, a, b)
		}
		return
	}
	if x, ok := a.(*EntitySource); ok {
		if y, ok := b.(*EntitySource); !ok || x.Name() != y.Name() {
			d.report(path, a, b)
		}
		return
	}
	to, known := d.pairs[a.Identity()]
	_, taken := d.back[b.Identity()]
	switch {
	case known && to == b.Identity():
	case known || taken:
		d.report(path, a, b)
	default:
		d.pairs[a.Identity()], d.back[b.Identity()] = b.Identity(), a.Identity()
		if a.Op() != b.Op() {
			d.report(path, a, b)
			return
		}
		outer := d.op
		d.op = a.Op()
		d.fields(path, FieldsOf(a), FieldsOf(b))
		d.op = outer
	}
}

func (d *differ) column(path string, a, b ColumnOf) {
	before := len(d.changes)
	d.source(path, a.Source, b.Source)
	if len(d.changes) > before {
		return
	}
	if a.Column != nil && b.Column != nil && a.Column.Name() == b.Column.Name() || a.Column == nil && b.Column == nil && a.Index == b.Index {
		return
	}
	d.report(path, a, b)
}

// maxAligned bounds the work of aligning two lists: the product of their lengths.
const maxAligned = 1 << 20

// list compares two lists: first it finds what they have in common.
func (d *differ) list(path string, a, b []any) {
	keysA, keysB := keysOf(a), keysOf(b)
	start := 0
	for start < len(a) && start < len(b) && keysA[start] == keysB[start] {
		start++
	}
	end := 0
	for end < len(a)-start && end < len(b)-start && keysA[len(a)-1-end] == keysB[len(b)-1-end] {
		end++
	}
	at := func(i int) string { return fmt.Sprintf("%s[%d]", path, i) }
	for i := range start {
		d.value(at(i), a[i], b[i])
	}
	d.middle(at, a[start:len(a)-end], b[start:len(b)-end], keysA[start:len(a)-end], keysB[start:len(b)-end], start)
	for i := range end {
		d.value(at(len(b)-end+i), a[len(a)-end+i], b[len(b)-end+i])
	}
}

// middle compares what is between equal starts and ends of two lists: runs between items that are in both.
func (d *differ) middle(at func(int) string, a, b []any, keysA, keysB []itemKey, offset int) {
	i, k := 0, 0
	for _, pair := range append(inCommon(keysA, keysB), [2]int{len(a), len(b)}) {
		for i < pair[0] || k < pair[1] {
			switch {
			case i < pair[0] && k < pair[1]:
				d.value(at(offset+k), a[i], b[k])
				i, k = i+1, k+1
			case i < pair[0]:
				d.report(at(offset+i), a[i], nil)
				i++
			default:
				d.report(at(offset+k), nil, b[k])
				k++
			}
		}
		if i < len(a) && k < len(b) {
			d.value(at(offset+k), a[i], b[k])
			i, k = i+1, k+1
		}
	}
}

// inCommon returns a longest list of pairs of equal items, in order; none of lists that are
// too long to find it.
func inCommon(a, b []itemKey) (pairs [][2]int) {
	if len(a) == 0 || len(b) == 0 || len(a)*len(b) > maxAligned {
		return nil
	}
	width := len(b) + 1
	longest := make([]uint16, (len(a)+1)*width) // from an item of each on
	for i := len(a) - 1; i >= 0; i-- {
		for k := len(b) - 1; k >= 0; k-- {
			if a[i] == b[k] {
				longest[i*width+k] = longest[(i+1)*width+k+1] + 1
			} else {
				longest[i*width+k] = max(longest[(i+1)*width+k], longest[i*width+k+1])
			}
		}
	}
	for i, k := 0, 0; i < len(a) && k < len(b); {
		switch {
		case a[i] == b[k]:
			pairs = append(pairs, [2]int{i, k})
			i, k = i+1, k+1
		case longest[(i+1)*width+k] >= longest[i*width+k+1]:
			i++
		default:
			k++
		}
	}
	return pairs
}

// itemKey tells items of lists apart.
type itemKey [sha256.Size]byte

func keysOf(list []any) []itemKey {
	keys := make([]itemKey, len(list))
	for i, v := range list {
		w := &keyWriter{}
		w.fields = Writing(w)
		w.any(v)
		keys[i] = sha256.Sum256(w.b)
	}
	return keys
}

// keyWriter lists tokens, but of a source only what it is called: it may be named very often.
type keyWriter struct{ tokenWriter }

func (w *keyWriter) Node(n Node) {
	w.add(tokenNode, uint64(n.Op()), "")
	Write(n, w.fields)
	w.add(tokenEnd, 0, "")
}

func (w *keyWriter) Source(s Source) { w.add(tokenSource, uint64(s.Op()), s.Name()) }

func (w *keyWriter) Column(s Source, c *schema.Column, index int) {
	if w.Source(s); c != nil {
		w.add(tokenColumn, 0, c.Name())
	} else {
		w.add(tokenIndex, uint64(index), "")
	}
}

// any writes down the value of a field.
func (w *keyWriter) any(v any) {
	switch v := v.(type) {
	case Source:
		w.Source(v)
	case Node:
		w.Node(v)
	case ColumnOf:
		w.Column(v.Source, v.Column, v.Index)
	case []any:
		w.List(len(v))
		for _, item := range v {
			w.any(item)
		}
	case []FieldValue:
		w.Open()
		for _, f := range v {
			w.Field(f.Name, true)
			w.any(f.Value)
		}
		w.Close()
	case bool:
		w.Bool(v)
	case uint8:
		w.Code(v)
	case string:
		w.String(v)
	case Value:
		w.Value(v)
	case schema.Type:
		w.Type(v)
	case *schema.Table:
		w.Table(v)
	case *Function:
		w.Function(v)
	case *Parameter:
		w.Parameter(v)
	}
}

// maxBrief is how long a description is, in bytes.
const maxBrief = 120

// Brief says in a few words what the value of a field is, see [FieldValue]; on one line, and cut
// where it is long.
func Brief(v any) string {
	b := &briefer{}
	b.any(v)
	s := b.String()
	if len(s) > maxBrief {
		s = strings.ToValidUTF8(s[:maxBrief], "") + "..."
	}
	return s
}

type briefer struct{ strings.Builder }

func (b *briefer) any(v any) {
	if b.Len() > maxBrief { // the rest is cut
		return
	}
	if p := reflect.ValueOf(v); p.Kind() == reflect.Pointer && p.IsNil() {
		v = nil
	}
	if n, ok := v.(Node); ok && Err(n) != nil {
		v = Err(n).Error()
	}
	switch v := v.(type) {
	case nil:
		b.WriteString("nothing")
	case *LiteralExpr:
		b.WriteString(v.Value().String())
	case *ColumnExpr:
		b.any(ColumnOf{v.Source(), v.column, v.index})
	case *ParamExpr:
		b.any(v.p)
	case *BinaryExpr:
		b.any(v.left.node())
		b.WriteString(" " + v.op.String() + " ")
		b.any(v.right.node())
	case *TableSource:
		b.any(v.table)
	case *EntitySource:
		b.any(v.entity)
	case *AttributeExpr:
		b.WriteString(oneLine(v.source.Name()) + "." + oneLine(v.attribute.Name()))
	case *EntityExpr:
		b.any(v.source)
	case *schema.Entity:
		b.WriteString(oneLine(v.Name()))
	case *schema.Attribute:
		b.WriteString(oneLine(v.String()))
	case *schema.Relationship:
		b.WriteString(oneLine(v.String()))
	case Source:
		fmt.Fprintf(b, "%s %q", v.Op(), v.Name())
	case *CallExpr:
		b.WriteString(v.fn.Name())
		b.list("(", ")", len(v.args), func(i int) { b.any(v.args[i].node()) })
	case Node:
		b.WriteString(v.Op().String())
		b.any(FieldsOf(v))
	case ColumnOf:
		name := outputAt(v.Source, v.Index).Name
		if v.Column != nil {
			name = v.Column.Name()
		}
		if name == "" {
			name = fmt.Sprint(v.Index + 1)
		}
		fmt.Fprintf(b, "%s.%s", oneLine(v.Source.Name()), oneLine(name))
	case []any:
		b.list("[", "]", len(v), func(i int) { b.any(v[i]) })
	case []FieldValue:
		b.list("{", "}", len(v), func(i int) {
			b.WriteString(v[i].Name + ": ")
			b.any(v[i].Value)
		})
	case string:
		fmt.Fprintf(b, "%q", v)
	case *schema.Table:
		b.WriteString(oneLine(v.String()))
	case *Function:
		b.WriteString(v.Name())
	case *Parameter:
		fmt.Fprintf(b, "parameter %q %s", v.name, v.typ)
		if v.hasDefault {
			b.WriteString(" default " + v.def.String())
		}
	default:
		fmt.Fprint(b, v)
	}
}

func (b *briefer) list(open, end string, n int, each func(i int)) {
	b.WriteString(open)
	for i := range n {
		if b.Len() > maxBrief {
			return
		}
		if i > 0 {
			b.WriteString(", ")
		}
		each(i)
	}
	b.WriteString(end)
}

// oneLine quotes a name that would break a line.
func oneLine(name string) string {
	if q := fmt.Sprintf("%q", name); q[1:len(q)-1] != name {
		return q
	}
	return name
}
