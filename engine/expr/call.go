package expr

import "github.com/sqlser/sqlser/schema"

// CallExpr is function(arguments), or aggregate(DISTINCT argument ORDER BY ...)
// WITHIN GROUP (ORDER BY ...) FILTER (WHERE condition).
type CallExpr struct {
	value
	fn   *Function
	args []Expr
	more *callMore // nil where there is nothing in it
}

// callMore is what few calls have.
type callMore struct {
	distinct bool
	filter   Expr
	order    []Order
	within   []Order
	returns  schema.Type // of a function that the database alone knows
	data     Value       // of a host's own function: bytes, see WithData
}

// noCallMore is that of most calls. Nothing writes to it.
var noCallMore callMore

// rest returns what n has beside its arguments, to be read.
func (n *CallExpr) rest() *callMore {
	if n.more == nil {
		return &noCallMore
	}
	return n.more
}

// hasClauses reports whether something stands beside the arguments.
func (m *callMore) hasClauses() bool {
	return m.distinct || m.filter.at != nil || len(m.order)+len(m.within) > 0
}

// own returns a copy of m, nil where there is nothing in it.
func (m *callMore) own() *callMore {
	if !m.hasClauses() && m.returns.IsUnknown() && m.data.IsNull() {
		return nil
	}
	c := *m
	return &c
}

// with returns a copy of n of which change changes the rest.
func (n *CallExpr) with(change func(*callMore)) Expr {
	c, m := *n, *n.rest()
	change(&m)
	c.more = &m
	return exprOf(seal(&c))
}

// Func calls a function of the catalogue by name.
func Func(name string, args ...any) Expr {
	fn := LookupFunction(name)
	if fn == nil {
		err := fail(CodeName, "no function %q", name)
		names := make([]string, len(catalogue))
		for i := range catalogue {
			names[i] = catalogue[i].name
		}
		err.Hint = schema.DidYouMean(name, names)
		return refuse(OpCall, err)
	}
	return Call(fn, args...)
}

// Call calls a function.
func Call(fn *Function, args ...any) Expr {
	if len(args) == 0 && fn != nil && fn.bare != nil {
		return Expr{at: &fn.bare.exprState}
	}
	n := newCall(len(args))
	n.fn = fn
	for i, a := range args {
		n.args[i] = Of(a)
	}
	if fn != nil && fn.IsKnown() {
		fn.adapt(n.args)
	}
	var m measure // seal, without asking for fields
	m.exprs(n.args, 0)
	n.self = n
	if n.settle(&m) {
		n.judge(OpCall, n.check())
	} else {
		finish(n, m.above(), m.err)
	}
	return Expr{at: &n.exprState}
}

// newCall makes a call of so many arguments: most have one, in the same memory.
func newCall(args int) *CallExpr {
	if args == 1 {
		n := new(struct {
			call CallExpr
			arg  [1]Expr
		})
		n.call.args = n.arg[:]
		return &n.call
	}
	return &CallExpr{args: make([]Expr, args)}
}

// UnknownFunc calls a function that the database alone knows, by its name there, of
// a to z, 0 to 9 and _. It is of the type that the caller gives it, and whoever takes
// it from elsewhere asks for its [FunctionGrant].
func UnknownFunc(name string, returns schema.Type, args ...any) Expr {
	return Call(UnknownFunction(name), args...).Returns(returns)
}

// Returns says of what type a call of a function is that the database alone knows.
func (x Expr) Returns(t schema.Type) Expr {
	n, ok := x.node().(*CallExpr)
	switch {
	case !ok || n.fn == nil:
		return refuse(OpCall, fail(CodeForm, "Returns: expected a call of a function"))
	case n.err != nil:
		return x
	case n.fn.IsKnown():
		return refuse(OpCall, fail(CodeForm, "%s has a type of its own", n.fn.Signature()))
	case t.IsUnknown():
		return refuse(OpCall, fail(CodeType, "%s: expected the type that it returns", n.fn.name))
	}
	return n.with(func(m *callMore) { m.returns = t })
}

// Distinct makes an aggregate take each value once. It is an error of any other
// expression.
func (x Expr) Distinct() Expr {
	return x.aggregate("DISTINCT", func(m *callMore) { m.distinct = true })
}

