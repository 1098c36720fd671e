package expr

import "github.com/sqlser/sqlser/schema"

// LikeOp is a sort of text match. Values are wire codes: append only.
type LikeOp uint8

// The sorts of text match. The last three take text as it is: no character of it
// is a wildcard.
const (
	OpLike       LikeOp = iota + 1 // a pattern: % for any text, _ for a character; case counts
	OpILike                        // a pattern; case does not count
	OpStartsWith                   //
	OpEndsWith                     //
	OpContains                     //
	likeOps
)

var likeNames = [likeOps]string{OpLike: "LIKE", OpILike: "ILIKE", OpStartsWith: "STARTSWITH", OpEndsWith: "ENDSWITH", OpContains: "CONTAINS"}

// String returns the name, such as "LIKE".
func (op LikeOp) String() string {
	if op == 0 || op >= likeOps {
		return "unknown match"
	}
	return likeNames[op]
}

// LikeOps returns every sort of text match.
func LikeOps() []LikeOp { return []LikeOp{OpLike, OpILike, OpStartsWith, OpEndsWith, OpContains} }

// LikeExpr is x LIKE pattern and its kin. A backslash in a pattern takes the
// next character as it is, on every database.
type LikeExpr struct {
	value
	op         LikeOp
	x, pattern Expr
	not        bool
}

func like(op LikeOp, x Expr, pattern any, not bool) Expr {
	return Expr{seal(&LikeExpr{op: op, x: Of(x), pattern: Of(pattern), not: not})}
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

// Contains is true where text stands somewhere in x.
func (x Expr) Contains(text any) Expr { return like(OpContains, x, text, false) }

// Op returns OpTextMatch.
func (*LikeExpr) Op() Op { return OpTextMatch }

func (n *LikeExpr) fields(f *Fields) {
	f.Code("op", (*uint8)(&n.op))
	f.Expr("x", &n.x)
	f.Expr("pattern", &n.pattern)
	f.Bool("not", &n.not)
}

func (n *LikeExpr) check() *Error {
	n.typ = schema.Boolean
	if n.x.IsZero() || n.pattern.IsZero() {
		return missing("an operand")
	}
	if n.op == 0 || n.op >= likeOps {
		return fail(CodeForm, "unknown match %d", n.op)
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

var likeMethods = []Method{
	likeMethod("like", "a pattern: % for any text, _ for a character, \\ before one that is meant", "pattern", "a%", Expr.Like, `"users"."name" LIKE ? ESCAPE '\'`),
	likeMethod("not_like", "NOT x:like(pattern)", "pattern", "a%", Expr.NotLike, `"users"."name" NOT LIKE ? ESCAPE '\'`),
	likeMethod("ilike", "x:like(pattern), whatever the case", "pattern", "a%", Expr.ILike, `lower("users"."name") LIKE lower(?) ESCAPE '\'`),
	likeMethod("not_ilike", "NOT x:ilike(pattern)", "pattern", "a%", Expr.NotILike, `lower("users"."name") NOT LIKE lower(?) ESCAPE '\'`),
	likeMethod("startswith", "x begins with the text, of which no character is a wildcard", "text", "a", Expr.StartsWith, `"users"."name" LIKE ? ESCAPE '!'`),
	likeMethod("endswith", "x ends with the text", "text", "a", Expr.EndsWith, `"users"."name" LIKE ? ESCAPE '!'`),
	likeMethod("contains", "the text stands somewhere in x", "text", "a", Expr.Contains, `"users"."name" LIKE ? ESCAPE '!'`),
}
