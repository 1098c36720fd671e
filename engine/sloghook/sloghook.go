// Package sloghook logs the statements of an engine with log/slog.
package sloghook

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/sqlser/sqlser/engine"
)

// Options say what is logged; the zero value logs all without arguments.
type Options struct {
	Slow time.Duration // what takes less, and does not fail, is not logged
	Args bool          // the arguments' values, too, which may be secrets
}

// New returns a hook that logs each statement when it is over: at level info, what fails, and
// was not cancelled, at level error, with the driver's error and not what callers are shown.
func New(l *slog.Logger, o Options) engine.Hook {
	return engine.Hook{After: func(ctx context.Context, e *engine.Event) {
		level := slog.LevelInfo
		var failed *engine.QueryError
		if e.Err != nil && !(errors.As(e.Err, &failed) && failed.Code == engine.CodeCancelled) {
			level = slog.LevelError
		}
		if e.Err == nil && e.Duration < o.Slow || !l.Enabled(ctx, level) {
			return
		}
		attrs := make([]slog.Attr, 0, 10)
		for _, a := range []struct{ key, value string }{{"name", e.Name}, {"query", e.Hash}, {"plugin", e.Plugin}} {
			if a.value != "" {
				attrs = append(attrs, slog.String(a.key, a.value))
			}
		}
		attrs = append(attrs, slog.String("kind", e.Kind), slog.String("shape", e.Shape), slog.String("sql", e.SQL),
			slog.Int64("rows", e.Rows), slog.Duration("duration", e.Duration))
		if o.Args {
			attrs = append(attrs, slog.Any("args", e.Args.Values()))
		} else {
			attrs = append(attrs, slog.Any("args", e.Args))
		}
		if e.Err != nil {
			attrs = append(attrs, slog.String("error", full(e.Err)))
		}
		l.LogAttrs(ctx, level, "statement", attrs...)
	}}
}

// full is an error for the log: a private one says no more than that there was one.
func full(err error) string {
	if q, ok := err.(*engine.QueryError); ok && q.Private {
		return q.Error() + ": " + q.Err.Error()
	}
	return err.Error()
}
