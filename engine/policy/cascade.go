package policy

import (
	"slices"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// Cascades lets changes of the table reach, by what its keys do on delete and update, rows of
// tables that refer to it, whosever they are. Without it, and under row filters, a change
// that cascades is refused unless the key that refers has the column that says whose row
// it is, or the rows of the table that refers may be deleted as well.
func Cascades() Rule { return func(t *table) { t.cascades = true } }

// referring returns the keys that lead to a table.
func referring(t *schema.Table) (keys []*schema.ForeignKey) {
	if t.MetaData() == nil {
		return nil
	}
	for _, other := range t.MetaData().Tables() {
		for _, k := range other.ForeignKeys() {
			if k.Referred().Base() == t {
				keys = append(keys, k)
			}
		}
	}
	return keys
}

// spreads refuses a change of a table's rows that the database carries on to rows which may
// be another's; updated are the columns that get values, nil of a delete.
func (a *admission) spreads(t *table, updated expr.List[expr.Assignment], what expr.Op) {
	if t == nil || t.cascades || !a.p.filters {
		return
	}
	for _, k := range t.referring {
		action, reason := k.OnDelete(), "deleting its rows"
		if what != expr.OpDelete {
			action, reason = k.OnUpdate(), "another value of its key"
			touched := false
			for _, set := range updated.All() {
				touched = touched || slices.Contains(k.ReferredColumns(), set.Column().Base())
			}
			if !touched {
				continue
			}
		}
		if action == schema.NoAction || action == schema.Restrict || a.contained(t, k) {
			continue
		}
		others := "other tables"
		if of := a.p.rule(k.Table()); of != nil {
			others = of.of.String()
		}
		a.refuse(CodeRows, "table:"+t.of.String(), "%s would change rows of %s, which may be another's: the policy does not say that it cascades", reason, others)
	}
}

// contained reports whether a key leads from rows of the same owner only, or from rows that
// anyone may delete.
func (a *admission) contained(t *table, k *schema.ForeignKey) bool {
	of := a.p.rule(k.Table())
	if of != nil && of.rows.IsZero() && !slices.ContainsFunc(of.of.Columns(), func(c *schema.Column) bool { return !of.allows(write, c) }) {
		return true
	}
	if of == nil || len(of.pins) == 0 || !of.onlyPins() {
		return false
	}
	from, to := k.Columns(), k.ReferredColumns()
	for _, pin := range of.pins {
		i := slices.IndexFunc(from, func(c *schema.Column) bool { return c.Base() == pin.Column })
		if i < 0 || !slices.ContainsFunc(t.pins, func(s expr.Stamp) bool { return s.Column == to[i].Base() }) {
			return false
		}
	}
	return true
}
