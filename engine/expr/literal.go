package expr

import (
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sqlser/sqlser/schema"
)

// LiteralExpr is a value; it travels as an argument, but where it is a condition that is true or false.
type LiteralExpr struct {
	exprState
	of   *literalType // nil for NULL
	bits uint64       // of the value
	text string       // likewise
}

// literalType is what literals of one sort share.
type literalType struct {
	kind schema.Kind  // of the value
	as   *schema.Type // nil where it is that of the value, as in most
}

// literalTypes are those of literals of plain values, by their kind.
var literalTypes = func() (types [len(plainTypes)]literalType) {
	for kind := range types {
		types[kind].kind = schema.Kind(kind)
	}
	return types
}()

// set makes n hold a value of its own type.
func (n *LiteralExpr) set(v Value) { n.of, n.bits, n.text = &literalTypes[v.kind], v.bits, v.text }

// kind is that of the value.
func (n *LiteralExpr) kind() schema.Kind {
	if n.of == nil {
		return schema.KindUnknown
	}
	return n.of.kind
}

func (n *LiteralExpr) isNull() bool { return n.kind() == schema.KindUnknown }

// as is the type that was given, or nil.
func (n *LiteralExpr) as() *schema.Type {
	if n.of == nil {
		return nil
	}
	return n.of.as
}

// Literal makes a literal of the value.
func Literal(v Value) Expr {
	return new(LiteralExpr).valued(v)
}

// valued makes n a literal of v: it is seal, without Fields.
func (n *LiteralExpr) valued(v Value) Expr {
	n.self = n
	n.set(v)
	n.tally = tally{size: 1, depth: 1}
	n.judge(OpLiteral, v.check())
	return Expr{at: &n.exprState}
}

// TypedLiteral makes a literal of a type: NULL of a type, or a value that is
// sent as that type of its family.
func TypedLiteral(v Value, t schema.Type) Expr {
	n := new(LiteralExpr)
	n.set(v)
	n.setAs(t)
	return exprOf(seal(n))
}

func (n *LiteralExpr) setAs(t schema.Type) {
	if n.of = &literalTypes[n.kind()]; !t.IsUnknown() {
		n.of = &literalType{n.of.kind, kept(t)}
	}
}

// HostLiteral is [Literal] of what the host puts into a statement, such as a policy's limit or what
// a dialect needs: no plan takes it for one of the statement's own.
func HostLiteral(v Value) Expr { return exprOf(hostLiteral(Literal(v).node().(*LiteralExpr))) }

func hostLiteral(n *LiteralExpr) *LiteralExpr {
	c := *n
	c.self = &c
	c.marks |= isHosts
	return &c
}

// sound is valued, of a value that has been checked.
func (n *LiteralExpr) sound(v Value) Expr {
	n.self, n.tally = n, tally{}.above()
	n.set(v)
	return Expr{at: &n.exprState}
}

// Op returns OpLiteral.
func (*LiteralExpr) Op() Op { return OpLiteral }

func (n *LiteralExpr) fields(f *Fields) {
	v := n.Value()
	if f.Value("value", &v); f.r != nil {
		n.set(v)
	}
	if as := n.As(); f.inner() {
		return
	} else if f.Type("as", &as); f.r != nil {
		n.setAs(as)
	}
}

func (n *LiteralExpr) check() *Error {
	if err := n.Value().check(); err != nil {
		return err
	}
	as := n.as()
	if as == nil {
		return nil
	}
	if from, to := plainTypes[n.kind()], *as; !to.IsUnknown() && !from.IsUnknown() &&
		(to.IsArray() || from.Family() != to.Family() && !(from.IsText() && to.IsText())) {
		return fail(CodeType, "a value of type %s is none of type %s", from, to)
	}
	return nil
}

// Type returns the type of the value.
func (n *LiteralExpr) Type() schema.Type {
	if as := n.as(); as != nil {
		return *as
	}
	return plainTypes[n.kind()]
}

// Value returns the value.
func (n *LiteralExpr) Value() Value { return Value{n.kind(), n.bits, n.text} }

