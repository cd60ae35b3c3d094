"""What a user installs: the wheel, away from the checkout, with all it needs and no more."""

import hashlib
import json
import sys
import tarfile
import zipfile
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath

import pytest

from tests.checkout import ROOT, pyproject, tracked_files
from tests.e2e.environment import Environment, run

PACKAGES = {"ledger", "projections", "schemas", "services"}

HISTORY = [
    {
        "id": "00000000-0000-4000-8000-000000000001",
        "type": "contract.registered.v1",
        "subject": "C-1",
        "occurred_at": "2024-01-09T09:00:00+03:00",
        "actor": {"kind": "system", "id": "crm"},
        "data": {
            "customer": "Example Works",
            "level": "basic",
            "edition": "commercial",
            "licence": {"from": "2024-01-01", "until": "2024-12-31"},
            "contacts": [{"name": "A. Example"}],
            "jurisdiction": "RU",
        },
    },
    {
        "id": "00000000-0000-4000-8000-000000000002",
        "type": "incident.opened.v1",
        "subject": "INC-2024-000001",
        "occurred_at": "2024-03-05T10:00:00+03:00",
        "actor": {"kind": "customer", "id": "a@example.org"},
        "data": {
            "contract": "C-1",
            "channel": "email",
            "reporter": {"name": "A. Example", "organisation": "Example Works"},
            "priority": 2,
            "title": "Reports do not open",
        },
    },
]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel made from the source distribution made from the checkout."""
    folder = tmp_path_factory.mktemp("built")
    run([sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT)])
    return folder


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    (path,) = built.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """An environment with the locked runtime dependencies and the wheel."""
    environment = Environment(tmp_path_factory.mktemp("installed"))
    environment.install("--require-hashes", "--requirement", ROOT / "requirements.lock")
    environment.install("--no-index", "--no-deps", wheel)
    return environment


CLIENT = "services/client/"
"""A distribution of its own, with a wheel of its own."""
RELEASED = "schemas/released/"
"""What CI compares the published schemas with; it is of no use to who runs the product."""


def shipped(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_the_wheel_holds_every_file_of_the_four_packages_and_no_other(wheel: Path) -> None:
    tracked = {path.relative_to(ROOT).as_posix() for path in tracked_files()}
    ours = {name for name in tracked if PurePosixPath(name).parts[0] in PACKAGES}
    expected = {name for name in ours if CLIENT not in name and not name.startswith(RELEASED)}
    beside = {name for name in shipped(wheel) if ".dist-info/" in name}
    assert shipped(wheel) - beside == expected


@pytest.mark.parametrize(
    "pattern",
    [
        "ledger/*.sql",
        "projections/store/*.sql",
        "projections/calendars/*",
        "projections/policies/*.toml",
        "schemas/generated/*.json",
        "services/cli/messages/en/*.ftl",
        "services/cli/messages/ru/*.ftl",
        *(f"{package}/py.typed" for package in sorted(PACKAGES)),
        "*.dist-info/licenses/LICENSE",
    ],
)
def test_the_wheel_holds_what_is_not_python(wheel: Path, pattern: str) -> None:
    assert any(fnmatch(name, pattern) for name in shipped(wheel))


def test_the_source_distribution_holds_the_product_and_its_papers(built: Path) -> None:
    (path,) = built.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        top = {PurePosixPath(name).parts[1] for name in archive.getnames()}
    papers = {".gitignore", "CHANGELOG.md", "LICENSE", "PKG-INFO", "README.md", "pyproject.toml"}
    assert top == PACKAGES | papers


def test_the_command_says_its_version_and_its_use(installed: Environment, tmp_path: Path) -> None:
    version = pyproject()["project"]["version"]
    assert version in installed.command("--version", cwd=tmp_path).stdout
    assert "evaluate" in installed.command("--help", cwd=tmp_path).stdout


def test_the_command_judges_a_file_by_the_policy_and_calendars_it_ships(installed: Environment, tmp_path: Path) -> None:
    history = tmp_path / "history.jsonl"
    history.write_text("".join(json.dumps(event) + "\n" for event in HISTORY))
    outcome = installed.command("evaluate", history.name, "--calendars", "RU", cwd=tmp_path)
    (line,) = outcome.stdout.splitlines()
    verdict = json.loads(line)
    policy = (ROOT / "projections/policies/tron-asoc.toml").read_bytes()
    assert verdict["incident"] == "INC-2024-000001"
    assert verdict["level"] == "basic"
    assert verdict["policy"]["sha256"] == hashlib.sha256(policy).hexdigest()
    assert {obligation["obligation"] for obligation in verdict["obligations"]} >= {"response"}


def test_the_command_keeps_a_ledger(installed: Environment, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/kept.db"
    installed.command("init", "--provider", "Example Support", "--database", url, cwd=tmp_path)
    (tmp_path / "history.jsonl").write_text("".join(json.dumps(event) + "\n" for event in HISTORY))
    installed.command("import", "history.jsonl", "--database", url, cwd=tmp_path)
    outcome = installed.command("verdict", "INC-2024-000001", "--database", url, cwd=tmp_path)
    assert "INC-2024-000001" in outcome.stdout
