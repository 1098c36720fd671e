package expr

import (
	"fmt"
	"slices"
	"strings"

	"github.com/sqlser/sqlser/schema"
)

// FunctionKind says where a function may stand.
type FunctionKind uint8

// The kinds of functions.
const (
	ScalarFunction     FunctionKind = iota // makes a value of values
	AggregateFunction                      // makes one value of many rows
	OrderedSetFunction                     // makes one value of rows in the order of WITHIN GROUP
	WindowFunction                         // sees the rows of a window
	GroupingFunction                       // says how the row's group was made
	TableFunction                          // gives rows: it stands in FROM
	functionKinds
)

var functionKindNames = [functionKinds]string{"scalar", "aggregate", "ordered-set aggregate", "window", "grouping", "table"}

// String returns the name, such as "aggregate".
func (k FunctionKind) String() string {
	if k >= functionKinds {
		return "unknown kind"
	}
	return functionKindNames[k]
}

// Volatility says when a function gives another result for the same arguments.
type Volatility uint8

// The volatilities.
const (
	Immutable Volatility = iota // never
	Stable                      // not within a statement
	Volatile                    // each time: it is never written twice for one call
	volatilities
)

var volatilityNames = [volatilities]string{"immutable", "stable", "volatile"}

// String returns the name, such as "stable".
func (v Volatility) String() string {
	if v >= volatilities {
		return "unknown volatility"
	}
	return volatilityNames[v]
}

// Function is a row of the catalogue: a function that means the same on every
// database that has it; or a host's own. Stored queries name it.
type Function struct {
	name       string
	doc        string
	args       string // a letter an argument, see arguments; "[" before those that may be left out; "*" behind one that repeats, "**" behind two
	kind       FunctionKind
	volatility Volatility
	partial    bool // it fails for some arguments
	ordered    bool // the order of its rows changes what the aggregate gives
	ofKey      bool // its type is that of its key in WITHIN GROUP
	result     func(args []Expr) schema.Type

	typed bool // a call says what it returns

	// Of a host's own function.
	hosts     bool
	types     []schema.Type
	spellings map[string]string
	text      func(dialect string, data []byte) (string, error)
	data      bool // its calls may have some
	reads     bool

	letters            string // of args
	required, repeated int
	adapts             bool // plain values become what they meet

	bare *CallExpr // the call without arguments, of a function that has such, each of which may be the same
}

// spelledOut returns the row with what its args say.
func (fn Function) spelledOut() Function {
	fn.letters = strings.TrimRight(fn.args, "*")
	fn.repeated = len(fn.args) - len(fn.letters)
	fn.required, fn.adapts = len(fn.letters), strings.ContainsAny(fn.letters, "eso")
	if i := strings.IndexByte(fn.letters, '['); i >= 0 {
		fn.letters, fn.required = strings.Replace(fn.letters, "[", "", 1), i
	}
	return fn
}

// callBare makes the call without arguments, where any two of them are as good as one.
func (fn *Function) callBare() {
	if fn.takes(0) && fn.volatility != Volatile {
		n := &CallExpr{fn: fn}
		n.self, n.tally = n, tally{}.above()
		if typ, err := fn.check(nil); err == nil {
			n.typ, fn.bare = typ, n
		}
	}
}

// Name returns the name, in lower case.
func (fn *Function) Name() string { return fn.name }

// Doc says what the function gives, in a line.
func (fn *Function) Doc() string { return fn.doc }

// Kind says where it may stand.
func (fn *Function) Kind() FunctionKind { return fn.kind }

// IsAggregate reports whether it makes one value of many rows.
func (fn *Function) IsAggregate() bool {
	return fn.kind == AggregateFunction || fn.kind == OrderedSetFunction
}

// IsWindow reports whether it is a function of windows only.
func (fn *Function) IsWindow() bool { return fn.kind == WindowFunction }

// IsOrdered reports whether the order of an aggregate's rows changes its value.
func (fn *Function) IsOrdered() bool { return fn.ordered }

// Volatility says when it gives another result for the same arguments.
func (fn *Function) Volatility() Volatility { return fn.volatility }

// IsPartial reports whether it fails for some arguments of its types: for others
// it gives a value or NULL.
func (fn *Function) IsPartial() bool { return fn.partial }

