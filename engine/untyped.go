package engine

import (
	"database/sql"
	"fmt"
	"strings"

	"github.com/sqlser/sqlser/schema"
)

// driverTypes are the types that drivers name. They serve the columns of which a
// query does not know the type, and to see that the others are what it takes them for.
var driverTypes = map[string]schema.Type{
	"BIGINT": schema.BigInteger, "INT": schema.BigInteger, "MEDIUMINT": schema.BigInteger, "SMALLINT": schema.BigInteger,
	"TINYINT": schema.BigInteger, "YEAR": schema.BigInteger,
	"INT2": schema.BigInteger, "INT4": schema.BigInteger, "INT8": schema.BigInteger, "BOOL": schema.Boolean,
	"DOUBLE": schema.Double, "FLOAT": schema.Double, "FLOAT4": schema.Double, "FLOAT8": schema.Double,
	"DECIMAL": schema.Numeric(0, 0), "NUMERIC": schema.Numeric(0, 0),
	"CHAR": schema.Text, "VARCHAR": schema.Text, "TINYTEXT": schema.Text, "TEXT": schema.Text, "MEDIUMTEXT": schema.Text,
	"LONGTEXT": schema.Text, "ENUM": schema.Text, "SET": schema.Text, "BPCHAR": schema.Text, "NAME": schema.Text,
	"DATE": schema.Date, "TIME": schema.Time, "DATETIME": schema.DateTime, "TIMESTAMP": schema.DateTime, "TIMESTAMPTZ": schema.DateTimeTZ,
	"INTERVAL": schema.Interval, "JSON": schema.JSON, "JSONB": schema.JSON, "UUID": schema.UUID,
}

// typesOf returns the types that values are made of: a column's own, or what the
// driver says of it. It is an error where that is of another sort altogether, as when the
// database is not what the metadata says. Nothing is said of SQLite's, which keeps anything
// anywhere; and of MySQL's text that should be something else, which expressions come as there,
// each value is doubtful until it is read.
func typesOf(rows *sql.Rows, columns []Column, dialect string) (types []schema.Type, doubtful []int, err error) {
	types = make([]schema.Type, len(columns))
	unknown := false
	for i, c := range columns {
		types[i] = c.Type
		unknown = unknown || c.Type.IsUnknown()
	}
	if !unknown && dialect == "sqlite" {
		return types, nil, nil
	}
	named, err := rows.ColumnTypes()
	if err != nil || len(named) != len(columns) {
		return types, nil, nil // MariaDB gives none where a change finds no row
	}
	for i, c := range columns {
		name, _, _ := strings.Cut(named[i].DatabaseTypeName(), "(") // SQLite's driver says it as it was declared
		name = strings.TrimPrefix(strings.ToUpper(name), "UNSIGNED ")
		is := driverTypes[name] // or unknown
		switch {
		case types[i].IsUnknown():
			types[i] = is
		case dialect == "sqlite" || !differs(c.Type, is):
		case dialect != "postgres" && is.Family() == schema.FamilyText:
			doubtful = append(doubtful, i)
		default:
			return nil, nil, wrongColumn(c, name)
		}
	}
	return types, doubtful, nil
}

func wrongColumn(c Column, came string) error {
	return &Error{CodeColumn, fmt.Sprintf("column %q: the query has it as %s, it came as %s: the database is not as its metadata says", c.Name, c.Type, came)}
}

// sortOf returns a sort of values, of which none is one of another sort; 0 for what may be
// any. What is JSON, a UUID or an interval to us is several things to databases, and so are
// our arrays and hosts' types.
func sortOf(t schema.Type) int {
	if t.IsArray() || t.Host() != nil {
		return 0
	}
	switch t.Family() {
	case schema.FamilyInteger, schema.FamilyFloat, schema.FamilyNumeric, schema.FamilyBoolean:
		return 1
	case schema.FamilyText:
		return 2
	case schema.FamilyDate, schema.FamilyDateTime, schema.FamilyDateTimeTZ:
		return 3
	}
	return 0
}

func differs(want, is schema.Type) bool {
	a, b := sortOf(want), sortOf(is)
	return a != 0 && b != 0 && a != b
}
