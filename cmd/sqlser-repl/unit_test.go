package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestBeforeFrom(t *testing.T) {
	for in, want := range map[string]string{
		`"a"."b" FROM "a"`:                               `"a"."b"`,
		`(SELECT "x" FROM "y") FROM "a"`:                 `(SELECT "x" FROM "y")`,
		`"odd FROM name" = 'it''s FROM' FROM "a" FROM x`: `"odd FROM name" = 'it''s FROM'`,
		`1`: `1`,
	} {
		require.Equal(t, want, beforeFrom(in))
	}
}

func TestReturnsValue(t *testing.T) {
	for source, want := range map[string]bool{
		"return 1": true, "return": false, "print(1)": false, "": false, "return (": false,
		"if x then return 1 end": true, "for i = 1, 2 do while true do return i end end": true,
		"local function f() return 1 end f()": false, "#!/bin/x\nreturn 1": true, "\ufeffreturn 1": true,
		"repeat do return 1 end until true": true, "for k in pairs(t) do return k end": true,
	} {
		require.Equal(t, want, returnsValue(source), source)
	}
}

func TestParseFlags(t *testing.T) {
	o, err := parseFlags(strings.Fields("run -db demo q.sqb --format=csv -p a=1 -p b= -timeout 2s -limit 0 -quiet -- -x y"))
	require.NoError(t, err)
	require.Equal(t, []string{"run", "q.sqb"}, o.words)
	require.Equal(t, []string{"-x", "y"}, o.rest)
	require.Equal(t, "csv", o.format)
	require.Equal(t, []param{{name: "a", text: "1"}, {name: "b"}}, o.params)
	require.Equal(t, 2*time.Second, o.timeout)
	require.Equal(t, 0, *o.limit)
	require.True(t, o.quiet)
	o, err = parseFlags([]string{"-", "-e", "-- a comment"})
	require.NoError(t, err)
	require.Equal(t, []string{"-"}, o.words)
	require.Equal(t, "-- a comment", *o.chunk)
}

// TestFlagsAreUseful: every flag is of use to a command, and every flag that a
// command names exists.
func TestFlagsAreUseful(t *testing.T) {
	used := map[string]bool{"quiet": true, "timeout": true, "no-config": true, "version": true, "h": true, "help": true}
	for _, c := range append([]*command{scriptCommand}, commands...) {
		for _, f := range c.flags {
			used[f] = true
		}
	}
	for _, f := range flags {
		require.True(t, used[f.name], f.name)
		delete(used, f.name)
	}
	require.Empty(t, used)
}

func TestExitCode(t *testing.T) {
	for want, errs := range map[int][]error{
		exitOK:          {nil, syscall.EPIPE, &os.PathError{Err: syscall.EPIPE}, io.ErrClosedPipe},
		exitFailed:      {errors.New("x")},
		exitUsage:       {usagef("x")},
		exitConnect:     {&connectError{"x", errors.New("y")}},
		exitTimeout:     {context.DeadlineExceeded, &connectError{"x", context.DeadlineExceeded}},
		exitRefused:     {&refusedError{"x", errors.New("y")}},
		exitInterrupted: {errInterrupted, errAgain},
	} {
		for _, err := range errs {
			require.Equal(t, want, exitCode(nil, err), "%v", err)
		}
	}
	require.Equal(t, exitInterrupted, exitCode(errInterrupted, errors.New("x")))
	require.Equal(t, exitTimeout, exitCode(context.DeadlineExceeded, errors.New("x")))
}

func TestHistoryKeepsNoSecrets(t *testing.T) {
	for line, want := range map[string]string{
		".open postgres://ann:se cret@h/x?password=y":  ".open postgres://...",
		".open postgres://ann:secret@h/x?password=y":   ".open postgres://ann@h/x",
		".opne mysql://ann:secret@h/x":                 ".opne mysql://ann@h/x",
		"open postgres://ann:secret@h/x":               "open postgres://ann@h/x",
		`x = "postgres://ann:secret@h/x?a=b" .. y`:     `x = "postgres://ann@h/x" .. y`,
		`x = "postgres://h/x?password=secret", "b"`:    `x = "postgres://h/x", "b"`,
		`u = "https://example.org/?q=1" -- kept as is`: `u = "https://example.org/?q=1" -- kept as is`,
		".open sqlite:shop.db":                         ".open sqlite:shop.db",
		"1 / 2":                                        "1 / 2",
	} {
		require.Equal(t, want, withoutSecrets(line))
		require.NotContains(t, withoutSecrets(line), "secret")
	}
}

// slowWriter is a reader of the output that goes away.
type slowWriter struct{ left int }

func (w *slowWriter) Write(b []byte) (int, error) {
	if w.left -= len(b); w.left < 0 {
		return 0, syscall.EPIPE
	}
	return len(b), nil
}

func TestClosedPipeIsQuiet(t *testing.T) {
	for _, args := range [][]string{
		{"-format", "csv", "-e", `local i = db.order_items return sql.select(i.order_id):from(i):cross_join(i:alias "j")`},
		{"-limit", "0", "-e", "return sql.select(db.order_items)"},
		{"-e", `for i = 1, 1e9 do print(i) end`},
		{"sql", "-e", `return sql.select(db.tags)`},
		{"dump", "-e", `return sql.select(db.tags)`},
	} {
		var errs bytes.Buffer
		require.Equal(t, exitOK, run(t.Context(), args, os.LookupEnv, strings.NewReader(""), &slowWriter{}, &errs), args)
		require.Empty(t, errs.String(), args)
	}
}

func TestRowsThatComeSlowlyAreNotHeldBack(t *testing.T) {
	var b bytes.Buffer
	o := stdoutTo(&b)
	o.last = time.Now().Add(time.Hour) // however slow the machine is
	_, err := o.Write([]byte("first"))
	require.NoError(t, err)
	require.Empty(t, b.String())
	o.last = time.Now().Add(-flushAfter - time.Nanosecond)
	_, err = o.Write([]byte(" second"))
	require.NoError(t, err)
	require.Equal(t, "first second", b.String())
	require.NoError(t, o.finish(nil))
	_, err = o.Write([]byte("late"))
	require.ErrorIs(t, err, os.ErrClosed)
}
