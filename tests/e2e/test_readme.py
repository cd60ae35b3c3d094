"""What README.md and the pages of docs/ show is what the program prints and what the files hold."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.checkout import ROOT
from tests.documents import Block, Shell, blocks, matches, steps

CHECKED = ("console", "json", "python", "sh", "toml")
QUOTED = ("python", "toml")
OTHERS = ("caddy", "ini", "nginx", "text")
"""Other programs' files, and drawings: there is nothing here to run them by."""
GENERATED = "cli.md"


def _console_pages() -> list[Path]:
    return sorted({block.page for block in blocks("console")})


def _name(block: Block) -> str:
    return block.name


@pytest.mark.parametrize("page", _console_pages(), ids=lambda page: page.name)
def test_every_command_prints_what_the_page_shows(page: Path, tmp_path: Path) -> None:
    shell = Shell(tmp_path)
    for block in blocks("console"):
        if block.page != page:
            continue
        for command, shown in steps(block.text):
            said = shell.run(command)
            assert matches(shown, said), f"{block.name}: $ {command}\n{said}"


@pytest.mark.parametrize("block", [block for block in blocks(*QUOTED) if block.source], ids=_name)
def test_what_is_quoted_stands_in_its_file(block: Block) -> None:
    assert block.source is not None
    assert block.text in (ROOT / block.source).read_text(encoding="utf-8")


@pytest.mark.parametrize("block", [block for block in blocks("json") if block.source], ids=_name)
def test_quoted_json_stands_in_its_file(block: Block) -> None:
    assert block.source is not None
    kept = list(_objects((ROOT / block.source).read_text(encoding="utf-8")))
    quoted = list(_objects(block.text))
    assert quoted
    assert [one for one in quoted if one not in kept] == []


@pytest.mark.parametrize("block", [block for block in blocks("json") if not block.source], ids=_name)
def test_other_json_is_json(block: Block) -> None:
    assert list(_objects(block.text))


def _objects(text: str) -> Iterator[Any]:
    decoder, rest = json.JSONDecoder(), text.strip()
    while rest:
        value, end = decoder.raw_decode(rest)
        yield value
        rest = rest[end:].lstrip()


def test_every_block_is_of_a_kind_that_is_checked() -> None:
    other = [block.name for block in blocks() if block.kind not in CHECKED + OTHERS and block.page.name != GENERATED]
    assert other == []
    assert [block.name for block in blocks(*QUOTED) if not block.source] == []


def test_readme_shows_a_verdict() -> None:
    shown = [block.text for block in blocks("console") if block.page.name == "README.md"]
    assert any("sla-ledger verdict" in text for text in shown)


def test_a_make_target_that_is_named_is_there() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    named = {name for block in blocks("sh") for name in re.findall(r"^make ([a-z-]+)", block.text, re.MULTILINE)}
    assert {"demo", "test"} <= named
    assert [name for name in named if f"\n{name}:" not in makefile] == []


@pytest.mark.parametrize(
    ("shown", "said"),
    [
        ("kept\n", "broken\n"),
        ("kept\n", "kept\nbroken\n"),
        ("kept\n…\n", "broken\nkept\n"),
        ("due … 18:00\n", "due 18:00, late\n"),
    ],
)
def test_another_output_is_caught(shown: str, said: str) -> None:
    assert not matches(shown, said)


@pytest.mark.parametrize(
    ("shown", "said"),
    [("kept\n", "kept   \n"), ("a\n…\nz\n", "a\nb\nc\nz\n"), ("ledger …\n", "ledger 4f\n"), ("", "")],
)
def test_an_elision_stands_for_what_is_left_out(shown: str, said: str) -> None:
    assert matches(shown, said)
