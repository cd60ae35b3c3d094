"""The conditions of a write: the key it is answered once under, the version it was decided on, and their order."""

import pytest

from tests.integration.api.edge import Edge, refused
from tests.server.bodies import CUSTOMER, ENGINEER, body, opening, status
from tests.server.wire import CLOUD_EVENTS, Reply, new_key


class TestKey:
    """The idempotency key."""

    def test_without_one_nothing_is_written(self, edge: Edge) -> None:
        head = edge.head
        path = f"/v1/incidents/{edge.opened()}/events"
        for headers in ({}, {"Idempotency-Key": ""}, {"Idempotency-Key": "x" * 256}, {"Idempotency-Key": "ключ"}):
            encoded = {name: value.encode().decode("latin-1") for name, value in headers.items()}
            reply = edge.service.ask("POST", path, body=status("x"), headers=encoded)
            refused(reply, 400, "idempotency-key-missing")
        assert edge.head == head + 1, "the incident alone"

    def test_the_same_request_gets_the_same_bytes_and_is_marked(self, edge: Edge) -> None:
        key, incident = new_key(), edge.opened()
        request = status("x")
        first = edge.service.post(f"/v1/incidents/{incident}/events", request, key)
        again = edge.service.post(f"/v1/incidents/{incident}/events", request, key)
        assert (first.status, first.replayed, again.status, again.replayed) == (201, False, 201, True)
        assert (again.body, again.headers["etag"]) == (first.body, first.headers["etag"])
        assert again.headers["location"] == first.headers["location"]

    @pytest.mark.parametrize("other", ["body", "path", "If-Match", "media type"])
    def test_another_request_is_refused(self, edge: Edge, other: str) -> None:
        key, incident = new_key(), edge.opened()
        path, request = f"/v1/incidents/{incident}/events", status("x")
        assert edge.service.post(path, request, key).status == 201
        event = {"specversion": "1.0", "source": "crm", "id": "0197f0c2-0000-7000-8000-00000000000a"}
        wrapped = event | {"type": request["type"], "data": request}

        def again() -> Reply:
            match other:
                case "body":
                    return edge.service.post(path, status("y"), key)
                case "path":
                    return edge.service.post(f"/v1/incidents/{edge.opened()}/events", request, key)
                case "If-Match":
                    return edge.service.post(path, request, key, If_Match='"v1"')
                case _:
                    return edge.service.post(path, wrapped, key, Content_Type=CLOUD_EVENTS)

        refused(again(), 422, "idempotency-key-reused")

    def test_a_refusal_leaves_the_key_free(self, edge: Edge) -> None:
        key, path = new_key(), f"/v1/incidents/{edge.opened()}/events"
        refused(edge.service.post(path, status("x", CUSTOMER), key), 409, "rule-broken")
        assert edge.service.post(path, status("x", ENGINEER), key).status == 201

    def test_callers_have_keys_of_their_own(self, edge: Edge) -> None:
        key, path, request = new_key(), f"/v1/incidents/{edge.opened()}/events", status("x")
        assert not edge.service.post(path, request, key).replayed
        assert not edge.engineer.post(path, request, key).replayed


