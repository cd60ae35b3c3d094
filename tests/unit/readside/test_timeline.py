"""The picture of an incident as data: lanes on one axis, clocks only while they ran, breaches where they happened."""

from itertools import pairwise

from projections.explain import explain
from projections.timeline import Lane, Point, Span, Timeline, timeline
from schemas.instants import parse_instant, to_micros
from tests.integration.cli.histories import Line
from tests.unit.readside.told import dossier, later, opened

FRIDAY = opened("2024-04-26T12:00:00+03:00")
ANSWERED = later("responded", "2024-05-03T10:00:00+03:00", {"engineer": "e-17", "channel": "email"})
CLOSED = later("resolved", "2024-05-06T10:00:00+03:00", {"summary": "It works"})


def micros(at: str) -> int:
    return to_micros(parse_instant(at))


def drawn(lines: list[Line], at: str | None = None) -> Timeline:
    told = dossier(lines)
    judgement, verdict = told.judge(told.last_recorded if at is None else micros(at), {})
    return timeline(judgement, explain(judgement, verdict), told.events)


def lane(picture: Timeline, name: str) -> Lane:
    return next(lane for lane in picture.lanes if lane.name == name)


def test_a_clock_runs_only_while_it_is_counted() -> None:
    spans = lane(drawn([FRIDAY, ANSWERED]), "response").spans
    assert [span for span in spans if span.kind == "running"] == [
        Span(micros("2024-04-26T12:00:00+03:00"), micros("2024-04-26T18:00:00+03:00"), "running"),
        Span(micros("2024-05-02T09:00:00+03:00"), micros("2024-05-02T15:00:00+03:00"), "running"),
    ]


def test_what_came_after_the_deadline_is_overdue_until_the_answer() -> None:
    found = lane(drawn([FRIDAY, ANSWERED]), "response")
    due, answered = micros("2024-05-02T15:00:00+03:00"), micros("2024-05-03T10:00:00+03:00")
    assert [span for span in found.spans if span.kind == "overdue"] == [Span(due, answered, "overdue")]
    assert Point(due, "breached") in found.points
    assert Point(answered, "answered") in found.points


def test_without_an_answer_it_is_overdue_until_the_as_of_instant() -> None:
    found = lane(drawn([FRIDAY], "2024-05-04T00:00:00+03:00"), "response")
    assert found.spans[-1] == Span(micros("2024-05-02T15:00:00+03:00"), micros("2024-05-04T00:00:00+03:00"), "overdue")


def test_the_deadlines_of_the_other_readings_are_points() -> None:
    points = {point.kind: point.at for point in lane(drawn([FRIDAY, ANSWERED]), "response").points}
    assert points["earliest-due"] == micros("2024-04-27T15:00:00+03:00")
    assert points["due"] == micros("2024-05-02T15:00:00+03:00")


def test_a_closed_incident_is_drawn_until_the_last_thing_that_happened() -> None:
    picture = drawn([FRIDAY, ANSWERED, CLOSED], "2025-01-01T00:00:00+03:00")
    assert (picture.start, picture.end) == (micros("2024-04-26T12:00:00+03:00"), micros("2024-05-06T10:00:00+03:00"))


def test_an_open_incident_is_drawn_until_the_as_of_instant() -> None:
    assert drawn([FRIDAY], "2024-05-01T00:00:00+03:00").end >= micros("2024-05-01T00:00:00+03:00")


def test_a_reopened_incident_is_open() -> None:
    again = later("reopened", "2024-05-07T10:00:00+03:00", {"reason": "It is back"}, "customer")
    picture = drawn([FRIDAY, ANSWERED, CLOSED, again], "2024-06-01T00:00:00+03:00")
    assert picture.end == micros("2024-06-01T00:00:00+03:00")
    assert [lane.name for lane in picture.lanes] == ["events", "priority", "response", "response-2", "continuous-work"]


def test_priorities_follow_each_other_without_a_gap() -> None:
    data = {"priority": 4, "requested_by": "customer"}
    lower = later("reprioritized", "2024-04-27T12:00:00+03:00", data, "customer")
    spans = lane(drawn([FRIDAY, lower, ANSWERED]), "priority").spans
    assert [span.label for span in spans] == ["2", "4"]
    assert all(earlier.end == following.start for earlier, following in pairwise(spans))


def test_what_was_owed_worked_and_left_undone_are_lanes_of_the_continuous_work() -> None:
    grave = opened("2024-04-08T10:00:00+03:00", priority=1)
    answer = later("responded", "2024-04-08T10:10:00+03:00", {"engineer": "e-17", "channel": "email"})
    starts = later("work-started", "2024-04-08T11:00:00+03:00", {"engineer": "e-17"})
    mended = later("mitigated", "2024-04-08T12:00:00+03:00", {"how": "restarted"})
    found = lane(drawn([grave, answer, starts, mended]), "continuous-work")
    at = {hour: micros(f"2024-04-08T{hour}:00+03:00") for hour in ("10:10", "11:00", "12:00")}
    assert found.spans == (
        Span(at["10:10"], at["12:00"], "owed"),
        Span(at["11:00"], at["12:00"], "worked"),
        Span(at["10:10"], at["11:00"], "uncovered"),
    )
    assert found.points == (Point(at["10:10"], "breached"),)


def test_only_what_was_recorded_by_then_is_drawn() -> None:
    points = lane(drawn([FRIDAY, ANSWERED], "2024-05-01T00:00:00+03:00"), "events").points
    assert [point.label for point in points] == ["incident.opened.v1"]
