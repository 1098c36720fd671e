package dialect

// MariaDB is MariaDB from 10.6, in any sql_mode: MySQL, but for what is said here.
var MariaDB = mariadb()

func mariadb() *Dialect {
	d := *MySQL
	d.name = "mariadb"
	d.lateral, d.outerDerived = false, false
	d.frameLiterals = true
	d.rollup = rollupUnordered
	d.ties = around{" FETCH FIRST ", " ROWS WITH TIES"}
	d.locks = locks{wait: true, strengths: [...]string{"", " FOR UPDATE", "", " LOCK IN SHARE MODE", ""}}
	return &d
}
