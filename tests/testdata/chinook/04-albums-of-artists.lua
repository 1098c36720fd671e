-- Albums with their artists.
local al, ar = db.album, db.artist
return sql.select(ar.name:label "artist", al.title):from(al):join(ar)
  :where(al.title:between("A", "Cz")):order_by(ar.name, al.title):limit(50):offset(10)
