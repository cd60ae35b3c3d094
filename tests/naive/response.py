"""The response obligations of one incident under one reading (READINGS, Response obligation)."""

from dataclasses import dataclass

from tests.naive.facts import CLOSINGS, CONFIRMED, RESPONDED, STATUS_REPORTED, Change, Facts
from tests.naive.instants import local_day, midnight
from tests.naive.record import Contract
from tests.naive.windows import Reading, Windows

HOUR = 60
TARGETS = {
    "basic": {1: 24 * HOUR, 2: 12 * HOUR, 3: 18 * HOUR, 4: 24 * HOUR},
    "premium": {1: 6 * HOUR, 2: 12 * HOUR, 3: 18 * HOUR, 4: 24 * HOUR},
    "premium+": {1: 6 * HOUR, 2: 12 * HOUR, 3: 18 * HOUR, 4: 24 * HOUR},
}
CHANNELS = {"basic": {"email"}, "premium": {"email", "phone"}, "premium+": {"email", "phone"}}


@dataclass(frozen=True)
class Outcome:
    """What one obligation comes to under one reading."""

    verdict: str
    due: int | None = None
    at: int | None = None
    uncovered: tuple[tuple[int, int], ...] = ()

    @property
    def breach(self) -> bool:
        """Whether a breach is found."""
        return self.verdict == "breached"


NOT_COVERED = Outcome("not-covered")
NOT_APPLICABLE = Outcome("not-applicable")


def covered(facts: Facts, contract: Contract, level: str, reading: Reading) -> bool:
    """Step 1: edition, licence on the local date at which the opening counts, channel."""
    if not contract.commercial:
        return False
    if not contract.licence_from <= local_day(facts.opening.at) <= contract.licence_until:
        return False
    return facts.opening.data["channel"] in CHANNELS[level] or reading["unsupported-channel"] == "clock-runs"


def amount_kind(level: str, priority: int, reading: Reading) -> str:
    """READINGS, Amounts: which amount applies."""
    if level == "premium+":
        return "clock"
    if level == "premium":
        return reading["premium-hours"]
    return reading["basic-p1-hours"] if priority == 1 else "service"


@dataclass(frozen=True)
class Clock:
    """One response clock: where it starts, the changes of priority, what stopped it."""

    start: int
    segments: tuple[Change, ...]
    response: int | None
    level: str
    windows: Windows
    reading: Reading

    def due(self, start: int, priority: int) -> int:
        """When the target of a priority runs out from an instant."""
        amount = TARGETS[self.level][priority]
        return self.windows.due(start, amount, amount_kind(self.level, priority, self.reading))

    def deadline(self, k: int) -> int:
        """Step 4: the effective deadline of segment k."""
        segment = self.segments[k]
        option = self.reading["reprioritized-clock"]
        if option == "from-opening":
            due = self.due(self.start, segment.priority)
        elif option == "from-change":
            due = self.due(segment.at, segment.priority)
        else:
            due = min(self.due(self.start, earlier.priority) for earlier in self.segments[: k + 1])
        return max(due, segment.at)

    def walk(self, as_of: int) -> Outcome:
        """Step 6: walk the segments in order."""
        for k in range(len(self.segments)):
            last = k == len(self.segments) - 1
            deadline = self.deadline(k)
            if self.response is not None and self.response <= deadline:
                if last or self.response < self.segments[k + 1].at:
                    return Outcome("met", deadline, self.response)
            elif last or deadline < self.segments[k + 1].at:
                if deadline <= as_of:
                    return Outcome("breached", deadline, deadline)
                return Outcome("running", deadline)
        raise AssertionError("the last segment decides")


def first_response(facts: Facts, episode: int, reading: Reading) -> int | None:
    """Step 5: the first response or closing of an episode."""
    kinds: tuple[str, ...] = (RESPONDED, *CLOSINGS)
    if reading["response-kind"] == "any-reply":
        kinds = (*kinds, CONFIRMED, STATUS_REPORTED)
    answers = [one.at for one in facts.of(*kinds) if facts.episode(one) == episode]
    return answers[0] if answers else None


def segments_from(facts: Facts, start: int, changes: list[Change]) -> tuple[Change, ...]:
    """Step 3: the priority segments of a clock that starts at an instant."""
    first = Change(start, facts.priority_at(changes, start))
    return (first, *(change for change in changes if change.at > start))


def lapsed(outcome: Outcome, contract: Contract, as_of: int) -> bool:
    """Step 1, in-term-throughout: whether an outcome falls after the licence's last local day."""
    lapse = midnight(contract.licence_until + 1)
    if outcome.due is None or outcome.due < lapse:
        return False
    return outcome.verdict == "breached" or (outcome.verdict == "running" and as_of >= lapse)


def response(
    facts: Facts,
    contract: Contract,
    level: str,
    windows: Windows,
    changes: list[Change],
    episode: int,
    reading: Reading,
) -> Outcome:
    """The outcome of the response obligation of one episode."""
    if not covered(facts, contract, level, reading):
        return NOT_COVERED
    answer = first_response(facts, episode, reading)
    if episode > 1:
        if reading["reopened-clock"] == "no-clock" or len(facts.reopenings) < episode - 1:
            return NOT_APPLICABLE
        start = facts.reopenings[episode - 2].at
    elif reading["clock-start"] == "confirmed":
        confirmations = facts.of(CONFIRMED)
        if not confirmations:
            return Outcome("running") if answer is None else Outcome("met", None, answer)
        start = confirmations[0].at
    else:
        start = facts.opening.at
    clock = Clock(start, segments_from(facts, start, changes), answer, level, windows, reading)
    outcome = clock.walk(facts.as_of)
    if reading["licence-lapse"] == "in-term-throughout" and lapsed(outcome, contract, facts.as_of):
        return NOT_COVERED
    return outcome
