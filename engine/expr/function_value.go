package expr

import "github.com/sqlser/sqlser/schema"

// valueFunctions are the functions of values of any type.
func valueFunctions() []Function {
	return []Function{
		{name: "coalesce", args: "ee*", result: widest, doc: "the first value that is not NULL"},
		{name: "gen_random_uuid", result: always(schema.UUID), volatility: Volatile, doc: "a UUID of version 4, another each time"},
		{name: "iif", args: "bee", result: func(args []Expr) schema.Type { return widest(args[1:]) }, doc: "the second where the first is true, else the third"},
		{name: "nullif", args: "ee", result: widest, doc: "NULL where both are equal, else the first, in a type that holds both"},
		{name: "num_nonnulls", args: "a*", result: always(schema.Integer), doc: "how many arguments are not NULL"},
		{name: "num_nulls", args: "a*", result: always(schema.Integer), doc: "how many arguments are NULL"},
	}
}
