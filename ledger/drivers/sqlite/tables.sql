-- The tables of a ledger in SQLite, as `ledger.tables` has them: `page_` reads rows above a key, `put_` adds one.

-- name: move
SELECT id, state, other FROM moves;

-- name: delete_move
DELETE FROM moves;

-- name: insert_move
INSERT INTO moves (one, id, state, other) VALUES (1, ?, ?, ?);

-- name: set_moved_to
UPDATE head SET moved_to = ?;

-- name: count
SELECT (SELECT count(*) FROM events) + (SELECT count(*) FROM logs) + (SELECT count(*) FROM disclosures)
    + (SELECT count(*) FROM policies) + (SELECT count(*) FROM answers) + (SELECT count(*) FROM answered)
    + (SELECT count(*) FROM clock_confirmations) + (SELECT count(*) FROM keys) + (SELECT count(*) FROM pseudonyms)
    + (SELECT count(*) FROM accesses) + (SELECT count(*) FROM access_head) + (SELECT count(*) FROM head);

-- name: page_events
SELECT position, id, subject, version, type, log, log_index, state FROM events WHERE position > ? ORDER BY position LIMIT ?;

-- name: put_events
INSERT INTO events (position, id, subject, version, type, log, log_index, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?);

-- name: last_events
SELECT position FROM events ORDER BY position DESC LIMIT 1;

-- name: page_logs
SELECT name, count, recorded_at FROM logs WHERE name > ? ORDER BY name LIMIT ?;

-- name: put_logs
INSERT INTO logs (name, count, recorded_at) VALUES (?, ?, ?);

-- name: last_logs
SELECT name FROM logs ORDER BY name DESC LIMIT 1;

-- name: page_disclosures
SELECT position, pointer, salt, value FROM disclosures WHERE (position, pointer) > (?, ?) ORDER BY position, pointer
LIMIT ?;

-- name: put_disclosures
INSERT INTO disclosures (position, pointer, salt, value) VALUES (?, ?, ?, ?);

-- name: last_disclosures
SELECT position, pointer FROM disclosures ORDER BY position DESC, pointer DESC LIMIT 1;

-- name: page_policies
SELECT sha256, text FROM policies WHERE sha256 > ? ORDER BY sha256 LIMIT ?;

-- name: put_policies
INSERT INTO policies (sha256, text) VALUES (?, ?);

-- name: last_policies
SELECT sha256 FROM policies ORDER BY sha256 DESC LIMIT 1;

-- name: page_answers
SELECT number, caller, key, salt, fingerprint, created, body FROM answers WHERE number > ? ORDER BY number LIMIT ?;

-- name: put_answers
INSERT INTO answers (number, caller, key, salt, fingerprint, created, body) VALUES (?, ?, ?, ?, ?, ?, ?);

-- name: last_answers
SELECT number FROM answers ORDER BY number DESC LIMIT 1;

-- name: page_answered
SELECT position, answer FROM answered WHERE (position, answer) > (?, ?) ORDER BY position, answer LIMIT ?;

-- name: put_answered
INSERT INTO answered (position, answer) VALUES (?, ?);

-- name: last_answered
SELECT position, answer FROM answered ORDER BY position DESC, answer DESC LIMIT 1;

-- name: page_clock_confirmations
SELECT number, wall, boot FROM clock_confirmations WHERE number > ? ORDER BY number LIMIT ?;

-- name: put_clock_confirmations
INSERT INTO clock_confirmations (number, wall, boot) VALUES (?, ?, ?);

-- name: last_clock_confirmations
SELECT number FROM clock_confirmations ORDER BY number DESC LIMIT 1;

-- name: page_keys
SELECT number, prefix, secret_sha256, role, contracts, act_as, actor_id, created_at, expires_at, revoked_at FROM keys
WHERE number > ? ORDER BY number LIMIT ?;

-- name: put_keys
INSERT INTO keys (number, prefix, secret_sha256, role, contracts, act_as, actor_id, created_at, expires_at, revoked_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: last_keys
SELECT number FROM keys ORDER BY number DESC LIMIT 1;

-- name: page_pseudonyms
SELECT pseudonym, issuer, subject FROM pseudonyms WHERE pseudonym > ? ORDER BY pseudonym LIMIT ?;

-- name: put_pseudonyms
INSERT INTO pseudonyms (pseudonym, issuer, subject) VALUES (?, ?, ?);

-- name: last_pseudonyms
SELECT pseudonym FROM pseudonyms ORDER BY pseudonym DESC LIMIT 1;

-- name: page_accesses
SELECT number, at, who, role, what, chain FROM accesses WHERE number > ? ORDER BY number LIMIT ?;

-- name: put_accesses
INSERT INTO accesses (number, at, who, role, what, chain) VALUES (?, ?, ?, ?, ?, ?);

-- name: last_accesses
SELECT number FROM accesses ORDER BY number DESC LIMIT 1;

-- name: page_access_head
SELECT one, count, chain FROM access_head WHERE one > ? LIMIT ?;

-- name: put_access_head
INSERT OR REPLACE INTO access_head (one, count, chain) VALUES (?, ?, ?);

-- name: last_access_head
SELECT one FROM access_head WHERE one < 0;

-- name: page_head
SELECT one, count, chain, recorded_at FROM head WHERE one > ? LIMIT ?;

-- name: put_head
INSERT OR REPLACE INTO head (one, count, chain, recorded_at) VALUES (?, ?, ?, ?);

-- name: last_head
SELECT one FROM head WHERE one < 0;
