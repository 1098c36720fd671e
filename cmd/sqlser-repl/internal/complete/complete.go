// Package complete finds what may stand at a place in what is typed at the prompt: by the
// annotations of the script API, the metadata, and what the variables hold.
package complete

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"github.com/sqlser/sqlser/cmd/sqlser-repl/internal/lex"
	"github.com/sqlser/sqlser/cmd/sqlser-repl/internal/show"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// Takes is what an argument of a dot-command is.
type Takes uint8

// What arguments are.
const (
	Nothing   Takes = iota
	Table           // the name of a table
	Source          // the name of a table or an entity
	Query           // Lua
	QueryWord       // Lua, then perhaps one of the command's words
	QueryFile       // Lua, then a file
	File
	Topic     // of the help
	Column    // table.column
	Words     // one of the command's words, then Lua
	Database  // what stands behind -db
	Parameter // of the last value, then what it is to be
)

// Command is a dot-command.
type Command struct {
	Name, Args, Doc string
	Takes           Takes
	Words           []string
}

// Candidate is what may stand at a place.
type Candidate struct {
	Text string // that takes the word's place
	Show string // how a list shows it: with arguments
	Doc  string // a line, or ""
}

// Result is what may stand in the place of text[Start:End].
type Result struct {
	Start, End int
	List       []Candidate
	Hint       string // of the call that the place is in: how it is called, or ""
}

// Completer has what completion knows. Its functions may be nil.
type Completer struct {
	Stubs    string // annotations of the API
	MetaData *schema.MetaData
	Commands []Command
	Topics   []string
	Globals  func() []string              // the names of variables
	Global   func(name string) any        // what one holds, as luabind's State.Global gives it
	Files    func(prefix string) []string // paths that begin so; folders end with a slash

	once    sync.Once
	classes map[string]*class
	globals map[string]string
}

func (c *Completer) load() {
	c.once.Do(func() { c.classes, c.globals = readStubs(c.Stubs) })
}

// maxCandidates is more than anyone reads.
const maxCandidates = 500

// At returns what may stand at a place in a text, which is a byte's offset.
func (c *Completer) At(text string, cursor int) Result {
	c.load()
	var r Result
	if trimmed := strings.TrimLeft(text[:cursor], " \t"); strings.HasPrefix(trimmed, ".") && !strings.HasPrefix(trimmed, "..") {
		r = c.dot(text, cursor, cursor-len(trimmed))
	} else {
		r = c.lua(text, 0, cursor)
	}
	// What a database, or a file's name, would have drive the terminal cannot be typed, and is told as what it is.
	r.List = slices.DeleteFunc(r.List, func(c Candidate) bool { return !show.IsVisible(c.Text) })
	if len(r.List) > maxCandidates {
		r.List = r.List[:maxCandidates]
	}
	for i, c := range r.List {
		r.List[i].Show, r.List[i].Doc = show.Visible(c.Show), show.Visible(c.Doc)
	}
	r.Hint = show.Visible(r.Hint)
	return r
}

// Common is what all candidates begin with.
func (r Result) Common() string {
	if len(r.List) == 0 {
		return ""
	}
	common := r.List[0].Text
	for _, candidate := range r.List[1:] {
		n := 0
		for n < len(common) && n < len(candidate.Text) && common[n] == candidate.Text[n] {
			n++
		}
		common = common[:n]
	}
	return strings.ToValidUTF8(common, "")
}

