"""The conformance suite for what is read and kept beside the events; a database's tests subclass `ReadingContract`."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from eventsourcing.persistence import IntegrityError

from ledger.application import Ledger
from ledger.recorder import Erasure, LedgerRecorder, Row, StoredAnswer, SubjectHead
from tests.conformance.recorder_kit import (
    CONTRACTS,
    append_from_threads,
    append_reply,
    opening,
    registration,
    reply,
)

SALT = bytes(range(32))
FINGERPRINT = bytes(32)


def recorder_of(ledger: Ledger) -> LedgerRecorder:
    """The recorder beneath a ledger."""
    recorder = ledger.recorder
    assert isinstance(recorder, LedgerRecorder)
    return recorder


def keep(recorder: LedgerRecorder, answer: StoredAnswer) -> None:
    """Store an answer alone."""
    recorder.insert_events((), answers=[answer])


class ReadingContract:
    """Subclassed once for each database; `url` names a new database in a folder."""

    def url(self, folder: Path) -> str:
        """The URL of a database that does not exist yet."""
        raise NotImplementedError

    @pytest.fixture
    def ledger(self, tmp_path: Path) -> Iterator[Ledger]:
        """A new ledger with three contracts, each with an open incident and some replies."""
        with Ledger.create(self.url(tmp_path), provider="Provider", ledger_id=str(uuid4())) as ledger:
            for contract in CONTRACTS:
                ledger.append([registration(contract), opening(contract)])
            append_from_threads(ledger, append_reply, 5)
            yield ledger

    def test_a_subject_is_found_with_its_log_and_last_version(self, ledger: Ledger) -> None:
        rows = ledger.subject_rows("incident-of-C-001")
        assert ledger.subject_head("incident-of-C-001") == SubjectHead("C-001", len(rows))
        assert ledger.subject_head("C-001") == SubjectHead("C-001", 1)
        assert ledger.subject_head("incident-of-C-404") is None

    def test_a_subjects_rows_are_its_events_up_to_a_position(self, ledger: Ledger) -> None:
        rows = ledger.subject_rows("incident-of-C-002")
        mine = [row for row in ledger.rows() if b'"subject":"incident-of-C-002"' in row.state]
        assert list(rows) == mine
        until = rows[-1].position - 1
        assert list(ledger.subject_rows("incident-of-C-002", until=until)) == mine[:-1]

    def test_a_subjects_rows_are_read_page_by_page(self, ledger: Ledger) -> None:
        rows = ledger.subject_rows("incident-of-C-002")
        assert list(ledger.subject_rows("incident-of-C-002", after=1, limit=2)) == list(rows[1:3])
        assert list(ledger.subject_rows("incident-of-C-002", after=len(rows))) == []

    def test_the_logs_are_listed_by_name(self, ledger: Ledger) -> None:
        assert list(ledger.log_names()) == sorted({row.log for row in ledger.rows()})
        first, *others = ledger.log_names()
        assert list(ledger.log_names(after=first)) == others
        assert list(ledger.log_names(limit=1)) == [first]

    def test_some_logs_are_followed_by_themselves(self, ledger: Ledger) -> None:
        scope = ["C-001", "C-003", "C-404"]
        followed: list[Row] = []
        while page := ledger.scoped_rows(scope, followed[-1].position if followed else 0, 4):
            assert len(page) <= 4
            followed += page
        assert followed == [row for row in ledger.rows() if row.log in scope]

    def test_an_event_is_found_by_its_index_in_its_log(self, ledger: Ledger) -> None:
        for row in ledger.rows():
            assert ledger.position_of(row.log, row.index) == row.position
        assert ledger.position_of("C-001", 10_000) is None
        assert ledger.position_of("C-404", 0) is None

    def test_the_highest_number_is_the_highest_of_six_digits(self, ledger: Ledger) -> None:
        recorder = recorder_of(ledger)
        assert recorder.highest_number("INC-2024-") is None
        subjects = ("INC-2024-000009", "INC-2024-000010", "INC-2024-0000999", "INC-2024-00001X", "INC-2023-000077")
        ledger.append([opening("C-001").model_copy(update={"subject": subject}) for subject in subjects])
        assert recorder.highest_number("INC-2024-") == "INC-2024-000010"
        assert recorder.highest_number("INC-2023-") == "INC-2023-000077"

    def test_many_events_are_found_by_their_ids_at_once(self, ledger: Ledger) -> None:
        recorder = recorder_of(ledger)
        (recorded,) = ledger.append([reply("C-001")])
        absent = str(uuid4())
        found = recorder.find_all([recorded.event.id, absent])
        assert found == {recorded.event.id: recorder.find(recorded.event.id)}
        assert recorder.find_all([]) == {}

    def test_many_subjects_are_read_at_once_each_in_its_order(self, ledger: Ledger) -> None:
        subjects = ["incident-of-C-002", "C-404", "incident-of-C-001"]
        read = recorder_of(ledger).histories(subjects)
        for subject in subjects:
            mine = [event for event in read if event.originator_id == subject]
            assert mine == list(ledger.recorder.select_events(subject))

    def test_many_answers_are_found_at_once(self, ledger: Ledger) -> None:
        recorder = recorder_of(ledger)
        answers = [
            StoredAnswer(caller, key, salt, fingerprint, created=created, body=b"{}")
            for caller, key, salt, fingerprint, created in (
                ("crm", "k-1", SALT, FINGERPRINT, True),
                ("crm", "k-2", None, None, False),
                ("erp", "k-1", SALT, FINGERPRINT, True),
            )
        ]
        recorder.insert_events((), answers=answers)
        found = recorder.find_answers([("crm", "k-1"), ("crm", "k-2"), ("erp", "k-2")])
        assert found == {("crm", "k-1"): answers[0], ("crm", "k-2"): answers[1]}
        assert recorder.find_answers([]) == {}

    def test_an_answer_is_kept_under_its_caller_and_key(self, ledger: Ledger) -> None:
        recorder = recorder_of(ledger)
        answer = StoredAnswer("crm", "k-1", SALT, FINGERPRINT, created=True, body=b"{}")
        keep(recorder, answer)
        assert recorder.find_answer("crm", "k-1") == answer
        assert recorder.find_answer("erp", "k-1") is None
        assert recorder.find_answer("crm", "k-2") is None

    def test_erasing_a_value_forgets_the_fingerprints_of_the_requests_that_held_it(self, ledger: Ledger) -> None:
        recorder = recorder_of(ledger)
        (recorded,) = ledger.append([reply("C-001")])
        for key, positions in (("k-1", (recorded.position,)), ("k-2", (recorded.position, 1)), ("k-3", (1,))):
            keep(recorder, StoredAnswer("crm", key, SALT, FINGERPRINT, created=True, body=b"{}", positions=positions))
        recorder.insert_events((), erasures=[Erasure(recorded.event.id, ("/data/summary",))])
        found = [recorder.find_answer("crm", key) for key in ("k-1", "k-2", "k-3")]
        assert [answer is not None and answer.fingerprint for answer in found] == [None, None, FINGERPRINT]
        assert [answer is not None and answer.salt for answer in found] == [None, None, SALT]

    def test_an_answer_is_rolled_back_with_its_events(self, ledger: Ledger) -> None:
        recorder = recorder_of(ledger)
        answer = StoredAnswer("crm", "k-1", SALT, FINGERPRINT, created=True, body=b"{}")
        with pytest.raises(IntegrityError), recorder.writing():
            recorder.insert_events((), answers=[answer, answer])
        assert recorder.find_answer("crm", "k-1") is None

    def test_the_last_confirmation_of_the_clock_is_the_one_that_counts(self, ledger: Ledger) -> None:
        recorder = recorder_of(ledger)
        assert recorder.last_confirmation() is None
        for reading in ((1, 2), (2**62, 3)):
            recorder.confirm_clock(*reading)
        assert recorder.last_confirmation() == (2**62, 3)

    def test_whoever_closes_beside_it_is_told_before_the_database_is_closed(self, ledger: Ledger) -> None:
        told: list[int] = []
        ledger.when_closing(lambda: told.append(1))
        ledger.close()
        assert told == [1]
