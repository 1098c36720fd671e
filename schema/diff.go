package schema

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Difference is one thing in which two MetaData differ.
type Difference struct {
	Object string // as an [ID] is shown: "column:orders.total"
	What   string // "type", "server default"; "table" or "column" for what one side has not
	A, B   string // what each side has; "none" for nothing
}

// String shows the difference in one line.
func (d Difference) String() string {
	return fmt.Sprintf("%s: %s: %s, not %s", d.Object, d.What, d.A, d.B)
}

// Diff returns every difference between two frozen MetaData: in tables and views,
// and in columns with their places, types, nullability, defaults of the server,
// computations, identities and comments, and in keys, indexes and checks. The
// order of tables does not count, nor that of unique keys, foreign keys, indexes
// and checks.
//
// What a database does not keep is not compared: stable ids, former names, client
// defaults, variants, what the host makes of a type. Nor is what two spellings of it cannot tell:
//
//   - names of foreign keys and checks, unless both sides have one;
//   - expressions, where one side has a [Clause] and the other the database's own
//     text, or text of another dialect: that there is one is compared;
//   - literals beyond their value for the column's type: 0 and "0.00" are one
//     decimal;
//   - what an identity leaves open (its zeros);
//   - NO ACTION and RESTRICT of foreign keys that are checked at once;
//   - a unique index and a unique key of the same columns.
func Diff(a, b *MetaData) []Difference {
	var d differ
	names := map[string]bool{}
	for _, t := range a.tables {
		names[tableKey(t.name)] = true
		if u := b.index.byName[tableKey(t.name)]; u != nil {
			d.table(t, u)
		} else {
			d.add(t.ID(), "table", describeTable(t), "none")
		}
	}
	for _, t := range b.tables {
		if !names[tableKey(t.name)] {
			d.add(t.ID(), "table", "none", describeTable(t))
		}
	}
	return d.list
}

func describeTable(t *Table) string {
	if t.view {
		return "a view"
	}
	return "a table"
}

type differ struct{ list []Difference }

func (d *differ) add(id ID, what, a, b string) {
	id.Stable = ""
	d.list = append(d.list, Difference{id.String(), what, a, b})
}

// texts compares what is shown of both sides.
func (d *differ) texts(id ID, what, a, b string) {
	if a == b {
		return
	}
	if a == "" {
		a = "none"
	}
	if b == "" {
		b = "none"
	}
	d.add(id, what, a, b)
}

func (d *differ) table(t, u *Table) {
	id := t.ID()
	d.texts(id, "kind", describeTable(t), describeTable(u))
	d.texts(id, "comment", comment(t.comment), comment(u.comment))
	var order [2][]string
	for _, c := range t.columns {
		if v := u.Lookup(c.name); v != nil {
			order[0] = append(order[0], quoted(c.name))
			d.column(c, v)
		} else {
			d.add(c.ID(), "column", c.typ.String(), "none")
		}
	}
	for _, c := range u.columns {
		if t.Lookup(c.name) == nil {
			d.add(c.ID(), "column", "none", c.typ.String())
		} else {
			order[1] = append(order[1], quoted(c.name))
		}
	}
	d.texts(id, "order of columns", strings.Join(order[0], ", "), strings.Join(order[1], ", "))
	d.texts(id, "primary key", columnList(t.primaryKey), columnList(u.primaryKey))
	d.sets(id, "unique key", uniqueOf(t), uniqueOf(u))
	d.foreignKeys(t, u)
	d.indexes(t, u)
	d.checks(t, u)
}

func comment(text string) string {
	if text == "" {
		return ""
	}
	return quoted(text)
}

func columnList(columns []*Column) string {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = quoted(c.name)
	}
	return strings.Join(names, ", ")
}

// uniqueOf lists the unique keys, those of unique indexes of all rows too.
func uniqueOf(t *Table) []string {
	var list []string
	for _, u := range t.unique {
		list = append(list, columnList(u))
	}
	for _, i := range t.indexes {
		if i.unique && i.where.IsZero() {
			list = append(list, columnList(i.columns))
		}
	}
	return list
}

