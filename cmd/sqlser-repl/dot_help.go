package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"unicode"

	"github.com/sqlser/sqlser/cmd/sqlser-repl/internal/show"
	"github.com/sqlser/sqlser/luabind"
	"github.com/sqlser/sqlser/schema"
)

func dotHelp(ctx context.Context, p *prompt, a *app, rest string) error {
	if rest != "" {
		text := p.topic(rest)
		if text == "" {
			if _, err := p.source(rest); err == nil {
				return dotSchema(ctx, p, a, rest)
			}
			if text = found(rest); text != "" {
				_, err := io.WriteString(a.out, text)
				return err
			}
			return fmt.Errorf("there is no help on %q%s; .help lists the commands", rest, schema.DidYouMean(rest, topics()))
		}
		_, err := io.WriteString(a.out, show.Wrap(text, a.style().Width, "    "))
		return err
	}
	_, err := io.WriteString(a.out, helpText(a.style()))
	return err
}

// helpDocs is where .help has what commands do, in columns from the left.
const helpDocs = 26

// helpText is .help: what is typed first, then the commands.
func helpText(style show.Style) string {
	var b strings.Builder
	say := func(text string) { b.WriteString(show.Wrap(text, style.Width, "") + "\n") }
	say("What you type is Lua, and a value is shown without return: a query by its SQL and rows, a change by its SQL until " +
		".run, a table by its columns. The last value is _, and a line that begins with : continues it:")
	b.WriteString("\n")
	for _, line := range []string{
		"c, o = db.customers, db.orders",
		`sql.select(c.last_name, sql.fn.sum(o.total):label "spent"):join(o)`,
		`:where(c.country_code == "FR"):group_by(c.id, c.last_name)`,
		`:order_by(sql.desc "spent"):limit(3)`,
	} {
		b.WriteString("  " + style.Lua(line) + "\n")
	}
	b.WriteString("\n")
	say("db has the tables, and entities for them; sql the functions: .help sql lists them, .help sql.fn those of the database, " +
		".help q the methods of a query, .help x of a column; .help where says what one does. session runs queries in scripts: session:all(q).")
	say("Tab completes, Up recalls, Ctrl-R searches, Alt-Enter begins a new line, Ctrl-C gives a line up or cancels a query.")
	say("Commands begin with a dot; the beginning is enough where no other begins so. Q is such Lua; left out, it is _.")
	for _, g := range dotGroups() {
		b.WriteString("\n" + style.Paint(show.Bold, g.title) + "\n")
		for _, c := range g.commands {
			name := show.Pad(strings.TrimSpace(c.name+" "+c.args), helpDocs-2, false)
			b.WriteString(show.Wrap(name+"  "+c.doc, style.Width, strings.Repeat(" ", helpDocs)) + "\n")
		}
	}
	return b.String()
}

// groups are what .help lists the names of, by the variable that examples name.
var groups = []struct{ topic, on, title string }{
	{"sql", "sql", "what sql has"},
	{"sql.fn", "sql.fn", "functions of the database"},
	{"sql.types", "sql.types", "types"},
	{"q", "q", "methods of a query"},
	{"x", "x", "methods of a column and any other expression"},
	{"u", "u", "methods of a table and any other source"},
	{"session", "session", "methods of session"},
}

// topic is what there is to say of a topic, or "".
func (p *prompt) topic(name string) string {
	if c, err := findDot("."+strings.TrimPrefix(name, "."), false); err == nil {
		return fmt.Sprintf("%s\n  %s\n", strings.TrimSpace(c.name+" "+c.args), c.doc)
	}
	docs := luabind.Docs()
	for _, g := range groups {
		if g.topic != name {
			continue
		}
		var b strings.Builder
		b.WriteString(g.title + ":\n")
		t := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
		for _, d := range docs {
			if d.On == g.on {
				_, _ = fmt.Fprintf(t, "  %s\t%s\n", d.Signature, d.Doc) // a Builder takes all
			}
		}
		_ = t.Flush()
		return b.String()
	}
	var b strings.Builder
	for _, d := range docs {
		full, _, _ := strings.Cut(d.Signature, "(")
		if d.Name != name && full != name {
			continue
		}
		b.WriteString(d.Signature + "\n  " + d.Doc + "\n")
		if d.Example != "" {
			b.WriteString("  for example " + show.VisibleLines(d.Example) + "\n")
		}
	}
	return b.String()
}

// maxFound is how much a search of the help shows.
const maxFound = 20

// found lists what a word is said of, of commands, methods and functions: those with it in their names first; "" for none.
func found(word string) string {
	one := func(s string) string { return strings.TrimSuffix(strings.ToLower(s), "s") } // of several
	word = one(word)
	has := func(text string) bool {
		words := strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) })
		return slices.ContainsFunc(words, func(s string) bool { return one(s) == word })
	}
	var named, said []string
	add := func(name, signature, doc string) {
		line := "  " + signature + "\n      " + doc + "\n"
		switch {
		case has(name):
			named = append(named, line)
		case has(doc):
			said = append(said, line)
		}
	}
	for _, c := range dotCommands() {
		add(c.name, strings.TrimSpace(c.name+" "+c.args), c.doc)
	}
	for _, d := range luabind.Docs() {
		add(d.Name, d.Signature, d.Doc)
	}
	list := append(named, said...)
	if len(list) == 0 || len(word) < 3 {
		return ""
	}
	text, more := "what "+show.Visible(word)+" is said of:\n", len(list)-maxFound
	if more > 0 {
		list = list[:maxFound]
	}
	text += strings.Join(list, "")
	if more > 0 {
		text += fmt.Sprintf("  and %d more\n", more)
	}
	return text
}

// topics are what there is help on.
func topics() []string {
	var names []string
	for _, c := range dotCommands() {
		names = append(names, c.name)
	}
	for _, g := range groups {
		names = append(names, g.topic)
	}
	for _, d := range luabind.Docs() {
		names = append(names, d.Name)
	}
	return names
}
