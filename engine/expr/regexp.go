package expr

import "github.com/sqlser/sqlser/schema"

// RegexpExpr matches a regular expression, or replaces what matches it. The
// database's own engine reads the expression: PostgreSQL's, ICU on MySQL, PCRE on
// MariaDB. They agree on characters, classes, groups, alternatives and repetition;
// a point matches any character, a line's end too.
type RegexpExpr struct {
	value
	x, pattern, with Expr // with is zero for a match
	ignoreCase       bool
}

// RegexpMatch is true where part of x matches a regular expression. Case counts
// unless ignoreCase is given as true.
func (x Expr) RegexpMatch(pattern any, ignoreCase ...bool) Expr {
	return exprOf(seal(&RegexpExpr{x: Of(x), pattern: Of(pattern), ignoreCase: anyTrue(ignoreCase)}))
}

// RegexpReplace is x with each match of a regular expression replaced. In the
// replacement \1 to \9 stand for groups, and \\ for a backslash.
func (x Expr) RegexpReplace(pattern, with any, ignoreCase ...bool) Expr {
	return exprOf(seal(&RegexpExpr{x: Of(x), pattern: Of(pattern), with: Of(with), ignoreCase: anyTrue(ignoreCase)}))
}

func anyTrue(flags []bool) bool {
	for _, f := range flags {
		if f {
			return true
		}
	}
	return false
}

// Op returns OpRegexp.
func (*RegexpExpr) Op() Op { return OpRegexp }

func (n *RegexpExpr) fields(f *Fields) {
	f.Expr("x", &n.x)
	f.Expr("pattern", &n.pattern)
	f.Expr("with", &n.with)
	f.Bool("ignore_case", &n.ignoreCase)
}

func (n *RegexpExpr) check() *Error {
	n.typ = schema.Text
	if n.with.IsZero() {
		n.typ = schema.Boolean
	}
	if n.x.IsZero() || n.pattern.IsZero() {
		return missing("an operand")
	}
	for _, x := range []Expr{n.x, n.pattern, n.with} {
		if t := x.Type(); !t.IsText() && !t.IsUnknown() {
			return fail(CodeType, "expected text, got %s", t)
		}
	}
	return nil
}

// X returns the text.
func (n *RegexpExpr) X() Expr { return n.x }

// Pattern returns the regular expression.
func (n *RegexpExpr) Pattern() Expr { return n.pattern }

// With returns what replaces the matches; the zero Expr for a match.
func (n *RegexpExpr) With() Expr { return n.with }

// IgnoresCase reports whether the case of letters does not count.
func (n *RegexpExpr) IgnoresCase() bool { return n.ignoreCase }

// regexpFlags reads a script's flags: "i", or none.
func regexpFlags(a any, build func(ignoreCase bool) Expr) any {
	switch a {
	case nil:
		return build(false)
	case "i":
		return build(true)
	}
	hint := ""
	if a == "g" || a == "gi" || a == "ig" {
		hint = ": every match counts without it"
	}
	return refuse(OpRegexp, fail(CodeName, "flags %q: expected \"i\"%s", a, hint))
}

var regexpMethods = []Method{{
	On: OnExpr, Name: "regexp_match", Doc: `part of x matches a regular expression, in which case counts unless flags are "i"`,
	Args: []Arg{{"pattern", ArgOperand}, {"flags", ArgString}}, Optional: 1,
	Example: `sql.select(u.id):where(u.name:regexp_match("^a.*n$", "i"))`,
	SQL:     `SELECT "users"."id" FROM "users" WHERE "users"."name" ~* $1::TEXT`,
	Build: func(self any, a []any) any {
		return regexpFlags(a[1], func(i bool) Expr { return self.(Expr).RegexpMatch(a[0], i) })
	},
}, {
	On: OnExpr, Name: "regexp_replace", Doc: `x with each match of a regular expression replaced; \1 to \9 stand for groups`,
	Args: []Arg{{"pattern", ArgOperand}, {"replacement", ArgOperand}, {"flags", ArgString}}, Optional: 1,
	Example: `sql.select(u.name:regexp_replace("[aeiou]", "*"):label "n")`,
	SQL:     `SELECT regexp_replace("users"."name", $1::TEXT, $2::TEXT, 'g') AS "n" FROM "users"`,
	Build: func(self any, a []any) any {
		return regexpFlags(a[2], func(i bool) Expr { return self.(Expr).RegexpReplace(a[0], a[1], i) })
	},
}}
