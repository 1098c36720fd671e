SELECT ar.name AS artist, al.title FROM album al JOIN artist ar ON al.artist_id = ar.artist_id
WHERE al.title BETWEEN 'A' AND 'Cz' ORDER BY ar.name, al.title LIMIT 50 OFFSET 10
