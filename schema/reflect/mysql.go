package reflect

import (
	"context"
	"database/sql"
	"slices"
	"strings"

	"github.com/sqlser/sqlser/schema"
)

// Each query reads one database: the servers look no further where it is given by
// name, and open every table of every database where it is not.
const (
	mysqlOwn = `SELECT coalesce(DATABASE(), '')`

	mysqlTables = `
SELECT TABLE_NAME, TABLE_TYPE, coalesce(TABLE_COMMENT, ''), coalesce(TABLE_COLLATION, '')
FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_TYPE IN ('BASE TABLE', 'SYSTEM VERSIONED', 'VIEW') ORDER BY TABLE_NAME`

	mysqlColumns = `
SELECT TABLE_NAME, COLUMN_NAME, COLUMN_DEFAULT, IS_NULLABLE, DATA_TYPE, COLUMN_TYPE, coalesce(COLLATION_NAME, ''), EXTRA, COLUMN_COMMENT,
  coalesce(GENERATION_EXPRESSION, '')
FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ? ORDER BY TABLE_NAME, ORDINAL_POSITION`

	mysqlForeignKeys = `
SELECT k.TABLE_NAME, k.CONSTRAINT_NAME, k.COLUMN_NAME, k.REFERENCED_TABLE_SCHEMA, k.REFERENCED_TABLE_NAME, k.REFERENCED_COLUMN_NAME
FROM information_schema.KEY_COLUMN_USAGE k
WHERE k.TABLE_SCHEMA = ? AND k.REFERENCED_TABLE_NAME IS NOT NULL
ORDER BY k.TABLE_NAME, k.CONSTRAINT_NAME, k.ORDINAL_POSITION`

	mysqlRules = `
SELECT TABLE_NAME, CONSTRAINT_NAME, DELETE_RULE, UPDATE_RULE FROM information_schema.REFERENTIAL_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = ?`

	mysqlIndexes = `
SELECT TABLE_NAME, INDEX_NAME, NON_UNIQUE, coalesce(COLUMN_NAME, ''), coalesce(COLLATION, ''), coalesce(SUB_PART, 0), INDEX_TYPE
FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = ? ORDER BY TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX`

	mariadbChecks = `
SELECT TABLE_NAME, CONSTRAINT_NAME, CHECK_CLAUSE, LEVEL = 'Column'
FROM information_schema.CHECK_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = ? ORDER BY TABLE_NAME, CONSTRAINT_NAME`

	mysqlChecks = `
SELECT t.TABLE_NAME, k.CONSTRAINT_NAME, k.CHECK_CLAUSE, 0
FROM information_schema.CHECK_CONSTRAINTS k JOIN information_schema.TABLE_CONSTRAINTS t
  ON t.CONSTRAINT_SCHEMA = k.CONSTRAINT_SCHEMA AND t.CONSTRAINT_NAME = k.CONSTRAINT_NAME AND t.CONSTRAINT_TYPE = 'CHECK'
WHERE k.CONSTRAINT_SCHEMA = ? ORDER BY t.TABLE_NAME, k.CONSTRAINT_NAME`
)

// mysql is a reading of one database of a server.
type mysql struct {
	ctx       context.Context
	db        Queryer
	c         *config
	own       string // the connection's database
	of        string // the one that is read
	isMariaDB bool
	byName    map[string]*mysqlTable
}

type mysqlTable struct {
	*table
	collation string
}

func readMySQL(ctx context.Context, db Queryer, c *config) ([]*table, error) {
	return readServer(ctx, db, c, false)
}

func readMariaDB(ctx context.Context, db Queryer, c *config) ([]*table, error) {
	return readServer(ctx, db, c, true)
}

