SELECT artist_id, name FROM artist ar
WHERE EXISTS (SELECT 1 FROM album al WHERE al.artist_id = ar.artist_id)
AND NOT EXISTS (SELECT 1 FROM album al JOIN track t ON t.album_id = al.album_id JOIN invoice_line l ON l.track_id = t.track_id WHERE al.artist_id = ar.artist_id)
ORDER BY artist_id
