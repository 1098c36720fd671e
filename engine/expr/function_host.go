package expr

import (
	"maps"
	"slices"
	"strings"

	"github.com/sqlser/sqlser/schema"
)

// FunctionOptions say what a host's own function is. The zero value is a function
// without arguments.
type FunctionOptions struct {
	Doc        string
	Args       []schema.Type // what it takes; unknown takes anything
	Optional   int           // how many of the last may be left out
	Variadic   bool          // the last may repeat
	Returns    schema.Type   // must be known
	Kind       FunctionKind  // a scalar, aggregate or window function
	Volatility Volatility
	Total      bool // it fails for no arguments of its types
	Reads      bool // it reads tables, which no policy sees

	// Spelling is the name in SQL by dialect: an identifier, or several with a point
	// between them, such as "app.tax". Where MariaDB has none it has MySQL's; any other
	// dialect without one refuses the function.
	Spelling map[string]string

	// Text says calls of a scalar function in place of Spelling: SQL of the host's, for a
	// dialect and the data of a call (nil without), in which $1 to $9 stand for the arguments,
	// $2* for all from the second on, and $$ for a dollar. It stands in parentheses of its
	// own. Calls with the same data must get the same text. It must be safe for concurrent use;
	// its error is that of the statement, which the dialect refuses.
	Text func(dialect string, data []byte) (string, error)

	// Data says that calls may have data ([Expr.WithData]), which Text reads: options that
	// are neither arguments nor the same for all calls.
	Data bool
}

// NewFunction makes a function of a host's own. The name is for builders, scripts
// and stored queries; no function of the catalogue has it. Whoever takes queries
// from elsewhere is told of it in a [FunctionSet].
func NewFunction(name string, o FunctionOptions) (*Function, error) {
	if err := checkFunctionName(name); err != nil {
		return nil, err
	}
	switch {
	case LookupFunction(name) != nil:
		return nil, fail(CodeName, "function %q is of the catalogue", name)
	case o.Returns.IsUnknown():
		return nil, fail(CodeType, "function %q: expected the type that it returns", name)
	case o.Optional < 0 || o.Optional > len(o.Args):
		return nil, fail(CodeArgument, "function %q: %d optional arguments of %d", name, o.Optional, len(o.Args))
	case o.Variadic && len(o.Args) == 0:
		return nil, fail(CodeArgument, "function %q: no argument repeats", name)
	case o.Kind != ScalarFunction && o.Kind != AggregateFunction && o.Kind != WindowFunction:
		return nil, fail(CodeForm, "function %q: a host's own is a scalar, an aggregate or a window function", name)
	case o.Text != nil && (o.Kind != ScalarFunction || len(o.Spelling) > 0):
		return nil, fail(CodeForm, "function %q: a text of its own is in place of spellings, and of a scalar function", name)
	case o.Data && o.Text == nil:
		return nil, fail(CodeForm, "function %q: data that no text reads", name)
	case o.Volatility >= volatilities:
		return nil, fail(CodeForm, "function %q: unknown volatility %d", name, o.Volatility)
	}
	for d, spelling := range o.Spelling {
		if !isSpelling(spelling) {
			return nil, fail(CodeName, "function %q: %q on %s is no name: expected letters, digits, _ and points", name, spelling, d)
		}
	}
	fn := &Function{name: name, hosts: true, doc: o.Doc, kind: o.Kind, volatility: o.Volatility, partial: !o.Total, reads: o.Reads,
		ordered: o.Kind == AggregateFunction, result: always(o.Returns),
		types: slices.Clone(o.Args), spellings: maps.Clone(o.Spelling), text: o.Text, data: o.Data}
	fn.letters, fn.required = strings.Repeat("a", len(o.Args)), len(o.Args)-o.Optional
	if o.Variadic {
		fn.repeated = 1
	}
	return fn, nil
}

// Spelling returns the name in SQL of a host's own function, or "".
func (fn *Function) Spelling(dialect string) string { return fn.spellings[dialect] }

// TakesData reports whether calls of a host's own function may have data.
func (fn *Function) TakesData() bool { return fn.data }

// Text returns the SQL of the host's for a call with this data, if the function has a text of its own.
func (fn *Function) Text(dialect string, data []byte) (text string, ok bool, err error) {
	if fn.text == nil {
		return "", false, nil
	}
	text, err = fn.text(dialect, data)
	return text, true, err
}

// IsHosts reports whether it is a host's own function.
func (fn *Function) IsHosts() bool { return fn.hosts }

