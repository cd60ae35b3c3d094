"""What the rows of an audit log say happened, and what of it is lost."""

from collections.abc import Callable
from pathlib import Path

import pytest

from services.importing.mapping import load_mapping
from tests.unit.servicenow.audit_log import Cells, Converted, ordinary_incident, row, write

Convert = Callable[[list[Cells]], Converted]


@pytest.fixture
def converted(tmp_path: Path) -> Convert:
    return lambda rows: Converted(write(tmp_path / "audit.csv", rows))


def test_an_ordinary_incident_is_opened_answered_and_resolved(converted: Convert) -> None:
    log = converted(list(ordinary_incident("INC1")))
    assert log.story() == [
        ("opened", "03-01T06:00", "03-01T06:05"),
        ("responded", "03-01T07:00", "03-01T07:00"),
        ("resolved", "03-01T08:00", "03-01T08:00"),
    ]
    assert log.rejects == []
    assert log.outcomes == [{"incident": "INC1", "made_sla": True}]


def test_the_customer_opens_and_the_engineer_answers(converted: Convert) -> None:
    opened, responded, resolved = converted(list(ordinary_incident("INC1"))).events[1:]
    assert opened["actor"] == {"kind": "customer", "id": "Caller 7"}
    assert opened["data"] == {
        "contract": "SERVICENOW-2016",
        "channel": "phone",
        "reporter": {"name": "Caller 7", "organisation": "ServiceNow customer"},
        "priority": 3,
        "title": "Category 3 / Symptom 8",
    }
    assert responded["actor"] == resolved["actor"] == {"kind": "engineer", "id": "engineer-34"}
    assert responded["data"] == {"engineer": "engineer-34", "channel": "servicenow"}
    assert resolved["data"] == {"summary": "code 6"}


def test_without_a_created_instant_the_opening_is_recorded_when_it_occurred(
    converted: Convert,
) -> None:
    log = converted([row("INC1", 0, "New", "1/3/2016 09:05", sys_created_at="?")])
    assert log.story() == [("opened", "03-01T06:00", "03-01T06:00")]
    assert log.reasons() == [(2, "no-created-at")]


def test_only_the_first_step_out_of_new_is_a_response(converted: Convert) -> None:
    log = converted(
        [
            row("INC1", 0, "New", "1/3/2016 09:05"),
            row("INC1", 1, "Active", "1/3/2016 10:00"),
            row("INC1", 2, "New", "1/3/2016 10:10"),
            row("INC1", 3, "Awaiting Vendor", "1/3/2016 10:20"),
        ]
    )
    assert [kind for kind, *_ in log.story()] == ["opened", "responded"]


def test_an_incident_never_seen_as_new_has_no_response(converted: Convert) -> None:
    log = converted(list(ordinary_incident("INC1"))[1:])
    assert [kind for kind, *_ in log.story()] == ["opened", "resolved"]
    assert log.reasons() == [(2, "missing-updates"), (2, "no-new-row")]


def test_leaving_new_by_somebody_who_is_no_engineer_is_no_response(converted: Convert) -> None:
    log = converted(
        [
            row("INC1", 0, "New", "1/3/2016 09:05"),
            row("INC1", 1, "Active", "1/3/2016 10:00", sys_updated_by="Anna Ivanova"),
            row("INC1", 2, "Resolved", "1/3/2016 11:00", sys_updated_by="?"),
        ]
    )
    assert [kind for kind, *_ in log.story()] == ["opened", "resolved"]
    assert log.events[-1]["actor"] == {"kind": "system", "id": "servicenow"}
    assert log.reasons() == [(3, "no-engineer"), (4, "no-resolved-at")]
    assert "Anna" not in b"".join(log.lines).decode()


def test_a_changed_priority_is_the_providers_and_agreed(converted: Convert) -> None:
    log = converted(
        [
            row("INC1", 0, "New", "1/3/2016 09:05"),
            row("INC1", 1, "Active", "1/3/2016 10:00", priority="1 - Critical"),
        ]
    )
    assert [kind for kind, *_ in log.story()] == ["opened", "reprioritized", "responded"]
    assert log.events[2]["data"] == {"priority": 1, "requested_by": "provider", "agreed": True}


