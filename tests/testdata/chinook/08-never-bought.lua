-- Artists none of whose tracks were ever bought.
local ar, al, t, l = db.artist, db.album, db.track, db.invoice_line
local bought = sql.select(sql.literal(1)):from(al):join(t):join(l, l.track_id:eq(t.track_id)):where(al.artist_id:eq(ar.artist_id))
local has_album = sql.exists(sql.select(al.album_id):where(al.artist_id:eq(ar.artist_id)))
return sql.select(ar.artist_id, ar.name):where(has_album, sql.not_(sql.exists(bought))):order_by(ar.artist_id)
