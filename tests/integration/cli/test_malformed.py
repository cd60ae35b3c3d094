"""Malformed files: named by line, what is wrong and what to do; exit code 2, and not one verdict printed."""

import re
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest

from services.cli.messages import catalogue
from tests.integration.cli.histories import Line, contract, event, history, incident
from tests.unit.cli.calls import call

GOOD = history(2)
BAD_LINE = len(GOOD) + 1
OPENING = next(incident("INC-2024-000077", "2024-04-03"))


def raw(line: Line) -> bytes:
    return orjson.dumps(line)


def changed(**fields: object) -> bytes:
    return raw({**OPENING, **fields})


def with_data(**fields: object) -> bytes:
    return raw({**OPENING, "data": {**OPENING["data"], **fields}})


def spelled(old: bytes, new: bytes) -> bytes:
    line = raw(OPENING)
    assert old in line
    return line.replace(old, new, 1)


FORM: dict[str, tuple[bytes, str]] = {
    "no JSON": (b"nonsense", "not-json"),
    "cut short": (raw(OPENING)[:-2], "not-json"),
    "empty line": (b"", "blank-line"),
    "spaces": (b"  \t", "blank-line"),
    "two objects": (raw(OPENING) * 2, "not-json"),
    "array": (b"[]", "not-an-object"),
    "number": (b"42", "not-an-object"),
    "string": (b'"x"', "not-an-object"),
    "byte order mark": (b"\xef\xbb\xbf" + raw(OPENING), "byte-order-mark"),
    "UTF-16": (raw(OPENING).decode().encode("utf-16"), "bad-encoding"),
    "not UTF-8": (spelled("Иванова".encode(), b"\xc8\xe2\xe0\xed"), "bad-encoding"),
    "longer than 64 KiB": (with_data(title="x" * 65_536), "too-long"),
    "nested deeply": (b'{"a":' * 5_000 + b"1" + b"}" * 5_000, "too-deep"),
    "duplicate key": (spelled(b'"subject":', b'"subject":"INC-2024-000078","subject":'), "duplicate-key"),
    "duplicate key inside": (spelled(b'"priority":', b'"priority":1,"priority":'), "duplicate-key"),
    "null": (with_data(title=None), "null"),
    "null for an optional field": (changed(recorded_at=None), "null"),
    "NaN": (spelled(b'"priority":2', b'"priority":NaN'), "not-an-integer"),
    "1e400": (spelled(b'"priority":2', b'"priority":1e400'), "not-an-integer"),
    "a float": (spelled(b'"priority":2', b'"priority":2.0'), "not-an-integer"),
    "true for 1": (with_data(priority=True), "wrong-type"),
    "a number in a string": (with_data(priority="2"), "wrong-type"),
    "an integer for an instant": (changed(occurred_at=1711983600), "bad-instant"),
    "a number beyond 2^53": (spelled(b'"priority":2', b'"priority":9007199254740993'), "integer-out-of-range"),
    "out of range": (with_data(priority=5), "bad-value"),
    "lone surrogate": (spelled("Ромашка".encode(), b"\\ud800"), "lone-surrogate"),
    "NUL": (spelled("Ромашка".encode(), b"\\u0000"), "nul-character"),
    "unassigned code point": (with_data(title="\U0001faf7\U0001fadc"), "unassigned-character"),
    "unknown field": (changed(colour="red"), "unknown-field"),
    "unknown field inside": (with_data(colour="red"), "unknown-field"),
    "missing field": (raw({key: value for key, value in OPENING.items() if key != "subject"}), "missing-field"),
    "missing id": (raw({key: value for key, value in OPENING.items() if key != "id"}), "missing-field"),
    "unknown type": (changed(type="incident.exploded.v1"), "unknown-type"),
    "another version of a type": (changed(type="incident.opened.v2"), "unknown-type"),
    "no offset": (changed(occurred_at="2024-04-03T17:00:00"), "bad-instant"),
    "finer than a microsecond": (changed(occurred_at="2024-04-03T17:00:00.1234567+03:00"), "bad-instant"),
    "leap second": (changed(occurred_at="2016-12-31T23:59:60Z"), "bad-instant"),
    "hour 24": (changed(occurred_at="2024-04-03T24:00:00Z"), "bad-instant"),
    "no such day": (changed(occurred_at="2024-02-30T17:00:00Z"), "bad-instant"),
    "a space for T": (changed(occurred_at="2024-04-03 17:00:00Z"), "bad-instant"),
    "beyond year 9999": (changed(occurred_at="9999-12-31T23:59:59-03:00"), "bad-instant"),
    "no date": (raw(contract("C-009", licence={"from": "2024-13-01", "until": "2025-01-01"})), "bad-date"),
    "no duration": (raw(contract("C-009", work_gap_tolerance="P1M")), "bad-duration"),
    "commitment": (with_data(title={"hmac_sha256": "0" * 64}), "commitment"),
    "half canonical": (changed(log="C-001"), "canonical-form"),
}
RULES: dict[str, tuple[bytes, str]] = {
    "opened twice": (raw({**OPENING, "subject": "INC-2024-000001"}), "already-open"),
    "never opened": (
        raw(event("incident.mitigated", "INC-2024-000099", "2024-04-03T10:00:00+03:00", {"how": "x"})),
        "unknown-incident",
    ),
    "unknown contract": (with_data(contract="C-404"), "unknown-contract"),
    "recorded before the line above": (
        changed(recorded_at="2024-01-10T00:00:00Z", occurred_at="2024-01-10T00:00:00Z"),
        "recorded-out-of-order",
    ),
    "recorded before it occurred": (changed(recorded_at="2024-04-03T13:50:00Z"), "occurs-in-the-future"),
    "id used before": (raw({**OPENING, "id": GOOD[1]["id"]}), "id-reused"),
    "said by the wrong side": (changed(actor={"kind": "auditor", "id": "a"}), "actor-may-not"),
    "registered twice": (raw({**contract(), "id": OPENING["id"]}), "already-registered"),
    "stopped without a start": (
        raw(event("incident.work-stopped", "INC-2024-000001", "2024-04-03T10:00:00+03:00", {"engineer": "e-1"})),
        "no-open-session",
    ),
    "the provider's own name": (raw(contract("provider")), "reserved-id"),
}
CASES = {**FORM, **RULES}


