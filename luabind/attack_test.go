package luabind_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/dialect"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/policy"
	"github.com/sqlser/sqlser/luabind"
	"github.com/sqlser/sqlser/schema"
	"github.com/sqlser/sqlser/serializer"
)

// What attacks run under. The limits are lower than those that hosts have by default
// only for the suite to be quick.
var attackLimits = luabind.Limits{Time: 4 * time.Second, Steps: 2_000_000, Memory: 32 << 20}

const (
	attackSlack   = 32 << 20         // that the process may hold beyond the limit on memory
	attackPatient = time.Minute      // the Time of attacks that another limit must end
	attackHang    = 3 * time.Minute  // on a machine that does much else: far more than Time
	attackLate    = 10 * time.Second // likewise: that a script may end behind its time
	attackCeiling = 1 << 30          // of the process's addresses beyond those it begins with
	attackChild   = "SQLSER_ATTACKS" // names the attacks that a child process runs
	attackDefault = "SQLSER_ATTACKS_DEFAULT"
)

// limits are those of the suite, or the default ones. An attack that must end otherwise than by its
// time has so much of it that a slow machine, or the race detector, changes nothing.
func (a attack) limits(byDefault bool) luabind.Limits {
	if byDefault {
		return luabind.Limits{Time: 2 * time.Second, Memory: 64 << 20}
	}
	limits := attackLimits
	if a.value != "" || a.err != "" && !strings.HasPrefix(tooLong, a.err) {
		limits.Time = attackPatient
	}
	return limits
}

// attackReport is what a child says of an attack.
type attackReport struct {
	Name, Code, Err, Value string
	Peak                   int64 // bytes
	Took                   time.Duration
	Goroutines             int // more than before
}

// TestAttacks runs every attack in a process of its own, or, in short tests, one in four,
// all in one. None may kill it, hang it, make it hold more than it may, leave a goroutine
// behind or get hold of what is not the script's.
func TestAttacks(t *testing.T) {
	if list := os.Getenv(attackChild); list != "" {
		attackInChild(list)
		return
	}
	require.GreaterOrEqual(t, len(attacks()), 120)
	testAttacks(t, false)
}

// TestAttacksByDefault does it under the limits that hosts have by default, which takes minutes: only
// where SQLSER_TEST_LONG is set.
func TestAttacksByDefault(t *testing.T) {
	if os.Getenv("SQLSER_TEST_LONG") == "" {
		t.Skip("SQLSER_TEST_LONG is not set")
	}
	testAttacks(t, true)
}

func testAttacks(t *testing.T, byDefault bool) {
	runAttacks := func(t *testing.T, list string) map[string]attackReport { return runAttacks(t, list, byDefault) }
	base := runAttacks(t, "nothing")["nothing"].Peak
	byName := map[string]attack{}
	var names []string
	for i, a := range attacks() {
		require.NotContains(t, byName, a.name)
		byName[a.name] = a
		if i%4 == 0 {
			names = append(names, a.name)
		}
	}
	check := func(t *testing.T, a attack, r attackReport) {
		limits := a.limits(byDefault)
		t.Logf("%s: %v, %d MB, %.100s", a.name, r.Took.Round(time.Millisecond), (r.Peak-base)>>20, r.Err)
		require.NotEqual(t, string(luabind.CodeInternal), r.Code, r.Err)
		require.Zero(t, r.Goroutines, "left behind")
		require.Less(t, len(r.Err), 2200)
		require.Less(t, r.Took, limits.Time*time.Duration(1+len(a.before))+attackLate)
		switch {
		case byDefault && strings.HasPrefix(a.err, "the script "): // which limit is the first depends on how far each is
			require.Contains(t, r.Err, "the script ")
		case a.err != "":
			require.Contains(t, r.Err, a.err)
		case a.value != "":
			require.Empty(t, r.Err)
			require.Equal(t, a.value, r.Value)
		}
	}
	if testing.Short() {
		for name, r := range runAttacks(t, strings.Join(names, ",")) {
			check(t, byName[name], r)
		}
		return
	}
	for _, a := range attacks() {
		t.Run(a.name, func(t *testing.T) {
			t.Parallel()
			r := runAttacks(t, a.name)[a.name]
			check(t, a, r)
			require.LessOrEqual(t, r.Peak-base, a.limits(byDefault).Memory+attackSlack, "bytes of memory")
		})
	}
}

