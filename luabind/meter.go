package luabind

import (
	"slices"
	"strconv"

	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/ast"
)

// The machine joins texts, fills tables and makes functions in instructions of its
// own, which no budget is asked about: one of them can double a text, or make a
// list of 67 million nils. So where a script has a `..`, a key that is computed, a
// constructor or a function, the meter puts a call of one of the functions below in
// their place, which counts and then does the same. They stand in the constants of
// compiled code, where no script can name, reach or replace them.

// metered lists the functions, each with what a call of it does.
var metered = [...]*lua.LFunction{
	meterJoin:   goFunction(joinValues),
	meterSet:    goFunction(setIndex),
	meterAppend: goFunction(appendItem),
	meterKey:    goFunction(checkedKey),
	meterHigh:   goFunction(checkKeyOf),
	meterFill:   goFunction(fillTable),
	meterMade:   goFunction(countMade),
	meterNamed:  goFunction(countNamed),
}

const (
	meterJoin   = iota // joins all its arguments
	meterSet           // t[k] = v
	meterAppend        // t[#t + 1] = v
	meterHigh          // before t[k] = v with a high number k
	meterKey           // returns the key that it is given
	meterFill          // {..., f()}
	meterMade          // returns the table or function that it is given, which is new
	meterNamed         // returns the table that it is given, which is new and has names only
)

// meter is the pass over a script's tree that puts the calls in.
type meter struct {
	name      string
	constants map[string]bool // nil where there cannot be too many
	most      int
	usesArg   bool // a name of the script is arg
	scope     []*variable
	inside    int // functions and loops
	calls     int // that the script has, so far
	functions int // likewise
	err       *Error
}

// variable is one of a loop that counts, or one of that name that hides it.
type variable struct {
	name     string
	counts   bool
	low      bool     // no further than maxJump, in whole numbers
	meter    []func() // where it is a key: what to do if the loop assigns it
	assigned bool
}

// meterScript puts calls of the metered functions into a script.
func meterScript(name, source string, chunk []ast.Stmt) (*meter, []ast.Stmt, error) {
	m := &meter{name: name, most: min(max(maxConstants, len(source)/8), 2*maxConstants)}
	if len(source) > m.most { // each takes a byte at least
		m.constants = map[string]bool{}
	}
	chunk = m.block(chunk)
	if m.err != nil {
		return nil, nil, m.err
	}
	return m, chunk, nil
}

// spareArg has functions with "..." not make the table that is named arg, which costs more than
// they do.
func spareArg(p *lua.FunctionProto) {
	p.IsVarArg &^= lua.VarArgNeedsArg
	for _, inner := range p.FunctionPrototypes {
		spareArg(inner)
	}
}

func (m *meter) call(at ast.PositionHolder, function int, args ...ast.Expr) *ast.FuncCallExpr {
	call := &ast.FuncCallExpr{Func: callOf(at, int(helps)+function), Args: args, AdjustRet: true}
	call.SetLine(at.Line())
	call.SetLastLine(at.LastLine())
	return call
}

func statement(call *ast.FuncCallExpr) ast.Stmt {
	s := &ast.FuncCallStmt{Expr: call}
	s.SetLine(call.Line())
	s.SetLastLine(call.LastLine())
	return s
}

func (m *meter) constant(s string) {
	m.usesArg = m.usesArg || s == "arg"
	if m.constants == nil {
		return
	}
	if m.constants[s] = true; len(m.constants) > m.most && m.err == nil {
		m.err = &Error{Code: CodeSize, File: m.name, Reason: "more than " + strconv.Itoa(m.most) + " different names and literals"}
	}
}

func (m *meter) block(list []ast.Stmt) []ast.Stmt {
	outer := len(m.scope)
	defer func() { m.scope = m.scope[:outer] }()
	var out []ast.Stmt
	for _, s := range list {
		out = append(out, m.stmt(s))
		if f := functionIn(s); f != nil && m.inside > 0 {
			out = append(out, statement(m.call(s, meterMade, f)))
		}
	}
	return out
}

