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
// likes. SQLite, PostgreSQL, MySQL and MariaDB are read.
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
	dialect string
	only    map[string]bool // nil for every table
	tables  map[string][]schema.TableItem
	columns map[string]map[string][]schema.ColumnOption
	schemas []string
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

// Schemas loads the tables of these schemas too (of PostgreSQL; of MySQL and MariaDB
// these are databases), beside those of the connection's own. Their names have two
// parts then; where an option names one of their tables, it is "schema.table".
func Schemas(names ...string) Option {
	return func(c *config) { c.schemas = append(c.schemas, names...) }
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
//   - an index that is more than columns and a condition: of expressions, in
//     descending order, of a part of a text, of another kind than the usual;
//   - a partition of a table, a column's ON UPDATE of MySQL;
//   - a view or virtual table that the database itself cannot read;
//   - a table or column with an empty name, and the keys that it is in.
//
// Load asks several queries. Give it a transaction where others may change the
// schema meanwhile. On an error, meta is as it was.
func Load(ctx context.Context, db Queryer, d *dialect.Dialect, meta *schema.MetaData, options ...Option) error {
	c := &config{dialect: d.Name(), tables: map[string][]schema.TableItem{}, columns: map[string]map[string][]schema.ColumnOption{}}
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
	case dialect.Postgres.Name():
		read = readPostgres
	case dialect.MySQL.Name():
		read = readMySQL
	case dialect.MariaDB.Name():
		read = readMariaDB
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
		byName[t.key()] = t
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
		names[i] = t.key()
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
	schema      string // "" for the connection's own
	name        string
	view        bool
	comment     string
	columns     []column
	primaryKey  []string // in the key's own order
	unique      [][]string
	foreignKeys []foreignKey
	indexes     []index
	checks      []check
}

type column struct {
	name      string
	typ       schema.Type
	words     string // of the dialect for a type that ours does not say
	notNull   bool
	def       schema.Expression
	computed  schema.Expression
	stored    bool
	identity  *schema.IdentityOptions
	comment   string
	collation string // where it is not the usual one
}

type foreignKey struct {
	name     string // or ""
	columns  []string
	schema   string // of the target
	target   string
	referred []string // nil for the target's primary key
	options  []schema.ForeignKeyOption
}

type index struct {
	name    string
	columns []string
	unique  bool
	where   schema.Expression
}

type check struct {
	name      string // or ""
	condition string
}

// key is what options call the table.
func (t *table) key() string { return tableKey(t.schema, t.name) }

func tableKey(schema, name string) string {
	if schema == "" {
		return name
	}
	return schema + "." + name
}

func (t *table) path() []string {
	if t.schema == "" {
		return []string{t.name}
	}
	return []string{t.schema, t.name}
}

func tableID(name string) schema.ID { return schema.ID{Kind: schema.IDTable, Table: []string{name}} }

func (t *table) id() schema.ID { return schema.ID{Kind: schema.IDTable, Table: t.path()} }

func (t *table) columnID(name string) schema.ID {
	return schema.ID{Kind: schema.IDColumn, Table: t.path(), Name: name}
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
	t.indexes = slices.DeleteFunc(t.indexes, func(i index) bool { return !t.has(i.columns) })
	return true
}

// declare puts t into meta.
func (t *table) declare(meta *schema.MetaData, c *config, byName map[string]*table) {
	var items []schema.TableItem
	if t.schema != "" {
		items = append(items, schema.InSchema(t.schema))
	}
	if t.view {
		items = append(items, schema.View())
	}
	if t.comment != "" {
		items = append(items, schema.Comment(t.comment))
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
		options = append(options, col.options(c.dialect)...)
		options = append(options, c.columns[t.key()][col.name]...)
		items = append(items, schema.NewColumn(col.name, col.typ, options...))
	}
	if !inOrder {
		items = append(items, schema.PrimaryKeyConstraint(t.primaryKey...))
	}
	for _, u := range t.unique {
		items = append(items, schema.UniqueConstraint(u...))
	}
	for _, k := range t.foreignKeys {
		target, reason := t.settle(&k, byName)
		if reason != "" {
			c.skip(t.id(), "foreign key %q: %s", k.columns, reason)
			continue
		}
		items = append(items, schema.ForeignKeyConstraint(k.name, k.columns, target.path(), k.referred, k.options...))
	}
	for _, i := range t.indexes {
		options := schema.IndexOptions{Unique: i.unique}
		if !i.where.IsZero() {
			options.Where = i.where
		}
		items = append(items, schema.NewIndexWith(i.name, options, i.columns...))
	}
	for _, k := range t.checks {
		items = append(items, schema.CheckConstraint(k.name, schema.SQL(c.dialect, k.condition)))
	}
	meta.Table(t.name, append(items, c.tables[t.key()]...)...)
}

// options are what the column is declared with beside its nullability.
func (col *column) options(dialect string) []schema.ColumnOption {
	var options []schema.ColumnOption
	if col.words != "" {
		options = append(options, schema.SQLType(dialect, col.words))
	}
	switch {
	case !col.computed.IsZero():
		options = append(options, schema.Computed(col.computed, col.stored))
	case col.identity != nil:
		options = append(options, schema.Identity(*col.identity))
	case !col.def.IsZero():
		options = append(options, schema.ServerDefault(col.def))
	}
	if col.comment != "" {
		options = append(options, schema.Comment(col.comment))
	}
	if col.collation != "" {
		options = append(options, schema.Collate(dialect, col.collation))
	}
	return options
}

// settle completes a foreign key of t and finds its target, or says why Freeze
// would refuse it.
func (t *table) settle(k *foreignKey, byName map[string]*table) (target *table, reason string) {
	target = byName[tableKey(k.schema, k.target)]
	if target == nil {
		return nil, fmt.Sprintf("no table %q is loaded", tableKey(k.schema, k.target))
	}
	if k.referred == nil {
		k.referred = target.primaryKey
	}
	switch {
	case !t.has(k.columns):
		return nil, "not all its columns are loaded"
	case len(k.columns) != len(k.referred):
		return nil, fmt.Sprintf("%d columns refer to %d of %q", len(k.columns), len(k.referred), k.target)
	case !target.has(k.referred):
		return nil, fmt.Sprintf("%q has no columns %q", k.target, k.referred)
	}
	for i, name := range k.columns {
		from, to := t.column(name).typ, target.column(k.referred[i]).typ
		if !from.Comparable(to) {
			return nil, fmt.Sprintf("%s does not compare with %s", from, to)
		}
	}
	return target, ""
}
