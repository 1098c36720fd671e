package expr_test

import (
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// fixture is a node and, by field, nodes that differ from it in this field only.
// Fields of parts are named as in "columns.label"; where one cannot change alone,
// several stand with spaces between them.
type fixture struct {
	make func() expr.Node
	vary map[string][]func() expr.Node
}

type build = func() expr.Node

func x(e func() expr.Expr) build { return func() expr.Node { return e().Node() } }

// one is a variant, several are several.
func one(b build) []build { return []build{b} }

func exprs(list ...func() expr.Expr) (all []build) {
	for _, e := range list {
		all = append(all, x(e))
	}
	return all
}

// sums is a derived source of two columns.
func sums(name string) *expr.SubquerySource {
	o := orders()
	return expr.Select(o.C("customer_id"), expr.Func("sum", o.C("total")).Label("total")).GroupBy(o.C("customer_id")).Subquery(name)
}

func ids() *expr.SelectStmt   { return expr.Select(id()) }
func names() *expr.SelectStmt { return expr.Select(name()) }

// fixtures has at least one of each node kind; together they have every field.
var fixtures = merged(fixturesOfBasics, fixturesOfQueries, fixturesOfOperators, fixturesOfChanges, fixturesOfEntities)

func merged(groups ...map[expr.Op][]fixture) map[expr.Op][]fixture {
	all := map[expr.Op][]fixture{}
	for _, group := range groups {
		for op, list := range group {
			all[op] = append(all[op], list...)
		}
	}
	return all
}

var fixturesOfBasics = map[expr.Op][]fixture{
	expr.OpLiteral: {{
		x(func() expr.Expr { return expr.TypedLiteral(expr.Int(1), schema.Integer) }),
		map[string][]build{
			"value": exprs(func() expr.Expr { return expr.TypedLiteral(expr.Int(2), schema.Integer) },
				func() expr.Expr { return expr.TypedLiteral(expr.Value{}, schema.Integer) }),
			"as": exprs(func() expr.Expr { return expr.TypedLiteral(expr.Int(1), schema.SmallInteger) },
				func() expr.Expr { return expr.Of(1) }),
		},
	}, {
		x(func() expr.Expr { return expr.Of(1) }),
		map[string][]build{"value": exprs(func() expr.Expr { return expr.Of(1.0) }, func() expr.Expr { return expr.Of("1") },
			func() expr.Expr { return expr.Of(true) }, func() expr.Expr { return expr.Of([]byte("1")) },
			func() expr.Expr { return expr.Literal(decimal("1")) }, func() expr.Expr { return expr.Literal(decimal("1.0")) })},
	}},
	expr.OpParam: {{
		x(func() expr.Expr { return expr.ParamDefault("p", schema.Integer, 1) }),
		map[string][]build{"parameter": exprs(
			func() expr.Expr { return expr.ParamDefault("q", schema.Integer, 1) },
			func() expr.Expr { return expr.ParamDefault("p", schema.BigInteger, 1) },
			func() expr.Expr { return expr.ParamDefault("p", schema.Integer, 2) },
			func() expr.Expr { return expr.ParamDefault("p", schema.Integer, nil) },
			func() expr.Expr { return expr.Param("p", schema.Integer) })},
	}, {
		x(func() expr.Expr { return expr.ParamDefault("p", schema.ArrayOf(schema.Date), []any{"2026-01-31", nil}) }),
		map[string][]build{"parameter": exprs(
			func() expr.Expr { return expr.ParamDefault("p", schema.ArrayOf(schema.Date), []any{nil}) },
			func() expr.Expr { return expr.ParamDefault("p", schema.ArrayOf(schema.Date), nil) },
			func() expr.Expr { return expr.Param("p", schema.ArrayOf(schema.Date)) })},
	}},
	expr.OpColumn: {{
		x(name),
		map[string][]build{"column": exprs(func() expr.Expr { return customers().C("email") },
			func() expr.Expr { return employees().C("name") }, func() expr.Expr { return customers().Alias("c").C("name") })},
	}, {
		x(func() expr.Expr { return sums("s").C("total") }),
		map[string][]build{"column": exprs(func() expr.Expr { return sums("s").C("customer_id") },
			func() expr.Expr { return sums("t").C("total") }, func() expr.Expr { return sums("s").Alias("s").C("total") })},
	}},
	expr.OpBinary: {{
		x(func() expr.Expr { return id().Eq(age()) }),
		map[string][]build{
			"op":    exprs(func() expr.Expr { return id().Le(age()) }),
			"left":  exprs(func() expr.Expr { return age().Eq(age()) }),
			"right": exprs(func() expr.Expr { return id().Eq(id()) }),
		},
	}},
	expr.OpUnary: {{
		x(func() expr.Expr { return name().IsNull() }),
		map[string][]build{
			"op": exprs(func() expr.Expr { return name().IsNotNull() }),
			"x":  exprs(func() expr.Expr { return age().IsNull() }),
		},
	}},
	expr.OpLogic: {{
		x(func() expr.Expr { return expr.Or(active(), vip()) }),
		map[string][]build{
			"or": exprs(func() expr.Expr { return expr.And(active(), vip()) }),
			"terms": exprs(func() expr.Expr { return expr.Or(vip(), active()) },
				func() expr.Expr { return expr.Or(active(), vip(), active()) }),
		},
	}},
	expr.OpIn: {{
		x(func() expr.Expr { return id().NotIn(1, 2) }),
		map[string][]build{
			"x":    exprs(func() expr.Expr { return age().NotIn(1, 2) }),
			"list": exprs(func() expr.Expr { return id().NotIn(1, 3) }, func() expr.Expr { return id().NotIn() }),
			"not":  exprs(func() expr.Expr { return id().In(1, 2) }),
		},
	}, {
		x(func() expr.Expr { return id().In(ids()) }),
		map[string][]build{"query": exprs(func() expr.Expr { return id().In(ids().Distinct()) })},
	}},
	expr.OpBetween: {{
		x(func() expr.Expr { return age().NotBetween(1, 9) }),
		map[string][]build{
			"x":    exprs(func() expr.Expr { return id().NotBetween(1, 9) }),
			"low":  exprs(func() expr.Expr { return age().NotBetween(2, 9) }),
			"high": exprs(func() expr.Expr { return age().NotBetween(1, 8) }),
			"not":  exprs(func() expr.Expr { return age().Between(1, 9) }),
		},
	}},
	expr.OpTextMatch: {{
		x(func() expr.Expr { return name().NotLike("a%") }),
		map[string][]build{
			"op":      exprs(func() expr.Expr { return name().NotILike("a%") }),
			"x":       exprs(func() expr.Expr { return customers().C("email").NotLike("a%") }),
			"pattern": exprs(func() expr.Expr { return name().NotLike("b%") }),
			"not":     exprs(func() expr.Expr { return name().Like("a%") }),
		},
	}},
	expr.OpCase: {{
		x(func() expr.Expr { return expr.CaseElse(0, expr.NewWhen(active(), 1), expr.NewWhen(vip(), 2)) }),
		map[string][]build{
			"whens":      exprs(func() expr.Expr { return expr.CaseElse(0, expr.NewWhen(active(), 1)) }),
			"whens.cond": exprs(func() expr.Expr { return expr.CaseElse(0, expr.NewWhen(vip(), 1), expr.NewWhen(vip(), 2)) }),
			"whens.then": exprs(func() expr.Expr { return expr.CaseElse(0, expr.NewWhen(active(), 1), expr.NewWhen(vip(), 3)) }),
			"else": exprs(func() expr.Expr { return expr.CaseElse(9, expr.NewWhen(active(), 1), expr.NewWhen(vip(), 2)) },
				func() expr.Expr { return expr.Case(expr.NewWhen(active(), 1), expr.NewWhen(vip(), 2)) }),
		},
	}},
	expr.OpCast: {{
		x(func() expr.Expr { return id().Cast(schema.String(20)) }),
		map[string][]build{
			"x":  exprs(func() expr.Expr { return age().Cast(schema.String(20)) }),
			"to": exprs(func() expr.Expr { return id().Cast(schema.String(21)) }, func() expr.Expr { return id().Cast(schema.Text) }),
		},
	}},
	expr.OpDateTrunc: {{
		x(func() expr.Expr { return expr.DateTrunc(expr.Month, customers().C("born")) }),
		map[string][]build{
			"unit": exprs(func() expr.Expr { return expr.DateTrunc(expr.Week, customers().C("born")) }),
			"x":    exprs(func() expr.Expr { return expr.DateTrunc(expr.Month, customers().C("created")) }),
		},
	}},
	expr.OpDateDiff: {{
		x(func() expr.Expr { return expr.DateDiff(expr.Month, customers().C("born"), customers().C("created")) }),
		map[string][]build{
			"unit": exprs(func() expr.Expr { return expr.DateDiff(expr.Hour, customers().C("born"), customers().C("created")) }),
			"from": exprs(func() expr.Expr {
				return expr.DateDiff(expr.Month, customers().C("created"), customers().C("created"))
			}),
			"to": exprs(func() expr.Expr { return expr.DateDiff(expr.Month, customers().C("born"), customers().C("born")) }),
		},
	}},
	expr.OpAtTimeZone: {{
		x(func() expr.Expr { return customers().C("seen").AtTimeZone("+01:00") }),
		map[string][]build{
			"x": exprs(func() expr.Expr { return customers().C("created").AtTimeZone("+01:00") }),
			"zone": exprs(func() expr.Expr { return customers().C("seen").AtTimeZone("Europe/Berlin") },
				func() expr.Expr { return customers().C("seen").AtTimeZone(expr.Param("zone", schema.Text)) }),
		},
	}},
	expr.OpJSON: {{
		x(func() expr.Expr { return customers().C("data").Get("items", 0).AsString() }),
		map[string][]build{
			"x": exprs(func() expr.Expr { return expr.Literal(jsonValue("[1]")).Get("items", 0).AsString() }),
			"path": exprs(func() expr.Expr { return customers().C("data").Get("items", 1).AsString() },
				func() expr.Expr { return customers().C("data").Get("items", "0").AsString() },
				func() expr.Expr { return customers().C("data").Get("items").AsString() },
				func() expr.Expr { return customers().C("data").AsString() }),
			"as": exprs(func() expr.Expr { return customers().C("data").Get("items", 0) },
				func() expr.Expr { return customers().C("data").Get("items", 0).AsInteger() }),
		},
	}},
	expr.OpExtract: {{
		x(func() expr.Expr { return expr.Extract(expr.Year, customers().C("born")) }),
		map[string][]build{
			"part": exprs(func() expr.Expr { return expr.Extract(expr.Month, customers().C("born")) }),
			"x":    exprs(func() expr.Expr { return expr.Extract(expr.Year, customers().C("created")) }),
		},
	}},
	expr.OpCall: {{
		x(func() expr.Expr { return expr.Func("max", age()).Distinct() }),
		map[string][]build{
			"function": exprs(func() expr.Expr { return expr.Func("min", age()).Distinct() }),
			"args":     exprs(func() expr.Expr { return expr.Func("max", id()).Distinct() }),
			"distinct": exprs(func() expr.Expr { return expr.Func("max", age()) }),
		},
	}},
	expr.OpArray: {{
		x(func() expr.Expr { return expr.Array(schema.Integer, 1, 2) }),
		map[string][]build{
			"elem":  exprs(func() expr.Expr { return expr.Array(schema.BigInteger, 1, 2) }),
			"items": exprs(func() expr.Expr { return expr.Array(schema.Integer, 2, 1) }, func() expr.Expr { return expr.Array(schema.Integer) }),
		},
	}},
	expr.OpScalar: {{
		x(func() expr.Expr { return ids().Scalar() }),
		map[string][]build{"query": exprs(func() expr.Expr { return names().Scalar() })},
	}},
	expr.OpExists: {{
		x(func() expr.Expr { return ids().Exists() }),
		map[string][]build{"query": exprs(func() expr.Expr { return names().Exists() })},
	}},
	expr.OpRef: {{
		x(func() expr.Expr { return expr.Ref("n") }),
		map[string][]build{"name": exprs(func() expr.Expr { return expr.Ref("N") })},
	}},
	expr.OpTable: {{
		func() expr.Node { return customers() },
		map[string][]build{"table": one(func() expr.Node { return orders() })},
	}},
	expr.OpAlias: {{
		func() expr.Node { return customers().Alias("a") },
		map[string][]build{
			"source": {func() expr.Node { return orders().Alias("a") }, func() expr.Node { return customers().Alias("a").Alias("a") }},
			"name":   {func() expr.Node { return customers().Alias("A") }, func() expr.Node { return customers().Alias("") }},
		},
	}, {
		func() expr.Node { return entity("Customer").AliasOf(ids().Subquery("s"), "a") },
		map[string][]build{"rows": {func() expr.Node { return entity("Customer").AliasOf(ids().Subquery("t"), "a") }, func() expr.Node { return entity("Customer").Alias("a") }}},
	}},
	expr.OpSubquery: {{
		func() expr.Node { return ids().Subquery("s") },
		map[string][]build{
			"query": one(func() expr.Node { return names().Subquery("s") }),
			"name":  one(func() expr.Node { return ids().Subquery("t") }),
		},
	}},
	expr.OpJoin: {{
		func() expr.Node { return expr.Join(expr.InnerJoin, customers(), orders(), active()) },
		map[string][]build{
			"kind":  one(func() expr.Node { return expr.Join(expr.FullJoin, customers(), orders(), active()) }),
			"left":  one(func() expr.Node { return expr.Join(expr.InnerJoin, employees(), orders(), active()) }),
			"right": one(func() expr.Node { return expr.Join(expr.InnerJoin, customers(), employees(), active()) }),
			"on":    one(func() expr.Node { return expr.Join(expr.InnerJoin, customers(), orders(), vip()) }),
		},
	}},
	expr.OpSelect: {{report(part{}), map[string][]build{
		"columns":        one(report(part{more: true})),
		"columns.expr":   one(report(part{column: name})),
		"columns.label":  {report(part{label: "m"}), report(part{label: "N"})},
		"from":           one(report(part{from: employees})),
		"joins":          one(report(part{join: func(s *expr.SelectStmt) *expr.SelectStmt { return s.CrossJoin(employees()) }})),
		"joins.kind":     one(report(part{kind: expr.LeftJoin})),
		"joins.target":   one(report(part{target: employees})),
		"joins.on":       one(report(part{on: vip})),
		"where":          one(report(part{where: vip})),
		"group_by":       one(report(part{group: name})),
		"having":         one(report(part{having: vip})),
		"order_by":       one(report(part{join: func(s *expr.SelectStmt) *expr.SelectStmt { return s.OrderBy(id()) }})),
		"order_by.expr":  one(report(part{order: expr.Ref("n").Desc().NullsLast()})),
		"order_by.desc":  one(report(part{order: id().Asc().NullsLast()})),
		"order_by.nulls": {report(part{order: id().Desc().NullsFirst()}), report(part{order: id().Desc()})},
		"limit":          {report(part{limit: 11}), report(part{limit: 0}), report(part{limit: expr.Param("n", schema.Integer)})},
		"offset":         {report(part{offset: 21}), report(part{offset: nothing{}})},
		"distinct":       one(report(part{all: true})),
	}}},
}

// part says what is other in a report.
type part struct {
	more, all            bool
	column, on           func() expr.Expr
	where, group, having func() expr.Expr
	label                string
	from, target         func() *expr.TableSource
	join                 func(*expr.SelectStmt) *expr.SelectStmt
	kind                 expr.JoinKind
	order                expr.Order
	limit, offset        any
}

// nothing stands for a part that is taken away.
type nothing struct{}

func or[T any](v func() T, otherwise func() T) T {
	if v != nil {
		return v()
	}
	return otherwise()
}

// report is a select with every part.
func report(p part) build {
	return func() expr.Node {
		if p.label == "" {
			p.label = "n"
		}
		if p.order.Expr().IsZero() {
			p.order = id().Desc().NullsLast()
		}
		s := expr.Select(or(p.column, age).Label(p.label)).From(or(p.from, customers))
		if on, target := or(p.on, active), or(p.target, orders); p.kind == expr.LeftJoin {
			s = s.LeftJoin(target, on)
		} else {
			s = s.Join(target, on)
		}
		s = s.Where(or(p.where, active)).GroupBy(or(p.group, id)).Having(or(p.having, active)).OrderBy(p.order)
		if p.limit == nil {
			p.limit = 10
		}
		switch p.offset.(type) {
		case nil:
			s = s.Offset(20)
		case nothing:
		default:
			s = s.Offset(p.offset)
		}
		if s = s.Limit(p.limit); !p.all {
			s = s.Distinct()
		}
		if p.more {
			s = s.AddColumns(id())
		}
		if p.join != nil {
			s = p.join(s)
		}
		return s
	}
}
