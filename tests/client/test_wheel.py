"""The client's wheel: its own package alone, at work in a project that has packages named like the ledger's."""

import subprocess
import sys
import tomllib
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest

import sla_ledger_client
from tests.checkout import ROOT, pyproject
from tests.client.environment import PROJECT
from tests.client.peer import Act, Peer, answer
from tests.client.test_network import GOOD
from tests.e2e.environment import Environment, run

# A service of somebody else's: its packages have the names of the ledger's, and are not it.
PROJECT_FILES = {
    "services/__init__.py": "",
    "services/desk.py": (
        "import sys\n"
        "from schemas import TICKET\n"
        "from sla_ledger_client import LedgerClient, __file__ as where\n"
        "\n"
        "with LedgerClient(sys.argv[1], 'slk_test_secret') as ledger:\n"
        "    print(ledger.open_incident(TICKET).subject)\n"
        "print(where)\n"
        "print(sorted({name.partition('.')[0] for name in sys.modules} & {'ledger', 'projections', 'pydantic'}))\n"
    ),
    "schemas/__init__.py": "TICKET = {'contract': 'C-1', 'title': 'Ours'}\n",
    "schemas/problems.py": "raise ImportError('this is not the catalogue of the ledger')\n",
}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("built")
    run([sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(PROJECT)])
    (path,) = folder.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """An environment with the wheel and, from the lock, what it needs."""
    folder = tmp_path_factory.mktemp("installed")
    environment = Environment(folder / "env")
    needed = "\n".join(_locked("httpx", "httpcore", "h11", "anyio", "certifi", "idna", "typing-extensions"))
    (folder / "needed.lock").write_text(needed, encoding="utf-8")
    environment.install("--require-hashes", "--no-deps", "--requirement", folder / "needed.lock")
    environment.install("--no-index", wheel)
    return environment


def _locked(*names: str) -> list[str]:
    """The entries of the lock for these libraries, each with its hashes."""
    entries = (ROOT / "requirements-dev.lock").read_text(encoding="utf-8").replace("\\\n", " ").splitlines()
    found = [entry for entry in entries if entry.split("==")[0] in names]
    assert len(found) == len(names)
    return found


def test_the_wheel_holds_the_package_its_licence_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
        beside = {name.partition(".dist-info/")[2] for name in archive.namelist() if ".dist-info/" in name}
    files = (path for path in PROJECT.glob("sla_ledger_client/**/*") if path.is_file())
    expected = {path.relative_to(PROJECT).as_posix() for path in files if path.suffix != ".pyc"}
    assert held == expected
    assert "sla_ledger_client/py.typed" in held
    assert "licenses/LICENSE" in beside


def test_it_needs_httpx_and_for_the_topics_kafka_python_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith("/METADATA"))
        told = Parser().parsestr(archive.read(name).decode("utf-8"))
    needed = told.get_all("Requires-Dist", [])
    assert [text.partition("<")[0] for text in needed if "extra" not in text] == ["httpx"]
    assert [text.partition("<")[0] for text in needed if "extra" in text] == ["kafka-python[crc32c]"]
    assert told["Version"] == sla_ledger_client.VERSION


def test_its_licence_and_its_builder_are_the_ledgers() -> None:
    own = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
    assert own["build-system"] == pyproject()["build-system"]
    assert own["project"]["license"] == pyproject()["project"]["license"]
    assert (PROJECT / "LICENSE").read_bytes() == (ROOT / "LICENSE").read_bytes()


def test_it_works_in_a_project_with_services_and_schemas_of_its_own(installed: Environment, tmp_path: Path) -> None:
    for name, text in PROJECT_FILES.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    with Peer([Act(answer(503, {"type": "/problems/stopping"}, retry_after="0")), Act(GOOD)]) as peer:
        told = run([str(installed.bin / "python"), "-m", "services.desk", peer.url], cwd=tmp_path)
    subject, where, others = told.stdout.splitlines()
    assert subject == "INC-2024-000001"
    assert str(installed.bin.parent) in where
    assert others == "[]"


def test_a_project_is_checked_by_its_types(tmp_path: Path) -> None:
    script = (
        "from datetime import datetime\n"
        "from sla_ledger_client import LedgerClient\n"
        "with LedgerClient('https://ledger.example', 'slk_a_b') as ledger:\n"
        "    version: int = ledger.open_incident({}).version\n"
        "    version = ledger.open_incident({}, occured_at=datetime.now()).version\n"
    )
    (tmp_path / "desk.py").write_text(script, encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path / "cache"), "desk.py"]
    said = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False).stdout
    assert "desk.py:5: error: Unexpected keyword argument" in said
    assert "Found 1 error" in said
