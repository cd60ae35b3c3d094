"""Whom the programme covers (READINGS.md, response step 1; PROG-COMMERCIAL, CHANNELS)."""

import pytest

from projections.coverage import Cover
from projections.history import Terms
from projections.local_time import day_of, local_time
from projections.policies import shipped_policy
from schemas.policy import parse_policy
from tests.unit.judgement.telling import Telling, at, never, reading

POLICY = parse_policy(shipped_policy())


def cover(level: str = "basic", edition: str = "commercial", until: str = "2024-12-31") -> Cover:
    terms = Terms(
        contract="C-001",
        customer="Romashka",
        edition=edition,
        jurisdiction="RU",
        policy="tron-asoc",
        tolerance=0,
        licence_from=day_of("2024-01-10"),
        licence_until=day_of("2020-01-01"),
        registered_level=level,
    )
    return Cover(POLICY.coverage, POLICY.level[level], terms, local_time(POLICY.zone), day_of(until))


@pytest.mark.parametrize(
    ("opened", "covered"),
    [
        ("2024-01-09 23:59", False),
        ("2024-01-10 00:00", True),
        ("2024-12-31 23:59", True),
        ("2025-01-01 00:00", False),
    ],
)
def test_the_licence_covers_both_of_its_ends(opened: str, covered: bool) -> None:
    assert cover().covers(Telling(at(opened)).counted(), never) is covered


def test_the_day_goes_by_when_the_opening_counts() -> None:
    told = Telling(at("2025-01-01 00:00"))
    told.correct("e-1", "occurred_at", at("2024-12-31 23:59"), agreed=True)
    assert cover().covers(told.counted(), never)


def test_another_edition_is_not_covered() -> None:
    assert not cover(edition="community").covers(Telling(at("2024-04-26 12:00")).counted(), never)


def test_a_channel_that_the_level_does_not_have_is_covered_if_the_clock_runs_for_it() -> None:
    counted = Telling(at("2024-04-26 12:00"), channel="phone").counted()
    assert not cover().covers(counted, reading())
    assert cover().covers(counted, reading(unsupported_channel="clock-runs"))
    assert cover("premium").covers(counted, never)


def test_the_licence_lapses_at_the_midnight_after_its_last_day() -> None:
    assert cover(until="2024-12-31").lapses_at == at("2025-01-01 00:00")
