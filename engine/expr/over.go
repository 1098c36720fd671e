package expr

import "github.com/sqlser/sqlser/schema"

// FrameUnit says what the bounds of a frame count. Values are wire codes: append only.
type FrameUnit uint8

// The units of frames.
const (
	Rows   FrameUnit = iota + 1 // rows
	Range                       // the value that the window is ordered by
	Groups                      // groups of rows that are equal in order
	frameUnits
)

// FrameEdge is a sort of bound. Values are wire codes: append only.
type FrameEdge uint8

// The sorts of bounds, in the order in which they may stand.
const (
	UnboundedPreceding FrameEdge = iota + 1
	PrecedingRow
	CurrentRow
	FollowingRow
	UnboundedFollowing
	frameEdges
)

// FrameExclude says which rows of a frame are left out. Values are wire codes:
// append only.
type FrameExclude uint8

// What a frame leaves out.
const (
	ExcludeNothing FrameExclude = iota
	ExcludeCurrentRow
	ExcludeGroup
	ExcludeTies
	frameExcludes
)

var frameUnitNames = [frameUnits]string{Rows: "rows", Range: "range", Groups: "groups"}

var frameExcludeNames = [frameExcludes]string{ExcludeCurrentRow: "current row", ExcludeGroup: "group", ExcludeTies: "ties"}

// String returns the name, such as "rows".
func (u FrameUnit) String() string {
	if u == 0 || u >= frameUnits {
		return "unknown unit"
	}
	return frameUnitNames[u]
}

// String returns the name, such as "ties", or "".
func (e FrameExclude) String() string {
	if e >= frameExcludes {
		return "unknown exclusion"
	}
	return frameExcludeNames[e]
}

// FrameUnits returns every unit.
func FrameUnits() []FrameUnit { return []FrameUnit{Rows, Range, Groups} }

// FrameExcludes returns everything that a frame can leave out.
func FrameExcludes() []FrameExclude {
	return []FrameExclude{ExcludeNothing, ExcludeCurrentRow, ExcludeGroup, ExcludeTies}
}

// Bound is a bound of a frame.
type Bound struct {
	edge   FrameEdge
	offset Expr
}

func (b Bound) isSet() bool { return b.edge != 0 || !b.offset.IsZero() }

// Unbounded is the first or the last row of the partition, as it stands first or last.
func Unbounded() Bound { return Bound{} }

// Current is the current row; by range and groups, the rows that are equal to it in order.
func Current() Bound { return Bound{edge: CurrentRow} }

// Preceding is so much before the current row: an operand that is 0 or more.
func Preceding(offset any) Bound { return Bound{edge: PrecedingRow, offset: Of(offset)} }

// Following is so much behind the current row.
func Following(offset any) Bound { return Bound{edge: FollowingRow, offset: Of(offset)} }

// Edge returns the sort of the bound.
func (b Bound) Edge() FrameEdge { return b.edge }

// Offset returns how far it is from the current row, or the zero Expr.
func (b Bound) Offset() Expr { return b.offset }

// Window says which rows a function sees from each row. The zero Window is all
// rows of the result. Its methods return another one.
type Window struct {
	name       string // of one that the select defines; then nothing else
	partition  []Expr
	order      []Order
	unit       FrameUnit
	start, end Bound
	exclude    FrameExclude
}

// NamedWindow is a window that the select defines, see [SelectStmt.Window].
func NamedWindow(name string) Window { return Window{name: name} }

// PartitionBy is a window of the rows that are equal in keys.
func PartitionBy(keys ...any) Window { return Window{}.PartitionBy(keys...) }

// PartitionBy adds keys: the window has only rows that are equal in them.
func (w Window) PartitionBy(keys ...any) Window {
	w.partition = append(clip(w.partition), exprs(keys)...)
	return w
}

// OrderBy adds keys to order the window by: an [Order] or an operand.
func (w Window) OrderBy(keys ...any) Window {
	w.order = append(clip(w.order), ordersOf(keys)...)
	return w
}

