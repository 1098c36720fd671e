package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/luabind"
)

// lineReader is where a prompt reads from: a terminal, or whatever feeds it.
type lineReader interface {
	// ReadLine draws the prompt and returns a line, without its end. The error is
	// io.EOF where there are no more, and errInterrupted where the line was given up.
	ReadLine(ctx context.Context, prompt string) (string, error)
}

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
	signals chan os.Signal
	running atomic.Bool // the state runs a chunk
}

// prompt talks to a terminal until the user leaves.
func (a *app) prompt(ctx context.Context) error {
	lines, closeLines := a.terminal()
	defer closeLines()
	return a.promptOn(ctx, lines, false)
}

// promptFrom takes text as what is typed at a prompt; the first error ends it.
func (a *app) promptFrom(ctx context.Context, text string) error {
	return a.promptOn(ctx, &textLines{strings.Split(strings.TrimSuffix(text, "\n"), "\n")}, true)
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
	return strings.TrimSuffix(line, "\r"), nil
}

func (a *app) promptOn(ctx context.Context, lines lineReader, strict bool) error {
	p := &prompt{app: a, lines: lines, strict: strict, signals: make(chan os.Signal, 1)}
	p.format = a.opts.format
	if p.format == "" {
		p.format = "table"
	}
	if err := checkFormat(p.format, formatNames()); err != nil {
		return err
	}
	if p.limit = promptLimit; a.opts.limit != nil {
		p.limit = *a.opts.limit
	}
	var err error
	if p.db, err = a.open(ctx, "the prompt", true, false); err != nil {
		return err
	}
	defer p.db.Close()
	p.sess = newSession(p.db)
	defer p.leave()
	if p.rt, err = a.runtime(p.db, promptSession{p}, a.stdout); err != nil {
		return err
	}
	p.state = p.rt.NewState()
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

// greet leads who is here for the first time.
func (p *prompt) greet() {
	if p.opts.quiet {
		return
	}
	what := visible(p.db.name)
	if p.db.name == "demo" {
		what = "the demo database, a small online shop"
	}
	_, _ = fmt.Fprintf(p.stdout, "sqlser on %s: %s.\nTry  sql.select(db.%s):limit(5)   .help says more, .quit leaves.\n",
		what, counted(len(p.db.meta.Tables()), "table"), p.someTable())
}

// someTable is a table to try things on.
func (p *prompt) someTable() string {
	tables := p.db.meta.Tables()
	for _, t := range tables {
		if t.Name() == "products" {
			return t.Name()
		}
	}
	if len(tables) > 0 {
		return visible(tables[0].String())
	}
	return "x"
}

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
		if pending == "" && strings.TrimSpace(line) == "" {
			continue
		}
		if pending == "" && strings.HasPrefix(strings.TrimLeft(line, " \t"), ".") {
			err = p.dot(ctx, strings.TrimSpace(line))
		} else {
			pending += line
			if err = p.chunk(ctx, pending); luabind.Incomplete(err) {
				pending += "\n"
				continue
			}
			pending = ""
		}
		if err = p.failed(err); err != nil {
			if errors.Is(err, errQuit) {
				return nil
			}
			return err
		}
	}
}

// errQuit ends the prompt.
var errQuit = errors.New("quit")

// errAgain is a second Ctrl-C on work that does not end.
var errAgain = fmt.Errorf("%w twice", errInterrupted)

// failed shows an error and says whether it ends the prompt.
func (p *prompt) failed(err error) error {
	switch {
	case err == nil, errors.Is(err, errQuit), errors.Is(err, errAgain), p.strict, isClosedPipe(err):
		return err
	case errors.Is(err, errInterrupted):
		p.tell("cancelled")
	default:
		if text := p.explain(nil, err); text != "" {
			p.tell("error: %s", strings.TrimPrefix(text, "prompt:1: "))
		}
	}
	return nil
}

