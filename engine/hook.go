package engine

import (
	"context"
	"fmt"
	"hash/fnv"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/sqlser/sqlser/engine/dialect"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/stmtcache"
)

// Origin says where a statement comes from, as its host knows it: see [Session.From].
type Origin struct {
	Name   string // of the query
	Hash   string // of its bytes, in hexadecimal
	Plugin string // that it is of
}

// Args are a statement's arguments. Printed or logged they show how many they are and no more,
// since they may be anybody's secrets; a hook that needs them asks for Values.
type Args struct{ values []any }

// Len returns how many there are.
func (a Args) Len() int { return len(a.values) }

// Values returns the arguments as the driver gets them.
func (a Args) Values() []any { return slices.Clone(a.values) }

// String says how many there are.
func (a Args) String() string { return strconv.Itoa(len(a.values)) + " redacted" }

// Format writes String for every verb, so that no verb shows what it should not.
func (a Args) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(a.String())) }

// LogValue is String, for log/slog.
func (a Args) LogValue() slog.Value { return slog.StringValue(a.String()) }

// Event is one run of a statement.
type Event struct {
	Origin
	Kind  string // "select", "compound", "insert", "update", "delete"
	Shape string // the same for statements that differ in values alone; in hexadecimal
	SQL   string // as the database gets it
	Args  Args

	// What is known afterwards.
	Rows     int64         // that were read, or changed; -1 where the database does not tell
	Duration time.Duration // from before the database is asked to the end of the rows
	Err      error         // as the caller gets it, or nil
}

// Hook is told of each statement that is sent to the database. Either function may be nil.
// Both are called from the goroutine that runs the statement, and must not run one of the
// same connection.
type Hook struct {
	// Before may return a context for the statement, such as one with a span.
	Before func(ctx context.Context, e *Event) context.Context

	// After is told when the statement is over; of a query, when its rows are closed.
	After func(ctx context.Context, e *Event)
}

// WithHooks returns the engine with hooks, besides those it has. Before is called in the
// order that they were added in, After in the opposite one.
func (e *Engine) WithHooks(hooks ...Hook) *Engine {
	c := *e
	c.hooks = append(slices.Clip(c.hooks), hooks...)
	return &c
}

// WithComments returns the engine with a comment behind each statement that says where it
// comes from, as sqlcommenter writes them (https://google.github.io/sqlcommenter/spec/):
//
//	SELECT ... /*name='top%20ten',plugin='reports',query='9f86d081'*/
//
// Where its host says nothing of a statement, the comment gives its shape. A text that differs
// is another one to the database: statements of one shape from several origins are prepared
// several times.
func (e *Engine) WithComments() *Engine {
	c := *e
	c.comments = true
	return &c
}

// From returns the session for statements of an origin, of which hooks and comments tell.
func (s *Session) From(o Origin) *Session {
	c := *s
	c.origin = o
	return &c
}

// run is a statement that is under way.
type run struct {
	ctx    context.Context
	sql    string
	hooks  []Hook
	event  *Event // nil without hooks
	before time.Time
	counts *counts // nil when it has ended
}

// text is a statement as it is sent.
func (s *Session) text(compiled *dialect.Statement) string {
	if s.engine.comments {
		return compiled.SQL() + s.origin.comment(compiled.SQL())
	}
	return compiled.SQL()
}

// start begins the run of a statement.
func (s *Session) start(ctx context.Context, stmt expr.Node, compiled *dialect.Statement, args []any) *run {
	if compiled.RunsOnce() {
		ctx = stmtcache.Once(ctx)
	}
	r := &run{ctx: ctx, sql: s.text(compiled), hooks: s.engine.hooks, counts: s.engine.counts}
	r.counts.begun.Add(1)
	if len(r.hooks) == 0 {
		return r
	}
	r.event = &Event{Origin: s.origin, Kind: stmt.Op().String(), Shape: shape(compiled.SQL()), SQL: r.sql, Args: Args{args}}
	for _, h := range r.hooks {
		if h.Before == nil {
			continue
		}
		if inner := h.Before(r.ctx, r.event); inner != nil {
			r.ctx = inner
		}
	}
	r.before = time.Now()
	return r
}

// end ends it, once.
func (r *run) end(rows int64, err error) {
	if r.counts == nil {
		return
	}
	if r.counts.ended.Add(1); err != nil {
		r.counts.failed.Add(1)
	}
	if r.counts = nil; r.event == nil {
		return
	}
	r.event.Duration = time.Since(r.before)
	r.event.Rows, r.event.Err = rows, err
	for _, h := range slices.Backward(r.hooks) {
		if h.After != nil {
			h.After(r.ctx, r.event)
		}
	}
}

// shape is short for a text.
func shape(sql string) string {
	h := fnv.New64a()
	h.Write([]byte(sql))
	return fmt.Sprintf("%016x", h.Sum64())
}

// comment says where a statement comes from. Whatever could end the comment, or be read as a
// placeholder, is encoded.
func (o Origin) comment(sql string) string {
	var b strings.Builder
	add := func(key, value string) {
		if value == "" {
			return
		}
		if b.Len() > 0 {
			b.WriteByte(',')
		}
		b.WriteString(key + "='")
		for i := range min(len(value), longestComment) {
			if c := value[i]; c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' || c == '_' || c == '.' {
				b.WriteByte(c)
			} else {
				fmt.Fprintf(&b, "%%%02X", c)
			}
		}
		b.WriteByte('\'')
	}
	add("name", o.Name)
	add("plugin", o.Plugin)
	add("query", o.Hash)
	if b.Len() == 0 {
		add("shape", shape(sql))
	}
	return " /*" + b.String() + "*/"
}

// longestComment bounds each part of a comment, in bytes of what it says.
const longestComment = 100