// dot completes a dot-command, which begins at from, or what stands behind it.
func (c *Completer) dot(text string, cursor, from int) Result {
	line := text[from:cursor]
	name, rest, behind := strings.Cut(line, " ")
	r := Result{Start: from, End: cursor}
	if !behind {
		for _, cmd := range c.Commands {
			if strings.HasPrefix(cmd.Name, name) {
				r.List = append(r.List, Candidate{cmd.Name, strings.TrimSpace(cmd.Name + " " + cmd.Args), cmd.Doc})
			}
		}
		return r
	}
	i := slices.IndexFunc(c.Commands, func(cmd Command) bool { return cmd.Name == name })
	if i < 0 {
		return Result{Start: cursor, End: cursor}
	}
	cmd := c.Commands[i]
	args := cursor - len(rest)
	word := rest[strings.LastIndexAny(rest, " \t")+1:]
	r.Start, r.Hint = cursor-len(word), strings.TrimSpace(cmd.Name+" "+cmd.Args)
	first := strings.TrimSpace(rest) == word
	seen := map[string]bool{}
	plain := func(list []string) {
		for _, s := range list {
			if strings.HasPrefix(s, word) && !seen[s] {
				seen[s] = true
				r.List = append(r.List, Candidate{s, s, ""})
			}
		}
	}
	lua := func() {
		in := c.lua(text, args, cursor)
		if len(r.List) == 0 {
			r.Start, r.List = in.Start, in.List
		}
		r.Hint = cmp.Or(in.Hint, r.Hint)
	}
	switch cmd.Takes {
	case Table:
		plain(c.tables())
	case Source:
		plain(append(c.tables(), c.entities()...))
	case Topic:
		plain(slices.Concat(c.tables(), c.entities(), c.Topics))
	case Column:
		if at := strings.LastIndexByte(word, '.'); at >= 0 {
			if t := c.table(word[:at]); t != nil {
				for _, col := range t.Columns() {
					plain([]string{word[:at+1] + col.Name()})
				}
			}
		} else {
			plain(c.tables())
		}
	case File:
		c.files(&r, word)
	case Words:
		if first {
			plain(cmd.Words)
		}
		if len(cmd.Words) == 0 || !first || word == "" || len(r.List) == 0 {
			lua()
		}
	case Query:
		lua()
	case QueryWord:
		if first { // the query may be left out
			if lua(); r.Start == cursor-len(word) {
				plain(cmd.Words)
			}
			break
		}
		plain(cmd.Words)
		lua()
	case Database:
		if path, ok := strings.CutPrefix(word, sqliteFile); ok {
			r.Start = cursor - len(path)
			c.files(&r, path)
			break
		}
		plain([]string{"demo", sqliteFile, "postgres://", "mysql://"})
	case Parameter:
		if first {
			plain(c.parameters())
		}
	case QueryFile:
		if !first && !strings.HasSuffix(strings.TrimSpace(rest[:len(rest)-len(word)]), ",") {
			c.files(&r, word)
		}
		lua()
	}
	return r
}

func (c *Completer) files(r *Result, word string) {
	if c.Files == nil {
		return
	}
	for _, path := range c.Files(word) {
		r.List = append(r.List, Candidate{path, path, ""})
	}
}

// sqliteFile is what stands before the file of a database.
const sqliteFile = "sqlite:"

// parameters are those of the last value.
func (c *Completer) parameters() []string {
	if c.Global == nil {
		return nil
	}
	last, ok := c.Global("_").(expr.Node)
	if !ok {
		return nil
	}
	var names []string
	for _, p := range expr.DependenciesOf(last).Parameters {
		names = append(names, p.Name())
	}
	return names
}

func (c *Completer) tables() []string {
	var names []string
	for _, t := range c.MetaData.Tables() {
		names = append(names, t.String())
	}
	return names
}

func (c *Completer) entities() []string {
	var names []string
	for _, e := range c.MetaData.Entities() {
		names = append(names, e.Name())
	}
	return names
}

func (c *Completer) table(name string) *schema.Table {
	for _, t := range c.MetaData.Tables() {
		if t.String() == name {
			return t
		}
	}
	return nil
}

// lua completes Lua, which begins at from.
func (c *Completer) lua(text string, from, cursor int) Result {
	before := text[from:cursor]
	tokens := lex.Lua(before)
	r := Result{Start: cursor, End: cursor}
	if n := len(tokens); n > 0 && (tokens[n-1].Open || tokens[n-1].Kind == lex.Comment || tokens[n-1].Kind == lex.Number && tokens[n-1].End == len(before)) {
		return r
	}
	p := &place{c: c, text: before, tokens: tokens}
	p.assignments()
	r.Hint = p.hint()
	prefix, rest := "", tokens
	if n := len(tokens); n > 0 && tokens[n-1].End == len(before) && (tokens[n-1].Kind == lex.Name || tokens[n-1].Kind == lex.Keyword) {
		prefix, rest = tokens[n-1].Of(before), tokens[:n-1]
	}
	r.Start = cursor - len(prefix)
	n := len(rest)
	sep := ""
	if n > 0 {
		if sep = rest[n-1].Of(before); sep != "." && sep != ":" {
			sep = ""
		}
	}
	switch {
	case sep == "":
		r.List = c.names(prefix, p.locals)
	case sep == ":" && n == 1: // it continues the last value
		r.List = c.members(c.global("_"), sep, prefix)
	default:
		r.List = c.members(p.chainBefore(n-1), sep, prefix)
	}
	r.List = asTyped(r.List, prefix)
	if len(r.List) == 0 && n > 3 && sep == "." && rest[n-2].Of(before) == "fn" && rest[n-4].Of(before) == "sql" { // it may be of sql itself
		if r.List = asTyped(c.members(p.chainBefore(n-3), sep, prefix), prefix); len(r.List) > 0 {
			r.Start = from + rest[n-2].Start
		}
	}
	return r
}

