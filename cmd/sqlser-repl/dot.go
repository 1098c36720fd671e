package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/sqlser/sqlser/cmd/sqlser-repl/internal/complete"
	"github.com/sqlser/sqlser/cmd/sqlser-repl/internal/show"
	"github.com/sqlser/sqlser/engine/dialect"
	"github.com/sqlser/sqlser/schema"
)

// dotCommand is a row of the prompt's own commands.
type dotCommand struct {
	name  string
	args  string
	doc   string
	takes complete.Takes // what stands behind it
	words []string       // likewise
	trust bool           // it changes data, opens files or starts programs: not under -safe
	run   func(ctx context.Context, p *prompt, a *app, rest string) error
}

// dotGroup is commands that .help shows together.
type dotGroup struct {
	title    string
	commands []dotCommand
}

// dotGroups lists the prompt's own commands. Q is Lua that gives a query; left
// out, it is the last value.
func dotGroups() []dotGroup {
	return []dotGroup{
		{"The prompt", []dotCommand{
			{".help", "[topic]", "this; or of a command, a method, a function, a table what it is", complete.Topic, nil, false, dotHelp},
			{".tour", "[step]", "ten steps that show it all, on the demo: the next one", complete.Nothing, nil, false, dotTour},
			{".edit", "", "what was typed last, in an editor: $VISUAL, $EDITOR", complete.Nothing, nil, true, dotEdit},
			{".save", "file.lua", "what was typed and went well, as a script", complete.File, nil, true, dotSave},
			{".read", "file", "take the lines of a file as typed", complete.File, nil, true, dotRead},
			{".quit", "", "leave; so does Ctrl-D", complete.Nothing, nil, false, func(context.Context, *prompt, *app, string) error { return errQuit }},
		}},
		{"The database", []dotCommand{
			{".tables", "[text]", "the tables, or those with the text in their names", complete.Table, nil, false, dotTables},
			{".schema", "[table]", "columns, types and keys of a table or an entity, or of all tables", complete.Source, nil, false, dotSchema},
			{".describe", "X", "what there is to know of a table, a value, a method or a function", complete.Topic, nil, false, dotDescribe},
			{".open", "DSN", "another database: demo, sqlite:path, postgres://..., mysql://...", complete.Database, nil, true, dotOpen},
			{".keep", "file.db", "write the demo, or another SQLite database, to a file: .open sqlite:file.db opens it", complete.File, nil, true, dotKeep},
		}},
		{"A query: rows, charts, export", []dotCommand{
			{".set", "[name [value]]", "the value of a parameter, for all queries; without one, none", complete.Parameter, nil, false, dotSet},
			{".last", "", "the rows that were shown last, all and whole", complete.Nothing, nil, false, dotLast},
			{".chart", "[bar|line|histogram] [Q]", "a chart of a query's rows, as text; left out, of the last rows", complete.Words, show.Charts(), false, dotChart},
			{".once", "file", "export: the next rows, all of them, go to a file, as its name ends: .csv, .json, .jsonl, .md; a chart as text: .txt", complete.File, nil, true, dotOnce},
			{".mode", "[format]", "how rows are shown: " + strings.Join(formats(), ", "), complete.Words, formats(), false, dotMode},
			{".limit", "[n]", "the most rows to show; 0 shows all", complete.Nothing, nil, false, dotLimit},
			{".timing", "[on|off]", "whether to say how long a query took", complete.Words, []string{"on", "off"}, false, dotTiming},
		}},
		{"A query: what it is", []dotCommand{
			{".sql", "[Q] [dialect]", "its SQL and arguments, also for " + strings.Join(dialectNames(), ", "), complete.QueryWord, dialectNames(), false, dotSQL},
			{".explain", "[Q]", "the database's plan; a change is not run", complete.Query, nil, false, dotExplain},
			{".tree", "[Q] [mermaid]", "its tree, as text or as a Mermaid flowchart", complete.QueryWord, []string{"mermaid"}, false, dotTree},
			{".bytes", "[Q]", "its bytes with what they mean, and their hash", complete.Query, nil, false, dotBytes},
			{".diff", "Q, Q", "what changed from one query to another, of which each may be a file of bytes", complete.Query, nil, false, dotDiff},
		}},
		{"A query: kept, and mended when the schema moves", []dotCommand{
			{".dump", "[Q] file", "write it as bytes: best.sqb", complete.QueryFile, nil, true, dotDump},
			{".load", "file", "the query of a file of bytes, as the last value", complete.File, nil, true, dotLoad},
			{".check", "[file|folder ...]", "what the schema means for saved queries; left out, for the last value", complete.File, nil, true, dotCheck},
			{".repair", "file [to]", "mend a saved query for the schema of today, in its place or in another file", complete.File, nil, true, dotRepair},
			{".rename", "table.column name", "rename a column, in the database too; its old name still finds it", complete.Column, nil, false, dotRename},
		}},
		{"A change: insert, update, delete", []dotCommand{
			{".run", "[Q]", "run it, in a transaction until .commit or .rollback", complete.Query, nil, true, dotRun},
			{".commit", "", "let the changes of the transaction count", complete.Nothing, nil, false, dotEnd(true)},
			{".rollback", "", "undo the changes of the transaction", complete.Nothing, nil, false, dotEnd(false)},
		}},
	}
}

