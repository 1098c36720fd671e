package expr

import "github.com/sqlser/sqlser/schema"

// shift is the type of a shift: of 64 bits, whatever is shifted.
func shift(l, r schema.Type) (schema.Type, bool) {
	_, ok := integers(l, r)
	return schema.BigInteger, ok
}

// checkShift refuses a plain number of bits that no database shifts alike.
func checkShift(by Expr) *Error {
	if n, ok := by.node().(*LiteralExpr); ok && !n.isNull() && (n.Value().Int() < 0 || n.Value().Int() > 63) {
		return fail(CodeValue, "a shift by %s: expected 0 to 63", n.Value())
	}
	return nil
}

// BitAnd has the bits that x and y have; integers of all sizes have their sign in
// two's complement.
func (x Expr) BitAnd(y any) Expr { return Binary(OpBitAnd, x, y) }

// BitOr has the bits that x or y has.
func (x Expr) BitOr(y any) Expr { return Binary(OpBitOr, x, y) }

// BitXor has the bits that just one of x and y has.
func (x Expr) BitXor(y any) Expr { return Binary(OpBitXor, x, y) }

// BitNot has the bits that x has not.
func (x Expr) BitNot() Expr { return Unary(OpBitNot, x) }

// ShiftLeft is x, as an integer of 64 bits, shift left by y bits: 0 to 63, of
// what is computed the last six bits.
func (x Expr) ShiftLeft(y any) Expr { return Binary(OpShiftLeft, x, y) }

// ShiftRight is x shift right by y bits; it keeps its sign.
func (x Expr) ShiftRight(y any) Expr { return Binary(OpShiftRight, x, y) }

var bitwiseMethods = []Method{
	binaryMethod(OpBitAnd, "bitwise_and", "the bits that x and y have", `sql.select(u.age:bitwise_and(6):label "n")`, `SELECT "users"."age" & ? AS "n" FROM "users"`),
	binaryMethod(OpBitOr, "bitwise_or", "the bits that x or y has", `sql.select(u.age:bitwise_or(6):label "n")`, `SELECT "users"."age" | ? AS "n" FROM "users"`),
	binaryMethod(OpBitXor, "bitwise_xor", "the bits that just one of x and y has", `sql.select(u.age:bitwise_xor(6):label "n")`, `SELECT ("users"."age" | ?) - ("users"."age" & ?) AS "n" FROM "users"`),
	binaryMethod(OpShiftLeft, "bitwise_lshift", "x shift left by y bits, 0 to 63", `sql.select(u.age:bitwise_lshift(2):label "n")`, `SELECT "users"."age" << ? AS "n" FROM "users"`),
	binaryMethod(OpShiftRight, "bitwise_rshift", "x shift right by y bits, 0 to 63; it keeps its sign", `sql.select(u.age:bitwise_rshift(2):label "n")`, `SELECT "users"."age" >> ? AS "n" FROM "users"`),
}
