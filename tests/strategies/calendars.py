"""The provider's log of a random history: calendars and their later publications, stages of releases."""

from datetime import date, timedelta
from random import Random
from typing import Any

from tests.strategies.lines import Sheet
from tests.strategies.moments import DAY, EPOCH_DAY, HOUR, LOCAL, local_date

Lists = dict[str, list[str]]

HOLIDAYS = (
    "01-01",
    "01-02",
    "01-03",
    "01-06",
    "01-07",
    "02-23",
    "03-08",
    "05-01",
    "05-09",
    "11-04",
)
STAGES = ("preliminary", "alpha", "beta", "release-test")
RELEASES = ("2.1", "2.2")


def _lists(year: int, around: int, rng: Random) -> Lists:
    """The lists of one publication; the moved days lie around a day where the history looks."""
    near = [EPOCH_DAY + timedelta(days=around + offset) for offset in range(-2, 13)]
    near = [day for day in near if day.year == year]
    weekdays = [day for day in near if day.weekday() < 5]
    weekends = [day for day in near if day.weekday() >= 5]
    return {
        "holidays": [f"{year}-{day}" for day in HOLIDAYS] + _some(near, 0.08, rng),
        "days_off": _some(weekdays, 0.12, rng),
        "working_weekends": _some(weekends, 0.4, rng),
        "shortened": _some(near, 0.25, rng),
        "non_working_days": _some(weekdays, rng.choice((0.0, 0.25, 0.7)), rng),
    }


def _some(days: list[date], share: float, rng: Random) -> list[str]:
    return [day.isoformat() for day in days if rng.random() < share]


def _publish(sheet: Sheet, year: int, recorded: int, lists: Lists) -> None:
    data: dict[str, Any] = {"jurisdiction": "RU", "year": year, **lists, "source": "invented"}
    sheet.add("calendar.published.v1", f"RU-{year}", recorded, recorded, "system", data)


def calendars(sheet: Sheet, first_day: int, rng: Random) -> None:
    """Publish the years a history of ten days may need, some of them again while its clocks run."""
    years = sorted({int(local_date(first_day + offset)[:4]) for offset in (-2, 25)})
    if rng.random() < 0.03:
        years.remove(rng.choice(years))
    for year in years:
        lists = _lists(year, first_day, rng)
        # Mostly known long before; sometimes first published while the incident runs.
        late = rng.random() < 0.03
        recorded = (first_day + (rng.randint(0, 8) if late else -rng.randint(20, 150))) * DAY - LOCAL + 12 * HOUR
        _publish(sheet, year, recorded, lists)
        for _ in range(rng.choice((0, 0, 1, 1, 2, 4))):
            recorded += rng.randint(0, 3 * DAY)
            recorded = max(recorded, (first_day - 1) * DAY + rng.randrange(10 * DAY))
            again = _lists(year, first_day, rng)
            kept = rng.choice(tuple(again))
            _publish(sheet, year, recorded, {**again, kept: lists[kept]})


def releases(sheet: Sheet, first_day: int, rng: Random) -> None:
    """Let releases pass some or all of their stages, at times that straddle the resolutions."""
    for release in RELEASES:
        for stage in rng.sample(STAGES, rng.choice((3, 4, 4, 4, 4))):
            occurred = (first_day - 4) * DAY + rng.randrange(6 * DAY)
            recorded = occurred + rng.choice((0, 0, 0, rng.randrange(2 * DAY)))
            sheet.add("release.stage-passed.v1", release, occurred, recorded, "system", {"stage": stage})
