-- Playlists with hours of music, through the many-to-many table.
local p, pt, t = db.playlist, db.playlist_track, db.track
return sql.select(p.playlist_id, p.name, sql.fn.count(t.track_id):distinct():label "tracks",
    sql.fn.round(sql.fn.sum(t.milliseconds) / 3600000, 2):label "hours")
  :left_join(pt, pt.playlist_id:eq(p.playlist_id)):left_join(t, t.track_id:eq(pt.track_id))
  :group_by(p.playlist_id, p.name):order_by(sql.desc "tracks", p.playlist_id)
