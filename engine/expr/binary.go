package expr

import "github.com/sqlser/sqlser/schema"

// BinaryOp is an operator between two operands. Values are wire codes: append only.
type BinaryOp uint8

// The binary operators.
const (
	OpEq BinaryOp = iota + 1
	OpNe
	OpLt
	OpLe
	OpGt
	OpGe
	OpAdd
	OpSub
	OpMul
	OpDiv
	OpIDiv
	OpMod
	OpConcat
	OpDistinct
	OpNotDistinct
	OpBitAnd
	OpBitOr
	OpBitXor
	OpShiftLeft
	OpShiftRight
	OpHolds
	OpHeldBy
	OpOverlaps
	binaryOps
)

// binaryRows says of each operator all that does not depend on a database.
var binaryRows = [binaryOps]struct {
	sign   string // as people write it
	result func(l, r schema.Type) (t schema.Type, ok bool)
}{
	OpEq: {"=", comparison}, OpNe: {"<>", comparison}, OpLt: {"<", ordering},
	OpLe: {"<=", ordering}, OpGt: {">", ordering}, OpGe: {">=", ordering},
	OpAdd: {"+", addition}, OpSub: {"-", subtraction}, OpMul: {"*", multiplication},
	OpDiv: {"/", division}, OpIDiv: {"div", integers}, OpMod: {"%", integers}, OpConcat: {"||", concatenation},
	OpDistinct: {"IS DISTINCT FROM", comparison}, OpNotDistinct: {"IS NOT DISTINCT FROM", comparison},
	OpBitAnd: {"&", integers}, OpBitOr: {"|", integers}, OpBitXor: {"xor", integers},
	OpShiftLeft: {"<<", shift}, OpShiftRight: {">>", shift},
	OpHolds: {"@>", containment}, OpHeldBy: {"<@", containment}, OpOverlaps: {"&&", overlap},
}

func comparison(l, r schema.Type) (schema.Type, bool) { return schema.Boolean, l.Comparable(r) }

// containment is of arrays, or of JSON.
func containment(l, r schema.Type) (schema.Type, bool) {
	json := func(t schema.Type) bool { return t == schema.JSON || t.IsUnknown() }
	_, ok := overlap(l, r)
	return schema.Boolean, ok || json(l) && json(r)
}

func overlap(l, r schema.Type) (schema.Type, bool) {
	array := func(t schema.Type) bool { return t.IsArray() || t.IsUnknown() }
	return schema.Boolean, array(l) && array(r) && l.Comparable(r)
}

func ordering(l, r schema.Type) (schema.Type, bool) {
	return schema.Boolean, l.Comparable(r) && l.Family() != schema.FamilyUUID && r.Family() != schema.FamilyUUID
}

func numbers(types ...schema.Type) bool {
	for _, t := range types {
		if !t.IsNumber() && !t.IsUnknown() {
			return false
		}
	}
	return true
}

// arithmetic of decimals gives one that neither precision nor scale describes.
func arithmetic(l, r schema.Type) (schema.Type, bool) {
	t := wider(l, r)
	if t.Kind() == schema.KindNumeric {
		t = schema.Numeric(0, 0)
	}
	return t, numbers(l, r)
}

func division(l, r schema.Type) (schema.Type, bool) {
	if l.Family() == schema.FamilyInterval {
		return l, numbers(r)
	}
	if wider(l, r).Family() == schema.FamilyFloat {
		return schema.Double, numbers(l, r)
	}
	return schema.Numeric(0, 0), numbers(l, r)
}

func integers(l, r schema.Type) (schema.Type, bool) {
	whole := func(t schema.Type) bool { return t.Family() == schema.FamilyInteger || t.IsUnknown() }
	return wider(l, r), whole(l) && whole(r)
}

func concatenation(l, r schema.Type) (schema.Type, bool) {
	text := func(t schema.Type) bool { return t.IsText() || t.IsUnknown() }
	return schema.Text, text(l) && text(r)
}

// String returns the operator as people write it, such as "<=".
func (op BinaryOp) String() string {
	if op == 0 || op >= binaryOps {
		return "unknown operator"
	}
	return binaryRows[op].sign
}

