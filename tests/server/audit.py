"""What a server holds, compared with what it told its clients.

Each event of the harnesses has a mark of its own in clear, by which an event that nobody was told of, or that was
recorded twice, is found: an attachment's hash, or the channel that an incident was opened by.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

import orjson

from tests.server.bodies import ENGINEER, Body, body, opening
from tests.server.wire import Wire

__all__ = ["Told", "Written", "faults", "feed", "histories", "history", "marked_note", "marked_opening", "page"]

_LINE: Final = re.compile(rb'\{"position":(\d+),"index":(\d+),"event":(\{.*\})\}')
_HEARTBEAT: Final = re.compile(rb'\{"position":\d+\}')
_PAGE: Final = 5_000
_NUMBER: Final = re.compile(r"INC-(\d{4})-(\d{6})")


@dataclass(frozen=True, slots=True)
class Told:
    """An acknowledged event: the mark it was sent with, and what its answer told of it."""

    mark: str
    id: str
    subject: str
    position: int
    version: int
    sha256: str

    @classmethod
    def of(cls, mark: str, event: Mapping[str, Any]) -> "Told":
        """By what an answer to an append tells of the event."""
        return cls(mark, event["id"], event["subject"], event["position"], event["version"], event["sha256"])


@dataclass(frozen=True, slots=True)
class Written:
    """An event that the server has: a line of its feed, and what the canonical bytes say."""

    position: int
    index: int
    state: bytes
    id: str
    subject: str
    type: str
    version: int
    log: str
    mark: str | None

    @property
    def sha256(self) -> str:
        """The SHA-256 of the canonical bytes, in hex."""
        return sha256(self.state).hexdigest()


def marked_note(mark: str) -> Body:
    """An attachment whose hash is made from the mark: an incident takes it any number of times, open or closed."""
    data = {"name": "dump.txt", "media_type": "text/plain", "size": 1, "sha256": _digest(mark)}
    return body("incident.evidence-attached", data, ENGINEER)


def marked_opening(contract: str, mark: str) -> Body:
    """An incident opened by a channel that is made from the mark."""
    return opening(contract, channel=f"x{_digest(mark)}")


def feed(wire: Wire, after: int = 0) -> list[Written]:
    """All events above a position, by the feed."""
    found: list[Written] = []
    while told := page(wire, after):
        found += told
        after = told[-1].position
    assert told is not None, "the server does not answer"
    return found


def history(wire: Wire, incident: str) -> list[bytes]:
    """The canonical bytes of an incident's events."""
    reply = wire.get(f"/v1/incidents/{incident}/events")
    assert reply.status == 200, reply.body
    return reply.body.splitlines()


def histories(wire: Wire, written: Iterable[Written]) -> dict[str, list[bytes]]:
    """Of each incident that the feed tells of, the canonical bytes by its own page."""
    incidents = dict.fromkeys(one.subject for one in written if one.type.startswith("incident."))
    return {incident: history(wire, incident) for incident in incidents}


def faults(
    told: Sequence[Told], written: Sequence[Written], pages: Mapping[str, Sequence[bytes]], base: int = 0
) -> list[str]:
    """What is wrong with a server that has written this, tells it by these pages, and told its clients that.

    Events up to the position `base` were there before anybody was told of any.
    """
    return [
        *_out_of_order(written),
        *_not_as_told(told, written),
        *_not_once(told, [one for one in written if one.position > base]),
        *_numbers_left_out(written),
        *_not_as_fed(written, pages),
    ]


def page(wire: Wire, after: int, wait: int = 0) -> list[Written] | None:
    """The next events above a position, waited for so many seconds; None where the server has no answer now."""
    reply = wire.get(f"/v1/feed?after={after}&limit={_PAGE}&wait={wait}")
    if reply.status == 503:
        return None
    assert reply.status == 200, reply.body
    return [_written(line) for line in reply.body.splitlines() if line and not _HEARTBEAT.fullmatch(line)]


def _written(line: bytes) -> Written:
    found = _LINE.fullmatch(line)
    assert found is not None, line
    event = orjson.loads(found[3])
    return Written(
        position=int(found[1]),
        index=int(found[2]),
        state=found[3],
        id=event["id"],
        subject=event["subject"],
        type=event["type"],
        version=event["version"],
        log=event["log"],
        mark=_mark(event),
    )


def _mark(event: Mapping[str, Any]) -> str | None:
    data = event["data"]
    if event["type"] == "incident.evidence-attached.v1":
        return str(data["sha256"])
    return str(data["channel"]).removeprefix("x") if event["type"] == "incident.opened.v1" else None


def _out_of_order(written: Sequence[Written]) -> Iterator[str]:
    indexes: Counter[str] = Counter()
    versions: Counter[str] = Counter()
    for position, one in enumerate(written, start=1):
        if one.position != position:
            yield f"position {one.position} where {position} was to come"
            return
        if one.index != indexes[one.log]:
            yield f"position {position}: index {one.index} in the log {one.log} instead of {indexes[one.log]}"
        indexes[one.log] += 1
        versions[one.subject] += 1
        if one.version != versions[one.subject]:
            yield f"position {position}: {one.subject} has version {one.version} instead of {versions[one.subject]}"


def _not_as_told(told: Iterable[Told], written: Sequence[Written]) -> Iterator[str]:
    by_position = {one.position: one for one in written}
    for one in told:
        there = by_position.get(one.position)
        if there is None:
            yield f"{one.id} was acknowledged at position {one.position}, where there is nothing"
            continue
        found = Told(_digest(one.mark), there.id, there.subject, there.position, there.version, there.sha256)
        meant = Told(there.mark or "", one.id, one.subject, one.position, one.version, one.sha256)
        if found != meant:
            yield f"position {one.position} was acknowledged as {meant} and holds {found}"


def _not_once(told: Iterable[Told], written: Iterable[Written]) -> Iterator[str]:
    acknowledged = Counter(_digest(one.mark) for one in told)
    recorded = Counter(one.mark for one in written)
    for mark, count in recorded.items():
        if mark is None or mark not in acknowledged:
            yield f"{count} events with the mark {mark}, which nobody was told of"
        elif count != acknowledged[mark]:
            yield f"{count} events with the mark {mark}, {acknowledged[mark]} acknowledged"


def _numbers_left_out(written: Iterable[Written]) -> Iterator[str]:
    years: dict[str, set[int]] = defaultdict(set)
    for one in written:
        if found := _NUMBER.fullmatch(one.subject):
            years[found[1]].add(int(found[2]))
    for year, numbers in years.items():
        missing = set(range(1, len(numbers) + 1)) - numbers
        if missing:
            yield f"no incident has the numbers {sorted(missing)} of {year}"


def _not_as_fed(written: Iterable[Written], pages: Mapping[str, Sequence[bytes]]) -> Iterator[str]:
    fed: dict[str, list[bytes]] = defaultdict(list)
    for one in written:
        fed[one.subject].append(one.state)
    for incident, lines in pages.items():
        if list(lines) != fed[incident]:
            yield f"{incident}: its events are not those that the feed tells"


def _digest(mark: str) -> str:
    return sha256(mark.encode()).hexdigest()
