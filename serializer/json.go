package serializer

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"strconv"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// JSON returns a payload as JSON, as JSON.md says: for people, web pages and other
// languages. It is a function of the bytes and needs no schema; nothing is lost, but there is no way
// back. The error is that of [Detached].
func JSON(b []byte) ([]byte, error) {
	l, err := Detached(b, Limits{})
	if err != nil {
		return nil, err
	}
	p := &projector{numbers: map[any]int{}, columns: map[*schema.Column]int{}, tables: map[*schema.Table]int{}, members: map[any]int{}}
	m := l.Manifest().lists()
	root := p.root(l.Root, m)
	p.object(func(field func(string)) {
		field("format")
		p.text(magic)
		if len(m.Features) > 0 {
			field("features")
			p.texts(m.Features)
		}
		p.manifest(m, field)
		if len(p.sources) > 0 {
			field("sources")
			p.array(len(p.sources), func(i int) { p.b.Write(p.sources[i]) })
		}
		field("root")
		p.b.Write(root)
	})
	return p.b.Bytes(), nil
}

// projector writes JSON.
type projector struct {
	b       bytes.Buffer
	sources [][]byte
	numbers map[any]int // of sources
	columns map[*schema.Column]int
	tables  map[*schema.Table]int
	members map[any]int // entities, attributes and relationships
}

// object writes an object; each calls field before each value.
func (p *projector) object(each func(field func(string))) {
	separator := byte('{')
	each(func(name string) {
		p.b.WriteByte(separator)
		separator = ','
		p.text(name)
		p.b.WriteByte(':')
	})
	if separator == '{' {
		p.b.WriteByte('{')
	}
	p.b.WriteByte('}')
}

func (p *projector) array(n int, each func(i int)) {
	p.b.WriteByte('[')
	for i := range n {
		if i > 0 {
			p.b.WriteByte(',')
		}
		each(i)
	}
	p.b.WriteByte(']')
}

func (p *projector) text(s string) {
	e := json.NewEncoder(&p.b)
	e.SetEscapeHTML(false)
	_ = e.Encode(s)             // a string always can be, into memory
	p.b.Truncate(p.b.Len() - 1) // the line's end
}

func (p *projector) texts(list []string) {
	p.array(len(list), func(i int) { p.text(list[i]) })
}

func (p *projector) int(n int) { p.b.WriteString(strconv.Itoa(n)) }

// manifest writes the fields of the manifest.
func (p *projector) manifest(m *manifest, field func(string)) {
	field("kind")
	p.text(m.Kind.String())
	field("size")
	p.int(m.Size)
	field("depth")
	p.int(m.Depth)
	columns := make([][]*ColumnRef, len(m.Tables))
	place := make([]int, len(m.Columns)) // of a column in its table
	for i := range m.Columns {
		c := &m.Columns[i]
		place[i] = len(columns[c.Table])
		columns[c.Table] = append(columns[c.Table], c)
	}
	start := make([]int, len(m.Tables)) // of a table's columns among all
	for i := 1; i < len(m.Tables); i++ {
		start[i] = start[i-1] + len(columns[i-1])
	}
	if len(m.Tables) > 0 {
		field("tables")
		p.array(len(m.Tables), func(i int) { p.table(&m.Tables[i], columns[i]) })
	}
	if len(m.Functions) > 0 {
		field("functions")
		p.texts(m.Functions)
	}
	if len(m.Parameters) > 0 {
		field("parameters")
		p.array(len(m.Parameters), func(i int) { p.parameter(m.Parameters[i]) })
	}
	if len(m.Results) > 0 {
		field("results")
		p.array(len(m.Results), func(i int) {
			r := &m.Results[i]
			p.object(func(field func(string)) {
				field("name")
				p.text(r.Name)
				if r.Column >= 0 {
					field("column")
					p.int(start[m.Columns[r.Column].Table] + place[r.Column])
				} else {
					field("type")
					p.typ(r.Type)
				}
			})
		})
	}
	if m.Slot.Kind != "" {
		field("slot")
		p.object(func(field func(string)) {
			field("kind")
			p.text(string(m.Slot.Kind))
			field("name")
			p.text(m.Slot.Name)
		})
	}
	if len(m.Grants) > 0 {
		field("grants")
		p.array(len(m.Grants), func(i int) { p.text(string(m.Grants[i])) })
	}
	if len(m.Optional) > 0 {
		field("optional")
		p.array(len(m.Optional), func(i int) { p.text(m.Parameters[m.Optional[i]].Name()) })
	}
	p.entities(m, field)
}

