package luabind_test

import (
	"bytes"
	"context"
	"errors"
	"math"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/luabind"
	"github.com/sqlser/sqlser/schema"
)

// table is a session that answers every query with the same rows, and counts.
type table struct {
	columns []luabind.Column
	rows    [][]any
	failAt  int // a row that fails; 0: none
	mu      sync.Mutex
	open    int
	params  map[string]any
	ctx     context.Context
}

func (s *table) Rows(ctx context.Context, _ expr.Node, params map[string]any) (luabind.Rows, error) {
	if s.columns == nil {
		return nil, errors.New("refused by the session")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open++
	s.params, s.ctx = params, ctx
	return &tableRows{s: s}, nil
}

type tableRows struct {
	s      *table
	at     int
	err    error
	closed bool
}

func (r *tableRows) Columns() []luabind.Column { return r.s.columns }
func (r *tableRows) Next() bool {
	if r.at++; r.at == r.s.failAt {
		r.err = errors.New("the connection is lost")
	}
	return r.err == nil && r.at <= len(r.s.rows)
}
func (r *tableRows) Values() []any { return r.s.rows[r.at-1] }
func (r *tableRows) Err() error    { return r.err }
func (r *tableRows) Close() error {
	if !r.closed {
		r.closed = true
		r.s.mu.Lock()
		defer r.s.mu.Unlock()
		r.s.open--
	}
	return nil
}

func people() *table {
	return &table{
		columns: []luabind.Column{{Name: "id", Type: schema.BigInteger}, {Name: "name", Type: schema.Text}, {Name: "n", Type: schema.Integer}, {Name: "n", Type: schema.Integer}, {Type: schema.Text}},
		rows: [][]any{
			{int64(1), "ann", int64(10), int64(11), "x"},
			{int64(2), nil, int64(20), int64(21), "y"},
			{int64(3), "Zoë", nil, nil, nil},
		},
	}
}

func TestRows(t *testing.T) {
	s := people()
	rt := newRuntime(t, luabind.WithSession(s))
	for script, want := range map[string]any{
		`local t = {} for row in session:rows(q) do t[#t + 1] = row.id .. ":" .. tostring(row.name) end return t`: []any{"1:ann", "2:nil", "3:Zoë"},
		`local t = {} for row in session:rows(q) do t[#t + 1] = row[3] or "null" end return t`:                    []any{10.0, 20.0, "null"},
		`for row in session:rows(q) do if row.id == 2 then return row[4] end end`:                                 21.0,
		`local all = session:all(q) return {#all, all[3].name, #all[1]}`:                                          []any{3.0, "Zoë", 5.0},
		`return session:first(q).name`:                                                   "ann",
		`return session:first(q):keys()`:                                                 []any{"id", "name", "n", "n", ""},
		`return tostring(session:first(q):types()[3])`:                                   "integer",
		`local id, name, n = session:first(q):values() return {id, name, n}`:             []any{1.0, "ann", 10.0},
		`return select("#", session:all(q)[3]:values())`:                                 5.0,
		`return session:scalar(q)`:                                                       1.0,
		`return tostring(session:first(q))`:                                              `{id = 1, name = "ann", n = 10, n = 11, "x"}`,
		`local t = {} for k, v in pairs(session:first(q)) do t[#t + 1] = k end return t`: []any{"id", "name", "n", "n", 5.0},
		`local f = session:rows(q) f() f() f() return {f() == nil, f() == nil}`:          []any{true, true},
	} {
		require.Equal(t, want, run(t, rt, `local q = sql.select(u.id) `+script), script)
		require.Zero(t, s.open, "%s: every query is closed", script)
	}
	row := run(t, rt, `return session:first(sql.select(u.id))`)
	require.Equal(t, luabind.Row{Columns: s.columns, Values: s.rows[0]}, row)

	for script, want := range map[string]string{
		`return session:one(q)`:                       `one: expected one row, got more`,
		`return session:first(q).nmae`:                `the row has no column "nmae"; did you mean "name"?`,
		`return session:first(q).n`:                   `2 columns are named "n": read them by position, as row[3]`,
		`return ipairs(session:first(q))`:             `ipairs: expected a table, got a row: write pairs(row), or row[i] for i up to #row`,
		`return session:first(q).keys()`:              `keys: called without a row: write row:keys(), with a colon`,
		`return session:first(q)[6]`:                  `a row of 5 columns has no column 6`,
		`return session:first(q)[0]`:                  `a row of 5 columns has no column 0`,
		`session:first(q).id = 1`:                     `a row cannot be changed`,
		`return session.rows(q)`:                      `rows: called on a query instead of the session: write session:rows(query[, params]), with a colon`,
		`return session:rows(u)`:                      `rows: query: expected a query, got the source "users"`,
		`return session:rows(q, {min_ag = 1})`:        `rows: the query has no parameter "min_ag"`,
		`return session:rows(q, nil)`:                 `rows: params: expected a table such as {name = value}, got nil: a misspelt variable?`,
		`for row in session:rows(q) do error "x" end`: `x`,
	} {
		require.Contains(t, fails(t, rt, `local q = sql.select(u.id) `+script).Error(), want, script)
		require.Zero(t, s.open, "%s: every query is closed", script)
	}
	s.failAt = 2
	e := fails(t, rt, `for row in session:rows(sql.select(u.id)) do end`)
	require.EqualError(t, e, "test.lua:1: rows: the connection is lost")
	require.EqualError(t, e.Cause, "the connection is lost")
	require.Zero(t, s.open)
	s.columns = nil
	require.EqualError(t, fails(t, rt, `return session:scalar(sql.select(u.id))`), "test.lua:1: scalar: refused by the session")

	empty := &table{columns: []luabind.Column{{Name: "id"}}}
	rt = newRuntime(t, luabind.WithSession(empty))
	require.Equal(t, []any{true, true, 0.0}, run(t, rt, `local q = sql.select(u.id) return {session:first(q) == nil, session:scalar(q) == nil, #session:all(q)}`))
	require.ErrorContains(t, fails(t, rt, `return session:one(sql.select(u.id))`), "expected one row, got none")

	rt = newRuntime(t, luabind.WithSession(people()), luabind.WithLimits(luabind.Limits{Rows: 2}))
	require.ErrorContains(t, fails(t, rt, `return session:all(sql.select(u.id))`), "all: more than 2 rows: use session:rows")
}

// TestRowParameters holds that what a script binds has its parameter's type.
func TestRowParameters(t *testing.T) {
	s := people()
	rt := newRuntime(t, luabind.WithSession(s))
	const q = `local q = sql.select(u.id):where(u.age:gt(sql.param("min_age", sql.types.integer, 1)), u.born:gt(sql.param("since", sql.types.date)), u.balance:gt(sql.param("least", sql.types.numeric))) `
	run(t, rt, q+`return session:scalar(q, {min_age = 40, since = "2026-01-31", least = 1.5})`)
	require.Equal(t, map[string]any{
		"min_age": expr.Int(40),
		"since":   expr.DateOf(time.Date(2026, 1, 31, 0, 0, 0, 0, time.UTC)),
		"least":   must(expr.Decimal("1.5")),
	}, s.params)
	run(t, rt, `return session:all(sql.select(u.id):where(u.born:in_(sql.param("days", sql.types.date, {many = true, default = {}}))), {days = {"2026-01-31", sql.date "2026-02-01", sql.null}})`)
	days, err := expr.NewList(schema.Date, expr.DateOf(time.Date(2026, 1, 31, 0, 0, 0, 0, time.UTC)), expr.DateOf(time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)), expr.Value{})
	require.NoError(t, err)
	require.Equal(t, map[string]any{"days": days}, s.params)
	run(t, rt, q+`return session:scalar(q, {least = sql.decimal "1.10", min_age = sql.null})`)
	require.Equal(t, map[string]any{"least": must(expr.Decimal("1.10")), "min_age": expr.Value{}}, s.params)
	for script, want := range map[string]string{
		`{min_age = "x"}`:    `rows: min_age: `,
		`{min_age = 1.5}`:    `rows: min_age: 1.5 is not exact as integer: write a decimal`,
		`{min_age = u.age}`:  `rows: min_age: expected a plain value, got an expression`,
		`{min_agee = 1}`:     `rows: the query has no parameter "min_agee"; did you mean "min_age"?`,
		`{since = "soon"}`:   `rows: since: expected a date such as 2026-01-31, got "soon"`,
		`{1}`:                `rows: the query has no parameter 1`,
		`{min_age = {1, 2}}`: `rows: min_age: expected an expression or a plain value, got a table`,
	} {
		require.Contains(t, fails(t, rt, q+`return session:rows(q, `+script+`)`).Error(), want, script)
	}
}

