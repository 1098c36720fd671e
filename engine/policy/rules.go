package policy

import (
	"fmt"
	"maps"
	"slices"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// Rule is what a policy says of a table: see [Policy.Table].
type Rule func(*table)

// use is what a statement does with a column.
type use uint8

const (
	read   use = iota // it comes out: as a column of a query, or in one
	filter            // rows are chosen, joined or grouped by it
	order             // rows are ordered by it
	write             // it gets a value
	uses
)

var useNames = [uses]string{"read", "filtered by", "ordered by", "written"}

// table is what a policy says of a table.
type table struct {
	of        *schema.Table
	columns   [uses]map[*schema.Column]bool // nil: see allows
	said      [uses]bool
	denied    map[*schema.Column]bool
	masks     map[*schema.Column]expr.Expr
	grouped   map[*schema.Column]int // the least rows of a group that an aggregate of the column sees
	rows      expr.Expr
	cascades  bool                   // changes may reach rows of tables that refer to it
	referring []*schema.ForeignKey   // keys of those
	pins      []expr.Stamp           // what rows says of columns: each has this very value
	depends   []*schema.Column       // that rows names
	open      expr.Restriction       // what stands in the table's place
	fenced    expr.Restriction       // ... where what can fail is evaluated of its rows
	rules     []columnRule           // of the columns, in order
	index     map[*schema.Column]int // their places, where they are many
	problems  []string
}

// columnRule is all that is said of a column.
type columnRule struct {
	of      *schema.Column
	plain   bool // it exists, may be used in every way but written, and stands for itself
	exposed bool
	masked  bool
	grouped int // the least rows of a group that an aggregate of it sees
	allows  [uses]bool
}

// ruleOf returns what is said of a column, nothing of one that is not the table's: few are
// searched, many indexed.
func (t *table) ruleOf(c *schema.Column) *columnRule {
	if i, ok := t.index[c]; ok {
		return &t.rules[i]
	}
	if t.index == nil {
		for i := range t.rules {
			if t.rules[i].of == c {
				return &t.rules[i]
			}
		}
	}
	return &columnRule{}
}

func (t *table) wrong(format string, args ...any) {
	t.problems = append(t.problems, "table "+t.of.String()+": "+fmt.Sprintf(format, args...))
}

// named returns columns by their names; without any, all.
func (t *table) named(names []string) []*schema.Column {
	if len(names) == 0 {
		return t.of.Columns()
	}
	var list []*schema.Column
	for _, name := range names {
		c := t.of.Lookup(name)
		if c == nil {
			t.wrong("no column %q%s", name, schema.DidYouMean(name, t.of.ColumnNames()))
			continue
		}
		list = append(list, c)
	}
	return list
}

func (t *table) permit(u use, names []string) {
	if !t.said[u] {
		t.said[u], t.columns[u] = true, map[*schema.Column]bool{}
	}
	for _, c := range t.named(names) {
		t.columns[u][c] = true
	}
}

// Read lets columns be read; without names, all. Unless [Filter] or [Order] says
// otherwise they may be filtered and ordered by, too. A table of which only what may be
// read is said is not written.
func Read(columns ...string) Rule { return func(t *table) { t.permit(read, columns) } }

// Filter lets rows be chosen, joined and grouped by columns; without names, by all. By
// conditions on it, much can be found out of a column that may not be read.
func Filter(columns ...string) Rule { return func(t *table) { t.permit(filter, columns) } }

// Order lets rows be ordered by columns; without names, by all.
func Order(columns ...string) Rule { return func(t *table) { t.permit(order, columns) } }

// Write lets columns be given values; without names, all. Rows are deleted only where
// all may be written.
func Write(columns ...string) Rule { return func(t *table) { t.permit(write, columns) } }

// Deny takes columns away, whatever else is said of them.
func Deny(columns ...string) Rule {
	return func(t *table) {
		for _, c := range t.named(columns) {
			t.denied = set(t.denied, c, true)
		}
	}
}

// Rows lets a statement see and change only the rows of the table of which the
// conditions, over expr.Table of it, are true; several, of several rules too, are ANDed.
// They may have values of the host's, see [Value], and subqueries of other tables, which
// see all their rows.
//
// A condition that a column equals a value says what is inserted, too: the column gets
// it where the statement gives none, and no other. A table with another condition gets
// no new rows, and columns that conditions name are not updated.
func Rows(conditions ...any) Rule {
	return func(t *table) {
		all := conditions
		if !t.rows.IsZero() {
			all = append([]any{t.rows}, conditions...)
		}
		t.rows = expr.And(all...)
	}
}

// RowsOf is [Rows] of a function that is given the table.
func RowsOf(condition func(t *expr.TableSource) expr.Expr) Rule {
	return func(t *table) { Rows(condition(expr.Table(t.of)))(t) }
}

// Mask shows an expression of the table's columns, over expr.Table of it, in the place of
// a column, wherever it is read, filtered or ordered by. Changes do not name it.
func Mask(column string, x any) Rule {
	return func(t *table) {
		mask := expr.Of(x)
		for _, c := range t.named([]string{column}) {
			if err := mask.Err(); err != nil {
				t.wrong("the mask of %s: %v", c.Name(), err)
			} else if u := mask.Type(); !u.IsUnknown() && !u.Comparable(c.Type()) {
				t.wrong("the mask of %s is of type %s, not %s", c.Name(), u, c.Type())
			}
			t.masks = set(t.masks, c, mask)
		}
	}
}

// AggregateOnly lets columns stand only as the whole argument of count, sum, avg and the
// like, in a query whose groups of fewer than least rows with a value in them are left out. Who may choose the
// rows as they like can still compare groups that differ by one.
func AggregateOnly(least int, columns ...string) Rule {
	return func(t *table) {
		if least < 2 {
			t.wrong("aggregates of groups of %d rows show the rows", least)
		}
		for _, c := range t.named(columns) {
			t.grouped = set(t.grouped, c, least)
		}
	}
}

// set is m with one more, m itself being left as it is.
func set[K comparable, V any](m map[K]V, k K, v V) map[K]V {
	c := make(map[K]V, len(m)+1)
	for k, v := range m {
		c[k] = v
	}
	c[k] = v
	return c
}

// Value is a value of the host's in the conditions of a policy, such as the tenant's
// number: the session gives it, and no script or stored query can name it. Without a type
// it has that of what it is compared with.
func Value(name string, t ...schema.Type) expr.Expr { return expr.HostValue(name, t...) }

// finish finds out what the rules come to, what the rows that may be seen have in common,
// and what is wrong.
func (t *table) finish() {
	t.referring = referring(t.of)
	t.rules, t.index = nil, nil
	for _, c := range t.of.Columns() {
		_, masked := t.masks[c]
		r := columnRule{of: c, exposed: t.exposes(c), masked: masked, grouped: t.grouped[c]}
		for u := range uses {
			r.allows[u] = t.allows(u, c)
		}
		r.plain = r.exposed && !masked && r.grouped == 0 && r.allows[read] && r.allows[filter] && r.allows[order]
		t.rules = append(t.rules, r)
	}
	if len(t.rules) > 16 {
		t.index = make(map[*schema.Column]int, len(t.rules))
		for i := range t.rules {
			t.index[t.rules[i].of] = i
		}
	}
	for _, c := range t.of.Columns() {
		if mask, ok := t.masks[c]; ok && mask.Err() == nil {
			t.hosts("the mask of "+c.Name(), mask)
			if ofRows(mask) {
				t.wrong("the mask of %s: an aggregate or a window sees other rows than the one that is shown", c.Name())
			}
		}
	}
	if t.rows.IsZero() {
		return
	}
	if err := t.rows.Err(); err != nil {
		t.wrong("its rows: %v", err)
		return
	}
	if !t.rows.Type().IsUnknown() && t.rows.Type().Family() != schema.FamilyBoolean {
		t.wrong("its rows: expected a condition, got %s", t.rows.Type())
		return
	}
	terms := []expr.Expr{t.rows}
	if l, ok := t.rows.Node().(*expr.LogicExpr); ok && !l.IsOr() {
		terms = terms[:0]
		for _, x := range l.Terms().All() {
			terms = append(terms, x)
		}
	}
	for _, x := range terms {
		if c, v, ok := t.pin(x); ok && !slices.ContainsFunc(t.pins, func(s expr.Stamp) bool { return s.Column == c }) {
			t.pins = append(t.pins, expr.Stamp{Column: c, Value: v})
		}
	}
	expr.Walk(t.rows.Node(), func(n expr.Node) bool {
		if n, ok := n.(*expr.ColumnExpr); ok {
			if c := n.Column(); c != nil && c.Table() == t.of && !slices.Contains(t.depends, c) {
				t.depends = append(t.depends, c)
			}
		}
		return true
	})
	t.hosts("its rows", t.rows)
}

// hosts finds what must not stand in a rule's expression, which is the host's alone.
func (t *table) hosts(what string, x expr.Expr) {
	expr.Walk(x.Node(), func(n expr.Node) bool {
		switch n := n.(type) {
		case *expr.ParamExpr:
			switch p := n.Parameter(); {
			case !p.IsHost():
				t.wrong("%s: the parameter %q would be the statement's: use policy.Value", what, p.Name())
			case p.Type().IsUnknown():
				t.wrong("%s: the type of value %q is not known: say policy.Value(%q, type)", what, p.Name(), p.Name())
			}
		case *expr.TextExpr, *expr.TextStmt, *expr.CustomExpr:
			t.wrong("%s: raw text, which nothing sees into", what)
		}
		return true
	})
}

// ofRows reports whether an expression, other than in a query of its own, has what sees more
// than one row.
func ofRows(x expr.Expr) (found bool) {
	expr.Walk(x.Node(), func(n expr.Node) bool {
		switch n := n.(type) {
		case *expr.OverExpr:
			found = true
		case *expr.CallExpr:
			found = found || n.Function() != nil && n.Function().IsAggregate()
		case expr.Statement:
			return false
		}
		return !found
	})
	return found
}

// metas adds what the table, and those that its conditions and masks name, belong to.
func (t *table) metas(known []*schema.MetaData) []*schema.MetaData {
	add := func(n expr.Node) bool {
		if s, ok := n.(*expr.TableSource); ok {
			if m := s.Table().MetaData(); m != nil && !slices.Contains(known, m) {
				known = append(known, m)
			}
		}
		return true
	}
	add(expr.Table(t.of))
	expr.Walk(t.rows.Node(), add)
	for _, mask := range t.masks {
		expr.Walk(mask.Node(), add)
	}
	return known
}

// pin returns the column and value of column = value.
func (t *table) pin(x expr.Expr) (*schema.Column, expr.Expr, bool) {
	b, ok := x.Node().(*expr.BinaryExpr)
	if !ok || b.Operator() != expr.OpEq {
		return nil, expr.Expr{}, false
	}
	for _, sides := range [][2]expr.Expr{{b.Left(), b.Right()}, {b.Right(), b.Left()}} {
		c, ok := sides[0].Node().(*expr.ColumnExpr)
		if !ok || c.Column() == nil || c.Column().Table() != t.of || c.Column().IsReadOnly() {
			continue
		}
		if src, ok := c.Source().(*expr.TableSource); !ok || src.Table() != t.of {
			continue
		}
		switch v := sides[1].Node().(type) {
		case *expr.LiteralExpr:
			return c.Column(), sides[1], !v.Value().IsNull()
		case *expr.ParamExpr:
			return c.Column(), sides[1], v.Parameter().IsHost()
		}
	}
	return nil, expr.Expr{}, false
}

// onlyPins reports whether what the rows have in common is all that is asked of them.
func (t *table) onlyPins() bool {
	if t.rows.IsZero() {
		return true
	}
	if l, ok := t.rows.Node().(*expr.LogicExpr); ok {
		return !l.IsOr() && l.Terms().Len() == len(t.pins)
	}
	return len(t.pins) == 1
}

// clone copies what rules are added to; what they lead to is found out anew.
func (t *table) clone() *table {
	c := &table{of: t.of, columns: t.columns, said: t.said, denied: t.denied, masks: t.masks, grouped: t.grouped, rows: t.rows, cascades: t.cascades}
	for u := range uses {
		c.columns[u] = maps.Clone(t.columns[u])
	}
	c.problems = slices.Clone(t.problems)
	return c
}

// exposes reports whether a column exists for whoever is under the policy.
func (t *table) exposes(c *schema.Column) bool {
	if t.denied[c] {
		return false
	}
	if _, ok := t.grouped[c]; ok {
		return true
	}
	for u := range uses {
		if t.allows(u, c) {
			return true
		}
	}
	return false
}

// allows reports whether a column may be used so. A use of which nothing is said is
// allowed where nothing is said of any; filtering and ordering follow reading.
func (t *table) allows(u use, c *schema.Column) bool {
	switch {
	case t.denied[c]:
		return false
	case t.said[u]:
		return t.columns[u][c]
	case (u == filter || u == order) && t.said[read]:
		return t.columns[read][c]
	}
	return t.said == [uses]bool{}
}

// replaced reports whether a query stands in the table's place where it is read.
func (t *table) replaced() bool { return !t.rows.IsZero() || len(t.masks) > 0 }
