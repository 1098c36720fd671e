-- What does the tree of categories look like, each with its path? (a recursive query)
local c = db.categories

local roots = sql.select(c.id, c.name:cast(sql.types.text):label "path", sql.int "0":label "depth"):where(c.parent_id == nil)
local tree = sql.recursive("tree", roots, function(tree)
  return sql.select(c.id, tree.path .. " / " .. c.name, tree.depth + 1):from(c):join(tree, tree.id == c.parent_id)
end)

return sql.select(tree.depth, tree.path):order_by(tree.path)
