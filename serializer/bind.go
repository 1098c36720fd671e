package serializer

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// bound is what a reference was bound to, with the problems that have no path
// yet: they get that of the first use.
type bound[T any] struct {
	to       T
	problems several
}

// several are the problems from one on, before another.
type several struct{ from, before uint32 }

func (b *bound[T]) at(d *decoder) T {
	if b.problems.from < b.problems.before {
		d.place(b.problems)
		b.problems = several{}
	}
	return b.to
}

// place gives problems the path of where d is.
func (d *decoder) place(s several) {
	for i := s.from; i < s.before; i++ {
		d.drift.problems[i].Path = d.path()
	}
}

// since are the problems that have been added since there were so many.
func (d *drift) since(n int) several { return several{uint32(n), uint32(len(d.problems))} }

// drift binds the references of a manifest and collects what is wrong with them.
// In the place of what is missing it puts a detached table, column or function,
// which fits everything, so that reading goes on and finds the other problems.
type drift struct {
	outcome
	tables        []bound[*schema.Table]
	columns       []bound[*schema.Column]
	functions     []bound[*expr.Function]
	entities      []bound[*schema.Entity]
	attributes    []bound[*schema.Attribute]
	relationships []bound[*schema.Relationship]

	name         []string               // of a table, while it is bound
	renames      []Rename               // of the Binding
	numbers      indexOf[*schema.Table] // of what tables are bound to, where they are many
	takenColumns indexOf[*schema.Column]
	takenObjects indexOf[schema.Object] // entities, and members of them

	attributeNumbers indexOf[*schema.Attribute] // see numberOf
	entityNumbers    indexOf[*schema.Entity]
}

// outcome is what comes of binding, anew for each payload.
type outcome struct {
	problems []Problem
	failed   bool
	newer    bool // a required feature is unknown
	changed  bool // a column has another name or type than was recorded
	slot     any
	names    map[*schema.Column]string // as they were recorded; made when first needed
	dropped  map[*expr.ColumnExpr]bool // had a label that is their column's name now
}

// reset keeps the memory and nothing that it refers to.
func (d *drift) reset() {
	if d.problems != nil || d.slot != nil || d.names != nil || d.dropped != nil || d.renames != nil {
		d.outcome, d.renames = outcome{}, nil
	}
	d.failed, d.newer, d.changed = false, false, false
	d.tables, d.columns = emptied(d.tables), emptied(d.columns)
	if len(d.functions)+len(d.name)+len(d.numbers.list)+len(d.takenColumns.list) > 0 {
		d.functions, d.name = emptied(d.functions), emptied(d.name)
		d.numbers.reset()
		d.takenColumns.reset()
	}
	if len(d.entities) == 0 { // nothing of entities has been bound
		return
	}
	d.entities, d.attributes, d.relationships = emptied(d.entities), emptied(d.attributes), emptied(d.relationships)
	d.takenObjects.reset()
	d.attributeNumbers.reset()
	d.entityNumbers.reset()
}

// emptied keeps the memory of a list and nothing that it refers to.
func emptied[T any](list []T) []T {
	clear(list)
	return list[:0]
}

// sized returns a list of n zero values in the memory of one that was reset.
func sized[T any](list []T, n int) []T {
	if n <= cap(list) {
		return list[:n]
	}
	return make([]T, n)
}

func (d *drift) add(p Problem) {
	d.failed = d.failed || p.Severity == Failure
	if n := len(d.problems); n == maxProblems || n == maxProblems-1 && !d.failed { // the last place is a failure's
		return
	}
	if p.Path == "" {
		p.Path = "manifest"
	}
	if p.What == "" {
		p.What = p.Reference.String()
	}
	d.problems = append(d.problems, p)
}

// full reports that nothing more can be told, nor change that the payload is refused.
func (d *drift) full() bool { return d.failed && len(d.problems) == maxProblems }

// bind binds the references of the manifest. That no table, or column of one, is listed twice needs no
// look where each was found by its name, to be another's.
func (d *decoder) bind(b *Binding) {
	d.drift.bind(&d.manifest, b)
	d.lackTypes(b)
	if len(d.drift.problems) > 0 {
		d.distinct(&d.manifest)
	}
}

// distinct refuses a manifest that lists a table, or a column of one, twice.
func (s *scanner) distinct(m *manifest) {
	if t := twin(m.Tables); t != nil {
		s.twice("table", t.ID().String())
	}
	type column struct {
		table int
		name  string
	}
	seen := make(map[column]bool, len(m.Columns))
	for i := range m.Columns {
		c := column{m.Columns[i].Table, m.Columns[i].Name}
		if seen[c] {
			s.twice("column", m.columnID(m.Columns[i]).String())
			return
		}
		seen[c] = true
	}
}

