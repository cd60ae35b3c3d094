"""The commands that read: from a ledger and from a bare file alike, for persons and for programs."""

from pathlib import Path
from typing import Any

import orjson
import pytest

from services.bootstrap import open_ledger
from tests.checkout import ROOT
from tests.integration.cli.histories import Line, contract, event, history, write
from tests.unit.cli.calls import Answer, call

DEMO = ROOT / "examples" / "demo" / "dispute.jsonl"
INCIDENT = "INC-2021-000041"
ONE = ("verdict", "explain", "replay", "timeline")
MANY = ("report", "deadlines")


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A ledger with the demo's dispute and a few incidents of another contract."""
    folder = tmp_path_factory.mktemp("ledger")
    url = f"sqlite:///{folder / 'ledger.db'}"
    others = write(folder / "others.jsonl", history())
    for arguments in (("init", "--provider", "Support"), ("import", DEMO), ("import", others)):
        answer = call(*arguments, "--database", url)
        assert answer.code == 0, answer.talk
    return url


@pytest.fixture(scope="module")
def head(database: str) -> int:
    """The position of the last event of the ledger."""
    with open_ledger(database) as ledger:
        return ledger.head().count


def asked(command: str, *arguments: object) -> tuple[object, ...]:
    return (command, INCIDENT, *arguments) if command in ONE else (command, *arguments)


def from_file(command: str, path: Path, *arguments: object) -> Answer:
    return call(*asked(command, "--file", path, "--calendars", "RU", *arguments))


@pytest.mark.parametrize("command", [*ONE, *MANY])
def test_every_answer_names_the_position_and_says_whether_it_may_change(command: str, database: str, head: int) -> None:
    for as_of, provisional in (("2021-03-01T12:00:00Z", False), ("2030-01-01T00:00:00Z", True)):
        option = "--at" if command == "replay" else "--as-of"
        answer = call(*asked(command, option, as_of, "--database", database))
        assert f"read at position {head}." in answer.text
        assert ("provisional" in answer.talk) is provisional
        (told,) = call(*asked(command, option, as_of, "--database", database, "--json")).lines
        assert (told["as_of"], told["position"], told["provisional"]) == (as_of, head, provisional)


@pytest.mark.parametrize("command", ONE)
def test_a_ledger_and_a_file_give_the_same_answer_but_for_the_positions(command: str, database: str) -> None:
    option = "--at" if command == "replay" else "--as-of"
    as_of = "2021-03-03T07:30:00Z"
    told: list[dict[str, Any]] = [
        call(*asked(command, option, as_of, "--json", "--database", database)).lines[0],
        from_file(command, DEMO, option, as_of, "--json").lines[0],
    ]
    for answer in told:
        answer.pop("position")
        for happened in answer.get("events", ()):
            for member in ("position", "claimed", "imported_at", "log", "version"):
                happened.pop(member, None)
    assert told[0] == told[1]


@pytest.mark.parametrize("command", ["verdict", "explain"])
def test_the_line_of_evaluate_is_part_of_the_answer(command: str) -> None:
    (line,) = call("evaluate", DEMO, "--calendars", "RU").lines
    (told,) = from_file(command, DEMO, "--json").lines
    assert {name: told[name] for name in ("incident", "as_of", "level", "policy", "duties")} == {
        name: line[name] for name in ("incident", "as_of", "level", "policy", "duties")
    }
    for obligation, expected in zip(told["obligations"], line["obligations"], strict=True):
        assert obligation | expected == obligation


def test_by_default_the_calendars_of_a_ledger_do_not_move_the_instant_judged_as_of(database: str) -> None:
    (told,) = call("verdict", INCIDENT, "--database", database, "--json").lines
    assert told["as_of"].startswith("2024-04-03")
    assert not told["provisional"]


@pytest.mark.parametrize("command", ONE)
def test_an_unknown_incident_is_refused(command: str, database: str) -> None:
    answer = call(command, "INC-1999-000001", "--database", database)
    assert answer.code == 2
    assert "unknown-incident" in answer.talk
    assert answer.data == b""


@pytest.mark.parametrize("command", ONE)
def test_a_contract_is_no_incident(command: str, database: str) -> None:
    assert call(command, "K-2021-07", "--database", database, "--json").problem["problem"] == "unknown-incident"


