package dialect

import (
	"strconv"
	"strings"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// arrayFunctions are those that a database without arrays has not.
var arrayFunctions = [...]string{
	"array_agg", "array_append", "array_cat", "array_get", "array_length", "array_position", "array_positions", "array_prepend",
	"array_remove", "array_replace", "array_slice", "array_to_string", "cardinality", "generate_subscripts", "string_to_array", "unnest",
}

var dayNames = [...]string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"}

var monthNames = [...]string{"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"}

// isDate is true of year, month and day that make a date.
const isDate = "$1 BETWEEN 1 AND 9999 AND $2 BETWEEN 1 AND 12 AND $3 BETWEEN 1 AND CASE WHEN $2 IN (4, 6, 9, 11) THEN 30 WHEN $2 <> 2 THEN 31" +
	" WHEN $1 % 4 = 0 AND ($1 % 100 <> 0 OR $1 % 400 = 0) THEN 29 ELSE 28 END"

// names are the branches of a CASE from a number on, which quote encloses.
func names(quote string, list []string, from int) string {
	var b strings.Builder
	for i, name := range list {
		b.WriteString(" WHEN " + quote + strconv.Itoa(from+i) + quote + " THEN '" + name + "'")
	}
	return b.String()
}

// writeJSONObject refuses a name that stands twice: databases keep the first, the
// last or both.
func writeJSONObject(c *compiler, f function, n *expr.CallExpr, _ level) {
	seen := make(map[string]bool, n.Args().Len()/2)
	for i, x := range n.Args().All() {
		l, ok := x.Node().(*expr.LiteralExpr)
		if i%2 > 0 || !ok {
			continue
		}
		if name := c.valueOf(l).Text(); seen[name] {
			c.unsupported("json_build_object with two members "+strconv.Quote(name), "databases do not agree on which one counts")
			return
		} else {
			seen[name] = true
		}
	}
	if f.form != "" {
		c.form(f, f.form, n)
		return
	}
	c.call(f, n)
}

// writeMember writes a function of a member of an object by its path.
func writeMember(c *compiler, f function, n *expr.CallExpr, _ level) {
	name := c.valueOf(n.Args().At(1).Node().(*expr.LiteralExpr)).Text()
	if strings.ContainsAny(name, `"\`) {
		c.unsupported(n.Function().Name()+" of a member "+strconv.Quote(name), c.d.name+" has no path to a name with a quote or a backslash")
		return
	}
	path := expr.HostLiteral(expr.Text(`$."` + name + `"`))
	args := []any{n.Args().At(0), path}
	if n.Args().Len() > 2 {
		args = append(args, n.Args().At(2))
	}
	c.form(f, f.form, expr.Call(n.Function(), args...).Node().(*expr.CallExpr))
}

// strftimeCodes are the codes of formats, as dialects write them.
type strftimeCodes map[byte]string

// formats says how a dialect formats dates and times.
type formats struct {
	codes         strftimeCodes
	plain         func(string) string // makes plain text of a format stand for itself
	form, instant string              // the form, and that of an instant if it is another
}

func doubledPercent(s string) string { return strings.ReplaceAll(s, "%", "%%") }

// writeStrftime writes a date or time by a format, which is translated.
func writeStrftime(c *compiler, f function, n *expr.CallExpr, _ level) {
	x, format := n.Args().At(0), c.valueOf(n.Args().At(1).Node().(*expr.LiteralExpr)).Text()
	var b strings.Builder
	for i := 0; i < len(format); i++ {
		if format[i] != '%' {
			end := strings.IndexByte(format[i:], '%')
			if end < 0 {
				end = len(format) - i
			}
			b.WriteString(c.d.strftime.plain(format[i : i+end]))
			i += end - 1
			continue
		}
		if i++; i == len(format) {
			c.unsupported("strftime", "the format ends in %")
			return
		}
		switch code, ok := c.d.strftime.codes[format[i]]; {
		case format[i] == '%':
			b.WriteString(c.d.strftime.plain("%"))
		case !ok:
			c.unsupported("strftime of %"+string(rune(format[i])), "formats have %Y %m %d %H %M %S %j and %%")
			return
		case x.Type().Family() == schema.FamilyDate && strings.IndexByte("HMS", format[i]) >= 0:
			c.unsupported("strftime of %"+string(rune(format[i]))+" of a date", "it has no time")
			return
		default:
			b.WriteString(code)
		}
	}
	form := c.d.strftime.form
	if x.Type().Family() == schema.FamilyDateTimeTZ && c.d.strftime.instant != "" {
		form = c.d.strftime.instant
	}
	c.form(f, form, expr.Call(n.Function(), x, expr.HostLiteral(expr.Text(b.String()))).Node().(*expr.CallExpr))
}
