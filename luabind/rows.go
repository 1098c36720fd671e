package luabind

import (
	"errors"
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/sqlser/sqlser/engine/expr"
)

// sessionObject is the global session, or that of a transaction.
type sessionObject struct{ on Session }

func (*sessionObject) describe() string { return "the session" }
func (*sessionObject) String() string   { return "session" }

func sessionMethods() []*method {
	own := func(name, gives, doc string, host func(*State, any, []any) ([]lua.LValue, error)) *method {
		args := []expr.Arg{{Name: "query", Kind: argStatement}, {Name: "params", Kind: argTable}}
		return &method{Method: expr.Method{On: onSession, Name: name, Doc: doc, Args: args, Optional: 1}, host: host, gives: gives}
	}
	row := stubClasses[kindRow]
	return []*method{
		own("rows", "fun(): "+row, "runs a query: for row in session:rows(q, {param = value}) do ... end", (*State).rowsIterator),
		own("all", row+"[]", "runs a query and returns a list of its rows", (*State).allRows),
		own("first", row+"?", "the first row, or nil", (*State).firstRow),
		own("one", row, "the only row; none, or more than one, is an error", (*State).oneRow),
		own("scalar", "any", "the first column of the first row, or nil", (*State).scalarRow),
		{Method: expr.Method{On: onSession, Name: "execute", Doc: "runs an insert, an update or a delete and returns how many rows it changed, or nil if the database does not tell",
			Args: []expr.Arg{{Name: "change", Kind: argChange}, {Name: "params", Kind: argTable}}, Optional: 1}, host: (*State).execute, gives: "integer?"},
		{Method: expr.Method{On: onSession, Name: "transaction", Doc: "calls a function with a session: if it fails, nothing that it did counts; returns what the function does",
			Args: []expr.Arg{{Name: "body", Kind: argFunction}}}, host: (*State).transaction},
	}
}

// methodsOfRows are those of a row: a column of such a name wins.
func methodsOfRows() []*method {
	own := func(name, gives, doc string, host func(*State, any, []any) ([]lua.LValue, error)) *method {
		return &method{Method: expr.Method{On: onRow, Name: name, Doc: doc}, host: host, gives: gives}
	}
	return []*method{
		own("keys", "string[]", "a list of the names of its columns; \"\" for one without", (*State).rowKeys),
		own("types", "sqlser.Type[]", "a list of the types of its columns", (*State).rowTypes),
		own("values", "...: any", "its values, one behind the other: local id, name = row:values()", (*State).rowValues),
	}
}

func (st *State) rowKeys(self any, _ []any) ([]lua.LValue, error) {
	list := st.lua.NewTable()
	for _, name := range self.(*row).shape.names() {
		list.Append(lua.LString(name))
	}
	return []lua.LValue{list}, nil
}

func (st *State) rowTypes(self any, _ []any) ([]lua.LValue, error) {
	list := st.lua.NewTable()
	for _, c := range self.(*row).shape.columns {
		list.Append(st.push(c.Type))
	}
	return []lua.LValue{list}, nil
}

func (st *State) rowValues(self any, _ []any) ([]lua.LValue, error) {
	r := self.(*row)
	values := make([]lua.LValue, len(r.values))
	for i := range values {
		var err error
		if values[i], err = st.cell(r, i); err != nil {
			return nil, err
		}
	}
	return values, nil
}

// cursor is a running query. The state closes those that a script left open.
type cursor struct {
	rows  Rows
	of    *sessionObject
	shape *shape
}

// shape is what all rows of a query have in common.
type shape struct {
	columns []Column
	byName  map[string]int // -1: the name stands twice
}

type row struct {
	shape  *shape
	values []any
}

// usable refuses a session while the script is in a transaction that it is not of, or
// out of one that it was of.
func (st *State) usable(self any) (Session, error) {
	s := self.(*sessionObject)
	if s != st.session {
		return nil, fault("in a transaction, the session that the function was given is the one to use, and nowhere else")
	}
	return s.on, nil
}

func (st *State) execute(self any, args []any) ([]lua.LValue, error) {
	s, err := st.usable(self)
	if err != nil {
		return nil, err
	}
	on, ok := s.(Changer)
	if !ok {
		return nil, fault("the host grants a session for queries only")
	}
	change := args[0].(expr.Statement)
	params, err := st.params(change, args[1])
	if err != nil {
		return nil, err
	}
	n, err := on.Exec(st.ctx, change, params)
	if err != nil {
		return nil, err
	}
	if n < 0 {
		return []lua.LValue{lua.LNil}, nil
	}
	return []lua.LValue{lua.LNumber(n)}, nil
}

