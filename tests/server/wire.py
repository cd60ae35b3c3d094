"""A client of the tests' own over a raw socket: it retries nothing, and tells when it does not know the outcome."""

import socket
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from typing import Any, Final, Self
from uuid import uuid4

import orjson

__all__ = ["CLOUD_EVENTS", "Reply", "UnansweredError", "Wire", "encode", "new_key"]

CLOUD_EVENTS: Final = "application/cloudevents+json"
_JSON: Final = "application/json"


class UnansweredError(Exception):
    """The connection was lost before the whole answer had come: the request may have been carried out or not."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as it came; the names of headers in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The body as JSON."""
        return orjson.loads(self.body)

    @property
    def event(self) -> dict[str, Any]:
        """The one event that the answer to an append tells of."""
        (only,) = self.json()["events"]
        assert isinstance(only, dict)
        return only

    @property
    def problem(self) -> str:
        """The name of the problem that the answer tells of, the last part of its type."""
        return str(self.json()["type"]).rpartition("/")[2]

    @property
    def replayed(self) -> bool:
        """Whether it is marked as one that was given before."""
        return self.headers.get("idempotency-replayed") == "true"


def new_key() -> str:
    """An idempotency key that nobody has used."""
    return str(uuid4())


def encode(
    method: str, path: str, *, key: str | None = None, body: object = None, headers: Mapping[str, str] | None = None
) -> bytes:
    """A request as bytes: `body` is sent as it is where it is bytes, else as JSON, with `key` as the bearer token."""
    content = body if isinstance(body, bytes) else b"" if body is None else orjson.dumps(body)
    told = {"Host": "127.0.0.1"}
    if key is not None:
        told["Authorization"] = f"Bearer {key}"
    if body is not None:
        told |= {"Content-Type": _JSON, "Content-Length": str(len(content))}
    told |= headers or {}
    head = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    return f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode("latin-1") + content


class Wire:
    """One connection to a server, made when it is needed and kept; not for several threads."""

    def __init__(self, port: int, key: str | None = None, timeout_seconds: float = 60.0) -> None:
        """Talk to this port of this machine, with the key where one is given."""
        self.port = port
        self.key = key
        self._timeout_seconds = timeout_seconds
        self._socket: socket.socket | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connection; the next request makes another one."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def ask(self, method: str, path: str, *, body: object = None, headers: Mapping[str, str] | None = None) -> Reply:
        """Send one request and take its answer. Raises UnansweredError where it did not come, or not whole."""
        return self.send(encode(method, path, key=self.key, body=body, headers=headers), method)

    def get(self, path: str, **headers: str) -> Reply:
        """Read; underscores in the names of headers stand for hyphens."""
        return self.ask("GET", path, headers=_named(headers))

    def post(self, path: str, body: object, key: str | None = None, **headers: str) -> Reply:
        """Write under an idempotency key, or under a new one."""
        told = {"Idempotency-Key": key or new_key(), **_named(headers)}
        return self.ask("POST", path, body=body, headers=told)

    def send(self, request: bytes, method: str = "POST") -> Reply:
        """Send a request that is bytes already. Raises UnansweredError."""
        try:
            connection = self._connected()
            connection.sendall(request)
            return self._receive(connection, method)
        except (OSError, HTTPException) as error:
            self.close()
            raise UnansweredError(repr(error)) from error

    def _connected(self) -> socket.socket:
        if self._socket is None:
            self._socket = socket.create_connection(("127.0.0.1", self.port), self._timeout_seconds)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self._socket

    def _receive(self, connection: socket.socket, method: str) -> Reply:
        with HTTPResponse(connection, method=method) as response:
            response.begin()
            body = response.read()
            headers = {name.lower(): value for name, value in response.getheaders()}
            if response.will_close:
                self.close()
            return Reply(response.status, headers, body)

    def __del__(self) -> None:
        with suppress(AttributeError):
            self.close()


def _named(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}
