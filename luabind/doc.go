// Package luabind lets Lua scripts build queries: tables and columns of a
// metadata, and every node kind of engine/expr by the methods that its row
// declares.
//
//	rt, err := luabind.New(meta, luabind.WithCodec(codec), luabind.WithCompiler(compiler))
//	values, err := rt.Run(ctx, "report.lua", `
//		local u = db.users
//		return sql.select(u.id, u.name):where(u.age:gt(30)):order_by(u.name)`)
//	q := values[0].(*expr.SelectStmt)
//
// A [Runtime] is made once and may be used by many goroutines. Each run has a
// Lua state of its own, which ends with it; a [State] is one that stays, for a
// prompt. Scripts see Lua's base, table, string and math functions without those
// that reach files, the process, the clock or chance, the global sql (also
// require "sqlser"), db, and session where the host grants one. They hold values
// of Go that they can neither look into nor change.
//
// What the host grants comes as small interfaces: [Codec], [Compiler], [Session].
// The package knows no serializer, dialect or driver.
//
// A script runs through one pipeline: limits, parse, rewrite, compile, run.
// A nil that a script writes in a table constructor is NULL to the methods that take
// rows, and what Lua makes of it to everything else.
// Errors are of type *[Error], with the script's file and line.
package luabind
