"""Rows made from the topic: any number of processes that share its partitions, each with the rows of its contracts.

    the group           each process has some partitions of `events.v1`, as Kafka's classic protocol shares them out
    beside the group    each one reads the provider's partition whole, and the position records
    PostgreSQL          a transaction keeps the rows of a partition and its position, under the name of its keeper

An event at position N is taken in only where all of the provider's before N are known. What was seen is dropped by the
position that is in the database; the group's own offsets are never asked. Whoever is given a partition takes its rows
over under a new name, so that a process which only believes it has it still can change nothing any more.

The ledger's database serves histories that are not in memory. What is on the topic is in the ledger; which of it is
taken in, and when, the topic says.

After a failure of the broker it begins again with new consumers, and likewise where nothing comes though something lies
there: kafka-python's can fall silent for good. What counts is in the database, so nothing is lost by that.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack, suppress
from time import monotonic, sleep
from typing import Any, Final
from uuid import uuid4

from kafka import ConsumerRebalanceListener, KafkaConsumer, TopicPartition
from kafka.errors import KafkaConnectionError, KafkaTimeoutError, NodeNotReadyError

from ledger.application import Ledger
from projections.store import PositionMovedError
from projections.store.postgres import PostgresReadModel
from schemas.events import PROVIDER_LOG
from schemas.instants import to_micros
from schemas.operation_problems import KafkaFailed, KafkaUnreachable, RowsMadeElsewhere, TopicsMissing
from schemas.problems import LedgerError
from schemas.topics import POSITION_KEY, topics
from services.kafka.connecting import KafkaConnection
from services.kafka.incoming import incoming, position_told
from services.kafka.kept import KeptPart, ProviderLog
from services.kafka.partitioning import partition_of
from services.kafka.reading import partition_counts
from services.kafka.sharing import Sharing
from services.kafka.streams import Standing, Stream, mark, silent
from services.logging import Log

__all__ = ["GROUP", "TopicProjecting"]

GROUP: Final = "sla-ledger-projector"
"""The consumer group that shares the partitions out."""

_POLL_SECONDS: Final = 0.05
_TICK_SECONDS: Final = 0.25
_TRY_AGAIN_SECONDS: Final = 1.0
_LONGEST_BACKOFF_SECONDS: Final = 5.0
_MOST_FAILURES: Final = 6
"""So many failures without a record between them end one that is only to catch up."""
_PATIENCE_SECONDS: Final = 20.0
"""How long what lies there may not come: twice as long as a group waits for somebody who was killed."""
_LENGTHS_MILLIS: Final = 2_000
_CLOSING_MILLIS: Final = 5_000
_SILENCES: Final = (KafkaConnectionError, KafkaTimeoutError, NodeNotReadyError)
"""What is tried again: a broker that is away comes back, or another one takes its place."""
_MOST_WAITING: Final = 5_000
"""Events of a partition that may wait for the provider's before the group is read one record at a time.

