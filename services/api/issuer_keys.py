"""The public keys of an identity provider (JWKS, RFC 7517), fetched seldom and kept while it is away.

An attacker who can change what is fetched can make tokens for anybody: the address is the operator's setting, never
what a token says (`jku`, `x5u`, `jwk` are not looked at), and is fetched over TLS, from this machine itself or a file.
"""

import json
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Any, Final
from urllib.error import URLError
from urllib.parse import urlsplit

from jwt import PyJWK, PyJWTError

from schemas.http_problems import IssuerAway
from schemas.operation_problems import SettingUnusable

__all__ = ["IssuerKey", "IssuerKeys", "fetcher"]

_FRESH_SECONDS: Final = 600.0
_APART_SECONDS: Final = 30.0
"""The least time between two fetches, whatever tokens ask for."""

_TIMEOUT_SECONDS: Final = 5.0
_LONGEST_BYTES: Final = 1_048_576
_LOOPBACK: Final = frozenset(("127.0.0.1", "::1", "localhost"))
_SETTING: Final = "SLA_LEDGER_OIDC_JWKS"

Fetch = Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class IssuerKey:
    """A public key by its name (`kid`); `algorithm` where the issuer says that it is for that one alone."""

    name: str | None
    algorithm: str | None
    public: Any


class IssuerKeys:
    """The keys that tokens are verified with. Threads may share them."""

    def __init__(self, fetch: Fetch, kind: str, clock: Callable[[], float] = monotonic) -> None:
        """Take how they are fetched (OSError, ValueError where they are not), their `kty`, and a clock in seconds."""
        self._fetch = fetch
        self._kind = kind
        self._clock = clock
        self._keys: tuple[IssuerKey, ...] = ()
        self._fetched_at: float | None = None
        self._tried_at: float | None = None
        self._lock = Lock()

    def find(self, name: str | None) -> IssuerKey | None:
        """The key of this name (`kid`), or the only one there is where none is named; None where there is none.

        Fetches where it is due, which blocks. Raises IssuerAway where no keys were ever fetched.
        """
        with self._lock:
            found = self._known(name)
            now = self._clock()
            is_stale = self._fetched_at is None or now - self._fetched_at > _FRESH_SECONDS
            is_too_soon = self._tried_at is not None and now - self._tried_at < _APART_SECONDS
            if (found is None or is_stale) and not is_too_soon:
                self._tried_at = now
                self._refresh(now)
                found = self._known(name)
            if self._fetched_at is None:
                raise IssuerAway
            return found

    def _known(self, name: str | None) -> IssuerKey | None:
        if name is None:
            return self._keys[0] if len(self._keys) == 1 else None
        return next((key for key in self._keys if key.name == name), None)

    def _refresh(self, now: float) -> None:
        try:
            self._keys = tuple(_usable(json.loads(self._fetch())["keys"], self._kind))
        except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
            return  # those fetched before hold on
        self._fetched_at = now


def _usable(keys: list[Mapping[str, Any]], kind: str) -> Iterator[IssuerKey]:
    """The public keys of a type that are meant for signatures; others are passed over."""
    for key in keys:
        if key.get("kty") == kind and key.get("use", "sig") == "sig" and "d" not in key:
            try:
                yield IssuerKey(key.get("kid"), key.get("alg"), PyJWK(dict(key)).key)
            except PyJWTError:
                continue


def fetcher(place: str) -> Fetch:
    """How the keys at an address or in a file are fetched. Raises SettingUnusable."""
    parts = urlsplit(place)
    if parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        return lambda: _fetched(place)
    if parts.scheme not in {"", "file"}:
        raise SettingUnusable(setting=_SETTING, reason="it is neither an https:// address nor the path of a file")
    path = Path(parts.path if parts.scheme else place)
    if not path.is_file():
        raise SettingUnusable(setting=_SETTING, reason="there is no such file")
    return path.read_bytes


class _Unredirected(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        """Follow no redirection: the address is the operator's."""


def _fetched(url: str) -> bytes:
    opener = urllib.request.build_opener(_Unredirected)
    with opener.open(url, timeout=_TIMEOUT_SECONDS) as answer:
        document: bytes = answer.read(_LONGEST_BYTES + 1)
    if len(document) > _LONGEST_BYTES:
        raise URLError("the key set is too long")
    return document
