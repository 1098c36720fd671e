package luabind

import (
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/sqlser/sqlser/schema"
)

// MetaDataLua writes frozen metadata as a script from which [LoadMetaData] makes it
// again. An expression in it that is not a database's own text cannot be written.
func MetaDataLua(meta *schema.MetaData) (string, error) {
	if !meta.Frozen() {
		return "", fmt.Errorf("luabind: expected a metadata that is frozen")
	}
	w := &luaWriter{}
	w.line("local t = sql.types")
	w.line("return { tables = {")
	for _, t := range meta.Tables() {
		w.table(t)
	}
	w.line("} }")
	if w.err != nil {
		return "", w.err
	}
	return w.b.String(), nil
}

type luaWriter struct {
	b   strings.Builder
	err error
}

func (w *luaWriter) line(format string, args ...any) { fmt.Fprintf(&w.b, format+"\n", args...) }

func (w *luaWriter) table(t *schema.Table) {
	head := "name = " + luaString(t.Name())
	if parts := t.Schema(); len(parts) > 0 {
		head += ", schema = " + luaNames(parts)
	}
	if t.Comment() != "" {
		head += ", comment = " + luaString(t.Comment())
	}
	if t.IsView() {
		head += ", view = true"
	}
	if t.StableID() != "" {
		head += ", id = " + luaString(t.StableID())
	}
	var former []string
	for _, name := range t.FormerNames() {
		former = append(former, luaNames(name))
	}
	if former != nil {
		head += ", formerly_at = { " + strings.Join(former, ", ") + " }"
	}
	w.line("\t{ %s,", head)
	w.line("\t\tcolumns = {")
	key := t.PrimaryKey()
	inOrder := slices.DeleteFunc(t.Columns(), func(c *schema.Column) bool { return !c.IsPrimaryKey() })
	ordered := slices.Equal(inOrder, key)
	for _, c := range t.Columns() {
		w.line("\t\t\t{ %s },", w.column(c, ordered))
	}
	w.line("\t\t},")
	if !ordered {
		w.line("\t\tprimary_key = %s,", columnNamesLua(key))
	}
	var list []string
	for _, u := range t.UniqueKeys() {
		list = append(list, columnNamesLua(u))
	}
	w.list("unique", list)
	list = nil
	for _, k := range t.ForeignKeys() {
		list = append(list, foreignKeyLua(k))
	}
	w.list("foreign_keys", list)
	list = nil
	for _, i := range t.Indexes() {
		s := "{ " + luaString(i.Name())
		for _, c := range i.Columns() {
			s += ", " + luaString(c.Name())
		}
		if i.IsUnique() {
			s += ", unique = true"
		}
		if x := i.Where(); !x.IsZero() {
			s += ", where = " + w.value(x, t.ID())
		}
		list = append(list, s+" }")
	}
	w.list("indexes", list)
	list = nil
	for _, k := range t.Checks() {
		s := w.value(k.Condition(), t.ID())
		if k.Name() != "" {
			s = luaString(k.Name()) + ", " + s
		}
		list = append(list, "{ "+s+" }")
	}
	w.list("checks", list)
	w.line("\t},")
}

func (w *luaWriter) list(name string, items []string) {
	if len(items) == 0 {
		return
	}
	w.line("\t\t%s = {", name)
	for _, s := range items {
		w.line("\t\t\t%s,", s)
	}
	w.line("\t\t},")
}

func (w *luaWriter) column(c *schema.Column, keyed bool) string {
	parts := []string{luaString(c.Name())}
	if !c.Type().IsUnknown() {
		parts = append(parts, typeLua(c.Type()))
	}
	add := func(format string, args ...any) { parts = append(parts, fmt.Sprintf(format, args...)) }
	switch {
	case c.IsPrimaryKey() && keyed:
		add("primary_key = true")
	case !c.Nullable():
		add("not_null = true")
	}
	if o, ok := c.Identity(); ok {
		add("identity = %s", identityLua(o))
	}
	if x := c.Default(); !x.IsZero() {
		add("default = %s", w.value(x, c.ID()))
	}
	if x := c.ServerDefault(); !x.IsZero() {
		add("server_default = %s", w.value(x, c.ID()))
	}
	if x, stored := c.Computed(); !x.IsZero() {
		add("computed = %s", w.value(x, c.ID()))
		if stored {
			add("stored = true")
		}
	}
	if c.Comment() != "" {
		add("comment = %s", luaString(c.Comment()))
	}
	var collations, variants []string
	for _, dialect := range c.Dialects() {
		if name := c.Collation(dialect); name != "" {
			collations = append(collations, "["+luaString(dialect)+"] = "+luaString(name))
		}
		if t, words := c.TypeIn(dialect); words != "" {
			variants = append(variants, "["+luaString(dialect)+"] = "+luaString(words))
		} else if t != c.Type() {
			variants = append(variants, "["+luaString(dialect)+"] = "+typeLua(t))
		}
	}
	if collations != nil {
		add("collate = { %s }", strings.Join(collations, ", "))
	}
	if variants != nil {
		add("variants = { %s }", strings.Join(variants, ", "))
	}
	if c.StableID() != "" {
		add("id = %s", luaString(c.StableID()))
	}
	if former := c.FormerNames(); former != nil {
		add("formerly = %s", luaNames(former))
	}
	return strings.Join(parts, ", ")
}

