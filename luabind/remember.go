package luabind

import (
	"context"
	"encoding/binary"
	"slices"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/internal/lru"
)

// Remember has [Runtime.Run] and [Runtime.Eval] remember what up to n scripts returned, of
// 16 KiB on average: the same script with the same arguments again is not run, and gives
// the very same queries, for which a session then has its plan.
//
// Scripts know neither the clock nor chance nor one another, so that they come to the same
// each time. Whatever asks the host for something is run each time all the same: for a
// session's rows, for bytes and SQL, for a file, for one of its functions, or to print; so
// is what fails, and what returns tables.
func Remember(n int) Option {
	return func(rt *Runtime) { rt.known = lru.New[runKey, []any](n, n*runMemory, 0) }
}

// What a run takes in memory: on average, and about what a node of what it returned does.
const (
	runMemory  = 16 << 10
	nodeMemory = 128
)

// runKey is what a run depends on.
type runKey struct {
	name, source, args string
	chunk              bool // of Eval
}

// keyOf returns the key of a run; the zero one where nothing is remembered.
func (rt *Runtime) keyOf(name, source string, args []string, chunk bool) runKey {
	if rt.known == nil {
		return runKey{}
	}
	var list []byte
	for _, a := range args {
		list = append(binary.AppendUvarint(list, uint64(len(a))), a...)
	}
	return runKey{name, source, string(list), chunk}
}

// remembered returns what such a run returned.
func (rt *Runtime) remembered(ctx context.Context, key runKey) ([]any, bool) {
	if rt.known == nil || ctx.Err() != nil {
		return nil, false
	}
	values, ok := rt.known.Get(key)
	return slices.Clone(values), ok
}

// remember keeps what a run returned, if nobody can change it.
func (rt *Runtime) remember(key runKey, values []any) {
	cost := len(key.name) + len(key.source) + len(key.args)
	for _, v := range values {
		switch v := v.(type) {
		case nil, bool, float64:
		case string:
			cost += len(v)
		case expr.Expr:
			cost += nodeMemory * sizeOf(v)
		case expr.Node:
			cost += nodeMemory * sizeOf(v)
		default:
			return
		}
	}
	rt.known.Put(key, slices.Clone(values), cost, 0)
}
