package main

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/stretchr/testify/require"
)

// What is measured here is measured from outside, of programs in a terminal of their own, each beside others that
// people use, as far as they are installed:
//
//	go test ./cmd/sqlser-repl -run - -bench Figures -benchtime 15x
//
// PostgreSQL is that of SQLSER_TEST_POSTGRES. The figures are medians of the iterations; PROMPT.md has a run.

// peer is a program that is measured.
type peer struct {
	name   string
	prompt string   // that it shows, without what colors it
	args   []string // at its prompt
	env    []string
	text   string // what one types there
	rows   string // ends in what selects the rows; at the prompt
	once   []string
}

// figures are what the peers are measured on.
type figures struct {
	b      *testing.B
	dir    string
	sqlite string // a file with the tables
	small  string // a file with one
	url    string // a database of PostgreSQL with them; "" without one
}

// How much there is.
const (
	figureTables, figureColumns = 2_000, 20
	figureRows                  = 100_000
)

func BenchmarkFigures(b *testing.B) {
	f := &figures{b: b, dir: b.TempDir()}
	build := exec.Command("go", "build", "-o", filepath.Join(f.dir, "sqlser-repl"), ".") // the real thing, without what tests add
	out, err := build.CombinedOutput()
	require.NoError(b, err, "%s", out)
	f.makeTables()
	peers := f.peers()
	b.Run("prompt", func(b *testing.B) { f.each(b, peers, f.start) })
	b.Run("once", func(b *testing.B) { f.each(b, peers, f.once) })
	b.Run("key", func(b *testing.B) { f.each(b, peers, f.key) })
	b.Run("complete", func(b *testing.B) { f.each(b, peers, f.complete) })
	b.Run("rows", func(b *testing.B) { f.each(b, peers, f.table) })
}

// peers are the programs that are here.
func (f *figures) peers() []peer {
	rc := filepath.Join(f.dir, "pgclirc")
	require.NoError(f.b, os.WriteFile(rc, []byte("[main]\nless_chatty = True\nenable_pager = False\nrow_limit = 0\n"), 0o600))
	our := filepath.Join(f.dir, "sqlser-repl")
	ourEnv := []string{"SQLSER_DB=", "SQLSER_CONFIG=", "SQLSER_HISTORY=", "PAGER="}
	ours := func(name string, args ...string) peer {
		return peer{
			name: "sqlser-repl-" + name, prompt: promptNew, args: append([]string{our}, args...), env: ourEnv, text: "sql.select(db.",
			rows: "sql.select(db.many)", once: append(append([]string{our}, args...), "-e", "return sql.select(sql.fn.count():label 'n'):from(db.tags)"),
		}
	}
	list := []peer{
		ours("demo", "-limit", "0"),
		ours("small", "-db", "sqlite:"+f.small, "-limit", "0"),
		ours("sqlite", "-db", "sqlite:"+f.sqlite, "-limit", "0"),
		{
			name: "sqlite3", prompt: "sqlite> ", args: []string{"sqlite3", "-interactive", "-box", f.sqlite}, text: "select * from ",
			rows: "select * from many;", once: []string{"sqlite3", f.sqlite, "select count(*) as n from tags"},
		},
	}
	if f.url == "" {
		return list
	}
	psql := []string{"psql", "-qX", "-P", "pager=off"}
	return append(list,
		ours("postgres", "-db", f.url, "-limit", "0"),
		peer{
			name: "psql", prompt: "psql> ", args: append(psql, "-v", "PROMPT1=psql> ", f.url), text: "select * from ",
			rows: "select * from many;", once: append(psql, f.url, "-c", "select count(*) as n from tags"),
		},
		peer{
			name: "pgcli", prompt: "pgcli>", args: []string{"pgcli", "--pgclirc", rc, "--prompt", "pgcli> ", f.url}, text: "select * from ",
			env: []string{"XDG_CONFIG_HOME=" + f.dir, "PAGER=cat"}, rows: "select * from many;",
		})
}

