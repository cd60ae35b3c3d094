"""Every error of the catalogue that the command line can meet is provoked here, on real files and real ledgers."""

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Final
from unittest.mock import patch

import pytest
from jsonschema import Draft202012Validator

from ledger.application import Ledger
from ledger.copying import Copying
from ledger.drivers.urls import open_tables
from projections.policies import shipped_policy
from schemas import http_problems
from schemas.generate import published
from schemas.problems import CATALOGUE
from tests.integration.cli.histories import event, history, write
from tests.unit.cli.calls import Answer, call

NOT_FROM_HERE: Final = (
    {
        "not-ready": "a server's answer; the server's own tests ask for it",
        "outcome-unknown": "needs a commit that fails half-way; the ledger's own tests inject one",
        "database-occupied": "needs a PostgreSQL server; test_postgres has one",
        "database-unsafe": "needs a PostgreSQL server; test_postgres has one",
        "migration-differs": "needs a migration that is wrong; the drivers' own tests have one",
        "clock-suspect": "needs a clock that jumps while the process runs; the ledger's own tests have one",
        "internal-error": "a fault of the program; test_failures plants one",
        "projection-behind": "a server's answer; the server's own tests ask for it",
        "rows-made-elsewhere": "needs Kafka and PostgreSQL; the projector's own tests have them",
        "storage-full": "needs a disk without room; the ledger's own tests have one",
        "unknown-contract": "reports alone are asked for a contract",
    }
    | dict.fromkeys(
        [
            *(
                "history-differs",
                "partitions-differ",
                "topics-ahead",
                "topics-differ",
                "topics-foreign",
                "topics-missing",
            ),
            *("kafka-failed", "kafka-refused", "kafka-unreachable", "relay-held", "topics-unusable"),
        ],
        "needs Kafka; the tests of the topics, the relay and the projector have a broker",
    )
    | {
        getattr(http_problems, name).problem.name: "a request over HTTP meets it; the server's own tests send one"
        for name in http_problems.__all__
        if name != "UnknownKey"
    }
)
VERDICT: Final = Draft202012Validator(published()["verdict.json"])
Provoke = Callable[[Path], Answer]


def judged(folder: Path, *arguments: object) -> Answer:
    """`evaluate` of a small history, with more arguments."""
    return call("evaluate", write(folder / "history.jsonl", history()), "--calendars", "RU", *arguments)


def database(folder: Path) -> str:
    return f"sqlite:///{folder}/ledger.db"


def founded(folder: Path) -> tuple[str, str]:
    """A ledger, as arguments of a command."""
    assert call("init", "--no-calendars", "--database", database(folder)).code == 0
    return "--database", database(folder)


def imported(folder: Path) -> Answer:
    file = write(folder / "history.jsonl", history())
    assert call("import", file, *founded(folder)).code == 0
    lines = history()
    lines[1]["data"]["title"] = "Another one"
    return call("import", write(folder / "other.jsonl", lines), "--database", database(folder))


def adopting(folder: Path, digest: str, *arguments: object) -> Answer:
    data = {"version": "2", "sha256": digest}
    adoption = event("policy.adopted", "tron-asoc", "2024-01-01T12:00:00+03:00", data, "system")
    file = write(folder / "adopting.jsonl", [adoption, *history()])
    return call("evaluate", file, "--calendars", "RU", *arguments)


def mismatched(folder: Path) -> Answer:
    (folder / "edited.toml").write_bytes(shipped_policy() + b"\n# edited\n")
    return adopting(folder, "a" * 64, "--policy", folder / "edited.toml")


def without_basic(folder: Path) -> Answer:
    text = shipped_policy().replace(b"{ basic ", b"{ bronze ").replace(b"level.basic", b"level.bronze")
    (folder / "bronze.toml").write_bytes(text)
    data = {"version": "2", "sha256": sha256(text).hexdigest()}
    adoption = event("policy.adopted", "tron-asoc", "2024-03-15T12:00:00+03:00", data, "system")
    contract, *rest = history()
    file = write(folder / "bronze.jsonl", [contract, adoption, *rest])
    return call("evaluate", file, "--calendars", "RU", "--policy", folder / "bronze.toml")


