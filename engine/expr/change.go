package expr

import (
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/sqlser/sqlser/schema"
)

// Assign is values for columns by name: operands, of which plain ones take the type
// of the column. A nil is NULL.
type Assign map[string]any

// Assignment is column = value.
type Assignment struct {
	target changeColumn
	value  Expr
}

// Column returns the column.
func (a Assignment) Column() *schema.Column { return a.target.column }

// Value returns the value; a *[DefaultExpr] leaves it to the database.
func (a Assignment) Value() Expr { return a.value }

func (a *Assignment) fields(f *Fields) {
	a.target.fields(f)
	f.Expr("value", &a.value)
}

// changeColumn is a column of the table that is changed. Of an entity it is an attribute, and
// the column that this is.
type changeColumn struct {
	source    Source
	column    *schema.Column
	attribute *schema.Attribute
}

// TargetColumns is a read-only view of columns of what is changed.
type TargetColumns struct{ list []changeColumn }

// Len returns how many there are.
func (l TargetColumns) Len() int { return len(l.list) }

// At returns column i, or nil.
func (l TargetColumns) At(i int) *schema.Column {
	if i < 0 || i >= len(l.list) {
		return nil
	}
	return l.list[i].column
}

// A column of a derived source is none that can be changed: its index does not matter.
func (c *changeColumn) fields(f *Fields) {
	var index int
	f.Column(&c.source, &c.column, &index)
}

func (c *changeColumn) item(f *Fields) {
	var index int
	f.column(&c.source, &c.column, &index)
}

// changed checks that s is a table or an entity, or, where aliases are allowed, an alias of one.
func changed(s Source, aliases bool) *Error {
	if s == nil {
		return missing("the table")
	}
	of := s
	if a, ok := s.(*AliasSource); ok {
		of = a.origin()
	}
	if _, ok := of.(*ExcludedSource); !ok && EntityOf(s) != nil {
		return changedEntity(s, aliases)
	}
	if t, ok := s.(*TableSource); ok && t.table != nil {
		return nil
	}
	if a, ok := s.(*AliasSource); ok {
		if t, ok := a.origin().(*TableSource); ok && t.table != nil {
			if !aliases {
				return fail(CodeForm, "%s is an alias: an insert names the table itself", a.Name())
			}
			return nil
		}
	}
	return fail(CodeForm, "only the rows of a table can be changed, got %s", s.Op())
}

// columnCheck checks that columns are those of a table, none twice.
type columnCheck struct {
	table  Source
	of     *schema.Table
	entity *schema.Entity
	taken  uint64                  // by position, of the first of the table's own
	seen   map[*schema.Column]bool // the others
}

func checkColumns(table Source, list []changeColumn) *Error {
	if len(list) == 0 {
		return nil
	}
	check := columnCheck{table: table, of: TableOf(table), entity: EntityOf(table)}
	for i := range list {
		if err := check.column(&list[i]); err != nil {
			return err
		}
	}
	return nil
}

func checkAssignments(table Source, list []Assignment) *Error {
	if len(list) == 0 {
		return nil
	}
	check := columnCheck{table: table, of: TableOf(table), entity: EntityOf(table)}
	for i := range list {
		if err := check.column(&list[i].target); err != nil {
			return err
		}
	}
	return checkValues(list)
}

func (k *columnCheck) column(c *changeColumn) *Error {
	if c.source == nil || c.column == nil {
		return missing("a column")
	}
	if k.entity != nil {
		if err := c.checkAttribute(k.table, k.entity); err != nil {
			return err
		}
	} else if c.column.Table() != k.of || !sameSource(c.source, k.table) {
		return fail(CodeName, "%s is no column of %s", c.column, k.table.Name())
	}
	twice := false
	if at := c.column.Position(); at >= 0 && at < 64 && k.entity == nil {
		twice = k.taken>>at&1 != 0
		k.taken |= 1 << at
	} else {
		if twice = k.seen[c.column]; k.seen == nil {
			k.seen = map[*schema.Column]bool{}
		}
		k.seen[c.column] = true
	}
	if twice {
		return fail(CodeName, "%s is given twice", c.column)
	}
	return nil
}

