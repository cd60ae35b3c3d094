"""The composition root: which ledger a process works on, and what a new one is given.

A new ledger adopts the shipped policy and, unless told otherwise, the shipped calendars, all as events of the
provider's log (EVENTS.md, "When it was recorded", "Which policy judges").
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

from ledger.application import Ledger
from ledger.drivers.postgres.options import DEFAULTS, PostgresOptions
from ledger.drivers.urls import is_postgres
from projections.calendars import JURISDICTIONS, shipped_calendars
from projections.policies import shipped_policy
from schemas.events import Actor, Proposal
from schemas.policy import parse_policy
from schemas.problems import BadArgument, LedgerExists, NoLedgerHere
from schemas.provider_events import PolicyAdopted
from schemas.text import admissible
from services.settings import Settings

__all__ = [
    "DEFAULT_PROVIDER",
    "SYSTEM",
    "found_ledger",
    "founded_ledger",
    "open_ledger",
    "shipped_adoption",
    "storage_options",
]

DEFAULT_PROVIDER: Final = "provider"
SYSTEM: Final = Actor(kind="system", id="sla-ledger")
"""The product itself, where it records what it ships with."""

_ADOPTED_AT: Final = datetime(2015, 1, 1, 9, tzinfo=UTC)
_SHIPPED: Final[UUID] = uuid5(NAMESPACE_URL, "urn:sla-ledger:shipped-policies")
_LONGEST_NAME: Final = 200


def open_ledger(url: str) -> Ledger:
    """Open the ledger at a URL; it closes as a context manager. Raises LedgerState."""
    return Ledger.open(url, options=storage_options(url))


def storage_options(url: str) -> PostgresOptions:
    """How this process waits for the database of a URL. Raises UnknownSetting, SettingUnusable."""
    if not is_postgres(url):
        return DEFAULTS
    settings = Settings.read()
    return PostgresOptions(
        pool_size=settings.postgres_pool_size,
        connect_seconds=settings.postgres_connect_seconds,
        statement_seconds=settings.postgres_statement_seconds,
        lock_seconds=settings.postgres_lock_seconds,
    )


def found_ledger(url: str, *, provider: str = DEFAULT_PROVIDER, calendars: bool = True) -> Ledger:
    """Make a ledger with an id of its own, and record the shipped policy and calendars in it.

    One that was founded for this provider and broken off before anything was recorded is finished. Raises BadArgument
    for a name that cannot be kept, LedgerExists, DatabaseOccupied, DatabaseUnsafe, UnsupportedDatabase, StorageFailed.
    """
    name = _name(provider)
    try:
        ledger = Ledger.create(url, provider=name, ledger_id=str(uuid4()), options=storage_options(url))
    except LedgerExists:
        ledger = open_ledger(url)
        if ledger.head().count or ledger.identity.provider != name:
            ledger.close()
            raise
    ledger.import_shipped(_shipped(calendars=calendars), policy_texts=[shipped_policy()])
    return ledger


def founded_ledger(url: str, *, provider: str = DEFAULT_PROVIDER) -> Ledger | None:
    """The ledger at a URL, None where there is none yet or where its founding was broken off.

    Raises BadArgument where it is another provider's than the one named, and LedgerState.
    """
    name = _name(provider)
    try:
        ledger = open_ledger(url)
    except NoLedgerHere:
        return None
    if ledger.head().count == 0:
        ledger.close()
        return None
    if name not in {DEFAULT_PROVIDER, ledger.identity.provider}:
        reason = f"the ledger there is of {ledger.identity.provider}"
        ledger.close()
        raise BadArgument(argument="--provider", reason=reason)
    return ledger


def shipped_adoption() -> Proposal:
    """The adoption of the shipped policy, at an instant before any incident, its own date being unknown."""
    text = shipped_policy()
    policy = parse_policy(text)
    digest = sha256(text).hexdigest()
    return Proposal(
        id=str(uuid5(_SHIPPED, digest)),
        subject=policy.id,
        occurred_at=_ADOPTED_AT,
        actor=SYSTEM,
        data=PolicyAdopted(version=policy.version, sha256=digest),
    )


def _shipped(*, calendars: bool) -> Iterator[Proposal]:
    yield shipped_adoption()
    if calendars:
        for jurisdiction in JURISDICTIONS:
            yield from shipped_calendars(jurisdiction)


def _name(provider: str) -> str:
    try:
        name = admissible(provider.strip())
    except ValueError as error:
        raise BadArgument(argument="--provider", reason=str(error)) from None
    if not name or len(name) > _LONGEST_NAME or not name.isprintable():
        reason = f"1–{_LONGEST_NAME} printable characters"
        raise BadArgument(argument="--provider", reason=reason)
    return name
