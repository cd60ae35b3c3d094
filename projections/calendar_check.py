"""Business-time cases with known answers, tried on the calendar arithmetic of this product.

Cases of kind `add`, `elapsed`, `elapsed_sum` and `periods_after` must agree. Where a case is
marked `boundary: next_open`, its source moves an amount that ends at closing time to the next
opening, and this product does not (READINGS, Amounts: closing time; an amount of 0: the start).
Such a case differs by decision, if the next opening is indeed all that lies between the answers.
Kinds that the contract's arithmetic has no use for are not served.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from zoneinfo import ZoneInfo

from projections.calendar import Interval
from projections.calendar_cases import Case, ZoneNamed
from projections.case_fields import MalformedCaseError, read_micros, read_pairs
from projections.schedule import NotServedError, Schedule

__all__ = ["CaseResult", "CaseStatus", "CheckReport", "check_cases"]

_MAX_SEGMENTS = 100


class CaseStatus(StrEnum):
    """What came of a case; `disagrees` and `malformed` are failures."""

    AGREES = "agrees"
    DISAGREES = "disagrees"
    DIFFERS_BY_DECISION = "differs-by-decision"
    NOT_SERVED = "not-served"
    MALFORMED = "malformed"


@dataclass(frozen=True, slots=True)
class CaseResult:
    """One case with the answer expected and the answer given, in the form the case uses.

    `reason` says why there is no answer. `segments` are the periods counted, in UTC, where the
    answer was not the one expected: at most the first hundred.
    """

    id: str
    kind: str
    status: CaseStatus
    expected: object = None
    got: object = None
    reason: str | None = None
    segments: tuple[tuple[str, str], ...] = ()

    @property
    def failed(self) -> bool:
        """Whether the case counts against the calendar or the file."""
        return self.status in (CaseStatus.DISAGREES, CaseStatus.MALFORMED)

    def to_wire(self) -> dict[str, object]:
        """The result as JSON, without the fields that have nothing to say."""
        wire: dict[str, object] = {"id": self.id, "kind": self.kind, "status": self.status.value}
        wire |= {"expected": self.expected, "got": self.got}
        if self.reason is not None:
            wire["reason"] = self.reason
        if self.segments:
            wire["segments"] = [list(segment) for segment in self.segments]
        return wire


@dataclass(frozen=True, slots=True)
class CheckReport:
    """The results of a file of cases, in its order."""

    results: tuple[CaseResult, ...]

    @property
    def agrees(self) -> bool:
        """Whether nothing failed."""
        return not any(result.failed for result in self.results)

    @property
    def counts(self) -> dict[CaseStatus, int]:
        """How many cases came out each way, every status named."""
        counted = Counter(result.status for result in self.results)
        return {status: counted[status] for status in CaseStatus}

    def to_wire(self) -> dict[str, object]:
        """The report as JSON."""
        return {
            "agrees": self.agrees,
            "counts": {status.value: count for status, count in self.counts.items()},
            "results": [result.to_wire() for result in self.results],
        }


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a case came to; `segments` is asked only where a person will want to check."""

    expected: object
    got: object
    status: CaseStatus
    segments: Callable[[], list[Interval]]


def check_cases(document: object, zone_named: ZoneNamed = ZoneInfo) -> CheckReport:
    """Tries every case of a parsed file, and never fails on one that is malformed.

    `zone_named` finds a zone of the database, from which the offsets are drafted.
    """
    vectors = document.get("vectors") if isinstance(document, Mapping) else None
    if not isinstance(vectors, list) or not vectors:
        reason = "the file has no cases: expected an object with a list `vectors`"
        return CheckReport((CaseResult("", "", CaseStatus.MALFORMED, reason=reason),))
    return CheckReport(tuple(_check(case, f"#{number}", zone_named) for number, case in enumerate(vectors, 1)))


