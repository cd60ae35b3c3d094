"""Over any disconnect a reader gets every event once, in order, the very bytes; a careless reader does not."""

import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest

from tests.integration.api.feed.cutting import CutReader, Resume
from tests.integration.api.feed.desk import CONTRACTS, OWN, Desk, running
from tests.scale import scaled

WRITERS = 4
CUTS = 200
LONGEST_BYTES = 6_000
NUMBERS = count(1)


def last_mark(marks: list[str]) -> str | None:
    return marks[-1] if marks else None


def one_too_early(marks: list[str]) -> str | None:
    return marks[-2] if len(marks) > 1 else None


def one_too_late(marks: list[str]) -> str | None:
    return str(int(marks[-1]) + 1) if marks else None


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder: Path = tmp_path_factory.mktemp("cut")
    with running(folder) as desk:
        for contract in CONTRACTS:
            for number in range(10):
                desk.open(f"I-{contract}-{number}", contract)
                desk.note(f"I-{contract}-{number}", 10)
        yield desk


@contextmanager
def writing(desk: Desk, seed: int) -> Iterator[None]:
    """Writers append as long as this lasts, each with pauses so that readers come to the head between.

    Each opens an incident after the other: long ones would keep the server busy with judging them.
    """
    over = threading.Event()

    def write(chance: random.Random) -> None:
        while not over.is_set():
            incident = f"I-{next(NUMBERS)}"
            desk.open(incident, chance.choice(CONTRACTS))
            for _ in range(5):
                over.wait(chance.choice((0.002, 0.005, 0.03)))
                desk.note(incident, chance.randint(1, 5))

    threads = [threading.Thread(target=write, args=(random.Random(seed + n),)) for n in range(WRITERS)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join()


def read_along(desk: Desk, *, limited: bool, is_stream: bool, resume: Resume, cuts: int) -> CutReader:
    """A reader that is cut off while others write, and then reads up to the head."""
    key = desk.key("engineer", CONTRACTS[:2]) if limited else desk.key()
    reader = CutReader(desk.port, key, resume, is_stream)
    with writing(desk, seed=cuts):
        reader.cut(random.Random(17), cuts, LONGEST_BYTES)
    reader.catch_up(len(desk.rows(OWN if limited else None)))
    return reader


@pytest.mark.parametrize("is_stream", [False, True], ids=["ndjson", "sse"])
@pytest.mark.parametrize("limited", [False, True], ids=["all", "limited"])
def test_nothing_is_missing_and_nothing_comes_twice(desk: Desk, *, limited: bool, is_stream: bool) -> None:
    reader = read_along(desk, limited=limited, is_stream=is_stream, resume=last_mark, cuts=scaled(CUTS))
    assert reader.torn > scaled(CUTS) / 2, "too few connections ended within a line"
    assert reader.lines == desk.rows(OWN if limited else None)


@pytest.mark.parametrize("is_stream", [False, True], ids=["ndjson", "sse"])
@pytest.mark.parametrize("limited", [False, True], ids=["all", "limited"])
def test_a_reader_that_goes_back_one_line_is_caught(desk: Desk, *, limited: bool, is_stream: bool) -> None:
    reader = read_along(desk, limited=limited, is_stream=is_stream, resume=one_too_early, cuts=20)
    assert reader.lines != desk.rows(OWN if limited else None)
    assert len(set(reader.lines)) < len(reader.lines)


def test_a_reader_that_leaves_out_one_line_is_caught(desk: Desk) -> None:
    reader = CutReader(desk.port, desk.key(), one_too_late, is_stream=False)
    reader.cut(random.Random(17), 10, LONGEST_BYTES)
    rows = desk.rows()
    assert reader.lines != rows[: len(reader.lines)]
    assert not set(reader.lines) - set(rows)
