-- The record. Trust: whoever can write this file can change anything in it, drop the triggers and compute the chain
-- anew; only what lies outside it (receipts, checkpoints, exports) shows that. The triggers are against mistakes.

CREATE TABLE migrations (
    version INTEGER PRIMARY KEY,
    name    TEXT NOT NULL
) STRICT;

-- Which ledger this is. Changed, its events would be published and exported under another name.
CREATE TABLE identity (
    one       INTEGER PRIMARY KEY CHECK (one = 1),
    ledger_id TEXT NOT NULL,
    provider  TEXT NOT NULL
) STRICT;

-- The head row: locked by whoever writes. Changed, positions would leave a gap or collide, and the chain would no
-- longer be that of the events, which computing it over them shows.
CREATE TABLE head (
    one         INTEGER PRIMARY KEY CHECK (one = 1),
    count       INTEGER NOT NULL,
    chain       BLOB NOT NULL CHECK (length(chain) = 32),
    recorded_at INTEGER
) STRICT;

INSERT INTO head (one, count, chain, recorded_at) VALUES (1, 0, zeroblob(32), NULL);

-- One row a log. Changed, a log's index would leave a gap, or its next event be recorded before its last; both show in
-- the events. Instants are microseconds since 1970-01-01T00:00:00Z.
CREATE TABLE logs (
    name        TEXT PRIMARY KEY,
    count       INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The events. Changed, `state` no longer fits the chain; the columns beside it are only there to find it, and are
-- compared with it when it is read.
CREATE TABLE events (
    position  INTEGER PRIMARY KEY,
    id        BLOB NOT NULL UNIQUE CHECK (length(id) = 16),
    subject   TEXT NOT NULL,
    version   INTEGER NOT NULL,
    type      TEXT NOT NULL,
    log       TEXT NOT NULL,
    log_index INTEGER NOT NULL,
    state     BLOB NOT NULL,
    UNIQUE (subject, version),
    UNIQUE (log, log_index)
) STRICT;

CREATE TRIGGER events_are_never_changed BEFORE UPDATE ON events
BEGIN
    SELECT raise(ABORT, 'an event is never changed');
END;

CREATE TRIGGER events_are_never_deleted BEFORE DELETE ON events
BEGIN
    SELECT raise(ABORT, 'an event is never deleted');
END;

-- The values that events commit to, with their salts: free text and people. Read, they tell whatever was said of
-- anybody; changed, they no longer fit their commitments; deleted, they are as if erased.
CREATE TABLE disclosures (
    position INTEGER NOT NULL REFERENCES events (position),
    pointer  TEXT NOT NULL,
    salt     BLOB NOT NULL CHECK (length(salt) = 32),
    value    TEXT NOT NULL,
    PRIMARY KEY (position, pointer)
) STRICT, WITHOUT ROWID;

-- The policies' files by their SHA-256. Changed, a text no longer fits the hash that its adoption recorded, and judging
-- by it is refused.
CREATE TABLE policies (
    sha256 BLOB PRIMARY KEY CHECK (length(sha256) = 32),
    text   BLOB NOT NULL
) STRICT, WITHOUT ROWID;
