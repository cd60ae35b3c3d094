"""Whole random histories in interchange form, by seed, and the worst of them.

Every history obeys the life cycle of EVENTS.md and lasts at most ten days an incident; all its instants lie on whole
minutes. The same seed gives the same history.
"""

from dataclasses import dataclass
from random import Random

from hypothesis import strategies as st

from tests.strategies.calendars import calendars, releases
from tests.strategies.contracts import contract
from tests.strategies.incidents import CLOSINGS, Life, incident
from tests.strategies.lines import Sheet, Wire, interleave
from tests.strategies.moments import DAY, HOUR, LOCAL, SPELLS, day_number, instant

__all__ = ["History", "histories", "history", "interleave", "worst_history"]

WORST_CHANGES = 200
WORST_REOPENINGS = 50
WORST_CHANGES_REOPENED = 2


@dataclass(frozen=True)
class History:
    """The lines in ledger order, and instants worth judging them at."""

    seed: int
    lines: tuple[Wire, ...]
    as_of: tuple[str, ...]


def history(seed: int) -> History:
    """A history of one to three incidents, with one instant in its midst and one at its end."""
    rng = Random(seed)
    sheet = Sheet(rng)
    first_day = day_number(rng.choice(SPELLS)) + rng.randint(0, 2)
    calendars(sheet, first_day, rng)
    releases(sheet, first_day, rng)
    names = ["C-1", "C-2"][: rng.choice((1, 1, 2))]
    for name in names:
        contract(sheet, name, first_day, rng)
    lives = [
        incident(sheet, f"I-{number}", rng.choice(names), first_day, rng)
        for number in range(1, 1 + rng.choice((1, 1, 2, 3)))
    ]
    opened = min(life.opened for life in lives)
    ended = max(life.now for life in lives)
    turns = [minute for life in lives for draft in life.drafts for minute in (draft.occurred, draft.recorded)]
    midst = max(opened, rng.choice(turns) + rng.choice((0, 0, -1, 1, rng.randint(0, DAY))))
    end = max(ended + rng.choice((0, 1, rng.randint(0, 2 * DAY))), opened)
    as_of = (instant(min(midst, opened + 10 * DAY)), instant(min(end, opened + 11 * DAY)))
    return History(seed, tuple(sheet.lines()), as_of)


def worst_history(seed: int) -> History:
    """The history that costs most: Basic, nothing settled, 200 changes of priority, 50 reopenings.

    With entries made late, corrections agreed and not, calendars published again while it runs, a channel that Basic
    does not have and a licence that lapses under it.
    """
    rng = Random(seed)
    sheet = Sheet(rng)
    first_day = day_number("2020-03-26")
    _worst_calendars(sheet, first_day, rng)
    registered = (first_day - 60) * DAY
    licence = {"from": "2019-06-01", "until": "2020-04-09"}
    data: Wire = {
        "customer": "Romashka",
        "level": "basic",
        "edition": "commercial",
        "licence": licence,
    }
    data |= {
        "contacts": [{"name": "A. Ivanova"}],
        "jurisdiction": "RU",
        "work_gap_tolerance": "PT2H",
    }
    sheet.add("contract.registered.v1", "C-1", registered, registered, "system", data)
    opened = first_day * DAY - LOCAL + 17 * HOUR
    life = Life(sheet, "I-1", rng, opened + 60 * DAY, late=0.5)
    life.open("C-1", opened, 1)
    life.drafts[0].data["channel"] = "phone"
    for episode in range(WORST_REOPENINGS + 1):
        for what in _worst_episode(episode, rng):
            life.now += rng.randint(0, HOUR if episode == 0 else 3 * HOUR)
            life.tell(what)
        if episode < WORST_REOPENINGS:
            life.tell(rng.choice(CLOSINGS))
            life.now += rng.randint(0, HOUR)
            life.tell("corrected")
            life.tell("reopened")
    end = instant(life.now + DAY)
    return History(seed, tuple(sheet.lines()), (instant(opened + 20 * DAY), end))


def _worst_calendars(sheet: Sheet, first_day: int, rng: Random) -> None:
    fixed = {
        "holidays": ["2020-05-01", "2020-05-09"],
        "days_off": ["2020-05-04"],
        "working_weekends": ["2020-04-04"],
    }
    decreed: list[str] = []
    for revision in range(6):
        recorded = (first_day + (7 * revision if revision else -200)) * DAY + 10 * HOUR
        if revision:
            decreed = [f"2020-04-{rng.randint(1, 30):02}" for _ in range(5 * revision)]
        lists = {
            **fixed,
            "shortened": ["2020-03-31", "2020-04-30"],
            "non_working_days": sorted(set(decreed)),
        }
        data = {"jurisdiction": "RU", "year": 2020, **lists, "source": "invented"}
        sheet.add("calendar.published.v1", "RU-2020", recorded, recorded, "system", data)


def _worst_episode(episode: int, rng: Random) -> list[str]:
    """What is told in an episode: the first one has half of the changes, and no answer until it is closed."""
    if episode == 0:
        told = ["reprioritized"] * (WORST_CHANGES - WORST_REOPENINGS * WORST_CHANGES_REOPENED)
        told += ["reprioritization-agreed", "corrected", "correction-agreed"] * 10
    else:
        told = ["reprioritized"] * WORST_CHANGES_REOPENED
        told += ["reprioritization-agreed", "responded", "work-started", "work-stopped", "mitigated"]
        told += ["correction-agreed", "status-reported", "contact-attempted", "confirmed"]
    rng.shuffle(told)
    return told


def histories() -> st.SearchStrategy[History]:
    """Any history, for Hypothesis; a failure names its seed."""
    return st.integers(min_value=0, max_value=2**32 - 1).map(history)
