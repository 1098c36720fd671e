package expr_test

import (
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// fixturesOfOperators are those of operators, row values and raw text.
var fixturesOfOperators = map[expr.Op][]fixture{
	expr.OpCustom: {{
		x(func() expr.Expr { return id().Custom("<->", 1, schema.Double) }),
		map[string][]build{
			"op":    exprs(func() expr.Expr { return id().Custom("<#>", 1, schema.Double) }),
			"left":  exprs(func() expr.Expr { return age().Custom("<->", 1, schema.Double) }),
			"right": exprs(func() expr.Expr { return id().Custom("<->", 2, schema.Double) }),
			"type":  exprs(func() expr.Expr { return id().Custom("<->", 1, schema.Float) }, func() expr.Expr { return id().Custom("<->", 1) }),
		},
	}},
}
