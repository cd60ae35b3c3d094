-- The queries of the PostgreSQL recorder.

-- name: is_ours
SELECT coalesce(obj_description(to_regclass('migrations'), 'pg_class') = 'sla-ledger', false);

-- name: other_tables
SELECT coalesce(string_agg(relname, ', ' ORDER BY relname), '') FROM (
    SELECT relname FROM pg_class
    WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'f')
    ORDER BY relname LIMIT 5
) AS others;

-- name: storage_version
SELECT coalesce(max(version), 0) FROM migrations;

-- name: insert_migration
INSERT INTO migrations (version, name) VALUES (%s, %s);

-- name: one_founder
SELECT pg_advisory_xact_lock(1397507121);

-- name: identity
SELECT ledger_id, provider FROM identity;

-- name: insert_identity
INSERT INTO identity (one, ledger_id, provider) VALUES (1, %s, %s);

-- name: head
SELECT count, chain, recorded_at FROM head WHERE one = 1;

-- name: moved_to
SELECT moved_to FROM head WHERE one = 1;

-- name: lock_head
BEGIN; SELECT count, chain, recorded_at, moved_to FROM head WHERE one = 1 FOR UPDATE;

-- name: unfinished_copy
SELECT other FROM moves WHERE state = 'copy';

-- name: update_head
UPDATE head SET count = %s, chain = %s, recorded_at = %s WHERE one = 1;

-- name: settle
UPDATE head SET count = count WHERE one = 1;

-- name: holder_of_head
SELECT pid FROM pg_locks AS held
WHERE relation = 'head'::regclass AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND granted AND pid <> pg_backend_pid()
  AND NOT EXISTS (SELECT FROM pg_locks AS awaited WHERE awaited.pid = held.pid AND NOT awaited.granted)
ORDER BY pid LIMIT 1;

-- name: end_backend
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = %s AND application_name = %s;

-- name: log_head
SELECT count, recorded_at FROM logs WHERE name = %s;

-- name: log_names
SELECT name FROM logs WHERE name > %s ORDER BY name LIMIT %s;

-- name: insert_events
INSERT INTO events (position, id, subject, version, type, log, log_index, state)
SELECT new.position, new.id, new.subject, new.version, new.type, new.log, coalesce(logs.count, 0) + new.step, new.state
FROM unnest(%b::bigint[], %b::uuid[], %b::text[], %b::bigint[], %b::text[], %b::text[], %b::bigint[], %b::bytea[])
    AS new (position, id, subject, version, type, log, step, state)
LEFT JOIN logs ON logs.name = new.log;

-- name: advance_logs
INSERT INTO logs (name, count, recorded_at) SELECT * FROM unnest(%b::text[], %b::bigint[], %b::bigint[])
ON CONFLICT (name) DO UPDATE SET count = logs.count + excluded.count, recorded_at = excluded.recorded_at;

-- name: insert_disclosures
INSERT INTO disclosures (position, pointer, salt, value)
SELECT * FROM unnest(%b::bigint[], %b::text[], %b::bytea[], %b::text[]);

-- name: delete_disclosures
DELETE FROM disclosures USING events, unnest(%b::uuid[], %b::text[]) AS erased (id, pointer)
WHERE events.id = erased.id AND disclosures.position = events.position AND disclosures.pointer = erased.pointer;

-- name: insert_policy
INSERT INTO policies (sha256, text) VALUES (%b, %b) ON CONFLICT (sha256) DO NOTHING;

-- name: policy_text
SELECT text FROM policies WHERE sha256 = %s;

-- name: policy_hashes
SELECT sha256 FROM policies ORDER BY sha256;

-- name: find
SELECT position, log, log_index, state FROM events WHERE id = %s::uuid;

-- name: find_all
SELECT id::text, position, log, log_index, state FROM events WHERE id = ANY (%s::uuid[]);

-- name: rows
SELECT position, log, log_index, state FROM events WHERE position > %s ORDER BY position LIMIT %s;

