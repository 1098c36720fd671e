package luabind

import "time"

// Limits bound what a script may use. A field that is zero has its default.
type Limits struct {
	Time   time.Duration // of a run, its queries included: 2 s; less than 0: no limit
	Steps  int64         // instructions: 50 million; less than 0: no limit
	Source int           // bytes of a script: 64 KB
	Text   int           // bytes of a text that a library function makes: 1 MB
	Output int           // bytes printed by a run: 1 MB
	Rows   int           // rows of session:all: 100,000
}

// Limits that no host needs to move.
const (
	maxNesting   = 180     // blocks, functions, brackets and operators inside one another
	maxHeight    = 2000    // the same, with calls and operators in a row: a.b():c():d()
	maxCalls     = 240     // calls of functions inside one another, up to the next pcall
	maxProtected = 60      // pcalls inside one another
	registers    = 256     // to begin with
	growth       = 2048    // at a time
	maxRegister  = 1 << 16 // arguments and locals of all calls together
)

func (l Limits) withDefaults() Limits {
	defaultTo(&l.Time, 2*time.Second)
	defaultTo(&l.Steps, 50_000_000)
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
