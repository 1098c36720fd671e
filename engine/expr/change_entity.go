package expr

import (
	"slices"

	"github.com/sqlser/sqlser/schema"
)

// ofEntity is a reference to an attribute of what is changed, in bytes.
func (c *changeColumn) ofEntity(f *Fields, of Source) {
	if f.w != nil {
		f.w.Attribute(c.attribute)
		return
	}
	if a := f.r.Attribute(); a != nil {
		*c = attributeColumn(of, a)
		f.tally.add(of.state().named())
	}
}

// attributeColumn is an attribute of what is changed. Of one that is missing in the host's
// metadata it stands for a column of its name and type.
func attributeColumn(of Source, a *schema.Attribute) changeColumn {
	c := a.Column()
	if c == nil {
		c = schema.DetachedColumn(schema.Detached([]string{schema.NameOf(a.Entity())}, ""), a.Name(), a.Type(), a.Nullable(), "")
	}
	return changeColumn{source: of, column: c, attribute: a}
}

// name is what a statement calls the column.
func (c changeColumn) name() string {
	if c.attribute != nil {
		return c.attribute.Name()
	}
	return c.column.Name()
}

// changedEntity checks that the rows of an entity can be changed: they are those of one table.
func changedEntity(s Source, aliases bool) *Error {
	e := EntityOf(s)
	switch a, alias := s.(*AliasSource); {
	case alias && !aliases:
		return fail(CodeForm, "%s is an alias: an insert names the entity itself", a.Name())
	case alias && a.rows != nil:
		return fail(CodeForm, "only the rows of a table can be changed: %s has those of %s", a.Name(), a.Rows().Name())
	case len(e.Tables()) > 1:
		tables := e.Tables()
		return fail(CodeForm, "each %s is made of rows of %d tables: change those, such as %s", e, len(tables), tables[len(tables)-1])
	}
	return nil
}

// deletedEntity refuses to delete rows to which those of a subtype's own table belong.
func deletedEntity(s Source) *Error {
	e := EntityOf(s)
	if e == nil {
		return nil
	}
	for _, sub := range e.Subtypes() {
		if len(sub.Tables()) > len(e.Tables()) {
			return fail(CodeForm, "a row of %s may be a %s, which has one of %s, too: delete from the tables, that one first", e, sub, sub.Tables()[len(sub.Tables())-1])
		}
	}
	return nil
}

// checkAttribute checks that a column is given as an attribute of the entity that is changed.
func (c *changeColumn) checkAttribute(table Source, e *schema.Entity) *Error {
	a := c.attribute
	switch {
	case a == nil || c.source != table && c.source.Identity() != table.Identity():
		return fail(CodeName, "%s is no attribute of %s", c.column, table.Name())
	case e.MetaData() == nil || a.Entity().MetaData() == nil: // of one that is missing, nothing is known
	case !e.Is(a.Entity()):
		return fail(CodeName, "%s is no attribute of %s", a, e)
	case a.Column() == nil:
		return fail(CodeReadOnly, "%s is computed: it takes no value", a)
	}
	return nil
}

// scopeOfChange are the identities that the parts of a change may name.
func (x *expander) scopeOfChange(s Statement) []any {
	switch s := s.(type) {
	case *InsertStmt:
		return []any{x.identity(s.own().into)}
	case *UpdateStmt:
		return append(x.scopeOf(s.from, nil), x.identity(s.table))
	case *DeleteStmt:
		return append(x.scopeOf(s.using, nil), x.identity(s.table))
	}
	return nil
}

// change makes columns of the attributes that a change gives values, and adds what holds of the
// rows of its entity. c is the copy of s whose parts are expanded.
func (x *expander) change(s Statement, c Node) {
	held := x.pending
	of := func(table Source) {
		if EntityOf(table) != nil {
			held = append(held, x.conditions(x.use(table))...)
		}
	}
	switch c := c.(type) {
	case *InsertStmt:
		into := s.(*InsertStmt).own().into
		if e := EntityOf(into); e != nil && x.err == nil {
			d := c.data()
			x.inserted(e, x.use(into), &d)
			c.set(d)
		}
	case *UpdateStmt:
		plainTargets(c.set, func(a *Assignment) *changeColumn { return &a.target })
		if of(s.(*UpdateStmt).table); len(held) > 0 {
			c.where, c.all = andAll(c.where, held), false
		}
	case *DeleteStmt:
		if of(s.(*DeleteStmt).table); len(held) > 0 {
			c.where, c.all = andAll(c.where, held), false
		}
	}
}

// plainTargets makes columns of attributes, in a list that is the expander's own.
func plainTargets[T any](list []T, column func(*T) *changeColumn) {
	for i := range list {
		column(&list[i]).attribute = nil
	}
}

