"""How keys and leases lie in the tables of the registry, which is the same in every database."""

from datetime import datetime
from typing import Any

import orjson

from ledger.credentials import Credential
from ledger.registry import Lease, StoredKey
from schemas.instants import from_micros, to_micros

__all__ = ["key_of", "key_row", "lease_of"]


def key_row(key: StoredKey) -> tuple[Any, ...]:
    """A key in the order of the columns."""
    one = key.credential
    return (
        one.prefix,
        key.secret_sha256,
        one.role,
        None if one.contracts is None else orjson.dumps(one.contracts).decode(),
        orjson.dumps(one.act_as).decode(),
        one.actor_id,
        to_micros(one.created_at),
        _micros(one.expires_at),
        _micros(one.revoked_at),
    )


def key_of(row: tuple[Any, ...]) -> StoredKey:
    """The key that a row says."""
    prefix, secret_sha256, role, contracts, act_as, actor_id, created_at, expires_at, revoked_at = row
    credential = Credential(
        prefix,
        role,
        None if contracts is None else tuple(orjson.loads(contracts)),
        tuple(orjson.loads(act_as)),
        actor_id,
        from_micros(created_at),
        _instant(expires_at),
        _instant(revoked_at),
    )
    return StoredKey(credential, secret_sha256)


def lease_of(row: tuple[Any, ...]) -> Lease:
    """The lease that a row says."""
    name, holder, until = row
    return Lease(name, holder, from_micros(until))


def _micros(instant: datetime | None) -> int | None:
    return None if instant is None else to_micros(instant)


def _instant(micros: int | None) -> datetime | None:
    return None if micros is None else from_micros(micros)
