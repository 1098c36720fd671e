package luabind

import (
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/sqlser/sqlser/engine/expr"
)

// help is a helper that rewritten operators call.
type help uint8

const (
	helpNil  help = iota // no function: see writtenNil
	helpNote             // of a constructor with nils
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
	helpBoth
	helpTruth   // of a field or a result that decides
	helpDropped // of a call that is a statement
	helpArithmetic
	helpLiterals // makes a long table
	helps
)

// helpers are the functions. They stand in the constants of compiled code, where no
// script can name, reach or replace them; all states share them.
var helpers = [helps]lua.LGFunction{
	helpNote: noteNils,
	helpEq:   builds(equalTo), helpNe: builds(unequalTo), helpLt: builds(lessThan), helpLe: builds(atMost), helpGt: builds(greaterThan), helpGe: builds(atLeast),
	helpTestEq: decides(equalTo), helpTestNe: decides(unequalTo), helpTestLt: decides(lessThan), helpTestLe: decides(atMost),
	helpTestGt: decides(greaterThan), helpTestGe: decides(atLeast),
	helpIsNil: isNull("is_null"), helpIsNotNil: isNull("is_not_null"),
	helpIsNilHere: isNilHere(true), helpIsNotNilHere: isNilHere(false),
	helpArgument: argumentOf, helpNils: countNils, helpNotCompare: notCompare, helpNot: not, helpAnd: and, helpOr: or, helpChoose: choose, helpBoth: both,
	helpTruth: truth, helpDropped: dropped, helpArithmetic: arithmetic,
	helpLiterals: makeLiterals,
}

// constants are what the swap puts in the place of a helper's name.
var constants = func() (list [helps]lua.LValue) {
	list[helpNil] = writtenNil
	for h, f := range helpers {
		if f != nil {
			list[h] = &lua.LFunction{IsG: true, GFunction: f, Env: &lua.LTable{Metatable: lua.LNil}}
		}
	}
	return list
}()

// swap puts into compiled code what no source can say. Until then a string stands for
// each: zeros, of which there is one more than the script may have in a row, and a
// letter.
type swap struct {
	zeros  string
	values []lua.LValue
	used   bool
}

// newSwap counts what the zeros of a script's strings may be written with.
func newSwap(source string) *swap {
	n := 1 + strings.Count(source, "\x00") + strings.Count(source, `\`)
	return &swap{zeros: strings.Repeat("\x00", n)}
}

const (
	helpLetter     = 'A' // a helper, from here on
	registerLetter = 'a' // a register so many places before
	valueLetter    = '0' // a value, by its index, in runes from here on
)

func (s *swap) name(h help) string {
	s.used = true
	return s.zeros + string(rune(helpLetter+h))
}

func (s *swap) register(distance int) string {
	s.used = true
	return s.zeros + string(rune(registerLetter+distance))
}

// value stands for a value as rows have them: of no metatable, and no script's own.
func (s *swap) value(v expr.Value) string { return s.constant(v) }

// constant stands for a value of Go's in the arguments of a helper.
func (s *swap) constant(v any) string {
	s.used = true
	s.values = append(s.values, &lua.LUserData{Value: v, Metatable: lua.LNil})
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
		letters := []rune(rest)
		switch c := letters[0]; {
		case len(letters) == 2:
			p.Constants[i] = s.values[letters[1]-valueLetter]
		case c >= registerLetter:
			if registers == nil {
				registers = map[int]int{}
			}
			registers[i] = int(c - registerLetter)
		default:
			p.Constants[i] = constants[c-helpLetter]
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
