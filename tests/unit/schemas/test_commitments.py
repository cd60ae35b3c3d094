"""Free text and people are never in the bytes; value and salt open what stands there instead."""

import hmac
from hashlib import sha256

import pytest
import rfc8785

from schemas.canonical import canonical_bytes
from schemas.commitments import (
    Disclosure,
    commitment,
    personal_pointers,
    personal_values,
    reveal,
    seal,
)
from schemas.decode import decode_proposal
from schemas.events import TYPES, to_wire
from schemas.problems import InvalidInput
from tests.unit.schemas import examples
from tests.unit.schemas.examples import salt_for

PLACES = {
    "incident.opened.v1": [
        "/actor/id",
        "/data/reporter",
        *(f"/data/{name}" for name in (["title", "description", "impact", "error_text", "reproduction", "workaround"])),
    ],
    "incident.confirmed.v1": ["/data/to"],
    "incident.responded.v1": ["/data/summary"],
    "incident.reprioritized.v1": ["/actor/id", "/data/reason"],
    "incident.information-requested.v1": ["/data/summary"],
    "incident.information-provided.v1": ["/actor/id", "/data/summary"],
    "incident.mitigated.v1": ["/data/how"],
    "incident.status-reported.v1": ["/data/summary"],
    "incident.contact-attempted.v1": ["/data/to"],
    "incident.customer-replied.v1": ["/actor/id", "/data/summary"],
    "incident.resolved.v1": ["/data/summary", "/data/notification/to"],
    "incident.closed-not-covered.v1": ["/data/notification/to"],
    "incident.customer-unreachable.v1": ["/data/summary"],
    "incident.reopened.v1": ["/actor/id", "/data/reason"],
    "incident.corrected.v1": ["/data/reason"],
    "incident.correction-agreed.v1": ["/actor/id"],
    "incident.disputed.v1": ["/actor/id", "/data/claim"],
    "incident.dispute-ruled.v1": ["/data/ruling"],
    "incident.evidence-attached.v1": ["/data/name"],
    "contract.registered.v1": ["/data/contacts/0", "/data/contacts/1"],
    "contract.contact-authorised.v1": ["/data/contact"],
    "contract.contact-revoked.v1": ["/data/contact"],
}


@pytest.mark.parametrize("name", TYPES)
def test_the_places_of_each_type_are_those_of_the_event_contract(name: str) -> None:
    assert personal_pointers(examples.wire(name)) == tuple(PLACES.get(name, ()))


@pytest.mark.parametrize("name", TYPES)
def test_the_bytes_hold_no_personal_value_and_the_disclosures_give_it_back(name: str) -> None:
    wire = to_wire(decode_proposal(examples.line(name)))
    sealed = seal(wire, salt_for)
    written = canonical_bytes(sealed.wire)
    for value in personal_values(wire).values():
        assert rfc8785.dumps(value) not in written
    assert personal_values(sealed.wire) == {}
    assert reveal(sealed.wire, sealed.disclosures) == wire
    assert seal(sealed.wire, salt_for).wire == sealed.wire


@pytest.mark.parametrize(
    ("field", "value", "pointers"),
    [
        ("title", "a", ("/data/was", "/data/now", "/data/reason")),
        ("actor.id", "a", ("/data/was", "/data/now", "/data/reason")),
        (
            "reporter",
            {"name": "a", "organisation": "b"},
            ("/data/was", "/data/now", "/data/reason"),
        ),
        (
            "notification",
            {"channel": "email", "to": "a"},
            ("/data/was/to", "/data/now/to", "/data/reason"),
        ),
        ("channel", "email", ("/data/reason",)),
        ("priority", 1, ("/data/reason",)),
    ],
)
def test_what_a_correction_hides_depends_on_the_field_it_corrects(
    field: str, value: object, pointers: tuple[str, ...]
) -> None:
    line = examples.line("incident.corrected.v1", field=field, was=value, now=value)
    wire = to_wire(decode_proposal(line))
    assert personal_pointers(wire) == pointers
    assert personal_pointers(seal(wire, salt_for).wire) == pointers


def test_a_commitment_is_the_hmac_of_the_values_rfc_8785_bytes() -> None:
    value = {"phone": "1", "name": "Ким"}
    salt = bytes(range(32))
    expected = hmac.new(salt, '{"name":"Ким","phone":"1"}'.encode(), sha256).hexdigest()
    assert commitment(value, salt) == expected


def test_each_value_has_a_salt_of_its_own() -> None:
    contact = {"name": "Ким"}
    line = examples.line("contract.registered.v1", contacts=[contact, contact])
    first, second = seal(to_wire(decode_proposal(line)), salt_for).wire["data"]["contacts"]
    assert first != second


def test_what_was_erased_stays_hidden() -> None:
    wire = to_wire(decode_proposal(examples.line("incident.resolved.v1")))
    sealed = seal(wire, salt_for)
    revealed = reveal(sealed.wire, sealed.disclosures[:1])
    assert revealed["data"]["summary"] == wire["data"]["summary"]
    assert revealed["data"]["notification"] == sealed.wire["data"]["notification"]


def test_another_value_does_not_fit() -> None:
    sealed = seal(to_wire(decode_proposal(examples.line("incident.mitigated.v1"))), salt_for)
    forged = Disclosure("/data/how", salt_for("/data/how"), "Ничего")
    with pytest.raises(InvalidInput) as refused:
        reveal(sealed.wire, [forged])
    assert refused.value.reason == "commitment-differs"


@pytest.mark.parametrize("pointer", ["/data/engineer", "/data/nowhere", "/actor/id", "/id"])
def test_nothing_is_revealed_where_nothing_was_committed(pointer: str) -> None:
    sealed = seal(to_wire(decode_proposal(examples.line("incident.work-started.v1"))), salt_for)
    with pytest.raises(InvalidInput) as refused:
        reveal(sealed.wire, [Disclosure(pointer, bytes(32), "x")])
    assert refused.value.reason == "nothing-committed"
