package expr

import "github.com/sqlser/sqlser/schema"

// JSONAs is what a part of JSON is read as. Values are wire codes: append only.
type JSONAs uint8

// What JSON is read as. A value of another sort, and JSON's null, is NULL: text of
// a string only, numbers of a number, an integer of one without a fraction.
const (
	AsJSON JSONAs = iota // absent
	AsString
	AsInteger
	AsFloat
	AsNumeric
	AsBoolean
	jsonAses
)

var jsonAsRows = [jsonAses]struct {
	name string
	typ  schema.Type
}{
	AsJSON: {"json", schema.JSON}, AsString: {"string", schema.Text}, AsInteger: {"integer", schema.BigInteger},
	AsFloat: {"float", schema.Double}, AsNumeric: {"numeric", schema.Numeric(0, 0)}, AsBoolean: {"boolean", schema.Boolean},
}

// String returns the name, such as "integer".
func (a JSONAs) String() string {
	if a >= jsonAses {
		return "unknown reading of JSON"
	}
	return jsonAsRows[a].name
}

// JSONAses returns everything that JSON is read as.
func JSONAses() []JSONAs {
	all := make([]JSONAs, 0, jsonAses)
	for a := AsJSON; a < jsonAses; a++ {
		all = append(all, a)
	}
	return all
}

// JSONExpr is the part of a JSON value at a path of keys and indexes, which count
// from 0, read as something. Where there is none it is NULL.
type JSONExpr struct {
	value
	x    Expr
	path []Expr
	as   JSONAs
}

// Get is the part of a JSON value at a path: a text for a key of an object, an
// integer from 0 for an element of a list, or a parameter for either. It is JSON:
// read it by AsString and its kin to compare it.
func (x Expr) Get(path ...any) Expr {
	x, keys := Of(x), exprs(path)
	if n, ok := x.node().(*JSONExpr); ok && n.err == nil && n.as == AsJSON {
		x, keys = n.x, append(clip(n.path), keys...)
	}
	if len(keys) == 0 {
		return refuse(OpJSON, missing("a key"))
	}
	return exprOf(seal(&JSONExpr{x: x, path: keys}))
}

// Has reports whether a JSON value has a part at a path, be it JSON's null; see [Expr.Get].
func (x Expr) Has(path ...any) Expr { return x.Get(path...).IsNotNull() }

// As reads JSON as a value of a type; see [JSONAs].
func (x Expr) As(as JSONAs) Expr {
	x = Of(x)
	if as == AsJSON {
		if t := x.Type(); t.Family() != schema.FamilyJSON && x.Err() == nil {
			return refuse(OpJSON, fail(CodeType, "expected JSON, got %s", t))
		}
		return x
	}
	if n, ok := x.node().(*JSONExpr); ok && n.err == nil && n.as == AsJSON {
		return exprOf(seal(&JSONExpr{x: n.x, path: n.path, as: as}))
	}
	return exprOf(seal(&JSONExpr{x: x, as: as}))
}

// AsString is the text of a JSON string.
func (x Expr) AsString() Expr { return x.As(AsString) }

// AsInteger is a JSON number without a fraction, of up to 64 bits.
func (x Expr) AsInteger() Expr { return x.As(AsInteger) }

// AsFloat is a JSON number as a float.
func (x Expr) AsFloat() Expr { return x.As(AsFloat) }

// AsNumeric is a JSON number as an exact decimal.
func (x Expr) AsNumeric() Expr { return x.As(AsNumeric) }

// AsBoolean is JSON's true or false.
func (x Expr) AsBoolean() Expr { return x.As(AsBoolean) }

// Op returns OpJSON.
func (*JSONExpr) Op() Op { return OpJSON }

func (n *JSONExpr) fields(f *Fields) {
	f.Expr("x", &n.x)
	f.Exprs("path", &n.path)
	f.Code("as", (*uint8)(&n.as))
}

func (n *JSONExpr) check() *Error {
	if n.x.IsZero() {
		return missing("the operand")
	}
	if n.as >= jsonAses {
		return fail(CodeForm, "unknown reading %d", n.as)
	}
	n.typ = jsonAsRows[n.as].typ
	if t := n.x.Type(); t.Family() != schema.FamilyJSON && !t.IsUnknown() {
		return fail(CodeType, "expected JSON, got %s", t)
	}
	if inner, ok := n.x.node().(*JSONExpr); ok && inner.as == AsJSON {
		return fail(CodeForm, "a path of a path")
	}
	if len(n.path) == 0 && n.as == AsJSON {
		return missing("a key")
	}
	for _, k := range n.path {
		if err := checkKey(k); err != nil {
			return err
		}
	}
	return nil
}

