package luasource

import (
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// chain is a call of the module, or of methods of a receiver, one behind the other:
// sql.select(...):where(...).
type chain struct {
	on    any // the receiver; nil for the module
	steps []step
}

// step is a call of a method with the arguments that its Build takes.
type step struct {
	name    string
	args    []any
	fn      *expr.Function // sql.fn.name(args), in place of a method
	operand any            // of what a method gives to be called: x:op("<->")(y)

	excluded bool // columns of the excluded row are those of sql.excluded
}

func module(name string, args ...any) chain { return chain{steps: []step{{name: name, args: args}}} }

func method(on any, name string, args ...any) chain {
	return chain{on, []step{{name: name, args: args}}}
}

func (c *chain) then(name string, args ...any) {
	c.steps = append(c.steps, step{name: name, args: args})
}

// methods are the script methods by receiver and name.
var methods = func() map[methodKey]*expr.Method {
	all := expr.Methods()
	index := make(map[methodKey]*expr.Method, len(all))
	for i := range all {
		index[methodKey{all[i].On, all[i].Name}] = &all[i]
	}
	return index
}()

type methodKey struct {
	on   expr.Receiver
	name string
}

// receivers are whose methods a value has.
func receivers(on any) []expr.Receiver {
	switch on.(type) {
	case nil:
		return []expr.Receiver{expr.OnModule, expr.OnConstant}
	case expr.Expr:
		return []expr.Receiver{expr.OnExpr}
	case expr.Order:
		return []expr.Receiver{expr.OnOrder}
	case *expr.SelectStmt:
		return []expr.Receiver{expr.OnSelect, expr.OnQuery}
	case *expr.CompoundStmt:
		return []expr.Receiver{expr.OnCompound, expr.OnQuery}
	case expr.Query:
		return []expr.Receiver{expr.OnQuery}
	case *expr.InsertStmt:
		return []expr.Receiver{expr.OnInsert, expr.OnChange}
	case *expr.UpdateStmt:
		return []expr.Receiver{expr.OnUpdate, expr.OnChange}
	case *expr.DeleteStmt:
		return []expr.Receiver{expr.OnDelete, expr.OnChange}
	case expr.Source:
		return []expr.Receiver{expr.OnSource, expr.OnFrom}
	case *expr.RelatedClause:
		return []expr.Receiver{expr.OnRelated}
	case *expr.LoadOption:
		return []expr.Receiver{expr.OnLoad}
	case expr.FromClause:
		return []expr.Receiver{expr.OnFrom}
	}
	return nil
}

// methodOf returns the method of a value, or nil.
func methodOf(on any, name string) *expr.Method {
	for _, r := range receivers(on) {
		if m := methods[methodKey{r, name}]; m != nil {
			return m
		}
	}
	return nil
}

// run makes what the chain makes, with the parts of the tree that it is of.
func (c *chain) run() any {
	v := c.on
	for _, s := range c.steps {
		if s.fn != nil {
			v = expr.Call(s.fn, s.args...)
			continue
		}
		m := methodOf(v, s.name)
		if m == nil {
			return nil
		}
		args := make([]any, len(m.Args))
		if copy(args, s.args); s.excluded {
			args = expr.BindExcluded(v.(*expr.InsertStmt), unbound(args).([]any))
		}
		if v = m.Build(v, args); s.operand != nil {
			f, ok := v.(func(any) expr.Expr)
			if !ok {
				return nil
			}
			v = f(s.operand)
		}
	}
	return v
}

// unbound makes columns of an excluded row those of sql.excluded, as a script has them.
func unbound(v any) any {
	switch v := v.(type) {
	case []any:
		list := make([]any, len(v))
		for i := range v {
			list[i] = unbound(v[i])
		}
		return list
	case expr.Assign:
		set := make(expr.Assign, len(v))
		for name, x := range v {
			set[name] = unbound(x)
		}
		return set
	case expr.Expr:
		n := expr.Rewrite(v.Node(), func(n expr.Node) expr.Node {
			switch c := n.(type) {
			case *expr.ColumnExpr:
				if _, ok := c.Source().(*expr.ExcludedSource); ok {
					return expr.ExcludedColumn(c.Name()).Node()
				}
			case *expr.AttributeExpr:
				if _, ok := c.Source().(*expr.ExcludedSource); ok {
					return expr.ExcludedColumn(c.Attribute().Name()).Node()
				}
			}
			return n
		})
		return expr.Of(n)
	}
	return v
}

// makes reports whether the chain makes just n.
func (c *chain) makes(n expr.Node) bool {
	switch v := c.run().(type) {
	case expr.Expr:
		return v.Err() == nil && same(v.Node(), n)
	case expr.Node:
		return expr.Err(v) == nil && same(v, n)
	}
	return false
}

// same reports whether two nodes are equal where they are not the very same: a builder
// that takes parts of a tree gives them back as they are, or makes a few anew.
func same(a, b expr.Node) bool {
	if a == b {
		return true
	}
	if a == nil || b == nil || a.Op() != b.Op() {
		return false
	}
	if s, ok := a.(expr.Source); ok { // two that are alike are two, but one that is looked at is made anew
		if t := b.(expr.Source); s.Identity() == t.Identity() {
			return true
		}
	}
	return sameFields(expr.FieldsOf(a), expr.FieldsOf(b))
}

func sameFields(a, b []expr.FieldValue) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].Name != b[i].Name || !sameValue(a[i].Value, b[i].Value) {
			return false
		}
	}
	return true
}

