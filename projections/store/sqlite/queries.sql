-- The queries of the read model in SQLite.

-- name: tables
SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE 'view\_%' ESCAPE '\' ORDER BY name;

-- name: version
SELECT version FROM view_position;

-- name: begin
INSERT INTO view_position (one, version, position) VALUES (1, ?, 0);

-- name: position
SELECT position FROM view_position;

-- name: move
UPDATE view_position SET position = ? WHERE position = ?;

-- name: keep_incident
INSERT OR REPLACE INTO view_incidents (
    incident, contract, customer, level, channel, opened_at, priority, episode, state, closed_at, standing,
    obligations_broken, obligations_disputed, duties_missing, decisive, next_due_at, events, policy, policy_sha256,
    problem, as_of_position, as_of, month, opening_priority, response, changes_at, opened_on, opened_recorded_at,
    agreed_policy, jurisdiction, first_year, last_year, reach, releases, clock, opened_position,
    judged_position
) VALUES (
    ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?
);

-- name: keep_obligation
INSERT OR REPLACE INTO view_obligations (
    incident, number, obligation, contract, customer, level, clause, verdict, due_at, at, standing, readings,
    readings_breached, earliest_due_at, latest_due_at, depends_on, decisive, policy_sha256, problem, as_of_position,
    as_of, running_literal, running_earliest, running_latest
) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: drop_obligations
DELETE FROM view_obligations WHERE incident = ? AND number >= ?;

-- name: drop_decisive
DELETE FROM view_decisive WHERE incident = ?;

-- name: keep_decisive
INSERT INTO view_decisive (question, incident) VALUES (?, ?);

-- name: drop_releases
DELETE FROM view_releases WHERE incident = ?;

-- name: keep_release
INSERT INTO view_releases (release, incident) VALUES (?, ?);

-- name: due
SELECT incident FROM view_incidents WHERE changes_at <= ? ORDER BY changes_at, incident LIMIT ?;

-- name: by_terms
SELECT incident FROM view_incidents WHERE contract = ? AND (opened_on >= ? OR problem IS NOT NULL) ORDER BY incident;

-- name: by_licence
SELECT incident FROM view_incidents WHERE contract = ? AND (reach >= ? OR problem IS NOT NULL) ORDER BY incident;

-- name: by_calendar
SELECT incident FROM view_incidents
WHERE jurisdiction = ? AND last_year >= ? AND first_year <= ? ORDER BY incident;

-- name: by_policy
SELECT incident FROM view_incidents
WHERE agreed_policy = ? AND (opened_recorded_at >= ? OR problem IS NOT NULL) ORDER BY incident;

-- name: by_release
SELECT incident FROM view_releases WHERE release = ? ORDER BY incident;

-- name: incident
SELECT * FROM view_incidents WHERE incident = ?;

-- name: obligations
SELECT * FROM view_obligations WHERE incident = ? ORDER BY number;

-- name: everything
SELECT incident FROM view_incidents WHERE incident > ? ORDER BY incident LIMIT ?;

-- name: incidents
SELECT * FROM view_incidents WHERE (opened_at, incident) > (:opened_at, :after);

-- name: deadlines
SELECT o.*, i.priority
FROM view_obligations AS o JOIN (SELECT incident, priority, state, next_due_at FROM view_incidents) AS i USING (incident)
WHERE o.running_earliest > :after AND o.running_earliest <= :until;

-- name: compliance
SELECT month, level, opening_priority, contract, standing, decisive, response, incident, problem
FROM view_incidents WHERE month BETWEEN :first AND :last;

-- What narrows a list: each goes behind the condition that the query above ends with.

-- name: in_scope
AND contract IN (SELECT value FROM json_each(:scope));

-- name: of_contract
AND contract = :contract;

-- name: of_standing
AND standing = :standing;

-- name: not_judged
AND standing IS NULL;

-- name: hanging_on
AND incident IN (SELECT incident FROM view_decisive WHERE question = :decisive);

-- name: open
AND state = 'open';

-- name: closed
AND state <> 'open';

-- name: due_by
AND next_due_at <= :due_by;

-- name: as_opened
ORDER BY opened_at, incident LIMIT :limit;

-- name: as_due
ORDER BY running_earliest, incident, obligation LIMIT :limit;
