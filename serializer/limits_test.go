package serializer_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/vmihailenco/msgpack/v5"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
	"github.com/sqlser/sqlser/serializer"
)

// parsed is a payload that a test changes: arrays are []any.
type parsed []any

func parse(t testing.TB, b []byte) parsed {
	v, err := msgpack.NewDecoder(bytes.NewReader(b)).DecodeInterface()
	require.NoError(t, err)
	return parsed(v.([]any))
}

func (p parsed) manifest() []any { return p[2].([]any) }

// add adds to a number of the manifest.
func (p parsed) add(field, n int) { p.manifest()[field] = asInt(p.manifest()[field]) + int64(n) }

func asInt(v any) int64 {
	if n := reflect.ValueOf(v); n.CanUint() {
		return int64(n.Uint())
	}
	return reflect.ValueOf(v).Int()
}

// bytes writes the tokens in their shortest forms, whatever they are of.
func (p parsed) bytes() []byte {
	var b []byte
	sized := func(n int, fixed byte, short int, wide [3]byte) {
		switch {
		case n < short:
			b = append(b, fixed|byte(n))
		case n <= math.MaxUint8 && wide[0] != 0:
			b = append(b, wide[0], byte(n))
		case n <= math.MaxUint16:
			b = binary.BigEndian.AppendUint16(append(b, wide[1]), uint16(n))
		default:
			b = binary.BigEndian.AppendUint32(append(b, wide[2]), uint32(n))
		}
	}
	var write func(v any)
	write = func(v any) {
		switch v := v.(type) {
		case nil:
			b = append(b, 0xc0)
		case bool:
			b = append(b, map[bool]byte{false: 0xc2, true: 0xc3}[v])
		case string:
			sized(len(v), 0xa0, 32, [3]byte{0xd9, 0xda, 0xdb})
			b = append(b, v...)
		case []byte:
			sized(len(v), 0, 0, [3]byte{0xc4, 0xc5, 0xc6})
			b = append(b, v...)
		case []any:
			sized(len(v), 0x90, 16, [3]byte{0, 0xdc, 0xdd})
			for _, x := range v {
				write(x)
			}
		case float64:
			b = binary.BigEndian.AppendUint64(append(b, 0xcb), math.Float64bits(v))
		default: // a number
			switch n := asInt(v); {
			case n < 0:
				b = append(b, negative(n)...)
			case n < 128:
				b = append(b, byte(n))
			case n <= math.MaxUint8:
				b = append(b, 0xcc, byte(n))
			case n <= math.MaxUint16:
				b = binary.BigEndian.AppendUint16(append(b, 0xcd), uint16(n))
			case n <= math.MaxUint32:
				b = binary.BigEndian.AppendUint32(append(b, 0xce), uint32(n))
			default:
				b = binary.BigEndian.AppendUint64(append(b, 0xcf), uint64(n))
			}
		}
	}
	write([]any(p))
	return b
}

func negative(n int64) []byte {
	switch {
	case n >= -32:
		return []byte{byte(n)}
	case n >= math.MinInt8:
		return []byte{0xd0, byte(n)}
	case n >= math.MinInt16:
		return binary.BigEndian.AppendUint16([]byte{0xd1}, uint16(n))
	case n >= math.MinInt32:
		return binary.BigEndian.AppendUint32([]byte{0xd2}, uint32(n))
	}
	return binary.BigEndian.AppendUint64([]byte{0xd3}, uint64(n))
}

// TestParsed: what is parsed is written again as it was.
func TestParsed(t *testing.T) {
	names, payloads := vectors(t)
	for i, b := range payloads {
		require.Equal(t, b, parse(t, b).bytes(), names[i])
	}
}

// The fields of a manifest that the tests change.
const (
	atSize = iota + 1
	atDepth
	atTables
	atFunctions
	atParameters
	atTexts
	atResults
)

