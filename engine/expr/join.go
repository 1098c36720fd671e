package expr

import (
	"strings"

	"github.com/sqlser/sqlser/schema"
)

// JoinKind is the kind of a join. Values are wire codes: append only.
type JoinKind uint8

// The kinds of joins.
const (
	InnerJoin JoinKind = iota + 1
	LeftJoin
	FullJoin
	CrossJoin
	joinKinds
)

var joinNames = [joinKinds]string{InnerJoin: "JOIN", LeftJoin: "LEFT JOIN", FullJoin: "FULL JOIN", CrossJoin: "CROSS JOIN"}

// String returns the SQL words, such as "LEFT JOIN".
func (k JoinKind) String() string {
	if k == 0 || k >= joinKinds {
		return "unknown join"
	}
	return joinNames[k]
}

// JoinClause is left JOIN right ON condition, nested either way.
type JoinClause struct {
	base
	kind        JoinKind
	left, right FromClause
	on          Expr
}

// Join joins two clauses. The conditions are ANDed; without any the foreign key
// between the two sides is used, of which there must be exactly one.
func Join(kind JoinKind, left, right FromClause, on ...any) *JoinClause {
	n := &JoinClause{kind: kind, left: left, right: right}
	if kind != CrossJoin || len(on) > 0 {
		n.on = onClause(sourcesIn(left), right, on)
	}
	return seal(n)
}

// onClause is the condition given, or the one that a foreign key implies.
func onClause(left []Source, right FromClause, on []any) Expr {
	if len(on) > 0 {
		return And(on...)
	}
	return foreignKeyOn(left, sourcesIn(right))
}

// sourcesIn lists the sources of a clause, left to right.
func sourcesIn(clause FromClause) []Source {
	switch c := clause.(type) {
	case *JoinClause:
		return append(sourcesIn(c.left), sourcesIn(c.right)...)
	case Source:
		return []Source{c}
	}
	return nil
}

// foreignKeyOn makes the condition of the only foreign key between two sides.
func foreignKeyOn(left, right []Source) Expr {
	var found []Expr
	var keys, names []string
	try := func(from, to Source) {
		for _, k := range TableOf(from).ForeignKeys() {
			if k.Referred() != TableOf(to) {
				continue
			}
			referred := k.ReferredColumns()
			terms := make([]any, len(referred))
			for i, c := range k.Columns() {
				terms[i] = column(from, OutputOf(c)).Eq(column(to, OutputOf(referred[i])))
			}
			found, keys = append(found, And(terms...)), append(keys, k.String())
		}
	}
	for _, r := range right {
		names = append(names, r.Name())
		for _, l := range left {
			if TableOf(l) == nil || TableOf(r) == nil {
				continue
			}
			try(l, r)
			try(r, l)
		}
	}
	what := strings.Join(names, ", ")
	switch {
	case len(found) == 1:
		return found[0]
	case len(left) == 0:
		return bad(fail(CodeFrom, "nothing to join %s to: say From first, or give the condition", what))
	case len(found) == 0:
		return bad(fail(CodeFrom, "no foreign key leads to %s: give the condition", what))
	}
	return bad(fail(CodeFrom, "%d foreign keys lead to %s: give the condition (%s)", len(found), what, strings.Join(keys, "; ")))
}

func (*JoinClause) fromClause() {}

// Op returns OpJoin.
func (*JoinClause) Op() Op { return OpJoin }

func (n *JoinClause) fields(f *Fields) {
	f.Code("kind", (*uint8)(&n.kind))
	f.From("left", &n.left)
	f.From("right", &n.right)
	f.Expr("on", &n.on)
}

func (n *JoinClause) check() *Error {
	if n.left == nil || n.right == nil {
		return missing("a side of the join")
	}
	return checkJoin(n.kind, n.on)
}

func checkJoin(kind JoinKind, on Expr) *Error {
	switch {
	case kind == 0 || kind >= joinKinds:
		return fail(CodeForm, "unknown kind of join: %d", kind)
	case (kind == CrossJoin) != on.IsZero():
		return fail(CodeForm, "a cross join has no condition, any other has one")
	}
	return condition("ON", on)
}

// Kind returns the kind of the join.
func (n *JoinClause) Kind() JoinKind { return n.kind }

// Left returns the left side.
func (n *JoinClause) Left() FromClause { return n.left }

// Right returns the right side.
func (n *JoinClause) Right() FromClause { return n.right }

// On returns the condition; zero for a cross join.
func (n *JoinClause) On() Expr { return n.on }

// C returns the column of this name of the one source that has it.
func (n *JoinClause) C(name string) Expr {
	var found []Source
	var names []string
	for _, s := range sourcesIn(n) {
		if len(s.Find(name)) > 0 {
			found = append(found, s)
		}
		for _, o := range s.Columns() {
			names = append(names, o.Name)
		}
	}
	if len(found) == 1 {
		return found[0].C(name)
	}
	err := fail(CodeName, "%d sources of the join have a column %q", len(found), name)
	if len(found) == 0 {
		err.Hint = schema.DidYouMean(name, names)
	}
	return bad(err)
}
