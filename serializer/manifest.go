package serializer

import (
	"slices"
	"sync/atomic"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// magic begins every payload; the number is the version of the format.
const magic = "sqlser/1"

// Manifest is what can be known of a payload without reading its tree. [Loads]
// verifies it against the tree; [ReadManifest] does not. It is immutable; no list of
// it is to be changed. Its lists are made when the first of them is asked for.
type Manifest struct {
	kind        expr.Op
	size, depth int
	payload     string
	made        atomic.Pointer[manifest]
}

// Kind returns the kind of the root.
func (m *Manifest) Kind() expr.Op { return m.kind }

// Size returns how many nodes the root has, shared ones each time.
func (m *Manifest) Size() int { return m.size }

// Depth returns how many nodes of it stand above one another.
func (m *Manifest) Depth() int { return m.depth }

// Features returns what a reader must know, beside version 1.
func (m *Manifest) Features() []string { return m.lists().Features }

// Tables returns the tables that the tree names.
func (m *Manifest) Tables() []TableRef { return m.lists().Tables }

// Columns returns the columns that the tree names: those of the first table, then those of the next.
func (m *Manifest) Columns() []ColumnRef { return m.lists().Columns }

// Functions returns the names of the functions.
func (m *Manifest) Functions() []string { return m.lists().Functions }

// Parameters returns the parameters.
func (m *Manifest) Parameters() []*expr.Parameter { return m.lists().Parameters }

// OptionalParameters returns those of the parameters that the query needs no value of:
// conditions that name them vanish. See [expr.OptionalParameters].
func (m *Manifest) OptionalParameters() (list []*expr.Parameter) {
	all := m.lists()
	for _, i := range all.Optional {
		list = append(list, all.Parameters[i])
	}
	return list
}

// Texts returns labels, aliases and what other text stands in the tree, but for literals.
func (m *Manifest) Texts() []string { return m.lists().Texts }

// Results returns the columns of the rows that a statement gives.
func (m *Manifest) Results() []Result { return m.lists().Results }

// Slot returns what the payload asks for of the host's sessions and engines.
func (m *Manifest) Slot() Slot { return m.lists().Slot }

// Grants returns what the tree needs of the host, sorted.
func (m *Manifest) Grants() []expr.Grant { return m.lists().Grants }

// Entities returns the entities that the tree names.
func (m *Manifest) Entities() []EntityRef { return m.lists().Entities }

// Attributes returns the attributes that the tree names.
func (m *Manifest) Attributes() []AttributeRef { return m.lists().Attributes }

// Relationships returns the relationships that the tree names.
func (m *Manifest) Relationships() []RelationshipRef { return m.lists().Relationships }

// lists returns all that there is, which has been read before without an error.
func (m *Manifest) lists() *manifest {
	if made := m.made.Load(); made != nil {
		return made
	}
	made := new(manifest)
	if m.payload != "" { // the zero Manifest says nothing
		limits := Limits{Bytes: len(m.payload)}.withDefaults()
		s := newScanner(m.payload, limits, nil)
		s.header(made)
	}
	if !m.made.CompareAndSwap(nil, made) { // all get one
		return m.made.Load()
	}
	return made
}

// manifest is what a Manifest says.
type manifest struct {
	Features      []string
	Kind          expr.Op
	Size          int
	Depth         int
	Tables        []TableRef
	Columns       []ColumnRef
	Functions     []string
	Parameters    []*expr.Parameter
	Texts         []string
	Results       []Result
	Slot          Slot
	Grants        []expr.Grant
	Optional      []int // of Parameters, those that need no value
	Entities      []EntityRef
	Attributes    []AttributeRef
	Relationships []RelationshipRef
}

// TableRef is a table that the tree names, as it was when dumped.
type TableRef struct {
	Name   string
	Schema []string
	Stable string // stable id, or ""
}

// ID returns the table's persistent id.
func (t TableRef) ID() schema.ID {
	return schema.ID{Kind: schema.IDTable, Table: t.fullName(), Stable: t.Stable}
}

func (t TableRef) fullName() []string { return append(t.Schema[:len(t.Schema):len(t.Schema)], t.Name) }

// ColumnRef is a column that the tree names, as it was when dumped.
type ColumnRef struct {
	Table    int // in Manifest.Tables
	Name     string
	Type     schema.Type
	Nullable bool
	Stable   string // stable id, or ""
}

// columnID returns a column's persistent id.
func (m *manifest) columnID(c ColumnRef) schema.ID {
	return schema.ID{Kind: schema.IDColumn, Table: m.Tables[c.Table].fullName(), Name: c.Name, Stable: c.Stable}
}

// Result is a column of the rows that a statement gives.
type Result struct {
	Name   string // "" for none
	Type   schema.Type
	Column int // in Manifest.Columns, where it is one as it is; else -1
}

// Slot is a request for a session or an engine of the host, by a name. The zero
// Slot asks for none.
type Slot struct {
	Kind schema.IDKind // schema.IDSession or schema.IDEngine
	Name string
}

// ID returns the slot's persistent id.
func (slot Slot) ID() schema.ID { return schema.ID{Kind: slot.Kind, Name: slot.Name} }

// ReadManifest reads the manifest alone: what a payload says of itself. It does
// not read the tree, so it proves nothing: Loads does. The error is a *[FormatError].
func ReadManifest(b []byte) (*Manifest, error) {
	limits := Limits{}.withDefaults()
	if len(b) > limits.Bytes {
		return nil, tooLong(b, limits)
	}
	d := decoders.Get().(*decoder)
	defer d.release()
	m := &Manifest{payload: string(b)}
	d.begin(m.payload, limits, nil)
	if d.header(&d.manifest); d.err != nil {
		return nil, d.formatError()
	}
	m.kind, m.size, m.depth = d.manifest.Kind, d.manifest.Size, d.manifest.Depth
	return m, nil
}

// readManifest reads the manifest with limits of its own.
func readManifest(payload string, limits Limits) (*manifest, error) {
	s, m := newScanner(payload, limits, nil), new(manifest)
	if s.header(m); s.err != nil {
		d := decoder{scanner: s}
		return nil, d.formatError()
	}
	return m, nil
}

func tooLong(b []byte, limits Limits) *FormatError {
	return &FormatError{CodeLimit, 0, "manifest", failf(CodeLimit, "a payload of %d bytes, the limit is %d", len(b), limits.Bytes)}
}

// usual is how a payload without features begins.
const usual = "\x94\xa8" + magic + "\x90"

// isUsual takes that beginning, if it is there.
func (s *scanner) isUsual() bool {
	if len(s.s) > len(usual) && s.s[:len(usual)] == usual && s.str >= len(magic) {
		s.pos, s.claimed = len(usual), 4
		return true
	}
	return false
}

// header reads what comes before the root.
func (s *scanner) header(m *manifest) {
	if s.isUsual() {
		m.Features = m.Features[:0]
		s.manifest(m)
		return
	}
	if n := s.array(); s.err == nil && n != 4 {
		s.fail(syntaxf("expected a payload of 4 parts, got %d", n))
	}
	switch v := s.string(); {
	case s.err != nil || v == magic:
	case v == signedMagic:
		s.fail(syntaxf("expected a payload, got %q: it is signed, and KeySet.Verify takes the payload out", v))
	default:
		s.fail(syntaxf("expected a payload that begins with %q, got %q", magic, v[:min(len(v), 20)]))
	}
	n := s.array()
	if n > len(expr.Specs) {
		s.fail(failf(CodeLimit, "%d features", n))
		return
	}
	m.Features = readNames(s, m.Features, n)
	if s.err == nil && !slices.IsSorted(m.Features) {
		s.fail(canonicalf("features are not in order"))
	}
	s.manifest(m)
}

// reset keeps the memory and nothing that it refers to.
func (m *manifest) reset() {
	m.Kind, m.Size, m.Depth = 0, 0, 0
	if m.Slot != (Slot{}) {
		m.Slot = Slot{}
	}
	m.Results = emptied(m.Results)
	if len(m.Tables)+len(m.Columns)+len(m.Functions)+len(m.Texts) > 0 {
		m.Tables, m.Columns, m.Functions, m.Texts = emptied(m.Tables), emptied(m.Columns), emptied(m.Functions), emptied(m.Texts)
	}
	if len(m.Features)+len(m.Parameters)+len(m.Grants)+len(m.Optional)+len(m.Entities)+len(m.Attributes)+len(m.Relationships) == 0 {
		return
	}
	m.Features, m.Parameters, m.Grants, m.Optional = emptied(m.Features), emptied(m.Parameters), emptied(m.Grants), emptied(m.Optional)
	m.Entities, m.Attributes, m.Relationships = emptied(m.Entities), emptied(m.Attributes), emptied(m.Relationships)
}

// append writes the manifest; text finds the number of a text.
func (m *manifest) append(b []byte, columns *namedColumns, text func(string) (int, bool)) []byte {
	r, b := openRecord(b)
	b = appendUint(r.field(b, true), uint64(m.Kind))
	b = appendUint(r.field(b, true), uint64(m.Size))
	b = appendUint(r.field(b, true), uint64(m.Depth))
	if b = r.field(b, len(m.Tables) > 0); len(m.Tables) > 0 {
		b = m.appendTables(b, columns)
	}
	if b = r.field(b, len(m.Functions) > 0); len(m.Functions) > 0 {
		b = appendStrings(b, m.Functions)
	}
	if b = r.field(b, len(m.Parameters) > 0); len(m.Parameters) > 0 {
		b = appendArray(b, len(m.Parameters))
		for _, p := range m.Parameters {
			b = appendParameter(b, p)
		}
	}
	if b = r.field(b, len(m.Texts) > 0); len(m.Texts) > 0 {
		b = appendStrings(b, m.Texts)
	}
	if b = r.field(b, len(m.Results) > 0); len(m.Results) > 0 {
		b = appendArray(b, len(m.Results))
		for i := range m.Results {
			b = m.Results[i].append(b, text)
		}
	}
	if b = r.field(b, m.Slot.Kind != ""); m.Slot.Kind != "" {
		b = m.Slot.append(b)
	}
	if b = r.field(b, len(m.Grants) > 0); len(m.Grants) > 0 {
		b = appendStrings(b, m.Grants)
	}
	if b = r.field(b, len(m.Optional) > 0); len(m.Optional) > 0 {
		b = appendArray(b, len(m.Optional))
		for _, i := range m.Optional {
			b = appendUint(b, uint64(i))
		}
	}
	b = m.appendEntities(&r, b)
	return r.close(b)
}

func (s *scanner) manifest(m *manifest) {
	r := s.openRecord()
	s.required(&r, "the kind")
	m.Kind = expr.Op(s.number(255, "a node kind"))
	s.required(&r, "the size")
	m.Size = int(s.number(expr.MaxSize, "the size"))
	s.required(&r, "the depth")
	m.Depth = int(s.number(expr.MaxDepth, "the depth"))
	if n := s.references(&r); n > 0 {
		s.tables(m, n)
	}
	s.lists(m, &r, len(m.Columns))
	if r.left > 0 {
		s.unusual(m, &r)
	}
	s.closeRecord(&r)
	s.distinctNames(m)
}

// lists reads what stands behind the tables, with so many columns, in most manifests.
func (s *scanner) lists(m *manifest, r *recordReader, columns int) {
	m.Functions = readNames(s, m.Functions, s.references(r))
	if n := s.references(r); n > 0 {
		m.Parameters = readList(s, m.Parameters, n, func(p **expr.Parameter) { *p = s.parameter() })
	}
	if s.field(r) {
		m.Texts = readNames(s, m.Texts, s.items())
		s.unique("text", m.Texts)
	}
	if s.field(r) {
		s.results(m, s.items(), columns)
	}
}

// distinctNames refuses functions or parameters of one name.
func (s *scanner) distinctNames(m *manifest) {
	s.unique("function", m.Functions)
	if s.err == nil && len(m.Parameters) > 1 {
		names := make([]string, len(m.Parameters))
		for i, p := range m.Parameters {
			names[i] = p.Name()
		}
		s.unique("parameter", names)
	}
}

// unusual reads the fields that few manifests have.
func (s *scanner) unusual(m *manifest, r *recordReader) {
	if s.field(r) {
		m.Slot = s.slot()
	}
	m.Grants = readNames(s, m.Grants, s.references(r))
	if s.field(r) {
		s.optional(m)
	}
	s.entities(m, r)
	if s.err == nil && !slices.IsSorted(m.Grants) {
		s.fail(canonicalf("grants are not in order"))
	}
}

// references reads how many items a list of references has, 0 where it is absent.
func (s *scanner) references(r *recordReader) int {
	if !s.field(r) {
		return 0
	}
	return s.refer(s.items())
}

// refer counts references.
func (s *scanner) refer(n int) int {
	if s.referred += n; s.referred > s.referable {
		s.fail(failf(CodeLimit, "%d references, the limit is %d", s.referred, s.referable))
		return 0
	}
	return n
}

// optional reads which parameters need no value: their numbers, upwards.
func (s *scanner) optional(m *manifest) {
	next := 0
	m.Optional = readList(s, m.Optional, s.items(), func(i *int) {
		if *i = s.index(len(m.Parameters), "parameter"); *i < next {
			s.fail(canonicalf("parameters that need no value are not in order"))
		}
		next = *i + 1
	})
}

// readList reads n items into the memory of a list that was reset, if they fit; it
// stops at the first error.
func readList[T any](s *scanner, room []T, n int, read func(*T)) []T {
	if n == 0 {
		return room[:0]
	}
	all := sized(room, n)
	for i := range all {
		if s.err != nil {
			return all
		}
		read(&all[i])
	}
	return all
}

func readNames[T ~string](s *scanner, room []T, n int) []T {
	if n == 0 {
		return room[:0]
	}
	all := sized(room, n)
	for i := range all {
		if all[i] = T(s.name()); s.err != nil {
			break
		}
	}
	return all
}

// unique refuses a list with a name that stands twice.
func (s *scanner) unique(what string, list []string) {
	if s.err != nil || len(list) < 2 {
		return
	}
	if len(list) <= 32 { // for a short list, a search is cheaper
		for i, name := range list {
			for _, before := range list[:i] {
				if before == name {
					s.twice(what, name)
				}
			}
		}
		return
	}
	seen := make(map[string]bool, len(list))
	for _, name := range list {
		if seen[name] {
			s.twice(what, name)
			return
		}
		seen[name] = true
	}
}

func (s *scanner) twice(what, name string) {
	s.fail(canonicalf("%s %q is listed twice", what, name))
}

func (s *scanner) number(most uint64, what string) uint64 {
	if s.pos < len(s.s) && s.s[s.pos] <= codePosFixedNumHigh && uint64(s.s[s.pos]) <= most {
		s.pos++
		return uint64(s.s[s.pos-1])
	}
	v := s.uint()
	if v > most {
		return s.beyond(v, most, what)
	}
	return v
}

func (s *scanner) beyond(v, most uint64, what string) uint64 {
	s.fail(syntaxf("%s of %d, the most is %d", what, v, most))
	return 0
}

// items reads the header of a list, which is not empty: an empty one is absent.
// All lists together have no more than maxItems.
func (s *scanner) items() int {
	n := s.array()
	if n == 0 {
		s.fail(canonicalf("an empty list must be absent"))
	}
	if s.listable -= n; s.listable < 0 {
		s.fail(failf(CodeLimit, "a list of %d items, more than the limit leaves", n))
		return 0
	}
	return n
}

// name reads text that is not empty: empty text is absent.
func (s *scanner) name() string {
	v := s.string()
	if v == "" {
		s.fail(canonicalf("empty text must be absent"))
	}
	return v
}

func appendStrings[T ~string](b []byte, list []T) []byte {
	b = appendArray(b, len(list))
	for _, v := range list {
		b = appendString(b, string(v))
	}
	return b
}

// present reads true: false is absent.
func (s *scanner) present() bool {
	if !s.bool() {
		s.fail(canonicalf("false must be absent"))
	}
	return true
}

func (s *scanner) index(n int, what string) int {
	i := s.uint()
	if s.err == nil && i >= uint64(n) {
		return s.outside(i, what)
	}
	return int(i)
}

func (s *scanner) outside(i uint64, what string) int {
	s.fail(syntaxf("no %s has the number %d", what, i))
	return 0
}

// append writes a result: the number of a column, or a record. A name that is a
// text of the tree is its number.
func (res *Result) append(b []byte, text func(string) (int, bool)) []byte {
	if res.Column >= 0 {
		return appendUint(b, uint64(res.Column))
	}
	r, b := openRecord(b)
	b = appendType(r.field(b, true), res.Type, false)
	if b = r.field(b, res.Name != ""); res.Name != "" {
		if i, ok := text(res.Name); ok {
			b = appendUint(b, uint64(i))
		} else {
			b = appendString(b, res.Name)
		}
	}
	return r.close(b)
}

// result reads a result, and whether its name is none of the texts by its own account.
func (s *scanner) result(res *Result, m *manifest, columns int) (ownName bool) {
	res.Column = -1
	if !isArray(s.peek()) {
		if i := s.index(columns, "column"); s.err == nil {
			res.is(i, m)
		}
		return false
	}
	r := s.openRecord()
	s.required(&r, "a result's type")
	res.Type = s.typ()
	if s.field(&r) {
		if ownName = isString(s.peek()); ownName {
			res.Name = s.name()
		} else if i := s.index(len(m.Texts), "text"); s.err == nil {
			res.Name = m.Texts[i]
		}
	}
	s.closeRecord(&r)
	return ownName
}

// is makes a result that of a column, by its name and type where these are kept.
func (res *Result) is(column int, m *manifest) {
	if res.Column = column; column < len(m.Columns) {
		res.Name, res.Type = m.Columns[column].Name, m.Columns[column].Type
	}
}

// results reads the results, some of which are one of so many columns. A name that is a text is not written again.
func (s *scanner) results(m *manifest, n, columns int) {
	var texts map[string]bool // where many are searched
	if n == 0 {
		return
	}
	m.Results = sized(m.Results, n)
	for i := range m.Results {
		res := &m.Results[i]
		if c := s.peek(); c <= codePosFixedNumHigh && int(c) < columns { // as most are
			s.pos++
			res.is(int(c), m)
			continue
		}
		ownName := s.result(res, m, columns)
		if s.err != nil {
			return
		}
		if !ownName {
			continue
		}
		known := false
		if len(m.Texts) <= 32 {
			known = slices.Contains(m.Texts, res.Name)
		} else {
			if texts == nil {
				texts = make(map[string]bool, len(m.Texts))
				for _, t := range m.Texts {
					texts[t] = true
				}
			}
			known = texts[res.Name]
		}
		if known {
			s.fail(canonicalf("the name %q is a text: its number stands for it", res.Name))
		}
	}
}

// The kinds of slots, as they are written.
const (
	slotSession = 1
	slotEngine  = 2
)

func (slot Slot) append(b []byte) []byte {
	kind := uint64(slotSession)
	if slot.Kind == schema.IDEngine {
		kind = slotEngine
	}
	r, b := openRecord(b)
	b = appendUint(r.field(b, true), kind)
	b = appendString(r.field(b, true), slot.Name)
	return r.close(b)
}

func (s *scanner) slot() (slot Slot) {
	r := s.openRecord()
	s.required(&r, "a slot's kind")
	switch n := s.uint(); n {
	case slotSession:
		slot.Kind = schema.IDSession
	case slotEngine:
		slot.Kind = schema.IDEngine
	default:
		s.fail(syntaxf("no slot is of kind %d", n))
	}
	s.required(&r, "a slot's name")
	slot.Name = s.name()
	s.closeRecord(&r)
	return slot
}