// functionIn returns the name of the function that a statement makes, or nil.
func functionIn(s ast.Stmt) ast.Expr {
	if s, ok := s.(*ast.LocalAssignStmt); ok && len(s.Names) == 1 && len(s.Exprs) == 1 {
		if _, ok := s.Exprs[0].(*ast.FunctionExpr); ok {
			x := &ast.IdentExpr{Value: s.Names[0]}
			x.SetLine(s.Line())
			x.SetLastLine(s.LastLine())
			return x
		}
	}
	return nil
}

func (m *meter) stmt(s ast.Stmt) ast.Stmt {
	switch s := s.(type) {
	case *ast.AssignStmt:
		return m.assign(s)
	case *ast.LocalAssignStmt:
		if functionIn(s) != nil { // it must stay one, to be able to call itself
			m.function(s.Exprs[0].(*ast.FunctionExpr))
		} else {
			m.exprs(s.Exprs)
		}
		m.hide(s.Names)
	case *ast.FuncCallStmt:
		s.Expr = m.expr(s.Expr)
	case *ast.DoBlockStmt:
		s.Stmts = m.block(s.Stmts)
	case *ast.WhileStmt:
		m.inside++
		s.Condition = m.expr(s.Condition)
		s.Stmts = mendLoop(s, m.block(s.Stmts))
		m.inside--
	case *ast.RepeatStmt:
		m.inside++
		s.Stmts = mendLoop(s, m.block(s.Stmts))
		s.Condition = m.expr(s.Condition)
		m.inside--
	case *ast.IfStmt:
		s.Condition = m.expr(s.Condition)
		s.Then = m.block(s.Then)
		s.Else = m.block(s.Else)
	case *ast.NumberForStmt:
		s.Init, s.Limit, s.Step = m.expr(s.Init), m.expr(s.Limit), m.expr(s.Step)
		s.Stmts = m.loop(&variable{name: s.Name, counts: true, low: countsLow(s)}, s.Stmts)
	case *ast.GenericForStmt:
		m.exprs(s.Exprs)
		outer := len(m.scope)
		m.hide(s.Names)
		m.inside++
		s.Stmts = mendLoop(s, m.block(s.Stmts))
		m.inside--
		m.scope = m.scope[:outer]
	case *ast.FuncDefStmt:
		if s.Name.Func != nil {
			s.Name.Func = m.expr(s.Name.Func)
		}
		if s.Name.Receiver != nil {
			s.Name.Receiver = m.expr(s.Name.Receiver)
		}
		m.function(s.Func, implicit(s)...)
		if m.inside > 0 {
			block := &ast.DoBlockStmt{Stmts: []ast.Stmt{s, statement(m.call(s, meterMade, literal(s, 0)))}}
			block.SetLine(s.Line())
			block.SetLastLine(s.LastLine())
			return block
		}
	case *ast.ReturnStmt:
		m.exprs(s.Exprs)
	}
	return s
}

func literal(at ast.PositionHolder, n int) ast.Expr {
	x := &ast.NumberExpr{Value: strconv.Itoa(n)}
	x.SetLine(at.Line())
	x.SetLastLine(at.LastLine())
	return x
}

// countsLow reports whether a loop counts in whole numbers that are written there
// and are no keys too high.
func countsLow(s *ast.NumberForStmt) bool {
	low := func(x ast.Expr) bool {
		n, ok := x.(*ast.NumberExpr)
		if !ok {
			return false
		}
		i, err := strconv.Atoi(n.Value)
		return err == nil && i <= maxJump
	}
	return low(s.Init) && low(s.Limit) && (s.Step == nil || low(s.Step))
}

func (m *meter) assign(s *ast.AssignStmt) ast.Stmt {
	calls := m.calls
	m.exprs(s.Rhs)
	for _, target := range s.Lhs {
		if id, ok := target.(*ast.IdentExpr); ok {
			if v := m.variable(id.Value); v != nil {
				v.assigned = true
			}
		}
		t, ok := target.(*ast.AttrGetExpr)
		if !ok {
			continue
		}
		appends := len(s.Lhs) == 1 && len(s.Rhs) == 1 && isNext(t) && calls == m.calls
		t.Object, t.Key = m.expr(t.Object), m.expr(t.Key)
		if m.low(&t.Key) {
			continue
		}
		if appends {
			call := m.call(t, meterAppend, t.Object, s.Rhs[0])
			call.AdjustRet = false
			return statement(call)
		}
		if len(s.Lhs) == 1 {
			if guarded := m.guarded(s, t); guarded != nil {
				return guarded
			}
		}
		if len(s.Lhs) == 1 && len(s.Rhs) == 1 {
			adjust(s.Rhs[0])
			call := m.call(t, meterSet, t.Object, t.Key, s.Rhs[0])
			call.AdjustRet = false
			return statement(call)
		}
		t.Key = m.call(t, meterKey, t.Key)
	}
	return s
}

// guarded has t[i] = v, where i is what a loop counts with, looked at if i is high:
// a comparison costs less than a call.
func (m *meter) guarded(s *ast.AssignStmt, t *ast.AttrGetExpr) ast.Stmt {
	list, isName := t.Object.(*ast.IdentExpr)
	key, _ := t.Key.(*ast.IdentExpr)
	if !isName || key == nil {
		return nil
	}
	v := m.variable(key.Value)
	if v == nil || !v.counts {
		return nil
	}
	high := &ast.RelationalOpExpr{Operator: ">", Lhs: key, Rhs: literal(key, maxJump)}
	check := &ast.IfStmt{Condition: high, Then: []ast.Stmt{statement(m.call(t, meterHigh, list, key))}}
	block := &ast.DoBlockStmt{Stmts: []ast.Stmt{check, s}}
	for _, p := range []ast.PositionHolder{high, check, block} {
		p.SetLine(s.Line())
		p.SetLastLine(s.LastLine())
	}
	v.meter = append(v.meter, func() {
		block.Stmts = []ast.Stmt{s}
		t.Key = m.call(key, meterKey, key)
	})
	return block
}

// isNext reports whether a target is t[#t + 1].
func isNext(t *ast.AttrGetExpr) bool {
	sum, ok := t.Key.(*ast.ArithmeticOpExpr)
	if !ok || sum.Operator != "+" {
		return false
	}
	length, ok := sum.Lhs.(*ast.UnaryLenOpExpr)
	if !ok {
		return false
	}
	one, _ := sum.Rhs.(*ast.NumberExpr)
	of, _ := length.Expr.(*ast.IdentExpr)
	list, _ := t.Object.(*ast.IdentExpr)
	return one != nil && of != nil && list != nil && one.Value == "1" && of.Value == list.Value
}

// low reports whether a key cannot be one that a list would have to grow far for.
func (m *meter) low(place *ast.Expr) bool {
	switch key := (*place).(type) {
	case *ast.StringExpr, *ast.TrueExpr, *ast.FalseExpr, *ast.NilExpr:
		return true
	case *ast.NumberExpr:
		n, err := strconv.Atoi(key.Value)
		return err == nil && n <= maxJump
	case *ast.IdentExpr:
		v := m.variable(key.Value)
		if v == nil || !v.low {
			return false
		}
		v.meter = append(v.meter, func() { *place = m.call(key, meterKey, key) })
		return true
	}
	return false
}

func (m *meter) exprs(list []ast.Expr) {
	for i, x := range list {
		list[i] = m.expr(x)
	}
}

func (m *meter) expr(x ast.Expr) ast.Expr {
	switch x := x.(type) {
	case *ast.StringExpr:
		m.constant(x.Value)
	case *ast.NumberExpr:
		m.constant(x.Value)
	case *ast.IdentExpr:
		m.constant(x.Value)
	case *ast.AttrGetExpr:
		x.Object, x.Key = m.expr(x.Object), m.expr(x.Key)
	case *ast.TableExpr:
		return m.table(x)
	case *ast.FuncCallExpr:
		m.calls++
		if x.Func != nil {
			x.Func = m.expr(x.Func)
		} else {
			m.constant(x.Method)
			x.Receiver = m.expr(x.Receiver)
		}
		m.exprs(x.Args)
	case *ast.LogicalOpExpr:
		x.Lhs, x.Rhs = m.expr(x.Lhs), m.expr(x.Rhs)
	case *ast.RelationalOpExpr:
		x.Lhs, x.Rhs = m.expr(x.Lhs), m.expr(x.Rhs)
	case *ast.ArithmeticOpExpr:
		x.Lhs, x.Rhs = m.expr(x.Lhs), m.expr(x.Rhs)
	case *ast.StringConcatOpExpr:
		return m.join(x)
	case *ast.UnaryMinusOpExpr:
		x.Expr = m.expr(x.Expr)
	case *ast.UnaryNotOpExpr:
		x.Expr = m.expr(x.Expr)
	case *ast.UnaryLenOpExpr:
		x.Expr = m.expr(x.Expr)
	case *ast.FunctionExpr:
		m.function(x)
		if m.inside > 0 {
			return m.call(x, meterMade, x)
		}
	}
	return x
}

