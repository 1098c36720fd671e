package engine

import (
	"context"
	"fmt"
	"iter"
	"reflect"
	"strings"
	"time"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// Rows runs a statement and iterates over its rows as values of T:
//
//   - a struct: each column to the field with its name in a `db:"name"` tag, or to
//     the exported field whose name is the column's but for case and underscores;
//   - map[string]any, []any and []expr.Value;
//   - for a statement of one column: a bool, integer, float, string, []byte,
//     time.Time or expr.Value, or a pointer to one, which is nil for NULL; for an
//     array also a slice of them.
//
// In maps and slices of any, values are nil, bool, int64, float64, string (also
// decimals, UUIDs and JSON, as text), []byte and time.Time (in UTC).
//
// A column of a host's type gives the host's values, see [schema.MetaData.DefineType];
// a field that these do not fit gets the base's.
//
// A whole entity of a statement that has nothing beside it is a struct, a pointer to one, or a
// *[Record]: its attributes go to fields as columns do, or as [schema.MapStruct] has declared
// them; what the statement's options load, to fields of type *U and []*U that are called as
// the relationships are. One row is one object within a result, whatever leads to it; equal rows
// are one where lists are loaded in the same statement. Of a subtype it is a struct of the
// subtype where T, or U, is an interface. Beside other columns each is a field of a struct T by its name; in maps and
// slices of any it is a *[Record]. All rows are read before the first is yielded, and
// nothing remembers what was loaded: there is no unit of work, changes are statements. Up to sixteen
// structs are allocated as one: who keeps one of them keeps the memory of all.
//
// The iterator runs the statement each time it is ranged over; an error is
// yielded last, with the zero T. What does not fit is an error, never rounded.
func Rows[T any](ctx context.Context, s *Session, stmt expr.Node, params Params) iter.Seq2[T, error] {
	return rows[T](ctx, s, stmt, params, false)
}

// rows is Rows; where whole, all of them will be read.
func rows[T any](ctx context.Context, s *Session, stmt expr.Node, params Params, whole bool) iter.Seq2[T, error] {
	if expr.HasWhole(stmt) {
		return wholeRows[T](ctx, s, stmt.(expr.Statement), params)
	}
	return func(yield func(T, error) bool) {
		var zero T
		r, err := s.query(ctx, stmt, params, whole)
		if err != nil {
			yield(zero, err)
			return
		}
		rowsOf[T](r)(yield)
	}
}

// rowsOf iterates over the rows of a result, and closes it.
func rowsOf[T any](r *Result) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var zero T
		defer r.Close()
		scan, err := scanner[T](r.columns)
		if err != nil {
			yield(zero, err)
			return
		}
		var v T // for all rows: an allocation each would be half of what scanning costs
		dst := reflect.ValueOf(&v).Elem()
		for r.Next() {
			v = zero
			if err := scan(dst, r.values); err != nil {
				yield(zero, err)
				return
			}
			if !yield(v, nil) {
				return
			}
		}
		if err := r.Err(); err != nil {
			yield(zero, err)
		}
	}
}