// Signature shows the function and its arguments, such as "substr(text, integer[, integer])".
func (fn *Function) Signature() string {
	var b strings.Builder
	b.WriteString(fn.name + "(")
	for i, l := range []byte(fn.letters) {
		if i == fn.required {
			b.WriteString("[")
		}
		if i > 0 {
			b.WriteString(", ")
		}
		if want := fn.takenType(i); !want.IsUnknown() {
			b.WriteString(want.String())
		} else {
			b.WriteString(arguments[l].name)
		}
	}
	if fn.repeated > 0 {
		b.WriteString(", ...")
	}
	if len(fn.letters) > fn.required {
		b.WriteString("]")
	}
	return b.String() + ")"
}

// arguments says what the letters of Function.args take. Those of e and s must be
// of types that compare; o is an element of the array among the arguments.
var arguments = ['z']struct {
	name string
	fits func(schema.Type) bool
}{
	'a': {"any", func(schema.Type) bool { return true }},
	'b': {"boolean", isFamily(schema.FamilyBoolean)},
	'c': {"text or bytes", func(t schema.Type) bool { return t.IsText() || t.Family() == schema.FamilyBinary }},
	'd': {"date or datetime", isFamily(schema.FamilyDate, schema.FamilyDateTime)},
	'e': {"any", func(schema.Type) bool { return true }},
	'i': {"integer", isFamily(schema.FamilyInteger)},
	'j': {"json", isFamily(schema.FamilyJSON)},
	'l': {"plain text", isFamily(schema.FamilyText)}, // a literal
	'm': {"date or time", isFamily(schema.FamilyDate, schema.FamilyDateTime, schema.FamilyDateTimeTZ)},
	'n': {"number", schema.Type.IsNumber},
	'o': {"element", func(schema.Type) bool { return true }},
	'q': {"integer or decimal", isFamily(schema.FamilyInteger, schema.FamilyNumeric)},
	'r': {"array", isFamily(schema.FamilyArray)},
	's': {"sortable", func(t schema.Type) bool { return t.Kind() != schema.KindJSON || t.IsArray() }},
	't': {"text", func(t schema.Type) bool { return t.IsText() }},
	'v': {"text, number, boolean or json", func(t schema.Type) bool {
		return t.IsText() || t.IsNumber() || t.Family() == schema.FamilyBoolean || t.Family() == schema.FamilyJSON
	}},
	'x': {"bytes", isFamily(schema.FamilyBinary)},
}

func isFamily(families ...schema.Family) func(schema.Type) bool {
	return func(t schema.Type) bool { return slices.Contains(families, t.Family()) }
}

func always(t schema.Type) func([]Expr) schema.Type {
	return func([]Expr) schema.Type { return t }
}

func first(args []Expr) schema.Type { return args[0].Type() }

// UnknownFunction stands for a function that is missing, or that the database alone
// knows: see [UnknownFunc]. It takes anything.
func UnknownFunction(name string) *Function { return &Function{name: name} }

// ReadsTables reports whether it reads tables, which no policy sees: none of the
// catalogue does, one that nothing is known of may.
func (fn *Function) ReadsTables() bool { return fn.reads || !fn.IsKnown() }

// GrantedFunction stands for a function that the database alone knows, where a
// reader has been granted it: a call of it must say what it returns.
func GrantedFunction(name string) *Function { return &Function{name: name, typed: true} }

// IsKnown reports whether the function is of the catalogue, or a host's own.
func (fn *Function) IsKnown() bool { return fn.result != nil }

// letter is the letter of argument i.
func (fn *Function) letter(i int) byte {
	if n := len(fn.letters); i >= n {
		i = n - fn.repeated + (i-n)%fn.repeated
	}
	return fn.letters[i]
}

// takes reports whether there may be so many arguments.
func (fn *Function) takes(n int) bool {
	if n <= len(fn.letters) {
		return n >= fn.required
	}
	return fn.repeated > 0 && (n-len(fn.letters))%fn.repeated == 0
}

