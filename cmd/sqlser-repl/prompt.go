package main

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"

	"github.com/sqlser/sqlser/cmd/sqlser-repl/internal/lex"
	"github.com/sqlser/sqlser/cmd/sqlser-repl/internal/show"
	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/luabind"
)

// lineReader is where a prompt reads from: a terminal, or whatever feeds it.
type lineReader interface {
	// ReadLine draws the prompt and returns a line, without its end. The error is
	// io.EOF where there are no more, and errInterrupted where the line was given up.
	ReadLine(ctx context.Context, prompt string) (string, error)
}

// promptCommand is what messages call the prompt.
const promptCommand = "the prompt"

// The prompts: of a new chunk, and of one that goes on.
const (
	promptNew  = "sqlser> "
	promptMore = "   ... "
)

// promptLimit is how many rows the prompt shows.
const promptLimit = 40

// prompt is a session at the prompt.
type prompt struct {
	*app
	db      *database
	sess    *engine.Session // of the transaction, while one is open
	tx      *sql.Tx         // that changes are made in, or nil
	ctx     context.Context // of the prompt
	rt      *luabind.Runtime
	state   *luabind.State
	lines   lineReader
	strict  bool // the first error ends it
	format  string
	limit   int
	timing  bool
	once    string   // the file that the next rows go to, or ""
	last    *kept    // the rows that were shown last, or nil
	typed   []string // the chunks that went well
	reading int      // how many files are being read, one inside another
	tour    int      // the step of the tour that was shown last
	tourDir string   // for its file
	touring bool     // the tour types
	altered bool     // the database is not as it was opened: a column was renamed, a change has run
	own     bool     // there is what the user has made, not the tour: that, or variables
	signals chan os.Signal
	running atomic.Bool // the state runs a chunk
}

// prompt talks to a terminal until the user leaves.
func (a *app) prompt(ctx context.Context) error {
	return a.promptOn(ctx, a.terminal(), false)
}

// promptFrom takes text as what is typed at a prompt; the first error ends it.
func (a *app) promptFrom(ctx context.Context, text string) error {
	return a.promptOn(ctx, &textLines{linesOf(text)}, true)
}

// textLines are lines that are all there.
type textLines struct{ list []string }

// ReadLine returns the next line.
func (t *textLines) ReadLine(context.Context, string) (string, error) {
	if len(t.list) == 0 {
		return "", io.EOF
	}
	line := t.list[0]
	t.list = t.list[1:]
	return line, nil
}

// linesOf cuts a text into lines. A line that is indented and begins with ":" belongs to the one
// before it: so a query is written that is built over several lines.
func linesOf(text string) []string {
	var list []string
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		inner := strings.TrimLeft(line, " \t")
		if n := len(list); n > 0 && list[n-1] != "" && strings.HasPrefix(inner, ":") && inner != line {
			list[n-1] += "\n" + line
			continue
		}
		list = append(list, line)
	}
	return list
}

func (a *app) promptOn(ctx context.Context, lines lineReader, strict bool) error {
	p := &prompt{app: a, ctx: ctx, lines: lines, strict: strict, signals: make(chan os.Signal, 1)}
	p.format = cmp.Or(a.opts.format, a.config.format, "table")
	if err := checkFormat(p.format, formats()); err != nil {
		return err
	}
	p.limit, p.timing = promptLimit, a.config.timing
	for _, limit := range []*int{a.config.limit, a.opts.limit} {
		if limit != nil {
			p.limit = *limit
		}
	}
	if e, ok := lines.(*editorLines); ok {
		e.p = p
	}
	d, err := a.open(ctx, promptCommand, true, false)
	if err != nil {
		return err
	}
	if err := p.use(d); err != nil {
		d.Close()
		return err
	}
	defer func() { p.db.Close() }() // the one that is open then
	defer p.leave()
	defer func() {
		if !p.running.Load() { // else it is left behind with what it waits for
			p.state.Close()
		}
	}()
	if !strict {
		p.greet()
		signal.Notify(p.signals, os.Interrupt)
		defer signal.Stop(p.signals)
		var stop context.CancelFunc
		ctx, stop = signal.NotifyContext(ctx, syscall.SIGTERM, syscall.SIGHUP)
		defer stop()
	}
	p.ctx = ctx
	return p.loop(ctx)
}

// use makes a database the one that is talked to. The variables begin anew: what they held was
// of the tables of another.
func (p *prompt) use(d *database) error {
	rt, err := p.runtime(d, p.session(), printed{p})
	if err != nil {
		return err
	}
	if p.state != nil {
		p.state.Close()
	}
	p.db, p.rt, p.state, p.sess, p.last = d, rt, rt.NewState(), newSession(d), nil
	p.altered, p.own = false, false
	return nil
}

// session is what scripts at the prompt run on; nil where they only build.
func (p *prompt) session() luabind.Session {
	if p.opts.safe {
		return nil
	}
	return promptSession{p}
}

// printed is where print writes: standard output, as it is then.
type printed struct{ p *prompt }

// Write writes b.
func (w printed) Write(b []byte) (int, error) { return w.p.stdout.Write(b) }