// Filter makes an aggregate take only the rows for which all conditions are true;
// it adds to earlier ones. Without any it is x itself.
func (x Expr) Filter(conds ...any) Expr {
	if len(conds) == 0 {
		return x
	}
	return x.aggregate("FILTER", func(m *callMore) { m.filter = alsoAnd(m.filter, conds) })
}

// OrderBy makes an aggregate take the rows in order: an [Order] or an operand each.
func (x Expr) OrderBy(keys ...any) Expr {
	return x.aggregate("ORDER BY", func(m *callMore) { m.order = append(clip(m.order), ordersOf(keys)...) })
}

// WithinGroup gives an ordered-set aggregate the order of its rows.
func (x Expr) WithinGroup(keys ...any) Expr {
	return x.aggregate("WITHIN GROUP", func(m *callMore) { m.within = append(clip(m.within), ordersOf(keys)...) })
}

func (x Expr) aggregate(what string, change func(*callMore)) Expr {
	n, ok := x.node().(*CallExpr)
	if !ok {
		return refuse(OpCall, fail(CodeForm, "%s: expected an aggregate: it belongs behind the call, as in count(x)", what))
	}
	if n.err != nil {
		return x
	}
	return n.with(change)
}

// Op returns OpCall.
func (*CallExpr) Op() Op { return OpCall }

func (n *CallExpr) fields(f *Fields) {
	f.Function("function", &n.fn)
	if f.Exprs("args", &n.args); f.ended() {
		return
	}
	m := n.rest()
	changes := f.r != nil || f.m != nil
	if changes { // in its own copy
		m = f.callMore(m)
	}
	f.Bool("distinct", &m.distinct)
	f.Cond("filter", &m.filter)
	parts(f, "order_by", &m.order, (*Order).fields)
	parts(f, "within_group", &m.within, (*Order).fields)
	if f.Type("returns", &m.returns); !m.returns.IsUnknown() && n.fn != nil {
		f.needs(FunctionGrant(n.fn.name))
	}
	f.Value("data", &m.data)
	if changes {
		n.more = m.own()
		*m = callMore{}
		f.call = m
	}
}

// callMore returns room for a copy of m, which fields puts back: most are empty.
func (f *Fields) callMore(m *callMore) *callMore {
	room := f.call
	if f.call = nil; room == nil {
		room = new(callMore)
	}
	*room = *m
	return room
}

func (n *CallExpr) check() (err *Error) {
	if n.fn == nil {
		return missing("the function")
	}
	switch {
	case n.OfDatabase():
		n.typ, err = n.more.returns, checkDatabaseFunction(n.fn.name)
		for _, x := range n.args {
			if x.IsZero() {
				err = missing("an argument")
			}
		}
	default:
		if n.typ, err = n.fn.check(n.args); err == nil && n.fn.IsKnown() {
			err = n.checkClauses()
		}
	}
	if err != nil {
		return err
	}
	if n.more == nil {
		return nil
	}
	if err := n.checkData(); err != nil {
		return err
	}
	if err := condition("FILTER", n.more.filter); err != nil {
		return err
	}
	if err := checkOrders("order_by", n.more.order); err != nil {
		return err
	}
	return checkOrders("within_group", n.more.within)
}

// IsPlain reports whether the call is of a function and arguments, and of nothing else.
func (n *CallExpr) IsPlain() bool {
	return n.fn != nil && n.more == nil
}

// Function returns the function.
func (n *CallExpr) Function() *Function { return n.fn }

// OfDatabase reports whether the function is one that the database alone knows, so
// that the caller has said what it returns.
func (n *CallExpr) OfDatabase() bool { return n.more != nil && !n.more.returns.IsUnknown() }

// Args returns the arguments.
func (n *CallExpr) Args() List[Expr] { return List[Expr]{n.args} }

// IsDistinct reports whether an aggregate takes each value once.
func (n *CallExpr) IsDistinct() bool { return n.rest().distinct }

// FilterClause returns the condition on the rows of an aggregate, or the zero Expr.
func (n *CallExpr) FilterClause() Expr { return n.rest().filter }