// TestReaderLimits: of each limit, what is at it is written and read; what is one past it is refused by the
// writer and, in bytes that no writer makes, by the reader and by the independent one.
func TestReaderLimits(t *testing.T) {
	m := shop(t)
	host := vectorHost(t, m)
	near := nearKind(t)
	labels := func(n int) schema.Type {
		list := make([]string, n)
		for i := range list {
			list[i] = fmt.Sprint(i)
		}
		return schema.Enum("e", list...)
	}
	text := func(p parsed) { // the last text is longer by one
		texts := p.manifest()[atTexts].([]any)
		texts[len(texts)-1] = texts[len(texts)-1].(string) + "l"
	}
	parameter := func(field int) func(p parsed) { // so is a text, or a list, of the parameter
		return func(p parsed) {
			of := p.manifest()[atParameters].([]any)[0].([]any)
			if list, ok := of[field].([]any); ok {
				of[field] = append(list, int64(1_000_000))
			} else {
				of[field] = of[field].(string) + "x"
			}
		}
	}
	cast := func(p parsed) []any { return p[3].([]any)[2].([]any) } // the type of the root, which is a cast
	of := func(kind schema.Kind, s string) any {
		v, err := expr.NewValue(kind, 0, s)
		if err != nil {
			return err
		}
		return expr.Literal(v)
	}
	value := func(with string) func(p parsed) { // the root is a literal
		return func(p parsed) {
			v := p[3].([]any)[1].([]any)
			v[1] = with
		}
	}
	data := func(b []byte) any { return expr.Call(near, 1, 2).WithData(b) }
	long := func(n int) []byte { // one text of so many bytes
		return append([]byte{0xda, byte((n - 3) >> 8), byte(n - 3)}, bytes.Repeat([]byte("x"), n-3)...)
	}
	deep := func(n int) []byte { return append(bytes.Repeat([]byte{0x91}, n), 0xc0) }
	callData := func(b []byte) func(p parsed) {
		return func(p parsed) { root := p[3].([]any); root[len(root)-1] = b }
	}
	var names []string
	var payloads [][]byte // what is at each limit, and what is past it
	overhead := len(dumps(t, expr.Of(strings.Repeat("x", 1<<17)))) - 1<<17
	for name, limit := range map[string]struct {
		most int
		make func(n int) any
		past func(p parsed) // makes what is at the limit one past it
	}{
		"bytes": {serializer.DefaultBytes - overhead, func(n int) any { return expr.Of(strings.Repeat("x", n)) }, func(p parsed) { p[3] = p[3].(string) + "x" }},
		"depth": {expr.MaxDepth, func(n int) any {
			x := expr.Param("n", schema.BigInteger)
			for range n - 1 {
				x = x.Neg()
			}
			return x
		}, func(p parsed) { p[3] = []any{5, 2, p[3]}; p.add(atSize, 1); p.add(atDepth, 1) }},
		"depth, which the manifest hides": {expr.MaxDepth, func(n int) any {
			x := expr.Param("n", schema.BigInteger)
			for range n - 1 {
				x = x.Neg()
			}
			return x
		}, func(p parsed) { p[3] = []any{5, 2, p[3]} }},
		"size": {expr.MaxSize, func(n int) any {
			list := make([]any, n-2)
			for i := range list {
				list[i] = 1
			}
			return expr.Param("n", schema.BigInteger).In(list)
		}, func(p parsed) {
			root := p[3].([]any)
			root[2] = append(root[2].([]any), []any{1, 1})
			p.add(atSize, 1)
		}},
		"references": {serializer.DefaultReferences, func(n int) any {
			list := make([]any, n-1)
			for i := range list {
				list[i] = expr.Param(fmt.Sprint("p", i), schema.Integer)
			}
			return expr.Param("n", schema.BigInteger).In(list)
		}, func(p parsed) {
			declared := p.manifest()[atParameters].([]any)
			p.manifest()[atParameters] = append(declared, []any{"more", 6})
			root := p[3].([]any)
			root[2] = append(root[2].([]any), []any{2, len(declared)})
			p.add(atSize, 1)
		}},
		"items of all lists": {expr.MaxSize, func(n int) any { // ten terms, and the labels of ten types
			var terms []any
			for range 9 {
				terms = append(terms, expr.Of("1").Cast(labels(9_999)).IsNull())
			}
			return expr.And(append(terms, expr.Of("1").Cast(labels(n-10-9*9_999)).IsNull())...)
		}, func(p parsed) {
			terms := p[3].([]any)[1].([]any)
			typ := terms[9].([]any)[2].([]any)[2].([]any)
			typ[5] = append(typ[5].([]any), "more")
		}},
		"label":            {1000, func(n int) any { return expr.Select(expr.Of(1).Label(strings.Repeat("l", n))) }, text},
		"alias":            {1000, func(n int) any { return expr.Table(m.Lookup("customers")).Alias(strings.Repeat("l", n)) }, text},
		"parameter's name": {1000, func(n int) any { return expr.Param(strings.Repeat("l", n), schema.Integer) }, parameter(0)},
		"parameter's doc": {1000, func(n int) any {
			return expr.ParamOf(expr.NewParameter("n", schema.Integer).WithDoc(strings.Repeat("x", n)))
		}, parameter(6)},
		"labels of an enum": {10_000, func(n int) any { return expr.Of("1").Cast(labels(n)) }, func(p parsed) { cast(p)[5] = append(cast(p)[5].([]any), "more") }},
		"bytes of an enum": {1<<18 - 4, func(n int) any { return expr.Of("1").Cast(schema.Enum("e", strings.Repeat("x", n-1))) },
			func(p parsed) { l := cast(p)[5].([]any); l[0] = l[0].(string) + "x" }},
		"schema of an enum": {1000, func(n int) any { return expr.Of("1").Cast(schema.Enum("e", "x").InSchema(strings.Repeat("s", n))) },
			func(p parsed) { cast(p)[7] = cast(p)[7].(string) + "s" }},
		"parameter's enum": {1000, func(n int) any {
			values := make([]expr.Value, n)
			for i := range values {
				values[i] = expr.Int(int64(i))
			}
			return expr.ParamOf(expr.NewParameter("n", schema.Integer).WithEnum(values...))
		}, parameter(5)},
		"texts, each where it stands": {1 << 20, func(n int) any {
			items := []any{expr.Of(1).Label(strings.Repeat("m", n-1048*1000))}
			for range 1048 {
				items = append(items, expr.Of(1).Label(strings.Repeat("l", 1000)))
			}
			return expr.Select(items...)
		}, func(p parsed) {
			texts := p.manifest()[atTexts].([]any)
			texts[0] = texts[0].(string) + "m"
		}},
		"digits":        {1000, func(n int) any { return of(schema.KindNumeric, strings.Repeat("9", n-2)+".99") }, value(strings.Repeat("9", 999) + ".99")},
		"depth of JSON": {10_000, func(n int) any { return of(schema.KindJSON, strings.Repeat("[", n)+strings.Repeat("]", n)) }, value(strings.Repeat("[", 10_001) + strings.Repeat("]", 10_001))},
		"data":          {expr.MaxData, func(n int) any { return data(long(n)) }, callData(long(expr.MaxData + 1))},
		"depth of data": {32, func(n int) any { return data(deep(n)) }, callData(deep(33))},
	} {
		t.Run(name, func(t *testing.T) {
			b := dumps(t, limit.make(limit.most))
			require.Equal(t, "same", obeys(t, b, m))
			if err, ok := limit.make(limit.most + 1).(error); ok {
				require.Error(t, err)
			} else {
				_, err := serializer.Dumps(limit.make(limit.most + 1))
				var format *serializer.FormatError
				var tree *expr.Error
				require.True(t, errors.As(err, &format) && format.Code == serializer.CodeLimit || errors.As(err, &tree), "%v", err)
			}
			p := parse(t, b)
			limit.past(p)
			past := p.bytes()
			require.NotEqual(t, b, past)
			_, err := serializer.Loads(past, host)
			var format *serializer.FormatError
			require.ErrorAs(t, err, &format)
			require.NotEqual(t, serializer.CodeManifest, format.Code, "for a limit, and not for what else has changed: %v", err)
			names, payloads = append(names, name), append(payloads, b, past)
		})
	}
	for i, says := range independently(t, payloads) {
		require.Equal(t, i%2 == 1, says.Error != "", "the independent reader of %s: %s", names[i/2], says.Error)
	}
}

