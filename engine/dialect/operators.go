package dialect

import (
	"strings"

	"github.com/sqlser/sqlser/engine/expr"
)

// writeCustom writes an operator of the database's own, of which only the
// characters are known: always in parentheses, as its precedence is not.
func writeCustom(c *compiler, n expr.Node, _ level) {
	x := n.(*expr.CustomExpr)
	if op := x.Operator(); strings.ContainsAny(op, c.d.noOperator) {
		c.unsupported("operator "+op, c.d.name+" reads these characters otherwise")
		return
	}
	c.text("(")
	c.expr(x.Left(), levelAtom)
	c.text(" ")
	c.text(x.Operator())
	c.text(" ")
	c.expr(x.Right(), levelAtom)
	c.text(")")
}
