# ruff: noqa: N818  (a refusal is named by what was refused: Refused, not RefusedError)
"""What can come of a call that does not succeed, and what of it may be tried again.

    LedgerClientError
    ├── Unreachable          no answer, or none that can be understood, for as long as was allowed
    ├── KeyStoreUnusable     the file of idempotency keys cannot be read, written or shared
    ├── WriteDiffers         another write was begun under this key and is not settled
    ├── TopicProblem         the topics are not what they must be: `sla_ledger_client.kafka`
    └── LedgerProblem        the ledger, or a proxy before it, said no (RFC 9457)
        ├── Refused          any 4xx
        │   ├── NotPermitted         401, 403
        │   ├── NotFound             404
        │   ├── Conflict             409
        │   ├── StateDiffers         412, 428
        │   ├── TooLong              413
        │   └── Unprocessable        422
        └── Failed           any other status
            └── Unavailable          502, 503, 504, 507

`errors` adds a class for each problem of the ledger's catalogue below the family of its status. A problem
that this version does not know is raised as its family.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, ClassVar, Final

from sla_ledger_client.request import Reply

__all__ = [
    "Conflict",
    "Failed",
    "KeyStoreUnusable",
    "LedgerClientError",
    "LedgerProblem",
    "NotFound",
    "NotPermitted",
    "Refused",
    "StateDiffers",
    "TooLong",
    "Unavailable",
    "Unprocessable",
    "Unreachable",
    "WriteDiffers",
    "problem_of",
]

_RETRIED: Final = frozenset((429, 502, 503, 504))
# They wait for a person, not for a moment.
_NOT_RETRIED: Final = frozenset(("clock-suspect", "no-ledger-here"))
# Said before anything was tried, so that they leave no doubt about this attempt.
_NOTHING_TRIED: Final = frozenset(
    ("clock-suspect", "ledger-locked", "no-ledger-here", "overloaded", "stopping", "storage-full")
)
# Said after the key was looked up: had an earlier attempt been recorded, its answer would have come instead.
_AFTER_THE_KEY: Final = frozenset((409, 412, 422, 428))


class LedgerClientError(Exception):
    """Base of every error of this package.

    `key` is the idempotency key of the write. `in_doubt` says that the write may have been recorded all the same:
    send it again under that key, or call `resume`, and the ledger tells.
    """

    key: str | None = None
    in_doubt: bool = False


class Unreachable(LedgerClientError):
    """No answer came, or none that can be understood, for as long as was allowed."""


class KeyStoreUnusable(LedgerClientError):
    """The file of idempotency keys cannot be read, written or shared."""


class WriteDiffers(LedgerClientError):
    """Another write was begun under this key and is not settled: call `resume` first, or choose another key."""


class LedgerProblem(LedgerClientError):
    """What the ledger said: the entry of its catalogue, and the particulars of this case."""

    name: ClassVar[str] = "unknown"
    catalogued: ClassVar[tuple[int, str, str]] = (0, "The ledger did not say what is wrong", "")
    """Status, title and remedy as the catalogue has them."""

    _known: ClassVar[dict[str, type["LedgerProblem"]]] = {}
    _families: ClassVar[dict[int, type["LedgerProblem"]]] = {}

    def __init_subclass__(cls, *, name: str = "", statuses: tuple[int, ...] = ()) -> None:
        super().__init_subclass__()
        if name:
            cls.name = name
            cls._known[name] = cls
        cls._families.update(dict.fromkeys(statuses, cls))

    def __init__(self, status: int, members: Mapping[str, Any], retry_after: float | None = None) -> None:
        self.status = status
        self.members = members
        """Everything that the problem document holds."""
        self.retry_after = retry_after
        """Seconds to wait, where the answer says so."""
        self.problem: str = name_of(members) or self.name
        self.title: str = _text(members, "title") or self.catalogued[1]
        self.remedy: str = _text(members, "remedy") or self.catalogued[2]
        self.detail: str = _text(members, "detail") or self.title
        self.pointer: str | None = _text(members, "pointer")
        super().__init__(self.detail)

    def __str__(self) -> str:
        """What is wrong, where, by which name, and what to do."""
        place = f"{self.pointer}: " if self.pointer else ""
        remedy = f" {self.remedy}" if self.remedy else ""
        return f"{place}{self.detail} ({self.problem}, {self.status}){remedy}"

    def particular(self, name: str) -> str | None:
        """A particular of this case, by its name."""
        return _text(self.members, name)

    @property
    def may_be_retried(self) -> bool:
        """Whether the same request may do better in a moment."""
        return self.status in _RETRIED and self.problem not in _NOT_RETRIED

    @property
    def leaves_doubt(self) -> bool:
        """Whether this attempt may have been recorded although this answer came."""
        return self.status >= 500 and self.problem not in _NOTHING_TRIED

    @property
    def settles_doubt(self) -> bool:
        """Whether it shows that no earlier attempt under the same key was recorded."""
        return self.status in _AFTER_THE_KEY


class Refused(LedgerProblem):
    """The request is not taken as it is; nothing was written."""


class NotPermitted(Refused, statuses=(401, 403)):
    """It is not known who asks, or he may not."""


class NotFound(Refused, statuses=(404,)):
    """It is not there, or not for this key."""


class Conflict(Refused, statuses=(409,)):
    """It contradicts what is recorded."""


class StateDiffers(Refused, statuses=(412, 428)):
    """The version that was read is needed, and is no longer the last."""


class TooLong(Refused, statuses=(413,)):
    """More than the ledger takes or gives at a time."""


class Unprocessable(Refused, statuses=(422,)):
    """It is malformed, or says what cannot be used."""


class Failed(LedgerProblem):
    """The ledger could not do it."""


class Unavailable(Failed, statuses=(502, 503, 504, 507)):
    """The ledger, or what stands before it, cannot do it now."""


def problem_of(reply: Reply) -> LedgerProblem:
    """The error that an answer other than 2xx carries: by its name, else by the family of its status."""
    members = _members(reply)
    known = LedgerProblem._known.get(name_of(members) or "")  # noqa: SLF001 (the register of this module)
    family = LedgerProblem._families.get(reply.status)  # noqa: SLF001 (the same)
    kind = known or family or (Refused if 400 <= reply.status < 500 else Failed)
    return kind(reply.status, members, _retry_after(reply))


def name_of(members: Mapping[str, Any]) -> str | None:
    """The name at the end of the problem's type, which is a URI."""
    kind = _text(members, "type")
    if kind is None or kind == "about:blank":
        return None
    return kind.rstrip("/").rpartition("/")[2] or None


def _members(reply: Reply) -> Mapping[str, Any]:
    try:
        told = json.loads(reply.body)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _text(members: Mapping[str, Any], name: str) -> str | None:
    value = members.get(name)
    return value if isinstance(value, str) else None


def _retry_after(reply: Reply) -> float | None:
    told = reply.headers.get("retry-after", "").strip()
    if told.isascii() and told.isdigit():
        return float(told[:9])
    try:
        instant = parsedate_to_datetime(told)
    except ValueError:
        return None
    aware = instant if instant.tzinfo else instant.replace(tzinfo=UTC)
    return max(0.0, (aware - datetime.now(UTC)).total_seconds())
