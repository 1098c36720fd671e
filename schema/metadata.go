package schema

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"unicode/utf8"
)

// MetaData is a set of tables: declared with [MetaData.Table], then frozen. The
// zero value is not usable; see [NewMetaData].
type MetaData struct {
	generation uint64
	frozen     bool
	tables     []*Table
	index      index[*Table]
	folded     map[string]bool // the tables' own names, in lower case
	problems   []*Error
	hostTypes  map[string]*HostType
	entities   []*Entity
	entityOf   index[*Entity]
	base       *MetaData // that this is an exposed part of, or nil
}

// generations counts the frozen MetaData of the process, so that a cache keyed
// by generation never takes one for another.
var generations atomic.Uint64

// NewMetaData returns an empty MetaData to declare tables in.
func NewMetaData() *MetaData { return &MetaData{folded: map[string]bool{}} }

// Table declares a table of its columns, keys and options. What is wrong with it
// is reported by Freeze.
func (m *MetaData) Table(name string, items ...TableItem) *Table {
	t := &Table{meta: m, name: []string{name}}
	if m.frozen {
		m.report(problem(CodeFrozen, t.ID().String(), "declared after Freeze"))
		return t
	}
	for _, item := range items {
		item.applyTable(t)
	}
	former := make([]string, 0, len(t.former)+len(t.formerNames))
	for _, f := range t.former {
		former = append(former, tableKey(f))
	}
	for _, n := range t.formerNames {
		former = append(former, tableKey(append(t.Schema(), n)))
	}
	if name == "" || slices.Contains(t.name, "") {
		m.report(problem(CodeDeclaration, t.ID().String(), "a part of the name is empty"))
	}
	t.position = len(m.tables)
	m.tables = append(m.tables, t)
	m.folded[strings.ToLower(name)] = true
	if err := m.index.add(t, tableKey(t.name), former); err != nil {
		m.report(err)
	}
	return t
}

func (m *MetaData) report(p *Error) { m.problems = append(m.problems, p) }

// Freeze checks every declaration and makes m immutable. The error is a
// *[FreezeError] with every problem; m is then not frozen, and may be tried
// again after more declarations.
func (m *MetaData) Freeze() error {
	declared := len(m.problems) // these stay; what is found below is found again
	if !m.frozen {
		for _, t := range m.tables {
			if err := m.index.check(t, tableKey(t.name)); err != nil {
				m.report(err)
			}
			t.freeze()
		}
		m.freezeEntities()
	}
	if len(m.problems) > 0 {
		err := &FreezeError{slices.Clone(m.problems)}
		m.problems = m.problems[:declared]
		return err
	}
	if !m.frozen {
		for _, t := range m.tables {
			for _, c := range t.primaryKey { // only now, or a second try would take them for another key
				c.primaryKey, c.nullable = true, false
			}
		}
		m.generation, m.frozen = generations.Add(1), true
	}
	return nil
}

// Frozen reports whether Freeze has succeeded.
func (m *MetaData) Frozen() bool { return m.frozen }

// Generation tells this frozen MetaData from every other of the process; 0
// before Freeze. It is never stored.
func (m *MetaData) Generation() uint64 { return m.generation }

// Tables returns the tables in order of declaration.
func (m *MetaData) Tables() []*Table { return slices.Clone(m.tables) }

// Lookup returns the table of this very name (schema parts, then the table's
// name), or nil.
func (m *MetaData) Lookup(name ...string) *Table {
	if len(name) == 1 && !strings.HasPrefix(name[0], "\x00") { // its own key
		return m.index.byName[name[0]]
	}
	var room [128]byte
	return m.index.byName[string(appendTableKey(room[:0], name))] // without an allocation
}

// HasTableNamed reports whether any table, of whatever schema, has this name,
// whatever its case. A nil MetaData has none.
func (m *MetaData) HasTableNamed(name string) bool {
	return m != nil && m.folded[strings.ToLower(name)]
}

