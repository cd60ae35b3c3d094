"""A proxy before a broker that cuts each connection in the midst of a reply, after a random number of bytes.

What the client asked for is done by then, and the client does not know. Once it is calm it cuts no more.
"""

import asyncio
import threading
from asyncio import StreamReader, StreamWriter
from contextlib import suppress
from random import Random
from typing import Final, Self

_BLOCK: Final = 4_096
_SECONDS: Final = 60


class CuttingProxy:
    """Forwards to the port `upstream`, which is set before anybody connects."""

    def __init__(self, seed: int, fewest: int, most: int) -> None:
        """Cut a connection after so many bytes of replies, the number drawn anew for each."""
        self.upstream = 0
        self.port = 0
        self.cuts = 0
        self.calm = False
        self._random = Random(seed)
        self._between = (fewest, most)
        self._listening = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), name="cutting proxy")

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._listening.wait(_SECONDS)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stopping.set)
        self._thread.join()

    async def _run(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stopping = asyncio.Event()
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self._listening.set()
        async with server:
            await self._stopping.wait()

    async def _serve(self, client: StreamReader, to_client: StreamWriter) -> None:
        try:
            server, to_server = await asyncio.open_connection("127.0.0.1", self.upstream)
        except OSError:
            to_client.transport.abort()
            return
        pumps = [
            asyncio.create_task(_pump(client, to_server)),
            asyncio.create_task(self._replies(server, to_client)),
        ]
        await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        for one in pumps:
            one.cancel()
        to_client.transport.abort()
        to_server.transport.abort()

    async def _replies(self, server: StreamReader, to_client: StreamWriter) -> None:
        left = self._random.randint(*self._between)
        while block := await server.read(_BLOCK):
            if not self.calm and len(block) >= left:
                to_client.write(block[: left - 1])
                await to_client.drain()
                self.cuts += 1
                return
            left -= len(block)
            to_client.write(block)
            await to_client.drain()


async def _pump(source: StreamReader, to: StreamWriter) -> None:
    with suppress(ConnectionError):
        while block := await source.read(_BLOCK):
            to.write(block)
            await to.drain()


__all__ = ["CuttingProxy"]
