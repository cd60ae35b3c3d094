"""Contracts of another local time: each deadline is told in its contract's own, and what is about many in UTC."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.checkout import ROOT
from tests.integration.cli.histories import contract, incident, write
from tests.policies.harbour import TEXT, Harbour, summer
from tests.unit.cli.calls import Answer, call

AS_OF = "2024-04-26T08:00:00Z"


@pytest.fixture
def harbour(tmp_path: Path) -> tuple[Any, ...]:
    """Options that read an incident which the harbour desk has to answer, two hours east of Greenwich in summer."""
    story = Harbour("silver")
    story.open(summer("2024-04-26 09:00"), 2)
    (tmp_path / "harbour.toml").write_bytes(TEXT)
    file = write(tmp_path / "harbour.jsonl", story.lines)
    return "--file", file, "--policy", tmp_path / "harbour.toml", "--as-of", AS_OF


def listed(answer: Answer) -> str:
    (line,) = [line for line in answer.text.splitlines() if "INC-" in line]
    return line


def test_a_deadline_is_told_in_the_local_time_of_its_contract(harbour: tuple[Any, ...]) -> None:
    asked = ("deadlines", *harbour, "--within", "P30D")
    (deadline,) = call(*asked, "--json").lines[0]["deadlines"]
    due = datetime.fromisoformat(deadline["earliest_due"])
    local = due.astimezone(summer("2024-04-26 09:00").tzinfo)
    assert listed(call(*asked)).startswith(f"{local:%a %Y-%m-%d %H:%M} = {deadline['earliest_due']}")


@pytest.mark.parametrize("command", ["deadlines", "report"])
def test_an_answer_about_many_is_stamped_in_utc(command: str, harbour: tuple[Any, ...]) -> None:
    assert call(command, *harbour).text.splitlines()[0] == f"As of {AS_OF}, read at position 5."


def test_an_answer_about_one_is_stamped_in_its_local_time(harbour: tuple[Any, ...]) -> None:
    assert f"As of Fri 2024-04-26 10:00 = {AS_OF}" in call("verdict", "INC-2024-000001", *harbour).text


@pytest.mark.parametrize("command", ["verdict", "explain", "timeline", "replay"])
@pytest.mark.parametrize("form", [(), ("--json",)])
def test_the_last_instant_there_is_has_a_local_date_of_the_year_after(command: str, form: tuple[str, ...]) -> None:
    last = "9999-12-31T23:59:59.999999Z"
    option = "--at" if command == "replay" else "--as-of"
    asked = (command, "INC-2021-000041", "--file", ROOT / "examples" / "demo" / "dispute.jsonl", "--calendars", "RU")
    answer = call(*asked, option, last, *form)
    assert answer.code == 0
    assert ("10000-01-01 02:59:59.999999" in answer.text) == (not form)


def test_continuous_work_is_judged_as_of_the_last_instant_there_is(tmp_path: Path) -> None:
    lines = [contract(), *incident("INC-2024-000001", "2024-04-01")]
    lines[1]["data"]["priority"] = 1
    file = write(tmp_path / "gravest.jsonl", lines)
    answer = call("evaluate", file, "--calendars", "RU", "--as-of", "9999-12-31T23:59:59.999999Z")
    assert (answer.code, answer.lines[0]["error"]) == (
        3,
        {"problem": "calendar-missing", "jurisdiction": "RU", "year": 2028},
    )
