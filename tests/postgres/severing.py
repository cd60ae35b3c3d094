"""A proxy between a server and PostgreSQL that cuts a connection at a commit: before it, after it, or while it is made.

It reads the messages of the client as far as it takes to know a commit: `Parse` gives a statement a name, `Bind` calls
it by that name, `Query` brings it along, `Sync` says that nothing follows
(postgresql.org/docs/current/protocol-message-formats.html).
"""

import socket
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from enum import Enum
from typing import Final, Self

__all__ = ["Severed", "SeveringProxy"]

_STATEMENT: Final = b"COMMIT"
_OF_AN_APPEND: Final = b"FOR UPDATE"
"""What a connection that appends has asked for before; commits on others, of the read model for one, go through."""
_CHUNK: Final = 65_536
_SECONDS: Final = 60


class Severed(Enum):
    """Where a connection is cut."""

    BEFORE = "the commit does not reach the database"
    DURING = "it goes through, and both sides are cut at once"
    AFTER = "it is made, and not a byte of the answer comes back"


class SeveringProxy:
    """Forwards connections to a database; the next commits meet the cuts in the queue, one each."""

    def __init__(self, upstream: int) -> None:
        """Stand before the database at this port."""
        self.cuts: deque[Severed] = deque()
        self.made: list[Severed] = []
        self._upstream = upstream
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=100)
        self.port: int = self._listener.getsockname()[1]
        self._open: set[socket.socket] = set()
        self._mutex = threading.Lock()
        self._thread = threading.Thread(target=self._accept, name="severing proxy", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut_all()
        self._thread.join()

    def cut_all(self) -> None:
        """Cut every connection there is."""
        with self._mutex:
            for one in self._open:
                _cut(one)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        try:
            database = socket.create_connection(("127.0.0.1", self._upstream), _SECONDS)
        except OSError:
            client.close()
            return
        with client, database:
            for one in (client, database):
                one.settimeout(None)
                one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._mutex:
                self._open |= {client, database}
            answers = _Answers(database, client)
            back = threading.Thread(target=answers.forward, daemon=True)
            back.start()
            with suppress(OSError):
                self._forward_commits(client, database, answers)
            _cut(client)
            _cut(database)
            back.join()
            with self._mutex:
                self._open -= {client, database}

    def _forward_commits(self, client: socket.socket, database: socket.socket, answers: "_Answers") -> None:
        reading = _Reading()
        while chunk := client.recv(_CHUNK):
            cut = None
            if reading.commits_in(chunk) and self.cuts:
                with suppress(IndexError):
                    cut = self.cuts.popleft()
            if cut is None:
                database.sendall(chunk)
                continue
            # The database answers once it is told that nothing follows, which may come in a chunk of its own.
            while reading.goes_on and (more := client.recv(_CHUNK)):
                reading.commits_in(more)
                chunk += more
            self.made.append(cut)
            if cut is Severed.BEFORE:
                return
            answers.withheld = cut is Severed.AFTER
            database.sendall(chunk)
            if answers.withheld:
                answers.came.wait(_SECONDS)
            return


class _Reading:
    """The client's messages, however they are cut into chunks."""

    def __init__(self) -> None:
        self._rest = b""
        self._begun = False
        self._names: set[bytes] = set()
        self._appends = False
        self.goes_on = False
        """Whether a commit was called that no `Sync` has followed yet."""

    def commits_in(self, chunk: bytes) -> bool:
        """Whether a commit is asked for in this chunk."""
        self._rest += chunk
        found = [self._is_commit(kind, body) for kind, body in self._messages()]
        return self._appends and any(found)

    def _messages(self) -> Iterator[tuple[bytes, bytes]]:
        while True:
            head = 1 if self._begun else 0  # the first message has no kind
            if len(self._rest) < head + 4:
                return
            length = int.from_bytes(self._rest[head : head + 4], "big")
            if len(self._rest) < head + length:
                return
            kind, body = self._rest[:head], self._rest[head + 4 : head + length]
            self._rest = self._rest[head + length :]
            # A request for TLS or GSSAPI is answered, and then the first message comes again.
            self._begun = self._begun or not body.startswith((b"\x04\xd2\x16\x2f", b"\x04\xd2\x16\x30"))
            yield kind, body

    def _is_commit(self, kind: bytes, body: bytes) -> bool:
        self._appends = self._appends or (kind in {b"Q", b"P"} and _OF_AN_APPEND in body)
        if kind == b"Q":
            return body.startswith(_STATEMENT)
        if kind == b"P":
            name, query = body.split(b"\0")[:2]
            if query == _STATEMENT:
                self._names.add(name)
            else:
                self._names.discard(name)
        is_called = kind == b"B" and body.split(b"\0")[1] in self._names
        self.goes_on = is_called or (self.goes_on and kind != b"S")
        return is_called


class _Answers:
    """What the database says, on its way to the client; or withheld, and then told that it came."""

    def __init__(self, database: socket.socket, client: socket.socket) -> None:
        self.withheld = False
        self.came = threading.Event()
        self._database = database
        self._client = client

    def forward(self) -> None:
        """Until either side is closed."""
        with suppress(OSError):
            while chunk := self._database.recv(_CHUNK):
                if self.withheld:
                    self.came.set()
                else:
                    self._client.sendall(chunk)
        self.came.set()
        _cut(self._client)


def _cut(one: socket.socket) -> None:
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
