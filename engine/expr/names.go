package expr

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/sqlser/sqlser/schema"
)

// names are those that a statement uses already.
type names struct {
	root    Node
	hosts   []*schema.MetaData // of the tables of a restrictor
	first   bool               // the names of all tables are looked for before any is given
	metas   []*schema.MetaData // of all tables, when first needed
	derived []string           // otherwise: names that were given and may be those of tables
	taken   nameSet            // in lower case
	tried   map[string]int     // numbers already tried behind a name
}

// nameSet is a set of names: a few are searched, many indexed.
type nameSet struct {
	list  []string
	index map[string]bool
}

func (s *nameSet) has(name string) bool {
	if s.index != nil {
		return s.index[name]
	}
	return slices.Contains(s.list, name)
}

func (s *nameSet) add(name string) {
	if s.list = append(s.list, name); s.index != nil {
		s.index[name] = true
	} else if len(s.list) == 16 {
		s.index = make(map[string]bool, 32)
		for _, name := range s.list {
			s.index[name] = true
		}
	}
}

// unique makes a name of the one asked for. A table, of meta, may have its own; no
// other source has a table's.
func (n *names) unique(name string, meta *schema.MetaData, own bool) string {
	base, key := name, name
	if !isLower(name) {
		if base = safeName(name); base == "" {
			base = "anon"
		}
		key = strings.ToLower(base)
	}
	next := 0
	if n.tried != nil {
		next = n.tried[key]
	}
	if (next == 0 || own && base == name) && !n.taken.has(key) && (own && base == name || !n.isTable(base, meta)) {
		n.taken.add(key)
		return base
	}
	if n.tried == nil {
		n.tried = map[string]int{}
	}
	for i := max(next, 1); ; i++ {
		n.tried[key] = i + 1
		try := fmt.Sprintf("%s_%d", base, i)
		folded := strings.ToLower(try)
		if !n.taken.has(folded) && !n.isTable(try, meta) {
			n.taken.add(folded)
			return try
		}
	}
}

// isTable reports whether a table of meta has the name, or, for a derived source,
// one of whatever metadata the statement uses.
func (n *names) isTable(name string, meta *schema.MetaData) bool {
	if meta != nil {
		return meta.HasTableNamed(name)
	}
	if !n.first {
		n.derived = append(n.derived, name)
		return false
	}
	if n.metas == nil {
		n.metas = append(metasOf(n.root), n.hosts...)
	}
	return slices.ContainsFunc(n.metas, func(m *schema.MetaData) bool { return m.HasTableNamed(name) })
}

// metasOf returns what the tables of a statement belong to, and nil.
func metasOf(root Node) []*schema.MetaData {
	w := &metaFinder{found: []*schema.MetaData{nil}}
	w.fields.w = w
	w.Node(root)
	return w.found
}

// metaFinder is the Writer behind metasOf.
type metaFinder struct {
	discard
	fields Fields
	seen   sourceSet
	found  []*schema.MetaData
}

func (w *metaFinder) Node(n Node) { n.fields(&w.fields) }

func (w *metaFinder) Source(s Source) {
	origin := s
	if a, ok := s.(*AliasSource); ok {
		origin = a.origin()
	}
	if t, ok := origin.(*TableSource); ok { // most are, and are named often
		w.Table(t.table)
	} else if w.seen.add(s) {
		s.fields(&w.fields)
	}
}

func (w *metaFinder) Column(s Source, _ *schema.Column, _ int) { w.Source(s) }

func (w *metaFinder) Table(t *schema.Table) {
	if m := t.MetaData(); m != w.found[len(w.found)-1] && !slices.Contains(w.found, m) {
		w.found = append(w.found, m)
	}
}

// maxName leaves room for a number in the shortest limit on names, PostgreSQL's
// 63 bytes.
const maxName = 56

// safeName makes of any text a name that every database takes as it is: letters
// and digits of the basic plane, and the underscore.
func safeName(name string) string {
	if isSafe(name) {
		return name
	}
	safe := make([]byte, 0, maxName)
	for _, c := range name {
		if c != '_' && (c >= 0x1_0000 || c == utf8.RuneError || !unicode.IsLetter(c) && !unicode.IsDigit(c)) {
			c = '_'
		}
		if len(safe)+utf8.RuneLen(c) > maxName { // a name may be as long as a payload, and be used often
			break
		}
		safe = utf8.AppendRune(safe, c)
	}
	return string(safe)
}

// isSafe reports whether a name is plainly safe: short, and ASCII.
func isSafe(name string) bool {
	for i := range len(name) {
		if c := name[i]; c != '_' && (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') {
			return false
		}
	}
	return len(name) <= maxName
}

// isLower reports whether a name is plainly safe, and in lower case.
func isLower(name string) bool {
	for i := range len(name) {
		if c := name[i]; c != '_' && (c < '0' || c > '9') && (c < 'a' || c > 'z') {
			return false
		}
	}
	return name != "" && len(name) <= maxName
}

// outputNames gives the columns of a select the names that SQL calls them by, as many. At
// the top they are the labels, as far as databases take them; rows are read by
// position. Elsewhere they are what a source around it calls them: unique
// whatever the case.
func outputNames(names []string, items []Item, top bool) {
	var tried map[string]int
	var seen nameSet
	for i, item := range items {
		if top && item.label == "" {
			continue
		}
		name := item.Name()
		if top && strings.IndexByte(name, 0) < 0 && len(name) <= maxName && utf8.ValidString(name) {
			names[i] = name
			continue
		}
		if seen.list == nil {
			seen.list = append(make([]string, 0, min(len(items), 16)+len(forgotten)), forgotten...)
		}
		safe := safeName(name)
		if safe == "" {
			safe = "column"
		}
		names[i] = safe
		folded := strings.ToLower(safe)
		key := folded
		for k := tried[folded] + 1; seen.has(key); k++ {
			if tried == nil {
				tried = map[string]int{}
			}
			names[i], tried[folded] = fmt.Sprintf("%s_%d", safe, k), k
			key = strings.ToLower(names[i])
		}
		seen.add(key)
	}
}

// forgotten are the names of derived columns that SQLite forgets.
var forgotten = []string{"true", "false"}

// safeNames are the names of the columns of a source that is no query.
func safeNames(outs []Output) []string {
	items := make([]Item, len(outs))
	for i, o := range outs {
		items[i].label = o.Name
	}
	names := make([]string, len(outs))
	outputNames(names, items, false)
	return names
}
