"""An export on its way back: checked against its manifest line by line, then made a ledger again."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

import orjson

from ledger.application import Ledger
from schemas.canonical import LONGEST_BYTES
from schemas.chain import GENESIS, extend
from schemas.commitments import SALT_BYTES, Disclosure
from schemas.decode import decode_exported
from schemas.events import Event
from schemas.problems import (
    ChainMismatch,
    CountMismatch,
    FileUnreadable,
    InvalidInput,
    RuleBroken,
)
from schemas.provider_events import PolicyAdopted
from services.bootstrap import storage_options
from services.event_file import EventFile, at_line
from services.manifest import Manifest

__all__ = ["Restoration"]

_LONGEST_LINE: Final = 16 * LONGEST_BYTES
"""More than the values of one event can take with their salts and pointers."""


class Restoration:
    """The events of an export, its manifest, and the values where they are given."""

    def __init__(self, file: EventFile, manifest: Manifest, personal: Path | None) -> None:
        self._file: Final = file
        self._manifest: Final = manifest
        self._personal: Final = None if personal is None else Personal(personal)

    def check(self, told: Callable[[int], None] = lambda _line: None) -> None:
        """Read every line as the canonical form has it; `told` is given each number.

        Raises InvalidInput and RuleBroken with the parameter `line`, CountMismatch, ChainMismatch.
        """
        chain, count = GENESIS, 0
        for count, _, line in self._file.lines():
            bare = line.removesuffix(b"\n")
            with at_line(count):
                self._check_beside(decode_exported(bare))
            chain = extend(chain, bare)
            told(count)
        if count != self._manifest.count:
            raise CountMismatch(expected=self._manifest.count, found=count)
        if chain.hex() != self._manifest.chain:
            raise ChainMismatch(expected=self._manifest.chain, found=chain.hex())
        if self._personal is not None:
            self._personal.check_all_belong()

    def _check_beside(self, event: Event) -> None:
        if self._personal is not None:
            self._personal.belongs(event.id)
        data = event.data
        if isinstance(data, PolicyAdopted) and data.sha256 not in self._manifest.policies:
            raise RuleBroken(rule="policy-text-missing", subject=event.subject, sha256=data.sha256)

    def into(self, url: str) -> Ledger:
        """The ledger made anew at a URL where none is. Raises LedgerExists, RuleBroken, InvalidInput."""
        manifest = self._manifest
        return Ledger.restore(
            url,
            (line.removesuffix(b"\n") for _, _, line in self._file.lines()),
            provider=manifest.provider,
            ledger_id=manifest.ledger,
            count=manifest.count,
            chain=bytes.fromhex(manifest.chain),
            values=self._values,
            policy_texts=manifest.policy_texts(),
            options=storage_options(url),
        )

    def _values(self, event_id: str) -> Sequence[Disclosure]:
        return () if self._personal is None else self._personal.of(event_id)


class Personal:
    """The file of values beside an export, found by event without being held in memory."""

    def __init__(self, path: Path) -> None:
        """Read the file once, for where each event's values stand. Raises FileUnreadable, InvalidInput."""
        self._path = path
        self._places: dict[str, int] = {}
        self._strangers: dict[str, int] = {}
        for number, place, line in self._lines():
            with at_line(number):
                event, _ = _entry(line)
            self._places[event] = place
            self._strangers[event] = number

    def belongs(self, event_id: str) -> None:
        """Note that the export has the event of this id."""
        self._strangers.pop(event_id, None)

    def check_all_belong(self) -> None:
        """Refuse values of an event that the export does not have. Raises InvalidInput with the parameter `line`."""
        for number in self._strangers.values():
            with at_line(number):
                raise InvalidInput(reason="nothing-committed", pointer="/event")

    def of(self, event_id: str) -> Sequence[Disclosure]:
        """The values with their salts of the event of this id."""
        place = self._places.get(event_id)
        if place is None:
            return ()
        with self._path.open("rb") as file:
            file.seek(place)
            return _entry(file.readline(_LONGEST_LINE))[1]

    def _lines(self) -> Iterator[tuple[int, int, bytes]]:
        try:
            with self._path.open("rb") as file:
                place = 0
                for number, line in enumerate(iter(partial(file.readline, _LONGEST_LINE), b""), 1):
                    yield number, place, line
                    place += len(line)
        except OSError as error:
            raise FileUnreadable(path=str(self._path), reason=error.strerror or str(error)) from None


def _entry(line: bytes) -> tuple[str, Sequence[Disclosure]]:
    try:
        read: dict[str, Any] = orjson.loads(line)
        event, values = read["event"], read["values"]
        disclosures = tuple(
            Disclosure(pointer, bytes.fromhex(kept["salt"]), kept["value"]) for pointer, kept in values.items()
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        why = '{"event": …, "values": {pointer: {"salt": …, "value": …}}}'
        raise InvalidInput(reason="not-json", why=why) from None
    if not isinstance(event, str) or any(len(one.salt) != SALT_BYTES for one in disclosures):
        raise InvalidInput(reason="commitment-differs", pointer="/values")
    return event, disclosures