// asTyped leaves those that begin with small and capital letters as typed, if there are any.
func asTyped(list []Candidate, prefix string) []Candidate {
	other := func(c Candidate) bool { return !strings.HasPrefix(c.Text, prefix) }
	if slices.ContainsFunc(list, func(c Candidate) bool { return !other(c) }) {
		return slices.DeleteFunc(list, other)
	}
	return list
}

// names are the variables and words that a name may be.
func (c *Completer) names(prefix string, locals map[string]value) []Candidate {
	var list []Candidate
	seen := map[string]bool{}
	add := func(name, doc string) {
		if !seen[name] && matches(name, prefix) {
			seen[name] = true
			list = append(list, Candidate{name, name, doc})
		}
	}
	for name := range locals {
		add(name, "")
	}
	for name := range c.globals {
		add(name, map[string]string{"db": "the tables", "sql": "functions that build queries", "session": "runs queries"}[name])
	}
	if c.Globals != nil {
		for _, name := range c.Globals() {
			add(name, "")
		}
	}
	if prefix != "" {
		for _, word := range lex.Keywords() {
			add(word, "")
		}
	}
	slices.SortFunc(list, func(a, b Candidate) int { return cmp.Compare(a.Text, b.Text) })
	return list
}

func matches(name, prefix string) bool {
	return len(name) >= len(prefix) && strings.EqualFold(name[:len(prefix)], prefix)
}

// members are what a value has: behind "." its fields, behind ":" its methods.
func (c *Completer) members(v value, sep, prefix string) []Candidate {
	var list []Candidate
	if sep == "." {
		list = c.columns(v, prefix)
	}
	if v.path != nil {
		return append(list, c.contents(v.path, prefix)...)
	}
	seen := map[string]bool{}
	var methods []Candidate
	for _, name := range c.classesOf(v.class) {
		of := c.classes[name]
		for _, name := range of.names {
			f := of.fields[name]
			if seen[name] || f.method != (sep == ":") || !matches(name, prefix) {
				continue
			}
			seen[name] = true
			methods = append(methods, Candidate{name, f.signature(), f.doc})
		}
	}
	slices.SortFunc(methods, func(a, b Candidate) int { return cmp.Compare(a.Text, b.Text) })
	return append(list, methods...)
}

// columns are those of a table or another source, in its order.
func (c *Completer) columns(v value, prefix string) []Candidate {
	var list []Candidate
	add := func(name, doc string) {
		if matches(name, prefix) && isName(name) {
			list = append(list, Candidate{name, name, doc})
		}
	}
	if v.table != nil {
		for _, col := range v.table.Columns() {
			add(col.Name(), show.Column(col)+comment(col))
		}
	}
	if v.entity != nil {
		for _, a := range v.entity.Attributes() {
			doc := show.Attribute(a)
			if col := a.Column(); col != nil {
				doc += comment(col)
			}
			add(a.Name(), doc)
		}
		for _, r := range v.entity.Relationships() {
			add(r.Name(), show.Relationship(r))
		}
	}
	for _, o := range v.outputs {
		add(o.Name, o.Type.String())
	}
	return list
}

func comment(c *schema.Column) string {
	if c.Comment() == "" {
		return ""
	}
	return ": " + strings.Join(strings.Fields(c.Comment()), " ")
}

func isName(s string) bool {
	tokens := lex.Lua(s)
	return len(tokens) == 1 && tokens[0].Kind == lex.Name && tokens[0].End == len(s)
}

// contents are the tables and schemas of a part of db; behind those of db itself the entities.
func (c *Completer) contents(path []string, prefix string) []Candidate {
	var list []Candidate
	seen := map[string]bool{}
	for _, t := range c.MetaData.Tables() {
		if t.NameParts() <= len(path) {
			continue
		}
		inside := true
		for i, part := range path {
			inside = inside && t.NamePart(i) == part
		}
		name := t.NamePart(len(path))
		if !inside || seen[name] || !matches(name, prefix) || !isName(name) {
			continue
		}
		seen[name] = true
		doc := "a schema"
		if t.NameParts() == len(path)+1 {
			doc = strings.Join(strings.Fields(t.Comment()), " ")
			if doc == "" {
				doc = columnsInShort(t)
			}
		}
		list = append(list, Candidate{name, name, doc})
	}
	slices.SortFunc(list, func(a, b Candidate) int { return cmp.Compare(a.Text, b.Text) })
	if len(path) > 0 {
		return list
	}
	n := len(list)
	for _, e := range c.MetaData.Entities() {
		if name := e.Name(); !seen[name] && matches(name, prefix) && isName(name) {
			list = append(list, Candidate{name, name, membersInShort(e)})
		}
	}
	slices.SortFunc(list[n:], func(a, b Candidate) int { return cmp.Compare(a.Text, b.Text) })
	return list
}