// makeTables makes the tables, in a file and in PostgreSQL.
func (f *figures) makeTables() {
	var columns strings.Builder
	for i := range figureColumns {
		fmt.Fprintf(&columns, ", column_%d integer", i)
	}
	statements := []string{
		"CREATE TABLE tags (id integer PRIMARY KEY, name text)", "INSERT INTO tags VALUES (1, 'a'), (2, 'b')",
		"CREATE TABLE many (id integer PRIMARY KEY, name text, word text)",
		fmt.Sprintf("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < %d) INSERT INTO many SELECT i, 'a name of some length', '日本語' FROM n", figureRows),
	}
	for i := range figureTables {
		statements = append(statements, fmt.Sprintf("CREATE TABLE t_%04d_things (id integer PRIMARY KEY%s)", i, &columns))
	}
	make := func(db *sql.DB) {
		tx, err := db.Begin()
		require.NoError(f.b, err)
		for _, s := range statements {
			_, err := tx.Exec(s)
			require.NoError(f.b, err, s)
		}
		require.NoError(f.b, tx.Commit())
	}
	f.sqlite, f.small = filepath.Join(f.dir, "many.db"), filepath.Join(f.dir, "small.db")
	db, err := sql.Open("sqlite", f.small)
	require.NoError(f.b, err)
	_, err = db.Exec(statements[0])
	require.NoError(f.b, err)
	require.NoError(f.b, db.Close())
	db, err = sql.Open("sqlite", f.sqlite)
	require.NoError(f.b, err)
	make(db)
	require.NoError(f.b, db.Close())
	url := os.Getenv("SQLSER_TEST_POSTGRES")
	if url == "" {
		return
	}
	if db, err = sql.Open("pgx", url); err != nil {
		f.b.Fatal(err)
	}
	name := fmt.Sprintf("figures_%d", os.Getpid())
	_, err = db.Exec("CREATE DATABASE " + name)
	require.NoError(f.b, err)
	f.b.Cleanup(func() {
		_, err := db.Exec("DROP DATABASE " + name + " WITH (FORCE)")
		require.NoError(f.b, err)
		require.NoError(f.b, db.Close())
	})
	base, query, _ := strings.Cut(url, "?")
	f.url = base[:strings.LastIndexByte(base, '/')+1] + name + "?" + query
	own, err := sql.Open("pgx", f.url)
	require.NoError(f.b, err)
	make(own)
	require.NoError(f.b, own.Close())
}

