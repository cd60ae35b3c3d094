-- The queries of the PostgreSQL registry.

-- name: insert_key
INSERT INTO keys (prefix, secret_sha256, role, contracts, act_as, actor_id, created_at, expires_at, revoked_at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (prefix) DO NOTHING;

-- name: find_key
SELECT prefix, secret_sha256, role, contracts, act_as, actor_id, created_at, expires_at, revoked_at
FROM keys WHERE prefix = %s;

-- name: keys
SELECT prefix, secret_sha256, role, contracts, act_as, actor_id, created_at, expires_at, revoked_at
FROM keys ORDER BY number;

-- name: revoke_key
UPDATE keys SET revoked_at = %s WHERE prefix = %s AND revoked_at IS NULL;

-- name: find_pseudonym
SELECT pseudonym FROM pseudonyms WHERE issuer = %s AND subject = %s;

-- name: insert_pseudonym
INSERT INTO pseudonyms (pseudonym, issuer, subject) VALUES (%s, %s, %s) ON CONFLICT (issuer, subject) DO NOTHING;

-- name: delete_pseudonym
DELETE FROM pseudonyms WHERE pseudonym = %s;

-- name: insert_access
INSERT INTO accesses (number, at, who, role, what, chain) VALUES (%s, %s, %s, %s, %s, %s);

-- name: update_access_head
UPDATE access_head SET count = %s, chain = %s WHERE one = 1;

-- name: accesses
SELECT number, at, who, role, what, chain FROM accesses WHERE number > %s ORDER BY number LIMIT %s;

-- name: access_head
SELECT count, chain FROM access_head WHERE one = 1;

-- name: lock_access_head
SELECT count, chain FROM access_head WHERE one = 1 FOR UPDATE;

-- name: take_lease
INSERT INTO leases (name, holder, until)
VALUES (%(name)s, %(holder)s, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint + %(micros)s)
ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until
WHERE leases.holder = excluded.holder OR leases.until <= (extract(epoch FROM clock_timestamp()) * 1000000)::bigint;

-- name: lease_as_it_stands
SELECT name, holder, until FROM leases WHERE name = %s;

-- name: find_lease
SELECT name, holder, until FROM leases
WHERE name = %s AND until > (extract(epoch FROM clock_timestamp()) * 1000000)::bigint;

-- name: release_lease
DELETE FROM leases WHERE name = %s AND holder = %s;
