package schema_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/schema"
)

// everyType has a type of each kind and shape; no two are equal.
var everyType = []struct {
	typ    schema.Type
	shown  string
	kind   schema.Kind
	family schema.Family
}{
	{schema.Unknown, "unknown", schema.KindUnknown, schema.FamilyUnknown},
	{schema.Boolean, "boolean", schema.KindBoolean, schema.FamilyBoolean},
	{schema.SmallInteger, "small_integer", schema.KindSmallInteger, schema.FamilyInteger},
	{schema.Integer, "integer", schema.KindInteger, schema.FamilyInteger},
	{schema.BigInteger, "big_integer", schema.KindBigInteger, schema.FamilyInteger},
	{schema.Float, "float", schema.KindFloat, schema.FamilyFloat},
	{schema.Double, "double", schema.KindDouble, schema.FamilyFloat},
	{schema.Numeric(0, 0), "numeric", schema.KindNumeric, schema.FamilyNumeric},
	{schema.Numeric(10, 0), "numeric(10)", schema.KindNumeric, schema.FamilyNumeric},
	{schema.Numeric(10, 2), "numeric(10,2)", schema.KindNumeric, schema.FamilyNumeric},
	{schema.String(0), "string", schema.KindString, schema.FamilyText},
	{schema.String(50), "string(50)", schema.KindString, schema.FamilyText},
	{schema.String(4294967295), "string(4294967295)", schema.KindString, schema.FamilyText},
	{schema.Text, "text", schema.KindText, schema.FamilyText},
	{schema.LargeBinary, "large_binary", schema.KindLargeBinary, schema.FamilyBinary},
	{schema.Date, "date", schema.KindDate, schema.FamilyDate},
	{schema.Time, "time", schema.KindTime, schema.FamilyTime},
	{schema.DateTime, "datetime", schema.KindDateTime, schema.FamilyDateTime},
	{schema.DateTimeTZ, "datetime_tz", schema.KindDateTimeTZ, schema.FamilyDateTimeTZ},
	{schema.Interval, "interval", schema.KindInterval, schema.FamilyInterval},
	{schema.JSON, "json", schema.KindJSON, schema.FamilyJSON},
	{schema.UUID, "uuid", schema.KindUUID, schema.FamilyUUID},
	{schema.Enum(""), "enum()", schema.KindEnum, schema.FamilyEnum},
	{schema.Enum("", "new", "old"), `enum("new","old")`, schema.KindEnum, schema.FamilyEnum},
	{schema.Enum("", `a"b`, "c,d", "e\x00\n"), `enum("a\"b","c,d","e\x00\n")`, schema.KindEnum, schema.FamilyEnum},
	{schema.Enum(`a"b`, "a"), `enum "a\"b"("a")`, schema.KindEnum, schema.FamilyEnum},
	{schema.ArrayOf(schema.Unknown), "unknown[]", schema.KindUnknown, schema.FamilyArray},
	{schema.ArrayOf(schema.Integer), "integer[]", schema.KindInteger, schema.FamilyArray},
	{schema.ArrayOf(schema.Numeric(4, 1)), "numeric(4,1)[]", schema.KindNumeric, schema.FamilyArray},
	{schema.ArrayOf(schema.Enum("e", "a")), `enum "e"("a")[]`, schema.KindEnum, schema.FamilyArray},
	{schema.Enum("e", "a").InSchema("s"), `enum "s"."e"("a")`, schema.KindEnum, schema.FamilyEnum},
	{schema.ArrayOf(schema.Enum("e", "a").InSchema("s")), `enum "s"."e"("a")[]`, schema.KindEnum, schema.FamilyArray},
}

func TestTypeIsShownAndTakenApart(t *testing.T) {
	seen := map[schema.Type]bool{}
	kinds := map[schema.Kind]bool{}
	for _, c := range everyType {
		t.Run(c.shown, func(t *testing.T) {
			assert.Equal(t, c.shown, c.typ.String())
			assert.Equal(t, c.kind, c.typ.Kind())
			assert.Equal(t, c.family, c.typ.Family())
			assert.Equal(t, strings.HasSuffix(c.shown, "[]"), c.typ.IsArray())
			assert.Equal(t, c.shown == "unknown", c.typ.IsUnknown())
			assert.False(t, seen[c.typ], "two types are equal")
			seen[c.typ], kinds[c.kind] = true, true

			var labels []string
			if c.kind == schema.KindEnum {
				labels = c.typ.Labels()
			}
			again, err := schema.NewType(c.typ.Kind(), c.typ.Size(), c.typ.Scale(), c.typ.IsArray(), c.typ.EnumName(), labels)
			again = again.InSchema(c.typ.EnumSchema())
			require.NoError(t, err)
			assert.True(t, c.typ == again, "made again of its parts: %s", again)
		})
	}
	for _, k := range schema.Kinds() {
		assert.True(t, kinds[k], "%s is not tried", k)
	}
}

