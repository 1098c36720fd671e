package luasource

import (
	"github.com/sqlser/sqlser/engine/expr"
)

var joinNames = map[expr.JoinKind]string{expr.InnerJoin: "join", expr.LeftJoin: "left_join", expr.FullJoin: "full_join", expr.CrossJoin: "cross_join"}

// clauses are the chains of sources and statements.
func clauses(f form) []chain {
	switch f.node.Op() {
	case expr.OpAlias:
		if f.has("rows") {
			return []chain{method(f.source("source"), "alias_of", f.source("rows"), f.optional("name"))}
		}
		return []chain{method(f.source("source"), "alias", f.optional("name"))}
	case expr.OpSubquery:
		name := "subquery"
		if f.has("lateral") {
			name = "lateral"
		}
		return []chain{method(f.query("query"), name, f.optional("name"))}
	case expr.OpCTE:
		c := chain{on: f.get("query")}
		switch expr.Materialized(f.code("materialized")) {
		case expr.MaterializedAlways:
			c.then("cte", f.text("name"), []any{true})
		case expr.MaterializedNever:
			c.then("cte", f.text("name"), []any{false})
		default:
			c.then("cte", f.text("name"))
		}
		return []chain{c}
	case expr.OpValues:
		var rows [][]any
		for _, r := range f.parts("rows") {
			rows = append(rows, r.exprs("cells"))
		}
		return []chain{module("values", f.columnTypes("columns"), rows)}
	case expr.OpTableFunction:
		options := make([]any, 4)
		options[0] = f.optional("name")
		if f.has("columns") {
			options[1] = f.columnTypes("columns")
		}
		if f.has("ordinality") {
			options[2] = true
		}
		if f.has("typed") {
			options[3] = true
		}
		return []chain{method(f.x("call"), "table_valued", options)}
	case expr.OpTablesample:
		options := []any{expr.SampleMethod(f.code("method")).String(), nil}
		if f.has("seed") {
			options[1] = f.x("seed")
		}
		return []chain{method(f.source("source"), "tablesample", f.x("percent"), options)}
	case expr.OpJoin:
		kind := expr.JoinKind(f.code("kind"))
		if kind == expr.CrossJoin {
			return []chain{method(f.get("left"), joinNames[kind], f.get("right"))}
		}
		if !f.has("on") { // along a relationship
			return []chain{method(f.get("left"), joinNames[kind], f.get("right"), []any{})}
		}
		return []chain{method(f.get("left"), joinNames[kind], f.get("right"), f.conditions("on"))}
	case expr.OpSelect:
		return []chain{selects(f)}
	case expr.OpRelated, expr.OpAny, expr.OpLoad:
		return ofEntities(f)
	case expr.OpCompound:
		return compounds(f)
	case expr.OpInsert:
		return inserts(f)
	case expr.OpUpdate:
		return []chain{changes(f, "update", "from")}
	case expr.OpDelete:
		return []chain{changes(f, "delete", "using")}
	}
	return nil
}

func selects(f form) chain {
	c := module("select", f.items("columns"))
	if f.has("from") {
		c.then("from", f.froms("from"))
	}
	for _, j := range f.parts("joins") {
		if kind := expr.JoinKind(j.code("kind")); kind == expr.CrossJoin {
			c.then(joinNames[kind], j.get("target"))
		} else if !j.has("on") {
			c.then(joinNames[kind], j.get("target"), []any{})
		} else {
			c.then(joinNames[kind], j.get("target"), j.conditions("on"))
		}
	}
	if f.has("where") {
		c.then("where", f.conditions("where"))
	}
	if f.has("group_by") {
		c.then("group_by", f.exprs("group_by"))
	}
	if f.has("having") {
		c.then("having", f.conditions("having"))
	}
	for _, w := range f.parts("windows") {
		c.then("window", w.text("name"), window(w))
	}
	if f.has("order_by") {
		c.then("order_by", f.orders("order_by"))
	}
	if f.has("with_ties") {
		c.then("fetch", f.x("limit"), []any{true})
	} else if f.has("limit") {
		c.then("limit", f.x("limit"))
	}
	if f.has("offset") {
		c.then("offset", f.x("offset"))
	}
	if f.has("distinct") {
		c.then("distinct", []any{})
	} else if f.has("distinct_on") {
		c.then("distinct", f.exprs("distinct_on"))
	}
	if strength := expr.LockStrength(f.code("lock")); strength != 0 {
		options := make([]any, 4)
		if of := f.froms("lock_of"); of != nil {
			options[0] = of
		}
		switch expr.LockWait(f.code("lock_wait")) {
		case expr.SkipLocked:
			options[1] = true
		case expr.NoWait:
			options[2] = true
		}
		if strength != expr.ForUpdate {
			options[3] = strength.String()
		}
		c.then("for_update", options)
	}
	switch f.code("correlate") {
	case 1:
		c.then("correlate", f.froms("correlate_of"))
	case 2:
		c.then("correlate_except", f.froms("correlate_of"))
	}
	if f.has("with") {
		c.then("with", f.froms("with"))
	}
	if f.has("options") {
		c.then("options", f.loads("options"))
	}
	for _, r := range f.parts("raw") {
		args := []any{r.text("text")}
		if d := r.text("dialect"); d != "" {
			args = append(args, d)
		}
		switch expr.RawPlace(r.code("place")) {
		case expr.RawPrefix:
			c.then("prefix", args...)
		case expr.RawSuffix:
			c.then("suffix", args...)
		default:
			c.then("with_hint", append([]any{r.get("of")}, args...)...)
		}
	}
	return c
}

