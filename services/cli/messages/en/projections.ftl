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

command-projector =
    Make the rows of the read model from Kafka: one of any number of processes.

    They share the partitions of the topic of events, and each keeps the rows of the contracts in its partitions, in the
    ledger's PostgreSQL database. One that ends, or is killed, has its partitions taken over by the others, and nothing
    is counted twice. Rows that were made from anything else are dropped at the first start. SIGTERM and Ctrl-C end it
    after the transaction at hand.
    .from = What the rows are made from: kafka.
    .until-caught-up = End once all rows go as far as the topics did at the start; other processes may do their part.
    .examples =
        sla-ledger projector --from kafka
        sla-ledger projector --from kafka --until-caught-up --json

projector-progress = Making rows from the topic
projector-ended = Ended; the rows go up to position { $position }.