// implicit names what a function has beside its parameters: methods have self.
func implicit(s *ast.FuncDefStmt) []string {
	if s.Name.Func == nil {
		return []string{"self"}
	}
	return nil
}

// parameters lists the variables that a function begins with.
func parameters(x *ast.FunctionExpr, implicit []string) []string {
	names := slices.Concat(implicit, x.ParList.Names)
	if x.ParList.HasVargs {
		names = append(names, "arg")
	}
	return names
}

func (m *meter) function(x *ast.FunctionExpr, implicit ...string) {
	if m.functions++; m.functions > maxFunctions && m.err == nil {
		m.err = &Error{Code: CodeSize, File: m.name, Line: x.Line(), Reason: "more than " + strconv.Itoa(maxFunctions) + " functions"}
	}
	outer := len(m.scope)
	m.hide(parameters(x, implicit))
	m.inside++
	x.Stmts = m.block(x.Stmts)
	m.inside--
	m.scope = m.scope[:outer]
}

// loop is the body of a loop with a variable that counts, which it may assign.
func (m *meter) loop(v *variable, body []ast.Stmt) []ast.Stmt {
	m.scope = append(m.scope, v)
	m.inside++
	body = m.block(body)
	m.inside--
	m.scope = m.scope[:len(m.scope)-1]
	if v.assigned {
		for _, meter := range v.meter {
			meter()
		}
	}
	return body
}

// hide notes variables that may stand for anything, if one of a loop is named so.
func (m *meter) hide(names []string) {
	for _, name := range names {
		if m.variable(name) != nil {
			m.scope = append(m.scope, &variable{name: name})
		}
	}
}

// variable returns the innermost variable of a name that is of interest, or nil.
func (m *meter) variable(name string) *variable {
	for i := len(m.scope) - 1; i >= 0; i-- {
		if m.scope[i].name == name {
			return m.scope[i]
		}
	}
	return nil
}

// table has a constructor counted whose size is not that of the script: the machine
// makes much room for names, and as many items as a call returns.
func (m *meter) table(t *ast.TableExpr) ast.Expr {
	named, items := len(t.Fields) == 0, 0
	var many ast.Expr
	for i, f := range t.Fields {
		if f.Key == nil {
			items++
		} else {
			named = true
			if f.Key = m.expr(f.Key); !m.low(&f.Key) {
				f.Key = m.call(f.Key, meterKey, f.Key)
			}
		}
		last := f.Key == nil && i == len(t.Fields)-1 && mayBeMany(f.Value)
		if f.Value = m.expr(f.Value); last {
			many, t.Fields = f.Value, t.Fields[:i]
		}
	}
	mendTable(t)
	switch {
	case many != nil:
		return m.call(t, meterFill, t, literal(t, items-1), many)
	case named && len(t.Fields) > 0 && items == 0:
		return m.call(t, meterNamed, t)
	case named || items > fewItems:
		return m.call(t, meterMade, t)
	}
	return t
}

// fewItems are no more than the steps that it takes to put them into a list.
const fewItems = 3

// maxOperands is how many operands of .. one call joins: each is a register.
const maxOperands = 60

// join makes one call of a chain a .. b .. c, which the parser has as a .. (b .. c).
func (m *meter) join(x *ast.StringConcatOpExpr) ast.Expr {
	var operands []ast.Expr
	var rest ast.Expr = x
	for len(operands) < maxOperands {
		chain, ok := rest.(*ast.StringConcatOpExpr)
		if !ok {
			break
		}
		operands = append(operands, m.expr(chain.Lhs))
		rest = chain.Rhs
	}
	last := m.expr(rest)
	adjust(last)
	return m.call(x, meterJoin, append(operands, last)...)
}
