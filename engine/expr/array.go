package expr

import "github.com/sqlser/sqlser/schema"

// ArrayExpr is ARRAY[a, b, ...].
type ArrayExpr struct {
	value
	elem  schema.Type
	items []Expr
}

// Array makes an array of elements of a type.
func Array(elem schema.Type, items ...any) Expr {
	n := &ArrayExpr{elem: elem, items: exprs(items)}
	for i := range n.items {
		n.items[i] = adapt(n.items[i], elem, true)
	}
	return exprOf(seal(n))
}

// Op returns OpArray.
func (*ArrayExpr) Op() Op { return OpArray }

func (n *ArrayExpr) fields(f *Fields) {
	f.Type("elem", &n.elem)
	f.Exprs("items", &n.items)
}

func (n *ArrayExpr) check() *Error {
	if n.elem.IsUnknown() || n.elem.IsArray() {
		return fail(CodeType, "expected a type of elements, got %s", n.elem)
	}
	for _, x := range n.items {
		if x.IsZero() {
			return missing("an element")
		}
		if !x.Type().Comparable(n.elem) && x.Type() != n.elem {
			return fail(CodeType, "an array of %s has an element of type %s", n.elem, x.Type())
		}
	}
	n.typ = schema.ArrayOf(n.elem)
	return nil
}

// At is the element of an array at a place, which counts from 1 as in SQL; NULL where
// there is none.
func (x Expr) At(place any) Expr { return Func("array_get", x, place) }

// Slice is the array of the elements from a place to another, that one too. Places
// count from 1; those outside the array are left out.
func (x Expr) Slice(from, to any) Expr { return Func("array_slice", x, from, to) }

// concatArrays is Concat where an operand is an array: the elements of both, or an
// element more at its end or its start. An array that is NULL has none.
func concatArrays(x, y Expr) Expr {
	switch {
	case x.Type().IsArray() && y.Type().IsArray() && x.Type().Elem() != y.Type().Elem() && !x.Type().Elem().Comparable(y.Type().Elem()):
		return refuse(OpBinary, fail(CodeType, "no %s || %s", x.Type(), y.Type()))
	case x.Type().IsArray() && !y.Type().IsArray() && !y.Type().IsUnknown():
		return Func("array_append", x, y)
	case y.Type().IsArray() && !x.Type().IsArray() && !x.Type().IsUnknown():
		return Func("array_prepend", x, y)
	}
	return Func("array_cat", x, y)
}

// Items returns the elements.
func (n *ArrayExpr) Items() List[Expr] { return List[Expr]{n.items} }

var arrayMethods = []Method{{
	On: OnExpr, Name: "at", Doc: "the element of an array at a place, which counts from 1 as in SQL (in JSON get counts from 0); NULL where there is none", Args: []Arg{{Name: "place", Kind: ArgOperand}},
	Example: `sql.select(sql.array{10, 20}:at(1):label "first")`,
	SQL:     `SELECT (ARRAY[$1::BIGINT, $2::BIGINT])[$3::INTEGER] AS "first"`,
	Build:   func(self any, a []any) any { return self.(Expr).At(a[0]) },
}, {
	On: OnExpr, Name: "slice", Doc: "the elements of an array from a place to another, that one too; places count from 1, those outside are left out", Args: []Arg{{Name: "from", Kind: ArgOperand}, {Name: "to", Kind: ArgOperand}},
	Example: `sql.select(sql.array{10, 20, 30}:slice(2, 3):label "rest")`,
	SQL:     `SELECT (ARRAY[$1::BIGINT, $2::BIGINT, $3::BIGINT])[$4::INTEGER : $5::INTEGER] AS "rest"`,
	Build:   func(self any, a []any) any { return self.(Expr).Slice(a[0], a[1]) },
}, {
	On: OnExpr, Name: "contained_by", Doc: "all of the array, or of the JSON, is in y", Args: []Arg{{Name: "y", Kind: ArgOperand}},
	Example: `sql.select(u.id):where(u.data:contained_by(sql.json{a = 1}))`,
	SQL:     `SELECT "users"."id" FROM "users" WHERE "users"."data" <@ $1::JSONB`,
	Build:   func(self any, a []any) any { return self.(Expr).ContainedBy(a[0]) },
}, {
	On: OnExpr, Name: "overlaps", Doc: "two arrays have an element in common", Args: []Arg{{Name: "y", Kind: ArgOperand}},
	Example: `sql.select(sql.array{1, 2}:overlaps(sql.array{2, 3}):label "o")`,
	SQL:     `SELECT ARRAY[$1::BIGINT, $2::BIGINT] && ARRAY[$2::BIGINT, $3::BIGINT] AS "o"`,
	Build:   func(self any, a []any) any { return self.(Expr).Overlaps(a[0]) },
}, {
	On: OnModule, Name: "array", Doc: "an array of the elements, of the type of the first that has one", Args: []Arg{{"elements", ArgOperands}},
	Example: `sql.array{1, 2, 3}`,
	Build: func(_ any, a []any) any {
		items := a[0].([]any)
		if len(items) == 0 {
			return bad(fail(CodeArgument, "expected an element, which tells the type, got none"))
		}
		list := exprs(items)
		elem := common(list)
		if elem.IsUnknown() {
			elem = widest(list)
		}
		return Array(elem, items...)
	},
}, {
	On: OnModule, Name: "array_of", Doc: "an array of elements of a type; of none, too", Args: []Arg{{"type", ArgType}, {"elements", ArgOperands}},
	Example: `sql.array_of(sql.types.integer, 1, 2)`,
	Build:   func(_ any, a []any) any { return Array(a[0].(schema.Type), a[1].([]any)...) },
}}