// sameSource reports whether two sources mean one.
func sameSource(a, b Source) bool {
	if t, ok := a.(*TableSource); ok { // most are
		if u, ok := b.(*TableSource); ok && t == u {
			return true
		}
	}
	return a == b || a.Identity() == b.Identity()
}

func (c *changeColumn) itself() *changeColumn { return c }

func checkValues(list []Assignment) *Error {
	for i := range list {
		if err := checkAssigned(list[i].target.column, list[i].value); err != nil {
			return err
		}
	}
	return nil
}

// checkAssigned checks that a column can hold a value: that it is of a type that the
// column's takes without losing anything, and, of a plain value, that it fits.
func checkAssigned(c *schema.Column, x Expr) *Error {
	if x.IsZero() {
		return missing("the value of " + c.String())
	}
	if x.node().Op() == OpDefault {
		return nil
	}
	if err := checkWritable(c); err != nil {
		return err
	}
	if n, ok := x.node().(*LiteralExpr); ok {
		if n.isNull() && !c.Nullable() {
			return fail(CodeValue, "%s cannot be NULL", c)
		}
		if why := unfit(c.Type(), n.Value()); why != "" {
			return fail(CodeValue, "%s cannot hold %s: %s", c, n.Value(), why)
		}
	}
	if x.at.marks.has(hasWindows) {
		return fail(CodeForm, "a window function in the value of %s: take it from a subquery", c)
	}
	if err := checkAssignedType(c, x.Type()); err != nil {
		err.Reason += said("", x)
		return err
	}
	return nil
}

// checkWritable refuses a value for a column that the database alone gives one.
func checkWritable(c *schema.Column) *Error {
	if !c.IsReadOnly() {
		return nil
	}
	if x, _ := c.Computed(); !x.IsZero() {
		return fail(CodeReadOnly, "%s is computed by the database: it takes no value", c)
	}
	return fail(CodeReadOnly, "%s is numbered by the database, always: it takes no value", c)
}

// checkAssignedType checks that a column takes values of a type and loses nothing.
func checkAssignedType(c *schema.Column, from schema.Type) *Error {
	to := c.Type()
	if to == from || isCompared(to, from) { // as most are
		return nil
	}
	cut := to.Family() == schema.FamilyInteger && (from.Family() == schema.FamilyFloat || from.Family() == schema.FamilyNumeric) ||
		to.Family() == schema.FamilyDate && from.Family() == schema.FamilyDateTime
	if to.Comparable(from) && !cut {
		return nil
	}
	err := fail(CodeType, "%s is of type %s, the value of type %s", c, to, from)
	switch {
	case cut:
		err.Hint = "; a cast says that it may lose a part"
	case to.Family() == schema.FamilyDateTime && from.Family() == schema.FamilyDateTimeTZ:
		err.Hint = zoneHint
	}
	return err
}

// unfit says why a type cannot hold a plain value of its family as it is, or "".
// SQLite would hold it, others cut or round it or refuse it.
func unfit(t schema.Type, v Value) string {
	if v.kind == t.Kind() && t.Size() == 0 { // as most are
		return ""
	}
	switch k := t.Kind(); {
	case t.IsArray() || v.IsNull():
	case v.Kind() == schema.KindBigInteger && k == schema.KindSmallInteger && (v.Int() < math.MinInt16 || v.Int() > math.MaxInt16),
		v.Kind() == schema.KindBigInteger && k == schema.KindInteger && (v.Int() < math.MinInt32 || v.Int() > math.MaxInt32):
		return "it is beyond the type " + t.String()
	case v.Kind() == schema.KindText && k == schema.KindString && t.Size() > 0 && uint64(len(v.text)) > uint64(t.Size()) &&
		uint64(utf8.RuneCountInString(v.text)) > uint64(t.Size()):
		return "it is longer than the type " + t.String() + " allows"
	case v.Kind() == schema.KindText && k == schema.KindEnum && !t.HasLabel(v.Text()):
		return "it is no label of the type " + t.String()
	case k == schema.KindNumeric && t.Size() > 0 && (v.Kind() == schema.KindNumeric || v.Kind() == schema.KindBigInteger):
		whole, fraction, _ := strings.Cut(strings.TrimLeft(v.Plain(), "-0"), ".")
		if len(strings.TrimRight(fraction, "0")) > int(t.Scale()) || uint64(len(whole))+uint64(t.Scale()) > uint64(t.Size()) {
			return "it has more digits than the type " + t.String()
		}
	}
	return ""
}