// typeLua writes a type as sql.types has it.
func typeLua(t schema.Type) string {
	switch k := t.Kind(); {
	case t.IsArray():
		return "t.array(" + typeLua(t.Elem()) + ")"
	case k == schema.KindEnum && t.EnumName() != "":
		labels := luaNames(t.Labels())
		name := ", name = " + luaString(t.EnumName())
		if t.EnumSchema() != "" {
			name += ", schema = " + luaString(t.EnumSchema())
		}
		return "t.enum" + strings.TrimSuffix(labels, " }") + name + " }"
	case k == schema.KindEnum:
		return "t.enum" + luaNames(t.Labels())
	case t.Size() > 0 && k == schema.KindNumeric && t.Scale() > 0:
		return fmt.Sprintf("t.numeric(%d, %d)", t.Size(), t.Scale())
	case t.Size() > 0:
		return fmt.Sprintf("t.%s(%d)", k, t.Size())
	default:
		return "t." + k.String()
	}
}

func identityLua(o schema.IdentityOptions) string {
	if o == (schema.IdentityOptions{}) {
		return "true"
	}
	var parts []string
	if o.Always {
		parts = append(parts, "always = true")
	}
	for _, n := range []struct {
		name string
		n    int64
	}{{"start", o.Start}, {"increment", o.Increment}, {"min_value", o.MinValue}, {"max_value", o.MaxValue}, {"cache", o.Cache}} {
		if n.n != 0 {
			parts = append(parts, n.name+" = "+integerLua(n.n))
		}
	}
	if o.Cycle {
		parts = append(parts, "cycle = true")
	}
	return "{ " + strings.Join(parts, ", ") + " }"
}

// integerLua writes an integer, as a string where a Lua number would round it.
func integerLua(n int64) string {
	s := strconv.FormatInt(n, 10)
	if n > 1<<53 || n < -1<<53 {
		return `"` + s + `"`
	}
	return s
}

func (w *luaWriter) value(x schema.Expression, of schema.ID) string {
	if x.IsCurrentTimestamp() {
		return "{ current_timestamp = true }"
	}
	if dialect, text, ok := x.SQL(); ok {
		return "{ sql = " + luaString(text) + ", dialect = " + luaString(dialect) + " }"
	}
	v, ok := x.Literal()
	if !ok {
		if w.err == nil {
			w.err = fmt.Errorf("luabind: %s: an expression cannot be written as Lua", of)
		}
		return "nil"
	}
	switch v := v.(type) {
	case bool:
		return strconv.FormatBool(v)
	case int64:
		return integerLua(v)
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64)
	case string:
		return luaString(v)
	case []byte:
		return "{ bytes = " + luaString(hex.EncodeToString(v)) + " }"
	}
	return "{ null = true }"
}

func foreignKeyLua(k *schema.ForeignKey) string {
	s := "{ "
	if k.Name() != "" {
		s += "name = " + luaString(k.Name()) + ", "
	}
	s += "columns = " + columnNamesLua(k.Columns()) + ", target = " + luaNames(k.Referred().FullName()) + ", referred = " + columnNamesLua(k.ReferredColumns())
	if a := k.OnDelete(); a != schema.NoAction {
		s += ", on_delete = " + luaString(a.String())
	}
	if a := k.OnUpdate(); a != schema.NoAction {
		s += ", on_update = " + luaString(a.String())
	}
	if can, initially := k.Deferrable(); can && initially {
		s += `, deferrable = "deferred"`
	} else if can {
		s += `, deferrable = "immediate"`
	}
	return s + " }"
}

func columnNamesLua(columns []*schema.Column) string {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.Name()
	}
	return luaNames(names)
}

func luaNames(names []string) string {
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = luaString(n)
	}
	return "{ " + strings.Join(quoted, ", ") + " }"
}

// luaString writes a string of Lua: bytes that do not show as digits.
func luaString(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c == '\n':
			b.WriteString(`\n`)
		case c < ' ' || c == 0x7f:
			fmt.Fprintf(&b, `\%03d`, c)
		default:
			b.WriteByte(c)
		}
	}
	b.WriteByte('"')
	return b.String()
}
