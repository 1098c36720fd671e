// Package luabind lets Lua scripts build queries: tables and columns of a
// metadata, and every node kind of engine/expr by the methods that its row
// declares.
//
//	rt, err := luabind.New(meta, luabind.WithCodec(codec), luabind.WithCompiler(sess)) // an engine.Session
//	values, err := rt.Run(ctx, "report.lua", `
//		local u = db.users
//		return sql.select(u.id, u.name):where(u.age > 30 and u.email ~= nil):order_by(u.name)`)
//	q := values[0].(*expr.SelectStmt)
//
// A [Runtime] is made once and may be used by many goroutines. Each run has a
// Lua state of its own, which ends with it; a [State] is one that stays, for a
// prompt; see [Remember] for scripts that come to the same each time. Scripts see Lua's base, table, string and math functions without those
// that reach files, the process, the clock or chance, the global sql (also
// require "sqlser"), db, and session where the host grants one. They hold values
// of Go that they can neither look into nor change.
//
// What the host grants comes as small interfaces: [Codec], [Compiler], [Session].
// The package knows no serializer, dialect or driver.
//
// A script runs through one pipeline: limits, parse, rewrite, compile, run. Operators on
// expressions build, wherever a value is kept: comparisons where a side is an
// expression; and, or, not where the left side is a condition, else they are Lua's, as
// is what stands in if, while and until, where comparing an expression is an error. x ==
// nil is IS NULL within the call that takes it. Each operator has a method: x:eq(y).
// A nil that a script writes in a table constructor is NULL to the methods that take
// rows, and what Lua makes of it to everything else.
// Of rows, JSON is read as tables are: row.data.color, row.data.tags[1], pairs and ipairs; what is null
// or not there is nil.
// Errors are of type *[Error], with the script's file and line.
package luabind
