package dialect

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/engine/policy"
	"github.com/sqlser/sqlser/schema"
)

// Statement is a compiled statement: text, and what its placeholders stand for.
// It is immutable and safe for concurrent use.
type Statement struct {
	of     *compiled
	args   []any // those of the literals
	copied bool  // whoever has a copy of the list can change none of them: none is bytes
}

// compiled is what statements share that differ in the values of literals alone.
type compiled struct {
	d       *Dialect
	sql     string
	change  bool
	reads   bool
	once    bool
	outputs expr.List[expr.Output]
	params  expr.List[*expr.Parameter]
	hosts   expr.List[*expr.Parameter]
	checks  expr.List[policy.Check]
	slots   []slot
	counted counted
	pinned  []expr.Value // see Statement.Template
}

// notCompiled is what a statement is that nothing has compiled.
var notCompiled compiled

// is returns what was compiled.
func (s *Statement) is() *compiled {
	if s.of == nil {
		return &notCompiled
	}
	return s.of
}

// counted says what to make of the number of changed rows that a driver gives: 0, it
// is right; -1, it does not tell; another, that is the number.
type counted int

// Changed returns how many rows a change has inserted, updated or deleted, of what the
// driver says; -1 where that does not tell.
func (s *Statement) Changed(driver int64) int64 {
	if c := s.is(); c.counted != 0 {
		return int64(c.counted)
	}
	return driver
}

// SQL returns the text.
func (s *Statement) SQL() string { return s.is().sql }

// RunsOnce reports whether what is prepared of it must not run a second time: MariaDB then
// answers some statements that have a query within them otherwise, as the first run has
// changed what they were prepared to.
func (s *Statement) RunsOnce() bool { return s.is().once }

// Dialect returns the dialect that the statement is written in.
func (s *Statement) Dialect() *Dialect { return s.is().d }

// IsChange reports whether it changes rows, be it in a part of a query.
func (s *Statement) IsChange() bool { return s.is().change }

// OnlyReads reports whether it is a query of which no part changes or locks rows, or is raw
// text as a whole: reading half of it does half of nothing.
func (s *Statement) OnlyReads() bool { return s.is().reads }

// Outputs returns the columns of the rows; a column without a name has "".
func (s *Statement) Outputs() expr.List[expr.Output] { return s.is().outputs }

// Parameters returns the parameters, by first use in the query.
func (s *Statement) Parameters() expr.List[*expr.Parameter] { return s.is().params }

// HostValues returns the values that only the host gives, as a policy asks for them.
func (s *Statement) HostValues() expr.List[*expr.Parameter] { return s.is().hosts }

// Own returns arguments, as Args returns them, with nil in the places of those that are not
// the statement's: values of the host's, and what a policy's rules have of their own. It is
// for showing them to whoever wrote the statement.
func (s *Statement) Own(args []any) []any {
	own := slices.Clone(args)
	c := s.is()
	for i, sl := range c.slots {
		if i < len(own) && !sl.open && (sl.param == 0 || sl.param > c.params.Len()) {
			own[i] = nil
		}
	}
	return own
}

// Args returns the driver's arguments, in the order of the placeholders, for the
// values of parameters by name. A parameter that has no value has its default.
// The error is an *[ArgsError] with every problem.
func (s *Statement) Args(params map[string]expr.Value) ([]any, error) {
	return s.ArgsUnder(params, nil)
}

// ArgsUnder is Args where the policy that admitted the statement asks for values of
// the host's. The error is a *[policy.Error], too, where rows would be written that the
// policy does not let the host's values have.
func (s *Statement) ArgsUnder(params, host map[string]expr.Value) ([]any, error) {
	return s.AppendArgs(make([]any, 0, len(s.args)), params, host)
}

// AppendArgs appends what ArgsUnder returns to dst, whose memory a host that runs many statements may
// use again.
func (s *Statement) AppendArgs(dst []any, params, host map[string]expr.Value) ([]any, error) {
	before := len(dst)
	dst = append(dst, s.args...) // the caller's own
	args := dst[before:]
	if !s.copied {
		for i, arg := range args {
			if b, ok := arg.([]byte); ok {
				args[i] = slices.Clone(b)
			}
		}
	}
	c := s.is()
	if len(params)+c.params.Len()+c.hosts.Len()+c.checks.Len() == 0 { // as is most often so of what is remembered
		return dst, nil
	}
	values, problems := c.bind(params, host)
	if err := c.check(values, problems); err != nil {
		return nil, err
	}
	var made map[slot]any // of what is long: it may stand in many places
	for i, sl := range c.slots {
		if sl.param == 0 || problems[sl.param-1] != nil {
			continue
		}
		v := values[sl.param-1]
		long := len(v.Text()) > 64 // else it is made again as quickly as it is found
		if long {
			if arg, known := made[sl]; known {
				args[i] = arg
				continue
			}
		}
		arg, err := c.d.argument(&sl, v)
		if err != nil {
			problems[sl.param-1] = parameterError(c.d, c.param(sl.param), err.Reason, err.Hint)
		}
		if args[i] = arg; long {
			if made == nil {
				made = map[slot]any{}
			}
			made[sl] = arg
		}
	}
	problems = slices.DeleteFunc(problems, func(e *Error) bool { return e == nil })
	if len(problems) > 0 {
		return nil, &ArgsError{problems}
	}
	return dst, nil
}