func TestTypeParts(t *testing.T) {
	n := schema.Numeric(10, 2)
	assert.Equal(t, uint32(10), n.Size())
	assert.Equal(t, uint16(2), n.Scale())
	assert.Equal(t, schema.Numeric(0, 0), schema.Numeric(0, 2), "no scale without a precision")
	assert.Equal(t, uint32(50), schema.String(50).Size())

	array := schema.ArrayOf(n)
	assert.Equal(t, n, array.Elem())
	assert.Equal(t, array, schema.ArrayOf(array), "an array of arrays is the same type")
	assert.Equal(t, schema.Unknown, n.Elem(), "what is no array has no elements")

	e := schema.Enum("mood", "sad", "glad")
	assert.Equal(t, "mood", e.EnumName())
	assert.Equal(t, []string{"sad", "glad"}, e.Labels())
	assert.NotEqual(t, e, schema.Enum("mood", "glad", "sad"), "the order of labels counts")
	assert.NotEqual(t, e, schema.Enum("", "sad", "glad"), "the name counts")
	assert.Equal(t, "", schema.Text.EnumName())

	own := e.InSchema("own")
	assert.Equal(t, "own", own.EnumSchema())
	assert.Equal(t, []string{"mood", "sad", "glad"}, append([]string{own.EnumName()}, own.Labels()...))
	assert.NotEqual(t, e, own, "the schema counts")
	assert.Equal(t, e, own.InSchema(""))
	assert.Equal(t, schema.ArrayOf(own), schema.ArrayOf(e).InSchema("own"))
	for _, other := range []schema.Type{schema.Text, schema.Enum("", "a"), schema.Unknown} {
		assert.Equal(t, other, other.InSchema("own"), "it has no name")
	}
	assert.Nil(t, schema.Text.Labels())
}

// The numbers are in stored data: they never change.
func TestKindCodes(t *testing.T) {
	want := []string{
		"unknown", "boolean", "small_integer", "integer", "big_integer", "float", "double", "numeric", "string", "text",
		"large_binary", "date", "time", "datetime", "datetime_tz", "interval", "json", "uuid", "enum",
	}
	kinds := schema.Kinds()
	require.GreaterOrEqual(t, len(kinds), len(want), "a kind is gone")
	for i, name := range want {
		assert.Equal(t, schema.Kind(i), kinds[i])
		assert.Equal(t, name, kinds[i].String())
		assert.True(t, kinds[i].Known())
	}
	for _, k := range []schema.Kind{schema.Kind(len(kinds)), 255} {
		assert.False(t, k.Known())
		assert.Regexp(t, `^kind \d+$`, k.String())
	}
}

func TestNewTypeRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		kind   schema.Kind
		size   uint32
		scale  uint16
		array  bool
		enum   string
		labels []string
		err    string
	}{
		"kind of a later version": {kind: 200, err: "schema: unknown type: kind 200"},
		"size of unknown":         {kind: schema.KindUnknown, size: 1, err: "unknown"},
		"scale of unknown":        {kind: schema.KindUnknown, scale: 1, err: "unknown"},
		"labels of unknown":       {kind: schema.KindUnknown, labels: []string{"a"}, err: "unknown"},
		"size of an integer":      {kind: schema.KindInteger, size: 4, err: "schema: integer has no size"},
		"size of a text":          {kind: schema.KindText, size: 4, err: "schema: text has no size"},
		"size of an enum":         {kind: schema.KindEnum, size: 4, labels: []string{"a"}, err: "schema: enum has no size"},
		"scale of a string":       {kind: schema.KindString, size: 4, scale: 1, err: "schema: string has no scale here"},
		"scale of a double":       {kind: schema.KindDouble, scale: 1, err: "schema: double has no scale here"},
		"scale alone":             {kind: schema.KindNumeric, scale: 2, err: "schema: numeric has no scale here"},
		"labels of a text":        {kind: schema.KindText, labels: []string{"a"}, err: "schema: text has no labels"},
		"name of a text":          {kind: schema.KindText, enum: "mood", err: "schema: text has no labels"},
		"size of an array":        {kind: schema.KindUUID, size: 1, array: true, err: "schema: uuid has no size"},
	} {
		t.Run(name, func(t *testing.T) {
			typ, err := schema.NewType(c.kind, c.size, c.scale, c.array, c.enum, c.labels)
			require.ErrorContains(t, err, c.err)
			assert.Equal(t, schema.Type{}, typ)
		})
	}
}

