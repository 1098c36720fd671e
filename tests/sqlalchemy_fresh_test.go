package tests

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// saFresh are more queries of the sort that SQLAlchemy's documentation and tests have, each with the
// SQL that SQLAlchemy says for it.
type saFresh struct {
	name, dialect, want string
	build               func(u, a *expr.TableSource) any
	better, sql, err    string // as in saCase
}

func saFreshCases() []saFresh {
	fn := expr.Func
	text := expr.TypedLiteral
	count := func(x ...any) expr.Expr { return fn("count", x...) }
	by := expr.Window{}
	return []saFresh{
		{name: "two columns and a condition", want: `SELECT u.id, u.name FROM u WHERE u.name = :p`,
			build: func(u, a *expr.TableSource) any {
				return expr.Select(u.C("id"), u.C("name")).Where(u.C("name").Eq("x"))
			}},
		{name: "or within and", want: `SELECT u.id FROM u WHERE (u.name = :p OR u.name = :q) AND u.age > :r`,
			build: func(u, a *expr.TableSource) any {
				return expr.Select(u.C("id")).Where(expr.Or(u.C("name").Eq("x"), u.C("name").Eq("y")), u.C("age").Gt(3))
			}},
		{name: "and within or", want: `SELECT u.id FROM u WHERE u.name = :p AND u.age > :q OR u.age < :r`,
			build: func(u, a *expr.TableSource) any {
				return expr.Select(u.C("id")).Where(expr.Or(expr.And(u.C("name").Eq("x"), u.C("age").Gt(3)), u.C("age").Lt(1)))
			}},
		{name: "not of and", want: `SELECT u.id FROM u WHERE NOT (u.name = :p AND u.age > :q)`,
			build: func(u, a *expr.TableSource) any {
				return expr.Select(u.C("id")).Where(expr.Not(expr.And(u.C("name").Eq("x"), u.C("age").Gt(3))))
			}},
		{name: "null", want: `SELECT u.id FROM u WHERE u.name IS NULL AND u.age IS NOT NULL`,
			build: func(u, a *expr.TableSource) any {
				return expr.Select(u.C("id")).Where(u.C("name").Eq(nil), u.C("age").Ne(nil))
			}},
		{name: "precedence of arithmetic", want: `(u.age + :p) * u.id - u.age * :q`,
			build: func(u, a *expr.TableSource) any { return u.C("age").Add(1).Mul(u.C("id")).Sub(u.C("age").Mul(2)) }},
		{name: "a difference of a difference", want: `u.age - (u.id - :p)`,
			build: func(u, a *expr.TableSource) any { return u.C("age").Sub(u.C("id").Sub(1)) }},
		{name: "minus a sum", want: `-(u.age + u.id)`,
			build: func(u, a *expr.TableSource) any { return u.C("age").Add(u.C("id")).Neg() }},
		{name: "text joined", want: `u.name || :p || u.fullname`,
			build: func(u, a *expr.TableSource) any { return u.C("name").Concat(" ").Concat(u.C("fullname")) }},
		{name: "between", want: `u.age BETWEEN :p AND :q`,
			build: func(u, a *expr.TableSource) any { return u.C("age").Between(1, 5) }},
		{name: "not between", want: `u.age NOT BETWEEN :p AND :q`,
			build: func(u, a *expr.TableSource) any { return u.C("age").NotBetween(1, 5) }},
		{name: "between, negated", want: `u.age NOT BETWEEN :p AND :q`,
			build: func(u, a *expr.TableSource) any { return expr.Not(u.C("age").Between(1, 5)) }},
		{name: "between symmetric", want: `u.age BETWEEN SYMMETRIC :p AND :q`,
			build: func(u, a *expr.TableSource) any { return u.C("age").BetweenSymmetric(5, 1) }},
		{name: "in a query", want: `SELECT u.id FROM u WHERE u.id IN (SELECT a.user_id FROM a)`,
			build: func(u, a *expr.TableSource) any {
				return expr.Select(u.C("id")).Where(u.C("id").In(expr.Select(a.C("user_id"))))
			}},
		{name: "not in a query", want: `SELECT u.id FROM u WHERE u.id NOT IN (SELECT a.user_id FROM a)`,
			build: func(u, a *expr.TableSource) any {
				return expr.Select(u.C("id")).Where(u.C("id").NotIn(expr.Select(a.C("user_id"))))
			}},
		{name: "tuples in a list", want: `(u.id, u.name) IN ((:p, :q), (:r, :s))`,
			build: func(u, a *expr.TableSource) any {
				return expr.Tuple(u.C("id"), u.C("name")).In(expr.Tuple(1, "x"), expr.Tuple(2, "y"))
			}},
		{name: "tuples in a query", want: `SELECT u.id FROM u WHERE (u.id, u.name) IN (SELECT a.user_id, a.email FROM a)`,
			build: func(u, a *expr.TableSource) any {
				return expr.Select(u.C("id")).Where(expr.Tuple(u.C("id"), u.C("name")).In(expr.Select(a.C("user_id"), a.C("email"))))
			}},
		{name: "exists, correlated", want: `SELECT u.id FROM u WHERE EXISTS (SELECT a.id FROM a WHERE a.user_id = u.id)`,
			build: func(u, a *expr.TableSource) any {
				return expr.Select(u.C("id")).Where(expr.Exists(expr.Select(a.C("id")).Where(a.C("user_id").Eq(u.C("id")))))
			}},
		{name: "a scalar query, labelled", want: `SELECT u.name, (SELECT count(a.id) AS c FROM a WHERE a.user_id = u.id) AS n FROM u`,
			build: func(u, a *expr.TableSource) any {
				return expr.Select(u.C("name"), expr.Select(count(a.C("id")).Label("c")).Where(a.C("user_id").Eq(u.C("id"))).Scalar().Label("n"))
			}, better: "a label that nothing reads is left out", sql: `select u.name , ( select count ( a.id ) from a where a.user_id = u.id ) as n from u`},
		{name: "join, grouped, ordered by a label", want: `SELECT u.name, count(a.id) AS n FROM u JOIN a ON u.id = a.user_id GROUP BY u.name HAVING count(a.id) > :p ORDER BY n DESC`,
			build: func(u, a *expr.TableSource) any {
				return expr.Select(u.C("name"), count(a.C("id")).Label("n")).Join(a).GroupBy(u.C("name")).Having(count(a.C("id")).Gt(1)).OrderBy(expr.Ref("n").Desc())
			}},
		{name: "left join of an alias", want: `SELECT u.name, b.email FROM u LEFT OUTER JOIN a AS b ON u.id = b.user_id`,
			build: func(u, a *expr.TableSource) any {
				b := a.Alias("b")
				return expr.Select(u.C("name"), b.C("email")).LeftJoin(b)
			}},
		{name: "nulls last", want: `SELECT u.id FROM u ORDER BY u.age DESC NULLS LAST, u.id`,
			build: func(u, a *expr.TableSource) any {
				return expr.Select(u.C("id")).OrderBy(u.C("age").Desc().NullsLast(), u.C("id"))
			}},
		{name: "distinct", want: `SELECT DISTINCT u.name FROM u ORDER BY u.name`,
			build: func(u, a *expr.TableSource) any { return expr.Select(u.C("name")).Distinct().OrderBy(u.C("name")) }},
		{name: "distinct on", dialect: "postgresql", want: `SELECT DISTINCT ON (u.name) u.name, u.id FROM u ORDER BY u.name, u.id`,
			build: func(u, a *expr.TableSource) any {
				return expr.Select(u.C("name"), u.C("id")).Distinct(u.C("name")).OrderBy(u.C("name"), u.C("id"))
			}},
		{name: "case", want: `CASE WHEN (u.age > :p) THEN :q WHEN (u.age > :r) THEN :s ELSE :t END`,
			build: func(u, a *expr.TableSource) any {
				return expr.CaseElse("c", expr.NewWhen(u.C("age").Gt(9), "a"), expr.NewWhen(u.C("age").Gt(5), "b"))
			}, better: "a condition needs no parentheses", sql: `case when u.age > ? then ? when u.age > ? then ? else ? end`},
		{name: "cast", want: `CAST(u.age AS BIGINT)`, build: func(u, a *expr.TableSource) any { return u.C("age").Cast(schema.BigInteger) }},
		{name: "extract", want: `EXTRACT(year FROM u.born)`, build: func(u, a *expr.TableSource) any { return expr.Extract(expr.Year, u.C("born")) },
			better: "a part is an integer on every database", sql: `cast ( extract ( year from u.born ) as integer )`},
		{name: "coalesce", want: `coalesce(u.name, u.fullname, :p)`, build: func(u, a *expr.TableSource) any { return fn("coalesce", u.C("name"), u.C("fullname"), "-") }},
		{name: "lower of upper", want: `lower(upper(u.name))`, build: func(u, a *expr.TableSource) any { return fn("lower", fn("upper", u.C("name"))) }},
		{name: "count of distinct", want: `count(DISTINCT u.name)`, build: func(u, a *expr.TableSource) any { return count(u.C("name")).Distinct() }},
		{name: "filter", want: `count(*) FILTER (WHERE u.age > :p)`, build: func(u, a *expr.TableSource) any { return count().Filter(u.C("age").Gt(1)) }},
		{name: "over nothing", want: `sum(u.age) OVER ()`, build: func(u, a *expr.TableSource) any { return fn("sum", u.C("age")).Over(by) }},
		{name: "over a partition in order", want: `row_number() OVER (PARTITION BY u.name ORDER BY u.id DESC)`,
			build: func(u, a *expr.TableSource) any {
				return fn("row_number").Over(expr.PartitionBy(u.C("name")).OrderBy(u.C("id").Desc()))
			}},
		{name: "over rows", want: `sum(u.age) OVER (ORDER BY u.id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)`,
			build: func(u, a *expr.TableSource) any {
				return fn("sum", u.C("age")).Over(by.OrderBy(u.C("id")).Rows(expr.Unbounded(), expr.Current()))
			}},
		{name: "over a range", want: `sum(u.age) OVER (ORDER BY u.id RANGE BETWEEN :p PRECEDING AND :q FOLLOWING)`, dialect: "postgresql",
			build: func(u, a *expr.TableSource) any {
				return fn("sum", u.C("age")).Over(by.OrderBy(u.C("id")).Range(expr.Preceding(5), expr.Following(5)))
			}},
		{name: "within a group", want: `percentile_cont(:p) WITHIN GROUP (ORDER BY u.age DESC)`, dialect: "postgresql",
			build: func(u, a *expr.TableSource) any { return fn("percentile_cont", 0.5).WithinGroup(u.C("age").Desc()) }},
		{name: "union of three", want: `SELECT u.id FROM u WHERE u.id = :p UNION SELECT u.id FROM u WHERE u.id = :q UNION SELECT u.id FROM u WHERE u.id = :r`,
			build: func(u, a *expr.TableSource) any {
				one := func(n int) *expr.SelectStmt { return expr.Select(u.C("id")).Where(u.C("id").Eq(n)) }
				return one(1).Union(one(2), one(3))
			}, better: saNames, sql: `select u.id from u where u.id = ? union select u_1.id from u as u_1 where u_1.id = ? union select u_2.id from u as u_2 where u_2.id = ?`},
		{name: "a union, ordered and limited", want: `SELECT u.id FROM u UNION ALL SELECT a.id FROM a ORDER BY id LIMIT :p`,
			build: func(u, a *expr.TableSource) any {
				return expr.Select(u.C("id")).UnionAll(expr.Select(a.C("id"))).OrderBy(expr.Ref("id")).Limit(5)
			}, better: "the columns of a compound go by their numbers, as two may have one name", sql: `select u.id from u union all select a.id from a order by 1 limit ?`},
		{name: "except in a subquery", want: `SELECT s.id FROM (SELECT u.id AS id FROM u EXCEPT SELECT a.user_id AS user_id FROM a) AS s`,
			build: func(u, a *expr.TableSource) any {
				s := expr.Select(u.C("id")).Except(expr.Select(a.C("user_id"))).Subquery("s")
				return expr.Select(s.C("id"))
			}},
		{name: "a subquery joined", want: `SELECT u.name, s.n FROM u JOIN (SELECT a.user_id AS user_id, count(a.id) AS n FROM a GROUP BY a.user_id) AS s ON u.id = s.user_id`,
			build: func(u, a *expr.TableSource) any {
				s := expr.Select(a.C("user_id"), count(a.C("id")).Label("n")).GroupBy(a.C("user_id")).Subquery("s")
				return expr.Select(u.C("name"), s.C("n")).Join(s, u.C("id").Eq(s.C("user_id")))
			}},
		{name: "a CTE twice", want: `WITH c AS (SELECT a.user_id AS user_id FROM a) SELECT c.user_id, d.user_id AS other FROM c, c AS d WHERE c.user_id < d.user_id`,
			build: func(u, a *expr.TableSource) any {
				c := expr.Select(a.C("user_id")).CTE("c")
				d := c.Alias("d")
				return expr.Select(c.C("user_id"), d.C("user_id").Label("other")).From(c, d).Where(c.C("user_id").Lt(d.C("user_id")))
			}},
		{name: "a lateral", dialect: "postgresql", want: `SELECT u.name, l.email FROM u JOIN LATERAL (SELECT a.email AS email FROM a WHERE a.user_id = u.id ORDER BY a.id DESC LIMIT :p) AS l ON true`,
			build: func(u, a *expr.TableSource) any {
				l := expr.Select(a.C("email")).Where(a.C("user_id").Eq(u.C("id"))).OrderBy(a.C("id").Desc()).Limit(1).Lateral("l")
				return expr.Select(u.C("name"), l.C("email")).Join(l, expr.And())
			}},
		{name: "a table of a function", dialect: "postgresql", want: `SELECT g.value FROM generate_series(:p, :q) AS g(value)`,
			build: func(u, a *expr.TableSource) any {
				g := fn("generate_series", 1, 5).TableValued("g", []expr.ColumnType{{Name: "value", Type: schema.Integer}}, false)
				return expr.Select(g.C("value"))
			}},
		{name: "a sample", dialect: "postgresql", want: `SELECT s.id FROM u AS s TABLESAMPLE bernoulli(:p)`,
			build: func(u, a *expr.TableSource) any {
				s := expr.Tablesample(u, expr.Bernoulli, 10, nil).Alias("s")
				return expr.Select(s.C("id"))
			}},
		{name: "for update", dialect: "postgresql", want: `SELECT u.id FROM u FOR UPDATE OF u SKIP LOCKED`,
			build: func(u, a *expr.TableSource) any {
				return expr.Select(u.C("id")).Locked(expr.ForUpdate, expr.SkipLocked, u)
			}},
		{name: "is distinct from", want: `u.name IS DISTINCT FROM u.fullname`, build: func(u, a *expr.TableSource) any { return u.C("name").IsDistinctFrom(u.C("fullname")) }},
		{name: "collated", want: `u.name COLLATE "C"`, dialect: "postgresql", build: func(u, a *expr.TableSource) any { return u.C("name").Collate("C") }},
		{name: "an operator of the database", want: `u.name <-> :p`, dialect: "postgresql", build: func(u, a *expr.TableSource) any { return u.C("name").Custom("<->", "x", schema.Double) }},
		{name: "any of an array", want: `:p = ANY (u.tags)`, dialect: "postgresql",
			build: func(u, a *expr.TableSource) any { return expr.Of("x").Eq(expr.Any(u.C("tags"))) }},
		{name: "all of a query", want: `SELECT u.id FROM u WHERE u.age > ALL (SELECT a.id FROM a)`, dialect: "postgresql",
			build: func(u, a *expr.TableSource) any {
				return expr.Select(u.C("id")).Where(u.C("age").Gt(expr.All(expr.Select(a.C("id")))))
			}},
		{name: "insert", want: `INSERT INTO u (name, fullname) VALUES (:p, :q)`,
			build: func(u, a *expr.TableSource) any {
				return expr.Insert(u).Values(expr.Assign{"name": "x", "fullname": "y"})
			}},
		{name: "insert of many, returning", dialect: "postgresql", want: `INSERT INTO u (id, name) VALUES (:p, :q), (:r, :s) RETURNING u.id`,
			build: func(u, a *expr.TableSource) any {
				return expr.Insert(u).Values(expr.Assign{"id": 1, "name": "x"}, expr.Assign{"id": 2, "name": "y"}).Returning(u.C("id"))
			}},
		{name: "insert from select", want: `INSERT INTO a (user_id, email) SELECT u.id, u.name || :p AS e FROM u`,
			build: func(u, a *expr.TableSource) any {
				return expr.Insert(a).FromSelect([]string{"user_id", "email"}, expr.Select(u.C("id"), u.C("name").Concat("@x").Label("e")))
			}, better: "a label that nothing reads is left out", sql: `insert into a ( user_id , email ) select u.id , u.name || ? from u`},
		{name: "upsert", dialect: "postgresql", want: `INSERT INTO u (id, name) VALUES (:p, :q) ON CONFLICT (id) DO UPDATE SET name = excluded.name WHERE u.age < :r`,
			build: func(u, a *expr.TableSource) any {
				return expr.Insert(u).Values(expr.Assign{"id": 1, "name": "x"}).OnConflict(u.C("id")).DoUpdate(expr.Assign{"name": expr.Excluded(u).C("name")}).Where(u.C("age").Lt(3))
			}},
		{name: "update by a query", want: `UPDATE u SET fullname = (SELECT a.email FROM a WHERE a.user_id = u.id ORDER BY a.id LIMIT :p)`, dialect: "postgresql",
			build: func(u, a *expr.TableSource) any {
				first := expr.Select(a.C("email")).Where(a.C("user_id").Eq(u.C("id"))).OrderBy(a.C("id")).Limit(1)
				return expr.Update(u).Set(expr.Assign{"fullname": first.Scalar()}).AllRows()
			}},
		{name: "update from", dialect: "postgresql", want: `UPDATE u SET fullname = a.email FROM a WHERE u.id = a.user_id AND a.email = :p`,
			build: func(u, a *expr.TableSource) any {
				return expr.Update(u).Set(expr.Assign{"fullname": a.C("email")}).From(a).Where(u.C("id").Eq(a.C("user_id")), a.C("email").Eq("x"))
			}},
		{name: "delete using", dialect: "postgresql", want: `DELETE FROM u USING a WHERE u.id = a.user_id AND a.email = :p RETURNING u.id, u.name`,
			build: func(u, a *expr.TableSource) any {
				return expr.Delete(u).Using(a).Where(u.C("id").Eq(a.C("user_id")), a.C("email").Eq("x")).Returning(u.C("id"), u.C("name"))
			}},
		{name: "a typed literal", want: `u.age + :p`, build: func(u, a *expr.TableSource) any { return u.C("age").Add(text(expr.Int(5), schema.Integer)) }},
		{name: "grouping sets", dialect: "postgresql", want: `SELECT u.name, u.age, count(*) AS n FROM u GROUP BY GROUPING SETS ((u.name, u.age), (u.name), ())`,
			build: func(u, a *expr.TableSource) any {
				return expr.Select(u.C("name"), u.C("age"), count().Label("n")).GroupBy(expr.GroupingSetsOf([]any{u.C("name"), u.C("age")}, []any{u.C("name")}, []any{}))
			}},
		{name: "in order in an aggregate", dialect: "postgresql", want: `string_agg(u.name, :p ORDER BY u.id DESC)`,
			build: func(u, a *expr.TableSource) any {
				return fn("string_agg", u.C("name"), ",").OrderBy(u.C("id").Desc())
			}},
	}
}

// TestSQLAlchemyFresh compares them as TestSQLAlchemy does.
func TestSQLAlchemyFresh(t *testing.T) {
	for _, c := range slices.Concat(saFreshCases(), saAskedCases()) {
		t.Run(c.name, func(t *testing.T) {
			build := func(m *saTables) any {
				col := schema.NewColumn
				users := m.meta.Table("u", col("id", schema.Integer, schema.PrimaryKey), col("name", schema.Text), col("fullname", schema.Text), col("age", schema.Integer),
					col("born", schema.Date), col("tags", schema.ArrayOf(schema.Text)),
					col("made", schema.DateTime), col("doc", schema.JSON))
				addresses := m.meta.Table("a", col("id", schema.Integer, schema.PrimaryKey), col("user_id", schema.Integer, schema.References("u", "id")), col("email", schema.Text))
				require.NoError(m.t, m.meta.Freeze())
				return c.build(expr.Table(users), expr.Table(addresses))
			}
			saCase{id: c.name, build: build, better: c.better, sql: c.sql, err: c.err}.compare(t, saTheirs{ID: c.name, Dialect: c.dialect, SQL: c.want})
		})
	}
}
