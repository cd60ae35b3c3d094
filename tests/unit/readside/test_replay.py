"""What the ledger knew at an instant is what had been recorded by it, and who said so."""

from datetime import datetime

import pytest

from projections.replay import Replay, replay, steps
from schemas.instants import parse_instant, to_micros
from schemas.verdicts import IncidentVerdict
from services.judging import Dossier, speaks_for
from tests.integration.cli.histories import Line
from tests.unit.readside.told import INCIDENT, dossier, later, opened

OPENED = opened("2024-04-08T10:00:00+03:00")
LATE = later(
    "responded",
    "2024-04-08T11:00:00+03:00",
    {"engineer": "e-17", "channel": "phone"},
    recorded_at="2024-04-10T09:00:00+03:00",
)


def micros(at: str) -> int:
    instant: datetime = parse_instant(at)
    return to_micros(instant)


def known(told: Dossier, at: str) -> Replay:
    return replay(
        told.docket,
        told.events,
        INCIDENT,
        micros(at),
        position=told.position,
        last_recorded=told.last_recorded,
        overrides={},
        speaks_for=speaks_for,
    )


def correction(agreed: bool = False) -> Line:
    return later(
        "corrected",
        "2024-04-11T09:00:00+03:00",
        {
            "event": LATE["id"],
            "field": "occurred_at",
            "was": LATE["occurred_at"],
            "now": "2024-04-08T10:30:00+03:00",
            "reason": "the switchboard's log says so",
            "agreed_by_other_party": agreed,
        },
    )


def literally(found: Replay) -> str:
    assert isinstance(found.verdict, IncidentVerdict)
    return found.verdict.obligations[0].literal.verdict


def test_what_was_entered_later_was_not_known() -> None:
    told = dossier([OPENED, LATE])
    before, after = known(told, "2024-04-09T20:00:00+03:00"), known(told, "2024-04-10T09:00:00+03:00")
    assert [entry.placed.event.type for entry in before.entries] == ["incident.opened.v1"]
    assert literally(before) == "breached"
    assert [entry.placed.event.type for entry in after.entries] == ["incident.opened.v1", "incident.responded.v1"]
    assert literally(after) == "met"


def test_how_late_an_entry_was_made_is_told_to_the_microsecond() -> None:
    assert known(dossier([OPENED, LATE]), "2024-04-10T09:00:00+03:00").entries[1].late == 46 * 3_600_000_000


def test_before_it_was_recorded_there_is_neither_record_nor_verdict() -> None:
    nothing = known(dossier([OPENED]), "2024-04-08T09:59:59+03:00")
    assert (nothing.entries, nothing.verdict) == ((), None)


def test_a_correction_stands_beside_what_it_corrects_and_changes_nothing_there() -> None:
    found = known(dossier([OPENED, LATE, correction()]), "2024-04-11T09:00:00+03:00")
    answered = found.entries[1]
    assert answered.placed.event.occurred_at == parse_instant(LATE["occurred_at"])
    (amendment,) = answered.corrected_by
    assert amendment.to_wire() == {
        "position": 4,
        "field": "occurred_at",
        "was": "2024-04-08T08:00:00.000000Z",
        "now": "2024-04-08T07:30:00.000000Z",
        "by": "provider",
        "agreed": False,
    }
    assert found.entries[0].corrected_by == found.entries[2].corrected_by == ()


def test_a_correction_is_agreed_from_the_instant_at_which_the_other_party_says_so() -> None:
    agreement = later(
        "correction-agreed",
        "2024-04-12T09:00:00+03:00",
        {"request": correction()["id"], "by": "customer"},
        "customer",
    )
    told = dossier([OPENED, LATE, correction(), agreement])
    for at, agreed in (("2024-04-12T08:59:59+03:00", False), ("2024-04-12T09:00:00+03:00", True)):
        assert known(told, at).entries[1].corrected_by[0].agreed is agreed


@pytest.mark.parametrize(
    ("event", "asserted_by"),
    [
        (correction(agreed=True), "provider"),
        (correction(agreed=False), None),
        (
            later(
                "reprioritized",
                "2024-04-11T09:00:00+03:00",
                {"priority": 3, "requested_by": "customer", "agreed": False},
            ),
            "provider",
        ),
        (
            later(
                "reprioritized",
                "2024-04-11T09:00:00+03:00",
                {"priority": 3, "requested_by": "customer", "agreed": True},
                "customer",
            ),
            "customer",
        ),
        (
            later(
                "reprioritized",
                "2024-04-11T09:00:00+03:00",
                {"priority": 3, "requested_by": "provider", "agreed": False},
            ),
            None,
        ),
    ],
)
def test_what_a_party_says_in_the_others_name_is_only_asserted(event: Line, asserted_by: str | None) -> None:
    found = known(dossier([OPENED, LATE, event]), "2024-04-11T09:00:00+03:00")
    assert found.entries[-1].asserted_by == asserted_by


def test_an_answer_later_than_everything_recorded_is_provisional() -> None:
    told = dossier([OPENED, LATE])
    assert not known(told, "2024-04-10T09:00:00+03:00").provisional
    assert known(told, "2024-04-10T09:00:01+03:00").provisional


def test_step_by_step_every_event_has_the_verdict_as_it_was_recorded() -> None:
    told = dossier([OPENED, LATE, correction()])
    found = list(steps(told.docket, told.events, INCIDENT, told.last_recorded, overrides={}, speaks_for=speaks_for))
    assert [step.position for step in found] == [2, 3, 4]
    assert [literally(step) for step in found] == ["running", "met", "met"]
    assert [len(step.entries) for step in found] == [1, 1, 1]


def test_steps_tell_apart_what_was_recorded_at_one_instant() -> None:
    at = "2024-04-08T10:00:00+03:00"
    answer = later("responded", at, {"engineer": "e-17", "channel": "phone"})
    told = dossier([OPENED, answer])
    found = list(steps(told.docket, told.events, INCIDENT, micros(at), overrides={}, speaks_for=speaks_for))
    assert [literally(step) for step in found] == ["running", "met"]


def test_steps_stop_at_the_instant_asked_for() -> None:
    told = dossier([OPENED, LATE])
    until = micros("2024-04-09T00:00:00+03:00")
    found = list(steps(told.docket, told.events, INCIDENT, until, overrides={}, speaks_for=speaks_for))
    assert [step.position for step in found] == [2]
