"""The policy file: a support contract's own table as data, adopted by its hash and judged by for life.

The file is TOML and mirrors the contract, so that a person finds a rule where the contract has it:

    [[response]]                      one row a priority, one cell a level, as in the contract's table
    [level.NAME]                      when the level is served, through which channels, how it reads "hours"
    [questions]                       what the text leaves open, each with the clause that does so

A cell reads "12 hours" or "12 working hours". Working hours are service time; plain hours are read as the
level's `plain_hours` says. Where a value may be either an option or a question's name, the name of a question
means that the text allows every option of it. Each entry carries the id of its clause (READINGS.md, CLAUSES.md).
"""

import re
import tomllib
from collections.abc import Callable
from functools import cached_property, lru_cache
from hashlib import sha256
from itertools import pairwise
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)

from schemas.instants import parse_instant, to_micros
from schemas.model import IDENTIFIER_PATTERN
from schemas.problems import PolicyUnusable
from schemas.questions import QUESTIONS
from schemas.wording import model_fault, toml_fault

HOUR = 3_600_000_000
MINUTE = 60_000_000

_AMOUNT = re.compile(r"([1-9][0-9]{0,5}) (working )?(hour|minute)s?")
_OFFSET = re.compile(r"([+-])([01][0-9]|2[0-3]):([0-5][0-9])")
_WINDOW = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-([01][0-9]|2[0-4]):([0-5][0-9])")
_LONGEST_TARGET_WEEKS = 520
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

Clause = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9-]{0,63}$")]
LevelName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9+-]{0,31}$")]


class _Shape(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", populate_by_name=True)


class Amount(_Shape):
    """A length of time that the contract promises, in microseconds, and whether it is written as working time."""

    micros: int
    working: bool
    text: str


def parse_amount(text: str) -> Amount:
    """Read a cell of the response table, such as "12 working hours". Raises ValueError."""
    match = _AMOUNT.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not an amount such as '12 hours' or '12 working hours'")
    unit = HOUR if match[3] == "hour" else MINUTE
    return Amount(micros=int(match[1]) * unit, working=match[2] is not None, text=text)


def parse_offset(text: str) -> int:
    """Microseconds east of UTC of an offset such as "+03:00". Raises ValueError."""
    match = _OFFSET.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not an offset such as '+03:00'")
    sign = 1 if match[1] == "+" else -1
    return sign * (int(match[2]) * HOUR + int(match[3]) * MINUTE)


def parse_window(text: str) -> tuple[int, int]:
    """Opening and closing of a service window as microseconds of the local day. Raises ValueError."""
    match = _WINDOW.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not a window such as '09:00-18:00'")
    opening = int(match[1]) * HOUR + int(match[2]) * MINUTE
    closing = int(match[3]) * HOUR + int(match[4]) * MINUTE
    if not opening < closing <= 24 * HOUR:
        raise ValueError(f"{text!r} must close after it opens, and by 24:00")
    return opening, closing


def _choice(value: str, options: tuple[str, ...]) -> str:
    question = QUESTIONS.get(value)
    if value not in options and (question is None or not set(question.options) <= set(options)):
        raise ValueError(f"{value!r} is neither one of {', '.join(options)} nor a question between them")
    return value


def _checked(parse: Callable[[str], object]) -> AfterValidator:
    """A text that stays as written, once `parse` has taken it."""
    return AfterValidator(lambda text: (parse(text), text)[1])


Served = Annotated[str, AfterValidator(lambda value: _choice(value, ("served", "not-served")))]
Shortening = Annotated[str, AfterValidator(lambda value: _choice(value, ("full", "shortened")))]
HoursReading = Annotated[
    str,
    AfterValidator(lambda value: _choice(value, ("clock", "service", "roll-to-opening", "from-opening-of-service"))),
]


class LocalZone(_Shape):
    """Local time of the contract: one offset, or the offsets in force from instants listed in UTC."""

    clause: Clause
    utc_offset: Annotated[str, _checked(parse_offset)]
    transitions: tuple[tuple[str, str], ...] = ()

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        instants = [at for at, _ in self.changes()]
        if instants != sorted(set(instants)):
            raise ValueError("transitions must be in order, each at an instant of its own")
        return self

    def changes(self) -> tuple[tuple[int, int], ...]:
        """The transitions as (instant, offset) in microseconds."""
        return tuple((to_micros(parse_instant(at)), parse_offset(to)) for at, to in self.transitions)


class ServiceWindow(_Shape):
    """On which local dates, and between which hours of them, a level is served (READINGS.md, Days)."""

    weekdays: tuple[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], ...] = Field(min_length=1)
    hours: tuple[Annotated[str, _checked(parse_window)], ...] = Field(min_length=1)
    holidays: Served = "served"
    days_off: Served = "served"
    non_working_days: Served = "served"
    working_weekends: Served = "not-served"
    shortened: Shortening = "full"

    @model_validator(mode="after")
    def _disjoint(self) -> Self:
        spans = self.spans()
        if any(later[0] < earlier[1] for earlier, later in pairwise(spans)):
            raise ValueError("hours must be in order and must not overlap")
        return self

    def spans(self) -> tuple[tuple[int, int], ...]:
        """The windows of a served date as microseconds of the local day."""
        return tuple(parse_window(text) for text in self.hours)

    def weekly(self) -> int:
        """How much of a week without special days is served, in microseconds."""
        return len(set(self.weekdays)) * sum(closing - opening for opening, closing in self.spans())

    def weekday_numbers(self) -> frozenset[int]:
        """Served weekdays, Monday being 0."""
        return frozenset(_WEEKDAYS.index(name) for name in self.weekdays)


