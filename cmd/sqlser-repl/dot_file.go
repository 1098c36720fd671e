package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"

	"github.com/sqlser/sqlser/cmd/sqlser-repl/internal/show"
	"github.com/sqlser/sqlser/engine/dialect"
	"github.com/sqlser/sqlser/internal/connect"
	"github.com/sqlser/sqlser/schema"
	"github.com/sqlser/sqlser/serializer"
)

// maxReading is how deep files may read files.
const maxReading = 16

// dotDump writes the bytes of a query.
func dotDump(ctx context.Context, p *prompt, a *app, rest string) error {
	rest, file := lastWord(rest)
	if file == "" {
		return errors.New("expected a file, such as .dump best.sqb")
	}
	if _, ok := nodeOf(p.state.Global(file)); ok && rest == "" {
		return fmt.Errorf("expected a file behind the query, such as .dump %s %[1]s.sqb", file)
	}
	n, err := p.node(ctx, rest)
	if err != nil {
		return err
	}
	b, err := serializer.Dumps(n)
	if err != nil {
		return err
	}
	if err := writeOutput(file, b); err != nil {
		return err
	}
	a.note("%s written to %s", show.Counted(len(b), "byte"), show.Visible(file))
	return nil
}

// dotLoad makes the query of a file the last value, and shows it.
func dotLoad(ctx context.Context, p *prompt, a *app, rest string) error {
	if rest == "" {
		return errors.New("expected a file, such as .load best.sqb")
	}
	s, err := a.readSource(rest)
	if err != nil {
		return err
	}
	if s.bytes == nil {
		return fmt.Errorf("%s holds no bytes of a query; .read takes what is typed", rest)
	}
	if _, _, err := a.node(ctx, s, p.db); err != nil { // it names the file, and says all the drift
		return err
	}
	b, err := a.payload(s)
	if err != nil {
		return err
	}
	values, err := p.eval(ctx, "sql.load("+luaString(b)+")")
	if err != nil {
		return err
	}
	for _, v := range values {
		if err := p.show(ctx, a, v); err != nil {
			return err
		}
	}
	return nil
}

// luaString is bytes as a string of Lua.
func luaString(b []byte) string {
	var s strings.Builder
	s.WriteByte('"')
	for _, c := range b {
		fmt.Fprintf(&s, `\%03d`, c)
	}
	s.WriteByte('"')
	return s.String()
}

// dotCheck says what the schema means for saved queries.
func dotCheck(ctx context.Context, p *prompt, a *app, rest string) error {
	sum := &checkSum{counts: map[string]int{}}
	one := func(s saved) error {
		c := a.check(ctx, s, p.db)
		sum.add(c)
		_, err := io.WriteString(a.out, c.styled(a.style()))
		return err
	}
	if rest == "" {
		n, err := p.node(ctx, "")
		if err != nil {
			return err
		}
		b, err := serializer.Dumps(n)
		if err != nil {
			return err
		}
		if err := one(saved{source: &source{name: "the last value", bytes: b}, name: "the last value"}); err != nil {
			return err
		}
	} else if _, err := a.eachSaved(ctx, ".check", strings.Fields(rest), one); err != nil {
		return err
	}
	a.note("%s", sum)
	if err := sum.err(); !errors.Is(err, errDrift) {
		return err
	}
	return nil // it is the answer
}

// dotRepair mends a saved query, in its place or in another file.
func dotRepair(_ context.Context, p *prompt, a *app, rest string) error {
	words := strings.Fields(rest)
	if len(words) == 0 || len(words) > 2 {
		return errors.New("expected a file, and perhaps where the mended one goes")
	}
	s, err := a.readSource(words[0])
	if err != nil {
		return err
	}
	b, err := a.repair(s, p.db)
	if err != nil {
		return err
	}
	to := words[len(words)-1]
	if err := writeOutput(to, b); err != nil {
		return err
	}
	a.note("written to %s", show.Visible(to))
	return nil
}

// dotSave writes what was typed and went well.
func dotSave(_ context.Context, p *prompt, a *app, rest string) error {
	if rest == "" {
		return errors.New("expected a file, such as .save work.lua; .dump saves a query as bytes")
	}
	if filepath.Ext(rest) == savedExt {
		return fmt.Errorf(".save writes what was typed, as Lua; .dump %s writes the last query as bytes", rest)
	}
	if len(p.typed) == 0 {
		return errors.New("nothing was typed yet")
	}
	text := ".limit " + fmt.Sprint(p.limit) + "\n" + strings.Join(p.typed, "\n") + "\n"
	if err := writeOutput(rest, []byte(text)); err != nil {
		return err
	}
	a.note("%s written to %s; .read %[2]s, or sqlser-repl < %[2]s, runs it", show.Counted(len(p.typed), "chunk"), show.Visible(rest))
	return nil
}

// dotRead takes the lines of a file as typed; the first error ends it.
func dotRead(ctx context.Context, p *prompt, _ *app, rest string) error {
	switch {
	case rest == "":
		return errors.New("expected a file, such as .read work.lua")
	case p.reading == maxReading:
		return fmt.Errorf("files that read files, more than %d deep", maxReading)
	}
	b, err := readFile(rest)
	if err != nil {
		return fmt.Errorf("cannot read %s: %s", rest, reasonOf(err))
	}
	p.reading++
	defer func() { p.reading-- }()
	return p.take(ctx, rest, string(b))
}

