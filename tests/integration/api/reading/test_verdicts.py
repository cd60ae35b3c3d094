"""Verdict, explanation and timeline over HTTP: the answers of the command line, as of an instant or a position."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest

from ledger.clock import WatchedClock
from schemas.instants import parse_instant, print_instant
from schemas.verdicts import print_micros
from tests.integration.api.reading.office import CONTRACT, DISPUTE, INCIDENT, OTHERS, Office, founded, opened
from tests.integration.api.reading.statements import Statements
from tests.integration.cli.histories import contract, event, incident, write
from tests.scale import scaled
from tests.strategies.histories import history
from tests.unit.cli.calls import call

READINGS = ("short-days%3Dfull", "working-saturdays%3Dserved", "calendar-changes%3Das-known-at-opening")
KINDS = {"verdict": "verdict", "explanation": "explain", "timeline": "timeline"}
AS_OF = "2021-03-03T07:30:00Z"
OF = f"/v1/incidents/{INCIDENT}"


def printed(command: str, incident: str, url: str, *arguments: str) -> Any:
    """What the command line says."""
    (told,) = call(command, incident, "--database", url, "--json", *arguments).lines
    return told


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("reading", [(), ("premium-hours=service", "late-entries=as-recorded")])
def test_an_answer_is_the_one_of_the_command_line(office: Office, kind: str, reading: tuple[str, ...]) -> None:
    query = "".join(f"&reading={one.replace('=', '%3D')}" for one in reading)
    arguments = [argument for one in reading for argument in ("--reading", one)]
    expected = printed(KINDS[kind], INCIDENT, office.url, "--as-of", AS_OF, *arguments)
    assert office.json(f"{OF}/{kind}?as_of={AS_OF}{query}") == expected


def test_random_histories_are_answered_as_by_the_command_line(tmp_path: Path) -> None:
    for seed in range(scaled(20)):
        folder = tmp_path / str(seed)
        folder.mkdir()
        told = history(seed)
        url = founded(folder, write(folder / "history.jsonl", list(told.lines)), calendars=False)
        incidents = {line["subject"] for line in told.lines if line["type"] == "incident.opened.v1"}
        with opened(url) as office:
            for name in incidents:
                _compare(office, name, told.as_of)


def _compare(office: Office, name: str, instants: tuple[str, ...]) -> None:
    for as_of in instants:
        at = print_instant(parse_instant(as_of))
        answer = office.get(f"/v1/incidents/{name}/verdict?as_of={at}")
        command = call("verdict", name, "--database", office.url, "--json", "--as-of", at)
        if command.code == 0:
            assert answer.json() == command.lines[0]
        else:
            assert answer.json()["problem"] == command.problem["problem"]


def test_by_default_the_answer_is_as_of_now_and_provisional(office: Office) -> None:
    before = office.api.ledger.now()
    told = office.json(f"{OF}/verdict")
    assert parse_instant(told["as_of"]) >= before
    assert (told["provisional"], told["position"]) == (True, office.api.ledger.head().count)
    assert not office.json(f"{OF}/verdict?as_of={AS_OF}")["provisional"]


def test_a_position_is_read_as_it_was(office: Office) -> None:
    rows = office.api.ledger.subject_rows(INCIDENT)
    for row in rows:
        told = office.json(f"{OF}/timeline?at_position={row.position}")
        events = next(lane for lane in told["lanes"] if lane["lane"] == "events")["points"]
        assert (told["position"], len(events), told["provisional"]) == (
            row.position,
            row.index - rows[0].index + 1,
            False,
        )
        assert told["as_of"] == print_instant(parse_instant(orjson.loads(row.state)["recorded_at"]))


def test_at_a_position_before_it_was_opened_there_is_no_such_incident(office: Office) -> None:
    first = office.api.ledger.subject_rows(INCIDENT)[0].position
    assert office.problem(f"{OF}/verdict?at_position={first - 1}") == (404, "unknown-incident")
    assert office.problem(f"{OF}/verdict?as_of=0001-01-01T00:00:00Z") == (404, "unknown-incident")


def test_the_ledger_is_not_read_beyond_its_head_nor_its_clock(office: Office) -> None:
    head = office.api.ledger.head().count
    assert office.problem(f"{OF}/verdict?at_position={head + 1}") == (422, "position-ahead")
    for instant in ("9999-12-31T23:59:59.999999Z", "2100-01-01T00:00:00%2B14:00", "2100-01-01T00:00:00+14:00"):
        assert office.problem(f"{OF}/verdict?as_of={instant}") == (422, "instant-ahead")


@pytest.mark.parametrize("kind", KINDS)
def test_who_is_limited_to_contracts_neither_is_told_positions_nor_asks_by_them(office: Office, kind: str) -> None:
    assert b'"position"' not in office.get(f"{OF}/{kind}", "customer", CONTRACT).content
    assert office.problem(f"{OF}/{kind}?at_position=5", "customer", CONTRACT) == (403, "forbidden")


def test_what_one_party_asserts_for_the_other_is_told_without_its_position_to_who_is_limited(office: Office) -> None:
    path = "/v1/incidents/INC-2024-000001/verdict"
    (told,) = office.json(path)["asserted"]
    (limited,) = office.json(path, "customer", OTHERS)["asserted"]
    assert told == {**limited, "position": told["position"]}
    assert limited["asserted_by"] == "provider"


def test_whether_an_answer_may_change_does_not_tell_a_customer_when_others_record(tmp_path: Path) -> None:
    days: dict[str, list[str]] = {
        "holidays": [], "days_off": [], "working_weekends": [], "shortened": [], "non_working_days": []
    }  # fmt: skip
    data = {"jurisdiction": "RU", "year": 2024, **days, "source": "invented"}
    published = event("calendar.published", "RU-2024", "2023-12-01T12:00:00+03:00", data, "system")
    own = [published, contract(), *incident("INC-2024-000001", "2024-04-02")]
    of_another = [contract("C-900"), *incident("INC-2024-000002", "2024-04-10", to="C-900")]
    url = founded(tmp_path, write(tmp_path / "history.jsonl", [*own, *of_another]), calendars=False)
    path = "/v1/incidents/INC-2024-000001/verdict?as_of=2024-04-05T00:00:00Z"
    with opened(url) as office:
        assert office.json(path)["provisional"] is False
        assert office.json(path, "customer", "C-001")["provisional"] is True


def test_an_incident_that_cannot_be_judged_is_told_so(tmp_path: Path) -> None:
    lines = [contract(), *incident("INC-2024-000001", "2024-04-02")]
    url = founded(tmp_path, write(tmp_path / "history.jsonl", lines), calendars=False)
    with opened(url) as office:
        for kind in KINDS:
            assert office.problem(f"/v1/incidents/INC-2024-000001/{kind}") == (409, "calendar-missing")
        (row,) = office.json("/v1/incidents?standing=not-judged")["incidents"]
        assert row["problem"] == "calendar-missing:RU:2024"
        (one,) = office.json("/v1/deadlines")["not_judged"]
        assert one == {"incident": "INC-2024-000001", "problem": "calendar-missing:RU:2024"}


def test_a_history_too_long_is_neither_judged_nor_sent_whole(tmp_path: Path) -> None:
    with opened(founded(tmp_path, DISPUTE), history_limit=5) as office:
        for kind in ("verdict", "events", "values"):
            assert office.problem(f"{OF}/{kind}") == (413, "history-too-long")
        assert office.problem(OF) == (413, "history-too-long")
        assert len(office.get(f"{OF}/events?limit=5&after=2").content.splitlines()) == 5
        assert office.problem(f"{OF}/events?limit=6") == (413, "history-too-long")
        assert office.accesses() == [("auditor", f"events of {INCIDENT}")]


def test_under_a_clock_that_is_doubted_what_was_recorded_is_still_read(tmp_path: Path) -> None:
    with opened(founded(tmp_path, DISPUTE)) as office:
        wall, boot = time.time_ns(), 0
        clock = WatchedClock(lambda: wall, lambda: boot)
        office.api.ledger._machine = replace(office.api.ledger._machine, clock=clock)
        now = print_micros(wall // 1_000)
        assert office.json(f"{OF}/verdict")["as_of"] == now
        wall += 3_600_000_000_000
        assert office.json(f"{OF}/verdict")["as_of"] == office.json(OF)["last_recorded_at"]
        assert office.json("/v1/incidents")["position"] == office.api.ledger.head().count
        assert office.problem(f"{OF}/verdict?as_of={now}") == (503, "clock-suspect")


def test_an_incident_is_judged_without_reading_its_neighbours(tmp_path: Path) -> None:
    read: list[int] = []
    for many in (1, 60):
        folder = tmp_path / str(many)
        folder.mkdir()
        lines = [contract()]
        for number in range(many):
            lines += incident(f"INC-2024-{number + 1:06}", f"2024-04-{number % 28 + 1:02}")
        lines.sort(key=lambda line: line["occurred_at"])
        with Statements.watched() as statements, opened(founded(folder, write(folder / "h.jsonl", lines))) as office:
            office.json("/v1/incidents/INC-2024-000001/verdict")  # what the provider published is read
            statements.begin()
            office.json("/v1/incidents/INC-2024-000001/verdict")
            read.append(statements.rows)
    assert read[0] == read[1]


def test_many_who_ask_at_once_are_answered_as_one_would_be(tmp_path: Path) -> None:
    queries = [f"{kind}?as_of={AS_OF}&reading={one}" for kind in KINDS for one in READINGS]
    with opened(founded(tmp_path, DISPUTE)) as office:
        paths = [f"{OF}/{query}" for query in queries] * scaled(20)
        office.key()
        with ThreadPoolExecutor(16) as threads:
            answers = list(threads.map(lambda path: office.get(path).content, paths))
        alone = {path: office.get(path).content for path in dict.fromkeys(paths)}
    assert answers == [alone[path] for path in paths]
