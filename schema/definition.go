package schema

import (
	"fmt"
	"math"
	"slices"
)

// Clause is an SQL expression as this package knows it; an expr.Expr is one.
type Clause interface {
	Type() Type // what it gives
	Err() error // what is wrong with it, or nil
}

// Expression is what a default, a computed column, a check or a partial index is
// made of: a literal, the time of the statement, a [Clause], or SQL text of one
// dialect. The zero Expression is none.
//
// Where an Expression is declared, any of these will do:
//
//   - nil for NULL, a bool, int, int64, float64, string or []byte: a literal.
//     Decimals, dates, times, UUIDs and JSON are strings, as expr.ParseValue takes
//     them for the column's type.
//   - [CurrentTimestamp];
//   - a Clause, or a func(*Table) Clause, which Freeze calls with the table;
//   - [SQL].
type Expression struct {
	form    form
	literal any // nil, bool, int64, float64, string or []byte
	clause  Clause
	make    func(*Table) Clause // until frozen
	dialect string
	text    string
}

type form uint8

const (
	formNone form = iota
	formLiteral
	formNow
	formClause
	formSQL
	formWrong
)

// CurrentTimestamp is the time of the statement: in UTC for columns with a zone,
// as the session's zone has it for others.
var CurrentTimestamp = Expression{form: formNow}

// SQL is an expression in the words of one dialect, such as reflection reads. It is
// written to that dialect's databases as it is and refused by all others: it must
// be the host's own.
func SQL(dialect, text string) Expression {
	return Expression{form: formSQL, dialect: dialect, text: text}
}

// expressionOf takes what Expression's doc lists.
func expressionOf(v any) Expression {
	switch v := v.(type) {
	case Expression:
		return v
	case nil, bool, int64, float64, string:
		return Expression{form: formLiteral, literal: v}
	case int:
		return Expression{form: formLiteral, literal: int64(v)}
	case []byte:
		return Expression{form: formLiteral, literal: slices.Clone(v)}
	case func(*Table) Clause:
		return Expression{form: formClause, make: v}
	case Clause:
		return Expression{form: formClause, clause: v}
	}
	return Expression{form: formWrong, text: fmt.Sprintf("%T", v)}
}

// freeze makes a clause of what is made of the table, and checks it.
func (x Expression) freeze(t *Table, what string, want Type) Expression {
	switch x.form {
	case formWrong:
		t.report("%s: expected a literal, CurrentTimestamp, an expression or SQL, got %s", what, x.text)
	case formSQL:
		if x.dialect == "" || x.text == "" {
			t.report("%s: SQL text without a dialect, or without text", what)
		}
	case formLiteral:
		if f, ok := x.literal.(float64); ok && (f != f || math.IsInf(f, 0)) {
			t.report("%s: %v is no literal", what, f)
		}
	case formClause:
		if x.make != nil {
			x.clause, x.make = x.make(t), nil
		}
		switch {
		case x.clause == nil:
			t.report("%s: the expression is missing", what)
		case x.clause.Err() != nil:
			t.report("%s: %v", what, x.clause.Err())
		case !fits(x.clause.Type(), want):
			t.report("%s: expected a value of type %s, got %s", what, want, x.clause.Type())
		}
	}
	return x
}

// fits reports whether a database takes a value of t where u is wanted.
func fits(t, u Type) bool { return t.Comparable(u) || t.Family() == u.Family() }

// IsZero reports whether there is none.
func (x Expression) IsZero() bool { return x.form == formNone }

// Literal returns a literal: nil, a bool, int64, float64, string or []byte.
func (x Expression) Literal() (v any, ok bool) {
	if b, is := x.literal.([]byte); is {
		return slices.Clone(b), true
	}
	return x.literal, x.form == formLiteral
}

// IsCurrentTimestamp reports whether x is [CurrentTimestamp].
func (x Expression) IsCurrentTimestamp() bool { return x.form == formNow }

// Clause returns the expression that x is, or nil.
func (x Expression) Clause() Clause { return x.clause }

// SQL returns SQL text and its dialect.
func (x Expression) SQL() (dialect, text string, ok bool) {
	return x.dialect, x.text, x.form == formSQL
}

