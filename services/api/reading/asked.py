"""The query parameters that reads take."""

import re
from typing import Final

from projections.compliance import KEYS, Key
from schemas.instants import DURATION_PATTERN, INSTANT_PATTERN, parse_duration, parse_instant, to_micros
from schemas.model import IDENTIFIER_PATTERN, LARGEST_INTEGER
from schemas.questions import QUESTIONS
from services.api.reading.parameters import Parameter, Query, identifier, one_of, unusable, whole_number
from services.api.state import Api

__all__ = [
    "AFTER_VERSION",
    "AS_OF",
    "AT_POSITION",
    "AT_RISK",
    "BY",
    "CONTRACT",
    "CURSOR",
    "DECISIVE",
    "LIMIT",
    "MONTH",
    "OPEN",
    "READING",
    "STANDING",
    "WITHIN",
    "page_size",
]

_LARGEST_PAGE: Final = 5_000
_DEFAULT_PAGE: Final = 100
_STANDINGS: Final = ("kept", "broken", "disputed", "not-judged")
_CURSOR: Final = r"[A-Za-z0-9_-]{1,200}"
_MONTH: Final = r"(?!0000)[0-9]{4}-(?:0[1-9]|1[0-2])"


def _text(pattern: str, text: str) -> str:
    if re.fullmatch(pattern, text) is None:
        raise ValueError(text)
    return text


def _flag(text: str) -> bool:
    return one_of(("true", "false"), text) == "true"


def _duration(text: str) -> str:
    parse_duration(text)
    return text


def _settled(text: str) -> tuple[str, str]:
    question, equals, option = text.partition("=")
    if not equals or question not in QUESTIONS or option not in QUESTIONS[question].options:
        raise ValueError(text)
    return question, option


def _keys(text: str) -> tuple[Key, ...]:
    names = text.split(",")
    keys = tuple(key for name in names for key in KEYS if key == name)
    if len(keys) != len(names) or len(set(keys)) != len(keys):
        raise ValueError(text)
    return keys


AS_OF: Final = Parameter(
    "as_of",
    lambda text: to_micros(parse_instant(text)),
    "Judge by what was known at this instant, and as if it were now.",
    "an instant up to now, such as 2024-04-26T14:30:00Z",
    {"type": "string", "format": "date-time", "pattern": f"^{INSTANT_PATTERN}$"},
    "2024-04-26T14:30:00Z",
    default="now, or beside `at_position` the last instant of recording by then",
)
AT_POSITION: Final = Parameter(
    "at_position",
    lambda text: whole_number(text, 1),
    "Read the ledger as it stood at this position; not for credentials that are limited to contracts.",
    "a position from 1 up to the ledger's last",
    {"type": "integer", "minimum": 1, "maximum": LARGEST_INTEGER},
    "1017",
    default="the last position",
)
READING: Final = Parameter(
    "reading",
    _settled,
    "Settle a contested question for this answer alone, whatever the parties agreed; once a question.",
    "QUESTION=OPTION, the questions being " + ", ".join(QUESTIONS),
    {
        "type": "string",
        "enum": [f"{name}={option}" for name, question in QUESTIONS.items() for option in question.options],
    },
    next(f"{name}={question.options[0]}" for name, question in QUESTIONS.items()),
    repeated=True,
)
CONTRACT: Final = Parameter(
    "contract",
    identifier,
    "Only what belongs to this contract.",
    "the id of a contract",
    {"type": "string", "pattern": f"^{IDENTIFIER_PATTERN}$"},
    "C-001",
)
STANDING: Final = Parameter(
    "standing",
    lambda text: one_of(_STANDINGS, text),
    "Only incidents of this standing; `not-judged` are those that cannot be judged.",
    "one of " + ", ".join(_STANDINGS),
    {"type": "string", "enum": list(_STANDINGS)},
    "disputed",
)
DECISIVE: Final = Parameter(
    "decisive",
    lambda text: one_of(QUESTIONS, text),
    "Only incidents of which an obligation hangs on this question.",
    "one of " + ", ".join(QUESTIONS),
    {"type": "string", "enum": list(QUESTIONS)},
    next(iter(QUESTIONS)),
)
OPEN: Final = Parameter(
    "open",
    _flag,
    "Only incidents that are open, or that are not.",
    "true or false",
    {"type": "boolean"},
    "true",
)
AT_RISK: Final = Parameter(
    "at_risk",
    parse_duration,
    "Only incidents of which something falls due within this time from now under some reading.",
    "a duration such as PT8H",
    {"type": "string", "pattern": f"^{DURATION_PATTERN}$"},
    "PT8H",
)
WITHIN: Final = Parameter(
    "within",
    _duration,
    "How far ahead of now to look.",
    "a duration such as PT8H",
    {"type": "string", "pattern": f"^{DURATION_PATTERN}$"},
    "PT8H",
    default="PT8H",
)
MONTH: Final = Parameter(
    "month",
    lambda text: _text(_MONTH, text),
    "Only incidents opened in this month, by the contract's local time.",
    "a month such as 2026-11",
    {"type": "string", "pattern": f"^{_MONTH}$"},
    "2026-11",
    default="every month",
)
BY: Final = Parameter(
    "by",
    _keys,
    "What the incidents of a group have in common.",
    f"some of {', '.join(KEYS)}, each once, with commas between them",
    {"type": "string", "pattern": f"^(?:{'|'.join(KEYS)})(?:,(?:{'|'.join(KEYS)})){{0,3}}$"},
    "month,level",
    default="month,level,priority",
)
LIMIT: Final = Parameter(
    "limit",
    lambda text: whole_number(text, 1, _LARGEST_PAGE),
    "At most so many rows.",
    f"an integer from 1 to {_LARGEST_PAGE}, or to the server's own limit where that is lower",
    {"type": "integer", "minimum": 1, "maximum": _LARGEST_PAGE},
    "50",
    default="100, or less where that is the server's limit",
)
CURSOR: Final = Parameter(
    "cursor",
    lambda text: _text(_CURSOR, text),
    "Go on after the page that gave this cursor, with the same other parameters.",
    "the `next` of the page before",
    {"type": "string", "pattern": f"^{_CURSOR}$"},
    "1k9XbV3uSZ0xNjE0NTk",
    default="the first page",
)
AFTER_VERSION: Final = Parameter(
    "after",
    whole_number,
    "Only events of a higher version.",
    "a version, or 0",
    {"type": "integer", "minimum": 0, "maximum": LARGEST_INTEGER},
    "3",
    default="0",
)


def page_size(api: Api, query: Query) -> int:
    """How many rows a page may have. Raises ParameterUnusable."""
    most = api.settings.page_limit
    asked = query.one(LIMIT)
    if asked is None:
        return min(_DEFAULT_PAGE, most)
    if asked > most:
        raise unusable(LIMIT.name, f"an integer from 1 to {most}")
    return asked
