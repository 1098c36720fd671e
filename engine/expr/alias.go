package expr

// AliasSource is source AS name.
type AliasSource struct {
	source
	of     Source
	origin Source // what is no alias, below all aliases; set by check
	label  string

	columns *columnRoom // of an alias of a table
}

// Op returns OpAlias.
func (*AliasSource) Op() Op { return OpAlias }

func (n *AliasSource) fields(f *Fields) {
	f.Source("source", &n.of)
	f.String("name", &n.label)
}

func (n *AliasSource) check() *Error {
	if n.of == nil {
		return missing("the source")
	}
	n.self, n.origin = n, n.of
	if a, ok := n.of.(*AliasSource); ok {
		n.origin = a.origin
	}
	if _, ok := n.origin.(*TableSource); ok {
		n.columns = new(columnRoom)
	}
	return checkName("the alias", n.label)
}

// Of returns what the alias is of.
func (n *AliasSource) Of() Source { return n.of }

// Name returns the name that was asked for, or "".
func (n *AliasSource) Name() string { return n.label }

// Identity returns the alias itself.
func (n *AliasSource) Identity() any { return n }

// Columns returns the columns of what the alias is of.
func (n *AliasSource) Columns() []Output {
	if n.of == nil || n.origin == nil {
		return nil
	}
	return n.origin.Columns()
}

// Find returns the indices of the columns of this name.
func (n *AliasSource) Find(name string) []int { return findIn(n.Columns(), name) }

var aliasMethods = []Method{{
	On: OnSource, Name: "alias", Doc: "the source under another name, or under none that was asked for; every call makes another one", Args: []Arg{{"name", ArgString}}, Optional: 1,
	Example: `sql.select((u:alias "x").name)`,
	SQL:     `SELECT "x"."name" FROM "users" AS "x"`,
	Build:   func(self any, a []any) any { return self.(Source).Alias(nameOf(a[0])) },
}}

// nameOf is a name that a script may leave out.
func nameOf(arg any) string {
	name, _ := arg.(string)
	return name
}
