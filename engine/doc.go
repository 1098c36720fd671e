// Package engine says how a query runs: an [Engine] is a database and its
// dialect, a [Session] runs statements on it under a policy.
//
//	eng := engine.New(db, dialect.SQLite) // a *sql.DB, *sql.Conn or *sql.Tx
//	sess := eng.Session(engine.WithPolicy(policy.New().AllowSelect()))
//	for u, err := range engine.Rows[User](ctx, sess, q, engine.Params{"n": 5}) { ... }
//
// Changes are executed, or give the rows that they return:
//
//	n, err := sess.Exec(ctx, expr.Insert(users).Values(expr.Assign{"name": "ann"}), nil)
//	err = sess.Transaction(ctx, func(tx *engine.Session) error { ... }) // all or none
//
//	n, err = engine.InsertMany(ctx, sess, expr.Insert(users), []string{"id", "name"}, rows) // few statements
//
// Whole entities come as structs, with what the query's options load; one row is one object within a result:
//
//	customer := expr.Entity(meta.LookupEntity("Customer"))
//	q := expr.Select(customer).Where(customer.R("orders").Any()).Options(expr.Load(expr.SelectinLoad, customer.R("orders")))
//	all, err := engine.All[*Customer](ctx, sess, q, nil)
//	n, err = sess.Exec(ctx, expr.Update(customer).Set(expr.Assign{"name": "ann"}).Where(customer.C("id").Eq(1)), nil)
//
// There is no unit of work: nothing watches the objects, nothing is loaded behind a statement's back, and changes
// are statements. What was not loaded is empty in a struct and an error in a [Record].
//
// pgx prepares a statement once a connection by itself; for other drivers package stmtcache does.
//
// A session without a policy runs nothing. The same policy holds for queries that
// were loaded, scripted, or built in Go.
//
// The package links no driver: the host imports the one it wants, as with
// database/sql.
//
// Errors have types for [errors.As], codes that stay (see [CodeOf]), and a reader. Whoever fills a form gets a
// *[ParamError]: a problem for each field, with no SQL. Whoever writes queries gets an *expr.Error with the line in Go,
// a *luabind.Error with that in the script, a *policy.Error or an *[Error]. An operator's log gets the *[QueryError], which
// holds the SQL and the driver's error, and the *serializer.DriftError. To an end user nothing is told of these but
// that it failed, or took too long (CodeTimeout): scripts/host answers so.
package engine
