"""Values over HTTP: for whoever may have them, once the reading is written down, and never after they are erased."""

from contextlib import closing
from pathlib import Path
from typing import Any

import orjson
import pytest

from ledger.drivers.sqlite.driver import sqlite
from schemas.decode import decode_command
from tests.integration.api.reading.office import CONTRACT, DISPUTE, INCIDENT, Office, founded, opened
from tests.server.bodies import SYSTEM, body

VALUES = f"/v1/incidents/{INCIDENT}/values"
CONFIDENTIAL = (
    VALUES,
    f"/v1/incidents/{INCIDENT}/events",
    f"/v1/contracts/{CONTRACT}/values",
    f"/v1/contracts/{CONTRACT}/events",
)


@pytest.fixture
def own(tmp_path: Path) -> Any:
    """An office of this test's own."""
    with opened(founded(tmp_path, DISPUTE)) as office:
        yield office


def by_place(document: Any) -> dict[tuple[str, str], Any]:
    return {(one["event"], one["pointer"]): one["value"] for one in document["values"]}


@pytest.mark.parametrize(("path", "subject"), [(VALUES, INCIDENT), (f"/v1/contracts/{CONTRACT}/values", CONTRACT)])
def test_values_are_told_with_their_events_and_places(own: Office, path: str, subject: str) -> None:
    answer = own.get(path)
    assert answer.headers["cache-control"] == "no-store"
    expected: dict[tuple[str, str], Any] = {}
    for row in own.api.ledger.subject_rows(subject):
        event = orjson.loads(row.state)["id"]
        expected |= {(event, pointer): value for pointer, value in own.api.ledger.values(event).items()}
    assert expected
    assert by_place(answer.json()) == expected


def test_values_are_read_page_by_page_where_that_is_asked_for(own: Office) -> None:
    whole = own.json(VALUES)["values"]
    assert own.json(f"{VALUES}?after=1&limit=3")["values"] == [one for one in whole if 1 < one["version"] <= 4]


def test_what_was_erased_is_absent(own: Office) -> None:
    before = by_place(own.json(VALUES))
    (event, pointer) = next(place for place in before if place[1] == "/data/title")
    erasure = {"events": [event], "fields": [pointer], "basis": "request"}
    wire = body("incident.values-erased", erasure, SYSTEM, subject=INCIDENT)
    own.api.ledger.append([decode_command(orjson.dumps(wire))])
    after = by_place(own.json(VALUES))
    assert after == {place: value for place, value in before.items() if place != (event, pointer)}
    assert own.get(f"/v1/incidents/{INCIDENT}/verdict").status_code == 200


@pytest.mark.parametrize("role", ["service", "reporter"])
def test_values_are_not_for_every_role(own: Office, role: Any) -> None:
    assert own.problem(VALUES, role) == (403, "forbidden")
    assert own.accesses() == []


def test_who_reads_values_and_histories_is_written_down(own: Office) -> None:
    for path in CONFIDENTIAL:
        assert own.get(path, "engineer", CONTRACT).status_code == 200
    assert own.accesses() == [
        ("engineer", f"values of {INCIDENT}"),
        ("engineer", f"events of {INCIDENT}"),
        ("engineer", f"values of {CONTRACT}"),
        ("engineer", f"events of {CONTRACT}"),
    ]
    assert own.api.ledger.access_log.verify() == 4


def test_what_is_refused_or_not_sent_is_not_written_down(own: Office) -> None:
    etag = own.get(f"/v1/incidents/{INCIDENT}").headers["etag"]
    own.get(VALUES, "customer", "C-404")
    own.get(f"{VALUES}?x=1")
    own.get(CONFIDENTIAL[1], headers={"If-None-Match": etag})
    own.get(CONFIDENTIAL[1], headers={"Accept": "image/png"})
    assert own.accesses() == []


def test_where_readings_cannot_be_written_down_nothing_confidential_is_read(own: Office) -> None:
    with closing(sqlite.connect(own.url.removeprefix("sqlite:///"))) as connection:
        connection.execute("ALTER TABLE accesses RENAME TO taken_away")
    keys = [own.key(), own.key("customer", CONTRACT)]
    for path in CONFIDENTIAL:
        for key in keys:
            answer = own.client.get(path, headers={"Authorization": f"Bearer {key}"})
            assert (answer.status_code, answer.json()["problem"]) == (507, "access-unrecorded")
    for path in (f"/v1/incidents/{INCIDENT}", f"/v1/incidents/{INCIDENT}/verdict", "/v1/incidents"):
        assert own.get(path).status_code == 200
