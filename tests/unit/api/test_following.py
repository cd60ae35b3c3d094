"""The writer tells of news in an instant; whoever waits hears of it, however many they are and wherever they wait."""

import asyncio
import threading
from time import perf_counter
from typing import Any

import pytest

from schemas.problems import StorageFailed
from services.api.following import Following


class Head:
    """A ledger's last position, as somebody looks it up."""

    def __init__(self) -> None:
        self.position = 0
        self.looked = 0

    def __call__(self) -> int:
        self.looked += 1
        return self.position


async def settled(following: Following, waiting: list[asyncio.Task[bool]]) -> None:
    """Until all of them wait."""
    while sum(  # noqa: ASYNC110  (it is seen from the outside alone)
        waiters.count for waiters in following._waiters.values()
    ) < len(waiting):
        await asyncio.sleep(0)


def commit(following: Following, last: int) -> None:
    for head in range(1, last + 1):
        following.committed(head)


def waiters(following: Following, count: int, position: int = 0, seconds: float = 30.0) -> list[asyncio.Task[bool]]:
    return [asyncio.create_task(following.news_beyond(position, seconds)) for _ in range(count)]


def test_one_wake_up_reaches_every_reader_of_a_loop() -> None:
    async def story() -> int:
        following = Following(Head(), poll_seconds=30)
        waiting = waiters(following, 200)
        await settled(following, waiting)
        loop, woken = asyncio.get_running_loop(), 0
        call = loop.call_soon_threadsafe

        def counted(*args: Any, **kwargs: Any) -> asyncio.Handle:
            nonlocal woken
            woken += 1
            return call(*args, **kwargs)

        setattr(loop, "call_soon_threadsafe", counted)  # noqa: B010  (the loop's own is typed otherwise)
        thread = threading.Thread(target=commit, args=(following, 100))
        thread.start()
        thread.join()
        assert all(await asyncio.gather(*waiting))
        return woken

    assert asyncio.run(story()) == 1


def test_readers_on_several_loops_hear_of_it() -> None:
    following = Following(Head(), poll_seconds=30)
    outcomes: list[bool] = []

    async def wait() -> None:
        outcomes.append(await following.news_beyond(0, 30))

    threads = [threading.Thread(target=lambda: asyncio.run(wait())) for _ in range(3)]
    for thread in threads:
        thread.start()
    while len(following._waiters) < 3:
        pass
    following.committed(1)
    for thread in threads:
        thread.join(10)
    assert outcomes == [True, True, True]


def test_news_that_came_before_the_wait_is_not_waited_for() -> None:
    following = Following(Head(), poll_seconds=30)
    following.committed(5)
    begun = perf_counter()
    assert asyncio.run(following.news_beyond(4, 30))
    assert perf_counter() - begun < 5


def test_news_of_what_a_reader_has_had_does_not_wake_it() -> None:
    async def story() -> bool:
        following = Following(Head(), poll_seconds=30)
        (waiting,) = waiters(following, 1, position=9, seconds=0.2)
        await settled(following, [waiting])
        following.committed(9)
        return await waiting

    assert asyncio.run(story()) is False


def test_nothing_is_lost_between_a_writer_and_readers_that_come_and_go() -> None:
    """Readers that always wait for the next position see the last one, without any look-up."""
    following = Following(Head(), poll_seconds=3_600)
    last = 20_000

    async def follow() -> int:
        position = 0
        while position < last:
            assert await following.news_beyond(position, 30), f"news beyond {position} was lost"
            position = following._head
        return position

    async def story() -> list[int]:
        thread = threading.Thread(target=commit, args=(following, last))
        thread.start()
        return await asyncio.gather(*(follow() for _ in range(8)))

    assert asyncio.run(story()) == [last] * 8


def test_what_another_process_appends_is_found_while_somebody_waits() -> None:
    head = Head()

    async def story() -> bool:
        following = Following(head, poll_seconds=0.01)
        (waiting,) = waiters(following, 1)
        await settled(following, [waiting])
        head.position = 1
        return await waiting

    assert asyncio.run(story())


