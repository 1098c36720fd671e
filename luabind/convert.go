package luabind

import (
	"math"
	"strconv"
	"unicode/utf8"

	lua "github.com/yuin/gopher-lua"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// argNames says what is expected, by kind of argument.
var argNames = map[expr.ArgKind]string{
	expr.ArgOperand:     "an expression or a plain value",
	expr.ArgOperands:    "an expression or a plain value",
	expr.ArgIn:          "an expression or a plain value",
	expr.ArgCond:        "a condition",
	expr.ArgConds:       "a condition",
	expr.ArgColumns:     "a column, an expression or a table",
	expr.ArgKeys:        "a column or an expression",
	expr.ArgOrders:      "a column, an expression or an order",
	expr.ArgLabel:       "a label's name or an expression",
	expr.ArgSubject:     "an expression or a plain value",
	expr.ArgWhens:       "{{condition, value}, ..., else_ = value}",
	expr.ArgFrom:        "a table or another source",
	expr.ArgFroms:       "a table or another source",
	expr.ArgQuery:       "a query",
	expr.ArgType:        "a type such as sql.types.integer",
	expr.ArgString:      "a string",
	expr.ArgStrings:     "a string",
	expr.ArgText:        "a string or a number",
	expr.ArgBytes:       "a string",
	expr.ArgNumbers:     "a table such as {days = 3}",
	expr.ArgValue:       "a value that JSON can hold",
	expr.ArgFlag:        "true or false",
	expr.ArgNumber:      "a number",
	expr.ArgOptions:     "a table such as {name = value}",
	expr.ArgWindow:      "a window: sql.window \"w\" or {partition_by = ..., order_by = ...}",
	expr.ArgFrame:       `{start, end}, each a number or "unbounded"`,
	expr.ArgStep:        "a function that takes a source and returns a query",
	expr.ArgNames:       "a list of columns or their names",
	expr.ArgDefault:     "a plain value, or {default = ..., many = true, min = ..., max = ..., enum = {...}, doc = ...}",
	expr.ArgRows:        "a list of rows, each a list of values",
	expr.ArgColumnTypes: "a list of names, or {name = type}",
	expr.ArgSets:        "a column, an expression or a list of them",
	expr.ArgQueries:     "a query",
	expr.ArgBinds:       "a table such as {name = value}",
	expr.ArgRelated:     "a relationship such as db.User.addresses",
	expr.ArgLoads:       "an option such as sql.joinedload(db.User.addresses)",
	expr.ArgAssign:      "a table such as {column = value}",
	expr.ArgAssigns:     "a table such as {column = value}, or a list of them",
	expr.ArgKeyList:     "a list of columns such as {u.id}",
	argTable:            "a table such as {name = value}",
	argStatement:        "a query",
	argChange:           "an insert, an update or a delete",
	argFunction:         "a function",
	argNode:             "a query, an expression or a source",
}

// takesRest reports whether a kind takes the rest of the arguments.
func takesRest(k expr.ArgKind) bool {
	switch k {
	case expr.ArgOperands, expr.ArgConds, expr.ArgIn, expr.ArgColumns, expr.ArgKeys, expr.ArgOrders, expr.ArgFroms, expr.ArgStrings, expr.ArgQueries, expr.ArgSets, expr.ArgLoads:
		return true
	}
	return false
}

// one converts an argument that stands for itself.
func (st *State) one(k expr.ArgKind, v lua.LValue) (any, error) {
	switch k {
	case expr.ArgFrom:
		return fromClause(v)
	case expr.ArgQuery:
		if q, ok := userdata(v).(expr.Query); ok {
			return q, nil
		}
	case expr.ArgRelated:
		if r, ok := userdata(v).(*expr.RelatedClause); ok {
			return r, nil
		}
	case expr.ArgType:
		if t, ok := userdata(v).(schema.Type); ok {
			return t, nil
		}
	case expr.ArgLabel:
		if v.Type() == lua.LTString {
			s, err := text(k, v)
			return expr.Ref(s), err
		}
		return boxed(k, v)
	case expr.ArgWhens:
		return whens(v, expr.ArgCond)
	case expr.ArgBinds:
		return binds(v)
	case expr.ArgString:
		return text(k, v)
	case expr.ArgText:
		return textOrNumber(v)
	case expr.ArgBytes:
		if s, ok := v.(lua.LString); ok {
			return string(s), nil
		}
		if b, ok := valueOf(v); ok && b.Kind() == schema.KindLargeBinary { // of a row, such as a saved query
			return b.Text(), nil
		}
	case expr.ArgNumbers:
		return numbers(v)
	case expr.ArgValue:
		return st.json(v)
	case argStatement:
		if s, ok := userdata(v).(expr.Statement); ok {
			if !expr.GivesRows(s) {
				return nil, faultf("%s without returning gives no rows: write session:execute", describe(v))
			}
			return s, nil
		}
	case argChange:
		if s, ok := userdata(v).(expr.Statement); ok {
			if _, reads := s.(expr.Query); !reads {
				return s, nil
			}
			return nil, unexpected(k, v, ": write session:rows, session:all or session:one")
		}
	case argFunction:
		if f, ok := v.(*lua.LFunction); ok {
			return f, nil
		}
	case argNode:
		if n := nodeOf(userdata(v)); n != nil {
			return n, nil
		}
	case argTable:
		if t, ok := v.(*lua.LTable); ok {
			return t, nil
		}
	case expr.ArgDefault:
		if t, ok := v.(*lua.LTable); ok {
			return paramOptions(t)
		}
		return boxed(k, v)
	case expr.ArgFlag, expr.ArgNumber, expr.ArgFrame, expr.ArgNames, expr.ArgRows, expr.ArgColumnTypes, expr.ArgStep,
		expr.ArgAssign, expr.ArgAssigns, expr.ArgKeyList:
		return st.special(k, v)
	default:
		return boxed(k, v)
	}
	return nil, unexpected(k, v, "")
}

// list converts the rest of the arguments, or the one list that stands for them.
// Before is how many arguments stand before them.
func (st *State) list(k expr.ArgKind, l *lua.LState, at, before int) (any, error) {
	values, word := make([]lua.LValue, 0, 8), "argument"
	if t, ok := l.Get(at).(*lua.LTable); ok && l.GetTop() == at {
		var err error
		if values, err = listItems(t); err != nil {
			return nil, err
		}
		word, before = "item", 0
	} else {
		for ; at <= l.GetTop(); at++ {
			values = append(values, l.Get(at))
		}
	}
	if k == expr.ArgIn && len(values) == 1 {
		if q, ok := userdata(values[0]).(expr.Query); ok {
			return q, nil
		}
	}
	count := len(values)
	return each(k, values, func(i int, err error) error {
		if before+count == 1 {
			return err
		}
		if values[i].Type() == lua.LTTable && word == "argument" && k == expr.ArgOperands {
			err = unexpected(k, values[i], ": behind other arguments a list is written unpack(list), JSON sql.json{...}")
		}
		return &namedFault{word + " " + strconv.Itoa(before+i+1), err}
	})
}

// each converts the values of a list; place says where an error is.
func each(k expr.ArgKind, values []lua.LValue, place func(int, error) error) (any, error) {
	all, froms, names, queries := make([]any, 0, len(values)), []expr.FromClause(nil), []string(nil), []expr.Query(nil)
	var loads []*expr.LoadOption
	for i, v := range values {
		var x any
		var err error
		switch k {
		case expr.ArgFroms:
			var f expr.FromClause
			f, err = fromClause(v)
			froms = append(froms, f)
		case expr.ArgStrings:
			var s string
			s, err = text(k, v)
			names = append(names, s)
		case expr.ArgQueries:
			q, ok := userdata(v).(expr.Query)
			if !ok {
				err = unexpected(k, v, "")
			}
			queries = append(queries, q)
		case expr.ArgLoads:
			o, ok := userdata(v).(*expr.LoadOption)
			if !ok {
				err = unexpected(k, v, "")
			}
			loads = append(loads, o)
		case expr.ArgIn:
			x, err = rowOf(k, v)
			all = append(all, x)
		case expr.ArgSets:
			x, err = set(v)
			all = append(all, x)
		default:
			x, err = operandOf(k, v)
			all = append(all, x)
		}
		if err != nil {
			return nil, place(i, err)
		}
	}
	switch k {
	case expr.ArgQueries:
		return queries, nil
	case expr.ArgLoads:
		return loads, nil
	case expr.ArgFroms:
		return froms, nil
	case expr.ArgStrings:
		return names, nil
	}
	return all, nil
}

// rowOf converts an item of IN: {1, "a"} is a row.
func rowOf(k expr.ArgKind, v lua.LValue) (any, error) {
	t, ok := v.(*lua.LTable)
	if !ok {
		return operand(k, v)
	}
	values, err := listItems(t)
	if err != nil {
		return nil, err
	}
	items, err := each(expr.ArgOperands, values, func(i int, err error) error { return &namedFault{"value " + strconv.Itoa(i+1), err} })
	if err != nil {
		return nil, err
	}
	return expr.Tuple(items.([]any)...), nil
}

// operandOf converts an item of a list that may also hold what is no operand.
func operandOf(k expr.ArgKind, v lua.LValue) (any, error) {
	switch x := userdata(v).(type) {
	case expr.Source:
		if k == expr.ArgColumns {
			return x, nil
		}
	case expr.Item:
		if k == expr.ArgColumns {
			return x, nil
		}
	case expr.Order:
		if k == expr.ArgOrders {
			return x, nil
		}
	}
	return boxed(k, v)
}

// boxed is operand for what takes it as any: an expression is that already.
func boxed(k expr.ArgKind, v lua.LValue) (any, error) {
	if ud, ok := v.(*lua.LUserData); ok {
		if x, ok := ud.Value.(expr.Expr); ok && (k != expr.ArgCond && k != expr.ArgConds || isCondition(x)) {
			return ud.Value, nil
		}
	}
	return operand(k, v)
}

// operand converts an expression or, where one may stand, a plain value.
func operand(k expr.ArgKind, v lua.LValue) (expr.Expr, error) {
	var x expr.Expr
	switch u := userdata(v).(type) {
	case expr.Expr:
		x = u
	case expr.Item:
		x = expr.Of(u)
	case expr.Value:
		x = expr.Literal(u)
	case nil:
		if (k == expr.ArgKeys || k == expr.ArgOrders) && (v.Type() == lua.LTString || v.Type() == lua.LTNumber) {
			return x, unexpected(k, v, `: a plain value orders and groups nothing; name a column, or a label by sql.ref "..."`)
		}
		value, err := plain(k, v)
		if err != nil {
			return x, err
		}
		x = expr.Literal(value)
	default:
		return x, unexpected(k, v, "")
	}
	if (k == expr.ArgCond || k == expr.ArgConds) && !isCondition(x) {
		return x, unexpected(k, v, "")
	}
	return x, nil
}

// plain converts a Lua value that is no object of ours.
func plain(k expr.ArgKind, v lua.LValue) (expr.Value, error) {
	switch v := v.(type) {
	case lua.LString:
		if !utf8.ValidString(string(v)) {
			return expr.Value{}, unexpected(k, v, " that is not valid UTF-8: write sql.bytes(s)")
		}
		return expr.Text(string(v)), nil
	case lua.LNumber:
		return number(float64(v))
	case lua.LBool:
		switch k {
		case expr.ArgOperand, expr.ArgOperands, expr.ArgIn:
			return expr.Bool(bool(v)), nil
		}
	}
	return expr.Value{}, unexpected(k, v, "")
}

// maxExact is the first integer that a Lua number may hold in place of another.
const maxExact = 1 << 53

// number makes an integer of an integral number and a float of any other.
func number(n float64) (expr.Value, error) {
	switch {
	case n != n || math.IsInf(n, 0):
		return expr.Value{}, faultf("%v is no value of SQL", lua.LNumber(n))
	case n != math.Trunc(n):
		return expr.Float(n), nil
	case math.Abs(n) >= maxExact:
		return expr.Value{}, faultf(`%.0f is beyond the integers that a Lua number holds exactly: write sql.int "..." or sql.decimal "..."`, n)
	}
	return expr.Int(int64(n)), nil
}

// operandOrNull converts what a table holds, or NULL where its constructor says nil.
func operandOrNull(t *lua.LTable, key lua.LValue) (expr.Expr, error) {
	if _, literal := givenNil(t, key); literal {
		return expr.Literal(expr.Value{}), nil
	}
	return operand(expr.ArgOperand, t.RawGet(key))
}

func fromClause(v lua.LValue) (expr.FromClause, error) {
	switch u := userdata(v).(type) {
	case expr.FromClause:
		return u, nil
	case expr.Query:
		return nil, unexpected(expr.ArgFrom, v, `: write q:subquery "name"`)
	}
	if v.Type() == lua.LTString {
		return nil, unexpected(expr.ArgFrom, v, ": write db.%s", v.String())
	}
	return nil, unexpected(expr.ArgFrom, v, "")
}

func text(k expr.ArgKind, v lua.LValue) (string, error) {
	s, ok := v.(lua.LString)
	switch {
	case !ok:
		return "", unexpected(k, v, "")
	case s == "":
		return "", unexpected(k, v, " that is empty")
	case !utf8.ValidString(string(s)):
		return "", unexpected(k, v, " that is not valid UTF-8")
	}
	return string(s), nil
}

// textOrNumber keeps a string as it is and writes a number out.
func textOrNumber(v lua.LValue) (string, error) {
	if n, ok := v.(lua.LNumber); ok {
		if _, err := number(float64(n)); err != nil {
			return "", err
		}
		return strconv.FormatFloat(float64(n), 'f', -1, 64), nil
	}
	return text(expr.ArgText, v)
}

func numbers(v lua.LValue) (map[string]float64, error) {
	t, ok := v.(*lua.LTable)
	if !ok {
		return nil, unexpected(expr.ArgNumbers, v, "")
	}
	parts := map[string]float64{}
	for _, f := range fields(t) {
		name, isName := f.key.(lua.LString)
		n, isNumber := f.value.(lua.LNumber)
		switch {
		case !isName:
			return nil, faultf("expected names, got the key %s", shown(f.key))
		case !isNumber && isExpr(f.value):
			return nil, faultf("%s: expected a number, got %s: write sql.interval{%s = 1} * x", string(name), describe(f.value), string(name))
		case !isNumber:
			return nil, faultf("%s: expected a number, got %s", string(name), describe(f.value))
		}
		parts[string(name)] = float64(n)
	}
	return parts, nil
}

func isExpr(v lua.LValue) bool {
	_, ok := exprIn(v)
	return ok
}

// binds converts {name = operand, ...}.
func binds(v lua.LValue) (map[string]any, error) {
	t, ok := v.(*lua.LTable)
	if !ok {
		return nil, unexpected(expr.ArgBinds, v, "")
	}
	all := map[string]any{}
	for _, f := range fields(t) {
		name, isName := f.key.(lua.LString)
		if !isName {
			return nil, faultf("expected names, got the key %s", shown(f.key))
		}
		x, err := operand(expr.ArgOperand, f.value)
		if err != nil {
			return nil, &namedFault{string(name), err}
		}
		all[string(name)] = x
	}
	return all, nil
}

// whens converts {{condition, value}, ..., else_ = value}, or the branches of a CASE
// that compares a value, which have operands for conditions.
func whens(v lua.LValue, first expr.ArgKind) (any, error) {
	t, ok := v.(*lua.LTable)
	if !ok {
		return nil, unexpected(expr.ArgWhens, v, "")
	}
	n := lengthOf(t)
	list := make([]any, n+1)
	for _, f := range fieldsAndNils(t) {
		if i, ok := f.key.(lua.LNumber); ok && i >= 1 && int(i) <= n && i == lua.LNumber(int(i)) {
			when, err := branch(f.value, first)
			if err != nil {
				return nil, &namedFault{"branch " + f.key.String(), err}
			}
			list[int(i)-1] = when
			continue
		}
		if f.key != lua.LString("else_") {
			return nil, faultf("a case has no part %s", misspelt(f.key, []string{"else_"}))
		}
		x, err := operandOrNull(t, f.key)
		if err != nil {
			return nil, &namedFault{"else_", err}
		}
		list[n] = x
	}
	for i := range n {
		if list[i] == nil {
			return nil, &namedFault{"branch " + strconv.Itoa(i+1), unexpected(expr.ArgWhens, lua.LNil, "")}
		}
	}
	return list, nil
}

func branch(v lua.LValue, first expr.ArgKind) (expr.When, error) {
	t, ok := v.(*lua.LTable)
	if !ok {
		return expr.When{}, faultf("expected {condition, value}, got %s: each branch is a table, as in sql.case{{condition, value}, else_ = value}", describe(v))
	}
	if n := len(fieldsAndNils(t)); n != 2 || max(t.Len(), 1) > 2 {
		return expr.When{}, faultf("expected {condition, value}, got a table of %d: a nil among them is a misspelt variable, or write sql.null", n)
	}
	cond, err := operand(first, t.RawGetInt(1))
	if err != nil {
		return expr.When{}, err
	}
	then, err := operandOrNull(t, lua.LNumber(2))
	return expr.NewWhen(cond, then), inPlace(err, 1)
}
