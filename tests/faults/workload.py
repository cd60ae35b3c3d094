"""The programs whose calls are recorded: they write to a ledger and tell what was acknowledged.

    python -m tests.faults.workload FOLDER PHASE [FLAW]

Each line written to the file `told` is an acknowledgement: from then on what it tells must survive. A flaw makes of the
program a control, which must be found out.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Any, Final
from unittest.mock import patch
from uuid import uuid4

import orjson
from eventsourcing.persistence import Recording

from ledger.application import Ledger, Recorded
from ledger.drivers.sqlite import database
from ledger.drivers.sqlite.driver import sqlite
from ledger.group_commit import GroupCommit
from ledger.submission import Answer, Element, Submission
from schemas.events import Proposal
from schemas.incident_events import CustomerReplied, IncidentValuesErased
from schemas.problems import OutcomeUnknown, StorageFailed
from tests.conformance.recorder_kit import CUSTOMER, LONG_AGO, SYSTEM, opening, registration

__all__ = ["CALLER", "ERASED", "FLAWS", "PHASES", "SUBJECT", "TOLD", "submission"]

TOLD: Final = "told"
CALLER: Final = "crm"
ERASED: Final = "/data/summary"
CONTRACT: Final = "C-001"
SUBJECT: Final = f"incident-of-{CONTRACT}"

_THREADS: Final = 6
_FEW_PAGES: Final = 25

Tell = Callable[[Mapping[str, object]], None]


def reply(text: str) -> Proposal:
    """A customer's reply that says this."""
    return Proposal(
        subject=SUBJECT, occurred_at=LONG_AGO, actor=CUSTOMER, data=CustomerReplied(channel="email", summary=text)
    )


def submission(key: str) -> Submission:
    """The request that is sent under this key; the last part of the key is how many events it holds."""
    count = int(key.rpartition("-")[2])
    elements = tuple(Element(reply(f"{key} {number}")) for number in range(count))
    return Submission(elements, CALLER, key, key.encode(), via=CALLER)


def found(url: str, tell: Tell) -> None:
    """A new ledger with a contract and an incident."""
    with Ledger.create(url, provider="Provider", ledger_id=str(uuid4())) as ledger:
        tell({"founded": ledger.identity.ledger_id})
        _tell_recorded(tell, ledger.append([registration(CONTRACT), opening(CONTRACT)]))


def append(url: str, tell: Tell) -> None:
    """One event at a time, past the size at which SQLite empties its log by itself; a value erased on the way."""
    for _ in range(3):
        with Ledger.open(url) as ledger:
            for number in range(50):
                _tell_recorded(tell, ledger.append([reply(f"append {number}")]))
            secret = f"secret-{uuid4()}"
            recorded = ledger.append([reply(secret)])
            _tell_recorded(tell, recorded)
            erasure = IncidentValuesErased(events=(recorded[0].event.id,), fields=(ERASED,), basis="request")
            _tell_recorded(
                tell, ledger.append([Proposal(subject=SUBJECT, occurred_at=LONG_AGO, actor=SYSTEM, data=erasure)])
            )
            tell({"erased": secret, "position": recorded[0].position})


def groups(url: str, tell: Tell) -> None:
    """Requests under keys from several threads at once, committed in groups."""
    with Ledger.open(url) as ledger:
        _submit(ledger, tell, "groups", turns=14)


def groups_again(url: str, tell: Tell) -> None:
    """Every request of `groups` sent again, and others."""
    with Ledger.open(url) as ledger:
        _submit(ledger, tell, "groups", turns=16)


def resets(url: str, tell: Tell) -> None:
    """The same, the log being emptied into the database again and again."""
    with _with_setting(f"PRAGMA wal_autocheckpoint = {_FEW_PAGES}"), Ledger.open(url) as ledger:
        _submit(ledger, tell, "resets", turns=14)


def cut_short(url: str, tell: Tell) -> None:
    """Requests of one thread, to be killed amid a commit."""
    with Ledger.open(url) as ledger:
        commits = GroupCommit(ledger)
        for number in range(20):
            _tell_answer(tell, f"cut-{number}-1", commits.submit(submission(f"cut-{number}-1")))


def retry(url: str, tell: Tell) -> None:
    """The requests of `cut_short` sent once more to the next process, as a client does that heard nothing."""
    cut_short(url, tell)


