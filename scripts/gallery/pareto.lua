-- Which products make the first fifth of the revenue? (a running sum, compared with the whole)
local i, p = db.order_items, db.products

local sold = sql.select(i.product_id, sql.fn.sum(i.quantity * i.unit_price):label "revenue"):group_by(i.product_id):cte "sold"
local ranked = sql.select(sold.product_id, sold.revenue,
    sql.fn.sum(sold.revenue):over {order_by = {sold.revenue:desc(), sold.product_id}, rows = {"unbounded", 0}}:label "so_far",
    sql.fn.sum(sold.revenue):over {}:label "whole")
  :subquery "ranked"

return sql.select(p.name, sql.fn.round(ranked.revenue, 2):label "revenue",
    sql.fn.round(ranked.so_far * 100 / ranked.whole, 1):label "percent_so_far")
  :from(ranked):join(p, p.id == ranked.product_id)
  :where(ranked.so_far <= ranked.whole * 0.2)
  :order_by(ranked.revenue:desc(), p.id)
