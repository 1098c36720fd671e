package reflect

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/sqlser/sqlser/schema"
)

// Each query reads all schemas at once: a table of pg_catalog with a condition on
// the schema, which is the first parameter as names joined by the character U+001F,
// so that no driver has to know arrays. Lists of column numbers come as text.
const (
	pgOf = `n.nspname = ANY (string_to_array($1, chr(31)))`

	pgSchema = `SELECT coalesce(current_schema(), '')`

	pgTables = `
SELECT c.oid::bigint, n.nspname, c.relname, c.relkind::text, c.relispartition, coalesce(obj_description(c.oid, 'pg_class'), '')
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND ` + pgOf + `
ORDER BY n.nspname, c.relname`

	// A domain is what it is of; words are what the column is declared as.
	pgColumns = `
SELECT c.oid::bigint, a.attnum::bigint, a.attname, format_type(a.atttypid, a.atttypmod),
  CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod) ELSE format_type(a.atttypid, a.atttypmod) END,
  CASE WHEN t.typtype = 'e' THEN t.oid::bigint WHEN t.typtype = 'd' THEN t.typbasetype::bigint WHEN e.typtype = 'e' THEN e.oid::bigint ELSE 0 END,
  t.typcategory = 'A', a.attnotnull OR t.typnotnull, coalesce(pg_get_expr(d.adbin, d.adrelid), ''),
  a.attidentity::text, a.attgenerated::text, coalesce(col_description(c.oid, a.attnum), ''),
  CASE WHEN a.attcollation <> t.typcollation THEN coalesce(l.collname, '') ELSE '' END
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_catalog.pg_type e ON e.oid = t.typelem AND t.typcategory = 'A'
LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
LEFT JOIN pg_catalog.pg_collation l ON l.oid = a.attcollation
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND ` + pgOf + `
ORDER BY c.oid, a.attnum`

	pgEnums = `
SELECT t.oid::bigint, n.nspname, t.typname, coalesce(e.enumlabel, '')
FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace JOIN pg_catalog.pg_enum e ON e.enumtypid = t.oid
ORDER BY t.oid, e.enumsortorder`

	// What belongs to a column: of an identity ('i') or of a serial column ('a').
	pgSequences = `
SELECT c.oid::bigint, d.refobjsubid::bigint, d.deptype::text, s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcycle, s.seqcache
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_depend d ON d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = c.oid AND d.deptype IN ('i', 'a') AND d.refobjsubid > 0
  AND d.classid = 'pg_catalog.pg_class'::regclass
JOIN pg_catalog.pg_sequence s ON s.seqrelid = d.objid
WHERE ` + pgOf

	pgConstraints = `
SELECT c.oid::bigint, k.conname, k.contype::text, coalesce(array_to_string(k.conkey, ','), ''), k.confrelid::bigint,
  coalesce(array_to_string(k.confkey, ','), ''), k.confdeltype::text, k.confupdtype::text, k.condeferrable, k.condeferred,
  coalesce(pg_get_expr(k.conbin, k.conrelid), ''), coalesce(fn.nspname, ''), coalesce(fc.relname, '')
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_constraint k ON k.conrelid = c.oid AND k.contype IN ('p', 'u', 'f', 'c')
LEFT JOIN pg_catalog.pg_class fc ON fc.oid = k.confrelid LEFT JOIN pg_catalog.pg_namespace fn ON fn.oid = fc.relnamespace
WHERE ` + pgOf + `
ORDER BY c.oid, k.oid`

	// Only indexes that no constraint has brought.
	pgIndexes = `
SELECT c.oid::bigint, ic.relname, i.indisunique, i.indkey::text, i.indoption::text, i.indnatts = i.indnkeyatts, m.amname,
  coalesce(pg_get_expr(i.indpred, i.indrelid), '')
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_index i ON i.indrelid = c.oid AND NOT i.indisprimary
JOIN pg_catalog.pg_class ic ON ic.oid = i.indexrelid JOIN pg_catalog.pg_am m ON m.oid = ic.relam
WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x')) AND ` + pgOf + `
ORDER BY c.oid, ic.relname`
)

// postgres is a reading of a PostgreSQL database.
type postgres struct {
	ctx     context.Context
	db      Queryer
	c       *config
	schemas string // parameter of the queries
	own     string // the connection's schema
	byOID   map[int64]*pgTable
}

// pgTable is a table, and its columns by number.
type pgTable struct {
	*table
	numbers map[int64]string
}

