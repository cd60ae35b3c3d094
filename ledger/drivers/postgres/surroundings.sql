-- What a ledger's database is set to, and who asks.

-- name: settings
SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit', 'server_encoding')
ORDER BY name;

-- name: role
SELECT current_user, rolsuper FROM pg_roles WHERE rolname = current_user;

-- name: who_may_change
SELECT string_agg(rolname, ', ' ORDER BY rolname) FROM pg_roles
WHERE NOT rolsuper AND rolname !~ '^pg_' AND (
    has_table_privilege(oid, 'events', 'UPDATE') OR has_any_column_privilege(oid, 'events', 'UPDATE')
    OR has_table_privilege(oid, 'events', 'DELETE') OR has_table_privilege(oid, 'events', 'TRUNCATE')
) AND NOT pg_has_role(oid, (SELECT relowner FROM pg_class WHERE oid = 'events'::regclass), 'MEMBER');

-- name: owners
SELECT string_agg(DISTINCT pg_get_userbyid(relowner)::text, ', ') FROM pg_class
WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r' AND relname = ANY (ARRAY[
    'migrations', 'identity', 'head', 'logs', 'events', 'disclosures', 'policies', 'answers', 'answered',
    'clock_confirmations', 'keys', 'pseudonyms', 'accesses', 'access_head', 'leases', 'moves'
]);

-- name: missing_triggers
SELECT string_agg(wanted.name, ', ' ORDER BY wanted.name) FROM unnest(ARRAY[
    'events_are_never_changed', 'events_are_never_deleted', 'events_are_never_emptied', 'keys_are_never_deleted',
    'accesses_are_never_changed', 'accesses_are_never_deleted', 'keys_stay_as_they_moved',
    'pseudonyms_stay_as_they_moved', 'accesses_stay_as_they_moved', 'leases_are_taken_where_the_ledger_is'
]) AS wanted (name)
WHERE NOT EXISTS (SELECT FROM pg_trigger WHERE tgname = wanted.name AND tgenabled IN ('O', 'A'));

-- Without one of these the same thing may stand in a table twice. By what they are over: their names are the server's.
-- name: missing_keys
SELECT string_agg(wanted.key, ', ' ORDER BY wanted.key) FROM unnest(ARRAY[
    'migrations (version)', 'identity (one)', 'head (one)', 'logs (name)', 'events (position)', 'events (id)',
    'events (subject, version)', 'events (log, log_index)', 'disclosures (position, pointer)', 'policies (sha256)',
    'answers (number)', 'answers (caller, key)', 'answered (position, answer)', 'clock_confirmations (number)',
    'keys (number)', 'keys (prefix)', 'pseudonyms (pseudonym)', 'pseudonyms (issuer, subject)', 'accesses (number)',
    'access_head (one)', 'leases (name)', 'moves (one)'
]) AS wanted (key)
WHERE NOT EXISTS (
    SELECT FROM pg_index JOIN pg_class ON pg_class.oid = indrelid
    WHERE relnamespace = current_schema()::regnamespace AND indisunique AND indisvalid AND indpred IS NULL
    AND wanted.key = format('%%s (%%s)', relname, (
        SELECT string_agg(attname::text, ', ' ORDER BY place)
        FROM unnest(indkey) WITH ORDINALITY AS held (attnum, place) JOIN pg_attribute USING (attnum)
        WHERE attrelid = indrelid
    ))
);

-- name: dangling
SELECT (SELECT count(*) FROM disclosures LEFT JOIN events USING (position) WHERE events.position IS NULL)
     + (SELECT count(*) FROM answered LEFT JOIN events USING (position) WHERE events.position IS NULL)
     + (SELECT count(*) FROM answered LEFT JOIN answers ON answers.number = answered.answer
        WHERE answers.number IS NULL);
