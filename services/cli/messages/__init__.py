"""What the command line says, in Fluent catalogues: one folder a language, the same files and messages in each.

A problem's message has the problem's key as its id, with `.remedy` and `.title`; a command's has `command-` and its
path, with `.examples` and one attribute for each of its arguments and options; the rest is named by what it says.
"""

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any, Final

from fluent.runtime import FluentBundle, FluentResource
from fluent.runtime.types import fluent_number
from fluent.syntax import ast

from services.cli.messages.problems import english_problems

__all__ = ["Catalogue", "catalogue"]

_SUFFIX: Final = ".ftl"


class Catalogue:
    """All messages of one language."""

    def __init__(self, language: str) -> None:
        """Read the language's files; a message that stands twice, or a line that is no message, is a fault."""
        self._bundle = FluentBundle([language], use_isolating=False)
        self._sources: dict[str, str] = {}
        for file in sorted(files(__name__).joinpath(language).iterdir(), key=lambda file: file.name):
            if file.name.endswith(_SUFFIX):
                self._read(file.name, file.read_text(encoding="utf-8"))
        if language == "en":
            self._read("schemas.problems", english_problems())

    def _read(self, name: str, source: str) -> None:
        resource = FluentResource(source)
        for entry in resource.body:
            assert not isinstance(entry, ast.Junk), f"{name}: no message: {entry.content!r}"
            if isinstance(entry, ast.Message):
                for full, pattern in _patterns(entry):
                    assert full not in self._sources, f"{name}: {full} stands twice"
                    assert pattern.span is not None
                    self._sources[full] = source[pattern.span.start : pattern.span.end]
        self._bundle.add_resource(resource)

    def __contains__(self, name: str) -> bool:
        """Whether there is such a message (`id` or `id.attribute`)."""
        return name in self._sources

    def __iter__(self) -> Iterator[str]:
        """Every message and attribute, `id` or `id.attribute`."""
        return iter(self._sources)

    def text(self, name: str, /, **params: Any) -> str:
        """The message `id`, or its attribute `id.attribute`, with its parameters filled in.

        Numbers choose plural forms and are written without grouping. KeyError where there is no such message.
        """
        if name not in self._sources:
            raise KeyError(name)
        identifier, _, attribute = name.partition(".")
        message = self._bundle.get_message(identifier)
        pattern = message.attributes[attribute] if attribute else message.value
        assert pattern is not None
        filled = {key: _argument(value) for key, value in params.items()}
        text, errors = self._bundle.format_pattern(pattern, filled)
        assert not errors, f"{name}: {errors}"
        return str(text)

    def parameters(self, name: str) -> set[str]:
        """The names of the parameters that the message or attribute `name` takes."""
        return set(re.findall(r"\$([a-z0-9_]+)", self._sources[name]))


@cache
def catalogue(language: str) -> Catalogue:
    """The catalogue of a language, read once."""
    return Catalogue(language)


def _patterns(message: ast.Message) -> Iterator[tuple[str, ast.Pattern]]:
    if message.value is not None:
        yield message.id.name, message.value
    for attribute in message.attributes:
        yield f"{message.id.name}.{attribute.id.name}", attribute.value


def _argument(value: Any) -> Any:
    if isinstance(value, int) and not isinstance(value, bool):
        return fluent_number(value, useGrouping=False)
    return str(value)
