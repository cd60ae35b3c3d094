"""Lists and reports over HTTP: rows of the read model brought to this instant, in three forms, page by page."""

import csv
from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import orjson
import pytest

from schemas.decode import decode_command
from schemas.instants import parse_instant
from services.api.reading.shapes import DeadlineShape, IncidentRowShape, ObligationRowShape
from tests.integration.api.reading.office import CONTRACT, INCIDENT, OTHERS, Office, founded, opened
from tests.integration.cli.histories import contract, history, incident, write

ALL = [INCIDENT, "INC-2024-000001", "INC-2024-000002", "INC-2024-000003", "INC-2024-000009"]


def named(document: Any) -> list[str]:
    return [row["incident"] for row in document["incidents"]]


def pages(office: Office, path: str, *who: Any) -> Iterator[Any]:
    """Every page of a list."""
    page = office.json(path, *who)
    yield page
    while page["next"] is not None:
        page = office.json(f"{path}&cursor={page['next']}", *who)
        yield page


def test_incidents_are_listed_in_the_order_opened(office: Office) -> None:
    told = office.json("/v1/incidents")
    assert named(told) == ALL
    assert told["position"] == office.api.ledger.head().count
    assert all(0 < row["as_of_position"] <= told["position"] for row in told["incidents"])
    assert list(told["incidents"][0]) == list(IncidentRowShape.__annotations__)


@pytest.mark.parametrize("limit", [1, 2, 3, 5])
def test_a_list_is_read_page_by_page(office: Office, limit: int) -> None:
    found = [name for page in pages(office, f"/v1/incidents?limit={limit}") for name in named(page)]
    assert found == ALL


def test_each_incident_is_selected_by_what_its_row_says(office: Office) -> None:
    rows = office.json("/v1/incidents")["incidents"]
    selections: dict[str, Callable[[Any], bool]] = {
        "contract=C-001": lambda row: row["contract"] == "C-001",
        "standing=disputed": lambda row: row["standing"] == "disputed",
        "standing=broken": lambda row: row["standing"] == "broken",
        "decisive=response-kind": lambda row: "response-kind" in (row["decisive"] or "").split(","),
        "open=true": lambda row: row["state"] == "open",
        "open=false": lambda row: row["state"] != "open",
        "at_risk=PT8H": lambda row: row["next_due_at"] is not None,
        "contract=C-404": lambda row: row["contract"] == "C-404",
    }
    for query, chosen in selections.items():
        assert named(office.json(f"/v1/incidents?{query}")) == [row["incident"] for row in rows if chosen(row)], query


def test_who_is_limited_sees_the_rows_of_his_contracts_and_no_position(office: Office) -> None:
    answer = office.get("/v1/incidents", "customer", CONTRACT)
    assert named(answer.json()) == [INCIDENT]
    assert b"position" not in answer.content
    assert named(office.json(f"/v1/incidents?contract={OTHERS}", "customer", CONTRACT)) == []


@pytest.mark.parametrize("who", [("auditor",), ("customer", CONTRACT)])
@pytest.mark.parametrize("path", ["/v1/incidents", f"/v1/incidents/{INCIDENT}/obligations"])
def test_the_three_forms_of_a_table_say_the_same(office: Office, path: str, who: Any) -> None:
    document = office.json(path, *who)
    (rows,) = [value for value in document.values() if isinstance(value, list)]
    lines = office.get(path, *who, headers={"Accept": "application/x-ndjson"})
    assert [orjson.loads(line) for line in lines.content.splitlines()] == rows
    table = office.get(path, *who, headers={"Accept": "text/csv"})
    assert table.headers["content-type"].startswith("text/csv")
    told = list(csv.DictReader(StringIO(table.text)))
    assert [list(row) for row in told] == [list(row) for row in rows]
    for row, cells in zip(rows, told, strict=True):
        assert [cells[name].removeprefix("'") for name in row] == [
            "" if value is None else str(value) for value in row.values()
        ]
    for answer in (lines, table):
        assert answer.headers.get("sla-ledger-position") == (str(document["position"]) if who == ("auditor",) else None)


def test_no_cell_of_a_table_is_a_formula(office: Office) -> None:
    table = office.get("/v1/incidents?contract=C-002", headers={"Accept": "text/csv"}).text
    assert ",'=HYPERLINK(1)," in table


def test_the_next_page_of_a_table_is_linked(office: Office) -> None:
    first = office.get("/v1/incidents?limit=2&open=true&contract=C-001", headers={"Accept": "text/csv"})
    query = first.headers["link"].removeprefix("<").partition(">")[0]
    second = office.get(f"/v1/incidents{query}", headers={"Accept": "text/csv"})
    assert [line.partition(",")[0] for line in second.text.splitlines()[1:]] == ["INC-2024-000003"]
    assert "link" not in second.headers


def test_a_cursor_is_taken_where_it_was_given_and_as_it_was_given(office: Office) -> None:
    cursor = office.json("/v1/incidents?limit=1")["next"]
    assert named(office.json(f"/v1/incidents?limit=3&cursor={cursor}")) == ALL[1:4]
    wrong = [cursor[:-1], cursor + "A", cursor[::-1], "AAAA", "A", cursor[:20] + cursor[21:]]
    wrong += [cursor[:at] + ("B" if cursor[at] == "A" else "A") + cursor[at + 1 :] for at in range(len(cursor))]
    for other in wrong:
        assert office.problem(f"/v1/incidents?cursor={other}") == (422, "cursor-unusable"), other
    for path in ("/v1/incidents?open=true&", "/v1/contracts?"):
        assert office.problem(f"{path}cursor={cursor}") == (422, "cursor-unusable")


