-- The queries of a migration: they read what every storage version has.

-- name: head
SELECT count, chain FROM head;

-- name: events
SELECT position, id, subject, version, type, log, log_index, state FROM events ORDER BY position;
