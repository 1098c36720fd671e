package serializer

import (
	"strings"

	"github.com/sqlser/sqlser/schema"
)

// Report is every difference between what a payload expects and what the host
// has. The zero Report is that of a payload to which nothing has happened.
type Report struct {
	Problems []Problem `json:"problems,omitempty"` // at most 100
}

// Loads reports whether the payload can be bound: no problem is a [Failure].
func (r Report) Loads() bool { return r.count(Failure) == 0 }

// Same reports whether there is no difference: Dumps of what is loaded gives the
// bytes again.
func (r Report) Same() bool { return len(r.Problems) == 0 }

// Worst returns the highest severity, a Notice where there are no problems.
func (r Report) Worst() (worst Severity) {
	for i := range r.Problems {
		worst = max(worst, r.Problems[i].Severity)
	}
	return worst
}

func (r Report) count(s Severity) (n int) {
	for i := range r.Problems {
		if r.Problems[i].Severity == s {
			n++
		}
	}
	return n
}

// String shows the problems, one a line; "" for none.
func (r Report) String() string {
	lines := make([]string, len(r.Problems))
	for i, p := range r.Problems {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// Check reports how a payload fits a host, and gives no query out. It reads all of
// it, as [Loads] does; the error is a *[FormatError], and nil where the payload is
// sound, whether it fits or not.
func Check(b []byte, binding Binding) (Report, error) {
	d, err := newDecoder(b, &binding)
	if err != nil {
		return Report{}, err
	}
	defer d.release()
	if _, err := d.load(&binding); err != nil {
		return Report{}, err
	}
	return Report{d.drift.problems}, nil
}

// CheckManifest is Check of what the manifest says: the references, the types of
// columns, features, grants and the slot. It does not read the tree, so it is
// several times as fast, the paths are all "manifest", and it proves nothing: of
// bytes that have been loaded before it finds out what a new schema means for them,
// but for node kinds of later versions, values that a column takes no more or is compared
// with, labels that mean another column, and results that are no plain columns.
func CheckManifest(b []byte, binding Binding) (Report, error) {
	d, err := newDecoder(b, &binding)
	if err != nil {
		return Report{}, err
	}
	defer d.release()
	if d.header(&d.manifest); d.err != nil {
		return Report{}, d.formatError()
	}
	if d.bind(&binding); d.err != nil {
		return Report{}, d.formatError()
	}
	d.plainResults()
	return Report{d.drift.problems}, nil
}

// Repaired is a payload as the schema of today would have it written.
type Repaired struct {
	Bytes   []byte
	Changes []Problem // what was mended, none of it a Failure; none: the bytes are those that were given
}

// Repair writes a payload anew against the binding's MetaData: with the names,
// stable ids, types and nullability that its references have now, so that the next
// Loads finds no drift. Its rows keep the names of their columns: a column that
// has been renamed gets its recorded name as a label. So does what a label in ORDER
// BY, GROUP BY or HAVING meant by the recorded name.
//
// A *[DriftError] says what cannot be mended; [Binding.Renames] may tell what has
// become of it. A signature is of the old bytes and does not hold for the new ones.
func Repair(b []byte, binding Binding) (*Repaired, error) {
	d, err := newDecoder(b, &binding)
	if err != nil {
		return nil, err
	}
	defer d.release()
	d.mending = true
	root, err := d.load(&binding)
	switch {
	case err != nil:
		return nil, err
	case d.drift.failed:
		return nil, &DriftError{d.drift.problems}
	case len(d.drift.problems) == 0:
		return &Repaired{Bytes: []byte(d.payload)}, nil
	}
	anew, err := DumpsWith(root, d.manifest.Slot)
	if err != nil {
		return nil, err
	}
	return &Repaired{anew, d.drift.problems}, nil
}

// Rename says what has become of a name, where the MetaData does not: Loads takes
// it for a former name of To. It counts after stable ids and names, as former names
// do, and like those it is ambiguous where something else is called From today.
type Rename struct {
	From schema.ID // as stored, such as the Reference of a [Problem]: a table, column, entity, attribute or relationship
	To   schema.ID // of the MetaData: of the same kind, a column in the table that From's is bound to, an attribute in the entity

	// Old says that the payload is from before the renaming. Then From is what it
	// says although something else has that name now: what two columns need whose
	// names were swapped, and what a payload from after it must not be given.
	Old bool
}
