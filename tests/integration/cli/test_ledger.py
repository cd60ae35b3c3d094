"""A ledger made, filled, taken out and brought back by the command line, on real SQLite files."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import uuid4

import orjson
import pytest

from ledger.application import Ledger
from projections.calendars import shipped_calendars
from schemas.chain import GENESIS, extend
from services.locks import writer_lock
from tests.integration.cli.histories import Line, contract, event, history, write
from tests.unit.cli.calls import call


def exported(url: str) -> list[Any]:
    return call("export", "--database", url).lines


def published(url: str) -> list[tuple[str, str]]:
    """The calendars in a ledger with the instants at which they were recorded."""
    return [(line["subject"], line["recorded_at"]) for line in exported(url) if line["type"] == "calendar.published.v1"]


def provider_event(at: str, **other: str) -> Line:
    return event("release.stage-passed", "R-7", at, {"stage": "alpha"}, "system", **other)


def test_init_adopts_the_policy_and_publishes_the_calendars_as_of_their_own_days(url: str) -> None:
    answer = call("init", "--provider", "Our support", "--database", url, "--json")
    assert answer.code == 0
    assert (answer.lines[0]["provider"], answer.lines[0]["events"]) == ("Our support", 20)
    policy, *calendars = exported(url)
    assert (policy["subject"], policy["recorded_at"]) == ("tron-asoc", "2015-01-01T09:00:00.000000Z")
    assert policy["data"]["version"] == "1"
    assert calendars[0]["recorded_at"] == "2015-09-24T09:00:00.000000Z"
    assert [line["recorded_at"] for line in calendars] == [line["occurred_at"] for line in calendars]
    assert {line["log"] for line in calendars} == {"provider"}
    assert all("imported_at" in line for line in calendars)


def test_init_leaves_the_calendars_out_where_that_is_asked_for(ledger: str) -> None:
    assert [line["type"] for line in exported(ledger)] == ["policy.adopted.v1"]


def test_a_ledger_is_never_overwritten(ledger: str) -> None:
    before = exported(ledger)
    answer = call("init", "--database", ledger, "--json")
    assert (answer.code, answer.problem["problem"]) == (4, "ledger-exists")
    assert exported(ledger) == before


def test_a_ledger_broken_off_before_anything_was_recorded_is_finished_for_its_provider(url: str) -> None:
    with Ledger.create(url, provider="Our support", ledger_id=str(uuid4())) as founded:
        ledger_id = founded.identity.ledger_id
    assert call("init", "--provider", "Another", "--database", url).code == 4
    answer = call("init", "--provider", "Our support", "--database", url, "--json")
    assert (answer.code, answer.lines[0]["ledger"], answer.lines[0]["events"]) == (0, ledger_id, 20)


def test_a_ledger_that_is_there_already_is_fine_where_one_is_asked_for_only_if_absent(url: str) -> None:
    founding = ("init", "--if-absent", "--provider", "Our support", "--database", url)
    made, found = call(*founding, "--json"), call(*founding, "--json")
    assert (made.code, found.code) == (0, 0)
    assert made.lines == found.lines
    assert "already" in call("init", "--if-absent", "--database", url).text


def test_the_ledger_of_another_provider_is_not_taken_for_one_s_own(url: str) -> None:
    call("init", "--provider", "Our support", "--database", url)
    before = exported(url)
    answer = call("init", "--if-absent", "--provider", "Another", "--database", url)
    assert (answer.code, "the ledger there is of Our support" in answer.talk) == (2, True)
    assert exported(url) == before


def test_a_founding_that_was_broken_off_is_finished_where_one_is_asked_for_only_if_absent(url: str) -> None:
    with Ledger.create(url, provider="Our support", ledger_id=str(uuid4())) as founded:
        ledger_id = founded.identity.ledger_id
    answer = call("init", "--if-absent", "--provider", "Our support", "--database", url, "--json")
    assert (answer.code, answer.lines[0]["ledger"], answer.lines[0]["events"]) == (0, ledger_id, 20)


def test_a_ledger_that_a_server_records_in_is_found_beside_it(url: str) -> None:
    call("init", "--database", url)
    with writer_lock(url):
        assert call("init", "--if-absent", "--database", url).code == 0
        assert call("init", "--database", url).code == 4


@pytest.mark.parametrize("name", ["", "  ", "a\x00b", "a\nb", "x" * 201])
def test_a_provider_without_a_usable_name_is_refused(url: str, name: str) -> None:
    assert call("init", "--provider", name, "--database", url).code == 2
    assert call("export", "--database", url).code == 4


def test_the_database_is_found_by_option_before_variable(ledger: str, tmp_path: Path) -> None:
    elsewhere = {"SLA_LEDGER_DATABASE_URL": f"sqlite:///{tmp_path}/elsewhere.db"}
    assert call("export", env={"SLA_LEDGER_DATABASE_URL": ledger}).code == 0
    assert call("export", "--database", ledger, env=elsewhere).code == 0
    assert call("export", env=elsewhere).code == 4


def test_an_import_is_recorded_as_its_source_claims_and_says_how_much(ledger: str, file: Path) -> None:
    answer = call("import", file, "--database", ledger, "--json")
    assert (answer.code, answer.lines) == (0, [{"added": 9, "present": 0, "position": 10}])
    opened = next(line for line in exported(ledger) if line["type"] == "incident.opened.v1")
    assert opened["recorded_at"] == "2024-04-01T14:00:00.000000Z"
    assert "imported_at" in opened
    assert set(opened["data"]["title"]) == {"hmac_sha256"}


def test_the_second_import_adds_nothing_and_says_so(ledger: str, file: Path) -> None:
    call("import", file, "--database", ledger)
    before = exported(ledger)
    answer = call("import", file, "--database", ledger)
    assert answer.code == 0
    assert answer.text == "Nothing was added: all 9 events are in the ledger already. The ledger holds 10.\n"
    assert exported(ledger) == before


def test_an_import_goes_on_where_one_was_broken_off(ledger: str, tmp_path: Path) -> None:
    lines = history()
    call("import", write(tmp_path / "begun.jsonl", lines[:4]), "--database", ledger)
    answer = call("import", write(tmp_path / "whole.jsonl", lines), "--database", ledger, "--json")
    assert answer.lines == [{"added": 5, "present": 4, "position": 10}]


def test_nothing_is_written_where_the_last_line_is_bad(ledger: str, tmp_path: Path) -> None:
    file = write(tmp_path / "bad.jsonl", [*history(), {"id": "x"}])
    answer = call("import", file, "--database", ledger, "--json")
    assert (answer.code, answer.problem["line"]) == (2, 10)
    assert len(exported(ledger)) == 1


def test_an_import_that_differs_from_the_one_begun_is_refused_by_line(ledger: str, file: Path, tmp_path: Path) -> None:
    call("import", file, "--database", ledger)
    lines = history()
    lines[2]["data"]["to"] = "petrov@example.org"
    answer = call("import", write(tmp_path / "other.jsonl", lines), "--database", ledger, "--json")
    assert (answer.code, answer.problem["problem"], answer.problem["line"]) == (2, "import-differs", 3)


def test_an_export_is_not_imported(ledger: str, file: Path, tmp_path: Path) -> None:
    call("import", file, "--database", ledger)
    call("export", tmp_path / "export.jsonl", "--database", ledger)
    answer = call("import", tmp_path / "export.jsonl", "--database", ledger, "--json")
    assert (answer.code, answer.problem["problem"], answer.problem["line"]) == (2, "invalid-input", 1)


def test_shipped_calendars_are_merged_with_the_file_by_the_instant_of_recording(ledger: str, file: Path) -> None:
    answer = call("import", file, "--calendars", "RU", "--database", ledger, "--json")
    assert answer.lines[0]["added"] == 9 + len(shipped_calendars("RU"))
    recorded = [line["recorded_at"] for line in exported(ledger)]
    assert recorded == sorted(recorded)
    assert len(published(ledger)) == len(shipped_calendars("RU"))


def test_at_equal_instants_the_shipped_calendar_goes_before_the_file(ledger: str, tmp_path: Path) -> None:
    stage = provider_event("2023-08-12T12:00:00+03:00")
    call("import", write(tmp_path / "f.jsonl", [stage]), "--calendars", "RU", "--database", ledger)
    subjects = [line["subject"] for line in exported(ledger)]
    assert subjects.index("RU-2024") + 1 == subjects.index("R-7")


def test_calendars_stay_behind_older_events_of_the_providers_log_further_down(ledger: str, tmp_path: Path) -> None:
    lines = [contract(), provider_event("2019-01-01T12:00:00+03:00")]
    answer = call("import", write(tmp_path / "f.jsonl", lines), "--calendars", "RU", "--database", ledger)
    assert answer.code == 0
    assert [one["log"] for one in exported(ledger)].count("provider") == 2 + len(shipped_calendars("RU"))


def test_calendars_that_the_log_has_gone_past_are_recorded_now(ledger: str, tmp_path: Path, file: Path) -> None:
    call("import", write(tmp_path / "f.jsonl", [provider_event("2024-01-01T12:00:00+03:00")]), "--database", ledger)
    assert call("import", file, "--calendars", "RU", "--database", ledger).code == 0
    recorded = dict(published(ledger))
    assert recorded["RU-2026"] == "2025-09-27T09:00:00.000000Z"
    assert recorded["RU-2016"] > recorded["RU-2026"]


def test_calendars_are_added_once(ledger: str, file: Path) -> None:
    call("import", file, "--calendars", "RU", "--database", ledger)
    before = exported(ledger)
    answer = call("import", file, "--calendars", "RU", "--database", ledger, "--json")
    assert answer.lines[0]["added"] == 0
    assert exported(ledger) == before


def test_a_file_older_than_the_calendars_of_the_ledger_is_refused_with_the_way_out(url: str, tmp_path: Path) -> None:
    call("init", "--database", url)
    at = "2018-01-01T12:00:00+03:00"
    file = write(tmp_path / "old.jsonl", [provider_event(at, recorded_at=at)])
    answer = call("import", file, "--database", url)
    assert answer.code == 2
    assert "--no-calendars" in answer.talk


def test_the_manifest_tells_the_chain_over_the_exported_lines(ledger: str, file: Path, tmp_path: Path) -> None:
    call("import", file, "--database", ledger)
    assert call("export", tmp_path / "e.jsonl", "--database", ledger).code == 0
    manifest = orjson.loads((tmp_path / "e.jsonl.manifest.json").read_bytes())
    lines = (tmp_path / "e.jsonl").read_bytes().splitlines()
    chain = GENESIS
    for line in lines:
        chain = extend(chain, line)
    assert (manifest["count"], manifest["chain"], manifest["provider"]) == (10, chain.hex(), "Our support")
    adopted = orjson.loads(lines[0])["data"]["sha256"]
    assert list(manifest["policies"]) == [adopted]


def test_what_is_no_file_is_written_to_and_not_replaced(ledger: str, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with ThreadPoolExecutor() as threads:
        read = threads.submit(pipe.read_bytes)
        assert call("export", pipe, "--manifest", tmp_path / "m.json", "--database", ledger).code == 0
        assert len(read.result().splitlines()) == 1
    assert pipe.is_fifo()


def test_nothing_is_left_of_an_export_that_failed(ledger: str, tmp_path: Path) -> None:
    before = sorted(tmp_path.iterdir())
    answer = call("export", tmp_path / "nowhere" / "e.jsonl", "--database", ledger, "--json")
    assert (answer.code, answer.problem["problem"]) == (2, "file-unreadable")
    assert sorted(tmp_path.iterdir()) == before


def test_an_export_that_was_refused_can_be_restored_in_its_place(ledger: str, file: Path, tmp_path: Path) -> None:
    call("import", file, "--database", ledger)
    call("export", tmp_path / "e.jsonl", "--database", ledger)
    lines = (tmp_path / "e.jsonl").read_bytes().splitlines(keepends=True)
    (tmp_path / "cut.jsonl").write_bytes(b"".join(lines[:-1]))
    beside = ("--manifest", tmp_path / "e.jsonl.manifest.json", "--database", f"sqlite:///{tmp_path}/copy.db")
    assert call("restore", tmp_path / "cut.jsonl", *beside).code == 2
    assert call("restore", tmp_path / "e.jsonl", *beside).code == 0


def test_no_value_of_a_person_is_in_the_export_or_its_manifest(ledger: str, file: Path, tmp_path: Path) -> None:
    call("import", file, "--database", ledger)
    call("export", tmp_path / "e.jsonl", "--personal", tmp_path / "p.jsonl", "--database", ledger)
    clear = (tmp_path / "e.jsonl").read_text("utf-8") + (tmp_path / "e.jsonl.manifest.json").read_text("utf-8")
    values = (tmp_path / "p.jsonl").read_text("utf-8")
    for person in ("Иванова", "ivanova@example.org", "Сервер не отвечает"):
        assert person not in clear
        assert person in values
    assert (tmp_path / "p.jsonl").stat().st_mode & 0o077 == 0


@pytest.fixture
def copies(ledger: str, file: Path, tmp_path: Path) -> tuple[str, str, Path]:
    """A ledger, the URL of the copy that was restored from its export, and the export's folder."""
    call("import", file, "--calendars", "RU", "--database", ledger)
    out = tmp_path / "out"
    out.mkdir()
    call("export", out / "e.jsonl", "--personal", out / "p.jsonl", "--database", ledger)
    copy = f"sqlite:///{tmp_path}/copy.db"
    answer = call(
        "restore",
        out / "e.jsonl",
        "--manifest",
        out / "e.jsonl.manifest.json",
        "--personal",
        out / "p.jsonl",
        "--database",
        copy,
    )
    assert answer.code == 0
    return ledger, copy, out


