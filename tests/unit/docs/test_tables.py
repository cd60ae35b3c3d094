"""The tables that the code knows are in the documentation as the code has them now."""

from collections.abc import Sequence

import pytest

from docs.tables import FOLDER, TABLES, written
from schemas.events import TYPES
from schemas.problems import CATALOGUE
from schemas.reasons import REASONS
from schemas.rules import RULES


@pytest.mark.parametrize("page", sorted({home for home, _ in TABLES.values()}))
def test_no_table_is_stale(page: str) -> None:
    text = (FOLDER / page).read_text(encoding="utf-8")
    assert text == written(page, text), "run `make docs`"


def test_a_stale_table_is_caught() -> None:
    text = (FOLDER / "problems.md").read_text(encoding="utf-8")
    assert written("problems.md", text.replace("`no-ledger-here`", "`no-ledger`")) == text


def test_a_page_without_its_table_is_caught() -> None:
    with pytest.raises(ValueError, match="problems"):
        written("problems.md", "# Problems\n")


@pytest.mark.parametrize(
    ("page", "names"),
    [
        ("event.md", list(TYPES)),
        ("refusals.md", list(REASONS)),
        ("refusals.md", list(RULES)),
        ("problems.md", list(CATALOGUE)),
    ],
)
def test_every_name_has_its_row(page: str, names: Sequence[str]) -> None:
    text = (FOLDER / page).read_text(encoding="utf-8")
    assert [name for name in names if f"\n| `{name}` | " not in text] == []
