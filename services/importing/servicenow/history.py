"""One incident's updates become its events: what states, priorities and dates say happened.

The rows come in the order of the source's own count of updates. What they say, event by event:

    opened          the first row, at opened_at, recorded at sys_created_at (else at opened_at)
    responded       the first step out of a new state, by the engineer who made that update
    reprioritized   a changed priority, by the provider and agreed
    resolved        the step into a resolved or closed state, at resolved_at (else at the row's)
    reopened        the step back into a new or open state, by the caller: only a customer reopens

Each but the first is recorded at the row's sys_updated_at. In one row an incident is reopened before
it changes and changes before it is resolved, so that the life cycle of EVENTS.md is kept. Nothing is
made up for what is missing or cannot be true: it is left out, or the second choice above is taken,
and a reject says which.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from schemas.events import Actor, Data, Proposal
from schemas.incident_events import (
    IncidentOpened,
    IncidentReopened,
    IncidentReprioritized,
    IncidentResolved,
    IncidentResponded,
)
from schemas.instants import print_instant
from schemas.model import Reporter
from schemas.text import shown
from services.importing.mapping import Mapping, Standing
from services.importing.servicenow.findings import Outcome, Reason, Reject
from services.importing.servicenow.source import Row

__all__ = ["Finding", "event_id", "read_incident"]

Finding = Proposal | Reject | Outcome

# EVENTS.md, Life of an incident: nothing occurs more than five minutes after it is recorded.
TOLERANCE = timedelta(minutes=5)


def event_id(*parts: object) -> str:
    """The id (RFC 9562, version 5) of what one update says: the same whenever it is converted."""
    return str(uuid5(NAMESPACE_URL, ":".join(map(str, ("urn:sla-ledger:servicenow", *parts)))))


def read_incident(rows: Iterable[Row], mapping: Mapping) -> Iterator[Finding]:
    """The events of one incident in order, what was lost on the way, the source's own verdict."""
    incident = _Incident(mapping)
    for row in rows:
        yield from incident.take(row)
    yield from incident.end()


