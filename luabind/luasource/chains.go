package luasource

import (
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// chains are the ways in which scripts may make a node, the one to prefer first. Which of
// them makes just this node is found out by trying.
func chains(f form) []chain {
	switch f.node.Op() {
	case expr.OpLiteral:
		return literals(f)
	case expr.OpParam:
		return params(f)
	case expr.OpBinary:
		return binaries(f)
	case expr.OpUnary:
		x := f.x("x")
		names := map[expr.UnaryOp]string{
			expr.OpNeg: "neg", expr.OpIsNull: "is_null", expr.OpIsNotNull: "is_not_null", expr.OpBitNot: "bitwise_not",
			expr.OpIsTrue: "is_true", expr.OpIsNotTrue: "is_not_true", expr.OpIsFalse: "is_false", expr.OpIsNotFalse: "is_not_false",
		}
		if op := expr.UnaryOp(f.code("op")); op != expr.OpNot {
			return []chain{method(x, names[op])}
		}
		return []chain{module("not_", x)}
	case expr.OpLogic:
		terms := f.exprs("terms")
		name := "and_"
		if f.has("or") {
			name = "or_"
		}
		return []chain{module(name, terms)}
	case expr.OpIn:
		return []chain{inList(f)}
	case expr.OpBetween:
		c := method(f.x("x"), negated(f, "between"), f.x("low"), f.x("high"))
		if f.has("symmetric") {
			c.steps[0].args = append(c.steps[0].args, []any{true})
		}
		return []chain{c}
	case expr.OpTextMatch:
		return likes(f)
	case expr.OpCase:
		var whens []any
		for _, w := range f.parts("whens") {
			whens = append(whens, expr.NewWhen(w.x("cond"), w.x("then")))
		}
		if f.has("else") {
			whens = append(whens, f.x("else"))
		} else {
			whens = append(whens, nil)
		}
		return []chain{module("case", nil, whens)}
	case expr.OpCast:
		if f.has("coerce") {
			return []chain{method(f.x("x"), "type_coerce", f.typ("to"))}
		}
		return []chain{method(f.x("x"), "cast", f.typ("to"))}
	case expr.OpCall:
		return []chain{call(f)}
	case expr.OpArray:
		items := f.exprs("items")
		if len(items) == 0 {
			return nil
		}
		return []chain{module("array", items), module("array_of", f.typ("elem"), items)}
	case expr.OpScalar:
		return []chain{method(f.query("query"), "scalar")}
	case expr.OpExists:
		return []chain{module("exists", f.query("query"))}
	case expr.OpRef:
		return []chain{module("ref", f.text("name"))}
	case expr.OpExtract:
		return []chain{module("extract", expr.DateField(f.code("part")).String(), f.x("x"))}
	case expr.OpOver:
		if name := f.text("window"); name != "" {
			return []chain{method(f.x("call"), "over", expr.NamedWindow(name))}
		}
		return []chain{method(f.x("call"), "over", window(f))}
	case expr.OpGrouping:
		return []chain{groupings(f)}
	case expr.OpCustom:
		c := method(f.x("left"), "op", f.text("op"))
		switch t := f.typ("type"); t {
		case schema.Unknown:
		case schema.Boolean:
			c.steps[0].name = "bool_op"
		default:
			c.steps[0].args = append(c.steps[0].args, t)
		}
		c.steps[0].operand = f.x("right")
		return []chain{c}
	case expr.OpDateTrunc:
		return []chain{module("date_trunc", expr.DateField(f.code("unit")).String(), f.x("x"))}
	case expr.OpDateDiff:
		return []chain{module("date_diff", expr.DateField(f.code("unit")).String(), f.x("from"), f.x("to"))}
	case expr.OpAtTimeZone:
		return []chain{method(f.x("x"), "at_time_zone", f.x("zone"))}
	case expr.OpDefault:
		return []chain{module("default")}
	case expr.OpJSON:
		c := chain{on: f.x("x")}
		if path := f.exprs("path"); len(path) > 0 {
			c.then("get", path)
		}
		if as := expr.JSONAs(f.code("as")); as != expr.AsJSON || len(c.steps) == 0 {
			c.then("as_" + as.String())
		}
		return []chain{c}
	case expr.OpCollate:
		return []chain{method(f.x("x"), "collate", f.text("name"))}
	case expr.OpRegexp:
		c := method(f.x("x"), "regexp_match", f.x("pattern"))
		if f.has("with") {
			c = method(f.x("x"), "regexp_replace", f.x("pattern"), f.x("with"))
		}
		if f.has("ignore_case") {
			c.steps[0].args = append(c.steps[0].args, "i")
		}
		return []chain{c}
	case expr.OpTuple:
		return []chain{module("tuple", f.exprs("items"))}
	case expr.OpQuantified:
		name := "any_"
		if f.has("all") {
			name = "all_"
		}
		if q := f.query("query"); q != nil {
			return []chain{method(q, name)}
		}
		return []chain{method(f.x("array"), name)}
	case expr.OpGiven:
		p, _ := f.get("parameter").(*expr.Parameter)
		return []chain{method(expr.ParamOf(p), "if_given", f.x("cond"))}
	case expr.OpText:
		return texts(f)
	case expr.OpTextStmt:
		return []chain{method(f.x("text"), "columns", f.columnTypes("columns"))}
	}
	return clauses(f)
}

func negated(f form, name string) string {
	if f.has("not") {
		return "not_" + name
	}
	return name
}

func literals(f form) []chain {
	v, _ := f.get("value").(expr.Value)
	if as := f.typ("as"); !as.IsUnknown() {
		return []chain{module("literal", expr.Literal(v), as)}
	}
	return []chain{plain(v)}
}

// plain is a value as an expression. Its argument is what the method takes: text.
func plain(v expr.Value) chain {
	switch v.Kind() {
	case schema.KindUnknown:
		return module("null")
	case schema.KindBoolean:
		if v.Int() == 1 {
			return module("true_")
		}
		return module("false_")
	case schema.KindBigInteger:
		return module("int", v.Plain())
	case schema.KindDouble:
		return module("float", v.Plain())
	case schema.KindNumeric:
		return module("decimal", v.Plain())
	case schema.KindText:
		return module("literal", expr.Literal(v))
	case schema.KindLargeBinary:
		return module("bytes", v.Text())
	case schema.KindDate:
		return module("date", v.Plain())
	case schema.KindTime:
		return module("time", v.Plain())
	case schema.KindDateTime, schema.KindDateTimeTZ:
		return module("datetime", v.Plain())
	case schema.KindInterval:
		return module("interval", intervalParts(v))
	case schema.KindUUID:
		return module("uuid", v.Plain())
	case schema.KindJSON:
		return module("json_text", v.Text())
	}
	return chain{}
}

// intervalParts splits microseconds so that each number is exact.
func intervalParts(v expr.Value) map[string]float64 {
	const hour = 3600_000_000
	parts := map[string]float64{}
	add := func(name string, n float64) {
		if n != 0 {
			parts[name] = n
		}
	}
	add("months", float64(v.Months()))
	add("days", float64(v.Days()))
	add("hours", float64(v.Int()/hour))
	add("seconds", float64(v.Int()%hour)/1e6)
	return parts
}

func params(f form) []chain {
	p, _ := f.get("parameter").(*expr.Parameter)
	v, has := p.Default()
	t, many := p.Type(), p.Type().IsArray()
	if many {
		t = t.Elem()
	}
	o := expr.ParamOptions{Many: many, Doc: p.Doc()}
	for _, given := range []struct {
		to  *any
		v   expr.Value
		has bool
	}{{&o.Default, v, has}, {&o.Min, p.Min(), !p.Min().IsNull()}, {&o.Max, p.Max(), !p.Max().IsNull()}} {
		if given.has {
			*given.to = expr.Literal(given.v)
		}
	}
	for _, v := range p.Enum().All() {
		o.Enum = append(o.Enum, expr.Literal(v))
	}
	plain := !many && o.Doc == "" && o.Min == nil && o.Max == nil && o.Enum == nil
	switch {
	case p.IsBound(): // by a method of the statement
		return nil
	case plain && has:
		return []chain{module("param", p.Name(), t, o.Default)}
	case plain:
		return []chain{module("param", p.Name(), t)}
	}
	return []chain{module("param", p.Name(), t, o)}
}

func binaries(f form) []chain {
	names := map[expr.BinaryOp]string{
		expr.OpEq: "eq", expr.OpNe: "ne", expr.OpLt: "lt", expr.OpLe: "le", expr.OpGt: "gt", expr.OpGe: "ge",
		expr.OpAdd: "add", expr.OpSub: "sub", expr.OpMul: "mul", expr.OpDiv: "div", expr.OpIDiv: "idiv", expr.OpMod: "mod", expr.OpConcat: "concat",
		expr.OpDistinct: "is_distinct_from", expr.OpNotDistinct: "is_not_distinct_from",
		expr.OpBitAnd: "bitwise_and", expr.OpBitOr: "bitwise_or", expr.OpBitXor: "bitwise_xor", expr.OpShiftLeft: "bitwise_lshift", expr.OpShiftRight: "bitwise_rshift",
		expr.OpHolds: "contains", expr.OpHeldBy: "contained_by", expr.OpOverlaps: "overlaps",
	}
	return []chain{method(f.x("left"), names[expr.BinaryOp(f.code("op"))], f.x("right"))}
}

func inList(f form) chain {
	name := "in_"
	if f.has("not") {
		name = "not_in"
	}
	if q := f.query("query"); q != nil {
		return method(f.x("x"), name, q)
	}
	return method(f.x("x"), name, f.exprs("list"))
}

func likes(f form) []chain {
	name := map[expr.LikeOp]string{
		expr.OpLike: "like", expr.OpILike: "ilike", expr.OpStartsWith: "startswith", expr.OpEndsWith: "endswith", expr.OpContains: "contains",
		expr.OpIStartsWith: "istartswith", expr.OpIEndsWith: "iendswith", expr.OpIContains: "icontains",
	}[expr.LikeOp(f.code("op"))]
	c := method(f.x("x"), negated(f, name), f.x("pattern"))
	if escape := f.text("escape"); escape != "" {
		c.steps[0].args = append(c.steps[0].args, escape)
	}
	bare := c
	bare.steps = []step{{name: name, args: c.steps[0].args}}
	if f.has("not") { // of those that have no not_
		if x, ok := bare.run().(expr.Expr); ok {
			return []chain{c, module("not_", x)}
		}
	}
	return []chain{c}
}

// call is a function with what may follow it.
func call(f form) chain {
	fn, _ := f.get("function").(*expr.Function)
	c := chain{steps: []step{{fn: fn, args: f.exprs("args")}}}
	if f.has("distinct") {
		c.then("distinct")
	}
	if f.has("filter") {
		c.then("filter", f.conditions("filter"))
	}
	if f.has("order_by") {
		c.then("order_by", f.orders("order_by"))
	}
	if f.has("within_group") {
		c.then("within_group", f.orders("within_group"))
	}
	if f.has("returns") {
		c.then("returns", f.typ("returns"))
	}
	return c
}

// window is a window as a table of options.
func window(f form) []any {
	options := make([]any, 6)
	if f.has("partition_by") {
		options[0] = f.exprs("partition_by")
	}
	if f.has("order_by") {
		options[1] = f.orders("order_by")
	}
	if unit := expr.FrameUnit(f.code("unit")); unit != 0 {
		frame := []any{bound(f, "start"), bound(f, "end")}
		for i, u := range expr.FrameUnits() {
			if u == unit {
				options[2+i] = frame
			}
		}
	}
	if e := expr.FrameExclude(f.code("exclude")); e != 0 {
		options[5] = e.String()
	}
	return options
}

func bound(f form, end string) any {
	switch expr.FrameEdge(f.code(end)) {
	case expr.CurrentRow:
		return expr.Current()
	case expr.PrecedingRow:
		return expr.Preceding(f.x(end + "_offset"))
	case expr.FollowingRow:
		return expr.Following(f.x(end + "_offset"))
	}
	return "unbounded"
}

func groupings(f form) chain {
	kind := expr.GroupingKind(f.code("kind"))
	name := map[expr.GroupingKind]string{expr.Rollup: "rollup", expr.Cube: "cube", expr.GroupingSets: "grouping_sets"}[kind]
	var sets []any
	for _, part := range f.parts("sets") {
		keys := part.exprs("keys")
		if len(keys) == 1 {
			sets = append(sets, keys[0])
		} else {
			sets = append(sets, keys)
		}
	}
	return module(name, sets)
}

func texts(f form) []chain {
	args := []any{f.text("text"), map[string]any{}}
	for _, b := range f.parts("binds") {
		args[1].(map[string]any)[b.text("name")] = b.x("expr")
	}
	if f.has("verbatim") {
		args = args[:1]
	} else if len(args[1].(map[string]any)) == 0 {
		args[1] = nil
	}
	if t := f.typ("type"); !t.IsUnknown() {
		if args = append(args, t); !f.has("verbatim") && args[1] == nil {
			args[1] = map[string]any{}
		}
	}
	if f.has("verbatim") {
		return []chain{module("literal_column", args...)}
	}
	return []chain{module("text", args...)}
}
