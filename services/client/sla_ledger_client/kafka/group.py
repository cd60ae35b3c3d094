"""The partitions that a consumer group gives this process, and the group's offsets as the place to go on from."""

import time
from collections import deque
from collections.abc import Iterable
from typing import Any, Final

from kafka.consumer.subscription_state import ConsumerRebalanceListener
from kafka.errors import RebalanceInProgressError
from kafka.structs import OffsetAndMetadata

from sla_ledger_client.kafka.consuming import Connection, TopicPartition, raised
from sla_ledger_client.kafka.event import event_of
from sla_ledger_client.kafka.keeping import GroupNote
from sla_ledger_client.kafka.partition import Partition
from sla_ledger_client.kafka.position import Position
from sla_ledger_client.kafka.problems import TamperedError
from sla_ledger_client.kafka.some import Share, Shares

__all__ = ["Group"]

_WAIT_MS: Final = 200
_SHARED_OUT_SECONDS: Final = 30.0


class _Moves(ConsumerRebalanceListener):  # type: ignore[misc]  # kafka-python has no types
    """Notes which partitions went; called on the library's own thread, so it does nothing else."""

    def __init__(self) -> None:
        self.gone: deque[int] = deque()

    def on_partitions_revoked(self, revoked: Iterable[Any]) -> None:
        """These are no longer ours, or may come back elsewhere than they were."""
        self.gone.extend(place.partition for place in revoked)

    def on_partitions_assigned(self, assigned: Iterable[Any]) -> None:
        """What is ours is seen by its first record."""


class Group(Shares):
    """The events of the partitions that a consumer group gives this process, and the group's offsets as its position.

    What was delivered and not committed is delivered again, here or to another member.
    """

    def __init__(self, connection: Connection, topic: str, group: str, begin: Position, isolation_level: str) -> None:
        super().__init__(connection.consumer(isolation_level=isolation_level, group_id=group), topic, begin)
        self._connection = connection
        self._moves, self._away = _Moves(), set[int]()
        self._consumer.subscribe([topic], listener=self._moves)

    def commit(self) -> None:
        """Keep in the group how far each partition was delivered.

        Where the group is just sharing out its partitions anew, that is waited for: what is still ours then is kept.
        Raises kafka-python's CommitFailedError where the partitions went to another member meanwhile, and its
        RebalanceInProgressError where the sharing out takes longer than half a minute.
        """
        deadline = time.monotonic() + _SHARED_OUT_SECONDS
        while notes := self._notes():
            try:
                with raised():
                    self._consumer.commit(notes)
            except RebalanceInProgressError:
                if time.monotonic() > deadline:
                    raise
                self._rejoin()
            else:
                return

    def _notes(self) -> dict[Any, OffsetAndMetadata]:
        """What the group is to keep of each partition that is ours, and that nobody else got further with."""
        owned, moved = self._consumer.assignment(), self._moved()
        notes = {}
        for number, share in self._shares.items():
            place = TopicPartition(self._topic, number)
            if share.offset is None or place not in owned or self._ledger.id is None:
                continue
            if number in moved and self._is_ahead(place, share.offset):
                continue
            note = GroupNote.of(self._ledger.id, share.position, share.logs)
            notes[place] = OffsetAndMetadata(share.offset, note.to_text(), -1)
        return notes

    def _rejoin(self) -> None:
        """Take part in the sharing out, which happens in a poll alone; what that reads is left for the next."""
        with raised():
            found = self._consumer.poll(timeout_ms=_WAIT_MS, max_records=1)
        for place, records in found.items():
            self._consumer.seek(place, records[0].offset)

    def _of(self, place: Any) -> Share | None:
        number, moved = place.partition, self._moved()
        if number in self._shares and number not in moved:
            return self._shares[number]
        share = self._shares[number] = self._settled(place)
        moved.discard(number)
        if share.offset is None:
            self._consumer.seek_to_beginning(place)
        else:
            self._consumer.seek(place, share.offset)
        return None

    def _moved(self) -> set[int]:
        """The partitions that went, and of which nothing was read since they came back."""
        while self._moves.gone:
            self._away.add(self._moves.gone.popleft())
        return self._away

    def _is_ahead(self, place: Any, offset: int) -> bool:
        """Whether another member has got further with a partition while it was away."""
        with raised():
            kept = self._consumer.committed(place)
        return kept is not None and kept > offset

    def _settled(self, place: Any) -> Share:
        """A partition that came: as the group has it, or as it was here where nobody else has got on with it."""
        number = place.partition
        with raised():
            kept = self._consumer.committed(place, metadata=True)
            begins = self._consumer.beginning_offsets([place])[place]
        here = self._shares.get(number)
        if here is not None and here.offset is not None and (kept is None or kept.offset <= here.offset):
            return here
        if kept is None or kept.offset <= begins:
            return self._share(number, 0, {})
        note = GroupNote.from_text(kept.metadata)
        if self._ledger.id is None:
            self._ledger.id = note.ledger
        logs = self._found_again(place, kept.offset, note) if note.logs is None else note.logs
        share = self._share(number, note.position, logs)
        share.offset = kept.offset
        return share

    def _found_again(self, place: Any, offset: int, note: GroupNote) -> dict[str, int]:
        """The indices that did not fit into the note: from the records before the offset.

        Aborted copies are read too: what was delivered may have been one.
        """
        read = Partition(place.partition, self._ledger)
        consumer = self._connection.consumer(isolation_level="read_uncommitted")
        try:
            consumer.assign([place])
            consumer.seek_to_beginning(place)
            while consumer.position(place) < offset:
                with raised():
                    found = consumer.poll(timeout_ms=_WAIT_MS)
                for record in found.get(place, ()):
                    if record.offset < offset and event_of(record, note.ledger).position <= note.position:
                        read.take(record)
        finally:
            consumer.close()
        if not note.fits(read.logs):
            raise TamperedError(f"partition {place.partition} is not what it was when the group's offset was kept")
        return read.logs