def _check(fields: object, place: str, zone_named: ZoneNamed) -> CaseResult:
    if not isinstance(fields, Mapping):
        reason = "expected an object"
        return CaseResult(place, "", CaseStatus.MALFORMED, reason=reason)
    identifier, kind = (str(fields.get(name, other)) for name, other in (("id", place), ("kind", "")))
    if not kind:
        return CaseResult(identifier, kind, CaseStatus.MALFORMED, reason="kind: it is missing")
    if kind not in _KINDS:
        return CaseResult(identifier, kind, CaseStatus.NOT_SERVED)
    try:
        case = Case.read(fields, zone_named)
        answer = _KINDS[kind](case, case.schedule())
        segments: tuple[tuple[str, str], ...] = ()
        if answer.status is not CaseStatus.AGREES:
            counted = answer.segments()[:_MAX_SEGMENTS]
            segments = tuple((case.shown(since, "Z"), case.shown(until, "Z")) for since, until in counted)
    except MalformedCaseError as error:
        return CaseResult(identifier, kind, CaseStatus.MALFORMED, reason=str(error))
    except OverflowError:
        reason = "an instant lies outside the years 1 to 9999"
        return CaseResult(identifier, kind, CaseStatus.MALFORMED, reason=reason)
    except NotServedError as error:
        expected = next((fields[name] for name in fields if str(name).startswith("expected_")), None)
        return CaseResult(identifier, kind, CaseStatus.DISAGREES, expected, reason=str(error))
    return CaseResult(identifier, kind, answer.status, answer.expected, answer.got, segments=segments)


def _add(case: Case, schedule: Schedule) -> _Answer:
    start, amount = case.instant("start"), case.micros("amount_seconds")
    if amount < 0:
        raise MalformedCaseError("amount_seconds: service time cannot be negative")
    expected = case.fields.get("expected_due")
    due = schedule.add(start, amount)
    status = _verdict(case.shows(expected, "expected_due", due))
    if status is CaseStatus.DISAGREES and case.fields.get("boundary") == "next_open":
        opening = schedule.next_opening(due)
        if opening is not None and case.shows(expected, "expected_due", opening):
            status = CaseStatus.DIFFERS_BY_DECISION
    return _Answer(
        expected,
        case.shown(due, expected),
        status,
        lambda: schedule.compile(start, due).intervals(start, due),
    )


def _elapsed(case: Case, schedule: Schedule) -> _Answer:
    return _sum(case, schedule, [(case.instant("start"), case.instant("end"))])


def _elapsed_sum(case: Case, schedule: Schedule) -> _Answer:
    return _sum(case, schedule, list(case.spans("spans")))


def _sum(case: Case, schedule: Schedule, spans: list[Interval]) -> _Answer:
    name = "expected_elapsed_seconds"
    expected = case.fields.get(name)
    micros = read_micros(expected, name)
    elapsed = sum(schedule.elapsed(start, end) for start, end in spans)
    seconds, fraction = divmod(elapsed, 1_000_000)
    return _Answer(
        expected,
        elapsed / 1_000_000 if fraction else seconds,
        _verdict(elapsed == micros),
        lambda: [segment for start, end in spans for segment in schedule.compile(start, end).intervals(start, end)],
    )


def _periods_after(case: Case, schedule: Schedule) -> _Answer:
    """The first periods after the start, as many as are expected; none expected means none."""
    name = "expected_periods"
    expected = read_pairs(case.fields.get(name), name)
    start = case.instant("start")
    periods = list(islice(schedule.periods_after(start), max(1, len(expected))))
    agrees = len(periods) == len(expected) and all(
        case.shows(since, name, opens) and case.shows(until, name, closes)
        for (since, until), (opens, closes) in zip(expected, periods, strict=True)
    )
    form = expected[0][0] if expected else "Z"
    got = [[case.shown(instant, form) for instant in period] for period in periods]
    return _Answer(case.fields[name], got, _verdict(agrees), lambda: periods)


def _verdict(agrees: bool) -> CaseStatus:
    return CaseStatus.AGREES if agrees else CaseStatus.DISAGREES


_KINDS: Mapping[str, Callable[[Case, Schedule], _Answer]] = {
    "add": _add,
    "elapsed": _elapsed,
    "elapsed_sum": _elapsed_sum,
    "periods_after": _periods_after,
}
