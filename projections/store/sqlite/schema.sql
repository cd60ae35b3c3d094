-- The tables of the read model. Trust, for all of them: changed, a reader is told something else than the ledger holds,
-- until somebody rebuilds or compares (`projections status --check`); no event, no proof and no answer rests on them.
-- They hold no free text, no people and no salts. Instants are microseconds since 1970-01-01T00:00:00Z; lists are
-- names with commas between them.

-- How far the rows go, and which version of these tables they are in.
CREATE TABLE view_position (
    one      INTEGER PRIMARY KEY CHECK (one = 1),
    version  INTEGER NOT NULL,
    position INTEGER NOT NULL
) STRICT;

CREATE TABLE view_incidents (
    incident             TEXT PRIMARY KEY,
    contract             TEXT NOT NULL,
    customer             TEXT NOT NULL,
    level                TEXT,
    channel              TEXT NOT NULL,
    opened_at            INTEGER NOT NULL,
    priority             INTEGER NOT NULL,
    episode              INTEGER NOT NULL,
    state                TEXT NOT NULL,
    closed_at            INTEGER,
    standing             TEXT,
    obligations_broken   INTEGER,
    obligations_disputed INTEGER,
    duties_missing       TEXT,
    decisive             TEXT,
    next_due_at          INTEGER,
    events               INTEGER NOT NULL,
    policy               TEXT NOT NULL,
    policy_sha256        TEXT NOT NULL,
    problem              TEXT,
    as_of_position       INTEGER NOT NULL,
    as_of                INTEGER NOT NULL,
    month                TEXT NOT NULL,
    opening_priority     INTEGER NOT NULL,
    response             INTEGER,
    changes_at           INTEGER,
    opened_on            INTEGER NOT NULL,
    opened_recorded_at   INTEGER NOT NULL,
    agreed_policy        TEXT NOT NULL,
    jurisdiction         TEXT NOT NULL,
    first_year           INTEGER NOT NULL,
    last_year            INTEGER NOT NULL,
    reach                INTEGER NOT NULL,
    releases             TEXT NOT NULL,
    clock                INTEGER NOT NULL,
    opened_position      INTEGER NOT NULL,
    judged_position      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The order of the list, by what it is selected.
CREATE INDEX view_incidents_opened ON view_incidents (opened_at, incident);
CREATE INDEX view_incidents_contract ON view_incidents (contract, opened_at, incident);
CREATE INDEX view_incidents_standing ON view_incidents (standing, opened_at, incident);
CREATE INDEX view_incidents_open ON view_incidents (opened_at, incident) WHERE state = 'open';
CREATE INDEX view_incidents_due ON view_incidents (next_due_at) WHERE next_due_at IS NOT NULL;
CREATE INDEX view_incidents_month ON view_incidents (month, contract);
-- What the projector asks: whose time has come, what an event concerns.
CREATE INDEX view_incidents_changes ON view_incidents (changes_at, incident) WHERE changes_at IS NOT NULL;
CREATE INDEX view_incidents_years ON view_incidents (jurisdiction, last_year);
CREATE INDEX view_incidents_policy ON view_incidents (agreed_policy, opened_recorded_at);

-- `number` is the obligation's place in the verdict line; `running_*` when it falls due where it is still running.
CREATE TABLE view_obligations (
    incident         TEXT NOT NULL,
    number           INTEGER NOT NULL,
    obligation       TEXT NOT NULL,
    contract         TEXT NOT NULL,
    customer         TEXT NOT NULL,
    level            TEXT,
    clause           TEXT,
    verdict          TEXT,
    due_at           INTEGER,
    at               INTEGER,
    standing         TEXT,
    readings         INTEGER,
    readings_breached INTEGER,
    earliest_due_at  INTEGER,
    latest_due_at    INTEGER,
    depends_on       TEXT,
    decisive         TEXT,
    policy_sha256    TEXT NOT NULL,
    problem          TEXT,
    as_of_position   INTEGER NOT NULL,
    as_of            INTEGER NOT NULL,
    running_literal  INTEGER,
    running_earliest INTEGER,
    running_latest   INTEGER,
    PRIMARY KEY (incident, number)
) STRICT, WITHOUT ROWID;

CREATE INDEX view_obligations_due ON view_obligations (running_earliest) WHERE running_earliest IS NOT NULL;

-- Which questions some obligation of an incident hangs on.
CREATE TABLE view_decisive (
    question TEXT NOT NULL,
    incident TEXT NOT NULL,
    PRIMARY KEY (incident, question)
) STRICT, WITHOUT ROWID;

CREATE INDEX view_decisive_question ON view_decisive (question, incident);

-- Which releases the resolutions of an incident name.
CREATE TABLE view_releases (
    release  TEXT NOT NULL,
    incident TEXT NOT NULL,
    PRIMARY KEY (incident, release)
) STRICT, WITHOUT ROWID;

CREATE INDEX view_releases_release ON view_releases (release, incident);
