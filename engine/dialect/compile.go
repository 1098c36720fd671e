package dialect

import (
	"slices"
	"sync"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/policy"
	"github.com/sqlser/sqlser/schema"
)

// maxText bounds the text of a statement: some constructs are written more than
// once, and what they hold with them.
const maxText = 16 << 20

// Compile writes an admitted statement. The error is an *[Error].
func (d *Dialect) Compile(stmt *policy.Admitted) (*Statement, error) {
	if d == nil || d.name == "" {
		return nil, &Error{Code: CodeUnsupported, Construct: "dialect", Reason: "the zero Dialect says nothing"}
	}
	r := stmt.Resolved()
	if r == nil {
		return nil, d.fail(CodeUnsupported, "statement", "no policy has admitted it")
	}
	c := newCompiler(d, r, stmt.HostValues())
	defer c.release()
	if i := changeIndex(r.Statement().Op()); i >= 0 && !d.changes.with[i] && r.CommonTables().Len() > 0 {
		list := r.CommonTables()
		c.inline = &list
	} else {
		c.target = target{occ: targetOf(r.Statement()), guarded: i >= 0 && !d.changes.readsItself}
		c.common(r.CommonTables())
		c.target = target{}
	}
	c.node(r.Statement(), named)
	_, query := r.Statement().(expr.Query)
	made, s, args, slots := statementOf(len(c.slots))
	*s = compiled{d: d, change: !query || c.changes, reads: query && !c.changes && !c.holds, once: d.runsOnce && c.queries > 0, outputs: r.Outputs(), params: c.params, hosts: c.hosts, checks: stmt.Checks(), slots: append(slots, c.slots...), counted: c.counted}
	if c.err == nil {
		c.err = s.literals(args)
	}
	if c.err != nil {
		return nil, c.err
	}
	s.sql, s.pinned = string(c.buf), append(stmt.ByValue(), c.pinned...)
	*made = Statement{of: s, args: args, copied: !holdsBytes(args)}
	return made, nil
}

// statementOf makes a statement and what is compiled of it, so many arguments and room for their
// slots: of few in one piece of memory.
func statementOf(slots int) (*Statement, *compiled, []any, []slot) {
	switch {
	case slots <= 3:
		made := new(struct {
			Statement
			compiled
			args  [3]any
			slots [3]slot
		})
		return &made.Statement, &made.compiled, made.args[:slots:slots], made.slots[:0:slots]
	case slots <= 6:
		made := new(struct {
			Statement
			compiled
			args  [6]any
			slots [6]slot
		})
		return &made.Statement, &made.compiled, made.args[:slots:slots], made.slots[:0:slots]
	}
	made := new(struct {
		Statement
		compiled
	})
	return &made.Statement, &made.compiled, make([]any, slots), make([]slot, 0, slots)
}

// compiler writes one statement. It goes on after an error, writing nothing, so
// that writers need not look at it.
type compiler struct {
	d         *Dialect
	resolved  *expr.Resolved // what is written
	buf       []byte
	slots     []slot
	index     map[slot]int // of shared placeholders, where they are many
	params    expr.List[*expr.Parameter]
	hosts     expr.List[*expr.Parameter] // counted behind the parameters
	numbers   map[string]int             // of the parameters, from 1
	placed    int                        // how many placeholders have been written
	queries   int                        // how many subqueries
	spent     int                        // see spend
	having    *selectWriter              // whose HAVING is written, where grouped expressions go by their labels
	meets     []expr.Output              // what the columns of the select that is written next must meet
	recursive part                       // which is written
	room      []*selectWriter
	framed    *expr.CallExpr                // the call that has a window
	frame     expr.Window                   // which
	target    target                        // of the change that is written
	filter    expr.Node                     // the condition, or term of one, whose rows pass where it is true
	lockAt    expr.Lock                     // of the select whose FROM is written
	lockOf    expr.Lock                     // of the query that is written next, in a table's place
	inline    *expr.List[*expr.CommonTable] // what WITH defines, where it is written in its places
	nested    int                           // how many queries stand around
	counted   counted                       // how the rows are that change
	pinned    []expr.Value                  // of literals that the text depends on, see valueOf
	changes   bool                          // some part of it changes rows
	holds     bool                          // some part of it locks rows, or is not known to do less
	err       *Error
	recording *recording // of what is written in a table's place

	uncollated bool          // a column is compared with what has the collation
	defining   bool          // literals are written into the text: see definition.go
	defines    *schema.Table // whose columns go by their names alone
}