// IsComparison reports whether the operator gives a truth value.
func (op BinaryOp) IsComparison() bool {
	return op >= OpEq && op <= OpGe || op == OpDistinct || op == OpNotDistinct
}

// BinaryOps returns every binary operator.
func BinaryOps() []BinaryOp {
	all := make([]BinaryOp, 0, binaryOps)
	for op := BinaryOp(1); op < binaryOps; op++ {
		all = append(all, op)
	}
	return all
}

// BinaryExpr is left op right.
type BinaryExpr struct {
	exprState
	typ         *schema.Type // nil until checked
	left, right Expr
	op          BinaryOp
}

// Binary makes left op right.
func Binary(op BinaryOp, left, right any) Expr {
	return operation(op, Of(left), Of(right))
}

func (x Expr) binary(op BinaryOp, y any) Expr {
	if x.at == nil {
		x = Of(x)
	}
	if r, ok := y.(Expr); ok && r.at != nil {
		return operation(op, x, r)
	}
	if n := withValue(op, x, y); n != nil {
		return Expr{at: &n.exprState}
	}
	return operation(op, x, ofType(y, x.Type()))
}

// withValue makes x op y where y is a plain value, in the same memory as its literal: most
// comparisons are such. It is nil where operation has more to look at, or to find wrong.
func withValue(op BinaryOp, x Expr, y any) *BinaryExpr {
	v, ok := plain(y)
	if !ok {
		return nil
	}
	if !isMade(x) {
		return nil
	}
	comparison, t := op.IsComparison(), x.Type()
	if !t.IsSimple() && t.Host() != nil || comparison && t == schema.JSON {
		return nil
	}
	kind := v.kind
	if !t.IsUnknown() && !t.IsArray() {
		var err *Error
		if v, err = adaptValue(v, t, comparison); err != nil {
			return nil
		}
	}
	if v.kind == kind && v.check() != nil { // what becomes another kind is sound
		return nil
	}
	room := new(struct {
		operation BinaryExpr
		literal   LiteralExpr
	})
	right := room.literal.sound(v)
	n := &room.operation
	n.self, n.op, n.left, n.right = n, op, x, right
	var m measure
	m.expr(x, isBeside)
	m.add(room.literal.tally)
	if n.settle(&m) && op > 0 && op < binaryOps && !x.isBeside() {
		n.judge(OpBinary, n.checkTypes(t, v.Type()))
	} else {
		finish(n, m.above(), m.err)
	}
	return n
}

// isMade reports whether x is, like most, of a sort that is neither a plain value nor
// beside comparisons only.
func isMade(x Expr) bool {
	switch x.node().(type) {
	case *ColumnExpr, *CallExpr, *BinaryExpr:
		return true
	}
	return false
}

func operation(op BinaryOp, left, right Expr) Expr {
	if op < binaryOps && mirrored[op] != 0 && isQuantified(left) && !isQuantified(right) {
		op, left, right = mirrored[op], right, left
	}
	if !isMade(left) || !isMade(right) { // else there is nothing to adapt
		sides := [2]Expr{left, right}
		if left.isBeside() && right.isBeside() {
			unifyRows(sides[:])
		} else {
			unify(sides[:], op.IsComparison())
		}
		left, right = sides[0], sides[1]
	}
	n := &BinaryExpr{op: op, left: left, right: right}
	n.seal()
	return Expr{at: &n.exprState}
}

// seal is as the function, without asking for fields.
func (n *BinaryExpr) seal() {
	n.self = n
	var m measure
	m.expr(n.left, isBeside)
	m.expr(n.right, isBeside)
	if n.settle(&m) {
		n.judge(OpBinary, n.check())
	} else {
		finish(n, m.above(), m.err)
	}
}

// mirrored are the operators that say the same of the sides in the other order, for
// ANY and ALL, which stand on the right only.
var mirrored = [binaryOps]BinaryOp{OpEq: OpEq, OpNe: OpNe, OpLt: OpGt, OpLe: OpGe, OpGt: OpLt, OpGe: OpLe}

// Op returns OpBinary.
func (*BinaryExpr) Op() Op { return OpBinary }

func (n *BinaryExpr) fields(f *Fields) {
	f.Code("op", (*uint8)(&n.op))
	f.Side("left", &n.left)
	f.Side("right", &n.right)
}

