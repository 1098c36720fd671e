package luabind

import (
	"strings"
	"unicode/utf8"

	lua "github.com/yuin/gopher-lua"
	"github.com/yuin/gopher-lua/ast"

	"github.com/sqlser/sqlser/engine/expr"
)

// help is a helper that rewritten operators call.
type help uint8

const (
	helpNote help = iota // of a constructor with nils
	helpEq               // comparisons that build
	helpNe
	helpLt
	helpLe
	helpGt
	helpGe
	helpTestEq // comparisons that decide
	helpTestNe
	helpTestLt
	helpTestLe
	helpTestGt
	helpTestGe
	helpIsNil     // x == nil in the arguments of what builds
	helpIsNotNil  //
	helpIsNilHere // elsewhere
	helpIsNotNilHere
	helpArgument   // of a call whose name is one of ours, with a nil compared or a number that is exact
	helpNils       // how many x == nil have built something
	helpNotCompare // not a == b
	helpNot
	helpAnd
	helpOr
	helpChoose // a and b or c
	helpOpen
	helpTruth   // of a field or a result that decides
	helpDropped // of a call that is a statement
	helpArithmetic
	helpLiterals // makes a long table
	helps
)

// helpers are the functions.
var helpers = [helps]lua.LGFunction{
	helpNote: noteNils,
	helpEq:   builds(equalTo), helpNe: builds(unequalTo), helpLt: builds(lessThan), helpLe: builds(atMost), helpGt: builds(greaterThan), helpGe: builds(atLeast),
	helpTestEq: decides(equalTo), helpTestNe: decides(unequalTo), helpTestLt: decides(lessThan), helpTestLe: decides(atMost),
	helpTestGt: decides(greaterThan), helpTestGe: decides(atLeast),
	helpIsNil: isNull("is_null"), helpIsNotNil: isNull("is_not_null"),
	helpIsNilHere: isNilHere(true), helpIsNotNilHere: isNilHere(false),
	helpArgument: argumentOf, helpNils: countNils, helpNotCompare: notCompare, helpNot: not, helpAnd: and, helpOr: or, helpChoose: choose, helpOpen: open,
	helpTruth: truth, helpDropped: dropped, helpArithmetic: arithmetic,
	helpLiterals: makeLiterals,
}

// called lists the helpers, and behind them what the meter calls. They stand in the constants of compiled
// code, where no script can name, reach or replace them; all states share them.
var called = func() (list [int(helps) + len(metered)]lua.LValue) {
	for h, f := range helpers {
		list[h] = goFunction(f)
	}
	for i, f := range metered {
		list[int(helps)+i] = f
	}
	return list
}()

// lines is more than a script may have.
const lines = maxLength

// callOf stands for a function that is called until the script is compiled: a line that is too high tells
// which it is. As a constant the compiler would look for it among all others.
func callOf(at ast.PositionHolder, function int) ast.Expr {
	x := &ast.TrueExpr{}
	x.SetLine(at.Line() + (1+function)*lines)
	x.SetLastLine(x.Line())
	return x
}

// putCalled puts the functions into compiled code.
func putCalled(p *lua.FunctionProto) {
	var constants [len(called)]int // and one
	for pc, line := range p.DbgSourcePositions {
		if line < lines {
			continue
		}
		function := line/lines - 1
		p.DbgSourcePositions[pc] = line % lines
		if constants[function] == 0 {
			p.Constants = append(p.Constants, called[function])
			constants[function] = len(p.Constants)
		}
		p.Code[pc] = uint32(lua.OP_LOADK)<<26 | p.Code[pc]&(0xff<<18) | uint32(constants[function]-1)
	}
	for _, inner := range p.FunctionPrototypes {
		putCalled(inner)
	}
}

// swap puts into compiled code what else no source can say. Until then a string stands for
// each: zeros, of which there is one more than the script may have in a row, and a
// letter.
type swap struct {
	zeros  string
	values []lua.LValue
	none   string // that stands for writtenNil
	used   bool
}

func newSwap(source string) *swap { return &swap{zeros: unwritten(source, "\x00")} }

// unwritten repeats a character once more than strings of a script can have it, as it is
// or behind a backslash.
func unwritten(source, c string) string {
	return strings.Repeat(c, 1+strings.Count(source, c)+strings.Count(source, `\`))
}

const (
	registerLetter = 'a' // a register so many places before
	valueLetter    = '0' // a value, by its index, in runes from here on
)

func (s *swap) register(distance int) string {
	s.used = true
	return s.zeros + string(rune(registerLetter+distance))
}

// value stands for a value as rows have them: of no metatable, and no script's own.
func (s *swap) value(v expr.Value) string { return s.constant(v) }

// nothing stands for a nil that a constructor writes.
func (s *swap) nothing() string {
	if s.none == "" {
		s.none = s.standing(writtenNil)
	}
	return s.none
}

// constant stands for a value of Go's in the arguments of a helper.
func (s *swap) constant(v any) string {
	return s.standing(&lua.LUserData{Value: v, Metatable: lua.LNil})
}

func (s *swap) standing(v lua.LValue) string {
	s.used = true
	s.values = append(s.values, v)
	return s.zeros + string(rune(valueLetter)) + string(rune(valueLetter+len(s.values)-1))
}

// apply swaps the constants of a function and of those in it.
func (s *swap) apply(p *lua.FunctionProto) {
	if !s.used {
		return
	}
	var registers map[int]int // by constant: how far before
	for i, k := range p.Constants {
		text, ok := k.(lua.LString)
		if !ok {
			continue
		}
		rest, ok := strings.CutPrefix(string(text), s.zeros)
		if !ok {
			continue
		}
		letter, size := utf8.DecodeRuneInString(rest)
		switch {
		case size < len(rest):
			index, _ := utf8.DecodeRuneInString(rest[size:])
			p.Constants[i] = s.values[index-valueLetter]
		default:
			if registers == nil {
				registers = map[int]int{}
			}
			registers[i] = int(letter - registerLetter)
		}
	}
	for pc, code := range p.Code {
		if registers == nil || code>>26 != uint32(lua.OP_GETGLOBAL) {
			continue
		}
		if distance, ok := registers[int(code&(1<<18-1))]; ok {
			target := code >> 18 & 0xff
			p.Code[pc] = uint32(lua.OP_MOVE)<<26 | target<<18 | (target - uint32(distance))
		}
	}
	for _, inner := range p.FunctionPrototypes {
		s.apply(inner)
	}
}