class _Incident:
    """What the rows read so far say of the incident."""

    def __init__(self, mapping: Mapping) -> None:
        self._mapping = mapping
        self._opening: Row | None = None
        self._last: Row | None = None
        self._left_out = False
        self._is_open = False
        self._responded = False
        self._was_new = False
        self._standing: Standing | None = None
        self._state: str | None = None
        self._priority: int | None = None
        self._shown_priority: int | None = None
        self._recorded_at = datetime.min.replace(tzinfo=UTC)
        self._episode_began_at = self._recorded_at

    def take(self, row: Row) -> Iterator[Finding]:
        """What one more update says."""
        expected = self._last.update_count + 1 if self._last else 0
        self._last = row
        if self._left_out:
            return
        if row.update_count < expected:
            yield _reject(row, Reason.REPEATED_UPDATE, f"update {row.update_count} is there already")
            return
        if row.update_count > expected:
            yield _missing_updates(row, expected)
        updated_at = self._mapping.file.instant(row.updated_at)
        if updated_at is None:
            yield _reject(row, Reason.BAD_DATE, f"updated_at {_quoted(row.updated_at)}; the row is left out")
            return
        if self._opening is None:
            self._opening = row
            yield from self._opened(row)
            if not self._is_open:
                return
        if updated_at < self._recorded_at:
            then = print_instant(self._recorded_at)
            yield _reject(row, Reason.GOES_BACK, f"{print_instant(updated_at)}; taken as {then}")
        self._recorded_at = max(updated_at, self._recorded_at)
        yield from self._step(row)

    def end(self) -> Iterator[Finding]:
        """What can be said only once every row was read."""
        if self._opening and not self._was_new and not self._left_out:
            yield _reject(self._opening, Reason.NO_NEW_ROW, "never seen as new; the response is not known")
        assert self._last is not None, "an incident has a row"
        made_sla = self._mapping.outcomes.get(self._last.outcome or "")
        if made_sla is None:
            yield _reject(self._last, Reason.UNKNOWN_OUTCOME, f"{_quoted(self._last.outcome)}")
        else:
            yield Outcome(self._last.number, made_sla)

    def _opened(self, row: Row) -> Iterator[Finding]:
        mapping = self._mapping
        opened_at = mapping.file.instant(row.opened_at)
        priority = mapping.priorities.get(row.priority or "")
        channel = mapping.channels.get(row.channel or "")
        if opened_at is None or priority is None or channel is None:
            self._left_out = True
            yield _why_left_out(row, opened_at, priority)
            return
        if row.caller is None:
            yield _reject(row, Reason.NO_CALLER, f"the reporter is named {mapping.unsaid.reporter}")
        self._is_open = True
        self._priority = self._shown_priority = priority
        self._episode_began_at = opened_at
        yield from self._record_opening(row, opened_at)
        name = row.caller or mapping.unsaid.reporter
        opened = IncidentOpened(
            contract=mapping.contract.id,
            channel=channel,
            reporter=Reporter(name=name, organisation=mapping.unsaid.organisation),
            priority=priority,
            title=row.title or row.number,
        )
        yield self._event(row, self._caller(row), opened, opened_at)

    def _record_opening(self, row: Row, opened_at: datetime) -> Iterator[Reject]:
        created_at = self._mapping.file.instant(row.created_at)
        self._recorded_at = created_at or opened_at
        if row.created_at is None:
            yield _reject(row, Reason.NO_CREATED_AT, "the opening is recorded at opened_at")
        elif created_at is None:
            yield _reject(row, Reason.BAD_DATE, f"created_at {_quoted(row.created_at)}; opened_at is taken")
        elif opened_at > created_at:
            kept = opened_at <= created_at + TOLERANCE
            self._recorded_at = created_at if kept else opened_at
            yield _occurs_after_recorded(row, "opened_at", opened_at, created_at, kept=kept)

    def _step(self, row: Row) -> Iterator[Finding]:
        standing = self._mapping.states.meaning.get(row.state or "")
        if standing in {"new", "open"} and not self._is_open:
            yield self._reopened(row)
        yield from self._reprioritized(row)
        if standing is None:
            yield _reject(row, Reason.UNKNOWN_STATE, f"{_quoted(row.state)}; nothing is concluded from it")
            return
        if self._standing == "new" and standing != "new" and not self._responded:
            self._responded = True
            yield self._response(row)
        if standing in {"resolved", "closed"} and self._is_open:
            self._is_open = False
            yield from self._resolved(row)
        self._was_new = self._was_new or standing == "new"
        self._standing, self._state = standing, row.state

    def _reopened(self, row: Row) -> Proposal:
        self._is_open = True
        self._episode_began_at = self._recorded_at
        return self._event(row, self._caller(row), IncidentReopened(reason=f"{self._state} -> {row.state}"))

    def _reprioritized(self, row: Row) -> Iterator[Finding]:
        priority = self._mapping.priorities.get(row.priority or "")
        if priority is None:
            yield _reject(row, Reason.UNKNOWN_PRIORITY, f"{_quoted(row.priority)}; it stays {self._priority}")
            return
        changed, self._shown_priority = priority != self._shown_priority, priority
        if priority == self._priority:
            return
        if self._is_open:
            self._priority = priority
            data = IncidentReprioritized(priority=priority, requested_by="provider", agreed=True)
            yield self._event(row, self._provider(row), data)
        elif changed:
            detail = f"{priority}; a closed incident takes no change of priority"
            yield _reject(row, Reason.PRIORITY_AFTER_CLOSING, detail)

    def _response(self, row: Row) -> Finding:
        engineer = self._engineer(row)
        if engineer is None:
            return _reject(row, Reason.NO_ENGINEER, f"{_quoted(row.engineer)} is none; there is no response")
        channel = self._mapping.unsaid.response_channel
        data = IncidentResponded(engineer=engineer, channel=channel)
        return self._event(row, self._provider(row), data)

    def _resolved(self, row: Row) -> Iterator[Finding]:
        resolved_at = self._mapping.file.instant(row.resolved_at)
        occurred_at = self._recorded_at
        if row.resolved_at is None:
            yield _reject(row, Reason.NO_RESOLVED_AT, "the row's own instant is taken")
        elif resolved_at is None:
            yield _reject(
                row,
                Reason.BAD_DATE,
                f"resolved_at {_quoted(row.resolved_at)}; the row's own is taken",
            )
        elif resolved_at > self._recorded_at:
            kept = resolved_at <= self._recorded_at + TOLERANCE
            occurred_at = resolved_at if kept else self._recorded_at
            yield _occurs_after_recorded(row, "resolved_at", resolved_at, self._recorded_at, kept=kept)
        elif resolved_at < self._episode_began_at:
            began_at = print_instant(self._episode_began_at)
            detail = f"{print_instant(resolved_at)}, opened {began_at}; the row's own is taken"
            yield _reject(row, Reason.RESOLVED_BEFORE_OPENED, detail)
        else:
            occurred_at = resolved_at
        data = IncidentResolved(summary=row.resolution or row.state or row.number)
        yield self._event(row, self._provider(row), data, occurred_at)

    def _event(self, row: Row, actor: Actor, data: Data, occurred_at: datetime | None = None) -> Proposal:
        return Proposal(
            id=event_id(self._mapping.contract.id, row.number, row.update_count, data.TYPE),
            subject=row.number,
            occurred_at=self._recorded_at if occurred_at is None else occurred_at,
            recorded_at=self._recorded_at,
            actor=actor,
            data=data,
        )

    def _caller(self, row: Row) -> Actor:
        return Actor(kind="customer", id=row.caller or self._mapping.unsaid.reporter)

    def _engineer(self, row: Row) -> str | None:
        return self._mapping.engineer.staff_id(row.engineer or "")

    def _provider(self, row: Row) -> Actor:
        engineer = self._engineer(row)
        if engineer is None:
            return Actor(kind="system", id=self._mapping.unsaid.system)
        return Actor(kind="engineer", id=engineer)


def _reject(row: Row, reason: Reason, detail: str) -> Reject:
    """The reject of this row."""
    return Reject(row.line, row.number, reason, detail)


def _quoted(text: str | None) -> str:
    return "nothing" if text is None else f"'{shown(text)}'"


def _missing_updates(row: Row, first: int) -> Reject:
    count, last = row.update_count - first, row.update_count - 1
    which = f"update {first}" if count == 1 else f"updates {first} to {last}"
    return Reject(row.line, row.number, Reason.MISSING_UPDATES, which, count)


def _why_left_out(row: Row, opened_at: datetime | None, priority: int | None) -> Reject:
    if opened_at is None:
        return _reject(row, Reason.INCIDENT_NOT_DATED, f"opened_at {_quoted(row.opened_at)}")
    if priority is None:
        return _reject(row, Reason.INCIDENT_WITHOUT_PRIORITY, f"{_quoted(row.priority)}")
    return _reject(row, Reason.INCIDENT_WITHOUT_CHANNEL, f"{_quoted(row.channel)}")


def _occurs_after_recorded(
    row: Row, column: str, occurred_at: datetime, recorded_at: datetime, *, kept: bool
) -> Reject:
    claim = f"{column} {print_instant(occurred_at)}, recorded {print_instant(recorded_at)}"
    done = "kept, within five minutes" if kept else "more than five minutes; the other instant is taken"
    return _reject(row, Reason.OCCURS_AFTER_RECORDED, f"{claim}: {done}")
