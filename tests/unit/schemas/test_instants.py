"""Instants are exact to the microsecond, and what would lose information is refused."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.instants import (
    canonical_instant,
    from_micros,
    parse_duration,
    parse_instant,
    print_instant,
    to_micros,
)
from tests.unit.schemas.strategies import instants


@given(instants)
def test_both_spellings_stand_for_the_same_instant(instant: datetime) -> None:
    assert parse_instant(canonical_instant(instant)) == instant
    assert parse_instant(print_instant(instant)) == instant
    assert len(canonical_instant(instant)) == len("2024-04-26T14:30:00.000000Z")


@given(instants)
def test_microseconds_since_1970_are_exact(instant: datetime) -> None:
    assert from_micros(to_micros(instant)) == instant


@given(instants, instants)
def test_canonical_spellings_sort_as_the_instants_do(one: datetime, other: datetime) -> None:
    assert (canonical_instant(one) < canonical_instant(other)) == (one < other)


@given(
    instants.filter(lambda instant: 1 < instant.year < 9999),
    st.integers(-1439, 1439).map(lambda minutes: timezone(timedelta(minutes=minutes))),
)
def test_an_offset_is_taken_off(instant: datetime, there: timezone) -> None:
    parsed = parse_instant(instant.astimezone(there).isoformat())
    assert parsed == instant
    assert parsed.tzinfo is UTC


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("2024-04-26T17:30:00+03:00", "2024-04-26T14:30:00Z"),
        ("2024-04-26T14:30:00.500Z", "2024-04-26T14:30:00.5Z"),
        ("2024-04-26T14:30:00.000001-00:00", "2024-04-26T14:30:00.000001Z"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
    ],
)
def test_a_fraction_is_printed_only_where_it_is_not_zero(text: str, printed: str) -> None:
    assert print_instant(parse_instant(text)) == printed


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2024-04-26T17:30:00", "no offset"),
        ("2024-04-26", "no offset"),
        ("2024-04-26T17:30:00.1234567Z", "finer than a microsecond"),
        ("2016-12-31T23:59:60Z", "leap second"),
        ("2016-12-31T23:59:60.5+03:00", "leap second"),
        ("2024-04-26T24:00:00Z", "hour 24"),
        ("2024-02-30T00:00:00Z", "no such day"),
        ("0000-01-01T00:00:00Z", "no such day"),
        ("0001-01-01T00:00:00+00:01", "out of range"),
        ("9999-12-31T23:59:59-00:01", "out of range"),
        ("2024-04-26 17:30:00Z", "not of the form"),
        ("2024-04-26t17:30:00z", "not of the form"),
        ("2024-04-26T17:30Z", "not of the form"),
        ("2024-04-26T17:30:00+0300", "not of the form"),
        ("2024-04-26T17:30:00+03", "not of the form"),
        ("2024-04-26T17:30:00+24:00", "not of the form"),
        ("2024-04-26T17:30:00,5Z", "not of the form"),
        ("2024-04-26T17:30:00.Z", "not of the form"),
        ("2024-W17-5T17:30:00Z", "not of the form"),
        ("20240426T173000Z", "not of the form"),
        ("٢٠٢٤-04-26T17:30:00Z", "not of the form"),
        ("2024-04-26T17:30:00Z\n", "not of the form"),
        (" 2024-04-26T17:30:00Z", "not of the form"),
        ("1714141800", "not of the form"),
        ("", "not of the form"),
    ],
)
def test_what_is_no_instant_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        parse_instant(text)


def test_an_instant_without_offset_has_no_spelling() -> None:
    naive = datetime(2024, 4, 26)  # noqa: DTZ001  (the case in question)
    with pytest.raises(ValueError, match="offset"):
        canonical_instant(naive)


def test_microseconds_beyond_the_year_9999_are_no_instant() -> None:
    with pytest.raises(ValueError, match="0001-9999"):
        from_micros(2**62)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("PT0S", 0),
        ("PT15M", 900),
        ("P1D", 86_400),
        ("P1DT1H1M1S", 90_061),
        ("PT120M", 7_200),
        ("PT0100S", 100),
    ],
)
def test_a_duration_counts_days_of_24_hours(text: str, seconds: int) -> None:
    assert parse_duration(text) == seconds * 1_000_000


@pytest.mark.parametrize(
    "text",
    [
        "",
        "P",
        "PT",
        "P1DT",
        "P1Y",
        "P1M",
        "P1W",
        "PT1.5S",
        "PT1,5S",
        "-PT1S",
        "PT1M1H",
        "1H",
        "PT1H\n",
    ],
)
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="PnDTnHnMnS"):
        parse_duration(text)


@pytest.mark.parametrize("text", ["PT9007199255S", "P" + "9" * 5000 + "D"])
def test_a_duration_of_more_microseconds_than_an_integer_holds_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="2\\^53-1"):
        parse_duration(text)
