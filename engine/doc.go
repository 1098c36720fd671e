// Package engine says how a query runs: an [Engine] is a database and its
// dialect, a [Session] runs statements on it under a policy.
//
//	eng := engine.New(db, dialect.SQLite) // a *sql.DB, *sql.Conn or *sql.Tx
//	sess := eng.Session(engine.WithPolicy(policy.New().AllowSelect()))
//	for u, err := range engine.Rows[User](ctx, sess, q, engine.Params{"n": 5}) { ... }
//
// A session without a policy runs nothing. The same policy holds for queries that
// were loaded, scripted, or built in Go.
//
// The package links no driver: the host imports the one it wants, as with
// database/sql.
package engine