def test_a_priority_that_the_mapping_does_not_name_changes_nothing(converted: Convert) -> None:
    log = converted(
        [
            row("INC1", 0, "New", "1/3/2016 09:05"),
            row("INC1", 1, "New", "1/3/2016 10:00", priority="5 - Planning"),
            row("INC1", 2, "New", "1/3/2016 11:00"),
        ]
    )
    assert [kind for kind, *_ in log.story()] == ["opened"]
    assert log.reasons() == [(3, "unknown-priority")]


def test_a_priority_changed_after_closing_counts_from_the_reopening(converted: Convert) -> None:
    rows = list(ordinary_incident("INC1"))
    rows[3]["priority"] = "2 - High"
    rows.append(row("INC1", 4, "Active", "7/3/2016 12:00", priority="2 - High"))
    log = converted(rows)
    assert log.story()[3:] == [
        ("reopened", "03-07T09:00", "03-07T09:00"),
        ("reprioritized", "03-07T09:00", "03-07T09:00"),
    ]
    assert log.reasons() == [(5, "priority-after-closing")]


def test_closed_after_resolved_is_no_event_and_closed_alone_is_a_resolution(
    converted: Convert,
) -> None:
    log = converted(
        [
            row("INC1", 0, "New", "1/3/2016 09:05"),
            row("INC1", 1, "Closed", "1/3/2016 10:00", closed_code="?"),
            row("INC1", 2, "Closed", "3/3/2016 10:00"),
        ]
    )
    assert log.story()[1:] == [
        ("responded", "03-01T07:00", "03-01T07:00"),
        ("resolved", "03-01T07:00", "03-01T07:00"),
    ]
    assert log.events[-1]["data"] == {"summary": "Closed"}
    assert log.reasons() == [(3, "no-resolved-at")]


def test_a_late_entry_keeps_both_instants(converted: Convert) -> None:
    rows = list(ordinary_incident("INC1"))
    rows[2]["sys_updated_at"] = "1/3/2016 18:00"
    assert converted(rows).story()[-1] == ("resolved", "03-01T08:00", "03-01T15:00")


def test_the_customer_reopens_and_each_resolution_is_its_own(converted: Convert) -> None:
    """The source writes the last resolved_at on every row, so the first resolution's is lost."""
    resolved = {"resolved_at": "2/3/2016 15:00"}
    log = converted(
        [
            row("INC1", 0, "New", "1/3/2016 09:05", **resolved),
            row("INC1", 1, "Resolved", "1/3/2016 11:00", **resolved),
            row("INC1", 2, "Awaiting User Info", "2/3/2016 09:00", **resolved),
            row("INC1", 3, "Resolved", "2/3/2016 15:00", **resolved),
        ]
    )
    assert log.story()[2:] == [
        ("resolved", "03-01T08:00", "03-01T08:00"),
        ("reopened", "03-02T06:00", "03-02T06:00"),
        ("resolved", "03-02T12:00", "03-02T12:00"),
    ]
    assert log.events[4]["actor"] == {"kind": "customer", "id": "Caller 7"}
    assert log.events[4]["data"] == {"reason": "Resolved -> Awaiting User Info"}
    assert log.reasons() == [(3, "occurs-after-recorded")]


@pytest.mark.parametrize(
    ("resolved_at", "counted", "reason"),
    [
        ("1/3/2016 11:05", "03-01T08:05", "occurs-after-recorded"),
        ("1/3/2016 11:06", "03-01T08:00", "occurs-after-recorded"),
        ("1/3/2016 08:59", "03-01T08:00", "resolved-before-opened"),
        ("yesterday", "03-01T08:00", "bad-date"),
        ("?", "03-01T08:00", "no-resolved-at"),
    ],
)
def test_a_resolved_at_that_cannot_be_true_gives_way_to_the_rows_own(
    converted: Convert, resolved_at: str, counted: str, reason: str
) -> None:
    rows = list(ordinary_incident("INC1"))
    rows[2]["resolved_at"] = resolved_at
    log = converted(rows)
    assert log.story()[-1] == ("resolved", counted, "03-01T08:00")
    assert log.reasons() == [(4, reason)]


