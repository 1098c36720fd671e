package expr

import "github.com/sqlser/sqlser/schema"

// isMoment reports whether values of t lie on the calendar.
func isMoment(t schema.Type) bool {
	f := t.Family()
	return f == schema.FamilyDate || f == schema.FamilyDateTime || f == schema.FamilyDateTimeTZ
}

func isSpan(t schema.Type) bool { return t.Family() == schema.FamilyInterval }

// addition of dates and times follows PostgreSQL: a date and days make a date, a
// date and an interval, which may have hours, a date with a time.
func addition(l, r schema.Type) (schema.Type, bool) {
	switch {
	case isMoment(l):
		return shifted(l, r)
	case isMoment(r):
		return shifted(r, l)
	case isSpan(l) || isSpan(r):
		return schema.Interval, (isSpan(l) || l.IsUnknown()) && (isSpan(r) || r.IsUnknown())
	}
	return arithmetic(l, r)
}

// subtraction of two dates gives days; of two times an interval.
func subtraction(l, r schema.Type) (schema.Type, bool) {
	switch {
	case l.Family() == schema.FamilyDate && l == r:
		return schema.Integer, true
	case isMoment(l) && isMoment(r):
		return schema.Interval, l.Comparable(r)
	case isMoment(l):
		return shifted(l, r)
	case isMoment(r):
		return schema.Unknown, l.IsUnknown()
	}
	return addition(l, r)
}

// shifted is what a date or time becomes by so many days or an interval.
func shifted(t, by schema.Type) (schema.Type, bool) {
	switch {
	case by.IsUnknown():
		return schema.Unknown, true
	case isSpan(by) && t.Family() == schema.FamilyDate:
		return schema.DateTime, true
	case isSpan(by):
		return t, true
	}
	return t, t.Family() == schema.FamilyDate && by.Family() == schema.FamilyInteger
}

func multiplication(l, r schema.Type) (schema.Type, bool) {
	switch {
	case isSpan(l):
		return l, numbers(r)
	case isSpan(r):
		return r, numbers(l)
	}
	return arithmetic(l, r)
}

// isUnit reports whether dates can be cut to it and counted in it.
func (p DateField) isUnit() bool { return p >= Year && p <= Second || p == Week }

// DateUnits returns the parts that DateTrunc and DateDiff take.
func DateUnits() []DateField {
	var all []DateField
	for _, p := range DateFields() {
		if p.isUnit() {
			all = append(all, p)
		}
	}
	return all
}

// DateTruncExpr is date_trunc(unit, x). An instant is cut in UTC, weeks begin on Monday.
type DateTruncExpr struct {
	value
	unit DateField
	x    Expr
}

// DateTrunc is the start of the year, quarter, month, week, day, hour, minute or
// second that x is in; it is of the type of x.
func DateTrunc(unit DateField, x any) Expr {
	return exprOf(seal(&DateTruncExpr{unit: unit, x: Of(x)}))
}

// Op returns OpDateTrunc.
func (*DateTruncExpr) Op() Op { return OpDateTrunc }

func (n *DateTruncExpr) fields(f *Fields) {
	f.Code("unit", (*uint8)(&n.unit))
	f.Expr("x", &n.x)
}

func (n *DateTruncExpr) check() *Error {
	if n.x.IsZero() {
		return missing("the operand")
	}
	if !n.unit.isUnit() {
		return fail(CodeForm, "no unit: %s", n.unit)
	}
	n.typ = n.x.Type()
	switch {
	case n.typ.Family() == schema.FamilyDate && n.unit.ofDay():
		return fail(CodeType, "no %s of a date", n.unit)
	case !isMoment(n.typ) && !n.typ.IsUnknown():
		return fail(CodeType, "no %s of %s", n.unit, n.typ)
	}
	return nil
}

// Unit returns what x is cut to.
func (n *DateTruncExpr) Unit() DateField { return n.unit }

// X returns the operand.
func (n *DateTruncExpr) X() Expr { return n.x }

// DateDiffExpr counts the units that begin after from and not after to: it is 1
// from 31 December to 1 January in years, months and days. It is negative where to
// is earlier. Instants are read in UTC, weeks begin on Monday, a date is midnight.
type DateDiffExpr struct {
	value
	unit     DateField
	from, to Expr
}

// DateDiff counts the years, quarters, months, weeks, days, hours, minutes or
// seconds that begin between from and to; see [DateDiffExpr].
func DateDiff(unit DateField, from, to any) Expr {
	sides := []Expr{Of(from), Of(to)}
	unify(sides, true)
	return exprOf(seal(&DateDiffExpr{unit: unit, from: sides[0], to: sides[1]}))
}

// Op returns OpDateDiff.
func (*DateDiffExpr) Op() Op { return OpDateDiff }

func (n *DateDiffExpr) fields(f *Fields) {
	f.Code("unit", (*uint8)(&n.unit))
	f.Expr("from", &n.from)
	f.Expr("to", &n.to)
}

func (n *DateDiffExpr) check() *Error {
	n.typ = schema.BigInteger
	if n.from.IsZero() || n.to.IsZero() {
		return missing("an operand")
	}
	if !n.unit.isUnit() {
		return fail(CodeForm, "no unit: %s", n.unit)
	}
	from, to := n.from.Type(), n.to.Type()
	for _, t := range []schema.Type{from, to} {
		if !isMoment(t) && !t.IsUnknown() {
			return fail(CodeType, "no %ss between %s and %s", n.unit, from, to)
		}
	}
	if !from.Comparable(to) {
		err := fail(CodeType, "no %ss between %s and %s", n.unit, from, to)
		if a, b := from.Family(), to.Family(); a == schema.FamilyDateTimeTZ || b == schema.FamilyDateTimeTZ {
			err.Hint = zoneHint
		}
		return err
	}
	return nil
}

// Unit returns what is counted.
func (n *DateDiffExpr) Unit() DateField { return n.unit }

// From returns where the count begins.
func (n *DateDiffExpr) From() Expr { return n.from }

// To returns where it ends.
func (n *DateDiffExpr) To() Expr { return n.to }

var dateTruncMethods = []Method{{
	On: OnModule, Name: "date_trunc", Doc: "the start of the year, quarter, month, week (Monday), day, hour, minute or second that x is in; an instant's in UTC",
	Args:    []Arg{{"unit", ArgString}, {"x", ArgOperand}},
	Example: `sql.select(sql.date_trunc("month", u.born):label "month")`,
	SQL:     `SELECT date("users"."born", 'start of month') AS "month" FROM "users"`,
	Build: func(_ any, a []any) any {
		unit, err := dateFieldNamed(a[0].(string), "unit", DateField.isUnit)
		if err != nil {
			return bad(err)
		}
		return DateTrunc(unit, a[1])
	},
}}

var dateDiffMethods = []Method{{
	On: OnModule, Name: "date_diff",
	Doc:     "how many years, quarters, months, weeks, days, hours, minutes or seconds begin after from and not after to: 1 from 31 December to 1 January in years; negative where to is earlier",
	Args:    []Arg{{"unit", ArgString}, {"from", ArgOperand}, {"to", ArgOperand}},
	Example: `sql.select(sql.date_diff("year", u.born, "2026-01-01"):label "years")`,
	SQL:     `SELECT strftime('%Y', ?) - strftime('%Y', "users"."born") AS "years" FROM "users"`,
	Build: func(_ any, a []any) any {
		unit, err := dateFieldNamed(a[0].(string), "unit", DateField.isUnit)
		if err != nil {
			return bad(err)
		}
		return DateDiff(unit, a[1], a[2])
	},
}}