// sets reports what is in one list and not in the other.
func (d *differ) sets(id ID, what string, a, b []string) {
	for _, s := range sortedUnique(a) {
		if !slices.Contains(b, s) {
			d.add(id, what, s, "none")
		}
	}
	for _, s := range sortedUnique(b) {
		if !slices.Contains(a, s) {
			d.add(id, what, "none", s)
		}
	}
}

func sortedUnique(list []string) []string { return slices.Compact(slices.Sorted(slices.Values(list))) }

func (d *differ) column(c, v *Column) {
	id := c.ID()
	if c.typ.Base() != v.typ.Base() {
		d.add(id, "type", c.typ.Base().String(), v.typ.Base().String())
	}
	if c.nullable != v.nullable {
		d.add(id, "nullable", strconv.FormatBool(c.nullable), strconv.FormatBool(v.nullable))
	}
	d.texts(id, "comment", comment(c.comment), comment(v.comment))
	d.expression(id, "server default", c.serverDefault, v.serverDefault, c.typ)
	d.expression(id, "computed", c.computed, v.computed, c.typ)
	if !c.computed.IsZero() && !v.computed.IsZero() && c.stored != v.stored {
		d.add(id, "stored", strconv.FormatBool(c.stored), strconv.FormatBool(v.stored))
	}
	d.identity(c, v)
}

// expression compares as far as can be told, see Diff.
func (d *differ) expression(id ID, what string, a, b Expression, t Type) {
	switch {
	case a.form == formNone || b.form == formNone || a.form != b.form && (a.form != formClause && b.form != formClause):
		if a.form != b.form {
			d.add(id, what, a.String(), b.String())
		}
	case a.form == formSQL && b.form == formSQL && a.dialect == b.dialect && a.text != b.text,
		a.form == formLiteral && b.form == formLiteral && literalKey(a.literal, t) != literalKey(b.literal, t):
		d.add(id, what, a.String(), b.String())
	}
}

// literalKey makes equal what is one value of a type.
func literalKey(v any, t Type) string {
	switch v := v.(type) {
	case nil:
		return "NULL"
	case bool:
		if t.Family() == FamilyBoolean {
			return strconv.FormatBool(v)
		}
		if v {
			return "1"
		}
		return "0"
	case float64:
		return plainNumber(strconv.FormatFloat(v, 'f', -1, 64))
	case []byte:
		return string(v)
	}
	s := fmt.Sprint(v)
	switch {
	case t.IsNumber():
		return plainNumber(s)
	case t.Family() == FamilyBoolean && (s == "0" || s == "1"):
		return strconv.FormatBool(s == "1")
	case t.Family() == FamilyJSON:
		var b bytes.Buffer
		if json.Compact(&b, []byte(s)) == nil {
			return b.String()
		}
	}
	return s
}

// plainNumber drops zeros behind the point.
func plainNumber(s string) string {
	if strings.Contains(s, ".") && !strings.ContainsAny(s, "eE") {
		s = strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
	}
	return s
}

func (d *differ) identity(c, v *Column) {
	switch {
	case c.identity == nil && v.identity == nil:
		return
	case c.identity == nil:
		d.add(c.ID(), "identity", "none", "identity")
		return
	case v.identity == nil:
		d.add(c.ID(), "identity", "identity", "none")
		return
	}
	a, b := c.identity, v.identity
	if a.Always != b.Always {
		d.add(c.ID(), "identity always", strconv.FormatBool(a.Always), strconv.FormatBool(b.Always))
	}
	if a.Cycle != b.Cycle {
		d.add(c.ID(), "identity cycle", strconv.FormatBool(a.Cycle), strconv.FormatBool(b.Cycle))
	}
	for _, n := range []struct {
		what string
		a, b int64
	}{
		{"start", a.Start, b.Start}, {"increment", a.Increment, b.Increment}, {"minimum", a.MinValue, b.MinValue},
		{"maximum", a.MaxValue, b.MaxValue}, {"cache", a.Cache, b.Cache},
	} {
		if n.a != n.b && n.a != 0 && n.b != 0 {
			d.add(c.ID(), "identity "+n.what, strconv.FormatInt(n.a, 10), strconv.FormatInt(n.b, 10))
		}
	}
}

