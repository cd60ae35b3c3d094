"""The duties of one incident (READINGS, Duties)."""

from tests.naive.facts import (
    CLOSED_NOT_COVERED,
    CLOSINGS,
    CONFIRMED,
    CUSTOMER_UNREACHABLE,
    RESOLVED,
    STATUS_REPORTED,
    Facts,
    Happening,
)
from tests.naive.record import Record, Wire
from tests.naive.windows import Reading

CONTACT_ATTEMPTED = "incident.contact-attempted.v1"
STAGES = {"preliminary", "alpha", "beta", "release-test"}


def met_when(satisfied: bool) -> str:
    """The verdict of a duty that is due."""
    return "met" if satisfied else "missing"


def each(closings: list[Happening], satisfied: list[bool]) -> str:
    """The verdict of a duty that each of several closings must satisfy."""
    return met_when(all(satisfied)) if closings else "not-applicable"


def status(facts: Facts) -> str:
    """RES-INFORM: a report with an expected resolution instant before the first closing event."""
    reports = [one for one in facts.of(STATUS_REPORTED) if "expected_resolution_at" in one.data]
    closings = facts.of(*CLOSINGS)
    if not closings:
        return "met" if reports else "not-applicable"
    return met_when(any(report.order < closings[0].order for report in reports))


def notice(facts: Facts, kind: str) -> str:
    """RES-NOTICE, RES-CUSTOM: each closing of a kind carries the notification."""
    closings = facts.of(kind)
    return each(closings, ["notification" in one.data for one in closings])


def unreachable_proof(facts: Facts, reading: Reading) -> str:
    """RES-UNREACHABLE: enough attempts after the customer's last event and before the closing."""
    needed = 1 if reading["unreachable-proof"] == "one-attempt" else 2
    closings = facts.of(CUSTOMER_UNREACHABLE)
    proven = []
    for closing in closings:
        before = [one for one in facts.happenings if one.order < closing.order]
        customers = [one.order for one in before if one.entry.customer_acts]
        attempts = [
            one for one in before if one.type == CONTACT_ATTEMPTED and (not customers or one.order > max(customers))
        ]
        proven.append(len(attempts) >= needed)
    return each(closings, proven)


def release_stages(facts: Facts, record: Record) -> str:
    """QC-STAGES: a release that a resolution names has passed all four stages by then."""
    naming = [one for one in facts.of(RESOLVED) if "release" in one.data]
    passed = []
    for resolution in naming:
        stages = {
            stage.data["stage"]
            for stage in record.stages
            if stage.subject == resolution.data["release"] and stage.occurred <= resolution.at
        }
        passed.append(stages >= STAGES)
    return each(naming, passed)


def duties(facts: Facts, record: Record, reading: Reading) -> list[Wire]:
    """All six, in the order of the text."""
    verdicts = [
        ("confirmation", "OPEN-CONFIRM", met_when(bool(facts.of(CONFIRMED)))),
        ("status", "RES-INFORM", status(facts)),
        ("resolution-notice", "RES-NOTICE", notice(facts, RESOLVED)),
        ("not-covered-notice", "RES-CUSTOM", notice(facts, CLOSED_NOT_COVERED)),
        ("unreachable-proof", "RES-UNREACHABLE", unreachable_proof(facts, reading)),
        ("release-stages", "QC-STAGES", release_stages(facts, record)),
    ]
    return [{"duty": duty, "clause": clause, "verdict": verdict} for duty, clause, verdict in verdicts]
