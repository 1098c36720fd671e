package dialect

import (
	"testing"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// casesOfNewOperators are the operators and predicates beside the everyday ones.
func casesOfNewOperators(_ testing.TB, f *fixture) []golden {
	age := f.u.C("age")
	return []golden{
		of(f, "custom: operators", age.Custom("<<", 2, schema.Integer).Add(1), age.Add(1).Custom("&", age.Mul(2)), age.Custom("|", 1).Custom("|", age.Neg())),
		where(f, "custom: a condition", expr.Not(f.name.Custom(">=", "a", schema.Boolean))),
		where(f, "custom: a question mark", f.u.C("data").Custom("?", "k", schema.Boolean)),
		where(f, "custom: a back quote", age.Custom("`", 1, schema.Boolean)),
		where(f, "custom: a number sign", age.Custom("#", 1, schema.Boolean)),
	}
}
