-- The queries of the SQLite recorder.

-- name: storage_version
SELECT coalesce(max(version), 0) FROM migrations;

-- name: insert_migration
INSERT INTO migrations (version, name) VALUES (?, ?);

-- name: journal_mode
PRAGMA journal_mode;

-- name: integrity
PRAGMA integrity_check(3);

-- name: objects
SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL;

-- name: identity
SELECT ledger_id, provider FROM identity;

-- name: insert_identity
INSERT INTO identity (one, ledger_id, provider) VALUES (1, ?, ?);

-- name: head
SELECT count, chain, recorded_at FROM head;

-- name: moved_to
SELECT moved_to FROM head;

-- name: unfinished_copy
SELECT other FROM moves WHERE state = 'copy';

-- name: update_head
UPDATE head SET count = ?, chain = ?, recorded_at = ?;

-- name: log_head
SELECT count, recorded_at FROM logs WHERE name = ?;

-- name: log_names
SELECT name FROM logs WHERE name > ? ORDER BY name LIMIT ?;

-- name: upsert_log
INSERT INTO logs (name, count, recorded_at) VALUES (?, ?, ?)
ON CONFLICT (name) DO UPDATE SET count = excluded.count, recorded_at = excluded.recorded_at;

-- name: insert_event
INSERT INTO events (position, id, subject, version, type, log, log_index, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?);

-- name: insert_disclosure
INSERT INTO disclosures (position, pointer, salt, value) VALUES (?, ?, ?, ?);

-- name: delete_disclosure
DELETE FROM disclosures WHERE position = (SELECT position FROM events WHERE id = ?) AND pointer = ?;

-- name: insert_policy
INSERT INTO policies (sha256, text) VALUES (?, ?) ON CONFLICT (sha256) DO NOTHING;

-- name: policy_text
SELECT text FROM policies WHERE sha256 = ?;

-- name: policy_hashes
SELECT sha256 FROM policies ORDER BY sha256;

-- name: find
SELECT position, log, log_index, state FROM events WHERE id = ?;

-- name: rows
SELECT position, log, log_index, state FROM events WHERE position > ? ORDER BY position LIMIT ?;

-- name: log_rows
SELECT position, log, log_index, state FROM events WHERE log = ? AND log_index >= ? ORDER BY log_index LIMIT ?;

-- name: disclosures
SELECT position, pointer, salt, value FROM disclosures WHERE position BETWEEN ? AND ? ORDER BY position, pointer;

-- name: subject_events
SELECT subject, version, type, state FROM events
WHERE subject = ? AND version > ? AND version <= ?
ORDER BY version LIMIT ?;

-- name: subject_events_last_first
SELECT subject, version, type, state FROM events
WHERE subject = ? AND version > ? AND version <= ?
ORDER BY version DESC LIMIT ?;

-- name: notifications
SELECT position, subject, version, type, state FROM events
WHERE position >= ? AND position <= ?
ORDER BY position LIMIT ?;

-- name: notifications_of_types
SELECT position, subject, version, type, state FROM events
WHERE position >= ? AND position <= ? AND type IN (SELECT value FROM json_each(?))
ORDER BY position LIMIT ?;

-- name: subject_head
SELECT log, version FROM events WHERE subject = ? ORDER BY version DESC LIMIT 1;

-- name: subject_rows
SELECT position, log, log_index, state FROM events WHERE subject = ? AND version > ? AND position <= ?
ORDER BY version LIMIT ?;

-- name: scoped_rows
SELECT position, log, log_index, state FROM events WHERE log = ? AND position > ? AND position <= ?
ORDER BY position LIMIT ?;

-- name: position_of
SELECT position FROM events WHERE log = ? AND log_index = ?;

-- name: highest_number
SELECT subject FROM events
WHERE subject BETWEEN ?1 || '000000' AND ?1 || '999999' AND subject GLOB ?1 || '[0-9][0-9][0-9][0-9][0-9][0-9]'
ORDER BY subject DESC LIMIT 1;

-- name: find_answer
SELECT salt, fingerprint, created, body FROM answers WHERE caller = ? AND key = ?;

-- name: insert_answer
INSERT INTO answers (number, caller, key, salt, fingerprint, created, body) VALUES (?, ?, ?, ?, ?, ?, ?);

-- name: last_answer
SELECT coalesce(max(number), 0) FROM answers;

-- name: insert_answered
INSERT INTO answered (position, answer) VALUES (?, ?);

-- name: forget_fingerprints
UPDATE answers SET salt = NULL, fingerprint = NULL
WHERE number IN (SELECT answer FROM answered WHERE position = (SELECT position FROM events WHERE id = ?));

-- name: insert_confirmation
INSERT INTO clock_confirmations (wall, boot) VALUES (?, ?);

-- name: last_confirmation
SELECT wall, boot FROM clock_confirmations ORDER BY number DESC LIMIT 1;
