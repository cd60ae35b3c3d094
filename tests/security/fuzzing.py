"""Runs schemathesis on a server by the server's own document, and reads from its report what was answered."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import orjson

from tests.integration.cli.processes import environment
from tests.server.support import Desk

__all__ = ["Fuzzed"]

_CONFIGURATION: Final = Path(__file__).with_name("schemathesis.toml")
_MOST_SECONDS: Final = 600
_COMMAND: Final = (sys.executable, "-c", "from schemathesis.cli import schemathesis; schemathesis()")


@dataclass(frozen=True, slots=True)
class Fuzzed:
    """One run: its exit code, what it said, and every answer it saw, as method, path and status."""

    code: int
    said: str
    seen: frozenset[tuple[str, str, int]]
    cases: int

    @classmethod
    def run(cls, desk: Desk, folder: Path, *, phases: str, examples: int, include: str | None = None) -> "Fuzzed":
        """Fuzz as an admin, with so many examples a route; `include` names one route alone."""
        report = folder / f"{phases.partition(',')[0]}.ndjson"
        chosen = () if include is None else ("--include-path", include)
        desk_url = f"http://127.0.0.1:{desk.server.port}"
        ended = subprocess.run(
            [*_COMMAND, "--config-file", str(_CONFIGURATION), "run", f"{desk_url}/v1/openapi.json", "--phases", phases,
             "--max-examples", str(examples), "--seed", "20240427",
             "--report", "ndjson", "--report-ndjson-path", str(report), *chosen],
            cwd=folder,
            env=environment({"FUZZING_KEY": desk.keys.admin}),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_MOST_SECONDS,
            check=False,
        )  # fmt: skip
        told = list(_told(report)) if report.exists() else []
        return cls(ended.returncode, ended.stdout + ended.stderr, frozenset(told), len(told))


def _told(report: Path) -> Iterator[tuple[str, str, int]]:
    """The method, the path as it was asked for, and the status of each answer."""
    for line in report.read_bytes().splitlines():
        finished: dict[str, Any] = orjson.loads(line).get("ScenarioFinished") or {}
        for one in (finished.get("recorder") or {}).get("interactions", {}).values():
            if one["response"] is not None:
                path = urlsplit(one["request"]["uri"]).path
                yield one["request"]["method"], path, one["response"]["status_code"]
