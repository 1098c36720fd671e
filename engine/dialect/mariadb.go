package dialect

import "github.com/sqlser/sqlser/engine/expr"

// MariaDB is MariaDB from 10.6, in any sql_mode: MySQL, but for what is said here.
var MariaDB = mariadb()

func mariadb() *Dialect {
	d := *MySQL
	d.name = "mariadb"
	d.json.noMinus = true
	d.lists, d.binary = mysqlLists("utf8mb4_nopad_bin"), "utf8mb4_nopad_bin"
	d.collations = mysqlCollations(d.binary)
	d.lateral, d.outerDerived = false, false
	d.frameLiterals = true
	d.rowsNeverNull = true
	d.notCrashes, d.unionChar, d.wrapsScalars = true, true, true
	d.inQuery = mariadbInQuery
	d.distinctOfColumns = true
	d.plainRows = true
	d.havingMerged, d.runsOnce = true, true
	d.bareWindow = "PARTITION BY rand() < 0" // beside two more orders, one of a bare window is the wrong one; beside one more, one by a plain value makes that wrong
	d.concatWindow = "'', "                  // else its text may get lost beside a window of another order
	d.dollarGroups = false
	d.rollup = rollupUnordered
	d.ties = around{" FETCH FIRST ", " ROWS WITH TIES"}
	d.locks = locks{wait: true, shallow: true, strengths: [...]string{"", " FOR UPDATE", "", " LOCK IN SHARE MODE", ""}}
	d.functions = respelled(MySQL.functions, mariadbFunctions())
	d.changes.returning = [3]bool{true, false, true}
	d.changes.with, d.changes.aliases = [3]bool{}, [3]bool{false, true, false}
	d.changes.readsItself, d.changes.readsLate = true, true
	d.changes.conflict.rowName, d.changes.conflict.noOn = false, true
	return &d
}

// mariadbInQuery keeps a NULL that is of no column, such as an aggregate gives: behind
// IN MariaDB takes it for a value that nothing is equal to, which only where rows
// are filtered is the same.
func mariadbInQuery(c *compiler, in *expr.InExpr) (before, after string, ok bool) {
	if c.hasWindow(in.X().Node()) {
		if c.spend(expr.Size(in.Query())); c.err == nil && c.isCorrelated(in.Query()) {
			c.unsupported("window function compared with a correlated query", c.d.name+" compares it wrongly: take it from a subquery")
			return "", "", false
		}
	}
	before, after, ok = mysqlInQuery(c, in)
	if !ok || before != "" || c.filter == expr.Node(in) && !in.IsNot() {
		return before, after, ok
	}
	q := in.Query()
	if c.spend(expr.Size(q)); c.err != nil || !losesNull(q, false) {
		return before, after, c.err == nil
	}
	if s, is := q.(*expr.SelectStmt); is && s.Groups().Len() == 0 && s.HavingClause().IsZero() && s.Items().Len() == 1 { // it has one row
		return "(SELECT ", ")", true
	}
	return c.within(in, "values of no column", c.d.name+" takes their NULL for a value: compare by EXISTS, or filter by IN alone")
}

// losesNull reports whether a query gives what may be NULL and is of no column: an
// aggregate, or as the member of a compound a plain value, too. A NULL that INTERSECT or EXCEPT leaves out
// still counts.
func losesNull(q expr.Query, member bool) bool {
	switch q := q.(type) {
	case *expr.SelectStmt:
		return isAggregated(q) || member && hasPlainNull(q)
	case *expr.CompoundStmt:
		if op := q.Operator(); op != expr.Union && op != expr.UnionAll {
			return true
		}
		return anyMember(q, func(q expr.Query) bool { return losesNull(q, true) })
	}
	return false
}

// hasPlainNull reports whether a column of a select may be NULL, and names none.
func hasPlainNull(s *expr.SelectStmt) bool {
	for _, item := range s.Items().All() {
		plain := true
		expr.Walk(item.Expr().Node(), func(n expr.Node) bool {
			l, literal := n.(*expr.LiteralExpr)
			if _, column := n.(*expr.ColumnExpr); column || literal && !l.Value().IsNull() && n == item.Expr().Node() {
				plain = false
			}
			return plain
		})
		if plain {
			return true
		}
	}
	return false
}

// isAggregated reports whether an aggregate of a select's own rows stands among its
// columns.
func isAggregated(s *expr.SelectStmt) (found bool) {
	for _, item := range s.Items().All() {
		expr.Walk(item.Expr().Node(), func(n expr.Node) bool {
			switch n := n.(type) {
			case *expr.CallExpr:
				found = found || n.Function().IsAggregate()
			case *expr.OverExpr, *expr.ColumnExpr, expr.Query:
				return false
			}
			return !found
		})
	}
	return found
}

// mariadbFunctions returns the functions that MariaDB does not share with MySQL.
func mariadbFunctions() map[string]function {
	shifted := func(name string) function { // there is no third argument
		return function{spelling: name, forms: map[int]string{3: "CASE WHEN " + name + "(1, $2)$T IS NULL THEN $3 ELSE " + name + "($1, $2)$T END"}}
	}
	return map[string]function{
		"grouping": {refused: "has none"},
		"json_agg": {form: "json_arrayagg($D$1$O)", nulls: true, unframed: true},
		"lag":      shifted("lag"),
		"lead":     shifted("lead"),
		"replace":  {spelling: "replace", args: "t", write: nullingReplace},
	}
}

// nullingReplace is NULL where the third text is, for databases that give back the
// first where they find nothing to replace.
func nullingReplace(c *compiler, f function, n *expr.CallExpr, _ level) {
	if l, ok := n.Args().At(2).Node().(*expr.LiteralExpr); ok && !l.Value().IsNull() {
		c.call(f, n)
		return
	}
	c.form(f, "CASE WHEN $3 IS NOT NULL THEN replace($1, $2, $3) END", n)
}