func must(v expr.Value, err error) expr.Value {
	if err != nil {
		panic(err)
	}
	return v
}

// TestRowValues holds what each sort of value is to a script.
func TestRowValues(t *testing.T) {
	at := time.Date(2026, 1, 31, 13, 45, 10, 123456000, time.FixedZone("", 3600))
	s := &table{
		columns: []luabind.Column{
			{Name: "null"}, {Name: "yes"}, {Name: "small"}, {Name: "big", Type: schema.BigInteger}, {Name: "float"}, {Name: "text"}, {Name: "bytes"},
			{Name: "instant"}, {Name: "date", Type: schema.Date}, {Name: "time", Type: schema.Time}, {Name: "wall", Type: schema.DateTime},
			{Name: "decimal"}, {Name: "money", Type: schema.Numeric(10, 2)}, {Name: "uuid"}, {Name: "json"}, {Name: "span"}, {Name: "int32"}, {Name: "max"}, {Name: "vint"},
		},
		rows: [][]any{{
			nil, true, int64(1<<53 - 1), int64(1<<53 + 1), 1.5, "Zoë", []byte{0xff, 'a'},
			at, at, at, at,
			must(expr.Decimal("1.10")), "12.50", expr.UUID([16]byte{1}), must(expr.JSON(`{"a":[1]}`)), expr.Interval(1, 2, 3*time.Second), int32(7), int64(math.MaxInt64), expr.Int(5),
		}},
	}
	rt := newRuntime(t, luabind.WithSession(s))
	for script, want := range map[string]any{
		`r.null == nil`: true, `r.yes`: true, `r.small`: float64(1<<53 - 1), `r.float`: 1.5, `r.text`: "Zoë", `r.int32`: 7.0, `r.vint`: 5.0,
		`type(r.big)`: "userdata", `tostring(r.big)`: "9007199254740993", `tostring(r.max)`: "9223372036854775807",
		`r.big == r.big`: true, `r.big == r.max`: false, `r.big < r.max`: true, `r.max <= r.big`: false, `r.big > r.decimal`: true,
		`tostring(r.bytes)`: "0xff61", `r.bytes.raw`: "\xffa",
		`tostring(r.instant)`: "2026-01-31 12:45:10.123456Z", `r.instant.hour`: 12.0, `r.instant.microsecond`: 123456.0,
		`tostring(r.date)`: "2026-01-31", `r.date.year`: 2026.0, `r.date.month`: 1.0, `r.date.day`: 31.0,
		`tostring(r.time)`: "13:45:10.123456", `r.time.minute`: 45.0, `r.time.second`: 10.0,
		`tostring(r.wall)`: "2026-01-31 13:45:10.123456", `r.date < r.wall`: true,
		`tostring(r.decimal)`: "1.10", `r.decimal == r.money`: false, `r.decimal < r.money`: true, `tostring(r.money)`: "12.50",
		`r.decimal == sql.decimal "1.1"`: true, `r.money > sql.int(12)`: true, `sql.date "2026-01-31" == r.date`: true,
		`r.big < 5`: false, `5 < r.big`: true, `r.money == 12.5`: true, `12.5 ~= r.money`: false, `r.money == "12.50"`: false, `r.decimal >= 1.1`: true,
		`r.date == "2026-01-31"`: true, `r.date < "2026-02-01"`: true, `r.date == "x"`: false, `r.date == 5`: false, `r.date == nil`: false, `r.big == {}`: false,
		`(function() if r.big > 5 and r.date >= "2026-01-31" and not (r.money == 1) then return "yes" end end)()`: "yes",
		`tonumber(r.money)`: 12.5, `tonumber(r.big)`: float64(1 << 53), `tonumber(r.date) == nil`: true,
		`"total: " .. r.money .. "!"`: "total: 12.50!", `r.money .. r.date`: "12.502026-01-31", `("%s"):format(r.money)`: "12.50",
		`tostring(r.uuid)`: "01000000-0000-0000-0000-000000000000", `tostring(r.json)`: `{"a":[1]}`,
		`r.span.months`: 1.0, `r.span.days`: 2.0, `r.span.seconds`: 3.0,
	} {
		require.Equal(t, want, run(t, rt, `local r = session:first(sql.select(u.id)) return `+script), script)
	}
	v, typ := literal(t, run(t, rt, `local r = session:first(sql.select(u.id)) return u.balance:eq(r.money)`).(expr.Expr).Node().(*expr.BinaryExpr).Right())
	require.Equal(t, "numeric 12.50", typ.String()+" "+v.String(), "a value is an operand")
	require.IsType(t, expr.Value{}, run(t, rt, `return session:first(sql.select(u.id)).big`))
	for script, want := range map[string]string{
		`return r.date.yaer`:    `a value of type date has no field "yaer"; did you mean "year"?`,
		`return r.big.year`:     `a value of type big_integer has no field "year"`,
		`return r.date < r.big`: `<: a value of type date and a value of type big_integer have no order`,
		`return r.money .. {}`:  `..: expected a text or a value, got a table`,
		`r.date.year = 1`:       `a value of type date cannot be changed`,
	} {
		require.Contains(t, fails(t, rt, `local r = session:first(sql.select(u.id)) `+script).Error(), want, script)
	}
	s.rows = [][]any{{make(chan int)}}
	s.columns = s.columns[:1]
	require.ErrorContains(t, fails(t, rt, `return session:scalar(sql.select(u.id))`), "scalar: column 1: a value of Go type chan int cannot be shown")
	s.rows = [][]any{{1, 2}}
	require.ErrorContains(t, fails(t, rt, `return session:scalar(sql.select(u.id))`), "a row of another length than its columns")
}

// TestSessionContext holds that a query ends with its script.
func TestSessionContext(t *testing.T) {
	s := people()
	rt := newRuntime(t, luabind.WithSession(s), luabind.WithOutput(new(bytes.Buffer)), luabind.WithLimits(luabind.Limits{Time: time.Minute}))
	run(t, rt, `return session:scalar(sql.select(u.id))`)
	_, limited := s.ctx.Deadline()
	require.True(t, limited)
	require.Error(t, s.ctx.Err())
}
