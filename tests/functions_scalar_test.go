package tests

import "github.com/sqlser/sqlser/schema"

// scalarCalls are calls of every scalar function, with what must come of them on
// every database, worked out by hand.
func scalarCalls() map[string][]call {
	null := func(t schema.Type) any { return nullOf(t) }
	noText, noInt, noNumber := null(schema.Text), null(schema.BigInteger), null(schema.Double)
	noJSON, noBytes, noDate, noTime := null(schema.JSON), null(schema.LargeBinary), null(schema.Date), null(schema.DateTime)
	date := func(s string) any { return valueOf(schema.Date, s) }
	datetime := func(s string) any { return valueOf(schema.DateTime, s) }
	instant := func(s string) any { return valueOf(schema.DateTimeTZ, s) }
	json := func(s string) any { return valueOf(schema.JSON, s) }
	dec := func(s string) any { return valueOf(schema.Numeric(0, 0), s) }
	ints := func(list ...any) any { return arrayOf(schema.BigInteger, list...) }
	texts := func(list ...any) any { return arrayOf(schema.Text, list...) }
	noInts := null(schema.ArrayOf(schema.BigInteger))
	return map[string][]call{
		// text
		"ascii":        {is("65", "ABC"), is("233", "é"), is("128512", "😀x"), is("0", ""), is("NULL", noText)},
		"bit_length":   {is("24", "abc"), is("16", "é"), is("0", ""), is("NULL", noText), is("16", []byte{0, 255})},
		"char_length":  {is("3", "abc"), is("2", "é😀"), is("0", ""), is("NULL", noText)},
		"chr":          {is("A", 65), is("é", 233), is("😀", 128512), is("NULL", 0), is("NULL", 55296), is("NULL", 1114112), is("NULL", noInt)},
		"concat":       {is("abc", "a", "b", "c"), is("aé", "a", noText, "é"), is("", noText, noText), is("x", "x")},
		"concat_ws":    {is("a, b", ", ", "a", "b"), is("a-é", "-", "a", noText, "é"), is("a--b", "-", "a", "", "b"), is("", "-", noText), is("NULL", noText, "a", "b")},
		"from_base64":  {is("\x00\xff", "AP8="), is("", ""), is("NULL", "é"), is("NULL", "AP8"), is("NULL", noText)},
		"hex":          {is("00FF", []byte{0, 255}), is("", []byte{}), is("NULL", noBytes)},
		"initcap":      {is("Ann Lee", "aNN lEE"), is("Éa", "éA"), is("", ""), is("NULL", noText)},
		"left":         {is("ab", "abc", 2), is("é😀", "é😀x", 2), is("abc", "abc", 9), is("", "abc", 0), is("NULL", noText, 1), is("NULL", "abc", noInt)},
		"length":       {is("3", "abc"), is("2", "é😀"), is("0", ""), is("NULL", noText)},
		"lower":        {is("abc", "ABC"), is("éa", "ÉA").but("sqlite", "Éa"), is("", ""), is("NULL", noText)},
		"lpad":         {is("  a", "a", 3), is("xyxa", "a", 4, "xy"), is("éé😀", "😀", 3, "é"), is("ab", "abc", 2), is("ab", "abc", 2, "x"), is("a", "a", 5, ""), is("", "a", 0), is("NULL", noText, 3), is("NULL", "abc", 2, noText), is("NULL", "a", noInt)},
		"ltrim":        {is("a ", "  a "), is("é", " é"), is("\ta", "\ta"), is("aXb", "xxaXb", "x").plain(), is("ba", "aaba", "a").plain(), is("cab", "abacab", "ab").on("sqlite", "postgres"), is("NULL", noText)},
		"md5":          {is("900150983cd24fb0d6963f7d28e17f72", "abc"), is("d41d8cd98f00b204e9800998ecf8427e", ""), is("66ddcd97cfdeabb2f6fb8a999b4bc76f", "é"), is("NULL", noText), is("900150983cd24fb0d6963f7d28e17f72", []byte("abc"))},
		"octet_length": {is("3", "abc"), is("4", "😀"), is("0", ""), is("NULL", noText), is("2", []byte{0, 255})},
		"overlay":      {is("aXXd", "abcd", "XX", 2), is("aXbcd", "abcd", "X", 2, 0), is("éZ😀", "éb😀", "Z", 2), is("abX", "ab", "X", 9), is("aX", "abcd", "X", 2, 9), is("NULL", noText, "X", 1)},
		"repeat":       {is("ababab", "ab", 3), is("éé", "é", 2), is("", "ab", 0), is("NULL", noText, 2), is("NULL", "a", noInt)},
		"replace":      {is("axc", "abc", "b", "x"), is("", "éé", "é", ""), is("abc", "abc", "", "x"), is("aBc", "aBc", "b", "x"), is("NULL", "abc", noText, "x"), is("NULL", "abc", "", noText), is("NULL", "abc", "z", noText), is("NULL", "abc", "b", noText)},
		"reverse":      {is("cba", "abc"), is("😀é", "é😀"), is("", ""), is("NULL", noText)},
		"right":        {is("bc", "abc", 2), is("é😀", "xé😀", 2), is("abc", "abc", 9), is("", "abc", 0), is("NULL", noText, 1), is("NULL", "abc", noInt)},
		"rpad":         {is("a  ", "a", 3), is("axyx", "a", 4, "xy"), is("😀éé", "😀", 3, "é"), is("ab", "abc", 2), is("a", "a", 5, ""), is("", "a", 0), is("NULL", noText, 3), is("NULL", "abc", 2, noText)},
		"rtrim":        {is("  a", "  a "), is("é", "é  "), is("aX", "aXxx", "x").plain(), is("NULL", noText), is("a", "a", "x").plain()},
		"sha256":       {is("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", "abc"), is("4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c", "é"), is("NULL", noText), is("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", []byte("abc"))},
		"sha512": {is("ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f", "abc"), is("NULL", noText),
			is("cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e", "")},
		"split_part": {is("b", "a,b,c", ",", 2), is("é", "é||😀", "||", 1), is("", "a,b", ",", 3), is("aXb", "aXb", "x", 1), is("a", "a", "", 1), is("", "a", "", 2), is("", "a,,b", ",", 2), is("NULL", noText, ",", 1), is("NULL", "a", noText, 1), is("b", "a,b", ",", 2)},
		"strpos":     {is("2", "abc", "b"), is("0", "abc", "B"), is("2", "é😀", "😀"), is("1", "abc", ""), is("0", "", "x"), is("NULL", noText, "x"), is("NULL", "x", noText)},
		"substr":     {is("bc", "abc", 2), is("b", "abc", 2, 1), is("😀", "é😀x", 2, 1), is("", "abc", 9), is("", "abc", 1, 0), is("NULL", noText, 1), is("NULL", "abc", noInt)},
		"to_base64":  {is("AP8=", []byte{0, 255}), is("", []byte{}), is("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", make([]byte, 60)), is("NULL", noBytes)},
		"to_hex":     {is("ff", 255), is("0", 0), is("ffffffffffffffff", -1), is("NULL", noInt)},
		"translate":  {is("axé", "abc", "bc", "xé"), is("a", "abc", "bc", ""), is("abc", "abc", "", "x"), is("NULL", noText, "a", "b")},
		"trim":       {is("a", "  a "), is("é", " é "), is("\ta", "\ta "), is("aXb", "xaXbx", "x").plain(), is("c", "abcba", "ab").on("sqlite", "postgres"), is("NULL", noText)},
		"unhex":      {is("\x00\xff", "00fF"), is("", ""), is("NULL", "zz"), is("NULL", "abc"), is("NULL", noText), is("NULL", "é")},
		"upper":      {is("ABC", "abc"), is("ÉA", "éa").but("sqlite", "éA"), is("", ""), is("NULL", noText)},

		// numbers
		"abs":          {is("7", -7), is("2.5", -2.5), is("1.25", dec("-1.25")), is("0", 0), is("NULL", noNumber)},
		"acos":         {is("0", 1), is("3.14159265359", -1), is("1.0471975512", 0.5), is("NULL", 2), is("NULL", noNumber)},
		"acosh":        {is("0", 1), is("1.31695789692", 2), is("NULL", 0.5), is("NULL", noNumber)},
		"asin":         {is("1.57079632679", 1), is("0", 0), is("0.523598775598", dec("0.5")), is("NULL", -1.5), is("NULL", noNumber)},
		"asinh":        {is("0", 0), is("0.88137358702", 1), is("-0.88137358702", -1), is("NULL", noNumber)},
		"atan":         {is("0.785398163397", 1), is("0", 0), is("-1.46013910562", -9), is("NULL", noNumber)},
		"atan2":        {is("0.785398163397", 1, 1), is("2.35619449019", 1, -1), is("0", 0, 1), is("NULL", noNumber, 1)},
		"atanh":        {is("0.549306144334", 0.5), is("0", 0), is("-0.549306144334", -0.5), is("NULL", 1), is("NULL", -2), is("NULL", noNumber)},
		"cbrt":         {is("3", 27), is("-2", -8), is("0", 0), is("1.25992104989", 2), is("NULL", noNumber)},
		"ceil":         {is("3", 2.5), is("-2", -2.5), is("7", 7), is("2", dec("1.2")), is("NULL", noNumber)},
		"cos":          {is("1", 0), is("-1", 3.141592653589793), is("0.540302305868", 1), is("NULL", noNumber)},
		"cosh":         {is("1", 0), is("1.54308063482", 1), is("1.54308063482", -1), is("NULL", noNumber)},
		"cot":          {is("0.642092615934", 1), is("-0.642092615934", -1), is("NULL", 0), is("NULL", noNumber)},
		"degrees":      {is("180", 3.141592653589793), is("0", 0), is("57.2957795131", 1), is("NULL", noNumber)},
		"exp":          {is("1", 0), is("2.71828182846", 1), is("0.367879441171", -1), is("NULL", noNumber)},
		"floor":        {is("2", 2.5), is("-3", -2.5), is("7", 7), is("1", dec("1.8")), is("NULL", noNumber)},
		"gcd":          {is("6", 12, 18), is("6", -12, 18), is("5", 0, 5), is("0", 0, 0), is("NULL", noInt, 4)},
		"greatest":     {is("3", 1, 3, 2), is("b", "a", "b"), is("2.5", 2.5, -1), is("NULL", 1, noInt), is("2024-01-31", date("2024-01-31"), date("2023-12-31"))},
		"lcm":          {is("36", 12, 18), is("36", -12, 18), is("0", 0, 5), is("NULL", noInt, 4)},
		"least":        {is("1", 2, 1, 3), is("a", "a", "b"), is("-1", 2.5, -1), is("NULL", 1, noInt)},
		"ln":           {is("0", 1), is("0.69314718056", 2), is("NULL", 0), is("NULL", -1), is("NULL", noNumber)},
		"log":          {is("3", 2, 8), is("2", 10, 100), is("-1", 2, 0.5), is("NULL", 1, 5), is("NULL", 2, 0), is("NULL", -2, 4), is("NULL", noNumber, 2)},
		"log10":        {is("2", 100), is("0", 1), is("-1", 0.1), is("NULL", 0), is("NULL", noNumber)},
		"log2":         {is("3", 8), is("0", 1), is("-1", 0.5), is("NULL", -1), is("NULL", noNumber)},
		"mod":          {is("1", 7, 3), is("-1", -7, 3), is("1", 7, -3), is("1.5", dec("5.5"), dec("2")), is("NULL", 7, 0), is("NULL", dec("7.5"), 0), is("NULL", noInt, 3)},
		"pi":           {is("3.14159265359")},
		"power":        {is("8", 2, 3), is("1", 0, 0), is("0.25", 2, -2), is("1.41421356237", 2, 0.5), is("-8", -2, 3), is("NULL", 0, -1), is("NULL", -8, 0.5), is("NULL", noNumber, 2)},
		"radians":      {is("3.14159265359", 180), is("0", 0), is("-1.57079632679", -90), is("NULL", noNumber)},
		"round":        {is("3", 2.5), is("-3", -2.5), is("2.35", 2.345, 2).plain(), is("7", 7), is("1.3", dec("1.25"), 1).plain(), is("NULL", noNumber)},
		"sign":         {is("-1", -2.5), is("0", 0), is("1", dec("0.1")), is("NULL", noNumber)},
		"sin":          {is("0", 0), is("1", 1.5707963267948966), is("0.841470984808", 1), is("NULL", noNumber)},
		"sinh":         {is("0", 0), is("1.17520119364", 1), is("-1.17520119364", -1), is("NULL", noNumber)},
		"sqrt":         {is("2", 4), is("0", 0), is("1.41421356237", 2), is("1.5", dec("2.25")), is("NULL", -1), is("NULL", noNumber)},
		"tan":          {is("0", 0), is("1.55740772465", 1), is("-1.55740772465", -1), is("NULL", noNumber)},
		"tanh":         {is("0", 0), is("0.761594155956", 1), is("-1", -1000), is("NULL", noNumber)},
		"trunc":        {is("2", 2.9), is("-2", -2.9), is("7", 7), is("-1", dec("-1.99")), is("NULL", noNumber)},
		"width_bucket": {is("3", 5.35, 0, 10, 5), is("0", -1, 0, 10, 5), is("6", 10, 0, 10, 5), is("1", 0, 0, 10, 5), is("NULL", 5, 10, 0, 5), is("NULL", 5, 0, 10, 0), is("NULL", noNumber, 0, 10, 5)},

		// values
		"coalesce":     {is("1", noInt, 1, 2), is("é", noText, "é"), is("NULL", noInt, noInt), is("2024-01-31", noDate, date("2024-01-31"))},
		"iif":          {is("a", true, "a", "é"), is("é", false, "a", "é"), is("2", null(schema.Boolean), 1, 2), is("NULL", false, 1, noInt)},
		"nullif":       {is("NULL", 1, 1), is("1", 1, 2), is("é", "é", ""), is("NULL", noInt, 1), is("1", 1, noInt)},
		"num_nonnulls": {is("2", 1, noText, "é"), is("0", noInt), is("1", date("2024-01-31"))},
		"num_nulls":    {is("1", 1, noText, "é"), is("1", noInt), is("0", date("2024-01-31"))},

		// dates
		"day_name":   {is("Thursday", date("2024-02-29")), is("Saturday", datetime("2026-01-31 23:59:59")), is("Saturday", instant("2026-02-01 00:30:00+01:00")), is("NULL", noDate)},
		"month_name": {is("February", date("2024-02-29")), is("December", datetime("1999-12-31 23:59:59")), is("January", instant("2026-02-01 00:30:00+01:00")), is("NULL", noDate)},
		"epoch":      {is("0", date("1970-01-01")), is("86399", datetime("1970-01-01 23:59:59.999999")), is("-1", datetime("1969-12-31 23:59:59.5")), is("1769902200", instant("2026-02-01 00:30:00+01:00")), is("NULL", noTime)},
		"from_epoch": {is("1970-01-01 00:00:00Z", 0), is("2026-01-31 23:30:00Z", 1769902200), is("0001-01-01 00:00:00Z", -62135596800), is("NULL", 253402300800), is("NULL", noInt)},
		"last_day":   {is("2024-02-29", date("2024-02-01")), is("9999-12-31", date("9999-12-03")), is("2023-02-28", datetime("2023-02-15 12:00:00")), is("1999-12-31", date("1999-12-31")), is("NULL", noDate)},
		"make_date":  {is("2024-02-29", 2024, 2, 29), is("NULL", 2023, 2, 29), is("NULL", 2024, 13, 1), is("NULL", 2024, 1, 0), is("0001-01-01", 1, 1, 1), is("9999-12-31", 9999, 12, 31), is("NULL", 0, 1, 1), is("NULL", noInt, 1, 1)},
		"make_time":  {is("06:05:04", 6, 5, 4), is("NULL", 24, 0, 0), is("NULL", 1, 60, 0), is("00:00:00", 0, 0, 0), is("NULL", 1, 2, noInt)},
		"make_timestamp": {is("2024-02-29 23:59:58", 2024, 2, 29, 23, 59, 58), is("NULL", 2023, 2, 29, 0, 0, 0), is("NULL", 2024, 1, 1, 24, 0, 0), is("0001-01-01 01:02:03", 1, 1, 1, 1, 2, 3),
			is("NULL", 2024, 1, 1, 0, noInt, 0)},
		"strftime": {is("29.02.2024", date("2024-02-29"), "%d.%m.%Y"), is("day 060 of 2024", date("2024-02-29"), "day %j of %Y"), is(`é"100%\ 23:59:58`, datetime("2024-02-29 23:59:58"), `é"100%%\ %H:%M:%S`),
			is("2026-01-31T23:30", instant("2026-02-01 00:30:00+01:00"), "%Y-%m-%dT%H:%M"), is("NULL", noDate, "%Y")},

		// JSON
		"json_array_length": {is("3", json(`[1, "a", [2]]`)), is("0", json("[]")), is("NULL", json(`{"a": 1}`)), is("NULL", json("1")), is("NULL", noJSON)},
		"json_build_array":  {is(`[1,"é",null,true,false,{"a":[1]}]`, 1, "é", noText, true, false, json(`{"a": [1]}`)), is("[2.5]", 2.5), is("[null]", noJSON), is(`["[1]"]`, "[1]")},
		"json_build_object": {is(`{"a":1,"é":"x\"y"}`, "a", 1, "é", `x"y`), is(`{"a":null,"b":[1]}`, "a", noInt, "b", json("[1]")), is(`{"t":true}`, "t", true)},
		"json_insert":       {is(`{"a":1,"b":"x"}`, json(`{"a": 1}`), "b", "x"), is(`{"a":1}`, json(`{"a": 1}`), "a", 2), is("NULL", json("[1]"), "a", 2), is("NULL", noJSON, "a", 1)},
		"json_remove":       {is(`{}`, json(`{"a": 1}`), "a"), is(`{"a":1}`, json(`{"a": 1}`), "é"), is("NULL", json("[1]"), "a"), is("NULL", noJSON, "a")},
		"json_replace":      {is(`{"a":2}`, json(`{"a": 1}`), "a", 2), is(`{"a":1}`, json(`{"a": 1}`), "b", 2), is(`{"a":[1]}`, json(`{"a": null}`), "a", json("[1]")), is("NULL", json("1"), "a", 2), is("NULL", noJSON, "a", 1)},
		"json_set":          {is(`{"a":2}`, json(`{"a": 1}`), "a", 2), is(`{"a":1,"b c":true}`, json(`{"a": 1}`), "b c", true), is(`{"a":null}`, json(`{"a": 1}`), "a", noText), is("NULL", json("[1]"), "a", 1), is("NULL", noJSON, "a", 1)},
		"json_typeof": {is("object", json("{}")), is("array", json("[]")), is("string", json(`"é"`)), is("number", json("1")), is("number", json("1.5")), is("boolean", json("true")), is("boolean", json("false")),
			is("null", json("null")), is("NULL", noJSON)},
		"json_valid": {is("true", `{"a": [1, "é"]}`), is("false", "{"), is("false", ""), is("NULL", noText)},
		"to_json":    {is(`"é"`, "é"), is("1", 1), is("true", true), is("2.5", 2.5), is(`{"a":1}`, json(`{"a": 1}`)), is("NULL", noInt)},

		// arrays
		"array_append":    {is("{1,2}", ints(1), 2), is("{1}", ints(), 1), is("{1,NULL}", ints(1), noInt), is("{1}", noInts, 1), is("{é,x}", texts("é"), "x")},
		"array_cat":       {is("{1,2,3}", ints(1), ints(2, 3)), is("{}", ints(), ints()), is("{1}", ints(1), noInts)},
		"array_get":       {is("1", ints(1, 2), 1), is("2", ints(1, 2), 2), is("NULL", ints(1), 0), is("NULL", ints(1), -1), is("NULL", ints(1), 2), is("NULL", ints(1, noInt), 2), is("NULL", noInts, 1), is("NULL", ints(1), noInt), is("é", texts("x", "é"), 2)},
		"array_length":    {is("2", ints(1, 2)), is("NULL", ints()), is("NULL", noInts)},
		"array_position":  {is("2", ints(1, 2, 2), 2), is("NULL", ints(1), 2), is("1", texts("é"), "é"), is("2", ints(1, noInt), noInt), is("NULL", noInts, 1)},
		"array_positions": {is("{2,3}", ints(1, 2, 2), 2), is("{}", ints(1), 2), is("NULL", noInts, 1)},
		"array_prepend":   {is("{2,1}", 2, ints(1)), is("{1}", 1, ints()), is("{1}", 1, noInts)},
		"array_remove":    {is("{1}", ints(1, 2, 2), 2), is("{1}", ints(1, noInt), noInt), is("NULL", noInts, 1)},
		"array_replace":   {is("{1,9,9}", ints(1, 2, 2), 2, 9), is("{1}", ints(1), 2, 9), is("NULL", noInts, 1, 2)},
		"array_slice":     {is("{2,3}", ints(1, 2, 3), 2, 3), is("{1}", ints(1, 2), 1, 1), is("{1,2}", ints(1, 2), -3, 9), is("{}", ints(1, 2), 2, 1), is("{}", ints(1), 5, 9), is("{}", ints(), 1, 1), is("NULL", noInts, 1, 2), is("NULL", ints(1), noInt, 1), is("NULL", ints(1), 1, noInt), is("{é,NULL}", texts("x", "é", noText), 2, 3)},
		"array_to_string": {is("1,2", ints(1, 2), ","), is("é-x", texts("é", noText, "x"), "-"), is("é-?", texts("é", noText), "-", "?"), is("", ints(), ","), is("NULL", noInts, ",")},
		"cardinality":     {is("2", ints(1, 2)), is("0", ints()), is("NULL", noInts)},
		"string_to_array": {is("{a,é}", "a,é", ","), is("{a,NULL}", "a,b", ",", "b"), is("{}", "", ","), is("NULL", noText, ",")},
	}
}
