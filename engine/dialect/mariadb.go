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
	d.distinctOfColumns = true
	d.dollarGroups = false
	d.rollup = rollupUnordered
	d.ties = around{" FETCH FIRST ", " ROWS WITH TIES"}
	d.locks = locks{wait: true, strengths: [...]string{"", " FOR UPDATE", "", " LOCK IN SHARE MODE", ""}}
	d.functions = respelled(MySQL.functions, mariadbFunctions())
	d.changes.returning = [3]bool{true, false, true}
	d.changes.with, d.changes.aliases = [3]bool{}, [3]bool{false, true, false}
	d.changes.readsItself = true
	d.changes.conflict.rowName = false
	return &d
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
		"replace":  {spelling: "replace", args: "t", write: mariadbReplace},
	}
}

// mariadbReplace is NULL where the third text is: MariaDB's is not, where it finds
// nothing to replace.
func mariadbReplace(c *compiler, f function, n *expr.CallExpr, _ level) {
	if l, ok := n.Args().At(2).Node().(*expr.LiteralExpr); ok && !l.Value().IsNull() {
		c.call(f, n)
		return
	}
	c.form(f, "CASE WHEN $3 IS NOT NULL THEN replace($1, $2, $3) END", n)
}
