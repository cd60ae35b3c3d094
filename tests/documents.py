"""The documentation as tests read it: its pages, their fenced blocks, and what a shell says to those that show one.

What the first line of a fence says decides how the block is checked:

    ```console             commands after `$ `, each with the output that follows; run, and compared word for word
    ```toml PATH           quoted from that file, word for word
    ```python PATH         the same
    ```json PATH           objects that stand in that file, folded here as is fit to read
    ```json                any JSON
    ```sh                  commands that are not run here

A `…` in an output stands for anything on that line; a line that is `…` alone stands for any number of lines.
"""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.checkout import ROOT

__all__ = ["PAGES", "Block", "Shell", "blocks", "headings", "matches", "steps"]

PAGES: Final = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))

_FENCE = re.compile(r"^```(?P<kind>\w*)(?: (?P<source>\S+))?\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_COLUMNS = 100


@dataclass(frozen=True, slots=True)
class Block:
    """One fenced block of a page."""

    page: Path
    line: int
    kind: str
    source: str | None
    text: str

    @property
    def name(self) -> str:
        """Where it stands, for the name of a test."""
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def blocks(*kinds: str) -> list[Block]:
    """The fenced blocks of these kinds in all pages, or of every kind."""
    return [block for page in PAGES for block in _blocks_of(page) if not kinds or block.kind in kinds]


def _blocks_of(page: Path) -> Iterator[Block]:
    text = page.read_text(encoding="utf-8")
    for found in _FENCE.finditer(text):
        line = text.count("\n", 0, found.start()) + 1
        yield Block(page, line, found["kind"], found["source"], found["text"])


def headings(page: Path) -> list[str]:
    """The headings of a page below its title, without their marks, fenced blocks left out."""
    text = _FENCE.sub("", page.read_text(encoding="utf-8"))
    return re.findall(r"^##+ (.+)$", text, re.MULTILINE)


def steps(transcript: str) -> list[tuple[str, str]]:
    """The commands of a console block, each with the output shown below it."""
    told: list[tuple[str, str]] = []
    for line in transcript.splitlines():
        if line.startswith("$ "):
            told.append((line.removeprefix("$ "), ""))
        else:
            assert told, f"output before the first command: {line}"
            told[-1] = (told[-1][0], f"{told[-1][1]}{line}\n")
    return told


def matches(shown: str, said: str) -> bool:
    """Whether an output is the one shown, where `…` stands for what is left out."""
    pattern = "".join(
        r"(?:.*\n)*?" if line.strip() == "…" else ".*".join(map(re.escape, line.split("…"))) + r"\n"
        for line in shown.splitlines()
    )
    tidy = "".join(f"{line.rstrip()}\n" for line in said.splitlines())
    return re.fullmatch(pattern, tidy) is not None


class Shell:
    """A shell in a folder of its own beside the checkout's files, with `sla-ledger` as it stands here."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "checkout"
        self._folder.mkdir()
        for name in ("docs", "examples", "projections", "services"):
            (self._folder / name).symlink_to(ROOT / name)
        bin_folder = folder / "bin"
        bin_folder.mkdir()
        command = bin_folder / "sla-ledger"
        program = shlex.quote("from services.cli import main; main()")
        command.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -c {program} "$@"\n', encoding="utf-8")
        command.chmod(0o755)
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("SLA_LEDGER_")}
        self._environment = inherited | {
            "COLUMNS": str(_COLUMNS),
            "NO_COLOR": "1",
            "PATH": f"{bin_folder}:{Path(sys.executable).parent}:{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "PYTHONSAFEPATH": "1",
            "SLA_LEDGER_LANG": "en",
        }

    def run(self, command: str) -> str:
        """What the command says, on either stream."""
        outcome = subprocess.run(
            ["sh", "-c", command],
            cwd=self._folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=False,
        )
        return outcome.stdout
