"""One key, one event: two requests at once, another request under the key, a server started anew."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.scale import scaled
from tests.server.audit import Told, faults, feed, histories, marked_note, marked_opening
from tests.server.bodies import status
from tests.server.support import CONTRACTS, Desk, make_key
from tests.server.wire import Reply, Wire, encode, new_key

ROUNDS = 100


def at_once(pool: ThreadPoolExecutor, wires: list[Wire], request: bytes) -> list[Reply]:
    """The answers to one request sent over all connections at the same time."""
    start = threading.Barrier(len(wires))

    def send(wire: Wire) -> Reply:
        start.wait(60)
        return wire.send(request)

    return list(pool.map(send, wires))


def test_two_at_once_under_one_key_are_one_event_and_one_answer(desk: Desk) -> None:
    told = []
    requests: dict[bytes, Reply] = {}
    with desk.wire() as one, desk.wire() as other, ThreadPoolExecutor(2) as pool:
        base = len(feed(one))
        for number in range(scaled(ROUNDS)):
            mark = new_key()
            if number % 10:
                path, body = f"/v1/incidents/{desk.incident}/events", marked_note(mark)
            else:
                path, body = "/v1/incidents", marked_opening(CONTRACTS[0], mark)
            request = encode("POST", path, key=desk.keys.service, body=body, headers={"Idempotency-Key": mark})
            first, second = at_once(pool, [one, other], request)
            assert (first.status, second.status) == (201, 201)
            assert first.body == second.body
            assert {first.replayed, second.replayed} == {True, False}
            assert first.headers.get("location") == second.headers.get("location")
            requests[request] = first
            told.append(Told.of(mark, first.event))
    for end in (desk.server.stop, desk.server.kill):
        end()
        desk.server.start()
        with desk.wire() as wire:
            for request, reply in requests.items():
                again = wire.send(request)
                assert (again.status, again.body, again.replayed) == (201, reply.body, True)
                assert again.headers.get("location") == reply.headers.get("location")
                assert again.headers.get("etag") == reply.headers.get("etag")
    with desk.wire() as wire:
        written = feed(wire)
        assert faults(told, written, histories(wire, written), base) == []


def test_another_request_under_a_key_is_refused_and_harms_nothing(shared_desk: Desk) -> None:
    path = f"/v1/incidents/{shared_desk.incident}/events"
    key = new_key()
    body = status("One")
    with shared_desk.wire() as wire:
        first = wire.post(path, body, key)
        assert first.status == 201
        for other in (
            wire.post(path, {**body, "data": {"summary": "Two"}}, key),
            wire.post("/v1/incidents", marked_opening(CONTRACTS[0], "mark"), key),
            wire.post("/v1/events", [{**body, "subject": shared_desk.incident}], key),
            wire.post(path, body, key, If_Match='"v1"'),
        ):
            assert (other.status, other.problem) == (422, "idempotency-key-reused")
            assert not other.replayed
        again = wire.post(path, body, key)
        assert (again.status, again.body, again.replayed) == (201, first.body, True)


@pytest.mark.parametrize("at_once_count", [2, 8])
def test_two_different_requests_at_once_under_one_key_are_one_event(shared_desk: Desk, at_once_count: int) -> None:
    path = f"/v1/incidents/{shared_desk.incident}/events"
    key = new_key()

    def send(number: int) -> Reply:
        with shared_desk.wire() as wire:
            return wire.post(path, status(f"Number {number}"), key)

    with ThreadPoolExecutor(at_once_count) as pool:
        replies = list(pool.map(send, range(at_once_count)))
    assert sorted(reply.status for reply in replies) == [201] + [422] * (at_once_count - 1)
    assert {reply.problem for reply in replies if reply.status == 422} == {"idempotency-key-reused"}


def test_a_key_belongs_to_its_caller(shared_desk: Desk) -> None:
    path = f"/v1/incidents/{shared_desk.incident}/events"
    another = make_key(shared_desk.server.url, "service", act_as=("customer", "engineer", "system"))
    key = new_key()
    body = status("The same bytes")
    with shared_desk.wire() as mine, shared_desk.wire(another) as theirs:
        first = mine.post(path, body, key)
        second = theirs.post(path, body, key)
        assert (first.status, second.status) == (201, 201)
        assert not second.replayed
        assert first.event["id"] != second.event["id"]


def test_a_refusal_is_judged_anew(shared_desk: Desk) -> None:
    with shared_desk.wire() as wire:
        opened = wire.post("/v1/incidents", marked_opening(CONTRACTS[0], new_key()))
        path = f"/v1/incidents/{opened.event['subject']}/events"
        key = new_key()
        body = status("Once more")
        refused = wire.post(path, body, key, If_Match='"v2"')
        assert refused.status == 412
        assert wire.post(path, status("Meanwhile")).status == 201
        taken = wire.post(path, body, key, If_Match='"v2"')
        assert (taken.status, taken.replayed) == (201, False)
        again = wire.post(path, body, key, If_Match='"v2"')
        assert (again.status, again.body, again.replayed) == (201, taken.body, True)