// ResolveTable finds the table that a stored reference means; see [MetaData.Resolve].
func (m *MetaData) ResolveTable(name []string, stable string) (*Table, error) {
	if stable == "" && len(m.index.byFormer) == 0 { // as resolve finds it, without an allocation
		var room [128]byte
		if t := m.index.byName[string(appendTableKey(room[:0], name))]; t != nil {
			return t, nil
		}
	}
	t, code := m.index.resolve(tableKey(name), stable)
	if code == "" {
		return t, nil
	}
	id := ID{Kind: IDTable, Table: name}.String()
	candidates := make([]string, len(m.tables))
	for i, t := range m.tables {
		candidates[i] = t.String()
	}
	return nil, failure(code, id, strings.Join(name, "."), candidates)
}

// tableKey makes a map key of a structured name; no two names share one.
func tableKey(name []string) string {
	if len(name) == 1 && !strings.HasPrefix(name[0], "\x00") {
		return name[0]
	}
	var room [128]byte
	return string(appendTableKey(room[:0], name))
}

func appendTableKey(b []byte, name []string) []byte {
	if len(name) == 1 && !strings.HasPrefix(name[0], "\x00") {
		return append(b, name[0]...)
	}
	return appendPacked(append(b, 0), name)
}

// TableAs returns the table of this name that has neither schema nor stable id, where there is no doubt that
// [MetaData.ResolveTable] gives it; else nil.
func (m *MetaData) TableAs(name string) *Table {
	if len(m.index.byFormer) > 0 {
		return nil
	}
	if t := m.index.byName[name]; t != nil && t.stable == "" && len(t.name) == 1 && t.name[0] == name {
		return t
	}
	return nil
}

// Table is a table or view of a [MetaData].
type Table struct {
	meta        *MetaData
	base        *Table // that this stands for in an exposed part, or nil
	position    int
	name        []string
	stable      string
	former      [][]string // full names
	formerNames []string   // in the table's schema
	view        bool
	columns     []*Column
	index       index[*Column]
	primaryKey  []*Column
	unique      [][]*Column
	foreignKeys []*ForeignKey
	indexes     []*Index
	checks      []*Check
	comment     string
	keys        []keySpec   // until frozen
	indexSpecs  []indexSpec // until frozen
	checkSpecs  []Check     // until frozen
	derived     atomic.Pointer[any]
	text        bool // see IsText
}

// Derived returns what derive makes of the table, which is kept with it: made once, but for
// tables that may still change. It is for the packages that build on this one.
func (t *Table) Derived(derive func(*Table) any) any {
	if t.meta == nil || !t.meta.frozen {
		return derive(t)
	}
	if known := t.derived.Load(); known != nil {
		return *known
	}
	made := derive(t)
	t.derived.CompareAndSwap(nil, &made)
	return *t.derived.Load()
}

// ID returns the table's persistent id.
func (t *Table) ID() ID { return ID{Kind: IDTable, Table: t.FullName(), Stable: t.stable} }

// Name returns the table's own name, without its schema.
func (t *Table) Name() string { return t.name[len(t.name)-1] }

// Schema returns the schema parts of the name, outermost first; nil for none.
func (t *Table) Schema() []string { return slices.Clone(t.name[:len(t.name)-1]) }

// FullName returns schema parts, then the name.
func (t *Table) FullName() []string { return slices.Clone(t.name) }

// NamePart returns part i of the full name without copying; there are NameParts.
func (t *Table) NamePart(i int) string { return t.name[i] }

// NameParts returns how many parts the full name has: 1 without a schema.
func (t *Table) NameParts() int { return len(t.name) }

// IsNamed reports whether this is the table's full name.
func (t *Table) IsNamed(name []string) bool { return slices.Equal(t.name, name) }

// StableID returns the declared stable id, or "".
func (t *Table) StableID() string { return t.stable }

// FormerNames returns the full names that the table had.
func (t *Table) FormerNames() [][]string {
	var all [][]string
	for _, f := range t.former {
		all = append(all, slices.Clone(f))
	}
	for _, n := range t.formerNames {
		all = append(all, append(t.Schema(), n))
	}
	return all
}

// IsView reports whether the table is a view.
func (t *Table) IsView() bool { return t.view }

