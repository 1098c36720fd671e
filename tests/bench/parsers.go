package bench

import (
	"strings"

	"github.com/dolthub/vitess/go/vt/sqlparser"

	"github.com/sqlser/sqlser/tests/bench/peers"
)

// The parsers of SQL that keep a query as its text.
const (
	Vitess  = "vitess"      // the parser of MySQL's SQL, as Dolt keeps it
	PGQuery = "pg_query_go" // that of PostgreSQL itself, in C: see pgquery.go
)

// text is a query as a programmer would write it for PostgreSQL.
func text(q Query) string {
	if b, ok := peers.ByHand.Queries[q.Name]; ok {
		sql, _ := b.Build()
		return sql
	}
	sql, _ := rendered(q.Build())
	return asWritten.Replace(casts.ReplaceAllString(sql, ""))
}

// mysqlUpsert is query d for MySQL, which has no RETURNING.
const mysqlUpsert = "INSERT INTO users (id, tenant_id, name, email) VALUES (?, ?, ?, ?) ON DUPLICATE KEY UPDATE name = VALUES(name), updated_at = now()"

// parsers are those for which text is what bytes are for us: what they load is a tree,
// and what they dump the text of one.
func parsers(q Query) []Case {
	sql := placeholder.ReplaceAllString(text(q), "?")
	if q.Name == "d" {
		sql = mysqlUpsert
	}
	tree, err := sqlparser.Parse(sql)
	if err != nil {
		panic(q.Name + ": " + err.Error() + ": " + sql)
	}
	if !strings.Contains(strings.ToLower(sqlparser.String(tree)), "from") && q.Name != "d" {
		panic(q.Name + ": the parser has lost something")
	}
	return append([]Case{
		{q.Name, "dump", Vitess, len(sql), func() { sink += len(sqlparser.String(tree)) }, nil},
		{q.Name, "load", Vitess, len(sql), func() { must(sqlparser.Parse(sql)) }, nil},
		{q.Name, "load+sql", Vitess, len(sql), func() { sink += len(sqlparser.String(must(sqlparser.Parse(sql)))) }, nil},
	}, pgQuery(q)...)
}
