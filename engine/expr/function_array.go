package expr

import "github.com/sqlser/sqlser/schema"

// arrayFunctions are the functions of arrays, and those that give rows. A place
// counts from 1.
func arrayFunctions() []Function {
	integer := always(schema.Integer)
	element := func(args []Expr) schema.Type { return args[0].Type().Elem() }
	second := func(args []Expr) schema.Type { return args[1].Type() }
	const table = TableFunction
	return []Function{
		{name: "array_append", args: "ro", partial: true, result: first, doc: "the array with an element more at its end; one of it alone where the array is NULL"},
		{name: "array_cat", args: "rr", partial: true, result: first, doc: "the elements of both; the other where one is NULL"},
		{name: "array_get", args: "ri", partial: true, result: element, doc: "the element at a place; NULL where there is none"},
		{name: "array_length", args: "r", result: integer, doc: "the number of elements; NULL of an empty array"},
		{name: "array_position", args: "ro", partial: true, result: integer, doc: "the place of the first element that is equal; NULL if there is none"},
		{name: "array_positions", args: "ro", partial: true, result: always(schema.ArrayOf(schema.Integer)), doc: "the places of all elements that are equal"},
		{name: "array_prepend", args: "or", partial: true, result: second, doc: "the array with an element more at its start; one of it alone where the array is NULL"},
		{name: "array_remove", args: "ro", partial: true, result: first, doc: "the array without the elements that are equal"},
		{name: "array_replace", args: "roo", partial: true, result: first, doc: "the array with the third in place of each element that is equal to the second"},
		{name: "array_slice", args: "rii", partial: true, result: first, doc: "the elements from a place to another, that one too; those outside the array are left out"},
		{name: "array_to_string", args: "rt[t", result: always(schema.Text), doc: "the elements as text, the second between them, NULL left out or as the third"},
		{name: "cardinality", args: "r", result: integer, doc: "the number of elements"},
		{name: "generate_series", args: "ii[i", kind: table, partial: true, result: widest, doc: "the integers from the first to the second, in steps of 1 or the third"},
		{name: "generate_subscripts", args: "r", kind: table, result: integer, doc: "the places of the elements"},
		{name: "string_to_array", args: "tt[t", result: always(schema.ArrayOf(schema.Text)), doc: "the parts between occurrences of the second, those that are equal to the third as NULL"},
		{name: "unnest", args: "r", kind: table, result: element, doc: "the elements, a row each"},
	}
}
