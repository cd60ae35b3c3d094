"""How far the topics are, how far behind the ledger that is, and who publishes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from ledger.application import Ledger
from schemas.decode import decode_event
from schemas.instants import print_instant, to_micros
from schemas.topics import topics
from schemas.verdicts import print_micros
from services.kafka.alignment import check_history, check_partitions, parsed
from services.kafka.lease import lease_name
from services.kafka.reading import last_position, partition_counts

__all__ = ["Standing", "standing"]

_MICROS_PER_SECOND: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the topics and the ledger are; `behind_seconds` since the first event that the topics lack was recorded."""

    version: int
    position: int
    as_of: int | None
    head: int
    behind_seconds: float
    holder: str | None
    until: str | None

    def to_wire(self) -> dict[str, Any]:
        """The standing as JSON values."""
        return {
            "version": self.version,
            "position": self.position,
            "as_of": print_micros(self.as_of),
            "head": self.head,
            "behind": self.head - self.position,
            "behind_seconds": self.behind_seconds,
            "holder": self.holder,
            "until": self.until,
        }


def standing(ledger: Ledger, options: Mapping[str, Any], version: int) -> Standing:
    """Where they are now. Raises TopicsUnusable, TopicsAhead, TopicsForeign, HistoryDiffers."""
    names = topics(version)
    check_partitions(names, partition_counts(options, names))
    found = parsed(last_position(options, names.checkpoints), names.checkpoints)
    check_history(ledger, found, version)
    head, lease = ledger.head().count, ledger.registry.find_lease(lease_name(version))
    position = 0 if found is None else found.position
    lacking = next(iter(ledger.rows(after=position, until=min(head, position + 1))), None)
    behind = 0.0
    if lacking is not None:
        recorded = to_micros(decode_event(lacking.state).recorded_at)
        behind = max(0.0, (to_micros(ledger.wall()) - recorded) / _MICROS_PER_SECOND)
    return Standing(
        version=version,
        position=position,
        as_of=None if found is None else found.as_of,
        head=head,
        behind_seconds=behind,
        holder=None if lease is None else lease.holder,
        until=None if lease is None else print_instant(lease.until),
    )
