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
var session = newSession()

func newSession() *engine.Session {
	return engine.New(nil, dialect.Postgres).Session(engine.WithPolicy(anything))
}

// codec remembers payloads.
var codec = serializer.NewCodec(Binding).Remembering(100)

// remembered is what becomes of a query by the session's plan cache.
func remembered(q expr.Node) (string, []any) { return rememberedBy(session, q) }

func rememberedBy(session *engine.Session, q expr.Node) (string, []any) {
	s := must(session.Compile(q))
	return s.SQL(), must(s.Args(nil))
}

// inMemory is remembered with arguments in memory that is used again.
func inMemory(args *[]any, q expr.Node) (string, []any) {
	s := must(session.Compile(q))
	*args = must(s.AppendArgs((*args)[:0], nil, nil))
	return s.SQL(), *args
}

// many is so many of something that a session, or a codec, has forgotten each before it comes
// again: one after the other, for ever.
func many[T any](make func(i int) T) (next func() T) {
	list := []T{}
	for i := range 1500 {
		list = append(list, make(i))
	}
	at := 0
	return func() T {
		at = (at + 1) % len(list)
		return list[at]
	}
}

// holding are the Run and Drop of a case which holds much.
func holding(make func() (run func())) (run, drop func()) {
	var made func()
	run = func() {
		if made == nil {
			made = make()
		}
		made()
	}
	return run, func() { made = nil }
}

// sameShape renders trees of one shape, of which the session knows none.
func sameShape(q Query) (run func()) {
	session, next := newSession(), many(func(int) expr.Node { return q.Build() })
	return func() { use(rememberedBy(session, next())) }
}

// knownShape loads and renders payloads that differ in literals alone, of which the codec knows none.
func knownShape(stmt expr.Node) (run func()) {
	session, codec := newSession(), serializer.NewCodec(Binding).Remembering(100)
	next := many(func(i int) []byte { return must(serializer.Dumps(otherValues(stmt, i))) })
	return func() { use(rememberedBy(session, must(codec.Load(next())))) }
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
	shape, dropShape := holding(func() func() { return sameShape(q) })
	known, dropKnown := holding(func() func() { return knownShape(stmt) })
	var args []any
	return []Case{
		{q.Name, "sql", Us, 0, func() { use(rendered(stmt)) }, nil},
		{q.Name, "build+sql", Us, 0, func() { use(rendered(q.Build())) }, nil},
		{q.Name, "sql cached", Us, 0, func() { use(remembered(stmt)) }, nil},
		{q.Name, "same shape+sql", Us, 0, shape, dropShape},
		{q.Name, "build+sql cached", Us, 0, func() { use(remembered(q.Build())) }, nil},
		{q.Name, "load+sql cached", Us, len(b), func() { use(remembered(must(serializer.Loads(b, Binding)).Root)) }, nil},
		{q.Name, "load+sql, known shape", Us, len(b), known, dropKnown},
		{q.Name, "same bytes+sql", Us, len(b), func() { use(remembered(must(codec.Load(b)))) }, nil},
		{q.Name, "same bytes+sql, args in place", Us, len(b), func() { use(inMemory(&args, must(codec.Load(b)))) }, nil},
		{q.Name, "load+sql", Us, len(b), func() { use(rendered(must(serializer.Loads(b, Binding)).Root)) }, nil},
		{q.Name, "build+sql", ByHand, textSize(hand()), func() { use(hand()) }, nil},
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
