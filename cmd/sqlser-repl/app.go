package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"math"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"golang.org/x/term"

	"github.com/sqlser/sqlser/cmd/sqlser-repl/internal/show"
	"github.com/sqlser/sqlser/engine/dialect"
	"github.com/sqlser/sqlser/luabind"
	"github.com/sqlser/sqlser/schema"
	"github.com/sqlser/sqlser/serializer"
)

// app is one run of the program.
type app struct {
	opts           *options
	cmd            *command // that runs
	env            func(string) (string, bool)
	stdin          io.Reader
	stdout, stderr io.Writer
	inTTY, outTTY  bool
	atPrompt       bool
	config         config
	whole          bool    // tables cut nothing: rows wider than the terminal stand vertically
	screen         *screen // of a step at a prompt on a terminal, or nil
	out            *output // standard output or the file of -o
}

// run is the program: it returns the exit code.
func run(ctx context.Context, args []string, env func(string) (string, bool), stdin io.Reader, stdout, stderr io.Writer) int {
	a := &app{env: env, stdin: stdin, stdout: stdout, stderr: stderr, inTTY: isTerminal(stdin), outTTY: isTerminal(stdout)}
	var cause error
	var err error
	if a.opts, err = parseFlags(args); err == nil {
		cause, err = a.start(ctx)
	}
	if a.out != nil {
		if closed := a.out.finish(err); err == nil {
			err = closed
		}
	}
	if text := a.explain(cause, err); text != "" {
		a.tell("sqlser-repl: %s", text)
	}
	return exitCode(cause, err)
}

// start finds out what is to be done and does it. The cause is what ended the
// work before it was through, or nil.
func (a *app) start(ctx context.Context) (cause, err error) {
	o := a.opts
	cmd, words := a.command()
	switch {
	case o.help && cmd != nil && cmd.name != "" && cmd != helpCommand:
		return nil, commandUsage(a.stdout, cmd)
	case o.help || cmd == helpCommand:
		return nil, a.help(words)
	case o.version:
		return nil, a.version()
	case cmd == nil:
		return nil, a.unknown(words[0])
	}
	a.cmd = cmd
	if err := o.only(cmd.title(), cmd.flags...); err != nil {
		return nil, err
	}
	if err := a.readConfig(ctx); err != nil {
		return nil, err
	}
	if cmd == scriptCommand && len(words) == 0 && o.chunk == nil {
		if a.inTTY && a.outTTY && o.output == "" {
			return nil, a.prompt(ctx)
		}
		words = []string{"-"}
	}
	a.out = stdoutTo(a.stdout)
	if o.output != "" && !cmd.makes && !(cmd == dumpCommand && isFolder(o.output)) {
		out, err := createOutput(o.output)
		if err != nil {
			return nil, err
		}
		a.out, a.outTTY = out, false
	}
	ctx, stop := interruptible(ctx)
	defer stop()
	if o.timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, o.timeout)
		defer cancel()
	}
	err = finishing(ctx, func() error { return cmd.run(ctx, a, words) })
	return context.Cause(ctx), err
}

// grace is how long work may take to end once its context has.
const grace = time.Second / 2

// finishing runs work and waits for it. Work that does not end although its
// context has is left behind: a driver may be deep in a step that it cannot leave.
func finishing(ctx context.Context, work func() error) error {
	done := make(chan error, 1)
	go func() { done <- work() }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	select {
	case err := <-done:
		return err
	case <-time.After(grace):
		return context.Cause(ctx)
	}
}

// interruptible returns a context that ends with errInterrupted at the first
// signal; a second one ends the process.
func interruptible(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		select {
		case <-signals:
			signal.Stop(signals)
			cancel(errInterrupted)
		case <-ctx.Done():
		}
	}()
	return ctx, func() { signal.Stop(signals); cancel(nil) }
}

func isTerminal(stream any) bool {
	f, ok := stream.(interface{ Fd() uintptr })
	return ok && term.IsTerminal(int(f.Fd()))
}

// tell writes a line to standard error; on a terminal it is broken at words.
func (a *app) tell(format string, args ...any) {
	width := a.errStyle().Width
	if a.screen != nil {
		width = a.screen.style.Width
	}
	_, _ = io.WriteString(a.stderr, show.Wrap(fmt.Sprintf(format, args...), width, "  ")+"\n") // there is nowhere else to tell it
}

// note is tell for what -quiet leaves out.
func (a *app) note(format string, args ...any) {
	if !a.opts.quiet {
		a.tell(format, args...)
	}
}

// dsn is the database that was asked for by flag or environment, or "".
func (a *app) dsn() string {
	if a.opts.db != "" {
		return a.opts.db
	}
	if dsn, _ := a.env("SQLSER_DB"); dsn != "" {
		return dsn
	}
	return a.config.db
}

