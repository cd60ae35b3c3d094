"""Where a job keeps the reader's position, if it does not keep it itself beside its results.

    PositionFile   a file of one line, replaced at once and on the disk before `save` returns
    GroupNote      what a group's offset of one partition carries along, in the 4096 bytes that a broker allows

A group's offset is a number; what a gap is seen by are the indices of the logs. The note holds them where they fit,
else their hash, and then the reader reads the partition's beginning again to have them.
"""

import base64
import json
import os
import zlib
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final, Self

from sla_ledger_client.kafka.position import Position
from sla_ledger_client.kafka.problems import PositionUnusable, demand

__all__ = ["GroupNote", "PositionFile"]

_NOTE: Final = "sla-ledger-note/1"
_LONGEST_NOTE: Final = 4000


class PositionFile:
    """A position in a file, of a job whose effects may be repeated: a crash between effect and `save` repeats them."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)

    def load(self) -> Position | None:
        """The position kept, or None where there is no file. Raises PositionUnusable where it holds none."""
        try:
            text = self.path.read_text(encoding="ascii")
        except FileNotFoundError:
            return None
        except UnicodeDecodeError as error:
            raise PositionUnusable(f"{self.path} holds no position ({error})") from error
        return Position.from_json(text)

    def save(self, position: Position) -> None:
        """Keep a position in place of the one before: after a crash the file holds one of the two."""
        beside = self.path.with_name(f"{self.path.name}.new")
        with beside.open("w", encoding="ascii") as file:
            file.write(position.to_json() + "\n")
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self.path)
        folder = os.open(self.path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


@dataclass(frozen=True, slots=True)
class GroupNote:
    """What stands beside the offset of one partition in a group: the last position, and each log's last index."""

    ledger: str
    position: int
    digest: str
    logs: dict[str, int] | None
    """None where they did not fit; `digest` then says whether those found again are the same."""

    @classmethod
    def of(cls, ledger: str, position: int, logs: dict[str, int]) -> Self:
        """The note of a partition whose logs were read up to these indices."""
        return cls(ledger, position, _digest(logs), logs)

    def to_text(self) -> str:
        """The note as the group's offset carries it."""
        told = {"form": _NOTE, "ledger": self.ledger, "position": self.position, "digest": self.digest}
        packed = base64.b64encode(zlib.compress(_text(self.logs or {}), 9)).decode("ascii")
        whole = json.dumps(told | {"logs": packed}, separators=(",", ":"))
        return whole if len(whole) <= _LONGEST_NOTE else json.dumps(told, separators=(",", ":"))

    @classmethod
    def from_text(cls, text: str) -> Self:
        """The note that a group's offset carried. Raises PositionUnusable where it is none."""
        try:
            told = json.loads(text)
            demand(told["form"] == _NOTE, f"its form is {told['form']!r}, not {_NOTE!r}")
            logs = json.loads(zlib.decompress(base64.b64decode(told["logs"]))) if "logs" in told else None
            note = cls(told["ledger"], told["position"], told["digest"], logs)
            demand(logs is None or note.fits(logs), "its logs are not those that were kept")
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError, zlib.error) as error:
            raise PositionUnusable(f"the group's offset was not kept by such a reader ({error})") from error
        return note

    def fits(self, logs: dict[str, int]) -> bool:
        """Whether these are the indices that were kept."""
        return _digest(logs) == self.digest


def _text(logs: dict[str, int]) -> bytes:
    return json.dumps(logs, sort_keys=True, separators=(",", ":")).encode()


def _digest(logs: dict[str, int]) -> str:
    return sha256(_text(logs)).hexdigest()
