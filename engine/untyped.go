package engine

import (
	"database/sql"
	"strings"

	"github.com/sqlser/sqlser/schema"
)

// driverTypes are the types that drivers name. They serve the columns of which a
// query does not know the type; integers, floats and booleans come as such anyway.
var driverTypes = map[string]schema.Type{
	"BIGINT": schema.BigInteger, "INT": schema.BigInteger, "MEDIUMINT": schema.BigInteger, "SMALLINT": schema.BigInteger,
	"TINYINT": schema.BigInteger, "YEAR": schema.BigInteger,
	"DOUBLE": schema.Double, "FLOAT": schema.Double,
	"DECIMAL": schema.Numeric(0, 0), "NUMERIC": schema.Numeric(0, 0),
	"CHAR": schema.Text, "VARCHAR": schema.Text, "TINYTEXT": schema.Text, "TEXT": schema.Text, "MEDIUMTEXT": schema.Text,
	"LONGTEXT": schema.Text, "ENUM": schema.Text, "SET": schema.Text, "BPCHAR": schema.Text, "NAME": schema.Text,
	"DATE": schema.Date, "TIME": schema.Time, "DATETIME": schema.DateTime, "TIMESTAMP": schema.DateTime, "TIMESTAMPTZ": schema.DateTimeTZ,
	"INTERVAL": schema.Interval, "JSON": schema.JSON, "JSONB": schema.JSON, "UUID": schema.UUID,
}

// typesOf returns the types that values are made of: a column's own, or what the
// driver says of it.
func typesOf(rows *sql.Rows, columns []Column) []schema.Type {
	types := make([]schema.Type, len(columns))
	var named []*sql.ColumnType
	for i, c := range columns {
		if types[i] = c.Type; !c.Type.IsUnknown() {
			continue
		}
		if named == nil {
			var err error
			if named, err = rows.ColumnTypes(); err != nil || len(named) != len(columns) {
				return append(types[:i], make([]schema.Type, len(columns)-i)...)
			}
		}
		name, _, _ := strings.Cut(named[i].DatabaseTypeName(), "(") // SQLite's driver says it as it was declared
		types[i] = driverTypes[strings.TrimPrefix(strings.ToUpper(name), "UNSIGNED ")]
	}
	return types
}
