"""What is to be read, as the requests that ask for it."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final, TypedDict

from sla_ledger_client.answers import Document, Event, Page, State, Verdict
from sla_ledger_client.request import Call, Reply, Request, path, query

__all__ = [
    "ComplianceFilters",
    "DeadlineFilters",
    "FeedOptions",
    "IncidentFilters",
    "Readings",
    "compliance",
    "deadlines",
    "events",
    "explanation",
    "incidents",
    "openapi",
    "state",
    "timeline",
    "values",
    "verdict",
]

Readings = Mapping[str, str]
"""Question by question, the option to judge by."""


class IncidentFilters(TypedDict, total=False):
    """Which incidents are listed; all of the key's scope where nothing is given."""

    contract: str
    standing: str
    """`kept`, `broken`, `disputed` or `not-judged`."""
    decisive: str
    """A question that some obligation hangs on."""
    open: bool
    at_risk: timedelta
    """Within which something falls due under some reading."""
    limit: int
    """Of a page: all pages are iterated."""


class ComplianceFilters(TypedDict, total=False):
    """What is counted, by groups that share `by`."""

    month: str
    """`2024-04`, by the contract's local time."""
    by: Sequence[str]
    """Some of `month`, `level`, `priority`, `contract`."""


class DeadlineFilters(TypedDict, total=False):
    """Whose deadlines are told."""

    contract: str
    within: timedelta
    """How far ahead."""
    limit: int


class FeedOptions(TypedDict, total=False):
    """What is wanted of the feed; `feed.Wanted` says what holds where it is not given."""

    contracts: Sequence[str]
    types: Sequence[str]
    limit: int
    wait_seconds: int
    follow: bool
    sse: bool


_JSON: Final = {"Accept": "application/json"}
_NDJSON: Final = {"Accept": "application/x-ndjson"}


def state(kind: str, subject: str) -> Call[State]:
    """The record of an incident or a contract, `kind` being its collection."""
    return Call(_get(path("v1", kind, subject)), State.of)


def events(kind: str, subject: str, after: int | None) -> Call[tuple[Event, ...]]:
    """The events of an incident or a contract after a version, byte for byte."""

    def read(reply: Reply) -> tuple[Event, ...]:
        if reply.body and not reply.body.endswith(b"\n"):
            raise ValueError("the last line is cut off")
        return tuple(Event.of(line) for line in reply.body.split(b"\n") if line)

    request = Request("GET", path("v1", kind, subject, "events"), query({"after": after}), _NDJSON)
    return Call(request, read)


def verdict(incident: str, as_of: datetime | None, at_position: int | None, readings: Readings | None) -> Call[Verdict]:
    """The verdict on an incident."""
    return Call(_judged(incident, "verdict", as_of, at_position, readings), Verdict.of)


def explanation(
    incident: str, as_of: datetime | None, at_position: int | None, readings: Readings | None
) -> Call[Document]:
    """How the verdict was counted."""
    return Call(_judged(incident, "explanation", as_of, at_position, readings), Document.of)


def timeline(
    incident: str, as_of: datetime | None, at_position: int | None, readings: Readings | None
) -> Call[Document]:
    """What happened, on one axis."""
    return Call(_judged(incident, "timeline", as_of, at_position, readings), Document.of)


def values(kind: str, subject: str) -> Call[Document]:
    """The free text and the people of an incident or a contract."""
    return Call(_get(path("v1", kind, subject, "values")), Document.of)


def incidents(filters: IncidentFilters, cursor: str | None) -> Call[Page]:
    """A page of the list of incidents."""
    request = _get(path("v1", "incidents"), {**filters, "cursor": cursor})
    return Call(request, lambda reply: Page.of(reply, "incidents"))


def compliance(filters: ComplianceFilters) -> Call[Document]:
    """What was kept, broken and disputed."""
    by = {"by": ",".join(filters["by"])} if "by" in filters else {}
    return Call(_get(path("v1", "compliance"), {**filters, **by}), Document.of)


def deadlines(filters: DeadlineFilters) -> Call[Document]:
    """What falls due next."""
    return Call(_get(path("v1", "deadlines"), filters), Document.of)


def openapi() -> Call[Document]:
    """The description of the API that this server serves."""
    return Call(_get(path("v1", "openapi.json")), Document.of)


def _judged(
    incident: str, what: str, as_of: datetime | None, at_position: int | None, readings: Readings | None
) -> Request:
    chosen: Sequence[str] = [f"{question}={option}" for question, option in (readings or {}).items()]
    return _get(
        path("v1", "incidents", incident, what),
        {"as_of": as_of, "at_position": at_position, "reading": list(chosen)},
    )


def _get(where: str, parameters: Mapping[str, Any] | None = None) -> Request:
    return Request("GET", where, query(parameters or {}), _JSON)
