# A ledger moved to another database.

command-copy =
    Move a ledger to another database, with all that belongs to it.

    Between a SQLite file and PostgreSQL, either way. The source is closed for writing first, for good: servers that run
    on it go on answering reads and refuse writes with ledger-moved. Events, values, policy files, answers under
    idempotency keys, keys, pseudonyms and the access log are copied, both databases are compared row by row, and only
    then is the copy a ledger. Broken off, the same command goes on where it was.
    .from = The ledger's database.
    .to = The database to move it to: an absent file, or an empty database of PostgreSQL.
    .abandon = Let the source be written to again, after a copy that was broken off; refused once the copy was proven.
    .examples =
        sla-ledger copy --from sqlite:///ledger.db --to postgresql://owner:password@db.example.org/ledger
        sla-ledger copy --from postgresql://owner:password@db.example.org/ledger --to sqlite:///ledger.db
        sla-ledger copy --from sqlite:///ledger.db --abandon

copy-closed = { $source } is closed for writing.
copy-copying = Copying
copy-proving = Comparing
copy-interrupted = Broken off. { $source } stays closed for writing: run the same command to go on, or with --abandon to stay there.
copy-done = { $target } is the ledger { $ledger } of { $provider } now, and { $source } takes nothing in any more. Both hold the same: { $events ->
    [one] one event
   *[other] { $events } events
  }, { $rows } rows in all, chain { $chain }, SHA-256 over all rows { $sha256 }.
copy-done-before = It was moved before: { $target } is the ledger.
copy-abandoned = { $source } takes events in again; what there is of the copy is no ledger.
copy-not-begun = { $source } is not being copied; nothing was changed.