// All returns every row; see [Rows].
func All[T any](ctx context.Context, s *Session, stmt expr.Node, params Params) ([]T, error) {
	var all []T
	for v, err := range rows[T](ctx, s, stmt, params, true) {
		if err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	return all, nil
}

// First returns the first row and whether there is one; see [Rows].
func First[T any](ctx context.Context, s *Session, stmt expr.Node, params Params) (v T, ok bool, err error) {
	for v, err := range Rows[T](ctx, s, stmt, params) {
		return v, err == nil, err
	}
	return v, false, nil
}

// OneOrNone returns the only row and whether there is one; several are an *[Error]. See
// [Rows]. It expects few rows: in a transaction of PostgreSQL all that there are are read.
func OneOrNone[T any](ctx context.Context, s *Session, stmt expr.Node, params Params) (one T, ok bool, err error) {
	var zero T
	for v, err := range rows[T](ctx, s, stmt, params, true) {
		if err != nil {
			return zero, false, err
		}
		if ok {
			return zero, false, &Error{CodeManyRows, "expected one row, got several"}
		}
		one, ok = v, true
	}
	return one, ok, nil
}

// One is [OneOrNone] where none is an *[Error], too.
func One[T any](ctx context.Context, s *Session, stmt expr.Node, params Params) (T, error) {
	one, ok, err := OneOrNone[T](ctx, s, stmt, params)
	if err == nil && !ok {
		err = &Error{CodeNoRow, "expected one row, got none"}
	}
	return one, err
}

// Row is a row by the names of its columns, as [Rows] gives it.
type Row = map[string]any

// All returns every row; see [All].
func (s *Session) All(ctx context.Context, stmt expr.Node, params Params) ([]Row, error) {
	return All[Row](ctx, s, stmt, params)
}

// First returns the first row and whether there is one; see [First].
func (s *Session) First(ctx context.Context, stmt expr.Node, params Params) (Row, bool, error) {
	return First[Row](ctx, s, stmt, params)
}

// One returns the only row; see [One].
func (s *Session) One(ctx context.Context, stmt expr.Node, params Params) (Row, error) {
	return One[Row](ctx, s, stmt, params)
}

// OneOrNone returns the only row and whether there is one; see [OneOrNone].
func (s *Session) OneOrNone(ctx context.Context, stmt expr.Node, params Params) (Row, bool, error) {
	return OneOrNone[Row](ctx, s, stmt, params)
}

// Scalar returns the only value of the only row, as it is in a [Row]; of none, or several
// rows or columns, the error is an *[Error].
func (s *Session) Scalar(ctx context.Context, stmt expr.Node, params Params) (any, error) {
	row, err := One[[]any](ctx, s, stmt, params)
	if err != nil {
		return nil, err
	}
	if len(row) != 1 {
		return nil, &Error{CodeScan, fmt.Sprintf("expected one column for a scalar, got %d", len(row))}
	}
	return row[0], nil
}

// scanFunc puts a row into a settable T.
type scanFunc func(dst reflect.Value, row []expr.Value) error

func scanner[T any](columns []Column) (scanFunc, error) {
	t := reflect.TypeFor[T]()
	switch {
	case t == reflect.TypeFor[map[string]any]():
		return func(dst reflect.Value, row []expr.Value) error {
			m := make(map[string]any, len(row))
			for i, v := range row {
				native, err := hostValue(v, columns[i])
				if err != nil {
					return err
				}
				m[columns[i].Name] = native
			}
			dst.Set(reflect.ValueOf(m))
			return nil
		}, nameUnique(columns)
	case t == reflect.TypeFor[[]any]():
		return func(dst reflect.Value, row []expr.Value) error {
			list := make([]any, len(row))
			for i, v := range row {
				native, err := hostValue(v, columns[i])
				if err != nil {
					return err
				}
				list[i] = native
			}
			dst.Set(reflect.ValueOf(list))
			return nil
		}, nil
	case t == reflect.TypeFor[[]expr.Value]():
		return func(dst reflect.Value, row []expr.Value) error {
			dst.Set(reflect.ValueOf(append([]expr.Value(nil), row...)))
			return nil
		}, nil
	case t.Kind() == reflect.Struct && t != reflect.TypeFor[time.Time]() && t != reflect.TypeFor[expr.Value]():
		scan, err := structScanner(t, columns)
		if err == nil || len(columns) != 1 || columns[0].Type.Host() == nil {
			return scan, err
		} // else the host's values may be such structs
	case len(columns) != 1:
		return nil, &Error{CodeScan, fmt.Sprintf("expected one column for %s, got %d", t, len(columns))}
	}
	put := assigner(t, columns[0])
	return func(dst reflect.Value, row []expr.Value) error { return put(dst, row[0]) }, nil
}

func nameUnique(columns []Column) error {
	seen := make(map[string]bool, len(columns))
	for _, c := range columns {
		if seen[c.Name] {
			return &Error{CodeScan, fmt.Sprintf("column %q stands twice: read the rows by position, or label it", c.Name)}
		}
		seen[c.Name] = true
	}
	return nil
}

func structScanner(t reflect.Type, columns []Column) (scanFunc, error) {
	if err := nameUnique(columns); err != nil {
		return nil, err
	}
	fields := reflect.VisibleFields(t)
	index := make([][]int, len(columns))
	puts := make([]assignFunc, len(columns))
	names := make([]string, 0, len(fields))
	for i, c := range columns {
		names = names[:0]
		for _, f := range fields {
			if !f.IsExported() || f.Anonymous {
				continue
			}
			tag, tagged := f.Tag.Lookup("db")
			if names = append(names, f.Name); tagged && tag == c.Name || !tagged && fold(f.Name) == fold(c.Name) {
				index[i], puts[i] = f.Index, assigner(f.Type, c)
			}
		}
		if index[i] == nil {
			return nil, &Error{CodeScan, fmt.Sprintf("%s has no field for column %q%s", t, c.Name, schema.DidYouMean(c.Name, names))}
		}
	}
	return func(dst reflect.Value, row []expr.Value) error {
		for i, v := range row {
			var field reflect.Value
			if at := index[i]; len(at) == 1 {
				field = dst.Field(at[0])
			} else {
				var err error
				if field, err = dst.FieldByIndexErr(at); err != nil {
					return &Error{CodeScan, fmt.Sprintf("column %q: %v", columns[i].Name, err)}
				}
			}
			if err := puts[i](field, v); err != nil {
				return err
			}
		}
		return nil
	}, nil
}

// hostValue is a value as a plain Go one, or what the host makes of it.
func hostValue(v expr.Value, column Column) (any, error) {
	h := column.Type.Host()
	if h == nil || column.Type.IsArray() || v.IsNull() {
		return Native(v), nil
	}
	out, err := h.Result(Native(v))
	if err != nil {
		return nil, &Error{CodeScan, fmt.Sprintf("column %q: type %q: %v", column.Name, h.ID(), err)}
	}
	return out, nil
}

func fold(name string) string { return strings.ToLower(strings.ReplaceAll(name, "_", "")) }

// assignFunc puts a value of a column where it fits exactly.
type assignFunc func(dst reflect.Value, v expr.Value) error

// assigner returns what puts values of a column into a T. What that takes is found out once.
func assigner(t reflect.Type, column Column) assignFunc {
	switch {
	case t == reflect.TypeFor[expr.Value]():
		return func(dst reflect.Value, v expr.Value) error {
			*dst.Addr().Interface().(*expr.Value) = v
			return nil
		}
	case column.Type.Host() != nil && !column.Type.IsArray():
		plain := plainAssigner(t, column)
		return func(dst reflect.Value, v expr.Value) error {
			if v.IsNull() {
				return plain(dst, v)
			}
			out, err := hostValue(v, column)
			if err != nil {
				return err
			}
			if made := reflect.ValueOf(out); made.IsValid() && made.Type().AssignableTo(dst.Type()) {
				dst.Set(made)
				return nil
			} // else a field for the base's own value, or a pointer
			return plain(dst, v)
		}
	}
	return plainAssigner(t, column)
}

// plainAssigner is assigner of the base's own values.
func plainAssigner(t reflect.Type, column Column) assignFunc {
	switch {
	case t == reflect.TypeFor[time.Time]():
		return func(dst reflect.Value, v expr.Value) error {
			at := dst.Addr().Interface().(*time.Time)
			switch v.Kind() {
			case schema.KindDate, schema.KindTime, schema.KindDateTime, schema.KindDateTimeTZ:
				*at = v.Time()
				return nil
			}
			return misfit(dst, v, column)
		}
	case t.Kind() == reflect.Pointer:
		put := assigner(t.Elem(), column)
		return func(dst reflect.Value, v expr.Value) error {
			if v.IsNull() {
				dst.SetZero()
				return nil
			}
			p := reflect.New(t.Elem())
			dst.Set(p)
			return put(p.Elem(), v)
		}
	case t.Kind() == reflect.Int64: // the commonest without a look at what else might be
		return func(dst reflect.Value, v expr.Value) error {
			if v.Kind() == schema.KindBigInteger {
				dst.SetInt(v.Int())
				return nil
			}
			return assign(dst, v, column)
		}
	case t.Kind() == reflect.String:
		return func(dst reflect.Value, v expr.Value) error {
			if v.Kind() == schema.KindText {
				dst.SetString(v.Text())
				return nil
			}
			return assign(dst, v, column)
		}
	}
	return func(dst reflect.Value, v expr.Value) error { return assign(dst, v, column) }
}

func misfit(dst reflect.Value, v expr.Value, column Column) error {
	return &Error{CodeScan, fmt.Sprintf("column %q: %s does not fit %s", column.Name, v, dst.Type())}
}

// assign puts a value where it fits exactly, by the kind of the type.
func assign(dst reflect.Value, v expr.Value, column Column) error {
	switch dst.Kind() {
	case reflect.Interface:
		if native := reflect.ValueOf(Native(v)); !native.IsValid() {
			dst.SetZero()
			return nil
		} else if native.Type().Implements(dst.Type()) {
			dst.Set(native)
			return nil
		}
	case reflect.Bool:
		if v.Kind() == schema.KindBoolean {
			dst.SetBool(v.Int() == 1)
			return nil
		}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		if v.Kind() == schema.KindBigInteger && !dst.OverflowInt(v.Int()) {
			dst.SetInt(v.Int())
			return nil
		}
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		if v.Kind() == schema.KindBigInteger && v.Int() >= 0 && !dst.OverflowUint(uint64(v.Int())) {
			dst.SetUint(uint64(v.Int()))
			return nil
		}
	case reflect.Float32, reflect.Float64:
		if v.Kind() == schema.KindDouble && !dst.OverflowFloat(v.Float()) {
			dst.SetFloat(v.Float())
			return nil
		}
	case reflect.String:
		if !v.IsNull() && v.Kind() != schema.KindLargeBinary {
			dst.SetString(v.Plain())
			return nil
		}
	case reflect.Slice:
		if dst.Type().Elem().Kind() == reflect.Uint8 {
			if v.IsNull() {
				dst.SetZero()
				return nil
			} else if v.Kind() == schema.KindLargeBinary || v.Kind() == schema.KindText {
				dst.SetBytes([]byte(v.Text()))
				return nil
			}
		} else if column.Type.IsArray() {
			elements, err := Elements(v, column.Type)
			if err != nil {
				return misfit(dst, v, column)
			}
			return assignSlice(dst, elements, v, column)
		}
	}
	return misfit(dst, v, column)
}

// assignSlice puts an array into a slice: nil for NULL, and else never nil.
func assignSlice(dst reflect.Value, elements []expr.Value, v expr.Value, column Column) error {
	if v.IsNull() {
		dst.SetZero()
		return nil
	}
	list := reflect.MakeSlice(dst.Type(), len(elements), len(elements))
	elem := dst.Type().Elem()
	of := Column{column.Name, column.Type.Elem()}
	if elem.Kind() == reflect.Slice && elem.Elem().Kind() != reflect.Uint8 {
		of.Type = column.Type // an array of arrays
	}
	put := assigner(elem, of)
	for i, e := range elements {
		if err := put(list.Index(i), e); err != nil {
			return err
		}
	}
	dst.Set(list)
	return nil
}

// Native returns a value as a plain Go one: nil, bool, int64, float64, string
// (also decimals, UUIDs, intervals and JSON), []byte or, in UTC, time.Time.
func Native(v expr.Value) any {
	switch v.Kind() {
	case schema.KindUnknown:
		return nil
	case schema.KindBoolean:
		return v.Int() == 1
	case schema.KindBigInteger:
		return v.Int()
	case schema.KindDouble:
		return v.Float()
	case schema.KindLargeBinary:
		return []byte(v.Text())
	case schema.KindDate, schema.KindTime, schema.KindDateTime, schema.KindDateTimeTZ:
		return v.Time()
	}
	return v.Plain()
}
