// Package reflect reads what a live database holds into a [schema.MetaData].
//
//	meta := schema.NewMetaData()
//	err := reflect.Load(ctx, db, dialect.SQLite, meta,
//		reflect.Column("customers", "name", schema.StableID("c2"), schema.Formerly("fullname")))
//	if err == nil {
//		err = meta.Freeze()
//	}
//
// It needs no driver of its own: the host opens the database with the one it
// likes. Only SQLite is read so far; see [UnsupportedError].
package reflect

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/sqlser/sqlser/engine/dialect"
	"github.com/sqlser/sqlser/schema"
)

// Queryer is what Load asks: a *[sql.DB], *[sql.Conn] or *[sql.Tx].
type Queryer interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// Option changes what [Load] declares.
type Option func(*config)

type config struct {
	only    map[string]bool // nil for every table
	tables  map[string][]schema.TableItem
	columns map[string]map[string][]schema.ColumnOption
	skipped func(*schema.Error)
}

// Only loads the tables and views of these names and no others. A foreign key
// to one that is left out is left out too.
func Only(names ...string) Option {
	return func(c *config) {
		if c.only == nil {
			c.only = map[string]bool{}
		}
		for _, n := range names {
			c.only[n] = true
		}
	}
}

// Table adds to a table what the database cannot say: a stable id, former
// names, the primary key of a view.
func Table(name string, items ...schema.TableItem) Option {
	return func(c *config) { c.tables[name] = append(c.tables[name], items...) }
}

// Column adds to a column what the database cannot say: a stable id, former
// names, that a view's column is never NULL.
func Column(table, column string, options ...schema.ColumnOption) Option {
	return func(c *config) {
		if c.columns[table] == nil {
			c.columns[table] = map[string][]schema.ColumnOption{}
		}
		c.columns[table][column] = append(c.columns[table][column], options...)
	}
}

// Skipped has Load report what it leaves out, as it goes; see [Load] for what
// that can be.
func Skipped(report func(*schema.Error)) Option {
	return func(c *config) { c.skipped = report }
}

func (c *config) wants(table string) bool { return c.only == nil || c.only[table] }

func (c *config) skip(id schema.ID, format string, args ...any) {
	if c.skipped != nil {
		c.skipped(&schema.Error{Code: schema.CodeDeclaration, Object: id.String(), Reason: fmt.Sprintf(format, args...)})
	}
}

// UnsupportedError says that there is no reader for a dialect.
type UnsupportedError struct{ Dialect string }

// Error names the dialect.
func (e *UnsupportedError) Error() string {
	return "reflect: reading a " + e.Dialect + " database is not supported"
}

// Load declares in meta the tables and views that the database holds, in order
// of their names, with columns, types and keys. It does not freeze meta: the
// host may declare more tables, then freezes. What belongs to a loaded table
// and is in no database, such as a stable id, comes by [Table] and [Column];
// names are exact there, whatever the database thinks of case, and one that
// finds nothing is an error.
//
// A sloppy schema must still be usable, so the following is no error; it is
// left out and reported to [Skipped]:
//
//   - a foreign key to a table or column that is missing or not loaded, between
//     different numbers of columns, or between types that do not compare;
//   - a view or virtual table that the database itself cannot read;
//   - a table or column with an empty name, and the keys that it is in.
//
// Load asks several queries. Give it a transaction where others may change the
// schema meanwhile. On an error, meta is as it was.
func Load(ctx context.Context, db Queryer, d *dialect.Dialect, meta *schema.MetaData, options ...Option) error {
	c := &config{tables: map[string][]schema.TableItem{}, columns: map[string]map[string][]schema.ColumnOption{}}
	for _, o := range options {
		o(c)
	}
	if meta.Frozen() {
		return fmt.Errorf("reflect: %w", &schema.Error{Code: schema.CodeFrozen, Object: "metadata", Reason: "loaded into after Freeze"})
	}
	var read func(context.Context, Queryer, *config) ([]*table, error)
	switch d.Name() {
	case dialect.SQLite.Name():
		read = readSQLite
	default:
		return &UnsupportedError{d.Name()}
	}
	tables, err := read(ctx, db, c)
	if err != nil {
		return fmt.Errorf("reflect: read the %s schema: %w", d.Name(), err)
	}
	tables = slices.DeleteFunc(tables, func(t *table) bool { return !t.prune(c) })
	byName := make(map[string]*table, len(tables))
	for _, t := range tables {
		byName[t.name] = t
	}
	if err := c.check(tables, byName); err != nil {
		return fmt.Errorf("reflect: %w", err)
	}
	for _, t := range tables {
		t.declare(meta, c, byName)
	}
	return nil
}

