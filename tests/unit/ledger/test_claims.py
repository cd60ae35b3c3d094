"""Who may record what, and who speaks for whom (EVENTS.md, "Who says what")."""

from typing import Any, get_args

import pytest

from ledger.claims import Claim, claim_of
from ledger.incident import Incident
from ledger.rules import MAY_RECORD
from schemas.events import TYPES, Actor, ActorKind, Data
from tests.unit.ledger.desk import (
    AUDITOR,
    CONTRACT,
    CUSTOMER,
    ENGINEER,
    INCIDENT,
    NOW,
    SYSTEM,
    Desk,
    event_id,
    live,
    open_desk,
    registered,
    says,
)

EVIDENCE = {"name": "call.ogg", "media_type": "audio/ogg", "size": 9, "sha256": "0" * 64}
ASKED = {"priority": 1, "requested_by": "customer"}


def test_every_type_says_who_may_record_it() -> None:
    assert set(MAY_RECORD) == set(get_args(Data)) == set(TYPES.values())


def test_the_system_may_record_whatever_an_engineer_may() -> None:
    assert all("system" in kinds for kinds in MAY_RECORD.values() if "engineer" in kinds)


def may_record(kind: ActorKind) -> set[str]:
    return {data.TYPE.removesuffix(".v1") for data, kinds in MAY_RECORD.items() if kind in kinds}


def test_the_customer_records_his_own_side() -> None:
    assert may_record("customer") == {
        "incident.opened", "incident.reprioritized", "incident.reprioritization-agreed",
        "incident.information-provided", "incident.customer-replied", "incident.reopened", "incident.corrected",
        "incident.correction-agreed", "incident.disputed", "incident.evidence-attached",
    }  # fmt: skip


def test_the_auditor_rules() -> None:
    assert may_record("auditor") == {
        "incident.disputed", "incident.dispute-ruled", "incident.evidence-attached",
    }  # fmt: skip


def test_what_only_software_records() -> None:
    assert may_record("system") - may_record("engineer") == {
        "incident.confirmed", "incident.values-erased",
        "contract.registered", "contract.level-changed", "contract.licence-renewed", "contract.contact-authorised",
        "contract.contact-revoked", "contract.reading-agreed", "contract.values-erased",
        "policy.adopted", "calendar.published", "release.stage-passed",
    }  # fmt: skip


def test_who_may_not_is_refused() -> None:
    desk = open_desk()
    refusal = desk.refuses(
        says(CUSTOMER, "incident.responded", {"engineer": "e-17", "channel": "email"}),
        "actor-may-not",
    )
    assert refusal.params["allowed"] == "engineer, system"
    desk.refuses(says(AUDITOR, "incident.reopened", {"reason": "late"}), "actor-may-not")
    desk.refuses(says(ENGINEER, "incident.confirmed", {"to": "x"}), "actor-may-not")


@pytest.mark.parametrize(
    ("actor", "data", "speaks_for"),
    [
        (CUSTOMER, {"requested_by": "customer"}, None),
        (ENGINEER, {"requested_by": "provider"}, None),
        (ENGINEER, {"requested_by": "customer"}, "customer"),
        (SYSTEM, {"requested_by": "customer"}, "customer"),
        (CUSTOMER, {"requested_by": "provider"}, "provider"),
        (CUSTOMER, {"requested_by": "customer", "agreed": True}, "provider"),
        (ENGINEER, {"requested_by": "provider", "agreed": True}, "customer"),
    ],
)
def test_a_change_of_priority_may_speak_for_the_other_party(
    actor: Actor, data: dict[str, Any], speaks_for: str | None
) -> None:
    claim = claim_of(says(actor, "incident.reprioritized", {"priority": 1, **data}))
    assert (claim and claim.speaks_for) == speaks_for


def test_agreement_to_a_correction_in_the_correction_itself_is_a_claim() -> None:
    data = {"event": event_id(), "field": "channel", "was": "email", "now": "phone", "reason": "so"}
    own = says(ENGINEER, "incident.corrected", {**data, "agreed_by_other_party": False})
    both = says(ENGINEER, "incident.corrected", {**data, "agreed_by_other_party": True})
    assert claim_of(own) is None
    assert claim_of(both) == Claim("provider", "customer", None)


def test_the_state_names_the_claims() -> None:
    desk = open_desk()
    own = desk.take(says(CUSTOMER, "incident.reprioritized", ASKED))
    claim = desk.take(says(ENGINEER, "incident.reprioritized", ASKED))
    state = desk.unit.state(INCIDENT)
    assert isinstance(state, Incident)
    assert state.claims == (claim.id,)
    assert own.id not in state.claims


def test_live_a_claim_needs_evidence_attached_to_the_same_incident() -> None:
    desk = open_desk(live())
    desk.refuses(says(ENGINEER, "incident.reprioritized", ASKED), "evidence-needed")
    elsewhere = {**ASKED, "evidence": event_id()}
    desk.refuses(says(ENGINEER, "incident.reprioritized", elsewhere), "unknown-evidence")
    attached = desk.take(says(ENGINEER, "incident.evidence-attached", EVIDENCE))
    desk.take(says(ENGINEER, "incident.reprioritized", {**ASKED, "evidence": attached.id}))


def test_an_import_may_carry_a_claim_bare_but_no_evidence_that_is_not_there() -> None:
    desk = open_desk()
    desk.take(says(ENGINEER, "incident.reprioritized", ASKED))
    elsewhere = {**ASKED, "evidence": event_id()}
    desk.refuses(says(ENGINEER, "incident.reprioritized", elsewhere), "unknown-evidence")


def test_live_a_reading_is_agreed_with_a_document() -> None:
    agreed = {"question": "short-days", "option": "full", "effective_from": "2024-05-01"}
    bare = says(SYSTEM, "contract.reading-agreed", agreed, subject=CONTRACT, at=NOW)
    assert claim_of(bare) == Claim("provider", "customer", None)
    desk = Desk(live())
    desk.take(registered())
    desk.refuses(bare, "document-needed")
    signed = {**agreed, "document": "0" * 64}
    event = desk.take(says(SYSTEM, "contract.reading-agreed", signed, subject=CONTRACT))
    assert claim_of(event) is None
