-- A rule engine: rules are data, each a condition and what to say; one query finds
-- every row that breaks one, another says of each row the first that it breaks.
local o = db.orders

local rules = {
  { name = "paid late", breaks = function(limits) return o.status == "pending" and o.total > limits.unpaid end },
  { name = "slow", breaks = function(limits) return sql.date_diff("day", o.ordered_at, o.shipped_at) > limits.days end },
  { name = "large", breaks = function(limits) return o.total > limits.large end },
}
local params = {
  unpaid = { sql.types.numeric, default = 200 },
  days = { sql.types.integer, default = 4 },
  large = { sql.types.numeric, default = 700 },
}

return sql.plugin {
  api = 1, name = "rules", version = "1.0",
  queries = {
    broken = {
      doc = "the orders that break a rule, and the first that each breaks",
      params = params,
      build = function(limits)
        local any, whens = {}, {}
        for i, rule in ipairs(rules) do
          any[i] = rule.breaks(limits)
          whens[i] = { any[i], rule.name }
        end
        return sql.select(o.id, sql.case(whens):label "rule"):where(sql.or_(any)):order_by(o.id):limit(8)
      end,
    },
    counts = {
      doc = "how many orders break each rule",
      params = params,
      build = function(limits)
        local counts = {}
        for i, rule in ipairs(rules) do
          counts[i] = sql.fn.count():filter(rule.breaks(limits)):label(rule.name)
        end
        return sql.select(counts):from(o)
      end,
    },
  },
}
