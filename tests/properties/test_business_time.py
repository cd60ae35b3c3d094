"""A service amount and the time that passed are two sides of one count, whatever the calendars say."""

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from projections.diagram import OPTIONS
from projections.publications import Publications, YearDays
from projections.service import Service
from schemas.policy import parse_amount
from tests.unit.judgement.hours import LISTS, MOSCOW, POLICY, WEEK, published, service, window, zone
from tests.unit.judgement.telling import DAY, HOUR, MINUTE, at

BERLIN = zone("+01:00", ("2024-03-31T01:00:00Z", "+02:00"), ("2024-10-27T01:00:00Z", "+01:00"))
YEARS = (2023, 2024, 2025)
WINDOWS = (("09:00-18:00",), ("08:00-12:00", "13:00-17:30"), ("00:00-24:00",), ("01:30-03:30", "20:00-20:30"))
EVERY_DAY = (*WEEK, "sat", "sun")
DAYS_QUESTIONS = ("working-saturdays", "short-days", "decreed-days", "premium-holidays", "calendar-changes")

starts = st.integers(at("2023-11-01 00:00"), at("2025-02-01 00:00"))
near_turns = st.builds(
    lambda day, hour, micros: at("2024-01-01 00:00") + day * DAY + hour * HOUR + micros,
    st.integers(0, 365),
    st.sampled_from((0, 8, 9, 12, 13, 17, 18, 20, 24)),
    st.sampled_from((-1, 0, 1, MINUTE)),
)
readings = st.fixed_dictionaries({name: st.sampled_from(OPTIONS[name]) for name in DAYS_QUESTIONS})


@st.composite
def calendars(draw: st.DrawFn) -> Publications:
    """Three years, published once or twice each."""
    found: list[tuple[int, int, YearDays]] = []
    for year in YEARS:
        first = MOSCOW.date_of(at(f"{year}-01-01 12:00"))
        dates = st.frozensets(st.integers(first, first + 364), max_size=20)
        recordings = draw(st.sampled_from(((0,), (0, 2))))
        found.extend((year, recorded, YearDays(*(draw(dates) for _ in LISTS))) for recorded in recordings)
    return published(*sorted(found, key=lambda one: one[1]))


@st.composite
def services(draw: st.DrawFn) -> Service:
    """A service of one of the shipped levels, or of another policy's."""
    known = draw(calendars())
    amounts = (f"{draw(st.integers(1, 5000))} working minutes",) * 4
    if draw(st.booleans()):
        level = draw(st.sampled_from(("basic", "premium")))
        inner = service(level, known, opened=1)
        return Service(POLICY.level[level], tuple(map(parse_amount, amounts)), MOSCOW, inner.now, inner.then)
    rules = {name: draw(st.sampled_from(("served", "not-served"))) for name in LISTS if name != "shortened"}
    rules["shortened"] = draw(st.sampled_from(("full", "shortened")))
    own = window(draw(st.sampled_from(WINDOWS)), draw(st.sampled_from((WEEK, EVERY_DAY, ("tue", "sat")))), **rules)
    return service(own, known, opened=1, local=draw(st.sampled_from((MOSCOW, BERLIN))), targets=amounts)


def reading(answers: dict[str, str]) -> Callable[[str], str]:
    return lambda question: answers.get(question, OPTIONS[question][0])


@given(services(), starts | near_turns, readings)
def test_the_service_until_the_due_instant_is_the_amount_and_an_instant_earlier_it_is_less(
    found: Service, start: int, answers: dict[str, str]
) -> None:
    ask, amount = reading(answers), found.targets[0].micros
    due = found.due(start, 1, ask)
    assert sum(end - since for since, end in found.windows(start, due, ask)) == amount
    assert sum(end - since for since, end in found.windows(start, due - 1, ask)) == amount - 1


@given(services(), starts | near_turns, readings)
def test_a_later_start_is_never_due_earlier(found: Service, start: int, answers: dict[str, str]) -> None:
    ask = reading(answers)
    assert found.due(start, 1, ask) <= found.due(start + MINUTE, 1, ask)


@given(services(), starts | near_turns, readings)
def test_an_opening_is_the_first_instant_that_is_served(found: Service, instant: int, answers: dict[str, str]) -> None:
    ask = reading(answers)
    opens = found.opening(instant, ask)
    assert opens >= instant
    assert found.windows(instant, opens, ask) == []
    assert found.windows(opens, opens + 1, ask) == [(opens, opens + 1)]


@given(services(), starts | near_turns, readings, readings)
def test_an_answer_to_a_question_that_was_not_asked_changes_nothing(
    found: Service, start: int, answers: dict[str, str], others: dict[str, str]
) -> None:
    asked: dict[str, str] = {}

    def ask(question: str) -> str:
        asked[question] = answers.get(question, OPTIONS[question][0])
        return asked[question]

    due = found.due(start, 1, ask)
    assert found.due(start, 1, reading({**others, **asked})) == due
    assert found.table(reading({**others, **asked})).add(start, found.targets[0].micros).value == due
