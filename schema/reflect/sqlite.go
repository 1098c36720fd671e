package reflect

import (
	"context"
	"database/sql"
	"strconv"
	"strings"

	"github.com/sqlser/sqlser/schema"
)

// The queries read the main database alone: a temporary table belongs to one
// connection, an attached database to whoever attached it. Names go from one
// pragma to the next as values, so that any name is possible. A pragma that
// fails for one table fails the query that asks it for all, hence rootpage:
// tables that are stored here can always be described, views and virtual tables
// (which have none) may depend on what is gone, and are asked one by one.
// pragma_table_list needs SQLite 3.37.
const (
	sqliteTables = `
SELECT name, type FROM pragma_table_list
WHERE schema = 'main' AND type <> 'shadow' AND name NOT LIKE 'sqlite\_%' ESCAPE '\'
ORDER BY name`

	sqliteColumns = `
SELECT t.name, c.name, c.type, c."notnull", c.pk, c.dflt_value, c.hidden
FROM main.sqlite_schema AS t, pragma_table_xinfo(t.name, 'main') AS c
WHERE t.type = 'table' AND t.rootpage > 0
ORDER BY t.name, c.cid`

	// hidden is 1 for what virtual tables hide, 2 and 3 for generated columns.
	sqliteColumnsOf = `
SELECT ?1, name, type, "notnull", pk, dflt_value, hidden FROM pragma_table_xinfo(?1, 'main') WHERE hidden <> 1 ORDER BY cid`

	// Both lists count the last declared first. Origin 'u' is a constraint; the
	// host's own indexes ('c') may be partial and come and go.
	sqliteUnique = `
SELECT t.name, i.name, c.name
FROM main.sqlite_schema AS t, pragma_index_list(t.name, 'main') AS i, pragma_index_info(i.name, 'main') AS c
WHERE t.type = 'table' AND t.rootpage > 0 AND i.origin = 'u'
ORDER BY t.name, i.seq DESC, c.seqno`

	sqliteForeignKeys = `
SELECT t.name, k.id, k."table", k."from", k."to", k.on_delete, k.on_update
FROM main.sqlite_schema AS t, pragma_foreign_key_list(t.name, 'main') AS k
WHERE t.type = 'table' AND t.rootpage > 0
ORDER BY t.name, k.id DESC, k.seq`

	// What the host has made itself, with its text for the condition of a partial one.
	// A column is NULL for an expression.
	sqliteIndexes = `
SELECT t.name, i.name, i."unique", i.partial, c.name, c."desc", c.coll, x.sql
FROM main.sqlite_schema AS t, pragma_index_list(t.name, 'main') AS i, pragma_index_xinfo(i.name, 'main') AS c
JOIN main.sqlite_schema AS x ON x.type = 'index' AND x.name = i.name
WHERE t.type = 'table' AND t.rootpage > 0 AND i.origin = 'c' AND c.key = 1
ORDER BY t.name, i.name, c.seqno`

	sqliteTexts = `SELECT name, sql FROM main.sqlite_schema WHERE type = 'table' AND rootpage > 0 AND sql IS NOT NULL`

	sqliteReadable = `SELECT count(*) FROM main.sqlite_schema`
)

// readSQLite reads the main database of a SQLite connection.
func readSQLite(ctx context.Context, db Queryer, c *config) ([]*table, error) {
	s := sqlite{db: db, c: c, byName: map[string]*table{}}
	var tables, virtual []*table
	err := s.each(ctx, sqliteTables, nil, func(scan func(...any) error) error {
		t, kind := &table{}, ""
		if err := scan(&t.name, &kind); err != nil || !c.wants(t.name) {
			return err
		}
		t.view = kind == "view"
		if tables = append(tables, t); kind != "table" {
			virtual = append(virtual, t)
		}
		s.byName[t.name] = t
		return nil
	})
	if err != nil {
		return nil, err
	}
	if err := s.columns(ctx, sqliteColumns); err != nil {
		return nil, err
	}
	for _, t := range virtual {
		if err := s.columns(ctx, sqliteColumnsOf, t.name); err != nil {
			// Either the view is broken or the connection is.
			if e := s.each(ctx, sqliteReadable, nil, func(func(...any) error) error { return nil }); e != nil {
				return nil, err
			}
			c.skip(t.id(), "%v", err)
			delete(s.byName, t.name)
		}
	}
	if err := s.uniqueKeys(ctx); err != nil {
		return nil, err
	}
	if err := s.foreignKeys(ctx); err != nil {
		return nil, err
	}
	if err := s.indexes(ctx); err != nil {
		return nil, err
	}
	if err := s.texts(ctx); err != nil {
		return nil, err
	}
	kept := tables[:0]
	for _, t := range tables {
		if s.byName[t.name] == t {
			kept = append(kept, t)
		}
	}
	s.spell(kept)
	return kept, nil
}

type sqlite struct {
	db     Queryer
	c      *config
	byName map[string]*table
}