// each measures each peer that is here by one of the measures.
func (f *figures) each(b *testing.B, peers []peer, measure func(b *testing.B, p peer) []time.Duration) {
	for _, p := range peers {
		b.Run(p.name, func(b *testing.B) {
			if _, err := exec.LookPath(p.args[0]); err != nil {
				b.Skip("it is not installed")
			}
			took := measure(b, p)
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "ms/median")
			b.ReportMetric(float64(took[0].Microseconds())/1000, "ms/least")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// open starts a peer in a terminal, and waits for its prompt.
func (f *figures) open(b *testing.B, p peer) *pty {
	s := openPTY(b, exec.Command(p.args[0], p.args[1:]...), append([]string{"TERM=xterm-256color", "LANG=C.UTF-8"}, p.env...)...)
	s.shown(p.prompt)
	return s
}

// start is from the start of the program to its first prompt.
func (f *figures) start(b *testing.B, p peer) (took []time.Duration) {
	for b.Loop() {
		began := time.Now()
		s := f.open(b, p)
		took = append(took, time.Since(began))
		s.close()
		_ = s.cmd.Wait() // it was killed
	}
	return took
}

// once is one statement, and out.
func (f *figures) once(b *testing.B, p peer) (took []time.Duration) {
	if p.once == nil {
		b.Skip("it has none")
	}
	for b.Loop() {
		cmd := exec.Command(p.once[0], p.once[1:]...)
		cmd.Env = append(os.Environ(), p.env...)
		began := time.Now()
		out, err := cmd.CombinedOutput()
		require.NoError(b, err, "%s", out)
		took = append(took, time.Since(began))
	}
	return took
}

// keys are letters that end no sequence which drives a terminal.
const keys = "qzwyvxQZWY"

// key is from a key to the screen, in the midst of a statement.
func (f *figures) key(b *testing.B, p peer) (took []time.Duration) {
	s := f.open(b, p)
	defer s.close()
	s.typed(p.text)
	for b.Loop() {
		for _, key := range strings.Split(keys, "") {
			s.settle()
			began := time.Now()
			s.typed(key)
			s.shown(key)
			took = append(took, time.Since(began))
		}
		for range keys {
			s.typed("\x7f")
		}
	}
	return took
}

// complete is from a key to the name of a table on the screen: of 2,000 tables, as one types, or by Tab.
func (f *figures) complete(b *testing.B, p peer) (took []time.Duration) {
	tab := ""
	switch p.name {
	case "sqlser-repl-demo", "sqlser-repl-small":
		b.Skip("it has few tables")
	case "sqlite3":
		b.Skip("it completes no tables where it is built with readline")
	case "psql":
		tab = "\t"
	}
	s := f.open(b, p)
	defer s.close()
	table := 0
	try := func(patience time.Duration) (time.Duration, bool) {
		table = (table + 997) % figureTables
		name := fmt.Sprintf("t_%04d", table)
		if tab == "" {
			s.typed(p.text + name[:len(name)-1])
		} else {
			s.typed(p.text + name)
		}
		s.settle()
		began := time.Now()
		if tab == "" {
			s.typed(name[len(name)-1:])
		} else {
			s.typed(tab)
		}
		ok := s.showsWithin(patience, "_things")
		duration := time.Since(began)
		s.typed("\x03") // gives the line up
		s.settle()
		return duration, ok
	}
	for ok := false; !ok; { // some learn the names in the background
		_, ok = try(2 * time.Second)
	}
	for b.Loop() {
		duration, ok := try(time.Minute)
		require.True(b, ok)
		took = append(took, duration)
	}
	return took
}

// table is 100,000 rows of three columns as a table, into a terminal that takes all at once.
func (f *figures) table(b *testing.B, p peer) (took []time.Duration) {
	if p.name == "sqlser-repl-demo" || p.name == "sqlser-repl-small" {
		b.Skip("it has few rows")
	}
	s := f.open(b, p)
	defer s.close()
	for b.Loop() {
		s.typed(p.rows)
		s.settle()
		began := time.Now()
		s.typed("\r")
		s.shown(fmt.Sprint(figureRows), p.prompt)
		took = append(took, time.Since(began))
	}
	return took
}

// settle waits until the screen is quiet, and forgets what it has shown.
func (s *pty) settle() {
	for {
		select {
		case <-s.more:
		case <-time.After(100 * time.Millisecond):
			s.mu.Lock()
			defer s.mu.Unlock()
			s.text.Reset()
			return
		}
	}
}

// shown waits for texts on the screen, one after the other, whatever is between their letters to drive the terminal, and
// forgets it then.
func (s *pty) shown(texts ...string) {
	s.t.Helper()
	if !s.showsWithin(time.Minute, texts...) {
		s.t.Fatalf("no %q in %q", texts, s.text.String())
	}
}

// tail is how much of the screen is kept that was looked through in vain: its end may be the beginning of what is
// looked for.
const tail = 1 << 10

func (s *pty) showsWithin(patience time.Duration, texts ...string) bool {
	ctx, cancel := context.WithTimeout(s.t.Context(), patience)
	defer cancel()
	for {
		s.mu.Lock()
		got := s.text.String()
		found, rest := true, ansi.Strip(got)
		for _, text := range texts {
			var ok bool
			_, rest, ok = strings.Cut(rest, text)
			found = found && ok
		}
		if found || len(got) > 8*tail {
			s.text.Reset()
		}
		if !found && len(got) > 8*tail {
			s.text.WriteString(got[len(got)-tail:])
		}
		s.mu.Unlock()
		if found {
			return true
		}
		select {
		case <-s.more:
		case <-ctx.Done():
			return false
		}
	}
}
