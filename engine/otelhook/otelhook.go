// Package otelhook makes an OpenTelemetry span of each statement of an engine. It is a module
// of its own: who does not import it does not depend on OpenTelemetry.
//
//	hook, err := otelhook.New(otelhook.Options{System: "postgresql"})
//	eng := engine.New(db, dialect.Postgres).WithHooks(hook)
package otelhook

import (
	"context"
	"errors"
	"fmt"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"

	"github.com/sqlser/sqlser/engine"
)

// scope is the name under which spans and metrics come.
const scope = "github.com/sqlser/sqlser/engine/otelhook"

// Options say what spans and metrics tell; the zero value tells no arguments, and takes the
// global providers.
type Options struct {
	System string // db.system.name, such as "postgresql", "mariadb", "mysql" or "sqlite"
	Args   bool   // the arguments' values, too, which may be secrets

	TracerProvider trace.TracerProvider // nil: the global one
	MeterProvider  metric.MeterProvider // nil: the global one
}

// New returns a hook that makes a client span of each statement, from before the database is
// asked to the end of the rows, and records db.client.operation.duration in seconds and
// db.client.response.returned_rows. Attributes are those of OpenTelemetry's semantic
// conventions for databases, and sqlser.name, .query, .plugin and .shape. A span's error is that of
// the driver; what was cancelled by its caller is none. The error is that of making the metrics.
func New(o Options) (engine.Hook, error) {
	if o.TracerProvider == nil {
		o.TracerProvider = otel.GetTracerProvider()
	}
	if o.MeterProvider == nil {
		o.MeterProvider = otel.GetMeterProvider()
	}
	meter := o.MeterProvider.Meter(scope)
	duration, err := meter.Float64Histogram("db.client.operation.duration", metric.WithUnit("s"),
		metric.WithDescription("Duration of statements, to the end of their rows."))
	if err != nil {
		return engine.Hook{}, err
	}
	rows, err := meter.Int64Histogram("db.client.response.returned_rows", metric.WithUnit("{row}"),
		metric.WithDescription("Rows that statements read or changed."))
	if err != nil {
		return engine.Hook{}, err
	}
	h := &hook{o, o.TracerProvider.Tracer(scope), duration, rows}
	return engine.Hook{Before: h.before, After: h.after}, nil
}

type hook struct {
	Options
	tracer   trace.Tracer
	duration metric.Float64Histogram
	rows     metric.Int64Histogram
}

func (h *hook) before(ctx context.Context, e *engine.Event) context.Context {
	name := e.Kind
	if e.Name != "" {
		name += " " + e.Name
	}
	attrs := append(h.common(e), attribute.String("db.query.text", e.SQL), attribute.String("sqlser.shape", e.Shape))
	for _, a := range []struct{ key, value string }{{"sqlser.name", e.Name}, {"sqlser.query", e.Hash}, {"sqlser.plugin", e.Plugin}} {
		if a.value != "" {
			attrs = append(attrs, attribute.String(a.key, a.value))
		}
	}
	if h.Args {
		for i, v := range e.Args.Values() {
			attrs = append(attrs, attribute.String(fmt.Sprintf("db.query.parameter.%d", i), fmt.Sprint(v)))
		}
	}
	ctx, _ = h.tracer.Start(ctx, name, trace.WithSpanKind(trace.SpanKindClient), trace.WithAttributes(attrs...))
	return ctx
}

// common are the attributes of spans and metrics: few values each.
func (h *hook) common(e *engine.Event) []attribute.KeyValue {
	attrs := []attribute.KeyValue{attribute.String("db.operation.name", e.Kind)}
	if h.System != "" {
		attrs = append(attrs, attribute.String("db.system.name", h.System))
	}
	return attrs
}

func (h *hook) after(ctx context.Context, e *engine.Event) {
	span := trace.SpanFromContext(ctx) // of before
	common := h.common(e)
	var failed *engine.QueryError
	if e.Err != nil {
		code := engine.CodeOf(e.Err)
		if code == "" {
			code = "_OTHER" // as the conventions have it
		}
		kind := attribute.String("error.type", string(code))
		common = append(common, kind)
		span.SetAttributes(kind)
		if code != engine.CodeCancelled {
			err := e.Err
			if errors.As(err, &failed) && failed.Private { // whose own text tells nothing
				err = failed.Err
			}
			span.RecordError(err)
			span.SetStatus(codes.Error, err.Error())
		}
	}
	if e.Rows >= 0 {
		span.SetAttributes(attribute.Int64("db.response.returned_rows", e.Rows))
		h.rows.Record(ctx, e.Rows, metric.WithAttributes(common...))
	}
	h.duration.Record(ctx, e.Duration.Seconds(), metric.WithAttributes(common...))
	span.End()
}
