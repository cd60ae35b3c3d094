"""What is sent to the ledger and what comes back, before and after any network: plain values."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Generic, TypeVar
from urllib.parse import quote

__all__ = ["Call", "NoAnswer", "Reply", "Request", "encoded", "path", "printed", "query"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Request:
    """One HTTP request below the base URL. It carries no credential, so that it may be kept in a file."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    patience_seconds: float = 0
    """How much longer than usual the answer may take."""

    @property
    def is_write(self) -> bool:
        """Whether it asks for something to be recorded."""
        return self.method == "POST"


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP answer that came whole. The names of its headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def is_accepted(self) -> bool:
        """Whether it says that the request was done."""
        return 200 <= self.status < 300


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """No answer, or not the whole of one. `sent` is False where the request cannot have arrived."""

    reason: str
    sent: bool = True


@dataclass(frozen=True, slots=True)
class Call(Generic[T]):
    """A request, and how to understand the answer to it. `read` raises ValueError where that is not possible."""

    request: Request
    read: Callable[[Reply], T]


def path(*segments: str) -> str:
    """A path below the base URL, each segment escaped."""
    if any(segment in {"", ".", ".."} for segment in segments):
        raise ValueError(f"an id in a path must not be empty or made of dots: {segments}")
    return "/" + "/".join(quote(segment, safe="") for segment in segments)


def query(given: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """The parameters that were given: None is left out, a list is repeated."""
    pairs: list[tuple[str, str]] = []
    for name, value in given.items():
        if value is None:
            continue
        values: Iterable[Any] = value if isinstance(value, list | tuple) else (value,)
        pairs += [(name, printed(one)) for one in values]
    return tuple(pairs)


def printed(value: Any) -> str:
    """A value as the ledger reads it: instants with their offset, durations in seconds, truth as `true` and `false`."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        if value.utcoffset() is None:
            raise ValueError(f"an instant needs an offset: {value.isoformat()}")
        return value.isoformat()
    if isinstance(value, timedelta):
        return f"PT{value // timedelta(seconds=1)}S"
    return value.isoformat() if isinstance(value, date) else str(value)


def encoded(document: Any) -> bytes:
    """The document as JSON in UTF-8. Raises TypeError and ValueError for what JSON cannot say."""
    text = json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_plain)
    return text.encode("utf-8")


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return printed(value)
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"a {type(value).__name__} has no form in JSON")
