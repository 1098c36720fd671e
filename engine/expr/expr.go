package expr

import (
	"math"
	"strconv"
	"time"

	"github.com/sqlser/sqlser/schema"
)

// Expr is an expression: a handle on a node with a value. The zero Expr is no expression
// ([Expr.IsZero]). Its methods build larger ones; arguments of type any are operands (see
// the package's doc). The compiler refuses x == y, which would be a bool that says
// nothing of any row: x.Eq(y) is the condition, [Equal] tells whether two trees are equal.
type Expr struct {
	_  [0]func()  // which has no ==; it takes no room where it is not the last
	at *exprState // a pointer: as an operand, an Expr needs no memory of its own
}

// exprOf returns the handle on a node.
func exprOf(n exprNode) Expr {
	if n == nil {
		return Expr{}
	}
	return Expr{at: n.expr()}
}

// node returns the node, or nil.
func (x Expr) node() exprNode {
	if x.at == nil {
		return nil
	}
	return x.at.self
}

// Of makes an expression of an operand: an Expr or a node that is one, a labelled
// Item, a *schema.Column, or a Go value: nil, a bool, number, string, []byte,
// time.Time (an instant), or a [Value].
func Of(operand any) Expr {
	if x, ok := operand.(Expr); ok { // the commonest
		if x.at == nil {
			return bad(fail(CodeMissing, "an operand is the zero Expr"))
		}
		return x
	}
	return ofOther(operand)
}

// ofOther is Of what is no Expr.
func ofOther(operand any) Expr {
	if v, ok := plain(operand); ok {
		return Literal(v)
	}
	switch v := operand.(type) {
	case Item:
		return Of(v.expr)
	case *schema.Column:
		if v == nil || v.Table() == nil {
			return bad(fail(CodeArgument, "an operand is a column without a table"))
		}
		return column(Table(v.Table()), OutputOf(v))
	case *schema.Attribute:
		if v == nil || v.Entity() == nil {
			return bad(fail(CodeArgument, "an operand is an attribute without an entity"))
		}
		return attribute(Entity(v.Entity()), v)
	case exprNode:
		if v = orNone(v); v == nil {
			return bad(fail(CodeMissing, "an operand is a nil node"))
		}
		if err := v.state().problem(); v.state().err == nil && err != nil {
			return bad(err)
		}
		return exprOf(v)
	case uint:
		return ofUint(uint64(v))
	case uint64:
		return ofUint(v)
	case time.Time:
		if v.Nanosecond()%1000 != 0 {
			return bad(fail(CodeValue, "expected a time exact to the microsecond, got %s", v))
		}
		return Literal(Instant(v))
	case Query:
		return bad(fail(CodeArgument, "a query is no operand: use scalar(), or subquery(...) and a column of it"))
	case *RelatedClause:
		return bad(fail(CodeArgument, "a relationship is no operand: use any(), has() or contains()"))
	case Source:
		name := "it"
		if orNone(v) != nil && v.Name() != "" {
			name = v.Name()
		}
		return bad(fail(CodeArgument, "%s is a source, no operand: name a column of it", name))
	}
	return bad(fail(CodeArgument, "expected an expression, a column or a plain value, got %T", operand))
}

// plain is the value of an operand that is a plain one, and that cannot be a wrong one by
// its Go type. The commonest come first.
func plain(operand any) (Value, bool) {
	switch v := operand.(type) {
	case Expr, Item:
		return Value{}, false
	case int:
		return Int(int64(v)), true
	case string:
		return Text(v), true
	case int64:
		return Int(v), true
	case nil:
		return Value{}, true
	case Value:
		return v, true
	case bool:
		return Bool(v), true
	case int8:
		return Int(int64(v)), true
	case int16:
		return Int(int64(v)), true
	case int32:
		return Int(int64(v)), true
	case uint8:
		return Int(int64(v)), true
	case uint16:
		return Int(int64(v)), true
	case uint32:
		return Int(int64(v)), true
	case float32:
		return Float(float64(v)), true
	case float64:
		return Float(v), true
	case []byte:
		return Bytes(v), true
	}
	return Value{}, false
}

