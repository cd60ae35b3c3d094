"""How rows lie in the tables, whatever the database: what is put in and got out, column by column."""

from collections.abc import Iterator, Sequence
from typing import Any, Final, TypeAlias

from projections.rows import Deadline, IncidentRow, ObligationRow, Private, RunningDue, View

__all__ = [
    "Record",
    "deadline_of",
    "incident_of",
    "incident_record",
    "obligation_of",
    "obligation_records",
    "private_of",
]

Record: TypeAlias = tuple[Any, ...]
"""A row of a table, column by column."""

_PUBLISHED: Final = len(IncidentRow._fields)
_OBLIGATION: Final = len(ObligationRow._fields)
_EARLIEST: Final = _OBLIGATION + 2
_PRIVATE: Final = (
    "month",
    "opening_priority",
    "response",
    "changes_at",
    "opened_on",
    "opened_recorded_at",
    "policy",
    "jurisdiction",
    "first_year",
    "last_year",
    "reach",
    "releases",
    "clock",
    "opened_position",
    "judged_position",
)
_DUTIES, _DECISIVE = (IncidentRow._fields.index(name) for name in ("duties_missing", "decisive"))
_DEPENDS, _HANGS = (ObligationRow._fields.index(name) for name in ("depends_on", "decisive"))


def incident_record(view: View) -> Record:
    """The record of `view_incidents`."""
    values = list[Any](view.incident)
    values[_DUTIES], values[_DECISIVE] = _joined(values[_DUTIES]), _joined(values[_DECISIVE])
    kept = view.private
    return (
        *values,
        kept.month,
        kept.opening_priority,
        kept.response,
        kept.changes_at,
        kept.opened_on,
        kept.opened_recorded_at,
        kept.policy,
        kept.jurisdiction,
        *kept.years,
        kept.reach,
        ",".join(kept.releases),
        kept.clock,
        kept.opened_position,
        kept.judged_position,
    )


def incident_of(record: Record) -> IncidentRow:
    """The published columns of such a record."""
    values = list(record[:_PUBLISHED])
    values[_DUTIES], values[_DECISIVE] = _split(values[_DUTIES]), _split(values[_DECISIVE])
    return IncidentRow(*values)


def private_of(record: Record, obligations: Sequence[Record]) -> Private:
    """The private columns of an incident's record, with what is running of its obligations' records."""
    values = dict(zip(_PRIVATE, record[_PUBLISHED:], strict=True))
    values["years"] = (values.pop("first_year"), values.pop("last_year"))
    values["releases"] = _split(values["releases"])
    return Private(**values, due=tuple(_running_of(one) for one in obligations if one[_EARLIEST] is not None))


def obligation_records(view: View) -> Iterator[Record]:
    """The records of `view_obligations`, one an obligation."""
    running = {due.obligation: due for due in view.private.due}
    for number, row in enumerate(view.obligations):
        values = list[Any](row)
        values[_DEPENDS], values[_HANGS] = _joined(values[_DEPENDS]), _joined(values[_HANGS])
        due = running.get(row.obligation)
        instants = (None, None, None) if due is None else (due.literal, due.earliest, due.latest)
        yield (values[0], number, *values[1:], *instants)


def obligation_of(record: Record) -> ObligationRow:
    """The published columns of such a record."""
    values = [record[0], *record[2 : _OBLIGATION + 1]]
    values[_DEPENDS], values[_HANGS] = _split(values[_DEPENDS]), _split(values[_HANGS])
    return ObligationRow(*values)


def deadline_of(record: Record) -> Deadline:
    """The deadline of an obligation's record with the incident's priority behind it."""
    return Deadline(obligation_of(record), record[-1], _running_of(record))


def _running_of(record: Record) -> RunningDue:
    literal, earliest, latest = record[_OBLIGATION + 1 : _OBLIGATION + 4]
    return RunningDue(record[2], literal, earliest, latest)


def _joined(names: tuple[str, ...] | None) -> str | None:
    return None if names is None else ",".join(names)


def _split(names: str | None) -> tuple[str, ...] | None:
    if names is None:
        return None
    return tuple(names.split(",")) if names else ()
