package expr

import (
	"fmt"
	"math"
	"runtime"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
)

// mostOfPiece is how large a piece of memory may be for which the runtime does least.
const mostOfPiece = 512

// TestPiecesOfRooms holds that what statements of few nodes have stands in pieces of that size.
func TestPiecesOfRooms(t *testing.T) {
	for name, size := range map[string]uintptr{
		"pointSelect": unsafe.Sizeof(pointSelect{}), "smallSelect": unsafe.Sizeof(smallSelect{}), "smallValues": unsafe.Sizeof(smallValues{}), "someSelect": unsafe.Sizeof(someSelect{}),
	} {
		require.LessOrEqual(t, int(size), mostOfPiece, name)
	}
	require.LessOrEqual(t, int(unsafe.Sizeof(smallInsert{})), 2*mostOfPiece)
}

// TestRoomOfClaims holds that a manifest, which may claim anything, makes a reader take no more memory beforehand
// than two pieces, and no more with the first node of each sort than some.
func TestRoomOfClaims(t *testing.T) {
	numbers := []int{0, 1, 8, 9, 24, 25, 1000, MaxSize}
	for _, root := range []Op{OpSelect, OpInsert, OpUpdate, OpCompound, OpLiteral} {
		for _, nodes := range numbers {
			for _, references := range numbers {
				f := Reading(nil)
				e := Expected{Root: root, Nodes: nodes, Tables: references, Columns: references, Results: references}
				what := fmt.Sprintf("%+v", e)
				before, first := uint64(math.MaxUint64), uint64(math.MaxUint64)
				for range 5 { // others allocate at times, too
					before = min(before, taken(func() { f.Room(e) }))
					first = min(first, taken(func() { oneOfEach(f.room) }))
					f.NoRoom()
				}
				require.LessOrEqual(t, before, uint64(2*mostOfPiece), what)
				require.LessOrEqual(t, first, uint64(8*mostOfPiece), what)
			}
		}
	}
}

// oneOfEach takes a node of each sort that shares memory, and the shortest lists.
func oneOfEach(r *room) {
	alias := r.alias()
	for _, op := range []Op{OpLiteral, OpBinary, OpTable, OpCall, OpLogic} {
		r.node(op)
	}
	r.column(alias)
	r.list(1)
}

// taken is how many bytes are allocated during a call, by it or by others.
func taken(call func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	call()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}
