"""What every read model must do, whatever database it lies in: a driver's test hands these a new, empty one."""

import pytest

from projections.concern import ByCalendar, ByLicence, ByPolicy, ByRelease, ByTerms, concerns
from projections.rows import IncidentRow, ObligationRow, Private, RunningDue, View
from projections.store import Cursor, PositionMovedError, ReadModel, Selection

__all__ = ["ReadModelKit", "made"]

HASH = "0" * 64


def made(number: int, **changes: object) -> View:
    """The rows of an incident; what is given replaces columns of whichever row has them."""
    row, obligation, private = _incident(number), _obligation(number), _private(number)

    def changed(part: object) -> dict[str, object]:
        return {name: value for name, value in changes.items() if name in type(part)._fields}  # type: ignore[attr-defined]

    return View(
        row._replace(**changed(row)),  # type: ignore[arg-type]
        (obligation._replace(**changed(obligation)),),  # type: ignore[arg-type]
        private._replace(**changed(private)),  # type: ignore[arg-type]
    )


def _incident(number: int) -> IncidentRow:
    return IncidentRow(
        incident=f"I-{number}",
        contract="C-1",
        customer="Romashka",
        level="premium",
        channel="email",
        opened_at=1_000 * number,
        priority=2,
        episode=1,
        state="open",
        closed_at=None,
        standing="kept",
        obligations_broken=0,
        obligations_disputed=0,
        duties_missing=("confirmation", "status"),
        decisive=(),
        next_due_at=5_000 * number,
        events=1,
        policy="tron-asoc",
        policy_sha256=HASH,
        problem=None,
        as_of_position=number,
        as_of=1_000 * number,
    )


def _obligation(number: int) -> ObligationRow:
    return ObligationRow(
        incident=f"I-{number}",
        obligation="response",
        contract="C-1",
        customer="Romashka",
        level="premium",
        clause="RESPONSE",
        verdict="running",
        due_at=5_000 * number,
        at=None,
        standing="kept",
        readings=2,
        readings_breached=0,
        earliest_due_at=5_000 * number,
        latest_due_at=6_000 * number,
        depends_on=("premium-hours",),
        decisive=(),
        policy_sha256=HASH,
        problem=None,
        as_of_position=number,
        as_of=1_000 * number,
    )


def _private(number: int) -> Private:
    return Private(
        month="2024-04",
        opening_priority=2,
        response=None,
        due=(RunningDue("response", 5_000 * number, 5_000 * number, 6_000 * number),),
        changes_at=5_000 * number,
        opened_on=738_000 + number,
        opened_recorded_at=1_000 * number,
        policy="tron-asoc",
        jurisdiction="RU",
        years=(2024, 2024),
        reach=6_000 * number,
        releases=(),
        clock=1_000 * number,
        opened_position=number,
        judged_position=number,
    )