// names finds the columns of a list of numbers; ok is false where there is none of
// a number.
func (t *pgTable) names(list, separator string) (names []string, ok bool) {
	for part := range strings.SplitSeq(list, separator) {
		n, err := strconv.ParseInt(part, 10, 64)
		if err != nil || t.numbers[n] == "" {
			return nil, false
		}
		names = append(names, t.numbers[n])
	}
	return names, true
}

func readPostgres(ctx context.Context, db Queryer, c *config) ([]*table, error) {
	p := &postgres{ctx: ctx, db: db, c: c, byOID: map[int64]*pgTable{}}
	err := each(ctx, db, pgSchema, nil, func(scan func(...any) error) error { return scan(&p.own) })
	if err != nil {
		return nil, err
	}
	p.schemas = strings.Join(append([]string{p.own}, c.schemas...), "\x1f")
	tables, err := p.tables()
	if err != nil {
		return nil, err
	}
	enums, err := p.enums()
	if err != nil {
		return nil, err
	}
	for _, read := range []func() error{func() error { return p.columns(enums) }, p.sequences, p.constraints, p.indexes} {
		if err := read(); err != nil {
			return nil, err
		}
	}
	return tables, nil
}

func (p *postgres) each(query string, f func(scan func(...any) error) error) error {
	return each(p.ctx, p.db, query, []any{p.schemas}, f)
}

// name is a schema as tables are called: "" for the connection's own.
func (p *postgres) name(schema string) string {
	if schema == p.own {
		return ""
	}
	return schema
}

func (p *postgres) tables() (tables []*table, err error) {
	err = p.each(pgTables, func(scan func(...any) error) error {
		var (
			oid       int64
			kind      string
			partition bool
			t         table
		)
		if err := scan(&oid, &t.schema, &t.name, &kind, &partition, &t.comment); err != nil {
			return err
		}
		t.schema = p.name(t.schema)
		t.view = kind == "v" || kind == "m"
		switch {
		case !p.c.wants(t.key()):
			return nil
		case partition:
			p.c.skip(t.id(), "it is a partition")
			return nil
		}
		tables = append(tables, &t)
		p.byOID[oid] = &pgTable{&t, map[int64]string{}}
		return nil
	})
	return tables, err
}

func (p *postgres) enums() (map[int64]schema.Type, error) {
	labels, names := map[int64][]string{}, map[int64][2]string{}
	err := each(p.ctx, p.db, pgEnums, nil, func(scan func(...any) error) error {
		var oid int64
		var within, name, label string
		if err := scan(&oid, &within, &name, &label); err != nil {
			return err
		}
		labels[oid], names[oid] = append(labels[oid], label), [2]string{p.name(within), name}
		return nil
	})
	enums := map[int64]schema.Type{}
	for oid, name := range names {
		enums[oid] = schema.Enum(name[1], labels[oid]...).InSchema(name[0])
	}
	return enums, err
}

func (p *postgres) columns(enums map[int64]schema.Type) error {
	return p.each(pgColumns, func(scan func(...any) error) error {
		var (
			oid, number, enum                   int64
			col                                 column
			words, base, def, identity, compute string
			array                               bool
		)
		if err := scan(&oid, &number, &col.name, &words, &base, &enum, &array, &col.notNull, &def, &identity, &compute, &col.comment, &col.collation); err != nil {
			return err
		}
		t := p.byOID[oid]
		if t == nil {
			return nil
		}
		if e, ok := enums[enum]; ok {
			if col.typ = e; array {
				col.typ = schema.ArrayOf(e)
			}
			if base != words { // a domain
				col.words = words
			}
		} else {
			var exact bool
			if col.typ, exact = postgresType(base); !exact || base != words {
				col.words = words
			}
		}
		switch {
		case compute != "":
			col.computed, col.stored = schema.SQL(p.c.dialect, def), compute == "s"
		case identity != "":
			col.identity = &schema.IdentityOptions{Always: identity == "a"}
		case def != "":
			col.def = postgresDefault(def, col.typ, p.c.dialect)
		}
		t.numbers[number] = col.name
		t.columns = append(t.columns, col)
		return nil
	})
}

// postgresType is the type that words say, and whether nothing else says so: the
// words of what is not exact are kept.
func postgresType(words string) (t schema.Type, exact bool) {
	words, array := strings.CutSuffix(words, "[]")
	name, list := sizes(words)
	t, ok := types[name]
	if !ok {
		switch name {
		case "citext", "name", `"char"`:
			t = schema.Text
		case "money":
			t = schema.Unknown // its text depends on the server's locale
		}
		if array && !t.IsUnknown() {
			t = schema.ArrayOf(t)
		}
		return t, false
	}
	t, err := sized(t, list)
	exact = err == nil && name != "character" && name != "json"
	if array {
		t = schema.ArrayOf(t)
	}
	return t, exact
}