// MetaData returns what the table belongs to; nil for a detached one.
func (t *Table) MetaData() *MetaData { return t.meta }

// Position returns which of its MetaData's tables it is, from 0.
func (t *Table) Position() int { return t.position }

// Columns returns the columns in order of declaration.
func (t *Table) Columns() []*Column { return slices.Clone(t.columns) }

// ColumnAt returns column i of those, of which there are ColumnCount, without a copy of the list.
func (t *Table) ColumnAt(i int) *Column { return t.columns[i] }

// ColumnCount returns how many columns there are.
func (t *Table) ColumnCount() int { return len(t.columns) }

// PrimaryKey returns the columns of the primary key, or nil.
func (t *Table) PrimaryKey() []*Column { return slices.Clone(t.primaryKey) }

// UniqueKeys returns the columns of each unique constraint, the primary key aside.
func (t *Table) UniqueKeys() [][]*Column {
	keys := make([][]*Column, len(t.unique))
	for i, u := range t.unique {
		keys[i] = slices.Clone(u)
	}
	return keys
}

// Keys returns each list of columns in which a new row may meet one that is there: the
// primary key, unique constraints and unique indexes, partial ones too. A part that is
// exposed knows no indexes, and no keys of columns that it lacks: ask [Table.Base].
func (t *Table) Keys() [][]*Column {
	keys := make([][]*Column, 0, 1+len(t.unique))
	if len(t.primaryKey) > 0 {
		keys = append(keys, t.PrimaryKey())
	}
	keys = append(keys, t.UniqueKeys()...)
	for _, i := range t.indexes {
		if i.unique {
			keys = append(keys, i.Columns())
		}
	}
	return keys
}

// ForeignKeys returns the foreign keys of the table. Their targets are known
// once the MetaData is frozen.
func (t *Table) ForeignKeys() []*ForeignKey { return slices.Clone(t.foreignKeys) }

// String shows the full name to people, joined by points.
func (t *Table) String() string { return strings.Join(t.name, ".") }

// Lookup returns the column of this very name, or nil.
func (t *Table) Lookup(name string) *Column {
	if len(t.columns) <= fewColumns {
		for _, c := range t.columns {
			if c.name == name {
				return c
			}
		}
		return nil
	}
	return t.index.byName[name]
}

// fewColumns are found sooner by comparing their names than by hashing one.
const fewColumns = 16

// ColumnNames returns the names of the columns in order of declaration.
func (t *Table) ColumnNames() []string {
	names := make([]string, len(t.columns))
	for i, c := range t.columns {
		names[i] = c.name
	}
	return names
}

// ColumnAs returns the number of the column that has this name, stable id, type and nullability, where
// there is no doubt that [Table.ResolveColumn] gives it; else -1. It begins to look at column from.
func (t *Table) ColumnAs(from int, name, stable string, typ Type, nullable bool) int {
	if len(t.columns) > 64 || stable == "" && len(t.index.byFormer) > 0 {
		return -1
	}
	if i := t.numberOf(from, name); i >= 0 {
		if c := t.columns[i]; c.typ == typ && c.nullable == nullable && (len(c.stable)+len(stable) == 0 || c.stable == stable) {
			return i
		}
	}
	return -1
}

// ColumnNamed returns the column that has this name and no stable id, where there is no doubt that
// [Table.ResolveColumn] gives it, and its number; else nil. It begins to look at column from.
func (t *Table) ColumnNamed(from int, name string) (*Column, int) {
	if len(t.columns) > 64 || len(t.index.byFormer) > 0 {
		return nil, -1
	}
	if i := t.numberOf(from, name); i >= 0 {
		if c := t.columns[i]; c.stable == "" {
			return c, i
		}
	}
	return nil, -1
}

// numberOf returns the number of the column of this name, or -1. It begins to look at column from.
func (t *Table) numberOf(from int, name string) int {
	for i := from; i < len(t.columns); i++ {
		if t.columns[i].name == name {
			return i
		}
	}
	for i := 0; i < from; i++ {
		if t.columns[i].name == name {
			return i
		}
	}
	return -1
}

