"""The contracts of import directions catch what they forbid.

Each is broken once in a scratch layout."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.checkout import ROOT

PACKAGES = ("ledger", "projections", "schemas", "services")


def lint(folder: Path, files: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Lint a layout of the four packages and these files by the project's contracts."""
    for package in PACKAGES:
        (folder / package).mkdir()
        (folder / package / "__init__.py").touch()
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        (path.parent / "__init__.py").touch()
        path.write_text(text)
    command = [
        sys.executable,
        "-c",
        "from importlinter.cli import lint_imports_command; lint_imports_command()",
        "--no-cache",
        "--config",
        str(ROOT / "pyproject.toml"),
    ]
    environment = os.environ | {"PYTHONPATH": str(folder)}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("path", "text", "contract"),
    [
        ("schemas/a.py", "import ledger", "services over ledger"),
        ("ledger/a.py", "import projections", "services over ledger"),
        ("projections/a.py", "import ledger", "services over ledger"),
        ("ledger/a.py", "import services", "services over ledger"),
        ("services/a.py", "import eventsourcing", "eventsourcing"),
        ("services/a.py", "import kafka", "kafka"),
        ("ledger/a.py", "import psycopg", "psycopg"),
        ("services/a.py", "import sqlite3", "SQLite"),
        ("projections/a.py", "import os", "what decides and judges"),
        ("projections/a.py", "from time import time", "what decides and judges"),
        ("ledger/incident.py", "from time import time", "what decides and judges"),
    ],
)
def test_an_import_against_the_direction_is_caught(tmp_path: Path, path: str, text: str, contract: str) -> None:
    outcome = lint(tmp_path, {path: text})
    assert outcome.returncode == 1, outcome.stdout + outcome.stderr
    (broken,) = [line for line in outcome.stdout.splitlines() if line.endswith("BROKEN")]
    assert contract in broken


def test_the_imports_that_the_design_allows_are_let_through(tmp_path: Path) -> None:
    outcome = lint(
        tmp_path,
        {
            "schemas/events.py": "import datetime",
            "ledger/application.py": "import eventsourcing, schemas.events, time",
            "ledger/drivers/sqlite.py": "import pysqlite3",
            "ledger/drivers/postgres.py": "import psycopg",
            "projections/verdict.py": "import schemas.events",
            "services/kafka/relay.py": "import kafka, ledger.application",
            "services/bootstrap.py": "import os, ledger.application, projections.verdict",
        },
    )
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
