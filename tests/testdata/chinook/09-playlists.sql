SELECT p.playlist_id, p.name, count(DISTINCT t.track_id) AS tracks, round(CAST(sum(t.milliseconds) AS REAL) / 3600000, 2) AS hours
FROM playlist p LEFT JOIN playlist_track pt ON pt.playlist_id = p.playlist_id LEFT JOIN track t ON t.track_id = pt.track_id
GROUP BY p.playlist_id, p.name ORDER BY tracks DESC, p.playlist_id
