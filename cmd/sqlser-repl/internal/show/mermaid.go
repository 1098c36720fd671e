package show

import (
	"fmt"
	"strings"

	"github.com/sqlser/sqlser/engine/expr"
)

// MaxDrawn is how many nodes a drawing has; no one sees more in one.
const MaxDrawn = 500

// Mermaid draws a tree as a Mermaid flowchart: a box a node, with its plain fields in it, an
// arrow a child. A source has one box, however often it is named. Whole is false where not all
// nodes are drawn.
func Mermaid(n expr.Node) (text string, whole bool) {
	d := &drawing{sources: map[any]int{}}
	d.b.WriteString("flowchart TD\n")
	d.node(n)
	return d.b.String(), !d.cut
}

type drawing struct {
	b       strings.Builder
	drawn   int
	cut     bool
	sources map[any]int
}

// node draws a node and what is below it, and returns its number; -1 for one that is left out.
func (d *drawing) node(n expr.Node) int {
	s, isSource := n.(expr.Source)
	if isSource {
		if at, known := d.sources[s.Identity()]; known {
			return at
		}
	}
	if d.drawn == MaxDrawn {
		d.cut = true
		return -1
	}
	at := d.drawn
	d.drawn++
	if isSource {
		d.sources[s.Identity()] = at
	}
	box := &box{title: n.Op().String()}
	box.fields("", expr.FieldsOf(n))
	open, end := `["`, `"]`
	if isSource {
		open, end = `[("`, `")]`
	}
	fmt.Fprintf(&d.b, "  n%d%s%s%s\n", at, open, strings.Join(append([]string{mermaidText(box.title)}, box.lines...), "<br/>"), end)
	for _, c := range box.children {
		if to := d.node(c.node); to >= 0 {
			fmt.Fprintf(&d.b, "  n%d -->|%s| n%d\n", at, mermaidText(c.field), to)
		}
	}
	return at
}

// box is what there is to say of one node.
type box struct {
	title    string
	lines    []string
	children []boxChild
}

type boxChild struct {
	field string
	node  expr.Node
}

func (b *box) fields(prefix string, list []expr.FieldValue) {
	for _, f := range list {
		b.value(prefix+f.Name, f.Value)
	}
}

func (b *box) value(name string, v any) {
	switch v := v.(type) {
	case expr.Node:
		b.children = append(b.children, boxChild{name, v})
	case expr.ColumnOf:
		b.lines = append(b.lines, mermaidText(expr.Brief(v)))
		b.children = append(b.children, boxChild{"of", v.Source})
	case []expr.FieldValue:
		b.fields(name+".", v)
	case []any:
		for i, item := range v {
			b.value(fmt.Sprintf("%s[%d]", name, i), item)
		}
	default:
		b.lines = append(b.lines, mermaidText(name+": "+expr.Brief(v)))
	}
}

// mermaidText writes whatever is no letter, digit or harmless mark as a number, so that no
// name or value becomes syntax or markup.
func mermaidText(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r < 0x80 && (r == ' ' || r == '_' || r == '.' || r == ',' || r == ':' || r == '[' || r == ']' || r == '-' ||
			r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z') {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(&b, "#%d;", r)
		}
	}
	return b.String()
}
