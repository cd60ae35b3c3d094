"""Help: every command has it in both languages, with examples that the command line takes."""

import re
import shlex

import pytest
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from services.cli import app
from services.cli.help import help_page, message_of
from services.cli.language import LANGUAGES
from services.cli.messages import catalogue
from services.cli.reference import FILE, commands, reference
from services.settings import VARIABLES
from tests.unit.cli.calls import call

COMMANDS = dict(commands())


def examples(path: str) -> list[list[str]]:
    """The calls of this program in the examples of a command, as lists of arguments."""
    text = catalogue("en").text(f"{message_of(path)}.examples")
    parts = [part for line in text.splitlines() for part in line.split(" | ")]
    words = [shlex.split(re.split("[<>]", part)[0]) for part in parts]
    return [call[1:] for call in words if call[0] == "sla-ledger"]


@pytest.mark.parametrize("path", COMMANDS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_help_says_what_the_command_is_for_with_examples(path: str, language: str) -> None:
    shown = call(*path.split()[1:], "--help", "--lang", language)
    page = help_page(COMMANDS[path], path, catalogue(language))
    assert shown.code == 0
    assert page.examples.splitlines()[0] in shown.text
    assert page.meaning.split()[0] in shown.text
    for row in (*page.commands, *page.arguments, *page.options):
        assert row.name.split()[0] in shown.text


@pytest.mark.parametrize("path", COMMANDS)
def test_the_examples_are_calls_that_the_command_line_takes(path: str) -> None:
    assert examples(path) != []
    for arguments in examples(path):
        rest = [word for word in arguments if word not in {"--lang", "ru", "--help"}]
        command = get_command(app)
        while isinstance(command, TyperGroup):
            command = command.commands[rest.pop(0)]
        assert isinstance(command, TyperCommand)
        if "--help" not in arguments:
            command.make_context("example", rest)


@pytest.mark.parametrize("path", COMMANDS)
def test_help_is_in_russian_where_it_is_asked_for(path: str) -> None:
    meaning = help_page(COMMANDS[path], path, catalogue("ru")).meaning
    assert re.search("[а-яё]", meaning)


def test_examples_are_not_broken_into_lines() -> None:
    shown = call("evaluate", "--help").text
    assert "  sla-ledger evaluate history.jsonl --reading premium-hours=service --incident INC-2024-000017\n" in shown


def test_without_a_command_help_is_shown_and_the_call_is_refused() -> None:
    shown = call()
    assert shown.code == 2
    assert "evaluate" in shown.text


def test_the_version_is_told() -> None:
    assert re.fullmatch(r"sla-ledger \S+\n", call("--version").text)


def test_the_reference_is_current() -> None:
    assert FILE.read_text(encoding="utf-8") == reference(), "run python -m services.cli.reference"


def test_the_reference_names_every_command_and_variable() -> None:
    page = reference()
    for path in COMMANDS:
        assert f"## {path}\n" in page
    for variable in VARIABLES:
        assert f"| `{variable}` |" in page
