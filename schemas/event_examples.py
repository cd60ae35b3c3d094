"""An example of each type of event as a request has it; the OpenAPI and AsyncAPI documents show them."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

__all__ = ["EXAMPLES"]

_EVENT: Final = "0197f0c2-7b1e-7c3a-9d52-3f6a1c0b8e11"
_SHA256: Final = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
_NOTICE: Final = {"channel": "email", "to": "ivanova@example.org"}
_SUBJECTS: Final[Mapping[str, str]] = {
    "incident": "INC-2026-000017",
    "contract": "C-001",
    "policy": "tron-asoc",
    "calendar": "RU-2027",
    "release": "r-2026.2",
}

_DATA: Final[Mapping[str, tuple[str, dict[str, Any]]]] = {
    "policy.adopted.v1": ("system", {"version": "2", "sha256": _SHA256}),
    "calendar.published.v1": (
        "system",
        {
            "jurisdiction": "RU",
            "year": 2027,
            "holidays": ["2027-01-01", "2027-01-07"],
            "days_off": ["2027-01-04"],
            "working_weekends": [],
            "shortened": ["2027-02-22"],
            "non_working_days": [],
            "source": "the decree of the year",
        },
    ),
    "release.stage-passed.v1": ("system", {"stage": "release-test"}),
    "contract.registered.v1": (
        "system",
        {
            "customer": "Romashka",
            "level": "premium",
            "edition": "commercial",
            "licence": {"from": "2026-01-01", "until": "2026-12-31"},
            "contacts": [{"name": "Ivanova", "email": "ivanova@example.org"}],
            "jurisdiction": "RU",
        },
    ),
    "contract.level-changed.v1": ("system", {"level": "premium+", "effective_from": "2026-07-01"}),
    "contract.licence-renewed.v1": ("system", {"until": "2027-12-31"}),
    "contract.contact-authorised.v1": ("system", {"contact": {"name": "Petrov", "phone": "+7 495 000-00-00"}}),
    "contract.contact-revoked.v1": ("system", {"contact": {"name": "Ivanova", "email": "ivanova@example.org"}}),
    "contract.reading-agreed.v1": (
        "system",
        {"question": "premium-hours", "option": "clock", "effective_from": "2026-07-01", "document": _SHA256},
    ),
    "contract.values-erased.v1": (
        "system",
        {"events": [_EVENT], "fields": ["/data/contacts/0"], "basis": "request"},
    ),
    "incident.opened.v1": (
        "customer",
        {
            "contract": "C-001",
            "channel": "email",
            "reporter": {"name": "Ivanova", "organisation": "Romashka"},
            "priority": 2,
            "title": "The server does not answer",
        },
    ),
    "incident.confirmed.v1": ("system", {"to": "ivanova@example.org", "message_id": "<1@support.example.org>"}),
    "incident.responded.v1": ("engineer", {"engineer": "e-17", "channel": "phone", "summary": "Asked for logs"}),
    "incident.reprioritized.v1": ("customer", {"priority": 1, "requested_by": "customer", "reason": "All are down"}),
    "incident.reprioritization-agreed.v1": ("engineer", {"request": _EVENT, "by": "provider"}),
    "incident.information-requested.v1": ("engineer", {"summary": "Which version is it?"}),
    "incident.information-provided.v1": ("customer", {"summary": "2026.1"}),
    "incident.work-started.v1": ("engineer", {"engineer": "e-17"}),
    "incident.work-stopped.v1": ("engineer", {"engineer": "e-17"}),
    "incident.mitigated.v1": ("engineer", {"how": "Restarted by hand"}),
    "incident.status-reported.v1": (
        "engineer",
        {"summary": "The cause is found", "expected_resolution_at": "2026-04-27T12:00:00+03:00"},
    ),
    "incident.contact-attempted.v1": ("engineer", {"channel": "phone", "to": "+7 495 000-00-00"}),
    "incident.customer-replied.v1": ("engineer", {"channel": "phone", "summary": "Will look tomorrow"}),
    "incident.third-party-suspected.v1": (
        "engineer",
        {"vendor": "Antivirus Ltd", "product": "Shield", "request": "disconnect"},
    ),
    "incident.resolved.v1": ("engineer", {"summary": "Fixed by an update", "notification": _NOTICE}),
    "incident.closed-not-covered.v1": ("engineer", {"reason": "third-party", "notification": _NOTICE}),
    "incident.customer-unreachable.v1": ("engineer", {"summary": "Five attempts"}),
    "incident.reopened.v1": ("customer", {"reason": "It happens again"}),
    "incident.corrected.v1": (
        "engineer",
        {
            "event": _EVENT,
            "field": "channel",
            "was": "email",
            "now": "phone",
            "reason": "Chosen from the wrong list",
            "agreed_by_other_party": False,
        },
    ),
    "incident.correction-agreed.v1": ("customer", {"request": _EVENT, "by": "customer"}),
    "incident.values-erased.v1": ("system", {"events": [_EVENT], "fields": ["/data/title"], "basis": "request"}),
    "incident.disputed.v1": ("customer", {"obligation": "response", "claim": "The answer was no answer"}),
    "incident.dispute-ruled.v1": ("auditor", {"obligation": "response", "ruling": "It was one"}),
    "incident.evidence-attached.v1": (
        "engineer",
        {"name": "mail.eml", "media_type": "message/rfc822", "size": 18211, "sha256": _SHA256},
    ),
}
_ACTOR_IDS: Final[Mapping[str, str]] = {
    "customer": "Romashka",
    "engineer": "e-17",
    "system": "crm",
    "auditor": "audit",
}


def _example(name: str) -> dict[str, Any]:
    """An event of a type, with its subject."""
    kind, data = _DATA[name]
    return {
        "type": name,
        "subject": _SUBJECTS[name.partition(".")[0]],
        "occurred_at": "2026-04-26T17:30:00+03:00",
        "actor": {"kind": kind, "id": _ACTOR_IDS[kind]},
        "data": data,
    }


EXAMPLES: Final[Mapping[str, Mapping[str, Any]]] = MappingProxyType({name: _example(name) for name in _DATA})
"""An example of every type that there is."""