func (s *sqlite) each(ctx context.Context, query string, args []any, f func(scan func(...any) error) error) error {
	return each(ctx, s.db, query, args, f)
}

func (s *sqlite) columns(ctx context.Context, query string, args ...any) error {
	return s.each(ctx, query, args, func(scan func(...any) error) error {
		var (
			name     string
			col      column
			declared sql.NullString
			notNull  int
			pk       int // the place in the primary key, from 1
			def      sql.NullString
			hidden   int
		)
		if err := scan(&name, &col.name, &declared, &notNull, &pk, &def, &hidden); err != nil {
			return err
		}
		t := s.byName[name]
		if t == nil {
			return nil
		}
		col.typ, col.notNull = sqliteType(declared.String), notNull != 0
		if col.stored = hidden == 3; hidden < 2 && def.Valid && !t.view {
			col.def = s.def(def.String, col.typ)
		}
		t.columns = append(t.columns, col)
		for pk > len(t.primaryKey) {
			t.primaryKey = append(t.primaryKey, "")
		}
		if pk > 0 {
			t.primaryKey[pk-1] = col.name
		}
		return nil
	})
}

func (s *sqlite) uniqueKeys(ctx context.Context) error {
	last := ""
	return s.each(ctx, sqliteUnique, nil, func(scan func(...any) error) error {
		var name, index, col string
		if err := scan(&name, &index, &col); err != nil {
			return err
		}
		t := s.byName[name]
		if t == nil {
			return nil
		}
		if index != last { // an index's name is its own in the whole database
			t.unique, last = append(t.unique, nil), index
		}
		key := &t.unique[len(t.unique)-1]
		*key = append(*key, col)
		return nil
	})
}

func (s *sqlite) foreignKeys(ctx context.Context) error {
	var (
		of   *table
		last int
	)
	return s.each(ctx, sqliteForeignKeys, nil, func(scan func(...any) error) error {
		var (
			name, target, from string
			id                 int
			to                 sql.NullString // NULL: the target's primary key
			onDelete, onUpdate string
		)
		if err := scan(&name, &id, &target, &from, &to, &onDelete, &onUpdate); err != nil {
			return err
		}
		t := s.byName[name]
		if t == nil {
			return nil
		}
		if t != of || id != last {
			t.foreignKeys = append(t.foreignKeys, foreignKey{target: target, options: actions(onDelete, onUpdate)})
			of, last = t, id
		}
		key := &t.foreignKeys[len(t.foreignKeys)-1]
		key.columns = append(key.columns, from)
		if to.Valid {
			key.referred = append(key.referred, to.String)
		}
		return nil
	})
}

// sqliteInstant is the time of the statement as instants are written.
const sqliteInstant = "strftime('%Y-%m-%d %H:%M:%S+00:00', 'now')"

// def makes a default of its text.
func (s *sqlite) def(text string, t schema.Type) schema.Expression {
	if isNow(text, t) || text == sqliteInstant && t.Kind() == schema.KindDateTimeTZ {
		return schema.CurrentTimestamp
	}
	bare, isString := text, false
	if plain, ok := unquote(text, false); ok {
		bare, isString = plain, true
	} else if t.Family() == schema.FamilyBinary && len(text) > 2 && (text[0] == 'x' || text[0] == 'X') {
		bare = `\x` + strings.Trim(text[1:], "'")
	}
	if x, ok := literal(bare, isString, t); ok {
		return x
	}
	return schema.SQL(s.c.dialect, text)
}

func (s *sqlite) indexes(ctx context.Context) error {
	var (
		t     *table
		i     index
		plain bool
	)
	done := func() {
		switch {
		case t == nil:
		case !plain:
			s.c.skip(t.id(), "index %q is more than a list of columns", i.name)
		default:
			t.indexes = append(t.indexes, i)
		}
	}
	err := s.each(ctx, sqliteIndexes, nil, func(scan func(...any) error) error {
		var (
			name, index, collation, text string
			unique, partial, desc        bool
			col                          sql.NullString
		)
		if err := scan(&name, &index, &unique, &partial, &col, &desc, &collation, &text); err != nil {
			return err
		}
		if t != s.byName[name] || i.name != index {
			done()
			t, i, plain = s.byName[name], newIndex(index, unique), true
			if partial {
				i.where = schema.SQL(s.c.dialect, conditionOf(text))
			}
		}
		i.columns = append(i.columns, col.String)
		if !col.Valid || desc || collation != "BINARY" {
			plain = false
		}
		return nil
	})
	done()
	return err
}

func newIndex(name string, unique bool) index { return index{name: name, unique: unique} }

// texts reads what no pragma tells from the texts that made the tables.
func (s *sqlite) texts(ctx context.Context) error {
	return s.each(ctx, sqliteTexts, nil, func(scan func(...any) error) error {
		var name, text string
		if err := scan(&name, &text); err != nil {
			return err
		}
		if t := s.byName[name]; t != nil {
			readDefinition(t, text, s.c.dialect)
		}
		return nil
	})
}

