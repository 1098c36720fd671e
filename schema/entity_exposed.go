package schema

import "slices"

// exposeEntities puts the entities of m into an exposed part: those of which every table
// and the key are kept, with the attributes and relationships all of whose columns are.
func (m *MetaData) exposeEntities(part *MetaData, tables map[*Table]*Table, columns map[*Column]*Column) {
	x := &exposer{tables, columns, map[*Column]bool{}, map[*Entity]*Entity{}}
	for c := range columns {
		x.kept[c.Base()] = true
	}
	for _, e := range m.entities {
		x.entity(e, part)
	}
	for _, e := range m.entities {
		p := x.entities[e]
		if p == nil {
			continue
		}
		part.entities = append(part.entities, p)
		if err := part.entityOf.add(p, p.name, p.former); err != nil {
			part.report(err)
		}
		for _, r := range e.relationships {
			if own := x.relationship(p, r); own != nil {
				p.addRelationship(own)
			}
		}
	}
}

type exposer struct {
	tables   map[*Table]*Table
	columns  map[*Column]*Column
	kept     map[*Column]bool    // the bases of columns: what clauses name
	entities map[*Entity]*Entity // nil for one that is left out
}

func (x *exposer) entity(e *Entity, part *MetaData) *Entity {
	if p, known := x.entities[e]; known {
		return p
	}
	x.entities[e] = nil
	p := &Entity{meta: part, base: e.Base(), name: e.name, stable: e.stable, former: e.former, identity: e.identity, goType: e.goType}
	if e.parent != nil {
		if p.parent = x.entity(e.parent, part); p.parent == nil {
			return nil
		}
	}
	for _, t := range e.tables {
		if x.tables[t] == nil {
			return nil
		}
		p.tables = append(p.tables, x.tables[t])
	}
	for _, link := range e.links {
		own, whole := x.pairs(link)
		if !whole {
			return nil
		}
		p.links = append(p.links, own)
	}
	for _, a := range e.attributes {
		own := *a
		own.entity = p
		if a.column != nil {
			if own.column = x.columns[a.column]; own.column == nil {
				continue
			}
		} else if !x.clause(a.value.clause) {
			continue
		}
		p.addAttribute(&own)
		if a == e.discriminator {
			p.discriminator = &own
		}
	}
	for _, k := range e.key {
		own := p.Attribute(k.name)
		if own == nil {
			return nil
		}
		p.key = append(p.key, own)
	}
	if e.discriminator != nil && p.discriminator == nil {
		return nil
	}
	if p.parent != nil {
		p.parent.subtypes = append(p.parent.subtypes, p)
	}
	x.entities[e] = p
	return p
}

// clause reports whether every column that a clause names is kept.
func (x *exposer) clause(c Clause) bool {
	return c == nil || !slices.ContainsFunc(columnsOf(c), func(c *Column) bool { return !x.kept[c.Base()] })
}

func (x *exposer) pairs(list []ColumnPair) (own []ColumnPair, whole bool) {
	for _, p := range list {
		local, remote := x.columns[p.Local], x.columns[p.Remote]
		if local == nil || remote == nil {
			return nil, false
		}
		own = append(own, ColumnPair{local, remote})
	}
	return own, true
}

func (x *exposer) relationship(p *Entity, r *Relationship) *Relationship {
	own := *r
	own.entity, own.target, own.order = p, x.entities[r.target], nil
	if own.target == nil || r.through != nil && x.tables[r.through] == nil || !x.clause(r.condition) {
		return nil
	}
	if r.through != nil {
		own.through = x.tables[r.through]
	}
	var whole, far bool
	own.pairs, whole = x.pairs(r.pairs)
	if own.farPairs, far = x.pairs(r.farPairs); !whole || !far {
		return nil
	}
	for _, o := range r.order {
		a := own.target.Attribute(o.Attribute.name)
		if a == nil {
			return nil
		}
		own.order = append(own.order, AttributeOrder{a, o.Desc})
	}
	return &own
}
