-- The queries of the read model in PostgreSQL. A `part` of NULL stands for all of them.

-- name: is_there
SELECT to_regclass('views.layout') IS NOT NULL;

-- name: schema_is_there
SELECT to_regnamespace('views') IS NOT NULL;

-- name: make_schema
CREATE SCHEMA views;

-- name: tables
SELECT tablename FROM pg_catalog.pg_tables WHERE schemaname = 'views' ORDER BY tablename;

-- name: one_at_a_time
SELECT pg_advisory_xact_lock(hashtext('sla-ledger views'), 1);

-- name: hold
SELECT CASE WHEN source = %(source)s THEN pg_try_advisory_lock(hashtext('sla-ledger views'), 2) ELSE false END
FROM views.layout;

-- name: version
SELECT version FROM views.layout;

-- name: source
SELECT source, parts FROM views.layout;

-- name: forget_layout
DELETE FROM views.layout;

-- name: lay_out
INSERT INTO views.layout (one, version, source, parts)
VALUES (1, %(version)s, %(source)s, %(parts)s);

-- name: forget_positions
DELETE FROM views.positions;

-- name: begin
INSERT INTO views.positions (part, position, keeper)
SELECT part, 0, %(keeper)s FROM generate_series(0, %(parts)s - 1) AS part;

-- name: lock_positions
SELECT part FROM views.positions ORDER BY part FOR UPDATE;

-- name: forget_rows
WITH o AS (DELETE FROM views.obligations), d AS (DELETE FROM views.decisive), r AS (DELETE FROM views.releases)
DELETE FROM views.incidents;

-- name: position
SELECT min(position) FROM views.positions WHERE %(part)s::integer IS NULL OR part = %(part)s;

-- name: take
UPDATE views.positions SET keeper = %(keeper)s
WHERE part = %(part)s AND EXISTS (SELECT FROM views.layout WHERE source = %(source)s AND parts = %(parts)s)
RETURNING position, seen_offset, seen_position;

-- name: kept_by
SELECT part FROM views.positions WHERE keeper = %(keeper)s;

-- name: lazily
SET LOCAL synchronous_commit = off;

-- name: move
UPDATE views.positions SET position = %(position)s
WHERE part = %(part)s AND position = %(since)s AND keeper = %(keeper)s;

-- name: see
UPDATE views.positions SET seen_offset = %(offset)s, seen_position = %(position)s WHERE part = %(part)s;

-- name: drop_rows
WITH o AS (DELETE FROM views.obligations WHERE incident = ANY(%(names)s)),
     d AS (DELETE FROM views.decisive WHERE incident = ANY(%(names)s)),
     r AS (DELETE FROM views.releases WHERE incident = ANY(%(names)s))
DELETE FROM views.incidents WHERE incident = ANY(%(names)s);

-- name: keep_incidents
COPY views.incidents (
    incident, contract, customer, level, channel, opened_at, priority, episode, state, closed_at, standing,
    obligations_broken, obligations_disputed, duties_missing, decisive, next_due_at, events, policy, policy_sha256,
    problem, as_of_position, as_of, month, opening_priority, response, changes_at, opened_on, opened_recorded_at,
    agreed_policy, jurisdiction, first_year, last_year, reach, releases, clock, opened_position,
    judged_position, part
) FROM STDIN;

-- name: keep_obligations
COPY views.obligations (
    incident, number, obligation, contract, customer, level, clause, verdict, due_at, at, standing, readings,
    readings_breached, earliest_due_at, latest_due_at, depends_on, decisive, policy_sha256, problem, as_of_position,
    as_of, running_literal, running_earliest, running_latest
) FROM STDIN;

-- name: keep_decisive
COPY views.decisive (question, incident) FROM STDIN;

-- name: keep_releases
COPY views.releases (release, incident) FROM STDIN;

-- name: due
SELECT due.incident
FROM views.positions AS p CROSS JOIN LATERAL (
    SELECT incident, changes_at FROM views.incidents
    WHERE part = p.part AND changes_at <= %(now)s ORDER BY changes_at, incident LIMIT %(limit)s
) AS due
WHERE %(part)s::integer IS NULL OR p.part = %(part)s
ORDER BY due.changes_at, due.incident LIMIT %(limit)s;

-- name: by_terms
SELECT incident FROM views.incidents
WHERE contract = %(contract)s AND (opened_on >= %(opened_on)s OR problem IS NOT NULL) ORDER BY incident;

-- name: by_licence
SELECT incident FROM views.incidents
WHERE contract = %(contract)s AND (reach >= %(reach)s OR problem IS NOT NULL) ORDER BY incident;

-- name: by_calendar
SELECT incident FROM views.incidents
WHERE jurisdiction = %(jurisdiction)s AND last_year >= %(year)s AND first_year <= %(year)s
    AND (%(part)s::integer IS NULL OR part = %(part)s)
ORDER BY incident;

-- name: by_policy
SELECT incident FROM views.incidents
WHERE agreed_policy = %(policy)s AND (opened_recorded_at >= %(recorded_at)s OR problem IS NOT NULL)
    AND (%(part)s::integer IS NULL OR part = %(part)s)
ORDER BY incident;

-- name: by_release
SELECT r.incident FROM views.releases AS r JOIN views.incidents AS i USING (incident)
WHERE r.release = %(release)s AND (%(part)s::integer IS NULL OR i.part = %(part)s)
ORDER BY r.incident;

-- name: incident
SELECT * FROM views.incidents WHERE incident = %(incident)s;

-- name: obligations
SELECT * FROM views.obligations WHERE incident = %(incident)s ORDER BY number;

-- name: everything
SELECT incident FROM views.incidents WHERE incident > %(after)s ORDER BY incident LIMIT %(limit)s;

-- name: incidents
SELECT * FROM views.incidents WHERE (opened_at, incident) > (%(opened_at)s, %(after)s);

-- name: deadlines
SELECT o.*, i.priority
FROM views.obligations AS o
JOIN (SELECT incident, priority, state, next_due_at FROM views.incidents) AS i USING (incident)
WHERE o.running_earliest > %(after)s AND o.running_earliest <= %(until)s;

-- name: compliance
SELECT month, level, opening_priority, contract, standing, decisive, response, incident, problem
FROM views.incidents WHERE month BETWEEN %(first)s AND %(last)s;

-- What narrows a list: each goes behind the condition that the query above ends with.

-- name: in_scope
AND contract = ANY(%(scope)s);

-- name: of_contract
AND contract = %(contract)s;

-- name: of_standing
AND standing = %(standing)s;

-- name: not_judged
AND standing IS NULL;

-- name: hanging_on
AND incident IN (SELECT incident FROM views.decisive WHERE question = %(decisive)s);

-- name: open
AND state = 'open';

-- name: closed
AND state <> 'open';

-- name: due_by
AND next_due_at <= %(due_by)s;

-- name: as_opened
ORDER BY opened_at, incident LIMIT %(limit)s;

-- name: as_due
ORDER BY running_earliest, incident, obligation LIMIT %(limit)s;
