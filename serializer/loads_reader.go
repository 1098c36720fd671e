package serializer

import (
	"errors"
	"slices"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// What follows are the methods of expr.Reader.

// Fail keeps the first error.
func (d *decoder) Fail(err error) { d.fail(err) }

// Err returns the first error.
func (d *decoder) Err() error { return d.err }

// Field reports whether the next field is present.
func (d *decoder) Field(name string) bool {
	f := d.frame
	if f.left == 0 || d.err != nil {
		return false
	}
	f.left--
	f.field, f.item, f.list = name, -1, false
	if f.gap = d.pos < len(d.s) && d.s[d.pos] == codeNil; f.gap {
		d.pos++
		return false
	}
	return true
}

// More reports whether elements of the record are left.
func (d *decoder) More() bool { return d.frame.left > 0 }

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
		if _, isNew := d.excluded.index(s.Identity()); !isNew {
			d.fail(canonicalf("the excluded row of %s is a source already", s.Of().Name()))
			return nil
		}
	case *expr.EntitySource:
		if _, isNew := d.entities.index(s.Entity()); !isNew {
			d.fail(canonicalf("the entity %s is a source already", s.Name()))
			return nil
		}
	}
	return d.complete(s)
}

// complete numbers a source.
func (d *decoder) complete(s expr.Source) *source {
	of := source{is: s, table: -1}
	if t := expr.TableOf(s); t != nil {
		of.table = d.drift.number(t)
		if n := d.uses[of.table].listed; len(d.nodes)+n <= maxNodes {
			of.nodes, of.listed = len(d.nodes), n
			d.nodes = slices.Grow(d.nodes, n)[:of.nodes+n]
		}
	}
	d.sources = append(d.sources, of)
	return &d.sources[len(d.sources)-1]
}

// From reads a source or a join.
func (d *decoder) From() expr.FromClause {
	d.top().next()
	return d.clause()
}

// clause is From without a path.
func (d *decoder) clause() expr.FromClause {
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
	switch d.index(len(d.drift.tables), "table"); {
	case d.err != nil:
		return nil
	case d.named > 0:
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
