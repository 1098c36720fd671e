package serializer

import "github.com/sqlser/sqlser/engine/expr"

// insertFields is how many fields an insert has.
const insertFields = 11

// intoTable reports whether a byte stands for a table, alone or as the next source. What is inserted into what an
// entity is has other fields.
func (d *decoder) intoTable(c byte) bool {
	if int(c) < len(d.sources) {
		_, ok := d.sources[c].is.(*expr.TableSource)
		return ok
	}
	return int(c) == len(d.sources) && c <= codePosFixedNumHigh
}

// insert reads an insert into a table with so many fields.
func (d *decoder) insert(fields int) expr.Node {
	var p expr.PlainInsert
	for i := range fields {
		if d.lacksField(i == fields-1) {
			continue
		}
		switch i {
		case 0:
			p.Into = d.Source()
		case 1:
			p.Columns = d.targets()
		case 2:
			p.Rows = d.fields.RowList(d.items())
			for i := range p.Rows {
				if parts := d.array(); parts == 1 {
					p.Rows[i] = d.fields.Row(d.operands(expr.Anywhere))
				} else if parts > 1 {
					d.fail(errAgain)
				}
			}
		case 3:
			if q, ok := d.expression().(expr.Query); ok {
				p.Query = q
			} else {
				d.fail(errAgain)
			}
		case 4:
			if p.Action = expr.ConflictAction(d.number(255, "a code")); p.Action == 0 {
				d.fail(errAgain)
			}
		case 5:
			p.ConflictColumns = d.targets()
		case 6:
			p.Constraint = d.String()
		case 7:
			p.Among = d.operand(expr.Anywhere)
		case 8:
			p.Set = d.fields.SetList(d.items())
			for i := range p.Set {
				if d.array() != 2 {
					d.fail(errAgain)
				}
				if c := d.target(); c != nil {
					p.Set[i] = d.fields.Assignment(c, d.operand(expr.Anywhere))
				}
			}
		case 9:
			p.Where = d.operand(expr.Anywhere)
		case 10:
			p.Returning = d.itemList()
		}
		if d.err != nil {
			return nil
		}
	}
	if d.err != nil {
		return nil
	}
	n, err := d.fields.ReadInsert(&p)
	if err != nil {
		d.fail(err)
	}
	return n
}

// targets reads columns of what is changed.
func (d *decoder) targets() []expr.ChangedColumn {
	list := d.fields.TargetList(d.items())
	for i := range list {
		if c := d.target(); c != nil {
			list[i] = d.fields.Target(c)
		}
	}
	return list
}

// target reads a column that is no expression; after an error it is nil.
func (d *decoder) target() *expr.ColumnExpr {
	if n := d.plain(d.peek()); n != nil {
		d.pos++
		return n
	}
	n, ok := d.expression().(*expr.ColumnExpr)
	if !ok {
		d.fail(errAgain)
	}
	return n
}