// chunk runs Lua and shows what it returns.
func (p *prompt) chunk(ctx context.Context, text string) error {
	text = withoutLocal(text)
	return p.guarded(ctx, func(ctx context.Context, a *app) error {
		values, err := p.eval(ctx, text)
		if err != nil {
			return err
		}
		for _, v := range values {
			if err := p.show(ctx, a, v); err != nil {
				return err
			}
		}
		return nil
	})
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

// show shows a value: a query by its SQL and rows.
func (p *prompt) show(ctx context.Context, a *app, v any) error {
	q, ok := v.(expr.Statement)
	if !ok {
		if v == nil {
			return nil
		}
		if rows := rowsIn(v); rows != nil {
			return p.rows(ctx, a, rows, time.Now())
		}
		_, err := io.WriteString(a.out, describe(v, p.db.dialect, true)+"\n")
		return err
	}
	params, err := parseParams(declaredOnly(a.opts.params, q), false, q)
	if err != nil {
		return err
	}
	stmt, err := p.sess.CompileGiven(q, engineParams(q, params))
	if err != nil {
		return err
	}
	t, err := textOf(q, stmt, params, p.db.values)
	if err != nil {
		return err
	}
	if _, err := io.WriteString(a.out, t.text(true)); err != nil {
		return err
	}
	if t.unbound {
		a.tell("not run: a parameter has no value; -p gives it one, or session:rows(q, {name = value})")
		return nil
	}
	if err := a.out.Flush(); err != nil {
		return err
	}
	if _, reads := q.(expr.Query); !reads {
		a.tell("not run: .run runs it, in a transaction until .commit or .rollback")
		return nil
	}
	start := time.Now()
	rows, err := p.sess.Query(ctx, q, engineParams(q, params))
	if err != nil {
		return err
	}
	return errors.Join(p.rows(ctx, a, rows, start), rows.Close())
}

// declaredOnly leaves out what a query has no use for: the flags are for all that
// is typed.
func declaredOnly(given []param, q expr.Statement) []param {
	var some []param
	for _, g := range given {
		for _, p := range expr.DependenciesOf(q).Parameters {
			if p.Name() == g.name {
				some = append(some, g)
			}
		}
	}
	return some
}

// rows shows rows, how many there are, and how long they took.
func (p *prompt) rows(ctx context.Context, a *app, rows rowSource, start time.Time) error {
	n, err := a.writeRows(ctx, rows, p.format, p.limit, a.out)
	if err == nil {
		err = a.out.Flush()
	}
	if err != nil {
		return err
	}
	said := ""
	if p.limit == 0 || n < p.limit { // else it has been said how many more there are
		said = counted(n, "row")
	}
	if p.timing {
		said = strings.TrimPrefix(said+", "+time.Since(start).Round(10*time.Microsecond).String(), ", ")
	}
	if said != "" {
		a.note("%s", said)
	}
	return nil
}

// guarded does work that Ctrl-C cancels. Work that does not end is left behind;
// if the state is in it, there will be a new one.
func (p *prompt) guarded(ctx context.Context, work func(context.Context, *app) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	if p.opts.timeout > 0 {
		var stop context.CancelFunc
		ctx, stop = context.WithTimeout(ctx, p.opts.timeout)
		defer stop()
	}
	a := *p.app
	a.out, a.atPrompt = stdoutTo(p.stdout), true
	done := make(chan error, 1)
	go func() {
		err := work(ctx, &a)
		done <- errors.Join(err, a.out.finish(err))
	}()
	var late <-chan time.Time
	ended := ctx.Done()
	for {
		select {
		case err := <-done:
			if err != nil && errors.Is(context.Cause(ctx), errInterrupted) {
				return errInterrupted
			}
			return err
		case <-p.signals:
			if ctx.Err() != nil {
				return errAgain
			}
			cancel(errInterrupted)
		case <-ended:
			ended, late = nil, time.After(grace)
		case <-late:
			_ = a.out.finish(nil) // what it still writes is dropped
			p.note("the database does not stop at once; it is left to itself")
			if p.running.Load() {
				p.note("the variables of the prompt are lost")
				p.state = p.rt.NewState()
				p.running.Store(false)
			}
			return context.Cause(ctx)
		}
	}
}
