package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"strings"

	"golang.org/x/term"
)

// terminal returns the reader of the terminal's lines: with editing and history
// where the terminal can, else plain.
func (a *app) terminal() (lines lineReader, done func()) {
	in, isFile := a.stdin.(*os.File)
	kind, _ := a.env("TERM")
	if !isFile || kind == "dumb" {
		return &plainLines{r: bufio.NewReader(a.stdin), w: a.stdout}, func() {}
	}
	keys := &keyReader{r: in}
	t := &terminalLines{fd: int(in.Fd()), keys: keys}
	t.term = term.NewTerminal(struct {
		io.Reader
		io.Writer
	}{keys, a.stdout}, "")
	t.term.History = &history{}
	return t, t.restore
}

// plainLines reads lines without editing.
type plainLines struct {
	r *bufio.Reader
	w io.Writer
}

// ReadLine writes the prompt and reads a line.
func (p *plainLines) ReadLine(_ context.Context, prompt string) (string, error) {
	_, _ = io.WriteString(p.w, prompt) // there is nowhere else to write it
	line, err := p.r.ReadString('\n')
	if err != nil && line == "" {
		return "", err
	}
	return strings.TrimRight(line, "\r\n"), nil
}

// terminalLines reads lines of a terminal, which is in raw mode only while it does:
// between them Ctrl-C is a signal, and output is plain.
type terminalLines struct {
	fd    int
	term  *term.Terminal
	keys  *keyReader
	state *term.State // before raw mode; nil while not in it
}

// ReadLine lets the user edit a line.
func (t *terminalLines) ReadLine(ctx context.Context, prompt string) (string, error) {
	state, err := term.MakeRaw(t.fd)
	if err != nil {
		return "", err
	}
	t.state = state
	defer t.restore()
	if width, height, err := term.GetSize(t.fd); err == nil && width > 0 {
		_ = t.term.SetSize(width, height) // writes only where a line is on the screen
	}
	t.term.SetPrompt(prompt)
	t.term.SetBracketedPasteMode(true)
	defer t.term.SetBracketedPasteMode(false)

	type result struct {
		line string
		err  error
	}
	done := make(chan result, 1)
	go func() {
		line, err := t.term.ReadLine()
		done <- result{line, err}
	}()
	select {
	case r := <-done:
		if errors.Is(r.err, term.ErrPasteIndicator) {
			r.err = nil
		}
		if t.keys.interrupted {
			t.keys.interrupted = false
			return "", errInterrupted
		}
		return r.line, r.err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

func (t *terminalLines) restore() {
	if t.state != nil {
		_ = term.Restore(t.fd, t.state) // a terminal that is gone needs no restoring
		t.state = nil
	}
}

// keyReader is what is typed, at most a line at a time. Ctrl-C becomes the keys
// that clear the line and end it, since the editor takes it for the end of all.
type keyReader struct {
	r           io.Reader
	pending     []byte
	interrupted bool // the line that ends next was given up
}

const ctrlC = 3

// clearLine is Ctrl-E, Ctrl-U, Enter.
var clearLine = []byte{5, 21, '\r'}

// Read returns keys.
func (k *keyReader) Read(b []byte) (int, error) {
	if len(k.pending) == 0 {
		buf := make([]byte, 1024)
		n, err := k.r.Read(buf)
		if n == 0 {
			return 0, err
		}
		k.pending = bytes.ReplaceAll(buf[:n], []byte("\t"), []byte("    "))
		k.pending = bytes.ReplaceAll(k.pending, []byte("\r\n"), []byte("\r"))
	}
	if k.pending[0] == ctrlC {
		if len(b) < len(clearLine) {
			return 0, io.ErrShortBuffer
		}
		k.pending, k.interrupted = k.pending[1:], true
		return copy(b, clearLine), nil
	}
	end := len(k.pending)
	if i := bytes.IndexAny(k.pending, "\r\n"); i >= 0 {
		end = i + 1
	}
	if i := bytes.IndexByte(k.pending[:end], ctrlC); i >= 0 {
		end = i
	}
	n := copy(b, k.pending[:end])
	k.pending = k.pending[n:]
	return n, nil
}

// history is what was typed, for the arrow keys; it ends with the process.
type history struct{ lines []string }

// maxHistory is how many lines are remembered.
const maxHistory = 1000

// Add remembers a line, if it is not empty and not the same again.
func (h *history) Add(line string) {
	if strings.TrimSpace(line) == "" || len(h.lines) > 0 && h.lines[len(h.lines)-1] == line {
		return
	}
	if h.lines = append(h.lines, withoutSecrets(line)); len(h.lines) > maxHistory {
		h.lines = h.lines[1:]
	}
}

// Len returns how many lines there are.
func (h *history) Len() int { return len(h.lines) }

// At returns a line; 0 is the last.
func (h *history) At(i int) string { return h.lines[len(h.lines)-1-i] }
