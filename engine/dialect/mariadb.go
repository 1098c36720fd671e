package dialect

// MariaDB is MariaDB from 10.6, in any sql_mode: MySQL, but for what is said here.
var MariaDB = mariadb()

func mariadb() *Dialect {
	d := *MySQL
	d.name = "mariadb"
	return &d
}
