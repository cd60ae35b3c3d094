"""The partitions that a consumer group gives this process, and the group's offsets as the place to go on from."""

from collections import deque
from collections.abc import Iterable
from typing import Any, Final

from kafka.consumer.subscription_state import ConsumerRebalanceListener
from kafka.structs import OffsetAndMetadata

from sla_ledger_client.kafka.consuming import Connection, TopicPartition, raised
from sla_ledger_client.kafka.keeping import GroupNote
from sla_ledger_client.kafka.partition import Partition
from sla_ledger_client.kafka.position import Position
from sla_ledger_client.kafka.problems import TamperedError
from sla_ledger_client.kafka.some import Share, Shares

__all__ = ["Group"]

_WAIT_MS: Final = 200


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
        self._connection, self._isolation_level = connection, isolation_level
        self._moves = _Moves()
        self._consumer.subscribe([topic], listener=self._moves)

    def commit(self) -> None:
        """Keep in the group how far each partition was delivered.

        Raises kafka-python's CommitFailedError where the partitions went to another member.
        """
        owned = self._consumer.assignment()
        notes = {}
        for number, share in self._shares.items():
            place = TopicPartition(self._topic, number)
            if share.offset is not None and place in owned and self._ledger.id is not None:
                note = GroupNote.of(self._ledger.id, share.position, share.logs)
                notes[place] = OffsetAndMetadata(share.offset, note.to_text(), -1)
        if notes:
            with raised():
                self._consumer.commit(notes)

    def _of(self, number: int) -> Share:
        while self._moves.gone:
            self._shares.pop(self._moves.gone.popleft(), None)
        if number not in self._shares:
            self._shares[number] = self._kept(number)
        return self._shares[number]

    def _kept(self, number: int) -> Share:
        """A partition as the group's offset and note say that it was left."""
        place = TopicPartition(self._topic, number)
        with raised():
            kept = self._consumer.committed(place, metadata=True)
            if kept is None or kept.offset <= self._consumer.beginning_offsets([place])[place]:
                return self._share(number, 0, {})
        note = GroupNote.from_text(kept.metadata)
        if self._ledger.id is None:
            self._ledger.id = note.ledger
        logs = self._found_again(place, kept.offset, note) if note.logs is None else note.logs
        share = self._share(number, note.position, logs)
        share.offset = kept.offset
        return share

    def _found_again(self, place: Any, offset: int, note: GroupNote) -> dict[str, int]:
        """The indices that did not fit into the note: from the records before the offset."""
        read = Partition(place.partition, self._ledger)
        consumer = self._connection.consumer(isolation_level=self._isolation_level)
        try:
            consumer.assign([place])
            consumer.seek_to_beginning(place)
            while consumer.position(place) < offset:
                with raised():
                    found = consumer.poll(timeout_ms=_WAIT_MS)
                for record in found.get(place, ()):
                    if record.offset < offset:
                        read.take(record)
        finally:
            consumer.close()
        if not note.fits(read.logs):
            raise TamperedError(f"partition {place.partition} is not what it was when the group's offset was kept")
        return read.logs
