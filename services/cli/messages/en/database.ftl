# The database that the ledger lies in.

command-db = The database that the ledger lies in: its roles, the version of its tables, whether it holds what it must.
    .examples =
        sla-ledger db check
        sla-ledger db migrate

command-db-roles =
    Print the statements that make three roles in the ledger's PostgreSQL database, or run them.

    The owner makes, migrates, restores and copies the ledger; the writer records and reads, and can neither change nor
    delete an event; the reader reads the record and the read model without values, salts, answers, keys and the access
    log. None of them may log in: make each program a member of one (docs/postgres.md). Run again, they bring the rights
    up to date.
    .apply = Run the statements, all of them or none; this needs the right to make roles.
    .prefix = What the roles' names begin with.
    .examples =
        sla-ledger db roles --database postgresql://admin@db.example/ledger
        sla-ledger db roles --apply --database postgresql://admin@db.example/ledger

command-db-migrate =
    Bring the tables of an older version up to date, step by step.

    The chain over all events is computed before and after each step: a step that would change an event, its position or
    its bytes is undone with all others. Stop whatever records in the ledger first, and have a backup.
    .examples =
        sla-ledger db migrate
        sla-ledger db migrate --database postgresql://admin@db.example/ledger

command-db-check =
    Compute anew everything that can be: chain, positions, indices, commitments; and look at what the database is set to.

    Exit code 1 where something is not as it has to be. It runs beside a server, takes no lock, and reads every event.
    .examples =
        sla-ledger db check
        sla-ledger db check --json

db-roles-made = Made or brought up to date: { $owner } owns, { $writer } records, { $reader } reads.
db-migrated = { $database }: from version { $found } to { $version }. { $events ->
    [one] { $events } event is as it was
   *[other] { $events } events are as they were
 }; chain { $chain }.
db-current = { $database } has the current version { $version } already. { $events ->
    [one] { $events } event
   *[other] { $events } events
 }; chain { $chain }.
db-checking = Checking the events
db-check-sound = ok
db-check-unsound = WRONG
