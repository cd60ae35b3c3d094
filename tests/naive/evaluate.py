"""The verdict lines of a history, in the form of EVENTS.md, found by trying every reading (READINGS, head)."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import cache

from tests.naive.continuous import continuous_work
from tests.naive.duties import duties
from tests.naive.facts import REOPENED, Change, Facts
from tests.naive.instants import minute_of, printed
from tests.naive.questions import LITERAL, OPTIONS, Applicable, readings
from tests.naive.record import Incident, Record, Wire, read
from tests.naive.response import Outcome, response
from tests.naive.windows import WINDOW_QUESTIONS, CalendarMissingError, Reading, Windows

Judged = list[tuple[dict[str, str], Outcome]]
Judge = Callable[[Reading], Outcome]


class Case:
    """One incident, to be judged as of an instant."""

    windows_type = Windows

    def __init__(self, record: Record, incident: Incident, as_of: int, overrides: Mapping[str, str]) -> None:
        self.record = record
        self.incident = incident
        self.as_of = as_of
        self.contract = record.contracts[incident.opening.data["contract"]]
        self.level = self.contract.level_on(incident.first_day)
        self.settled = {**self.contract.settled_on(incident.first_day), **overrides}
        self.applicable = Applicable(record, incident, self.contract, self.level, as_of)
        self.missing: set[tuple[int, str]] = set()
        self._facts = cache(lambda late, corrections: Facts(incident, as_of, late, corrections))
        self._windows = cache(self._make_windows)
        self._changes = cache(Facts.changes)

    def facts(self, reading: Reading) -> Facts:
        """What happened under a reading."""
        return self._facts(reading["late-entries"], reading["corrections"])

    def changes(self, reading: Reading) -> list[Change]:
        """The effective changes of priority under a reading."""
        return self._changes(self.facts(reading), reading["priority-authority"])

    def windows(self, reading: Reading) -> Windows:
        """The service windows under a reading, made once for the options that they look at."""
        return self._windows(tuple(reading[question] for question in WINDOW_QUESTIONS[self.level]))

    def _make_windows(self, options: tuple[str, ...]) -> Windows:
        reading = {**LITERAL, **dict(zip(WINDOW_QUESTIONS[self.level], options, strict=True))}
        return self.windows_type(self.record, self.contract.jurisdiction, self.level, self.incident.opening, reading)

    def response(self, episode: int) -> Judge:
        """The response obligation of one episode, by reading."""
        return lambda reading: response(
            self.facts(reading),
            self.contract,
            self.level,
            self.windows(reading),
            self.changes(reading),
            episode,
            reading,
        )

    def continuous_work(self, reading: Reading) -> Outcome:
        """Continuous work, by reading."""
        return continuous_work(
            self.facts(reading),
            self.contract,
            self.level,
            self.windows(reading),
            self.changes(reading),
            reading,
        )

    def judged(self, judge: Judge, applying: set[str]) -> Judged:
        """The outcome under every reading; a calendar that any of them misses is noted."""
        outcomes = []
        for reading in readings(applying, self.settled):
            try:
                outcomes.append((reading, judge(reading)))
            except CalendarMissingError as error:
                self.missing.add((error.year, error.jurisdiction))
        return outcomes

    def episodes(self) -> int:
        """How many episodes there are under the reading that has most of them."""
        return 1 + max(
            len(self.facts(reading).reopenings) for reading in readings(self.applicable.clocks(), self.settled)
        )

    def obligations(self) -> list[Wire]:
        """Every obligation's line."""
        found = [("response", "RESPONSE", self.judged(self.response(1), self.applicable.response(1)))]
        if self.incident.of(REOPENED):
            for episode in range(2, self.episodes() + 1):
                outcomes = self.judged(self.response(episode), self.applicable.response(episode))
                found.append((f"response-{episode}", "RESPONSE", outcomes))
        outcomes = self.judged(self.continuous_work, self.applicable.continuous_work())
        found.append(("continuous-work", "P1-CONTINUOUS", outcomes))
        if self.missing:
            return []
        return [standing(name, clause, judged, self.settled) for name, clause, judged in found]

    def verdict(self, as_of: str | None) -> Wire:
        """The line."""
        line: Wire = {"incident": self.incident.number, "as_of": as_of}
        obligations = self.obligations()
        if self.missing:
            year, jurisdiction = min(self.missing)
            problem = {"problem": "calendar-missing", "jurisdiction": jurisdiction, "year": year}
            return {**line, "error": problem}
        literal = {**LITERAL, **self.settled}
        performed = duties(self.facts(literal), self.record, literal)
        return {**line, "level": self.level, "obligations": obligations, "duties": performed}


def influences(judged: Judged, varied: list[str], differ: Callable[[Outcome, Outcome], bool]) -> list[str]:
    """The questions for which two readings that differ in that question alone differ."""
    found = []
    for question in varied:
        others = [name for name in varied if name != question]
        first: dict[tuple[str, ...], Outcome] = {}
        for reading, outcome in judged:
            alike = first.setdefault(tuple([reading[name] for name in others]), outcome)
            if differ(alike, outcome):
                found.append(question)
                break
    return found


def standing(name: str, clause: str, judged: Judged, settled: Mapping[str, str]) -> Wire:
    """One obligation's line from its outcome under every reading."""
    literal_reading = {**LITERAL, **settled}
    literal = next(outcome for reading, outcome in judged if reading == literal_reading)
    varied = sorted(question for question in OPTIONS if len({reading[question] for reading, _ in judged}) > 1)
    depends_on = influences(judged, varied, lambda one, other: one != other)
    decisive = influences(judged, depends_on, lambda one, other: one.breach != other.breach)
    counted = [
        outcome
        for reading, outcome in judged
        if all(reading[question] == literal_reading[question] for question in varied if question not in depends_on)
    ]
    breaches = {outcome.breach for outcome in counted}
    shown: Wire = {"verdict": literal.verdict, "at": printed(literal.at)}
    line: Wire = {
        "obligation": name,
        "clause": clause,
        "literal": shown,
        "standing": "disputed" if len(breaches) > 1 else "broken" if breaches == {True} else "kept",
        "verdicts": dict(Counter(outcome.verdict for outcome in counted)),
        "depends_on": depends_on,
        "decisive": decisive,
        "readings": len(counted),
    }
    if name == "continuous-work":
        shown["uncovered"] = [[printed(since), printed(until)] for since, until in literal.uncovered]
    else:
        dues = [outcome.due for outcome in counted if outcome.due is not None]
        shown["due"] = printed(literal.due)
        line["earliest_due"] = printed(min(dues, default=None))
        line["latest_due"] = printed(max(dues, default=None))
    return line


def evaluate(
    lines: Iterable[Wire],
    as_of: str | datetime,
    overrides: Mapping[str, str] | None = None,
    case: type[Case] = Case,
) -> list[Wire]:
    """The verdict of every incident known at an instant, in the order they were opened."""
    until = minute_of(as_of)
    record = read(lines, until)
    return [
        case(record, incident, until, overrides or {}).verdict(printed(until)) for incident in record.incidents.values()
    ]
