package expr

import "github.com/sqlser/sqlser/schema"

// textFunctions are the functions of text and bytes. A place counts characters,
// the first is 1.
func textFunctions() []Function {
	text, integer := always(schema.Text), always(schema.Integer)
	return []Function{
		{name: "ascii", args: "t", result: integer, doc: "the code point of the first character; 0 for empty text"},
		{name: "bit_length", args: "c", result: integer, doc: "the number of bits, of text in UTF-8"},
		{name: "char_length", args: "t", result: integer, doc: "the number of characters"},
		{name: "chr", args: "i", result: text, doc: "the character of a code point; NULL if there is none"},
		{name: "concat", args: "t*", result: text, doc: "the texts one behind the other, NULL left out"},
		{name: "concat_ws", args: "tt*", result: text, doc: "the texts behind the first, which stands between them, NULL left out"},
		{name: "from_base64", args: "t", result: always(schema.LargeBinary), doc: "the bytes that base64 stands for; NULL if it is none"},
		{name: "hex", args: "x", result: text, doc: "the bytes as hexadecimal digits, in upper case"},
		{name: "initcap", args: "t", result: text, doc: "the text with each word's first letter in upper case, the others in lower case"},
		{name: "left", args: "ti", result: text, partial: true, doc: "the first so many characters; a number below 0 counts as 0"},
		{name: "length", args: "t", result: integer, doc: "the number of characters, as char_length"},
		{name: "lower", args: "t", result: text, doc: "the text in lower case; on SQLite only A to Z change"},
		{name: "lpad", args: "ti[t", result: text, partial: true, doc: "the text filled up at its start, with spaces or the third, to so many characters, or cut to the first of them"},
		{name: "ltrim", args: "t[t", result: text, doc: "the text without spaces, or the characters of the second, at its start"},
		{name: "md5", args: "c", result: text, doc: "the MD5 of bytes, or of text in UTF-8, as hexadecimal digits in lower case"},
		{name: "octet_length", args: "c", result: integer, doc: "the number of bytes, of text in UTF-8"},
		{name: "overlay", args: "tti[i", result: text, partial: true, doc: "the text with the second in place of what stands from a place on, as long as it or of a length"},
		{name: "repeat", args: "ti", result: text, partial: true, doc: "the text so many times; a number below 0 counts as 0"},
		{name: "replace", args: "ttt", result: text, partial: true, doc: "the text with each occurrence of the second replaced by the third"},
		{name: "reverse", args: "t", result: text, doc: "the characters in reverse order"},
		{name: "right", args: "ti", result: text, partial: true, doc: "the last so many characters; a number below 0 counts as 0"},
		{name: "rpad", args: "ti[t", result: text, partial: true, doc: "the text filled up at its end, with spaces or the third, to so many characters, or cut to the first of them"},
		{name: "rtrim", args: "t[t", result: text, doc: "the text without spaces, or the characters of the second, at its end"},
		{name: "sha256", args: "c", result: text, doc: "the SHA-256 of bytes, or of text in UTF-8, as hexadecimal digits in lower case"},
		{name: "sha512", args: "c", result: text, doc: "the SHA-512 of bytes, or of text in UTF-8, as hexadecimal digits in lower case"},
		{name: "split_part", args: "tti", result: text, partial: true, doc: "the part at a place between occurrences of the second; empty if there are not so many"},
		{name: "strpos", args: "tt", result: integer, doc: "the place of the first occurrence of the second, or 0; upper and lower case differ"},
		{name: "substr", args: "ti[i", result: text, partial: true, doc: "the part from a place on, of a length or to the end; a computed place below 1 counts as 1, a length below 0 as 0"},
		{name: "to_base64", args: "x", result: text, doc: "the bytes in base64, on one line"},
		{name: "to_hex", args: "i", result: text, doc: "the integer as hexadecimal digits in lower case; one below 0 as 64 bits, two's complement"},
		{name: "translate", args: "ttt", result: text, doc: "the text with each character that is in the second replaced by the one at its place in the third, or left out"},
		{name: "trim", args: "t[t", result: text, doc: "the text without spaces, or the characters of the second, at either end"},
		{name: "unhex", args: "t", result: always(schema.LargeBinary), doc: "the bytes that hexadecimal digits stand for; NULL if they are none"},
		{name: "upper", args: "t", result: text, doc: "the text in upper case; on SQLite only a to z change"},
	}
}
