package stmtcache

import (
	"database/sql/driver"
	"io"
	"reflect"
)

// rowsOf gives its statement back when it is closed. What a driver does not tell of columns is
// told as database/sql itself would.
type rowsOf struct {
	driver.Rows
	conn   *Conn
	stmt   *statement // nil when closed
	failed bool
}

// Next goes to the next row.
func (r *rowsOf) Next(row []driver.Value) error {
	err := r.Rows.Next(row)
	if err != nil && err != io.EOF {
		r.failed = true
	}
	return err
}

// Close closes the rows and gives the statement back.
func (r *rowsOf) Close() error {
	err := r.Rows.Close()
	if s := r.stmt; s != nil {
		r.stmt = nil
		if gone := r.conn.give(s, r.failed || err != nil); err == nil {
			err = gone
		}
	}
	return err
}

// HasNextResultSet is for database/sql, as what follows.
func (r *rowsOf) HasNextResultSet() bool {
	n, ok := r.Rows.(driver.RowsNextResultSet)
	return ok && n.HasNextResultSet()
}

// NextResultSet goes to the next result.
func (r *rowsOf) NextResultSet() error {
	if n, ok := r.Rows.(driver.RowsNextResultSet); ok {
		return n.NextResultSet()
	}
	return io.EOF
}

// ColumnTypeScanType is the Go type of a column's values.
func (r *rowsOf) ColumnTypeScanType(i int) reflect.Type {
	if t, ok := r.Rows.(driver.RowsColumnTypeScanType); ok {
		return t.ColumnTypeScanType(i)
	}
	return reflect.TypeFor[any]()
}

// ColumnTypeDatabaseTypeName is the database's name of a column's type.
func (r *rowsOf) ColumnTypeDatabaseTypeName(i int) string {
	if t, ok := r.Rows.(driver.RowsColumnTypeDatabaseTypeName); ok {
		return t.ColumnTypeDatabaseTypeName(i)
	}
	return ""
}

// ColumnTypeLength is the length of a column's type.
func (r *rowsOf) ColumnTypeLength(i int) (int64, bool) {
	if t, ok := r.Rows.(driver.RowsColumnTypeLength); ok {
		return t.ColumnTypeLength(i)
	}
	return 0, false
}

// ColumnTypeNullable is whether a column may be NULL.
func (r *rowsOf) ColumnTypeNullable(i int) (nullable, ok bool) {
	if t, has := r.Rows.(driver.RowsColumnTypeNullable); has {
		return t.ColumnTypeNullable(i)
	}
	return false, false
}

// ColumnTypePrecisionScale is the digits of a column's type.
func (r *rowsOf) ColumnTypePrecisionScale(i int) (precision, scale int64, ok bool) {
	if t, has := r.Rows.(driver.RowsColumnTypePrecisionScale); has {
		return t.ColumnTypePrecisionScale(i)
	}
	return 0, 0, false
}
