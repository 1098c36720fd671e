package expr

import "github.com/sqlser/sqlser/schema"

// SampleMethod is how a sample is taken. Values are wire codes: append only.
type SampleMethod uint8

// The methods.
const (
	Bernoulli SampleMethod = iota + 1 // row by row
	System                            // page by page
	sampleMethods
)

var sampleMethodNames = [sampleMethods]string{Bernoulli: "bernoulli", System: "system"}

// String returns the name, such as "bernoulli".
func (m SampleMethod) String() string {
	if m == 0 || m >= sampleMethods {
		return "unknown method"
	}
	return sampleMethodNames[m]
}

// SampleMethods returns every method.
func SampleMethods() []SampleMethod { return []SampleMethod{Bernoulli, System} }

// TablesampleSource is table TABLESAMPLE method (percent) REPEATABLE (seed): some
// of a table's rows.
type TablesampleSource struct {
	source
	of      Source // a table or an alias of one
	method  SampleMethod
	percent Expr
	seed    Expr
}

// Tablesample takes about so many percent of a table's rows, of 0 to 100; the same
// ones for the same seed, if there is one. Every call makes another source.
func Tablesample(of Source, method SampleMethod, percent any, seed any) *TablesampleSource {
	n := &TablesampleSource{of: orNone(of), method: method, percent: adapt(Of(percent), schema.Double, false)}
	if seed != nil {
		n.seed = adapt(Of(seed), schema.Double, false)
	}
	return seal(n)
}

// Op returns OpTablesample.
func (*TablesampleSource) Op() Op { return OpTablesample }

func (n *TablesampleSource) fields(f *Fields) {
	f.Source("source", &n.of)
	f.Code("method", (*uint8)(&n.method))
	f.Expr("percent", &n.percent)
	f.Expr("seed", &n.seed)
}

func (n *TablesampleSource) check() *Error {
	n.self = n
	switch {
	case n.of == nil:
		return missing("the table")
	case n.method == 0 || n.method >= sampleMethods:
		return fail(CodeForm, "unknown method of a sample: %d", n.method)
	case n.percent.IsZero():
		return missing("the percentage")
	}
	if _, sampled := n.of.(*TablesampleSource); sampled || TableOf(n.of) == nil {
		return fail(CodeForm, "a sample of what is no table")
	}
	for _, x := range []Expr{n.percent, n.seed} {
		if t := x.Type(); !x.IsZero() && !t.IsNumber() && !t.IsUnknown() {
			return fail(CodeType, "a sample: expected a number, got %s", t)
		}
	}
	if l, ok := n.percent.node().(*LiteralExpr); ok && l.Value().Kind() == schema.KindDouble && !(l.Value().Float() >= 0 && l.Value().Float() <= 100) {
		return fail(CodeValue, "a sample: expected 0 to 100 percent, got %s", l.Value())
	}
	return nil
}

// Of returns what the sample is of.
func (n *TablesampleSource) Of() Source { return n.of }

// Method returns how the sample is taken.
func (n *TablesampleSource) Method() SampleMethod { return n.method }

// Percent returns how much is taken.
func (n *TablesampleSource) Percent() Expr { return n.percent }

// Seed returns the seed, or the zero Expr.
func (n *TablesampleSource) Seed() Expr { return n.seed }

// Name returns the name of what the sample is of.
func (n *TablesampleSource) Name() string {
	if n.of == nil {
		return ""
	}
	return n.of.Name()
}

// Identity returns the source itself.
func (n *TablesampleSource) Identity() any { return n }

// Columns returns the table's columns.
func (n *TablesampleSource) Columns() []Output {
	if n.of == nil {
		return nil
	}
	return n.of.Columns()
}

// Find returns the index of the column of this name.
func (n *TablesampleSource) Find(name string) []int { return findIn(n.Columns(), name) }

var tablesampleMethods = []Method{{
	On: OnSource, Name: "tablesample", Doc: `some percent of a table's rows, as another source; {method = "bernoulli" or "system", seed = n}`,
	Args: []Arg{{"percent", ArgOperand}, {"options", ArgOptions}}, Optional: 1, Options: []Arg{{"method", ArgString}, {"seed", ArgOperand}},
	Example: `sql.select(u:tablesample(10, {method = "system", seed = 7}).id)`,
	SQL:     `SELECT "users_1"."id" FROM "users" AS "users_1" TABLESAMPLE SYSTEM ($1::DOUBLE PRECISION) REPEATABLE ($2::DOUBLE PRECISION)`,
	Build: func(self any, a []any) any {
		method, seed := Bernoulli, any(nil)
		if o, ok := a[1].([]any); ok {
			seed = o[1]
			if name, ok := o[0].(string); ok {
				switch name {
				case "bernoulli":
				case "system":
					method = System
				default:
					err := fail(CodeName, "no method %q of a sample", name)
					err.Hint = schema.DidYouMean(name, sampleMethodNames[1:])
					return &TablesampleSource{source: source{base: base{tally: tally{size: 1, depth: 1}, err: err.placed(OpTablesample)}}}
				}
			}
		}
		return Tablesample(self.(Source), method, a[0], seed)
	},
}}
