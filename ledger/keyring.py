"""The keys of a ledger: made, found by what a request carries, listed, revoked.

A revoked key is found like any other and says so: whoever asks decides by `Credential.is_valid`, and since it is looked
up anew for each request, a revocation holds from the next one on.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from hashlib import sha256
from hmac import compare_digest
from typing import Final

from ledger.credentials import (
    PREFIX_BYTES,
    SECRET_BYTES,
    Credential,
    NewKey,
    check_grant,
    key_text,
    prefix_of,
    split_key,
)
from ledger.registry import Registry, StoredKey
from schemas.http_problems import UnknownKey

__all__ = ["Keyring"]

_NO_KEY: Final = bytes(32)


class Keyring:
    """The keys that open a ledger's API. Threads may share it; processes may use the same ledger's."""

    def __init__(self, registry: Registry, now: Callable[[], datetime], random: Callable[[int], bytes]) -> None:
        """Take where keys are kept, the wall clock, and what makes that many unguessable bytes."""
        self._registry = registry
        self._now = now
        self._random = random

    def create(
        self,
        *,
        role: str,
        contracts: Sequence[str] | None = None,
        act_as: Sequence[str] = (),
        actor_id: str | None = None,
        expires_at: datetime | None = None,
    ) -> NewKey:
        """A new key, whose text nobody can tell again. Raises BadArgument for a grant that makes no sense."""
        checked, scope, kinds = check_grant(role, contracts, act_as, actor_id)
        secret = self._random(SECRET_BYTES)
        while True:
            prefix = prefix_of(self._random(PREFIX_BYTES))
            credential = Credential(prefix, checked, scope, kinds, actor_id, self._now(), expires_at, None)
            if self._registry.insert_key(StoredKey(credential, sha256(secret).digest())):
                return NewKey(key_text(prefix, secret), credential)

    def find(self, text: str) -> Credential | None:
        """What the key allows that this text is, revoked and expired ones included; None where it is no key of ours.

        An unknown prefix and a wrong secret take the same statement and the same comparison.
        """
        parts = split_key(text)
        if parts is None:
            return None
        prefix, secret = parts
        stored = self._registry.find_key(prefix)
        kept = _NO_KEY if stored is None else stored.secret_sha256
        fits = compare_digest(sha256(secret).digest(), kept)
        return stored.credential if stored is not None and fits else None

    def all(self) -> Sequence[Credential]:
        """What every key allows, in the order they were made."""
        return [key.credential for key in self._registry.all_keys()]

    def revoke(self, prefix: str) -> Credential:
        """The key of this prefix, of no use from now on. Raises UnknownKey."""
        revoked = self._registry.revoke_key(prefix, self._now())
        if revoked is None:
            raise UnknownKey(prefix=prefix)
        return revoked.credential
