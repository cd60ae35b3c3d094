"""What is refused before any rule is asked: each clearly, none by echoing what came in, and nothing recorded."""

import socket
from collections.abc import Mapping
from contextlib import closing
from typing import Any

import orjson
import pytest

from tests.integration.api.edge import Edge, refused
from tests.server.bodies import now, opening, status
from tests.server.wire import Reply, encode, new_key

CANARY = "canary-4711"
UPPER = "0197F0C2-0000-7000-8000-00000000000A"


def posted(edge: Edge, body: bytes, media_type: str = "application/json", path: str = "/v1/incidents") -> Reply:
    return edge.service.post(path, body, Content_Type=media_type)


OPENING = orjson.dumps(opening("C-001"))


def instead(old: str, new: str) -> bytes:
    """An opening with a part of its text replaced."""
    assert old.encode() in OPENING
    return OPENING.replace(old.encode(), new.encode())


def saying(name: str) -> dict[str, Any]:
    """An opening that says one thing more."""
    told = opening("C-001")
    told["data"][name] = 1
    return told


MALFORMED: Mapping[str, tuple[bytes, str]] = {
    "empty": (b"", "empty-body"),
    "blank": (b" \r\n", "empty-body"),
    "no JSON": (b"nonsense", "not-json"),
    "cut off": (OPENING[:-1], "not-json"),
    "two documents": (OPENING + OPENING, "not-json"),
    "an array": (b"[%b]" % OPENING, "not-an-object"),
    "a number": (b"1", "not-an-object"),
    "null": (b"null", "null"),
    "a null inside": (instead('"priority":2', '"priority":null'), "null"),
    "a duplicate key": (instead('{"type"', '{"type":"incident.resolved.v1","type"'), "duplicate-key"),
    "a byte order mark": (b"\xef\xbb\xbf" + OPENING, "byte-order-mark"),
    "UTF-16": (OPENING.decode().encode("utf-16"), "bad-encoding"),
    "Latin-1": (OPENING.replace(b"Ivanova", b"Ivanov\xe1"), "bad-encoding"),
    "NaN": (instead('"priority":2', '"priority":NaN'), "not-an-integer"),
    "1e400": (instead('"priority":2', '"priority":1e400'), "not-an-integer"),
    "a float": (instead('"priority":2', '"priority":2.0'), "not-an-integer"),
    "true for one": (instead('"priority":2', '"priority":true'), "wrong-type"),
    "a number in quotes": (instead('"priority":2', '"priority":"2"'), "wrong-type"),
    "beyond 2^53": (instead('"priority":2', '"priority":9007199254740992'), "integer-out-of-range"),
    "a huge integer": (instead('"priority":2', f'"priority":{"9" * 10_000}'), "integer-out-of-range"),
    "half a surrogate": (instead("Ivanova", "\\ud800"), "lone-surrogate"),
    "NUL": (instead("Ivanova", "\\u0000"), "nul-character"),
    "unassigned": (instead("Ivanova", "\u0378"), "unassigned-character"),
    "deep": (b"[" * 100_000, "too-deep"),
    "deep, and closed": (b"[" * 900 + b"]" * 900, "too-deep"),
    "deep inside": (instead('"Ivanova"', '{"a":' * 300 + "1" + "}" * 300), "too-deep"),
    "an unknown field": (instead('"priority"', '"severity":1,"priority"'), "unknown-field"),
    "set by the ledger": (instead('{"type"', '{"recorded_at":"2026-01-01T00:00:00Z","type"'), "unknown-field"),
    "its version": (instead('{"type"', '{"version":1,"type"'), "canonical-form"),
    "its way in": (instead('{"type"', '{"via":"x","type"'), "canonical-form"),
    "a commitment": (instead('"The server does not answer"', f'{{"hmac_sha256":"{"0" * 64}"}}'), "commitment"),
    "no type": (instead('"type":"incident.opened.v1",', ""), "missing-field"),
    "an unknown type": (instead("opened", "exploded"), "unknown-type"),
    "a type that is none": (instead('"incident.opened.v1"', "[]"), "wrong-type"),
    "no offset": (instead('"occurred_at":"', '"occurred_at":"2026-01-01T00:00:00","x":"'), "bad-instant"),
    "an integer for an instant": (instead('"occurred_at":"', '"occurred_at":5,"x":"'), "bad-instant"),
    "nanoseconds": (
        instead('"occurred_at":"', '"occurred_at":"2026-01-01T00:00:00.123456789Z","x":"'),
        "bad-instant",
    ),
    "an id in upper case": (instead('{"type"', f'{{"id":"{UPPER}","type"'), "bad-value"),
    "an actor of no kind": (instead('"kind":"customer"', '"kind":"root"'), "bad-value"),
    "a text beyond 64 KiB": (instead("The server", "x" * 70_000), "too-long"),
}  # fmt: skip


