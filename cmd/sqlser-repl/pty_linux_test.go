package main

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"github.com/stretchr/testify/require"
)

// pty is a terminal with the program in it.
type pty struct {
	t    *testing.T
	end  *os.File
	cmd  *exec.Cmd
	mu   sync.Mutex
	text strings.Builder
	from int
}

func openScreen(t *testing.T, args ...string) *pty {
	t.Helper()
	end, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Skip("no terminals here: ", err)
	}
	var unlock, number int32
	ioctl := func(request uintptr, arg unsafe.Pointer) {
		_, _, e := syscall.Syscall(syscall.SYS_IOCTL, end.Fd(), request, uintptr(arg))
		require.Zero(t, e)
	}
	ioctl(syscall.TIOCSPTLCK, unsafe.Pointer(&unlock))
	ioctl(syscall.TIOCGPTN, unsafe.Pointer(&number))
	size := [4]uint16{40, 100}
	ioctl(syscall.TIOCSWINSZ, unsafe.Pointer(&size))
	tty, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|syscall.O_NOCTTY, 0)
	require.NoError(t, err)

	s := &pty{t: t, end: end, cmd: exec.Command("sqlser-repl", args...)}
	s.cmd.Stdin, s.cmd.Stdout, s.cmd.Stderr = tty, tty, tty
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	s.cmd.Env = append(os.Environ(), "TERM=dumb", "SQLSER_DB=", "SQLSER_CONFIG=")
	require.NoError(t, s.cmd.Start())
	require.NoError(t, tty.Close())
	go func() {
		buf := make([]byte, 4096)
		for {
			n, err := end.Read(buf)
			s.mu.Lock()
			s.text.Write(buf[:n])
			s.mu.Unlock()
			if err != nil {
				return
			}
		}
	}()
	t.Cleanup(func() {
		_ = s.cmd.Process.Kill()
		_ = end.Close()
	})
	return s
}

// expect waits for a text behind all that was waited for.
func (s *pty) expect(text string) {
	s.t.Helper()
	deadline := time.Now().Add(time.Minute)
	for time.Now().Before(deadline) {
		s.mu.Lock()
		got := s.text.String()
		i := strings.Index(got[s.from:], text)
		if i >= 0 {
			s.from += i + len(text)
		}
		s.mu.Unlock()
		if i >= 0 {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.t.Fatalf("no %q behind byte %d of %q", text, s.from, s.text.String())
}

func (s *pty) typed(keys string) {
	s.t.Helper()
	_, err := s.end.WriteString(keys)
	require.NoError(s.t, err)
}

func (s *pty) exit() int {
	_ = s.cmd.Wait()
	return s.cmd.ProcessState.ExitCode()
}

func TestTerminal(t *testing.T) {
	s := openScreen(t)
	s.expect("demo database")
	s.expect(promptNew)
	s.typed("db.tags.id:gt(3)\r")
	s.expect(`"tags"."id" > ?`)
	s.expect(promptNew)

	// Ctrl-C cancels a query and keeps the prompt, and what is typed meanwhile.
	s.typed(slowQuery + "\r")
	s.expect("cross_join")
	s.expect("SELECT count(*)")
	time.Sleep(200 * time.Millisecond)
	s.typed("\x03")
	s.expect("cancelled")
	s.expect(promptNew)
	s.typed("'still ' .. 'here'\r")
	s.expect("still here\r\n")

	s.expect(promptNew)
	s.typed("\x04")
	require.Equal(t, 0, s.exit())
}

func TestTerminalGoesAway(t *testing.T) {
	s := openScreen(t)
	s.expect(promptNew)
	require.NoError(t, s.cmd.Process.Signal(syscall.SIGTERM))
	require.Equal(t, exitInterrupted, s.exit())
}

func TestTerminalRefusesBytes(t *testing.T) {
	s := openScreen(t, "dump", "-e", "return db.tags")
	s.expect("not for a terminal")
	require.Equal(t, exitUsage, s.exit())
	s = openScreen(t, "-e", "return sql.select(db.tags):dump()")
	s.expect("000000 94")
	require.Equal(t, 0, s.exit())
}
