// Package ddl writes the statements that make and drop the tables of a
// [schema.MetaData], on SQLite, PostgreSQL, MySQL and MariaDB:
//
//	statements, err := ddl.CreateAll(dialect.Postgres, meta)
//	for _, s := range statements {
//		_, err = db.ExecContext(ctx, s)
//	}
//
// What is made, reflected by [github.com/sqlser/sqlser/schema/reflect], is equal to
// what was declared, as [schema.Diff] compares. What a database cannot tell apart
// comes back as the next wider thing that it can:
//
//   - SQLite: integer as big_integer, float as double, an enum without its name;
//     comments are not kept, nor names of foreign keys and when they are checked;
//   - PostgreSQL: an enum without a name as text with a check;
//   - MySQL and MariaDB: datetime_tz as datetime (instants are kept in UTC), numeric
//     without limits as numeric(65,30), string without a limit as text, an enum
//     without its name; a foreign key's NO ACTION is RESTRICT; their catalogues show
//     no character above U+FFFF of defaults and comments; MySQL has no uuid, which
//     is string(36).
//
// Anything else that a database cannot hold is an [*Error].
//
// Metadata says what queries, bytes and differences need, and no more. What it does not say, the host adds by statements of
// its own, behind these: options of tables (ENGINE, STRICT, WITHOUT ROWID, tablespaces, partitions), of indexes (methods,
// operator classes, expressions, order, INCLUDE, CONCURRENTLY), EXCLUDE constraints, sequences, triggers, views and rights.
package ddl

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/sqlser/sqlser/engine/dialect"
	"github.com/sqlser/sqlser/schema"
)

// Error is something that a database cannot hold.
type Error struct {
	Dialect string
	Object  string // the table or column, as a [schema.ID] is shown
	Reason  string // what it cannot
}

// Error says what cannot be.
func (e *Error) Error() string { return e.Dialect + ": " + e.Object + ": " + e.Reason }

// CreateAll returns the statements that make every table of frozen metadata, each
// after those that it refers to: where tables refer to each other in a circle, a
// key is added afterwards. Views are left out: metadata knows their columns, not
// what they show. Schemas must be there, see [CreateSchemas]. The text is the same every
// time. The error joins an *[Error] for each thing that cannot be.
func CreateAll(d *dialect.Dialect, meta *schema.MetaData) ([]string, error) {
	if !meta.Frozen() {
		return nil, &Error{d.Name(), "metadata", "it is not frozen"}
	}
	w := &writer{d: d, kind: kinds[d.Name()], indexes: map[string]*schema.Index{}, enums: map[enum]schema.Type{}}
	tables, later := order(tablesOf(meta))
	if w.kind.inlineOnly {
		later = nil
	}
	for _, t := range tables {
		w.create(t, later)
	}
	for _, t := range tables {
		for _, k := range t.ForeignKeys() {
			if slices.Contains(later, k) {
				w.addKey(k)
			}
		}
	}
	return w.done()
}

// Create returns the statements that make one table with its indexes. The tables
// that it refers to must be there, and on PostgreSQL its enums, which CreateAll
// makes. The error is as CreateAll's.
func Create(d *dialect.Dialect, t *schema.Table) ([]string, error) {
	w := &writer{d: d, kind: kinds[d.Name()], indexes: map[string]*schema.Index{}}
	w.create(t, nil)
	return w.done()
}

// DropAll returns the statements that drop what CreateAll makes.
func DropAll(d *dialect.Dialect, meta *schema.MetaData) ([]string, error) {
	w := &writer{d: d, kind: kinds[d.Name()], enums: map[enum]schema.Type{}}
	tables, later := order(tablesOf(meta))
	if w.kind.inlineOnly {
		later = nil
	}
	for _, t := range tables {
		for _, k := range t.ForeignKeys() {
			if slices.Contains(later, k) {
				w.of(t.ID())
				w.say(w.kind.dropKey, w.table(t), w.name(keyName(k)))
			}
		}
	}
	for _, t := range slices.Backward(tables) {
		w.of(t.ID())
		w.say("DROP TABLE %s", w.table(t))
	}
	for _, t := range tables {
		for _, c := range t.Columns() {
			typ, _ := c.TypeIn(d.Name())
			if id := enumOf(typ); w.kind.enumTypes && id.name != "" && w.enums[id].IsUnknown() {
				w.enums[id] = typ
				w.say("DROP TYPE %s", w.text(w.d.QuoteEnum(typ)))
			}
		}
	}
	return w.done()
}

// Drop returns the statement that drops one table.
func Drop(d *dialect.Dialect, t *schema.Table) ([]string, error) {
	w := &writer{d: d, kind: kinds[d.Name()]}
	w.of(t.ID())
	w.say("DROP TABLE %s", w.table(t))
	return w.done()
}

// tablesOf returns the tables that are no views.
func tablesOf(meta *schema.MetaData) []*schema.Table {
	return slices.DeleteFunc(meta.Tables(), (*schema.Table).IsView)
}