func TestComparable(t *testing.T) {
	// Types in one group compare with each other and with no other group.
	groups := [][]schema.Type{
		{schema.SmallInteger, schema.Integer, schema.BigInteger, schema.Float, schema.Double, schema.Numeric(0, 0), schema.Numeric(10, 2)},
		{schema.String(0), schema.String(5), schema.Text, schema.Enum("", "a"), schema.Enum("e", "b")},
		{schema.Date, schema.DateTime},
		{schema.Boolean}, {schema.LargeBinary}, {schema.Time}, {schema.DateTimeTZ}, {schema.Interval}, {schema.UUID},
		{schema.ArrayOf(schema.Integer), schema.ArrayOf(schema.Double)},
		{schema.ArrayOf(schema.Text), schema.ArrayOf(schema.String(3))},
		{schema.ArrayOf(schema.Date)},
	}
	neither := []schema.Type{schema.JSON, schema.ArrayOf(schema.JSON)} // not even with themselves
	check := func(a, b schema.Type, want bool) {
		assert.Equal(t, want, a.Comparable(b), "%s with %s", a, b)
		assert.Equal(t, want, b.Comparable(a), "%s with %s", b, a)
	}
	for i, g := range groups {
		for j, h := range groups {
			for _, a := range g {
				for _, b := range h {
					check(a, b, i == j)
				}
			}
		}
		for _, a := range g {
			check(a, schema.Unknown, true)
			check(a, schema.ArrayOf(schema.Unknown), a.IsArray())
			for _, b := range neither {
				check(a, b, false)
			}
		}
	}
	for _, a := range neither {
		for _, b := range neither {
			check(a, b, false)
		}
		check(a, schema.Unknown, true)
	}
	check(schema.Unknown, schema.Unknown, true)
	check(schema.Unknown, schema.ArrayOf(schema.Unknown), true)
	check(schema.ArrayOf(schema.Unknown), schema.ArrayOf(schema.Unknown), true)
}

func TestTypeSorts(t *testing.T) {
	for _, c := range everyType {
		numbers := []schema.Family{schema.FamilyInteger, schema.FamilyFloat, schema.FamilyNumeric}
		texts := []schema.Family{schema.FamilyText, schema.FamilyEnum}
		if assert.Equal(t, contains(numbers, c.family), c.typ.IsNumber(), c.shown) {
			assert.Equal(t, contains(texts, c.family), c.typ.IsText(), c.shown)
		}
	}
}

func contains(families []schema.Family, f schema.Family) bool {
	for _, g := range families {
		if f == g {
			return true
		}
	}
	return false
}

func TestFamilyNames(t *testing.T) {
	seen := map[string]bool{}
	for f := schema.FamilyUnknown; f <= schema.FamilyArray; f++ {
		assert.NotEmpty(t, f.String())
		assert.False(t, seen[f.String()], "%s twice", f)
		seen[f.String()] = true
	}
}

// Enums keep name and labels in one string: no two lists of them may share one.
func TestEnumLabelsStayApart(t *testing.T) {
	odd := []string{"", "a", "b", "ab", "a,b", `"`, "\x00", "\x01a", "\x01", "a\x01b", "é", "\xff", strings.Repeat("x", 200)}
	lists := [][]string{nil}
	for _, a := range odd {
		lists = append(lists, []string{a})
		for _, b := range odd {
			lists = append(lists, []string{a, b})
			for _, c := range odd {
				lists = append(lists, []string{a, b, c})
			}
		}
	}
	seen := make(map[schema.Type][]string, len(lists)*2)
	for _, name := range []string{"", "a"} {
		for _, labels := range lists {
			typ := schema.Enum(name, labels...)
			other, taken := seen[typ]
			require.False(t, taken, "%q and %q of enum %q are one type", labels, other, name)
			seen[typ] = labels
			require.Equal(t, name, typ.EnumName())
			require.Len(t, typ.Labels(), len(labels))
			for i, l := range typ.Labels() {
				require.Equal(t, labels[i], l)
			}
		}
	}
}

func TestEnumTakesCopies(t *testing.T) {
	labels := []string{"a", "b"}
	typ := schema.Enum("", labels...)
	labels[0] = "changed"
	typ.Labels()[1] = "changed"
	assert.Equal(t, []string{"a", "b"}, typ.Labels())
}
