//go:build unix

package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestPromptInterrupts(t *testing.T) {
	var out, errs bytes.Buffer
	interrupt := func() {
		time.AfterFunc(100*time.Millisecond, func() { _ = syscall.Kill(os.Getpid(), syscall.SIGINT) })
	}
	script := "while true do end"
	f := &fakeLines{lines: []string{"x = 1", slowQuery, script, "x"}, calls: map[string]func(){slowQuery: interrupt, script: interrupt}}
	start := time.Now()
	require.NoError(t, newApp(t, []string{"-quiet"}, &out, &errs).promptOn(t.Context(), f, false))
	require.Less(t, time.Since(start), time.Minute)
	require.Equal(t, "cancelled\ncancelled\n", errs.String())
	require.True(t, strings.HasSuffix(out.String(), "\n1\n"), out.String())
}

// process starts the program as a process of its own.
func process(t *testing.T, args ...string) (*exec.Cmd, *bytes.Buffer) {
	t.Helper()
	cmd := exec.Command("sqlser-repl", args...)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	cmd.Stdin = strings.NewReader("")
	return cmd, &errs
}

func TestInterrupted(t *testing.T) {
	for _, signal := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		dir := t.TempDir()
		chunk := `local i = db.order_items return sql.select(i.order_id):from(i):cross_join(i:alias "b"):cross_join(i:alias "c")`
		cmd, errs := process(t, "-e", chunk, "-format", "csv", "-o", filepath.Join(dir, "rows.csv"))
		require.NoError(t, cmd.Start())
		require.Eventually(t, func() bool { // it is writing
			files, _ := filepath.Glob(filepath.Join(dir, "*.tmp"))
			if len(files) != 1 {
				return false
			}
			info, err := os.Stat(files[0])
			return err == nil && info.Size() > 0
		}, time.Minute, 10*time.Millisecond)
		require.NoError(t, cmd.Process.Signal(signal))
		var exit *exec.ExitError
		require.ErrorAs(t, cmd.Wait(), &exit)
		require.Equal(t, exitInterrupted, exit.ExitCode())
		require.Equal(t, "sqlser-repl: interrupted\n", errs.String())
		files, err := os.ReadDir(dir)
		require.NoError(t, err)
		require.Empty(t, files, "nothing half-written is left")
	}
}

// TestMemoryIsFlat: rows stream.
func TestMemoryIsFlat(t *testing.T) {
	if testing.Short() || runtime.GOOS != "linux" {
		t.Skip("a million rows, and a system that counts memory in KiB")
	}
	chunk := `local i = db.order_items local j = i:alias "j" return sql.select(i, j):from(i):cross_join(j)`
	cmd, errs := process(t, "-e", chunk, "-format", "jsonl", "-limit", "1000000")
	require.NoError(t, cmd.Run())
	require.Contains(t, errs.String(), "1000000 rows shown")
	usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	require.True(t, ok)
	require.Less(t, usage.Maxrss, int64(150<<10), "KiB") // all of the rows would be 150 MB as text alone
}