// ResolveColumn finds the column that a stored reference means; see [MetaData.Resolve].
func (t *Table) ResolveColumn(name, stable string) (*Column, error) {
	c, code := t.index.resolve(name, stable)
	if code == "" {
		return c, nil
	}
	id := ID{Kind: IDColumn, Table: t.name, Name: name}.String()
	return nil, failure(code, id, name, t.ColumnNames())
}

func (t *Table) report(format string, args ...any) {
	t.meta.report(problem(CodeDeclaration, t.ID().String(), format, args...))
}

// keySpec is a key as declared, by names.
type keySpec struct {
	kind     flag // PrimaryKey, Unique, or foreign
	columns  []string
	name     string
	target   []string
	referred []string
	options  foreignOptions
}

// freeze resolves the keys and checks the columns.
func (t *Table) freeze() {
	t.text = t.hasTextNames()
	for _, c := range t.columns {
		if err := t.index.check(c, c.name); err != nil {
			t.meta.report(err)
		}
		if id := c.typ.HostID(); id != "" && (c.typ.Host() == nil || c.typ.Host() != t.meta.hostTypes[id]) {
			t.report("column %s: its type %q is not defined in this MetaData", quoted(c.name), id)
		}
	}
	t.primaryKey, t.unique, t.foreignKeys = nil, nil, nil
	for _, c := range t.columns {
		if c.primaryKey {
			t.primaryKey = append(t.primaryKey, c)
		}
		if c.unique {
			t.unique = append(t.unique, []*Column{c})
		}
	}
	for _, k := range t.keys {
		columns, ok := t.named(k.columns)
		switch {
		case !ok:
		case k.kind == PrimaryKey && len(t.primaryKey) > 0:
			t.report("two primary keys")
		case k.kind == PrimaryKey:
			t.primaryKey = columns
		case k.kind == Unique:
			t.unique = append(t.unique, columns)
		default:
			t.foreignKey(k, columns)
		}
	}
	t.freezeDefinition()
}

// hasTextNames reports whether all names and stable ids of t are valid UTF-8, and no name empty.
func (t *Table) hasTextNames() bool {
	for _, part := range t.name {
		if part == "" || !utf8.ValidString(part) {
			return false
		}
	}
	for _, c := range t.columns {
		if c.name == "" || !utf8.ValidString(c.name) || !utf8.ValidString(c.stable) {
			return false
		}
	}
	return utf8.ValidString(t.stable)
}

// IsText reports whether t is frozen, and what there is of names and stable ids in it is text as it can be stored: valid
// UTF-8, and no name empty.
func (t *Table) IsText() bool { return t.text }

func (t *Table) foreignKey(k keySpec, columns []*Column) {
	target := t.meta.Lookup(k.target...)
	if target == nil && len(k.target) == 1 { // the name alone: in the same schema
		target = t.meta.Lookup(append(t.Schema(), k.target...)...)
	}
	if target == nil {
		t.report("foreign key %v: no table %q", k.columns, strings.Join(k.target, "."))
		return
	}
	if len(k.referred) != len(columns) {
		t.report("foreign key %v: %d columns refer to %d", k.columns, len(columns), len(k.referred))
		return
	}
	referred, ok := target.named(k.referred)
	if !ok {
		return
	}
	for i := range referred {
		if !columns[i].typ.Comparable(referred[i].typ) {
			t.report("foreign key %v: %s is %s, %s is %s", k.columns, columns[i].name, columns[i].typ, referred[i], referred[i].typ)
		}
	}
	t.foreignKeys = append(t.foreignKeys, &ForeignKey{k.name, t, columns, target, referred, k.options})
}

// named finds columns by name and reports those that are missing, or that there
// are none.
func (t *Table) named(names []string) ([]*Column, bool) {
	if len(names) == 0 {
		t.report("a key has no columns")
		return nil, false
	}
	columns := make([]*Column, 0, len(names))
	for _, n := range names {
		c := t.Lookup(n)
		if c == nil {
			t.report("a key names column %q, which it does not have%s", n, DidYouMean(n, t.ColumnNames()))
			continue
		}
		columns = append(columns, c)
	}
	return columns, len(columns) == len(names)
}

