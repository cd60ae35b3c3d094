"""The record over HTTP: an incident, a contract, one event, and whole histories as the bytes that were recorded."""

from hashlib import sha256
from typing import Any

import orjson
import pytest

from tests.integration.api.reading.office import CONTRACT, INCIDENT, OTHERS, Office

RECORD = f"/v1/incidents/{INCIDENT}"
EVENTS = f"{RECORD}/events"


def stored(office: Office, subject: str) -> list[bytes]:
    """The canonical bytes of a subject's events."""
    return [row.state for row in office.api.ledger.subject_rows(subject)]


def test_an_incident_is_told_by_what_stands_in_its_events(office: Office) -> None:
    told = office.json(RECORD)
    events = [orjson.loads(state) for state in stored(office, INCIDENT)]
    assert told["contract"] == CONTRACT
    assert (told["channel"], told["priority"]) == (events[0]["data"]["channel"], events[0]["data"]["priority"])
    assert (told["state"], told["closed_by"]) == ("closed", "incident.customer-unreachable.v1")
    assert told["version"] == told["events"] == len(events)
    assert told["position"] == office.api.ledger.subject_rows(INCIDENT)[-1].position


def test_an_incident_that_is_open_says_so(office: Office) -> None:
    told = office.json("/v1/incidents/INC-2024-000001")
    assert (told["state"], told["closed_by"], told["working"]) == ("open", None, [])


def test_the_record_holds_no_verdict_and_no_clock(office: Office) -> None:
    assert office.get(RECORD).content == office.get(RECORD).content
    assert not {"as_of", "standing", "provisional"} & set(office.json(RECORD))


@pytest.mark.parametrize("path", [RECORD, f"/v1/contracts/{CONTRACT}", EVENTS, f"/v1/contracts/{CONTRACT}/events"])
def test_a_version_that_is_known_is_not_sent_again(office: Office, path: str) -> None:
    etag = office.get(path).headers["etag"]
    assert etag.startswith('"v')
    for given in (etag, f"W/{etag}", f'"v0", {etag}', "*"):
        again = office.get(path, headers={"If-None-Match": given})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
    assert office.get(path, headers={"If-None-Match": '"v99"'}).status_code == 200


@pytest.mark.parametrize("path", [RECORD, EVENTS, f"{RECORD}/verdict", "/v1/incidents", "/v1/calendars"])
def test_head_is_answered_as_get_without_the_body(office: Office, path: str) -> None:
    whole, head = office.get(path), office.get(path, method="HEAD")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-type"] == whole.headers["content-type"]
    assert head.headers.get("etag") == whole.headers.get("etag")


@pytest.mark.parametrize("path", [RECORD, f"/v1/contracts/{CONTRACT}", "/v1/contracts"])
def test_who_is_limited_to_contracts_is_told_no_position(office: Office, path: str) -> None:
    assert b"position" in office.get(path).content
    assert b"position" not in office.get(path, "customer", CONTRACT).content


@pytest.mark.parametrize(("path", "subject"), [(EVENTS, INCIDENT), (f"/v1/contracts/{OTHERS}/events", OTHERS)])
def test_events_are_the_bytes_that_were_recorded_a_line_each(office: Office, path: str, subject: str) -> None:
    answer = office.get(path)
    assert answer.headers["content-type"] == "application/x-ndjson"
    assert answer.content == b"".join(state + b"\n" for state in stored(office, subject))


def test_events_are_read_page_by_page_where_that_is_asked_for(office: Office) -> None:
    lines = stored(office, INCIDENT)
    assert office.get(f"{EVENTS}?after=3&limit=2").content.splitlines() == lines[3:5]
    assert office.get(f"{EVENTS}?after=11").content.splitlines() == lines[11:]
    assert office.get(f"{EVENTS}?after=9007199254740991").content == b""


def test_cloud_events_carry_the_same_bytes(office: Office) -> None:
    lines = stored(office, INCIDENT)
    answer = office.get(EVENTS, headers={"Accept": "application/cloudevents+json"})
    assert answer.headers["content-type"] == "application/cloudevents+json"
    for line, state in zip(answer.content.splitlines(), lines, strict=True):
        assert line.endswith(b',"data":' + state + b"}")
        assert orjson.loads(line)["sha256"] == sha256(state).hexdigest()
    batch = office.get(EVENTS, headers={"Accept": "application/cloudevents-batch+json"})
    assert orjson.loads(batch.content) == [orjson.loads(line) for line in answer.content.splitlines()]


def test_cloud_events_tell_no_position_to_who_is_limited(office: Office) -> None:
    accept = {"Accept": "application/cloudevents+json"}
    assert b'"sequence":' in office.get(EVENTS, headers=accept).content
    assert b'"sequence":' not in office.get(EVENTS, "customer", CONTRACT, headers=accept).content


def test_one_event_is_found_by_its_id(office: Office) -> None:
    state = stored(office, INCIDENT)[2]
    path = f"/v1/events/{orjson.loads(state)['id']}"
    for who in ((), ("customer", CONTRACT)):
        answer = office.get(path, *who)
        assert (answer.content, answer.headers["content-type"]) == (state, "application/json")
    told = orjson.loads(office.get(path, headers={"Accept": "application/cloudevents+json"}).content)
    assert told["data"] == orjson.loads(state)


@pytest.mark.parametrize("name", ["", "x", "00000000-0000-4000-8000-00000000000", "%00", "INC-2021-000041"])
def test_what_is_no_id_of_an_event_names_none(office: Office, name: str) -> None:
    assert office.get(f"/v1/events/{name}").status_code == 404


def test_a_contract_is_told_by_its_terms_and_without_people(office: Office) -> None:
    told: dict[str, Any] = office.json(f"/v1/contracts/{OTHERS}")
    assert (told["level"], told["licence"]["until"], told["policy"]) == ("basic", "2026-12-31", "tron-asoc")
    (agreement,) = told["agreements"]
    assert (agreement["question"], agreement["asserted_by"], agreement["document"]) == (
        "premium-hours",
        "provider",
        None,
    )
    assert "contacts" not in told
    assert "Иванова" not in office.get(f"/v1/contracts/{OTHERS}").text


def test_contracts_are_listed_by_their_ids_those_in_scope_alone(office: Office) -> None:
    assert [one["contract"] for one in office.json("/v1/contracts")["contracts"]] == [OTHERS, "C-002", CONTRACT]
    (only,) = office.json("/v1/contracts", "customer", CONTRACT, "C-404")["contracts"]
    assert only["contract"] == CONTRACT


@pytest.mark.parametrize("scope", [(), (OTHERS, "C-002", CONTRACT)])
def test_contracts_are_listed_page_by_page(office: Office, scope: tuple[str, ...]) -> None:
    found: list[str] = []
    query = ""
    for last in (False, False, True):
        page = office.json(f"/v1/contracts?limit=1{query}", "auditor", *scope)
        found += [one["contract"] for one in page["contracts"]]
        query = f"&cursor={page['next']}"
        assert (page["next"] is None) is last
    assert found == [OTHERS, "C-002", CONTRACT]


@pytest.mark.parametrize("path", [f"/v1/incidents/{CONTRACT}", "/v1/incidents/RU-2021", f"/v1/contracts/{INCIDENT}"])
def test_one_kind_of_thing_is_not_there_as_another(office: Office, path: str) -> None:
    assert office.get(path).status_code == 404
