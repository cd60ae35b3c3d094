"""Both clients against the server itself: killed, restarted, behind a proxy that cuts, and as it is meant to be."""

import hashlib
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from uuid import uuid4

import pytest

from sla_ledger_client import FileKeyStore, LedgerClient, NewEvent, PendingWrite, Recorded, Retries, errors
from sla_ledger_client.request import Request
from tests.client.peer import KINDS, Driver, driver
from tests.scale import scaled
from tests.server.bodies import CUSTOMER, ENGINEER, opening, registration
from tests.server.cutting import Cut, CuttingProxy, Fault
from tests.server.support import CONTRACTS, Desk, Server

WRITES = 100
KILLS = 4
CUTS = 200

PATIENT = Retries(attempts=400, seconds=120, longest_pause_seconds=0.2)
ONCE = Retries(attempts=1)
NOTE = "incident.evidence-attached.v1"


def mark(number: int) -> str:
    """What the event of a write says, so that it is known again."""
    return hashlib.sha256(b"%d" % number).hexdigest()


def note(number: int) -> dict[str, Any]:
    return {"name": "dump.txt", "media_type": "text/plain", "size": 1, "sha256": mark(number)}


def attach(client: Driver, incident: str, number: int) -> Recorded:
    told = client.call("append", incident, NOTE, note(number), actor=ENGINEER)
    assert isinstance(told, Recorded)
    return told


def recorded_marks(desk: Desk) -> Counter[str]:
    """How often the ledger has each mark."""
    with driver("waiting", url(desk.server), desk.keys.service, retries=PATIENT) as client:
        items = client.take(1_000_000, types=[NOTE], follow=False)
    return Counter(item.event.data["sha256"] for item in items)


def url(server: Server) -> str:
    return f"http://127.0.0.1:{server.port}"


@contextmanager
def killing(server: Server, times: int) -> Iterator[None]:
    """A server that is killed so many times, and started again, while something else goes on."""
    enough = threading.Event()
    chance = Random(20_240_427)

    def kill() -> None:
        for _ in range(times):
            if enough.wait(chance.uniform(0.05, 0.4)):
                return
            server.kill()
            server.start()

    thread = threading.Thread(target=kill)
    thread.start()
    try:
        yield
    finally:
        enough.set()
        thread.join()


Writer = Callable[[Driver, str, int], None]


def trusting(client: Driver, incident: str, number: int) -> None:
    """What a service does: it calls once, and the client does the rest."""
    attach(client, incident, number)


def forgetful(client: Driver, incident: str, number: int) -> None:
    """The control: a new key for each attempt."""
    while True:
        try:
            attach(client, incident, number)
        except errors.LedgerClientError:
            time.sleep(0.02)
        else:
            return


def duplicates_and_gaps(desk: Desk, count: int) -> tuple[list[str], list[str]]:
    found = recorded_marks(desk)
    wanted = [mark(number) for number in range(count)]
    return [one for one in wanted if found[one] > 1], [one for one in wanted if not found[one]]


@pytest.mark.parametrize("kind", KINDS)
def test_writes_outlive_a_server_that_is_killed_and_restarted(desk: Desk, kind: str) -> None:
    with (
        driver(kind, url(desk.server), desk.keys.service, retries=PATIENT) as client,
        killing(desk.server, scaled(KILLS, minimum=2)),
    ):
        for number in range(WRITES):
            trusting(client, desk.incident, number)
            time.sleep(0.02)
    assert duplicates_and_gaps(desk, WRITES) == ([], [])


def cut_replies(desk: Desk, writer: Writer, retries: Retries, kind: str) -> tuple[list[str], list[str]]:
    """What came of writes of which every second reply, or request, was cut off."""
    chance = Random(20_240_427)
    count = scaled(CUTS)
    with CuttingProxy(desk.server.port) as proxy:
        address = f"http://127.0.0.1:{proxy.port}"
        with driver(kind, address, desk.keys.service, retries=retries, timeout=5) as client:
            for number in range(count):
                if number % 2:
                    proxy.faults.append(Fault(chance.choice(list(Cut)), chance.randint(1, 100)))
                writer(client, desk.incident, number)
        assert sum(passed.fault is not None for passed in proxy.passed) == count // 2
    return duplicates_and_gaps(desk, count)


@pytest.mark.parametrize("kind", KINDS)
def test_a_reply_that_is_cut_off_costs_nothing(desk: Desk, kind: str) -> None:
    assert cut_replies(desk, trusting, PATIENT, kind) == ([], [])


def test_the_control_with_a_new_key_for_each_attempt_records_twice(desk: Desk) -> None:
    twice, missing = cut_replies(desk, forgetful, ONCE, "waiting")
    assert twice != []
    assert missing == []