// String shows the expression to people.
func (x Expression) String() string {
	switch x.form {
	case formNone:
		return "none"
	case formLiteral:
		switch v := x.literal.(type) {
		case nil:
			return "NULL"
		case string:
			return quoted(v)
		case []byte:
			return fmt.Sprintf("0x%x", v)
		}
		return fmt.Sprint(x.literal)
	case formNow:
		return "CURRENT_TIMESTAMP"
	case formSQL:
		return x.dialect + " SQL " + quoted(x.text)
	}
	return "an expression"
}

// IdentityOptions say how a database numbers rows. The zero value leaves all to
// the database. PostgreSQL has them all; MySQL, MariaDB and SQLite none but Start
// where it is the table's first.
type IdentityOptions struct {
	Always    bool  // a value of one's own is refused
	Start     int64 // the first number; 0 leaves it open
	Increment int64 // 0 leaves it open
	MinValue  int64 // 0 leaves it open
	MaxValue  int64 // 0 leaves it open
	Cycle     bool  // begin again at the end
	Cache     int64 // how many numbers a session takes at once; 0 leaves it open
}

// Action is what happens to rows whose referred row goes or changes.
type Action uint8

// The actions.
const (
	NoAction Action = iota
	Restrict
	Cascade
	SetNull
	SetDefault
	actions
)

var actionNames = [actions]string{"NO ACTION", "RESTRICT", "CASCADE", "SET NULL", "SET DEFAULT"}

// String returns the words of SQL, such as "SET NULL".
func (a Action) String() string {
	if a >= actions {
		return fmt.Sprintf("action %d", uint8(a))
	}
	return actionNames[a]
}

// ParseAction returns the action of its words, as String gives them.
func ParseAction(words string) (Action, bool) {
	i := slices.Index(actionNames[:], words)
	return Action(max(i, 0)), i >= 0
}

// foreignOptions are what a foreign key is declared with.
type foreignOptions struct {
	onDelete, onUpdate          Action
	deferrable, deferred, given bool
}

// ForeignKeyOption is what a foreign key is declared with, beside its columns. To
// a column it is given beside [References].
type ForeignKeyOption interface {
	ColumnOption
	applyForeign(*foreignOptions)
}

type foreignOption func(*foreignOptions)

func (o foreignOption) applyForeign(f *foreignOptions) { o(f) }
func (o foreignOption) applyColumn(c *Column)          { o(&c.foreign); c.foreign.given = true }

// OnDelete says what happens to rows whose referred row is deleted.
func OnDelete(a Action) ForeignKeyOption {
	return foreignOption(func(f *foreignOptions) { f.onDelete = a })
}

// OnUpdate says what happens to rows whose referred row gets another key.
func OnUpdate(a Action) ForeignKeyOption {
	return foreignOption(func(f *foreignOptions) { f.onUpdate = a })
}

// Deferrable lets a transaction check the key at its end; where initially is true,
// it does so unasked.
func Deferrable(initially bool) ForeignKeyOption {
	return foreignOption(func(f *foreignOptions) { f.deferrable, f.deferred = true, initially })
}

// OnDelete returns what happens to rows whose referred row is deleted.
func (k *ForeignKey) OnDelete() Action { return k.options.onDelete }

// OnUpdate returns what happens to rows whose referred row gets another key.
func (k *ForeignKey) OnUpdate() Action { return k.options.onUpdate }

// Deferrable reports whether the key can be checked at the end of a transaction,
// and whether it is unasked.
func (k *ForeignKey) Deferrable() (can, initially bool) {
	return k.options.deferrable, k.options.deferred
}

// Default is the value that an insert sends for the column where it names none.
// It is not the database's, see [ServerDefault]. For what it may be see [Expression].
func Default(v any) ColumnOption {
	return columnOption(func(c *Column) { c.clientDefault = expressionOf(v) })
}

// ServerDefault is the value that the database has for the column where an insert
// names none. For what it may be see [Expression].
func ServerDefault(v any) ColumnOption {
	return columnOption(func(c *Column) { c.serverDefault = expressionOf(v) })
}

