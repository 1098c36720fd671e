package expr

import (
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/sqlser/sqlser/schema"
)

// rawPiece is a part of raw text, and the bind behind it, if any.
type rawPiece struct {
	text, bind string
	at         int // of the bind among those of a TextExpr, from 1; 0 for none
}

// rawText is what a look at raw text has found.
type rawText struct {
	pieces []rawPiece
	marks  string // characters that some database reads otherwise: "?", "#", "`", "$", "[", ":", "@", each once
}

// lexRaw looks at raw text: it must be whole by itself, so that nothing which is
// written around it comes to stand in a quote or a comment of it. Quotes and comments are those that all
// databases have; what only one has is among the marks. Where binds is set, :name
// outside of them is a bind, \: a colon, and :: stays.
func lexRaw(text string, binds bool) (rawText, *Error) {
	l := rawLexer{text: text, binds: binds}
	switch {
	case text == "":
		return l.rawText, missing("the text")
	case !utf8.ValidString(text):
		return l.rawText, fail(CodeValue, "raw text must be valid UTF-8")
	case strings.IndexByte(text, 0) >= 0:
		return l.rawText, fail(CodeValue, "raw text cannot hold the character NUL")
	}
	for l.err == nil && l.at < len(text) {
		l.step()
	}
	if l.err == nil && l.open > 0 {
		l.err = fail(CodeForm, "raw text: a parenthesis is not closed")
	}
	l.cut("")
	return l.rawText, l.err
}

type rawLexer struct {
	rawText
	text  string
	binds bool
	at    int
	piece strings.Builder
	open  int
	err   *Error
}

func (l *rawLexer) fail(format string, args ...any) {
	l.err = fail(CodeForm, "raw text: "+format, args...)
}

// cut ends a piece.
func (l *rawLexer) cut(bind string) {
	if l.piece.Len() > 0 || bind != "" {
		l.pieces = append(l.pieces, rawPiece{text: l.piece.String(), bind: bind})
	}
	l.piece.Reset()
}

// take copies n bytes.
func (l *rawLexer) take(n int) {
	l.piece.WriteString(l.text[l.at : l.at+n])
	l.at += n
}

func (l *rawLexer) mark(c byte) {
	if strings.IndexByte(l.marks, c) < 0 {
		l.marks += string(c)
	}
}

func (l *rawLexer) step() {
	rest := l.text[l.at:]
	switch c := rest[0]; {
	case c == '\'' || c == '"' || c == '`':
		l.quoted(c)
	case strings.HasPrefix(rest, "--") && (len(rest) < 3 || !strings.ContainsRune(" \t\n", rune(rest[2]))):
		l.fail("-- without a space behind it is no comment on MySQL")
	case strings.HasPrefix(rest, "/*!") || strings.HasPrefix(rest, "/*M!"):
		l.fail("%s is no comment on MySQL", rest[:3])
	case strings.HasPrefix(rest, "--"):
		l.line(rest)
	case strings.HasPrefix(rest, "/*"):
		if body, _, _ := strings.Cut(rest[2:], "*/"); strings.Contains(body, "/*") {
			l.fail("a comment in a comment is read differently from database to database")
			return
		}
		l.until("*/", 2, "a comment does not end")
	case c == '$':
		l.dollar(rest)
	case c == ';':
		l.fail("a semicolon would begin another statement")
	case c == '(':
		l.open++
		l.take(1)
	case c == ')':
		if l.open--; l.open < 0 {
			l.fail("a parenthesis is closed that is not open")
			return
		}
		l.take(1)
	case l.binds && strings.HasPrefix(rest, `\:`):
		l.at++
		l.mark(':')
		l.take(1)
	case strings.HasPrefix(rest, "::"):
		l.take(2)
	case l.binds && c == ':':
		l.bind(rest)
	case c == ':':
		l.mark(':')
		l.take(1)
	default:
		if c == '?' || c == '#' || c == '[' || c == '@' {
			l.mark(c)
		}
		l.take(1)
	}
}

