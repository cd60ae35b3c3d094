"""What an installation is made of, with what is known to be wrong with it.

Looked at are the versions in use, SQLite and its WAL-reset bug, the settings, the ledger at hand, and whether our four
packages are ours: they have plain names, and a foreign package of the same name in one environment would shadow them.
"""

import importlib.util
import platform
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import distributions, packages_distributions
from pathlib import Path
from typing import Any, Final

from ledger.drivers.sqlite.driver import HAS_WAL_RESET_BUG, SQLITE_VERSION
from ledger.drivers.urls import masked
from schemas.problems import LedgerError, NoLedgerHere
from services.bootstrap import open_ledger
from services.settings import SECRETS, VARIABLES
from services.version import DISTRIBUTION, product_version

__all__ = ["Finding", "diagnose"]

PACKAGES: Final = ("ledger", "projections", "schemas", "services")
LIBRARIES: Final = (
    "eventsourcing",
    "fastapi",
    "fluent.runtime",
    "httptools",
    "jiter",
    "kafka-python",
    "orjson",
    "prometheus-client",
    "psycopg",
    "psycopg-pool",
    "pydantic",
    "pydantic-settings",
    "pyjwt",
    "pysqlite3",
    "rich",
    "structlog",
    "typer",
    "uvicorn",
    "uvloop",
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at, what was found, and the message with what to do where it is wrong."""

    about: str
    found: str
    advice: str | None = None

    def to_wire(self) -> dict[str, Any]:
        """The finding as JSON values."""
        return {"about": self.about, "found": self.found, "advice": self.advice}


def diagnose(url: str, environment: Mapping[str, str]) -> Iterator[Finding]:
    """Everything that is looked at; `url` is the ledger's."""
    yield Finding("version", product_version())
    yield Finding("python", f"{platform.python_implementation()} {platform.python_version()}")
    yield Finding("system", platform.platform())
    sqlite = ".".join(map(str, SQLITE_VERSION))
    yield Finding("sqlite", sqlite, "doctor-wal-reset-bug" if HAS_WAL_RESET_BUG else None)
    yield _libraries()
    for name, default in VARIABLES.items():
        yield Finding("setting", f"{name}={_shown(name, environment.get(name) or default)}")
    yield from _packages()
    yield _ledger(url)


def _shown(name: str, value: str) -> str:
    """A setting as it may be sent to others: without the password that it is, or that its URL holds."""
    return "***" if name in SECRETS and value else masked(value)


def _libraries() -> Finding:
    installed = {found.metadata["Name"].lower().replace("_", "-"): found.version for found in distributions()}
    found = ", ".join(f"{name} {installed.get(name, '—')}" for name in LIBRARIES)
    return Finding("libraries", found)


def _packages() -> Iterator[Finding]:
    """A package is ours when it lies beside this one, and no other distribution installs one of its name."""
    home = Path(__file__).resolve().parent.parent
    owners = packages_distributions()
    for package in PACKAGES:
        spec = importlib.util.find_spec(package)
        places = list(spec.submodule_search_locations or ()) if spec else []
        foreign = [place for place in places if Path(place).resolve().parent != home]
        others = sorted(set(owners.get(package, ())) - {DISTRIBUTION})
        if foreign or others:
            yield Finding("package", f"{package}: {', '.join(foreign + others)}", "doctor-foreign")
        else:
            yield Finding("package", f"{package}: {home / package}")


def _ledger(url: str) -> Finding:
    try:
        with open_ledger(url) as ledger:
            identity, head = ledger.identity, ledger.head()
    except NoLedgerHere:
        return Finding("ledger", f"{masked(url)}: —")
    except LedgerError as error:
        return Finding("ledger", str(error), "doctor-ledger-trouble")
    return Finding("ledger", f"{masked(url)}: {identity.ledger_id}, {identity.provider}, {head.count}")
