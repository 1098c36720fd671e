package serializer

import (
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// Sources, and columns by their numbers.

// source is a source that has a number, and the number of its table in the
// manifest; -1 if it has none.
type source struct {
	is            expr.Source
	table         int
	nodes, listed int // of its columns that have been named: where they are among those of all sources, and how many
}

// maxNodes is of how many columns the nodes are kept, to be there when they are named again.
const maxNodes = 256

// plain returns the column that a byte is where nothing can be said against it: one that was named before, whose node is kept,
// or one of those of its table or the next, where nothing has drifted. Else it is nil, and has changed nothing.
func (d *decoder) plain(c byte) *expr.ColumnExpr {
	if at, i := int(c%nearSources), int(c/nearSources); c <= codePosFixedNumHigh && at < len(d.sources) {
		if s := &d.sources[at]; i < s.listed {
			if n := d.nodes[s.nodes+i]; n != nil {
				return n
			}
			return d.next(s, i)
		}
	}
	return nil
}

// next is plain, of a column that has no node yet.
func (d *decoder) next(s *source, i int) *expr.ColumnExpr {
	u := &d.uses[s.table]
	if i > u.used || len(d.drift.problems) > 0 {
		return nil
	}
	n, err := d.fields.ReadColumn(s.is, d.drift.columns[u.first+i].to, 0)
	if err != nil {
		return nil
	}
	if i == u.used {
		u.used++
		d.columns++
	}
	d.nodes[s.nodes+i] = n
	return n
}

// near reads a column that is one number: its source, and its own number in it.
func (d *decoder) near() (*source, uint64) {
	v := d.uint()
	return d.numbered(v % nearSources), v / nearSources
}

// columnOf makes column i of a source; after an error, nil.
func (d *decoder) columnOf(s *source, i uint64) expr.Node {
	known := d.err == nil && i < uint64(s.listed) // its node is kept
	if known {
		if n := d.nodes[s.nodes+int(i)]; n != nil {
			return n
		}
	}
	c, index := d.columnAt(s, i)
	if d.err != nil {
		return nil
	}
	n, err := d.fields.ReadColumn(s.is, c, index)
	if err != nil {
		d.refuse(err)
		return nil
	}
	if known {
		d.nodes[s.nodes+int(i)] = n
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
		d.outside(i, "column of "+d.drift.tables[s.table].to.Name())
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
	case i > n || d.named == len(d.drift.tables):
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
	d.named++
	return d.drift.tables[d.named-1].at(d)
}
