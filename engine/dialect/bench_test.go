package dialect

import (
	"testing"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

func BenchmarkCompile(b *testing.B) {
	f := newFixture(b)
	u, a := f.u, f.a
	admitted := admit(b, expr.Select(f.id, f.name, expr.Func("count", a.C("id")).Label("n")).
		Join(a).
		Where(f.name.Like("a%"), u.C("age").Gt(expr.Param("age", schema.Integer)), a.C("city").In("Rome", "Oslo", "Bern")).
		GroupBy(f.id, f.name).OrderBy(expr.Ref("n").Desc(), f.id).Limit(10))
	for _, d := range All() {
		b.Run(d.Name(), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := d.Compile(admitted); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkArgs(b *testing.B) {
	f := newFixture(b)
	s := compile(b, Postgres, expr.Select(f.id).Where(f.name.Like("a%"), f.u.C("age").Gt(expr.Param("age", schema.Integer))).Limit(10))
	params := map[string]expr.Value{"age": expr.Int(5)}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.Args(params); err != nil {
			b.Fatal(err)
		}
	}
}