// compounds are q:union(q2), ordered and limited.
func compounds(f form) []chain {
	name := map[expr.SetOp]string{
		expr.Union: "union", expr.UnionAll: "union_all", expr.Intersect: "intersect", expr.IntersectAll: "intersect_all", expr.Except: "except", expr.ExceptAll: "except_all",
	}[expr.SetOp(f.code("op"))]
	list := f.list("queries")
	var rest []expr.Query
	for _, v := range list[1:] {
		q, _ := v.(expr.Query)
		rest = append(rest, q)
	}
	c := method(list[0], name, rest)
	if f.has("order_by") {
		c.then("order_by", f.orders("order_by"))
	}
	if f.has("limit") {
		c.then("limit", f.x("limit"))
	}
	if f.has("offset") {
		c.then("offset", f.x("offset"))
	}
	return []chain{c}
}

// inserts are an insert with sql.excluded, and one that names the excluded row.
func inserts(f form) []chain {
	named := insert(f)
	if !f.has("conflict_set") {
		return []chain{named}
	}
	c := insert(f)
	for i, s := range c.steps {
		c.steps[i].excluded = s.name == "do_update" || s.name == "where"
	}
	return []chain{c, named}
}

func insert(f form) chain {
	c := module("insert", f.get("table"))
	columns := f.columns("columns")
	switch rows := f.parts("rows"); {
	case f.has("query"):
		c.then("from_select", columns, f.query("query"))
	case len(rows) > 0:
		var list []expr.Assign
		for _, r := range rows {
			set := expr.Assign{}
			cells := r.exprs("cells")
			for i := range min(len(cells), len(columns)) {
				set[nameOf(columns[i])] = cells[i]
			}
			list = append(list, set)
		}
		c.then("values", list)
	}
	if action := expr.ConflictAction(f.code("on_conflict")); action != 0 {
		args := []any{f.columns("conflict_columns")}
		if name := f.text("conflict_constraint"); name != "" {
			args = []any{nil, []any{name, nil}}
		} else if f.has("conflict_among") {
			args = append(args, []any{nil, f.x("conflict_among")})
		}
		c.then("on_conflict", args...)
		switch action {
		case expr.DoNothing:
			c.then("do_nothing")
		case expr.DoUpdate:
			if c.then("do_update", f.assignments("conflict_set")); f.has("conflict_where") {
				c.then("where", f.conditions("conflict_where"))
			}
		}
	}
	if f.has("returning") {
		c.then("returning", f.items("returning"))
	}
	return c
}

// nameOf is what assignments call a column, or an attribute of an entity.
func nameOf(column any) string {
	if a, ok := column.(expr.Expr).Node().(*expr.AttributeExpr); ok {
		return a.Attribute().Name()
	}
	return column.(expr.Expr).Node().(*expr.ColumnExpr).Name()
}

// changes are updates and deletes.
func changes(f form, name, from string) chain {
	c := module(name, f.get("table"))
	if f.has("set") {
		c.then("set", f.assignments("set"))
	}
	if f.has(from) {
		c.then(from, f.froms(from))
	}
	if f.has("where") {
		c.then("where", f.conditions("where"))
	}
	if f.has("all_rows") {
		c.then("all_rows")
	}
	if f.has("order_by") {
		c.then("order_by", f.orders("order_by"))
	}
	if f.has("limit") {
		c.then("limit", f.x("limit"))
	}
	if f.has("returning") {
		c.then("returning", f.items("returning"))
	}
	return c
}
