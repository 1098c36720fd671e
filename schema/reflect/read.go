package reflect

import (
	"context"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// each calls f for every row. It closes the rows before it returns: a
// transaction has one connection, which can do one thing at a time.
func each(ctx context.Context, db Queryer, query string, args []any, f func(scan func(...any) error) error) error {
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := f(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

// unquote reads a string of SQL, which begins and ends with the quote and has
// doubled ones inside. Where backslash is true, that escapes.
func unquote(s string, backslash bool) (text string, ok bool) {
	if len(s) < 2 || s[0] != '\'' || s[len(s)-1] != '\'' {
		return "", false
	}
	s = s[1 : len(s)-1]
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '\'':
			if i++; i == len(s) || s[i] != '\'' {
				return "", false
			}
		case s[i] == '\\' && backslash:
			if i++; i == len(s) {
				return "", false
			}
			if j := strings.IndexByte("nrt0bZ", s[i]); j >= 0 {
				b.WriteByte("\n\r\t\x00\b\x1a"[j])
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String(), true
}

// literal makes a literal of what a database shows of one: text is without quotes,
// isString says that it had some. What is no value of the type is not one.
func literal(text string, isString bool, t schema.Type) (x schema.Expression, ok bool) {
	if !isString && strings.EqualFold(text, "NULL") {
		return schema.Expression{}, true // it is the default without one
	}
	take := func(v any) (schema.Expression, bool) {
		// As a column does: that is where the forms of literals are known.
		return schema.NewColumn("x", t, schema.ServerDefault(v)).ServerDefault(), true
	}
	switch t.Family() {
	case schema.FamilyBoolean:
		switch strings.ToLower(text) {
		case "true", "t", "1":
			return take(true)
		case "false", "f", "0":
			return take(false)
		}
		return x, false
	case schema.FamilyInteger:
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return x, false
		}
		return take(n)
	case schema.FamilyFloat:
		f, err := strconv.ParseFloat(text, 64)
		if err != nil || f != f || f-f != 0 {
			return x, false
		}
		return take(f)
	case schema.FamilyBinary:
		if digits, is := strings.CutPrefix(text, `\x`); is {
			if b, err := hex.DecodeString(digits); err == nil {
				return take(b)
			}
		}
		return x, false
	case schema.FamilyText, schema.FamilyEnum, schema.FamilyUnknown:
		if !isString {
			return x, false
		}
		return take(text)
	case schema.FamilyNumeric, schema.FamilyDate, schema.FamilyTime, schema.FamilyDateTime, schema.FamilyJSON, schema.FamilyUUID:
		if !isString && t.Family() != schema.FamilyNumeric {
			return x, false
		}
		v, err := expr.ParseValue(t, text)
		if err != nil {
			return x, false
		}
		return take(v.Plain())
	case schema.FamilyDateTimeTZ:
		for _, zone := range []string{"", ":00", "Z"} {
			if v, err := expr.ParseValue(t, text+zone); err == nil && isString {
				return take(v.Plain())
			}
		}
	}
	return x, false
}

// isNow reports whether words are the time of the statement, as a column of a type
// has it by default.
func isNow(words string, t schema.Type) bool {
	words, precision, call := strings.Cut(strings.ToLower(words), "(")
	if call && strings.Trim(precision, "0123456789)") != "" {
		return false
	}
	switch t.Kind() {
	case schema.KindDate:
		return words == "current_date" || words == "curdate"
	case schema.KindTime:
		return words == "current_time" || words == "localtime" || words == "curtime"
	}
	return words == "current_timestamp" || words == "localtimestamp" || words == "now" && call
}

// types are the names that databases share, without sizes.
var types = map[string]schema.Type{
	"boolean": schema.Boolean, "smallint": schema.SmallInteger, "integer": schema.Integer, "bigint": schema.BigInteger,
	"real": schema.Float, "double precision": schema.Double, "numeric": schema.Numeric(0, 0),
	"character varying": schema.String(0), "character": schema.String(0), "text": schema.Text, "bytea": schema.LargeBinary,
	"date": schema.Date, "time without time zone": schema.Time, "timestamp without time zone": schema.DateTime,
	"timestamp with time zone": schema.DateTimeTZ, "interval": schema.Interval, "json": schema.JSON, "jsonb": schema.JSON, "uuid": schema.UUID,
}

// sizes cuts "numeric(10,2)" into its name and sizes; behind them may stand more of
// the name, as in "timestamp(3) with time zone".
func sizes(words string) (name string, list []uint64) {
	before, rest, ok := strings.Cut(words, "(")
	if !ok {
		return words, nil
	}
	inside, after, _ := strings.Cut(rest, ")")
	for part := range strings.SplitSeq(inside, ",") {
		n, err := strconv.ParseUint(strings.TrimSpace(part), 10, 32)
		if err != nil {
			return words, nil
		}
		list = append(list, n)
	}
	return strings.TrimRight(before, " ") + after, list
}

// sized gives a type the sizes that it can have.
func sized(t schema.Type, list []uint64) (schema.Type, error) {
	switch {
	case len(list) == 0:
	case t.Kind() == schema.KindString:
		return schema.String(uint32(list[0])), nil
	case t.Kind() == schema.KindNumeric && len(list) == 1:
		return schema.Numeric(uint32(list[0]), 0), nil
	case t.Kind() == schema.KindNumeric && list[1] <= 1<<16-1:
		return schema.Numeric(uint32(list[0]), uint16(list[1])), nil
	default:
		return t, fmt.Errorf("%s has no sizes %d", t, list)
	}
	return t, nil
}
