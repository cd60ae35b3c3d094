"""The calendars that ship: every year of 2016-2027, each publication at its own instant, as officially published."""

from datetime import UTC, date, datetime, time, timedelta, timezone
from itertools import pairwise

import orjson
import pytest

from projections.calendars import JURISDICTIONS, shipped_calendars
from projections.publications import LISTS
from schemas.events import Proposal
from schemas.problems import UnknownJurisdiction
from schemas.provider_events import CalendarPublished
from tests.checkout import ROOT

FACTS = [ROOT.parent / "shared" / "policy" / name for name in ("calendars-2016-2019.jsonl", "calendars.jsonl")]
MOSCOW = timezone(timedelta(hours=3))


def data(calendar: Proposal) -> CalendarPublished:
    assert isinstance(calendar.data, CalendarPublished)
    return calendar.data


@pytest.mark.parametrize("jurisdiction", JURISDICTIONS)
def test_publications_stand_in_their_order_with_ids_of_their_own(jurisdiction: str) -> None:
    shipped = shipped_calendars(jurisdiction)
    assert all(earlier.occurred_at <= later.occurred_at for earlier, later in pairwise(shipped))
    assert len({one.id for one in shipped}) == len(shipped)
    assert {one.recorded_at for one in shipped} == {None}


@pytest.mark.parametrize("jurisdiction", JURISDICTIONS)
def test_every_publication_names_its_year_and_is_published_at_noon(jurisdiction: str) -> None:
    for one in shipped_calendars(jurisdiction):
        assert one.subject == f"{jurisdiction}-{data(one).year}"
        assert one.occurred_at.astimezone(MOSCOW).time() == time(12)


def test_every_year_from_2016_to_2027_is_there() -> None:
    assert {data(one).year for one in shipped_calendars("RU")} == set(range(2016, 2028))


def test_special_days_are_what_they_are_called() -> None:
    for one in shipped_calendars("RU"):
        assert all(date.fromisoformat(day).weekday() >= 5 for day in data(one).working_weekends)
        assert all(date.fromisoformat(day).weekday() < 5 for day in data(one).days_off)


def test_a_jurisdiction_that_is_not_shipped_is_refused() -> None:
    with pytest.raises(UnknownJurisdiction):
        shipped_calendars("DE")


@pytest.mark.skipif(not all(path.exists() for path in FACTS), reason="../shared is not here")
def test_they_are_the_officially_published_ones() -> None:
    facts = [orjson.loads(line) for path in FACTS for line in path.read_bytes().splitlines()]
    official = sorted((fact["published"], fact["year"], *(tuple(fact[name]) for name in LISTS)) for fact in facts)
    shipped = sorted(
        (_day(one.occurred_at), data(one).year, *(tuple(getattr(data(one), name)) for name in LISTS))
        for one in shipped_calendars("RU")
    )
    assert shipped == official


def _day(instant: datetime) -> str:
    assert instant.tzinfo is UTC
    return instant.astimezone(MOSCOW).date().isoformat()
