"""A process of several writers and readers of one ledger, whose disk fails syncs now and then.

    python -m tests.faults.storm FOLDER FAILURES

Each writer sends each request under its key until it is answered. Told in the end, as JSON: the answers by key, and how
often the outcome was unknown.
"""

import os
import sys
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import orjson

from ledger.application import Ledger
from ledger.group_commit import GroupCommit
from schemas.chain import GENESIS, extend
from schemas.problems import OutcomeUnknown, StorageFailed
from tests.faults.workload import submission

__all__ = ["WRITERS"]

WRITERS: Final = 6
_READERS: Final = 3
_BETWEEN_SECONDS: Final = 0.02


def write(commits: GroupCommit, thread: int, done: threading.Event) -> tuple[dict[str, str], Counter[str]]:
    """Send requests until the failures are over."""
    answers: dict[str, str] = {}
    outcomes: Counter[str] = Counter()
    turn = 0
    while not done.is_set():
        key = f"storm-{thread}-{turn}-1"
        while key not in answers:
            try:
                answers[key] = commits.submit(submission(key)).body.decode()
            except (OutcomeUnknown, StorageFailed) as problem:
                outcomes[type(problem).__name__] += 1
        turn += 1
    return answers, outcomes


def read(ledger: Ledger, done: threading.Event) -> int:
    """Read on, and all from the beginning now and then: what was seen once is never seen otherwise."""
    seen: list[bytes] = []
    reads = 0
    while not done.is_set():
        after = 0 if reads % 10 == 0 else len(seen)
        rows = list(ledger.rows(after=after))
        assert [row.position for row in rows] == list(range(after + 1, after + 1 + len(rows)))
        assert after or [row.state for row in rows][: len(seen)] == seen
        seen[after:] = [row.state for row in rows]
        reads += 1
    chain = GENESIS
    for state in seen:
        chain = extend(chain, state)
    return reads


def main(folder: str, failures: str) -> None:
    """See above."""
    order = Path(os.environ["FAULT_SYNC"])
    done = threading.Event()
    with Ledger.open(f"sqlite:///{folder}/ledger.db") as ledger, ThreadPoolExecutor(WRITERS + _READERS) as pool:
        commits = GroupCommit(ledger)
        writers = [pool.submit(write, commits, thread, done) for thread in range(WRITERS)]
        readers = [pool.submit(read, ledger, done) for _ in range(_READERS)]
        for _ in range(int(failures)):
            order.touch()
            while order.exists() and not any(one.done() for one in writers):
                done.wait(_BETWEEN_SECONDS)
            done.wait(_BETWEEN_SECONDS)
        done.set()
        told = [writer.result() for writer in writers]
        reads = sum(reader.result() for reader in readers)
    answers = {key: body for one, _ in told for key, body in one.items()}
    outcomes = sum((one for _, one in told), Counter())
    sys.stdout.buffer.write(orjson.dumps({"answers": answers, "outcomes": outcomes, "reads": reads}))


if __name__ == "__main__":
    main(*sys.argv[1:])
