"""Recording over HTTP: what is taken, under which number, as whose word, and what it is answered."""

from hashlib import sha256
from uuid import uuid4

import orjson
import pytest

from projections.policies import shipped_policy
from tests.integration.api.edge import Edge, refused
from tests.server.bodies import CUSTOMER, ENGINEER, SYSTEM, body, now, opening, registration, status
from tests.server.wire import new_key


def test_an_incident_is_numbered_and_its_place_told(edge: Edge) -> None:
    reply = edge.customer.post("/v1/incidents", opening("C-001", None))
    number = reply.event["subject"]
    assert reply.status == 201
    assert number.startswith("INC-20")
    assert reply.headers["location"] == f"/v1/incidents/{number}"
    assert reply.headers["etag"] == '"v1"'
    assert reply.event.keys() == {"id", "subject", "type", "version", "recorded_at", "sha256"}, "no position: limited"
    (row,) = edge.api.ledger.subject_rows(number)
    assert sha256(row.state).hexdigest() == reply.event["sha256"]
    following = edge.service.post("/v1/incidents", opening("C-001"))
    assert int(following.event["subject"][-6:]) == int(number[-6:]) + 1
    assert following.event["position"] == edge.head


def test_a_refused_opening_uses_up_no_number(edge: Edge) -> None:
    first = edge.opened()
    refused(edge.service.post("/v1/incidents", opening("C-404")), 409, "rule-broken", rule="unknown-contract")
    assert int(edge.opened()[-6:]) == int(first[-6:]) + 1


def test_who_is_limited_chooses_no_number_and_nobody_one_of_the_ledgers_form(edge: Edge) -> None:
    chosen = opening("C-001") | {"subject": f"own-{uuid4().hex[:8]}"}
    assert edge.service.post("/v1/incidents", chosen).event["subject"] == chosen["subject"]
    mine = opening("C-001", None) | {"subject": "own-2"}
    refused(edge.customer.post("/v1/incidents", mine), 403, "forbidden", pointer="/subject")
    reserved = opening("C-001") | {"subject": "INC-2030-000001"}
    refused(edge.service.post("/v1/incidents", reserved), 422, "invalid-input", reason="reserved-id")


def test_an_event_is_appended_with_the_next_version(edge: Edge) -> None:
    incident = edge.opened()
    reply = edge.engineer.post(f"/v1/incidents/{incident}/events", status("Looking at it", None))
    assert (reply.status, reply.event["version"], reply.headers["etag"]) == (201, 2, '"v2"')
    assert reply.headers["location"] == f"/v1/incidents/{incident}/events"
    told = edge.events(incident)[-1]
    assert told["actor"] == {"kind": "engineer", "id": "e-17"}
    assert len(told["via"]) == 10


def test_a_contract_is_registered_and_changed(edge: Edge) -> None:
    contract = f"C-{uuid4().hex[:8]}"
    reply = edge.service.post("/v1/contracts", registration(contract))
    assert (reply.status, reply.headers["location"]) == (201, f"/v1/contracts/{contract}")
    changed = body("contract.level-changed", {"level": "basic", "effective_from": "2026-01-01"}, SYSTEM)
    assert edge.service.post(f"/v1/contracts/{contract}/events", changed).event["version"] == 2
    refused(edge.service.post("/v1/contracts", registration(contract)), 409, "rule-broken", rule="already-registered")


def test_an_event_sent_again_under_its_id_is_there_already(edge: Edge) -> None:
    incident = edge.opened()
    event = status("Once") | {"id": str(uuid4())}
    first = edge.service.post(f"/v1/incidents/{incident}/events", event)
    again = edge.service.post(f"/v1/incidents/{incident}/events", event)
    assert (first.status, again.status) == (201, 200)
    assert first.event == again.event
    other = event | {"data": {"summary": "Twice"}}
    refused(edge.service.post(f"/v1/incidents/{incident}/events", other), 409, "rule-broken", rule="id-reused")


def test_a_batch_is_recorded_whole_or_not_at_all(edge: Edge) -> None:
    incident = edge.opened()
    batch = [status(f"note {number}", subject=incident) for number in range(3)]
    reply = edge.service.post("/v1/events", batch)
    assert reply.status == 201
    assert [one["version"] for one in reply.json()["events"]] == [2, 3, 4]
    head = edge.head
    broken = [*batch, body("incident.work-stopped", {"engineer": "e-404"}, subject=incident)]
    refused(edge.service.post("/v1/events", broken), 409, "rule-broken", rule="no-open-session", pointer="/3")
    malformed = [*batch, status("x", subject=incident) | {"occurred_at": "yesterday"}]
    refused(edge.service.post("/v1/events", malformed), 422, "invalid-input", pointer="/3/occurred_at")
    assert edge.head == head


