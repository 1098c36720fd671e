package policy

import (
	"slices"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// rewrite returns the statement with what the policy adds to it where it is built.
func (a *admission) rewrite(stmt expr.Statement) expr.Node {
	if !a.rewrites && a.least == nil {
		return stmt
	}
	return expr.Rewrite(stmt, func(n expr.Node) expr.Node {
		s, ok := n.(*expr.SelectStmt)
		if !ok {
			return n
		}
		return a.grouped(a.enough(s))
	})
}

// grouped names, beside the key of a table, what depends on it: databases do not know
// the key of a query that stands in the table's place.
func (a *admission) grouped(s *expr.SelectStmt) *expr.SelectStmt {
	more := a.dependent(s)
	if len(more) == 0 {
		return s
	}
	return s.GroupBy(more...)
}

// keyed returns the column of an expression that is one of a table in whose place a query
// stands, or nil.
func (a *admission) keyed(x expr.Expr) *schema.Column {
	n, ok := x.Node().(*expr.ColumnExpr)
	if !ok || n.Column() == nil {
		return nil
	}
	if t := a.ruleOf(n.Column().Table()); t == nil || !t.replaced() {
		return nil
	}
	return n.Column().Base()
}

// byKey reports whether a select is grouped by a part of a key, and may name what depends
// on it.
func (a *admission) byKey(s *expr.SelectStmt) (found bool) {
	for _, x := range s.Groups().All() {
		if _, sets := x.Node().(*expr.GroupingExpr); sets {
			return false
		}
		c := a.keyed(x)
		found = found || c != nil && c.IsPrimaryKey()
	}
	return found
}

// dependent lists the columns that depend on a key among those of GROUP BY, and are not
// there themselves.
func (a *admission) dependent(s *expr.SelectStmt) (more []any) {
	if !a.byKey(s) {
		return nil
	}
	keys := map[any]map[*schema.Column]bool{}
	for _, x := range s.Groups().All() {
		if c := a.keyed(x); c != nil {
			id := x.Node().(*expr.ColumnExpr).Source().Identity()
			keys[id] = set(keys[id], c, true)
		}
	}
	collect := func(x expr.Expr) {
		if x.IsZero() {
			return
		}
		expr.Walk(x.Node(), func(n expr.Node) bool {
			c, ok := n.(*expr.ColumnExpr)
			if !ok || c.Column() == nil {
				return true
			}
			own := keys[c.Source().Identity()]
			if own == nil || own[c.Column().Base()] {
				return false
			}
			for _, k := range c.Column().Table().Base().PrimaryKey() {
				if !own[k] {
					return false
				}
			}
			if len(c.Column().Table().Base().PrimaryKey()) > 0 {
				own[c.Column().Base()] = true
				more = append(more, expr.Of(c))
			}
			return false
		})
	}
	for _, item := range s.Items().All() {
		collect(item.Expr())
	}
	collect(s.HavingClause())
	for _, o := range s.Orders().All() {
		collect(o.Expr())
	}
	return more
}

// enough leaves out the groups of too few rows. Where the select was rewritten already,
// its columns are those of the one that was looked at.
func (a *admission) enough(s *expr.SelectStmt) *expr.SelectStmt {
	if a.least == nil {
		return s
	}
	var groups []group
	if g, ok := a.least[s]; ok {
		groups = g
	} else {
		inner := &admission{p: a.p}
		inner.scan(s)
		groups = inner.least[s]
	}
	var conds []any
	for i, g := range groups {
		if slices.ContainsFunc(groups[:i], g.isOf) {
			continue
		}
		value := expr.Of(g.of)
		n := expr.Func("count", value)
		if key := g.of.Column().Table().PrimaryKey(); len(key) == 1 { // what a join repeats is one row
			id := g.of.Source().(interface{ C(string) expr.Expr }).C(key[0].Name())
			n = expr.Func("count", expr.Case(expr.NewWhen(value.IsNotNull(), id))).Distinct()
		}
		conds = append(conds, n.Ge(expr.HostLiteral(expr.Int(int64(g.least)))))
	}
	if len(conds) == 0 {
		return s
	}
	if having := s.HavingClause(); !having.IsZero() {
		expr.Walk(having.Node(), func(n expr.Node) bool {
			byValue := expr.FailsByValue(n)
			if byValue {
				a.note(n)
			}
			return !byValue
		})
	}
	return s.GuardHaving(expr.And(conds...), expr.CanFail)
}