// inserted gives the rows of an insert what the statement does not say: the discriminator and
// the defaults of columns.
func (x *expander) inserted(e *schema.Entity, u *entityUse, c *insertData) {
	plainTargets(c.columns, (*changeColumn).itself)
	plainTargets(c.conflict.columns, (*changeColumn).itself)
	plainTargets(c.conflict.set, func(a *Assignment) *changeColumn { return &a.target })
	if c.conflict.action == DoUpdate {
		if conds := x.conditions(u); len(conds) > 0 {
			c.conflict.where = andAll(c.conflict.where, conds)
		}
	}
	at := func(col *schema.Column) int {
		return slices.IndexFunc(c.columns, func(given changeColumn) bool { return given.column == col })
	}
	add := func(col *schema.Column, v any) {
		to := assigned(col, v)
		if to.Err() == nil {
			to = exprOf(asExpr(Rewrite(to.node(), hostsOnly)))
		}
		c.columns = append(clip(c.columns), changeColumn{source: c.into, column: col})
		for i := range c.rows {
			c.rows[i].cells = append(clip(c.rows[i].cells), to)
		}
	}
	if d := e.Discriminator(); d != nil {
		identity, own := e.Identity().Literal()
		switch i := at(d.Column()); {
		case i >= 0:
			x.ofKind(e, d, c, i)
		case c.query != nil || !own:
			x.fail(OpInsert, CodeMissing, "say of each row which kind of %s it is: %s", e, d)
		default:
			add(d.Column(), identity)
		}
	}
	if c.query != nil {
		return
	}
	for _, col := range e.Table().Columns() {
		if v, ok := defaultOf(col); ok && at(col) < 0 {
			add(col, v)
		}
	}
}

// ofKind makes sure that rows of a subtype are some: column i says which kind they are.
func (x *expander) ofKind(e *schema.Entity, d *schema.Attribute, c *insertData, i int) {
	if e.Parent() == nil {
		return
	}
	for _, r := range c.rows {
		l, ok := r.cells[i].node().(*LiteralExpr)
		if !ok || !slices.ContainsFunc(identitiesUnder(e), func(v any) bool {
			is, err := ValueOf(v, d.Type())
			return err == nil && is.Plain() == l.Value().Plain()
		}) {
			x.fail(OpInsert, CodeValue, "%s: a row of this kind is no %s", d, e)
		}
	}
	if c.query != nil {
		x.fail(OpInsert, CodeForm, "%s: the kind of a %s from a query is not known", d, e)
	}
}

// assignAttributes is assign of an entity: in the order of its attributes.
func assignAttributes(table Source, values Assign) ([]Assignment, *Error) {
	e := EntityOf(table)
	list := make([]Assignment, 0, len(values))
	for _, a := range e.Attributes() {
		if v, ok := values[a.Name()]; ok {
			c := attributeColumn(table, a)
			list = append(list, Assignment{c, assigned(c.column, v)})
		}
	}
	if len(list) == len(values) {
		return list, nil
	}
	var unknown []string
	for name := range values {
		if e.Attribute(name) == nil {
			unknown = append(unknown, name)
		}
	}
	slices.Sort(unknown) // the same of them each time
	return nil, noAttribute(e, unknown[0])
}

// noAttribute says that an entity has no attribute of a name that could have a value.
func noAttribute(e *schema.Entity, name string) *Error {
	if r := e.Relationship(name); r != nil {
		err := fail(CodeName, "%s is a relationship: what it leads to is told by columns", r)
		if r.Kind() == schema.ManyToOneKind {
			if a := e.AttributeOf(r.Pairs()[0].Local); a != nil {
				err = fail(CodeName, "%s is a relationship: give the key, %s", r, a)
			}
		}
		return err
	}
	err := fail(CodeName, "%s has no attribute %q", e, name)
	names := make([]string, 0, len(e.Attributes()))
	for _, a := range e.Attributes() {
		if a.Column() != nil {
			names = append(names, a.Name())
		}
	}
	err.Hint = schema.DidYouMean(name, names)
	return err
}

// attributeColumnOf is columnsOf of one attribute of an entity.
func attributeColumnOf(table Source, named any) (changeColumn, *Error) {
	e := EntityOf(table)
	if name, ok := named.(string); ok {
		a := e.Attribute(name)
		if a == nil {
			return changeColumn{}, noAttribute(e, name)
		}
		return attributeColumn(table, a), nil
	}
	x := Of(named)
	if err := x.at.problem(); err != nil {
		return changeColumn{}, err
	}
	a, ok := x.node().(*AttributeExpr)
	if !ok {
		return changeColumn{}, fail(CodeArgument, "expected an attribute of %s", e)
	}
	return attributeColumn(a.source, a.attribute), nil
}
