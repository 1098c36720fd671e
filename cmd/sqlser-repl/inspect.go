package main

import (
	"bufio"
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/sqlser/sqlser/cmd/sqlser-repl/internal/show"
	"github.com/sqlser/sqlser/engine/dialect"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/policy"
	"github.com/sqlser/sqlser/luabind/luasource"
	"github.com/sqlser/sqlser/schema"
	"github.com/sqlser/sqlser/serializer"
)

// statementText is a statement for people and programs.
type statementText struct {
	Dialect string          `json:"dialect"`
	SQL     string          `json:"sql"`
	Args    []any           `json:"args"` // null where a parameter has no value
	Params  []parameterText `json:"parameters,omitempty"`

	unbound bool // a parameter has no value
}

// parameterText is a parameter for people and programs.
type parameterText struct {
	Name    string   `json:"name"`
	Type    string   `json:"type"`
	Default *string  `json:"default,omitempty"` // as -p takes it
	Bound   bool     `json:"bound,omitempty"`   // the default is the value
	Min     *string  `json:"min,omitempty"`
	Max     *string  `json:"max,omitempty"`
	Enum    []string `json:"enum,omitempty"`
	Doc     string   `json:"doc,omitempty"`

	Optional bool `json:"optional,omitempty"` // without a value, the conditions that name it are not there
}

// parameterTexts is all of these, of which some may be optional.
func parameterTexts(all, optional []*expr.Parameter) []parameterText {
	var list []parameterText
	for _, p := range all {
		t := parameterText{Name: p.Name(), Type: p.Type().String(), Optional: declares(optional, p)}
		if v, ok := p.Default(); ok {
			s := show.Text(v)
			t.Default = &s
		}
		t.Bound, t.Doc = p.IsBound(), p.Doc()
		for _, v := range p.Enum().All() {
			t.Enum = append(t.Enum, show.Text(v))
		}
		if v := p.Min(); !v.IsNull() {
			s := show.Text(v)
			t.Min = &s
		}
		if v := p.Max(); !v.IsNull() {
			s := show.Text(v)
			t.Max = &s
		}
		list = append(list, t)
	}
	return list
}

func (p parameterText) String() string {
	s := show.Visible(p.Name) + " " + p.Type
	if p.Default != nil {
		word := ", default "
		if p.Bound {
			word = ", bound to "
		}
		s += word + show.Visible(*p.Default)
	}
	if p.Optional {
		s += ", optional"
	}
	if p.Min != nil {
		s += ", from " + *p.Min
	}
	if p.Max != nil {
		s += ", to " + *p.Max
	}
	if len(p.Enum) > 0 {
		s += ", one of " + show.Visible(strings.Join(p.Enum, ", "))
	}
	if p.Doc != "" {
		s += ": " + show.Visible(p.Doc)
	}
	return s
}

// textOf says a statement that q was compiled to, with its arguments, if all parameters have a value.
func textOf(q expr.Node, stmt *dialect.Statement, params map[string]expr.Value, values policy.Values) (*statementText, error) {
	t := &statementText{Dialect: stmt.Dialect().Name(), SQL: stmt.SQL()}
	var declared []*expr.Parameter
	for _, p := range stmt.Parameters().All() {
		declared = append(declared, p)
		_, given := params[p.Name()]
		if _, hasDefault := p.Default(); !given && !hasDefault {
			t.unbound = true
		}
	}
	t.Params = parameterTexts(declared, nil)
	for _, p := range expr.OptionalParameters(q) {
		if !declares(declared, p) {
			t.Params = append(t.Params, parameterTexts([]*expr.Parameter{p}, []*expr.Parameter{p})...)
		}
	}
	if t.unbound {
		return t, nil
	}
	host, err := values.For(stmt.HostValues())
	if err != nil {
		return nil, err
	}
	t.Args, err = stmt.ArgsUnder(ofStatement(stmt, params), host)
	return t, err
}

// sqlText is a statement as people are shown it.
func (a *app) sqlText(t *statementText) string {
	style := a.style()
	return style.SQL(t.text(a.atPrompt || style.Terminal, style.Width))
}

// maxSQLLines is how many lines of a statement the prompt shows on a terminal, where rows follow.
const maxSQLLines = 14

