package dialect

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestAreIntegers: only what an array may hold as it is written passes.
func TestAreIntegers(t *testing.T) {
	for list, want := range map[string]bool{
		"[1]": true, "[1,-2,0]": true, "[9223372036854775807,-9223372036854775808]": true,
		"": false, "[]": false, "[1,]": false, "[,1]": false, "[null]": false, "[1.0]": false, "[1e3]": false, `["1"]`: false,
		"[9223372036854775808]": false, "[[1]]": false, "[1},{2]": false, "[1_0]": false, "[1, 2]": false,
	} {
		require.Equal(t, want, areIntegers(list), list)
	}
}