// membersInShort is where an entity leads, or else what it is of.
func membersInShort(e *schema.Entity) string {
	doc := "entity of " + e.Table().String()
	for i, r := range e.Relationships() {
		switch i {
		case 0:
			doc += ", with " + r.Name()
		case 4:
			return doc + ", ..."
		default:
			doc += ", " + r.Name()
		}
	}
	return doc
}

func columnsInShort(t *schema.Table) string {
	var names []string
	for i, col := range t.Columns() {
		if i == 5 {
			names = append(names, "...")
			break
		}
		names = append(names, col.Name())
	}
	return strings.Join(names, ", ")
}

// classesOf are a class and those that it is made of.
func (c *Completer) classesOf(name string) []string {
	var list []string
	for todo := []string{name}; len(todo) > 0 && len(list) < 16; todo = todo[1:] {
		if of := c.classes[todo[0]]; of != nil && !slices.Contains(list, todo[0]) {
			list = append(list, todo[0])
			todo = append(todo, of.parents...)
		}
	}
	return list
}

// value is what is known of a value before it is there.
type value struct {
	class   string
	path    []string       // of db, or of a schema in it
	table   *schema.Table  // the columns of which it has
	entity  *schema.Entity // the attributes and relationships of which it has
	record  bool           // it is one of the entity
	outputs []expr.Output  // likewise
	f       *field         // the function, of what is not called yet
}

// global is what a variable holds.
func (c *Completer) global(name string) value {
	if of := c.globals[name]; of != "" {
		v := value{class: of}
		if name == "db" {
			v.path = []string{}
		}
		return v
	}
	if c.Global == nil {
		return value{}
	}
	switch v := c.Global(name).(type) {
	case expr.Source:
		if t := expr.TableOf(v); t != nil {
			return value{class: "sqlser.Source", table: t}
		}
		if e := expr.EntityOf(v); e != nil {
			return value{class: "sqlser.Source", entity: e}
		}
		return value{class: "sqlser.Source", outputs: v.Columns()}
	case *expr.RelatedClause:
		return value{class: "sqlser.Relationship"}
	case interface{ Entity() *schema.Entity }: // one of them: luabind.Record
		return value{entity: v.Entity(), record: true}
	case expr.Expr, expr.Item:
		return value{class: "sqlser.Expr"}
	case expr.Order:
		return value{class: "sqlser.Order"}
	case expr.Node:
		return value{class: map[expr.Op]string{
			expr.OpSelect: "sqlser.Select", expr.OpCompound: "sqlser.Compound", expr.OpInsert: "sqlser.Insert",
			expr.OpUpdate: "sqlser.Update", expr.OpDelete: "sqlser.Delete", expr.OpJoin: "sqlser.Join",
		}[v.Op()]}
	}
	return value{}
}

// member is what a value has under a name.
func (c *Completer) member(v value, name string) value {
	if v.path != nil {
		path := append(slices.Clone(v.path), name)
		if t := c.MetaData.Lookup(path...); t != nil {
			return value{class: "sqlser.Source", table: t}
		}
		if e := c.MetaData.LookupEntity(name); e != nil && len(v.path) == 0 {
			return value{class: "sqlser.Source", entity: e}
		}
		return value{path: path}
	}
	if v.table != nil && v.table.Lookup(name) != nil {
		return value{class: "sqlser.Expr"}
	}
	if v.entity != nil {
		r := v.entity.Relationship(name)
		switch {
		case r != nil && !v.record:
			return value{class: "sqlser.Relationship"}
		case r != nil && !r.IsMany():
			return value{entity: r.Target(), record: true}
		case v.record:
			return value{}
		case v.entity.Attribute(name) != nil:
			return value{class: "sqlser.Expr"}
		}
	}
	if v.table != nil && name == "c" {
		return value{table: v.table}
	}
	if slices.ContainsFunc(v.outputs, func(o expr.Output) bool { return o.Name == name }) {
		return value{class: "sqlser.Expr"}
	}
	if f := c.field(v, name); f != nil {
		of := value{class: f.result, f: f}
		if f.fun {
			of.class = ""
		}
		if f.fun && f.name == "alias" {
			of.table, of.entity = v.table, v.entity
		}
		return of
	}
	return value{}
}

func (c *Completer) field(v value, name string) *field {
	for _, of := range c.classesOf(v.class) {
		if f := c.classes[of].fields[name]; f != nil {
			return f
		}
	}
	return nil
}

// called is what a call of a function returns.
func called(v value) value {
	if v.f == nil || !v.f.fun {
		return value{}
	}
	return value{class: v.f.result, table: v.table, entity: v.entity}
}
