package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/cmd/sqlser-repl/internal/show"
)

// scripted is what the scripts of tests/script use.
type scripted struct {
	used  map[string]bool // "command", "-flag", "command -flag", "command -format name", "exit code"
	typed string          // the files that are piped in
}

// readScripts finds each step of a script that starts the program.
func readScripts(t *testing.T) *scripted {
	t.Helper()
	s := &scripted{used: map[string]bool{}}
	files, err := filepath.Glob("../../tests/script/*.txtar")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		b, err := os.ReadFile(file)
		require.NoError(t, err)
		archive := txtar.Parse(b)
		for line := range strings.Lines(string(archive.Comment)) {
			s.step(line)
		}
		for _, f := range archive.Files {
			s.typed += string(f.Data)
		}
	}
	return s
}

// step takes a line of a script.
func (s *scripted) step(line string) {
	words := quotedWords(line)
	for i, word := range words {
		switch {
		case strings.HasPrefix(word, "#"):
			return
		case word == "fails" && i+1 < len(words):
			s.used["exit "+words[i+1]] = true
		case word == "sqlser-repl":
			s.call(words[i+1:])
			return
		case strings.Contains(word, "sqlser-repl "): // of a shell
			s.step(word[strings.Index(word, "sqlser-repl "):])
		}
	}
}

// call takes the arguments of the program, as it does itself.
func (s *scripted) call(args []string) {
	o, _ := parseFlags(args) // what cannot be is tested too
	c, _ := (&app{opts: o}).command()
	if c == nil {
		c = scriptCommand // its file is a file of the script
	}
	s.used[c.title()] = true
	for _, flag := range o.given {
		s.used[c.title()+" -"+flag], s.used["-"+flag] = true, true
	}
	s.used[c.title()+" -format "+o.format] = true
}

// quotedWords are the words of a line as testscript has them.
func quotedWords(line string) []string {
	var words []string
	word, in, quoted := "", false, false
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case quoted && c == '\'' && i+1 < len(line) && line[i+1] == '\'':
			word, i = word+"'", i+1
		case c == '\'':
			in, quoted = true, !quoted
		case !quoted && strings.IndexByte(" \t\r\n", c) >= 0:
			if in {
				words = append(words, word)
			}
			word, in = "", false
		default:
			word, in = word+string(c), true
		}
	}
	if in {
		words = append(words, word)
	}
	return words
}

// TestEverythingHasAScript: each command with each of its flags and formats, each exit code, each command of
// the prompt and each of its words stands in a script of tests/script.
func TestEverythingHasAScript(t *testing.T) {
	s := readScripts(t)
	var missing []string
	need := func(what string) {
		if !s.used[what] {
			missing = append(missing, what)
		}
	}
	for _, c := range append(slices.Clone(commands), scriptCommand) {
		need(c.title())
		for _, flag := range c.flags {
			need(c.title() + " -" + flag)
		}
		for _, format := range c.formats {
			need(c.title() + " -format " + format)
		}
	}
	for _, f := range flags {
		need("-" + f.name)
	}
	for _, code := range []string{"1", "2", "3", "4", "5", "130"} {
		need("exit " + code)
	}
	typed := func(what string) {
		if !strings.Contains("\n"+s.typed, "\n"+what+"\n") && !strings.Contains("\n"+s.typed, "\n"+what+" ") {
			missing = append(missing, what)
		}
	}
	for _, c := range dotCommands() {
		typed(c.name)
		for _, word := range c.words {
			typed(c.name + " " + word)
		}
	}
	for _, kind := range show.Charts() {
		typed(".chart " + kind)
	}
	require.Empty(t, missing, "%d of them", len(missing))
}