func (d *drift) bind(m *manifest, b *Binding) {
	for _, f := range m.Features {
		if !slices.ContainsFunc(expr.Specs[:], func(s expr.Spec) bool { return s.Feature == f }) {
			d.newer = true
			d.add(Problem{Severity: Failure, Code: CodeFeature, What: "feature:" + f,
				Expected: "a feature that this version knows", Found: "unknown"})
		}
	}
	for _, g := range m.Grants {
		if !slices.Contains(b.Grants, g) {
			d.add(Problem{Severity: Failure, Code: CodeGrant, What: "grant:" + string(g), Expected: "a grant of the host", Found: "not granted"})
		}
	}
	d.bindSlot(m.Slot, b)
	d.renames = b.Renames
	d.bindTables(m, b.MetaData)
	d.bindColumns(m)
	if len(m.Entities) > 0 {
		d.bindEntities(m, b)
	}
	d.functions = sized(d.functions, len(m.Functions))
	for i, name := range m.Functions {
		if fn := b.Functions.Lookup(name); fn != nil {
			d.functions[i].to = fn
			continue
		}
		if _, ok := slices.BinarySearch(m.Grants, expr.FunctionGrant(name)); ok { // they are in order; if that is not given, it has been reported
			d.functions[i].to = expr.GrantedFunction(name)
			continue
		}
		if d.full() || b.detached {
			d.functions[i].to = expr.UnknownFunction(name)
			continue
		}
		had := len(d.problems)
		d.add(Problem{Severity: Failure, Code: CodeFunction, What: "function:" + name, Expected: "the function",
			Found: "unknown", Suggestion: suggestion(name, b.Functions.Names())})
		d.functions[i] = bound[*expr.Function]{expr.UnknownFunction(name), d.since(had)}
	}
}

func suggestion(name string, candidates []string) string {
	return strings.TrimPrefix(schema.DidYouMean(name, candidates), "; ")
}

func (d *drift) bindSlot(slot Slot, b *Binding) {
	if slot.Kind == "" || b.Sessions == nil && b.Engines == nil {
		return
	}
	offered := b.Sessions
	if slot.Kind == schema.IDEngine {
		offered = b.Engines
	}
	var ok bool
	if d.slot, ok = offered[slot.Name]; ok {
		return
	}
	names := make([]string, 0, len(offered))
	for name := range offered {
		names = append(names, name)
	}
	slices.Sort(names)
	d.add(Problem{Severity: Failure, Code: CodeSlot, Reference: slot.ID(), Expected: "a " + string(slot.Kind) + " of the host",
		Found: "unknown", Suggestion: suggestion(slot.Name, names)})
}

func (d *drift) bindTables(m *manifest, meta *schema.MetaData) {
	d.tables = sized(d.tables, len(m.Tables))
	for i := range m.Tables {
		had := len(d.problems)
		t := d.bindTable(&m.Tables[i], meta)
		if t == nil {
			t = schema.Detached(m.Tables[i].fullName(), m.Tables[i].Stable)
		}
		d.tables[i].problems = d.since(had)
		d.bound(i, t)
	}
}

// fewTables are searched for.
const fewTables = 16

// bound keeps what table i is bound to.
func (d *drift) bound(i int, t *schema.Table) {
	if d.tables[i].to = t; len(d.tables) > fewTables {
		d.numbers.index(t)
	}
}

// number returns which of the tables is bound to t, or -1.
func (d *drift) number(t *schema.Table) int {
	if len(d.tables) > fewTables {
		if i, ok := d.numbers.find(t); ok {
			return i
		}
		return -1
	}
	for i := range d.tables {
		if d.tables[i].to == t {
			return i
		}
	}
	return -1
}

// bindTable returns the table that a reference means, and numbers it; nil where there is none, or it is another's.
func (d *drift) bindTable(ref *TableRef, meta *schema.MetaData) *schema.Table {
	if d.full() {
		return nil
	}
	full := append(append(d.name[:0], ref.Schema...), ref.Name)
	d.name = full
	t, err := d.resolveTable(meta, full, ref.Stable)
	switch {
	case err != nil:
		p := Problem{Severity: Failure, Code: CodeTable, Reference: ref.ID(), Expected: "the table"}
		p.explain(err)
		d.add(p)
		return nil
	case d.number(t) >= 0:
		d.add(Problem{Severity: Failure, Code: CodeTable, Reference: ref.ID(), Expected: "a table of its own", Found: t.String() + " once more"})
		return nil
	case !t.IsNamed(full) || t.StableID() != ref.Stable:
		d.differ(Notice, CodeName, ref.ID(), "name", fmt.Sprintf("%q", ref.fullName()), fmt.Sprintf("%q", t.FullName()))
		d.differ(Notice, CodeStableID, ref.ID(), "stable id", ref.Stable, t.StableID())
	}
	return t
}