// Column is a column of a [Table].
type Column struct {
	table      *Table
	base       *Column // that this stands for in an exposed part, or nil
	position   int
	name       string
	plain      bool // the name: see HasPlainName
	typ        Type
	nullable   bool
	primaryKey bool
	unique     bool
	stable     string
	former     []string
	references []string
	foreign    foreignOptions

	clientDefault, serverDefault, computed Expression
	stored                                 bool
	identity                               *IdentityOptions
	comment                                string
	collation, variants                    []variant
}

// ID returns the column's persistent id.
func (c *Column) ID() ID {
	id := ID{Kind: IDColumn, Name: c.name, Stable: c.stable}
	if c.table != nil {
		id.Table = c.table.FullName()
	}
	return id
}

// Table returns the column's table.
func (c *Column) Table() *Table { return c.table }

// Position returns which of its table's columns it is, from 0; -1 where it is none of them.
func (c *Column) Position() int { return c.position }

// Name returns the column's name.
func (c *Column) Name() string { return c.name }

// HasPlainName reports whether the name is of ASCII letters, digits and underscores, and not
// longer than any database takes: between quotes it stands as it is.
func (c *Column) HasPlainName() bool { return c.plain }

// isPlainName says what HasPlainName does.
func isPlainName(name string) bool {
	for i := range len(name) {
		if c := name[i]; c != '_' && (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') {
			return false
		}
	}
	return name != "" && len(name) < 56
}

// Type returns the column's type.
func (c *Column) Type() Type { return c.typ }

// Nullable reports whether the column may be NULL.
func (c *Column) Nullable() bool { return c.nullable }

// IsPrimaryKey reports whether the column is in the primary key.
func (c *Column) IsPrimaryKey() bool { return c.primaryKey }

// StableID returns the declared stable id, or "".
func (c *Column) StableID() string { return c.stable }

// FormerNames returns the names that the column had.
func (c *Column) FormerNames() []string { return slices.Clone(c.former) }

// String shows "table.column" to people.
func (c *Column) String() string {
	if c.table == nil {
		return c.name
	}
	return c.table.String() + "." + c.name
}

// ForeignKey says that columns of a table hold the values of referred columns of
// another, pairwise.
type ForeignKey struct {
	name            string
	table           *Table
	columns         []*Column
	referred        *Table
	referredColumns []*Column
	options         foreignOptions
}

// Name returns the name of the constraint, or "".
func (k *ForeignKey) Name() string { return k.name }

// Table returns the table that refers.
func (k *ForeignKey) Table() *Table { return k.table }

// Columns returns the columns that refer.
func (k *ForeignKey) Columns() []*Column { return slices.Clone(k.columns) }

// Referred returns the table that is referred to.
func (k *ForeignKey) Referred() *Table { return k.referred }

// ReferredColumns returns the columns that are referred to, in the order of Columns.
func (k *ForeignKey) ReferredColumns() []*Column { return slices.Clone(k.referredColumns) }

// String shows "orders(customer_id) -> customers(id)".
func (k *ForeignKey) String() string {
	names := func(columns []*Column) string {
		s := make([]string, len(columns))
		for i, c := range columns {
			s[i] = c.name
		}
		return strings.Join(s, ", ")
	}
	return fmt.Sprintf("%s(%s) -> %s(%s)", k.table, names(k.columns), k.referred, names(k.referredColumns))
}

// Detached makes a table outside any MetaData. A reader puts one where a table
// is missing, so that it can go on and report every problem.
func Detached(name []string, stable string) *Table {
	return &Table{name: slices.Clone(name), stable: stable}
}

// DetachedColumn makes a column that t does not have, for the same use.
func DetachedColumn(t *Table, name string, typ Type, nullable bool, stable string) *Column {
	return &Column{table: t, position: -1, name: name, plain: isPlainName(name), typ: typ, nullable: nullable, stable: stable}
}

// quoted shows a name whatever is in it.
func quoted(name string) string { return strconv.Quote(name) }
