package expr

import "github.com/sqlser/sqlser/schema"

// windowFunctions see the rows of a window in its order. Rows that are equal in it
// are peers.
func windowFunctions() []Function {
	double, whole := always(schema.Double), always(schema.BigInteger)
	shifted := func(args []Expr) schema.Type {
		if len(args) == 3 {
			return wider(args[0].Type(), args[2].Type())
		}
		return args[0].Type()
	}
	const window = WindowFunction
	return []Function{
		{name: "cume_dist", kind: window, result: double, doc: "the part of the rows that do not stand behind the row, from above 0 to 1, on MariaDB to 10 places"},
		{name: "dense_rank", kind: window, result: whole, doc: "the place of the row, from 1: peers have one, and none is left out"},
		{name: "first_value", args: "a", kind: window, result: first, doc: "the value in the first row of the frame"},
		{name: "lag", args: "e[ie", kind: window, result: shifted, doc: "the value in the row before, or so many before; the third, or NULL, if there is none"},
		{name: "last_value", args: "a", kind: window, result: first, doc: "the value in the last row of the frame"},
		{name: "lead", args: "e[ie", kind: window, result: shifted, doc: "the value in the row behind, or so many behind; the third, or NULL, if there is none"},
		{name: "nth_value", args: "ai", kind: window, partial: true, result: first, doc: "the value in the row of the frame at a place, from 1; NULL if there is none"},
		{name: "ntile", args: "i", kind: window, partial: true, result: whole, doc: "in which of so many parts, as equal as can be, the row is, from 1"},
		{name: "percent_rank", kind: window, result: double, doc: "the part of the other rows that stand before the row, from 0 to 1, on MariaDB to 10 places"},
		{name: "rank", kind: window, result: whole, doc: "the place of the row, from 1: peers have the first of theirs"},
		{name: "row_number", kind: window, result: whole, doc: "the number of the row, from 1"},
	}
}
