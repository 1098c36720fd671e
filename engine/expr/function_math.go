package expr

import "github.com/sqlser/sqlser/schema"

func wholeOf(args []Expr) schema.Type {
	if args[0].Type().Family() == schema.FamilyNumeric {
		return schema.Numeric(0, 0)
	}
	return args[0].Type()
}

// mathFunctions are the functions of numbers. Those that give a float may differ
// in its last digits; where there is no result they give NULL, and they are
// partial where it may be too large to be a float.
func mathFunctions() []Function {
	double, integer := always(schema.Double), always(schema.Integer)
	return []Function{
		{name: "abs", args: "n", result: first, partial: true, doc: "the number without its sign"},
		{name: "acos", args: "n", result: double, doc: "the arc cosine, in radians; NULL outside -1 to 1"},
		{name: "acosh", args: "n", partial: true, result: double, doc: "the inverse hyperbolic cosine; NULL below 1"},
		{name: "asin", args: "n", result: double, doc: "the arc sine, in radians; NULL outside -1 to 1"},
		{name: "asinh", args: "n", result: double, partial: true, doc: "the inverse hyperbolic sine"},
		{name: "atan", args: "n", result: double, doc: "the arc tangent, in radians"},
		{name: "atan2", args: "nn", result: double, doc: "the arc tangent of the first divided by the second, in radians, by the signs of both"},
		{name: "atanh", args: "n", result: double, doc: "the inverse hyperbolic tangent; NULL unless between -1 and 1"},
		{name: "cbrt", args: "n", result: double, partial: true, doc: "the cube root"},
		{name: "ceil", args: "n", result: wholeOf, doc: "the smallest whole number that is not less"},
		{name: "cos", args: "n", partial: true, result: double, doc: "the cosine of radians"},
		{name: "cosh", args: "n", result: double, partial: true, doc: "the hyperbolic cosine"},
		{name: "cot", args: "n", partial: true, result: double, doc: "the cotangent of radians; NULL at 0"},
		{name: "degrees", args: "n", result: double, partial: true, doc: "radians in degrees"},
		{name: "exp", args: "n", result: double, partial: true, doc: "e to the power of the number"},
		{name: "floor", args: "n", result: wholeOf, doc: "the largest whole number that is not greater"},
		{name: "gcd", args: "ii", result: widest, partial: true, doc: "the greatest common divisor, 0 or more"},
		{name: "greatest", args: "ss*", result: widest, doc: "the largest value; NULL where one is NULL"},
		{name: "lcm", args: "ii", result: widest, partial: true, doc: "the least common multiple, 0 or more"},
		{name: "least", args: "ss*", result: widest, doc: "the smallest value; NULL where one is NULL"},
		{name: "ln", args: "n", result: double, doc: "the natural logarithm; NULL unless above 0"},
		{name: "log", args: "nn", result: double, doc: "the logarithm to the base that is first, of the second; NULL unless both are above 0 and the base is not 1"},
		{name: "log10", args: "n", result: double, doc: "the logarithm to base 10; NULL unless above 0"},
		{name: "log2", args: "n", result: double, doc: "the logarithm to base 2; NULL unless above 0"},
		{name: "mod", args: "qq", result: widest, doc: "the rest of a division, with the sign of the first; NULL for a division by 0"},
		{name: "pi", result: double, doc: "the number pi"},
		{name: "power", args: "nn", result: double, partial: true, doc: "the first to the power of the second; NULL where that is no number"},
		{name: "radians", args: "n", partial: true, result: double, doc: "degrees in radians"},
		{name: "random", result: double, volatility: Volatile, doc: "a number from 0 to less than 1, another each time"},
		{name: "round", args: "n[i", result: wholeOf, partial: true, doc: "the number rounded to so many places, halves away from zero"},
		{name: "sign", args: "n", result: integer, doc: "-1, 0 or 1, by the sign"},
		{name: "sin", args: "n", partial: true, result: double, doc: "the sine of radians"},
		{name: "sinh", args: "n", result: double, partial: true, doc: "the hyperbolic sine"},
		{name: "sqrt", args: "n", result: double, doc: "the square root; NULL below 0"},
		{name: "tan", args: "n", partial: true, result: double, doc: "the tangent of radians"},
		{name: "tanh", args: "n", result: double, doc: "the hyperbolic tangent"},
		{name: "trunc", args: "n", result: wholeOf, doc: "the number without what stands behind the point"},
		{name: "width_bucket", args: "nnni", result: integer, partial: true, doc: "in which of so many equal parts from the second to the third the first is, from 1; 0 below, one more than there are above; NULL if the bounds are not in order"},
	}
}