def peek(url: str, tell: Tell) -> None:
    """A control: the requests of `cut_short` answered from whatever SQLite finds in the files of a killed process."""
    with closing(sqlite.connect(url.removeprefix("sqlite:///"))) as connection:
        for key, body in connection.execute("SELECT key, body FROM answers ORDER BY number").fetchall():
            _tell_answer(tell, key, Answer(body, replayed=True, created=True))


def persist(url: str, tell: Tell) -> None:
    """Requests of one thread, each sent again under its key until it is answered."""
    with Ledger.open(url) as ledger:
        commits = GroupCommit(ledger)
        for number in range(20):
            _tell_answer(tell, f"persist-{number}-1", _answer_in_the_end(commits, f"persist-{number}-1"))


def persist_beside(url: str, tell: Tell) -> None:
    """The same, while another process has the ledger open and reads it now and then."""
    command = [sys.executable, "-m", "tests.faults.workload", str(Path(url.removeprefix("sqlite:///")).parent), "read"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as beside:
        assert beside.stdin is not None
        assert beside.stdout is not None
        assert beside.stdout.readline()
        persist(url, tell)
        beside.stdin.close()
    assert beside.returncode == 0


def read(url: str, _tell: Tell) -> None:
    """Keep the ledger open until the input ends, and read it."""
    with Ledger.open(url) as ledger:
        print(ledger.head().count, flush=True)
        while sys.stdin.readline():
            pass
        assert list(ledger.rows())


def _answer_in_the_end(commits: GroupCommit, key: str) -> Answer:
    for _ in range(5):
        try:
            return commits.submit(submission(key))
        except (OutcomeUnknown, StorageFailed):
            continue
    raise AssertionError(f"{key} is not answered")


def _submit(ledger: Ledger, tell: Tell, name: str, turns: int) -> None:
    commits = GroupCommit(ledger)

    def write(thread: int) -> None:
        for turn in range(turns):
            key = f"{name}-{thread}-{turn}-{1 if turn % 7 else 20}"
            _tell_answer(tell, key, commits.submit(submission(key)))

    with ThreadPoolExecutor(_THREADS) as pool:
        list(pool.map(write, range(_THREADS)))


def _tell_recorded(tell: Tell, recorded: list[Recorded]) -> None:
    tell({"events": [[one.position, one.sha256] for one in recorded]})


def _tell_answer(tell: Tell, key: str, answer: Answer) -> None:
    events = [[event["position"], event["sha256"]] for event in orjson.loads(answer.body)["events"]]
    tell({"events": events, "key": key, "body": sha256(answer.body).hexdigest()})


def _with_setting(pragma: str) -> Any:
    return patch.object(database, "_SETTINGS", (*database._SETTINGS, pragma))


def _never_synced() -> None:
    _with_setting("PRAGMA synchronous = OFF").start()


def _seldom_synced() -> None:
    _with_setting("PRAGMA synchronous = NORMAL").start()


def _told_too_early() -> None:
    """An answer is given once its events are inserted, and committed after that."""
    save = Ledger.save

    def hasty(self: Ledger, *objs: Any, **kwargs: Any) -> list[Recording[str]]:
        recordings = save(self, *objs, **kwargs)
        shas = [sha256(one.state).hexdigest() for one in objs]
        tell_line({"events": [[one.notification.id, sha] for one, sha in zip(recordings, shas, strict=True)]})
        return recordings

    patch.object(Ledger, "save", hasty).start()


PHASES: Final[Mapping[str, Callable[[str, Tell], None]]] = {
    one.__name__: one
    for one in (found, append, groups, groups_again, resets, cut_short, retry, peek, persist, persist_beside, read)
}
FLAWS: Final[Mapping[str, Callable[[], None]]] = {
    "never-synced": _never_synced,
    "seldom-synced": _seldom_synced,
    "told-too-early": _told_too_early,
}


def tell_line(what: Mapping[str, object]) -> None:
    """Acknowledge, by one call of the kernel."""
    line = orjson.dumps(what) + b"\n"
    assert os.write(_told_to, line) == len(line)


if __name__ == "__main__":
    folder, phase, *flaws = sys.argv[1:]
    _told_to = os.open(Path(folder) / TOLD, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for flaw in flaws:
        FLAWS[flaw]()
    PHASES[phase](f"sqlite:///{folder}/ledger.db", tell_line)
