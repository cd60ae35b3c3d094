"""Names for the people whom an identity provider vouches for, which tell nobody who they are.

Events say through which credential they came (`via`), for ever. For a person that is a random pseudonym per issuer and
subject; whose it is stands in one row beside the events, and once that is erased nobody can tell any more.
"""

from base64 import b32encode
from collections.abc import Callable
from typing import Final

from ledger.registry import Registry

__all__ = ["Pseudonyms"]

_RANDOM_BYTES: Final = 15
_MARK: Final = "oidc-"
"""What keeps pseudonyms apart from the prefixes of keys, which have no hyphen."""


class Pseudonyms:
    """Whose pseudonym is which. Threads may share it."""

    def __init__(self, registry: Registry, random: Callable[[int], bytes]) -> None:
        """Take where they are kept, and what makes that many unguessable bytes."""
        self._registry = registry
        self._random = random

    def of(self, issuer: str, subject: str) -> str:
        """The pseudonym of an issuer's subject, made at the first call: `oidc-` and 24 characters of a-z and 2-7."""
        known = self._registry.find_pseudonym(issuer, subject)
        if known is not None:
            return known
        made = _MARK + b32encode(self._random(_RANDOM_BYTES)).decode("ascii").lower()
        return self._registry.keep_pseudonym(issuer, subject, made)

    def erase(self, pseudonym: str) -> bool:
        """Forget whose it is; the person gets another one at the next request. False where nobody knew."""
        return self._registry.erase_pseudonym(pseudonym)
