"""What the provider owes beside the response (READINGS.md, Duties)."""

from typing import Any

import pytest

from projections.duties import duties
from projections.history import Stage
from projections.policies import shipped_policy
from schemas.policy import parse_policy
from tests.unit.judgement.telling import Telling, reading

CLAUSES = parse_policy(shipped_policy()).duties
STAGES = ("preliminary", "alpha", "beta", "release-test")


def verdicts(
    told: Telling, releases: dict[str, list[Stage]] | None = None, as_of: int = 1000, **options: str
) -> dict[str, str]:
    found = duties(told.counted(as_of, **options), CLAUSES, releases or {}, as_of, reading(**options))
    return {duty.duty: duty.verdict for duty in found}


def test_each_duty_is_named_with_its_clause_in_the_order_of_the_table() -> None:
    found = duties(Telling().counted(), CLAUSES, {}, 1000, reading())
    assert [(duty.duty, duty.clause) for duty in found] == [
        ("confirmation", "OPEN-CONFIRM"),
        ("status", "RES-INFORM"),
        ("resolution-notice", "RES-NOTICE"),
        ("not-covered-notice", "RES-CUSTOM"),
        ("unreachable-proof", "RES-UNREACHABLE"),
        ("release-stages", "QC-STAGES"),
    ]


def test_of_an_incident_just_opened_only_the_confirmation_is_due() -> None:
    found = verdicts(Telling())
    assert found.pop("confirmation") == "missing"
    assert set(found.values()) == {"not-applicable"}


def test_a_confirmation_meets_its_duty() -> None:
    told = Telling()
    told.by_provider("confirmed", 50)
    assert verdicts(told)["confirmation"] == "met"
    assert verdicts(told, as_of=49)["confirmation"] == "missing"


@pytest.mark.parametrize(
    ("reported", "with_estimate", "verdict"),
    [(90, True, "met"), (90, False, "missing"), (100, True, "met"), (101, True, "missing")],
)
def test_a_status_with_an_estimate_must_lie_before_the_closing(
    reported: int, with_estimate: bool, verdict: str
) -> None:
    told = Telling()
    told.by_provider("status-reported", reported, detail=with_estimate)
    told.close("resolved", 100)
    assert verdicts(told)["status"] == verdict


def test_a_status_report_at_the_instant_of_the_closing_but_after_it_comes_too_late() -> None:
    told = Telling()
    told.close("resolved", 100)
    told.by_provider("status-reported", 100, detail=True)
    assert verdicts(told)["status"] == "missing"


def test_a_status_report_meets_its_duty_before_there_is_a_closing() -> None:
    told = Telling()
    told.by_provider("status-reported", 90, detail=False)
    assert verdicts(told)["status"] == "not-applicable"
    told.by_provider("status-reported", 95, detail=True)
    assert verdicts(told)["status"] == "met"


def test_the_status_speaks_of_the_first_closing() -> None:
    told = Telling()
    told.close("customer-unreachable", 100)
    told.by_provider("status-reported", 150, detail=True)
    told.close("resolved", 200)
    assert verdicts(told)["status"] == "missing"


@pytest.mark.parametrize(
    ("kind", "duty"), [("resolved", "resolution-notice"), ("closed-not-covered", "not-covered-notice")]
)
def test_every_closing_of_a_kind_must_be_notified_and_says_nothing_of_the_others(kind: str, duty: str) -> None:
    told = Telling()
    told.close(kind, 100, notified=True)
    assert verdicts(told)[duty] == "met"
    told.close(kind, 200)
    found = verdicts(told)
    assert found[duty] == "missing"
    others = {"resolution-notice", "not-covered-notice", "unreachable-proof", "release-stages"} - {duty}
    assert {found[other] for other in others} == {"not-applicable"}


def attempts(*instants: int, last_word: int = 0, closed: int = 100) -> Telling:
    told = Telling()
    told.by_customer("customer-replied", last_word)
    for instant in instants:
        told.by_provider("contact-attempted", instant)
    told.close("customer-unreachable", closed)
    return told


@pytest.mark.parametrize(
    ("instants", "two", "one"),
    [
        ((), "missing", "missing"),
        ((50,), "missing", "met"),
        ((50, 60), "met", "met"),
        ((50, 60, 70), "met", "met"),
        ((50, 101), "missing", "met"),
        ((50, 100), "met", "met"),
        ((19, 50), "missing", "met"),
        ((20, 50), "met", "met"),
    ],
)
def test_a_customer_is_unreachable_after_as_many_attempts_as_are_asked_for(
    instants: tuple[int, ...], two: str, one: str
) -> None:
    told = attempts(*instants, last_word=20)
    assert verdicts(told)["unreachable-proof"] == two
    assert verdicts(told, unreachable_proof="one-attempt")["unreachable-proof"] == one


def test_a_customer_who_never_said_anything_himself_is_unreachable_after_as_many_attempts() -> None:
    told = Telling(side="provider")
    told.by_provider("contact-attempted", 50)
    told.close("customer-unreachable", 100)
    assert verdicts(told)["unreachable-proof"] == "missing"
    assert verdicts(told, unreachable_proof="one-attempt")["unreachable-proof"] == "met"


def test_what_the_customer_says_after_the_closing_takes_nothing_back() -> None:
    told = attempts(50, 60)
    told.by_customer("reopened", 150)
    assert verdicts(told)["unreachable-proof"] == "met"


def test_each_unreachable_closing_needs_attempts_of_its_own() -> None:
    told = attempts(50, 60)
    told.by_customer("reopened", 150)
    told.by_provider("contact-attempted", 160)
    told.close("customer-unreachable", 200)
    assert verdicts(told)["unreachable-proof"] == "missing"


def test_a_customers_change_of_priority_comes_before_an_attempt_at_its_instant() -> None:
    told = Telling()
    told.by_provider("contact-attempted", 50)
    told.by_provider("contact-attempted", 60)
    told.change(50, 1)
    told.close("customer-unreachable", 100)
    assert verdicts(told)["unreachable-proof"] == "met"


def passed(*stages: tuple[str, int, int]) -> dict[str, list[Stage]]:
    return {"2.1": [Stage(*stage) for stage in stages]}


def released(*names: str | None, at: int = 100) -> Telling:
    told = Telling()
    for offset, name in enumerate(names):
        told.close("resolved", at + offset, release=name)
    return told


ALL: list[Any] = [(stage, 50, 60) for stage in STAGES]


@pytest.mark.parametrize(
    ("stages", "verdict"),
    [
        (ALL, "met"),
        (ALL[:3], "missing"),
        ([*ALL[:3], ("release-test", 100, 100)], "met"),
        ([*ALL[:3], ("release-test", 101, 101)], "missing"),
        ([*ALL[:3], ("release-test", 100, 1000)], "met"),
        ([*ALL[:3], ("release-test", 100, 1001)], "missing"),
        ([], "missing"),
    ],
)
def test_a_release_must_have_passed_all_stages_before_it_resolves(stages: list[Any], verdict: str) -> None:
    assert verdicts(released("2.1"), passed(*stages))["release-stages"] == verdict


def test_a_resolution_without_a_release_owes_no_stages() -> None:
    assert verdicts(released(None), passed(*ALL))["release-stages"] == "not-applicable"


def test_every_release_that_resolves_must_have_passed() -> None:
    assert verdicts(released("2.1", None), passed(*ALL))["release-stages"] == "met"
    assert verdicts(released("2.1", "2.2"), passed(*ALL))["release-stages"] == "missing"
