package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/sqlser/sqlser/cmd/sqlser-repl/internal/show"
	"github.com/sqlser/sqlser/serializer"
)

var checkCommand = &command{
	name: "check", args: "Q ...", doc: "what the schema means for saved queries: files, folders of *.sqb", formats: []string{"text", "json", "jsonl"},
	flags: []string{"db", "meta", "e", "format", "o", "read-only", "severity", "manifest", "trust", "purpose", "audience"},
	run:   runCheck,
}

// The answers of check beside those of a report; serializer.Severity has the others.
const (
	answerSame       = "same"
	answerRefused    = "refused"    // the bytes are no query
	answerFailed     = "failed"     // the script builds none
	answerUnreadable = "unreadable" // the file cannot be read
)

// checked is what check says of one query.
type checked struct {
	Query    string               `json:"query"`
	Answer   string               `json:"answer"`
	Mends    bool                 `json:"mends,omitempty"` // repair rewrites it
	Problems []serializer.Problem `json:"problems,omitempty"`
	Error    string               `json:"error,omitempty"`

	unverified bool // it is signed, which was not looked at
}

// runCheck checks saved queries against a schema, one after the other.
func runCheck(ctx context.Context, a *app, words []string) error {
	format, err := a.textFormat()
	if err != nil {
		return err
	}
	d, err := a.open(ctx, "check", false, true)
	if err != nil {
		return err
	}
	defer d.Close()
	sum := &checkSum{counts: map[string]int{}}
	w := &checkWriter{w: a.out, format: format, style: a.style()}
	progress := a.progress("checked")
	others, err := a.eachSaved(ctx, "check", words, func(s saved) error {
		c := a.check(ctx, s, d)
		sum.add(c)
		progress(sum.all)
		if format == "text" && c.Answer == answerSame {
			return nil
		}
		return w.write(c)
	})
	progress(-1)
	if err == nil {
		err = w.end()
	}
	if err != nil {
		return err
	}
	if err := a.out.finish(nil); err != nil { // it is complete, whatever it says
		return err
	}
	a.note("%s", sum)
	if others > 0 {
		a.note("%s left out: in folders only *%s is taken", show.Counted(others, "other file"), savedExt)
	}
	if sum.unverified > 0 {
		a.note("%s not verified: -trust keyfile does that", show.Counted(sum.unverified, "signature"))
	}
	return sum.err()
}

// check says what the schema means for one query.
func (a *app) check(ctx context.Context, s saved, d *database) *checked {
	c := &checked{Query: s.name, Answer: answerSame}
	fail := func(answer string, err error) *checked {
		c.Answer, c.Error = answer, err.Error()
		return c
	}
	switch {
	case s.err != nil:
		return fail(answerUnreadable, s.err)
	case s.bytes == nil: // built against this very schema, or not at all
		if _, _, err := a.node(ctx, s.source, d); err != nil {
			return fail(answerFailed, err)
		}
		return c
	}
	host := serializer.Binding{MetaData: d.meta}
	b, signed, err := a.unsigned(s.source)
	if err != nil {
		return fail(answerRefused, err)
	}
	c.unverified = signed && a.opts.signing.trust == ""
	check := serializer.Check
	if a.opts.manifest {
		check = serializer.CheckManifest
	}
	report, err := check(b, host)
	if err != nil {
		return fail(answerRefused, err)
	}
	if !report.Same() {
		_, err := serializer.Repair(b, host)
		c.Mends = err == nil
	}
	for _, p := range report.Problems {
		if p.Severity >= a.opts.severity {
			c.Problems = append(c.Problems, p)
		}
	}
	if len(c.Problems) > 0 {
		c.Answer = serializer.Report{Problems: c.Problems}.Worst().String()
	}
	return c
}

// checkSum counts the answers.
type checkSum struct {
	all        int
	unverified int
	counts     map[string]int
}

func (s *checkSum) add(c *checked) {
	s.all++
	s.counts[c.Answer]++
	if c.unverified {
		s.unverified++
	}
}

