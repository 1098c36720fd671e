package dialect

import (
	"slices"
	"strings"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// writeCustom writes an operator of the database's own, of which only the
// characters are known: in parentheses where its precedence is not.
func writeCustom(c *compiler, n expr.Node, at level) {
	x := n.(*expr.CustomExpr)
	if op := x.Operator(); strings.ContainsAny(op, c.d.noOperator) {
		c.unsupported("operator "+op, c.d.name+" reads these characters otherwise")
		return
	}
	own := anywhere
	if c.d.ownOperators && !slices.Contains(standardOperators, x.Operator()) {
		own = levelConcat
	}
	open := own == anywhere || c.open(own, at)
	if own == anywhere {
		c.text("(")
	}
	c.expr(x.Left(), levelAtom)
	c.text(" ")
	c.text(x.Operator())
	c.text(" ")
	c.expr(x.Right(), levelAtom)
	c.close(open)
}

// standardOperators are those that bind otherwise than all others of a database of its own operators.
var standardOperators = []string{"+", "-", "*", "/", "%", "^", "<", ">", "=", "<=", ">=", "<>", "!=", "=>", ":="}

// writeDistinct writes IS [NOT] DISTINCT FROM, or what MySQL has in its place.
func writeDistinct(c *compiler, b *expr.BinaryExpr, at level) {
	want := c.meeting(true, b.Left(), b.Right())
	not, words, own := "", signs[b.Operator()].text, levelCompare
	if c.d.nullSafe != "" {
		words = c.d.nullSafe
		if b.Operator() == expr.OpDistinct {
			not, own = "NOT (", levelNot
		}
	}
	open := c.open(own, at)
	c.text(not)
	c.operand(b.Left(), want, levelConcat)
	c.text(words)
	c.operand(b.Right(), want, levelConcat)
	c.close(not != "")
	c.close(open)
}

// bitwise says how a database works on the bits of integers.
type bitwise struct {
	xor      string // "" where it has none
	unsigned bool   // what comes is an integer without a sign, which a cast gives it back
	narrow   bool   // shifts are of the width of what is shifted
}

// writeBits writes an operator on bits. The databases do not agree how tightly
// any of them binds: what stands beside another operator has parentheses.
func writeBits(c *compiler, b *expr.BinaryExpr, at level) {
	op := b.Operator()
	open := at > anywhere && !c.d.bits.unsigned
	if open {
		c.text("(")
	}
	if c.d.bits.unsigned {
		c.text("CAST(")
	}
	switch {
	case op == expr.OpBitAnd || op == expr.OpBitOr:
		c.bits(b, signs[op].text)
	case op == expr.OpBitXor && c.d.bits.xor != "":
		c.bits(b, c.d.bits.xor)
	case op == expr.OpBitXor: // what one has, less what both have
		c.text("(")
		c.bits(b, " | ")
		c.text(") - (")
		c.bits(b, " & ")
		c.text(")")
	case op == expr.OpShiftRight && c.d.bits.unsigned: // zeros would come in where there is a sign
		c.text("CASE WHEN ")
		c.numeric(b.Left(), levelConcat)
		c.text(" < 0 THEN ~((~")
		c.numeric(b.Left(), levelAtom)
		c.text(") >> ")
		c.shift(b.Right())
		c.text(") ELSE ")
		c.numeric(b.Left(), levelAtom)
		c.text(" >> ")
		c.shift(b.Right())
		c.text(" END")
	default:
		if c.d.bits.narrow {
			c.around("CAST(", b.Left(), " AS BIGINT)")
		} else {
			c.numeric(b.Left(), levelAtom)
		}
		c.text(signs[op].text)
		c.shift(b.Right())
	}
	if c.d.bits.unsigned {
		c.text(" AS SIGNED)")
	}
	c.close(open)
}

func (c *compiler) bits(b *expr.BinaryExpr, sign string) {
	c.numeric(b.Left(), levelAtom)
	c.text(sign)
	c.numeric(b.Right(), levelAtom)
}

// shift writes the number of bits: of what is computed, the last six.
func (c *compiler) shift(by expr.Expr) {
	if l, ok := by.Node().(*expr.LiteralExpr); ok && !l.Value().IsNull() {
		c.integer(by, slot{}, levelAtom)
		return
	}
	c.text("(")
	c.integer(by, slot{}, levelAtom)
	c.text(" & 63)")
}

func writeBitNot(c *compiler, x expr.Expr, at level) {
	if c.d.bits.unsigned {
		c.text("CAST(~")
		c.numeric(x, levelAtom)
		c.text(" AS SIGNED)")
		return
	}
	if at > anywhere {
		c.text("(")
	}
	c.text("~")
	c.numeric(x, levelAtom)
	c.close(at > anywhere)
}

// writeCollate writes a collation by the database's name for it.
func writeCollate(c *compiler, n expr.Node, at level) {
	k := n.(*expr.CollateExpr)
	name, shared := c.d.collations[k.Name()]
	if !shared {
		name = k.Name()
	} else if name == "" {
		c.unsupported("COLLATE "+k.Name(), c.d.name+" has none of this meaning: compare the lower case of both")
		return
	}
	open := at >= levelAtom
	if open {
		c.text("(")
	}
	if t := k.X().Type(); c.d.collatesText && t.Kind() == schema.KindString { // a text that is taken of it would not be the one that is grouped
		c.around("CAST(", k.X(), " AS TEXT)")
	} else {
		c.textual(k.X(), levelAtom)
	}
	c.text(" COLLATE ")
	c.name(name)
	c.close(open)
}

// writeRegexp refuses regular expressions: SQLite has none by itself.
func writeRegexp(c *compiler, _ expr.Node, _ level) {
	c.unsupported("regular expression", c.d.name+" has none: use like, or select more and match elsewhere")
}

func postgresRegexp(c *compiler, n expr.Node, at level) {
	r := n.(*expr.RegexpExpr)
	if r.With().IsZero() {
		postgresMatches(c, r, false, at)
		return
	}
	c.text("regexp_replace(")
	c.textual(r.X(), anywhere)
	c.text(", ")
	c.textual(r.Pattern(), anywhere)
	c.text(", ")
	c.textual(r.With(), anywhere)
	if r.IgnoresCase() {
		c.text(", 'gi')")
	} else {
		c.text(", 'g')")
	}
}

func postgresMatches(c *compiler, r *expr.RegexpExpr, not bool, at level) {
	open := c.open(levelCompare, at)
	c.textual(r.X(), levelAtom)
	c.text(" ")
	if not {
		c.text("!")
	}
	c.text("~")
	if r.IgnoresCase() {
		c.text("*")
	}
	c.text(" ")
	c.textual(r.Pattern(), levelAtom)
	c.close(open)
}

func mysqlRegexp(c *compiler, n expr.Node, at level) {
	r := n.(*expr.RegexpExpr)
	if r.With().IsZero() {
		mysqlMatches(c, r, false, at)
		return
	}
	c.text("REGEXP_REPLACE(")
	c.textual(r.X(), anywhere)
	c.text(", ")
	mysqlPattern(c, r)
	c.text(", ")
	c.replacement(r.With())
	c.text(")")
}

func mysqlMatches(c *compiler, r *expr.RegexpExpr, not bool, at level) {
	open := c.open(levelCompare, at)
	c.textual(r.X(), levelAtom)
	if not {
		c.text(" NOT")
	}
	c.text(" REGEXP ")
	mysqlPattern(c, r)
	c.close(open)
}

// mysqlPattern says in the pattern whether case counts, which else would be for the
// collation to say, and that a point matches the end of a line.
func mysqlPattern(c *compiler, r *expr.RegexpExpr) {
	if r.IgnoresCase() {
		c.text("CONCAT('(?si)', ")
	} else {
		c.text("CONCAT('(?s-i)', ")
	}
	c.textual(r.Pattern(), anywhere)
	c.text(")")
}

// replacement writes what replaces the matches: as it is, or with the groups as
// ICU has them.
func (c *compiler) replacement(x expr.Expr) {
	if !c.d.dollarGroups {
		c.textual(x, anywhere)
		return
	}
	s, ok := c.slotOf(x)
	switch {
	case ok:
		s.typ, s.form = schema.Text, asDollars
		c.place(s)
	case isNull(x):
		c.expr(x, anywhere)
	default:
		c.unsupported("computed replacement of a regular expression", c.d.name+" calls groups otherwise: give plain text or a parameter")
	}
}

// dollars writes \1 as $1, and a dollar as what is one.
func dollars(text string) string {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '$':
			b.WriteString(`\$`)
		case c != '\\':
			b.WriteByte(c)
		case i+1 < len(text) && text[i+1] >= '1' && text[i+1] <= '9':
			i++
			b.WriteByte('$')
			b.WriteByte(text[i])
		case i+1 < len(text) && text[i+1] == '\\':
			i++
			b.WriteString(`\\`)
		default: // stands for itself
			b.WriteString(`\\`)
		}
	}
	return b.String()
}

