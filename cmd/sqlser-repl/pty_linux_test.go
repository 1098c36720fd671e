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

// pty is a terminal with a program in it.
type pty struct {
	t    testing.TB
	end  *os.File
	cmd  *exec.Cmd
	mu   sync.Mutex
	text strings.Builder
	more chan struct{} // there is more of the text
	from int
}

func openScreen(t *testing.T, args ...string) *pty {
	t.Helper()
	return openPTY(t, exec.Command("sqlser-repl", args...), "TERM=dumb", "SQLSER_DB=", "SQLSER_CONFIG=")
}

// openPTY starts a program in a terminal of its own.
func openPTY(t testing.TB, cmd *exec.Cmd, env ...string) *pty {
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

	s := &pty{t: t, end: end, cmd: cmd, more: make(chan struct{}, 1)}
	s.cmd.Stdin, s.cmd.Stdout, s.cmd.Stderr = tty, tty, tty
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	s.cmd.Env = append(os.Environ(), env...)
	require.NoError(t, s.cmd.Start())
	require.NoError(t, tty.Close())
	go s.read()
	t.Cleanup(s.close)
	return s
}

// cursorAsked is how a program asks a terminal where the cursor is; some wait for the answer.
const cursorAsked = "\x1b[6n"

// read keeps what the program writes, until it has ended.
func (s *pty) read() {
	buf := make([]byte, 64<<10)
	for {
		n, err := s.end.Read(buf)
		s.mu.Lock()
		s.text.Write(buf[:n])
		s.mu.Unlock()
		select {
		case s.more <- struct{}{}:
		default: // it is known already
		}
		if err != nil {
			return
		}
		if strings.Contains(string(buf[:n]), cursorAsked) {
			_, _ = s.end.WriteString("\x1b[1;1R") // a program that has ended asks no more
		}
	}
}

// close ends the program.
func (s *pty) close() {
	_ = s.cmd.Process.Kill()
	_ = s.end.Close()
}

// expect waits for a text behind all that was waited for.
func (s *pty) expect(text string) {
	s.t.Helper()
	s.await(fmt.Sprintf("%q", text), func(got string) int {
		if i := strings.Index(got, text); i >= 0 {
			return i + len(text)
		}
		return -1
	})
}

// await waits until find finds where what is waited for ends, in what is behind all that was waited for.
func (s *pty) await(what string, find func(got string) int) {
	s.t.Helper()
	for deadline := time.After(time.Minute); ; {
		s.mu.Lock()
		got := s.text.String()
		s.mu.Unlock()
		if end := find(got[s.from:]); end >= 0 {
			s.from += end
			return
		}
		select {
		case <-s.more:
		case <-deadline:
			s.t.Fatalf("no %s behind byte %d of %q", what, s.from, got)
		}
	}
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
