package expr

// AliasSource is source AS name.
type AliasSource struct {
	source
	of    Source
	rows  *Source // of an entity, where they are not those of its tables
	label string

	columns *columnRoom // of an alias of a table that was built: a reader keeps those that it has made
}

// newAlias makes an alias; one of a table in one piece of memory with room for columns.
func newAlias(of Source, name string) *AliasSource {
	var n *AliasSource
	t, ok := of.(*TableSource)
	if ok {
		room := new(struct {
			alias   AliasSource
			columns columnRoom
		})
		n = &room.alias
		n.columns = &room.columns
	} else {
		n = new(AliasSource)
	}
	n.self, n.of, n.label = n, of, name
	var m measure // seal, without asking for fields
	m.closed(of.state())
	if n.settle(&m) {
		n.judge(OpAlias, n.check())
	} else {
		finish(n, m.above(), m.err)
	}
	if !ok {
		if t, ok = n.origin().(*TableSource); ok {
			n.columns = new(columnRoom)
		}
	}
	if ok && n.err == nil {
		n.columns.fill(n, t)
	}
	return n
}

// Op returns OpAlias.
func (*AliasSource) Op() Op { return OpAlias }

func (n *AliasSource) fields(f *Fields) {
	f.Source("source", &n.of)
	f.String("name", &n.label)
	rows := n.Rows()
	if f.Source("rows", &rows); f.r != nil || f.m != nil {
		n.setRows(rows)
	}
}

func (n *AliasSource) setRows(rows Source) {
	if n.rows = nil; rows != nil {
		kept := rows // most have none, and need no memory for it
		n.rows = &kept
	}
}

func (n *AliasSource) check() *Error {
	if n.of == nil {
		return missing("the source")
	}
	n.self = n
	if err := n.checkRows(); err != nil {
		return err
	}
	return checkName("the alias", n.label)
}

func (n *AliasSource) checkRows() *Error {
	if n.rows == nil {
		return nil
	}
	switch _, entity := n.of.(*EntitySource); {
	case !entity:
		return fail(CodeForm, "the rows of %s cannot be others': expected an entity", n.of.Name())
	case EntityOf(*n.rows) != nil:
		return fail(CodeForm, "the rows of %s are those of a table or a query, got the entity %s", n.of.Name(), (*n.rows).Name())
	}
	return nil
}

// Rows returns the source whose rows are the entity's, or nil: then they are its tables'.
func (n *AliasSource) Rows() Source {
	if n.rows == nil {
		return nil
	}
	return *n.rows
}

// AliasOf makes an alias of an entity whose rows are those of a source, such as a subquery of
// some of the entity's rows: its columns are called as the attributes, or as their columns, and
// those of them are there to be named that the source has.
func (n *EntitySource) AliasOf(rows Source, name string) *AliasSource {
	if b, bad := n.bad(); bad {
		return &AliasSource{source: source{base: b}, label: name}
	}
	if rows = orNone(rows); rows == nil {
		a := &AliasSource{label: name}
		a.tally, a.err = tally{size: 1, depth: 1}, missing("the rows").placed(OpAlias)
		return a
	}
	return seal(&AliasSource{of: n, label: name, rows: &rows})
}

// origin is what is no alias, below all aliases.
func (n *AliasSource) origin() Source {
	of := n.of
	for {
		a, ok := of.(*AliasSource)
		if !ok {
			return of
		}
		of = a.of
	}
}

// C returns the column of this name.
func (n *AliasSource) C(name string) Expr {
	if r := n.columns; r != nil && n.err == nil {
		made := r.made.Load()
		for i := range r.nodes {
			if x := &r.nodes[i]; made>>i&1 != 0 && x.column.Name() == name {
				return Expr{at: &x.exprState}
			}
		}
		if x := n.makeColumn(name); x != nil {
			return Expr{at: &x.exprState}
		}
	}
	return n.source.C(name)
}

// makeColumn makes the node of a column that none is made of yet, or returns nil.
func (n *AliasSource) makeColumn(name string) *ColumnExpr {
	t := TableOf(n)
	if t == nil {
		return nil
	}
	c := t.Lookup(name)
	if c == nil {
		return nil
	}
	return n.columns.make(n, c)
}

// Of returns what the alias is of.
func (n *AliasSource) Of() Source { return n.of }

// Name returns the name that was asked for, or "".
func (n *AliasSource) Name() string { return n.label }

// Identity returns the alias itself.
func (n *AliasSource) Identity() any { return n }

// Columns returns the columns of what the alias is of.
func (n *AliasSource) Columns() []Output {
	origin := n.origin()
	if origin == nil {
		return nil
	}
	return origin.Columns()
}

// Find returns the indices of the columns of this name.
func (n *AliasSource) Find(name string) []int { return findIn(n.Columns(), name) }

var aliasMethods = []Method{{
	On: OnSource, Name: "alias", Doc: "the source under another name, or under none that was asked for; every call makes another one", Args: []Arg{{"name", ArgString}}, Optional: 1,
	Example: `sql.select((u:alias "x").name)`,
	SQL:     `SELECT "x"."name" FROM "users" AS "x"`,
	Build:   func(self any, a []any) any { return self.(Source).Alias(nameOf(a[0])) },
}, {
	On: OnSource, Name: "alias_of", Doc: "an entity with the rows of a query, whose columns are called as its attributes", Args: []Arg{{"rows", ArgFrom}, {"name", ArgString}}, Optional: 1,
	Example: `sql.select(db.User:alias_of(sql.select(u.id, u.name, u.active):limit(2):subquery "s"))`,
	SQL:     `SELECT "s"."id", "s"."name", "s"."active" FROM (SELECT "users"."id", "users"."name", "users"."active" FROM "users" LIMIT ?) AS "s"`,
	Build: func(self any, a []any) any {
		rows, _ := a[0].(Source)
		e, ok := self.(*EntitySource)
		if !ok {
			n := &AliasSource{label: nameOf(a[1])}
			n.tally, n.err = tally{size: 1, depth: 1}, fail(CodeForm, "alias_of: expected an entity, got %s", self.(Source).Name()).placed(OpAlias)
			return n
		}
		return e.AliasOf(rows, nameOf(a[1]))
	},
}}

// nameOf is a name that a script may leave out.
func nameOf(arg any) string {
	name, _ := arg.(string)
	return name
}
