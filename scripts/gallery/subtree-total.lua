-- What is in stock below each root of the categories? (the recursion carries the root down)
local c, p = db.categories, db.products

local roots = sql.select(c.id, c.id:label "root"):where(c.parent_id == nil)
local below = sql.recursive("below", roots, function(below)
  return sql.select(c.id, below.root):from(c):join(below, below.id == c.parent_id)
end)
local root = c:alias "root"

return sql.select(root.name, sql.fn.count(p.id):label "products", sql.fn.sum(p.stock):label "stock")
  :from(below):join(root, root.id == below.root):join(p, p.category_id == below.id)
  :group_by(root.name)
  :order_by(root.name)
