package dialect

import (
	"encoding/hex"
	"strconv"
	"strings"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/policy"
	"github.com/sqlser/sqlser/schema"
)

// QuoteName writes a name of one part, for statements that define something. The
// error is an *[Error].
func (d *Dialect) QuoteName(name string) (string, error) {
	return d.define(func(c *compiler) { c.name(name) })
}

// QuoteTable writes a table's full name, for statements that define something:
// queries write it elsewhere, and only if a policy admits them. The error is an
// *[Error].
func (d *Dialect) QuoteTable(t *schema.Table) (string, error) {
	return d.define(func(c *compiler) {
		if t.NameParts() > d.names.maxParts {
			c.fail(CodeName, "table "+strconv.Quote(t.String()), "its name has %d parts, more than %d", t.NameParts(), d.names.maxParts)
			return
		}
		c.parts(t)
	})
}

// QuoteEnum writes the full name of an enum's own type, for statements that define
// something. The error is an *[Error].
func (d *Dialect) QuoteEnum(t schema.Type) (string, error) {
	return d.define(func(c *compiler) { c.enumName(t) })
}

// LiteralText writes a value as a literal, for the default of a column of a type.
// The error is an *[Error].
func (d *Dialect) LiteralText(v expr.Value, t schema.Type) (string, error) {
	return d.define(func(c *compiler) { c.literal(v, t) })
}

// ExpressionText writes an expression as it stands in the definition of a table:
// literals in the text, and columns, which must be of that table, by their names
// alone. It has no parameters and no subqueries. The error is an *[Error], or an
// *[expr.Error] of an expression that cannot be.
func (d *Dialect) ExpressionText(x expr.Expr, of *schema.Table) (string, error) {
	admitted, err := policy.Unrestricted().Admit(expr.Select(x))
	if err != nil {
		return "", err
	}
	s, ok := admitted.Resolved().Statement().(*expr.SelectStmt)
	if !ok || s.Items().Len() != 1 {
		return "", d.fail(CodeUnsupported, "expression", "a definition needs one")
	}
	return d.define(func(c *compiler) {
		c.resolved, c.defines = admitted.Resolved(), of
		c.expr(s.Items().At(0).Expr(), anywhere)
	})
}

// define runs a compiler that writes parts of definitions.
func (d *Dialect) define(write func(*compiler)) (string, error) {
	if d == nil || d.name == "" {
		return "", &Error{Code: CodeUnsupported, Construct: "dialect", Reason: "the zero Dialect says nothing"}
	}
	c := &compiler{d: d, defining: true}
	write(c)
	if c.err != nil {
		return "", c.err
	}
	return string(c.buf), nil
}

// parts writes the parts of a table's name.
func (c *compiler) parts(t *schema.Table) {
	for i := range t.NameParts() {
		if i > 0 {
			c.buf = append(c.buf, '.')
		}
		c.name(t.NamePart(i))
	}
}

// literal writes a value as text that means the same in every mode of the server.
func (c *compiler) literal(v expr.Value, t schema.Type) {
	if arg, err := c.d.value(v, t); err == nil {
		c.literalOf(arg, t)
	} else if c.err == nil {
		c.err = err
	}
}

// literalOf writes a driver's argument for a value of a type.
func (c *compiler) literalOf(arg any, t schema.Type) {
	switch arg := arg.(type) {
	case nil:
		c.text("NULL")
	case bool:
		c.text(strings.ToUpper(strconv.FormatBool(arg)))
	case int64:
		c.buf = strconv.AppendInt(c.buf, arg, 10)
	case float64:
		s := strconv.FormatFloat(arg, 'g', -1, 64)
		if c.d.values.nan { // it has names for what is no number, as text
			s = "'" + s + "'"
		}
		c.text(s)
	case []byte:
		digits := hex.EncodeToString(arg)
		if c.d.hexBytes == "" {
			c.text("X'" + digits + "'")
		} else {
			c.text("'" + c.d.hexBytes + digits + "'")
		}
	case string:
		if t.Family() == schema.FamilyNumeric {
			c.text(arg)
			return
		}
		c.quotedText(arg)
	}
}

// quotedText writes text in quotes. Where a backslash may or may not be one, it is
// written in digits.
func (c *compiler) quotedText(s string) {
	if c.d.hexText != "" && strings.IndexByte(s, '\\') >= 0 {
		c.text(c.d.hexText + "X'" + hex.EncodeToString([]byte(s)) + "'")
		return
	}
	if i := strings.IndexByte(s, 0); i >= 0 {
		c.fail(CodeValue, "value", "text in a definition cannot hold the character NUL")
		return
	}
	c.text("'" + strings.ReplaceAll(s, "'", "''") + "'")
}

// spellOut writes a literal of an expression, with its type where the database has
// to be told.
func (c *compiler) spellOut(s slot) {
	if s.param > 0 {
		c.unsupported("parameter", "a definition has none")
		return
	}
	arg, err := c.d.argument(&s, s.value)
	if err != nil {
		if c.err == nil {
			c.err = err
		}
		return
	}
	t := s.typ
	if s.form != asIs {
		t = schema.Text
	}
	c.literalOf(arg, t)
	switch t.Family() {
	case schema.FamilyUnknown, schema.FamilyBoolean, schema.FamilyInteger, schema.FamilyNumeric:
	default:
		if c.d.null != nil {
			c.text("::")
			postgresType(c, t)
		}
	}
}
