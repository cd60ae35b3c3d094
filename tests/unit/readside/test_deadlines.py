"""What falls due next is what is still running under some reading; what cannot be judged is named, not left out."""

from projections.deadlines import Deadline, deadlines
from schemas.instants import MICROS_PER_HOUR, parse_instant, to_micros
from schemas.verdicts import NotJudged
from services.judging import Holdings
from tests.integration.cli.histories import event
from tests.unit.readside.told import holdings, opened

# Friday; the Saturday after it was a working day, Monday to Wednesday were days off and a holiday.
FRIDAY = "2024-04-26T12:00:00+03:00"


def due(held: Holdings, at: str, hours: int) -> tuple[list[Deadline], list[NotJudged]]:
    return deadlines(held.docket, to_micros(parse_instant(at)), hours * MICROS_PER_HOUR, {})


def test_the_earliest_instant_over_the_readings_decides_whether_it_is_listed() -> None:
    held = holdings([opened(FRIDAY)])
    saturday_due = to_micros(parse_instant("2024-04-27T15:00:00+03:00"))
    none, _ = due(held, FRIDAY, 24)
    assert none == []
    (listed,), _ = due(held, FRIDAY, 30)
    assert listed.earliest_due == saturday_due
    assert listed.literal_due is not None
    assert listed.earliest_due < listed.literal_due <= listed.latest_due


def test_what_was_answered_is_listed_no_more() -> None:
    at = "2024-04-26T12:30:00+03:00"
    answer = event("incident.responded", "INC-2024-000001", at, {"engineer": "e-17", "channel": "email"})
    assert due(holdings([opened(FRIDAY), answer]), at, 1000) == ([], [])


def test_what_was_breached_under_every_reading_is_listed_no_more() -> None:
    assert due(holdings([opened(FRIDAY)]), "2024-05-20T12:00:00+03:00", 1000) == ([], [])


def test_what_one_reading_holds_breached_and_another_running_is_listed() -> None:
    (listed,), _ = due(holdings([opened(FRIDAY)]), "2024-04-28T12:00:00+03:00", 240)
    assert listed.standing == "disputed"
    assert "working-saturdays" in listed.depends_on


def test_the_earliest_comes_first() -> None:
    held = holdings(
        [opened("2024-04-08T10:00:00+03:00", "I-1", priority=4), opened("2024-04-08T11:00:00+03:00", "I-2", priority=2)]
    )
    found, _ = due(held, "2024-04-08T12:00:00+03:00", 240)
    assert [one.incident for one in found] == ["I-2", "I-1"]


def test_an_incident_that_cannot_be_judged_is_named() -> None:
    found, unknown = due(holdings([opened(FRIDAY)], calendars=None), FRIDAY, 8)
    assert found == []
    assert [(one.incident, one.year) for one in unknown] == [("INC-2024-000001", 2024)]


def test_the_priority_is_the_one_in_force() -> None:
    data = {"priority": 3, "requested_by": "customer"}
    raised = event("incident.reprioritized", "INC-2024-000001", "2024-04-26T13:00:00+03:00", data, "customer")
    (listed,), _ = due(holdings([opened(FRIDAY), raised]), "2024-04-26T14:00:00+03:00", 500)
    assert listed.priority == 3
