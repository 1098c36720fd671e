package expr

import "github.com/sqlser/sqlser/schema"

// DateField is a part of a date or time. Values are wire codes: append only.
type DateField uint8

// The parts. Seconds are whole, Microsecond is the rest of one; days of the week
// count from Sunday, which is 0, those of ISO from Monday, which is 1, days of the
// year from 1. Weeks are those of ISO, and so is the year that they are of. Epoch
// is the whole seconds since 1970, cut towards the past.
const (
	Year DateField = iota + 1
	Quarter
	Month
	Day
	Hour
	Minute
	Second
	DayOfWeek
	DayOfYear
	Epoch
	Week
	ISODayOfWeek
	ISOYear
	Microsecond
	dateFields
)

var dateFieldNames = [dateFields]string{Year: "year", Quarter: "quarter", Month: "month", Day: "day", Hour: "hour",
	Minute: "minute", Second: "second", DayOfWeek: "dow", DayOfYear: "doy", Epoch: "epoch", Week: "week",
	ISODayOfWeek: "isodow", ISOYear: "isoyear", Microsecond: "microsecond"}

// String returns the name, such as "year".
func (p DateField) String() string {
	if p == 0 || p >= dateFields {
		return "unknown part"
	}
	return dateFieldNames[p]
}

// DateFields returns every part.
func DateFields() []DateField {
	all := make([]DateField, 0, dateFields)
	for p := DateField(1); p < dateFields; p++ {
		all = append(all, p)
	}
	return all
}

func (p DateField) ofDay() bool { return p >= Hour && p <= Second || p == Microsecond }

// dateFieldNamed returns the part of a name, or an error of what.
func dateFieldNamed(name, what string, fits func(DateField) bool) (DateField, *Error) {
	var names []string
	for _, p := range DateFields() {
		switch {
		case !fits(p):
		case p.String() == name:
			return p, nil
		default:
			names = append(names, p.String())
		}
	}
	err := fail(CodeName, "no %s %q of a date", what, name)
	err.Hint = schema.DidYouMean(name, names)
	return 0, err
}

// ExtractExpr is EXTRACT(part FROM x). An instant is read in UTC.
type ExtractExpr struct {
	value
	part DateField
	x    Expr
}

// Extract takes a part of a date or time, as an integer.
func Extract(part DateField, x any) Expr { return exprOf(seal(&ExtractExpr{part: part, x: Of(x)})) }

// Op returns OpExtract.
func (*ExtractExpr) Op() Op { return OpExtract }

func (n *ExtractExpr) fields(f *Fields) {
	f.Code("part", (*uint8)(&n.part))
	f.Expr("x", &n.x)
}

func (n *ExtractExpr) check() *Error {
	n.typ = schema.Integer
	if n.part == Epoch {
		n.typ = schema.BigInteger
	}
	if n.x.IsZero() {
		return missing("the operand")
	}
	if n.part == 0 || n.part >= dateFields {
		return fail(CodeForm, "unknown part %d", n.part)
	}
	switch t := n.x.Type(); t.Family() {
	case schema.FamilyDateTime, schema.FamilyDateTimeTZ, schema.FamilyUnknown:
	case schema.FamilyDate:
		if n.part.ofDay() {
			return fail(CodeType, "no %s of a date", n.part)
		}
	case schema.FamilyTime:
		if !n.part.ofDay() {
			return fail(CodeType, "no %s of a time", n.part)
		}
	default:
		return fail(CodeType, "no %s of %s", n.part, t)
	}
	return nil
}

// Part returns which part it is.
func (n *ExtractExpr) Part() DateField { return n.part }

// X returns the operand.
func (n *ExtractExpr) X() Expr { return n.x }

var extractMethods = []Method{{
	On: OnModule, Name: "extract",
	Doc:     "a part of a date or time: year, quarter, month, week, day, hour, minute, second, microsecond, dow, doy, isodow, isoyear, epoch",
	Args:    []Arg{{"part", ArgString}, {"x", ArgOperand}},
	Example: `sql.select(sql.extract("year", u.created):label "y")`,
	SQL:     `SELECT CAST(strftime('%Y', "users"."created") AS INTEGER) AS "y" FROM "users"`,
	Build: func(_ any, a []any) any {
		p, err := dateFieldNamed(a[0].(string), "part", func(DateField) bool { return true })
		if err != nil {
			return bad(err)
		}
		return Extract(p, a[1])
	},
}}
