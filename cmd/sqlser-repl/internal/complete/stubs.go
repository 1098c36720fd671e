package complete

import "strings"

// class is what annotations say of a kind of values.
type class struct {
	parents []string
	fields  map[string]*field
	names   []string // in order
}

// field is something that a value has.
type field struct {
	name   string
	params string // "name, type, default?" of a function; self is left out
	result string // the class of the value, or of what a function returns
	doc    string
	fun    bool
	method bool // it is called with ":"
}

// signature is the field as it is written.
func (f *field) signature() string {
	if f.fun {
		return f.name + "(" + f.params + ")"
	}
	return f.name
}

// readStubs reads annotations for lua-language-server, as scripts/meta has them: the classes, and of
// which class the globals are. What it does not know it leaves out.
func readStubs(text string) (classes map[string]*class, globals map[string]string) {
	classes, globals = map[string]*class{}, map[string]string{}
	var of *class
	kind := ""
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		if rest, ok := strings.CutPrefix(line, "---@class "); ok {
			name, parents, _ := strings.Cut(rest, ":")
			of = &class{fields: map[string]*field{}}
			for _, p := range strings.Split(parents, ",") {
				if p = strings.TrimSpace(p); p != "" {
					of.parents = append(of.parents, p)
				}
			}
			classes[strings.TrimSpace(name)] = of
			continue
		}
		if rest, ok := strings.CutPrefix(line, "---@type "); ok {
			kind = strings.TrimSpace(rest)
			continue
		}
		if rest, ok := strings.CutPrefix(line, "---@field "); ok && of != nil {
			if f := readField(rest); f != nil {
				if of.fields[f.name] == nil {
					of.names = append(of.names, f.name)
				}
				of.fields[f.name] = f
			}
			continue
		}
		if name, _, ok := strings.Cut(line, " = "); ok && kind != "" && !strings.HasPrefix(line, "-") {
			globals[name], kind = kind, ""
		}
	}
	return classes, globals
}

// readField reads what stands behind ---@field: a name, a type, a line of documentation.
func readField(s string) *field {
	name, rest, ok := strings.Cut(s, " ")
	if !ok || strings.HasPrefix(name, "[") {
		return nil
	}
	f := &field{name: name}
	args, isFun := strings.CutPrefix(rest, "fun(")
	if !isFun {
		f.result, f.doc, _ = strings.Cut(rest, " ")
		return f
	}
	end := strings.IndexByte(args, ')')
	if end < 0 {
		return nil
	}
	f.fun = true
	var params []string
	for i, p := range strings.Split(args[:end], ", ") {
		name, kind, _ := strings.Cut(p, ": ")
		switch {
		case i == 0 && name == "self":
			f.method = true
		case name != "":
			params = append(params, name)
		}
		_ = kind
	}
	f.params = strings.Join(params, ", ")
	rest = args[end+1:]
	if after, ok := strings.CutPrefix(rest, ": "); ok {
		f.result, f.doc, _ = strings.Cut(after, " ")
	} else {
		f.doc = strings.TrimSpace(rest)
	}
	return f
}
