package engine

import (
	"bytes"
	"io"

	"github.com/sqlser/sqlser/engine/expr"
)

// RowWriter writes rows in a format, one at a time: those that come from elsewhere than a
// statement, or of which not all are wanted. The formats are those of [WriteJSON],
// [WriteJSONL] and [WriteCSV].
type RowWriter struct {
	w       io.Writer
	format  rowWriter
	columns []Column
	b       bytes.Buffer
	rows    int64
}

// NewJSONWriter returns a writer of an array of objects. The error is that two columns have
// one name.
func NewJSONWriter(w io.Writer, columns []Column) (*RowWriter, error) {
	return newRowWriter(w, columns, &jsonRows{array: true})
}

// NewJSONLWriter returns a writer of an object a line. The error is that two columns have
// one name.
func NewJSONLWriter(w io.Writer, columns []Column) (*RowWriter, error) {
	return newRowWriter(w, columns, &jsonRows{})
}

// NewCSVWriter returns a writer of CSV.
func NewCSVWriter(w io.Writer, columns []Column) (*RowWriter, error) {
	return newRowWriter(w, columns, &csvRows{})
}

func newRowWriter(w io.Writer, columns []Column, format rowWriter) (*RowWriter, error) {
	r := &RowWriter{w: w, format: format, columns: columns}
	return r, format.begin(&r.b, columns)
}

// Row writes a row, which has a value for each column. A row is one call of Write. Errors are
// those of w, and a value that is none of its column's type.
func (r *RowWriter) Row(values []expr.Value) error {
	if err := r.format.row(&r.b, r.columns, values, r.rows); err != nil {
		return err
	}
	r.rows++
	return r.flush()
}

// End writes what stands behind the last row.
func (r *RowWriter) End() error {
	r.format.end(&r.b, r.rows)
	return r.flush()
}

// Abort ends what has rows that are missing, so that nobody takes it for all of them: the array
// stays open, as does the quote of a last field or the brace of a last line. Before the first
// row it writes nothing.
func (r *RowWriter) Abort() error {
	r.b.Reset()
	if r.rows > 0 {
		r.b.WriteString(r.format.broken())
	}
	return r.flush()
}

func (r *RowWriter) flush() error {
	_, err := r.b.WriteTo(r.w)
	return err
}