// checkLabel checks that what an enum is compared with, if it is plain text, is one of its labels:
// a database that has enums takes no other.
func checkLabel(x, y Expr) *Error {
	of, n := x.Type(), y.node()
	if of.Kind() != schema.KindEnum {
		of, n = y.Type(), x.node()
	}
	if of.Kind() != schema.KindEnum || of.IsArray() {
		return nil
	}
	if l, ok := n.(*LiteralExpr); ok && l.Value().Kind() == schema.KindText && !of.HasLabel(l.Value().Text()) {
		return fail(CodeValue, "no value of %s is %s", of, l.Value())
	}
	return nil
}

// literals is room for literals, which share memory.
type literals []LiteralExpr

// of makes a literal of a value that is sound, of so many at most that are yet to come.
func (l *literals) of(v Value, left int) Expr {
	if len(*l) == cap(*l) {
		*l = make(literals, 0, max(left, 1))
	}
	return next((*[]LiteralExpr)(l)).sound(v)
}

// assigned makes an operand the value of a column.
func assigned(c *schema.Column, operand any) Expr {
	var room literals
	return room.assigned(c, operand, 1)
}

// assigned is as the function, of one of so many operands at most that are yet to come.
func (l *literals) assigned(c *schema.Column, operand any, left int) Expr {
	if d, ok := operand.(*DefaultExpr); ok {
		return exprOf(d)
	}
	if c == nil {
		return Of(operand)
	}
	t := c.Type()
	if v, ok := plain(operand); ok && v.check() == nil && t.Host() == nil {
		var err *Error
		if !t.IsUnknown() && !t.IsArray() {
			v, err = adaptValue(v, t, true)
		}
		if err == nil {
			return l.of(v, left)
		}
	}
	x := ofType(operand, t)
	if x.Err() != nil {
		return x
	}
	return adapt(x, t, true)
}

// assign lists assignments in the order of the table's columns.
func assign(table Source, values Assign) ([]Assignment, *Error) { return assignIn(nil, table, values) }

// assignIn is assign, in room if that is enough.
func assignIn(room []Assignment, table Source, values Assign) ([]Assignment, *Error) {
	if EntityOf(table) != nil {
		return assignAttributes(table, values)
	}
	t := TableOf(table)
	if t == nil {
		return nil, nil // check says what is wrong with the table
	}
	list := room[:0:cap(room)]
	if cap(list) < len(values) {
		list = make([]Assignment, 0, len(values))
	}
	err := assignEach(table, t, values, false, nil, func(c *schema.Column, x Expr) {
		list = append(list, Assignment{changeColumn{source: table, column: c}, x})
	})
	if err != nil {
		return nil, err
	}
	return clip(list), nil
}

// assignEach gives the columns of a table that have values, in its order; of a row that is new also those that
// values leave out and that have a default of the metadata's, not the database's, which is a plain value or the time.
func assignEach(table Source, t *schema.Table, values Assign, isNew bool, room literals, give func(*schema.Column, Expr)) *Error {
	left := len(values)
	for i := 0; i < t.ColumnCount() && (left > 0 || isNew); i++ {
		c := t.ColumnAt(i)
		v, ok := values[c.Name()]
		if ok {
			left--
		} else if isNew {
			v, ok = defaultOf(c)
		}
		if ok {
			give(c, room.assigned(c, v, left+1))
		}
	}
	if left == 0 {
		return nil
	}
	var unknown []string
	for name := range values {
		if t.Lookup(name) == nil {
			unknown = append(unknown, name)
		}
	}
	slices.Sort(unknown) // the same of them each time
	return noColumn(table, unknown[0])
}

// defaultOf returns the default that an insert gives a column, as an operand.
func defaultOf(c *schema.Column) (v any, ok bool) {
	d := c.Default()
	if d.IsZero() {
		return nil, false
	}
	v, ok = d.Literal()
	if d.IsCurrentTimestamp() && c.Type().Family() == schema.FamilyDateTimeTZ {
		v, ok = Func("current_timestamp"), true
	}
	if text, is := v.(string); is && !c.Type().IsText() {
		parsed, err := ParseValue(c.Type(), text)
		if v, ok = parsed, err == nil; err != nil {
			v, ok = made(parsed, err), true
		}
	}
	return v, ok
}

