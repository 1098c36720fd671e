package expr

import "slices"

// Grant names what a query may do only where its host has granted it: what no
// catalogue or metadata stands for. Builders build it without; whoever takes a
// query from elsewhere (bytes, a script, a policy's client) asks for it. Grants
// are in stored queries: a name stays.
type Grant string

// GrantRaw is for what a query says in the database's own words: raw text, hints
// and operators that are not ours. Nothing looks into it: whoever has the grant can
// name any table, and change what the connection may.
const GrantRaw Grant = "raw"

// FunctionGrant is for calls of a function that is not of the catalogue.
func FunctionGrant(name string) Grant { return Grant("function:" + name) }

// GrantFunctions is what a script's method needs that is for any function that is
// granted: it is given with the first of them.
const GrantFunctions Grant = "function:"

// GrantsOf returns what n needs, with all that is below it and in its sources,
// each once and sorted; nil for nothing.
func GrantsOf(n Node) []Grant {
	if n = orNone(n); n == nil || !n.state().marks.has(hasGrants) {
		return nil
	}
	return grantsOf(n)
}

// grantsOf collects: apart, so that most nodes cost no allocation.
func grantsOf(n Node) (all []Grant) {
	Walk(n, func(n Node) bool {
		n.fields(&Fields{grants: &all})
		return n.state().marks.has(hasGrants)
	})
	slices.Sort(all)
	return slices.Compact(all)
}

// needs says, among a node's fields, that the node by itself needs a grant. It
// must follow from what is stored of the node alone, whatever the host has: a
// reader holds the manifest to it.
func (f *Fields) needs(g Grant) {
	f.marks |= hasGrants
	if f.grants != nil {
		*f.grants = append(*f.grants, g)
	}
}
