package luabind

import (
	"context"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// Codec makes bytes of what scripts build and builds it again: x:dump(),
// sql.load(bytes), x:hash(). It must be safe for concurrent use.
type Codec interface {
	// Dump returns the bytes of a statement, an expression, a source or a join.
	Dump(n expr.Node) ([]byte, error)
	// Load returns what the bytes are of, bound to the Runtime's metadata.
	Load(b []byte) (expr.Node, error)
	// Hash returns the identity of n, in hexadecimal digits.
	Hash(n expr.Node) (string, error)
}

// Compiler makes SQL: q:sql(dialect). It must be safe for concurrent use.
type Compiler interface {
	// SQL returns the statement's text and arguments. Dialect is what the script
	// asked for by name; "" is the host's own.
	SQL(stmt expr.Node, dialect string) (text string, args []any, err error)
}

// Session runs queries for scripts: session:rows(q, params) and its kin. What it
// admits is its own business, and the text of its errors is shown to the script.
// It must be safe for concurrent use.
type Session interface {
	// Rows runs a query. Params holds what the script binds, by name, each an
	// expr.Value of its parameter's type; parameters that are missing have their
	// default or are an error of Rows. The context ends with the script.
	Rows(ctx context.Context, q expr.Node, params map[string]any) (Rows, error)
}

// Changer is a Session that also changes rows: session:execute(stmt, params) and
// session:transaction(f).
type Changer interface {
	Session
	// Exec runs a change and returns how many rows it changed; -1 where the database
	// does not tell.
	Exec(ctx context.Context, change expr.Node, params map[string]any) (rows int64, err error)
	// Transaction calls f with a session of which all changes count if f returns, and
	// none if it panics, as it does where the script fails: then it panics on.
	Transaction(ctx context.Context, f func(tx Session)) error
}

// Rows are the rows of a query, read one by one by one goroutine:
//
//	for rows.Next() { use(rows.Values()) }
//	err := rows.Err()
//
// luabind closes every Rows that it was given, at the latest when the run ends.
type Rows interface {
	Columns() []Column
	// Next makes the next row current; false at the end or after a failure.
	Next() bool
	// Values returns the current row, a value a column: nil, bool, int64, float64,
	// string, []byte, time.Time, expr.Value or, for a whole entity, a Record. The caller
	// may keep it.
	Values() []any
	Err() error
	Close() error
}

// Column is a column of rows. The name is "" where the query gave none.
type Column struct {
	Name string
	Type schema.Type
}

// Row is a row that a script returned to the host.
type Row struct {
	Columns []Column
	Values  []any
}

// Opaque is what a script returned and no Go value stands for, as the script
// would show it: a function, the module, the session.
type Opaque string
