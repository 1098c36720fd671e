// Package peers writes the queries a to d with other builders of SQL, each in
// the form that its documentation shows. Some keep a tree; others take much of
// the SQL as text.
package peers

import "time"

// Builder is another library, or SQL written by hand.
type Builder struct {
	Name      string
	KeepsTree bool // it could say the query another way; the others are given much of it as text
	Queries   map[string]Query
}

// Query is one query: from nothing to text and arguments, and from the library's
// own standing query; Render is nil where no such thing is left.
type Query struct {
	Build, Render func() (string, []any)
}

// All lists the builders.
func All() []Builder { return []Builder{squirrel, goqu, bob, bun, sqlbuilder, ent} }

// The values in the queries, the same for all.
var (
	id     int64 = 7
	tenant int64 = 42
	name         = "Ann"
	email        = "a@example.com"
	status       = "paid"
	from         = time.Date(1995, 1, 1, 0, 0, 0, 0, time.UTC)
	to           = time.Date(1996, 1, 1, 0, 0, 0, 0, time.UTC)
	least        = 100.5
	most   int64 = 300
	region       = "ASIA"
)

// of makes a query of how one is built and how it is rendered.
func of[Q any](build func() Q, render func(Q) (string, []any)) Query {
	standing := build()
	return Query{
		Build:  func() (string, []any) { return render(build()) },
		Render: func() (string, []any) { return render(standing) },
	}
}

func must(sql string, args []any, err error) (string, []any) {
	if err != nil {
		panic(err)
	}
	return sql, args
}