// TestLimitsAreTested holds that each field of Limits and StreamLimits has its cases: at the limit, and one past it.
func TestLimitsAreTested(t *testing.T) {
	m := shop(t)
	payload := dumps(t, queries(m)["report"])
	man, err := serializer.ReadManifest(payload)
	require.NoError(t, err)
	longest := 0
	var look func(v any)
	look = func(v any) {
		switch v := v.(type) {
		case string:
			longest = max(longest, len(v))
		case []any:
			for _, x := range v {
				look(x)
			}
		}
	}
	look([]any(parse(t, payload)))
	atLimit := map[string]int{"Bytes": len(payload), "Depth": man.Depth(), "Size": man.Size(), "String": longest,
		"References": len(man.Tables()) + len(man.Columns()) + len(man.Functions()) + len(man.Parameters())}
	for i := range reflect.TypeFor[serializer.Limits]().NumField() {
		name := reflect.TypeFor[serializer.Limits]().Field(i).Name
		require.Contains(t, atLimit, name, "a new limit needs its case")
		for past, least := range []int{atLimit[name], atLimit[name] - 1} {
			var limits serializer.Limits
			reflect.ValueOf(&limits).Elem().Field(i).SetInt(int64(least))
			_, err := serializer.Loads(payload, serializer.Binding{MetaData: m, Limits: limits})
			var format *serializer.FormatError
			require.Equal(t, past == 1, errors.As(err, &format) && format.Code == serializer.CodeLimit, "%s %d: %v", name, least, err)
		}
	}

	var b bytes.Buffer
	e := serializer.NewEncoder(&b)
	for _, item := range []string{"one", "three"} {
		require.NoError(t, e.Write([]byte(item)))
	}
	require.NoError(t, e.Close())
	atLimit = map[string]int{"Item": 5, "Items": 2, "Total": 8}
	for i := range reflect.TypeFor[serializer.StreamLimits]().NumField() {
		name := reflect.TypeFor[serializer.StreamLimits]().Field(i).Name
		require.Contains(t, atLimit, name, "a new limit needs its case")
		for past, least := range []int{atLimit[name], atLimit[name] - 1} {
			var limits serializer.StreamLimits
			reflect.ValueOf(&limits).Elem().Field(i).SetInt(int64(least))
			var err error
			for _, err = range serializer.NewDecoder(bytes.NewReader(b.Bytes()), limits).Payloads() {
			}
			var format *serializer.FormatError
			require.Equal(t, past == 1, errors.As(err, &format) && format.Code == serializer.CodeLimit, "%s %d: %v", name, least, err)
		}
	}
}

// TestDumpsStopsEarly: a text that stands in a tree a thousand times is not written a thousand times,
// only to find that the payload is too long.
func TestDumpsStopsEarly(t *testing.T) {
	list := make([]any, 1000)
	text := expr.Of(strings.Repeat("x", 1<<19))
	for i := range list {
		list[i] = text
	}
	q := expr.Select(text.In(list...).Label("found"))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := serializer.Dumps(q)
	runtime.ReadMemStats(&after)
	var limit *serializer.FormatError
	require.ErrorAs(t, err, &limit)
	require.Equal(t, serializer.CodeLimit, limit.Code)
	require.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(32<<20))
}
