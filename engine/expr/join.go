package expr

import (
	"fmt"
	"slices"
	"strconv"
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
	n := &JoinClause{kind: kind, left: orNone(left), right: orNone(right)}
	switch {
	case len(on) > 0:
		n.on = joinedOn(on)
	case kind != CrossJoin && Err(left) == nil && Err(right) == nil && !isRelated(n.right):
		var set sourceSet
		set.add(sourcesIn(left)...)
		n.on = foreignKeyOn(set.list, right, false)
	}
	return seal(n)
}

// joinedOn is the condition of a join.
func joinedOn(on []any) Expr {
	for _, x := range on {
		if r, ok := x.(*RelatedClause); ok && orNone(r) != nil && r.problem() == nil {
			return bad(fail(CodeArgument, "%s is a relationship, no condition of a join: it stands in the place of what is joined, as in Join(r), for an alias of that Join(r.OfType(alias))", r.relationship))
		}
	}
	return And(on...)
}

// sourcesIn lists the sources of a clause, left to right.
func sourcesIn(clause FromClause) []Source {
	switch c := clause.(type) {
	case *JoinClause:
		return append(sourcesIn(c.left), sourcesIn(c.right)...)
	case *RelatedClause:
		if to := c.Target(); to != nil {
			return []Source{to}
		}
	case Source:
		return []Source{c}
	}
	return nil
}

// isRelated reports whether a clause is a relationship, which says its condition itself.
func isRelated(clause FromClause) bool {
	_, ok := clause.(*RelatedClause)
	return ok
}

// foreignKeyOn makes the condition of the only foreign key between two sides: of tables, else of what
// derived sources have of them. What stands on both is new on neither. Columns tell that those on the
// left are only named by columns: from(...) would leave fewer.
func foreignKeyOn(left []Source, target FromClause, columns bool) Expr {
	var right sourceSet
	right.add(sourcesIn(target)...)
	left = slices.DeleteFunc(left, right.has)
	var found []foreignKeyUse
	for _, use := range [][2][]Source{{left, right.list}, {right.list, left}} {
		referred := map[*schema.Table][]Source{}
		for _, s := range use[1] {
			for _, t := range tablesUnder(s) {
				referred[t] = append(referred[t], s)
			}
		}
		for _, from := range use[0] {
			for _, t := range tablesUnder(from) {
				for _, k := range t.ForeignKeys() {
					for _, to := range referred[k.Referred()] {
						if found = append(found, foreignKeyUse{k, carried{source: from}, carried{source: to}}); len(found) > maxListed {
							return refuse(OpJoin, manyKeys(found, right, columns))
						}
					}
				}
			}
		}
	}
	if len(found) == 0 {
		if found = derivedKeys(left, right.list); len(found) > maxListed {
			return refuse(OpJoin, manyKeys(found, right, columns))
		}
	}
	switch {
	case len(found) == 1:
		return found[0].condition()
	case len(left) == 0:
		return refuse(OpJoin, fail(CodeFrom, "nothing to join %s to: say from(...) first, or give the condition", namesOf(right.list)))
	case len(found) == 0:
		return refuse(OpJoin, fail(CodeFrom, "no foreign key leads to %s: give the condition", namesOf(right.list)))
	}
	return refuse(OpJoin, manyKeys(found, right, columns))
}

// foreignKeyUse is a foreign key between two sources.
type foreignKeyUse struct {
	key      *schema.ForeignKey
	from, to carried
}

func (u foreignKeyUse) condition() Expr {
	referred := u.key.ReferredColumns()
	terms := make([]any, len(referred))
	for i, c := range u.key.Columns() {
		terms[i] = u.to.column(referred[i]).Eq(u.from.column(c))
	}
	return And(terms...)
}

// String names the sources in place of their tables, which may be the same.
func (u foreignKeyUse) String() string {
	names := func(of *carried, columns []*schema.Column) string {
		list := make([]string, len(columns))
		for i, c := range columns {
			list[i] = of.nameOf(c)
		}
		return strings.Join(list, ", ")
	}
	return fmt.Sprintf("%s(%s) -> %s(%s)", u.from.source.Name(), names(&u.from, u.key.Columns()), u.to.source.Name(), names(&u.to, u.key.ReferredColumns()))
}

// maxListed is how many things a message lists.
const maxListed = 8

