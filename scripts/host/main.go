// Command host is an HTTP report service to copy from: plugins of a folder say what reports
// there are, their queries are kept as bytes in a registry, and each request runs one under
// the policy of its tenant, with parameters from the URL, its rows streamed as JSON.
//
//	go run ./scripts/host -plugins scripts/plugins
//	curl -H 'X-Tenant: DE' 'localhost:8080/reports/dashboard/best_sellers?from=2024-01-01T00:00:00'
package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"modernc.org/sqlite"

	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/dialect"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/policy"
	"github.com/sqlser/sqlser/engine/sloghook"
	"github.com/sqlser/sqlser/engine/stmtcache"
	"github.com/sqlser/sqlser/luabind"
	"github.com/sqlser/sqlser/schema"
	"github.com/sqlser/sqlser/schema/reflect"
	"github.com/sqlser/sqlser/scripts/demo"
	"github.com/sqlser/sqlser/serializer"
	"github.com/sqlser/sqlser/serializer/registry"
)

func main() {
	addr := flag.String("addr", "localhost:8080", "where to listen")
	file := flag.String("db", "", "a SQLite file; without one, the demo database")
	plugins := flag.String("plugins", "scripts/plugins", "the folder of the plugins")
	queries := flag.String("queries", "queries", "the folder that queries are kept in")
	flag.Parse()
	ctx := context.Background()
	db, err := open(ctx, *file)
	if err != nil {
		fail(err)
	}
	h, err := newHost(ctx, db, os.DirFS(*plugins), registry.Dir(*queries), slog.Default())
	if err != nil {
		fail(err)
	}
	server := &http.Server{Addr: *addr, Handler: h.routes(), // what is slow must not hold a connection to the database for ever
		ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 5 * time.Second, WriteTimeout: 30 * time.Second, MaxHeaderBytes: 16 << 10}
	fail(server.ListenAndServe())
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "host:", err)
	os.Exit(1)
}

// open opens the database, for reading.
func open(ctx context.Context, file string) (*sql.DB, error) {
	uri := "file:demo?mode=memory&cache=shared"
	if file != "" {
		uri = "file:" + file + "?mode=ro&_pragma=query_only(1)"
	}
	c, err := sqlite.NewConnector(uri)
	if err != nil {
		return nil, err
	}
	db := sql.OpenDB(stmtcache.New(c, 100)) // each connection prepares a report's statement once
	if file != "" {
		return db, nil
	}
	db.SetMaxOpenConns(8) // more readers of one cache only stand in each other's way
	db.SetMaxIdleConns(8) // the database goes with its last connection
	return db, demo.Build(ctx, db)
}

// host is the service.
type host struct {
	meta    *schema.MetaData
	eng     *engine.Engine
	db      *sql.DB
	plugins fs.FS
	reg     *registry.Registry
	runtime *luabind.Runtime
	policy  *policy.Policy
	log     *slog.Logger
	limit   time.Duration // of a report, the wait for a connection included

	reports atomic.Pointer[map[string]*report] // of the last load; requests keep the one that they began with
	loading sync.Mutex
	counted sync.Map // of metrics: name -> *atomic.Int64
}

// report is a query that is bound to the schema.
type report struct {
	kept   *registry.Query
	loaded *serializer.Loaded
	params []*expr.Parameter
}

func newHost(ctx context.Context, db *sql.DB, plugins fs.FS, store registry.Store, log *slog.Logger) (*host, error) {
	h := &host{meta: schema.NewMetaData(), db: db, plugins: plugins, reg: registry.New(store), log: log, limit: 10 * time.Second}
	if err := reflect.Load(ctx, db, dialect.SQLite, h.meta); err != nil {
		return nil, err
	}
	if err := h.meta.Freeze(); err != nil {
		return nil, err
	}
	h.policy = reports(h.meta)
	if err := h.policy.Err(); err != nil {
		return nil, err
	}
	exposed, err := h.policy.Expose(h.meta) // what the policy leaves out does not exist for plugins
	if err != nil {
		return nil, err
	}
	h.runtime, err = luabind.New(exposed, luabind.WithCodec(serializer.NewCodec(serializer.Binding{MetaData: exposed})))
	if err != nil {
		return nil, err
	}
	h.eng = engine.New(db, dialect.SQLite).WithComments().WithHooks(
		sloghook.New(log, sloghook.Options{Slow: time.Second}),
		engine.Hook{After: func(_ context.Context, e *engine.Event) {
			h.count("statements", 1)
			h.count("rows", e.Rows)
			h.count("busy_microseconds", e.Duration.Microseconds())
		}})
	return h, h.load(ctx)
}

