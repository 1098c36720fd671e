package schema

import (
	"encoding/binary"
	"slices"
	"sort"
	"strings"
)

// packStrings makes one comparable string of several; no two lists share one.
func packStrings(list []string) string { return string(appendPacked(nil, list)) }

func appendPacked(b []byte, list []string) []byte {
	for _, s := range list {
		b = append(binary.AppendUvarint(b, uint64(len(s))), s...)
	}
	return b
}

func unpackStrings(packed string) (list []string) {
	for packed != "" {
		var s string
		s, packed = unpackString(packed)
		list = append(list, s)
	}
	return list
}

// unpackString returns the first string and what is packed behind it.
func unpackString(packed string) (s, rest string) {
	n, shift := 0, 0
	for {
		c := packed[0]
		n, packed, shift = n|int(c&0x7f)<<shift, packed[1:], shift+7
		if c < 0x80 {
			return packed[:n], packed[n:]
		}
	}
}

// manyLabels is the number of labels from which on they are not searched one by one:
// a query may have very many values of an enum.
const manyLabels = 32

// sortedLabels returns where in a packed enum, whose name comes first, each label
// begins, in the order of the labels, 4 bytes each; "" of few.
func sortedLabels(packed string, n int) string {
	if n < manyLabels {
		return ""
	}
	at := make([]uint32, 0, n)
	_, rest := unpackString(packed)
	for rest != "" {
		at = append(at, uint32(len(packed)-len(rest)))
		_, rest = unpackString(rest)
	}
	label := func(at uint32) string { s, _ := unpackString(packed[at:]); return s }
	slices.SortFunc(at, func(a, b uint32) int { return strings.Compare(label(a), label(b)) })
	b := make([]byte, 0, 4*n)
	for _, v := range at {
		b = binary.BigEndian.AppendUint32(b, v)
	}
	return string(b)
}

// hasSorted searches for a label in what sortedLabels returned.
func hasSorted(packed, sorted, label string) bool {
	at := func(i int) string {
		s := sorted[4*i : 4*i+4]
		l, _ := unpackString(packed[uint32(s[0])<<24|uint32(s[1])<<16|uint32(s[2])<<8|uint32(s[3]):])
		return l
	}
	n := len(sorted) / 4
	i := sort.Search(n, func(i int) bool { return at(i) >= label })
	return i < n && at(i) == label
}