// foreignKeys compares the keys, paired by what they refer with and to.
func (d *differ) foreignKeys(t, u *Table) {
	key := func(k *ForeignKey) string {
		return columnList(k.columns) + " -> " + k.referred.String() + "(" + columnList(k.referredColumns) + ")"
	}
	rest := map[string][]*ForeignKey{}
	for _, k := range u.foreignKeys {
		rest[key(k)] = append(rest[key(k)], k)
	}
	for _, k := range t.foreignKeys {
		others := rest[key(k)]
		if len(others) == 0 {
			d.add(t.ID(), "foreign key", key(k), "none")
			continue
		}
		o := others[0]
		rest[key(k)] = others[1:]
		if k.name != "" && o.name != "" && k.name != o.name {
			d.add(t.ID(), "name of foreign key "+key(k), quoted(k.name), quoted(o.name))
		}
		if a, b := k.options.shown(), o.options.shown(); a != b {
			d.add(t.ID(), "foreign key "+key(k), a, b)
		}
	}
	for _, k := range u.foreignKeys {
		if others := rest[key(k)]; len(others) > 0 {
			rest[key(k)] = others[1:]
			d.add(t.ID(), "foreign key", "none", key(k))
		}
	}
}

// shown is what Diff compares of the options.
func (f foreignOptions) shown() string {
	if !f.deferrable { // they differ in when they are checked only
		for _, a := range []*Action{&f.onDelete, &f.onUpdate} {
			if *a == Restrict {
				*a = NoAction
			}
		}
	}
	s := "ON DELETE " + f.onDelete.String() + " ON UPDATE " + f.onUpdate.String()
	if f.deferrable {
		s += " DEFERRABLE"
	}
	if f.deferred {
		s += " INITIALLY DEFERRED"
	}
	return s
}

func (d *differ) indexes(t, u *Table) {
	find := func(t *Table, name string) *Index {
		i := slices.IndexFunc(t.indexes, func(i *Index) bool { return i.name == name })
		if i < 0 {
			return nil
		}
		return t.indexes[i]
	}
	whole := func(i *Index) bool { return i.unique && i.where.IsZero() } // see uniqueOf
	for _, i := range t.indexes {
		if whole(i) {
			continue
		}
		j := find(u, i.name)
		if j == nil {
			d.add(t.ID(), "index "+quoted(i.name), columnList(i.columns), "none")
			continue
		}
		d.texts(t.ID(), "index "+quoted(i.name), columnList(i.columns), columnList(j.columns))
		if i.unique != j.unique {
			d.add(t.ID(), "unique index "+quoted(i.name), strconv.FormatBool(i.unique), strconv.FormatBool(j.unique))
		}
		d.expression(t.ID(), "condition of index "+quoted(i.name), i.where, j.where, Boolean)
	}
	for _, j := range u.indexes {
		if !whole(j) && find(t, j.name) == nil {
			d.add(t.ID(), "index "+quoted(j.name), "none", columnList(j.columns))
		}
	}
}

// checks pairs the checks by name, the nameless ones by place.
func (d *differ) checks(t, u *Table) {
	rest := slices.Clone(u.checks)
	take := func(fits func(*Check) bool) *Check {
		i := slices.IndexFunc(rest, fits)
		if i < 0 {
			return nil
		}
		k := rest[i]
		rest = slices.Delete(rest, i, i+1)
		return k
	}
	var nameless []*Check
	for _, k := range t.checks {
		o := take(func(o *Check) bool { return k.name != "" && o.name == k.name })
		if o == nil {
			nameless = append(nameless, k)
			continue
		}
		d.expression(t.ID(), "check "+quoted(k.name), k.condition, o.condition, Boolean)
	}
	for _, k := range nameless {
		o := take(func(o *Check) bool { return k.name == "" || o.name == "" })
		if o == nil {
			d.add(t.ID(), "check "+quoted(k.name), k.condition.String(), "none")
			continue
		}
		d.expression(t.ID(), "check", k.condition, o.condition, Boolean)
	}
	for _, o := range rest {
		d.add(t.ID(), "check "+quoted(o.name), "none", o.condition.String())
	}
}
