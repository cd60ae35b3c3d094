-- The queries of the SQLite registry.

-- name: insert_key
INSERT INTO keys (prefix, secret_sha256, role, contracts, act_as, actor_id, created_at, expires_at, revoked_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (prefix) DO NOTHING;

-- name: find_key
SELECT prefix, secret_sha256, role, contracts, act_as, actor_id, created_at, expires_at, revoked_at
FROM keys WHERE prefix = ?;

-- name: keys
SELECT prefix, secret_sha256, role, contracts, act_as, actor_id, created_at, expires_at, revoked_at
FROM keys ORDER BY number;

-- name: revoke_key
UPDATE keys SET revoked_at = ? WHERE prefix = ? AND revoked_at IS NULL;

-- name: find_pseudonym
SELECT pseudonym FROM pseudonyms WHERE issuer = ? AND subject = ?;

-- name: insert_pseudonym
INSERT INTO pseudonyms (pseudonym, issuer, subject) VALUES (?, ?, ?) ON CONFLICT (issuer, subject) DO NOTHING;

-- name: delete_pseudonym
DELETE FROM pseudonyms WHERE pseudonym = ?;

-- name: insert_access
INSERT INTO accesses (number, at, who, role, what, chain) VALUES (?, ?, ?, ?, ?, ?);

-- name: update_access_head
UPDATE access_head SET count = ?, chain = ?;

-- name: accesses
SELECT number, at, who, role, what, chain FROM accesses WHERE number > ? ORDER BY number LIMIT ?;

-- name: access_head
SELECT count, chain FROM access_head;

-- name: take_lease
INSERT INTO leases (name, holder, until)
VALUES (:name, :holder, CAST(unixepoch('subsec') * 1000000 AS INTEGER) + :micros)
ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until
WHERE leases.holder = excluded.holder OR leases.until <= CAST(unixepoch('subsec') * 1000000 AS INTEGER);

-- name: find_lease
SELECT name, holder, until FROM leases
WHERE name = ? AND until > CAST(unixepoch('subsec') * 1000000 AS INTEGER);

-- name: release_lease
DELETE FROM leases WHERE name = ? AND holder = ?;
