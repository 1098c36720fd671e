package main

import (
	"bufio"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/sqlser/sqlser/cmd/sqlser-repl/internal/complete"
	"github.com/sqlser/sqlser/cmd/sqlser-repl/internal/edit"
	"github.com/sqlser/sqlser/cmd/sqlser-repl/internal/show"
	"github.com/sqlser/sqlser/luabind"
	"github.com/sqlser/sqlser/scripts"
)

// terminal returns the reader of the terminal's lines: the editor where the terminal can, else
// plain lines.
func (a *app) terminal() lineReader {
	in, inFile := a.stdin.(*os.File)
	_, outFile := a.stdout.(*os.File)
	if kind, _ := a.env("TERM"); !inFile || !outFile || kind == "dumb" {
		return &plainLines{r: bufio.NewReader(a.stdin), w: a.stdout}
	}
	e := &editorLines{history: edit.OpenHistory(a.historyFile())}
	style := a.style()
	e.reader = edit.NewReader(in, a.stdout, os.Environ(), edit.Options{
		Prompt: style.Paint(show.Bold, promptNew), More: style.Paint(show.Dim, promptMore),
		Highlight: func(text string) string {
			if isDot(text) {
				return text
			}
			return style.Lua(text)
		},
		Dim:      func(s string) string { return style.Paint(show.Dim, s) },
		Mark:     func(s string) string { return style.Paint(show.Bold, s) },
		Whole:    e.whole,
		Complete: e.complete,
		History:  e.history,
	})
	return e
}

// historyFile is where what was typed is kept for the next time; "" where it is not.
func (a *app) historyFile() string {
	if a.opts.safe {
		return ""
	}
	if path, ok := a.env("SQLSER_HISTORY"); ok {
		return path
	}
	return a.userFile("XDG_STATE_HOME", filepath.Join(".local", "state"), "history")
}

// isDot reports whether a text is a dot-command.
func isDot(text string) bool { return strings.HasPrefix(strings.TrimLeft(text, " \t"), ".") }

// plainLines reads lines without editing.
type plainLines struct {
	r    *bufio.Reader
	w    io.Writer
	read chan plainLine // of the reading that goes on, or nil
}

type plainLine struct {
	text string
	err  error
}

// ReadLine writes the prompt and reads a line.
func (p *plainLines) ReadLine(ctx context.Context, prompt string) (string, error) {
	_, _ = io.WriteString(p.w, prompt) // there is nowhere else to write it
	if p.read == nil {
		read := make(chan plainLine, 1)
		p.read = read
		go func() { // no reading of a terminal ends with a context
			text, err := p.r.ReadString('\n')
			read <- plainLine{text, err}
		}()
	}
	select {
	case line := <-p.read:
		p.read = nil
		if line.err != nil && line.text == "" {
			return "", line.err
		}
		return strings.TrimRight(line.text, "\r\n"), nil
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// editorLines reads whole chunks.
type editorLines struct {
	reader  *edit.Reader
	history *edit.History
	p       *prompt             // that reads
	known   *complete.Completer // of that database
}

// ReadLine lets the user type a chunk.
func (e *editorLines) ReadLine(ctx context.Context, _ string) (string, error) {
	text, err := e.reader.Read(ctx)
	if errors.Is(err, edit.ErrGivenUp) {
		return "", errInterrupted
	}
	if err == nil {
		e.history.Add(withoutSecrets(text))
	}
	return text, err
}

// whole reports whether Enter ends a text.
func (e *editorLines) whole(text string) bool {
	if isDot(text) || strings.TrimSpace(text) == "" {
		return true
	}
	return !luabind.Incomplete(e.p.state.Check(withoutLocal(text)))
}

// complete finds what may stand at a place.
func (e *editorLines) complete(text string, cursor int) complete.Result {
	if e.known == nil || e.known.MetaData != e.p.db.meta {
		e.known = e.p.completer()
	}
	return e.known.At(text, cursor)
}

// completer knows what the prompt's database has, and its commands.
func (p *prompt) completer() *complete.Completer {
	c := &complete.Completer{
		Stubs: scripts.Stubs, MetaData: p.db.meta, Topics: topics(),
		Globals: func() []string { return p.state.Globals() },
		Global:  func(name string) any { return p.state.Global(name) },
	}
	for _, d := range dotCommands() {
		c.Commands = append(c.Commands, complete.Command{Name: d.name, Args: d.args, Doc: d.doc, Takes: d.takes, Words: d.words})
	}
	if !p.opts.safe {
		c.Files = files
	}
	return c
}

// files are the paths that begin with a text.
func files(prefix string) []string {
	folder, base := filepath.Split(prefix)
	entries, err := os.ReadDir(filepath.Clean("./" + folder))
	if filepath.IsAbs(folder) {
		entries, err = os.ReadDir(folder)
	}
	if err != nil {
		return nil
	}
	var list []string
	for _, entry := range entries {
		name := entry.Name()
		if !strings.HasPrefix(name, base) || base == "" && strings.HasPrefix(name, ".") || strings.ContainsAny(name, " \t\n") {
			continue
		}
		if entry.IsDir() {
			name += string(filepath.Separator)
		}
		list = append(list, folder+name)
	}
	slices.Sort(list)
	return list
}
