package expr

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/schema"
)

// TestParseDay: the days are those of package time, which also says what is none.
func TestParseDay(t *testing.T) {
	years := []int{0, 1, 3, 4, 99, 100, 101, 399, 400, 1600, 1899, 1900, 1969, 1970, 1999, 2000, 2023, 2024, 2100, 9996, 9999}
	for _, y := range years {
		for m := range 14 {
			for d := range 33 {
				s := fmt.Sprintf("%04d-%02d-%02d", y, m, d)
				want, err := time.Parse(time.DateOnly, s)
				got, ok := parseDay(s)
				require.Equal(t, err == nil, ok, s)
				if ok {
					require.Equal(t, want.Unix()/86400, got, s)
				}
			}
		}
	}
	day := time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)
	for n := int64(minDay); n <= maxDay; n += 11 {
		s := day.AddDate(0, 0, int(n-minDay)).Format(time.DateOnly)
		got, ok := parseDay(s)
		require.True(t, ok, s)
		if got != n {
			t.Fatalf("%s: expected %d, got %d", s, n, got)
		}
	}
}

// TestIsText: short texts and long ones, valid or not.
func TestIsText(t *testing.T) {
	long := "0123456789012345678901234567890"
	for _, s := range []string{"", "a", "é", "a\xffb", "\x80", "abc\xc3", long, long + "é", long + "\xff"} {
		require.Equal(t, len([]rune(s)) == 0 || s == string([]rune(s)), isText(s), "%q", s)
	}
}

// TestDigits holds the digits of floats that have few behind the point, and of any, to Go's.
func TestDigits(t *testing.T) {
	for i := range 40_000 {
		whole := float64(rand.Int64N(1 << (i % 55)))
		for _, f := range []float64{whole, whole / 10, -whole / 100, whole / 1000, whole / 10_000, math.Nextafter(whole/10, 1e300), rand.NormFloat64(), math.Float64frombits(rand.Uint64())} {
			if f != 0 && math.Abs(f) <= math.MaxFloat64 {
				require.Equal(t, strconv.FormatFloat(f, 'f', -1, 64), digits(f))
			}
		}
	}
}

// TestFloatAsDecimal: a float that meets decimals is the decimal that its text is.
func TestFloatAsDecimal(t *testing.T) {
	for _, f := range []float64{0, math.Copysign(0, -1), 1, -1.5, 100.5, 0.1, 1e21, -1e300, math.MaxFloat64, math.SmallestNonzeroFloat64, math.Inf(1), math.Inf(-1), math.NaN()} {
		got, err := adaptValue(Float(f), schema.Numeric(10, 2), true)
		want, bad := ParseValue(schema.Numeric(0, 0), strconv.FormatFloat(f, 'f', -1, 64))
		require.Equal(t, bad == nil, err == nil, f)
		if bad == nil {
			require.Equal(t, want, got, f)
			require.Nil(t, got.check(), f)
		}
	}
}
