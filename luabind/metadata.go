package luabind

import (
	"context"
	"encoding/hex"
	"fmt"
	"math"
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// LoadMetaData runs a script that returns a schema, in a sandbox, and returns it
// frozen. Name is what errors call the script:
//
//	local t = sql.types
//	return { tables = {
//		{ name = "customers", comment = "who buys",
//			columns = {
//				{ "id", t.big_integer, primary_key = true, identity = true },
//				{ "name", t.string(50), not_null = true, formerly = {"fullname"} },
//				{ "since", t.datetime, server_default = {current_timestamp = true} },
//			},
//			checks = { { "named", function(c) return c.name:ne("") end } } },
//		{ name = "orders", schema = {"shop"},
//			columns = {
//				{ "id", t.big_integer, primary_key = true },
//				{ "customer", t.big_integer, references = {"customers", "id"}, on_delete = "CASCADE" },
//			},
//			indexes = { { "ix_customer", "customer" } } },
//	} }
//
// Of a table: name, schema, columns, primary_key = {column, ...}, unique = {{column,
// ...}, ...}, foreign_keys, indexes, checks, view, comment, id (a stable id), formerly,
// formerly_at. Of a column: primary_key, not_null, unique, references (a path, as
// [schema.References] takes it), on_delete, on_update, deferrable ("immediate" or
// "deferred"), default, server_default, computed and stored, identity (true, or
// options as [schema.IdentityOptions] has them, in small letters with underscores),
// comment, collate, variants = {dialect = type, or the words of one}, id, formerly.
//
// A default is a string, number, boolean, {null = true}, {bytes = hexadecimal
// digits}, {current_timestamp = true}, an expression, or {sql = text, dialect =
// name}. A condition or computation is that, or a function of the table.
//
// The error is an *[Error] of the script, or a *[schema.FreezeError] of what it
// declares.
func LoadMetaData(ctx context.Context, name, source string, options ...Option) (*schema.MetaData, error) {
	empty := schema.NewMetaData()
	if err := empty.Freeze(); err != nil {
		return nil, err
	}
	rt, err := New(empty, options...)
	if err != nil {
		return nil, err
	}
	proto, err := rt.compile(name, source)
	if err != nil {
		return nil, err
	}
	st := rt.NewState()
	defer st.Close()
	meta := schema.NewMetaData()
	err = st.do(ctx, proto, nil, func() error {
		if st.lua.GetTop() != 1 {
			return &Error{Code: CodeCall, File: name, Reason: fmt.Sprintf("expected the script to return a table of tables, got %d values", st.lua.GetTop())}
		}
		d := &declarer{st: st, file: name, meta: meta}
		d.tables(st.lua.Get(1))
		if d.err == nil {
			d.err = d.freeze()
		}
		return d.err
	})
	if err != nil {
		return nil, err
	}
	return meta, nil
}

// declarer makes declarations of Lua tables. It keeps the first error.
type declarer struct {
	st   *State
	file string
	meta *schema.MetaData
	at   string // what is read: `table "orders": column "id"`
	err  error
}

// fail keeps an error with the place that is read.
func (d *declarer) fail(format string, args ...any) {
	if d.err == nil {
		reason := fmt.Sprintf(format, args...)
		if d.at != "" {
			reason = d.at + ": " + reason
		}
		d.err = &Error{Code: CodeCall, File: d.file, Reason: reason}
	}
}

// freeze freezes what has been declared: functions of the script are called now.
func (d *declarer) freeze() error {
	err := d.meta.Freeze()
	if d.err != nil {
		return d.err
	}
	return err
}

// open reads the keys of a Lua table: each by a function of its name. Where
// list is not nil it gets what has no name.
func (d *declarer) open(v lua.LValue, what string, list func(int, lua.LValue), keys map[string]func(lua.LValue)) {
	t, ok := v.(*lua.LTable)
	if !ok {
		d.fail("expected %s, got %s", what, shown(v))
		return
	}
	n := 0
	for _, f := range fields(t) {
		if i, ok := f.key.(lua.LNumber); ok && list != nil {
			if n++; i != lua.LNumber(n) {
				d.fail("%s has a gap before number %s", what, i)
				return
			}
			list(n, f.value)
		} else if read := keys[keyName(f.key)]; read != nil {
			read(f.value)
		} else {
			names := make([]string, 0, len(keys))
			for k := range keys {
				names = append(names, k)
			}
			slices.Sort(names)
			d.fail("%s has no %s", what, misspelt(f.key, names))
		}
		if d.err != nil {
			return
		}
	}
}

func keyName(v lua.LValue) string {
	s, _ := v.(lua.LString)
	return string(s)
}

// in reads with a longer place.
func (d *declarer) in(place string, read func()) {
	before := d.at
	if d.at != "" {
		place = d.at + ": " + place
	}
	d.at = place
	read()
	d.at = before
}

func (d *declarer) string(v lua.LValue) string {
	s, err := text(expr.ArgString, v)
	if err != nil {
		d.fail("%s", err)
	}
	return s
}

func (d *declarer) bool(v lua.LValue) bool {
	b, ok := v.(lua.LBool)
	if !ok {
		d.fail("expected true or false, got %s", shown(v))
	}
	return bool(b)
}

func (d *declarer) strings(v lua.LValue) (list []string) {
	d.open(v, "a list of names", func(_ int, v lua.LValue) { list = append(list, d.string(v)) }, nil)
	return list
}

func (d *declarer) integer(v lua.LValue) int64 {
	n, ok := v.(lua.LNumber)
	switch {
	case ok && n == lua.LNumber(math.Trunc(float64(n))) && math.Abs(float64(n)) <= 1<<53:
		return int64(n)
	case v.Type() == lua.LTString: // beyond what a Lua number holds
		x, err := expr.ParseValue(schema.BigInteger, d.string(v))
		if err == nil {
			return x.Int()
		}
	}
	d.fail("expected a whole number, got %s", shown(v))
	return 0
}

func (d *declarer) action(v lua.LValue) schema.Action {
	words := strings.ToUpper(d.string(v))
	a, ok := schema.ParseAction(words)
	if !ok {
		d.fail("expected %q, %q, %q, %q or %q, got %s", schema.NoAction, schema.Restrict, schema.Cascade, schema.SetNull, schema.SetDefault, shown(v))
	}
	return a
}

func (d *declarer) deferrable(v lua.LValue) schema.ForeignKeyOption {
	when := d.string(v)
	if when != "immediate" && when != "deferred" {
		d.fail(`expected "immediate" or "deferred", got %s`, shown(v))
	}
	return schema.Deferrable(when == "deferred")
}

// foreignKeys are the keys that say what a foreign key does.
func (d *declarer) foreignOptions(add func(schema.ForeignKeyOption)) map[string]func(lua.LValue) {
	return map[string]func(lua.LValue){
		"on_delete":  func(v lua.LValue) { add(schema.OnDelete(d.action(v))) },
		"on_update":  func(v lua.LValue) { add(schema.OnUpdate(d.action(v))) },
		"deferrable": func(v lua.LValue) { add(d.deferrable(v)) },
	}
}

// value reads what a default, condition or computation is.
func (d *declarer) value(v lua.LValue) any {
	switch v := v.(type) {
	case lua.LBool:
		return bool(v)
	case lua.LNumber:
		if f := float64(v); f != math.Trunc(f) || math.Abs(f) > 1<<53 {
			return f
		}
		return int64(v)
	case lua.LString:
		return d.string(v)
	case *lua.LFunction:
		at := d.at
		return func(t *schema.Table) schema.Clause { return d.call(v, t, at) }
	case *lua.LTable:
		var made any
		var words, dialect string
		d.open(v, "a default", nil, map[string]func(lua.LValue){
			"null":              func(v lua.LValue) { d.bool(v) },
			"current_timestamp": func(v lua.LValue) { d.bool(v); made = schema.CurrentTimestamp },
			"sql":               func(v lua.LValue) { words = d.string(v) },
			"dialect":           func(v lua.LValue) { dialect = d.string(v) },
			"bytes": func(v lua.LValue) {
				b, err := hex.DecodeString(d.string(v))
				if err != nil {
					d.fail("expected hexadecimal digits, got %s", shown(v))
				}
				made = b
			},
		})
		if words != "" || dialect != "" {
			return schema.SQL(dialect, words)
		}
		return made
	}
	x, ok := userdata(v).(expr.Expr)
	if !ok {
		d.fail("expected a plain value, an expression, a function, {current_timestamp = true} or {sql = ..., dialect = ...}, got %s", shown(v))
		return nil
	}
	if l, ok := x.Node().(*expr.LiteralExpr); ok && !l.Value().IsNull() && l.Value().Kind() != schema.KindLargeBinary {
		return l.Value().Plain()
	}
	return x
}

// call calls a function of the script with a table.
func (d *declarer) call(f *lua.LFunction, t *schema.Table, at string) schema.Clause {
	d.st.lua.Push(f)
	d.st.lua.Push(d.st.source(expr.Table(t)))
	if err := d.st.protected(d.st.lua, 1); err != nil {
		if d.err == nil {
			e := d.st.failed(d.file, err)
			e.Reason = at + ": " + e.Reason
			d.err = e
		}
		return nil
	}
	v := d.st.lua.Get(-1)
	d.st.lua.SetTop(0)
	x, ok := userdata(v).(expr.Expr)
	if !ok {
		d.at = at
		d.fail("expected the function to return an expression, got %s", shown(v))
		return nil
	}
	return x
}

func (d *declarer) tables(v lua.LValue) {
	d.open(v, "a schema", nil, map[string]func(lua.LValue){
		"tables": func(v lua.LValue) {
			d.open(v, "the list of tables", func(i int, v lua.LValue) {
				place := fmt.Sprintf("table %d", i)
				if t, ok := v.(*lua.LTable); ok {
					if name, ok := t.RawGetString("name").(lua.LString); ok {
						place = "table " + shown(name)
					}
				}
				d.in(place, func() { d.table(v) })
			}, nil)
		},
	})
}

func (d *declarer) table(v lua.LValue) {
	name := ""
	var items []schema.TableItem
	add := func(item schema.TableItem) { items = append(items, item) }
	each := func(what string, read func(lua.LValue)) func(lua.LValue) {
		return func(v lua.LValue) {
			d.open(v, "the list of "+what, func(i int, v lua.LValue) {
				d.in(fmt.Sprintf("%s %d", what, i), func() { read(v) })
			}, nil)
		}
	}
	d.open(v, "a table", nil, map[string]func(lua.LValue){
		"name":        func(v lua.LValue) { name = d.string(v) },
		"schema":      func(v lua.LValue) { add(schema.InSchema(d.strings(v)...)) },
		"comment":     func(v lua.LValue) { add(schema.Comment(d.string(v))) },
		"id":          func(v lua.LValue) { add(schema.StableID(d.string(v))) },
		"formerly":    func(v lua.LValue) { add(schema.Formerly(d.strings(v)...)) },
		"formerly_at": each("former names", func(v lua.LValue) { add(schema.FormerlyAt(d.strings(v)...)) }),
		"view": func(v lua.LValue) {
			if d.bool(v) {
				add(schema.View())
			}
		},
		"primary_key":  func(v lua.LValue) { add(schema.PrimaryKeyConstraint(d.strings(v)...)) },
		"unique":       each("unique keys", func(v lua.LValue) { add(schema.UniqueConstraint(d.strings(v)...)) }),
		"foreign_keys": each("foreign keys", func(v lua.LValue) { add(d.foreignKey(v)) }),
		"indexes":      each("indexes", func(v lua.LValue) { add(d.index(v)) }),
		"checks":       each("checks", func(v lua.LValue) { add(d.check(v)) }),
		"columns":      each("columns", func(v lua.LValue) { add(d.column(v)) }),
	})
	if d.err == nil {
		d.meta.Table(name, items...)
	}
}

func (d *declarer) foreignKey(v lua.LValue) schema.TableItem {
	var name string
	var columns, target, referred []string
	var options []schema.ForeignKeyOption
	keys := d.foreignOptions(func(o schema.ForeignKeyOption) { options = append(options, o) })
	keys["name"] = func(v lua.LValue) { name = d.string(v) }
	keys["columns"] = func(v lua.LValue) { columns = d.strings(v) }
	keys["target"] = func(v lua.LValue) { target = d.strings(v) }
	keys["referred"] = func(v lua.LValue) { referred = d.strings(v) }
	d.open(v, "a foreign key", nil, keys)
	return schema.ForeignKeyConstraint(name, columns, target, referred, options...)
}

func (d *declarer) index(v lua.LValue) schema.TableItem {
	var names []string
	var options schema.IndexOptions
	d.open(v, "an index", func(_ int, v lua.LValue) { names = append(names, d.string(v)) }, map[string]func(lua.LValue){
		"unique": func(v lua.LValue) { options.Unique = d.bool(v) },
		"where":  func(v lua.LValue) { options.Where = d.value(v) },
	})
	if len(names) == 0 {
		names = []string{""}
	}
	return schema.NewIndexWith(names[0], options, names[1:]...)
}

// check reads {"name", condition} or {condition}.
func (d *declarer) check(v lua.LValue) schema.TableItem {
	var parts []lua.LValue
	d.open(v, "a check", func(_ int, v lua.LValue) { parts = append(parts, v) }, nil)
	name := ""
	if len(parts) == 2 {
		name, parts = d.string(parts[0]), parts[1:]
	}
	if len(parts) != 1 {
		d.fail("expected a check such as {\"name\", condition}")
		return schema.CheckConstraint(name, nil)
	}
	return schema.CheckConstraint(name, d.value(parts[0]))
}

func (d *declarer) column(v lua.LValue) schema.TableItem {
	var (
		name     string
		typ      schema.Type
		options  []schema.ColumnOption
		computed any
		stored   bool
		computes bool
	)
	add := func(o schema.ColumnOption) { options = append(options, o) }
	flag := func(o schema.ColumnOption) func(lua.LValue) {
		return func(v lua.LValue) {
			if d.bool(v) {
				add(o)
			}
		}
	}
	keys := d.foreignOptions(func(o schema.ForeignKeyOption) { add(o) })
	for key, read := range map[string]func(lua.LValue){
		"primary_key": flag(schema.PrimaryKey), "not_null": flag(schema.NotNull), "unique": flag(schema.Unique),
		"references":     func(v lua.LValue) { add(schema.References(d.strings(v)...)) },
		"default":        func(v lua.LValue) { add(schema.Default(d.value(v))) },
		"server_default": func(v lua.LValue) { add(schema.ServerDefault(d.value(v))) },
		"computed":       func(v lua.LValue) { computed, computes = d.value(v), true },
		"stored":         func(v lua.LValue) { stored = d.bool(v) },
		"identity":       func(v lua.LValue) { d.identity(v, add) },
		"comment":        func(v lua.LValue) { add(schema.Comment(d.string(v))) },
		"id":             func(v lua.LValue) { add(schema.StableID(d.string(v))) },
		"formerly":       func(v lua.LValue) { add(schema.Formerly(d.strings(v)...)) },
		"collate": func(v lua.LValue) {
			d.byDialect(v, func(dialect string, v lua.LValue) { add(schema.Collate(dialect, d.string(v))) })
		},
		"variants": func(v lua.LValue) {
			d.byDialect(v, func(dialect string, v lua.LValue) {
				if t, ok := userdata(v).(schema.Type); ok {
					add(schema.Variant(dialect, t))
				} else {
					add(schema.SQLType(dialect, d.string(v)))
				}
			})
		},
	} {
		keys[key] = read
	}
	d.open(v, "a column", func(i int, v lua.LValue) {
		switch i {
		case 1:
			name = d.string(v)
			d.at += " " + shown(v)
		case 2:
			var ok bool
			if typ, ok = userdata(v).(schema.Type); !ok {
				d.fail("expected a type such as sql.types.integer, got %s", shown(v))
			}
		default:
			d.fail("expected a name and a type, got %s too", shown(v))
		}
	}, keys)
	if computes {
		add(schema.Computed(computed, stored))
	} else if stored {
		d.fail("stored, but not computed")
	}
	return schema.NewColumn(name, typ, options...)
}

// byDialect reads {dialect = value, ...}.
func (d *declarer) byDialect(v lua.LValue, read func(string, lua.LValue)) {
	t, ok := v.(*lua.LTable)
	if !ok {
		d.fail("expected {dialect = ...}, got %s", shown(v))
		return
	}
	for _, f := range fields(t) {
		read(d.string(f.key), f.value)
	}
}

func (d *declarer) identity(v lua.LValue, add func(schema.ColumnOption)) {
	if b, ok := v.(lua.LBool); ok {
		if bool(b) {
			add(schema.Identity(schema.IdentityOptions{}))
		}
		return
	}
	var o schema.IdentityOptions
	d.open(v, "an identity", nil, map[string]func(lua.LValue){
		"always": func(v lua.LValue) { o.Always = d.bool(v) }, "cycle": func(v lua.LValue) { o.Cycle = d.bool(v) },
		"start": func(v lua.LValue) { o.Start = d.integer(v) }, "increment": func(v lua.LValue) { o.Increment = d.integer(v) },
		"min_value": func(v lua.LValue) { o.MinValue = d.integer(v) }, "max_value": func(v lua.LValue) { o.MaxValue = d.integer(v) },
		"cache": func(v lua.LValue) { o.Cache = d.integer(v) },
	})
	add(schema.Identity(o))
}
