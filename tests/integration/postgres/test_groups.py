"""A group costs a few round trips to PostgreSQL, however many requests are in it and whoever recorded before it."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import psycopg
import pytest

from ledger.application import Ledger
from ledger.submission import Answer, Element, Submission
from services.bootstrap import found_ledger
from tests.conformance.recorder_kit import CONTRACTS, check_everything, opening, registration, reply

MOST_STATEMENTS = 16
ROUND_TRIPS = 3
"""To lock the head, to ask what the requests name, to insert and commit."""


class Counter:
    """How many statements were sent, and how often an answer was waited for: a pipeline is one round trip."""

    def __init__(self) -> None:
        self.count = 0
        self.round_trips = 0


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Counter:
    """Counts the statements of every connection."""
    counter = Counter()
    real: Any = psycopg.Connection.execute
    real_pipeline: Any = psycopg.Connection.pipeline

    def execute(self: psycopg.Connection[Any], *args: object, **named: object) -> object:
        counter.count += 1
        counter.round_trips += self.pgconn.pipeline_status == psycopg.pq.PipelineStatus.OFF
        return real(self, *args, **named)

    def pipeline(self: psycopg.Connection[Any]) -> object:
        counter.round_trips += 1
        return real_pipeline(self)

    monkeypatch.setattr(psycopg.Connection, "execute", execute)
    monkeypatch.setattr(psycopg.Connection, "pipeline", pipeline)
    return counter


@pytest.fixture
def ledger(postgres_url: str) -> Iterator[Ledger]:
    with found_ledger(postgres_url, calendars=False) as ledger:
        for contract in CONTRACTS:
            ledger.append([registration(contract), opening(contract)])
        yield ledger


def requests(count: int, *, numbered: bool, named: bool) -> list[Submission]:
    """Requests that each open an incident, or reply in one; with ids of their own where they are `named`."""
    made = []
    for number in range(count):
        contract = CONTRACTS[number % len(CONTRACTS)]
        proposal = opening(contract) if numbered else reply(contract)
        if named:
            proposal = proposal.model_copy(update={"id": str(uuid4())})
        made.append(Submission((Element(proposal, numbered=numbered),), "crm", str(uuid4()), b"{}", "abcdefghij"))
    return made


@pytest.mark.parametrize("named", [True, False], ids=["ids", "no ids"])
@pytest.mark.parametrize("numbered", [True, False], ids=["openings", "replies"])
def test_a_group_takes_a_few_round_trips(ledger: Ledger, sent: Counter, *, numbered: bool, named: bool) -> None:
    ledger.commit(requests(2, numbered=numbered, named=named))
    sent.count = 0
    outcomes = ledger.commit(requests(64, numbered=numbered, named=named))
    assert sent.count <= MOST_STATEMENTS
    assert all(isinstance(outcome, Answer) for outcome in outcomes)
    check_everything(ledger)


def test_a_group_whose_incidents_are_known_takes_three(ledger: Ledger, sent: Counter) -> None:
    ledger.commit(requests(2, numbered=False, named=False))
    sent.round_trips = 0
    ledger.commit(requests(64, numbered=False, named=False))
    assert sent.round_trips == ROUND_TRIPS
    sent.round_trips = 0
    ledger.append([reply("C-001")])
    assert sent.round_trips == ROUND_TRIPS
    check_everything(ledger)


@pytest.mark.parametrize("numbered", [True, False], ids=["openings", "replies"])
def test_nor_more_where_another_process_recorded_before(
    ledger: Ledger, postgres_url: str, sent: Counter, *, numbered: bool
) -> None:
    with Ledger.open(postgres_url) as beside:
        for _ in range(3):
            for one in (ledger, beside):
                sent.count = 0
                outcomes = one.commit(requests(32, numbered=numbered, named=True))
                assert all(isinstance(outcome, Answer) for outcome in outcomes)
        assert sent.count <= MOST_STATEMENTS
        check_everything(beside)


def test_a_ledger_that_was_passed_by_thousands_of_events_reads_anew(ledger: Ledger, postgres_url: str) -> None:
    with Ledger.open(postgres_url) as beside:
        beside.append([reply("C-001")])
        for _ in range(3):
            ledger.append([reply("C-001") for _ in range(500)])
        beside.append([reply("C-001")])
        check_everything(beside)