@pytest.mark.parametrize("command", ONE)
def test_an_incident_not_yet_recorded_is_unknown(command: str, database: str) -> None:
    option = "--at" if command == "replay" else "--as-of"
    answer = call(*asked(command, option, "2021-02-19T12:00:39Z", "--database", database, "--json"))
    assert (answer.code, answer.problem["problem"]) == (2, "unknown-incident")


@pytest.mark.parametrize("command", ["verdict", "explain", "timeline"])
def test_without_a_calendar_there_is_no_verdict(command: str) -> None:
    answer = call(command, INCIDENT, "--file", DEMO, "--json")
    assert (answer.code, answer.data) == (3, b"")
    assert answer.problem["params"] == {"jurisdiction": "RU", "year": 2021}


@pytest.mark.parametrize("step", [(), ("--step",)])
def test_a_replay_without_a_verdict_still_tells_the_record(step: tuple[str, ...]) -> None:
    answer = call("replay", INCIDENT, "--file", DEMO, *step)
    assert answer.code == 3
    assert "the calendar of RU for 2021 was not published" in answer.text.replace("The calendar", "the calendar")
    assert "e-17" in answer.text


@pytest.mark.parametrize("command", MANY)
def test_many_without_a_calendar_name_those_that_cannot_be_judged(command: str) -> None:
    answer = call(command, "--file", DEMO, "--as-of", "2021-02-20T12:00:00Z", "--json")
    assert answer.code == 3
    assert [one["incident"] for one in answer.lines[0]["not_judged"]] == [INCIDENT]


@pytest.mark.parametrize("command", [*ONE, *MANY])
def test_a_question_settled_for_the_run_is_said_to_be(command: str) -> None:
    answer = from_file(command, DEMO, "--reading", "working-saturdays=served")
    assert "working-saturdays is read as served for this run" in answer.talk
    (told,) = from_file(command, DEMO, "--reading", "working-saturdays=served", "--json").lines
    assert told["settled_for_this_run"] == {"working-saturdays": "served"}


def test_a_what_if_changes_the_verdict() -> None:
    (told,) = from_file("verdict", DEMO, "--reading", "working-saturdays=served", "--json").lines
    assert told["obligations"][0]["literal"]["verdict"] == "breached"


def test_an_agreement_without_a_document_is_only_the_providers_word(tmp_path: Path) -> None:
    lines = history(1)
    told = {"question": "short-days", "option": "full", "effective_from": "2024-01-01"}
    agreed = event("contract.reading-agreed", "C-001", "2024-01-10T09:00:00+03:00", told, "system")
    signed = event(
        "contract.reading-agreed",
        "C-001",
        "2024-01-11T09:00:00+03:00",
        {**told, "question": "late-entries", "option": "as-occurred", "document": "ab" * 32},
        "system",
    )
    path = write(tmp_path / "agreed.jsonl", [lines[0], agreed, signed, *lines[1:]])
    answer = call("verdict", "INC-2024-000001", "--file", path, "--calendars", "RU")
    assert "Agreed by the parties: short-days is full." in answer.text
    assert "Agreed by the parties: late-entries is as-occurred." in answer.text
    assert "Position 2, short-days: asserted by the provider for the other party." in answer.text
    assert answer.text.count("asserted by") == 1


@pytest.mark.parametrize("command", ["verdict", "explain", "timeline", "replay"])
def test_every_view_of_an_incident_says_what_is_only_asserted(command: str, tmp_path: Path) -> None:
    number = "INC-2024-000001"
    lower = {"priority": 3, "requested_by": "customer", "agreed": True}
    told = event("incident.reprioritized", number, "2024-04-01T18:00:00+03:00", lower)
    path = write(tmp_path / "told.jsonl", [*history(1), told])
    answer = call(command, number, "--file", path, "--calendars", "RU")
    assert "asserted by the provider for the other party" in answer.text
    (line,) = call(command, number, "--file", path, "--calendars", "RU", "--json").lines
    assert line["asserted"] == [
        {"position": 5, "event": told["id"], "type": "incident.reprioritized.v1", "asserted_by": "provider"}
    ]


@pytest.mark.parametrize("language", ["en", "ru"])
def test_an_explanation_is_word_for_word_what_it_was(language: str) -> None:
    expected = Path(__file__).parent / "golden" / f"explain.{language}.txt"
    answer = from_file("explain", DEMO, "--lang", language)
    assert answer.text == expected.read_text(encoding="utf-8")


