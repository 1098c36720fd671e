package dialect

import (
	"strconv"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// castable says of each family which others its values can be cast to with the
// same meaning everywhere: what spells a value of another type, holds a part of
// it, or holds it exactly. A database may have fewer.
var castable = map[schema.Family][]schema.Family{
	schema.FamilyBoolean: {schema.FamilyInteger, schema.FamilyFloat, schema.FamilyNumeric, schema.FamilyText},
	schema.FamilyInteger: {schema.FamilyBoolean, schema.FamilyFloat, schema.FamilyNumeric, schema.FamilyText},
	schema.FamilyFloat:   {schema.FamilyBoolean, schema.FamilyInteger, schema.FamilyNumeric, schema.FamilyText},
	schema.FamilyNumeric: {schema.FamilyBoolean, schema.FamilyInteger, schema.FamilyFloat, schema.FamilyText},
	schema.FamilyText: {
		schema.FamilyBoolean, schema.FamilyInteger, schema.FamilyFloat, schema.FamilyNumeric, schema.FamilyBinary,
		schema.FamilyDate, schema.FamilyTime, schema.FamilyDateTime, schema.FamilyDateTimeTZ, schema.FamilyInterval,
		schema.FamilyJSON, schema.FamilyUUID, schema.FamilyEnum,
	},
	schema.FamilyEnum:       {schema.FamilyInteger, schema.FamilyFloat, schema.FamilyNumeric, schema.FamilyText},
	schema.FamilyBinary:     {schema.FamilyText},
	schema.FamilyDate:       {schema.FamilyDateTime, schema.FamilyDateTimeTZ, schema.FamilyText},
	schema.FamilyTime:       {schema.FamilyText},
	schema.FamilyDateTime:   {schema.FamilyDate, schema.FamilyTime, schema.FamilyDateTimeTZ, schema.FamilyText},
	schema.FamilyDateTimeTZ: {schema.FamilyDate, schema.FamilyTime, schema.FamilyDateTime},
	schema.FamilyInterval:   {schema.FamilyText},
	schema.FamilyJSON:       {schema.FamilyText},
	schema.FamilyUUID:       {schema.FamilyText},
}

func writeCast(c *compiler, n expr.Node, at level) {
	k := n.(*expr.CastExpr)
	x, to := k.X(), k.Type()
	if k.IsCoerced() {
		c.expr(x, at)
		return
	}
	from := x.Type()
	ok := from.IsUnknown() || from.Family() == to.Family()
	for _, f := range castable[from.Family()] {
		ok = ok || f == to.Family()
	}
	if !ok {
		c.uncastable(from, to, "its meaning differs from database to database")
		return
	}
	c.d.cast(c, x, from, to, at)
}

func (c *compiler) uncastable(from, to schema.Type, reason string) {
	c.unsupported("CAST("+from.String()+" AS "+to.String()+")", reason)
}

// nonzero writes a number as a boolean.
func (c *compiler) nonzero(x expr.Expr, at level) { writeTest(c, x, " <> 0", at) }

// spellBoolean writes the text of a boolean that is 0 or 1.
func (c *compiler) spellBoolean(x expr.Expr) {
	c.around("CASE ", x, " WHEN 1 THEN 'true' WHEN 0 THEN 'false' END")
}

// size writes a size of a type in parentheses, with its scale where it has one.
func (c *compiler) size(t schema.Type) {
	c.text("(")
	c.digits(uint64(t.Size()))
	if t.Kind() == schema.KindNumeric {
		c.text(", ")
		c.digits(uint64(t.Scale()))
	}
	c.text(")")
}

func (c *compiler) digits(n uint64) {
	if n < 10 {
		c.buf = append(c.buf, byte('0'+n))
	} else {
		c.buf = strconv.AppendUint(c.buf, n, 10)
	}
}

func writeExtract(c *compiler, n expr.Node, _ level) {
	e := n.(*expr.ExtractExpr)
	if int(e.Part()) >= len(c.d.extract) || c.d.extract[e.Part()].before == "" {
		c.unsupported("EXTRACT of "+e.Part().String(), c.d.name+" has none")
		return
	}
	c.text(c.d.extract[e.Part()].before)
	if e.X().Type().Family() == schema.FamilyDateTimeTZ && c.d.zone != "" {
		c.around("(", e.X(), ")")
		c.text(c.d.zone)
	} else {
		c.expr(e.X(), anywhere)
	}
	c.text(c.d.extract[e.Part()].after)
}