// line copies a comment up to the end of its line, which for PostgreSQL is any
// carriage return.
func (l *rawLexer) line(rest string) {
	body, _, _ := strings.Cut(rest, "\n")
	if strings.Contains(strings.TrimSuffix(body, "\r"), "\r") {
		l.fail("a carriage return in a comment ends it on PostgreSQL only")
		return
	}
	l.until("\n", 2, "a comment does not end")
}

// until copies what ends in a word.
func (l *rawLexer) until(end string, from int, otherwise string) {
	i := strings.Index(l.text[l.at+from:], end)
	if i < 0 {
		l.fail("%s", otherwise)
		return
	}
	l.take(from + i + len(end))
}

// quoted copies what is quoted; a quote that is doubled is part of it.
func (l *rawLexer) quoted(quote byte) {
	if quote == '`' {
		l.mark('`')
	}
	for i := l.at + 1; i < len(l.text); i++ {
		switch {
		case l.text[i] == '\\' && i+1 < len(l.text) && (l.text[i+1] == quote || l.text[i+1] == '\\'):
			l.fail("a backslash before a quote or a backslash is read differently from database to database: use a bind")
			return
		case l.text[i] != quote:
		case i+1 < len(l.text) && l.text[i+1] == quote:
			i++
		default:
			l.take(i + 1 - l.at)
			return
		}
	}
	l.fail("a quote is not closed")
}

// dollar copies what PostgreSQL quotes by $tag$, or a dollar within a name. It
// refuses what numbers an argument, and a dollar of which it depends on what stands
// around it whether it begins a quote: the number of an argument may come behind it.
func (l *rawLexer) dollar(rest string) {
	l.mark('$')
	end := 1
	for end < len(rest) && isWord(rest[end]) {
		end++
	}
	within := l.at > 0 && isWord(l.text[l.at-1])
	switch {
	case end > 1 && rest[1] >= '0' && rest[1] <= '9' && !within:
		l.fail("%s would be an argument: write :name", rest[:end])
	case end < len(rest) && rest[end] == '$' && !within:
		l.until(rest[:end+1], end+1, "a quote is not closed")
	case end == 1 || end < len(rest) && rest[end] == '$' || !within:
		l.fail("a dollar that is neither within a name nor of a quote $tag$")
	default:
		l.take(end)
	}
}

func isWord(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' || c >= utf8.RuneSelf
}

// bind reads :name, where no word stands before it.
func (l *rawLexer) bind(rest string) {
	end := 1
	for end < len(rest) && isWord(rest[end]) {
		end++
	}
	if end == 1 || rest[1] >= '0' && rest[1] <= '9' || l.at > 0 && isWord(l.text[l.at-1]) {
		l.mark(':')
		l.take(1)
		return
	}
	l.at += end
	l.cut(rest[1:end])
}

// TextExpr is text in the database's own words, with values at its binds. It may
// name what it likes: nothing of it is looked up, renamed or checked but that its
// quotes, comments and parentheses are whole. It needs [GrantRaw].
type TextExpr struct {
	value
	text     string
	binds    []textBind
	as       schema.Type
	verbatim bool // there are no binds in it
	raw      rawText
}

// textBind is the value of a bind.
type textBind struct {
	name string
	x    Expr
}

func (b *textBind) fields(f *Fields) {
	f.String("name", &b.name)
	f.Expr("expr", &b.x)
}

// RawText is an expression or condition in the database's own words. In text :name
// stands for the operand of that name in binds, which travels as an argument, \:
// for a colon; :: and what is quoted or a comment stays as it is. Its type is
// unknown unless one is given.
func RawText(text string, binds map[string]any, typ ...schema.Type) Expr {
	n := &TextExpr{text: text}
	raw, err := lexRaw(text, true)
	if err != nil {
		return refuse(OpText, err)
	}
	used := map[string]bool{}
	for _, p := range raw.pieces {
		if p.bind == "" || used[p.bind] {
			continue
		}
		used[p.bind] = true
		v, ok := binds[p.bind]
		if !ok {
			return refuse(OpText, fail(CodeName, "no value for the bind :%s", p.bind))
		}
		n.binds = append(n.binds, textBind{p.bind, Of(v)})
	}
	for _, name := range slices.Sorted(maps.Keys(binds)) {
		if !used[name] {
			err := fail(CodeName, "no bind :%s in the text", name)
			err.Hint = schema.DidYouMean(name, bindNames(raw))
			return refuse(OpText, err)
		}
	}
	return n.typed(typ)
}

