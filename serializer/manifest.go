package serializer

import (
	"slices"
	"strings"

	"github.com/vmihailenco/msgpack/v5/msgpcode"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// magic begins every payload; the number is the version of the format.
const magic = "sqlser/1"

// Manifest is what can be known of a payload without reading its tree. [Loads]
// verifies it against the tree; [ReadManifest] does not.
type Manifest struct {
	Features   []string // what a reader must know, beside version 1
	Kind       expr.Op  // of the root
	Size       int      // nodes, shared ones each time
	Depth      int      // nodes above one another
	Tables     []TableRef
	Columns    []ColumnRef
	Functions  []string
	Parameters []*expr.Parameter
	Results    []Result
	Slot       Slot
	Grants     []expr.Grant // what the tree needs, sorted
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

// ID returns the column's persistent id.
func (m *Manifest) columnID(c ColumnRef) schema.ID {
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
		return nil, &FormatError{CodeLimit, 0, "manifest", failf(CodeLimit, "a payload of %d bytes, the limit is %d", len(b), limits.Bytes)}
	}
	return readManifest(string(b), limits)
}

func readManifest(payload string, limits Limits) (*Manifest, error) {
	d := &decoder{scanner: scanner{s: payload, str: limits.String, listable: limits.Size}, reading: reading{limits: limits}}
	if d.header(); d.err != nil {
		return nil, d.formatError()
	}
	return &d.manifest, nil
}

// reset keeps the memory and nothing that it refers to.
func (m *Manifest) reset() {
	m.Features, m.Functions, m.Grants = emptied(m.Features), emptied(m.Functions), emptied(m.Grants)
	m.Tables, m.Columns = emptied(m.Tables), emptied(m.Columns)
	m.Parameters, m.Results = emptied(m.Parameters), emptied(m.Results)
	m.Kind, m.Size, m.Depth, m.Slot = 0, 0, 0, Slot{}
}

func (m *Manifest) append(b []byte) []byte {
	r, b := openRecord(b)
	b = appendUint(r.field(b, true), uint64(m.Kind))
	b = appendUint(r.field(b, true), uint64(m.Size))
	b = appendUint(r.field(b, true), uint64(m.Depth))
	if b = r.field(b, len(m.Tables) > 0); len(m.Tables) > 0 {
		b = appendArray(b, len(m.Tables))
		for i := range m.Tables {
			b = m.Tables[i].append(b)
		}
	}
	if b = r.field(b, len(m.Columns) > 0); len(m.Columns) > 0 {
		b = appendArray(b, len(m.Columns))
		for i := range m.Columns {
			b = m.Columns[i].append(b)
		}
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
	if b = r.field(b, len(m.Results) > 0); len(m.Results) > 0 {
		b = appendArray(b, len(m.Results))
		for _, res := range m.Results {
			b = res.append(b)
		}
	}
	if b = r.field(b, m.Slot.Kind != ""); m.Slot.Kind != "" {
		b = m.Slot.append(b)
	}
	if b = r.field(b, len(m.Grants) > 0); len(m.Grants) > 0 {
		b = appendStrings(b, m.Grants)
	}
	return r.close(b)
}

func (s *scanner) manifest(m *Manifest, limits Limits) {
	r := s.openRecord()
	s.required(&r, "the kind")
	m.Kind = expr.Op(s.number(255, "a node kind"))
	s.required(&r, "the size")
	m.Size = int(s.number(expr.MaxSize, "the size"))
	s.required(&r, "the depth")
	m.Depth = int(s.number(expr.MaxDepth, "the depth"))
	references := 0
	list := func() int {
		if !s.field(&r) {
			return 0
		}
		n := s.items()
		if references += n; references > limits.References {
			s.fail(failf(CodeLimit, "%d references, the limit is %d", references, limits.References))
			return 0
		}
		return n
	}
	m.Tables = readList(s, m.Tables, list(), func(t *TableRef) { s.tableRef(t) })
	m.Columns = readList(s, m.Columns, list(), func(c *ColumnRef) { s.columnRef(c, len(m.Tables)) })
	m.Functions = readNames(s, m.Functions, list())
	m.Parameters = readList(s, m.Parameters, list(), func(p **expr.Parameter) { *p = s.parameter() })
	if s.field(&r) {
		m.Results = readList(s, m.Results, s.items(), func(res *Result) { s.result(res, m.Columns) })
	}
	if s.field(&r) {
		m.Slot = s.slot()
	}
	m.Grants = readNames(s, m.Grants, list())
	s.closeRecord(&r)
	unique(s, "function", m.Functions, func(name string) string { return name })
	unique(s, "parameter", m.Parameters, (*expr.Parameter).Name)
	if s.err == nil && !slices.IsSorted(m.Grants) {
		s.fail(canonicalf("grants are not in order"))
	}
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
	return readList(s, room, n, func(name *T) { *name = T(s.name()) })
}

// unique refuses a list with a name that stands twice.
func unique[T any](s *scanner, what string, list []T, name func(T) string) {
	if s.err != nil || len(list) < 2 {
		return
	}
	var seen map[string]bool // for a short list, a search is cheaper
	if len(list) > 32 {
		seen = make(map[string]bool, len(list))
	}
	for i, v := range list {
		n := name(v)
		twice := seen[n]
		if seen != nil {
			seen[n] = true
		} else {
			twice = slices.ContainsFunc(list[:i], func(w T) bool { return name(w) == n })
		}
		if twice {
			s.fail(canonicalf("%s %q is listed twice", what, n))
			return
		}
	}
}

func (s *scanner) number(most uint64, what string) uint64 {
	if s.pos < len(s.s) && s.s[s.pos] <= msgpcode.PosFixedNumHigh && uint64(s.s[s.pos]) <= most {
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
// All lists together are no longer than the limit on nodes.
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

func (t *TableRef) append(b []byte) []byte {
	r, b := openRecord(b)
	b = appendString(r.field(b, true), t.Name)
	if b = r.field(b, len(t.Schema) > 0); len(t.Schema) > 0 {
		b = appendStrings(b, t.Schema)
	}
	if b = r.field(b, t.Stable != ""); t.Stable != "" {
		b = appendString(b, t.Stable)
	}
	return r.close(b)
}

func (s *scanner) tableRef(t *TableRef) {
	r := s.openRecord()
	s.required(&r, "a table's name")
	t.Name = s.name()
	if s.field(&r) {
		t.Schema = readNames[string](s, nil, s.items())
	}
	if s.field(&r) {
		t.Stable = s.name()
	}
	s.closeRecord(&r)
}

func (c *ColumnRef) append(b []byte) []byte {
	r, b := openRecord(b)
	b = appendUint(r.field(b, true), uint64(c.Table))
	b = appendString(r.field(b, true), c.Name)
	b = appendType(r.field(b, true), c.Type)
	if b = r.field(b, c.Nullable); c.Nullable {
		b = appendBool(b, true)
	}
	if b = r.field(b, c.Stable != ""); c.Stable != "" {
		b = appendString(b, c.Stable)
	}
	return r.close(b)
}

func (s *scanner) columnRef(c *ColumnRef, tables int) {
	r := s.openRecord()
	s.required(&r, "a column's table")
	c.Table = s.index(tables, "table")
	s.required(&r, "a column's name")
	c.Name = s.name()
	s.required(&r, "a column's type")
	c.Type = s.typ()
	if s.field(&r) {
		c.Nullable = s.present()
	}
	if s.field(&r) {
		c.Stable = s.name()
	}
	s.closeRecord(&r)
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

// appendType writes a type: the number of its kind, or a record where it has
// more parts.
func appendType(b []byte, t schema.Type) []byte {
	if t.Size() == 0 && !t.IsArray() && t.Kind() != schema.KindEnum && t.HostID() == "" {
		return appendUint(b, uint64(t.Kind()))
	}
	var name string
	var labels []string
	if t.Kind() == schema.KindEnum { // no other has them, and they are unpacked
		name, labels = t.EnumName(), t.Labels()
	}
	if name == "" && len(labels) == 0 && t.Size() == 0 && !t.IsArray() && t.HostID() == "" {
		return appendUint(b, uint64(t.Kind()))
	}
	r, b := openRecord(b)
	b = appendUint(r.field(b, true), uint64(t.Kind()))
	if b = r.field(b, t.Size() != 0); t.Size() != 0 {
		b = appendUint(b, uint64(t.Size()))
	}
	if b = r.field(b, t.Scale() != 0); t.Scale() != 0 {
		b = appendUint(b, uint64(t.Scale()))
	}
	if b = r.field(b, t.IsArray()); t.IsArray() {
		b = appendBool(b, true)
	}
	if b = r.field(b, name != ""); name != "" {
		b = appendString(b, name)
	}
	if b = r.field(b, len(labels) > 0); len(labels) > 0 {
		b = appendStrings(b, labels)
	}
	if b = r.field(b, t.HostID() != ""); t.HostID() != "" {
		b = appendString(b, t.HostID())
	}
	if b = r.field(b, t.EnumSchema() != ""); t.EnumSchema() != "" {
		b = appendString(b, t.EnumSchema())
	}
	return r.close(b)
}

func (s *scanner) typ() schema.Type {
	c := s.peek()
	if kind := schema.Kind(c); c <= msgpcode.PosFixedNumHigh && kind.Known() && kind != schema.KindEnum { // most are plain
		s.pos++
		t, _ := schema.NewType(kind, 0, 0, false, "", nil)
		return t
	}
	if !isArray(c) {
		return s.newType(schema.Kind(s.number(255, "a type")), 0, 0, false, "", nil)
	}
	return s.longType()
}

// longType reads a type that has more parts.
func (s *scanner) longType() schema.Type {
	r := s.openRecord()
	s.required(&r, "the kind of a type")
	kind := schema.Kind(s.number(255, "a type"))
	parts := r.left
	var size, scale uint64
	var array bool
	var name, host, within string
	var labels []string
	positive := func(most uint64, what string) uint64 {
		v := s.number(most, what)
		if v == 0 {
			s.fail(canonicalf("%s of 0 must be absent", what))
		}
		return v
	}
	if s.field(&r) {
		size = positive(1<<32-1, "the size of a type")
	}
	if s.field(&r) {
		scale = positive(1<<16-1, "the scale of a type")
	}
	if s.field(&r) {
		array = s.present()
	}
	if s.field(&r) {
		name = s.name()
	}
	if s.field(&r) {
		labels = readList(s, nil, s.items(), func(l *string) { *l = s.string() })
	}
	if s.field(&r) {
		host = s.name()
	}
	if s.field(&r) {
		if within = s.name(); name == "" || kind != schema.KindEnum || len(within) > expr.MaxName {
			s.fail(syntaxf("the schema of an enum's name has up to %d bytes, and no other type has one", expr.MaxName))
		}
	}
	s.closeRecord(&r)
	if parts == 0 {
		s.fail(canonicalf("a type of one part is its number alone"))
	}
	return s.hostType(host, s.newType(kind, uint32(size), uint16(scale), array, name, labels).InSchema(within))
}

// hostType binds a type of the host's, where there is a host.
func (s *scanner) hostType(id string, t schema.Type) schema.Type {
	switch {
	case id == "" || s.err != nil:
		return t
	case t.IsUnknown() || t.Elem().IsUnknown() && t.IsArray():
		s.fail(syntaxf("the host's type %q is of nothing known", id))
	case s.types == nil:
		return schema.StoredHostType(id, t)
	}
	bound, ok := s.types.BindType(schema.StoredHostType(id, t))
	if !ok && s.err == nil {
		ids := s.types.HostTypes()
		slices.Sort(ids)
		s.fail(failf(CodeType, "the host has no type %q%s", id, schema.DidYouMean(id, ids)))
	}
	return bound
}

func (s *scanner) newType(kind schema.Kind, size uint32, scale uint16, array bool, name string, labels []string) schema.Type {
	if s.err != nil {
		return schema.Unknown
	}
	t, err := schema.NewType(kind, size, scale, array, name, labels)
	if err != nil {
		s.fail(failf(CodeSyntax, "%v", err))
	}
	return t
}

func appendParameter(b []byte, p *expr.Parameter) []byte {
	r, b := openRecord(b)
	b = appendString(r.field(b, true), p.Name())
	b = appendType(r.field(b, true), p.Type())
	def, has := p.Default()
	if b = r.field(b, has); has { // in an array, so that NULL is present
		b = appendArray(b, 1)
		b = appendValue(b, def)
	}
	return r.close(b)
}

func (s *scanner) parameter() *expr.Parameter {
	r := s.openRecord()
	s.required(&r, "a parameter's name")
	name := s.name()
	s.required(&r, "a parameter's type")
	p := expr.NewParameter(name, s.typ())
	if s.field(&r) {
		if n := s.array(); n != 1 {
			s.fail(syntaxf("a default of %d values", n))
		}
		p = p.WithDefault(s.value())
	}
	s.closeRecord(&r)
	return p
}

func (res Result) append(b []byte) []byte {
	if res.Column >= 0 {
		return appendUint(b, uint64(res.Column))
	}
	r, b := openRecord(b)
	b = appendType(r.field(b, true), res.Type)
	if b = r.field(b, res.Name != ""); res.Name != "" {
		b = appendString(b, res.Name)
	}
	return r.close(b)
}

func (s *scanner) result(res *Result, columns []ColumnRef) {
	res.Column = -1
	if !isArray(s.peek()) {
		if i := s.index(len(columns), "column"); s.err == nil {
			res.Name, res.Type, res.Column = columns[i].Name, columns[i].Type, i
		}
		return
	}
	r := s.openRecord()
	s.required(&r, "a result's type")
	res.Type = s.typ()
	if s.field(&r) {
		res.Name = s.name()
	}
	s.closeRecord(&r)
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

// appendValue writes a literal's value; those that MessagePack has no token for
// are arrays that begin with their kind.
func appendValue(b []byte, v expr.Value) []byte {
	switch kind := v.Kind(); kind {
	case schema.KindUnknown:
		return appendNil(b)
	case schema.KindBoolean:
		return appendBool(b, v.Int() == 1)
	case schema.KindBigInteger:
		return appendInt(b, v.Int())
	case schema.KindDouble:
		return appendFloat(b, v.Float())
	case schema.KindText:
		return appendString(b, v.Text())
	case schema.KindLargeBinary:
		return appendBin(b, v.Text())
	case schema.KindNumeric, schema.KindJSON:
		return appendString(append(b, 0x92, byte(kind)), v.Text())
	case schema.KindUUID:
		return appendBin(append(b, 0x92, byte(kind)), v.Text())
	case schema.KindInterval:
		b = appendInt(append(b, 0x94, byte(kind)), int64(v.Months()))
		return appendInt(appendInt(b, int64(v.Days())), v.Int())
	default: // dates and times
		return appendInt(append(b, 0x92, byte(kind)), v.Int())
	}
}

func (s *scanner) value() expr.Value {
	switch c := s.peek(); { // the most usual, without a name
	case c <= msgpcode.PosFixedNumHigh:
		s.pos++
		return expr.Int(int64(c))
	case msgpcode.IsFixedString(c):
		return expr.Text(s.string())
	}
	switch name := tokenName(s.peek()); name {
	case "nil":
		s.pos++
		return expr.Value{}
	case "a boolean":
		return expr.Bool(s.bool())
	case "an integer":
		return expr.Int(s.int())
	case "a float":
		return expr.Float(s.float())
	case "a string":
		return expr.Text(s.string())
	case "bytes":
		return s.newValue(schema.KindLargeBinary, 0, s.bin())
	case "an array":
		n := s.array()
		switch kind := schema.Kind(s.number(255, "a kind of value")); {
		case n == 2 && (kind == schema.KindNumeric || kind == schema.KindJSON):
			return s.newValue(kind, 0, s.string())
		case n == 2 && kind == schema.KindUUID:
			return s.newValue(kind, 0, s.bin())
		case n == 2 && kind >= schema.KindDate && kind <= schema.KindDateTimeTZ:
			return s.newValue(kind, s.int(), "")
		case n == 4 && kind == schema.KindInterval:
			months, days := s.int(), s.int()
			if int64(int32(months)) != months || int64(int32(days)) != days {
				s.fail(syntaxf("an interval of %d months and %d days", months, days))
			}
			return expr.NewInterval(int32(months), int32(days), s.int())
		default:
			s.fail(syntaxf("no value of %d parts is of kind %s", n, kind))
		}
	default:
		s.wrong("a value", s.peek())
	}
	return expr.Value{}
}

func (s *scanner) newValue(kind schema.Kind, bits int64, text string) expr.Value {
	if s.err != nil {
		return expr.Value{}
	}
	v, err := expr.NewValue(kind, bits, text)
	if err != nil {
		s.fail(failf(CodeSyntax, "%s", strings.TrimPrefix(err.Error(), "expr: ")))
	}
	return v
}