func isComparison(x Expr) bool {
	b, ok := x.node().(*BinaryExpr)
	return ok && b.op.IsComparison()
}

func (n *BinaryExpr) check() *Error {
	if n.left.IsZero() || n.right.IsZero() {
		return missing("an operand")
	}
	if n.op == 0 || n.op >= binaryOps {
		return fail(CodeForm, "unknown operator %d", n.op)
	}
	if n.left.isBeside() || n.right.isBeside() {
		return n.checkRows()
	}
	return n.checkTypes(n.left.Type(), n.right.Type())
}

// checkTypes checks an operation whose sides are of these types.
func (n *BinaryExpr) checkTypes(l, r schema.Type) *Error {
	if n.op.IsComparison() && isCompared(l, r) {
		n.typ = kept(schema.Boolean)
		return nil
	}
	t, ok := binaryRows[n.op].result(l, r)
	if n.typ = kept(t); !ok {
		hint := ""
		switch {
		case n.op == OpAdd && l.IsText() && r.IsText():
			hint = ": texts are joined by concat"
		case n.op.IsComparison() && (l == schema.JSON || r == schema.JSON):
			hint = ": JSON is read by as_string and its like, and then compared"
		case l.Family() == schema.FamilyDateTime && r.Family() == schema.FamilyDateTimeTZ,
			l.Family() == schema.FamilyDateTimeTZ && r.Family() == schema.FamilyDateTime:
			hint = zoneHint
		case (n.op == OpAdd || n.op == OpSub) && r.IsNumber() && (l.Family() == schema.FamilyDateTime || l.Family() == schema.FamilyDateTimeTZ):
			hint = ": days are an interval, {days = n}; plain numbers go with dates"
		case n.op.IsComparison() && isComparison(n.left):
			hint = ": a < b < c is said as a < b and b < c, or by between"
		case n.op.IsComparison():
			hint = ": like is compared with like; cast a side"
		case n.op == OpConcat && (l.IsText() || r.IsText()):
			hint = ": texts are joined; cast the other side to a string"
		}
		return fail(CodeType, "no %s %s %s%s%s", l, n.op, r, said(" "+n.op.String()+" ", n.left, n.right), hint)
	}
	if n.op == OpShiftLeft || n.op == OpShiftRight {
		return checkShift(n.right)
	}
	if n.op.IsComparison() && l.Kind() != r.Kind() {
		return checkLabel(n.left, n.right)
	}
	return nil
}

// isCompared reports whether any comparison of these types is sound, as most are. It says
// no of some of which a closer look says yes.
func isCompared(l, r schema.Type) bool {
	switch f := l.Family(); f {
	case schema.FamilyInteger, schema.FamilyText, schema.FamilyNumeric, schema.FamilyDate, schema.FamilyDateTime, schema.FamilyDateTimeTZ:
		return f == r.Family()
	}
	return false
}

// Type returns the type of the result.
func (n *BinaryExpr) Type() schema.Type { return known(n.typ) }

// Operator returns the operator.
func (n *BinaryExpr) Operator() BinaryOp { return n.op }

// Left returns the left operand.
func (n *BinaryExpr) Left() Expr { return n.left }

// Right returns the right operand.
func (n *BinaryExpr) Right() Expr { return n.right }

// binaryMethod is the row of x:name(y).
func binaryMethod(op BinaryOp, name, doc, example, sql string) Method {
	return Method{
		On: OnExpr, Name: name, Doc: doc, Args: []Arg{{"y", ArgOperand}}, Example: example, SQL: sql,
		Build: func(self any, a []any) any { return Binary(op, self, a[0]) },
	}
}

// nullTest makes x = NULL, which is never true, the test that is meant.
func nullTest(test, op func(x Expr, y any) Expr) func(any, []any) any {
	return func(self any, a []any) any {
		if n, ok := a[0].(Expr).node().(*LiteralExpr); ok && n.err == nil && n.isNull() {
			return test(self.(Expr), nil)
		}
		return op(self.(Expr), a[0])
	}
}

