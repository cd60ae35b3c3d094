"""Who may ask: a role, the contracts it is limited to, and as whom it may record.

A key is the text `slk_PREFIX_SECRET`. The prefix (10 characters, a-z and 2-7) is public: it stands in listings, logs
and as `via` in the events. The secret (256 bits, in hex) is shown once; what is kept of it is its SHA-256, which nobody
turns back into 256 random bits, so that no slow hash is needed.
"""

import re
from base64 import b32encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal, get_args

from schemas.decode import is_identifier
from schemas.events import PROVIDER_LOG, ActorKind
from schemas.problems import BadArgument
from schemas.text import admissible

__all__ = [
    "PREFIX_BYTES",
    "ROLES",
    "SECRET_BYTES",
    "Credential",
    "NewKey",
    "Role",
    "check_grant",
    "key_text",
    "prefix_of",
    "split_key",
]

Role = Literal["customer", "engineer", "service", "reporter", "auditor", "admin"]
ROLES: Final[tuple[Role, ...]] = get_args(Role)

PREFIX_BYTES: Final = 7
"""Random bytes that a prefix is made of; 50 bits of them are kept."""

SECRET_BYTES: Final = 32
_PREFIX_CHARACTERS: Final = 10
_KEY: Final = re.compile(rf"slk_([a-z2-7]{{{_PREFIX_CHARACTERS}}})_([0-9a-f]{{{SECRET_BYTES * 2}}})", re.ASCII)
_ACTING: Final[tuple[ActorKind, ...]] = ("customer", "engineer", "system")
_LONGEST_ACTOR: Final = 200


@dataclass(frozen=True, slots=True)
class Credential:
    """What a key allows: its role, the contracts in its scope (None: all), as whom a service records.

    `actor_id` is who the events recorded by it say that acted, where the request does not say it.
    """

    prefix: str
    role: Role
    contracts: tuple[str, ...] | None
    act_as: tuple[ActorKind, ...]
    actor_id: str | None
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None

    def is_valid(self, now: datetime) -> bool:
        """Whether it was neither revoked nor has expired by now."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key as it is shown once, and what it allows."""

    text: str = field(repr=False)
    credential: Credential


def prefix_of(random: bytes) -> str:
    """The public prefix that random bytes make."""
    assert len(random) == PREFIX_BYTES, "a prefix has its bits"
    return b32encode(random).decode("ascii").lower()[:_PREFIX_CHARACTERS]


def key_text(prefix: str, secret: bytes) -> str:
    """The key as its owner keeps it."""
    assert len(secret) == SECRET_BYTES, "a secret has its bits"
    return f"slk_{prefix}_{secret.hex()}"


def split_key(text: str) -> tuple[str, bytes] | None:
    """The prefix and the secret of a key; None for a text that is none."""
    parts = _KEY.fullmatch(text)
    return None if parts is None else (parts[1], bytes.fromhex(parts[2]))


def check_grant(
    role: str, contracts: Sequence[str] | None, act_as: Sequence[str], actor_id: str | None
) -> tuple[Role, tuple[str, ...] | None, tuple[ActorKind, ...]]:
    """What a key is to allow, checked: its role, its contracts sorted, the kinds of actors. Raises BadArgument."""
    if role not in ROLES:
        raise BadArgument(argument="--role", reason=f"{role} ({' | '.join(ROLES)})")
    for contract in contracts or ():
        if contract == PROVIDER_LOG or not is_identifier(contract):
            raise BadArgument(argument="--contract", reason=contract)
    if role == "customer" and not contracts:
        raise BadArgument(argument="--contract", reason="a key of the role customer is limited to contracts")
    if act_as and role != "service":
        raise BadArgument(argument="--act-as", reason="only a key of the role service records as others")
    kinds = tuple(kind for kind in _ACTING if kind in act_as)
    unknown = sorted(set(act_as) - set(_ACTING))
    if unknown:
        raise BadArgument(argument="--act-as", reason=f"{', '.join(unknown)} ({' | '.join(_ACTING)})")
    if actor_id is not None:
        _check_actor(actor_id)
    return role, tuple(sorted(set(contracts))) if contracts else None, kinds


def _check_actor(actor_id: str) -> None:
    try:
        name = admissible(actor_id)
    except ValueError as error:
        raise BadArgument(argument="--actor-id", reason=str(error)) from None
    if not name.strip() or len(name) > _LONGEST_ACTOR or not name.isprintable():
        raise BadArgument(argument="--actor-id", reason=f"1–{_LONGEST_ACTOR} printable characters")
