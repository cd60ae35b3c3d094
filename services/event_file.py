"""A file of events as a checked sequence: one JSON object a line, in the interchange or the canonical form.

Every line is read and decided in turn against what the lines before it left; the first bad one ends the reading with
its number, what is wrong and what to do. Lines are never all in memory: an earlier event that a later one speaks of is
read again from its place.
"""

import os
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryFile
from types import MappingProxyType
from typing import IO, Final, NoReturn, TypeVar

from ledger.journal import FileJournal
from ledger.unit_of_work import Duplicate, UnitOfWork
from schemas.canonical import LONGEST_BYTES
from schemas.decode import decode_event, decode_proposal, is_canonical, parse_line
from schemas.events import Event, Proposal
from schemas.problems import FileUnreadable, LedgerError

__all__ = ["EventFile", "as_proposal", "open_events", "spool"]

_READ_AT_ONCE: Final = LONGEST_BYTES + len(b"\r\n") + 1
"""One byte more than the longest line, so that a file without line ends is refused and not read into memory."""

Read = TypeVar("Read", bound=Event | Proposal)


class EventFile:
    """The lines of an open file with their numbers; the file must be seekable and stay as it is."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def lines(self) -> Iterator[tuple[int, int, bytes]]:
        """Number, place and bytes of each line. May be asked for again once the one before is exhausted."""
        self._file.seek(0)
        place = 0
        for number, line in enumerate(iter(partial(self._file.readline, _READ_AT_ONCE), b""), 1):
            yield number, place, line
            place += len(line)

    def taken_into(self, unit: UnitOfWork) -> Iterator[tuple[int, Event]]:
        """The line number and the event of each line that is not a repetition, decided by the unit of work.

        Raises LedgerError with the parameter `line` where a line has not the form of an event or breaks a rule.
        """
        for number, place, line in self.lines():
            try:
                event = _take(unit, line, place)
            except LedgerError as error:
                _refuse(error, number)
            if not isinstance(event, Duplicate):
                yield number, event

    def proposals(self) -> Iterator[tuple[int, Proposal]]:
        """The line number and the proposal of each line, in the interchange form alone.

        Raises LedgerError with the parameter `line` where a line has not this form.
        """
        return self._decoded(decode_proposal)

    def events(self, decode: Callable[[bytes], Event]) -> Iterator[tuple[int, Event]]:
        """The line number and the event of each line, in the canonical form alone. Raises like `proposals`."""
        return self._decoded(decode)

    def journal(self) -> FileJournal:
        """A journal that reads the file's events again where they stand."""
        return FileJournal(self._reread)

    def _decoded(self, decode: Callable[[bytes], Read]) -> Iterator[tuple[int, Read]]:
        for number, _, line in self.lines():
            try:
                yield number, decode(line.removesuffix(b"\n"))
            except LedgerError as error:
                _refuse(error, number)

    def _reread(self, place: int) -> Proposal:
        read = os.pread(self._file.fileno(), _READ_AT_ONCE, place)
        decoded = _decode(read.partition(b"\n")[0])
        return as_proposal(decoded) if isinstance(decoded, Event) else decoded


@contextmanager
def open_events(path: Path) -> Iterator[EventFile]:
    """Open a file of events; what cannot be sought in (a pipe) is copied to disk first. Raises FileUnreadable."""
    try:
        with path.open("rb") as file:
            if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                yield EventFile(file)
            else:
                with spool(file) as copy:
                    yield copy
    except OSError as error:
        raise FileUnreadable(path=str(path), reason=error.strerror or str(error)) from None


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


def _decode(line: bytes) -> Event | Proposal:
    if b'"log"' in line and b'"version"' in line and is_canonical(parse_line(line)):
        return decode_event(line)
    return decode_proposal(line)


def _refuse(error: LedgerError, line: int) -> NoReturn:
    error.params = MappingProxyType({**error.params, "line": line})
    raise error
