"""A made history of the size that a provider has: many incidents of many contracts, interleaved as they happened.

Levels, priorities and lives are drawn from fixed proportions by a seeded generator, so that every run judges the same
file. Most incidents live as the contract foresees; some are noted late, reprioritized, corrected or reopened.
"""

import heapq
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, TextIO
from uuid import UUID

LEVELS = ("basic", "premium", "premium+")
CONTRACTS = 60
FIRST = datetime(2021, 1, 11, 6, 0, tzinfo=UTC)
LAST = datetime(2025, 11, 1, 6, 0, tzinfo=UTC)
PEOPLE = {"customer": "ivanova@example.org", "engineer": "e-17", "system": "desk"}

Line = dict[str, Any]


class _Writer:
    """Ids and lines for one history."""

    def __init__(self, random: Random) -> None:
        self.random = random

    def line(
        self, kind: str, subject: str, at: datetime, actor: str, data: Line, late: timedelta = timedelta()
    ) -> Line:
        """One event in the interchange form, recorded `late` after it occurred."""
        return {
            "id": str(UUID(int=self.random.getrandbits(128))),
            "type": kind,
            "subject": subject,
            "occurred_at": _text(at),
            "recorded_at": _text(at + late),
            "actor": {"kind": actor, "id": PEOPLE[actor]},
            "data": data,
        }


def _text(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _contracts(writer: _Writer) -> Iterator[Line]:
    at = datetime(2020, 12, 1, 6, 0, tzinfo=UTC)
    for number in range(CONTRACTS):
        data = {
            "customer": f"Customer {number}",
            "level": LEVELS[number % len(LEVELS)],
            "edition": "commercial",
            "licence": {"from": "2020-12-01", "until": "2026-12-31"},
            "contacts": [{"name": "Иванова", "email": "ivanova@example.org"}],
            "jurisdiction": "RU",
        }
        yield writer.line("contract.registered.v1", f"C-{number:03}", at, "system", data)


def _incident(writer: _Writer, number: int, opened: datetime) -> list[Line]:
    random = writer.random
    subject = f"I{number:07}"
    contract = random.randrange(CONTRACTS)
    priority = random.choices((1, 2, 3, 4), (8, 32, 40, 20))[0]
    lines: list[Line] = []
    at = opened

    def add(kind: str, actor: str, data: Line, late: timedelta = timedelta()) -> Line:
        lines.append(writer.line(f"incident.{kind}.v1", subject, at, actor, data, late))
        return lines[-1]

    add(
        "opened",
        "customer",
        {
            "contract": f"C-{contract:03}",
            "channel": "email" if random.random() < 0.9 else "phone",
            "reporter": {"name": "Иванова", "organisation": "ООО «Ромашка»"},
            "priority": priority,
            "title": "The report does not open",
            "description": "After the update the monthly report stays empty; restarting the service does not help.",
        },
    )
    at += timedelta(minutes=random.randint(1, 30))
    add("confirmed", "system", {"to": "ivanova@example.org"})
    at += timedelta(minutes=random.choice((20, 90, 240, 500, 1500)))
    late = timedelta(minutes=random.choice((0, 0, 0, 0, 0, 0, 0, 0, 0, 45)))
    add("responded", "engineer", {"engineer": "e-17", "channel": "email", "summary": "We are on it."}, late)
    at += late + timedelta(minutes=10)
    if priority == 1:
        add("work-started", "engineer", {"engineer": "e-17"})
        at += timedelta(hours=random.randint(1, 8))
        add("work-stopped", "engineer", {"engineer": "e-17"})
        add("mitigated", "engineer", {"how": "switched to the standby"})
    if random.random() < 0.15:
        by = random.choice(("customer", "provider"))
        actor = "customer" if by == "customer" else "engineer"
        add("reprioritized", actor, {"priority": 1 + priority % 4, "requested_by": by, "agreed": random.random() < 0.5})
        at += timedelta(minutes=30)
    estimate = _text(at + timedelta(days=2))
    add("status-reported", "engineer", {"summary": "Found the cause.", "expected_resolution_at": estimate})
    at += timedelta(hours=random.randint(1, 70))
    notice = {"channel": "email", "to": "ivanova@example.org"}
    add("resolved", "engineer", {"summary": "Fixed by a new version.", "notification": notice})
    if random.random() < 0.04:
        at += timedelta(days=1)
        add("reopened", "customer", {"reason": "It happened again."})
        at += timedelta(hours=5)
        add("resolved", "engineer", {"summary": "Fixed for good.", "notification": notice})
    return lines


def history(incidents: int, seed: int = 1) -> Iterator[Line]:
    """The lines of a history in ledger order."""
    writer = _Writer(Random(seed))
    yield from _contracts(writer)
    step = (LAST - FIRST) / max(1, incidents)
    waiting: list[tuple[str, int, Line]] = []
    made = 0
    for number in range(incidents):
        opened = FIRST + number * step
        opened = opened.replace(microsecond=0)
        while waiting and waiting[0][0] <= _text(opened):
            yield heapq.heappop(waiting)[2]
        for line in _incident(writer, number, opened):
            heapq.heappush(waiting, (line["recorded_at"], made, line))
            made += 1
    while waiting:
        yield heapq.heappop(waiting)[2]


def write(file: TextIO, incidents: int, seed: int = 1) -> int:
    """Write a history as JSONL; the number of lines."""
    count = 0
    for line in history(incidents, seed):
        file.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")
        count += 1
    return count


__all__ = ["history", "write"]