// reports is what reports may see: a tenant is a country, and has its own customers' orders.
func reports(meta *schema.MetaData) *policy.Policy {
	p := policy.New().AllowSelect().WithLimits(policy.Limits{Nodes: 5000, Joins: 10, Rows: 10_000})
	for _, name := range []string{"products", "categories", "suppliers", "countries"} {
		p = p.Table(meta.Lookup(name))
	}
	customers := expr.Table(meta.Lookup("customers"))
	orders := expr.Table(meta.Lookup("orders"))
	items := expr.Table(meta.Lookup("order_items"))
	own := expr.Select(customers.C("id")).Where(customers.C("country_code").Eq(policy.Value("tenant")))
	p = p.Table(customers.Table(), policy.Read("id", "first_name", "last_name", "city", "country_code", "newsletter", "created_at"),
		policy.Rows(customers.C("country_code").Eq(policy.Value("tenant"))))
	p = p.Table(orders.Table(), policy.Rows(orders.C("customer_id").In(own)))
	return p.Table(items.Table(), policy.Rows(items.C("order_id").In(expr.Select(orders.C("id")).Where(orders.C("customer_id").In(own)))))
}

// load runs the plugins, keeps their queries, and makes reports of them, all or none: a plugin
// that is wrong leaves everything as it was.
func (h *host) load(ctx context.Context) error {
	h.loading.Lock()
	defer h.loading.Unlock()
	files, err := fs.Glob(h.plugins, "*.lua")
	if err != nil {
		return err
	}
	var drafts []registry.Draft
	for _, file := range files {
		if strings.HasSuffix(file, "_test.lua") {
			continue
		}
		p, err := h.runtime.LoadPlugin(ctx, h.plugins, file)
		if err != nil {
			return fmt.Errorf("plugin %s: %w", file, err)
		}
		for key, q := range p.Queries {
			drafts = append(drafts, registry.Draft{Name: p.Name + "/" + key, Label: p.Version, Doc: q.Doc, Bytes: q.Bytes})
		}
	}
	kept, err := h.reg.Put(ctx, drafts...)
	if err != nil {
		return err
	}
	made := make(map[string]*report, len(kept))
	for i := range kept {
		r := &report{kept: &kept[i]}
		if r.loaded, err = kept[i].Load(serializer.Binding{MetaData: h.meta}); err != nil {
			return fmt.Errorf("query %s: %w", kept[i].Name, err)
		}
		if _, err := h.session("").Compile(r.loaded.Root); err != nil { // what cannot run is found out now
			return fmt.Errorf("query %s: %w", kept[i].Name, err)
		}
		r.params = r.loaded.Manifest().Parameters()
		made[kept[i].Name] = r
	}
	h.reports.Store(&made)
	h.log.Info("loaded", "reports", len(made))
	return nil
}

func (h *host) session(tenant string) *engine.Session {
	return h.eng.Session(engine.ReadOnly(), engine.WithPolicy(h.policy, policy.Values{"tenant": tenant}))
}

func (h *host) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /reports", h.list)
	mux.HandleFunc("GET /reports/{name...}", h.run)
	mux.HandleFunc("POST /reload", h.reload) // for operators: keep it from everybody else
	mux.HandleFunc("GET /metrics", h.metrics)
	return mux
}

func (h *host) list(w http.ResponseWriter, _ *http.Request) {
	type field struct{ Name, Type, Doc string }
	type entry struct {
		Name, Version, Doc, Hash string
		Parameters               []field
	}
	list := []entry{}
	all := *h.reports.Load()
	for _, name := range slices.Sorted(maps.Keys(all)) {
		r := all[name]
		e := entry{name, r.kept.Label, r.kept.Doc, r.kept.Hash, []field{}}
		for _, p := range r.params {
			e.Parameters = append(e.Parameters, field{p.Name(), p.Type().String(), p.Doc()})
		}
		list = append(list, e)
	}
	answer(w, http.StatusOK, list)
}

