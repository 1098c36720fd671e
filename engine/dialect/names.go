package dialect

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// naming says which names a database holds, and how they are quoted.
type naming struct {
	quote    byte // doubled inside a name
	maxBytes int  // 0 is no limit
	maxRunes int  // 0 is no limit
	basic    bool // no character above U+FFFF, no space at the end
	maxParts int  // of a table's name
}

// refusal says why the database cannot hold a name, or "".
func (n *naming) refusal(name string) string {
	switch {
	case name == "":
		return "a name cannot be empty"
	case strings.IndexByte(name, 0) >= 0:
		return "a name cannot hold the character NUL"
	case !utf8.ValidString(name):
		return "a name must be valid UTF-8"
	case n.maxBytes > 0 && len(name) > n.maxBytes:
		return "a name cannot be longer than " + strconv.Itoa(n.maxBytes) + " bytes"
	case n.maxRunes > 0 && len(name) > n.maxRunes && utf8.RuneCountInString(name) > n.maxRunes:
		return "a name cannot be longer than " + strconv.Itoa(n.maxRunes) + " characters"
	case n.basic && name[len(name)-1] == ' ':
		return "a name cannot end in a space"
	case n.basic && strings.IndexFunc(name, func(c rune) bool { return c > 0xffff }) >= 0:
		return "a name cannot hold a character above U+FFFF"
	}
	return ""
}

// holds reports whether the database can hold a name.
func (n *naming) holds(name string) bool { return n.isSimple(name) || n.refusal(name) == "" }

// isSimple reports whether any database holds a name, and as it is.
func (n *naming) isSimple(name string) bool {
	for i := range len(name) {
		if !simple[name[i]] {
			return false
		}
	}
	return name != "" && len(name) < 56
}

// simple are the characters of simple names: ASCII that no database quotes by.
var simple = func() (is [256]bool) {
	for c := ' ' + 1; c < utf8.RuneSelf; c++ {
		is[c] = c != '"' && c != '`'
	}
	return is
}()

// enumName writes the full name of an enum's own type.
func (c *compiler) enumName(t schema.Type) {
	if of := t.EnumSchema(); of != "" {
		c.name(of)
		c.text(".")
	}
	c.name(t.EnumName())
}

// name writes a quoted name.
func (c *compiler) name(name string) {
	n := &c.d.names
	if n.isSimple(name) {
		c.simpleName(name)
		return
	}
	if why := n.refusal(name); why != "" {
		c.fail(CodeName, "name "+strconv.Quote(name), "%s", why)
		return
	}
	c.buf = append(c.buf, n.quote)
	for {
		i := strings.IndexByte(name, n.quote)
		if i < 0 {
			break
		}
		c.buf = append(c.buf, name[:i+1]...)
		c.buf = append(c.buf, n.quote)
		name = name[i+1:]
	}
	c.buf = append(c.buf, name...)
	c.buf = append(c.buf, n.quote)
}

// simpleName is name, of one that is known to be simple.
func (c *compiler) simpleName(name string) {
	b := append(c.space(len(name)+2), c.d.names.quote)
	b = append(b, name...)
	_ = append(b, c.d.names.quote)
}

// plainColumn writes a column and what it is of; both names are known to be simple.
func (c *compiler) plainColumn(of, name string) {
	q := c.d.names.quote
	b := append(c.space(len(of)+len(name)+len(`"".""`)), q)
	b = append(b, of...)
	b = append(b, q, '.', q)
	b = append(b, name...)
	_ = append(b, q)
}

// columnName writes the name of a table's column.
func (c *compiler) columnName(col *schema.Column) {
	if col.HasPlainName() {
		c.simpleName(col.Name())
	} else {
		c.name(col.Name())
	}
}

// table writes the name of a table in FROM, and what the statement calls it where
// that is another. Nothing else writes a table's name.
func (c *compiler) table(o *expr.Occurrence) {
	if !c.named(o) {
		return
	}
	t := o.Table()
	if q := o.Instead(); q != nil {
		if c.isAlone(o) {
			c.unsupported("ONLY before a table of which a policy shows some rows", "the query in its place knows nothing of it")
			return
		}
		c.insteadOf(o, q)
		return
	}
	if c.target.guarded && c.nested > 0 && t == c.target.occ.Table() { // it would be "specified twice"
		c.text("(SELECT * FROM ")
		c.tableName(o)
		c.text(c.d.limitless)
		c.text(") AS ")
		c.name(o.Name())
		return
	}
	if c.isAlone(o) {
		c.text("ONLY ")
	}
	c.tableName(o)
	if t.NameParts() > 1 || isRenamed(o) {
		c.text(" AS ")
		c.name(o.Name())
	}
	c.sample(o)
	c.raw(o.Hints(), expr.RawHint, " ", "")
}

// isAlone reports whether a hint asks for a table without those that inherit from it.
func (c *compiler) isAlone(o *expr.Occurrence) bool {
	if !c.d.only {
		return false
	}
	for _, h := range o.Hints().All() {
		if isOnly(h) && (h.Dialect() == "" || h.Dialect() == c.d.name) {
			return true
		}
	}
	return false
}

// isOnly reports whether a hint is the word that stands before a table, without those that inherit from it.
func isOnly(h expr.Raw) bool { return strings.EqualFold(strings.TrimSpace(h.Text()), "ONLY") }

// named refuses a table that must not be named, or cannot be.
func (c *compiler) named(o *expr.Occurrence) bool {
	t := o.Table()
	if t == nil || !o.IsDecided() {
		c.fail(CodeUnsupported, "table "+strconv.Quote(o.Name()), "no policy has decided on it")
		return false
	}
	if t.NameParts() > c.d.names.maxParts {
		c.fail(CodeName, "table "+strconv.Quote(t.String()), "its name has %d parts, more than %d", t.NameParts(), c.d.names.maxParts)
		return false
	}
	return true
}

// nameOf returns what the statement calls a column, without its source.
func (c *compiler) nameOf(n *expr.ColumnExpr) string {
	col, o := n.Column(), c.resolved.OccurrenceOf(n)
	switch {
	case col == nil:
		return o.ColumnName(n.Index())
	case o != nil:
		return o.NameOf(col)
	}
	return col.Name()
}