// As returns the type given to TypedLiteral, or unknown.
func (n *LiteralExpr) As() schema.Type {
	return known(n.as())
}

// IsArgument reports whether the literal stands in the statement itself, and not in what a
// policy or a dialect says, see [HostLiteral]. A query of the same shape has another value
// in its place.
func (n *LiteralExpr) IsArgument() bool { return !n.marks.has(isHosts) }

// ValueOf converts a Go value, as [Of] takes it, to a value of the type's family:
// what a parameter of the type is bound to. Of a host's type it takes the host's
// values. It refuses what is not exact. A time.Time is a date if it is midnight in
// its own zone. Of an array type it takes a slice and gives a list, see [NewList].
func ValueOf(v any, t schema.Type) (Value, error) {
	value, err := valueOf(v, t)
	if err != nil { // a nil *Error is no nil error
		return Value{}, err
	}
	return value, nil
}

func valueOf(v any, t schema.Type) (Value, *Error) {
	if t.IsArray() {
		return listOf(v, t)
	}
	if h := t.Host(); h != nil {
		if _, is := v.(Value); !is && v != nil {
			bound, err := h.Bind(v)
			if err != nil {
				return Value{}, fail(CodeValue, "type %q: %v", h.ID(), err)
			}
			v = bound
			if s, ok := v.(string); ok && !t.IsText() { // decimals, dates and more have no Go type of their own
				if v, err = ParseValue(t.Base(), s); err != nil {
					return Value{}, fail(CodeValue, "type %q: %v", h.ID(), err)
				}
			}
		}
	}
	t = t.Base()
	if day, ok := v.(time.Time); ok && t == schema.Date && day.Nanosecond()%1000 == 0 {
		v = DateTimeOf(day)
	}
	n, ok := adapt(Of(v), t, true).node().(*LiteralExpr)
	switch {
	case !ok:
		return Value{}, fail(CodeArgument, "expected a plain value, got an expression")
	case n.err != nil:
		return Value{}, n.err
	}
	from := n.Value().Type()
	switch exact, ok := exactly(n.Value(), t); {
	case n.isNull(), t.IsUnknown(), from.Family() == t.Family(), from.IsText() && t.IsText():
		return n.Value(), nil
	case ok:
		return exact, nil
	case from.IsNumber() && t.IsNumber(), t == schema.Date && from == schema.DateTime:
		return Value{}, fail(CodeValue, "%s is not exact as %s", n.Value(), t)
	}
	e := fail(CodeType, "expected %s, got %s", t, from)
	if _, err := ParseValue(t, n.Value().text); err == nil && from.IsText() && t.IsNumber() {
		e.Hint = "; write the number without quotes"
	}
	return Value{}, e
}

// ofType makes an expression of what meets an operand of type t, or is its value: of
// a host's type, a host's value too.
func ofType(operand any, t schema.Type) Expr {
	if t.Host() == nil || t.IsArray() {
		return Of(operand)
	}
	switch operand.(type) {
	case Expr, Item, *schema.Column, exprNode, Value, nil:
		return Of(operand)
	}
	v, err := valueOf(operand, t)
	if err != nil {
		return bad(err)
	}
	return Literal(v)
}

// exactly makes a value of t's family of one of another, where nothing is lost.
// What adapt does to literals is done by then.
func exactly(v Value, t schema.Type) (Value, bool) {
	switch from, to := v.Type().Family(), t.Family(); {
	case from == schema.FamilyInteger && to == schema.FamilyNumeric:
		d, err := Decimal(v.String())
		return d, err == nil
	case from == schema.FamilyNumeric && to == schema.FamilyInteger:
		whole, part, _ := strings.Cut(v.text, ".")
		i, err := strconv.ParseInt(whole, 10, 64)
		return Int(i), err == nil && strings.Trim(part, "0") == ""
	case from == schema.FamilyNumeric && to == schema.FamilyFloat:
		f, err := strconv.ParseFloat(v.text, 64)
		digits := v.text
		if strings.Contains(digits, ".") {
			digits = strings.TrimRight(strings.TrimRight(digits, "0"), ".")
		}
		return Float(f), err == nil && strconv.FormatFloat(f, 'f', -1, 64) == digits
	case from == schema.FamilyDateTime && to == schema.FamilyDate:
		return DateOf(v.Time()), v.Int()%perDay == 0
	}
	return Value{}, false
}

