"""Where output goes: data on stdout, talk (progress, warnings, errors) on stderr, each in the language chosen.

Text from events is hostile: control characters are made visible, Rich's markup is never interpreted.
"""

import sys
import unicodedata
from contextvars import ContextVar
from functools import cache
from typing import Any, Final

import orjson
from rich.console import Console, RenderableType
from rich.text import Text

from services.cli.language import Language
from services.cli.messages import catalogue

__all__ = [
    "error_console",
    "explained",
    "harmless",
    "output_console",
    "print_answer",
    "print_json",
    "print_line",
    "print_rich",
    "print_whole",
    "say",
    "set_language",
    "text",
    "warn",
]

_language: Final[ContextVar[Language]] = ContextVar("language", default="en")
_SHOWN: Final = frozenset("\n\t")


def set_language(language: Language) -> None:
    """Speak this language from now on."""
    _language.set(language)


def text(name: str, /, **params: Any) -> str:
    """A message of the catalogue in the language spoken, values of `params` made harmless."""
    safe = {key: harmless(value) if isinstance(value, str) else value for key, value in params.items()}
    return catalogue(_language.get()).text(name, **safe)


def explained(why: str) -> str:
    """What an error explains where no catalogue is known, phrase by phrase in the language spoken; the rest stays."""
    for english, phrase in _phrases():
        why = why.replace(english, text(phrase))
    return why


@cache
def _phrases() -> tuple[tuple[str, str], ...]:
    """Every phrase that can be translated, with its message; the longest first, since some hold others."""
    phrases = ((catalogue("en").text(name), name) for name in catalogue("en") if name.startswith("phrase-"))
    return tuple(sorted(phrases, key=lambda phrase: -len(phrase[0])))


def harmless(foreign: str) -> str:
    """Foreign text as a terminal may show it: control and bidirectional characters become visible escapes."""
    return "".join(
        character
        if character in _SHOWN or unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co"}
        else character.encode("unicode_escape").decode("ascii")
        for character in foreign
    )


def output_console() -> Console:
    """The console for data meant for a person."""
    return Console(file=sys.stdout, markup=False, highlight=False, emoji=False)


def error_console() -> Console:
    """The console for talk."""
    return Console(file=sys.stderr, markup=False, highlight=False, emoji=False)


def print_rich(*shown: RenderableType) -> None:
    """Show data to a person on stdout: texts, tables, trees."""
    console = output_console()
    for renderable in shown:
        console.print(renderable)


def print_whole(shown: str | Text, style: str | None = None) -> None:
    """Show text to a person on stdout without breaking its lines, so that they can be copied."""
    output_console().print(shown, style=style, soft_wrap=True)


def print_line(line: bytes) -> None:
    """Write one line of data to stdout, as it is."""
    sys.stdout.buffer.write(line + b"\n")


def print_json(value: Any) -> None:
    """Write one JSON value as a line to stdout."""
    print_line(orjson.dumps(value))


def print_answer(name: str, /, *, as_json: bool, **facts: Any) -> None:
    """Answer on stdout: the facts as a JSON object, or the message that tells them."""
    if as_json:
        print_json(facts)
    else:
        print_whole(text(name, **facts))


def say(name: str, /, **params: Any) -> None:
    """Tell a person something on stderr: a message of the catalogue."""
    sys.stdout.flush()
    error_console().print(text(name, **params), soft_wrap=True)


def warn(name: str, /, **params: Any) -> None:
    """Warn a person on stderr: a message of the catalogue, marked as a warning."""
    sys.stdout.flush()
    told = text("talk-warning", message=text(name, **params))
    error_console().print(told, style="yellow", soft_wrap=True)
