-- Three roles for a ledger's database. None of them may log in: whoever does is made a member of one.
--     CREATE ROLE api LOGIN PASSWORD '…' IN ROLE {writer};
-- {owner}  owns the tables: makes, migrates, restores and copies the ledger, and clears what was erased (VACUUM).
-- {writer} records and reads: what the server, the relay and `keys` run as. It can neither change nor delete an event.
-- {reader} reads the record and the read model: no values or salts, no answers, no keys, no access log.

-- name: make_roles
DO $$
DECLARE
    role text;
BEGIN
    FOREACH role IN ARRAY ARRAY['{owner}', '{writer}', '{reader}'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN', role);
        END IF;
    END LOOP;
END
$$;

-- name: become_a_member
GRANT {owner}, {writer} TO CURRENT_USER;

-- name: let_in
GRANT CONNECT ON DATABASE {database} TO {owner}, {writer}, {reader};
GRANT CREATE ON DATABASE {database} TO {owner}, {writer};
GRANT USAGE, CREATE ON SCHEMA {schema} TO {owner};
GRANT USAGE ON SCHEMA {schema} TO {writer}, {reader};

-- name: own_the_record
DO $$
DECLARE
    found regclass;
BEGIN
    FOR found IN
        SELECT oid::regclass FROM pg_class
        WHERE relnamespace = '{schema}'::regnamespace AND relkind = 'r' AND relname = ANY (ARRAY[
            'migrations', 'identity', 'head', 'logs', 'events', 'disclosures', 'policies', 'answers', 'answered',
            'clock_confirmations', 'keys', 'pseudonyms', 'accesses', 'access_head', 'leases', 'moves'
        ])
    LOOP
        EXECUTE format('ALTER TABLE %s OWNER TO {owner}', found);
        EXECUTE format('REVOKE ALL ON %s FROM PUBLIC, {writer}, {reader}', found);
        EXECUTE format('GRANT SELECT ON %s TO {writer}', found);
    END LOOP;
END
$$;
ALTER FUNCTION {schema}.refuse_change() OWNER TO {owner};
ALTER FUNCTION {schema}.refuse_when_moved() OWNER TO {owner};

-- name: let_write
GRANT INSERT ON {schema}.events, {schema}.logs, {schema}.disclosures, {schema}.policies, {schema}.answers,
    {schema}.answered, {schema}.clock_confirmations, {schema}.keys, {schema}.pseudonyms, {schema}.accesses,
    {schema}.leases TO {writer};
GRANT UPDATE (count, chain, recorded_at) ON {schema}.head TO {writer};
GRANT UPDATE (count, recorded_at) ON {schema}.logs TO {writer};
GRANT UPDATE (salt, fingerprint) ON {schema}.answers TO {writer};
GRANT UPDATE (revoked_at) ON {schema}.keys TO {writer};
GRANT UPDATE (count, chain) ON {schema}.access_head TO {writer};
GRANT UPDATE (holder, until) ON {schema}.leases TO {writer};
GRANT DELETE ON {schema}.disclosures, {schema}.pseudonyms, {schema}.leases TO {writer};

-- name: let_read
GRANT SELECT ON {schema}.migrations, {schema}.identity, {schema}.head, {schema}.logs, {schema}.events,
    {schema}.policies, {schema}.moves TO {reader};

-- name: give_the_views
CREATE SCHEMA IF NOT EXISTS views;
GRANT USAGE, CREATE ON SCHEMA views TO {writer};
DO $$
DECLARE
    found regclass;
BEGIN
    FOR found IN SELECT oid::regclass FROM pg_class WHERE relnamespace = 'views'::regnamespace AND relkind = 'r' LOOP
        EXECUTE format('ALTER TABLE %s OWNER TO {writer}', found);
        EXECUTE format('GRANT SELECT ON %s TO {reader}', found);
    END LOOP;
END
$$;
ALTER SCHEMA views OWNER TO {writer};
GRANT USAGE ON SCHEMA views TO {reader};
