"""Disputes under the harbour desk's policy, told in its local time."""

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson

from services.evaluation import evaluate_lines
from tests.scenarios.story import CONTRACT, INCIDENT, Story

TEXT = (Path(__file__).parent / "harbour-desk.toml").read_bytes()
LATER = TEXT.replace(b'version = "2024"', b'version = "2025"').replace(b'"30 minutes"', b'"45 minutes"')
POLICY = "harbour-desk"
WINTER, SUMMER = (timezone(timedelta(hours=hours)) for hours in (1, 2))


def winter(text: str) -> datetime:
    """The instant at which the desk's clock shows this in winter."""
    return datetime.fromisoformat(text).replace(tzinfo=WINTER)


def summer(text: str) -> datetime:
    """The instant at which the desk's clock shows this in summer."""
    return datetime.fromisoformat(text).replace(tzinfo=SUMMER)


def digest(text: bytes) -> str:
    """The hash a policy is adopted by."""
    return sha256(text).hexdigest()


class Harbour(Story):
    """A story whose contract is the harbour desk's; a policy is adopted before it begins."""

    def __init__(self, level: str, *, edition: str = "enterprise", **terms: Any) -> None:
        super().__init__()
        self.calendars = None
        self.policies: dict[str, bytes] = {digest(TEXT): TEXT}
        self.adopt(TEXT, winter("2015-11-30 08:00"))
        self.publish(2024)
        self.publish(2025)
        self.contract(level, edition=edition, jurisdiction="DE", policy=POLICY, **terms)

    def adopt(self, text: bytes, recorded: datetime) -> None:
        """Adopt a version of the policy and keep its text."""
        self.policies[digest(text)] = text
        self.tell("policy.adopted.v1", POLICY, recorded, {"version": "1", "sha256": digest(text)})

    def publish(self, year: int, recorded: datetime | None = None, **lists: list[str]) -> None:
        """Publish a calendar; lists not given are empty."""
        names = ("holidays", "days_off", "working_weekends", "shortened", "non_working_days")
        data: dict[str, Any] = {"jurisdiction": "DE", "year": year, "source": "invented"}
        data |= {name: lists.get(name, []) for name in names}
        self.tell("calendar.published.v1", f"DE-{year}", recorded or winter("2015-12-02 08:00"), data)

    def open(self, occurred: datetime, priority: int, channel: str = "portal") -> None:
        """Open the incident."""
        reporter = {"name": "Ivanova", "organisation": "Romashka"}
        data = {"contract": CONTRACT, "channel": channel, "reporter": reporter, "priority": priority, "title": "down"}
        self.incident("opened", occurred, data, actor="customer")

    def respond(self, occurred: datetime) -> None:
        """Let an engineer respond."""
        self.incident("responded", occurred, {"engineer": "e-1", "channel": "portal"}, actor="engineer")

    def judged(
        self, as_of: datetime | None = None, policies: Mapping[str, bytes] | None = None, /, **reading: str
    ) -> dict[str, Any]:
        """The incident's line."""
        settle = {name.replace("_", "-"): option for name, option in reading.items()}
        known = self.policies if policies is None else policies
        lines = [orjson.dumps(line) for line in self.lines]
        found = {line["incident"]: line for line in evaluate_lines(lines, as_of=as_of, settle=settle, policies=known)}
        return found[INCIDENT]