def test_a_write_that_was_begun_before_a_crash_is_resumed_under_its_key(desk: Desk, tmp_path: Path) -> None:
    """The program died with one write answered and not settled, one sent and not answered, one not sent."""
    path = tmp_path / "pending"
    sent: list[Request] = []
    with CuttingProxy(desk.server.port) as proxy:
        with FileKeyStore(path) as keys:
            address = f"http://127.0.0.1:{proxy.port}"
            with LedgerClient(address, desk.keys.service, keys=keys, retries=ONCE) as client:
                proxy.faults.extend([Fault(Cut.REPLY_LOST), Fault(Cut.REQUEST_SHORT)])
                for number in (0, 1):
                    with pytest.raises(errors.Unreachable) as caught:
                        client.append(desk.incident, NOTE, note(number), actor=ENGINEER)
                    assert caught.value.in_doubt
                sent = [write.request for write in keys.pending()]
                body = sent[0].body.replace(mark(0).encode(), mark(2).encode())
                key = str(uuid4())
                headers = {**sent[0].headers, "Idempotency-Key": key}
                keys.begin(PendingWrite(key, Request("POST", sent[0].path, headers=headers, body=body)))
        assert len(sent) == 2
        with (
            FileKeyStore(path) as keys,
            LedgerClient(url(desk.server), desk.keys.service, keys=keys, retries=PATIENT) as client,
        ):
            told = client.resume()
            assert keys.pending() == ()
            assert client.resume() == ()
    assert [one.recorded[0].replayed for one in told] == [True, False, False]
    assert duplicates_and_gaps(desk, 3) == ([], [])


@pytest.mark.parametrize("kind", KINDS)
def test_a_key_of_ones_own_is_one_event_in_any_run(desk: Desk, kind: str) -> None:
    when = datetime.now(UTC)
    answers = []
    for _ in range(3):
        with driver(kind, url(desk.server), desk.keys.service) as client:
            answers.append(
                client.call(
                    "append", desk.incident, NOTE, note(0), actor=ENGINEER, occurred_at=when, key="ticket-1/dump"
                )
            )
    assert [one.replayed for one in answers] == [False, True, True]
    assert len({one.id for one in answers}) == 1
    with driver(kind, url(desk.server), desk.keys.service) as client, pytest.raises(errors.IdempotencyKeyReused):
        client.call("append", desk.incident, NOTE, note(1), actor=ENGINEER, occurred_at=when, key="ticket-1/dump")
    assert duplicates_and_gaps(desk, 1) == ([], [])


@pytest.mark.parametrize("kind", KINDS)
def test_every_write_is_taken_and_told_as_it_is_recorded(desk: Desk, kind: str) -> None:
    with driver(kind, url(desk.server), desk.keys.admin) as client:
        contract = f"C-{uuid4().hex[:8]}"
        actor = {"kind": "system", "id": "crm"}
        registered = client.call("register_contract", contract, registration(contract)["data"], actor=actor)
        assert (registered.subject, registered.version) == (contract, 1)
        opened = client.call("open_incident", opening(contract)["data"], actor=actor)
        assert opened.subject.startswith("INC-")
        numbered = client.call("open_incident", opening(contract)["data"], number=f"OWN-{uuid4().hex[:8]}", actor=actor)
        assert numbered.subject.startswith("OWN-")
        batch = [
            NewEvent(NOTE, note(0), opened.subject, actor=ENGINEER, if_match=opened.etag),
            NewEvent("release.stage-passed.v1", {"stage": "beta"}, "R-1", actor=actor),
        ]
        first, second = client.call("append_batch", batch)
        assert (first.subject, first.version, second.subject) == (opened.subject, 2, "R-1")
        erased = client.call("erase", opened.subject, [opened.id], ["/data/title"], basis="request", actor=actor)
        assert (erased.type, erased.version) == ("incident.values-erased.v1", 3)
        items = client.take(100, after=registered.position - 1, follow=False)
    told = [registered, opened, numbered, first, second, erased]
    assert [item.position for item in items] == [one.position for one in told]
    assert [item.event.sha256 for item in items] == [one.sha256 for one in told]
    assert [item.event.id for item in items] == [one.id for one in told]


