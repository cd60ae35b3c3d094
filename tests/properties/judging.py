"""Random histories judged without the edges: the same docket, asked for many readings of one incident."""

from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from ledger.stamping import Bare
from ledger.unit_of_work import Duplicate, UnitOfWork
from projections.case import Docket
from projections.history import Histories
from projections.policies import shipped_policy
from projections.verdict import judge
from schemas.decode import decode_proposal
from schemas.instants import canonical_instant, parse_instant, to_micros
from schemas.verdicts import IncidentVerdict, NotJudged

Wire = dict[str, Any]


def docket(lines: Iterable[Wire]) -> Docket:
    """The incidents of these lines, ready to be judged."""
    unit, histories = UnitOfWork(Bare(), shipped_policy=shipped_policy()), Histories()
    for line in lines:
        event = unit.take(decode_proposal(orjson.dumps(line)))
        assert not isinstance(event, Duplicate)
        histories.add(event)
    return Docket(histories)


def recorded(lines: Iterable[Wire]) -> list[Wire]:
    """The lines with the `recorded_at` that each would get, so that they can be taken apart."""
    unit, stamped = UnitOfWork(Bare(), shipped_policy=shipped_policy()), []
    for line in lines:
        event = unit.take(decode_proposal(orjson.dumps(line)))
        assert not isinstance(event, Duplicate)
        stamped.append({**line, "recorded_at": canonical_instant(event.recorded_at)})
    return stamped


def verdicts(lines: Iterable[Wire], as_of: str, settled: Mapping[str, str] | None = None) -> dict[str, Wire]:
    """Each incident's line as of an instant."""
    found, instant = docket(lines), to_micros(parse_instant(as_of))
    judged = {name: judge(found, name, instant, settled or {}) for name in found.histories.incidents}
    return {name: verdict.to_wire() for name, verdict in judged.items() if verdict is not None}


def one(found: Docket, incident: str, as_of: str, settled: Mapping[str, str]) -> IncidentVerdict | NotJudged | None:
    """One incident as of an instant, with these questions settled."""
    return judge(found, incident, to_micros(parse_instant(as_of)), settled)
