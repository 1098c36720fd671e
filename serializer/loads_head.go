package serializer

import (
	"slices"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// The manifest of most payloads names tables without a schema, and columns, that are as they were: it is bound while it is read,
// and is not kept. Of others, and where anything is wrong, nothing is told here: their manifest is read, and then bound. A test
// holds both ways equal.

// head reads the manifest and binds it. What keeps it from being bound is drift.
func (d *decoder) head(binding *Binding) {
	if !d.careful && !d.mending && len(binding.Renames) == 0 {
		if d.plainHead(binding) {
			return
		}
		d.anew()
	}
	if d.header(&d.manifest); d.err != nil {
		return
	}
	if d.bind(binding); d.err != nil {
		return
	}
	d.uses = sized(d.uses, len(d.manifest.Tables))
	for i := range d.manifest.Columns {
		u := &d.uses[d.manifest.Columns[i].Table]
		if u.listed == 0 {
			u.first = i
		}
		u.listed++
	}
}

// plainHead is head of a manifest that says what most say; else it returns false, and what it has read is to be forgotten.
func (d *decoder) plainHead(b *Binding) bool {
	m := &d.manifest
	if !d.isUsual() {
		return false
	}
	r := d.openRecord()
	if r.left < 4 { // no table
		return false
	}
	r.left -= 3
	m.Kind = expr.Op(d.number(255, "a node kind"))
	m.Size = int(d.number(expr.MaxSize, "the size"))
	m.Depth = int(d.number(expr.MaxDepth, "the depth"))
	if !d.plainTables(b.MetaData, d.references(&r)) {
		return false
	}
	d.lists(m, &r, len(d.drift.columns))
	if r.left > 0 || d.err != nil || len(d.lacks) > 0 {
		return false
	}
	d.closeRecord(&r)
	d.distinctNames(m)
	d.drift.functions = sized(d.drift.functions, len(m.Functions))
	for i, name := range m.Functions {
		if d.drift.functions[i].to = b.Functions.Lookup(name); d.drift.functions[i].to == nil {
			return false
		}
	}
	return d.err == nil
}

// plainTables reads n tables that are as they were.
func (d *decoder) plainTables(meta *schema.MetaData, n int) bool {
	d.drift.tables, d.uses = sized(d.drift.tables, n), sized(d.uses, n)
	for i := range d.uses {
		if d.array() != 2 {
			return false
		}
		t := meta.TableAs(d.known())
		if t == nil || d.drift.number(t) >= 0 {
			return false
		}
		d.drift.bound(i, t)
		if !d.plainColumns(t, &d.uses[i]) {
			return false
		}
	}
	return d.err == nil
}

// plainColumns reads the columns of a table, all of which are as they were.
func (d *decoder) plainColumns(t *schema.Table, u *use) bool {
	n := d.items()
	if n%2 != 0 || n/2 > t.ColumnCount() {
		return false
	}
	n = d.refer(n / 2)
	columns := slices.Grow(d.drift.columns, n)
	u.first, u.listed = len(columns), n
	next, taken := 0, uint64(0)
	for range n {
		c, k := t.ColumnNamed(next, d.known())
		if c == nil || taken>>(k&63)&1 != 0 {
			return false
		}
		if at, typ := d.pos, c.Type(); at < len(d.s) && typ.IsPlain() && d.s[at] <= codePosFixedNumHigh { // as that of most
			if kind := d.s[at]; schema.Kind(kind>>1) != typ.Kind() || kind&1 != 0 != c.Nullable() {
				return false
			}
			d.pos++
		} else if !d.isType(typ, c.Nullable()) {
			return false
		}
		columns = append(columns, bound[*schema.Column]{to: c})
		taken |= 1 << (k & 63)
		next = k + 1
	}
	d.drift.columns = columns
	return d.err == nil
}

// known reads a name that is to be found among those of the metadata, which are sound.
func (s *scanner) known() string {
	if rest := s.s[s.pos:]; len(rest) > 0 {
		n := int(rest[0] - codeFixedStrLow)
		if n <= int(codeFixedStrMask) && n < len(rest) && n <= s.str {
			s.pos += n + 1
			return rest[1 : n+1]
		}
	}
	return s.string()
}

// isType reads the type of a column, and reports whether it is this one.
func (s *scanner) isType(t schema.Type, nullable bool) bool {
	if rest := s.s[s.pos:]; len(rest) > 2 && t.IsSimple() && rest[0] == codeFixedArrayLow|2 && rest[1] <= codePosFixedNumHigh &&
		rest[2]-1 < codePosFixedNumHigh && len(s.s)-s.claimed >= 2 { // of a small size
		s.pos += 3
		s.claimed += 2
		return schema.Kind(rest[1]>>1) == t.Kind() && rest[1]&1 != 0 == nullable && uint32(rest[2]) == t.Size() && t.Scale() == 0
	}
	read, null := s.columnType()
	return s.err == nil && read == t && null == nullable
}