// LiteralColumn is an expression in the database's own words, without binds.
func LiteralColumn(text string, typ ...schema.Type) Expr {
	n := &TextExpr{text: text, verbatim: true}
	return n.typed(typ)
}

func (n *TextExpr) typed(typ []schema.Type) Expr {
	if len(typ) > 1 {
		return refuse(OpText, fail(CodeArgument, "expected a type at most, got %d", len(typ)))
	}
	for _, t := range typ {
		n.as = t
	}
	return exprOf(seal(n))
}

func bindNames(raw rawText) (names []string) {
	for _, p := range raw.pieces {
		if p.bind != "" {
			names = append(names, p.bind)
		}
	}
	return names
}

// Op returns OpText.
func (*TextExpr) Op() Op { return OpText }

func (n *TextExpr) fields(f *Fields) {
	f.needs(GrantRaw)
	f.String("text", &n.text)
	parts(f, "binds", &n.binds, (*textBind).fields)
	f.Type("type", &n.as)
	f.Bool("verbatim", &n.verbatim)
}

func (n *TextExpr) check() (err *Error) {
	n.typ = n.as
	if n.raw, err = lexRaw(n.text, !n.verbatim); err != nil {
		return err
	}
	known, at := 0, make(map[string]int, len(n.binds))
	for i := range n.raw.pieces {
		p := &n.raw.pieces[i]
		if p.bind == "" {
			continue
		}
		if p.at = at[p.bind]; p.at > 0 {
			continue
		}
		if known == len(n.binds) || n.binds[known].name != p.bind {
			return fail(CodeForm, "binds are not those of the text, in its order: :%s", p.bind)
		}
		if n.binds[known].x.IsZero() {
			return missing("the value of a bind")
		}
		known++
		p.at, at[p.bind] = known, known
	}
	if known < len(n.binds) {
		return fail(CodeForm, "no bind :%s in the text", n.binds[known].name)
	}
	return nil
}

// Marks returns the characters of the text that some databases read otherwise than
// others: those of ?#`$[:@ that stand in it outside of quotes, or quote.
func (n *TextExpr) Marks() string { return n.raw.marks }

// Pieces returns how many pieces the text is cut into by its binds.
func (n *TextExpr) Pieces() int { return len(n.raw.pieces) }

// PieceAt returns a piece of the text and the value behind it; the zero Expr for
// none, and no text where there are not that many.
func (n *TextExpr) PieceAt(i int) (text string, x Expr) {
	if i < 0 || i >= len(n.raw.pieces) {
		return "", x
	}
	p := n.raw.pieces[i]
	if p.at > 0 && p.at <= len(n.binds) {
		x = n.binds[p.at-1].x
	}
	return p.text, x
}

var textMethods = []Method{{
	On: OnModule, Name: "text", Grant: GrantRaw, Optional: 2,
	Doc:     `an expression in the database's own words; :name stands for a value of binds, \: for a colon`,
	Args:    []Arg{{"text", ArgString}, {"binds", ArgBinds}, {"type", ArgType}},
	Example: `sql.select(u.id):where(sql.text("age % :n = 0", {n = 2}))`,
	SQL:     `SELECT "users"."id" FROM "users" WHERE age % ? = 0`,
	Build: func(_ any, a []any) any {
		binds, _ := a[1].(map[string]any)
		typ, _ := a[2].(schema.Type)
		return RawText(a[0].(string), binds, typ)
	},
}, {
	On: OnModule, Name: "literal_column", Grant: GrantRaw, Optional: 1,
	Doc:     "an expression in the database's own words, as it is, of a type if one is given",
	Args:    []Arg{{"text", ArgString}, {"type", ArgType}},
	Example: `sql.select(sql.literal_column("rowid", sql.types.integer):label "r"):from(u)`,
	SQL:     `SELECT rowid AS "r" FROM "users"`,
	Build: func(_ any, a []any) any {
		typ, _ := a[1].(schema.Type)
		return LiteralColumn(a[0].(string), typ)
	},
}}
