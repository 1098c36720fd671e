package serializer_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
	"github.com/sqlser/sqlser/serializer"
)

// TestWriterLimits: what is at a limit is written and read again; one past it is
// refused by the writer, so that nothing is saved that no reader takes.
func TestWriterLimits(t *testing.T) {
	m := shop(t)
	labels := func(n int) schema.Type {
		list := make([]string, n)
		for i := range list {
			list[i] = fmt.Sprint(i)
		}
		return schema.Enum("e", list...)
	}
	overhead := len(dumps(t, expr.Of(strings.Repeat("x", 1<<17)))) - 1<<17
	for name, limit := range map[string]struct {
		most int
		make func(n int) any
	}{
		"bytes": {serializer.DefaultBytes - overhead, func(n int) any { return expr.Of(strings.Repeat("x", n)) }},
		"depth": {expr.MaxDepth, func(n int) any {
			x := expr.Param("n", schema.BigInteger)
			for range n - 1 {
				x = x.Neg()
			}
			return x
		}},
		"size": {expr.MaxSize, func(n int) any {
			list := make([]any, n-2)
			for i := range list {
				list[i] = 1
			}
			return expr.Param("n", schema.BigInteger).In(list)
		}},
		"references": {serializer.DefaultReferences, func(n int) any {
			list := make([]any, n-1)
			for i := range list {
				list[i] = expr.Param(fmt.Sprint("p", i), schema.Integer)
			}
			return expr.Param("n", schema.BigInteger).In(list)
		}},
		"items of all lists": {expr.MaxSize, func(n int) any { // ten terms, and the labels of ten types
			var terms []any
			for range 9 {
				terms = append(terms, expr.Of("1").Cast(labels(9_999)).IsNull())
			}
			return expr.And(append(terms, expr.Of("1").Cast(labels(n-10-9*9_999)).IsNull())...)
		}},
		"label":             {1000, func(n int) any { return expr.Select(expr.Of(1).Label(strings.Repeat("l", n))) }},
		"alias":             {1000, func(n int) any { return expr.Table(m.Lookup("customers")).Alias(strings.Repeat("l", n)) }},
		"parameter's name":  {1000, func(n int) any { return expr.Param(strings.Repeat("l", n), schema.Integer) }},
		"labels of an enum": {10_000, func(n int) any { return expr.Of("1").Cast(labels(n)) }},
		"bytes of an enum":  {1<<18 - 4, func(n int) any { return expr.Of("1").Cast(schema.Enum("e", strings.Repeat("x", n-1))) }},
		"parameter's enum": {1000, func(n int) any {
			values := make([]expr.Value, n)
			for i := range values {
				values[i] = expr.Int(int64(i))
			}
			return expr.ParamOf(expr.NewParameter("n", schema.Integer).WithEnum(values...))
		}},
		"parameter's doc": {1000, func(n int) any {
			return expr.ParamOf(expr.NewParameter("n", schema.Integer).WithDoc(strings.Repeat("x", n)))
		}},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, "same", obeys(t, dumps(t, limit.make(limit.most)), m))
			_, err := serializer.Dumps(limit.make(limit.most + 1))
			var format *serializer.FormatError
			var tree *expr.Error
			require.True(t, errors.As(err, &format) && format.Code == serializer.CodeLimit || errors.As(err, &tree), "%v", err)
		})
	}
}
