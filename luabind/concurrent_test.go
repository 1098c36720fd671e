package luabind_test

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/luabind"
)

// TestManyScripts runs scripts on one Runtime in 64 goroutines, SQLSER_SCRIPTS of them in
// each, and holds that each gets its own answer and that nothing stays behind.
func TestManyScripts(t *testing.T) {
	scripts := 50
	if s := os.Getenv("SQLSER_SCRIPTS"); s != "" {
		var err error
		scripts, err = strconv.Atoi(s)
		require.NoError(t, err)
	}
	rt := newRuntime(t, withCompiler(), luabind.WithSession(people()), luabind.WithLimits(luabind.Limits{Time: -1}))
	all := func(scripts int) {
		var group sync.WaitGroup
		for g := range 64 {
			group.Go(func() {
				for i := range scripts {
					source := fmt.Sprintf(prelude+`n = (n or 0) + %d
						string.mine = n
						local kept = {}
						for k = 1, 20 do kept[#kept + 1] = "x" .. k end
						for row in session:rows(sql.select(u.id)) do kept[#kept + 1] = row break end
						pcall(error, "x")
						local s = u:alias("s")
						return n + string.mine, sql.select(s.id, u.age + n):join(s, s.id == u.id):where(u.name:like "a%%")`, i%300)
					if i%10 == 0 {
						source += " + nil" // no Lua that runs
					}
					values, err := rt.Run(context.Background(), fmt.Sprint("s", i%7), source)
					switch {
					case i%10 == 0 && err == nil, i%10 != 0 && (err != nil || values[0] != float64(2*(i%300))):
						t.Error(g, i, values, err)
						return
					}
				}
			})
		}
		group.Wait()
	}
	heap := func() uint64 {
		rt.Forget() // compiled scripts have a limit of their own
		runtime.GC()
		runtime.GC() // pools are emptied by the second
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	all(30)
	goroutines, before := runtime.NumGoroutine(), heap()
	all(scripts)
	after := heap()
	t.Logf("%d scripts: %d KB in use before, %d KB after", 64*scripts, before>>10, after>>10)
	require.Less(t, after, before+4<<20)
	require.LessOrEqual(t, runtime.NumGoroutine(), goroutines)
	runtime.KeepAlive(rt) // what it holds is what is measured
}