// maxIndex is the largest index of a list that all databases take.
const maxIndex = 1<<31 - 1

func checkKey(k Expr) *Error {
	switch n := k.node().(type) {
	case nil:
		return missing("a key")
	case *LiteralExpr:
		switch {
		case n.kind() == schema.KindText:
			return nil
		case n.kind() == schema.KindBigInteger && (n.Value().Int() < 0 || n.Value().Int() > maxIndex):
			return fail(CodeValue, "an index counts from 0 to %d, got %d", maxIndex, n.Value().Int())
		case n.kind() == schema.KindBigInteger:
			return nil
		}
	case *ParamExpr:
		if f := n.Type().Family(); f == schema.FamilyText || f == schema.FamilyInteger {
			return nil
		}
	}
	return fail(CodeArgument, "expected a key, an index or a parameter that is one, got %s", k.Type())
}

// X returns the JSON value.
func (n *JSONExpr) X() Expr { return n.x }

// Path returns the keys and indexes.
func (n *JSONExpr) Path() List[Expr] { return List[Expr]{n.path} }

// As returns what the part is read as.
func (n *JSONExpr) As() JSONAs { return n.as }

// jsonAsMethod is the row of x:as_name().
func jsonAsMethod(as JSONAs, doc, sql string) Method {
	return Method{
		On: OnExpr, Name: "as_" + as.String(), Doc: doc,
		Example: `sql.select(u.data:get("n"):as_` + as.String() + `():label "n")`, SQL: sql,
		Build: func(self any, _ []any) any { return self.(Expr).As(as) },
	}
}

var jsonMethods = []Method{
	{
		On: OnExpr, Name: "get", Doc: "the part of JSON at a path of keys and indexes, which count from 0; NULL where there is none; as_* makes it a plain value",
		Args:    []Arg{{"path", ArgOperands}},
		Example: `sql.select(u.data:get("items", 0):label "first")`,
		SQL:     `SELECT ("users"."data" -> ? -> ?) AS "first" FROM "users"`,
		Build:   func(self any, a []any) any { return self.(Expr).Get(a[0].([]any)...) },
	},
	{
		On: OnExpr, Name: "has", Doc: "whether JSON has a part at a path, be it null", Args: []Arg{{"path", ArgOperands}},
		Example: `sql.select(u.id):where(u.data:has("items"))`,
		SQL:     `SELECT "users"."id" FROM "users" WHERE ("users"."data" -> ?) IS NOT NULL`,
		Build:   func(self any, a []any) any { return self.(Expr).Has(a[0].([]any)...) },
	},
	jsonAsMethod(AsJSON, "JSON as it is", `SELECT ("users"."data" -> ?) AS "n" FROM "users"`),
	jsonAsMethod(AsString, "the text of a JSON string; NULL of anything else", `SELECT CASE json_type(("users"."data" -> ?)) WHEN 'text' THEN ("users"."data" -> ?) ->> '$' END AS "n" FROM "users"`),
	jsonAsMethod(AsInteger, "a JSON number without a fraction; NULL of anything else", `SELECT CASE WHEN json_type(("users"."data" -> ?)) IN ('integer', 'real') AND ("users"."data" -> ?) ->> '$' = CAST(("users"."data" -> ?) ->> '$' AS INTEGER) THEN CAST(("users"."data" -> ?) ->> '$' AS INTEGER) END AS "n" FROM "users"`),
	jsonAsMethod(AsFloat, "a JSON number as a float; NULL of anything else", `SELECT CASE WHEN json_type(("users"."data" -> ?)) IN ('integer', 'real') THEN CAST(("users"."data" -> ?) ->> '$' AS REAL) END AS "n" FROM "users"`),
	jsonAsMethod(AsNumeric, "a JSON number as a decimal; NULL of anything else", `SELECT CASE WHEN json_type(("users"."data" -> ?)) IN ('integer', 'real') THEN CAST(("users"."data" -> ?) AS NUMERIC) END AS "n" FROM "users"`),
	jsonAsMethod(AsBoolean, "JSON's true or false; NULL of anything else", `SELECT CASE ("users"."data" -> ?) WHEN 'true' THEN 1 WHEN 'false' THEN 0 END AS "n" FROM "users"`),
}
