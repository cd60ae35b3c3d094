"""What the environment sets: the database, the language, whether faults are shown with their trace.

Every variable is named `SLA_LEDGER_…` and listed in `VARIABLES`; `sla-ledger doctor` prints them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

__all__ = ["DEFAULT_DATABASE", "VARIABLES", "Settings"]

DEFAULT_DATABASE: Final = "sqlite:///sla-ledger.db"
VARIABLES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "SLA_LEDGER_DATABASE_URL": DEFAULT_DATABASE,
        "SLA_LEDGER_LANG": "",
        "SLA_LEDGER_TRACEBACK": "",
    }
)
"""Every variable that is read, with what holds where it is not set."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one process, read once from its environment."""

    database: str
    traceback: bool

    @classmethod
    def read(cls, environment: Mapping[str, str]) -> "Settings":
        """The settings that an environment makes; an empty variable counts as one not set."""
        return cls(
            database=environment.get("SLA_LEDGER_DATABASE_URL") or DEFAULT_DATABASE,
            traceback=bool(environment.get("SLA_LEDGER_TRACEBACK")),
        )