// take takes the lines of a text as typed.
func (p *prompt) take(ctx context.Context, name, text string) error {
	pending := ""
	for n, line := range linesOf(text) {
		_, err := p.line(ctx, &pending, line)
		if errors.Is(err, errPagerClosed) {
			continue
		}
		if err != nil {
			return fmt.Errorf("%s:%d: %w", name, n+1, err)
		}
	}
	if pending != "" {
		return fmt.Errorf("%s: %w", name, p.chunk(ctx, pending))
	}
	return nil
}

// dotEdit opens what was typed last in an editor, and takes what it leaves.
func dotEdit(ctx context.Context, p *prompt, _ *app, _ string) error {
	command := []string{}
	for _, of := range []string{p.config.editor, p.variable("VISUAL"), p.variable("EDITOR"), "vi"} {
		if command = strings.Fields(of); len(command) > 0 {
			break
		}
	}
	dir, err := os.MkdirTemp("", "sqlser")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	file := filepath.Join(dir, "chunk.lua")
	last := ""
	if n := len(p.typed); n > 0 {
		last = p.typed[n-1] + "\n"
	}
	if err := os.WriteFile(file, []byte(last), 0o600); err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, command[0], append(command[1:], file)...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = p.stdin, p.stdout, p.stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("the editor %s: %w", command[0], err)
	}
	b, err := readFile(file)
	if err != nil {
		return err
	}
	text := strings.TrimSpace(string(b))
	if text == "" {
		return nil
	}
	_, _ = io.WriteString(p.stdout, p.style().Lua(show.VisibleLines(text))+"\n")
	return p.chunk(ctx, text)
}

func (p *prompt) variable(name string) string {
	v, _ := p.env(name)
	return v
}

// dotOpen goes to another database.
func dotOpen(ctx context.Context, p *prompt, _ *app, rest string) error {
	switch {
	case rest == "":
		_, err := fmt.Fprintln(p.stdout, show.Visible(p.db.name))
		return err
	case p.tx != nil:
		return errors.New("a transaction is open: .commit or .rollback first")
	case p.opts.policy != "" || p.opts.meta != "":
		return errors.New("-policy and -meta are for one database: start anew")
	}
	d, err := open(ctx, rest, openOptions{readOnly: p.opts.readOnly, skipped: p.skipped(promptCommand)})
	var usage *usageError
	if errors.As(err, &usage) {
		return &usageError{strings.TrimPrefix(usage.reason, "-db: ")}
	}
	if err != nil {
		return err
	}
	old := p.db
	if err := p.use(d); err != nil {
		d.Close()
		return err
	}
	old.Close()
	p.note("%s: %s; the variables are gone", show.Visible(d.name), show.Counted(len(d.meta.Tables()), "table"))
	return nil
}

// dotKeep writes a database of SQLite to a file.
func dotKeep(ctx context.Context, p *prompt, a *app, rest string) error {
	switch {
	case rest == "":
		return errors.New("expected a file, such as .keep shop.db")
	case p.db.dialect != dialect.SQLite:
		return fmt.Errorf("expected a database of SQLite, and this is %s", show.Visible(p.db.name))
	case p.tx != nil:
		return errors.New("a transaction is open: .commit or .rollback first")
	}
	if _, err := os.Lstat(rest); !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s is there already: expected a file that is not", show.Visible(rest))
	}
	uri, err := sqliteURI(rest)
	if err != nil {
		return err
	}
	vfs := "unix" // else a database in memory were written to memory
	if runtime.GOOS == "windows" {
		vfs = "win32"
	}
	if _, err := p.db.db.ExecContext(ctx, "VACUUM INTO ?", uri+"?vfs="+vfs); err != nil {
		return fmt.Errorf("the database: %w", err)
	}
	a.note("written to %s; .open sqlite:%[1]s opens it", show.Visible(rest))
	return nil
}

// urls are where a line has the URL of something, which may have secrets.
var urls = regexp.MustCompile(`[A-Za-z][A-Za-z0-9+.-]*://[^\s"'()]*`)

// withoutSecrets is a line as the history keeps it: a DSN without what may be secret. That of a dot-command,
// misspelt or not, is all that is behind it.
func withoutSecrets(line string) string {
	at := urls.FindStringIndex(line)
	switch {
	case at == nil:
		return line
	case isDot(line):
		return line[:at[0]] + connect.Shown(strings.TrimSpace(line[at[0]:]))
	}
	return urls.ReplaceAllStringFunc(line, func(u string) string {
		if strings.Contains(u, "@") || strings.Contains(strings.ToLower(u), "password") {
			return connect.Shown(u)
		}
		return u
	})
}

// skipped tells what is left out of the schema.
func (a *app) skipped(command string) func(*schema.Error) {
	return func(e *schema.Error) {
		if command != "meta" && strings.HasPrefix(e.Reason, "index ") {
			return // no query can tell
		}
		a.note("left out of the schema: %s: %s", e.Object, show.Visible(e.Reason))
	}
}