@pytest.mark.parametrize("case", MALFORMED)
def test_a_malformed_body_is_refused_with_the_reason(edge: Edge, case: str) -> None:
    head = edge.head
    body, reason = MALFORMED[case]
    refused(posted(edge, body), 422, "invalid-input", reason=reason)
    assert edge.head == head
    refused(posted(edge, b"[%b]" % body, path="/v1/events"), 422, "invalid-input")
    assert edge.head == head


def test_what_is_well_formed_is_taken(edge: Edge) -> None:
    """The control of the test above."""
    assert posted(edge, OPENING).status == 201


@pytest.mark.parametrize(
    "media_type",
    [
        "", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/jsonx",
        "application/json; charset=utf-16", "application/json; charset=latin-1", "application/json; profile=x",
        "application/cloudevents-batch+json", "application/json, application/json",
    ],
)  # fmt: skip
def test_another_media_type_is_refused(edge: Edge, media_type: str) -> None:
    refused(posted(edge, OPENING, media_type), 415, "unsupported-media-type")


@pytest.mark.parametrize("media_type", ["application/json", "Application/JSON", 'application/json;charset="UTF-8"'])
def test_json_in_utf_8_is_taken_however_it_is_spelt(edge: Edge, media_type: str) -> None:
    assert posted(edge, OPENING, media_type).status == 201


def test_an_encoded_body_is_refused(edge: Edge) -> None:
    reply = edge.service.post("/v1/incidents", OPENING, Content_Encoding="gzip")
    refused(reply, 415, "unsupported-media-type")
    refused(edge.service.post("/v1/incidents", OPENING, ce_specversion="1.0"), 415, "unsupported-media-type")


class TestLength:
    """A body beyond the limit, which is not kept."""

    def test_one_that_tells_its_length(self, edge: Edge) -> None:
        refused(posted(edge, b"x" * 10_000_000), 413, "body-too-long")

    def test_one_that_does_not(self, edge: Edge) -> None:
        key = str(edge.service.key)
        headers = {"Transfer-Encoding": "chunked", "Content-Type": "application/json", "Idempotency-Key": new_key()}
        chunk = b"%x\r\n%b\r\n" % (65_536, b" " * 65_536)
        with closing(socket.create_connection(("127.0.0.1", edge.desk.port), 30)) as connection:
            connection.sendall(encode("POST", "/v1/incidents", key=key, headers=headers))
            answer = b""
            try:
                for _ in range(200):
                    connection.sendall(chunk)
            except OSError:
                pass
            while b"body-too-long" not in answer and (more := connection.recv(65_536)):
                answer += more
        assert answer.startswith(b"HTTP/1.1 413 ")

    def test_a_larger_one_of_many_events_is_taken(self, edge: Edge) -> None:
        incident = edge.opened()
        batch = [status("x" * 6_000, subject=incident) for _ in range(500)]
        assert edge.service.post("/v1/events", batch).status == 201


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/v1/incidents/x/events", "GET, POST"),
        ("PUT", "/v1/events", "POST"),
        ("HEAD", "/v1/feed", "GET"),
        ("OPTIONS", "/v1/feed", "GET"),
        ("TRACE", "/v1/contracts", "POST"),
        ("PATCH", "/v1/incidents/x/erasures", "POST"),
    ],
)
def test_another_method_is_refused_with_those_that_are_taken(edge: Edge, method: str, path: str, allowed: str) -> None:
    reply = edge.service.ask(method, path)
    assert (reply.status, reply.headers["content-type"]) == (405, "application/problem+json")
    assert set(allowed.split(", ")) <= set(reply.headers["allow"].split(", "))


@pytest.mark.parametrize(
    "path", ["/", "/v1", "/v1/incidents/", "/v2/incidents", "//v1/feed", "/v1/incidents/%2e%2e/x/y"]
)
def test_a_path_that_is_not_there_is_a_problem_too(edge: Edge, path: str) -> None:
    refused(edge.service.get(path), 404, "unknown-resource")
    refused(edge.service.post(path, {}), 404, "unknown-resource")


