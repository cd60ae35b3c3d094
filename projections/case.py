"""One incident laid out for judging: its facts as of an instant, the terms, policy and calendars that apply to it.

What does not depend on a contested question is settled here, once; the diagrams take over from there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from projections.continuous import ContinuousWork
from projections.counted import Counted, count
from projections.coverage import Cover
from projections.diagram import Ask
from projections.dues import Dues
from projections.history import Fact, Histories, Opening, Stage, Terms, adopted
from projections.local_time import LocalTime, local_time
from projections.policies import shipped_policy
from projections.priorities import Segment, effective_changes
from projections.remembering import Remembering
from projections.response import Walk
from projections.service import Service
from schemas.policy import Level, Policy, parse_policy
from schemas.problems import LevelMissing, PolicyTextMissing


class Told(NamedTuple):
    """A history under the readings that shape it: as counted, whether it is covered, and the changes of priority."""

    counted: Counted
    covered: bool
    changes: tuple[Segment, ...]


class Case(NamedTuple):
    """What judging one incident as of one instant (microseconds) rests on."""

    incident: str
    as_of: int
    facts: tuple[Fact, ...]
    terms: Terms
    level_name: str
    level: Level
    policy: Policy
    settled: Mapping[str, str]
    agreed: Mapping[str, str]
    cover: Cover
    service: Service
    dues: Dues
    walk: Walk
    work: ContinuousWork
    releases: Mapping[str, Sequence[Stage]]

    def counted(self, ask: Ask) -> Counted:
        """The history under one reading."""
        return count(self.facts, self.as_of, ask)

    def told(self, counted: Counted, ask: Ask) -> Told:
        """The history with its coverage and priorities under one reading."""
        covered = self.cover.covers(counted, ask)
        return Told(counted, covered, effective_changes(counted, ask) if covered else ())


@dataclass(slots=True)
class Docket:
    """Lays out cases from the histories; policies by their SHA-256, services shared between incidents."""

    histories: Histories
    policies: Mapping[str, bytes] = field(default_factory=dict)
    _locals: dict[str, LocalTime] = field(default_factory=dict)
    _services: dict[tuple[str, str, int, int], Service] = field(default_factory=dict)

    def case(
        self, incident: str, as_of: int, overrides: Mapping[str, str], *, beside: Case | None = None
    ) -> Case | None:
        """The case of an incident, or None where its opening was recorded after the as-of instant.

        `overrides` settles questions for this run, whatever the parties agreed. With another case of the incident
        `beside` it, what falls due when, and when there is service, is counted once for both.

        Raises PolicyTextMissing where the text of the policy that judges is not at hand, LevelMissing where it does not
        have the contract's level, KeyError for an incident that was never opened.
        """
        every = self.histories.incidents[incident]
        opening = every[0]
        assert isinstance(opening.detail, Opening)
        if opening.recorded > as_of:
            return None
        facts = tuple(every if every[-1].recorded <= as_of else (fact for fact in every if fact.recorded <= as_of))
        terms = self.histories.contracts[opening.detail.contract]
        policy = self._policy(terms, opening, as_of)
        local = self._local(policy)
        opened_on = local.date_of(opening.occurred)
        level_name = terms.level_on(opened_on, as_of)
        level = policy.level.get(level_name)
        if level is None:
            raise LevelMissing(policy=policy.id, level=level_name, contract=terms.contract)
        agreed = terms.settled_on(opened_on, as_of)
        cover = Cover(policy.coverage, level, terms, local, terms.licensed_until(as_of))
        service = self._service(policy, level_name, terms.jurisdiction, opening.recorded, as_of)
        settled = {**policy.closed_questions, **agreed, **overrides}
        shared = beside if beside is not None and beside.service is service and beside.settled == settled else None
        dues = Dues(service) if shared is None else shared.dues
        windows = Remembering(service.windows) if shared is None else shared.work.windows
        return Case(
            incident=incident,
            as_of=as_of,
            facts=facts,
            terms=terms,
            level_name=level_name,
            level=level,
            policy=policy,
            settled=settled,
            agreed=agreed,
            cover=cover,
            service=service,
            dues=dues,
            walk=Walk(dues, as_of, cover.lapses_at),
            work=ContinuousWork(policy.continuous_work.priority, terms.tolerance, windows, as_of),
            releases=self.histories.releases,
        )

    def _policy(self, terms: Terms, opening: Fact, as_of: int) -> Policy:
        adoptions = self.histories.adoptions.get(terms.policy)
        sha256 = adopted(adoptions, opening.recorded, as_of) if adoptions else None
        shipped = parse_policy(shipped_policy())
        if sha256 is None or sha256 == shipped.sha256:
            return shipped
        text = self.policies.get(sha256)
        if text is None:
            raise PolicyTextMissing(policy=terms.policy, expected=sha256)
        return parse_policy(text)

    def _local(self, policy: Policy) -> LocalTime:
        local = self._locals.get(policy.sha256)
        if local is None:
            local = self._locals[policy.sha256] = local_time(policy.zone)
        return local

    def _service(self, policy: Policy, level: str, jurisdiction: str, opened_recorded: int, as_of: int) -> Service:
        publications = self.histories.publications
        now = publications.by(jurisdiction, as_of)
        then = publications.known_at(jurisdiction, opened_recorded, as_of)
        key = (policy.sha256, level, id(now), id(then))
        service = self._services.get(key)
        if service is None:
            service = self._services[key] = Service(
                policy.level[level], policy.targets(level), self._local(policy), now, then
            )
        return service


__all__ = ["Case", "Docket", "Told"]