// writeText writes raw text, and the values at its binds as operands.
func writeText(c *compiler, n expr.Node, at level) {
	t := n.(*expr.TextExpr)
	open := at > anywhere
	if open {
		c.text("(")
	}
	c.pieces(t)
	c.close(open)
}

func writeTextStmt(c *compiler, n expr.Node, _ level) {
	c.holds = true
	if t, ok := n.(*expr.TextStmt).Text().Node().(*expr.TextExpr); ok {
		c.pieces(t)
	}
}

func (c *compiler) pieces(t *expr.TextExpr) {
	if !c.reads(t.Marks()) {
		return
	}
	for i := range t.Pieces() {
		text, x := t.PieceAt(i)
		c.text(text)
		if !x.IsZero() {
			c.expr(x, levelAtom)
		}
	}
}

// reads refuses raw text with characters that are no such thing here: what would
// be a placeholder, a comment or a quote.
func (c *compiler) reads(marks string) bool {
	for _, m := range marks {
		if strings.ContainsRune(c.d.rawMarks, m) {
			c.unsupported("raw text with "+string(m), c.d.name+" reads it otherwise than others: quote it, or use a bind")
			return false
		}
	}
	return true
}

// raw writes the raw text of a select that stands at a place, with a space before
// or behind each.
func (c *compiler) raw(parts expr.List[expr.Raw], place expr.RawPlace, before, behind string) {
	for _, r := range parts.All() {
		if r.Place() != place || r.Dialect() != "" && r.Dialect() != c.d.name || c.d.only && place == expr.RawHint && isOnly(r) {
			continue
		}
		if !c.reads(r.Marks()) {
			return
		}
		c.text(before)
		c.text(r.Text())
		c.text(behind)
	}
}
