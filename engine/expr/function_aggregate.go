package expr

import "github.com/sqlser/sqlser/schema"

// sumOf follows PostgreSQL: integers sum to what cannot overflow quietly.
func sumOf(args []Expr) schema.Type {
	switch t := args[0].Type(); t.Family() {
	case schema.FamilyFloat:
		return schema.Double
	case schema.FamilyInteger:
		if t.Kind() != schema.KindBigInteger {
			return schema.BigInteger
		}
	}
	return schema.Numeric(0, 0)
}

func averageOf(args []Expr) schema.Type {
	if args[0].Type().Family() == schema.FamilyFloat {
		return schema.Double
	}
	return schema.Numeric(0, 0)
}

func arrayOf(args []Expr) schema.Type {
	if t := args[0].Type(); !t.IsUnknown() {
		return schema.ArrayOf(t)
	}
	return schema.Unknown
}

// aggregateFunctions make one value of many rows: NULL without any, but for counts.
// Those of pairs take rows in which neither is NULL; y is the first, x the second.
func aggregateFunctions() []Function {
	double, whole, boolean, json := always(schema.Double), always(schema.BigInteger), always(schema.Boolean), always(schema.JSON)
	const aggregate = AggregateFunction
	return []Function{
		{name: "any_value", args: "s", kind: aggregate, result: first, doc: "one of the values that are not NULL: the smallest"},
		{name: "array_agg", args: "a", kind: aggregate, ordered: true, partial: true, result: arrayOf, doc: "the array of the values, NULL among them"},
		{name: "avg", args: "n", kind: aggregate, partial: true, result: averageOf, doc: "the mean of the values that are not NULL"},
		{name: "bit_and", args: "i", kind: aggregate, result: first, doc: "the bits that are set in all values that are not NULL"},
		{name: "bit_or", args: "i", kind: aggregate, result: first, doc: "the bits that are set in any value"},
		{name: "bit_xor", args: "i", kind: aggregate, result: first, doc: "the bits that are set in an odd number of values"},
		{name: "bool_and", args: "b", kind: aggregate, result: boolean, doc: "whether all values that are not NULL are true"},
		{name: "bool_or", args: "b", kind: aggregate, result: boolean, doc: "whether any value is true"},
		{name: "corr", args: "nn", kind: aggregate, partial: true, result: double, doc: "the correlation of pairs"},
		{name: "count", args: "[a", kind: aggregate, result: whole, doc: "the number of rows, or of values that are not NULL"},
		{name: "count_distinct", args: "aa*", kind: aggregate, result: whole, doc: "the number of rows that differ in the values, of those in which none is NULL"},
		{name: "covar_pop", args: "nn", kind: aggregate, partial: true, result: double, doc: "the covariance of pairs"},
		{name: "covar_samp", args: "nn", kind: aggregate, partial: true, result: double, doc: "the covariance that a sample of pairs lets expect"},
		{name: "grouping", args: "a*", kind: GroupingFunction, result: always(schema.Integer), doc: "a bit for each key of GROUP BY, the last the lowest: 1 where the row's group is of all its values"},
		{name: "json_agg", args: "v", kind: aggregate, ordered: true, result: json, doc: "the JSON array of the values, null for NULL"},
		{name: "json_object_agg", args: "tv", kind: aggregate, ordered: true, partial: true, result: json, doc: "the JSON object of names, which differ and are not NULL, and values"},
		{name: "max", args: "s", kind: aggregate, result: first, doc: "the largest value"},
		{name: "min", args: "s", kind: aggregate, result: first, doc: "the smallest value"},
		{name: "mode", kind: OrderedSetFunction, ofKey: true, result: always(schema.Unknown), doc: "the value of the key that is most frequent, the first of several in its order"},
		{name: "percentile_cont", args: "n", kind: OrderedSetFunction, partial: true, result: double, doc: "the value at a fraction (0 to 1) of the rows in the order of their key, between two of them if need be"},
		{name: "percentile_disc", args: "n", kind: OrderedSetFunction, partial: true, ofKey: true, result: always(schema.Unknown), doc: "the first value of the key that is at or behind a fraction (0 to 1) of the rows in its order"},
		{name: "regr_avgx", args: "nn", kind: aggregate, partial: true, result: double, doc: "the mean of x, of pairs"},
		{name: "regr_avgy", args: "nn", kind: aggregate, partial: true, result: double, doc: "the mean of y, of pairs"},
		{name: "regr_count", args: "nn", kind: aggregate, result: whole, doc: "the number of pairs"},
		{name: "regr_intercept", args: "nn", kind: aggregate, partial: true, result: double, doc: "where the line that fits pairs best meets x = 0"},
		{name: "regr_r2", args: "nn", kind: aggregate, partial: true, result: double, doc: "the square of the correlation of pairs"},
		{name: "regr_slope", args: "nn", kind: aggregate, partial: true, result: double, doc: "the slope of the line that fits pairs best"},
		{name: "regr_sxx", args: "nn", kind: aggregate, partial: true, result: double, doc: "the sum of the squares of x's distances from its mean, of pairs"},
		{name: "regr_sxy", args: "nn", kind: aggregate, partial: true, result: double, doc: "the sum of the products of both distances from their means, of pairs"},
		{name: "regr_syy", args: "nn", kind: aggregate, partial: true, result: double, doc: "the sum of the squares of y's distances from its mean, of pairs"},
		{name: "stddev_pop", args: "n", kind: aggregate, partial: true, result: double, doc: "the standard deviation"},
		{name: "stddev_samp", args: "n", kind: aggregate, partial: true, result: double, doc: "the standard deviation that a sample lets expect; NULL of one value"},
		{name: "string_agg", args: "tt", kind: aggregate, ordered: true, result: always(schema.Text), doc: "the texts one behind the other, the second between them"},
		{name: "sum", args: "n", kind: aggregate, partial: true, result: sumOf, doc: "the sum of the values that are not NULL; NULL without any"},
		{name: "var_pop", args: "n", kind: aggregate, partial: true, result: double, doc: "the variance"},
		{name: "var_samp", args: "n", kind: aggregate, partial: true, result: double, doc: "the variance that a sample lets expect; NULL of one value"},
	}
}
