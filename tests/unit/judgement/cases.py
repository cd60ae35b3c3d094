"""A told dispute laid out for judging: the product's own record, docket and judgement, without its edges."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime

from ledger.stamping import Bare
from ledger.unit_of_work import UnitOfWork
from projections.calendars import shipped_calendars
from projections.case import Case, Docket
from projections.explain import Explanation, explain
from projections.history import Histories
from projections.policies import shipped_policy
from projections.verdict import Judgement
from schemas.decode import decode_proposal
from schemas.events import Event
from schemas.instants import parse_instant, to_micros
from schemas.verdicts import IncidentVerdict
from tests.scenarios.story import INCIDENT, Story


def histories(story: Story, policies: Iterable[bytes] = ()) -> Histories:
    """What the record keeps of a story, the shipped calendars before it."""
    unit = UnitOfWork(Bare(), policy_texts=policies, shipped_policy=shipped_policy())
    kept = Histories()
    proposals = list(shipped_calendars(story.calendars)) if story.calendars else []
    proposals += [decode_proposal(json.dumps(line).encode()) for line in story.lines]
    for proposal in sorted(proposals, key=lambda one: one.recorded_at or one.occurred_at):
        event = unit.take(proposal)
        assert isinstance(event, Event)
        kept.add(event)
    return kept


def case(
    story: Story, as_of: datetime | None = None, policies: Mapping[str, bytes] | None = None, /, **settled: str
) -> Case:
    """The incident of a story as of an instant, or of its last recorded one."""
    instant = as_of or max(parse_instant(line["recorded_at"]) for line in story.lines)
    texts = policies or {}
    found = Docket(histories(story, texts.values()), texts).case(INCIDENT, to_micros(instant), settled)
    assert found is not None
    return found


def explained(story: Story, as_of: datetime | None = None, /, **settled: str) -> Explanation:
    """The incident's verdict with its arithmetic."""
    judgement = Judgement(
        case(story, as_of, None, **{name.replace("_", "-"): option for name, option in settled.items()})
    )
    verdict = judgement.verdict()
    assert isinstance(verdict, IncidentVerdict)
    return explain(judgement, verdict)