def test_nobody_looks_while_nobody_waits() -> None:
    head = Head()

    async def story() -> int:
        following = Following(head, poll_seconds=0.01)
        assert not await following.news_beyond(0, 0.1)
        looked = head.looked
        await asyncio.sleep(0.1)
        assert head.looked <= looked + 1
        return looked

    assert asyncio.run(story()) > 0


def test_a_head_that_cannot_be_looked_up_for_a_while_is_looked_up_again() -> None:
    failures = iter([True, True, False])

    def head() -> int:
        if next(failures, False):
            raise StorageFailed(database="ledger.db", reason="disk I/O error")
        return 1

    assert asyncio.run(Following(head, poll_seconds=0.01).news_beyond(0, 30))


def test_a_stop_wakes_everybody_and_nobody_waits_after_it() -> None:
    async def story() -> list[bool]:
        following = Following(Head(), poll_seconds=30)
        waiting = waiters(following, 3)
        await settled(following, waiting)
        threading.Thread(target=following.stop).start()
        heard = await asyncio.gather(*waiting)
        assert following.stopped
        return [*heard, await following.news_beyond(0, 30)]

    assert asyncio.run(story()) == [False] * 4


def test_the_writer_is_not_held_up_by_readers() -> None:
    """Telling of a commit costs as much with a thousand readers as the wake-up of one loop."""

    async def story(readers: int) -> float:
        following = Following(Head(), poll_seconds=30)
        waiting = waiters(following, readers, position=10**9, seconds=30)
        await settled(following, waiting)
        begun = perf_counter()
        for head in range(1, 1_001):
            following.committed(head)
        spent = perf_counter() - begun
        following.stop()
        await asyncio.gather(*waiting)
        return spent

    assert asyncio.run(story(1_000)) < 0.25


@pytest.mark.parametrize("leave", [None, KeyError])
def test_readers_are_counted_as_long_as_they_read(leave: type[Exception] | None) -> None:
    following = Following(Head())
    assert following.readers == 0
    try:
        with following.reading(), following.reading():
            assert following.readers == 2
            if leave is not None:
                raise leave
    except KeyError:
        pass
    assert following.readers == 0


def test_a_reader_that_is_cut_off_leaves_nothing_behind() -> None:
    async def story() -> int:
        following = Following(Head(), poll_seconds=0.01)
        waiting = waiters(following, 5)
        await settled(following, waiting)
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
        await asyncio.sleep(0)
        return len(following._waiters) + len(asyncio.all_tasks()) - 1

    assert asyncio.run(story()) == 0


class Question:
    """What readers ask of the store."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self) -> int:
        self.asked += 1
        return self.asked


def test_what_many_ask_at_the_same_news_is_looked_up_once() -> None:
    question = Question()

    async def story() -> list[int]:
        following = Following(Head())
        following.committed(1)
        return await asyncio.gather(*(following.ask_once("tail", question) for _ in range(50)))

    assert asyncio.run(story()) == [1] * 50


def test_after_more_news_or_for_another_subject_it_is_looked_up_anew() -> None:
    question = Question()

    async def story() -> list[int]:
        following = Following(Head())
        found = [await following.ask_once("tail", question), await following.ask_once("other", question)]
        following.committed(1)
        return [*found, await following.ask_once("tail", question)]

    assert asyncio.run(story()) == [1, 2, 3]


def test_one_who_leaves_takes_nothing_from_the_others() -> None:
    free = threading.Event()

    async def story() -> int:
        following = Following(Head())
        first, second = (asyncio.create_task(following.ask_once("tail", lambda: int(free.wait(10)))) for _ in range(2))
        await asyncio.sleep(0)
        first.cancel()
        free.set()
        return await second

    assert asyncio.run(story()) == 1


def test_a_failure_is_told_to_those_who_asked_and_not_kept() -> None:
    outcomes = iter([StorageFailed(database="ledger.db", reason="disk I/O error"), None])

    def question() -> str:
        failure = next(outcomes)
        if failure is not None:
            raise failure
        return "found"

    async def story() -> tuple[list[object], str]:
        following = Following(Head())
        asked = await asyncio.gather(*(following.ask_once("tail", question) for _ in range(2)), return_exceptions=True)
        return list(asked), await following.ask_once("tail", question)

    failed, found = asyncio.run(story())
    assert [type(one) for one in failed] == [StorageFailed] * 2
    assert found == "found"