@pytest.mark.parametrize("query", [f"?{CANARY}=1", "?dry_run=true", "?%00=1", "?x=%ff"])
def test_an_unknown_parameter_is_refused(edge: Edge, query: str) -> None:
    reply = edge.service.post(f"/v1/incidents{query}", opening("C-001"))
    refused(reply, 422, "parameter-unusable")
    assert CANARY.encode() not in reply.body


@pytest.mark.parametrize(
    "subject",
    ["%00", "%ff%fe", "%ed%a0%80", "..", "%2e", "x" * 2_000, "INC-2026-999999", "'; DROP TABLE events", CANARY],
)
def test_whatever_stands_in_the_path_is_missing(edge: Edge, subject: str) -> None:
    encoded = subject.replace(" ", "%20")
    for kind, problem in (("incidents", "unknown-incident"), ("contracts", "unknown-contract")):
        reply = edge.service.post(f"/v1/{kind}/{encoded}/events", status("x"))
        refused(reply, 404, problem)
        assert CANARY.encode() not in reply.body


def test_a_contract_is_no_incident_nor_the_other_way_round(edge: Edge) -> None:
    incident = edge.opened()
    refused(edge.service.post("/v1/incidents/C-001/events", status("x")), 404, "unknown-incident")
    refused(edge.service.post(f"/v1/contracts/{incident}/events", status("x")), 404, "unknown-contract")
    refused(edge.service.post("/v1/incidents/provider/events", status("x")), 404, "unknown-incident")
    refused(
        edge.service.post("/v1/events", [status("x", subject="C-001")]), 404, "unknown-incident", pointer="/0/subject"
    )


@pytest.mark.parametrize(
    "body",
    [
        {CANARY: 1},
        opening("C-001") | {CANARY: 1},
        opening("C-001") | {"type": CANARY},
        opening("C-001") | {"occurred_at": CANARY},
        opening("C-001") | {"actor": {"kind": CANARY, "id": CANARY}},
        opening("C-001", channel=CANARY.upper()),
        opening("C-001", priority=CANARY),
        opening("C-001") | {"subject": f"{CANARY}/"},
        saying(CANARY),
        opening(CANARY),
        {"type": "incident.resolved.v1", "occurred_at": now(), "data": {CANARY: CANARY}, "subject": CANARY},
    ],
)
def test_no_input_is_echoed(edge: Edge, body: dict[str, Any]) -> None:
    for reply in (
        edge.service.post("/v1/incidents", body),
        edge.service.post("/v1/events", [body]),
        edge.service.post(f"/v1/incidents/{edge.opened()}/events", body),
    ):
        assert reply.status in {404, 409, 422}
        assert CANARY.encode() not in reply.body.lower()


def test_a_field_of_a_plain_name_is_named(edge: Edge) -> None:
    reply = edge.service.post("/v1/incidents", saying("severity"))
    refused(reply, 422, "invalid-input", reason="unknown-field", pointer="/data/severity")
    hostile = edge.service.post("/v1/incidents", saying("<script>"))
    refused(hostile, 422, "invalid-input", reason="unknown-field", pointer="/data")


def test_the_type_of_a_problem_leads_to_its_page(edge: Edge) -> None:
    kind = edge.service.post("/v1/incidents", {}).json()["type"]
    page = edge.service.get(kind, Accept="text/html")
    assert page.status == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert b"duplicate-key" in page.body
    told = edge.service.get(kind, Accept="application/json").json()
    assert (told["type"], told["status"]) == (kind, 422)
    listed = edge.service.get("/problems", Accept="application/json").json()["problems"]
    assert kind in {one["type"] for one in listed}
    assert kind.encode() in edge.service.get("/problems").body
    refused(edge.service.get("/problems/nonsense"), 404, "unknown-resource")
    refused(edge.service.get(kind, Accept="image/png"), 406, "not-acceptable")


def test_a_fault_of_the_program_is_told_without_its_cause(edge: Edge, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError(CANARY)

    monkeypatch.setattr(type(edge.api.commits), "enqueue", fail)
    reply = edge.service.post("/v1/incidents", opening("C-001"))
    refused(reply, 500, "internal-error")
    assert CANARY.encode() not in reply.body