// order puts tables behind those that they refer to, else as they were declared.
// The keys that no order satisfies come later.
func order(tables []*schema.Table) (ordered []*schema.Table, later []*schema.ForeignKey) {
	placed, within := map[*schema.Table]bool{}, map[*schema.Table]bool{}
	for _, t := range tables {
		within[t] = true
	}
	open := func(t *schema.Table) (keys []*schema.ForeignKey) {
		for _, k := range t.ForeignKeys() {
			if r := k.Referred(); r != t && within[r] && !placed[r] {
				keys = append(keys, k)
			}
		}
		return keys
	}
	waiting := map[*schema.Table]int{} // keys that are open
	referrers := map[*schema.Table][]*schema.Table{}
	index := map[*schema.Table]int{}
	for i, t := range tables {
		index[t] = i
		for _, k := range open(t) {
			waiting[t]++
			referrers[k.Referred()] = append(referrers[k.Referred()], t)
		}
	}
	place := func(t *schema.Table) {
		for queue := []*schema.Table{t}; len(queue) > 0; queue = queue[1:] {
			t := queue[0]
			placed[t] = true
			ordered = append(ordered, t)
			ready := len(queue)
			for _, r := range referrers[t] {
				if waiting[r]--; waiting[r] == 0 && !placed[r] {
					queue = append(queue, r)
				}
			}
			slices.SortFunc(queue[ready:], func(a, b *schema.Table) int { return cmp.Compare(index[a], index[b]) })
		}
	}
	for _, t := range tables {
		if waiting[t] == 0 && !placed[t] {
			place(t)
		}
	}
	for _, t := range tables { // what is left is in circles, or refers to one
		if !placed[t] {
			later = append(later, open(t)...)
			place(t)
		}
	}
	return ordered, later
}

// keyName is the name of a key that is added, and dropped, by itself.
func keyName(k *schema.ForeignKey) string {
	if k.Name() != "" {
		return k.Name()
	}
	parts := []string{k.Table().Name()}
	for _, c := range k.Columns() {
		parts = append(parts, c.Name())
	}
	return strings.Join(append(parts, "fkey"), "_")
}

// writer writes statements, and goes on after an error.
type writer struct {
	d          *dialect.Dialect
	kind       kind
	object     string // what is written
	statements []string
	errs       []error
	indexes    map[string]*schema.Index // by schema and name, where names are the schema's
	enums      map[enum]schema.Type     // that are made
}

func (w *writer) of(id schema.ID) {
	id.Stable = ""
	w.object = id.String()
}

func (w *writer) fail(format string, args ...any) {
	w.errs = append(w.errs, &Error{w.d.Name(), w.object, fmt.Sprintf(format, args...)})
}

// say adds a statement; a statement with an error in it is never returned.
func (w *writer) say(format string, args ...any) {
	w.statements = append(w.statements, fmt.Sprintf(format, args...))
}

func (w *writer) done() ([]string, error) {
	if w.kind.types == nil {
		return nil, &Error{w.d.Name(), "dialect", "it makes no tables"}
	}
	if len(w.errs) > 0 {
		return nil, errors.Join(w.errs...)
	}
	return w.statements, nil
}

// text takes what the dialect writes, or keeps its error.
func (w *writer) text(s string, err error) string {
	if err != nil {
		var e *dialect.Error
		if reason := err.Error(); errors.As(err, &e) {
			reason = e.Construct + ": " + e.Reason + e.Hint
			w.fail("%s", reason)
		} else {
			w.fail("%s", reason)
		}
	}
	return s
}

func (w *writer) name(name string) string { return w.text(w.d.QuoteName(name)) }

func (w *writer) table(t *schema.Table) string { return w.text(w.d.QuoteTable(t)) }

// columns writes names in parentheses.
func (w *writer) columns(columns []*schema.Column) string {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = w.name(c.Name())
	}
	return "(" + strings.Join(names, ", ") + ")"
}

// create writes a table without the keys that come later.
func (w *writer) create(t *schema.Table, later []*schema.ForeignKey) {
	w.of(t.ID())
	var parts []string
	for _, c := range t.Columns() {
		parts = append(parts, w.column(c))
	}
	w.of(t.ID())
	if key := t.PrimaryKey(); len(key) > 0 && !w.isInlineKey(key) {
		parts = append(parts, "PRIMARY KEY "+w.columns(key))
	}
	for _, u := range t.UniqueKeys() {
		parts = append(parts, "UNIQUE "+w.columns(u))
	}
	for _, k := range t.ForeignKeys() {
		if !slices.Contains(later, k) {
			parts = append(parts, w.foreignKey(k, k.Name()))
		}
	}
	for _, k := range t.Checks() {
		check := "CHECK (" + w.expression(k.Condition(), t) + ")"
		if k.Name() != "" {
			check = "CONSTRAINT " + w.name(k.Name()) + " " + check
		}
		parts = append(parts, check)
	}
	w.of(t.ID())
	if len(parts) == 0 && w.d.Name() != "postgres" {
		w.fail("a table needs a column")
	}
	w.keysFit(t)
	w.say("CREATE TABLE %s (\n\t%s\n)%s", w.table(t), strings.Join(parts, ",\n\t"), w.tableOptions(t))
	for _, i := range t.Indexes() {
		w.index(i)
	}
	w.comments(t)
}

