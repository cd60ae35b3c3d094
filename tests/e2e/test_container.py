"""The image and the Compose file, as far as they can be followed without a container engine."""

import os
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.checkout import ROOT, pyproject
from tests.e2e.environment import run
from tests.server.support import free_port

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


def service(name: str = "ledger") -> dict[str, Any]:
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    found: dict[str, Any] = yaml.safe_load(text)["services"][name]
    return found


def variables(of: dict[str, Any], folder: Path) -> dict[str, str]:
    """The service's environment, with a folder in the place of its volume."""
    (volume,) = of["volumes"]
    _, mounted = volume.split(":")
    return {name: value.replace(f"//{mounted}/", f"//{folder}/") for name, value in of["environment"].items()}


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
    command = [str(built / "bin/sla-ledger"), "init", "--provider", "Example Support"]
    run(command, cwd=built, **variables(service(), tmp_path))
    assert (tmp_path / "sla-ledger.db").is_file()


def test_the_server_starts_on_the_same_ledger_is_found_healthy_and_stops(built: Path, tmp_path: Path) -> None:
    api, port = service("api"), str(free_port())
    program = str(built / "bin/sla-ledger")
    run([program, "init"], cwd=built, **variables(service(), tmp_path))
    command = [program, *(port if word == "8080" else word for word in api["command"])]
    _, interpreter, *rest = api["healthcheck"]["test"]
    check = [str(built / "bin" / interpreter), *(word.replace("8080", port) for word in rest)]
    with subprocess.Popen(command, env={**os.environ, **variables(api, tmp_path)}, stderr=subprocess.DEVNULL) as server:
        deadline = time.monotonic() + 60
        while subprocess.run(check, stderr=subprocess.DEVNULL, check=False).returncode != 0:
            assert server.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.2)
        server.terminate()
        assert server.wait(60) == 0


def test_the_server_is_reached_from_this_machine_alone() -> None:
    assert [port.partition(":")[0] for port in service("api")["ports"]] == ["127.0.0.1"]
    assert service()["network_mode"] == "none"


def test_both_services_run_the_same_image_on_the_same_volume() -> None:
    for shared in ("image", "volumes", "environment", "read_only", "cap_drop", "security_opt"):
        assert service()[shared] == service("api")[shared]


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
