package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/sqlser/sqlser/cmd/sqlser-repl/internal/show"
	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/dialect"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/luabind"
	"github.com/sqlser/sqlser/schema"
	"github.com/sqlser/sqlser/serializer"
)

// command is a row of the commands.
type command struct {
	name    string // "" for running a script
	args    string
	doc     string
	flags   []string // that it has a use for, beside -quiet, -timeout and -no-config
	formats []string // of -format, the first where there is none; those of rows are formats()
	makes   bool     // it makes the file of -o itself
	run     func(ctx context.Context, a *app, words []string) error
}

// title is what messages call the command.
func (c *command) title() string {
	if c.name == "" {
		return "a script"
	}
	return c.name
}

var (
	scriptCommand = &command{
		args: "script.lua [args]", doc: "run a script; the values that it returns are shown, a query is run", formats: formats(),
		flags: []string{"db", "meta", "policy", "policy-arg", "e", "format", "o", "p", "limit", "read-only", "safe"},
		run:   runScript,
	}
	helpCommand = &command{name: "help", args: "[command]", doc: "say how to use it"}
	dumpCommand = &command{
		name: "dump", args: "Q", doc: "as bytes, for -o q.sqb or a pipe; a plugin, for -o dir/, one file a query",
		flags: []string{"db", "meta", "policy", "policy-arg", "e", "o", "read-only", "trust", "purpose", "audience"},
		run:   runDump,
	}
	runCommand = &command{
		name: "run", args: "Q", doc: "bind a query to the database, run it, write its rows", formats: formats(),
		flags: []string{"db", "meta", "policy", "policy-arg", "e", "format", "o", "p", "limit", "read-only", "safe", "trust", "purpose", "audience"},
		run:   runQuery,
	}
	sqlCommand = &command{
		name: "sql", args: "Q", doc: "its SQL and arguments; -format json for programs", formats: []string{"text", "json"},
		flags: []string{"db", "meta", "policy", "policy-arg", "e", "format", "o", "p", "dialect", "read-only", "trust", "purpose", "audience"},
		run:   runSQL,
	}
	inspectCommand = &command{
		name: "inspect", args: "Q", doc: "what its bytes hold", formats: []string{"text", "json", "mermaid", "lua", "hex"},
		flags: []string{"db", "meta", "policy", "policy-arg", "e", "format", "o", "read-only", "trust", "purpose", "audience"},
		run:   runInspect,
	}
	metaCommand = &command{
		name: "meta", doc: "the schema as Lua for -meta, or as CREATE statements by -format sql", formats: []string{"lua", "sql"},
		flags: []string{"db", "meta", "format", "o", "dialect", "read-only"},
		run:   runMeta,
	}
)

// commands lists the commands; scriptCommand is what there is without one.
var commands = []*command{
	dumpCommand, runCommand, sqlCommand, explainCommand, inspectCommand, policyCommand, metaCommand,
	checkCommand, repairCommand, diffCommand,
	keygenCommand, signCommand, verifyCommand,
	stubsCommand, testCommand,
	helpCommand,
}

// q reads the one Q of a command.
func (a *app) q(command string, words []string) (*source, error) {
	want := 1
	if a.opts.chunk != nil {
		want = 0
	}
	switch {
	case len(words) < want:
		return nil, usagef("%s: which query? Name a file, or say -e 'return ...', or - for standard input", command)
	case len(words) > want:
		return nil, usagef("%s: expected one query, got %q too; arguments of a script stand behind --", command, words[want])
	case want == 0:
		return a.readSource(chunkWord)
	}
	return a.readSource(words[0])
}

// runScript runs a script of the user's own: it has the session.
func runScript(ctx context.Context, a *app, words []string) error {
	if a.opts.chunk == nil && len(words) > 1 {
		a.opts.rest = append(slices.Clone(words[1:]), a.opts.rest...)
		words = words[:1]
	}
	if a.inTTY && a.opts.chunk == nil && words[0] == "-" {
		a.note("a script from the terminal; it ends with Ctrl-D")
	}
	s, err := a.q("a script", words)
	if err != nil {
		return err
	}
	switch {
	case s.bytes != nil && isQuery(s.bytes):
		return usagef("%s holds the bytes of a query, no script: sqlser-repl run %[1]s -db ...", s.name)
	case s.bytes != nil:
		return usagef("%s is neither a script nor the bytes of a query", s.name)
	}
	if _, _, err := a.rowFormat(); err != nil {
		return err
	}
	if s.name == "stdin" && isTyped(s.lua) {
		return a.promptFrom(ctx, s.lua)
	}
	d, err := a.open(ctx, "a script", true, false)
	if err != nil {
		return err
	}
	defer d.Close()
	print := io.Writer(a.out)
	if returnsValue(s.lua) {
		print = a.stderr
	}
	sess := newSession(d)
	var own luabind.Session
	if !a.opts.safe {
		own = session{sess}
	}
	rt, err := a.runtime(d, own, print)
	if err != nil {
		return err
	}
	values, err := a.eval(ctx, rt, s)
	if err != nil {
		return err
	}
	return s.placed(a.showAll(ctx, sess, values))
}