// sqlInShort is sqlText, of which the middle is cut where it would push the rows away.
func (a *app) sqlInShort(t *statementText) string {
	text := a.sqlText(t)
	lines := strings.SplitAfter(text, "\n")
	if !a.style().Terminal || len(lines) <= maxSQLLines+1 {
		return text
	}
	const above = maxSQLLines / 2
	below := len(lines) - (maxSQLLines - above)
	note := fmt.Sprintf("-- … %s more; .sql shows all", show.Counted(below-above, "line"))
	return strings.Join(lines[:above], "") + a.style().Paint(show.Dim, note) + "\n" + strings.Join(lines[below:], "")
}

// text is the SQL, and behind it, as comments, what travels beside it. Where safe
// is true, no name in it drives a terminal; it is broken where it is wider than width, if that is not 0.
func (t *statementText) text(safe bool, width int) string {
	var b strings.Builder
	sql := t.SQL
	if safe {
		sql = show.VisibleLines(sql)
	}
	b.WriteString(show.Fold(sql, width) + "\n")
	for i, arg := range t.Args {
		fmt.Fprintf(&b, "-- %d: %s\n", i+1, argText(arg))
	}
	for _, p := range t.Params {
		if t.unbound || p.Optional {
			fmt.Fprintf(&b, "-- parameter %s\n", p)
		}
	}
	return b.String()
}

// maxExact is the largest integer that every reader of JSON keeps.
const maxExact = 1 << 53

func (t *statementText) json(w io.Writer) error {
	c := *t
	c.Args = make([]any, len(t.Args))
	for i, arg := range t.Args {
		switch v := arg.(type) {
		case int64:
			if v > maxExact || v < -maxExact {
				arg = strconv.FormatInt(v, 10)
			}
		case float64:
			if math.IsNaN(v) || math.IsInf(v, 0) {
				arg = fmt.Sprint(v)
			}
		}
		c.Args[i] = arg
	}
	if t.unbound {
		c.Args = nil
	}
	return writeJSON(w, c)
}

// argText is a driver's argument for people.
func argText(arg any) string {
	switch v := arg.(type) {
	case nil:
		return show.Null
	case string:
		return show.Visible(strconv.Quote(v))
	case []byte:
		return "0x" + hex.EncodeToString(v)
	}
	return fmt.Sprint(arg)
}

// inspection is what there is to know of bytes: the manifest and, where there is
// a schema to bind them to, the tree and the drift.
type inspection struct {
	Hash       string          `json:"hash"`
	Shape      string          `json:"shape,omitempty"` // what it is but for its literals
	Bytes      int             `json:"bytes"`
	Kind       string          `json:"kind"`
	Nodes      int             `json:"nodes"`
	Depth      int             `json:"depth"`
	Features   []string        `json:"features,omitempty"`
	Tables     []referenceText `json:"tables,omitempty"`
	Columns    []referenceText `json:"columns,omitempty"`
	Functions  []string        `json:"functions,omitempty"`
	Parameters []parameterText `json:"parameters,omitempty"`
	Results    []resultText    `json:"results,omitempty"`
	Slot       string          `json:"slot,omitempty"`
	Signature  *signatureText  `json:"signature,omitempty"`
	Schema     string          `json:"schema,omitempty"` // what it was bound to
	Drift      []driftText     `json:"drift,omitempty"`
	Parts      []partText      `json:"parts,omitempty"`
	MoreParts  bool            `json:"more_parts,omitempty"` // than are listed
	Tree       string          `json:"tree,omitempty"`
	Payload    json.RawMessage `json:"payload,omitempty"` // as serializer/JSON.md says
}

type referenceText struct {
	ID       string `json:"id"`
	Type     string `json:"type,omitempty"`
	Nullable bool   `json:"nullable,omitempty"`
	Stable   string `json:"stable,omitempty"`
}

// partText is a part of the query that could be one by itself.
type partText struct {
	Path  string `json:"path"`
	Kind  string `json:"kind"`
	Hash  string `json:"hash"`
	Shape string `json:"shape"`
}

type resultText struct {
	Name   string `json:"name"`
	Type   string `json:"type"`
	Column string `json:"column,omitempty"`
}

type driftText struct {
	Severity   string `json:"severity"`
	Code       string `json:"code"`
	Path       string `json:"path"`
	What       string `json:"what"`
	Expected   string `json:"expected"`
	Found      string `json:"found"`
	Suggestion string `json:"suggestion,omitempty"`
}

