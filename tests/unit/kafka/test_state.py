"""The rows that the relay finds to be news, of an incident with very many events."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ledger.application import Ledger
from projections.projector import MOST_EXACT, Projector
from schemas.decode import decode_event
from schemas.instants import MICROS_PER_HOUR, to_micros
from services.kafka.records import INCIDENTS, OBLIGATIONS, Outgoing, Position
from services.kafka.state import open_state
from services.projecting import PolicyTexts
from tests.properties.again import assert_is_what_evaluate_prints, evaluated
from tests.properties.long_history import EVENTS, INCIDENT, long_history

LOT = 3


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    with long_history(tmp_path_factory.mktemp("ledger")) as made:
        yield made


class Follower:
    """What a relay finds to send, some events at a time, begun again at will."""

    def __init__(self, ledger: Ledger, path: Path) -> None:
        self.ledger = ledger
        self.path = path
        self.sent: list[Outgoing] = []
        self.begin()

    def begin(self) -> None:
        """Begin with what is in the file."""
        self.state = open_state(self.path)
        self.projector = Projector(self.state, self.ledger, PolicyTexts(self.ledger))

    def begin_again(self, *, lost: bool) -> None:
        """Begin as after a restart: with the rows that were kept, or made anew where they are lost."""
        at = self.projector.position
        self.state.keep(Position(self.ledger.identity.ledger_id, at, bytes(32), 0))
        self.state.close()
        if lost:
            self.path.unlink()
        self.begin()
        for _ in self.projector.follow(list(self.ledger.rows(after=self.projector.position, until=at))):
            pass
        self.state.pass_over()

    def take(self) -> bool:
        """Take in the next events; False where there are none."""
        at = self.projector.position
        rows = list(self.ledger.rows(after=at, until=at + LOT))
        for _ in self.projector.follow(rows):
            pass
        self.sent += self.state.changes(2)
        return bool(rows)

    def rows(self, topic: int) -> list[dict[str, Any]]:
        """What was sent to a topic."""
        return [json.loads(one.value) for one in self.sent if one.topic == topic and one.value is not None]


def unmarked(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in {"as_of_position", "as_of"}}


def assert_no_row_says_what_the_last_one_said(rows: list[dict[str, Any]]) -> None:
    last: dict[str, dict[str, Any]] = {}
    for row in rows:
        assert unmarked(row) != last.get(row["obligation"])
        last[row["obligation"]] = unmarked(row)


def followed(ledger: Ledger, folder: Path) -> Follower:
    follower = Follower(ledger, folder / "rows.db")
    while follower.take():
        pass
    return follower


def test_an_obligation_is_sent_only_where_it_says_something_new_and_is_what_evaluate_prints(
    ledger: Ledger, tmp_path: Path
) -> None:
    follower = followed(ledger, tmp_path)
    sent = follower.rows(OBLIGATIONS)
    assert_no_row_says_what_the_last_one_said(sent)
    for row in sent:
        assert_is_what_evaluate_prints(row, evaluated(ledger, row))
    last = {row["obligation"]: unmarked(row) for row in sent}
    view = follower.state.view(INCIDENT)
    assert view is not None
    assert [unmarked(row.to_wire()) for row in view.obligations] == [last[row.obligation] for row in view.obligations]
    assert {row["obligation"] for row in sent} == {"response", "response-2", "continuous-work"}


def test_the_incident_itself_is_sent_with_each_lot_because_it_counts_its_events(ledger: Ledger, tmp_path: Path) -> None:
    counted = [row["events"] for row in followed(ledger, tmp_path).rows(INCIDENTS)]
    assert counted == sorted(set(counted))
    assert counted[-1] == EVENTS
    assert len([count for count in counted if count > MOST_EXACT]) >= (EVENTS - MOST_EXACT) // LOT


@pytest.mark.parametrize("lost", [False, True], ids=["kept", "lost"])
def test_begun_again_it_sends_neither_less_nor_more(lost: bool, ledger: Ledger, tmp_path: Path) -> None:
    once = followed(ledger, tmp_path).sent
    (tmp_path / "again").mkdir()
    follower = Follower(ledger, tmp_path / "again" / "rows.db")
    while follower.take():
        follower.begin_again(lost=lost)
    assert follower.sent == once


def test_what_time_changes_past_the_last_exact_event_is_sent(ledger: Ledger, tmp_path: Path) -> None:
    follower = followed(ledger, tmp_path)
    before = len(follower.rows(OBLIGATIONS))
    (last,) = ledger.rows(after=ledger.head().count - 1)
    follower.projector.advance(to_micros(decode_event(last.state).recorded_at) + 72 * MICROS_PER_HOUR)
    follower.sent += follower.state.changes(2)
    news = follower.rows(OBLIGATIONS)[before:]
    assert news
    assert_no_row_says_what_the_last_one_said(follower.rows(OBLIGATIONS))
    for row in news:
        assert_is_what_evaluate_prints(row, evaluated(ledger, row))


def test_rows_compared_with_what_they_are_as_of_would_be_sent_again_and_again(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: the relay's own rows do move on with each event."""
    monkeypatch.setattr("services.kafka.state.MOST_EXACT", EVENTS)
    with pytest.raises(AssertionError):
        assert_no_row_says_what_the_last_one_said(followed(ledger, tmp_path).rows(OBLIGATIONS))
