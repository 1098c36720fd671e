package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/serializer/registry"
)

const lines = `
local o, i = db.orders, db.order_items
return sql.plugin { api = 1, name = "raw", version = "VERSION", queries = { lines = {
  doc = "each line of each order",
  params = { least = { sql.types.numeric, default = 0 }, note = { sql.types.text, default = "" } },
  build = function(p)
    return sql.select(o.id, o.total, i.line_no, sql.fn.concat(o.status, p.note):label "status"):from(o):join(i, i.order_id == o.id):where(o.total >= p.least):order_by(o.id, i.line_no)
  end } } }`

func start(t *testing.T, plugins fstest.MapFS, log slog.Handler) (*host, *httptest.Server) {
	ctx := context.Background()
	db, err := open(ctx, "")
	require.NoError(t, err)
	t.Cleanup(func() { db.Close() })
	for name := range map[string]bool{"dashboard.lua": true, "rules.lua": true, "segments.lua": true} {
		text, err := os.ReadFile("../plugins/" + name)
		require.NoError(t, err)
		plugins[name] = &fstest.MapFile{Data: text}
	}
	h, err := newHost(ctx, db, plugins, registry.Dir(t.TempDir()), slog.New(log))
	require.NoError(t, err)
	server := httptest.NewUnstartedServer(h.routes())
	server.Config.WriteTimeout = 5 * time.Minute
	server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	server.Start()
	t.Cleanup(server.Close)
	return h, server
}

// get asks for a report as a tenant.
func get(server *httptest.Server, tenant, path string) (status int, body string, err error) {
	r, err := http.NewRequest("GET", server.URL+path, nil)
	if err != nil {
		return 0, "", err
	}
	if tenant != "" {
		r.Header.Set("X-Tenant", tenant)
	}
	answer, err := server.Client().Do(r)
	if err != nil {
		return 0, "", err
	}
	defer answer.Body.Close()
	b, err := io.ReadAll(answer.Body)
	return answer.StatusCode, string(b), err
}

func TestHost(t *testing.T) {
	plugins := fstest.MapFS{"raw.lua": {Data: []byte(lines)}}
	h, server := start(t, plugins, slog.DiscardHandler)
	ask := func(tenant, path string) (int, string) {
		t.Helper()
		status, body, err := get(server, tenant, path)
		require.NoError(t, err)
		return status, body
	}
	status, body := ask("", "/reports")
	require.Equal(t, 200, status)
	require.Contains(t, body, `"Name":"dashboard/best_sellers"`)
	require.Contains(t, body, `{"Name":"least","Type":"numeric","Doc":""}`)

	rows := func(tenant string) (rows []map[string]any) {
		status, body := ask(tenant, "/reports/raw/lines?least=10")
		require.Equal(t, 200, status, body)
		require.NoError(t, json.Unmarshal([]byte(body), &rows))
		return rows
	}
	germany, france := rows("DE"), rows("FR")
	require.NotEmpty(t, germany)
	require.NotEmpty(t, france)
	seen := map[any]bool{}
	for _, r := range germany {
		seen[r["id"]] = true
	}
	for _, r := range france {
		require.False(t, seen[r["id"]], "an order has one tenant")
	}
	require.Empty(t, rows("' OR 1=1 --"))

	for path, want := range map[string]string{
		"/reports/raw/none":                         "404 no such report",
		"/reports/../metrics":                       "200 host_",
		"/reports/raw/lines?least=x":                `400 "least":"expected`,
		"/reports/raw/lines?lest=1":                 `400 did you mean \"least\"?`,
		"/reports/raw/lines?least=1&least=2":        `400 expected one value, got 2`,
		"/reports/raw/lines?least=1e400000000":      `400 "least"`,
		"/reports/raw/lines?note=%00":               `200 delivered\u0000`,
		"/reports/raw/lines?note=%ff":               `400 "note"`,
		"/reports/dashboard/over_time,by=month":     `200 "time"`,
		"/reports/dashboard/over_time,by=month?x=1": `400 "x"`,
	} {
		status, body := ask("DE", path)
		require.Contains(t, fmt.Sprintf("%d %s", status, body), strings.SplitN(want, " ", 2)[1], path)
		require.Equal(t, want[:3], fmt.Sprint(status), path)
		require.NotContains(t, body, "SELECT")
	}
	for _, nobody := range []string{"", "\xff"} {
		status, _ = ask(nobody, "/reports/raw/lines")
		require.Equal(t, 401, status)
	}

	limit := h.limit
	h.limit = time.Nanosecond
	status, body = ask("DE", "/reports/raw/lines")
	require.Equal(t, 504, status)
	require.JSONEq(t, `{"error":"it took too long"}`, body)
	h.limit = limit

	// A plugin that is wrong leaves all as it was; one that is mended is there at once.
	reload := func() int {
		answer, err := server.Client().Post(server.URL+"/reload", "", nil)
		require.NoError(t, err)
		answer.Body.Close()
		return answer.StatusCode
	}
	plugins["new.lua"] = &fstest.MapFile{Data: []byte(`return sql.plugin { api = 1, name = "new", version = "1", queries = { q = { build = function() return sql.select(db.employees.salary) end } } }`)}
	require.Equal(t, 422, reload(), "employees do not exist")
	status, _ = ask("DE", "/reports/raw/lines")
	require.Equal(t, 200, status)
	plugins["new.lua"].Data = []byte(`return sql.plugin { api = 1, name = "new", version = "1", queries = { q = { build = function() return sql.select(db.countries.code) end } } }`)
	require.Equal(t, 200, reload())
	status, body = ask("DE", "/reports/new/q")
	require.Equal(t, 200, status)
	require.Contains(t, body, `{"code":"DE"}`)
	_, body = ask("", "/metrics")
	require.Regexp(t, `host_rows [1-9]`, body)
}

