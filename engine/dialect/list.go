package dialect

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// lists says how a database takes a list of values as one argument, so that the
// text of a statement does not depend on how long it is.
type lists struct {
	arrays        bool                              // as an array
	table         string                            // else as JSON, whose values this function makes a table of
	columns       func(c *compiler, of schema.Type) // what stands behind the argument of it
	column, after string                            // the query's column, and what stands behind it where it is text
}

// writeInArray writes x IN (array).
func writeInArray(c *compiler, in *expr.InExpr, elem schema.Type, at level) {
	list := in.List().At(0)
	open := c.open(levelCompare, at)
	defer c.close(open)
	if in.X().Type().Family() == schema.FamilyDateTime && elem.Family() == schema.FamilyDate {
		c.unsupported(in.X().Type().String()+" IN (list of "+elem.String()+")", "declare the list's type as that of what is in it")
		return
	}
	c.operand(in.X(), elem, levelConcat)
	s, plain := c.slotOf(list)
	s.form = listOf
	if c.d.lists.arrays {
		if isKeyList(list) && !in.IsNot() {
			// PostgreSQL compares each row with each value of an array that it plans without
			// knowing, but hashes what a query gives: these may be thousands.
			c.text(" IN (SELECT unnest(")
			c.place(s)
			c.text("))")
			return
		}
		if in.IsNot() {
			c.text(" <> ALL (")
		} else {
			c.text(" = ANY (")
		}
		if plain {
			c.place(s)
		} else {
			c.expr(list, anywhere)
		}
		c.text(")")
		return
	}
	if !plain {
		c.unsupported("IN (array)", c.d.name+" has no arrays: give a parameter")
		return
	}
	if in.IsNot() {
		c.text(" NOT")
	}
	l := &c.d.lists
	c.text(" IN (SELECT " + l.column)
	if elem.IsText() || elem.Family() == schema.FamilyUUID {
		c.text(l.after)
	}
	c.text(" FROM " + l.table + "(")
	c.place(s)
	if l.columns != nil {
		l.columns(c, elem)
	}
	c.text(")")
	if l.columns != nil {
		c.text(" AS list")
	}
	c.text(")")
}

// isKeyList reports whether x is the keys that a statement of selectinload asks for.
func isKeyList(x expr.Expr) bool {
	p, ok := x.Node().(*expr.ParamExpr)
	return ok && p.Parameter().IsHost() && p.Parameter().Name() == expr.KeyList
}

// TakesArrays reports whether a list is one argument, an array, however long it is.
func (d *Dialect) TakesArrays() bool { return d != nil && d.lists.arrays }

// mysqlListTypes are the types of the column that a list becomes.
var mysqlListTypes = map[schema.Family]string{
	schema.FamilyBoolean: "BOOLEAN", schema.FamilyInteger: "BIGINT", schema.FamilyFloat: "DOUBLE", schema.FamilyNumeric: mysqlDecimal,
	schema.FamilyText: "LONGTEXT", schema.FamilyEnum: "LONGTEXT", schema.FamilyUUID: "CHAR(36)", schema.FamilyDate: "DATE",
	schema.FamilyTime: "TIME(6)", schema.FamilyDateTime: "DATETIME(6)", schema.FamilyDateTimeTZ: "DATETIME(6)",
}

// mysqlLists compares text exactly: which collation a column has that it is
// compared with is not known, and two that differ do not meet.
func mysqlLists(collation string) lists {
	return lists{
		table: "JSON_TABLE", column: "list.v", after: " COLLATE " + collation,
		columns: func(c *compiler, of schema.Type) {
			t, ok := mysqlListTypes[of.Family()]
			if !ok {
				c.unsupported("list of "+of.String(), c.d.name+" has none")
				return
			}
			c.text(", '$[*]' COLUMNS (v " + t + " PATH '$')")
		},
	}
}

// array is the argument of a list.
func (d *Dialect) array(v expr.Value, t schema.Type) (any, *Error) {
	if v.Kind() != schema.KindJSON {
		return nil, d.misfit(v, t)
	}
	if d.lists.arrays && t.Elem().Kind() == schema.KindBigInteger {
		if text := v.Text(); areIntegers(text) { // as they are
			return "{" + text[1:len(text)-1] + "}", nil
		}
	}
	values, err := v.Values(t.Elem())
	if err != nil {
		return nil, d.badValue("%s", err.(*expr.Error).Reason)
	}
	items := make([]any, len(values))
	for i, v := range values {
		item, err := d.value(v, t.Elem())
		if err != nil {
			return nil, err
		}
		items[i] = item
	}
	if d.lists.arrays {
		return arrayText(items), nil
	}
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(items); err != nil {
		return nil, d.badValue("no list: %v", err)
	}
	return strings.TrimSuffix(b.String(), "\n"), nil
}

// areIntegers reports whether a list of JSON has nothing in it but integers of 64 bits.
func areIntegers(list string) bool {
	if len(list) < 3 {
		return false
	}
	for rest := list[1 : len(list)-1]; ; {
		one, more, found := strings.Cut(rest, ",")
		if _, err := strconv.ParseInt(one, 10, 64); err != nil {
			return false
		}
		if rest = more; !found {
			return true
		}
	}
}

// arrayText writes an array as PostgreSQL reads it.
func arrayText(items []any) string {
	b := []byte{'{'}
	for i, item := range items {
		if i > 0 {
			b = append(b, ',')
		}
		switch v := item.(type) {
		case nil:
			b = append(b, "NULL"...)
		case string:
			b = append(b, '"')
			for i := range len(v) {
				if v[i] == '"' || v[i] == '\\' {
					b = append(b, '\\')
				}
				b = append(b, v[i])
			}
			b = append(b, '"')
		default:
			b = fmt.Append(b, v)
		}
	}
	return string(append(b, '}'))
}

// writeSets writes what arrays, or JSON, have in common: arrays must be of one type.
func writeSets(c *compiler, b *expr.BinaryExpr, at level) {
	if !c.d.lists.arrays {
		c.unsupported("operator "+b.Operator().String(), c.d.name+" has none of this meaning")
		return
	}
	want := b.Left().Type()
	if _, literal := b.Left().Node().(*expr.ArrayExpr); literal && b.Right().Type().IsArray() || want.IsUnknown() {
		want = b.Right().Type()
	}
	open := c.open(levelCompare, at)
	for i, x := range []expr.Expr{b.Left(), b.Right()} {
		if i > 0 {
			c.text(signs[b.Operator()].text)
		}
		switch {
		case isUntypedNull(x):
			c.d.null(c, want)
		case want.IsArray() && x.Type() != want && !x.Type().IsUnknown():
			c.around("CAST(", x, " AS ")
			postgresSized(c, want)
			c.text(")")
		default:
			c.expr(x, levelAtom)
		}
	}
	c.close(open)
}
