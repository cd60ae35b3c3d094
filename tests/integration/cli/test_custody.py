"""What a ledger takes in whole or not at all, and what goes out of it and comes back."""

from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.integration.cli.histories import Line, contract, event, history, incident, write
from tests.unit.cli.calls import Answer, call

NUMBER = "INC-2024-000001"


def count(url: str) -> int:
    return len(call("export", "--database", url).lines)


def longer_than_a_batch() -> list[Line]:
    """A history that an import does not record in one transaction."""
    seconds = (f"2024-04-01T17:{i // 60:02}:{i % 60:02}+03:00" for i in range(1_100))
    reports = [event("incident.status-reported", NUMBER, at, {"summary": "x"}) for at in seconds]
    return [contract(), *incident(NUMBER, "2024-04-01", answered=None), *reports]


def test_an_event_too_long_in_its_canonical_form_is_refused_before_anything_is_written(
    ledger: str, tmp_path: Path
) -> None:
    crowd = contract("C-002", contacts=[{"name": "A"}] * 1_000)
    lines = [*longer_than_a_batch(), crowd]
    file = write(tmp_path / "long.jsonl", lines)
    assert max(map(len, file.read_bytes().splitlines())) < 64 * 1024
    for command in (("import", file, "--database", ledger), ("evaluate", file)):
        answer = call(*command, "--json")
        assert (answer.code, answer.problem["params"]["line"]) == (2, len(lines))
        assert "64 KiB" in answer.problem["detail"]
    assert count(ledger) == 1


def test_a_level_that_no_policy_in_force_has_is_refused_by_import_as_by_evaluate(ledger: str, tmp_path: Path) -> None:
    file = write(tmp_path / "gold.jsonl", [contract(level="gold", policy="another")])
    for command in (("import", file, "--database", ledger), ("evaluate", file)):
        answer = call(*command, "--json")
        assert (answer.code, answer.problem["params"]["rule"]) == (2, "unknown-level")


def test_a_subject_that_the_shipped_calendars_need_is_refused_before_anything_is_written(
    ledger: str, tmp_path: Path
) -> None:
    lines = [*longer_than_a_batch(), contract("RU-2027")]
    answer = call("import", write(tmp_path / "taken.jsonl", lines), "--calendars", "RU", "--database", ledger, "--json")
    assert (answer.code, answer.problem["params"]["rule"]) == (2, "subject-taken")
    assert count(ledger) == 1


@pytest.mark.parametrize("text", [b"\xff", b"not = 'a policy'"])
def test_a_policy_that_cannot_judge_is_not_adopted(ledger: str, tmp_path: Path, text: bytes) -> None:
    (tmp_path / "policy.toml").write_bytes(text)
    adopted = {"version": "1", "sha256": sha256(text).hexdigest()}
    line = event("policy.adopted", "another", "2024-01-09T09:00:00+03:00", adopted, "system")
    file = write(tmp_path / "adopted.jsonl", [line])
    answer = call("import", file, "--policy", tmp_path / "policy.toml", "--database", ledger, "--json")
    assert (answer.code, answer.problem["problem"]) == (2, "policy-unusable")
    assert count(ledger) == 1


class Taken:
    """An export of a ledger, and its way back."""

    def __init__(self, url: str, folder: Path) -> None:
        self.events, self.values = folder / "e.jsonl", folder / "p.jsonl"
        self.manifest = folder / "e.jsonl.manifest.json"
        assert call("export", self.events, "--personal", self.values, "--database", url).code == 0
        self.copy = f"sqlite:///{folder}/copy.db"

    def back(self, values: Path | None = None) -> Answer:
        beside = ("--manifest", self.manifest, "--personal", values or self.values)
        return call("restore", self.events, *beside, "--database", self.copy, "--json")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "out"
    path.mkdir()
    return path


def test_the_values_of_an_event_may_take_more_room_than_the_event(ledger: str, tmp_path: Path, folder: Path) -> None:
    contacts = [{"name": f"Ivanova {i}", "email": f"ivanova-{i}@example.org"} for i in range(700)]
    call("import", write(tmp_path / "many.jsonl", [contract(contacts=contacts)]), "--database", ledger)
    taken = Taken(ledger, folder)
    assert max(map(len, taken.values.read_bytes().splitlines())) > 64 * 1024
    assert taken.back().code == 0


def test_the_values_of_another_ledger_are_refused(ledger: str, file: Path, folder: Path) -> None:
    call("import", file, "--database", ledger)
    taken = Taken(ledger, folder)
    first, *others = taken.values.read_bytes().splitlines(keepends=True)
    stranger: dict[str, Any] = {**orjson.loads(first), "event": "00000000-0000-0000-0000-000000000000"}
    mixed = folder / "mixed.jsonl"
    mixed.write_bytes(b"".join(others) + orjson.dumps(stranger) + b"\n")
    answer = taken.back(mixed)
    assert (answer.code, answer.problem["params"]["line"]) == (2, len(others) + 1)
    mixed.write_bytes(b"".join(others))
    assert taken.back(mixed).code == 0


def test_a_manifest_without_the_text_of_an_adopted_policy_is_refused(ledger: str, folder: Path) -> None:
    taken = Taken(ledger, folder)
    manifest = orjson.loads(taken.manifest.read_bytes())
    taken.manifest.write_bytes(orjson.dumps({**manifest, "policies": {}}))
    answer = taken.back()
    assert (answer.code, answer.problem["params"]["rule"]) == (2, "policy-text-missing")
    assert answer.problem["params"]["line"] == 1


def test_what_was_erased_in_the_file_that_told_it_never_comes_out(ledger: str, tmp_path: Path, folder: Path) -> None:
    lines = history(1)
    erased = {"events": [lines[1]["id"]], "fields": ["/data/title", "/actor/id"], "basis": "request"}
    lines.append(event("incident.values-erased", NUMBER, "2024-04-02T09:00:00+03:00", erased, "system"))
    call("import", write(tmp_path / "erased.jsonl", lines), "--database", ledger)
    taken = Taken(ledger, folder)
    assert "Сервер не отвечает" not in taken.values.read_text("utf-8")
    stored = b"".join(path.read_bytes() for path in tmp_path.glob("ledger.db*"))
    assert "Сервер не отвечает".encode() not in stored
    assert taken.back().code == 0


def test_values_exported_before_they_were_erased_do_not_come_back(ledger: str, tmp_path: Path, folder: Path) -> None:
    lines = history(1)
    call("import", write(tmp_path / "told.jsonl", lines), "--database", ledger)
    before = Taken(ledger, folder)
    stale = folder / "stale.jsonl"
    stale.write_bytes(before.values.read_bytes())
    erased = {"events": [lines[1]["id"]], "fields": ["/data/title"], "basis": "request"}
    erasure = event("incident.values-erased", NUMBER, "2024-04-02T09:00:00+03:00", erased, "system")
    call("import", write(tmp_path / "erased.jsonl", [erasure]), "--database", ledger)
    after = Taken(ledger, folder)
    kept = after.values.read_bytes()
    assert after.back(stale).code == 0
    stored = b"".join(path.read_bytes() for path in folder.glob("copy.db*"))
    assert "Сервер не отвечает".encode() not in stored
    assert Taken(after.copy, folder).values.read_bytes() == kept
