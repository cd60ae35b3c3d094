"""The mapping file: how another system's export becomes events, as data that a user copies.

It says what each column holds, how dates are written, what states, priorities and channels mean,
and the whole contract that the incidents are judged by. `mappings/servicenow.toml` is the shipped
one, with a comment on every entry. A file with an entry too many or too few is refused, since a
misspelt name would otherwise read as "not given".
"""

import codecs
import re
import tomllib
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from functools import cached_property, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    Field,
    StringConstraints,
    ValidationError,
    field_validator,
    model_validator,
)

from schemas.contract_events import Licence
from schemas.decode import is_identifier
from schemas.events import PROVIDER_LOG
from schemas.model import (
    Contact,
    Duration,
    Identifier,
    Instant,
    Jurisdiction,
    Model,
    Name,
    Priority,
    Word,
)
from schemas.policy import parse_offset
from schemas.problems import MappingUnusable
from schemas.wording import model_fault, toml_fault

__all__ = ["SHIPPED", "Columns", "Mapping", "Standing", "load_mapping", "parse_mapping"]

SHIPPED = ("servicenow",)
LARGEST_FILE_BYTES = 1024 * 1024

# A day, hour and minute that no other order of day, month and hour reads the same way.
_PROBE = datetime(2016, 2, 29, 18, 27, tzinfo=UTC)
_INCIDENT_NUMBER = re.compile(r"INC-[0-9]{4}-[0-9]{6}")

Standing = Literal["new", "open", "resolved", "closed"]
Character = Annotated[str, StringConstraints(min_length=1, max_length=1)]
Names = Annotated[tuple[Name, ...], Field(min_length=1)]
# So that the texts of one row together stay below the limit of an event.
TextColumns = Annotated[tuple[Name, ...], Field(min_length=1, max_length=4)]


def _readable_back(date_format: str) -> str:
    written = _PROBE.strftime(date_format)
    try:
        read = datetime.strptime(written, date_format)  # noqa: DTZ007 - the offset is an entry of its own
    except ValueError as error:
        raise ValueError(f"strptime cannot use it: {error}") from None
    if read.tzinfo is not None:
        raise ValueError("it holds an offset, which belongs in utc_offset")
    if read != _PROBE.replace(tzinfo=None):
        raise ValueError("it leaves out the year, month, day, hour or minute")
    return date_format


def _known_encoding(name: str) -> str:
    try:
        codecs.lookup(name)
    except LookupError:
        raise ValueError(f"there is no text encoding {name!r}") from None
    return name


def _offset(text: str) -> str:
    parse_offset(text)
    return text


def _one_group(pattern: str) -> str:
    try:
        compiled = re.compile(pattern)
    except re.error as error:
        raise ValueError(f"it is not a regular expression: {error}") from None
    if compiled.groups != 1:
        raise ValueError(f"it must have one group, the staff id; it has {compiled.groups}")
    return pattern


