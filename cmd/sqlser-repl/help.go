package main

import (
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/sqlser/sqlser/schema"
)

// help writes the usage to standard output, of one command or of all.
func (a *app) help(words []string) error {
	if len(words) == 0 {
		return usage(a.stdout)
	}
	var names []string
	for _, c := range commands {
		if c.name == words[0] {
			return commandUsage(a.stdout, c)
		}
		names = append(names, c.name)
	}
	return usagef("help: there is no command %q%s", words[0], schema.DidYouMean(words[0], names))
}

func usage(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	row := func(cells ...string) { _, _ = fmt.Fprintln(t, "  "+strings.Join(cells, "\t")) } // Flush has the error
	_, _ = fmt.Fprint(t, "sqlser-repl builds database queries in Lua, turns them into bytes and back, and runs them.\n\n")
	row("sqlser-repl [flags]", "a prompt; without a terminal, standard input: a script, or what is typed at a prompt")
	row("sqlser-repl [flags] "+scriptCommand.args, scriptCommand.doc)
	row("sqlser-repl [flags] -e 'lua'", "run a chunk; the values that it returns are shown")
	for _, c := range commands {
		row(strings.TrimSpace("sqlser-repl "+c.name+" "+c.args), c.doc)
	}
	_, _ = fmt.Fprint(t, "\nQ is file.lua, plugin.lua#query (plugin.lua#query,option=choice where it has options), q.sqb (the bytes of\na query), -e 'lua', or - for standard input. Flags stand anywhere before --;\nwhat stands behind it are arguments of the script.\n\n")
	for _, f := range flags {
		if f.doc != "" {
			row(strings.TrimSpace("-"+f.name+" "+f.value), f.doc)
		}
	}
	_, _ = fmt.Fprint(t, "\nWithout -db and SQLSER_DB, the prompt and scripts have an embedded demo database; so have dump, sql and inspect\nfor Lua. Standard output is data, standard error is narration.\n"+
		"Exit codes: 0 ok; 1 the script or query failed, a test did, check found drift or diff a difference; 2 usage;\n3 no connection; 4 timed out; 5 the loader or verify refused the bytes; 130 interrupted.\n")
	return t.Flush()
}

func commandUsage(w io.Writer, c *command) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintf(t, "%s: %s\n\n", strings.TrimSpace("sqlser-repl "+c.name+" "+c.args), c.doc) // Flush has the error
	for _, f := range flags {
		doc := f.doc
		if f.name == "format" && len(c.formats) > 0 {
			doc = "how it is written: " + strings.Join(c.formats, ", ")
		}
		if slices.Contains(c.flags, f.name) {
			_, _ = fmt.Fprintf(t, "  %s\t%s\n", strings.TrimSpace("-"+f.name+" "+f.value), doc)
		}
	}
	return t.Flush()
}

// version says what this is built from.
func (a *app) version() error {
	_, err := fmt.Fprintf(a.stdout, "sqlser-repl %s, %s, %s/%s\n", versionName(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}

func versionName() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" || info.Main.Version == "(devel)" {
		return "devel"
	}
	return info.Main.Version
}
