package tests

import (
	"time"

	"github.com/sqlser/sqlser/engine"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// everywhere names the dialects that emulate what PostgreSQL has.
const everywhere = "sqlite mysql mariadb"

func literal(t schema.Type, text string) expr.Expr {
	v, err := expr.ParseValue(t, text)
	if err != nil {
		panic(err)
	}
	return expr.TypedLiteral(v, t)
}

func span(months, days int32, d time.Duration) expr.Expr {
	return expr.Literal(expr.Interval(months, days, d))
}

func constructsOfDates() []construct {
	born := func(s *sample) expr.Expr { return s.u.C("born") }
	created := func(s *sample) expr.Expr { return s.u.C("created") }
	seen := func(s *sample) expr.Expr { return s.u.C("seen") }
	// each is an expression for every user, by id.
	each := func(name, rows, emulated string, x func(s *sample) expr.Expr) construct {
		return construct{name: name, rows: rows, emulated: emulated, build: func(s *sample) expr.Node {
			return expr.Select(s.id(), x(s).Label("x")).OrderBy(s.id())
		}}
	}
	// once are expressions of no table.
	once := func(name, rows, emulated string, xs func() []any) construct {
		return construct{name: name, rows: rows, emulated: emulated, build: func(*sample) expr.Node { return expr.Select(xs()...) }}
	}
	with := func(c construct, params engine.Params, refused map[string]string) construct {
		c.params, c.refused = params, refused
		return c
	}
	units := func(f func(u expr.DateField) expr.Expr, of ...expr.DateField) func() []any {
		return func() []any {
			var all []any
			for _, u := range of {
				all = append(all, f(u))
			}
			return all
		}
	}
	late := literal(schema.DateTime, "2024-08-18 23:59:59.999999") // a Sunday
	days := []expr.DateField{expr.Year, expr.Quarter, expr.Month, expr.Week, expr.Day}
	trunc := func(x expr.Expr) func(u expr.DateField) expr.Expr {
		return func(u expr.DateField) expr.Expr { return expr.DateTrunc(u, x) }
	}
	diff := func(t schema.Type, from, to string) func(u expr.DateField) expr.Expr {
		return func(u expr.DateField) expr.Expr { return expr.DateDiff(u, literal(t, from), literal(t, to)) }
	}
	extract := func(x expr.Expr) func() []any {
		return units(func(u expr.DateField) expr.Expr { return expr.Extract(u, x) }, expr.DateFields()...)
	}
	at := func(t schema.Type, text string, zones ...any) func() []any {
		return func() []any {
			var all []any
			for _, z := range zones {
				all = append(all, literal(t, text).AtTimeZone(z))
			}
			return all
		}
	}
	n := func() expr.Item { return expr.Func("count").Label("n") }
	return []construct{
		each("dates: date + days", "1|1994-03-03\n2|2000-02-03\n3|NULL\n4|2024-03-03\n5|2000-01-03", everywhere,
			func(s *sample) expr.Expr { return born(s).Add(3) }),
		each("dates: date - days of a column", "1|1994-01-29\n2|2000-01-06\n3|NULL\n4|2024-01-19\n5|NULL", everywhere,
			func(s *sample) expr.Expr { return born(s).Sub(s.age()) }),
		each("dates: date - date", "1|-2133\n2|30\n3|NULL\n4|8825\n5|-1", everywhere,
			func(s *sample) expr.Expr { return born(s).Sub("2000-01-01") }),
		each("dates: date + interval", "1|1994-03-28 00:00:00\n2|2000-02-29 00:00:00\n3|NULL\n4|2024-03-29 00:00:00\n5|2000-01-31 00:00:00", everywhere,
			func(s *sample) expr.Expr { return born(s).Add(span(1, 0, 0)) }),
		each("dates: date - interval with hours", "1|1993-02-26 23:00:00\n2|1999-01-29 23:00:00\n3|NULL\n4|2023-02-26 23:00:00\n5|1998-12-29 23:00:00", everywhere,
			func(s *sample) expr.Expr { return born(s).Sub(span(12, 1, time.Hour)) }),
		each("dates: datetime + interval", "1|2026-03-01 15:15:00.000001\n2|2026-03-29 01:30:00.000001\n3|NULL\n4|2024-03-31 01:29:59.000001\n5|2000-02-01 13:30:00.000001", everywhere,
			func(s *sample) expr.Expr { return created(s).Add(span(1, 1, 90*time.Minute+time.Microsecond)) }),
		each("dates: interval + datetime", "1|2026-01-29 13:45:00\n2|2026-02-26 00:00:00\n3|NULL\n4|2024-02-27 23:59:59\n5|1999-12-29 12:00:00", everywhere,
			func(s *sample) expr.Expr { return span(0, -2, 0).Add(created(s)) }),
		each("dates: datetime + interval - interval", "1|2025-01-31 13:44:59.75\n2|2025-02-27 23:59:59.75\n3|NULL\n4|2023-02-28 23:59:58.75\n5|1998-12-31 11:59:59.75", everywhere,
			func(s *sample) expr.Expr {
				return created(s).Add(span(0, 0, 500*time.Millisecond)).Sub(span(12, 0, 750*time.Millisecond))
			}),
		each("dates: instant - interval, in UTC", "1|2025-12-31 13:45:00Z\n2|2026-01-28 00:00:00Z\n3|NULL\n4|2024-01-29 23:59:59Z\n5|1999-11-30 12:00:00Z", everywhere,
			func(s *sample) expr.Expr { return seen(s).Sub(span(1, 0, 0)) }),
		each("dates: instant + microseconds", "1|2026-01-31 13:44:59.999999Z\n2|2026-02-27 23:59:59.999999Z\n3|NULL\n4|2024-02-29 23:59:58.999999Z\n5|1999-12-31 11:59:59.999999Z", everywhere,
			func(s *sample) expr.Expr { return seen(s).Add(span(0, 0, -time.Microsecond)) }),
		with(each("dates: interval as a parameter", "1|2026-02-28 13:45:00\n2|2026-03-28 00:00:00\n3|NULL\n4|2024-03-29 23:59:59\n5|2000-01-31 12:00:00", everywhere,
			func(s *sample) expr.Expr { return created(s).Add(expr.Param("i", schema.Interval)) }),
			engine.Params{"i": expr.Interval(1, 0, 0)}, nil),
		each("dates: date + interval * column", "1|1994-03-30 00:00:00\n2|2000-02-25 00:00:00\n3|NULL\n4|2024-04-10 00:00:00\n5|NULL", everywhere,
			func(s *sample) expr.Expr { return born(s).Add(span(0, 1, 0).Mul(s.age())) }),
		each("dates: date - (interval + 2 * -interval)", "1|1994-03-02 00:00:00\n2|2000-02-02 00:00:00\n3|NULL\n4|2024-03-02 00:00:00\n5|2000-01-02 00:00:00", everywhere,
			func(s *sample) expr.Expr { return born(s).Sub(span(0, 2, 0).Add(expr.Of(2).Mul(span(0, 2, 0).Neg()))) }),
		with(each("dates: datetime + interval / 2", "1|2026-02-01 01:45:00\n2|2026-02-28 12:00:00\n3|NULL\n4|2024-03-01 11:59:59\n5|2000-01-01 00:00:00", "",
			func(s *sample) expr.Expr { return created(s).Add(span(0, 1, 0).Div(2)) }),
			nil, none("interval", "sqlite", "mysql", "mariadb")),
		with(each("dates: datetime - datetime", "1|true\n2|false\n3|NULL\n4|false\n5|false", "",
			func(s *sample) expr.Expr { return created(s).Sub("2026-01-30 12:45:00").Eq(span(0, 1, time.Hour)) }),
			nil, none("date_diff", "sqlite", "mysql", "mariadb")),
		each("dates: compared with date + interval", "1|true\n2|false\n3|NULL\n4|false\n5|true", everywhere,
			func(s *sample) expr.Expr { return born(s).Lt(literal(schema.Date, "1999-12-30").Add(span(0, 2, 0))) }),

		once("date_trunc: of a datetime", "2024-01-01 00:00:00|2024-07-01 00:00:00|2024-08-01 00:00:00|2024-08-12 00:00:00|2024-08-18 00:00:00|2024-08-18 23:00:00|2024-08-18 23:59:00|2024-08-18 23:59:59",
			everywhere, units(trunc(late), append(days, expr.Hour, expr.Minute, expr.Second)...)),
		once("date_trunc: of a date", "2025-01-01|2025-10-01|2025-12-01|2025-12-29|2025-12-31", everywhere, units(trunc(literal(schema.Date, "2025-12-31")), days...)),
		once("date_trunc: of an instant, in UTC", "2024-01-01 00:00:00Z|2024-07-01 00:00:00Z|2024-08-01 00:00:00Z|2024-08-12 00:00:00Z|2024-08-17 00:00:00Z|2024-08-17 23:00:00Z", everywhere,
			units(trunc(literal(schema.DateTimeTZ, "2024-08-18 01:30:00.5+02:00")), append(days, expr.Hour)...)),
		once("date_trunc: of the first years", "0099-01-01|0099-01-01|0099-02-01|0099-02-02|0099-02-03", everywhere, units(trunc(literal(schema.Date, "0099-02-03")), days...)),
		{name: "date_trunc: grouped and ordered", emulated: everywhere, rows: "1994-01-01|1\n1999-01-01|1\n2000-01-01|1\n2024-01-01|1\nNULL|1", build: func(s *sample) expr.Node {
			year := expr.DateTrunc(expr.Year, born(s))
			return expr.Select(year.Label("y"), n()).GroupBy(year).Having(expr.Func("coalesce", year, "2000-01-01").Gt("1900-01-01")).OrderBy(year.Asc().NullsLast())
		}},

		once("date_diff: a second over New Year", "1|1|1|1|1|1|1|1", everywhere,
			units(diff(schema.DateTime, "2023-12-31 23:59:59.999999", "2024-01-01 00:00:00"), expr.DateUnits()...)),
		once("date_diff: back in time", "-1|-6|-18|-546|-13104|-786240|-47174400|-78", everywhere,
			units(diff(schema.DateTime, "2025-07-01 00:00:00", "2024-01-02 00:00:00"), expr.DateUnits()...)),
		once("date_diff: of dates", "0|0|1|29|696|41760|2505600|4", everywhere, units(diff(schema.Date, "2024-02-01", "2024-03-01"), expr.DateUnits()...)),
		once("date_diff: of instants, in UTC", "1|1|1|1|1|60|3600|0", everywhere, units(diff(schema.DateTimeTZ, "2025-01-01 00:30:00+01:00", "2025-01-01 00:30:00Z"), expr.DateUnits()...)),
		each("date_diff: of a date and a datetime", "1|32\n2|26\n3|NULL\n4|0\n5|0", everywhere, func(s *sample) expr.Expr { return expr.DateDiff(expr.Year, born(s), created(s)) }),

		once("extract: every part of a datetime", "2024|3|8|18|23|59|59|0|231|1724025599|33|7|2024|999999", everywhere, extract(late)),
		once("extract: every part of an instant, in UTC", "1960|4|12|31|22|0|0|6|366|-284004000|52|6|1960|500000", everywhere, extract(literal(schema.DateTimeTZ, "1961-01-01 00:00:00.5+02:00"))),
		once("extract: of a date of another ISO year", "53|5|2020|1609459200", everywhere, units(func(u expr.DateField) expr.Expr {
			return expr.Extract(u, literal(schema.Date, "2021-01-01"))
		}, expr.Week, expr.ISODayOfWeek, expr.ISOYear, expr.Epoch)),

		once("at time zone: an instant in zones", "2026-01-31 12:00:00.25|2026-01-31 17:30:00.25|2026-01-31 03:15:00.25|2026-01-31 12:00:00.25", everywhere,
			at(schema.DateTimeTZ, "2026-01-31 12:00:00.25Z", "UTC", "+05:30", "-08:45", "Z")),
		once("at time zone: times in zones", "2026-01-31 12:00:00Z|2026-01-31 06:30:00Z|2026-01-31 20:45:00Z", everywhere, at(schema.DateTime, "2026-01-31 12:00:00", "UTC", "+05:30", "-08:45")),
		with(once("at time zone: a parameter", "2026-01-31 17:30:00", everywhere, at(schema.DateTimeTZ, "2026-01-31 12:00:00Z", expr.Param("zone", schema.Text))), engine.Params{"zone": "+05:30"}, nil),
		with(once("at time zone: a name", "2026-01-31 13:00:00", "", at(schema.DateTimeTZ, "2026-01-31 12:00:00Z", "Europe/Berlin")), nil,
			none("may know no zones by name", "sqlite", "mysql", "mariadb")),

		{name: "dates: now and today", emulated: "sqlite", rows: "true|true|true", build: func(*sample) expr.Node {
			now, at := expr.Func("now"), time.Now()
			return expr.Select(now.Between(expr.Of(at.Add(-time.Hour).Truncate(time.Second)), expr.Of(at.Add(time.Hour).Truncate(time.Second))),
				now.Eq(expr.Func("now")), expr.Func("current_date").Eq(now.Cast(schema.Date)))
		}},

		{name: "literals: grouped by date + interval", emulated: everywhere, rows: "1994-03-28 00:00:00|1\n2000-01-31 00:00:00|1\n2000-02-29 00:00:00|1\n2024-03-29 00:00:00|1", build: func(s *sample) expr.Node {
			x := born(s).Add(span(1, 0, 0))
			return expr.Select(x.Label("x"), n()).Where(born(s).IsNotNull()).GroupBy(x).OrderBy(x)
		}},
		{name: "literals: grouped, HAVING and ORDER BY", rows: "31|2", build: func(s *sample) expr.Node {
			x := s.age().Add(1)
			return expr.Select(x.Label("x"), n()).GroupBy(x).Having(expr.And(x.Lt(40), expr.Func("count").Gt(1))).OrderBy(x.Desc())
		}},
		{name: "literals: grouped in a subquery", rows: "62|2", build: func(s *sample) expr.Node {
			x := s.age().Add(1)
			sub := expr.Select(x.Label("x"), n()).GroupBy(x).Subquery("s")
			return expr.Select(sub.C("x").Mul(2), sub.C("n")).Where(sub.C("n").Gt(1))
		}},
		{name: "literals: grouped in both of a compound", rows: "31|2\n60|2", build: func(s *sample) expr.Node {
			x, y := s.age().Add(1), s.age().Mul(2)
			two := func(x expr.Expr) *expr.SelectStmt {
				return expr.Select(x.Label("x"), n()).GroupBy(x).Having(expr.Func("count").Gt(1))
			}
			return expr.Compound(expr.UnionAll, two(x), two(y)).OrderBy(expr.Ref("x"))
		}},
		{name: "literals: windows by the expression of a column", rows: "1|31|1\n2|26|1\n3|31|2\n4|42|1\n5|NULL|1", build: func(s *sample) expr.Node {
			x := s.age().Add(1)
			return expr.Select(s.id(), x.Label("x"), expr.Func("count").Over(expr.PartitionBy(x).OrderBy(s.id())).Label("n")).OrderBy(s.id())
		}},
		{name: "literals: grouped by CASE", rows: "old|3\nyoung|2", build: func(s *sample) expr.Node {
			x := expr.CaseElse("young", expr.NewWhen(s.age().Ge(30), "old"))
			return expr.Select(x.Label("x"), n()).GroupBy(x).OrderBy(x)
		}},
		{name: "literals: an aggregate of the grouped expression", rows: "26|26\n31|62\n42|42\nNULL|NULL", build: func(s *sample) expr.Node {
			x := s.age().Add(1)
			return expr.Select(x.Label("x"), expr.Func("sum", x).Label("n")).GroupBy(x)
		}},
	}
}
