//go:build pgquery

package bench

import (
	pgquery "github.com/pganalyze/pg_query_go/v6"
	"google.golang.org/protobuf/proto"
)

// pgQuery is PostgreSQL's parser, which needs a C compiler and a minute of it: text to
// tree to text, and the tree as protobuf.
func pgQuery(q Query) []Case {
	sql := text(q)
	tree := must(pgquery.Parse(sql))
	b := must(proto.Marshal(tree))
	read := func() *pgquery.ParseResult {
		r := new(pgquery.ParseResult)
		check(proto.Unmarshal(b, r))
		return r
	}
	return []Case{
		{q.Name, "dump", PGQuery, len(sql), func() { sink += len(must(pgquery.Deparse(tree))) }, nil},
		{q.Name, "load", PGQuery, len(sql), func() { must(pgquery.Parse(sql)) }, nil},
		{q.Name, "load+sql", PGQuery, len(sql), func() { sink += len(must(pgquery.Deparse(must(pgquery.Parse(sql))))) }, nil},
		{q.Name, "dump", PGQuery + " protobuf", len(b), func() { sink += len(must(proto.Marshal(tree))) }, nil},
		{q.Name, "load", PGQuery + " protobuf", len(b), func() { read() }, nil},
		{q.Name, "load+sql", PGQuery + " protobuf", len(b), func() { sink += len(must(pgquery.Deparse(read()))) }, nil},
	}
}
