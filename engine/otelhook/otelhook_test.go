package otelhook_test

import (
	"context"
	"database/sql"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric/noop"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
	"go.opentelemetry.io/otel/trace"
	_ "modernc.org/sqlite"

	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/dialect"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/otelhook"
	"github.com/sqlser/sqlser/engine/policy"
	"github.com/sqlser/sqlser/schema"
)

// fixture is a table, and what the hook exports of its statements.
type fixture struct {
	things *expr.TableSource
	sess   *engine.Session
	spans  *tracetest.InMemoryExporter
	tracer trace.Tracer
	reader *sdkmetric.ManualReader
}

func open(t *testing.T, o otelhook.Options) *fixture {
	db, err := sql.Open("sqlite", ":memory:")
	require.NoError(t, err)
	db.SetMaxOpenConns(1)
	t.Cleanup(func() { db.Close() })
	_, err = db.Exec("CREATE TABLE things (id INTEGER PRIMARY KEY, tag TEXT); INSERT INTO things VALUES (1, 'a'), (2, 'b'), (3, 'c')")
	require.NoError(t, err)
	m := schema.NewMetaData()
	m.Table("things", schema.NewColumn("id", schema.BigInteger, schema.PrimaryKey), schema.NewColumn("tag", schema.Text))
	require.NoError(t, m.Freeze())
	f := &fixture{things: expr.Table(m.Lookup("things")), spans: tracetest.NewInMemoryExporter(), reader: sdkmetric.NewManualReader()}
	traces := sdktrace.NewTracerProvider(sdktrace.WithSyncer(f.spans))
	f.tracer = traces.Tracer("test")
	o.TracerProvider, o.MeterProvider = traces, sdkmetric.NewMeterProvider(sdkmetric.WithReader(f.reader))
	hook, err := otelhook.New(o)
	require.NoError(t, err)
	f.sess = engine.New(db, dialect.SQLite).WithHooks(hook).Session(engine.WithPolicy(policy.Unrestricted()))
	return f
}

// span is the last one, and its attributes.
func (f *fixture) span(t *testing.T) (tracetest.SpanStub, map[attribute.Key]any) {
	all := f.spans.GetSpans()
	require.NotEmpty(t, all)
	attrs := map[attribute.Key]any{}
	for _, a := range all[len(all)-1].Attributes {
		attrs[a.Key] = a.Value.AsInterface()
	}
	return all[len(all)-1], attrs
}

func TestSpans(t *testing.T) {
	f := open(t, otelhook.Options{System: "sqlite"})
	ctx, parent := f.tracer.Start(context.Background(), "request")
	id := f.things.C("id")
	q := expr.Select(id).Where(id.Le(2), f.things.C("tag").Ne("secret")).OrderBy(id)

	_, err := engine.All[int](ctx, f.sess.From(engine.Origin{Name: "top", Hash: "9f86", Plugin: "reports"}), q, nil)
	require.NoError(t, err)
	s, attrs := f.span(t)
	require.Equal(t, "select top", s.Name)
	require.Equal(t, trace.SpanKindClient, s.SpanKind)
	require.Equal(t, parent.SpanContext().SpanID(), s.Parent.SpanID())
	require.Equal(t, codes.Unset, s.Status.Code)
	require.Contains(t, attrs["db.query.text"], "SELECT")
	require.NotContains(t, attrs["db.query.text"], "secret")
	require.Len(t, attrs["sqlser.shape"], 16)
	delete(attrs, "db.query.text")
	delete(attrs, "sqlser.shape")
	require.Equal(t, map[attribute.Key]any{"db.operation.name": "select", "db.system.name": "sqlite", "db.response.returned_rows": int64(2),
		"sqlser.name": "top", "sqlser.query": "9f86", "sqlser.plugin": "reports"}, attrs)

	// The span lasts for as long as the rows do, and what runs meanwhile is beside it.
	n := len(f.spans.GetSpans())
	for _, err := range engine.Rows[int](ctx, f.sess, q, nil) {
		require.NoError(t, err)
		require.Len(t, f.spans.GetSpans(), n)
		break
	}
	require.Len(t, f.spans.GetSpans(), n+1)
	_, attrs = f.span(t)
	require.EqualValues(t, 1, attrs["db.response.returned_rows"])

	_, err = f.sess.Exec(ctx, expr.Insert(f.things).Values(expr.Assign{"id": 1, "tag": "x"}), nil)
	require.Error(t, err)
	s, attrs = f.span(t)
	require.Equal(t, "insert", s.Name)
	require.Equal(t, codes.Error, s.Status.Code)
	require.Contains(t, s.Status.Description, "UNIQUE")
	require.Len(t, s.Events, 1)
	require.Equal(t, "engine_unique", attrs["error.type"])

	gone, cancel := context.WithCancel(ctx)
	cancel()
	_, err = engine.All[int](gone, f.sess, q, nil)
	require.Error(t, err)
	s, attrs = f.span(t)
	require.Equal(t, codes.Unset, s.Status.Code, "nobody is to blame")
	require.Equal(t, "engine_cancelled", attrs["error.type"])
	require.EqualValues(t, 4, f.sess.Engine().Stats().Statements.Run)
}

