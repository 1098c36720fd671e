package serializer_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/serializer"
)

// The parts that the values of literals, raw text and the data of host functions are put together of at random.
var (
	jsonParts    = strings.Split("{ } [ ] , : \" a \\u00e9 \\ud800 \\ / 0 - 1 . 5 e E + null true false \n \t \u00a0 \ufeff \u2028 é \x7f \x00 \x1f \"a\" \"x\": NaN -0 00 1e400 \\n \\x \\\" '", " ")
	decimalParts = strings.Split("0 - . 1 9 00 + e 10 ,", " ")
	rawParts     = strings.Split("' \" ` -- \n \r /* */ ! M! $ $a$ $1 a _ é ; ( ) \x00 : :a :: \\: \\ - / * E' $$ \t x1 +", " ")
	dataParts    = []string{"\xc0", "\xc2", "\xc3", "\x90", "\x91", "\x92", "\x01", "\x7f", "\xe0", "\xff", "\xcc\x80", "\xcc\x7f", "\xcd\x01\x00", "\xcd\x00\xff", "\xce\x00\x01\x00\x00",
		"\xcf\x00\x00\x00\x01\x00\x00\x00\x00", "\xcf\xff\xff\xff\xff\xff\xff\xff\xff", "\xd0\xdf", "\xd0\xe0", "\xd1\xff\x7f", "\xd1\xff\x80", "\xd2\xff\xff\x7f\xff",
		"\xd3\x80\x00\x00\x00\x00\x00\x00\x00", "\xd3\xff\xff\xff\xff\x00\x00\x00\x00", "\xcb\x7f\xf8\x00\x00\x00\x00\x00\x01", "\xcb\x7f\xf8\x00\x00\x00\x00\x00\x00", "\xca\x00\x00\x00\x00",
		"\xa0", "\xa1x", "\xa1\xff", "\xd9\x20", "\xd9\x01x", "\xc4\x00", "\xc4\x01\x01", "\xc5\x00\x01\x01", "\xdc\x00\x10", "\xdc\x00\x01", "\xdd\x00\x00\x00\x01", "\x80", "\x81", "\xc1",
		"\xc7\x00\x00", "\xd4\x00\x00", "\xdd\xff\xff\xff\xff", "\xdb\xff\xff\xff\xff"}
	edges = []int64{0, 1, -1, -719162, 2932896, 86399999999, -719162 * 86400000000, 2932897*86400000000 - 1, -1 << 31, 1<<31 - 1, -1<<63 + 1, 1<<63 - 2} // of days, microseconds and numbers
)

// TestIndependentReaderOfValues has both read values, raw text and data of random parts: what one takes, the other takes, as the same.
func TestIndependentReaderOfValues(t *testing.T) {
	host := vectorHost(t, shop(t))
	r := rand.New(rand.NewPCG(5, 5))
	join := func(parts []string, most int) (s string) {
		for range 1 + r.IntN(most) {
			s += parts[r.IntN(len(parts))]
		}
		return s
	}
	edge := func() int64 { return edges[r.IntN(len(edges))] + int64(r.IntN(3)-1) }
	literal := func(v ...any) parsed { return parsed{"sqlser/1", []any{}, []any{1, 1, 1}, []any{1, v}} }
	names, payloads := vectors(t)
	var withData []byte
	for i, name := range names {
		if name == "data" {
			withData = payloads[i]
		}
	}
	makers := []func() parsed{
		func() parsed {
			s := join(jsonParts, 7)
			switch r.IntN(4) {
			case 0:
				s = "[" + s + "]"
			case 1:
				s = `{"k":` + s + "}"
			case 2:
				s = " " + s
			}
			return literal(16, s)
		},
		func() parsed { return literal(7, join(decimalParts, 6)) },
		func() parsed { return literal(11+r.IntN(4), edge()) },
		func() parsed { return literal(15, edge(), edge(), edge()) },
		func() parsed {
			root := []any{46, 0, nil, nil, true} // verbatim, or not
			return parsed{"sqlser/1", []any{}, []any{46, 1, 1, nil, nil, nil, []any{join(rawParts, 9) + strings.Repeat(" ", r.IntN(2))}, nil, nil, []any{"raw"}}, root[:2+3*r.IntN(2)]}
		},
		func() parsed {
			p := parse(t, withData)
			call := p[3].([]any)[4].([]any)
			call[len(call)-1] = []byte(join(dataParts, 5))
			return p
		},
	}
	all := make([][]byte, mutations(t, 30_000))
	for i := range all {
		all[i] = makers[i%len(makers)]().bytes()
	}
	taken := make([]int, len(makers))
	for i, says := range independently(t, all) {
		_, err := serializer.Loads(all[i], host)
		require.Equal(t, err == nil, says.Error == "", "%x\n%v\n%s", all[i], err, says.Error)
		if err == nil {
			taken[i%len(makers)]++
			said, err := serializer.JSON(all[i])
			require.NoError(t, err)
			require.JSONEq(t, string(said), says.line, "%x", all[i])
		}
	}
	t.Log(taken)
	for i, n := range taken {
		require.Positive(t, n, i)
	}
}
