-- What is on each branch of the catalogue, as documents? (a tree, and its products aggregated as JSON)
local k, p = db.categories, db.products

local tree = sql.recursive("tree",
  sql.select(k.id, k.name, sql.literal(0):label "depth", k.name:cast(sql.types.text):label "path"):where(k.parent_id == nil),
  function(tree)
    return sql.select(k.id, k.name, tree.depth + 1, tree.path .. " / " .. k.name):join(tree, k.parent_id == tree.id)
  end)

local color = p.attributes:get("color"):as_string()
local stats = sql.select(
    p.category_id,
    sql.fn.count():label "products",
    sql.fn.count():filter(p.attributes:has "color"):label "coloured",
    sql.fn.json_agg(sql.fn.json_build_object("sku", p.sku, "color", color)):order_by(p.sku):label "documents")
  :where(p.is_active and p.price > 40)
  :group_by(p.category_id)
  :subquery "stats"

return sql.select(
    (sql.fn["repeat"]("  ", tree.depth) .. tree.name):label "category",
    sql.fn.coalesce(stats.products, 0):label "products",
    sql.fn.coalesce(stats.coloured, 0):label "coloured",
    stats.documents)
  :left_join(stats, stats.category_id == tree.id)
  :where(tree.depth < 2)
  :order_by(tree.path)
  :limit(12)