// compilers saves the allocation of what only compiling needs; nothing of a
// statement stays in them.
var compilers = sync.Pool{New: func() any { return new(compiler) }}

func newCompiler(d *Dialect, r *expr.Resolved, hosts expr.List[*expr.Parameter]) *compiler {
	c := compilers.Get().(*compiler)
	c.d, c.resolved, c.params, c.hosts = d, r, r.Parameters(), hosts
	return c
}

func (c *compiler) release() {
	if cap(c.buf) > 1<<14 || cap(c.slots) > 1<<8 || len(c.room) > 1<<8 {
		return
	}
	clear(c.slots)
	buf, slots, room := c.buf, c.slots, c.room
	*c = compiler{} // a copy of another one takes more
	c.buf, c.slots, c.room = buf[:0], slots[:0], room
	compilers.Put(c)
}

func (c *compiler) fail(code Code, construct, format string, args ...any) {
	if c.err == nil {
		c.err = c.d.fail(code, construct, format, args...)
	}
}

// unsupported refuses what the database has no words for.
func (c *compiler) unsupported(construct, reason string) {
	c.fail(CodeUnsupported, construct, "%s", reason)
}

// text writes words, of a closed list.
func (c *compiler) text(words string) {
	if n := len(c.buf); len(words) <= cap(c.buf)-n { // else as space says
		c.buf = c.buf[:n+len(words)]
		copy(c.buf[n:], words)
		return
	}
	c.buf = append(c.buf, words...)
}

// space makes the text n bytes longer, and returns where to append these. c.buf keeps its pointer
// where there is room: to write it again, as appending to c.buf itself does, costs more than
// the bytes while the garbage collector runs.
func (c *compiler) space(n int) []byte {
	at := len(c.buf)
	if n > cap(c.buf)-at {
		c.buf = slices.Grow(c.buf, n)
	}
	c.buf = c.buf[:at+n]
	return c.buf[at:at]
}

// expr writes an expression where one of at least this level can stand bare, else
// in parentheses.
func (c *compiler) expr(x expr.Expr, at level) {
	n := x.Node()
	if n == nil {
		c.unsupported("expression", "it is missing")
		return
	}
	if c.having == nil {
		c.node(n, at)
		return
	}
	start, slots := len(c.buf), len(c.slots)
	c.node(n, at)
	if len(c.slots) > slots || n.Op() != expr.OpColumn || c.d.exact && c.collates(x) {
		c.having.byLabel(start, slots)
	}
}

// node writes a node by its kind's writer.
func (c *compiler) node(n expr.Node, at level) {
	if c.err != nil {
		return
	}
	if len(c.buf)+c.spent > maxText {
		c.spend(0)
		return
	}
	switch n := n.(type) { // the commonest, which no dialect overrides
	case *expr.ColumnExpr:
		c.column(n)
		return
	case *expr.LiteralExpr:
		c.argumentOf(n)
		return
	}
	op := n.Op()
	if int(op) < len(c.d.writers) {
		if write := c.d.writers[op]; write != nil {
			write(c, n, at)
			return
		}
	}
	c.unsupported(op.String(), c.d.name+" has no words for it here")
}

// spend counts work that leaves no text: text that is taken back, comparisons.
func (c *compiler) spend(n int) {
	if c.spent += n; len(c.buf)+c.spent > maxText {
		c.fail(CodeUnsupported, "statement", "its text is longer than %d bytes, or takes as much to find", maxText)
	}
}

// query writes a query in parentheses; at is named or unnamed.
func (c *compiler) query(q expr.Statement, at level) {
	c.queries++
	c.nested++
	having, meets, recursive := c.having, c.meets, c.recursive
	c.having, c.meets, c.recursive = nil, nil, notRecursive
	c.text("(")
	c.node(q, at)
	c.text(")")
	c.having, c.meets, c.recursive = having, meets, recursive
	c.nested--
}

// open writes a parenthesis where an expression of level own cannot stand bare.
func (c *compiler) open(own, at level) bool {
	if own < at {
		c.text("(")
		return true
	}
	return false
}