// loop reads chunks and shows what they give.
func (p *prompt) loop(ctx context.Context) error {
	pending := ""
	for {
		text := promptNew
		if pending != "" {
			text = promptMore
		}
		line, err := p.lines.ReadLine(ctx, text)
		switch {
		case errors.Is(err, errInterrupted):
			pending = ""
			continue
		case errors.Is(err, io.EOF) && pending != "":
			return p.failed(p.chunk(ctx, pending))
		case errors.Is(err, io.EOF):
			return nil
		case ctx.Err() != nil:
			return errInterrupted
		case err != nil:
			return err
		}
		more, err := p.line(ctx, &pending, line)
		if more {
			continue
		}
		if err = p.failed(err); err != nil {
			if errors.Is(err, errQuit) {
				return nil
			}
			return err
		}
	}
}

// line takes what was typed: a dot-command, or Lua. It reports whether more lines are needed
// until the chunk is whole; pending is what there is of it.
func (p *prompt) line(ctx context.Context, pending *string, line string) (more bool, err error) {
	if *pending == "" {
		switch trimmed := strings.TrimSpace(line); {
		case trimmed == "":
			return false, nil
		case strings.HasPrefix(trimmed, "."):
			return false, p.dot(ctx, trimmed)
		case slices.Contains(plainWords, trimmed) && p.state.Global(trimmed) == nil:
			return false, p.dot(ctx, "."+strings.Replace(trimmed, "?", "help", 1))
		}
	}
	chunk := *pending + line
	if err = p.chunk(ctx, chunk); luabind.Incomplete(err) {
		*pending = chunk + "\n"
		return true, nil
	}
	*pending = ""
	return false, err
}

// plainWords are what people type who do not know yet what to type; as Lua they say nothing.
var plainWords = []string{"help", "?", "exit", "quit"}

// errQuit ends the prompt.
var errQuit = errors.New("quit")

// errAgain is a second Ctrl-C on work that does not end.
var errAgain = fmt.Errorf("%w twice", errInterrupted)

// failed shows an error and says whether it ends the prompt.
func (p *prompt) failed(err error) error {
	switch {
	case errors.Is(err, errPagerClosed):
		return nil
	case err == nil, errors.Is(err, errQuit), errors.Is(err, errAgain), p.strict, isClosedPipe(err):
		return err
	case errors.Is(err, errInterrupted):
		p.tell("cancelled")
	default:
		if text := p.explain(nil, err); text != "" {
			p.tell("%s %s", p.errStyle().Paint(show.Red, "error:"), strings.TrimPrefix(text, "prompt:1: "))
		}
		var at *chunkError
		if errors.As(err, &at) {
			if caret := at.caret(p.errStyle().Width); caret != "" {
				_, _ = io.WriteString(p.stderr, caret+"\n") // as it is: the mark stands below its words
			}
		}
		p.mend(err)
	}
	return nil
}

// chunk runs Lua and shows what it returns.
func (p *prompt) chunk(ctx context.Context, text string) error {
	text = withoutLocal(text)
	err := p.guarded(ctx, func(ctx context.Context, a *app) error {
		values, err := p.eval(ctx, text)
		if err != nil {
			return err
		}
		if len(values) == 1 && values[0] == nil {
			p.nothing(a, text)
		}
		for _, v := range values {
			if err := p.show(ctx, a, v); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return &chunkError{text, err}
	}
	p.typed = append(p.typed, text)
	if name := assigned(text); name != "" {
		p.own = p.own || !p.touring
		_, err = p.eval(ctx, name) // what is assigned is the last value too
	}
	return err
}

// alters notes that the database is no more as it was opened.
func (p *prompt) alters() { p.altered, p.own = true, p.own || !p.touring }

// nothing tells of a name that stands for nothing, alone in a chunk.
func (p *prompt) nothing(a *app, chunk string) {
	tokens := lex.Lua(chunk)
	if len(tokens) != 1 || tokens[0].Kind != lex.Name {
		return
	}
	name, hint := tokens[0].Of(chunk), ""
	if _, err := p.source(name); err == nil {
		hint = fmt.Sprintf("; did you mean %q?", "db."+name)
	} else if c, err := findDot("."+name, false); err == nil {
		hint = fmt.Sprintf("; did you mean %q?", c.name)
	}
	a.note("%s is nil%s", name, hint)
}

// assigned is the variable that a chunk gives a value to, and does nothing else; or "".
func assigned(chunk string) string {
	tokens := lex.Lua(chunk)
	if len(tokens) > 2 && tokens[0].Kind == lex.Name && tokens[1].Of(chunk) == "=" {
		return tokens[0].Of(chunk)
	}
	return ""
}

// withoutLocal drops the word where a chunk begins with it: what is local to a
// chunk would be gone with it.
func withoutLocal(text string) string {
	rest, ok := strings.CutPrefix(strings.TrimLeft(text, " \t"), "local ")
	if !ok {
		return text
	}
	return rest
}

func (p *prompt) eval(ctx context.Context, text string) ([]any, error) {
	p.running.Store(true)
	defer p.running.Store(false)
	return p.state.Eval(ctx, text)
}