// parsed is the row of sql.name "text".
func parsed(name, doc string, kind ArgKind, t schema.Type, example, sql string) Method {
	return Method{
		On: OnModule, Name: name, Doc: doc, Args: []Arg{{"text", kind}}, Example: example, SQL: sql,
		Build: func(_ any, a []any) any { return made(ParseValue(t, a[0].(string))) },
	}
}

// constant is the row of a value that has a name.
func constant(name, doc, example string, v Value) Method {
	return Method{
		On: OnConstant, Name: name, Doc: doc, Example: example, SQL: `SELECT ? AS "x"`,
		Build: func(any, []any) any { return Literal(v) },
	}
}

var literalMethods = []Method{
	constant("true_", "the truth value true", `sql.select(sql.true_:label "x")`, Bool(true)),
	constant("false_", "the truth value false", `sql.select(sql.false_:label "x")`, Bool(false)),
	{
		On: OnConstant, Name: "null", Doc: "NULL",
		Example: `sql.select(sql.fn.coalesce(sql.null, u.age):label "n")`,
		SQL:     `SELECT coalesce(NULL, "users"."age") AS "n" FROM "users"`,
		Build:   func(any, []any) any { return Literal(Value{}) },
	},
	{
		On: OnModule, Name: "literal", Doc: "a plain value as an expression, of a type if one is given; 100.0 is 100 in Lua, an integer: write sql.decimal \"100.0\"",
		Args: []Arg{{"value", ArgOperand}, {"type", ArgType}}, Optional: 1,
		Example: `sql.select(u.id):where(u.active:eq(sql.literal(true)))`,
		SQL:     `SELECT "users"."id" FROM "users" WHERE "users"."active" = ?`,
		Build: func(_ any, a []any) any {
			if t, ok := a[1].(schema.Type); ok {
				return literalAs(a[0].(Expr), t)
			}
			return literalAs(a[0].(Expr), schema.Unknown)
		},
	},
	parsed("int", "an integer of up to 64 bits", ArgText, schema.BigInteger,
		`sql.select(u.id):where(u.id:eq(sql.int "9007199254740993"))`,
		`SELECT "users"."id" FROM "users" WHERE "users"."id" = ?`),
	parsed("decimal", "an exact decimal", ArgText, schema.Numeric(0, 0),
		`sql.select(u.id):where(u.balance:gt(sql.decimal "1.10"))`,
		`SELECT "users"."id" FROM "users" WHERE "users"."balance" > ?`),
	parsed("float", "a floating-point number, also one that no number of a script is: inf, -inf, nan, -0", ArgText, schema.Double,
		`sql.select(u.id):where(u.score:gt(sql.float "1e300"))`,
		`SELECT "users"."id" FROM "users" WHERE "users"."score" > ?`),
	parsed("date", "a date such as 2026-01-31", ArgString, schema.Date,
		`sql.select(u.id):where(u.born:lt(sql.date "2000-01-31"))`,
		`SELECT "users"."id" FROM "users" WHERE "users"."born" < ?`),
	{
		On: OnModule, Name: "datetime", Doc: "a date and time, or an instant if the text has a zone", Args: []Arg{{"text", ArgString}},
		Example: `sql.select(u.id):where(u.seen:lt(sql.datetime "2026-01-31 13:45:00Z"))`,
		SQL:     `SELECT "users"."id" FROM "users" WHERE "users"."seen" < ?`,
		Build: func(_ any, a []any) any {
			if v, err := ParseValue(schema.DateTimeTZ, a[0].(string)); err == nil {
				return Literal(v)
			}
			return made(ParseValue(schema.DateTime, a[0].(string)))
		},
	},
	parsed("time", "a time of day such as 13:45:00", ArgString, schema.Time,
		`sql.select(u.id):where(u.woke:lt(sql.time "13:45:00"))`,
		`SELECT "users"."id" FROM "users" WHERE "users"."woke" < ?`),
	{
		On: OnModule, Name: "interval", Doc: "a span of time: {years, months, weeks, days, hours, minutes, seconds = n}",
		Args:    []Arg{{"parts", ArgNumbers}},
		Example: `sql.interval{days = 3, hours = 12}`,
		Build:   func(_ any, a []any) any { return made(intervalOf(a[0].(map[string]float64))) },
	},
	{
		On: OnModule, Name: "bytes", Doc: "bytes, as a string holds them", Args: []Arg{{"bytes", ArgBytes}},
		Example: `sql.select(u.id):where(u.photo:eq(sql.bytes "\1\2\255"))`,
		SQL:     `SELECT "users"."id" FROM "users" WHERE "users"."photo" = ?`,
		Build:   func(_ any, a []any) any { return Literal(Bytes([]byte(a[0].(string)))) },
	},
	parsed("uuid", "a UUID, with or without hyphens", ArgString, schema.UUID,
		`sql.select(u.id):where(u.token:eq(sql.uuid "123e4567-e89b-12d3-a456-426614174000"))`,
		`SELECT "users"."id" FROM "users" WHERE "users"."token" = ?`),
	{
		On: OnModule, Name: "json", Doc: "a JSON value: a list, a table with names, or a plain value", Args: []Arg{{"value", ArgValue}},
		Example: `sql.select(u.id, sql.json{tags = {"a", "b"}, n = 1}:label "j")`,
		SQL:     `SELECT "users"."id", ? AS "j" FROM "users"`,
		Build:   func(_ any, a []any) any { return made(JSON(a[0].(string))) },
	},
	parsed("json_text", "a JSON value, as JSON is written", ArgString, schema.JSON,
		`sql.select(u.id, sql.json_text '{"tags": ["a", "b"]}':label "j")`,
		`SELECT "users"."id", ? AS "j" FROM "users"`),
}