func ofUint(v uint64) Expr {
	if v > math.MaxInt64 {
		return bad(fail(CodeValue, "%d is beyond 64-bit integers", v))
	}
	return Literal(Int(int64(v)))
}

// bad is an expression that carries an error.
func bad(err *Error) Expr { return refuse(OpLiteral, err) }

// refuse is what stands for a node of a kind that cannot be made.
func refuse(op Op, err *Error) Expr {
	return badExpr(base{tally: tally{size: 1, depth: 1}, err: err.placed(op)})
}

// badExpr is an expression in this state.
func badExpr(b base) Expr {
	n := new(LiteralExpr)
	n.base, n.self = b, n
	return Expr{at: &n.exprState}
}

func exprs(operands []any) []Expr { return exprsIn(nil, operands) }

// exprsIn lists operands as expressions, in room if that is enough.
func exprsIn(room []Expr, operands []any) []Expr {
	n := len(operands)
	if cap(room) < n {
		room = make([]Expr, n)
	}
	list := room[:n:n]
	for i, o := range operands {
		list[i] = Of(o)
	}
	return list
}

// Node returns the node; nil for the zero Expr.
func (x Expr) Node() Node {
	if x.at == nil {
		return nil
	}
	switch n := x.at.self.(type) { // the commonest: of another kind it takes a search to find the methods
	case *ColumnExpr:
		return n
	case *LiteralExpr:
		return n
	case *BinaryExpr:
		return n
	case *CallExpr:
		return n
	}
	return x.node()
}

// IsZero reports whether x is no expression.
func (x Expr) IsZero() bool { return x.at == nil }

// Type returns the type of the expression's value.
func (x Expr) Type() schema.Type {
	if x.at == nil {
		return schema.Unknown
	}
	if c, ok := x.at.self.(*ColumnExpr); ok && c.column != nil { // as most are that are asked
		return c.column.Type()
	}
	return x.at.self.Type()
}

// Err returns the first error made while x was built, or nil.
func (x Expr) Err() error {
	if x.at == nil {
		return fail(CodeMissing, "the zero Expr")
	}
	return Err(x.node())
}

// Eq is x = y; x IS NULL where y is nil.
func (x Expr) Eq(y any) Expr {
	if y == nil {
		return x.IsNull()
	}
	return x.binary(OpEq, y)
}

// Ne is x <> y; x IS NOT NULL where y is nil.
func (x Expr) Ne(y any) Expr {
	if y == nil {
		return x.IsNotNull()
	}
	return x.binary(OpNe, y)
}

// IsDistinctFrom is true where x and y differ, NULL being a value like others.
func (x Expr) IsDistinctFrom(y any) Expr { return Binary(OpDistinct, x, y) }

// IsNotDistinctFrom is true where x and y are equal or both NULL.
func (x Expr) IsNotDistinctFrom(y any) Expr { return Binary(OpNotDistinct, x, y) }

// Lt is x < y.
func (x Expr) Lt(y any) Expr { return x.binary(OpLt, y) }

// Le is x <= y.
func (x Expr) Le(y any) Expr { return x.binary(OpLe, y) }

// Gt is x > y.
func (x Expr) Gt(y any) Expr { return x.binary(OpGt, y) }

// Ge is x >= y.
func (x Expr) Ge(y any) Expr { return x.binary(OpGe, y) }

// Add is x + y.
func (x Expr) Add(y any) Expr { return x.binary(OpAdd, y) }

// Sub is x - y.
func (x Expr) Sub(y any) Expr { return x.binary(OpSub, y) }

// Mul is x * y.
func (x Expr) Mul(y any) Expr { return x.binary(OpMul, y) }

// Div is x / y, with a fraction also where both are integers.
func (x Expr) Div(y any) Expr { return x.binary(OpDiv, y) }