// transaction calls a function of the script in a transaction. An error in it goes
// up, as a panic, through the host's Transaction.
func (st *State) transaction(self any, args []any) (results []lua.LValue, err error) {
	s, err := st.usable(self)
	if err != nil {
		return nil, err
	}
	on, ok := s.(Changer)
	if !ok {
		return nil, fault("the host grants a session for queries only")
	}
	l, outer := st.thread, st.session
	defer func() { st.session = outer }()
	err = on.Transaction(st.ctx, func(tx Session) {
		inner := &sessionObject{on: tx}
		st.session = inner
		defer func() { // what it has left open would keep the transaction from its end
			for c := range st.cursors {
				if c.of == inner {
					_ = st.end(c)
				}
			}
		}()
		base := l.GetTop()
		l.Push(args[0].(*lua.LFunction))
		l.Push(st.wrap(kindSession, inner))
		l.Call(1, lua.MultRet)
		for i := base + 1; i <= l.GetTop(); i++ {
			results = append(results, l.Get(i))
		}
		l.SetTop(base)
	})
	return results, err
}

// open runs a query with the parameters that a script binds.
func (st *State) open(self any, args []any) (*cursor, error) {
	s, err := st.usable(self)
	if err != nil {
		return nil, err
	}
	q := args[0].(expr.Statement)
	params, err := st.params(q, args[1])
	if err != nil {
		return nil, err
	}
	rows, err := s.Rows(st.ctx, q, params)
	if err != nil {
		return nil, err
	}
	c := &cursor{rows: rows, of: self.(*sessionObject), shape: &shape{columns: rows.Columns(), byName: map[string]int{}}}
	for i, col := range c.shape.columns {
		if _, twice := c.shape.byName[col.Name]; twice {
			i = -1
		}
		if col.Name != "" {
			c.shape.byName[col.Name] = i
		}
	}
	if st.cursors == nil {
		st.cursors = map[*cursor]bool{}
	}
	st.cursors[c] = true
	return c, nil
}

// next returns the next row, or nil at the end, where it closes the query.
func (st *State) next(c *cursor) (*row, error) {
	if !st.cursors[c] {
		return nil, nil
	}
	if c.rows.Next() {
		values := c.rows.Values()
		if len(values) != len(c.shape.columns) {
			_ = st.end(c) // the first error is the one that counts
			return nil, errors.New("the session gave a row of another length than its columns")
		}
		if !st.budget.charge(rowSize(values)) {
			return nil, st.budget.over
		}
		return &row{c.shape, values}, nil
	}
	if err := c.rows.Err(); err != nil {
		_ = st.end(c) // the first error is the one that counts
		return nil, err
	}
	return nil, st.end(c)
}

// rowSize is what a row takes, in bytes.
func rowSize(values []any) int64 {
	n := bytesOfTable + 32*len(values)
	for _, v := range values {
		switch v := v.(type) {
		case string:
			n += len(v)
		case []byte:
			n += len(v)
		}
	}
	return int64(n)
}

func (st *State) end(c *cursor) error {
	delete(st.cursors, c)
	return c.rows.Close()
}

// endAll closes what the script left open.
func (st *State) endAll() {
	for c := range st.cursors {
		_ = st.end(c) // the script is over: there is no one to tell
	}
}

// params makes of each value a script binds one of its parameter's type.
func (st *State) params(q expr.Statement, given any) (map[string]any, error) {
	params := map[string]any{}
	t, ok := given.(*lua.LTable)
	if !ok {
		return params, nil
	}
	declared := map[string]*expr.Parameter{}
	var names []string
	for _, p := range expr.DependenciesOf(q).Parameters {
		declared[p.Name()] = p
		names = append(names, p.Name())
	}
	var wrong []error
	for _, f := range fields(t) {
		name, isName := f.key.(lua.LString)
		p := declared[string(name)]
		if !isName || p == nil {
			wrong = append(wrong, faultf("the query has no parameter %s", misspelt(f.key, names)))
			continue
		}
		v, err := paramValue(p, f.value)
		if err != nil {
			wrong = append(wrong, &namedFault{string(name), err})
		}
		params[p.Name()] = v
	}
	if len(wrong) > 0 {
		return nil, allOf(wrong)
	}
	return params, nil
}

// paramValue makes a parameter's value of what a script gives.
func paramValue(p *expr.Parameter, given lua.LValue) (v expr.Value, err error) {
	var x any
	if p.Type().IsArray() {
		x, err = listParam(given)
	} else {
		x, err = operand(expr.ArgOperand, given)
	}
	if err != nil {
		return v, err
	}
	if v, err = expr.ValueOf(x, p.Type()); err == nil {
		err = p.Check(v)
	}
	if err != nil {
		return v, reasonOf(err)
	}
	return v, nil
}

// allOf is one error of several, which a script hears of at once.
func allOf(list []error) error {
	if len(list) == 1 {
		return list[0]
	}
	lines := make([]string, min(len(list), 20))
	for i := range lines {
		lines[i] = list[i].Error()
	}
	if len(list) > len(lines) {
		lines = append(lines, "and more")
	}
	return faultf("%d values do not fit: %s", len(list), strings.Join(lines, "; "))
}

// reasonOf is an error of a tree without the node kind and the host's line.
func reasonOf(err error) error {
	var e *expr.Error
	if errors.As(err, &e) {
		return fault(e.Reason + e.Hint)
	}
	return err
}

