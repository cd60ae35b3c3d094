# The read model: the rows that lists, deadlines and compliance are read from.

command-projections = The read model: rows made from the ledger, which can be dropped and made again.
    .examples =
        sla-ledger projections status
        sla-ledger projections rebuild

command-projections-rebuild =
    Drop the rows and make them anew, to the same bytes.

    It may be broken off at any time: the rows stay at a position, and a server, or the next rebuild, brings them on.
    Nothing of the record is touched.
    .examples =
        sla-ledger projections rebuild
        sla-ledger projections rebuild --database sqlite:////var/lib/sla/ledger.db

command-projections-status =
    Tell how far the rows go, and how far the ledger does.

    With --check the rows are brought to the head and compared with those of a fresh rebuild; exit code 1 where any
    differ. Nobody should be writing meanwhile.
    .check = Compare every row with a fresh rebuild.
    .examples =
        sla-ledger projections status --json
        sla-ledger projections status --check

projections-rebuilding = Making the rows anew
projections-rebuilt = The rows were made anew, up to position { $position }.
projections-interrupted = Broken off: the rows go up to position { $position }. A server brings them to the head as it starts, or run it again.
projections-status = The rows go up to position { $position }, the ledger to { $head }: { $behind ->
    [0] nothing is
    [one] { $behind } event is
   *[other] { $behind } events are
 } behind.
projections-same = Every row is what a rebuild makes of the ledger.
projections-differ = { $count ->
    [one] { $count } incident has rows
   *[other] { $count } incidents have rows
 } other than a rebuild makes. Run `sla-ledger projections rebuild`; to begin with:
