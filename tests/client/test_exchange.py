"""When a request is sent again, when no longer, and what is said of a write whose outcome is not known."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from sla_ledger_client import MemoryKeyStore, NewEvent, PendingWrite, Recorded, Retries, errors, reading, writing
from sla_ledger_client.exchange import Plan, answered, recorded
from sla_ledger_client.problem import LedgerClientError, LedgerProblem, WriteDiffers
from sla_ledger_client.request import NoAnswer, Reply
from sla_ledger_client.resuming import resumed
from tests.client.bench import LOST, UNSENT, Stage, accepted, event, problem

KEY = "key-1"
EVENT = NewEvent("incident.opened.v1", {"contract": "C-1"}, occurred_at=datetime(2024, 4, 26, tzinfo=UTC))


def write(stage: Stage, keys: MemoryKeyStore | None = None) -> Plan[Recorded]:
    return recorded(writing.opening(EVENT, KEY), KEY, keys or MemoryKeyStore(), stage.conduct)


RETRIED: list[Reply | NoAnswer] = [
    LOST,
    UNSENT,
    problem(429),
    problem(502),
    problem(503),
    problem(504),
    problem(503, "overloaded"),
    problem(503, "stopping"),
    problem(503, "outcome-unknown"),
    problem(503, "ledger-locked"),
    problem(503, "a-problem-of-later"),
    Reply(200, {}, b'{"events": [{"id": '),
    Reply(200, {}, b'{"events": []}'),
    Reply(200, {}, b"<html>Welcome to the guest network</html>"),
    Reply(201, {}, json.dumps({"events": [{}]}).encode()),
]


@pytest.mark.parametrize("outcome", RETRIED, ids=str)
def test_what_may_do_better_is_sent_again_the_same_in_every_byte(outcome: Reply | NoAnswer) -> None:
    stage = Stage([outcome, outcome, accepted()])
    assert stage.carry_out(write(stage)).subject == "INC-2024-000001"
    first, second, third = stage.sent
    assert first == second == third
    assert first.headers["Idempotency-Key"] == KEY


FINAL = [
    problem(400, "idempotency-key-missing"),
    problem(401, "unauthenticated"),
    problem(403, "forbidden"),
    problem(404, "unknown-contract"),
    problem(408),
    problem(409, "rule-broken", rule="incident-closed"),
    problem(412, "version-differs"),
    problem(413, "body-too-long"),
    problem(422, "invalid-input", reason="null"),
    problem(428, "version-required"),
    problem(500, "internal-error"),
    problem(503, "clock-suspect"),
    problem(503, "no-ledger-here"),
    problem(507, "storage-full"),
    problem(302),
]


@pytest.mark.parametrize("outcome", FINAL, ids=str)
def test_a_final_answer_is_raised_at_once(outcome: Reply) -> None:
    stage = Stage([outcome])
    with pytest.raises(LedgerProblem) as caught:
        stage.carry_out(write(stage))
    assert caught.value.status == outcome.status
    assert caught.value.key == KEY


def test_a_database_that_is_started_again_is_waited_for() -> None:
    stage = Stage([problem(503, "storage-failed", {"retry-after": "5"}), problem(503, "outcome-unknown"), accepted()])
    stage.carry_out(write(stage))
    first, _ = stage.pauses
    assert first >= 5


def test_pauses_grow_and_chance_spreads_them() -> None:
    stage = Stage([LOST] * 9 + [accepted()], chance=1.0)
    stage.carry_out(write(stage))
    assert stage.pauses == pytest.approx([0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 10.0, 10.0])
    stage = Stage([LOST] * 3 + [accepted()], chance=0.0)
    stage.carry_out(write(stage))
    assert stage.pauses == [0.0, 0.0, 0.0]


@pytest.mark.parametrize(
    "told",
    [lambda: "7", lambda: format_datetime(datetime.now(UTC) + timedelta(seconds=7.9), usegmt=True)],
    ids=["seconds", "instant"],
)
def test_retry_after_is_the_least_that_is_waited(told: Callable[[], str]) -> None:
    stage = Stage([problem(503, "overloaded", {"retry-after": told()}), accepted()])
    stage.carry_out(write(stage))
    (pause,) = stage.pauses
    assert 6.0 < pause < 8.1


@pytest.mark.parametrize("told", ["", "soon", "-1", "1e9", "²"])
def test_a_retry_after_that_says_nothing_is_left_out(told: str) -> None:
    stage = Stage([problem(503, "overloaded", {"retry-after": told}), accepted()])
    stage.carry_out(write(stage))
    assert stage.pauses == [0.05]


def test_the_budget_of_attempts_ends_it() -> None:
    stage = Stage([LOST] * 3, Retries(attempts=3))
    with pytest.raises(errors.Unreachable, match="lost"):
        stage.carry_out(write(stage))
    assert len(stage.sent) == 3


def test_the_budget_of_time_ends_it_before_a_pause_that_is_too_long() -> None:
    stage = Stage([problem(503, "overloaded", {"retry-after": "61"})])
    with pytest.raises(errors.Overloaded) as caught:
        stage.carry_out(write(stage))
    assert caught.value.retry_after == 61
    assert stage.pauses == []


@pytest.mark.parametrize("wrong", [{"attempts": 0}, {"seconds": -1.0}, {"longest_pause_seconds": -1.0}])
def test_retries_that_cannot_be_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="at least one attempt"):
        Retries(**wrong)  # type: ignore[arg-type]  # the names are those of the fields


@pytest.mark.parametrize(
    ("outcomes", "in_doubt"),
    [
        ([LOST], True),
        ([UNSENT], False),
        ([UNSENT, LOST, UNSENT], True),
        ([problem(503, "overloaded")], False),
        ([problem(503)], True),
        ([problem(503, "outcome-unknown")], True),
        ([problem(500, "internal-error")], True),
        ([problem(507, "storage-full")], False),
        ([problem(409, "rule-broken")], False),
        # Refused before the key was looked up: the lost attempt may have been recorded.
        ([LOST, problem(401, "unauthenticated")], True),
        ([LOST, problem(429), problem(403, "forbidden")], True),
        # Refused after it: had the lost attempt been recorded, its answer would have come.
        ([LOST, problem(409, "rule-broken")], False),
        ([LOST, problem(412, "version-differs")], False),
    ],
    ids=str,
)
def test_a_write_in_doubt_says_so_and_stays_in_the_store(outcomes: list[Reply | NoAnswer], in_doubt: bool) -> None:
    keys = MemoryKeyStore()
    stage = Stage(outcomes, Retries(attempts=len(outcomes)))
    with pytest.raises(LedgerClientError) as caught:
        stage.carry_out(write(stage, keys))
    assert caught.value.in_doubt is in_doubt
    assert [kept.key for kept in keys.pending()] == ([KEY] if in_doubt else [])


def test_a_read_is_never_in_doubt() -> None:
    stage = Stage([LOST], Retries(attempts=1))
    with pytest.raises(errors.Unreachable) as caught:
        stage.carry_out(answered(reading.openapi(), stage.conduct))
    assert not caught.value.in_doubt


def test_a_write_is_kept_before_it_is_sent_and_forgotten_once_answered() -> None:
    keys, stage = MemoryKeyStore(), Stage([accepted(headers={"idempotency-replayed": "true"})])
    plan = write(stage, keys)
    step = next(plan)
    assert keys.pending() == ()
    assert stage.sent == []
    plan.close()
    del step
    answer = stage.carry_out(write(stage, keys))
    assert answer.replayed
    assert keys.pending() == ()


def test_another_write_under_a_key_that_is_in_doubt_is_not_sent() -> None:
    keys, stage = MemoryKeyStore(), Stage([])
    keys.begin(PendingWrite(KEY, writing.opening(NewEvent("incident.opened.v1", {}), KEY).request))
    with pytest.raises(WriteDiffers):
        stage.carry_out(write(stage, keys))
    assert len(keys.pending()) == 1


def test_what_was_begun_is_resumed_in_order_under_its_keys() -> None:
    keys = MemoryKeyStore()
    for key in ("a", "b", "c"):
        keys.begin(PendingWrite(key, writing.opening(EVENT, key).request))
    stage = Stage([LOST, accepted(), problem(409, "rule-broken", rule="already-open"), problem(401, "unauthenticated")])
    done, refused, doubtful = stage.carry_out(resumed(keys, stage.conduct))
    assert [request.headers["Idempotency-Key"] for request in stage.sent] == ["a", "a", "b", "c"]
    assert len(done.recorded) == 1
    assert isinstance(refused.refusal, errors.RuleBroken)
    assert doubtful.refusal is not None
    assert doubtful.refusal.in_doubt
    assert [kept.key for kept in keys.pending()] == ["c"]


def test_a_batch_is_resumed_as_a_batch() -> None:
    keys = MemoryKeyStore()
    keys.begin(PendingWrite(KEY, writing.batch([EVENT, EVENT], KEY).request))
    stage = Stage([accepted(event(1), event(2))])
    (done,) = stage.carry_out(resumed(keys, stage.conduct))
    assert [one.version for one in done.recorded] == [1, 2]


def test_what_this_version_does_not_know_is_kept() -> None:
    stage = Stage([accepted(event(receipt={"tree": 1}))])
    answer = stage.carry_out(write(stage))
    assert answer.extra == {"receipt": {"tree": 1}}
    assert answer.etag == '"v1"'
    assert answer.recorded_at == datetime(2024, 4, 26, 14, 30, tzinfo=UTC)


def test_a_limited_key_is_told_no_position() -> None:
    told = event()
    del told["position"]
    stage = Stage([accepted(told)])
    assert stage.carry_out(write(stage)).position is None
