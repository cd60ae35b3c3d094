-- What the relay keeps beside its own copy of the rows. Trust: changed, the relay would publish rows that `relay verify`
-- names; the positions it goes on from are never read from here, but from the topic.

-- name: make
CREATE TABLE IF NOT EXISTS relay_state (
    one      INTEGER PRIMARY KEY CHECK (one = 1),
    ledger   TEXT NOT NULL,
    position INTEGER NOT NULL,
    as_of    INTEGER NOT NULL,
    chain    BLOB NOT NULL
) STRICT;

-- name: read
SELECT ledger, position, chain, as_of FROM relay_state;

-- name: keep
INSERT OR REPLACE INTO relay_state (one, ledger, position, chain, as_of) VALUES (1, ?, ?, ?, ?);

-- name: forget
DELETE FROM relay_state;

-- name: next_change
SELECT min(changes_at) FROM view_incidents WHERE changes_at IS NOT NULL;

-- name: change_number
SELECT changes_at FROM view_incidents WHERE changes_at <= ? ORDER BY changes_at LIMIT 1 OFFSET ?;
