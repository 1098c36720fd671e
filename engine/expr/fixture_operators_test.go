package expr_test

import (
	"sync"

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
	expr.OpText: {{
		x(func() expr.Expr { return expr.RawText("a + :n", map[string]any{"n": 1}, schema.Integer) }),
		map[string][]build{
			"text":            exprs(func() expr.Expr { return expr.RawText("a - :n", map[string]any{"n": 1}, schema.Integer) }),
			"binds.expr":      exprs(func() expr.Expr { return expr.RawText("a + :n", map[string]any{"n": 2}, schema.Integer) }),
			"text binds.name": exprs(func() expr.Expr { return expr.RawText("a + :m", map[string]any{"m": 1}, schema.Integer) }),
			"text binds":      exprs(func() expr.Expr { return expr.RawText("a + 1", nil, schema.Integer) }),
			"type":            exprs(func() expr.Expr { return expr.RawText("a + :n", map[string]any{"n": 1}) }),
		},
	}, {
		x(func() expr.Expr { return expr.LiteralColumn("rowid") }),
		map[string][]build{"verbatim": exprs(func() expr.Expr { return expr.RawText("rowid", nil) })},
	}},
	expr.OpTextStmt: {{
		func() expr.Node { return rawRows("SELECT 1", pair...) },
		map[string][]build{
			"text":    one(func() expr.Node { return rawRows("SELECT 2", pair...) }),
			"columns": one(func() expr.Node { return rawRows("SELECT 1", pair[0]) }),
			"columns.name": one(func() expr.Node {
				return rawRows("SELECT 1", expr.ColumnType{Name: "ID", Type: schema.Integer}, pair[1])
			}),
			"columns.type": one(func() expr.Node { return rawRows("SELECT 1", expr.ColumnType{Name: "id"}, pair[1]) }),
		},
	}},
	expr.OpCall: {{
		x(func() expr.Expr { return expr.Call(near(), id()).WithData([]byte{0x91, 0x07}) }),
		map[string][]build{"data": exprs(func() expr.Expr { return expr.Call(near(), id()).WithData([]byte{0x91, 0x08}) }, func() expr.Expr { return expr.Call(near(), id()) })},
	}},
	expr.OpGiven: {{
		x(func() expr.Expr { return expr.Param("p", schema.Integer).IfGiven(customers().C("id").Gt(1)) }),
		map[string][]build{
			"parameter": exprs(func() expr.Expr { return expr.Param("q", schema.Integer).IfGiven(customers().C("id").Gt(1)) },
				func() expr.Expr { return expr.Param("p", schema.Text).IfGiven(customers().C("id").Gt(1)) }),
			"cond": exprs(func() expr.Expr { return expr.Param("p", schema.Integer).IfGiven(customers().C("id").Gt(2)) },
				func() expr.Expr {
					return expr.Param("p", schema.Integer).IfGiven(expr.Param("q", schema.Integer).IfGiven(customers().C("id").Gt(1)))
				}),
		},
	}},
	expr.OpSelect: {{
		func() expr.Node { return ids().Prefix("/* a */", "sqlite") },
		map[string][]build{
			"raw":         {func() expr.Node { return ids() }, func() expr.Node { return ids().Prefix("/* a */", "sqlite").Suffix("x") }},
			"raw.place":   one(func() expr.Node { return ids().Suffix("/* a */", "sqlite") }),
			"raw.text":    one(func() expr.Node { return ids().Prefix("/* b */", "sqlite") }),
			"raw.dialect": {func() expr.Node { return ids().Prefix("/* a */", "mysql") }, func() expr.Node { return ids().Prefix("/* a */") }},
		},
	}, {
		func() expr.Node { return ids().Hint(customers(), "USE INDEX (a)") },
		map[string][]build{"raw.of": one(func() expr.Node { return ids().Hint(orders(), "USE INDEX (a)") })},
	}},
}

// near is a function of a host's own whose calls have data.
var near = sync.OnceValue(func() *expr.Function {
	fn, err := expr.NewFunction("near", expr.FunctionOptions{Args: []schema.Type{schema.Unknown}, Returns: schema.Boolean, Data: true,
		Text: func(string, []byte) (string, error) { return "abs($1) < 9", nil }})
	if err != nil {
		panic(err)
	}
	return fn
})

// rawRows is a statement of raw text.
func rawRows(text string, columns ...expr.ColumnType) *expr.TextStmt {
	return expr.RawText(text, nil).TextColumns(columns...)
}