@lru_cache(maxsize=4096)
def _instant(text: str, date_format: str, zone: timezone) -> datetime | None:
    try:
        return datetime.strptime(text, date_format).replace(tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


class FileFormat(Model):
    """How the source file is written: its encoding, its columns, its dates."""

    encoding: Annotated[str, AfterValidator(_known_encoding)]
    delimiter: Character
    missing: tuple[str, ...]
    date_format: Annotated[str, AfterValidator(_readable_back)]
    utc_offset: Annotated[str, AfterValidator(_offset)]

    @cached_property
    def _zone(self) -> timezone:
        return timezone(timedelta(microseconds=parse_offset(self.utc_offset)))

    def instant(self, text: str | None) -> datetime | None:
        """The instant in UTC that a date stands for; None where it is missing or not written so."""
        return None if text is None else _instant(text, self.date_format, self._zone)


class Columns(Model):
    """The column that holds each thing the conversion needs."""

    number: Name
    state: Name
    update_count: Name
    opened_at: Name
    created_at: Name
    updated_at: Name
    resolved_at: Name
    priority: Name
    channel: Name
    caller: Name
    engineer: Name
    outcome: Name
    title: TextColumns
    resolution: TextColumns

    def needed(self) -> Iterator[tuple[str, str]]:
        """Each entry with a column that it names, in the order of the file."""
        for entry in type(self).model_fields:
            named: str | tuple[str, ...] = getattr(self, entry)
            for column in (named,) if isinstance(named, str) else named:
                yield entry, column


class States(Model):
    """The source's words for what an incident's state means."""

    new: Names
    open: tuple[Name, ...]
    resolved: Names
    closed: tuple[Name, ...]

    @cached_property
    def meaning(self) -> dict[str, Standing]:
        """What each of the source's states means."""
        pairs = (
            (self.new, "new"),
            (self.open, "open"),
            (self.resolved, "resolved"),
            (self.closed, "closed"),
        )
        return {word: standing for words, standing in pairs for word in words}  # type: ignore[misc]

    @model_validator(mode="after")
    def _each_in_one_list(self) -> Self:
        listed = [*self.new, *self.open, *self.resolved, *self.closed]
        twice = sorted({word for word in listed if listed.count(word) > 1})
        if twice:
            raise ValueError(f"{twice[0]!r} stands in the lists twice")
        return self


class Engineers(Model):
    """How who made an update is read as a staff id (EVENTS.md: never a name or an address)."""

    pattern: Annotated[str, AfterValidator(_one_group)]
    prefix: str

    @cached_property
    def _matching(self) -> re.Pattern[str]:
        return re.compile(self.pattern)

    def staff_id(self, value: str) -> str | None:
        """The staff id that the value stands for, or None where it stands for no engineer."""
        match = self._matching.fullmatch(value)
        if match is None or match[1] is None:
            return None
        staff_id = f"{self.prefix}{match[1]}"
        return staff_id if is_identifier(staff_id) else None


class Unsaid(Model):
    """What an event must say and the source does not."""

    organisation: Name
    reporter: Name
    system: Name
    response_channel: Word


class Contract(Model):
    """The contract that every incident of the file is judged by, and when it was recorded."""

    id: Identifier
    registered_at: Instant
    customer: Name
    level: Name
    edition: Name
    licence: Licence
    contacts: tuple[Contact, ...]
    jurisdiction: Jurisdiction
    work_gap_tolerance: Duration | None = None
    policy: Identifier | None = None

    @field_validator("id")
    @classmethod
    def _free_for_a_contract(cls, value: str) -> str:
        if value == PROVIDER_LOG:
            raise ValueError("it is the id of the provider's own log")
        if _INCIDENT_NUMBER.fullmatch(value):
            raise ValueError("only incidents may have an id of the form INC-YYYY-NNNNNN")
        return value


class Mapping(Model):
    """A mapping file, read and found whole; `name` is what it goes by in messages."""

    name: str
    file: FileFormat
    columns: Columns
    states: States
    priorities: dict[str, Priority]
    channels: dict[str, Word]
    engineer: Engineers
    outcomes: dict[str, bool]
    unsaid: Unsaid
    contract: Contract

    def unusable(self, entry: str, reason: str) -> MappingUnusable:
        """The error that says which entry does not fit the file it is used on, and why."""
        return MappingUnusable(mapping=self.name, entry=entry, reason=reason)


def load_mapping(name: str) -> Mapping:
    """The shipped mapping of that name, else the mapping file at that path.

    Raises MappingUnusable, naming the entry and what is wrong with it.
    """
    if name in SHIPPED:
        shipped = files("services.importing") / "mappings" / f"{name}.toml"
        return parse_mapping(shipped.read_bytes(), name)
    try:
        with Path(name).open("rb") as file:
            text = file.read(LARGEST_FILE_BYTES + 1)
    except OSError as error:
        reason = f"{error.strerror or error}; shipped mappings: {', '.join(SHIPPED)}"
        raise MappingUnusable(mapping=name, entry="file", reason=reason) from error
    return parse_mapping(text, name)


def parse_mapping(text: bytes, name: str) -> Mapping:
    """Read the text of a mapping file that goes by `name` in messages. Raises MappingUnusable."""
    if len(text) > LARGEST_FILE_BYTES:
        reason = f"it is longer than {LARGEST_FILE_BYTES} bytes"
        raise MappingUnusable(mapping=name, entry="file", reason=reason)
    try:
        document = tomllib.loads(unicodedata.normalize("NFC", text.decode("utf-8")))
        if "name" in document:
            raise MappingUnusable(mapping=name, entry="name", reason="there is no such entry")
        return Mapping.model_validate({**_tuples(document), "name": name})
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        entry = ".".join(str(part) for part in first["loc"]) or "file"
        raise MappingUnusable(mapping=name, entry=entry, reason=model_fault(first)) from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise MappingUnusable(mapping=name, entry="file", reason=toml_fault(error)) from error


def _tuples(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _tuples(item) for key, item in value.items()}
    return tuple(map(_tuples, value)) if isinstance(value, list) else value
