"""A sheet of drafted lines, and how it becomes a file in ledger order."""

from collections.abc import Iterable
from dataclasses import dataclass
from random import Random
from typing import Any
from uuid import UUID

from tests.strategies.moments import instant

Wire = dict[str, Any]

ACTOR_IDS = {
    "customer": "ivanova@example.org",
    "engineer": "e-17",
    "system": "desk",
    "auditor": "a-1",
}


@dataclass(frozen=True)
class Draft:
    """One event before it is a line; minutes since the epoch."""

    id: str
    type: str
    subject: str
    occurred: int
    recorded: int
    actor: str
    data: Wire

    @property
    def party(self) -> str:
        """Whose side its actor is on."""
        return {"customer": "customer", "auditor": "auditor"}.get(self.actor, "provider")


class Sheet:
    """Drafts of one history, with the ids and the habits of writing that chance gives them."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self.drafts: list[Draft] = []

    def add(self, kind: str, subject: str, occurred: int, recorded: int, actor: str, data: Wire) -> Draft:
        """Draft an event; `recorded` may not go back within a subject."""
        uuid = str(UUID(int=self.rng.getrandbits(128), version=4))
        draft = Draft(uuid, kind, subject, occurred, recorded, actor, data)
        self.drafts.append(draft)
        return draft

    def lines(self) -> list[Wire]:
        """The lines in the order in which they were recorded; at equal instants a subject keeps its own order."""
        ordered = sorted(self.drafts, key=lambda draft: draft.recorded)
        contract_of = {d.subject: d.data["contract"] for d in ordered if d.type == "incident.opened.v1"}
        last: dict[str, int] = {}
        lines = []
        for draft in ordered:
            log = _log(draft.type, draft.subject, contract_of)
            implied = max(draft.occurred, last.get(log, draft.occurred))
            last[log] = draft.recorded
            line = {
                "id": draft.id,
                "type": draft.type,
                "subject": draft.subject,
                "occurred_at": instant(draft.occurred, self.rng),
                "recorded_at": instant(draft.recorded, self.rng),
                "actor": {"kind": draft.actor, "id": ACTOR_IDS[draft.actor]},
                "data": draft.data,
            }
            if draft.recorded == implied and self.rng.random() < 0.1:
                del line["recorded_at"]
            lines.append(line)
        return lines


def _log(kind: str, subject: str, contract_of: dict[str, str]) -> str:
    if kind.startswith("contract."):
        return subject
    return contract_of[subject] if kind.startswith("incident.") else "provider"


def interleave(lines: Iterable[Wire], rng: Random) -> list[Wire]:
    """The same lines with the logs shuffled into each other anew, the order within each log kept."""
    every = list(lines)
    contract_of = {line["subject"]: line["data"]["contract"] for line in every if line["type"] == "incident.opened.v1"}
    logs: dict[str, list[Wire]] = {}
    for line in every:
        logs.setdefault(_log(line["type"], line["subject"], contract_of), []).append(line)
    turns = [name for name, log in logs.items() for _ in log]
    rng.shuffle(turns)
    waiting = {name: iter(log) for name, log in logs.items()}
    return [next(waiting[name]) for name in turns]