// Rows bounds the frame by rows.
func (w Window) Rows(start, end Bound) Window { return w.frame(Rows, start, end) }

// Range bounds the frame by the value that the window is ordered by.
func (w Window) Range(start, end Bound) Window { return w.frame(Range, start, end) }

// Groups bounds the frame by groups of rows that are equal in order.
func (w Window) Groups(start, end Bound) Window { return w.frame(Groups, start, end) }

func (w Window) frame(unit FrameUnit, start, end Bound) Window {
	if start.edge == 0 {
		start.edge = UnboundedPreceding
	}
	if end.edge == 0 {
		end.edge = UnboundedFollowing
	}
	start.offset, end.offset = adapt(start.offset, schema.BigInteger, true), adapt(end.offset, schema.BigInteger, true)
	w.unit, w.start, w.end = unit, start, end
	return w
}

// Exclude leaves rows out of the frame.
func (w Window) Exclude(e FrameExclude) Window { w.exclude = e; return w }

// Name returns the name of the window that the select defines, or "".
func (w Window) Name() string { return w.name }

// Partition returns the keys in which all rows of the window are equal.
func (w Window) Partition() List[Expr] { return List[Expr]{w.partition} }

// Orders returns the order of the window.
func (w Window) Orders() List[Order] { return List[Order]{w.order} }

// Frame returns the bounds of the frame; the unit is 0 where none are given.
func (w Window) Frame() (unit FrameUnit, start, end Bound) { return w.unit, w.start, w.end }

// Excluded says which rows the frame leaves out.
func (w Window) Excluded() FrameExclude { return w.exclude }

// fields are those of what a window is, without a name.
func (w *Window) fields(f *Fields) {
	f.Exprs("partition_by", &w.partition)
	parts(f, "order_by", &w.order, (*Order).fields)
	f.Code("unit", (*uint8)(&w.unit))
	f.Code("start", (*uint8)(&w.start.edge))
	f.Expr("start_offset", &w.start.offset)
	f.Code("end", (*uint8)(&w.end.edge))
	f.Expr("end_offset", &w.end.offset)
	f.Code("exclude", (*uint8)(&w.exclude))
}

func (w *Window) clone() {
	w.partition, w.order = clip(w.partition), clip(w.order)
}

func (w *Window) check() *Error {
	if w.name != "" {
		if len(w.partition)+len(w.order) > 0 || w.unit != 0 || w.exclude != 0 || w.start.isSet() || w.end.isSet() {
			return fail(CodeForm, "a named window and another one")
		}
		return checkName("window", w.name)
	}
	for _, x := range w.partition {
		if x.IsZero() {
			return missing("what to partition by")
		}
		if err := noPlain("partition_by", x); err != nil {
			return err
		}
	}
	if err := checkOrders("order_by", w.order); err != nil {
		return err
	}
	if w.unit == 0 {
		if w.exclude != 0 || w.start.isSet() || w.end.isSet() {
			return fail(CodeForm, "a frame without a unit: rows, range or groups")
		}
		return nil
	}
	switch {
	case w.unit >= frameUnits:
		return fail(CodeForm, "unknown unit of a frame: %d", w.unit)
	case w.exclude >= frameExcludes:
		return fail(CodeForm, "unknown exclusion: %d", w.exclude)
	case w.start.edge == 0 || w.end.edge == 0 || w.start.edge >= frameEdges || w.end.edge >= frameEdges:
		return missing("a bound of the frame")
	case w.start.edge > w.end.edge || w.start.edge == UnboundedFollowing || w.end.edge == UnboundedPreceding:
		return fail(CodeForm, "a frame that ends before it starts")
	case w.unit == Groups && len(w.order) == 0:
		return fail(CodeForm, "a frame of groups needs order_by")
	}
	for _, b := range []Bound{w.start, w.end} {
		if err := b.check(w); err != nil {
			return err
		}
	}
	return nil
}