// answers are all there are, the best first.
var answers = []string{answerSame, serializer.Notice.String(), serializer.Warning.String(), serializer.Failure.String(),
	answerFailed, answerRefused, answerUnreadable}

func (s *checkSum) String() string {
	words := map[string]string{serializer.Notice.String(): "with notices", serializer.Warning.String(): "with warnings", serializer.Failure.String(): "cannot be bound"}
	var parts []string
	for _, answer := range answers {
		if n := s.counts[answer]; n > 0 {
			word := words[answer]
			if word == "" {
				word = answer
			}
			parts = append(parts, fmt.Sprintf("%d %s", n, word))
		}
	}
	text := "no queries"
	if s.all == 1 {
		text = "1 query"
	} else if s.all > 1 {
		text = fmt.Sprintf("%d queries", s.all)
	}
	if len(parts) > 0 {
		text += ": " + strings.Join(parts, ", ")
	}
	return text
}

// err is how check ends: worst are bytes that were refused.
func (s *checkSum) err() error {
	switch {
	case s.counts[answerRefused] > 0:
		return &refusedError{"refused", fmt.Errorf("%s that no query is in", show.Counted(s.counts[answerRefused], "file"))}
	case s.counts[answerUnreadable] > 0:
		return usagef("%s cannot be read", show.Counted(s.counts[answerUnreadable], "file"))
	case s.counts[answerSame] < s.all:
		return errDrift
	}
	return nil
}

// errDrift says that something has moved, which the output has told.
var errDrift = errors.New("drift")

// checkWriter writes answers as they come.
type checkWriter struct {
	w      io.Writer
	format string
	style  show.Style
	begun  bool
}

func (w *checkWriter) write(c *checked) error {
	switch w.format {
	case "text":
		_, err := io.WriteString(w.w, c.styled(w.style))
		return err
	case "json":
		head := ",\n"
		if !w.begun {
			head, w.begun = "[\n", true
		}
		if _, err := io.WriteString(w.w, head); err != nil {
			return err
		}
	}
	b, err := marshal(c)
	if err != nil {
		return err
	}
	if w.format == "jsonl" {
		b = append(b, '\n')
	}
	_, err = w.w.Write(b)
	return err
}

// end closes the document.
func (w *checkWriter) end() (err error) {
	switch {
	case w.format == "json" && w.begun:
		_, err = io.WriteString(w.w, "\n]\n")
	case w.format == "json":
		_, err = io.WriteString(w.w, "[]\n")
	}
	return err
}

// marshal is json.Marshal that leaves <, > and & as they are.
func marshal(v any) ([]byte, error) {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return []byte(strings.TrimSuffix(b.String(), "\n")), err
}

// styled shows the answer, and below it why.
func (c *checked) styled(style show.Style) string {
	var b strings.Builder
	color := map[string]string{answerSame: show.Green, serializer.Notice.String(): show.Green, serializer.Warning.String(): show.Yellow}[c.Answer]
	fmt.Fprintf(&b, "%s: %s", show.Visible(c.Query), style.Paint(cmp.Or(color, show.Red), c.Answer))
	if c.Error != "" {
		b.WriteString(": " + show.Visible(c.Error))
	}
	b.WriteString("\n")
	for _, p := range c.Problems {
		b.WriteString(show.Wrap("  "+show.Visible(p.String()), style.Width, "    ") + "\n")
	}
	if c.Mends {
		b.WriteString("  repair mends it\n")
	}
	return b.String()
}

// progress returns what shows on a terminal how far long work has come; -1 takes
// that away.
func (a *app) progress(word string) func(n int) {
	if a.opts.quiet || !isTerminal(a.stderr) || a.outTTY {
		return func(int) {}
	}
	last := time.Now()
	return func(n int) {
		switch now := time.Now(); {
		case n < 0:
			_, _ = io.WriteString(a.stderr, "\r\x1b[K") // there is nowhere else to tell it
		case now.Sub(last) > time.Second/2:
			last = now
			_, _ = fmt.Fprintf(a.stderr, "\r\x1b[K%d %s", n, word)
		}
	}
}
