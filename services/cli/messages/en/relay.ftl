# The relay: what the ledger records, published to Kafka.

command-relay = Publish the ledger to Kafka, for reporting jobs; docs/relay.md tells how it works.
    .examples =
        sla-ledger relay run
        sla-ledger relay status

command-relay-run =
    Publish what the ledger records until a signal ends it: events, the rows they change, how far the topics go.

    It alone writes to the topics. It may be ended, killed and started again at any time: the topics never have an event
    twice, nor one too few. One relay publishes at a time. Kafka may be away: the ledger takes events without it.
    .until-caught-up = End once the topics have all that is recorded.
    .bootstrap-servers = Where Kafka is, several separated by commas.
    .examples =
        sla-ledger relay run --bootstrap-servers 127.0.0.1:9092
        sla-ledger relay run --until-caught-up --json

command-relay-republish =
    Publish everything anew into topics of another version, beside those that are there.

    Needed for another number of partitions, or where the topics' history cannot be gone on with. The topics of the
    version are made as `kafka init` makes them. It may be broken off and run again; a relay of the version before may run
    meanwhile. Afterwards SLA_LEDGER_KAFKA_TOPICS_VERSION lets `relay run` go on there.
    .to = The version: v2, v3, …
    .bootstrap-servers = Where Kafka is, several separated by commas.
    .examples =
        sla-ledger relay republish --to v2

relay-publishing = Publishing
relay-ended = The topics go up to position { $position }; { $records } records were sent{ $behind ->
    [0] .
    [one] , { $behind } event is yet to come.
   *[other] , { $behind } events are yet to come.
 }

command-relay-status =
    Tell how far the topics go, how far behind the ledger that is, and who publishes.

    Exit code 1 where no relay publishes, so that a health check can ask it.
    .bootstrap-servers = Where Kafka is, several separated by commas.
    .examples =
        sla-ledger relay status --json

command-relay-verify =
    Prove that the topics are equal to the ledger, up to their last position record.

    Every committed record is read and compared: of events the bytes, attributes, headers, partition, order and time, of
    rows what a fresh projection makes of the events, and the hash chain. It may run beside a relay. Exit code 1 where
    anything differs; each difference is named, the first hundred of many.
    .bootstrap-servers = Where Kafka is, several separated by commas.
    .examples =
        sla-ledger relay verify
        sla-ledger relay verify --json

relay-status = Topics v{ $version }: up to position { $position } of { $head }, { $behind ->
    [0] nothing is behind
    [one] { $behind } event is behind
   *[other] { $behind } events are behind
 }; rows as of { $as_of }. { $holder ->
    [None] No relay publishes.
   *[other] { $holder } publishes, until { $until } unless it renews its lease.
 }
relay-verifying = Comparing
relay-equal = The topics are equal to the ledger up to position { $position }: { $events } events, { $rows } rows.
relay-differs = { $count ->
    [one] { $count } difference
   *[other] { $count } differences
 } between the topics and the ledger up to position { $position } ({ $events } events, { $rows } rows compared):