func (p *projector) table(t *TableRef, columns []*ColumnRef) {
	p.object(func(field func(string)) {
		field("name")
		p.text(t.Name)
		if len(columns) > 0 {
			field("columns")
			p.array(len(columns), func(i int) {
				c := columns[i]
				p.object(func(field func(string)) {
					field("name")
					p.text(c.Name)
					p.typeFields(c.Type, field)
					if c.Nullable {
						field("nullable")
						p.b.WriteString("true")
					}
					if c.Stable != "" {
						field("stable")
						p.text(c.Stable)
					}
				})
			})
		}
		if len(t.Schema) > 0 {
			field("schema")
			p.texts(t.Schema)
		}
		if t.Stable != "" {
			field("stable")
			p.text(t.Stable)
		}
	})
}

func (p *projector) parameter(d *expr.Parameter) {
	p.object(func(field func(string)) {
		field("name")
		p.text(d.Name())
		field("type")
		p.typ(d.Type())
		if v, ok := d.Default(); ok {
			field("default")
			p.value(v)
		}
		if v := d.Min(); !v.IsNull() {
			field("min")
			p.value(v)
		}
		if v := d.Max(); !v.IsNull() {
			field("max")
			p.value(v)
		}
		if enum := d.Enum(); enum.Len() > 0 {
			field("enum")
			p.array(enum.Len(), func(i int) { p.value(enum.At(i)) })
		}
		if d.Doc() != "" {
			field("doc")
			p.text(d.Doc())
		}
		if d.IsBound() {
			field("bound")
			p.b.WriteString("true")
		}
	})
}

func (p *projector) typ(t schema.Type) {
	p.object(func(field func(string)) { p.typeFields(t, field) })
}

func (p *projector) typeFields(t schema.Type, field func(string)) {
	field("type")
	p.text(t.Kind().String())
	if n := t.Size(); n != 0 {
		field("size")
		p.b.WriteString(strconv.FormatUint(uint64(n), 10))
	}
	if n := t.Scale(); n != 0 {
		field("scale")
		p.int(int(n))
	}
	if t.IsArray() {
		field("array")
		p.b.WriteString("true")
	}
	if n := t.EnumName(); n != "" {
		field("enum")
		p.text(n)
	}
	if l := t.Labels(); len(l) > 0 {
		field("labels")
		p.texts(l)
	}
	if id := t.HostID(); id != "" {
		field("host")
		p.text(id)
	}
	if s := t.EnumSchema(); s != "" {
		field("enum_schema")
		p.text(s)
	}
}

func (p *projector) value(v expr.Value) {
	p.object(func(field func(string)) {
		field("value")
		if v.IsNull() {
			p.text("null")
			return
		}
		p.text(v.Kind().String())
		field("is")
		switch v.Kind() {
		case schema.KindBoolean:
			p.b.WriteString(strconv.FormatBool(v.Int() == 1))
		case schema.KindDouble:
			p.float(v.Float())
		case schema.KindLargeBinary, schema.KindUUID:
			p.text(hex.EncodeToString([]byte(v.Text())))
		case schema.KindDate:
			p.text(v.Time().Format("2006-01-02"))
		case schema.KindTime:
			p.text(v.Time().Format("15:04:05" + fraction(v)))
		case schema.KindDateTime:
			p.text(v.Time().Format("2006-01-02T15:04:05" + fraction(v)))
		case schema.KindDateTimeTZ:
			p.text(v.Time().Format("2006-01-02T15:04:05"+fraction(v)) + "Z")
		case schema.KindInterval:
			p.texts([]string{fmt.Sprint(v.Months()), fmt.Sprint(v.Days()), strconv.FormatInt(v.Int(), 10)})
		default: // integers and decimals are text: not every reader of JSON has such numbers
			p.text(v.Plain())
		}
	})
}

