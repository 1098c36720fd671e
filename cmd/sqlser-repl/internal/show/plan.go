package show

import (
	"fmt"
	"slices"
	"strings"
)

// Plan is what a database answers to EXPLAIN, as people read it: a step a line, those that it
// is made of below it. What reads every row of a table is in another color.
func Plan(dialect string, columns []string, rows [][]*string, style Style) string {
	switch {
	case dialect == "sqlite" && len(columns) == 4:
		return sqlitePlan(rows, style)
	case slices.Contains(columns, "select_type") && slices.Contains(columns, "key"):
		return mysqlPlan(columns, rows, style)
	}
	var b strings.Builder
	for _, row := range rows {
		for _, s := range row {
			b.WriteString(step(value(s), style) + "\n")
		}
	}
	return b.String()
}

func value(s *string) string {
	if s == nil {
		return ""
	}
	return Visible(*s)
}

// step colors a step that reads every row.
func step(s string, style Style) string {
	words := strings.TrimLeft(s, " ->")
	if strings.HasPrefix(words, "SCAN ") && !strings.Contains(words, "USING") && !strings.Contains(words, "CONSTANT ROW") || strings.HasPrefix(words, "Seq Scan") ||
		strings.Contains(words, ": every row") {
		return style.Paint(Yellow, s)
	}
	return s
}

// sqlitePlan draws the rows (id, parent, unused, detail) as a tree.
func sqlitePlan(rows [][]*string, style Style) string {
	below := map[string][][]*string{}
	for _, row := range rows {
		below[value(row[1])] = append(below[value(row[1])], row)
	}
	var b strings.Builder
	drawn := 0
	var draw func(parent, indent string)
	draw = func(parent, indent string) {
		steps := below[parent]
		for i, row := range steps {
			if drawn++; drawn > len(rows) {
				return // a step above itself
			}
			branch, more := "├─ ", "│  "
			if i == len(steps)-1 {
				branch, more = "└─ ", "   "
			}
			b.WriteString(style.Paint(Dim, indent+branch) + step(value(row[3]), style) + "\n")
			draw(value(row[0]), indent+more)
		}
	}
	draw("0", "")
	return b.String()
}

// mysqlPlan says each row of EXPLAIN's table as a line: in which order tables are read, how, and
// how many rows are expected.
func mysqlPlan(columns []string, rows [][]*string, style Style) string {
	var b strings.Builder
	for n, row := range rows {
		get := func(name string) string {
			if i := slices.Index(columns, name); i >= 0 && row[i] != nil {
				return value(row[i])
			}
			return ""
		}
		table := get("table")
		if table == "" {
			table = "no table"
		}
		line := fmt.Sprintf("%d. %s: ", n+1, table)
		switch kind, key := get("type"), get("key"); {
		case kind == "ALL":
			line += "every row"
		case kind == "index":
			line += "every entry of index " + key
		case kind == "range":
			line += "a range of index " + key
		case kind == "const" || kind == "system":
			line += "one row by " + key
		case kind == "eq_ref":
			line += "one row for each by " + key
		case key != "":
			line += kind + " by index " + key
		default:
			line += kind
		}
		if ref := get("ref"); ref != "" && ref != "const" {
			line += " = " + ref
		}
		if n := get("rows"); n != "" {
			line += ", about " + n + " row"
			if n != "1" {
				line += "s"
			}
		}
		if extra := get("Extra"); extra != "" {
			line += "; " + strings.ToLower(extra[:1]) + extra[1:]
		}
		if kind := get("select_type"); kind != "SIMPLE" && kind != "PRIMARY" {
			line += " (" + strings.ToLower(kind) + " " + get("id") + ")"
		}
		b.WriteString(step(strings.Replace(line, ": ; ", "; ", 1), style) + "\n")
	}
	return b.String()
}
