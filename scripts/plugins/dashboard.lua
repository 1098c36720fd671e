-- A dashboard: each tile is a query, and all of them look at the same span of time.
local o, i, p = db.orders, db.order_items, db.products

local span = {
  from = { sql.types.datetime, default = sql.datetime "2024-01-01 00:00:00" },
  till = { sql.types.datetime, default = sql.datetime "2025-01-01 00:00:00" },
}
local function within(q, params)
  return q:where(o.ordered_at >= params.from and o.ordered_at < params.till and o.status ~= "cancelled")
end
local revenue = sql.fn.round(sql.fn.sum(o.total), 2):label "revenue"

return sql.plugin {
  api = 1, name = "dashboard", version = "1.0",
  queries = {
    totals = {
      doc = "orders, customers and revenue",
      params = span,
      build = function(params)
        return within(sql.select(sql.fn.count():label "orders", sql.fn.count(o.customer_id):distinct():label "customers", revenue), params)
      end,
    },
    over_time = {
      doc = "the revenue of each month or year",
      params = span,
      options = { by = { "month", "year" } },
      build = function(params, opts)
        local time = sql.date_trunc(opts.by, o.ordered_at)
        return within(sql.select(time:label "time", revenue), params):group_by(time):order_by(sql.asc "time")
      end,
    },
    best_sellers = {
      doc = "the products that sell most",
      params = span,
      build = function(params)
        return within(sql.select(p.name, sql.fn.sum(i.quantity):label "sold"):from(i):join(o):join(p), params)
          :group_by(p.id, p.name):order_by(sql.desc "sold", p.id):limit(5)
      end,
    },
  },
}