// open opens the database, or the demo where a command may have it unasked. It
// takes the demo without its rows for commands that only build; these need none
// where -meta says what tables there are.
func (a *app) open(ctx context.Context, command string, demo, build bool) (*database, error) {
	meta, err := a.metaFile(ctx)
	if err != nil {
		return nil, err
	}
	dsn := a.dsn()
	switch {
	case dsn == "" && meta != nil && build:
		d := &database{name: a.opts.meta, dialect: dialect.SQLite, meta: meta}
		return d, a.govern(ctx, d)
	case dsn == "" && (!demo || meta != nil):
		return nil, usagef("%s: which database? Say -db sqlite:path, -db demo, or set SQLSER_DB", command)
	case dsn == "":
		dsn = "demo"
	}
	d, err := open(ctx, dsn, openOptions{readOnly: a.opts.readOnly, empty: build, meta: meta, skipped: a.skipped(command)})
	if err != nil {
		return nil, err
	}
	if err := a.govern(ctx, d); err != nil {
		d.Close()
		return nil, err
	}
	return d, nil
}

// metaFile is the metadata of -meta, or nil.
func (a *app) metaFile(ctx context.Context) (*schema.MetaData, error) {
	if a.opts.meta == "" {
		return nil, nil
	}
	b, err := os.ReadFile(a.opts.meta)
	if err != nil {
		return nil, usagef("-meta: cannot read %s: %s", a.opts.meta, reasonOf(err))
	}
	return luabind.LoadMetaData(ctx, a.opts.meta, string(b), a.printing(a.stderr))
}

// runtime is what Lua runs in. Without a session scripts only build.
func (a *app) runtime(d *database, s luabind.Session, print io.Writer, more ...luabind.Option) (*luabind.Runtime, error) {
	limits := luabind.Limits{Output: math.MaxInt, Bytes: -1, Memory: 1 << 30} // rows stream: there may be many
	if a.opts.timeout > 0 {                                                   // the context has the limit then
		limits.Time, limits.Steps = -1, -1
	}
	options := []luabind.Option{
		luabind.WithCodec(serializer.NewCodec(serializer.Binding{MetaData: d.meta}, serializer.OnLoad(a.noteLoaded))),
		luabind.WithCompiler(compiler{d}),
		luabind.WithLimits(limits),
		a.printing(print),
	}
	if s != nil {
		options = append(options, luabind.WithSession(s))
	} else {
		options = append(options, luabind.WithoutSession("to run the script with one, write sqlser-repl FILE.lua -db ... (run, sql and dump take the query that a script returns)"))
	}
	return luabind.New(d.meta, append(options, more...)...)
}

// printing is where print writes to: what would drive a terminal is shown as what it is.
func (a *app) printing(w io.Writer) luabind.Option {
	if w != a.stderr && a.outTTY || w == a.stderr && isTerminal(w) {
		w = printWriter{w}
	}
	return luabind.WithOutput(w)
}

type printWriter struct{ w io.Writer }

// Write writes a line of print.
func (p printWriter) Write(b []byte) (int, error) {
	if show.IsVisible(string(b)) {
		return p.w.Write(b)
	}
	if _, err := io.WriteString(p.w, show.VisibleLines(string(b))); err != nil {
		return 0, err
	}
	return len(b), nil
}

// rowFormat is the format of rows, and how many are shown in it; 0 is all.
func (a *app) rowFormat() (format string, limit int, err error) {
	format = cmp.Or(a.opts.format, formatOf(a.opts.output), a.config.format, "table")
	switch {
	case a.opts.limit != nil:
		limit = *a.opts.limit
	case format == "table":
		limit = 1000
	}
	return format, limit, checkFormat(format, formats())
}

// unknown says that a word is neither command nor file.
func (a *app) unknown(word string) error {
	var names []string
	for _, c := range commands {
		names = append(names, c.name)
	}
	switch info, err := os.Stat(word); {
	case err == nil && info.IsDir():
		return usagef("cannot read %s: it is a folder; check and test take one", word)
	case err == nil: // of -e
		return usagef("-e is there, and %s too: arguments of a script stand behind --", word)
	case strings.ContainsAny(word, "./\\"):
		return usagef("cannot read %s: %s", word, reasonOf(err))
	}
	return usagef("there is no command and no file %q%s", word, schema.DidYouMean(word, names))
}

// isFile reports whether a word names something to read.
func isFile(word string) bool {
	info, err := os.Stat(word)
	return word == "-" || err == nil && !info.IsDir()
}

// command finds the command of the command line and the words that are its own.
func (a *app) command() (*command, []string) {
	words := a.opts.words
	if len(words) == 0 {
		return scriptCommand, nil
	}
	if i := slices.IndexFunc(commands, func(c *command) bool { return c.name == words[0] }); i >= 0 {
		return commands[i], words[1:]
	}
	if a.opts.chunk == nil && isFile(words[0]) {
		return scriptCommand, words
	}
	return nil, words
}
