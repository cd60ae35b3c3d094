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

-- name: missing_triggers
SELECT string_agg(wanted.name, ', ' ORDER BY wanted.name) FROM unnest(ARRAY[
    'events_are_never_changed', 'events_are_never_deleted', 'events_are_never_emptied', 'keys_are_never_deleted',
    'accesses_are_never_changed', 'accesses_are_never_deleted'
]) AS wanted (name)
WHERE NOT EXISTS (SELECT FROM pg_trigger WHERE tgname = wanted.name AND tgenabled IN ('O', 'A'));

-- name: dangling
SELECT (SELECT count(*) FROM disclosures LEFT JOIN events USING (position) WHERE events.position IS NULL)
     + (SELECT count(*) FROM answered LEFT JOIN events USING (position) WHERE events.position IS NULL)
     + (SELECT count(*) FROM answered LEFT JOIN answers ON answers.number = answered.answer
        WHERE answers.number IS NULL);
