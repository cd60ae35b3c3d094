"""Bodies of requests to write: the interchange form without what the ledger sets."""

from datetime import UTC, datetime
from typing import Any, Final

__all__ = ["CUSTOMER", "ENGINEER", "SYSTEM", "Body", "body", "now", "opening", "registration", "status"]

Body = dict[str, Any]

CUSTOMER: Final = {"kind": "customer", "id": "ivanova@example.org"}
ENGINEER: Final = {"kind": "engineer", "id": "e-17"}
SYSTEM: Final = {"kind": "system", "id": "crm"}


def now() -> str:
    """This instant, as a body tells it."""
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")


def body(kind: str, data: Body, actor: dict[str, str] | None = ENGINEER, **other: Any) -> Body:
    """An event of a kind, `incident.responded` for one, said by an actor; of None by whom the key stands for."""
    who = {} if actor is None else {"actor": actor}
    return {"type": f"{kind}.v1", "occurred_at": now(), **who, "data": data, **other}


def registration(contract: str, **data: Any) -> Body:
    """A contract on Premium, from 2020 to 2039."""
    told = {
        "customer": "Romashka",
        "level": "premium",
        "edition": "commercial",
        "licence": {"from": "2020-01-01", "until": "2039-12-31"},
        "contacts": [{"name": "Ivanova", "email": "ivanova@example.org"}],
        "jurisdiction": "RU",
        **data,
    }
    return body("contract.registered", told, SYSTEM, subject=contract)


def opening(contract: str, actor: dict[str, str] | None = CUSTOMER, **data: Any) -> Body:
    """An incident of a contract, which the ledger is to number."""
    told = {
        "contract": contract,
        "channel": "email",
        "reporter": {"name": "Ivanova", "organisation": "Romashka"},
        "priority": 2,
        "title": "The server does not answer",
        **data,
    }
    return body("incident.opened", told, actor)


def status(summary: str, actor: dict[str, str] | None = ENGINEER, **other: Any) -> Body:
    """What an open incident takes any number of times."""
    return body("incident.status-reported", {"summary": summary}, actor, **other)