func (b *Bound) check(w *Window) *Error {
	offset := b.edge == PrecedingRow || b.edge == FollowingRow
	if offset == b.offset.IsZero() {
		return fail(CodeForm, "a bound has an offset if it is so much before or behind the current row")
	}
	if !offset {
		return nil
	}
	switch n := b.offset.node().(type) {
	case *LiteralExpr:
		if n.isNull() || n.Value().Kind() == schema.KindBigInteger && n.Value().Int() < 0 {
			return fail(CodeValue, "the offset of a frame: expected 0 or more, got %s", n.Value())
		}
	case *ParamExpr:
	default:
		return fail(CodeForm, "the offset of a frame: expected a number, an interval or a parameter")
	}
	t := b.offset.Type()
	if w.unit != Range {
		if t.Family() != schema.FamilyInteger {
			return fail(CodeType, "the offset of a frame of %s: expected an integer, got %s", w.unit, t)
		}
		return nil
	}
	if len(w.order) != 1 {
		return fail(CodeForm, "a range with an offset needs one key to order by, got %d", len(w.order))
	}
	of := w.order[0].expr.Type()
	if of.IsNumber() && !t.IsNumber() || !of.IsNumber() && !of.IsUnknown() && t.Family() != schema.FamilyInterval {
		return fail(CodeType, "a range of %s with an offset of %s", of, t)
	}
	return nil
}

// checkOrders checks keys to order by.
func checkOrders(what string, orders []Order) *Error {
	for _, o := range orders {
		switch {
		case o.expr.IsZero():
			return missing("what to order by")
		case o.nulls >= nullsEnd:
			return fail(CodeForm, "unknown place of NULL: %d", o.nulls)
		}
		if err := noPlain(what, o.expr); err != nil {
			return err
		}
	}
	return nil
}

func ordersOf(keys []any) []Order { return ordersIn(nil, keys) }

// ordersIn lists keys as orders, in room if that is enough.
func ordersIn(room []Order, keys []any) []Order {
	n := len(keys)
	if cap(room) < n {
		room = make([]Order, n)
	}
	list := room[:n:n]
	for i, k := range keys {
		if o, ok := k.(Order); ok {
			list[i] = o
		} else {
			list[i] = Order{expr: Of(k)}
		}
	}
	return list
}

// OverExpr is function(arguments) OVER (window).
type OverExpr struct {
	value
	call   Expr
	window Window
}

// Over makes a window function, or an aggregate, see the rows of a window. It
// stands among the columns of a select, or in ORDER BY.
func (x Expr) Over(w Window) Expr {
	w.clone()
	n := &OverExpr{call: x, window: w}
	n.self = n
	var m measure // seal, without asking for fields
	m.expr(x, 0)
	m.window(&n.window)
	m.marks |= hasWindows
	if n.settle(&m) {
		n.judge(OpOver, n.check())
	} else {
		finish(n, m.above(), m.err)
	}
	return Expr{at: &n.exprState}
}

// window counts what a window is said by.
func (m *measure) window(w *Window) {
	m.exprs(w.partition, 0)
	m.orders(w.order)
	m.expr(w.start.offset, 0)
	m.expr(w.end.offset, 0)
}

// Op returns OpOver.
func (*OverExpr) Op() Op { return OpOver }

func (n *OverExpr) fields(f *Fields) {
	f.Expr("call", &n.call)
	n.window.fields(f)
	f.String("window", &n.window.name)
	f.marks |= hasWindows
}

func (n *OverExpr) check() *Error {
	call, ok := n.call.node().(*CallExpr)
	if !ok {
		return fail(CodeForm, "OVER: expected a window function or an aggregate")
	}
	if fn := call.fn; !call.OfDatabase() && fn.IsKnown() && fn.kind != AggregateFunction && fn.kind != WindowFunction {
		return fail(CodeForm, "OVER: %s is neither a window function nor an aggregate", fn.Name())
	}
	n.typ = call.typ
	if n.marks.has(hasWindows) && hasWindow(n) {
		return fail(CodeForm, "a window function in another one")
	}
	return n.window.check()
}

