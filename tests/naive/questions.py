"""The contested questions and which of them can touch an obligation (READINGS, Questions).

Every combination of the unsettled questions is tried. To keep that feasible a question is left at its option where the
facts give it nothing to choose between; each such case says so below.
"""

from itertools import product

from tests.naive.facts import CORRECTED, OPENED, REPRIORITIZED
from tests.naive.instants import midnight
from tests.naive.record import Contract, Incident, Record
from tests.naive.response import CHANNELS
from tests.naive.windows import WINDOW_QUESTIONS, Reading

OPTIONS = {
    "premium-hours": ("clock", "service"),
    "basic-p1-hours": ("clock", "roll-to-opening", "from-opening-of-service", "service"),
    "premium-holidays": ("served", "not-served"),
    "working-saturdays": ("not-served", "served"),
    "short-days": ("full", "shortened"),
    "decreed-days": ("served", "not-served"),
    "calendar-changes": ("apply", "as-known-at-opening"),
    "clock-start": ("received", "confirmed"),
    "reprioritized-clock": ("from-opening", "from-change", "tightest"),
    "response-kind": ("engineer", "any-reply"),
    "priority-authority": ("customer-alone", "mutual"),
    "late-entries": ("as-occurred", "as-recorded"),
    "corrections": ("agreed", "all"),
    "continuous-work-hours": ("service", "round-the-clock"),
    "continuous-work-start": ("response", "opening"),
    "unsupported-channel": ("no-clock", "clock-runs"),
    "licence-lapse": ("opened-in-term", "in-term-throughout"),
    "unreachable-proof": ("two-attempts", "one-attempt"),
    "reopened-clock": ("no-clock", "restarts"),
}
LITERAL = {question: options[0] for question, options in OPTIONS.items()}


class Applicable:
    """Which questions apply to the obligations of one incident."""

    def __init__(self, record: Record, incident: Incident, contract: Contract, level: str, as_of: int) -> None:
        self.record = record
        self.incident = incident
        self.contract = contract
        self.level = level
        self.as_of = as_of

    def windows(self) -> set[str]:
        """Those of the level's service window; a list that no known calendar fills distinguishes nothing."""
        calendars = [
            published
            for (country, _), published in self.record.calendars.items()
            if country == self.contract.jurisdiction
        ]
        named = {
            "working-saturdays": self._listed("working_weekends"),
            "short-days": self._listed("shortened"),
            "decreed-days": self._listed("non_working_days"),
            "premium-holidays": self._listed("holidays"),
            "calendar-changes": any(len(published) > 1 for published in calendars),
        }
        # A year without a calendar is needed under some options and not under others: then all are tried.
        return {question for question in WINDOW_QUESTIONS[self.level] if named[question] or self._year_missing()}

    def _listed(self, list_name: str) -> bool:
        return any(entry.data[list_name] for published in self.record.calendars.values() for entry in published)

    def _year_missing(self) -> bool:
        years = [year for (country, year) in self.record.calendars if country == self.contract.jurisdiction]
        return not years or sorted(years) != list(range(2019, 2029))

    def clocks(self) -> set[str]:
        """Those of every clock and of the coverage."""
        entries = self.incident.entries
        corrections = self.incident.of(CORRECTED)
        applying = set()
        if corrections:
            applying.add("corrections")
        moved = any(entry.data["field"] == "occurred_at" for entry in corrections)
        if moved or any(entry.party == "provider" and entry.occurred != entry.recorded for entry in entries):
            applying.add("late-entries")
        if self.incident.of(REPRIORITIZED):
            applying.add("priority-authority")
        channels = {self.incident.opening.data["channel"]}
        channels |= {entry.data["now"] for entry in corrections if entry.data["field"] == "channel"}
        if channels - CHANNELS[self.level]:
            applying.add("unsupported-channel")
        return applying

    def response(self, episode: int) -> set[str]:
        """Those of the response obligation of one episode."""
        applying = self.clocks() | {"response-kind"}
        if self.level == "premium":
            applying |= {"premium-hours"} | self.windows()
        if self.level == "basic":
            applying |= self.windows()
            if self._priority_one_named():
                applying.add("basic-p1-hours")
        if self.incident.of(REPRIORITIZED):
            applying.add("reprioritized-clock")
        if self.as_of >= midnight(self.contract.licence_until + 1):
            applying.add("licence-lapse")
        applying.add("clock-start" if episode == 1 else "reopened-clock")
        return applying

    def _priority_one_named(self) -> bool:
        stated = [entry.data["priority"] for entry in self.incident.of(OPENED) + self.incident.of(REPRIORITIZED)]
        stated += [e.data["now"] for e in self.incident.of(CORRECTED) if e.data["field"] == "priority"]
        return 1 in stated

    def continuous_work(self) -> set[str]:
        """Those of continuous work; where priority 1 is never named nothing about its hours can matter."""
        if not self._priority_one_named():
            return self.clocks()
        return self.clocks() | self.windows() | {"continuous-work-hours", "continuous-work-start"}


def readings(applying: set[str], settled: Reading) -> list[dict[str, str]]:
    """Every reading of the questions that apply; a settled question keeps its option, every other its literal one."""
    varied = sorted(applying - settled.keys())
    kept = {**LITERAL, **settled}
    return [{**kept, **dict(zip(varied, chosen, strict=True))} for chosen in product(*(OPTIONS[q] for q in varied))]