func manyKeys(found []foreignKeyUse, right sourceSet, columns bool) *Error {
	var left sourceSet
	keys, number, one := make([]string, len(found)), strconv.Itoa(len(found)), true
	for i, u := range found {
		keys[i], one = u.String(), one && u.key == found[0].key
		for _, s := range []Source{u.from.source, u.to.source} {
			if !right.has(s) {
				left.add(s)
			}
		}
	}
	hint := ""
	if columns && len(left.list) > 1 {
		hint = ", or say from(...) first: columns name " + namesOf(left.list)
	}
	if len(keys) > maxListed { // there may be more still
		keys[maxListed], number = "...", "more than "+strconv.Itoa(maxListed)
	}
	if one {
		return fail(CodeFrom, "a foreign key leads to %s in %s ways: give the condition%s (%s)", namesOf(right.list), number, hint, strings.Join(keys, "; "))
	}
	return fail(CodeFrom, "%s foreign keys lead to %s: give the condition%s (%s)", number, namesOf(right.list), hint, strings.Join(keys, "; "))
}

// namesOf lists the names of the first few sources.
func namesOf(sources []Source) string {
	var names []string
	for _, s := range sources {
		if len(names) == maxListed {
			names = append(names, "...")
			break
		}
		names = append(names, s.Name())
	}
	return strings.Join(names, ", ")
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
	if isRelated(n.left) {
		return fail(CodeForm, "a relationship stands on the right of a join only")
	}
	return checkJoin(n.kind, n.on, n.right)
}

func checkJoin(kind JoinKind, on Expr, target FromClause) *Error {
	switch {
	case isRelated(target) && kind == CrossJoin:
		return fail(CodeForm, "a cross join goes along no relationship: cross join the entity itself, or join the relationship")
	case isRelated(target) && kind < joinKinds && kind != 0:
		if !on.IsZero() {
			return fail(CodeForm, "a relationship says its condition itself: add to it by and_()")
		}
		return nil
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

// Join makes n JOIN right ON on, see [Join].
func (n *JoinClause) Join(right FromClause, on ...any) *JoinClause {
	return Join(InnerJoin, n, right, on...)
}

// LeftJoin makes n LEFT JOIN right ON on.
func (n *JoinClause) LeftJoin(right FromClause, on ...any) *JoinClause {
	return Join(LeftJoin, n, right, on...)
}

// FullJoin makes n FULL JOIN right ON on.
func (n *JoinClause) FullJoin(right FromClause, on ...any) *JoinClause {
	return Join(FullJoin, n, right, on...)
}

// CrossJoin makes n CROSS JOIN right.
func (n *JoinClause) CrossJoin(right FromClause) *JoinClause { return Join(CrossJoin, n, right) }

// C returns the column of this name of the one source that has it.
func (n *JoinClause) C(name string) Expr {
	if err := n.problem(); err != nil {
		return badExpr(base{tally: tally{size: 1, depth: 1}, err: err})
	}
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
	return refuse(OpColumn, err)
}

// joinMethod is the row of source:name(target, conditions).
func joinMethod(kind JoinKind, name, doc, example, sql string) Method {
	m := Method{
		On: OnFrom, Name: name, Doc: doc, Args: []Arg{{"target", ArgFrom}, {"conditions", ArgConds}}, Example: example, SQL: sql,
		Build: func(self any, a []any) any {
			return Join(kind, self.(FromClause), a[0].(FromClause), a[1].([]any)...)
		},
	}
	if kind == CrossJoin {
		m.Args = m.Args[:1]
		m.Build = func(self any, a []any) any { return Join(kind, self.(FromClause), a[0].(FromClause)) }
	}
	return m
}

var joinMethods = []Method{
	joinMethod(InnerJoin, "join", "a join, to stand in from; the condition is the only foreign key, or given",
		`sql.select(u.id):from(u:join(a))`, `SELECT "users"."id" FROM "users" JOIN "addresses" ON "users"."id" = "addresses"."user_id"`),
	joinMethod(LeftJoin, "left_join", "a join that keeps the rows that match nothing in the target",
		`sql.select(u.id):from(u:left_join(a, a.user_id:eq(u.id), a.city:eq("Rome")))`, `SELECT "users"."id" FROM "users" LEFT JOIN "addresses" ON "addresses"."user_id" = "users"."id" AND "addresses"."city" = ?`),
	joinMethod(FullJoin, "full_join", "a join that keeps the rows of both sides that match nothing",
		`sql.select(u.id):from(u:full_join(a))`, `SELECT "users"."id" FROM "users" FULL JOIN "addresses" ON "users"."id" = "addresses"."user_id"`),
	joinMethod(CrossJoin, "cross_join", "each row with each of the target",
		`sql.select(u.id):from(u:cross_join(a))`, `SELECT "users"."id" FROM "users" JOIN "addresses"`),
}
