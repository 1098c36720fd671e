-- How do tags from elsewhere come in, new ones made and known ones recoloured? (INSERT ... SELECT ... ON CONFLICT)
local t = db.tags
local staging = sql.values({"id", "name", "color"}, {{1, "ignored", "#101010"}, {9001, "thrown by hand", "#202020"}}):alias "staging"

return sql.insert(t)
  :from_select({"id", "name", "color"}, sql.select(staging.id, staging.name, staging.color):where(staging.id > 0))
  :on_conflict {t.id}:do_update {color = sql.excluded.color}
  :returning(t.id, t.color)
