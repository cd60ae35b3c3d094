"""The contracts of a random history, with what changes in them."""

from random import Random

from tests.strategies.lines import Sheet, Wire
from tests.strategies.moments import DAY, local_date

LEVELS = ("basic", "basic", "premium", "premium", "premium+")
OPTIONS = {
    "premium-hours": ("clock", "service"),
    "basic-p1-hours": ("clock", "roll-to-opening", "from-opening-of-service", "service"),
    "premium-holidays": ("served", "not-served"),
    "working-saturdays": ("not-served", "served"),
    "short-days": ("full", "shortened"),
    "decreed-days": ("served", "not-served"),
    "calendar-changes": ("apply", "as-known-at-opening"),
    "clock-start": ("received", "confirmed"),
    "reprioritized-clock": ("from-opening", "from-change", "tightest"),
    "response-kind": ("engineer", "any-reply"),
    "priority-authority": ("customer-alone", "mutual"),
    "late-entries": ("as-occurred", "as-recorded"),
    "corrections": ("agreed", "all"),
    "continuous-work-hours": ("service", "round-the-clock"),
    "continuous-work-start": ("response", "opening"),
    "unsupported-channel": ("no-clock", "clock-runs"),
    "licence-lapse": ("opened-in-term", "in-term-throughout"),
    "unreachable-proof": ("two-attempts", "one-attempt"),
    "reopened-clock": ("no-clock", "restarts"),
}
# Settled more often, so that the combinations of the others stay few enough to be tried one by one.
MULTIPLYING = (
    "basic-p1-hours",
    "reprioritized-clock",
    "decreed-days",
    "short-days",
    "working-saturdays",
)


def contract(sheet: Sheet, name: str, first_day: int, rng: Random) -> str:
    """Draft a contract around the day its first incident is opened; returns its level at first."""
    level = rng.choice(LEVELS)
    until = first_day + rng.choice((200, 200, 200, 200, 0, 1, 2, 3, 5, -1))
    registered = (first_day - 300) * DAY
    data: Wire = {
        "customer": f"Customer {name}",
        "level": level,
        "edition": "community" if rng.random() < 0.03 else "commercial",
        "licence": {
            "from": local_date(first_day + (1 if rng.random() < 0.02 else rng.choice((-200, -200, 0)))),
            "until": local_date(max(until, first_day + 1)) if rng.random() < 0.7 else local_date(until),
        },
        "contacts": [{"name": "A. Ivanova", "email": "ivanova@example.org"}],
        "jurisdiction": "RU",
    }
    if data["licence"]["until"] < data["licence"]["from"]:
        data["licence"]["until"] = data["licence"]["from"]
    tolerance = rng.choice((None, None, "PT0S", "PT1M", "PT30M", "PT2H", "PT540M", "P1DT1H"))
    if tolerance is not None:
        data["work_gap_tolerance"] = tolerance
    sheet.add("contract.registered.v1", name, registered, registered, "system", data)
    _changes(sheet, name, first_day, until, rng)
    return level


def _changes(sheet: Sheet, name: str, first_day: int, until: int, rng: Random) -> None:
    agreed = set(rng.sample(MULTIPLYING, rng.choice((0, 1, 2))))
    agreed |= {question for question in OPTIONS if rng.random() < 0.06}
    changes: list[tuple[str, Wire]] = [
        (
            "contract.reading-agreed.v1",
            {"question": question, "option": rng.choice(OPTIONS[question])},
        )
        for question in sorted(agreed)
        for _ in range(rng.choice((1, 1, 1, 2)))
    ]
    changes += [
        ("contract.level-changed.v1", {"level": rng.choice(LEVELS)}) for _ in range(rng.choice((0, 0, 0, 1, 2)))
    ]
    rng.shuffle(changes)
    recorded = (first_day - 250) * DAY
    for kind, data in changes:
        dated = {
            **data,
            "effective_from": local_date(first_day + rng.choice((-100, -100, -1, 0, 0, 1))),
        }
        if rng.random() < 0.1:
            recorded = max(recorded, (first_day - 1) * DAY + rng.randrange(6 * DAY))
        else:
            recorded += rng.randrange(2 * DAY)
        sheet.add(kind, name, recorded, recorded, "system", dated)
    for _ in range(rng.choice((0, 0, 0, 1, 2))):
        recorded = max(recorded, (first_day - 1) * DAY + rng.randrange(10 * DAY))
        renewal = {"until": local_date(max(until, first_day) + rng.choice((0, 1, 3, 200)))}
        sheet.add("contract.licence-renewed.v1", name, recorded, recorded, "system", renewal)
