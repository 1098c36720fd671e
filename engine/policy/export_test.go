package policy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sqlser/sqlser/engine/expr"
)

// Scanned is all that admission finds in a statement, by the fields of every node or not.
func (p *Policy) Scanned(stmt expr.Statement, byFields bool) string {
	a := &admission{p: p, stmt: stmt, byFields: byFields}
	a.scan(stmt)
	var b strings.Builder
	fmt.Fprintf(&b, "problems %q\ncounted %+v\nrewrites %t fenced %t\n", a.problems, a.counted, a.rewrites, a.fenced)
	for _, v := range a.byValue {
		fmt.Fprintf(&b, "by value %s\n", v)
	}
	for _, k := range a.checks {
		fmt.Fprintf(&b, "check %s %s %d %s\n", expr.Sprint(k.Value.Node()), expr.Sprint(k.Must.Node()), k.Most, k.Column)
	}
	for s := range a.targets {
		fmt.Fprintf(&b, "target %p\n", s)
	}
	var groups []string
	for s, list := range a.least {
		for _, g := range list {
			groups = append(groups, fmt.Sprintf("group %p %p %d\n", s, g.of, g.least))
		}
	}
	slices.Sort(groups)
	return b.String() + strings.Join(groups, "")
}
