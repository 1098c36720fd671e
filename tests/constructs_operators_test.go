package tests

import (
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

func constructsOfOperators() []construct {
	// where asks for the ids of the rows for which a condition is true.
	where := func(name, rows string, cond func(s *sample) expr.Expr, more construct) construct {
		more.name, more.rows = name, rows
		more.build = func(s *sample) expr.Node { return expr.Select(s.id()).Where(cond(s)).OrderBy(s.id()) }
		return more
	}
	// value asks for an expression beside the id.
	value := func(name, rows string, x func(s *sample) expr.Expr, more construct) construct {
		more.name, more.rows = name, rows
		more.build = func(s *sample) expr.Node { return expr.Select(s.id(), x(s).Label("x")).OrderBy(s.id()) }
		return more
	}
	plain := construct{}
	return []construct{
		value("custom: an operator of the database's own", "1|120\n2|100\n3|120\n4|164\n5|NULL", func(s *sample) expr.Expr {
			return s.age().Custom("<<", expr.TypedLiteral(expr.Int(2), schema.Integer), schema.Integer)
		}, plain),
		where("custom: a condition", "1\n3\n4", func(s *sample) expr.Expr { return s.age().Custom(">=", 30, schema.Boolean) }, plain),
		where("custom: a character that only PostgreSQL has", "1\n2", func(s *sample) expr.Expr { return s.u.C("data").Custom("?", "items", schema.Boolean) },
			construct{refused: none("operator ?", "sqlite", "mysql", "mariadb")}),
	}
}
