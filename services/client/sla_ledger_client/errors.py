# ruff: noqa: E501  (texts stand as the catalogue has them)
# fmt: off
"""The errors of the ledger's catalogue, a class each. Made by `python -m services.client_code`.

    LedgerClientError
    ├── Unreachable
    ├── KeyStoreUnusable
    ├── WriteDiffers
    └── LedgerProblem
        ├── Refused
        │   ├── NotPermitted
        │   │   ├── Forbidden
        │   │   └── Unauthenticated
        │   ├── NotFound
        │   │   ├── UnknownCalendar
        │   │   ├── UnknownContract
        │   │   ├── UnknownEvent
        │   │   ├── UnknownIncident
        │   │   ├── UnknownKey
        │   │   └── UnknownResource
        │   ├── Conflict
        │   │   ├── CalendarMissing
        │   │   ├── DatabaseOccupied
        │   │   ├── HistoryDiffers
        │   │   ├── ImportDiffers
        │   │   ├── LedgerExists
        │   │   ├── LevelMissing
        │   │   ├── PolicyMismatch
        │   │   ├── PolicyTextMissing
        │   │   ├── RelayHeld
        │   │   ├── RowsMadeElsewhere
        │   │   ├── RuleBroken
        │   │   ├── TopicsAhead
        │   │   └── TopicsForeign
        │   ├── StateDiffers
        │   │   ├── VersionDiffers
        │   │   └── VersionRequired
        │   ├── TooLong
        │   │   ├── BatchTooLong
        │   │   ├── BodyTooLong
        │   │   └── HistoryTooLong
        │   ├── Unprocessable
        │   │   ├── BadArgument
        │   │   ├── CasesUnusable
        │   │   ├── ChainMismatch
        │   │   ├── CountMismatch
        │   │   ├── CursorUnusable
        │   │   ├── FileUnreadable
        │   │   ├── IdempotencyKeyReused
        │   │   ├── InstantAhead
        │   │   ├── InvalidInput
        │   │   ├── ManifestUnusable
        │   │   ├── MappingUnusable
        │   │   ├── NothingToJudge
        │   │   ├── ParameterUnusable
        │   │   ├── PolicyUnusable
        │   │   ├── PositionAhead
        │   │   ├── UnknownJurisdiction
        │   │   ├── UnknownOption
        │   │   └── UnknownQuestion
        │   ├── IdempotencyKeyMissing
        │   ├── MethodNotAllowed
        │   ├── NotAcceptable
        │   └── UnsupportedMediaType
        └── Failed
            ├── Unavailable
            │   ├── AccessUnrecorded
            │   ├── ClockSuspect
            │   ├── CopyUnfinished
            │   ├── IssuerAway
            │   ├── KafkaFailed
            │   ├── KafkaRefused
            │   ├── KafkaUnreachable
            │   ├── LedgerLocked
            │   ├── LedgerMoved
            │   ├── NoLedgerHere
            │   ├── NotReady
            │   ├── OutcomeUnknown
            │   ├── Overloaded
            │   ├── PartitionsDiffer
            │   ├── ProjectionBehind
            │   ├── Stopping
            │   ├── StorageFailed
            │   ├── StorageFull
            │   ├── TopicsDiffer
            │   ├── TopicsMissing
            │   └── TopicsUnusable
            ├── AccessLogBroken
            ├── CopyDiffers
            ├── DatabaseUnsafe
            ├── InternalError
            ├── LedgerCorrupt
            ├── MigrationDiffers
            ├── PartMissing
            ├── SettingUnusable
            ├── UnknownSetting
            ├── UnsupportedDatabase
            └── UnsupportedStorage
"""

from sla_ledger_client.problem import (
    Conflict,
    Failed,
    KeyStoreUnusable,
    LedgerClientError,
    LedgerProblem,
    NotFound,
    NotPermitted,
    Refused,
    StateDiffers,
    TooLong,
    Unavailable,
    Unprocessable,
    Unreachable,
    WriteDiffers,
)

