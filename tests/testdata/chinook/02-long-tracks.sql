SELECT name, CAST(milliseconds AS REAL) / 60000 AS minutes FROM track
WHERE milliseconds > 600000 AND composer IS NOT NULL ORDER BY milliseconds DESC, track_id
