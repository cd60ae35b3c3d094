-- Who may ask. None of these tables is part of the record: they are part of a backup, and of no export. Instants are
-- microseconds since 1970-01-01T00:00:00Z.

-- The keys. Trust: whoever can write here can give himself any role in any scope, bring a revoked key back to life, or
-- lock everybody out; what such a key then recorded shows in the events by its prefix (`via`). Read, it tells who has
-- which rights, and no secret: 256 random bits are not found by their SHA-256.
CREATE TABLE keys (
    number        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    prefix        text COLLATE "C" NOT NULL UNIQUE,
    secret_sha256 bytea NOT NULL CHECK (length(secret_sha256) = 32),
    role          text NOT NULL,
    contracts     text,
    act_as        text NOT NULL,
    actor_id      text,
    created_at    bigint NOT NULL,
    expires_at    bigint,
    revoked_at    bigint
);

CREATE TRIGGER keys_are_never_deleted BEFORE DELETE ON keys
FOR EACH ROW EXECUTE FUNCTION refuse_change('a key is revoked, never deleted');

-- Whose pseudonym is which. Trust: read, it tells which person recorded what; changed, one person's events would be
-- taken for another's; a row deleted is what erasure is, and nobody can bring it back.
CREATE TABLE pseudonyms (
    pseudonym text COLLATE "C" PRIMARY KEY,
    issuer    text COLLATE "C" NOT NULL,
    subject   text COLLATE "C" NOT NULL,
    UNIQUE (issuer, subject)
) WITH (autovacuum_vacuum_threshold = 0, autovacuum_vacuum_scale_factor = 0);

-- Who read what is confidential. Trust: changed, or an entry taken out or put in, the chain no longer fits, which
-- `sla-ledger accesses verify` shows; whoever computes all later entries and the head anew shows only against a value
-- of the chain that was kept elsewhere. Read, it tells who looks at whom.
CREATE TABLE accesses (
    number bigint PRIMARY KEY,
    at     bigint NOT NULL,
    who    text NOT NULL,
    role   text NOT NULL,
    what   text NOT NULL,
    chain  bytea NOT NULL CHECK (length(chain) = 32)
);

CREATE TRIGGER accesses_are_never_changed BEFORE UPDATE ON accesses
FOR EACH ROW EXECUTE FUNCTION refuse_change('an access is never changed');

CREATE TRIGGER accesses_are_never_deleted BEFORE DELETE ON accesses
FOR EACH ROW EXECUTE FUNCTION refuse_change('an access is never deleted');

-- How far the access log goes, locked by whoever adds to it. Changed, it would hide that the last entries were taken
-- out.
CREATE TABLE access_head (
    one   integer PRIMARY KEY CHECK (one = 1),
    count bigint NOT NULL,
    chain bytea NOT NULL CHECK (length(chain) = 32)
) WITH (fillfactor = 10);

INSERT INTO access_head (one, count, chain) VALUES (1, 0, decode(repeat('00', 32), 'hex'));
