-- What a request was answered, kept for ever under its caller and idempotency key. Trust: changed, a retry would be given
-- another answer than the first request; deleted, it would be recorded once more. Neither touches an event.
-- The fingerprint tells the same request from another one. It is an HMAC under a salt of its own, and both are deleted
-- with the first value of the request that is erased: a bare hash would give a telephone number back to whoever tries all
-- of them. `body` is what was sent, byte for byte; it holds ids and positions and nothing personal.
CREATE TABLE answers (
    number      bigint PRIMARY KEY,
    caller      text COLLATE "C" NOT NULL,
    key         text COLLATE "C" NOT NULL,
    salt        bytea CHECK (length(salt) = 32),
    fingerprint bytea CHECK (length(fingerprint) = 32),
    created     boolean NOT NULL,
    body        bytea NOT NULL,
    UNIQUE (caller, key)
) WITH (autovacuum_vacuum_threshold = 0, autovacuum_vacuum_scale_factor = 0);

-- Which events a request spoke of. Changed, erasing a value would leave the fingerprint of a request that held it.
CREATE TABLE answered (
    position bigint NOT NULL,
    answer   bigint NOT NULL,
    PRIMARY KEY (position, answer)
);

-- A log's events in the order of their positions: whoever follows some logs alone reads on from a position.
CREATE INDEX events_by_log ON events (log, position);

-- A person has looked at the clock and found it right: what it read then, beside the clock that nobody sets, both in
-- nanoseconds. Changed, a clock that has jumped ahead would be believed, or a right one not.
CREATE TABLE clock_confirmations (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    wall   bigint NOT NULL,
    boot   bigint NOT NULL
);
