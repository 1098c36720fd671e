package luasource

import (
	"github.com/sqlser/sqlser/engine/expr"
)

// level is how tightly an operator of Lua binds.
type level int

// The levels, from the loosest; the zero level is that of names and calls.
const (
	closed level = iota
	levelOr
	levelAnd
	levelCompare
	levelConcat
	levelAdd
	levelMul
	levelUnary
)

// operator is how people write a method.
type operator struct {
	sign string
	at   level
}

// operators are the methods that Lua has an operator for.
var operators = map[string]operator{
	"or_": {"or", levelOr}, "and_": {"and", levelAnd}, "not_": {"not ", levelUnary}, "neg": {"-", levelUnary},
	"eq": {"==", levelCompare}, "ne": {"~=", levelCompare}, "lt": {"<", levelCompare}, "le": {"<=", levelCompare},
	"gt": {">", levelCompare}, "ge": {">=", levelCompare}, "concat": {"..", levelConcat},
	"add": {"+", levelAdd}, "sub": {"-", levelAdd}, "mul": {"*", levelMul}, "div": {"/", levelMul}, "mod": {"%", levelMul},
}

// operation returns the text of a call as an operator. It is not ok where Lua has none
// that means just this: a plain value on the left may make it Lua's own, and what a
// parameter decides it refuses.
func (p *printer) operation(c chain) (t text, ok bool) {
	if len(c.steps) != 1 || c.steps[0].fn != nil || c.steps[0].operand != nil {
		return text{}, false
	}
	s := c.steps[0]
	op, ok := operators[s.name]
	if !ok {
		return text{}, false
	}
	operands := s.args
	if c.on != nil {
		operands = append([]any{c.on}, s.args...)
	} else if list, isList := operands[0].([]any); isList {
		operands = list
	}
	logic := op.at == levelOr || op.at == levelAnd || s.name == "not_"
	if len(operands) > inline || len(operands) < 2 && op.at != levelUnary {
		return text{}, false
	}
	for i, v := range operands {
		x, isExpr := v.(expr.Expr)
		if !isExpr || (i == 0 || logic) && mayBePlain(x) || isNull(x) {
			return text{}, false
		}
	}
	outer := p.nested
	p.nested = true
	defer func() { p.nested = outer }()
	w := &writer{p: p}
	for i, v := range operands {
		x := v.(expr.Expr)
		switch {
		case op.at == levelUnary:
			w.raw(op.sign)
		case i > 0:
			w.raw(" " + op.sign + " ")
		}
		if l, isLiteral := x.Node().(*expr.LiteralExpr); isLiteral && l.As().IsUnknown() && w.literal(expr.ArgOperand, l.Value()) {
			continue
		}
		operand := p.node(x.Node())
		// Lua groups to the left but for .., and compares no comparison as people mean it.
		loosest := op.at
		if i > 0 || op.at == levelCompare || op.at == levelConcat || op.at == levelUnary {
			loosest++
		}
		w.inner(p.within(operand, loosest))
	}
	if p.err != nil || w.bad {
		return text{}, false
	}
	return text{s: w.b.String(), depth: w.depth + len(operands) - 1, level: op.at}, true
}

// within returns the text in parentheses if it binds looser than the level.
func (p *printer) within(t text, loosest level) text {
	if t.level != closed && t.level < loosest {
		p.count(2)
		t.s, t.level = "("+t.s+")", closed
	}
	return t
}

// receiver returns the text as what a method can be called on.
func (p *printer) receiver(t text) text { return p.within(t, levelUnary+1) }

// mayBePlain reports whether x may be to Lua what is no condition and no column.
func mayBePlain(x expr.Expr) bool {
	switch x.Node().(type) {
	case *expr.LiteralExpr, *expr.ParamExpr:
		return true
	}
	return false
}

func isNull(x expr.Expr) bool {
	l, ok := x.Node().(*expr.LiteralExpr)
	return ok && l.Value().IsNull()
}
