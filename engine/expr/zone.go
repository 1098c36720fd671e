package expr

import (
	"regexp"

	"github.com/sqlser/sqlser/schema"
)

// AtTimeZoneExpr is x AT TIME ZONE zone: of an instant the date and time that
// clocks of the zone show, of a date and time the instant at which they show it.
type AtTimeZoneExpr struct {
	value
	x, zone Expr
}

// AtTimeZone reads x in a zone: an offset east of UTC such as "+01:00", "UTC", or
// a name such as "Europe/Berlin", which not every database knows; or a text parameter.
func (x Expr) AtTimeZone(zone any) Expr {
	return exprOf(seal(&AtTimeZoneExpr{x: Of(x), zone: Of(zone)}))
}

// Op returns OpAtTimeZone.
func (*AtTimeZoneExpr) Op() Op { return OpAtTimeZone }

func (n *AtTimeZoneExpr) fields(f *Fields) {
	f.Expr("x", &n.x)
	f.Expr("zone", &n.zone)
}

func (n *AtTimeZoneExpr) check() *Error {
	if n.x.IsZero() {
		return missing("the operand")
	}
	switch t := n.x.Type(); t.Family() {
	case schema.FamilyDateTime:
		n.typ = schema.DateTimeTZ
	case schema.FamilyDateTimeTZ:
		n.typ = schema.DateTime
	default:
		return fail(CodeType, "expected a datetime or an instant, got %s", t)
	}
	switch z := n.zone.node().(type) {
	case nil:
		return missing("the zone")
	case *LiteralExpr:
		switch {
		case z.kind() != schema.KindText:
		case !IsZone(z.Value().text):
			return fail(CodeValue, "expected a zone such as +01:00, UTC or Europe/Berlin, got %q", z.Value().text)
		default:
			return nil
		}
	case *ParamExpr:
		if z.Type().IsText() {
			return nil
		}
	}
	return fail(CodeArgument, "expected a zone or a text parameter, got %s", n.zone.Type())
}

// X returns the operand.
func (n *AtTimeZoneExpr) X() Expr { return n.x }

// Zone returns the zone: a text literal or parameter.
func (n *AtTimeZoneExpr) Zone() Expr { return n.zone }

// zoneHint is for those who mix what says a zone with what does not.
const zoneHint = `: one of them is an instant, the other a time on the clock of no zone; at_time_zone "UTC" makes one of the other`

// zoneName leaves out what PostgreSQL would read as a rule of its own, such as
// EST5EDT, where offsets count to the west.
var zoneName = regexp.MustCompile(`^[A-Za-z]+(/[A-Za-z][A-Za-z0-9_+-]*)*$`)

// ZoneOffset returns how many seconds a zone is east of UTC, if it is an offset
// from -15:59 to +15:59, "UTC" or "Z".
func ZoneOffset(zone string) (seconds int, ok bool) {
	if zone == "UTC" || zone == "Z" {
		return 0, true
	}
	if len(zone) != 6 || zone[3] != ':' || zone[0] != '+' && zone[0] != '-' || !isDigits(zone[1:3]) || !isDigits(zone[4:]) {
		return 0, false
	}
	hours, minutes := int(zone[1]-'0')*10+int(zone[2]-'0'), int(zone[4]-'0')*10+int(zone[5]-'0')
	seconds = hours*3600 + minutes*60
	if zone[0] == '-' {
		seconds = -seconds
	}
	return seconds, hours < 16 && minutes < 60
}

// IsZone reports whether zone is such an offset or looks like a name.
func IsZone(zone string) bool {
	_, ok := ZoneOffset(zone)
	return ok || len(zone) <= 64 && zoneName.MatchString(zone)
}

var atTimeZoneMethods = []Method{{
	On: OnExpr, Name: "at_time_zone",
	Doc:     "the time that an instant is in a zone, or the instant of a time there: an offset such as +01:00, UTC, a name such as Europe/Berlin, or a parameter",
	Args:    []Arg{{"zone", ArgOperand}},
	Example: `sql.select(u.seen:at_time_zone("+05:30"):label "there")`,
	SQL:     `SELECT datetime(substr("users"."seen", 1, 19), ? || ' seconds') || replace(substr("users"."seen", 20), '+00:00', '') AS "there" FROM "users"`,
	Build:   func(self any, a []any) any { return self.(Expr).AtTimeZone(a[0]) },
}}
