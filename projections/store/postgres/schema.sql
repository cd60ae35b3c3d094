-- The tables of the read model, in the schema `views`. Trust, for all of them: changed, a reader is told something else
-- than the ledger holds, until somebody rebuilds or compares (`projections status --check`); no event, no proof and no
-- answer rests on them. They hold no free text, no people and no salts. Instants are microseconds since
-- 1970-01-01T00:00:00Z; lists are names with commas between them. Texts are ordered by their bytes, as in SQLite.

-- What the rows are made from, the ledger or a topic, in how many parts, and which version of these tables they are in.
CREATE TABLE views.layout (
    one     integer PRIMARY KEY CHECK (one = 1),
    version integer NOT NULL,
    source  text NOT NULL,
    parts   integer NOT NULL
);

-- How far the rows of each part go, and who keeps them. `seen_offset` and `seen_position` name a record of the topic
-- whose event the rows take account of: where whoever takes the part over begins to read.
CREATE TABLE views.positions (
    part          integer PRIMARY KEY,
    position      bigint NOT NULL,
    keeper        text NOT NULL,
    seen_offset   bigint,
    seen_position bigint
);

CREATE TABLE views.incidents (
    incident             text COLLATE "C" PRIMARY KEY,
    contract             text COLLATE "C" NOT NULL,
    customer             text NOT NULL,
    level                text,
    channel              text NOT NULL,
    opened_at            bigint NOT NULL,
    priority             bigint NOT NULL,
    episode              bigint NOT NULL,
    state                text COLLATE "C" NOT NULL,
    closed_at            bigint,
    standing             text COLLATE "C",
    obligations_broken   bigint,
    obligations_disputed bigint,
    duties_missing       text,
    decisive             text,
    next_due_at          bigint,
    events               bigint NOT NULL,
    policy               text NOT NULL,
    policy_sha256        text NOT NULL,
    problem              text,
    as_of_position       bigint NOT NULL,
    as_of                bigint NOT NULL,
    month                text COLLATE "C" NOT NULL,
    opening_priority     bigint NOT NULL,
    response             bigint,
    changes_at           bigint,
    opened_on            bigint NOT NULL,
    opened_recorded_at   bigint NOT NULL,
    agreed_policy        text COLLATE "C" NOT NULL,
    jurisdiction         text COLLATE "C" NOT NULL,
    first_year           bigint NOT NULL,
    last_year            bigint NOT NULL,
    reach                bigint NOT NULL,
    releases             text NOT NULL,
    clock                bigint NOT NULL,
    opened_position      bigint NOT NULL,
    judged_position      bigint NOT NULL,
    part                 integer NOT NULL
);

-- The order of the list, by what it is selected.
CREATE INDEX incidents_opened ON views.incidents (opened_at, incident);
CREATE INDEX incidents_contract ON views.incidents (contract, opened_at, incident);
CREATE INDEX incidents_standing ON views.incidents (standing, opened_at, incident);
CREATE INDEX incidents_open ON views.incidents (opened_at, incident) WHERE state = 'open';
CREATE INDEX incidents_due ON views.incidents (next_due_at) WHERE next_due_at IS NOT NULL;
CREATE INDEX incidents_month ON views.incidents (month, contract);
-- What the projector asks: whose time has come, what an event concerns.
CREATE INDEX incidents_changes ON views.incidents (part, changes_at, incident) WHERE changes_at IS NOT NULL;
CREATE INDEX incidents_years ON views.incidents (jurisdiction, last_year);
CREATE INDEX incidents_policy ON views.incidents (agreed_policy, opened_recorded_at);

-- `number` is the obligation's place in the verdict line; `running_*` when it falls due where it is still running.
CREATE TABLE views.obligations (
    incident          text COLLATE "C" NOT NULL,
    number            bigint NOT NULL,
    obligation        text COLLATE "C" NOT NULL,
    contract          text COLLATE "C" NOT NULL,
    customer          text NOT NULL,
    level             text,
    clause            text,
    verdict           text,
    due_at            bigint,
    at                bigint,
    standing          text,
    readings          bigint,
    readings_breached bigint,
    earliest_due_at   bigint,
    latest_due_at     bigint,
    depends_on        text,
    decisive          text,
    policy_sha256     text NOT NULL,
    problem           text,
    as_of_position    bigint NOT NULL,
    as_of             bigint NOT NULL,
    running_literal   bigint,
    running_earliest  bigint,
    running_latest    bigint,
    PRIMARY KEY (incident, number)
);

CREATE INDEX obligations_due ON views.obligations (running_earliest) WHERE running_earliest IS NOT NULL;

-- Which questions some obligation of an incident hangs on.
CREATE TABLE views.decisive (
    question text COLLATE "C" NOT NULL,
    incident text COLLATE "C" NOT NULL,
    PRIMARY KEY (incident, question)
);

CREATE INDEX decisive_question ON views.decisive (question, incident);

-- Which releases the resolutions of an incident name.
CREATE TABLE views.releases (
    release  text COLLATE "C" NOT NULL,
    incident text COLLATE "C" NOT NULL,
    PRIMARY KEY (incident, release)
);

CREATE INDEX releases_release ON views.releases (release, incident);

-- Whoever may use the schema may read what lies in it, also where the tables were made anew.
DO $$
DECLARE
    reader regrole;
BEGIN
    FOR reader IN
        SELECT acl.grantee FROM pg_namespace, aclexplode(nspacl) AS acl
        WHERE nspname = 'views' AND acl.privilege_type = 'USAGE' AND acl.grantee NOT IN (0, nspowner)
    LOOP
        EXECUTE format('GRANT SELECT ON ALL TABLES IN SCHEMA views TO %s', reader);
    END LOOP;
END
$$;
