package serializer

import (
	"fmt"
	"strings"

	"github.com/sqlser/sqlser/schema"
)

// typeChange says what a change of a column's type means: outside its family the
// query may mean something else; within it, to a type that holds less, values may
// differ. COMPATIBILITY.md shows all of it.
func typeChange(from, to schema.Type) Severity {
	switch {
	case from.IsUnknown() && to.IsUnknown():
		return Notice
	case from.IsUnknown() || to.IsUnknown():
		return Warning
	case from.Family() != to.Family() || from.Elem().Family() != to.Elem().Family():
		return Failure
	case from.HostID() != to.HostID(): // of one family in the database, but other values in the host
		return Warning
	case from.Kind() == schema.KindEnum:
		for _, l := range from.Labels() {
			if !to.HasLabel(l) {
				return Warning
			}
		}
		return Notice
	case to.Kind() < from.Kind() || narrower(from, to):
		return Warning
	}
	return Notice
}

// narrower reports whether to, of the kind of from or a wider one, holds shorter
// text, or fewer digits before or behind the point.
func narrower(from, to schema.Type) bool {
	switch {
	case to.Size() == 0:
		return false
	case from.Size() == 0:
		return true
	}
	whole := func(t schema.Type) int64 { return int64(t.Size()) - int64(t.Scale()) }
	return whole(to) < whole(from) || to.Scale() < from.Scale()
}

// resultChange says what another name or type of a result means to whoever reads
// the rows. The query works in any case.
func resultChange(was, is Result) Severity {
	if was.Name != is.Name {
		return Warning
	}
	return min(typeChange(was.Type, is.Type), Warning)
}

// nullChange says what another nullability of a column means: a NULL may come
// where none did.
func nullChange(nullable bool) Severity {
	if nullable {
		return Warning
	}
	return Notice
}

// typeDifference shows two types: of two enums what tells them apart, as there may
// be many labels.
func typeDifference(was, is schema.Type) (expected, found string) {
	if was.Kind() != schema.KindEnum || is.Kind() != schema.KindEnum || was.IsArray() != is.IsArray() {
		return "type " + shownType(was), shownType(is)
	}
	expected, found = "type "+shownType(was), shownType(is)
	gone, added := lacking(was, is), lacking(is, was)
	if len(expected)+len(found) > 2*shortEnough || len(was.Labels()) > 8 || len(is.Labels()) > 8 {
		expected = fmt.Sprintf("an enum of %d labels", len(was.Labels()))
		found = fmt.Sprintf("one of %d", len(is.Labels()))
	}
	if gone != "" {
		found += ", without " + gone
	}
	if added != "" {
		found += ", with " + added
	}
	if gone == "" && added == "" {
		found += ", in another order or of another name"
	}
	return expected, found
}

// shortEnough is the length of a type that is shown whole.
const shortEnough = 200

func shownType(t schema.Type) string {
	s := t.String()
	if len(s) <= shortEnough {
		return s
	}
	return strings.ToValidUTF8(s[:shortEnough], "") + "..."
}

// lacking lists the labels of one enum that another lacks, the first few of them.
func lacking(one, other schema.Type) string {
	var names []string
	more := 0
	for _, l := range one.Labels() {
		if other.HasLabel(l) {
			continue
		}
		if len(names) == 5 {
			more++
			continue
		}
		names = append(names, fmt.Sprintf("%.40q", l))
	}
	s := strings.Join(names, ", ")
	if more > 0 {
		s += fmt.Sprintf(" and %d more", more)
	}
	return s
}