class Channels(_Shape):
    """Through which channels a level's incidents may be opened (CHANNELS)."""

    clause: Clause
    names: tuple[str, ...] = Field(min_length=1)


class Level(_Shape):
    """One level of the support programme."""

    clause: Clause
    channels: Channels
    window: ServiceWindow
    plain_hours: HoursReading = "clock"


class ResponseRow(_Shape):
    """One row of the response table: a priority, and for each level the time within which to respond."""

    clause: Clause
    priority: Annotated[int, Field(ge=1, le=4)]
    within: dict[LevelName, Annotated[str, _checked(parse_amount)]]


class Coverage(_Shape):
    """Which editions of the product the programme is for (PROG-COMMERCIAL)."""

    clause: Clause
    editions: tuple[str, ...] = Field(min_length=1)


class ContinuousWork(_Shape):
    """At which priority work goes on without interruption (P1-CONTINUOUS)."""

    clause: Clause
    priority: Annotated[int, Field(ge=1, le=4)]


class Duties(_Shape):
    """The clauses of what the provider owes beside the response."""

    confirmation: Clause
    status: Clause
    resolution_notice: Clause
    not_covered_notice: Clause
    unreachable_proof: Clause
    release_stages: Clause


class Policy(_Shape):
    """A support policy as adopted: the rules of one contract text, addressed by clause."""

    id: Annotated[str, StringConstraints(pattern=f"^{IDENTIFIER_PATTERN}$")]
    version: str
    zone: LocalZone
    coverage: Coverage
    level: dict[LevelName, Level] = Field(min_length=1)
    response: tuple[ResponseRow, ...] = Field(min_length=1)
    continuous_work: ContinuousWork
    duties: Duties
    questions: dict[str, Clause]
    sha256: str

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if sorted(row.priority for row in self.response) != [1, 2, 3, 4]:
            raise ValueError("response must have one row for each of the priorities 1 to 4")
        for row in self.response:
            if set(row.within) != set(self.level):
                raise ValueError(
                    f"priority {row.priority}: each level must have a time, and no other name may stand there"
                )
        unknown = set(self.questions) - set(QUESTIONS)
        if unknown:
            raise ValueError(f"questions: {', '.join(sorted(unknown))} is not one of the questions in docs/reading.md")
        for name, level in self.level.items():
            for value in (*level.window.model_dump().values(), level.plain_hours):
                if isinstance(value, str) and value in QUESTIONS and value not in self.questions:
                    raise ValueError(
                        f"level {name}: the question {value} must be listed under questions with its clause"
                    )
            longest = max(amount.micros for amount in self.targets(name))
            if longest > _LONGEST_TARGET_WEEKS * level.window.weekly():
                raise ValueError(
                    f"level {name}: its hours are so few that a time of the response table would take over ten years"
                )
        return self

    @cached_property
    def closed_questions(self) -> dict[str, str]:
        """The questions that this text does not leave open, each with its literal option."""
        return {name: question.literal for name, question in QUESTIONS.items() if name not in self.questions}

    def targets(self, level: str) -> tuple[Amount, ...]:
        """The times within which to respond, by priority from 1 on. Raises KeyError for a level it does not have."""
        rows = sorted(self.response, key=lambda row: row.priority)
        return tuple(parse_amount(row.within[level]) for row in rows)


@lru_cache(maxsize=256)
def parse_policy(text: bytes) -> Policy:
    """Read a policy file. Raises PolicyUnusable, naming the entry and what is wrong with it."""
    document: dict[str, Any] = {}
    try:
        document = tomllib.loads(text.decode("utf-8"))
        return Policy.model_validate({**_tuples(document), "sha256": sha256(text).hexdigest()})
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        raise PolicyUnusable(entry=_entry(first["loc"], document), reason=model_fault(first)) from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PolicyUnusable(entry="file", reason=toml_fault(error)) from error


def _entry(steps: tuple[int | str, ...], document: Any) -> str:
    """The entry as a person finds it in the file: a row of the response table by its priority, not by its number."""
    named = ""
    for step in steps:
        document = document[step] if _has(document, step) else None
        match step, document:
            case int(), {"priority": int(priority)}:
                named += f"[priority = {priority}]"
            case int(), _:
                named += f"[{step + 1}]"
            case _:
                named += f".{step}"
    return named.removeprefix(".") or "file"


def _has(document: Any, step: int | str) -> bool:
    if isinstance(step, int):
        return isinstance(document, list) and step < len(document)
    return isinstance(document, dict) and step in document


def _tuples(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _tuples(item) for key, item in value.items()}
    return tuple(map(_tuples, value)) if isinstance(value, list) else value


__all__ = [
    "Amount",
    "Level",
    "LocalZone",
    "Policy",
    "ResponseRow",
    "ServiceWindow",
    "parse_amount",
    "parse_policy",
]
