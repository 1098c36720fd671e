SELECT artist_id, name FROM artist ORDER BY name, artist_id
