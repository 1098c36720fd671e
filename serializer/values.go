package serializer

import (
	"strings"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// appendValue writes a literal's value; those that MessagePack has no token for
// are arrays that begin with their kind.
func appendValue(b []byte, v expr.Value) []byte {
	switch kind := v.Kind(); kind {
	case schema.KindUnknown:
		return appendNil(b)
	case schema.KindBoolean:
		return appendBool(b, v.Int() == 1)
	case schema.KindBigInteger:
		return appendInt(b, v.Int())
	case schema.KindDouble:
		return appendFloat(b, v.Float())
	case schema.KindText:
		return appendString(b, v.Text())
	case schema.KindLargeBinary:
		return appendBin(b, v.Text())
	case schema.KindNumeric, schema.KindJSON:
		return appendString(append(b, 0x92, byte(kind)), v.Text())
	case schema.KindUUID:
		return appendBin(append(b, 0x92, byte(kind)), v.Text())
	case schema.KindInterval:
		b = appendInt(append(b, 0x94, byte(kind)), int64(v.Months()))
		return appendInt(appendInt(b, int64(v.Days())), v.Int())
	default: // dates and times
		return appendInt(append(b, 0x92, byte(kind)), v.Int())
	}
}

func (s *scanner) value() expr.Value {
	switch c := s.peek(); { // the most usual, without a name
	case c <= codePosFixedNumHigh:
		s.pos++
		return expr.Int(int64(c))
	case isFixedString(c):
		return expr.Text(s.string())
	case c == codeUint8 || c == codeUint16:
		if n, size := shortUint(s.s[s.pos:]); size > 0 {
			s.pos += size
			return expr.Int(n)
		}
	}
	switch name := tokenName(s.peek()); name {
	case "nil":
		s.pos++
		return expr.Value{}
	case "a boolean":
		return expr.Bool(s.bool())
	case "an integer":
		return expr.Int(s.int())
	case "a float":
		return expr.Float(s.float())
	case "a string":
		return expr.Text(s.string())
	case "bytes":
		return s.newValue(schema.KindLargeBinary, 0, s.bin())
	case "an array":
		n := s.array()
		switch kind := schema.Kind(s.number(255, "a kind of value")); {
		case n == 2 && (kind == schema.KindNumeric || kind == schema.KindJSON):
			return s.newValue(kind, 0, s.string())
		case n == 2 && kind == schema.KindUUID:
			return s.newValue(kind, 0, s.bin())
		case n == 2 && kind >= schema.KindDate && kind <= schema.KindDateTimeTZ:
			return s.newValue(kind, s.int(), "")
		case n == 4 && kind == schema.KindInterval:
			months, days := s.int(), s.int()
			if int64(int32(months)) != months || int64(int32(days)) != days {
				s.fail(syntaxf("an interval of %d months and %d days", months, days))
			}
			return expr.NewInterval(int32(months), int32(days), s.int())
		default:
			s.fail(syntaxf("no value of %d parts is of kind %s", n, kind))
		}
	default:
		s.wrong("a value", s.peek())
	}
	return expr.Value{}
}

// shortUint reads a number of one or two bytes that needs them, and returns how long the token is; 0 for what has to be looked at closely.
func shortUint(s string) (n int64, size int) {
	switch {
	case len(s) > 2 && s[0] == codeUint16 && s[1] != 0:
		return int64(s[1])<<8 | int64(s[2]), 3
	case len(s) > 1 && s[0] == codeUint8 && s[1] > codePosFixedNumHigh:
		return int64(s[1]), 2
	}
	return 0, 0
}

func (s *scanner) newValue(kind schema.Kind, bits int64, text string) expr.Value {
	if s.err != nil {
		return expr.Value{}
	}
	v, err := expr.NewValue(kind, bits, text)
	if err != nil {
		s.fail(failf(CodeSyntax, "%s", strings.TrimPrefix(err.Error(), "expr: ")))
	}
	return v
}