__all__ = [
    "AccessLogBroken",
    "AccessUnrecorded",
    "BadArgument",
    "BatchTooLong",
    "BodyTooLong",
    "CalendarMissing",
    "CasesUnusable",
    "ChainMismatch",
    "ClockSuspect",
    "Conflict",
    "CopyDiffers",
    "CopyUnfinished",
    "CountMismatch",
    "CursorUnusable",
    "DatabaseOccupied",
    "DatabaseUnsafe",
    "Failed",
    "FileUnreadable",
    "Forbidden",
    "HistoryDiffers",
    "HistoryTooLong",
    "IdempotencyKeyMissing",
    "IdempotencyKeyReused",
    "ImportDiffers",
    "InstantAhead",
    "InternalError",
    "InvalidInput",
    "IssuerAway",
    "KafkaFailed",
    "KafkaRefused",
    "KafkaUnreachable",
    "KeyStoreUnusable",
    "LedgerClientError",
    "LedgerCorrupt",
    "LedgerExists",
    "LedgerLocked",
    "LedgerMoved",
    "LedgerProblem",
    "LevelMissing",
    "ManifestUnusable",
    "MappingUnusable",
    "MethodNotAllowed",
    "MigrationDiffers",
    "NoLedgerHere",
    "NotAcceptable",
    "NotFound",
    "NotPermitted",
    "NotReady",
    "NothingToJudge",
    "OutcomeUnknown",
    "Overloaded",
    "ParameterUnusable",
    "PartMissing",
    "PartitionsDiffer",
    "PolicyMismatch",
    "PolicyTextMissing",
    "PolicyUnusable",
    "PositionAhead",
    "ProjectionBehind",
    "Refused",
    "RelayHeld",
    "RowsMadeElsewhere",
    "RuleBroken",
    "SettingUnusable",
    "StateDiffers",
    "Stopping",
    "StorageFailed",
    "StorageFull",
    "TooLong",
    "TopicsAhead",
    "TopicsDiffer",
    "TopicsForeign",
    "TopicsMissing",
    "TopicsUnusable",
    "Unauthenticated",
    "Unavailable",
    "UnknownCalendar",
    "UnknownContract",
    "UnknownEvent",
    "UnknownIncident",
    "UnknownJurisdiction",
    "UnknownKey",
    "UnknownOption",
    "UnknownQuestion",
    "UnknownResource",
    "UnknownSetting",
    "Unprocessable",
    "Unreachable",
    "UnsupportedDatabase",
    "UnsupportedMediaType",
    "UnsupportedStorage",
    "VersionDiffers",
    "VersionRequired",
    "WriteDiffers",
]


class AccessLogBroken(Failed, name="access-log-broken"):
    """The access log was changed."""

    catalogued = (500, "The access log was changed", "Compare it with a backup: somebody wrote to the database beside this program, or the disk is failing.")


class AccessUnrecorded(Unavailable, name="access-unrecorded"):
    """The reading could not be written down."""

    catalogued = (507, "The reading could not be written down", "Make room for the access log, then ask again; what is not confidential is read on without it.")


class BadArgument(Unprocessable, name="bad-argument"):
    """An argument cannot be used."""

    catalogued = (422, "An argument cannot be used", "See the examples of the command's --help.")


class BatchTooLong(TooLong, name="batch-too-long"):
    """The batch is too long."""

    catalogued = (413, "The batch is too long", "Send at most {limit} events at a time.")


class BodyTooLong(TooLong, name="body-too-long"):
    """The body is too long."""

    catalogued = (413, "The body is too long", "Send less in one request; documents are attached by hash with incident.evidence-attached.v1.")


class CalendarMissing(Conflict, name="calendar-missing"):
    """A year has no published calendar."""

    catalogued = (409, "A year has no published calendar", "Record calendar.published.v1 for {jurisdiction}-{year}, or add --calendars RU.")


class CasesUnusable(Unprocessable, name="cases-unusable"):
    """A file of cases cannot be used."""

    catalogued = (422, "A file of cases cannot be used", 'Give a JSON object with the list "vectors"; docs/calendar.md shows the form.')


