"""The reader of the events' topic: each event once, in order, as it was published, or an error."""

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Final, Protocol, Self

from sla_ledger_client.kafka.consuming import Connection
from sla_ledger_client.kafka.event import LedgerEvent
from sla_ledger_client.kafka.group import Group
from sla_ledger_client.kafka.position import BEFORE_ALL, Position
from sla_ledger_client.kafka.problems import PositionUnusable, WrongLedger
from sla_ledger_client.kafka.some import Shares, Some
from sla_ledger_client.kafka.whole import Whole

__all__ = ["Keeper", "LedgerReader"]

_AT_A_TIME: Final = 500


class Keeper(Protocol):
    """Where a reader's position is kept, if not by the job itself: a `PositionFile`, or what the job has for it."""

    def load(self) -> Position | None:
        """The position kept, or None where there is none yet."""

    def save(self, position: Position) -> None:
        """Keep it in place of the one before."""


class LedgerReader:
    """Iterates over the ledger's events as the topic holds them, each exactly once.

        with LedgerReader("127.0.0.1:9092", position=kept, until_complete=True) as reader:
            for event in reader:
                ...                      # reader.position is then the place after this event

    It reads all partitions and gives the events in the order of positions, for ever. Other than that:

    * `position`: begin after this place, which the job keeps with its results; `keeper`: it is kept there, by `commit`.
    * `group`: the partitions are shared with the other members of this consumer group, whose offsets keep the position;
      `partitions`: these and no others. Both give each partition in its own order.
    * `until_complete`: over at the last position record that is there now, with everything up to it.
    * `covered`: nothing is given before a position record covers it.
    * `ledger`: the id that the topics must have; `version`: of the topics.
    * `isolation_level`: what the broker gives of open or aborted transactions. Both levels give every event once.

    Every other keyword is a setting of kafka-python's consumer: `security_protocol`, `sasl_mechanism`, `ssl_cafile` …

    It raises `GapError`, `TamperedError`, `WrongLedger` and their siblings (`sla_ledger_client.kafka.problems`). It
    belongs to one thread, and does not survive a fork.
    """

    def __init__(
        self,
        bootstrap_servers: str | Sequence[str],
        *,
        position: Position | None = None,
        keeper: Keeper | None = None,
        group: str | None = None,
        partitions: Iterable[int] | None = None,
        until_complete: bool = False,
        covered: bool = False,
        ledger: str | None = None,
        version: int = 1,
        isolation_level: str = "read_committed",
        patience_seconds: float = 120,
        **settings: Any,
    ) -> None:
        if sum(one is not None for one in (position, keeper, group)) > 1:
            raise ValueError("the position is kept in one place: position, keeper or group")
        if group is not None and partitions is not None:
            raise ValueError("a group chooses the partitions: group or partitions")
        shares = group is not None or partitions is not None
        if shares and (until_complete or covered):
            raise ValueError("what is complete is known of all partitions alone: not with group or partitions")
        self._keeper = keeper
        kept = keeper.load() if keeper is not None else position
        begin = _begin(kept, version, ledger, whole=not shares)
        connection = Connection(bootstrap_servers, settings)
        events = f"sla-ledger.events.v{version}"
        self._source: Whole | Shares
        if group is not None:
            self._source = Group(connection, events, group, begin, isolation_level)
        elif partitions is not None:
            self._source = Some(connection, events, partitions, begin, isolation_level)
        else:
            self._source = Whole(
                connection,
                events,
                f"sla-ledger.checkpoints.v{version}",
                begin,
                until_complete=until_complete,
                covered=covered,
                isolation_level=isolation_level,
                patience_seconds=patience_seconds,
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __iter__(self) -> Iterator[LedgerEvent]:
        """Each event, as it comes."""
        source = self._source
        deliver = source.deliver
        while (ready := source.fetch(_AT_A_TIME)) is not None:
            for event in ready:
                deliver(event)
                yield event

    def batches(self, limit: int = _AT_A_TIME, *, idle_seconds: float | None = None) -> Iterator[list[LedgerEvent]]:
        """Up to `limit` events at a time, as many as are at hand: for a job with one transaction a batch.

        With `idle_seconds` an empty batch is given whenever nothing came for so long.
        """
        source, since = self._source, time.monotonic()
        while (ready := source.fetch(limit)) is not None:
            for event in ready:
                source.deliver(event)
            if ready or (idle_seconds is not None and time.monotonic() - since >= idle_seconds):
                yield list(ready)
                since = time.monotonic()

    @property
    def position(self) -> Position:
        """The place after the last event that was given: to be kept in the transaction of what was done with it."""
        return self._source.position

    @property
    def covered(self) -> int | None:
        """How far the last position record seen says that the topics go; None for a reader of some partitions."""
        return self._source.covered

    def commit(self) -> None:
        """Keep the position after the last event given, in the keeper or the group."""
        if self._keeper is not None:
            self._keeper.save(self.position)
        elif isinstance(self._source, Group):
            self._source.commit()
        else:
            raise ValueError("the job keeps this reader's position itself: give a keeper or a group, or use `position`")

    def close(self) -> None:
        """Leave the broker; what was given and not committed is given again the next time."""
        self._source.close()


def _begin(kept: Position | None, version: int, ledger: str | None, *, whole: bool) -> Position:
    """The place to begin after, checked against what the reader is to be."""
    if kept is None:
        return Position(version, ledger, {}, 0 if whole else None, BEFORE_ALL if whole else None, {}, {})
    if kept.is_whole != whole:
        raise PositionUnusable("a reader of all partitions and one of some cannot go on from each other's position")
    if ledger is not None and kept.ledger not in (None, ledger):
        raise WrongLedger(f"the position is of ledger {kept.ledger}, not of {ledger}")
    kept = replace(kept, ledger=kept.ledger or ledger)
    if kept.version == version:
        return kept
    if not whole:
        raise PositionUnusable(f"it is of version {kept.version} of the topics, whose partitions may be others")
    # Offsets mean nothing in other topics; positions and the chain do.
    return replace(kept, version=version, offsets={})