// Computed has the database compute the column of others, when it is written
// (stored) or read. For what x may be see [Expression].
func Computed(x any, stored bool) ColumnOption {
	return columnOption(func(c *Column) { c.computed, c.stored = expressionOf(x), stored })
}

// Identity has the database number the rows.
func Identity(options IdentityOptions) ColumnOption {
	return columnOption(func(c *Column) { c.identity = &options })
}

// Comment is a remark that the database keeps.
func Comment(text string) Option {
	return bothOption{
		func(t *Table) { t.comment = text },
		func(c *Column) { c.comment = text },
	}
}

// Collate gives a text column a collation of a dialect's databases.
func Collate(dialect, name string) ColumnOption {
	return columnOption(func(c *Column) { c.collation = append(c.collation, variant{dialect: dialect, text: name}) })
}

// Variant gives a column another type in the databases of a dialect. Queries know
// the column by its own type.
func Variant(dialect string, t Type) ColumnOption {
	return columnOption(func(c *Column) { c.variants = append(c.variants, variant{dialect: dialect, typ: t}) })
}

// SQLType gives a column a type of a dialect's own, in its words, which are written
// as they are: they must be the host's own. Queries know the column by its own type.
func SQLType(dialect, words string) ColumnOption {
	return columnOption(func(c *Column) { c.variants = append(c.variants, variant{dialect: dialect, text: words}) })
}

// variant is what a column has in one dialect.
type variant struct {
	dialect, text string
	typ           Type
}

func variantOf(list []variant, dialect string) (v variant, ok bool) {
	for _, v := range slices.Backward(list) { // the last counts
		if v.dialect == dialect {
			return v, true
		}
	}
	return variant{}, false
}

// Default returns what an insert sends where it names no value, or none.
func (c *Column) Default() Expression { return c.clientDefault }

// ServerDefault returns what the database has where an insert names no value, or none.
func (c *Column) ServerDefault() Expression { return c.serverDefault }

// Computed returns what the database computes the column of, or none, and whether
// the result is stored.
func (c *Column) Computed() (x Expression, stored bool) { return c.computed, c.stored }

// Identity returns how the database numbers the rows in the column, if it does.
func (c *Column) Identity() (options IdentityOptions, ok bool) {
	if c.identity == nil {
		return IdentityOptions{}, false
	}
	return *c.identity, true
}

// IsReadOnly reports whether the database alone gives the column its values:
// it is computed, or an identity column that is always numbered.
func (c *Column) IsReadOnly() bool {
	return !c.computed.IsZero() || c.identity != nil && c.identity.Always
}

// Comment returns the column's comment, or "".
func (c *Column) Comment() string { return c.comment }

// Collation returns the name of the column's collation in a dialect's databases, or "".
func (c *Column) Collation(dialect string) string {
	v, _ := variantOf(c.collation, dialect)
	return v.text
}

// TypeIn returns the column's type in a dialect's databases: its own or a variant;
// or words that say it there.
func (c *Column) TypeIn(dialect string) (t Type, words string) {
	if v, ok := variantOf(c.variants, dialect); ok {
		return v.typ, v.text
	}
	return c.typ, ""
}

