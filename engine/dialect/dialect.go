package dialect

import (
	"fmt"
	"strconv"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// Dialect is how one database says things: [SQLite], [Postgres], [MySQL] or [MariaDB]. It is
// immutable and safe for concurrent use; the zero Dialect can say nothing.
type Dialect struct {
	name     string
	others   []string           // names that people use as well
	failures map[string]Failure // by code, see errorCodes

	names   naming
	maxArgs int  // in one statement
	shared  bool // placeholders are numbered: equal arguments share one

	values                        encoding
	hexText                       string // makes text of X'...', where a backslash in quotes may or may not be one
	hexBytes                      string // stands in quotes before bytes as digits; "" where they are X'...'
	likeEscape                    string // makes the backslash the escape of LIKE, which it is of itself on PostgreSQL
	ilike                         bool   // has ILIKE; else both sides of LIKE are lowered
	concat                        bool   // has ||; else CONCAT
	concatWindow                  string // what CONCAT begins with where a window function would be first
	dual                          bool   // WHERE needs a FROM
	fullJoin                      bool   // has FULL JOIN
	crossJoin                     string // said for CROSS JOIN; "" if it may be said as it is
	nullsOrder                    bool   // has NULLS FIRST and NULLS LAST; else NULL is the smallest
	computedLimit                 around // what stands around a LIMIT that is computed, for NULL and what is below 0 to be 0; empty if there can be none
	limitless                     string // the LIMIT that an OFFSET needs where there is none; "" if it needs none
	integers32                    bool   // functions take 32-bit integers
	plainRows                     bool   // no window functions in compared rows
	bareWindow                    string // what a window of no partition and no order says
	distinctOfColumns             bool   // DISTINCT of plain values alone is cut before OFFSET and WITH TIES count
	havingAggregate               bool   // without GROUP BY, HAVING needs an aggregate among the columns
	runsOnce                      bool   // see Statement.RunsOnce
	havingMerged                  bool   // a query in HAVING finds no columns of a query in FROM, unless that has a LIMIT
	labelGroup                    bool   // HAVING finds a grouped expression with arguments by its label only
	maxChain                      int    // terms of AND and OR beside one another, as each is a level of depth; 0 is no limit
	lateral                       bool
	outerDerived                  bool   // a query in FROM sees the queries around its own
	bareMembers                   bool   // queries of a compound take no parentheses, and there is no INTERSECT ALL
	materialized, notMaterialized string // of WITH; "" where it cannot be asked for
	frameGroups                   bool   // windows have GROUPS and EXCLUDE
	frameLiterals                 bool   // bounds of windows take no arguments
	groupingSets                  bool   // has ROLLUP, CUBE and GROUPING SETS
	rollup                        rollup // where it has not
	filter                        bool   // aggregates have FILTER
	unorderedSums                 bool   // only aggregates that the order changes have ORDER BY
	float                         string // the type that arguments of functions of floats are cast to; "" if they need not
	withinGroup                   bool   // and WITHIN GROUP
	distinctOn                    bool
	tablesample                   bool
	tableFunctions                bool   // functions stand in FROM, and their columns have names there
	namedColumns                  bool   // those that the database alone knows do, and name their columns themselves
	bareFunctions                 bool   // no function is of a schema
	only                          bool   // a table may be asked for without those that inherit from it
	ownOperators                  bool   // all operators but standardOperators bind as || does
	ties                          around // FETCH FIRST n ROWS WITH TIES; zero if it has none
	nullSafe                      string // said for IS NOT DISTINCT FROM; "" if that is said as it is
	bits                          bitwise
	symmetric                     bool                                                      // has BETWEEN SYMMETRIC
	collations                    map[string]string                                         // by the names that all share; "" where it has none of the kind
	rowList                       string                                                    // before the rows behind IN
	rowsNeverNull                 bool                                                      // it takes a comparison of two rows for what is never NULL, which it may be
	matches                       func(c *compiler, r *expr.RegexpExpr, not bool, at level) // a regular expression, or that there is none
	notCrashes                    bool                                                      // see compiler.not
	collatesText                  bool                                                      // COLLATE of a VARCHAR is taken for another where it becomes text
	wrapsScalars                  bool                                                      // see compiler.inQueryOf
	callsQueries                  bool                                                      // some functions are written as queries
	havingFilters                 bool                                                      // HAVING without an aggregate makes no group of all rows
	unionChar                     bool                                                      // see compiler.varying
	rowsNullAlways                bool                                                      // and, where it makes an inner join of an outer one, for NULL where any value is
	quantified                    quantified
	dollarGroups                  bool   // groups of a regular expression are $1, not \1
	noOperator                    string // characters that operators of the database's own cannot have
	rawMarks                      string // of expr.TextExpr.Marks, those that it reads otherwise
	locks                         locks
	changes                       changes
	division                      division
	extract                       [15]around // by expr.DateField
	strftime                      formats
	zone                          string // makes a time in UTC of an instant, for extract
	dates                         dates
	json                          jsonPaths
	lists                         lists
	nulls                         nullsChoice
	nullsLargest                  bool   // NULL is the largest value
	exact                         bool   // see ExactText
	binary                        string // the collation that makes columns compare exactly, where they may not
	glob                          bool   // LIKE takes no notice of case, GLOB does

	// Overrides, for what is no data.
	placeholder  func(c *compiler, n int, t schema.Type)                            // argument n, counted from 0
	null         func(c *compiler, t schema.Type)                                   // NULL of a type
	convert      func(c *compiler, x expr.Expr, want schema.Type, at level) bool    // see compiler.operand
	cast         func(c *compiler, x expr.Expr, from, to schema.Type, at level)     // CAST; the pair is castable
	inJSON       func(c *compiler, x expr.Expr, at level)                           // a value among those of an array in JSON
	assign       func(c *compiler, x expr.Expr, to schema.Type) bool                // the value of a column, see compiler.assigned
	rounds       func(from, to schema.Type) bool                                    // which columns of a query that is inserted are rounded
	inQuery      func(c *compiler, in *expr.InExpr) (before, after string, ok bool) // around the query behind IN, or refuse it
	recursive    func(c *compiler, x expr.Expr, want schema.Type, anchor bool) bool // a column of a recursive query's part, see member
	valuesSource func(c *compiler, o *expr.Occurrence)                              // VALUES in FROM
	writers      writerTable                                                        // by node kind
	functions    map[string]function                                                // by name
}

// locks says which locks of rows a database has.
type locks struct {
	strengths [5]string // by expr.LockStrength
	of, wait  bool      // has OF, NOWAIT and SKIP LOCKED
	none      bool      // it needs none: transactions are serializable
	shallow   bool      // it locks no rows of queries in FROM, unless they say so
}

// rollup says whether a database that has no ROLLUP (a, b) has GROUP BY a, b WITH
// ROLLUP.
type rollup uint8

const (
	rollupNone rollup = iota
	rollupBehind
	rollupUnordered // not beside ORDER BY
)

// around is what stands on both sides of an expression.
type around struct{ before, after string }

// division says how integers are divided.
type division struct {
	exact string // the type that makes / keep the fraction; "" if it does anyway
	real  bool   // the cast is left out only where a side is surely a float: decimals may be integers
	whole string // the operator of the integer quotient
	fails bool   // by zero
	null  bool   // see NullDivision
}

// All returns the dialects.
func All() []*Dialect { return []*Dialect{SQLite, Postgres, MySQL, MariaDB} }

// ByName returns the dialect of a name: "sqlite", "postgres", "mysql" or "mariadb",
// or one that people use as well, such as "postgresql".
func ByName(name string) (*Dialect, error) {
	var names []string
	for _, d := range All() {
		for _, n := range append([]string{d.name}, d.others...) {
			if n == name {
				return d, nil
			}
			names = append(names, n)
		}
	}
	hint := schema.DidYouMean(name, names)
	if hint == "" {
		hint = "; there are "
		for i, d := range All() {
			hint += []string{"", ", ", ", ", " and "}[i] + d.name
		}
	}
	return nil, &Error{Code: CodeName, Construct: "dialect " + strconv.Quote(name), Reason: "unknown", Hint: hint}
}

// Name returns "sqlite", "postgres", "mysql" or "mariadb".
func (d *Dialect) Name() string { return d.name }

// String returns the name.
func (d *Dialect) String() string { return d.name }

func (d *Dialect) fail(code Code, construct, format string, args ...any) *Error {
	err := &Error{Code: code, Construct: construct, Reason: fmt.Sprintf(format, args...)}
	if d != nil {
		err.Dialect = d.name
	}
	return err
}

// with returns the default writers, some of them replaced.
func (t writerTable) with(overrides map[expr.Op]writer) writerTable {
	for op, w := range overrides {
		t[op] = w
	}
	return t
}
