"""Requests to record: decided in groups, answered once and for ever under their keys."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
import pytest

from ledger.application import Ledger
from ledger.clock import WatchedClock
from ledger.drivers.sqlite.driver import sqlite
from ledger.drivers.system import system_machine
from ledger.group_commit import Committed, GroupCommit, Outcome
from ledger.machine import Machine
from ledger.submission import Answer, Element, Submission
from schemas.contract_events import ContractRegistered
from schemas.events import Actor, Proposal
from schemas.incident_events import CustomerReplied, IncidentOpened, IncidentResolved, IncidentValuesErased
from schemas.problems import ClockSuspect, LedgerCorrupt, LedgerError, RuleBroken, http_problems
from tests.conformance.recorder_kit import opening, registration

NOW = datetime(2024, 4, 27, 9, 0, tzinfo=UTC)
CUSTOMER = Actor(kind="customer", id="ivanova@example.org")


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.create(
        f"sqlite:///{tmp_path / 'ledger.db'}", provider="Provider", ledger_id="3b1c1f0e-0000-4000-8000-000000000001"
    ) as made:
        made.append([registration("C-001"), registration("C-002")])
        yield made


def opened(contract: str = "C-001") -> Element:
    """The opening of an incident that the ledger is to number."""
    return Element(opening(contract), numbered=True)


def replied(subject: str, summary: str = "It happened again", if_match: int | None = None) -> Element:
    """A reply of the customer."""
    data = CustomerReplied(channel="email", summary=summary)
    return Element(Proposal(subject=subject, occurred_at=NOW, actor=CUSTOMER, data=data), if_match)


def resolved(subject: str) -> Element:
    """The closing of an incident."""
    actor = Actor(kind="engineer", id="e-17")
    return Element(Proposal(subject=subject, occurred_at=NOW, actor=actor, data=IncidentResolved(summary="Restarted")))


def request(key: str, *elements: Element, content: bytes | None = None, caller: str = "crm") -> Submission:
    """A request under a key; its content is the key unless told otherwise."""
    return Submission(elements, caller, key, content or key.encode(), via=caller)


def told(answer: Answer) -> list[dict[str, object]]:
    """The events that an answer tells of."""
    events: list[dict[str, object]] = orjson.loads(answer.body)["events"]
    return events


def answered(outcome: Outcome) -> Answer:
    """The outcome, which is an answer."""
    assert isinstance(outcome, Answer), outcome
    return outcome


def test_an_incident_gets_the_next_number_of_the_local_year_and_a_refusal_uses_none_up(ledger: Ledger) -> None:
    first, refused, second = ledger.commit(
        [request("a", opened()), request("b", opened("C-404")), request("c", opened("C-002"))]
    )
    year = datetime.now(UTC).year
    assert isinstance(refused, RuleBroken)
    subjects = [told(answered(one))[0]["subject"] for one in (first, second)]
    assert subjects == [f"INC-{year}-000001", f"INC-{year}-000002"]
    assert told(answered(ledger.commit([request("d", opened())])[0]))[0]["subject"] == f"INC-{year}-000003"


def test_the_answer_tells_what_lies_in_the_ledger(ledger: Ledger) -> None:
    (answer,) = ledger.commit([request("a", opened(), opened("C-002"))])
    for event in told(answered(answer)):
        row = ledger.find(str(event["id"]))
        assert row is not None
        assert row.position == event["position"]
        assert b'"via":"crm"' in row.state
        (again,) = ledger.subject_rows(str(event["subject"]))
        assert again == row


def test_the_same_request_gets_the_same_bytes_for_ever(ledger: Ledger) -> None:
    first, second = map(answered, ledger.commit([request("a", opened()), request("a", opened())]))
    (third,) = map(answered, ledger.commit([request("a", opened())]))
    assert first.body == second.body == third.body
    assert [one.replayed for one in (first, second, third)] == [False, True, True]
    assert ledger.head().count == 3


def test_another_request_under_the_key_is_refused_and_another_caller_has_keys_of_his_own(ledger: Ledger) -> None:
    ledger.commit([request("a", opened())])
    other, others = ledger.commit(
        [request("a", opened(), content=b"other"), request("a", opened(), content=b"other", caller="erp")]
    )
    assert isinstance(other, http_problems.IdempotencyKeyReused)
    assert not answered(others).replayed


def test_a_refused_request_is_judged_anew_under_its_key(ledger: Ledger) -> None:
    (refused,) = ledger.commit([request("a", replied("incident-of-C-001"))])
    assert isinstance(refused, RuleBroken)
    ledger.append([opening("C-001")])
    assert not answered(ledger.commit([request("a", replied("incident-of-C-001"))])[0]).replayed


def test_each_request_is_decided_after_its_neighbours_and_a_batch_is_recorded_whole_or_not_at_all(
    ledger: Ledger,
) -> None:
    ledger.append([opening("C-001")])
    name = "incident-of-C-001"
    closed, late, whole = ledger.commit(
        [
            request("a", resolved(name)),
            request("b", replied(name)),
            request("c", opened("C-002"), replied(name)),
        ]
    )
    answered(closed)
    assert isinstance(late, RuleBroken)
    assert isinstance(whole, RuleBroken)
    assert ledger.head().count == 4


def test_the_error_of_a_batch_names_its_element(ledger: Ledger) -> None:
    elements = (Element(opening("C-001")), Element(opening("C-001"), pointer="/1"))
    (refused,) = ledger.commit([request("a", *elements)])
    assert isinstance(refused, RuleBroken)
    assert refused.pointer == "/1"


def test_numbers_go_on_above_those_imported_and_end_at_the_last_of_six_digits(ledger: Ledger) -> None:
    year = datetime.now(UTC).year
    subjects = (f"INC-{year}-999998", f"INC-{year}-9999990", f"INC-{year}-99999A")
    for number, subject in enumerate(subjects):
        update = {"subject": subject, "id": f"11111111-1111-4111-8111-11111111111{number}"}
        list(ledger.import_([opening("C-001").model_copy(update=update)]))
    last, refused = ledger.commit([request("a", opened()), request("b", opened())])
    assert told(answered(last))[0]["subject"] == f"INC-{year}-999999"
    assert isinstance(refused, RuleBroken)
    assert refused.rule == "numbers-used-up"


def test_if_match_is_compared_with_what_the_neighbours_left(ledger: Ledger) -> None:
    ledger.append([opening("C-001")])
    name = "incident-of-C-001"
    first, second, third = ledger.commit(
        [request("a", replied(name, if_match=1)), request("b", replied(name, if_match=1)), request("c", replied(name))]
    )
    assert told(answered(first))[0]["version"] == 2
    assert isinstance(second, http_problems.VersionDiffers)
    assert second.params["version"] == 2
    assert told(answered(third))[0]["version"] == 3


def test_an_event_sent_again_under_another_key_is_the_same_event(ledger: Ledger) -> None:
    proposal = opening("C-001").model_copy(update={"id": "11111111-1111-4111-8111-111111111111"})
    element = Element(proposal, numbered=True)
    first, again = ledger.commit([request("a", element), request("b", element)])
    (later,) = ledger.commit([request("c", element)])
    assert answered(first).body == answered(again).body == answered(later).body
    assert [answered(one).created for one in (first, again, later)] == [True, False, False]


def test_an_erased_value_takes_the_fingerprint_with_it_and_the_key_alone_answers(ledger: Ledger) -> None:
    ledger.append([opening("C-001")])
    name = "incident-of-C-001"
    (answer,) = map(answered, ledger.commit([request("a", replied(name))]))
    erasure = Proposal(
        subject=name,
        occurred_at=NOW,
        actor=Actor(kind="system", id="crm"),
        data=IncidentValuesErased(events=(str(told(answer)[0]["id"]),), fields=("/data/summary",), basis="request"),
    )
    answered(ledger.commit([request("b", Element(erasure))])[0])
    (replayed,) = map(answered, ledger.commit([request("a", replied(name), content=b"whatever is said")]))
    assert replayed.body == answer.body
    assert replayed.replayed


def test_an_event_said_again_after_its_value_was_erased_leaves_no_fingerprint(ledger: Ledger, tmp_path: Path) -> None:
    ledger.append([opening("C-001")])
    name, event = "incident-of-C-001", "11111111-1111-4111-8111-111111111111"
    said = replied(name)
    again = Element(said.proposal.model_copy(update={"id": event}))
    erasure = Proposal(
        subject=name,
        occurred_at=NOW,
        actor=Actor(kind="system", id="crm"),
        data=IncidentValuesErased(events=(event,), fields=("/data/summary",), basis="request"),
    )
    (first,) = map(answered, ledger.commit([request("a", again)]))
    ledger.commit([request("before", again), request("erasure", Element(erasure)), request("beside", again)])
    (later,) = map(answered, ledger.commit([request("after", again)]))
    assert later.body == first.body
    with closing(sqlite.connect(tmp_path / "ledger.db")) as connection:
        kept = dict(connection.execute("SELECT key, coalesce(salt, fingerprint) IS NOT NULL FROM answers"))
    assert kept == {"a": 0, "before": 0, "erasure": 1, "beside": 0, "after": 0}


def test_many_callers_share_commits_and_each_gets_his_own_answer(ledger: Ledger) -> None:
    class Counting:
        commits = 0
        events = 0

        def committed(self, group: Committed) -> None:
            assert group.seconds > group.sync_seconds > 0
            assert group.requests == group.events
            self.commits += 1
            self.events += group.events

        def refused(self, error: LedgerError) -> None:
            raise AssertionError(error)

    observer = Counting()
    commits = GroupCommit(ledger, observer)
    barrier = threading.Barrier(16)

    def write(number: int) -> list[object]:
        barrier.wait()
        return [told(commits.submit(request(f"{number}-{turn}", opened())))[0]["position"] for turn in range(20)]

    with ThreadPoolExecutor(16) as pool:
        positions = [position for found in pool.map(write, range(16)) for position in found]
    assert sorted(map(int, map(str, positions))) == list(range(3, 323))
    assert observer.events == 320
    assert observer.commits < 320


def test_a_clock_that_jumped_answers_stored_requests_alone_until_a_person_confirms_it(tmp_path: Path) -> None:
    jump = 0
    machine = system_machine()
    start, boot = 1_714_208_400_000_000_000, 5_000_000_000

    def wall() -> int:
        return start + jump

    ticks = iter(range(boot, boot + 10_000))
    clock = WatchedClock(wall, lambda: next(ticks))
    watched = Machine(clock, machine.new_id, machine.new_salt)
    with Ledger.create(
        f"sqlite:///{tmp_path / 'ledger.db'}",
        provider="Provider",
        ledger_id="3b1c1f0e-0000-4000-8000-000000000001",
        machine=watched,
    ) as ledger:
        ledger.append([registration("C-001")])
        answered(ledger.commit([request("a", opened())])[0])
        jump = int(timedelta(hours=2).total_seconds()) * 1_000_000_000
        replayed, refused = ledger.commit([request("a", opened()), request("b", opened())])
        assert answered(replayed).replayed
        assert isinstance(refused, ClockSuspect)
        ledger.confirm_clock()
        assert not answered(ledger.commit([request("b", opened())])[0]).replayed
        jump *= 3
        assert isinstance(ledger.commit([request("c", opened())])[0], ClockSuspect)


def test_what_is_registered_in_a_request_can_be_used_in_it(ledger: Ledger) -> None:
    (answer,) = ledger.commit([request("a", Element(registration("C-009")), opened("C-009"))])
    assert [event["type"] for event in told(answered(answer))] == [ContractRegistered.TYPE, IncidentOpened.TYPE]


def test_a_damaged_subject_is_no_fate_of_its_neighbours(ledger: Ledger, tmp_path: Path) -> None:
    ledger.append([opening("C-001"), opening("C-002")])
    with closing(sqlite.connect(tmp_path / "ledger.db", isolation_level=None)) as other:
        other.execute("DROP TRIGGER events_are_never_changed")
        other.execute("UPDATE events SET type = 'incident.resolved.v1' WHERE subject = 'incident-of-C-001'")
        other.execute("UPDATE head SET count = count")
    with Ledger.open(ledger.database) as again:
        commits = GroupCommit(again)
        outcomes: list[Outcome] = []
        commits.enqueue(request("a", replied("incident-of-C-001")), outcomes.append)
        commits.enqueue(request("b", replied("incident-of-C-002")), outcomes.append)
        commits.drain()
        damaged, sound = outcomes
        assert isinstance(damaged, LedgerCorrupt)
        assert not answered(sound).replayed


def test_whoever_drains_while_another_leads_leaves_it_to_him(ledger: Ledger) -> None:
    commits = GroupCommit(ledger)
    outcomes: list[Outcome] = []
    for number in range(600):
        commits.enqueue(request(f"{number}", opened()), outcomes.append)
    with ThreadPoolExecutor(4) as pool:
        for drained in [pool.submit(commits.drain) for _ in range(8)]:
            drained.result()
    answers = [answered(outcome) for outcome in outcomes]
    assert sorted(str(told(answer)[0]["subject"])[-6:] for answer in answers) == [f"{n:06}" for n in range(1, 601)]


def test_the_key_is_looked_up_before_the_version_that_is_required(ledger: Ledger) -> None:
    ledger.append([opening("C-001")])
    name = "incident-of-C-001"
    blind = replace(replied(name), blind=True)
    (refused,) = ledger.commit([request("a", blind)])
    assert isinstance(refused, http_problems.VersionRequired)
    ledger.commit([request("a", replied(name))])
    replayed, reused = ledger.commit([request("a", blind), request("a", blind, content=b"other")])
    assert answered(replayed).replayed
    assert isinstance(reused, http_problems.IdempotencyKeyReused)


def test_a_listener_that_fails_is_no_fate_of_those_who_wait(ledger: Ledger, caplog: pytest.LogCaptureFixture) -> None:
    class Failing:
        def committed(self, _group: Committed) -> None:
            raise ZeroDivisionError

        def refused(self, _error: LedgerError) -> None:
            raise ZeroDivisionError

    commits = GroupCommit(ledger, Failing())
    outcomes: list[Outcome] = []
    for key in ("a", "b"):
        commits.enqueue(request(key, opened()), outcomes.append)
        commits.drain()
        assert not answered(outcomes.pop()).replayed
    assert not commits.submit(request("c", opened())).replayed
    assert len(caplog.records) == 3


def test_whoever_cannot_be_told_is_no_fate_of_his_neighbours(ledger: Ledger, caplog: pytest.LogCaptureFixture) -> None:
    def gone(_outcome: Outcome) -> None:
        raise RuntimeError("the event loop is closed")

    commits = GroupCommit(ledger)
    outcomes: list[Outcome] = []
    commits.enqueue(request("a", opened()), gone)
    commits.enqueue(request("b", opened()), outcomes.append)
    commits.drain()
    assert not answered(outcomes.pop()).replayed
    assert commits.submit(request("a", opened())).replayed
    assert len(caplog.records) == 1
