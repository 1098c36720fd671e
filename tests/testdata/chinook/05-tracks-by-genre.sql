SELECT g.name, count(t.track_id) AS tracks, avg(t.milliseconds) AS mean, max(t.milliseconds) AS longest
FROM genre g JOIN track t ON t.genre_id = g.genre_id GROUP BY g.name HAVING count(t.track_id) >= 20 ORDER BY tracks DESC, g.name
