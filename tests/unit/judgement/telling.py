"""What happened in one incident, told event by event as judging sees it; instants are any integers."""

from collections.abc import Callable
from datetime import datetime, timedelta, timezone

from projections.counted import Counted, count
from projections.diagram import OPTIONS
from projections.history import Agreement, Change, Closing, Correction, Fact, Opening, Side
from schemas.instants import to_micros

MINUTE = 60_000_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
FOREVER = 2**60


def at(text: str) -> int:
    """The instant, in microseconds, at which the clock of the contract (UTC+03:00) shows "2024-04-26 17:30"."""
    return to_micros(datetime.fromisoformat(text).replace(tzinfo=timezone(timedelta(hours=3))))


def reading(**options: str) -> Callable[[str], str]:
    """The literal reading but for these options, given as `late_entries="as-recorded"`."""
    answers = {name.replace("_", "-"): option for name, option in options.items()}
    assert all(option in OPTIONS[name] for name, option in answers.items()), answers
    return lambda question: answers.get(question, OPTIONS[question][0])


def never(question: str) -> str:
    """A reading for what must not ask anything."""
    raise AssertionError(f"{question} was asked")


class Telling:
    """The facts of an incident in ledger order, each recorded when it occurred unless said otherwise."""

    def __init__(
        self,
        opened: int = 0,
        priority: int = 2,
        channel: str = "email",
        side: Side = "customer",
        recorded: int | None = None,
    ) -> None:
        self.facts: list[Fact] = []
        self.add("opened", opened, side, Opening("C-001", channel, priority), recorded)

    def add(self, kind: str, occurred: int, side: Side, detail: object = None, recorded: int | None = None) -> str:
        """Add a fact and return its id."""
        number = len(self.facts) + 1
        moment = occurred if recorded is None else recorded
        self.facts.append(Fact(number, f"incident.{kind}.v1", f"e-{number}", occurred, moment, side, detail))
        return f"e-{number}"

    def by_provider(self, kind: str, occurred: int, recorded: int | None = None, detail: object = None) -> str:
        """Something that an engineer did, or the provider's system."""
        return self.add(kind, occurred, "provider", detail, recorded)

    def by_customer(self, kind: str, occurred: int) -> str:
        """Something that the customer did and no verdict looks into."""
        return self.add(kind, occurred, "customer")

    def change(self, occurred: int, priority: int, by: Side = "customer", *, agreed: bool = False) -> str:
        """A change of priority asked for."""
        return self.add("reprioritized", occurred, by, Change(priority, by, agreed))

    def agree(self, occurred: int, request: str, by: Side = "customer") -> str:
        """An agreement to a change of priority."""
        return self.add("reprioritization-agreed", occurred, by, Agreement(request, by))

    def correct(
        self,
        event: str,
        field: str,
        now: int | str,
        by: Side = "provider",
        *,
        agreed: bool = False,
        occurred: int = 0,
    ) -> str:
        """A correction, with or without the other party's agreement."""
        return self.add("corrected", occurred, by, Correction(event, field, now, agreed))

    def agree_to_correction(self, correction: str, by: Side = "customer") -> str:
        """The other party's agreement to a correction."""
        return self.add("correction-agreed", 0, by, Agreement(correction, by))

    def close(
        self,
        kind: str,
        occurred: int,
        *,
        notified: bool = False,
        release: str | None = None,
        recorded: int | None = None,
    ) -> str:
        """A closing."""
        return self.add(kind, occurred, "provider", Closing(notified, release), recorded)

    def work(self, engineer: str, since: int, until: int | None = None) -> None:
        """A session of an engineer, an open one without its end."""
        self.add("work-started", since, "provider", engineer)
        if until is not None:
            self.add("work-stopped", until, "provider", engineer)

    def counted(self, as_of: int = FOREVER, **options: str) -> Counted:
        """The history as a reading counts it."""
        return count(self.facts, as_of, reading(**options))
