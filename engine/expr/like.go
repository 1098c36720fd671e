package expr

import (
	"strings"

	"github.com/sqlser/sqlser/schema"
)

// LikeOp is a sort of text match. Values are wire codes: append only.
type LikeOp uint8

// The sorts of text match. All but the first two take text as it is: no character
// of it is a wildcard. For those with an I case does not count.
const (
	OpLike        LikeOp = iota + 1 // a pattern: % for any text, _ for a character; case counts
	OpILike                         // a pattern; case does not count
	OpStartsWith                    //
	OpEndsWith                      //
	OpContains                      //
	OpIStartsWith                   //
	OpIEndsWith                     //
	OpIContains                     //
	likeOps
)

var likeNames = [likeOps]string{OpLike: "LIKE", OpILike: "ILIKE", OpStartsWith: "STARTSWITH", OpEndsWith: "ENDSWITH", OpContains: "CONTAINS",
	OpIStartsWith: "ISTARTSWITH", OpIEndsWith: "IENDSWITH", OpIContains: "ICONTAINS"}

// String returns the name, such as "LIKE".
func (op LikeOp) String() string {
	if op == 0 || op >= likeOps {
		return "unknown match"
	}
	return likeNames[op]
}

// LikeOps returns every sort of text match.
func LikeOps() []LikeOp {
	all := make([]LikeOp, 0, likeOps)
	for op := LikeOp(1); op < likeOps; op++ {
		all = append(all, op)
	}
	return all
}

// LikeExpr is x LIKE pattern and its kin. A backslash in a pattern, or the escape
// that is given, takes the next character as it is, on every database.
type LikeExpr struct {
	value
	op         LikeOp
	x, pattern Expr
	not        bool
	escape     string // for the backslash in a pattern
}

// escapes are the characters that may stand for the backslash: none of them means
// something else in a pattern or a quoted text, or has another case.
const escapes = "!#$&*+,-./:;<=>?@^|~"

func like(op LikeOp, x Expr, pattern any, not bool) Expr {
	return exprOf(seal(&LikeExpr{op: op, x: Of(x), pattern: Of(pattern), not: not}))
}

// Like matches a pattern: % stands for any text, _ for one character, a backslash
// takes the next one as it is. Whether case counts is the database's choice: it
// does on PostgreSQL, by collation on MySQL, and for ASCII it does not on SQLite.
func (x Expr) Like(pattern any) Expr { return like(OpLike, x, pattern, false) }

// NotLike is NOT x.Like(pattern).
func (x Expr) NotLike(pattern any) Expr { return like(OpLike, x, pattern, true) }

// ILike matches as Like; case does not count.
func (x Expr) ILike(pattern any) Expr { return like(OpILike, x, pattern, false) }

// NotILike is NOT x.ILike(pattern).
func (x Expr) NotILike(pattern any) Expr { return like(OpILike, x, pattern, true) }

// StartsWith is true where x begins with text, of which no character is a wildcard.
func (x Expr) StartsWith(text any) Expr { return like(OpStartsWith, x, text, false) }

// EndsWith is true where x ends with text.
func (x Expr) EndsWith(text any) Expr { return like(OpEndsWith, x, text, false) }

// Contains is true where text stands somewhere in x; of an array where it has all
// elements of another, of JSON where all of another is in it.
func (x Expr) Contains(y any) Expr {
	if t := x.Type(); t.IsArray() || t == schema.JSON {
		return Binary(OpHolds, x, y)
	}
	return like(OpContains, x, y, false)
}

// ContainedBy is true where all of an array, or of JSON, is in y.
func (x Expr) ContainedBy(y any) Expr { return Binary(OpHeldBy, x, y) }

// Overlaps is true where two arrays have an element in common.
func (x Expr) Overlaps(y any) Expr { return Binary(OpOverlaps, x, y) }

