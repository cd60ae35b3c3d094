"""A file of events as a checked sequence: one JSON object a line, in the interchange or the canonical form.

Every line is read and decided in turn against what the lines before it left; the first bad one ends the reading with
its number, what is wrong and what to do. Lines are never all in memory: an earlier event that a later one speaks of is
read again from its place.
"""

import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryFile
from types import MappingProxyType
from typing import IO, Final

from ledger.entry import check_canonical
from ledger.journal import FileJournal
from ledger.unit_of_work import Duplicate, UnitOfWork
from schemas.canonical import LONGEST_BYTES
from schemas.decode import decode_event, decode_proposal, is_canonical, parse_line
from schemas.events import Event, Proposal
from schemas.problems import FileUnreadable, LedgerError

__all__ = ["EventFile", "as_proposal", "at_line", "open_events", "spool"]

_READ_AT_ONCE: Final = LONGEST_BYTES + len(b"\r\n") + 1
"""One byte more than the longest line, so that a file without line ends is refused and not read into memory."""

_SURELY_SHORT: Final = LONGEST_BYTES // 16
"""No line up to this length is too long in its canonical form: a commitment is at most 8 times as long as its value."""


class EventFile:
    """The lines of an open file with their numbers; the file must be seekable and stay as it is."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    @property
    def size(self) -> int:
        """The size in bytes."""
        return os.fstat(self._file.fileno()).st_size

    def lines(self) -> Iterator[tuple[int, int, bytes]]:
        """Number, place and bytes of each line. May be asked for again once the one before is exhausted."""
        self._file.seek(0)
        place = 0
        for number, line in enumerate(iter(partial(self._file.readline, _READ_AT_ONCE), b""), 1):
            yield number, place, line
            place += len(line)

    def decided(self, unit: UnitOfWork, *, canonical: bool = True) -> Iterator[tuple[int, int, Event | Duplicate]]:
        """Number and place of each line, and what the unit of work makes of it.

        `canonical` admits lines in that form too. Raises LedgerError with the parameter `line` where a line has not the
        form of an event or breaks a rule.
        """
        take = _take if canonical else _take_proposal
        for number, place, line in self.lines():
            with at_line(number):
                taken = take(unit, line, place)
                if len(line) > _SURELY_SHORT and isinstance(taken, Event):
                    check_canonical(taken)
            yield number, place, taken

    def proposals(self) -> Iterator[tuple[int, Proposal]]:
        """The line number and the proposal of each line, in the interchange form alone.

        Raises LedgerError with the parameter `line` where a line has not this form.
        """
        for number, _, line in self.lines():
            with at_line(number):
                proposal = decode_proposal(line)
            yield number, proposal

    def journal(self) -> FileJournal:
        """A journal that reads the file's events again where they stand."""
        return FileJournal(self._reread)

    def _reread(self, place: int) -> Proposal:
        read = os.pread(self._file.fileno(), _READ_AT_ONCE, place)
        decoded = _decode(read.partition(b"\n")[0])
        return as_proposal(decoded) if isinstance(decoded, Event) else decoded


@contextmanager
def open_events(path: Path) -> Iterator[EventFile]:
    """Open a file of events; what cannot be sought in (a pipe) is copied to disk first. Raises FileUnreadable."""
    with ExitStack() as stack:
        try:
            file = stack.enter_context(path.open("rb"))
            is_regular = stat.S_ISREG(os.fstat(file.fileno()).st_mode)
            events = EventFile(file) if is_regular else stack.enter_context(spool(file))
        except OSError as error:
            raise FileUnreadable(path=str(path), reason=error.strerror or str(error)) from None
        yield events


@contextmanager
def spool(lines: Iterable[bytes]) -> Iterator[EventFile]:
    """Copy lines to a temporary file, so that they can be read again; a missing line end is added."""
    with TemporaryFile(prefix="sla-ledger-") as file:
        for line in lines:
            file.write(line if line.endswith(b"\n") else line + b"\n")
        file.flush()
        yield EventFile(file)


def as_proposal(event: Event) -> Proposal:
    """What was said in a recorded event, without what the ledger set."""
    return Proposal.model_construct(
        id=event.id,
        subject=event.subject,
        occurred_at=event.occurred_at,
        actor=event.actor,
        data=event.data,
        recorded_at=event.recorded_at,
    )


def _take(unit: UnitOfWork, line: bytes, place: int) -> Event | Duplicate:
    read = _decode(line)
    if isinstance(read, Event):
        return unit.take_recorded(read, place)
    return unit.take(read, place)


def _take_proposal(unit: UnitOfWork, line: bytes, place: int) -> Event | Duplicate:
    return unit.take(decode_proposal(line), place)


def _decode(line: bytes) -> Event | Proposal:
    if b'"log"' in line and b'"version"' in line and is_canonical(parse_line(line)):
        return decode_event(line)
    return decode_proposal(line)


class at_line:  # noqa: N801  (used as a statement: with at_line(7))
    """What is refused inside is refused with the number of its line. A class, because it is entered for every line."""

    __slots__ = ("_number",)

    def __init__(self, number: int) -> None:
        self._number = number

    def __enter__(self) -> None:
        """Nothing is to be done before."""

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        """Give the error the parameter `line`."""
        if isinstance(error, LedgerError):
            error.params = MappingProxyType({**error.params, "line": self._number})