// adapt makes literals what they meet: others that they are compared with, or the
// elements of an array.
func (fn *Function) adapt(args []Expr) {
	if fn.types == nil && !fn.adapts || !fn.takes(len(args)) {
		return
	}
	if fn.types != nil {
		for i := range args {
			args[i] = adapt(args[i], fn.takenType(i), false)
		}
		return
	}
	var alike []Expr
	for i := range args {
		if l := fn.letter(i); l == 'e' || l == 's' {
			alike = append(alike, args[i])
		}
	}
	met := common(alike)
	for i := range args {
		switch fn.letter(i) {
		case 'e', 's':
			args[i] = adapt(args[i], met, false)
		case 'o':
			args[i] = adapt(args[i], fn.element(args), false)
		}
	}
}

// element is the type of the elements of the array among the arguments.
func (fn *Function) element(args []Expr) schema.Type {
	for i, x := range args {
		if fn.letter(i) == 'r' {
			return x.Type().Elem()
		}
	}
	return schema.Unknown
}

func (fn *Function) check(args []Expr) (schema.Type, *Error) {
	switch {
	case fn.typed:
		return schema.Unknown, fail(CodeForm, "function %q: expected the type that it returns", fn.name)
	case !fn.IsKnown():
		return schema.Unknown, nil
	}
	if !fn.takes(len(args)) {
		return schema.Unknown, fail(CodeArgument, "expected %s, got %s", fn.Signature(), count(len(args), "argument"))
	}
	met := schema.Unknown
	for i, x := range args {
		if x.IsZero() {
			return schema.Unknown, missing("an argument")
		}
		t := x.Type()
		if want := fn.takenType(i); !isTaken(t, want) {
			return schema.Unknown, fail(CodeType, "%s: argument %d is of type %s", fn.Signature(), i+1, t)
		}
		letter := fn.letter(i)
		if !t.IsUnknown() && !arguments[letter].fits(t) {
			hint := ""
			switch {
			case t == schema.Interval && letter == 'n':
				hint = ": date_diff of the two times is a number"
			case i == 0 && len(args) == 2 && !args[1].IsZero() && !args[1].Type().IsUnknown() && arguments[letter].fits(args[1].Type()) && arguments[fn.letter(1)].fits(t):
				hint = ": in the other order they fit"
			}
			return schema.Unknown, fail(CodeType, "%s: argument %d is of type %s%s", fn.Signature(), i+1, t, hint)
		}
		switch letter {
		case 'e', 's':
			if !t.Comparable(met) && t != met {
				return schema.Unknown, fail(CodeType, "%s: arguments of types %s and %s", fn.name, met, t)
			}
			met = wider(met, t)
		case 'l':
			if n, ok := x.node().(*LiteralExpr); !ok || n.isNull() {
				return schema.Unknown, fail(CodeForm, "%s: argument %d is no plain text", fn.Signature(), i+1)
			}
		case 'o':
			if of := fn.element(args); !t.Comparable(of) && t != of {
				return schema.Unknown, fail(CodeType, "%s: argument %d is of type %s, the elements are of type %s", fn.Signature(), i+1, t, of)
			}
		}
	}
	return fn.result(args), nil
}

// checkClauses checks what stands beside the arguments.
func (n *CallExpr) checkClauses() *Error {
	fn, m := n.fn, n.rest()
	switch {
	case m.distinct && (fn.kind != AggregateFunction || len(n.args) == 0):
		return fail(CodeForm, "DISTINCT in %s: only an aggregate of values takes it", fn.Signature())
	case !m.filter.IsZero() && !fn.IsAggregate():
		return fail(CodeForm, "FILTER in %s: only an aggregate takes it", fn.Signature())
	case len(m.order) > 0 && fn.kind != AggregateFunction:
		return fail(CodeForm, "ORDER BY in %s: only an aggregate takes it", fn.Signature())
	case len(m.within) > 0 && fn.kind != OrderedSetFunction:
		return fail(CodeForm, "WITHIN GROUP in %s: only an ordered-set aggregate takes it", fn.Signature())
	case len(m.within) > 1:
		return fail(CodeForm, "WITHIN GROUP in %s: expected one key, got %d", fn.Signature(), len(m.within))
	}
	if fn.ofKey && len(m.within) > 0 {
		n.typ = m.within[0].expr.Type()
	}
	return nil
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
