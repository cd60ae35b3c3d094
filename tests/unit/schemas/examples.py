"""One example of every event type in the interchange form, all of one invented contract."""

import json
from typing import Any

from schemas.commitments import seal
from schemas.decode import decode_proposal
from schemas.events import to_wire

CONTRACT = "K-7"
INCIDENT = "INC-2031-000042"
EVENT = "6c1a52de-70d4-4f7b-9a55-0e2f6f1d9b10"
OTHER = "6c1a52de-70d4-4f7b-9a55-0e2f6f1d9b11"
SHA256 = "ab" * 32

_CONTACT = {"name": "Орлова", "email": "orlova@client.example", "phone": "+7 495 000-00-00"}
_NOTICE = {"channel": "email", "to": "orlova@client.example"}

DATA: dict[str, tuple[str, str, dict[str, Any]]] = {
    "incident.opened.v1": (
        "customer",
        INCIDENT,
        {
            "contract": CONTRACT,
            "channel": "email",
            "reporter": {"name": "Орлова", "organisation": "АО «Клён»", "address": "Тверь"},
            "priority": 1,
            "title": "Не проводятся платежи",
            "description": "С утра",
            "impact": "Банк стоит",
            "error_text": "E-17",
            "reproduction": "Открыть форму",
            "workaround": "нет",
        },
    ),
    "incident.confirmed.v1": (
        "system",
        INCIDENT,
        {"to": "orlova@client.example", "message_id": "<1@support.example>"},
    ),
    "incident.responded.v1": (
        "engineer",
        INCIDENT,
        {"engineer": "e-4", "channel": "phone", "summary": "Позвонил"},
    ),
    "incident.reprioritized.v1": (
        "customer",
        INCIDENT,
        {
            "priority": 2,
            "requested_by": "customer",
            "agreed": True,
            "reason": "легче",
            "evidence": OTHER,
        },
    ),
    "incident.reprioritization-agreed.v1": (
        "engineer",
        INCIDENT,
        {"request": EVENT, "by": "provider", "evidence": OTHER},
    ),
    "incident.information-requested.v1": ("engineer", INCIDENT, {"summary": "Нужен журнал"}),
    "incident.information-provided.v1": ("customer", INCIDENT, {"summary": "Журнал послан"}),
    "incident.work-started.v1": ("engineer", INCIDENT, {"engineer": "e-4"}),
    "incident.work-stopped.v1": ("engineer", INCIDENT, {"engineer": "e-4"}),
    "incident.mitigated.v1": ("engineer", INCIDENT, {"how": "Перезапуск"}),
    "incident.status-reported.v1": (
        "engineer",
        INCIDENT,
        {"summary": "Ищем", "expected_resolution_at": "2031-05-06T18:00:00+03:00"},
    ),
    "incident.contact-attempted.v1": ("engineer", INCIDENT, _NOTICE),
    "incident.customer-replied.v1": (
        "customer",
        INCIDENT,
        {"channel": "email", "summary": "Проверим"},
    ),
    "incident.third-party-suspected.v1": (
        "engineer",
        INCIDENT,
        {"vendor": "Сетевик", "product": "Экран 3", "request": "contact-vendor"},
    ),
    "incident.resolved.v1": (
        "engineer",
        INCIDENT,
        {"summary": "Исправлено", "notification": _NOTICE, "release": "5.2.1"},
    ),
    "incident.closed-not-covered.v1": (
        "engineer",
        INCIDENT,
        {"reason": "custom-build", "notification": _NOTICE},
    ),
    "incident.customer-unreachable.v1": ("engineer", INCIDENT, {"summary": "Не отвечает"}),
    "incident.reopened.v1": ("customer", INCIDENT, {"reason": "Снова"}),
    "incident.corrected.v1": (
        "engineer",
        INCIDENT,
        {
            "event": EVENT,
            "field": "occurred_at",
            "was": "2031-05-05T10:00:00+03:00",
            "now": "2031-05-05T09:40:00+03:00",
            "reason": "Записано позже",
            "agreed_by_other_party": True,
            "evidence": OTHER,
        },
    ),
    "incident.correction-agreed.v1": (
        "customer",
        INCIDENT,
        {"request": EVENT, "by": "customer", "evidence": OTHER},
    ),
    "incident.values-erased.v1": (
        "system",
        INCIDENT,
        {"events": [EVENT], "fields": ["/actor/id", "/data/reporter"], "basis": "request"},
    ),
    "incident.disputed.v1": (
        "customer",
        INCIDENT,
        {"obligation": "response", "claim": "Ответа не было"},
    ),
    "incident.dispute-ruled.v1": (
        "auditor",
        INCIDENT,
        {"obligation": "response-2", "ruling": "Ответ был"},
    ),
    "incident.evidence-attached.v1": (
        "auditor",
        INCIDENT,
        {"name": "письмо.eml", "media_type": "message/rfc822", "size": 4096, "sha256": SHA256},
    ),
    "contract.registered.v1": (
        "system",
        CONTRACT,
        {
            "customer": "АО «Клён»",
            "level": "premium+",
            "edition": "commercial",
            "licence": {"from": "2031-01-01", "until": "2031-12-31"},
            "contacts": [_CONTACT, {"name": "Ким"}],
            "jurisdiction": "RU",
            "work_gap_tolerance": "PT15M",
            "policy": "tron-other",
        },
    ),
    "contract.level-changed.v1": (
        "system",
        CONTRACT,
        {"level": "basic", "effective_from": "2031-06-01"},
    ),
    "contract.licence-renewed.v1": ("system", CONTRACT, {"until": "2032-12-31"}),
    "contract.contact-authorised.v1": ("system", CONTRACT, {"contact": _CONTACT}),
    "contract.contact-revoked.v1": ("system", CONTRACT, {"contact": {"name": "Ким"}}),
    "contract.reading-agreed.v1": (
        "system",
        CONTRACT,
        {
            "question": "premium-hours",
            "option": "service",
            "effective_from": "2031-06-01",
            "document": SHA256,
        },
    ),
    "contract.values-erased.v1": (
        "system",
        CONTRACT,
        {"events": [EVENT, OTHER], "fields": ["/data/contacts/0"], "basis": "retention"},
    ),
    "policy.adopted.v1": ("system", "tron-asoc", {"version": "2", "sha256": SHA256}),
    "calendar.published.v1": (
        "system",
        "RU-2031",
        {
            "jurisdiction": "RU",
            "year": 2031,
            "holidays": ["2031-01-01"],
            "days_off": [],
            "working_weekends": ["2031-02-22"],
            "shortened": ["2031-02-21", "2031-02-22"],
            "non_working_days": [],
            "source": "government decree",
        },
    ),
    "release.stage-passed.v1": ("system", "5.2.1", {"stage": "release-test"}),
}


def wire(name: str, /, **changes: Any) -> dict[str, Any]:
    """The example of a type, its data changed; a change to `...` leaves the field out."""
    kind, subject, data = DATA[name]
    changed = {key: value for key, value in {**data, **changes}.items() if value is not ...}
    return {
        "id": EVENT,
        "type": name,
        "subject": subject,
        "occurred_at": "2031-05-05T10:00:00+03:00",
        "recorded_at": "2031-05-05T07:00:01.25Z",
        "actor": {"kind": kind, "id": f"{kind}@client.example"},
        "data": changed,
    }


def line(name: str, /, **changes: Any) -> bytes:
    """The example of a type as a line."""
    return json.dumps(wire(name, **changes), ensure_ascii=False).encode()


def salt_for(pointer: str) -> bytes:
    """A salt that anybody can guess, which is all an example needs."""
    return pointer.encode().ljust(32, b".")


def stored(name: str, /, **changes: Any) -> dict[str, Any]:
    """The example of a type in the canonical form, as the first of its log."""
    given = to_wire(decode_proposal(line(name, **changes)))
    log = CONTRACT if name.startswith(("incident.", "contract.")) else "provider"
    return seal({**given, "log": log, "version": 1}, salt_for).wire