// fraction is how microseconds are written, if there are any.
func fraction(v expr.Value) string {
	if v.Int()%1_000_000 == 0 {
		return ""
	}
	return ".000000"
}

// float writes a number, or the text of what no number of JSON is.
func (p *projector) float(f float64) {
	switch {
	case math.IsNaN(f):
		p.text("NaN")
	case math.IsInf(f, 0):
		p.text(map[bool]string{true: "Infinity", false: "-Infinity"}[f > 0])
	case f == 0 && math.Signbit(f):
		p.text("-0")
	default:
		b, _ := json.Marshal(f) // it is finite
		p.b.Write(b)
	}
}

// root writes the root and the sources under it, and returns the root: columns go by the numbers that
// the manifest gives them.
func (p *projector) root(n expr.Node, m *manifest) []byte {
	deps := expr.DependenciesOf(n)
	for i, t := range deps.Tables { // in the manifest's order
		p.tables[t] = i
	}
	for i, e := range deps.Entities {
		p.members[e] = i
	}
	for i, a := range deps.Attributes {
		p.members[a] = i
	}
	for i, r := range deps.Relationships {
		p.members[r] = i
	}
	next := map[*schema.Table]int{}
	for _, c := range deps.Columns {
		p.columns[c] = next[c.Table()]
		next[c.Table()]++
	}
	p.any(n)
	root := bytes.Clone(p.b.Bytes())
	p.b.Reset()
	return root
}

// any writes the value of a field.
func (p *projector) any(v any) {
	switch v := v.(type) {
	case expr.Source:
		p.source(v)
	case *expr.ColumnExpr:
		p.column(v.Source(), v.Column(), v.Index())
	case expr.ColumnOf:
		p.column(v.Source, v.Column, v.Index)
	case expr.Node:
		p.node(v)
	case []expr.FieldValue:
		if len(v) == 1 && v[0].Name == "column" { // a part that is a column
			p.any(v[0].Value)
			return
		}
		p.object(func(field func(string)) { p.fields(v, field) })
	case []any:
		p.array(len(v), func(i int) { p.any(v[i]) })
	case bool:
		p.b.WriteString("true")
	case uint8:
		p.int(int(v))
	case string:
		p.text(v)
	case expr.Value:
		p.value(v)
	case schema.Type:
		p.typ(v)
	case *schema.Table:
		p.int(p.tables[v])
	case *schema.Entity, *schema.Attribute, *schema.Relationship:
		p.int(p.members[v])
	case *expr.Function:
		p.text(v.Name())
	case *expr.Parameter:
		p.text(v.Name())
	}
}

func (p *projector) fields(list []expr.FieldValue, field func(string)) {
	for _, f := range list {
		field(f.Name)
		p.any(f.Value)
	}
}

func (p *projector) node(n expr.Node) {
	p.object(func(field func(string)) {
		field("node")
		p.text(n.Op().String())
		p.fields(expr.FieldsOf(n), field)
	})
}

// source writes the number of a source, which it lists where it is first named.
func (p *projector) source(s expr.Source) {
	i, known := p.numbers[s.Identity()]
	if !known {
		outer := p.b
		p.b = bytes.Buffer{}
		p.node(s)
		i = len(p.sources)
		p.sources, p.b = append(p.sources, p.b.Bytes()), outer
		p.numbers[s.Identity()] = i
	}
	p.int(i)
}

func (p *projector) column(s expr.Source, c *schema.Column, index int) {
	p.object(func(field func(string)) {
		field("node")
		p.text(expr.OpColumn.String())
		field("source")
		p.source(s)
		field("column")
		if c != nil {
			index = p.columns[c]
		}
		p.int(index)
	})
}