@pytest.mark.parametrize(
    ("created_at", "recorded", "reason"),
    [
        ("1/3/2016 08:55", "03-01T05:55", "occurs-after-recorded"),
        ("1/3/2016 08:54", "03-01T06:00", "occurs-after-recorded"),
        ("31/2/2016 09:00", "03-01T06:00", "bad-date"),
    ],
)
def test_an_opening_recorded_too_early_is_recorded_when_it_occurred(
    converted: Convert, created_at: str, recorded: str, reason: str
) -> None:
    log = converted([row("INC1", 0, "New", "1/3/2016 09:05", sys_created_at=created_at)])
    assert log.story() == [("opened", "03-01T06:00", recorded)]
    assert log.reasons() == [(2, reason)]


def test_an_update_that_goes_back_is_recorded_with_the_one_before_it(converted: Convert) -> None:
    log = converted(
        [
            row("INC1", 0, "New", "1/3/2016 10:00"),
            row("INC1", 1, "Active", "1/3/2016 09:30"),
        ]
    )
    assert log.story()[-1] == ("responded", "03-01T07:00", "03-01T07:00")
    assert log.reasons() == [(3, "goes-back")]


def test_lost_updates_are_listed_with_their_number(converted: Convert) -> None:
    rows = list(ordinary_incident("INC1"))
    rows[2]["sys_mod_count"], rows[3]["sys_mod_count"] = "5", "7"
    log = converted(rows)
    assert log.rejects == [
        {
            "line": 4,
            "incident": "INC1",
            "reason": "missing-updates",
            "count": 3,
            "detail": "updates 2 to 4",
        },
        {
            "line": 5,
            "incident": "INC1",
            "reason": "missing-updates",
            "count": 1,
            "detail": "update 6",
        },
    ]
    assert log.summary.missing_updates == 4


def test_an_unknown_state_is_listed_and_concludes_nothing(converted: Convert) -> None:
    log = converted(
        [
            row("INC1", 0, "New", "1/3/2016 09:05"),
            row("INC1", 1, "-100", "1/3/2016 10:00"),
            row("INC1", 2, "Active", "1/3/2016 10:30"),
        ]
    )
    assert log.story()[1:] == [("responded", "03-01T07:30", "03-01T07:30")]
    assert log.reasons() == [(3, "unknown-state")]


def test_an_update_without_an_instant_is_left_out(converted: Convert) -> None:
    rows = list(ordinary_incident("INC1"))
    rows[1]["sys_updated_at"] = "2016-03-01 10:00"
    log = converted(rows)
    assert log.story()[1] == ("responded", "03-01T08:00", "03-01T08:00")
    assert log.reasons() == [(3, "bad-date")]


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("opened_at", "?", "incident-not-dated"),
        ("opened_at", "1.3.2016", "incident-not-dated"),
        ("priority", "?", "incident-without-priority"),
        ("contact_type", "Carrier pigeon", "incident-without-channel"),
    ],
)
def test_an_incident_that_cannot_be_opened_is_left_out_whole(
    converted: Convert, column: str, value: str, reason: str
) -> None:
    rows = [cells | {column: value} for cells in ordinary_incident("INC1")]
    log = converted(rows)
    assert log.story() == []
    assert log.reasons() == [(2, reason)]
    assert log.outcomes == [{"incident": "INC1", "made_sla": True}]


def test_a_mapping_may_say_what_a_missing_channel_is(tmp_path: Path) -> None:
    mapping = load_mapping("servicenow")
    phone = mapping.model_copy(update={"channels": {**mapping.channels, "": "phone"}})
    rows = [row("INC1", 0, "New", "1/3/2016 09:05", contact_type="?")]
    log = Converted(write(tmp_path / "audit.csv", rows), phone)
    assert log.events[1]["data"]["channel"] == "phone"


def test_a_missing_caller_is_named_as_the_mapping_says(converted: Convert) -> None:
    log = converted([row("INC1", 0, "New", "1/3/2016 09:05", caller_id="?")])
    assert log.events[1]["data"]["reporter"]["name"] == "unknown caller"
    assert log.reasons() == [(2, "no-caller")]


def test_the_source_s_verdict_is_that_of_the_last_update(converted: Convert) -> None:
    rows = list(ordinary_incident("INC1"))
    rows[3]["made_sla"] = "false"
    unknown = [row("INC2", 0, "New", "1/3/2016 09:05", made_sla="perhaps")]
    log = converted(rows + unknown)
    assert log.outcomes == [{"incident": "INC1", "made_sla": False}]
    assert log.reasons() == [(6, "unknown-outcome")]
