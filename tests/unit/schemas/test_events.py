"""Every type of event is read, written and published alike."""

import pytest
from pydantic import ValidationError

from schemas.canonical import canonical_bytes
from schemas.decode import decode_event, decode_exported, decode_proposal
from schemas.events import TYPES, Actor, subject_kind, to_wire
from schemas.incident_events import IncidentOpened, WorkStarted
from tests.unit.schemas import examples


def test_there_is_an_example_of_every_type() -> None:
    assert examples.DATA.keys() == TYPES.keys()
    assert len(TYPES) == 34


@pytest.mark.parametrize("name", TYPES)
def test_a_proposal_is_written_as_it_was_read(name: str) -> None:
    proposal = decode_proposal(examples.line(name))
    assert proposal.type == name
    written = to_wire(proposal)
    assert written.pop("occurred_at") == "2031-05-05T07:00:00.000000Z"
    assert written.pop("recorded_at") == "2031-05-05T07:00:01.250000Z"
    assert decode_proposal(canonical_bytes(to_wire(proposal))) == proposal
    given = examples.wire(name)
    assert written.keys() == given.keys() - {"occurred_at", "recorded_at"}
    assert written["data"].keys() == given["data"].keys()


@pytest.mark.parametrize("name", TYPES)
def test_a_stored_event_is_written_as_it_was_read(name: str) -> None:
    line = canonical_bytes(examples.stored(name))
    assert canonical_bytes(to_wire(decode_event(line))) == line
    assert decode_exported(line) == decode_event(line)


@pytest.mark.parametrize("name", TYPES)
def test_a_subject_is_of_the_kind_its_type_begins_with(name: str) -> None:
    assert subject_kind(decode_proposal(examples.line(name)).data) == name.partition(".")[0]


def test_engineer_and_software_are_one_party() -> None:
    assert Actor(kind="engineer", id="e-1").party == "provider"
    assert Actor(kind="system", id="crm").party == "provider"
    assert Actor(kind="customer", id="x").party == "customer"
    assert Actor(kind="auditor", id="x").party == "auditor"


def test_an_event_cannot_be_changed() -> None:
    started = WorkStarted(engineer="e-1")
    with pytest.raises(ValidationError):
        started.engineer = "e-2"  # type: ignore[misc]


def test_a_model_takes_no_other_type_for_the_one_it_names() -> None:
    fields = {"contract": "C", "channel": "email", "title": "t", "priority": "1"}
    with pytest.raises(ValidationError):
        IncidentOpened.model_validate({**fields, "reporter": {"name": "n", "organisation": "o"}})


def test_an_optional_field_that_was_not_given_is_absent() -> None:
    line = examples.line("incident.reprioritized.v1", agreed=..., reason=..., evidence=...)
    assert to_wire(decode_proposal(line))["data"] == {"priority": 2, "requested_by": "customer"}


@pytest.mark.parametrize(
    ("name", "default"),
    [("incident.reprioritized.v1", {"agreed": False}), ("contract.registered.v1", {"policy": "tron-asoc"})],
)
def test_a_default_that_was_given_is_written_no_more_than_one_that_was_not(
    name: str, default: dict[str, object]
) -> None:
    given = decode_proposal(examples.line(name, **default))
    absent = decode_proposal(examples.line(name, **dict.fromkeys(default, ...)))
    assert canonical_bytes(to_wire(given)) == canonical_bytes(to_wire(absent))
    assert given == absent
