package tests

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/sqlser/sqlser/engine/dialect"
	"github.com/sqlser/sqlser/engine/expr"
	"github.com/sqlser/sqlser/schema"
)

// knownQuery is a query whose SQL anybody would write so, in the words of one database,
// but that each use of a source has a name of its own.
type knownQuery struct {
	name   string
	on     *dialect.Dialect
	tables []string // as saTables.make takes them
	build  func(t []*expr.TableSource) any
	sql    string // as normal writes it
}

func knownQueries() []knownQuery {
	pg, my, lite := dialect.Postgres, dialect.MySQL, dialect.SQLite
	orders := []string{"orders(id, region text, product text, quantity, amount)"}
	parts := []string{"parts(part text, sub_part text, quantity)"}
	two := []string{"mytable(myid, name text, description text)", "other(otherid, othername text)"}
	homes := []string{"people(people_id, age, name text)", "bookcases(bookcase_id, owner_id, shelves, width)", "books(book_id, bookcase_id, weight)"}
	return []knownQuery{
		{"two CTEs, the second of the first", pg, orders, func(t []*expr.TableSource) any {
			o := t[0]
			sales := expr.Select(o.C("region"), expr.Func("sum", o.C("amount")).Label("total")).GroupBy(o.C("region")).CTE("regional_sales")
			top := expr.Select(sales.C("region")).Where(sales.C("total").Gt(expr.Select(expr.Func("max", sales.C("total"))).From(sales).Scalar())).CTE("top_regions")
			return expr.Select(o.C("region"), o.C("product"), expr.Func("sum", o.C("quantity")).Label("units")).Where(o.C("region").In(expr.Select(top.C("region")))).GroupBy(o.C("region"), o.C("product"))
		}, "with regional_sales as ( select orders_1.region , sum ( orders_1.amount ) as total from orders as orders_1 group by orders_1.region ) , top_regions as ( select regional_sales.region from regional_sales where regional_sales.total > ( select max ( regional_sales_1.total ) from regional_sales as regional_sales_1 ) ) select orders.region , orders.product , sum ( orders.quantity ) as units from orders where orders.region in ( select top_regions.region from top_regions ) group by orders.region , orders.product"},
		{"a recursive CTE that joins itself with a table", lite, parts, func(t []*expr.TableSource) any {
			p := t[0]
			a := p.Alias("p")
			included := expr.Recursive("included", expr.Select(p.C("sub_part"), p.C("part"), p.C("quantity")).Where(p.C("part").Eq("our part")), func(i expr.Source) expr.Query {
				return expr.Select(a.C("sub_part"), a.C("part"), a.C("quantity")).From(a).Join(i, a.C("part").Eq(i.C("sub_part")))
			})
			return expr.Select(included.C("sub_part"), expr.Func("sum", included.C("quantity")).Label("total")).GroupBy(included.C("sub_part"))
		}, "with recursive included as ( select parts.sub_part , parts.part , parts.quantity from parts where parts.part = ? union all select p.sub_part , p.part , p.quantity from parts as p join included on p.part = included.sub_part ) select included_1.sub_part , sum ( included_1.quantity ) as total from included as included_1 group by included_1.sub_part"},
		{"an insert in WITH, read by a select", pg, two, func(t []*expr.TableSource) any {
			made := expr.Insert(t[0]).Values(expr.Assign{"name": "a"}).Returning(t[0].C("myid")).CTE("made")
			return expr.Select(made.C("myid"))
		}, "with made as ( insert into mytable ( name ) values ( ? ) returning mytable.myid ) select made.myid from made"},
		{"a delete in WITH, archived by an insert", pg, two, func(t []*expr.TableSource) any {
			gone := expr.Delete(t[0]).Where(t[0].C("myid").Lt(5)).Returning(t[0].C("myid"), t[0].C("name")).CTE("gone")
			return expr.Insert(t[1]).FromSelect([]string{"otherid", "othername"}, expr.Select(gone.C("myid"), gone.C("name")))
		}, "with gone as ( delete from mytable where mytable.myid < ? returning mytable.myid , mytable.name ) insert into other ( otherid , othername ) select gone.myid , gone.name from gone"},
		{"LATERAL of a join, joined on true", pg, homes, func(t []*expr.TableSource) any {
			b := expr.Select(t[2].C("book_id")).Join(t[1], t[1].C("bookcase_id").Eq(t[2].C("bookcase_id"))).Where(t[1].C("owner_id").Eq(t[0].C("people_id"))).Lateral("b")
			return expr.Select(t[0].C("name"), b.C("book_id")).From(t[0]).CrossJoin(b)
		}, "select people.name , b.book_id from people , lateral ( select books.book_id from books join bookcases on bookcases.bookcase_id = books.bookcase_id where bookcases.owner_id = people.people_id ) as b"},
		{"a nested join on the right", pg, homes, func(t []*expr.TableSource) any {
			return expr.Select(t[0].C("name")).From(t[0].LeftJoin(t[1].Join(t[2], t[1].C("bookcase_id").Eq(t[2].C("bookcase_id"))), t[0].C("people_id").Eq(t[1].C("owner_id"))))
		}, "select people.name from people left join ( bookcases join books on bookcases.bookcase_id = books.bookcase_id ) on people.people_id = bookcases.owner_id"},
		{"a table joined to itself", my, homes, func(t []*expr.TableSource) any {
			a, b := t[0].Alias("a"), t[0].Alias("b")
			return expr.Select(a.C("name"), b.C("name").Label("other")).Join(b, a.C("age").Lt(b.C("age")))
		}, "select a.name , b.name as other from people as a join people as b on a.age < b.age"},
		{"EXISTS, correlated", my, two, func(t []*expr.TableSource) any {
			return expr.Select(t[0].C("myid")).Where(expr.Not(expr.Exists(expr.Select(t[1].C("otherid")).Where(t[1].C("otherid").Eq(t[0].C("myid"))))))
		}, "select mytable.myid from mytable where not exists ( select other.otherid from other where other.otherid = mytable.myid )"},
		{"a scalar subquery as a column", lite, two, func(t []*expr.TableSource) any {
			return expr.Select(t[0].C("myid"), expr.Select(expr.Func("max", t[1].C("othername"))).Where(t[1].C("otherid").Eq(t[0].C("myid"))).Scalar().Label("last")).From(t[0])
		}, "select mytable.myid , ( select max ( other.othername ) from other where other.otherid = mytable.myid ) as last from mytable"},
		{"rows in a query", pg, two, func(t []*expr.TableSource) any {
			return expr.Select(t[0].C("myid")).Where(expr.Tuple(t[0].C("myid"), t[0].C("name")).In(expr.Select(t[1].C("otherid"), t[1].C("othername"))))
		}, "select mytable.myid from mytable where ( mytable.myid , mytable.name ) in ( select other.otherid , other.othername from other )"},
		{"an OR in an AND", my, two, func(t []*expr.TableSource) any {
			x, n := t[0].C("myid"), t[0].C("name")
			return expr.Select(x).Where(expr.Or(x.Eq(1), n.Eq("a")), expr.Or(x.Eq(2), n.Eq("b")))
		}, "select mytable.myid from mytable where ( mytable.myid = ? or mytable.name = ? ) and ( mytable.myid = ? or mytable.name = ? )"},
		{"sums and products", my, two, func(t []*expr.TableSource) any {
			x := t[0].C("myid")
			return expr.Select(x.Add(2).Mul(3).Sub(x.Sub(x.Neg())).Label("n"))
		}, "select ( mytable.myid + ? ) * ? - ( mytable.myid - - mytable.myid ) as n from mytable"},
		{"a union, ordered by its column", lite, two, func(t []*expr.TableSource) any {
			return expr.Select(t[0].C("name")).Union(expr.Select(t[1].C("othername"))).OrderBy(expr.Ref("name")).Limit(5)
		}, "select mytable.name from mytable union select other.othername from other order by 1 limit ?"},
		{"EXCEPT of a union", pg, two, func(t []*expr.TableSource) any {
			return expr.Select(t[0].C("myid")).Except(expr.Select(t[1].C("otherid")).Union(expr.Select(1)))
		}, "select mytable.myid from mytable except ( select other.otherid from other union select ? )"},
		{"a window with a frame and what it leaves out", pg, orders, func(t []*expr.TableSource) any {
			o := t[0]
			w := expr.PartitionBy(o.C("region")).OrderBy(o.C("id").Desc()).Rows(expr.Preceding(2), expr.Following(1)).Exclude(expr.ExcludeCurrentRow)
			return expr.Select(expr.Func("sum", o.C("amount")).Filter(o.C("quantity").Gt(0)).Over(w).Label("n"))
		}, "select sum ( orders.amount ) filter ( where orders.quantity > ? ) over ( partition by orders.region order by orders.id desc rows between ? preceding and ? following exclude current row ) as n from orders"},
		{"GROUPING SETS", pg, orders, func(t []*expr.TableSource) any {
			r, p := t[0].C("region"), t[0].C("product")
			return expr.Select(r, p, expr.Func("count").Label("n")).GroupBy(expr.GroupingSetsOf([]any{r, p}, []any{r}, []any{}))
		}, "select orders.region , orders.product , count ( * ) as n from orders group by grouping sets ( ( orders.region , orders.product ) , orders.region , ( ) )"},
		{"different pairs counted", my, orders, func(t []*expr.TableSource) any {
			return expr.Select(expr.Func("count_distinct", t[0].C("region"), t[0].C("product")).Label("n"))
		}, "select count ( distinct orders.region , orders.product ) as n from orders"},
		{"different pairs counted, of rows", pg, orders, func(t []*expr.TableSource) any {
			return expr.Select(expr.Func("count_distinct", t[0].C("region"), t[0].C("product")).Label("n"))
		}, "select count ( distinct case when num_nulls ( orders.region , orders.product ) = 0 then row ( orders.region , orders.product ) end ) as n from orders"},
		{"texts joined in order", pg, orders, func(t []*expr.TableSource) any {
			return expr.Select(expr.Func("string_agg", t[0].C("product"), ",").OrderBy(t[0].C("id").Desc()).Label("s"))
		}, "select string_agg ( orders.product , ? order by orders.id desc ) as s from orders"},
		{"a median", pg, orders, func(t []*expr.TableSource) any {
			return expr.Select(expr.Func("percentile_disc", 0.5).WithinGroup(t[0].C("amount").Desc()).Label("m"))
		}, "select percentile_disc ( ? ) within group ( order by orders.amount desc ) as m from orders"},
		{"DISTINCT ON", pg, orders, func(t []*expr.TableSource) any {
			return expr.Select(t[0].C("region"), t[0].C("id")).Distinct(t[0].C("region")).OrderBy(t[0].C("region"), t[0].C("id").Desc().NullsLast())
		}, "select distinct on orders.region orders.region , orders.id from orders order by orders.region , orders.id desc nulls last"},
		{"ties", pg, orders, func(t []*expr.TableSource) any {
			return expr.Select(t[0].C("id")).OrderBy(t[0].C("amount")).LimitWithTies(5).Offset(2)
		}, "select orders.id from orders order by orders.amount offset ? rows fetch first ( ? ) rows with ties"},
		{"rows locked, others passed over", my, orders, func(t []*expr.TableSource) any {
			return expr.Select(t[0].C("id")).Locked(expr.ForShare, expr.SkipLocked, t[0])
		}, "select orders.id from orders for share of orders skip locked"},
		{"VALUES in FROM", pg, two, func(t []*expr.TableSource) any {
			v := expr.Values([]expr.ColumnType{{Name: "id", Type: schema.Integer}, {Name: "n", Type: schema.Text}}, []any{1, "a"}, []any{2, "b"}).Alias("v")
			return expr.Select(t[0].C("name"), v.C("n")).Join(v, v.C("id").Eq(t[0].C("myid")))
		}, "select mytable.name , v.n from mytable join ( values ( ? , ? ) , ( ? , ? ) ) as v ( id , n ) on v.id = mytable.myid"},
		{"numbers beside their place", pg, two, func([]*expr.TableSource) any {
			g := expr.Func("generate_series", 4, 1, -1).TableValued("g", []expr.ColumnType{{Name: "v", Type: schema.Integer}, {Name: "n", Type: schema.BigInteger}}, true)
			return expr.Select(g.C("v"), g.C("n"))
		}, "select g.v , g.n from generate_series ( ? , ? , ? ) with ordinality as g ( v , n )"},
		{"an upsert that keeps what is newer", pg, two, func(t []*expr.TableSource) any {
			e := expr.Excluded(t[0])
			return expr.Insert(t[0]).Values(expr.Assign{"myid": 1, "name": "a"}).OnConflict(t[0].C("myid")).
				DoUpdate(expr.Assign{"name": e.C("name")}).Where(t[0].C("name").IsDistinctFrom(e.C("name"))).Returning(t[0].C("myid"))
		}, "insert into mytable ( myid , name ) values ( ? , ? ) on conflict ( myid ) do update set name = excluded.name where mytable.name is distinct from excluded.name returning mytable.myid"},
		{"an insert that leaves what is there", lite, two, func(t []*expr.TableSource) any {
			return expr.Insert(t[0]).FromSelect([]string{"myid"}, expr.Select(t[1].C("otherid")).Where(t[1].C("otherid").Gt(3))).OnConflict().DoNothing()
		}, "insert into mytable ( myid ) select * from ( select other.otherid from other where other.otherid > ? ) where true on conflict do nothing"},
		{"an update from another table", pg, two, func(t []*expr.TableSource) any {
			return expr.Update(t[0]).Set(expr.Assign{"name": t[1].C("othername")}).From(t[1]).Where(t[0].C("myid").Eq(t[1].C("otherid")))
		}, "update mytable set name = other.othername from other where mytable.myid = other.otherid"},
		{"an update from another table, joined", my, two, func(t []*expr.TableSource) any {
			return expr.Update(t[0]).Set(expr.Assign{"name": t[1].C("othername")}).From(t[1]).Where(t[0].C("myid").Eq(t[1].C("otherid")))
		}, "update mytable , other set mytable.name = other.othername where mytable.myid = other.otherid"},
		{"the first rows changed", my, two, func(t []*expr.TableSource) any {
			return expr.Update(t[0]).Set(expr.Assign{"name": "x"}).AllRows().OrderBy(t[0].C("myid")).Limit(5)
		}, "update mytable set name = ? order by mytable.myid limit ?"},
		{"a delete by another table", my, two, func(t []*expr.TableSource) any {
			return expr.Delete(t[0]).Using(t[1]).Where(t[0].C("myid").Eq(t[1].C("otherid")))
		}, "delete from mytable using mytable , other where mytable.myid = other.otherid"},
		{"a value beside ANY of an array", pg, []string{"t(x ints)"}, func(t []*expr.TableSource) any {
			return expr.Select(t[0].C("x")).Where(expr.Any(t[0].C("x")).Lt(5), expr.All(t[0].C("x")).Ne(7))
		}, "select t.x from t where ? > any ( t.x ) and ? <> all ( t.x )"},
	}
}

// TestKnownQueries holds the SQL of queries as anybody would write them, built and
// read from bytes.
func TestKnownQueries(t *testing.T) {
	for _, q := range knownQueries() {
		t.Run(q.name, func(t *testing.T) {
			m := &saTables{t: t, meta: schema.NewMetaData()}
			stmt := q.build(m.make(q.tables...)).(expr.Node)
			for _, stmt := range []expr.Node{stmt, through(t, m.meta, stmt)} {
				s, err := compileFor(q.on, stmt)
				require.NoError(t, err)
				require.Equal(t, q.sql, normal(s.SQL()))
			}
		})
	}
}
