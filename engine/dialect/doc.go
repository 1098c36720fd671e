// Package dialect is how it is said: it turns a statement that a policy has
// admitted into the text and arguments of one database.
//
//	stmt, err := dialect.Postgres.Compile(admitted)
//	args, err := stmt.Args(map[string]expr.Value{"n": expr.Int(5)})
//	rows, err := db.QueryContext(ctx, stmt.SQL(), args...)
//
// A [Dialect] is one file of documented differences, as data, with overrides
// where a difference is no data. What a database cannot say is an [Error] that
// names the construct and the dialect.
//
// # What the text is made of
//
// Every literal and every parameter travels as an argument. Every identifier is
// quoted. Whatever else is written comes from closed lists in this package. The
// text depends on the shape of a query only: on types, on which literals are
// NULL and which are equal, on the lengths of lists; never on a value.
//
// # What differs and is left
//
// An expression means the same on every database, or is refused, but for these:
//
//   - Division by zero is an error on PostgreSQL and NULL elsewhere; an integer
//     that overflows is an error on PostgreSQL and MySQL and becomes a float on
//     SQLite. A text that is cast to what it does not spell is an error on
//     PostgreSQL and something (NULL, 0, a prefix) elsewhere.
//   - SQLite has no decimals: they are integers and floats there. MySQL keeps four
//     digits more than its operands in / and avg, PostgreSQL at least sixteen.
//   - Whether case counts in =, LIKE and the text matches is the database's choice
//     (see [expr.Expr.Like]), as is the order of text. lower and upper know
//     only ASCII on SQLite.
//   - An enum compares as text, but ORDER BY, min and max follow the order of its
//     labels on PostgreSQL and MySQL, where it is a type.
//   - The text of a number, time or JSON value that is cast to text is the
//     database's own.
//   - Times with and without a zone are converted in UTC, but for a text that is
//     cast to an instant: it must say its zone. An instant has no type
//     of its own on MySQL: it is written in UTC, and the session's time_zone must
//     be '+00:00'.
//   - Where substr starts, and how long it is, is checked in literals and
//     parameters; what a row says there is not.
package dialect
