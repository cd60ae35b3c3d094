"""What each method asks for, in the words of the API."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import httpx
import pytest

from sla_ledger_client import LedgerClient, NewEvent
from tests.client.bench import event
from tests.client.peer import API_KEY

WHEN = datetime(2024, 4, 26, 17, 30, tzinfo=timezone(timedelta(hours=3)))
DATA = {"reason": "Снова", "from": date(2024, 1, 1), "at": WHEN}
WIRE_DATA = {"reason": "Снова", "from": "2024-01-01", "at": "2024-04-26T17:30:00+03:00"}


@contextmanager
def recording(answer: dict[str, Any] | None = None) -> Iterator[tuple[LedgerClient, list[httpx.Request]]]:
    """A client whose requests are kept, and answered as writes of so many events where no answer is given."""
    seen: list[httpx.Request] = []

    def handle(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        if answer is not None:
            return httpx.Response(200, json=answer, headers={"etag": '"v3"'})
        body = json.loads(request.content)
        return httpx.Response(201, json={"events": [event()] * (len(body) if isinstance(body, list) else 1)})

    with LedgerClient("https://ledger.example", API_KEY, transport=httpx.MockTransport(handle)) as client:
        yield client, seen


Write = Callable[[LedgerClient], object]


@pytest.mark.parametrize(
    ("write", "path", "body"),
    [
        (
            lambda c: c.register_contract("C-1", {"level": "basic"}, occurred_at=WHEN),
            "/v1/contracts",
            {"type": "contract.registered.v1", "subject": "C-1", "data": {"level": "basic"}},
        ),
        (
            lambda c: c.open_incident(DATA, occurred_at=WHEN),
            "/v1/incidents",
            {"type": "incident.opened.v1", "data": WIRE_DATA},
        ),
        (
            lambda c: c.open_incident(DATA, number="X-1", occurred_at=WHEN),
            "/v1/incidents",
            {"type": "incident.opened.v1", "subject": "X-1", "data": WIRE_DATA},
        ),
        (
            lambda c: c.append(
                "INC-1", "incident.reopened.v1", DATA, occurred_at=WHEN, id="e", actor={"kind": "system"}
            ),
            "/v1/incidents/INC-1/events",
            {
                "type": "incident.reopened.v1",
                "subject": "INC-1",
                "data": WIRE_DATA,
                "id": "e",
                "actor": {"kind": "system"},
            },
        ),
        (
            lambda c: c.append("C-1", "contract.licence-renewed.v1", {}, occurred_at=WHEN),
            "/v1/contracts/C-1/events",
            {"type": "contract.licence-renewed.v1", "subject": "C-1", "data": {}},
        ),
        (
            lambda c: c.erase("INC-1", ["e"], ["/data/title"], basis="request", occurred_at=WHEN),
            "/v1/incidents/INC-1/erasures",
            {
                "type": "incident.values-erased.v1",
                "subject": "INC-1",
                "data": {"events": ["e"], "fields": ["/data/title"], "basis": "request"},
            },
        ),
        (
            lambda c: c.erase("C-1", ["e"], ["/data/contacts/0"], basis="order", kind="contract", occurred_at=WHEN),
            "/v1/contracts/C-1/erasures",
            {
                "type": "contract.values-erased.v1",
                "subject": "C-1",
                "data": {"events": ["e"], "fields": ["/data/contacts/0"], "basis": "order"},
            },
        ),
    ],
)
def test_a_write_is_a_body_of_its_own_under_a_key(write: Write, path: str, body: dict[str, Any]) -> None:
    with recording() as (client, seen):
        write(client)
        write(client)
    first, second = seen
    assert first.url.path == path
    assert json.loads(first.content) == {**body, "occurred_at": "2024-04-26T17:30:00+03:00"}
    assert first.headers["content-type"] == "application/json"
    assert first.headers["idempotency-key"] != second.headers["idempotency-key"]
    assert "if-match" not in first.headers


def test_a_release_goes_as_a_batch_of_one() -> None:
    with recording() as (client, seen):
        client.append("R-1", "release.stage-passed.v1", {"stage": "beta"}, occurred_at=WHEN, if_match=2)
    (told,) = json.loads(seen[0].content)
    assert seen[0].url.path == "/v1/events"
    assert (told["subject"], told["if_match"]) == ("R-1", '"v2"')


def test_a_batch_says_the_version_of_each_and_a_policy_its_text() -> None:
    events = [
        NewEvent("incident.reopened.v1", {}, "INC-1", WHEN, if_match='"v4"'),
        NewEvent("policy.adopted.v1", {}, "p", WHEN, file="[level]"),
    ]
    with recording() as (client, seen):
        assert len(client.append_batch(events, key="k")) == 2
    first, second = json.loads(seen[0].content)
    assert (first["if_match"], second["file"]) == ('"v4"', "[level]")
    assert "if_match" not in second
    assert seen[0].headers["idempotency-key"] == "k"


@pytest.mark.parametrize(("version", "etag"), [(3, '"v3"'), ('"v3"', '"v3"'), ("*", "*")])
def test_the_version_that_was_read_is_sent(version: int | str, etag: str) -> None:
    with recording() as (client, seen):
        client.append("INC-1", "incident.corrected.v1", {}, if_match=version)
    assert seen[0].headers["if-match"] == etag


@pytest.mark.parametrize(
    ("write", "complaint"),
    [
        (lambda c: c.open_incident({}, key="k"), "occurred_at"),
        (lambda c: c.append_batch([NewEvent("a.b.v1", {}, "s")], key="k"), "occurred_at"),
        (lambda c: c.open_incident({}, key="", occurred_at=WHEN), "idempotency key"),
        (lambda c: c.open_incident({}, key=" k", occurred_at=WHEN), "idempotency key"),
        (lambda c: c.open_incident({}, key="é", occurred_at=WHEN), "idempotency key"),
        (lambda c: c.open_incident({}, key="k" * 256, occurred_at=WHEN), "idempotency key"),
        (lambda c: c.open_incident({}, occurred_at=datetime(2024, 4, 26)), "offset"),  # noqa: DTZ001 (what is refused)
        (lambda c: c.open_incident({"size": float("nan")}), "JSON"),
        (lambda c: c.append("", "incident.reopened.v1", {}), "id in a path"),
        (lambda c: c.append("..", "incident.reopened.v1", {}), "id in a path"),
        (lambda c: c.append("INC-1", "incident.corrected.v1", {}, if_match="v1\r\nX: y"), "if_match"),
        (lambda c: c.append_batch([]), "at least one"),
        (lambda c: c.verdict("INC-1", as_of=datetime(2024, 4, 26)), "offset"),  # noqa: DTZ001 (what is refused)
    ],
)
def test_what_cannot_be_asked_is_refused_before_it_is_sent(write: Write, complaint: str) -> None:
    with recording() as (client, seen), pytest.raises(ValueError, match=complaint):
        write(client)
    assert seen == []


@pytest.mark.parametrize(
    ("read", "asked"),
    [
        (lambda c: c.incident("INC-1"), "/v1/incidents/INC-1"),
        (lambda c: c.incident("a/b?c"), "/v1/incidents/a%2Fb%3Fc"),
        (lambda c: c.contract("C-1"), "/v1/contracts/C-1"),
        (lambda c: c.verdict("INC-1"), "/v1/incidents/INC-1/verdict"),
        (
            lambda c: c.verdict("INC-1", as_of=WHEN, readings={"premium-hours": "service"}),
            "/v1/incidents/INC-1/verdict?as_of=2024-04-26T17%3A30%3A00%2B03%3A00&reading=premium-hours%3Dservice",
        ),
        (lambda c: c.explanation("INC-1", at_position=7), "/v1/incidents/INC-1/explanation?at_position=7"),
        (lambda c: c.timeline("INC-1", at_position=7), "/v1/incidents/INC-1/timeline?at_position=7"),
        (lambda c: c.values("INC-1"), "/v1/incidents/INC-1/values"),
        (lambda c: c.values("C-1", kind="contract"), "/v1/contracts/C-1/values"),
        (lambda c: c.openapi(), "/v1/openapi.json"),
        (
            lambda c: c.compliance(month="2024-04", by=["month", "level"]),
            "/v1/compliance?month=2024-04&by=month%2Clevel",
        ),
        (lambda c: c.deadlines(within=timedelta(hours=8)), "/v1/deadlines?within=PT28800S"),
    ],
)
def test_a_read_asks_for_what_it_is_named_after(read: Write, asked: str) -> None:
    with recording({"incident": "INC-1", "as_of": "2024-04-26T14:30:00Z", "standing": "kept"}) as (client, seen):
        read(client)
    assert seen[0].url.raw_path.decode() == asked
    assert seen[0].headers["accept"] == "application/json"
    assert "idempotency-key" not in seen[0].headers


def test_a_state_has_the_version_to_append_to() -> None:
    with recording({"incident": "INC-1", "version": 3}) as (client, _):
        assert client.incident("INC-1").etag == '"v3"'


def test_a_verdict_tells_its_standing_and_keeps_the_rest() -> None:
    standings = [{"standing": one} for one in ("kept", "disputed")]
    told = {"incident": "INC-1", "as_of": "2024-04-26T14:30:00Z", "obligations": standings}
    with recording({**told, "provisional": False, "later": True}) as (client, _):
        verdict = client.verdict("INC-1")
    assert (verdict.incident, verdict.standing) == ("INC-1", "disputed")
    assert verdict.as_of == datetime(2024, 4, 26, 14, 30, tzinfo=UTC)
    assert verdict.obligations == tuple(standings)
    assert not verdict.is_provisional
    assert verdict["later"] is True