@pytest.mark.parametrize("kind", KINDS)
def test_the_ledgers_refusals_are_raised_as_their_classes(desk: Desk, kind: str) -> None:
    with driver(kind, url(desk.server), desk.keys.service) as client:
        with pytest.raises(errors.VersionDiffers):
            client.call("append", desk.incident, NOTE, note(0), actor=ENGINEER, if_match=9)
        correction = {"event": str(uuid4()), "field": "channel", "was": "email", "now": "phone", "reason": "By phone"}
        blind = {**correction, "agreed_by_other_party": False}
        with pytest.raises(errors.VersionRequired):
            client.call("append", desk.incident, "incident.corrected.v1", blind, actor=ENGINEER)
        with pytest.raises(errors.UnknownIncident):
            client.call("append", "INC-1999-000001", NOTE, note(0), actor=ENGINEER)
        with pytest.raises(errors.InvalidInput) as malformed:
            client.call("append", desk.incident, NOTE, {**note(0), "size": "1"}, actor=ENGINEER)
        assert (malformed.value.reason, malformed.value.pointer) == ("wrong-type", "/data/size")
        with pytest.raises(errors.RuleBroken) as broken:
            client.call("append", desk.incident, "incident.work-stopped.v1", {"engineer": "e-17"}, actor=ENGINEER)
        assert broken.value.rule == "no-open-session"
        assert client.call("append", desk.incident, NOTE, note(0), actor=ENGINEER).version == 2
    with driver(kind, url(desk.server), desk.keys.reporter) as client, pytest.raises(errors.Forbidden):
        client.call("append", desk.incident, NOTE, note(0))
    with driver(kind, url(desk.server), "slk_nobody_0") as client, pytest.raises(errors.Unauthenticated):
        client.call("append", desk.incident, NOTE, note(0))


@pytest.mark.parametrize("kind", KINDS)
def test_every_read_is_understood(desk: Desk, kind: str) -> None:
    number = desk.incident
    with driver(kind, url(desk.server), desk.keys.admin) as client:
        noted = attach(client, number, 0)
        assert noted.position is not None
        incident = client.call("incident", number)
        assert (incident["incident"], incident.etag) == (number, noted.etag)
        assert client.call("contract", CONTRACTS[0]).etag == '"v1"'
        opened, attached = client.call("events", number)
        assert (attached.sha256, attached.id) == (noted.sha256, noted.id)
        assert client.call("events", number, after=1) == (attached,)
        assert client.call("events", CONTRACTS[0], kind="contract")[0].subject == CONTRACTS[0]
        verdict = client.call("verdict", number, readings={"premium-hours": "service"})
        assert (verdict.incident, verdict.standing, verdict.is_provisional) == (number, "kept", True)
        earlier = client.call("verdict", number, as_of=opened.recorded_at)
        assert (earlier.as_of, earlier.is_provisional) == (opened.recorded_at, False)
        by_position = client.call("verdict", number, at_position=noted.position - 1)
        assert by_position["position"] == noted.position - 1
        for what in ("explanation", "timeline"):
            assert client.call(what, number)["incident"] == number
        titles = [one["value"] for one in client.call("values", number)["values"] if one["pointer"] == "/data/title"]
        assert titles == [opening(CONTRACTS[0])["data"]["title"]]
        other = client.call("open_incident", opening(CONTRACTS[1])["data"], actor=CUSTOMER).subject
        assert [row["incident"] for row in client.listed("incidents", limit=1)] == [number, other]
        chosen = {"contract": CONTRACTS[1], "open": True, "at_risk": timedelta(days=30), "standing": verdict.standing}
        assert [row["incident"] for row in client.listed("incidents", **chosen)] == [other]
        assert client.call("compliance", by=["contract"])["total"]["incidents"] == 2
        assert client.call("deadlines", within=timedelta(days=30), limit=5)["within"] == "PT2592000S"
        assert "/v1/incidents/{incident}/verdict" in client.call("openapi")["paths"]
    with driver(kind, url(desk.server), desk.keys.other) as client, pytest.raises(errors.UnknownIncident):
        client.call("verdict", number)


@pytest.mark.parametrize("sse", [False, True], ids=["ndjson", "sse"])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("role", ["service", "engineer"], ids=["all", "limited"])
def test_the_feed_outlives_kills_without_gap_or_duplicate(desk: Desk, role: str, kind: str, sse: bool) -> None:
    count = 40
    follower = getattr(desk.keys, role)
    with (
        driver(kind, url(desk.server), follower, retries=PATIENT) as reader,
        driver("waiting", url(desk.server), desk.keys.service, retries=PATIENT) as writer,
    ):

        def write() -> None:
            for number in range(count):
                trusting(writer, desk.incident, number)
                time.sleep(0.02)

        thread = threading.Thread(target=write)
        with killing(desk.server, 2):
            thread.start()
            items = reader.take(count, types=[NOTE], contracts=[CONTRACTS[0]], sse=sse)
            thread.join()
    assert [item.event.data["sha256"] for item in items] == [mark(number) for number in range(count)]
    assert all((item.position is None) == (role == "engineer") for item in items)
