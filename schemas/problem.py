# ruff: noqa: N818  (a refusal is named by what was refused: Refused, not RefusedError)
"""What a problem is: its entry in the catalogue, and the exception that carries one.

Exit codes: 0 fine, 1 the answer to the question asked is no, 2 usage or bad input, 3 an incident
could not be judged, 4 the ledger or its storage stands in the way, 5 a fault of this program.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from types import MappingProxyType
from typing import Any, ClassVar, Final

from schemas.instants import print_instant
from schemas.refusal import Refusal

__all__ = [
    "CATALOGUE",
    "ExitCode",
    "LedgerError",
    "LedgerState",
    "Problem",
    "Refused",
    "TabledRefusal",
    "Unjudgeable",
]


class ExitCode(IntEnum):
    """What the process says by its exit code."""

    FINE = 0
    ANSWER_IS_NO = 1
    BAD_INPUT = 2
    NOT_JUDGED = 3
    LEDGER_STATE = 4
    INTERNAL = 5


@dataclass(frozen=True, slots=True)
class Problem:
    """One entry of the catalogue: its name for ever, its HTTP status and exit code, the way out."""

    name: str
    status: int
    exit_code: ExitCode
    title: str
    template: str
    remedy: str


_catalogue: Final[dict[str, Problem]] = {}
CATALOGUE: Final[Mapping[str, Problem]] = MappingProxyType(_catalogue)


class LedgerError(Exception):
    """Base of every error that a user can meet.

    `params` fill the message and its translations; `pointer` is the JSON pointer of the field.
    """

    problem: ClassVar[Problem]

    def __init_subclass__(
        cls,
        *,
        status: int = 0,
        exit_code: ExitCode = ExitCode.INTERNAL,
        title: str = "",
        remedy: str = "",
    ) -> None:
        """Enter the class into the catalogue; one without a title is a family, not a problem."""
        super().__init_subclass__()
        if not title:
            return
        name = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", cls.__name__).lower()
        template = " ".join((cls.__doc__ or "").split()).removesuffix(".")
        assert name not in _catalogue, f"{name} is in the catalogue twice"
        cls.problem = Problem(name, status, exit_code, title, template, remedy)
        _catalogue[name] = cls.problem

    def __init__(self, *, pointer: str | None = None, **params: Any) -> None:
        self.pointer = pointer
        self.params: Mapping[str, Any] = MappingProxyType(
            {name: print_instant(value) if isinstance(value, datetime) else value for name, value in params.items()}
        )
        super().__init__()

    @property
    def key(self) -> str:
        """The name under which the message is translated."""
        return self.problem.name

    @property
    def message(self) -> str:
        """What went wrong, in English."""
        return self.problem.template.format_map(self.params)

    @property
    def remedy(self) -> str:
        """What to do about it, in English."""
        return self.problem.remedy.format_map(self.params)

    def __str__(self) -> str:
        """The field, where there is one, and what is wrong with it."""
        return self.message if self.pointer is None else f"{self.pointer}: {self.message}"

    def diagnostics(self) -> dict[str, Any]:
        """The error as plain data: what went wrong, where, and what to do next."""
        told = {
            "problem": self.problem.name,
            "title": self.problem.title,
            "detail": self.message,
            "remedy": self.remedy,
            "status": self.problem.status,
            "params": dict(self.params),
        }
        return told if self.pointer is None else {**told, "pointer": self.pointer}


class Refused(LedgerError):
    """Base of what is not taken in; nothing was written."""


class Unjudgeable(LedgerError):
    """Base of what keeps an incident from having a verdict."""


class LedgerState(LedgerError):
    """Base of what stands between the caller and the ledger."""


class TabledRefusal(Refused):
    """A refusal whose message and remedy stand in a table, under the code it was made with."""

    table: ClassVar[Mapping[str, Refusal]]

    def __init__(self, code: str, *, pointer: str | None = None, **params: Any) -> None:
        assert code in self.table, f"{code} is not in the table of {self.problem.name}"
        self.code = code
        super().__init__(pointer=pointer, **params)

    @property
    def key(self) -> str:
        """The problem's name and the code, under which the message is translated."""
        return f"{self.problem.name}-{self.code}"

    @property
    def message(self) -> str:
        """What is wrong, from the table's entry."""
        return self.table[self.code].message.format_map(self.params)

    @property
    def remedy(self) -> str:
        """What to do, from the table's entry."""
        return self.table[self.code].remedy.format_map(self.params)
