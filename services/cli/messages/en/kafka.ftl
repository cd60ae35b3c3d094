# Kafka: the topics, and who may do what with them.

command-kafka = The topics of Apache Kafka that reporting jobs consume: make them, check them, who may use them.
    .examples =
        sla-ledger kafka init --bootstrap-servers localhost:9092
        sla-ledger kafka init --check

command-kafka-init =
    Make the topics that are missing, and check those that are there.

    Either all that are missing are made or none. One that is there is never altered: where it is set otherwise than it
    must be, setting, value found and value expected are named and nothing is made. Partitions, copies, retention and
    compaction are settings (docs/settings.md); the number of partitions is for the life of a version.
    .version = The version of the topics, 1 or v1; a further one holds all of it again (relay republish).
    .partitions = Partitions of each topic but the checkpoints; without it SLA_LEDGER_KAFKA_PARTITIONS.
    .replication-factor = Copies of each partition; without it SLA_LEDGER_KAFKA_REPLICATION_FACTOR, or Kafka's own default.
    .check = Make nothing; the exit code is 1 where a topic is missing or wrong.
    .examples =
        sla-ledger kafka init --bootstrap-servers localhost:9092
        sla-ledger kafka init --bootstrap-servers kafka-1:9092,kafka-2:9092 --partitions 24 --replication-factor 3
        sla-ledger kafka init --check --json

command-kafka-acls =
    Print the rights that each part of the product needs of Kafka, as calls of its own tool; or grant them.

    Name the principals by which Kafka knows them. Each gets what it needs and no more; nobody but the relay may write.
    To grant needs a principal that may alter the cluster's rights: the settings say as whom this command comes.
    .relay-principal = Who the relay is: writes the topics. May be given several times, as each of these.
    .reader-principal = Who a reporting job is: reads the topics.
    .reader-group = The group that readers share partitions by; * lets them take any.
    .projector-principal = Who a projector is: reads events and checkpoints as the group of the projectors.
    .operator-principal = Who makes and checks the topics.
    .version = The version of the topics, 1 or v1.
    .apply = Grant the rights instead of printing the calls.
    .examples =
        sla-ledger kafka acls --relay-principal User:relay --reader-principal User:jobs
        sla-ledger kafka acls --reader-principal User:monthly --reader-group monthly-report --apply

option-bootstrap-servers = Where Kafka is: HOST:PORT, several separated by commas.

kafka-topic-made = { $topic }: made, { $partitions ->
        [one] { $partitions } partition
       *[other] { $partitions } partitions
    }, { $copies ->
        [one] { $copies } copy
       *[other] { $copies } copies
    }
kafka-topic-right = { $topic }: there and right, { $partitions ->
        [one] { $partitions } partition
       *[other] { $partitions } partitions
    }, { $copies ->
        [one] { $copies } copy
       *[other] { $copies } copies
    }
kafka-topic-wrong = { $topic }: there, but wrong (found ≠ expected)
kafka-topic-missing = { $topic }: missing
kafka-one-copy = topics have one copy: with its broker's disk they are gone until they are published again; three copies, two of
    them in sync, outlive a broker
kafka-granted = Granted at { $servers }: { $rights ->
        [one] { $rights } right
       *[other] { $rights } rights
    }
