"""The calendars that ship with the product: what was published for each year, and when.

`<jurisdiction>.jsonl` holds one event in the interchange form a line, in the order published; each occurred at
12:00+03:00 of the date of publication. A year republished stands there again: in spring 2020 four times.
"""

from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final

from schemas.decode import decode_proposal
from schemas.events import Proposal
from schemas.problems import UnknownJurisdiction

__all__ = ["JURISDICTIONS", "shipped_calendars"]

_FILES: Final = MappingProxyType({"RU": "ru.jsonl"})
JURISDICTIONS: Final = tuple(_FILES)


@cache
def shipped_calendars(jurisdiction: str) -> tuple[Proposal, ...]:
    """The publications of a jurisdiction as events to record, in the order published, none claiming a `recorded_at`.

    Raises UnknownJurisdiction where none are shipped.
    """
    if jurisdiction not in _FILES:
        raise UnknownJurisdiction(jurisdiction=jurisdiction, known=", ".join(JURISDICTIONS))
    lines = files(__name__).joinpath(_FILES[jurisdiction]).read_bytes().splitlines()
    return tuple(decode_proposal(line) for line in lines)
