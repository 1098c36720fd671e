-- How many tracks each genre has, and how long they are.
local t, g = db.track, db.genre
local n = sql.fn.count(t.track_id)
return sql.select(g.name, n:label "tracks", sql.fn.avg(t.milliseconds):label "mean", sql.fn.max(t.milliseconds):label "longest")
  :join(t):group_by(g.name):having(n:ge(20)):order_by(sql.desc "tracks", g.name)
