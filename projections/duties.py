"""The provider's duties beside the response, read literally but for the settled questions (READINGS.md, Duties)."""

from collections.abc import Mapping, Sequence

from projections.counted import Closed, Counted
from projections.diagram import Ask
from projections.history import Stage
from schemas.policy import Duties
from schemas.verdicts import Duty, DutyVerdict

_STAGES = frozenset({"preliminary", "alpha", "beta", "release-test"})


def duties(
    counted: Counted, clauses: Duties, releases: Mapping[str, Sequence[Stage]], as_of: int, ask: Ask
) -> tuple[Duty, ...]:
    """Each duty with its clause and verdict."""
    resolved = [closing for closing in counted.closed if closing.kind == "incident.resolved.v1"]
    not_covered = [closing for closing in counted.closed if closing.kind == "incident.closed-not-covered.v1"]
    unreachable = [closing for closing in counted.closed if closing.kind == "incident.customer-unreachable.v1"]
    attempts = 1 if ask("unreachable-proof") == "one-attempt" else 2
    released = [closing for closing in resolved if closing.release is not None]
    return (
        Duty("confirmation", clauses.confirmation, "met" if counted.confirmed else "missing"),
        Duty("status", clauses.status, _status(counted)),
        Duty("resolution-notice", clauses.resolution_notice, _each([closing.notified for closing in resolved])),
        Duty("not-covered-notice", clauses.not_covered_notice, _each([closing.notified for closing in not_covered])),
        Duty(
            "unreachable-proof",
            clauses.unreachable_proof,
            _each([_attempts_before(counted, closing) >= attempts for closing in unreachable]),
        ),
        Duty(
            "release-stages",
            clauses.release_stages,
            _each([_passed(closing, releases, as_of) for closing in released]),
        ),
    )


def _each(satisfied: Sequence[bool]) -> DutyVerdict:
    if not satisfied:
        return "not-applicable"
    return "met" if all(satisfied) else "missing"


def _status(counted: Counted) -> DutyVerdict:
    reports = [(at, order) for at, order, with_estimate in counted.reported if with_estimate]
    if not counted.closed:
        return "met" if reports else "not-applicable"
    first = counted.closed[0]
    return "met" if reports and reports[0] < (first.at, first.order) else "missing"


def _attempts_before(counted: Counted, closing: Closed) -> int:
    end = (closing.at, closing.order)
    last_word = max((place for place in counted.by_customer if place < end), default=(-(2**62), 0))
    return sum(last_word < attempt < end for attempt in counted.attempts)


def _passed(closing: Closed, releases: Mapping[str, Sequence[Stage]], as_of: int) -> bool:
    stages = releases.get(closing.release or "", ())
    return {stage.name for stage in stages if stage.occurred <= closing.at and stage.recorded <= as_of} >= _STAGES


__all__ = ["duties"]
