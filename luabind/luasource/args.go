package luasource

import (
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// inline is how many arguments stand in a call; more are a list.
const inline = 8

// chain returns the text of a chain. It is not ok where an argument has no text that the
// binding would convert to what it is.
func (p *printer) chain(c chain) (t text, ok bool) {
	w := &writer{p: p}
	outer := p.nested
	p.nested = true
	defer func() { p.nested = outer }()
	_, isStatement := c.run().(expr.Statement)
	breaks := isStatement && !outer && len(c.steps) > 2
	if c.on != nil {
		switch on := c.on.(type) {
		case expr.Expr:
			w.text(p.receiver(p.node(on.Node())))
		case expr.Node:
			w.text(p.receiver(p.node(on)))
		}
	} else {
		w.raw("sql")
	}
	v := c.on
	for i, s := range c.steps {
		separator := ":"
		if i == 0 && c.on == nil {
			separator = "."
		}
		one := chain{on: v, steps: c.steps[i : i+1]}
		if breaks && i > 0 {
			w.raw("\n" + strings.Repeat("  ", len(p.blocks)))
		}
		if s.fn != nil {
			w.raw(".fn" + member(s.fn.Name()))
			w.call(func(w *writer) {
				w.count++
				w.operands(expr.ArgOperands, s.args)
			})
		} else {
			m := methodOf(v, s.name)
			if m == nil {
				return text{}, false
			}
			w.raw(separator + m.Name)
			if m.On != expr.OnConstant {
				excluded := p.excluded
				_, inserts := v.(*expr.InsertStmt)
				p.excluded = s.excluded || excluded && !inserts
				w.call(func(w *writer) { w.arguments(m, s.args) })
				p.excluded = excluded
			}
			if s.operand != nil {
				w.raw("(")
				w.operand(expr.ArgOperand, s.operand)
				w.raw(")")
			}
		}
		w.links++
		v = one.run()
	}
	if w.bad || p.err != nil {
		return text{}, false
	}
	return text{s: w.b.String(), depth: w.depth + 1, chain: w.links}, true
}

// writer writes one text.
type writer struct {
	p     *printer
	b     strings.Builder
	depth int // of what is in it
	links int // calls in a row
	count int // of arguments
	bad   bool
}

func (w *writer) raw(s string) {
	w.b.WriteString(s)
	w.p.count(len(s))
}

// call writes the arguments of a call; a single table or string without parentheses, as
// people write it.
func (w *writer) call(arguments func(*writer)) {
	in := &writer{p: w.p}
	arguments(in)
	s := in.b.String()
	switch {
	case in.count != 1 || s == "" || s[0] != '{' && s[0] != '"':
		w.p.count(2)
		s = "(" + s + ")"
	case s[0] == '"':
		w.p.count(1)
		s = " " + s
	}
	w.b.WriteString(s)
	w.depth, w.bad = max(w.depth, in.depth), w.bad || in.bad
}

// text writes what was counted when it was made.
func (w *writer) text(t text) {
	w.b.WriteString(t.s)
	w.depth, w.links = max(w.depth, t.depth), w.links+t.chain
}

// inner writes what stands in parentheses or braces.
func (w *writer) inner(t text) {
	w.b.WriteString(t.s)
	w.depth = max(w.depth, t.depth)
}

func (w *writer) node(n expr.Node) {
	if n == nil || expr.Err(n) != nil {
		w.bad = true
		return
	}
	w.inner(w.p.node(n))
}

// on writes what a method is called on.
func (w *writer) on(n expr.Node) {
	if n == nil || expr.Err(n) != nil {
		w.bad = true
		return
	}
	w.inner(w.p.receiver(w.p.node(n)))
}

// arguments writes the arguments of a method.
func (w *writer) arguments(m *expr.Method, args []any) {
	for len(args) > 0 && args[len(args)-1] == nil {
		args = args[:len(args)-1]
	}
	first := true
	for i, a := range args {
		kind := m.Args[i].Kind
		if a == nil {
			if kind == expr.ArgSubject || kind == expr.ArgKeyList {
				continue
			}
			w.bad = true
			return
		}
		if list, ok := a.([]any); ok && (kind == expr.ArgKeyList || kind == expr.ArgConds && i > 0) && len(list) == 0 {
			continue
		}
		if !first {
			w.raw(", ")
		}
		first = false
		w.count++
		w.argument(kind, m.Options, a)
	}
}

func (w *writer) argument(kind expr.ArgKind, options []expr.Arg, a any) {
	switch kind {
	case expr.ArgFrom, expr.ArgQuery, expr.ArgRelated:
		n, _ := a.(expr.Node)
		w.node(n)
	case expr.ArgType:
		w.typ(a.(schema.Type))
	case expr.ArgString:
		w.name(a.(string))
	case expr.ArgText, expr.ArgBytes:
		w.raw(quote(a.(string)))
	case expr.ArgNumbers:
		w.numbers(a.(map[string]float64))
	case expr.ArgWhens:
		w.whens(a.([]any))
	case expr.ArgOptions, expr.ArgWindow:
		w.options(options, a)
	case expr.ArgFrame:
		w.frame(a.([]any))
	case expr.ArgFlag:
		w.raw(strconv.FormatBool(a.(bool)))
	case expr.ArgNames, expr.ArgKeyList:
		w.list(len(a.([]any)), true, func(i int) { w.operand(expr.ArgKeys, a.([]any)[i]) })
	case expr.ArgDefault:
		w.parameter(a)
	case expr.ArgRows:
		w.rows(a.([][]any))
	case expr.ArgColumnTypes:
		w.columnTypes(a.([]expr.ColumnType))
	case expr.ArgAssign:
		w.assign(a.(expr.Assign))
	case expr.ArgAssigns:
		rows := a.([]expr.Assign)
		if len(rows) == 1 {
			w.assign(rows[0])
			return
		}
		w.list(len(rows), true, func(i int) { w.assign(rows[i]) })
	case expr.ArgBinds:
		w.binds(a.(map[string]any))
	case expr.ArgOperand, expr.ArgCond, expr.ArgLabel:
		w.operand(kind, a)
	default:
		w.operands(kind, a)
	}
}

// list writes the arguments of a kind that takes the rest of them, in braces if they must be or are many.
func (w *writer) list(n int, braces bool, each func(i int)) {
	if braces = braces || n > inline; braces {
		w.raw("{")
	} else {
		w.count += n - 1 // the list itself was counted
	}
	for i := range n {
		if i > 0 {
			w.raw(", ")
		}
		if w.bad || w.p.err != nil {
			return
		}
		each(i)
	}
	if braces {
		w.raw("}")
	}
}

// operands writes what a kind of the plural takes.
func (w *writer) operands(kind expr.ArgKind, a any) {
	switch a := a.(type) {
	case []any:
		braces := kind == expr.ArgIn && len(a) != 1
		if len(a) == 1 {
			_, braces = a[0].([]any) // a set of keys by itself would be as many sets
		}
		w.list(len(a), braces, func(i int) { w.operand(kind, a[i]) })
	case []expr.FromClause:
		w.list(len(a), false, func(i int) { w.node(a[i]) })
	case []*expr.LoadOption:
		w.list(len(a), false, func(i int) { w.node(a[i]) })
	case []expr.Query:
		w.list(len(a), false, func(i int) { w.node(a[i]) })
	case expr.Query:
		w.node(a)
	default:
		w.bad = true
	}
}

// operand writes an expression with what may belong to it, or a set of them.
func (w *writer) operand(kind expr.ArgKind, a any) {
	switch a := a.(type) {
	case expr.Expr:
		if l, ok := a.Node().(*expr.LiteralExpr); ok && l.As().IsUnknown() && w.literal(kind, l.Value()) {
			return
		}
		w.node(a.Node())
	case expr.Item:
		if _, whole := a.Expr().Node().(*expr.EntityExpr); whole { // a source has no label
			w.bad = true
		}
		w.on(a.Expr().Node())
		w.raw(":label ")
		w.name(a.Label())
		w.depth++
	case expr.Order:
		w.order(a)
	case []any: // a set of keys
		w.list(len(a), true, func(i int) { w.operand(expr.ArgKeys, a[i]) })
	default:
		w.bad = true
	}
}

func (w *writer) order(o expr.Order) {
	plain := o.Nulls() == expr.NullsDefault
	label, isLabel := o.Expr().Node().(*expr.RefExpr)
	switch {
	case isLabel && o.IsDesc():
		w.raw("sql.desc ")
		w.name(label.Name())
	case isLabel && !plain:
		w.raw("sql.asc ")
		w.name(label.Name())
	case o.IsDesc():
		w.on(o.Expr().Node())
		w.raw(":desc()")
	case !plain:
		w.on(o.Expr().Node())
		w.raw(":asc()")
	default:
		w.node(o.Expr().Node())
	}
	switch o.Nulls() {
	case expr.NullsFirst:
		w.raw(":nulls_first()")
	case expr.NullsLast:
		w.raw(":nulls_last()")
	}
}

// maxExact is the first integer that a Lua number may hold in place of another.
const maxExact = 1 << 53

// literal writes a value as Lua's own where that is the same, and says whether it did.
func (w *writer) literal(kind expr.ArgKind, v expr.Value) bool {
	switch kind {
	case expr.ArgOperand, expr.ArgOperands, expr.ArgIn, expr.ArgDefault:
	default:
		return false
	}
	switch v.Kind() {
	case schema.KindText:
		w.raw(quote(v.Text()))
	case schema.KindBoolean:
		if kind == expr.ArgDefault {
			return false
		}
		w.raw(strconv.FormatBool(v.Int() == 1))
	case schema.KindBigInteger:
		if n := v.Int(); n >= maxExact || n <= -maxExact {
			return false
		}
		w.raw(v.Plain())
	default:
		return false
	}
	return true
}

// name writes text that must not be empty.
func (w *writer) name(s string) {
	if s == "" || !isValid(s) {
		w.bad = true
	}
	w.raw(quote(s))
}

func (w *writer) numbers(parts map[string]float64) {
	names := slices.Sorted(maps.Keys(parts))
	w.list(len(names), true, func(i int) {
		n := parts[names[i]]
		if math.IsNaN(n) || math.IsInf(n, 0) {
			w.bad = true
		}
		w.raw(names[i] + " = " + strconv.FormatFloat(n, 'f', -1, 64))
	})
}

func (w *writer) whens(list []any) {
	last := len(list) - 1
	n := last
	if list[last] != nil {
		n++
	}
	w.list(n, true, func(i int) {
		when, ok := list[i].(expr.When)
		if !ok {
			w.raw("else_ = ")
			w.operand(expr.ArgOperand, list[i])
			return
		}
		w.raw("{")
		w.operand(expr.ArgCond, when.Cond())
		w.raw(", ")
		w.operand(expr.ArgOperand, when.Then())
		w.raw("}")
	})
}

// options writes {name = value}, what is nil left out; a window that has a name by it.
func (w *writer) options(options []expr.Arg, a any) {
	if window, ok := a.(expr.Window); ok {
		w.raw("sql.window ")
		w.name(window.Name())
		return
	}
	var given []int
	for i, v := range a.([]any) {
		if v != nil {
			given = append(given, i)
		}
	}
	w.list(len(given), true, func(k int) {
		o, v := options[given[k]], a.([]any)[given[k]]
		w.raw(o.Name + " = ")
		switch v := v.(type) {
		case []any:
			if o.Kind == expr.ArgFrame {
				w.frame(v)
			} else {
				w.list(len(v), true, func(i int) { w.operand(o.Kind, v[i]) })
			}
		case []expr.FromClause:
			w.list(len(v), true, func(i int) { w.node(v[i]) })
		default:
			w.argument(o.Kind, nil, v)
		}
	})
}

func (w *writer) frame(bounds []any) {
	w.list(len(bounds), true, func(i int) {
		b, ok := bounds[i].(expr.Bound)
		if !ok {
			w.raw(quote(bounds[i].(string)))
			return
		}
		if b.Edge() == expr.CurrentRow {
			w.raw("0")
			return
		}
		word := "preceding"
		if b.Edge() == expr.FollowingRow {
			word = "following"
		}
		w.raw("{" + word + " = ")
		w.operand(expr.ArgOperand, b.Offset())
		w.raw("}")
	})
}

// parameter writes a default, or the options of a parameter.
func (w *writer) parameter(a any) {
	o, ok := a.(expr.ParamOptions)
	if !ok {
		w.operand(expr.ArgDefault, a)
		return
	}
	sep := ""
	option := func(name string, given bool, write func()) {
		if given {
			w.raw(sep + name + " = ")
			write()
			sep = ", "
		}
	}
	value := func(v any) func() { return func() { w.operand(expr.ArgOperand, v) } }
	w.raw("{")
	option("many", o.Many, func() { w.raw("true") })
	option("default", o.Default != nil, value(o.Default))
	option("min", o.Min != nil, value(o.Min))
	option("max", o.Max != nil, value(o.Max))
	option("enum", len(o.Enum) > 0, func() { w.list(len(o.Enum), true, func(i int) { w.operand(expr.ArgOperand, o.Enum[i]) }) })
	option("doc", o.Doc != "", func() { w.raw(quote(o.Doc)) })
	w.raw("}")
}

func (w *writer) rows(rows [][]any) {
	w.list(len(rows), true, func(i int) {
		w.list(len(rows[i]), true, func(k int) { w.operand(expr.ArgOperand, rows[i][k]) })
	})
}

func (w *writer) columnTypes(columns []expr.ColumnType) {
	w.list(len(columns), true, func(i int) {
		if columns[i].Type.IsUnknown() {
			w.name(columns[i].Name)
			return
		}
		w.raw("{")
		w.name(columns[i].Name)
		w.raw(", ")
		w.typ(columns[i].Type)
		w.raw("}")
	})
}

func (w *writer) assign(set expr.Assign) {
	names := slices.Sorted(maps.Keys(set))
	w.list(len(names), true, func(i int) {
		w.raw(key(names[i]))
		w.operand(expr.ArgOperand, set[names[i]])
	})
}

func (w *writer) binds(binds map[string]any) {
	names := slices.Sorted(maps.Keys(binds))
	w.list(len(names), true, func(i int) {
		w.raw(key(names[i]))
		w.operand(expr.ArgOperand, binds[names[i]])
	})
}

// typ writes a type.
func (w *writer) typ(t schema.Type) {
	s, ok := typeText(t)
	if w.raw(s); !ok {
		w.bad = true
	}
}

// typeText is the source of a type; not ok where none has it.
func typeText(t schema.Type) (string, bool) {
	if t.IsArray() {
		elem, ok := typeText(t.Elem())
		return "sql.types.array(" + elem + ")", ok
	}
	if id := t.HostID(); id != "" {
		base, ok := typeText(t.Base())
		return "sql.types.host(" + quote(id) + ", " + base + ")", ok
	}
	name := "sql.types." + t.Kind().String()
	switch {
	case t.IsUnknown():
		return "", false
	case t.Kind() == schema.KindEnum:
		var parts []string
		for _, l := range t.Labels() {
			if l == "" || !isValid(l) {
				return "", false
			}
			parts = append(parts, quote(l))
		}
		if n := t.EnumName(); n != "" {
			parts = append(parts, "name = "+quote(n))
		}
		if s := t.EnumSchema(); s != "" {
			parts = append(parts, "schema = "+quote(s))
		}
		return name + "{" + strings.Join(parts, ", ") + "}", len(t.Labels()) > 0
	case t.Scale() != 0:
		return name + "(" + strconv.Itoa(int(t.Size())) + ", " + strconv.Itoa(int(t.Scale())) + ")", t.Size() <= 1000 && uint32(t.Scale()) <= t.Size()
	case t.Size() != 0:
		limit := uint32(1<<31 - 1)
		if t.Kind() == schema.KindNumeric {
			limit = 1000
		}
		return name + "(" + strconv.Itoa(int(t.Size())) + ")", t.Size() <= limit
	}
	return name, true
}
