package engine_test

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/dialect"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/policy"
	"github.com/sqlser/sqlser/engine/sloghook"
	"github.com/sqlser/sqlser/schema"
)

type key struct{}

func TestHooks(t *testing.T) {
	db, things := open(t)
	var calls []string
	var events []engine.Event
	hook := func(name string) engine.Hook {
		return engine.Hook{
			Before: func(ctx context.Context, e *engine.Event) context.Context {
				calls = append(calls, "before "+name)
				require.Zero(t, e.Duration)
				outer, _ := ctx.Value(key{}).(string)
				return context.WithValue(ctx, key{}, outer+name)
			},
			After: func(ctx context.Context, e *engine.Event) {
				require.Equal(t, "ab", ctx.Value(key{}))
				calls = append(calls, "after "+name)
				if name == "a" {
					events = append(events, *e)
				}
			},
		}
	}
	var logged strings.Builder
	logger := slog.New(slog.NewTextHandler(&logged, nil))
	eng := engine.New(db, dialect.SQLite).WithHooks(hook("a"), engine.Hook{}).WithHooks(hook("b"), sloghook.New(logger, sloghook.Options{}))
	sess := eng.Session(engine.WithPolicy(policy.Unrestricted())).From(engine.Origin{Name: "some", Hash: "0a1b", Plugin: "p"})
	ctx := context.Background()
	q := expr.Select(things.C("id")).Where(things.C("id").Le(expr.Param("n", schema.BigInteger))).OrderBy(things.C("id"))

	last := func(kind string, rows int64) engine.Event {
		t.Helper()
		e := events[len(events)-1]
		require.Equal(t, kind, e.Kind)
		require.Equal(t, rows, e.Rows)
		require.Equal(t, "some", e.Name)
		require.Positive(t, e.Duration)
		return e
	}
	_, err := engine.All[int](ctx, sess, q, engine.Params{"n": 2})
	require.NoError(t, err)
	require.Equal(t, []string{"before a", "before b", "after b", "after a"}, calls)
	e := last("select", 2)
	require.NoError(t, e.Err)
	require.Equal(t, []any{int64(2)}, e.Args.Values())
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%d", "%x"} {
		require.Equal(t, "1 redacted", fmt.Sprintf(verb, e.Args))
	}
	shape := e.Shape
	_, _, err = engine.First[int](ctx, sess, q, engine.Params{"n": 3})
	require.NoError(t, err)
	require.Equal(t, shape, last("select", 1).Shape, "other values, one shape")

	require.NoError(t, sess.Transaction(ctx, func(tx *engine.Session) error {
		_, err := tx.Exec(ctx, expr.Update(things).Set(expr.Assign{"tag": "secret"}).Where(things.C("id").Le(2)), nil)
		return err
	}))
	last("update", 2)
	n := len(events)
	_, err = engine.ExecMany(ctx, sess, expr.Delete(things).Where(things.C("id").Eq(expr.Param("n", schema.BigInteger))),
		slices.Values([]engine.Params{{"n": 1}, {"n": 2}}))
	require.NoError(t, err)
	require.Len(t, events, n+2)
	last("delete", 1)

	_, err = sess.Exec(ctx, expr.Insert(things).Values(expr.Assign{"id": 3}), nil)
	require.Equal(t, err, last("insert", 0).Err)
	require.Error(t, err)

	n = len(events)
	_, err = sess.Exec(ctx, expr.Insert(things).Values(expr.Assign{"id": expr.Param("n", schema.BigInteger)}), nil)
	require.Error(t, err)
	require.Len(t, events, n, "what is not sent is no event")

	lines := strings.Split(strings.TrimSpace(logged.String()), "\n")
	require.Len(t, lines, len(events))
	require.Contains(t, lines[0], `msg=statement name=some query=0a1b plugin=p kind=select shape=`+shape)
	require.Contains(t, lines[0], `args="1 redacted"`)
	require.Contains(t, lines[len(lines)-1], "level=ERROR")
	require.NotContains(t, logged.String(), "secret")
	logged.Reset()
	sess = engine.New(db, dialect.SQLite).WithHooks(sloghook.New(logger, sloghook.Options{Slow: 1 << 40}), sloghook.New(logger, sloghook.Options{Args: true})).
		Session(engine.WithPolicy(policy.Unrestricted()))
	_, err = sess.Scalar(ctx, expr.Select(expr.Func("count")).From(things).Where(things.C("tag").Eq("told")), nil)
	require.NoError(t, err)
	require.Equal(t, 1, strings.Count(logged.String(), "\n"), "what is not slow is not logged")
	require.Contains(t, logged.String(), "args=[told]")
}

// A comment says where a statement comes from, and can say nothing to the database.
func TestComments(t *testing.T) {
	db, things := open(t)
	var sent []string
	eng := engine.New(db, dialect.SQLite).WithComments().WithHooks(engine.Hook{After: func(_ context.Context, e *engine.Event) { sent = append(sent, e.SQL) }})
	sess := eng.Session(engine.WithPolicy(policy.Unrestricted()))
	ctx := context.Background()
	q := expr.Select(things.C("id")).Where(things.C("id").Eq(1))
	for _, c := range []struct {
		origin engine.Origin
		want   string
	}{
		{engine.Origin{Name: "top ten", Hash: "9f86d081", Plugin: "reports"}, ` /*name='top%20ten',plugin='reports',query='9f86d081'*/`},
		{engine.Origin{Name: `*/ ; DROP TABLE things -- ' " \ ? $1 :x é` + "\n\x00"}, ` /*name='%2A%2F%20%3B%20DROP%20TABLE%20things%20--%20%27%20%22%20%5C%20%3F%20%241%20%3Ax%20%C3%A9%0A%00'*/`},
		{engine.Origin{Name: strings.Repeat("x", 5000)}, ` /*name='` + strings.Repeat("x", 100) + `'*/`},
		{engine.Origin{}, ` /*shape='`},
	} {
		sent = nil
		n, err := engine.One[int](ctx, sess.From(c.origin), q, nil)
		require.NoError(t, err)
		require.Equal(t, 1, n)
		require.Len(t, sent, 1)
		_, comment, _ := strings.Cut(sent[0], ` = ?`)
		require.True(t, strings.HasPrefix(comment, c.want), sent[0])
		require.Equal(t, 1, strings.Count(sent[0], "*/"))
	}
}
