"""A connection whose other end takes nothing is cut off after a time.

uvicorn waits for ever until a client reads on, and a server that stops would wait with it. A page that nobody takes is
all that such a reader holds up: it blocks no thread, no writer and no other reader; but it should not stay for ever.
"""

from asyncio import BaseTransport, TimerHandle, Transport
from typing import ClassVar, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from services.api.joining import Joined

__all__ = ["ImpatientProtocol"]


class ImpatientProtocol(HttpToolsProtocol):
    """HTTP/1.1 as uvicorn speaks it (`uvicorn.Config(http=…)`), to clients that read what they have asked for."""

    patience_seconds: ClassVar[float] = 60.0
    """How long more than the transport's high-water mark may lie unread."""

    _timer: TimerHandle | None = None

    def connection_made(self, transport: BaseTransport) -> None:
        """A client has connected."""
        super().connection_made(Joined(cast("Transport", transport), self.loop))

    def pause_writing(self) -> None:
        """The client reads more slowly than it is written to."""
        super().pause_writing()
        self._timer = self.loop.call_later(self.patience_seconds, self.transport.abort)

    def resume_writing(self) -> None:
        """It has caught up."""
        self._calm()
        super().resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        """It is gone."""
        self._calm()
        super().connection_lost(exc)

    def _calm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