// spell writes the foreign keys' targets as they are declared: SQLite finds
// them in any case, MetaData only in theirs.
func (s *sqlite) spell(tables []*table) {
	byFold := make(map[string]*table, len(tables))
	for _, t := range tables {
		byFold[fold(t.name)] = t
	}
	for _, t := range tables {
		for i := range t.foreignKeys {
			k := &t.foreignKeys[i]
			target := byFold[fold(k.target)]
			if target == nil {
				continue
			}
			k.target = target.name
			for j, name := range k.referred {
				for _, c := range target.columns {
					if fold(c.name) == fold(name) {
						k.referred[j] = c.name
					}
				}
			}
		}
	}
}

// fold makes equal what SQLite takes for one name: it knows the case of ASCII
// letters only, so é and É are two tables.
func fold(name string) string {
	b := []byte(name) // not runes: a name need not be valid UTF-8
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}

// sqliteTypes maps declared names, folded, to types. Sizes are added to those
// that have one. SQLite itself keeps to none of this: what it stores depends on
// the value and the column's affinity.
var sqliteTypes = map[string]schema.Type{
	"int": schema.BigInteger, "integer": schema.BigInteger, "bigint": schema.BigInteger, // all are 64 bits
	"mediumint": schema.BigInteger, "int4": schema.BigInteger, "int8": schema.BigInteger,
	"serial": schema.BigInteger, "bigserial": schema.BigInteger,
	"smallint": schema.SmallInteger, "tinyint": schema.SmallInteger, "int2": schema.SmallInteger,
	"numeric": schema.Numeric(0, 0), "decimal": schema.Numeric(0, 0), "dec": schema.Numeric(0, 0),
	"num": schema.Numeric(0, 0), "number": schema.Numeric(0, 0), "money": schema.Numeric(0, 0),
	"real": schema.Double, "float": schema.Double, "double": schema.Double, "double precision": schema.Double,
	"char": schema.String(0), "character": schema.String(0), "nchar": schema.String(0),
	"native character": schema.String(0), "varchar": schema.String(0), "varchar2": schema.String(0),
	"nvarchar": schema.String(0), "nvarchar2": schema.String(0), "character varying": schema.String(0),
	"varying character": schema.String(0),
	"text":              schema.Text, "clob": schema.Text,
	"boolean": schema.Boolean, "bool": schema.Boolean,
	"date": schema.Date, "time": schema.Time, "time without time zone": schema.Time,
	"datetime": schema.DateTime, "timestamp": schema.DateTime, "timestamp without time zone": schema.DateTime,
	"timestamptz": schema.DateTimeTZ, "timestamp with time zone": schema.DateTimeTZ,
	"blob": schema.LargeBinary, "binary": schema.LargeBinary, "varbinary": schema.LargeBinary, "bytea": schema.LargeBinary,
	"json": schema.JSON, "jsonb": schema.JSON,
	"json text": schema.JSON, // keeps the digits of numbers: affinity makes floats of them in a column declared JSON
	"uuid":      schema.UUID, "guid": schema.UUID, "uniqueidentifier": schema.UUID,
}

// sqliteAffinities are SQLite's own rules for any other name, in their order.
var sqliteAffinities = [...]struct {
	part string
	typ  schema.Type
}{
	{"int", schema.BigInteger},
	{"char", schema.Text}, {"clob", schema.Text}, {"text", schema.Text},
	{"blob", schema.LargeBinary},
	{"real", schema.Double}, {"floa", schema.Double}, {"doub", schema.Double},
}

// sqliteType says what a declared type means. A name in which SQLite finds
// nothing (STRING, GEOMETRY) has numeric affinity there; but such a column
// keeps whatever it is given, so it is unknown here rather than a number.
func sqliteType(declared string) schema.Type {
	name, rest, _ := strings.Cut(fold(declared), "(")
	sizes, rest, _ := strings.Cut(rest, ")")
	typ, ok := sqliteTypes[strings.Join(strings.Fields(name+" "+rest), " ")]
	if !ok {
		for _, a := range sqliteAffinities {
			if strings.Contains(fold(declared), a.part) {
				return a.typ
			}
		}
		return schema.Unknown
	}
	first, second, _ := strings.Cut(sizes, ",")
	size, err := strconv.ParseUint(strings.TrimSpace(first), 10, 32)
	if err != nil {
		size = 0 // no size, or one that only SQLite, which ignores it, accepts
	}
	switch typ.Kind() {
	case schema.KindString:
		return schema.String(uint32(size))
	case schema.KindNumeric:
		scale, err := strconv.ParseUint(strings.TrimSpace(second), 10, 16)
		if err != nil && strings.TrimSpace(second) != "" {
			size = 0
		}
		return schema.Numeric(uint32(size), uint16(scale))
	}
	return typ
}
