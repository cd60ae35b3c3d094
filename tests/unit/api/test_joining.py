"""Head and body of an answer leave in one piece, and nothing is held beyond the turn it was written in."""

import asyncio
import socket
from collections.abc import Callable

from services.api.joining import Joined


def sent(write: Callable[[Joined], object]) -> tuple[list[bytes], bytes]:
    """What is sent after something was written: what comes with each turn of the event loop, and all of it."""

    class Recording(asyncio.Protocol):
        """The end that is written to."""

        def __init__(self) -> None:
            self.pieces: list[bytes] = []
            self.over = asyncio.Event()

        def data_received(self, data: bytes) -> None:
            self.pieces.append(data)

        def connection_lost(self, _error: Exception | None) -> None:
            self.over.set()

    async def run() -> tuple[list[bytes], bytes]:
        loop = asyncio.get_running_loop()
        ours, theirs = socket.socketpair()
        transport, _ = await loop.create_connection(asyncio.Protocol, sock=ours)
        _, reader = await loop.create_connection(Recording, sock=theirs)
        joined = Joined(transport, loop)
        write(joined)
        await asyncio.sleep(0.05)
        pieces = [*reader.pieces]
        joined.close()
        await reader.over.wait()
        assert joined.is_closing()
        return pieces, b"".join(reader.pieces)

    return asyncio.run(run())


def written(*pieces: bytes) -> Callable[[Joined], None]:
    """These pieces, one after the other."""

    def write(joined: Joined) -> None:
        for piece in pieces:
            joined.write(piece)

    return write


def test_head_and_body_are_one_piece() -> None:
    assert sent(written(b"head", b"body")) == ([b"headbody"], b"headbody")


def test_a_head_alone_does_not_wait_for_a_body() -> None:
    assert sent(written(b"head")) == ([b"head"], b"head")
    assert sent(written(b"head", b"")) == ([b"head"], b"head")
    assert sent(written(b"")) == ([], b"")


def test_an_answer_in_many_pieces_comes_whole_and_in_order() -> None:
    pieces = [b"%d," % number for number in range(1_001)]
    assert sent(written(*pieces))[1] == b"".join(pieces)


def test_what_is_held_is_sent_before_the_end_and_dropped_where_it_is_cut_off() -> None:
    def closed(joined: Joined) -> None:
        joined.write(b"head")
        joined.close()

    def aborted(joined: Joined) -> None:
        joined.write(b"head")
        joined.abort()

    assert sent(closed)[1] == b"head"
    assert sent(aborted)[1] == b""
