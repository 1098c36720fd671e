package dialect

import (
	"testing"
	"time"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

func casesOfDates(t testing.TB, f *fixture) []golden {
	u := f.u
	age, born, created, seen := u.C("age"), u.C("born"), u.C("created"), u.C("seen")
	span := expr.Literal(expr.Interval(1, -2, 90*time.Minute+time.Microsecond))
	param := expr.Param("span", schema.Interval)
	given := func(g golden) golden {
		g.params = map[string]expr.Value{"span": expr.Interval(12, 0, time.Second)}
		return g
	}
	zoned := func(g golden, zone string) golden {
		g.params = map[string]expr.Value{"zone": expr.Text(zone)}
		return g
	}
	null := expr.Of(nil)
	units := func(x expr.Expr, of ...expr.DateField) []any {
		var all []any
		for _, u := range of {
			all = append(all, expr.DateTrunc(u, x))
		}
		return all
	}
	days := []expr.DateField{expr.Year, expr.Quarter, expr.Month, expr.Week, expr.Day}
	diffs := func(from, to expr.Expr) []any {
		var all []any
		for _, u := range expr.DateUnits() {
			all = append(all, expr.DateDiff(u, from, to))
		}
		return all
	}
	return []golden{
		of(f, "dates: days", born.Add(3), born.Sub(age), expr.Of(1).Add(born), born.Add(f.id), born.Add(age.Add(1)), born.Sub(age.Neg()), born.Add(expr.ParamDefault("n", schema.SmallInteger, 2)).Sub(born)),
		of(f, "dates: days between", born.Sub("2000-01-01"), born.Sub(born.Sub(1)).Mul(2), born.Sub(born).Gt(7)),
		of(f, "dates: interval", born.Add(span), created.Sub(span), seen.Add(span), seen.Sub(span), span.Add(created), created.Add(span).Eq(created)),
		given(of(f, "dates: interval as a parameter", born.Sub(param), created.Add(param))),
		of(f, "dates: sums and multiples of intervals", born.Add(span.Neg()), created.Sub(span.Mul(age.Add(1))), created.Add(expr.Of(2).Mul(span.Sub(span))), created.Sub(span.Mul(2).Neg())),
		of(f, "dates: parts of intervals", created.Add(span.Div(2))),
		of(f, "dates: multiples by a fraction", created.Add(span.Mul(1.5))),
		of(f, "dates: interval of a CASE", created.Add(expr.Case(expr.NewWhen(u.C("active"), span)))),
		of(f, "dates: interval alone", span.Mul(2), span.Neg()),
		of(f, "dates: time between", created.Sub(born)),
		of(f, "dates: null", born.Add(nil), null.Add(created), created.Add(expr.TypedLiteral(expr.Value{}, schema.Interval)), born.Add(expr.TypedLiteral(expr.Value{}, schema.Integer)), created.Sub(span.Mul(null))),
		of(f, "dates: what is of unknown type", born.Add(expr.Param("x", schema.Unknown))),
		of(f, "date_trunc: of a date", units(born, days...)...),
		of(f, "date_trunc: of a datetime", units(created, expr.DateUnits()...)...),
		of(f, "date_trunc: of an instant", units(seen, expr.DateUnits()...)...),
		of(f, "date_trunc: of null", expr.DateTrunc(expr.Month, nil)),
		{name: "date_trunc: grouped", q: expr.Select(expr.DateTrunc(expr.Month, created).Label("m"), expr.Func("count").Label("n")).
			GroupBy(expr.DateTrunc(expr.Month, created)).Having(expr.DateTrunc(expr.Month, created).Gt("2020-01-01")).OrderBy(expr.DateTrunc(expr.Month, created))},
		{name: "dates: grouped", q: expr.Select(created.Add(span).Label("m"), expr.Func("count").Label("n")).
			GroupBy(created.Add(span)).Having(created.Add(span).Gt("2020-01-01")).OrderBy(created.Add(span))},
		of(f, "date_diff: of dates", diffs(born, expr.Literal(value(t, schema.Date, "2026-01-31")))...),
		of(f, "date_diff: of datetimes", diffs(created, born)...),
		of(f, "date_diff: of instants", diffs(seen, seen)...),
		of(f, "date_diff: in arithmetic", expr.DateDiff(expr.Day, born, created).Mul(2), age.Sub(expr.DateDiff(expr.Hour, created, nil))),
		of(f, "at time zone: offsets", seen.AtTimeZone("+05:30"), created.AtTimeZone("-08:00"), seen.AtTimeZone("UTC"), seen.AtTimeZone("Z").Eq(created), created.AtTimeZone("UTC").AtTimeZone("+01:00")),
		of(f, "at time zone: a name", seen.AtTimeZone("Europe/Berlin")),
		zoned(of(f, "at time zone: a parameter", seen.AtTimeZone(expr.Param("zone", schema.Text)), expr.Extract(expr.Hour, seen.AtTimeZone(expr.Param("zone", schema.Text)))), "+02:00"),
	}
}
