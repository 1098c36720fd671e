package peers

import (
	"strconv"
	"strings"
)

// ByHand is SQL written by hand: the usual code around a strings.Builder.
var ByHand = Builder{Name: "by hand", Queries: map[string]Query{
	"a": {Build: handA}, "b": {Build: handB}, "c": {Build: handC}, "d": {Build: handD},
}}

type writer struct {
	strings.Builder
	args []any
}

func (w *writer) arg(v any) {
	w.args = append(w.args, v)
	w.WriteByte('$')
	var digits [8]byte
	w.Write(strconv.AppendInt(digits[:0], int64(len(w.args)), 10))
}

func handA() (string, []any) {
	var w writer
	w.WriteString("SELECT id, name, email FROM users WHERE tenant_id = ")
	w.arg(tenant)
	w.WriteString(" AND email = ")
	w.arg(email)
	w.WriteString(" LIMIT 1")
	return w.String(), w.args
}

func handB() (string, []any) {
	var w writer
	w.WriteString("SELECT u.id, u.name, count(o.id) AS n, sum(i.price * i.qty) AS total FROM users AS u JOIN orders AS o ON o.user_id = u.id JOIN items AS i ON i.order_id = o.id WHERE o.status = ")
	w.arg(status)
	w.WriteString(" AND o.created_at >= ")
	w.arg(from)
	w.WriteString(" AND u.tenant_id = ")
	w.arg(tenant)
	w.WriteString(" GROUP BY u.id, u.name HAVING sum(i.price * i.qty) > ")
	w.arg(least)
	w.WriteString(" ORDER BY total DESC, u.id LIMIT 50")
	return w.String(), w.args
}

func handC() (string, []any) {
	var w writer
	w.WriteString("WITH big AS (SELECT l_orderkey FROM lineitem GROUP BY l_orderkey HAVING sum(l_quantity) > ")
	w.arg(most)
	w.WriteString(") SELECT c.c_name, c.c_custkey, o.o_orderkey, o.o_orderdate, o.o_totalprice, sum(l.l_quantity) AS qty, rank() OVER (PARTITION BY c.c_nationkey ORDER BY sum(l.l_quantity) DESC) AS rk" +
		" FROM customer AS c JOIN orders AS o ON c.c_custkey = o.o_custkey JOIN lineitem AS l ON o.o_orderkey = l.l_orderkey JOIN nation AS n ON c.c_nationkey = n.n_nationkey JOIN region AS r ON n.n_regionkey = r.r_regionkey WHERE r.r_name = ")
	w.arg(region)
	w.WriteString(" AND o.o_orderdate >= ")
	w.arg(from)
	w.WriteString(" AND o.o_orderdate < ")
	w.arg(to)
	w.WriteString(" AND o.o_orderkey IN (SELECT l_orderkey FROM big) GROUP BY c.c_name, c.c_custkey, o.o_orderkey, o.o_orderdate, o.o_totalprice, c.c_nationkey ORDER BY o.o_totalprice DESC, o.o_orderdate LIMIT 100")
	return w.String(), w.args
}

func handD() (string, []any) {
	var w writer
	w.WriteString("INSERT INTO users (id, tenant_id, name, email) VALUES (")
	w.arg(id)
	w.WriteString(", ")
	w.arg(tenant)
	w.WriteString(", ")
	w.arg(name)
	w.WriteString(", ")
	w.arg(email)
	w.WriteString(") ON CONFLICT (tenant_id, email) DO UPDATE SET name = EXCLUDED.name, updated_at = now() RETURNING id, updated_at")
	return w.String(), w.args
}
