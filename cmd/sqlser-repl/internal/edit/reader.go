package edit

import (
	"context"
	"errors"
	"io"
	"os"
	"time"

	tea "charm.land/bubbletea/v2"
)

// ErrGivenUp says that what was typed is not wanted: Ctrl-C.
var ErrGivenUp = errors.New("given up")

// Reader reads chunks from a terminal. The terminal is in its usual state between them: output is
// plain, and Ctrl-C is a signal.
type Reader struct {
	in   *os.File
	out  io.Writer
	env  []string
	opts Options
}

// NewReader returns a reader of a terminal. The environment says what it can, and whether there are
// to be colors.
func NewReader(in *os.File, out io.Writer, env []string, o Options) *Reader {
	return &Reader{in, out, env, o}
}

// Read lets the user type a chunk. The error is io.EOF where there will be none, ErrGivenUp, or that
// of the context.
func (r *Reader) Read(ctx context.Context) (string, error) {
	e := newEditor(r.opts)
	in := &lineFile{File: r.in, next: make(chan bool, 1)}
	e.submitted = in.submitted
	p := tea.NewProgram(e, tea.WithContext(ctx), tea.WithInput(in), tea.WithOutput(r.out),
		tea.WithEnvironment(r.env), tea.WithoutSignalHandler(), tea.WithFPS(120))
	if _, err := p.Run(); err != nil {
		if ctx.Err() != nil {
			return "", ctx.Err()
		}
		return "", err
	}
	switch e.outcome {
	case givenUp:
		return "", ErrGivenUp
	case left:
		return "", io.EOF
	}
	return e.area.Value(), nil
}

const ctrlC, ctrlD = 3, 4

// lineFile reads a terminal no further than a key that may be the last, such as Enter, until that was
// looked at: what is typed ahead is for whoever reads next.
type lineFile struct {
	*os.File
	next  chan bool // whether it was the last
	wait  bool      // such a key was read
	paste int       // how much of the sequence that begins or ends a paste has been seen
	in    bool
	ended bool
}

func (f *lineFile) submitted(last bool) {
	select {
	case f.next <- last:
	default:
	}
}

// Read reads what there is, at most to such a key.
func (f *lineFile) Read(b []byte) (int, error) {
	if f.wait {
		f.wait = false
		select {
		case f.ended = <-f.next:
		case <-time.After(time.Second): // it was part of another key
		}
	}
	if f.ended {
		return 0, io.EOF
	}
	n := 0
	for n < len(b) {
		if n > 0 && !readable(f.File) {
			break
		}
		got, err := f.File.Read(b[n : n+1])
		if err != nil {
			return n, err
		}
		if got == 0 {
			break
		}
		c := b[n]
		n++
		f.mark(c)
		if (c == '\r' || c == '\n' || c == ctrlC || c == ctrlD) && !f.in {
			f.wait = true
			break
		}
	}
	return n, nil
}

// The sequences around a paste; they differ in their fifth byte.
const pasteBegins, pasteEnds = "\x1b[200~", "\x1b[201~"

func (f *lineFile) mark(c byte) {
	switch {
	case f.paste < len(pasteBegins) && (c == pasteBegins[f.paste] || c == pasteEnds[f.paste]):
		if f.paste == 4 {
			f.in = c == '0'
		}
		if f.paste++; f.paste == len(pasteBegins) {
			f.paste = 0
		}
	case c == pasteBegins[0]:
		f.paste = 1
	default:
		f.paste = 0
	}
}