var binaryMethods = append([]Method{{
	On: OnExpr, Name: "eq", Doc: "x = y; x IS NULL where y is sql.null", Args: []Arg{{"y", ArgOperand}},
	Example: `sql.select(u.id):where(u.age:eq(30))`,
	SQL:     `SELECT "users"."id" FROM "users" WHERE "users"."age" = ?`,
	Build:   nullTest(Expr.Eq, Expr.Eq),
}, {
	On: OnExpr, Name: "ne", Doc: "x <> y; x IS NOT NULL where y is sql.null", Args: []Arg{{"y", ArgOperand}},
	Example: `sql.select(u.id):where(u.email:ne(sql.null))`,
	SQL:     `SELECT "users"."id" FROM "users" WHERE "users"."email" IS NOT NULL`,
	Build:   nullTest(Expr.Ne, Expr.Ne),
},
	binaryMethod(OpLt, "lt", "x < y", `sql.select(u.id):where(u.age:lt(30))`, `SELECT "users"."id" FROM "users" WHERE "users"."age" < ?`),
	binaryMethod(OpLe, "le", "x <= y", `sql.select(u.id):where(u.age:le(30))`, `SELECT "users"."id" FROM "users" WHERE "users"."age" <= ?`),
	binaryMethod(OpGt, "gt", "x > y", `sql.select(u.id):where(u.age:gt(30))`, `SELECT "users"."id" FROM "users" WHERE "users"."age" > ?`),
	binaryMethod(OpGe, "ge", "x >= y", `sql.select(u.id):where(u.age:ge(30))`, `SELECT "users"."id" FROM "users" WHERE "users"."age" >= ?`),
	binaryMethod(OpAdd, "add", "x + y", `sql.select(u.age:add(1):label "next")`, `SELECT "users"."age" + ? AS "next" FROM "users"`),
	binaryMethod(OpSub, "sub", "x - y", `sql.select(u.age:sub(1):label "last")`, `SELECT "users"."age" - ? AS "last" FROM "users"`),
	binaryMethod(OpMul, "mul", "x * y", `sql.select(u.balance:mul(2):label "twice")`, `SELECT "users"."balance" * ? AS "twice" FROM "users"`),
	binaryMethod(OpDiv, "div", "x / y, with a fraction also where both are integers", `sql.select(u.age:div(2):label "half")`, `SELECT "users"."age" / CAST(? AS REAL) AS "half" FROM "users"`),
	binaryMethod(OpIDiv, "idiv", "the integer quotient, cut towards zero", `sql.select(u.age:idiv(10):label "decade")`, `SELECT "users"."age" / ? AS "decade" FROM "users"`),
	binaryMethod(OpMod, "mod", "the remainder of x:idiv(y), with the sign of x", `sql.select(u.age:mod(10):label "rest")`, `SELECT "users"."age" % ? AS "rest" FROM "users"`),
	{
		On: OnExpr, Name: "concat", Doc: "x and y as one text, or, where one is an array, as one array", Args: []Arg{{"y", ArgOperand}},
		Example: `sql.select(u.name:concat("!"):label "call")`,
		SQL:     `SELECT "users"."name" || ? AS "call" FROM "users"`,
		Build:   func(self any, a []any) any { return self.(Expr).Concat(a[0]) },
	},
	{
		On: OnModule, Name: "idiv", Doc: "the integer quotient of x and y, cut towards zero", Args: []Arg{{"x", ArgOperand}, {"y", ArgOperand}},
		Example: `sql.select(sql.idiv(u.age, 10):label "decade")`,
		SQL:     `SELECT "users"."age" / ? AS "decade" FROM "users"`,
		Build:   func(_ any, a []any) any { return Binary(OpIDiv, a[0], a[1]) },
	},
	binaryMethod(OpDistinct, "is_distinct_from", "x and y differ, where NULL is a value like others", `sql.select(u.id):where(u.age:is_distinct_from(30))`, `SELECT "users"."id" FROM "users" WHERE "users"."age" IS DISTINCT FROM ?`),
	binaryMethod(OpNotDistinct, "is_not_distinct_from", "x and y are equal, or both are NULL", `sql.select(u.id):where(u.age:is_not_distinct_from(sql.null))`, `SELECT "users"."id" FROM "users" WHERE "users"."age" IS NOT DISTINCT FROM NULL`),
}, bitwiseMethods...)