func runAttacks(t *testing.T, list string, byDefault bool) map[string]attackReport {
	t.Helper()
	n := strings.Count(list, ",") + 1
	ctx, cancel := context.WithTimeout(context.Background(), attackHang*time.Duration(n))
	defer cancel()
	cmd := exec.CommandContext(ctx, os.Args[0], "-test.run=^TestAttacks$")
	cmd.Env = append(os.Environ(), attackChild+"="+list, "GOTRACEBACK=single")
	if byDefault {
		cmd.Env = append(cmd.Env, attackDefault+"=1")
	}
	out, err := cmd.Output()
	reports := map[string]attackReport{}
	last := ""
	for line := range strings.Lines(string(out)) {
		var r attackReport
		if json.Unmarshal([]byte(line), &r) == nil && r.Name != "" {
			reports[r.Name], last = r, r.Name
		}
	}
	if err != nil {
		stderr := ""
		if e, ok := err.(*exec.ExitError); ok {
			stderr = string(e.Stderr[:min(len(e.Stderr), 2000)])
		}
		require.NoError(t, err, "the process died after %q\n%s", last, stderr)
	}
	require.Len(t, reports, n)
	return reports
}

func attackInChild(list string) {
	limit := uint64(statusOf("VmSize") + attackCeiling)
	if err := syscall.Setrlimit(syscall.RLIMIT_AS, &syscall.Rlimit{Cur: limit, Max: limit}); err != nil {
		panic(err)
	}
	all := map[string]attack{"nothing": {script: "return 1"}}
	for _, a := range attacks() {
		all[a.name] = a
	}
	for name := range strings.SplitSeq(list, ",") {
		line, err := json.Marshal(perform(name, all[name]))
		if err != nil {
			panic(err)
		}
		fmt.Println(string(line))
		runtime.GC()
	}
}

func perform(name string, a attack) attackReport {
	r := attackReport{Name: name}
	meta := schema.NewMetaData()
	u := meta.Table("users", schema.NewColumn("id", schema.BigInteger, schema.PrimaryKey), schema.NewColumn("name", schema.Text),
		schema.NewColumn("age", schema.Integer), schema.NewColumn("active", schema.Boolean))
	_ = u
	if err := meta.Freeze(); err != nil {
		panic(err)
	}
	rt, err := luabind.New(meta, luabind.WithLimits(a.limits(os.Getenv(attackDefault) != "")), luabind.WithCodec(serializer.NewCodec(serializer.Binding{MetaData: meta})),
		luabind.WithCompiler(engine.New(nil, dialect.Postgres).Session(engine.WithPolicy(policy.Unrestricted()))), luabind.WithSession(endless{}))
	if err != nil {
		panic(err)
	}
	before := runtime.NumGoroutine()
	start := time.Now()
	for _, script := range append(a.before, a.script) {
		values, err := rt.Run(context.Background(), "attack.lua", "local u = db.users; "+script)
		r.Code, r.Err, r.Value = "", "", ""
		if err != nil {
			r.Err = err.Error()
			r.Code = string(err.(*luabind.Error).Code)
		} else if len(values) > 0 {
			r.Value = fmt.Sprintf("%.200v", values[0])
		}
	}
	for i := 0; i < 100 && runtime.NumGoroutine() > before; i++ {
		time.Sleep(time.Millisecond)
	}
	r.Took = time.Since(start)
	r.Goroutines = max(runtime.NumGoroutine()-before, 0)
	r.Peak = statusOf("VmHWM")
	return r
}

// statusOf reads a size that Linux tells of the process, in bytes; elsewhere 0.
func statusOf(field string) int64 {
	b, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(b), field+":")
	kb, _, _ := strings.Cut(strings.TrimSpace(rest), " ")
	n, _ := strconv.ParseInt(kb, 10, 64)
	return n << 10
}

// endless is a session whose queries never end.
type endless struct{}

func (endless) Rows(context.Context, expr.Node, map[string]any) (luabind.Rows, error) {
	return &endlessRows{}, nil
}

type endlessRows struct{ n int64 }

func (*endlessRows) Columns() []luabind.Column {
	return []luabind.Column{{Name: "id", Type: schema.BigInteger}, {Name: "text", Type: schema.Text}}
}
func (r *endlessRows) Next() bool { r.n++; return true }
func (r *endlessRows) Values() []any {
	return []any{r.n, strings.Repeat("x", 1000)}
}
func (*endlessRows) Err() error   { return nil }
func (*endlessRows) Close() error { return nil }
