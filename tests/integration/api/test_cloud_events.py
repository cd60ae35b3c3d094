"""CloudEvents in: their attributes may say what the body leaves out, and have to agree with what it says."""

from typing import Any
from uuid import uuid4

import pytest

from tests.integration.api.edge import Edge, refused
from tests.server.bodies import Body, opening, status
from tests.server.wire import CLOUD_EVENTS, Reply

BATCH = "application/cloudevents-batch+json"
MOVED = {"type": "type", "subject": "subject", "time": "occurred_at", "id": "id"}


def wrapped(event: Body, *moved: str, **attributes: Any) -> Body:
    """The event as a CloudEvent; the attributes `moved` stand in the envelope alone."""
    event = {"id": str(uuid4()), **event}
    envelope = {"specversion": "1.0", "source": "urn:crm", "id": event["id"], "type": event["type"]}
    envelope |= {name: event[MOVED[name]] for name in moved}
    data = {field: value for field, value in event.items() if field not in {MOVED[name] for name in moved}}
    return {**envelope, **attributes, "data": data}


def post(edge: Edge, path: str, event: object, media_type: str = CLOUD_EVENTS) -> Reply:
    return edge.service.post(path, event, Content_Type=media_type)


def test_the_attributes_alone_are_enough(edge: Edge) -> None:
    incident = edge.opened()
    event = wrapped(status("x", subject=incident), "id", "type", "subject", "time", traceparent="00-ab")
    assert event["data"].keys() == {"actor", "data"}
    reply = post(edge, f"/v1/incidents/{incident}/events", event)
    assert (reply.status, reply.event["id"]) == (201, event["id"])
    assert edge.events(incident)[-1]["occurred_at"] == event["time"]


def test_both_may_say_it_and_agree(edge: Edge) -> None:
    event = wrapped(opening("C-001"))
    local = event["data"]["occurred_at"].replace("Z", "+00:00")
    assert post(edge, "/v1/incidents", event | {"time": local, "datacontenttype": "application/json"}).status == 201


@pytest.mark.parametrize(
    ("attribute", "value"),
    [
        ("type", "incident.resolved.v1"),
        ("subject", "INC-2020-000001"),
        ("time", "2020-01-01T00:00:00Z"),
        ("time", "yesterday"),
        ("id", "0197f0c2-0000-7000-8000-00000000000a"),
    ],
)
def test_where_they_disagree_it_is_refused(edge: Edge, attribute: str, value: str) -> None:
    incident = edge.opened()
    event = wrapped(status("x", subject=incident)) | {attribute: value}
    reply = post(edge, f"/v1/incidents/{incident}/events", event)
    refused(reply, 422, "invalid-input", reason="disagrees", pointer=f"/data/{MOVED[attribute]}")


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"specversion": "0.3"}, "/specversion"),
        ({"specversion": None}, "/specversion"),
        ({"id": "not-a-uuid"}, "/id"),
        ({"id": str(uuid4()).upper()}, "/id"),
        ({"id": 4711}, "/id"),
        ({"source": {}}, "/source"),
        ({"datacontenttype": "text/xml"}, "/datacontenttype"),
        ({"data": "text"}, "/data"),
        ({"data_base64": "e30="}, "/data_base64"),
        ({"Upper": "x"}, "/Upper"),
    ],
)
def test_what_is_no_cloud_event_is_refused(edge: Edge, change: dict[str, Any], pointer: str) -> None:
    event = wrapped(opening("C-001"), "id") | change
    refused(post(edge, "/v1/incidents", event), 422, "invalid-input", pointer=pointer)


@pytest.mark.parametrize("missing", ["specversion", "source", "id", "data"])
def test_what_a_cloud_event_needs_is_asked_for(edge: Edge, missing: str) -> None:
    event = wrapped(opening("C-001"), "id", "type")
    del event[missing]
    refused(post(edge, "/v1/incidents", event), 422, "invalid-input", reason="missing-field", pointer=f"/{missing}")


def test_what_is_wrong_inside_is_pointed_at_inside(edge: Edge) -> None:
    incident = edge.opened()
    event = wrapped(status("x", None, subject=incident))
    reply = edge.engineer.post("/v1/events", [event, event], Content_Type=BATCH)
    assert reply.status == 201, "the same event twice is one event"
    event["data"]["data"] = {"summary": 1}
    refused(post(edge, "/v1/events", [event], BATCH), 422, "invalid-input", pointer="/0/data/actor")
    event["data"]["actor"] = {"kind": "engineer", "id": "e-1"}
    refused(post(edge, "/v1/events", [event], BATCH), 422, "invalid-input", pointer="/0/data/data/summary")


def test_a_batch_of_them_and_a_single_one_are_taken_as_a_batch(edge: Edge) -> None:
    incident = edge.opened()
    batch = [wrapped(status("x", subject=incident, if_match=1), "subject"), wrapped(opening("C-002"))]
    reply = post(edge, "/v1/events", batch, BATCH)
    assert [one["version"] for one in reply.json()["events"]] == [2, 1]
    assert post(edge, "/v1/events", wrapped(status("x", subject=incident))).event["version"] == 3
    refused(post(edge, "/v1/events", {"not": "a batch"}, BATCH), 422, "invalid-input", reason="not-an-array")


def test_one_that_is_sent_again_is_the_same_event(edge: Edge) -> None:
    """What a relay does that keeps no idempotency keys: the event's own id is enough."""
    event = wrapped(opening("C-001"), "id", "time")
    first, again = post(edge, "/v1/incidents", event), post(edge, "/v1/incidents", event)
    assert (first.status, again.status) == (201, 200)
    assert first.body == again.body