func (st *State) rowsIterator(self any, args []any) ([]lua.LValue, error) {
	c, err := st.open(self, args)
	if err != nil {
		return nil, err
	}
	return []lua.LValue{st.lua.NewFunction(func(l *lua.LState) int {
		r, err := st.next(c)
		if err != nil {
			st.raise(l, "rows", err)
		}
		l.Push(st.rowObject(r))
		return 1
	})}, nil
}

func (st *State) rowObject(r *row) lua.LValue {
	if r == nil {
		return lua.LNil
	}
	if len(r.values) == 1 {
		if record, ok := r.values[0].(Record); ok { // a whole entity with nothing beside it is the row
			return st.wrap(kindRecord, record)
		}
	}
	return st.wrap(kindRow, r)
}

func (st *State) allRows(self any, args []any) ([]lua.LValue, error) {
	c, err := st.open(self, args)
	if err != nil {
		return nil, err
	}
	list := st.lua.NewTable()
	for n := 0; ; n++ {
		r, err := st.next(c)
		if err != nil || r == nil {
			return []lua.LValue{list}, err
		}
		if n == st.rt.limits.Rows {
			return nil, faultf("more than %d rows: use session:rows", n)
		}
		list.Append(st.rowObject(r))
	}
}

// few returns the first rows of a query, at most n, and ends it.
func (st *State) few(self any, args []any, n int) (rows []*row, err error) {
	c, err := st.open(self, args)
	if err != nil {
		return nil, err
	}
	for range n {
		r, err := st.next(c)
		if err != nil || r == nil {
			return rows, err
		}
		rows = append(rows, r)
	}
	return rows, st.end(c)
}

func (st *State) firstRow(self any, args []any) ([]lua.LValue, error) {
	rows, err := st.few(self, args, 1)
	if err != nil || len(rows) == 0 {
		return []lua.LValue{lua.LNil}, err
	}
	return []lua.LValue{st.rowObject(rows[0])}, nil
}

func (st *State) oneRow(self any, args []any) ([]lua.LValue, error) {
	rows, err := st.few(self, args, 2)
	switch {
	case err != nil:
		return nil, err
	case len(rows) == 0:
		return nil, fault("expected one row, got none")
	case len(rows) > 1:
		return nil, fault("expected one row, got more")
	}
	return []lua.LValue{st.rowObject(rows[0])}, nil
}

func (st *State) scalarRow(self any, args []any) ([]lua.LValue, error) {
	rows, err := st.few(self, args, 1)
	if err != nil || len(rows) == 0 {
		return []lua.LValue{lua.LNil}, err
	}
	v, err := st.cell(rows[0], 0)
	return []lua.LValue{v}, err
}

// rowMember is row.name and row[1].
func (st *State) rowMember(r *row, key lua.LValue) (lua.LValue, error) {
	if n, ok := key.(lua.LNumber); ok {
		if n < 1 || int(n) > len(r.values) || n != lua.LNumber(int(n)) {
			return nil, faultf("a row of %d columns has no column %s", len(r.values), n)
		}
		return st.cell(r, int(n)-1)
	}
	name, _ := key.(lua.LString)
	i, ok := r.shape.byName[string(name)]
	switch {
	case !ok && st.rt.functions[kindRow][string(name)] != nil:
		return st.rt.functions[kindRow][string(name)], nil
	case !ok:
		return nil, faultf("the row has no column %s", misspelt(key, r.shape.names()))
	case i < 0:
		return nil, faultf("%d columns are named %s: read them by position, as row[%d]", r.shape.count(string(name)), shown(key), r.shape.first(string(name))+1)
	}
	return st.cell(r, i)
}

func (st *State) cell(r *row, i int) (lua.LValue, error) {
	if i >= len(r.values) {
		return lua.LNil, nil
	}
	v, err := st.fromHost(r.values[i], r.shape.columns[i].Type)
	if err != nil {
		return lua.LNil, faultf("column %d: %v", i+1, err)
	}
	return v, nil
}

func (s *shape) names() []string {
	list := make([]string, len(s.columns))
	for i, c := range s.columns {
		list[i] = c.Name
	}
	return list
}

func (s *shape) first(name string) int {
	for i, c := range s.columns {
		if c.Name == name {
			return i
		}
	}
	return -1
}

func (s *shape) count(name string) (n int) {
	for _, c := range s.columns {
		if c.Name == name {
			n++
		}
	}
	return n
}

// rowText is a row as tostring shows it: {id = 1, name = "ann"}.
func (st *State) rowText(r *row) string {
	var b strings.Builder
	for i, c := range r.shape.columns {
		if i > 0 {
			b.WriteString(", ")
		}
		if c.Name != "" {
			b.WriteString(c.Name + " = ")
		}
		v, err := st.cell(r, i)
		if err != nil {
			b.WriteString("?")
		} else {
			b.WriteString(st.shownCell(v))
		}
	}
	return "{" + b.String() + "}"
}

// shownCell is a value as rows and records show it.
func (st *State) shownCell(v lua.LValue) string {
	if s, isText := v.(lua.LString); isText {
		return strconv.Quote(string(s))
	}
	return st.display(v)
}
