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
	expr.OpCollate: {{
		x(func() expr.Expr { return name().Collate("C") }),
		map[string][]build{
			"x":    exprs(func() expr.Expr { return customers().C("email").Collate("C") }),
			"name": exprs(func() expr.Expr { return name().Collate("c") }),
		},
	}},
	expr.OpRegexp: {{
		x(func() expr.Expr { return name().RegexpReplace("a", "b", true) }),
		map[string][]build{
			"x":           exprs(func() expr.Expr { return customers().C("email").RegexpReplace("a", "b", true) }),
			"pattern":     exprs(func() expr.Expr { return name().RegexpReplace("b", "b", true) }),
			"with":        exprs(func() expr.Expr { return name().RegexpReplace("a", "c", true) }, func() expr.Expr { return name().RegexpMatch("a", true) }),
			"ignore_case": exprs(func() expr.Expr { return name().RegexpReplace("a", "b") }),
		},
	}},
	expr.OpBetween: {{
		x(func() expr.Expr { return age().NotBetweenSymmetric(9, 1) }),
		map[string][]build{"symmetric": exprs(func() expr.Expr { return age().NotBetween(9, 1) })},
	}},
	expr.OpTextMatch: {{
		x(func() expr.Expr { return name().Like("a%").Escape("!") }),
		map[string][]build{"escape": exprs(func() expr.Expr { return name().Like("a%") }, func() expr.Expr { return name().Like("a%").Escape("/") })},
	}},
	expr.OpCast: {{
		x(func() expr.Expr { return age().Coerce(schema.Text) }),
		map[string][]build{"coerce": exprs(func() expr.Expr { return age().Cast(schema.Text) })},
	}},
	expr.OpTuple: {{
		x(func() expr.Expr { return expr.Tuple(id(), name()) }),
		map[string][]build{"items": exprs(func() expr.Expr { return expr.Tuple(id(), name(), age()) }, func() expr.Expr { return expr.Tuple(age(), name()) })},
	}},
	expr.OpQuantified: {{
		x(func() expr.Expr { return expr.All(ids()) }),
		map[string][]build{
			"query": exprs(func() expr.Expr { return expr.All(ids().Where(active())) }),
			"all":   exprs(func() expr.Expr { return expr.Any(ids()) }),
		},
	}, {
		x(func() expr.Expr { return expr.Any(expr.Array(schema.Integer, 1)) }),
		map[string][]build{"array": exprs(func() expr.Expr { return expr.Any(expr.Array(schema.Integer, 2)) })},
	}},
}
