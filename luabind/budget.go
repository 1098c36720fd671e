package luabind

import (
	"context"
	"runtime"
	"runtime/metrics"
	"time"

	lua "github.com/yuin/gopher-lua"
)

// budget is what a run may still use. To the virtual machine it is a context: it
// asks Done before every instruction, which makes Done a counter that needs
// neither a goroutine nor a timer. Functions of ours that work or allocate count
// what they do with spend and charge, before they do it.
type budget struct {
	state *State // whose run it is: how functions that states share find theirs
	host  context.Context
	limit Limits
	until time.Time // zero: no limit

	left   int64 // instructions until the next look at clock, host and heap
	slice  int64 // how many there were
	unreal int64 // of those that have gone by, how many were no instructions: see hurry
	steps  int64 // instructions that remain; counted only if there is a limit
	looked time.Time

	made  int64  // bytes, more or less, in all
	heapy int64  // how many may be made until the heap is looked at
	base  uint64 // bytes on the heap when the run began to make many; there may have been none

	weighed bool // base is known

	over *Error // once the budget is used up
	done chan struct{}
}

// Between two looks pass few instructions at first, and more while they are quick:
// one that takes a millisecond, such as comparing two long texts, counts as one.
const (
	firstSlice   = 64
	longestSlice = 1024
	quick        = 200 * time.Microsecond
	slow         = 2 * time.Millisecond
	bytesPerStep = 16 // that instructions allocate and charge does not count
)

func (b *budget) reset(st *State, host context.Context) {
	now := time.Now()
	*b = budget{state: st, host: host, limit: st.rt.limits, left: firstSlice, slice: firstSlice, looked: now}
	b.steps, b.heapy = b.limit.Steps, b.limit.Memory/8
	if b.limit.Time > 0 {
		b.until = now.Add(b.limit.Time)
	}
}

// budgetOf returns the budget of the run that l is in.
func budgetOf(l *lua.LState) *budget {
	if b, ok := l.Context().(*budget); ok {
		return b
	}
	return l.Context().Value(budgetKey{}).(*budget) // a context made of it
}

type budgetKey struct{}

// stateOf returns the State that l belongs to.
func stateOf(l *lua.LState) *State { return budgetOf(l).state }

// Done returns nil, which is never ready, until the budget is used up.
func (b *budget) Done() <-chan struct{} {
	if b.left--; b.left > 0 {
		return nil
	}
	return b.look()
}

// look checks what Done does not. From the first failure on every instruction
// fails, so that pcall gains a script nothing.
func (b *budget) look() <-chan struct{} {
	if b.over == nil {
		now := time.Now()
		if b.over = b.used(now); b.over == nil {
			switch took := now.Sub(b.looked); {
			case took > slow:
				b.slice = max(b.slice/8, 1)
			case took < quick:
				b.slice = min(b.slice*2, longestSlice)
			}
			b.looked, b.left, b.unreal = now, b.slice, 0
			return nil
		}
		b.done = closed()
	}
	b.left = 0
	return b.done
}

// hurry brings the next look nearer, as if n instructions had gone by.
func (b *budget) hurry(n int64) {
	b.left -= n
	b.unreal += n
	if b.left <= 0 {
		b.look()
	}
}

// spend takes n steps of work that Go does for a script; false means that the
// budget is used up.
func (b *budget) spend(n int64) bool {
	b.steps -= n
	b.hurry(n)
	return b.over == nil
}

// charge counts n bytes that are about to be made; false means that there must not
// be so many.
func (b *budget) charge(n int64) bool {
	b.made += n
	b.heapy -= n
	if n >= 1<<16 || b.made > b.limit.Bytes && b.limit.Bytes > 0 {
		b.look()
	} else {
		b.hurry(1 + n>>10) // so that loops in Go are noticed, too
	}
	return b.over == nil
}

func (b *budget) used(now time.Time) *Error {
	steps := b.slice - b.left - b.unreal
	b.made += steps * bytesPerStep
	b.heapy -= steps * bytesPerStep
	if b.limit.Steps > 0 {
		if b.steps -= steps; b.steps <= 0 {
			return &Error{Code: CodeSteps, Reason: "the script takes too many steps"}
		}
	}
	if err := b.host.Err(); err != nil {
		return canceled(err)
	}
	if !b.until.IsZero() && now.After(b.until) {
		return &Error{Code: CodeTime, Reason: "the script takes longer than " + b.limit.Time.String(), Cause: context.DeadlineExceeded}
	}
	if b.limit.Bytes > 0 && b.made > b.limit.Bytes {
		return &Error{Code: CodeMemory, Reason: "the script makes too much: texts and tables of more than " + inBytes(b.limit.Bytes)}
	}
	if b.limit.Memory > 0 && b.heapy <= 0 {
		return b.weigh()
	}
	return nil
}

// weigh looks at the heap of the process, once in a while and only for a run that
// has made a good part of what it may hold: others are not to blame.
func (b *budget) weigh() *Error {
	heap := heapSize()
	if !b.weighed {
		b.weighed, b.base = true, heap-min(heap, uint64(b.made))
	}
	heap, over := b.holds(heap, 0)
	b.heapy = max(b.limit.Memory/16, (b.limit.Memory-int64(heap-min(heap, b.base)))/2)
	return over
}

// holds returns an error if the run, with more bytes that it is about to ask for, holds
// more than it may: what it has let go of is collected before it is judged.
func (b *budget) holds(heap uint64, more int64) (uint64, *Error) {
	most := b.base + uint64(b.limit.Memory)
	if heap+uint64(more) <= most || b.made < b.limit.Memory/2 {
		return heap, nil
	}
	runtime.GC()
	if heap = heapSize(); heap+uint64(more) <= most {
		return heap, nil
	}
	return heap, &Error{Code: CodeMemory, Reason: "the script holds more than " + inBytes(b.limit.Memory)}
}

// room reports whether the run may ask for so many bytes at once.
func (b *budget) room(n int64) bool {
	if b.over == nil && b.limit.Memory > 0 && b.weighed {
		if _, over := b.holds(heapSize(), n); over != nil {
			b.over, b.done = over, closed()
			b.left = 0
		}
	}
	return b.over == nil
}

func closed() chan struct{} {
	c := make(chan struct{})
	close(c)
	return c
}

// heapSize returns the bytes of all objects, those too that are not yet collected.
func heapSize() uint64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

func canceled(cause error) *Error {
	return &Error{Code: CodeCanceled, Reason: "cancelled by the host: " + cause.Error(), Cause: cause}
}

// Err says what is used up, or nil.
func (b *budget) Err() error {
	if b.over == nil {
		return nil
	}
	return b.over
}

// Deadline returns when the run must end.
func (b *budget) Deadline() (time.Time, bool) { return b.until, !b.until.IsZero() }

// Value returns nothing but the budget itself: what the host keeps in its context is
// not for the machine.
func (b *budget) Value(key any) any {
	if key == (budgetKey{}) {
		return b
	}
	return nil
}

// quietly is how errors leave the machine: without a traceback, which grows with
// every tail call a script has made.
func quietly(l *lua.LState) {
	panic(&lua.ApiError{Type: lua.ApiErrorRun, Object: l.Get(-1), StackTrace: " "})
}
