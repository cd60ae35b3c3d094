"""One random incident: its life as EVENTS.md allows it, told in the order in which it was recorded."""

from random import Random
from typing import Any

from tests.strategies.lines import Draft, Sheet, Wire
from tests.strategies.moments import DAY, HOUR, at_turn, instant, later

CLOSINGS = ("resolved", "closed-not-covered", "customer-unreachable")
OTHER = {"customer": "provider", "provider": "customer"}
ENGINEERS = ("e1", "e2", "e3")
NOTIFICATION = {"channel": "email", "to": "ivanova@example.org"}
OPEN_TURNS = {
    "responded": 7, "reprioritized": 5, "reprioritization-agreed": 3, "status-reported": 3, "work-started": 3,
    "work-stopped": 4, "mitigated": 2, "contact-attempted": 7, "customer-replied": 1, "confirmed": 2,
    "information-requested": 1, "information-provided": 1, "third-party-suspected": 1, "resolved": 2,
    "closed-not-covered": 1, "customer-unreachable": 2, "corrected": 3, "correction-agreed": 2, "disputed": 1,
    "evidence-attached": 1,
}  # fmt: skip
CLOSED_TURNS = {
    "reopened": 5,
    "corrected": 3,
    "correction-agreed": 3,
    "disputed": 1,
    "dispute-ruled": 1,
}
CORRECTABLE = (
    "occurred_at",
    "priority",
    "channel",
    "engineer",
    "expected_resolution_at",
    "notification",
    "release",
)


