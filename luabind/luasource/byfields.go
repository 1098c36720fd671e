package luasource

import (
	"strconv"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// byFields is sql.node(kind, {field = value}): what no method makes.
func (p *printer) byFields(n expr.Node) text {
	w := &writer{p: p}
	w.raw("sql.node(" + quote(n.Op().String()) + ", ")
	w.fields(expr.FieldsOf(n))
	w.raw(")")
	if !n.Op().Known() {
		p.fail(&Error{CodeNode, "what has been resolved has no source: take the statement as it was"})
	}
	return text{s: w.b.String(), depth: w.depth + 2, chain: 1}
}

func (w *writer) fields(fields []expr.FieldValue) {
	w.list(len(fields), true, func(i int) {
		w.raw(key(fields[i].Name))
		w.value(fields[i].Value)
	})
}

// value writes the value of a field as sql.node takes it.
func (w *writer) value(v any) {
	switch v := v.(type) {
	case bool:
		w.raw("true")
	case uint8:
		w.raw(strconv.Itoa(int(v)))
	case string:
		w.raw(quote(v))
	case expr.Value:
		w.raw("{kind = " + quote(v.Kind().String()) + ", bits = \"" + strconv.FormatInt(v.Int(), 10) + "\", text = " + quote(v.Text()) + "}")
	case schema.Type:
		if s, ok := typeText(v); ok {
			w.raw(s)
		} else {
			w.typeParts(v)
		}
	case expr.ColumnOf:
		w.raw("{")
		w.inner(w.p.source(v.Source))
		if v.Column != nil {
			w.raw(", " + quote(v.Column.Name()) + "}")
		} else {
			w.raw(", " + strconv.Itoa(v.Index) + "}")
		}
	case *schema.Table:
		w.raw(w.p.table(v))
	case *schema.Entity:
		w.raw(w.p.entity(v))
	case *schema.Attribute:
		w.raw("{" + w.p.entity(v.Entity()) + ", " + quote(v.Name()) + "}")
	case *schema.Relationship:
		w.raw("{" + w.p.entity(v.Entity()) + ", " + quote(v.Name()) + "}")
	case *expr.Function:
		w.raw(quote(v.Name()))
	case *expr.Parameter:
		w.raw("{name = " + quote(v.Name()) + ", type = ")
		w.value(v.Type())
		if d, ok := v.Default(); ok {
			w.raw(", default = ")
			w.value(d)
		}
		w.accepted(v)
		w.raw("}")
	case expr.Node:
		w.inner(w.p.node(v))
	case []expr.FieldValue:
		w.fields(v)
	case []any:
		w.list(len(v), true, func(i int) { w.value(v[i]) })
		w.depth++
	}
}

// accepted writes what a parameter accepts, and whether it is bound.
func (w *writer) accepted(p *expr.Parameter) {
	if v := p.Min(); !v.IsNull() {
		w.raw(", min = ")
		w.value(v)
	}
	if v := p.Max(); !v.IsNull() {
		w.raw(", max = ")
		w.value(v)
	}
	if enum := p.Enum(); enum.Len() > 0 {
		w.raw(", enum = ")
		w.list(enum.Len(), true, func(i int) { w.value(enum.At(i)) })
	}
	if p.Doc() != "" {
		w.raw(", doc = " + quote(p.Doc()))
	}
	if p.IsBound() {
		w.raw(", bound = true")
	}
}

// typeParts writes a type by its parts.
func (w *writer) typeParts(t schema.Type) {
	w.raw("{kind = " + quote(t.Kind().String()) + ", size = " + strconv.Itoa(int(t.Size())) + ", scale = " + strconv.Itoa(int(t.Scale())))
	if t.IsArray() {
		w.raw(", array = true")
	}
	if n := t.EnumName(); n != "" {
		w.raw(", name = " + quote(n))
	}
	if s := t.EnumSchema(); s != "" {
		w.raw(", schema = " + quote(s))
	}
	if id := t.HostID(); id != "" {
		w.raw(", host = " + quote(id))
	}
	w.raw(", labels = ")
	w.list(len(t.Labels()), true, func(i int) { w.raw(quote(t.Labels()[i])) })
	w.raw("}")
}
