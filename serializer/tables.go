package serializer

import (
	"slices"

	"github.com/sqlser/sqlser/schema"
)

// appendTables writes the tables of a manifest, each with its columns.
func (m *manifest) appendTables(b []byte, columns *namedColumns) []byte {
	b = appendArray(b, len(m.Tables))
	var before *TableRef
	for i := range m.Tables {
		b = m.Tables[i].append(b, before, columns.of(i))
		before = &m.Tables[i]
	}
	return b
}

// append writes a table: its name, then name and type of each column, one after the
// other, and what few tables have. A schema that is that of the table before is true.
func (t *TableRef) append(b []byte, before *TableRef, columns []*schema.Column) []byte {
	r, b := openRecord(b)
	b = appendString(r.field(b, true), t.Name)
	stable := false
	if b = r.field(b, len(columns) > 0); len(columns) > 0 {
		b = appendArray(b, 2*len(columns))
		for _, c := range columns {
			b = appendType(appendString(b, c.Name()), c.Type(), c.Nullable())
			stable = stable || c.StableID() != ""
		}
	}
	if b = r.field(b, len(t.Schema) > 0); len(t.Schema) > 0 {
		if before != nil && slices.Equal(before.Schema, t.Schema) {
			b = appendBool(b, true)
		} else {
			b = appendStrings(b, t.Schema)
		}
	}
	if b = r.field(b, t.Stable != ""); t.Stable != "" {
		b = appendString(b, t.Stable)
	}
	if b = r.field(b, stable); stable {
		b = appendArray(b, len(columns))
		for _, c := range columns {
			b = appendString(b, c.StableID())
		}
	}
	return r.close(b)
}

// tables reads n tables with their columns, which are references, too.
func (s *scanner) tables(m *manifest, n int) {
	m.Tables = sized(m.Tables, n)
	m.Columns = m.Columns[:0]
	for i := range m.Tables {
		s.table(m, i)
		if s.err != nil {
			return
		}
	}
}

func (s *scanner) table(m *manifest, i int) {
	t, from := &m.Tables[i], len(m.Columns)
	r := s.openRecord()
	s.required(&r, "a table's name")
	t.Name = s.name()
	if s.field(&r) {
		n := s.items()
		if n%2 != 0 {
			s.fail(syntaxf("a column without a type"))
		}
		n = s.refer(n / 2)
		if m.Columns == nil {
			m.Columns = make([]ColumnRef, 0, max(n, min(len(s.s)/32, 64))) // about so many has a payload of this length
		}
		m.Columns = slices.Grow(m.Columns, n)[:from+n]
		for k := range m.Columns[from:] {
			c := &m.Columns[from+k]
			c.Table, c.Name = i, s.name()
			if c.Type, c.Nullable = s.columnType(); s.err != nil {
				return
			}
		}
	}
	if s.field(&r) {
		t.Schema = s.schemaOf(m.Tables[:i])
	}
	if s.field(&r) {
		t.Stable = s.name()
	}
	if s.field(&r) {
		s.stableIDs(m.Columns[from:])
	}
	s.closeRecord(&r)
}

// schemaOf reads the schema of a table that stands behind these.
func (s *scanner) schemaOf(before []TableRef) []string {
	var last []string
	if len(before) > 0 {
		last = before[len(before)-1].Schema
	}
	if s.peek() == codeTrue {
		s.pos++
		if last == nil {
			s.fail(syntaxf("the table before has no schema"))
		}
		return last
	}
	names := readNames[string](s, nil, s.items())
	if s.err == nil && slices.Equal(names, last) {
		s.fail(canonicalf("the schema of the table before is written as true"))
	}
	return names
}

// stableIDs reads the stable id of each column; one that has none has empty text.
func (s *scanner) stableIDs(columns []ColumnRef) {
	if n := s.items(); s.err == nil && n != len(columns) {
		s.fail(syntaxf("%d stable ids of %d columns", n, len(columns)))
	}
	some := false
	for i := range columns {
		columns[i].Stable = s.string()
		some = some || columns[i].Stable != ""
	}
	if s.err == nil && !some {
		s.fail(canonicalf("no column has a stable id: the list must be absent"))
	}
}
