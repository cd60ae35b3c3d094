"""Which language is spoken, and what a terminal is shown of foreign text."""

import pytest

from schemas.problems import BadArgument
from services.cli.language import choose_language
from services.cli.talk import harmless
from tests.unit.cli.calls import call


@pytest.mark.parametrize(
    ("arguments", "environment", "language"),
    [
        (["--lang", "ru"], {"SLA_LEDGER_LANG": "en"}, "ru"),
        (["evaluate", "--lang=ru", "f"], {}, "ru"),
        ([], {"SLA_LEDGER_LANG": "ru", "LANG": "en_US.UTF-8"}, "ru"),
        ([], {"LANG": "ru_RU.UTF-8"}, "ru"),
        ([], {"LC_ALL": "en_GB.UTF-8", "LANG": "ru_RU.UTF-8"}, "en"),
        ([], {"LC_MESSAGES": "ru_RU", "LANG": "C"}, "ru"),
        ([], {"LANG": "de_DE.UTF-8"}, "en"),
        ([], {}, "en"),
        (["--", "--lang", "ru"], {}, "en"),
    ],
)
def test_the_option_goes_before_the_variable_before_the_locale(
    arguments: list[str], environment: dict[str, str], language: str
) -> None:
    assert choose_language(arguments, environment)[0] == language


def test_the_option_is_taken_out_of_the_line() -> None:
    assert choose_language(["evaluate", "--lang", "ru", "f"], {})[1] == ["evaluate", "f"]
    assert choose_language(["--", "--lang"], {})[1] == ["--", "--lang"]


@pytest.mark.parametrize("arguments", [["--lang", "de"], ["--lang="], ["--lang"]])
def test_a_language_that_is_not_spoken_is_refused(arguments: list[str]) -> None:
    with pytest.raises(BadArgument):
        choose_language(arguments, {})
    assert call(*arguments).code == 2


def test_a_variable_with_a_language_not_spoken_is_refused_by_name() -> None:
    answer = call("--version", env={"SLA_LEDGER_LANG": "de"})
    assert (answer.code, answer.data) == (2, b"")
    assert "SLA_LEDGER_LANG" in answer.talk


def test_errors_are_told_in_the_language_asked_for() -> None:
    assert "нет параметра --nothing" in call("evaluate", "--nothing", "--lang", "ru").talk
    assert "there is no option --nothing" in call("evaluate", "--nothing").talk


@pytest.mark.parametrize(
    ("foreign", "shown"),
    [
        ("\x1b[31mred", "\\x1b[31mred"),
        ("a\u202eb", "a\\u202eb"),
        ("\x9b2J", "\\x9b2J"),
        ("Иванова\n", "Иванова\n"),
        ("[bold]x[/bold]", "[bold]x[/bold]"),
    ],
)
def test_control_characters_of_foreign_text_become_visible(foreign: str, shown: str) -> None:
    assert harmless(foreign) == shown


def test_a_hostile_argument_does_not_reach_the_terminal() -> None:
    assert "\x1b" not in call("evaluate", "/nowhere/\x1b]0;owned\x07").talk


def test_explanations_inside_an_error_are_translated_too() -> None:
    arguments = ("evaluate", "-", "--as-of", "2024-04-01T09:00:00")
    assert "it has no offset from UTC" in call(*arguments).talk
    assert "не указано смещение от UTC" in call(*arguments, "--lang", "ru").talk