// IDiv is the integer quotient of x and y, cut towards zero.
func (x Expr) IDiv(y any) Expr { return x.binary(OpIDiv, y) }

// Mod is the remainder of x.IDiv(y), with the sign of x.
func (x Expr) Mod(y any) Expr { return x.binary(OpMod, y) }

// Concat is x and y as one text, or, where one is an array, as one array: the elements
// of both, or an element more at the end or the start. Of text NULL makes NULL, an
// array that is NULL has no elements.
func (x Expr) Concat(y any) Expr {
	if x.Type().IsArray() || Of(y).Type().IsArray() {
		return concatArrays(x, Of(y))
	}
	return x.binary(OpConcat, y)
}

// Neg is -x.
func (x Expr) Neg() Expr { return Unary(OpNeg, x) }

// Not is NOT x.
func (x Expr) Not() Expr { return Unary(OpNot, x) }

// And is x AND y AND ....
func (x Expr) And(y ...any) Expr { return And(append([]any{x}, y...)...) }

// Or is x OR y OR ....
func (x Expr) Or(y ...any) Expr { return Or(append([]any{x}, y...)...) }

// Asc orders by x, smallest first.
func (x Expr) Asc() Order { return Order{expr: Of(x)} }

// Desc orders by x, largest first.
func (x Expr) Desc() Order { return Order{expr: Of(x), desc: true} }

// Label names x as a column of a select.
func (x Expr) Label(name string) Item { return Item{expr: Of(x), label: name} }

// adapt gives a literal the type of what it meets, where that is exact, and says
// so in the expression where it is not. Other expressions stay as they are. In a
// comparison a fraction cannot meet an integer; in arithmetic it makes a decimal.
func adapt(x Expr, t schema.Type, comparison bool) Expr {
	if p, ok := x.node().(*ParamExpr); ok && p.p != nil && p.p.host && p.p.typ.IsUnknown() && !t.IsUnknown() {
		return HostValue(p.p.name, t)
	}
	n, ok := x.node().(*LiteralExpr)
	if !ok || n.err != nil || n.as() != nil || t.IsUnknown() || t.IsArray() {
		return x
	}
	v, err := adaptValue(n.Value(), t, comparison)
	switch {
	case err != nil:
		return bad(err)
	case v == n.Value():
		return x
	}
	return Literal(v)
}

// adaptValue is adapt of the value of a literal, where t is known and no array.
func adaptValue(v Value, t schema.Type, comparison bool) (Value, *Error) {
	from, to := v.Type().Family(), t.Family()
	if from == to {
		return v, nil
	}
	var err error
	adapted := v
	switch {
	case from == schema.FamilyText && !t.IsText() && to != schema.FamilyBinary && !t.IsNumber() && to != schema.FamilyBoolean:
		adapted, err = ParseValue(t, v.text)
	case from == schema.FamilyText && to == schema.FamilyEnum && comparison:
		_, err = ParseValue(t, v.text)
	case from == schema.FamilyInteger && to == schema.FamilyFloat:
		if i := v.Int(); i > 1<<53 || i < -1<<53 {
			return v, fail(CodeValue, "%d is not exact as %s", i, t)
		}
		return Float(float64(v.Int())), nil
	case from == schema.FamilyFloat && to == schema.FamilyInteger && v.Float() == math.Trunc(v.Float()) && math.Abs(v.Float()) <= 1<<53:
		return Int(int64(v.Float())), nil
	case from == schema.FamilyFloat && to == schema.FamilyInteger && comparison:
		return v, fail(CodeValue, "%s is not exact as %s: write a decimal", v, t)
	case from == schema.FamilyFloat && to == schema.FamilyNumeric && v.Float() != 0 && math.Abs(v.Float()) <= math.MaxFloat64:
		return Value{kind: schema.KindNumeric, text: digits(v.Float())}, nil // at most 325 digits
	case from == schema.FamilyFloat && (to == schema.FamilyNumeric || to == schema.FamilyInteger):
		adapted, err = ParseValue(schema.Numeric(0, 0), strconv.FormatFloat(v.Float(), 'f', -1, 64))
	case from == schema.FamilyDateTimeTZ && to == schema.FamilyDateTime:
		return v, fail(CodeType, "an instant meets %s, which has no zone: use DateTimeOf", t)
	}
	return adapted, errorOf(err)
}

