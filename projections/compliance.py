"""How the contract was kept over many incidents: groups with their standings, what is disputed, how long answers took.

A group is what incidents have in common: the month, level, priority, contract of their opening. The response time is
the clock time that passed from the start of the first response clock to the response, both under the literal reading
with the settled questions applied; nights and holidays count, so it is comparable between levels. A percentile is the
smallest response time that at least so many of a hundred incidents with a response did not exceed (nearest rank).
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import ceil
from typing import Any, Final, Literal

from projections.case import Docket
from projections.diagram import OPTIONS, literal
from projections.history import Opening
from projections.response import race
from projections.verdict import Judgement
from schemas.verdicts import IncidentVerdict, NotJudged

__all__ = [
    "KEYS",
    "PERCENTILES",
    "Choice",
    "Group",
    "Judged",
    "Key",
    "Report",
    "judge_all",
    "percentile",
    "response_time",
]

Key = Literal["month", "level", "priority", "contract"]
KEYS: Final[tuple[Key, ...]] = ("month", "level", "priority", "contract")
PERCENTILES: Final = (50, 90, 95)
Choice = Callable[[str, int], bool]
"""Whether an incident is reported on: by its contract and the local date of its opening (an ordinal)."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One incident as a report counts it; `opened_on` is the local date of its opening as first recorded (an ordinal).

    `decisive` are the questions its disputed obligations hang on, `response` its response time in microseconds.
    """

    incident: str
    contract: str
    level: str
    priority: int
    opened_on: int
    verdict: IncidentVerdict | NotJudged
    response: int | None

    @property
    def standing(self) -> str:
        """The standing of the incident: broken, else disputed, else kept; or that it cannot be judged."""
        return "not-judged" if isinstance(self.verdict, NotJudged) else self.verdict.standing

    @property
    def decisive(self) -> tuple[str, ...]:
        """The questions that its disputed obligations hang on, sorted."""
        if isinstance(self.verdict, NotJudged):
            return ()
        return tuple(sorted({name for one in self.verdict.obligations for name in one.decisive}))

    def value(self, key: Key) -> str:
        """What the incident has of a group's key."""
        match key:
            case "month":
                return date.fromordinal(self.opened_on).isoformat()[:7]
            case "level":
                return self.level
            case "priority":
                return str(self.priority)
            case "contract":
                return self.contract


@dataclass(slots=True)
class Group:
    """The incidents that share a key: how many have each standing, what the disputed ones hang on."""

    standings: Counter[str] = field(default_factory=Counter)
    hangs_on: Counter[str] = field(default_factory=Counter)
    responses: list[int] = field(default_factory=list)

    @property
    def incidents(self) -> int:
        """How many incidents the group has."""
        return self.standings.total()

    def percentile(self, rank: int) -> int | None:
        """The response time in microseconds that `rank` of a hundred did not exceed; None where nobody responded."""
        return percentile(sorted(self.responses), rank)

    def to_wire(self) -> dict[str, Any]:
        """The group as JSON values; response times in whole seconds, rounded up."""
        times = sorted(self.responses)
        return {
            "incidents": self.incidents,
            **{name: self.standings[name] for name in ("kept", "broken", "disputed")},
            "not_judged": self.standings["not-judged"],
            "hangs_on": dict(sorted(self.hangs_on.items(), key=lambda item: (-item[1], item[0]))),
            "responses": len(times),
            **{f"response_p{rank}_seconds": _seconds(percentile(times, rank)) for rank in PERCENTILES},
        }


@dataclass(slots=True)
class Report:
    """The groups of a report, its disputed incidents, and how our standings agree with another source's verdicts.

    `against` is that source's verdict by incident: whether it holds that the contract was kept.
    """

    by: tuple[Key, ...]
    against: Mapping[str, bool] | None = None
    groups: dict[tuple[str, ...], Group] = field(default_factory=dict)
    total: Group = field(default_factory=Group)
    disputed: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    not_judged: list[NotJudged] = field(default_factory=list)
    agreement: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, judged: Judged) -> None:
        """Count one incident."""
        key = tuple(judged.value(name) for name in self.by)
        for group in (self.groups.setdefault(key, Group()), self.total):
            group.standings[judged.standing] += 1
            group.hangs_on.update(judged.decisive if judged.standing == "disputed" else ())
            if judged.response is not None:
                group.responses.append(judged.response)
        if judged.standing == "disputed":
            self.disputed.append((judged.incident, judged.decisive))
        if isinstance(judged.verdict, NotJudged):
            self.not_judged.append(judged.verdict)
        if self.against is not None:
            theirs = self.against.get(judged.incident)
            told = "absent" if theirs is None else "kept" if theirs else "broken"
            self.agreement[judged.standing, told] += 1

    def sorted_groups(self) -> Iterator[tuple[tuple[str, ...], Group]]:
        """The groups in the order of their keys."""
        yield from sorted(self.groups.items())

    def to_wire(self) -> dict[str, Any]:
        """The report as JSON values."""
        wire: dict[str, Any] = {
            "by": list(self.by),
            "groups": [
                {**dict(zip(self.by, key, strict=True)), **group.to_wire()} for key, group in self.sorted_groups()
            ],
            "total": self.total.to_wire(),
            "disputed": [{"incident": incident, "decisive": list(decisive)} for incident, decisive in self.disputed],
            "not_judged": [one.to_wire() for one in self.not_judged],
        }
        if self.against is not None:
            wire["agreement"] = [
                {"ours": ours, "theirs": theirs, "incidents": count}
                for (ours, theirs), count in sorted(self.agreement.items())
            ]
        return wire


def judge_all(docket: Docket, as_of: int, overrides: Mapping[str, str], choose: Choice) -> Iterator[Judged]:
    """Each incident recorded by the as-of instant (microseconds) that is chosen, judged; in the order opened."""
    for incident, facts in docket.histories.incidents.items():
        opening = facts[0]
        assert isinstance(opening.detail, Opening)
        if opening.recorded > as_of:
            continue
        case = docket.case(incident, as_of, overrides)
        assert case is not None, "it was recorded by then"
        opened_on = case.cover.local.date_of(opening.occurred)
        if not choose(opening.detail.contract, opened_on):
            continue
        judgement = Judgement(case)
        yield Judged(
            incident=incident,
            contract=opening.detail.contract,
            level=case.level_name,
            priority=opening.detail.priority,
            opened_on=opened_on,
            verdict=judgement.verdict(),
            response=response_time(judgement),
        )


def percentile(ordered: Sequence[int], rank: int) -> int | None:
    """The nearest-rank percentile of values in ascending order; None where there are none."""
    return ordered[ceil(len(ordered) * rank / 100) - 1] if ordered else None


def response_time(judgement: Judgement) -> int | None:
    """The clock time from the start of the first response clock to the response, read literally, in microseconds."""
    told = literal(judgement.told)
    settled = judgement.case.settled
    run = race(told.counted, 1, told.changes, lambda name: settled.get(name) or OPTIONS[name][0])
    if run.start is None or run.response is None:
        return None
    return max(0, run.response - run.start)


def _seconds(micros: int | None) -> int | None:
    return None if micros is None else -(-micros // 1_000_000)
