"""The read model: the rows of every incident with the position they go up to, in the ledger's own database.

    sqlite/     in the ledger's file        queries.py    a driver's SQL by name
    postgres/   in the schema `views`       records.py    how a row lies in a table
                                            selecting.py  how a list is put together

Views are disposable: nothing here is the record, and all of it can be dropped and made again from the ledger, to the
same bytes. It holds no free text, no people, no salts: an erasure has nothing to do here.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from projections.compliance import PERCENTILES, Group, Key
from projections.concern import Concern
from projections.rows import Deadline, IncidentRow, ObligationRow, View
from schemas.verdicts import Standing

__all__ = ["FROM_LEDGER", "Compliance", "Cursor", "Page", "PositionMovedError", "ReadModel", "Selection"]

FROM_LEDGER: Final = "ledger"
"""The source of rows that are made from the ledger itself, and not from a topic."""


@dataclass(frozen=True, slots=True)
class Selection:
    """Which incidents a reader asks for; what is None does not select.

    `scope` are the contracts that the reader may see (None: all of them), `contract` the one asked for. `decisive`
    names a question that some obligation hangs on, `due_by` an instant (microseconds) by which something falls due.
    `standing` is one of kept, broken, disputed, or `not-judged`.
    """

    scope: frozenset[str] | None = None
    contract: str | None = None
    standing: Standing | str | None = None
    decisive: str | None = None
    is_open: bool | None = None
    due_by: int | None = None


@dataclass(frozen=True, slots=True, order=True)
class Cursor:
    """A place in the list of incidents: that of the last row read. The order never moves: as opened, then by id."""

    opened_at: int
    incident: str


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of a list, the read model's position then, and where the next page begins if there is one."""

    rows: tuple[IncidentRow, ...]
    position: int
    next: Cursor | None


@dataclass(slots=True)
class Compliance:
    """How the contract was kept over many incidents, by groups that share `by` (see projections.compliance).

    `not_judged` are the incidents that cannot be judged, each with its problem.
    """

    by: tuple[Key, ...]
    position: int
    groups: dict[tuple[str, ...], Group] = field(default_factory=dict)
    total: Group = field(default_factory=Group)
    disputed: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    not_judged: list[tuple[str, str]] = field(default_factory=list)

    def to_wire(self) -> dict[str, Any]:
        """The report as JSON values, groups in the order of their keys."""
        return {
            "by": list(self.by),
            "groups": [
                {**dict(zip(self.by, key, strict=True)), **group.to_wire()}
                for key, group in sorted(self.groups.items())
            ],
            "total": self.total.to_wire(),
            "disputed": [{"incident": incident, "decisive": list(names)} for incident, names in self.disputed],
            "not_judged": [{"incident": incident, "problem": problem} for incident, problem in self.not_judged],
            "percentiles": list(PERCENTILES),
        }


class PositionMovedError(Exception):
    """The rows are not where the projector left them: another process has moved them, or begun anew."""


class ReadModel(Protocol):
    """The rows and the position they go up to; one implementation a database. Threads may share one."""

    @property
    def shared(self) -> bool:
        """Whether several processes may record and keep rows in the same database at a time."""

    def position(self) -> int:
        """The position of the last event that the rows take account of; 0 where there is nothing yet."""

    def source(self) -> str:
        """What the rows are made from: FROM_LEDGER, or the name of a topic."""

    def hold(self) -> bool:
        """Whether this process is to keep the rows: it is from then on the only one, until it ends or releases them.

        False where another one keeps them, or where they are made from a topic. One that is not `shared` always says
        True: there whoever comes keeps them, and `apply` says who came too late. Raises StorageFailed.
        """

    def release(self) -> None:
        """Let another process keep the rows."""

    def apply(self, views: Iterable[View], position: int, *, since: int) -> None:
        """Keep the rows and the position they go up to, all in one transaction or nothing of it.

        Raises PositionMovedError where the rows are not at the position `since`: somebody else projects too.
        """

    def due(self, now: int, limit: int) -> Sequence[str]:
        """At most `limit` incidents whose rows time may have changed by the instant, in the order of `changes_at`."""

    def concerned(self, by: Concern) -> Sequence[str]:
        """The incidents that an event of a contract or of the provider concerns (see projections.concern)."""

    def names(self, *, after: str, limit: int) -> Sequence[str]:
        """At most `limit` incidents in the order of their ids, those after `after`."""

    def view(self, incident: str) -> View | None:
        """All that is kept of an incident."""

    def incident(self, incident: str) -> IncidentRow | None:
        """The row of an incident; None for one that is not known by `position`."""

    def obligations(self, incident: str) -> Sequence[ObligationRow]:
        """The rows of an incident's obligations, in the order of the verdict line."""

    def incidents(self, selection: Selection, *, after: Cursor | None = None, limit: int = 100) -> Page:
        """A page of the incidents selected, in the order opened."""

    def deadlines(self, selection: Selection, *, after: int, until: int, limit: int = 1_000) -> Sequence[Deadline]:
        """What falls due after one instant and not after another under some reading, the earliest first."""

    def compliance(self, scope: frozenset[str] | None, by: Sequence[Key], *, first: str, last: str) -> Compliance:
        """The incidents opened in the local months `first` to `last` (`YYYY-MM`, both included), counted by groups."""

    def reset(self) -> None:
        """Drop all rows and go back to the position 0, in one transaction."""

    def close(self) -> None:
        """Let go of the database."""