// digits writes a float that is finite and not zero as the shortest decimal that is read as it.
func digits(f float64) string {
	var room [24]byte
	for point, scale := 0, 1.0; point <= 3; point, scale = point+1, scale*10 { // as most that people write
		whole := math.RoundToEven(f * scale)
		if math.Abs(whole) >= 1e15 {
			break
		}
		if whole/scale != f {
			continue
		}
		b := strconv.AppendInt(room[:0], int64(whole), 10) // of up to 15 digits no two are read as one float
		if point == 0 {
			return string(b)
		}
		if math.Abs(f) < 1 {
			break
		}
		b = append(b, 0)
		copy(b[len(b)-point:], b[len(b)-point-1:])
		b[len(b)-point-1] = '.'
		return string(b)
	}
	return strconv.FormatFloat(f, 'f', -1, 64)
}

// errorOf is err as an *Error, nil for nil.
func errorOf(err error) *Error {
	if e, ok := err.(*Error); ok || err == nil {
		return e
	}
	return fail(CodeValue, "%v", err)
}

func made(v Value, err error) Expr {
	if e := errorOf(err); e != nil {
		return bad(e)
	}
	return Literal(v)
}

// unify adapts each literal to the type of the first operand that is none.
func unify(list []Expr, comparison bool) {
	t := common(list)
	if comparison && t == schema.JSON { // compares with nothing, and check says so
		return
	}
	for i := range list {
		list[i] = adapt(list[i], t, comparison)
	}
}

// common is the type of the first of list that is no plain literal, or unknown.
func common(list []Expr) schema.Type {
	for _, x := range list {
		if n, ok := x.node().(*LiteralExpr); ok && n.as() == nil {
			continue
		}
		if t := x.Type(); !t.IsUnknown() {
			return t
		}
	}
	return schema.Unknown
}

// widest is the type that holds the values of all, which are comparable.
func widest(list []Expr) schema.Type {
	var t schema.Type
	for _, x := range list {
		t = wider(t, x.Type())
	}
	return t
}

func wider(t, u schema.Type) schema.Type {
	switch {
	case t.IsUnknown() || t == u:
		return u
	case u.IsUnknown():
		return t
	case t.IsNumber() && u.IsNumber():
		if u.Kind() == schema.KindNumeric && t.Kind() == schema.KindNumeric {
			return schema.Numeric(0, 0)
		}
		if floats := t.Family() == schema.FamilyFloat || u.Family() == schema.FamilyFloat; floats && t.Family() != u.Family() {
			return schema.Double
		}
		if u.Kind() > t.Kind() {
			return u
		}
		return t
	case t.IsText() && u.IsText():
		return schema.Text
	case t.Family() == schema.FamilyDateTime || u.Family() == schema.FamilyDateTime:
		return schema.DateTime
	}
	return t
}

func isBoolean(x Expr) bool {
	switch n := x.node().(type) { // most are
	case *BinaryExpr:
		if n.typ == &plainTypes[schema.KindBoolean] {
			return true
		}
	case *LogicExpr:
		return true
	}
	f := x.Type().Family()
	return f == schema.FamilyBoolean || f == schema.FamilyUnknown
}

// condition checks that x can stand where a condition must.
func condition(what string, x Expr) *Error {
	if !x.IsZero() && !isBoolean(x) {
		return fail(CodeType, "%s: expected a condition, got %s", what, x.Type())
	}
	return nil
}

// Columns returns the columns of tables that x names, also in its subqueries: what the
// metadata asks of its clauses.
func (x Expr) Columns() []*schema.Column {
	if x.at == nil {
		return nil
	}
	return DependenciesOf(x.node()).Columns
}
