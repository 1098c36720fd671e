package expr_test

import (
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// declareEntities gives the metadata of all tests its entities.
func declareEntities(m *schema.MetaData) {
	m.Entity("Customer", schema.OnTable("customers"), schema.OneToMany("orders", "Order"), schema.OneToOne("first_order", "Order"))
	m.Entity("Order", schema.OnTable("shop", "orders"), schema.ManyToOne("customer", "Customer"), schema.StableID("order"), schema.OneToMany("lines", "Line"))
	m.Entity("Line", schema.OnTable("lines"))
	m.Entity("Employee", schema.OnTable("employees"), schema.ManyToOne("boss", "Employee", schema.StableID("boss")), schema.OneToMany("reports", "Employee", schema.OrderBy("-called")),
		schema.NewAttribute("called", schema.OfColumn("name"), schema.StableID("name")))
}

func entity(name string) *expr.EntitySource { return expr.Entity(shop().LookupEntity(name)) }

// related is a relationship of an employee to another one under an alias.
func related(source expr.Source, name string, of *expr.AliasSource, called string) *expr.RelatedClause {
	r := source.(interface {
		R(string) *expr.RelatedClause
	}).R(name)
	if of != nil {
		r = r.OfType(of)
	}
	if called != "" {
		r = r.And(entity("Employee").C("called").Eq(called))
	}
	return r
}

func alias(name string) *expr.AliasSource { return entity("Employee").Alias(name) }

func load(kind expr.LoadKind, name string, nested ...*expr.LoadOption) *expr.LoadOption {
	return expr.Load(kind, entity("Customer").R(name), nested...)
}

func wholes(options ...*expr.LoadOption) build {
	return func() expr.Node { return expr.Select(entity("Customer")).Options(options...) }
}

type option = *expr.LoadOption

func loads(make func() option) build { return func() expr.Node { return make() } }

var fixturesOfEntities = map[expr.Op][]fixture{
	expr.OpEntity: {{
		func() expr.Node { return entity("Customer") },
		map[string][]build{"entity": one(func() expr.Node { return entity("Order") })},
	}},
	expr.OpAttribute: {{
		x(func() expr.Expr { return entity("Customer").C("name") }),
		map[string][]build{
			"source":    exprs(func() expr.Expr { return entity("Customer").Alias("c").C("name") }),
			"attribute": exprs(func() expr.Expr { return entity("Customer").C("email") }),
		},
	}},
	expr.OpWhole: {{
		func() expr.Node { return expr.Select(entity("Customer")).Items().At(0).Expr().Node() },
		map[string][]build{"source": one(func() expr.Node { return expr.Select(entity("Order")).Items().At(0).Expr().Node() })},
	}},
	expr.OpRelated: {{
		func() expr.Node { return related(entity("Employee"), "reports", alias("r"), "Ann") },
		map[string][]build{
			"source":       one(func() expr.Node { return related(alias("x"), "reports", alias("r"), "Ann") }),
			"relationship": one(func() expr.Node { return related(entity("Employee"), "boss", alias("r"), "Ann") }),
			"of_type": {func() expr.Node { return related(entity("Employee"), "reports", alias("s"), "Ann") },
				func() expr.Node { return related(entity("Employee"), "reports", nil, "Ann") }},
			"and": {func() expr.Node { return related(entity("Employee"), "reports", alias("r"), "Bob") },
				func() expr.Node { return related(entity("Employee"), "reports", alias("r"), "") }},
		},
	}},
	expr.OpAny: {{
		x(func() expr.Expr { return entity("Employee").R("reports").Any(entity("Employee").C("called").Eq("x")) }),
		map[string][]build{
			"related": exprs(func() expr.Expr { return entity("Employee").R("boss").Any(entity("Employee").C("called").Eq("x")) }),
			"where": exprs(func() expr.Expr { return entity("Employee").R("reports").Any(entity("Employee").C("called").Eq("y")) },
				func() expr.Expr { return entity("Employee").R("reports").Any() }),
		},
	}},
	expr.OpLoad: {{
		loads(func() option {
			return load(expr.JoinedLoad, "orders", expr.Load(expr.SelectinLoad, entity("Order").R("lines")))
		}),
		map[string][]build{
			"kind": one(loads(func() option {
				return load(expr.SelectinLoad, "orders", expr.Load(expr.SelectinLoad, entity("Order").R("lines")))
			})),
			"related": one(loads(func() option {
				return load(expr.JoinedLoad, "first_order", expr.Load(expr.SelectinLoad, entity("Order").R("lines")))
			})),
			"options": {loads(func() option { return load(expr.JoinedLoad, "orders") }), loads(func() option {
				return load(expr.JoinedLoad, "orders", expr.Load(expr.RaiseLoad, entity("Order").R("lines")))
			})},
		},
	}, {
		loads(func() option { return expr.LoadAttributes(expr.LoadOnly, entity("Customer").C("name")) }),
		map[string][]build{
			"attributes": {loads(func() option { return expr.LoadAttributes(expr.LoadOnly, entity("Customer").C("email")) }), loads(func() option {
				return expr.LoadAttributes(expr.LoadOnly, entity("Customer").C("name"), entity("Customer").C("email"))
			})},
			"kind": one(loads(func() option { return expr.LoadAttributes(expr.Defer, entity("Customer").C("name")) })),
		},
	}, {
		loads(func() option { return expr.WithCriteria(entity("Customer"), entity("Customer").C("vip")) }),
		map[string][]build{
			"entity": one(loads(func() option { return expr.WithCriteria(entity("Order"), entity("Customer").C("vip")) })),
			"where":  one(loads(func() option { return expr.WithCriteria(entity("Customer"), entity("Customer").C("active")) })),
		},
	}},
	expr.OpSelect: {{
		wholes(load(expr.JoinedLoad, "orders")),
		map[string][]build{
			"options": {wholes(), wholes(load(expr.SubqueryLoad, "orders")), wholes(load(expr.JoinedLoad, "orders"), load(expr.RaiseLoad, "first_order"))},
		},
	}},
}