Its partitions are never paused: of one that was paused in the midst of what was fetched, kafka-python gives no more.
"""
_CONSUMER: Final = {
    "enable_auto_commit": False,
    "auto_offset_reset": "earliest",
    "isolation_level": "read_committed",
    "fetch_max_wait_ms": 100,
    "max_poll_records": 2_000,
    "metadata_max_age_ms": 5_000,  # whoever shares partitions out may not have heard of a topic that was just made
    "reconnect_backoff_max_ms": 1_000,  # else it looks only every half minute whether a broker that was away is back
}
_SESSION: Final = {"session_timeout_ms": 10_000, "heartbeat_interval_ms": 1_000}


class _Stopped(Exception):  # noqa: N818  (named by what happened)
    """Somebody ended it, between two transactions."""


class TopicProjecting:
    """One of the processes that make rows from the topic. One thread may use it."""

    def __init__(
        self, ledger: Ledger, views: PostgresReadModel, connection: KafkaConnection, version: int, log: Log
    ) -> None:
        """It closes neither of the two that it is given. `version` is that of the topics to read."""
        self._ledger = ledger
        self._ledger_id = ledger.identity.ledger_id
        self._views = views
        self._connection = connection
        self._version = version
        self._topics = topics(version)
        self._log = log
        self._keeper = uuid4().hex
        self._parts: dict[int, KeptPart] = {}
        self._due_again: dict[int, float] = {}
        self._known = 0
        self._known_before: int | None = None
        self._tick_at = 0.0
        self._looked_at = 0.0
        self._seen: Standing = {}
        self._failures = 0
        self._goal: int | None = None
        self._given = self._asked = 0
        self._stopping = False

    def stop(self) -> None:
        """End after the transaction at hand; a signal's handler may call it."""
        self._stopping = True

    def run(self, *, until_caught_up: bool = False, told: Callable[[int], object] = lambda _position: None) -> int:
        """Keep rows until it is stopped, or until all of them go as far as the topics did when it began.

        `told` is given the position of the rows that this process keeps. Returns the position of all rows. Raises
        KafkaRefused, TopicsMissing, TopicsUnusable, TopicsForeign, RowsMadeElsewhere; KafkaUnreachable and KafkaFailed
        where it cannot begin, and with `until_caught_up` also where it fails again and again.
        """
        while not self._stopping:
            try:
                with self._connection.errors():
                    self._attempt(told, until_caught_up=until_caught_up)
            except _Stopped:
                break
            except (KafkaUnreachable, KafkaFailed) as failure:
                self._failures += 1
                if self._goal is None or (until_caught_up and self._failures >= _MOST_FAILURES):
                    raise
                backoff = min(_TRY_AGAIN_SECONDS * self._failures, _LONGEST_BACKOFF_SECONDS)
                self._log.warning("projector-starts-over", failure=failure.problem.name, in_seconds=backoff)
                self._rest(backoff)
            else:
                break
        return self._views.position()

    def _attempt(self, told: Callable[[int], object], *, until_caught_up: bool) -> None:
        """Keep rows by new consumers, for as long as these do."""
        with ExitStack() as stack:
            stack.callback(self._forget)
            self._begin({**self._connection.options(), **_CONSUMER}, stack)
            while not (until_caught_up and self._is_done()):
                self._turn(told)

    def _forget(self) -> None:
        self._parts.clear()
        self._due_again.clear()
        self._seen = {}
        self._given = self._asked = 0

    def _rest(self, seconds: float) -> None:
        until = monotonic() + seconds
        while monotonic() < until and not self._stopping:
            sleep(_POLL_SECONDS)

    def _begin(self, options: Mapping[str, Any], stack: ExitStack) -> None:
        """Read how far the topics go, have the rows made from them, and join the group."""
        self._beside = beside = _opened(stack, options)
        self._lengths = _opened(stack, {**options, "isolation_level": "read_uncommitted"})
        events = self._topics.events
        counts = partition_counts(self._connection.options(), (events, self._topics.checkpoints))
        if not all(counts):
            raise TopicsMissing(servers=self._connection.address, topics=events, version=self._version)
        self._count = counts[0]
        self._checkpoints = Stream(beside, TopicPartition(self._topics.checkpoints, 0))
        number = partition_of(PROVIDER_LOG, self._count)
        self._provider = ProviderLog(Stream(beside, TopicPartition(events, number)))
        beside.assign([self._checkpoints.partition, self._provider.stream.partition])
        beside.seek_to_beginning()
        if self._goal is None and self._views.make_from(events, self._count):
            self._log.info("rows-begun", topic=events, partitions=self._count)
        end = beside.end_offsets([self._checkpoints.partition])[self._checkpoints.partition]
        while self._checkpoints.offset < end:
            self._read_beside(0.1)
            self._heed_silence()
        if self._goal is None:
            self._goal = self._known
        shared = (Sharing(events, self._count),)
        self._group = _opened(
            stack, {**options, **_SESSION, "group_id": GROUP, "partition_assignment_strategy": shared}
        )
        self._group.subscribe([events], listener=_Rebalancing(self))
        self._asked = 1
        # Whoever shared the partitions out joins anew once the topic's metadata are others than they were then. Where a
        # poll ends in the midst of that, kafka-python takes the matter for done, and never hears what it is given. So
        # it does not join before it has the metadata.
        while len(self._group.partitions_for_topic(events)) < self._count:
            self._rest(_POLL_SECONDS)
            self._heed_silence()

    def _turn(self, told: Callable[[int], object]) -> None:
        self._read_group(0.0 if any(part.waiting for part in self._parts.values()) else _POLL_SECONDS)
        self._read_beside(0.0)
        self._heed_silence()
        streams = [self._provider.stream, *(part.stream for part in self._parts.values())]
        with suppress(*_SILENCES):
            mark(streams, self._known, self._ends)
        for stream in streams:
            stream.settle()
        try:
            self._claim()
            for part in list(self._parts.values()):
                self._check_stop()
                self._keep(part, lambda: part.bring(self._provider, self._check_stop))  # noqa: B023  (called at once)
            if monotonic() - self._tick_at > _TICK_SECONDS:
                self._pass_time()
        except RowsMadeElsewhere:
            raise
        except LedgerError as error:
            self._lose(list(self._parts), error.problem.name)
        told(min((part.position for part in self._parts.values()), default=0))

    def _read_group(self, seconds: float) -> None:
        most = 1 if any(part.waiting > _MOST_WAITING for part in self._parts.values()) else None
        for partition, records in self._group.poll(timeout_ms=int(1000 * seconds), max_records=most).items():
            self._failures = 0
            part = self._parts.get(partition.partition)
            if part is None:
                continue  # it is read again once it was taken
            for record in records:
                event = incoming(record, self._ledger_id)
                if not part.fits(event):
                    self._log.warning("topic-made-anew", partition=partition.partition)
                    part.seek(self._group)
                    break
                part.add(event)

    def _read_beside(self, seconds: float) -> None:
        for partition, records in self._beside.poll(timeout_ms=int(1000 * seconds)).items():
            for record in records:
                if partition == self._provider.stream.partition:
                    self._provider.add(incoming(record, self._ledger_id))
                elif record.key == POSITION_KEY.encode() and record.value is not None:
                    self._known = max(self._known, position_told(record, self._ledger_id))

    def _heed_silence(self) -> None:
        """Raise KafkaTimeoutError where a consumer has gone deaf: something lies there, and it does not come."""
        self._check_stop()
        if monotonic() - self._looked_at < _PATIENCE_SECONDS:
            return
        streams = [self._checkpoints, self._provider.stream, *(part.stream for part in self._parts.values())]
        ends = self._beside.end_offsets([stream.partition for stream in streams], timeout_ms=_LENGTHS_MILLIS)
        standing: Standing = {stream.partition: (stream.offset, ends[stream.partition]) for stream in streams}
        before, self._seen = self._seen, {**standing, GROUP: (self._given, self._asked)}
        self._looked_at = monotonic()
        if deaf := silent(before, self._seen):
            raise KafkaTimeoutError(f"nothing comes any more of {', '.join(map(str, deaf))}")

    def _claim(self) -> None:
        """Take the partitions that the group has given, and again those that somebody took meanwhile."""
        now = monotonic()
        for number in [number for number, at in self._due_again.items() if at <= now]:
            partition = TopicPartition(self._topics.events, number)
            taken = self._views.take(number, self._keeper, self._topics.events, self._count)
            if taken is None:
                raise RowsMadeElsewhere(source=self._views.source())
            stream = Stream(self._group, partition)
            part = KeptPart(taken, self._views, self._keeper, self._ledger, stream)
            part.seek(self._group)
            self._parts[number] = part
            del self._due_again[number]
            self._log.info("partition-taken", partition=number, position=taken.position)

    def _keep(self, part: KeptPart, work: Callable[[], object]) -> None:
        """Do something for a part; it is lost where another process has taken it."""
        try:
            work()
        except PositionMovedError:
            self._lose([part.number], "taken-by-another")

    def _pass_time(self) -> None:
        """Let time pass for the parts that have all that the topics had a moment ago, and see which are still ours."""
        self._lose(set(self._parts) - self._views.kept_by(self._keeper), "taken-by-another")
        now = to_micros(self._ledger.wall())
        for part in list(self._parts.values()):
            if self._known_before is not None and part.position >= self._known_before:
                self._keep(part, lambda: part.projector.advance(now, self._check_stop))  # noqa: B023  (called at once)
        self._known_before = self._known
        self._tick_at = monotonic()

    def _lose(self, numbers: Iterable[int], reason: str) -> None:
        for number in numbers:
            del self._parts[number]
            self._due_again[number] = monotonic() + _TRY_AGAIN_SECONDS
            self._log.warning("partition-lost", partition=number, reason=reason)

    def _is_done(self) -> bool:
        """Whether all rows go as far as the topics did, and time has passed for those that this process keeps."""
        if self._goal is None or self._given < self._asked or self._due_again or self._views.position() < self._goal:
            return False
        now = to_micros(self._ledger.wall())
        for part in list(self._parts.values()):
            self._keep(part, lambda: part.projector.advance(now, self._check_stop))  # noqa: B023  (called at once)
        return not self._due_again

    def _ends(self, partitions: Sequence[TopicPartition]) -> Mapping[TopicPartition, int]:
        """How long partitions are, whatever of it is committed."""
        found: Mapping[TopicPartition, int] = self._lengths.end_offsets(partitions, timeout_ms=_LENGTHS_MILLIS)
        return found

    def _check_stop(self, _position: int = 0) -> None:
        if self._stopping:
            raise _Stopped

    def given(self, numbers: Iterable[int]) -> None:
        """The group has given these partitions to this process."""
        self._given = self._asked
        self._due_again.update(dict.fromkeys(numbers, 0.0))

    def taken_away(self, numbers: Iterable[int]) -> None:
        """The group shares anew, and may give these partitions to somebody else."""
        self._asked = self._given + 1
        for number in numbers:
            self._due_again.pop(number, None)
            if self._parts.pop(number, None) is not None:
                self._log.info("partition-given-up", partition=number)


def _opened(stack: ExitStack, options: Mapping[str, Any]) -> KafkaConsumer:
    consumer = KafkaConsumer(**options)
    stack.callback(consumer.close, timeout_ms=_CLOSING_MILLIS)
    return consumer


class _Rebalancing(ConsumerRebalanceListener):  # type: ignore[misc]
    """Tells of the partitions that come and go; called while the group is polled."""

    def __init__(self, projecting: TopicProjecting) -> None:
        self._projecting = projecting

    def on_partitions_assigned(self, assigned: Iterable[Any]) -> None:
        """See kafka-python."""
        self._projecting.given(partition.partition for partition in assigned)

    def on_partitions_revoked(self, revoked: Iterable[Any]) -> None:
        """See kafka-python."""
        self._projecting.taken_away(partition.partition for partition in revoked)