// Escape makes another character than the backslash take the next one of a pattern
// as it is: one of !#$&*+,-./:;<=>?@^|~. It is an error of what is no Like or ILike.
func (x Expr) Escape(char string) Expr {
	n, ok := x.node().(*LikeExpr)
	if !ok {
		return refuse(OpTextMatch, fail(CodeForm, "ESCAPE: expected a pattern"))
	}
	if n.err != nil {
		return x
	}
	c := *n
	if c.escape = char; char == `\` {
		c.escape = ""
	}
	return exprOf(seal(&c))
}

// IStartsWith is StartsWith where case does not count.
func (x Expr) IStartsWith(text any) Expr { return like(OpIStartsWith, x, text, false) }

// IEndsWith is EndsWith where case does not count.
func (x Expr) IEndsWith(text any) Expr { return like(OpIEndsWith, x, text, false) }

// IContains is Contains where case does not count.
func (x Expr) IContains(text any) Expr { return like(OpIContains, x, text, false) }

// Op returns OpTextMatch.
func (*LikeExpr) Op() Op { return OpTextMatch }

func (n *LikeExpr) fields(f *Fields) {
	f.Code("op", (*uint8)(&n.op))
	f.Expr("x", &n.x)
	f.Expr("pattern", &n.pattern)
	f.Bool("not", &n.not)
	f.String("escape", &n.escape)
}

func (n *LikeExpr) check() *Error {
	n.typ = schema.Boolean
	if n.x.IsZero() || n.pattern.IsZero() {
		return missing("an operand")
	}
	if n.op == 0 || n.op >= likeOps {
		return fail(CodeForm, "unknown match %d", n.op)
	}
	if n.escape != "" {
		if n.op != OpLike && n.op != OpILike {
			return fail(CodeForm, "%s has no pattern to escape in", n.op)
		}
		if len(n.escape) != 1 || !strings.Contains(escapes, n.escape) {
			return fail(CodeValue, "escape %.20q: expected one of %s", n.escape, escapes)
		}
	}
	for _, t := range []schema.Type{n.x.Type(), n.pattern.Type()} {
		if !t.IsText() && !t.IsUnknown() {
			return fail(CodeType, "%s: expected text, got %s", n.op, t)
		}
	}
	return nil
}

// Operator returns the sort of match.
func (n *LikeExpr) Operator() LikeOp { return n.op }

// X returns the text that is matched.
func (n *LikeExpr) X() Expr { return n.x }

// Pattern returns the pattern or the text to find.
func (n *LikeExpr) Pattern() Expr { return n.pattern }

// EscapeChar returns the character that takes the next one of a pattern as it is.
func (n *LikeExpr) EscapeChar() string {
	if n.escape == "" {
		return `\`
	}
	return n.escape
}

// IsNot reports whether the match is negated.
func (n *LikeExpr) IsNot() bool { return n.not }

// likeMethod is the row of x:name(pattern).
func likeMethod(name, doc, arg, text string, build func(Expr, any) Expr, condition string) Method {
	return Method{
		On: OnExpr, Name: name, Doc: doc, Args: []Arg{{arg, ArgOperand}},
		Example: `sql.select(u.id):where(u.name:` + name + ` "` + text + `")`,
		SQL:     `SELECT "users"."id" FROM "users" WHERE ` + condition,
		Build:   func(self any, a []any) any { return build(self.(Expr), a[0]) },
	}
}

// patternMethod is the row of x:name(pattern[, escape]).
func patternMethod(name, doc string, build func(Expr, any) Expr, condition string) Method {
	m := likeMethod(name, doc, "pattern", "a%", build, condition)
	m.Args, m.Optional = append(m.Args, Arg{"escape", ArgString}), 1
	m.Build = func(self any, a []any) any {
		x := build(self.(Expr), a[0])
		if escape, ok := a[1].(string); ok {
			x = x.Escape(escape)
		}
		return x
	}
	return m
}

var likeMethods = []Method{
	patternMethod("like", "a pattern: % for any text, _ for a character, \\ (or the escape) before one that is meant; case counts, but not that of ASCII letters on SQLite, and by collation on MySQL and MariaDB, unless the host takes ExactText; ilike never minds it", Expr.Like, `"users"."name" LIKE ? ESCAPE '\'`),
	patternMethod("not_like", "NOT x:like(pattern)", Expr.NotLike, `"users"."name" NOT LIKE ? ESCAPE '\'`),
	patternMethod("ilike", "x:like(pattern), whatever the case", Expr.ILike, `lower("users"."name") LIKE lower(?) ESCAPE '\'`),
	patternMethod("not_ilike", "NOT x:ilike(pattern)", Expr.NotILike, `lower("users"."name") NOT LIKE lower(?) ESCAPE '\'`),
	likeMethod("startswith", "x begins with the text, of which no character is a wildcard", "text", "a", Expr.StartsWith, `"users"."name" LIKE ? ESCAPE '!'`),
	likeMethod("endswith", "x ends with the text", "text", "a", Expr.EndsWith, `"users"."name" LIKE ? ESCAPE '!'`),
	likeMethod("contains", "the text stands somewhere in x", "text", "a", Expr.Contains, `"users"."name" LIKE ? ESCAPE '!'`),
	likeMethod("istartswith", "x begins with the text, whatever the case", "text", "a", Expr.IStartsWith, `lower("users"."name") LIKE lower(?) ESCAPE '!'`),
	likeMethod("iendswith", "x ends with the text, whatever the case", "text", "a", Expr.IEndsWith, `lower("users"."name") LIKE lower(?) ESCAPE '!'`),
	likeMethod("icontains", "the text stands somewhere in x, whatever the case", "text", "a", Expr.IContains, `lower("users"."name") LIKE lower(?) ESCAPE '!'`),
}
