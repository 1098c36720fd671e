-- Which orders need a look, and why? (a score and its reasons, of rules in a Lua table)
local o, c, i = db.orders, db.customers, db.order_items

local fields = {
  total = o.total, status = o.status, country = c.country_code, shipped = o.shipped_at, newsletter = c.newsletter,
  lines = sql.select(sql.fn.count()):from(i):where(i.order_id == o.id):scalar(),
}
local ops = {
  ["<>"] = function(a, b) return a ~= b end,
  [">"] = function(a, b) return a > b end,
  ["in"] = function(a, b) return a:in_(b) end,
  empty = function(a) return a:is_null() end,
  off = function(a) return not a end,
}

local rules = {
  { name = "large abroad", score = 5, all = { { "total", ">", 1000 }, { "country", "<>", "DE" } } },
  { name = "stuck", score = 3, all = { { "status", "in", { "paid", "pending" } }, { "shipped", "empty" } } },
  { name = "many lines", score = 2, any = { { "lines", ">", 5 }, { "total", ">", 1300 } } },
  { name = "no mail", score = 1, all = { { "newsletter", "off" }, { "total", ">", 250.50 } } },
}

local function condition(rule)
  local list = {}
  for _, t in ipairs(rule.all or rule.any) do list[#list + 1] = ops[t[2]](fields[t[1]], t[3]) end
  return rule.all and sql.and_(list) or sql.or_(list)
end

local score, reasons, hits = 0, "", {}
for _, rule in ipairs(rules) do
  local hit = condition(rule)
  score = score + sql.case { { hit, rule.score }, else_ = 0 }
  reasons = reasons .. sql.case { { hit, rule.name .. "; " }, else_ = "" }
  hits[#hits + 1] = hit
end

return sql.select(o.id, o.total, score:label "score", reasons:label "reasons")
  :join(c)
  :where(sql.or_(hits))
  :order_by(sql.desc "score", o.id)
  :limit(8)