@pytest.mark.parametrize("columns", ["40", "80", "200"])
def test_a_timeline_fits_the_width_it_is_given(columns: str) -> None:
    answer = call("timeline", INCIDENT, "--file", DEMO, "--calendars", "RU", env={"COLUMNS": columns})
    picture = answer.text.split("\n\n")[1].splitlines()
    assert max(map(len, picture)) <= max(int(columns), 37)
    assert any(line.startswith("response") and "=" in line for line in picture)
    assert "\x1b" not in answer.text


def test_step_by_step_is_one_line_of_json_an_event() -> None:
    steps = from_file("replay", DEMO, "--step", "--json").lines
    assert [step["position"] for step in steps] == list(range(2, 14))
    standings = [step["verdict"]["obligations"][0]["standing"] for step in steps]
    assert (standings[0], standings[-1]) == ("kept", "disputed")


def test_an_imported_record_is_marked_as_claimed(database: str) -> None:
    answer = call("replay", INCIDENT, "--database", database)
    assert answer.text.count("as claimed by the import of") == 12
    assert all(
        told["claimed"] for told in call("replay", INCIDENT, "--database", database, "--json").lines[0]["events"]
    )


def test_a_report_counts_what_is_chosen(database: str) -> None:
    def incidents(*arguments: str) -> int:
        (told,) = call("report", "--database", database, "--json", *arguments).lines
        count: int = told["total"]["incidents"]
        return count

    assert incidents() == 4
    assert incidents("--contract", "K-2021-07") == 1
    assert incidents("--from", "2024-04-02") == 2
    assert incidents("--to", "2024-04-01") == 2
    assert incidents("--from", "2021-02-19", "--to", "2021-02-19") == 1


def test_a_report_groups_by_what_is_asked_for(database: str) -> None:
    (told,) = call("report", "--database", database, "--json", "--by", "contract,level").lines
    assert [(group["contract"], group["level"], group["incidents"]) for group in told["groups"]] == [
        ("C-001", "basic", 3),
        ("K-2021-07", "basic", 1),
    ]


@pytest.mark.parametrize(
    "arguments",
    [
        ("--by", "colour"),
        ("--by", "month,month"),
        ("--by", ""),
        ("--from", "2024-4-1"),
        ("--to", "20240401"),
        ("--from", "2024-02-30"),
        ("--contract", "C-404"),
        ("--against", "no-such-file"),
        ("--format", "xml"),
    ],
)
def test_a_report_that_cannot_be_made_says_why(arguments: tuple[str, str], database: str) -> None:
    answer = call("report", "--database", database, *arguments)
    assert answer.code == 2
    assert arguments[1].strip() in answer.talk
    assert answer.data == b""


def test_a_report_as_csv_has_one_line_a_group(database: str) -> None:
    answer = call("report", "--database", database, "--by", "month,contract", "--format", "csv")
    lines = answer.text.split("\r\n")
    assert lines[0].startswith("month,contract,incidents,kept,broken,disputed,not_judged,hangs_on,")
    assert [line.split(",")[:3] for line in lines[1:3]] == [["2021-02", "K-2021-07", "1"], ["2024-04", "C-001", "3"]]
    assert lines[3:] == [""]


def test_a_report_is_set_against_another_sources_verdicts(database: str, tmp_path: Path) -> None:
    theirs = tmp_path / "outcomes.jsonl"
    theirs.write_bytes(orjson.dumps({"incident": INCIDENT, "made_sla": True}) + b"\n")
    (told,) = call("report", "--database", database, "--against", theirs, "--json").lines
    assert {"ours": "disputed", "theirs": "kept", "incidents": 1} in told["agreement"]
    assert "they: kept" in call("report", "--database", database, "--against", theirs).text
    theirs.write_bytes(b"{}\n")
    answer = call("report", "--database", database, "--against", theirs)
    assert (answer.code, "line 1" in answer.talk) == (2, True)


def test_a_report_on_nothing_says_so(database: str) -> None:
    assert "No incident" in call("report", "--database", database, "--from", "2030-01-01").text