// TestHostUnderLoad has clients that are hostile, slow or gone, and reloads: nothing but what
// is expected may come, and memory must stay. SQLSER_TEST_LONG makes it a minute.
func TestHostUnderLoad(t *testing.T) {
	span, clients := time.Second, 16
	if os.Getenv("SQLSER_TEST_LONG") != "" {
		span, clients = time.Minute, 50
	}
	var logged strings.Builder
	// A machine that is too slow for so many is no fault of the host's.
	h, server := start(t, fstest.MapFS{"raw.lua": {Data: []byte(lines)}}, slog.NewTextHandler(&logged, &slog.HandlerOptions{Level: slog.LevelWarn}))
	h.limit = 5 * time.Minute
	hostile := []string{"least=x", "least=" + strings.Repeat("9", 5000), "least=1&least=1", "note=" + url.QueryEscape(`'); DROP TABLE orders; --`), "note=%00", "note=%ff",
		"no=1", strings.Repeat("a=1&", 200), "least=-0", "least=NaN", "note=" + strings.Repeat("%F0%9F%98%80", 300), "%zz", "least=1;note=2"}
	var mu sync.Mutex
	came := map[string]int{}
	note := func(what string) {
		mu.Lock()
		came[what]++
		mu.Unlock()
	}
	_, want, err := get(server, "DE", "/reports/raw/lines?least=0")
	require.NoError(t, err)
	var asked, wrong atomic.Int64
	end := time.Now().Add(span)
	var wait sync.WaitGroup
	for c := range clients {
		wait.Go(func() {
			for n := 0; n < 8 || time.Now().Before(end); n++ { // of each kind one, however slow the machine is
				asked.Add(1)
				switch kind := (c + n) % 8; {
				case kind == 0 && c == 0:
					answer, err := server.Client().Post(server.URL+"/reload", "", nil)
					if err == nil {
						note(fmt.Sprintf("reload %d", answer.StatusCode))
						answer.Body.Close()
					}
				case kind == 1: // reads a little, and goes
					r, _ := http.NewRequest("GET", server.URL+"/reports/raw/lines", nil)
					r.Header.Set("X-Tenant", "DE")
					if answer, err := server.Client().Do(r); err == nil {
						_, _ = answer.Body.Read(make([]byte, 100))
						answer.Body.Close()
					}
				case kind == 2 && c%16 == 2: // reads nothing at all
					conn, err := net.Dial("tcp", server.Listener.Addr().String())
					if err == nil {
						fmt.Fprintf(conn, "GET /reports/raw/lines HTTP/1.1\r\nHost: x\r\nX-Tenant: DE\r\n\r\n")
						time.Sleep(time.Second / 2)
						conn.Close()
					}
				case kind < 5:
					tenant := []string{"DE", "\xff", "' OR 1=1 --", strings.Repeat("x", 4000)}[rand.N(4)]
					status, body, err := get(server, tenant, "/reports/raw/lines?"+hostile[rand.N(len(hostile))])
					note(fmt.Sprintf("hostile %d", status))
					if err != nil && status == 0 || status == 500 || strings.Contains(body, "SELECT") {
						wrong.Add(1)
						t.Log(status, err, body[:min(len(body), 300)])
					}
				default:
					status, body, err := get(server, "DE", "/reports/raw/lines?least=0")
					note(fmt.Sprintf("good %d", status))
					if body != want || err != nil {
						wrong.Add(1)
						t.Log(status, err, len(body))
					}
				}
			}
		})
	}
	heap := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc >> 10
	}
	time.Sleep(span / 4)
	early := heap()
	wait.Wait()
	late := heap()
	require.Eventually(t, func() bool { return h.db.Stats().InUse == 0 }, time.Minute, 10*time.Millisecond)
	server.Close() // what clients have left may still be logged
	t.Logf("%d requests in %v: %v; heap %d KiB after a quarter, %d KiB at the end, %d KiB when all is done", asked.Load(), span, came, early, late, heap())
	for line := range strings.Lines(logged.String()) { // that clients go is not the host's fault
		if !strings.Contains(line, "cancelled") && !strings.Contains(line, "connection reset") && !strings.Contains(line, "broken pipe") {
			wrong.Add(1)
			t.Log(line)
		}
	}
	require.Zero(t, wrong.Load())
	require.Less(t, late, early+16<<10)
	for what := range came {
		require.Contains(t, []string{"reload 200", "hostile 200", "hostile 400", "hostile 401", "good 200"}, what)
	}
	require.Positive(t, came["good 200"])
	require.False(t, errors.Is(err, context.Canceled))
}
