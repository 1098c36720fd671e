-- What one tenant tries to see, count, find or change of another's: users 9001 to 9003 and
-- addresses 9001 to 9004. Each function returns a statement; its outcome is in the golden file.
local u, a = db.users, db.addresses
local v, b = u:alias "v", a:alias "b"
local int, big, text = sql.types.integer, sql.types.big_integer, sql.types.text

return {
  -- counts and groups
  count = function() return sql.select(sql.fn.count():label "n"):from(u) end,
  count_distinct = function() return sql.select(sql.fn.count_distinct(u.name, u.id):label "n") end,
  count_twice = function() return sql.select(sql.fn.count(a.user_id):distinct():label "n", sql.fn.max(a.id):label "m") end,
  counted_query = function() return sql.select(u.id):union_all(sql.select(a.id)):subquery "s" and sql.select(u.id):where(u.id > 0):count() end,
  rollup = function() return sql.select(a.city, sql.fn.count():label "n"):group_by(sql.rollup(a.city)) end,
  grouping_sets = function()
    return sql.select(a.city, a.user_id, sql.fn.count():label "n", sql.grouping(a.city):label "g"):group_by(sql.grouping_sets({a.city}, {a.user_id}, {}))
  end,
  cube_of_a_join = function()
    return sql.select(u.active, a.city, sql.fn.count():label "n"):from(u):join(a, a.user_id == u.id):group_by(sql.cube(u.active, a.city))
  end,
  having_exists = function()
    return sql.select(a.city, sql.fn.count():label "n"):group_by(a.city):having(sql.exists(sql.select(v.id):from(v):where(v.id > 9000)))
  end,
  filter_by_a_query = function()
    return sql.select(sql.fn.count():filter(u.id:in_(sql.select(b.user_id):from(b))):label "n"):from(u)
  end,
  ordered_aggregate = function() return sql.select(sql.fn.string_agg(u.name, ","):order_by(u.id:desc()):label "n") end,
  array_of_all = function() return sql.select(sql.fn.array_agg(u.id):order_by(u.id):label "n") end,
  percentile = function() return sql.select(sql.fn.percentile_disc(1):within_group(u.id):label "n") end,
  json_of_all = function() return sql.select(sql.fn.json_agg(u.id):order_by(u.id):label "n") end,
  -- order, limit and windows
  largest = function() return sql.select(u.id):order_by(u.id:desc()):limit(1) end,
  beyond = function() return sql.select(u.id):order_by(u.id):limit(3):offset(4) end,
  ties = function() return sql.select(a.city, a.id):order_by(a.city):fetch(1, {with_ties = true}) end,
  ranked = function() return sql.select(u.id, sql.fn.row_number():over{order_by = u.name}:label "r", sql.fn.cume_dist():over{order_by = u.id}:label "c") end,
  led = function() return sql.select(u.id, sql.fn.lead(u.name):over{order_by = u.id}:label "next") end,
  named_window = function()
    return sql.select(a.id, sql.fn.count():over(sql.window "w"):label "n", sql.fn.last_value(a.city):over(sql.window "w"):label "c")
      :window("w", {partition_by = a.user_id, order_by = a.id, rows = {"unbounded", "unbounded"}})
  end,
  window_by_a_query = function()
    return sql.select(u.id, sql.fn.count():over{partition_by = sql.select(sql.fn.count()):from(b):where(b.user_id == u.id):scalar()}:label "n")
  end,
  window_of_a_window = function()
    local s = sql.select(u.id, sql.fn.max(u.id):over{}:label "m"):subquery "s"
    return sql.select(s.id, (s.m - s.id):label "d", sql.fn.ntile(2):over{order_by = s.id}:label "half")
  end,
  distinct_on = function() return sql.select(a.user_id, a.id):distinct(a.user_id):order_by(a.user_id, a.id:desc()) end,
  page = function() return sql.select(u.id, u.name):order_by(u.id):after(3) end,
  -- joins
  left = function() return sql.select(u.id, a.city):left_join(a, a.user_id == u.id) end,
  left_by_foreign = function() return sql.select(a.id, u.name):from(a):left_join(u, u.id == a.user_id + 9000) end,
  full = function() return sql.select(u.id, a.id:label "a"):from(u):full_join(a, a.user_id == u.id) end,
  cross = function() return sql.select(sql.fn.count():label "n"):from(u):cross_join(a) end,
  nested = function() return sql.select(u.id, v.id:label "v", a.id:label "a"):from(u):left_join(v:join(a, a.user_id == v.id), v.parent_id == u.id) end,
  to_values = function()
    local w = sql.values({"id", "name"}, {{9001, "other"}, {9002, "x"}, {1, "y"}}):alias "w"
    return sql.select(w.id, u.name):from(w):left_join(u, u.id == w.id)
  end,
  to_a_series = function()
    local g = sql.fn.generate_series(8999, 9004):table_valued{alias = "g", columns = {n = int}}
    return sql.select(g.n, u.name):from(g):left_join(u, u.id == g.n)
  end,
  to_an_array = function()
    local g = sql.fn.unnest(sql.array_of(big, 1, 9001)):table_valued{alias = "g", columns = {n = big}}
    return sql.select(g.n, sql.fn.count(u.id):label "c"):from(g):left_join(u, u.id == g.n):group_by(g.n)
  end,
  lateral = function()
    local l = sql.select(b.city, b.id):from(b):where(b.user_id == u.id):order_by(b.id:desc()):limit(1):lateral "l"
    return sql.select(u.id, l.city):from(u):left_join(l, sql.literal(true))
  end,
  lateral_of_a_lateral = function()
    local l = sql.select(b.id, b.user_id):from(b):where(b.user_id >= u.id):lateral "l"
    local k = sql.select(sql.fn.count():label "n"):from(v):where(v.id == l.user_id):lateral "k"
    return sql.select(u.id, l.id:label "b", k.n):from(u):cross_join(l):cross_join(k)
  end,
  sample = function() return sql.select(u:tablesample(100, {seed = 1}).id) end,
  sample_joined = function()
    local s = u:tablesample(100, {seed = 3}):alias "s"
    return sql.select(a.id, s.name):from(a):left_join(s, s.id == a.user_id)
  end,
  -- existence
  exists = function() return sql.select(sql.exists(sql.select(u.id):where(u.id == 9001)):label "e") end,
  not_in = function() return sql.select(a.id):where(a.user_id:not_in(sql.select(u.id))) end,
  all_of = function() return sql.select(u.id):where(u.id:ge(sql.select(v.id):from(v):all_())) end,
  any_of = function() return sql.select(a.id):where(a.user_id:eq(sql.select(v.id):from(v):where(v.name == "other"):any_())) end,
  rows_in = function() return sql.select(a.id):where(sql.tuple(a.user_id, a.id):in_{{1, 9002}, {9001, 9001}, {1, 1}}) end,
  rows_of_a_query = function() return sql.select(a.id):where(sql.tuple(a.user_id, a.id):in_(sql.select(u.id, b.id):from(u):join(b, b.user_id == u.id))) end,
  row_compared = function() return sql.select(u.id):where(sql.tuple(u.id, u.name) > sql.tuple(3, "a")) end,
  scalar_in_order = function() return sql.select(u.id):order_by(sql.select(sql.fn.count()):from(b):where(b.user_id == u.id):scalar():desc(), u.id) end,
  scalar_by_name = function() return sql.select(sql.select(v.name):from(v):where(v.id == 9001):scalar():label "n") end,
  coalesced = function() return sql.select(sql.fn.coalesce(sql.select(v.name):from(v):where(v.email == "zzz"):scalar(), "none"):label "n") end,
  case_of_exists = function()
    return sql.select(u.id, sql.case{{sql.exists(sql.select(b.id):from(b):where(b.city:like "S%")), "yes"}, else_ = "no"}:label "s")
  end,
  collated = function() return sql.select(u.id):where(u.name:collate "C" > "n"):order_by(u.name:collate "C") end,
  matched = function() return sql.select(u.id):where(u.name:regexp_match "^(other|zzz)$") end,
  ends_in_escape = function() return sql.select(u.id):where(u.name:like [[oth\]]) end,
  starts_with_another = function() return sql.select(u.id):where(sql.literal "other":startswith(u.name)) end,
  json_path = function() return sql.select(u.id, u.data:get("items", 0):as_integer():label "n"):where(u.data:has "items") end,
  json_number = function() return sql.select(u.id):where(u.data:as_integer() >= 0) end,
  json_kind = function() return sql.select(sql.fn.json_typeof(u.data):label "t", sql.fn.count():label "n"):group_by(sql.fn.json_typeof(u.data)) end,
  cast_in_a_label = function()
    return sql.select((10 / u.age):label "x", sql.fn.count():label "n"):group_by(10 / u.age):having(sql.ref "x" > 0)
  end,
  -- sets
  except = function() return sql.select(a.user_id):except(sql.select(u.id)) end,
  intersect = function() return sql.select(a.user_id):intersect(sql.values({"n"}, {{9001}, {1}}):alias "w" and sql.select(u.id)) end,
  union_ordered = function() return sql.select(u.id, u.name):union(sql.select(a.id, a.city)):order_by(sql.desc "id", sql.asc "name"):limit(2) end,
  -- WITH
  recursive = function()
    local t = sql.recursive("t", sql.select(u.id):where(u.parent_id:is_null()), function(t)
      return sql.select(v.id):from(v):join(t, v.parent_id == t.id)
    end)
    return sql.select(t.id)
  end,
  recursive_from_nothing = function()
    local t = sql.recursive("t", sql.select(sql.literal(9001, big):label "id"), function(t)
      return sql.select(v.parent_id):from(v):join(t, v.id == t.id):where(v.parent_id:is_not_null())
    end)
    return sql.select(t.id)
  end,
  captured = function()
    local users = sql.select(sql.literal(1, big):label "id", sql.literal(1, big):label "tenant_id"):cte "users"
    return sql.select(users.id, u.name):from(users):join(u, u.id >= users.id)
  end,
  captured_aliases = function()
    local x, y = u:alias "users", u:alias "users_1"
    return sql.select(x.id, y.id:label "y"):from(x, y):where(x.id < y.id)
  end,
  materialized = function()
    local c = sql.select(u.id, u.age):cte("c", {materialized = true})
    return sql.select(c.id):where((100 / c.age) > 1)
  end,
  cte_twice = function()
    local c = sql.select(a.user_id, sql.fn.count():label "n"):group_by(a.user_id):cte "c"
    local d = c:alias "d"
    return sql.select(c.user_id, d.n):from(c):full_join(d, d.user_id == c.n)
  end,
  -- changes
  update_all = function() return sql.update(u):set{age = 1}:all_rows() end,
  update_by_key = function() return sql.update(u):set{age = 1}:where(u.id == 9001) end,
  update_by_another = function() return sql.update(u):set{email = v.name}:from(v):where(v.id == u.id + 9000) end,
  update_to_a_query = function() return sql.update(u):set{age = sql.select(sql.fn.count()):from(b):scalar()}:where(u.id == 1) end,
  update_returning = function()
    return sql.update(a):set{city = "x"}:all_rows():returning(a.id, sql.select(sql.fn.max(v.id)):from(v):scalar():label "m")
  end,
  update_by_a_failure = function() return sql.update(u):set{email = "z"}:where(10 / u.age > 1) end,
  update_limited = function() return sql.update(a):set{city = "y"}:all_rows():order_by(a.id:desc()):limit(2) end,
  delete_all = function() return sql.delete(a):all_rows() end,
  delete_using = function() return sql.delete(a):using(u):where(a.user_id == u.id, u.name == "other") end,
  delete_using_itself = function() return sql.delete(a):using(b):where(b.user_id == a.user_id, b.id ~= a.id) end,
  delete_by_exists = function() return sql.delete(a):where(sql.exists(sql.select(b.id):from(b):where(b.city == "Secret"))) end,
  delete_in_with = function()
    local d = sql.delete(a):where(a.id > 1):returning(a.id, a.city):cte "d"
    return sql.select(d.id, d.city)
  end,
  delete_in_with_beside = function()
    local d = sql.delete(a):all_rows():returning(a.id):cte "d"
    return sql.select(sql.fn.count():label "n", sql.select(sql.fn.count()):from(d):scalar():label "d"):from(b)
  end,
  insert_from_a_cte = function()
    local c = sql.select(u.id, u.name):where(u.id > 0):cte "c"
    return sql.insert(a):from_select({a.id, a.user_id, a.city}, sql.select(c.id + 100, c.id, c.name))
  end,
  insert_of_a_count = function()
    return sql.insert(a):values{id = 500, user_id = 1, city = sql.select(sql.fn.max(v.name)):from(v):scalar()}
  end,
  insert_from_values = function()
    local w = sql.values({"id"}, {{601}, {602}}):alias "w"
    return sql.insert(a):from_select({a.id, a.user_id}, sql.select(w.id, sql.literal(1, big)))
  end,
  insert_and_read = function()
    local i = sql.insert(a):values{id = 700, user_id = 1, city = "new"}:returning(a.id, a.user_id):cte "i"
    return sql.select(i.id, u.name):from(i):join(u, u.id == i.user_id)
  end,
  upsert = function()
    return sql.insert(a):values{id = 1, user_id = 1, city = "up"}:on_conflict{a.id}:do_update{city = sql.excluded.city}
  end,
  upsert_where = function()
    return sql.insert(a):values{id = 2, user_id = 1, city = "up"}:on_conflict{a.id}
      :do_update{city = sql.select(sql.fn.max(v.name)):from(v):scalar()}:where(a.city ~= sql.excluded.city)
  end,
  moved_by_its_key = function() return sql.update(a):set{user_id = 9001}:where(a.id == 1) end,
}