class Life:
    """One incident as it is being recorded: what is open, what can be agreed to or corrected."""

    def __init__(self, sheet: Sheet, number: str, rng: Random, ends: int, *, late: float = 0.25) -> None:
        self.sheet = sheet
        self.number = number
        self.rng = rng
        self.ends = ends
        self.late = late
        self.now = 0
        self.opened = 0
        self.closed = False
        self.priority = 1
        self.sessions: set[str] = set()
        self.drafts: list[Draft] = []

    def record(self, what: str, actor: str, data: Wire) -> Draft:
        """Record one event now, having occurred now or, where it is entered late, before."""
        occurred = self.now
        if self.rng.random() < (self.late if actor in ("engineer", "system") else self.late / 2):
            occurred -= self.rng.choice((1, self.rng.randint(1, 90), self.rng.randint(1, 20 * HOUR)))
            occurred = max(occurred, self.opened - self.rng.choice((0, 0, 0, 30)))
        elif self.rng.random() < 0.02:
            occurred += self.rng.randint(1, 5)
        draft = self.sheet.add(f"incident.{what}.v1", self.number, occurred, self.now, actor, data)
        self.drafts.append(draft)
        return draft

    def of(self, *kinds: str) -> list[Draft]:
        """What was recorded of some types."""
        return [draft for draft in self.drafts if draft.type.split(".")[1] in kinds]

    def open(self, contract: str, at: int, priority: int) -> None:
        """The opening, by the customer or taken by phone."""
        self.now = self.opened = at
        self.priority = priority
        actor = self.rng.choice(("customer",) * 6 + ("engineer",))
        channel = "phone" if actor == "engineer" else self.rng.choice(("email",) * 9 + ("phone", "web"))
        reporter = {"name": "A. Ivanova", "organisation": "Romashka"}
        data: Wire = {"contract": contract, "channel": channel, "reporter": reporter}
        self.record("opened", actor, {**data, "priority": priority, "title": "It does not start"})

    def turn(self) -> None:
        """Record one more event that the rules allow, if chance picks one."""
        turns = CLOSED_TURNS if self.closed else OPEN_TURNS
        what = self.rng.choices(tuple(turns), tuple(turns.values()))[0]
        self.tell(what)

    def tell(self, what: str) -> None:
        """Record an event of one type where the rules allow it now."""
        special = {
            "reprioritized": self.reprioritize,
            "reprioritization-agreed": self.agree_to_priority,
            "corrected": self.correct,
            "correction-agreed": self.agree_to_correction,
            "work-started": self.start_work,
            "work-stopped": self.stop_work,
        }
        if what in special:
            special[what]()
        elif what in CLOSINGS:
            self.close(what)
        elif what == "reopened":
            self.record("reopened", "customer", {"reason": "It is back"})
            self.closed = False
        else:
            actor, data = self.plain(what)
            self.record(what, actor, data)

    def plain(self, what: str) -> tuple[str, Wire]:
        """Who records an event without consequences for the rules, and with what data."""
        provider = self.rng.choice(("engineer", "engineer", "system"))
        expected: Wire = {"summary": "Being looked at"}
        if self.rng.random() < 0.6:
            expected["expected_resolution_at"] = instant(self.now + self.rng.randint(1, DAY), self.rng)
        product = {"vendor": "V", "product": "P", "request": "remove"}
        plain: dict[str, tuple[str, Wire]] = {
            "confirmed": ("system", {"to": "ivanova@example.org"}),
            "responded": (provider, {"engineer": self.rng.choice(ENGINEERS), "channel": "email"}),
            "status-reported": (provider, expected),
            "mitigated": (provider, {"how": "A workaround"}),
            "contact-attempted": (provider, {"channel": "phone", "to": "+7 000"}),
            "customer-replied": (self.rng.choice(("customer", "engineer")), {"channel": "email"}),
            "information-requested": (provider, {"summary": "Which version?"}),
            "information-provided": ("customer", {"summary": "This one"}),
            "third-party-suspected": (provider, product),
            "disputed": (
                self.rng.choice(("customer", "auditor")),
                {"obligation": "response", "claim": "Late"},
            ),
            "dispute-ruled": ("auditor", {"obligation": "response", "ruling": "As computed"}),
            "evidence-attached": (
                self.rng.choice(("customer", "engineer", "auditor")),
                {"name": "log.txt", "media_type": "text/plain", "size": 3, "sha256": "ab" * 32},
            ),
        }
        return plain[what]

    def reprioritize(self) -> None:
        """A change of priority asked for by either party, sometimes claimed to be agreed."""
        actor = self.rng.choice(("customer", "engineer", "system"))
        own = "customer" if actor == "customer" else "provider"
        asked_by = OTHER[own] if self.rng.random() < 0.15 else own
        data: Wire = {"priority": self.rng.choice((1, 1, 2, 3, 4)), "requested_by": asked_by}
        agreed = self.rng.choice((True, False, False, None))
        self.record("reprioritized", actor, data if agreed is None else {**data, "agreed": agreed})

    def agree_to_priority(self) -> None:
        """The other party's agreement to a change asked for."""
        requests = self.of("reprioritized")
        if requests:
            request = self.rng.choice(requests)
            by = OTHER[request.data["requested_by"]]
            actor = "customer" if by == "customer" else "engineer"
            if self.rng.random() < 0.15:
                actor = "system" if by == "customer" else "customer"
            self.record("reprioritization-agreed", actor, {"request": request.id, "by": by})

    def start_work(self) -> None:
        """An engineer begins, or is said to begin again."""
        engineer = self.rng.choice(ENGINEERS)
        self.record("work-started", self.rng.choice(("engineer", "system")), {"engineer": engineer})
        self.sessions.add(engineer)

    def stop_work(self) -> None:
        """An engineer whose session is open stops."""
        if self.sessions:
            engineer = self.rng.choice(sorted(self.sessions))
            self.record("work-stopped", "engineer", {"engineer": engineer})
            self.sessions.discard(engineer)

    def close(self, how: str) -> None:
        """A closing, with or without the notification it owes."""
        data: Wire = {"summary": "Fixed"} if how == "resolved" else {}
        if how == "closed-not-covered":
            data["reason"] = self.rng.choice(("custom-build", "third-party", "other"))
        if how != "customer-unreachable" and self.rng.random() < 0.6:
            data["notification"] = dict(NOTIFICATION)
        if how == "resolved" and self.rng.random() < 0.5:
            data["release"] = self.rng.choice(("2.1", "2.2"))
        self.record(how, self.rng.choice(("engineer", "system")), data)
        self.closed = True

    def correct(self) -> None:
        """Another value for a field of an earlier event."""
        target = self.rng.choice([d for d in self.drafts if not d.type.startswith("incident.correct")])
        if self.rng.random() < 0.3:
            target = self.drafts[0]
        given = [field for field in CORRECTABLE if field == "occurred_at" or field in target.data]
        field = self.rng.choice(given)
        was, now = self._values(target, field)
        actor = self.rng.choice(("customer", "engineer", "engineer", "system"))
        data: Wire = {
            "event": target.id,
            "field": field,
            "was": was,
            "now": now,
            "reason": "Noted wrongly",
        }
        self.record("corrected", actor, {**data, "agreed_by_other_party": self.rng.random() < 0.4})

    def _values(self, target: Draft, field: str) -> tuple[Any, Any]:
        if field == "occurred_at":
            now = target.occurred + self.rng.choice((-1, 1, -60, 60, self.rng.randint(-DAY, HOUR)))
            if self.rng.random() < 0.9:
                now = max(now, self.opened - HOUR)
            return instant(target.occurred, self.rng), instant(min(now, target.recorded + 5), self.rng)
        others = {
            "priority": self.rng.choice((1, 2, 3, 4)),
            "channel": self.rng.choice(("email", "phone", "chat")),
            "engineer": self.rng.choice(ENGINEERS),
            "expected_resolution_at": instant(self.now + HOUR, self.rng),
            "notification": {"channel": "phone", "to": "+7 001"},
            "release": self.rng.choice(("2.1", "2.2")),
        }
        return target.data[field], others[field]

    def agree_to_correction(self) -> None:
        """The other party's agreement to a correction."""
        corrections = self.of("corrected")
        if corrections:
            correction = self.rng.choice(corrections)
            by = OTHER[correction.party]
            actor = "customer" if by == "customer" else "engineer"
            self.record("correction-agreed", actor, {"request": correction.id, "by": by})


def incident(sheet: Sheet, number: str, contract: str, first_day: int, rng: Random) -> Life:
    """Draft an incident of at most ten days on a contract."""
    opened = at_turn(first_day + rng.choice((0, 0, 0, 1)), rng)
    life = Life(sheet, number, rng, opened + rng.choice((1, 3, 9)) * DAY)
    life.open(contract, opened, rng.choice((1, 1, 2, 3, 4)))
    if rng.random() < 0.6:
        life.now += rng.choice((0, 1, 15, rng.randint(1, 5 * HOUR)))
        life.tell("confirmed")
    for _ in range(rng.choice((3, 6, 9, 14, 20))):
        life.now = later(life.now, life.opened, rng)
        if life.now > life.ends:
            break
        life.turn()
    return life
