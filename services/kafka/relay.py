"""The relay: publishes what the ledger records, and alone writes to the topics.

    lease      one relay at a time, by the ledger's database
    fence      a producer of our transactional id: every earlier one is shut out, its open transaction aborted
    read back  the position record, which committed together with the events and rows that it covers
    compare    with the ledger: a topic that is ahead, of another ledger, of another history is refused
    publish    transactions of up to 500 events, the rows they change, and the position record

After any failure it starts over from the fence with a new producer. So it needs no memory of its own: what it committed
is what the position record says, and what it did not commit no reader of committed records has seen.

A transaction's rows are as of its position record: after the last of its events, and as of an instant up to which time
has passed for every row. While the relay is behind that is when the last event was recorded, else now; it never goes
back. So the rows follow from the record alone, and a restart publishes neither less nor more.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event as Flag
from time import monotonic
from typing import Final

from ledger.application import Ledger
from schemas.operation_problems import KafkaRefused, KafkaUnreachable
from schemas.problems import LedgerLocked, OutcomeUnknown, StorageFailed, StorageFull
from schemas.relay_problems import TopicsUnusable
from schemas.topics import TOPICS_VERSION, Topics, topics
from services.kafka.alignment import aligned, check_history, check_partitions, parsed
from services.kafka.lease import Leasehold
from services.kafka.line import MOST_EVENTS, Line, Published
from services.kafka.producing import Opening
from services.kafka.sender import PRODUCING, Sender, SenderFailed
from services.kafka.state import open_state
from services.logging import Log

__all__ = ["Relay", "RelayOptions", "transactional_id"]

_FEWEST_EVENTS: Final = 25
_SHORTEST_REST_SECONDS: Final = 0.002
_LONGEST_REST_SECONDS: Final = 0.01
_REST_GROWTH: Final = 1.02
_FIRST_BACKOFF_SECONDS: Final = 0.1
_LONGEST_BACKOFF_SECONDS: Final = 5.0
_TRANSACTION_MILLIS: Final = 30_000
_PASSING: Final = (SenderFailed, StorageFailed, StorageFull, LedgerLocked, OutcomeUnknown)


class _Stopped(Exception):  # noqa: N818  (named by what happened)
    """The relay is to end, and has nothing under way."""


def transactional_id(ledger_id: str, version: int) -> str:
    """The producer that alone writes to a version of a ledger's topics."""
    return f"sla-ledger-relay-{ledger_id}-v{version}"


@dataclass(frozen=True, slots=True)
class RelayOptions:
    """What a relay works with: where Kafka is, the folder of its rows, the topics' version, how long it waits.

    A transaction has at most `most_events` events; `command` starts the process that produces; `stopping` is set to end
    the relay in good order.
    """

    servers: str
    state: Path
    version: int = TOPICS_VERSION
    patience_seconds: float = 30.0
    most_events: int = MOST_EVENTS
    command: tuple[str, ...] = PRODUCING
    stopping: Flag = field(default_factory=Flag)

    @property
    def topics(self) -> Topics:
        """The names of the topics."""
        return topics(self.version)


