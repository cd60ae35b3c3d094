-- What the job keeps: how far it has counted, what it has counted, and the newest row of every obligation.
CREATE TABLE IF NOT EXISTS job_position (
    job text PRIMARY KEY,
    position text NOT NULL
);

CREATE TABLE IF NOT EXISTS monthly_events (
    month date NOT NULL,
    contract text NOT NULL,
    type text NOT NULL,
    events bigint NOT NULL,
    PRIMARY KEY (month, contract, type)
);

CREATE TABLE IF NOT EXISTS obligation (
    incident text NOT NULL,
    obligation text NOT NULL,
    contract text NOT NULL,
    due_at timestamptz,
    standing text,
    as_of_position bigint NOT NULL,
    as_of timestamptz NOT NULL,
    PRIMARY KEY (incident, obligation)
);

CREATE OR REPLACE VIEW monthly_compliance AS
SELECT
    date_trunc('month', due_at AT TIME ZONE 'Europe/Moscow')::date AS month,
    contract,
    count(*) AS obligations,
    count(*) FILTER (WHERE standing = 'kept') AS kept,
    count(*) FILTER (WHERE standing = 'disputed') AS disputed,
    count(*) FILTER (WHERE standing = 'broken') AS broken
FROM obligation
WHERE due_at IS NOT NULL AND standing IS NOT NULL
GROUP BY 1, 2;
