package schema

import "slices"

// Exposed returns the part of a frozen MetaData that keep lets through: tables with
// the columns of them that are kept, and the keys all of whose columns are. What is
// left out does not exist there, for names, references and what is said of either:
// it is what a host shows to scripts and binds stored queries to. So are entities of which
// a table or the key is left out, and attributes and relationships that need a column that is. Tables and columns
// of the part are its own; [Table.Base] and [Column.Base] lead to those that they
// stand for. A table is kept if keep(table, nil) is true.
func (m *MetaData) Exposed(keep func(t *Table, c *Column) bool) (*MetaData, error) {
	if !m.frozen {
		return nil, &FreezeError{[]*Error{problem(CodeDeclaration, "metadata", "exposed before Freeze")}}
	}
	part := &MetaData{base: m.Base(), folded: m.folded, hostTypes: m.hostTypes}
	tables, columns := map[*Table]*Table{}, map[*Column]*Column{}
	for _, t := range m.tables {
		if !keep(t, nil) {
			continue
		}
		p := &Table{meta: part, base: t.Base(), position: len(part.tables), name: t.name, stable: t.stable, former: t.former, formerNames: t.formerNames, view: t.view, comment: t.comment, text: t.text}
		former := make([]string, 0, len(t.former)+len(t.formerNames))
		for _, f := range t.FormerNames() {
			former = append(former, tableKey(f))
		}
		for _, c := range t.columns {
			if !keep(t, c) {
				continue
			}
			own := *c
			own.table, own.base, own.position = p, c.Base(), len(p.columns)
			p.columns = append(p.columns, &own)
			columns[c] = &own
			if err := p.index.add(&own, own.name, own.former); err != nil {
				part.report(err)
			}
		}
		tables[t] = p
		part.tables = append(part.tables, p)
		if err := part.index.add(p, tableKey(p.name), former); err != nil {
			part.report(err)
		}
	}
	if len(part.problems) > 0 {
		return nil, &FreezeError{part.problems}
	}
	for t, p := range tables {
		p.primaryKey, _ = kept(t.primaryKey, columns)
		for _, key := range t.unique {
			if own, whole := kept(key, columns); whole {
				p.unique = append(p.unique, own)
			}
		}
		for _, k := range t.foreignKeys {
			own, whole := kept(k.columns, columns)
			referred, there := kept(k.referredColumns, columns)
			if whole && there && tables[k.referred] != nil {
				p.foreignKeys = append(p.foreignKeys, &ForeignKey{k.name, p, own, tables[k.referred], referred, k.options})
			}
		}
	}
	m.exposeEntities(part, tables, columns)
	if len(part.problems) > 0 {
		return nil, &FreezeError{part.problems}
	}
	part.generation, part.frozen = generations.Add(1), true
	return part, nil
}

// kept returns what became of the columns of a key, or nil where not all are kept.
func kept(key []*Column, columns map[*Column]*Column) (own []*Column, whole bool) {
	for _, c := range key {
		if columns[c] == nil {
			return nil, false
		}
		own = append(own, columns[c])
	}
	return slices.Clip(own), true
}

// Base returns the MetaData that m is the exposed part of, or m itself.
func (m *MetaData) Base() *MetaData {
	if m.base != nil {
		return m.base
	}
	return m
}

// Base returns the table that t stands for in an exposed part, or t itself.
func (t *Table) Base() *Table {
	if t.base != nil {
		return t.base
	}
	return t
}

// Base returns the column that c stands for in an exposed part, or c itself.
func (c *Column) Base() *Column {
	if c.base != nil {
		return c.base
	}
	return c
}
