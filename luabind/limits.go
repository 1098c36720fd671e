package luabind

import (
	"strconv"
	"time"
)

// Limits bound what a script may use. A field that is zero has its default.
type Limits struct {
	Time   time.Duration // of a run, its queries included: 2 s; less than 0: no limit
	Steps  int64         // instructions: 50 million; less than 0: no limit
	Memory int64         // bytes that the heap may grow by while a run holds on to them: 64 MB; less than 0: no limit
	Bytes  int64         // bytes of texts and tables that a run makes in all: 1 GB; less than 0: no limit
	Source int           // bytes of a script: 64 KB
	Text   int           // bytes of a text that is joined or made by a function: 1 MB
	Output int           // bytes printed by a run: 1 MB
	Rows   int           // rows of session:all: 100,000
}

// Limits that no host needs to move.
const (
	maxNesting   = 180     // blocks, functions, brackets and operators inside one another
	maxHeight    = 2000    // the same, with calls and operators in a row: a.b():c():d()
	maxConstants = 1 << 13 // different names and literals of a script, but for long tables of literals; twice as many where a host takes longer scripts: the compiler compares each with each
	maxFunctions = 1000    // of a script: each takes about 20 KB
	maxCalls     = 240     // calls of functions inside one another, up to the next pcall
	maxProtected = 50      // pcalls inside one another
	registers    = 128     // to begin with
	growth       = 512     // at a time
	maxRegister  = 1 << 14 // arguments and locals of all calls together
	maxJump      = 1 << 18 // how far behind its end a list may be given an item
	maxItems     = 100_000 // of a list that is an argument, and values of all its rows
	maxLabels    = 1000    // of a type
	maxLength    = 1 << 24 // bytes of a script, whatever the host allows
	maxReason    = 2000    // bytes of a script's own error that the host sees
)

func (l Limits) withDefaults() Limits {
	defaultTo(&l.Time, 2*time.Second)
	defaultTo(&l.Steps, 50_000_000)
	defaultTo(&l.Memory, 64<<20)
	defaultTo(&l.Bytes, 1<<30)
	defaultTo(&l.Source, 64<<10)
	defaultTo(&l.Text, 1<<20)
	defaultTo(&l.Output, 1<<20)
	defaultTo(&l.Rows, 100_000)
	return l
}

func defaultTo[T comparable](p *T, v T) {
	var zero T
	if *p == zero {
		*p = v
	}
}

// inBytes shows a limit.
func inBytes(n int64) string {
	if n >= 1<<20 && n%(1<<20) == 0 {
		return strconv.FormatInt(n>>20, 10) + " MB"
	}
	return strconv.FormatInt(n, 10) + " bytes"
}
