package tests

import (
	"github.com/sqlser/sqlser/engine/expr"
)

const (
	saExists = "EXISTS selects a column that the relationship goes by: a literal would travel"
	saFar    = "a table between is joined in the order of its columns"
)

// orm is a case over the entities of ormMeta.
func orm(id string, build func() any, better ...string) saCase {
	c := saCase{id: id, build: func(m *saTables) any { m.meta = ormMeta(); return build() }}
	if len(better) > 0 {
		c.better, c.sql = better[0], better[1]
	}
	return c
}

// saORMCases are of entities and relationships.
var saORMCases = []saCase{
	orm("sa-184", func() any {
		user, address := entity("User"), entity("Address")
		return expr.Select(user).Join(address).Where(address.C("email_address").Eq("test@example.com"))
	}),
	orm("sa-185", func() any {
		user, address, order, item := entity("User"), entity("Address"), entity("Order"), entity("Item")
		return expr.Select(user).Where(user.C("name").Eq("n1")).Join(user.R("addresses")).Where(address.C("email_address").Eq("a1")).
			Join(user.R("orders")).Where(order.C("description").Eq("d1")).Join(order.R("items")).Where(item.C("description").Eq("d2"))
	}, saFar, `select users.id , users.name from users join addresses on users.id = addresses.user_id join orders on users.id = orders.user_id join order_items as order_items_1 on orders.id = order_items_1.order_id join items on order_items_1.item_id = items.id where users.name = ? and addresses.email_address = ? and orders.description = ? and items.description = ?`),
	orm("sa-187", func() any {
		node := entity("Node")
		n1, n2 := node.Alias("nodes"), node.Alias("nodes")
		return expr.Join(expr.InnerJoin, expr.Join(expr.InnerJoin, node, node.R("children").OfType(n1)), n1.R("children").OfType(n2))
	}),
	orm("sa-189", func() any {
		user, address, order := entity("User"), entity("Address"), entity("Order")
		return expr.Select(user).Join(user.R("orders")).Join(user.R("addresses")).Join(order.R("items")).Join(address.R("dingaling"))
	}, "a join stands once: one that is repeated would be a source twice; columns keep their names", `select users.id , users.name from users join orders on users.id = orders.user_id join addresses on users.id = addresses.user_id join order_items as order_items_1 on orders.id = order_items_1.order_id join items on order_items_1.item_id = items.id join dingalings on addresses.id = dingalings.address_id`),
	orm("sa-190", func() any {
		return expr.Delete(expr.Table(ormMeta().Lookup("users"))).AllRows().Returning(expr.LiteralColumn("*"))
	}),
	orm("sa-192", func() any {
		order, item := entity("Order"), entity("Item")
		return expr.Select(order, expr.Func("count", item.C("id"))).Join(order.R("items")).GroupBy(order.C("id")).Options(expr.Load(expr.JoinedLoad, order.R("user")))
	}, "what a subquery gives has names of its own", `select anon.c2 as id , anon.c3 as user_id , anon.c4 as address_id , anon.c5 as description , anon.c6 as isopen , users_1.id , users_1.name , anon.count from ( select count ( items.id ) as count , orders.id as c2 , orders.user_id as c3 , orders.address_id as c4 , orders.description as c5 , orders.isopen as c6 from orders join order_items as order_items_1 on orders.id = order_items_1.order_id join items on order_items_1.item_id = items.id group by orders.id ) as anon left join users as users_1 on anon.c3 = users_1.id`),
	orm("own-001", func() any {
		return expr.Select(entity("User").C("id")).Where(entity("User").R("addresses").Any(entity("Address").C("email_address").Eq("x")))
	}, saExists, `select users.id from users where exists ( select addresses.user_id from addresses where users.id = addresses.user_id and addresses.email_address = ? )`),
	orm("own-002", func() any {
		return expr.Select(entity("User").C("id")).Where(entity("User").R("addresses").Any().Not())
	}, saExists, `select users.id from users where not exists ( select addresses.user_id from addresses where users.id = addresses.user_id )`),
	orm("own-005", func() any { return expr.Select(entity("Address").C("id")).Where(entity("Address").R("user").IsNull()) }),
	orm("own-008", func() any { return expr.Select(entity("Order").C("id")).Where(entity("Order").R("items").Contains(5)) },
		"an order stands once, however often the table between has the item", `select orders.id from orders where exists ( select order_items_1.order_id from order_items as order_items_1 join items on order_items_1.item_id = items.id where orders.id = order_items_1.order_id and items.id = ? )`),
	orm("own-009", func() any {
		return expr.Select(entity("User")).Options(expr.WithCriteria(entity("User"), entity("User").C("name").Ne("z")))
	}),
	orm("own-010", func() any {
		return expr.Select(entity("User").C("id")).Join(entity("User").R("addresses")).Options(expr.WithCriteria(entity("Address"), entity("Address").C("email_address").Ne("z")))
	}),
	orm("own-014", func() any {
		return expr.Select(entity("Company").C("id")).Join(entity("Company").R("employees").OfType(entity("Engineer"))).Where(entity("Engineer").C("lang").Eq("go"))
	}),
	orm("own-015", func() any {
		return expr.Select(entity("Company").C("id")).Where(entity("Company").R("employees").OfType(entity("Manager")).Any(entity("Manager").C("level").Gt(3)))
	}, saExists, `select companies.id from companies where exists ( select employees.company_id from employees join managers on employees.id = managers.id where companies.id = employees.company_id and managers.level > ? )`),
	orm("own-016", func() any {
		e := entity("Employee")
		return expr.Select(e.C("id")).Where(expr.Or(e.C("Manager.level").Gt(3), e.C("Engineer.lang").Eq("go")))
	}),
	orm("own-018", func() any {
		return expr.Select(entity("Order")).Options(expr.Load(expr.JoinedLoad, entity("Order").R("items"), expr.Load(expr.JoinedLoad, entity("Item").R("keywords"))))
	}, "columns of one name stay apart by their places", `select orders.id , orders.user_id , orders.address_id , orders.description , orders.isopen , items_1.id , items_1.description , keywords_1.id , keywords_1.name from orders left join ( order_items as order_items_1 join items as items_1 on order_items_1.item_id = items_1.id ) on orders.id = order_items_1.order_id left join ( item_keywords as item_keywords_1 join keywords as keywords_1 on item_keywords_1.keyword_id = keywords_1.id ) on items_1.id = item_keywords_1.item_id order by items_1.id`),
	orm("own-020", func() any {
		ea := entity("Address").Alias("ea")
		return expr.Select(entity("User").C("name")).Join(entity("User").R("addresses").OfType(ea)).Where(ea.C("email_address").Eq("x"))
	}),
	orm("own-021", func() any {
		user := entity("User")
		ua := user.AliasOf(expr.Select(user.C("id"), user.C("name")).Where(user.C("name").Eq("ed")).Subquery("anon_1"), "anon_1")
		return expr.Select(ua.C("id")).Join(ua.R("orders"))
	}),
	orm("own-023", func() any {
		return expr.Delete(expr.Table(ormMeta().Lookup("addresses"))).Where(entity("Address").R("user").Has(entity("User").C("name").Eq("x")))
	}, saExists, `delete from addresses where exists ( select users.id from users where addresses.user_id = users.id and users.name = ? )`),
}
