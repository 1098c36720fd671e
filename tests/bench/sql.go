package bench

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/dialect"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/policy"
	"github.com/sqlser/sqlser/schema"
	"github.com/sqlser/sqlser/serializer"
	"github.com/sqlser/sqlser/tests/bench/peers"
)

// anything is the policy, made once as a host does.
var anything = policy.Unrestricted()

// rendered is what becomes of a query: text and arguments.
func rendered(q expr.Node) (string, []any) {
	admitted := must(anything.Admit(q))
	s := must(dialect.Postgres.Compile(admitted))
	admitted.Release()
	return s.SQL(), must(s.Args(nil))
}

// session remembers plans, as any does that a host keeps.
var session = engine.New(nil, dialect.Postgres).Session(engine.WithPolicy(anything))

// codec remembers payloads.
var codec = serializer.NewCodec(Binding).Remembering(100)

// remembered is what becomes of a query by the session's plan cache.
func remembered(q expr.Node) (string, []any) {
	s := must(session.Compile(q))
	return s.SQL(), must(s.Args(nil))
}

// inMemory is remembered with arguments in memory that is used again.
func inMemory(args *[]any, q expr.Node) (string, []any) {
	s := must(session.Compile(q))
	*args = must(s.AppendArgs((*args)[:0], nil, nil))
	return s.SQL(), *args
}

// anew returns a function that gives trees of one shape, of which the session knows none:
// so many that each is forgotten before it comes again. They are built when first asked for.
func anew(q Query) func() expr.Node {
	var trees []expr.Node
	next := 0
	return func() expr.Node {
		if trees == nil {
			for range 1500 {
				trees = append(trees, q.Build())
			}
		}
		next = (next + 1) % len(trees)
		return trees[next]
	}
}

// likePayloads returns a function that loads and renders payloads that differ in literals alone, each not
// seen before, or so long ago that it is forgotten.
func likePayloads(stmt expr.Node) func() (string, []any) {
	var payloads [][]byte
	remembering := serializer.NewCodec(Binding).Remembering(100)
	next := 0
	return func() (string, []any) {
		if payloads == nil {
			for i := range 1500 {
				payloads = append(payloads, must(serializer.Dumps(otherValues(stmt, i))))
			}
		}
		next = (next + 1) % len(payloads)
		return remembered(must(remembering.Load(payloads[next])))
	}
}

// otherValues gives the literals of a query other values; those that were equal are not.
func otherValues(stmt expr.Node, i int) expr.Node {
	return expr.Rewrite(stmt, func(n expr.Node) expr.Node {
		l, ok := n.(*expr.LiteralExpr)
		if !ok {
			return n
		}
		v, bits, text := l.Value(), l.Value().Int(), l.Value().Text()
		switch v.Kind() {
		case schema.KindBigInteger, schema.KindDate:
			bits += int64(i)
		case schema.KindDateTime:
			bits += int64(i) * 86_400_000_000
		case schema.KindNumeric, schema.KindText:
			text = strconv.Itoa(i+1) + text
		}
		return expr.Literal(must(expr.NewValue(v.Kind(), bits, text))).Node()
	})
}

func sqlCases(q Query) []Case {
	stmt := q.Build()
	b := must(serializer.Dumps(stmt))
	hand := peers.ByHand.Queries[q.Name].Build
	if hand == nil {
		sql, args := rendered(stmt)
		pieces, values := byHand(asWritten.Replace(casts.ReplaceAllString(sql, "")), args)
		hand = func() (string, []any) { return write(pieces, values) }
	}
	other, like := anew(q), likePayloads(stmt)
	var args []any
	return []Case{
		{q.Name, "sql", Us, 0, func() { use(rendered(stmt)) }},
		{q.Name, "build+sql", Us, 0, func() { use(rendered(q.Build())) }},
		{q.Name, "sql cached", Us, 0, func() { use(remembered(stmt)) }},
		{q.Name, "same shape+sql", Us, 0, func() { use(remembered(other())) }},
		{q.Name, "build+sql cached", Us, 0, func() { use(remembered(q.Build())) }},
		{q.Name, "load+sql cached", Us, len(b), func() { use(remembered(must(serializer.Loads(b, Binding)).Root)) }},
		{q.Name, "load+sql, known shape", Us, len(b), func() { use(like()) }},
		{q.Name, "same bytes+sql", Us, len(b), func() { use(remembered(must(codec.Load(b)))) }},
		{q.Name, "same bytes+sql, args in place", Us, len(b), func() { use(inMemory(&args, must(codec.Load(b)))) }},
		{q.Name, "load+sql", Us, len(b), func() { use(rendered(must(serializer.Loads(b, Binding)).Root)) }},
		{q.Name, "build+sql", ByHand, textSize(hand()), func() { use(hand()) }},
	}
}

func use(sql string, args []any) { sink += len(sql) + len(args) }

// textSize is the length of a statement and of its arguments as text.
func textSize(sql string, args []any) int {
	size := len(sql)
	for _, a := range args {
		if t, ok := a.(time.Time); ok {
			a = t.Format(time.DateOnly)
		}
		size += len(fmt.Sprint(a))
	}
	return size
}

// What nobody would write by hand: quotes, the schema, types of arguments.
var (
	asWritten = strings.NewReplacer(`"tpch".`, "", `"`, "")
	casts     = regexp.MustCompile(`::[A-Z]+`)
)

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
