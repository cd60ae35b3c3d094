"""The tables of the documentation that the code itself knows: event types, refusals, problems, settings, columns.

Each stands between two marks in its page; `python -m docs.tables` writes them anew, and a test
fails while one is stale.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Final, get_args, get_origin, get_type_hints

from ledger.rules import MAY_RECORD
from schemas.events import TYPES, Data
from schemas.model import Commitment, Model, Personal
from schemas.problems import CATALOGUE
from schemas.reasons import REASONS
from schemas.refusal import Refusal
from schemas.rules import RULES
from schemas.topic_schemas import row
from services.api.rights import RIGHTS, Right
from services.settings import settings_known

__all__ = ["FOLDER", "TABLES", "written"]

FOLDER: Final = Path(__file__).resolve().parent
_ACTORS: Final = ("customer", "engineer", "system", "auditor")


def event_types() -> str:
    """Every type of event: what it says, who may record it, what its data holds."""
    rows = (
        (f"`{name}`", _first_sentence(kind), _recorders(kind), ", ".join(_fields(kind))) for name, kind in TYPES.items()
    )
    return _table(("type", "what it says", "recorded by", "data"), rows)


def reasons() -> str:
    """Why a line is refused for its form."""
    return _refusals("reason", REASONS)


def rules() -> str:
    """Why an event is refused that cannot be true."""
    return _refusals("rule", RULES)


def problems() -> str:
    """Every problem of the catalogue, by its exit code."""
    rows = (
        (f"`{one.name}`", str(int(one.exit_code)), _said(one.template), _said(one.remedy))
        for one in sorted(CATALOGUE.values(), key=lambda one: (one.exit_code, one.name))
    )
    return _table(("problem", "exit", "what is said", "what to do"), rows)


def settings() -> str:
    """Every setting: its variable, type, default, unit and meaning."""
    rows = (
        (f"`{one.variable}`", one.type, f"`{one.default}`" if one.default else "—", one.unit, one.description)
        for one in settings_known()
    )
    return _table(("variable", "type", "default", "unit", "what it sets"), rows)


def rights() -> str:
    """What each role may."""
    names = get_args(Right)
    rows = ((f"`{role}`", *("yes" if name in may else "—" for name in names)) for role, may in RIGHTS.items())
    return _table(("role", *names), rows)


def incident_columns() -> str:
    """The columns of the incidents' rows."""
    return _columns("incidents")


def obligation_columns() -> str:
    """The columns of the obligations' rows."""
    return _columns("obligations")


TABLES: Final[Mapping[str, tuple[str, Callable[[], str]]]] = {
    "event-types": ("event.md", event_types),
    "reasons": ("refusals.md", reasons),
    "rules": ("refusals.md", rules),
    "problems": ("problems.md", problems),
    "settings": ("settings.md", settings),
    "rights": ("roles.md", rights),
    "incident-columns": ("topics.md", incident_columns),
    "obligation-columns": ("topics.md", obligation_columns),
}
"""Each table by the name of its marks: the page it stands in and what makes it."""


def written(page: str, text: str) -> str:
    """The text of a page with its tables as the code has them now. Raises ValueError where a mark is missing."""
    for name, (home, make) in TABLES.items():
        if home == page:
            begin, end = f"<!-- table: {name} -->\n", f"<!-- end: {name} -->"
            before, found, rest = text.partition(begin)
            _, closed, after = rest.partition(end)
            if not (found and closed):
                raise ValueError(f"{page} has no place for the table {name}")
            text = f"{before}{begin}\n{make()}\n{end}{after}"
    return text


def _columns(name: str) -> str:
    columns = row(name)["properties"].items()
    rows = ((f"`{column}`", " or ".join(_kinds(schema)), schema["description"]) for column, schema in columns)
    return _table(("column", "type", "what it says"), rows)


def _kinds(schema: dict[str, Any]) -> Iterator[str]:
    for choice in schema.get("anyOf", (schema,)):
        yield {"string": "text", "null": "null"}.get(choice["type"], choice["type"])


def _fields(model: type[Model], inside: bool = False) -> Iterator[str]:
    hints = get_type_hints(model, include_extras=True)
    for name, field in model.model_fields.items():
        shown = field.alias or name
        parts = list(_parts(hints[name]))
        nested = [one for one in parts if isinstance(one, type) and issubclass(one, Model) and one is not Commitment]
        if any(isinstance(one, Personal) for one in parts) and not inside:
            shown = f"*{shown}*"
        optional = "" if field.is_required() else "?"
        holds = f" {{{', '.join(_fields(nested[0], inside=True))}}}" if len(nested) == 1 else ""
        yield f"{shown}{optional}{holds}"


def _parts(hint: Any) -> Iterator[Any]:
    if get_origin(hint) is Annotated:
        value, *marks = get_args(hint)
        yield from marks
        yield from _parts(value)
    elif get_args(hint):
        for part in get_args(hint):
            yield from _parts(part)
    else:
        yield hint


def _recorders(kind: type[Data]) -> str:
    return ", ".join(actor for actor in _ACTORS if actor in MAY_RECORD[kind])


def _first_sentence(kind: type[Data]) -> str:
    sentence = (kind.__doc__ or "").partition("\n")[0].removesuffix(".")
    return re.sub(r" \(\w+\.md[^)]*\)", "", sentence)


def _refusals(head: str, table: Mapping[str, Refusal]) -> str:
    rows = ((f"`{code}`", _said(one.message), _said(one.remedy)) for code, one in table.items())
    return _table((head, "what is said", "what to do"), rows)


def _said(template: str) -> str:
    """A message with the names of its parameters in italics."""
    return re.sub(r"\{(\w+)\}", lambda match: f"*{match[1].replace('_', ' ')}*", template)


def _table(head: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> str:
    lines = (head, ("---",) * len(head), *rows)
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines)


def _write() -> None:
    for page in sorted({home for home, _ in TABLES.values()}):
        path = FOLDER / page
        path.write_text(written(page, path.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    _write()
