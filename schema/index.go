package schema

import "slices"

// named is what an index holds: a *Table, a *Column, an *Entity or a member of one.
type named interface {
	comparable
	Object
	StableID() string
}

// index finds tables or columns by stable id, name and former name.
type index[T named] struct {
	byID, byName map[string]T
	byFormer     map[string][]T
}

// add enters v; name and former are keys (see tableKey).
func (x *index[T]) add(v T, name string, former []string) *Error {
	if x.byName == nil {
		x.byID, x.byName, x.byFormer = map[string]T{}, map[string]T{}, map[string][]T{}
	}
	if _, taken := x.byName[name]; taken {
		return problem(CodeDeclaration, v.ID().String(), "declared twice")
	}
	x.byName[name] = v
	if id := v.StableID(); id != "" {
		if other, taken := x.byID[id]; taken {
			return problem(CodeDeclaration, v.ID().String(), "stable id %q is %s's", id, other)
		}
		x.byID[id] = v
	}
	for _, f := range former {
		if !slices.Contains(x.byFormer[f], v) { // said twice, it is still one thing's
			x.byFormer[f] = append(x.byFormer[f], v)
		}
	}
	return nil
}

// check refuses names that could be stored and never found again: one that is
// another's former name too must have a stable id to be told apart.
func (x *index[T]) check(v T, name string) *Error {
	if x.byName[name] == v && v.StableID() == "" && x.contested(name, v) {
		return problem(CodeDeclaration, v.ID().String(), "its name is also another's former name: give it a stable id")
	}
	return nil
}

func (x *index[T]) contested(name string, v T) bool {
	if len(x.byFormer) == 0 { // most have none, and each reference asks
		return false
	}
	for _, other := range x.byFormer[name] {
		if other != v {
			return true
		}
	}
	return false
}

// resolve goes by stable id, then name, then former names. If both sides have a
// stable id and they differ, the name does not count.
func (x *index[T]) resolve(name, stable string) (found T, code Code) {
	if stable != "" {
		if v, ok := x.byID[stable]; ok {
			return v, ""
		}
	}
	fits := func(v T) bool { return stable == "" || v.StableID() == "" }
	v, taken := x.byName[name]
	if taken && fits(v) {
		if x.contested(name, v) {
			return found, CodeAmbiguous
		}
		return v, ""
	}
	for _, f := range x.byFormer[name] {
		if fits(f) {
			if code == "" {
				found, code = f, "found"
			} else {
				var none T
				return none, CodeAmbiguous
			}
		}
	}
	switch {
	case code != "":
		return found, ""
	case taken:
		return found, CodeReplaced
	}
	return found, CodeUnknown
}

// failure words what resolve found; object is shown as an ID is.
func failure(code Code, object, name string, candidates []string) *Error {
	reason := map[Code]string{
		CodeUnknown:   "unknown",
		CodeAmbiguous: "ambiguous: a current name and another's former name, or two former names",
		CodeReplaced:  "replaced: the name is there, with another stable id",
	}[code]
	e := problem(code, object, "%s", reason)
	if code == CodeUnknown {
		e.Hint = DidYouMean(name, candidates)
	}
	return e
}