// Dialects returns the dialects in which the column has a type or a collation of
// its own, sorted.
func (c *Column) Dialects() []string {
	var names []string
	for _, v := range append(slices.Clone(c.variants), c.collation...) {
		names = append(names, v.dialect)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// Comment returns the table's comment, or "".
func (t *Table) Comment() string { return t.comment }

// freezeDefinition checks what the database is told of the column.
func (c *Column) freezeDefinition() {
	t := c.table
	c.clientDefault = c.clientDefault.freeze(t, "default of "+quoted(c.name), c.typ)
	c.serverDefault = c.serverDefault.freeze(t, "server default of "+quoted(c.name), c.typ)
	c.computed = c.computed.freeze(t, "computed column "+quoted(c.name), c.typ)
	many := 0
	for _, has := range []bool{!c.serverDefault.IsZero(), !c.computed.IsZero(), c.identity != nil} {
		if has {
			many++
		}
	}
	if many > 1 {
		t.report("column %s: only one of server default, computed and identity can be", quoted(c.name))
	}
	if _, literal := c.computed.Literal(); literal {
		t.report("column %s: a literal computes nothing", quoted(c.name))
	}
	if c.identity != nil && c.typ.Family() != FamilyInteger && c.typ.Family() != FamilyNumeric && !c.typ.IsUnknown() {
		t.report("column %s: an identity must be a number, not %s", quoted(c.name), c.typ)
	}
	if c.foreign.given && c.references == nil {
		t.report("column %s: an option of a foreign key without References", quoted(c.name))
	}
	for _, v := range append(slices.Clone(c.variants), c.collation...) {
		if v.dialect == "" {
			t.report("column %s: a variant or collation without a dialect", quoted(c.name))
		}
	}
}

// Index is an index of a table.
type Index struct {
	name    string
	table   *Table
	columns []*Column
	unique  bool
	where   Expression
}

// IndexOptions say what an index is beside its columns.
type IndexOptions struct {
	Unique bool
	Where  any // of a partial index, as [Expression] takes it; nil for all rows
}

// NewIndex declares an index of columns.
func NewIndex(name string, columns ...string) TableItem {
	return NewIndexWith(name, IndexOptions{}, columns...)
}

// NewIndexWith declares an index of columns with options.
func NewIndexWith(name string, options IndexOptions, columns ...string) TableItem {
	spec := indexSpec{name: name, columns: slices.Clone(columns), unique: options.Unique}
	if options.Where != nil {
		spec.where = expressionOf(options.Where)
	}
	return tableOption(func(t *Table) { t.indexSpecs = append(t.indexSpecs, spec) })
}

type indexSpec struct {
	name    string
	columns []string
	unique  bool
	where   Expression
}

// Name returns the name of the index.
func (i *Index) Name() string { return i.name }

// Table returns the table.
func (i *Index) Table() *Table { return i.table }

// Columns returns the columns, in the order of the index.
func (i *Index) Columns() []*Column { return slices.Clone(i.columns) }

// IsUnique reports whether no two rows may be equal in the columns.
func (i *Index) IsUnique() bool { return i.unique }

// Where returns the condition of a partial index, or none.
func (i *Index) Where() Expression { return i.where }

// Indexes returns the indexes in order of declaration; those that keys bring are
// not among them.
func (t *Table) Indexes() []*Index { return slices.Clone(t.indexes) }

// Check is a condition that every row of a table holds.
type Check struct {
	name      string
	condition Expression
}

// CheckConstraint is a condition that every row holds. The name may be "". For what
// the condition may be see [Expression].
func CheckConstraint(name string, condition any) TableItem {
	k := Check{name, expressionOf(condition)}
	return tableOption(func(t *Table) { t.checkSpecs = append(t.checkSpecs, k) })
}

// Name returns the name of the constraint, or "".
func (k *Check) Name() string { return k.name }

// Condition returns the condition.
func (k *Check) Condition() Expression { return k.condition }

// Checks returns the conditions in order of declaration.
func (t *Table) Checks() []*Check { return slices.Clone(t.checks) }

// freezeDefinition checks what the database is told of the table.
func (t *Table) freezeDefinition() {
	for _, c := range t.columns {
		c.freezeDefinition()
	}
	t.indexes, t.checks = nil, nil
	names := map[string]bool{}
	for _, s := range t.indexSpecs {
		columns, ok := t.named(s.columns)
		if s.name == "" || names[s.name] {
			t.report("index %s: no name, or that of another", quoted(s.name))
		}
		names[s.name] = true
		where := s.where.freeze(t, "index "+quoted(s.name), Boolean)
		if ok {
			t.indexes = append(t.indexes, &Index{s.name, t, columns, s.unique, where})
		}
	}
	for _, s := range t.checkSpecs {
		if _, literal := s.condition.Literal(); literal || s.condition.IsZero() || s.condition.IsCurrentTimestamp() {
			t.report("check %s: expected a condition, got %s", quoted(s.name), s.condition)
			continue
		}
		t.checks = append(t.checks, &Check{s.name, s.condition.freeze(t, "check "+quoted(s.name), Boolean)})
	}
}
