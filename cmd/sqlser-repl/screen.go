package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sqlser/sqlser/cmd/sqlser-repl/internal/show"
)

// errPagerClosed says that the user has left the pager: what was still to come is not wanted.
var errPagerClosed = errors.New("the pager is closed")

// screen is where one step of a prompt on a terminal writes: to the terminal, or to a pager
// once it is more than the terminal holds. Notes are held back until the output is through, and
// while nothing comes, a line says how long it has been. It is safe for concurrent use.
type screen struct {
	out, err io.Writer // of the terminal
	style    show.Style
	pager    []string // a command; empty for none
	rows     atomic.Int64

	mu      sync.Mutex
	held    bytes.Buffer
	lines   int
	notes   bytes.Buffer
	waiting bool // the line that says so is on the terminal
	cmd     *exec.Cmd
	pipe    io.WriteCloser
	closed  bool
}

// Write writes data.
func (s *screen) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.quiet()
	switch {
	case s.closed:
		return 0, os.ErrClosed
	case s.pipe != nil:
		return s.page(b)
	case len(s.pager) == 0:
		return s.out.Write(b)
	}
	s.held.Write(b)
	for line := range bytes.Lines(b) {
		s.lines += 1 + max(0, show.Width(string(line))-1)/max(1, s.style.Width)
	}
	if s.lines < s.style.Height-1 {
		return len(b), nil
	}
	if err := s.open(); err != nil { // no such pager: the terminal scrolls
		s.pager = nil
	}
	held := bytes.Clone(s.held.Bytes())
	s.held.Reset()
	if s.pipe == nil {
		_, err := s.out.Write(held)
		return len(b), err
	}
	if _, err := s.page(held); err != nil {
		return 0, err
	}
	return len(b), nil
}

// release writes what is held back: what follows may take its time.
func (s *screen) release() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.pipe == nil && !s.closed {
		_, _ = s.out.Write(s.held.Bytes()) // the next writing has the error
		s.held.Reset()
		s.lines = 0
	}
}

func (s *screen) page(b []byte) (int, error) {
	n, err := s.pipe.Write(b)
	if err != nil {
		return n, errPagerClosed
	}
	return n, nil
}

func (s *screen) open() error {
	cmd := exec.Command(s.pager[0], s.pager[1:]...)
	cmd.Stdout, cmd.Stderr = s.out, s.err
	cmd.Env = os.Environ()
	if os.Getenv("LESS") == "" {
		cmd.Env = append(cmd.Env, "LESS=-FRSX")
	}
	pipe, err := cmd.StdinPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	s.cmd, s.pipe = cmd, pipe
	return nil
}

// note is where narration goes: behind the data.
func (s *screen) note() io.Writer { return noteWriter{s} }

type noteWriter struct{ s *screen }

// Write keeps a note.
func (n noteWriter) Write(b []byte) (int, error) {
	n.s.mu.Lock()
	defer n.s.mu.Unlock()
	if n.s.closed {
		n.s.quiet()
		return n.s.err.Write(b)
	}
	return n.s.notes.Write(b)
}

// Close writes what was held back, and waits for the pager.
func (s *screen) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil
	}
	s.closed = true
	s.quiet()
	var err error
	if s.pipe != nil {
		_ = s.pipe.Close()
		_ = s.cmd.Wait() // how a pager ends is the user's affair
	} else {
		_, err = s.out.Write(s.held.Bytes())
	}
	_, _ = s.err.Write(s.notes.Bytes()) // there is nowhere else to tell it
	return err
}

// tick says how long the step has taken, if nothing else is on its way.
func (s *screen) tick(since time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || s.pipe != nil || s.held.Len() > 0 && len(s.pager) == 0 {
		return
	}
	text := fmt.Sprintf("%d s", int(since.Seconds()))
	if n := s.rows.Load(); n > 0 {
		text += ", " + show.Counted(int(n), "row")
	}
	_, _ = io.WriteString(s.err, "\r\x1b[K"+s.style.Paint(show.Dim, text+"; Ctrl-C cancels"))
	s.waiting = true
}

// quiet takes away the line of tick.
func (s *screen) quiet() {
	if s.waiting {
		_, _ = io.WriteString(s.err, "\r\x1b[K")
		s.waiting = false
	}
}

// pagerCommand is the pager that the configuration or the environment names, else less; empty
// where there is none, or none may be started.
func (a *app) pagerCommand() []string {
	if kind, _ := a.env("TERM"); a.opts.safe || kind == "dumb" {
		return nil
	}
	if a.config.pager != nil {
		return strings.Fields(*a.config.pager)
	}
	for _, name := range []string{"SQLSER_PAGER", "PAGER"} {
		if v, ok := a.env(name); ok {
			return strings.Fields(v)
		}
	}
	if path, err := exec.LookPath("less"); err == nil {
		return []string{path}
	}
	return nil
}
