package bench

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/sqlser/sqlser/engine/dialect"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/policy"
	"github.com/sqlser/sqlser/serializer"
)

// rendered is what becomes of a query: text and arguments.
func rendered(q expr.Query) (string, []any) {
	s := must(dialect.Postgres.Compile(must(policy.Unrestricted().Admit(q))))
	return s.SQL(), must(s.Args(nil))
}

func sqlCases(q Query) []Case {
	stmt := q.Build()
	b := must(serializer.Dumps(stmt))
	pieces, args := byHand(rendered(stmt))
	return []Case{
		{q.Name, "sql", Us, 0, func() { use(rendered(stmt)) }},
		{q.Name, "load+sql", Us, len(b), func() { use(rendered(must(serializer.Loads(b, Binding)).Query)) }},
		{q.Name, "sql", ByHand, 0, func() { use(write(pieces, args)) }},
	}
}

func use(sql string, args []any) { sink += len(sql) + len(args) }

var placeholder = regexp.MustCompile(`\$\d+`)

// byHand splits a statement into what a programmer would have as constants, and
// the value of each placeholder.
func byHand(sql string, args []any) (pieces []string, values []any) {
	for _, p := range placeholder.FindAllString(sql, -1) {
		values = append(values, args[must(strconv.Atoi(p[1:]))-1])
	}
	return placeholder.Split(sql, -1), values
}

// write is the usual code around a strings.Builder.
func write(pieces []string, values []any) (string, []any) {
	var b strings.Builder
	var args []any
	b.WriteString(pieces[0])
	for i, p := range pieces[1:] {
		args = append(args, values[i])
		var digits [8]byte
		b.WriteByte('$')
		b.Write(strconv.AppendInt(digits[:0], int64(len(args)), 10))
		b.WriteString(p)
	}
	return b.String(), args
}