// takenType is the type that a host's own function takes for argument i; unknown
// is any.
func (fn *Function) takenType(i int) schema.Type {
	if len(fn.types) == 0 {
		return schema.Unknown
	}
	return fn.types[min(i, len(fn.types)-1)]
}

// isTaken reports whether a value of type t may stand for one of type want.
func isTaken(t, want schema.Type) bool {
	switch {
	case t.IsUnknown() || want.IsUnknown() || t.Family() == want.Family() && !t.IsArray():
		return true
	case t.IsArray() && want.IsArray():
		return t.Elem().Comparable(want.Elem())
	case want.Family() == schema.FamilyFloat:
		return t.IsNumber()
	case want.Family() == schema.FamilyNumeric:
		return t.Family() == schema.FamilyInteger
	}
	return want.Family() == schema.FamilyText && t.IsText()
}

const maxFunctionName = 63

// checkFunctionName checks a name of a function that is not of the catalogue: it is
// written as it is.
func checkFunctionName(name string) *Error {
	switch {
	case name == "":
		return missing("the name of the function")
	case len(name) > maxFunctionName:
		return fail(CodeName, "a function's name of %d bytes, the most are %d", len(name), maxFunctionName)
	case !isIdentifier(name) || strings.ToLower(name) != name:
		return fail(CodeName, "function %q: expected a to z, 0 to 9 and _", name)
	case slices.Contains(notFunctions[:], name):
		return fail(CodeName, "%q is no function but a word of SQL", name)
	}
	return nil
}

// checkDatabaseFunction checks the name of a function that the database alone knows, which may be of a schema there,
// such as app.tax.
func checkDatabaseFunction(name string) *Error {
	if dots := strings.Count(name, "."); dots > 2 {
		return fail(CodeName, "a function's name of %d parts, the most are 3", dots+1)
	}
	for part := range strings.SplitSeq(name, ".") {
		if err := checkFunctionName(part); err != nil {
			return err
		}
	}
	return nil
}

// notFunctions are words that mean something else in front of a parenthesis.
var notFunctions = [...]string{"all", "and", "any", "as", "between", "binary", "by", "case", "cast", "collate", "convert", "distinct", "else", "end",
	"except", "exists", "extract", "filter", "from", "group", "having", "in", "intersect", "interval", "into", "is", "lateral", "like", "limit", "not",
	"on", "or", "order", "over", "returning", "row", "select", "set", "some", "table", "then", "union", "using", "values", "when", "where", "window",
	"with", "within", "xor"}

func isIdentifier(s string) bool {
	for i, r := range s {
		if r != '_' && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9' || i == 0) {
			return false
		}
	}
	return s != ""
}

func isSpelling(s string) bool {
	parts := strings.Split(s, ".")
	for _, part := range parts {
		if !isIdentifier(part) {
			return false
		}
	}
	return len(parts) <= 3 && len(s) <= 3*maxFunctionName && !slices.Contains(notFunctions[:], strings.ToLower(s))
}

// FunctionSet is what functions there are: those of the catalogue and a host's own.
// It is immutable; a nil one has those of the catalogue.
type FunctionSet struct {
	own    []*Function
	byName map[string]*Function
}

// NewFunctionSet returns a set with a host's own functions.
func NewFunctionSet(own ...*Function) (*FunctionSet, error) {
	s := &FunctionSet{own: slices.Clone(own), byName: make(map[string]*Function, len(own))}
	for _, fn := range own {
		switch {
		case fn == nil || !fn.IsHosts():
			return nil, fail(CodeArgument, "expected functions that NewFunction made")
		case s.byName[fn.name] != nil:
			return nil, fail(CodeName, "two functions %q", fn.name)
		}
		s.byName[fn.name] = fn
	}
	slices.SortFunc(s.own, func(a, b *Function) int { return strings.Compare(a.name, b.name) })
	return s, nil
}

// Lookup returns the function of this name, or nil.
func (s *FunctionSet) Lookup(name string) *Function {
	if fn := LookupFunction(name); fn != nil || s == nil {
		return fn
	}
	return s.byName[name]
}

// Own returns a host's own functions, sorted by name.
func (s *FunctionSet) Own() List[*Function] {
	if s == nil {
		return List[*Function]{}
	}
	return List[*Function]{s.own}
}

// Names returns the names of all functions, sorted.
func (s *FunctionSet) Names() []string {
	names := make([]string, 0, len(catalogue))
	for i := range catalogue {
		names = append(names, catalogue[i].name)
	}
	for _, fn := range s.Own().All() {
		names = append(names, fn.name)
	}
	slices.Sort(names)
	return names
}
