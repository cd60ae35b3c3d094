"""What both clients agree on about the network: where the ledger is, who asks, and what httpx's errors mean."""

from dataclasses import dataclass
from typing import Any, Final

import httpx

from sla_ledger_client.request import NoAnswer, Reply, Request

__all__ = ["VERSION", "Connection", "failure_of", "headers_of", "reply_of"]

VERSION: Final = "0.1.0"

# The request cannot have arrived: there was no connection to send it on.
_UNSENT: Final = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)


@dataclass(frozen=True, slots=True, repr=False)
class Connection:
    """The ledger's base URL, the key that every request carries, and how long to wait for it."""

    base_url: str
    api_key: str
    timeout: httpx.Timeout

    @classmethod
    def to(cls, base_url: str, api_key: str, timeout: httpx.Timeout | float) -> "Connection":
        """A connection. Raises ValueError where the URL or the key cannot be one."""
        url = httpx.URL(base_url)
        if url.scheme not in {"http", "https"} or not url.host or url.query or url.fragment or url.userinfo:
            raise ValueError("the base URL is of the form https://HOST:PORT, without credentials or a query")
        if not api_key.isascii() or not api_key.isprintable() or not api_key or " " in api_key:
            raise ValueError("the API key is not one that `sla-ledger keys create` prints")
        return cls(base_url.rstrip("/"), api_key, httpx.Timeout(timeout))

    def options(self) -> dict[str, Any]:
        """What an httpx client is made with. It follows no redirect: the key is for this ledger alone."""
        return {"timeout": self.timeout, "follow_redirects": False}

    def message(self, request: Request) -> dict[str, Any]:
        """A request as httpx's arguments."""
        headers = {
            "Authorization": f"Bearer {self.api_key}",
            "User-Agent": f"sla-ledger-client/{VERSION}",
            **request.headers,
        }
        return {
            "method": request.method,
            "url": self.base_url + request.path,
            "params": list(request.query),
            "headers": headers,
            "content": request.body or None,
            "timeout": self._patient(request.patience_seconds),
        }

    def _patient(self, seconds: float) -> httpx.Timeout:
        usual = self.timeout
        read = None if usual.read is None else usual.read + seconds
        return httpx.Timeout(connect=usual.connect, read=read, write=usual.write, pool=usual.pool)


def reply_of(response: httpx.Response) -> Reply:
    """An answer that was read to its end."""
    return Reply(response.status_code, headers_of(response), response.content)


def headers_of(response: httpx.Response) -> dict[str, str]:
    """The headers, their names in lower case."""
    return {name.lower(): value for name, value in response.headers.items()}


def failure_of(error: httpx.RequestError | ValueError) -> NoAnswer:
    """What a failed exchange comes down to."""
    reason = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return NoAnswer(reason, sent=not isinstance(error, _UNSENT))
