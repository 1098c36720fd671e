package dialect

import (
	"maps"
	"strconv"
	"strings"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// function says how a function of the catalogue is written: spelling(arguments),
// unless there is something else for it.
type function struct {
	spelling string
	args     string // a letter an argument, the last for all that follow; see argument

	// form is written in place of spelling(arguments). $1 is the first argument, $2*
	// all from the second on, $D an aggregate's DISTINCT, $O its ORDER BY, $T what
	// stands behind it: FILTER and OVER; $$ is a dollar. The whole is an atom.
	form  string
	forms map[int]string           // by the number of arguments
	of    map[schema.Family]string // by the family of the first argument
	write func(c *compiler, f function, n *expr.CallExpr, at level)
	rows  map[int]string // by the number of arguments: the query of columns value and n, which counts the rows, that stands in FROM

	refused  string // why the database cannot, behind its name: "has none"
	orders   bool   // write writes the order of the rows, too
	nulls    bool   // an aggregate that counts NULL as a value
	unframed bool   // an aggregate that has no OVER
}

// Support says how a dialect says a function.
type Support struct {
	Refused  string // why it says none, or ""
	Emulated bool   // in other words than a call of that name
}

// Supports says how the dialect says a function of the catalogue.
func (d *Dialect) Supports(fn *expr.Function) Support {
	f, ok := d.functions[fn.Name()]
	switch {
	case !ok || !fn.IsKnown():
		return Support{Refused: "it is unknown"}
	case fn.Kind() == expr.TableFunction && !d.tableFunctions && f.refused == "" && len(f.rows) == 0:
		return Support{Refused: d.name + " has no functions in FROM"}
	case f.refused != "":
		return Support{Refused: d.name + " " + f.refused}
	}
	return Support{Emulated: f.spelling != fn.Name() || len(f.rows) > 0}
}

func writeCall(c *compiler, n expr.Node, at level) {
	call := n.(*expr.CallExpr)
	fn := call.Function()
	f, ok := c.d.functions[fn.Name()]
	switch {
	case call.OfDatabase():
		if c.d.bareFunctions && strings.Contains(fn.Name(), ".") {
			c.unsupported("function "+strconv.Quote(fn.Name()), "functions of "+c.d.name+" are of no schema")
			return
		}
		c.own(fn.Name(), call)
		return
	case fn.IsHosts() && c.hostText(fn, call):
		return
	case fn.IsHosts():
		spelling := fn.Spelling(c.d.name)
		if spelling == "" && c.d.name == "mariadb" {
			spelling = fn.Spelling("mysql")
		}
		if spelling == "" {
			c.unsupported("function "+strconv.Quote(fn.Name()), "the host gives it no name on "+c.d.name)
			return
		}
		c.own(spelling, call)
		return
	case !ok || !fn.IsKnown():
		c.unsupported("function "+strconv.Quote(fn.Name()), "it is unknown: one that the database alone knows needs a type, use returns(...)")
		return
	case f.refused != "":
		c.unsupported("function "+strconv.Quote(fn.Name()), c.d.name+" "+f.refused)
		return
	case f.unframed && c.framed == call:
		c.unsupported(fn.Name()+" over a window", c.d.name+" has none")
		return
	}
	form := f.formOf(call)
	if x := call.FilterClause(); !x.IsZero() && (!c.d.filter || f.write != nil || form != "" && !contains(form, 'T')) {
		c.filtered(call, at)
		return
	}
	orders := f.orders || f.write == nil && form == "" || contains(form, 'O') || !fn.IsOrdered()
	if call.Orders().Len()+call.Within().Len() > 0 && !orders {
		c.unsupported("function "+strconv.Quote(fn.Name())+" of ordered rows", c.d.name+" has none")
		return
	}
	having, framed := c.having, c.framed
	if having != nil && fn.IsAggregate() { // what it takes are rows, not groups
		c.having = nil
	}
	switch {
	case f.write != nil:
		f.write(c, f, call, at)
	case form != "":
		c.form(f, form, call)
	default:
		c.call(f, call)
	}
	if c.having != having || c.framed != framed {
		c.having, c.framed = having, framed
	}
}

// formOf returns the form in which a call is written, or "".
func (f function) formOf(n *expr.CallExpr) string {
	if n.Args().Len() > 0 {
		if form := f.of[n.Args().At(0).Type().Family()]; form != "" {
			return form
		}
	}
	if form := f.forms[n.Args().Len()]; form != "" {
		return form
	}
	return f.form
}

func contains(form string, what byte) bool {
	for i := 1; i < len(form); i++ {
		if form[i-1] == '$' && form[i] == what {
			return true
		}
	}
	return false
}

// form writes a call by its form.
func (c *compiler) form(f function, form string, n *expr.CallExpr) {
	if n.IsDistinct() && !contains(form, 'D') {
		c.unsupported("DISTINCT of "+n.Function().Name(), c.d.name+" has none")
		return
	}
	c.once(form, n)
	if strings.Contains(form, "SELECT") {
		c.outside(n)
	}
	want := c.wanted(f, n)
	for i := 0; i < len(form); i++ {
		if form[i] != '$' {
			c.buf = append(c.buf, form[i])
			continue
		}
		start := i
		i++
		switch form[i] {
		case '$':
			c.text("$")
		case 'D':
			if n.IsDistinct() {
				c.text("DISTINCT ")
			}
		case 'O':
			if n.Orders().Len() > 0 {
				c.text(" ")
				c.orders("ORDER BY", n.Orders())
			}
		case 'T':
			c.behind(n)
		default:
			k := int(form[i] - '1')
			end := k + 1
			if i+1 < len(form) && form[i+1] == '*' {
				i, end = i+1, n.Args().Len()
			}
			at := levelAtom
			if end > k+1 || isDelimited(form[:start], form[i+1:]) {
				at = anywhere
			}
			for ; k < end; k++ {
				c.argument(f, k, n.Args().At(k), want, at)
				if k+1 < end {
					c.text(", ")
				}
			}
		}
	}
}

// isDelimited reports whether what stands between two parts of a form needs no
// parentheses.
func isDelimited(before, behind string) bool {
	return (strings.HasSuffix(before, "(") || strings.HasSuffix(before, ", ")) && (strings.HasPrefix(behind, ")") || strings.HasPrefix(behind, ","))
}

// once refuses an argument that a form has more than once where each would be
// another value.
func (c *compiler) once(form string, n *expr.CallExpr) {
	var times, from [10]int // each, and each with all behind it
	for i := 1; i < len(form); i++ {
		if k := form[i] - '0'; form[i-1] == '$' && k < 10 {
			if i+1 < len(form) && form[i+1] == '*' {
				from[k]++
			} else {
				times[k]++
			}
		}
	}
	all := 0
	for i, x := range n.Args().All() {
		one := 0
		if i < 9 {
			one = times[i+1]
			all += from[i+1]
		}
		if one+all > 1 {
			c.stays(n.Function().Name(), x)
		}
	}
}

// outside refuses aggregates and window functions in the arguments of what is said
// by a subquery: they would be taken for that subquery's.
func (c *compiler) outside(n *expr.CallExpr) {
	for _, x := range n.Args().All() {
		if c.ofRows(x) {
			c.unsupported(n.Function().Name()+" of an aggregate or window function", c.d.name+" would take it in a query of its own: take it from a subquery")
			return
		}
	}
}

// ofRows reports whether an aggregate or window function stands in x, other than in
// a query.
func (c *compiler) ofRows(x expr.Expr) (found bool) {
	if c.spend(expr.Size(x.Node())); c.err != nil {
		return false
	}
	expr.Walk(x.Node(), func(n expr.Node) bool {
		switch n := n.(type) {
		case *expr.CallExpr:
			found = found || n.Function().IsAggregate()
		case *expr.OverExpr:
			found = true
		case *expr.ColumnExpr, expr.Query:
			return false
		}
		return !found
	})
	return found
}

// hasWindow reports whether a window function stands in x, other than in a query.
func (c *compiler) hasWindow(x expr.Node) (found bool) {
	if c.spend(expr.Size(x)); c.err != nil {
		return false
	}
	expr.Walk(x, func(n expr.Node) bool {
		_, query := n.(expr.Query)
		found = found || n.Op() == expr.OpOver
		return !found && !query && n.Op() != expr.OpColumn
	})
	return found
}

// stays refuses an argument that is written more than once if it is volatile.
func (c *compiler) stays(of string, x expr.Expr) {
	if c.spend(expr.Size(x.Node())); c.err == nil && isVolatile(x) {
		c.unsupported(of+" of a volatile value", c.d.name+" would take it more than once: take it from a subquery")
	}
}

func isVolatile(x expr.Expr) (found bool) {
	expr.Walk(x.Node(), func(n expr.Node) bool {
		if call, ok := n.(*expr.CallExpr); ok && (call.Function().Volatility() == expr.Volatile || call.OfDatabase()) {
			found = true
		}
		return !found
	})
	return found
}

// call writes spelling(arguments).
func (c *compiler) call(f function, n *expr.CallExpr) {
	c.text(f.spelling)
	switch {
	case n.Args().Len() == 0 && n.Function().Kind() == expr.AggregateFunction:
		c.text("(*)")
		c.behind(n)
		return
	case n.IsDistinct():
		c.text("(DISTINCT ")
	default:
		c.text("(")
	}
	want := c.wanted(f, n)
	for i, x := range n.Args().All() {
		if i > 0 {
			c.text(", ")
		}
		c.argument(f, i, x, want, anywhere)
	}
	if n.Orders().Len() > 0 && (n.Function().IsOrdered() || !c.d.unorderedSums) {
		c.text(" ")
		c.orders("ORDER BY", n.Orders())
	}
	c.text(")")
	c.behind(n)
}

// own writes a call of a function that is not of the catalogue by its name, of
// which letters, digits, _ and points have been seen to be all.
func (c *compiler) own(name string, n *expr.CallExpr) {
	if !n.FilterClause().IsZero() && !c.d.filter {
		c.unsupported("FILTER of "+name, c.d.name+" has none")
		return
	}
	having := c.having
	c.having = nil
	c.text(name)
	c.text("(")
	if n.IsDistinct() {
		c.text("DISTINCT ")
	}
	for i, x := range n.Args().All() {
		if i > 0 {
			c.text(", ")
		}
		c.expr(x, anywhere)
	}
	if n.Orders().Len() > 0 {
		c.text(" ")
		c.orders("ORDER BY", n.Orders())
	}
	c.text(")")
	c.behind(n)
	c.having = having
}

// behind writes what stands behind the arguments of an aggregate or a window function.
func (c *compiler) behind(n *expr.CallExpr) {
	framed := c.framed
	if framed != nil {
		c.framed = nil
	}
	if n.Within().Len() > 0 {
		c.text(" WITHIN GROUP (")
		c.orders("ORDER BY", n.Within())
		c.text(")")
	}
	if x := n.FilterClause(); !x.IsZero() && c.d.filter {
		c.text(" FILTER (WHERE ")
		c.cond(x, anywhere)
		c.text(")")
	}
	if framed == n {
		c.over(c.frame)
	}
	if framed != nil {
		c.framed = framed
	}
}

// filtered writes an aggregate with a filter for a database that has no FILTER: of
// a CASE that is NULL for the other rows, which aggregates leave out.
func (c *compiler) filtered(n *expr.CallExpr, at level) {
	fn := n.Function()
	f := c.d.functions[fn.Name()]
	if f.nulls || n.Within().Len() > 0 || n.Args().Len() > 1 && !fn.IsAggregate() {
		c.unsupported("FILTER of "+fn.Name(), c.d.name+" has none")
		return
	}
	args := make([]any, 0, 2)
	for _, x := range n.Args().All() {
		args = append(args, x)
	}
	if len(args) == 0 {
		args = append(args, expr.HostLiteral(expr.Int(1)))
	}
	args[0] = expr.Case(expr.NewWhen(n.FilterClause(), args[0]))
	call := expr.Call(fn, args...)
	if n.IsDistinct() {
		call = call.Distinct()
	}
	if n.Orders().Len() > 0 {
		keys := make([]any, 0, 2)
		for _, o := range n.Orders().All() {
			keys = append(keys, o)
		}
		call = call.OrderBy(keys...)
	}
	if err := call.Err(); err != nil {
		c.unsupported("FILTER of "+fn.Name(), err.Error())
		return
	}
	if c.framed == n {
		c.framed = call.Node().(*expr.CallExpr)
	}
	c.expr(call, at)
}

// wanted is the type in which the arguments meet that do.
func (c *compiler) wanted(f function, n *expr.CallExpr) schema.Type {
	var all []expr.Expr
	labels := false
	for i, x := range n.Args().All() {
		switch f.letter(i) {
		case '=':
			labels = true
			fallthrough
		case 'm':
			if all == nil {
				all = make([]expr.Expr, 0, 8)
			}
			all = append(all, x)
		}
	}
	if all == nil {
		return schema.Unknown
	}
	return c.meeting(labels, all...)
}

func (f function) letter(i int) byte {
	if f.args == "" {
		return 'a'
	}
	return f.args[min(i, len(f.args)-1)]
}

// argument writes argument i of a function, by its letter: a anything, m and =
// what must meet the others, n a number, f a float, t text, i an integer, 0 and 1
// one that is at least so much, v a value in JSON, o an element of an array.
func (c *compiler) argument(f function, i int, x expr.Expr, want schema.Type, at level) {
	switch letter := f.letter(i); letter {
	case 'm', '=':
		c.operand(x, want, at)
	case 'n':
		c.numeric(x, at)
	case 'f':
		c.float(x, at)
	case 't':
		c.textual(x, at)
	case 'i':
		c.integer(x, slot{}, at)
	case '0', '1':
		c.atLeast(f, x, int64(letter-'0'), at)
	case 'v':
		c.d.inJSON(c, x, at)
	default:
		c.expr(x, at)
	}
}

// float writes a number where a database would reckon in decimals with others.
func (c *compiler) float(x expr.Expr, at level) {
	if c.d.float == "" || x.Type().Family() == schema.FamilyFloat {
		c.expr(x, at)
		return
	}
	c.text("CAST(")
	c.numeric(x, anywhere)
	c.text(" AS ")
	c.text(c.d.float)
	c.text(")")
}

// atLeast writes an integer that must not be less than so much: a plain one is
// refused, another counts as so much.
func (c *compiler) atLeast(f function, x expr.Expr, least int64, at level) {
	if _, plain := c.slotOf(x); plain || isNull(x) {
		c.integer(x, slot{}.bounded(least, f.named()), at)
		return
	}
	c.stays(f.named(), x)
	c.text("CASE WHEN ")
	c.expr(x, levelConcat)
	c.text(" < ")
	c.digits(uint64(least))
	c.text(" THEN ")
	c.digits(uint64(least))
	c.text(" ELSE ")
	c.integer(x, slot{}, anywhere)
	c.text(" END")
}

func (f function) named() string {
	if f.spelling == "" {
		return "a function"
	}
	return f.spelling
}

// integer writes an integer for a function that may want one of 32 bits, within
// the bounds of a slot.
func (c *compiler) integer(x expr.Expr, bounds slot, at level) {
	s, plain := c.slotOf(x)
	narrow := c.d.integers32 && x.Type().Kind() != schema.KindInteger && x.Type().Kind() != schema.KindSmallInteger
	if plain && s.param == 0 && narrow {
		s.typ, narrow = schema.Integer, false
	}
	if narrow {
		c.text("CAST(")
	}
	if plain {
		c.place(s.bounded(bounds.least, bounds.of))
	} else if narrow {
		c.expr(x, anywhere)
	} else {
		c.expr(x, at)
	}
	if narrow {
		c.text(" AS INTEGER)")
	}
}

// itself writes the argument in place of a call that would not change it.
func itself(c *compiler, n *expr.CallExpr, at level) { c.numeric(n.Args().At(0), at) }

// first is the family of the first argument; a NULL without a type is an integer.
func first(n *expr.CallExpr) schema.Family {
	f := n.Args().At(0).Type().Family()
	if f == schema.FamilyUnknown {
		return schema.FamilyInteger
	}
	return f
}

// spelled returns the default functions, some of them replaced: what a row leaves
// out stays as it was.
func spelled(rows map[string]function) map[string]function { return respelled(functions, rows) }

func respelled(base, rows map[string]function) map[string]function {
	all := maps.Clone(base)
	for name, f := range rows {
		if f.args == "" {
			f.args = all[name].args
		}
		all[name] = f
	}
	return all
}

// writeNullif makes a time of a date that meets one: databases would give the date,
// as text where times are text.
func writeNullif(c *compiler, f function, n *expr.CallExpr, _ level) {
	if first(n) != schema.FamilyDate || n.Type().Family() != schema.FamilyDateTime {
		c.call(f, n)
		return
	}
	want := c.wanted(f, n)
	c.text("nullif(")
	if x := n.Args().At(0); c.d.convert == nil || !c.d.convert(c, x, schema.DateTime, anywhere) {
		c.d.cast(c, x, schema.Date, schema.DateTime, anywhere)
	}
	c.text(", ")
	c.argument(f, 1, n.Args().At(1), want, anywhere)
	c.text(")")
}
