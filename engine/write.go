package engine

import (
	"bufio"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// WriteJSON runs a statement and writes its rows as an array of objects, by the names of the
// columns, row by row: memory does not grow with them. It returns how many rows it wrote.
//
// Numbers are exact: integers beyond 2^53 and decimals are strings, and so are infinities and
// NaN, which JSON has no word for. Bytes are Base64, dates and times as [expr.Value.Plain]
// writes them, arrays arrays, JSON itself, and NULL null. A column of a host's type gives
// its base's value.
//
// A whole entity is its attributes' columns; what a query's options load with it has no place in a
// row and is an *[Error].
//
// An error never leaves what could be taken for all the rows: one before the first row
// writes nothing at all, and one after it leaves the array open. Errors are those of
// [Session.Query], an *[Error] where two columns have one name, and those of w.
func WriteJSON(ctx context.Context, w io.Writer, s *Session, stmt expr.Node, params Params) (rows int64, err error) {
	return write(ctx, w, s, stmt, params, &jsonRows{array: true})
}

// WriteJSONL is [WriteJSON] with an object a line. An error after the first row leaves a
// last line that is no JSON, "{" without a line feed.
func WriteJSONL(ctx context.Context, w io.Writer, s *Session, stmt expr.Node, params Params) (rows int64, err error) {
	return write(ctx, w, s, stmt, params, &jsonRows{})
}

// WriteCSV runs a statement and writes its rows as RFC 4180 has it, with line feeds, below
// the columns' names. NULL is an empty field and the empty text is "", but in rows of one
// column both are "", as an empty line is no row to most readers. Values are as in [WriteJSON],
// without quotes; arrays are as PostgreSQL writes them.
//
// An error before the first row writes nothing at all, and one after it leaves a last
// field whose quote is open.
func WriteCSV(ctx context.Context, w io.Writer, s *Session, stmt expr.Node, params Params) (rows int64, err error) {
	return write(ctx, w, s, stmt, params, &csvRows{})
}

// rowWriter is a format. All it writes goes to b.
type rowWriter interface {
	begin(b *bytes.Buffer, columns []Column) error
	row(b *bytes.Buffer, columns []Column, values []expr.Value, n int64) error
	end(b *bytes.Buffer, rows int64)
	broken() string // no reader takes it for the end
}

func write(ctx context.Context, w io.Writer, s *Session, stmt expr.Node, params Params, format rowWriter) (rows int64, err error) {
	if q, ok := stmt.(*expr.SelectStmt); ok {
		for _, o := range q.LoadOptions().All() {
			if o.Kind() <= expr.ContainsEager && o.Kind() != expr.RaiseLoad {
				return 0, &Error{CodeStatement, o.Kind().String() + " of " + o.Related().Relationship().String() + " has no place in a row: select columns along a join, or take objects by All"}
			}
		}
	}
	r, err := s.Query(ctx, stmt, params)
	if err != nil {
		return 0, err
	}
	defer func() {
		if failed := r.Close(); err == nil {
			err = failed
		}
	}()
	out := bufio.NewWriterSize(w, 1<<15)
	var b bytes.Buffer
	if err := format.begin(&b, r.columns); err != nil {
		return 0, err
	}
	for r.Next() {
		err = format.row(&b, r.columns, r.values, rows)
		if err != nil {
			break
		}
		if _, failed := b.WriteTo(out); failed != nil {
			return rows, failed
		}
		rows++
	}
	if err == nil {
		err = r.Err()
	}
	if err != nil {
		if rows > 0 {
			_, failed := out.WriteString(format.broken())
			err = join(err, failed, out.Flush())
		}
		return rows, err
	}
	format.end(&b, rows)
	if _, err := b.WriteTo(out); err != nil {
		return rows, err
	}
	return rows, out.Flush()
}

// join joins errors; the first alone is itself.
func join(first error, others ...error) error {
	if others := errors.Join(others...); others != nil {
		return errors.Join(first, others)
	}
	return first
}

type jsonRows struct {
	array bool
	keys  []string
}

func (j *jsonRows) begin(_ *bytes.Buffer, columns []Column) error {
	for _, c := range columns {
		var b bytes.Buffer
		jsonText(&b, c.Name)
		j.keys = append(j.keys, b.String()+":")
	}
	return nameUnique(columns)
}

func (j *jsonRows) row(b *bytes.Buffer, columns []Column, values []expr.Value, n int64) error {
	switch {
	case !j.array:
	case n == 0:
		b.WriteString("[\n")
	default:
		b.WriteString(",\n")
	}
	b.WriteByte('{')
	for i, v := range values {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(j.keys[i])
		if err := jsonColumn(b, v, columns[i].Type); err != nil {
			b.Reset() // of the row
			return err
		}
	}
	b.WriteByte('}')
	if !j.array {
		b.WriteByte('\n')
	}
	return nil
}

func (j *jsonRows) end(b *bytes.Buffer, rows int64) {
	switch {
	case !j.array:
	case rows == 0:
		b.WriteString("[]\n")
	default:
		b.WriteString("\n]\n")
	}
}

func (j *jsonRows) broken() string {
	if j.array {
		return ""
	}
	return "{"
}

// jsonColumn writes a value of a column.
func jsonColumn(b *bytes.Buffer, v expr.Value, t schema.Type) error {
	if !t.IsArray() || v.IsNull() {
		jsonValue(b, v)
		return nil
	}
	items, err := splitArray(v, t)
	if err != nil {
		return err
	}
	elements, err := Elements(v, t)
	if err != nil {
		return err
	}
	b.WriteByte('[')
	for i, e := range elements {
		if i > 0 {
			b.WriteByte(',')
		}
		of := t.Elem()
		if items[i].array {
			of = t
		}
		if err := jsonColumn(b, e, of); err != nil {
			return err
		}
	}
	b.WriteByte(']')
	return nil
}

// maxExact is the largest integer that every reader of JSON keeps.
const maxExact = 1 << 53

func jsonValue(b *bytes.Buffer, v expr.Value) {
	switch v.Kind() {
	case schema.KindUnknown:
		b.WriteString("null")
		return
	case schema.KindBoolean:
		b.Write(strconv.AppendBool(b.AvailableBuffer(), v.Int() == 1))
		return
	case schema.KindBigInteger:
		if n := v.Int(); n <= maxExact && n >= -maxExact {
			b.Write(strconv.AppendInt(b.AvailableBuffer(), n, 10))
			return
		}
	case schema.KindDouble:
		if f := v.Float(); !math.IsNaN(f) && !math.IsInf(f, 0) {
			if number, err := json.Marshal(f); err == nil {
				b.Write(number)
				return
			}
		}
	case schema.KindJSON:
		if json.Compact(b, []byte(v.Text())) == nil { // it undoes what it wrote of what is none
			return
		}
	}
	jsonText(b, plain(v))
}

func jsonText(b *bytes.Buffer, s string) {
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	_ = e.Encode(s)         // a string always encodes
	b.Truncate(b.Len() - 1) // the line feed
}

// plain is a value's text.
func plain(v expr.Value) string {
	switch v.Kind() {
	case schema.KindUnknown:
		return ""
	case schema.KindLargeBinary:
		return base64.StdEncoding.EncodeToString([]byte(v.Text()))
	}
	return v.Plain()
}

type csvRows struct{}

func (csvRows) begin(b *bytes.Buffer, columns []Column) error {
	for i, c := range columns {
		if i > 0 {
			b.WriteByte(',')
		}
		csvField(b, c.Name)
	}
	b.WriteByte('\n')
	return nil
}

func (csvRows) row(b *bytes.Buffer, _ []Column, values []expr.Value, _ int64) error {
	for i, v := range values {
		if i > 0 {
			b.WriteByte(',')
		}
		if !v.IsNull() || len(values) == 1 {
			csvField(b, plain(v))
		}
	}
	b.WriteByte('\n')
	return nil
}

func (csvRows) end(*bytes.Buffer, int64) {}

func (csvRows) broken() string { return `"` }

func csvField(b *bytes.Buffer, s string) {
	if s != "" && !strings.ContainsAny(s, ",\"\r\n") && s[0] != ' ' && s[len(s)-1] != ' ' {
		b.WriteString(s)
		return
	}
	b.WriteByte('"')
	b.WriteString(strings.ReplaceAll(s, `"`, `""`))
	b.WriteByte('"')
}