class Relay:
    """Publishes one ledger. `told` is given each transaction's outcome, `step` each step of the loop."""

    def __init__(
        self,
        ledger: Ledger,
        leasehold: Leasehold,
        options: RelayOptions,
        log: Log,
        *,
        told: Callable[[Published], object] = lambda _published: None,
        preparing: Callable[[int], object] = lambda _position: None,
        step: Callable[[str], object] = lambda _name: None,
    ) -> None:
        """Publish under a lease; `preparing` is told the position while the rows are brought to the topics'."""
        self._ledger = ledger
        self._leasehold = leasehold
        self._options = options
        self._log = log
        self._told = told
        self._preparing = preparing
        self._step = step
        self._fruitful = monotonic()
        self._most = options.most_events
        self.published: Published = Published(0, 0, 0)

    def run(self, *, until_caught_up: bool = False) -> None:
        """Publish until `stopping` is set, or until the topics have all that was recorded when it looked last.

        Raises RelayHeld where another relay has taken over, TopicsAhead, TopicsForeign, HistoryDiffers, TopicsUnusable,
        KafkaRefused; with `until_caught_up` also KafkaUnreachable, once its patience is at an end.
        """
        backoff = _FIRST_BACKOFF_SECONDS
        self._fruitful = monotonic()
        while not self._options.stopping.is_set():
            self._leasehold.check()
            begun = monotonic()
            failure = self._attempt(until_caught_up=until_caught_up)
            if failure is None:
                return
            self._heed(failure)
            if until_caught_up and monotonic() - self._fruitful > self._options.patience_seconds:
                raise KafkaUnreachable(servers=self._options.servers, reason=str(failure)) from failure
            backoff = _FIRST_BACKOFF_SECONDS if self._fruitful > begun else backoff
            self._log.warning("relay-starts-over", failure=_named(failure), in_seconds=backoff)
            self._most = min(self._options.most_events, _FEWEST_EVENTS)
            self._options.stopping.wait(backoff)
            backoff = min(2 * backoff, _LONGEST_BACKOFF_SECONDS)

    def _attempt(self, *, until_caught_up: bool) -> Exception | None:
        """Publish by one producer until there is no need to go on (None), or until it is lost."""
        try:
            with self._line() as line:
                self._publish(line, until_caught_up=until_caught_up)
        except _PASSING as failure:
            return failure
        except _Stopped:
            pass
        return None

    def _prepared(self, position: int) -> None:
        """Tell how far the rows have been brought; not further where the relay is to end."""
        self._preparing(position)
        if self._options.stopping.is_set():
            raise _Stopped

    @contextmanager
    def _line(self) -> Iterator[Line]:
        """A producer that is the only one, over topics that were found to be this ledger's."""
        options, ledger = self._options, self._ledger
        with ExitStack() as stack:
            sender = Sender(patience_seconds=options.patience_seconds, command=options.command)
            stack.callback(sender.close)
            ledger_id = ledger.identity.ledger_id
            producer = transactional_id(ledger_id, options.version)
            opened = sender.open(Opening(options.servers, producer, _TRANSACTION_MILLIS, ledger_id, options.topics))
            self._step("opened")
            partitions = check_partitions(options.topics, opened.partitions)
            position = parsed(opened.position, options.topics.checkpoints)
            check_history(ledger, position, options.version, self._prepared)
            state = open_state(options.state / f"{ledger_id}-v{options.version}.db")
            stack.callback(state.close)
            projector = aligned(ledger, state, position, self._prepared)
            self._step("aligned")
            at = 0 if position is None else position.position
            self.published = self.published._replace(position=at, head=ledger.head().count)
            self._log.info("relay-publishing", position=at, head=self.published.head)
            yield Line(ledger, sender, state, projector, position, partitions, self._step)

    def _publish(self, line: Line, *, until_caught_up: bool) -> None:
        rest = _SHORTEST_REST_SECONDS
        while not self._options.stopping.is_set():
            self._leasehold.check()
            published = line.turn(self._most)
            if published is not None:
                self._fruitful = monotonic()
                self.published = published
                self._told(published)
                self._most = min(self._options.most_events, 2 * self._most)
                rest = _SHORTEST_REST_SECONDS
                continue
            if until_caught_up:
                break
            self._options.stopping.wait(rest)
            rest = min(rest * _REST_GROWTH, _LONGEST_REST_SECONDS)
        line.finish()

    def _heed(self, failure: Exception) -> None:
        """Raise what does not pass by itself: another relay took over, the broker refuses, topics are missing."""
        if not isinstance(failure, SenderFailed):
            return
        if failure.kind == "fenced":
            self._leasehold.check_now()  # nobody else has the lease: our own transaction took too long
        if failure.kind == "refused":
            raise KafkaRefused(servers=self._options.servers, reason=failure.reason) from failure
        if failure.kind == "topics":
            raise TopicsUnusable(topic=self._options.topics.events, reason=failure.reason) from failure


def _named(failure: Exception) -> str:
    """A failure by its name, without what it may quote."""
    if isinstance(failure, SenderFailed):
        return f"{failure.kind}: {failure.reason.partition(':')[0]}"
    return type(failure).__name__
