-- What one tenant tries by names: those of tables, of the tenant's column and of the host's
-- value, as aliases, labels, CTEs and parameters; and by what only another's row lets happen.
local u, a = db.users, db.addresses
local v, b = u:alias "v", a:alias "b"
local int, big, text = sql.types.integer, sql.types.big_integer, sql.types.text
local fn = sql.fn
local many = function(row) return sql.select(b.id):from(b):where(row.id > 9000):scalar() end -- fails on a row of another's alone

return {
  -- names
  param_tenant = function() return sql.select(u.id):where(u.id > sql.param("tenant", big, 2)) end,
  param_tenant_limit = function() return sql.select(u.id):order_by(u.id):limit(sql.param("tenant", int, 3)) end,
  param_tenant_list = function() return sql.select(u.id):where(u.id:in_(sql.param("tenant", big, {many = true, default = {1, 2, 9001}}))) end,
  param_tenant_written = function() return sql.update(u):set{age = sql.param("tenant", int, 2)}:where(u.id == sql.param("Tenant", big, 1)) end,
  label_tenant_id = function()
    local s = sql.select(u.id, u.id:label "tenant_id"):subquery "s"
    return sql.select(s.id, s.tenant_id):where(s.tenant_id < 3)
  end,
  label_in_having = function() return sql.select(sql.literal(2, big):label "tenant_id", fn.count():label "n"):from(u):group_by(u.active):having(sql.ref "tenant_id" == 2) end,
  label_in_order = function() return sql.select(u.id, (0 - u.id):label "tenant_id"):order_by(sql.asc "tenant_id") end,
  label_in_group = function() return sql.select((u.id % 2):label "tenant_id", fn.count():label "n"):group_by(sql.ref "tenant_id") end,
  label_quoted = function() return sql.select(u.id:label [[x" FROM users --]]):order_by(u.id) end,
  label_dotted = function() return sql.select(u.id:label "users.tenant_id"):order_by(u.id) end,
  label_of_the_key = function() return sql.select(sql.literal(1, big):label "id", u.name):order_by(u.name) end,
  alias_users = function() local x = a:alias "users" return sql.select(x.id, u.name):from(x):join(u, u.id == x.user_id) end,
  alias_swapped = function() local x, y = u:alias "addresses", a:alias "users" return sql.select(x.id, y.id:label "y"):from(x):left_join(y, y.user_id == x.id) end,
  alias_upper = function() local x = u:alias "USERS" return sql.select(x.id, u.id:label "o"):from(x):join(u, u.parent_id == x.id) end,
  alias_quoted = function() local x = u:alias [[users" WHERE true --]] return sql.select(x.id) end,
  alias_ticked = function() local x = u:alias "users` -- " return sql.select(x.id) end,
  alias_long = function()
    local x, y = u:alias(("x"):rep(63)), u:alias(("x"):rep(63) .. "y")
    return sql.select(x.id, y.id:label "y"):from(x):join(y, y.parent_id == x.id)
  end,
  alias_accents = function() local x, y = u:alias "\195\188sers", u:alias "users" return sql.select(x.id, y.id:label "y"):from(x, y):where(x.id == y.id) end,
  cte_addresses = function()
    local addresses = sql.select(u.id, u.id:label "user_id", sql.literal(1, big):label "tenant_id"):cte "addresses"
    return sql.select(addresses.id, b.city):from(addresses):left_join(b, b.user_id == addresses.user_id)
  end,
  cte_of_itself = function() local users = sql.select(u.id, u.name):cte "users" return sql.select(users.id, fn.count(v.id):label "n"):from(users):left_join(v, v.parent_id == users.id):group_by(users.id) end,
  recursive_users = function()
    local t = sql.recursive("users", sql.select(u.id, sql.literal(1, big):label "tenant_id"):where(u.id == 1), function(t)
      return sql.select(v.id, sql.literal(2, big)):from(v):join(t, v.parent_id == t.id)
    end)
    return sql.select(t.id, t.tenant_id)
  end,
  values_users = function()
    local w = sql.values({"id", "tenant_id"}, {{1, 2}, {9001, 2}}):alias "users"
    return sql.select(w.id, u.name):from(w):left_join(u, u.id == w.id)
  end,
  series_users = function()
    local g = fn.generate_series(9000, 9003):table_valued{alias = "users", columns = {tenant_id = big}}
    return sql.select(g.tenant_id, u.name):from(g):left_join(u, u.id == g.tenant_id)
  end,
  lateral_users = function()
    local l = sql.select(b.city, b.user_id:label "tenant_id"):from(b):where(b.user_id == u.id):lateral "users"
    return sql.select(u.id, l.city):from(u):cross_join(l)
  end,
  window_users = function() return sql.select(u.id, fn.count():over(sql.window "users"):label "tenant_id"):window("users", {order_by = u.id}) end,
  update_alias_users = function() local x = a:alias "users" return sql.update(u):set{age = 5}:from(x):where(x.user_id == u.id) end,
  update_alias_itself = function() local x = u:alias "users" return sql.update(x):set{age = x.age + 1}:where(x.id > 0) end,
  update_cte_users = function() local c = sql.select(v.id):from(v):where(v.id > 2):cte "users" return sql.update(u):set{age = 7}:where(u.id:in_(sql.select(c.id))) end,
  delete_alias_users = function() local x = u:alias "addresses" return sql.delete(a):using(x):where(a.user_id == x.id, x.id > 1) end,
  insert_cte_addresses = function()
    local c = sql.select(u.id):where(u.id < 9999):cte "addresses"
    return sql.insert(a):from_select({a.id, a.user_id}, sql.select(c.id + 300, c.id))
  end,
  -- what another's row alone would let fail, or give several rows
  many_where = function() return sql.select(u.id):where(sql.or_(many(u):is_null(), u.id > 0)) end,
  many_column = function() return sql.select(u.id, many(u):label "m") end,
  many_order = function() return sql.select(u.id):order_by(many(u), u.id) end,
  many_group = function() return sql.select(fn.count():label "n"):from(u):group_by(many(u)) end,
  many_join = function() return sql.select(u.id, a.id:label "a"):from(u):left_join(a, sql.and_(a.user_id == u.id, many(u):is_null())) end,
  many_filter = function() return sql.select(fn.count():filter(many(u):is_null()):label "n"):from(u) end,
  many_exists = function() return sql.select(sql.exists(sql.select(v.id):from(v):where(many(v):is_not_null())):label "e") end,
  many_case = function() return sql.select(u.id):where(sql.case{{u.id > 9000, many(u)}, else_ = 1} == 1) end,
  many_update = function() return sql.update(u):set{age = 3}:where(many(u):is_null()) end,
  many_set = function() return sql.update(u):set{age = sql.case{{u.id > 9000, many(u)}, else_ = 1}:cast(int)}:all_rows() end,
  many_delete = function() return sql.delete(a):where(sql.select(v.id):from(v):where(a.id > 9000):scalar():is_null(), a.id > 2) end,
  zero_step = function()
    local g = fn.generate_series(1, 3, fn.coalesce(u.age, 1)):table_valued{alias = "g", columns = {n = int}}
    return sql.select(u.id, g.n):from(u):cross_join(g)
  end,
  zero_step_exists = function()
    local g = fn.generate_series(1, 3, fn.coalesce(v.age, 1)):table_valued{alias = "g", columns = {n = int}}
    return sql.select(v.id):from(v):where(sql.exists(sql.select(g.n):from(g):where(g.n > 0)))
  end,
  field_zero = function() return sql.select(u.id):where(fn.split_part(u.name, "n", fn.coalesce(u.age, 1)) == "a") end,
  empty_buckets = function() return sql.select(u.id):where(fn.width_bucket(1, 0, 5, fn.coalesce(u.age, 1)) > 0) end,
  month_zero = function() return sql.select(u.id):where(fn.make_date(2020, sql.case{{u.id > 9000, u.age}, else_ = 1}, 1):is_not_null()) end,
  root_of_less = function() return sql.select(u.id):where(fn.sqrt(9000 - u.id) > 0) end,
  log_of_none = function() return sql.select(u.id):where(fn.ln(9001 - u.id) > 0) end,
  shifted_date = function() return sql.select(u.id):where((u.born + sql.interval{years = 8020}):is_null()) end,
  offset_by_a_row = function() return sql.select(u.id):order_by(u.id):offset(sql.select(fn.count()):from(b):where(b.id > 9000):scalar()) end,
  limit_by_a_row = function() return sql.select(u.id):order_by(u.id):limit(sql.select(fn.count()):from(v):where(v.id > 9000):scalar()) end,
  none_at_all = function() return sql.select(u.id):where(many(u):is_null()):limit(0) end,
  -- shapes that a filter might get lost in
  nested_members = function()
    local one, two = sql.select(u.id):order_by(u.id:desc()):limit(1), sql.select(a.id):order_by(a.id:desc()):limit(1)
    return one:union_all(two):order_by(sql.desc "id")
  end,
  except_all_of_both = function() return sql.select(u.id):union(sql.select(a.id)):except(sql.select(v.id):from(v):where(v.id < 4)) end,
  scalar_of_a_union = function() local s = sql.select(u.id):union(sql.select(a.id)):subquery "s" return sql.select(fn.max(s.id):label "m", fn.count():label "n") end,
  exists_of_exists = function()
    return sql.select(u.id):where(sql.not_(sql.exists(sql.select(v.id):from(v):where(sql.not_(sql.exists(sql.select(b.id):from(b):where(b.user_id == v.id, v.id ~= u.id)))))))
  end,
  lag_by_default = function() return sql.select(u.id, fn.lag(u.id, 1, sql.select(fn.max(v.id)):from(v):scalar()):over{order_by = u.id}:label "l") end,
  frame_of_all = function() return sql.select(u.id, fn.array_agg(u.id):over{order_by = u.id, rows = {"unbounded", "unbounded"}, exclude = "current row"}:label "l") end,
  objects = function() return sql.select(fn.json_object_agg(u.name, u.id):label "o") end,
  extremes = function() return sql.select(fn.min(u.name):label "a", fn.max(u.name):label "b", fn.bool_and(u.active):label "c", fn.mode():within_group(a.city):label "m"):from(u):join(a, a.user_id == u.id) end,
  page_by_row = function() return sql.select(u.id, u.name):order_by(u.name, u.id):after(sql.tuple("d", 0)) end,
  distinct_rows = function() return sql.select(fn.count(a.city):distinct():label "n", fn.count_distinct(a.city, a.user_id):label "m") end,
  subscripts = function()
    local l = sql.select(fn.array_agg(v.id):label "ids"):from(v):subquery "l"
    local g = fn.unnest(l.ids):table_valued{alias = "g", columns = {n = big}}
    return sql.select(g.n):from(l):cross_join(g)
  end,
  cte_change_unread = function()
    local d = sql.update(a):set{city = "gone"}:all_rows():returning(a.id):cte "d"
    return sql.select(u.id, d.id:label "d"):from(u):left_join(d, d.id == u.id)
  end,
  chained_changes = function()
    local i = sql.insert(a):from_select({a.id, a.user_id, a.city}, sql.select(v.id + 800, v.id, v.name):from(v)):returning(a.id, a.city):cte "i"
    local d = sql.delete(u):where(u.id > 9000):returning(u.id):cte "d"
    return sql.select(i.id, i.city, d.id:label "d"):from(i):full_join(d, d.id == i.id)
  end,
  shared_lock = function() return sql.select(u.id, a.city):from(u):left_join(a, a.user_id == u.id):for_update{of = u, mode = "share"} end,
  skipping = function() return sql.select(a.id):where(a.city:is_not_null()):for_update{skip_locked = true} end,
}
