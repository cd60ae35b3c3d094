"""The message catalogues: whole in both languages, and without a message that nobody says."""

import ast
import re
from collections.abc import Iterator

import pytest

from schemas.problems import CATALOGUE
from schemas.reasons import REASONS
from schemas.rules import RULES
from services.cli.help import message_of, parameter_message
from services.cli.language import LANGUAGES
from services.cli.messages import Catalogue, catalogue
from services.cli.reference import commands
from tests.checkout import ROOT

TABLED = [f"invalid-input-{code}" for code in REASONS] + [f"rule-broken-{name}" for name in RULES]
GLOBAL_OPTIONS = {"option-lang", "option-help"}

FOREIGN = {
    "phrase-invalid-value",
    "phrase-is-a-directory",
    "phrase-no-permission",
    "phrase-no-such-command",
    "phrase-no-such-file",
    "phrase-not-one-of",
    "phrase-unexpected",
}
"""Phrases of Typer and of the operating system."""


def said_in_code() -> tuple[set[str], set[str]]:
    """Every string in the code that could be a message's name, and every beginning that one is made from."""
    whole, beginnings = set(), set()
    for path in (ROOT / "services").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.JoinedStr(values=[ast.Constant(value=str(start)), *_]):
                    beginnings.add(start)
                case ast.Constant(value=str(text)):
                    whole.add(text)
                case _:
                    pass
    return whole, {start for start in whole | beginnings if re.fullmatch(r"[a-z]+(-[a-z]+)*-", start)}


def said_by_commands() -> Iterator[str]:
    for path, command in commands():
        yield message_of(path)
        yield f"{message_of(path)}.examples"
        for parameter in command.params:
            yield parameter_message(path, parameter)  # type: ignore[arg-type]


def said_by_problems() -> Iterator[str]:
    for name in CATALOGUE:
        yield from (name, f"{name}.title", f"{name}.remedy")
    for name in TABLED:
        yield from (name, f"{name}.remedy")


def parameters(messages: Catalogue, name: str) -> set[str]:
    return set(messages.parameters(name))


def test_both_languages_have_the_same_messages() -> None:
    assert sorted(catalogue("en")) == sorted(catalogue("ru"))


@pytest.mark.parametrize("name", sorted(catalogue("en")))
def test_a_message_has_the_same_parameters_in_both_languages(name: str) -> None:
    english, russian = parameters(catalogue("en"), name), parameters(catalogue("ru"), name)
    if name.split(".", maxsplit=1)[0] in {*CATALOGUE, *TABLED}:
        assert russian <= english, "a translation can only say what the error tells"
    else:
        assert russian == english


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_problem_rule_and_reason_has_a_message_and_a_remedy(language: str) -> None:
    assert [name for name in said_by_problems() if name not in catalogue(language)] == []


def test_no_message_is_unused() -> None:
    whole, beginnings = said_in_code()
    said = whole | set(said_by_commands()) | set(said_by_problems()) | GLOBAL_OPTIONS
    unused = [
        name for name in catalogue("en") if name not in said and not any(name.startswith(start) for start in beginnings)
    ]
    assert unused == []


def test_a_missing_message_is_an_error() -> None:
    with pytest.raises(KeyError):
        catalogue("en").text("no-such-message")


def test_numbers_are_written_without_grouping_and_choose_the_plural() -> None:
    numbers = {"added": 1_000_021, "present": 0, "position": 2028}
    assert "1000021 событие," in catalogue("ru").text("import-done", **numbers)
    assert "1000022 события," in catalogue("ru").text("import-done", **{**numbers, "added": 1_000_022})
    assert "2028" in catalogue("en").text("import-done", **numbers)


def test_every_phrase_translated_is_one_that_errors_carry() -> None:
    folders = ("schemas", "ledger", "projections", "services")
    sources = "".join(path.read_text(encoding="utf-8") for folder in folders for path in (ROOT / folder).rglob("*.py"))
    own = [name for name in catalogue("en") if name.startswith("phrase-") and name not in FOREIGN]
    assert [name for name in own if catalogue("en").text(name) not in sources] == []
