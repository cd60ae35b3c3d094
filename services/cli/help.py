"""Help pages in the language spoken: what a command is for, its arguments and options, examples.

The texts stand in the catalogue, not in the code: message `command-<path>` with an attribute for each parameter, else
the shared message `option-<name>`; `.examples` are shown as they are.
"""

import re
from collections.abc import Iterator
from textwrap import indent
from typing import Any, NamedTuple

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from services.cli.messages import Catalogue, catalogue
from services.cli.talk import print_rich, print_whole, text

__all__ = [
    "PROGRAM",
    "LocalCommand",
    "LocalGroup",
    "Page",
    "Row",
    "help_page",
    "message_of",
    "parameter_message",
]

PROGRAM = "sla-ledger"


class Row(NamedTuple):
    """One argument, option or command of a page: its name as typed, and what it is."""

    name: str
    meaning: str


class Page(NamedTuple):
    """The help of one command as plain texts."""

    usage: str
    meaning: str
    commands: tuple[Row, ...]
    arguments: tuple[Row, ...]
    options: tuple[Row, ...]
    examples: str


def message_of(path: str) -> str:
    """The id of a command's message: `sla-ledger calendar check` has `command-calendar-check`."""
    return "-".join(("command", *path.split()[1:])) if " " in path else "command"


def parameter_message(path: str, parameter: TyperArgument | TyperOption) -> str:
    """The id of a parameter's message: the command's own attribute where there is one, else the shared one."""
    name = _name(parameter)
    own = f"{message_of(path)}.{name}"
    return own if own in catalogue("en") else f"option-{name}"


def help_page(command: TyperCommand | TyperGroup, path: str, messages: Catalogue) -> Page:
    """The page of the command called by `path` (`sla-ledger calendar check`), in the language of the catalogue."""
    title = message_of(path)
    arguments, options = [], []
    for parameter in command.params:
        assert isinstance(parameter, TyperArgument | TyperOption)
        meaning = messages.text(parameter_message(path, parameter))
        if isinstance(parameter, TyperArgument):
            arguments.append(Row(_typed_argument(parameter), meaning))
        else:
            options.append(Row(_typed_option(parameter), meaning + _environment(parameter, messages)))
    options.append(Row("--lang en|ru", messages.text("option-lang")))
    options.append(Row("--help", messages.text("option-help")))
    examples = f"{title}.examples"
    return Page(
        usage=" ".join([path, "[OPTIONS]", *_positions(command)]),
        meaning=_flowing(messages.text(title)),
        commands=tuple(_commands(command, path, messages)),
        arguments=tuple(arguments),
        options=tuple(options),
        examples=messages.text(examples) if examples in messages else "",
    )


def _flowing(paragraphs: str) -> str:
    """The text with the lines of each paragraph joined, as the terminal will break them anew."""
    return re.sub(r"(?<!\n)\n(?!\n)", " ", paragraphs)


def _positions(command: TyperCommand | TyperGroup) -> Iterator[str]:
    for parameter in command.params:
        if isinstance(parameter, TyperArgument):
            name = _typed_argument(parameter)
            yield name if parameter.required else f"[{name}]"
    if isinstance(command, TyperGroup):
        yield "COMMAND …"


def _commands(command: TyperCommand | TyperGroup, path: str, messages: Catalogue) -> Iterator[Row]:
    if isinstance(command, TyperGroup):
        for name in command.commands:
            meaning = messages.text(message_of(f"{path} {name}"))
            yield Row(name, meaning.partition("\n")[0])


def _name(parameter: TyperArgument | TyperOption) -> str:
    if isinstance(parameter, TyperArgument):
        return (parameter.name or "").replace("_", "-")
    return max(parameter.opts, key=len).lstrip("-")


def _typed_argument(parameter: TyperArgument) -> str:
    return (parameter.metavar or parameter.name or "").upper()


def _typed_option(parameter: TyperOption) -> str:
    names = ", ".join(parameter.opts)
    if parameter.is_flag:
        return names
    descriptor = parameter.type_descriptor
    chosen = "|".join(map(str, descriptor.choices or ())) if descriptor.is_choice else ""
    repeated = "…" if parameter.multiple else ""
    return f"{names} {chosen or parameter.metavar or _name(parameter).upper()}{repeated}"


def _environment(parameter: TyperOption, messages: Catalogue) -> str:
    if not parameter.envvar:
        return ""
    return " " + messages.text("help-environment", variable=str(parameter.envvar))


def _show(page: Page) -> Iterator[RenderableType]:
    yield Text.assemble((text("help-usage"), "bold"), " ", page.usage)
    yield Padding(Text(page.meaning), (1, 2), expand=False)
    for heading, rows in (
        ("help-commands", page.commands),
        ("help-arguments", page.arguments),
        ("help-options", page.options),
    ):
        if rows:
            table = Table.grid(padding=(0, 2))
            table.add_column(style="cyan", max_width=34)
            table.add_column()
            for row in rows:
                table.add_row(row.name, row.meaning)
            yield Text(text(heading), style="bold")
            yield Padding(table, (0, 2, 1, 2), expand=False)


class _Local:
    """What a command and a group of commands share: help made here instead of by Typer."""

    def format_help(self, ctx: Any, _formatter: Any) -> None:
        """Print the page of the command that the context is about."""
        assert isinstance(self, TyperCommand | TyperGroup)
        page = help_page(self, ctx.command_path, catalogue(text("language")))
        print_rich(Group(*_show(page)))
        if page.examples:
            print_whole(text("help-examples"), style="bold")
            print_whole(indent(page.examples, "  "))


class LocalCommand(_Local, TyperCommand):
    """A command whose help is in the language spoken."""


class LocalGroup(_Local, TyperGroup):
    """A group of commands whose help is in the language spoken, its commands in the order they were added."""

    def list_commands(self, ctx: Any) -> list[str]:
        """The names in the order added, which is that of their use."""
        del ctx
        return list(self.commands)
