package dialect

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"reflect"
	"strconv"
	"strings"
	"syscall"
)

// Failure is why a database did not do what it was asked, where the dialect knows the
// error's code.
type Failure uint8

// The failures.
const (
	FailedOtherwise     Failure = iota // whatever has no name here
	FailedUnique                       // a key that is there already, or an exclusion constraint
	FailedForeignKey                   // a row that is missing, or that others refer to
	FailedNotNull                      // NULL, or no value, for a column that takes none
	FailedCheck                        // a CHECK constraint
	FailedSerialization                // a deadlock, or a conflict with another transaction: it may work when tried again
	FailedLock                         // a lock that was not to be had in time
	FailedReadOnly                     // a change in what is read-only
	FailedTimeout                      // the database's own limit of time
	FailedCancelled                    // ended by somebody else
	FailedConnection                   // the connection is lost
	FailedConflictKey                  // ON CONFLICT of columns that are no unique key
)

// Failure tells what an error of the database's driver is. It knows codes, not drivers: a
// method SQLState, as those for PostgreSQL have, a method Code, as SQLite's has, or a field
// Number, as MySQL's has.
func (d *Dialect) Failure(err error) Failure {
	for _, code := range errorCodes(err) {
		if f, ok := d.failures[code]; ok {
			if f == FailedConflictKey && !strings.Contains(err.Error(), "ON CONFLICT") { // the code has other reasons
				return FailedOtherwise
			}
			if f == FailedCancelled && strings.Contains(err.Error(), "statement timeout") { // PostgreSQL has one code for both
				return FailedTimeout
			}
			return f
		}
	}
	if isLost(err) {
		return FailedConnection
	}
	return FailedOtherwise
}

// errorCodes returns the first code in an error's tree, and then the class of the code.
func errorCodes(err error) []string {
	var state interface{ SQLState() string }
	if errors.As(err, &state) {
		s := state.SQLState()
		return []string{s, s[:min(2, len(s))]}
	}
	var coded interface{ Code() int }
	if errors.As(err, &coded) {
		n := coded.Code()
		return []string{strconv.Itoa(n), strconv.Itoa(n & 0xff)}
	}
	for ; err != nil; err = errors.Unwrap(err) {
		if many, ok := err.(interface{ Unwrap() []error }); ok {
			for _, e := range many.Unwrap() {
				if codes := errorCodes(e); codes != nil {
					return codes
				}
			}
			return nil
		}
		v := reflect.ValueOf(err)
		if v.Kind() == reflect.Pointer && !v.IsNil() {
			v = v.Elem()
		}
		if v.Kind() != reflect.Struct {
			continue
		}
		if n := v.FieldByName("Number"); n.IsValid() && n.Kind() == reflect.Uint16 {
			return []string{strconv.FormatUint(n.Uint(), 10)}
		}
	}
	return nil
}

// isLost reports whether an error says that the connection is gone, or could not be made.
func isLost(err error) bool {
	for _, e := range []error{driver.ErrBadConn, sql.ErrConnDone, io.EOF, io.ErrUnexpectedEOF, net.ErrClosed, syscall.ECONNRESET, syscall.EPIPE} {
		if errors.Is(err, e) {
			return true
		}
	}
	var op *net.OpError
	if errors.As(err, &op) {
		return !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded)
	}
	for ; err != nil; err = errors.Unwrap(err) {
		if err.Error() == "invalid connection" { // MySQL's driver has nothing but a variable for it
			return true
		}
	}
	return false
}

// postgresFailures are by SQLSTATE, or by its class.
var postgresFailures = map[string]Failure{
	"23505": FailedUnique, "23P01": FailedUnique,
	"23503": FailedForeignKey, "23001": FailedForeignKey,
	"23502": FailedNotNull, "23514": FailedCheck, "44000": FailedCheck,
	"40": FailedSerialization, "40002": FailedOtherwise, "40003": FailedConnection,
	"55P03": FailedLock, "25006": FailedReadOnly,
	"25P04": FailedTimeout, "57014": FailedCancelled,
	"25P03": FailedConnection, "08": FailedConnection,
	"42P10": FailedConflictKey,
	"57P01": FailedConnection, "57P02": FailedConnection, "57P03": FailedConnection, "57P05": FailedConnection,
}

// mysqlFailures are those of MySQL and MariaDB, by number.
var mysqlFailures = map[string]Failure{
	"1062": FailedUnique, "1169": FailedUnique, "1586": FailedUnique, "1761": FailedUnique, "1762": FailedUnique,
	"1216": FailedForeignKey, "1217": FailedForeignKey, "1451": FailedForeignKey, "1452": FailedForeignKey,
	"1048": FailedNotNull, "1263": FailedNotNull, "1364": FailedNotNull,
	"3819": FailedCheck, "4025": FailedCheck, "1369": FailedCheck,
	"1213": FailedSerialization, "1020": FailedSerialization, "1614": FailedSerialization, "3101": FailedSerialization,
	"1205": FailedLock, "3572": FailedLock,
	"1290": FailedReadOnly, "1792": FailedReadOnly, "1836": FailedReadOnly,
	"1969": FailedTimeout, "3024": FailedTimeout, "1317": FailedCancelled,
	"1053": FailedConnection, "1927": FailedConnection, "2006": FailedConnection, "2013": FailedConnection, "4031": FailedConnection,
}

// sqliteFailures are by extended result code, or by the primary one.
var sqliteFailures = map[string]Failure{
	"2067": FailedUnique, "1555": FailedUnique, "2579": FailedUnique,
	"787": FailedForeignKey, "1299": FailedNotNull, "275": FailedCheck, "3091": FailedCheck, // the type of a STRICT table
	"1":   FailedConflictKey,
	"517": FailedSerialization, // a snapshot that others have changed
	"5":   FailedLock, "6": FailedLock, "8": FailedReadOnly, "9": FailedCancelled,
}