func TestArgsAndPrivate(t *testing.T) {
	f := open(t, otelhook.Options{Args: true})
	ctx := context.Background()
	_, err := f.sess.Scalar(ctx, expr.Select(expr.Func("count")).From(f.things).Where(f.things.C("tag").Eq("told")), nil)
	require.NoError(t, err)
	_, attrs := f.span(t)
	require.Equal(t, "told", attrs["db.query.parameter.0"])
	require.NotContains(t, attrs, attribute.Key("db.system.name"))

	filtered := f.sess.Engine().Session(engine.WithPolicy(policy.New().AllowInsert().AllowSelect().Table(f.things.Table(), policy.Rows(f.things.C("tag").Eq("a")))))
	_, err = filtered.Exec(ctx, expr.Insert(f.things).Values(expr.Assign{"id": 1}), nil)
	require.EqualError(t, err, "engine: the database refused the query")
	s, _ := f.span(t)
	require.Contains(t, s.Status.Description, "UNIQUE", "spans are the operator's")
}

func TestMetrics(t *testing.T) {
	f := open(t, otelhook.Options{System: "sqlite"})
	ctx := context.Background()
	for range 3 {
		_, err := engine.All[int](ctx, f.sess.From(engine.Origin{Name: "a name"}), expr.Select(f.things.C("id")), nil)
		require.NoError(t, err)
	}
	_, err := f.sess.Exec(ctx, expr.Insert(f.things).Values(expr.Assign{"id": 1}), nil)
	require.Error(t, err)
	var got metricdata.ResourceMetrics
	require.NoError(t, f.reader.Collect(ctx, &got))
	counts := map[string]uint64{}
	for _, m := range got.ScopeMetrics[0].Metrics {
		switch data := m.Data.(type) {
		case metricdata.Histogram[float64]:
			require.Equal(t, "s", m.Unit)
			for _, p := range data.DataPoints {
				require.Positive(t, p.Sum)
				counts[m.Name+" "+p.Attributes.Encoded(attribute.DefaultEncoder())] = p.Count
			}
		case metricdata.Histogram[int64]:
			for _, p := range data.DataPoints {
				if op, _ := p.Attributes.Value("db.operation.name"); op.AsString() == "select" {
					require.EqualValues(t, 9, p.Sum)
				}
			}
		}
	}
	require.Equal(t, map[string]uint64{
		"db.client.operation.duration db.operation.name=select,db.system.name=sqlite":                          3,
		"db.client.operation.duration db.operation.name=insert,db.system.name=sqlite,error.type=engine_unique": 1,
	}, counts)
	_, err = otelhook.New(otelhook.Options{MeterProvider: noop.NewMeterProvider()})
	require.NoError(t, err)
}

// Without providers of its own it takes the global ones, which do nothing unless the host sets them.
func TestGlobal(t *testing.T) {
	hook, err := otelhook.New(otelhook.Options{})
	require.NoError(t, err)
	ctx := hook.Before(context.Background(), &engine.Event{Kind: "select"})
	hook.After(ctx, &engine.Event{Kind: "select", Rows: -1})
}
