package dialect

import (
	"strconv"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// function says how a function of the catalogue is written.
type function struct {
	spelling string
	args     string                                                    // a letter an argument, the last for all that follow; see argument
	write    func(c *compiler, f function, n *expr.CallExpr, at level) // in place of spelling(arguments)
	orders   bool                                                      // write writes the order of the rows, too
	nulls    bool                                                      // an aggregate that counts NULL as a value
}

// functions are the functions as most databases have them. Nothing but a spelling
// in here, or in a dialect's own list, is ever written.
//
// No function of this package may name this list: it finds others through its compiler.
var functions = map[string]function{
	"abs":         {spelling: "abs", args: "n"},
	"avg":         {spelling: "avg", args: "n"},
	"ceil":        {spelling: "ceil", args: "n"},
	"char_length": {spelling: "char_length", args: "t"},
	"coalesce":    {spelling: "coalesce", args: "m"},
	"count":       {spelling: "count", args: "a"},
	"floor":       {spelling: "floor", args: "n"},
	"greatest":    {spelling: "greatest", args: "m"},
	"least":       {spelling: "least", args: "m"},
	"length":      {spelling: "length", args: "t"},
	"lower":       {spelling: "lower", args: "t"},
	"ltrim":       {spelling: "ltrim", args: "t"},
	"max":         {spelling: "max", args: "a"},
	"min":         {spelling: "min", args: "a"},
	"nullif":      {spelling: "nullif", args: "="},
	"replace":     {spelling: "replace", args: "t"},
	"round":       {spelling: "round", args: "ni"},
	"rtrim":       {spelling: "rtrim", args: "t"},
	"substr":      {spelling: "substr", args: "t10"},
	"sum":         {spelling: "sum", args: "n"},
	"trim":        {spelling: "trim", args: "t"},
	"upper":       {spelling: "upper", args: "t"},
}

func writeCall(c *compiler, n expr.Node, at level) {
	call := n.(*expr.CallExpr)
	fn := call.Function()
	f, ok := c.d.functions[fn.Name()]
	if !ok || !fn.IsKnown() {
		c.unsupported("function "+strconv.Quote(fn.Name()), c.d.name+" has none")
		return
	}
	if x := call.FilterClause(); !x.IsZero() && (!c.d.filter || f.write != nil) {
		c.filtered(call, at)
		return
	}
	if call.Orders().Len()+call.Within().Len() > 0 && f.write != nil && !f.orders {
		c.unsupported("function "+strconv.Quote(fn.Name())+" of ordered rows", c.d.name+" has none")
		return
	}
	having := c.having
	if fn.IsAggregate() { // what it takes are rows, not groups
		c.having = nil
	}
	if f.write != nil {
		f.write(c, f, call, at)
	} else {
		c.call(f, call)
	}
	c.having = having
}

// call writes spelling(arguments).
func (c *compiler) call(f function, n *expr.CallExpr) {
	c.text(f.spelling)
	switch {
	case n.Args().Len() == 0 && n.Function().IsAggregate() && n.Within().Len() == 0:
		c.text("(*)")
		c.behind(n)
		return
	case n.IsDistinct():
		c.text("(DISTINCT ")
	default:
		c.text("(")
	}
	want := c.wanted(f, n)
	for i, x := range n.Args().All() {
		if i > 0 {
			c.text(", ")
		}
		c.argument(f, i, x, want)
	}
	if n.Orders().Len() > 0 {
		c.text(" ")
		c.orders("ORDER BY", n.Orders())
	}
	c.text(")")
	c.behind(n)
}

// behind writes what stands behind the arguments of an aggregate.
func (c *compiler) behind(n *expr.CallExpr) {
	if n.Within().Len() > 0 {
		if !c.d.withinGroup {
			c.unsupported("WITHIN GROUP", c.d.name+" has none")
			return
		}
		c.text(" WITHIN GROUP (")
		c.orders("ORDER BY", n.Within())
		c.text(")")
	}
	if x := n.FilterClause(); !x.IsZero() {
		c.around(" FILTER (WHERE ", x, ")")
	}
}

// filtered writes an aggregate with a filter for a database that has no FILTER: of
// a CASE that is NULL for the other rows, which aggregates leave out.
func (c *compiler) filtered(n *expr.CallExpr, at level) {
	fn := n.Function()
	f := c.d.functions[fn.Name()]
	if f.nulls || n.Within().Len() > 0 || n.Args().Len() > 1 && !fn.IsAggregate() {
		c.unsupported("FILTER of "+fn.Name(), c.d.name+" has none")
		return
	}
	args := make([]any, 0, 2)
	for _, x := range n.Args().All() {
		args = append(args, x)
	}
	if len(args) == 0 {
		args = append(args, expr.Literal(expr.Int(1)))
	}
	args[0] = expr.Case(expr.NewWhen(n.FilterClause(), args[0]))
	call := expr.Call(fn, args...)
	if n.IsDistinct() {
		call = call.Distinct()
	}
	if n.Orders().Len() > 0 {
		keys := make([]any, 0, 2)
		for _, o := range n.Orders().All() {
			keys = append(keys, o)
		}
		call = call.OrderBy(keys...)
	}
	if err := call.Err(); err != nil {
		c.unsupported("FILTER of "+fn.Name(), err.Error())
		return
	}
	c.expr(call, at)
}

// wanted is the type in which the arguments meet, if they do.
func (c *compiler) wanted(f function, n *expr.CallExpr) schema.Type {
	if f.args != "m" && f.args != "=" {
		return schema.Unknown
	}
	all := make([]expr.Expr, 0, 8)
	for _, x := range n.Args().All() {
		all = append(all, x)
	}
	return c.meeting(f.args == "=", all...)
}

// argument writes argument i of a function, by its letter: a anything, m and =
// what must meet the others, n a number, t text, i an integer, 0 and 1 one that
// is at least so much.
func (c *compiler) argument(f function, i int, x expr.Expr, want schema.Type) {
	switch letter := f.args[min(i, len(f.args)-1)]; letter {
	case 'm', '=':
		c.operand(x, want, anywhere)
	case 'n':
		c.numeric(x, anywhere)
	case 't':
		c.textual(x, anywhere)
	case 'i':
		c.integer(x, slot{})
	case '0', '1':
		c.integer(x, slot{}.bounded(int64(letter-'0'), f.spelling))
	default:
		c.expr(x, anywhere)
	}
}

// integer writes an integer for a function that may want one of 32 bits, within
// the bounds of a slot.
func (c *compiler) integer(x expr.Expr, bounds slot) {
	s, plain := c.slotOf(x)
	narrow := c.d.integers32 && x.Type().Kind() != schema.KindInteger && x.Type().Kind() != schema.KindSmallInteger
	if plain && s.param == 0 && narrow {
		s.typ, narrow = schema.Integer, false
	}
	if narrow {
		c.text("CAST(")
	}
	if plain {
		c.place(s.bounded(bounds.least, bounds.of))
	} else {
		c.expr(x, anywhere)
	}
	if narrow {
		c.text(" AS INTEGER)")
	}
}

// itself writes the argument in place of a call that would not change it.
func itself(c *compiler, n *expr.CallExpr, at level) { c.numeric(n.Args().At(0), at) }

// first is the family of the first argument; a NULL without a type is an integer.
func first(n *expr.CallExpr) schema.Family {
	f := n.Args().At(0).Type().Family()
	if f == schema.FamilyUnknown {
		return schema.FamilyInteger
	}
	return f
}