@pytest.fixture
def spoilt(tmp_path: Path) -> Callable[[bytes], Path]:
    """A good history with one more line, and good lines after it."""

    def spoil(line: bytes) -> Path:
        file = tmp_path / "spoilt.jsonl"
        after = [raw(one) for one in incident("INC-2024-000078", "2024-04-04")]
        file.write_bytes(b"\n".join([*map(raw, GOOD), line, *after]) + b"\n")
        return file

    return spoil


def test_the_control_without_the_bad_line_is_judged(spoilt: Callable[[bytes], Path]) -> None:
    assert call("evaluate", spoilt(raw(OPENING)), "--calendars", "RU").code == 0


@pytest.mark.parametrize("case", CASES)
def test_a_bad_line_is_refused_by_number_reason_and_remedy(spoilt: Callable[[bytes], Path], case: str) -> None:
    line, reason = CASES[case]
    answer = call("evaluate", spoilt(line), "--calendars", "RU", "--json")
    assert (answer.code, answer.data) == (2, b"")
    problem = answer.problem
    assert problem["line"] == BAD_LINE
    assert problem["params"].get("reason", problem["params"].get("rule")) == reason
    assert problem["remedy"]


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("language", ["en", "ru"])
def test_a_person_is_told_the_same_in_his_language(spoilt: Callable[[bytes], Path], case: str, language: str) -> None:
    line, reason = CASES[case]
    answer = call("evaluate", spoilt(line), "--calendars", "RU", "--lang", language)
    assert (answer.code, answer.data) == (2, b"")
    assert catalogue(language).text("error-line", line=BAD_LINE) in answer.talk
    assert f"-{reason}]" in answer.talk
    assert "Traceback" not in answer.talk


@pytest.mark.parametrize("case", [case for case, (_, reason) in FORM.items() if reason != "bad-instant"])
def test_no_other_programs_wording_or_line_numbers_show_through(spoilt: Callable[[bytes], Path], case: str) -> None:
    told = call("evaluate", spoilt(FORM[case][0]), "--calendars", "RU").talk
    assert not re.search(r"Input should|should match|Value error|Expecting|line 1 column|char \d", told)
    russian = call("evaluate", spoilt(FORM[case][0]), "--calendars", "RU", "--lang", "ru").talk
    assert not re.search(r"\b(it|is|should|missing|character)\b", russian.partition("[")[0])


@pytest.mark.parametrize("case", ["nested deeply", "longer than 64 KiB", "not UTF-8"])
def test_import_refuses_the_same_and_writes_nothing(spoilt: Callable[[bytes], Path], tmp_path: Path, case: str) -> None:
    database = ("--database", f"sqlite:///{tmp_path}/ledger.db")
    call("init", "--no-calendars", *database)
    answer = call("import", spoilt(CASES[case][0]), "--json", *database)
    assert (answer.code, answer.problem["line"]) == (2, BAD_LINE)
    assert len(call("export", *database).lines) == 1


def test_a_file_without_line_ends_is_refused_without_being_read_whole(tmp_path: Path) -> None:
    file = tmp_path / "endless.jsonl"
    with file.open("wb") as endless:
        endless.truncate(1 << 30)
    answer = call("evaluate", file, "--json")
    assert (answer.code, answer.problem["line"], answer.problem["params"]["reason"]) == (2, 1, "too-long")


def test_lines_may_end_as_other_systems_end_them_and_the_last_one_not_at_all(tmp_path: Path) -> None:
    plain, foreign = tmp_path / "plain.jsonl", tmp_path / "foreign.jsonl"
    plain.write_bytes(b"\n".join(map(raw, GOOD)) + b"\n")
    foreign.write_bytes(b"\r\n".join(map(raw, GOOD)))
    assert call("evaluate", foreign, "--calendars", "RU") == call("evaluate", plain, "--calendars", "RU")
