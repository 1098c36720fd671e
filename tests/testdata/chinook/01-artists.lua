-- All artists, by name.
return sql.select(db.artist):order_by(db.artist.name, db.artist.artist_id)