// Orders returns the order in which an aggregate takes its rows.
func (n *CallExpr) Orders() List[Order] { return List[Order]{n.rest().order} }

// Within returns the order of an ordered-set aggregate.
func (n *CallExpr) Within() List[Order] { return List[Order]{n.rest().within} }

var callMethods = []Method{{
	On: OnModule, Name: "now", Doc: "this instant, a datetime_tz as sql.fn.localtimestamp() is a datetime, the same throughout a statement; on SQLite to the millisecond",
	Example: `sql.select(u.id):where(u.seen:lt(sql.now()))`,
	SQL:     `SELECT "users"."id" FROM "users" WHERE "users"."seen" < (replace(strftime('%Y-%m-%d %H:%M:%f000', 'now'), '.000000', '') || '+00:00')`,
	Build:   func(any, []any) any { return Func("now") },
}, {
	On: OnModule, Name: "today", Doc: "the date of today in UTC",
	Example: `sql.select(u.id):where(u.born:lt(sql.today()))`,
	SQL:     `SELECT "users"."id" FROM "users" WHERE "users"."born" < date('now')`,
	Build:   func(any, []any) any { return Func("current_date") },
}, {
	On: OnModule, Name: "grouping", Doc: "beside rollup, cube and grouping_sets: a bit for each key, 1 where the row's group is of all its values", Args: []Arg{{Name: "keys", Kind: ArgKeys}},
	Example: `sql.select(a.city, sql.grouping(a.city):label "all"):group_by(sql.rollup(a.city))`,
	SQL:     `SELECT "addresses"."city", grouping("addresses"."city") AS "all" FROM "addresses" GROUP BY ROLLUP ("addresses"."city")`,
	Build:   func(_ any, a []any) any { return Func("grouping", a[0].([]any)...) },
}, {
	On: OnExpr, Name: "distinct", Doc: "an aggregate that takes each value once",
	Example: `sql.select(sql.fn.count(a.city):distinct():label "cities")`,
	SQL:     `SELECT count(DISTINCT "addresses"."city") AS "cities" FROM "addresses"`,
	Build:   func(self any, _ []any) any { return self.(Expr).Distinct() },
}, {
	On: OnExpr, Name: "filter", Doc: "an aggregate of the rows for which all conditions are true", Args: []Arg{{Name: "conditions", Kind: ArgConds}},
	Example: `sql.select(sql.fn.count():filter(u.active):label "n"):from(u)`,
	SQL:     `SELECT count(*) FILTER (WHERE "users"."active") AS "n" FROM "users"`,
	Build:   func(self any, a []any) any { return self.(Expr).Filter(a[0].([]any)...) },
}, {
	On: OnExpr, Name: "order_by", Doc: "an aggregate that takes its rows in order", Args: []Arg{{Name: "keys", Kind: ArgOrders}},
	Example: `sql.select(sql.fn.max(u.name):order_by(u.id):label "n")`,
	SQL:     `SELECT max("users"."name" ORDER BY "users"."id") AS "n" FROM "users"`,
	Build:   func(self any, a []any) any { return self.(Expr).OrderBy(a[0].([]any)...) },
}, {
	On: OnExpr, Name: "within_group", Doc: "the order of the rows of an ordered-set aggregate", Args: []Arg{{Name: "keys", Kind: ArgOrders}},
	Example: `sql.select(sql.fn.percentile_disc(0.5):within_group(u.age):label "n")`,
	SQL:     `SELECT percentile_disc($1::DOUBLE PRECISION) WITHIN GROUP (ORDER BY "users"."age") AS "n" FROM "users"`,
	Build:   func(self any, a []any) any { return self.(Expr).WithinGroup(a[0].([]any)...) },
}, {
	On: OnExpr, Name: "returns", Grant: GrantFunctions, Doc: "the type of a function that the database alone knows: sql.fn.name(...):returns(type)",
	Args:    []Arg{{Name: "type", Kind: ArgType}},
	Example: `sql.select(sql.fn.soundex(u.name):returns(sql.types.text):label "s")`,
	SQL:     `SELECT soundex("users"."name") AS "s" FROM "users"`,
	Build:   func(self any, a []any) any { return self.(Expr).Returns(a[0].(schema.Type)) },
}}
