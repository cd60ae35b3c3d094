"""The life of a contract, of a policy, a calendar and a release; and that a subject is of one kind for ever."""

from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

import projections
from ledger.stamping import Bare, Imported
from schemas.events import Proposal
from tests.unit.ledger.desk import (
    CONTRACT,
    CUSTOMER,
    INCIDENT,
    NOW,
    SYSTEM,
    Desk,
    event_id,
    live,
    open_desk,
    opened,
    registered,
    says,
)

POLICY = (Path(projections.__file__).parent / "policies" / "tron-asoc.toml").read_bytes()
ADOPTED = {"version": "1", "sha256": sha256(POLICY).hexdigest()}
PUBLISHED = {
    "jurisdiction": "RU",
    "year": 2024,
    "holidays": ["2024-01-01"],
    "days_off": [],
    "working_weekends": [],
    "shortened": [],
    "non_working_days": [],
    "source": "decree",
}
CONTRACT_EVENTS = [
    ("contract.level-changed", {"level": "basic", "effective_from": "2024-06-01"}),
    ("contract.licence-renewed", {"until": "2027-12-31"}),
    ("contract.contact-authorised", {"contact": {"name": "Petrov"}}),
    ("contract.contact-revoked", {"contact": {"name": "Ivanova"}}),
    (
        "contract.reading-agreed",
        {"question": "short-days", "option": "full", "effective_from": "2024-05-01"},
    ),
]


def adopted(**changes: str) -> Proposal:
    return says(SYSTEM, "policy.adopted", {**ADOPTED, **changes}, subject="tron-asoc")


def test_a_contract_is_registered_once() -> None:
    open_desk().refuses(registered(), "already-registered")


@pytest.mark.parametrize(("type_", "data"), CONTRACT_EVENTS)
def test_only_a_registered_contract_changes(type_: str, data: dict[str, Any]) -> None:
    change = says(SYSTEM, type_, data, subject=CONTRACT)
    Desk().refuses(change, "unknown-contract")
    event = open_desk().take(change)
    assert (event.log, event.version) == (CONTRACT, 2)


def test_the_level_is_one_of_the_adopted_policys() -> None:
    desk = Desk(policy_texts=[POLICY])
    desk.take(adopted())
    refusal = desk.refuses(registered(level="gold"), "unknown-level")
    assert refusal.params["levels"] == "basic, premium, premium+"
    desk.take(registered())
    change = {"level": "gold", "effective_from": "2024-06-01"}
    desk.refuses(says(SYSTEM, "contract.level-changed", change, subject=CONTRACT), "unknown-level")


def test_where_no_policy_was_adopted_the_shipped_one_has_the_levels() -> None:
    Desk(Bare(), shipped_policy=POLICY).refuses(registered(level="gold"), "unknown-level")
    Desk(Bare()).take(registered(level="gold"))


def test_a_policy_is_adopted_with_its_text_at_hand() -> None:
    Desk().refuses(adopted(), "policy-text-missing")
    desk = Desk(policy_texts=[POLICY])
    desk.refuses(adopted(sha256="0" * 64), "policy-text-missing")
    event = desk.take(adopted())
    assert (event.log, event.version) == ("provider", 1)
    assert desk.take(adopted(version="2")).version == 2


def test_a_bare_file_keeps_no_texts_so_it_needs_none() -> None:
    Desk(Bare()).take(adopted())


def test_a_calendar_is_published_again_under_its_own_name() -> None:
    desk = Desk()
    desk.refuses(says(SYSTEM, "calendar.published", PUBLISHED, subject="RU-2025"), "calendar-misnamed")
    desk.take(says(SYSTEM, "calendar.published", PUBLISHED, subject="RU-2024"))
    again = desk.take(says(SYSTEM, "calendar.published", PUBLISHED, subject="RU-2024"))
    assert (again.log, again.version) == ("provider", 2)


def test_a_release_passes_its_stages_in_the_providers_log() -> None:
    desk = Desk()
    for number, stage in enumerate(("preliminary", "alpha", "beta", "release-test"), start=1):
        event = desk.take(says(SYSTEM, "release.stage-passed", {"stage": stage}, subject="7.2.1"))
        assert (event.log, event.version) == ("provider", number)


def test_a_subject_is_of_one_kind_for_ever() -> None:
    desk = Desk(policy_texts=[POLICY])
    desk.take(
        registered(),
        opened(),
        adopted(),
        says(SYSTEM, "calendar.published", PUBLISHED, subject="RU-2024"),
        says(SYSTEM, "release.stage-passed", {"stage": "alpha"}, subject="7.2.1"),
    )
    kinds = {
        CONTRACT: "contract",
        INCIDENT: "incident",
        "tron-asoc": "policy",
        "RU-2024": "calendar",
        "7.2.1": "release",
    }
    for subject, kind in kinds.items():
        others = {
            "contract": registered(subject=subject),
            "incident": opened(subject=subject),
            "policy": says(SYSTEM, "policy.adopted", ADOPTED, subject=subject),
            "calendar": says(SYSTEM, "calendar.published", PUBLISHED, subject=subject),
            "release": says(SYSTEM, "release.stage-passed", {"stage": "beta"}, subject=subject),
        }
        del others[kind]
        for proposal in others.values():
            assert desk.refuses(proposal, "subject-taken").params["taken_by"] == kind


def test_provider_names_the_providers_log_alone() -> None:
    desk = Desk()
    desk.refuses(registered(subject="provider"), "subject-reserved")
    desk.take(registered())
    desk.refuses(opened(subject="provider"), "subject-reserved")


def test_only_incidents_are_numbered_like_incidents() -> None:
    Desk().refuses(registered(subject="INC-2024-000001"), "number-of-an-incident")
    desk = Desk()
    desk.take(registered(subject="INC-2024-1"), opened(contract="INC-2024-1"))


def test_values_are_erased_where_an_event_of_the_same_subject_has_them() -> None:
    desk = open_desk()
    replied = desk.take(says(CUSTOMER, "incident.customer-replied", {"channel": "email", "summary": "thanks"}))
    other = desk.take(opened(subject="INC-2024-000018"))
    erasure = {"events": [replied.id], "fields": ["/data/summary"], "basis": "request"}
    for events, rule in (([event_id()], "unknown-event"), ([other.id], "unknown-event")):
        desk.refuses(says(SYSTEM, "incident.values-erased", {**erasure, "events": events}), rule)
    desk.refuses(
        says(SYSTEM, "incident.values-erased", {**erasure, "fields": ["/data/title"]}),
        "no-such-value",
    )
    both = {**erasure, "fields": ["/data/summary", "/actor/id"]}
    desk.take(says(SYSTEM, "incident.values-erased", both))
    desk.take(says(SYSTEM, "incident.values-erased", both))


def test_a_contracts_values_are_erased_in_its_own_events_only() -> None:
    desk = Desk()
    contract = desk.take(registered())
    incident = desk.take(opened())
    erasure = {"events": [contract.id], "fields": ["/data/contacts/0"], "basis": "retention"}
    desk.take(says(SYSTEM, "contract.values-erased", erasure, subject=CONTRACT))
    elsewhere = {**erasure, "events": [incident.id], "fields": ["/data/title"]}
    desk.refuses(says(SYSTEM, "contract.values-erased", elsewhere, subject=CONTRACT), "unknown-event")


def test_live_and_imported_contracts_obey_the_same_rules() -> None:
    for stamping in (live(), Imported(NOW), Bare()):
        open_desk(stamping).refuses(registered(), "already-registered")