// holdsBytes reports whether any argument is bytes.
func holdsBytes(args []any) bool {
	for _, arg := range args {
		if _, ok := arg.([]byte); ok {
			return true
		}
	}
	return false
}

// bind gives each parameter its value, or a problem at its index; problems of
// unknown parameters follow.
func (s *compiled) bind(params, host map[string]expr.Value) ([]expr.Value, []*Error) {
	n := s.params.Len() + s.hosts.Len()
	values, problems := make([]expr.Value, n), make([]*Error, n)
	known := 0
	for i, p := range s.hosts.All() {
		v, ok := host[p.Name()]
		if !ok {
			problems[s.params.Len()+i] = s.d.fail(CodeParameter, "value "+strconv.Quote(p.Name())+" of the host", "the session has none of this name")
		} else if _, err := s.d.value(v, p.Type()); err != nil {
			problems[s.params.Len()+i] = s.d.fail(CodeParameter, "value "+strconv.Quote(p.Name())+" of the host", "%s", err.Reason)
		}
		values[s.params.Len()+i] = v
	}
	for i, p := range s.params.All() {
		v, ok := params[p.Name()]
		if ok {
			known++
		} else if v, ok = p.Default(); !ok {
			problems[i] = parameterError(s.d, p, "expected a value of type "+p.Type().String()+", got none", "")
			continue
		}
		// Also where no placeholder is left of it.
		if p.Type().Family() == schema.FamilyInterval && v.Kind() == schema.KindInterval {
			// Its parts may travel where the whole cannot.
		} else if _, err := s.d.value(v, p.Type()); err != nil {
			problems[i] = parameterError(s.d, p, err.Reason, err.Hint)
		}
		if err, ok := p.Check(v).(*expr.Error); ok && problems[i] == nil {
			problems[i] = parameterError(s.d, p, err.Reason, "")
		}
		values[i] = v
	}
	if known == len(params) {
		return values, problems
	}
	names := make([]string, s.params.Len())
	for i, p := range s.params.All() {
		names[i] = p.Name()
	}
	for _, name := range slices.Sorted(maps.Keys(params)) {
		if !slices.Contains(names, name) {
			err := s.d.fail(CodeParameter, "parameter "+strconv.Quote(name), "the query has none of this name")
			err.Param = name
			if len(problems) < n+8 { // each compares all names
				err.Hint = schema.DidYouMean(name, names)
			}
			problems = append(problems, err)
		}
	}
	return values, problems
}

// param returns the parameter that slots count as i, from 1; those of the host follow
// the query's.
func (s *compiled) param(i int) *expr.Parameter {
	if n := s.params.Len(); i > n {
		return s.hosts.At(i - n - 1)
	}
	return s.params.At(i - 1)
}

// check holds the values that rows are written with against those that the policy
// asks for.
func (s *compiled) check(values []expr.Value, problems []*Error) error {
	if s.checks.Len() == 0 || slices.ContainsFunc(problems, func(e *Error) bool { return e != nil }) {
		return nil
	}
	valueOf := func(x expr.Expr) (v expr.Value, ok bool) {
		switch n := x.Node().(type) {
		case *expr.LiteralExpr:
			return n.Value(), true
		case *expr.ParamExpr:
			list, at := s.params, 0
			if n.Parameter().IsHost() {
				list, at = s.hosts, s.params.Len()
			}
			for i, p := range list.All() {
				if p.Name() == n.Parameter().Name() {
					return values[at+i], true
				}
			}
		}
		return v, false
	}
	for _, k := range s.checks.All() {
		got, ok := valueOf(k.Value)
		want, known := valueOf(k.Must)
		if !ok || !known && k.Most == 0 || !k.Holds(got, want) {
			return k.Refused()
		}
	}
	return nil
}

func parameterError(d *Dialect, p *expr.Parameter, reason, hint string) *Error {
	err := d.fail(CodeParameter, "parameter "+strconv.Quote(p.Name()), "%s", reason)
	err.Hint, err.Param = hint, p.Name()
	return err
}