// postgresDefault makes a default of pg_get_expr's text: literals stand there with
// a cast, such as 'new'::character varying.
func postgresDefault(text string, t schema.Type, dialect string) schema.Expression {
	if isNow(text, t) {
		return schema.CurrentTimestamp
	}
	bare, isString := text, false
	if i := strings.LastIndex(bare, "::"); i > 0 && !strings.ContainsAny(bare[i:], "'+-*/|<>=,") {
		bare = bare[:i]
	}
	escaped, backslash := strings.CutPrefix(bare, "E")
	if s, ok := unquote(escaped, backslash); ok {
		bare, isString = s, true
	} else if strings.HasPrefix(bare, "(-") {
		bare = bare[1 : len(bare)-1]
	}
	if x, ok := literal(bare, isString, t); ok {
		return x
	}
	return schema.SQL(dialect, text)
}

func (p *postgres) sequences() error {
	return p.each(pgSequences, func(scan func(...any) error) error {
		var (
			oid, number int64
			kind        string
			s           schema.IdentityOptions
		)
		if err := scan(&oid, &number, &kind, &s.Start, &s.Increment, &s.MinValue, &s.MaxValue, &s.Cycle, &s.Cache); err != nil {
			return err
		}
		t := p.byOID[oid]
		if t == nil {
			return nil
		}
		col := t.column(t.numbers[number])
		switch {
		case col == nil:
		case col.identity != nil:
			s.Always = col.identity.Always
			col.identity = &s
		case kind == "a":
			if _, text, _ := col.def.SQL(); strings.HasPrefix(text, "nextval(") { // a serial column: an identity by another name
				col.identity, col.def = &s, schema.Expression{}
			}
		}
		return nil
	})
}

var pgActions = map[string]schema.Action{"a": schema.NoAction, "r": schema.Restrict, "c": schema.Cascade, "n": schema.SetNull, "d": schema.SetDefault}

func (p *postgres) constraints() error {
	return p.each(pgConstraints, func(scan func(...any) error) error {
		var (
			oid, target                                                                    int64
			name, kind, list, referred, onDelete, onUpdate, text, targetSchema, targetName string
			deferrable, deferred                                                           bool
		)
		if err := scan(&oid, &name, &kind, &list, &target, &referred, &onDelete, &onUpdate, &deferrable, &deferred, &text, &targetSchema, &targetName); err != nil {
			return err
		}
		t := p.byOID[oid]
		if t == nil {
			return nil
		}
		if kind == "c" {
			t.checks = append(t.checks, check{name, text})
			return nil
		}
		columns, ok := t.names(list, ",")
		switch {
		case !ok:
		case kind == "p":
			t.primaryKey = columns
		case kind == "u":
			t.unique = append(t.unique, columns)
		default:
			k := foreignKey{name: name, columns: columns, schema: p.name(targetSchema), target: targetName}
			if other := p.byOID[target]; other != nil {
				if k.referred, ok = other.names(referred, ","); !ok {
					return nil
				}
			}
			k.options = append(k.options, schema.OnDelete(pgActions[onDelete]), schema.OnUpdate(pgActions[onUpdate]))
			if deferrable {
				k.options = append(k.options, schema.Deferrable(deferred))
			}
			t.foreignKeys = append(t.foreignKeys, k)
		}
		return nil
	})
}

func (p *postgres) indexes() error {
	return p.each(pgIndexes, func(scan func(...any) error) error {
		var (
			oid                   int64
			i                     index
			list, options, method string
			condition             string
			keysOnly              bool
		)
		if err := scan(&oid, &i.name, &i.unique, &list, &options, &keysOnly, &method, &condition); err != nil {
			return err
		}
		t := p.byOID[oid]
		if t == nil {
			return nil
		}
		columns, ok := t.names(list, " ")
		plain := !slices.ContainsFunc(strings.Fields(options), func(o string) bool { return o != "0" })
		if !ok || !plain || !keysOnly || method != "btree" {
			p.c.skip(t.id(), "index %q is more than a list of columns", i.name)
			return nil
		}
		i.columns = columns
		if condition != "" {
			i.where = schema.SQL(p.c.dialect, condition)
		}
		t.table.indexes = append(t.table.indexes, i)
		return nil
	})
}