func readServer(ctx context.Context, db Queryer, c *config, isMariaDB bool) (tables []*table, err error) {
	own := ""
	if err := each(ctx, db, mysqlOwn, nil, func(scan func(...any) error) error { return scan(&own) }); err != nil {
		return nil, err
	}
	for _, of := range append([]string{own}, c.schemas...) {
		m := &mysql{ctx, db, c, own, of, isMariaDB, map[string]*mysqlTable{}}
		found, err := m.tables()
		if err != nil {
			return nil, err
		}
		for _, read := range []func() error{m.columns, m.checks, m.foreignKeys, m.indexes} {
			if err := read(); err != nil {
				return nil, err
			}
		}
		tables = append(tables, found...)
	}
	return tables, nil
}

func (m *mysql) each(query string, f func(scan func(...any) error) error) error {
	return each(m.ctx, m.db, query, []any{m.of}, f)
}

// name is a database as tables are called: "" for the connection's own.
func (m *mysql) name(database string) string {
	if database == m.own {
		return ""
	}
	return database
}

func (m *mysql) tables() (tables []*table, err error) {
	err = m.each(mysqlTables, func(scan func(...any) error) error {
		t := &mysqlTable{table: &table{schema: m.name(m.of)}}
		kind := ""
		if err := scan(&t.name, &kind, &t.comment, &t.collation); err != nil || !m.c.wants(t.key()) {
			return err
		}
		if t.view = kind == "VIEW"; t.view {
			t.comment = "" // the word VIEW
		}
		tables = append(tables, t.table)
		m.byName[t.name] = t
		return nil
	})
	return tables, err
}

func (m *mysql) columns() error {
	return m.each(mysqlColumns, func(scan func(...any) error) error {
		var (
			name, nullable, kind, words, collation, extra, compute string
			def                                                    sql.NullString
			col                                                    column
		)
		if err := scan(&name, &col.name, &def, &nullable, &kind, &words, &collation, &extra, &col.comment, &compute); err != nil {
			return err
		}
		t := m.byName[name]
		if t == nil {
			return nil
		}
		var exact bool
		if col.typ, exact = mysqlType(kind, words); !exact {
			col.words = words
		}
		col.notNull = nullable == "NO"
		if collation != t.collation && !t.view && col.typ.IsText() {
			col.collation = collation
		}
		switch extra = strings.ToUpper(extra); {
		case strings.Contains(extra, "VIRTUAL GENERATED"), strings.Contains(extra, "STORED GENERATED"):
			col.computed, col.stored = schema.SQL(m.c.dialect, compute), strings.Contains(extra, "STORED")
		case strings.Contains(extra, "AUTO_INCREMENT"):
			col.identity = &schema.IdentityOptions{}
		case def.Valid && !t.view:
			var ok bool
			if col.def, ok = m.def(def.String, extra, col.typ); !ok {
				m.c.skip(t.columnID(col.name), "the server does not show its default of bytes as it is")
			}
		}
		if strings.Contains(extra, "ON UPDATE") {
			m.c.skip(t.columnID(col.name), "it has ON UPDATE")
		}
		t.columns = append(t.columns, col)
		return nil
	})
}

