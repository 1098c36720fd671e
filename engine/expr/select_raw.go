package expr

import (
	"slices"

	"github.com/sqlser/sqlser/schema"
)

// RawPlace says where in a select raw text stands. Values are wire codes: append only.
type RawPlace uint8

// The places.
const (
	RawPrefix RawPlace = iota + 1 // behind SELECT
	RawSuffix                     // at the end
	RawHint                       // behind a table in FROM
	rawPlaces
)

// Raw is raw text that a select has beside its parts, for one database or for all.
type Raw struct {
	place   RawPlace
	text    string
	dialect string     // "" for all
	of      FromClause // of a hint: the source
	marks   string
}

// Place says where it stands.
func (r Raw) Place() RawPlace { return r.place }

// Text returns the text.
func (r Raw) Text() string { return r.text }

// Dialect returns the name of the database that it is for, "" for all.
func (r Raw) Dialect() string { return r.dialect }

// Marks returns the characters of the text that some databases read otherwise than
// others; see [TextExpr.Marks].
func (r Raw) Marks() string { return r.marks }

func (r *Raw) fields(f *Fields) {
	f.Code("place", (*uint8)(&r.place))
	f.String("text", &r.text)
	f.String("dialect", &r.dialect)
	f.From("of", &r.of)
}

// rawDialects are the names of the databases that raw text can be for.
var rawDialects = []string{"sqlite", "postgres", "mysql", "mariadb"}

func (r *Raw) check() *Error {
	if r.place == 0 || r.place >= rawPlaces {
		return fail(CodeForm, "unknown place of raw text: %d", r.place)
	}
	raw, err := lexRaw(r.text, false)
	if err != nil {
		return err
	}
	if r.marks != raw.marks { // other selects may share it by now
		r.marks = raw.marks
	}
	if r.dialect != "" && !slices.Contains(rawDialects, r.dialect) {
		err := fail(CodeName, "no dialect %q", r.dialect)
		err.Hint = schema.DidYouMean(r.dialect, rawDialects)
		return err
	}
	_, isSource := r.of.(Source)
	if isSource != (r.place == RawHint) {
		return fail(CodeForm, "a hint is of a source, and nothing else is")
	}
	return nil
}

func (s *SelectStmt) withRaw(place RawPlace, of FromClause, text string, dialect []string) *SelectStmt {
	return s.withMore(func(_ *selectData, m *selectMore) {
		r := Raw{place: place, text: text, of: orNone(of)}
		if len(dialect) > 1 {
			m.wrong(fail(CodeArgument, "expected a dialect at most, got %d", len(dialect)))
		}
		for _, d := range dialect {
			r.dialect = d
		}
		m.raw = append(m.raw, r)
	})
}

// Prefix writes raw text behind SELECT, on one database if its name is given. It
// needs [GrantRaw].
func (s *SelectStmt) Prefix(text string, dialect ...string) *SelectStmt {
	return s.withRaw(RawPrefix, nil, text, dialect)
}

// Suffix writes raw text at the end.
func (s *SelectStmt) Suffix(text string, dialect ...string) *SelectStmt {
	return s.withRaw(RawSuffix, nil, text, dialect)
}

// Hint writes raw text behind a table in FROM, such as USE INDEX (a).
func (s *SelectStmt) Hint(of Source, text string, dialect ...string) *SelectStmt {
	return s.withRaw(RawHint, of, text, dialect)
}

// RawParts returns the raw text that stands beside the parts of s, as it was given.
func (s *SelectStmt) RawParts() List[Raw] { return List[Raw]{s.rest().raw} }

// Hints returns the raw text that stands behind the table.
func (o *Occurrence) Hints() List[Raw] { return List[Raw]{o.hints} }

// hint gives the occurrences of a select their hints.
func (r *resolver) hint(raw []Raw, sc *scope) {
	for _, h := range raw {
		of, ok := h.of.(Source)
		if !ok {
			continue
		}
		place := sc.from.find(of)
		if place < 0 || sc.from.occurrences[place].table == nil {
			r.fail(OpSelect, CodeFrom, "a hint of %s: it is no table in FROM", of.Name())
			return
		}
		o := sc.from.occurrences[place]
		o.hints = append(o.hints, h)
	}
}

func rawMethod(name, doc, example, sql string, build func(s *SelectStmt, text string, dialect ...string) *SelectStmt) Method {
	return Method{
		On: OnSelect, Name: name, Doc: doc, Grant: GrantRaw, Args: []Arg{{"text", ArgString}, {"dialect", ArgString}}, Optional: 1,
		Example: example, SQL: sql,
		Build: func(self any, a []any) any {
			if d, ok := a[1].(string); ok {
				return build(self.(*SelectStmt), a[0].(string), d)
			}
			return build(self.(*SelectStmt), a[0].(string))
		},
	}
}

var rawMethods = []Method{
	rawMethod("prefix", "raw text behind SELECT, on one database if its name is given", `sql.select(u.id):prefix("/* all */")`, `SELECT /* all */ "users"."id" FROM "users"`, (*SelectStmt).Prefix),
	rawMethod("suffix", "raw text at the end, on one database if its name is given", `sql.select(u.id):suffix("LIMIT 3", "sqlite")`, `SELECT "users"."id" FROM "users" LIMIT 3`, (*SelectStmt).Suffix),
	rawMethod("with_statement_hint", "raw text at the end, as suffix", `sql.select(u.id):with_statement_hint("/* fast */")`, `SELECT "users"."id" FROM "users" /* fast */`, (*SelectStmt).Suffix),
	{
		On: OnSelect, Name: "with_hint", Doc: "raw text behind a table in FROM, on one database if its name is given", Grant: GrantRaw,
		Args: []Arg{{"source", ArgFrom}, {"text", ArgString}, {"dialect", ArgString}}, Optional: 1,
		Example: `sql.select(u.id):with_hint(u, "NOT INDEXED", "sqlite")`,
		SQL:     `SELECT "users"."id" FROM "users" NOT INDEXED`,
		Build: func(self any, a []any) any {
			d, _ := a[2].(string)
			var dialect []string
			if d != "" {
				dialect = []string{d}
			}
			return self.(*SelectStmt).withRaw(RawHint, a[0].(FromClause), a[1].(string), dialect)
		},
	},
}