class ReadModelKit:
    """Inherited by the test class of each driver, whose fixture `views` gives the read model."""

    def test_rows_come_back_as_they_were_kept(self, views: ReadModel) -> None:
        kept = [made(1), made(2, problem="calendar-missing:RU:2028", standing=None, decisive=None, due=())]
        views.apply(kept, 7, since=0)
        assert views.position() == 7
        assert [views.view("I-1"), views.view("I-2")] == kept
        assert views.incident("I-1") == kept[0].incident
        assert list(views.obligations("I-1")) == list(kept[0].obligations)
        assert views.view("I-3") is None
        assert views.incident("I-3") is None

    def test_rows_take_the_place_of_those_before_them(self, views: ReadModel) -> None:
        views.apply([made(1, releases=("R-1",), decisive=("short-days",))], 1, since=0)
        later = made(1, standing="broken", releases=(), decisive=())
        more = later._replace(obligations=(*later.obligations, later.obligations[0]._replace(obligation="response-2")))
        views.apply([more], 2, since=1)
        assert views.view("I-1") == more
        views.apply([later], 3, since=2)
        assert views.view("I-1") == later
        assert list(views.concerned(ByRelease("R-1"))) == []
        assert views.incidents(Selection(decisive="short-days")).rows == ()

    def test_whoever_is_not_where_the_rows_are_changes_nothing(self, views: ReadModel) -> None:
        views.apply([made(1)], 1, since=0)
        with pytest.raises(PositionMovedError):
            views.apply([made(2)], 2, since=0)
        assert views.position() == 1
        assert views.view("I-2") is None

    def test_a_transaction_that_fails_leaves_neither_rows_nor_position(self, views: ReadModel) -> None:
        with pytest.raises(Exception, match=r"bind|adapt"):
            views.apply([made(1), made(2, events=object())], 1, since=0)
        assert views.position() == 0
        assert views.view("I-1") is None

    def test_the_list_is_in_the_order_opened_and_its_pages_meet(self, views: ReadModel) -> None:
        views.apply([made(number, opened_at=number // 2) for number in (5, 3, 1, 4, 2)], 5, since=0)
        seen: list[str] = []
        after: Cursor | None = None
        while True:
            page = views.incidents(Selection(), after=after, limit=2)
            seen += [row.incident for row in page.rows]
            assert page.position == 5
            if page.next is None:
                break
            after = page.next
        assert seen == ["I-1", "I-2", "I-3", "I-4", "I-5"]

    @pytest.mark.parametrize(
        ("selection", "found"),
        [
            (Selection(scope=frozenset({"C-2"})), ["I-2"]),
            (Selection(scope=frozenset()), []),
            (Selection(contract="C-1"), ["I-1", "I-3", "I-4"]),
            (Selection(contract="C-1", scope=frozenset({"C-2"})), []),
            (Selection(standing="disputed"), ["I-3"]),
            (Selection(standing="not-judged"), ["I-4"]),
            (Selection(decisive="premium-hours"), ["I-3"]),
            (Selection(is_open=True), ["I-2", "I-3", "I-4"]),
            (Selection(is_open=False), ["I-1"]),
            (Selection(due_by=10_000), ["I-1", "I-2"]),
            (Selection(due_by=10_000, is_open=True, contract="C-2"), ["I-2"]),
        ],
    )
    def test_the_list_is_selected(self, views: ReadModel, selection: Selection, found: list[str]) -> None:
        rows = [
            made(1, state="resolved", closed_at=1_500),
            made(2, contract="C-2"),
            made(3, standing="disputed", decisive=("premium-hours", "short-days")),
            made(4, standing=None, problem="calendar-missing:RU:2028", decisive=None, next_due_at=None),
        ]
        views.apply(rows, 4, since=0)
        assert [row.incident for row in views.incidents(selection).rows] == found

    def test_deadlines_ahead_are_told_the_earliest_first(self, views: ReadModel) -> None:
        views.apply([made(3), made(1), made(2, contract="C-2"), made(4, due=())], 4, since=0)
        told = views.deadlines(Selection(), after=5_000, until=15_000)
        assert [(one.row.incident, one.priority, one.due.earliest) for one in told] == [
            ("I-2", 2, 10_000),
            ("I-3", 2, 15_000),
        ]
        assert [one.row.incident for one in views.deadlines(Selection(contract="C-2"), after=0, until=99_000)] == [
            "I-2"
        ]

    def test_compliance_counts_groups_by_nearest_rank(self, views: ReadModel) -> None:
        views.apply(
            [
                made(1, response=10_000_000),
                made(2, response=20_000_000, standing="broken"),
                made(3, response=None, standing="disputed", decisive=("premium-hours",)),
                made(4, month="2024-05", contract="C-2", standing=None, problem="calendar-missing:RU:2028"),
                made(5, month="2024-06"),
            ],
            5,
            since=0,
        )
        found = views.compliance(None, ("month", "contract"), first="2024-04", last="2024-05").to_wire()
        april, may = found["groups"]
        assert (april["month"], april["contract"], april["incidents"]) == ("2024-04", "C-1", 3)
        assert (april["kept"], april["broken"], april["disputed"]) == (1, 1, 1)
        assert (april["response_p50_seconds"], april["response_p95_seconds"]) == (10, 20)
        assert april["hangs_on"] == {"premium-hours": 1}
        assert may["not_judged"] == 1
        assert found["disputed"] == [{"incident": "I-3", "decisive": ["premium-hours"]}]
        assert found["not_judged"] == [{"incident": "I-4", "problem": "calendar-missing:RU:2028"}]
        scoped = views.compliance(frozenset({"C-2"}), ("month",), first="2024-04", last="2024-05")
        assert scoped.total.incidents == 1

    def test_those_whose_time_has_come_are_told_in_its_order(self, views: ReadModel) -> None:
        views.apply([made(1, changes_at=30), made(2, changes_at=20), made(3, changes_at=None)], 3, since=0)
        assert list(views.due(19, 10)) == []
        assert list(views.due(30, 10)) == ["I-2", "I-1"]
        assert list(views.due(30, 1)) == ["I-2"]

    def test_a_store_and_the_rows_themselves_say_alike_whom_an_event_concerns(self, views: ReadModel) -> None:
        rows = [
            made(1),
            made(2, contract="C-2", policy="harbour", jurisdiction="DE"),
            made(3, years=(2023, 2026), releases=("R-1", "R-2"), reach=10**9),
            made(4, problem="level-missing:tron-asoc:gold", years=(1, 9999)),
        ]
        views.apply(rows, 4, since=0)
        for concern in (
            ByTerms("C-1", 738_003),
            ByTerms("C-2", 0),
            ByLicence("C-1", 10**8),
            ByCalendar("RU", 2024),
            ByCalendar("RU", 2026),
            ByCalendar("DE", 2024),
            ByPolicy("tron-asoc", 3_000),
            ByPolicy("harbour", -(2**63)),
            ByRelease("R-2"),
        ):
            found = [view.incident.incident for view in rows if concerns(concern, view)]
            assert list(views.concerned(concern)) == found, concern

    def test_names_come_in_their_order(self, views: ReadModel) -> None:
        views.apply([made(2), made(1), made(3)], 3, since=0)
        assert list(views.names(after="I-1", limit=1)) == ["I-2"]

    def test_after_a_reset_nothing_is_left(self, views: ReadModel) -> None:
        views.apply([made(1)], 3, since=0)
        views.reset()
        assert views.position() == 0
        assert views.view("I-1") is None
