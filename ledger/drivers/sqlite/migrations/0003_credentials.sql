-- Who may ask. None of these tables is part of the record: they are part of a backup, and of no export. Instants are
-- microseconds since 1970-01-01T00:00:00Z.

-- The keys. Trust: whoever can write here can give himself any role in any scope, bring a revoked key back to life, or
-- lock everybody out; what such a key then recorded shows in the events by its prefix (`via`). Read, it tells who has
-- which rights, and no secret: 256 random bits are not found by their SHA-256.
CREATE TABLE keys (
    number        INTEGER PRIMARY KEY,
    prefix        TEXT NOT NULL UNIQUE,
    secret_sha256 BLOB NOT NULL CHECK (length(secret_sha256) = 32),
    role          TEXT NOT NULL,
    contracts     TEXT,
    act_as        TEXT NOT NULL,
    actor_id      TEXT,
    created_at    INTEGER NOT NULL,
    expires_at    INTEGER,
    revoked_at    INTEGER
) STRICT;

CREATE TRIGGER keys_are_never_deleted BEFORE DELETE ON keys
BEGIN
    SELECT raise(ABORT, 'a key is revoked, never deleted');
END;

-- Whose pseudonym is which. Trust: read, it tells which person recorded what; changed, one person's events would be
-- taken for another's; a row deleted is what erasure is, and nobody can bring it back.
CREATE TABLE pseudonyms (
    pseudonym TEXT PRIMARY KEY,
    issuer    TEXT NOT NULL,
    subject   TEXT NOT NULL,
    UNIQUE (issuer, subject)
) STRICT, WITHOUT ROWID;

-- Who read what is confidential. Trust: changed, or an entry taken out or put in, the chain no longer fits, which
-- `sla-ledger accesses verify` shows; whoever computes all later entries and the head anew shows only against a value
-- of the chain that was kept elsewhere. Read, it tells who looks at whom.
CREATE TABLE accesses (
    number INTEGER PRIMARY KEY,
    at     INTEGER NOT NULL,
    who    TEXT NOT NULL,
    role   TEXT NOT NULL,
    what   TEXT NOT NULL,
    chain  BLOB NOT NULL CHECK (length(chain) = 32)
) STRICT;

CREATE TRIGGER accesses_are_never_changed BEFORE UPDATE ON accesses
BEGIN
    SELECT raise(ABORT, 'an access is never changed');
END;

CREATE TRIGGER accesses_are_never_deleted BEFORE DELETE ON accesses
BEGIN
    SELECT raise(ABORT, 'an access is never deleted');
END;

-- How far the access log goes. Changed, it would hide that the last entries were taken out.
CREATE TABLE access_head (
    one   INTEGER PRIMARY KEY CHECK (one = 1),
    count INTEGER NOT NULL,
    chain BLOB NOT NULL CHECK (length(chain) = 32)
) STRICT;

INSERT INTO access_head (one, count, chain) VALUES (1, 0, zeroblob(32));
