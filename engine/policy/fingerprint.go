package policy

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// Fingerprint tells policies apart that do not say the same: what is compiled under one
// is not for another. The values of the host's are not part of it. It is the SHA-256, in
// hexadecimal, of what the policy says, and may change between versions.
func (p *Policy) Fingerprint() string {
	if p == nil {
		p = New()
	}
	var b strings.Builder
	fmt.Fprintf(&b, "unrestricted %t\nkinds %v\ngrants %q\nfunctions %t %q\ndenied %v %q\nlimits %+v\ntables %t\n", p.unrestricted,
		sortedKeys(p.kinds), sortedKeys(p.grants), p.functions != nil, sortedKeys(p.functions), sortedKeys(p.deniedKinds), sortedKeys(p.operators), p.limits, p.tables != nil)
	for _, t := range p.sorted() {
		fmt.Fprintf(&b, "table %q\n", t.of.FullName())
		for u := range uses {
			if t.said[u] {
				fmt.Fprintf(&b, "%s %q\n", useNames[u], columnNames(t.columns[u]))
			}
		}
		fmt.Fprintf(&b, "denied %q\n", columnNames(t.denied))
		for _, c := range t.of.Columns() {
			if x, ok := t.masks[c]; ok {
				fmt.Fprintf(&b, "mask %q\n%s\n", c.Name(), expr.Sprint(x.Node()))
			}
			if least, ok := t.grouped[c]; ok {
				fmt.Fprintf(&b, "aggregates %q %d\n", c.Name(), least)
			}
		}
		if t.cascades {
			fmt.Fprintln(&b, "cascades")
		}
		if !t.rows.IsZero() {
			fmt.Fprintf(&b, "rows\n%s\n", expr.Sprint(t.rows.Node()))
		}
	}
	sum := sha256.Sum256([]byte(b.String()))
	return hex.EncodeToString(sum[:])
}

func sortedKeys[K interface {
	expr.Op | expr.Grant | string
}, V any](m map[K]V) []K {
	return slices.Sorted(maps.Keys(m))
}

func columnNames[V any](m map[*schema.Column]V) []string {
	names := make([]string, 0, len(m))
	for c := range m {
		names = append(names, c.Name())
	}
	slices.Sort(names)
	return names
}