// runInspect shows what bytes hold: those of a file, or those that Lua makes.
func runInspect(ctx context.Context, a *app, words []string) error {
	format, err := a.textFormat()
	if err != nil {
		return err
	}
	s, err := a.q("inspect", words)
	if err != nil {
		return err
	}
	var d *database
	if s.bytes == nil || a.dsn() != "" || a.opts.meta != "" {
		if d, err = a.open(ctx, "inspect", true, true); err != nil {
			return err
		}
		defer d.Close()
	}
	if s.bytes == nil {
		n, _, err := a.node(ctx, s, d)
		if err != nil {
			return err
		}
		if s.bytes, err = serializer.Dumps(n); err != nil {
			return err
		}
	}
	if format == "hex" {
		return a.hex(s.bytes)
	}
	signature, err := a.unwrap(s)
	if err != nil {
		return err
	}
	in, err := inspect(s.bytes)
	if err != nil {
		return &refusedError{s.name, err}
	}
	in.Signature = signature
	l, err := serializer.Detached(s.bytes, serializer.Limits{})
	if err != nil { // the manifest can be read, the tree not
		return &refusedError{s.name, err}
	}
	switch format {
	case "lua":
		text, err := luasource.Of(l.Root, 0)
		if err == nil {
			_, err = io.WriteString(a.out, text)
		}
		return err
	case "mermaid":
		text, whole := show.Mermaid(l.Root)
		if !whole {
			a.note("it has more than %d nodes: the rest is not drawn", show.MaxDrawn)
		}
		_, err = io.WriteString(a.out, text)
		return err
	}
	shape := l.Shape()
	in.Shape, in.Tree = hex.EncodeToString(shape[:]), expr.Sprint(l.Root)
	if err := in.addParts(l.Root); err != nil {
		return &refusedError{s.name, err}
	}
	var refused error
	if d != nil {
		refused = in.bind(s, d)
	} else {
		a.note("it was bound to no schema: -db or -meta tells the drift")
	}
	if format == "json" {
		if in.Payload, err = serializer.JSON(s.bytes); err != nil {
			return err
		}
		err = writeJSON(a.out, in)
	} else {
		_, err = io.WriteString(a.out, in.String())
	}
	if err == nil {
		err = refused
	}
	return err
}

// inspect reads the manifest of bytes.
func inspect(b []byte) (*inspection, error) {
	m, err := serializer.ReadManifest(b)
	if err != nil {
		return nil, err
	}
	h := serializer.Hash(b)
	in := &inspection{
		Hash: hex.EncodeToString(h[:]), Bytes: len(b), Kind: m.Kind().String(), Nodes: m.Size(), Depth: m.Depth(),
		Features: m.Features(), Functions: m.Functions(), Parameters: parameterTexts(m.Parameters(), m.OptionalParameters()),
	}
	for _, t := range m.Tables() {
		in.Tables = append(in.Tables, referenceText{ID: t.ID().String(), Stable: t.Stable})
	}
	column := func(c serializer.ColumnRef) string {
		id := m.Tables()[c.Table].ID()
		id.Kind, id.Name, id.Stable = schema.IDColumn, c.Name, c.Stable
		return id.String()
	}
	for _, c := range m.Columns() {
		in.Columns = append(in.Columns, referenceText{column(c), c.Type.String(), c.Nullable, c.Stable})
	}
	for _, r := range m.Results() {
		t := resultText{Name: r.Name, Type: r.Type.String()}
		if r.Column >= 0 {
			t.Column = column(m.Columns()[r.Column])
		}
		in.Results = append(in.Results, t)
	}
	if m.Slot().Kind != "" {
		in.Slot = m.Slot().ID().String()
	}
	return in, nil
}

// addParts lists the parts of the query, each with its own identity.
func (in *inspection) addParts(root expr.Node) error {
	parts, whole, err := serializer.Parts(root)
	if err != nil {
		return err
	}
	in.MoreParts = !whole
	for _, p := range parts {
		in.Parts = append(in.Parts, partText{p.Path, p.Node.Op().String(), hex.EncodeToString(p.Hash[:]), hex.EncodeToString(p.Shape[:])})
	}
	return nil
}

