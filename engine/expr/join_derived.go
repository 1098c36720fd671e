package expr

import (
	"slices"

	"github.com/sqlser/sqlser/schema"
)

// carried is what a source has of a table's columns: those of the table, or what a derived source takes from
// it as it is.
type carried struct {
	source  Source
	tables  []*schema.Table
	columns map[*schema.Column]int // of a derived source, by index; -1 where it has a column twice
}

func carriedBy(s Source) carried {
	if tables := tablesUnder(s); tables != nil {
		return carried{source: s, tables: tables}
	}
	c := carried{source: s, columns: map[*schema.Column]int{}}
	for i := range s.Columns() {
		col := originOf(s, i)
		if col == nil {
			continue
		}
		if _, twice := c.columns[col]; twice {
			i = -1
		}
		c.columns[col] = i
		if t := col.Table(); !slices.Contains(c.tables, t) {
			c.tables = append(c.tables, t)
		}
	}
	return c
}

// originOf is the table's column that a column of a derived source is, as it is; nil where it is computed.
func originOf(s Source, index int) *schema.Column {
	for {
		if a, ok := s.(*AliasSource); ok {
			s = a.of
			continue
		}
		var q Statement
		switch d := s.(type) {
		case *SubquerySource:
			q = d.query
		case *CTESource:
			q = d.query
		}
		sel, ok := q.(*SelectStmt)
		if !ok || index >= len(sel.own().items) {
			return nil
		}
		switch n := sel.own().items[index].expr.node().(type) {
		case *AttributeExpr:
			return n.attribute.Column()
		case *ColumnExpr:
			if n.column != nil {
				return n.column
			}
			s, index = n.Source(), n.index
		default:
			return nil
		}
	}
}

// column returns a table's column as the source has it.
func (c *carried) column(of *schema.Column) Expr {
	if c.columns == nil {
		return columnOf(c.source, of)
	}
	return column(c.source, outputAt(c.source, c.columns[of]))
}

// nameOf is what the source calls a table's column.
func (c *carried) nameOf(of *schema.Column) string {
	if c.columns == nil {
		return of.Name()
	}
	return outputAt(c.source, c.columns[of]).Name
}

// derivedKeys finds the keys between two sides by what derived sources carry of tables.
func derivedKeys(left, right []Source) (found []foreignKeyUse) {
	isDerived := func(s Source) bool { return tablesUnder(s) == nil }
	if !slices.ContainsFunc(left, isDerived) && !slices.ContainsFunc(right, isDerived) {
		return nil
	}
	all := func(sources []Source) (list []carried) {
		for _, s := range sources {
			list = append(list, carriedBy(s))
		}
		return list
	}
	l, r := all(left), all(right)
	for _, use := range [][2][]carried{{l, r}, {r, l}} {
		referred := map[*schema.Table][]*carried{}
		for i := range use[1] {
			to := &use[1][i]
			for _, t := range to.tables {
				referred[t] = append(referred[t], to)
			}
		}
		for i := range use[0] {
			from := &use[0][i]
			for _, t := range from.tables {
				for _, k := range t.ForeignKeys() {
					if referred[k.Referred()] == nil || !from.has(k.Columns()) {
						continue
					}
					for _, to := range referred[k.Referred()] {
						if !to.has(k.ReferredColumns()) {
							continue
						}
						if found = append(found, foreignKeyUse{k, *from, *to}); len(found) > maxListed {
							return found
						}
					}
				}
			}
		}
	}
	return found
}

func (c *carried) has(columns []*schema.Column) bool {
	for _, col := range columns {
		if c.columns == nil {
			if !slices.Contains(c.tables, col.Table()) {
				return false
			}
			continue
		}
		if i, ok := c.columns[col]; !ok || i < 0 {
			return false
		}
	}
	return true
}
