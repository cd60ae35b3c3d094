"""The image and the Compose file, as far as they can be followed without a container engine."""

import shlex
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.checkout import ROOT, pyproject
from tests.e2e.environment import run

Instructions = list[tuple[str, str]]


def dockerfile() -> Instructions:
    """The instructions of the Dockerfile: keyword and the rest of the line."""
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    parts = (line.split(maxsplit=1) for line in lines if line and not line.startswith("#"))
    return [(keyword, rest) for keyword, rest in parts]


def stages() -> list[Instructions]:
    """The instructions after each FROM."""
    found: list[Instructions] = []
    for keyword, rest in dockerfile():
        if keyword == "FROM":
            found.append([])
        else:
            found[-1].append((keyword, rest))
    return found


def service() -> dict[str, Any]:
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    found: dict[str, Any] = yaml.safe_load(text)["services"]["ledger"]
    return found


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The build stage, carried out step by step in a folder that stands for the image's root."""
    root = tmp_path_factory.mktemp("image")
    source = root / "src"
    source.mkdir()
    for keyword, rest in stages()[0]:
        if keyword == "COPY":
            *names, target = rest.split()
            for name in names:
                copy(ROOT / name, source / target)
        elif keyword == "RUN":
            step = rest.replace("/build", f"{root}/build").replace("/app", f"{root}/app")
            step = step.replace("python -m venv", f"{shlex.quote(sys.executable)} -m venv")
            run(["sh", "-euc", step], cwd=source)
    return root / "app"


def copy(origin: Path, target: Path) -> None:
    if origin.is_dir():
        shutil.copytree(origin, target, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copy(origin, target)


def test_what_the_build_stage_makes_has_the_command_and_no_installer(built: Path) -> None:
    version = pyproject()["project"]["version"]
    assert version in run([str(built / "bin/sla-ledger"), "--version"], cwd=built).stdout
    assert not (built / "bin/pip").exists()


def test_the_service_starts_the_command_with_arguments_it_takes(built: Path) -> None:
    (entry,) = [yaml.safe_load(rest) for keyword, rest in dockerfile() if keyword == "ENTRYPOINT"]
    assert entry == list(pyproject()["project"]["scripts"])
    run([str(built / "bin" / entry[0]), *service()["command"]], cwd=built)


def test_the_service_keeps_its_ledger_in_the_volume(built: Path, tmp_path: Path) -> None:
    (volume,) = service()["volumes"]
    _, mounted = volume.split(":")
    variables = {
        name: value.replace(f"//{mounted}/", f"//{tmp_path}/") for name, value in service()["environment"].items()
    }
    command = [str(built / "bin/sla-ledger"), "init", "--provider", "Example Support"]
    run(command, cwd=built, **variables)
    assert (tmp_path / "sla-ledger.db").is_file()


def test_the_image_is_built_from_locks_and_runs_without_root() -> None:
    build, final = stages()
    fetching = [step for word, step in build if "pip install" in step and "--no-index" not in step]
    assert fetching
    assert all("--require-hashes" in step for step in fetching)
    assert [rest for keyword, rest in final if keyword == "USER"] == ["10001:10001"]


def test_images_are_named_by_version() -> None:
    tags = [rest.split()[0].partition(":")[2] for word, rest in dockerfile() if word == "FROM"]
    assert all(tag.startswith("3.11.") for tag in tags)
    assert service()["image"] == f"sla-ledger:{pyproject()['project']['version']}"
