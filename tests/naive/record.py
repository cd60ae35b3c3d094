"""What the lines of a history say, sorted by what they speak of, as it was known at an instant.

READINGS, Time: as of an instant T only events recorded by T exist. EVENTS, Interchange form: a line without
`recorded_at` was recorded when it occurred, or together with the line before it in its log where that is later.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from tests.naive.instants import day_of, local_day, minute_of, minutes_in

Wire = dict[str, Any]

PROVIDER_LOG = "provider"
PARTY = {"customer": "customer", "engineer": "provider", "system": "provider", "auditor": "auditor"}


@dataclass(frozen=True)
class Entry:
    """One line of the history: both its clocks in minutes, its place in the ledger and who recorded it."""

    id: str
    type: str
    subject: str
    occurred: int
    recorded: int
    party: str
    customer_acts: bool
    data: Wire
    place: int


@dataclass
class Contract:
    """One contract's events known by then, in ledger order."""

    entries: list[Entry] = field(default_factory=list)

    @property
    def registered(self) -> Entry:
        """Its registration."""
        return next(entry for entry in self.entries if entry.type == "contract.registered.v1")

    @property
    def jurisdiction(self) -> str:
        """Whose calendars it goes by."""
        return str(self.registered.data["jurisdiction"])

    @property
    def commercial(self) -> bool:
        """READINGS, Response obligation 1: whether its edition is commercial."""
        return bool(self.registered.data["edition"] == "commercial")

    @property
    def licence_from(self) -> int:
        """The licence's first local day."""
        return day_of(self.registered.data["licence"]["from"])

    @property
    def licence_until(self) -> int:
        """The licence's last local day: "that of the last renewal recorded by the as-of instant"."""
        until = self.registered.data["licence"]["until"]
        for entry in self.entries:
            if entry.type == "contract.licence-renewed.v1":
                until = entry.data["until"]
        return day_of(until)

    @property
    def tolerance(self) -> int:
        """READINGS, Continuous work: the minutes of uncovered work that are let pass, default PT0S."""
        return minutes_in(self.registered.data.get("work_gap_tolerance", "PT0S"))

    def in_force(self, kind: str, day: int) -> list[Entry]:
        """Dated events not after a local date: the last of them is in force.

        READINGS, Response obligation 1: "of several with effective_from not after that date the latest is in force,
        among equals the last recorded".
        """
        dated = [e for e in self.entries if e.type == kind and day_of(e.data["effective_from"]) <= day]
        return sorted(dated, key=lambda e: (day_of(e.data["effective_from"]), e.place))

    def level_on(self, day: int) -> str:
        """The level in force on a local date."""
        changes = self.in_force("contract.level-changed.v1", day)
        return str(changes[-1].data["level"] if changes else self.registered.data["level"])

    def settled_on(self, day: int) -> dict[str, str]:
        """The questions settled on a local date, each with its option."""
        agreed = self.in_force("contract.reading-agreed.v1", day)
        return {entry.data["question"]: entry.data["option"] for entry in agreed}


@dataclass
class Incident:
    """One incident's events known by then, in ledger order."""

    number: str
    entries: list[Entry] = field(default_factory=list)

    @property
    def opening(self) -> Entry:
        """Its opening, as first recorded."""
        return next(entry for entry in self.entries if entry.type == "incident.opened.v1")

    @property
    def first_day(self) -> int:
        """The local date of the opening as first recorded, before any correction."""
        return local_day(self.opening.occurred)

    def of(self, kind: str) -> list[Entry]:
        """Its events of one type."""
        return [entry for entry in self.entries if entry.type == kind]


@dataclass
class Record:
    """Everything known by then."""

    contracts: dict[str, Contract] = field(default_factory=dict)
    incidents: dict[str, Incident] = field(default_factory=dict)
    calendars: dict[tuple[str, int], list[Entry]] = field(default_factory=dict)
    stages: list[Entry] = field(default_factory=list)

    def take(self, entry: Entry) -> None:
        """File one event under what it speaks of."""
        kind = entry.type.split(".")[0]
        if kind == "contract":
            self.contracts.setdefault(entry.subject, Contract()).entries.append(entry)
        elif kind == "incident":
            self.incidents.setdefault(entry.subject, Incident(entry.subject)).entries.append(entry)
        elif kind == "calendar":
            year = (entry.data["jurisdiction"], entry.data["year"])
            self.calendars.setdefault(year, []).append(entry)
        elif kind == "release":
            self.stages.append(entry)


def read(lines: Iterable[Wire], as_of: int) -> Record:
    """What was known at an instant."""
    record = Record()
    log_of: dict[str, str] = {}
    last_recorded: dict[str, int] = {}
    for place, line in enumerate(lines):
        log = log_of.get(line["subject"])
        if log is None:
            log = _log(line)
            log_of[line["subject"]] = log
        occurred = minute_of(line["occurred_at"])
        recorded = max(occurred, last_recorded.get(log, occurred))
        if "recorded_at" in line:
            recorded = minute_of(line["recorded_at"])
        last_recorded[log] = recorded
        if recorded <= as_of:
            actor = line["actor"]["kind"]
            record.take(
                Entry(
                    id=line["id"],
                    type=line["type"],
                    subject=line["subject"],
                    occurred=occurred,
                    recorded=recorded,
                    party=PARTY[actor],
                    customer_acts=actor == "customer",
                    data=line["data"],
                    place=place,
                )
            )
    return record


def _log(line: Wire) -> str:
    kind = line["type"].split(".")[0]
    if kind == "contract":
        return str(line["subject"])
    return str(line["data"]["contract"]) if kind == "incident" else PROVIDER_LOG