// isInlineKey reports whether the primary key is written beside its column.
func (w *writer) isInlineKey(key []*schema.Column) bool {
	_, identity := key[0].Identity()
	return w.kind.rowids && len(key) == 1 && identity
}

func (w *writer) foreignKey(k *schema.ForeignKey, name string) string {
	s := ""
	if name != "" {
		s = "CONSTRAINT " + w.name(name) + " "
	}
	s += "FOREIGN KEY " + w.columns(k.Columns()) + " REFERENCES " + w.table(k.Referred()) + " " + w.columns(k.ReferredColumns())
	for _, a := range []struct {
		on     string
		action schema.Action
	}{{"DELETE", k.OnDelete()}, {"UPDATE", k.OnUpdate()}} {
		if a.action == schema.SetDefault && w.kind.inlineComments {
			w.fail("foreign key %s: it has no ON %s SET DEFAULT", k, a.on)
		}
		if a.action != schema.NoAction {
			s += " ON " + a.on + " " + a.action.String()
		}
	}
	if can, initially := k.Deferrable(); can {
		if w.kind.inlineComments {
			w.fail("foreign key %s: it checks keys at once", k)
		}
		if s += " DEFERRABLE"; initially {
			s += " INITIALLY DEFERRED"
		}
	}
	return s
}

// addKey adds a key to a table that is there.
func (w *writer) addKey(k *schema.ForeignKey) {
	w.of(k.Table().ID())
	w.say("ALTER TABLE %s ADD %s", w.table(k.Table()), w.foreignKey(k, keyName(k)))
}

func (w *writer) index(i *schema.Index) {
	t := i.Table()
	id := strings.Join(append(t.Schema(), i.Name()), "\x00")
	if other := w.indexes[id]; other != nil && w.kind.ownIndexNames {
		w.fail("index %q: %s has one of this name, and there it is the schema's", i.Name(), other.Table())
	}
	w.indexes[id] = i
	unique := ""
	if i.IsUnique() {
		unique = "UNIQUE "
	}
	where := ""
	if x := i.Where(); !x.IsZero() {
		if w.kind.inlineComments {
			w.fail("index %q: it has no partial indexes", i.Name())
		}
		where = " WHERE " + w.expression(x, t)
	}
	w.say("CREATE %sINDEX %s ON %s %s%s", unique, w.name(i.Name()), w.table(t), w.columns(i.Columns()), where)
}

// comments writes those that are statements of their own.
func (w *writer) comments(t *schema.Table) {
	if !w.kind.commentOn {
		return
	}
	if t.Comment() != "" {
		w.say("COMMENT ON TABLE %s IS %s", w.table(t), w.string(t.Comment()))
	}
	for _, c := range t.Columns() {
		if c.Comment() != "" {
			w.of(c.ID())
			w.say("COMMENT ON COLUMN %s.%s IS %s", w.table(t), w.name(c.Name()), w.string(c.Comment()))
		}
	}
}

// tableOptions stand behind the columns.
func (w *writer) tableOptions(t *schema.Table) (s string) {
	if !w.kind.inlineComments {
		return ""
	}
	for _, c := range t.Columns() {
		if o, ok := c.Identity(); ok && o.Start > 1 {
			s += " AUTO_INCREMENT = " + strconv.FormatInt(o.Start, 10)
		}
	}
	if t.Comment() != "" {
		s += " COMMENT = " + w.comment(t.Comment())
	}
	return s
}

// keysFit refuses what the database cannot index as a whole.
func (w *writer) keysFit(t *schema.Table) {
	if !w.kind.inlineComments {
		return
	}
	keys := append(t.UniqueKeys(), t.PrimaryKey())
	for _, k := range t.ForeignKeys() {
		keys = append(keys, k.Columns())
	}
	for _, i := range t.Indexes() {
		keys = append(keys, i.Columns())
	}
	seen := map[*schema.Column]bool{}
	for _, c := range slices.Concat(keys...) {
		typ, words := c.TypeIn(w.d.Name())
		long := typ.Kind() == schema.KindText || typ.Kind() == schema.KindLargeBinary || typ.Kind() == schema.KindJSON ||
			typ.Kind() == schema.KindString && typ.Size() == 0
		if words == "" && long && !seen[c] {
			w.of(c.ID())
			w.fail("a key cannot hold %s, which has no limit", typ)
		}
		seen[c] = true
	}
}
