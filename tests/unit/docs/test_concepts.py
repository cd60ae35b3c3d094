"""What the concept pages must name, because the code has it: questions, fields, entries, settings, terms."""

import re
from collections.abc import Iterable, Iterator
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from docs.tables import FOLDER
from projections.policies import shipped_policy
from schemas.corrections import CORRECTABLE
from schemas.events import TYPES
from schemas.policy import Policy, parse_policy
from schemas.provider_events import CalendarPublished
from schemas.questions import QUESTIONS
from schemas.verdict_schema import VERDICT_SCHEMA
from services.cli.reference import commands
from services.settings import VARIABLES
from tests.documents import PAGES, headings

VERDICTS = ("met", "breached", "running", "not-covered", "not-applicable")


def page(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def unnamed(names: Iterable[str], text: str) -> list[str]:
    """The names that the text does not set in code type."""
    return [name for name in names if f"`{name}`" not in text]


def section(text: str, heading: str) -> str:
    found = re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    assert found is not None, f"there is no section {heading}"
    return found[1]


def test_every_question_has_a_section_in_the_order_of_the_table() -> None:
    assert headings(FOLDER / "reading.md") == list(QUESTIONS)


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_section_says_what_each_option_does_the_literal_one_first(name: str) -> None:
    told = re.findall(r"^\* \*\*([a-z-]+)\*\*: \S", section(page("reading.md"), name), re.MULTILINE)
    assert tuple(told) == QUESTIONS[name].options


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_section_begins_with_the_clause_that_leaves_it_open(name: str) -> None:
    clause = parse_policy(shipped_policy()).questions[name]
    assert section(page("reading.md"), name).strip().startswith(f"{clause}.")


def test_every_field_of_a_verdict_is_explained() -> None:
    assert unnamed(_properties(VERDICT_SCHEMA), page("verdict.md")) == []


def test_every_finding_and_standing_is_explained() -> None:
    assert unnamed((*VERDICTS, "kept", "broken", "disputed"), page("verdict.md")) == []


def test_every_entry_of_a_policy_file_is_explained() -> None:
    given = {"sha256"}  # made from the file, not written in it
    sections = {"response", "level", "zone", "coverage", "continuous_work", "duties", "questions"}
    text = page("policy-file.md")
    assert unnamed(set(_entries(Policy)) - given - sections, text) == []
    assert [name for name in sections if f"[{name}" not in text] == []


def test_every_list_of_a_calendar_is_explained() -> None:
    lists = set(CalendarPublished.model_fields) - {"jurisdiction", "year", "source"}
    assert unnamed(lists, page("calendar.md")) == []


def test_every_correctable_field_is_named() -> None:
    assert unnamed(CORRECTABLE, page("correction.md")) == []


def test_every_setting_is_explained_with_what_holds_without_it() -> None:
    rows = re.findall(
        r"^\| `(SLA_LEDGER_\w+)` \| [^|]+ \| (\S+) \| [^|]* \| .{10,}\. \|$", page("settings.md"), re.MULTILINE
    )
    assert dict(rows).keys() == VARIABLES.keys()
    assert [name for name, held in rows if held != (f"`{VARIABLES[name]}`" if VARIABLES[name] else "—")] == []


def test_every_clause_that_is_cited_is_in_the_table_of_clauses() -> None:
    told = set(re.findall(r"^\| ([A-Z0-9-]+) \|", page("clauses.md"), re.MULTILINE))
    policy = shipped_policy().decode("utf-8")
    cited = set(re.findall(r'"([A-Z][A-Z0-9-]+)"', policy))
    for kind in TYPES.values():
        brackets = re.findall(r"\(([A-Z][A-Z0-9, -]+)\)", kind.__doc__ or "")
        cited |= {clause for inside in brackets for clause in inside.split(", ")}
    assert "P1-CONTINUOUS" in cited
    assert cited - told == set()


def test_every_command_is_told_of_outside_its_reference() -> None:
    told = "".join(path.read_text(encoding="utf-8") for path in PAGES if path.name != "cli.md")
    names = [path.removeprefix("sla-ledger ") for path, command in commands() if command.params]
    assert len(names) > 10
    assert [name for name in names if not re.search(rf"`{name}\b|sla-ledger {name}\b", told)] == []


def test_the_glossary_is_in_order_and_in_both_languages() -> None:
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \| [^|]+ \|$", page("glossary.md"), re.MULTILINE)
    terms = [term for term, _ in rows if term not in {"term", "---"}]
    assert len(terms) > 20
    assert terms == sorted(set(terms))
    assert [term for term, russian in rows if term in terms and not re.search("[а-я]", russian)] == []


def _properties(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        properties = schema.get("properties", {})
        yield from properties
        for part in schema.values():
            yield from _properties(part)
    elif isinstance(schema, list | tuple):
        for part in schema:
            yield from _properties(part)


def _entries(shape: type[BaseModel]) -> Iterator[str]:
    for name, field in shape.model_fields.items():
        yield field.alias or name
        for nested in _models(field.annotation):
            yield from _entries(nested)


def _models(hint: Any) -> Iterator[type[BaseModel]]:
    if isinstance(hint, type) and issubclass(hint, BaseModel):
        yield hint
    for part in get_args(hint):
        yield from _models(part)