func sameValue(a, b any) bool {
	switch a := a.(type) {
	case expr.Node:
		b, ok := b.(expr.Node)
		if s, isSource := a.(expr.Source); ok && isSource {
			t, isSource := b.(expr.Source)
			return isSource && s.Identity() == t.Identity()
		}
		return ok && same(a, b)
	case expr.ColumnOf:
		b, ok := b.(expr.ColumnOf)
		return ok && a.Column == b.Column && a.Index == b.Index && a.Source.Identity() == b.Source.Identity()
	case []expr.FieldValue:
		b, ok := b.([]expr.FieldValue)
		return ok && sameFields(a, b)
	case []any:
		b, ok := b.([]any)
		if !ok || len(a) != len(b) {
			return false
		}
		for i := range a {
			if !sameValue(a[i], b[i]) {
				return false
			}
		}
		return true
	case *expr.Parameter:
		b, ok := b.(*expr.Parameter)
		return ok && a.Same(b)
	case *expr.Function:
		b, ok := b.(*expr.Function)
		return ok && a.Name() == b.Name()
	}
	return a == b
}

// form is a node and its fields.
type form struct {
	node   expr.Node
	fields []expr.FieldValue
}

func (f form) get(name string) any {
	for _, v := range f.fields {
		if v.Name == name {
			return v.Value
		}
	}
	return nil
}

func (f form) has(name string) bool { return f.get(name) != nil }

// x returns the expression of a field; zero where it is absent.
func (f form) x(name string) expr.Expr { return exprOf(f.get(name)) }

func exprOf(v any) expr.Expr {
	n, _ := v.(expr.Node)
	if n == nil {
		return expr.Expr{}
	}
	return expr.Of(n)
}

func (f form) code(name string) uint8 {
	c, _ := f.get(name).(uint8)
	return c
}

func (f form) text(name string) string {
	s, _ := f.get(name).(string)
	return s
}

// optional is the text of a field, or nil.
func (f form) optional(name string) any { return f.get(name) }

func (f form) typ(name string) schema.Type {
	t, _ := f.get(name).(schema.Type)
	return t
}

func (f form) query(name string) expr.Query {
	q, _ := f.get(name).(expr.Query)
	return q
}

func (f form) source(name string) expr.Source {
	s, _ := f.get(name).(expr.Source)
	return s
}

func (f form) list(name string) []any {
	l, _ := f.get(name).([]any)
	return l
}

// parts returns the parts of a list.
func (f form) parts(name string) []form {
	var all []form
	for _, v := range f.list(name) {
		fields, _ := v.([]expr.FieldValue)
		all = append(all, form{fields: fields})
	}
	return all
}

// exprs returns the expressions of a list, as Build takes them.
func (f form) exprs(name string) []any { return exprsOf(f.list(name)) }

func exprsOf(list []any) []any {
	all := make([]any, len(list))
	for i, v := range list {
		all[i] = exprOf(v)
	}
	return all
}

func (f form) froms(name string) []expr.FromClause {
	var all []expr.FromClause
	for _, v := range f.list(name) {
		c, _ := v.(expr.FromClause)
		all = append(all, c)
	}
	return all
}

// orders returns the keys of an ORDER BY.
func (f form) orders(name string) []any {
	var all []any
	for _, part := range f.parts(name) {
		o := part.x("expr").Asc()
		if part.has("desc") {
			o = part.x("expr").Desc()
		}
		switch expr.Nulls(part.code("nulls")) {
		case expr.NullsFirst:
			o = o.NullsFirst()
		case expr.NullsLast:
			o = o.NullsLast()
		}
		all = append(all, o)
	}
	return all
}

// items returns columns with their labels.
func (f form) items(name string) []any {
	var all []any
	for _, part := range f.parts(name) {
		if label := part.text("label"); label != "" {
			all = append(all, part.x("expr").Label(label))
		} else {
			all = append(all, part.x("expr"))
		}
	}
	return all
}

// conditions returns what is ANDed, each by itself.
func (f form) conditions(name string) []any {
	x := f.x(name)
	if l, ok := x.Node().(*expr.LogicExpr); ok && !l.IsOr() {
		var all []any
		for _, t := range l.Terms().All() {
			all = append(all, t)
		}
		return all
	}
	return []any{x}
}

func (f form) columnTypes(name string) []expr.ColumnType {
	var all []expr.ColumnType
	for _, part := range f.parts(name) {
		all = append(all, expr.ColumnType{Name: part.text("name"), Type: part.typ("type")})
	}
	return all
}

// assignments returns what a list assigns, by the names of columns.
func (f form) assignments(name string) expr.Assign {
	set := expr.Assign{}
	for _, part := range f.parts(name) {
		if c, ok := part.get("column").(expr.ColumnOf); ok && c.Column != nil {
			set[c.Column.Name()] = part.x("value")
		} else if a, ok := part.get("column").(*schema.Attribute); ok {
			set[a.Name()] = part.x("value")
		}
	}
	return set
}

// columns returns the columns of a list.
func (f form) columns(name string) []any {
	var all []any
	for _, v := range f.list(name) {
		if c, ok := v.(expr.ColumnOf); ok && c.Column != nil {
			all = append(all, c.Source.C(c.Column.Name()))
		} else if a, ok := v.(*schema.Attribute); ok {
			of := f.get("table").(expr.Source)
			all = append(all, of.C(a.Name()))
		}
	}
	return all
}
