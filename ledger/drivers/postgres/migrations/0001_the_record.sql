-- The record. Trust: whoever owns these tables can change anything in them, drop the triggers and compute the chain
-- anew; only what lies outside of them (receipts, checkpoints, exports) shows that. The writer's role cannot; the
-- triggers are against mistakes of the owner's. Text is compared byte by byte (COLLATE "C"), as everywhere else.

CREATE TABLE migrations (
    version integer PRIMARY KEY,
    name    text NOT NULL
);

COMMENT ON TABLE migrations IS 'sla-ledger';

-- Which ledger this is. Changed, its events would be published and exported under another name.
CREATE TABLE identity (
    one       integer PRIMARY KEY CHECK (one = 1),
    ledger_id text NOT NULL,
    provider  text NOT NULL
);

-- The head row: locked by whoever writes. Changed, positions would leave a gap or collide, and the chain would no
-- longer be that of the events, which computing it over them shows. Its page has room for the row's next versions.
CREATE TABLE head (
    one         integer PRIMARY KEY CHECK (one = 1),
    count       bigint NOT NULL,
    chain       bytea NOT NULL CHECK (length(chain) = 32),
    recorded_at bigint
) WITH (fillfactor = 10);

INSERT INTO head (one, count, chain, recorded_at) VALUES (1, 0, decode(repeat('00', 32), 'hex'), NULL);

-- One row a log. Changed, a log's index would leave a gap, or its next event be recorded before its last; both show in
-- the events. Instants are microseconds since 1970-01-01T00:00:00Z.
CREATE TABLE logs (
    name        text COLLATE "C" PRIMARY KEY,
    count       bigint NOT NULL,
    recorded_at bigint NOT NULL
) WITH (fillfactor = 50);

-- The events. Changed, `state` no longer fits the chain; the columns beside it are only there to find it, and are
-- compared with it when it is read. Nothing refers to a row here by a foreign key: each such row would be locked, and
-- so written to, whenever another one came to refer to it.
CREATE TABLE events (
    position  bigint PRIMARY KEY,
    id        uuid NOT NULL UNIQUE,
    subject   text COLLATE "C" NOT NULL,
    version   bigint NOT NULL,
    type      text COLLATE "C" NOT NULL,
    log       text COLLATE "C" NOT NULL,
    log_index bigint NOT NULL,
    state     bytea NOT NULL,
    UNIQUE (subject, version),
    UNIQUE (log, log_index)
);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'restrict_violation';
END
$$;

CREATE TRIGGER events_are_never_changed BEFORE UPDATE ON events
FOR EACH ROW EXECUTE FUNCTION refuse_change('an event is never changed');

CREATE TRIGGER events_are_never_deleted BEFORE DELETE ON events
FOR EACH ROW EXECUTE FUNCTION refuse_change('an event is never deleted');

CREATE TRIGGER events_are_never_emptied BEFORE TRUNCATE ON events
FOR EACH STATEMENT EXECUTE FUNCTION refuse_change('an event is never deleted');

-- The values that events commit to, with their salts: free text and people. Read, they tell whatever was said of
-- anybody; changed, they no longer fit their commitments; deleted, they are as if erased.
CREATE TABLE disclosures (
    position bigint NOT NULL,
    pointer  text COLLATE "C" NOT NULL,
    salt     bytea NOT NULL CHECK (length(salt) = 32),
    value    text NOT NULL,
    PRIMARY KEY (position, pointer)
) WITH (autovacuum_vacuum_threshold = 0, autovacuum_vacuum_scale_factor = 0); -- what is erased goes soon

-- The policies' files by their SHA-256. Changed, a text no longer fits the hash that its adoption recorded, and judging
-- by it is refused.
CREATE TABLE policies (
    sha256 bytea PRIMARY KEY CHECK (length(sha256) = 32),
    text   bytea NOT NULL
);
