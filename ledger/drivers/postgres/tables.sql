-- The tables of a ledger in PostgreSQL, as `ledger.tables` has them: `page_` reads rows above a key, `put_` adds one.

-- name: move
SELECT id, state, other FROM moves;

-- name: delete_move
DELETE FROM moves;

-- name: insert_move
INSERT INTO moves (one, id, state, other) VALUES (1, %s, %s, %s);

-- name: set_moved_to
UPDATE head SET moved_to = %s;

-- name: exclude_all_writers
LOCK TABLE keys, pseudonyms, accesses, leases IN SHARE ROW EXCLUSIVE MODE;

-- name: hold_head
SELECT count FROM head FOR UPDATE;

-- name: drop_tables
DROP TABLE answered, answers, disclosures, events, logs, policies, clock_confirmations, keys, pseudonyms, accesses,
    access_head, head, identity, leases, moves, migrations;
DROP FUNCTION refuse_change, refuse_when_moved;

-- name: go_on_counting_keys
SELECT setval(pg_get_serial_sequence('keys', 'number'), coalesce(max(number), 0) + 1, false) FROM keys;

-- name: go_on_counting_confirmations
SELECT setval(pg_get_serial_sequence('clock_confirmations', 'number'), coalesce(max(number), 0) + 1, false)
FROM clock_confirmations;

-- name: count
SELECT (SELECT count(*) FROM events) + (SELECT count(*) FROM logs) + (SELECT count(*) FROM disclosures)
    + (SELECT count(*) FROM policies) + (SELECT count(*) FROM answers) + (SELECT count(*) FROM answered)
    + (SELECT count(*) FROM clock_confirmations) + (SELECT count(*) FROM keys) + (SELECT count(*) FROM pseudonyms)
    + (SELECT count(*) FROM accesses) + (SELECT count(*) FROM access_head) + (SELECT count(*) FROM head);

-- name: page_events
SELECT position, uuid_send(id), subject, version, type, log, log_index, state FROM events WHERE position > %s ORDER BY position LIMIT %s;

-- name: put_events
INSERT INTO events (position, id, subject, version, type, log, log_index, state)
VALUES (%s, encode(%b, 'hex')::uuid, %s, %s, %s, %s, %s, %b);

-- name: last_events
SELECT position FROM events ORDER BY position DESC LIMIT 1;

-- name: page_logs
SELECT name, count, recorded_at FROM logs WHERE name > %s ORDER BY name LIMIT %s;

-- name: put_logs
INSERT INTO logs (name, count, recorded_at) VALUES (%s, %s, %s);

-- name: last_logs
SELECT name FROM logs ORDER BY name DESC LIMIT 1;

-- name: page_disclosures
SELECT position, pointer, salt, value FROM disclosures WHERE (position, pointer) > (%s, %s) ORDER BY position, pointer
LIMIT %s;

-- name: put_disclosures
INSERT INTO disclosures (position, pointer, salt, value) VALUES (%s, %s, %b, %s);

-- name: last_disclosures
SELECT position, pointer FROM disclosures ORDER BY position DESC, pointer DESC LIMIT 1;

-- name: page_policies
SELECT sha256, text FROM policies WHERE sha256 > %b ORDER BY sha256 LIMIT %s;

-- name: put_policies
INSERT INTO policies (sha256, text) VALUES (%b, %b);

-- name: last_policies
SELECT sha256 FROM policies ORDER BY sha256 DESC LIMIT 1;

-- name: page_answers
SELECT number, caller, key, salt, fingerprint, created::integer, body FROM answers WHERE number > %s ORDER BY number LIMIT %s;

-- name: put_answers
INSERT INTO answers (number, caller, key, salt, fingerprint, created, body)
VALUES (%s, %s, %s, %b, %b, %s::integer::boolean, %b);

-- name: last_answers
SELECT number FROM answers ORDER BY number DESC LIMIT 1;

-- name: page_answered
SELECT position, answer FROM answered WHERE (position, answer) > (%s, %s) ORDER BY position, answer LIMIT %s;

-- name: put_answered
INSERT INTO answered (position, answer) VALUES (%s, %s);

-- name: last_answered
SELECT position, answer FROM answered ORDER BY position DESC, answer DESC LIMIT 1;

-- name: page_clock_confirmations
SELECT number, wall, boot FROM clock_confirmations WHERE number > %s ORDER BY number LIMIT %s;

-- name: put_clock_confirmations
INSERT INTO clock_confirmations (number, wall, boot) OVERRIDING SYSTEM VALUE VALUES (%s, %s, %s);

-- name: last_clock_confirmations
SELECT number FROM clock_confirmations ORDER BY number DESC LIMIT 1;

-- name: page_keys
SELECT number, prefix, secret_sha256, role, contracts, act_as, actor_id, created_at, expires_at, revoked_at FROM keys
WHERE number > %s ORDER BY number LIMIT %s;

-- name: put_keys
INSERT INTO keys (number, prefix, secret_sha256, role, contracts, act_as, actor_id, created_at, expires_at, revoked_at)
OVERRIDING SYSTEM VALUE VALUES (%s, %s, %b, %s, %s, %s, %s, %s, %s, %s);

-- name: last_keys
SELECT number FROM keys ORDER BY number DESC LIMIT 1;

-- name: page_pseudonyms
SELECT pseudonym, issuer, subject FROM pseudonyms WHERE pseudonym > %s ORDER BY pseudonym LIMIT %s;

-- name: put_pseudonyms
INSERT INTO pseudonyms (pseudonym, issuer, subject) VALUES (%s, %s, %s);

-- name: last_pseudonyms
SELECT pseudonym FROM pseudonyms ORDER BY pseudonym DESC LIMIT 1;

-- name: page_accesses
SELECT number, at, who, role, what, chain FROM accesses WHERE number > %s ORDER BY number LIMIT %s;

-- name: put_accesses
INSERT INTO accesses (number, at, who, role, what, chain) VALUES (%s, %s, %s, %s, %s, %b);

-- name: last_accesses
SELECT number FROM accesses ORDER BY number DESC LIMIT 1;

-- name: page_access_head
SELECT one, count, chain FROM access_head WHERE one > %s LIMIT %s;

-- name: put_access_head
INSERT INTO access_head (one, count, chain) VALUES (%s, %s, %b)
ON CONFLICT (one) DO UPDATE SET count = excluded.count, chain = excluded.chain;

-- name: last_access_head
SELECT one FROM access_head WHERE one < 0;

-- name: page_head
SELECT one, count, chain, recorded_at FROM head WHERE one > %s LIMIT %s;

-- name: put_head
INSERT INTO head (one, count, chain, recorded_at) VALUES (%s, %s, %b, %s)
ON CONFLICT (one) DO UPDATE SET count = excluded.count, chain = excluded.chain, recorded_at = excluded.recorded_at;

-- name: last_head
SELECT one FROM head WHERE one < 0;
