"""How a report counts: groups, standings, what the disputed hang on, response times, agreement with another source."""

import pytest

from projections.compliance import Key, Report, judge_all, percentile
from tests.integration.cli.histories import Line, contract, event
from tests.unit.readside.told import holdings, opened


def answered(number: str, at: str) -> Line:
    return event("incident.responded", number, at, {"engineer": "e-17", "channel": "email"})


def reported(lines: list[Line], by: tuple[Key, ...] = ("month",), against: dict[str, bool] | None = None) -> Report:
    held = holdings(lines)
    found = Report(by, against)
    for judged in judge_all(held.docket, held.last_recorded, SETTLED, lambda _contract, _day: True):
        found.add(judged)
    return found


# Without a confirmation the clock would never start under the other option, and nothing could be broken.
SETTLED = {"clock-start": "received"}
KEPT = [opened("2024-04-08T10:00:00+03:00", "I-1"), answered("I-1", "2024-04-08T11:00:00+03:00")]
BROKEN = [opened("2024-04-09T10:00:00+03:00", "I-2"), answered("I-2", "2024-04-24T11:00:00+03:00")]
# Saturday 27 April 2024 was a working day: met literally, broken where that Saturday is served.
DISPUTED = [
    opened("2024-04-26T12:00:00+03:00", "I-3", priority=2),
    answered("I-3", "2024-05-02T12:00:00+03:00"),
]


def test_an_incident_is_counted_by_the_worst_of_its_obligations() -> None:
    group = reported([*KEPT, *BROKEN, *DISPUTED]).total
    assert dict(group.standings) == {"kept": 1, "broken": 1, "disputed": 1}


def test_the_questions_that_the_disputed_hang_on_are_counted() -> None:
    found = reported([*KEPT, *BROKEN, *DISPUTED])
    assert "working-saturdays" in found.total.hangs_on
    ((incident, decisive),) = found.disputed
    assert incident == "I-3"
    assert set(decisive) == set(found.total.hangs_on)


@pytest.mark.parametrize(
    ("at", "month"),
    [("2024-03-31T20:59:59Z", "2024-03"), ("2024-03-31T21:00:00Z", "2024-04"), ("2024-04-30T21:00:00Z", "2024-05")],
)
def test_a_month_is_that_of_the_local_date_of_the_opening(at: str, month: str) -> None:
    assert list(reported([opened(at, "I-1")]).groups) == [(month,)]


def test_groups_are_made_by_every_key_asked_for() -> None:
    other = [
        contract("C-002", "premium"),
        opened("2024-04-08T10:00:00+03:00", "I-9", priority=1, to="C-002"),
    ]
    found = reported([contract(), *KEPT, *other], ("contract", "level", "priority", "month"))
    assert [key for key, _ in found.sorted_groups()] == [
        ("C-001", "basic", "2", "2024-04"),
        ("C-002", "premium", "1", "2024-04"),
    ]


def test_an_incident_is_left_out_where_it_is_not_chosen() -> None:
    held = holdings([*KEPT, *BROKEN])
    day = 738_984  # 2024-04-08
    judged = judge_all(held.docket, held.last_recorded, {}, lambda to, on: to == "C-001" and on == day)
    assert [one.incident for one in judged] == ["I-1"]


def test_an_incident_recorded_later_does_not_exist_yet() -> None:
    held = holdings([*KEPT, *BROKEN])
    before = held.docket.histories.incidents["I-2"][0].recorded - 1
    assert [one.incident for one in judge_all(held.docket, before, {}, lambda *_: True)] == ["I-1"]


def test_a_response_time_is_clock_time_nights_included() -> None:
    overnight = [opened("2024-04-08T17:00:00+03:00", "I-1"), answered("I-1", "2024-04-09T10:00:00+03:00")]
    assert reported(overnight).total.responses == [17 * 3_600_000_000]


def test_who_was_never_answered_has_no_response_time() -> None:
    assert reported([opened("2024-04-08T17:00:00+03:00", "I-1")]).total.to_wire()["response_p50_seconds"] is None


@pytest.mark.parametrize(
    ("values", "rank", "expected"),
    [
        ([], 50, None),
        ([7], 1, 7),
        ([7], 100, 7),
        ([1, 2], 50, 1),
        ([1, 2, 3], 50, 2),
        (list(range(1, 11)), 90, 9),
        (list(range(1, 11)), 95, 10),
        (list(range(1, 101)), 95, 95),
    ],
)
def test_a_percentile_is_the_smallest_value_that_so_many_did_not_exceed(
    values: list[int], rank: int, expected: int | None
) -> None:
    assert percentile(values, rank) == expected


def test_an_incident_without_a_verdict_is_counted_as_such() -> None:
    held = holdings([opened("2024-04-08T10:00:00+03:00", "I-1")], calendars=None)
    found = Report(("month",))
    for judged in judge_all(held.docket, held.last_recorded, {}, lambda *_: True):
        found.add(judged)
    assert found.total.to_wire()["not_judged"] == 1
    assert [one.year for one in found.not_judged] == [2024]


def test_our_standings_are_set_against_the_other_sources_verdicts() -> None:
    found = reported([*KEPT, *BROKEN, *DISPUTED], against={"I-1": True, "I-2": True})
    assert dict(found.agreement) == {("kept", "kept"): 1, ("broken", "kept"): 1, ("disputed", "absent"): 1}
    assert {"ours": "broken", "theirs": "kept", "incidents": 1} in found.to_wire()["agreement"]
