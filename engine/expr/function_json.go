package expr

import "github.com/sqlser/sqlser/schema"

// jsonFunctions are the functions of JSON. A NULL among values becomes null.
func jsonFunctions() []Function {
	json := always(schema.JSON)
	return []Function{
		{name: "json_array_length", args: "j", result: always(schema.Integer), doc: "the number of elements; NULL unless it is an array"},
		{name: "json_build_array", args: "v*", result: json, doc: "the array of the values"},
		{name: "json_build_object", args: "lv**", result: json, doc: "the object of names and values; the names are plain text and differ"},
		{name: "json_insert", args: "jlv", result: json, doc: "the object with a member, unless it has one of this name; NULL unless it is an object"},
		{name: "json_remove", args: "jl", result: json, doc: "the object without the member of a name; NULL unless it is an object"},
		{name: "json_replace", args: "jlv", result: json, doc: "the object with another value of a member, if it has it; NULL unless it is an object"},
		{name: "json_set", args: "jlv", result: json, doc: "the object with a member of a value, in place of one of this name; NULL unless it is an object"},
		{name: "json_typeof", args: "j", result: always(schema.Text), doc: "object, array, string, number, boolean or null"},
		{name: "json_valid", args: "t", result: always(schema.Boolean), doc: "whether the text is JSON"},
		{name: "to_json", args: "v", result: json, doc: "the value as JSON; NULL stays NULL"},
	}
}