// hasWindow reports whether a window function stands below n.
func hasWindow(n *OverExpr) (found bool) {
	look := func(x Expr) { found = found || x.at != nil && x.at.marks.has(hasWindows) }
	look(n.call)
	for _, x := range n.window.partition {
		look(x)
	}
	for _, o := range n.window.order {
		look(o.expr)
	}
	return found
}

// Call returns the function.
func (n *OverExpr) Call() Expr { return n.call }

// Window returns the window.
func (n *OverExpr) Window() Window { return n.window }

// windowOptions are the parts of a window as scripts give them.
var windowOptions = []Arg{
	{Name: "partition_by", Kind: ArgKeys}, {Name: "order_by", Kind: ArgOrders}, {Name: "rows", Kind: ArgFrame},
	{Name: "range", Kind: ArgFrame}, {Name: "groups", Kind: ArgFrame}, {Name: "exclude", Kind: ArgString},
}

// windowOf makes a window of windowOptions.
func windowOf(options []any) (w Window, err *Error) {
	if keys, ok := options[0].([]any); ok {
		w = w.PartitionBy(keys...)
	}
	if keys, ok := options[1].([]any); ok {
		w = w.OrderBy(keys...)
	}
	for i, unit := range FrameUnits() {
		bounds, ok := options[2+i].([]any)
		if !ok {
			continue
		}
		if w.unit != 0 {
			return w, fail(CodeForm, "a frame of %s and one of %s", w.unit, unit)
		}
		var b [2]Bound
		for i := range b {
			switch v := bounds[i].(type) {
			case Bound:
				b[i] = v
			case string:
				if v != "unbounded" {
					return w, fail(CodeValue, `a bound of a frame: expected a number or "unbounded", got %q`, v)
				}
			}
		}
		w = w.frame(unit, b[0], b[1])
	}
	if name, ok := options[5].(string); ok {
		for _, e := range FrameExcludes() {
			if e != 0 && e.String() == name {
				return w.Exclude(e), nil
			}
		}
		err = fail(CodeName, "a frame cannot exclude %q", name)
		err.Hint = schema.DidYouMean(name, frameExcludeNames[1:])
	}
	return w, err
}

var overMethods = []Method{{
	On: OnExpr, Name: "over", Doc: `a window function or aggregate over the rows of a window: {partition_by, order_by, rows = {-3, 0} (or range, groups; "unbounded"), exclude}`,
	Args: []Arg{{"window", ArgWindow}}, Optional: 1, Options: windowOptions,
	Example: `sql.select(u.id, sql.fn.sum(u.age):over{partition_by = u.active, order_by = u.id, rows = {"unbounded", 0}}:label "n")`,
	SQL:     `SELECT "users"."id", sum("users"."age") OVER (PARTITION BY "users"."active" ORDER BY "users"."id" ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS "n" FROM "users"`,
	Build: func(self any, a []any) any {
		switch w := a[0].(type) {
		case Window:
			return self.(Expr).Over(w)
		case []any:
			made, err := windowOf(w)
			if err != nil {
				return refuse(OpOver, err)
			}
			return self.(Expr).Over(made)
		}
		return self.(Expr).Over(Window{})
	},
}, {
	On: OnModule, Name: "window", Doc: "a window that the query defines by q:window(name, {...})", Args: []Arg{{Name: "name", Kind: ArgString}},
	Example: `sql.select(u.id, sql.fn.count():over(sql.window "w"):label "n"):window("w", {partition_by = u.active})`,
	SQL:     `SELECT "users"."id", count(*) OVER "w" AS "n" FROM "users" WINDOW "w" AS (PARTITION BY "users"."active")`,
	Build:   func(_ any, a []any) any { return NamedWindow(a[0].(string)) },
}}
