"""Which types of events each path takes, and where the others belong."""

from dataclasses import dataclass
from typing import Final

from schemas.events import TYPES
from services.api.bodies import CLOUD_EVENT, CLOUD_EVENTS, JSON

__all__ = ["BATCH", "CONTRACTS", "ERASURES", "INCIDENTS", "OF_CONTRACTS", "OF_INCIDENTS", "Door", "home"]

ERASURES: Final = frozenset(name for name in TYPES if name.endswith(".values-erased.v1"))
OF_CONTRACTS: Final = frozenset(name for name in TYPES if name.startswith("contract.")) - ERASURES
OF_INCIDENTS: Final = frozenset(name for name in TYPES if name.startswith("incident.")) - ERASURES


@dataclass(frozen=True, slots=True)
class Door:
    """What a path takes: types of events, of one subject where the path names it, one at a time or many."""

    types: frozenset[str]
    subject: str | None = None
    only: str | None = None
    many: bool = False

    @property
    def taken(self) -> tuple[str, ...]:
        """The media types of its bodies."""
        return (JSON, CLOUD_EVENT, CLOUD_EVENTS) if self.many else (JSON, CLOUD_EVENT)


CONTRACTS: Final = Door(frozenset({"contract.registered.v1"}))
INCIDENTS: Final = Door(frozenset({"incident.opened.v1"}))
BATCH: Final = Door(frozenset(TYPES) - ERASURES, many=True)


def home(name: str) -> str:
    """The path at which events of a type are recorded one at a time; a batch for the provider's."""
    kind = name.partition(".")[0]
    if kind not in {"contract", "incident"}:
        return "/v1/events"
    if name in CONTRACTS.types | INCIDENTS.types:
        return f"/v1/{kind}s"
    return f"/v1/{kind}s/{{{kind}}}/{'erasures' if name in ERASURES else 'events'}"
