"""Which language the command line speaks: `--lang`, else SLA_LEDGER_LANG, else the locale, else English.

It is decided before the arguments are parsed, so that help and usage errors are in it too; `--lang` may therefore
stand anywhere on the line.
"""

from collections.abc import Mapping, Sequence
from typing import Final, Literal, get_args

from schemas.problems import BadArgument

__all__ = ["LANGUAGES", "Language", "choose_language"]

Language = Literal["en", "ru"]
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)

_OPTION: Final = "--lang"
_LOCALE_VARIABLES: Final = ("LC_ALL", "LC_MESSAGES", "LANG")


def choose_language(arguments: Sequence[str], environment: Mapping[str, str]) -> tuple[Language, list[str]]:
    """The language, and the arguments without `--lang`. Raises BadArgument for one that is not spoken."""
    rest: list[str] = []
    chosen: Language | None = None
    left = iter(arguments)
    for argument in left:
        if argument == "--":
            rest += [argument, *left]
        elif argument == _OPTION:
            chosen = _spoken(next(left, ""), _OPTION)
        elif argument.startswith(f"{_OPTION}="):
            chosen = _spoken(argument.removeprefix(f"{_OPTION}="), _OPTION)
        else:
            rest.append(argument)
    return chosen or language_of(environment), rest


def language_of(environment: Mapping[str, str]) -> Language:
    """The language that the environment asks for. Raises BadArgument where SLA_LEDGER_LANG names one not spoken."""
    asked = environment.get("SLA_LEDGER_LANG")
    if asked:
        return _spoken(asked, "SLA_LEDGER_LANG")
    locale = next(filter(None, map(environment.get, _LOCALE_VARIABLES)), "")
    return "ru" if locale.lower().startswith("ru") else "en"


def _spoken(name: str, argument: str) -> Language:
    for language in LANGUAGES:
        if language == name:
            return language
    raise BadArgument(argument=argument, reason=f"{name or '…'} ({' | '.join(LANGUAGES)})")