class TestVersion:
    """If-Match."""

    def test_a_version_that_was_left_behind_is_refused(self, edge: Edge) -> None:
        path = f"/v1/incidents/{edge.opened()}/events"
        assert edge.service.post(path, status("x"), If_Match='"v1"').status == 201
        refused(edge.service.post(path, status("x"), If_Match='"v1"'), 412, "version-differs")
        refused(edge.service.post(path, status("x"), If_Match='"v3"'), 412, "version-differs")
        assert edge.service.post(path, status("x"), If_Match='"v2"').status == 201

    @pytest.mark.parametrize("tag", ['"other"', 'W/"v1"', '""', '"V1"', '"v01"', '"v99999999999999999"'])
    def test_a_tag_that_was_never_given_matches_nothing(self, edge: Edge, tag: str) -> None:
        path = f"/v1/incidents/{edge.opened()}/events"
        refused(edge.service.post(path, status("x"), If_Match=tag), 412, "version-differs")

    @pytest.mark.parametrize("tag", ["v1", "1", "", '"v1", "v2"', '"v1', "**"])
    def test_what_is_no_single_tag_is_refused(self, edge: Edge, tag: str) -> None:
        path = f"/v1/incidents/{edge.opened()}/events"
        refused(edge.service.post(path, status("x"), If_Match=tag), 422, "invalid-input", reason="bad-header")

    def test_any_version_means_that_it_exists(self, edge: Edge) -> None:
        assert edge.service.post(f"/v1/incidents/{edge.opened()}/events", status("x"), If_Match="*").status == 201
        refused(edge.service.post("/v1/incidents", opening("C-001"), If_Match="*"), 412, "version-differs")
        refused(edge.service.post("/v1/incidents", opening("C-001"), If_Match='"v1"'), 412, "version-differs")

    @pytest.mark.parametrize("header", ["If_None_Match", "If_Unmodified_Since", "If_Modified_Since"])
    def test_a_condition_that_is_not_heeded_is_refused(self, edge: Edge, header: str) -> None:
        reply = edge.service.post("/v1/incidents", opening("C-001"), **{header: "*"})
        refused(reply, 422, "invalid-input", reason="bad-header")

    def test_what_must_not_be_written_blindly_needs_one(self, edge: Edge) -> None:
        path = f"/v1/incidents/{edge.opened()}/events"
        data = {"priority": 3, "requested_by": "provider"}
        request = edge.service.post(path, body("incident.reprioritized", data)).event["id"]
        agreed = body("incident.reprioritization-agreed", {"request": request, "by": "customer"}, CUSTOMER)
        refused(edge.service.post(path, agreed), 428, "version-required")
        refused(edge.service.post(path, agreed, If_Match="*"), 428, "version-required")
        refused(edge.service.post(path, agreed, If_Match='"v1"'), 412, "version-differs")
        in_batch = agreed | {"subject": path.split("/")[3]}
        refused(edge.service.post("/v1/events", [in_batch]), 428, "version-required", pointer="/0")
        assert edge.service.post("/v1/events", [in_batch | {"if_match": "v2"}]).status == 201


@pytest.mark.parametrize(
    ("blind", "data"),
    [
        ("incident.corrected", {"event": "x", "field": "priority", "was": 1, "now": 2, "reason": "x"}),
        ("incident.correction-agreed", {"request": "x", "by": "customer"}),
        ("incident.dispute-ruled", {"obligation": "response", "ruling": "x"}),
    ],
)
def test_each_dangerous_type_needs_a_version(edge: Edge, blind: str, data: dict[str, object]) -> None:
    path = f"/v1/incidents/{edge.opened()}/events"
    told = {name: "0197f0c2-0000-7000-8000-00000000000a" if value == "x" and name in {"event", "request"} else value
            for name, value in data.items()}  # fmt: skip
    extra = {"agreed_by_other_party": False} if blind == "incident.corrected" else {}
    refused(edge.admin.post(path, body(blind, told | extra)), 428, "version-required")


def test_who_comes_before_scope_before_key_before_version_before_rules(edge: Edge) -> None:
    """One request with every fault, mended one by one."""
    incident, other = edge.opened(), edge.opened("C-900")
    wrong = body(
        "incident.correction-agreed", {"request": "0197f0c2-0000-7000-8000-00000000000a", "by": "customer"}, None
    )
    stranger = edge.desk.wire("slk_aaaaaaaaaa_" + "0" * 64)
    refused(stranger.ask("POST", f"/v1/incidents/{other}/events", body=wrong), 401, "unauthenticated")
    refused(edge.reporter.ask("POST", f"/v1/incidents/{other}/events", body=wrong), 403, "forbidden")
    refused(edge.customer.ask("POST", f"/v1/incidents/{other}/events", body=wrong), 404, "unknown-incident")
    path = f"/v1/incidents/{incident}/events"
    refused(edge.customer.ask("POST", path, body=wrong), 400, "idempotency-key-missing")
    refused(edge.customer.ask("POST", path, body=b"{"), 400, "idempotency-key-missing")
    refused(edge.customer.post(path, wrong), 428, "version-required")
    refused(edge.customer.post(path, wrong, If_Match='"v7"'), 412, "version-differs")
    refused(edge.customer.post(path, wrong, If_Match='"v1"'), 409, "rule-broken", rule="unknown-correction")


def test_a_header_that_stands_twice_is_refused(edge: Edge) -> None:
    path = f"/v1/incidents/{edge.opened()}/events"
    for header, status_code in (("Idempotency-Key", 422), ("If-Match", 422), ("Content-Type", 422)):
        twice = {"Idempotency-Key": new_key(), "If-Match": '"v1"', header: f"x\r\n{header}: y"}
        assert edge.service.ask("POST", path, body=status("x"), headers=twice).status == status_code
    twice = {"Idempotency-Key": new_key(), "Authorization": f"Bearer {edge.service.key}\r\nAuthorization: Bearer x"}
    refused(edge.service.ask("POST", path, body=status("x"), headers=twice), 401, "unauthenticated")