def malformed_policy(folder: Path) -> Answer:
    (folder / "policy.toml").write_text("id = 1", "utf-8")
    return judged(folder, "--policy", folder / "policy.toml")


def malformed_mapping(folder: Path) -> Answer:
    (folder / "mapping.toml").write_text("[file", "utf-8")
    arguments = ("--mapping", folder / "mapping.toml", folder / "audit.csv")
    return call("import", *arguments, *founded(folder))


def restored(folder: Path, change: Callable[[list[bytes]], list[bytes]], manifest: bytes | None = None) -> Answer:
    """An export that was changed, on its way back."""
    call("import", write(folder / "history.jsonl", history()), *founded(folder))
    call("export", folder / "e.jsonl", "--database", database(folder))
    lines = (folder / "e.jsonl").read_bytes().splitlines(keepends=True)
    (folder / "e.jsonl").write_bytes(b"".join(change(lines)))
    beside = folder / "e.jsonl.manifest.json"
    if manifest is not None:
        beside.write_bytes(manifest)
    copy = f"sqlite:///{folder}/copy.db"
    answer = call("restore", folder / "e.jsonl", "--manifest", beside, "--database", copy)
    assert call("export", "--database", copy).code == 4, "nothing may be restored"
    return answer


HOLD_THE_LOCK = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print(flush=True)
sys.stdin.read()
"""


def locked(folder: Path) -> Answer:
    """An import while another process writes: locks are a process's own, so it has to be another one."""
    arguments = founded(folder)
    file = write(folder / "history.jsonl", history())
    command = [sys.executable, "-c", HOLD_THE_LOCK, str(folder / "ledger.db")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        other.stdout.readline()
        answer = call("import", file, *arguments)
        other.communicate()
    return answer


def damaged(folder: Path) -> Answer:
    arguments = founded(folder)
    changed = "CAST(replace(CAST(state AS TEXT), '2015', '2014') AS BLOB)"
    with closing(sqlite3.connect(folder / "ledger.db", isolation_level=None)) as other:
        other.execute("DROP TRIGGER events_are_never_changed")
        other.execute(f"UPDATE events SET state = {changed}")
    return call("export", folder / "e.jsonl", *arguments)


def of_another_version(folder: Path) -> Answer:
    arguments = founded(folder)
    with closing(sqlite3.connect(folder / "ledger.db", isolation_level=None)) as other:
        other.execute("INSERT INTO migrations VALUES (4711, 'of-the-future')")
    return call("export", *arguments)


def checked(folder: Path, cases: str) -> Answer:
    (folder / "cases.json").write_text(cases, "utf-8")
    return call("calendar", "check", folder / "cases.json")


def unwritable(folder: Path) -> Answer:
    (folder / "ledger.db").mkdir()
    return call("init", "--database", database(folder))


def broken_log(folder: Path) -> Answer:
    arguments = founded(folder)
    with Ledger.open(arguments[1]) as ledger:
        ledger.access_log.record("abcdefghij", "auditor", "values INC-2024-000017")
    with closing(sqlite3.connect(folder / "ledger.db", isolation_level=None)) as other:
        other.execute("DROP TRIGGER accesses_are_never_changed")
        other.execute("UPDATE accesses SET who = 'nobody'")
    return call("accesses", "verify", *arguments)


def half_copied(folder: Path) -> tuple[str, str]:
    """A ledger closed for writing, and a copy of it that was broken off."""
    _, source = founded(folder)
    target = f"sqlite:///{folder}/copy.db"
    with closing(open_tables(source)) as there, closing(open_tables(target, create=True)) as here:
        Copying(there, here).begin("a copy")
    return source, target


def copied_amiss(folder: Path) -> Answer:
    source, target = half_copied(folder)
    with closing(sqlite3.connect(folder / "copy.db", isolation_level=None)) as other:
        other.execute("INSERT INTO policies VALUES (zeroblob(32), zeroblob(1))")
    return call("copy", "--from", source, "--to", target)


def without_part(_folder: Path) -> Answer:
    """`serve` with tracing, where OpenTelemetry is not to be found."""
    with patch.dict(sys.modules, {"opentelemetry.sdk.trace": None}):
        return call("serve", env={"SLA_LEDGER_TRACING": "console"})


PROVOKED: Final[dict[str, Provoke]] = {
    "access-log-broken": broken_log,
    "bad-argument": lambda folder: judged(folder, "--as-of", "tomorrow"),
    "calendar-missing": lambda folder: call("evaluate", write(folder / "h.jsonl", history())),
    "cases-unusable": lambda folder: checked(folder, "{"),
    "chain-mismatch": lambda folder: restored(folder, lambda lines: [lines[0], lines[2], lines[1], *lines[3:]]),
    "copy-differs": copied_amiss,
    "copy-unfinished": lambda folder: call("export", "--database", half_copied(folder)[1]),
    "count-mismatch": lambda folder: restored(folder, lambda lines: lines[:-1]),
    "file-unreadable": lambda folder: call("evaluate", folder / "nowhere.jsonl"),
    "import-differs": imported,
    "invalid-input": lambda _folder: call("evaluate", "-", stdin=b"nonsense\n"),
    "ledger-corrupt": damaged,
    "ledger-exists": lambda folder: call("init", *founded(folder)),
    "ledger-locked": locked,
    "ledger-moved": lambda folder: call("keys", "create", "--role", "admin", "--database", half_copied(folder)[0]),
    "level-missing": without_basic,
    "manifest-unusable": lambda folder: restored(folder, list, b"{}"),
    "mapping-unusable": malformed_mapping,
    "no-ledger-here": lambda folder: call("export", "--database", database(folder)),
    "nothing-to-judge": lambda _folder: call("evaluate", "-"),
    "part-missing": without_part,
    "policy-mismatch": mismatched,
    "policy-text-missing": lambda folder: adopting(folder, "a" * 64),
    "policy-unusable": malformed_policy,
    "rule-broken": lambda folder: call("evaluate", write(folder / "h.jsonl", history()[1:])),
    "setting-unusable": lambda _folder: call("calendar", "list", env={"SLA_LEDGER_PORT": "http"}),
    "storage-failed": unwritable,
    "unknown-calendar": lambda _folder: call("calendar", "show", "RU-2031"),
    "unknown-incident": lambda folder: judged(folder, "--incident", "INC-2024-000404"),
    "unknown-jurisdiction": lambda folder: judged(folder, "--calendars", "DE"),
    "unknown-key": lambda folder: call("keys", "revoke", "aaaaaaaaaa", *founded(folder)),
    "unknown-option": lambda folder: judged(folder, "--reading", "premium-hours=never"),
    "unknown-question": lambda folder: judged(folder, "--reading", "weather=fine"),
    "unknown-setting": lambda _folder: call("calendar", "list", env={"SLA_LEDGER_PROT": "9001"}),
    "unsupported-database": lambda _folder: call("export", "--database", "oracle://x"),
    "unsupported-storage": of_another_version,
}


def test_every_error_of_the_catalogue_is_provoked_here_or_said_to_be_provoked_elsewhere() -> None:
    assert sorted([*PROVOKED, *NOT_FROM_HERE]) == sorted(CATALOGUE)


@pytest.mark.parametrize("name", PROVOKED)
def test_the_error_is_told_with_its_exit_code(name: str, tmp_path: Path) -> None:
    answer = PROVOKED[name](tmp_path)
    assert answer.code == CATALOGUE[name].exit_code
    assert "Traceback" not in answer.talk
    if answer.code == 3:
        assert {line["error"]["problem"] for line in answer.lines} == {name}
        for line in answer.lines:
            VERDICT.validate(line)
    else:
        assert answer.data == b""
        assert f"[{name}" in answer.talk
        assert "→" in answer.talk


def test_a_policy_text_that_is_at_hand_is_judged_by(tmp_path: Path) -> None:
    text = shipped_policy() + b"\n# the second version\n"
    (tmp_path / "second.toml").write_bytes(text)
    answer = adopting(tmp_path, sha256(text).hexdigest(), "--policy", tmp_path / "second.toml")
    assert answer.code == 0
    assert {line["policy"]["sha256"] for line in answer.lines} == {sha256(text).hexdigest()}