-- name: log_rows
SELECT position, log, log_index, state FROM events WHERE log = %s AND log_index >= %s ORDER BY log_index LIMIT %s;

-- name: disclosures
SELECT position, pointer, salt, value FROM disclosures WHERE position BETWEEN %s AND %s ORDER BY position, pointer;

-- name: subject_events
SELECT subject, version, type, state FROM events
WHERE subject = %s AND version > %s AND version <= %s
ORDER BY version LIMIT %s;

-- name: subject_events_last_first
SELECT subject, version, type, state FROM events
WHERE subject = %s AND version > %s AND version <= %s
ORDER BY version DESC LIMIT %s;

-- name: notifications
SELECT position, subject, version, type, state FROM events
WHERE position >= %s AND position <= %s
ORDER BY position LIMIT %s;

-- name: notifications_of_types
SELECT position, subject, version, type, state FROM events
WHERE position >= %s AND position <= %s AND type = ANY (%s)
ORDER BY position LIMIT %s;

-- name: subject_head
SELECT log, version FROM events WHERE subject = %s ORDER BY version DESC LIMIT 1;

-- name: subject_rows
SELECT position, log, log_index, state FROM events WHERE subject = %s AND version > %s AND position <= %s
ORDER BY version LIMIT %s;

-- name: histories
SELECT subject, version, type, state FROM events WHERE subject = ANY (%s::text[]) ORDER BY subject, version;

-- name: scoped_rows
SELECT found.* FROM unnest(%(logs)s::text[]) AS scope (log)
CROSS JOIN LATERAL (
    SELECT position, log, log_index, state FROM events
    WHERE events.log = scope.log AND position > %(after)s ORDER BY position LIMIT %(limit)s
) AS found
ORDER BY found.position LIMIT %(limit)s;

-- name: position_of
SELECT position FROM events WHERE log = %s AND log_index = %s;

-- name: highest_number
SELECT subject FROM events
WHERE subject BETWEEN %(prefix)s::text || '000000' AND %(prefix)s::text || '999999'
  AND length(subject) = length(%(prefix)s::text) + 6 AND right(subject, 6) ~ '^[0-9]{6}$'
ORDER BY subject DESC LIMIT 1;

-- name: find_answer
SELECT salt, fingerprint, created, body FROM answers WHERE caller = %s AND key = %s;

-- name: find_answers
SELECT answers.caller, answers.key, salt, fingerprint, created, body
FROM unnest(%b::text[], %b::text[]) AS asked (caller, key)
JOIN answers ON answers.caller = asked.caller AND answers.key = asked.key;

-- name: insert_answers
INSERT INTO answers (number, caller, key, salt, fingerprint, created, body)
SELECT (SELECT coalesce(max(number), 0) FROM answers) + step, caller, key,
       nullif(salt, ''), nullif(fingerprint, ''), created, body
FROM unnest(%b::bigint[], %b::text[], %b::text[], %b::bytea[], %b::bytea[], %b::boolean[], %b::bytea[])
    AS new (step, caller, key, salt, fingerprint, created, body);

-- name: insert_answered
INSERT INTO answered (position, answer)
SELECT position, (SELECT max(number) FROM answers) - back FROM unnest(%b::bigint[], %b::bigint[]) AS new (position, back);

-- name: forget_fingerprints
UPDATE answers SET salt = NULL, fingerprint = NULL
WHERE number IN (SELECT answer FROM answered JOIN events USING (position) WHERE events.id = ANY (%b::uuid[]));

-- name: forget_values
VACUUM (SKIP_LOCKED, INDEX_CLEANUP ON) disclosures, answers, pseudonyms;

-- name: insert_confirmation
INSERT INTO clock_confirmations (wall, boot) VALUES (%s, %s);

-- name: last_confirmation
SELECT wall, boot FROM clock_confirmations ORDER BY number DESC LIMIT 1;