// dotCommands are the commands of all groups.
func dotCommands() []dotCommand {
	var list []dotCommand
	for _, g := range dotGroups() {
		list = append(list, g.commands...)
	}
	return list
}

// alone are the commands that run others, or programs that have the terminal, and so are not
// guarded themselves.
var alone = []string{".read", ".edit", ".tour", ".open"}

// dot runs a dot-command.
func (p *prompt) dot(ctx context.Context, line string) error {
	name, rest, _ := strings.Cut(line, " ")
	rest = strings.TrimSpace(rest)
	c, err := findDot(name, !p.strict)
	switch {
	case err != nil:
		return err
	case c.trust && p.opts.safe:
		return errNotSafe(c.name)
	case slices.Contains(alone, c.name):
		return c.run(ctx, p, p.app, rest)
	}
	return p.guarded(ctx, func(ctx context.Context, a *app) error { return c.run(ctx, p, a, rest) })
}

// errNotSafe refuses what is not for those who are not trusted.
func errNotSafe(what string) error { return fmt.Errorf("%s is not allowed: this is -safe", what) }

// findDot finds a dot-command by its name or, where people type, by a beginning that no other
// has.
func findDot(name string, byPrefix bool) (*dotCommand, error) {
	var names []string
	var begin []dotCommand
	switch name { // what others call them
	case ".exit":
		name = ".quit"
	case ".export", ".output":
		name = ".once"
	}
	for _, c := range dotCommands() {
		if c.name == name {
			return &c, nil
		}
		if strings.HasPrefix(c.name, name) && len(name) > 1 {
			begin = append(begin, c)
		}
		names = append(names, c.name)
	}
	if byPrefix && len(begin) == 1 {
		return &begin[0], nil
	}
	hint := schema.DidYouMean(name, names)
	if hint == "" && byPrefix && len(begin) > 1 {
		hint = fmt.Sprintf("; did you mean %s or %s?", begin[0].name, begin[1].name)
	}
	if hint == "" {
		hint = "; .help lists them"
	}
	return nil, fmt.Errorf("there is no command %q%s", name, hint)
}

func dotMode(_ context.Context, p *prompt, a *app, rest string) error {
	if rest == "" {
		_, err := io.WriteString(a.out, p.format+"\n")
		return err
	}
	if names := formats(); !slices.Contains(names, rest) {
		return fmt.Errorf("expected %s, got %q%s", strings.Join(names, ", "), rest, schema.DidYouMean(rest, names))
	}
	p.format = rest
	return nil
}

func dotLimit(_ context.Context, p *prompt, a *app, rest string) error {
	if rest == "" {
		_, err := fmt.Fprintln(a.out, p.limit)
		return err
	}
	n, err := strconv.Atoi(rest)
	if err != nil || n < 0 {
		return fmt.Errorf("expected a number of rows, got %q", rest)
	}
	p.limit = n
	return nil
}

func dotTiming(_ context.Context, p *prompt, a *app, rest string) error {
	switch rest {
	case "":
		p.timing = !p.timing
	case "on", "off":
		p.timing = rest == "on"
	default:
		return fmt.Errorf("expected on or off, got %q", rest)
	}
	word := "off"
	if p.timing {
		word = "on"
	}
	a.note("timing is %s", word)
	return nil
}

func dotOnce(_ context.Context, p *prompt, a *app, rest string) error {
	if rest == "" {
		return errors.New("expected a file, such as .once best.csv")
	}
	if err := checkOutput(rest); err != nil {
		return err
	}
	if ext := filepath.Ext(rest); formatOf(rest) == "" && ext != "" && ext != ".txt" {
		return fmt.Errorf("%s: there is no format %q: .csv, .json, .jsonl, .md, or .txt as on the screen; a chart is text", show.Visible(rest), show.Visible(ext))
	}
	p.once = rest
	a.note("the next rows or chart go to %s; .last writes those that were shown", show.Visible(rest))
	return nil
}

// dotSet gives a parameter a value, as -p does.
func dotSet(_ context.Context, p *prompt, a *app, rest string) error {
	name, value, given := strings.Cut(rest, " ")
	if name == "" {
		for _, q := range p.opts.params {
			text := q.text
			if q.json != nil {
				text = string(q.json)
			}
			if _, err := fmt.Fprintf(a.out, "%s = %s\n", show.Visible(q.name), show.Visible(text)); err != nil {
				return err
			}
		}
		return nil
	}
	had := len(p.opts.params)
	p.opts.params = slices.DeleteFunc(slices.Clone(p.opts.params), func(q param) bool { return q.name == name })
	if given {
		p.opts.params = append(p.opts.params, param{name: name, text: strings.TrimSpace(value)})
	} else if len(p.opts.params) < had {
		a.note("%s has no value now", show.Visible(name))
	} else {
		a.note("%s had no value; .set %[1]s value gives it one", show.Visible(name))
	}
	return nil
}

// dialectAt cuts the name of a dialect from the end of a text.
func dialectAt(rest string) (before string, in *dialect.Dialect) {
	before, last := lastWord(rest)
	if d, err := dialect.ByName(last); err == nil {
		return before, d
	}
	return rest, nil
}

// lastWord cuts the last word from a text.
func lastWord(text string) (before, word string) {
	text = strings.TrimSpace(text)
	i := strings.LastIndexAny(text, " \t")
	return strings.TrimSpace(text[:i+1]), text[i+1:]
}
