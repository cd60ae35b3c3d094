"""The rows that reporting jobs read, flat: one an incident, one an obligation (`incidents.v1`, `obligations.v1`).

A row says of itself what it rests on: the position of the last event that changed it and the instant it is as of, so
that anyone can compute it again. Instants are kept as microseconds; `to_wire` prints each one both ways.
"""

from typing import Any, NamedTuple

import orjson

from schemas.topic_records import IncidentState
from schemas.verdicts import Standing, VerdictName, print_micros

__all__ = ["Deadline", "IncidentRow", "ObligationRow", "Private", "RunningDue", "View"]


class IncidentRow(NamedTuple):
    """A row of `incidents.v1`. The verdict columns are None where `problem` says why nothing can be judged.

    `opened_at` and `channel` are those of the opening as first recorded; `priority`, `episode`, `state`, `closed_at`
    are as of the instant under the literal reading. `next_due_at` is the next deadline under any reading.
    """

    incident: str
    contract: str
    customer: str
    level: str | None
    channel: str
    opened_at: int
    priority: int
    episode: int
    state: IncidentState
    closed_at: int | None
    standing: Standing | None
    obligations_broken: int | None
    obligations_disputed: int | None
    duties_missing: tuple[str, ...] | None
    decisive: tuple[str, ...] | None
    next_due_at: int | None
    events: int
    policy: str
    policy_sha256: str
    problem: str | None
    as_of_position: int
    as_of: int

    @property
    def is_open(self) -> bool:
        """Whether the incident is open."""
        return self.state == "open"

    def to_wire(self) -> dict[str, Any]:
        """The row as flat JSON values, in the order of its columns (schemas.topic_records)."""
        return {
            "incident": self.incident,
            "contract": self.contract,
            "customer": self.customer,
            "level": self.level,
            "channel": self.channel,
            **_instant("opened_at", self.opened_at),
            "priority": self.priority,
            "episode": self.episode,
            "state": self.state,
            **_instant("closed_at", self.closed_at),
            "standing": self.standing,
            "obligations_broken": self.obligations_broken,
            "obligations_disputed": self.obligations_disputed,
            "duties_missing": _listed(self.duties_missing),
            "decisive": _listed(self.decisive),
            **_instant("next_due_at", self.next_due_at),
            "events": self.events,
            "policy": self.policy,
            "policy_sha256": self.policy_sha256,
            "problem": self.problem,
            "as_of_position": self.as_of_position,
            "as_of": print_micros(self.as_of),
        }


class ObligationRow(NamedTuple):
    """A row of `obligations.v1`: what the verdict line says of one obligation.

    `verdict`, `due_at`, `at` are those of the literal reading.
    """

    incident: str
    obligation: str
    contract: str
    customer: str
    level: str | None
    clause: str | None
    verdict: VerdictName | None
    due_at: int | None
    at: int | None
    standing: Standing | None
    readings: int | None
    readings_breached: int | None
    earliest_due_at: int | None
    latest_due_at: int | None
    depends_on: tuple[str, ...] | None
    decisive: tuple[str, ...] | None
    policy_sha256: str
    problem: str | None
    as_of_position: int
    as_of: int

    def is_same(self, other: "ObligationRow") -> bool:
        """Whether the two say the same, whatever they are as of."""
        return self[:-2] == other[:-2]

    def marked(self, position: int, at: int) -> "ObligationRow":
        """The same row as of another event and instant."""
        return ObligationRow._make((*self[:-2], position, at))

    def to_wire(self) -> dict[str, Any]:
        """The row as flat JSON values, in the order of its columns (schemas.topic_records)."""
        return {
            "incident": self.incident,
            "obligation": self.obligation,
            "contract": self.contract,
            "customer": self.customer,
            "level": self.level,
            "clause": self.clause,
            "verdict": self.verdict,
            **_instant("due_at", self.due_at),
            **_instant("at", self.at),
            "standing": self.standing,
            "readings": self.readings,
            "readings_breached": self.readings_breached,
            **_instant("earliest_due_at", self.earliest_due_at),
            **_instant("latest_due_at", self.latest_due_at),
            "depends_on": _listed(self.depends_on),
            "decisive": _listed(self.decisive),
            "policy_sha256": self.policy_sha256,
            "problem": self.problem,
            "as_of_position": self.as_of_position,
            "as_of": print_micros(self.as_of),
        }


class RunningDue(NamedTuple):
    """When an obligation falls due that is running under some reading; `literal` None where it is not literally."""

    obligation: str
    literal: int | None
    earliest: int
    latest: int


class Deadline(NamedTuple):
    """What falls due: the obligation's row, the literal priority in force, and when it is due where it is running."""

    row: ObligationRow
    priority: int
    due: RunningDue

    def to_wire(self) -> dict[str, Any]:
        """The deadline as JSON values, as `projections.deadlines` prints it, with what the row is as of."""
        row, due = self.row, self.due
        return {
            "incident": row.incident,
            "contract": row.contract,
            "customer": row.customer,
            "level": row.level,
            "priority": self.priority,
            "obligation": row.obligation,
            "clause": row.clause,
            "standing": row.standing,
            "literal_due": print_micros(due.literal),
            "earliest_due": print_micros(due.earliest),
            "latest_due": print_micros(due.latest),
            "depends_on": list(row.depends_on or ()),
            "as_of_position": row.as_of_position,
            "as_of": print_micros(row.as_of),
        }


class Private(NamedTuple):
    """What a row keeps beside its published columns, for the reader's questions and the projector's own.

    For the reader: `month` is the local month of the opening as first recorded (`YYYY-MM`), `opening_priority` its
    priority, `response` the literal response time in microseconds (see projections.compliance), `due` what is running.

    For the projector: nothing changes before `changes_at` unless an event comes (None: it never will), and none but one
    that touches what the judgement rests on: the local date of the opening (an ordinal) and when it was recorded, the
    contract's policy, the jurisdiction and `years` of the calendars, the `reach` of its deadlines, the releases named.
    `clock` is when its last event was recorded, `opened_position` where its opening stands in the ledger,
    `judged_position` the last event, of whomever, after which it was judged.
    """

    month: str
    opening_priority: int
    response: int | None
    due: tuple[RunningDue, ...]
    changes_at: int | None
    opened_on: int
    opened_recorded_at: int
    policy: str
    jurisdiction: str
    years: tuple[int, int]
    reach: int
    releases: tuple[str, ...]
    clock: int
    opened_position: int
    judged_position: int


class View(NamedTuple):
    """The rows of one incident: what the read model keeps of it."""

    incident: IncidentRow
    obligations: tuple[ObligationRow, ...]
    private: Private

    def rows(self) -> "tuple[IncidentRow | ObligationRow, ...]":
        """All of its rows, the incident's first."""
        return (self.incident, *self.obligations)

    def told(self) -> bytes:
        """All that a reader is told of the incident: what a rebuild makes again byte for byte."""
        kept = self.private
        return orjson.dumps(
            {
                "incident": self.incident.to_wire(),
                "obligations": [row.to_wire() for row in self.obligations],
                "month": kept.month,
                "opening_priority": kept.opening_priority,
                "response": kept.response,
                "running": [[due.obligation, due.literal, due.earliest, due.latest] for due in kept.due],
            }
        )


def _instant(name: str, micros: int | None) -> dict[str, Any]:
    return {name: print_micros(micros), f"{name}_micros": micros}


def _listed(names: tuple[str, ...] | None) -> str | None:
    return None if names is None else ",".join(names)
