-- Tracks longer than ten minutes.
local t = db.track
return sql.select(t.name, (t.milliseconds / 60000):label "minutes")
  :where(t.milliseconds:gt(600000), t.composer:is_not_null())
  :order_by(t.milliseconds:desc(), t.track_id)