// literalAs gives a plain value a type, if it can have it exactly.
func literalAs(x Expr, t schema.Type) Expr {
	n, ok := x.node().(*LiteralExpr)
	if !ok {
		return bad(fail(CodeArgument, "expected a plain value, got an expression of type %s", x.Type()))
	}
	if n.err != nil || t.IsUnknown() {
		return x
	}
	v, err := ValueOf(n.Value(), t)
	if n.Value().Kind() == schema.KindText && !t.IsText() {
		v, err = ParseValue(t, n.Value().Text())
	}
	if err != nil {
		return made(v, err)
	}
	return TypedLiteral(v, t)
}

// intervalParts are the names that an interval may have, and what they are of:
// months, days or microseconds.
var intervalParts = map[string]struct{ months, days, micros float64 }{
	"years": {months: 12}, "months": {months: 1},
	"weeks": {days: 7}, "days": {days: 1},
	"hours": {micros: 3600e6}, "minutes": {micros: 60e6}, "seconds": {micros: 1e6},
}

func intervalOf(parts map[string]float64) (Value, error) {
	var months, days, micros float64
	for _, name := range slices.Sorted(maps.Keys(parts)) { // in order, or sums of fractions might differ
		n := parts[name]
		p, ok := intervalParts[name]
		if !ok {
			err := fail(CodeName, "an interval has no part %q", name)
			err.Hint = schema.DidYouMean(name, slices.Sorted(maps.Keys(intervalParts)))
			return Value{}, err
		}
		if p.micros == 0 && n != math.Trunc(n) {
			return Value{}, fail(CodeValue, "%s: expected a whole number, got %v", name, n)
		}
		months, days, micros = months+n*p.months, days+n*p.days, micros+n*p.micros
	}
	if fits := math.Abs(months) <= math.MaxInt32 && math.Abs(days) <= math.MaxInt32 && math.Abs(micros) <= 1<<53; !fits {
		return Value{}, fail(CodeValue, "an interval that is too long")
	}
	return Interval(int32(months), int32(days), time.Duration(math.Round(micros))*time.Microsecond), nil
}
