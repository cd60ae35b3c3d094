"""The conformance suite: what every recorder must keep. A database's tests subclass `RecorderContract`.

The checks look only at what was committed, in the order of positions, so that they hold for any database. The writers
are many threads and many processes, the clock is set back and forth; a follower reads all the while.
"""

import random
import subprocess
import sys
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import chain
from pathlib import Path
from typing import Self
from uuid import uuid4

import pytest
from eventsourcing.persistence import IntegrityError, StoredEvent

from ledger.application import Ledger
from ledger.drivers.system import system_machine
from ledger.entry import seal_event
from ledger.machine import Machine
from ledger.recorder import Filing
from schemas.chain import GENESIS, extend
from schemas.contract_events import ContractRegistered
from schemas.decode import decode_event
from schemas.events import Actor, Event, Proposal
from schemas.incident_events import CustomerReplied, IncidentOpened
from schemas.problems import LedgerExists, NoLedgerHere, RuleBroken
from tests.checkout import ROOT
from tests.scale import scaled

SYSTEM = Actor(kind="system", id="crm")
CUSTOMER = Actor(kind="customer", id="ivanova@example.org")
LONG_AGO = datetime(2024, 4, 27, 9, 0, tzinfo=UTC)
CONTRACTS = ("C-001", "C-002", "C-003")
THREADS = 8

Append = Callable[[Ledger, str], object]


def registration(contract: str) -> Proposal:
    """The registration of a contract."""
    data = ContractRegistered.model_validate(
        {
            "customer": "Romashka",
            "level": "premium",
            "edition": "commercial",
            "licence": {"from": "2024-01-01", "until": "2026-12-31"},
            "contacts": [],
            "jurisdiction": "RU",
        }
    )
    return Proposal(subject=contract, occurred_at=LONG_AGO, actor=SYSTEM, data=data)


def opening(contract: str) -> Proposal:
    """The opening of the contract's one incident."""
    data = IncidentOpened.model_validate(
        {
            "contract": contract,
            "channel": "email",
            "reporter": {"name": "Ivanova", "organisation": "Romashka"},
            "priority": 2,
            "title": "The server does not answer",
        }
    )
    return Proposal(subject=f"incident-of-{contract}", occurred_at=LONG_AGO, actor=CUSTOMER, data=data)


def reply(contract: str) -> Proposal:
    """Something that an incident takes any number of times."""
    data = CustomerReplied(channel="email", summary="It happened again")
    return Proposal(subject=f"incident-of-{contract}", occurred_at=LONG_AGO, actor=CUSTOMER, data=data)


class RestlessClock:
    """A clock that somebody keeps setting back and forth by minutes."""

    def __init__(self) -> None:
        self._random = random.Random(20_240_427)

    def now(self) -> datetime:
        """An instant somewhere around the real one."""
        return datetime.now(UTC) + timedelta(seconds=self._random.uniform(-120, 0))


def restless() -> Machine:
    """A machine whose clock cannot be relied on."""
    machine = system_machine()
    return Machine(RestlessClock(), machine.new_id, machine.new_salt)


def append_reply(ledger: Ledger, contract: str) -> None:
    """The way in that is being tested."""
    ledger.append([reply(contract)])


def append_stamped_early(ledger: Ledger, contract: str) -> None:
    """The library's own order: the event is stamped and encoded first, the database is locked afterwards."""
    proposal = reply(contract)
    entry = seal_event(
        Event(
            id=str(uuid4()),
            subject=str(uuid4()),
            occurred_at=proposal.occurred_at,
            recorded_at=datetime.now(UTC),
            actor=proposal.actor,
            data=proposal.data,
            log=contract,
            version=1,
        ),
        lambda _pointer: bytes(32),
    )
    filing = Filing(entry.event.id, contract, entry.event.recorded_at, entry.disclosures)
    ledger.save(entry, filings=[filing])


def check_positions(ledger: Ledger) -> None:
    """Positions are dense from 1, and there are as many as the head says."""
    positions = [row.position for row in ledger.rows()]
    assert positions == list(range(1, len(positions) + 1))
    assert ledger.head().count == len(positions)


def check_logs(ledger: Ledger) -> None:
    """Each log's index is dense from 0 in the order of positions, and the log reads the same by itself."""
    logs: dict[str, list[int]] = defaultdict(list)
    for row in ledger.rows():
        assert decode_event(row.state).log == row.log
        logs[row.log].append(row.index)
    for log, indexes in logs.items():
        assert indexes == list(range(len(indexes)))
        assert [row.index for row in ledger.log_rows(log)] == indexes


