-- Segments of customers that are kept once and asked in many ways: a segment is a
-- function of the customers and the parameters, a choice in an option.
local c, o = db.customers, db.orders

local function spent() return sql.select(sql.fn.sum(o.total)):where(o.customer_id == c.id and o.status ~= "cancelled"):scalar() end
local function orders() return sql.select(o.id):where(o.customer_id == c.id) end

local segments = {
  big = function(p) return spent() >= p.least end,
  silent = function() return not sql.exists(orders()) end,
  readers = function() return c.newsletter == true end,
}

local function one_of(p, option) return segments[option](p) and c.country_code == p.country end

return sql.plugin {
  api = 1, name = "segments", version = "1.0",
  queries = {
    members = {
      doc = "the customers of a segment in a country",
      params = { country = { sql.types.text, default = "DE" }, least = { sql.types.numeric, default = 1000 } },
      options = { segment = { "big", "silent", "readers" } },
      build = function(p, opts)
        return sql.select(c.id, c.first_name, c.last_name):where(one_of(p, opts.segment)):order_by(c.id):limit(5)
      end,
    },
    size = {
      doc = "how many customers of a country are in a segment",
      params = { country = { sql.types.text, default = "DE" }, least = { sql.types.numeric, default = 1000 } },
      options = { segment = { "big", "silent", "readers" } },
      build = function(p, opts) return sql.select(sql.fn.count(c.id):label "customers"):where(one_of(p, opts.segment)) end,
    },
  },
}
