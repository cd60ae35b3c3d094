"""Where a reader of the events stands: a small value that the job keeps beside its results.

    {"form":"sla-ledger-position/1","version":1,"ledger":"9f6e…","offsets":{"0":1208,"1":733},
     "position":1893,"chain":"a31c…"}                        of a reader of all partitions
    {…,"positions":{"0":1890},"logs":{"K-7":211,"K-9":5}}     of a reader of some

Offsets only say where to look: aborted records and the marks of transactions take offsets too. What was delivered is
told by the positions, and what comes twice is dropped by them. A reader of some partitions sees gaps by the last index
of each log; one of all sees them by the positions, and keeps the chain.

Who can change a kept position can make the job skip events or repeat them. A reader of all partitions finds that out by
the chain of the next position record; one of some does not: keep it as safe as the results.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

from sla_ledger_client.kafka.problems import PositionUnusable, demand

__all__ = ["BEFORE_ALL", "Position"]

BEFORE_ALL: Final = "00" * 32
"""The chain before the first event: 32 zero bytes, in hex."""

_FORM: Final = "sla-ledger-position/1"


@dataclass(frozen=True, slots=True)
class Position:
    """What a reader has delivered. Equal values mean the same place."""

    version: int
    """Of the topics, which the offsets belong to."""
    ledger: str | None
    """The ledger's id; None where nothing was read yet."""
    offsets: Mapping[int, int]
    """For each partition the offset of the record to read next."""
    position: int | None
    """Everything up to it was delivered; None for a reader of some partitions."""
    chain: str | None
    """The chain of hashes up to `position`, in hex."""
    positions: Mapping[int, int]
    """For each partition the position last delivered; empty for a reader of all."""
    logs: Mapping[str, int]
    """For each log the index last delivered; empty for a reader of all."""

    @property
    def is_whole(self) -> bool:
        """Whether it belongs to a reader of all partitions."""
        return self.position is not None

    def to_json(self) -> str:
        """The value on one line of ASCII, to be kept."""
        told: dict[str, Any] = {
            "form": _FORM,
            "version": self.version,
            "ledger": self.ledger,
            "offsets": {str(partition): offset for partition, offset in sorted(self.offsets.items())},
        }
        if self.is_whole:
            told |= {"position": self.position, "chain": self.chain}
        else:
            told["positions"] = {str(partition): position for partition, position in sorted(self.positions.items())}
            told["logs"] = dict(sorted(self.logs.items()))
        return json.dumps(told, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """The value that was kept. Raises PositionUnusable where it is none."""
        try:
            told = json.loads(text)
            demand(told["form"] == _FORM, f"its form is {told['form']!r}, not {_FORM!r}")
            demand(isinstance(told["ledger"], str | None), "its ledger is no id")
            whole = "position" in told
            found = cls(
                version=_count(told["version"]),
                ledger=told["ledger"],
                offsets={int(partition): _count(offset) for partition, offset in told["offsets"].items()},
                position=_count(told["position"]) if whole else None,
                chain=_hash(told["chain"]) if whole else None,
                positions={} if whole else {int(one): _count(position) for one, position in told["positions"].items()},
                logs={} if whole else {log: _count(index) for log, index in told["logs"].items()},
            )
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise PositionUnusable(f"this is not a position ({error})") from error
        return found


def _count(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise ValueError(f"{value!r} is no number from 0")
    return value


def _hash(value: Any) -> str:
    if len(bytes.fromhex(value)) != 32:
        raise ValueError(f"{value!r} is no chain")
    return str(value)