class ChainMismatch(Unprocessable, name="chain-mismatch"):
    """The export was changed."""

    catalogued = (422, "The export was changed", "Fetch the export again from where it was made; one changed byte changes the chain.")


class ClockSuspect(Unavailable, name="clock-suspect"):
    """The clock has jumped ahead."""

    catalogued = (503, "The clock has jumped ahead", "Check the machine's clock; writing goes on after `sla-ledger clock confirm`.")


class CopyDiffers(Failed, name="copy-differs"):
    """The copy is not what it was made from."""

    catalogued = (500, "The copy is not what it was made from", "Run `sla-ledger copy` with --abandon, and then anew; if it happens again, a disk is failing.")


class CopyUnfinished(Unavailable, name="copy-unfinished"):
    """This database is a copy that is not whole."""

    catalogued = (503, "This database is a copy that is not whole", "Run `sla-ledger copy` once more from there to here: it goes on where it was broken off.")


class CountMismatch(Unprocessable, name="count-mismatch"):
    """The export is not complete."""

    catalogued = (422, "The export is not complete", "Fetch the export again; a file cut short or with lines added is not restored.")


class CursorUnusable(Unprocessable, name="cursor-unusable"):
    """The cursor cannot be used."""

    catalogued = (422, "The cursor cannot be used", "Send the last cursor that was given for this very list, or none to begin anew.")


class DatabaseOccupied(Conflict, name="database-occupied"):
    """The database holds something else."""

    catalogued = (409, "The database holds something else", "Make an empty database for the ledger (CREATE DATABASE …), and name that one.")


class DatabaseUnsafe(Failed, name="database-unsafe"):
    """The database server could lose what it acknowledges."""

    catalogued = (500, "The database server could lose what it acknowledges", "Set it in postgresql.conf and start the server again; a database's encoding is chosen when it is made (CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0).")


class FileUnreadable(Unprocessable, name="file-unreadable"):
    """A file cannot be read."""

    catalogued = (422, "A file cannot be read", "Check the path and its permissions.")


class Forbidden(NotPermitted, name="forbidden"):
    """The role does not allow it."""

    catalogued = (403, "The role does not allow it", "Ask with a credential whose role allows it; docs/roles.md lists what each role may.")


class HistoryDiffers(Conflict, name="history-differs"):
    """The topics have another history."""

    catalogued = (409, "The topics have another history", "Find out which of the two is right (`sla-ledger relay verify` names the events that differ); `sla-ledger relay republish --to v{next}` publishes the ledger's into topics of their own.")


class HistoryTooLong(TooLong, name="history-too-long"):
    """The answer would be too long."""

    catalogued = (413, "The answer would be too long", "Ask for less: narrow the filter, or read page by page.")


class IdempotencyKeyMissing(Refused, name="idempotency-key-missing"):
    """The request has no idempotency key."""

    catalogued = (400, "The request has no idempotency key", "Send an Idempotency-Key of 1-255 printable ASCII characters; a retry keeps its key.")


class IdempotencyKeyReused(Unprocessable, name="idempotency-key-reused"):
    """The idempotency key belongs to another request."""

    catalogued = (422, "The idempotency key belongs to another request", "Send another request under a key of its own; only a retry has the same key, and the same content.")


class ImportDiffers(Conflict, name="import-differs"):
    """The import is not the one that was begun."""

    catalogued = (409, "The import is not the one that was begun", "Go on with the file it was begun with, or import this one into another ledger.")


class InstantAhead(Unprocessable, name="instant-ahead"):
    """The instant is in the future."""

    catalogued = (422, "The instant is in the future", "Ask for an instant up to now; what will be recorded until a later one is not known.")


class InternalError(Failed, name="internal-error"):
    """A fault of this program."""

    catalogued = (500, "A fault of this program", "Report it with the output of `sla-ledger doctor`.")


class InvalidInput(Unprocessable, name="invalid-input"):
    """The input is malformed."""

    catalogued = (422, "The input is malformed", "Correct the input and send it again.")

    @property
    def reason(self) -> str | None:
        """Why the input is malformed: an entry of the table of reasons."""
        return self.particular("reason")


