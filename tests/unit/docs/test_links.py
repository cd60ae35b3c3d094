"""Every link of the documentation leads somewhere, and whatever refers to a page refers to one that is there."""

import re
from pathlib import Path

import pytest

from tests.checkout import ROOT, tracked_files
from tests.documents import PAGES, headings

LINK = re.compile(r"\]\((?!https?://)([^)#\s]*)(?:#([^)\s]+))?\)")
REFERENCE = re.compile(r"\bdocs/[\w/-]+\.md\b(?:#([\w-]+))?")
FILE = re.compile(r"`((?:benchmarks|docs|examples|ledger|projections|schemas|services|tests)/[\w./-]*)`")
SPEAKS = {".ftl", ".md", ".py", ".toml", ".yml"}


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as they are made from them where it is shown."""
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings(page)}


def broken_links(page: Path, text: str) -> list[str]:
    found = []
    for path, anchor in LINK.findall(text):
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            found.append(f"{path}#{anchor}" if anchor else path)
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    assert broken_links(page, page.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("link", ["[x](nothing.md)", "[x](event.md#nothing)", "[x](#nothing)"])
def test_a_broken_link_is_caught(link: str) -> None:
    assert broken_links(ROOT / "docs/reading.md", link) != []


def test_every_page_named_in_a_file_is_there() -> None:
    missing = []
    for path in tracked_files():
        if path.suffix in SPEAKS and path != Path(__file__):
            for found in REFERENCE.finditer(path.read_text(encoding="utf-8")):
                target = ROOT / found[0].partition("#")[0]
                if not target.exists() or (found[1] and found[1] not in anchors(target)):
                    missing.append(f"{path.relative_to(ROOT)}: {found[0]}")
    assert missing == []


def test_every_page_is_in_the_index() -> None:
    index = (ROOT / "docs/README.md").read_text(encoding="utf-8")
    pages = [page.name for page in PAGES if page.name != "README.md"]
    assert [name for name in pages if f"({name})" not in index] == []


def test_every_file_and_folder_named_in_a_page_is_there() -> None:
    named = {path for page in PAGES for path in FILE.findall(page.read_text(encoding="utf-8"))}
    assert "schemas/" in named
    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []
