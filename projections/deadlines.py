"""What falls due next: the obligations still running as of an instant, with the deadlines that their readings give."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from projections.case import Docket
from projections.diagram import literal, support, values
from projections.history import Opening
from projections.local_time import LocalTime
from projections.verdict import Judgement
from schemas.verdicts import NotJudged, Outcome, Standing, print_micros

__all__ = ["Deadline", "deadlines"]


@dataclass(frozen=True, slots=True)
class Deadline:
    """An obligation that is still running under some reading, and when it falls due; instants in microseconds.

    `earliest_due` and `latest_due` are over the readings under which it is running; `literal_due` is None where the
    literal reading finds it met, breached, not covered or not yet started. `priority` is the literal one in
    force, `local` the contract's local time.
    """

    incident: str
    contract: str
    customer: str
    level: str
    priority: int
    obligation: str
    clause: str
    standing: Standing
    literal_due: int | None
    earliest_due: int
    latest_due: int
    depends_on: tuple[str, ...]
    local: LocalTime

    def to_wire(self) -> dict[str, Any]:
        """The deadline as JSON values."""
        return {
            "incident": self.incident,
            "contract": self.contract,
            "customer": self.customer,
            "level": self.level,
            "priority": self.priority,
            "obligation": self.obligation,
            "clause": self.clause,
            "standing": self.standing,
            "literal_due": print_micros(self.literal_due),
            "earliest_due": print_micros(self.earliest_due),
            "latest_due": print_micros(self.latest_due),
            "depends_on": list(self.depends_on),
        }


def deadlines(
    docket: Docket,
    as_of: int,
    within: int,
    overrides: Mapping[str, str],
) -> tuple[list[Deadline], list[NotJudged]]:
    """What falls due after `as_of` and at most `within` microseconds later under some reading, the earliest first.

    The second list holds the incidents that cannot be judged, so that nobody takes silence for safety.
    """
    found: list[Deadline] = []
    unknown: list[NotJudged] = []
    for incident in docket.histories.incidents:
        case = docket.case(incident, as_of, overrides)
        if case is None:
            continue
        judgement = Judgement(case)
        missing = judgement.missing
        if missing is not None:
            unknown.append(NotJudged(incident, as_of, missing.jurisdiction, missing.year))
        else:
            found += (deadline for deadline in _running(judgement) if deadline.earliest_due <= as_of + within)
    return sorted(found, key=lambda one: (one.earliest_due, one.incident, one.obligation)), unknown


def _running(judgement: Judgement) -> Iterator[Deadline]:
    case = judgement.case
    opening = case.facts[0].detail
    assert isinstance(opening, Opening)
    for name, clause, diagram in judgement.obligations:
        outcomes = [outcome for outcome in values(diagram) if isinstance(outcome, Outcome)]
        dues = [one.due for one in outcomes if one.verdict == "running" and one.due is not None]
        if not dues:
            continue
        told = literal(judgement.told)
        plain = literal(diagram)
        assert isinstance(plain, Outcome)
        breaches = {outcome.breached for outcome in outcomes}
        yield Deadline(
            incident=case.incident,
            contract=opening.contract,
            customer=case.terms.customer,
            level=case.level_name,
            priority=told.changes[-1].priority if told.changes else told.counted.priority,
            obligation=name,
            clause=clause,
            standing="disputed" if len(breaches) > 1 else "broken" if True in breaches else "kept",
            literal_due=plain.due if plain.verdict == "running" else None,
            earliest_due=min(dues),
            latest_due=max(dues),
            depends_on=support(diagram),
            local=case.cover.local,
        )
