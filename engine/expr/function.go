package expr

import (
	"fmt"
	"strings"

	"github.com/sqlser/sqlser/schema"
)

// Function is a row of the catalogue: a function that means the same on every
// database. Stored queries name it.
type Function struct {
	name      string
	doc       string
	args      string // a letter an argument, see argument; the last may repeat: "t*"
	required  int
	aggregate bool
	result    func(args []Expr) schema.Type
}

// Name returns the name, in lower case.
func (fn *Function) Name() string { return fn.name }

// Doc says what the function gives, in a line.
func (fn *Function) Doc() string { return fn.doc }

// IsAggregate reports whether it makes one value of many rows.
func (fn *Function) IsAggregate() bool { return fn.aggregate }

// IsWindow reports whether it is a function of windows only.
func (fn *Function) IsWindow() bool { return false }

// Signature shows the function and its arguments, such as "substr(text, integer[, integer])".
func (fn *Function) Signature() string {
	letters, repeats := strings.CutSuffix(fn.args, "*")
	var b strings.Builder
	b.WriteString(fn.name + "(")
	for i, l := range letters {
		if i == fn.required {
			b.WriteString("[")
		}
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(arguments[l].name)
	}
	if repeats {
		b.WriteString(", ...")
	}
	if len(letters) > fn.required {
		b.WriteString("]")
	}
	return b.String() + ")"
}

// arguments says what the letters of Function.args take.
var arguments = ['z']struct {
	name string
	fits func(schema.Type) bool
}{
	'a': {"any", func(schema.Type) bool { return true }},
	't': {"text", func(t schema.Type) bool { return t.IsText() }},
	'n': {"number", schema.Type.IsNumber},
	'i': {"integer", func(t schema.Type) bool { return t.Family() == schema.FamilyInteger }},
	's': {"sortable", func(t schema.Type) bool { return t.Kind() != schema.KindJSON || t.IsArray() }},
}

func always(t schema.Type) func([]Expr) schema.Type {
	return func([]Expr) schema.Type { return t }
}

func first(args []Expr) schema.Type { return args[0].Type() }

// sumOf follows PostgreSQL: integers sum to what cannot overflow quietly.
func sumOf(args []Expr) schema.Type {
	switch t := args[0].Type(); t.Family() {
	case schema.FamilyFloat:
		return schema.Double
	case schema.FamilyInteger:
		if t.Kind() != schema.KindBigInteger {
			return schema.BigInteger
		}
	}
	return schema.Numeric(0, 0)
}

func averageOf(args []Expr) schema.Type {
	if args[0].Type().Family() == schema.FamilyFloat {
		return schema.Double
	}
	return schema.Numeric(0, 0)
}

func wholeOf(args []Expr) schema.Type {
	if args[0].Type().Family() == schema.FamilyNumeric {
		return schema.Numeric(0, 0)
	}
	return args[0].Type()
}

// catalogue lists the functions, sorted by name. A function is one row; a
// dialect that spells it otherwise has a row of its own.
var catalogue = []Function{
	{"abs", "the number without its sign", "n", 1, false, first},
	{"avg", "the mean of the values that are not NULL", "n", 1, true, averageOf},
	{"ceil", "the smallest whole number that is not less", "n", 1, false, wholeOf},
	{"char_length", "the number of characters", "t", 1, false, always(schema.Integer)},
	{"coalesce", "the first value that is not NULL", "aa*", 2, false, widest},
	{"count", "the number of rows, or of values that are not NULL", "a", 0, true, always(schema.BigInteger)},
	{"floor", "the largest whole number that is not greater", "n", 1, false, wholeOf},
	{"greatest", "the largest value; NULL where one is NULL", "ss*", 2, false, widest},
	{"least", "the smallest value; NULL where one is NULL", "ss*", 2, false, widest},
	{"length", "the number of characters, as char_length", "t", 1, false, always(schema.Integer)},
	{"lower", "the text in lower case", "t", 1, false, always(schema.Text)},
	{"ltrim", "the text without spaces at its start", "t", 1, false, always(schema.Text)},
	{"max", "the largest value", "s", 1, true, first},
	{"min", "the smallest value", "s", 1, true, first},
	{"nullif", "NULL where both are equal, else the first", "aa", 2, false, first},
	{"replace", "the text with each occurrence of the second replaced by the third", "ttt", 3, false, always(schema.Text)},
	{"round", "the number rounded to so many places, halves away from zero", "ni", 1, false, wholeOf},
	{"rtrim", "the text without spaces at its end", "t", 1, false, always(schema.Text)},
	{"substr", "the part from a place (the first is 1), of a length or to the end", "tii", 2, false, always(schema.Text)},
	{"sum", "the sum of the values that are not NULL; NULL without any", "n", 1, true, sumOf},
	{"trim", "the text without spaces at either end", "t", 1, false, always(schema.Text)},
	{"upper", "the text in upper case", "t", 1, false, always(schema.Text)},
}

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

// UnknownFunction stands for a function that is missing: a reader puts it where
// one is, so that it can go on and report every problem. It takes anything.
func UnknownFunction(name string) *Function { return &Function{name: name} }

// IsKnown reports whether the function is of the catalogue.
func (fn *Function) IsKnown() bool { return fn.result != nil }

// alike reports whether the arguments must be of types that compare.
func (fn *Function) alike() bool {
	return strings.HasPrefix(fn.args, "aa") || strings.HasPrefix(fn.args, "ss")
}

func (fn *Function) check(args []Expr, distinct bool) (schema.Type, *Error) {
	if !fn.IsKnown() {
		return schema.Unknown, nil
	}
	letters, repeats := strings.CutSuffix(fn.args, "*")
	if len(args) < fn.required || len(args) > len(letters) && !repeats {
		return schema.Unknown, fail(CodeArgument, "expected %s, got %s", fn.Signature(), count(len(args), "argument"))
	}
	if distinct && (!fn.aggregate || len(args) == 0) {
		return schema.Unknown, fail(CodeForm, "DISTINCT in %s: only an aggregate of values takes it", fn.Signature())
	}
	alike, met := fn.alike(), schema.Unknown
	for i, x := range args {
		if x.IsZero() {
			return schema.Unknown, missing("an argument")
		}
		t := x.Type()
		letter := letters[min(i, len(letters)-1)]
		if !t.IsUnknown() && !arguments[letter].fits(t) {
			return schema.Unknown, fail(CodeType, "%s: argument %d is of type %s", fn.Signature(), i+1, t)
		}
		if alike && !t.Comparable(met) && t != met {
			return schema.Unknown, fail(CodeType, "%s: arguments of types %s and %s", fn.name, met, t)
		}
		met = wider(met, t)
	}
	return fn.result(args), nil
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