def test_export_restore_export_is_the_same_byte_for_byte(copies: tuple[str, str, Path]) -> None:
    _, copy, out = copies
    again = out.parent / "again"
    again.mkdir()
    call("export", again / "e.jsonl", "--personal", again / "p.jsonl", "--database", copy)
    for name in ("e.jsonl", "e.jsonl.manifest.json", "p.jsonl"):
        assert (again / name).read_bytes() == (out / name).read_bytes()


def test_a_restored_ledger_goes_on(copies: tuple[str, str, Path], file: Path) -> None:
    _, copy, _ = copies
    answer = call("import", file, "--database", copy, "--json")
    assert (answer.lines[0]["added"], answer.lines[0]["present"]) == (0, 9)


def test_the_export_is_judged_like_the_file_it_came_from(copies: tuple[str, str, Path], file: Path) -> None:
    _, _, out = copies
    asked = ("--as-of", "2024-06-01T00:00:00Z")
    original = call("evaluate", file, "--calendars", "RU", *asked)
    assert original.code == 0
    assert call("evaluate", out / "e.jsonl", *asked).data == original.data


def test_without_the_values_they_are_absent_and_a_person_is_told(copies: tuple[str, str, Path]) -> None:
    _, _, out = copies
    bare = f"sqlite:///{out}/bare.db"
    answer = call("restore", out / "e.jsonl", "--database", bare)  # the manifest lies where export puts it
    assert answer.code == 0
    assert "--personal" in answer.talk
    call("export", out / "bare.jsonl", "--personal", out / "none.jsonl", "--database", bare)
    assert (out / "bare.jsonl").read_bytes() == (out / "e.jsonl").read_bytes()
    assert (out / "none.jsonl").read_bytes() == b""


def test_from_a_pipe_the_manifest_has_to_be_named(tmp_path: Path) -> None:
    answer = call("restore", "-", "--database", f"sqlite:///{tmp_path}/new.db")
    assert answer.code == 2
    assert "--manifest" in answer.talk
    assert not list(tmp_path.iterdir())
