-- The queries of a migration: they read what every storage version has.

-- name: patience
SET LOCAL statement_timeout = 0;

-- name: exclude
LOCK TABLE head IN ACCESS EXCLUSIVE MODE;

-- name: head
SELECT count, chain FROM head WHERE one = 1;

-- name: events
SELECT position, id, subject, version, type, log, log_index, state FROM events
WHERE position > %s ORDER BY position LIMIT %s;
