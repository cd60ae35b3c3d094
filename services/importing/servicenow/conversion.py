"""A ServiceNow audit log as events in ledger order, however large, with flat memory.

    rows ─ sorted by incident and update ─ events ─ sorted by recorded_at ─ interchange lines

Both sorts are on disk. The audit log is grouped by incident, or in whatever order it was exported,
while a contract's log is one line of time (EVENTS.md: `recorded_at` never decreases within a log).
Among events recorded at one instant the incidents stand by number, each one's events in their order.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count, groupby
from operator import attrgetter
from pathlib import Path
from types import TracebackType
from typing import Self, assert_never

from schemas.canonical import canonical_bytes
from schemas.contract_events import ContractRegistered
from schemas.events import Actor, Proposal, to_wire
from schemas.instants import canonical_instant, parse_instant, print_instant
from services.importing.external_sort import RUN_BYTES, ExternalSort
from services.importing.mapping import Mapping
from services.importing.servicenow.findings import Outcome, Reason, Reject
from services.importing.servicenow.history import Finding, event_id, read_incident
from services.importing.servicenow.source import Row, read_rows

__all__ = ["Conversion", "Summary", "convert"]


@dataclass(slots=True)
class Summary:
    """What came of a file: rows used and rows lost, events by type, rejects by reason."""

    rows: int = 0
    incidents: int = 0
    missing_updates: int = 0
    events: Counter[str] = field(default_factory=Counter)
    rejects: Counter[str] = field(default_factory=Counter)


def convert(source: Path, mapping: Mapping, *, run_bytes: int = RUN_BYTES) -> "Conversion":
    """Read a whole audit log by the mapping; the caller takes what came of it and closes it.

    Args:
        source: the CSV file.
        mapping: what its columns and values mean, and the contract they are judged by.
        run_bytes: how much each of the sorts on disk holds in memory.

    Raises:
        FileUnreadable: the file cannot be read, or is no CSV.
        MappingUnusable: the mapping does not fit the file: a column that is not there, another
            encoding, a contract registered later than the first row.
    """
    conversion = Conversion(mapping, run_bytes)
    try:
        conversion.read(source)
    except BaseException:
        conversion.close()
        raise
    return conversion


class Conversion:
    """The events, rejects and outcomes made of one file, on disk until closed.

    Each may be read more than once. Every line comes without its line feed.
    """

    def __init__(self, mapping: Mapping, run_bytes: int) -> None:
        self.summary = Summary()
        self._mapping = mapping
        self._run_bytes = run_bytes
        self._events = ExternalSort(run_bytes)
        self._rejects = ExternalSort(run_bytes)
        self._outcomes = ExternalSort(run_bytes)
        self._numbers = count()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Remove what lies on disk."""
        for kept in (self._events, self._rejects, self._outcomes):
            kept.close()

    def lines(self) -> Iterator[bytes]:
        """The events in ledger order, the contract's registration first (interchange form)."""
        registration = registered(self._mapping)
        yield canonical_bytes(to_wire(registration))
        for line in self._events:
            yield line.split(b" ", 3)[3]

    def rejects(self) -> Iterator[bytes]:
        """What the source lost or says wrongly, by line of the file (see Reject)."""
        for line in self._rejects:
            yield line.split(b" ", 2)[2]

    def outcomes(self) -> Iterator[bytes]:
        """The source's own verdict on each incident, by number (see Outcome)."""
        for line in self._outcomes:
            yield line.split(b" ", 1)[1]

    def read(self, source: Path) -> None:
        """Take in the whole file. See `convert`."""
        with ExternalSort(self._run_bytes) as rows:
            for row in read_rows(source, self._mapping):
                if isinstance(row, Row):
                    self.summary.rows += 1
                    rows.add(row.to_sortable())
                else:
                    self._keep(row)
            for _, updates in groupby(map(Row.from_sortable, rows), key=attrgetter("number")):
                self.summary.incidents += 1
                for finding in read_incident(updates, self._mapping):
                    self._keep(finding)
        self._check_registered_first()
        self.summary.events[ContractRegistered.TYPE] = 1

    def _keep(self, finding: Finding) -> None:
        number = next(self._numbers)
        match finding:
            case Proposal():
                assert finding.recorded_at is not None
                self.summary.events[finding.type] += 1
                key = f"{canonical_instant(finding.recorded_at)} {finding.subject} {number:012d} "
                self._events.add(key.encode() + canonical_bytes(to_wire(finding)))
            case Reject():
                self.summary.rejects[finding.reason] += 1
                if finding.reason is Reason.MISSING_UPDATES:
                    self.summary.missing_updates += finding.count
                key = f"{finding.line:012d} {number:012d} "
                self._rejects.add(key.encode() + finding.to_line())
            case Outcome():
                self._outcomes.add(f"{finding.incident} ".encode() + finding.to_line())
            case _:
                assert_never(finding)

    def _check_registered_first(self) -> None:
        registered_at = self._mapping.contract.registered_at
        first = next(iter(self._events), None)
        if first is None:
            return
        recorded_at = parse_instant(first.split(b" ", 1)[0].decode())
        if recorded_at < registered_at:
            why = f"the first row is recorded earlier, {print_instant(recorded_at)}"
            raise self._mapping.unusable("contract.registered_at", why)


def registered(mapping: Mapping) -> Proposal:
    """The registration of the mapping's contract, by the provider's software."""
    contract = mapping.contract
    terms = contract.model_dump(exclude={"id", "registered_at"}, by_alias=True, exclude_none=True)
    return Proposal(
        id=event_id(contract.id, ContractRegistered.TYPE),
        subject=contract.id,
        occurred_at=contract.registered_at,
        recorded_at=contract.registered_at,
        actor=Actor(kind="system", id=mapping.unsaid.system),
        data=ContractRegistered.model_validate(terms),
    )