def test_each_event_of_a_batch_may_name_the_version_it_needs(edge: Edge) -> None:
    incident = edge.opened()
    right = [status("a", subject=incident, if_match='"v1"'), status("b", subject=incident, if_match="v2")]
    assert edge.service.post("/v1/events", [*right, status("c", subject=incident, if_match=3)]).status == 201
    wrong = [status("d", subject=incident, if_match=4), status("e", subject=incident, if_match=4)]
    refused(edge.service.post("/v1/events", wrong), 412, "version-differs", pointer="/1")
    for given in ("v0", "4 ", 0, True, 2**60, [4], 'W/"v4"'):
        unclear = [status("f", subject=incident, if_match=given)]
        refused(edge.service.post("/v1/events", unclear), 422, "invalid-input", pointer="/0/if_match")
    header = edge.service.post("/v1/events", [status("g", subject=incident)], If_Match='"v4"')
    refused(header, 422, "invalid-input", reason="bad-header")


def test_a_batch_opens_incidents_and_goes_on_with_what_it_made(edge: Edge) -> None:
    contract, incident = f"C-{uuid4().hex[:8]}", f"own-{uuid4().hex[:8]}"
    chosen = opening(contract) | {"subject": incident}
    batch = [registration(contract), opening(contract), chosen, status("Seen", subject=incident)]
    events = edge.service.post("/v1/events", batch).json()["events"]
    assert [one["subject"] for one in events[::2]] == [contract, incident]
    assert events[1]["subject"].startswith("INC-")


def test_a_release_passes_its_stages_and_a_policy_is_adopted_with_its_text(edge: Edge) -> None:
    stage = body("release.stage-passed", {"stage": "alpha"}, SYSTEM, subject=f"r-{uuid4().hex[:8]}")
    assert edge.service.post("/v1/events", [stage]).status == 201
    text = shipped_policy().decode() + f"\n# {uuid4()}\r\n# И\u0306\n"
    digest = sha256(text.encode()).hexdigest()
    adopted = body("policy.adopted", {"version": "2", "sha256": digest}, SYSTEM, subject="tron-asoc")
    refused(edge.admin.post("/v1/events", [adopted]), 409, "rule-broken", rule="policy-text-missing")
    assert edge.admin.post("/v1/events", [adopted | {"file": text}]).status == 201
    assert edge.api.ledger.policy_text(digest) == text.encode()
    refused(edge.admin.post("/v1/events", [stage | {"file": text}]), 422, "invalid-input", pointer="/0/file")
    refused(edge.admin.post("/v1/events", [adopted | {"file": 1}]), 422, "invalid-input", pointer="/0/file")
    unusable = b"id = 1"
    nonsense = adopted | {"data": {"version": "3", "sha256": sha256(unusable).hexdigest()}, "file": unusable.decode()}
    refused(edge.admin.post("/v1/events", [nonsense]), 422, "policy-unusable", pointer="/0/file")


@pytest.mark.parametrize(
    ("path", "kind", "home"),
    [
        ("/v1/contracts", "incident.opened.v1", "/v1/incidents"),
        ("/v1/incidents", "incident.resolved.v1", "/v1/incidents/{incident}/events"),
        ("/v1/incidents", "calendar.published.v1", "/v1/events"),
        ("/v1/events", "incident.values-erased.v1", "/v1/incidents/{incident}/erasures"),
        ("/v1/events", "contract.values-erased.v1", "/v1/contracts/{contract}/erasures"),
    ],
)
def test_what_belongs_elsewhere_is_told_where(edge: Edge, path: str, kind: str, home: str) -> None:
    event = {"type": kind, "occurred_at": now(), "actor": SYSTEM, "data": {}, "subject": "X"}
    reply = edge.admin.post(path, [event] if path == "/v1/events" else event)
    refused(reply, 422, "invalid-input", reason="wrong-path", remedy=f"Send it to {home}.")


def test_the_path_and_the_body_have_to_agree(edge: Edge) -> None:
    incident, other = edge.opened(), edge.opened()
    agreeing = edge.service.post(f"/v1/incidents/{incident}/events", status("x", subject=incident))
    assert agreeing.status == 201
    reply = edge.service.post(f"/v1/incidents/{incident}/events", status("x", subject=other))
    refused(reply, 422, "invalid-input", reason="disagrees", pointer="/subject")


def test_values_are_erased_for_good_and_the_key_alone_answers_then(edge: Edge) -> None:
    key = new_key()
    opened = edge.service.post("/v1/incidents", opening("C-001", title="Ivan's phone: 5550123"), key)
    incident, event = opened.event["subject"], opened.event["id"]
    data = {"events": [event], "fields": ["/data/title"], "basis": "request"}
    erasure = {"occurred_at": now(), "actor": SYSTEM, "data": data}
    refused(edge.service.post(f"/v1/incidents/{incident}/erasures", erasure), 403, "forbidden")
    refused(edge.admin.post(f"/v1/incidents/{incident}/events", erasure | {"type": "incident.values-erased.v1"}), 422,
            "invalid-input", reason="wrong-path")  # fmt: skip
    assert edge.admin.post(f"/v1/incidents/{incident}/erasures", erasure).event["type"] == "incident.values-erased.v1"
    assert "/data/title" not in edge.api.ledger.values(event)
    again = edge.service.post("/v1/incidents", opening("C-001", title="Another"), key)
    assert (again.status, again.body, again.replayed) == (201, opened.body, True)
    contract = {"events": [edge.events("C-001")[0]["id"]], "fields": ["/data/contacts/0"], "basis": "order"}
    reply = edge.admin.post("/v1/contracts/C-001/erasures", {"occurred_at": now(), "actor": SYSTEM, "data": contract})
    assert reply.event["type"] == "contract.values-erased.v1"