def check_subjects(ledger: Ledger) -> None:
    """Each subject's numbers are dense from 1 in the order of positions."""
    versions: dict[str, int] = defaultdict(int)
    for row in ledger.rows():
        event = decode_event(row.state)
        versions[event.subject] += 1
        assert event.version == versions[event.subject]


def check_instants(ledger: Ledger) -> None:
    """`recorded_at` never decreases in a log."""
    last: dict[str, datetime] = {}
    for row in ledger.rows():
        recorded_at = decode_event(row.state).recorded_at
        assert row.log not in last or last[row.log] <= recorded_at, "recorded_at went back"
        last[row.log] = recorded_at


def check_chain(ledger: Ledger) -> None:
    """The head's chain is the one over the bytes of all events in the order of positions."""
    value = GENESIS
    for row in ledger.rows():
        value = extend(value, row.state)
    assert ledger.head().chain == value


def check_everything(ledger: Ledger) -> None:
    """All of the above."""
    for check in (check_positions, check_logs, check_subjects, check_instants, check_chain):
        check(ledger)


def append_from_threads(ledger: Ledger, append: Append, events_each: int) -> None:
    """Append from eight threads at once, to three contracts in turn."""
    start = threading.Barrier(THREADS)

    def work(number: int) -> None:
        start.wait()
        for step in range(events_each):
            append(ledger, CONTRACTS[(number + step) % len(CONTRACTS)])

    with ThreadPoolExecutor(THREADS) as pool:
        for done in [pool.submit(work, number) for number in range(THREADS)]:
            done.result()


class Follower:
    """A reader that asks for what lies above the last position it saw, until it is told to stop."""

    def __init__(self, ledger: Ledger) -> None:
        self.seen: list[int] = []
        self._ledger = ledger
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._follow)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _follow(self) -> None:
        while True:
            last_round = self._stop.is_set()
            after = self.seen[-1] if self.seen else 0
            self.seen.extend(row.position for row in self._ledger.rows(after=after))
            if last_round:
                return