// check reports every name of the options that is not there: a stable id must
// not get lost because of a typing error.
func (c *config) check(tables []*table, byName map[string]*table) error {
	var problems []*schema.Error
	names := make([]string, len(tables))
	for i, t := range tables {
		names[i] = t.name
	}
	missing := func(id schema.ID, name string, candidates []string) {
		problems = append(problems, &schema.Error{
			Code: schema.CodeUnknown, Object: id.String(), Reason: "an option names it, and it is not loaded",
			Hint: schema.DidYouMean(name, candidates),
		})
	}
	asked := map[string]bool{}
	for n := range c.only {
		asked[n] = true
	}
	for n := range c.tables {
		asked[n] = true
	}
	for n := range c.columns {
		asked[n] = true
	}
	for n := range asked {
		if byName[n] == nil {
			missing(tableID(n), n, names)
		}
	}
	for n, columns := range c.columns {
		for column := range columns {
			if t := byName[n]; t != nil && t.column(column) == nil {
				missing(t.columnID(column), column, t.columnNames())
			}
		}
	}
	slices.SortFunc(problems, func(a, b *schema.Error) int { // maps have no order; messages should
		return strings.Compare(a.Object, b.Object)
	})
	errs := make([]error, len(problems))
	for i, p := range problems {
		errs[i] = p
	}
	return errors.Join(errs...)
}

// table is what a reader finds: as the database has it, keys by name, all names
// spelt as where they are declared.
type table struct {
	name        string
	view        bool
	columns     []column
	primaryKey  []string // in the key's own order
	unique      [][]string
	foreignKeys []foreignKey
}

type column struct {
	name    string
	typ     schema.Type
	notNull bool
}

type foreignKey struct {
	name     string // or ""
	columns  []string
	target   string
	referred []string // nil for the target's primary key
}

func tableID(name string) schema.ID { return schema.ID{Kind: schema.IDTable, Table: []string{name}} }

func (t *table) id() schema.ID { return tableID(t.name) }

func (t *table) columnID(name string) schema.ID {
	return schema.ID{Kind: schema.IDColumn, Table: []string{t.name}, Name: name}
}

func (t *table) column(name string) *column {
	i := slices.IndexFunc(t.columns, func(c column) bool { return c.name == name })
	if i < 0 {
		return nil
	}
	return &t.columns[i]
}

func (t *table) columnNames() []string {
	names := make([]string, len(t.columns))
	for i, c := range t.columns {
		names[i] = c.name
	}
	return names
}

// has reports whether t has all the columns.
func (t *table) has(names []string) bool {
	return !slices.ContainsFunc(names, func(n string) bool { return t.column(n) == nil })
}

// prune takes away what MetaData cannot hold, and reports whether anything is
// left. A key that lost a column would promise too much, so it goes as a whole.
func (t *table) prune(c *config) bool {
	if t.name == "" {
		c.skip(t.id(), "the name is empty")
		return false
	}
	t.columns = slices.DeleteFunc(t.columns, func(column column) bool {
		if column.name == "" {
			c.skip(t.columnID(""), "the name is empty")
		}
		return column.name == ""
	})
	if !t.has(t.primaryKey) {
		t.primaryKey = nil
	}
	t.unique = slices.DeleteFunc(t.unique, func(key []string) bool { return !t.has(key) })
	return true
}

// declare puts t into meta.
func (t *table) declare(meta *schema.MetaData, c *config, byName map[string]*table) {
	var items []schema.TableItem
	if t.view {
		items = append(items, schema.View())
	}
	ordered := slices.DeleteFunc(t.columnNames(), func(n string) bool { return !slices.Contains(t.primaryKey, n) })
	inOrder := slices.Equal(ordered, t.primaryKey)
	for _, col := range t.columns {
		var options []schema.ColumnOption
		switch {
		case inOrder && slices.Contains(t.primaryKey, col.name):
			options = append(options, schema.PrimaryKey)
		case col.notNull:
			options = append(options, schema.NotNull)
		}
		options = append(options, c.columns[t.name][col.name]...)
		items = append(items, schema.NewColumn(col.name, col.typ, options...))
	}
	if !inOrder {
		items = append(items, schema.PrimaryKeyConstraint(t.primaryKey...))
	}
	for _, u := range t.unique {
		items = append(items, schema.UniqueConstraint(u...))
	}
	for _, k := range t.foreignKeys {
		if reason := t.settle(&k, byName); reason != "" {
			c.skip(t.id(), "foreign key %q: %s", k.columns, reason)
			continue
		}
		items = append(items, schema.ForeignKeyConstraint(k.name, k.columns, []string{k.target}, k.referred))
	}
	meta.Table(t.name, append(items, c.tables[t.name]...)...)
}

// settle completes a foreign key of t, or says why Freeze would refuse it.
func (t *table) settle(k *foreignKey, byName map[string]*table) (reason string) {
	target := byName[k.target]
	if target == nil {
		return fmt.Sprintf("no table %q is loaded", k.target)
	}
	if k.referred == nil {
		k.referred = target.primaryKey
	}
	switch {
	case !t.has(k.columns):
		return "not all its columns are loaded"
	case len(k.columns) != len(k.referred):
		return fmt.Sprintf("%d columns refer to %d of %q", len(k.columns), len(k.referred), k.target)
	case !target.has(k.referred):
		return fmt.Sprintf("%q has no columns %q", k.target, k.referred)
	}
	for i, name := range k.columns {
		from, to := t.column(name).typ, target.column(k.referred[i]).typ
		if !from.Comparable(to) {
			return fmt.Sprintf("%s does not compare with %s", from, to)
		}
	}
	return ""
}
