-- More ways to columns that are masked (email), denied (photo, data), for filters only (score), or
-- for aggregates of three rows only (balance).
local u, a = db.users, db.addresses
local v = u:alias "v"
local int, big, text = sql.types.integer, sql.types.big_integer, sql.types.text
local fn = sql.fn

return {
  -- small groups
  sum_label_balance = function() return sql.select(fn.sum(u.balance):label "s", sql.literal(5):label "balance"):where(u.id == 1) end,
  sum_label_id = function() return sql.select(sql.literal(7, big):label "id", fn.sum(u.balance):label "balance"):where(u.id == 1) end,
  sum_label_of_itself = function() return sql.select(fn.sum(u.balance):label "balance", fn.count():label "id"):group_by(u.id) end,
  sum_overflows = function() return sql.select(fn.exp(fn.sum(u.balance) * 60):label "x"):where(u.id == 1) end,
  sum_overflows_in_order = function() return sql.select(fn.count():label "n"):from(u):where(u.id == 1):order_by(fn.exp(fn.sum(u.balance) * 60)) end,
  sum_overflows_in_having = function() return sql.select(fn.count():label "n"):from(u):where(u.id == 1):having(fn.exp(fn.sum(u.balance) * 60) > 0) end,
  sum_overflows_by_label = function() return sql.select(fn.exp(fn.sum(u.balance) * 60):label "x"):where(u.id == 1):having(sql.ref "x" > 0) end,
  sum_overflows_in_a_case = function() return sql.select(sql.case{{fn.sum(u.balance) > 11, fn.exp(fn.sum(u.balance) * 60)}, else_ = 0}:label "x"):where(u.id == 1) end,
  sum_cast = function() return sql.select((fn.sum(u.balance) * 300):cast(sql.types.small_integer):label "x"):where(u.id:in_{1, 2}) end,
  sum_scalar_overflows = function()
    return sql.select(a.id):where(sql.select(fn.exp(fn.sum(v.balance) * 60)):from(v):where(v.id == a.user_id):scalar():is_null())
  end,
  sum_in_limit = function() return sql.select(a.id):order_by(a.id):limit(sql.select(fn.count(v.balance)):from(v):where(v.id == 1):scalar()) end,
  sum_in_offset = function() return sql.select(a.id):order_by(a.id):offset(sql.select(fn.count(v.balance)):from(v):where(v.id == 4):scalar()) end,
  sum_over_window = function() return sql.select(fn.rank():over{order_by = fn.sum(u.balance)}:label "r", u.id):group_by(u.id) end,
  sum_in_named_window = function() return sql.select(u.id, fn.rank():over(sql.window "w"):label "r"):group_by(u.id):window("w", {order_by = fn.sum(u.balance)}) end,
  sum_rolled_up = function() return sql.select(u.id, fn.sum(u.balance):label "s"):group_by(sql.rollup(u.id)):having(sql.grouping(u.id) == 0) end,
  sum_cubed = function() return sql.select(u.parent_id, u.id, fn.avg(u.balance):label "s"):group_by(sql.cube(u.parent_id, u.id)):having(fn.count() < 3) end,
  sum_distinct_rows = function() return sql.select(fn.sum(u.balance):label "s"):distinct():group_by(u.id) end,
  sum_united_twice = function()
    local one = sql.select(fn.sum(u.balance):label "s"):where(u.id == 1)
    return one:union_all(one):union_all(one)
  end,
  sum_of_a_recursion = function()
    local t = sql.recursive("t", sql.select(fn.sum(u.balance):label "s"):where(u.id == 1), function(t) return sql.select(t.s):from(t):where(t.s:is_null()) end)
    return sql.select(t.s)
  end,
  sum_of_a_cte = function() local c = sql.select(fn.sum(u.balance):label "s"):where(u.id == 1):cte "c" return sql.select(c.s, fn.count():label "n"):group_by(c.s) end,
  sum_joined_to_few = function()
    local s = sql.select(v.id):from(v):order_by(v.id):limit(1):subquery "s"
    return sql.select(fn.sum(u.balance):label "s"):from(u):join(s, s.id == u.id)
  end,
  sum_joined_to_many = function()
    local g = sql.values({"n"}, {{1}, {2}, {3}, {4}, {5}}):alias "g"
    return sql.select(fn.avg(u.balance):label "s"):from(g):left_join(u, sql.and_(u.id == 1, g.n > 0)):group_by(u.active)
  end,
  sum_of_two_aliases = function() return sql.select(fn.sum(u.balance):label "s", fn.sum(v.balance):label "t"):from(u):join(v, v.id == 1) end,
  sum_full = function() return sql.select(fn.sum(u.balance):label "s"):from(a):full_join(u, sql.and_(u.id == a.user_id, u.id == 1)):where(u.id == 1) end,
  sum_sampled = function() local s = u:tablesample(100, {seed = 1}) return sql.select(fn.sum(s.balance):label "s"):where(s.id == 1) end,
  sum_for_entity = function() return sql.select(fn.count(u.balance):label "n"):from(u):where(u.id == 1):having(fn.count() > 0) end,
  sum_returned_by_insert = function()
    return sql.insert(a):values{id = 901, user_id = 1, city = sql.select(fn.sum(v.balance)):from(v):where(v.id == 1):scalar():cast(text)}:returning(a.city)
  end,
  sum_upserted = function()
    return sql.insert(a):values{id = 1, user_id = 1}:on_conflict{a.id}:do_update{city = sql.select(fn.sum(v.balance)):from(v):where(v.id == 1):scalar():cast(text)}
  end,
  sum_upserted_where = function()
    return sql.insert(a):values{id = 1, user_id = 1}:on_conflict{a.id}:do_update{city = "x"}:where(sql.select(fn.sum(v.balance)):from(v):where(v.id == 1):scalar() > 11)
  end,
  sum_deviates = function() return sql.select(fn.stddev_pop(u.balance):label "s", fn.var_samp(u.balance):label "t"):where(u.id < 3) end,
  sum_correlated = function() return sql.select(fn.corr(u.balance, u.age):label "s") end,
  sum_regressed = function() return sql.select(fn.regr_slope(u.balance, u.age):label "s") end,
  sum_any = function() return sql.select(fn.any_value(u.balance):label "s") end,
  sum_percentile = function() return sql.select(fn.percentile_cont(0.5):within_group(u.balance):label "s") end,
  sum_mode = function() return sql.select(fn.mode():within_group(u.balance):label "s") end,
  sum_counted_distinct = function() return sql.select(fn.count_distinct(u.balance, u.id):label "s") end,
  sum_as_json = function() return sql.select(fn.json_agg(u.balance):label "s", fn.json_object_agg(u.name, u.balance):label "t") end,
  sum_as_array = function() return sql.select(fn.array_agg(u.balance):label "s") end,
  sum_grouped_label = function() return sql.select((u.balance + 0):label "b", fn.count():label "n"):group_by(sql.ref "b") end,
  sum_compared = function() return sql.select(u.id):where(u.balance:is_distinct_from(v.balance)):from(u, v) end,
  sum_in_a_tuple = function() return sql.select(u.id):where(sql.tuple(u.balance, u.id) > sql.tuple(12, 0)) end,
  sum_of_all = function() return sql.select(u.id):where(sql.literal(12):ge(sql.select(v.balance):from(v):all_())) end,
  sum_joined_on = function() return sql.select(u.id, v.id:label "v"):from(u):join(v, v.balance == u.balance) end,
  sum_distinct_on = function() return sql.select(u.id):distinct(u.balance):order_by(u.balance, u.id) end,
  sum_unioned = function() return sql.select(u.id):union(sql.select(u.balance:cast(big))) end,
  sum_recursed = function()
    local t = sql.recursive("t", sql.select(u.id):where(u.id == 1), function(t) return sql.select(v.id):from(v):join(t, sql.and_(v.parent_id == t.id, v.balance > 1)) end)
    return sql.select(t.id)
  end,
  -- for filters only, where a value would come out
  filter_limit = function() return sql.select(a.id):order_by(a.id):limit(sql.select(v.score:cast(int)):from(v):where(v.id == 1):scalar()) end,
  filter_sample = function() return sql.select(u:tablesample(sql.select(v.score):from(v):where(v.id == 1):scalar()).id) end,
  filter_in = function() return sql.select(sql.literal(3, sql.types.double):in_(sql.select(v.score):from(v):where(v.id == 1)):label "b") end,
  filter_in_ordered = function() return sql.select(u.id):order_by(u.id:in_(sql.select(v.score:cast(big)):from(v)), u.id) end,
  filter_in_where = function() return sql.select(fn.count():label "n"):from(u):where(u.id:in_(sql.select(a.user_id):where(a.id > 99))) end,
  filter_within = function() return sql.select(fn.percentile_disc(0.5):within_group(u.score):label "m") end,
  filter_json = function() return sql.select(u.id, fn.json_build_object("s", u.score):label "j") end,
  filter_array = function() return sql.select(sql.array_of(sql.types.double, u.score):label "l") end,
  filter_tuple_column = function() return sql.select((sql.tuple(u.score, u.id) > sql.tuple(1, 0)):label "b") end,
  filter_condition_column = function() return sql.select((u.score > 1):label "b") end,
  filter_any = function() return sql.select((sql.literal(1):eq(sql.select(v.score):from(v):any_())):label "b") end,
  filter_upsert = function() return sql.insert(u):values{id = 1, name = "ann"}:on_conflict{u.id}:do_update{age = u.score:cast(int)} end,
  filter_member = function() return sql.select(u.id):union_all(sql.select(u.score:cast(big))) end,
  filter_copied = function() return sql.insert(a):from_select({a.id, a.user_id}, sql.select(u.id + 900, u.score:cast(big))) end,
  filter_cte_ordered = function() local c = sql.select(u.id):order_by(u.score):limit(2):cte "c" return sql.select(c.id) end,
  filter_label_ordered = function() return sql.select(u.id, fn.count():label "n"):group_by(u.id, u.score):order_by(u.score) end,
  filter_lateral = function() local l = sql.select(u.score:label "s"):lateral "l" return sql.select(u.id, l.s):from(u):cross_join(l) end,
  -- masked, where a database might look below the mask
  masked_conflict = function() return sql.insert(u):values{id = 77, name = "new"}:on_conflict{u.email}:do_nothing() end,
  masked_excluded = function() return sql.insert(u):values{id = 1, name = "ann"}:on_conflict{u.id}:do_update{name = sql.excluded.email} end,
  masked_except = function() return sql.select(u.email):except(sql.select(sql.literal("ann@example.org", text))) end,
  masked_intersect = function() return sql.select(u.email):intersect(sql.values({"e"}, {{"ann@example.org"}}):alias "w" and sql.select(v.email):from(v):where(v.id == 2)) end,
  masked_between = function() return sql.select(u.id):where(u.email:between("a", "b")) end,
  masked_first = function() return sql.select(u.id, fn.first_value(u.email):over{order_by = u.id}:label "f", fn.nth_value(u.email, 2):over{order_by = u.id}:label "g") end,
  masked_object = function() return sql.select(fn.json_object_agg(u.name, u.email):label "o") end,
  masked_nullif = function() return sql.select(u.id, fn.nullif(u.email, "***"):label "n") end,
  masked_all = function() return sql.select(u.id):where(u.email:eq(sql.select(v.email):from(v):all_())) end,
  masked_row_of_a_query = function() return sql.select(sql.tuple(u.id, u.email):in_(sql.select(v.id, v.email):from(v)):label "b") end,
  masked_grouping = function() return sql.select(u.email, u.active, fn.count():label "n"):group_by(sql.grouping_sets({u.email}, {u.active})) end,
  masked_collated = function() return sql.select(u.id):where(u.email:collate "C" < "b") end,
  masked_deleted_using = function() return sql.delete(a):using(u):where(a.user_id == u.id, u.email:like "ann%") end,
  masked_subquery_change = function() return sql.update(a):set{city = sql.select(v.email):from(v):where(v.id == 1):scalar()}:where(a.id == 1) end,
  masked_lateral_of_itself = function() local l = sql.select(u.email:label "e"):lateral "l" return sql.select(u.id, l.e):from(u):cross_join(l) end,
}
