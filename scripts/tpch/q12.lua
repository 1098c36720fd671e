-- TPC-H 12: does cheap shipping make urgent orders late, by ship mode?
local o, l = db.orders, db.lineitem
local from = sql.date "1994-01-01"
local urgent = o.o_orderpriority:in_ {"1-URGENT", "2-HIGH"}

local function lines(condition)
  return sql.fn.sum(sql.case { {condition, 1}, else_ = 0 })
end

return sql.select(l.l_shipmode, lines(urgent):label "high_line_count", lines(not urgent):label "low_line_count")
  :join(o)
  :where(l.l_shipmode:in_ {"MAIL", "SHIP"}, l.l_commitdate < l.l_receiptdate, l.l_shipdate < l.l_commitdate)
  :where(l.l_receiptdate >= from, l.l_receiptdate < from + sql.interval{years = 1})
  :group_by(l.l_shipmode)
  :order_by(l.l_shipmode)
