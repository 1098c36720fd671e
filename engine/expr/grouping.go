package expr

import "github.com/sqlser/sqlser/schema"

// GroupingKind is a sort of grouping. Values are wire codes: append only.
type GroupingKind uint8

// The sorts of groupings.
const (
	Rollup GroupingKind = iota + 1
	Cube
	GroupingSets
	groupingKinds
)

var groupingNames = [groupingKinds]string{Rollup: "ROLLUP", Cube: "CUBE", GroupingSets: "GROUPING SETS"}

// String returns the SQL words, such as "GROUPING SETS".
func (k GroupingKind) String() string {
	if k == 0 || k >= groupingKinds {
		return "unknown grouping"
	}
	return groupingNames[k]
}

// GroupingKinds returns every sort of grouping.
func GroupingKinds() []GroupingKind { return []GroupingKind{Rollup, Cube, GroupingSets} }

// GroupingExpr groups by several sets of keys at once: ROLLUP (a, b), CUBE (a, b)
// or GROUPING SETS ((a, b), (a), ()). It stands in GROUP BY and nowhere else.
type GroupingExpr struct {
	value
	kind GroupingKind
	sets []groupingSet
}

// groupingSet is one set of keys; of ROLLUP and CUBE, one part of the list.
type groupingSet struct{ keys []Expr }

func (s *groupingSet) fields(f *Fields) { f.Exprs("keys", &s.keys) }

// RollupOf groups by all keys, all but the last, and so on to none. A key is an
// operand, or a []any of operands that stand together.
func RollupOf(keys ...any) Expr { return grouping(Rollup, keys) }

// CubeOf groups by every set of the keys.
func CubeOf(keys ...any) Expr { return grouping(Cube, keys) }

// GroupingSetsOf groups by each of the sets: an operand, or a []any of operands,
// which may be empty.
func GroupingSetsOf(sets ...any) Expr { return grouping(GroupingSets, sets) }

func grouping(kind GroupingKind, sets []any) Expr {
	n := &GroupingExpr{kind: kind, sets: make([]groupingSet, len(sets))}
	for i, s := range sets {
		switch s := s.(type) {
		case []any:
			n.sets[i].keys = exprs(s)
		default:
			n.sets[i].keys = []Expr{Of(s)}
		}
	}
	return exprOf(seal(n))
}

// Op returns OpGrouping.
func (*GroupingExpr) Op() Op { return OpGrouping }

func (n *GroupingExpr) fields(f *Fields) {
	f.Code("kind", (*uint8)(&n.kind))
	parts(f, "sets", &n.sets, (*groupingSet).fields)
}

func (n *GroupingExpr) check() *Error {
	n.typ = schema.Unknown
	if n.kind == 0 || n.kind >= groupingKinds {
		return fail(CodeForm, "unknown grouping %d", n.kind)
	}
	if len(n.sets) == 0 {
		return missing("a key")
	}
	if n.kind == Cube && len(n.sets) > 12 {
		return fail(CodeSize, "CUBE of %d keys is of more than 4,096 groups", len(n.sets))
	}
	for _, s := range n.sets {
		if len(s.keys) == 0 && n.kind != GroupingSets {
			return missing("a key")
		}
		for _, x := range s.keys {
			if x.IsZero() {
				return missing("a key")
			}
			if _, nested := x.node().(*GroupingExpr); nested {
				return fail(CodeForm, "%s in %s", x.node().(*GroupingExpr).kind, n.kind)
			}
			if err := noPlain("group_by", x); err != nil {
				return err
			}
		}
	}
	return nil
}

// Kind returns the sort of grouping.
func (n *GroupingExpr) Kind() GroupingKind { return n.kind }

// Sets returns how many sets or parts there are.
func (n *GroupingExpr) Sets() int { return len(n.sets) }

// Set returns the keys of one of them.
func (n *GroupingExpr) Set(i int) List[Expr] {
	if i < 0 || i >= len(n.sets) {
		return List[Expr]{}
	}
	return List[Expr]{n.sets[i].keys}
}

var groupingMethods = []Method{{
	On: OnModule, Name: "rollup", Doc: "in group_by: all keys, all but the last, and so on to none", Args: []Arg{{"keys", ArgSets}},
	Example: `sql.select(a.city, sql.fn.count():label "n"):group_by(sql.rollup(a.city))`,
	SQL:     `SELECT "addresses"."city", count(*) AS "n" FROM "addresses" GROUP BY ROLLUP ("addresses"."city")`,
	Build:   func(_ any, a []any) any { return RollupOf(a[0].([]any)...) },
}, {
	On: OnModule, Name: "cube", Doc: "in group_by: every set of the keys", Args: []Arg{{"keys", ArgSets}},
	Example: `sql.select(a.city, sql.fn.count():label "n"):group_by(sql.cube(a.city, a.user_id))`,
	SQL:     `SELECT "addresses"."city", count(*) AS "n" FROM "addresses" GROUP BY CUBE ("addresses"."city", "addresses"."user_id")`,
	Build:   func(_ any, a []any) any { return CubeOf(a[0].([]any)...) },
}, {
	On: OnModule, Name: "grouping_sets", Doc: "in group_by: each of the sets, such as {a, b}, {a}, {}", Args: []Arg{{"sets", ArgSets}},
	Example: `sql.select(a.city, sql.fn.count():label "n"):group_by(sql.grouping_sets({a.city}, {}))`,
	SQL:     `SELECT "addresses"."city", count(*) AS "n" FROM "addresses" GROUP BY GROUPING SETS (("addresses"."city"), ())`,
	Build:   func(_ any, a []any) any { return GroupingSetsOf(a[0].([]any)...) },
}}