def test_what_falls_due_is_listed_with_every_deadline() -> None:
    answer = from_file("deadlines", DEMO, "--as-of", "2021-02-20T11:00:00+03:00")
    (line,) = [line for line in answer.text.splitlines() if INCIDENT in line]
    assert line.startswith("Sat 2021-02-20 18:00 = 2021-02-20T15:00:00Z  Wed 2021-02-24 18:00")
    assert (
        "Nothing falls due"
        in from_file("deadlines", DEMO, "--as-of", "2021-02-20T11:00:00+03:00", "--within", "PT6H").text
    )


@pytest.mark.parametrize("within", ["8h", "PT", "-PT1H", "P1Y"])
def test_a_length_of_time_that_is_none_is_refused(within: str) -> None:
    assert from_file("deadlines", DEMO, "--within", within).code == 2


HOSTILE = "[red]=1+1\x1b[2J\x1b]0;owned\x07\u202etxt.exe\u200b\r\nverdict: KEPT"


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """A history in which everything that a user can write is hostile."""
    number = "INC-2021-000001"
    reporter = {"name": HOSTILE, "organisation": HOSTILE}
    opening = {"contract": "C-001", "channel": "email", "reporter": reporter, "priority": 2, "title": HOSTILE}
    lines: list[Line] = [
        contract(customer=HOSTILE) | {"occurred_at": "2021-01-09T09:00:00+03:00"},
        event("incident.opened", number, "2021-02-19T15:00:00+03:00", opening, "customer"),
        event("incident.reopened", number, "2021-02-21T15:00:00+03:00", {"reason": HOSTILE}, "customer"),
    ]
    closing = event("incident.resolved", number, "2021-02-20T15:00:00+03:00", {"summary": HOSTILE})
    lines.insert(2, closing | {"actor": {"kind": "engineer", "id": HOSTILE}})
    return write(tmp_path / "hostile.jsonl", lines)


@pytest.mark.parametrize("command", [*ONE, *MANY])
def test_hostile_text_is_inert_in_the_terminal(command: str, hostile: Path) -> None:
    number = ("INC-2021-000001",) if command in ONE else ()
    answer = call(command, *number, "--file", hostile, "--calendars", "RU", env={"FORCE_COLOR": "1"})
    assert answer.code == 0, answer.talk
    plain = answer.text
    for style in ("\x1b[0m", "\x1b[1m", "\x1b[32m", "\x1b[1;31m", "\x1b[1;33m"):
        plain = plain.replace(style, "")
    for forbidden in ("\x1b", "\x07", "\r", "\u202e", "\u200b"):
        assert forbidden not in plain
    assert not any(line.startswith("verdict: KEPT") for line in plain.splitlines())
    if command in {"verdict", "replay"}:
        assert "[red]=1+1\\x1b[2J" in plain


def test_a_spreadsheet_gets_no_formula_from_a_contracts_id(tmp_path: Path, hostile: Path) -> None:
    del tmp_path
    answer = call("report", "--file", hostile, "--calendars", "RU", "--by", "level", "--format", "csv")
    assert not any(
        cell.startswith(("=", "+", "-", "@")) for line in answer.text.split("\r\n") for cell in line.split(",")
    )


def test_values_that_were_erased_are_said_to_be_withheld(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    number = "INC-2024-000001"
    lines = history(1)
    opening = next(line for line in lines if line["type"] == "incident.opened.v1")
    erased = event(
        "incident.values-erased",
        number,
        "2024-04-02T09:00:00+03:00",
        {"events": [opening["id"]], "fields": ["/data/title", "/actor/id"], "basis": "request"},
        "system",
    )
    path = write(tmp_path / "erased.jsonl", [*lines, erased])
    for arguments in (("init", "--provider", "Support"), ("import", path)):
        assert call(*arguments, "--database", url).code == 0
    told = call("replay", number, "--database", url).text
    assert "title: (committed to; the value is not here)" in told
    assert "opened, customer (committed to; the value is not here)" in told
    assert "Ромашка" in told


def test_the_policy_of_a_ledger_judges_from_the_ledger_alone(database: str) -> None:
    (told,) = call("verdict", INCIDENT, "--database", database, "--json").lines
    assert told["policy"]["id"] == "tron-asoc"


@pytest.mark.parametrize("command", [*ONE, *MANY])
def test_without_a_ledger_it_is_said_how_to_make_one(command: str, tmp_path: Path) -> None:
    answer = call(*asked(command, "--database", f"sqlite:///{tmp_path / 'none.db'}"))
    assert answer.code == 4
    assert "init" in answer.talk
