package ddl

import (
	"errors"
	"math"
	"strconv"
	"strings"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// kind is what sets a database apart here.
type kind struct {
	types          map[schema.Kind]string // without sizes
	inlineOnly     bool                   // foreign keys are declared with their table
	rowids         bool                   // an identity is INTEGER PRIMARY KEY AUTOINCREMENT
	enumTypes      bool                   // enums with a name are types of their own
	arrays         bool
	storedOnly     bool   // computed columns are stored
	computedNull   bool   // they cannot be NOT NULL
	parentheses    bool   // defaults of long types are expressions
	ownIndexNames  bool   // no two indexes of a schema have one name
	commentOn      bool   // comments are statements; else see inlineComments
	inlineComments bool   // MySQL and its kin: comments in the definition, and what they lack
	dropKey        string // of a table and a key's name
}

var mysqlTypes = map[schema.Kind]string{
	schema.KindBoolean: "TINYINT(1)", schema.KindSmallInteger: "SMALLINT", schema.KindInteger: "INT", schema.KindBigInteger: "BIGINT",
	schema.KindFloat: "FLOAT", schema.KindDouble: "DOUBLE", schema.KindNumeric: "DECIMAL", schema.KindString: "VARCHAR",
	schema.KindText: "LONGTEXT", schema.KindLargeBinary: "LONGBLOB", schema.KindDate: "DATE", schema.KindTime: "TIME(6)",
	schema.KindDateTime: "DATETIME(6)", schema.KindDateTimeTZ: "DATETIME(6)", schema.KindJSON: "JSON", schema.KindUUID: "CHAR(36)",
	schema.KindEnum: "ENUM",
}

// kinds are the databases by dialect.
var kinds = map[string]kind{
	"sqlite": {
		types: map[schema.Kind]string{
			schema.KindBoolean: "BOOLEAN", schema.KindSmallInteger: "SMALLINT", schema.KindInteger: "INTEGER", schema.KindBigInteger: "BIGINT",
			schema.KindFloat: "FLOAT", schema.KindDouble: "DOUBLE", schema.KindNumeric: "NUMERIC", schema.KindString: "VARCHAR",
			schema.KindText: "TEXT", schema.KindLargeBinary: "BLOB", schema.KindDate: "DATE", schema.KindTime: "TIME",
			schema.KindDateTime: "DATETIME", schema.KindDateTimeTZ: "TIMESTAMPTZ", schema.KindJSON: "JSON TEXT", schema.KindUUID: "UUID",
			schema.KindEnum: "TEXT",
		},
		inlineOnly: true, rowids: true, ownIndexNames: true,
	},
	"postgres": {
		types: map[schema.Kind]string{
			schema.KindBoolean: "BOOLEAN", schema.KindSmallInteger: "SMALLINT", schema.KindInteger: "INTEGER", schema.KindBigInteger: "BIGINT",
			schema.KindFloat: "REAL", schema.KindDouble: "DOUBLE PRECISION", schema.KindNumeric: "NUMERIC", schema.KindString: "VARCHAR",
			schema.KindText: "TEXT", schema.KindLargeBinary: "BYTEA", schema.KindDate: "DATE", schema.KindTime: "TIME",
			schema.KindDateTime: "TIMESTAMP", schema.KindDateTimeTZ: "TIMESTAMPTZ", schema.KindInterval: "INTERVAL", schema.KindJSON: "JSONB",
			schema.KindUUID: "UUID", schema.KindEnum: "TEXT",
		},
		enumTypes: true, arrays: true, storedOnly: true, ownIndexNames: true, commentOn: true,
		dropKey: "ALTER TABLE %s DROP CONSTRAINT %s",
	},
	"mysql":   {types: mysqlTypes, parentheses: true, inlineComments: true, dropKey: "ALTER TABLE %s DROP FOREIGN KEY %s"},
	"mariadb": {types: mariadbTypes(), computedNull: true, inlineComments: true, dropKey: "ALTER TABLE %s DROP FOREIGN KEY %s"},
}

func mariadbTypes() map[schema.Kind]string {
	types := map[schema.Kind]string{}
	for k, name := range mysqlTypes {
		types[k] = name
	}
	types[schema.KindUUID] = "UUID"
	return types
}

// column writes the definition of a column.
func (w *writer) column(c *schema.Column) string {
	w.of(c.ID())
	typ, words := c.TypeIn(w.d.Name())
	options, identity := c.Identity()
	computed, stored := c.Computed()
	parts := []string{w.name(c.Name())}
	switch {
	case words != "":
		parts = append(parts, w.whole(words))
	case w.kind.rowids && identity:
		parts = append(parts, "INTEGER")
	default:
		parts = append(parts, w.typ(typ))
	}
	if name := c.Collation(w.d.Name()); name != "" {
		parts = append(parts, "COLLATE "+w.name(name))
	}
	if !computed.IsZero() {
		parts = append(parts, w.computed(c, computed, stored))
	}
	if !c.Nullable() {
		if !computed.IsZero() && w.kind.computedNull {
			w.fail("it has no computed columns that are NOT NULL")
		}
		parts = append(parts, "NOT NULL")
	} else if w.kind.inlineComments && computed.IsZero() { // a TIMESTAMP is NOT NULL unless it is said
		parts = append(parts, "NULL")
	}
	if x := c.ServerDefault(); !x.IsZero() {
		parts = append(parts, "DEFAULT "+w.def(x, c, typ, words))
	}
	if identity {
		parts = append(parts, w.identity(c, options))
	}
	if w.kind.inlineComments && c.Comment() != "" {
		parts = append(parts, "COMMENT "+w.comment(c.Comment()))
	}
	if typ.Kind() == schema.KindEnum && words == "" && !w.kind.inlineComments && !(w.kind.enumTypes && typ.EnumName() != "") {
		parts = append(parts, w.labels(c, typ))
	}
	return strings.Join(parts, " ")
}

// typ writes a type, and makes the type of an enum.
func (w *writer) typ(t schema.Type) string {
	k := t.Kind()
	array := ""
	if t.IsArray() {
		if !w.kind.arrays {
			w.fail("it has no arrays: %s", t)
		}
		t, array = t.Elem(), "[]"
	}
	s := w.kind.types[k]
	mysql := w.kind.inlineComments
	switch {
	case s == "":
		w.fail("it has no type for %s", t)
	case k == schema.KindEnum && w.kind.enumTypes && t.EnumName() != "":
		s = w.enum(t)
	case k == schema.KindEnum && mysql:
		if len(t.Labels()) == 0 {
			w.fail("an enum needs a label")
		}
		// Labels take no word for their character set; they are of the table's anyway.
		s += "(" + w.labelList(t) + ")"
	case k == schema.KindString && mysql && t.Size() == 0:
		s = w.kind.types[schema.KindText]
	case k == schema.KindString && t.Size() > 0:
		if most := map[bool]uint32{true: 16_383, false: 10_485_760}[mysql]; t.Size() > most && w.d.Name() != "sqlite" {
			w.fail("a string has at most %d characters, not %d", most, t.Size())
		}
		s += size(t)
	case k == schema.KindNumeric && mysql && t.Size() == 0:
		s += "(65,30)"
	case k == schema.KindNumeric && t.Size() > 0:
		digits, scale := uint32(1000), uint16(1000)
		if mysql {
			digits, scale = 65, 30
		}
		if t.Size() > digits || t.Scale() > scale || uint32(t.Scale()) > t.Size() {
			w.fail("a decimal has at most %d digits, %d of them after the point, not %s", digits, scale, t)
		}
		s += size(t)
	}
	return s + array
}

func size(t schema.Type) string {
	s := "(" + strconv.FormatUint(uint64(t.Size()), 10)
	if t.Kind() == schema.KindNumeric {
		s += "," + strconv.Itoa(int(t.Scale()))
	}
	return s + ")"
}

// enum is the full name of an enum's type.
type enum struct{ schema, name string }

func enumOf(t schema.Type) enum { return enum{t.EnumSchema(), t.EnumName()} }

// enum makes a type where it is not made, and writes its name.
func (w *writer) enum(t schema.Type) string {
	name := w.text(w.d.QuoteEnum(t))
	if w.enums == nil { // one table: its types are there
		return name
	}
	switch made, ok := w.enums[enumOf(t)]; {
	case !ok:
		w.enums[enumOf(t)] = t
		w.say("CREATE TYPE %s AS ENUM (%s)", name, w.strings(t.Labels()))
	case made != t:
		w.fail("two enums are named %s", name)
	}
	return name
}

// labelList writes the labels of MySQL's ENUM.
func (w *writer) labelList(t schema.Type) string {
	labels := t.Labels()
	for i, l := range labels {
		labels[i] = strings.TrimPrefix(w.string(l), "_utf8mb4 ")
	}
	return strings.Join(labels, ", ")
}

// labels writes the check of an enum that is text. [reflect] knows it again.
func (w *writer) labels(c *schema.Column, t schema.Type) string {
	if t.IsArray() || len(t.Labels()) == 0 {
		w.fail("an enum without a name needs labels, and cannot be an array")
	}
	return "CHECK (" + w.name(c.Name()) + " IN (" + w.strings(t.Labels()) + "))"
}

func (w *writer) string(s string) string {
	return w.text(w.d.LiteralText(expr.Text(s), schema.Text))
}

// comment writes a comment in a definition, where digits cannot stand for text.
func (w *writer) comment(s string) string {
	if strings.Contains(s, `\`) {
		w.fail("a comment cannot hold a backslash: what it means depends on the server's sql_mode")
	}
	return w.string(s)
}

func (w *writer) strings(list []string) string {
	texts := make([]string, len(list))
	for i, s := range list {
		texts[i] = w.string(s)
	}
	return strings.Join(texts, ", ")
}

// computed writes how a column is computed.
func (w *writer) computed(c *schema.Column, x schema.Expression, stored bool) string {
	how := "VIRTUAL"
	if stored {
		how = "STORED"
	} else if w.kind.storedOnly {
		w.fail("its computed columns are stored")
	}
	return "GENERATED ALWAYS AS (" + w.expression(x, c.Table()) + ") " + how
}

// expression writes what is no literal.
func (w *writer) expression(x schema.Expression, t *schema.Table) string {
	if d, text, ok := x.SQL(); ok {
		if d != w.d.Name() {
			w.fail("its SQL is for %s: %s", d, text)
		}
		return w.whole(text)
	}
	e, ok := x.Clause().(expr.Expr)
	if !ok {
		w.fail("expected an expression of engine/expr, got %T", x.Clause())
		return ""
	}
	return w.text(w.d.ExpressionText(e, t))
}

// whole returns SQL that the metadata has as text. It must be whole by itself: a
// quote, a comment, a parenthesis or a semicolon in it does not reach what stands
// around it.
func (w *writer) whole(text string) string {
	var e *expr.Error
	if errors.As(expr.LiteralColumn(text).Err(), &e) {
		w.fail("its SQL: %s: %s", e.Reason, text)
	}
	return text
}

// def writes a default.
func (w *writer) def(x schema.Expression, c *schema.Column, typ schema.Type, words string) string {
	if v, ok := x.Literal(); ok {
		value, err := literalValue(v, typ)
		if err != nil {
			w.fail("server default: %v", err)
			return ""
		}
		s := w.text(w.d.LiteralText(value, typ))
		switch typ.Kind() {
		case schema.KindText, schema.KindLargeBinary, schema.KindJSON:
			if w.kind.parentheses {
				s = "(" + s + ")"
			}
		}
		return s
	}
	if x.IsCurrentTimestamp() {
		return w.now(typ, words)
	}
	return "(" + w.expression(x, c.Table()) + ")"
}

// literalValue makes a value of a literal for a column's type.
func literalValue(v any, t schema.Type) (expr.Value, error) {
	if s, ok := v.(string); ok && !t.IsUnknown() {
		return expr.ParseValue(t, s)
	}
	if n, ok := v.(int64); ok && t.Family() == schema.FamilyNumeric {
		return expr.ParseValue(t, strconv.FormatInt(n, 10))
	}
	if f, ok := v.(float64); ok && t.Family() == schema.FamilyNumeric {
		return expr.ParseValue(t, strconv.FormatFloat(f, 'f', -1, 64))
	}
	return expr.ValueOf(v, t)
}

// now writes the time of the statement.
func (w *writer) now(t schema.Type, words string) string {
	mysql := w.kind.inlineComments
	switch t.Kind() {
	case schema.KindDate:
		if mysql {
			return "(CURRENT_DATE)"
		}
		return "CURRENT_DATE"
	case schema.KindTime:
		switch {
		case mysql:
			return "(CURRENT_TIME(6))"
		case w.kind.rowids:
			return "CURRENT_TIME"
		}
		return "LOCALTIME"
	case schema.KindDateTime, schema.KindDateTimeTZ:
		switch {
		case w.kind.rowids && t.Kind() == schema.KindDateTimeTZ:
			return "(strftime('%Y-%m-%d %H:%M:%S+00:00', 'now'))" // as instants are written there
		case !mysql:
			return "CURRENT_TIMESTAMP"
		case words == "":
			return "CURRENT_TIMESTAMP(6)"
		}
		if _, digits, ok := strings.Cut(words, "("); ok {
			return "CURRENT_TIMESTAMP(" + strings.TrimSuffix(digits, ")") + ")"
		}
		return "CURRENT_TIMESTAMP"
	}
	w.fail("CURRENT_TIMESTAMP is no %s", t)
	return ""
}

// identity writes how rows are numbered. Options that say what happens anyway are
// those of any database.
func (w *writer) identity(c *schema.Column, o schema.IdentityOptions) string {
	if w.kind.enumTypes { // PostgreSQL
		return postgresIdentity(o)
	}
	top := map[schema.Kind]int64{schema.KindSmallInteger: math.MaxInt16, schema.KindInteger: math.MaxInt32}[c.Type().Kind()]
	if top == 0 {
		top = math.MaxInt64
	}
	for _, no := range []struct {
		odd  bool
		what string
	}{
		{o.Always, "refuse values of one's own"}, {o.Cycle, "begin again"}, {o.Increment != 0 && o.Increment != 1, "count by other steps than 1"},
		{o.MaxValue != 0 && o.MaxValue < top, "end early"}, {o.Start < 0 || o.MinValue != 0 && o.MinValue != 1, "begin below 1"},
		{w.kind.rowids && o.Start > 1, "begin elsewhere than at 1"},
	} {
		if no.odd {
			w.fail("its identities cannot %s", no.what)
		}
	}
	key := c.Table().PrimaryKey()
	if w.kind.rowids {
		if len(key) != 1 || key[0] != c {
			w.fail("its identities are the primary key")
		}
		return "PRIMARY KEY AUTOINCREMENT"
	}
	first := func(columns []*schema.Column) bool { return len(columns) > 0 && columns[0] == c }
	found := first(key)
	for _, u := range c.Table().UniqueKeys() {
		found = found || first(u)
	}
	if !found {
		w.fail("its identities are the first column of a key")
	}
	return "AUTO_INCREMENT"
}

func postgresIdentity(o schema.IdentityOptions) string {
	s := "GENERATED BY DEFAULT AS IDENTITY"
	if o.Always {
		s = "GENERATED ALWAYS AS IDENTITY"
	}
	var options []string
	for _, n := range []struct {
		word string
		n    int64
	}{{"START", o.Start}, {"INCREMENT", o.Increment}, {"MINVALUE", o.MinValue}, {"MAXVALUE", o.MaxValue}, {"CACHE", o.Cache}} {
		if n.n != 0 {
			options = append(options, n.word+" "+strconv.FormatInt(n.n, 10))
		}
	}
	if o.Cycle {
		options = append(options, "CYCLE")
	}
	if len(options) > 0 {
		s += " (" + strings.Join(options, " ") + ")"
	}
	return s
}
