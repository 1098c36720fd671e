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
	root  Node
	metas []*schema.MetaData // of its tables, when first needed
	taken map[string]bool    // in lower case
	tried map[string]int     // numbers already tried behind a name
}

// unique makes a name of the one asked for. A table, of meta, may have its own; no
// other source has a table's.
func (n *names) unique(name string, meta *schema.MetaData, own bool) string {
	base := safeName(name)
	if base == "" {
		base = "anon"
	}
	key := strings.ToLower(base)
	if own && base == name && !n.taken[key] {
		n.taken[key] = true
		return name
	}
	for i := n.tried[key]; ; i++ {
		n.tried[key] = i + 1
		try := base
		if i > 0 {
			try = fmt.Sprintf("%s_%d", base, i)
		}
		if folded := strings.ToLower(try); !n.taken[folded] && !n.isTable(try, meta) {
			n.taken[folded] = true
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
	if n.metas == nil {
		n.metas = []*schema.MetaData{nil}
		for _, t := range DependenciesOf(n.root).Tables {
			if m := t.MetaData(); !slices.Contains(n.metas, m) {
				n.metas = append(n.metas, m)
			}
		}
	}
	return slices.ContainsFunc(n.metas, func(m *schema.MetaData) bool { return m.HasTableNamed(name) })
}

// maxName leaves room for a number in the shortest limit on names, PostgreSQL's
// 63 bytes.
const maxName = 56

// safeName makes of any text a name that every database takes as it is: letters
// and digits of the basic plane, and the underscore.
func safeName(name string) string {
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

// outputNames gives the columns of a select the names that SQL calls them by. At
// the top they are the labels, as far as databases take them; rows are read by
// position. Elsewhere they are what a source around it calls them: unique
// whatever the case.
func outputNames(items []Item, top bool) []string {
	names, tried := make([]string, len(items)), map[string]int{}
	seen := map[string]bool{"true": true, "false": true} // SQLite forgets a derived column's name if it is one of these
	for i, item := range items {
		name := item.Name()
		safe := safeName(name)
		switch {
		case top && item.label == "":
			continue
		case top && !strings.ContainsRune(name, 0) && len(name) <= maxName && utf8.ValidString(name):
			names[i] = name
			continue
		case safe == "":
			safe = "column"
		}
		names[i] = safe
		folded := strings.ToLower(safe)
		for k := tried[folded] + 1; seen[strings.ToLower(names[i])]; k++ {
			names[i], tried[folded] = fmt.Sprintf("%s_%d", safe, k), k
		}
		seen[strings.ToLower(names[i])] = true
	}
	return names
}

// safeNames are the names of the columns of a source that is no query.
func safeNames(outs []Output) []string {
	items := make([]Item, len(outs))
	for i, o := range outs {
		items[i].label = o.Name
	}
	return outputNames(items, false)
}