// run runs a report. X-Tenant stands for whatever a host knows a request's tenant by, which
// must be more than what the client says of itself.
func (h *host) run(w http.ResponseWriter, r *http.Request) {
	report := (*h.reports.Load())[r.PathValue("name")]
	tenant := r.Header.Get("X-Tenant")
	switch {
	case report == nil:
		h.refuse(w, http.StatusNotFound, "no such report", nil)
		return
	case tenant == "" || !utf8.ValidString(tenant): // no tenant is called that: it is no error of the host's
		h.refuse(w, http.StatusUnauthorized, "whose report?", nil)
		return
	}
	params, err := engine.FormParams(report.params, r.URL.Query(), report.loaded.Manifest().OptionalParameters()...)
	var wrong *engine.ParamError
	if errors.As(err, &wrong) {
		h.refuse(w, http.StatusBadRequest, "parameters", wrong.Problems)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), h.limit)
	defer cancel()
	w.Header().Set("Content-Type", "application/json")
	out := &written{ResponseWriter: w}
	sess := h.session(tenant).From(engine.Origin{Name: report.kept.Name, Hash: report.kept.Hash})
	_, err = engine.WriteJSON(ctx, out, sess, report.loaded.Statement, params)
	switch {
	case err == nil:
		h.count("answered", 1)
	case out.n > 0:
		h.count("broken", 1)
		h.log.Warn("broken", "name", report.kept.Name, "error", err)
		panic(http.ErrAbortHandler) // half an answer must not look like a whole one
	default:
		h.failed(w, report, err)
	}
}

// failed answers a report that gave no row: to its reader no SQL, no names and no values.
func (h *host) failed(w http.ResponseWriter, report *report, err error) {
	var failed *engine.QueryError
	switch errors.As(err, &failed); {
	case failed != nil && failed.Code == engine.CodeTimeout:
		h.refuse(w, http.StatusGatewayTimeout, "it took too long", nil)
	case failed != nil && failed.Code == engine.CodeCancelled: // nobody is there any more
		h.count("cancelled", 1)
	default:
		h.log.Error("report", "name", report.kept.Name, "error", err)
		h.refuse(w, http.StatusInternalServerError, "it does not work now", nil)
	}
}

func (h *host) reload(w http.ResponseWriter, r *http.Request) {
	if err := h.load(r.Context()); err != nil {
		h.log.Error("reload", "error", err)
		h.refuse(w, http.StatusUnprocessableEntity, err.Error(), nil) // its reader is the operator
		return
	}
	answer(w, http.StatusOK, map[string]int{"reports": len(*h.reports.Load())})
}

func (h *host) metrics(w http.ResponseWriter, _ *http.Request) {
	var lines []string
	h.counted.Range(func(name, n any) bool {
		lines = append(lines, fmt.Sprintf("host_%s %d\n", name, n.(*atomic.Int64).Load()))
		return true
	})
	stats, pool := h.eng.Stats(), h.db.Stats()
	plans, prepared := stats.Plans, stats.Statements.Prepared
	lines = append(lines, fmt.Sprintf("host_plans_hit %d\n", plans.Hits+plans.Rebound), fmt.Sprintf("host_plans_compiled %d\n", plans.Misses),
		fmt.Sprintf("host_statements_prepared %d\n", prepared.Prepared), fmt.Sprintf("host_statements_reused %d\n", prepared.Reused),
		fmt.Sprintf("host_connections_open %d\n", pool.OpenConnections), fmt.Sprintf("host_connections_busy %d\n", pool.InUse))
	slices.Sort(lines)
	fmt.Fprint(w, strings.Join(lines, ""))
}

func (h *host) count(name string, n int64) {
	c, _ := h.counted.LoadOrStore(name, new(atomic.Int64))
	c.(*atomic.Int64).Add(n)
}

func (h *host) refuse(w http.ResponseWriter, status int, reason string, fields []engine.ParamProblem) {
	h.count(fmt.Sprintf("refused_%d", status), 1)
	body := map[string]any{"error": reason}
	if fields != nil {
		byName := map[string]string{}
		for _, p := range fields {
			byName[p.Name] = p.Reason
		}
		body["fields"] = byName
	}
	answer(w, status, body)
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // the client may be gone
}

// written counts what an answer has of its body.
type written struct {
	http.ResponseWriter
	n int
}

func (w *written) Write(b []byte) (int, error) {
	n, err := w.ResponseWriter.Write(b)
	w.n += n
	return n, err
}
