"""Servers that break a promise, for the harness to find out: `python -m tests.security.careless FAULT serve …`."""

import json
import sys
from collections.abc import Callable, Iterator
from typing import Any, Final
from unittest.mock import patch

from schemas import decode
from schemas.problems import LedgerError
from services.api import accepting, problems
from services.api.caller import Caller
from services.cli import main

__all__ = ["FAULTS"]


def echo() -> None:
    """Tell in a problem what was sent, as validators do."""
    true_told = problems._told

    def told(error: LedgerError) -> Iterator[tuple[str, Any]]:
        yield from {**dict(true_told(error)), **error.params}.items()

    patch.object(problems, "_told", told).start()


def take_the_last() -> None:
    """Read JSON as most libraries do: of two keys that are the same the last one holds."""
    true_parse = decode.parse_request

    def parse(body: bytes) -> Any:
        try:
            return true_parse(body)
        except LedgerError:
            return json.loads(body)

    patch.object(accepting, "parse_request", parse).start()


def believe_actors() -> None:
    """Let everybody record as whom he likes."""

    def believe(*_: object) -> None:
        pass

    patch.object(accepting, "check_may_record", believe).start()


def show_everything() -> None:
    """Let everybody see every contract."""
    patch.object(Caller, "sees", lambda *_: True).start()


FAULTS: Final[dict[str, Callable[[], None]]] = {
    "echo": echo,
    "take-the-last": take_the_last,
    "believe-actors": believe_actors,
    "show-everything": show_everything,
}
"""What to call before the server starts, by the fault that it shall have."""

if __name__ == "__main__":
    FAULTS[sys.argv.pop(1)]()
    main()