def test_obligations_have_their_rows(office: Office) -> None:
    told = office.json(f"/v1/incidents/{INCIDENT}/obligations")
    verdict = office.json(f"/v1/incidents/{INCIDENT}/verdict")
    assert [row["obligation"] for row in told["obligations"]] == [one["obligation"] for one in verdict["obligations"]]
    assert [row["standing"] for row in told["obligations"]] == [one["standing"] for one in verdict["obligations"]]
    assert list(told["obligations"][0]) == list(ObligationRowShape.__annotations__)


def test_compliance_counts_by_what_it_is_asked_to(office: Office) -> None:
    told = office.json("/v1/compliance?by=contract")
    assert {group["contract"]: group["incidents"] for group in told["groups"]} == {CONTRACT: 1, OTHERS: 3, "C-002": 1}
    assert told["total"]["incidents"] == 5
    month = office.json("/v1/compliance?month=2024-04&by=month,level")
    assert [(one["month"], one["level"], one["incidents"]) for one in month["groups"]] == [("2024-04", "basic", 4)]
    assert office.json("/v1/compliance?month=2031-01")["groups"] == []
    limited = office.json("/v1/compliance?by=contract", "reporter", OTHERS)
    assert ([one["contract"] for one in limited["groups"]], "position" in limited) == ([OTHERS], False)


def test_compliance_as_a_table_has_a_line_a_group(office: Office) -> None:
    table = office.get("/v1/compliance?by=month,contract", headers={"Accept": "text/csv"}).text
    groups = office.json("/v1/compliance?by=month,contract")["groups"]
    told = list(csv.DictReader(StringIO(table)))
    assert [(row["month"], row["contract"], row["incidents"]) for row in told] == [
        (one["month"], one["contract"], str(one["incidents"])) for one in groups
    ]


def test_lists_in_a_report_are_cut_to_a_page_and_say_so(tmp_path: Path) -> None:
    url = founded(tmp_path, write(tmp_path / "history.jsonl", history(7)), calendars=False)
    with opened(url, page_limit=3) as office:
        told = office.json("/v1/compliance")
        assert (len(told["not_judged"]), told["left_out"]) == (3, {"disputed": 0, "not_judged": 4})
        assert len(office.json("/v1/incidents")["incidents"]) == 3
        assert office.problem("/v1/incidents?limit=4") == (422, "parameter-unusable")


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Office]:
    """An office with incidents just opened, whose deadlines lie ahead."""
    with opened(founded(tmp_path)) as office:
        now = office.api.ledger.now().isoformat().replace("+00:00", "Z")
        licence = {"from": "2020-01-01", "until": "2039-12-31"}
        lines = [{**contract(level="premium+", licence=licence), "occurred_at": now}]
        lines += [{**next(incident(f"INC-{now[:4]}-{number:06}", now[:10])), "occurred_at": now} for number in (1, 2)]
        office.api.ledger.append([from_line(line) for line in lines])
        yield office


def from_line(line: Any) -> Any:
    return decode_command(orjson.dumps(line))


def test_deadlines_ahead_are_told_the_earliest_first(running: Office) -> None:
    told = running.json("/v1/deadlines?within=P30D")
    assert len(told["deadlines"]) >= 2
    assert list(told["deadlines"][0]) == list(DeadlineShape.__annotations__)
    due = [parse_instant(one["earliest_due"]) for one in told["deadlines"]]
    assert due == sorted(due)
    assert (told["within"], told["more"]) == ("P30D", False)
    first = running.json("/v1/deadlines?within=P30D&limit=1")
    assert (first["deadlines"], first["more"]) == (told["deadlines"][:1], True)
    assert running.json("/v1/deadlines?within=PT0S")["deadlines"] == []
    assert running.json("/v1/deadlines?within=P30D", "customer", "C-404")["deadlines"] == []
    table = running.get("/v1/deadlines?within=P30D", headers={"Accept": "text/csv"}).text
    assert len(table.splitlines()) == 1 + len(told["deadlines"])


def test_what_falls_due_soon_is_at_risk(running: Office) -> None:
    assert len(named(running.json("/v1/incidents?at_risk=P30D"))) == 2
    assert named(running.json("/v1/incidents?at_risk=PT0S")) == []
    found = [
        name
        for page in pages(running, "/v1/incidents?" + urlencode({"at_risk": "P30D", "limit": 1}))
        for name in named(page)
    ]
    assert len(found) == 2


@pytest.mark.parametrize(("path", "listed"), [("/v1/compliance", "groups"), ("/v1/deadlines?within=P30D", "deadlines")])
def test_a_report_as_lines_has_its_rows_alone(running: Office, path: str, listed: str) -> None:
    lines = running.get(path, headers={"Accept": "application/x-ndjson"}).content.splitlines()
    rows = running.json(path)[listed]
    assert rows
    assert [orjson.loads(line) for line in lines] == rows
