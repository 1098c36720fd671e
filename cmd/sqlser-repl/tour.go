package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/sqlser/sqlser/cmd/sqlser-repl/internal/show"
)

// tourStep is a step of the tour: what it says, then what it types.
type tourStep struct {
	says  string
	types []string
}

// tourSteps teach the whole idea on the demo: build, continue, run, say in another dialect, save, and
// mend after the schema has moved. FILE stands for a file of the tour's own.
var tourSteps = []tourStep{
	{"db has the tables. One of them, shown: its columns, and what belongs to what.",
		[]string{`db.customers`}},
	{"A query is a value. Shown, it says its SQL and its rows; what you write travels as arguments (?), never in the text.",
		[]string{`c = db.customers`, `sql.select(c.first_name, c.last_name, c.city):where(c.country_code == "FR"):limit(3)`}},
	{"A line that begins with : goes on with the last value, _. Queries do not change: each step makes a new one.",
		[]string{`:order_by(c.last_name)`}},
	{"A join finds its foreign key. Names for results are labels; the country is a parameter with a default.",
		[]string{`o = db.orders`, `best = sql.select(c.last_name, sql.fn.sum(o.total):label "spent"):join(o)
  :where(c.country_code == sql.param("country", sql.types.string, "DE"))
  :group_by(c.id, c.last_name):order_by(sql.desc "spent"):limit(5)`, `best`}},
	{"Another value for the parameter, and the rows as a chart.",
		[]string{`.set country FR`, `.chart bar best`}},
	{"The same query in the words of another database. Where they differ in meaning, it says so instead of guessing.",
		[]string{`.sql best postgres`}},
	{"A mistake says where it is, what was expected, and what you may have meant.",
		[]string{`best:where(c.contry_code == "FR")`}},
	{"Saved, the query is data: some bytes, the same on every machine. Loading them runs no code.",
		[]string{`.dump best FILE`, `.bytes c.city`}},
	{"The schema moves: a column gets another name. Check says what that means for what was saved.",
		[]string{`.rename customers.country_code country`, `.check FILE`}},
	{"Repair rewrites the bytes for the schema of today; loaded, the query runs as ever.",
		[]string{`.repair FILE`, `.set country FR`, `.load FILE`}},
}

// dotTour takes the next step of the tour, or one by its number.
func dotTour(ctx context.Context, p *prompt, _ *app, rest string) error {
	step := p.tour + 1
	if rest != "" {
		n, err := strconv.Atoi(rest)
		if err != nil || n < 1 || n > len(tourSteps) {
			return fmt.Errorf("expected a step from 1 to %d, got %q", len(tourSteps), rest)
		}
		step = n
	}
	switch {
	case p.opts.safe:
		return errors.New(".tour saves a file: this is -safe")
	case p.tx != nil:
		return errors.New("a transaction is open: .commit or .rollback first")
	case p.db.name != "demo":
		return errors.New("the tour is on the demo: .open demo")
	case step > len(tourSteps):
		step = 1
	}
	if p.tourDir == "" {
		dir, err := os.MkdirTemp("", "sqlser-tour")
		if err != nil {
			return err
		}
		p.tourDir = dir
	}
	if step != p.tour+1 || step == 1 {
		if err := p.tourFrom(ctx, step); err != nil {
			return err
		}
	}
	p.tour = step
	style := p.style()
	p.say("%s", show.Wrap(style.Paint(show.Bold, fmt.Sprintf("%d of %d.", step, len(tourSteps)))+" "+tourSteps[step-1].says, style.Width, ""))
	err := p.tourTypes(ctx, tourSteps[step-1])
	if step < len(tourSteps) {
		p.say("%s", style.Paint(show.Dim, ".tour goes on"))
	} else {
		p.say("%s", style.Paint(show.Dim, "That is all of it. .help lists the commands, .open goes to a database of yours."))
	}
	return err
}

// tourFrom makes the demo as it was, where it is not, and does to it what the steps before one do. What the
// user has made it leaves alone.
func (p *prompt) tourFrom(ctx context.Context, step int) error {
	if p.altered && p.own {
		return errors.New("the tour needs the demo as it was, and you have changed it: .open demo begins anew, without your changes and variables; then .tour")
	}
	if p.altered {
		p.note("the demo begins anew: the last tour had changed it")
	}
	quiet := *p.app
	quiet.stdout, quiet.stderr, quiet.outTTY = io.Discard, io.Discard, false
	outer := p.app
	p.app = &quiet
	defer func() { p.app = outer }()
	if p.altered {
		if err := dotOpen(ctx, p, p.app, "demo"); err != nil {
			return err
		}
	}
	for i := range step - 1 {
		_ = p.tourTypes(ctx, tourSteps[i]) // one of them is a mistake
	}
	return nil
}

// tourTypes types a step. An error is shown as any other: it is meant to be seen.
func (p *prompt) tourTypes(ctx context.Context, step tourStep) error {
	p.touring = true
	defer func() { p.touring = false }()
	for _, text := range step.types {
		text = strings.ReplaceAll(text, "FILE", filepath.Join(p.tourDir, "best.sqb"))
		p.say("%s", p.style().Paint(show.Bold, strings.TrimSpace(promptNew))+" "+p.style().Lua(text))
		pending := ""
		_, err := p.line(ctx, &pending, text)
		strict := p.strict
		p.strict = false
		err = p.failed(err)
		if p.strict = strict; err != nil {
			return err
		}
	}
	return nil
}

// say writes a line to standard output.
func (p *prompt) say(format string, args ...any) {
	_, _ = fmt.Fprintf(p.stdout, format+"\n", args...) // what follows has the error, if it matters
}
