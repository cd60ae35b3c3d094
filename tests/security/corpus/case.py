"""One hostile request as data: what is sent, byte for byte, and what may be answered."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

__all__ = ["INCIDENT", "MARK", "OPENING", "Case", "Expected", "instead", "lines", "post"]

MARK: Final = "Mk7f3a91Zq"
"""Stands in every request, wherever it can, and in no answer."""

INCIDENT: Final = "@incident@"
"""Stands in a path or a body for the incident that is open at C-001."""

OPENING: Final = (
    b'{"type":"incident.opened.v1","occurred_at":"2024-04-26T17:30:00+03:00","actor":{"kind":"customer",'
    b'"id":"Mk7f3a91Zq@example.org"},"data":{"contract":"C-001","channel":"email","reporter":{"name":"Mk7f3a91Zq",'
    b'"organisation":"Romashka"},"priority":2,"title":"Mk7f3a91Zq"}}'
)
"""An incident that is taken as it stands."""

_JSON: Final = (b"Content-Type: application/json",)


@dataclass(frozen=True, slots=True)
class Expected:
    """What may be answered: one of these statuses, and the problem and its reason or rule where one is told.

    Without statuses the request is not answered at all before the client gives up.
    """

    statuses: frozenset[int]
    problem: str | None = None
    reason: str | None = None

    @classmethod
    def read(cls, text: str) -> "Expected":
        """From `201`, `400|404`, `422 invalid-input bad-value`, or `unanswered`."""
        if text == "unanswered":
            return cls(frozenset())
        statuses, *named = text.split()
        problem, reason = (*named, None, None)[:2]
        return cls(frozenset(map(int, statuses.split("|"))), problem, reason)

    @property
    def records(self) -> bool:
        """Whether something may be recorded."""
        return 201 in self.statuses


@dataclass(frozen=True, slots=True)
class Case:
    """A request: its head line by line without what every request has, its body; `raw` sends the body as the whole.

    `caller` names one of the keys of the desk, or is empty. `key` is the idempotency key, made of the name where it is
    not given, absent where it is empty.
    """

    name: str
    expected: Expected
    method: bytes
    target: bytes
    caller: str = "service"
    lines: tuple[bytes, ...] = ()
    body: bytes | None = None
    key: str | None = None
    raw: bool = False

    def request(self, keys: Mapping[str, str], incident: str) -> bytes:
        """The bytes to send."""
        body = self._put(self.body or b"", incident)
        if self.raw:
            bearer = keys[self.caller].encode() if self.caller else b""
            return body.replace(b"@key@", bearer)
        return b"".join(self._head(keys, incident, len(body))) + body

    def _head(self, keys: Mapping[str, str], incident: str, length: int) -> Iterator[bytes]:
        yield b"%b %b HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Told: %b\r\n" % (
            self.method,
            self._put(self.target, incident),
            MARK.encode(),
        )
        if self.caller:
            yield b"Authorization: Bearer %b\r\n" % keys[self.caller].encode()
        key = f"{MARK} {sha256(self.name.encode()).hexdigest()}" if self.key is None else self.key
        if self.method == b"POST" and key:
            yield b"Idempotency-Key: %b\r\n" % key.encode()
        for line in self.lines:
            yield line + b"\r\n"
        given = b"\n".join(self.lines).lower()
        if self.body is not None and b"content-length:" not in given and b"transfer-encoding:" not in given:
            yield b"Content-Length: %d\r\n" % length
        yield b"\r\n"

    @staticmethod
    def _put(text: bytes, incident: str) -> bytes:
        return text.replace(INCIDENT.encode(), incident.encode())


def post(
    table: Sequence[tuple[str, bytes, str]],
    *,
    path: bytes = b"/v1/incidents",
    caller: str = "service",
    lines: tuple[bytes, ...] = _JSON,
) -> Iterator[Case]:
    """A table of bodies, each with its name and what is expected, posted to one path."""
    for name, body, expected in table:
        yield Case(name, Expected.read(expected), b"POST", path, caller, lines, body)


def lines(*given: bytes) -> tuple[bytes, ...]:
    """Lines of a head after that of the media type."""
    return (*_JSON, *given)


def instead(old: bytes, new: bytes, body: bytes = OPENING) -> bytes:
    """A body with a part of its text replaced, which has to stand there."""
    assert old in body, old
    return body.replace(old, new, 1)