func isNew[T comparable](taken *indexOf[T], v T) bool {
	_, isNew := taken.index(v)
	return isNew
}

// explain takes what was found, and what may have been meant, from schema.
func (p *Problem) explain(err error) {
	p.Found = err.Error()
	var e *schema.Error
	if errors.As(err, &e) {
		p.Found, p.Suggestion = e.Reason, strings.TrimPrefix(e.Hint, "; ")
	}
}

// differ adds a problem if expected and found are not the same.
func (d *drift) differ(s Severity, code Code, id schema.ID, what, expected, found string) {
	if expected == found {
		return
	}
	if expected == "" {
		expected = "none"
	}
	if found == "" {
		found = "none"
	}
	d.add(Problem{Severity: s, Code: code, Reference: id, Expected: what + " " + expected, Found: found})
}

// renamedTo notices another name or stable id than what was recorded.
func (d *drift) renamedTo(id schema.ID, name string, to interface {
	Name() string
	StableID() string
}) {
	d.differ(Notice, CodeName, id, "name", fmt.Sprintf("%q", name), fmt.Sprintf("%q", to.Name()))
	d.differ(Notice, CodeStableID, id, "stable id", id.Stable, to.StableID())
}

// plainColumns binds columns that all are as they were, and reports whether they are.
func (d *drift) plainColumns(m *manifest) bool {
	if len(d.renames) > 0 || d.full() {
		return false
	}
	var t *schema.Table
	var taken uint64 // of its columns
	at, table := 0, -1
	for i := range m.Columns {
		ref := &m.Columns[i]
		if ref.Table != table {
			table, at, taken = ref.Table, 0, 0
			if t = d.tables[table].to; t.MetaData() == nil {
				return false
			}
		}
		k := t.ColumnAs(at, ref.Name, ref.Stable, ref.Type, ref.Nullable)
		if k < 0 || taken>>k&1 != 0 {
			return false
		}
		d.columns[i].to = t.ColumnAt(k)
		taken |= 1 << k
		if at = k + 1; at == t.ColumnCount() {
			at = 0
		}
	}
	return true
}

func (d *drift) bindColumns(m *manifest) {
	d.columns = sized(d.columns, len(m.Columns))
	if d.plainColumns(m) {
		return
	}
	for i := range m.Columns {
		ref := &m.Columns[i]
		table := d.tables[ref.Table].to
		detached := func() *schema.Column {
			return schema.DetachedColumn(table, ref.Name, ref.Type, ref.Nullable, ref.Stable)
		}
		if table.MetaData() == nil || d.full() { // its table is missing, and reported
			d.columns[i].to = detached()
			continue
		}
		had := len(d.problems)
		c, err := d.resolveColumn(m, ref, table)
		switch {
		case err != nil:
			p := Problem{Severity: Failure, Code: CodeColumn, Reference: m.columnID(*ref), Expected: "the column"}
			p.explain(err)
			d.add(p)
			c = detached()
		case !isNew(&d.takenColumns, c):
			d.add(Problem{Severity: Failure, Code: CodeColumn, Reference: m.columnID(*ref), Expected: "a column of its own", Found: c.String() + " once more"})
			c = detached()
		case c.Name() != ref.Name || c.Type() != ref.Type || c.Nullable() != ref.Nullable || c.StableID() != ref.Stable:
			if !d.compareColumn(m.columnID(*ref), ref, c) {
				c = detached()
			}
		}
		d.columns[i] = bound[*schema.Column]{c, d.since(had)}
	}
}

// compareColumn compares a column with what was recorded of it. One that has left
// its family of types keeps the query from loading; it does not stay, but is bound as it was, so
// that the tree around it does not fail, too.
func (d *drift) compareColumn(id schema.ID, ref *ColumnRef, c *schema.Column) (stays bool) {
	severity := typeChange(ref.Type, c.Type())
	d.changed = d.changed || c.Name() != ref.Name || c.Type() != ref.Type
	if ref.Type != c.Type() {
		expected, found := typeDifference(ref.Type, c.Type())
		d.add(Problem{Severity: severity, Code: CodeType, Reference: id, Expected: expected, Found: found})
	}
	d.renamedTo(id, ref.Name, c)
	d.differ(nullChange(c.Nullable()), CodeNullable, id, "nullable", fmt.Sprint(ref.Nullable), fmt.Sprint(c.Nullable()))
	return severity != Failure
}