class RecorderContract:
    """Subclassed once for each database; `url` names a new database in a folder."""

    def url(self, folder: Path) -> str:
        """The URL of a database that does not exist yet."""
        raise NotImplementedError

    @pytest.fixture
    def ledger(self, tmp_path: Path) -> Iterator[Ledger]:
        """A new ledger with three contracts, each with an open incident, on a machine with a restless clock."""
        with Ledger.create(
            self.url(tmp_path), provider="Provider", ledger_id=str(uuid4()), machine=restless()
        ) as ledger:
            for contract in CONTRACTS:
                ledger.append([registration(contract), opening(contract)])
            yield ledger

    def test_threads_leave_dense_positions_logs_and_numbers(self, ledger: Ledger) -> None:
        append_from_threads(ledger, append_reply, scaled(250))
        check_everything(ledger)

    def test_a_follower_of_threads_misses_nothing(self, ledger: Ledger) -> None:
        with Follower(ledger) as follower:
            append_from_threads(ledger, append_reply, scaled(250))
        assert follower.seen == list(range(1, ledger.head().count + 1))

    def test_processes_leave_dense_positions_and_a_follower_misses_nothing(
        self, ledger: Ledger, tmp_path: Path
    ) -> None:
        events = scaled(250)
        with Follower(ledger) as follower:
            acknowledged = _append_from_processes(self.url(tmp_path), events)
        check_everything(ledger)
        assert follower.seen == list(range(1, ledger.head().count + 1))
        assert all(positions == sorted(positions) for positions in acknowledged)
        assert sorted(chain.from_iterable(acknowledged)) == list(range(7, 7 + 3 * events))

    def test_commit_order_is_position_order(self, ledger: Ledger) -> None:
        """What was acknowledged before another append began has the lower position."""
        positions = []
        for _ in range(20):
            (recorded,) = ledger.append([reply("C-001")])
            positions.append(recorded.position)
            check_positions(ledger)
        assert positions == sorted(positions)

    def test_the_same_event_from_many_threads_is_one_event(self, ledger: Ledger) -> None:
        proposal = reply("C-001").model_copy(update={"id": str(uuid4())})
        count = ledger.head().count
        answers = []
        append_from_threads(ledger, lambda ledger, _contract: answers.extend(ledger.append([proposal])), 3)
        assert ledger.head().count == count + 1
        assert {answer.position for answer in answers} == {count + 1}
        assert sum(not answer.again for answer in answers) == 1

    def test_other_content_under_the_same_id_is_refused_and_nothing_written(self, ledger: Ledger) -> None:
        id_ = str(uuid4())
        ledger.append([reply("C-001").model_copy(update={"id": id_})])
        head = ledger.head()
        for other in (reply("C-002"), opening("C-001")):
            with pytest.raises(RuleBroken, match="id-reused"):
                ledger.append([other.model_copy(update={"id": id_})])
        assert ledger.head() == head

    def test_an_append_is_recorded_whole_or_not_at_all(self, ledger: Ledger) -> None:
        head = ledger.head()
        with pytest.raises(RuleBroken, match="already-open"):
            ledger.append([reply("C-001"), opening("C-001")])
        assert ledger.head() == head
        ledger.append([reply("C-001")])
        check_everything(ledger)

    def test_the_library_reads_the_same_notifications(self, ledger: Ledger) -> None:
        append_from_threads(ledger, append_reply, 3)
        log = ledger.notification_log.select(start=1, limit=1_000)
        assert [(one.id, one.state) for one in log] == [(row.position, row.state) for row in ledger.rows()]
        recorder = ledger.recorder
        assert recorder.max_notification_id() == ledger.head().count
        replies = recorder.select_notifications(2, 5, topics=[CustomerReplied.TYPE])
        assert [one.topic for one in replies] == [CustomerReplied.TYPE] * 5
        assert [one.id for one in recorder.select_notifications(2, 9, stop=4)] == [2, 3, 4]
        assert [one.id for one in recorder.select_notifications(2, 9, stop=4, inclusive_of_start=False)] == [3, 4]

    def test_a_subjects_events_are_read_by_their_numbers(self, ledger: Ledger) -> None:
        for _ in range(4):
            ledger.append([reply("C-001")])

        def numbers(**bounds: object) -> list[int]:
            read = ledger.recorder.select_events("incident-of-C-001", **bounds)  # type: ignore[arg-type]
            return [event.originator_version for event in read]

        assert numbers() == [1, 2, 3, 4, 5]
        assert numbers(gt=1, lte=4) == [2, 3, 4]
        assert numbers(desc=True, limit=2) == [5, 4]

    def test_the_bytes_stored_are_the_bytes_given(self, ledger: Ledger) -> None:
        """A recorder never parses them: these are no JSON."""
        state = b"\x00\xff not json \n"
        stored = StoredEvent("anything", 1, "anything.v1", state)
        filing = Filing(str(uuid4()), "C-001", datetime.now(UTC))
        (position,) = ledger.events.recorder.insert_events([stored], filings=[filing]) or ()
        (row,) = ledger.rows(after=position - 1)
        assert row.state == state
        assert ledger.find(filing.event_id) == row
        check_positions(ledger)
        check_chain(ledger)

    def test_a_number_or_an_id_is_taken_once(self, ledger: Ledger) -> None:
        head = ledger.head()
        (row, *_) = ledger.rows()
        taken = decode_event(row.state)
        now = datetime.now(UTC)
        twice: Sequence[tuple[StoredEvent, Filing]] = [
            (StoredEvent("C-001", 1, "x.v1", b"{}"), Filing(str(uuid4()), "C-001", now)),
            (StoredEvent("new", 1, "x.v1", b"{}"), Filing(taken.id, "C-001", now)),
        ]
        for stored, filing in twice:
            with pytest.raises(IntegrityError):
                ledger.events.recorder.insert_events([stored], filings=[filing])
        assert ledger.head() == head

    def test_a_ledger_that_is_opened_again_goes_on_where_it_was(self, ledger: Ledger, tmp_path: Path) -> None:
        with Ledger.open(self.url(tmp_path)) as again:
            assert again.identity == ledger.identity
            assert again.head() == ledger.head()
            again.append([reply("C-001")])
        ledger.append([reply("C-001")])
        check_everything(ledger)

    def test_a_ledger_is_founded_once_and_opened_where_it_was(self, ledger: Ledger, tmp_path: Path) -> None:
        with pytest.raises(LedgerExists) as problem:
            Ledger.create(self.url(tmp_path), provider="Other", ledger_id=str(uuid4()))
        assert problem.value.params["ledger"] == ledger.identity.ledger_id
        elsewhere = tmp_path / "elsewhere"
        elsewhere.mkdir()
        with pytest.raises(NoLedgerHere):
            Ledger.open(self.url(elsewhere))


def _append_from_processes(url: str, events: int) -> list[list[int]]:
    """Append from three processes at once; the positions that each was told."""
    command = [sys.executable, "-m", "tests.conformance.writer", url]
    writers = [
        subprocess.Popen([*command, contract, str(events)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        for contract in CONTRACTS
    ]
    told = [writer.communicate(timeout=300)[0] for writer in writers]
    assert [writer.returncode for writer in writers] == [0, 0, 0]
    return [[int(line) for line in lines.splitlines()] for lines in told]