// def makes a default of COLUMN_DEFAULT. MariaDB shows an expression, MySQL the
// bare text of a literal, or an expression if extra says so.
func (m *mysql) def(text, extra string, t schema.Type) (x schema.Expression, ok bool) {
	if isNow(text, t) {
		return schema.CurrentTimestamp, true
	}
	isString := !m.isMariaDB && !strings.Contains(extra, "DEFAULT_GENERATED")
	bare := text
	if s, ok := unquote(text, true); ok && m.isMariaDB {
		bare, isString = s, true
	}
	if !isString && bare == "NULL" {
		return x, true
	}
	if t.Family() == schema.FamilyBinary {
		if upper := strings.ToUpper(text); strings.HasPrefix(upper, "X'") || strings.HasPrefix(upper, "0X") { // of a long type
			return literal(`\x`+strings.Trim(text[1:], "xX'"), false, t)
		}
		if !isString || strings.ContainsFunc(bare, func(r rune) bool { return r < ' ' || r > '~' || r == '?' || r == '\\' }) {
			return x, false
		}
		return schema.NewColumn("x", t, schema.ServerDefault([]byte(bare))).ServerDefault(), true
	}
	if t.Family() == schema.FamilyDateTimeTZ && isString {
		bare = strings.TrimSuffix(bare, "Z") + "Z" // in the session's zone, which is UTC
	}
	if x, ok := literal(bare, isString, t); ok {
		return x, true
	}
	if isString && !m.isMariaDB { // not an expression: the text has no quotes
		text = "'" + strings.NewReplacer("'", "''", `\`, `\\`).Replace(text) + "'"
	}
	return schema.SQL(m.c.dialect, text), true
}

// mysqlTypes are the types by DATA_TYPE whose words say nothing that ours do not.
var mysqlTypes = map[string]schema.Type{
	"smallint": schema.SmallInteger, "int": schema.Integer, "bigint": schema.BigInteger, "float": schema.Float, "double": schema.Double,
	"decimal": schema.Numeric(0, 0), "varchar": schema.String(0), "longtext": schema.Text, "longblob": schema.LargeBinary,
	"date": schema.Date, "json": schema.JSON, "uuid": schema.UUID,
}

// mysqlOthers are those with words of their own, sizes aside.
var mysqlOthers = map[string]schema.Type{
	"tinyint": schema.SmallInteger, "mediumint": schema.Integer, "year": schema.SmallInteger, "bit": schema.Unknown,
	"char": schema.String(0), "tinytext": schema.Text, "text": schema.Text, "mediumtext": schema.Text, "set": schema.Text,
	"tinyblob": schema.LargeBinary, "blob": schema.LargeBinary, "mediumblob": schema.LargeBinary,
	"binary": schema.LargeBinary, "varbinary": schema.LargeBinary,
	"time": schema.Time, "datetime": schema.DateTime, "timestamp": schema.DateTimeTZ,
}

// mysqlUnsigned are types that hold what unsigned ones do.
var mysqlUnsigned = map[string]schema.Type{
	"tinyint": schema.SmallInteger, "smallint": schema.Integer, "mediumint": schema.Integer, "int": schema.BigInteger, "bigint": schema.Numeric(20, 0),
}

// mysqlType is the type that words say, and whether nothing else says so.
func mysqlType(kind, words string) (t schema.Type, exact bool) {
	words = strings.ToLower(kind) + strings.TrimPrefix(words, kind)
	name, list := sizes(words)
	switch {
	case kind == "enum":
		labels, ok := mysqlLabels(words)
		return schema.Enum("", labels...), ok
	case words == "tinyint(1)":
		return schema.Boolean, true
	case words == "bit(1)":
		return schema.Boolean, false
	case words == "time(6)", words == "datetime(6)":
		return mysqlOthers[kind], true
	case strings.Contains(name, "unsigned") && !mysqlUnsigned[kind].IsUnknown():
		return mysqlUnsigned[kind], false
	}
	t, exact = mysqlTypes[kind]
	if !exact {
		t = mysqlOthers[kind]
	}
	if strings.Contains(name, " ") || t.Family() == schema.FamilyFloat && len(list) > 0 { // unsigned, zerofill
		exact = false
	}
	if t.Kind() == schema.KindString || t.Kind() == schema.KindNumeric {
		var err error
		if t, err = sized(t, list); err != nil {
			exact = false
		}
	}
	return t, exact
}

// mysqlLabels reads the labels of "enum('a','b')".
func mysqlLabels(words string) (labels []string, ok bool) {
	rest, ok := strings.CutPrefix(words, "enum(")
	for ok && strings.HasPrefix(rest, "'") {
		end := 1
		for end < len(rest) && (rest[end] != '\'' || end+1 < len(rest) && rest[end+1] == '\'') {
			if rest[end] == '\'' || rest[end] == '\\' {
				end++
			}
			end++
		}
		if end >= len(rest) {
			return nil, false
		}
		label, _ := unquote(rest[:end+1], true)
		labels = append(labels, label)
		rest = strings.TrimPrefix(rest[end+1:], ",")
	}
	return labels, ok && rest == ")"
}

// checks reads the conditions. MariaDB's JSON is text with a check that has the
// column's name.
func (m *mysql) checks() error {
	query := mysqlChecks
	if m.isMariaDB {
		query = mariadbChecks
	}
	return m.each(query, func(scan func(...any) error) error {
		var (
			name     string
			k        check
			ofColumn bool
		)
		if err := scan(&name, &k.name, &k.condition, &ofColumn); err != nil {
			return err
		}
		t := m.byName[name]
		if t == nil {
			return nil
		}
		if ofColumn {
			if col := t.column(k.name); col != nil && col.typ == schema.Text && k.condition == "json_valid("+mysqlQuoted(k.name)+")" {
				col.typ, col.words, col.collation = schema.JSON, "", ""
				return nil
			}
			k.name = ""
		}
		t.table.checks = append(t.table.checks, k)
		return nil
	})
}

func mysqlQuoted(name string) string { return "`" + strings.ReplaceAll(name, "`", "``") + "`" }

func (m *mysql) foreignKeys() error {
	type key struct{ table, name string }
	found := map[key]int{}
	err := m.each(mysqlForeignKeys, func(scan func(...any) error) error {
		var name, constraint, col, database, target, referred string
		if err := scan(&name, &constraint, &col, &database, &target, &referred); err != nil {
			return err
		}
		t := m.byName[name]
		if t == nil {
			return nil
		}
		i, ok := found[key{name, constraint}]
		if !ok {
			i = len(t.table.foreignKeys)
			found[key{name, constraint}] = i
			t.table.foreignKeys = append(t.table.foreignKeys, foreignKey{name: constraint, schema: m.name(database), target: target})
		}
		k := &t.table.foreignKeys[i]
		k.columns, k.referred = append(k.columns, col), append(k.referred, referred)
		return nil
	})
	if err != nil {
		return err
	}
	return m.each(mysqlRules, func(scan func(...any) error) error {
		var name, constraint, onDelete, onUpdate string
		if err := scan(&name, &constraint, &onDelete, &onUpdate); err != nil {
			return err
		}
		if i, ok := found[key{name, constraint}]; ok {
			m.byName[name].table.foreignKeys[i].options = actions(onDelete, onUpdate)
		}
		return nil
	})
}

// actions are the options of a foreign key by their words.
func actions(onDelete, onUpdate string) (options []schema.ForeignKeyOption) {
	if a, ok := schema.ParseAction(onDelete); ok {
		options = append(options, schema.OnDelete(a))
	}
	if a, ok := schema.ParseAction(onUpdate); ok {
		options = append(options, schema.OnUpdate(a))
	}
	return options
}

// indexes reads the keys as well: a unique index is a unique key.
func (m *mysql) indexes() error {
	var (
		t     *mysqlTable
		i     index
		plain = true
	)
	done := func() {
		switch {
		case t == nil || len(i.columns) == 0 && plain:
		case !plain:
			m.c.skip(t.id(), "index %q is more than a list of columns", i.name)
		case i.name == "PRIMARY":
			t.primaryKey = i.columns
		case i.unique:
			t.unique = append(t.unique, i.columns)
		case !t.ofForeignKey(i):
			t.table.indexes = append(t.table.indexes, i)
		}
	}
	err := m.each(mysqlIndexes, func(scan func(...any) error) error {
		var (
			name, index, col, order, method string
			nonUnique                       bool
			part                            int
		)
		if err := scan(&name, &index, &nonUnique, &col, &order, &part, &method); err != nil {
			return err
		}
		if t != m.byName[name] || i.name != index {
			done()
			t, i.name, i.columns, i.unique, plain = m.byName[name], index, nil, !nonUnique, true
		}
		i.columns = append(slices.Clip(i.columns), col)
		if col == "" || order == "D" || part > 0 || method != "BTREE" {
			plain = false
		}
		return nil
	})
	done()
	return err
}

// ofForeignKey reports whether the server has made the index for a foreign key.
func (t *mysqlTable) ofForeignKey(i index) bool {
	return slices.ContainsFunc(t.foreignKeys, func(k foreignKey) bool {
		return slices.Equal(k.columns, i.columns) && (i.name == k.name || i.name == k.columns[0])
	})
}