// runDump writes bytes.
func runDump(ctx context.Context, a *app, words []string) error {
	if isFolder(a.opts.output) {
		return a.dumpPlugin(ctx, words)
	}
	if a.outTTY {
		return usagef("dump: the bytes are not for a terminal: say -o q.sqb, or use a pipe")
	}
	s, d, err := a.openFor(ctx, "dump", words)
	if err != nil {
		return err
	}
	defer d.Close()
	n, loaded, err := a.node(ctx, s, d)
	if err != nil {
		return err
	}
	a.tellDrift(loaded)
	var slot serializer.Slot
	if loaded != nil {
		slot = loaded.Slot
	}
	if q, ok := n.(expr.Statement); ok { // bytes that no host could run are told to whoever can mend them
		if _, err := expr.Resolve(expr.Given(q, func(string) bool { return true })); err != nil {
			return s.placed(err)
		}
	}
	b, err := serializer.DumpsWith(n, slot)
	if err != nil {
		return err
	}
	_, err = a.out.Write(b)
	return err
}

// runQuery runs a query on a database that was named.
func runQuery(ctx context.Context, a *app, words []string) error {
	if _, _, err := a.rowFormat(); err != nil {
		return err
	}
	s, d, err := a.openNamed(ctx, "run", words)
	if err != nil {
		return err
	}
	defer d.Close()
	q, params, err := a.statement(ctx, s, d, true)
	if err != nil {
		return err
	}
	return s.placed(a.runStatement(ctx, newSession(d), q, params))
}

// openNamed reads Q and opens the database for a command that must be told which.
func (a *app) openNamed(ctx context.Context, command string, words []string) (*source, *database, error) {
	s, err := a.q(command, words)
	if err != nil {
		return nil, nil, err
	}
	d, err := a.open(ctx, command, false, false)
	return s, d, err
}

// openFor reads Q and opens the database for a command that only builds: the
// demo's schema will do for Lua.
func (a *app) openFor(ctx context.Context, command string, words []string) (*source, *database, error) {
	s, err := a.q(command, words)
	if err != nil {
		return nil, nil, err
	}
	d, err := a.open(ctx, command, s.bytes == nil, true)
	return s, d, err
}

// runSQL writes the SQL of a query, and its arguments as far as they are known.
func runSQL(ctx context.Context, a *app, words []string) error {
	format, err := a.textFormat()
	if err != nil {
		return err
	}
	s, d, err := a.openForSQL(ctx, words)
	if err != nil {
		return err
	}
	defer d.Close()
	in, err := a.dialectFor(d)
	if err != nil {
		return err
	}
	q, params, err := a.statement(ctx, s, d, false)
	if err != nil {
		return err
	}
	stmt, err := d.compile(q, in, params)
	if err != nil {
		return s.placed(err)
	}
	t, err := textOf(q, stmt, params, d.values)
	if err != nil {
		return err
	}
	if format == "json" {
		return t.json(a.out)
	}
	_, err = io.WriteString(a.out, a.sqlText(t))
	return err
}

// openForSQL is openFor where bytes need no database: they say themselves what their tables are, and
// -dialect how to write them.
func (a *app) openForSQL(ctx context.Context, words []string) (*source, *database, error) {
	if a.opts.dialect == "" || a.dsn() != "" || a.opts.meta != "" || a.opts.policy != "" {
		return a.openFor(ctx, "sql", words)
	}
	s, err := a.q("sql", words)
	if err != nil {
		return nil, nil, err
	}
	if s.bytes != nil {
		return s, &database{name: s.name}, nil
	}
	d, err := a.open(ctx, "sql", true, true)
	return s, d, err
}

// dialectFor is the dialect of -dialect, else the database's.
func (a *app) dialectFor(d *database) (*dialect.Dialect, error) {
	if a.opts.dialect == "" {
		return d.dialect, nil
	}
	in, err := dialect.ByName(a.opts.dialect)
	if err != nil {
		return nil, usagef("-dialect: expected %s, got %q%s", strings.Join(dialectNames(), ", "), a.opts.dialect, schema.DidYouMean(a.opts.dialect, dialectNames()))
	}
	return in, nil
}

// dialectNames are what dialects are called by.
func dialectNames() []string {
	var names []string
	for _, d := range dialect.All() {
		names = append(names, d.Name())
	}
	return names
}

// tellDrift tells what has moved under a loaded query without breaking it.
func (a *app) tellDrift(l *serializer.Loaded) {
	if l == nil {
		return
	}
	for _, p := range l.Drift {
		a.note("%s", show.Visible(p.String()))
	}
}

// noteLoaded tells of what a script loads.
func (a *app) noteLoaded(l *serializer.Loaded) error {
	a.tellDrift(l)
	if l.Slot.Kind != "" {
		a.note("the query asks for %s, which a script does not keep", show.Visible(l.Slot.ID().String()))
	}
	return nil
}

// params makes values of the -p flags, by the types that the queries declare. All
// must be declared; where complete is true, all that some query needs must have one.
func (a *app) params(complete bool, queries ...expr.Statement) (map[string]expr.Value, error) {
	return parseParams(a.opts.params, complete, queries...)
}

func exprReason(err error) string {
	var e *expr.Error
	if errors.As(err, &e) {
		return e.Reason + e.Hint
	}
	return err.Error()
}

// engineParams are the values that a query declares.
func engineParams(q expr.Statement, values map[string]expr.Value) engine.Params {
	params := engine.Params{}
	for _, p := range expr.DependenciesOf(q).Parameters {
		if v, ok := values[p.Name()]; ok {
			params[p.Name()] = v
		}
	}
	return params
}

// writeJSON writes a document for programs.
func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}