// noColumn says that a table has no column of a name.
func noColumn(table Source, name string) *Error {
	err := fail(CodeName, "%s has no column %q", table.Name(), name)
	if t := TableOf(table); t != nil {
		err.Hint = schema.DidYouMean(name, t.ColumnNames())
	}
	return err
}

// columnsOf finds the columns of a table that are named by columns of it or by name, and lists them in
// room if that is enough.
func columnsOf(room []changeColumn, table Source, named []any) ([]changeColumn, *Error) {
	list := room[:0:cap(room)]
	if cap(list) < len(named) {
		list = make([]changeColumn, 0, len(named))
	}
	t, entity := TableOf(table), EntityOf(table) != nil
	for _, v := range named {
		if entity {
			c, err := attributeColumnOf(table, v)
			if err != nil {
				return nil, err
			}
			list = append(list, c)
			continue
		}
		if name, ok := v.(string); ok {
			if t == nil {
				return nil, nil
			}
			c := t.Lookup(name)
			if c == nil {
				return nil, noColumn(table, name)
			}
			list = append(list, changeColumn{source: table, column: c})
			continue
		}
		x := Of(v)
		if err := x.at.problem(); err != nil {
			return nil, err
		}
		c, ok := x.node().(*ColumnExpr)
		if !ok {
			return nil, fail(CodeArgument, "expected a column of the table")
		}
		list = append(list, changeColumn{source: c.Source(), column: c.column})
	}
	return clip(list), nil
}

// checkReturning checks the columns of RETURNING.
func checkReturning(list []Item) *Error {
	for _, i := range list {
		if i.expr.IsZero() {
			return missing("a column of RETURNING")
		}
		if c, ok := i.expr.node().(*ColumnExpr); ok && c.Name() == i.label {
			return fail(CodeForm, "label %q only repeats the column's name", i.label)
		}
		if err := checkName("label", i.label); err != nil {
			return err
		}
		if b := &i.expr.at.base; b.marks.has(hasWindows | hasRefs) {
			return fail(CodeForm, "RETURNING takes neither windows nor labels")
		}
	}
	return nil
}

// outputsOf are the columns of rows, of the items that they are made of.
func outputsOf(items []Item) []Output {
	outs := make([]Output, len(items))
	for i, item := range items {
		outs[i] = Output{Name: item.Name(), Type: item.expr.Type(), Nullable: true, Index: i}
		if c, ok := item.expr.node().(*ColumnExpr); ok && c.column != nil {
			outs[i].Column = c.column
		}
	}
	return outs
}

// badChange is the state of a change that was made of none.
func badChange(op Op) (base, *Error) {
	err := missing("the statement").placed(op)
	return base{tally: tally{size: 1, depth: 1}, err: err}, err
}

// keepOld keeps the place of an error that was there before.
func keepOld(old, now *base) {
	if o, n := old.err, now.err; o != nil && n != nil && o.Code == n.Code && o.Reason == n.Reason {
		now.err = o
	}
}

// DefaultExpr is DEFAULT: what the database gives a column that is left out.
type DefaultExpr struct{ value }

// Default makes DEFAULT, as the whole value of a column in an insert or an update.
func Default() Expr { return exprOf(seal(new(DefaultExpr))) }

// Op returns OpDefault.
func (*DefaultExpr) Op() Op { return OpDefault }

func (*DefaultExpr) fields(*Fields) {}
func (*DefaultExpr) check() *Error  { return nil }

// isDefault reports whether a value is DEFAULT.
func isDefault(x Expr) bool { return x.at != nil && x.node().Op() == OpDefault }

var defaultMethods = []Method{{
	On: OnConstant, Name: "default", Doc: "as the value of a column in an insert or an update: what the database gives it",
	Example: `sql.insert(u):values{name = "ann", age = sql.default}`,
	SQL:     `INSERT INTO "users" ("name") VALUES (?)`,
	Build:   func(any, []any) any { return Default() },
}}
