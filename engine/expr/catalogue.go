package expr

import (
	"slices"
	"strings"
)

// catalogue lists the functions, sorted by name. A function is one row in a file
// function_*.go; a dialect that spells it otherwise has a row of its own.
var catalogue = func() []Function {
	all := slices.Concat(textFunctions(), mathFunctions(), valueFunctions(), dateFunctions(), jsonFunctions(),
		aggregateFunctions(), windowFunctions(), arrayFunctions())
	for i := range all {
		all[i] = all[i].spelledOut()
	}
	slices.SortFunc(all, func(a, b Function) int { return strings.Compare(a.name, b.name) })
	for i := range all {
		all[i].callBare()
	}
	return all
}()

// Functions returns the catalogue, sorted by name.
func Functions() List[*Function] {
	list := make([]*Function, len(catalogue))
	for i := range catalogue {
		list[i] = &catalogue[i]
	}
	return List[*Function]{list}
}

var functionsByName = func() map[string]*Function {
	m := make(map[string]*Function, len(catalogue))
	for i := range catalogue {
		m[catalogue[i].name] = &catalogue[i]
	}
	return m
}()

// LookupFunction returns the function of this name, or nil.
func LookupFunction(name string) *Function { return functionsByName[name] }