class TestActor:
    """As whose word an event is recorded."""

    def test_who_speaks_as_one_kind_need_not_say_so(self, edge: Edge) -> None:
        incident = edge.opened()
        crm = edge.wire("service", act_as=("system",))
        crm.post(f"/v1/incidents/{incident}/events", status("By itself", None))
        assert edge.events(incident)[-1]["actor"] == {"kind": "system", "id": str(crm.key)[4:14]}

    def test_who_says_as_whom_alone_is_named_by_the_key(self, edge: Edge) -> None:
        path = f"/v1/incidents/{(incident := edge.opened())}/events"
        crm = edge.wire("service", act_as=("engineer", "system"), actor_id="crm")
        for wire, named in ((crm, "crm"), (edge.admin, str(edge.admin.key)[4:14])):
            assert wire.post(path, status("By itself", {"kind": "system"})).status == 201
            assert edge.events(incident)[-1]["actor"] == {"kind": "system", "id": named}
        refused(crm.post(path, status("x", {"kind": "customer"})), 403, "forbidden", pointer="/actor/kind")
        refused(crm.post(path, status("x", {})), 422, "invalid-input", pointer="/actor/kind")

    @pytest.mark.parametrize("who", ["admin", "service"])
    def test_who_speaks_as_several_has_to_say(self, edge: Edge, who: str) -> None:
        reply = getattr(edge, who).post(f"/v1/incidents/{edge.opened()}/events", status("x", None))
        refused(reply, 422, "invalid-input", reason="missing-field", pointer="/actor")

    def test_nobody_speaks_as_another(self, edge: Edge) -> None:
        path = f"/v1/incidents/{edge.opened()}/events"
        for wire, actor in (
            (edge.customer, ENGINEER),
            (edge.engineer, CUSTOMER),
            (edge.auditor, SYSTEM),
            (edge.wire("service", act_as=("engineer",)), SYSTEM),
            (edge.wire("service"), ENGINEER),
        ):
            refused(wire.post(path, status("x", actor)), 403, "forbidden", pointer="/actor/kind")
        refused(edge.wire("service").post(path, status("x", None)), 403, "forbidden")
        refused(edge.reporter.post(path, status("x", ENGINEER)), 403, "forbidden")

    def test_what_an_actor_may_record_is_a_rule(self, edge: Edge) -> None:
        reply = edge.customer.post(f"/v1/incidents/{edge.opened()}/events", status("x", CUSTOMER))
        refused(reply, 409, "rule-broken", rule="actor-may-not")

    def test_the_types_of_the_provider_are_recorded_by_few(self, edge: Edge) -> None:
        limited = edge.wire("service", ("C-001",), ("system",))
        stage = body("release.stage-passed", {"stage": "alpha"}, SYSTEM, subject="r-9")
        adopted = body("policy.adopted", {"version": "2", "sha256": "0" * 64}, SYSTEM, subject="tron-asoc")
        for wire, event in ((limited, stage), (edge.service, adopted), (edge.wire("admin", ("C-001",)), stage)):
            refused(wire.post("/v1/events", [event]), 403, "forbidden", pointer="/0/type")
        unprivileged = edge.wire("service", act_as=("engineer",))
        refused(unprivileged.post("/v1/contracts", registration("C-7") | {"actor": ENGINEER}), 403, "forbidden")


def test_a_claim_of_the_other_sides_word_needs_evidence(edge: Edge) -> None:
    data = {"priority": 3, "requested_by": "provider", "agreed": True, "reason": "said so"}
    path = f"/v1/incidents/{edge.opened()}/events"
    bare = edge.engineer.post(path, body("incident.reprioritized", data, None))
    refused(bare, 409, "rule-broken", rule="evidence-needed")
    file = {"name": "mail.eml", "media_type": "message/rfc822", "size": 10, "sha256": "0" * 64}
    attached = edge.engineer.post(path, body("incident.evidence-attached", file, None)).event["id"]
    proven = edge.engineer.post(path, body("incident.reprioritized", data | {"evidence": attached}, None))
    assert proven.status == 201


def test_the_largest_batch_is_taken_and_a_larger_one_not(edge: Edge) -> None:
    incident = edge.opened()
    batch = [status("x", subject=incident) for _ in range(501)]
    refused(edge.service.post("/v1/events", batch), 413, "batch-too-long")
    assert len(edge.service.post("/v1/events", batch[:500]).json()["events"]) == 500


def test_an_answer_is_json_of_its_own_exact_form(edge: Edge) -> None:
    reply = edge.service.post("/v1/incidents", opening("C-001"))
    assert reply.headers["content-type"] == "application/json"
    assert orjson.dumps(reply.json()) == reply.body
