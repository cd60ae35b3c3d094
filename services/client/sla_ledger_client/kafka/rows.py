"""The reader of a topic of state rows: of each key the newest row, whatever else is on the topic.

A compacted topic keeps the last record of a key, and for a while others before it; a relay that starts anew publishes
rows again. So of two rows of one key the one with the higher (`as_of_position`, `as_of`) counts, not the one that came
last: a deadline that passes changes a row at an unchanged position.
"""

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final, Self

from sla_ledger_client.kafka.consuming import Connection, TopicPartition, has_read, partitions_of, raised
from sla_ledger_client.kafka.problems import TamperedError, demand
from sla_ledger_client.problem import Unreachable

__all__ = ["LedgerRows", "Row"]

_WAIT_MS: Final = 200
_KEYS: Final[Mapping[str, tuple[str, ...]]] = {"incidents": ("incident",), "obligations": ("incident", "obligation")}


@dataclass(frozen=True, slots=True)
class Row:
    """One row of state: flat columns, and what it is as of; or that it is no more."""

    key: str
    fields: Mapping[str, Any]
    """The columns; none of a row that is no more."""
    as_of_position: int
    """The position of the last event that changed another column."""
    as_of: datetime
    """When that was recorded, or the deadline whose passing changed the row."""

    def __getitem__(self, column: str) -> Any:
        """A column by its name. Raises KeyError."""
        return self.fields[column]

    @property
    def is_gone(self) -> bool:
        """Whether there is no such row any longer, as where a correction has taken an obligation away."""
        return not self.fields

    @property
    def age(self) -> tuple[int, datetime]:
        """What decides which of two rows of one key counts: the higher one."""
        return self.as_of_position, self.as_of


class LedgerRows:
    """Iterates over the rows of `incidents` or `obligations` as they change, newest of each key alone.

        with LedgerRows("127.0.0.1:9092", "obligations", until_complete=True) as rows:
            for row in rows:
                table[row.key] = row

    It begins with the topic's first record, always: a compacted topic is about as long as what it describes. With
    `until_complete` it is over where the topic ended at the start; else it waits for what comes. Every other keyword is
    a setting of kafka-python's consumer, as for `LedgerReader`.
    """

    def __init__(
        self,
        bootstrap_servers: str | Sequence[str],
        name: str,
        *,
        until_complete: bool = False,
        version: int = 1,
        isolation_level: str = "read_committed",
        patience_seconds: float = 120,
        **settings: Any,
    ) -> None:
        if name not in _KEYS:
            raise ValueError(f"there are no rows of {name}: {' or '.join(_KEYS)}")
        self._columns = _KEYS[name]
        self._topic = f"sla-ledger.{name}.v{version}"
        self._patience_seconds = patience_seconds
        self._newest: dict[str, tuple[int, datetime]] = {}
        self._connection = Connection(bootstrap_servers, settings)
        self._consumer = self._connection.consumer(isolation_level=isolation_level)
        numbers = partitions_of(self._consumer, self._topic)
        places = [TopicPartition(self._topic, number) for number in numbers]
        self._consumer.assign(places)
        self._consumer.seek_to_beginning(*places)
        self._ends = self._connection.ends(self._topic, numbers) if until_complete else None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __iter__(self) -> Iterator[Row]:
        """Each row that is newer than what was given of its key."""
        heard = time.monotonic()
        while self._ends is None or not has_read(self._consumer, self._topic, self._ends):
            with raised():
                found = self._consumer.poll(timeout_ms=_WAIT_MS)
            now = time.monotonic()
            heard = now if found else heard
            if self._ends is not None and now - heard > self._patience_seconds:
                raise Unreachable(f"nothing came for {self._patience_seconds:g} s, and more must be there")
            for records in found.values():
                yield from self._newer(records)

    def close(self) -> None:
        """Leave the broker."""
        self._consumer.close()
        self._connection.close()

    def _newer(self, records: Sequence[Any]) -> Iterator[Row]:
        for record in records:
            if record.value is None:
                yield from self._gone(record)
                continue
            row = self._row(record)
            known = self._newest.get(row.key)
            if known is None or row.age > known:
                self._newest[row.key] = row.age
                yield row

    def _gone(self, record: Any) -> Iterator[Row]:
        """That a row is no more, where it was given."""
        key = (record.key or b"").decode(errors="replace")
        known = self._newest.pop(key, None)
        if known is not None:
            yield Row(key, MappingProxyType({}), *known)

    def _row(self, record: Any) -> Row:
        place = f"the record at offset {record.offset} of partition {record.partition} of {self._topic}"
        try:
            fields = json.loads(record.value)
            key = "/".join(fields[column] for column in self._columns)
            row = Row(key, MappingProxyType(fields), fields["as_of_position"], datetime.fromisoformat(fields["as_of"]))
            demand(record.key == key.encode(), f"its key is {record.key!r}")
            demand(type(fields["as_of_position"]) is int and row.as_of.tzinfo is not None, "it does not say as of when")
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise TamperedError(f"{place} is no row ({error})") from error
        return row