func (c *compiler) close(open bool) {
	if open {
		c.text(")")
	}
}

// around writes words, an expression and words.
func (c *compiler) around(before string, x expr.Expr, after string) {
	c.text(before)
	c.expr(x, anywhere)
	c.text(after)
}

// condition writes words and a condition of which it only counts whether it is true.
func (c *compiler) condition(before string, x expr.Expr) {
	c.filter = x.Node()
	c.text(before)
	c.cond(x, anywhere)
	c.filter = nil
}

// cond writes a condition. One that is true or false from the start is said, so that the database can plan
// with it.
func (c *compiler) cond(x expr.Expr, at level) {
	if v, ok := c.truth(x); ok {
		c.constant(v)
		return
	}
	c.expr(x, at)
}

// truth returns the value of a condition that is a literal; ok is false for any other.
func (c *compiler) truth(x expr.Expr) (v, ok bool) {
	l, ok := x.Node().(*expr.LiteralExpr)
	if !ok || l.Value().Kind() != schema.KindBoolean || l.Value().IsNull() {
		return false, false
	}
	return c.valueOf(l).Int() == 1, true
}

func (c *compiler) constant(v bool) {
	if v {
		c.text("TRUE")
	} else {
		c.text("FALSE")
	}
}

// operand writes x where values of type want meet. A database that does not
// convert x by itself has an override that does.
func (c *compiler) operand(x expr.Expr, want schema.Type, at level) {
	if c.d.convert == nil || !c.d.convert(c, x, want, at) {
		c.expr(x, at)
	}
}

// textual writes x where text must stand, numeric where a number must.
func (c *compiler) textual(x expr.Expr, at level) { c.operand(x, schema.Text, at) }

func (c *compiler) numeric(x expr.Expr, at level) {
	if c.d.null != nil && isUntypedNull(x) {
		c.d.null(c, schema.BigInteger)
		return
	}
	c.expr(x, at)
}

func isNull(x expr.Expr) bool {
	l, ok := x.Node().(*expr.LiteralExpr)
	return ok && l.Value().IsNull()
}

func isUntypedNull(x expr.Expr) bool { return isNull(x) && x.Type().IsUnknown() }

// meeting is the type in which the operands of a comparison or the results of one
// expression meet, as far as a database may have to be told: an enum is an enum
// among its equals, else text; a date among times is one at midnight. Where
// labels is true, plain text beside an enum is a label of it.
func (c *compiler) meeting(labels bool, operands ...expr.Expr) schema.Type {
	if c.d.convert == nil {
		return schema.Unknown
	}
	var t schema.Type
	for _, x := range operands {
		u := x.Type()
		if u.IsUnknown() || u == t || labels && isPlainText(x) {
			continue
		}
		switch {
		case t.IsUnknown():
			t = u
		case t.IsText() && u.IsText():
			t = schema.Text
		case u.Family() == schema.FamilyDateTime:
			t = u
		}
	}
	return t
}

func isPlainText(x expr.Expr) bool {
	l, ok := x.Node().(*expr.LiteralExpr)
	return ok && l.Value().Kind() == schema.KindText && l.As().IsUnknown()
}

// ordered is meeting for operands that are compared by order: enums are text then.
func (c *compiler) ordered(operands ...expr.Expr) schema.Type {
	t := c.meeting(false, operands...)
	if t.Family() == schema.FamilyEnum {
		return schema.Text
	}
	return t
}

// slot is what a placeholder stands for: a literal, or a parameter, counted from 1.
type slot struct {
	value expr.Value
	typ   schema.Type
	param int
	of    string
	least int64 // see bounded
	form  form
	open  bool // the value is of the statement: one of the same shape has another here
}

func literalSlot(l *expr.LiteralExpr) slot {
	return slot{value: l.Value(), typ: l.Type(), open: l.IsArgument()}
}

// form is how the value of a slot is changed before it travels.
type form uint8