class IssuerAway(Unavailable, name="issuer-away"):
    """The identity provider cannot be asked."""

    catalogued = (503, "The identity provider cannot be asked", "Send it again in a moment, or use a key of the ledger's own.")


class KafkaFailed(Unavailable, name="kafka-failed"):
    """Kafka cannot do what was asked."""

    catalogued = (503, "Kafka cannot do what was asked", "See Kafka's own log; docs/kafka.md tells what its brokers have to allow.")


class KafkaRefused(Unavailable, name="kafka-refused"):
    """Kafka refuses this program."""

    catalogued = (503, "Kafka refuses this program", "Check the user, its password and its rights; `sla-ledger kafka acls` prints the rights that are needed.")


class KafkaUnreachable(Unavailable, name="kafka-unreachable"):
    """Kafka cannot be reached."""

    catalogued = (503, "Kafka cannot be reached", "Check that Kafka runs, and SLA_LEDGER_KAFKA_BOOTSTRAP_SERVERS; the ledger takes events without it.")


class LedgerCorrupt(Failed, name="ledger-corrupt"):
    """The ledger's storage is damaged."""

    catalogued = (500, "The ledger's storage is damaged", "Write nothing more; restore the last export into a new database.")


class LedgerExists(Conflict, name="ledger-exists"):
    """There is a ledger already."""

    catalogued = (409, "There is a ledger already", "Name another database with --database; a ledger is never overwritten.")


class LedgerLocked(Unavailable, name="ledger-locked"):
    """Another process is writing."""

    catalogued = (503, "Another process is writing", "Wait until process {pid} is done, or end it.")


class LedgerMoved(Unavailable, name="ledger-moved"):
    """The ledger is kept in another database now."""

    catalogued = (503, "The ledger is kept in another database now", "Record there. Where the copy was broken off, run `sla-ledger copy` again, or with --abandon to stay here.")


class LevelMissing(Conflict, name="level-missing"):
    """The policy does not have the contract's level."""

    catalogued = (409, "The policy does not have the contract's level", "Adopt a text of policy {policy} that has the level, or change the level of contract {contract}.")


class ManifestUnusable(Unprocessable, name="manifest-unusable"):
    """The manifest cannot be used."""

    catalogued = (422, "The manifest cannot be used", "Restore needs the manifest that export wrote beside the events, unchanged.")


class MappingUnusable(Unprocessable, name="mapping-unusable"):
    """The mapping cannot be used."""

    catalogued = (422, "The mapping cannot be used", "Correct the entry named; the shipped servicenow.toml shows the form.")


class MethodNotAllowed(Refused, name="method-not-allowed"):
    """The path does not take this method."""

    catalogued = (405, "The path does not take this method", "Use one of: {allowed}.")


class MigrationDiffers(Failed, name="migration-differs"):
    """A migration would have changed the record."""

    catalogued = (500, "A migration would have changed the record", "Nothing was changed; go on with the version that wrote the ledger, and tell its makers.")


class NoLedgerHere(Unavailable, name="no-ledger-here"):
    """There is no ledger here."""

    catalogued = (503, "There is no ledger here", "Make one with `sla-ledger init --provider NAME`, or name another with --database.")


class NotAcceptable(Refused, name="not-acceptable"):
    """None of the media types asked for is served here."""

    catalogued = (406, "None of the media types asked for is served here", "Ask for one of: {allowed}.")


class NotReady(Unavailable, name="not-ready"):
    """The server cannot do its work now."""

    catalogued = (503, "The server cannot do its work now", "See `problems`, and ask again in a moment.")


class NothingToJudge(Unprocessable, name="nothing-to-judge"):
    """There is nothing to judge."""

    catalogued = (422, "There is nothing to judge", "Give a file with at least one event, one JSON object a line.")


class OutcomeUnknown(Unavailable, name="outcome-unknown"):
    """It is not known whether the event was recorded."""

    catalogued = (503, "It is not known whether the event was recorded", "Send it again with the same idempotency key or the same ids: nothing is recorded twice.")


