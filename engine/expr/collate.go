package expr

import "github.com/sqlser/sqlser/schema"

// CollateExpr is x COLLATE name: text that is compared and ordered by a collation.
type CollateExpr struct {
	value
	x    Expr
	name string
}

// Collate makes x compare and order by a collation. "C", or "binary", is the order
// of code points on every database, "nocase" that of SQLite and MySQL in which the
// case of a letter does not count; any other name is the database's own. On
// MySQL the text must be in utf8mb4, as what those two are called there is.
func (x Expr) Collate(name string) Expr { return exprOf(seal(&CollateExpr{x: Of(x), name: name})) }

// Op returns OpCollate.
func (*CollateExpr) Op() Op { return OpCollate }

func (n *CollateExpr) fields(f *Fields) {
	f.Expr("x", &n.x)
	f.String("name", &n.name)
}

func (n *CollateExpr) check() *Error {
	n.typ = schema.Text
	if n.x.IsZero() {
		return missing("the operand")
	}
	if n.name == "" {
		return missing("the name of the collation")
	}
	if err := checkName("collation", n.name); err != nil {
		return err
	}
	if t := n.x.Type(); !t.IsText() && !t.IsUnknown() {
		return fail(CodeType, "expected text, got %s", t)
	}
	return nil
}

// X returns the text.
func (n *CollateExpr) X() Expr { return n.x }

// Name returns the name of the collation.
func (n *CollateExpr) Name() string { return n.name }

var collateMethods = []Method{{
	On: OnExpr, Name: "collate", Doc: `text that compares and orders by a collation: "C" (code points), "nocase", or a name of the database's own`,
	Args:    []Arg{{"name", ArgString}},
	Example: `sql.select(u.id):order_by(u.name:collate "C")`,
	SQL:     `SELECT "users"."id" FROM "users" ORDER BY "users"."name" COLLATE "BINARY"`,
	Build:   func(self any, a []any) any { return self.(Expr).Collate(a[0].(string)) },
}}