const (
	asIs         form = iota
	atStart           // text as a pattern that matches what starts with it
	atEnd             // ... ends with it
	anyPlace          // ... has it somewhere
	asDollars         // groups as $1 in place of \1
	monthsOf          // the months of an interval, as a number
	daysOf            // ... the days
	microsOf          // ... the microseconds
	offsetOf          // the seconds that a zone is east of UTC
	zoneOf            // a zone as PostgreSQL has it
	stepOf            // a key or an index as a path in JSON
	listOf            // a list as JSON
	globOf            // a pattern of LIKE as one of GLOB
	globAtStart       // text as a pattern of GLOB that matches what starts with it
	globAtEnd         // ... ends with it
	globAnyPlace      // ... has it somewhere
)

// bounded returns the slot with a bound: it must not be NULL or less than least
// in construct of.
func (s slot) bounded(least int64, of string) slot {
	s.least, s.of = least, of
	return s
}

// valueOf returns the value of a literal where the text depends on it, or what no
// argument stands for: a statement of the same shape may have another text.
func (c *compiler) valueOf(l *expr.LiteralExpr) expr.Value {
	if l.IsArgument() {
		c.pinned = append(c.pinned, l.Value())
	}
	return l.Value()
}

// slotOf returns the slot of a literal that is not NULL, or of a parameter.
func (c *compiler) slotOf(x expr.Expr) (slot, bool) {
	switch n := x.Node().(type) {
	case *expr.LiteralExpr:
		return literalSlot(n), !n.Value().IsNull()
	case *expr.ParamExpr:
		i, ok := c.number(n.Parameter())
		return slot{param: i, typ: n.Parameter().Type()}, ok
	}
	return slot{}, false
}

// number returns which parameter it is by its name: few are searched, many indexed.
func (c *compiler) number(p *expr.Parameter) (i int, ok bool) {
	name := p.Name()
	if p.IsHost() {
		for i, h := range c.hosts.All() {
			if h.Name() == name {
				return c.params.Len() + i + 1, true
			}
		}
		return 0, false
	}
	if c.params.Len() <= 16 {
		for i, p := range c.params.All() {
			if p.Name() == name {
				return i + 1, true
			}
		}
		return 0, false
	}
	if c.numbers == nil {
		c.numbers = make(map[string]int, c.params.Len())
		for i, p := range c.params.All() {
			c.numbers[p.Name()] = i + 1
		}
	}
	i, ok = c.numbers[name]
	return i, ok
}

// key is the slot without its bound: what has the same may share a placeholder.
func (s slot) key() slot { return s.bounded(0, "") }

// shared returns the slot that has the key of s, or -1: few are searched, many
// indexed.
func (c *compiler) shared(s *slot) int {
	switch {
	case !c.d.shared:
	case c.index != nil:
		if i, ok := c.index[s.key()]; ok {
			return i
		}
	default:
		for i := range c.slots {
			if o := &c.slots[i]; o.param == s.param && o.form == s.form && o.typ == s.typ && o.open == s.open && o.value == s.value {
				return i
			}
		}
	}
	return -1
}

// indexed is how many slots are searched.
const indexed = 16

// add appends a slot.
func (c *compiler) add(s *slot) {
	c.slots = append(c.slots, *s)
	switch n := len(c.slots); {
	case c.index != nil:
		c.index[s.key()] = n - 1
	case c.d.shared && n == indexed:
		c.index = make(map[slot]int, 2*indexed)
		for i, s := range c.slots {
			c.index[s.key()] = i
		}
	}
}

// place writes the placeholder of a slot.
func (c *compiler) place(s slot) {
	if c.placed++; c.defining {
		c.spellOut(s)
		return
	}
	if i := c.shared(&s); i >= 0 {
		if s.of != "" {
			c.slots[i] = c.slots[i].bounded(max(s.least, c.slots[i].least), s.of)
		}
		c.placeholder(i, &s)
		return
	}
	i := len(c.slots)
	if i == c.d.maxArgs {
		c.fail(CodeUnsupported, "arguments", "more than %d", c.d.maxArgs)
		return
	}
	c.spend(len(s.value.Text())) // sources are written, and their values sent, each time they are used
	if s.param > 0 && s.param <= c.params.Len() {
		def, _ := c.params.At(s.param - 1).Default()
		c.spend(len(def.Text()))
	}
	c.add(&s)
	c.placeholder(i, &s)
}

func (c *compiler) placeholder(i int, s *slot) {
	start := len(c.buf)
	if c.d.placeholder(c, i, s.typ); c.recording != nil {
		c.recording.placeholder(c, start, s)
	}
}
