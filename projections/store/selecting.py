"""What the stores share: a list's query put together from its parts, and how the incidents of a report are counted."""

from collections.abc import Mapping
from typing import Any, Final

from projections.compliance import Group, Key
from projections.store import Compliance, Cursor, Page, Selection
from projections.store.records import Record, incident_of

__all__ = ["FIRST", "count", "page_of", "selected"]

FIRST: Final = Cursor(-(2**63), "")
"""Before every row of the list of incidents."""


def selected(queries: Mapping[str, str], name: str, selection: Selection, order: str | None) -> str:
    """The query of a list, narrowed to a selection."""
    parts = [name]
    if selection.scope is not None:
        parts.append("in_scope")
    if selection.contract is not None:
        parts.append("of_contract")
    if selection.standing is not None:
        parts.append("not_judged" if selection.standing == "not-judged" else "of_standing")
    if selection.decisive is not None:
        parts.append("hanging_on")
    if selection.is_open is not None:
        parts.append("open" if selection.is_open else "closed")
    if selection.due_by is not None:
        parts.append("due_by")
    if order is not None:
        parts.append(order)
    return "\n".join(queries[part] for part in parts)


def page_of(records: list[Record], position: int, limit: int) -> Page:
    """The page of at most `limit` incidents, made of one record more where there is one."""
    rows = [incident_of(record) for record in records[:limit]]
    more = len(records) > limit
    return Page(tuple(rows), position, Cursor(rows[-1].opened_at, rows[-1].incident) if more else None)


def count(found: Compliance, record: Record) -> None:
    """Count one incident of a report: the columns of the query `compliance`."""
    month, level, priority, contract, standing, decisive, response, incident, problem = record
    values: dict[Key, str] = {"month": month, "level": level or "", "priority": str(priority), "contract": contract}
    questions: tuple[Any, ...] = tuple(decisive.split(",")) if decisive and standing == "disputed" else ()
    for group in (found.groups.setdefault(tuple(values[key] for key in found.by), Group()), found.total):
        group.standings[standing or "not-judged"] += 1
        group.hangs_on.update(questions)
        if response is not None:
            group.responses.append(response)
    if standing == "disputed":
        found.disputed.append((incident, questions))
    if problem is not None:
        found.not_judged.append((incident, problem))