class Overloaded(Unavailable, name="overloaded"):
    """Too many requests are in flight."""

    catalogued = (503, "Too many requests are in flight", "Wait as long as Retry-After says, then send it again, a write under the same idempotency key.")


class ParameterUnusable(Unprocessable, name="parameter-unusable"):
    """A query parameter cannot be used."""

    catalogued = (422, "A query parameter cannot be used", "Give {allowed}.")


class PartMissing(Failed, name="part-missing"):
    """An optional part is not installed."""

    catalogued = (500, "An optional part is not installed", "Install it with `pip install sla-ledger[{part}]`, or unset {setting}.")


class PartitionsDiffer(Unavailable, name="partitions-differ"):
    """The topics have another number of partitions."""

    catalogued = (503, "The topics have another number of partitions", "It is fixed for a version: set SLA_LEDGER_KAFKA_PARTITIONS to it, or `sla-ledger relay republish`.")


class PolicyMismatch(Conflict, name="policy-mismatch"):
    """The policy's text is not the one that was adopted."""

    catalogued = (409, "The policy's text is not the one that was adopted", "Judge with the text whose SHA-256 is {expected}; exports keep it by that hash.")


class PolicyTextMissing(Conflict, name="policy-text-missing"):
    """The policy's text is not at hand."""

    catalogued = (409, "The policy's text is not at hand", "Give the file whose SHA-256 is {expected}.")


class PolicyUnusable(Unprocessable, name="policy-unusable"):
    """The policy file cannot be used."""

    catalogued = (422, "The policy file cannot be used", "Correct the entry named; the shipped tron-asoc.toml shows the form.")


class PositionAhead(Unprocessable, name="position-ahead"):
    """The ledger has not come to this position."""

    catalogued = (422, "The ledger has not come to this position", "Ask for a position up to {position}.")


class ProjectionBehind(Unavailable, name="projection-behind"):
    """The read model is far behind."""

    catalogued = (503, "The read model is far behind", "Wait until it has caught up; `sla-ledger projections rebuild` makes it anew.")


class RelayHeld(Conflict, name="relay-held"):
    """Another relay publishes."""

    catalogued = (409, "Another relay publishes", "One relay publishes at a time: end that one, or let it do its work.")


class RowsMadeElsewhere(Conflict, name="rows-made-elsewhere"):
    """The rows are made from somewhere else."""

    catalogued = (409, "The rows are made from somewhere else", "Whoever made them anew meant it so; `sla-ledger projector --from kafka` makes them from the topic again.")


class RuleBroken(Conflict, name="rule-broken"):
    """A rule of the life cycle is broken."""

    catalogued = (409, "A rule of the life cycle is broken", "Nothing was written; see the rule's own remedy.")

    @property
    def rule(self) -> str | None:
        """The rule of the life cycle that is broken."""
        return self.particular("rule")


class SettingUnusable(Failed, name="setting-unusable"):
    """A setting cannot be used."""

    catalogued = (500, "A setting cannot be used", "Correct the variable; docs/settings.md says what it takes.")


class Stopping(Unavailable, name="stopping"):
    """The server is stopping."""

    catalogued = (503, "The server is stopping", "Send it again in a moment, a write under the same idempotency key.")


class StorageFailed(Unavailable, name="storage-failed"):
    """The storage refused."""

    catalogued = (503, "The storage refused", "Check disk space and permissions; of PostgreSQL its address, user, password, TLS and whether it runs. Then send it again: what was acknowledged is kept.")


class StorageFull(Unavailable, name="storage-full"):
    """The disk is full."""

    catalogued = (507, "The disk is full", "Make room, then send it again: nothing was written, and writing goes on by itself.")


class TopicsAhead(Conflict, name="topics-ahead"):
    """The topics are ahead of the ledger."""

    catalogued = (409, "The topics are ahead of the ledger", "Restore a newer copy of the ledger; where there is none, `sla-ledger relay republish --to v{next}` publishes what is left into topics of their own, and readers have to be told.")


class TopicsDiffer(Unavailable, name="topics-differ"):
    """The topics are not as they must be."""

    catalogued = (503, "The topics are not as they must be", "Alter them with kafka-configs, as docs/kafka.md tells, or the SLA_LEDGER_KAFKA_ settings to what they are.")


