package schema

import "slices"

// TableItem is what a table is declared of: columns, keys and options.
type TableItem interface{ applyTable(*Table) }

// ColumnOption is what a column is declared with, beside name and type.
type ColumnOption interface{ applyColumn(*Column) }

// Option may be given to a table or to a column.
type Option interface {
	TableItem
	ColumnOption
}

// NamedOption may be given to whatever has a persistent id.
type NamedOption interface {
	Option
	EntityItem
	MemberOption
}

// NewColumn declares a column, to be given to [MetaData.Table]. It may be NULL
// unless it is [NotNull] or in the primary key.
func NewColumn(name string, typ Type, options ...ColumnOption) *Column {
	c := &Column{name: name, plain: isPlainName(name), typ: typ, nullable: true}
	for _, o := range options {
		o.applyColumn(c)
	}
	return c
}

func (c *Column) applyTable(t *Table) {
	if c.table != nil {
		t.report("column %s is %s's already", quoted(c.name), c.table)
		return
	}
	c.table, c.position = t, len(t.columns)
	if c.name == "" {
		t.report("a column has no name")
	}
	t.columns = append(t.columns, c)
	if err := t.index.add(c, c.name, c.former); err != nil {
		t.meta.report(err)
	}
	if c.references != nil {
		k := keySpec{kind: foreign, columns: []string{c.name}, options: c.foreign}
		if n := len(c.references); n >= 2 {
			k.target, k.referred = c.references[:n-1], c.references[n-1:]
		} else {
			k.target, k.referred = c.references, []string{c.name}
		}
		t.keys = append(t.keys, k)
	}
}

type flag uint8

// Options of a column without arguments.
const (
	PrimaryKey flag = iota + 1 // in the primary key, in order of declaration
	NotNull                    // never NULL
	Unique                     // no value twice
	foreign
)

func (f flag) applyColumn(c *Column) {
	switch f {
	case PrimaryKey:
		c.primaryKey, c.nullable = true, false
	case NotNull:
		c.nullable = false
	case Unique:
		c.unique = true
	}
}

type tableOption func(*Table)

func (o tableOption) applyTable(t *Table) { o(t) }

type columnOption func(*Column)

func (o columnOption) applyColumn(c *Column) { o(c) }

type bothOption struct {
	tableOption
	columnOption
}

// InSchema puts the table in a schema; more than one part where the database
// nests them (catalog, schema).
func InSchema(parts ...string) TableItem {
	return tableOption(func(t *Table) { t.name = append(slices.Clone(parts), t.Name()) })
}

// View marks the table as a view.
func View() TableItem { return tableOption(func(t *Table) { t.view = true }) }

// StableID gives a table, column, entity, attribute or relationship an identity that
// outlives its name. It must be the only one of its value among the tables, the
// table's columns, the entities, or the entity's attributes or relationships.
func StableID(id string) NamedOption {
	return namedOption{
		bothOption{func(t *Table) { t.stable = id }, func(c *Column) { c.stable = id }},
		func(e *Entity) { e.stable = id },
		func(s *memberSpec) { s.stable = id },
	}
}

// Formerly declares names that a column, an entity, an attribute or a relationship had,
// or that a table had in its schema. Stored queries that use them find it.
func Formerly(names ...string) NamedOption {
	return namedOption{
		bothOption{
			func(t *Table) { t.formerNames = append(t.formerNames, names...) },
			func(c *Column) { c.former = append(c.former, names...) },
		},
		func(e *Entity) { e.former = append(e.former, names...) },
		func(s *memberSpec) { s.former = append(s.former, names...) },
	}
}

// FormerlyAt declares a full name that a table had: schema parts, then the name.
func FormerlyAt(name ...string) TableItem {
	return tableOption(func(t *Table) { t.former = append(t.former, slices.Clone(name)) })
}

// References makes the column a foreign key: schema parts, the table's name,
// then the column's. With the table alone, the column of the same name.
func References(path ...string) ColumnOption {
	return columnOption(func(c *Column) { c.references = append([]string{}, path...) })
}

// PrimaryKeyConstraint is a primary key in an order of its own.
func PrimaryKeyConstraint(columns ...string) TableItem {
	return key(keySpec{kind: PrimaryKey, columns: columns})
}

// UniqueConstraint says that no two rows are equal in the columns.
func UniqueConstraint(columns ...string) TableItem {
	return key(keySpec{kind: Unique, columns: columns})
}

// ForeignKeyConstraint is a foreign key of several columns, or one with a name
// (else ""). Target is the other table's full name.
func ForeignKeyConstraint(name string, columns, target, referred []string, options ...ForeignKeyOption) TableItem {
	k := keySpec{kind: foreign, columns: columns, name: name, target: target, referred: referred}
	for _, o := range options {
		o.applyForeign(&k.options)
	}
	return key(k)
}

func key(k keySpec) TableItem {
	// They are read by Freeze: the caller's slices may be others by then.
	k.columns, k.target, k.referred = slices.Clone(k.columns), slices.Clone(k.target), slices.Clone(k.referred)
	return tableOption(func(t *Table) { t.keys = append(t.keys, k) })
}