// literals makes the arguments of the literals, as many as there are slots.
func (s *compiled) literals(args []any) *Error {
	for i := range s.slots {
		sl := &s.slots[i]
		if sl.param > 0 {
			continue
		}
		arg, err := s.d.argument(sl, sl.value)
		if err != nil {
			return err
		}
		args[i] = arg
	}
	return nil
}

// argument is the driver's argument for a value in a slot.
func (d *Dialect) argument(s *slot, v expr.Value) (any, *Error) {
	if s.of != "" && (v.IsNull() || v.Kind() == schema.KindBigInteger && v.Int() < s.least) {
		return nil, d.fail(CodeValue, "value", "%s takes %d or more, got %s", s.of, s.least, v)
	}
	switch {
	case v.IsNull() && s.form == listOf:
		return nil, d.badValue("expected a list, got NULL")
	case v.IsNull():
		return nil, nil
	case s.form == asIs && s.typ.IsArray() && !d.lists.arrays:
		return nil, d.fail(CodeUnsupported, "array", "%s has none: a list stands behind IN alone", d.name)
	case s.form == asIs:
		return d.value(v, s.typ)
	case s.form >= monthsOf:
		return d.computed(s, v)
	}
	if v.Kind() != schema.KindText {
		return nil, d.misfit(v, s.typ)
	}
	if s.form == asDollars {
		return d.value(expr.Text(dollars(v.Text())), schema.Text)
	}
	pattern := wildcards.Replace(v.Text())
	if s.form != atEnd {
		pattern += "%"
	}
	if s.form != atStart {
		pattern = "%" + pattern
	}
	return d.value(expr.Text(pattern), schema.Text)
}

// longest is how many microseconds an interval may have: more lead out of the
// years 1 to 9999 from everywhere in them.
const longest = 10_000 * 366 * 86_400 * 1_000_000

// computed is what is made of an interval, the name of a zone or a key of JSON, a list.
func (d *Dialect) computed(s *slot, v expr.Value) (any, *Error) {
	if s.form == offsetOf || s.form == zoneOf {
		return d.zoneValue(s.form, v)
	}
	switch {
	case s.form == stepOf:
		return d.step(v)
	case s.form == listOf:
		return d.array(v, s.typ)
	case s.form >= globOf && v.Kind() != schema.KindText:
		return nil, d.misfit(v, s.typ)
	case s.form >= globOf:
		return d.value(expr.Text(globPattern(v.Text(), s.form)), schema.Text)
	case v.Kind() != schema.KindInterval:
		return nil, d.misfit(v, s.typ)
	case v.Int() > longest || v.Int() < -longest:
		return nil, d.badValue("an interval of more than 10000 years: %s", v)
	case s.form == monthsOf:
		return int64(v.Months()), nil
	case s.form == daysOf:
		return int64(v.Days()), nil
	}
	return v.Int(), nil
}

// step is a path of one key or index. A key in it is a JSON string: whatever it
// holds, it is one key.
func (d *Dialect) step(v expr.Value) (any, *Error) {
	switch {
	case v.Kind() == schema.KindBigInteger:
		return "$[" + strconv.FormatInt(v.Int(), 10) + "]", nil
	case v.Kind() != schema.KindText:
		return nil, d.misfit(v, schema.Text)
	case d.json.noMinus && strings.HasPrefix(v.Text(), "-"):
		return nil, d.badValue("%s finds no key of JSON that begins with -, got %s", d.name, v)
	}
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v.Text()); err != nil {
		return nil, d.badValue("no key of JSON: %v", err)
	}
	return "$." + strings.TrimSuffix(b.String(), "\n"), nil
}

// zoneValue is an offset in seconds, or text: PostgreSQL counts the hours of an
// offset that stands for a zone to the west.
func (d *Dialect) zoneValue(as form, v expr.Value) (any, *Error) {
	zone := v.Text()
	if v.Kind() != schema.KindText || !expr.IsZone(zone) {
		return nil, d.badValue("expected a zone such as +01:00, UTC or Europe/Berlin, got %s", v)
	}
	seconds, offset := expr.ZoneOffset(zone)
	switch {
	case as == offsetOf && !offset:
		return nil, d.badValue("%s may know no zones by name: expected an offset such as +01:00, got %s", d.name, v)
	case as == offsetOf:
		return int64(seconds), nil
	case zone == "Z":
		return "UTC", nil
	case zone[0] == '+':
		return "-" + zone[1:], nil
	case zone[0] == '-':
		return "+" + zone[1:], nil
	}
	return zone, nil
}

// wildcards takes from text its meaning as a pattern, see matchEscape.
var wildcards = strings.NewReplacer("!", "!!", "%", "!%", "_", "!_")