class TopicsForeign(Conflict, name="topics-foreign"):
    """The topics are another ledger's."""

    catalogued = (409, "The topics are another ledger's", "Name the ledger that they belong to with --database, or another Kafka cluster.")


class TopicsMissing(Unavailable, name="topics-missing"):
    """The topics are not there."""

    catalogued = (503, "The topics are not there", "Make them with `sla-ledger kafka init --version {version}`.")


class TopicsUnusable(Unavailable, name="topics-unusable"):
    """The topics cannot be used."""

    catalogued = (503, "The topics cannot be used", "Make or check them with `sla-ledger kafka init`.")


class Unauthenticated(NotPermitted, name="unauthenticated"):
    """It is not known who asks."""

    catalogued = (401, "It is not known who asks", "Send `Authorization: Bearer KEY` with a key that is valid; `sla-ledger keys create` makes one.")


class UnknownCalendar(NotFound, name="unknown-calendar"):
    """No calendar of this year is shipped."""

    catalogued = (404, "No calendar of this year is shipped", "Those shipped are: {known}. Others are recorded with calendar.published events.")


class UnknownContract(NotFound, name="unknown-contract"):
    """There is no such contract."""

    catalogued = (404, "There is no such contract", "Check the contract's id; `report` without --contract covers all of them.")


class UnknownEvent(NotFound, name="unknown-event"):
    """There is no such event."""

    catalogued = (404, "There is no such event", "Check the event's id.")


class UnknownIncident(NotFound, name="unknown-incident"):
    """There is no such incident."""

    catalogued = (404, "There is no such incident", "Check the number; an incident opened after the instant asked for has no verdict there.")


class UnknownJurisdiction(Unprocessable, name="unknown-jurisdiction"):
    """No calendars of this jurisdiction are shipped."""

    catalogued = (422, "No calendars of this jurisdiction are shipped", "Those shipped are: {known}. Others are recorded with calendar.published events.")


class UnknownKey(NotFound, name="unknown-key"):
    """There is no such key."""

    catalogued = (404, "There is no such key", "Check the prefix; `sla-ledger keys list` shows them.")


class UnknownOption(Unprocessable, name="unknown-option"):
    """There is no such option."""

    catalogued = (422, "There is no such option", "The options of {question} are: {known}.")


class UnknownQuestion(Unprocessable, name="unknown-question"):
    """There is no such question."""

    catalogued = (422, "There is no such question", "The questions are: {known}.")


class UnknownResource(NotFound, name="unknown-resource"):
    """There is nothing here."""

    catalogued = (404, "There is nothing here", "Check the path; /v1/openapi.json lists all of them.")


class UnknownSetting(Failed, name="unknown-setting"):
    """There is no such setting."""

    catalogued = (500, "There is no such setting", "The nearest is {nearest}; docs/settings.md lists all of them.")


class UnsupportedDatabase(Failed, name="unsupported-database"):
    """This kind of database is not served."""

    catalogued = (500, "This kind of database is not served", "Use a URL of the form sqlite:///PATH or postgresql://USER@HOST/DATABASE.")


class UnsupportedMediaType(Refused, name="unsupported-media-type"):
    """The media type of the body is not taken."""

    catalogued = (415, "The media type of the body is not taken", "Send the body, in UTF-8, as one of: {allowed}.")


class UnsupportedStorage(Failed, name="unsupported-storage"):
    """The ledger was written by another version."""

    catalogued = (500, "The ledger was written by another version", "`sla-ledger db migrate` brings an older one up to date; a newer one needs the sla-ledger that wrote it.")


class VersionDiffers(StateDiffers, name="version-differs"):
    """The state has changed."""

    catalogued = (412, "The state has changed", "Read it again, decide anew, and send the version that was read in If-Match.")


class VersionRequired(StateDiffers, name="version-required"):
    """The version that was read is required."""

    catalogued = (428, "The version that was read is required", 'Read the incident and send its ETag in If-Match, in a batch as `if_match`: "v3".')
