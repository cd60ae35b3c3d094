"""Who asks, whichever credential says so."""

from dataclasses import dataclass

from ledger.credentials import Role
from schemas.events import PROVIDER_LOG, ActorKind

__all__ = ["Caller"]


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: a key's prefix or a person's pseudonym, his role, the contracts in his scope (None: all).

    `act_as` are the kinds of actors that a service records as, `actor_id` is who it says that acted where a request
    does not say it.
    """

    name: str
    role: Role
    contracts: frozenset[str] | None = None
    act_as: tuple[ActorKind, ...] = ()
    actor_id: str | None = None

    @property
    def limited(self) -> bool:
        """Whether he is limited to contracts: then nothing tells him of positions, which would tell of others."""
        return self.contracts is not None

    def sees(self, log: str) -> bool:
        """Whether a log is in his scope; the provider's is in everybody's."""
        return self.contracts is None or log == PROVIDER_LOG or log in self.contracts