// bind adds what only a schema can tell. The error is what keeps the bytes from
// being bound; what there is of drift is in the inspection then.
func (in *inspection) bind(s *source, d *database) error {
	in.Schema = d.name
	l, err := serializer.Loads(s.bytes, serializer.Binding{MetaData: d.meta})
	var problems []serializer.Problem
	switch drift, ok := err.(*serializer.DriftError); {
	case ok:
		problems = drift.Problems
	case err != nil:
		return &refusedError{s.name, err}
	default:
		problems, in.Tree = l.Drift, expr.Sprint(l.Root)
	}
	for _, p := range problems {
		in.Drift = append(in.Drift, driftText{p.Severity.String(), string(p.Code), p.Path, p.What, p.Expected, p.Found, p.Suggestion})
	}
	if err != nil {
		return &refusedError{s.name, fmt.Errorf("cannot be bound to %s; see the drift", d.name)}
	}
	return nil
}

// String is the inspection for people.
func (in *inspection) String() string {
	var b strings.Builder
	line := func(name, format string, args ...any) {
		fmt.Fprintf(&b, "%-11s %s\n", name, show.Visible(fmt.Sprintf(format, args...)))
	}
	line("kind", "%s", in.Kind)
	line("hash", "%s", in.Hash)
	line("shape", "%s", in.Shape)
	line("bytes", "%d", in.Bytes)
	line("nodes", "%d, at most %d above one another", in.Nodes, in.Depth)
	for _, f := range in.Features {
		line("feature", "%s", f)
	}
	for _, t := range in.Tables {
		line("table", "%s%s", t.ID, stableNote(t.Stable))
	}
	for _, c := range in.Columns {
		null := ""
		if c.Nullable {
			null = ", may be null"
		}
		line("column", "%s %s%s%s", c.ID, c.Type, null, stableNote(c.Stable))
	}
	for _, f := range in.Functions {
		line("function", "%s", f)
	}
	for _, p := range in.Parameters {
		line("parameter", "%s", p)
	}
	for i, r := range in.Results {
		from := ""
		if r.Column != "" {
			from = " = " + r.Column
		}
		line("result", "%d %q %s%s", i+1, r.Name, r.Type, from)
	}
	if in.Slot != "" {
		line("slot", "%s", in.Slot)
	}
	if in.Signature != nil {
		line("signature", "%s", in.Signature)
	}
	if in.Schema != "" {
		line("schema", "%s", in.Schema)
	}
	for _, p := range in.Drift {
		hint := ""
		if p.Suggestion != "" {
			hint = "; " + p.Suggestion
		}
		line(p.Severity, "%s at %s: expected %s, found %s%s", p.What, p.Path, p.Expected, p.Found, hint)
	}
	for _, p := range in.Parts {
		line("part", "%s %s %s", p.Hash, p.Kind, p.Path)
	}
	if in.MoreParts {
		line("part", "... and more")
	}
	if in.Tree != "" {
		b.WriteString("tree\n")
		for l := range strings.Lines(in.Tree) {
			b.WriteString("  " + show.Visible(strings.TrimSuffix(l, "\n")) + "\n")
		}
	}
	return b.String()
}

func stableNote(id string) string {
	if id == "" {
		return ""
	}
	return ", stable id " + strconv.Quote(id)
}

// maxHex is how many bytes of a long text are still shown as digits.
const maxHex = 24

// hex writes bytes with what they are, a token a line; of what is no payload, the bytes.
func (a *app) hex(b []byte) error {
	tokens, err := serializer.Annotate(b, serializer.Limits{})
	if err != nil {
		a.note("only bytes: they are no payload, or a signed one: %v", err)
		_, err = io.WriteString(a.out, show.HexDump(b))
		return err
	}
	w, style := bufio.NewWriter(a.out), a.style()
	for _, t := range tokens {
		digits := hex.EncodeToString(b[t.Offset:min(t.Offset+t.Size, t.Offset+maxHex)])
		if t.Size > maxHex {
			digits += "..."
		}
		bytes := fmt.Sprintf(" %s%s", strings.Repeat("  ", min(t.Depth, 20)), digits)
		value, note, color := show.Visible(t.Value), show.Visible(t.Note), ""
		if note != "" {
			value = fmt.Sprintf("%-14s", value)
			note = " " + style.Paint(show.Bold, note)
		}
		if strings.HasPrefix(value, `"`) {
			color = show.Green
		}
		fmt.Fprintf(w, "%s%s  %s%s\n", style.Paint(show.Dim, fmt.Sprintf("%06x", t.Offset)), style.Paint(show.Cyan, fmt.Sprintf("%-34s", bytes)),
			style.Paint(color, value), note)
	}
	return w.Flush()
}
